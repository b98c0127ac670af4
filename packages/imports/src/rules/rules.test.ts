import { describe, expect, it } from "vitest";
import { defaultConfig } from "../config.ts";
import { formatLock, parseLock, publicSurface } from "../contract.ts";
import { proposeConfig } from "../init.ts";
import { brief, checkFiles, checkTree, withTree } from "../testing/tree.ts";
import { readProject } from "../tree-project.ts";
import { contextOf } from "./run.ts";

describe("export-contract", () => {
  const before = {
    "pkg/__init__.py": "from .a import A, A as Alias, f\nimport os\n",
    "pkg/a.py": "class A: pass\nasync def f(): pass\n",
    "main.py": "from pkg import A, f\n",
  };

  async function against(after: Readonly<Record<string, string>>): Promise<string[]> {
    const lock = await withTree(before, async (root) => {
      const { project } = await readProject(root, defaultConfig);
      return publicSurface(project, defaultConfig);
    });
    return withTree({ ...before, ...after }, async (root) => {
      const { findings } = await checkTree(root, {}, { lock });
      return findings
        .filter((each) => each.rule === "export-contract")
        .map((each) => `${each.message} | ${each.why.filter((why) => why.startsWith("breaks")).join(", ")}`);
    });
  }

  it("is quiet when nothing changed, and survives its own file", async () => {
    expect(await against({})).toEqual([]);
    await withTree(before, async (root) => {
      const { project } = await readProject(root, defaultConfig);
      const surface = publicSurface(project, defaultConfig);
      expect(surface.map((each) => each.name)).toEqual(["A", "Alias", "f"]);
      expect(parseLock(formatLock(surface), "lock")).toEqual({ ok: true, surface });
    });
    expect(parseLock("nonsense", "lock").ok).toBe(false);
  });

  it("names what fell out and everyone it breaks", async () => {
    expect(await against({ "pkg/__init__.py": "from .a import A, A as Alias\n" })).toEqual([
      "f fell out of pkg | breaks main.py:1",
    ]);
  });

  it("sees a changed kind, a changed place and a parted alias", async () => {
    expect(await against({ "pkg/a.py": "class A: pass\ndef f(): pass\n" })).toEqual([
      "f of pkg was async function and is now function | breaks main.py:1",
    ]);
    expect(
      await against({
        "pkg/b.py": "class A: pass\n",
        "pkg/__init__.py": "from .b import A\nfrom .a import A as Alias, f\n",
      }),
    ).toEqual(["A of pkg is no longer the same object as pkg:Alias | breaks main.py:1"]);
    expect(
      await against({
        "pkg/a.py": "from .b import A\nasync def f(): pass\n",
        "pkg/b.py": "class A: pass\n",
      }),
    ).toEqual([
      "A of pkg moved from pkg.a:A to pkg.b:A | breaks main.py:1",
      "Alias of pkg moved from pkg.a:A to pkg.b:A | ",
    ]);
  });

  it("names who asks for a module that is gone", async () => {
    const findings = await withTree(
      { "pkg/__init__.py": "", "pkg/b/__init__.py": "B = 1\n", "a.ts": "export const x = 1;\n" },
      async (root) => {
        const { project } = await readProject(root, { ...defaultConfig, contract: ["**"] });
        const lock = publicSurface(project, { ...defaultConfig, contract: ["**"] });
        return withTree(
          {
            "pkg/__init__.py": "",
            "main.py": "from pkg.b import B, C\nfrom pkg.b import C\n",
            "b.ts": 'import * as a from "./a";\n',
          },
          async (after) => (await checkTree(after, {}, { lock })).findings,
        );
      },
    );
    const broken = findings.filter((each) => each.rule === "export-contract");
    expect(
      broken.map((each) => [each.message, ...each.why.filter((why) => why.startsWith("breaks"))]),
    ).toEqual([
      ["a.ts is gone, and with it x", "breaks b.ts:1"],
      ["pkg.b is gone, and with it B", "breaks main.py:1"],
    ]);
  });

  it("holds what the configuration calls identical", async () => {
    const findings = await checkFiles(
      { "a.py": "class A: pass\n", "b.py": "class A: pass\n", "c.py": "from a import A\n" },
      {
        identical: [["a:A", "c:A", "b:A"]],
      },
    );
    expect(brief(findings, "export-contract")).toEqual(["error export-contract b.py:1 A"]);
  });

  it("takes a TypeScript alias for the thing itself, and a subclass for another", async () => {
    const alias = 'import { A } from "./a.ts";\nexport const Old = A;\nexport type Old = A;\n';
    const identical = [["a.ts:A", "old.ts:Old"]];
    const same = await checkFiles({ "a.ts": "export class A {}\n", "old.ts": alias }, { identical });
    expect(brief(same, "export-contract")).toEqual([]);
    const subclass = 'import { A } from "./a.ts";\nexport class Old extends A {}\n';
    const parted = await checkFiles({ "a.ts": "export class A {}\n", "old.ts": subclass }, { identical });
    expect(brief(parted, "export-contract")).toEqual(["error export-contract old.ts:1 Old"]);
    const circle = "export const A = B;\nexport const B = A;\n";
    const round = await checkFiles({ "a.ts": circle, "old.ts": "export const Old = 1;\n" }, { identical });
    expect(brief(round, "export-contract")).toEqual(["error export-contract old.ts:1 Old"]);
  });
});

describe("canonical-path and fragmentation", () => {
  it("says when a declared path leads nowhere, and knows modules by their paths", async () => {
    const symbols = ["web/core:gone", "web/gone:Manager", "web/core:Manager"];
    const findings = await checkFiles(
      {
        "web/core/index.ts": "export class Manager {}\n",
        "web/shim.ts": 'export { Manager } from "./core";\n',
        "a.ts": 'import { Manager } from "./web/shim";\n',
      },
      { canonical: symbols.map((symbol) => ({ symbol, allow: [] })) },
    );
    expect(brief(findings, "canonical")).toEqual([
      "error canonical-path a.ts:1 Manager",
      "error canonical-path goldenpath.imports.json:1 gone",
      "error canonical-path goldenpath.imports.json:1 Manager",
    ]);
  });

  const files = {
    "lib/__init__.py": "",
    "lib/core.py": "cache = {}\nclass Manager: pass\n",
    "lib/shim.py": "from lib.core import Manager as Old\n",
    "a.py": "from lib.core import Manager\ndef use(): return Manager()\n",
    "b.py": "from lib.shim import Old\n",
    "c.py":
      "from lib.shim import Old as Mine\nfrom unittest.mock import patch\npatch('a.Manager')\npatch('lib.shim.Old')\n",
  };

  it("proposes the public door", async () => {
    const files = {
      "shop/__init__.py": "__all__ = ['Invoice']\nfrom shop.billing.invoice import Invoice\n",
      "shop/billing/__init__.py": "from shop.billing.invoice import Invoice\n",
      "shop/billing/invoice.py": "class Invoice: pass\n",
      "a.py": "from shop import Invoice\n",
      "b.py": "from shop.billing import Invoice\n",
    };
    await withTree(files, async (root) => {
      const { project } = await readProject(root, defaultConfig);
      const proposed = proposeConfig(project, contextOf(project, defaultConfig, undefined, undefined, ""));
      expect(JSON.parse(proposed)).toMatchObject({ canonical: [{ symbol: "shop:Invoice" }] });
    });
  });

  it("sends nobody behind a door", async () => {
    const findings = await checkFiles({
      "lib/__init__.py": "",
      "lib/_core.py": "class Manager: pass\n",
      "lib/own.py": "from lib._core import Manager\n",
      "shop/__init__.py": "from lib._core import Manager\n",
      "a.py": "from shop import Manager\n",
      "b.py": "from lib.own import Manager\n",
    });
    expect(brief(findings, "canonical")).toEqual([]);
  });

  it("sees through renames and shims, and leaves mocks of consumers alone", async () => {
    const findings = await checkFiles(files, { canonical: [{ symbol: "lib.core:Manager", allow: [] }] });
    expect(brief(findings, "canonical")).toEqual([
      "error canonical-path b.py:1 Old",
      "error canonical-path c.py:1 Old",
      "error canonical-path c.py:4 Old",
    ]);
    const allowed = await checkFiles(files, {
      canonical: [{ symbol: "lib.core:Manager", allow: ["lib.shim:Old"] }],
    });
    expect(brief(allowed, "canonical")).toEqual([]);
  });

  it("ranks what has several doors in use", async () => {
    const report = await withTree(files, (root) => checkTree(root));
    expect(report.fragments[0]).toMatchObject({
      symbol: "Manager",
      imports: 4,
      definitions: 1,
      isState: true,
    });
    expect(report.fragments[0]?.paths).toEqual([
      { module: "lib.core", name: "Manager", imports: 2 },
      { module: "lib.shim", name: "Old", imports: 2 },
    ]);
  });
});

describe("cycle", () => {
  it("names the smallest cut, and says when it is only in functions or types", async () => {
    const loaded = await checkFiles({
      "a.py": "import b\n",
      "b.py": "import c\n",
      "c.py": "import a\nimport b\n",
    });
    const found = loaded.find((each) => each.rule === "cycle");
    expect(found?.severity).toBe("warning");
    expect(found?.why.filter((why) => why.startsWith("cut:"))).toEqual(["cut: b.py:1 imports c.py"]);
    const late = await checkFiles({ "a.py": "import b\n", "b.py": "def f():\n  import a\n" });
    expect(brief(late, "cycle")).toEqual(["note cycle a.py:1 a"]);
    const typed = await checkFiles({ "a.py": "import b\n", "b.py": "if TYPE_CHECKING:\n  import a\n" });
    expect(typed.find((each) => each.rule === "cycle")?.message).toContain("only in types");
  });
});

describe("boundaries", () => {
  const files = {
    "core/__init__.py": "",
    "core/a.py": "import web.b\n",
    "web/__init__.py": "",
    "web/b.py": "import core.a, requests\n",
  };

  it("keeps layers, forbidden ways and deprecated paths, each with its reason", async () => {
    const findings = await checkFiles(files, {
      layers: [{ order: [["web/**"], ["core/**"]], reason: "the core knows no web" }],
      forbidden: [{ from: ["web/**"], to: ["requests"], reason: "use the client" }],
      deprecated: [{ path: "core.a", use: "core.z", after: "2027-01-01", reason: "moved" }],
    });
    expect(brief(findings).filter((each) => !each.includes("cycle"))).toEqual(
      [
        "error layers core/a.py:1 web.b",
        "warning deprecated-path web/b.py:1 core.a",
        "error forbidden web/b.py:1 ",
      ].map((each) => (each.endsWith(" ") ? `${each}requests` : each)),
    );
    expect(findings.find((each) => each.rule === "layers")?.why).toEqual(["the core knows no web"]);
  });

  it("sees modules that are asked for as names, and names that are taken of a namespace", async () => {
    const findings = await checkFiles(
      {
        "app/__init__.py": "",
        "app/web/__init__.py": "",
        "app/core/__init__.py": "",
        "app/core/a.py": "from app import web\nfrom .. import web as again\n",
        "old.ts": "export const gone = 1;\nexport const kept = 1;\n",
        "b.ts": 'import * as old from "./old";\nold.kept;\nold.gone;\n',
      },
      {
        layers: [{ order: [["app/web/**"], ["app/core/**"]], reason: "the core knows no web" }],
        deprecated: [{ path: "old.ts:gone", use: "kept", after: "", reason: "renamed" }],
      },
    );
    expect(
      findings
        .filter((each) => each.rule !== "unused-export")
        .map((each) => `${each.rule} ${each.file}:${each.line}`),
    ).toEqual(["layers app/core/a.py:1", "layers app/core/a.py:2", "deprecated-path b.ts:3"]);
  });

  it("makes a deprecated path an error when its day has come", async () => {
    const deprecated = [{ path: "core.a", use: "core.z", after: "2027-01-01", reason: "moved" }];
    const findings = await checkFiles(files, { deprecated }, { today: "2027-01-01" });
    expect(brief(findings, "deprecated")).toEqual(["error deprecated-path web/b.py:1 core.a"]);
  });
});

describe("shadowed-module, duplicate-definition, unused-export", () => {
  it("finds a dead module, a hidden standard one, a copy and an export for nobody", async () => {
    const body = `class Thing:\n${Array.from({ length: 12 }, (_, index) => `    def method_${index}(self):\n        return ${index}\n`).join("")}`;
    const findings = await checkFiles(
      {
        "types.py": "",
        "pkg/dup.py": "",
        "pkg/dup/__init__.py": "",
        "one.py": body,
        "two.py": `import os\n\n${body.replace("method_3", "other_3")}`,
        "three.py": "__all__ = ['x']\nx = 1\n",
      },
      { entries: ["one", "two", "types", "pkg/**"] },
    );
    expect(brief(findings)).toEqual([
      "warning shadowed-module pkg/dup.py:1 pkg.dup",
      "note unused-export three.py:1 x",
      "warning duplicate-definition two.py:3 Thing",
      "warning shadowed-module types.py:1 types",
    ]);
  });
});

it("says where a place begins and ends in what editors count, whatever its letters are", async () => {
  const text = "from 店.größe import höhe as h, 幅\nfrom 店.gibt_es_nicht import x\n";
  const files = {
    "店/__init__.py": "",
    "店/größe.py": "",
    "a.py": text,
    "b.ts": 'import { größe as g } from "./c";\n',
    "c.ts": "export {};\n",
  };
  const findings = await checkFiles(files);
  const shown = findings.flatMap(({ rule, file, line, column, endColumn }) => {
    const source = (files as Record<string, string>)[file]?.split("\n")[line - 1] ?? "";
    return rule.startsWith("unresolved") ? [source.slice(column - 1, endColumn - 1)] : [];
  });
  expect(shown).toEqual(["höhe as h", "幅", "店.gibt_es_nicht", "größe as g"]);
});
