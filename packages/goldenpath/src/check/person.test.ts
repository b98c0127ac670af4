import { createServer, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Person } from "./person.ts";

let close: (() => void) | undefined;
afterEach(() => close?.());

/** Closes its line without an answer when the second request comes; answers all others. */
async function closingServer(): Promise<{ readonly url: string; readonly requests: string[] }> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      requests.push(bytes.toString("latin1").split(" ", 1)[0] ?? "");
      if (requests.length === 2) socket.end();
      else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
  });
  close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, requests };
}

it("asks again, as a browser does, when the line closes under a request that only reads", async () => {
  const { url, requests } = await closingServer();
  const person = new Person(url, 5_000);
  expect((await person.request("GET", "/")).text).toBe("ok");
  expect((await person.request("GET", "/")).text).toBe("ok");
  expect(requests).toEqual(["GET", "GET", "GET"]);
});

it("does not say twice what may change something", async () => {
  const { url, requests } = await closingServer();
  const person = new Person(url, 5_000);
  expect((await person.request("GET", "/")).text).toBe("ok");
  await expect(person.request("POST", "/", { a: 1 })).rejects.toThrow("fetch failed");
  expect(requests).toEqual(["GET", "POST"]);
});
