import type { Clock, MakeId, Timer } from "./clock.ts";

/** A clock that stands still until a test moves it. */
export class TestClock implements Clock {
  #now: number;
  #due: { at: number; order: number; call: () => void }[] = [];
  #order = 0;

  constructor(startMs = 1_700_000_000_000) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#now;
  }

  timer(afterMs: number, call: () => void): Timer {
    const entry = { at: this.#now + afterMs, order: this.#order++, call };
    this.#due.push(entry);
    return {
      cancel: () => {
        this.#due = this.#due.filter((other) => other !== entry);
      },
    };
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#due.length;
  }

  /** Moves time forward, firing what falls due in order and letting promises settle in between. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#due
        .filter((entry) => entry.at <= until)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!next) break;
      this.#due = this.#due.filter((entry) => entry !== next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
    }
    this.#now = until;
    await settle();
  }
}

/** Lets every promise that can settle without time or I/O do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Ids that count: `id-1`, `id-2` … */
export function countingIds(prefix = "id"): MakeId {
  let next = 1;
  return () => `${prefix}-${next++}`;
}
