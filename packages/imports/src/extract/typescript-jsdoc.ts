/** Types that comments declare: in JavaScript the compiler exports every `@typedef` and `@callback`. */

import type { FactsBuilder, Range } from "./typescript-facts.ts";
import type { Comment } from "./typescript-parser.ts";

const TAG = /@(?:typedef|callback)\b/g;
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
/** Spaces, and the stars with which lines of a comment begin. */
const FILLING = /(?:\s|\*(?!\/))*/y;

export function readTypedefs(facts: FactsBuilder, comments: readonly Comment[]): void {
  const { text } = facts.source;
  if (!/@(?:typedef|callback)\b/.test(text)) return;
  for (const comment of comments) {
    if (!text.startsWith("/**", comment.start)) continue;
    const inner = text.slice(comment.start, comment.end);
    for (const tag of inner.matchAll(TAG)) {
      const at = nameAfter(inner, tag.index + tag[0].length);
      if (at === undefined) continue;
      const name = inner.slice(at.start, at.end);
      const range: Range = { start: comment.start + at.start, end: comment.start + at.end };
      facts.declare({ name, kind: "type", range, at: range, presence: "types" });
      facts.offer(name, name, range, true);
    }
  }
}

/** The name behind `{type}`, if there is a type. */
function nameAfter(text: string, from: number): Range | undefined {
  let at = skipped(text, from);
  if (text[at] === "{") {
    let depth = 0;
    do {
      if (text[at] === "{") depth++;
      else if (text[at] === "}") depth--;
      at++;
    } while (depth > 0 && at < text.length);
    at = skipped(text, at);
  }
  NAME.lastIndex = at;
  const end = NAME.test(text) ? NAME.lastIndex : at;
  return end > at ? { start: at, end } : undefined;
}

function skipped(text: string, from: number): number {
  FILLING.lastIndex = from;
  return FILLING.test(text) ? FILLING.lastIndex : from;
}
