/** The server dies and everybody comes back at once. */
import { atLeast, atMost, type Bench, type BenchRun } from "./bench.ts";
import { Child } from "./child.ts";
import type { LoadCalls } from "./load/load.ts";
import { dialectOf, loadFile, startServer } from "./stage.ts";
import { ratio, result } from "./statistics.ts";

const clientsFull = 9_800;
const clientsQuick = 2_000;

export const bench: Bench = {
  name: "resume",
  question: "After the server is killed, how soon has every client everything again?",
  workload: `${clientsFull} users with a connection each, events on their way to all of them; SIGKILL; a new server on the same database and port; all clients come back at once with their cursors. Every offset is checked: nothing lost, nothing twice.`,
  baseline: "The handshakes of bare ws connections.",
  notMeasured:
    "The clients' own back-off, login, a network between them; the time until somebody starts the server again.",
  run,
};

async function run({ rounds, quick, folder, note }: BenchRun) {
  const clients = quick ? clientsQuick : clientsFull;
  const load = Child.start<LoadCalls>(loadFile);
  const p50: number[] = [];
  const p99: number[] = [];
  const ready: number[] = [];
  const whole: number[] = [];
  const ours: number[] = [];
  const raws: number[] = [];
  const listening = { users: clients, connectionsPerUser: 1, stamped: false };
  const key = "goldenpath";
  let server = startServer("goldenpath", folder);
  try {
    const port = await server.call("listen", listening);
    ours.push(await handshakeUs(server, () => join(load, "goldenpath", port, clients)));
    await server.call("prepare");
    for (let round = 1; round <= rounds; round++) {
      note(`round ${round} of ${rounds}`);
      const emitting = server.call("emit", { eventsPerUser: 100, atOnce: 1, perSecond: 10_000 }).then(
        () => "all was emitted before the server was killed",
        () => undefined,
      );
      await new Promise((resolve) => setTimeout(resolve, 500));
      await load.call("allowCut", { key });
      const killedUs = Number(process.hrtime.bigint() / 1_000n);
      await server.kill();
      const early = await emitting;
      if (early) throw new Error(early);
      server = startServer("goldenpath", folder);
      await server.call("listen", { ...listening, port });
      ready.push((Number(process.hrtime.bigint() / 1_000n) - killedUs) / 1_000);
      const back = await load.call("rejoin", { key, sinceUs: killedUs });
      p50.push(back.p50Ms);
      p99.push(back.p99Ms);
      // The runs that the dead server had are over; the log goes on, and so must every offset.
      await server.call("prepare");
      const before = await load.call("received", { key });
      await server.call("emit", { eventsPerUser: 1, atOnce: 1 });
      await load.call("receiveAtLeast", { key, total: before + clients });
      whole.push(await haveAll(load, server));
    }
    await load.call("leave", { key });
    for (let round = 1; round <= rounds; round++) {
      note(`handshakes, round ${round} of ${rounds}`);
      const raw = startServer("raw ws", folder);
      try {
        const rawPort = await raw.call("listen", listening);
        raws.push(await handshakeUs(raw, () => join(load, "raw ws", rawPort, clients)));
        await load.call("leave", { key: "raw ws" });
      } finally {
        await raw.kill();
      }
      if (round > 1) {
        const fresh = startServer("goldenpath", `${folder}/${round}`);
        try {
          const freshPort = await fresh.call("listen", listening);
          ours.push(await handshakeUs(fresh, () => join(load, "goldenpath", freshPort, clients)));
          await load.call("leave", { key });
        } finally {
          await fresh.kill();
        }
      }
    }
  } finally {
    await load.kill();
    await server.kill();
  }
  const perSecond = (all: readonly number[]) => all.map((us) => (clients * 1_000_000) / us);
  const handshakes = ratio(
    "handshakes per CPU-second: goldenpath ÷ raw ws",
    perSecond(ours),
    perSecond(raws),
  );
  const caughtUp = result("from SIGKILL to caught up: p99", "ms", p99);
  const everything = result("clients that have everything, each event once", "clients", whole);
  return {
    results: [
      handshakes,
      caughtUp,
      everything,
      result("from SIGKILL to caught up: p50", "ms", p50),
      result("from SIGKILL to listening again", "ms", ready),
      result("goldenpath: joins", "1/CPU-s", perSecond(ours)),
      result("raw ws: handshakes", "1/CPU-s", perSecond(raws)),
    ],
    goals: [
      atMost(caughtUp.name, 5_000, "ms", caughtUp.median),
      atLeast(everything.name, clients, "clients", everything.min),
    ],
  };
}

/** How many clients are where their logs end. What is missing or comes twice on the way there ends the round before. */
async function haveAll(load: Child<LoadCalls>, server: ReturnType<typeof startServer>): Promise<number> {
  const heads = await server.call("heads");
  let have = 0;
  // What was written last may still be in the sockets.
  for (let tries = 0; tries < 50 && have < heads.length; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    const offsets = await load.call("offsets", { key: "goldenpath" });
    have = offsets.filter(([user, offset]) => heads[user] === offset).length;
  }
  return have;
}

function join(load: Child<LoadCalls>, kind: "goldenpath" | "raw ws", port: number, users: number) {
  return load.call("join", { key: kind, port, dialect: dialectOf(kind), users, connectionsPerUser: 1 });
}

async function handshakeUs(
  server: ReturnType<typeof startServer>,
  work: () => Promise<unknown>,
): Promise<number> {
  const before = await server.call("usage");
  await work();
  const after = await server.call("usage");
  return after.cpuUs - before.cpuUs;
}
