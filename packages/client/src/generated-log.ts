/** A user's log as a server would write it, generated for tests: threads, messages, runs that overlap. */
import type { Event, EventData, EventType, Message, Thread } from "@goldenpath/protocol";
import { foldRun, isTerminal } from "@goldenpath/protocol";
import fc from "fast-check";

/** One decision of the generator; which thread or run it means is taken modulo what exists. */
type Move = readonly [kind: number, which: number, words: number];

export const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.tuple(fc.nat({ max: 19 }), fc.nat({ max: 5 }), fc.nat({ max: 999 })),
  { minLength: 1, maxLength: 60 },
);

interface OpenRun {
  readonly runId: string;
  readonly threadId: string;
  seq: number;
  calls: string[];
}

/** The same moves give the same log. Offsets are dense, tool calls are paired, a run ends at most once. */
export function logOf(plan: readonly Move[]): readonly Event[] {
  const events: Event[] = [];
  const threads: string[] = [];
  let runs: OpenRun[] = [];
  let threadCount = 0;
  const add = <T extends EventType>(type: T, threadId: string, data: EventData[T], run?: OpenRun) => {
    const offset = events.length + 1;
    const ofRun = run ? { runId: run.runId, seq: ++run.seq, agent: "analyst" } : {};
    events.push({ offset, id: `e${offset}`, type, at: offset * 10, threadId, ...ofRun, data } as Event);
  };
  const addThread = () => {
    const id = `t${++threadCount}`;
    threads.push(id);
    add("thread_created", id, { thread: threadOf(id, (events.length + 1) * 10) });
  };
  const say = (threadId: string, words: number) => {
    const offset = events.length + 1;
    add("message_created", threadId, {
      message: {
        id: `m${offset}`,
        threadId,
        role: "user",
        // A wall clock says nothing about the order.
        at: words,
        parts: [{ type: "text", text: `ask ${words}` }],
        status: "completed",
      },
    });
  };
  for (const [kind, which, words] of plan) {
    const threadId = threads[which % Math.max(1, threads.length)];
    const run = runs[which % Math.max(1, runs.length)];
    if (threadId === undefined || kind === 0) addThread();
    else if (kind === 1) {
      add("thread_updated", threadId, { thread: threadOf(threadId, (events.length + 1) * 10) });
    } else if (kind === 2 && words % 4 === 0) {
      add("thread_deleted", threadId, {});
      threads.splice(threads.indexOf(threadId), 1);
      runs = runs.filter((other) => other.threadId !== threadId);
    } else if (kind <= 4) say(threadId, words);
    else if (kind <= 7) {
      const last = events.at(-1);
      if (last?.type !== "message_created" || last.threadId !== threadId) say(threadId, words);
      const questionId = `m${events.length}`;
      const begun: OpenRun = { runId: `r${events.length + 1}`, threadId, seq: 0, calls: [] };
      runs.push(begun);
      const messageId = `a${begun.runId}`;
      add("agent_started", threadId, { messageId, label: "test", attempt: 1, questionId }, begun);
    } else if (!run) say(threadId, words);
    else {
      runMove(add, run, kind, words);
      if (isTerminal(events.at(-1)?.type ?? "text_delta")) runs = runs.filter((other) => other !== run);
    }
  }
  return events;
}

type Add = <T extends EventType>(type: T, threadId: string, data: EventData[T], run?: OpenRun) => void;

function runMove(add: Add, run: OpenRun, kind: number, words: number): void {
  const { threadId } = run;
  const messageId = `a${run.runId}`;
  const callId = run.calls[0];
  if (kind === 8) {
    add("agent_thinking", threadId, { thoughtId: `th${words % 3}`, text: `hm ${words} ` }, run);
  } else if (kind <= 10 && callId !== undefined) {
    run.calls = run.calls.slice(1);
    add("tool_completed", threadId, { callId, tool: "spend", output: words, durationMs: 5 }, run);
  } else if (kind <= 12) {
    const id = `c${run.runId}-${run.seq}`;
    run.calls.push(id);
    add("tool_executing", threadId, { callId: id, tool: "spend", input: { by: "team" } }, run);
  } else if (kind === 13) add("agent_completed", threadId, { messageId, text: "", durationMs: 9 }, run);
  else if (kind === 14) add("agent_cancelled", threadId, { messageId, durationMs: 9 }, run);
  else add("text_delta", threadId, { messageId, text: `w${words} ` }, run);
}

export function threadOf(id: string, updatedAt: number): Thread {
  return { id, title: `About ${id}`, createdAt: 0, updatedAt };
}

/** What a server keeps of a log's first `offset` events: threads, and each thread's ended messages in order. */
export function kept(log: readonly Event[], offset: number) {
  const threadById = new Map<string, Thread>();
  const messagesByThread = new Map<string, (Message | undefined)[]>();
  const runs = new Map<string, { message: Message; at: number }>();
  for (const event of log.slice(0, offset)) {
    const list = messagesByThread.get(event.threadId) ?? [];
    if (event.type === "thread_created" || event.type === "thread_updated") {
      threadById.set(event.threadId, event.data.thread);
      messagesByThread.set(event.threadId, list);
    } else if (event.type === "thread_deleted") {
      threadById.delete(event.threadId);
      messagesByThread.delete(event.threadId);
      for (const [runId, run] of runs) if (run.message.threadId === event.threadId) runs.delete(runId);
    } else if (event.type === "message_created") {
      list.push(event.data.message);
      const thread = threadById.get(event.threadId);
      const updatedAt = Math.max(event.at, thread?.updatedAt ?? 0);
      if (thread) threadById.set(event.threadId, { ...thread, updatedAt });
    } else if (event.runId !== undefined) {
      const run = runs.get(event.runId);
      const message = foldRun(run?.message, event);
      if (!message) continue;
      // A running answer keeps its place, though only its end puts it there.
      const at = run?.at ?? list.push(undefined) - 1;
      runs.set(event.runId, { message, at });
      if (isTerminal(event.type)) {
        list[at] = message;
        runs.delete(event.runId);
      }
    }
  }
  return {
    threads: [...threadById.values()].sort((a, b) => b.updatedAt - a.updatedAt),
    messagesOf: (threadId: string): readonly Message[] =>
      (messagesByThread.get(threadId) ?? []).filter((message) => message !== undefined),
    activeRuns: [...runs.values()].map((run) => run.message),
  };
}
