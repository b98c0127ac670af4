import { createMemoryJournal } from "@goldenpath/journal";
import { messageText, randomId } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { AgentRun } from "./agent.ts";
import { defineAgent } from "./define-agent.ts";
import { faultJournal } from "./fault-journal.ts";
import { TestNode } from "./test-node.ts";
import { defineTool } from "./tool.ts";

/** Works until it is stopped. */
const endless = () => new Promise<void>(() => undefined);

describe("a node's end and beginning", () => {
  it("ends with agent_diverged what does not do again what the log holds, and closes its calls (R3, J5)", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    const one = defineTool({ name: "t", description: "", input: z.object({}), run: endless });
    const before = new TestNode(async (run) => void (await run.call(one, {})), { journal, clock });
    const { runId } = await before.ask();
    await settle();
    const after = new TestNode(undefined, { journal, clock });
    await after.supervisor.start();
    const lost = await before.answer(runId);
    expect(lost).toMatchObject({ status: "failed", failure: { code: "agent_diverged" } });
    expect(lost.parts).toMatchObject([{ type: "tool", error: { code: "tool_cancelled" } }]);
    expect(await journal.orphanedRuns(10)).toEqual([]);
  });

  it("ends with agent_diverged a call where the log has another one, after a wait for that one (R3)", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    let worked = 0;
    const one = defineTool({
      name: "t",
      description: "",
      input: z.object({ n: z.number() }),
      idempotent: true,
      run: () => ++worked,
    });
    let n = 0;
    const agent = async (run: AgentRun) => {
      await run.call(one, { n: n++ });
      await endless();
    };
    const before = new TestNode(agent, { journal, clock });
    const { runId } = await before.ask();
    await settle();
    const after = new TestNode(agent, { journal, clock });
    await after.supervisor.start();
    await clock.advance(4_000);
    expect(await journal.run(before.user.userId, runId)).toMatchObject({ state: "active" });
    await clock.advance(1_000);
    expect((await before.answer(runId)).failure?.code).toBe("agent_diverged");
    expect(worked).toBe(1);
    await after.supervisor.drain(0);
  });

  it("ends with node_lost what no agent here can go on with, and what got no further in five takeovers", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    const stranger = [defineAgent({ name: "stranger", run: endless })];
    const before = new TestNode(undefined, { journal, clock, definitions: stranger });
    const unknown = await before.ask();
    await new TestNode(undefined, { journal, clock }).supervisor.start();
    const lost = await before.answer(unknown.runId);
    expect(lost.failure).toMatchObject({ code: "node_lost", message: expect.stringContaining("stranger") });

    const poison = new TestNode(endless, { journal, clock });
    const { runId } = await poison.ask();
    for (let takeovers = 1; takeovers <= 5; takeovers++) {
      const node = new TestNode(endless, { journal, clock });
      await node.supervisor.start();
      expect(await journal.run(poison.user.userId, runId)).toMatchObject({ attempt: 1 + takeovers });
      await journal.endLease(node.supervisor.nodeId);
    }
    const last = new TestNode(endless, { journal, clock });
    await last.supervisor.start();
    expect((await poison.answer(runId)).failure?.code).toBe("node_lost");
    await last.supervisor.drain(0);
  });

  it("counts a run's time from its beginning", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    let begun = 0;
    const run = async () => {
      begun++;
      await endless();
    };
    const definitions = [defineAgent({ name: "slow", timeoutMs: 10_000, run })];
    const before = new TestNode(undefined, { journal, clock, definitions });
    const early = await before.ask();
    await clock.advance(6_000);
    const late = await before.ask();
    await journal.endLease(before.supervisor.nodeId);
    const after = new TestNode(undefined, { journal, clock, definitions });
    await after.supervisor.start();
    expect(begun).toBe(4);
    await clock.advance(4_000);
    expect((await before.answer(early.runId)).failure?.code).toBe("run_timeout");
    expect(await journal.run(before.user.userId, late.runId)).toMatchObject({ state: "active" });
    await clock.advance(6_000);
    expect((await before.answer(late.runId)).failure?.code).toBe("run_timeout");
    await after.supervisor.drain(0);
    const third = await before.ask();
    await journal.claimRun(before.user.userId, third.runId, { nodeId: "gone", attempt: 1 });
    await clock.advance(10_000);
    // Found when its time is over: no agent begins any more.
    await new TestNode(undefined, { journal, clock, definitions }).supervisor.start();
    expect((await before.answer(third.runId)).failure?.code).toBe("run_timeout");
    expect(begun).toBe(5);
  });

  it("hands the agent the same thread again, whatever was written since", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    const seen: string[][] = [];
    const agent = async (run: AgentRun) => {
      const texts = run.messages.map(messageText);
      if (texts.at(-1) === "remember") seen.push(texts);
      if (run.attempt === 1 && texts.at(-1) === "remember") await endless();
      await run.write(`answer to ${texts.at(-1)}`);
    };
    const before = new TestNode(agent, { journal, clock });
    const { threadId, runId: first } = await before.ask("first");
    await before.answer(first);
    await clock.advance(1_000);
    const { runId } = await before.ask("remember", { threadId });
    await clock.advance(1_000);
    const since = await before.ask("later", { threadId });
    await before.answer(since.runId);
    const after = new TestNode(agent, { journal, clock });
    await after.supervisor.start();
    await before.answer(runId);
    expect(seen).toEqual([
      ["first", "answer to first", "remember"],
      ["first", "answer to first", "remember"],
    ]);
  });

  it("leaves a run that was taken from it alone (J4)", async () => {
    const go = Promise.withResolvers<void>();
    const node = new TestNode(async (run) => {
      await go.promise;
      await run.write("from the past");
    });
    const { runId } = await node.ask();
    const other = new TestNode(undefined, { journal: node.journal, clock: node.clock });
    await other.supervisor.start();
    await node.ended(runId);
    expect(await node.journal.run(node.user.userId, runId)).toMatchObject({ attempt: 2, state: "completed" });
    const types = ["agent_started", "agent_resumed", "agent_thinking", "text_delta", "agent_completed"];
    expect(await node.types(runId)).toEqual(types);
    go.resolve();
    await settle();
    expect(await node.types(runId)).toEqual(types);
    expect(node.supervisor.runs).toBe(0);
  });

  it("drains: takes nothing more, lets runs finish, leaves the rest to whoever comes next", async () => {
    const go = Promise.withResolvers<void>();
    let first = true;
    const node = new TestNode(async (run) => {
      if (!first) return endless();
      first = false;
      await go.promise;
      await run.write("in time");
    });
    const quick = await node.ask();
    const slow = await node.ask();
    const drained = node.supervisor.drain(2_000);
    const late = await node.supervisor.send(node.user, {
      type: "send",
      id: "x",
      parts: [{ type: "text", text: "x" }],
    });
    expect(late).toMatchObject({ is: "refused", code: "unavailable", afterMs: 2_000 });
    go.resolve();
    expect((await node.answer(quick.runId)).status).toBe("completed");
    await settle();
    expect(node.supervisor.runs).toBe(1);
    await node.testClock.advance(2_000);
    await drained;
    expect(node.supervisor.runs).toBe(0);
    expect(await node.types(slow.runId)).toEqual(["agent_started"]);
    // A lease that was given up: the next node need not wait for it.
    const next = new TestNode(undefined, { journal: node.journal, clock: node.clock });
    await next.supervisor.start();
    expect((await node.answer(slow.runId)).status).toBe("completed");
  });

  it("takes a run over when the journal can be read again (J5)", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    const before = new TestNode(endless, { journal, clock });
    const { runId } = await before.ask();
    let broken = true;
    const unreadable = new Proxy(journal, {
      get(target, name: keyof typeof journal) {
        if (name === "runEvents" && broken) return () => Promise.reject(new Error("cannot be read"));
        const member = target[name];
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    const after = new TestNode(undefined, { journal: unreadable, clock });
    await after.supervisor.start();
    await clock.advance(1_000);
    expect(await before.types(runId)).toEqual(["agent_started"]);
    broken = false;
    await clock.advance(10_000);
    expect((await before.answer(runId)).status).toBe("completed");
    await after.supervisor.drain(60_000);
  });

  it("waits for a thread that cannot be read, for half a minute (V2)", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    let broken = true;
    const unreadable = new Proxy(journal, {
      get(target, name: keyof typeof journal) {
        if (name === "messages" && broken) return () => Promise.reject(new Error("cannot be read"));
        const member = target[name];
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    const node = new TestNode(undefined, { journal: unreadable, clock });
    const short = await node.ask();
    await clock.advance(10_000);
    expect(await node.types(short.runId)).toEqual(["agent_started"]);
    broken = false;
    await clock.advance(5_000);
    expect((await node.answer(short.runId)).status).toBe("completed");
    broken = true;
    const long = await node.ask();
    const stopped = await node.ask();
    await clock.advance(1_000);
    await node.supervisor.cancel(node.user, { type: "cancel", id: "c", runId: stopped.runId });
    await clock.advance(30_000);
    broken = false;
    expect((await node.answer(stopped.runId)).status).toBe("cancelled");
    expect((await node.answer(long.runId)).failure?.code).toBe("unavailable");
    expect(clock.waiting).toBe(0);
  });

  it("stops trying to take a run over once it has drained", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    await new TestNode(endless, { journal, clock }).ask();
    const unclaimable = new Proxy(journal, {
      get(target, name: keyof typeof journal) {
        if (name === "claimRun") return () => Promise.reject(new Error("cannot be read"));
        const member = target[name];
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    const after = new TestNode(undefined, { journal: unclaimable, clock });
    const waiting = clock.waiting;
    await after.supervisor.start();
    await clock.advance(4_000);
    expect(after.faults.filter(({ where }) => where === "takeover").length).toBeGreaterThan(1);
    expect(clock.waiting).toBeGreaterThan(waiting);
    await after.supervisor.drain(60_000);
    expect(clock.waiting).toBe(waiting);
  });

  it("answers a repeated message while it drains or is full as it did at first (J3)", async () => {
    const node = new TestNode(endless, { runsMax: 1 });
    const frame = { type: "send", id: "x", parts: [{ type: "text", text: "x" }] } as const;
    const first = await node.supervisor.send(node.user, frame);
    expect(first).toMatchObject({ is: "done" });
    expect(await node.supervisor.send(node.user, { ...frame, id: "y" })).toMatchObject({
      code: "unavailable",
    });
    expect(await node.supervisor.send(node.user, frame)).toEqual(first);
    const drained = node.supervisor.drain(2_000);
    expect(await node.supervisor.send(node.user, frame)).toEqual(first);
    await node.testClock.advance(2_000);
    await drained;
  });

  it("drains at once when the disk is full, and leaves nothing behind that waits", async () => {
    const clock = new TestClock();
    const fault = faultJournal(createMemoryJournal({ clock, makeId: randomId }));
    const node = new TestNode(endless, { journal: fault.journal, clock });
    const { runId } = await node.ask();
    fault.fault = "storage_full";
    const drained = node.supervisor.drain(0);
    await clock.advance(0);
    await drained;
    await settle();
    expect(clock.waiting).toBe(0);
    fault.fault = undefined;
    const next = new TestNode(undefined, { journal: fault.journal, clock });
    await next.supervisor.start();
    expect((await node.answer(runId)).status).toBe("completed");
    await next.supervisor.drain(60_000);
  });
});
