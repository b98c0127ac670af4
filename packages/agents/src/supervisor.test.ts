import { createMemoryJournal } from "@goldenpath/journal";
import { limits, messageText, randomId, type SendFrame, type UserPart } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import { createTestUserContext } from "@goldenpath/websocket-core/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { AgentRun } from "./agent.ts";
import { defineAgent } from "./define-agent.ts";
import { faultJournal } from "./fault-journal.ts";
import { TestNode } from "./test-node.ts";
import { defineTool } from "./tool.ts";

/** Works until it is stopped, and minds its signal or not. */
const endless = () => new Promise<void>(() => undefined);
const cancelOf = (runId: string) => ({ type: "cancel", id: randomId(), runId }) as const;

function frame(parts: readonly UserPart[], fields: Partial<SendFrame> = {}): SendFrame {
  return { type: "send", id: randomId(), parts, ...fields };
}

describe("a send", () => {
  it("begins thread, message and run in one commit, and answers (V1, V2)", async () => {
    const node = new TestNode();
    const commits: number[] = [];
    node.journal.subscribe(({ events }) => commits.push(events.length));
    const { runId, threadId, messageId } = await node.ask("What is the way?");
    const answer = await node.answer(runId);
    expect(commits[0]).toBe(3);
    expect(await node.types(runId)).toEqual([
      "agent_started",
      "agent_thinking",
      "text_delta",
      "agent_completed",
    ]);
    expect(messageText(answer)).toBe("What is the way?");
    expect(await node.journal.thread(node.user.userId, threadId)).toMatchObject({
      title: "What is the way?",
    });
    const messages = await node.journal.messages(node.user.userId, threadId, { limit: 10 });
    expect(messages.map((message) => message.id)).toEqual([messageId, answer.id]);
    expect(node.supervisor.runs).toBe(0);
  });

  it("is once: the same command gets the same run, another one under its id is refused (J3)", async () => {
    const node = new TestNode();
    const one = frame([{ type: "text", text: "hello" }]);
    const [first, second] = await Promise.all([
      node.supervisor.send(node.user, one),
      node.supervisor.send(node.user, one),
    ]);
    expect(second).toEqual(first);
    const other = { ...one, parts: [{ type: "text", text: "bye" }] as const };
    expect(await node.supervisor.send(node.user, other)).toMatchObject({ is: "refused", code: "id_reused" });
    const runs = (await node.journal.threads(node.user.userId, { limit: 10 })).length;
    expect(runs).toBe(1);
  });

  const file = {
    type: "attachment",
    attachmentId: "f",
    name: "a.csv",
    mediaType: "text/csv",
    bytes: 3,
  } as const;
  const refusals: readonly (readonly [string, SendFrame, string])[] = [
    ["no parts", frame([]), "empty_message"],
    ["blanks only", frame([{ type: "text", text: " \n\t " }]), "empty_message"],
    ["10 MB of text", frame([{ type: "text", text: "x".repeat(10_000_000) }]), "message_too_large"],
    [
      "too many parts",
      frame(Array(limits.messagePartsMax + 1).fill({ type: "text", text: "x" })),
      "message_too_large",
    ],
    [
      "an agent that is not served",
      frame([{ type: "text", text: "x" }], { agent: "nobody" }),
      "unknown_agent",
    ],
    ["a thread that does not exist", frame([{ type: "text", text: "x" }], { threadId: "none" }), "not_found"],
    ["an attachment that does not exist", frame([{ ...file, attachmentId: "none" }]), "not_found"],
    ["an attachment with another name", frame([{ ...file, name: "b.csv" }]), "attachment_invalid"],
    ["an attachment of another type", frame([{ ...file, mediaType: "image/png" }]), "attachment_invalid"],
    ["an attachment of another size", frame([{ ...file, bytes: 4 }]), "attachment_invalid"],
  ];
  it.each(refusals)("is refused with %s, and writes nothing (V1)", async (_, one, code) => {
    const node = new TestNode();
    const bytes = new Uint8Array(3);
    await node.journal.putAttachment(node.user.userId, {
      id: "f",
      name: "a.csv",
      mediaType: "text/csv",
      bytes,
      at: 1,
    });
    expect(await node.supervisor.send(node.user, one)).toMatchObject({ is: "refused", code, message: /./ });
    expect((await node.journal.extent(node.user.userId)).head).toBe(0);
    expect(node.supervisor.runs).toBe(0);
  });

  it("hands over an attachment of this user and of nobody else (V3)", async () => {
    const node = new TestNode(async (run) => {
      await run.write(new TextDecoder().decode((await run.attachment("f"))?.bytes));
    });
    const bytes = new TextEncoder().encode("a,b");
    await node.journal.putAttachment(node.user.userId, {
      id: "f",
      name: "a.csv",
      mediaType: "text/csv",
      bytes,
      at: 1,
    });
    const { runId } = await node.ask("", { parts: [file] });
    expect(messageText(await node.answer(runId))).toBe("a,b");
    const other = await node.supervisor.send(createTestUserContext(), frame([file]));
    expect(other).toMatchObject({ is: "refused", code: "not_found" });
  });

  it("is refused in another user's thread, and in a deleted one (V3)", async () => {
    const node = new TestNode();
    const { threadId, runId } = await node.ask();
    await node.ended(runId);
    const again = frame([{ type: "text", text: "x" }], { threadId });
    const refused = { is: "refused", code: "not_found" };
    expect(await node.supervisor.send(createTestUserContext(), again)).toMatchObject(refused);
    const deleted = { id: "d", type: "thread_deleted", at: 1, threadId, data: {} } as const;
    await node.journal.commit({ userId: node.user.userId, events: [deleted] });
    expect(await node.supervisor.send(node.user, again)).toMatchObject(refused);
  });

  it("is bounded for each user and for the node (V6)", async () => {
    const node = new TestNode(endless, { runsPerUserMax: 2, runsMax: 3 });
    await node.ask();
    await node.ask();
    const more = frame([{ type: "text", text: "x" }]);
    expect(await node.supervisor.send(node.user, more)).toMatchObject({
      code: "too_many_runs",
      afterMs: 2_000,
    });
    const others = [createTestUserContext(), createTestUserContext()];
    const outcomes = await Promise.all(others.map((user) => node.supervisor.send(user, more)));
    expect(outcomes).toMatchObject([{ is: "done" }, { is: "refused", code: "unavailable", afterMs: 2_000 }]);
  });

  it("says that the disk is full, and starts nothing", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    const full = new Proxy(journal, {
      get: (target, name: keyof typeof journal) =>
        name === "commit"
          ? async () => ({ is: "refused", why: "storage_full", detail: "full" }) as const
          : target[name].bind(target),
    });
    const node = new TestNode(undefined, { journal: full, clock });
    const outcome = await node.supervisor.send(node.user, frame([{ type: "text", text: "x" }]));
    expect(outcome).toMatchObject({ is: "refused", code: "storage_full" });
    expect(node.supervisor.runs).toBe(0);
  });
});

describe("a run", () => {
  it("gets a fresh agent (V2)", async () => {
    let made = 0;
    const definition = {
      ...defineAgent({ name: "counter", run: endless }),
      create: () => {
        made++;
        let runs = 0;
        return { run: (run: AgentRun) => run.write(`run ${++runs}`) };
      },
    };
    const node = new TestNode(undefined, { definitions: [definition] });
    for (let n = 0; n < 3; n++)
      expect(messageText(await node.answer((await node.ask()).runId))).toBe("run 1");
    expect(made).toBe(3);
  });

  it("is handed the thread up to its question, oldest first", async () => {
    const seen: string[][] = [];
    const node = new TestNode(async (run) => {
      seen.push(run.messages.map(messageText));
      await run.write(`answer ${seen.length}`);
    });
    const { threadId, runId } = await node.ask("first");
    await node.ended(runId);
    await node.ended((await node.ask("second", { threadId })).runId);
    expect(seen).toEqual([["first"], ["first", "answer 1", "second"]]);
  });

  it("hands over no more than its bounds of a long thread, but always the question", async () => {
    const long = "x".repeat(90_000);
    let seen: readonly number[] = [];
    const node = new TestNode(async (run) => {
      seen = run.messages.map((message) => messageText(message).length);
      await run.write("ok");
    });
    const { threadId, runId } = await node.ask(long);
    await node.ended(runId);
    for (let n = 0; n < 6; n++) await node.ended((await node.ask(long, { threadId })).runId);
    expect(seen.at(-1)).toBe(90_000);
    expect(seen.reduce((a, b) => a + b, 0)).toBeLessThan(400_000);
    expect(seen.length).toBeGreaterThan(4);
  });

  const throwing: readonly (readonly [string, () => Promise<void>, string])[] = [
    ["throws", () => Promise.reject(new Error("password=hunter2")), "agent_error"],
    ["throws nothing", () => Promise.reject(undefined), "agent_error"],
    ["answers nothing", () => Promise.resolve(), "empty_answer"],
  ];
  it.each(throwing)(
    "fails when its agent %s, without showing why to the user (V2, J5)",
    async (_, run, code) => {
      const node = new TestNode(run);
      const { runId } = await node.ask();
      expect((await node.answer(runId)).failure?.code).toBe(code);
      expect(JSON.stringify(await node.events(runId))).not.toContain("hunter2");
      expect(node.faults).toHaveLength(code === "agent_error" ? 1 : 0);
    },
  );

  it("fails when its agent cannot even be made (V2, J5)", async () => {
    const definition = {
      ...defineAgent({ name: "broken", run: endless }),
      create: () => {
        throw new Error("no");
      },
    };
    const node = new TestNode(undefined, { definitions: [definition] });
    expect((await node.answer((await node.ask()).runId)).failure?.code).toBe("agent_error");
  });

  it("fails when its time is up, though its agent does not stop (V2, V4)", async () => {
    const definitions = [defineAgent({ name: "endless", timeoutMs: 5_000, run: endless })];
    const node = new TestNode(undefined, { definitions });
    const { runId } = await node.ask();
    await node.testClock.advance(4_999);
    expect(node.supervisor.runs).toBe(1);
    await node.testClock.advance(1);
    expect((await node.answer(runId)).failure?.code).toBe("run_timeout");
    expect(node.supervisor.runs).toBe(0);
    expect(node.testClock.waiting).toBe(0);
  });

  it("gets its end after the disk was full, as soon as there is space (J5)", async () => {
    const clock = new TestClock();
    const fault = faultJournal(createMemoryJournal({ clock, makeId: randomId }));
    const go = Promise.withResolvers<void>();
    const one = defineTool({ name: "t", description: "", input: z.object({}), run: () => go.promise });
    const run = async (agentRun: AgentRun) => {
      await agentRun.write("kept");
      await agentRun.call(one, {});
      await agentRun.write("lost");
    };
    const node = new TestNode(run, { journal: fault.journal, clock });
    const { runId } = await node.ask();
    await settle();
    fault.fault = "storage_full";
    go.resolve();
    await clock.advance(60_000);
    expect(node.supervisor.runs).toBe(1);
    expect(fault.refused.length).toBeGreaterThan(8);
    expect(fault.refused.length).toBeLessThan(40);
    fault.fault = undefined;
    await clock.advance(10_000);
    const answer = await node.answer(runId);
    expect(answer.failure?.code).toBe("storage_full");
    expect(messageText(answer)).toBe("kept");
    expect(node.supervisor.runs).toBe(0);
  });
});

describe("a cancel", () => {
  it("ends the run from any connection of its user, with the agent's signal aborted (D6, V4)", async () => {
    let signal: AbortSignal | undefined;
    const node = new TestNode(async (run) => {
      signal = run.signal;
      await run.write("half");
      await endless();
    });
    const { runId } = await node.ask();
    await settle();
    const elsewhere = createTestUserContext({ userId: node.user.userId });
    expect(await node.supervisor.cancel(elsewhere, cancelOf(runId))).toEqual({
      is: "done",
      result: { runId },
    });
    expect(await node.answer(runId)).toMatchObject({ status: "cancelled", parts: [{ text: "half" }] });
    expect(signal?.aborted).toBe(true);
    expect(await node.supervisor.cancel(node.user, cancelOf(runId))).toEqual({
      is: "done",
      result: { runId },
    });
  });

  it("does not find another user's run, and says so of a run that has ended (V3)", async () => {
    const node = new TestNode();
    const { runId } = await node.ask();
    await node.ended(runId);
    expect(await node.supervisor.cancel(node.user, cancelOf(runId))).toMatchObject({ code: "run_ended" });
    const stranger = createTestUserContext();
    expect(await node.supervisor.cancel(stranger, cancelOf(runId))).toMatchObject({ code: "not_found" });
    expect(await node.supervisor.cancel(node.user, cancelOf("none"))).toMatchObject({ code: "not_found" });
  });

  it("right after the question still finds the run", async () => {
    const node = new TestNode(endless);
    const { runId } = await node.ask();
    expect(await node.supervisor.cancel(node.user, cancelOf(runId))).toMatchObject({ is: "done" });
    expect(await node.types(runId)).toEqual(["agent_started", "agent_cancelled"]);
  });

  it("of a whole thread ends its runs and no others", async () => {
    const node = new TestNode(endless);
    const { threadId, runId } = await node.ask();
    const other = await node.ask();
    await node.supervisor.cancelThread(node.user.userId, threadId);
    expect((await node.answer(runId)).status).toBe("cancelled");
    expect(node.supervisor.runs).toBe(1);
    expect(await node.types(other.runId)).toEqual(["agent_started"]);
  });

  it("comes by itself when the thread goes away under a run (J5)", async () => {
    const go = Promise.withResolvers<void>();
    const node = new TestNode(async (run) => {
      await go.promise;
      await run.write("too late");
    });
    const { threadId, runId } = await node.ask();
    const deleted = { id: "d", type: "thread_deleted", at: 1, threadId, data: {} } as const;
    await node.journal.commit({ userId: node.user.userId, events: [deleted] });
    go.resolve();
    await node.ended(runId);
    expect(await node.types(runId)).toEqual(["agent_started", "agent_cancelled"]);
  });
});

describe("a node's end and beginning", () => {
  it("ends with node_lost what another process left, with its open tool calls (V5, J5)", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    const one = defineTool({ name: "t", description: "", input: z.object({}), run: endless });
    const before = new TestNode(async (run) => void (await run.call(one, {})), { journal, clock });
    const { runId } = await before.ask();
    await settle();
    const after = new TestNode(undefined, { journal, clock });
    expect(await after.supervisor.recover()).toBe(1);
    const lost = await before.answer(runId);
    expect(lost).toMatchObject({ status: "failed", failure: { code: "node_lost" } });
    expect(lost.parts).toMatchObject([{ type: "tool", error: { code: "tool_cancelled" } }]);
    expect(await after.supervisor.recover()).toBe(0);
  });

  it("leaves a run that was taken from it alone (J4)", async () => {
    const go = Promise.withResolvers<void>();
    const node = new TestNode(async (run) => {
      await go.promise;
      await run.write("from the past");
    });
    const { runId } = await node.ask();
    const other = new TestNode(undefined, { journal: node.journal, clock: node.clock });
    await other.supervisor.recover();
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
    const late = await node.supervisor.send(node.user, frame([{ type: "text", text: "x" }]));
    expect(late).toMatchObject({ is: "refused", code: "unavailable", afterMs: 2_000 });
    go.resolve();
    expect((await node.answer(quick.runId)).status).toBe("completed");
    await settle();
    expect(node.supervisor.runs).toBe(1);
    await node.testClock.advance(2_000);
    await drained;
    expect((await node.answer(slow.runId)).failure?.code).toBe("node_lost");
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
    await next.supervisor.recover();
    expect((await node.answer(runId)).failure?.code).toBe("node_lost");
    await next.supervisor.drain(60_000);
  });
});

describe("an approval", () => {
  const pay = defineTool({
    name: "pay",
    description: "Pays a bill.",
    input: z.object({ amount: z.number(), pin: z.string() }),
    needsApproval: true,
    secrets: ["pin"],
    run: ({ amount }) => `paid ${amount}`,
  });

  async function asked() {
    const node = new TestNode(async (run) => {
      const outcome = await run.call(pay, { amount: 5, pin: "1234" });
      await run.write(outcome.ok ? String(outcome.output) : outcome.message);
    });
    const { runId } = await node.ask();
    await settle();
    const event = (await node.events(runId)).at(-1);
    if (event?.type !== "approval_requested") throw new Error("no approval was requested");
    const { approvalId } = event.data;
    const resolve = (decision: "approve" | "reject", user = node.user) =>
      node.supervisor.resolve(user, { type: "resolve", id: randomId(), approvalId, decision });
    return { node, runId, approvalId, event, resolve };
  }

  it("is asked before the tool works, and goes on with a yes from any connection (P1)", async () => {
    const { node, runId, approvalId, event, resolve } = await asked();
    expect(event.data).toMatchObject({
      tool: "pay",
      input: { amount: 5, pin: "[redacted]" },
      reason: "Pays a bill.",
    });
    const elsewhere = createTestUserContext({ userId: node.user.userId });
    const done = { is: "done", result: { approvalId, decision: "approve" } };
    expect(await resolve("approve", elsewhere)).toEqual(done);
    expect(messageText(await node.answer(runId))).toBe("paid 5");
    expect(await node.types(runId)).toEqual([
      "agent_started",
      "approval_requested",
      "approval_resolved",
      "tool_executing",
      "tool_completed",
      "text_delta",
      "agent_completed",
    ]);
    expect(await resolve("approve")).toEqual(done);
    expect(await resolve("reject")).toMatchObject({ is: "refused", code: "approval_resolved" });
  });

  it("rejects the call with a no, and decides once (P1)", async () => {
    const { node, runId, resolve } = await asked();
    const outcomes = await Promise.all([resolve("reject"), resolve("reject"), resolve("approve")]);
    expect(outcomes).toMatchObject([{ is: "done" }, { is: "done" }, { code: "approval_resolved" }]);
    const answer = await node.answer(runId);
    expect(messageText(answer)).toBe("A person rejected the call.");
    expect(answer.parts).toMatchObject([{ decision: "reject" }, { error: { code: "tool_rejected" } }, {}]);
  });

  it("rejects the call when nobody decides in time (P2)", async () => {
    const { node, runId } = await asked();
    await node.testClock.advance(300_000);
    expect(messageText(await node.answer(runId))).toBe("Nobody decided within 300 s.");
  });

  it("is nobody else's, and over when the run is (V3, P1)", async () => {
    const { node, runId, resolve } = await asked();
    expect(await resolve("approve", createTestUserContext())).toMatchObject({ code: "not_found" });
    const other = { type: "resolve", id: "x", approvalId: `${runId}.a9`, decision: "approve" } as const;
    expect(await node.supervisor.resolve(node.user, other)).toMatchObject({ code: "not_found" });
    const odd = { ...other, approvalId: "nonsense" };
    expect(await node.supervisor.resolve(node.user, odd)).toMatchObject({ code: "not_found" });
    await node.supervisor.cancel(node.user, cancelOf(runId));
    expect(await resolve("approve")).toMatchObject({ is: "refused", code: "run_ended" });
    expect(await node.types(runId)).toEqual(["agent_started", "approval_requested", "agent_cancelled"]);
    expect(node.testClock.waiting).toBe(0);
  });
});
