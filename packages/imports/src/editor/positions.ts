/** Editors count lines from 0 and UTF-16 code units; facts and edits count bytes. */

export type Position = { readonly line: number; readonly character: number };
export type Range = { readonly start: Position; readonly end: Position };

export class Positions {
  readonly #bytes: Buffer;
  readonly #lineStarts: readonly number[];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    const starts = [0];
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  /** The position of a byte; beyond the end it is the end. */
  at(byte: number): Position {
    const offset = Math.max(0, Math.min(byte, this.#bytes.length));
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: this.#units(this.#lineStarts[low] ?? 0, offset) };
  }

  range(start: number, end: number): Range {
    return { start: this.at(start), end: this.at(end) };
  }

  /** The byte of a position; beyond the end of its line it is that end. */
  byteAt(position: Position): number {
    const start = this.#lineStarts[position.line];
    if (start === undefined) return this.#bytes.length;
    const end = this.#lineStarts[position.line + 1] ?? this.#bytes.length;
    const line = this.#bytes.toString("utf8", start, end);
    const mark = line.startsWith("\uFEFF") ? 3 : 0;
    return start + mark + Buffer.byteLength(line.slice(mark === 0 ? 0 : 1).slice(0, position.character));
  }

  #units(start: number, end: number): number {
    const text = this.#bytes.toString("utf8", start, end);
    return text.startsWith("\uFEFF") ? text.length - 1 : text.length;
  }
}
