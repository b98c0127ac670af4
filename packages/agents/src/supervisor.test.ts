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
  it("ends, and the server's log is told with its id, when what writes its end throws (V7, J5)", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    const broken = {
      isDue: false,
      elapsed: () => clock.elapsed(),
      timer: (afterMs: number, call: () => void) => clock.timer(afterMs, call),
      now() {
        if (!this.isDue) return clock.now();
        this.isDue = false;
        throw new TypeError("a bug");
      },
    };
    const node = new TestNode(
      async (run) => {
        await run.write("hello");
        broken.isDue = true;
      },
      { journal, clock: broken },
    );
    const { runId } = await node.ask();
    await clock.advance(250);
    expect((await node.answer(runId)).failure?.code).toBe("unavailable");
    const { userId } = node.user;
    expect(node.faults).toMatchObject([{ where: "append", error: expect.any(TypeError), userId, runId }]);
  });

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

  it("while the thread is still being read ends the run before its agent begins", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    const read = journal.messages.bind(journal);
    const gate = Promise.withResolvers<void>();
    journal.messages = (...page) => gate.promise.then(() => read(...page));
    let begun = false;
    const run = async () => {
      begun = true;
    };
    const node = new TestNode(run, { journal, clock });
    const { runId } = await node.ask();
    expect(await node.supervisor.cancel(node.user, cancelOf(runId))).toMatchObject({ is: "done" });
    gate.resolve();
    await settle();
    expect(await node.types(runId)).toEqual(["agent_started", "agent_cancelled"]);
    expect(begun).toBe(false);
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
