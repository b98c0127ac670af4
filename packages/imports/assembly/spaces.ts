/** What may stand between tokens. */
import { end, isNewline, moveTo, pastNewline, position, skipComment } from "./source.ts";

/** Skips spaces, tabs, form feeds and joined lines. */
export function skipSpace(): void {
  let at = position;
  while (true) {
    const byte: i32 = load<u8>(at);
    if (byte === 0x20 || byte === 0x09 || byte === 0x0c) at++;
    else if (byte === 0x5c && isNewline(load<u8>(at, 1))) at = pastNewline(at + 1);
    else break;
  }
  moveTo(at);
}

/** Skips what may stand between tokens inside brackets: also newlines and comments. */
export function skipInBrackets(): void {
  while (true) {
    skipSpace();
    const byte: i32 = load<u8>(position);
    if (byte === 0x23) moveTo(skipComment(position));
    else if (isNewline(byte)) moveTo(pastNewline(position));
    else return;
  }
}

export function isSpace(byte: i32): bool {
  return byte === 0x20 || byte === 0x09 || byte === 0x5c || byte === 0x0c;
}

/** To the first statement of a line; the answer is its column. Tabs go to the next multiple of eight, as in Python. */
export function takeIndent(): i32 {
  const space = i8x16.splat(0x20);
  let column = 0;
  let at = position;
  while (true) {
    const spaces = ctz(~i8x16.bitmask(i8x16.eq(v128.load(at), space)));
    at += spaces;
    column += spaces;
    const byte: i32 = load<u8>(at);
    if (byte === 0x20) continue;
    if (byte === 0x09) column = (column & ~7) + 8;
    else if (byte === 0x0c) column = 0;
    else if (byte === 0x5c && isNewline(load<u8>(at, 1))) {
      at = pastNewline(at + 1);
      continue;
    } else break;
    at++;
  }
  moveTo(at);
  return column;
}

/** Whether nothing but a comment stands behind `from` in its line. */
export function isLineOver(from: i32): bool {
  let at = from;
  while (load<u8>(at) === 0x20 || load<u8>(at) === 0x09) at++;
  return isNewline(load<u8>(at)) || load<u8>(at) === 0x23;
}

/** Whether a statement has ended at `at`. */
export function isStatementOver(at: i32): bool {
  const byte: i32 = load<u8>(at);
  return isNewline(byte) || byte === 0x3b || byte === 0x23 || at >= end;
}
