import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runImportsCli } from "./cli.ts";
import type { Report } from "./finding.ts";
import { withTree } from "./testing/tree.ts";

async function run(root: string, ...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runImportsCli(argv, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    cwd: root,
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

function git(root: string, ...args: string[]): void {
  const done = spawnSync("git", ["-C", root, "-c", "user.name=t", "-c", "user.email=t@t", ...args], {
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(done.stderr);
}

const sound = {
  "pkg/__init__.py": "from .a import A\n",
  "pkg/a.py": "class A: pass\n",
  "main.py": "from pkg import A\n",
};
const broken = { ...sound, "main.py": "from pkg import B\n" };

describe("exit codes", () => {
  it("a folder with nothing to check is not clean: it is probably the wrong one", async () => {
    await withTree({ "notes.txt": "no code" }, async (root) => {
      const { code, err } = await run(root, "check");
      expect([code, err]).toEqual([2, expect.stringContaining("no Python, TypeScript or JavaScript file")]);
    });
  });

  it("are 0 clean, 1 findings, 2 could not run", async () => {
    await withTree(sound, async (root) => expect((await run(root, "check")).code).toBe(0));
    await withTree(broken, async (root) => {
      expect((await run(root, "check")).code).toBe(1);
      expect((await run(root, "check", "pkg")).code).toBe(0);
    });
    await withTree(sound, async (root) => {
      for (const argv of [
        ["nonsense"],
        ["check", "--nonsense"],
        ["check", "gone"],
        ["check", "--format", "x"],
        ["check", "--since", "gone"],
      ]) {
        const { code, err } = await run(root, ...argv);
        expect([argv, code]).toEqual([argv, 2]);
        expect(err).not.toBe("");
      }
      writeFileSync(join(root, "goldenpath.imports.json"), '{"rulez": {}}');
      const { code, err } = await run(root, "check");
      expect(code).toBe(2);
      expect(err).toContain('unknown key "rulez"');
    });
  });
});

describe("check", () => {
  it("writes the published JSON", async () => {
    await withTree(broken, async (root) => {
      const report = JSON.parse((await run(root, "check", "--format", "json")).out);
      expect(report).toMatchObject({ version: 1, root, files: 3 });
      expect(report.findings[0]).toMatchObject({
        rule: "unresolved-symbol",
        severity: "error",
        file: "main.py",
        line: 1,
        column: 17,
        module: "pkg",
        symbol: "B",
      });
    });
  });

  it("says the same from its cache, and sees what changed since", async () => {
    await withTree(broken, async (root) => {
      const first = JSON.parse((await run(root, "check", "--format", "json")).out);
      const second = JSON.parse((await run(root, "check", "--format", "json")).out);
      expect(second.findings).toEqual(first.findings);
      writeFileSync(join(root, "main.py"), "from pkg import A\n# longer than before\n");
      expect((await run(root, "check")).code).toBe(0);
      writeFileSync(join(root, ".goldenpath", "imports.cache"), "torn");
      expect((await run(root, "check")).code).toBe(0);
    });
  });

  it("keeps to what a change can break", async () => {
    await withTree(
      { ...sound, "other.py": "from pkg import C\n", "alone.py": "from pkg2 import x\nimport main.gone\n" },
      async (root) => {
        git(root, "init", "-q");
        git(root, "add", ".");
        git(root, "commit", "-qm", "x");
        expect((await run(root, "check", "--since", "HEAD")).code).toBe(0);
        writeFileSync(join(root, "pkg/a.py"), "class B: pass\n");
        const { code, out } = await run(root, "check", "--since", "HEAD", "--format", "json");
        expect(code).toBe(1);
        expect(JSON.parse(out).findings.map((each: { file: string }) => each.file)).toEqual([
          "main.py",
          "other.py",
          "pkg/__init__.py",
        ]);
        expect((await run(root, "check", "--staged")).code).toBe(0);
      },
    );
  });

  it("compares exports with a revision", async () => {
    await withTree(sound, async (root) => {
      git(root, "init", "-q");
      git(root, "add", ".");
      git(root, "commit", "-qm", "x");
      expect((await run(root, "check", "--base", "HEAD")).code).toBe(0);
      writeFileSync(join(root, "pkg/__init__.py"), "");
      expect((await run(root, "check", "--base", "HEAD")).out).toContain("A fell out of pkg");
    });
  });
});

describe("ratchet", () => {
  it("lets known findings shrink and never grow", async () => {
    await withTree(broken, async (root) => {
      expect((await run(root, "ratchet")).code).toBe(0);
      expect((await run(root, "check")).code).toBe(0);
      writeFileSync(join(root, "more.py"), "from pkg import C\n");
      expect((await run(root, "check")).code).toBe(1);
      const grown = await run(root, "ratchet");
      expect(grown.code).toBe(1);
      expect(grown.err).toContain("unresolved-symbol|more.py|pkg|C");
      writeFileSync(join(root, "more.py"), "");
      writeFileSync(join(root, "main.py"), "\n\n");
      const mended = await run(root, "check");
      expect(mended.code).toBe(1);
      expect(mended.err).toContain("1 known findings are mended");
      expect((await run(root, "ratchet")).out).toContain("0 known findings, 1 fewer");
    });
  });
});

describe("other commands", () => {
  it("lock, why, who, graph, report, init", async () => {
    await withTree(sound, async (root) => {
      expect((await run(root, "lock")).out).toContain("1 exports of 1 modules");
      expect(readFileSync(join(root, "goldenpath.imports.lock"), "utf8")).toContain("A = class pkg.a:A");
      expect((await run(root, "why", "pkg:A")).out).toContain("pkg:A is class pkg.a:A (pkg/a.py:1)");
      expect((await run(root, "why", "nobody")).code).toBe(1);
      expect((await run(root, "who", "pkg.a")).out).toContain("1 direct importers, 2 in all");
      expect((await run(root, "graph")).out).toContain("digraph");
      expect((await run(root, "graph", "--format", "mermaid")).out).toContain("flowchart");
      expect((await run(root, "report", "--output", "page.html")).code).toBe(0);
      expect(readFileSync(join(root, "page.html"), "utf8")).toContain("<html");
      expect((await run(root, "init")).code).toBe(0);
      expect((await run(root, "check")).code).toBe(0);
      expect((await run(root, "init")).code).toBe(2);
    });
  });

  it("fix shows and then writes", async () => {
    const files = { ...sound, "main.py": "from shim import A\n", "shim.py": "from pkg.a import A\n" };
    const config = JSON.stringify({ canonical: [{ symbol: "pkg.a:A" }] });
    await withTree({ ...files, "goldenpath.imports.json": config }, async (root) => {
      expect((await run(root, "fix", "--dry-run")).out).toContain("+from pkg.a import A");
      expect(readFileSync(join(root, "main.py"), "utf8")).toBe("from shim import A\n");
      expect((await run(root, "fix")).code).toBe(0);
      expect(readFileSync(join(root, "main.py"), "utf8")).toBe("from pkg.a import A\n");
    });
  });

  it("watch checks again when a file changes, and ends when told", async () => {
    await withTree(sound, async (root) => {
      const end = new AbortController();
      const seen: number[] = [];
      let again: () => void = () => undefined;
      const changed = new Promise<void>((resolve) => {
        again = resolve;
      });
      const watching = runImportsCli(["watch", "--format", "json"], {
        cwd: root,
        signal: end.signal,
        err: () => undefined,
        out: (line) => {
          const { findings } = JSON.parse(line) as Report;
          seen.push(findings.filter((each) => each.severity === "error").length);
          if (seen.length === 1)
            setImmediate(() => writeFileSync(join(root, "main.py"), "from pkg import Gone\n"));
          else again();
        },
      });
      await changed;
      end.abort();
      expect(await watching).toBe(0);
      expect(seen).toEqual([0, 1]);
      expect(existsSync(join(root, "main.py"))).toBe(true);
    });
  });
});
