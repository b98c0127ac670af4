/**
 * One chapter of chaos in a cluster: real people on equal nodes, faults from one seed; then all is mended,
 * everything has to end and to be shown, the nodes have to stop politely, and what the database holds is judged.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openPostgresJournal } from "@goldenpath/journal";
import { randomId, systemClock } from "@goldenpath/protocol";
import { type Account, signUp } from "../chaos/account.ts";
import { readEffects } from "../chaos/agents.ts";
import { type Tally, takeovers, tally } from "../chaos/chapter.ts";
import { Findings, judge } from "../chaos/judge.ts";
import { People } from "../chaos/people.ts";
import { readLog, type Store } from "../chaos/remains.ts";
import { settle } from "../chaos/scene.ts";
import { Cluster } from "../servers/cluster.ts";
import type { Violation } from "../simulation/history.ts";
import { Random } from "../simulation/random.ts";
import { ClusterFaults } from "./faults.ts";

export interface ClusterPlan {
  readonly seed: number;
  readonly nodes: number;
  readonly nats: boolean;
  /** PostgreSQL has a standby, and fails over to it. */
  readonly standby: boolean;
  readonly users: number;
  readonly tabsPerUser: number;
  readonly actionMs: number;
  readonly quietMs: number;
  /** How long things go wrong. */
  readonly activeMs: number;
  /** Or until so many have gone wrong: each kind in turn. */
  readonly faultsMax?: number;
}

export interface ClusterVerdict extends Tally {
  readonly seed: number;
  readonly kills: number;
  readonly starts: number;
  readonly faults: Readonly<Record<string, number>>;
  /** From the first fault after the last event of the attempt that was lost to the first event of the one that took over. */
  readonly takeoverMs: readonly number[];
  readonly disk: string;
  readonly violations: readonly Violation[];
  readonly folder: undefined;
}

export async function playClusterChapter(plan: ClusterPlan): Promise<ClusterVerdict> {
  const { seed, nodes, nats, standby, users, tabsPerUser, actionMs, quietMs } = plan;
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-cluster-chaos-"));
  const effectsFile = join(folder, "effects");
  writeFileSync(effectsFile, "");
  const random = new Random(seed);
  const findings = new Findings();
  const cluster = await Cluster.start({
    nodes,
    nats,
    standby,
    fsync: true,
    command: [join(import.meta.dirname, "server.ts")],
    environment: { CHAOS_SEED: String(seed), CHAOS_EFFECTS: effectsFile, GOLDENPATH_LOG: "error" },
  });
  try {
    const accounts: Account[] = [];
    for (let user = 1; user <= users; user++)
      accounts.push(await signUp(cluster.url, `user${user}`, `10.0.${user >> 8}.${user & 255}`));
    const people = new People({ random: random.fork("people"), accounts, tabsPerUser, actionMs });
    const died = (detail: string) => findings.violated("crash", detail);
    const { faultsMax } = plan;
    const faults = new ClusterFaults({
      random: random.fork("faults"),
      cluster,
      quietMs,
      died,
      ...(faultsMax === undefined ? {} : { faultsMax }),
    });
    await Promise.race([pause(plan.activeMs), faults.over]);
    people.settleDown();
    await faults.end();
    await settle(findings, [], people);
    for (const node of cluster.nodes) {
      const exit = await node.stop();
      if (exit.code !== 0) findings.violated("drain", `SIGTERM ended ${node.name} with ${exit.code}`);
    }
    for (const tab of people.openTabs) tab.look();
    const store = await openStore(cluster, accounts);
    // A node that is cut off asks for ended sessions every ten seconds, the others every second.
    await judge({ findings, store, people, effects: readEffects(effectsFile), revokeMsMax: 16_000 });
    await store.inner.close();
    for (const tab of people.openTabs) tab.close();
    return verdictOf(plan, findings, people, faults, store);
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openStore(cluster: Cluster, accounts: readonly Account[]): Promise<Store> {
  const opened = await openPostgresJournal({
    url: cluster.database.url,
    clock: systemClock,
    makeId: randomId,
  });
  if (opened.is === "failed") throw new Error(opened.message);
  const logs = new Map<string, readonly string[]>();
  for (const { userId } of accounts) logs.set(userId, await readLog(opened.journal, userId));
  return { inner: opened.journal, logs };
}

function verdictOf(
  { seed, nodes }: ClusterPlan,
  { violations }: Findings,
  people: People,
  { counts, begunAt }: ClusterFaults,
  { logs }: Store,
): ClusterVerdict {
  const kills = counts.get("node killed") ?? 0;
  return {
    seed,
    kills,
    starts: nodes + kills + (counts.get("node stopped") ?? 0),
    ...tally(people, logs),
    faults: Object.fromEntries(counts),
    takeoverMs: takeovers(logs, begunAt),
    disk: "postgres",
    violations,
    folder: undefined,
  };
}
