/**
 * One file's text with the way back to its bytes. Parsers count UTF-16 code units; edits splice bytes
 * (M1) and reports print lines and columns (M2), so every place is translated here and nowhere else.
 */

import type { Place } from "../model.ts";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "not-utf-8";

export class SourceText {
  readonly text: string;
  readonly encoding: Encoding;
  readonly lineCount: number;
  readonly #bomBytes: number;
  readonly #isAscii: boolean;
  /** The code unit at which each line begins. */
  readonly #lineStarts: readonly number[];
  /** The byte at which each line begins; filled only when a character takes more than one byte. */
  #lineBytes: Float64Array | undefined;

  constructor(bytes: Uint8Array) {
    const [encoding, bomBytes, text] = decode(bytes);
    this.encoding = encoding;
    this.text = text;
    this.#bomBytes = bomBytes;
    this.#isAscii = encoding === "not-utf-8" || bytes.length - bomBytes === text.length;
    this.#lineStarts = lineStartsOf(text);
    this.lineCount = this.#lineStarts.length;
  }

  /** The place of the code units `start` (inclusive) to `end` (exclusive). */
  place(start: number, end: number): Place {
    const line = this.#lineOf(start);
    return {
      start: this.byteAt(start),
      end: this.byteAt(end),
      line: line + 1,
      column: start - (this.#lineStarts[line] ?? 0) + 1,
    };
  }

  /** The line of a code unit, from 1. */
  lineAt(unit: number): number {
    return this.#lineOf(unit) + 1;
  }

  /** The byte in the file at which this code unit begins. */
  byteAt(unit: number): number {
    if (this.#isAscii) return this.#bomBytes + unit;
    if (this.encoding !== "utf-8") return this.#bomBytes + unit * 2;
    this.#lineBytes ??= lineBytesOf(this.text, this.#lineStarts);
    const line = this.#lineOf(unit);
    const start = this.#lineStarts[line] ?? 0;
    return this.#bomBytes + (this.#lineBytes[line] ?? 0) + utf8Length(this.text, start, unit);
  }

  #lineOf(unit: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function decode(bytes: Uint8Array): readonly [Encoding, number, string] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return ["utf-16le", 2, new TextDecoder("utf-16le").decode(bytes.subarray(2))];
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return ["utf-16be", 2, new TextDecoder("utf-16be").decode(bytes.subarray(2))];
  }
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  try {
    return [
      "utf-8",
      bom,
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(bom)),
    ];
  } catch {
    // One code unit per byte keeps every offset exact; names outside of ASCII come out wrong and are
    // covered by the problem that the extractor reports.
    return ["not-utf-8", bom, Buffer.from(bytes.subarray(bom)).toString("latin1")];
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  const hasReturns = text.includes("\r");
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  if (!hasReturns) return starts;
  let alone = false;
  for (let at = text.indexOf("\r"); at >= 0; at = text.indexOf("\r", at + 1)) {
    if (text.charCodeAt(at + 1) === 10) continue;
    starts.push(at + 1);
    alone = true;
  }
  return alone ? starts.sort((a, b) => a - b) : starts;
}

function lineBytesOf(text: string, starts: readonly number[]): Float64Array {
  const bytes = new Float64Array(starts.length);
  for (let line = 1; line < starts.length; line++) {
    bytes[line] = (bytes[line - 1] ?? 0) + utf8Length(text, starts[line - 1] ?? 0, starts[line] ?? 0);
  }
  return bytes;
}

function utf8Length(text: string, start: number, end: number): number {
  let length = end - start;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    // A surrogate pair is two units and four bytes, so each half counts one more.
    length += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return length;
}
