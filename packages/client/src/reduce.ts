/**
 * The view as a pure function of what came: `reduce(view, input)`.
 *
 *  R1  D1: what the view shows is a prefix of the user's log. Events are taken in the order of their
 *      offsets, and only the one after the cursor is ever taken.
 *  R2  D2: an event that the view contains changes nothing.
 *  R3  D3: after a gap nothing is taken until a connection or a snapshot heals it.
 *  R4  A snapshot, of this epoch or another, replaces everything at once, except own messages under way.
 *  R5  A page of history is merged by message id. It is asked for after the view's snapshot, so it reaches
 *      at least to the cursor's state at that time, and the events after it bring the rest: no gap. A page
 *      asked for before the latest snapshot carries an old `request` and changes nothing.
 *  R6  A message of a page that has ended is final: events of its run, still on their way, leave it alone.
 *  R7  Bounded: messages of threadsKeptMax threads, messagesPerThreadMax live messages in each; the rest is
 *      dropped from the front and can be loaded again.
 */
import type { Cursor, Event, SendResult, SnapshotFrame } from "@goldenpath/protocol";
import { type HistoryPage, withPage } from "./history-page.ts";
import { withSending, withSent } from "./outbox.ts";
import type { CommandResult, Refusal } from "./state.ts";
import { append, draftOf, withEvents, withHistory } from "./take.ts";
import {
  emptyView,
  type History,
  historyOf,
  type OutgoingMessage,
  threadsInOrder,
  type View,
} from "./view.ts";

/** What a server puts into a snapshot, `limits.threadsPerSnapshotMax` of the protocol; a test holds them equal. */
export const snapshotThreadsMax = 100;

export type Input =
  | { readonly is: "welcome"; readonly userId: string }
  | { readonly is: "snapshot"; readonly frame: SnapshotFrame }
  | { readonly is: "events"; readonly epoch: string; readonly events: readonly Event[] }
  /** Here and below, `threadId` undefined stands for the list of threads. */
  | {
      readonly is: "loading";
      readonly threadId: string | undefined;
      readonly request: number;
      readonly before: string | undefined;
    }
  | ({ readonly is: "page"; readonly request: number } & HistoryPage)
  | {
      readonly is: "load_failed";
      readonly threadId: string | undefined;
      readonly request: number;
      readonly refusal: Refusal;
    }
  | { readonly is: "sending"; readonly message: OutgoingMessage }
  /** What a `send` came to; undefined takes its message out of the outbox. */
  | {
      readonly is: "sent";
      readonly commandId: string;
      readonly result: CommandResult<SendResult> | undefined;
    };

export interface EventsVerdict {
  /** What continues the cursor: to be taken. */
  readonly fresh: readonly Event[];
  /** D2: already contained, dropped. */
  readonly duplicates: number;
  /** D3: something is missing after `fresh`. */
  readonly gap: boolean;
}

/** Which of `events` continue the log after `cursor`. Without a cursor of that epoch nothing does. */
export function judgeEvents(
  cursor: Cursor | undefined,
  epoch: string,
  events: readonly Event[],
): EventsVerdict {
  if (cursor?.epoch !== epoch) return { fresh: [], duplicates: 0, gap: true };
  const fresh: Event[] = [];
  let last = cursor.offset;
  let duplicates = 0;
  for (const event of events) {
    if (event.offset <= last) duplicates++;
    else if (event.offset > last + 1) return { fresh, duplicates, gap: true };
    else {
      fresh.push(event);
      last = event.offset;
    }
  }
  return { fresh, duplicates, gap: false };
}

/** The next view. The same view comes back, by identity, when the input changes nothing. */
export function reduce(view: View, input: Input): View {
  switch (input.is) {
    case "welcome":
      if (view.userId === input.userId) return view;
      // D4: nothing of one user is shown to another who signed in on the same page.
      return { ...(view.userId ? emptyView : view), userId: input.userId };
    case "snapshot":
      return fromSnapshot(view, input.frame);
    case "events": {
      const { fresh } = judgeEvents(view.cursor, input.epoch, input.events);
      return fresh.length === 0 ? view : withEvents(view, input.epoch, fresh);
    }
    case "loading":
      return withHistory(view, input.threadId, input);
    case "page":
      return loading(view, input) ? withPage(view, input) : view;
    case "load_failed": {
      const history = loading(view, input);
      if (!history) return view;
      return withHistory(view, input.threadId, { ...input.refusal, is: "failed", before: history.before });
    }
    case "sending":
      return withSending(view, input.message);
    case "sent":
      return withSent(view, input.commandId, input.result);
    default:
      return input satisfies never;
  }
}

/** R4. */
function fromSnapshot({ userId, outbox }: View, { asOf, threads, activeRuns }: SnapshotFrame): View {
  const draft = draftOf({ ...emptyView, userId, cursor: asOf });
  // The snapshot contains what the server had taken; what has no answer may be in it or still to come.
  draft.outbox = outbox.flatMap((entry) => (entry.state.is === "taken" ? [] : { ...entry, stale: true }));
  for (const thread of threads) draft.threadById.set(thread.id, thread);
  draft.threads = threadsInOrder(draft.threadById);
  draft.threadsHistory =
    threads.length < snapshotThreadsMax ? { is: "complete" } : { is: "partial", before: threads.at(-1)?.id };
  for (const message of activeRuns) {
    append(draft, message);
    if (message.runId) draft.activeRuns.set(message.runId, message);
  }
  return draft;
}

/** R5: the load that this input belongs to, unless a snapshot or a newer load made it void. */
function loading(
  view: View,
  { threadId, request }: { readonly threadId: string | undefined; readonly request: number },
): Extract<History, { is: "loading" }> | undefined {
  const history = historyOf(view, threadId);
  return history.is === "loading" && history.request === request ? history : undefined;
}
