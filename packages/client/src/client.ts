import type { Clock, Decision, Event, MakeId, SendResult, UserPart } from "@goldenpath/protocol";
import type { CommandResult, ConnectionState, Counters, Loaded } from "./state.ts";
import type { View } from "./view.ts";

/** What the client uses of a WebSocket: the browser's, Node's own and the package `ws` all fit. */
export interface WebSocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: { readonly type: string; readonly data?: unknown; readonly code?: number }) => void,
  ): void;
}

/** What the client uses of `fetch`. */
export type Fetch = (
  url: string,
  init: { readonly credentials: "include"; readonly signal: AbortSignal },
) => Promise<{ readonly ok: boolean; readonly status: number; json(): Promise<unknown> }>;

export interface ClientOptions {
  /** The server's address, `https://chat.example.com` or `location.origin`; `/ws` and `/api` lie below it. */
  readonly url: string;
  /**
   * Gets a single-use ticket, where no session cookie travels with the socket: other origins and native
   * clients. Called before every connection and when the session is about to run out. Resolve to undefined
   * when nobody is signed in (the client goes to `signed_out`); reject when the server cannot be reached.
   */
  readonly fetchTicket?: (signal: AbortSignal) => Promise<string | undefined>;
  /** Opens a socket. Default: the global `WebSocket` (browsers, Node 22 and up). */
  readonly webSocket?: (url: string, protocol: string) => WebSocketLike;
  /** For history. Default: the global `fetch`. */
  readonly fetch?: Fetch;
  readonly clock?: Clock;
  readonly makeId?: MakeId;
  /** 0 ≤ x < 1, for the jitter of reconnects. Default `Math.random`. */
  readonly random?: () => number;
  /** Name and version for the server's log, at most 100 characters. Default `goldenpath-client`. */
  readonly name?: string;
  /** Time until a command without an answer resolves to `unanswered`. Default 300,000. */
  readonly commandMsMax?: number;
  /** When listeners are called after a change. Default `queueMicrotask`; a page may give `requestAnimationFrame`. */
  readonly notify?: (flush: () => void) => void;
  /**
   * Registers for signs that connecting may work again and returns how to stop. Default: `online` and
   * `visibilitychange` where they exist.
   */
  readonly onWake?: (wake: () => void) => () => void;
}

export interface SendInput {
  /** Without it a new thread begins; its id is in the result. */
  readonly threadId?: string;
  /** Which agent answers; without it the server's default. */
  readonly agent?: string;
  readonly parts: readonly UserPart[];
  /** Only to repeat an earlier `send` whose fate is not known: the same id is carried out at most once. */
  readonly id?: string;
}

export interface EventsOptions {
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /** Events that may wait for the reader; one more throws `EventsLostError`. Default 10,000. */
  readonly bufferMax?: number;
}

export interface Client {
  readonly state: ConnectionState;
  readonly view: View;
  readonly counters: Counters;
  /** Called after state or view changed, once for all changes up to the next `notify`. Returns how to stop. */
  subscribe(listener: () => void): () => void;

  /** Connects now, whatever the state; does nothing when connected or connecting. */
  connect(): void;
  /** Closes for good: waiting commands resolve to `client_closed`, iterations end. The view stays readable. */
  close(): void;

  /**
   * Sends a user's message. Survives reconnects: without an answer it is sent again with the same id, which
   * the server carries out once. Resolves when the server answered; never rejects.
   */
  send(message: SendInput | string): Promise<CommandResult<SendResult>>;
  /** Stops a run, from any device. Closing the client never does. */
  cancel(runId: string): Promise<CommandResult<unknown>>;
  /** Decides an approval that an agent asked for. */
  resolve(approvalId: string, decision: Decision): Promise<CommandResult<unknown>>;
  /** Takes a refused message out of `view.outbox`. */
  forget(commandId: string): void;

  /** Loads the newest messages of a thread, unless they are here; from then on it stays current. */
  openThread(threadId: string): Promise<Loaded>;
  /** Loads the page of messages before the oldest one here. */
  loadOlder(threadId: string): Promise<Loaded>;
  /** Loads the page of threads before the oldest one here. */
  loadOlderThreads(): Promise<Loaded>;

  /** Every event from now on, once, in order. Throws `EventsLostError` when that can no longer hold. */
  events(options?: EventsOptions): AsyncIterable<Event>;
  /**
   * The events of one run, and ends after its terminal event. Begins with the run's first event where the
   * client still holds it (the last 2 Mi characters received), else with the earliest held; `seq` tells.
   */
  run(runId: string, options?: EventsOptions): AsyncIterable<Event>;
}

export function createClient(options: ClientOptions): Client {
  throw new Error(`createClient(${options.url}): being built`);
}
