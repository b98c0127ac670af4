/** Rows of a delimited text (RFC 4180, and what spreadsheets make of it): quotes, CRLF, a byte order mark. */

export interface TextRow {
  /** The line on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** What is wrong with the row as text. */
  readonly fault?: string;
}

export const cellsMax = 200;
export const cellCharsMax = 100_000;

/** Yields each row that is not empty. A quote that never closes is a fault of the row it began in. */
export function* delimitedRows(text: string, delimiter: string): Generator<TextRow, void, undefined> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const began = line;
    const cells: string[] = [];
    let fault: string | undefined;
    let ended = false;
    while (!ended) {
      let cell: string;
      if (text[at] === '"') {
        cell = "";
        let from = at + 1;
        for (;;) {
          const quote = text.indexOf('"', from);
          if (quote < 0) {
            fault = "a quote is opened and never closed";
            cell += text.slice(from);
            at = text.length;
            break;
          }
          cell += text.slice(from, quote);
          if (text[quote + 1] !== '"') {
            at = quote + 1;
            break;
          }
          cell += '"';
          from = quote + 2;
        }
        for (let place = cell.indexOf("\n"); place >= 0; place = cell.indexOf("\n", place + 1)) line++;
      } else cell = "";
      // What is not quoted, or stands behind the closing quote.
      const from = at;
      while (at < text.length && text[at] !== delimiter && text[at] !== "\n" && text[at] !== "\r") at++;
      cell += text.slice(from, at);
      if (cells.length >= cellsMax) fault ??= `it has more than ${cellsMax} columns`;
      else if (cell.length > cellCharsMax) fault ??= `a field has more than ${cellCharsMax} characters`;
      else cells.push(cell);
      if (text[at] === delimiter && at < text.length) at++;
      else {
        if (text[at] === "\r") at++;
        if (text[at] === "\n") at++;
        line++;
        ended = true;
      }
    }
    if (cells.length === 1 && cells[0]?.trim() === "" && fault === undefined) continue;
    yield fault === undefined ? { line: began, cells } : { line: began, cells, fault };
  }
}

/** The delimiter that splits the first lines most evenly; undefined when none splits them at all. */
export function findDelimiter(text: string): string | undefined {
  const head = text.slice(0, 64_000);
  let best: { delimiter: string; score: number } | undefined;
  for (const delimiter of [",", ";", "\t", "|"]) {
    const widths: number[] = [];
    for (const row of delimitedRows(head, delimiter)) {
      widths.push(row.cells.length);
      if (widths.length === 20) break;
    }
    const width = widths[0] ?? 1;
    if (width < 2) continue;
    // A row cut off by the end of the head does not count against it.
    const same = widths.filter((one) => one === width).length / widths.length;
    const score = same * 100 + Math.min(width, 50);
    if (!best || score > best.score) best = { delimiter, score };
  }
  return best?.delimiter;
}
