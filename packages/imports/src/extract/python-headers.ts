/**
 * The headers of compound statements. Each is read from behind its first word at `end` to its colon, where the
 * lexer then stands, or to the end of the line where the colon is missing; the answer is the block that it opens.
 */
import type { BlockStack } from "./python-block-stack.ts";
import { type Block, type BlockKind, block } from "./python-blocks.ts";
import {
  catchesImportError,
  judgeCondition,
  judgeWith,
  mayBeJudged,
  undecided,
} from "./python-conditions.ts";
import type { PythonLexer } from "./python-lexer.ts";
import type { PythonRecord } from "./python-record.ts";
import { isLineOver, toColon } from "./python-shapes.ts";
import { findWord, readTargets, readWithTargets } from "./python-targets.ts";

export type Headers = {
  readonly lexer: PythonLexer;
  readonly stack: BlockStack;
  readonly record: PythonRecord;
};

export function conditionHeader({ lexer, stack }: Headers, end: number, isElif: boolean): Block {
  lexer.position = end;
  const before = isElif ? stack.top.lastChild : undefined;
  const hasColon = toColon(lexer, end);
  const isJudged = hasColon && mayBeJudged(lexer.bytes, end, lexer.position);
  const judged = isJudged ? judgeCondition(lexer.text(end, lexer.position)) : undecided;
  const isDead = before?.isChainDecided === true;
  const opened = block("if", stack.lineIndent, isDead ? "unreachable" : judged.guard);
  opened.otherwise = judged.otherwise;
  opened.isChainDecided = isDead || judged.isDecided;
  opened.isChainEnded = before === undefined ? true : before.isChainEnded && before.isEnded;
  return opened;
}

export function elseHeader({ lexer, stack }: Headers, end: number): Block {
  const before = stack.top.lastChild;
  lexer.position = end;
  toColon(lexer, end);
  const isOfIf = before?.kind === "if";
  const otherwise = isOfIf ? before.otherwise : "conditional";
  const opened = block("else", stack.lineIndent, isOfIf && before.isChainDecided ? "unreachable" : otherwise);
  opened.isChainEnded = isOfIf && before.isChainEnded && before.isEnded;
  return opened;
}

export function tryHeader({ lexer, stack }: Headers, end: number): Block {
  lexer.position = end;
  toColon(lexer, end);
  const opened = block("try", stack.lineIndent);
  opened.attempt = { id: stack.nextTry(), isCatching: false, isRaising: false };
  return opened;
}

export function exceptHeader({ lexer, stack }: Headers, end: number): Block {
  lexer.position = end;
  const before = stack.top.lastChild;
  const hasColon = toColon(lexer, end);
  const isHandler = hasColon && catchesImportError(headerText(lexer, end));
  const opened = block("except", stack.lineIndent, isHandler ? "handler" : "conditional");
  opened.attempt = before?.attempt;
  opened.isHandler = isHandler;
  opened.isChainEnded = before?.isChainEnded === true && before.isEnded;
  return opened;
}

export function finallyHeader({ lexer, stack }: Headers, end: number): Block {
  lexer.position = end;
  toColon(lexer, end);
  const before = stack.top.lastChild;
  const opened = block("finally", stack.lineIndent);
  opened.isChainEnded = before?.isChainEnded === true && before.isEnded;
  return opened;
}

export function withHeader({ lexer, stack, record }: Headers, end: number): Block {
  lexer.position = end;
  const hasColon = toColon(lexer, end);
  if (hasColon && stack.definitions === 0) {
    for (const target of readWithTargets(lexer.bytes, end, lexer.position)) record.bind(target, "variable");
  }
  const guard = hasColon ? judgeWith(headerText(lexer, end)) : "none";
  return block("with", stack.lineIndent, guard);
}

export function forHeader({ lexer, stack, record }: Headers, end: number): Block {
  lexer.position = end;
  const hasColon = toColon(lexer, end);
  if (hasColon && stack.definitions === 0) {
    const stop = findWord(lexer.bytes, "in", end, lexer.position);
    if (stop > 0) {
      for (const target of readTargets(lexer.bytes, end, stop) ?? [])
        record.bind(target, "variable", { presence: "conditional" });
    }
  }
  return block("for", stack.lineIndent, "conditional");
}

export function whileHeader({ lexer, stack }: Headers, end: number): Block {
  lexer.position = end;
  const hasColon = toColon(lexer, end);
  const isEndless = hasColon && /^\s*(True|1)\s*$/.test(headerText(lexer, end, 12));
  const opened = block("while", stack.lineIndent, isEndless ? "none" : "conditional");
  opened.isEndless = isEndless;
  return opened;
}

/** `match` and `case` are keywords only where a header follows; else undefined, with the lexer where it was. */
export function softHeader(
  { lexer, stack }: Headers,
  kind: BlockKind & ("match" | "case"),
  end: number,
): Block | undefined {
  const { bytes, position, line, lineStart } = lexer;
  const next = bytes[end];
  if (next === 0x20 || next === 0x09 || next === 0x28 || next === 0x5b || next === 0x22 || next === 0x27) {
    lexer.position = end;
    const hasColon = toColon(lexer, end);
    const isHeader = hasColon && (kind === "case" || isLineOver(lexer, lexer.position + 1));
    if (isHeader) return block(kind, stack.lineIndent, "conditional");
  }
  lexer.position = position;
  lexer.line = line;
  lexer.lineStart = lineStart;
  return undefined;
}

function headerText(lexer: PythonLexer, start: number, limit = 400): string {
  return lexer.text(start, Math.min(lexer.position, start + limit));
}
