import { randomId, systemClock } from "@goldenpath/protocol";
import { natsCarrier, SharedBus } from "@goldenpath/websocket-core";
import { busContract } from "@goldenpath/websocket-core/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NatsServer } from "../servers/nats.ts";
import { TcpProxy } from "../servers/proxy.ts";

let nats: NatsServer;

beforeAll(async () => {
  nats = await NatsServer.start();
});
afterAll(() => nats.close());

busContract("nats", {
  nodes: 2,
  open: async (journals) => {
    const line = await TcpProxy.open(nats.port);
    const buses = journals.map(
      (journal) =>
        new SharedBus({
          journal,
          clock: systemClock,
          random: Math.random,
          connect: natsCarrier({
            url: `nats://127.0.0.1:${line.port}`,
            name: randomId(),
            clock: systemClock,
            random: Math.random,
          }),
          onFault: () => undefined,
        }),
    );
    return {
      buses,
      cut: async () => {
        line.dark = true;
        for (const one of line.lines) one.cut();
      },
      mend: async () => {
        line.dark = false;
      },
      dispose: async () => {
        await Promise.all(buses.map((bus) => bus.close()));
        await line.close();
      },
    };
  },
});

test("N1: a server that is silent counts as gone, however much waits to be written to it", {
  timeout: 90_000,
}, async () => {
  const line = await TcpProxy.open(nats.port);
  const opened = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<unknown>();
  const carrier = natsCarrier({
    url: `nats://127.0.0.1:${line.port}`,
    name: randomId(),
    clock: systemClock,
    random: Math.random,
  })({
    opened: opened.resolve,
    failed: failed.resolve,
    dropped: () => undefined,
    listening: () => undefined,
    committed: () => undefined,
    signalled: () => undefined,
  });
  await opened.promise;
  line.dark = true;
  for (const one of line.lines) one.hold();
  const event = JSON.stringify({ x: "x".repeat(256 * 1024) });
  let head = 0;
  do head++;
  while (carrier.tell({ userId: "ann", epoch: "e", first: head, head, events: [event] }));
  expect(head).toBeGreaterThan(1);
  expect(String(await failed.promise)).toContain("closed");
  await carrier.close();
  await line.close();
});

test("N2: what was published before the line is closed arrives", async () => {
  const heard = Promise.withResolvers<unknown>();
  const open = async (signalled: (userId: string, signal: unknown) => void) => {
    const opened = Promise.withResolvers<void>();
    const nothing = () => undefined;
    const carrier = natsCarrier({
      url: nats.url,
      name: randomId(),
      clock: systemClock,
      random: Math.random,
    })({
      opened: opened.resolve,
      failed: nothing,
      dropped: nothing,
      listening: nothing,
      committed: nothing,
      signalled,
    });
    await opened.promise;
    return carrier;
  };
  const listener = await open((userId, signal) => heard.resolve([userId, signal]));
  const carrier = await open(() => undefined);
  expect(carrier.signal("ann", { is: "run_left", runId: "r" })).toBe(true);
  await carrier.close();
  expect(await heard.promise).toEqual(["ann", { is: "run_left", runId: "r" }]);
  await listener.close();
});
