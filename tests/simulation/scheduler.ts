/**
 * Time and order, all of it: one queue of steps, each at its moment, and between two steps every promise
 * settles that can. Nothing in a simulated world waits for anything else.
 *
 *  T1  One seed is one history: steps run by time, then by the order in which they were asked for.
 *  T2  A step belongs to a scope (a process, a page). A dead scope's steps never run; a frozen scope's wait
 *      and run, in their order, when it thaws.
 *  T3  Between two steps the microtasks are drained completely; no real timer and no real I/O is used.
 */
import type { Clock, Timer } from "@goldenpath/protocol";
import type { Random } from "./random.ts";

interface Step {
  readonly at: number;
  readonly order: number;
  readonly scope: Scope;
  /** Undefined once it ran or was cancelled. */
  call: (() => void) | undefined;
}

/** What lives and dies together. */
export class Scope {
  readonly name: string;
  state: "alive" | "frozen" | "dead" = "alive";
  readonly held: Step[] = [];
  /** Steps asked for and not yet run. */
  waiting = 0;

  constructor(name: string) {
    this.name = name;
  }
}

export class Scheduler {
  /** Milliseconds since the world began. */
  nowMs = 0;
  steps = 0;
  readonly #heap: Step[] = [];
  #order = 0;

  after(scope: Scope, afterMs: number, call: () => void): Timer {
    const step: Step = { at: this.nowMs + Math.max(0, afterMs), order: this.#order++, scope, call };
    scope.waiting++;
    push(this.#heap, step);
    return {
      cancel: () => {
        if (step.call) scope.waiting--;
        step.call = undefined;
      },
    };
  }

  /** Resolves after `afterMs`, if the scope is alive then. */
  pause(scope: Scope, afterMs: number): Promise<void> {
    return new Promise((resolve) => void this.after(scope, afterMs, resolve));
  }

  freeze(scope: Scope): void {
    if (scope.state === "alive") scope.state = "frozen";
  }

  thaw(scope: Scope): void {
    if (scope.state !== "frozen") return;
    scope.state = "alive";
    for (const { at: _, order: __, call, ...rest } of scope.held.splice(0)) {
      if (call) push(this.#heap, { ...rest, call, at: this.nowMs, order: this.#order++ });
    }
  }

  /** T2: what it had asked for never happens. */
  kill(scope: Scope): void {
    scope.state = "dead";
    scope.held.length = 0;
  }

  /** Runs steps until `until` holds or nothing is left; answers whether it holds. At most `stepsMax`. */
  async run(until: () => boolean, stepsMax: number): Promise<boolean> {
    await drained();
    for (let left = stepsMax; left > 0; left--) {
      if (until()) return true;
      const step = pop(this.#heap);
      if (!step) return until();
      if (!step.call || step.scope.state === "dead") continue;
      if (step.at > this.nowMs) this.nowMs = step.at;
      if (step.scope.state === "frozen") {
        step.scope.held.push(step);
        continue;
      }
      const { call } = step;
      step.call = undefined;
      step.scope.waiting--;
      this.steps++;
      call();
      await drained();
    }
    throw new Error(`after ${stepsMax} steps the world still moves, at ${Math.round(this.nowMs)} ms`);
  }
}

/** A scope's clock. `now` may be set forward and back; timers are up to a millisecond late, as real ones. */
export class ScopeClock implements Clock {
  /** Milliseconds by which the wall's clock is off. */
  offMs = 0;
  readonly #scheduler: Scheduler;
  readonly #scope: Scope;
  readonly #random: Random;

  constructor(scheduler: Scheduler, scope: Scope, random: Random) {
    this.#scheduler = scheduler;
    this.#scope = scope;
    this.#random = random;
  }

  now(): number {
    return Math.floor(1_700_000_000_000 + this.#scheduler.nowMs + this.offMs);
  }

  elapsed(): number {
    return this.#scheduler.nowMs;
  }

  timer(afterMs: number, call: () => void): Timer {
    return this.#scheduler.after(this.#scope, afterMs + this.#random.next(), call);
  }
}

/**
 * T3: a tick asked for by a microtask comes when the queue of microtasks is empty, long before any I/O is
 * looked at: that is all of `setImmediate` that is needed here, and a tenth of its price.
 */
function drained(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function before(a: Step, b: Step): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Step[], step: Step): void {
  let at = heap.length;
  heap.push(step);
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = heap[parentAt];
    if (!parent || !before(step, parent)) break;
    heap[at] = parent;
    at = parentAt;
  }
  heap[at] = step;
}

function pop(heap: Step[]): Step | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!first || !last || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    if (!left) break;
    const childAt = right && before(right, left) ? 2 * at + 2 : 2 * at + 1;
    const child = heap[childAt];
    if (!child || !before(child, last)) break;
    heap[at] = child;
    at = childAt;
  }
  heap[at] = last;
  return first;
}
