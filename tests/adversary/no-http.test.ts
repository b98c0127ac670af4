/** What arrives on the port that is no proper HTTP, no proper upgrade, or no proper WebSocket frame. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
let person: Person;

beforeAll(async () => {
  stage = await openStage();
  person = await stage.person();
});
afterAll(() => stage.close());
afterEach(() => stage.proveUnharmed());

describe("what is no proper HTTP", () => {
  const me = (extra: string, line = "GET /api/me HTTP/1.1") => `${line}\r\n${extra}\r\n\r\n`;
  it.each<[string, string | Uint8Array, RegExp]>([
    ["garbage", "garbage\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["TLS", new Uint8Array([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), /^HTTP\/1\.1 400 /],
    ["HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", /^HTTP\/1\.1 (400|505) /],
    ["huge headers", me(`Host: x\r\nX-Big: ${"x".repeat(70_000)}`), /^HTTP\/1\.1 431 /],
    ["a huge cookie", me(`Host: x\r\nCookie: ${"a=b; ".repeat(10_000)}`), /^HTTP\/1\.1 431 /],
    ["a huge address", me("Host: x", `GET /${"x".repeat(70_000)} HTTP/1.1`), /^HTTP\/1\.1 (400|414|431) /],
    ["no host", me("Connection: close"), /^HTTP\/1\.1 400 /],
    ["a host that is none", me("Host: a b/../c\r\nConnection: close"), /^HTTP\/1\.1 (400|401) /],
    [
      "two lengths",
      me("Host: x\r\nContent-Length: 1\r\nContent-Length: 2", "POST /api/tickets HTTP/1.1"),
      /^HTTP\/1\.1 400 /,
    ],
    [
      "a length and chunks",
      me("Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked", "POST /api/tickets HTTP/1.1"),
      /^HTTP\/1\.1 400 /,
    ],
    [
      "a negative length",
      me("Host: x\r\nContent-Length: -5", "POST /api/tickets HTTP/1.1"),
      /^HTTP\/1\.1 400 /,
    ],
    [
      "a broken chunk",
      `POST /api/auth/sign-in/email HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc`,
      /^HTTP\/1\.1 4\d\d /,
    ],
    ["a header with a line break", me("Host: x\r\nX-A: b\rX-C: d"), /^HTTP\/1\.1 400 /],
    [
      "another server's address",
      me("Host: x\r\nConnection: close", "GET http://evil.example/api/me HTTP/1.1"),
      /^HTTP\/1\.1 (400|401) /,
    ],
    ["a star", me("Host: x\r\nConnection: close", "OPTIONS * HTTP/1.1"), /^HTTP\/1\.1 [24]\d\d /],
    ["a backslash", me("Host: x\r\nConnection: close", "GET \\api\\me HTTP/1.1"), /^HTTP\/1\.1 [24]\d\d /],
    ["two slashes", me("Host: x\r\nConnection: close", "GET //api/me HTTP/1.1"), /^HTTP\/1\.1 [245]\d\d /],
  ])("%s is answered and cut", async (_what, bytes, answered) => {
    const answer = await stage.raw(bytes, (text) => text.includes("\r\n\r\n") && /[}\n]$/.test(text));
    expect(answer).toMatch(answered);
    const body = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    if (body.startsWith("{")) {
      expect(JSON.parse(body)).toMatchObject({
        error: { code: expect.any(String), message: expect.any(String) },
      });
    }
  });

  it("headers that are too long are told so with a code", async () => {
    const answer = await stage.raw(me(`Host: x\r\nX-Big: ${"x".repeat(70_000)}`));
    expect(answer).toContain('"code":"frame_too_large"');
  });

  it("a tunnel is not dug", async () => {
    expect(
      await stage.raw("CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n"),
    ).not.toMatch(/ 200 /);
  });
});

describe("an upgrade that is none", () => {
  const upgrade = (extra: string, line = "GET /ws HTTP/1.1") =>
    `${line}\r\nHost: x\r\nConnection: Upgrade\r\n${extra}\r\n\r\n`;
  const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  const ours = "Sec-WebSocket-Protocol: goldenpath.v1";
  it.each([
    ["without a subprotocol", upgrade(`Upgrade: websocket\r\n${key}\r\nSec-WebSocket-Version: 13`), 400],
    [
      "with another's",
      upgrade(
        `Upgrade: websocket\r\n${key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-ws`,
      ),
      400,
    ],
    ["without a key", upgrade(`Upgrade: websocket\r\n${ours}\r\nSec-WebSocket-Version: 13`), 400],
    [
      "with half a key",
      upgrade(`Upgrade: websocket\r\n${ours}\r\nSec-WebSocket-Key: abc\r\nSec-WebSocket-Version: 13`),
      400,
    ],
    [
      "of an old version",
      upgrade(`Upgrade: websocket\r\n${ours}\r\n${key}\r\nSec-WebSocket-Version: 7`),
      400,
    ],
    ["to something else", upgrade(`Upgrade: h2c\r\n${ours}`), 400],
    [
      "by POST",
      upgrade(`Upgrade: websocket\r\n${ours}\r\n${key}\r\nSec-WebSocket-Version: 13`, "POST /ws HTTP/1.1"),
      405,
    ],
    [
      "of another address",
      upgrade(`Upgrade: websocket\r\n${ours}\r\n${key}\r\nSec-WebSocket-Version: 13`, "GET /api/me HTTP/1.1"),
      404,
    ],
  ])("%s is refused with a status", async (_what, bytes, status) => {
    expect(await stage.raw(bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it("frames that break RFC 6455 close the socket, and no other", async () => {
    const head = upgrade(
      `Upgrade: websocket\r\n${ours}\r\n${key}\r\nSec-WebSocket-Version: 13\r\nCookie: ${person.cookie}`,
    );
    for (const frame of [
      [0x81, 0x02, 0x7b, 0x7d], // unmasked
      [0xf1, 0x80, 0, 0, 0, 0], // reserved bits
      [0x83, 0x80, 0, 0, 0, 0], // a reserved opcode
      [0x09, 0x80, 0, 0, 0, 0], // a fragmented ping
      [0x80, 0x80, 0, 0, 0, 0], // a continuation of nothing
      [0x88, 0x81, 0, 0, 0, 0, 1], // a close with half a code
      [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], // 2^63 bytes announced
    ]) {
      const answer = await stage.raw(Buffer.concat([Buffer.from(head), Buffer.from(frame)]));
      expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    }
  });
});
