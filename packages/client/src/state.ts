import type { CloseReason, ErrorCode, Retry } from "@goldenpath/protocol";

/** Why the client waits before it connects again. */
export type WaitReason =
  /** The line broke, or could not be opened: no network, no server, or the server refused the upgrade. */
  | "connection_lost"
  /** Ticket, socket and `welcome` together took too long. */
  | "no_answer"
  /** Nothing came for longer than the server's heartbeat and its grace. */
  | "silent"
  /** D3: an event is missing; the next connection heals it from the journal. */
  | "gap"
  /** The server sent something that is not its protocol. */
  | "garbled"
  /** `fetchTicket` rejected. */
  | "ticket_failed"
  /** The server closed with one of its codes that mean "resume". */
  | CloseReason;

/** The truth about the connection; each value is replaced as a whole. */
export type ConnectionState =
  /** Before `connect()` and after `close()`. */
  | { readonly is: "idle" }
  /** `attempt` counts from 1 and starts again only after a connection was live. */
  | { readonly is: "connecting"; readonly attempt: number }
  /** Welcome came; what was missed is on its way. Commands already travel. */
  | { readonly is: "catching_up" }
  /** The view is what the server knows. */
  | { readonly is: "live" }
  /** The next attempt begins at `retryAt` (milliseconds since 1970), sooner after `connect()`. */
  | { readonly is: "waiting"; readonly retryAt: number; readonly why: WaitReason; readonly attempt: number }
  /** Sign in, then call `connect()`. `code` is the close code; 0 when `fetchTicket` found nobody signed in. */
  | { readonly is: "signed_out"; readonly code: number }
  /** The client will not try again by itself; `connect()` still may. */
  | { readonly is: "stopped"; readonly code: number; readonly message: string };

/** What this client answers by itself, beside the server's codes. */
export type ClientCode =
  /** commandsPendingMax commands wait for an answer already. */
  | "queue_full"
  /**
   * No answer within `commandMsMax`, or none but that a repetition of it cannot be taken just now. It may have
   * been carried out: send again with the same `id`.
   */
  | "unanswered"
  /** The client gave up (state `stopped`): see its message, then `connect()`. */
  | "stopped"
  /** `close()` was called, and `connect()` not since. */
  | "client_closed"
  /** Another user signed in before the command was sent. */
  | "user_changed"
  /** The HTTP request failed, or its answer was not of the API. */
  | "unreachable";

export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode | ClientCode;
  /** For people. */
  readonly message: string;
  readonly retry: Retry;
  readonly afterMs?: number;
}

export function refusal(code: Refusal["code"], message: string, retry: Retry): Refusal {
  return { ok: false, code, message, retry };
}

export type CommandResult<T> = { readonly ok: true; readonly result: T } | Refusal;

/** Answer of a load of history; what was loaded is in the view. */
export type Loaded = { readonly ok: true } | Refusal;

/** Thrown by the async iterables when events passed that the reader will not get. */
export class EventsLostError extends Error {
  /** `buffer_full`: the reader was too slow; `snapshot`: the client was away too long; `run_over`: ended before. */
  readonly code: "buffer_full" | "snapshot" | "run_over";

  constructor(code: EventsLostError["code"], message: string) {
    super(message);
    this.name = "EventsLostError";
    this.code = code;
  }
}

/** Counts since the client was made, for logs and tests. */
export interface Counters {
  /** D2: events that came again and were dropped. */
  readonly duplicates: number;
  /** D3: gaps found. */
  readonly gaps: number;
  /** Connections that reached `welcome`. */
  readonly connections: number;
}
