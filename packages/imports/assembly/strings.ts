/** Python's string literals, with the nested quotes of newer f-strings. */
import {
  end,
  isIdentifier,
  isNewline,
  isRecovering,
  line,
  lineStart,
  passLines,
  pastNewline,
  problem,
  skipComment,
  tell,
  text,
} from "./source.ts";

/** Strings within fields of strings; CPython bounds them too. */
const nestingMax: i32 = 150;

/** Over the string literal whose quote is at `start`. */
export function skipString(start: i32): i32 {
  if (isFormatted(start)) return skipFormatted(start, 0);
  const mark: i32 = load<u8>(start);
  if (load<u8>(start, 1) === mark && load<u8>(start, 2) === mark) return skipTriple(start, mark);
  const quotes = i8x16.splat(i8(mark));
  const backslash = i8x16.splat(0x5c);
  const lf = i8x16.splat(0x0a);
  const cr = i8x16.splat(0x0d);
  const nul = i8x16.splat(0);
  let at = start + 1;
  while (true) {
    const chunk = v128.load(at);
    const ends = v128.or(i8x16.eq(chunk, quotes), i8x16.eq(chunk, backslash));
    const lines = v128.or(v128.or(i8x16.eq(chunk, lf), i8x16.eq(chunk, cr)), i8x16.eq(chunk, nul));
    const marks = i8x16.bitmask(v128.or(ends, lines));
    if (marks === 0) {
      at += 16;
      continue;
    }
    at += ctz(marks);
    const byte: i32 = load<u8>(at);
    if (byte === mark) return at + 1;
    if (byte === 0x5c) {
      at++;
      if (isNewline(load<u8>(at))) at = pastNewline(at);
      else if (at < end) at++;
    } else if (byte !== 0 || at >= end) {
      problem(8, start);
      return at;
    } else at++;
  }
}

function skipTriple(start: i32, mark: i32): i32 {
  const quotes = i8x16.splat(i8(mark));
  const backslash = i8x16.splat(0x5c);
  const lf = i8x16.splat(0x0a);
  const cr = i8x16.splat(0x0d);
  const nul = i8x16.splat(0);
  const startLine = line;
  const startLineStart = lineStart;
  let at = start + 3;
  while (true) {
    const chunk = v128.load(at);
    const ends = v128.or(i8x16.eq(chunk, quotes), i8x16.eq(chunk, backslash));
    const others = v128.or(i8x16.eq(chunk, cr), i8x16.eq(chunk, nul));
    const marks = i8x16.bitmask(v128.or(ends, others));
    let lines = i8x16.bitmask(i8x16.eq(chunk, lf));
    const length = marks === 0 ? 16 : ctz(marks);
    lines &= (1 << length) - 1;
    if (lines !== 0) {
      passLines(popcnt(lines), at + 32 - clz(lines));
    }
    at += length;
    if (marks === 0) continue;
    const byte: i32 = load<u8>(at);
    if (byte === mark) {
      if (load<u8>(at, 1) === mark && load<u8>(at, 2) === mark) return at + 3;
      at++;
    } else if (byte === 0x5c) {
      at++;
      const next: i32 = load<u8>(at);
      if (next === mark || next === 0x5c) at++;
    } else if (byte === 0x0d) {
      at++;
      if (load<u8>(at) !== 0x0a) passLines(1, at);
    } else if (at >= end) {
      tell(7, start, startLine, startLineStart, 0, 0);
      return end;
    } else at++;
  }
}

function isFormatted(at: i32): bool {
  let before = at - 1;
  let found = false;
  for (let count = 0; count < 2 && before >= text; count++, before--) {
    const byte: i32 = load<u8>(before) | 0x20;
    if (byte === 0x66 || byte === 0x74) found = true;
    else if (byte !== 0x72) break;
  }
  return found && (before < text || !isIdentifier(load<u8>(before)));
}

/** An f-string or t-string, whose replacement fields may hold any expression, strings of the same quote too. */
function skipFormatted(start: i32, depth: i32): i32 {
  const mark: i32 = load<u8>(start);
  const isTriple = load<u8>(start, 1) === mark && load<u8>(start, 2) === mark;
  const startLine = line;
  const startLineStart = lineStart;
  let at = start + (isTriple ? 3 : 1);
  while (true) {
    const byte: i32 = load<u8>(at);
    if (byte === mark && (!isTriple || isTripled(at, mark))) return at + (isTriple ? 3 : 1);
    if (byte === 0x7b) {
      at++;
      if (load<u8>(at) === 0x7b) at++;
      else {
        at = skipField(at, mark, isTriple, depth);
        if (at === 0) break;
      }
    } else {
      at = skipFormattedText(at, byte, isTriple);
      if (at === 0) break;
    }
  }
  tell(7, start, startLine, startLineStart, 0, 0);
  return brokenAt;
}

/** Where the string was broken off, when a part of it answered 0. */
let brokenAt: i32 = 0;

function brokenOff(at: i32): i32 {
  brokenAt = at;
  return 0;
}

function isTripled(at: i32, mark: i32): bool {
  return load<u8>(at, 1) === mark && load<u8>(at, 2) === mark;
}

/** One step over text of an f-string; 0 where the string is broken off. */
function skipFormattedText(at: i32, byte: i32, isTriple: bool): i32 {
  if (byte === 0x5c) {
    const next: i32 = load<u8>(at, 1);
    if (isNewline(next)) return pastNewline(at + 1);
    return next !== 0x7b && next !== 0x7d && at + 1 < end ? at + 2 : at + 1;
  }
  if (isNewline(byte)) return isTriple ? pastNewline(at) : brokenOff(at);
  if (byte === 0 && at >= end) return brokenOff(at);
  return at + 1;
}

/** From behind the `{` of a replacement field to behind its `}`; 0 where the string is broken off. */
function skipField(from: i32, mark: i32, isTriple: bool, depth: i32): i32 {
  if (depth >= nestingMax) return brokenOff(from);
  let at = from;
  let brackets = 0;
  while (true) {
    const byte: i32 = load<u8>(at);
    if (byte === 0x22 || byte === 0x27) {
      at = isFormatted(at) ? skipFormatted(at, depth + 1) : skipString(at);
      continue;
    }
    if (byte === 0x7d && brackets === 0) return at + 1;
    if (byte === 0x3a && brackets === 0) return skipSpec(at + 1, mark, isTriple, depth);
    if (byte === 0x28 || byte === 0x5b || byte === 0x7b) brackets++;
    else if (byte === 0x29 || byte === 0x5d || byte === 0x7d) brackets = max(0, brackets - 1);
    else if (byte === 0x23) {
      at = skipComment(at);
      continue;
    } else if (isNewline(byte)) {
      if (!isTriple && isRecovering) return brokenOff(at);
      at = pastNewline(at);
      continue;
    } else if (byte === 0 && at >= end) return brokenOff(at);
    at++;
  }
}

/** From behind the `:` of a replacement field to behind its `}`. */
function skipSpec(from: i32, mark: i32, isTriple: bool, depth: i32): i32 {
  let at = from;
  while (true) {
    const byte: i32 = load<u8>(at);
    if (byte === 0x7d) return at + 1;
    if (byte === mark && (!isTriple || isTripled(at, mark))) return brokenOff(at);
    if (byte === 0x7b) at = skipField(at + 1, mark, isTriple, depth + 1);
    else at = skipFormattedText(at, byte, isTriple);
    if (at === 0) return 0;
  }
}
