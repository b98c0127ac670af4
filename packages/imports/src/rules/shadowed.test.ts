import { describe, expect, it } from "vitest";
import { brief, checkFiles } from "../testing/tree.ts";

const files = {
  "package.json": JSON.stringify({
    name: "app",
    type: "module",
    dependencies: { lodash: "4", react: "19", kit: "1", linked: "./src" },
  }),
  "src/events/index.ts": "export const on = 1;\n",
  "src/lodash.ts": "export const map = 1;\n",
  "src/own.ts": "export const own = 1;\n",
  "types/react.d.ts": "export const version: string;\n",
  "kit/package.json": JSON.stringify({ name: "kit" }),
  "kit/index.ts": "export const kit = 1;\n",
};

async function shadowed(compilerOptions: object, main: string): Promise<string[]> {
  const tsconfig = JSON.stringify({ compilerOptions });
  return brief(await checkFiles({ ...files, "tsconfig.json": tsconfig, "src/main.ts": main }), "shadowed");
}

describe("shadowed-module in TypeScript", () => {
  it("finds what baseUrl hides: a module of Node and a declared dependency", async () => {
    const main =
      'import { on } from "events";\nimport { map } from "lodash";\nimport { own } from "own";\n[on, map, own];\n';
    expect(await shadowed({ baseUrl: "src" }, main)).toEqual([
      "warning shadowed-module src/main.ts:1 events",
      "warning shadowed-module src/main.ts:2 lodash",
    ]);
  });

  it("finds what paths hide, and not what they describe or what is the package itself", async () => {
    const paths = {
      lodash: ["./src/lodash.ts"],
      react: ["./types/react.d.ts"],
      kit: ["./kit/index.ts"],
      "@/*": ["./src/*"],
      "linked/*": ["./src/*"],
    };
    const main =
      'import { map } from "lodash";\nimport { version } from "react";\nimport { kit } from "kit";\nimport { map as same } from "@/lodash";\nimport { own } from "linked/own";\n[map, version, kit, same, own];\n';
    expect(await shadowed({ paths }, main)).toEqual(["warning shadowed-module src/main.ts:1 lodash"]);
  });

  it("is quiet where nothing is mapped, and where the prefix says which module is meant", async () => {
    expect(await shadowed({}, 'import "events";\nimport "lodash";\n')).toEqual([]);
    expect(await shadowed({ baseUrl: "src" }, 'import "node:events";\nimport "./lodash";\n')).toEqual([]);
  });
});

describe("shadowed-module in Python", () => {
  it("finds what hides a standard module, a dependency or its twin, and nothing that is the dependency itself", async () => {
    const findings = await checkFiles({
      "requirements.txt": "requests>=2  # http\nown\n",
      "pyproject.toml":
        '[project]\nname = "own"\ndependencies = [\n  "httpx[cli]>=0.2",\n  "kept",\n]\nkeywords = ["tools"]\n',
      "requests.py": "",
      "src/httpx.py": "",
      "own.py": "",
      "tools.py": "",
      "kept/__init__.py": "",
      "json.py": "",
      "pkg/__init__.py": "",
      "pkg/requests.py": "",
    });
    expect(brief(findings, "shadowed")).toEqual([
      "warning shadowed-module json.py:1 json",
      "warning shadowed-module requests.py:1 requests",
      "warning shadowed-module src/httpx.py:1 httpx",
    ]);
  });
});

it("finds a module behind a package of its name, unless it is a program that is started by its path", async () => {
  const findings = await checkFiles({
    "pkg/__init__.py": "",
    "pkg.py": "import pkg\n",
    "tool/__init__.py": "",
    "__main__.py": "import tool\n",
    "tool.py": "#!/usr/bin/env python3\nimport tool\n",
  });
  expect(brief(findings, "shadowed")).toEqual(["warning shadowed-module pkg.py:1 pkg"]);
});
