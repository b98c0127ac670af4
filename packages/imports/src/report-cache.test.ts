import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { readStamp } from "./cache.ts";
import { lookAt } from "./look.ts";
import { readReport, reportKey, writeReport } from "./report-cache.ts";
import { checkTree, withTree } from "./testing/tree.ts";

it("[R1] keeps the first report, though keeping it makes a folder in the root", async () => {
  await withTree({ "a.py": "import b\n", "b.py": "" }, async (root) => {
    // Later than two seconds after everything was written (R2).
    const look = () => lookAt(root, [], Date.now() + 10_000, true);
    const key = () => reportKey(root, look(), [], []) ?? "none";
    const first = key();
    expect(first).not.toBe("none");
    const report = await checkTree(root);
    const result = { report, mended: ["gone"], worst: "note" } as const;
    const reads = [readStamp(join(root, "base.json"))];
    const pieces = writeReport(root, first, result, reads, Date.now() + 10_000);
    expect(key()).toBe(first);
    const kept = readReport(root, first);
    expect(kept?.parse(0)).toEqual(report);
    expect([kept?.mended, kept?.worst]).toEqual([["gone"], "note"]);
    const written = Buffer.concat(pieces).toString("utf8");
    expect(Buffer.concat([...(kept?.pieces(report.durationMs) ?? [])]).toString("utf8")).toBe(written);
    expect(JSON.parse(written)).toEqual(report);
    expect(readReport(root, "another")).toBeUndefined();
    writeFileSync(join(root, "base.json"), "{}");
    expect(readReport(root, first)).toBeUndefined();
    rmSync(join(root, "base.json"));
    expect(readReport(root, first)).toBeDefined();
    const path = join(root, ".goldenpath", "imports.report.json");
    truncateSync(path, readFileSync(path).length - 1);
    expect(readReport(root, first)).toBeUndefined();
  });
});

it("[R1] does not believe what another release has kept", async () => {
  await withTree({ "tree/a.py": "", "one/code.js": "1", "other/code.js": "22" }, (folder) => {
    const root = join(folder, "tree");
    const look = lookAt(root, [], Date.now() + 10_000, true);
    const [one, same, other] = ["one", "one", "other"].map((release) =>
      reportKey(root, look, [], [], pathToFileURL(join(folder, release, "code.js")).href),
    );
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });
});
