import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { defineAgent } from "@goldenpath/agents";
import { closeCodes } from "@goldenpath/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { echo } from "../test-agent.ts";
import { signedUp, startServer, type TestServer, type TestSocket, TestUser } from "../test-server.ts";

let at: TestServer;
/** Why the run of `leaver` ended. */
const ended = Promise.withResolvers<unknown>();
const leaver = defineAgent({
  name: "leaver",
  run: async ({ think, signal }) => {
    signal.addEventListener("abort", () => ended.resolve(signal.reason), { once: true });
    await think("waiting to be stopped");
    await ended.promise;
  },
});

beforeAll(async () => {
  at = await startServer({ agents: [echo, leaver] });
});
afterAll(() => at.close());

describe("tickets", () => {
  it("open one connection without a cookie, and not a second", async () => {
    const user = await signedUp(at.url);
    const issued = (await (await user.json("POST", "/api/tickets", {})).json()) as { ticket: string };
    const first = user.socket({ cookie: "", origin: "https://evil.example" });
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
  /** That it takes less than a second is proven where time is simulated (tests/simulation). */
  async function closesAt(socket: TestSocket, end: () => Promise<unknown>): Promise<number> {
    const [code] = await Promise.all([socket.closed(), end()]);
    return code;
  }

  it("sign-out closes this session's sockets and no other's", async () => {
    const user = await signedUp(at.url);
    const laptop = await user.live();
    const phone = new TestUser(at.url);
    Object.assign(phone, { email: user.email });
    await phone.signIn();
    const phoneSocket = await phone.live();
    const code = await closesAt(laptop, () => user.json("POST", "/api/auth/sign-out", {}));
    expect(code).toBe(closeCodes.session_revoked.code);
    await phone.ask(phoneSocket, "still here");
    const again = user.socket();
    again.send({ type: "hello", client: "test" });
    expect(await again.closed()).toBe(closeCodes.unauthenticated.code);
  });

  it("a sign-out that could not be written is not answered as done", async () => {
    const user = await signedUp(at.url);
    const socket = await user.live();
    const { cookie } = user;
    const other = new DatabaseSync(join(at.data, "goldenpath.db"));
    other.exec("BEGIN IMMEDIATE");
    const refused = await user.json("POST", "/api/auth/sign-out", {});
    other.exec("ROLLBACK");
    other.close();
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: "UNAVAILABLE" });
    // The cookie is there still, so it can be tried again.
    expect(user.cookie).toBe(cookie);
    const code = await closesAt(socket, () => user.json("POST", "/api/auth/sign-out", {}));
    expect(code).toBe(closeCodes.session_revoked.code);
  });

  it("a changed password closes all of them", async () => {
    const user = await signedUp(at.url);
    const socket = await user.live();
    const code = await closesAt(socket, () =>
      user.json("POST", "/api/auth/change-password", {
        currentPassword: user.password,
        newPassword: "another long enough password",
      }),
    );
    expect(code).toBe(closeCodes.session_revoked.code);
    await user.live();
  });

  it("a ban closes them and keeps the user out", async () => {
    const fresh = await startServer({ agents: [echo] });
    try {
      const admin = await signedUp(fresh.url);
      const user = await signedUp(fresh.url);
      const socket = await user.live();
      const { user: account } = (await (await user.request("/api/me")).json()) as { user: { id: string } };
      const code = await closesAt(socket, () =>
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
    const { user: account } = (await (await user.request("/api/me")).json()) as { user: { id: string } };
    const upload = {
      method: "POST",
      headers: { "x-file-name": "a.csv", "content-type": "text/csv" },
      body: "a,b",
    };
    const sent = await user.request("/api/attachments", upload);
    const attachment = (await sent.json()) as Record<string, unknown>;
    const socket = await user.live();
    const parts = [
      { type: "text", text: "wait" },
      { type: "attachment", ...attachment },
    ];
    socket.send({ type: "send", id: "c1", agent: "leaver", parts });
    await socket.event((event) => event.type === "agent_thinking");
    const cancelled = socket.event((event) => event.type === "agent_cancelled");
    const code = await closesAt(socket, () =>
      user.json("POST", "/api/auth/delete-user", { password: user.password }),
    );
    expect(code).toBe(closeCodes.session_revoked.code);
    // The page hears how its run ended, and only then is it shut out.
    await cancelled;
    expect(await ended.promise).toMatchObject({ end: { is: "cancelled" } });
    expect((await user.signIn()).status).toBe(401);
    const database = new DatabaseSync(join(at.data, "goldenpath.db"), { readOnly: true });
    for (const rows of ["gp_thread WHERE body IS NOT NULL AND", "gp_message WHERE", "gp_attachment WHERE"]) {
      const left = database.prepare(`SELECT count(*) AS count FROM ${rows} user_id = ?`).get(account.id);
      expect([rows, left?.count]).toEqual([rows, 0]);
    }
    database.close();
  });
});
