import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  afterClose,
  closeCodes,
  errorCodes,
  limits,
  runEventTypes,
  runFailureCodes,
  subprotocol,
  toolErrorCodes,
} from "./index.ts";
import { clientFrameSchemas } from "./schema.ts";

const spec = readFileSync(new URL("../SPEC.md", import.meta.url), "utf8");

/** The rows of the first table after a heading, as cells. */
function table(heading: string): string[][] {
  const start = spec.indexOf(`${heading}\n`);
  expect(start, heading).toBeGreaterThan(-1);
  const rows = spec
    .slice(start)
    .split("\n")
    .map((line) => line.match(/^\|(.*)\|$/)?.[1]?.split(/(?<!\\)\|/));
  const rule = rows.findIndex((cells) => cells?.every((cell) => /^ -+ $/.test(cell)));
  const found: string[][] = [];
  for (const cells of rows.slice(rule + 1)) {
    if (!cells) break;
    found.push(cells.map((cell) => cell.trim().replaceAll("`", "")));
  }
  return found;
}

describe("SPEC.md says what the code does", () => {
  it.each([
    ["### Errors, in `error` frames and HTTP answers", errorCodes],
    ["### Why a run failed, in `agent_failed`", runFailureCodes],
    ["### Why a tool call failed, in `tool_completed`", toolErrorCodes],
  ] as const)("%s", (heading, codes) => {
    expect(table(heading)).toEqual(
      Object.entries(codes).map(([code, { retry, meaning }]) => [code, retry, meaning]),
    );
  });

  it("close codes, and what a client does after each", () => {
    expect(table("### Close codes")).toEqual(
      Object.entries(closeCodes).map(([reason, { code, meaning }]) => [
        String(code),
        reason,
        afterClose(code),
        meaning,
      ]),
    );
    expect([1000, 1001, 1006, 1011, 1012].map(afterClose)).toEqual(Array(5).fill("resume"));
    expect([1007, 1008, 1009].map(afterClose)).toEqual(Array(3).fill("stop"));
  });

  it("limits", () => {
    expect(table("## 6. Limits")).toEqual(
      Object.entries(limits).map(([name, value]) => [name, String(value)]),
    );
  });

  it("frames and events", () => {
    expect(table("## 2. Client frames").map(([type]) => type)).toEqual(Object.keys(clientFrameSchemas));
    const events = table("## 4. Events").flatMap(([types]) => (types ?? "").split(", "));
    for (const type of runEventTypes) expect(events).toContain(type);
    expect(spec).toContain(subprotocol);
  });

  it("rules are numbered without a gap", () => {
    const numbers = [...spec.matchAll(/\*\*\[P(\d+)\]\*\*/g)].map((match) => Number(match[1]));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});
