/**
 * The source that is being read, how far it has been, and to whom it is told what is met in it.
 *
 * Invariants
 * P1 The source lies at `text`, with zeros behind it: more than any read of sixteen bytes reaches.
 * P2 `line` and `lineStart` always speak of the place up to which it was read.
 * P3 Nothing here allocates, and what is nested is bounded.
 */

/** Where the source begins, which is offset 0 to those who call. */
export const text: i32 = 65536;
/** Where answers are left: position, line, start of the line, end of the last statement, number of `try`. */
export const answers: i32 = 1024;
/** 1 by byte where it may continue an identifier. */
const identifierBytes: i32 = 40960;

/** Those to whom it is told. Offsets are those of the source. */
declare function onArgument(start: i32, end: i32, paren: i32, line: i32, lineStart: i32): void;
declare function onComment(start: i32, end: i32, line: i32, lineStart: i32): void;
export declare function onEquals(at: i32): void;
export declare function onColon(at: i32): void;
export declare function onWalrus(at: i32): void;
/** `code` is an index into the messages of `python-lexer.ts`. */
declare function onProblem(code: i32, at: i32, line: i32, lineStart: i32, one: i32, other: i32): void;

export let end: i32 = 0;
export let line: i32 = 0;
export let lineStart: i32 = 0;
export let isRecovering: bool = false;
/** Whether what is met is told, or only that there is something to tell. */
export let isTelling: bool = true;
export let hasSomething: bool = false;

/** Once, before anything else. */
export function prepare(): void {
  for (let byte = 0; byte < 256; byte++) {
    const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    store<u8>(identifierBytes + byte, u8(byte >= 0x80 || isLetter || isDigit || byte === 0x5f));
  }
}

/** The source at `text` is `length` bytes long; zeros are put behind it (P1). */
export function begin(length: i32, recovering: bool): void {
  end = text + length;
  memory.fill(end, 0, 64);
  isRecovering = recovering;
}

export function answer(at: i32): void {
  store<i32>(answers, at - text);
  store<i32>(answers, line, 4);
  store<i32>(answers, lineStart - text, 8);
}

/** What follows is read from this line on. */
export function startAt(atLine: i32, fromLineStart: i32): void {
  line = atLine;
  lineStart = text + fromLineStart;
}

/** `count` more lines lie behind, of which the last one ends where the line at `start` begins. */
export function passLines(count: i32, start: i32): void {
  line += count;
  lineStart = start;
}

/** From now on it is only noticed whether there is something to tell. */
export function notice(): void {
  isTelling = false;
  hasSomething = false;
}

export function tellAgain(): void {
  isTelling = true;
}

export function isNewline(byte: i32): bool {
  return byte === 0x0a || byte === 0x0d;
}

export function isIdentifier(byte: i32): bool {
  return load<u8>(byte, identifierBytes) !== 0;
}

/** Past the newline at `at`. */
export function pastNewline(at: i32): i32 {
  const next = at + 1 + i32(load<u8>(at) === 0x0d && load<u8>(at, 1) === 0x0a);
  line++;
  lineStart = next;
  return next;
}

export function wordEnd(from: i32): i32 {
  let at = from;
  while (isIdentifier(load<u8>(at))) at++;
  return at;
}

/** The bytes of a word of one to eight. */
export function wordAt(at: i32, length: i32): u64 {
  return load<u64>(at) & (u64(-1) >> u64(64 - 8 * length));
}

export function problem(code: i32, at: i32): void {
  tell(code, at, line, lineStart, 0, 0);
}

export function problemOf(code: i32, at: i32, one: i32, other: i32): void {
  tell(code, at, line, lineStart, one, other);
}

export function tell(code: i32, at: i32, atLine: i32, atLineStart: i32, one: i32, other: i32): void {
  if (isTelling) onProblem(code, at - text, atLine, atLineStart - text, one, other);
  else hasSomething = true;
}

export function argument(start: i32, stop: i32, paren: i32, atLine: i32, atLineStart: i32): void {
  if (isTelling) onArgument(start - text, stop - text, paren - text, atLine, atLineStart - text);
  else hasSomething = true;
}

/** From a `#` to the newline that ends its comment. */
export function comment(from: i32, atLine: i32, atLineStart: i32): i32 {
  startAt(atLine, atLineStart);
  return skipComment(text + from) - text;
}

/** To the newline that ends the comment. "goldenpath-ignore" is the only word in it that anybody looks for. */
export function skipComment(start: i32): i32 {
  const lf = i8x16.splat(0x0a);
  const cr = i8x16.splat(0x0d);
  const nul = i8x16.splat(0);
  const dash = i8x16.splat(0x2d);
  const h = i8x16.splat(0x68);
  let at = start;
  while (true) {
    const chunk = v128.load(at);
    const before = v128.load(at - 1);
    const ends = v128.or(v128.or(i8x16.eq(chunk, lf), i8x16.eq(chunk, cr)), i8x16.eq(chunk, nul));
    const dashes = v128.and(i8x16.eq(chunk, dash), i8x16.eq(before, h));
    const marks = i8x16.bitmask(v128.or(ends, dashes));
    if (marks === 0) {
      at += 16;
      continue;
    }
    at += ctz(marks);
    const byte: i32 = load<u8>(at);
    if (byte === 0x2d) {
      if (at - 2 >= start && load<u8>(at - 2) === 0x74 && load<u8>(at, 1) === 0x69) {
        let stop = at;
        while (stop < end && !isNewline(load<u8>(stop))) stop++;
        if (isTelling) onComment(start - text, stop - text, line, lineStart - text);
        else hasSomething = true;
        return stop;
      }
    } else if (byte !== 0 || at >= end) return at;
    at++;
  }
}
