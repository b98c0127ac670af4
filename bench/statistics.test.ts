import { describe, expect, it } from "vitest";
import { median, quantile, ratio, result } from "./statistics.ts";

describe("statistics of a bench", () => {
  it("takes the middle of any order, and the mean of two middles", () => {
    expect(median([9, 1, 10])).toBe(9);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow(RangeError);
  });

  it("takes the nearest rank of a quantile", () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(quantile(values, 0.5)).toBe(50);
    expect(quantile(values, 0.99)).toBe(99);
    expect(quantile(values, 1)).toBe(100);
    expect(quantile([7], 0.01)).toBe(7);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  it("tells the spread beside the median", () => {
    expect(result("events", "1/s", [5, 3, 8])).toEqual({
      name: "events",
      unit: "1/s",
      median: 5,
      min: 3,
      max: 8,
    });
  });

  it("divides round by round: a slow round of both sides changes nothing", () => {
    expect(ratio("a ÷ b", [20, 2, 20], [10, 1, 10])).toEqual({
      name: "a ÷ b",
      unit: "×",
      median: 2,
      min: 2,
      max: 2,
    });
    expect(() => ratio("a ÷ b", [1, 2], [1])).toThrow("do not pair up");
  });
});
