import type { Clock } from "@goldenpath/protocol";

export interface Allowance {
  readonly perSecond: number;
  /** What may be spent at once after a pause. */
  readonly burst: number;
}

/** A token bucket: an allowance that refills with time. Its holder decides what going over it means. */
export class Budget {
  readonly #clock: Clock;
  readonly #allowance: Allowance;
  #level: number;
  #atMs: number;

  constructor(clock: Clock, allowance: Allowance) {
    this.#clock = clock;
    this.#allowance = allowance;
    this.#level = allowance.burst;
    this.#atMs = clock.elapsed();
  }

  /** Milliseconds until `cost` can be afforded; 0 when it can be now. */
  afterMs(cost: number): number {
    this.#refill();
    return Math.max(0, Math.ceil((cost - this.#level) * (1_000 / this.#allowance.perSecond)));
  }

  /** Takes the cost, into debt if need be, and answers what is left: below 0 it was too much. */
  spend(cost: number): number {
    this.#refill();
    this.#level -= cost;
    return this.#level;
  }

  #refill(): void {
    const now = this.#clock.elapsed();
    const { perSecond, burst } = this.#allowance;
    this.#level = Math.min(burst, this.#level + ((now - this.#atMs) / 1_000) * perSecond);
    this.#atMs = now;
  }
}
