/** Import statements. A malformed one becomes a problem, and what was read of it before that is dropped. */
import { attempt, definitions, guard, presence, scope, top } from "./blocks.ts";
import {
  addImport,
  addName,
  bindImports,
  dropImports,
  importCount,
  kindStatic,
  placeStatement,
  spacedTextAt,
  textAt,
} from "./rows.ts";
import { line, lineStart, moveTo, position, problem, startAt, wordEnd } from "./source.ts";
import { isSpace, isStatementOver, skipInBrackets, skipSpace } from "./spaces.ts";
import { scan } from "./statements.ts";
import { isName, isWord } from "./words.ts";

/** Reads the statement that begins at `start`, from behind its first word to its end; what ended it is the answer. */
export function readImport(start: i32, isFrom: bool): i32 {
  const first = importCount();
  const startLine = line;
  const startLineStart = lineStart;
  const flags = kindStatic | (scope() << 4) | (guard() << 8);
  const isRead = isFrom ? readFrom(flags) : readPlain(flags);
  const stop = position;
  skipSpace();
  if (!isRead || !isStatementOver(position)) {
    problem(16, position);
    dropImports(first);
  } else {
    placeStatement(first, start, stop, startLine, startLineStart);
    if (definitions === 0 && !top.isEnded) bindImports(first, presence());
  }
  return scan(0);
}

/** `import a.b as c, d` */
function readPlain(flags: i32): bool {
  while (true) {
    skipSpace();
    const start = position;
    const startLine = line;
    const startLineStart = lineStart;
    if (!skipDotted()) return false;
    const stop = position;
    addImport(flags, dottedText(start, stop), attempt, start, stop, startLine, startLineStart);
    if (!readAlias(false)) return false;
    const local = aliasStart === 0 ? textAt(start, wordEnd(start)) : textAt(aliasStart, position);
    addName(0, local, start, position, startLine, startLineStart);
    const after = position;
    skipSpace();
    if (load<u8>(position) !== 0x2c) {
      moveTo(after);
      return true;
    }
    moveTo(position + 1);
  }
}

/** `from ..a import (b as c, d,)` */
function readFrom(flags: i32): bool {
  skipSpace();
  const start = position;
  const startLine = line;
  const startLineStart = lineStart;
  let stop = start;
  let isTight = true;
  while (true) {
    const byte: i32 = load<u8>(position);
    if (byte === 0x2e) {
      isTight = isTight && position === stop;
      moveTo(position + 1);
      stop = position;
    } else if (stop > start && isSpace(byte)) skipSpace();
    else break;
  }
  const afterDots = position;
  if (stop === start || !isWord(afterDots, wordEnd(afterDots), "import")) {
    isTight = isTight && (stop === start || afterDots === stop);
    if (!skipDotted()) return false;
    isTight = isTight && isDottedTight;
    stop = position;
  }
  const specifier = isTight ? textAt(start, stop) : spacedTextAt(start, stop);
  addImport(flags, specifier, attempt, start, stop, startLine, startLineStart);
  skipSpace();
  const importEnd = wordEnd(position);
  if (!isWord(position, importEnd, "import")) return false;
  moveTo(importEnd);
  skipSpace();
  return readNames();
}

function readNames(): bool {
  if (load<u8>(position) === 0x2a) {
    addName(textAt(position, position + 1), 0, position, position + 1, line, lineStart);
    moveTo(position + 1);
    return true;
  }
  const isBracketed = load<u8>(position) === 0x28;
  if (isBracketed) moveTo(position + 1);
  let isFirst = true;
  while (true) {
    skipBetween(isBracketed);
    if (isBracketed && load<u8>(position) === 0x29) {
      if (isFirst) return false;
      moveTo(position + 1);
      return true;
    }
    const start = position;
    const startLine = line;
    const startLineStart = lineStart;
    const stop = wordEnd(start);
    if (!isName(start, stop)) return false;
    moveTo(stop);
    if (!readAlias(isBracketed)) return false;
    const name = textAt(start, stop);
    const local = aliasStart === 0 ? name : textAt(aliasStart, position);
    addName(name, local, start, position, startLine, startLineStart);
    isFirst = false;
    const after = position;
    skipBetween(isBracketed);
    if (load<u8>(position) === 0x2c) {
      moveTo(position + 1);
      continue;
    }
    if (!isBracketed) {
      moveTo(after);
      return true;
    }
    if (load<u8>(position) !== 0x29) return false;
  }
}

function skipBetween(isBracketed: bool): void {
  if (isBracketed) skipInBrackets();
  else skipSpace();
}

/** Whether no spaces stand around the dots of what was skipped last. */
let isDottedTight: bool = true;

/** `a.b.c`, where spaces may stand around the dots, to directly behind its last part. */
function skipDotted(): bool {
  isDottedTight = true;
  while (true) {
    const stop = wordEnd(position);
    if (!isName(position, stop)) return false;
    moveTo(stop);
    const stopLine = line;
    const stopLineStart = lineStart;
    if (isSpace(load<u8>(stop))) skipSpace();
    if (load<u8>(position) !== 0x2e) {
      moveTo(stop);
      startAt(stopLine, stopLineStart);
      return true;
    }
    moveTo(position + 1);
    skipSpace();
    isDottedTight = isDottedTight && position === stop + 1;
  }
}

function dottedText(start: i32, stop: i32): i32 {
  return isDottedTight ? textAt(start, stop) : spacedTextAt(start, stop);
}

/** Where the name behind `as` begins that was read last; 0: there was no `as`. */
let aliasStart: i32 = 0;

/** `as x`, or nothing, with the position where it was; false: `as` without a name. */
function readAlias(inBrackets: bool): bool {
  const start = position;
  const startLine = line;
  const startLineStart = lineStart;
  aliasStart = 0;
  skipBetween(inBrackets);
  const stop = wordEnd(position);
  if (!isWord(position, stop, "as")) {
    moveTo(start);
    startAt(startLine, startLineStart);
    return true;
  }
  moveTo(stop);
  skipBetween(inBrackets);
  const aliasEnd = wordEnd(position);
  if (!isName(position, aliasEnd)) return false;
  aliasStart = position;
  moveTo(aliasEnd);
  return true;
}
