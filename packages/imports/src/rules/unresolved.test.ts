import { describe, expect, it } from "vitest";
import { brief, checkFiles } from "../testing/tree.ts";

const package_ = {
  "pkg/__init__.py": "",
  "pkg/a.py": "class A: pass\n_private = 1\n",
  "pkg/sub/__init__.py": "",
  "pkg/listed.py": "__all__ = ['here', 'gone']\nhere = 1\n",
};

async function unresolved(main: string, more: Readonly<Record<string, string>> = {}): Promise<string[]> {
  return brief(await checkFiles({ ...package_, ...more, "main.py": main }), "unresolved");
}

describe("unresolved imports in Python", () => {
  it.each([
    ["from pkg import a, sub"],
    ["import pkg.a\nfrom pkg.a import A, _private, __name__"],
    ["import os, numpy\nfrom numpy import anything"],
    ["from pkg import *"],
    [
      "from os import path, startfile, __file__\nfrom signal import CTRL_C_EVENT\nimport xml.etree.ElementTree",
    ],
    ["from distutils.gone import x\nfrom asyncio import *\nimport importlib.resources.abc"],
    ["import importlib\nimportlib.import_module('pkg.a')"],
    ["from unittest.mock import patch\npatch('pkg.a.A.method')\npatch('os.getcwd')"],
  ])("finds nothing in %j", async (main) => {
    expect(await unresolved(main)).toEqual([]);
  });

  it.each([
    ["from pkg import b", "error unresolved-symbol main.py:1 b"],
    ["import pkg.b", "error unresolved-module main.py:1 pkg.b"],
    ["from pkg.a import (\n  A,\n  B,\n)", "error unresolved-symbol main.py:3 B"],
    ["import importlib\nimportlib.import_module('pkg.b')", "error unresolved-module main.py:2 pkg.b"],
    ["from unittest.mock import patch\npatch('pkg.a.B')", "error unresolved-symbol main.py:2 B"],
    ["def f():\n  from pkg.a import B", "error unresolved-symbol main.py:2 B"],
    ["try:\n  from pkg.a import B\nexcept ImportError:\n  B = None", "note unresolved-symbol main.py:2 B"],
    ["if TYPE_CHECKING:\n  from pkg.a import B", "warning unresolved-symbol main.py:2 B"],
    ["from collections import deque, Mapping", "error unresolved-symbol main.py:1 Mapping"],
    ["import os.path, collections.gone", "error unresolved-module main.py:1 collections.gone"],
    ["if PY2:\n  from itertools import izip", "note unresolved-symbol main.py:2 izip"],
    ["from pkg.listed import *", "error unresolved-symbol main.py:1 gone"],
    ["from unittest.mock import patch\npatch('os.path.gone')", "error unresolved-symbol main.py:2 gone"],
  ])("finds it in %j", async (main, expected) => {
    expect(await unresolved(main)).toEqual([expected]);
  });

  it.each([
    ["with pytest.raises(ImportError):\n  from pkg.a import B"],
    ["if False:\n  from pkg.a import B"],
    ["def f():\n  raise X\n  from pkg.a import B"],
  ])("leaves alone what is meant to fail or never runs: %j", async (main) => {
    expect(await unresolved(main)).toEqual([]);
  });

  it.each([
    ["one place", {}],
    ["several places", { "web/app/__init__.py": "" }],
  ])("asks a project for its own package, which lies in %s", async (_, more) => {
    const findings = await checkFiles({
      "pyproject.toml": '[project]\nname = "app"\ndependencies = ["fastapi"]\n',
      "api/app/__init__.py": "",
      "api/app/models.py": "class User: pass\n",
      "api/app/main.py": "from app.models import Usr\nimport app.nothere\nimport fastapi\n",
      ...more,
    });
    expect(brief(findings, "unresolved")).toEqual([
      "error unresolved-symbol api/app/main.py:1 Usr",
      "error unresolved-module api/app/main.py:2 app.nothere",
    ]);
  });

  it.each([
    ["pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["code"]\n'],
    ["pyproject.toml", '[tool.setuptools]\npackage-dir = {"" = "code"}\n'],
    ["pyproject.toml", '[tool.poetry]\nname = "p"\npackages = [{ include = "thing", from = "code" }]\n'],
    ["pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["code/thing"]\n'],
    ["pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["code"]\n'],
    ["setup.cfg", "[options]\npackage_dir =\n    = code\n"],
    ["setup.cfg", "[options.packages.find]\nwhere = code\n"],
    ["setup.py", "setup(package_dir={'': 'code'}, packages=find_packages('code'))\n"],
    ["tox.ini", "[pytest]\npythonpath = code other\n"],
  ])("looks where %s says: %j", async (path, text) => {
    const findings = await checkFiles({
      [path]: text,
      "code/thing/__init__.py": "x = 1\n",
      "tests/test_thing.py": "from thing import x, gone\nimport thing.nowhere\n",
    });
    expect(brief(findings, "unresolved")).toEqual([
      "error unresolved-symbol tests/test_thing.py:1 gone",
      "error unresolved-module tests/test_thing.py:2 thing.nowhere",
    ]);
  });

  it("looks where the requirements of a program lie, from there alone", async () => {
    const findings = await checkFiles({
      "backend/requirements.txt": "flask\n",
      "backend/app/db.py": "x = 1\n",
      "backend/app/main.py": "from app.db import x, gone\nfrom app.nowhere import y\n",
      "other/main.py": "from app.db import anything\n",
    });
    expect(brief(findings, "unresolved")).toEqual([
      "error unresolved-symbol backend/app/main.py:1 gone",
      "error unresolved-module backend/app/main.py:2 y",
    ]);
  });

  it("finds a project's own package from elsewhere in it", async () => {
    const findings = await checkFiles({
      "pyproject.toml":
        '[tool.poetry]\nname = "my-app"\npackages = [{ include = "my_app", from = "code" }]\n',
      "code/my_app/__init__.py": "x = 1\n",
      "tests/my_app/__init__.py": "y = 1\n",
      "tests/test_app.py": "from my_app import x, gone\n",
    });
    expect(brief(findings, "unresolved")).toEqual(["error unresolved-symbol tests/test_app.py:1 gone"]);
  });

  it("follows re-exports, stars, aliases, conditions and lazy names", async () => {
    const more = {
      "lib/__init__.py":
        "from .impl import Thing as Public\nfrom .stars import *\nfrom .gone import Missing\n",
      "lib/impl.py": "class Thing: pass\nAlias = Thing\n",
      "lib/stars.py": "__all__ = ['shown', '_too']\nshown = _too = hidden = 1\n",
      "lib/either.py": "try:\n  from .impl import Nope\nexcept ImportError:\n  Nope = None\n",
      "lib/lazy.py":
        "def __getattr__(name):\n  if name == 'yes':\n    return 1\n  raise AttributeError(name)\n",
      "lib/typed.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  from .impl import Thing\n",
      "lib/dynamic.py": "globals().update(x=1)\n",
    };
    expect(
      await unresolved(
        [
          "from lib import Public, shown, _too, Missing",
          "from lib import hidden",
          "from lib.impl import Alias",
          "from lib.either import Nope",
          "from lib.lazy import yes",
          "from lib.lazy import no",
          "from lib.typed import Thing",
          "from lib.dynamic import anything",
        ].join("\n"),
        more,
      ),
    ).toEqual([
      "error unresolved-module lib/__init__.py:3 Missing",
      "note unresolved-symbol lib/either.py:2 Nope",
      "error unresolved-symbol main.py:1 Missing",
      "error unresolved-symbol main.py:2 hidden",
      "error unresolved-symbol main.py:6 no",
      "error unresolved-symbol main.py:7 Thing",
    ]);
  });

  it("leaves alone what a module may make at run time", async () => {
    const more = {
      "lib/__init__.py":
        "if TYPE_CHECKING:\n  from .x import Shown\ndef __getattr__(name):\n  return load(name)\n",
      "lib/x.py": "class Shown: pass\n",
      "lib/fast.pyi": "def f() -> None: ...\n",
      "lib/fast.cpython-311-x86_64-linux-gnu.so": "",
      "moves.py": "class Importer:\n  def find_spec(self, name): ...\n",
    };
    expect(
      await unresolved("from lib import Shown\nfrom lib.fast import _g\nimport moves.anything", more),
    ).toEqual([]);
  });

  it("asks the stub beside a module that makes names on request, and `__all__` where that is what it asks", async () => {
    const more = {
      "lib/__init__.py": "def __getattr__(name):\n  return load(name)\n",
      "lib/__init__.pyi": "from .x import Shown as Shown\n",
      "lib/x.py": "class Shown: pass\n",
      "lazy.py":
        "__all__ = ['yes']\ndef __getattr__(name):\n  if name in __all__:\n    return 1\n  raise AttributeError(name)\n",
    };
    expect(
      await unresolved(
        "from lib import Shown, _hidden, Gone\nfrom lazy import yes, no\nimport lazy.yes",
        more,
      ),
    ).toEqual([
      "error unresolved-symbol main.py:1 Gone",
      "error unresolved-symbol main.py:2 no",
      "error unresolved-module main.py:3 lazy.yes",
    ]);
  });

  const gone = "error unresolved-symbol main.py:1 Gone";
  const module = "error unresolved-module main.py:2 lib.gone";

  it.each([
    ["class Codes: pass\nfor code in Codes:\n  setattr(Codes, code.name, code)\n", [gone, module]],
    ["here = globals()\nfor name in __all__:\n  setattr(here[name], '__doc__', '')\n", [gone, module]],
    ["public = [name for name in globals()]\nx = vars()['public'].copy()\n", [gone, module]],
    ["here = globals()\nhere['Gone'] = 1\n", [module]],
    ["for name in names:\n  globals()[name] = 1\n", [module]],
    ["exec(text, globals())\n", [module]],
    ["setattr(get_module(), 'Gone', 1)\n", [module]],
    // Names are its own affair; modules are found by the path of the package as before.
    ["import sys\nsys.modules[__name__] = Own()\n", ["error unresolved-module main.py:2 lib.gone"]],
    ["import sys\nsys.modules[__name__ + '.gone'] = Own()\n", []],
  ])("knows what a package may hold that says %j", async (source, expected) => {
    expect(await unresolved("from lib import Gone\nimport lib.gone", { "lib/__init__.py": source })).toEqual(
      expected,
    );
  });

  it("says of names behind a missing module what importing them says, unless someone goes on without it", async () => {
    const more = {
      "lib/__init__.py": "",
      "lib/a.py": "from .gone import A\nfrom .away import *\n",
      "lib/b.py": "try:\n  from .gone import B\n  from .away import *\nexcept ImportError:\n  pass\n",
    };
    const found = await unresolved("from lib.a import A, Other\nfrom lib.b import B, Other", more);
    expect(found.filter((each) => each.includes("main.py"))).toEqual([
      "error unresolved-symbol main.py:1 A",
      "error unresolved-symbol main.py:1 Other",
    ]);
  });

  it("takes no file for Python's own that may hide it, and no package for built that is there", async () => {
    const more = {
      "tools/code.py": "shown = 1\n",
      "tools/other.py": "from code import shown\nimport code.gone\n",
      "types.py": "class Own: pass\n",
      "setup.py": "setup(packages=['pkg.sub'], ext_modules=[Extension('pkg._fast', ['a.c'])])\n",
    };
    expect(await unresolved("from types import Own\nimport pkg._fast, pkg.sub.gone", more)).toEqual([
      "error unresolved-module main.py:2 pkg.sub.gone",
    ]);
  });

  it("does not take a package's own directory for a root", async () => {
    const more = { "pkg/redis.py": "from redis import Redis\nimport redis.asyncio\n" };
    expect(await unresolved("", more)).toEqual([]);
  });

  it("calls a package that nobody declares a warning, and a note where somebody may bring it", async () => {
    const main =
      "import one\nif X:\n  import two\nif TYPE_CHECKING:\n  import three\ntry:\n  import four\nexcept ImportError:\n  pass\n";
    const findings = await checkFiles({ "requirements.txt": "alembic\n", "main.py": main });
    expect(brief(findings)).toEqual([
      "warning undeclared-dependency main.py:1 one",
      "note undeclared-dependency main.py:3 two",
      "note undeclared-dependency main.py:5 three",
    ]);
  });

  it("lets a declared package win over a folder without __init__", async () => {
    const files = { "requirements.txt": "alembic>=1\n", "alembic/env.py": "from alembic import context\n" };
    expect(brief(await checkFiles(files), "unresolved")).toEqual([]);
  });

  it("answers star cycles alike in whatever order they are asked", async () => {
    const more = {
      "ring/__init__.py": "",
      "ring/a.py": "from ring.c import *\nfrom ring.b import *\n",
      "ring/b.py": "from ring.a import *\n",
      "ring/c.py": "Z = 1\n",
    };
    expect(await unresolved("from ring.a import Z\nfrom ring.b import Z", more)).toEqual([]);
  });

  it("reports a broken file and still reads what stands around it", async () => {
    const findings = await checkFiles({ ...package_, "main.py": "x = (\nfrom pkg.a import B\n" });
    expect(brief(findings)).toEqual(["error syntax-error main.py:1 ", "error unresolved-symbol main.py:2 B"]);
  });
});

describe("unresolved imports in TypeScript", () => {
  it("says of names that only a missing star could have brought what the compiler says", async () => {
    const findings = await checkFiles({
      "all.ts": 'export * from "./gone";\nexport { b } from "./gone";\n',
      "a.ts": 'import { a, b } from "./all";\n',
    });
    expect(brief(findings, "unresolved")).toEqual([
      "error unresolved-symbol a.ts:1 a",
      "error unresolved-module all.ts:1 ./gone",
      "error unresolved-module all.ts:2 b",
    ]);
  });
});

it("names places in the tree as they lie in it", async () => {
  const findings = await checkFiles({
    "package.json": '{"workspaces": ["x"]}',
    "x/package.json": '{"name": "@s/x", "exports": {".": "./a.ts"}}',
    "x/a.ts": "export const a = 1;\n",
    "b.ts": 'import "@s/x/gone";\nimport ".";\n',
  });
  const why = findings.filter((each) => each.rule === "unresolved-module").flatMap((each) => each.why);
  expect(why).toEqual([
    "@s/x exists, the rest does not",
    "looked in the exports of x/package.json",
    "looked in .",
  ]);
});

it("asks the compiler's paths for what a bundler's alias names, too", async () => {
  const findings = await checkFiles({
    "package.json": '{"name": "a"}',
    "vite.config.ts": 'export default { resolve: { alias: { "~": "/app", only: "/x" } } };\n',
    "tsconfig.json": '{"compilerOptions": {"paths": {"~/*": ["./app/*"]}}, "include": ["app"]}',
    "app/there.ts": "export const a = 1;\n",
    "app/b.ts": 'import { a } from "~/there";\nimport "~/gone";\nimport "only/bundlers";\n',
    "web/c.ts": 'import "~/elsewhere";\n',
  });
  expect(brief(findings, "unresolved")).toEqual(["error unresolved-module app/b.ts:2 ~/gone"]);
});

it("takes what a file that runs everywhere asks for under a condition for a note", async () => {
  const findings = await checkFiles({
    "static/uri.js":
      '(function (root, make) {\n  if (typeof module === "object") module.exports = make(require("./punycode"));\n  else if (typeof define === "function" && define.amd) define(["./punycode"], make);\n  else root.URI = make(root.punycode);\n})(this, function () {});\n',
    "plain.js": 'if (process.env.FAST) module.exports = require("./fast");\n',
  });
  expect(brief(findings, "unresolved")).toEqual([
    "error unresolved-module plain.js:1 ./fast",
    "note unresolved-module static/uri.js:2 ./punycode",
  ]);
});

it("takes what declarations ask for for a note where the compiler does not look at it", async () => {
  const config = (skips: boolean) => JSON.stringify({ compilerOptions: { skipLibCheck: skips } });
  const findings = await checkFiles({
    "one/tsconfig.json": config(true),
    "one/api.d.ts": 'import { Plugin } from "../Plugin";\nexport type Api = Plugin;\n',
    "one/use.ts": 'import type { Gone } from "./api";\n',
    "other/tsconfig.json": config(false),
    "other/api.d.ts": 'import { Plugin } from "../Plugin";\nexport type Api = Plugin;\n',
  });
  expect(brief(findings, "unresolved")).toEqual([
    "note unresolved-module one/api.d.ts:1 Plugin",
    "warning unresolved-symbol one/use.ts:1 Gone",
    "warning unresolved-module other/api.d.ts:1 Plugin",
  ]);
});

it("says no more of a name than anybody reads", async () => {
  const name = "a".repeat(100_000);
  const [finding] = await checkFiles({ "pkg/__init__.py": "", "main.py": `from pkg.${name} import b\n` });
  expect(finding?.rule).toBe("unresolved-module");
  expect(JSON.stringify(finding).length).toBeLessThan(10_000);
});

it("sees through what CommonJS passes on", async () => {
  const findings = await checkFiles({
    "package.json": '{"name": "a"}',
    "rows.js": "exports.one = 1;\nexports.two = 2;\n",
    "more.js": 'module.exports = { ...require("./rows"), two: 3, ...require("./even") };\n',
    "even.js": "module.exports = { four: 4, one: 5 };\n",
    "index.js": 'module.exports = require("./more");\nmodule.exports.extra = 1;\n',
    "a.js": 'const { one, two, four, extra, gone } = require(".");\n',
    "b.mjs": 'import whole, { one, missing } from "./index.js";\n',
  });
  expect(brief(findings, "unresolved")).toEqual([
    "error unresolved-symbol a.js:1 gone",
    "error unresolved-symbol b.mjs:1 missing",
  ]);
});

describe("ignores", () => {
  it("excuse with a reason, and are findings without one or without use", async () => {
    const main = [
      "from pkg.a import B  # goldenpath-ignore unresolved-symbol -- made by a plugin",
      "# goldenpath-ignore unresolved-symbol",
      "from pkg.a import C",
      "import os  # goldenpath-ignore cycle -- none here",
      "from pkg.a import D  # goldenpath-ignore unresolved-symbol, cycle, unresolved -- made by a plugin",
    ].join("\n");
    expect(brief(await checkFiles({ ...package_, "main.py": main }))).toEqual([
      "error ignore-without-reason main.py:2 unresolved-symbol",
      "error unresolved-symbol main.py:3 C",
      "warning unused-ignore main.py:4 cycle",
      "warning unused-ignore main.py:5 cycle, unresolved",
    ]);
  });
});
