/**
 * `npm run chaos`: chapters on one server or on several nodes with Postgres and NATS, until the time is over. `help` below says how.
 */
import { randomInt } from "node:crypto";
import { type ClusterPlan, type ClusterVerdict, playClusterChapter } from "../cluster/chapter.ts";
import { optionsOf, refuse } from "../command-line.ts";
import { Random } from "../simulation/random.ts";
import { type ChapterPlan, type ChapterVerdict, playChapter } from "./chapter.ts";
import { type Harm, harmOf, harms } from "./judge.ts";

const help = `npm run chaos -- [options]

Starts the product, lets people work with it, kills and hinders it, and judges what they were shown.

  --minutes M   for so long, default 2
  --nodes N     1 to 16 nodes; more than one with Postgres and NATS, default 1
  --seed S      the first chapter's, a whole number; default: one that the time picks
  --json        print the result as JSON

Exit code: 0 nothing was lost, repeated, reordered, leaked or left unfinished, 1 something was, 2 it could not run.`;

const values = optionsOf(help, {
  nodes: { type: "string", default: "1" },
  minutes: { type: "string", default: "2" },
  seed: { type: "string" },
  json: { type: "boolean", default: false },
});
const nodes = Number(values.nodes);
const minutes = Number(values.minutes);
const firstSeed = values.seed === undefined ? randomInt(1, 1_000_000_000) : Number(values.seed);
const isPlan = Number.isInteger(nodes) && nodes >= 1 && nodes <= 16 && minutes > 0;
if (!isPlan || !Number.isSafeInteger(firstSeed)) {
  refuse(help, "chaos: --nodes is 1 to 16, --minutes above 0, and --seed a whole number");
}

const startedAt = performance.now();
const endsAt = startedAt + minutes * 60_000;
const harmed: Record<Harm, number> = { lost: 0, repeated: 0, reordered: 0, leaked: 0, unfinished: 0 };
const sums = { kills: 0, starts: 0, clients: 0, connections: 0, runs: 0, events: 0, delivered: 0 };
const ends: Record<string, number> = {};
const faults: Record<string, number> = {};
const disks = new Set<string>();
const takeoverMs: number[] = [];
const failedSeeds: number[] = [];
let chapters = 0;
for (let seed = firstSeed; performance.now() < endsAt; seed++) {
  const leftMs = endsAt - performance.now();
  const verdict =
    nodes === 1
      ? await playChapter(planOf(seed, leftMs))
      : await playClusterChapter(clusterPlanOf(seed, nodes, leftMs));
  chapters++;
  for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += verdict[key];
  if (isOfCluster(verdict)) takeoverMs.push(...verdict.takeoverMs);
  add(ends, verdict.ends);
  add(faults, verdict.faults);
  disks.add(verdict.disk);
  for (const violation of verdict.violations) harmed[harmOf(violation)]++;
  if (verdict.violations.length > 0) failedSeeds.push(seed);
  if (!values.json || verdict.violations.length > 0) tell(verdict);
}
const { kills, runs, events, ...more } = sums;
const seconds = Math.round((performance.now() - startedAt) / 1000);
const result = { kills, runs, events, ...harmed, ...more, chapters, seconds, firstSeed, failedSeeds };
const disk = [...disks].join();
takeoverMs.sort((a, b) => a - b);
const takeovers = {
  count: takeoverMs.length,
  p50Ms: takeoverMs[takeoverMs.length >> 1],
  maxMs: takeoverMs.at(-1),
};
const whole = { ...result, ends, faults, disk, ...(nodes > 1 && { nodes, takeovers }) };
console.log(values.json ? JSON.stringify(whole) : whole);
process.exitCode = harms.some((harm) => harmed[harm] > 0) ? 1 : 0;

/** Chapters differ: from servers that hardly get to listen to ones that live for many seconds. */
function planOf(seed: number, leftMs: number): ChapterPlan {
  const random = new Random(seed).fork("plan");
  const lifeMs = random.pick([250, 400, 800, 1_500, 5_000]) ?? 600;
  return {
    seed,
    users: random.whole(8, 20),
    tabsPerUser: random.whole(8, 14),
    actionMs: random.between(2_500, 8_000),
    lifeMs,
    killsMax: Number.POSITIVE_INFINITY,
    activeMsMax: Math.min(random.between(45_000, 120_000), Math.max(10_000, leftMs - 15_000)),
  };
}

function clusterPlanOf(seed: number, count: number, leftMs: number): ClusterPlan {
  const random = new Random(seed).fork("plan");
  return {
    seed,
    nodes: count,
    // One in four hears the others over Postgres alone.
    nats: random.chance(0.75),
    standby: random.chance(0.5),
    users: random.whole(8, 20),
    tabsPerUser: random.whole(3, 6),
    actionMs: random.between(2_500, 8_000),
    quietMs: random.between(500, 4_000),
    // Starting, mending and judging take about as long as what is taken away here.
    activeMs: Math.max(20_000, Math.min(leftMs - 45_000, random.between(60_000, 150_000))),
  };
}

function isOfCluster(verdict: ChapterVerdict | ClusterVerdict): verdict is ClusterVerdict {
  return "takeoverMs" in verdict;
}

function add(to: Record<string, number>, from: Readonly<Record<string, number>>): void {
  for (const [key, times] of Object.entries(from)) to[key] = (to[key] ?? 0) + times;
}

function tell({
  seed,
  kills,
  runs,
  events,
  clients,
  violations,
  folder,
}: ChapterVerdict | ClusterVerdict): void {
  console.error(
    `chapter ${seed}: ${clients} clients, ${kills} kills, ${runs} runs, ${events} events, ${violations.length} broken`,
  );
  for (const { rule, detail } of violations.slice(0, 20)) console.error(`  ${rule}: ${detail}`);
  if (folder !== undefined) console.error(`  its data: ${folder}; again: npm run chaos -- --seed ${seed}`);
}
