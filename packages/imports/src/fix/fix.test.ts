import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultConfig } from "../config.ts";
import { extract } from "../extract/extract.ts";
import { withTree } from "../testing/tree.ts";
import { readProject } from "../tree-project.ts";
import { planFixes, writeFixes } from "./fix.ts";

const config = { ...defaultConfig, canonical: [{ symbol: "lib.core:Manager", allow: [] }] };
const lib = {
  "lib/__init__.py": "",
  "lib/core.py": "class Manager: pass\nclass Other: pass\n",
  "lib/shim.py": "from lib.core import Manager as Old\nfrom lib.core import Other\n",
};

async function fixed(main: string, more: Readonly<Record<string, string>> = {}) {
  return withTree({ ...lib, ...more, "main.py": main }, async (root) => {
    const { project } = await readProject(root, config);
    const plan = planFixes(project, config, { paths: [], isDerived: false });
    expect(writeFixes(root, plan)).toEqual({ ok: true });
    const again = planFixes((await readProject(root, config)).project, config, {
      paths: [],
      isDerived: false,
    });
    expect(again.changes).toEqual([]);
    return {
      text: readFileSync(join(root, "main.py"), "utf8"),
      refused: plan.refused.map((each) => each.reason),
      plan,
    };
  });
}

describe("fix", () => {
  it.each([
    ["from lib.shim import Old\nOld()\n", "from lib.core import Manager as Old\nOld()\n"],
    [
      "from lib.shim import Old as M  # why\r\nx = 1\r\n",
      "from lib.core import Manager as M  # why\r\nx = 1\r\n",
    ],
    [
      "from lib.shim import (\n    Old,  # keep\n    Other,\n)\nx = 1\n",
      "from lib.shim import (\n    # keep\n    Other,\n)\nfrom lib.core import Manager as Old\nx = 1\n",
    ],
    [
      "from lib.shim import Other, Old\n",
      "from lib.shim import Other\nfrom lib.core import Manager as Old\n",
    ],
    [
      "from lib.core import Other\nimport os\nfrom lib.shim import Old\n",
      "from lib.core import Other, Manager as Old\nimport os\n",
    ],
    [
      "from lib.core import (\n    Other,  # why\n)\nfrom lib.shim import Old\n",
      "from lib.core import (\n    Other,  # why\n    Manager as Old,\n)\n",
    ],
    [
      "from lib.core import (\r\n    Other\r\n)\r\nfrom lib.shim import Old\r\n",
      "from lib.core import (\r\n    Other,\r\n    Manager as Old\r\n)\r\n",
    ],
    [
      "from lib.core import (\n    Other  # why\n)\nfrom lib.shim import Old\nfrom lib.shim import Old as O\n",
      "from lib.core import (\n    Other,  # why\n    Manager as Old,\n    Manager as O,\n)\n",
    ],
    [
      "from lib.shim import (Other, Old)\n",
      "from lib.shim import (Other)\nfrom lib.core import Manager as Old\n",
    ],
    [
      "from lib.core import Other\nfrom lib.shim import Old as OldOne\nfrom lib.shim import Old\n",
      "from lib.core import Other, Manager as OldOne, Manager as Old\n",
    ],
    ["def f():\n    from lib.shim import Old\n", "def f():\n    from lib.core import Manager as Old\n"],
    ["patch('lib.shim.Old.run')\n", "patch('lib.core.Manager.run')\n"],
  ])("rewrites %j", async (before, after) => {
    expect((await fixed(before)).text).toBe(after);
  });

  it("leaves alone what another path could change, and says why", async () => {
    const guarded = await fixed("try:\n    from lib.shim import Old\nexcept ImportError:\n    Old = None\n");
    expect(guarded.refused[0]).toContain("guarded (try)");
    const effects = await fixed("from lib.loud import Manager\n", {
      "lib/loud.py": "from lib.core import Manager\nprint('loaded')\n",
    });
    expect(effects.refused[0]).toContain("does more than define");
    const shared = await fixed("x = 1; from lib.shim import Old, Other\n");
    expect(shared.refused[0]).toContain("shares its line");
    for (const each of [guarded, effects, shared]) expect(each.plan.changes).toEqual([]);
  });

  it("refuses to close a circle", async () => {
    const more = { "lib/core.py": "import main\nclass Manager: pass\nclass Other: pass\n" };
    expect((await fixed("from lib.shim import Old\n", more)).refused[0]).toContain("circle");
  });

  it("refuses what would close a circle with what it rewrites elsewhere", async () => {
    const files = {
      "one/__init__.py": "from one.core import X\nfrom one.other import o\n",
      "one/core.py": "class X: pass\n",
      "one/other.py": "from two.core import Y\no = 1\n",
      "two/__init__.py": "from two.core import Y\nfrom two.other import o\n",
      "two/core.py": "class Y: pass\n",
      "two/other.py": "from one.core import X\no = 1\n",
    };
    await withTree(files, async (root) => {
      const canonical = ["one:X", "two:Y"].map((symbol) => ({ symbol, allow: [] }));
      const declared = { ...defaultConfig, canonical };
      const { project } = await readProject(root, declared);
      const plan = planFixes(project, declared, { paths: [], isDerived: false });
      expect(plan.changes.map(({ file }) => file)).toEqual(["one/other.py"]);
      expect(plan.refused).toMatchObject([
        { file: "two/other.py", reason: expect.stringContaining("circle") },
      ]);
    });
  });

  it("stops when a file changed meanwhile", async () => {
    await withTree({ ...lib, "main.py": "from lib.shim import Old\n" }, async (root) => {
      const { project } = await readProject(root, config);
      const plan = planFixes(project, config, { paths: [], isDerived: false });
      const changes = plan.changes.map((each) => ({ ...each, before: Buffer.from("other") }));
      expect(writeFixes(root, { ...plan, changes })).toEqual({
        ok: false,
        message: "main.py has changed meanwhile; run fix again",
      });
    });
  });

  it("shows a diff that names both files", async () => {
    const { plan } = await fixed("x = 1\nfrom lib.shim import Old\n");
    expect(plan.diffs).toEqual([
      "--- a/main.py\n+++ b/main.py\n@@ -1,2 +1,2 @@\n x = 1\n-from lib.shim import Old\n+from lib.core import Manager as Old",
    ]);
  });

  it("rewrites TypeScript alike: types stay types, quotes and comments stay", async () => {
    const files = {
      "package.json": '{"name": "x", "type": "module"}',
      "tsconfig.json": '{"compilerOptions": {"module": "nodenext", "allowImportingTsExtensions": true}}',
      "lib/core.ts": "export class Manager {}\nexport class Other {}\n",
      "lib/shim.ts": 'export { Manager as Old, Other } from "./core.ts";\n',
      "main.ts":
        "import { Old, Other as O } from './lib/shim.ts';\nimport type { Old as T } from \"./lib/shim.ts\"; // why\n",
    };
    await withTree(files, async (root) => {
      const declared = { ...defaultConfig, canonical: [{ symbol: "lib/core.ts:Manager", allow: [] }] };
      const { project } = await readProject(root, declared);
      writeFixes(root, planFixes(project, declared, { paths: [], isDerived: false }));
      expect(readFileSync(join(root, "main.ts"), "utf8")).toBe(
        "import { Other as O } from './lib/shim.ts';\nimport { Manager as Old } from './lib/core.ts';\n" +
          'import type { Manager as T } from "./lib/core.ts"; // why\n',
      );
    });
  });

  it.each([
    ["export { Old } from './lib/shim';\n", "export { Manager as Old } from './lib';\n"],
    [
      "export { Manager as default, other } from './lib/core';\n",
      "export { other } from './lib/core';\nexport { Manager as default } from './lib';\n",
    ],
    ["import type { Opt } from './lib/core';\n", "import type { Opt } from './lib';\n"],
    [
      "import type { Manager } from './lib';\nimport type { Opt } from './lib/core';\n",
      "import type { Manager, Opt } from './lib';\n",
    ],
    [
      "import type { Opt } from './lib/core';\nimport type { Manager } from './lib';\n",
      "import type { Manager, Opt } from './lib';\n",
    ],
    [
      "import { Manager } from './lib';\nimport { type Opt } from './lib/core';\n",
      "import { Manager, type Opt } from './lib';\n",
    ],
    [
      "import { type Opt } from './lib';\nimport { Manager } from './lib/core';\n",
      "import { type Opt } from './lib';\nimport { Manager } from './lib';\n",
    ],
    [
      "import { type Opt as O, other } from './lib/core';\n",
      "import { other } from './lib/core';\nimport { type Opt as O } from './lib';\n",
    ],
    [
      "import all, { type Opt } from './lib/core';\n",
      "import all from './lib/core';\nimport { type Opt } from './lib';\n",
    ],
    [
      "import { Manager } from './lib';\nimport all, { other, Manager as M } from './lib/core';\n",
      "import { Manager, Manager as M } from './lib';\nimport all, { other } from './lib/core';\n",
    ],
  ])(
    "keeps what others take from the file, types as types, and default imports: %j",
    async (main, expected) => {
      const files = {
        "lib/core.ts":
          "export class Manager {}\nexport type Opt = 1;\nexport const other = 1;\nexport default 1;\n",
        "lib/index.ts": "export { Manager, type Opt } from './core';\n",
        "lib/shim.ts": "export { Manager as Old } from './core';\n",
        "main.ts": main,
      };
      await withTree(files, async (root) => {
        const canonical = ["lib:Manager", "lib/index:Opt"].map((symbol) => ({ symbol, allow: [] }));
        const declared = { ...defaultConfig, canonical };
        const plan = planFixes((await readProject(root, declared)).project, declared, {
          paths: ["main.ts"],
          isDerived: false,
        });
        writeFixes(root, plan);
        expect(readFileSync(join(root, "main.ts"), "utf8")).toBe(expected);
      });
    },
  );
});

describe("fix --derived", () => {
  async function derived(files: Readonly<Record<string, string>>): Promise<string[]> {
    return withTree(files, async (root) => {
      const { project } = await readProject(root, defaultConfig);
      const plan = planFixes(project, defaultConfig, { paths: [], isDerived: true });
      return plan.changes.map((each) => `${each.file}: ${each.after.toString()}`).sort();
    });
  }
  const pkg = {
    "pkg/__init__.py": "from .sites import Site\n",
    "pkg/sites.py": "class Site: pass\n",
    "a.py": "from pkg import Site\n",
    "b.py": "from pkg import Site\n",
    "c.py": "from pkg.sites import Site\n",
  };

  it("takes the package's door where most ask there, else the defining module", async () => {
    expect(await derived(pkg)).toEqual(["c.py: from pkg import Site\n"]);
    const more = { ...pkg, "d.py": "from pkg.sites import Site\n" };
    expect(await derived(more)).toEqual([
      "a.py: from pkg.sites import Site\n",
      "b.py: from pkg.sites import Site\n",
    ]);
  });

  it("asks for a package by its name where its own files do", async () => {
    const kit = {
      "package.json":
        '{"name": "kit", "type": "module", "exports": {".": "./src/index.js", "./core": "./src/core.js"}}',
      "src/core.js": "export class Manager {}\n",
      "src/inner.js": "export class Inner {}\n",
      "src/index.js":
        'export { Manager as Boss } from "./core.js";\nexport { Inner as Core } from "./inner.js";\n',
      "src/a.js": 'import { Manager } from "./core.js";\nimport { Inner } from "./inner.js";\n',
      "test/b.js": 'import { Boss } from "kit";\n',
      "test/c.js": 'import { Core } from "kit";\n',
    };
    expect(await derived(kit)).toEqual(['test/b.js: import { Manager as Boss } from "kit/core";\n']);
  });

  it("never asks for a private name that has a public one, and leaves other names of the right module", async () => {
    const files = {
      "core.py": "class _Impl: pass\nManager = _Impl\nBoss = _Impl\n",
      "shim.py": "from core import Manager as Old\n",
      "a.py": "from core import Manager\n",
      "b.py": "from core import Manager\n",
      "c.py": "from core import Boss\n",
      "d.py": "from shim import Old\n",
    };
    expect(await derived(files)).toEqual(["d.py: from core import Manager as Old\n"]);
  });

  it("takes from the door of another package what a path past it takes, if the door offers that", async () => {
    const workspace = {
      "package.json": '{"workspaces": ["core", "till"]}',
      "core/package.json": '{"name": "@shop/core", "version": "1.0.0", "exports": {".": "./src/index.ts"}}',
      "core/src/index.ts": 'export { bill, type Line } from "./bill.ts";\n',
      "core/src/bill.ts": "export const bill = 1;\nexport interface Line {}\nexport const inside = 1;\n",
      "till/package.json": '{"name": "@shop/till", "dependencies": {"@shop/core": "1"}}',
    };
    const found = await derived({
      ...workspace,
      "till/a.ts": 'import { bill, type Line as L } from "../core/src/bill.ts";\n',
      "till/b.ts": 'import { bill as b, inside } from "../core/src/bill.ts";\n',
      "till/c.test.ts": 'import { bill } from "../core/src/bill.ts";\n',
    });
    expect(found).toEqual([
      'till/a.ts: import { bill, type Line as L } from "@shop/core";\n',
      'till/b.ts: import { inside } from "../core/src/bill.ts";\nimport { bill as b } from "@shop/core";\n',
    ]);
  });
});

describe("whatever the file holds", () => {
  const name = fc.constantFrom("Old", "Other", "Old as M", "Old as Old, Other as O");
  const statement = fc.oneof(
    name.map((each) => `from lib.shim import ${each}`),
    name.map((each) => `from lib.shim import (  # why\n    ${each.replace(", ", ",\n    ")},\n)  # end`),
    name.map((each) => `if x:\n\tfrom lib.shim import ${each} ; y = 1`),
    name.map((each) => `def f():\n    from lib.shim import ${each}\n    return 1`),
    name.map((each) => `try:\n    from lib.shim import ${each}\nexcept ImportError:\n    pass`),
    fc.constantFrom("from lib.core import Other as Q", "import lib.shim, os", "from lib.shim import *"),
  );
  const other = fc.constantFrom(
    "x = 'from lib.shim import Old'",
    '"""\nfrom lib.shim import Old\n"""',
    "# from lib.shim import Old",
    "café = {'é': [1,\n  2]}  ",
    "",
    "\f",
    "class K(object):\n    a = 1 ;",
  );
  const file = fc.tuple(
    fc.boolean(),
    fc.constantFrom("\n", "\r\n"),
    fc.array(fc.oneof(statement, other), { minLength: 1, maxLength: 8 }),
  );
  /** What is left of a file when the lines of its import statements are taken out. */
  function rest(bytes: Buffer): string {
    const kept: Buffer[] = [];
    let at = 0;
    for (const { statement: place } of extract("main.py", bytes).imports) {
      if (place.start < at) continue;
      kept.push(bytes.subarray(at, place.start));
      at = place.end;
    }
    kept.push(bytes.subarray(at));
    // A statement that is added takes a line; a comment between names moves with its name.
    const lines = Buffer.concat(kept).toString("utf8").split(/\r?\n/);
    return lines.filter((line) => !/^[ \t]*$/.test(line)).join("\n");
  }

  it("only import statements change, once, and never for the worse", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(file, async ([hasMark, newline, parts]) => {
        const text = (hasMark ? "\ufeff" : "") + parts.join("\n").replaceAll("\n", newline) + newline;
        await withTree({ ...lib, "main.py": text }, async (root) => {
          const before = await readProject(root, config);
          const plan = planFixes(before.project, config, { paths: [], isDerived: false });
          for (const change of plan.changes) {
            expect(change.file).toBe("main.py");
            expect(rest(change.after)).toBe(rest(change.before));
            expect(/(?<!\r)\n/.test(change.after.toString())).toBe(newline === "\n");
          }
          expect(writeFixes(root, plan)).toEqual({ ok: true });
          const { project } = await readProject(root, config);
          expect(planFixes(project, config, { paths: [], isDerived: false }).changes).toEqual([]);
          const file = project.fileAt("main.py") ?? -1;
          const old = before.project.fileAt("main.py") ?? -1;
          expect(project.facts(file).problems).toEqual(before.project.facts(old).problems);
        });
      }),
      { numRuns: 60 },
    );
  });
});
