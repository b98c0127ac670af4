import { type Event, foldRun, isTerminal, type Message } from "@goldenpath/protocol";
import { isMissing, withShown } from "./outbox.ts";
import { type History, threadsInOrder, type View } from "./view.ts";

/** Threads whose messages are kept; the ones longest untouched go first. */
export const threadsKeptMax = 50;
/** Messages a thread may grow to by events before its oldest are dropped. */
export const messagesPerThreadMax = 2_000;
/** Threads the list may grow to by events before those of the oldest activity are dropped. */
export const threadsListedMax = 5_000;

/** R1: takes events that continue the view's cursor, one after the other. */
export function withEvents(view: View, epoch: string, fresh: readonly Event[]): View {
  const draft = draftOf(view);
  for (const event of fresh) {
    take(draft, event);
    draft.cursor = { epoch, offset: event.offset };
  }
  if (fresh.some(({ type }) => /^(thread|message)_/.test(type)))
    draft.threads = threadsInOrder(draft.threadById);
  return draft;
}

/** How much of its history a thread that the user turned to has; it is the last one to be dropped (R7). */
export function withHistory(view: View, threadId: string | undefined, history: History): View {
  if (threadId === undefined) return { ...view, threadsHistory: history };
  const draft = draftOf(view);
  touch(draft, threadId);
  draft.historyByThread.set(threadId, history);
  return draft;
}

/** A view in the making: its fields are replaced and its maps, which are copies, are changed. */
export type Draft = {
  -readonly [K in keyof View]: View[K] extends ReadonlyMap<infer Id, infer V> ? Map<Id, V> : View[K];
};

export function draftOf(view: View): Draft {
  return {
    ...view,
    threadById: new Map(view.threadById),
    messagesByThread: new Map(view.messagesByThread),
    historyByThread: new Map(view.historyByThread),
    activeRuns: new Map(view.activeRuns),
  };
}

function take(draft: Draft, event: Event): void {
  switch (event.type) {
    case "thread_created":
    case "thread_updated":
      draft.threadById.set(event.threadId, event.data.thread);
      boundThreads(draft);
      if (event.type === "thread_updated") return;
      touch(draft, event.threadId);
      // Everything in it comes after this event.
      draft.historyByThread.set(event.threadId, { is: "complete" });
      return;
    case "thread_deleted": {
      const gone = draft.messagesByThread.get(event.threadId);
      draft.outbox = draft.outbox.filter((entry) => isMissing(entry, gone));
      draft.threadById.delete(event.threadId);
      draft.messagesByThread.delete(event.threadId);
      draft.historyByThread.delete(event.threadId);
      for (const [runId, message] of draft.activeRuns) {
        if (message.threadId === event.threadId) draft.activeRuns.delete(runId);
      }
      // A page of threads on its way may still name it: it is void, and asked for again.
      const { threadsHistory } = draft;
      if (threadsHistory.is === "loading") draft.threadsHistory = { ...threadsHistory, is: "partial" };
      return;
    }
    case "message_created": {
      append(draft, event.data.message);
      // A message moves its thread up.
      const thread = draft.threadById.get(event.threadId);
      if (thread) {
        const updatedAt = Math.max(event.at, thread.updatedAt);
        draft.threadById.set(event.threadId, { ...thread, updatedAt });
      }
      draft.outbox = withShown(draft.outbox, event.data.message);
      return;
    }
    default:
      takeRunEvent(draft, event);
  }
}

function takeRunEvent(draft: Draft, event: Event): void {
  if (event.runId === undefined) return;
  const before = draft.activeRuns.get(event.runId);
  if (!before && event.type !== "agent_started") return;
  const message = foldRun(before, event);
  if (!message || message === before) return;
  if (!before) {
    append(draft, message);
    if (!draft.messagesByThread.get(event.threadId)?.includes(message)) return; // R6
  } else {
    const list = draft.messagesByThread.get(event.threadId) ?? [];
    const at = list.lastIndexOf(before);
    if (at >= 0) draft.messagesByThread.set(event.threadId, list.with(at, message));
  }
  if (isTerminal(event.type)) draft.activeRuns.delete(event.runId);
  else draft.activeRuns.set(event.runId, message);
}

/**
 * R1: puts a message at its thread's end, which is its place in the log. A page that was ahead of the events
 * may have brought it already: then that one, which may be further on, moves there (R6).
 */
export function append(draft: Draft, message: Message): void {
  const list = touch(draft, message.threadId);
  const known = list.find((other) => other.id === message.id);
  const longer = [...list.filter((other) => other !== known), known ?? message];
  if (longer.length > messagesPerThreadMax) {
    longer.shift();
    draft.historyByThread.set(message.threadId, { is: "partial", before: longer[0]?.id });
  }
  draft.messagesByThread.set(message.threadId, longer);
}

/** Makes a thread the one with the newest message, and keeps R7's bound on threads. */
function touch(draft: Draft, threadId: string): readonly Message[] {
  const list = draft.messagesByThread.get(threadId) ?? [];
  const messages = draft.messagesByThread;
  messages.delete(threadId);
  messages.set(threadId, list);
  if (!draft.historyByThread.has(threadId)) draft.historyByThread.set(threadId, { is: "unopened" });
  if (messages.size > threadsKeptMax) {
    const busy = [threadId, ...[...draft.activeRuns.values()].map((message) => message.threadId)];
    const oldest = [...messages.keys()].find((other) => !busy.includes(other)) ?? "";
    messages.delete(oldest);
    draft.historyByThread.delete(oldest);
  }
  return list;
}

function boundThreads(draft: Draft): void {
  if (draft.threadById.size <= threadsListedMax) return;
  const [before, oldest] = threadsInOrder(draft.threadById).slice(-2);
  draft.threadById.delete(oldest?.id ?? "");
  draft.threadsHistory = { is: "partial", before: before?.id };
}
