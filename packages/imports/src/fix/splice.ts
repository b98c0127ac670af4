/** Replace the bytes `start`–`end` by `text`. Edits of one file do not overlap. */
export type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** Sorted by place, each place once. */
function sorted(splices: readonly Splice[]): Splice[] {
  return [...splices].sort((a, b) => a.start - b.start || a.end - b.end);
}

export function overlaps(splices: readonly Splice[]): boolean {
  const inOrder = sorted(splices);
  return inOrder.some((splice, index) => index > 0 && splice.start < (inOrder[index - 1] as Splice).end);
}

/** The bytes with all edits made; everything outside of them stays as it is. */
export function applySplices(bytes: Buffer, splices: readonly Splice[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of sorted(splices)) {
    parts.push(bytes.subarray(at, start), Buffer.from(text, "utf8"));
    at = end;
  }
  parts.push(bytes.subarray(at));
  return Buffer.concat(parts);
}
