/**
 * A node's lease on its runs, and its watch over those that nobody looks after any more.
 *
 *  N1  The lease is renewed every `renewMs`, whatever became of the renewal before. A node whose renewals
 *      fail for longer than `leaseMs` may lose its runs to others; it keeps trying, and finds itself fenced.
 *  N2  Orphans are looked for more often the less this node has to do, at moments of its own, and taken a few
 *      at a time: so several nodes share them, and the idle ones take more. When a node says that it left some,
 *      they are looked for at once.
 *  N3  After `stopLooking` nothing is taken; after `end` the lease is given up.
 */
import type { Journal, Run } from "@goldenpath/journal";
import type { Clock, Timer } from "@goldenpath/protocol";

export interface NodeLeaseOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly nodeId: string;
  /** 0 to 1, so that nodes do not look at the same moments. */
  readonly random: () => number;
  /** How many runs this node can take now, and how many it could at best. */
  readonly room: () => { readonly free: number; readonly runsMax: number };
  /** Takes one orphan; false when somebody else did, or the journal failed. Never rejects. */
  readonly take: (userId: string, run: Run) => Promise<boolean>;
  readonly onFault: (fault: { readonly where: "lease" | "orphans"; readonly error: unknown }) => void;
}

const leaseMs = 10_000;
const renewMs = 3_000;
const lookMs = 3_000;
/** Until the next look, at most, where orphans are known of: more than one look may take, or just left. */
const soonMs = 100;
const takesPerLook = 16;

export class NodeLease {
  readonly #options: NodeLeaseOptions;
  #renewal: Timer | undefined;
  #renewing: Promise<void> | undefined;
  #look: Timer | undefined;
  #looking = false;
  /** Orphans were left since the look that is under way began. */
  #told = false;
  #phase: "new" | "kept" | "not looking" | "ended" = "new";

  constructor(options: NodeLeaseOptions) {
    this.#options = options;
  }

  /** Takes the lease, then every orphan there is room for. Rejects when the journal cannot be reached. */
  async start(): Promise<void> {
    const { journal, nodeId } = this.#options;
    await journal.renewLease(nodeId, leaseMs);
    this.#phase = "kept";
    this.#renewLater();
    while ((await this.#takeSome()) === "more");
    this.#lookAfter(this.#pauseMs());
  }

  /** N2: some were left just now. */
  lookSoon(): void {
    if (this.#looking) this.#told = true;
    else this.#lookAfter(soonMs * this.#options.random());
  }

  stopLooking(): void {
    if (this.#phase === "ended") return;
    this.#phase = "not looking";
    this.#look?.cancel();
  }

  /** What is still active becomes anybody's. */
  async end(): Promise<void> {
    const { journal, nodeId, onFault } = this.#options;
    this.stopLooking();
    this.#phase = "ended";
    this.#renewal?.cancel();
    try {
      // A renewal that is under way must not come after the end.
      await this.#renewing;
      await journal.endLease(nodeId);
    } catch (error) {
      // Then it runs out by itself.
      onFault({ where: "lease", error });
    }
  }

  /** N1. */
  #renewLater(): void {
    const { journal, clock, nodeId, onFault } = this.#options;
    this.#renewal = clock.timer(renewMs, () => {
      this.#renewing = journal
        .renewLease(nodeId, leaseMs)
        .catch((error: unknown) => onFault({ where: "lease", error }));
      void this.#renewing.then(() => this.#phase !== "ended" && this.#renewLater());
    });
  }

  /** There is one next look, the one asked for last. */
  #lookAfter(ms: number): void {
    if (this.#phase !== "kept") return;
    this.#look?.cancel();
    this.#look = this.#options.clock.timer(ms, () => {
      this.#looking = true;
      this.#told = false;
      void this.#takeSome()
        .catch((error: unknown) => {
          this.#options.onFault({ where: "orphans", error });
          return "all" as const;
        })
        .then((found) => {
          this.#looking = false;
          const isSoon = found === "more" || this.#told;
          this.#lookAfter(isSoon ? soonMs * this.#options.random() : this.#pauseMs());
        });
    });
  }

  /** N2: half of `lookMs` when idle, all of it when full, and up to a quarter by chance. */
  #pauseMs(): number {
    const { free, runsMax } = this.#options.room();
    const load = 1 - Math.max(0, free) / Math.max(1, runsMax);
    return lookMs * (0.5 + load / 2 + this.#options.random() / 4);
  }

  async #takeSome(): Promise<"more" | "all"> {
    const { journal, nodeId, room, take } = this.#options;
    const limit = Math.min(takesPerLook, room().free);
    if (limit <= 0 || this.#phase !== "kept") return "all";
    const found = await journal.orphanedRuns(limit);
    // This node's own ones, should its lease have run out, are looked after already.
    const orphans = found.filter(({ run }) => run.owner !== nodeId);
    const taken = await Promise.all(orphans.map(({ userId, run }) => take(userId, run)));
    return orphans.length === limit && taken.includes(true) ? "more" : "all";
  }
}
