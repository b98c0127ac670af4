/** D7 and the edge of the browser: sessions that end, pages of other origins, cookies that are not ones. */
import { closeCodes } from "@goldenpath/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Line } from "./line.ts";
import { codeOf, openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
afterEach(() => stage.proveUnharmed());

const newPassword = "quite another password";

/** The session is over: its socket by the time that its end is answered, its cookie for every address and the upgrade. */
async function provesOver(
  person: Person,
  line: Line,
  end: () => Promise<unknown>,
  cookie = person.cookie,
): Promise<void> {
  await end();
  // Who said it over one line hears of it over another: no more than what is on its way may lie between.
  const closed = await line.closed();
  expect(closed).toEqual({ code: closeCodes.session_revoked.code, reason: "session_revoked" });
  const ghost = stage.nobody();
  ghost.cookie = cookie;
  for (const path of ["/api/me", "/api/threads", "/api/agents"]) {
    expect(codeOf(await ghost.request(path, { headers: { cookie } }))).toBe("unauthenticated");
  }
  expect((await ghost.json("POST", "/api/tickets", {}, { cookie })).status).toBe(401);
  const again = ghost.silent({ cookie });
  await again.say({ type: "hello", client: "x" });
  expect((await again.closed()).code).toBe(closeCodes.unauthenticated.code);
}

describe("a session ends with", () => {
  it("a sign-out: this session and no other; a run goes on", async () => {
    const laptop = await stage.person();
    const phone = await laptop.elsewhere();
    const [line, other] = [await laptop.line(), await phone.line()];
    const { runId } = await line.ask("wait", "waiter");
    await other.event("agent_thinking", runId);
    await provesOver(laptop, line, () => laptop.json("POST", "/api/auth/sign-out", {}));
    const answer = await other.command({ type: "cancel", id: "c", runId });
    expect(answer.type).toBe("done");
    expect((await other.end(runId)).type).toBe("agent_cancelled");
    phone.hangUp();
  });

  it("a changed password: every session, whatever the request says of the others", async () => {
    const laptop = await stage.person();
    const phone = await laptop.elsewhere();
    const [line, other] = [await laptop.line(), await phone.line()];
    const body = { currentPassword: laptop.password, newPassword, revokeOtherSessions: false };
    const over = provesOver(phone, other, () => laptop.json("POST", "/api/auth/change-password", body));
    await provesOver(laptop, line, () => over, laptop.cookie);
    expect((await laptop.signIn()).status).toBe(401);
  });

  it("a wrong password does not: nothing is changed", async () => {
    const person = await stage.person();
    const line = await person.line();
    const body = { currentPassword: "not the password", newPassword };
    const answer = await person.json("POST", "/api/auth/change-password", body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(line.isClosed).toBe(false);
    const { runId } = await line.ask("hello", "echo");
    expect((await line.end(runId)).type).toBe("agent_completed");
    person.hangUp();
  });

  it.each([
    ["a ban", "/api/auth/admin/ban-user", {}],
    ["an admin's revocation", "/api/auth/admin/revoke-user-sessions", {}],
    ["an admin's new password", "/api/auth/admin/set-user-password", { newPassword }],
    ["the removal of the account", "/api/auth/admin/remove-user", {}],
  ])("%s", async (_what, path, more) => {
    const person = await stage.person();
    const line = await person.line();
    const { userId } = await line.frame("welcome");
    const admin = stage.bystander.person;
    await provesOver(person, line, async () => {
      const answer = await admin.json("POST", path, { userId, ...more });
      expect(answer.status, answer.text).toBe(200);
    });
  });

  it("a revocation from another device", async () => {
    const laptop = await stage.person();
    const phone = await laptop.elsewhere();
    const line = await phone.line();
    await provesOver(phone, line, () => laptop.json("POST", "/api/auth/revoke-other-sessions", {}));
  });

  it("a revocation while the socket is still joining", async () => {
    const person = await stage.person();
    const line = person.silent();
    await line.opened;
    await person.json("POST", "/api/auth/sign-out", {});
    await expect(line.say({ type: "hello", client: "x" }).then(() => line.closed())).resolves.toMatchObject({
      code: closeCodes.session_revoked.code,
    });
  });
});

describe("a page of another origin", () => {
  const foreign = ["https://evil.example", "null", "http://127.0.0.1", "file://", "http://localhost:1"];

  it("cannot open a socket with the visitor's cookie", async () => {
    for (const origin of [
      ...foreign,
      `${stage.url}.evil.example`,
      stage.url.toUpperCase().replace("HTTP", "https"),
    ]) {
      const line = stage.bystander.person.silent({ origin });
      await expect(line.opened, origin).rejects.toThrow("403");
    }
  });

  it("changes nothing with the visitor's cookie", async () => {
    const { threadId, person } = stage.bystander;
    const headersOf = (origin: string) => ({ origin, "content-type": "text/plain" });
    const cases = [
      ...foreign.map(headersOf),
      { origin: "none", "sec-fetch-site": "cross-site", "content-type": "text/plain" },
      { origin: "none", "sec-fetch-site": "same-site", "content-type": "text/plain" },
    ];
    for (const headers of cases) {
      for (const [method, path] of [
        ["PATCH", `/api/threads/${threadId}`],
        ["DELETE", `/api/threads/${threadId}`],
        ["POST", "/api/attachments"],
        ["POST", "/api/tickets"],
        ["POST", "/api/auth/sign-out"],
        ["POST", "/api/auth/change-password"],
        ["POST", "/api/auth/delete-user"],
      ] as const) {
        const answer = await person.request(path, { method, headers, body: '{"title":"Taken over"}' });
        expect(answer.status, `${method} ${path} ${headers.origin}`).toBe(403);
        expect(codeOf(answer)).toBe("origin_refused");
        expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      }
    }
    expect((await person.get("/api/me")).status).toBe(200);
  });

  it("changes nothing by GET either", async () => {
    const { person, threadId } = stage.bystander;
    for (const path of [
      "/api/auth/sign-out",
      "/api/auth/delete-user",
      `/api/threads/${threadId}?_method=DELETE`,
    ]) {
      await person.request(path, { headers: { origin: "https://evil.example" } });
    }
    expect((await person.get("/api/me")).status).toBe(200);
    expect((await person.get(`/api/threads/${threadId}`)).status).toBe(200);
  });

  it("is not where a sign-in leads", async () => {
    const person = stage.nobody();
    for (const callbackURL of ["https://evil.example/", "//evil.example", "/\\evil.example"]) {
      const body = { email: "x@example.com", password: "a long enough password", callbackURL };
      const answer = await person.json("POST", "/api/auth/sign-in/email", body);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get("location") ?? "").not.toContain("evil");
    }
  });
});

describe("a cookie that is not one", () => {
  it.each([
    ["an escape that is none", "goldenpath.session_token=%E0%A4%A"],
    ["a lone percent sign", "goldenpath.session_token=%"],
    ["nothing", "goldenpath.session_token="],
    ["no signature", "goldenpath.session_token=abc"],
    ["a wrong signature", `goldenpath.session_token=abc.${"A".repeat(43)}%3D`],
    ["a signature that is not base64", "goldenpath.session_token=abc.%ff%00***"],
    ["an injection", "goldenpath.session_token=' OR 1=1 --.x"],
    ["only separators", ";;;=;=;,"],
    ["another's name", "__proto__=1; constructor=2"],
    ["many of the same", Array(50).fill("goldenpath.session_token=a.b").join("; ")],
  ])("%s is nobody's, over HTTP and on the upgrade", async (_what, cookie) => {
    const nobody = stage.nobody();
    expect(codeOf(await nobody.request("/api/me", { headers: { cookie } }))).toBe("unauthenticated");
    expect(codeOf(await nobody.request("/api/threads", { headers: { cookie } }))).toBe("unauthenticated");
    const line = nobody.silent({ cookie });
    await line.say({ type: "hello", client: "x" });
    expect((await line.closed()).code).toBe(closeCodes.unauthenticated.code);
    const signOut = await nobody.json("POST", "/api/auth/sign-out", {}, { cookie });
    expect(signOut.status).toBeLessThan(500);
  });

  it("whose signature is another session's is nobody's", async () => {
    const [one, two] = [await stage.person(), await stage.person()];
    const [name, oneValue = ""] = one.cookie.split(/=(.*)/s);
    const twoValue = two.cookie.split(/=(.*)/s)[1] ?? "";
    const token = decodeURIComponent(oneValue).split(".")[0];
    const signature = decodeURIComponent(twoValue).split(".")[1];
    const cookie = `${name}=${encodeURIComponent(`${token}.${signature}`)}`;
    expect(codeOf(await stage.nobody().request("/api/me", { headers: { cookie } }))).toBe("unauthenticated");
  });
});

describe("an address of the login that takes another one", () => {
  const evil = "https://evil.example/";
  it.each([
    `/api/auth/error?error=${encodeURIComponent("<script>alert(1)</script>")}`,
    `/api/auth/error?error=x&error_description=${encodeURIComponent('"><img src=x onerror=alert(1)>')}`,
    `/api/auth/verify-email?token=x&callbackURL=${encodeURIComponent(evil)}`,
    `/api/auth/reset-password/x?callbackURL=${encodeURIComponent(evil)}`,
    `/api/auth/delete-user/callback?token=x&callbackURL=${encodeURIComponent(evil)}`,
    `/api/auth/callback/google?code=x&state=${encodeURIComponent(evil)}`,
    `/api/auth/oauth2/callback/oidc?code=x&state=x&callbackURL=${encodeURIComponent(evil)}`,
  ])("%s leads nowhere else and shows no script", async (path) => {
    const answer = await stage.bystander.person.get(path);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers.get("location") ?? "").not.toMatch(/^(https?:)?\/\/evil/);
    expect(answer.text).not.toContain("<script>alert");
    expect(answer.text).not.toContain("<img src=x");
    expect((await stage.bystander.person.get("/api/me")).status).toBe(200);
  });
});
