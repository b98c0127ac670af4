/** What the contract suite and the engines' own tests write: threads, messages and runs of one user. */
import type { Clock, EventData, MakeId, Message, NewEvent, RunEventType, Thread } from "@goldenpath/protocol";
import type { Attachment, Commit, CommitOutcome, Journal } from "./journal.ts";

/** How the suite opens an engine: each time a journal that has never been used. */
export type OpenJournal = (options: OpenJournalOptions) => Promise<OpenedJournal>;

export interface OpenJournalOptions {
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly attachmentBytesTotalMax?: number;
}

export interface OpenedJournal {
  readonly journal: Journal;
  /** Lets the engine's own clock go on, where that is not the clock it was opened with. */
  readonly elapse?: (ms: number) => Promise<void>;
  /** Closes the journal and removes what it kept. */
  dispose(): Promise<void>;
}

export const startedAt = 1_700_000_000_000;
/** The node that begins the fixtures' runs. */
export const owner = "node-a";

export function threadOf(threadId: string, updatedAt = startedAt): Thread {
  return { id: threadId, title: `About ${threadId}`, createdAt: startedAt, updatedAt };
}

export function threadCreated(threadId: string, at = startedAt): NewEvent {
  return {
    id: `${threadId}.created`,
    type: "thread_created",
    at,
    threadId,
    data: { thread: threadOf(threadId, at) },
  };
}

export function threadUpdated(thread: Thread): NewEvent {
  const { id, updatedAt } = thread;
  return { id: `${id}.${updatedAt}`, type: "thread_updated", at: updatedAt, threadId: id, data: { thread } };
}

export function threadDeleted(threadId: string): NewEvent {
  return { id: `${threadId}.deleted`, type: "thread_deleted", at: startedAt, threadId, data: {} };
}

export function messageOf(threadId: string, messageId: string, text = "A question?"): Message {
  const parts = [{ type: "text", text }] as const;
  return { id: messageId, threadId, role: "user", at: startedAt, parts, status: "completed" };
}

export function attachmentOf(id: string, bytes: number, fill = 7): Attachment {
  return {
    id,
    name: `${id}.csv`,
    mediaType: "text/csv",
    bytes: new Uint8Array(bytes).fill(fill),
    at: startedAt,
  };
}

/** A message that names these attachments. */
export function messageWith(threadId: string, messageId: string, attachmentIds: readonly string[]): NewEvent {
  const attached = attachmentIds.map((attachmentId) => {
    return { type: "attachment", attachmentId, name: "a", mediaType: "text/csv", bytes: 1 } as const;
  });
  const text = messageOf(threadId, messageId);
  const data = { message: { ...text, parts: [...text.parts, ...attached] } };
  return { id: `${messageId}.created`, type: "message_created", at: startedAt, threadId, data };
}

export function messageCreated(threadId: string, messageId: string, text?: string): NewEvent {
  const data = { message: messageOf(threadId, messageId, text) };
  return { id: `${messageId}.created`, type: "message_created", at: startedAt, threadId, data };
}

/** One run of one thread, as an emitter would number its events. */
export class RunFixture {
  readonly userId: string;
  readonly threadId: string;
  readonly runId: string;
  readonly messageId: string;

  constructor(userId: string, threadId: string, runId: string) {
    this.userId = userId;
    this.threadId = threadId;
    this.runId = runId;
    this.messageId = `${runId}.answer`;
  }

  event<T extends RunEventType>(seq: number, type: T, data: EventData[T], at = startedAt): NewEvent {
    const { threadId, runId } = this;
    return { id: `${runId}.${seq}`, type, at, threadId, runId, seq, agent: "analyst", data } as NewEvent;
  }

  started(attempt = 1, at = startedAt): NewEvent {
    return this.event(1, "agent_started", { messageId: this.messageId, label: "test", attempt }, at);
  }

  delta(seq: number, text = "word ", at = startedAt): NewEvent {
    return this.event(seq, "text_delta", { messageId: this.messageId, text }, at);
  }

  completed(seq: number): NewEvent {
    return this.event(seq, "agent_completed", { messageId: this.messageId, text: "word", durationMs: 1 });
  }

  cancelled(seq: number): NewEvent {
    return this.event(seq, "agent_cancelled", { messageId: this.messageId, durationMs: 1 });
  }

  failed(seq: number): NewEvent {
    const data = {
      messageId: this.messageId,
      code: "agent_error",
      message: "It threw.",
      durationMs: 1,
    } as const;
    return this.event(seq, "agent_failed", data);
  }

  answer(text = "word"): Message {
    return {
      ...messageOf(this.threadId, this.messageId, text),
      role: "assistant",
      runId: this.runId,
      agent: "analyst",
    };
  }

  commit(events: readonly NewEvent[], attempt = 1): Commit {
    return { userId: this.userId, events, run: { runId: this.runId, attempt } };
  }

  ending(seq: number, attempt = 1): Commit {
    return { ...this.commit([this.completed(seq)], attempt), finalMessage: this.answer() };
  }
}

/** A thread with a question in it and a run that has begun: three events. */
export async function begin(
  journal: Journal,
  userId: string,
  name: string,
  { at = startedAt, nodeId = owner } = {},
): Promise<RunFixture> {
  const run = new RunFixture(userId, `${name}.thread`, `${name}.run`);
  const events = [
    threadCreated(run.threadId),
    messageCreated(run.threadId, `${name}.question`),
    run.started(1, at),
  ];
  const outcome = await journal.commit({ userId, events, owner: nodeId });
  if (outcome.is !== "committed") throw new Error(`could not begin ${name}: ${JSON.stringify(outcome)}`);
  return run;
}

/** Every event of the log from its floor on, as the journal answers them. */
export async function readAll(journal: Journal, userId: string): Promise<readonly string[]> {
  const { floor } = await journal.extent(userId);
  const events: string[] = [];
  for (;;) {
    const answer = await journal.read(userId, floor + events.length, 100, 64 * 1024);
    if (answer.is === "trimmed")
      throw new Error(`read said that ${floor} is below the floor ${answer.floor}`);
    if (answer.events.length === 0) return events;
    events.push(...answer.events);
  }
}

/** `committed`, `repeated`, or why it was refused. */
export function wordOf(outcome: CommitOutcome): string {
  return outcome.is === "refused" ? outcome.why : outcome.is;
}
