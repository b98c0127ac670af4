/**
 * What this node knows of one user's log while that user is connected here: the head, and the newest
 * events' bytes, shared by all of the user's connections.
 *
 *  U1  Only events of this user ever enter (D4): the bus subscription is keyed by the user's id.
 *  U2  The tail is the log's last events without a gap; a commit that does not continue it empties it,
 *      and readers go to the journal (D3).
 *  U3  The tail is bounded by `tailBytesMax`, however many connections there are (D5).
 */
import type { Committed } from "@goldenpath/journal";
import { eventsFrame, limits } from "@goldenpath/protocol";
import type { Bus } from "./bus.ts";
import { Outgoing } from "./transport.ts";

const tailBytesMax = 256 * 1024;
/** A frame of events is closed at this size; a single larger event still goes alone. */
const frameCharsTarget = 64 * 1024;

export interface Batch {
  readonly last: number;
  readonly message: Outgoing;
}

export class UserLog {
  readonly userId: string;
  readonly #unsubscribe: () => void;
  #head: number | undefined;
  #tail: string[] = [];
  /** Offset of `#tail[0]`. */
  #first = 1;
  #tailChars = 0;
  #latest: { readonly after: number; readonly batch: Batch } | undefined;

  constructor(userId: string, bus: Bus, grown: () => void) {
    this.userId = userId;
    this.#unsubscribe = bus.subscribe(userId, (committed) => {
      this.#take(committed);
      grown();
    });
  }

  /** The newest offset heard of; undefined until the first commit or `learnHead`. */
  get head(): number | undefined {
    return this.#head;
  }

  learnHead(head: number): void {
    if (this.#head !== undefined && this.#head >= head) return;
    this.#head = head;
    this.#empty(head + 1);
  }

  /** The events after `after` as one frame, from memory; undefined when the journal has to be read. */
  batchAfter(after: number): Batch | undefined {
    if (after < this.#first - 1 || after - this.#first + 1 >= this.#tail.length) return undefined;
    if (this.#latest?.after === after) return this.#latest.batch;
    const from = after - this.#first + 1;
    const count = frameCount(this.#tail, from);
    const batch = {
      last: after + count,
      message: new Outgoing(eventsFrame(this.#tail.slice(from, from + count))),
    };
    this.#latest = { after, batch };
    return batch;
  }

  /** Ids of the runs whose beginning is in the tail. */
  startedRuns(): readonly string[] {
    const runIds: string[] = [];
    for (const json of this.#tail) {
      if (!json.includes('"type":"agent_started"')) continue;
      const event: unknown = JSON.parse(json);
      if (typeof event !== "object" || event === null) continue;
      if ("type" in event && event.type === "agent_started" && "runId" in event)
        runIds.push(String(event.runId));
    }
    return runIds;
  }

  close(): void {
    this.#unsubscribe();
  }

  #take({ first, head, events }: Committed): void {
    if (this.#head !== undefined && head <= this.#head) return;
    if (this.#head === undefined || first !== this.#head + 1) this.#empty(first);
    this.#head = head;
    for (const event of events) {
      this.#tail.push(event);
      this.#tailChars += event.length;
    }
    // U3: drops from the front in one splice.
    let drop = 0;
    while (this.#tailChars > tailBytesMax && drop < this.#tail.length - 1) {
      this.#tailChars -= this.#tail[drop++]?.length ?? 0;
    }
    if (drop > 0) {
      this.#tail.splice(0, drop);
      this.#first += drop;
    }
    this.#latest = undefined;
  }

  #empty(first: number): void {
    this.#tail = [];
    this.#tailChars = 0;
    this.#first = first;
    this.#latest = undefined;
  }
}

/** How many events from `from` on go into one frame: one at least. */
export function frameCount(events: readonly string[], from: number): number {
  let chars = 0;
  let count = 0;
  for (let at = from; at < events.length && count < limits.eventsPerFrameMax; at++) {
    chars += events[at]?.length ?? 0;
    if (count > 0 && chars > frameCharsTarget) break;
    count++;
  }
  return count;
}
