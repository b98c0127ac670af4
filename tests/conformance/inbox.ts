import { performance } from "node:perf_hooks";

/** A failure of the implementation under test: a rule that does not hold. Anything else is the runner's fault. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** What came, in order, and readers that wait for more of it. */
export class Inbox {
  #looks: (() => void)[] = [];

  /** Something came. */
  wake(): void {
    const looks = this.#looks;
    this.#looks = [];
    for (const look of looks) look();
  }

  /** Looks after each arrival; breaks with `what` when nothing was found in time. */
  async until<T>(find: () => T | undefined, withinMs: number, what: () => string): Promise<T> {
    const endsAt = performance.now() + withinMs;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) throw new Broken(`not within ${withinMs / 1000} s: ${what()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#looks.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}
