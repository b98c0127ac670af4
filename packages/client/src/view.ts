import type { Cursor, Message, Thread, UserPart } from "@goldenpath/protocol";
import { isMissing } from "./outbox.ts";
import type { Refusal } from "./state.ts";

/**
 * How much of a thread's messages (or of the list of threads) the view holds. `before` is the id that the
 * next page ends at: the oldest of the last page, which need not be the oldest that is here, because an
 * answer that began long ago may have come live.
 */
export type History =
  /** Nothing was asked for; what is there came live. */
  | { readonly is: "unopened" }
  /** A page is on its way; `request` tells it from an older one. */
  | { readonly is: "loading"; readonly request: number; readonly before: string | undefined }
  /** There may be more: load older. */
  | { readonly is: "partial"; readonly before: string | undefined }
  | { readonly is: "complete" }
  /** The last load failed; what was there stays. Loading again is fine when `retry` is not `never`. */
  | ({ readonly is: "failed"; readonly before: string | undefined } & Refusal);

/** A user's own message that the log does not show yet. */
export interface OutgoingMessage {
  /** The id of its `send` command. */
  readonly commandId: string;
  /** Absent: the message begins a new thread, whose id is not known yet. */
  readonly threadId?: string;
  readonly parts: readonly UserPart[];
  readonly at: number;
  /** A snapshot came since it was sent, and may contain it. */
  readonly stale?: true;
  readonly state:
    | { readonly is: "sending" }
    /** The server took it as `messageId`; its `message_created` is on its way or already here. */
    | { readonly is: "taken"; readonly messageId: string }
    /** Stays until `forget(commandId)`, or until it is sent again with the same id. */
    | ({ readonly is: "refused" } & Refusal);
}

/** Everything the user sees: a value, never changed; each change makes a new one. */
export interface View {
  /** Whose log it is; before the first `welcome` whom the options name. */
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

export const emptyView: View = {
  userId: undefined,
  cursor: undefined,
  threads: [],
  threadById: new Map(),
  threadsHistory: { is: "unopened" },
  messagesByThread: new Map(),
  historyByThread: new Map(),
  activeRuns: new Map(),
  outbox: [],
};

/** Newest activity first; ids break ties, so that the order is the same however the threads came. */
export function threadsInOrder(threadById: ReadonlyMap<string, Thread>): readonly Thread[] {
  return [...threadById.values()].sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1));
}

const unopened: History = { is: "unopened" };

/** How much of a thread is here; with undefined: of the list of threads. */
export function historyOf(view: View, threadId: string | undefined): History {
  if (threadId === undefined) return view.threadsHistory;
  return view.historyByThread.get(threadId) ?? unopened;
}

/**
 * Own messages to show behind a thread's messages: those that the thread does not contain yet. With
 * undefined: those that begin a thread whose id is not known yet.
 */
export function outgoingIn(view: View, threadId: string | undefined): readonly OutgoingMessage[] {
  const messages = view.messagesByThread.get(threadId ?? "");
  return view.outbox.filter((entry) => entry.threadId === threadId && isMissing(entry, messages));
}
