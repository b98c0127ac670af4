/** The journal on PostgreSQL: one group in one round trip, from one node and from two. No sockets to clients. */
import { startPostgres } from "../tests/servers/postgres.ts";
import type { EngineCalls, EngineName } from "./append-engine.ts";
import { atMost, type Bench, type BenchRun } from "./bench.ts";
import { Child } from "./child.ts";
import { ratio, result } from "./statistics.ts";

const engineFile = new URL("append-engine.ts", import.meta.url);
const underWay = 128;

export const bench: Bench = {
  name: "postgres",
  question:
    "What does a durable event cost through PostgreSQL, how long does a lone commit take, and what does a second node add?",
  workload:
    "Agents' thoughts of about 320 bytes, each a commit of its own, of 1,000 users' active runs a node; 128 commits under way on each node, or one.",
  baseline:
    "One row per event with a unique place, written by one INSERT for each group; and the same that keeps what the journal keeps, each user's head and each run's state and fence, in one statement for each group. Neither has row-level security, ids that count once, or a second node that may write for the same users. The same server, synced alike.",
  notMeasured: "A network between node and database, reading, a log that is years old, replication.",
  run,
};

async function run({ rounds, quick, note }: BenchRun) {
  const events = quick ? 5_000 : 30_000;
  const alone = quick ? 200 : 1_000;
  const server = await startPostgres();
  const { ownerUrl } = await server.createDatabase();
  const start = (name: EngineName, users: string) =>
    Child.start<EngineCalls>(engineFile, [name, ownerUrl, users]);
  const rows = start("PostgreSQL, row per event", "row");
  const kept = start("PostgreSQL, row per event, head and run", "kept");
  const nodes = [start("PostgreSQL", "one"), start("PostgreSQL", "two")] as const;
  const figures = new Map<string, number[]>();
  const put = (name: string, value: number) => figures.set(name, [...(figures.get(name) ?? []), value]);
  try {
    for (const child of [rows, kept, ...nodes]) await child.call("open", undefined);
    for (let round = 0; round <= rounds; round++) {
      note(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
      const measured = {
        rows: await together(server, [rows], events),
        kept: await together(server, [kept], events),
        one: await together(server, [nodes[0]], events),
        two: await together(server, nodes, events),
      };
      const lone = {
        rows: await rows.call("append", { events: alone, underWay: 1 }),
        kept: await kept.call("append", { events: alone, underWay: 1 }),
        one: await nodes[0].call("append", { events: alone, underWay: 1 }),
      };
      if (round === 0) continue;
      for (const [key, { perSecond, nodeUs, serverUs }] of Object.entries(measured)) {
        put(`${key}: rate`, perSecond);
        put(`${key}: node`, nodeUs);
        put(`${key}: server`, serverUs);
      }
      for (const [key, { elapsedMs }] of Object.entries(lone)) put(`${key}: wait`, elapsedMs / alone);
    }
  } finally {
    for (const child of [rows, kept, ...nodes]) await child.kill();
    await server.close();
  }
  const of = (name: string) => figures.get(name) ?? [];
  const wait = ratio("wait of a lone commit: journal ÷ row per event", of("one: wait"), of("rows: wait"));
  const cost = ratio(
    "PostgreSQL's CPU per event: journal ÷ row per event",
    of("one: server"),
    of("rows: server"),
  );
  const keptWait = ratio(
    "wait of a lone commit: journal ÷ head and run kept",
    of("one: wait"),
    of("kept: wait"),
  );
  const keptCost = ratio(
    "PostgreSQL's CPU per event: journal ÷ head and run kept",
    of("one: server"),
    of("kept: server"),
  );
  return {
    results: [
      wait,
      keptWait,
      cost,
      keptCost,
      ratio("events a second: two nodes ÷ one", of("two: rate"), of("one: rate")),
      result("journal, one node: rate", "events/s", of("one: rate")),
      result("journal, two nodes: rate", "events/s", of("two: rate")),
      result("row per event: rate", "events/s", of("rows: rate")),
      result("journal, one node: PostgreSQL's CPU per event", "µs", of("one: server")),
      result("row per event: PostgreSQL's CPU per event", "µs", of("rows: server")),
      result("row per event, head and run: PostgreSQL's CPU per event", "µs", of("kept: server")),
      result("journal, one node: the node's CPU per event", "µs", of("one: node")),
      result("journal: wait of a lone commit", "ms", of("one: wait")),
      result("row per event: wait of a lone commit", "ms", of("rows: wait")),
      result("row per event, head and run: wait of a lone commit", "ms", of("kept: wait")),
    ],
    goals: [
      atMost(wait.name, 2, "×", wait.median),
      atMost(cost.name, 4, "×", cost.median),
      atMost(keptCost.name, 1.5, "×", keptCost.median),
    ],
  };
}

/** All of them at the same time, each with that many events. */
async function together(
  server: Awaited<ReturnType<typeof startPostgres>>,
  children: readonly Child<EngineCalls>[],
  events: number,
) {
  const before = server.cpuUs();
  const done = await Promise.all(children.map((child) => child.call("append", { events, underWay })));
  const all = events * children.length;
  return {
    perSecond: (all * 1_000) / Math.max(...done.map(({ elapsedMs }) => elapsedMs)),
    nodeUs: done.reduce((sum, { cpuUs }) => sum + cpuUs, 0) / all,
    serverUs: (server.cpuUs() - before) / all,
  };
}
