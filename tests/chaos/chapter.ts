/**
 * One chapter of chaos: a fresh real server, real people on it, faults from one seed; then all is mended,
 * everything has to end and to be shown, the server has to stop politely, and its remains are judged.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { TcpProxy } from "../servers/proxy.ts";
import { freePort } from "../servers/server-process.ts";
import type { Violation } from "../simulation/history.ts";
import { Random } from "../simulation/random.ts";
import { type Account, signUp } from "./account.ts";
import { readEffects } from "./agents.ts";
import { Faults } from "./faults.ts";
import { Host } from "./host.ts";
import { Findings, judge } from "./judge.ts";
import { People } from "./people.ts";
import { openStore } from "./remains.ts";
import type { ChaosServerOptions } from "./server.ts";
import { makeSmallDisk } from "./small-disk.ts";

export interface ChapterPlan {
  readonly seed: number;
  readonly users: number;
  readonly tabsPerUser: number;
  readonly actionMs: number;
  /** Mean life of a server process. */
  readonly lifeMs: number;
  /** Faults go on until so many processes were killed, or the time is over. */
  readonly killsMax: number;
  readonly activeMsMax: number;
}

export interface ChapterVerdict {
  readonly seed: number;
  readonly kills: number;
  readonly starts: number;
  readonly clients: number;
  readonly connections: number;
  readonly runs: number;
  readonly events: number;
  /** Events that reached clients over sockets, each as often as it travelled. */
  readonly delivered: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly disk: string;
  readonly violations: readonly Violation[];
  /** Kept when a rule was broken. */
  readonly folder: string | undefined;
}

const drainMs = 500;
const settleMsMax = 90_000;

export async function playChapter(plan: ChapterPlan): Promise<ChapterVerdict> {
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-chaos-"));
  const effectsFile = join(folder, "effects");
  writeFileSync(effectsFile, "");
  const disk = makeSmallDisk(folder);
  const random = new Random(plan.seed);
  const findings = new Findings();
  const port = await freePort();
  const proxy = await TcpProxy.open(port);
  const { url } = proxy;
  const options: ChaosServerOptions = { seed: plan.seed, port, url, data: disk.data, effectsFile, drainMs };
  const restarts = random.fork("restarts");
  let faults: Faults | undefined;
  const host = new Host({
    command: [join(import.meta.dirname, "server.ts"), JSON.stringify(options)],
    restartMs: () => restarts.between(0, 120),
    excused: () => faults?.isDiskFull ?? false,
    died: (exit, output) =>
      findings.violated("crash", `the server ended with ${exit.signal ?? exit.code}: ${output}`),
  });
  try {
    await host.listening();
    const accounts: Account[] = [];
    for (let user = 1; user <= plan.users; user++)
      accounts.push(await signUp(url, `user${user}`, `10.0.0.${user}`));
    const people = new People({
      random: random.fork("people"),
      accounts,
      tabsPerUser: plan.tabsPerUser,
      actionMs: plan.actionMs,
    });
    faults = new Faults({ random: random.fork("faults"), host, proxy, disk, lifeMs: plan.lifeMs });
    const endsAt = performance.now() + plan.activeMsMax;
    while (host.kills < plan.killsMax && performance.now() < endsAt) await pause(50);
    await faults.heal();
    people.settleDown();
    await settle(findings, host, people);
    const exit = await host.stop();
    if (exit.code !== 0)
      findings.violated("drain", `SIGTERM ended the server with ${exit.signal ?? exit.code}`);
    for (const tab of people.openTabs) tab.look();
    const userIds = accounts.map(({ userId }) => userId);
    const store = await openStore(disk.data, userIds);
    await judge({ findings, store, people, effects: readEffects(effectsFile) });
    await store.inner.close();
    for (const tab of people.openTabs) tab.close();
    return verdictOf(plan, findings, { host, people, faults, logs: store.logs, disk: disk.how, folder });
  } finally {
    host.kill();
    await proxy.close();
    if (findings.violations.length === 0) {
      disk.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Everything that was begun ends, and every page shows it. */
async function settle(findings: Findings, host: Host, people: People): Promise<void> {
  const untilMs = performance.now() + settleMsMax;
  let asked = false;
  for (;;) {
    for (const tab of people.openTabs) people.comeBack(tab);
    const unrest = unrestOf(host, people);
    if (unrest.length === 0 && asked) return;
    if (unrest.length === 0) {
      // After all faults everything works at once.
      asked = true;
      await askOnceMore(findings, people);
      await openThreads(findings, people);
    }
    if (performance.now() > untilMs) {
      for (const one of unrest) findings.violated("liveness", one);
      return;
    }
    await pause(250);
  }
}

function unrestOf(host: Host, people: People): readonly string[] {
  const unrest: string[] = [];
  if (!host.isReady) unrest.push("no server listens");
  for (const { id, pending } of people.sends.values()) if (pending > 0) unrest.push(`${id} has no answer`);
  for (const { runId, code } of people.cancels)
    if (code === undefined) unrest.push(`no answer to a cancel of ${runId}`);
  const heads = new Map<string, number>();
  for (const { account, client } of people.openTabs)
    heads.set(account.userId, Math.max(heads.get(account.userId) ?? 0, client.view.cursor?.offset ?? 0));
  for (const { name, account, client } of people.openTabs) {
    const { activeRuns, cursor } = client.view;
    const head = heads.get(account.userId);
    if (client.state.is === "live" && activeRuns.size === 0 && cursor?.offset === head) continue;
    unrest.push(`${name} is ${client.state.is} at ${cursor?.offset} of ${head}, ${activeRuns.size} runs`);
  }
  return unrest;
}

async function askOnceMore(findings: Findings, people: People): Promise<void> {
  const first = new Map(people.openTabs.map((tab) => [tab.account.userId, tab]));
  await Promise.all(
    [...first.values()].map(async (tab) => {
      const result = await people.send(tab, { text: "is all well?", agent: "talker" });
      if (!result.ok)
        findings.violated("liveness", `${tab.name} asked after all faults and got ${result.code}`);
    }),
  );
}

/** Those that a page wrote into, and two more. */
async function openThreads(findings: Findings, people: People): Promise<void> {
  for (const { name, client } of people.openTabs) {
    const { threads, outbox } = client.view;
    const wanted = [...outbox.map(({ threadId }) => threadId), threads[0]?.id, threads[9]?.id];
    for (const threadId of new Set(wanted)) {
      if (threadId === undefined) continue;
      const loaded = await client.openThread(threadId);
      if (!loaded.ok) findings.violated("liveness", `${name} cannot open ${threadId}: ${loaded.code}`);
    }
  }
}

function verdictOf(
  plan: ChapterPlan,
  findings: Findings,
  {
    host,
    people,
    faults,
    logs,
    disk,
    folder,
  }: {
    readonly host: Host;
    readonly people: People;
    readonly faults: Faults;
    readonly logs: ReadonlyMap<string, readonly string[]>;
    readonly disk: string;
    readonly folder: string;
  },
): ChapterVerdict {
  const ends: Record<string, number> = {};
  let runs = 0;
  let events = 0;
  for (const log of logs.values()) {
    events += log.length;
    for (const json of log) {
      const { type, data } = JSON.parse(json) as {
        readonly type: string;
        readonly data: { readonly code?: string };
      };
      if (type === "agent_started") runs++;
      if (!/^agent_(completed|failed|cancelled|resumed)$/.test(type)) continue;
      const end = data.code === undefined ? type.slice(6) : `${type.slice(6)} ${data.code}`;
      ends[end] = (ends[end] ?? 0) + 1;
    }
  }
  let connections = 0;
  let delivered = 0;
  for (const { sockets } of people.tabs) {
    for (const { texts } of sockets) {
      if (texts.length > 0) connections++;
      for (const text of texts) {
        if (text.startsWith('{"type":"events"')) delivered += text.split('{"offset":').length - 1;
      }
    }
  }
  const { violations } = findings;
  return {
    seed: plan.seed,
    kills: host.kills,
    starts: host.starts,
    clients: people.tabs.length,
    connections,
    runs,
    events,
    delivered,
    ends,
    faults: Object.fromEntries(faults.counts),
    disk,
    violations,
    folder: violations.length > 0 ? folder : undefined,
  };
}
