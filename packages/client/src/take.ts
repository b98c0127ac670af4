import { type Event, foldRun, isTerminal, type Message, type Thread } from "@goldenpath/protocol";
import { withShown } from "./outbox.ts";
import { type History, threadsInOrder, type View } from "./view.ts";

/** Threads whose messages are kept; the ones longest untouched go first. */
export const threadsKeptMax = 50;
/** Messages a thread may grow to by events before its oldest are dropped. */
export const messagesPerThreadMax = 2_000;
/** Threads the list may grow to by events before those of the oldest activity are dropped. */
export const threadsListedMax = 5_000;

/** R1: takes events that continue the view's cursor, one after the other. */
export function withEvents(view: View, epoch: string, fresh: readonly Event[]): View {
  const { draft, changed } = drafted(view);
  for (const event of fresh) {
    take(draft, changed, event);
    draft.cursor = { epoch, offset: event.offset };
  }
  if (draft.threadById !== view.threadById) draft.threads = threadsInOrder(draft.threadById);
  return draft;
}

/** How much of its history a thread that the user turned to has; it is the last one to be dropped (R7). */
export function withHistory(view: View, threadId: string | undefined, history: History): View {
  if (threadId === undefined) return { ...view, threadsHistory: history };
  const { draft, changed } = drafted(view);
  touch(draft, changed, threadId);
  changed.histories().set(threadId, history);
  return draft;
}

/** A view in the making: fields are replaced, and a map is copied before its first change. */
type Draft = { -readonly [K in keyof View]: View[K] };

interface Changes {
  readonly threads: () => Map<string, Thread>;
  readonly messages: () => Map<string, readonly Message[]>;
  readonly histories: () => Map<string, History>;
  readonly runs: () => Map<string, Message>;
}

function drafted(view: View): { readonly draft: Draft; readonly changed: Changes } {
  const draft: Draft = { ...view };
  return {
    draft,
    changed: {
      threads: copyOnce(view.threadById, (copy) => {
        draft.threadById = copy;
      }),
      messages: copyOnce(view.messagesByThread, (copy) => {
        draft.messagesByThread = copy;
      }),
      histories: copyOnce(view.historyByThread, (copy) => {
        draft.historyByThread = copy;
      }),
      runs: copyOnce(view.activeRuns, (copy) => {
        draft.activeRuns = copy;
      }),
    },
  };
}

function copyOnce<V>(
  original: ReadonlyMap<string, V>,
  put: (copy: Map<string, V>) => void,
): () => Map<string, V> {
  let copy: Map<string, V> | undefined;
  return () => {
    if (!copy) {
      copy = new Map(original);
      put(copy);
    }
    return copy;
  };
}

function take(draft: Draft, changed: Changes, event: Event): void {
  switch (event.type) {
    case "thread_created":
      changed.threads().set(event.threadId, event.data.thread);
      boundThreads(draft, changed);
      // Everything in it comes after this event.
      touch(draft, changed, event.threadId);
      changed.histories().set(event.threadId, { is: "complete" });
      return;
    case "thread_updated":
      changed.threads().set(event.threadId, event.data.thread);
      return;
    case "thread_deleted": {
      changed.threads().delete(event.threadId);
      changed.messages().delete(event.threadId);
      changed.histories().delete(event.threadId);
      for (const [runId, message] of draft.activeRuns) {
        if (message.threadId === event.threadId) changed.runs().delete(runId);
      }
      // A page of threads on its way may still name it: it is void, and asked for again.
      const { threadsHistory } = draft;
      if (threadsHistory.is === "loading") draft.threadsHistory = { ...threadsHistory, is: "partial" };
      return;
    }
    case "message_created": {
      const { message } = event.data;
      append(draft, changed, message);
      draft.outbox = withShown(draft.outbox, message);
      return;
    }
    default:
      takeRunEvent(draft, changed, event);
  }
}

function takeRunEvent(draft: Draft, changed: Changes, event: Event): void {
  if (event.runId === undefined) return;
  const before = draft.activeRuns.get(event.runId);
  if (!before && event.type !== "agent_started") return;
  const message = foldRun(before, event);
  if (!message || message === before) return;
  if (!before) {
    append(draft, changed, message);
    if (!draft.messagesByThread.get(event.threadId)?.includes(message)) return; // R6
  } else {
    const list = draft.messagesByThread.get(event.threadId) ?? [];
    const at = list.lastIndexOf(before);
    if (at >= 0) changed.messages().set(event.threadId, list.with(at, message));
  }
  if (isTerminal(event.type)) changed.runs().delete(event.runId);
  else changed.runs().set(event.runId, message);
}

/**
 * R1: puts a message at its thread's end, which is its place in the log. A page that was ahead of the events
 * may have brought it already: then that one, which may be further on, moves there (R6).
 */
function append(draft: Draft, changed: Changes, message: Message): void {
  const list = touch(draft, changed, message.threadId);
  const known = list.find((other) => other.id === message.id);
  const longer = [...list.filter((other) => other !== known), known ?? message];
  if (longer.length > messagesPerThreadMax) {
    longer.shift();
    changed.histories().set(message.threadId, { is: "partial", before: longer[0]?.id });
  }
  changed.messages().set(message.threadId, longer);
}

/** Makes a thread the one with the newest message, and keeps R7's bound on threads. */
function touch(draft: Draft, changed: Changes, threadId: string): readonly Message[] {
  const list = draft.messagesByThread.get(threadId) ?? [];
  const messages = changed.messages();
  messages.delete(threadId);
  messages.set(threadId, list);
  if (!draft.historyByThread.has(threadId)) changed.histories().set(threadId, { is: "unopened" });
  if (messages.size > threadsKeptMax) {
    const busy = new Set([...draft.activeRuns.values()].map((message) => message.threadId));
    for (const oldest of messages.keys()) {
      if (busy.has(oldest) || oldest === threadId) continue;
      messages.delete(oldest);
      changed.histories().delete(oldest);
      break;
    }
  }
  return list;
}

function boundThreads(draft: Draft, changed: Changes): void {
  if (draft.threadById.size <= threadsListedMax) return;
  const [oldest, before] = threadsInOrder(draft.threadById).slice(-2).reverse();
  if (oldest) changed.threads().delete(oldest.id);
  draft.threadsHistory = { is: "partial", before: before?.id };
}
