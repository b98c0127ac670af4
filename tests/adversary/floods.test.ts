/** Peers that send without end and read nothing: they are cut, and cost nobody else anything. */
import { connect, type Socket } from "node:net";
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

/** A socket past its handshake that reads nothing any more. */
function upgraded(allowHalfOpen = false): Promise<Socket> {
  const { port, hostname } = new URL(stage.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen }, () =>
      socket.write(
        `GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nCookie: ${person.cookie}\r\n` +
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
          "Sec-WebSocket-Protocol: goldenpath.v1\r\n\r\n",
      ),
    );
    socket.once("error", reject);
    socket.once("data", (head) => {
      socket.off("error", reject);
      expect(String(head)).toMatch(/^HTTP\/1\.1 101 /);
      socket.pause();
      resolve(socket);
    });
  });
}

/** Writes the bytes again and again, reading nothing, until the peer hangs up or all is written; then waits for it. */
async function writeUntilCut(socket: Socket, bytes: Uint8Array, bytesMax: number): Promise<void> {
  let cut = false;
  const over = new Promise<void>((resolve) => {
    const end = () => {
      cut = true;
      resolve();
    };
    socket.once("error", end);
    socket.once("close", end);
  });
  for (let sent = 0; !cut && sent < bytesMax; sent += bytes.length) {
    if (!socket.write(bytes))
      await Promise.race([over, new Promise((resolve) => socket.once("drain", resolve))]);
  }
  // Reading again, to learn that the peer is gone; what it said before does not matter.
  socket.resume();
  await over;
}

/** How many connections the server has: the bystander's, if it cut the others. */
async function connections(): Promise<unknown> {
  return ((await person.get("/healthz")).body as { connections: number }).connections;
}

describe("a peer that does not read", () => {
  it("is cut when it pings without end", async () => {
    const ping = [0x89, 0xfd, 0, 0, 0, 0, ...new Array<number>(125).fill(0x61)];
    const pings = Uint8Array.from({ length: 1_000 * ping.length }, (_, at) => ping[at % ping.length] ?? 0);
    const bytesMax = 256 * 1024 * 1024;
    await writeUntilCut(await upgraded(), pings, bytesMax);
    expect(await connections()).toBe(1);
  });

  it("is cut when it sends a message in more pieces than anybody needs", async () => {
    const start = [0x01, 0x81, 0, 0, 0, 0, 0x61];
    const piece = [0x00, 0x81, 0, 0, 0, 0, 0x61];
    const socket = await upgraded();
    socket.write(Uint8Array.from(start));
    const pieces = Uint8Array.from(
      { length: 1_000 * piece.length },
      (_, at) => piece[at % piece.length] ?? 0,
    );
    // Half of what a message may have, if each piece is one byte.
    const bytesMax = 512 * 1024 * piece.length;
    await writeUntilCut(socket, pieces, bytesMax);
    expect(await connections()).toBe(1);
  });

  it("is cut soon when it broke the protocol and never says goodbye", async () => {
    const socket = await upgraded(true);
    const closed = new Promise((resolve) => {
      socket.once("error", resolve);
      socket.once("close", resolve);
    });
    const notUtf8 = [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe];
    const startedAt = performance.now();
    socket.write(Uint8Array.from(notUtf8));
    // It keeps its side open, and goes on writing, so that it notices.
    socket.resume();
    const writing = setInterval(() => socket.write(Uint8Array.from(notUtf8)), 50);
    await closed;
    clearInterval(writing);
    socket.destroy();
    // Left to itself the library waits for half a minute.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(await connections()).toBe(1);
  });
});
