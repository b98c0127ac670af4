import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { check } from "../check.ts";
import { type Config, defaultConfig } from "../config.ts";
import type { Edit, Finding } from "../finding.ts";
import { withTree } from "../testing/tree.ts";
import { readProject } from "../tree-project.ts";
import { planFixes, writeFixes } from "./fix.ts";
import { applySplices } from "./splice.ts";

type Files = Readonly<Record<string, string>>;

/** The text of the file that changes after `fix`, and why places in it were left alone. A second run changes nothing. */
async function fixed(files: Files, path: string, part: Partial<Config>) {
  const config = { ...defaultConfig, ...part };
  const plan = async (root: string) =>
    planFixes((await readProject(root, config)).project, config, { paths: [], isDerived: false });
  return withTree(files, async (root) => {
    const first = await plan(root);
    const findings = await findingsIn(root, config);
    expect(writeFixes(root, first)).toEqual({ ok: true });
    expect((await plan(root)).changes).toEqual([]);
    const text = readFileSync(join(root, path), "utf8");
    return { text, refused: first.refused.map(({ reason }) => reason), findings };
  });
}

async function findingsIn(root: string, config: Config): Promise<readonly Finding[]> {
  const now = (): number => 0;
  const options = { root, config, paths: [], useBaseline: false, today: "2026-01-01", now };
  const result = await check(options);
  if (!result.ok) throw new Error(result.message);
  return result.report.findings;
}

const typescript = {
  "package.json": '{"name": "x", "type": "module"}',
  "impl.ts": "export class Manager {}\nexport class Other {}\n",
  "shim.ts": 'export { Manager, Manager as Old, Other } from "./impl";\n',
};
const canonical = [{ symbol: "impl:Manager", allow: [] }];

describe("what is asked for while the program runs", () => {
  it.each([
    [
      'const { Manager } = await import("./shim"); // why\n',
      'const { Manager } = await import("./impl"); // why\n',
    ],
    [
      'import("./shim").then(({ Manager: M }) => new M());\n',
      'import("./impl").then(({ Manager: M }) => new M());\n',
    ],
    ["const M = require('./shim').Manager;\n", "const M = require('./impl').Manager;\n"],
  ])("takes its one path: %j", async (before, after) => {
    const { text, refused } = await fixed({ ...typescript, "main.ts": before }, "main.ts", { canonical });
    expect([text, refused]).toEqual([after, []]);
  });

  it.each([
    ['const { Manager, Other } = await import("./shim");\n', "not all that it takes leads there"],
    ['const { Manager, ...rest } = await import("./shim");\n', "not all that it takes leads there"],
    ['const { Manager, ["Other"]: O } = await import("./shim");\n', "not all that it takes leads there"],
    ['const { Old } = await import("./shim");\n', "what is taken apart would have another name"],
    ['try { const { Manager } = require("./shim"); } catch {}\n', "it is guarded (try)"],
  ])("stays where more would change: %j", async (before, why) => {
    const { text, refused } = await fixed({ ...typescript, "main.ts": before }, "main.ts", { canonical });
    expect(text).toBe(before);
    expect(refused[0]).toContain(why);
  });
});

describe("a module that a test puts another in the place of", () => {
  it.each(['vi.mock("./shim");\n', 'vi.mock(import("./shim"), () => ({ Manager: 1 }));\n'])(
    "%j",
    async (mock) => {
      const main =
        'import { Manager } from "./shim";\nimport type { Manager as T } from "./shim";\nexport const m: T = new Manager();\n';
      const files = { ...typescript, "main.ts": main, "main.test.ts": mock };
      const { text, refused } = await fixed(files, "main.ts", { canonical });
      expect(text).toBe(main.replace('T } from "./shim"', 'T } from "./impl"'));
      expect(refused).toEqual(["main.test.ts mocks shim.ts, which would no longer be asked"]);
    },
  );
});

const python = {
  "shop/__init__.py": "",
  "shop/old.py": "from shop.store import Manager, total\n",
  "shop/store.py": "class Manager: pass\ndef total(): pass\n",
};
const whole = [{ path: "shop.old", use: "shop.store", after: "", reason: "it moved" }];

describe("the replacement of a deprecated path", () => {
  it.each([
    ["from shop.old import Manager, total\n", "from shop.store import Manager, total\n"],
    ["import shop.old as o\no.total()\n", "import shop.store as o\no.total()\n"],
    [
      'from importlib import import_module\nm = import_module("shop.old")\n',
      'from importlib import import_module\nm = import_module("shop.store")\n',
    ],
    ['patch("shop.old.Manager.run")\n', 'patch("shop.store.Manager.run")\n'],
  ])("is what `fix` puts there: %j", async (before, after) => {
    const { text, refused } = await fixed({ ...python, "main.py": before }, "main.py", { deprecated: whole });
    expect([text, refused]).toEqual([after, []]);
  });

  it("may be that of one name", async () => {
    const deprecated = [{ path: "shop.old:total", use: "shop.store:total", after: "", reason: "it moved" }];
    const { text } = await fixed(
      { ...python, "main.py": "from shop.old import Manager, total\n" },
      "main.py",
      {
        deprecated,
      },
    );
    expect(text).toBe("from shop.old import Manager\nfrom shop.store import total\n");
  });

  it("is followed to its end, and not in a circle", async () => {
    const twice = [...whole, { path: "shop.store", use: "shop.last", after: "", reason: "again" }];
    const files = {
      ...python,
      "shop/last.py": "class Manager: pass\ndef total(): pass\n",
      "shop/store.py": "from shop.last import Manager, total\n",
      "main.py": "from shop.old import Manager\n",
    };
    expect((await fixed(files, "main.py", { deprecated: twice })).text).toBe(
      "from shop.last import Manager\n",
    );
    const around = [...whole, { path: "shop.store", use: "shop.old", after: "", reason: "back" }];
    expect(
      (await fixed({ ...python, "main.py": files["main.py"] }, "main.py", { deprecated: around })).text,
    ).toBe(files["main.py"]);
  });

  it.each([
    ["does not offer the same", { "shop/old.py": "class Manager: pass\n" }],
    ["does not offer all", { "shop/old.py": "from shop.store import Manager\ndef gone(): pass\n" }],
    ["does not do the same", { "shop/old.py": "from shop.store import Manager\nprint('loaded')\n" }],
    ["cannot be known to", { "shop/old.py": "from shop.store import Manager\nfrom elsewhere import *\n" }],
  ])("is not put where the new module %s", async (_, more) => {
    const main = 'import_module("shop.old")\n';
    const { text } = await fixed({ ...python, ...more, "main.py": main }, "main.py", { deprecated: whole });
    expect(text).toBe(main);
  });

  it("leaves a mock alone where the module itself is asked", async () => {
    const main = 'import shop.old\npatch("shop.old.Manager")\nshop.old.Manager()\n';
    const { text, refused } = await fixed({ ...python, "main.py": main }, "main.py", { deprecated: whole });
    expect(text).toBe(main);
    expect(refused).toEqual(["main.py asks shop/old.py itself, and would not see the mock"]);
  });

  it("is found in mocks and in names below a package", async () => {
    const main = 'patch("shop.old.Manager")\nimport_module(".old", "shop")\n';
    const { findings, refused } = await fixed({ ...python, "main.py": main }, "main.py", {
      deprecated: whole,
    });
    expect(findings.map(({ rule, line }) => `${rule}:${line}`)).toEqual([
      "deprecated-path:1",
      "deprecated-path:2",
    ]);
    expect(refused).toEqual([
      "main.py asks shop/old.py itself, and would not see the mock",
      "it is written relative to a package named beside it",
    ]);
  });
});

describe("the edits of findings", () => {
  it("are those that `fix` makes", async () => {
    const main =
      'from shop.old import (\n    Manager,  # keep\n    total as t,\n)\npatch("shop.old.total")\n';
    const canonical = [{ symbol: "shop.store:Manager", allow: [] }];
    const files = { ...python, "main.py": main };
    const { text, findings } = await fixed(files, "main.py", { canonical, deprecated: whole });
    const own = findings.filter(({ file }) => file === "main.py");
    expect(own.map(({ rule, line }) => `${rule}:${line}`)).toEqual([
      "deprecated-path:1",
      "canonical-path:2",
      "canonical-path:3",
      "canonical-path:5",
      "deprecated-path:5",
    ]);
    expect(own.map(({ fix }) => fix?.title)).toEqual(own.map(() => "import it from shop.store"));
    const edits = new Map<string, Edit>();
    for (const edit of own.flatMap(({ fix }) => fix?.edits ?? []))
      edits.set(`${edit.start} ${edit.end}`, edit);
    expect(applySplices(Buffer.from(main), [...edits.values()]).toString()).toBe(text);
    expect(text).toBe(main.replaceAll("shop.old", "shop.store"));
  });

  it("are none where `fix` refuses, and none of what nobody declared", async () => {
    const guarded = "try:\n    from shop.old import Manager\nexcept ImportError:\n    Manager = None\n";
    const canonical = [{ symbol: "shop.store:Manager", allow: [] }];
    const more = {
      "main.py": guarded,
      "other.py": "from shop.old import total\nfrom shop.store import total as t\n",
    };
    const { findings } = await fixed({ ...python, ...more }, "main.py", { canonical });
    const paths = findings.filter(({ rule }) => rule === "canonical-path");
    expect(paths.map(({ file, fix }) => [file, fix?.edits])).toEqual([
      ["main.py", []],
      ["other.py", []],
    ]);
  });
});
