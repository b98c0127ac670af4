import type { Message, Thread } from "@goldenpath/protocol";
import { draftOf, withHistory } from "./take.ts";
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
  const next = draftOf(
    withHistory(view, threadId, complete ? { is: "complete" } : { is: "partial", before }),
  );
  for (const thread of threads) if (!next.threadById.has(thread.id)) next.threadById.set(thread.id, thread);
  next.threads = threadsInOrder(next.threadById);
  if (threadId === undefined) return next;
  // An answer still being written belongs to the events: folding them onto a page's copy would repeat text.
  const ended = messages.filter((message) => message.status !== "streaming");
  next.messagesByThread.set(threadId, merged(ended, view.messagesByThread.get(threadId) ?? []));
  for (const { runId } of ended) next.activeRuns.delete(runId ?? ""); // R6
  return next;
}

/**
 * A page and what is known, in one order. The page's own order holds; a message that is only known stays
 * behind those that it followed, and goes behind the page's messages that are not younger.
 */
function merged(page: readonly Message[], known: readonly Message[]): readonly Message[] {
  const rest = [...page];
  const result: Message[] = [];
  for (const message of known) {
    const paged = page.some((other) => other.id === message.id);
    const next = rest.findIndex((other) => (paged ? other.id === message.id : other.at > message.at));
    if (paged) result.push(...rest.splice(0, next + 1));
    else result.push(...rest.splice(0, next < 0 ? rest.length : next), message);
  }
  return [...result, ...rest];
}
