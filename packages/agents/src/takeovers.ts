/**
 * Takes runs for this node: from a node that is gone, from whoever has them so that they end, and from itself where it
 * does not know what its last write did.
 *
 *  V5   A run is claimed before anything is written for it (J4), and the node that had it is told. Whatever fails
 *       then, it goes on or gets its end: it is this node's by now, so nobody else looks for it (J5).
 *  V11  Where the fate of this node's own last write is not known, the run is claimed anew, as that of a dead node
 *       would be.
 */
import type { Run } from "@goldenpath/journal";
import type { Bus, Emitted } from "@goldenpath/websocket-core";
import { DoubtfulRuns } from "./doubtful-runs.ts";
import { bridgeOf, Execution, type OwnedRun, ownedRun, type RunSurroundings } from "./execution.ts";
import { judgeTakeover } from "./judge-takeover.ts";
import { pause } from "./pause.ts";
import type { RunEnd } from "./run-end.ts";

export interface TakeoversOptions {
  readonly around: RunSurroundings;
  readonly nodeId: string;
  readonly bus: Bus | undefined;
  readonly isDraining: () => boolean;
  readonly isExecuted: (userId: string, runId: string) => boolean;
  readonly execute: (execution: Execution) => void;
}

const claimTriesMax = 8;
const againMsMin = 250;
const againMsMax = 10_000;

export const alreadyEnded: Emitted = {
  is: "refused",
  why: "run_ended",
  detail: "The run has already ended.",
};

export const unknown: Emitted = {
  is: "refused",
  why: "fate_unknown",
  detail: "The journal does not know whether it was written.",
};

export class Takeovers {
  readonly #options: TakeoversOptions;
  readonly #doubtful: DoubtfulRuns;

  constructor(options: TakeoversOptions) {
    const { around, nodeId, isExecuted } = options;
    const { journal, clock, stopped, onFault } = around;
    this.#options = options;
    this.#doubtful = new DoubtfulRuns({
      journal,
      clock,
      nodeId,
      stopped,
      isExecuted,
      claim: (userId, runId, attempt) => this.#claimAttempt(userId, runId, attempt),
      onFault: (error, userId, runId) => onFault({ where: "takeover", error, userId, runId }),
    });
  }

  /** Takes the run from whoever has it; answers alreadyEnded when its end came first. */
  async end(userId: string, run: Run, end: RunEnd): Promise<Emitted> {
    try {
      const claimed = await this.#claim(userId, run);
      return claimed ? await this.#endClaimed(userId, claimed, end) : alreadyEnded;
    } catch (error) {
      this.#options.around.onFault({ where: "takeover", error, userId, runId: run.runId });
      void this.findOut(userId, run.runId, end);
      return unknown;
    }
  }

  /** V11: goes on with such a run, or ends it as it was to be ended. */
  async findOut(userId: string, runId: string, wanted?: RunEnd): Promise<void> {
    if (this.#options.isDraining()) return;
    const claimed = await this.#doubtful.claimed(userId, runId);
    if (!claimed) return;
    // What was to be completed is completed by its agent, which does it all again.
    if (wanted?.is === "cancelled" || wanted?.is === "failed")
      await this.#endClaimed(userId, claimed, wanted);
    else await this.#goOn(userId, claimed);
  }

  /** V5: whoever claims an orphan first has it. */
  async take(userId: string, { runId, attempt }: Run): Promise<boolean> {
    try {
      const claimed = await this.#claimAttempt(userId, runId, attempt);
      if (claimed) await this.#goOn(userId, claimed);
      return claimed !== undefined;
    } catch (error) {
      // The next look finds it again, unless it is this node's by now.
      this.#options.around.onFault({ where: "takeover", error, userId, runId });
      void this.findOut(userId, runId);
      return false;
    }
  }

  /** The node that had the run hears of it at once; should it not, it finds itself fenced. */
  async #claimAttempt(userId: string, runId: string, attempt: number): Promise<Run | undefined> {
    const { around, nodeId, bus } = this.#options;
    const claimed = await around.journal.claimRun(userId, runId, { nodeId, attempt });
    if (claimed) bus?.signal(userId, { is: "run_taken", runId, attempt: claimed.attempt });
    return claimed;
  }

  /** Another node may take it in between; each time it is the next attempt that has to be taken. */
  async #claim(userId: string, found: Run): Promise<Run | undefined> {
    const { journal } = this.#options.around;
    let run: Run | undefined = found;
    for (let tries = 0; tries < claimTriesMax; tries++) {
      if (run?.state !== "active") return undefined;
      const { runId, attempt } = run;
      const claimed = await this.#claimAttempt(userId, runId, attempt);
      if (claimed) return claimed;
      run = await journal.run(userId, runId);
    }
    throw new Error(`run ${found.runId} was taken ${claimTriesMax} times meanwhile`);
  }

  /** Ends a run that is this node's and is executed by nobody. */
  #endClaimed(userId: string, claimed: Run, end: RunEnd): Promise<Emitted> {
    return this.#untilRead(userId, claimed, async () =>
      this.#endOwned(await ownedRun(this.#options.around.journal, userId, claimed), end),
    );
  }

  async #endOwned(owned: OwnedRun, end: RunEnd): Promise<Emitted> {
    const { userId, runId = "" } = owned.context;
    const bridge = bridgeOf(this.#options.around, owned);
    void bridge.ended.then(() => {
      if (bridge.isDoubtful) void this.findOut(userId, runId, end);
    });
    const emitted = await bridge.end(end);
    return bridge.isDoubtful ? unknown : emitted;
  }

  /** V5: goes on with a run that this node has claimed, or ends it with the reason why not. */
  async #goOn(userId: string, claimed: Run): Promise<void> {
    const { around, isDraining, execute } = this.#options;
    const { journal, factory } = around;
    await this.#untilRead(userId, claimed, async () => {
      const owned = await ownedRun(journal, userId, claimed);
      const verdict = judgeTakeover(claimed, owned.committed, factory.definition(claimed.agent));
      if (verdict.is === "end") return this.#endOwned(owned, verdict.end);
      // A node that drains leaves it to whoever comes after it.
      if (isDraining()) return alreadyEnded;
      const execution = new Execution(around, verdict.definition, owned);
      const resumed = await execution.resumed();
      if (resumed.is === "committed" && !isDraining()) execute(execution);
      else if (execution.isDoubtful) void this.findOut(userId, claimed.runId);
      else if (resumed.is === "refused" && resumed.why === "not_found")
        return execution.end({ is: "cancelled" });
      else if (resumed.is === "refused" && isPassing(resumed.why)) throw new Error(resumed.detail);
      return resumed;
    });
  }

  /** J5: a claimed run whose log cannot be read or written now would be nobody's while this node lives. */
  async #untilRead(
    userId: string,
    claimed: Run,
    work: () => Promise<Emitted>,
    againMs = againMsMin,
  ): Promise<Emitted> {
    const { clock, stopped, onFault } = this.#options.around;
    try {
      return await work();
    } catch (error) {
      onFault({ where: "takeover", error, userId, runId: claimed.runId });
      void pause(clock, againMs, stopped).then(
        () => this.#untilRead(userId, claimed, work, Math.min(againMs * 2, againMsMax)),
        () => undefined,
      );
      return { is: "refused", why: "unavailable", detail: "The run could not be taken over." };
    }
  }
}

function isPassing(why: string): boolean {
  return why === "unavailable" || why === "storage_full" || why === "out_of_sequence";
}
