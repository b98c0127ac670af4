/**
 * Reads the facts of Python files and stubs. The loops are WebAssembly: `assembly/python.ts` is what it was compiled
 * from, and leaves rows that lie as in a pack. Here is what is rare and needs strings or patterns.
 */

import { PackWriter } from "../facts-codec.ts";
import { guards, kinds } from "../facts-layout.ts";
import { filesIn } from "../facts-view.ts";
import type { Extractor, FileFacts, Guard, Ignore } from "../model.ts";
import { catchesImportError, judgeCondition, judgeWith, readLazyNames } from "./python-conditions.ts";
import { PublicNamesReader } from "./python-public-names.ts";
import { runTimeBinding, tableName, writesTable } from "./python-run-time.ts";
import { PythonSource } from "./python-source.ts";
import { readCall, readIgnore } from "./python-strings.ts";
import { pythonWasm } from "./python-wasm.ts";

type Exports = {
  readonly memory: { readonly buffer: ArrayBuffer };
  prepare(): void;
  /** Makes room for a source. */
  reserve(length: number): void;
  /** Reads it; its names begin at row `nextName` of the pack `pack`. */
  read(length: number, isRecovering: boolean, isBytewise: boolean, nextName: number, pack: number): void;
  addFound(
    kind: number,
    specifier: number,
    isOptional: boolean,
    start: number,
    end: number,
    width: number,
    line: number,
    lineStart: number,
  ): void;
};

/** The part of the language's own object that is used here; the types of Node leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Exports };
};

/** As in the assembly: where the source begins, where sections and answers stand, how far beyond the end is read. */
const textAt = 2_162_752;
const answersAt = 1_024;
const beyondBytes = 64;
/** Each section has four numbers: its address, its length, and two that are not for us. */
const importsAnswer = 0;
const namesAnswer = 4;
const bindingsAnswer = 8;
const lineAnswer = 12;
const flagsAnswer = 13;
const isDynamicBit = 1;
const hasEffectsBit = 2;

/** Calls whose value nobody changes. */
const pureCall =
  /^(\w+\.)*(TypeVar|ParamSpec|NewType|namedtuple|NamedTuple|TypedDict|getLogger|get_logger|compile|frozenset|tuple|int|str|float|bool|Path|getenv|get|join|dirname|abspath|Enum|MappingProxyType|cast|Literal|Decimal|timedelta)$/;

/** The rows of a file take more memory than there may be. */
class FullMemory extends Error {}

/** What is met in one file beside its rows. */
class PythonFile {
  readonly source: PythonSource;
  readonly publicNames = new PublicNamesReader();
  readonly ignores: Ignore[] = [];
  lazy: FileFacts["lazy"] = { is: "none" };
  /** The parameter of the module's own `__getattr__`. */
  lazyParameter = "";

  constructor(source: PythonSource) {
    this.source = source;
  }

  /** Which modules lie below it is decided at run time. */
  #holdsAnyModule = false;
  /** Names for the table of the module's own names. */
  readonly #tables: string[] = [];

  /** A statement at module level, as it reads: whether it binds names that cannot be read. */
  bindsAtRunTime(statement: string): boolean {
    const binding = runTimeBinding(statement);
    if (binding === "modules") this.#holdsAnyModule = true;
    if (binding !== "none") return true;
    const table = tableName(statement);
    if (table !== undefined) this.#tables.push(table);
    return false;
  }

  /** Whether names are bound by way of another name for their table. */
  writesTable(): boolean {
    if (this.#tables.length === 0) return false;
    const text = this.source.text(0, this.source.end);
    return this.#tables.some((name) => writesTable(name, text));
  }

  /** `__all__` among the names stands for those in it. */
  lazyNames(): FileFacts["lazy"] {
    if (this.#holdsAnyModule) return { is: "any" };
    if (this.lazy.is !== "names" || !this.lazy.names.includes("__all__")) return this.lazy;
    const shown = this.publicNames.result();
    if (shown?.isKnown !== true) return { is: "any" };
    return { is: "names", names: [...this.lazy.names, ...shown.names.map((each) => each.name)] };
  }
}

/** One instance serves a thread; it reads one file at a time and keeps nothing of it but names. */
class PythonReader {
  readonly #exports: Exports;
  #bytes = Buffer.alloc(0);
  #answers = new Int32Array(0);
  #file = new PythonFile(new PythonSource(this.#bytes, 0));
  #pack = new PackWriter(0);
  /** By their places in the assembly. */
  readonly #names: string[] = [];

  constructor() {
    const module = new WebAssembly.Module(Buffer.from(pythonWasm, "base64"));
    this.#exports = new WebAssembly.Instance(module, { host: this.#host() }).exports;
    this.#exports.prepare();
    this.#view();
  }

  read(path: string, bytes: Uint8Array, pack: PackWriter): void {
    this.#exports.reserve(bytes.length + beyondBytes);
    this.#bytes.set(bytes);
    const source = new PythonSource(this.#bytes, bytes.length);
    this.#pack = pack;
    this.#readOnce(source, false);
    if (source.hasUnclosed) this.#readOnce(source, true);
    const file = this.#file;
    const flags = this.#answers[flagsAnswer] as number;
    pack.addRows(
      {
        path,
        language: "python",
        byteLength: bytes.length,
        lineCount: this.#answers[lineAnswer] as number,
        doors: (flags & isDynamicBit) > 0 || file.writesTable() ? "unknown" : "bindings",
        publicNames: file.publicNames.result(),
        lazy: file.lazyNames(),
        hasEffects: (flags & hasEffectsBit) > 0,
        problems: source.problems,
        ignores: file.ignores,
      },
      {
        imports: this.#rows(importsAnswer),
        names: this.#rows(namesAnswer),
        bindings: this.#rows(bindingsAnswer),
      },
    );
  }

  #readOnce(source: PythonSource, isRecovering: boolean): void {
    this.#file = new PythonFile(source);
    const { nextName, number } = this.#pack;
    this.#exports.read(source.end, isRecovering, source.isBytewise, nextName, number);
  }

  #rows(answer: number): Int32Array {
    const answers = this.#answers;
    return new Int32Array(answers.buffer, answers[answer], answers[answer + 1]);
  }

  #view(): void {
    const { buffer } = this.#exports.memory;
    this.#bytes = Buffer.from(buffer, textAt);
    this.#answers = new Int32Array(buffer, answersAt, flagsAnswer + 1);
    this.#file.source.bytes = this.#bytes;
  }

  /** As in `assembly/host.ts`. */
  #host(): object {
    const text = (start: number, end: number): string => this.#file.source.text(start, end);
    return {
      onGrowth: () => this.#view(),
      onFullMemory: () => {
        throw new FullMemory();
      },
      onText: (place: number, start: number, end: number, isRemembered: number) => {
        if (place < 0) return this.#pack.text(this.#file.source.name(start, end));
        if (isRemembered === 0) this.#names[place] = text(start, end);
        return this.#pack.text(this.#names[place] as string);
      },
      onSpacedText: (start: number, end: number) =>
        this.#pack.text(this.#file.source.name(start, end).replace(/[\s\\]+/g, "")),
      onArgument: (start: number, end: number, paren: number, line: number, lineStart: number) => {
        const found = readCall(this.#file.source, start, end, paren);
        if (found === undefined) return;
        const kind = kinds.indexOf(found.kind);
        const specifier = this.#pack.text(found.specifier);
        this.#exports.addFound(kind, specifier, found.isOptional, start, end, found.width, line, lineStart);
      },
      onComment: (start: number, end: number, line: number, lineStart: number) => {
        const { source, ignores } = this.#file;
        const ignore = readIgnore(source, start, end, line, lineStart);
        if (ignore !== undefined) ignores.push(ignore);
      },
      onProblem: (...problem: Parameters<PythonSource["problem"]>) => this.#file.source.problem(...problem),
      onCondition: (start: number, end: number) => {
        const { guard, otherwise, isDecided } = judgeCondition(text(start, end));
        return numberOf(guard) | (numberOf(otherwise) << 4) | (Number(isDecided) << 8);
      },
      onExcept: (start: number, end: number) => catchesImportError(text(start, end)),
      onWith: (start: number, end: number) => numberOf(judgeWith(text(start, end))),
      onRunTime: (start: number, end: number) =>
        this.#file.bindsAtRunTime(text(start, Math.min(end, start + 300))),
      onPureCall: (start: number, end: number) => pureCall.test(text(start, end)),
      onPublicNames: (start: number, end: number, line: number, lineStart: number, isAlways: number) => {
        const { source, publicNames } = this.#file;
        publicNames.read(source, start, end, line, lineStart, isAlways === 1);
      },
      onLazy: (start: number) => {
        const file = this.#file;
        // Replaced when the body has been read.
        file.lazy = { is: "any" };
        if (start < 0) return;
        const head = text(start, Math.min(file.source.end, start + 60));
        file.lazyParameter = /^\s*\(\s*(\w+)/.exec(head)?.[1] ?? "";
      },
      onLazyBody: (start: number, end: number) => {
        const names = readLazyNames(text(start, end), this.#file.lazyParameter);
        this.#file.lazy = names === undefined ? { is: "any" } : { is: "names", names };
      },
    };
  }
}

function numberOf(guard: Guard): number {
  return guards.indexOf(guard);
}

let reader = new PythonReader();

/** Adds the facts of a Python file or stub to a pack; false: its rows would take more memory than there may be. */
export function readPython(path: string, bytes: Uint8Array, pack: PackWriter): boolean {
  try {
    reader.read(path, bytes, pack);
    return true;
  } catch (error) {
    if (!(error instanceof FullMemory)) throw error;
    // The next file is read with less.
    reader = new PythonReader();
    return false;
  }
}

export const extractPython: Extractor = (path, bytes) => {
  const pack = new PackWriter(1);
  readPython(path, bytes, pack);
  return filesIn(pack.local())[0] as FileFacts;
};
