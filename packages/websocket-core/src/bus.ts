/**
 * The bus: how a node hears that a user's log grew, and what nodes tell each other.
 *
 *  B1  Only what is durable is told (J2), and to nobody but those who asked for that user (D4).
 *  B2  A commit never waits for the bus. What cannot be told now is dropped: the offset shows the gap to whoever
 *      hears the next one, and `SharedBus` asks the journal about the rest.
 *  B3  A signal may be lost or come twice; it hastens what the journal or the login would show anyway.
 */
import type { Committed, Journal } from "@goldenpath/journal";
import type { Decision } from "@goldenpath/protocol";

/** What one node tells all others about a user. */
export type Signal =
  | { readonly is: "session_ended"; readonly sessionId: string }
  /** Another node has the run now, or ended it; attempts before this one stop. */
  | { readonly is: "run_taken"; readonly runId: string; readonly attempt: number }
  /** Its node gave the run up and may not write for it any more: anybody may take it. */
  | { readonly is: "run_left"; readonly runId: string }
  | { readonly is: "approval_decided"; readonly approvalId: string; readonly decision: Decision };

export interface BusStats {
  readonly kind: "local" | "nats" | "postgres";
  /** False while other nodes are not heard; logs are then asked for in the journal. */
  readonly connected: boolean;
  /** Times the line to the other nodes was lost or could not be opened. */
  readonly failures: number;
  readonly told: number;
  /** Not told, because there was no line, too much waited for it, or it failed with them. */
  readonly dropped: number;
  readonly heard: number;
  /** Logs that had grown without a word. */
  readonly healed: number;
}

export interface Bus {
  /**
   * Hears of that user's log after it grew: with the bytes of the newest events, or without any (`events` is
   * empty, `first` is `head + 1`) when the journal has to be read. What comes may repeat, and skip.
   */
  subscribe(userId: string, listener: (committed: Committed) => void): () => void;
  /** Tells every other node, as far as they can be reached (B3). */
  signal(userId: string, signal: Signal): void;
  /** Hears what other nodes tell, whoever it is about. */
  onSignal(listener: (userId: string, signal: Signal) => void): () => void;
  stats(): BusStats;
  close(): Promise<void>;
}

/** The bus of a node that is alone: its own journal's commits, sorted by user. */
export function createLocalBus(journal: Journal): Bus {
  const listeners = new UserListeners();
  const stop = journal.subscribe((committed) => listeners.tell(committed));
  return {
    subscribe: (userId, listener) => listeners.add(userId, listener),
    signal: () => undefined,
    onSignal: () => () => undefined,
    stats: () => ({
      kind: "local",
      connected: true,
      failures: 0,
      told: 0,
      dropped: 0,
      heard: 0,
      healed: 0,
    }),
    async close() {
      stop();
    },
  };
}

type Listener = (committed: Committed) => void;

/** Who listens to which user's log. */
export class UserListeners {
  /** Arrays of just their size: nearly every user has one listener on a node, the log that their connections share. */
  readonly #listenersByUser = new Map<string, readonly Listener[]>();

  add(userId: string, listener: Listener): () => void {
    this.#listenersByUser.set(userId, (this.#listenersByUser.get(userId) ?? []).concat(listener));
    return () => {
      const left = this.#listenersByUser.get(userId)?.filter((one) => one !== listener) ?? [];
      if (left.length > 0) this.#listenersByUser.set(userId, left);
      else this.#listenersByUser.delete(userId);
    };
  }

  has(userId: string): boolean {
    return this.#listenersByUser.has(userId);
  }

  users(): IterableIterator<string> {
    return this.#listenersByUser.keys();
  }

  tell(committed: Committed): void {
    for (const listener of this.#listenersByUser.get(committed.userId) ?? []) listener(committed);
  }
}
