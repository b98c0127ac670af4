/** Readers that fell asleep: what they cost, and whether the others notice. */

import { limits } from "@goldenpath/protocol";
import { atMost, type Bench, type BenchRun } from "./bench.ts";
import { Child } from "./child.ts";
import type { Delays, LoadCalls } from "./load/load.ts";
import { loadFile, startServer } from "./stage.ts";
import { median, result } from "./statistics.ts";

const users = 100;
const sleepers = 10;
const perSecond = 10_000;
/** A MiB for each sleeper, again and again until the kernel keeps no more of it and the rest waits in the server. */
const flood = { eventsPerUser: 16, padChars: 64 * 1024 };
const floodsMax = 40;
const filledBytes = limits.bufferedBytesMax / 2;

export const bench: Bench = {
  name: "slow",
  question: "What does a reader cost that takes nothing, and do the healthy ones notice?",
  workload: `${users} users with a connection each, 10,000 events a second; then ${sleepers} of them stop reading and get a MiB at a time, until the kernel takes no more of it and the rest waits in the server; and the same pace goes on for all.`,
  baseline: "The same server and the same healthy readers before the others stop.",
  notMeasured: "The kernel's buffers; stalls of over 10 seconds, after which the server closes the socket.",
  run,
};

async function run({ rounds, quick, folder, note }: BenchRun) {
  const load = Child.start<LoadCalls>(loadFile);
  const server = startServer("goldenpath", folder);
  const eventsPerUser = quick ? 100 : 200;
  const before: Delays[] = [];
  const during: Delays[] = [];
  const buffered: number[] = [];
  try {
    const port = await server.call("listen", { users, connectionsPerUser: 1, stamped: true });
    const joining = { port, dialect: "goldenpath", connectionsPerUser: 1 } as const;
    await load.call("join", {
      ...joining,
      key: "healthy",
      users: users - sleepers,
      firstUser: sleepers,
      timed: true,
    });
    let toSleepers = 0;
    let toHealthy = 0;
    const pace = async (): Promise<Delays> => {
      await load.call("delays", { key: "healthy" });
      await server.call("emit", { eventsPerUser, atOnce: 1, perSecond });
      toSleepers += eventsPerUser * sleepers;
      toHealthy += eventsPerUser * (users - sleepers);
      await load.call("receive", { key: "healthy", total: toHealthy });
      return await load.call("delays", { key: "healthy" });
    };
    /** Everybody's run ends and another begins; nobody waits for those who sleep. */
    const beginRuns = async () => {
      const { delivered } = await server.call("emit", { eventsPerUser: 0, atOnce: 1 });
      await server.call("prepare");
      const after = await server.call("emit", { eventsPerUser: 0, atOnce: 1 });
      const each = (after.delivered - delivered) / users;
      toSleepers += each * sleepers;
      toHealthy += each * (users - sleepers);
      await load.call("receive", { key: "healthy", total: toHealthy });
    };
    const awaitSleepers = () => load.call("receive", { key: "sleepers", total: toSleepers });
    /** Until as much as that waits in the server for each of those who sleep. */
    const fill = async () => {
      for (let floods = 1; floods <= floodsMax; floods++) {
        await server.call("emit", { ...flood, atOnce: 4, users: sleepers });
        toSleepers += flood.eventsPerUser * sleepers;
        // Of its own run: what ends as one message may have so much and no more.
        await beginRuns();
        const { bufferedBytes } = await server.call("usage");
        if (bufferedBytes >= sleepers * filledBytes) return;
      }
      throw new Error(`The round is void: the kernel kept ${floodsMax} MiB for a socket that nobody reads`);
    };
    for (let round = 0; round <= rounds; round++) {
      note(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
      // New sockets: of one that has read much at once the kernel keeps more each time.
      await load.call("join", { ...joining, key: "sleepers", users: sleepers });
      toSleepers = 0;
      await beginRuns();
      await awaitSleepers();
      await pace();
      const awake = await pace();
      await awaitSleepers();
      await load.call("stall", { key: "sleepers", lines: sleepers, stalled: true });
      await fill();
      // Not counted, as before: the disk and the garbage collector are still busy with what was written for the sleepers.
      await pace();
      const asleep = await pace();
      const usage = await server.call("usage");
      await load.call("stall", { key: "sleepers", lines: sleepers, stalled: false });
      // Nothing is lost for those who wake up again: the round is void otherwise.
      await awaitSleepers();
      await load.call("leave", { key: "sleepers" });
      if (round === 0) continue;
      before.push(awake);
      during.push(asleep);
      buffered.push(usage.bufferedBytes / sleepers / 1_024);
    }
  } finally {
    await load.kill();
    await server.kill();
  }
  const moved = during.map(({ p99Ms }, round) => (p99Ms / (before[round]?.p99Ms ?? Number.NaN) - 1) * 100);
  const perSleeper = result("waiting in the server for a sleeper", "KiB", buffered);
  return {
    results: [
      result("healthy readers' p99 moved by", "%", moved),
      perSleeper,
      result(
        "p99 before",
        "ms",
        before.map(({ p99Ms }) => p99Ms),
      ),
      result(
        "p99 during",
        "ms",
        during.map(({ p99Ms }) => p99Ms),
      ),
    ],
    goals: [
      atMost("healthy readers' p99 moves by", 10, "%", median(moved)),
      atMost(perSleeper.name, 128, "KiB", perSleeper.max),
    ],
  };
}
