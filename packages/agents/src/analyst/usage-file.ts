/**
 * Reads a user's usage file: CSV and its kin, or JSON Lines.
 *
 *  F1  A file is read whole or refused with a reason; rows with mistakes are left out only as long as they
 *      are few, and each of the first is named by line and column.
 *  F2  Everything is bounded: rows, columns, length of a field, mistakes named.
 *  F3  What was assumed (units, order of dates, computed costs) is in the notes.
 */
import type { ToolAttachment } from "../tool.ts";
import { readNumber, readSuccess, readTime } from "./cell.ts";
import { inferColumns, type Layout } from "./columns.ts";
import { delimitedRows, findDelimiter, type TextRow } from "./delimited.ts";
import { jsonHeaders, jsonRows, unlikeJsonLines } from "./json-lines.ts";
import type { Pacer } from "./pacer.ts";
import { costNanoOf, findPrice, priceList } from "./price-list.ts";
import { isProblem, type Problem, problem } from "./problem.ts";
import { type Field, nanoPerUsd, UsageBuilder, type UsageData, unknownName } from "./usage-data.ts";

const rowsMax = 1_000_000;
const mistakesNamedMax = 20;
/** Above this part of faulty rows the file is refused. */
const faultyShareMax = 0.1;
const sampleRows = 200;
const nameCharsMax = 200;

export async function loadUsageFile(file: ToolAttachment, pace: Pacer): Promise<UsageData | Problem> {
  const text = decode(file);
  if (typeof text !== "string") return text;
  await pace();
  const json = /^\ufeff?\s*\{/.test(text);
  const odd = unlikeUsage(file.name, text);
  if (odd) return odd;
  const delimiter = json ? undefined : findDelimiter(text);
  if (!json && delimiter === undefined) {
    return problem(
      `${file.name} is text, but neither a table nor JSON Lines.`,
      "Save it as CSV with a header line, columns separated by commas, semicolons or tabs.",
    );
  }
  if (json) {
    const unlike = unlikeJsonLines(file.name, text);
    if (unlike) return unlike;
    const headers = jsonHeaders(text, sampleRows);
    return readRows(file, headers, () => jsonRows(text, headers), 0, pace);
  }
  const first = delimitedRows(text, delimiter ?? ",").next();
  const headers = first.done ? [] : first.value.cells.map((cell) => cell.trim());
  if (
    headers.filter(
      (header) => readNumber(header, ".") !== undefined || readTime(header, "day first") !== undefined,
    ).length >= 2
  ) {
    return problem(
      `${file.name} has no header line: its first line holds values.`,
      'Add a first line with the names of the columns, for example "timestamp,team,model,input_tokens,output_tokens,cost_usd".',
      [`line 1: ${headers.slice(0, 8).join(", ").slice(0, 200)}`],
    );
  }
  return readRows(file, headers, () => delimitedRows(text, delimiter ?? ","), 1, pace);
}

async function readRows(
  file: ToolAttachment,
  headers: readonly string[],
  open: () => Generator<TextRow, void, undefined>,
  skip: number,
  pace: Pacer,
): Promise<UsageData | Problem> {
  const head: string[][] = [];
  let seen = 0;
  for (const row of open()) {
    if (seen++ >= skip) head.push([...row.cells]);
    if (head.length === sampleRows) break;
  }
  if (head.length === 0)
    return problem(
      `${file.name} has a header line but no records.`,
      "Export the calls as well, one in each line.",
    );
  const layout = inferColumns(headers, head);
  if (isProblem(layout)) return layout;
  const reader = createReader(layout);
  const builder = new UsageBuilder();
  const mistakes: string[] = [];
  let faulty = 0;
  let read = 0;
  for (const row of open()) {
    if (read++ < skip) continue;
    if (read % 256 === 0) await pace();
    if (read - skip > rowsMax) {
      return problem(
        `${file.name} has more than ${rowsMax.toLocaleString("en-US")} records.`,
        "Attach a shorter period, or sums by hour.",
      );
    }
    const width = headers.length;
    const wrong =
      row.fault ??
      (row.cells.length > width
        ? `it has ${row.cells.length} columns, the header has ${width}`
        : reader.add(row, builder));
    if (wrong === undefined) continue;
    faulty++;
    if (mistakes.length < mistakesNamedMax) mistakes.push(`line ${row.line}: ${wrong}`);
  }
  const records = read - skip;
  if (faulty > records * faultyShareMax || builder.rows === 0) {
    return problem(
      `${faulty.toLocaleString("en-US")} of ${records.toLocaleString("en-US")} records in ${file.name} cannot be read.`,
      "Correct the places named here (the first ones are listed) and attach the file again.",
      mistakes,
    );
  }
  const notes = [...layout.notes, ...reader.notes()];
  if (faulty > 0)
    notes.push(
      `${faulty.toLocaleString("en-US")} of ${records.toLocaleString("en-US")} records were left out: ${mistakes.slice(0, 5).join("; ")}.`,
    );
  return builder.finish(
    { title: file.name.slice(0, nameCharsMax), generated: false, notes },
    reader.fields,
    pace,
  );
}

/** Turns rows into records; `add` answers what is wrong with a row, and where. */
function createReader(layout: Layout) {
  const { places, dayOrder, errorColumn } = layout;
  const fields = new Set<Field>([...places.keys(), "cost"]);
  const computedFrom = new Set<string>();
  let computed = 0;
  const cell = (row: TextRow, field: Field) => {
    const place = places.get(field);
    return place === undefined ? "" : (row.cells[place.index] ?? "").trim();
  };
  const wrong = (field: Field, value: string, what: string) =>
    `column "${places.get(field)?.header ?? field}": ${JSON.stringify(value.slice(0, 60))} ${what}`;
  /** Undefined for an empty cell, a text for a mistake. */
  const number = (row: TextRow, field: Field, max: number): number | string | undefined => {
    const place = places.get(field);
    const value = cell(row, field);
    if (!place || value === "" || /^(null|none|nan|n\/a|-)$/i.test(value)) return undefined;
    const parsed = readNumber(value, place.mark);
    if (parsed === undefined) return wrong(field, value, "is not a number");
    if (parsed < 0) return wrong(field, value, "is negative");
    return parsed * place.factor > max ? wrong(field, value, "is too large") : parsed * place.factor;
  };
  const named = (row: TextRow, field: Field) => cell(row, field).slice(0, nameCharsMax) || unknownName;

  const add = (row: TextRow, builder: UsageBuilder): string | undefined => {
    const time = cell(row, "at");
    const at = readTime(time, dayOrder);
    if (at === undefined)
      return time === ""
        ? wrong("at", time, "is empty, a time is needed")
        : wrong("at", time, "is not a time");
    const inputTokens = number(row, "inputTokens", 1e9);
    if (typeof inputTokens === "string") return inputTokens;
    const outputTokens = number(row, "outputTokens", 1e9);
    if (typeof outputTokens === "string") return outputTokens;
    const latencyMs = number(row, "latency", 1e9);
    if (typeof latencyMs === "string") return latencyMs;
    const given = number(row, "cost", 1e6);
    if (typeof given === "string") return given;
    const model = named(row, "model");
    let costUsd = given;
    if (costUsd === undefined) {
      const price = findPrice(model);
      if (!price)
        return places.has("cost")
          ? wrong(
              "cost",
              "",
              `is empty, and the price list has no model ${JSON.stringify(model.slice(0, 60))}`,
            )
          : wrong(
              "model",
              model,
              `is not in the price list of ${priceList.asOf}, and there is no cost column`,
            );
      costUsd = costNanoOf(price, inputTokens ?? 0, outputTokens ?? 0) / nanoPerUsd;
      computed++;
      computedFrom.add(price.model);
    }
    const outcome = cell(row, "success");
    let success = true;
    if (errorColumn) success = outcome === "" || /^(0|false|no|none|null|-)$/i.test(outcome);
    else if (outcome !== "") {
      const told = readSuccess(outcome);
      if (told === undefined) return wrong("success", outcome, "says neither success nor failure");
      success = told;
    }
    builder.add({
      at,
      user: named(row, "user"),
      team: named(row, "team"),
      feature: named(row, "feature"),
      model,
      inputTokens: inputTokens ?? 0,
      outputTokens: outputTokens ?? 0,
      latencyMs: latencyMs ?? Number.NaN,
      success,
      costUsd,
      promptId: cell(row, "promptId").slice(0, nameCharsMax),
    });
    return undefined;
  };
  const notes = () =>
    computed === 0
      ? []
      : [
          `The cost of ${computed.toLocaleString("en-US")} records was computed from the price list of ${priceList.asOf} (${[...computedFrom].slice(0, 10).join(", ")}), because the file does not give it.`,
        ];
  return { add, notes, fields };
}

/** The text, or why the bytes are none. */
function decode({ name, bytes }: ToolAttachment): string | Problem {
  const starts = (...mark: number[]) => mark.every((byte, at) => bytes[at] === byte);
  const asCsv = 'In a spreadsheet choose "Save as" and "CSV UTF-8", then attach that file.';
  if (bytes.length === 0)
    return problem(`${name} is empty.`, "Attach a CSV or JSON Lines file with one record in each line.");
  if (starts(0x50, 0x4b, 3, 4)) return problem(`${name} is a spreadsheet or a zip archive, not text.`, asCsv);
  if (starts(0xd0, 0xcf, 0x11, 0xe0)) return problem(`${name} is an old Excel workbook, not text.`, asCsv);
  if (starts(0x1f, 0x8b))
    return problem(`${name} is compressed with gzip.`, "Unpack it and attach the file inside.");
  if (starts(0x25, 0x50, 0x44, 0x46))
    return problem(`${name} is a PDF.`, "Export the usage as CSV where the PDF came from.");
  if (starts(0x50, 0x41, 0x52, 0x31))
    return problem(`${name} is a Parquet file.`, "Export it as CSV or JSON Lines.");
  const encoding = starts(0xff, 0xfe) ? "utf-16le" : starts(0xfe, 0xff) ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (text.includes("\0"))
      return problem(`${name} is binary, not text.`, "Attach a CSV or JSON Lines file.");
    return text.trim() === ""
      ? problem(`${name} is empty.`, "Attach a CSV or JSON Lines file with one record in each line.")
      : text;
  } catch {
    return problem(`${name} is not UTF-8 text.`, asCsv);
  }
}

function unlikeUsage(name: string, text: string): Problem | undefined {
  const start = text
    .slice(0, 1000)
    .replace(/^\ufeff/, "")
    .trimStart();
  if (/^<(!doctype|html|head|body)/i.test(start))
    return problem(
      `${name} is a web page, not a usage file.`,
      "Perhaps the download needed a login. Export the usage as CSV and attach that file.",
    );
  if (start.startsWith("<")) return problem(`${name} is XML.`, "Export the usage as CSV or JSON Lines.");
  if (start.startsWith("["))
    return problem(
      `${name} is one JSON array, not JSON Lines.`,
      "Write one object in each line; jq does it: jq -c '.[]' usage.json > usage.jsonl",
    );
  return undefined;
}
