import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { defineAgent } from "@goldenpath/agents";
import { closeCodes, type Message, messageText, type SendResult } from "@goldenpath/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mount, serve } from "./serve.ts";
import { signedUp, startServer, type TestServer, type TestSocket, TestUser } from "./test-server.ts";

const echo = defineAgent({
  name: "echo",
  label: "repeats what you say",
  run: async (run) => {
    const last = run.messages.at(-1);
    const text = last ? messageText(last) : "";
    if (text !== "wait") return run.write(`You said: ${text}`);
    await run.think("waiting to be stopped");
    await new Promise<void>((resolve) =>
      run.signal.addEventListener("abort", () => resolve(), { once: true }),
    );
    return undefined;
  },
});

const foreign = "https://evil.example";
let at: TestServer;

beforeAll(async () => {
  at = await startServer({ agents: [echo], origins: ["https://app.example.com"] });
});
afterAll(() => at.close());

const sockets: TestSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

async function live(user: TestUser): Promise<TestSocket> {
  const socket = await user.live();
  sockets.push(socket);
  return socket;
}

async function ask(
  socket: TestSocket,
  text: string,
  id = `ask-${text.replace(/ /g, "-")}`,
): Promise<SendResult> {
  socket.send({ type: "send", id, parts: [{ type: "text", text }] });
  return (await socket.frame("done")).result as unknown as SendResult;
}

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
    const socket = await live(user);
    const { threadId, runId } = await ask(socket, "hello");
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
    const socket = await live(user);
    const { threadId, runId } = await ask(socket, "wait");
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

describe("tickets", () => {
  it("open one connection without a cookie, and not a second", async () => {
    const user = await signedUp(at.url);
    const issued = (await (await user.json("POST", "/api/tickets", {})).json()) as { ticket: string };
    const first = user.socket({ cookie: "", origin: foreign });
    sockets.push(first);
    first.send({ type: "hello", client: "test", ticket: issued.ticket });
    await first.frame("caught_up");
    const second = user.socket({ cookie: "", origin: "none" });
    second.send({ type: "hello", client: "test", ticket: issued.ticket });
    expect(await second.closed()).toBe(closeCodes.unauthenticated.code);
  });

  it("open nothing after the session ended", async () => {
    const user = await signedUp(at.url);
    const issued = (await (await user.json("POST", "/api/tickets", {})).json()) as { ticket: string };
    await user.json("POST", "/api/auth/sign-out", {});
    const socket = user.socket({ cookie: "" });
    socket.send({ type: "hello", client: "test", ticket: issued.ticket });
    expect(await socket.closed()).toBe(closeCodes.unauthenticated.code);
  });
});

describe("D7: revoked means now", () => {
  async function closesWithin(socket: TestSocket, end: () => Promise<unknown>): Promise<number> {
    const startedAt = performance.now();
    const [code] = await Promise.all([socket.closed(), end()]);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    return code;
  }

  it("sign-out closes this session's sockets and no other's", async () => {
    const user = await signedUp(at.url);
    const laptop = await live(user);
    const phone = new TestUser(at.url);
    Object.assign(phone, { email: user.email });
    await phone.signIn();
    const phoneSocket = await live(phone);
    const code = await closesWithin(laptop, () => user.json("POST", "/api/auth/sign-out", {}));
    expect(code).toBe(closeCodes.session_revoked.code);
    await ask(phoneSocket, "still here");
    const again = user.socket();
    again.send({ type: "hello", client: "test" });
    expect(await again.closed()).toBe(closeCodes.unauthenticated.code);
  });

  it("a changed password closes all of them", async () => {
    const user = await signedUp(at.url);
    const socket = await live(user);
    const code = await closesWithin(socket, () =>
      user.json("POST", "/api/auth/change-password", {
        currentPassword: user.password,
        newPassword: "another long enough password",
      }),
    );
    expect(code).toBe(closeCodes.session_revoked.code);
    await live(user);
  });

  it("a ban closes them and keeps the user out", async () => {
    const fresh = await startServer({ agents: [echo] });
    try {
      const admin = await signedUp(fresh.url);
      const user = await signedUp(fresh.url);
      const socket = await live(user);
      const { user: account } = (await (await user.request("/api/me")).json()) as { user: { id: string } };
      const code = await closesWithin(socket, () =>
        admin.json("POST", "/api/auth/admin/ban-user", { userId: account.id }),
      );
      expect(code).toBe(closeCodes.session_revoked.code);
      expect((await user.signIn()).status).toBe(403);
    } finally {
      await fresh.close();
    }
  });

  it("a deleted account takes its threads with it", async () => {
    const user = await signedUp(at.url);
    const socket = await live(user);
    const { threadId } = await ask(socket, "wait");
    await socket.event((event) => event.type === "agent_thinking");
    const code = await closesWithin(socket, () =>
      user.json("POST", "/api/auth/delete-user", { password: user.password }),
    );
    expect(code).toBe(closeCodes.session_revoked.code);
    expect(socket.events.map((event) => event.type)).toContain("agent_cancelled");
    expect(threadId).toBeTruthy();
    expect((await user.signIn()).status).toBe(401);
  });
});

describe("closed sign-up", () => {
  it("gives the first account to whoever has the printed link, and to nobody else", async () => {
    const closed = await startServer({ agents: [echo], signUp: "closed" });
    try {
      expect((await new TestUser(closed.url).signUp()).status).toBe(403);
      const admin = new TestUser(closed.url);
      const wrong = await admin.request("/setup?token=wrong");
      expect(wrong.status).toBe(404);
      const opened = await admin.request(String(closed.server.setupUrl));
      expect([opened.status, opened.headers.get("location")]).toEqual([303, "/"]);
      expect(await (await admin.request("/api/me")).json()).toMatchObject({ signUpOpen: true });
      expect((await admin.signUp()).status).toBe(200);
      expect(await (await admin.request("/api/me")).json()).toMatchObject({ user: { role: "admin" } });
      expect(closed.server.setupUrl).toBeUndefined();
      expect((await new TestUser(closed.url).signUp()).status).toBe(403);
    } finally {
      await closed.close();
    }
  });
});

describe("starting and stopping", () => {
  const folder = () => mkdtempSync(join(tmpdir(), "goldenpath-start-"));

  it("keeps everything over a restart, sessions too, and its secret to itself", async () => {
    const data = folder();
    const first = await startServer({ agents: [echo], data });
    const user = await signedUp(first.url);
    const socket = await user.live();
    const { threadId } = await ask(socket, "remember me");
    await socket.event((event) => event.type === "agent_completed");
    await first.close();
    for (const file of ["secret", "goldenpath.db"]) {
      expect(statSync(join(data, file)).mode & 0o777).toBe(0o600);
    }
    expect(readFileSync(join(data, "secret"), "utf8")).toMatch(/^[0-9a-f]{64}$/);
    const second = await startServer({ agents: [echo], data });
    const back = new TestUser(second.url);
    back.cookie = user.cookie;
    expect((await back.request(`/api/threads/${threadId}`)).status).toBe(200);
    await second.close();
    rmSync(data, { recursive: true });
  });

  it("tells clients to come back, and closes their sockets", async () => {
    const one = await startServer({ agents: [echo], drainMs: 50 });
    const user = await signedUp(one.url);
    const socket = await user.live();
    const [code] = await Promise.all([socket.closed(), one.close()]);
    expect(socket.frames.some((frame) => frame.type === "goaway")).toBe(true);
    expect(code).toBe(closeCodes.going_away.code);
    await expect(fetch(one.url)).rejects.toThrow();
  });

  it.each<[string, (data: string) => void, RegExp]>([
    [
      "a file where the folder should be",
      (data) => writeFileSync(data, "x"),
      /^The data folder .* cannot be used/,
    ],
    [
      "a damaged database",
      (data) => {
        mkdirSync(data);
        writeFileSync(
          join(data, "goldenpath.db"),
          "not a database, but long enough to look like one".repeat(50),
        );
      },
      /not a usable database/,
    ],
    [
      "a damaged secret",
      (data) => {
        mkdirSync(data);
        writeFileSync(join(data, "secret"), "short");
      },
      /^.*secret is damaged/,
    ],
    [
      "a database of a newer version",
      (data) => {
        mkdirSync(data);
        const database = new DatabaseSync(join(data, "goldenpath.db"));
        database.exec(
          "CREATE TABLE gp_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL); INSERT INTO gp_meta VALUES ('version', '999')",
        );
        database.close();
      },
      /newer version/,
    ],
  ])("names %s and what to do, and can be started again", async (_what, spoil, message) => {
    const data = join(folder(), "data");
    spoil(data);
    await expect(serve({ agents: [echo], port: 0, data, logLevel: "silent" }, {})).rejects.toThrow(message);
    rmSync(data, { recursive: true });
    const one = await startServer({ agents: [echo], data });
    await one.close();
  });

  it("refuses a folder that another server uses, and a port that is taken", async () => {
    const again = serve({ agents: [echo], port: 0, data: at.data, logLevel: "silent" }, {});
    await expect(again).rejects.toThrow(/in use by another process/);
    const port = Number(new URL(at.url).port);
    const taken = serve({ agents: [echo], port, data: folder(), logLevel: "silent" }, {});
    await expect(taken).rejects.toThrow(`Port ${port} is in use`);
  });

  it("mounts on a server that has addresses of its own", async () => {
    const http = createServer((_request, response) => response.end("mine"));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const data = folder();
    const mounted = await mount(http, { agents: [echo], data, logLevel: "silent", drainMs: 0 }, {});
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    expect(mounted.url).toBe(url);
    expect(await (await fetch(`${url}/api/else`)).text()).toBe("mine");
    expect(await (await fetch(url)).text()).toBe("mine");
    const user = await signedUp(url);
    const socket = await user.live();
    await ask(socket, "hi");
    await mounted.close();
    expect(await (await fetch(`${url}/api/me`)).text()).toBe("mine");
    await new Promise((resolve) => http.close(resolve));
    rmSync(data, { recursive: true });
  });
});
