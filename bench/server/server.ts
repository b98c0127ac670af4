/** A contestant's server, in a process of its own: `server.ts KIND FOLDER`, then asked by its parent. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { answerCalls, cpuUs } from "../child.ts";
import type { Contestant, ContestantOptions } from "./contestant.ts";
import { createGoldenpath } from "./goldenpath.ts";
import type { ServerKind } from "./kinds.ts";
import { createRawWs, sendEach, sendPacked } from "./raw-ws.ts";
import { createSocketIo } from "./socket-io.ts";

export interface Emission {
  /** Each user's events. */
  readonly eventsPerUser: number;
  /** Of one user in one turn. */
  readonly atOnce: number;
  /** Events of all users in a second; absent: as fast as it goes. */
  readonly perSecond?: number;
  /** Only these users, from 0 on. */
  readonly users?: number;
  /** Makes every event so much larger. */
  readonly padChars?: number;
}

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
  readonly close: () => Promise<void>;
};

/** On a machine that cannot keep the pace the turns wait, rather than pile up. */
const turnsUnderWayMax = 2_000;
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
    if (emission.perSecond === undefined) await emitAll(emission);
    else await emitPaced(emission, emission.perSecond);
    return { delivered: current().delivered };
  },
  usage() {
    const bufferedBytes = current().bufferedBytes();
    return { cpuUs: cpuUs(), residentBytes: process.memoryUsage.rss(), bufferedBytes };
  },
  collectGarbage: () => globalThis.gc?.(),
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
      return createGoldenpath(options, "SQLite");
    case "goldenpath in memory":
      return createGoldenpath(options, "memory");
    case "raw ws":
      return createRawWs(options, plainWs(), sendEach);
    case "raw ws, packed":
      return createRawWs(options, plainWs(), sendPacked);
    case "Socket.IO":
      return createSocketIo(options, false);
    case "Socket.IO with recovery":
      return createSocketIo(options, true);
  }
}

/** Every user gets `atOnce` events, then the next turn comes; no user is ahead of another. */
async function emitAll({ eventsPerUser, atOnce, users: some = users, padChars }: Emission): Promise<void> {
  for (let sent = 0; sent < eventsPerUser; sent += atOnce) {
    const pending: unknown[] = [];
    for (let user = 0; user < some; user++) {
      pending.push(current().send(user, atOnce, padChars));
    }
    await Promise.all(pending);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What is due is sent every millisecond or two, to one user after the other. */
async function emitPaced(emission: Emission, perSecond: number): Promise<void> {
  const { eventsPerUser, atOnce, users: some = users } = emission;
  const turns = (eventsPerUser * some) / atOnce;
  const began = performance.now();
  const failures: unknown[] = [];
  let underWay = 0;
  for (let turn = 0; turn < turns || underWay > 0; ) {
    const due = Math.min(turns, (((performance.now() - began) / 1_000) * perSecond) / atOnce);
    for (; turn < due && underWay < turnsUnderWayMax; turn++) {
      underWay++;
      Promise.resolve(current().send(turn % some, atOnce))
        .catch((error: unknown) => failures.push(error))
        .finally(() => underWay--);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (failures.length > 0) throw failures[0];
}
