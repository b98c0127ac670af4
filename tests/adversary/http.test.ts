/** Requests that are wrong: bodies, queries, ids, paths, slow and broken callers. */
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { codeOf, openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
let person: Person;
let threadId: string;

beforeAll(async () => {
  stage = await openStage();
  person = await stage.person();
  const line = await person.line();
  const asked = await line.ask("hello", "echo");
  await line.end(asked.runId);
  threadId = asked.threadId;
});
afterAll(() => stage.close());
afterEach(async () => {
  person.hangUp();
  await stage.proveUnharmed();
});

const json = { "content-type": "application/json" };

describe("a body that is not what the address takes", () => {
  it.each([
    ["nothing", ""],
    ["half an object", "{"],
    ["null", "null"],
    ["an array", '["title"]'],
    ["a number as title", '{"title":7}'],
    ["an object as title", '{"title":{"toString":"x"}}'],
    ["an unknown field", '{"title":"x","id":"other"}'],
    ["a title of blanks", '{"title":" \\n "}'],
    ["a title that is too long", JSON.stringify({ title: "x".repeat(201) })],
    ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0x00])],
    ["50,000 brackets", "[".repeat(50_000)],
    ["a prototype", '{"__proto__":{"title":"x"}}'],
  ])("%s is refused with a code when a thread is renamed", async (_what, body) => {
    const answer = await person.request(`/api/threads/${threadId}`, { method: "PATCH", headers: json, body });
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe("bad_frame");
  });

  it.each([
    ["nothing", ""],
    ["half an object", "{"],
    ["null", "null"],
    ["an array", "[1]"],
    ["a text", '"x"'],
    ["fields of the wrong kind", '{"email":{"$ne":null},"password":["x"],"name":1}'],
    ["a NUL", '{"email":"a\\u0000@example.com","password":"a long enough password","name":"x"}'],
    [
      "half a surrogate",
      '{"email":"\\ud800@example.com","password":"\\ud800 long enough password","name":"\\ud800"}',
    ],
    ["a prototype", '{"__proto__":{"email":"x@example.com"},"password":"a long enough password"}'],
    ["no JSON at all", "email=x&password=y"],
    ["50,000 brackets", "[".repeat(50_000)],
  ])("%s never is the login's own fault", async (_what, body) => {
    for (const path of [
      "sign-in/email",
      "sign-up/email",
      "change-password",
      "update-user",
      "revoke-session",
    ]) {
      const who = path.startsWith("sign") ? stage.nobody() : person;
      const answer = await who.request(`/api/auth/${path}`, { method: "POST", headers: json, body });
      expect(answer.status, `${path}: ${answer.text}`).toBeLessThan(500);
      expect(answer.text).not.toContain("at ");
    }
    expect((await person.get("/api/me")).status).toBe(200);
  });

  it("a form instead of JSON changes nothing", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await person.request("/api/auth/update-user", {
      method: "POST",
      headers: form,
      body: "name=Form",
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  it("NUL and surrogates in a title come back as they went in, or are refused", async () => {
    for (const title of ["a\0b", "x\ud800y", "\u202eevil", "💥".repeat(50)]) {
      const answer = await person.json("PATCH", `/api/threads/${threadId}`, { title });
      if (answer.status !== 200) expect(codeOf(answer)).toBe("bad_frame");
      else {
        const told = (answer.body as { thread: { title: string } }).thread.title;
        const kept = (await person.get(`/api/threads/${threadId}`)).body as { thread: { title: string } };
        const listed = (await person.get("/api/threads")).body as { threads: { title: string }[] };
        expect([told, listed.threads[0]?.title]).toEqual([kept.thread.title, kept.thread.title]);
      }
    }
  });
});

describe("an address that leads nowhere", () => {
  it.each([
    "limit=0",
    "limit=-1",
    "limit=1.5",
    "limit=1e9",
    "limit=NaN",
    "limit=%00",
    "limit=",
    "limit=[]",
    "before=%00",
    "before=a%20b",
    "before=",
    `before=${"x".repeat(65)}`,
    "before=%27%20OR%201=1--",
    "limit=Infinity",
    "before=../x",
    "limit=%ff",
  ])("the query %s is refused with a code", async (query) => {
    for (const path of ["/api/threads", `/api/threads/${threadId}/messages`]) {
      const answer = await person.get(`${path}?${query}`);
      expect(answer.status, path).toBe(400);
      expect(codeOf(answer)).toBe("bad_frame");
    }
  });

  it.each([
    "limit=10&limit=0",
    "__proto__=1",
    "constructor[prototype][x]=1",
    "limit=10&x=%zz",
    "&&&===",
    "?".repeat(500),
  ])("the query %s does no harm", async (query) => {
    const answer = await person.get(`/api/threads?${query}`);
    expect([200, 400]).toContain(answer.status);
  });

  it.each(["%00", "%ff", "%", "a%2Fb", "..%2f..%2fetc", "x".repeat(8_000), "%27%3B--", "__proto__", "☃"])(
    "the id %s is not there",
    async (id) => {
      for (const [method, path] of [
        ["GET", `/api/threads/${id}`],
        ["GET", `/api/threads/${id}/messages`],
        ["DELETE", `/api/threads/${id}`],
        ["GET", `/api/attachments/${id}`],
      ] as const) {
        const answer = await person.request(path, { method });
        expect(answer.status, `${method} ${path}`).toBe(404);
        expect(codeOf(answer)).toBe("not_found");
      }
    },
  );

  it.each(["PUT", "POST", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "HEAD"])(
    "%s of anything is answered",
    async (method) => {
      for (const path of [
        "/",
        "/ws",
        "/api",
        "/api/",
        "/api/me",
        "/api/threads",
        "/api//threads",
        "/healthz",
        "/setup",
      ]) {
        const answer = await person.request(path, { method });
        expect(answer.status, path).toBeLessThan(500);
      }
    },
  );
});

describe("the page's folder", () => {
  const outside = [
    "/../package.json",
    "/..%2fpackage.json",
    "/%2e%2e/package.json",
    "/%2e%2e%2f%2e%2e%2fpackage.json",
    "/..%5cpackage.json",
    "/assets/../../package.json",
    "/assets/..%2f..%2f..%2f..%2fpackage.json",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/..%00/package.json",
    "/index.html%00.js",
    "/.git/config",
    "/%2egit/config",
    "/.env",
    "/....//package.json",
    "/..;/package.json",
    "/%c0%ae%c0%ae/package.json",
    "/%252e%252e/package.json",
    "/goldenpath.db",
    "/file:///etc/passwd",
    "/C:/windows/win.ini",
    `/${"a".repeat(5_000)}`,
    `/${"a/".repeat(2_000)}`,
  ];
  it.each(outside)("%s is not outside of it", async (path) => {
    // Not by fetch: it would tidy the path up itself.
    const answer = await stage.raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (200|400|404|503) /);
    expect(answer).not.toMatch(/root:|"dependencies"|"workspaces"|\[core\]|SQLite format/);
  });
});

describe("a caller that is slow or gone", () => {
  it("a body that comes byte by byte is answered, and holds nobody up", async () => {
    const body = JSON.stringify({ title: "slowly" });
    const head = `PATCH /api/threads/${threadId} HTTP/1.1\r\nHost: x\r\nCookie: ${person.cookie}\r\nConnection: close\r\n`;
    const { port, hostname } = new URL(stage.url);
    let answer = "";
    const socket = connect(Number(port), hostname);
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.on("data", (chunk) => {
      answer += String(chunk);
    });
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`);
    for (const byte of body) {
      socket.write(byte);
      // One whole round trip of somebody else between two bytes.
      expect((await stage.bystander.person.get("/healthz")).status).toBe(200);
    }
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('"slowly"');
  });

  it("bodies and uploads that are cut in the middle are forgotten", async () => {
    const { port, hostname } = new URL(stage.url);
    for (const path of ["/api/attachments", "/api/auth/sign-in/email", `/api/threads/${threadId}`]) {
      for (let at = 0; at < 5; at++) {
        const socket = connect(Number(port), hostname);
        const closed = new Promise((resolve) => socket.on("close", resolve));
        socket.write(
          `${path.startsWith("/api/threads") ? "PATCH" : "POST"} ${path} HTTP/1.1\r\nHost: x\r\nCookie: ${person.cookie}\r\nX-File-Name: a.txt\r\nContent-Length: 1000\r\n\r\nabc`,
          () => socket.destroy(),
        );
        await closed;
      }
    }
    expect((await person.get("/api/me")).status).toBe(200);
  });
});
