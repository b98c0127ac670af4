/**
 * How a group of drafts crosses to the thread, and its outcomes back. Copying objects between threads costs more
 * than writing them to disk; so what nearly every commit is, one event of a run under way, travels as lines of
 * one text and a row of numbers, and its outcome as the offset alone. Everything else travels as it is.
 */
import type { EventType } from "@goldenpath/protocol";
import type { Draft, Mark } from "./draft.ts";
import type { Changes, Verdict } from "./judge.ts";

export interface PackedGroup {
  /** Of each plain draft: user, thread, run, event id, type, tail. */
  readonly text: string;
  /** Of each plain draft: when the event was made, its seq, the attempt, when the commit was handed in. */
  readonly numbers: Float64Array;
  /** In the order of the drafts; undefined where the next plain one stands. */
  readonly drafts: readonly (PackedDraft | undefined)[];
}

export interface PackedDraft extends Omit<Draft, "tails"> {
  readonly body: string;
}

/** What became of one draft; `threw` carries the text of a TypeError that is the caller's bug. */
export type DraftOutcome =
  | ({ readonly is: "committed" } & Pick<Changes, "first" | "head" | "keep" | "result">)
  | Exclude<Verdict, { readonly is: "append" }>
  | { readonly is: "threw"; readonly message: string };

/** A number is the first offset of a draft that was appended as a whole and has no result. */
export type PackedOutcome = number | DraftOutcome;

const linesPerDraft = 6;
const numbersPerDraft = 4;

export function packDrafts(drafts: readonly Draft[]): PackedGroup {
  const lines: string[] = [];
  const numbers: number[] = [];
  const packed = drafts.map((draft) => {
    const mark = plainMark(draft);
    if (!mark) return packDraft(draft);
    lines.push(draft.userId, mark.threadId, mark.runId, mark.id, mark.type, draft.tails[0] ?? "");
    numbers.push(mark.at, mark.seq, mark.attempt, draft.at);
    return undefined;
  });
  return { text: lines.join("\n"), numbers: Float64Array.from(numbers), drafts: packed };
}

export function unpackDrafts({ text, numbers, drafts }: PackedGroup): readonly PackedDraft[] {
  const lines = text.split("\n");
  let plain = 0;
  return drafts.map((draft) => draft ?? unpackPlain(lines, numbers, plain++));
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

function packDraft({ tails, ...rest }: Draft): PackedDraft {
  return { ...rest, body: tails.join("\n") };
}

interface PlainMark {
  readonly threadId: string;
  readonly runId: string;
  readonly id: string;
  readonly type: EventType;
  readonly at: number;
  readonly seq: number;
  readonly attempt: number;
}

function plainMark(draft: Draft): PlainMark | undefined {
  const { marks, run, command, finalMessage, owner, activeRunsMax } = draft;
  const mark = marks[0];
  if (!mark || marks.length > 1 || !run) return undefined;
  if (command || finalMessage || owner !== undefined || activeRunsMax !== undefined) return undefined;
  const { threadId, runId, id, type, at, seq, started, ends, thread, message } = mark;
  if (started || ends || thread || message || seq === undefined || runId !== run.runId) return undefined;
  // A line is a line: whoever names something with a line break has it travel as an object.
  if (`${draft.userId}${threadId}${runId}${id}`.includes("\n")) return undefined;
  return { threadId, runId, id, type, at, seq, attempt: run.attempt };
}

function unpackPlain(lines: readonly string[], numbers: Float64Array, index: number): PackedDraft {
  const line = index * linesPerDraft;
  const number = index * numbersPerDraft;
  const runId = lines[line + 2] ?? "";
  const body = lines[line + 5] ?? "";
  const mark: Mark = {
    type: (lines[line + 4] ?? "") as EventType,
    id: lines[line + 3] ?? "",
    at: numbers[number] ?? 0,
    threadId: lines[line + 1] ?? "",
    runId,
    seq: numbers[number + 1] ?? 0,
  };
  return {
    userId: lines[line] ?? "",
    at: numbers[number + 3] ?? 0,
    marks: [mark],
    bytes: body.length,
    run: { runId, attempt: numbers[number + 2] ?? 0 },
    body,
  };
}
