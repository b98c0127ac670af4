/**
 * How often a key may do a thing: at most `max` times in any window of `windowMs` that begins with the
 * first of them.
 *
 *  L1  Bounded: `keysMax` keys at once. When it is full, the window that began first is forgotten.
 */
import type { Clock } from "@goldenpath/protocol";

export interface Rate {
  readonly max: number;
  readonly windowMs: number;
}

export type RateVerdict = { readonly is: "allowed" } | { readonly is: "limited"; readonly afterMs: number };

export class RateLimiter {
  readonly #clock: Clock;
  readonly #keysMax: number;
  /** In the order in which their windows began. */
  readonly #windowByKey = new Map<string, { readonly endsAt: number; count: number }>();

  constructor(clock: Clock, keysMax = 50_000) {
    this.#clock = clock;
    this.#keysMax = keysMax;
  }

  take(key: string, rate: Rate): RateVerdict {
    const now = this.#clock.elapsed();
    const found = this.#windowByKey.get(key);
    if (found && found.endsAt > now) {
      if (found.count >= rate.max) return { is: "limited", afterMs: Math.ceil(found.endsAt - now) };
      found.count++;
      return { is: "allowed" };
    }
    this.#windowByKey.delete(key);
    if (this.#windowByKey.size >= this.#keysMax) this.#forgetOne();
    this.#windowByKey.set(key, { endsAt: now + rate.windowMs, count: 1 });
    return { is: "allowed" };
  }

  get size(): number {
    return this.#windowByKey.size;
  }

  #forgetOne(): void {
    for (const key of this.#windowByKey.keys()) {
      this.#windowByKey.delete(key);
      return;
    }
  }
}
