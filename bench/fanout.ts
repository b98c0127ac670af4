/** One person on many devices: an event is made once and written to each of the user's sockets. */
import { atLeast, type Bench, type BenchRun } from "./bench.ts";
import type { ServerKind } from "./server/kinds.ts";
import { Stage } from "./stage.ts";
import { ratio, result } from "./statistics.ts";

const kinds = [
  "goldenpath",
  "raw ws",
  "raw ws, packed",
  "Socket.IO",
] as const satisfies readonly ServerKind[];
const users = 10;
const connectionsPerUser = 100;

export const bench: Bench = {
  name: "fanout",
  question: "What does it cost to show one user's events on all of the user's connections?",
  workload: `${users} users with ${connectionsPerUser} connections each; every event of 300 bytes is committed and goes to all connections of its user, one at a time, as fast as it goes.`,
  baseline:
    "JSON.stringify once and ws.send to each connection, without a journal; frames by hand; a Socket.IO room.",
  notMeasured: "Users with few connections, which `delivery` measures; more than one node.",
  run,
};

async function run(run: BenchRun) {
  const { rounds, quick, note } = run;
  await using stage = await Stage.open(kinds, run, { users, connectionsPerUser });
  const eventsPerUser = quick ? 30 : 100;
  const figures = new Map<ServerKind, number[]>();
  for (let round = 0; round <= rounds; round++) {
    note(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
    for (const kind of kinds) {
      const turn = await stage.turn(
        kind,
        { eventsPerUser, atOnce: 1 },
        eventsPerUser * users * connectionsPerUser,
      );
      if (round === 0) continue;
      figures.set(kind, [...(figures.get(kind) ?? []), (turn.events * 1_000_000) / turn.cpuUs]);
    }
  }
  const figure = (kind: ServerKind) => figures.get(kind) ?? [];
  const against = (kind: ServerKind) => ratio(`goldenpath ÷ ${kind}`, figure("goldenpath"), figure(kind));
  const overRaw = against("raw ws");
  return {
    results: [
      overRaw,
      against("raw ws, packed"),
      against("Socket.IO"),
      ...kinds.map((kind) => result(kind, "deliveries/CPU-s", figure(kind))),
    ],
    goals: [atLeast(overRaw.name, 1.5, "×", overRaw.median)],
  };
}
