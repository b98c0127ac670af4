import type { Message, Thread } from "@goldenpath/protocol";
import { withHistory } from "./take.ts";
import { threadsInOrder, type View } from "./view.ts";

export interface HistoryPage {
  /** Undefined: of the list of threads. */
  readonly threadId: string | undefined;
  /** The list's next ones, or the thread itself where it was not known. */
  readonly threads: readonly Thread[];
  /** The thread's, oldest first. */
  readonly messages: readonly Message[];
  /** Nothing is older than these. */
  readonly complete: boolean;
}

/** R5: a page of history, merged by id. */
export function withPage(view: View, { threadId, threads, messages, complete }: HistoryPage): View {
  const before = threadId === undefined ? threads.at(-1)?.id : messages[0]?.id;
  const next = { ...withHistory(view, threadId, complete ? { is: "complete" } : { is: "partial", before }) };
  const fresh = threads.filter((thread) => !view.threadById.has(thread.id));
  if (fresh.length > 0) {
    next.threadById = new Map([...view.threadById, ...fresh.map((thread) => [thread.id, thread] as const)]);
    next.threads = threadsInOrder(next.threadById);
  }
  if (threadId === undefined) return next;
  // An answer still being written belongs to the events: folding them onto a page's copy would repeat text.
  const ended = messages.filter((message) => message.status !== "streaming");
  const list = merged(ended, view.messagesByThread.get(threadId) ?? []);
  next.messagesByThread = new Map(next.messagesByThread).set(threadId, list);
  const endedRuns = new Set(ended.map((message) => message.runId));
  next.activeRuns = new Map([...view.activeRuns].filter(([runId]) => !endedRuns.has(runId))); // R6
  return next;
}

/**
 * A page and what is known, in one order. The page's own order holds; a message that is only known stays
 * behind those that it followed, and goes behind the page's messages that are not younger.
 */
function merged(page: readonly Message[], known: readonly Message[]): readonly Message[] {
  const paged = new Map(page.map((message, index) => [message.id, index]));
  const result: Message[] = [];
  let next = 0;
  for (const message of known) {
    const at = paged.get(message.id);
    if (at === undefined) {
      for (; next < page.length; next++) {
        const other = page[next];
        if (!other || other.at > message.at) break;
        result.push(other);
      }
      result.push(message);
    } else {
      for (; next <= at; next++) {
        const other = page[next];
        if (other) result.push(other);
      }
    }
  }
  return [...result, ...page.slice(next)];
}
