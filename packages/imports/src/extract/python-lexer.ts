import { isAscii, isUtf8 } from "node:buffer";
import type { Place, Problem } from "../model.ts";
import {
  backslash,
  bindingClasses,
  close,
  closingOf,
  colon,
  endClasses,
  equals,
  hash,
  headerClasses,
  identifierBytes,
  isNewline,
  isOperator,
  newline,
  open,
  quote,
  semicolon,
} from "./python-bytes.ts";
import { declaresOtherEncoding, firstBadLine } from "./python-encoding.ts";
import { skipString } from "./python-literals.ts";

/** CPython refuses deeper brackets too. */
const bracketsMax = 200;
const problemsMax = 100;

/** Why a scan stopped. */
export type Stop = typeof newline | typeof semicolon | typeof colon;

/** What the lexer meets on its way and somebody else may care for. */
export type LexerListener = {
  /** A string literal directly after an opening parenthesis: its quote is at `start`, it ends before `end`. */
  onArgument(start: number, end: number, paren: number, line: number, lineStart: number): void;
  /** A `#` whose comment may hold an instruction to us. */
  onComment(start: number, end: number, line: number, lineStart: number): void;
};

/**
 * Walks over Python source byte by byte and knows only what is needed to find where statements begin and end:
 * strings (with the nested quotes of newer f-strings), comments, brackets and joined lines.
 *
 * Invariants
 * L1 `bytes[end]` is 0, so that loops need no bound check; a 0 before `end` is a problem, not an end.
 * L2 `line` and `lineStart` always speak of `position`.
 * L3 Every scan moves forward; work is linear in bytes, save one second pass after an unclosed bracket (L4).
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
  readonly #listener: LexerListener;
  readonly #openAt = new Int32Array(bracketsMax + 1);

  constructor(bytes: Buffer, end: number, listener: LexerListener) {
    this.bytes = bytes;
    this.end = end;
    this.#listener = listener;
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
  }

  /** Back to the start, for the second pass (L4). Problems found so far are kept. */
  restart(): void {
    this.position = this.bytes[0] === 0xef && this.bytes[1] === 0xbb ? 3 : 0;
    this.line = 1;
    this.lineStart = this.position;
    this.isRecovering = true;
    this.hasUnclosed = false;
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
    const text = this.text(start, end);
    return this.isAscii ? text : text.normalize("NFKC");
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
    const { bytes } = this;
    const start = this.position;
    let at = start;
    for (;;) {
      const byte = bytes[at] as number;
      if (byte === 0x0a || byte === 0x0d || (byte === 0 && at >= this.end)) break;
      // "goldenpath-ignore" is the only word we look for.
      if (byte === 0x2d && bytes[at - 1] === 0x68 && bytes[at + 1] === 0x69 && bytes[at - 2] === 0x74) {
        let stop = at;
        while (stop < this.end && !isNewline(bytes[stop])) stop++;
        this.#listener.onComment(start, stop, this.line, this.lineStart);
        at = stop;
        break;
      }
      at++;
    }
    this.position = at;
  }

  /** To the end of a simple statement: the newline or semicolon is not taken. */
  scanStatement(): Stop {
    return this.#scan(endClasses);
  }

  /** To the colon that ends a header, or to the newline if there is none. */
  scanHeader(): Stop {
    return this.#scan(headerClasses);
  }

  /** As `scanStatement`, and notes where names may be bound. */
  scanBinding(): Stop {
    this.equalsAt.length = 0;
    this.walrusAt.length = 0;
    this.colonAt = -1;
    return this.#scan(bindingClasses);
  }

  #scan(classes: Uint8Array): Stop {
    const { bytes } = this;
    const openAt = this.#openAt;
    let at = this.position;
    let depth = 0;
    let openLine = 0;
    let openLineStart = 0;
    for (;;) {
      let kind = classes[bytes[at] as number] as number;
      while (kind === 0) kind = classes[bytes[++at] as number] as number;
      switch (kind) {
        case newline: {
          if (depth === 0) {
            this.position = at;
            return newline;
          }
          if (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) at++;
          at++;
          this.line++;
          this.lineStart = at;
          if (this.isRecovering && this.#beginsStatement(at)) {
            // The line belongs to the next statement: hand back the newline before it.
            this.line--;
            this.position = at - 1;
            return newline;
          }
          break;
        }
        case hash:
          this.position = at;
          this.skipComment();
          at = this.position;
          break;
        case quote: {
          this.position = at;
          const paren = this.#parenBefore(at);
          const { line, lineStart } = this;
          skipString(this);
          if (paren >= 0) this.#listener.onArgument(at, this.position, paren, line, lineStart);
          at = this.position;
          break;
        }
        case open:
          if (depth === 0) {
            openLine = this.line;
            openLineStart = this.lineStart;
          }
          if (depth === bracketsMax) this.problem("has too many nested brackets", at);
          if (depth < bracketsMax) openAt[depth] = at;
          depth++;
          at++;
          break;
        case close:
          if (depth === 0)
            this.problem(`has a '${String.fromCharCode(bytes[at] as number)}' without its opening`, at);
          else {
            depth--;
            if (depth < bracketsMax) {
              const opening = bytes[openAt[depth] as number] as number;
              if (closingOf(opening) !== bytes[at]) {
                const closer = String.fromCharCode(bytes[at] as number);
                this.problem(`has '${closer}' where '${String.fromCharCode(opening)}' should be closed`, at);
              }
            }
          }
          at++;
          break;
        case backslash: {
          at++;
          if (isNewline(bytes[at])) {
            this.position = at;
            this.takeNewline();
            at = this.position;
          } else this.problem("has something after a line-joining backslash", at);
          break;
        }
        case semicolon:
          if (depth === 0) {
            this.position = at;
            return semicolon;
          }
          this.problem("has a semicolon inside brackets", at);
          at++;
          break;
        case colon:
          if (bytes[at + 1] === 0x3d) {
            this.walrusAt.push(at);
            at += 2;
            break;
          }
          if (depth === 0) {
            if (classes === headerClasses) {
              this.position = at;
              return colon;
            }
            if (this.colonAt < 0 && this.equalsAt.length === 0) this.colonAt = at;
          }
          at++;
          break;
        case equals: {
          const next = bytes[at + 1];
          if (next === 0x3d) {
            at += 2;
            break;
          }
          const before = bytes[at - 1] as number;
          // != <= >= and the augmented forms (+= -= …) bind nothing new; *= /= and so on alike.
          if (depth === 0 && !isOperator(before)) this.equalsAt.push(at);
          at++;
          break;
        }
        default:
          // A zero byte (L1).
          if (at < this.end) {
            this.problem("holds a zero byte", at);
            at++;
            break;
          }
          this.position = this.end;
          if (depth > 0) {
            const first = openAt[0] as number;
            const opener = String.fromCharCode(bytes[first] as number);
            this.problem(`never closes this '${opener}'`, first, openLine, openLineStart);
            this.hasUnclosed = true;
          }
          return newline;
      }
    }
  }

  /** While recovering: whether the line at `offset` can only be a new statement. */
  #beginsStatement(offset: number): boolean {
    const { bytes } = this;
    let at = offset;
    while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
    const end = this.wordEnd(at);
    switch (this.bytes.toString("latin1", at, end)) {
      case "import":
      case "def":
      case "class":
      case "return":
      case "raise":
      case "try":
      case "with":
      case "while":
      case "pass":
        return true;
      case "from": {
        // `yield\n from x` may stand in brackets; `from x import` may not.
        let stop = end;
        while (stop < this.end && !isNewline(bytes[stop])) stop++;
        return this.bytes.toString("latin1", end, stop).includes(" import ");
      }
      default:
        return false;
    }
  }

  /** Offset of the `(` that directly precedes the literal, prefix letters and spaces aside; else -1. */
  #parenBefore(at: number): number {
    const { bytes } = this;
    let before = at - 1;
    for (;;) {
      const byte = bytes[before];
      if (byte === 0x28) return before;
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) before--;
      else if ((byte === 0x72 || byte === 0x75 || byte === 0x52 || byte === 0x55) && before === at - 1)
        before--;
      else return -1;
    }
  }
}
