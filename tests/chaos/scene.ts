/** Fresh real servers behind a front and real people on them: what chaos is done to, and how it is judged in the end. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startPostgres } from "../servers/postgres.ts";
import { freePort } from "../servers/server-process.ts";
import { Random } from "../simulation/random.ts";
import { type Account, signUp } from "./account.ts";
import { readEffects } from "./agents.ts";
import { Host } from "./host.ts";
import { Findings, judge } from "./judge.ts";
import { People } from "./people.ts";
import { openFolder, openShared, openStore } from "./remains.ts";
import type { ChaosServerOptions } from "./server.ts";
import { makeSmallDisk, type SmallDisk } from "./small-disk.ts";

export interface ScenePlan {
  readonly seed: number;
  /** More than one share a PostgreSQL; one keeps everything in its folder. */
  readonly nodes: number;
  readonly users: number;
  readonly tabsPerUser: number;
  /** Mean time between two deeds of one page. */
  readonly actionMs: number;
  readonly drainMs: number;
  /** How long the next start of a server waits. */
  readonly restartMsMax: number;
}

/** What stands between clients and nodes. */
export interface Front {
  readonly url: string;
  close(): Promise<void>;
}

export interface Scene<F extends Front> {
  readonly folder: string;
  readonly findings: Findings;
  readonly front: F;
  readonly disk: SmallDisk;
  readonly hosts: readonly Host[];
  readonly people: People;
  /** Set while a server may refuse to start. */
  excused: boolean;
  /** Waits until all that was begun has ended, stops the server, and judges everything. */
  judge(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Ends all processes; the folder stays where a rule was broken. */
  close(): Promise<void>;
}

/** Against a hang alone: how long two hundred pages take to come back on a busy machine is not judged. */
const settleMsMax = 300_000;

export async function openScene<F extends Front>(
  plan: ScenePlan,
  openFront: (ports: readonly number[]) => Promise<F>,
): Promise<Scene<F>> {
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-chaos-"));
  const effectsFile = join(folder, "effects");
  writeFileSync(effectsFile, "");
  const disk = makeSmallDisk(folder);
  const random = new Random(plan.seed);
  const findings = new Findings();
  const { seed, drainMs, users } = plan;
  const postgres = plan.nodes > 1 ? await startPostgres() : undefined;
  const database = await postgres?.createDatabase();
  const ports = await Promise.all(Array.from({ length: plan.nodes }, freePort));
  const front = await openFront(ports);
  const { url } = front;
  const restarts = random.fork("restarts");
  const hosts = ports.map((port, at) => {
    const own = { node: `node${at + 1}`, data: join(disk.data, `node${at + 1}`) };
    const shared = database && { databaseUrl: database.url, databaseOwnerUrl: database.ownerUrl };
    const options: ChaosServerOptions = { seed, port, url, effectsFile, drainMs, ...own, ...shared };
    return new Host({
      command: [join(import.meta.dirname, "server.ts"), JSON.stringify(options)],
      restartMs: () => restarts.between(0, plan.restartMsMax),
      excused: () => scene.excused,
      died: (exit, output) =>
        findings.violated("crash", `the server ended with ${exit.signal ?? exit.code}: ${output}`),
    });
  });
  await Promise.all(hosts.map((host) => host.listening()));
  // A balancer may not have found the nodes yet.
  const at = `http://127.0.0.1:${ports[0]}`;
  const accounts: Account[] = [];
  for (let user = 1; user <= users; user++)
    accounts.push(await signUp(url, `user${user}`, `10.0.${user >> 8}.${user & 255}`, at));
  const { tabsPerUser, actionMs } = plan;
  const people = new People({ random: random.fork("people"), accounts, tabsPerUser, actionMs });
  const scene: Scene<F> = {
    folder,
    findings,
    front,
    disk,
    hosts,
    people,
    excused: false,
    async judge() {
      people.settleDown();
      await settle(findings, hosts, people);
      for (const exit of await Promise.all(hosts.map((host) => host.stop()))) {
        if (exit.code !== 0)
          findings.violated("drain", `SIGTERM ended the server with ${exit.signal ?? exit.code}`);
      }
      for (const tab of people.openTabs) tab.look();
      const userIds = accounts.map(({ userId }) => userId);
      const journal = database
        ? await openShared(database.ownerUrl)
        : await openFolder(join(disk.data, "node1"));
      const store = await openStore(journal, userIds);
      const startedAt = hosts.flatMap((host) => host.startedAt);
      // Where a signal to another node was lost, that one asks for ended sessions every ten seconds.
      const revokeMsMax = plan.nodes > 1 ? 16_000 : 1_000;
      await judge({ findings, store, people, effects: readEffects(effectsFile), startedAt, revokeMsMax });
      await store.inner.close();
      for (const tab of people.openTabs) tab.close();
      return store.logs;
    },
    async close() {
      for (const tab of people.openTabs) tab.close();
      await Promise.all(hosts.map((host) => host.end()));
      await front.close();
      await postgres?.close();
      if (findings.violations.length > 0) return;
      disk.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return scene;
}

/** Everything that was begun ends, and every page shows it. */
export async function settle(
  findings: Findings,
  hosts: readonly Pick<Host, "isReady">[],
  people: People,
): Promise<void> {
  const untilMs = performance.now() + settleMsMax;
  let asked = false;
  for (;;) {
    for (const tab of people.openTabs) people.comeBack(tab);
    const unrest = unrestOf(hosts, people);
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

function unrestOf(hosts: readonly Pick<Host, "isReady">[], people: People): readonly string[] {
  const unrest: string[] = [];
  if (!hosts.every(({ isReady }) => isReady)) unrest.push("no server listens");
  if (people.requests > 0) unrest.push(`${people.requests} requests are under way`);
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
  const userIds = new Set(people.openTabs.map(({ account }) => account.userId));
  await Promise.all(
    [...userIds].map(async (userId) => {
      let code: string | undefined = "unauthenticated";
      // A page on a dead line learns only now that its session has ended; its person signs in and asks again.
      for (let tries = 0; tries < 3 && code === "unauthenticated"; tries++) {
        const tab = people.openTabs.find(({ account }) => account.userId === userId);
        if (!tab) return;
        const result = await people.send(tab, { text: "is all well?", agent: "talker" });
        code = result.ok ? undefined : result.code;
        if (code === "unauthenticated") people.comeBack(tab);
      }
      if (code !== undefined)
        findings.violated("liveness", `a page of ${userId} asked after all faults and got ${code}`);
    }),
  );
}

/** Those that a page wrote into, and two more. */
async function openThreads(findings: Findings, people: People): Promise<void> {
  for (const { name, client } of people.openTabs) {
    const { threads, outbox } = client.view;
    const wanted = [...outbox.map(({ threadId }) => threadId), threads[0]?.id, threads[9]?.id];
    for (const threadId of new Set(wanted)) {
      if (threadId === undefined || !client.view.threadById.has(threadId)) continue;
      const loaded = await client.openThread(threadId);
      if (!loaded.ok) findings.violated("liveness", `${name} cannot open ${threadId}: ${loaded.code}`);
    }
  }
}
