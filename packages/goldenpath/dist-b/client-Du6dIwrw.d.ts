import { a as ToolError, c as ErrorCode, f as Clock, i as Thread, l as Retry, n as Json, o as UserPart, p as MakeId, r as Message, s as CloseReason, t as Decision, u as RunFailureCode } from "./index-D5HtsdUv.js";
/** Every type of event and its data. The first five are the ones that must always arrive. */
interface EventData {
  /** The run begins; `messageId` is the answer it will write. `attempt` counts from 1. */
  agent_started: {
    readonly messageId: string;
    readonly label: string;
    readonly attempt: number;
  };
  /** `text` continues the thought of that id. */
  agent_thinking: {
    readonly thoughtId: string;
    readonly text: string;
  };
  tool_executing: {
    readonly callId: string;
    readonly tool: string;
    readonly input: Json;
  };
  /** Exactly one of `output` and `error`; the `tool_executing` of that call came before. */
  tool_completed: {
    readonly callId: string;
    readonly tool: string;
    readonly output?: Json;
    readonly error?: ToolError;
    readonly durationMs: number;
  };
  /** `text` is the whole answer: the run's text deltas, joined. */
  agent_completed: {
    readonly messageId: string;
    readonly text: string;
    readonly durationMs: number;
  };
  text_delta: {
    readonly messageId: string;
    readonly text: string;
  };
  agent_failed: {
    readonly messageId: string;
    readonly code: RunFailureCode;
    readonly message: string;
    readonly durationMs: number;
  };
  agent_cancelled: {
    readonly messageId: string;
    readonly durationMs: number;
  };
  /** Another attempt goes on after the last finished step; parts from `voidFrom` on (an index) are void. */
  agent_resumed: {
    readonly messageId: string;
    readonly attempt: number;
    readonly voidFrom: number;
  };
  approval_requested: {
    readonly approvalId: string;
    readonly callId: string;
    readonly tool: string;
    readonly input: Json;
    readonly reason: string;
  };
  approval_resolved: {
    readonly approvalId: string;
    readonly decision: Decision;
  };
  message_created: {
    readonly message: Message;
  };
  thread_created: {
    readonly thread: Thread;
  };
  thread_updated: {
    readonly thread: Thread;
  };
  thread_deleted: Record<never, never>;
  usage_reported: {
    readonly model: string;
    readonly inputTokens: number;
    readonly outputTokens: number;
  };
}
type EventType = keyof EventData;
interface EventHead {
  /** Place in the user's log: 1, 2, 3 … without gaps (J1). */
  readonly offset: number;
  /** The same id is the same event (J3). */
  readonly id: string;
  readonly at: number;
  readonly threadId: string;
  readonly runId?: string;
  /** 1, 2, 3 … within the run, so any observer can prove that it has all of it. */
  readonly seq?: number;
  /** The agent's name; for a sub-agent its path, `supervisor/data`. */
  readonly agent?: string;
}
/** One thing that happened, as the user may see it. */
type Event = { [T in EventType]: EventHead & {
  readonly type: T;
  readonly data: EventData[T];
}; }[EventType];
/** The last event a client has seen, in which generation of its log. */
interface Cursor {
  readonly epoch: string;
  readonly offset: number;
}
/** The state at `asOf`: replaces everything the client knew. Events after `asOf` follow. */
interface SnapshotFrame {
  readonly type: "snapshot";
  readonly asOf: Cursor;
  /** Newest first, at most threadsPerSnapshotMax. */
  readonly threads: readonly Thread[];
  /** The answers being written, folded so far. */
  readonly activeRuns: readonly Message[];
}
/** `result` of a `send`. */
interface SendResult {
  readonly threadId: string;
  readonly messageId: string;
  readonly runId: string;
}
/** What the client uses of a WebSocket: the browser's, Node's own and the package `ws` all fit. */
interface WebSocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: {
    readonly type: string;
    readonly data?: unknown;
    readonly code?: number;
    readonly reason?: string;
  }) => void): void;
}
/** What the client uses of `fetch`. */
type Fetch = (url: string, init: {
  readonly credentials: "include";
  readonly signal: AbortSignal;
}) => Promise<{
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}>;
interface ClientOptions {
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
  /** Name and version for the server's log, 1 to 100 characters. Default `goldenpath-client`. */
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
/** Why the client waits before it connects again. */
type WaitReason =
/** The line broke, or could not be opened: no network, no server, or the server refused the upgrade. */
"connection_lost" |
/** Ticket, socket and `welcome` together took too long. */
"no_answer" |
/** Nothing came for longer than the server's heartbeat and its grace. */
"silent" |
/** D3: an event is missing; the next connection heals it from the journal. */
"gap" |
/** The server sent something that is not its protocol. */
"garbled" |
/** `fetchTicket` rejected. */
"ticket_failed" |
/** The server closed with one of its codes that mean "resume". */
CloseReason;
/** The truth about the connection; each value is replaced as a whole. */
type ConnectionState =
/** Before `connect()` and after `close()`. */
{
  readonly is: "idle";
} |
/** `attempt` counts from 1 and starts again only after a connection was live. */
{
  readonly is: "connecting";
  readonly attempt: number;
} |
/** Welcome came; what was missed is on its way. Commands already travel. */
{
  readonly is: "catching_up";
} |
/** The view is what the server knows. */
{
  readonly is: "live";
} |
/** The next attempt begins at `retryAt` (milliseconds since 1970), sooner after `connect()`. */
{
  readonly is: "waiting";
  readonly retryAt: number;
  readonly why: WaitReason;
  readonly attempt: number;
} |
/** Sign in, then call `connect()`. `code` is the close code; 0 when `fetchTicket` found nobody signed in. */
{
  readonly is: "signed_out";
  readonly code: number;
} |
/** The client will not try again by itself; `connect()` still may. */
{
  readonly is: "stopped";
  readonly code: number;
  readonly message: string;
};
/** What this client answers by itself, beside the server's codes. */
type ClientCode =
/** commandsPendingMax commands wait for an answer already. */
"queue_full" |
/**
 * No answer within `commandMsMax`, or none but that a repetition of it cannot be taken just now. It may have
 * been carried out: send again with the same `id`.
 */
"unanswered" |
/** The client gave up (state `stopped`): see its message, then `connect()`. */
"stopped" |
/** `close()` was called. */
"client_closed" |
/** Another user signed in before the command was sent. */
"user_changed" |
/** The HTTP request failed, or its answer was not of the API. */
"unreachable";
interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode | ClientCode;
  /** For people. */
  readonly message: string;
  readonly retry: Retry;
  readonly afterMs?: number;
}
type CommandResult<T> = {
  readonly ok: true;
  readonly result: T;
} | Refusal;
/** Answer of a load of history; what was loaded is in the view. */
type Loaded = {
  readonly ok: true;
} | Refusal;
/** Thrown by the async iterables when events passed that the reader will not get. */
declare class EventsLostError extends Error {
  /** `buffer_full`: the reader was too slow; `snapshot`: the client was away too long; `run_over`: ended before. */
  readonly code: "buffer_full" | "snapshot" | "run_over";
  constructor(code: EventsLostError["code"], message: string);
}
/** Counts since the client was made, for logs and tests. */
interface Counters {
  /** D2: events that came again and were dropped. */
  readonly duplicates: number;
  /** D3: gaps found. */
  readonly gaps: number;
  /** Connections that reached `welcome`. */
  readonly connections: number;
}
interface EventsOptions {
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /** Events that may wait for the reader; one more throws `EventsLostError`. Default 10,000. */
  readonly bufferMax?: number;
}
/**
 * How much of a thread's messages (or of the list of threads) the view holds. `before` is the id that the
 * next page ends at: the oldest of the last page, which need not be the oldest that is here, because an
 * answer that began long ago may have come live.
 */
type History =
/** Nothing was asked for; what is there came live. */
{
  readonly is: "unopened";
} |
/** A page is on its way; `request` tells it from an older one. */
{
  readonly is: "loading";
  readonly request: number;
  readonly before: string | undefined;
} |
/** There may be more: load older. */
{
  readonly is: "partial";
  readonly before: string | undefined;
} | {
  readonly is: "complete";
} |
/** The last load failed; what was there stays. Loading again is fine when `retry` is not `never`. */
({
  readonly is: "failed";
  readonly before: string | undefined;
} & Refusal);
/** A user's own message that the log does not show yet. */
interface OutgoingMessage {
  /** The id of its `send` command. */
  readonly commandId: string;
  /** Absent: the message begins a new thread, whose id is not known yet. */
  readonly threadId?: string;
  readonly parts: readonly UserPart[];
  readonly at: number;
  readonly state: {
    readonly is: "sending";
  } |
  /** The server took it as `messageId`; its `message_created` is on its way or already here. */
  {
    readonly is: "taken";
    readonly messageId: string;
  } |
  /** Stays until `forget(commandId)`, or until it is sent again with the same id. */
  ({
    readonly is: "refused";
  } & Refusal);
}
/** Everything the user sees: a value, never changed; each change makes a new one. */
interface View {
  /** Whose log it is; undefined before the first `welcome`. */
  readonly userId: string | undefined;
  /** The last event that the view contains. */
  readonly cursor: Cursor | undefined;
  /** Newest activity first. */
  readonly threads: readonly Thread[];
  readonly threadById: ReadonlyMap<string, Thread>;
  /** Whether older threads than these can be loaded with `loadOlderThreads()`. */
  readonly threadsHistory: History;
  /** Oldest first; answers being written are among them, with status `streaming`. */
  readonly messagesByThread: ReadonlyMap<string, readonly Message[]>;
  /** Absent or `unopened`: call `openThread`. */
  readonly historyByThread: ReadonlyMap<string, History>;
  /** The answers being written, by run id. */
  readonly activeRuns: ReadonlyMap<string, Message>;
  /** Own messages not yet in the log, oldest first. */
  readonly outbox: readonly OutgoingMessage[];
}
declare const emptyView: View;
/**
 * Own messages to show behind a thread's messages: those that the thread does not contain yet. With
 * undefined: those that begin a thread whose id is not known yet.
 */
declare function outgoingIn(view: View, threadId: string | undefined): readonly OutgoingMessage[];
interface SendInput {
  /** Without it a new thread begins; its id is in the result. */
  readonly threadId?: string;
  /** Which agent answers; without it the server's default. */
  readonly agent?: string;
  readonly parts: readonly UserPart[];
  /** Only to repeat an earlier `send` whose fate is not known: the same id is carried out at most once. */
  readonly id?: string;
}
interface Client {
  readonly state: ConnectionState;
  readonly view: View;
  readonly counters: Counters;
  /**
   * Called after state or view changed, once for all changes up to the next `notify`. Returns how to stop. A
   * function that subscribes twice is called once.
   */
  subscribe(listener: () => void): () => void;
  /** Connects now, whatever the state; does nothing when connected or connecting. */
  connect(): void;
  /** Waiting commands resolve to `client_closed`, iterations end. The view stays readable. */
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
   * Throws `EventsLostError` when the run is over and nothing of it is held.
   */
  run(runId: string, options?: EventsOptions): AsyncIterable<Event>;
}
/**
 * A client of one Goldenpath server; it does nothing before `connect()`. Throws a `TypeError` that names the
 * option when one cannot be used.
 *
 * It joins connection, view, commands, streams and history; each keeps its own invariants, and these join them:
 *
 *  K1  The view changes by `reduce` only, and listeners hear of it later, once for many changes.
 *  K2  Streams get exactly the events that the view took.
 *  K3  After a gap the cursor is said as it is; after a second gap without progress none is said, and the
 *      server's snapshot replaces the view.
 *  K4  No command of one user is sent, and no page loaded, for another who signed in on the same client.
 */
declare function createClient(options: ClientOptions): Client;
export { Event as C, SnapshotFrame as S, WaitReason as _, OutgoingMessage as a, WebSocketLike as b, outgoingIn as c, CommandResult as d, ConnectionState as f, Refusal as g, Loaded as h, History as i, EventsOptions as l, EventsLostError as m, SendInput as n, View as o, Counters as p, createClient as r, emptyView as s, Client as t, ClientCode as u, ClientOptions as v, SendResult as x, Fetch as y };