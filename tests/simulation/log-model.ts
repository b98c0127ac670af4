/**
 * What a log means, written a second time and on its own: the checkers must not believe the code they judge.
 * Fed with the events of a log in order; `offset` is the last one taken.
 */
import type { Event, Message, Part, Thread } from "@goldenpath/protocol";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface ModelRun {
  readonly runId: string;
  readonly threadId: string;
  readonly message: Mutable<Message> & { parts: Part[] };
  seq: number;
  ended: boolean;
}

export class LogModel {
  offset = 0;
  readonly threads = new Map<string, Thread>();
  readonly deleted = new Set<string>();
  /** In the order of their offsets; an answer stands where its run began. */
  readonly messages = new Map<string, Message[]>();
  readonly runs = new Map<string, ModelRun>();

  take(event: Event): void {
    this.offset = event.offset;
    if (event.type === "thread_created" || event.type === "thread_updated") {
      this.threads.set(event.threadId, event.data.thread);
    } else if (event.type === "thread_deleted") {
      this.threads.delete(event.threadId);
      this.messages.delete(event.threadId);
      this.deleted.add(event.threadId);
    } else if (event.type === "message_created") {
      this.#add(event.data.message);
      const thread = this.threads.get(event.threadId);
      if (thread && thread.updatedAt < event.at) {
        this.threads.set(event.threadId, { ...thread, updatedAt: event.at });
      }
    } else this.#takeOfRun(event);
  }

  /** The runs that have no end and whose thread is there, by id. */
  active(): readonly ModelRun[] {
    return [...this.runs.values()].filter((run) => !run.ended && this.threads.has(run.threadId));
  }

  message(threadId: string, id: string): Message | undefined {
    return this.messages.get(threadId)?.find((message) => message.id === id);
  }

  #takeOfRun(event: Event): void {
    const { runId = "", threadId } = event;
    if (event.type === "agent_started") {
      const { messageId: id, label, questionId } = event.data;
      const { at, agent } = event;
      const message = {
        id,
        threadId,
        role: "assistant",
        at,
        parts: [],
        status: "streaming",
        label,
        ...(questionId !== undefined && { questionId }),
      } as const;
      const run: ModelRun = {
        runId,
        threadId,
        message: { ...message, parts: [], runId, ...(agent === undefined ? {} : { agent }) },
        seq: 1,
        ended: false,
      };
      this.runs.set(runId, run);
      this.#add(run.message);
      return;
    }
    const run = this.runs.get(runId);
    if (!run) return;
    run.seq = event.seq ?? run.seq;
    takePart(run.message, event);
    if (event.type !== "agent_completed" && event.type !== "agent_failed" && event.type !== "agent_cancelled")
      return;
    run.ended = true;
    run.message.durationMs = event.data.durationMs;
    if (event.type === "agent_completed") run.message.status = "completed";
    else if (event.type === "agent_cancelled") run.message.status = "cancelled";
    else {
      run.message.status = "failed";
      run.message.failure = { code: event.data.code, message: event.data.message };
    }
  }

  #add(message: Message): void {
    if (!this.threads.has(message.threadId)) return;
    const list = this.messages.get(message.threadId) ?? [];
    list.push(message);
    this.messages.set(message.threadId, list);
  }
}

/** What a store holds: `logs.get(user)[0]` is the text of that user's first event. */
export interface Stored {
  readonly logs: ReadonlyMap<string, readonly string[]>;
}

/** Logs only grow, and many models read the same one: each event is parsed once. Nobody changes what is handed out. */
const parsedByLog = new WeakMap<readonly string[], Event[]>();

export function eventAt(log: readonly string[], index: number): Event {
  const parsed = parsedByLog.get(log) ?? [];
  if (parsed.length === 0) parsedByLog.set(log, parsed);
  for (let next = parsed.length; next <= index; next++) parsed.push(JSON.parse(log[next] ?? "") as Event);
  return parsed[index] as Event;
}

export function eventsOf(log: readonly string[]): readonly Event[] {
  return log.map((_, index) => eventAt(log, index));
}

/** Models of a store's logs at chosen offsets. Going forward costs what is new, going back a whole reading. */
export class LogModels {
  readonly #stored: Stored;
  readonly #models = new Map<string, LogModel>();

  constructor(stored: Stored) {
    this.#stored = stored;
  }

  at(userId: string, offset: number): LogModel {
    let model = this.#models.get(userId);
    if (!model || model.offset > offset) {
      model = new LogModel();
      this.#models.set(userId, model);
    }
    const log = this.#stored.logs.get(userId) ?? [];
    const upTo = Math.min(offset, log.length);
    while (model.offset < upTo) model.take(eventAt(log, model.offset));
    return model;
  }
}

export function takePart(message: ModelRun["message"], event: Event): void {
  const { parts } = message;
  const agent = event.agent ?? "";
  if (event.type === "text_delta") {
    const own = agent === message.agent ? undefined : agent;
    const last = parts.at(-1);
    if (last?.type === "text" && last.agent === own) {
      parts[parts.length - 1] = { ...last, text: last.text + event.data.text };
    } else parts.push({ type: "text", text: event.data.text, ...(own === undefined ? {} : { agent: own }) });
  } else if (event.type === "agent_thinking") {
    const { thoughtId, text } = event.data;
    const at = parts.findLastIndex((part) => part.type === "thinking" && part.thoughtId === thoughtId);
    const found = parts[at];
    if (found?.type === "thinking") parts[at] = { ...found, text: found.text + text };
    else parts.push({ type: "thinking", thoughtId, agent, text });
  } else if (event.type === "tool_executing") {
    parts.push({ type: "tool", ...event.data, agent, state: "running", startedAt: event.at });
  } else if (event.type === "tool_completed") {
    const { callId, output, error, durationMs } = event.data;
    const at = parts.findIndex((part) => part.type === "tool" && part.callId === callId);
    const found = parts[at];
    if (found?.type !== "tool") return;
    parts[at] = error
      ? { ...found, state: "failed", durationMs, error }
      : { ...found, state: "completed", durationMs, ...(output === undefined ? {} : { output }) };
  } else if (event.type === "approval_requested") {
    parts.push({ type: "approval", ...event.data });
  } else if (event.type === "approval_resolved") {
    const at = parts.findIndex(
      (part) => part.type === "approval" && part.approvalId === event.data.approvalId,
    );
    const found = parts[at];
    if (found?.type === "approval") parts[at] = { ...found, decision: event.data.decision };
  } else if (event.type === "usage_reported") {
    message.usage = [...(message.usage ?? []), event.data];
  } else if (event.type === "agent_resumed") {
    parts.length = Math.min(parts.length, event.data.voidFrom);
    message.attempt = event.data.attempt;
  }
}
