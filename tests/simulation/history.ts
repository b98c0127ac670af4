/** The whole history of one simulated world as a hash, what was found wrong in it, and, on demand, its lines. */
import { createHash } from "node:crypto";
import type { Scheduler } from "./scheduler.ts";

export interface Violation {
  /** The rule: `J1` … `D7`, or the name of a check. */
  readonly rule: string;
  readonly detail: string;
  readonly atMs: number;
}

const violationsMax = 20;
/** So much is put into the digest at once. */
const digestedChars = 64 * 1024;

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
  readonly #digest = createHash("sha1");
  /** Not in the digest yet. */
  #text = "";
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler, keepLines: boolean) {
    this.#scheduler = scheduler;
    this.lines = keepLines ? [] : undefined;
  }

  /** Every step of the world that matters passes here; two runs of a seed have to agree on all of it. */
  note(kind: string, what: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.#text += `${this.#scheduler.nowMs} ${kind} ${what}\n`;
    if (this.#text.length > digestedChars) this.#digestText();
    this.lines?.push(`${this.#scheduler.nowMs.toFixed(2).padStart(10)} ${kind.padEnd(10)} ${what}`);
  }

  violated(rule: string, detail: string): void {
    this.note("VIOLATED", `${rule}: ${detail}`);
    if (this.violations.length >= violationsMax) return;
    this.violations.push({ rule, detail, atMs: Math.round(this.#scheduler.nowMs) });
  }

  /** Of everything up to now. */
  get hash(): string {
    this.#digestText();
    return this.#digest.copy().digest("hex").slice(0, 16);
  }

  #digestText(): void {
    this.#digest.update(this.#text);
    this.#text = "";
  }
}
