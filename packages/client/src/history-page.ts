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
  const before = (threadId === undefined ? threads.at(-1) : messages[0])?.id;
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
 * A page and what is known, in the order of the log, of which each holds an unbroken part: what is known has the
 * newest, so the page is older, or begins within it and may reach beyond. An answer stands right behind its
 * question, with which it began; the answer of a question that is not here is older than everything that is.
 */
function merged(page: readonly Message[], known: readonly Message[]): readonly Message[] {
  const first = page.find((message) => !message.questionId);
  const older = known.some((message) => message.id === first?.id) ? known : page;
  // The first one decides the place, the last one the content.
  const byId = new Map([...older, ...known, ...page].map((message) => [message.id, message]));
  const byQuestion = Map.groupBy(
    byId.values(),
    ({ questionId }) => questionId && (byId.has(questionId) ? questionId : ""),
  );
  const answers = (id?: string) => byQuestion.get(id) ?? [];
  return [...answers(""), ...answers().flatMap((message) => [message, ...answers(message.id)])];
}
