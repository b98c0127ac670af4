/** Python's words: how a statement begins, and what cannot be a name. */
import { isIdentifier, isNewline, wordAt, wordEnd } from "./source.ts";

/** With what a statement begins that is more than to be skipped. */
export const ordinary: i32 = 0;
export const wordClass: i32 = 1;
export const wordDef: i32 = 2;
export const wordAsync: i32 = 3;
export const wordDel: i32 = 4;
export const wordIf: i32 = 5;
export const wordElif: i32 = 6;
export const wordElse: i32 = 7;
export const wordExcept: i32 = 8;
export const wordFor: i32 = 9;
export const wordWhile: i32 = 10;
export const wordTry: i32 = 11;
export const wordFinally: i32 = 12;
export const wordWith: i32 = 13;
export const wordMatch: i32 = 14;
export const wordCase: i32 = 15;
export const wordImport: i32 = 16;
export const wordFrom: i32 = 17;
export const wordLazy: i32 = 18;
export const wordGlobal: i32 = 19;
export const wordPrint: i32 = 20;
export const wordExec: i32 = 21;
export const wordReturn: i32 = 22;
export const wordRaise: i32 = 23;
export const wordBreak: i32 = 24;
export const wordContinue: i32 = 25;
export const wordType: i32 = 26;
export const wordGlobals: i32 = 27;
/** Begins calls that never come back. */
export const wordLeaving: i32 = 28;
export const wordPublicNames: i32 = 29;
const kindMask: i32 = 0x1f;

/** No name at all. */
export const keyword: i32 = 0x20;
/** Never in what is assigned to. */
export const untargeted: i32 = 0x40;
/** A value, or the beginning of one, that is no other name. */
export const valued: i32 = 0x80;
/** May stand behind a name in an expression. */
export const operator: i32 = 0x100;

/** By first letter: how many words begin with it, and for each of them its eight bytes and its kind. */
const wordsByLetter: i32 = 4096;
const wordRowBytes: i32 = 128;
const wordsMax: i32 = 7;

function add(word: string, kind: i32): void {
  let bytes: u64 = 0;
  for (let index = 0; index < word.length; index++) bytes |= u64(word.charCodeAt(index)) << (u64(index) * 8);
  const row = wordsByLetter + i32(bytes & 0xff) * wordRowBytes;
  const count = load<i32>(row);
  if (count === wordsMax) unreachable();
  store<u64>(row + 8 + count * 16, bytes);
  store<i32>(row + 16 + count * 16, kind);
  store<i32>(row, count + 1);
}

/** Once, before anything else. */
export function learnWords(): void {
  add("class", wordClass | keyword);
  add("def", wordDef | keyword);
  add("async", wordAsync | keyword | untargeted);
  add("del", wordDel | keyword);
  add("if", wordIf | keyword | untargeted | operator);
  add("elif", wordElif | keyword);
  add("else", wordElse | keyword | untargeted | operator);
  add("except", wordExcept | keyword);
  add("for", wordFor | keyword | untargeted | operator);
  add("while", wordWhile | keyword);
  add("try", wordTry | keyword);
  add("finally", wordFinally | keyword);
  add("with", wordWith | keyword);
  add("match", wordMatch);
  add("case", wordCase);
  add("import", wordImport | keyword | untargeted | operator);
  add("from", wordFrom | keyword | untargeted);
  add("lazy", wordLazy);
  add("global", wordGlobal | keyword);
  add("print", wordPrint);
  add("exec", wordExec);
  add("return", wordReturn | keyword);
  add("raise", wordRaise | keyword);
  add("break", wordBreak | keyword);
  add("continue", wordContinue | keyword);
  add("type", wordType);
  add("globals", wordGlobals);
  add("sys", wordLeaving);
  add("os", wordLeaving);
  add("exit", wordLeaving);
  add("quit", wordLeaving);
  add("pytest", wordLeaving);
  add("self", wordLeaving);
  add("__all__", wordPublicNames);
  add("lambda", keyword | untargeted | valued);
  add("in", keyword | untargeted | operator);
  add("is", keyword | untargeted | operator);
  add("and", keyword | untargeted | operator);
  add("or", keyword | untargeted | operator);
  add("not", keyword | untargeted | operator | valued);
  add("await", keyword | untargeted | valued);
  add("yield", keyword | untargeted | valued);
  add("None", keyword | untargeted | valued);
  add("True", keyword | untargeted | valued);
  add("False", keyword | untargeted | valued);
  add("as", keyword);
  add("assert", keyword);
  add("nonlocal", keyword);
  add("pass", keyword);
}

/** What is known of the word between `start` and `stop`. */
function known(start: i32, stop: i32): i32 {
  const length = stop - start;
  if (length === 0 || length > 8) return ordinary;
  const word = wordAt(start, length);
  const row = wordsByLetter + i32(load<u8>(start)) * wordRowBytes;
  const count = load<i32>(row);
  for (let index = 0; index < count; index++) {
    if (load<u64>(row + 8 + index * 16) === word) return load<i32>(row + 16 + index * 16);
  }
  return ordinary;
}

/** With what the statement begins whose first word is given. */
export function kindOf(start: i32, stop: i32): i32 {
  return known(start, stop) & kindMask;
}

export function isAny(start: i32, stop: i32, traits: i32): bool {
  return (known(start, stop) & traits) !== 0;
}

/** Whether a name may stand here, up to `stop`. */
export function isName(start: i32, stop: i32): bool {
  const first: i32 = load<u8>(start);
  return stop > start && !isDigit(first) && !isAny(start, stop, keyword);
}

export function isDigit(byte: i32): bool {
  return byte >= 0x30 && byte <= 0x39;
}

/** Whether the bytes at `at` are those of `wanted`. */
function beginsWith(at: i32, wanted: string): bool {
  for (let index = 0; index < wanted.length; index++) {
    if (i32(load<u8>(at + index)) !== wanted.charCodeAt(index)) return false;
  }
  return true;
}

export function isWord(start: i32, stop: i32, wanted: string): bool {
  return stop - start === wanted.length && beginsWith(start, wanted);
}

/** Behind the string or the comment that begins at `from`, up to `stop`; `from` itself where neither does. */
export function skipUnread(from: i32, stop: i32): i32 {
  const mark: i32 = load<u8>(from);
  let at = from;
  if (mark === 0x23) {
    while (at < stop && !isNewline(load<u8>(at))) at++;
    return at;
  }
  if (mark !== 0x22 && mark !== 0x27) return from;
  const isTriple = i32(load<u8>(from, 1)) === mark && i32(load<u8>(from, 2)) === mark;
  at += isTriple ? 3 : 1;
  while (at < stop) {
    const byte: i32 = load<u8>(at);
    if (byte === 0x5c) at += 2;
    else if (byte !== mark) at++;
    else if (!isTriple) return at + 1;
    else if (i32(load<u8>(at, 1)) === mark && i32(load<u8>(at, 2)) === mark) return at + 3;
    else at++;
  }
  return min(at, stop);
}

/** Where the word `wanted` stands between `from` and `stop` with something else on both sides; else 0. */
export function findWord(wanted: string, from: i32, stop: i32): i32 {
  let at = from;
  while (at < stop) {
    const behind = skipUnread(at, stop);
    if (behind > at) at = behind;
    else if (isIdentifier(load<u8>(at))) {
      const start = at;
      at = wordEnd(at);
      if (isWord(start, min(at, stop), wanted)) return start;
    } else at++;
  }
  return 0;
}

/** Whether the call at `start` never comes back, of which the first word is one of those that begin such calls. */
export function neverReturns(start: i32): bool {
  return (
    beginsWith(start, "sys.exit(") ||
    beginsWith(start, "os._exit(") ||
    beginsWith(start, "exit(") ||
    beginsWith(start, "quit(") ||
    beginsWith(start, "pytest.skip(") ||
    beginsWith(start, "pytest.fail(") ||
    beginsWith(start, "pytest.exit(") ||
    beginsWith(start, "pytest.xfail(") ||
    beginsWith(start, "self.fail(") ||
    beginsWith(start, "self.skipTest(")
  );
}

/** Whether `start` lies outside of brackets, as seen from `from`. */
export function isAtDepthZero(from: i32, start: i32): bool {
  let depth = 0;
  for (let at = from; at < start; at++) {
    const byte: i32 = load<u8>(at);
    if (byte === 0x28 || byte === 0x5b || byte === 0x7b) depth++;
    else if (byte === 0x29 || byte === 0x5d || byte === 0x7d) depth--;
  }
  return depth === 0;
}
