/**
 * How a group of drafts crosses to the thread, and its outcomes back. Copying objects between threads costs more
 * than writing them to disk; so what nearly every commit is, the next events of a run under way, travels as lines
 * of text and a row of numbers, and its outcome as the offset alone. Everything else travels as it is.
 */
import type { Event } from "@goldenpath/protocol";
import type { Draft, Mark } from "./draft.ts";
import type { Changes, Verdict } from "./judge.ts";

export interface PackedGroup {
  /** Of each plain draft: user, run, thread; a line each. */
  readonly names: string;
  /** The tails of all drafts; a line each. */
  readonly body: string;
  /** Of each draft: how many events it has; of a plain one then its attempt, its first seq, when each event was made. */
  readonly numbers: Float64Array;
  /** The drafts that are not plain. */
  readonly objects: readonly PackedObject[];
}

export type PackedObject = Omit<Draft, "tails">;

/** The next events of a run, and nothing else. */
export interface PlainDraft {
  readonly is: "plain";
  readonly userId: string;
  readonly runId: string;
  readonly threadId: string;
  readonly attempt: number;
  /** Of its first event; those of the others follow. */
  readonly seq: number;
  readonly ats: readonly number[];
  readonly tails: readonly string[];
}

export interface ObjectDraft {
  readonly is: "object";
  readonly draft: Draft;
}

/** What became of one draft; `threw` carries the text of a TypeError that is the caller's bug. */
export type DraftOutcome =
  | ({ readonly is: "committed" } & Pick<Changes, "first" | "head" | "keep" | "result">)
  | Exclude<Verdict, { readonly is: "append" }>
  | { readonly is: "threw"; readonly message: string };

/** A number is the first offset of a draft that was appended as a whole and has no result. */
export type PackedOutcome = number | DraftOutcome;

const namesPerDraft = 3;
/** Attempts count from 1. */
const noAttempt = 0;

export function packDrafts(drafts: readonly Draft[]): PackedGroup {
  const names: string[] = [];
  const body: string[] = [];
  const numbers: number[] = [];
  const objects: PackedObject[] = [];
  for (const draft of drafts) {
    const { marks, tails } = draft;
    for (const tail of tails) body.push(tail);
    const first = marks[0];
    if (first?.runId === undefined || !isPlain(draft, first)) {
      const { tails: _, ...rest } = draft;
      numbers.push(tails.length, noAttempt);
      objects.push(rest);
      continue;
    }
    names.push(draft.userId, first.runId, first.threadId);
    numbers.push(tails.length, draft.run?.attempt ?? noAttempt, first.seq ?? 0);
    for (const { at } of marks) numbers.push(at);
  }
  return { names: names.join("\n"), body: body.join("\n"), numbers: Float64Array.from(numbers), objects };
}

export function unpackDrafts({ names, body, numbers, objects }: PackedGroup): (PlainDraft | ObjectDraft)[] {
  const lines = names.split("\n");
  const bodyLines = body.split("\n");
  const drafts: (PlainDraft | ObjectDraft)[] = [];
  let name = 0;
  let line = 0;
  let object = 0;
  for (let at = 0; at < numbers.length; ) {
    const count = numbers[at++] ?? 0;
    const attempt = numbers[at++] ?? 0;
    const tails = bodyLines.slice(line, line + count);
    line += count;
    if (attempt === noAttempt) {
      const rest = objects[object++];
      if (!rest) throw new RangeError("journal: a draft was lost on its way to the thread");
      drafts.push({ is: "object", draft: { ...rest, tails } });
      continue;
    }
    const seq = numbers[at++] ?? 0;
    const ats: number[] = [];
    for (const end = at + count; at < end; ) ats.push(numbers[at++] ?? 0);
    const [userId = "", runId = "", threadId = ""] = [lines[name], lines[name + 1], lines[name + 2]];
    name += namesPerDraft;
    drafts.push({ is: "plain", userId, runId, threadId, attempt, seq, ats, tails });
  }
  return drafts;
}

/** A plain draft as a judge wants it; what did not cross stands in its events' bytes. */
export function unplain({ userId, runId, threadId, attempt, tails }: PlainDraft): Draft {
  const marks = tails.map((tail): Mark => {
    const { type, id, at, seq = 0 } = JSON.parse(`{${tail}`) as Event;
    return { type, id, at, threadId, runId, seq };
  });
  return { userId, at: 0, marks, tails, bytes: 0, run: { runId, attempt } };
}

export function packOutcome(outcome: DraftOutcome): PackedOutcome {
  const plain = outcome.is === "committed" && outcome.keep === undefined && outcome.result === null;
  return plain ? outcome.first : outcome;
}

/** `count` is the number of the draft's events. */
export function unpackOutcome(outcome: PackedOutcome, count: number): DraftOutcome {
  if (typeof outcome !== "number") return outcome;
  return { is: "committed", first: outcome, head: outcome + count - 1, result: null };
}

function isPlain(draft: Draft, first: Mark): boolean {
  const { marks, run, command, finalMessage, owner, activeRunsMax } = draft;
  if (!run || run.attempt === noAttempt || run.runId !== first.runId) return false;
  if (command || finalMessage || owner !== undefined || activeRunsMax !== undefined) return false;
  for (let index = 0; index < marks.length; index++) {
    const mark = marks[index];
    if (!mark || mark.started || mark.ends || mark.runId !== first.runId) return false;
    if (mark.threadId !== first.threadId || mark.seq !== (first.seq ?? 0) + index) return false;
  }
  // A line is a line: whoever names something with a line break has it travel as an object.
  return !draft.userId.includes("\n") && !run.runId.includes("\n") && !first.threadId.includes("\n");
}
