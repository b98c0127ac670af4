/**
 * Events as async iterables: every event once, in order, and an error where that cannot hold.
 *
 *  S1  A stream holds at most `bufferMax` events for its reader; over that it ends with `buffer_full`.
 *  S2  When events passed that a stream will not get, it ends with an error, after what it holds.
 *  S3  A stream ends once and is then forgotten: by its reader, its signal, its run's end or the client's.
 *  S4  What came last is held for `ofRun`, up to recentCharsMax characters of frames.
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

interface Stream {
  push(event: Event): void;
  end(error?: EventsLostError): void;
  read(): AsyncGenerator<Event, void>;
}

export interface EventStreams {
  /** From now on. */
  all(options?: EventsOptions): AsyncIterable<Event>;
  /** From the earliest event of the run that is held, to its terminal event; `over` when it has ended. */
  ofRun(runId: string, over: boolean, options?: EventsOptions): AsyncIterable<Event>;
  push(events: readonly Event[], chars: number): void;
  /** S2: the view went on without the events in between. */
  lost(message: string): void;
  end(): void;
}

export function createEventStreams(): EventStreams {
  const streams = new Set<Stream>();
  let recent: { readonly events: readonly Event[]; readonly chars: number }[] = [];
  let recentChars = 0;

  return {
    all: (options) => open(options).read(),
    ofRun(runId, over, options) {
      const stream = open(options, runId);
      for (const { events } of recent) for (const event of events) stream.push(event);
      // Without its terminal event here, the stream of a run that is over would wait for ever.
      if (over) stream.end(new EventsLostError("run_over", "The run is over."));
      return stream.read();
    },
    push(events, chars) {
      recent.push({ events, chars });
      recentChars += chars;
      while (recentChars > recentCharsMax) recentChars -= recent.shift()?.chars ?? 0; // S4
      for (const stream of streams) for (const event of events) stream.push(event);
    },
    lost(message) {
      recent = [];
      recentChars = 0;
      for (const stream of streams) stream.end(new EventsLostError("snapshot", message));
    },
    end() {
      for (const stream of streams) stream.end();
    },
  };

  function open({ signal, bufferMax = bufferMaxDefault }: EventsOptions = {}, runId?: string): Stream {
    const buffer: Event[] = [];
    let ended: { readonly error: EventsLostError | undefined } | undefined;
    let wake: (() => void) | undefined;
    const stream: Stream = {
      push(event) {
        if (ended || (runId && event.runId !== runId)) return;
        if (buffer.length >= bufferMax) {
          stream.end(new EventsLostError("buffer_full", "Too many wait.")); // S1
          return;
        }
        buffer.push(event);
        if (runId && isTerminal(event.type)) stream.end();
        wake?.();
      },
      end(error) {
        ended ??= { error };
        streams.delete(stream); // S3
        signal?.removeEventListener("abort", abort);
        wake?.();
      },
      async *read() {
        try {
          for (;;) {
            for (let event = buffer.shift(); event; event = buffer.shift()) yield event;
            if (ended) break;
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          if (ended.error) throw ended.error;
        } finally {
          stream.end();
        }
      },
    };
    const abort = () => {
      buffer.length = 0;
      stream.end();
    };
    streams.add(stream);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    return stream;
  }
}
