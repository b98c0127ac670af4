import { identifierBytes, isNewline } from "./python-bytes.ts";
import type { PythonLexer } from "./python-lexer.ts";

/** Strings within fields of strings; CPython bounds them too. */
const nestingMax = 150;

/** Over the string literal whose quote is at `position`. */
export function skipString(lexer: PythonLexer): void {
  const { bytes } = lexer;
  const start = lexer.position;
  if (isFormatted(lexer, start)) {
    skipFormatted(lexer, start, 0);
    return;
  }
  const mark = bytes[start] as number;
  let at = start + 1;
  if (bytes[at] === mark && bytes[at + 1] === mark) {
    at += 2;
    const { line, lineStart } = lexer;
    for (;;) {
      const byte = bytes[at] as number;
      if (byte === mark) {
        if (bytes[at + 1] === mark && bytes[at + 2] === mark) {
          lexer.position = at + 3;
          return;
        }
        at++;
      } else if (byte === 0x0a) {
        at++;
        lexer.line++;
        lexer.lineStart = at;
      } else if (byte === 0x5c) {
        at++;
        if (bytes[at] === mark || bytes[at] === 0x5c) at++;
      } else if (byte === 0x0d) {
        at++;
        if (bytes[at] !== 0x0a) {
          lexer.line++;
          lexer.lineStart = at;
        }
      } else if (byte === 0 && at >= lexer.end) {
        lexer.problem("never ends this string", start, line, lineStart);
        lexer.position = lexer.end;
        return;
      } else at++;
    }
  }
  for (;;) {
    const byte = bytes[at] as number;
    if (byte === mark) {
      lexer.position = at + 1;
      return;
    }
    if (byte === 0x5c) {
      at++;
      if (isNewline(bytes[at])) {
        lexer.position = at;
        lexer.takeNewline();
        at = lexer.position;
      } else if (at < lexer.end) at++;
    } else if (byte === 0x0a || byte === 0x0d || (byte === 0 && at >= lexer.end)) {
      lexer.problem("does not end this string on its line", start);
      lexer.position = at;
      return;
    } else at++;
  }
}

function isFormatted(lexer: PythonLexer, at: number): boolean {
  const { bytes } = lexer;
  let before = at - 1;
  let found = false;
  for (let count = 0; count < 2 && before >= 0; count++, before--) {
    const byte = (bytes[before] as number) | 0x20;
    if (byte === 0x66 || byte === 0x74) found = true;
    else if (byte !== 0x72) break;
  }
  return found && (before < 0 || identifierBytes[bytes[before] as number] === 0);
}

/** An f-string or t-string, whose replacement fields may hold any expression, strings of the same quote too. */
function skipFormatted(lexer: PythonLexer, start: number, depth: number): void {
  const { bytes } = lexer;
  const mark = bytes[start] as number;
  const isTriple = bytes[start + 1] === mark && bytes[start + 2] === mark;
  const { line, lineStart } = lexer;
  lexer.position = start + (isTriple ? 3 : 1);
  for (;;) {
    const byte = bytes[lexer.position] as number;
    if (byte === mark && (!isTriple || isTripled(lexer, mark))) {
      lexer.position += isTriple ? 3 : 1;
      return;
    }
    if (byte === 0x7b) {
      lexer.position++;
      if (bytes[lexer.position] === 0x7b) lexer.position++;
      else if (!skipField(lexer, mark, isTriple, depth)) break;
    } else if (!skipFormattedText(lexer, byte, isTriple)) break;
  }
  lexer.problem("never ends this string", start, line, lineStart);
}

function isTripled(lexer: PythonLexer, mark: number): boolean {
  return lexer.bytes[lexer.position + 1] === mark && lexer.bytes[lexer.position + 2] === mark;
}

/** One step over text of an f-string; false where the string is broken off. */
function skipFormattedText(lexer: PythonLexer, byte: number, isTriple: boolean): boolean {
  if (byte === 0x5c) {
    lexer.position++;
    const next = lexer.bytes[lexer.position];
    if (isNewline(next)) lexer.takeNewline();
    else if (next !== 0x7b && next !== 0x7d && lexer.position < lexer.end) lexer.position++;
    return true;
  }
  if (isNewline(byte)) {
    if (!isTriple) return false;
    lexer.takeNewline();
    return true;
  }
  if (byte === 0 && lexer.position >= lexer.end) return false;
  lexer.position++;
  return true;
}

/** From behind the `{` of a replacement field to behind its `}`; false where the string is broken off. */
function skipField(lexer: PythonLexer, mark: number, isTriple: boolean, depth: number): boolean {
  const { bytes } = lexer;
  if (depth >= nestingMax) return false;
  let brackets = 0;
  for (;;) {
    const byte = bytes[lexer.position] as number;
    if (byte === 0x22 || byte === 0x27) {
      if (isFormatted(lexer, lexer.position)) skipFormatted(lexer, lexer.position, depth + 1);
      else skipString(lexer);
      continue;
    }
    if (byte === 0x7d && brackets === 0) {
      lexer.position++;
      return true;
    }
    if (byte === 0x3a && brackets === 0) {
      lexer.position++;
      return skipSpec(lexer, mark, isTriple, depth);
    }
    if (byte === 0x28 || byte === 0x5b || byte === 0x7b) brackets++;
    else if (byte === 0x29 || byte === 0x5d || byte === 0x7d) brackets = Math.max(0, brackets - 1);
    else if (byte === 0x23) {
      lexer.skipComment();
      continue;
    } else if (isNewline(byte)) {
      if (!isTriple && lexer.isRecovering) return false;
      lexer.takeNewline();
      continue;
    } else if (byte === 0 && lexer.position >= lexer.end) return false;
    lexer.position++;
  }
}

/** From behind the `:` of a replacement field to behind its `}`. */
function skipSpec(lexer: PythonLexer, mark: number, isTriple: boolean, depth: number): boolean {
  for (;;) {
    const byte = lexer.bytes[lexer.position] as number;
    if (byte === 0x7d) {
      lexer.position++;
      return true;
    }
    if (byte === mark && (!isTriple || isTripled(lexer, mark))) return false;
    if (byte === 0x7b) {
      lexer.position++;
      if (!skipField(lexer, mark, isTriple, depth + 1)) return false;
    } else if (!skipFormattedText(lexer, byte, isTriple)) return false;
  }
}
