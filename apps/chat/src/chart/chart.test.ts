import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeChart, formatTick, formatValue, labelStride, place, scaleOf } from "./chart-scale.ts";
import { type ChartSpec, parseChart } from "./chart-spec.ts";

const spend: ChartSpec = {
  type: "bar",
  title: "Spend by team",
  unit: "USD",
  labels: ["search", "support"],
  series: [{ name: "Spend", values: [1200.5, 300] }],
};

describe("parseChart", () => {
  test("takes a chart as the format says it", () => {
    expect(parseChart(JSON.stringify(spend))).toEqual({ ok: true, spec: spend });
  });

  test.each([
    ["{", "it is not JSON"],
    ["[]", "it is not an object"],
    [JSON.stringify({ ...spend, type: "pie" }), 'type must be "bar" or "line"'],
    [JSON.stringify({ ...spend, labels: [] }), "labels must be a list of texts"],
    [JSON.stringify({ ...spend, labels: [{}] }), "a label must be a text"],
    [
      JSON.stringify({ ...spend, series: [{ name: "x", values: [1] }] }),
      "a series needs one value for each label",
    ],
    [
      JSON.stringify({ ...spend, series: [{ name: "x", values: [1, "2"] }] }),
      "a value must be a number or null",
    ],
    [JSON.stringify({ ...spend, series: [] }), "series must be a list"],
    [JSON.stringify({ ...spend, series: [spend.series[0], spend.series[0]] }), "series need different names"],
    [JSON.stringify({ ...spend, labels: Array(401).fill("x") }), "labels may be 400 at most"],
  ])("%s is no chart", (text, why) => {
    expect(parseChart(text)).toEqual({ ok: false, why });
  });

  test("never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof parseChart(text).ok === "boolean"),
    );
  });
});

describe("scaleOf", () => {
  test("covers every value and zero, with ticks in order", () => {
    const value = fc.option(fc.double({ min: -1e12, max: 1e12, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
        const scale = scaleOf({ ...spend, labels: values.map(String), series: [{ name: "", values }] });
        expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
        expect(scale.ticks.length).toBeLessThanOrEqual(12);
        expect([...scale.ticks].sort((a, b) => a - b)).toEqual(scale.ticks);
        for (const one of [0, ...values]) {
          if (one === null) continue;
          expect(place(one, scale)).toBeGreaterThanOrEqual(-1e-9);
          expect(place(one, scale)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  test("chooses round steps", () => {
    expect(scaleOf(spend).ticks).toEqual([0, 500, 1000, 1500]);
  });
});

test("values carry their unit, ticks are short", () => {
  expect(formatValue(1234567.891, "USD")).toBe("$1,234,567.89");
  expect(formatValue(-3, "€")).toBe("-€3");
  expect(formatValue(12, "%")).toBe("12%");
  expect(formatValue(null, "ms")).toBe("–");
  expect(formatValue(0.00042, "USD")).toBe("$0.00042");
  expect(formatTick(1_500_000, "USD")).toBe("$1.5M");
  expect(formatTick(25_000, "requests")).toBe("25k");
});

test("the description names the ends of each series", () => {
  expect(describeChart(spend)).toBe(
    "Bar chart of 2 values, search to support. Spend: highest $1,200.50 (search), lowest $300 (support).",
  );
});

test("labels thin out when there is no room", () => {
  const days = Array.from({ length: 90 }, (_, day) => `2026-01-${day}`);
  expect(labelStride(days, 600)).toBeGreaterThan(8);
  expect(labelStride(["a", "b"], 600)).toBe(1);
});
