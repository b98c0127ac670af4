/** The blocks around the statement that is being read, by Python's rules of indentation. */
import { onLazyBody } from "./host.ts";
import {
  endBinding,
  guardConditional,
  guardNone,
  guardTypes,
  guardUnreachable,
  presenceAlways,
  presenceConditional,
  presenceTry,
  presenceTypes,
  scopeClass,
  scopeFunction,
  scopeModule,
  settle,
} from "./rows.ts";
import { position, problem, text } from "./source.ts";

/** One indented block, or the rest of a line after a header's colon. */
@unmanaged
export class Block {
  kind: i32;
  /** Columns of the header and, once its first line was read, of the body; else `unknown` or `inline`. */
  headerIndent: i32;
  indent: i32;
  /** What standing in this block alone does to an import. */
  guard: i32;
  /** What the other branch of this condition means: `else` of `if TYPE_CHECKING`. */
  otherwise: i32;
  /** The number of the `try` that this block is a part of, or 0, and which import was the first in it. */
  attempt: i32;
  firstImport: i32;
  /** Index of the binding whose definition this block is, else -1. */
  binding: i32;
  /** One of the handlers so far catches import errors. */
  isCaught: bool;
  /** `except` that catches import errors; its body decides whether the error is raised again. */
  isHandler: bool;
  /** `while True:` */
  isEndless: bool;
  hasBreak: bool;
  /** A `return`, `raise` or the like stood directly in it: what follows never runs. */
  isEnded: bool;
  isRaising: bool;
  /** All branches of the chain before this one ended. */
  isChainEnded: bool;
  /** A branch of the `if` chain before this one is always taken. */
  isChainDecided: bool;
  /** A block closed in this one, and no statement has shown that its chain is over: it lies behind this one. */
  hasLast: bool;
}

const blockModule: i32 = 0;
export const blockDef: i32 = 1;
export const blockClass: i32 = 2;
export const blockIf: i32 = 3;
export const blockElse: i32 = 4;
export const blockFor: i32 = 5;
export const blockWhile: i32 = 6;
export const blockTry: i32 = 7;
export const blockExcept: i32 = 8;
export const blockFinally: i32 = 9;
export const blockWith: i32 = 10;
export const blockMatch: i32 = 11;
export const blockCase: i32 = 12;

const blocks: i32 = 41984;
const blockBytes: i32 = 64;
/** CPython refuses deeper blocks too. */
const blocksMax: i32 = 100;

const unknown: i32 = -1;
/** The indent of a body that stands on its header's line. */
const inline: i32 = i32.MAX_VALUE;

/** How many blocks are open beside the module. */
export let depth: i32 = 0;
export let top: Block = changetype<Block>(blocks);
/** Definitions we are inside of; 0 at module level. */
export let definitions: i32 = 0;
/** Where the last statement ended. */
let lastEnd: i32 = 0;
let tries: i32 = 0;
let hasIndentProblem: bool = false;
/** How deep the module's own `__getattr__` lies, where its body begins; 0: it is not being read. */
let lazyDepth: i32 = 0;
let lazyStart: i32 = 0;

function blockAt(index: i32): Block {
  return changetype<Block>(blocks + index * blockBytes);
}

/** The block that closed last in the innermost one. */
export function lastBlock(): Block {
  return blockAt(depth + 1);
}

export function beginBlocks(): void {
  depth = -1;
  definitions = 0;
  lastEnd = text;
  tries = 0;
  hasIndentProblem = false;
  lazyDepth = 0;
  top = blockAt(0);
  top.indent = 0;
  push(blockModule, guardNone);
  top.indent = 0;
  top.headerIndent = -1;
}

export function isFull(): bool {
  return depth === blocksMax;
}

/** Opens a block whose header stands in the innermost one. */
export function push(kind: i32, guard: i32): Block {
  // The column at which a header in the innermost block stands.
  const headerIndent = max(0, top.indent);
  depth++;
  top = blockAt(depth);
  memory.fill(changetype<usize>(top), 0, blockBytes);
  top.kind = kind;
  top.guard = guard;
  top.headerIndent = headerIndent;
  top.indent = unknown;
  top.otherwise = guardConditional;
  top.binding = -1;
  top.isChainEnded = true;
  if (kind === blockDef || kind === blockClass) definitions++;
  return top;
}

export function nextTry(): i32 {
  return ++tries;
}

/** Says of the block pushed last that its body stands on its header's line. */
export function stayOnLine(): void {
  top.indent = inline;
}

/** The definition at `atDepth` is the module's own `__getattr__`: which names it answers for is read when it ends. */
export function awaitLazyNames(atDepth: i32): void {
  lazyDepth = atDepth;
  lazyStart = position;
}

/** A statement has ended where we stand. */
export function endStatement(): void {
  lastEnd = position;
}

export function enterLine(indent: i32): void {
  if (top.indent === unknown) {
    if (indent > top.headerIndent) {
      top.indent = indent;
      return;
    }
    problem(9, position);
    pop();
  }
  let hasPopped = false;
  while (indent < top.indent) {
    pop();
    hasPopped = true;
  }
  if (indent > top.indent && !hasIndentProblem) {
    hasIndentProblem = true;
    problem(hasPopped ? 10 : 11, position);
  }
}

/** A body on its header's line ends with the line; `before` blocks were there when it began. */
export function leaveLine(before: i32): void {
  while (depth > before && top.indent === inline) pop();
}

export function leaveAll(): void {
  if (top.indent === unknown) problem(12, position);
  while (depth > 0) pop();
}

/** The nearest loop is left by a `break`. */
export function breakLoop(): void {
  for (let index = depth; index > 0; index--) {
    const each = blockAt(index);
    if (each.kind === blockFor || each.kind === blockWhile) {
      each.hasBreak = true;
      return;
    }
    if (each.kind === blockDef || each.kind === blockClass) return;
  }
}

function pop(): void {
  const child = top;
  if (child.hasLast && endsChain(lastBlock())) child.isEnded = true;
  depth--;
  top = blockAt(depth);
  top.hasLast = true;
  if (child.kind === blockDef || child.kind === blockClass) definitions--;
  if (child.binding >= 0) endBinding(child.binding, lastEnd);
  if (child.isHandler && child.attempt > 0 && !child.isCaught) {
    child.isCaught = true;
    settle(child.firstImport, child.attempt, child.isRaising);
  }
  if (lazyDepth > depth) {
    lazyDepth = 0;
    onLazyBody(lazyStart - text, lastEnd - text);
  }
}

/** The chain of the block that closed last is over. */
export function endChain(): void {
  if (endsChain(lastBlock())) top.isEnded = true;
  top.hasLast = false;
}

/** Whether control never comes out behind the chain of which `last` is the last block. */
function endsChain(last: Block): bool {
  switch (last.kind) {
    case blockElse:
    case blockExcept:
      return last.isEnded && last.isChainEnded;
    case blockFinally:
      return last.isEnded || last.isChainEnded;
    case blockWith:
      return last.isEnded && last.guard === guardNone;
    case blockWhile:
      return last.isEndless && !last.hasBreak;
    default:
      return false;
  }
}

export function scope(): i32 {
  let found = scopeModule;
  for (let index = depth; index > 0; index--) {
    const kind = blockAt(index).kind;
    // A class body in a function runs when the function does.
    if (kind === blockDef) return scopeFunction;
    if (kind === blockClass) found = scopeClass;
  }
  return found;
}

/** The `try` around the statement, by the last call of `guard`. */
export let attempt: i32 = 0;

/** The strongest guard of an import in the innermost block, as long as no handler of its `try` was read. */
export function guard(): i32 {
  let found = guardNone;
  let isOutside = false;
  attempt = 0;
  for (let index = depth; index >= 0; index--) {
    const each = blockAt(index);
    if (each.isEnded || each.guard === guardUnreachable) {
      attempt = 0;
      return guardUnreachable;
    }
    if (each.guard === guardTypes) found = guardTypes;
    if (found === guardTypes) continue;
    if (!isOutside) {
      if (each.kind === blockTry && attempt === 0) attempt = each.attempt;
      if (found <= guardConditional) {
        if (each.guard !== guardNone && !(each.guard === guardConditional && attempt !== 0))
          found = each.guard;
      }
    }
    // What stands around a definition does not stand around its execution.
    if (each.kind === blockDef) isOutside = true;
  }
  if (found === guardTypes) attempt = 0;
  return found;
}

/** When a name bound here is there. Only asked at module level. */
export function presence(): i32 {
  let found = presenceAlways;
  for (let index = 0; index <= depth; index++) {
    const each = blockAt(index);
    const kind = each.kind;
    if (each.isEnded || each.guard === guardUnreachable || each.guard === guardTypes) return presenceTypes;
    if (kind === blockTry || kind === blockExcept) found = presenceTry;
    else if (kind !== blockModule && kind !== blockWith && found === presenceAlways)
      found = presenceConditional;
  }
  return found;
}
