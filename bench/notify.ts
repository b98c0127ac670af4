/** Where NOTIFY between nodes stops scaling, by how many nodes there are and how much they tell. */
import pg from "pg";
import { NatsServer } from "../tests/servers/nats.ts";
import { type PostgresServer, startPostgres } from "../tests/servers/postgres.ts";
import type { Bench, BenchRun } from "./bench.ts";
import { Child } from "./child.ts";
import type { CarriersCalls, Telling } from "./server/carriers.ts";
import { ratio, result } from "./statistics.ts";

const carriersFile = new URL("server/carriers.ts", import.meta.url);
const lines = ["NATS", "NOTIFY"] as const;
const nodeCounts = [2, 8, 32] as const;
const rates = [500, 4_000, 16_000] as const;
const nodesOfRates = 3;
const rateOfNodes = 1_000;
const sessionCounts = [1, 4, 16] as const;

/** What one session does again and again, each a transaction of its own. */
const transactions = {
  "a row inserted": "INSERT INTO public.told (text) VALUES ($1)",
  NOTIFY: "SELECT pg_notify('bench', $1)",
} as const;
type Transaction = keyof typeof transactions;

export const bench: Bench = {
  name: "notify",
  question: "How much, and between how many nodes, can NOTIFY tell before it is the bottleneck?",
  workload: `The nodes' own carriers, in one process, without journals: ${rateOfNodes} commits a second of 1,000 users between 2 to 32 nodes, and ${rates.join(", ")} a second between ${nodesOfRates}; each user has a page on the node after the run's. And bare sessions that insert or notify as fast as they can.`,
  baseline: "NATS with the same; sessions that insert a row, whose commits are synced together.",
  notMeasured:
    "Networks, reading the journal after a notice, other work of the same PostgreSQL. Carriers, servers and clients share the machine's cores.",
  rounds: 3,
  run,
};

async function run({ rounds, quick, note }: BenchRun) {
  const forMs = quick ? 500 : 3_000;
  const postgres = await startPostgres();
  const nats = await NatsServer.start();
  const { ownerUrl } = await postgres.createDatabase();
  const carriers = Child.start<CarriersCalls>(carriersFile, [ownerUrl, nats.url]);
  const figures = new Map<string, number[]>();
  const put = (name: string, value: number) => figures.set(name, [...(figures.get(name) ?? []), value]);
  const tell = async (key: string, telling: Telling, kept: boolean) => {
    const before = telling.line === "NATS" ? nats.cpuUs() : postgres.cpuUs();
    const { told, count, p50Ms, p99Ms, cpuUs } = await carriers.call("tell", telling);
    const spent = (telling.line === "NATS" ? nats.cpuUs() : postgres.cpuUs()) - before;
    if (count !== told)
      throw new Error(`The round is void: of ${told} told over ${telling.line}, ${count} were heard`);
    if (!kept) return;
    put(`${key}: p50`, p50Ms);
    put(`${key}: p99`, p99Ms);
    put(`${key}: server`, spent / told);
    put(`${key}: nodes`, cpuUs / told);
  };
  const keys: string[] = [];
  try {
    await postgres.query("CREATE TABLE public.told (text text)", ownerUrl);
    for (let round = 0; round <= rounds; round++) {
      note(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
      const tellings = lines.flatMap((line) => [
        ...nodeCounts.map((nodes) => ({ line, nodes, perSecond: rateOfNodes })),
        ...rates.map((perSecond) => ({ line, nodes: nodesOfRates, perSecond })),
      ]);
      for (const { line, nodes, perSecond } of round === 0 ? tellings.slice(0, 1) : tellings) {
        const key = `${line}, ${nodes} nodes, ${perSecond}/s`;
        if (round > 0 && !keys.includes(key)) keys.push(key);
        await tell(key, { line, nodes, perSecond, forMs }, round > 0);
      }
      for (const name of Object.keys(transactions) as Transaction[]) {
        for (const sessions of sessionCounts) {
          const perSecond = await saturate(postgres, ownerUrl, name, sessions, forMs);
          if (round > 0) put(transactionKey(name, sessions), perSecond);
        }
      }
    }
  } finally {
    await carriers.kill();
    await nats.close();
    await postgres.close();
  }
  const of = (name: string) => figures.get(name) ?? [];
  const each = (title: string, unit: string, figure: string) =>
    keys.map((key) => result(`${key}: ${title}`, unit, of(`${key}: ${figure}`)));
  const [few, many] = [sessionCounts[0], sessionCounts.at(-1) ?? 1];
  return {
    results: [
      ...(Object.keys(transactions) as Transaction[]).map((name) =>
        ratio(
          `transactions a second, ${name}: ${many} sessions ÷ ${few}`,
          of(transactionKey(name, many)),
          of(transactionKey(name, few)),
        ),
      ),
      ...(Object.keys(transactions) as Transaction[]).flatMap((name) =>
        sessionCounts.map((count) =>
          result(transactionKey(name, count), "/s", of(transactionKey(name, count))),
        ),
      ),
      ...each("p50", "ms", "p50"),
      ...each("p99", "ms", "p99"),
      ...each("the server's CPU for a commit told", "µs", "server"),
      ...each("the nodes' CPU for a commit told", "µs", "nodes"),
    ],
    goals: [],
  };
}

function transactionKey(name: Transaction, sessions: number): string {
  return `${name}: ${sessions} ${sessions === 1 ? "session" : "sessions"}`;
}

/** Transactions a second of so many sessions, each with one under way at a time. */
async function saturate(
  postgres: PostgresServer,
  url: string,
  name: Transaction,
  sessions: number,
  forMs: number,
): Promise<number> {
  const clients = Array.from({ length: sessions }, () => new pg.Client({ connectionString: url }));
  try {
    await Promise.all(clients.map((client) => client.connect()));
    const began = performance.now();
    let done = 0;
    await Promise.all(
      clients.map(async (client) => {
        for (; performance.now() - began < forMs; done++)
          await client.query({ name: "told", text: transactions[name], values: ["x".repeat(100)] });
      }),
    );
    return (done * 1_000) / (performance.now() - began);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await postgres.query("TRUNCATE public.told", url);
  }
}
