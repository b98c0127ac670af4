/** How long an event is on its way from the emitter to the client, and what of that is durability. */
import { atMost, type Bench, type BenchRun, type Result } from "./bench.ts";
import type { Delays } from "./load/load.ts";
import type { ServerKind } from "./server/kinds.ts";
import { Stage } from "./stage.ts";
import { median, ratio, result } from "./statistics.ts";

const kinds = ["goldenpath", "goldenpath in memory", "raw ws"] as const satisfies readonly ServerKind[];
const users = 1_000;
const pacePerSecond = 10_000;

export const bench: Bench = {
  name: "latency",
  question: "How long does an event take from its emitter to the client, and how much of it is durability?",
  workload:
    "1,000 users with a connection each; events of 300 bytes that are not coalesced, one at a time, at 10,000 a second and at half of what our own server carries when saturated.",
  baseline: "The same server with its journal in memory; ws.send(JSON.stringify(event)) without a journal.",
  notMeasured: "Networks: everything runs on one machine, and clients share its cores with the server.",
  run,
};

async function run(run: BenchRun) {
  const { rounds, quick, note } = run;
  await using stage = await Stage.open(kinds, run, { users, stamped: true });
  const delays = new Map<string, Delays[]>();
  const measure = async (key: string, kind: ServerKind, perSecond: number, kept: boolean) => {
    const eventsPerUser = Math.round((perSecond * (quick ? 1 : 2)) / users);
    await stage.load.call("delays", { key: kind });
    await stage.turn(kind, { eventsPerUser, atOnce: 1, perSecond }, eventsPerUser * users);
    const taken = await stage.load.call("delays", { key: kind });
    if (kept) delays.set(key, [...(delays.get(key) ?? []), taken]);
  };
  let half = pacePerSecond;
  for (let round = 0; round <= rounds; round++) {
    note(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
    for (const kind of kinds) await measure(`10,000/s: ${kind}`, kind, pacePerSecond, round > 0);
    if (round === 0) {
      const saturated = await stage.turn("goldenpath", { eventsPerUser: 30, atOnce: 1 }, 30 * users);
      half = Math.round((saturated.events * 500) / saturated.elapsedMs);
      note(`half of saturation is ${half} events/s`);
    }
    for (const kind of ["goldenpath", "raw ws"] as const)
      await measure(`half of saturation: ${kind}`, kind, half, round > 0);
  }
  const all = (key: string, which: "p50Ms" | "p99Ms") => (delays.get(key) ?? []).map((one) => one[which]);
  const added = (which: "p50Ms" | "p99Ms") => {
    const inMemory = all("10,000/s: goldenpath in memory", which);
    return all("10,000/s: goldenpath", which).map((value, round) => value - (inMemory[round] ?? 0));
  };
  const overRaw = ratio(
    "half of saturation: p99, goldenpath ÷ raw ws",
    all("half of saturation: goldenpath", "p99Ms"),
    all("half of saturation: raw ws", "p99Ms"),
  );
  const results: Result[] = [
    overRaw,
    result("added by durability at 10,000/s: p50", "ms", added("p50Ms")),
    result("added by durability at 10,000/s: p99", "ms", added("p99Ms")),
  ];
  for (const key of delays.keys()) {
    results.push(
      result(`${key}: p50`, "ms", all(key, "p50Ms")),
      result(`${key}: p99`, "ms", all(key, "p99Ms")),
    );
  }
  return {
    results,
    goals: [
      atMost("added by durability at 10,000/s: p50", 0.5, "ms", median(added("p50Ms"))),
      atMost("added by durability at 10,000/s: p99", 4, "ms", median(added("p99Ms"))),
      atMost(overRaw.name, 2, "×", overRaw.median),
    ],
  };
}
