/** A contestant's server, in a process of its own: `server.ts KIND FOLDER`, then asked by its parent. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { answerCalls, cpuUs } from "../child.ts";
import type { Contestant, ContestantOptions } from "./contestant.ts";
import { type Emission, emit } from "./emission.ts";
import { createGoldenpath, openJournal } from "./goldenpath.ts";
import type { ServerKind } from "./kinds.ts";
import { createRawWs, sendEach, sendPacked } from "./raw-ws.ts";
import { createSocketIo } from "./socket-io.ts";
import { createSseOnRedis } from "./sse-on-redis.ts";

export interface Usage {
  readonly cpuUs: number;
  readonly residentBytes: number;
  readonly bufferedBytes: number;
}

export type ServerCalls = {
  /** Answers the port. */
  readonly listen: (
    options: Pick<ContestantOptions, "users" | "connectionsPerUser" | "stamped"> & { readonly port?: number },
  ) => Promise<number>;
  readonly prepare: () => Promise<void>;
  /** Answers when the last event was handed to its contestant, and all deliveries so far. */
  readonly emit: (emission: Emission) => Promise<{ readonly delivered: number }>;
  readonly usage: () => Usage;
  readonly collectGarbage: () => void;
  /** The offset of each user's newest event. */
  readonly heads: () => Promise<readonly number[]>;
  readonly close: () => Promise<void>;
};

const [kind = "", folder = ""] = process.argv.slice(2);
const server = createServer();
let contestant: Contestant | undefined;
let users = 0;

answerCalls({
  async listen({ port, ...options }) {
    users = options.users;
    contestant = await create(kind as ServerKind, { ...options, server, folder });
    server.listen({ port: port ?? 0, host: "127.0.0.1", backlog: 4_096 });
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  },
  prepare: () => current().prepare(),
  async emit(emission) {
    await emit(current(), users, emission);
    return { delivered: current().delivered };
  },
  usage() {
    const bufferedBytes = current().bufferedBytes();
    return { cpuUs: cpuUs(), residentBytes: process.memoryUsage.rss(), bufferedBytes };
  },
  // The kind that also gives pages back, as V8 does by itself when a process has had nothing to do for a while.
  collectGarbage: () => globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" }),
  heads: () => current().heads?.() ?? Promise.reject(new Error(`${kind} has no logs`)),
  async close() {
    await contestant?.close();
  },
} satisfies ServerCalls);

function current(): Contestant {
  if (!contestant) throw new Error("listen first");
  return contestant;
}

async function create(name: ServerKind, options: ContestantOptions): Promise<Contestant> {
  const plainWs = () =>
    new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
  switch (name) {
    case "goldenpath":
      return createGoldenpath(options, { journal: await openJournal("SQLite", folder) });
    case "goldenpath in memory":
      return createGoldenpath(options, { journal: await openJournal("memory", folder) });
    case "raw ws":
      return createRawWs(options, plainWs(), sendEach);
    case "raw ws, packed":
      return createRawWs(options, plainWs(), sendPacked);
    case "Socket.IO":
      return createSocketIo(options, false);
    case "Socket.IO with recovery":
      return createSocketIo(options, true);
    case "SSE on Redis":
      return createSseOnRedis(options);
  }
}
