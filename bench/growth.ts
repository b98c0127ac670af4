/** How the cost of one step grows with what a node carries already: nothing may grow faster than what it carries. */
import { join } from "node:path";
import { type Journal, openSqliteJournal } from "@goldenpath/journal";
import { type NewEvent, randomId, systemClock } from "@goldenpath/protocol";
import { atMost, type Bench, type BenchRun, type Goal, type Result } from "./bench.ts";
import { cpuUs } from "./child.ts";
import { Stage } from "./stage.ts";
import { median, result } from "./statistics.ts";

const connectionCounts = [20, 200, 2_000] as const;
const lengths = [100, 1_000, 10_000] as const;
const threadCounts = [10, 100, 1_000] as const;
const pageReads = 200;

export const bench: Bench = {
  name: "growth",
  question:
    "How does the cost of one step grow with connections and runs, the length of a log, and a user's threads?",
  workload:
    "CPU time of a delivered event with 20 to 2,000 connections, each with a run; of reading a log's newest 100 events when it has 100 to 10,000; of the newest 50 of 10 to 1,000 threads.",
  baseline:
    "The smallest of each: the goal is that a hundred times as much costs one step at most twice as much.",
  notMeasured: "What does not fit in memory; several nodes.",
  run,
};

async function run(run: BenchRun) {
  const { rounds, quick, folder, note } = run;
  const results: Result[] = [];
  const goals: Goal[] = [];
  const curve = async (
    name: string,
    sizes: readonly number[],
    cost: (size: number) => Promise<readonly number[]>,
  ) => {
    const costs: (readonly number[])[] = [];
    for (const size of sizes) {
      note(`${name}: ${size}`);
      costs.push(await cost(size));
      results.push(result(`${name}, ${size}`, "µs", costs.at(-1) ?? []));
    }
    const growth = median(costs.at(-1) ?? []) / median(costs[0] ?? []);
    goals.push(atMost(`${name}: ${sizes.at(-1)} against ${sizes[0]}`, 2, "×", growth));
  };

  await curve("a delivered event, by connections and runs", connectionCounts, async (users) => {
    await using stage = await Stage.open(
      ["goldenpath"],
      { folder: join(folder, String(users)), note },
      { users },
    );
    const events = quick ? 10_000 : 40_000;
    const costs: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const eventsPerUser = Math.ceil(events / users);
      const turn = await stage.turn("goldenpath", { eventsPerUser, atOnce: 1 }, eventsPerUser * users);
      if (round > 0) costs.push(turn.cpuUs / turn.events);
    }
    return costs;
  });

  const opened = await openSqliteJournal({
    path: join(folder, "journal.db"),
    clock: systemClock,
    makeId: randomId,
  });
  if (opened.is === "failed") throw new Error(opened.message);
  const { journal } = opened;
  try {
    await curve("reading the newest 100 events, by the log's length", lengths, async (length) => {
      const userId = `log-${length}`;
      await fill(journal, userId, 1, length - 1);
      return await costs(rounds, () => journal.read(userId, length - 100, 100, 1024 * 1024));
    });
    await curve("the newest 50 threads, by their number", threadCounts, async (threads) => {
      const userId = `threads-${threads}`;
      await fill(journal, userId, threads, 0);
      return await costs(rounds, () => journal.threads(userId, { limit: 50 }));
    });
  } finally {
    await journal.close();
  }
  return { results, goals };
}

/** CPU time of one call, all threads; a first round warms up. */
async function costs(rounds: number, call: () => Promise<unknown>): Promise<readonly number[]> {
  const all: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const before = cpuUs();
    for (let left = pageReads; left > 0; left--) await call();
    if (round > 0) all.push((cpuUs() - before) / pageReads);
  }
  return all;
}

async function fill(journal: Journal, userId: string, threads: number, updates: number): Promise<void> {
  const at = systemClock.now();
  const event = (type: "thread_created" | "thread_updated", threadId: string, index: number): NewEvent => {
    const thread = { id: threadId, title: `Thread ${index}`, createdAt: at, updatedAt: at + index };
    return { id: `${userId}.${type}.${index}`, type, at, threadId, data: { thread } };
  };
  const events = [
    ...Array.from({ length: threads }, (_, index) => event("thread_created", `${userId}.${index}`, index)),
    ...Array.from({ length: updates }, (_, index) => event("thread_updated", `${userId}.0`, index)),
  ];
  for (let from = 0; from < events.length; from += 500) {
    const outcome = await journal.commit({ userId, events: events.slice(from, from + 500) });
    if (outcome.is !== "committed") throw new Error(JSON.stringify(outcome));
  }
}
