import { cellCharsMax, cellsMax, type TextRow } from "./delimited.ts";
import { type Problem, problem } from "./problem.ts";

/** Objects inside an object are read as `usage.input_tokens`; deeper ones and lists are left out. */
function* entriesOf(value: object): Generator<readonly [string, string], void, undefined> {
  for (const [key, one] of Object.entries(value)) {
    if (typeof one === "object" && one !== null && !Array.isArray(one)) {
      for (const [inner, deep] of Object.entries(one))
        if (typeof deep !== "object") yield [inner, String(deep)];
    } else if (one === null) yield [key, ""];
    else if (!Array.isArray(one)) yield [key, String(one)];
  }
}

/** The keys of the first objects, in the order met. */
export function jsonHeaders(text: string, objectsMax: number): readonly string[] {
  const headers = new Set<string>();
  let seen = 0;
  for (const { value } of lines(text)) {
    if (typeof value === "object" && value !== null)
      for (const [key] of entriesOf(value)) if (headers.size < cellsMax) headers.add(key);
    if (++seen >= objectsMax) break;
  }
  return [...headers];
}

export function* jsonRows(text: string, headers: readonly string[]): Generator<TextRow, void, undefined> {
  const indexByKey = new Map(headers.map((header, index) => [header, index]));
  for (const { line, value, fault } of lines(text)) {
    if (fault !== undefined || typeof value !== "object" || value === null || Array.isArray(value)) {
      yield { line, cells: [], fault: fault ?? "it is not a JSON object" };
      continue;
    }
    const cells: string[] = headers.map(() => "");
    let long = false;
    for (const [key, cell] of entriesOf(value)) {
      const index = indexByKey.get(key);
      if (index === undefined) continue;
      if (cell.length > cellCharsMax) long = true;
      else cells[index] = cell;
    }
    yield long ? { line, cells, fault: `a field has more than ${cellCharsMax} characters` } : { line, cells };
  }
}

/** One JSON object over many lines is a document, not JSON Lines. */
export function unlikeJsonLines(name: string, text: string): Problem | undefined {
  const [first] = lines(text);
  if (first?.fault === undefined) return undefined;
  return problem(
    `${name} begins like JSON, but its first line is not a whole JSON object.`,
    "JSON Lines has one object in each line; jq makes it: jq -c '.' usage.json > usage.jsonl (or '.data[]' where the records are in a list).",
    [`line ${first.line}: ${first.fault}`],
  );
}

function* lines(
  text: string,
): Generator<{ readonly line: number; readonly value?: unknown; readonly fault?: string }, void, undefined> {
  let from = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let line = 1; from < text.length; line++) {
    const found = text.indexOf("\n", from);
    const end = found < 0 ? text.length : found;
    const one = text.slice(from, end).trim();
    from = end + 1;
    if (one === "") continue;
    try {
      yield { line, value: JSON.parse(one) as unknown };
    } catch (error) {
      yield {
        line,
        fault: `it is not JSON (${error instanceof SyntaxError ? error.message.slice(0, 100) : "unreadable"})`,
      };
    }
  }
}
