/**
 * The line between the nodes of a simulated world, as `SharedBus` uses it: it delays, and so reorders; on bad
 * days it loses and repeats; and each node's end of it can be cut.
 */
import type { Committed } from "@goldenpath/journal";
import type { Carrier, Connect, Ears, Signal } from "@goldenpath/websocket-core";
import type { Random } from "./random.ts";
import type { Scheduler, Scope } from "./scheduler.ts";

interface End {
  readonly scope: Scope;
  readonly ears: Ears;
  readonly users: Set<string>;
  isOpen: boolean;
}

export class Line {
  /** Loses, repeats and holds up what it carries. */
  isFlaky = false;
  readonly #ends = new Set<End>();
  readonly #scheduler: Scheduler;
  readonly #random: Random;

  constructor(scheduler: Scheduler, random: Random) {
    this.#scheduler = scheduler;
    this.#random = random;
  }

  /** The end of one process; it is gone with the process. */
  connect(scope: Scope): Connect {
    return (ears): Carrier => {
      const end: End = { scope, ears, users: new Set(), isOpen: false };
      this.#ends.add(end);
      this.#open(end);
      return {
        kind: "nats",
        listen: (userId) => {
          end.users.add(userId);
          this.#bring(end, () => end.users.has(userId) && ears.listening([userId]));
        },
        ignore: (userId) => void end.users.delete(userId),
        tell: (committed) => this.#tell(end, committed),
        signal: (userId, signal) => this.#signal(end, userId, signal),
        close: async () => void this.#ends.delete(end),
      };
    };
  }

  /** That process hears nothing and is not heard, until `mend`. */
  cut(scope: Scope): void {
    for (const end of this.#ends) {
      if (end.scope !== scope || !end.isOpen) continue;
      end.isOpen = false;
      this.#scheduler.after(scope, 0, () => end.ears.failed(new Error("the simulated line is cut")));
    }
  }

  mend(): void {
    for (const end of this.#ends) if (!end.isOpen) this.#open(end);
  }

  #open(end: End): void {
    this.#scheduler.after(end.scope, this.#random.between(0, 50), () => {
      end.isOpen = true;
      end.ears.opened();
    });
  }

  #tell(from: End, committed: Committed): boolean {
    if (!from.isOpen) return false;
    // A line that does not carry what is large brings the offsets alone.
    const { head } = committed;
    const told = this.#random.chance(0.2) ? { ...committed, first: head + 1, events: [] } : committed;
    for (const end of this.#others(from)) {
      if (end.users.has(committed.userId)) this.#bring(end, () => end.ears.committed(told));
    }
    return true;
  }

  #signal(from: End, userId: string, signal: Signal): boolean {
    if (!from.isOpen) return false;
    for (const end of this.#others(from)) this.#bring(end, () => end.ears.signalled(userId, signal));
    return true;
  }

  #others(from: End): readonly End[] {
    return [...this.#ends].filter((end) => end !== from && end.isOpen && end.scope.state !== "dead");
  }

  #bring(end: End, call: () => void): void {
    const random = this.#random;
    const times = !this.isFlaky ? 1 : random.chance(0.2) ? 0 : random.chance(0.2) ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const delayMs = random.between(0, this.isFlaky ? 2_000 : 20);
      this.#scheduler.after(end.scope, delayMs, () => end.isOpen && this.#ends.has(end) && call());
    }
  }
}
