import type { Extractor, FileFacts } from "../model.ts";
import { type Block, type BlockKind, block, endsChain, guardOf, scopeOf } from "./python-blocks.ts";
import { isDigit, isNewline, newline, semicolon } from "./python-bytes.ts";
import {
  catchesImportError,
  judgeCondition,
  judgeWith,
  mayBeJudged,
  readLazyNames,
  undecided,
} from "./python-conditions.ts";
import { readImport } from "./python-import.ts";
import { PythonLexer, type Stop } from "./python-lexer.ts";
import { PythonRecord } from "./python-record.ts";
import {
  bindsAtRunTime,
  isLineOver,
  neverReturns,
  refuseOldStatement,
  takeIndent,
  toColon,
} from "./python-shapes.ts";
import { readIgnore } from "./python-strings.ts";
import { findWord, readTargets, readWithTargets } from "./python-targets.ts";

/** Grows to the largest file read; the byte behind the content is 0 for the lexer. */
let scratch = Buffer.alloc(1 << 16);

/** Reads the facts of a Python file or stub. Every byte is looked at once, and no tree is built. */
export const extractPython: Extractor = (path, bytes) => {
  if (scratch.length <= bytes.length) scratch = Buffer.alloc(Math.ceil((bytes.length + 1) * 1.25));
  scratch.set(bytes);
  scratch[bytes.length] = 0;
  const scanner = new PythonScanner(scratch, bytes.length);
  return scanner.read(path);
};

class PythonScanner {
  readonly #bytes: Buffer;
  readonly #lexer: PythonLexer;
  #record: PythonRecord;
  readonly #blocks: Block[] = [];
  /** Definitions we are inside of; 0 at module level. */
  #definitions = 0;
  #tries = 0;
  #decoratorAt = -1;
  #lastEnd = 0;
  #hasIndentProblem = false;
  #lazyBody: { block: Block; start: number; parameter: string } | undefined;

  constructor(bytes: Buffer, length: number) {
    this.#bytes = bytes;
    this.#lexer = new PythonLexer(bytes, length, {
      onArgument: (start, end, paren, line, lineStart) =>
        this.#record.onArgument(start, end, paren, line, lineStart),
      onComment: (start, end, line, lineStart) => {
        const ignore = readIgnore(this.#lexer, start, end, line, lineStart);
        if (ignore !== undefined) this.#record.ignores.push(ignore);
      },
    });
    this.#record = new PythonRecord(this.#lexer, this.#blocks);
  }

  read(path: string): FileFacts {
    const lexer = this.#lexer;
    this.#scan();
    if (lexer.hasUnclosed) {
      this.#record = new PythonRecord(lexer, this.#blocks);
      this.#definitions = 0;
      this.#tries = 0;
      this.#decoratorAt = -1;
      this.#lazyBody = undefined;
      lexer.restart();
      this.#scan();
    }
    return this.#record.facts(path);
  }

  #scan(): void {
    const lexer = this.#lexer;
    const bytes = this.#bytes;
    this.#blocks.length = 0;
    const module = block("module", -1);
    module.indent = 0;
    this.#blocks.push(module);
    while (lexer.position < lexer.end) {
      const indent = takeIndent(this.#lexer);
      const byte = bytes[lexer.position];
      if (isNewline(byte)) {
        lexer.takeNewline();
        continue;
      }
      if (byte === 0x23) {
        lexer.skipComment();
        continue;
      }
      if (lexer.position >= lexer.end) break;
      this.#enterLine(indent);
      const depth = this.#blocks.length;
      for (;;) {
        const stop = this.#statement();
        this.#lastEnd = lexer.position;
        if (stop !== semicolon) break;
        lexer.position++;
        lexer.skipSpace();
        if (isNewline(bytes[lexer.position]) || lexer.position >= lexer.end) break;
        if (bytes[lexer.position] === 0x23) {
          lexer.skipComment();
          break;
        }
      }
      // A body on its header's line ends with the line.
      while (this.#blocks.length > depth && this.#top().indent === inline) this.#pop();
      if (isNewline(bytes[lexer.position])) lexer.takeNewline();
    }
    if (this.#top().indent === -1) this.#problem("ends where an indented block should begin");
    while (this.#blocks.length > 1) this.#pop();
  }

  #top(): Block {
    return this.#blocks[this.#blocks.length - 1] as Block;
  }

  #problem(message: string): void {
    this.#lexer.problem(message);
  }

  #enterLine(indent: number): void {
    const top = this.#top();
    if (top.indent === -1) {
      if (indent > top.headerIndent) {
        top.indent = indent;
        return;
      }
      this.#problem("lacks an indented block after the line above");
      this.#pop();
    }
    let hasPopped = false;
    while (indent < this.#top().indent) {
      this.#pop();
      hasPopped = true;
    }
    if (indent > this.#top().indent && !this.#hasIndentProblem) {
      this.#hasIndentProblem = true;
      this.#problem(hasPopped ? "is indented unlike any block around it" : "is indented without reason");
    }
  }

  #pop(): void {
    const child = this.#blocks.pop() as Block;
    const parent = this.#top();
    if (child.lastChild !== undefined && endsChain(child.lastChild)) child.isEnded = true;
    parent.lastChild = child;
    if (child.kind === "def" || child.kind === "class") this.#definitions--;
    if (child.binding >= 0) this.#record.endBinding(child.binding, this.#lastEnd);
    if (child.isHandler && child.attempt !== undefined && !child.attempt.isCatching) {
      child.attempt.isCatching = true;
      child.attempt.isRaising = child.isRaising;
    }
    if (this.#lazyBody?.block === child) {
      const { start, parameter } = this.#lazyBody;
      const names = readLazyNames(this.#lexer.text(start, this.#lastEnd), parameter);
      this.#record.lazy = names === undefined ? { is: "any" } : { is: "names", names };
      this.#lazyBody = undefined;
    }
  }

  /** One statement or header; its rest of the line too when a body begins there. */
  #statement(): Stop {
    const lexer = this.#lexer;
    const bytes = this.#bytes;
    const start = lexer.position;
    const end = lexer.wordEnd(start);
    const top = this.#top();
    const length = end - start;
    if (top.lastChild !== undefined && !this.#isContinuation(start, end)) {
      if (endsChain(top.lastChild)) top.isEnded = true;
      top.lastChild = undefined;
    }
    switch (bytes[start]) {
      case 0x40: // @
        if (this.#decoratorAt < 0) this.#decoratorAt = start;
        return lexer.scanStatement();
      case 0x61: // a
        if (length === 5 && lexer.is("async", start, end)) return this.#async(start, end);
        break;
      case 0x62: // b
        if (length === 5 && lexer.is("break", start, end)) {
          this.#break();
          return this.#ending();
        }
        break;
      case 0x63: // c
        if (length === 5 && lexer.is("class", start, end))
          return this.#definition("class", start, end, false);
        if (length === 8 && lexer.is("continue", start, end)) return this.#ending();
        if (length === 4 && top.kind === "match" && lexer.is("case", start, end))
          return this.#soft("case", end);
        break;
      case 0x64: // d
        if (length === 3 && lexer.is("def", start, end)) return this.#definition("def", start, end, false);
        if (length === 3 && lexer.is("del", start, end)) return this.#delete(end);
        break;
      case 0x65: // e
        if (length === 4 && lexer.is("else", start, end)) return this.#otherwise(end);
        if (length === 4 && lexer.is("elif", start, end)) return this.#condition(end, true);
        if (length === 6 && lexer.is("except", start, end)) return this.#except(end);
        if (length === 4 && lexer.is("exec", start, end)) refuseOldStatement(this.#lexer, "exec", end);
        break;
      case 0x66: // f
        if (length === 4 && lexer.is("from", start, end)) return this.#import("from", start, end);
        if (length === 3 && lexer.is("for", start, end)) return this.#for(end);
        if (length === 7 && lexer.is("finally", start, end)) return this.#finally(end);
        break;
      case 0x67: // g
        if (length === 6 && lexer.is("global", start, end)) return this.#global(end);
        break;
      case 0x69: // i
        if (length === 6 && lexer.is("import", start, end)) return this.#import("import", start, end);
        if (length === 2 && bytes[start + 1] === 0x66) return this.#condition(end, false);
        break;
      case 0x6c: // l
        if (length === 4 && lexer.is("lazy", start, end)) {
          lexer.position = end;
          lexer.skipSpace();
          const next = lexer.wordEnd(lexer.position);
          const word = lexer.text(lexer.position, next);
          if (word === "import" || word === "from") return this.#import(word, start, next);
          lexer.position = start;
        }
        break;
      case 0x6d: // m
        if (length === 5 && lexer.is("match", start, end)) return this.#soft("match", end);
        break;
      case 0x70: // p
        if (length === 5 && lexer.is("print", start, end)) refuseOldStatement(this.#lexer, "print", end);
        break;
      case 0x72: // r
        if (length === 6 && lexer.is("return", start, end)) return this.#ending();
        if (length === 5 && lexer.is("raise", start, end)) {
          top.isRaising = true;
          return this.#ending();
        }
        break;
      case 0x74: // t
        if (length === 3 && lexer.is("try", start, end)) return this.#try(end);
        if (length === 4 && this.#definitions === 0 && lexer.is("type", start, end))
          this.#typeAlias(start, end);
        break;
      case 0x77: // w
        if (length === 4 && lexer.is("with", start, end)) return this.#with(end);
        if (length === 5 && lexer.is("while", start, end)) return this.#while(end);
        break;
      default:
        break;
    }
    return this.#ordinary(start, end);
  }

  #isContinuation(start: number, end: number): boolean {
    const lexer = this.#lexer;
    switch (this.#bytes[start]) {
      case 0x65:
        return lexer.is("else", start, end) || lexer.is("elif", start, end) || lexer.is("except", start, end);
      case 0x66:
        return lexer.is("finally", start, end);
      default:
        return false;
    }
  }

  /** After `return`, `raise` and their like nothing in this block runs. */
  #ending(): Stop {
    const stop = this.#lexer.scanStatement();
    this.#top().isEnded = true;
    return stop;
  }

  #break(): void {
    for (let index = this.#blocks.length - 1; index > 0; index--) {
      const each = this.#blocks[index] as Block;
      if (each.kind === "for" || each.kind === "while") {
        each.hasBreak = true;
        return;
      }
      if (each.kind === "def" || each.kind === "class") return;
    }
  }

  #async(start: number, end: number): Stop {
    const lexer = this.#lexer;
    lexer.position = end;
    lexer.skipSpace();
    const next = lexer.wordEnd(lexer.position);
    switch (lexer.text(lexer.position, next)) {
      case "def":
        return this.#definition("def", start, next, true);
      case "for":
        return this.#for(next);
      case "with":
        return this.#with(next);
      default:
        lexer.position = start;
        return this.#ordinary(start, end);
    }
  }

  #definition(kind: "def" | "class", start: number, end: number, isAsync: boolean): Stop {
    const lexer = this.#lexer;
    lexer.position = end;
    lexer.skipSpace();
    const from = lexer.position;
    const to = lexer.wordEnd(from);
    let binding = -1;
    let lazyParameter: string | undefined;
    if (this.#definitions === 0 && to > from) {
      const first = this.#decoratorAt < 0 ? start : this.#decoratorAt;
      binding = this.#record.bind(
        { start: from, end: to },
        kind === "def" ? "function" : "class",
        { isAsync },
        first,
      );
      if (kind === "def" && lexer.is("__getattr__", from, to)) {
        const parameter = /^\s*\(\s*(\w+)/.exec(lexer.text(to, Math.min(lexer.end, to + 60)))?.[1];
        lazyParameter = parameter ?? "";
      }
    }
    if (to === from) this.#problem(`has a ${kind} without a name`);
    // An importer of its own: which modules there are is decided at run time.
    if (
      this.#definitions > 0 &&
      kind === "def" &&
      (lexer.is("find_spec", from, to) || lexer.is("find_module", from, to))
    ) {
      this.#record.isDynamic = true;
    }
    this.#decoratorAt = -1;
    lexer.position = to;
    const opened = block(kind, this.#lineIndent());
    opened.binding = binding;
    this.#definitions++;
    const stop = this.#open(opened);
    if (lazyParameter !== undefined) {
      this.#lazyBody = { block: opened, start: lexer.position, parameter: lazyParameter };
      // Replaced when the body has been read; an inline body is not.
      this.#record.lazy = { is: "any" };
    }
    return stop;
  }

  #lineIndent(): number {
    return Math.max(0, this.#top().indent);
  }

  /** Scans to the header's colon and opens its block, with a body on the same line if there is one. */
  #open(opened: Block, isAtColon = false): Stop {
    const lexer = this.#lexer;
    if (!isAtColon && !toColon(this.#lexer, lexer.position)) {
      this.#problem("lacks a ':' at the end of this line");
      if (opened.kind === "def" || opened.kind === "class") this.#definitions--;
      return newline;
    }
    lexer.position++;
    lexer.skipSpace();
    const byte = this.#bytes[lexer.position];
    this.#blocks.push(opened);
    if (byte === 0x23) {
      lexer.skipComment();
      return newline;
    }
    if (isNewline(byte)) return newline;
    if (lexer.position >= lexer.end) return newline;
    opened.indent = inline;
    return this.#statement();
  }

  #headerText(start: number, limit = 400): string {
    return this.#lexer.text(start, Math.min(this.#lexer.position, start + limit));
  }

  #condition(end: number, isElif: boolean): Stop {
    const lexer = this.#lexer;
    lexer.position = end;
    const before = isElif ? this.#top().lastChild : undefined;
    const hasColon = toColon(this.#lexer, end);
    const isJudged = hasColon && mayBeJudged(this.#bytes, end, lexer.position);
    const judged = isJudged ? judgeCondition(lexer.text(end, lexer.position)) : undecided;
    const isDead = before?.isChainDecided === true;
    const opened = block("if", this.#lineIndent(), isDead ? "unreachable" : judged.guard);
    opened.otherwise = judged.otherwise;
    opened.isChainDecided = isDead || judged.isDecided;
    opened.isChainEnded = before === undefined ? true : before.isChainEnded && before.isEnded;
    return this.#open(opened, hasColon);
  }

  #otherwise(end: number): Stop {
    const before = this.#top().lastChild;
    this.#lexer.position = end;
    const isOfIf = before?.kind === "if";
    const otherwise = isOfIf ? before.otherwise : "conditional";
    const opened = block(
      "else",
      this.#lineIndent(),
      isOfIf && before.isChainDecided ? "unreachable" : otherwise,
    );
    opened.isChainEnded = isOfIf && before.isChainEnded && before.isEnded;
    return this.#open(opened);
  }

  #try(end: number): Stop {
    this.#lexer.position = end;
    const opened = block("try", this.#lineIndent());
    opened.attempt = { id: ++this.#tries, isCatching: false, isRaising: false };
    return this.#open(opened);
  }

  #except(end: number): Stop {
    const lexer = this.#lexer;
    lexer.position = end;
    const before = this.#top().lastChild;
    const hasColon = toColon(this.#lexer, end);
    const isHandler = hasColon && catchesImportError(this.#headerText(end));
    const opened = block("except", this.#lineIndent(), isHandler ? "handler" : "conditional");
    opened.attempt = before?.attempt;
    opened.isHandler = isHandler;
    opened.isChainEnded = before?.isChainEnded === true && before.isEnded;
    return this.#open(opened, hasColon);
  }

  #finally(end: number): Stop {
    this.#lexer.position = end;
    const before = this.#top().lastChild;
    const opened = block("finally", this.#lineIndent());
    opened.isChainEnded = before?.isChainEnded === true && before.isEnded;
    return this.#open(opened);
  }

  #with(end: number): Stop {
    const lexer = this.#lexer;
    lexer.position = end;
    const hasColon = toColon(this.#lexer, end);
    if (hasColon && this.#definitions === 0) {
      for (const target of readWithTargets(this.#bytes, end, lexer.position))
        this.#record.bind(target, "variable");
    }
    const guard = hasColon ? judgeWith(this.#headerText(end)) : "none";
    return this.#open(block("with", this.#lineIndent(), guard), hasColon);
  }

  #for(end: number): Stop {
    const lexer = this.#lexer;
    lexer.position = end;
    const hasColon = toColon(this.#lexer, end);
    if (hasColon && this.#definitions === 0) {
      const stop = findWord(this.#bytes, "in", end, lexer.position);
      if (stop > 0)
        for (const target of readTargets(this.#bytes, end, stop) ?? [])
          this.#record.bind(target, "variable", { presence: "conditional" });
    }
    return this.#open(block("for", this.#lineIndent(), "conditional"), hasColon);
  }

  #while(end: number): Stop {
    const lexer = this.#lexer;
    lexer.position = end;
    const hasColon = toColon(this.#lexer, end);
    const isEndless = hasColon && /^\s*(True|1)\s*$/.test(this.#headerText(end, 12));
    const opened = block("while", this.#lineIndent(), isEndless ? "none" : "conditional");
    opened.isEndless = isEndless;
    return this.#open(opened, hasColon);
  }

  /** `match` and `case` are keywords only where a header follows. */
  #soft(kind: BlockKind & ("match" | "case"), end: number): Stop {
    const lexer = this.#lexer;
    const { position, line, lineStart } = lexer;
    const next = this.#bytes[end];
    if (next === 0x20 || next === 0x09 || next === 0x28 || next === 0x5b || next === 0x22 || next === 0x27) {
      lexer.position = end;
      const hasColon = toColon(this.#lexer, end);
      const isHeader = hasColon && (kind === "case" || isLineOver(this.#lexer, lexer.position + 1));
      if (isHeader) return this.#open(block(kind, this.#lineIndent(), "conditional"), true);
    }
    lexer.position = position;
    lexer.line = line;
    lexer.lineStart = lineStart;
    return this.#ordinary(position, end);
  }

  #import(word: "import" | "from", start: number, end: number): Stop {
    const lexer = this.#lexer;
    const place = lexer.place(start, end);
    lexer.position = end;
    const { guard, attempt } = guardOf(this.#blocks);
    const around = { scope: scopeOf(this.#blocks), guard, tryBlock: attempt?.id ?? 0 };
    for (const fact of readImport(lexer, place, word, around)) {
      this.#record.addImport(fact, attempt, this.#definitions === 0);
    }
    return lexer.scanStatement();
  }

  #global(end: number): Stop {
    const lexer = this.#lexer;
    lexer.position = end;
    const stop = lexer.scanStatement();
    if (this.#definitions === 0) return stop;
    for (const target of readTargets(this.#bytes, end, lexer.position) ?? []) this.#record.bindLate(target);
    return stop;
  }

  #delete(end: number): Stop {
    const lexer = this.#lexer;
    lexer.position = end;
    const stop = lexer.scanStatement();
    if (this.#definitions === 0 && this.#blocks.length === 1) {
      for (const target of readTargets(this.#bytes, end, lexer.position) ?? []) {
        this.#record.bind(target, "variable", { presence: "deleted" });
      }
    }
    return stop;
  }

  #typeAlias(start: number, end: number): void {
    const bytes = this.#bytes;
    let from = end;
    while (bytes[from] === 0x20) from++;
    const to = this.#lexer.wordEnd(from);
    if (from === end || to === from || isDigit(bytes[from] as number)) return;
    let next = to;
    while (bytes[next] === 0x20) next++;
    if ((bytes[next] === 0x3d && bytes[next + 1] !== 0x3d) || bytes[next] === 0x5b) {
      this.#record.bind({ start: from, end: to }, "type", {}, start);
    }
  }

  /** An expression or an assignment. */
  #ordinary(start: number, end: number): Stop {
    const lexer = this.#lexer;
    if (this.#definitions > 0) {
      const stop = lexer.scanStatement();
      if (neverReturns(lexer, start, end)) this.#top().isEnded = true;
      if (lexer.is("globals", start, end)) this.#record.isDynamic = true;
      return stop;
    }
    const { line, lineStart } = lexer;
    const stop = lexer.scanBinding();
    const stopAt = lexer.position;
    if (neverReturns(lexer, start, end)) this.#top().isEnded = true;
    if (bindsAtRunTime(lexer.text(start, Math.min(stopAt, start + 300)))) this.#record.isDynamic = true;
    if (lexer.is("__getattr__", start, end)) this.#record.lazy = { is: "any" };
    if (lexer.is("__all__", start, end)) {
      this.#record.publicNames.read(lexer, end, stopAt, line, lineStart, this.#blocks.length === 1);
    }
    this.#record.bindTargets(start, stopAt, line, lineStart);
    return stop;
  }
}

/** The indent of a body that stands on its header's line. */
const inline = Number.MAX_SAFE_INTEGER;
