/**
 * Asks the journal how far the logs of this node's users go, for what a line between nodes lost.
 *
 *  E1  One question at a time, about `extentsMax` users at most: however many there are, the journal answers one
 *      statement of this node at once.
 *  E2  Every user is asked for once in `everyMs`, a fifth more or less, so that nodes do not ask in step. What the
 *      journal does not answer is asked again then.
 */
import { type Extent, extentsMax, type Journal } from "@goldenpath/journal";
import type { Clock, Timer } from "@goldenpath/protocol";

export interface ExtentCheckOptions {
  readonly journal: Pick<Journal, "extents">;
  readonly clock: Clock;
  readonly random: () => number;
  readonly everyMs: () => number;
  readonly users: () => Iterable<string>;
  readonly found: (userId: string, extent: Extent) => void;
  readonly failed: (error: unknown) => void;
}

/** How often it is looked whether `everyMs` is over: it may have become shorter meanwhile. */
const lookMs = 500;

export class ExtentCheck {
  readonly #options: ExtentCheckOptions;
  readonly #due = new Set<string>();
  #asking = false;
  #closed = false;
  #askedAllMs: number;
  #factor: number;
  #look: Timer;

  constructor(options: ExtentCheckOptions) {
    this.#options = options;
    this.#askedAllMs = options.clock.elapsed();
    this.#factor = this.#jitter();
    this.#look = options.clock.timer(lookMs, () => this.#looked());
  }

  /** As soon as the question under way is answered. */
  soon(userIds: Iterable<string>): void {
    for (const userId of userIds) this.#due.add(userId);
    if (this.#asking || this.#due.size === 0) return;
    this.#asking = true;
    // What comes in the same turn, a crowd that reconnects, is one question.
    queueMicrotask(() => void this.#ask());
  }

  close(): void {
    this.#closed = true;
    this.#look.cancel();
    this.#due.clear();
  }

  #looked(): void {
    const { clock, everyMs, users } = this.#options;
    this.#look = clock.timer(lookMs, () => this.#looked());
    if (clock.elapsed() - this.#askedAllMs < everyMs() * this.#factor) return;
    this.#askedAllMs = clock.elapsed();
    this.#factor = this.#jitter();
    this.soon(users());
  }

  /** Never rejects. */
  async #ask(): Promise<void> {
    const { journal, found, failed } = this.#options;
    while (this.#due.size > 0) {
      const userIds = [...this.#due].slice(0, extentsMax);
      for (const userId of userIds) this.#due.delete(userId);
      try {
        const extents = await journal.extents(userIds);
        if (this.#closed) return;
        for (const [userId, extent] of extents) found(userId, extent);
      } catch (error) {
        if (this.#closed) return;
        failed(error);
        // E2: the others of this round would fare alike.
        this.#due.clear();
      }
    }
    this.#asking = false;
  }

  #jitter(): number {
    return 0.8 + 0.4 * this.#options.random();
  }
}
