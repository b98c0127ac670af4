/**
 * What this node knows of one user's log while that user is connected here: the head, and the newest
 * events' bytes, shared by all of the user's connections.
 *
 *  U1  Only events of this user ever enter (D4): the bus subscription is keyed by the user's id.
 *  U2  The tail is the log's last events without a gap; a commit that does not continue it empties it,
 *      and readers go to the journal (D3).
 *  U3  The tail holds what some reader has not taken yet, and is bounded by `tailBytesMax`, however many
 *      connections there are (D5). What all have taken is let go at once: bytes that wait for the user's next
 *      event live just long enough to be copied by the garbage collector, twice.
 *  U4  One epoch: when the log turns out to be of another (the database was restored), nothing of it is mixed
 *      in; the readers have to begin anew.
 */
import type { Committed, Extent } from "@goldenpath/journal";
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

export interface UserLogEvents {
  grown(): void;
  /** U4. */
  replaced(): void;
}

export class UserLog {
  readonly userId: string;
  readonly #unsubscribe: () => void;
  readonly #heard: UserLogEvents;
  #epoch: string | undefined;
  #head: number | undefined;
  #tail: string[] = [];
  /** Offset of `#tail[0]`. */
  #first = 1;
  #tailChars = 0;
  /** An array of just its size: nearly everybody has one. */
  #readers: readonly { readonly offset: number }[] = [];
  #latest: { readonly after: number; readonly batch: Batch } | undefined;

  constructor(userId: string, bus: Pick<Bus, "subscribe">, heard: UserLogEvents) {
    this.userId = userId;
    this.#heard = heard;
    this.#unsubscribe = bus.subscribe(userId, (committed) => {
      this.#take(committed);
      heard.grown();
    });
  }

  /** The newest offset heard of; undefined until the first commit or `learn`. */
  get head(): number | undefined {
    return this.#head;
  }

  /** What the journal says; the bus may have said more since. */
  learn({ epoch, head }: Extent): void {
    this.#epoch ??= epoch;
    if (epoch !== this.#epoch) this.#heard.replaced();
    else if (this.#head === undefined || this.#head < head) {
      this.#head = head;
      this.#empty(head + 1);
    }
  }

  /** The events after `after` as one frame, from memory; undefined when the journal has to be read. */
  batchAfter(after: number): Batch | undefined {
    if (after < this.#first - 1 || after - this.#first + 1 >= this.#tail.length) return undefined;
    if (this.#latest?.after === after) return this.#latest.batch;
    const from = after - this.#first + 1;
    const count = frameCount(this.#tail, from);
    const batch = {
      last: after + count,
      message: new Outgoing(
        eventsFrame(
          from === 0 && count === this.#tail.length ? this.#tail : this.#tail.slice(from, from + count),
        ),
      ),
    };
    this.#latest = { after, batch };
    return batch;
  }

  /** U3: the tail is kept for it. */
  join(reader: { readonly offset: number }): void {
    this.#readers = this.#readers.concat(reader);
  }

  leave(reader: { readonly offset: number }): void {
    this.#readers = this.#readers.filter((one) => one !== reader);
  }

  /** U3: some reader has taken everything. */
  taken(): void {
    if (this.#head === undefined || this.#tail.length === 0) return;
    // From the newest on, who takes last: all but the last reader's call end at the first look.
    for (let at = this.#readers.length - 1; at >= 0; at--) {
      if ((this.#readers[at]?.offset ?? 0) < this.#head) return;
    }
    this.#empty(this.#head + 1);
  }

  close(): void {
    this.#unsubscribe();
  }

  #take({ epoch, first, head, events }: Committed): void {
    this.#epoch ??= epoch;
    if (epoch !== this.#epoch) {
      this.#heard.replaced();
      return;
    }
    if (this.#head !== undefined && head <= this.#head) return;
    if (this.#head === undefined || first !== this.#head + 1) this.#empty(first);
    this.#head = head;
    // A copy of just the size: an array that is pushed to gets room for seventeen.
    if (this.#tail.length === 0) this.#tail = events.slice();
    else this.#tail.push(...events);
    for (const event of events) this.#tailChars += event.length;
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
