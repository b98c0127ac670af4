/**
 * Reads the facts of a Python source: its imports and what it binds. AssemblyScript, compiled to WebAssembly by
 * `assemble.ts`; `src/extract/python.ts` is the only one that calls it. No tree is built: it is only known what is
 * needed to find where statements begin and end, sixteen bytes at a time where only a few marks matter.
 *
 * Invariants
 * L1 Every scan moves forward; work is linear in bytes. Read twice is what may be a soft keyword's header, and a file
 *    with an unclosed bracket (L2).
 * L2 When a bracket is never closed, the file is read once more in recovering mode, where a line that begins with
 *    a statement's keyword ends the bracket.
 */
import {
  attempt,
  awaitLazyNames,
  beginBlocks,
  blockClass,
  blockDef,
  blockMatch,
  breakLoop,
  definitions,
  depth,
  endChain,
  endStatement,
  enterLine,
  guard,
  isFull,
  leaveAll,
  leaveLine,
  presence,
  push,
  scope,
  stayOnLine,
  top,
} from "./blocks.ts";
import {
  conditionHeader,
  elseHeader,
  exceptHeader,
  finallyHeader,
  forHeader,
  softHeader,
  toColon,
  tryHeader,
  whileHeader,
  withHeader,
} from "./headers.ts";
import { onLazy, onPublicNames, onRunTime } from "./host.ts";
import { readImport } from "./imports.ts";
import {
  addImport,
  beginRows,
  bindingClass,
  bindingFunction,
  bindingType,
  guardNone,
  guardSuppress,
  importCount,
  isAsyncBit,
  placeStatement,
  presenceDeleted,
  reserve,
  scopeFunction,
} from "./rows.ts";
import {
  end,
  isNewline,
  learnBytes,
  line,
  lineStart,
  moveTo,
  pastNewline,
  position,
  problem,
  skipComment,
  startAt,
  takeSource,
  text,
  wordEnd,
} from "./source.ts";
import { skipSpace, takeIndent } from "./spaces.ts";
import { colonAt, equalsCount, hasMore, newline, ofBinding, scan, semicolon } from "./statements.ts";
import { bind, bindLate, bindStatement, bindTargets } from "./targets.ts";
import {
  isAny,
  isDigit,
  isWord,
  kindOf,
  learnWords,
  neverReturns,
  operator,
  wordAsync,
  wordBreak,
  wordCase,
  wordClass,
  wordContinue,
  wordDef,
  wordDel,
  wordElif,
  wordElse,
  wordExcept,
  wordExec,
  wordFinally,
  wordFor,
  wordFrom,
  wordGlobal,
  wordGlobals,
  wordIf,
  wordImport,
  wordLazy,
  wordLeaving,
  wordMatch,
  wordPrint,
  wordPublicNames,
  wordRaise,
  wordReturn,
  wordTry,
  wordType,
  wordWhile,
  wordWith,
} from "./words.ts";

export { reserve };

/** Where it is left how many lines there were, and what else was seen. */
const answers: i32 = 1072;
/** What a module does once it runs that decides how much may be concluded. */
let isDynamic: bool = false;
let hasEffects: bool = false;
/** Where the first of the decorators begins of which the definition is awaited, or 0. */
let decoratorAt: i32 = 0;

/** Once, before anything else. */
export function prepare(): void {
  learnBytes();
  learnWords();
}

/** Reads the `length` bytes that were put behind what was reserved. */
export function read(length: i32, isRecovering: bool, isBytewise: bool, nameRow: i32, pack: i32): void {
  takeSource(length, isRecovering, isBytewise);
  beginRows(nameRow, pack);
  beginBlocks();
  isDynamic = false;
  hasEffects = false;
  decoratorAt = 0;
  readLines();
  leaveAll();
  store<i32>(answers, line);
  store<i32>(answers, i32(isDynamic) | (i32(hasEffects) << 1), 4);
}

/** An import that a string makes; `width` bytes of its quotes stand on each side. */
export function addFound(
  kind: i32,
  specifier: i32,
  isOptional: bool,
  start: i32,
  stop: i32,
  width: i32,
  atLine: i32,
  atLineStart: i32,
): void {
  const first = importCount();
  const around = guard();
  const flags = (isMock(kind) ? scopeFunction : scope()) << 4;
  const guarded = (isOptional ? guardSuppress : around) << 8;
  const from = text + start;
  const to = text + stop;
  addImport(kind | flags | guarded, specifier, attempt, from + width, to - width, atLine, text + atLineStart);
  placeStatement(first, from, to, atLine, text + atLineStart);
}

/** As in `facts-layout.ts`. */
function isMock(kind: i32): bool {
  return kind === 5;
}

function readLines(): void {
  while (position < end) {
    const indent = takeIndent();
    const byte: i32 = load<u8>(position);
    if (isNewline(byte)) {
      moveTo(pastNewline(position));
      continue;
    }
    if (byte === 0x23) {
      moveTo(skipComment(position));
      continue;
    }
    if (position >= end) return;
    enterLine(indent);
    const before = depth;
    while (true) {
      const stop = readStatement();
      endStatement();
      if (stop !== semicolon) break;
      moveTo(position + 1);
      skipSpace();
      const next: i32 = load<u8>(position);
      if (isNewline(next) || position >= end) break;
      if (next === 0x23) {
        moveTo(skipComment(position));
        break;
      }
    }
    leaveLine(before);
    if (isNewline(load<u8>(position))) moveTo(pastNewline(position));
  }
}

/** One statement or header; its rest of the line too when a body begins there. */
function readStatement(): i32 {
  const start = position;
  const stop = wordEnd(start);
  const kind = kindOf(start, stop);
  if (top.hasLast && kind !== wordElse && kind !== wordElif && kind !== wordExcept && kind !== wordFinally) {
    endChain();
  }
  switch (kind) {
    case wordClass:
    case wordDef:
      return readDefinition(kind, start, stop, 0);
    case wordAsync:
      return readAsync(start, stop);
    case wordBreak:
      breakLoop();
      return readEnding();
    case wordRaise:
      top.isRaising = true;
      return readEnding();
    case wordReturn:
    case wordContinue:
      return readEnding();
    case wordIf:
      return readBody(conditionHeader(stop, false));
    case wordElif:
      return readBody(conditionHeader(stop, true));
    case wordElse:
      return readBody(elseHeader(stop));
    case wordExcept:
      return readBody(exceptHeader(stop));
    case wordFinally:
      return readBody(finallyHeader(stop));
    case wordFor:
      return readBody(forHeader(stop));
    case wordTry:
      return readBody(tryHeader(stop));
    case wordWhile:
      return readBody(whileHeader(stop));
    case wordWith:
      return readBody(withHeader(stop));
    case wordMatch:
    case wordCase:
      if ((kind === wordMatch || top.kind === blockMatch) && softHeader(kind, stop)) return readBody(true);
      break;
    case wordImport:
    case wordFrom:
      moveTo(stop);
      return readImport(start, kind === wordFrom);
    case wordLazy: {
      skipSpaceFrom(stop);
      const next = wordEnd(position);
      const word = kindOf(position, next);
      if (word === wordImport || word === wordFrom) {
        moveTo(next);
        return readImport(start, word === wordFrom);
      }
      moveTo(start);
      break;
    }
    case wordDel:
      return readDelete(stop);
    case wordGlobal:
      return readGlobal(stop);
    case wordPrint:
    case wordExec:
      refuseOldStatement(kind, stop);
      break;
    case wordType:
      if (definitions === 0) bindType(start, stop);
      break;
    default:
      if (load<u8>(start) === 0x40) {
        if (decoratorAt === 0) decoratorAt = start;
        return scan(0);
      }
      break;
  }
  return definitions > 0 ? readInner(kind, start) : readOuter(kind, start, stop);
}

function skipSpaceFrom(at: i32): void {
  moveTo(at);
  skipSpace();
}

/** After `return`, `raise` and their like nothing in this block runs. */
function readEnding(): i32 {
  const stop = scan(0);
  top.isEnded = true;
  return stop;
}

function readAsync(start: i32, stop: i32): i32 {
  const startLine = line;
  skipSpaceFrom(stop);
  const next = wordEnd(position);
  switch (kindOf(position, next)) {
    case wordDef:
      return readDefinition(wordDef, start, next, isAsyncBit);
    case wordFor:
      return readBody(forHeader(next));
    case wordWith:
      return readBody(withHeader(next));
    default:
      // A name to those who wrote it long ago.
      moveTo(start);
      startAt(startLine, lineStart);
      return definitions > 0 ? readInner(0, start) : readOuter(0, start, stop);
  }
}

function readDefinition(word: i32, start: i32, stop: i32, flags: i32): i32 {
  skipSpaceFrom(stop);
  const from = position;
  const to = wordEnd(from);
  const isFunction = word === wordDef;
  let binding = -1;
  let isLazy = false;
  if (to === from) problem(isFunction ? 14 : 15, position);
  else if (definitions === 0) {
    const first = decoratorAt === 0 ? start : decoratorAt;
    const kind = isFunction ? bindingFunction : bindingClass;
    binding = bind(from, to, first, kind | flags | (presence() << 4), 0);
    isLazy = isFunction && isWord(from, to, "__getattr__");
    if (isLazy) onLazy(to - text);
  } else if (isFunction && (isWord(from, to, "find_spec") || isWord(from, to, "find_module"))) {
    // An importer of its own: which modules there are is decided at run time.
    if (onRunTime(from - text, to - text)) isDynamic = true;
  }
  decoratorAt = 0;
  if (!toColon(to)) return readBody(false);
  push(isFunction ? blockDef : blockClass, guardNone).binding = binding;
  const at = depth;
  const ended = readBody(true);
  if (isLazy) awaitLazyNames(at);
  return ended;
}

/** From a header's colon, or from where it is missing; reads on where the body stands on the same line. */
function readBody(isOpened: bool): i32 {
  if (!isOpened) {
    problem(13, position);
    return newline;
  }
  skipSpaceFrom(position + 1);
  const byte: i32 = load<u8>(position);
  if (byte === 0x23) {
    moveTo(skipComment(position));
    return newline;
  }
  if (isFull()) {
    problem(17, position);
    isDynamic = true;
    moveTo(end);
  }
  if (isNewline(byte) || position >= end) return newline;
  stayOnLine();
  return readStatement();
}

function readDelete(stop: i32): i32 {
  moveTo(stop);
  const ended = scan(0);
  if (definitions === 0 && depth === 0) bindTargets(stop, position, presenceDeleted);
  return ended;
}

function readGlobal(stop: i32): i32 {
  moveTo(stop);
  const ended = scan(0);
  if (definitions > 0) bindLate(stop, position);
  return ended;
}

/** `type X = …` and `type X[T] = …` */
function bindType(start: i32, stop: i32): void {
  let from = stop;
  while (load<u8>(from) === 0x20) from++;
  const to = wordEnd(from);
  if (from === stop || to === from || isDigit(load<u8>(from))) return;
  let next = to;
  while (load<u8>(next) === 0x20) next++;
  const byte: i32 = load<u8>(next);
  if ((byte === 0x3d && load<u8>(next, 1) !== 0x3d) || byte === 0x5b) {
    bind(from, to, start, bindingType | (presence() << 4), 0);
  }
}

/** `print` and `exec` as statements of Python 2. */
function refuseOldStatement(word: i32, stop: i32): void {
  let at = stop;
  while (load<u8>(at) === 0x20 || load<u8>(at) === 0x09) at++;
  if (at === stop) return;
  const next: i32 = load<u8>(at);
  const to = wordEnd(at);
  if (next === 0x22 || next === 0x27 || (to > at && !isAny(at, to, operator))) {
    problem(word === wordPrint ? 18 : 19, position);
  }
}

/** An expression or an assignment in a definition. */
function readInner(kind: i32, start: i32): i32 {
  const stop = scan(0);
  if (kind === wordLeaving && neverReturns(start)) top.isEnded = true;
  else if (kind === wordGlobals) isDynamic = true;
  return stop;
}

/** An expression or an assignment outside of definitions. */
function readOuter(kind: i32, start: i32, wordStop: i32): i32 {
  const startLine = line;
  const startLineStart = lineStart;
  const ended = scan(ofBinding);
  const stop = position;
  if (kind === wordLeaving && neverReturns(start)) top.isEnded = true;
  if (hasMore || (mayBindAtRunTime(start, stop) && onRunTime(start - text, stop - text))) isDynamic = true;
  if (isWord(start, wordStop, "__getattr__")) onLazy(-1);
  if (kind === wordPublicNames) {
    onPublicNames(wordStop - text, stop - text, startLine, startLineStart - text, depth === 0);
  }
  if (equalsCount === 0 && colonAt === 0 && !hasEffects) hasEffects = isCall(start, stop);
  const endLine = line;
  const endLineStart = lineStart;
  startAt(startLine, startLineStart);
  bindStatement(start, stop);
  startAt(endLine, endLineStart);
  return ended;
}

function isCall(start: i32, stop: i32): bool {
  const first: i32 = load<u8>(start);
  if (first === 0x22 || first === 0x27) return false;
  for (let at = start; at < stop; at++) if (load<u8>(at) === 0x28) return true;
  return false;
}

/** So much of a statement is asked about. */
const askedBytesMax: i32 = 300;

/**
 * Whether one of these stands there: `globals(`, `locals(`, `vars(`, `…module(`, `…Module(`, `_convert_(`, `setattr(`,
 * `modules[`, `modules.get(`, `meta_path` or `(__name__`.
 */
function mayBindAtRunTime(start: i32, stop: i32): bool {
  const to = min(stop, start + askedBytesMax);
  for (let at = start; at < to; at++) {
    const byte: i32 = load<u8>(at);
    if (byte === 0x5f) {
      // _pat, _nam
      const four = load<u32>(at);
      if (four === 0x7461705f || four === 0x6d616e5f) return true;
    } else if (byte === 0x28 || byte === 0x5b) {
      switch (load<u32>(at - 4)) {
        case 0x736c6162: // bals
        case 0x736c6163: // cals
        case 0x73726176: // vars
        case 0x656c7564: // dule
        case 0x5f747265: // ert_
        case 0x72747461: // attr
        case 0x73656c75: // ules
          return true;
        case 0x7465672e: // .get
          if (load<u32>(at - 8) === 0x73656c75) return true;
          break;
        default:
      }
    }
  }
  return false;
}
