import { describe, expect, test } from "vitest";
import { extractTypeScript } from "../extract/typescript.ts";
import type { Resolution, Resolver } from "../model.ts";
import { createTypeScriptResolver } from "./typescript.ts";
import { memoryDisk } from "./typescript-disk.ts";

type Tree = { readonly [path: string]: string | object };

class World {
  readonly resolver: Resolver;
  readonly #paths: readonly string[];
  readonly #facts;

  constructor(tree: Tree) {
    const texts = Object.entries(tree).map(
      ([path, content]) => [path, typeof content === "string" ? content : JSON.stringify(content)] as const,
    );
    this.#facts = texts
      .filter(([path]) => /\.(?:[cm]?[jt]sx?|vue)$/.test(path) && !path.includes("node_modules"))
      .map(([path, text]) => extractTypeScript(path, Buffer.from(text)));
    this.#paths = this.#facts.map((one) => one.path);
    const disk = memoryDisk(new Map(texts.map(([path, text]) => [`/r/${path}`, text])));
    this.resolver = createTypeScriptResolver({ root: "/r", files: this.#facts, disk });
  }

  /** Where every import of a file leads, in a word. */
  leads(path: string): readonly string[] {
    const file = this.#paths.indexOf(path);
    return (this.#facts[file]?.imports ?? []).map((one) => this.#word(this.resolver.resolve(file, one)));
  }

  name(path: string, name: string): string {
    const found = this.resolver.lookup(this.#paths.indexOf(path), name);
    if (found.is === "found") {
      const facts = this.#facts[found.file];
      return `${facts?.path}#${facts?.bindings[found.binding]?.name}`;
    }
    return found.is === "missing" && found.isLocal ? "missing, but local" : found.is;
  }

  index(path: string): number {
    return this.#paths.indexOf(path);
  }

  #word(resolution: Resolution): string {
    switch (resolution.is) {
      case "file":
        return this.#paths[resolution.file] ?? "";
      case "external":
        return `${resolution.package} ${resolution.isDeclared ? "declared" : "undeclared"}`;
      case "asset":
        return `asset ${resolution.path}`;
      case "missing":
        return resolution.nearest === "" ? "missing" : `missing, nearest ${resolution.nearest}`;
      case "builtin":
        return resolution.name;
      default:
        return resolution.is;
    }
  }
}

function lead(imports: readonly string[], tree: Tree = {}, from = "src/main.ts"): readonly string[] {
  const text = imports.map((one) => `import "${one}";`).join("\n");
  return new World({ ...tree, [from]: text }).leads(from);
}

describe("relative paths", () => {
  test("extensions are added, and those of the output mean their source", () => {
    const tree = {
      "src/a.ts": "",
      "src/b.tsx": "",
      "src/c.js": "",
      "src/d/index.ts": "",
      "src/e.d.ts": "",
      "src/f.mts": "",
    };
    const asked = ["./a", "./a.js", "./b", "./b.jsx", "./c", "./d", "./d/", "./e", "./f.mjs", "."];
    const found = ["a.ts", "a.ts", "b.tsx", "b.tsx", "c.js", "d/index.ts", "d/index.ts", "e.d.ts", "f.mts"];
    expect(lead(asked, { ...tree, "src/index.ts": "" })).toEqual(
      [...found, "index.ts"].map((one) => `src/${one}`),
    );
  });

  test("JSON, styles and components are assets; what is not there is missing", () => {
    const tree = { "src/a.json": "{}", "src/b.css": "", "src/c.vue": "<template/>" };
    const found = lead(["./a.json", "./b.css", "./c.vue", "./b.css?inline", "./no"], tree);
    expect(found.slice(0, 4)).toEqual([
      "asset src/a.json",
      "asset src/b.css",
      "asset src/c.vue",
      "asset src/b.css",
    ]);
    expect(found[4]).toBe("missing, nearest src");
  });

  test("behind a query is what the query makes, and fixtures of tests may ask for anything", () => {
    expect(lead(["./a?worker", "./gone?raw"], { "src/a.ts": "export {};" })).toEqual([
      "asset src/a.ts",
      "missing, nearest src",
    ]);
    expect(lead(["./gone", "no-package"], {}, "test/fixtures/broken/x.ts")).toEqual(["unknown", "unknown"]);
    expect(lead(["./gone"], {}, "fixtures/x.ts")).toEqual(["missing, nearest fixtures"]);
  });

  test("JavaScript means what runs, TypeScript the declarations beside it", () => {
    const tree = { "src/a.js": "", "src/a.d.ts": "" };
    expect(lead(["./a.js"], tree)).toEqual(["src/a.d.ts"]);
    expect(lead(["./a.js"], tree, "src/main.mjs")).toEqual(["src/a.js"]);
  });

  test("ES modules under nodenext must write the extension; CommonJS and bundlers need not", () => {
    const tree = {
      "tsconfig.json": { compilerOptions: { module: "nodenext" } },
      "package.json": { type: "module" },
      "src/a.ts": "export const a = 1;",
      "src/d/index.ts": "",
    };
    expect(lead(["./a", "./a.js", "./a.ts", "./d"], tree)).toEqual([
      "missing, nearest ./a.js",
      "src/a.ts",
      "src/a.ts",
      "missing, nearest ./d/index.js",
    ]);
    expect(lead(["./a"], tree, "src/main.cts")).toEqual(["src/a.ts"]);
    expect(lead(["./a"], { ...tree, "tsconfig.json": {} })).toEqual(["src/a.ts"]);
  });

  test("what git ignores is made by something, and not missing", () => {
    const tree = { ".gitignore": "generated/\n*.js\n/dist", "src/x.ts": "" };
    expect(lead(["./generated/client", "../dist/a", "./gone.js"], tree)).toEqual([
      "unknown",
      "unknown",
      "missing, nearest src",
    ]);
  });
});

describe("configuration", () => {
  test("paths, baseUrl, extends and comments", () => {
    const tree = {
      "base.json": `{ // where things are
        "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"], "@/deep/*": ["other/*"], "exact": ["src/a"], }, },
      }`,
      "tsconfig.json": { extends: "./base" },
      "src/a.ts": "",
      "other/b.ts": "",
      "lib/c.ts": "",
    };
    expect(lead(["@/a", "@/deep/b", "exact", "lib/c", "@/no", "lib/no"], tree)).toEqual([
      "src/a.ts",
      "other/b.ts",
      "src/a.ts",
      "lib/c.ts",
      "missing",
      "missing",
    ]);
  });

  test("rootDirs lay folders over each other, and one that is not there is generated", () => {
    const roots = (second: string) => ({
      "tsconfig.json": { compilerOptions: { rootDirs: ["src", second] } },
      "made/types.ts": "",
    });
    expect(lead(["./types", "./gone"], roots("made"))).toEqual(["made/types.ts", "missing, nearest src"]);
    expect(lead(["./+types/page"], roots(".framework/types"))).toEqual(["unknown"]);
  });

  test("a solution hands the file to the project that includes it", () => {
    const tree = {
      "tsconfig.json": { files: [], references: [{ path: "./tsconfig.app.json" }] },
      "tsconfig.app.json": { include: ["src"], compilerOptions: { paths: { "~/*": ["./src/*"] } } },
      "src/a.ts": "",
    };
    expect(lead(["~/a"], tree)).toEqual(["src/a.ts"]);
  });

  test("of several projects with the file, one that finds it is enough", () => {
    const tree = {
      "tsconfig.json": { files: [], references: [{ path: "./node.json" }, { path: "./web.json" }] },
      "node.json": { include: ["src"] },
      "web.json": { include: ["src"], compilerOptions: { paths: { "~/*": ["./src/*"] } } },
      "src/a.ts": "",
    };
    expect(lead(["~/a", "~/gone"], tree)).toEqual(["src/a.ts", "missing"]);
  });

  test("a base that cannot be read makes aliases unknown", () => {
    expect(lead(["$x/a", "left-pad"], { "tsconfig.json": { extends: "@gone/tsconfig" } })).toEqual([
      "unknown",
      "left-pad undeclared",
    ]);
  });

  test("an alias of a bundler is followed, or unknown", () => {
    const tree = {
      "package.json": {},
      "vite.config.ts": `export default { resolve: { alias: { "@": path.resolve(__dirname, "./src"), "#x": magic() } } };`,
      "src/a.ts": "",
    };
    expect(lead(["@/a", "@/no", "#x/y"], tree)).toEqual(["src/a.ts", "unknown", "unknown"]);
  });
});

describe("packages", () => {
  test("declared is enough, installed or not; nothing else is", () => {
    const tree = {
      "package.json": { dependencies: { a: "1", "@s/b": "1" }, devDependencies: { "@types/c": "1" } },
    };
    expect(
      lead(["a", "a/sub", "@s/b/x.js", "c", "d", "@s/e", "node:fs", "fs", "node:nothing"], tree),
    ).toEqual([
      "a declared",
      "a declared",
      "@s/b declared",
      "c declared",
      "d undeclared",
      "@s/e undeclared",
      "node:fs",
      "fs",
      "missing",
    ]);
  });

  test("`imports` and `exports` maps with conditions, patterns and closed doors", () => {
    const tree = {
      "package.json": {
        name: "me",
        imports: { "#a": "./src/a.ts", "#d/*": { browser: null, default: "./src/d/*.ts" } },
        exports: { ".": "./src/a.ts", "./d/*": "./src/d/*.ts", "./d/secret": null },
      },
      "src/a.ts": "",
      "src/d/b.ts": "",
      "src/d/secret.ts": "",
    };
    expect(lead(["#a", "#d/b", "#no", "me", "me/d/b", "me/d/secret", "me/other"], tree)).toEqual([
      "src/a.ts",
      "src/d/b.ts",
      "missing",
      "src/a.ts",
      "src/d/b.ts",
      "missing, nearest me",
      "missing, nearest me",
    ]);
  });

  test("members of a workspace are found without an install, their builds by their sources", () => {
    const tree = {
      "pnpm-workspace.yaml": "packages:\n  - 'packages/*'\n",
      "package.json": {},
      "packages/a/package.json": {
        name: "@w/a",
        exports: {
          ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
          "./sub": "./dist/sub/index.js",
        },
      },
      "packages/a/src/index.ts": "",
      "packages/a/src/sub.ts": "",
      "packages/b/package.json": { name: "b", main: "lib/main.js" },
      "packages/b/src/main.ts": "",
      "packages/b/src/deep.ts": "",
    };
    const found = lead(["@w/a", "@w/a/sub", "@w/a/no", "b", "b/lib/deep"], tree, "packages/c/x.ts");
    expect(found).toEqual([
      "packages/a/src/index.ts",
      "packages/a/src/sub.ts",
      "missing, nearest @w/a",
      "packages/b/src/main.ts",
      "packages/b/src/deep.ts",
    ]);
  });

  test("a member is not meant when another version is asked for", () => {
    const tree = {
      "package.json": { workspaces: ["packages/*"] },
      "packages/a/package.json": { name: "a", version: "2.0.0" },
      "packages/a/index.ts": "",
      "old/package.json": { dependencies: { a: "^1.0.0" } },
    };
    expect(lead(["a"], tree, "old/x.ts")).toEqual(["a declared"]);
    expect(lead(["a"], tree, "packages/b/x.ts")).toEqual(["packages/a/index.ts"]);
  });

  test("a package in the tree that is no member installs its own copy", () => {
    const tree = {
      "package.json": { name: "me", version: "1.0.0", workspaces: ["packages/*"], exports: "./a.ts" },
      "a.ts": "",
      "sandbox/package.json": { dependencies: { me: "1.0.0" } },
    };
    expect(lead(["me", "me/deep"], tree, "sandbox/x.ts")).toEqual(["me declared", "me declared"]);
  });

  test("ambient modules speak for their own package", () => {
    const tree = {
      "package.json": {},
      "p/package.json": {},
      "p/types.d.ts": `declare module "made-up" { export const a: 1; } declare module "*.svg" { const u: string; export default u; }`,
    };
    expect(lead(["made-up", "./logo.svg"], tree, "p/x.ts")).toEqual(["unknown", "unknown"]);
    expect(lead(["made-up"], tree, "q/x.ts")).toEqual(["made-up undeclared"]);
  });
});

describe("names", () => {
  const world = new World({
    "a.ts": `export const x = 1; const hidden = 1; export default class K {} export type T = 1;`,
    "b.ts": `export * from "./a"; export { x as y } from "./a"; export * as all from "./a"; export { gone } from "./a";`,
    "c.ts": `export * from "./b"; export * from "./c2"; export const own = 1;`,
    "c2.ts": `export * from "./c"; export const x = 2; export type T = 2;`,
    "d.ts": `import { x } from "./a"; export { x }; export * from "react"; export { z } from "zod";`,
    "e.ts": `import { gone } from "./b"; export { gone };`,
    "f.cjs": `module.exports = { a: 1 };`,
    "g.d.ts": `declare const g: { a: 1 }; export = g;`,
    "h.ts": `import "./a"; declare module "./a" { interface Added {} }`,
    "script.ts": `const s = 1;`,
    "package.json": { dependencies: { react: "*", zod: "*" } },
  });

  test.each([
    ["a.ts", "x", "a.ts#x"],
    ["a.ts", "default", "a.ts#K"],
    ["a.ts", "hidden", "missing, but local"],
    ["a.ts", "Added", `h.ts#"./a".Added`],
    ["b.ts", "x", "a.ts#x"],
    ["b.ts", "y", "a.ts#x"],
    ["b.ts", "default", "missing"],
    ["b.ts", "all", "module"],
    ["b.ts", "gone", "unknown"],
    ["c.ts", "x", "conflict"],
    ["c.ts", "T", "a.ts#T"],
    ["c.ts", "own", "c.ts#own"],
    ["c.ts", "nothing", "missing"],
    ["d.ts", "x", "a.ts#x"],
    ["d.ts", "useState", "outside"],
    ["d.ts", "z", "outside"],
    ["e.ts", "gone", "unknown"],
    ["f.cjs", "a", "f.cjs#a"],
    ["f.cjs", "b", "missing"],
    ["f.cjs", "default", "outside"],
    ["g.d.ts", "a", "unknown"],
    ["g.d.ts", "default", "g.d.ts#g"],
    ["script.ts", "s", "missing, but local"],
  ])("%s %s → %s", (path, name, expected) => {
    expect(world.name(path, name)).toBe(expected);
  });

  test("offers lists what can be had, and says when that is not all", () => {
    expect(world.resolver.offers(world.index("b.ts"))).toEqual({
      names: ["Added", "T", "all", "gone", "x", "y"],
      isComplete: true,
    });
    expect(world.resolver.offers(world.index("d.ts")).isComplete).toBe(false);
  });
});

test("specifierFor writes in the style of its neighbours, and only what resolves", () => {
  const world = new World({
    "tsconfig.json": { compilerOptions: { paths: { "@/*": ["./src/*"] } } },
    "package.json": { name: "me", workspaces: ["packages/*"] },
    "src/a/x.ts": "",
    "src/b/index.ts": "",
    "packages/p/package.json": { name: "@w/p", exports: { ".": "./src/index.ts", "./sub": "./src/sub.ts" } },
    "packages/p/src/index.ts": "",
    "packages/p/src/sub.ts": "",
    "packages/p/src/inner.ts": "",
  });
  const write = (to: string, like?: string): string | undefined =>
    world.resolver.specifierFor(world.index("src/a/x.ts"), world.index(to), like);
  expect(write("src/b/index.ts")).toBe("../b");
  expect(write("src/b/index.ts", "./y.js")).toBe("../b/index.js");
  expect(write("src/b/index.ts", "./y.ts")).toBe("../b/index.ts");
  expect(write("src/b/index.ts", "@/other")).toBe("@/b");
  expect(write("packages/p/src/sub.ts")).toBe("@w/p/sub");
  expect(write("packages/p/src/inner.ts")).toBeUndefined();
  const modules = new World({
    "package.json": { name: "me", type: "module", exports: { "./internal": "./src/internal.js" } },
    "src/a.js": "",
    "src/b/index.js": "",
  });
  const from = modules.index("src/a.js");
  expect(modules.resolver.specifierFor(from, modules.index("src/b/index.js"), "me/internal")).toBe(
    "./b/index.js",
  );
  expect(world.resolver.moduleName(world.index("packages/p/src/index.ts"))).toBe("@w/p");
  expect(world.resolver.moduleName(world.index("packages/p/src/inner.ts"))).toBe("packages/p/src/inner.ts");
});
