import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FileFacts } from "../model.ts";
import { extractTypeScript } from "./typescript.ts";

function read(text: string, path = "a.ts"): FileFacts {
  return extractTypeScript(path, Buffer.from(text));
}

/** `kind specifier [name→local …]`, with the guard when there is one. */
function imports(text: string, path?: string): readonly string[] {
  return read(text, path).imports.map((one) => {
    const names = one.names.map((name) => `${name.typeOnly ? "type " : ""}${name.name}→${name.local}`);
    const where = [one.scope === "module" ? "" : one.scope, one.guard === "none" ? "" : one.guard].filter(
      Boolean,
    );
    return [one.kind, one.specifier, `[${names.join(" ")}]`, ...where].join(" ");
  });
}

function exports(text: string, path?: string): readonly string[] {
  return read(text, path).exports.map((one) => {
    const from = one.importIndex < 0 ? one.local : `${one.imported}@${one.importIndex}`;
    return `${one.typeOnly ? "type " : ""}${one.name}=${from}`;
  });
}

describe("imports", () => {
  test.each([
    [`import a, { b as c, type D } from "./x";`, [`static ./x [default→a b→c type D→D]`]],
    [`import * as ns from "./x";`, [`static ./x [→ns]`]],
    [`import "./x";`, [`static ./x []`]],
    [`import type { T } from "./x";`, [`static ./x [type T→T] types`]],
    [`import { "odd name" as odd } from "./x";`, [`static ./x [odd name→odd]`]],
    [`import x = require("./x");`, [`import-equals ./x [→x]`]],
    [`export { a as b } from "./x"; export * from "./y";`, [`re-export ./x [a→]`, `re-export ./y [*→]`]],
    [`export * as ns from "./x";`, [`re-export ./x [→]`]],
    [`const { a, b: c } = require("./x");`, [`require ./x [a→a b→c]`]],
    [`const m = await import("./x");`, [`dynamic ./x [→m]`]],
    [`const { a } = await import("./x");`, [`dynamic ./x [a→a]`]],
    [`const { a, ...rest } = await import("./x");`, [`dynamic ./x [→ a→a]`]],
    [`const { [key]: a, b } = require("./x");`, [`require ./x [→ b→b]`]],
    ["import(`./x`).then((m) => m.a);", [`dynamic ./x [a→]`]],
    [`import("./x").then(({ a }) => a).catch(() => null);`, [`dynamic ./x [a→a]`]],
    [`function f() { return import("./x"); }`, [`dynamic ./x [] function`]],
    [`try { require("./x"); } catch { require("./y"); }`, [`require ./x [] try`, `require ./y [] handler`]],
    [`try { require("./x"); } catch (e) { throw e; }`, [`require ./x [] try-raise`]],
    [`if (process.env.A) require("./x");`, [`require ./x [] conditional`]],
    [
      `type A = import("./x").B.C; const v: import("./y").D = 1;`,
      [`types ./x [type B→] types`, `types ./y [type D→] types`],
    ],
    [`/// <reference path="b.d.ts" />`, [`types ./b.d.ts [] types`]],
    [`jest.mock("./x", () => ({})); vi.mock("./y");`, [`mock ./x []`, `mock ./y []`]],
    [`vi.mock(import("./x"), () => ({})); other.mock(import("./y"));`, [`mock ./x []`, `dynamic ./y []`]],
    [`jest.mock("./x", f, { virtual: true });`, []],
    [
      `const a = vi.importActual("./x"); jest.requireActual("./y").b;`,
      [`dynamic ./x [→a]`, `require ./y [b→]`],
    ],
    [`// @ts-expect-error\nimport { a } from "./x";`, [`static ./x [a→a] expected`]],
    [`// @ts-nocheck\nimport { a } from "./x";`, [`static ./x [a→a] expected`]],
    [`const text = 'import { a } from "./x"'; // import("./y")`, []],
  ])("%s", (text, expected) => {
    expect(imports(text)).toEqual(expected);
  });

  test.each([
    'jest\n  .mock("./x")',
    '(jest as Mocker).mock("./x")',
    'vi.mock<typeof it>("./x")',
    'vi.mock /* it */ ("./x")',
  ])("%s is a mock however it is written", (text) => {
    expect(imports(`import "./y"; ${text};`)[1]).toMatch(/^mock \.\/x/);
  });

  test("the members of a namespace import that are used, unless the name is shadowed", () => {
    const text = `import * as ns from "./x"; ns.a(); const t: ns.T = ns.b.c; const { d } = ns;`;
    expect(imports(text)[1]).toBe("member ./x [a→ type T→ b→ d→]");
    expect(imports(`import * as ns from "./x"; (ns) => ns.a;`)).toHaveLength(1);
  });

  test("a `require` that is a parameter or looks elsewhere is not ours", () => {
    expect(imports(`define(function (require) { require("./x"); });`, "a.js")).toEqual([]);
    expect(imports(`const require = createRequire("/other/"); require("./x");`)).toEqual([]);
    expect(imports(`const require = createRequire(import.meta.url); require("./x");`)).toEqual([
      "require ./x []",
    ]);
  });

  test("where a module is mocked, the mock decides about the names of later requests", () => {
    expect(imports(`vi.mock("./x"); const { a } = require("./x");`)[1]).toBe("require ./x [→a]");
  });
});

describe("exports", () => {
  test.each([
    [`export const a = 1, { b, c: [d], ...e } = f;`, ["a=a", "b=b", "d=d", "e=e"]],
    [`export function f() {} export class K {} export enum E {}`, ["f=f", "K=K", "E=E"]],
    [`export interface I {} export type T = 1;`, ["type I=I", "type T=T"]],
    [`const a = 1; export { a as b, a as default };`, ["b=a", "default=a"]],
    [`export default function () {}`, ["default=default"]],
    [`const a = 1; export default a;`, ["default=a"]],
    [
      `export { a as b } from "./x"; export * from "./y"; export * as n from "./z";`,
      ["b=a@0", "*=*@1", "n=@2"],
    ],
    [`export type { T } from "./x";`, ["type T=T@0"]],
    [`export function f(a: string): void; export function f(a: unknown) {}`, ["f=f"]],
  ])("%s", (text, expected) => {
    expect(exports(text)).toEqual(expected);
  });

  test("a declaration file exports all it declares, unless it says what it exports", () => {
    expect(exports(`export interface A {} declare const b: 1;`, "a.d.ts")).toEqual(["type A=A", "b=b"]);
    expect(exports(`export interface A {} declare const b: 1; export {};`, "a.d.ts")).toEqual(["type A=A"]);
    expect(read(`declare const b: 1;`, "a.d.ts").doors).toBe("none");
  });

  test("`export =` of a namespace offers its members; of anything else they are unknown", () => {
    const text = `declare function f(): void; declare namespace f { interface O {} } export = f;`;
    expect([exports(text, "a.d.ts"), read(text, "a.d.ts").doors]).toEqual([
      ["export==f", "type O=f.O"],
      "exports",
    ]);
    expect(read(`class K {} export = K;`).doors).toBe("unknown");
  });

  test.each([
    [`module.exports = { a, b() {}, "c-d": 1 };`, "object", ["a=a", "b=b", "c-d=c-d"]],
    [`exports.a = 1; module.exports.b = 2;`, "object", ["a=a", "b=b"]],
    [
      `Object.defineProperty(exports, "__esModule", {}); Object.defineProperty(exports, "a", {});`,
      "object",
      ["a=a"],
    ],
    [`module.exports = f();`, "unknown", []],
    [`module.exports = { ...a };`, "unknown", []],
    [`module.exports = require("./a");`, "object", ["*=*@0"]],
    [`module.exports = { b, ...require("./a") };`, "object", ["b=b", "*=*@0"]],
    [`module.exports = require("./a")(b);`, "unknown", []],
    [`exports.a = () => module.exports.a() + exports.a.length;`, "object", ["a=a"]],
    [`exports.a = 1; [exports.b] = f();`, "unknown", ["a=a"]],
    [`exports.a = (module) => f(module); if (require.main === module) g();`, "object", ["a=a"]],
    [`exports.a = 1; f(module);`, "unknown", ["a=a"]],
    [`fill(exports);`, "unknown", []],
    [`var a = 1;`, "none", []],
  ])("CommonJS: %s", (text, doors, expected) => {
    expect([read(text, "a.cjs").doors, exports(text, "a.cjs")]).toEqual([doors, expected]);
  });

  test("kinds, async and state of what is declared", () => {
    const text = `export const f = async () => 1; export let n = 1; export const m = new Map(); export const k = class {};`;
    expect(read(text).bindings.map((one) => [one.name, one.kind, one.isAsync, one.isState])).toEqual([
      ["f", "function", true, false],
      ["n", "variable", false, true],
      ["m", "variable", false, true],
      ["k", "class", false, false],
    ]);
  });

  test("ambient modules are bindings in quotes; augmentations are requests", () => {
    expect(
      read(`declare module "x" { export const a: 1; }`, "a.d.ts").bindings.map((one) => one.name),
    ).toEqual([`"x".a`, `"x"`]);
    expect(imports(`export {}; declare module "./x" { interface A {} }`)).toEqual([
      "types ./x [type A→] types",
    ]);
  });
});

describe("bad input", () => {
  test("what stands before a syntax error is used, and nothing is concluded from the rest", () => {
    const facts = read(`import { a } from "./x";\nexport const b = 1;\nfunction ( {`);
    expect(facts.imports[0]?.specifier).toBe("./x");
    expect(facts.doors).toBe("unknown");
    expect(facts.problems[0]).toMatchObject({ kind: "syntax", line: 3 });
  });

  test("a component is skipped and said to be", () => {
    expect(read(`<script>import a from "./b"</script>`, "a.vue").problems[0]?.kind).toBe("skipped");
  });

  test("nothing that bytes can spell makes it throw", () => {
    const token = fc.constantFrom(
      "import ",
      "export ",
      "* ",
      "from ",
      "{",
      "}",
      "(",
      ")",
      '"./a"',
      "'",
      "`",
      "require",
      "default ",
      "=",
      ";",
      "\n",
      "type ",
      "as ",
      "/*",
      "//",
      "é",
      "🤨",
      "\u0000",
      "<",
      "async ",
      "module.exports",
      "...",
    );
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 30 }),
        fc.constantFrom("a.ts", "a.tsx", "a.js", "a.d.ts", "a.cts"),
        (tokens, path) => {
          const facts = read(tokens.join(""), path);
          for (const one of facts.imports) expect(one.at.start).toBeLessThanOrEqual(one.at.end);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test("the lazy tree and the whole tree yield the same facts", () => {
  const statement = fc.constantFrom(
    `import a, { b as c } from "./a";`,
    `import * as ns from "./n"; ns.x; let q: ns.T;`,
    `export const { d, e: [g], ...h } = i;`,
    `export default class {}`,
    `export { c as k }; export * from "./s";`,
    `declare module "./m" { interface Z {} export const w: 1 }`,
    `try { require("./o"); } catch { }`,
    `const { j } = await import("./p");`,
    `namespace N.M { export const y = 1 }`,
    `let u: import("./t").U<typeof import("./v")>;`,
    `function f({ a = require("./w") }, ...r: unknown[]) { return <T,>(x: T) => x; }`,
    `/* é 🤨 */ vi.mock("./mock"); // goldenpath-ignore cycle -- because`,
    `export = c;`,
    `import z = ns.x.y; export import zz = ns.q;`,
    `@C({ t: require("./x") }) export class A { @D(require("./y")) m(@E(require("./z")) p: string) {} }`,
    `export const later = () => import("./later").then((m) => m.part);`,
    `if (a) { switch (b) { case 1: require("./case"); } } else label: for (const o of [require("./of")]) {}`,
    `class K { static { require("./static"); } x = require("./field"); get [require("./key")]() { return 1; } }`,
    `f<typeof ns.Q>(ns.R, \`\${ns.S}\`, (ns as any)?.V, { ns, w: ns.W, ...ns.X });`,
    `((require) => require("./own"))(1);`,
    `enum E { A = require("./enum").a } abstract class L<T extends ns.Y> extends ns.Z implements ns.I {}`,
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(statement, { maxLength: 6 }),
      fc.constantFrom("a.ts", "a.d.ts", "a.mts"),
      (lines, path) => {
        const bytes = Buffer.from(lines.join("\n"));
        expect(extractTypeScript(path, bytes, "whole")).toEqual(extractTypeScript(path, bytes, "lazy"));
      },
    ),
    { numRuns: 400 },
  );
});

test("ignores say which rules, why, and for which line", () => {
  const text = `a(); // goldenpath-ignore cycle, deep-import -- it is generated\n/* goldenpath-ignore cycle */\n\nb();`;
  expect(read(text).ignores).toEqual([
    { rules: ["cycle", "deep-import"], reason: "it is generated", line: 1, column: 9, appliesToLine: 1 },
    { rules: ["cycle"], reason: "", line: 2, column: 4, appliesToLine: 4 },
  ]);
});
