import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileGlob } from "./glob.ts";

describe("globs", () => {
  it.each([
    ["src/*.ts", ["src/a.ts"], ["src/a/b.ts", "src/a.tsx", "x/src/a.ts"]],
    ["**/a.ts", ["a.ts", "x/a.ts", "x/y/a.ts"], ["xa.ts", "a.tsx"]],
    ["src/**", ["src/a", "src/a/b"], ["src", "srca"]],
    ["{a,b/*}/[!x-z]?.{ts,tsx}", ["a/ab.ts", "b/q/ab.tsx"], ["a/xb.ts", "c/ab.ts", "a/a.ts"]],
    ["*a*b*c*d", ["abcd", "1a2b3c4d"], ["abdc", "a/bcd"]],
    ["**/{x,**/y}/*{a,b*}*/*.{c,d}", ["x/a/1.c", "q/r/y/zbz/1.d"], ["x/c/1.c"]],
    ["{a", ["{a"], ["a"]],
  ])("%s", (glob, yes, no) => {
    const matches = compileGlob(glob);
    expect(yes.filter((path) => !matches(path))).toEqual([]);
    expect(no.filter((path) => matches(path))).toEqual([]);
  });

  it("mean the same with more stars than an expression may have", () => {
    const part = fc.constantFrom("a", "b", "/", "*", "**/", "?", "{a,b}", "{a,*b}", "[ab]");
    const path = fc.array(fc.constantFrom("a", "b", "/"), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), path, (parts, chars) => {
        const glob = parts.join("");
        // An alternative of the same text twice changes nothing but the machine.
        const twice = `{${glob},${glob}}`;
        return compileGlob(glob)(chars.join("")) === compileGlob(`{${twice},${twice}}`)(chars.join(""));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["*a".repeat(300), "a".repeat(5_000)],
    ["*a".repeat(60), "a".repeat(5_000)],
    ["{a,aa}".repeat(150), "a".repeat(290)],
    ["**/".repeat(300), "a/".repeat(300)],
    ["**/*a*a*a*a*a*a*b", "a".repeat(3_000)],
  ])("end in time however hostile: %#", (glob, path) => {
    expect(compileGlob(glob)(`${path}!`)).toBe(false);
  });
});
