/**
 * Where the author has told the compiler to expect an error: `@ts-nocheck` for a file, `@ts-expect-error` and
 * `@ts-ignore` for the line that follows. An import there is expected to fail, so it gets that guard.
 */

import type { ImportFact } from "../model.ts";
import type { SourceText } from "./source-text.ts";
import type { Comment } from "./typescript-parser.ts";

const DIRECTIVE = /^\/[/*]+\s*@ts-(?<what>nocheck|expect-error|ignore)\b/;

export function withSuppressions(
  imports: readonly ImportFact[],
  source: SourceText,
  comments: readonly Comment[],
): readonly ImportFact[] {
  const text = source.text;
  if (!/@ts-(?:nocheck|expect-error|ignore)/.test(text) || imports.length === 0) return imports;
  const lines = new Set<number>();
  for (const comment of comments) {
    const what = DIRECTIVE.exec(text.slice(comment.start, comment.end))?.groups?.what;
    if (what === "nocheck" && isAtTop(text, comment, comments)) return imports.map(expected);
    if (what === "expect-error" || what === "ignore") lines.add(nextCodeLine(source, comment, comments));
  }
  return imports.map((one) => {
    const spans = [one.statement.line, one.at.line, ...one.names.map((name) => name.line)];
    return spans.some((line) => lines.has(line)) ? expected(one) : one;
  });
}

function expected(fact: ImportFact): ImportFact {
  return { ...fact, guard: "expected" };
}

function isAtTop(text: string, comment: Comment, comments: readonly Comment[]): boolean {
  let at = 0;
  for (const one of comments) {
    if (one.start > comment.start) break;
    if (/\S/.test(text.slice(at, one.start).replace(/^#!.*/, ""))) return false;
    at = one.end;
  }
  return true;
}

/** The first line after the comment that holds more than comments. */
function nextCodeLine(source: SourceText, comment: Comment, comments: readonly Comment[]): number {
  let at = comment.end;
  for (;;) {
    const next = /\S/g;
    next.lastIndex = at;
    const found = next.exec(source.text);
    if (found === null) return source.lineAt(comment.end);
    const inside = comments.find((one) => found.index >= one.start && found.index < one.end);
    if (inside === undefined) return source.lineAt(found.index);
    at = inside.end;
  }
}
