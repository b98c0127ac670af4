import { isAscii, isUtf8 } from "node:buffer";
import type { Place, Problem } from "../model.ts";
import { declaresOtherEncoding, firstBadLine } from "./python-encoding.ts";

const problemsMax = 100;

/** What is wrong with a source, by the number under which the assembly tells of it. */
const faults: readonly ((one: string, other: string) => string)[] = [
  () => "has too many nested brackets",
  (one) => `has a '${one}' without its opening`,
  (one, other) => `has '${one}' where '${other}' should be closed`,
  () => "has something after a line-joining backslash",
  () => "has a semicolon inside brackets",
  () => "holds a zero byte",
  (one) => `never closes this '${one}'`,
  () => "never ends this string",
  () => "does not end this string on its line",
  () => "lacks an indented block after the line above",
  () => "is indented unlike any block around it",
  () => "is indented without reason",
  () => "ends where an indented block should begin",
  () => "lacks a ':' at the end of this line",
  () => "has a def without a name",
  () => "has a class without a name",
  () => "has an import statement that Python cannot read",
  () => "has too many nested blocks",
  () => "is Python 2: print as a statement",
  () => "is Python 2: exec as a statement",
];
const neverCloses = 6;

/** One source as it lies in memory: how its bytes become texts, places and problems. */
export class PythonSource {
  /** The byte at `end` is 0. */
  bytes: Buffer;
  readonly end: number;
  readonly problems: Problem[] = [];
  /** Set when a bracket was still open at the end of the file. */
  hasUnclosed = false;
  readonly #isAscii: boolean;
  readonly #isLatin: boolean;

  constructor(bytes: Buffer, end: number) {
    this.bytes = bytes;
    this.end = end;
    const content = bytes.subarray(0, end);
    this.#isAscii = isAscii(content);
    this.#isLatin = !this.#isAscii && declaresOtherEncoding(content);
    if (!this.isBytewise && !isUtf8(content)) {
      this.problems.push({
        kind: "encoding",
        message: "is neither UTF-8 nor declares another encoding",
        ...firstBadLine(content),
        column: 1,
      });
    }
  }

  /** Whether every byte is a character. */
  get isBytewise(): boolean {
    return this.#isAscii || this.#isLatin;
  }

  text(start: number, end: number): string {
    return this.bytes.toString(this.isBytewise ? "latin1" : "utf8", start, end);
  }

  /** An identifier in the form in which Python compares them. */
  name(start: number, end: number): string {
    const text = this.text(start, end);
    return this.#isAscii ? text : text.normalize("NFKC");
  }

  column(offset: number, lineStart: number): number {
    if (this.isBytewise) return offset - lineStart + 1;
    return this.text(lineStart, offset).length + 1;
  }

  place(start: number, end: number, line: number, lineStart: number): Place {
    return { start, end, line, column: this.column(start, lineStart) };
  }

  problem(code: number, offset: number, line: number, lineStart: number, one: number, other: number): void {
    if (code === neverCloses) this.hasUnclosed = true;
    if (this.problems.length >= problemsMax) return;
    const message = faults[code]?.(String.fromCharCode(one), String.fromCharCode(other)) ?? "";
    const column = this.column(offset, Math.min(lineStart, offset));
    // Recovering repeats what the first pass said.
    if (this.problems.some((known) => known.line === line && known.column === column)) return;
    this.problems.push({ kind: "syntax", message, line, column });
  }
}
