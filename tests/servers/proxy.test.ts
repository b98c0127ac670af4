import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TcpProxy } from "./proxy.ts";

let echo: Server;
let proxy: TcpProxy;
const served: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => {
    served.push(socket);
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const address = echo.address();
  proxy = await TcpProxy.open(typeof address === "object" && address ? address.port : 0);
});

afterEach(async () => {
  await proxy.close();
  for (const socket of served.splice(0)) socket.destroy();
  await new Promise((resolve) => echo.close(resolve));
});

function dial(): Socket {
  const socket = connect(proxy.port, "127.0.0.1");
  socket.on("error", () => undefined);
  return socket;
}

/** `once` would reject with the reset that comes before it. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.on("close", () => resolve());
  });
}

async function said(socket: Socket, length: number): Promise<string> {
  let text = "";
  while (text.length < length) text += String((await once(socket, "data"))[0]);
  return text;
}

test("passes bytes both ways, and an end too", async () => {
  const socket = dial();
  socket.end("hello".repeat(50_000));
  expect(await said(socket, 250_000)).toBe("hello".repeat(50_000));
  await closed(socket);
});

test("a held line passes nothing and tells nobody, until it is released", async () => {
  const socket = dial();
  socket.write("one");
  expect(await said(socket, 3)).toBe("one");
  const [line] = proxy.lines;
  line?.hold();
  socket.write("two");
  const other = dial();
  other.write("three");
  expect(await said(other, 5)).toBe("three");
  expect(socket.bytesRead).toBe(3);
  line?.release();
  expect(await said(socket, 3)).toBe("two");
  line?.hold();
  served[0]?.destroy();
  other.write("four");
  expect(await said(other, 4)).toBe("four");
  expect(socket.destroyed).toBe(false);
  line?.release();
  await closed(socket);
});

test("a cut is heard at both ends", async () => {
  const socket = dial();
  socket.write("one");
  await said(socket, 3);
  const gone = closed(served[0] as Socket);
  for (const line of proxy.lines) line.cut();
  await Promise.all([gone, closed(socket)]);
  expect(proxy.lines.size).toBe(0);
});

test("leads to another server, refuses when there is none, and is silent in the dark", async () => {
  proxy.dark = true;
  const waiting = dial();
  await once(waiting, "connect");
  waiting.write("anybody?");
  proxy.dark = false;
  await closed(waiting);
  expect(waiting.bytesRead).toBe(0);
  proxy.lead(1);
  const refused = dial();
  await closed(refused);
});
