import { runFailureCodes, toolErrorCodes } from "@goldenpath/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runFailureText, toolErrorText } from "./failure-text.ts";
import { countOf, dayGroup, formatBytes, formatDuration, formatWhen } from "./figures.ts";
import { prettyJson, previewJson } from "./json.ts";
import { plainText } from "./plain.ts";

test.each([
  [0, "0 ms"],
  [999.4, "999 ms"],
  [1_530, "1.5 s"],
  [9_960, "10 s"],
  [59_990, "1 min"],
  [75_000, "1 min 15 s"],
  [3_720_000, "1 h 2 min"],
])("%d ms is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_536, "1.5 KiB"],
  [1_048_575, "1 MiB"],
  [33_554_432, "32 MiB"],
])("%d bytes is %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("counts agree with their noun", () => {
  expect(countOf(1, "tool")).toBe("1 tool");
  expect(countOf(1_200, "tool")).toBe("1,200 tools");
  expect(countOf(2, "reply", "replies")).toBe("2 replies");
});

test("days are groups of the local calendar", () => {
  const noon = new Date(2026, 4, 20, 12).getTime();
  const hourMs = 3_600_000;
  expect(dayGroup(noon - 11 * hourMs, noon)).toBe("Today");
  expect(dayGroup(noon - 13 * hourMs, noon)).toBe("Yesterday");
  expect(dayGroup(noon - 40 * hourMs, noon)).toBe("Last 7 days");
  expect(dayGroup(noon - 900 * hourMs, noon)).toBe("Earlier");
  expect(formatWhen(noon, noon)).toMatch(/12/);
});

describe("plainText", () => {
  test("says tables, code and charts by name and drops the marks", () => {
    const markdown =
      "## Spend\n\nYou pay **$12** for [search](http://x).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- `two`\n\n```chart\n{}\n```\n\n```ts\nlet a\n```";
    expect(plainText(markdown, 500)).toBe(
      "Spend You pay $12 for search. (a table) one two (a chart) (a code block)",
    );
  });

  test("drops the marks of emphasis, and leaves what only looks like them", () => {
    expect(
      plainText("*These are* _your_ records.\n\n---\n\n2 * 3 * 4, snake_case_name, [spend_by #1]", 200),
    ).toBe("These are your records. 2 * 3 * 4, snake_case_name, [spend_by #1]");
  });

  test("an open fence hides its code too", () => {
    expect(plainText("Look:\n```js\nlet x = 1", 100)).toBe("Look: (a code block)");
  });

  test("stays within its bound", () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => plainText(text, 80).length <= 82));
  });
});

describe("previewJson", () => {
  test("hints at the value in one line", () => {
    expect(previewJson({ by: "team", limit: 5, rows: [{ a: 1 }, { a: 2 }], range: { from: 1, to: 2 } })).toBe(
      'by: "team", limit: 5, rows: [2 items], range: {from, to}',
    );
    expect(previewJson("text")).toBe('"text"');
    expect(previewJson({})).toBe("{}");
    expect(previewJson(undefined)).toBe("");
  });

  test("stays within its bound whatever the value holds", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const preview = previewJson(value as never, 60);
        expect(preview.length).toBeLessThanOrEqual(60);
        expect(preview).not.toContain("\n");
        expect(typeof prettyJson(value as never)).toBe("string");
      }),
    );
  });
});

test("every code that can end a run or a tool call has its own text", () => {
  const texts = Object.keys(runFailureCodes).map(runFailureText);
  expect(new Set(texts).size).toBe(texts.length);
  const tools = (Object.keys(toolErrorCodes) as (keyof typeof toolErrorCodes)[]).map(toolErrorText);
  expect(new Set(tools).size).toBe(tools.length);
  expect(runFailureText("from_the_future")).toMatch(/Try again/);
});
