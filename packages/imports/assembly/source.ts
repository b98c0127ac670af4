/**
 * The source that is being read, and how far it has been.
 *
 * Invariants
 * P1 The source lies at `text`, with zeros behind it: more than any read of sixteen bytes reaches.
 * P2 `line` and `lineStart` always speak of `position`, or of the place that a loop has come to.
 * P3 What is nested is bounded, and only rows take memory.
 */

import { onComment, onProblem } from "./host.ts";

/** Where the source begins, which is offset 0 to those who call. */
export const text: i32 = 2162752;
/** 1 by byte where it may continue an identifier. */
const identifierBytes: i32 = 40960;

export let end: i32 = 0;
/** How far it was read. */
export let position: i32 = 0;
export let line: i32 = 0;
export let lineStart: i32 = 0;
export let isRecovering: bool = false;
/** Whether columns are counted in bytes: the source has one byte for each character. */
let isBytewise: bool = false;

/** Once, before anything else. */
export function learnBytes(): void {
  for (let byte = 0; byte < 256; byte++) {
    const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    store<u8>(identifierBytes + byte, u8(byte >= 0x80 || isLetter || isDigit || byte === 0x5f));
  }
}

/** The source at `text` is `length` bytes long; zeros are put behind it (P1). */
export function takeSource(length: i32, recovering: bool, bytewise: bool): void {
  end = text + length;
  memory.fill(end, 0, 64);
  isRecovering = recovering;
  isBytewise = bytewise;
  // A byte order mark belongs to no line.
  const hasMark = length >= 3 && (load<u32>(text) & 0xffffff) === 0xbfbbef;
  position = text + (hasMark ? 3 : 0);
  line = 1;
  lineStart = position;
}

export function moveTo(at: i32): void {
  position = at;
}

/** What follows is read from this line on. */
export function startAt(atLine: i32, atLineStart: i32): void {
  line = atLine;
  lineStart = atLineStart;
}

/** `count` more lines lie behind, of which the last one ends where the line at `start` begins. */
export function passLines(count: i32, start: i32): void {
  line += count;
  lineStart = start;
}

/** The column of `at` in the line that begins at `from`, from 1, in UTF-16 code units. */
export function column(at: i32, from: i32): i32 {
  if (isBytewise) return at - from + 1;
  let units = 1;
  for (let each = from; each < at; each++) {
    const byte: i32 = load<u8>(each);
    if ((byte & 0xc0) !== 0x80) units += 1 + i32(byte >= 0xf0);
  }
  return units;
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

/** Whether the byte `first` stands directly before the byte `second` between `start` and `stop`. */
export function holdsPair(start: i32, stop: i32, first: i32, second: i32): bool {
  const firsts = i8x16.splat(i8(first));
  const seconds = i8x16.splat(i8(second));
  for (let at = start; at < stop; at += 16) {
    const pairs = v128.and(i8x16.eq(v128.load(at), firsts), i8x16.eq(v128.load(at + 1), seconds));
    const found = i8x16.bitmask(pairs);
    if (found !== 0) return at + ctz(found) + 1 < stop;
  }
  return false;
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
  onProblem(code, at - text, atLine, atLineStart - text, one, other);
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
        onComment(start - text, stop - text, line, lineStart - text);
        return stop;
      }
    } else if (byte !== 0 || at >= end) return at;
    at++;
  }
}
