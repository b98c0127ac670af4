import { type Event, limits, type Message } from "@goldenpath/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { kept, logOf, moves, threadOf } from "./generated-log.ts";
import { judgeEvents, reduce, snapshotThreadsMax } from "./reduce.ts";
import { messagesPerThreadMax, threadsKeptMax, threadsListedMax } from "./take.ts";
import { emptyView, type OutgoingMessage, outgoingIn, type View } from "./view.ts";

const epoch = "e";

function snapshotAt(view: View, log: readonly Event[], offset: number): View {
  const { threads, activeRuns } = kept(log, offset);
  const frame = { type: "snapshot", asOf: { epoch, offset }, threads, activeRuns } as const;
  return reduce(view, { is: "snapshot", frame });
}

const start = snapshotAt(emptyView, [], 0);

function take(view: View, events: readonly Event[]): View {
  return reduce(view, { is: "events", epoch, events });
}

/** Maps with their order, so that equal means equal in everything a reader can see. */
function shape(view: View): unknown {
  return Object.fromEntries(
    Object.entries(view).map(([key, value]) => [key, value instanceof Map ? [...value] : value]),
  );
}

test("any chunking, repetition and overlap of a log gives the view of the whole log (D1, D2)", () => {
  // Each chunk begins up to `back` events before what was taken, as after a reconnect with an old cursor.
  const chunks = fc.array(fc.tuple(fc.nat({ max: 20 }), fc.integer({ min: 1, max: 25 })), { maxLength: 80 });
  fc.assert(
    fc.property(moves, chunks, (plan, cuts) => {
      const log = logOf(plan);
      let view = start;
      for (const [back, length] of cuts) {
        const from = Math.max(0, (view.cursor?.offset ?? 0) - back);
        view = take(view, log.slice(from, from + length));
      }
      view = take(view, log.slice(view.cursor?.offset));
      expect(shape(view)).toEqual(shape(take(start, log)));
    }),
  );
});

test("events behind a gap change nothing until it is healed (D3)", () => {
  fc.assert(
    fc.property(moves, fc.nat(), fc.nat(), (plan, a, b) => {
      const log = logOf(plan);
      const upTo = a % log.length;
      const beyond = upTo + 1 + (b % Math.max(1, log.length - upTo));
      const before = take(start, log.slice(0, upTo));
      const verdict = judgeEvents(before.cursor, epoch, log.slice(beyond));
      expect(verdict).toEqual({ fresh: [], duplicates: 0, gap: beyond < log.length });
      expect(take(before, log.slice(beyond))).toBe(before);
    }),
  );
});

test("a gap within a frame takes what stands before it, and events of another epoch are none of ours", () => {
  const log = logOf([...Array(6)].map(() => [3, 0, 1] as const));
  const torn = [...log.slice(0, 2), ...log.slice(4)];
  expect(judgeEvents(start.cursor, epoch, torn)).toMatchObject({ fresh: log.slice(0, 2), gap: true });
  expect(take(start, torn)).toEqual(take(start, log.slice(0, 2)));
  expect(reduce(start, { is: "events", epoch: "other", events: log })).toBe(start);
  expect(judgeEvents(undefined, epoch, log)).toMatchObject({ fresh: [], gap: true });
});

test("a snapshot at any point and the events after it give the threads and answers of the whole log", () => {
  fc.assert(
    fc.property(moves, fc.nat(), (plan, cut) => {
      const log = logOf(plan);
      const at = cut % (log.length + 1);
      const view = take(snapshotAt(emptyView, log, at), log.slice(at));
      const whole = take(start, log);
      expect(view.threads).toEqual(whole.threads);
      expect(new Map(view.activeRuns)).toEqual(new Map(whole.activeRuns));
      expect(view.cursor).toEqual(whole.cursor);
      for (const [threadId, messages] of view.messagesByThread) {
        // What is there is the same; messages from before the snapshot come with a page.
        const ids = new Map(whole.messagesByThread.get(threadId)?.map((message) => [message.id, message]));
        for (const message of messages) expect(message).toEqual(ids.get(message.id));
      }
    }),
  );
});

test("a page from any moment after the snapshot, arriving at any moment, completes the thread (R5, R6)", () => {
  fc.assert(
    fc.property(moves, fc.tuple(fc.nat(), fc.nat(), fc.nat()), fc.nat(), (plan, points, which) => {
      const log = logOf(plan);
      const [a = 0, b = 0, c = 0] = points.map((point) => point % (log.length + 1)).sort((x, y) => x - y);
      const threads = kept(log, log.length).threads;
      const threadId = threads[which % Math.max(1, threads.length)]?.id;
      fc.pre(threadId !== undefined);
      const loading = { is: "loading", threadId, request: 1, before: undefined } as const;
      for (const [asked, arrives] of [
        [b, c],
        [c, b],
      ] as const) {
        // The page holds the state at `asked`; the view has come to `arrives` by then, behind or ahead of it.
        const from = Math.min(a, arrives);
        let view = reduce(snapshotAt(emptyView, log, from), loading);
        view = take(view, log.slice(from, arrives));
        const messages = kept(log, Math.max(asked, from)).messagesOf(threadId);
        view = reduce(view, { is: "page", threadId, request: 1, threads: [], messages, complete: true });
        view = take(view, log.slice(arrives));
        const whole = take(start, log);
        expect(view.messagesByThread.get(threadId)).toEqual(whole.messagesByThread.get(threadId));
        expect(new Map(view.activeRuns)).toEqual(new Map(whole.activeRuns));
      }
    }),
    { numRuns: 300 },
  );
});

test("a snapshot makes a page of the past void, and another user's view begins empty (R4, D4)", () => {
  const log = logOf([
    [3, 0, 1],
    [3, 0, 2],
  ]);
  let view = reduce(start, { is: "loading", threadId: "t1", request: 7, before: undefined });
  view = snapshotAt(view, log, log.length);
  const messages = kept(log, log.length).messagesOf("t1");
  const page = { is: "page", threadId: "t1", request: 7, threads: [], messages, complete: true } as const;
  expect(reduce(view, page)).toBe(view);

  const ann = reduce(view, { is: "welcome", userId: "ann" });
  expect(ann.threads).toHaveLength(1);
  expect(reduce(ann, { is: "welcome", userId: "ann" })).toBe(ann);
  expect(reduce(ann, { is: "welcome", userId: "bob" })).toEqual({ ...emptyView, userId: "bob" });
});

test("a page that was asked for before the latest snapshot changes nothing, though another is on its way (R5)", () => {
  const asked = (view: View, request: number) =>
    reduce(view, { is: "loading", threadId: "t1", request, before: undefined });
  const again = asked(snapshotAt(asked(start, 1), [], 0), 2);
  const of = { threadId: "t1", threads: [threadOf("t1", 1)], messages: [], complete: true };
  expect(reduce(again, { is: "page", request: 1, ...of })).toBe(again);
  const late = { ok: false, code: "unreachable", message: "", retry: "later" } as const;
  expect(reduce(again, { is: "load_failed", threadId: "t1", request: 1, refusal: late })).toBe(again);
  expect(reduce(again, { is: "page", request: 2, ...of }).historyByThread.get("t1")).toEqual({
    is: "complete",
  });
});

test("a snapshot takes the messages away that the server took, and keeps those without an answer (R4)", () => {
  const sent = ["taken", "sending"].reduce((view, commandId) => {
    const state = { is: "sending" } as const;
    return reduce(view, { is: "sending", message: { commandId, threadId: "t1", parts: [], at: 1, state } });
  }, start);
  const result = { ok: true, result: { threadId: "t1", messageId: "m", runId: "r" } } as const;
  const taken = reduce(sent, { is: "sent", commandId: "taken", result });
  expect(taken.outbox).toHaveLength(2);
  expect(snapshotAt(taken, [], 0).outbox).toMatchObject([{ commandId: "sending", stale: true }]);
});

test("the size of a snapshot says whether threads are missing", () => {
  const threads = [...Array(limits.threadsPerSnapshotMax)].map((_, index) => threadOf(`t${index}`, index));
  const frame = { type: "snapshot", asOf: { epoch, offset: 0 }, threads, activeRuns: [] } as const;
  const view = reduce(emptyView, { is: "snapshot", frame });
  expect(view.threadsHistory).toEqual({ is: "partial", before: "t99" });
  expect(snapshotThreadsMax).toBe(limits.threadsPerSnapshotMax);
});

test("the next page ends at the oldest of the last page, not at an answer that began before it", () => {
  const message = (id: string, at: number): Message => ({
    id,
    threadId: "t1",
    role: "user",
    at,
    parts: [],
    status: "completed",
  });
  const early = {
    ...message("early", 1),
    role: "assistant",
    status: "streaming",
    runId: "r",
    questionId: "m0",
  } as const;
  const frame = { type: "snapshot", asOf: { epoch, offset: 5 }, threads: [], activeRuns: [early] } as const;
  let view = reduce(emptyView, { is: "snapshot", frame });
  view = reduce(view, { is: "loading", threadId: "t1", request: 1, before: undefined });
  const page = { threadId: "t1", threads: [], complete: false } as const;
  const newest = [message("m8", 80), message("m9", 90)];
  view = reduce(view, { is: "page", request: 1, ...page, messages: newest });
  expect(view.messagesByThread.get("t1")?.map(({ id }) => id)).toEqual(["early", "m8", "m9"]);
  expect(view.historyByThread.get("t1")).toEqual({ is: "partial", before: "m8" });
  view = reduce(view, { is: "loading", threadId: "t1", request: 2, before: "m8" });
  const refusal = { ok: false, code: "unreachable", message: "no", retry: "later" } as const;
  view = reduce(view, { is: "load_failed", threadId: "t1", request: 2, refusal });
  expect(view.historyByThread.get("t1")).toMatchObject({ is: "failed", before: "m8", code: "unreachable" });
  view = reduce(view, { is: "loading", threadId: "t1", request: 3, before: undefined });
  view = reduce(view, { is: "page", request: 3, ...page, messages: [message("m0", 0), message("m7", 70)] });
  expect(view.messagesByThread.get("t1")?.map(({ id }) => id)).toEqual(["m0", "early", "m7", "m8", "m9"]);
});

test("a running answer stands behind its question, whatever the times of the questions are (R5)", () => {
  const question = (id: string, at: number): Message => ({
    id,
    threadId: "t1",
    role: "user",
    at,
    parts: [],
    status: "completed",
  });
  const answer = (id: string, questionId: string): Message => ({
    ...question(id, 7),
    role: "assistant",
    status: "streaming",
    runId: id,
    questionId,
  });
  const activeRuns = [answer("a1", "q1"), answer("a2", "q2")];
  const frame = { type: "snapshot", asOf: { epoch, offset: 5 }, threads: [], activeRuns } as const;
  const loading = { is: "loading", threadId: "t1", request: 1, before: undefined } as const;
  for (const [first, second] of [
    [7, 7],
    [8, 3],
    [3, 8],
  ] as const) {
    const messages = [question("q1", first), question("q2", second)];
    let view = reduce(reduce(emptyView, { is: "snapshot", frame }), loading);
    view = reduce(view, { is: "page", threadId: "t1", request: 1, threads: [], messages, complete: true });
    expect(view.messagesByThread.get("t1")?.map(({ id }) => id)).toEqual(["q1", "a1", "q2", "a2"]);
  }
});

test("a page of threads is void when a thread was deleted meanwhile", () => {
  const log = logOf([
    [0, 0, 0],
    [0, 0, 0],
  ]);
  let view = reduce(take(start, log), { is: "loading", threadId: undefined, request: 1, before: undefined });
  const gone = { offset: 3, id: "e3", type: "thread_deleted", at: 30, threadId: "t1", data: {} } as const;
  view = take(view, [gone]);
  const threads = [threadOf("t1", 1), threadOf("t0", 0)];
  const page = { is: "page", threadId: undefined, threads, messages: [], complete: true } as const;
  expect(reduce(view, { ...page, request: 1 })).toBe(view);
  view = reduce(view, { is: "loading", threadId: undefined, request: 2, before: undefined });
  view = reduce(view, { ...page, threads: [threadOf("t0", 0)], request: 2 });
  expect(view.threads.map(({ id }) => id)).toEqual(["t2", "t0"]);
  expect(view.threadsHistory).toEqual({ is: "complete" });
});

test("what events may pile up is bounded, and what was dropped can be loaded again (R7)", () => {
  const threads = logOf([...Array(threadsListedMax + 3)].map(() => [0, 0, 0] as const));
  const listed = take(start, threads);
  expect(listed.threads).toHaveLength(threadsListedMax);
  expect(listed.threadById.has("t3")).toBe(false);
  expect(listed.threadsHistory).toEqual({ is: "partial", before: "t4" });
  expect(listed.messagesByThread.size).toBe(threadsKeptMax);
  expect(listed.historyByThread.size).toBe(threadsKeptMax);
  const thread = { ...threadOf("t1", 1), title: "Renamed elsewhere", updatedAt: Number.MAX_SAFE_INTEGER };
  const offset = (listed.cursor?.offset ?? 0) + 1;
  const renamed = take(listed, [
    { offset, id: "rename", type: "thread_updated", at: 1, threadId: "t1", data: { thread } },
  ]);
  expect(renamed.threads[0]).toEqual(thread);
  expect(renamed.threads).toHaveLength(threadsListedMax);

  const busy = logOf([...Array(messagesPerThreadMax + 5)].map(() => [3, 0, 0] as const));
  const long = take(start, busy).messagesByThread.get("t1") ?? [];
  expect(long).toHaveLength(messagesPerThreadMax);
  expect(take(start, busy).historyByThread.get("t1")).toEqual({ is: "partial", before: long[0]?.id });
});

test("a run's answer outlives fifty busier threads", () => {
  const plan = [
    [0, 0, 0] as const,
    [3, 0, 0] as const,
    [5, 0, 0] as const,
    ...[...Array(60)].map(() => [0, 0, 0] as const),
  ];
  const view = take(start, logOf(plan));
  expect(view.messagesByThread.get("t1")).toHaveLength(2);
  expect(view.messagesByThread.has("t2")).toBe(false);
});

const outgoing: OutgoingMessage = {
  commandId: "c1",
  threadId: "t1",
  parts: [{ type: "text", text: "ask 7" }],
  at: 5,
  state: { is: "sending" },
};
const asked = logOf([
  [0, 0, 0],
  [3, 0, 7],
]);
const result = { threadId: "t1", messageId: "m2", runId: "r1" };

test("an own message is shown once, whichever of its event and its answer comes first", () => {
  const sending = reduce(take(start, asked.slice(0, 1)), { is: "sending", message: outgoing });
  expect(outgoingIn(sending, "t1")).toEqual([outgoing]);
  const taken = { is: "sent", commandId: "c1", result: { ok: true, result } } as const;

  const answeredFirst = reduce(sending, taken);
  expect(outgoingIn(answeredFirst, "t1")).toHaveLength(1);
  const shownFirst = take(sending, asked);
  expect(outgoingIn(shownFirst, "t1")).toEqual([]);
  for (const end of [take(answeredFirst, asked), reduce(shownFirst, taken)]) {
    expect(end.outbox).toEqual([]);
    expect(end.messagesByThread.get("t1")).toHaveLength(1);
  }
});

test("an own message that a snapshot overtook, or whose thread is gone, does not wait for ever", () => {
  const sending = reduce(take(start, asked.slice(0, 1)), { is: "sending", message: outgoing });
  const taken = { is: "sent", commandId: "c1", result: { ok: true, result } } as const;
  const thread = sending.threadById.get("t1");
  if (!thread) throw new Error("the log begins with its thread");
  const asOf = { epoch: start.cursor?.epoch ?? "e", offset: asked.length };
  const snapshot = { type: "snapshot", asOf, threads: [thread], activeRuns: [] } as const;
  const overtaken = reduce(sending, { is: "snapshot", frame: snapshot });
  expect(outgoingIn(overtaken, "t1")).toHaveLength(1);
  expect(reduce(overtaken, taken).outbox).toEqual([]);

  const deleted = reduce(
    take(
      sending,
      logOf([
        [0, 0, 0],
        [3, 0, 7],
        [2, 0, 0],
      ]),
    ),
    taken,
  );
  expect(deleted.threadById.has("t1")).toBe(false);
  expect(deleted.outbox).toEqual([]);
});

test("the same words from another device do not swallow an own message", () => {
  let view = reduce(take(start, asked.slice(0, 1)), { is: "sending", message: outgoing });
  view = take(view, asked);
  view = reduce(view, {
    is: "sent",
    commandId: "c1",
    result: { ok: true, result: { ...result, messageId: "m3" } },
  });
  expect(outgoingIn(view, "t1")).toHaveLength(1);
  const refusal = { ok: false, code: "too_many_runs", message: "wait", retry: "later" } as const;
  view = reduce(take(reduce(start, { is: "sending", message: outgoing }), asked), {
    is: "sent",
    commandId: "c1",
    result: refusal,
  });
  expect(outgoingIn(view, "t1")[0]?.state).toEqual({ ...refusal, is: "refused" });
  expect(reduce(view, { is: "sent", commandId: "c1", result: undefined }).outbox).toEqual([]);
  expect(reduce(view, { is: "sent", commandId: "unknown", result: undefined })).toBe(view);
});
