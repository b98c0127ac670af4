import type { Clock } from "@goldenpath/protocol";
import type { BusStats } from "./bus.ts";

export interface SessionCheckOptions {
  readonly clock: Clock;
  readonly bus: { stats(): Pick<BusStats, "kind" | "connected"> };
  /** Of this node's connections; the same one may come twice. */
  readonly sessionIds: () => Iterable<string>;
  readonly endedSessions: (sessionIds: readonly string[]) => Promise<readonly string[]>;
  readonly ended: (sessionId: string) => void;
  readonly failed: (error: unknown) => void;
}

const checkMs = 10_000;
const askedMax = 500;

/**
 * D7 where the bus cannot be relied on: asks the login which of this node's sessions another node ended. That is
 * every second while other nodes are not heard and when they are heard again, else every ten: a node that ended
 * a session may have been cut off itself.
 */
export class SessionCheck {
  readonly #options: SessionCheckOptions;
  #askedMs: number;
  #asking = false;
  #wasConnected = true;

  constructor(options: SessionCheckOptions) {
    this.#options = options;
    this.#askedMs = options.clock.elapsed();
  }

  /** Called about once a second. */
  sweep(): void {
    const { clock, bus, failed } = this.#options;
    const { kind, connected } = bus.stats();
    if (kind === "local" || this.#asking) return;
    const certain = connected && this.#wasConnected;
    this.#wasConnected = connected;
    if (certain && clock.elapsed() - this.#askedMs < checkMs) return;
    this.#askedMs = clock.elapsed();
    this.#asking = true;
    this.#ask()
      .catch(failed)
      .finally(() => {
        this.#asking = false;
      });
  }

  async #ask(): Promise<void> {
    const { sessionIds, endedSessions, ended } = this.#options;
    const all = [...new Set(sessionIds())];
    for (let at = 0; at < all.length; at += askedMax) {
      for (const sessionId of await endedSessions(all.slice(at, at + askedMax))) ended(sessionId);
    }
  }
}
