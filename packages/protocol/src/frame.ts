import type { ErrorCode, Retry } from "./codes.ts";
import type { Event } from "./event.ts";
import type { ClientLimits } from "./limits.ts";
import type { Decision, Json, Message, Thread, UserPart } from "./message.ts";

/** The subprotocol a client offers and the server selects. */
export const subprotocol = "goldenpath.v1";

/** The last event a client has seen, in which generation of its log. */
export interface Cursor {
  readonly epoch: string;
  readonly offset: number;
}

export interface HelloFrame {
  readonly type: "hello";
  readonly cursor?: Cursor;
  /** Name and version of the client, for the server's log. */
  readonly client: string;
  /** A single-use ticket, where no session cookie can come along. */
  readonly ticket?: string;
}

export interface SendFrame {
  readonly type: "send";
  readonly id: string;
  /** Without it a new thread begins. */
  readonly threadId?: string;
  /** Which agent answers; without it the server's default. */
  readonly agent?: string;
  readonly parts: readonly UserPart[];
}

export interface CancelFrame {
  readonly type: "cancel";
  readonly id: string;
  readonly runId: string;
}

export interface ResolveFrame {
  readonly type: "resolve";
  readonly id: string;
  readonly approvalId: string;
  readonly decision: Decision;
}

/** A fresh ticket of the same user puts off `expiring` without a reconnect. */
export interface RefreshFrame {
  readonly type: "refresh";
  readonly token: string;
}

/** Everything up to `offset` was taken in. */
export interface AckFrame {
  readonly type: "ack";
  readonly offset: number;
}

export interface PongFrame {
  readonly type: "pong";
}

export type CommandFrame = SendFrame | CancelFrame | ResolveFrame;
export type ClientFrame = HelloFrame | CommandFrame | RefreshFrame | AckFrame | PongFrame;

export interface WelcomeFrame {
  readonly type: "welcome";
  readonly userId: string;
  readonly connectionId: string;
  readonly epoch: string;
  /** The offset of the log's newest event; 0 for an empty log. */
  readonly head: number;
  readonly heartbeatMs: number;
  readonly limits: ClientLimits;
}

/** The state at `asOf`: replaces everything the client knew. Events after `asOf` follow. */
export interface SnapshotFrame {
  readonly type: "snapshot";
  readonly asOf: Cursor;
  /** Newest first, at most threadsPerSnapshotMax. */
  readonly threads: readonly Thread[];
  /** The answers being written, folded so far. */
  readonly activeRuns: readonly Message[];
}

export interface EventsFrame {
  readonly type: "events";
  readonly events: readonly Event[];
}

/** Everything up to `head` was sent; from here on it is live. Sent once for each hello. */
export interface CaughtUpFrame {
  readonly type: "caught_up";
  readonly head: number;
}

/** The command of that id was carried out, now or when it first came. */
export interface DoneFrame {
  readonly type: "done";
  readonly id: string;
  readonly result: Json;
}

/** `result` of a `send`. */
export interface SendResult {
  readonly threadId: string;
  readonly messageId: string;
  readonly runId: string;
}

export interface ErrorFrame {
  readonly type: "error";
  /** The command it answers; absent where the frame could not be read. */
  readonly id?: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly retry: Retry;
  readonly afterMs?: number;
}

export interface ExpiringFrame {
  readonly type: "expiring";
  readonly atMs: number;
}

/** The server is about to restart: reconnect within `afterMs`, at a moment of the client's own. */
export interface GoawayFrame {
  readonly type: "goaway";
  readonly afterMs: number;
}

export interface PingFrame {
  readonly type: "ping";
}

export type ServerFrame =
  | WelcomeFrame
  | SnapshotFrame
  | EventsFrame
  | CaughtUpFrame
  | DoneFrame
  | ErrorFrame
  | ExpiringFrame
  | GoawayFrame
  | PingFrame;
