import type { Extractor, FileFacts } from "../model.ts";
import { BlockStack } from "./python-block-stack.ts";
import { type Block, block, endsChain, guardOf, scopeOf } from "./python-blocks.ts";
import { isDigit, isNewline } from "./python-bytes.ts";
import {
  conditionHeader,
  elseHeader,
  exceptHeader,
  finallyHeader,
  forHeader,
  type Headers,
  softHeader,
  tryHeader,
  whileHeader,
  withHeader,
} from "./python-headers.ts";
import { readImport } from "./python-import.ts";
import { PythonLexer } from "./python-lexer.ts";
import { PythonRecord } from "./python-record.ts";
import { bindsAtRunTime, neverReturns, refuseOldStatement, takeIndent, toColon } from "./python-shapes.ts";
import { type Stop, stops } from "./python-skimmer.ts";
import { readIgnore } from "./python-strings.ts";
import { readTargets } from "./python-targets.ts";

/**
 * Of definitions in definitions, so many are tried as a whole: each try that fails has read the body in vain up to
 * what is of interest in it.
 */
const triedMax = 2;

/** Reads the facts of a Python file or stub. No tree is built. */
export const extractPython: Extractor = (path, bytes) => {
  return new PythonScanner(bytes).read(path);
};

class PythonScanner {
  readonly #bytes: Buffer;
  readonly #lexer: PythonLexer;
  #record: PythonRecord;
  #stack: BlockStack;
  #headers: Headers;
  #decoratorAt = -1;
  /** The definition of which the whole body was tried last. */
  #tried: Block | undefined;

  constructor(source: Uint8Array) {
    this.#lexer = new PythonLexer(source, {
      onArgument: (start, end, paren, line, lineStart) =>
        this.#record.onArgument(start, end, paren, line, lineStart),
      onComment: (start, end, line, lineStart) => {
        const ignore = readIgnore(this.#lexer, start, end, line, lineStart);
        if (ignore !== undefined) this.#record.ignores.push(ignore);
      },
    });
    this.#bytes = this.#lexer.bytes;
    const blocks: Block[] = [];
    this.#record = new PythonRecord(this.#lexer, blocks);
    this.#stack = new BlockStack(this.#lexer, this.#record, blocks);
    this.#headers = { lexer: this.#lexer, stack: this.#stack, record: this.#record };
  }

  read(path: string): FileFacts {
    const lexer = this.#lexer;
    this.#scan();
    if (lexer.hasUnclosed) {
      const blocks: Block[] = [];
      this.#record = new PythonRecord(lexer, blocks);
      this.#stack = new BlockStack(lexer, this.#record, blocks);
      this.#headers = { lexer, stack: this.#stack, record: this.#record };
      this.#decoratorAt = -1;
      lexer.restart();
      this.#scan();
    }
    return this.#record.facts(path);
  }

  #scan(): void {
    const lexer = this.#lexer;
    const bytes = this.#bytes;
    const stack = this.#stack;
    while (lexer.position < lexer.end) {
      this.#skipBody();
      let stop: Stop | undefined = this.#skipPlain() ? stops.semicolon : undefined;
      if (stop === undefined) {
        const indent = takeIndent(lexer);
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
        stack.enterLine(indent);
      }
      const depth = stack.blocks.length;
      for (;;) {
        stop ??= this.#statement();
        stack.lastEnd = lexer.position;
        if (stop !== stops.semicolon) break;
        stop = undefined;
        lexer.position++;
        lexer.skipSpace();
        if (isNewline(bytes[lexer.position]) || lexer.position >= lexer.end) break;
        if (bytes[lexer.position] === 0x23) {
          lexer.skipComment();
          break;
        }
      }
      stack.leaveLine(depth);
      if (isNewline(bytes[lexer.position])) lexer.takeNewline();
    }
    stack.leaveAll();
  }

  /** Over the body of a definition that has just begun, when there is nothing of interest in all of it. */
  #skipBody(): void {
    const lexer = this.#lexer;
    const stack = this.#stack;
    const { top } = stack;
    const isDefinition = top.kind === "def" || top.kind === "class";
    if (!isDefinition || top.indent >= 0 || top === this.#tried) return;
    if (stack.definitions > triedMax || lexer.isRecovering) return;
    this.#tried = top;
    const indent = lexer.skipBody(top.headerIndent);
    if (indent < 0) return;
    top.indent = indent;
    stack.lastEnd = lexer.skippedEnd;
    stack.skipTries(lexer.skippedTries);
  }

  /** Over lines in a function of which nothing is wanted. True where the lexer now stands at a semicolon. */
  #skipPlain(): boolean {
    const lexer = this.#lexer;
    const { definitions, top } = this.#stack;
    if (definitions === 0 || top.lastChild !== undefined || top.indent < 0 || lexer.isRecovering)
      return false;
    const isWithinLine = lexer.skipPlain(top.indent);
    if (lexer.skippedEnd >= 0) this.#stack.lastEnd = lexer.skippedEnd;
    return isWithinLine;
  }

  /** One statement or header; its rest of the line too when a body begins there. */
  #statement(): Stop {
    const lexer = this.#lexer;
    const bytes = this.#bytes;
    const start = lexer.position;
    const end = lexer.wordEnd(start);
    const { top } = this.#stack;
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
          this.#stack.breakLoop();
          return this.#ending();
        }
        break;
      case 0x63: // c
        if (length === 5 && lexer.is("class", start, end))
          return this.#definition("class", start, end, false);
        if (length === 8 && lexer.is("continue", start, end)) return this.#ending();
        if (length === 4 && top.kind === "match" && lexer.is("case", start, end))
          return this.#soft("case", start, end);
        break;
      case 0x64: // d
        if (length === 3 && lexer.is("def", start, end)) return this.#definition("def", start, end, false);
        if (length === 3 && lexer.is("del", start, end)) return this.#delete(end);
        break;
      case 0x65: // e
        if (length === 4 && lexer.is("else", start, end)) return this.#open(elseHeader(this.#headers, end));
        if (length === 4 && lexer.is("elif", start, end))
          return this.#open(conditionHeader(this.#headers, end, true));
        if (length === 6 && lexer.is("except", start, end))
          return this.#open(exceptHeader(this.#headers, end));
        if (length === 4 && lexer.is("exec", start, end)) refuseOldStatement(this.#lexer, "exec", end);
        break;
      case 0x66: // f
        if (length === 4 && lexer.is("from", start, end)) return this.#import("from", start, end);
        if (length === 3 && lexer.is("for", start, end)) return this.#open(forHeader(this.#headers, end));
        if (length === 7 && lexer.is("finally", start, end))
          return this.#open(finallyHeader(this.#headers, end));
        break;
      case 0x67: // g
        if (length === 6 && lexer.is("global", start, end)) return this.#global(end);
        break;
      case 0x69: // i
        if (length === 6 && lexer.is("import", start, end)) return this.#import("import", start, end);
        if (length === 2 && bytes[start + 1] === 0x66)
          return this.#open(conditionHeader(this.#headers, end, false));
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
        if (length === 5 && lexer.is("match", start, end)) return this.#soft("match", start, end);
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
        if (length === 3 && lexer.is("try", start, end)) return this.#open(tryHeader(this.#headers, end));
        if (length === 4 && this.#stack.definitions === 0 && lexer.is("type", start, end))
          this.#typeAlias(start, end);
        break;
      case 0x77: // w
        if (length === 4 && lexer.is("with", start, end)) return this.#open(withHeader(this.#headers, end));
        if (length === 5 && lexer.is("while", start, end)) return this.#open(whileHeader(this.#headers, end));
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
    this.#stack.top.isEnded = true;
    return stop;
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
        return this.#open(forHeader(this.#headers, next));
      case "with":
        return this.#open(withHeader(this.#headers, next));
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
    if (this.#stack.definitions === 0 && to > from) {
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
    if (to === from) this.#lexer.problem(`has a ${kind} without a name`);
    // An importer of its own: which modules there are is decided at run time.
    if (
      this.#stack.definitions > 0 &&
      kind === "def" &&
      (lexer.is("find_spec", from, to) || lexer.is("find_module", from, to))
    ) {
      this.#record.isDynamic = true;
    }
    this.#decoratorAt = -1;
    lexer.position = to;
    const opened = block(kind, this.#stack.lineIndent);
    opened.binding = binding;
    toColon(lexer, to);
    const stop = this.#open(opened);
    if (lazyParameter !== undefined) {
      this.#stack.awaitLazyNames(opened, lexer.position, lazyParameter);
      // Replaced when the body has been read; an inline body is not.
      this.#record.lazy = { is: "any" };
    }
    return stop;
  }

  /** At a header's colon: opens its block, and reads on where the body stands on the same line. */
  #open(opened: Block): Stop {
    const lexer = this.#lexer;
    if (this.#bytes[lexer.position] !== 0x3a) {
      lexer.problem("lacks a ':' at the end of this line");
      return stops.newline;
    }
    lexer.position++;
    lexer.skipSpace();
    const byte = this.#bytes[lexer.position];
    this.#stack.push(opened);
    if (byte === 0x23) {
      lexer.skipComment();
      return stops.newline;
    }
    if (isNewline(byte) || lexer.position >= lexer.end) return stops.newline;
    this.#stack.stayOnLine();
    return this.#statement();
  }

  #soft(kind: "match" | "case", start: number, end: number): Stop {
    const opened = softHeader(this.#headers, kind, end);
    return opened === undefined ? this.#ordinary(start, end) : this.#open(opened);
  }

  #import(word: "import" | "from", start: number, end: number): Stop {
    const lexer = this.#lexer;
    const place = lexer.place(start, end);
    lexer.position = end;
    const { guard, attempt } = guardOf(this.#stack.blocks);
    const around = { scope: scopeOf(this.#stack.blocks), guard, tryBlock: attempt?.id ?? 0 };
    for (const fact of readImport(lexer, place, word, around)) {
      this.#record.addImport(fact, attempt, this.#stack.definitions === 0);
    }
    return lexer.scanStatement();
  }

  #global(end: number): Stop {
    const lexer = this.#lexer;
    lexer.position = end;
    const stop = lexer.scanStatement();
    if (this.#stack.definitions === 0) return stop;
    for (const target of readTargets(this.#bytes, end, lexer.position) ?? []) this.#record.bindLate(target);
    return stop;
  }

  #delete(end: number): Stop {
    const lexer = this.#lexer;
    lexer.position = end;
    const stop = lexer.scanStatement();
    if (this.#stack.definitions === 0 && this.#stack.blocks.length === 1) {
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
    if (this.#stack.definitions > 0) {
      const stop = lexer.scanStatement();
      if (neverReturns(lexer, start, end)) this.#stack.top.isEnded = true;
      if (lexer.is("globals", start, end)) this.#record.isDynamic = true;
      return stop;
    }
    const { line, lineStart } = lexer;
    const stop = lexer.scanBinding();
    const stopAt = lexer.position;
    if (neverReturns(lexer, start, end)) this.#stack.top.isEnded = true;
    if (bindsAtRunTime(lexer.text(start, Math.min(stopAt, start + 300)))) this.#record.isDynamic = true;
    if (lexer.is("__getattr__", start, end)) this.#record.lazy = { is: "any" };
    if (lexer.is("__all__", start, end)) {
      this.#record.publicNames.read(lexer, end, stopAt, line, lineStart, this.#stack.blocks.length === 1);
    }
    this.#record.bindTargets(start, stopAt, line, lineStart);
    return stop;
  }
}
