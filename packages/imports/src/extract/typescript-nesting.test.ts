import { describe, expect, test } from "vitest";
import { extractTypeScript } from "./typescript.ts";
import { NESTING_MAX, tooDeepAt } from "./typescript-nesting.ts";

const deep: { readonly [name: string]: (levels: number) => string } = {
  parentheses: (n) => `${"(".repeat(n)}1${")".repeat(n)}`,
  unclosed: (n) => "[\n".repeat(n),
  blocks: (n) => `${"{".repeat(n)}${"}".repeat(n)}`,
  functions: (n) => `${"function f(){".repeat(n)}${"}".repeat(n)}`,
  arrows: (n) => `${"x =>\n".repeat(n)}1`,
  negations: (n) => `${"!\n".repeat(n)}a`,
  branches: (n) => `${"if (a) {} else ".repeat(n)}{}`,
  loops: (n) => `${"while (a) ".repeat(n)};`,
  choices: (n) => `${"a ? b : ".repeat(n)}c`,
  generics: (n) => `type A = ${"B<".repeat(n)}C${">".repeat(n)}`,
  elements: (n) => `x = ${"<a>\n".repeat(n)}${"</a>".repeat(n)}`,
  templates: (n) => `${"`${".repeat(n)}1${"}`".repeat(n)}`,
  assignments: (n) => `${"a = ".repeat(n)}1`,
  calls: (n) => `${"f(".repeat(n)}${")".repeat(n)}`,
  operators: (n) => `type A = ${"keyof ".repeat(n)}B`,
};

describe("a source that nests too deep is refused, and the process goes on", () => {
  test.each(Object.keys(deep))("%s", (name) => {
    // Comments keep the lines short, as a person's would be; a minified file is skipped anyway.
    const lines = "// a line\n".repeat(20_000);
    const facts = extractTypeScript("a.tsx", Buffer.from(lines + (deep[name]?.(100_000) ?? "")));
    expect(facts.problems[0]?.kind).toBe("limit");
    expect(tooDeepAt(deep[name]?.(100) ?? "")).toBeUndefined();
  });

  test.each([`1${"+1".repeat(100_000)}`, `a${".b".repeat(100_000)}`, `f${"()".repeat(100_000)}`])(
    "a long flat chain",
    (chain) => {
      const text = `import { a } from "./a"; require("./b"); x = ${chain}\n${"// a line\n".repeat(5_000)}`;
      const facts = extractTypeScript("a.ts", Buffer.from(text));
      expect(facts.problems.every((one) => one.kind === "limit")).toBe(true);
    },
  );
});

test("what is long and flat is not deep", () => {
  const lines = (text: string): string => `${text}\n`.repeat(5_000);
  expect(tooDeepAt(lines("const a = b ? c : d"), NESTING_MAX)).toBeUndefined();
  expect(tooDeepAt(lines("if (a) { b() }"))).toBeUndefined();
  expect(tooDeepAt(lines("if(a){b()}").replaceAll("\n", ""))).toBeUndefined();
  expect(tooDeepAt(lines("export const f = async () => await g(x => !x)"))).toBeUndefined();
  expect(tooDeepAt(`[${"{ a: [1, 2] }, ".repeat(5_000)}]`)).toBeUndefined();
  expect(tooDeepAt(`<p>${"<b>text</b>\n".repeat(5_000)}</p>`)).toBeUndefined();
  expect(tooDeepAt(lines("const r = /[(]/;"))).toBeUndefined();
  expect(tooDeepAt(lines("a = '(' + \"{\" // [ ("))).toBeUndefined();
});
