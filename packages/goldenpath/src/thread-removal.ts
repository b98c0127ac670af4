import type { CommitOutcome, Journal } from "@goldenpath/journal";
import type { Clock, MakeId } from "@goldenpath/protocol";

export interface ThreadRemoval {
  /** Ends the thread's runs first: a run never outlives its thread, each gets its terminal event (J5). */
  deleteThread(userId: string, threadId: string): Promise<CommitOutcome>;
  /** Every thread of a user who leaves. Throws when the journal refuses one. */
  deleteThreads(userId: string): Promise<void>;
}

export function createThreadRemoval(parts: {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** Resolves when each run of the thread has its terminal event. */
  readonly cancelThread: (userId: string, threadId: string) => Promise<unknown>;
}): ThreadRemoval {
  const { journal, clock, makeId, cancelThread } = parts;

  async function deleteThread(userId: string, threadId: string): Promise<CommitOutcome> {
    await cancelThread(userId, threadId);
    const outcome = await journal.commit({
      userId,
      events: [{ id: makeId(), type: "thread_deleted", at: clock.now(), threadId, data: {} }],
    });
    // A question may have come between the two; none comes any more. Its run may still get its end, and only that.
    if (outcome.is === "committed") await cancelThread(userId, threadId);
    return outcome;
  }

  return {
    deleteThread,
    async deleteThreads(userId) {
      for (;;) {
        const threads = await journal.threads(userId, { limit: 200 });
        if (threads.length === 0) return;
        for (const { id } of threads) {
          const outcome = await deleteThread(userId, id);
          if (outcome.is === "refused" && outcome.why !== "not_found") {
            throw new Error(`A thread could not be deleted: ${outcome.why}: ${outcome.detail}`);
          }
        }
      }
    },
  };
}
