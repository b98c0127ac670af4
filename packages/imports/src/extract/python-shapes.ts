import { isNewline } from "./python-bytes.ts";
import type { PythonLexer } from "./python-lexer.ts";
import { stops } from "./python-skimmer.ts";
import { findWord } from "./python-targets.ts";

/** Tabs go to the next multiple of eight, as in Python. */
export function takeIndent(lexer: PythonLexer): number {
  const { bytes } = lexer;
  let column = 0;
  let at = lexer.position;
  for (;;) {
    const byte = bytes[at];
    if (byte === 0x20) column++;
    else if (byte === 0x09) column = (column & ~7) + 8;
    else if (byte === 0x0c) column = 0;
    else if (byte === 0x5c && isNewline(bytes[at + 1])) {
      lexer.position = at + 1;
      lexer.takeNewline();
      at = lexer.position;
      continue;
    } else break;
    at++;
  }
  lexer.position = at;
  return column;
}

/** Moves to the colon that ends a header; those of lambdas are not it. */
export function toColon(lexer: PythonLexer, start: number): boolean {
  let from = start;
  let lambdas = 0;
  for (;;) {
    if (lexer.scanHeader() === stops.newline || lexer.bytes[lexer.position] !== 0x3a) return false;
    while (mayHoldLambda(lexer.bytes, from, lexer.position)) {
      const found = findWord(lexer.bytes, "lambda", from, lexer.position);
      if (found < 0) break;
      // A lambda within brackets has its colon there too.
      if (isAtDepthZero(lexer.bytes, start, found)) lambdas++;
      from = found + 6;
    }
    from = lexer.position;
    if (lambdas === 0) return true;
    lambdas--;
    lexer.position++;
  }
}

/** Hardly any header holds a lambda, and reading it word by word to be sure would cost more than to scan it. */
function mayHoldLambda(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + 2; at < end; at++) {
    if (bytes[at] === 0x6d && bytes[at + 1] === 0x62 && bytes[at - 1] === 0x61 && bytes[at - 2] === 0x6c)
      return true;
  }
  return false;
}

export function isLineOver(lexer: PythonLexer, offset: number): boolean {
  let at = offset;
  while (lexer.bytes[at] === 0x20 || lexer.bytes[at] === 0x09) at++;
  return isNewline(lexer.bytes[at]) || lexer.bytes[at] === 0x23;
}

export function refuseOldStatement(lexer: PythonLexer, word: string, end: number): void {
  const { bytes } = lexer;
  if (bytes[end] !== 0x20 && bytes[end] !== 0x09) return;
  let at = end;
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
  const next = bytes[at] as number;
  const isOperand = next === 0x22 || next === 0x27;
  const stop = lexer.wordEnd(at);
  const isWord =
    stop > at && !/^(if|in|is|and|or|not|else|for|import)$/.test(lexer.bytes.toString("latin1", at, stop));
  if (isOperand || isWord) lexer.problem(`is Python 2: ${word} as a statement`);
}

/** Whether the statement is a call that never comes back. */
export function neverReturns(lexer: PythonLexer, start: number, end: number): boolean {
  const { bytes } = lexer;
  const byte = bytes[start];
  if (byte !== 0x73 && byte !== 0x6f && byte !== 0x65 && byte !== 0x71 && byte !== 0x70) return false;
  if (bytes[end] === 0x2e) {
    // By the first letter of the method: `exit`, `fail`, `skip`, `skipTest`, `xfail`, `_exit`.
    const next = bytes[end + 1];
    if (next !== 0x65 && next !== 0x66 && next !== 0x73 && next !== 0x78 && next !== 0x5f) return false;
  } else if (bytes[end] !== 0x28) return false;
  if (end - start > 6) return false;
  const text = lexer.bytes.toString("latin1", start, Math.min(lexer.end, start + 16));
  return /^(sys\.exit|os\._exit|exit|quit|pytest\.(skip|fail|exit|xfail)|self\.(fail|skipTest))\(/.test(text);
}

function isAtDepthZero(bytes: Uint8Array, start: number, end: number): boolean {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === 0x28 || byte === 0x5b || byte === 0x7b) depth++;
    else if (byte === 0x29 || byte === 0x5d || byte === 0x7d) depth--;
  }
  return depth === 0;
}

/** A module-level statement that writes into the module's own names, or puts something else in its place. */
export function bindsAtRunTime(text: string): boolean {
  return (
    /\b(globals|locals|vars)\(\)|\bmodules\[|\bmeta_path\b|\b(recreate_module|LazyModule|_LazyModule|_convert_)\(|\bsetattr\(|\bfind_current_module\(\)/.test(
      text,
    ) || handsItselfOver.test(text)
  );
}

/** `passthrough_module(__name__, ".extractors")`: a call for its effect that is told which module it has an effect on. */
const handsItselfOver = /^(?!\w*(?:log|warn|print))\w*module\w*\(\s*__name__\b/i;
