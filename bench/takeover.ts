/** How long a run stands still when its node is killed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Line } from "../tests/adversary/line.ts";
import { type Account, signUp } from "../tests/chaos/account.ts";
import { Cluster, type ClusterNode } from "../tests/servers/cluster.ts";
import { root } from "../tests/servers/server-process.ts";
import { atMost, type Bench, type BenchRun } from "./bench.ts";
import { result } from "./statistics.ts";

const nodes = 3;
const runsPerKill = 8;
/** J5 */
const takeoverMsMax = 30_000;

export const bench: Bench = {
  name: "takeover",
  question: "A node is killed: how long until another one goes on with its runs?",
  workload: `${nodes} nodes of the whole product on PostgreSQL and NATS; ${runsPerKill} runs of one of them under way, each of another person, whose page is on the next node; then SIGKILL. From there to the first event of the run's next attempt on that page. A round is a kill.`,
  baseline: "None: a lease of 10 s, renewed every 3 s, is most of it.",
  notMeasured:
    "Machines that vanish with their sockets, networks, many more runs than one look of a node takes over (16).",
  rounds: 12,
  run,
};

async function run({ rounds, quick, note }: BenchRun) {
  const kills = quick ? Math.min(rounds, 2) : rounds;
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-takeover-"));
  writeFileSync(join(folder, "effects"), "");
  const firsts: number[] = [];
  const lasts: number[] = [];
  const all: number[] = [];
  const cluster = await Cluster.start({
    nodes,
    command: [join(root, "tests/cluster/server.ts")],
    environment: { CHAOS_SEED: "1", CHAOS_EFFECTS: join(folder, "effects"), GOLDENPATH_LOG: "error" },
  });
  try {
    const people: Account[] = [];
    for (let at = 0; at < runsPerKill; at++)
      people.push(await signUp(cluster.url, `user${at}`, `10.0.0.${at + 1}`));
    for (let kill = 0; kill < kills; kill++) {
      note(`kill ${kill + 1} of ${kills}`);
      const [killed, watching] = [cluster.nodes[kill % nodes], cluster.nodes[(kill + 1) % nodes]];
      if (!killed || !watching) throw new RangeError("the cluster has no such node");
      const tookMs = await killUnder(cluster, people, killed, watching);
      all.push(...tookMs);
      firsts.push(Math.min(...tookMs));
      lasts.push(Math.max(...tookMs));
      killed.start();
      await killed.ready;
      await cluster.healthy(nodes);
    }
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const each = result(`a run stands still (${all.length} runs, ${kills} kills)`, "ms", all);
  return {
    results: [
      each,
      result("until the first run of a node goes on", "ms", firsts),
      result("until the last run of a node goes on", "ms", lasts),
    ],
    goals: [atMost("a run stands still, at most", takeoverMsMax, "ms", each.max)],
  };
}

/** How long each person's run stood still. */
async function killUnder(
  cluster: Cluster,
  people: readonly Account[],
  killed: ClusterNode,
  watching: ClusterNode,
): Promise<readonly number[]> {
  const page = ({ cookie }: Account, { url }: ClusterNode, heard: () => void) =>
    new Line({ url, origin: cluster.url, cookie, heard }).hello();
  const watches = await Promise.all(
    people.map(async (person) => {
      const line = await page(person, killed, () => undefined);
      let heardMs = 0;
      const watch = await page(person, watching, () => {
        heardMs = performance.now();
      });
      // Nobody decides: the run waits, so that all that is measured is who takes it over.
      const { runId } = await line.ask("may I?", "asker");
      await watch.event("approval_requested", runId);
      const resumed = async () => {
        await watch.event("agent_resumed", runId);
        return heardMs;
      };
      return { watch, runId, resumed: resumed() };
    }),
  );
  const killedMs = performance.now();
  await killed.kill();
  const resumedMs = await Promise.all(watches.map(({ resumed }) => resumed));
  for (const { watch, runId } of watches) {
    await watch.command({ id: `stop-${runId}`, type: "cancel", runId });
    await watch.end(runId);
    watch.hangUp();
  }
  return resumedMs.map((ms) => ms - killedMs);
}
