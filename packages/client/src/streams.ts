/**
 * Events as async iterables: every event once, in order, and an error value where that cannot hold.
 *
 *  S1  A stream holds at most `bufferMax` events for its reader; over that it ends with `buffer_full`.
 *  S2  When events passed that a stream will not get, it ends with an error, after what it holds.
 *  S3  A stream ends once and is then forgotten: by its reader, its signal, its run's end or the client's.
 *  S4  What came last is held for `run`, up to recentCharsMax characters of frames.
 */
import { type Event, isTerminal } from "@goldenpath/protocol";
import { EventsLostError } from "./state.ts";

export const recentCharsMax = 2 * 1024 * 1024;
const bufferMaxDefault = 10_000;

export interface EventsOptions {
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /** Events that may wait for the reader; one more throws `EventsLostError`. Default 10,000. */
  readonly bufferMax?: number;
}

type End = { readonly error: EventsLostError | undefined };

export class EventStreams {
  readonly #streams = new Set<EventStream>();
  #recent: { readonly events: readonly Event[]; readonly chars: number }[] = [];
  #recentChars = 0;

  /** From now on. */
  all(options: EventsOptions = {}): AsyncIterableIterator<Event> {
    return this.#open(options);
  }

  /** From the earliest event of the run that is held, to its terminal event. */
  ofRun(runId: string, ended: boolean, options: EventsOptions = {}): AsyncIterableIterator<Event> {
    const stream = this.#open(options, runId);
    for (const { events } of this.#recent) for (const event of events) stream.push(event);
    // Only a run whose terminal event is held may have ended; any other would wait for what never comes.
    if (ended) stream.end(new EventsLostError("run_over", `Run ${runId} ended before; its answer is kept.`));
    return stream;
  }

  push(events: readonly Event[], chars: number): void {
    this.#recent.push({ events, chars });
    this.#recentChars += chars;
    while (this.#recentChars > recentCharsMax) this.#recentChars -= this.#recent.shift()?.chars ?? 0; // S4
    for (const stream of this.#streams) for (const event of events) stream.push(event);
  }

  /** S2: the view went on without the events in between. */
  lost(message: string): void {
    this.#recent = [];
    this.#recentChars = 0;
    for (const stream of this.#streams) stream.end(new EventsLostError("snapshot", message));
  }

  end(): void {
    for (const stream of this.#streams) stream.end();
  }

  #open({ signal, bufferMax = bufferMaxDefault }: EventsOptions, runId?: string): EventStream {
    const stream = new EventStream(bufferMax, runId, () => {
      this.#streams.delete(stream);
      signal?.removeEventListener("abort", stop);
    });
    const stop = () => stream.end();
    this.#streams.add(stream);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stream.end();
    return stream;
  }
}

class EventStream implements AsyncIterableIterator<Event> {
  readonly #bufferMax: number;
  readonly #runId: string | undefined;
  readonly #forget: () => void;
  #buffer: Event[] = [];
  #read = 0;
  #end: End | undefined;
  #readers: PromiseWithResolvers<IteratorResult<Event>>[] = [];

  constructor(bufferMax: number, runId: string | undefined, forget: () => void) {
    this.#bufferMax = bufferMax;
    this.#runId = runId;
    this.#forget = forget;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Event>> {
    const event = this.#buffer[this.#read];
    if (event) {
      this.#read++;
      if (this.#read * 2 > this.#buffer.length) {
        this.#buffer = this.#buffer.slice(this.#read);
        this.#read = 0;
      }
      return Promise.resolve({ done: false, value: event });
    }
    const error = this.#end?.error;
    if (error) {
      this.#end = { error: undefined }; // Thrown once; afterwards the iteration is simply over.
      return Promise.reject(error);
    }
    if (this.#end) return Promise.resolve({ done: true, value: undefined });
    const reader = Promise.withResolvers<IteratorResult<Event>>();
    this.#readers.push(reader);
    return reader.promise;
  }

  return(): Promise<IteratorResult<Event>> {
    this.#buffer = [];
    this.#read = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  push(event: Event): void {
    if (this.#end || (this.#runId !== undefined && event.runId !== this.#runId)) return;
    const reader = this.#readers.shift();
    if (reader) reader.resolve({ done: false, value: event });
    else if (this.#buffer.length - this.#read < this.#bufferMax) this.#buffer.push(event);
    else {
      const message = `${this.#bufferMax} events wait for their reader already; read faster, or raise bufferMax.`;
      this.end(new EventsLostError("buffer_full", message)); // S1
      return;
    }
    if (this.#runId !== undefined && isTerminal(event.type)) this.end();
  }

  end(error?: EventsLostError): void {
    if (this.#end) return;
    this.#end = { error };
    this.#forget(); // S3
    for (const reader of this.#readers.splice(0)) {
      if (error && this.#end.error) {
        this.#end = { error: undefined };
        reader.reject(error);
      } else reader.resolve({ done: true, value: undefined });
    }
  }
}
