/**
 * A commit as the engines judge and store it: every event is serialised once, here, in the caller's
 * thread; beside the bytes stands only what judging needs of it, so that a draft is cheap to hand on.
 * A draft shares nothing with the commit: what the caller changes afterwards changes nothing here.
 */
import {
  type EventType,
  eventTail,
  isTerminal,
  type Json,
  limits,
  type Message,
  type NewEvent,
  runEventTypes,
  type TerminalEventType,
  type Thread,
} from "@goldenpath/protocol";
import {
  type Commit,
  type CommitRefusal,
  commitBytesMax,
  commitEventsMax,
  type RunState,
} from "./journal.ts";

/** What judging needs to know of one event. */
export interface Mark {
  readonly type: EventType;
  readonly id: string;
  readonly at: number;
  readonly threadId: string;
  readonly runId?: string;
  readonly seq?: number;
  /** Of an `agent_started`. */
  readonly started?: { readonly agent: string; readonly messageId: string; readonly attempt: number };
  /** Of a terminal event: the state it ends its run in. */
  readonly ends?: Exclude<RunState, "active">;
  /** Of a `thread_created` or `thread_updated`. */
  readonly thread?: Thread;
  /** Of a `message_created`. */
  readonly message?: DraftMessage;
}

export interface DraftMessage {
  readonly id: string;
  readonly threadId: string;
  readonly json: string;
  /** Those that it names. */
  readonly attachmentIds: readonly string[];
}

export interface Draft {
  readonly userId: string;
  /** When the commit was handed in, in milliseconds since 1970. */
  readonly at: number;
  readonly marks: readonly Mark[];
  /** The stored bytes of each event, one per mark: its JSON behind the offset. */
  readonly tails: readonly string[];
  /** UTF-8 bytes of all tails and the final message. */
  readonly bytes: number;
  readonly command?: { readonly id: string; readonly fingerprint: string; readonly result: Json } | undefined;
  readonly run?: { readonly runId: string; readonly attempt: number } | undefined;
  readonly owner?: string | undefined;
  readonly finalMessage?: DraftMessage | undefined;
  readonly activeRunsMax?: number | undefined;
}

export type Drafted =
  | { readonly is: "draft"; readonly draft: Draft }
  | { readonly is: "refused"; readonly why: CommitRefusal; readonly detail: string };

const ofRun: ReadonlySet<EventType> = new Set(runEventTypes);
const endState = {
  agent_completed: "completed",
  agent_failed: "failed",
  agent_cancelled: "cancelled",
} as const satisfies Record<TerminalEventType, RunState>;
/** `{"offset":` and `,` around an offset of up to 16 digits. */
const offsetBytesMax = 27;

/** Throws a `TypeError` for a commit that no caller may make: it contradicts itself. */
export function draftCommit(commit: Commit, at: number): Drafted {
  const { events, finalMessage } = commit;
  if (!commit.userId) throw new TypeError("commit: userId is required");
  if (events.length > commitEventsMax) {
    return { is: "refused", why: "too_large", detail: `A commit may have ${commitEventsMax} events.` };
  }
  // Arrays of just the right size: one that is pushed to has room for seventeen, and most commits have one event.
  const tails = events.map(eventTail);
  const marks = events.map((event) => markOf(event, commit));
  let bytes = 0;
  for (let index = 0; index < tails.length; index++) {
    const tailBytes = Buffer.byteLength(tails[index] ?? "");
    if (tailBytes + offsetBytesMax > limits.eventBytesMax) {
      const detail = `The event ${events[index]?.id} (${events[index]?.type}) has ${tailBytes} bytes; ${limits.eventBytesMax} are allowed.`;
      return { is: "refused", why: "too_large", detail };
    }
    bytes += tailBytes;
  }
  const kept = finalMessage && draftMessage(finalMessage, events);
  if (kept) bytes += Buffer.byteLength(kept.json);
  if (bytes > commitBytesMax) {
    const detail = `The commit has ${bytes} bytes; ${commitBytesMax} are allowed.`;
    return { is: "refused", why: "too_large", detail };
  }
  const { userId, command, run, owner, activeRunsMax } = commit;
  const draft: Draft = {
    userId,
    at,
    marks,
    tails,
    bytes,
    command: command && structuredClone(command),
    run: run && { runId: run.runId, attempt: run.attempt },
    owner,
    finalMessage: kept,
    activeRunsMax,
  };
  return { is: "draft", draft };
}

function draftMessage(message: Message, events: readonly NewEvent[]): DraftMessage {
  if (!events.some((event) => isTerminal(event.type))) {
    throw new TypeError("commit: a finalMessage comes with its run's terminal event");
  }
  return drafted(message);
}

function drafted(message: Message): DraftMessage {
  const { id, threadId, parts } = message;
  const attachmentIds = parts.flatMap((part) => (part.type === "attachment" ? [part.attachmentId] : []));
  return { id, threadId, json: JSON.stringify(message), attachmentIds };
}

function markOf(event: NewEvent, commit: Commit): Mark {
  const { type, id, at, threadId, runId, seq } = event;
  if (!ofRun.has(type)) {
    if (runId !== undefined) throw new TypeError(`commit: ${type} ${id} belongs to no run`);
    return { type, id, at, threadId, ...projected(event) };
  }
  if (!runId || seq === undefined) throw new TypeError(`commit: ${type} ${id} needs a runId and a seq`);
  if (event.type === "agent_started") {
    const { messageId, attempt } = event.data;
    if (seq === 1 && !commit.owner) throw new TypeError(`commit: run ${runId} begins without an owner`);
    return { type, id, at, threadId, runId, seq, started: { agent: event.agent ?? "", messageId, attempt } };
  }
  const begunHere = (other: NewEvent) => other.type === "agent_started" && other.runId === runId;
  if (commit.run ? commit.run.runId !== runId : !commit.events.some(begunHere)) {
    throw new TypeError(`commit: ${type} ${id} is of run ${runId}, which the commit does not name`);
  }
  const mark = { type, id, at, threadId, runId, seq };
  return isTerminal(type) ? { ...mark, ends: endState[type] } : mark;
}

function projected(event: NewEvent): Pick<Mark, "thread" | "message"> {
  if (event.type === "thread_created" || event.type === "thread_updated") {
    const { thread } = event.data;
    if (thread.id !== event.threadId) throw new TypeError(`commit: ${event.id} names two threads`);
    return { thread: structuredClone(thread) };
  }
  if (event.type === "message_created") {
    const { message } = event.data;
    if (message.threadId !== event.threadId) throw new TypeError(`commit: ${event.id} names two threads`);
    return { message: drafted(message) };
  }
  return {};
}
