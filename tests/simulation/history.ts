/** The whole history of one simulated world as a hash, what was found wrong in it, and, on demand, its lines. */
import type { Scheduler } from "./scheduler.ts";

export interface Violation {
  /** The rule: `J1` … `D7`, or the name of a check. */
  readonly rule: string;
  readonly detail: string;
  readonly atMs: number;
}

const violationsMax = 20;

/** Who hears what happened and what was wrong with it. */
export interface Witness {
  note(kind: string, what: string): void;
  violated(rule: string, detail: string): void;
}

export class History implements Witness {
  readonly violations: Violation[] = [];
  readonly lines: string[] | undefined;
  /** How often each kind of thing happened. */
  readonly counts = new Map<string, number>();
  #high = 0xdeadbeef;
  #low = 0x41c6ce57;
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler, keepLines: boolean) {
    this.#scheduler = scheduler;
    this.lines = keepLines ? [] : undefined;
  }

  /** Every step of the world that matters passes here; two runs of a seed have to agree on all of it. */
  note(kind: string, what: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.#mix(`${this.#scheduler.nowMs} ${kind} `);
    this.#mix(what);
    this.lines?.push(`${this.#scheduler.nowMs.toFixed(2).padStart(10)} ${kind.padEnd(10)} ${what}`);
  }

  violated(rule: string, detail: string): void {
    this.note("VIOLATED", `${rule}: ${detail}`);
    if (this.violations.length >= violationsMax) return;
    this.violations.push({ rule, detail, atMs: Math.round(this.#scheduler.nowMs) });
  }

  get hash(): string {
    return hex(this.#high) + hex(this.#low);
  }

  /** Two 32-bit lanes of multiply and xor, as in cyrb53. */
  #mix(text: string): void {
    let high = this.#high;
    let low = this.#low;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      high = Math.imul(high ^ unit, 2_654_435_761);
      low = Math.imul(low ^ unit, 1_597_334_677);
    }
    this.#high = high ^ (low >>> 15);
    this.#low = low ^ (high >>> 13);
  }
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
