import type { Run, RunState } from "./journal.ts";

/** A run from its row; PostgreSQL answers 64-bit numbers as text. */
export function runOf(row: Readonly<Record<string, unknown>>): Run {
  return {
    runId: String(row.run_id),
    threadId: String(row.thread_id),
    agent: String(row.agent),
    messageId: String(row.message_id),
    attempt: Number(row.attempt),
    owner: String(row.owner),
    state: String(row.state) as RunState,
    firstOffset: Number(row.first_offset),
    lastOffset: Number(row.last_offset),
    seq: Number(row.seq),
    startedAt: Number(row.started_at),
    ...(row.ended_at === null ? {} : { endedAt: Number(row.ended_at) }),
  };
}

export function rowOf(userId: string, run: Run): Readonly<Record<string, unknown>> {
  return {
    user_id: userId,
    run_id: run.runId,
    thread_id: run.threadId,
    agent: run.agent,
    message_id: run.messageId,
    attempt: run.attempt,
    owner: run.owner,
    state: run.state,
    first_offset: run.firstOffset,
    last_offset: run.lastOffset,
    seq: run.seq,
    started_at: run.startedAt,
    ended_at: run.endedAt ?? null,
  };
}
