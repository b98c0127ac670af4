/** J3 and D6: a command is carried out once, whoever repeats it and from wherever. */

import { type Event, isTerminal, type Message } from "@goldenpath/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { echoing } from "./line.ts";
import { openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
let person: Person;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
afterEach(async () => {
  person.hangUp();
  await stage.proveUnharmed();
});

/** The offsets are 1, 2, 3 … and each run has its seqs and one end. */
function provesExact(events: readonly Event[]): void {
  const first = events[0]?.offset ?? 1;
  expect(events.map((event) => event.offset)).toEqual(events.map((_event, at) => first + at));
  const runIds = new Set(events.flatMap((event) => (event.runId === undefined ? [] : [event.runId])));
  for (const runId of runIds) {
    const own = events.filter((event) => event.runId === runId);
    expect(own.map((event) => event.seq)).toEqual(own.map((_event, at) => at + 1));
    expect(own.filter((event) => isTerminal(event.type))).toHaveLength(1);
    expect(isTerminal(own.at(-1)?.type ?? "text_delta")).toBe(true);
  }
}

describe("a command's id", () => {
  it("repeated at once on two sockets, then after a reconnect, gives one result and one run", async () => {
    person = await stage.person();
    const [one, two] = [await person.line(), await person.line()];
    const frame = echoing("once", "say it once");
    const answers = await Promise.all([one.command(frame), two.command(frame), one.command(frame)]);
    const [first] = answers;
    if (first?.type !== "done") throw new Error("not done");
    for (const answer of answers) expect(answer).toEqual(first);
    const { runId, threadId } = first.result as { runId: string; threadId: string };
    await Promise.all([one.end(runId), two.end(runId)]);
    one.hangUp();
    const back = await person.line();
    expect(await back.command(frame)).toEqual(first);
    const { messages } = (await person.get(`/api/threads/${threadId}/messages`)).body as {
      messages: Message[];
    };
    expect(messages).toHaveLength(2);
    expect(two.events.filter((event) => event.type === "agent_started")).toHaveLength(1);
    provesExact(two.events);
  });

  it("used for other content is refused, and nothing of it happens", async () => {
    person = await stage.person();
    const line = await person.line();
    const first = await line.command(echoing("mine", "first"));
    if (first.type !== "done") throw new Error("not done");
    const { threadId, runId } = first.result as { threadId: string; runId: string };
    await line.end(runId);
    for (const other of [
      echoing("mine", "second"),
      echoing("mine", "first", { threadId }),
      echoing("mine", "first", { agent: "waiter" }),
      echoing("mine", "first", {
        parts: [
          { type: "text", text: "fir" },
          { type: "text", text: "st" },
        ],
      }),
    ]) {
      const answer = await line.command(other);
      expect(answer, JSON.stringify(other)).toMatchObject({
        type: "error",
        id: "mine",
        code: "id_reused",
        retry: "never",
      });
    }
    expect((await person.get("/api/threads")).body).toMatchObject({ threads: [{ id: threadId }] });
    expect(line.events.filter((event) => event.type === "agent_started")).toHaveLength(1);
  });

  it("carried out while its socket was cut still counts: the repetition finds it", async () => {
    person = await stage.person();
    const line = await person.line();
    const frame = echoing("cut", "are you there?");
    await line.say(frame);
    line.hangUp();
    const back = await person.line();
    const answer = await back.command(frame);
    if (answer.type !== "done") throw new Error("not done");
    const { threads } = (await person.get("/api/threads")).body as { threads: unknown[] };
    expect(threads).toHaveLength(1);
  });

  it("of a repetition is answered although the thread is gone since", async () => {
    person = await stage.person();
    const line = await person.line();
    const first = await line.command(echoing("before", "then delete"));
    if (first.type !== "done") throw new Error("not done");
    const { runId, threadId } = first.result as { runId: string; threadId: string };
    await line.end(runId);
    await person.request(`/api/threads/${threadId}`, { method: "DELETE" });
    expect(await line.command(echoing("before", "then delete"))).toEqual(first);
    expect((await person.get("/api/threads")).body).toEqual({ threads: [] });
  });

  it("of a repetition is answered although its attachment is gone since", async () => {
    person = await stage.person();
    const line = await person.line();
    const { attachmentId } = (await person.upload("a.csv", "a\n1\n")).body as { attachmentId: string };
    const part = { type: "attachment", attachmentId, name: "a.csv", mediaType: "text/csv", bytes: 4 };
    const frame = echoing("file", "read it", { parts: [part, { type: "text", text: "read it" }] });
    const first = await line.command(frame);
    if (first.type !== "done") throw new Error(JSON.stringify(first));
    const { runId, threadId } = first.result as { runId: string; threadId: string };
    await line.end(runId);
    await person.request(`/api/threads/${threadId}`, { method: "DELETE" });
    expect(await line.command(frame)).toEqual(first);
  });
});

describe("cancel", () => {
  it("from another connection ends the run once, for every connection", async () => {
    person = await stage.person();
    const [laptop, phone] = [await person.line(), await (await person.elsewhere()).line()];
    const { runId, threadId } = await laptop.ask("wait", "waiter");
    await phone.event("agent_thinking", runId);
    const cancels = [
      phone.command({ type: "cancel", id: "c1", runId }),
      laptop.command({ type: "cancel", id: "c2", runId }),
    ];
    for (const answer of await Promise.all(cancels))
      expect(answer).toMatchObject({ type: "done", result: { runId } });
    for (const line of [laptop, phone]) {
      expect((await line.end(runId)).type).toBe("agent_cancelled");
      provesExact(line.events);
    }
    expect(await phone.command({ type: "cancel", id: "c3", runId })).toMatchObject({ type: "done" });
    const { messages } = (await person.get(`/api/threads/${threadId}/messages`)).body as {
      messages: Message[];
    };
    expect(messages.map((message) => message.status)).toEqual(["completed", "cancelled"]);
  });

  it("does not come from closing every socket (D6)", async () => {
    person = await stage.person();
    const line = await person.line();
    const { runId } = await line.ask("approve me", "approver");
    const { data } = await line.event("approval_requested", runId);
    person.hangUp();
    const back = await person.line();
    expect((await back.frame("snapshot")).activeRuns.map((message) => message.runId)).toEqual([runId]);
    const answer = await back.command({
      type: "resolve",
      id: "yes",
      approvalId: data.approvalId,
      decision: "approve",
    });
    expect(answer.type).toBe("done");
    expect(await back.end(runId)).toMatchObject({ type: "agent_completed", data: { text: "approved" } });
    const twice = await back.command({
      type: "resolve",
      id: "no",
      approvalId: data.approvalId,
      decision: "reject",
    });
    expect(twice).toMatchObject({ type: "error", code: "approval_resolved" });
  });

  it("of a run that ended says so", async () => {
    person = await stage.person();
    const line = await person.line();
    const { runId } = await line.ask("hello", "echo");
    await line.end(runId);
    const answer = await line.command({ type: "cancel", id: "late", runId });
    expect(answer).toMatchObject({ type: "error", code: "run_ended", retry: "never" });
  });
});

describe("what a message may not be", () => {
  it.each([
    ["no parts", { parts: [] }, "empty_message"],
    ["empty text", { parts: [{ type: "text", text: "" }] }, "empty_message"],
    ["white space", { parts: [{ type: "text", text: " \n\t\u00a0\u2003 " }] }, "empty_message"],
    ["an unknown agent", { agent: "nobody" }, "unknown_agent"],
    ["an agent of Object's", { agent: "constructor" }, "unknown_agent"],
    ["a thread that is not there", { threadId: "nowhere" }, "not_found"],
    [
      "too much in many parts",
      { parts: Array(3).fill({ type: "text", text: "x".repeat(40_000) }) },
      "message_too_large",
    ],
  ])("%s", async (_what, more, code) => {
    person = await stage.person();
    const line = await person.line();
    const answer = await line.command(echoing("bad", "hi", more));
    expect(answer).toMatchObject({ type: "error", id: "bad", code, retry: "never" });
    if (answer.type === "error") expect(answer.message.length).toBeGreaterThan(10);
    expect(line.events).toEqual([]);
    // A refused command did not happen: its id may be used for what was meant.
    expect((await line.command(echoing("bad", "hi"))).type).toBe("done");
  });

  it("more runs at once than a user may have", async () => {
    person = await stage.person();
    const line = await person.line();
    const runIds: string[] = [];
    for (let at = 0; at < 4; at++) runIds.push((await line.ask("wait", "waiter")).runId);
    const answer = await line.command(echoing("fifth", "hi"));
    expect(answer).toMatchObject({ type: "error", code: "too_many_runs", retry: "later" });
    if (answer.type === "error") expect(answer.afterMs).toBeGreaterThan(0);
    for (const runId of runIds) await line.command({ type: "cancel", id: `c-${runId}`, runId });
    expect((await line.command(echoing("fifth", "hi"))).type).toBe("done");
  });
});
