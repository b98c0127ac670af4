/** One, two and three nodes on one PostgreSQL, hearing each other over NATS or over NOTIFY. */
import { NatsServer } from "../tests/servers/nats.ts";
import { type PostgresServer, startPostgres } from "../tests/servers/postgres.ts";
import type { Bench, BenchRun } from "./bench.ts";
import { Child } from "./child.ts";
import type { Delays, LoadCalls } from "./load/load.ts";
import type { ClusterNodeCalls } from "./server/cluster-node.ts";
import type { Emission } from "./server/emission.ts";
import { loadFile } from "./stage.ts";
import { ratio, result } from "./statistics.ts";

const nodeFile = new URL("server/cluster-node.ts", import.meta.url);
const pacePerSecond = 600;
const lines = ["NATS", "NOTIFY"] as const;
type LineName = (typeof lines)[number];

export const bench: Bench = {
  name: "cluster",
  question:
    "What does an event cost on one, two and three nodes that share a PostgreSQL, and how long is it on its way to a page on another node?",
  workload: `360 users, their runs spread over the nodes, each with two tabs: one on the run's node, one on the next. Events of 300 bytes, each a commit of its own; one of every user under way, as fast as it goes, and at ${pacePerSecond} a second of all nodes together.`,
  baseline: "One node of the same program, where both tabs are its own.",
  notMeasured:
    "Networks, and how much faster three machines are than one: nodes, PostgreSQL, NATS and the clients share the machine's cores, so events per second fall as soon as these are busy. What travels is the CPU time for an event.",
  run,
};

async function run(run: BenchRun) {
  const { rounds, quick, note } = run;
  const users = quick ? 120 : 360;
  const nodeCounts = quick ? [1, 3] : [1, 2, 3];
  const eventsPerUser = quick ? 20 : 40;
  const pacedPerUser = Math.round((pacePerSecond * (quick ? 1 : 3)) / users);
  const postgres = await startPostgres();
  const nats = await NatsServer.start();
  const clusters = new Map<string, BenchCluster>();
  const figures = new Map<string, number[]>();
  const put = (name: string, value: number) => figures.set(name, [...(figures.get(name) ?? []), value]);
  try {
    for (const line of lines) {
      for (const count of nodeCounts) {
        const key = keyOf(line, count);
        note(`starts ${key}`);
        clusters.set(key, await BenchCluster.start({ line, count, users, postgres, nats }));
      }
    }
    for (let round = 0; round <= rounds; round++) {
      note(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
      for (const [key, cluster] of clusters) {
        const fast = await cluster.turn({ eventsPerUser, atOnce: 1 });
        const paced = await cluster.turn({
          eventsPerUser: pacedPerUser,
          atOnce: 1,
          perSecond: pacePerSecond,
        });
        if (round === 0) continue;
        const { events } = fast;
        put(`${key}: rate`, (events * 1_000) / fast.elapsedMs);
        put(`${key}: all`, (events * 1_000_000) / (fast.nodesUs + fast.postgresUs + fast.natsUs));
        put(`${key}: nodes`, fast.nodesUs / events);
        put(`${key}: postgres`, fast.postgresUs / events);
        put(`${key}: nats`, fast.natsUs / events);
        put(`${key}: paced nodes`, paced.nodesUs / paced.events);
        put(`${key}: paced postgres`, paced.postgresUs / paced.events);
        put(`${key}: p50`, paced.other.p50Ms);
        put(`${key}: p99`, paced.other.p99Ms);
      }
    }
  } finally {
    for (const cluster of clusters.values()) await cluster.close();
    await nats.close();
    await postgres.close();
  }
  const of = (name: string) => figures.get(name) ?? [];
  const each = (title: string, unit: string, figure: string) =>
    [...clusters.keys()].map((key) => result(`${key}: ${title}`, unit, of(`${key}: ${figure}`)));
  const three = (line: LineName, figure: string) => of(`${keyOf(line, 3)}: ${figure}`);
  return {
    results: [
      ...lines.map((line) =>
        ratio(
          `events per CPU-second, ${line}: three nodes ÷ one`,
          three(line, "all"),
          of(`${keyOf(line, 1)}: all`),
        ),
      ),
      ratio(
        "events per CPU-second, three nodes: NOTIFY ÷ NATS",
        three("NOTIFY", "all"),
        three("NATS", "all"),
      ),
      ratio(
        "to a page on another node, three nodes: p99, NOTIFY ÷ NATS",
        three("NOTIFY", "p99"),
        three("NATS", "p99"),
      ),
      ...each("events a second", "events/s", "rate"),
      ...each("events per CPU-second of nodes, PostgreSQL and NATS", "events/CPU-s", "all"),
      ...each("the nodes' CPU per event", "µs", "nodes"),
      ...each("PostgreSQL's CPU per event", "µs", "postgres"),
      ...each("NATS' CPU per event", "µs", "nats").filter(({ name }) => name.startsWith("NATS")),
      ...each(`${pacePerSecond}/s: the nodes' CPU per event`, "µs", "paced nodes"),
      ...each(`${pacePerSecond}/s: PostgreSQL's CPU per event`, "µs", "paced postgres"),
      ...each(`${pacePerSecond}/s, to the second tab: p50`, "ms", "p50"),
      ...each(`${pacePerSecond}/s, to the second tab: p99`, "ms", "p99"),
    ],
    goals: [],
  };
}

function keyOf(line: LineName, count: number): string {
  return `${line}, ${count} ${count === 1 ? "node" : "nodes"}`;
}

interface ClusterParts {
  readonly line: LineName;
  readonly count: number;
  readonly users: number;
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
}

interface ClusterTurn {
  readonly events: number;
  readonly elapsedMs: number;
  readonly nodesUs: number;
  readonly postgresUs: number;
  readonly natsUs: number;
  /** Of the tab on the node that is not the run's, where there is one. */
  readonly other: Delays;
}

/** So many nodes on a database of their own, with all users' tabs connected. */
class BenchCluster {
  readonly #parts: ClusterParts;
  readonly #nodes: readonly Child<ClusterNodeCalls>[];
  readonly #load = Child.start<LoadCalls>(loadFile);

  private constructor(parts: ClusterParts, nodes: readonly Child<ClusterNodeCalls>[]) {
    this.#parts = parts;
    this.#nodes = nodes;
  }

  static async start(parts: ClusterParts): Promise<BenchCluster> {
    const { line, count, postgres, nats } = parts;
    const { ownerUrl } = await postgres.createDatabase();
    const args = line === "NATS" ? [ownerUrl, nats.url] : [ownerUrl];
    const nodes = Array.from({ length: count }, () => Child.start<ClusterNodeCalls>(nodeFile, args));
    const cluster = new BenchCluster(parts, nodes);
    try {
      await cluster.#join();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  async #join(): Promise<void> {
    const { users } = this.#parts;
    const ownUsers = users / this.#nodes.length;
    const ports: number[] = [];
    for (const [index, node] of this.#nodes.entries()) {
      ports.push(await node.call("listen", { users, first: index * ownUsers, count: ownUsers }));
    }
    for (const index of this.#nodes.keys()) {
      for (const [tab, port] of [ports[index], ports[(index + 1) % ports.length]].entries()) {
        await this.#load.call("join", {
          key: tabKey(index, tab),
          port: port ?? 0,
          dialect: "goldenpath",
          users: ownUsers,
          connectionsPerUser: 1,
          firstUser: index * ownUsers,
          timed: true,
        });
      }
    }
  }

  /** Everybody's events, on all nodes at once; `perSecond` is of all of them together. */
  async turn(emission: Emission): Promise<ClusterTurn> {
    const nothing = { eventsPerUser: 0, atOnce: 1 };
    for (const node of this.#nodes) await node.call("prepare");
    const before = await this.#emitted(nothing);
    await this.#all((key) => this.#load.call("delays", { key }));
    const { users, postgres, nats } = this.#parts;
    const began = {
      atMs: performance.now(),
      nodes: await this.#cpuUs(),
      postgres: postgres.cpuUs(),
      nats: nats.cpuUs(),
    };
    const { perSecond } = emission;
    const share = perSecond === undefined ? {} : { perSecond: perSecond / this.#nodes.length };
    const events = (await this.#emitted({ ...emission, ...share })) - before;
    const elapsedMs = performance.now() - began.atMs;
    if (events !== emission.eventsPerUser * users)
      throw new Error(`The round is void: ${events} events were committed`);
    const turn = {
      events,
      elapsedMs,
      nodesUs: (await this.#cpuUs()) - began.nodes,
      postgresUs: postgres.cpuUs() - began.postgres,
      natsUs: nats.cpuUs() - began.nats,
    };
    const delays = await this.#all((key) => this.#load.call("delays", { key }));
    return { ...turn, other: worst(delays.filter((_, at) => at % 2 === 1)) };
  }

  /** Answers how many events there are in all, once both tabs of everybody have them. */
  async #emitted(emission: Emission): Promise<number> {
    const totals = await Promise.all(this.#nodes.map((node) => node.call("emit", emission)));
    await this.#all((key, index) => this.#load.call("receive", { key, total: totals[index] ?? 0 }));
    return totals.reduce((sum, total) => sum + total, 0);
  }

  /** Of each node's users first one tab, then the other. */
  #all<T>(call: (key: string, index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(
      [...this.#nodes.keys()].flatMap((index) => [0, 1].map((tab) => call(tabKey(index, tab), index))),
    );
  }

  async #cpuUs(): Promise<number> {
    const all = await Promise.all(this.#nodes.map((node) => node.call("cpuUs")));
    return all.reduce((sum, one) => sum + one, 0);
  }

  async close(): Promise<void> {
    await this.#load.kill();
    for (const node of this.#nodes) await node.kill();
  }
}

function tabKey(index: number, tab: number): string {
  return `node ${index}, tab ${tab}`;
}

function worst(delays: readonly Delays[]): Delays {
  return {
    count: delays.reduce((sum, { count }) => sum + count, 0),
    p50Ms: Math.max(...delays.map(({ p50Ms }) => p50Ms)),
    p99Ms: Math.max(...delays.map(({ p99Ms }) => p99Ms)),
  };
}
