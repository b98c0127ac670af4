import { randomId, systemClock } from "@goldenpath/protocol";
import { notifyCarrier, SharedBus } from "@goldenpath/websocket-core";
import { busContract } from "@goldenpath/websocket-core/contract";
import { afterAll, beforeAll } from "vitest";
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
