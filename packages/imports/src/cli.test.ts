import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runImportsCli } from "./cli.ts";
import { defaultConfig } from "./config.ts";
import type { Report } from "./finding.ts";
import { withTree } from "./testing/tree.ts";
import { trendOf } from "./trend.ts";

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

it("tells with each batch how many files a check reads", async () => {
  await withTree(
    { ...sound, "web/a.ts": "export const a = 1;\n", "web/b.ts": 'import "./a";\n' },
    async (root) => {
      const told: number[] = [];
      const none = (): void => undefined;
      const io = { out: none, err: none, cwd: root, onRead: (files: number) => told.push(files) };
      await runImportsCli(["check", "--no-cache"], io);
      expect(told).toEqual([5, 5]);
    },
  );
});

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

  it("looks at those to whom it was passed on that is gone", async () => {
    const passing = {
      "pk/__init__.py": "from .m import z\n",
      "pk/m.py": "z = 1\n",
      "u.py": "from pk import z\n",
    };
    await withTree(passing, async (root) => {
      git(root, "init", "-q");
      git(root, "add", ".");
      git(root, "commit", "-qm", "x");
      rmSync(join(root, "pk/m.py"));
      const { out } = await run(root, "check", "--since", "HEAD", "--format", "json");
      const files = JSON.parse(out).findings.map((each: { file: string }) => each.file);
      expect(files).toEqual(["pk/__init__.py", "u.py"]);
    });
  });

  it("looks at those who asked for what is gone, and at nobody for what only changed beside the sources", async () => {
    const asking = {
      "look.ts": 'import "./look.css";\nimport { a } from "./gone.ts";\n',
      "gone.ts": "export const a = 1;\n",
    };
    await withTree(
      { ...asking, "look.css": "", "wrong.ts": 'import "./look.css";\nimport "./nothing.ts";\n' },
      async (root) => {
        git(root, "init", "-q");
        git(root, "add", ".");
        git(root, "commit", "-qm", "x");
        writeFileSync(join(root, "look.css"), "a {}");
        expect((await run(root, "check", "--since", "HEAD")).code).toBe(0);
        rmSync(join(root, "gone.ts"));
        const { out } = await run(root, "check", "--since", "HEAD", "--format", "json");
        expect(JSON.parse(out).findings.map((each: { file: string }) => each.file)).toEqual(["look.ts"]);
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

describe("revisions", () => {
  it.each([
    ["check", "--since", "HEAD"],
    ["check", "--staged"],
    ["check", "--base", "HEAD"],
    ["report", "--trend", "3"],
  ])("says what is missing outside of a git repository: %s %s", async (...argv) => {
    await withTree(sound, async (root) => {
      const { code, err } = await run(root, ...argv);
      expect(code).toBe(2);
      expect(err).toContain("is not in a git repository");
      expect(err.split("\n")).toHaveLength(1);
    });
  });

  it("reads the manifests of the revision and not today's", async () => {
    const shop = {
      "package.json": '{"workspaces": ["packages/*"]}',
      "packages/core/package.json": '{"name": "@shop/core", "exports": {".": "./src/door.ts"}}',
      "packages/core/src/door.ts": "export const price = 1;\n",
      "packages/app/package.json":
        '{"name": "@shop/app", "dependencies": {"@shop/core": "*", "left-pad": "1"}}',
      "packages/app/src/index.ts": 'export { price } from "@shop/core";\nimport "left-pad";\n',
    };
    await withTree(shop, async (root) => {
      git(root, "init", "-q");
      git(root, "add", ".");
      git(root, "commit", "-qm", "x");
      expect((await run(root, "check", "--base", "HEAD")).code).toBe(0);
      const moved = '{"name": "@shop/core", "exports": {".": "./src/other.ts"}}';
      writeFileSync(join(root, "packages/core/package.json"), moved);
      writeFileSync(join(root, "packages/core/src/other.ts"), "export function price() {}\n");
      writeFileSync(
        join(root, "packages/app/package.json"),
        '{"name": "@shop/app", "dependencies": {"@shop/core": "*"}}',
      );
      const { out } = await run(root, "check", "--base", "HEAD");
      expect(out).toContain("price of @shop/app was variable and is now function");
      // What the revision imports, its own manifest declares.
      expect(await trendOf(root, defaultConfig, 1)).toMatchObject({ ok: true, value: [{ score: 100 }] });
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
      expect(mended.err).toContain("failed: 1 mended finding still in the baseline");
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
      expect((await run(root, "why", "pkg/a:A")).out).toContain("pkg.a:A is class pkg.a:A (pkg/a.py:1)");
      expect((await run(root, "why", "nobody")).code).toBe(1);
      expect((await run(root, "who", "pkg.a")).out).toContain("1 direct importer, 2 in all");
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

  it("fix says what --derived would do when nothing is declared", async () => {
    const files = {
      ...sound,
      "pkg/shim.py": "from .a import A\n",
      "one.py": "from pkg.a import A\n",
      "two.py": "from pkg.shim import A\n",
    };
    await withTree(files, async (root) => {
      expect((await run(root, "fix", "--dry-run")).out).toMatch(
        /^0 files would change.*: no canonical path is declared; --derived would rewrite 2 imports in 2 files /,
      );
    });
    await withTree({ "a.py": "class A: pass\n", "b.py": "from a import A\n" }, async (root) => {
      expect((await run(root, "fix")).out).toContain("none that could be derived is strayed from");
    });
  });

  it("explains and draws what is there now, whatever a check has kept", async () => {
    await withTree({ "a.py": "class A: pass\n", "b.py": "from a import A\n" }, async (root) => {
      expect((await run(root, "check")).code).toBe(0);
      expect((await run(root, "who", "a")).out).toContain("1 direct importer");
      writeFileSync(join(root, "c.py"), "from a import A\n");
      writeFileSync(join(root, "a.py"), "class A: pass\nclass B(A): pass\n");
      expect((await run(root, "who", "a")).out).toContain("2 direct importers");
      expect((await run(root, "why", "a:B")).out).toContain("a:B is class");
      expect((await run(root, "graph")).out).toBe((await run(root, "graph", "--no-cache")).out);
    });
  });

  it("helps with one command, or with all", async () => {
    const all = (await run(tmpdir(), "--help")).out;
    expect(all).toContain("ratchet");
    const fix = (await run(tmpdir(), "fix", "--help")).out;
    expect(fix).toContain("--dry-run");
    expect(fix).toContain("--config FILE");
    expect(fix).not.toMatch(/--since|ratchet/);
    expect((await run(tmpdir(), "fxi", "--help")).out).toBe(all);
  });

  it.each([
    [["check", "--formt", "json"], "there is no option --formt, did you mean --format?"],
    [["chek"], "there is no command chek, did you mean check?"],
    [["constructor"], "there is no command constructor"],
    [["check", "--since"], "Option '--since <value>' argument missing"],
    [["init", "--dry-run"], "--dry-run is for fix, not for init"],
    [["ratchet", "--since", "HEAD"], "--since is for check, report and watch, not for ratchet"],
  ])("answers %j in one line", async (argv, expected) => {
    const { code, err } = await run(tmpdir(), ...argv);
    expect([code, err.split("\n").length]).toEqual([2, 1]);
    expect(err).toContain(expected);
    expect(err).toContain("--help");
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
