import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits, systemClock } from "@goldenpath/protocol";
import pg from "pg";
import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../tests/servers/postgres.ts";
import type { SignUp } from "../options.ts";
import { createLogin, type Login } from "./login.ts";
import type { LoginStore } from "./login-store.ts";
import { openPostgresLoginStore } from "./postgres-login-store.ts";
import { PostgresTickets } from "./postgres-tickets.ts";
import { setupCookie } from "./setup-token.ts";
import { openSqliteLoginStore } from "./sqlite-login-store.ts";
import type { IssuedTicket } from "./tickets.ts";

const origin = "http://127.0.0.1:4000";
const secret = "0123456789abcdef0123456789abcdef!";
const closers: (() => Promise<void>)[] = [];
let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres({ fsync: false });
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => server.close());

/** A store that was never used, and how another node opens the same one. */
async function freshStore(kind: "SQLite" | "PostgreSQL"): Promise<() => LoginStore> {
  if (kind === "PostgreSQL") {
    const { url, ownerUrl, drop } = await server.createDatabase();
    closers.push(drop);
    return () => openPostgresLoginStore({ url, ownerUrl });
  }
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-login-"));
  closers.push(async () => rmSync(folder, { recursive: true }));
  return () => openSqliteLoginStore(join(folder, "goldenpath.db"), systemClock);
}

async function startOn(store: LoginStore, signUp: SignUp) {
  const ended: string[] = [];
  const left: string[] = [];
  const login = await createLogin({
    store,
    secret,
    origins: { own: [origin], listed: [] },
    signUp,
    providers: {},
    clock: systemClock,
    log: pino({ level: "silent" }),
    onSessionEnded: ({ sessionId }) => ended.push(sessionId),
    onAccountLeaving: async (userId) => {
      left.push(userId);
    },
  });
  closers.push(() => login.close());
  return { login, ended, left };
}

async function post(login: Login, path: string, body: object, cookie = "", address = "192.0.2.1") {
  const response = await login.handle(
    new Request(`${origin}/api/auth${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin, ...(cookie && { cookie }) },
      body: JSON.stringify(body),
    }),
    address,
  );
  const cookies = response.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  return {
    status: response.status,
    cookies,
    setCookie: response.headers.getSetCookie(),
    body: await response.json(),
  };
}

const ada = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };
const bob = { name: "Bob", email: "bob@example.com", password: "another long password" };

async function who(login: Login, cookie: string) {
  return (await login.authenticate(new Headers({ cookie })))?.account;
}

describe.each(["SQLite", "PostgreSQL"] as const)("login on %s", (kind) => {
  const start = async (signUp: SignUp = "open") => startOn((await freshStore(kind))(), signUp);

  describe("accounts", () => {
    it("makes the first account the admin's, and only the first", async () => {
      const { login } = await start();
      const [first, second] = await Promise.all([
        post(login, "/sign-up/email", ada),
        post(login, "/sign-up/email", bob),
      ]);
      expect([first.status, second.status]).toEqual([200, 200]);
      const roles = [await who(login, first.cookies), await who(login, second.cookies)].map(
        (one) => one?.role,
      );
      expect(roles.sort()).toEqual(["admin", "user"]);
    });

    it("never makes a probe's account the admin's, and makes the first person's so after it", async () => {
      const { login } = await start();
      const probe = await post(login, "/sign-up/email", { ...bob, email: "check-1@goldenpath.invalid" });
      const person = await post(login, "/sign-up/email", ada);
      expect((await who(login, probe.cookies))?.role).toBe("user");
      expect((await who(login, person.cookies))?.role).toBe("admin");
    });

    it("sends a session cookie that scripts cannot read and other sites cannot use", async () => {
      const { login } = await start();
      const { setCookie } = await post(login, "/sign-up/email", ada);
      expect(setCookie).toHaveLength(1);
      expect(setCookie[0]).toMatch(/^goldenpath\.session_token=/);
      expect(setCookie[0]).toMatch(/; HttpOnly/);
      expect(setCookie[0]).toMatch(/; SameSite=Lax/);
    });

    it("refuses a short password, a wrong one, and a forged cookie", async () => {
      const { login } = await start();
      expect((await post(login, "/sign-up/email", { ...ada, password: "short" })).status).toBe(400);
      const { cookies } = await post(login, "/sign-up/email", ada);
      expect(
        (await post(login, "/sign-in/email", { email: ada.email, password: "not the password" })).status,
      ).toBe(401);
      expect(await who(login, cookies.replace(/=.{4}/, "=XXXX"))).toBeUndefined();
      expect(await who(login, "")).toBeUndefined();
    });

    it("gives nobody another's role by asking for it", async () => {
      const { login } = await start();
      await post(login, "/sign-up/email", ada);
      const { cookies } = await post(login, "/sign-up/email", { ...bob, role: "admin" });
      expect((await who(login, cookies))?.role ?? "refused").not.toBe("admin");
    });
  });

  describe("closed sign-up", () => {
    it("refuses strangers, and lets the setup link make the first account only", async () => {
      const { login } = await start("closed");
      const refused = await post(login, "/sign-up/email", ada);
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({ code: "SIGN_UP_CLOSED" });
      expect(await login.signUpOpen("")).toBe(false);
      expect(await login.signUpOpen(`${setupCookie}=wrong`)).toBe(false);
      const token = login.setup?.token;
      const setup = `a=b; ${setupCookie}=${token}`;
      expect(await login.signUpOpen(setup)).toBe(true);
      expect([await login.firstAccount(setup), await login.firstAccount("")]).toEqual([true, false]);
      const admin = await post(login, "/sign-up/email", ada, setup);
      expect(admin.status).toBe(200);
      expect((await who(login, admin.cookies))?.role).toBe("admin");
      expect(login.setup).toBeUndefined();
      expect((await post(login, "/sign-up/email", bob, setup)).status).toBe(403);
      expect(await login.firstAccount(setup)).toBe(false);
    });

    it("lets the admin make accounts", async () => {
      const { login } = await start("closed");
      const setup = `${setupCookie}=${login.setup?.token}`;
      const admin = await post(login, "/sign-up/email", ada, setup);
      const made = await post(login, "/admin/create-user", { ...bob, role: "user" }, admin.cookies);
      expect(made.status).toBe(200);
      const signedIn = await post(login, "/sign-in/email", bob);
      expect((await who(login, signedIn.cookies))?.email).toBe(bob.email);
      expect(
        (await post(login, "/admin/create-user", { ...bob, email: "eve@example.com" }, signedIn.cookies))
          .status,
      ).toBe(403);
    });
  });

  describe("D7: the end of a session is heard", () => {
    it("on sign-out", async () => {
      const { login, ended } = await start();
      const { cookies } = await post(login, "/sign-up/email", ada);
      const session = (await login.authenticate(new Headers({ cookie: cookies })))?.user.sessionId;
      await post(login, "/sign-out", {}, cookies);
      expect(ended).toEqual([session]);
      expect(await who(login, cookies)).toBeUndefined();
      expect(await login.session(String(session))).toBeUndefined();
    });

    it("on a password change: of every session, even when the client asked to keep them", async () => {
      const { login, ended } = await start();
      const laptop = await post(login, "/sign-up/email", ada);
      const phone = await post(login, "/sign-in/email", ada);
      const changed = await post(
        login,
        "/change-password",
        { currentPassword: ada.password, newPassword: "a fresh long password", revokeOtherSessions: false },
        laptop.cookies,
      );
      expect(changed.status).toBe(200);
      expect(ended).toHaveLength(2);
      expect(await who(login, phone.cookies)).toBeUndefined();
      expect(await who(login, laptop.cookies)).toBeUndefined();
      expect((await who(login, changed.cookies))?.email).toBe(ada.email);
    });

    it("on a ban, on a removal, and when the admin sets a password", async () => {
      const { login, ended } = await start();
      const admin = await post(login, "/sign-up/email", ada);
      const user = await post(login, "/sign-up/email", bob);
      const userId = (await who(login, user.cookies))?.id;
      const set = await post(
        login,
        "/admin/set-user-password",
        { userId, newPassword: "set by the admin" },
        admin.cookies,
      );
      expect(set.status).toBe(200);
      expect(ended).toHaveLength(1);
      const again = await post(login, "/sign-in/email", { email: bob.email, password: "set by the admin" });
      expect(again.status).toBe(200);
      expect((await post(login, "/admin/ban-user", { userId }, admin.cookies)).status).toBe(200);
      expect(ended).toHaveLength(2);
      expect(await who(login, again.cookies)).toBeUndefined();
      const banned = await post(login, "/sign-in/email", { email: bob.email, password: "set by the admin" });
      expect(banned.status).toBe(403);
    });

    it("when a user deletes the account, after what they have elsewhere was taken away", async () => {
      const { login, ended, left } = await start();
      const { cookies } = await post(login, "/sign-up/email", ada);
      const id = (await who(login, cookies))?.id;
      expect((await post(login, "/delete-user", { password: "not the password" }, cookies)).status).toBe(400);
      expect((await post(login, "/delete-user", { password: ada.password }, cookies)).status).toBe(200);
      // Before its sessions end, and once more for what came meanwhile.
      expect(left).toEqual([id, id]);
      expect(ended).toHaveLength(1);
      expect((await post(login, "/sign-in/email", ada)).status).toBe(401);
    });

    it("keeps an admin from acting as somebody else", async () => {
      const { login } = await start();
      const admin = await post(login, "/sign-up/email", ada);
      const user = await post(login, "/sign-up/email", bob);
      const userId = (await who(login, user.cookies))?.id;
      const response = await login.handle(
        new Request(`${origin}/api/auth/admin/impersonate-user`, {
          method: "POST",
          headers: { "content-type": "application/json", origin, cookie: admin.cookies },
          body: JSON.stringify({ userId }),
        }),
        "192.0.2.1",
      );
      expect(response.status).toBe(404);
    });
  });

  describe("rate limits", () => {
    it("stops guessing passwords by address, whatever header the caller writes", async () => {
      const { login } = await start();
      await post(login, "/sign-up/email", ada);
      const guess = async (address: string, forged: string) => {
        const response = await login.handle(
          new Request(`${origin}/api/auth/sign-in/email`, {
            method: "POST",
            headers: {
              "content-type": "application/json",
              origin,
              "x-forwarded-for": forged,
              "x-goldenpath-client-address": forged,
            },
            body: JSON.stringify({ email: "nobody@example.com", password: "a wrong password" }),
          }),
          address,
        );
        return response.status;
      };
      const statuses: number[] = [];
      for (let at = 0; at < 21; at++) statuses.push(await guess("192.0.2.7", `198.51.100.${at}`));
      expect(statuses.slice(0, 20)).toEqual(Array(20).fill(401));
      expect(statuses[20]).toBe(429);
      expect(await guess("192.0.2.8", "192.0.2.7")).toBe(401);
    });
  });
});

/** Two nodes on one database. */
describe("login of many nodes", () => {
  async function nodes(signUp: SignUp = "open") {
    const open = await freshStore("PostgreSQL");
    return Promise.all([startOn(open(), signUp), startOn(open(), signUp), startOn(open(), signUp)]);
  }

  it("knows on each node who signed in on another, and not any more who signed out", async () => {
    const [one, two] = await nodes();
    const { cookies } = await post(one.login, "/sign-up/email", ada);
    expect((await who(two.login, cookies))?.email).toBe(ada.email);
    await post(two.login, "/sign-out", {}, cookies);
    expect(await who(one.login, cookies)).toBeUndefined();
  });

  it("makes one admin of three first accounts on three nodes", async () => {
    const all = await nodes();
    const people = [ada, bob, { ...ada, email: "eve@example.com" }];
    const signedUp = await Promise.all(
      all.map(({ login }, index) => post(login, "/sign-up/email", people[index] ?? ada)),
    );
    const roles = await Promise.all(signedUp.map(({ cookies }) => who(all[0].login, cookies)));
    expect(roles.map((one) => one?.role).sort()).toEqual(["admin", "user", "user"]);
  });

  it("takes the setup link of any node, until there is an account", async () => {
    const [one, two] = await nodes("closed");
    const setup = `${setupCookie}=${one.login.setup?.token}`;
    expect((await post(two.login, "/sign-up/email", ada, setup)).status).toBe(200);
    expect((await post(one.login, "/sign-up/email", bob, setup)).status).toBe(403);
  });

  it("T1: redeems a ticket of another node, once, on whichever is asked first", async () => {
    const [one, two, three] = await nodes();
    const { cookies } = await post(one.login, "/sign-up/email", ada);
    const session = (await one.login.authenticate(new Headers({ cookie: cookies })))?.user.sessionId ?? "";
    const issued = await one.login.tickets.issue(session);
    const redeemed = await Promise.all(
      [two, three, one].map(({ login }) => login.tickets.redeem(String(issued?.ticket))),
    );
    expect(redeemed.filter((found) => found !== undefined)).toEqual([session]);
    expect(Math.abs(Number(issued?.expiresAt) - Date.now())).toBeLessThanOrEqual(limits.ticketMsMax + 1_000);
    expect((await two.login.session(session))?.sessionId).toBe(session);
  });

  it("T3: bounds the tickets of a session and of all, over all nodes", async () => {
    const { url, ownerUrl, superUrl, drop } = await server.createDatabase();
    closers.push(drop);
    const store = openPostgresLoginStore({ url, ownerUrl });
    closers.push(() => store.close());
    await store.migrate(async () => undefined);
    const pool = new pg.Pool({ connectionString: url, options: "-c search_path=goldenpath_login" });
    closers.push(() => pool.end());
    const nodes = [new PostgresTickets(pool, 20), new PostgresTickets(pool, 20)];
    const issued: (IssuedTicket | undefined)[] = [];
    for (let count = 0; count < 40; count++) issued.push(await nodes[count % 2]?.issue("greedy"));
    const redeem = (ticket: IssuedTicket | undefined) => nodes[0]?.redeem(String(ticket?.ticket));
    expect(await redeem(issued[23])).toBeUndefined();
    expect(await redeem(issued[24])).toBe("greedy");
    for (const session of ["a", "b", "c", "d", "e"]) expect(await nodes[1]?.issue(session)).toBeDefined();
    expect(await nodes[0]?.issue("f")).toBeUndefined();
    // T1: a ticket that ran out opens nothing, and makes room.
    await server.query("UPDATE goldenpath_login.ticket SET expires_at = now()", superUrl);
    expect(await redeem(issued[39])).toBeUndefined();
    expect(await nodes[0]?.issue("f")).toBeDefined();
  });

  it("keeps one secret for all nodes that were given none", async () => {
    const { url, ownerUrl, drop } = await server.createDatabase();
    closers.push(drop);
    const stores = [1, 2, 3].map(() => openPostgresLoginStore({ url, ownerUrl }));
    closers.push(async () => void (await Promise.all(stores.map((store) => store.close()))));
    await Promise.all(stores.map((store) => store.migrate(async () => undefined)));
    const secrets = new Set(await Promise.all(stores.map((store) => store.secret())));
    expect([...secrets]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });
});
