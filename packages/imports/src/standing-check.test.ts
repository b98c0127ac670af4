import { rmSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check } from "./check.ts";
import { defaultConfig } from "./config.ts";
import type { Report } from "./finding.ts";
import { StandingCheck } from "./standing-check.ts";
import type { CheckOptions, CheckResult } from "./summary.ts";
import { edited, randomEdit, randomTree, textsOf } from "./testing/random-tree.ts";
import { withTree, writeBelow } from "./testing/tree.ts";

const rounds = 25;

function optionsFor(root: string): CheckOptions {
  return {
    root,
    config: {
      ...defaultConfig,
      entries: ["app/one.py"],
      canonical: [{ symbol: "app:First", allow: [] }],
      layers: [{ order: [["app.**"], ["tests.**"]], reason: "tests stand above" }],
      deprecated: [{ path: "app.two:third", use: "app.one:third", after: "", reason: "moved" }],
    },
    paths: [],
    useBaseline: false,
    now: () => 0,
    today: "2026-01-01",
  };
}

function reportOf(result: CheckResult | undefined): Report {
  if (result?.ok !== true) throw new Error(result?.message ?? "nothing was said");
  return result.report;
}

describe("a standing check", () => {
  it("[W1] says after each change what a check from nothing says", async () => {
    await fc.assert(
      fc.asyncProperty(randomTree, fc.array(randomEdit, { minLength: 3, maxLength: 9 }), (files, edits) =>
        withTree(textsOf(files), async (root) => {
          const options = optionsFor(root);
          const standing = await StandingCheck.of(options);
          expect(reportOf(standing.report())).toEqual(reportOf(await check(options)));
          let now = files;
          for (const edit of edits) {
            now = edited(now, edit);
            writeBelow(root, edit.path, textsOf(now)[edit.path] ?? "");
            expect(reportOf(standing.touched([edit.path]))).toEqual(reportOf(await check(options)));
          }
        }),
      ),
      { numRuns: rounds },
    );
  });

  const tree = {
    "package.json": '{"name": "shop"}',
    "src/door.ts": 'import { bill } from "./bill.ts";\nimport "./look.css";\nimport "left-pad";\nbill();\n',
    "src/bill.ts": "export function bill() {}\n",
    ".git/HEAD": "ref: refs/heads/main",
    "main.py": "import app.helper\nimport requests\n",
    "app/main.py": "from .helper import work\n",
    "app/helper.py": "def work():\n    pass\n",
  };

  it.each<[string, Readonly<Record<string, string | undefined>>, readonly string[]]>([
    ["a new file", { "src/look.css": "" }, ["src/look.css"]],
    ["a file that has gone", { "app/helper.py": undefined }, ["app/helper.py"]],
    ["a new module in a new folder", { "app/helper/__init__.py": "" }, ["app/helper"]],
    ["a manifest", { "package.json": '{"dependencies": {"left-pad": "1"}}' }, ["package.json"]],
    ["the first manifest of a language", { "requirements.txt": "flask" }, ["requirements.txt"]],
    ["many files at once", { "app/helper.py": "", "src/bill.ts": "" }, ["app/helper.py", "src/bill.ts"]],
    ["what git ignores", { ".gitignore": "look.*\n" }, [".gitignore"]],
    ["an installed package", { "node_modules/left-pad/package.json": "{}" }, ["node_modules"]],
  ])("[W2] takes notice of %s", async (_, changed, told) => {
    await withTree(tree, async (root) => {
      const options = optionsFor(root);
      const standing = await StandingCheck.of(options);
      const before = reportOf(standing.report()).findings;
      for (const [path, text] of Object.entries(changed)) {
        if (text === undefined) rmSync(join(root, path));
        else writeBelow(root, path, text);
      }
      const after = reportOf(standing.touched(told));
      expect(after).toEqual(reportOf(await check(options)));
      expect(after.findings).not.toEqual(before);
    });
  });

  const python = { "a.py": "class First:\n    pass\n", "d.py": "from a import First\n" };
  const lower = { "a.py": "\nclass First:\n    pass\n" };

  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    [
      "an alias of what is imported",
      { ...python, "b.py": "from a import First\nSecond = First\n", "c.py": "from b import Second\n" },
      lower,
    ],
    [
      "an alias of a module's attribute",
      { ...python, "b.py": "import a as m\nSecond = m.First\n", "c.py": "from b import Second\n" },
      lower,
    ],
    [
      "what is exported again under another name",
      {
        "a.ts": "export class First {}\n",
        "b.ts": 'export { First as Second } from "./a";\n',
        "c.ts": 'import { Second } from "./b";\n',
        "d.ts": 'import { First } from "./a";\n',
      },
      { "a.ts": "\nexport class First {}\n" },
    ],
    [
      "a door that nobody asks but that says what is public",
      {
        "pack/__init__.py": "from .impl import First\n",
        "pack/impl.py": "class First:\n    pass\n",
        "other.py": "from pack.impl import First\n",
        "main.py": "from other import First\n",
        "second.py": "from pack.impl import First\n",
      },
      { "pack/__init__.py": 'from .impl import First\n__all__ = ["First"]\n' },
    ],
    [
      "a name that is near to one that is missing",
      { "a.py": "", "b.py": "from a import Frst\n" },
      { "a.py": "class First:\n    pass\n" },
    ],
    [
      "what a name of the same file stands for",
      {
        "a.py": "First = 1\nSecond = First\n",
        "b.py": "from a import Second\n",
        "c.py": "from b import Second, Third\n",
      },
      {
        "a.py": "from gone import First\nSecond = First\nThird = 1\n",
        "b.py": "from a import Second, Third\n",
      },
    ],
    [
      "a module that makes up every name, and so modules, too",
      { "a.py": "def __getattr__(name):\n    return make(name)\n", "b.py": "import a.part\n" },
      { "a.py": "" },
    ],
    [
      "a name that another module gives",
      { "a.py": "", "b.py": "import a\na.Second = 1\n", "c.py": "from a import Second\n" },
      { "b.py": "import a\n" },
    ],
  ])("[W1] follows a change through %s", async (_, files, changed) => {
    await withTree(files, async (root) => {
      const options = optionsFor(root);
      const standing = await StandingCheck.of(options);
      const before = reportOf(standing.report()).findings;
      for (const [path, text] of Object.entries(changed)) writeBelow(root, path, text);
      const after = reportOf(standing.touched(Object.keys(changed)));
      expect(after).toEqual(reportOf(await check(options)));
      expect(after.findings).not.toEqual(before);
    });
  });

  it("says nothing of what cannot matter", async () => {
    await withTree(tree, async (root) => {
      const standing = await StandingCheck.of(optionsFor(root));
      standing.report();
      writeBelow(root, "notes.md", "nothing");
      writeBelow(root, ".git/index", "");
      writeBelow(root, "__pycache__/main.pyc", "");
      expect(
        standing.touched(["notes.md", ".git/index", "__pycache__/main.pyc", "gone.py~"]),
      ).toBeUndefined();
    });
  });
});
