import { type Message, messageText } from "@goldenpath/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { echo } from "../test-agent.ts";
import { signedUp, startServer, type TestServer, TestUser } from "../test-server.ts";

const foreign = "https://evil.example";
let at: TestServer;

beforeAll(async () => {
  at = await startServer({ agents: [echo], origins: ["https://app.example.com"] });
});
afterAll(() => at.close());

describe("who is there", () => {
  it("says nobody, and how to become somebody", async () => {
    const nobody = new TestUser(at.url);
    const me = await nobody.request("/api/me");
    expect(me.status).toBe(401);
    expect(await me.json()).toMatchObject({
      error: { code: "unauthenticated", retry: "never" },
      signUpOpen: true,
      providers: [],
    });
    for (const path of ["/api/threads", "/api/agents", "/api/attachments/x", "/api/threads/x/messages"]) {
      expect((await nobody.request(path)).status).toBe(401);
    }
    expect((await nobody.json("POST", "/api/tickets", {})).status).toBe(401);
    expect((await nobody.request("/api/auth/get-session", { method: "HEAD" })).status).toBe(404);
    expect(await (await nobody.request("/healthz")).json()).toMatchObject({ ok: true });
  });

  it("knows a user by the cookie, and names the agents", async () => {
    const user = await signedUp(at.url);
    const me = await user.request("/api/me");
    expect(await me.json()).toMatchObject({ user: { email: user.email, name: "Test" }, signUpOpen: true });
    expect(me.headers.get("cache-control")).toBe("no-store");
    expect(await (await user.request("/api/agents")).json()).toEqual({
      agents: [{ name: "echo", description: "", label: "repeats what you say", examples: [] }],
      default: "echo",
    });
  });

  it("answers unknown addresses and broken bodies with a code", async () => {
    const user = await signedUp(at.url);
    expect(await (await user.request("/api/nothing")).json()).toMatchObject({ error: { code: "not_found" } });
    const broken = await user.request("/api/threads/x", { method: "PATCH", body: "{" });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ error: { code: "bad_frame" } });
    const big = await user.request("/api/threads/x", {
      method: "PATCH",
      body: `{"title":"${"x".repeat(70_000)}"}`,
    });
    expect(big.status).toBe(400);
    const signIn = await user.json("POST", "/api/auth/sign-in/email", { email: "x".repeat(70_000) });
    expect(signIn.status).toBe(413);
    expect((await user.request("/api/threads?limit=0")).status).toBe(400);
    expect((await user.request("/api/threads?limit=201")).status).toBe(400);
  });
});

describe("where a request comes from", () => {
  it("refuses to change anything for a foreign page, over HTTP and on the upgrade", async () => {
    const user = await signedUp(at.url);
    for (const headers of [
      { origin: foreign },
      { origin: "null" },
      { origin: "none", "sec-fetch-site": "cross-site" },
    ]) {
      const response = await user.json("POST", "/api/tickets", {}, headers as Record<string, string>);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ error: { code: "origin_refused" } });
    }
    const signUp = await new TestUser(at.url).json(
      "POST",
      "/api/auth/sign-up/email",
      { name: "x", email: "x@example.com", password: "a long enough password" },
      { origin: foreign },
    );
    expect(signUp.status).toBe(403);
    await expect(user.socket({ origin: foreign }).opened).rejects.toThrow("403");
  });

  it("lets a listed page in, and names it in CORS; no other", async () => {
    const user = await signedUp(at.url);
    const listed = await user.json("POST", "/api/tickets", {}, { origin: "https://app.example.com" });
    expect(listed.status).toBe(200);
    expect(listed.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(listed.headers.get("access-control-allow-credentials")).toBe("true");
    const other = await user.request("/api/me", { headers: { origin: foreign } });
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("threads", () => {
  it("keeps what was asked and answered, renames it, and deletes it, for its owner only", async () => {
    const user = await signedUp(at.url);
    const other = await signedUp(at.url);
    const socket = await user.live();
    const { threadId, runId } = await user.ask(socket, "hello");
    await socket.event((event) => event.type === "agent_completed" && event.runId === runId);
    const path = `/api/threads/${threadId}`;
    const { messages } = (await (await user.request(`${path}/messages`)).json()) as { messages: Message[] };
    expect(messages.map((message) => [message.role, messageText(message)])).toEqual([
      ["user", "hello"],
      ["assistant", "You said: hello"],
    ]);
    for (const [method, body] of [["GET"], ["PATCH", '{"title":"Mine now"}'], ["DELETE"]] as const) {
      const response = await other.request(path, { method, ...(body && { body }) });
      expect(response.status).toBe(404);
    }
    expect((await other.request(`${path}/messages`)).status).toBe(404);
    expect(await (await other.request("/api/threads")).json()).toEqual({ threads: [] });

    expect((await user.json("PATCH", path, { title: " " })).status).toBe(400);
    const renamed = await user.json("PATCH", path, { title: "  Greetings  " });
    expect(await renamed.json()).toMatchObject({ thread: { id: threadId, title: "Greetings" } });
    await socket.event((event) => event.type === "thread_updated" && event.data.thread.title === "Greetings");

    expect(await (await user.request(path, { method: "DELETE" })).json()).toEqual({});
    await socket.event((event) => event.type === "thread_deleted" && event.threadId === threadId);
    expect((await user.request(path)).status).toBe(404);
    expect((await user.request(path, { method: "DELETE" })).status).toBe(404);
  });

  it("ends a run before its thread is deleted (J5)", async () => {
    const user = await signedUp(at.url);
    const socket = await user.live();
    const { threadId, runId } = await user.ask(socket, "wait");
    await socket.event((event) => event.type === "agent_thinking" && event.runId === runId);
    expect((await user.request(`/api/threads/${threadId}`, { method: "DELETE" })).status).toBe(200);
    await socket.event((event) => event.type === "thread_deleted");
    const types = socket.events.filter((event) => event.threadId === threadId).map((event) => event.type);
    expect(types.slice(-2)).toEqual(["agent_cancelled", "thread_deleted"]);
  });
});

describe("attachments", () => {
  const upload = (
    user: TestUser,
    body: NonNullable<RequestInit["body"]>,
    name = "spend.csv",
    type = "text/csv",
  ) =>
    user.request("/api/attachments", {
      method: "POST",
      body,
      headers: { "content-type": type, "x-file-name": encodeURIComponent(name) },
      ...({ duplex: "half" } as object),
    });

  it("keeps a file and gives it back to its owner only, never to be shown inline", async () => {
    const user = await signedUp(at.url);
    const stored = (await (await upload(user, "a,b\n1,2\n", "../../Ausgaben für Mai.csv")).json()) as {
      attachmentId: string;
    };
    expect(stored).toMatchObject({ name: "Ausgaben für Mai.csv", mediaType: "text/csv", bytes: 8 });
    const path = `/api/attachments/${stored.attachmentId}`;
    const back = await user.request(path);
    expect(await back.text()).toBe("a,b\n1,2\n");
    expect(back.headers.get("content-disposition")).toBe(
      "attachment; filename*=UTF-8''Ausgaben%20f%C3%BCr%20Mai.csv",
    );
    expect(back.headers.get("x-content-type-options")).toBe("nosniff");
    expect((await (await signedUp(at.url)).request(path)).status).toBe(404);
  });

  it("refuses what is not what it claims, has no name, or is empty", async () => {
    const user = await signedUp(at.url);
    const binary = await upload(user, new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1]));
    expect(binary.status).toBe(422);
    expect(await binary.json()).toMatchObject({ error: { code: "attachment_invalid" } });
    expect((await upload(user, "")).status).toBe(422);
    expect((await upload(user, "a", "/")).status).toBe(422);
    expect((await upload(user, "a", "x".repeat(300))).status).toBe(422);
    const nameless = await user.request("/api/attachments", { method: "POST", body: "a" });
    expect(nameless.status).toBe(422);
  });

  it("stops reading at the limit, whatever length was announced", async () => {
    const user = await signedUp(at.url);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1_048_576;
        if (sent > 200 * 1_048_576) controller.close();
        else controller.enqueue(new Uint8Array(1_048_576).fill(97));
      },
    });
    const answer = await upload(user, endless).then(
      (response) => response.status,
      // The server may hang up while the client still sends.
      () => 413,
    );
    expect(answer).toBe(413);
    expect(sent).toBeLessThan(100 * 1_048_576);
    expect((await user.request("/api/me")).status).toBe(200);
  });
});
