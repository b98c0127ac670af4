import { isAscii, isUtf8 } from "node:buffer";
import type { Place, Problem } from "../model.ts";
import { identifierBytes, isNewline } from "./python-bytes.ts";
import { declaresOtherEncoding, firstBadLine } from "./python-encoding.ts";
import { NameCache } from "./python-name-cache.ts";
import { PythonSkimmer, type SkimListener, type Stop, scanModes } from "./python-skimmer.ts";

const problemsMax = 100;

/** What the lexer meets on its way and somebody else may care for. */
export type LexerListener = Pick<SkimListener, "onArgument" | "onComment">;

/** What is wrong with a source, by the number under which the skimmer tells of it. */
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
];
const neverCloses = 6;

const skimmer = new PythonSkimmer();
const names = new NameCache();

/**
 * Walks over Python source and knows only what is needed to find where statements begin and end: strings (with the
 * nested quotes of newer f-strings), comments, brackets and joined lines. The loops over bytes are the skimmer's; this
 * is where its steps become places, names and problems.
 *
 * Invariants
 * L1 `bytes[end]` is 0, so that loops need no bound check; a 0 before `end` is a problem, not an end.
 * L2 `line` and `lineStart` always speak of `position`.
 * L3 Every scan moves forward; work is linear in bytes. Read again is what precedes something of interest in a body
 *    that was tried as a whole, and a file with an unclosed bracket (L4).
 * L4 When a bracket is never closed, the file is scanned once more in `isRecovering` mode, where a line that
 *    begins with a statement's keyword ends the bracket.
 */
export class PythonLexer {
  readonly bytes: Buffer;
  readonly end: number;
  readonly isAscii: boolean;
  readonly isLatin: boolean;
  readonly problems: Problem[] = [];
  position = 0;
  line = 1;
  lineStart = 0;
  isRecovering = false;
  /** Set when a bracket was still open at the end of the file. */
  hasUnclosed = false;
  /** Offsets of `=` and `:` outside of brackets, and of `:=` anywhere, from the last `scanBinding`. */
  readonly equalsAt: number[] = [];
  readonly walrusAt: number[] = [];
  colonAt = -1;
  readonly #listener: SkimListener;

  /** The source is read until the next one is taken up. */
  constructor(source: Uint8Array, listener: LexerListener) {
    this.bytes = skimmer.take(source);
    this.end = source.length;
    this.#listener = {
      ...listener,
      onEquals: (at) => this.equalsAt.push(at),
      onColon: (at) => {
        this.colonAt = at;
      },
      onWalrus: (at) => this.walrusAt.push(at),
      onProblem: (code, at, line, lineStart, one, other) => {
        if (code === neverCloses) this.hasUnclosed = true;
        const message = faults[code]?.(String.fromCharCode(one), String.fromCharCode(other)) ?? "";
        this.problem(message, at, line, lineStart);
      },
    };
    const { bytes, end } = this;
    const content = bytes.subarray(0, end);
    this.isAscii = isAscii(content);
    this.isLatin = !this.isAscii && declaresOtherEncoding(content);
    if (!this.isAscii && !this.isLatin && !isUtf8(content)) {
      this.problems.push({
        kind: "encoding",
        message: "is neither UTF-8 nor declares another encoding",
        ...firstBadLine(content),
        column: 1,
      });
    }
    if (end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      this.position = 3;
      this.lineStart = 3;
    }
    skimmer.begin(end, false, this.#listener);
  }

  /** Back to the start, for the second pass (L4). Problems found so far are kept. */
  restart(): void {
    this.position = this.bytes[0] === 0xef && this.bytes[1] === 0xbb ? 3 : 0;
    this.line = 1;
    this.lineStart = this.position;
    this.isRecovering = true;
    this.hasUnclosed = false;
    skimmer.begin(this.end, true, this.#listener);
  }

  column(offset: number, lineStart: number): number {
    if (this.isAscii) return offset - lineStart + 1;
    return this.text(lineStart, offset).length + 1;
  }

  place(start: number, end: number, line = this.line, lineStart = this.lineStart): Place {
    return { start, end, line, column: this.column(start, lineStart) };
  }

  text(start: number, end: number): string {
    return this.isAscii || this.isLatin
      ? this.bytes.toString("latin1", start, end)
      : this.bytes.toString("utf8", start, end);
  }

  /** An identifier in the form in which Python compares them. */
  name(start: number, end: number): string {
    return this.isAscii ? names.read(this.bytes, start, end) : this.text(start, end).normalize("NFKC");
  }

  problem(message: string, offset = this.position, line = this.line, lineStart = this.lineStart): void {
    // Recovering repeats what the first pass said.
    if (this.problems.length >= problemsMax) return;
    const column = this.column(offset, Math.min(lineStart, offset));
    if (this.problems.some((known) => known.line === line && known.column === column)) return;
    this.problems.push({ kind: "syntax", message, line, column });
  }

  /** Moves past the newline at `position`. */
  takeNewline(): void {
    let position = this.position;
    if (this.bytes[position] === 0x0d && this.bytes[position + 1] === 0x0a) position++;
    this.position = position + 1;
    this.line++;
    this.lineStart = this.position;
  }

  /** End of the word at `offset`. */
  wordEnd(offset: number): number {
    const { bytes } = this;
    let at = offset;
    while (identifierBytes[bytes[at] as number] === 1) at++;
    return at;
  }

  is(word: string, start: number, end: number): boolean {
    if (end - start !== word.length) return false;
    for (let index = 0; index < word.length; index++) {
      if (this.bytes[start + index] !== word.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Skips spaces, tabs, form feeds and joined lines. */
  skipSpace(): void {
    const { bytes } = this;
    for (;;) {
      const byte = bytes[this.position];
      if (byte === 0x20 || byte === 0x09 || byte === 0x0c) this.position++;
      else if (byte === 0x5c && isNewline(bytes[this.position + 1])) {
        this.position++;
        this.takeNewline();
      } else return;
    }
  }

  /** Skips what may stand between tokens inside brackets: also newlines and comments. */
  skipInBrackets(): void {
    const { bytes } = this;
    for (;;) {
      this.skipSpace();
      const byte = bytes[this.position];
      if (byte === 0x23) this.skipComment();
      else if (isNewline(byte)) this.takeNewline();
      else return;
    }
  }

  /** From a `#` to the newline that ends it. */
  skipComment(): void {
    this.position = skimmer.comment(this.position, this.line, this.lineStart);
  }

  /** To the end of a simple statement: the newline or semicolon is not taken. */
  scanStatement(): Stop {
    return this.#scan(scanModes.statement);
  }

  /** To the colon that ends a header, or to the newline if there is none. */
  scanHeader(): Stop {
    return this.#scan(scanModes.header);
  }

  /** As `scanStatement`, and notes where names may be bound. */
  scanBinding(): Stop {
    this.equalsAt.length = 0;
    this.walrusAt.length = 0;
    this.colonAt = -1;
    return this.#scan(scanModes.binding);
  }

  #scan(mode: number): Stop {
    const stop = skimmer.scan(this.position, this.line, this.lineStart, mode);
    this.#follow();
    return stop;
  }

  /**
   * From the start of a line in a function over all lines that are `indent` columns in and of which nothing is
   * wanted. True: not to the start of a line, but to a semicolon in one.
   */
  skipPlain(indent: number): boolean {
    const isWithinLine = skimmer.skipPlain(this.position, this.line, this.lineStart, indent);
    this.#follow();
    return isWithinLine;
  }

  /** From behind a definition's header over its body, if nothing in it is wanted: its column, else -1. */
  skipBody(headerIndent: number): number {
    const indent = skimmer.skipBody(this.position, this.line, this.lineStart, headerIndent);
    if (indent >= 0) this.#follow();
    return indent;
  }

  /** Where the last statement ended of what was skipped last; -1: there was none. */
  get skippedEnd(): number {
    return skimmer.statementEnd;
  }

  /** How many `try` statements were skipped last by `skipBody`. */
  get skippedTries(): number {
    return skimmer.tries;
  }

  #follow(): void {
    this.position = skimmer.position;
    this.line = skimmer.line;
    this.lineStart = skimmer.lineStart;
  }
}
