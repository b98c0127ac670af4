/** Bodies of functions and classes of which nothing, or little, is wanted. */
import {
  answer,
  answers,
  end,
  hasSomething,
  isIdentifier,
  isNewline,
  notice,
  pastNewline,
  skipComment,
  startAt,
  tellAgain,
  text,
  wordAt,
  wordEnd,
} from "./source.ts";
import { colon, ofHeader, position, scanFrom, semicolon } from "./statements.ts";

/** The columns of the blocks that are open in a body. */
const indents: i32 = 3072;
/** CPython refuses deeper blocks too. */
const blocksMax: i32 = 100;
/** By first letter: how many words begin with it, and for each of them its eight bytes and its kind. */
const wordsByLetter: i32 = 4096;
const wordRowBytes: i32 = 128;
const wordsMax: i32 = 7;

/** A word of at most eight bytes with which a statement begins, as two numbers, and what it is for. */
export function addWord(low: u32, high: u32, kind: i32): void {
  const word = (u64(high) << 32) | u64(low);
  const row = wordsByLetter + i32(low & 0xff) * wordRowBytes;
  const count = load<i32>(row);
  if (count === wordsMax) unreachable();
  store<u64>(row + 8 + count * 16, word);
  store<i32>(row + 16 + count * 16, kind);
  store<i32>(row, count + 1);
}

/** What a word is for with which a statement begins, as in `python-skimmer.ts`. */
const ordinary: i32 = 0;
const header: i32 = 1;
const binding: i32 = 2;
const leaving: i32 = 3;
const asynchronous: i32 = 4;
const match: i32 = 5;

/** The kind of the statement that begins at `at` within a function. */
function kindOf(at: i32): i32 {
  const stop = wordEnd(at);
  const length = stop - at;
  if (length === 0 || length > 8) return ordinary;
  const word = wordAt(at, length);
  const row = wordsByLetter + i32(load<u8>(at)) * wordRowBytes;
  const count = load<i32>(row);
  for (let index = 0; index < count; index++) {
    if (load<u64>(row + 8 + index * 16) === word) return load<i32>(row + 16 + index * 16);
  }
  if (word === 0x666c6573) {
    // `self.fail` and `self.skipTest`
    const next = load<u32>(stop);
    return next === 0x6961662e || next === 0x696b732e ? leaving : ordinary;
  }
  if (word === 0x746e697270 || word === 0x63657865) {
    // `print` and `exec` as statements of Python 2.
    const next: i32 = load<u8>(stop);
    return next === 0x20 || next === 0x09 ? binding : ordinary;
  }
  return ordinary;
}

/** Whether something stands at the start of a statement that is left to others. */
function isOdd(byte: i32): bool {
  return byte === 0x09 || byte === 0x0c || byte === 0x5c || byte === 0;
}

/**
 * Over lines of a function's body of which nothing is wanted: blank ones, comments, and simple statements that
 * stand `indent` columns in. Stops at the start of another line; or, with the answer 1, at a semicolon in one.
 * Leaves where the last statement ended, or -1.
 */
export function skipPlain(from: i32, atLine: i32, fromLineStart: i32, indent: i32): i32 {
  startAt(atLine, fromLineStart);
  let at = text + from;
  let statementEnd = text - 1;
  let isWithinLine = false;
  while (true) {
    const start = at;
    while (load<u8>(at) === 0x20) at++;
    const byte: i32 = load<u8>(at);
    if (isNewline(byte)) {
      at = pastNewline(at);
      continue;
    }
    if (byte === 0x23) {
      at = skipComment(at);
      if (at < end) at = pastNewline(at);
      continue;
    }
    if (at - start !== indent || at >= end || isOdd(byte) || byte === 0x40 || kindOf(at) !== ordinary) {
      at = start;
      break;
    }
    const stop = scanFrom(at, 0);
    at = position;
    statementEnd = at;
    isWithinLine = stop === semicolon;
    if (isWithinLine || at >= end) break;
    at = pastNewline(at);
  }
  answer(at);
  store<i32>(answers, statementEnd - text, 12);
  return i32(isWithinLine);
}

/**
 * Over the whole body of a definition whose header stands `headerIndent` columns in, from behind that header's line.
 * The answer is the column of the body, where it holds nothing that anybody wants to know; else -1, and nothing
 * is told. Leaves where the last statement ended, and how many `try` statements there were.
 */
export function skipBody(from: i32, atLine: i32, fromLineStart: i32, headerIndent: i32): i32 {
  startAt(atLine, fromLineStart);
  notice();
  const indent = quietBody(text + from, headerIndent);
  tellAgain();
  return indent;
}

function quietBody(from: i32, headerIndent: i32): i32 {
  let at = from;
  let depth = 0;
  let isOpening = true;
  let statementEnd = from;
  let tries = 0;
  store<i32>(indents, headerIndent);
  while (true) {
    const start = at;
    while (load<u8>(at) === 0x20) at++;
    const byte: i32 = load<u8>(at);
    if (isNewline(byte)) {
      at = pastNewline(at);
      continue;
    }
    if (byte === 0x23) {
      at = skipComment(at);
      if (hasSomething) return -1;
      if (at < end) at = pastNewline(at);
      continue;
    }
    const isOver = at >= end;
    if (!isOver && isOdd(byte)) return -1;
    const indent = isOver ? 0 : at - start;
    if (isOpening) {
      if (isOver || indent <= load<i32>(indents + depth * 4) || depth === blocksMax) return -1;
      depth++;
      store<i32>(indents + depth * 4, indent);
      isOpening = false;
    } else if (isOver || indent !== load<i32>(indents + depth * 4)) {
      while (depth > 0 && indent < load<i32>(indents + depth * 4)) depth--;
      if (isOver || depth === 0) {
        if (indent > headerIndent) return -1;
        answer(start);
        store<i32>(answers, statementEnd - text, 12);
        store<i32>(answers, tries, 16);
        return load<i32>(indents + 4);
      }
      if (indent !== load<i32>(indents + depth * 4)) return -1;
    }
    const kind = kindOf(at);
    if (kind === header || kind === asynchronous) {
      if (load<u32>(at) << 8 === 0x79727400 && !isIdentifier(load<u8>(at, 3))) tries++;
      at = quietHeader(at, kind);
      if (at === 0) return -1;
      isOpening = isNewline(load<u8>(at)) || at >= end;
    }
    if (!isOpening) {
      at = quietLine(at);
      if (at === 0) return -1;
    }
    statementEnd = at;
    if (at < end) at = pastNewline(at);
  }
}

/** From the first word of a header to the newline behind its colon or to what follows in its line; 0: not quiet. */
function quietHeader(from: i32, kind: i32): i32 {
  let word = from;
  let stop = wordEnd(from);
  if (kind === asynchronous) {
    word = stop;
    while (load<u8>(word) === 0x20) word++;
    stop = wordEnd(word);
    // `async` is a name to those who wrote it long ago.
    if (stop === word || kindOf(word) !== header) return 0;
  }
  const first = load<u32>(word) & 0xffffff;
  if (first === 0x666564 || first === 0x616c63) {
    // `def` and `class` need a name; importers of modules are `find_spec` and `find_module`.
    let name = stop;
    while (load<u8>(name) === 0x20) name++;
    if (!isIdentifier(load<u8>(name)) || load<u32>(name) === 0x646e6966) return 0;
  }
  if (scanFrom(stop, ofHeader) !== colon || hasSomething) return 0;
  for (let at = stop; at < position; at++) {
    // A `lambda` has a colon of its own.
    if (load<u32>(at) === 0x626d616c) return 0;
  }
  let at = position + 1;
  while (load<u8>(at) === 0x20) at++;
  if (load<u8>(at) === 0x23) at = skipComment(at);
  return hasSomething || (at < end && isOdd(load<u8>(at))) ? 0 : at;
}

/** From a statement to the newline behind it and those that share its line; 0: not quiet. */
function quietLine(from: i32): i32 {
  let at = from;
  while (true) {
    const kind = kindOf(at);
    const isQuiet = kind === ordinary || kind === leaving || (kind === match && isPlainMatch(at + 5));
    if (!isQuiet) return 0;
    const stop = scanFrom(at, 0);
    at = position;
    if (hasSomething) return 0;
    if (stop !== semicolon) return at;
    at++;
    while (load<u8>(at) === 0x20) at++;
    if (load<u8>(at) === 0x23) at = skipComment(at);
    if (hasSomething) return 0;
    if (isNewline(load<u8>(at)) || at >= end) return at;
    if (isOdd(load<u8>(at))) return 0;
  }
}

/** Whether `match` is only a name, by what stands behind it. */
function isPlainMatch(at: i32): bool {
  let next: i32 = load<u8>(at);
  if (next === 0x28 || next === 0x5b || next === 0x09 || next === 0x22 || next === 0x27) return false;
  if (next !== 0x20) return true;
  while (next === 0x20) next = load<u8>(++at);
  return next === 0x3d && load<u8>(at, 1) !== 0x3d;
}
