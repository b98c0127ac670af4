import type { Message, Thread } from "@goldenpath/protocol";
import { threadsInOrder, type View } from "./view.ts";

export interface ThreadPage {
  readonly threadId: string;
  /** The thread itself, where it was asked for too. */
  readonly thread?: Thread;
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Nothing is older than these. */
  readonly complete: boolean;
}

/** R5: a page of history, merged by message id. */
export function withPage(view: View, page: ThreadPage): View {
  const known = view.messagesByThread.get(page.threadId) ?? [];
  const activeIds = new Set([...view.activeRuns.values()].map((message) => message.id));
  // An answer still being written belongs to the events: folding them onto a page's copy would repeat text.
  const ended = page.messages.filter((message) => message.status !== "streaming");
  const messages = merged(ended, known);
  const messagesByThread = new Map(view.messagesByThread);
  messagesByThread.set(page.threadId, messages);
  const historyByThread = new Map(view.historyByThread);
  historyByThread.set(page.threadId, { is: page.complete ? "complete" : "partial" });
  let { activeRuns, threadById, threads } = view;
  for (const message of ended) {
    if (message.runId === undefined || !activeIds.has(message.id)) continue;
    const fewer = new Map(activeRuns);
    fewer.delete(message.runId); // R6
    activeRuns = fewer;
  }
  if (page.thread && !threadById.has(page.threadId)) {
    threadById = new Map(threadById).set(page.threadId, page.thread);
    threads = threadsInOrder(threadById);
  }
  return { ...view, threads, threadById, messagesByThread, historyByThread, activeRuns };
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
