/** What SPEC.md says in numbers: its rules, and its tables of codes, frames, events and limits. */
import { readFileSync } from "node:fs";

export interface Spec {
  /** Every rule's number, in order: P1, P2 … */
  readonly rules: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** `retry` by error code. */
  readonly retryByCode: ReadonlyMap<string, string>;
  readonly reasonByClose: ReadonlyMap<number, string>;
  readonly runFailures: ReadonlySet<string>;
  readonly toolErrors: ReadonlySet<string>;
  readonly clientFrames: ReadonlyMap<string, Shape>;
  readonly serverFrames: ReadonlyMap<string, Shape>;
  readonly eventData: ReadonlyMap<string, Shape>;
}

/** A frame's or an event's fields beside `type`. */
export interface Shape {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

export function readSpec(file = new URL("../../packages/protocol/SPEC.md", import.meta.url)): Spec {
  const text = readFileSync(file, "utf8");
  const plain = (heading: string) =>
    table(text, heading).map((row) => row.map((cell) => cell.replaceAll("`", "")));
  const codes = (heading: string) => plain(heading).map(([code = ""]) => code);
  return {
    rules: [...text.matchAll(/\*\*\[([A-Z]\d+)\]\*\*/g)].map((match) => match[1] ?? ""),
    limits: Object.fromEntries(plain("## 6. Limits").map(([name = "", value]) => [name, Number(value)])),
    retryByCode: new Map(
      plain("### Errors, in `error` frames and HTTP answers").map(([code = "", retry = ""]) => [code, retry]),
    ),
    reasonByClose: new Map(plain("### Close codes").map(([code, reason = ""]) => [Number(code), reason])),
    runFailures: new Set(codes("### Why a run failed, in `agent_failed`")),
    toolErrors: new Set(codes("### Why a tool call failed, in `tool_completed`")),
    clientFrames: shapes(table(text, "## 2. Client frames")),
    serverFrames: shapes(table(text, "## 3. Server frames")),
    eventData: shapes(table(text, "## 4. Events")),
  };
}

/** The rows of the first table after a heading, as cells without their marks. */
function table(text: string, heading: string): string[][] {
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`SPEC.md has no ${heading}`);
  const lines = text.slice(start).split("\n");
  const rule = lines.findIndex((line) => /^\|[ |-]+\|$/.test(line));
  const rows: string[][] = [];
  for (const line of lines.slice(rule + 1)) {
    const cells = /^\|(.*)\|$/.exec(line)?.[1];
    if (cells === undefined) break;
    rows.push(cells.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  }
  return rows;
}

/** Reads fields as the specification writes them: `a`, `b?`, `c` or `d`; what stands in brackets is prose. */
function shapes(rows: readonly string[][]): Map<string, Shape> {
  const found = new Map<string, Shape>();
  for (const [types = "", fields = ""] of rows) {
    const required: string[] = [];
    const optional: string[] = [];
    for (const piece of fields.replace(/\{[^}]*\}|\([^)]*\)/g, "").split(",")) {
      for (const [, name = "", mark] of piece.matchAll(/`(\w+)(\??)/g)) {
        (mark === "?" || piece.includes(" or `") ? optional : required).push(name);
      }
    }
    for (const type of types.replaceAll("`", "").split(", ")) found.set(type, { required, optional });
  }
  return found;
}
