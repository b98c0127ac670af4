import { randomId, systemClock } from "@goldenpath/protocol";
import { natsCarrier, SharedBus } from "@goldenpath/websocket-core";
import { busContract } from "@goldenpath/websocket-core/contract";
import { afterAll, beforeAll } from "vitest";
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
