/**
 * `npm run rolling-restart -- [--nodes N] [--restarts R] [--seed S] [--json]`: stops and starts one server after
 * the other politely under load, each R times (default 5), and measures how long each page was without a
 * server. One node (the default) keeps everything in its folder; several share a PostgreSQL that is started for
 * them, behind a balancer that asks who is healthy. Ends with 1 when anything was lost, repeated, reordered,
 * leaked or left unfinished.
 */
import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Balancer } from "../servers/balancer.ts";
import { TcpProxy } from "../servers/proxy.ts";
import { takeovers } from "./chapter.ts";
import { type Harm, harmOf, harms } from "./judge.ts";
import { type Front, openScene } from "./scene.ts";
import type { Tab } from "./tab.ts";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1" },
    restarts: { type: "string", default: "5" },
    seed: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const nodes = Number(values.nodes);
const restarts = Number(values.restarts);
const seed = values.seed === undefined ? randomInt(1, 1_000_000_000) : Number(values.seed);
if (![nodes, restarts, seed].every((one) => Number.isSafeInteger(one) && one > 0)) {
  console.error("rolling-restart: --nodes, --restarts and --seed have to be whole numbers above 0");
  process.exit(2);
}
/** As long as the product's own default. */
const drainMs = nodes > 1 ? 5_000 : 2_000;
const betweenMs = 3_000;

const scene = await openScene(
  { seed, nodes, users: 20, tabsPerUser: 10, actionMs: 4_000, drainMs, restartMsMax: 0 },
  ([port = 0, ...others]): Promise<Front> =>
    others.length === 0 ? TcpProxy.open(port) : Balancer.open([port, ...others]),
);
const stalls: number[] = [];
const downs: number[] = [];
/** How long each run that changed hands said nothing: its agent's own silence is in it. */
const handovers: number[] = [];
try {
  await eachLive(scene.people.openTabs);
  for (let restart = 0; restart < restarts; restart++) {
    for (const host of scene.hosts) {
      await pause(betweenMs);
      const watched = scene.people.openTabs.filter(({ client }) => client.state.is === "live");
      const watches = watched.map(watchStall);
      const { starts } = host;
      host.restart();
      await until(() => host.starts > starts);
      const downAt = performance.now();
      await until(() => host.isReady);
      downs.push(performance.now() - downAt);
      await eachLive(watched);
      for (const watch of watches) stalls.push(watch());
    }
  }
  handovers.push(...takeovers(await scene.judge()));
} finally {
  await scene.close();
}

const harmed: Record<Harm, number> = { lost: 0, repeated: 0, reordered: 0, leaked: 0, unfinished: 0 };
for (const violation of scene.findings.violations) {
  harmed[harmOf(violation)]++;
  console.error(`${violation.rule}: ${violation.detail}`);
}
const stallMs = { p50: quantile(stalls, 0.5), p99: quantile(stalls, 0.99), max: quantile(stalls, 1) };
const handoverMs = {
  p50: quantile(handovers, 0.5),
  p99: quantile(handovers, 0.99),
  max: quantile(handovers, 1),
};
const startMs = { p50: quantile(downs, 0.5), max: quantile(downs, 1) };
const result = {
  nodes,
  restarts: restarts * nodes,
  clients: 200,
  drainMs,
  stallMs,
  startMs,
  handovers: handovers.length,
  handoverMs,
  ...harmed,
  seed,
};
console.log(values.json ? JSON.stringify(result) : result);
process.exitCode = harms.some((harm) => harmed[harm] > 0) ? 1 : 0;

/** Begins to measure; the answer is how long the page was not live since, in one piece. */
function watchStall({ client }: Tab): () => number {
  let lostAt: number | undefined;
  let longest = 0;
  const look = () => {
    const now = performance.now();
    if (client.state.is !== "live") lostAt ??= now;
    else if (lostAt !== undefined) {
      longest = Math.max(longest, now - lostAt);
      lostAt = undefined;
    }
  };
  const stop = client.subscribe(look);
  return () => {
    stop();
    return longest;
  };
}

/** Pages reload all the time: all of them are hardly ever live at one moment, each of them soon is or is closed. */
async function eachLive(tabs: readonly Tab[]): Promise<void> {
  let away = tabs;
  await until(() => {
    away = away.filter(({ open, client }) => open && client.state.is !== "live");
    return away.length === 0;
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(5);
}

function quantile(measured: readonly number[], share: number): number {
  const sorted = measured.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
