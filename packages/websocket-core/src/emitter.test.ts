import { type Commit, type CommitOutcome, createMemoryJournal, type Journal } from "@goldenpath/journal";
import {
  type Event,
  foldRun,
  limits,
  type Message,
  messageText,
  type NewEvent,
  randomId,
} from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebSocketEmitter } from "./emitter.ts";
import { createTestUserContext } from "./testing.ts";

async function startRun(journal?: Journal) {
  const clock = new TestClock();
  const store = journal ?? createMemoryJournal({ clock, makeId: randomId });
  const context = createTestUserContext().for({ threadId: "t", runId: "r" });
  const thread = { id: "t", title: "t", createdAt: 1, updatedAt: 1 };
  const events: NewEvent[] = [
    { id: "e", type: "thread_created", at: 1, threadId: "t", data: { thread } },
    {
      id: "r.1",
      type: "agent_started",
      at: clock.now(),
      threadId: "t",
      runId: "r",
      seq: 1,
      agent: "analyst",
      data: { messageId: "m", label: "l", attempt: 1 },
    },
  ];
  expect((await store.commit({ userId: context.userId, events, owner: "node-a" })).is).toBe("committed");
  const options = { journal: store, clock, context, agent: "analyst", attempt: 1, committed: events };
  const logged = async (): Promise<Event[]> => {
    const read = await store.read(context.userId, 1, 10_000, 1e9);
    return read.is === "events" ? read.events.map((json): Event => JSON.parse(json)) : [];
  };
  return { clock, journal: store, context, options, emitter: new WebSocketEmitter(options), logged };
}

const types = (events: readonly Event[]) => events.map((event) => event.type);

describe("the emitter", () => {
  it("commits what is emitted in one turn together, in parts that fit a commit (E6)", async () => {
    const { emitter, journal, logged } = await startRun();
    const counts: number[] = [];
    journal.subscribe(({ events }) => counts.push(events.length));
    for (let n = 1; n <= 40; n++) void emitter.thinking("a", `thought ${n}`);
    await emitter.thinking("a", "the last one of the turn");
    expect(counts).toEqual([16, 16, 9]);
    await emitter.thinking("a", "another turn");
    expect(counts).toEqual([16, 16, 9, 1]);
    expect((await logged()).map(({ seq }) => seq)).toEqual(Array.from({ length: 43 }, (_, at) => at + 1));
  });

  it("refuses a turn as a whole, and does not try the next one before it got its end (E3, E6)", async () => {
    const { emitter, journal, options, logged } = await startRun();
    let refusals = 1;
    const tried: number[] = [];
    const full: Journal = Object.assign(Object.create(journal), {
      commit: async (commit: Commit): Promise<CommitOutcome> => {
        tried.push(commit.events.length);
        if (refusals-- <= 0) return journal.commit(commit);
        return { is: "refused", why: "storage_full", detail: "full" };
      },
    });
    const other = new WebSocketEmitter({ ...options, journal: full });
    const turn = [other.thinking("a", "1"), other.thinking("a", "2")];
    // Gathers while the first turn is on its way, and is still gathering when that is refused.
    const next = turn[0]?.then(() => other.thinking("a", "3"));
    for (const one of [...turn, next])
      expect(await one).toMatchObject({ is: "refused", why: "storage_full" });
    expect(await other.failed("storage_full", "The disk is full.")).toEqual({ is: "committed" });
    expect(tried).toEqual([2, 1]);
    expect(types(await logged())).toEqual(["agent_started", "agent_failed"]);
    expect(emitter.message.status).toBe("streaming");
  });

  it("keeps the order of the calls, with a dense seq (E1)", async () => {
    const { emitter, logged } = await startRun();
    await Promise.all([
      emitter.thinking("a", "plan", "analyst/triage"),
      emitter.toolExecuting("c", "sum", { n: 1 }),
      emitter.toolCompleted("c", "sum", { output: 2 }, 5),
      emitter.usage({ model: "m", inputTokens: 1, outputTokens: 2 }),
      emitter.text("two"),
      emitter.completed(),
    ]);
    const events = await logged();
    expect(types(events)).toEqual([
      "agent_started",
      "agent_thinking",
      "tool_executing",
      "tool_completed",
      "usage_reported",
      "text_delta",
      "agent_completed",
    ]);
    expect(events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(events[1]?.agent).toBe("analyst/triage");
  });

  it("commits the first text at once and gathers the rest for a window (E2)", async () => {
    const { emitter, clock, logged } = await startRun();
    await emitter.text("one ");
    const late = Promise.all([emitter.text("two "), emitter.text("three ")]);
    await settle();
    expect(types(await logged())).toEqual(["agent_started", "text_delta"]);
    await clock.advance(30);
    await late;
    expect((await logged()).slice(1).map((event) => "text" in event.data && event.data.text)).toEqual([
      "one ",
      "two three ",
    ]);
    const flushed = emitter.text("four");
    await emitter.thinking("a", "hm");
    await flushed;
    expect(types((await logged()).slice(3))).toEqual(["text_delta", "agent_thinking"]);
  });

  it("begins to write at once behind anything else, and ends the windows of all runs together (E2)", async () => {
    const first = await startRun();
    const { clock, logged } = first;
    const other = new WebSocketEmitter({ ...(await startRun()).options, clock });
    const told: string[] = [];
    const say = (name: string, emitter: WebSocketEmitter) => {
      void emitter
        .text(`${name} `)
        .then((emitted) => told.push(emitted.is === "committed" ? name : "refused"));
      return settle();
    };
    await say("a1", first.emitter);
    await say("b1", other);
    expect(told.splice(0)).toEqual(["a1", "b1"]);
    // More than a window later, 10 and 25 ms into the same one.
    await clock.advance(30 - (clock.elapsed() % 30) + 40);
    await say("a2", first.emitter);
    await clock.advance(15);
    await say("b2", other);
    await clock.advance(4);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told.splice(0).sort()).toEqual(["a2", "b2"]);
    await first.emitter.thinking("a", "a thought");
    await say("a3", first.emitter);
    expect(told).toEqual(["a3"]);
    expect(types(await logged()).slice(1)).toEqual([
      "text_delta",
      "text_delta",
      "agent_thinking",
      "text_delta",
    ]);
  });

  it("ends once: nothing is appended after the terminal event (E3, J5)", async () => {
    const { emitter, logged } = await startRun();
    const [first, second] = await Promise.all([emitter.cancelled(), emitter.completed()]);
    expect(first).toEqual({ is: "committed" });
    expect(second).toMatchObject({ is: "refused", why: "run_ended" });
    expect(await emitter.text("late")).toMatchObject({ is: "refused", why: "run_ended" });
    expect(types(await logged())).toEqual(["agent_started", "agent_cancelled"]);
  });

  it("is refused when a newer attempt took the run (J4)", async () => {
    const { emitter, journal, context, logged } = await startRun();
    await journal.claimRun(context.userId, "r", { nodeId: "node-b", attempt: 1 });
    expect(await emitter.text("from the past")).toMatchObject({ is: "refused", why: "fenced" });
    expect(await emitter.failed("agent_error", "too late")).toMatchObject({ is: "refused", why: "fenced" });
    expect(types(await logged())).toEqual(["agent_started"]);
  });

  it("still ends a run after a refusal that can pass: the first commit fits, the second does not", async () => {
    const { emitter, logged } = await startRun();
    await emitter.text("kept");
    const huge = "x".repeat(limits.eventBytesMax);
    const outcomes = await Promise.all([
      emitter.toolExecuting("c", "t", huge),
      emitter.thinking("a", "lost too"),
    ]);
    expect(outcomes).toMatchObject([{ is: "refused", why: "too_large" }, { is: "refused" }]);
    expect(await emitter.failed("agent_error", "The tool's input was too large.")).toEqual({
      is: "committed",
    });
    const events = await logged();
    expect(types(events)).toEqual(["agent_started", "text_delta", "agent_failed"]);
    expect(events.map((event) => event.seq)).toEqual([1, 2, 3]);
    expect(messageText(emitter.message)).toBe("kept");
  });

  it("closes what tools left open before a run's end, also those of another attempt (E5)", async () => {
    const { emitter, journal, context, options, logged } = await startRun();
    await emitter.toolExecuting("a", "t", {}, "analyst/data");
    await emitter.toolCompleted("a", "t", { output: 1 }, 1, "analyst/data");
    await emitter.toolExecuting("b", "t", {}, "analyst/data");
    const claimed = await journal.claimRun(context.userId, "r", { nodeId: "node-b", attempt: 1 });
    const committed = await journal.runEvents(context.userId, "r");
    const next = new WebSocketEmitter({ ...options, attempt: claimed?.attempt ?? 0, committed });
    expect(await next.failed("node_lost", "Lost.")).toEqual({ is: "committed" });
    const events = await logged();
    expect(types(events).slice(-2)).toEqual(["tool_completed", "agent_failed"]);
    expect(events.at(-2)).toMatchObject({
      agent: "analyst/data",
      data: { callId: "b", error: { code: "tool_cancelled" } },
    });
  });

  it("ends a run whose thread is gone, with nothing but the end (E3)", async () => {
    const { emitter, journal, context, logged } = await startRun();
    await emitter.toolExecuting("a", "t", {});
    const deleted = { id: "d", type: "thread_deleted", at: 1, threadId: "t", data: {} } as const;
    await journal.commit({ userId: context.userId, events: [deleted] });
    expect(await emitter.text("for nobody")).toMatchObject({ is: "refused", why: "not_found" });
    expect(await emitter.cancelled()).toEqual({ is: "committed" });
    expect(types(await logged()).slice(-2)).toEqual(["thread_deleted", "agent_cancelled"]);
  });

  it("bounds the answer", async () => {
    const { emitter } = await startRun();
    expect(await emitter.text("x".repeat(limits.answerCharsMax))).toEqual({ is: "committed" });
    expect(await emitter.text("x")).toMatchObject({ is: "refused", why: "answer_too_large" });
    expect(await emitter.failed("answer_too_large", "Too long.")).toEqual({ is: "committed" });
  });

  it("needs a run, and its beginning in the log", async () => {
    const { options, context } = await startRun();
    expect(() => new WebSocketEmitter({ ...options, context: createTestUserContext() })).toThrow(TypeError);
    expect(() => new WebSocketEmitter({ ...options, committed: [] })).toThrow(TypeError);
    expect(context.runId).toBe("r");
  });

  it("logs exactly what was written, whatever the pace; the fold equals the stored message (E2, E4)", async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("text" as const), text: fc.string({ minLength: 1, maxLength: 20 }) }),
      fc.record({ do: fc.constant("think" as const), text: fc.string({ maxLength: 5 }) }),
      fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 60 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { emitter, clock, journal, context, logged } = await startRun();
        const emitted: Promise<unknown>[] = [];
        let answer = "";
        for (const one of steps) {
          if (one.do === "wait") await clock.advance(one.ms);
          else if (one.do === "think") emitted.push(emitter.thinking("a", one.text));
          else {
            answer += one.text;
            emitted.push(emitter.text(one.text));
          }
        }
        emitted.push(emitter.completed());
        await Promise.all(emitted);
        const events = await logged();
        const folded = events.reduce<Message | undefined>(foldRun, undefined);
        expect(folded && messageText(folded)).toBe(answer);
        expect(events.at(-1)).toMatchObject({ type: "agent_completed", data: { text: answer } });
        expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
        expect(await journal.messages(context.userId, "t", { limit: 10 })).toEqual([folded]);
        expect(emitter.message).toEqual(folded);
      }),
      { numRuns: 60 },
    );
  });
});
