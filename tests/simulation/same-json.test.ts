import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isSameJson } from "./same-json.ts";

test("is what isDeepStrictEqual says of JSON, also of values that differ in one place", () => {
  const small = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(small, small, (a, b) => {
      expect(isSameJson(a, b)).toBe(isDeepStrictEqual(a, b));
      expect(isSameJson({ x: [a], y: b }, { y: b, x: [a] })).toBe(true);
      expect(isSameJson({ x: [a], y: b }, { x: [a] })).toBe(false);
      expect(isSameJson([a, b], [b, a])).toBe(isDeepStrictEqual([a, b], [b, a]));
    }),
  );
  expect(isSameJson({ x: undefined }, {})).toBe(false);
  expect(isSameJson([], {})).toBe(false);
  expect(isSameJson(null, {})).toBe(false);
});
