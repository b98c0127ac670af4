/** Reads `goldenpath-ignore rule[, rule] -- reason` from the comments of a file. */

import type { Ignore } from "../model.ts";
import type { SourceText } from "./source-text.ts";
import type { Comment } from "./typescript-parser.ts";

const MARK = "goldenpath-ignore";
const DIRECTIVE =
  /^(?:\/\/+|\/\*+)[ \t]*(?<mark>goldenpath-ignore)(?![\w-])[ \t]*(?<rules>[\w*-]+(?:[ \t]*,[ \t]*[\w*-]+)*)?[ \t]*(?:--[ \t]*(?<reason>[^\n]*))?/;

export function readIgnores(source: SourceText, comments: readonly Comment[]): readonly Ignore[] {
  const text = source.text;
  if (!text.includes(MARK)) return [];
  const ignores: Ignore[] = [];
  for (const comment of comments) {
    const body = text.slice(comment.start, comment.end);
    const match = DIRECTIVE.exec(body);
    if (match === null) continue;
    const at = source.place(comment.start + body.indexOf(MARK), comment.end);
    const reason = (match.groups?.reason ?? "").replace(/\*\/.*$/, "").trim();
    // A rule's name ends where the reason begins: `--` belongs to neither.
    const rules = (match.groups?.rules ?? "").split(",").map((one) => one.trim().replace(/-+$/, ""));
    ignores.push({
      rules: rules.filter((one) => one !== ""),
      reason,
      line: at.line,
      column: at.column,
      appliesToLine: appliesTo(source, comment, comments),
    });
  }
  return ignores;
}

function appliesTo(source: SourceText, comment: Comment, comments: readonly Comment[]): number {
  const text = source.text;
  const lineStart = text.lastIndexOf("\n", comment.start - 1) + 1;
  if (/[^\s{]/.test(text.slice(lineStart, comment.start))) return source.lineAt(comment.start);
  let at = comment.end;
  for (;;) {
    const next = /[^\s}]/g;
    next.lastIndex = at;
    const found = next.exec(text);
    if (found === null) return source.lineAt(comment.end);
    const inside = comments.find((one) => found.index >= one.start && found.index < one.end);
    if (inside === undefined) return source.lineAt(found.index);
    at = inside.end;
  }
}
