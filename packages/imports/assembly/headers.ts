/**
 * The headers of compound statements. Each is read from behind its first word at `from` to its colon, where we then
 * stand inside of the block that it opens; the answer is false where the colon is missing.
 */
import {
  blockCase,
  blockElse,
  blockExcept,
  blockFinally,
  blockFor,
  blockIf,
  blockMatch,
  blockTry,
  blockWhile,
  blockWith,
  definitions,
  lastBlock,
  nextTry,
  push,
  top,
} from "./blocks.ts";
import { onCondition, onExcept, onWith } from "./host.ts";
import {
  guardConditional,
  guardHandler,
  guardNone,
  guardUnreachable,
  importCount,
  presenceConditional,
} from "./rows.ts";
import { holdsPair, line, lineStart, moveTo, position, startAt, text, wordEnd } from "./source.ts";
import { isLineOver } from "./spaces.ts";
import { colon, ofHeader, scan, walrusCount } from "./statements.ts";
import { bindCaptures, bindTargets, bindWalruses, bindWithTargets } from "./targets.ts";
import { findWord, isAtDepthZero, isWord, wordCase } from "./words.ts";

/** So much of a header is asked about. */
const askedBytesMax: i32 = 400;

/** To the colon that ends the header whose first word ends at `from`; those of lambdas are not it. */
export function toColon(from: i32): bool {
  moveTo(from);
  let lambdas = 0;
  let start = from;
  while (scan(ofHeader) === colon) {
    lambdas += lambdasIn(from, start, position);
    if (lambdas === 0) {
      if (walrusCount > 0 && definitions === 0) bindWalruses(start);
      return true;
    }
    lambdas--;
    start = position;
    moveTo(start + 1);
  }
  return false;
}

/** How many lambdas between `start` and `stop` have their colon outside of the brackets of the header at `from`. */
function lambdasIn(from: i32, start: i32, stop: i32): i32 {
  let count = 0;
  let at = start;
  // Hardly any header holds a lambda, and reading it word by word to be sure would cost more than to scan it.
  while (holdsPair(at, stop, 0x6d, 0x62)) {
    const found = findWord("lambda", at, stop);
    if (found === 0) return count;
    if (isAtDepthZero(from, found)) count++;
    at = found + 6;
  }
  return count;
}

/** `if`, and the `elif` behind it. */
export function conditionHeader(from: i32, isElif: bool): bool {
  const hasBefore = isElif && top.hasLast;
  const isDead = hasBefore && lastBlock().isChainDecided;
  const isChainEnded = !hasBefore || (lastBlock().isChainEnded && lastBlock().isEnded);
  if (!toColon(from)) return false;
  const judged = mayBeJudged(from) ? onCondition(from - text, position - text) : undecided;
  const opened = push(blockIf, isDead ? guardUnreachable : judged & 15);
  opened.otherwise = (judged >> 4) & 15;
  opened.isChainDecided = isDead || judged >> 8 !== 0;
  opened.isChainEnded = isChainEnded;
  return true;
}

const undecided: i32 = guardConditional | (guardConditional << 4);
/** Longer conditions than this one are not judged. */
const conditionBytesMax: i32 = 80;
/** The longest plain constant, with a space and brackets around it. */
const constantBytesMax: i32 = 10;

/**
 * Whether the condition from `from` can be one that is decided: short enough for a constant, or with the `_C` of
 * `TYPE_CHECKING` or the `_i` of `version_info` in it.
 */
function mayBeJudged(from: i32): bool {
  const length = position - from;
  if (length >= conditionBytesMax) return false;
  if (length <= constantBytesMax) return length > 0;
  return holdsPair(from, position, 0x5f, 0x43) || holdsPair(from, position, 0x5f, 0x69);
}

export function elseHeader(from: i32): bool {
  const isOfIf = top.hasLast && lastBlock().kind === blockIf;
  const otherwise = isOfIf ? lastBlock().otherwise : guardConditional;
  const isDecided = isOfIf && lastBlock().isChainDecided;
  const isChainEnded = isOfIf && lastBlock().isChainEnded && lastBlock().isEnded;
  if (!toColon(from)) return false;
  const opened = push(blockElse, isDecided ? guardUnreachable : otherwise);
  opened.isChainEnded = isChainEnded;
  return true;
}

export function tryHeader(from: i32): bool {
  const isFound = toColon(from);
  const attempt = nextTry();
  if (!isFound) return false;
  const opened = push(blockTry, guardNone);
  opened.attempt = attempt;
  opened.firstImport = importCount();
  return true;
}

export function exceptHeader(from: i32): bool {
  const hasBefore = top.hasLast;
  const attempt = hasBefore ? lastBlock().attempt : 0;
  const firstImport = lastBlock().firstImport;
  const isCaught = lastBlock().isCaught;
  const isChainEnded = hasBefore && lastBlock().isChainEnded && lastBlock().isEnded;
  if (!toColon(from)) return false;
  const isHandler = onExcept(from - text, askedEnd(from));
  const opened = push(blockExcept, isHandler ? guardHandler : guardConditional);
  opened.attempt = attempt;
  opened.firstImport = firstImport;
  opened.isCaught = isCaught;
  opened.isHandler = isHandler;
  opened.isChainEnded = isChainEnded;
  return true;
}

function askedEnd(from: i32): i32 {
  return min(position, from + askedBytesMax) - text;
}

export function finallyHeader(from: i32): bool {
  const isChainEnded = top.hasLast && lastBlock().isChainEnded && lastBlock().isEnded;
  if (!toColon(from)) return false;
  const opened = push(blockFinally, guardNone);
  opened.isChainEnded = isChainEnded;
  return true;
}

export function withHeader(from: i32): bool {
  if (!toColon(from)) return false;
  if (definitions === 0) bindWithTargets(from, position);
  push(blockWith, mayExpect(from) ? onWith(from - text, askedEnd(from)) : guardNone);
  return true;
}

/** Whether the `ai` of `raises` or the `pp` of `suppress` stands in a header. */
function mayExpect(from: i32): bool {
  return holdsPair(from, position, 0x61, 0x69) || holdsPair(from, position, 0x70, 0x70);
}

export function forHeader(from: i32): bool {
  if (!toColon(from)) return false;
  if (definitions === 0) {
    const stop = findWord("in", from, position);
    if (stop > 0) bindTargets(from, stop, presenceConditional);
  }
  push(blockFor, guardConditional);
  return true;
}

export function whileHeader(from: i32): bool {
  if (!toColon(from)) return false;
  let at = from;
  while (load<u8>(at) === 0x20) at++;
  const stop = wordEnd(at);
  let after = stop;
  while (load<u8>(after) === 0x20) after++;
  const isEndless = after === position && (isWord(at, stop, "True") || isWord(at, stop, "1"));
  const opened = push(blockWhile, isEndless ? guardNone : guardConditional);
  opened.isEndless = isEndless;
  return true;
}

/** `match` and `case` are keywords only where a header follows; else false, with the position where it was. */
export function softHeader(kind: i32, from: i32): bool {
  const start = position;
  const startLine = line;
  const startLineStart = lineStart;
  const next: i32 = load<u8>(from);
  if (next === 0x20 || next === 0x09 || next === 0x28 || next === 0x5b || next === 0x22 || next === 0x27) {
    const hasColon = toColon(from);
    if (hasColon && (kind === wordCase || isLineOver(position + 1))) {
      if (kind === wordCase && definitions === 0) bindCaptures(from, position);
      push(kind === wordCase ? blockCase : blockMatch, guardConditional);
      return true;
    }
  }
  moveTo(start);
  startAt(startLine, startLineStart);
  return false;
}
