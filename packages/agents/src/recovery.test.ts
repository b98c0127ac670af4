import { createMemoryJournal } from "@goldenpath/journal";
import { randomId } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { faultJournal } from "./fault-journal.ts";
import { TestNode } from "./test-node.ts";
import { defineTool } from "./tool.ts";

/** Works until it is stopped. */
const endless = () => new Promise<void>(() => undefined);

describe("a node's end and beginning", () => {
  it("ends with node_lost what another process left, with its open tool calls (V5, J5)", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    const one = defineTool({ name: "t", description: "", input: z.object({}), run: endless });
    const before = new TestNode(async (run) => void (await run.call(one, {})), { journal, clock });
    const { runId } = await before.ask();
    await settle();
    const after = new TestNode(undefined, { journal, clock });
    await after.supervisor.start();
    const lost = await before.answer(runId);
    expect(lost).toMatchObject({ status: "failed", failure: { code: "node_lost" } });
    expect(lost.parts).toMatchObject([{ type: "tool", error: { code: "tool_cancelled" } }]);
    expect(await journal.orphanedRuns(10)).toEqual([]);
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
    expect(await node.journal.run(node.user.userId, runId)).toMatchObject({ attempt: 2, state: "failed" });
    go.resolve();
    await settle();
    expect(await node.types(runId)).toEqual(["agent_started", "agent_failed"]);
    expect(node.supervisor.runs).toBe(0);
  });

  it("drains: takes nothing more, lets runs finish, ends the rest at the deadline", async () => {
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
    expect((await node.answer(slow.runId)).failure?.code).toBe("node_lost");
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
    expect(await before.types(runId)).toEqual(["agent_started", "agent_failed"]);
    await after.supervisor.drain(60_000);
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

  it("drains at once when nothing runs, and gives up what a full disk refuses", async () => {
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
    expect((await node.answer(runId)).failure?.code).toBe("node_lost");
    await next.supervisor.drain(60_000);
  });
});
