/** D4: what belongs to another user does not exist, whatever frame or address names it. */
import { isTerminal } from "@goldenpath/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bystanderSecret, codeOf, openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
let stranger: Person;

beforeAll(async () => {
  stage = await openStage();
  stranger = await stage.person();
});
afterAll(() => stage.close());
afterEach(async () => {
  stranger.hangUp();
  await stage.proveUnharmed();
});

const parts = [{ type: "text", text: "let me in" }];

describe("frames that name what is another user's", () => {
  it("are answered like those that name nothing", async () => {
    const { threadId, runId, messageId, waitingRunId, approvalId, attachmentId } = stage.bystander;
    const line = await stranger.line();
    const file = { type: "attachment", attachmentId, name: `${bystanderSecret}.csv`, mediaType: "text/csv" };
    const frames = [
      { type: "send", threadId, parts },
      { type: "send", threadId: runId, parts },
      { type: "send", threadId: messageId, parts },
      { type: "send", parts: [...parts, { ...file, bytes: bystanderSecret.length + 3 }] },
      { type: "send", parts: [{ ...file, attachmentId: threadId, bytes: 1 }] },
      { type: "cancel", runId },
      { type: "cancel", runId: waitingRunId },
      { type: "cancel", runId: threadId },
      { type: "resolve", approvalId, decision: "approve" },
      { type: "resolve", approvalId: `${runId}.a1`, decision: "reject" },
      { type: "resolve", approvalId: waitingRunId, decision: "approve" },
    ];
    for (const [at, frame] of frames.entries()) {
      const real = await line.command({ ...frame, id: `real-${at}` });
      expect(real, JSON.stringify(frame)).toMatchObject({ type: "error", code: "not_found", retry: "never" });
      // The same with an id that nobody has: the texts tell no difference but the id itself.
      const invented = JSON.parse(
        JSON.stringify(frame).replaceAll(
          /"(threadId|runId|approvalId|attachmentId)":"[^"]+"/g,
          '"$1":"00000000-invented"',
        ),
      ) as typeof frame;
      const other = await line.command({ ...invented, id: `invented-${at}` });
      const plain = (text: string) => text.replace(/attachment [\w-]+/, "attachment");
      if (real.type !== "error" || other.type !== "error") throw new Error("neither is done");
      expect(plain(other.message)).toBe(plain(real.message));
      expect(other.code).toBe(real.code);
    }
    expect(line.events).toEqual([]);
    const waiting = stage.bystander.line.of(waitingRunId);
    expect(waiting.some((event) => isTerminal(event.type))).toBe(false);
    expect(waiting.some((event) => event.type === "approval_resolved")).toBe(false);
  });

  it("cannot ride on the other user's command ids", async () => {
    const id = `shared-${crypto.randomUUID()}`;
    const mine = await stage.bystander.line.command({ type: "send", id, agent: "echo", parts });
    const line = await stranger.line();
    const theirs = await line.command({ type: "send", id, agent: "echo", parts });
    if (mine.type !== "done" || theirs.type !== "done") throw new Error("both are done");
    const ids = Object.values(mine.result as Record<string, string>);
    for (const one of Object.values(theirs.result as Record<string, string>)) expect(ids).not.toContain(one);
    await line.end((theirs.result as { runId: string }).runId);
  });

  it("do not let a cursor read another log: offsets are the reader's own", async () => {
    const { epoch, head } = await stage.bystander.line.frame("welcome");
    for (const offset of [0, 1, head]) {
      const line = await stranger.silent().hello({ epoch, offset });
      expect((await line.frame("welcome")).userId).not.toBe(stage.bystander.userId);
      for (const event of line.events) expect(event.threadId).not.toBe(stage.bystander.threadId);
    }
  });
});

describe("addresses that name what is another user's", () => {
  it("are answered like those that name nothing, and nothing changes", async () => {
    const { threadId, runId, messageId, attachmentId } = stage.bystander;
    const invented = "00000000-0000-4000-8000-000000000000";
    for (const id of [threadId, runId, messageId, attachmentId]) {
      for (const [method, path, body] of [
        ["GET", "/api/threads/ID"],
        ["GET", "/api/threads/ID/messages"],
        ["GET", "/api/threads/ID/messages?limit=200"],
        ["PATCH", "/api/threads/ID", '{"title":"Mine now"}'],
        ["DELETE", "/api/threads/ID"],
        ["GET", "/api/attachments/ID"],
      ] as const) {
        const ask = { method, ...(body && { body }) };
        const answer = await stranger.request(path.replace("ID", id), ask);
        const other = await stranger.request(path.replace("ID", invented), ask);
        expect(answer.status, `${method} ${path}`).toBe(404);
        expect(codeOf(answer)).toBe("not_found");
        expect(answer.text).toBe(other.text);
      }
    }
    const { thread } = (await stage.bystander.person.get(`/api/threads/${threadId}`)).body as {
      thread: { title: string };
    };
    expect(thread.title).toContain(bystanderSecret);
    expect((await stage.bystander.person.get(`/api/attachments/${attachmentId}`)).text).toContain(
      bystanderSecret,
    );
  });

  it("list only one's own, whatever `before` and `userId` say", async () => {
    const { threadId, messageId, userId, person } = stage.bystander;
    for (const query of [`before=${threadId}`, `userId=${userId}`, `user=${userId}&limit=200`]) {
      const { status, body } = await stranger.get(`/api/threads?${query}`);
      expect(status).toBe(200);
      for (const thread of (body as { threads: { id: string }[] }).threads) {
        expect(thread.id).not.toBe(threadId);
      }
    }
    const line = await stranger.line();
    const own = await line.ask("mine", "echo");
    await line.end(own.runId);
    const page = await stranger.get(`/api/threads/${own.threadId}/messages?before=${messageId}`);
    expect(page.status).toBe(200);
    expect((await person.get("/api/threads")).text).not.toContain(own.threadId);
  });

  it("are nobody's without a session", async () => {
    const { threadId, attachmentId } = stage.bystander;
    const nobody = stage.nobody();
    for (const [method, path] of [
      ["GET", "/api/threads"],
      ["GET", `/api/threads/${threadId}`],
      ["GET", `/api/threads/${threadId}/messages`],
      ["PATCH", `/api/threads/${threadId}`],
      ["DELETE", `/api/threads/${threadId}`],
      ["GET", `/api/attachments/${attachmentId}`],
      ["POST", "/api/attachments"],
      ["POST", "/api/tickets"],
      ["GET", "/api/agents"],
      ["GET", "/api/me"],
    ] as const) {
      const answer = await nobody.request(path, { method });
      expect(answer.status, `${method} ${path}`).toBe(401);
      expect(codeOf(answer)).toBe("unauthenticated");
    }
  });

  it("of an account's management answer its admin only", async () => {
    const { userId } = stage.bystander;
    for (const [method, path, body] of [
      ["GET", "/api/auth/admin/list-users?limit=10", undefined],
      ["POST", "/api/auth/admin/ban-user", { userId }],
      ["POST", "/api/auth/admin/remove-user", { userId }],
      ["POST", "/api/auth/admin/set-role", { userId, role: "admin" }],
      ["POST", "/api/auth/admin/set-user-password", { userId, newPassword: "a new long password" }],
      ["POST", "/api/auth/admin/revoke-user-sessions", { userId }],
      ["POST", "/api/auth/admin/list-user-sessions", { userId }],
      [
        "POST",
        "/api/auth/admin/create-user",
        { email: "x@example.com", password: "long enough pw", name: "x" },
      ],
      ["POST", "/api/auth/admin/impersonate-user", { userId }],
    ] as const) {
      const answer = body ? await stranger.json(method, path, body) : await stranger.get(path);
      expect([401, 403, 404], `${path}: ${answer.text}`).toContain(answer.status);
    }
    const me = await stranger.json("POST", "/api/auth/update-user", { role: "admin", name: "Still me" });
    expect(((await stranger.get("/api/me")).body as { user: { role: string } }).user.role, me.text).toBe(
      "user",
    );
  });

  it("make nobody an admin who says so at sign-up", async () => {
    const eager = stage.nobody();
    await eager.json("POST", "/api/auth/sign-up/email", {
      name: "Eager",
      email: eager.email,
      password: eager.password,
      role: "admin",
      emailVerified: true,
      id: stage.bystander.userId,
    });
    const me = await eager.get("/api/me");
    if (me.status === 200) {
      const { user } = me.body as { user: { id: string; role: string } };
      expect(user.role).toBe("user");
      expect(user.id).not.toBe(stage.bystander.userId);
    } else expect(codeOf(me)).toBe("unauthenticated");
  });
});

describe("tickets", () => {
  it("open the log of whoever they were given to, once, and refresh no other user's connection", async () => {
    const issue = async () =>
      ((await stranger.json("POST", "/api/tickets", {})).body as { ticket: string }).ticket;
    const victim = await stage.person();
    const line = await victim.line();
    const theirs = await line.refused(async () => line.say({ type: "refresh", token: await issue() }));
    expect(theirs.code).toBe("unauthenticated");
    expect(line.isClosed).toBe(false);
    const ticket = await issue();
    const first = stage.nobody().silent({ cookie: "" });
    await first.say({ type: "hello", client: "x", ticket });
    const me = (await stranger.get("/api/me")).body as { user: { id: string } };
    expect((await first.frame("welcome")).userId).toBe(me.user.id);
    const second = stage.nobody().silent({ cookie: "" });
    await second.say({ type: "hello", client: "x", ticket });
    expect((await second.closed()).code).toBe(4400);
    first.hangUp();
    victim.hangUp();
  });
});

describe("a deleted thread", () => {
  it("takes no frame and no request any more, and its run got its end", async () => {
    const line = await stranger.line();
    const { threadId, runId } = await line.ask("wait", "waiter");
    await line.event("agent_thinking", runId);
    expect((await stranger.request(`/api/threads/${threadId}`, { method: "DELETE" })).status).toBe(200);
    expect((await line.end(runId)).type).toBe("agent_cancelled");
    await line.event("thread_deleted");
    const sent = await line.command({ type: "send", id: "after", threadId, parts });
    expect(sent).toMatchObject({ type: "error", code: "not_found" });
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/messages"],
      ["DELETE", ""],
    ] as const) {
      const answer = await stranger.request(`/api/threads/${threadId}${path}`, { method });
      expect(codeOf(answer)).toBe("not_found");
    }
    expect(codeOf(await stranger.json("PATCH", `/api/threads/${threadId}`, { title: "Back" }))).toBe(
      "not_found",
    );
    const cancelled = await line.command({ type: "cancel", id: "late", runId });
    expect(["done", "error"]).toContain(cancelled.type);
  });
});
