import type { Committed } from "./journal.ts";

/** Those who hear of commits. A commit made by a listener is told after the one being told, to everybody. */
export class Subscribers {
  readonly #listeners = new Set<{ readonly call: (committed: Committed) => void }>();
  readonly #untold: Committed[] = [];
  #telling = false;

  subscribe(call: (committed: Committed) => void): () => void {
    const listener = { call };
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  tell(committed: Committed): void {
    this.#untold.push(committed);
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#untold.shift(); next; next = this.#untold.shift()) {
      for (const listener of this.#listeners) this.#call(listener.call, next);
    }
    this.#telling = false;
  }

  /** A listener that throws is a bug: it surfaces as an uncaught error, and the others still hear. */
  #call(listener: (committed: Committed) => void, committed: Committed): void {
    try {
      listener(committed);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
