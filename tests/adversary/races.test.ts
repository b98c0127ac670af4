/** Two things at once, of which only one can be: whatever wins, runs end, offsets are dense, nothing is half. */

import { type Event, isTerminal, type Message } from "@goldenpath/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Line } from "./line.ts";
import { echoing } from "./line.ts";
import { openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
let person: Person;
let one: Line;
let two: Line;

beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  person = await stage.person();
  [one, two] = [await person.line(), await person.line()];
});
afterAll(() => stage.close());
afterEach(async () => {
  person.hangUp();
  await stage.proveUnharmed();
});

/** Every run that began has one end, its last event, and the offsets have no hole. */
async function provesWhole(line: Line): Promise<readonly Event[]> {
  const runIds = line.events.flatMap((event) => (event.type === "agent_started" ? [event.runId ?? ""] : []));
  for (const runId of runIds) {
    await line.end(runId);
    const own = line.of(runId);
    expect(own.filter((event) => isTerminal(event.type))).toHaveLength(1);
    expect(own.map((event) => event.seq)).toEqual(own.map((_event, at) => at + 1));
  }
  const first = line.events[0]?.offset ?? 1;
  expect(line.events.map((event) => event.offset)).toEqual(line.events.map((_event, at) => first + at));
  return line.events;
}

describe("at once", () => {
  it("the same id for two contents: one is done, the other is refused", async () => {
    for (let round = 0; round < 10; round++) {
      const id = `round-${round}`;
      const answers = await Promise.all([one.command(echoing(id, "this")), two.command(echoing(id, "that"))]);
      expect(answers.map((answer) => answer.type).sort()).toEqual(["done", "error"]);
      expect(answers.find((answer) => answer.type === "error")).toMatchObject({ code: "id_reused" });
      const done = answers.find((answer) => answer.type === "done");
      if (done?.type === "done") await one.end((done.result as { runId: string }).runId);
    }
    await provesWhole(one);
  });

  it("questions to a thread and its deletion: each question is refused, or its run ends", async () => {
    for (let round = 0; round < 10; round++) {
      const { threadId, runId } = await one.ask("begin", "echo");
      await one.end(runId);
      const path = `/api/threads/${threadId}`;
      const asked = Array.from({ length: 3 }, (_, at) =>
        (at % 2 ? one : two).command(echoing(`r${round}-${at}`, "late?", { threadId, agent: "waiter" })),
      );
      const deleted = await person.request(path, { method: "DELETE" });
      expect([200, 404]).toContain(deleted.status);
      for (const answer of await Promise.all(asked)) {
        if (answer.type === "error") expect(answer.code).toBe("not_found");
        else {
          const { type } = await two.end((answer.result as { runId: string }).runId);
          expect(type).toBe("agent_cancelled");
        }
      }
      expect((await person.get(path)).status).toBe(404);
    }
    await provesWhole(two);
  });

  it("renames and the deletion of a thread: it does not come back", async () => {
    for (let round = 0; round < 10; round++) {
      const { threadId, runId } = await one.ask("begin", "echo");
      await one.end(runId);
      const path = `/api/threads/${threadId}`;
      const renames = Array.from({ length: 4 }, (_, at) =>
        person.json("PATCH", path, { title: `Name ${at}` }),
      );
      const answers = await Promise.all([person.request(path, { method: "DELETE" }), ...renames]);
      for (const { status } of answers) expect([200, 404]).toContain(status);
      expect((await person.get(path)).status).toBe(404);
      expect((await person.get("/api/threads")).body).toEqual({ threads: [] });
    }
    await provesWhole(one);
  });

  it("yes and no to the same approval: one counts, and both are told which", async () => {
    for (let round = 0; round < 10; round++) {
      const { runId } = await one.ask("may I?", "approver");
      const { approvalId } = (await one.event("approval_requested", runId)).data;
      const answers = await Promise.all([
        one.command({ type: "resolve", id: `yes-${round}`, approvalId, decision: "approve" }),
        two.command({ type: "resolve", id: `no-${round}`, approvalId, decision: "reject" }),
      ]);
      expect(answers.map((answer) => answer.type).sort()).toEqual(["done", "error"]);
      expect(answers.find((answer) => answer.type === "error")).toMatchObject({ code: "approval_resolved" });
      const end = await one.end(runId);
      const text = answers[0]?.type === "done" ? "approved" : "tool_rejected";
      expect(end).toMatchObject({ type: "agent_completed", data: { text } });
      expect(one.of(runId).filter((event) => event.type === "approval_resolved")).toHaveLength(1);
    }
    await provesWhole(two);
  });

  it("a cancel and the answer's own end: one end, and the cancel is told the truth", async () => {
    for (let round = 0; round < 20; round++) {
      const { runId, threadId } = await one.ask("quick", "echo");
      const answer = await two.command({ type: "cancel", id: `c-${round}`, runId });
      const end = await two.end(runId);
      if (answer.type === "done") expect(end.type).toBe("agent_cancelled");
      else {
        expect(answer.code).toBe("run_ended");
        expect(end.type).toBe("agent_completed");
      }
      const { messages } = (await person.get(`/api/threads/${threadId}/messages`)).body as {
        messages: Message[];
      };
      expect(messages.at(-1)?.status).toBe(end.type === "agent_cancelled" ? "cancelled" : "completed");
    }
    await provesWhole(one);
  });

  it("sign-out and a question: it was asked, or it was not; it is never half there", async () => {
    const phone = await person.elsewhere();
    const watch = await phone.line();
    await one.say(echoing("last-words", "did this arrive?"));
    await person.json("POST", "/api/auth/sign-out", {});
    expect((await one.closed()).code).toBe(4402);
    const again = await watch.command(echoing("last-words", "did this arrive?"));
    if (again.type !== "done") throw new Error("not done");
    const { runId, threadId } = again.result as { runId: string; threadId: string };
    await watch.end(runId);
    expect((await phone.get("/api/threads")).body).toMatchObject({ threads: [{ id: threadId }] });
    await provesWhole(watch);
    phone.hangUp();
  });

  it("the end of an account and its questions: nothing of it is left to anybody", async () => {
    const { threadId } = await one.ask("wait", "waiter");
    const asked = [two.say(echoing("x1", "late")), two.say(echoing("x2", "later", { threadId }))];
    const gone = await person.json("POST", "/api/auth/delete-user", { password: person.password });
    expect(gone.status, gone.text).toBe(200);
    await Promise.all(asked);
    expect((await one.closed()).code).toBe(4402);
    expect((await two.closed()).code).toBe(4402);
    expect((await person.signIn()).status).toBe(401);
    for (const id of new Set(one.events.map((event) => event.threadId))) {
      expect((await stage.bystander.person.get(`/api/threads/${id}`)).status).toBe(404);
    }
  });
});

describe("a snapshot", () => {
  it("names only answers that are being written, whatever ended while the user was connected", async () => {
    const { runId, threadId } = await one.ask("done soon", "echo");
    await one.end(runId);
    const deleted = await one.ask("deleted soon", "waiter");
    await person.request(`/api/threads/${deleted.threadId}`, { method: "DELETE" });
    const waiting = await one.ask("wait", "waiter", threadId);
    await one.event("agent_thinking", waiting.runId);
    const line = await person.line();
    const { activeRuns, threads } = await line.frame("snapshot");
    expect(activeRuns.map((message) => [message.runId, message.status])).toEqual([
      [waiting.runId, "streaming"],
    ]);
    expect(threads.map((thread) => thread.id)).toEqual([threadId]);
    await line.command({ type: "cancel", id: "stop", runId: waiting.runId });
    await line.end(waiting.runId);
  });
});
