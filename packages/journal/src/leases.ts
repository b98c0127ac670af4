import type { Clock } from "@goldenpath/protocol";

/**
 * The leases of an engine that one process holds: they live in its memory, so every lease of an earlier
 * process is void, and on its monotonic clock, so that a wall clock set back or forward voids none.
 */
export class Leases {
  readonly #clock: Clock;
  /** When each runs out, in the clock's elapsed time. */
  readonly #untilByNode = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  renew(nodeId: string, leaseMs: number): void {
    if (!nodeId) throw new TypeError("renewLease: nodeId is required");
    this.#untilByNode.set(nodeId, this.#clock.elapsed() + leaseMs);
  }

  end(nodeId: string): void {
    this.#untilByNode.delete(nodeId);
  }

  /** The nodes whose lease has not run out. */
  living(): readonly string[] {
    const now = this.#clock.elapsed();
    for (const [nodeId, until] of this.#untilByNode) if (until <= now) this.#untilByNode.delete(nodeId);
    return [...this.#untilByNode.keys()];
  }
}
