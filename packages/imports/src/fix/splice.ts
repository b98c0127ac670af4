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

const contextLines = 2;

/** A unified diff of one file, from its edits. */
export function diffOf(path: string, bytes: Buffer, splices: readonly Splice[]): string {
  const lines: string[] = [`--- a/${path}`, `+++ b/${path}`];
  const starts = [0];
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) starts.push(at + 1);
  if (starts.at(-1) === bytes.length && starts.length > 1) starts.pop();
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const startOf = (line: number): number => starts[line] ?? bytes.length;
  type Group = { first: number; last: number; splices: Splice[] };
  const groups: Group[] = [];
  for (const splice of sorted(splices)) {
    const first = lineOf(splice.start);
    // An edit that ends where a line begins has not touched that line.
    const last = splice.end > splice.start ? lineOf(splice.end - 1) : first;
    const before = groups.at(-1);
    if (before !== undefined && first <= before.last + 1) {
      before.last = Math.max(before.last, last);
      before.splices.push(splice);
    } else groups.push({ first, last, splices: [splice] });
  }
  let shift = 0;
  for (const group of groups) {
    const from = startOf(group.first);
    const to = startOf(group.last + 1);
    const old = splitLines(bytes.toString("utf8", from, to));
    const moved = group.splices.map(({ start, end, text }) => ({
      start: start - from,
      end: end - from,
      text,
    }));
    const fresh = splitLines(applySplices(bytes.subarray(from, to), moved).toString("utf8"));
    const above = Math.max(0, group.first - contextLines);
    const below = Math.min(starts.length, group.last + 1 + contextLines);
    const head = splitLines(bytes.toString("utf8", startOf(above), from));
    const tail = splitLines(bytes.toString("utf8", to, startOf(below)));
    const count = head.length + tail.length;
    lines.push(
      `@@ -${above + 1},${count + old.length} +${above + 1 + shift},${count + fresh.length} @@`,
      ...head.map((line) => ` ${line}`),
      ...old.map((line) => `-${line}`),
      ...fresh.map((line) => `+${line}`),
      ...tail.map((line) => ` ${line}`),
    );
    shift += fresh.length - old.length;
  }
  return lines.join("\n");
}

function splitLines(text: string): string[] {
  if (text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}
