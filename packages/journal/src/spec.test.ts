import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const source = new URL("./", import.meta.url);
const spec = readFileSync(new URL("../SPEC.md", import.meta.url), "utf8");
const tests = readdirSync(source)
  .filter((name) => /^contract-|\.test\.ts$/.test(name))
  .map((name) => readFileSync(new URL(name, source), "utf8"))
  .join("\n")
  // A long call has its first argument on a line of its own.
  .replaceAll(/\(\s+"/g, '("');

describe("SPEC.md", () => {
  // What stands between double quotes inside _…_ or *…* is the beginning of a test's name.
  const cited = [...spec.replaceAll(/\s+/g, " ").matchAll(/ ([_*])(["`].*?)\1(?= |$)/g)].flatMap(
    ([, , names = ""]) => [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name.replace(/ ?…$/, "")),
  );

  test("numbers its rules 1, 2, 3 … and names tests for them", () => {
    const numbers = [...spec.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, at) => at + 1));
    expect(cited.length).toBeGreaterThan(numbers.length);
  });

  test.each(cited)("names a test that exists: %s", (name) => {
    expect(tests).toContain(`("${name}`);
  });
});
