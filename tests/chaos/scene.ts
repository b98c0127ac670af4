/** A fresh real server behind a proxy and real people on it: what chaos is done to, and how it is judged in the end. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { TcpProxy } from "../servers/proxy.ts";
import { freePort } from "../servers/server-process.ts";
import { Random } from "../simulation/random.ts";
import { type Account, signUp } from "./account.ts";
import { readEffects } from "./agents.ts";
import { Host } from "./host.ts";
import { Findings, judge } from "./judge.ts";
import { People } from "./people.ts";
import { openStore } from "./remains.ts";
import type { ChaosServerOptions } from "./server.ts";
import { makeSmallDisk, type SmallDisk } from "./small-disk.ts";

export interface ScenePlan {
  readonly seed: number;
  readonly users: number;
  readonly tabsPerUser: number;
  /** Mean time between two deeds of one page. */
  readonly actionMs: number;
  readonly drainMs: number;
  /** How long the next start of a server waits. */
  readonly restartMsMax: number;
}

export interface Scene {
  readonly folder: string;
  readonly findings: Findings;
  readonly proxy: TcpProxy;
  readonly disk: SmallDisk;
  readonly host: Host;
  readonly people: People;
  /** Set while a server may refuse to start. */
  excused: boolean;
  /** Waits until all that was begun has ended, stops the server, and judges everything. */
  judge(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Ends all processes; the folder stays where a rule was broken. */
  close(): Promise<void>;
}

const settleMsMax = 90_000;

export async function openScene(plan: ScenePlan): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-chaos-"));
  const effectsFile = join(folder, "effects");
  writeFileSync(effectsFile, "");
  const disk = makeSmallDisk(folder);
  const random = new Random(plan.seed);
  const findings = new Findings();
  const port = await freePort();
  const proxy = await TcpProxy.open(port);
  const { url } = proxy;
  const { seed, drainMs, users } = plan;
  const options: ChaosServerOptions = { seed, port, url, data: disk.data, effectsFile, drainMs };
  const restarts = random.fork("restarts");
  const host = new Host({
    command: [join(import.meta.dirname, "server.ts"), JSON.stringify(options)],
    restartMs: () => restarts.between(0, plan.restartMsMax),
    excused: () => scene.excused,
    died: (exit, output) =>
      findings.violated("crash", `the server ended with ${exit.signal ?? exit.code}: ${output}`),
  });
  await host.listening();
  const accounts: Account[] = [];
  for (let user = 1; user <= users; user++)
    accounts.push(await signUp(url, `user${user}`, `10.0.${user >> 8}.${user & 255}`));
  const { tabsPerUser, actionMs } = plan;
  const people = new People({ random: random.fork("people"), accounts, tabsPerUser, actionMs });
  const scene: Scene = {
    folder,
    findings,
    proxy,
    disk,
    host,
    people,
    excused: false,
    async judge() {
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
      return store.logs;
    },
    async close() {
      for (const tab of people.openTabs) tab.close();
      await host.end();
      await proxy.close();
      if (findings.violations.length > 0) return;
      disk.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return scene;
}

/** Everything that was begun ends, and every page shows it. */
export async function settle(findings: Findings, host: Pick<Host, "isReady">, people: People): Promise<void> {
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

function unrestOf(host: Pick<Host, "isReady">, people: People): readonly string[] {
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
