import { randomId, systemClock } from "@goldenpath/protocol";
import { type Carrier, type Ears, notifyCarrier, SharedBus } from "@goldenpath/websocket-core";
import { busContract } from "@goldenpath/websocket-core/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../servers/postgres.ts";
import { TcpProxy } from "../servers/proxy.ts";

let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await startPostgres({ fsync: false });
});
afterAll(() => postgres.close());

busContract("postgres", {
  nodes: 2,
  open: async (journals) => {
    const line = await TcpProxy.open(postgres.port);
    const url = new URL(postgres.superUrl);
    url.port = String(line.port);
    const buses = journals.map(
      (journal) =>
        new SharedBus({
          journal,
          clock: systemClock,
          random: Math.random,
          connect: notifyCarrier({
            url: url.href,
            nodeId: randomId(),
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

const committed = { userId: "ann", epoch: "e", first: 1, head: 1, events: ["{}"] };

/** A carrier whose line is open, and what its ears hear. */
async function openCarrier(port: number, heard: Partial<Ears>): Promise<Carrier> {
  const url = new URL(postgres.superUrl);
  url.port = String(port);
  const opened = Promise.withResolvers<void>();
  const carrier = notifyCarrier({
    url: url.href,
    nodeId: randomId(),
    clock: systemClock,
    random: Math.random,
  })({
    opened: opened.resolve,
    failed: () => undefined,
    dropped: () => undefined,
    listening: () => undefined,
    committed: () => undefined,
    signalled: () => undefined,
    ...heard,
  });
  await opened.promise;
  return carrier;
}

test("P2: what a line that failed took along is told as dropped", async () => {
  const line = await TcpProxy.open(postgres.port);
  let dropped = 0;
  const all = Promise.withResolvers<void>();
  const carrier = await openCarrier(line.port, {
    dropped: (count) => {
      dropped += count;
      if (dropped === 3) all.resolve();
    },
  });
  line.dark = true;
  for (const one of line.lines) one.hold();
  expect(carrier.tell(committed)).toBe(true);
  expect(carrier.tell({ ...committed, userId: "ben" })).toBe(true);
  expect(carrier.signal("ann", { is: "run_left", runId: "r" })).toBe(true);
  await all.promise;
  await carrier.close();
  await line.close();
});

test("P2: what was taken before the line is closed is told first", async () => {
  const heard = Promise.withResolvers<unknown>();
  const listener = await openCarrier(postgres.port, {
    signalled: (userId, signal) => heard.resolve([userId, signal]),
  });
  const carrier = await openCarrier(postgres.port, {});
  expect(carrier.signal("ann", { is: "run_left", runId: "r" })).toBe(true);
  await carrier.close();
  expect(await heard.promise).toEqual(["ann", { is: "run_left", runId: "r" }]);
  await listener.close();
});
