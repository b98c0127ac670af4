/** One of several nodes on one database, in a process of its own: `cluster-node.ts DATABASE [NATS]`. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openPostgresJournal } from "@goldenpath/journal";
import { randomId, systemClock } from "@goldenpath/protocol";
import { natsCarrier, notifyCarrier, SharedBus } from "@goldenpath/websocket-core";
import { answerCalls, cpuUs } from "../child.ts";
import type { Contestant } from "./contestant.ts";
import { type Emission, emit } from "./emission.ts";
import { createGoldenpath } from "./goldenpath.ts";

export type ClusterNodeCalls = {
  /** Answers the port. The runs of `count` users, from `first` on, are this node's; it serves all of them. */
  readonly listen: (options: {
    readonly users: number;
    readonly first: number;
    readonly count: number;
  }) => Promise<number>;
  readonly prepare: () => Promise<void>;
  /** Answers how many events of its users were committed so far. */
  readonly emit: (emission: Emission) => Promise<number>;
  readonly cpuUs: () => number;
};

const [databaseUrl = "", natsUrl] = process.argv.slice(2);
const server = createServer();
let contestant: Contestant | undefined;
let own = 0;

answerCalls({
  async listen({ users, first, count }) {
    own = count;
    const opened = await openPostgresJournal({ url: databaseUrl, clock: systemClock, makeId: randomId });
    if (opened.is === "failed") throw new Error(opened.message);
    const { journal } = opened;
    const line = { clock: systemClock, random: Math.random };
    const nodeId = randomId();
    const isOpen = Promise.withResolvers<void>();
    const bus = new SharedBus({
      ...line,
      journal,
      connect:
        natsUrl === undefined
          ? notifyCarrier({ ...line, url: databaseUrl, nodeId })
          : natsCarrier({ ...line, url: natsUrl, name: nodeId }),
      onFault: (where, error) => console.error(where, error),
      onOpen: isOpen.resolve,
    });
    await isOpen.promise;
    const options = { server, users, connectionsPerUser: 1, folder: "", stamped: true };
    contestant = await createGoldenpath(options, { journal, bus, own: { first, count } });
    server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 });
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  },
  prepare: () => current().prepare(),
  async emit(emission) {
    await emit(current(), own, emission);
    return current().delivered;
  },
  cpuUs,
} satisfies ClusterNodeCalls);

function current(): Contestant {
  if (!contestant) throw new Error("listen first");
  return contestant;
}
