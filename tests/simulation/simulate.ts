/** One seed from beginning to end: people and faults, healing, convergence, and the judgement of all of it. */
import { outgoingIn } from "@goldenpath/client";
import type { Message, Thread } from "@goldenpath/protocol";
import type { Bug } from "./bug.ts";
import { Faults } from "./faults.ts";
import type { Violation } from "./history.ts";
import { checkFencing, checkLogs } from "./log-check.ts";
import type { LogModel } from "./log-model.ts";
import { People } from "./people.ts";
import type { Plan } from "./plan.ts";
import { checkResumed } from "./resume-check.ts";
import { isSameJson } from "./same-json.ts";
import type { Tab } from "./tab.ts";
import { World } from "./world.ts";

export interface Verdict {
  readonly seed: number;
  readonly hash: string;
  readonly violations: readonly Violation[];
  readonly steps: number;
  readonly simulatedMs: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly lines: readonly string[] | undefined;
}

export interface SimulateOptions {
  readonly bug?: Bug;
  readonly keepLines?: boolean;
  readonly plan?: Partial<Plan>;
}

/** Time for everything to end after the last fault: patience of clients, runs and half-open sockets together. */
const healMsMax = 150_000;
const stepsMax = 400_000;

export async function simulate(seed: number, options: SimulateOptions = {}): Promise<Verdict> {
  const world = new World({ seed, ...options });
  const { history, scheduler } = world;
  const uncaught = (error: unknown) =>
    history.violated("uncaught", error instanceof Error ? (error.stack ?? "") : String(error));
  process.on("uncaughtException", uncaught);
  process.on("unhandledRejection", uncaught);
  try {
    await live(world);
    // Rejections that nobody handled are told when the process is idle.
    await new Promise((resolve) => setImmediate(resolve));
  } catch (error) {
    history.violated("simulation", error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    process.off("uncaughtException", uncaught);
    process.off("unhandledRejection", uncaught);
  }
  return {
    seed,
    hash: history.hash,
    violations: history.violations,
    steps: scheduler.steps,
    simulatedMs: scheduler.nowMs,
    counts: history.counts,
    lines: history.lines,
  };
}

async function live(world: World): Promise<void> {
  const { scheduler, plan, history } = world;
  world.startServers();
  const people = new People(world);
  const faults = new Faults(world, people);
  await until(world, plan.activeMs, () => false);
  history.note("heal", "");
  faults.heal();
  people.settleDown();
  const returning = () => {
    people.comeBackAll();
    scheduler.after(world.outside, 1_000, returning);
  };
  scheduler.after(world.outside, 1_000, returning);
  if (!(await until(world, healMsMax, () => isQuiet(world, people)))) tellUnrest(world, people);
  await askOnceMore(world, people);
  await compare(world, people);
  const models = await checkLogs(world);
  await checkResumed(world, models);
  checkFencing(world.disk, history);
  await leave(world, people);
  checkEnds(world, people, models);
}

/** Runs for that long, or until `holds`. */
function until(world: World, forMs: number, holds: () => boolean): Promise<boolean> {
  const { scheduler } = world;
  const endMs = scheduler.nowMs + forMs;
  let isOver = false;
  // A step of its own, so that time reaches the end even when nothing else happens.
  const timer = scheduler.after(world.outside, forMs, () => {
    isOver = true;
  });
  let held = false;
  return scheduler
    .run(() => {
      held = holds();
      return held || isOver || scheduler.nowMs > endMs;
    }, stepsMax)
    .then(() => {
      timer.cancel();
      return held;
    });
}

function isQuiet(world: World, people: People): boolean {
  if (!world.servers.every((server) => server?.listening && server.supervisor.runs === 0)) return false;
  for (const { pending } of world.sends.values()) if (pending > 0) return false;
  for (const { code } of world.cancels) if (code === undefined) return false;
  return people.openTabs.every((tab) => isCurrent(world, tab)) && !hasOpenRuns(world);
}

/** J5: a run that could not be read at a restart is nobody's until the server tries it again. */
function hasOpenRuns(world: World): boolean {
  for (const log of world.disk.logs.values()) {
    let open = 0;
    for (const json of log) {
      const type = /^\{"offset":\d+,"id":"[^"]*","type":"agent_(started|completed|failed|cancelled)"/.exec(
        json,
      )?.[1];
      if (type !== undefined) open += type === "started" ? 1 : -1;
    }
    if (open > 0) return true;
  }
  return false;
}

function isCurrent(world: World, { client, device }: Tab): boolean {
  const { userId, cursor, activeRuns } = client.view;
  const head = world.disk.logs.get(device.userId)?.length ?? 0;
  return (
    client.state.is === "live" && userId === device.userId && cursor?.offset === head && activeRuns.size === 0
  );
}

function tellUnrest(world: World, people: People): void {
  const fail = (detail: string) => world.history.violated("liveness", detail);
  const running = world.servers.reduce((sum, server) => sum + (server?.supervisor.runs ?? 0), 0);
  if (!world.servers.every((server) => server?.listening)) fail("not every server listens");
  else if (running > 0) fail(`${running} runs do not end`);
  else if (hasOpenRuns(world)) fail("a run that nobody executes does not end");
  for (const tab of people.openTabs) {
    if (isCurrent(world, tab)) continue;
    const { state, view } = tab.client;
    const head = world.disk.logs.get(tab.device.userId)?.length ?? 0;
    fail(
      `${tab.name} is ${state.is} as ${view.userId} at ${view.cursor?.offset} of ${head}, ${view.activeRuns.size} runs`,
    );
  }
}

/** After the faults everything works at once: each person asks, is answered, and everybody sees it. */
async function askOnceMore(world: World, people: People): Promise<void> {
  for (const userId of new Set(people.openTabs.map((tab) => tab.userId))) {
    const tab = people.openTabs.find((one) => one.userId === userId);
    if (!tab) continue;
    // A page that has not noticed that its session ended is told so now, signs in, and asks again.
    let code: string | undefined = "unauthenticated";
    for (let tries = 0; tries < 3 && code === "unauthenticated"; tries++) {
      code = await ask(world, people, tab);
      if (code === "unauthenticated") await until(world, 60_000, () => isQuiet(world, people));
    }
    if (code !== "ok")
      world.history.violated("liveness", `${tab.name} asked after all faults and got ${code}`);
  }
  if (!(await until(world, 60_000, () => isQuiet(world, people)))) tellUnrest(world, people);
}

async function ask(world: World, people: People, tab: Tab): Promise<string | undefined> {
  let code: string | undefined;
  void people.send(tab, { text: "is all well?", agent: "talker" }).then((result) => {
    code = result.ok ? "ok" : result.code;
  });
  await until(world, 70_000, () => code !== undefined);
  return code;
}

interface Shown {
  readonly threads: readonly Thread[];
  readonly messages: ReadonlyMap<string, readonly Message[]>;
}

/** Every page shows what a page shows that is opened only now. */
async function compare(world: World, people: People): Promise<void> {
  const shownByUser = new Map<string, Shown>();
  for (const tab of people.openTabs) {
    const { userId, device } = tab;
    if (!shownByUser.has(userId)) {
      const fresh = people.openTab(device);
      if (!(await until(world, 20_000, () => isCurrent(world, fresh)))) {
        world.history.violated("liveness", `${fresh.name} is ${fresh.client.state.is} and not live`);
      }
      shownByUser.set(userId, await showAll(world, fresh));
    }
    const shown = await showAll(world, tab);
    const expected = shownByUser.get(userId);
    if (!isSameJson(shown.threads, expected?.threads)) {
      world.history.violated(
        "converge",
        `${tab.name} lists other threads than a fresh page: ${JSON.stringify(shown.threads)} and ${JSON.stringify(expected?.threads)}`,
      );
    }
    for (const [threadId, messages] of expected?.messages ?? []) {
      const own = shown.messages.get(threadId);
      if (!isSameJson(own, messages)) {
        const ids = (list: readonly Message[] = []) => list.map(({ id, status }) => `${id}:${status}`).join();
        world.history.violated(
          "converge",
          `${tab.name} shows another ${threadId} than a fresh page: ${ids(own)} and ${ids(messages)}`,
        );
      }
    }
    const { view } = tab.client;
    const left = [undefined, ...view.threadById.keys()]
      .flatMap((threadId) => outgoingIn(view, threadId))
      .filter(({ state }) => state.is !== "refused");
    if (left.length > 0)
      world.history.violated("converge", `${tab.name} still sends ${JSON.stringify(left)}`);
  }
}

/** Opens every thread to its beginning. */
async function showAll(world: World, { client, name }: Tab): Promise<Shown> {
  const load = async (loading: Promise<{ readonly ok: boolean }>) => {
    let answer: { readonly ok: boolean } | undefined;
    void loading.then((loaded) => {
      answer = loaded;
    });
    await until(world, 35_000, () => answer !== undefined);
    return answer?.ok ?? false;
  };
  for (const { id } of client.view.threads) {
    if (!(await load(client.openThread(id)))) world.history.violated("liveness", `${name} cannot open ${id}`);
    for (let pages = 0; pages < 20 && client.view.historyByThread.get(id)?.is === "partial"; pages++) {
      await load(client.loadOlder(id));
    }
  }
  return { threads: client.view.threads, messages: client.view.messagesByThread };
}

/** Everybody leaves, the server stops: afterwards nothing may wait for anything. */
async function leave(world: World, people: People): Promise<void> {
  for (const tab of people.openTabs) tab.close();
  const servers = world.servers.filter((server) => server !== undefined);
  let isDrained = false;
  void Promise.all(servers.map((server) => server.drain())).then(() => {
    isDrained = true;
  });
  if (!(await until(world, 60_000, () => isDrained)))
    world.history.violated("drain", "the server does not stop");
  await until(world, 10_000, () => false);
  for (const { core, scope } of servers) {
    const stats = core.stats();
    if (stats.connections > 0 || stats.users > 0)
      world.history.violated("D5", `after everybody left there are ${JSON.stringify(stats)}`);
    // What a hanging tool or agent set up for itself is not the product's.
    if (scope.waiting > 0) world.history.note("waiting", `${scope.waiting}`);
  }
}

function checkEnds(world: World, people: People, models: ReadonlyMap<string, LogModel>): void {
  for (const [userId, model] of models) {
    if (model.active().length > 0) world.history.violated("J5", `${userId} has runs without an end`);
  }
  for (const tab of people.tabs) {
    if (tab.page.waiting > 0)
      world.history.violated("D5", `${tab.name} is closed and still has ${tab.page.waiting} timers`);
  }
}
