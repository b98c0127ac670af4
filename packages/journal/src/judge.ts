/**
 * What becomes of a commit: a pure function of the draft and of what the engine holds of that user.
 * Every engine asks it and then does exactly what the verdict says, in one place and one transaction.
 */
import type { Json } from "@goldenpath/protocol";
import type { Draft, DraftMessage, Mark } from "./draft.ts";
import type { Claim, CommitRefusal, Run } from "./journal.ts";

/** What an engine holds of one user (D4), as it stands when the commit is judged. */
export interface Facts {
  readonly head: number;
  command(id: string): { readonly fingerprint: string; readonly result: Json } | undefined;
  thread(threadId: string): ThreadState | undefined;
  hasMessage(threadId: string, messageId: string): boolean;
  run(runId: string): Run | undefined;
  activeRunCount(): number;
  /** The id of that run's event with that `seq`, while it is in the log. */
  eventId(run: Run, seq: number): string | undefined;
}

export type ThreadState = "live" | "deleted";

export type ThreadChange =
  | { readonly is: "put"; readonly offset: number; readonly thread: NonNullable<Mark["thread"]> }
  /** A message moves its thread up: `updatedAt` becomes `at`, unless it is later already. */
  | { readonly is: "touch"; readonly offset: number; readonly threadId: string; readonly at: number }
  | { readonly is: "delete"; readonly offset: number; readonly threadId: string };

/** A message and its place among its thread's: the offset at which it began. */
export interface KeptMessage extends DraftMessage {
  readonly offset: number;
}

export interface Changes {
  /** Offset of the first event appended; `head + 1` of before when there is none. */
  readonly first: number;
  readonly head: number;
  /** Which of the draft's events are appended; absent: all. */
  readonly keep?: readonly number[];
  readonly threads: readonly ThreadChange[];
  readonly messages: readonly KeptMessage[];
  /** The new state of each run that changed. */
  readonly runs: readonly Run[];
  readonly result: Json;
}

export type Verdict =
  | { readonly is: "append"; readonly changes: Changes }
  | { readonly is: "repeated"; readonly result: Json }
  | Refusal;

export interface Refusal {
  readonly is: "refused";
  readonly why: CommitRefusal;
  readonly detail: string;
}

/** What of a draft is judged; its bytes are not. */
export type Judged = Omit<Draft, "tails">;

/**
 * Whether an attempt's events from `seq` on are just what comes next in a run under way, as nearly every commit's
 * are. `judge` would append them all and change nothing but the run's place; so an engine may ask this first.
 */
export function continues(
  run: Run | undefined,
  { threadId, attempt, seq }: { readonly threadId: string; readonly attempt: number; readonly seq: number },
  thread: ThreadState | undefined,
): run is Run {
  if (run?.state !== "active" || run.attempt !== attempt || run.threadId !== threadId) return false;
  return run.seq + 1 === seq && thread === "live";
}

export function judge(draft: Judged, facts: Facts): Verdict {
  const result = draft.command?.result ?? null;
  if (draft.command) {
    // J3: the same command again gets its first answer, whatever has become of its run since.
    const seen = facts.command(draft.command.id);
    if (seen) {
      if (seen.fingerprint === draft.command.fingerprint) return { is: "repeated", result: seen.result };
      return refuse("id_reused", `The command id ${draft.command.id} was used for another command.`);
    }
  }
  if (draft.activeRunsMax !== undefined && facts.activeRunCount() >= draft.activeRunsMax) {
    return refuse("too_many_runs", `${draft.activeRunsMax} runs are active.`);
  }
  const judging = new Judging(draft, facts);
  for (const [index, mark] of draft.marks.entries()) {
    const refusal = judging.take(mark, index);
    if (refusal) return refusal;
  }
  const stale = judging.runRefusal();
  if (stale) return stale;
  if (draft.marks.length > 0 && judging.keep.length === 0) return { is: "repeated", result };
  return { is: "append", changes: judging.changes(result) };
}

/** The state of one judgement: what the events so far would change, laid over the facts. */
class Judging {
  readonly keep: number[] = [];
  readonly #draft: Judged;
  readonly #facts: Facts;
  readonly #threads: ThreadChange[] = [];
  readonly #messages: KeptMessage[] = [];
  readonly #runs = new Map<string, Run>();
  #head: number;

  constructor(draft: Judged, facts: Facts) {
    this.#draft = draft;
    this.#facts = facts;
    this.#head = facts.head;
  }

  take(mark: Mark, index: number): Refusal | undefined {
    const verdict = mark.runId === undefined ? this.#takeOwn(mark) : this.#takeOfRun(mark, mark.runId);
    if (verdict === "seen") return undefined;
    if (verdict) return verdict;
    this.keep.push(index);
    this.#head++;
    return undefined;
  }

  /** A commit that names a run is refused when that run is not this attempt's, even without events. */
  runRefusal(): Refusal | undefined {
    const named = this.#draft.run;
    if (!named || this.#runs.has(named.runId)) return undefined;
    return refuseRun(this.#facts.run(named.runId), named.runId, named.attempt);
  }

  changes(result: Json): Changes {
    return {
      first: this.#facts.head + 1,
      head: this.#head,
      ...(this.keep.length === this.#draft.marks.length ? {} : { keep: this.keep }),
      threads: this.#threads,
      messages: this.#messages,
      runs: [...this.#runs.values()],
      result,
    };
  }

  /** Events of the user's own doing: threads and messages. */
  #takeOwn(mark: Mark): Refusal | undefined {
    const { threadId, thread, message } = mark;
    const offset = this.#head + 1;
    const state = this.#thread(threadId);
    if (mark.type === "thread_created") {
      if (state === "live") return refuse("id_reused", `The thread ${threadId} exists already.`);
      if (state === "deleted") return noThread(threadId);
    } else if (state !== "live") return noThread(threadId);
    if (thread) this.#threads.push({ is: "put", offset, thread });
    else if (mark.type === "thread_deleted") this.#threads.push({ is: "delete", offset, threadId });
    else if (message) {
      const twice = this.#messages.some((other) => other.threadId === threadId && other.id === message.id);
      if (twice || this.#facts.hasMessage(threadId, message.id)) {
        return refuse("id_reused", `The message ${message.id} exists already.`);
      }
      this.#messages.push({ ...message, offset });
      this.#threads.push({ is: "touch", offset, threadId, at: mark.at });
    }
    return undefined;
  }

  #takeOfRun(mark: Mark, runId: string): Refusal | "seen" | undefined {
    const { seq = 0, started, threadId } = mark;
    const run = this.#runs.get(runId) ?? this.#facts.run(runId);
    if (!run && started && seq === 1) return this.#begin(mark, runId, started);
    const attempt = this.#draft.run?.runId === runId ? this.#draft.run.attempt : started?.attempt;
    const refusal = refuseRun(run, runId, attempt ?? run?.attempt ?? 0);
    if (refusal || !run) return refusal;
    if (threadId !== run.threadId) return noThread(threadId);
    if (seq <= run.seq) {
      // J3: an event that was seen is not appended; another event in its place is refused.
      if (this.#facts.eventId(run, seq) === mark.id) return "seen";
      return refuse("out_of_sequence", `Run ${runId} has another event with seq ${seq}.`);
    }
    if (seq !== run.seq + 1) {
      return refuse("out_of_sequence", `Run ${runId} is at seq ${run.seq}; ${seq} does not continue it.`);
    }
    const live = this.#thread(threadId) === "live";
    // J5: a run outlives its thread only to get its one end.
    if (!live && !mark.ends) return noThread(threadId);
    const offset = this.#head + 1;
    const next: Run = { ...run, seq, lastOffset: offset };
    this.#runs.set(runId, mark.ends ? { ...next, state: mark.ends, endedAt: mark.at } : next);
    const { finalMessage } = this.#draft;
    if (mark.ends && live && finalMessage) {
      if (finalMessage.threadId !== run.threadId || finalMessage.id !== run.messageId) {
        throw new TypeError(`commit: the finalMessage ${finalMessage.id} is not the answer of run ${runId}`);
      }
      this.#messages.push({ ...finalMessage, offset: run.firstOffset });
    }
    return undefined;
  }

  #begin(mark: Mark, runId: string, started: NonNullable<Mark["started"]>): Refusal | undefined {
    if (this.#thread(mark.threadId) !== "live") return noThread(mark.threadId);
    const offset = this.#head + 1;
    this.#runs.set(runId, {
      runId,
      threadId: mark.threadId,
      ...started,
      owner: this.#draft.owner ?? "",
      state: "active",
      firstOffset: offset,
      lastOffset: offset,
      seq: 1,
      startedAt: mark.at,
    });
    return undefined;
  }

  #thread(threadId: string): ThreadState | undefined {
    for (let at = this.#threads.length - 1; at >= 0; at--) {
      const change = this.#threads[at];
      if (change?.is === "put" && change.thread.id === threadId) return "live";
      if (change?.is === "delete" && change.threadId === threadId) return "deleted";
    }
    return this.#facts.thread(threadId);
  }
}

/** J4: the run as the claim makes it; undefined when it is not there to be taken. */
export function judgeClaim(run: Run | undefined, { nodeId, attempt }: Claim): Run | undefined {
  if (!nodeId) throw new TypeError("claimRun: nodeId is required");
  if (run?.state !== "active" || run.attempt !== attempt) return undefined;
  return { ...run, attempt: attempt + 1, owner: nodeId };
}

/** J4 and J5: why a commit of this attempt may not touch the run. */
function refuseRun(run: Run | undefined, runId: string, attempt: number): Refusal | undefined {
  if (!run) return refuse("run_ended", `The run ${runId} never began.`);
  if (run.state !== "active") return refuse("run_ended", `The run ${runId} is ${run.state}.`);
  if (attempt === run.attempt) return undefined;
  return refuse("fenced", `Attempt ${run.attempt} owns the run ${runId}; this is attempt ${attempt}.`);
}

function noThread(threadId: string): Refusal {
  return refuse("not_found", `There is no thread ${threadId}.`);
}

function refuse(why: CommitRefusal, detail: string): Refusal {
  return { is: "refused", why, detail };
}
