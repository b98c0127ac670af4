const contextLines = 2;
/** Beyond so many changed lines a file is shown as replaced. */
const changesMax = 1000;

type Step = { readonly mark: " " | "-" | "+"; readonly line: string };

/** A unified diff of one file. */
export function diffOf(path: string, before: Buffer, after: Buffer): string {
  const steps = compareLines(splitLines(before.toString("utf8")), splitLines(after.toString("utf8")));
  const lines = [`--- a/${path}`, `+++ b/${path}`];
  let old = 0;
  let fresh = 0;
  const places = steps.map((step) => {
    const place = { old, fresh };
    if (step.mark !== "+") old++;
    if (step.mark !== "-") fresh++;
    return place;
  });
  for (let at = 0; at < steps.length; at++) {
    if (steps[at]?.mark === " ") continue;
    const start = Math.max(0, at - contextLines);
    let end = at;
    // Changes whose context would touch share a hunk.
    for (let next = at; next < steps.length && next <= end + 2 * contextLines; next++) {
      if (steps[next]?.mark !== " ") end = next;
    }
    const stop = Math.min(steps.length, end + 1 + contextLines);
    const hunk = steps.slice(start, stop);
    const from = places[start] ?? { old: 0, fresh: 0 };
    const olds = hunk.filter((step) => step.mark !== "+").length;
    const freshes = hunk.filter((step) => step.mark !== "-").length;
    lines.push(`@@ -${from.old + 1},${olds} +${from.fresh + 1},${freshes} @@`);
    for (const { mark, line } of hunk) lines.push(mark + line);
    at = stop - 1;
  }
  return lines.join("\n");
}

function splitLines(text: string): string[] {
  if (text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}

/** Myers (1986): the shortest way from one to the other, in time by the number of differences. */
function compareLines(old: readonly string[], fresh: readonly string[]): Step[] {
  const trace: Int32Array[] = [];
  const offset = changesMax + 1;
  const reach = new Int32Array(2 * offset + 1);
  for (let depth = 0; depth <= changesMax; depth++) {
    trace.push(reach.slice());
    for (let k = -depth; k <= depth; k += 2) {
      const isDown = k === -depth || (k !== depth && at(reach, k - 1, offset) < at(reach, k + 1, offset));
      let x = isDown ? at(reach, k + 1, offset) : at(reach, k - 1, offset) + 1;
      let y = x - k;
      while (x < old.length && y < fresh.length && old[x] === fresh[y]) {
        x++;
        y++;
      }
      reach[k + offset] = x;
      if (x >= old.length && y >= fresh.length) return backtrack(trace, old, fresh, offset);
    }
  }
  return [
    ...old.map((line): Step => ({ mark: "-", line })),
    ...fresh.map((line): Step => ({ mark: "+", line })),
  ];
}

function at(reach: Int32Array, k: number, offset: number): number {
  return reach[k + offset] as number;
}

function backtrack(
  trace: readonly Int32Array[],
  old: readonly string[],
  fresh: readonly string[],
  offset: number,
): Step[] {
  const steps: Step[] = [];
  let x = old.length;
  let y = fresh.length;
  for (let depth = trace.length - 1; depth > 0; depth--) {
    const reach = trace[depth] as Int32Array;
    const k = x - y;
    const isDown = k === -depth || (k !== depth && at(reach, k - 1, offset) < at(reach, k + 1, offset));
    const beforeK = isDown ? k + 1 : k - 1;
    const beforeX = at(reach, beforeK, offset);
    const beforeY = beforeX - beforeK;
    while (x > beforeX && y > beforeY) {
      steps.push({ mark: " ", line: old[--x] as string });
      y--;
    }
    if (isDown) steps.push({ mark: "+", line: fresh[--y] as string });
    else steps.push({ mark: "-", line: old[--x] as string });
  }
  while (x > 0) steps.push({ mark: " ", line: old[--x] as string });
  return steps.reverse();
}
