/**
 * The journal on one SQLite connection, synchronous; it lives in the worker thread.
 *
 *  S1  A group of drafts is one transaction. Each draft is judged and applied after the ones before it;
 *      what is answered as committed is durable by then (J2), and in the order it was handed in.
 *  S2  Nothing is half-written: if anything fails, the whole group is rolled back, memory is rebuilt from the
 *      disk, and every draft of the group is refused with the reason.
 *  S3  Reads run between transactions on this same connection, so they see every commit that was answered and
 *      no other. They wait for one group at most (the caller has only one under way), which is bounded in
 *      events and bytes: a second connection would save that and lose this.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Draft } from "./draft.ts";
import type { CommitRefusal, Run } from "./journal.ts";
import { type Changes, continues, type Facts, judge, judgeClaim, type Verdict } from "./judge.ts";
import type { Calls, WorkerOptions } from "./sqlite-channel.ts";
import { errorWords, failureCode, isDatabaseError } from "./sqlite-failure.ts";
import type { Segment } from "./sqlite-group.ts";
import { SqliteLog } from "./sqlite-log.ts";
import type { OpenDatabase } from "./sqlite-open.ts";
import {
  type DraftOutcome,
  type PackedOutcome,
  type PlainDraft,
  packOutcome,
  unpackDrafts,
  unplain,
} from "./sqlite-pack.ts";
import { SqliteRuns } from "./sqlite-runs.ts";
import { SqliteTables } from "./sqlite-tables.ts";

const usersPerTrim = 64;

type Answering = {
  readonly [N in Exclude<keyof Calls, "close">]: (request: Calls[N]["request"]) => Calls[N]["answer"];
};

export class SqliteStore implements Answering {
  readonly #database: DatabaseSync;
  readonly #epoch: string;
  readonly #attachmentBytesTotalMax: number;
  readonly #log: SqliteLog;
  readonly #runs: SqliteRuns;
  readonly #tables: SqliteTables;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  /** Set when memory could not be rebuilt after a failure: nothing is trusted until that has worked. */
  #stale = false;

  constructor(
    { database, epoch }: OpenDatabase,
    options: Pick<WorkerOptions, "attachmentBytesTotalMax" | "unfoldedEventsMax">,
  ) {
    this.#database = database;
    this.#epoch = epoch;
    this.#attachmentBytesTotalMax = options.attachmentBytesTotalMax;
    this.#runs = new SqliteRuns(database);
    this.#tables = new SqliteTables(database);
    this.#log = new SqliteLog(database, options.unfoldedEventsMax, (userId) => this.#runs.folded(userId));
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#recover();
  }

  group(group: Calls["group"]["request"]): Calls["group"]["answer"] {
    const drafts = unpackDrafts(group);
    const done = this.#transaction(() =>
      drafts.map((one) => (one.is === "plain" ? this.#takePlain(one) : packOutcome(this.#take(one.draft)))),
    );
    if (done.is === "done") return done.value;
    const { why, detail } = done;
    return drafts.map(() => ({ is: "refused", why, detail }));
  }

  extent({ userId }: Calls["extent"]["request"]): Calls["extent"]["answer"] {
    this.#fresh();
    const { floor, head } = this.#log.extent(userId);
    return { epoch: this.#epoch, floor, head };
  }

  read({ userId, after, eventsMax, bytesMax }: Calls["read"]["request"]): Calls["read"]["answer"] {
    this.#fresh();
    const { floor, head } = this.#log.extent(userId);
    if (after < floor) return { is: "trimmed", floor, head };
    const tails: string[] = [];
    let bytes = 0;
    for (const tail of this.#log.tails(userId, after)) {
      bytes += Buffer.byteLength(tail);
      if (tails.length > 0 && (tails.length >= eventsMax || bytes > bytesMax)) break;
      tails.push(tail);
    }
    return { is: "events", count: tails.length, body: tails.join("\n"), head };
  }

  threads({ userId, page }: Calls["threads"]["request"]): readonly string[] {
    return this.#tables.threads(userId, page);
  }

  thread({ userId, threadId }: Calls["thread"]["request"]): string | undefined {
    return this.#tables.thread(userId, threadId);
  }

  messages({ userId, threadId, page }: Calls["messages"]["request"]): readonly string[] {
    return this.#tables.messages(userId, threadId, page);
  }

  run({ userId, runId }: Calls["run"]["request"]): Run | undefined {
    this.#fresh();
    return this.#runs.find(userId, runId);
  }

  activeRuns({ userId }: Calls["activeRuns"]["request"]): readonly Run[] {
    this.#fresh();
    return this.#runs.active(userId);
  }

  runEvents({ userId, runId }: Calls["runEvents"]["request"]): Calls["runEvents"]["answer"] {
    this.#fresh();
    const run = this.#runs.find(userId, runId);
    return run ? [...this.#eventsOf(userId, run)] : [];
  }

  orphanedRuns({ living, limit }: Calls["orphanedRuns"]["request"]): Calls["orphanedRuns"]["answer"] {
    this.#fresh();
    return this.#runs.orphaned(living, limit);
  }

  claimRun({ userId, runId, claim }: Calls["claimRun"]["request"]): Run | undefined {
    const done = this.#transaction(() => {
      const run = this.#runs.find(userId, runId);
      const claimed = judgeClaim(run, claim);
      if (claimed) this.#runs.change(userId, claimed, run);
      return claimed;
    });
    if (done.is === "failed") throw new Error(done.detail);
    return done.value;
  }

  putAttachment(request: Calls["putAttachment"]["request"]): Calls["putAttachment"]["answer"] {
    const { userId, attachment } = request;
    const done = this.#transaction(() =>
      this.#tables.putAttachment(userId, attachment, this.#attachmentBytesTotalMax),
    );
    return done.is === "done" ? done.value : done.why;
  }

  attachment({ userId, attachmentId }: Calls["attachment"]["request"]): Calls["attachment"]["answer"] {
    return this.#tables.attachment(userId, attachmentId);
  }

  attachmentHead(request: Calls["attachmentHead"]["request"]): Calls["attachmentHead"]["answer"] {
    return this.#tables.attachmentHead(request.userId, request.attachmentId);
  }

  trim({ after, now, limits }: Calls["trim"]["request"]): Calls["trim"]["answer"] {
    const oldest = now - limits.ageMsMax;
    const userIds = this.#log.users(after, usersPerTrim);
    const done = this.#transaction(() => {
      let users = 0;
      let events = 0;
      for (const userId of userIds) {
        this.#tables.forgetOld(userId, oldest);
        const removed = this.#log.trim(userId, limits, oldest, this.#runs.active(userId)[0]?.firstOffset);
        if (removed > 0) users++;
        events += removed;
      }
      return { users, events };
    });
    if (done.is === "failed") throw new Error(done.detail);
    const next = userIds.length < usersPerTrim ? undefined : userIds.at(-1);
    return { ...done.value, ...(next === undefined ? {} : { next }) };
  }

  #takePlain(draft: PlainDraft): PackedOutcome {
    const { userId, runId, threadId, seq } = draft;
    const run = this.#runs.find(userId, runId);
    if (!continues(run, draft, this.#tables.threadState(userId, threadId)))
      return packOutcome(this.#take(unplain(draft)));
    const first = this.#log.append(draft);
    const last = draft.tails.length - 1;
    this.#runs.advance(userId, run, seq + last, first + last);
    return first;
  }

  #take(draft: Draft): DraftOutcome {
    let verdict: Verdict;
    try {
      verdict = judge(draft, this.#factsOf(draft.userId));
    } catch (error) {
      if (error instanceof TypeError) return { is: "threw", message: error.message };
      throw error;
    }
    if (verdict.is !== "append") return verdict;
    this.#apply(draft, verdict.changes);
    const { first, head, keep, result } = verdict.changes;
    return { is: "committed", first, head, result, ...(keep ? { keep } : {}) };
  }

  /** What the judge said, and nothing else. */
  #apply(draft: Draft, { keep, threads, messages, runs }: Changes): void {
    const { userId, command } = draft;
    for (const segment of segmentsOf(draft, keep)) this.#log.append(segment);
    for (const change of threads) this.#tables.changeThread(userId, change);
    for (const message of messages) this.#tables.keepMessage(userId, message);
    for (const run of runs) this.#runs.change(userId, run, this.#runs.find(userId, run.runId));
    if (command) this.#tables.putCommand(userId, command.id, command.fingerprint, command.result, draft.at);
  }

  #factsOf(userId: string): Facts {
    return {
      head: this.#log.extent(userId).head,
      command: (id) => this.#tables.command(userId, id),
      thread: (threadId) => this.#tables.threadState(userId, threadId),
      hasMessage: (threadId, messageId) => this.#tables.hasMessage(userId, threadId, messageId),
      run: (runId) => this.#runs.find(userId, runId),
      activeRunCount: () => this.#runs.active(userId).length,
      eventId: (run, seq) => {
        for (const { tail } of this.#eventsOf(userId, run)) {
          const event = JSON.parse(`{${tail}`) as { readonly id: string; readonly seq?: number };
          if (event.seq === seq) return event.id;
        }
        return undefined;
      },
    };
  }

  *#eventsOf(userId: string, run: Run): Generator<{ readonly offset: number; readonly tail: string }> {
    let offset = Math.max(run.firstOffset - 1, this.#log.extent(userId).floor);
    const named = `"runId":${JSON.stringify(run.runId)}`;
    for (const tail of this.#log.tails(userId, offset)) {
      if (++offset > run.lastOffset) return;
      // The text may stand in another event's data as well; only then is it parsed in vain.
      if (!tail.includes(named)) continue;
      const event = JSON.parse(`{${tail}`) as { readonly runId?: string };
      if (event.runId === run.runId) yield { offset, tail };
    }
  }

  #transaction<T>(work: () => T):
    | { readonly is: "done"; readonly value: T }
    | {
        readonly is: "failed";
        readonly why: Extract<CommitRefusal, "storage_full" | "unavailable">;
        readonly detail: string;
      } {
    try {
      this.#fresh();
      this.#begin.run();
      const value = work();
      this.#log.writeGroup();
      this.#commit.run();
      return { is: "done", value };
    } catch (error) {
      this.#undo();
      if (!isDatabaseError(error)) throw error;
      const code = failureCode(error);
      const detail =
        code === "storage_full"
          ? "The disk is full, or the database has reached databaseBytesMax. Nothing was written."
          : `The database could not be written (${errorWords(error)}). Nothing was written.`;
      return { is: "failed", why: code === "storage_full" ? "storage_full" : "unavailable", detail };
    }
  }

  /** S2: SQLite may have rolled back by itself, on a full disk for one. */
  #undo(): void {
    this.#stale = true;
    try {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      this.#fresh();
    } catch {
      // Still stale: the next call tries again, and answers with the error if it cannot.
      this.#stale = true;
    }
  }

  #fresh(): void {
    if (!this.#stale) return;
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    this.#recover();
    this.#stale = false;
  }

  #recover(): void {
    this.#runs.forget();
    this.#tables.forget();
    this.#log.recover((run) => this.#runs.recover(run));
  }
}

/** The draft's events as the log takes them, without those that were left out. */
function segmentsOf(
  { userId, marks, tails }: Draft,
  keep: readonly number[] | undefined,
): readonly Segment[] {
  const segments: { userId: string; runId: string; seq: number; ats: number[]; tails: string[] }[] = [];
  for (const index of keep ?? marks.keys()) {
    const { runId = "", seq = 0, at = 0 } = marks[index] ?? {};
    let last = segments.at(-1);
    if (last?.runId !== runId) {
      last = { userId, runId, seq, ats: [], tails: [] };
      segments.push(last);
    }
    last.ats.push(at);
    last.tails.push(tails[index] ?? "");
  }
  return segments;
}
