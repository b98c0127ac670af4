import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDecimalMark, readNumber, readSuccess, readTime } from "./cell.ts";
import { delimitedRows, findDelimiter } from "./delimited.ts";

const rowsOf = (text: string, delimiter = ",") => [...delimitedRows(text, delimiter)];

describe("delimitedRows", () => {
  it("reads back what was written, whatever stands in the cells", () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('"', ",", "\n", "\r\n", '""', ";", "a,b", ""));
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(",", ";", "\t", "|"),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        (rows, delimiter, end, mark) => {
          const quoted = (one: string) => `"${one.replaceAll('"', '""')}"`;
          const text = (mark ? "\ufeff" : "") + rows.map((row) => row.map(quoted).join(delimiter)).join(end);
          expect(rowsOf(text, delimiter).map((row) => row.cells)).toEqual(rows);
        },
      ),
    );
  });

  it("never throws, always ends, and counts lines", () => {
    fc.assert(fc.property(fc.string(), (text) => rowsOf(text).every((row) => row.line >= 1)));
    expect(rowsOf('a,"x\ny"\n\nb,c\r\n').map((row) => row.line)).toEqual([1, 4]);
  });

  it("names a quote that never closes", () => {
    expect(rowsOf('a,"b\nc')).toMatchObject([{ line: 1, fault: "a quote is opened and never closed" }]);
  });

  it.each([
    ["a,b,c\n1,2,3", ","],
    ["a;b;c\n1,5;2,5;3", ";"],
    ["a\tb\n1\t2", "\t"],
    ["just a text", undefined],
  ])("%j is split by %j", (text, delimiter) => expect(findDelimiter(text)).toBe(delimiter));
});

describe("cells", () => {
  it.each([
    ["1,234.50", ".", 1234.5],
    ["1.234,50", ",", 1234.5],
    ["$0.012", ".", 0.012],
    ["1 234", ".", 1234],
    ["1e-5", ".", 0.00001],
    ["12 ms", ".", 12],
    ["abc", ".", undefined],
    ["1.2.3", ".", undefined],
    ["", ".", undefined],
  ] as const)("%j with decimal %j is %j", (text, mark, value) => expect(readNumber(text, mark)).toBe(value));

  it("formatted numbers come back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (value) => {
        expect(readNumber(value.toLocaleString("en-US"), ".")).toBe(value);
        expect(readNumber(value.toLocaleString("de-DE"), ",")).toBe(value);
      }),
    );
  });

  it.each([
    [["1,5", "2,25"], false, ","],
    [["1,234", "5,678"], false, "."],
    [["1.234", "2.500"], true, ","],
    [["0.250"], false, "."],
  ] as const)("%j uses its decimal mark", (values, whole, mark) =>
    expect(findDecimalMark(values, whole)).toBe(mark),
  );

  it("ISO times come back to the millisecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31) }), (at) => {
        expect(readTime(new Date(at).toISOString(), "day first")).toBe(at);
        expect(readTime(String(at), "day first") ?? at).toBe(at);
      }),
    );
  });

  it.each([
    ["2026-09-30", Date.UTC(2026, 8, 30)],
    ["2026-09-30T12:00:00+02:00", Date.UTC(2026, 8, 30, 10)],
    ["30.09.2026 08:15", Date.UTC(2026, 8, 30, 8, 15)],
    ["2026-02-30", undefined],
    ["1790000000", 1_790_000_000_000],
    ["yesterday", undefined],
  ])("%s is a time or none", (text, at) => expect(readTime(text, "day first")).toBe(at));

  it.each([
    ["200", true],
    ["429", false],
    ["ok", true],
    ["FAILED", false],
    ["maybe", undefined],
  ])("%s → %s", (text, success) => expect(readSuccess(text)).toBe(success));
});
