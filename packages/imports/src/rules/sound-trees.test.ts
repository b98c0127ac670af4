import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkFiles, checkTree, withTree } from "../testing/tree.ts";

/** Trees as well-kept repositories have them; whatever is said of their imports would be false. */
const sound: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a name that another module assigns": {
    "pkg/__init__.py": "",
    "pkg/base.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  from .late import KIND\n",
    "pkg/late.py": "from . import base\nKIND = 1\nbase.KIND = KIND\nbase.dialect = dialect = KIND\n",
    "pkg/user.py": "from .base import KIND, dialect\n",
  },
  "a module that stands for another package": {
    "pkg/__init__.py": "",
    "pkg/distributed.py": "import distributed\ndef __getattr__(name):\n  return getattr(distributed, name)\n",
    "pkg/user.py": "from pkg.distributed.protocol import dumps\nimport pkg.distributed.client\n",
    "pyproject.toml": "[project]\nname = 'pkg'\ndependencies = ['distributed']\n",
  },
  "projects side by side whose tests have the same names": {
    "libs/one/pyproject.toml": "[project]\nname = 'one'\n",
    "libs/one/tests/__init__.py": "",
    "libs/one/tests/conftest.py": "",
    "libs/two/pyproject.toml": "[project]\nname = 'two'\n",
    "libs/two/tests/__init__.py": "",
    "libs/two/tests/conftest.py": "NO_DOCKER = True\n",
    "libs/two/tests/test_a.py": "from tests.conftest import NO_DOCKER\n",
  },
  "a stub with the name of one of Python's own modules": {
    "pyproject.toml": "[project]\nname = 'pkg'\n",
    "vendor/ours/functools/__init__.pyi": "from functools import partial\n",
  },
  "a project that tests are tried on, called like a dependency": {
    "pyproject.toml": "[project]\nname = 'tool'\ndependencies = ['build>=1']\n",
    "tool/__init__.py": "",
    "tests/demo/pyproject.toml": "[project]\nname = 'demo'\n",
    "tests/demo/build.py": "from build import wheel\nwheel = sdist = 1\n",
    "tests/test_a.py": "from build import Builder\nfrom build.env import Isolated\n",
  },
  "what lies in folders of tests above": {
    "pyproject.toml": "[project]\nname = 'tool'\n",
    "tests/helpers.py": "",
    "tests/end/steps.py": "",
    "tests/end/deep/test_a.py": "import helpers\nfrom end import steps\nfrom end.steps import x\n",
  },
  "packages that are installed by other names than they are imported by": {
    "pyproject.toml":
      "[project]\nname = 'app'\ndependencies = ['python3-discogs-client>=2', 'python-mpd2', 'gevent-websocket']\n",
    "app.py": "import discogs_client, mpd\nfrom geventwebsocket import WebSocketError\n",
  },
  "a dependency called like a member of the workspace, in another version, by a catalog": {
    "package.json": '{"private": true}',
    "pnpm-workspace.yaml": "packages:\n  - apps/*\ncatalog:\n  react: 19.0.0\n  storybook: ^10.3.6\n",
    "apps/storybook/package.json": '{"name": "storybook", "version": "0.0.0", "private": true}',
    "apps/storybook/main.ts": "",
    "apps/web/package.json": '{"name": "web", "devDependencies": {"storybook": "catalog:"}}',
    "apps/web/a.ts": 'import { fn } from "storybook/test";\n',
  },
  "a mock's path without its extension, where imports need one": {
    "package.json": '{"type": "module", "devDependencies": {"vitest": "4"}}',
    "tsconfig.json": '{"compilerOptions": {"module": "nodenext", "moduleResolution": "nodenext"}}',
    "src/logger.ts": "export const log = 1;\n",
    "src/deep/a.test.ts":
      'import { vi } from "vitest";\nimport { log } from "../logger.js";\nvi.mock("../logger", () => ({ log }));\n',
  },
  "a package's own name that means its source to those who bundle it": {
    "package.json": '{"private": true, "workspaces": ["table", "chart"]}',
    "table/package.json": '{"name": "table", "main": "dist/bundle.js"}',
    "table/tsconfig.base.json": '{"compilerOptions": {"strict": true}}',
    "table/tsconfig.json":
      '{"extends": "./tsconfig.base.json", "compilerOptions": {"baseUrl": ".", "paths": {"table/*": ["src/table/*"]}}, "include": ["src"]}',
    "table/src/table/type/date.ts": "export const date = 1;\n",
    "table/tests/a.ts": 'import { date } from "table/type/date";\n',
    "chart/package.json": '{"name": "chart", "main": "dist/bundle.js"}',
    "chart/webpack.config.js":
      'module.exports = { resolve: { alias: { "@own": "./src", chart: path.resolve("./src") } } };\n',
    "chart/src/line.js": "export const line = 1;\n",
    "chart/test/b.js": 'import { line } from "chart/line";\n',
  },
  "what a plugin makes, by the configuration that it stands in or by its package": {
    "package.json": '{"devDependencies": {"unocss": "66", "@builder.io/qwik": "1"}}',
    "vite.config.ts":
      'export default { plugins: [{ name: "demos", resolveId: (id: string) => (id === "@demos" ? id : null) }] };\n',
    "a.ts":
      'import { demos } from "@demos";\nimport "uno.css";\nimport { manifest } from "@qwik-client-manifest";\n',
  },
  "a script that asks for what declarations of ours leave out": {
    "package.json": '{"dependencies": {"cookie": "1"}}',
    "types/modules.d.ts":
      'declare module "cookie" { const value: { parse(text: string): object }; export default value; }\n',
    "a.js": 'import * as cookie from "cookie";\nexport const parsed = cookie.parse("a=b");\n',
  },
  "names that a call at the top gives to its module": {
    "pkg/__init__.py": "",
    "pkg/moved.py": "def moved_attribute(name, to): pass\n",
    "pkg/old.py": "from .moved import moved_attribute\nmoved_attribute(\n  'Uid', 'pkg.uid.Uid'\n)\n",
    "a.py": "from pkg.old import Uid\n",
  },
  "a folder that a generator writes, by the base of all names, and Meteor's own packages": {
    "package.json": '{"name": "site", "devDependencies": {"velite": "1"}}',
    ".gitignore": ".velite\n",
    "tsconfig.json": '{"compilerOptions": {"baseUrl": "."}}',
    "app/page.ts": 'import { docs } from ".velite";\nimport { Meteor } from "meteor/meteor";\n',
  },
  "declarations for Flow": {
    "libdefs/yjs.js": "'use strict';\n\ndeclare module 'yjs' {\n  declare interface Snapshot {}\n}\n",
  },
  "a version file that a build writes, by .gitignore": {
    ".gitignore": "src/pkg/_version.py\n",
    "pyproject.toml": "[project]\nname = 'pkg'\n",
    "src/pkg/__init__.py": "from ._version import version\nfrom . import _version\nimport pkg._version\n",
  },
  "a version file that a build writes, by its configuration": {
    "pyproject.toml": "[tool.setuptools_scm]\nwrite_to = 'pkg/_version.py'\n",
    "pkg/__init__.py": "from ._version import version\n",
  },
  "modules that a build makes from something else than Python": {
    "pyproject.toml":
      '[tool.maturin]\nmodule-name = "pkg._native"\n[project]\nname = "pkg"\ndependencies = ["cffi"]\n',
    "setup.py":
      "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('pkg.fast._c', ['a.c'])])\n",
    "src/pkg/__init__.py": "from pkg._native import __version__\nimport pkg._native.inner\n",
    "src/pkg/fast/__init__.py": "from . import _c\nfrom ._c import add\n",
    "src/pkg/core/meson.build":
      "py.extension_module('_umath',\n  ['umath.c'],\n)\nconfigure_file(output: 'made.py')\n",
    "meson.build": "compat = subproject('array_compat')\n",
    "src/pkg/sparse/tools/meson.build":
      "py.extension_module('_tools',\n  ['t.cxx'],\n  subdir: 'pkg/sparse'\n)\n",
    "src/pkg/sparse/__init__.py":
      "from ._tools import matvec\nfrom pkg.vendored import array_compat\nimport pkg.vendored.array_compat.numpy\n",
    "src/pkg/vendored/__init__.py": "",
    "subprojects/array_compat/pyproject.toml": "",
    "subprojects/array_compat/array_compat/__init__.py": "",
    "src/pkg/core/_umath.pyi": "def cos(x: float) -> float: ...\n",
    "src/pkg/core/__init__.py": "from ._umath import sin\nfrom .made import x\nfrom . import _umath\n",
    "src/pkg/ffi/_core_build.py": "from cffi import FFI\nffi = FFI()\nffi.set_source('pkg.ffi._core', '')\n",
    "src/pkg/ffi/__init__.py": "from pkg.ffi import _core\n",
    "src/pkg/bound/CMakeLists.txt": "nanobind_add_module(_bound bound.cpp)\n",
    "src/pkg/bound/__init__.py": "from . import _bound\nfrom pkg.bound._bound import x\n",
    "src/pkg/tables/setup_package.py":
      "from setuptools import Extension\ndef get_extensions():\n  return [Extension(name='pkg.tables._t', sources=[])]\n",
    "src/pkg/tables/__init__.py": "from ._t import x\n",
  },
  "modules that protoc makes": {
    "pyproject.toml": "[project]\nname = 'pkg'\ndependencies = ['protobuf', 'grpcio']\n",
    "pkg/__init__.py": "",
    "pkg/api/rows.proto": "",
    "pkg/user.py":
      "from pkg.api import rows_pb2, rows_pb2_grpc\nimport pkg.api.rows_pb2\nfrom pkg.api.rows_pb2 import Row\n",
    // Generated with `pkg/protos` as the folder that names start from.
    "pkg/protos/__init__.py": "",
    "pkg/protos/pkg/core/A_pb2.py": "X = 1\n",
    "pkg/protos/pkg/core/A_pb2.pyi": "X: int\n",
    "pkg/protos/pkg/core/B_pb2.pyi": "import pkg.core.A_pb2\n",
  },
  "what Cython's compiler knows, in a tree that holds the package": {
    "cython.py": "from Cython.Shadow import *\n",
    "Cython/__init__.py": "",
    "Cython/Shadow.py": "",
    "a.py": "from cython.cimports.libc.math import sin\nfrom cython.parallel import prange\n",
  },
  "modules that hand themselves to what fills them": {
    "pkg/__init__.py": "",
    "pkg/compat.py": "def passthrough_module(parent, child): ...\ndef fill(*a): ...\n",
    "pkg/inner.py": "from .compat import passthrough_module\npassthrough_module(__name__, '._inner')\n",
    "pkg/constants.py":
      "from astropy.utils import find_current_module\nfrom .compat import fill\nfill(1, find_current_module())\n",
    "pkg/user.py": "from .inner import anything\nfrom .constants import c\n",
  },
  "modules that a test puts in place": {
    "pkg/__init__.py": "",
    "test_a.py":
      "import sys\nfrom unittest.mock import MagicMock, patch\nsys.modules['pkg.gone'] = MagicMock()\nimport pkg.gone\nwith patch.dict('sys.modules', {\"pkg.away\": MagicMock()}):\n  import pkg.away\n",
    "test_b.py":
      "from importlib import import_module\nfrom sphinx.ext.autodoc.mock import mock\nwith mock(['pkg.unknown']):\n  import_module('pkg.unknown')\n",
  },
  "a dependency of the name of a fixture's module": {
    "pyproject.toml": "[project]\nname = 'pkg'\ndependencies = ['build>=1']\n",
    "src/pkg/__init__.py": "from build import ProjectBuilder\nfrom build.env import IsolatedEnv\n",
    "tests/fixtures/one/pyproject.toml": "",
    "tests/fixtures/one/build.py": "",
  },
  "dependencies of tox, of a script and of setup.py": {
    "pyproject.toml": "[project]\nname = 'pkg'\n",
    "tox.ini": "[testenv]\ndeps =\n  py39,py310: pexpect\n  pyftpdlib>=1\n",
    "setup.py": "from setuptools import setup\nsetup()\n",
    "tests/test_a.py": "import pexpect, pyftpdlib\n",
    "scripts/run.py": '# /// script\n# dependencies = [\n#   "tabulate",\n# ]\n# ///\nimport tabulate\n',
  },
  "packages that are called as folders of tools are": {
    "pyproject.toml": "[project]\nname = 'pkg'\n",
    "src/pkg/__init__.py": "from pkg.venv.core import Env\n",
    "src/pkg/venv/__init__.py": "",
    "src/pkg/venv/core.py": "class Env: ...\n",
  },
  "an example of the name of a package that is asked for": {
    "pyproject.toml": "[project]\nname = 'pkg'\ndependencies = ['llama-index-workflows>=1']\n",
    "examples/one/workflows/__init__.py": "from .agent import run\n",
    "examples/one/workflows/agent.py":
      "from workflows import Context\nfrom workflows.events import Event\ndef run(): ...\n",
  },
  "a module in a folder of its own name that is put on the path": {
    "scripts/fill/fill.py": "def main(): ...\n",
    "scripts/update.py": "import sys\nsys.path.append('fill')\nfrom fill import main\n",
  },
  "a mock of what need not be there": {
    "pkg/__init__.py": "",
    "test_a.py":
      "from pytest import MonkeyPatch\ndef test(monkeypatch):\n  monkeypatch.setattr('pkg.gone', 1, raising=False)\n  monkeypatch.setattr('os.path.gone', 1, raising=False)\n",
  },
  "a mock of what Python itself has": {
    "pkg/__init__.py": "",
    "pkg/files.py": "def read(path):\n  return open(path).read()\n",
    "test_a.py": "from unittest.mock import patch\npatch('pkg.files.open')\n",
  },
  "a mocked name of a compiled module with a stub": {
    "pkg/__init__.py": "",
    "pkg/_fast.pyi": "def known() -> None: ...\n",
    "test_a.py": "from unittest.mock import patch\npatch('pkg._fast.unknown')\n",
  },
  "JavaScript that is a template": {
    "c.js": "const all = [];\n{{#each extensions}}\nall.push(import('{{this}}'));\n{{/each}}\n",
    "a.js": "{% autoescape off %}\nconst x = 1;\n{% endautoescape %}\n",
    "b.js": "const a = {{ value }};\n",
  },
  "types that comments declare": {
    "package.json": '{"type": "module"}',
    "types.js":
      "/**\n * @typedef {{\n *   a: string\n * }} Shape\n */\n/** @typedef Plain\n * @property {string} a */\n/** @callback Done\n * @param {string} a */\nexport const x = 1;\n",
    "common.js": "/** @typedef {string} Text */\nmodule.exports = { a: 1 };\n",
    "a.ts":
      'import { type Shape, Plain } from "./types.js";\nimport type { Done } from "./types.js";\nimport type { Text } from "./common";\n',
  },
  "declarations beside the script that `exports` name": {
    "package.json": '{"private": true, "workspaces": ["packages/*"]}',
    "packages/kit/package.json": '{"name": "@shop/kit", "exports": {"./reporter": "./reporter.js"}}',
    "packages/kit/reporter.js": "// Only types.\n",
    "packages/kit/reporter.d.ts": "export interface Reporter { name: string }\n",
    "tests/a.ts": 'import type { Reporter } from "@shop/kit/reporter";\n',
  },
  "entries that a bundler builds from elsewhere than their names say": {
    "package.json": '{"private": true, "workspaces": ["packages/*"]}',
    "packages/kit/package.json":
      '{"name": "@shop/kit", "exports": {"./types": "./dist/types.mjs", "./a/b": "./dist/a/b.mjs"}}',
    "packages/kit/tsdown.config.ts":
      "export default { entry: ['src/exports/types.ts', './src/doors/**/*.ts'] };\n",
    "packages/kit/src/types.ts": "export type Inner = 1;\n",
    "packages/kit/src/exports/types.ts": 'export type { Inner as Outer } from "../types.ts";\n',
    "packages/kit/src/a/b.ts": "export const inner = 1;\n",
    "packages/kit/src/doors/a/b.ts": "export const outer = 1;\n",
    "a.ts": 'import type { Outer } from "@shop/kit/types";\nimport { outer } from "@shop/kit/a/b";\n',
  },
  "declarations that lie beside a script of the same name": {
    "package.json":
      '{"name": "kit", "type": "module", "exports": {"./config": {"types": "./config.d.ts", "import": "./config.js"}}}',
    "config.js": "export const defineConfig = () => ({});\n",
    "config.d.ts": "export interface Config { name: string }\n",
    "schema.d.ts": "export interface Schema { name: string }\n",
    "a.ts": 'import type { Config } from "kit/config";\nimport type { Schema } from "./schema.ts";\n',
  },
  "import and module.exports in one file": {
    "package.json": '{"name": "theme", "dependencies": {"colours": "1"}}',
    "base.js": 'import colours from "colours";\nmodule.exports = { ...colours, presets: [] };\n',
    "theme.config.js": 'import base from "./base";\nmodule.exports = { ...base };\n',
  },
  "names of ambient modules": {
    "package.json": '{"name": "a", "private": true}',
    "env.d.ts":
      'declare module "virtual-a" { export const a: 1; const b: 2; export { b as c }; export default a; }\ndeclare module "*.svg" { const src: string; export default src; export const Component: 1; }\ndeclare module "any-thing";\n',
    "a.ts":
      'import d, { a, c } from "virtual-a";\nimport src, { Component } from "./x.svg";\nimport { whatever } from "any-thing";\n',
  },
  "a package whose types are ambient modules": {
    "package.json": '{"workspaces": ["packages/*"]}',
    "packages/a/package.json":
      '{"name": "a", "exports": {"./server": {"types": "./types/index.d.ts", "default": "./src/server.js"}}}',
    "packages/a/types/index.d.ts": "declare module 'a/server' { export function render(): void; }\n",
    "packages/a/src/index.d.ts": "export const other: 1;\n",
    "packages/a/src/server.js": "export function render() {}\n",
    "packages/b/package.json": '{"name": "b", "dependencies": {"a": "*"}}',
    "packages/b/main.js": "import { render } from 'a/server';\n",
  },
  "ambient modules that a mapping or a folder leads to": {
    "package.json": '{"workspaces": ["packages/*"]}',
    "packages/kit/package.json": '{"name": "@shop/kit", "main": "index.js"}',
    "packages/kit/types.d.ts": "declare module '@shop/kit' { export interface Adapter {} }\n",
    "packages/kit/index.js": "",
    "packages/kit/runners/jest/index.js": "module.exports = { get setup() { return 1; } };\n",
    "packages/kit/runners/jest/index.d.ts":
      "declare module '@shop/kit/runners/jest' { export function setup(): void; }\n",
    "packages/node/package.json": '{"name": "@shop/node", "dependencies": {"@shop/kit": "*"}}',
    "packages/node/tsconfig.json":
      '{"compilerOptions": {"paths": {"@shop/kit": ["../kit/types"]}}, "include": ["*.d.ts"]}',
    "packages/node/index.d.ts":
      "import type { Adapter } from '@shop/kit';\nexport default function node(): Adapter;\n",
    "packages/node/a.ts": 'import { setup } from "@shop/kit/runners/jest";\n',
  },
  "declarations beside the script that a build copies, and a door without its dot": {
    "package.json": '{"workspaces": ["packages/*"]}',
    "packages/core/package.json":
      '{"name": "@shop/core", "exports": {"./lib/*": "./lib/*", ".": "src/main.ts"}}',
    "packages/core/src/main.ts": "export const main = 1;\n",
    "packages/core/src/rows.js": "export class Rows {}\n",
    "packages/core/src/rows.d.ts": "export interface Options {}\nexport class Rows {}\n",
    "packages/user/package.json": '{"name": "user", "dependencies": {"@shop/core": "*"}}',
    "packages/user/a.ts":
      'import type { Options } from "@shop/core/lib/rows.js";\nimport { main } from "@shop/core";\n',
  },
  "the whole of what is compiled to CommonJS as its default": {
    "package.json": '{"name": "a", "type": "commonjs"}',
    "index.node.ts": "export const a = 1;\n",
    "index.node.mjs": "import whole from './index.node.js';\nexport const a = whole.a;\n",
    "jest-config.ts": 'import path from "node:path";\nmodule.exports = () => path;\n',
    "b.ts": 'import config from "./jest-config";\n',
  },
  "the whole of a module that is CommonJS by its extension": {
    "package.json": '{"type": "module"}',
    "tsconfig.json": '{"compilerOptions": {"module": "nodenext"}}',
    "config.cts": "export const a = 1;\n",
    "b.ts": 'import config from "./config.cjs";\nexport const a = config.a;\n',
  },
  "sources that a build writes, asked for by their output": {
    ".gitignore": "src/*.prebuilt.ts\n",
    "package.json": '{"type": "module"}',
    "src/a.ts": 'import text from "./idle.prebuilt.js";\n',
  },
  "programs of packages, and what bundlers make": {
    "package.json": '{"devDependencies": {"vite": "8"}}',
    "vite.config.js":
      'export default { resolve: { alias: [{\n find: "#styles",\n replacement: import.meta.dirname + "/a.css",\n}] } };\n',
    "a.mjs": 'import "vite/modulepreload-polyfill";\nimport "#styles";\n',
    "b.cjs": 'require.resolve(".bin/jscodeshift");\n',
  },
  "templates and samples that the compiler leaves out": {
    "package.json": "{}",
    "tsconfig.json": '{"include": ["src"], "exclude": ["scripts/templates"]}',
    "scripts/templates/a.js": 'import "../elsewhere.js";\n',
    "src/tests/compiler/samples/one/main.js": 'import { something } from "./gone.js";\n',
  },
  "additions to modules of others, which declare only types": {
    "package.json": '{"private": true, "workspaces": ["packages/*"]}',
    "packages/kit/package.json": '{"name": "@shop/kit", "main": "src/index.ts"}',
    "packages/kit/src/index.ts": "export const total = 1;\n",
    "env.d.ts":
      'declare module "@shop/kit" { interface Queries { a: 1 } }\ndeclare module "cloudflare:workers" { interface ProvidedEnv {} }\ndeclare module "router/auto-routes" { export interface Routes {} }\ndeclare module "node:buffer" { class Buffer {} }\n',
    "types.d.ts":
      'import "./a";\ndeclare module "*/shop.yml" { const value: string; export default value; }\n',
    "a.ts":
      'import { total } from "@shop/kit";\nimport { env } from "cloudflare:workers";\nimport { routes } from "router/auto-routes";\nimport { Blob } from "node:buffer";\n',
  },
  "aliases in a namespace that is exported whole": {
    "types.d.ts":
      "export = React;\ndeclare namespace React { export import createElement = other.createElement; }\ndeclare namespace other { export const createElement: 1; }\n",
    "a.ts": 'import { createElement } from "./types";\n',
  },
  "scripts that run more than their package's declarations say": {
    "package.json": '{"private": true, "workspaces": ["packages/*"]}',
    "packages/kit/package.json": '{"name": "kit", "main": "lib/index.js", "source": "src/index.js"}',
    "packages/kit/index.d.ts": "export const one: 1;\n",
    "packages/kit/src/index.js": "export const one = 1;\nexport const two = 2;\n",
    "packages/typed/package.json": '{"name": "typed", "main": "lib/index.js", "types": "index.d.ts"}',
    "packages/typed/index.d.ts": "export const one: 1;\n",
    "packages/user/package.json": '{"name": "user", "dependencies": {"kit": "*", "typed": "*"}}',
    "packages/user/a.js": 'import { one, two } from "kit";\nimport { three } from "typed";\n',
  },
  "scripts in Flow, Hugo's templates, and input of tests that is no source": {
    "package.json": "{}",
    "flow-typed/npm/chalk.js":
      "declare module 'chalk' { declare module.exports: any; declare type T = {| a: 1 |}; }\n",
    "src/a.js": "// @flow\nexport type A = {| +a: string |};\nexport opaque type B: string = string;\n",
    "src/b.js": 'import { A } from "./a";\n',
    "search.js": "{{/*\n  text\n*/}}\nwindow.x = (function(){ {{ .Content }} \n",
    "test/cases/one/index.js": 'import { gone } from "./a";\nimport "./missing";\n',
    "test/cases/one/a.js": "export const a = 1;\n",
    "test/cases/two/broken.js": "const = ;\n",
    "packages/x/test/samples/main.js": 'import { gone } from "./dep.js";\n',
    "packages/x/test/samples/dep.js": "export const a = 1;\n",
  },
  "what a build writes, asked for before it has run": {
    ".gitignore": "bundle-fetch.js\n/packages/html/compiled/\n",
    ".gitmodules": '[submodule "suite"]\n\tpath = test/suite\n\turl = https://example.org/suite.git\n',
    "package.json": '{"main": "dist/main.js", "workspaces": ["packages/*"]}',
    "test/a.js":
      'require("../bundle-fetch");\nrequire("./suite/run.mjs");\nrequire("../dist/main.js");\nrequire("..");\n',
    "web/BUILD": 'genrule(name = "types", outs = ["made_types.ts"])\n',
    "web/a.ts": 'import { a } from "./made_types";\n',
    "packages/tool/package.json": '{"name": "tool"}',
    "packages/tool/tsconfig.json": '{"compilerOptions": {"rootDir": "src", "outDir": "."}}',
    "packages/tool/src/lib/a.ts": 'import pkg from "../package.json";\n',
    "packages/html/package.json": '{"name": "html", "exports": {".": "./index.js"}}',
    "packages/html/index.js": "export const a = 1;\n",
    "packages/html/test/a.js": 'import "html/compiled/a.js";\n',
  },
  "templates with a configuration of their own": {
    "tsconfig.json": "{}",
    "cli/package.json": '{"name": "cli"}',
    "cli/tsconfig.json": '{"include": ["src"]}',
    "cli/template/extras/page.ts": 'import { env } from "~/env";\nimport "./index.module.css";\n',
    "cli/template/base/tsconfig.json": "{}",
    "cli/template/base/src/page.ts": 'import { api } from "./api";\n',
  },
  "templates that no workspace has as its members": {
    "package.json": '{"private": true, "workspaces": ["packages/*"]}',
    "templates/next/package.json": '{"name": "next-app"}',
    "templates/next/tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./*"]}}}',
    "templates/next/page.ts": 'import { Button } from "@/components/button";\n',
  },
  "what scripts in Flow export as CommonJS does": {
    "package.json": "{}",
    "a.js": "// @flow\nexport type A = string;\n",
    "load.js": "// @flow\nimport type { A } from './a';\nmodule.exports = async (a: A): Promise<any> => a;\n",
    "b.js": "// @flow\nimport load from './load';\n",
  },
  "names that only a bundler, Bun or Deno knows": {
    "package.json": '{"name": "a"}',
    "a.ts":
      'import "#virtual-polyfills";\nimport { serve } from "bun";\nimport { test } from "bun:test";\nimport parse from "meriyah@6.1.4";\nconst all = import("./pages/*.js");\n',
  },
  "files that bundlers find without their extension": {
    "package.json": "{}",
    "Page.vue": "<template></template>\n",
    "cup.coffee": "x = 1\n",
    "a.js": 'import Page from "./Page";\nrequire("./cup");\n',
  },
  "mocks of modules that need not be there, and other places to look": {
    "package.json": "{}",
    "a.test.js":
      'jestObject.unstable_mockModule("./made-up.mjs", () => ({}), { virtual: true });\nconst made = await import("./made-up.mjs");\nrequire.resolve("./there.js", { paths: ["../dir"] });\n',
  },
  "the whole of a script as its default": {
    "package.json": "{}",
    "amd.js": "define(function () { return 1; });\n",
    "a.js": 'import amd from "./amd";\n',
  },
  "a dependency of the name of a file below baseUrl": {
    "package.json": '{"dependencies": {"mobx": "5"}}',
    "tsconfig.json": '{"compilerOptions": {"baseUrl": "."}}',
    "mobx.tsx": 'import { observable } from "mobx";\nexport const Demo = observable;\n',
  },
  "members of a workspace of deno": {
    "deno.json": '{"workspace": ["./libs/*", "./www"], "imports": {"@std/expect": "jsr:@std/expect@1"}}',
    "libs/core/deno.json":
      '{"name": "@shop/core", "exports": {".": "./mod.ts", "./rows": "./src/rows.ts"}, "imports": {"own": "npm:own@1"}}',
    "libs/core/mod.ts": "export const core = 1;\n",
    "libs/core/src/rows.ts":
      'import { expect } from "@std/expect";\nimport own from "own";\nexport const rows = 1;\n',
    "www/deno.json": "{}",
    "www/a.ts": 'import { core } from "@shop/core";\nimport { rows } from "@shop/core/rows";\n',
  },
  "stubs of a part of somebody else's package": {
    "pyproject.toml": "[project]\nname = 'x'\ndependencies = ['fsspec']\n",
    "typings/fsspec/__init__.pyi": "from fsspec.spec import Spec\n",
    "typings/fsspec/asyn.pyi": "class Async: ...\n",
  },
  "import maps of deno": {
    "deno.json": '{"imports": {"std/": "https://deno.land/std/", "zod": "npm:zod@3"}}',
    "a.ts": 'import { delay } from "std/async/delay.ts";\nimport { z } from "zod";\n',
  },
};

describe("well-kept trees", () => {
  it.each(Object.entries(sound))("%s: nothing is found", async (_, files) => {
    const findings = await checkFiles(files);
    const said = findings.filter((each) => /^(unresolved|undeclared|syntax)/.test(each.rule));
    expect(said.map((each) => `${each.rule} ${each.file}:${each.line} ${each.message}`)).toEqual([]);
  });
});

describe("what looks alike and is broken", () => {
  it.each([
    [
      "a project's own package that lost its __init__, or all of it but a stub, and is asked for by a demo",
      {
        "setup.py": "from setuptools import setup\nsetup(\n  name='web',\n)\n",
        "demos/requirements.txt": "web\nserver\n",
        "web/loop.py": "Loop = 1\n",
        "demos/a.py": "from web import Application\nfrom web.gone import x\nfrom web.loop import Loop\n",
        "other/setup.py": "from setuptools import setup\nsetup(name='server')\n",
        "other/server/__init__.pyi": "",
        "other/server/loop.py": "",
        "other/b.py": "from server.gone import x\nimport server.loop\n",
      },
      [
        "unresolved-symbol demos/a.py Application",
        "unresolved-module demos/a.py x",
        "unresolved-module other/b.py x",
      ],
    ],
    [
      "a package that lost its __init__, by a name in a table of setup.py",
      {
        "setup.py":
          'from setuptools import setup\nsetup_kwargs = {\n    "name": "web",\n}\nsetup(**setup_kwargs)\n',
        "web/loop.py": "Loop = 1\n",
        "a.py": "from web import Application\n",
      },
      ["unresolved-symbol a.py Application"],
    ],
    [
      "modules called like folders of output that nearly everybody ignores",
      {
        ".gitignore": "build/\nlib/\ntarget/\nlogs\nmade/\n",
        "pkg/__init__.py": "from . import made\nfrom .made.deep import x\n",
        "a.py": "import pkg.target\nfrom pkg.build import x\nfrom pkg import lib\n",
        "src/b.ts": 'import "./logs";\n',
      },
      [
        "unresolved-module a.py ",
        "unresolved-module a.py x",
        "unresolved-symbol a.py lib",
        "unresolved-module src/b.ts ",
      ],
    ],
    [
      "a module that __getattr__ would import, by the stub",
      {
        "web/__init__.py":
          "import importlib\n__all__ = ['gen', 'gone', 'made']\ndef __getattr__(name):\n  if name in __all__:\n    return importlib.import_module('.' + name, __name__)\n  raise AttributeError(name)\n",
        "web/__init__.pyi": "from . import gen, gone\n",
        "web/gen.py": "",
        "a.py": "from web import gen, gone, made\n",
      },
      ["unresolved-symbol a.py gone", "unresolved-symbol web/__init__.pyi gone"],
    ],
    [
      "a name with # that the compiler's paths lead nowhere",
      {
        "package.json": '{"name": "a"}',
        "tsconfig.json": '{"compilerOptions": {"paths": {"#app/*": ["./src/*"]}}}',
        "src/there.ts": "export const a = 1;\n",
        "b.ts": 'import { a } from "#app/there";\nimport "#app/gone";\nimport "#made-by-a-bundler";\n',
      },
      ["unresolved-module b.ts "],
    ],
    [
      "a mock's path that is not there",
      {
        "package.json": '{"type": "module", "name": "table", "devDependencies": {"vitest": "4"}}',
        "tsconfig.json": '{"compilerOptions": {"module": "nodenext"}}',
        "a.test.ts": 'import { vi } from "vitest";\nvi.mock("./gone", () => ({}));\n',
      },
      ["unresolved-module a.test.ts "],
    ],
    [
      "a name that a member of a workspace of deno lacks",
      {
        "deno.json": '{"workspace": ["./core"]}',
        "core/deno.json": '{"name": "@shop/core", "exports": "./mod.ts"}',
        "core/mod.ts": "export const core = 1;\n",
        "a.ts": 'import { core, gone } from "@shop/core";\n',
      },
      ["unresolved-symbol a.ts gone"],
    ],
    [
      "tests beside their input, an imports map without the name, and a folder that is built and lacks the file",
      {
        "package.json": '{"imports": {"#a": "./a.ts"}}',
        "a.ts": 'import "#gone";\nimport "./dist/gone.js";\n',
        "dist/main.js": "export const a = 1;\n",
        "test/cases/one.test.ts": 'import { gone } from "../../a";\n',
        "lib/b.ts": 'import "./package.json";\nimport "./BUILD";\n',
      },
      [
        "unresolved-module a.ts ",
        "unresolved-module a.ts ",
        "unresolved-module lib/b.ts ",
        "unresolved-module lib/b.ts ",
        "unresolved-symbol test/cases/one.test.ts gone",
      ],
    ],
    [
      "an app of Django that lacks the module, in a tree whose formatter knows the app",
      {
        "pyproject.toml":
          "[project]\nname = 'box'\ndependencies = ['django']\n[tool.ruff.lint.isort]\nknown-first-party = [\n  'utilities', 'local',\n]\n",
        "box/manage.py": "",
        "box/box/__init__.py": "",
        "box/box/ui/__init__.py": "",
        "box/box/ui/panels.py": "from utilities.gone import x\nfrom utilities.rows import row, gone\n",
        "box/utilities/__init__.py": "",
        "box/utilities/rows.py": "row = 1\n",
        "tools/local/__init__.py": "",
        "tools/a.py": "import local.gone\n",
      },
      [
        "unresolved-module box/box/ui/panels.py x",
        "unresolved-symbol box/box/ui/panels.py gone",
        "unresolved-module tools/a.py ",
      ],
    ],
    [
      "a compiled module that no build names, and one of another folder",
      {
        "setup.py":
          "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('pkg._c', ['a.c'])])\n",
        "pkg/__init__.py": "from ._c import x\nfrom ._d import y\n",
        "pkg/core/meson.build": "py.extension_module('_e', ['e.c'])\n",
        "pkg/core/__init__.py": "",
        "pkg/other/__init__.py": "from ._e import z\n",
        "pkg/a.proto": "",
        "pkg/user.py": "from pkg import b_pb2\n",
      },
      [
        "unresolved-module pkg/__init__.py y",
        "unresolved-module pkg/other/__init__.py z",
        "unresolved-symbol pkg/user.py b_pb2",
      ],
    ],
    [
      "a file that knows `sys.modules` and puts something else there",
      {
        "pkg/__init__.py": "",
        "test_a.py":
          "import sys\nsys.modules['pkg.one'] = object()\nimport pkg.two\nsys.modules['pkg.two']\n",
        "test_b.py":
          "import sys\nfrom importlib import import_module\nimport_module('pkg.three')\nprint(sys.modules)\nif 'pkg.four' in sys.modules:\n  del sys.modules['pkg.four']\nimport pkg.four\n",
      },
      ["unresolved-module test_a.py ", "unresolved-module test_b.py ", "unresolved-module test_b.py "],
    ],
    [
      "an attribute of something that is no module",
      {
        "pkg/__init__.py": "",
        "pkg/base.py": "class Thing: pass\n",
        "pkg/late.py": "from .base import Thing\nThing.KIND = 1\n",
        "pkg/user.py": "from .base import KIND\n",
      },
      ["unresolved-symbol pkg/user.py KIND"],
    ],
    [
      "a name that the ambient module lacks",
      {
        "env.d.ts": 'declare module "virtual-a" { export const a: 1; }\n',
        "a.ts": 'import { a, b } from "virtual-a";\n',
      },
      ["unresolved-symbol a.ts b"],
    ],
    [
      "a type that no comment declares",
      {
        "types.js": "/** @typedef {string} A */\nexport const x = 1;\n",
        "a.ts": 'import type { B } from "./types";\n',
      },
      ["unresolved-symbol a.ts B"],
    ],
    [
      "a JSON file that is not there",
      {
        "package.json": "{}",
        "b.json": "{}",
        "a.ts": 'import a from "./a.json";\nimport b from "./b.json" with { type: "json" };\n',
      },
      ["unresolved-module a.ts default"],
    ],
    [
      "a Python package that is declared and not installed, and one that is installed and not declared",
      {
        "pyproject.toml": "[project]\nname = 'x'\ndependencies = ['here', 'gone']\n",
        ".venv/lib/python3.13/site-packages/here/__init__.py": "",
        ".venv/lib/python3.13/site-packages/lucky.py": "",
        "a.py": "import here, gone, lucky\n",
      },
      ["undeclared-dependency a.py ", "undeclared-dependency a.py "],
    ],
    [
      "broken JavaScript with braces elsewhere",
      { "a.js": "const x = ;\nconst y = '{% if %}';\n" },
      ["syntax-error a.js "],
    ],
  ])("%s", async (_, files, expected) => {
    const findings = await checkFiles(files);
    const said = findings.filter((each) => /^(unresolved|undeclared|syntax)/.test(each.rule));
    expect(said.map((each) => `${each.rule} ${each.file} ${each.symbol}`)).toEqual(expected);
  });
});

describe("what cannot be read is said", () => {
  it("a configuration of the compiler that is broken", async () => {
    const findings = await checkFiles({
      "tsconfig.json": '{"compilerOptions": {"paths":',
      "a.ts": 'import { x } from "@/gone";\nexport const y = x;\n',
    });
    expect(findings.map((each) => `${each.rule} ${each.file}`)).toContain("syntax-error tsconfig.json");
  });

  it("a file that is linked elsewhere takes its relative imports along, and its neighbours do not", async () => {
    const text = 'export { data } from "./data";\n';
    const files = {
      "lib/src/index.js": text,
      "lib/src/data.js": "export const data = 1;\n",
      "lib/other.js": text,
    };
    await withTree(files, async (root) => {
      symlinkSync("./src/index.js", join(root, "lib/linked.js"));
      const { findings } = await checkTree(root);
      expect(findings.map((each) => `${each.rule} ${each.file}`)).toEqual(["unresolved-module lib/other.js"]);
    });
  });

  it("links in a circle, names without an end and stars in the hundreds do not hold it up", async () => {
    const dotted = "pkg.".repeat(5_000);
    const findings = await checkFiles({
      ".gitignore": `${"*a".repeat(50)}b\n${"[".repeat(500)}\n${"**/".repeat(500)}x\n`,
      "pkg/__init__.py": "",
      "a.py": `from unittest.mock import patch\npatch("${dotted}x")\nimport ${dotted}x\n`,
      "b.ts": `import "./${"a".repeat(2_000)}";\n`,
    });
    expect(findings.map((each) => `${each.rule} ${each.file}`).sort()).toEqual([
      "unresolved-module a.py",
      "unresolved-module b.ts",
      "unresolved-symbol a.py",
    ]);
  });
});
