/** Where statements and headers end. */
import { onArgument } from "./host.ts";
import {
  end,
  isNewline,
  isRecovering,
  line,
  lineStart,
  moveTo,
  passLines,
  pastNewline,
  position,
  problem,
  problemOf,
  skipComment,
  tell,
  text,
  wordAt,
  wordEnd,
} from "./source.ts";
import { skipString } from "./strings.ts";

/** The opening brackets around the place that is being read. */
const openings: i32 = 2048;
/** CPython refuses deeper brackets too. */
const bracketsMax: i32 = 200;

/** What ends a scan. */
export const newline: i32 = 1;
export const semicolon: i32 = 2;
export const colon: i32 = 3;

/** Which marks a scan looks for: ends of statements, those of headers, or those of what may bind a name. */
export const ofHeader: i32 = 1;
export const ofBinding: i32 = 2;

/** Where the last scan for what may bind a name has met `=` outside of brackets, and `:=` anywhere. */
const equalsAt: i32 = 51200;
const walrusesAt: i32 = 52224;
/** Beyond so many of them names are lost, and the module's doors unknown. */
const markedMax: i32 = 256;
export let equalsCount: i32 = 0;
export let walrusCount: i32 = 0;
export let hasMore: bool = false;
/** The `:` outside of brackets before the first `=`, or 0. */
export let colonAt: i32 = 0;

export function equals(index: i32): i32 {
  return load<i32>(equalsAt + index * 4);
}

export function walrus(index: i32): i32 {
  return load<i32>(walrusesAt + index * 4);
}

function noteEquals(at: i32): void {
  if (equalsCount === markedMax) hasMore = true;
  else store<i32>(equalsAt + equalsCount++ * 4, at);
}

function noteWalrus(at: i32): void {
  if (walrusCount === markedMax) hasMore = true;
  else store<i32>(walrusesAt + walrusCount++ * 4, at);
}

/**
 * The next of the bytes that a scan looks for. Two tables of sixteen are asked, by the lower and by the upper half
 * of a byte: it is one of them where both answers share a bit.
 */
function nextMark(from: i32, lows: v128): i32 {
  const highs = i8x16(1, 0, 2, 4, 0, 8, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  const nibble = i8x16.splat(0x0f);
  const none = i8x16.splat(0);
  let at = from;
  while (true) {
    const chunk = v128.load(at);
    const low = i8x16.swizzle(lows, v128.and(chunk, nibble));
    const high = i8x16.swizzle(highs, i8x16.shr_u(chunk, 4));
    const marks = i8x16.bitmask(i8x16.ne(v128.and(low, high), none));
    if (marks !== 0) return at + ctz(marks);
    at += 16;
  }
}

/** To the end of a statement or header; the answer says what ended it. */
export function scan(mode: i32): i32 {
  // By the lower half: 1 for NUL, LF, CR; 2 for " # ' ( ); 4 for ; : =; 8 for [ \ ]; 16 for { }.
  let lows = i8x16(1, 0, 2, 2, 0, 0, 0, 2, 2, 2, 1, 28, 8, 25, 0, 0);
  if (mode === ofHeader) lows = i8x16(1, 0, 2, 2, 0, 0, 0, 2, 2, 2, 5, 28, 8, 25, 0, 0);
  else if (mode === ofBinding) lows = i8x16(1, 0, 2, 2, 0, 0, 0, 2, 2, 2, 5, 28, 8, 29, 0, 0);
  let at = position;
  let depth = 0;
  let openLine = 0;
  let openLineStart = 0;
  equalsCount = 0;
  walrusCount = 0;
  hasMore = false;
  colonAt = 0;
  while (true) {
    at = nextMark(at, lows);
    const byte: i32 = load<u8>(at);
    switch (byte) {
      case 0x0a:
      case 0x0d: {
        if (depth === 0) {
          moveTo(at);
          return newline;
        }
        at = pastNewline(at);
        if (isRecovering && beginsStatement(at)) {
          // The line belongs to the next statement: hand back the newline before it.
          passLines(-1, lineStart);
          moveTo(at - 1);
          return newline;
        }
        break;
      }
      case 0x23:
        at = skipComment(at);
        break;
      case 0x22:
      case 0x27: {
        const paren = callBefore(at);
        const startLine = line;
        const startLineStart = lineStart;
        const stop = skipString(at);
        if (paren > 0) onArgument(at - text, stop - text, paren - text, startLine, startLineStart - text);
        at = stop;
        break;
      }
      case 0x28:
      case 0x5b:
      case 0x7b:
        if (depth === 0) {
          openLine = line;
          openLineStart = lineStart;
        }
        if (depth === bracketsMax) problem(0, at);
        if (depth < bracketsMax) store<i32>(openings + depth * 4, at);
        depth++;
        at++;
        break;
      case 0x29:
      case 0x5d:
      case 0x7d:
        if (depth === 0) problemOf(1, at, byte, 0);
        else {
          depth--;
          if (depth < bracketsMax) {
            const opening: i32 = load<u8>(load<i32>(openings + depth * 4));
            const closing = opening === 0x28 ? 0x29 : opening + 2;
            if (closing !== byte) problemOf(2, at, byte, opening);
          }
        }
        at++;
        break;
      case 0x5c:
        at++;
        if (isNewline(load<u8>(at))) at = pastNewline(at);
        else problem(3, at);
        break;
      case 0x3b:
        if (depth === 0) {
          moveTo(at);
          return semicolon;
        }
        problem(4, at);
        at++;
        break;
      case 0x3a:
        if (load<u8>(at, 1) === 0x3d) {
          if (mode !== 0) noteWalrus(at);
          at += 2;
          break;
        }
        if (depth === 0) {
          if (mode === ofHeader) {
            moveTo(at);
            return colon;
          }
          if (colonAt === 0 && equalsCount === 0) colonAt = at;
        }
        at++;
        break;
      case 0x3d:
        if (load<u8>(at, 1) === 0x3d) {
          at += 2;
          break;
        }
        // != <= >= and the augmented forms (+= -= …) bind nothing new; *= /= and so on alike.
        if (depth === 0 && !isOperator(load<u8>(at - 1))) noteEquals(at);
        at++;
        break;
      default:
        if (at < end) {
          problem(5, at);
          at++;
          break;
        }
        moveTo(end);
        if (depth > 0) {
          const first = load<i32>(openings);
          tell(6, first, openLine, openLineStart, load<u8>(first), 0);
        }
        return newline;
    }
  }
}

function isOperator(byte: i32): bool {
  switch (byte) {
    case 0x21: // !
    case 0x25: // %
    case 0x26: // &
    case 0x2a: // *
    case 0x2b: // +
    case 0x2d: // -
    case 0x2f: // /
    case 0x3c: // <
    case 0x3e: // >
    case 0x40: // @
    case 0x5e: // ^
    case 0x7c: // |
      return true;
    default:
      return false;
  }
}

/**
 * Where the `(` stands that directly precedes the literal at `at`, prefix letters and spaces aside, when a word
 * before it is one of those that are called with names of modules; else 0.
 */
function callBefore(at: i32): i32 {
  let before = at - 1;
  while (true) {
    const byte: i32 = load<u8>(before);
    if (byte === 0x28) break;
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) before--;
    else if ((byte === 0x72 || byte === 0x75 || byte === 0x52 || byte === 0x55) && before === at - 1)
      before--;
    else return 0;
  }
  // The last four bytes of: import_module, __import__, importorskip, patch, setattr, dict, multiple.
  switch (load<u32>(before - 4)) {
    case 0x656c7564: // dule
    case 0x5f5f7472: // rt__
    case 0x70696b73: // skip
    case 0x68637461: // atch
    case 0x72747461: // attr
    case 0x74636964: // dict
    case 0x656c7069: // iple
      return before;
    default:
      return 0;
  }
}

/** While recovering: whether the line at `from` can only be a new statement. */
function beginsStatement(from: i32): bool {
  let at = from;
  while (load<u8>(at) === 0x20 || load<u8>(at) === 0x09) at++;
  const stop = wordEnd(at);
  const length = stop - at;
  if (length === 0 || length > 8) return false;
  switch (wordAt(at, length)) {
    case 0x74726f706d69: // import
    case 0x666564: // def
    case 0x7373616c63: // class
    case 0x6e7275746572: // return
    case 0x6573696172: // raise
    case 0x797274: // try
    case 0x68746977: // with
    case 0x656c696877: // while
    case 0x73736170: // pass
      return true;
    case 0x6d6f7266: {
      // `yield\n from x` may stand in brackets; `from x import` may not.
      let next = stop;
      while (next < end && !isNewline(load<u8>(next))) {
        // " import "
        if (load<u32>(next) === 0x706d6920 && load<u32>(next, 4) === 0x2074726f) return true;
        next++;
      }
      return false;
    }
    default:
      return false;
  }
}
