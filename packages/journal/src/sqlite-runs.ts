/**
 * Runs in their table. That a run advanced (`seq`, `lastOffset`) is not written with every event: the events
 * themselves stand in gp_group and say it. `#advanced` holds what the rows lack.
 *
 *  R1  A run that begins, is claimed or ends is written at once; that it advanced is written when its user's
 *      events are folded, in the same transaction.
 *  R2  `#written` holds runs as their rows stand, so that a run's next event need not read its row again; it is
 *      bounded and may be forgotten at any time.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Run } from "./journal.ts";
import { runOf } from "./run-row.ts";
import type { RunPlace } from "./sqlite-log.ts";

const writtenUsersMax = 20_000;

/** Advances in place: an object of its own for each event is what collecting garbage costs. */
type KeptRun = { -readonly [K in keyof Run]: Run[K] };

export class SqliteRuns {
  readonly #find: StatementSync;
  readonly #put: StatementSync;
  readonly #active: StatementSync;
  readonly #orphaned: StatementSync;
  readonly #advanced = new Map<string, Map<string, KeptRun>>();
  readonly #written = new Map<string, Map<string, KeptRun>>();

  constructor(database: DatabaseSync) {
    this.#find = database.prepare("SELECT * FROM gp_run WHERE user_id = ? AND run_id = ?");
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO gp_run (user_id, run_id, thread_id, agent, message_id, attempt, owner, state, first_offset, last_offset, seq, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#active = database.prepare(
      "SELECT * FROM gp_run WHERE user_id = ? AND state = 'active' ORDER BY first_offset",
    );
    this.#orphaned = database.prepare(
      `SELECT * FROM gp_run WHERE state = 'active' AND owner NOT IN (SELECT value FROM json_each(?))
       ORDER BY started_at, user_id, first_offset LIMIT ?`,
    );
  }

  /** What it answers is good until the run's next change. */
  find(userId: string, runId: string): Run | undefined {
    const known = this.#advanced.get(userId)?.get(runId) ?? this.#written.get(userId)?.get(runId);
    if (known) return known;
    const row = this.#find.get(userId, runId);
    return row && runOf(row);
  }

  active(userId: string): readonly Run[] {
    const advanced = this.#advanced.get(userId);
    return this.#active.all(userId).map((row) => advanced?.get(String(row.run_id)) ?? runOf(row));
  }

  /** Active runs whose owner is none of `living`, oldest first. */
  orphaned(
    living: readonly string[],
    limit: number,
  ): readonly { readonly userId: string; readonly run: Run }[] {
    return this.#orphaned.all(JSON.stringify(living), limit).map((row) => {
      const userId = String(row.user_id);
      return { userId, run: this.#advanced.get(userId)?.get(String(row.run_id)) ?? runOf(row) };
    });
  }

  /** R1: `run` is what became of `before`; undefined when it begins. */
  change(userId: string, run: Run, before: Run | undefined): void {
    if (before && before.state === run.state && before.attempt === run.attempt) {
      const advanced = this.#advanced.get(userId) ?? new Map<string, KeptRun>();
      this.#advanced.set(userId, advanced);
      advanced.set(run.runId, run);
      return;
    }
    this.#write(userId, run);
    this.#advanced.get(userId)?.delete(run.runId);
    this.#written.get(userId)?.delete(run.runId);
  }

  /** R1: the run's newest event is `seq`, at that offset; nothing else of it changed. */
  advance(userId: string, run: Run, seq: number, lastOffset: number): void {
    const kept = this.#advanced.get(userId)?.get(run.runId);
    if (kept) {
      kept.seq = seq;
      kept.lastOffset = lastOffset;
    } else this.change(userId, { ...run, seq, lastOffset }, run);
  }

  /** While memory is rebuilt: the run's newest event stands in a group. */
  recover({ userId, runId, seq, lastOffset }: RunPlace): void {
    const run = this.find(userId, runId);
    if (run && seq > run.seq) this.advance(userId, run, seq, lastOffset);
  }

  /** R1: the user's events are being folded. */
  folded(userId: string): void {
    const advanced = this.#advanced.get(userId);
    if (!advanced) return;
    for (const run of advanced.values()) this.#write(userId, run);
    this.#advanced.delete(userId);
    if (this.#written.size >= writtenUsersMax) this.#written.clear();
    this.#written.set(userId, advanced);
  }

  forget(): void {
    this.#advanced.clear();
    this.#written.clear();
  }

  #write(userId: string, run: Run): void {
    this.#put.run(
      userId,
      run.runId,
      run.threadId,
      run.agent,
      run.messageId,
      run.attempt,
      run.owner,
      run.state,
      run.firstOffset,
      run.lastOffset,
      run.seq,
      run.startedAt,
      run.endedAt ?? null,
    );
  }
}
