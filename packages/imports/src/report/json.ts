/** The report as JSON, and the schema that says what it holds. */

import type { Report, ReportContext } from "../finding.ts";

/** Entries of a list that are written at once. */
const entriesPerPiece = 200;

export function reportJson(report: Report, _context: ReportContext): string {
  return `${[...jsonPieces(report)].join("\n")}\n`;
}

/**
 * The report in pieces of whole lines, as `JSON.stringify` would indent it: ten thousand findings are ten
 * megabytes, which need not be there at once.
 */
export function* jsonPieces(report: Report): Iterable<string> {
  const members = Object.entries(report) as [string, unknown][];
  yield "{";
  for (const [index, [key, value]] of members.entries()) {
    const end = index === members.length - 1 ? "" : ",";
    if (!Array.isArray(value) || value.length === 0) {
      yield `  ${JSON.stringify(key)}: ${JSON.stringify(value, null, 2).replaceAll("\n", "\n  ")}${end}`;
      continue;
    }
    yield `  ${JSON.stringify(key)}: [`;
    for (let start = 0; start < value.length; start += entriesPerPiece) {
      // A list in a list: its entries are indented as they stand in the report.
      const lists = JSON.stringify([value.slice(start, start + entriesPerPiece)], null, 2);
      const entries = lists.slice("[\n  [\n".length, -"\n  ]\n]".length);
      yield start + entriesPerPiece < value.length ? `${entries},` : entries;
    }
    yield `  ]${end}`;
  }
  yield "}";
}

const text = { type: "string" } as const;
const count = { type: "integer", minimum: 0 } as const;
const percent = { type: "number", minimum: 0, maximum: 100 } as const;

function object(properties: Record<string, object>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((one) => !optional.includes(one));
  return { type: "object", properties, required, additionalProperties: false } as const;
}

const edit = object({ file: text, start: count, end: count, text });

const finding = object(
  {
    rule: text,
    severity: { enum: ["error", "warning", "note"] },
    file: { ...text, description: "relative to the root, with /" },
    line: { type: "integer", minimum: 1 },
    column: { type: "integer", minimum: 1, description: "in UTF-16 code units" },
    endColumn: { type: "integer", minimum: 1, description: "exclusive, on the same line" },
    module: text,
    symbol: text,
    message: text,
    why: { type: "array", items: text },
    fix: object({ title: text, edits: { type: "array", items: edit } }),
    id: { ...text, description: "stays the same when the finding moves to another line" },
  },
  ["fix"],
);

const share = object({ imports: count, unsound: count, value: percent });

const fragment = object({
  symbol: text,
  definedIn: text,
  paths: { type: "array", items: object({ module: text, name: text, imports: count }) },
  imports: count,
  definitions: count,
  isState: { type: "boolean" },
  harm: { type: "number" },
});

/** JSON Schema (2020-12) of the JSON format. It changes only together with `version`. */
export const reportSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Report of goldenpath imports check",
  ...object({
    version: { const: 1 },
    root: text,
    files: count,
    durationMs: { type: "number", minimum: 0 },
    score: object({
      value: percent,
      imports: count,
      unsound: count,
      byRule: { type: "object", additionalProperties: count, description: "errors and warnings" },
      byFolder: { type: "object", additionalProperties: share },
    }),
    findings: { type: "array", items: finding },
    known: count,
    skipped: { type: "array", items: object({ file: text, reason: text }) },
    fragments: { type: "array", items: fragment },
  }),
} as const;
