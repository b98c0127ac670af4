import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readProject } from "../check.ts";
import { defaultConfig } from "../config.ts";
import { withTree } from "../testing/tree.ts";
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
});
