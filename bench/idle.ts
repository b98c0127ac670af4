/** What a connection costs that has nothing to say, which most of them do most of the time. */
import { atMost, type Bench, type BenchRun } from "./bench.ts";
import { Child } from "./child.ts";
import type { LoadCalls } from "./load/load.ts";
import { ensurePeers } from "./peers.ts";
import type { ServerKind } from "./server/kinds.ts";
import { dialectOf, loadFile, startServer } from "./stage.ts";
import { ratio, result } from "./statistics.ts";

const kinds = ["goldenpath", "raw ws", "Socket.IO"] as const satisfies readonly ServerKind[];
/** A process that may open 20,000 files needs some for itself. */
const connectionsFull = 19_600;
const connectionsQuick = 4_000;

export const bench: Bench = {
  name: "idle",
  question: "How much memory does an authenticated connection take while nothing happens?",
  workload: `${connectionsFull} users with a connection each, joined and caught up; resident memory after a garbage collection, less what it was before they came. A fresh server for each round.`,
  baseline: "Bare ws connections, and Socket.IO's, with nothing but the connection.",
  notMeasured: "The kernel's own buffers; memory after traffic; TLS.",
  rounds: 3,
  run,
};

async function run({ rounds, quick, folder, note }: BenchRun) {
  ensurePeers();
  const connections = quick ? connectionsQuick : connectionsFull;
  const loads = [Child.start<LoadCalls>(loadFile), Child.start<LoadCalls>(loadFile)];
  const sizes = new Map<ServerKind, number[]>();
  try {
    for (let round = 1; round <= rounds; round++) {
      note(`round ${round} of ${rounds}`);
      for (const kind of kinds) {
        const bytes = await measure(kind, `${folder}/${round}`, connections, loads);
        sizes.set(kind, [...(sizes.get(kind) ?? []), bytes / connections / 1_024]);
      }
    }
  } finally {
    for (const load of loads) await load.kill();
  }
  const size = (kind: ServerKind) => sizes.get(kind) ?? [];
  const overRaw = ratio("goldenpath ÷ raw ws", size("goldenpath"), size("raw ws"));
  const overSocketIo = ratio("goldenpath ÷ Socket.IO", size("goldenpath"), size("Socket.IO"));
  const own = result("goldenpath", "KiB", size("goldenpath"));
  return {
    results: [
      overRaw,
      overSocketIo,
      own,
      ...(["raw ws", "Socket.IO"] as const).map((kind) => result(kind, "KiB", size(kind))),
    ],
    goals: [
      atMost("memory of an idle connection", 10, "KiB", own.median),
      atMost(overRaw.name, 1.3, "×", overRaw.median),
      atMost(overSocketIo.name, 0.5, "×", overSocketIo.median),
    ],
  };
}

async function measure(
  kind: ServerKind,
  folder: string,
  connections: number,
  loads: readonly Child<LoadCalls>[],
): Promise<number> {
  const server = startServer(kind, folder, ["--expose-gc"]);
  try {
    const port = await server.call("listen", { users: connections, connectionsPerUser: 1, stamped: false });
    await server.call("collectGarbage");
    const before = await server.call("usage");
    const users = Math.floor(connections / loads.length);
    const joining = { key: kind, port, dialect: dialectOf(kind), users, connectionsPerUser: 1 };
    await Promise.all(
      loads.map((load, index) => load.call("join", { ...joining, firstUser: index * users })),
    );
    await server.call("collectGarbage");
    const after = await server.call("usage");
    return after.residentBytes - before.residentBytes;
  } finally {
    await Promise.all(loads.map((load) => load.call("leave", { key: kind })));
    await server.kill();
  }
}
