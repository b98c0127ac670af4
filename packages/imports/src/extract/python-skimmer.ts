/**
 * The loops over Python source that every byte goes through, as WebAssembly: `assembly/python-skimmer.ts` is what
 * it was compiled from. One instance serves a thread; it reads one file at a time and keeps nothing of it.
 */
import { pythonSkimmerWasm } from "./python-skimmer-wasm.ts";

/** Which marks a scan looks for: ends of statements, those of headers, or those of what may bind a name. */
export const scanModes = { statement: 0, header: 1, binding: 2 } as const;

/** Why a scan stopped. */
export const stops = { newline: 1, semicolon: 7, colon: 8 } as const;
export type Stop = (typeof stops)[keyof typeof stops];

/** With what a statement in a function begins that is not skimmed over line by line, and what that is for. */
const statementWords: readonly (readonly [number, string])[] = [
  // Opens a block.
  [1, "class def elif else except finally for if try while with"],
  // Binds or imports something, or may do so.
  [2, "from global globals import lazy"],
  // Says whether what follows in its block is reached.
  [3, "break case continue exit os pytest quit raise return sys"],
  [4, "async"],
  [5, "match"],
];

/** What is met on the way. Offsets are those of the source. */
export type SkimListener = {
  /** A string literal directly after an opening parenthesis: its quote is at `start`, it ends before `end`. */
  onArgument(start: number, end: number, paren: number, line: number, lineStart: number): void;
  /** A `#` whose comment may hold an instruction to us. */
  onComment(start: number, end: number, line: number, lineStart: number): void;
  /** `=`, `:` outside of brackets, and `:=` anywhere, where names may be bound. */
  onEquals(at: number): void;
  onColon(at: number): void;
  onWalrus(at: number): void;
  /** `one` and `other` are characters that the message is about. */
  onProblem(code: number, at: number, line: number, lineStart: number, one: number, other: number): void;
};

type Exports = {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  prepare(): void;
  addWord(low: number, high: number, kind: number): void;
  begin(length: number, isRecovering: number): void;
  scan(from: number, line: number, lineStart: number, mode: number): Stop;
  comment(from: number, line: number, lineStart: number): number;
  skipPlain(from: number, line: number, lineStart: number, indent: number): number;
  skipBody(from: number, line: number, lineStart: number, headerIndent: number): number;
};

/** The part of the language's own object that is used here; the types of Node leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Exports };
};

/** As in the assembly: where the source begins, where answers stand, and how far beyond its end is read. */
const textAt = 65_536;
const answersAt = 1_024;
const beyondBytes = 64;
const pageBytes = 65_536;

export class PythonSkimmer {
  readonly #exports: Exports;
  #listener: SkimListener | undefined;
  #bytes = Buffer.alloc(0);
  #answers = new Int32Array(0);

  constructor() {
    const module = new WebAssembly.Module(Buffer.from(pythonSkimmerWasm, "base64"));
    const heard = (): SkimListener => {
      if (this.#listener === undefined) throw new Error("nothing is being read");
      return this.#listener;
    };
    const listener: SkimListener = {
      onArgument: (...place) => heard().onArgument(...place),
      onComment: (...place) => heard().onComment(...place),
      onEquals: (at) => heard().onEquals(at),
      onColon: (at) => heard().onColon(at),
      onWalrus: (at) => heard().onWalrus(at),
      onProblem: (...problem) => heard().onProblem(...problem),
    };
    this.#exports = new WebAssembly.Instance(module, { source: listener }).exports;
    this.#exports.prepare();
    for (const [use, words] of statementWords) {
      for (const word of words.split(" ")) {
        const bytes = Buffer.alloc(8);
        bytes.write(word, "latin1");
        this.#exports.addWord(bytes.readInt32LE(0), bytes.readInt32LE(4), use);
      }
    }
    this.#view();
  }

  /** Takes a source over; the byte behind it is 0. What was taken before is gone. */
  take(source: Uint8Array): Buffer {
    const wanted = source.length + beyondBytes;
    if (this.#bytes.length < wanted) {
      this.#exports.memory.grow(Math.ceil((wanted * 1.25 - this.#bytes.length) / pageBytes));
      this.#view();
    }
    this.#bytes.set(source);
    return this.#bytes;
  }

  #view(): void {
    const { buffer } = this.#exports.memory;
    this.#bytes = Buffer.from(buffer, textAt);
    this.#answers = new Int32Array(buffer, answersAt, 5);
  }

  /** What follows is about the first `length` bytes, and told to `listener`. */
  begin(length: number, isRecovering: boolean, listener: SkimListener): void {
    this.#listener = listener;
    this.#exports.begin(length, Number(isRecovering));
  }

  scan(from: number, line: number, lineStart: number, mode: number): Stop {
    return this.#exports.scan(from, line, lineStart, mode);
  }

  comment(from: number, line: number, lineStart: number): number {
    return this.#exports.comment(from, line, lineStart);
  }

  skipPlain(from: number, line: number, lineStart: number, indent: number): boolean {
    return this.#exports.skipPlain(from, line, lineStart, indent) === 1;
  }

  skipBody(from: number, line: number, lineStart: number, headerIndent: number): number {
    return this.#exports.skipBody(from, line, lineStart, headerIndent);
  }

  /** Where the last call has come to. */
  get position(): number {
    return this.#answers[0] as number;
  }

  get line(): number {
    return this.#answers[1] as number;
  }

  get lineStart(): number {
    return this.#answers[2] as number;
  }

  /** Where the last statement ended that was skipped, or -1. */
  get statementEnd(): number {
    return this.#answers[3] as number;
  }

  /** How many `try` statements `skipBody` has skipped. */
  get tries(): number {
    return this.#answers[4] as number;
  }
}
