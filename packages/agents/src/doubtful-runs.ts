/**
 * Runs of this node of which it does not know what its last write did: the journal could not find out. Nobody
 * writes for such a run any more, and no other node looks for it while this one lives.
 *
 *  U1  It is asked for until the journal answers, with pauses that grow, or the node stops; then it is an orphan.
 *  U2  When it is active and this node's, it is claimed anew. What was in doubt is in the log by then, or never
 *      will be, because the older attempt is fenced (J4).
 *  U3  Of one run there is one question at a time.
 */
import type { Journal, Run } from "@goldenpath/journal";
import type { Clock } from "@goldenpath/protocol";
import { pause } from "./pause.ts";

export interface DoubtfulRunsOptions {
  readonly journal: Pick<Journal, "run">;
  readonly clock: Clock;
  readonly nodeId: string;
  readonly stopped: AbortSignal;
  /** Whether somebody here writes for it again. */
  readonly isExecuted: (userId: string, runId: string) => boolean;
  /** Undefined when it has ended, or somebody else took it. */
  readonly claim: (userId: string, runId: string, attempt: number) => Promise<Run | undefined>;
  readonly onFault: (error: unknown, userId: string, runId: string) => void;
}

const pauseMsMin = 250;
const pauseMsMax = 10_000;

export class DoubtfulRuns {
  readonly #options: DoubtfulRunsOptions;
  readonly #asked = new Set<string>();

  constructor(options: DoubtfulRunsOptions) {
    this.#options = options;
  }

  /** The run as it was claimed; undefined when there is nothing for this node to go on with. Never rejects. */
  async claimed(userId: string, runId: string): Promise<Run | undefined> {
    const key = `${userId} ${runId}`;
    if (this.#asked.has(key)) return undefined;
    this.#asked.add(key);
    try {
      return await this.#ask(userId, runId);
    } finally {
      this.#asked.delete(key);
    }
  }

  async #ask(userId: string, runId: string): Promise<Run | undefined> {
    const { journal, clock, nodeId, stopped, isExecuted, claim, onFault } = this.#options;
    for (let pauseMs = pauseMsMin; !stopped.aborted; pauseMs = Math.min(pauseMs * 2, pauseMsMax)) {
      try {
        const run = await journal.run(userId, runId);
        if (run?.state !== "active" || run.owner !== nodeId || isExecuted(userId, runId)) return undefined;
        const claimed = await claim(userId, runId, run.attempt);
        if (claimed) return claimed;
      } catch (error) {
        onFault(error, userId, runId);
      }
      await pause(clock, pauseMs, stopped).catch(() => undefined);
    }
    return undefined;
  }
}
