/**
 * One chapter of chaos: real people on a real server, faults from one seed; then all is mended, everything
 * has to end and to be shown, the server has to stop politely, and its remains are judged.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Event } from "@goldenpath/protocol";
import { TcpProxy } from "../servers/proxy.ts";
import type { Violation } from "../simulation/history.ts";
import { Random } from "../simulation/random.ts";
import { Faults } from "./faults.ts";
import type { Host } from "./host.ts";
import type { People } from "./people.ts";
import { openScene, type Scene } from "./scene.ts";

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

export async function playChapter(plan: ChapterPlan): Promise<ChapterVerdict> {
  const scene = await openScene({ ...plan, nodes: 1, drainMs, restartMsMax: 120 }, ([port = 0]) =>
    TcpProxy.open(port),
  );
  try {
    const { people } = scene;
    const [host] = scene.hosts;
    if (!host) throw new Error("a chapter has one node");
    const random = new Random(plan.seed).fork("faults");
    const faults = new Faults({ random, scene, host, lifeMs: plan.lifeMs });
    const endsAt = performance.now() + plan.activeMsMax;
    while (host.kills < plan.killsMax && performance.now() < endsAt) await pause(50);
    people.settleDown();
    await faults.heal();
    return verdictOf(plan, scene, host, faults, await scene.judge());
  } finally {
    await scene.close();
  }
}

function verdictOf(
  { seed }: ChapterPlan,
  { findings, people, disk, folder }: Scene<TcpProxy>,
  host: Host,
  faults: Faults,
  logs: ReadonlyMap<string, readonly string[]>,
): ChapterVerdict {
  const { violations } = findings;
  return {
    seed,
    kills: host.kills,
    starts: host.starts,
    ...tally(people, logs),
    faults: Object.fromEntries(faults.counts),
    disk: disk.how,
    violations,
    folder: violations.length > 0 ? folder : undefined,
  };
}

export type Tally = Pick<
  ChapterVerdict,
  "clients" | "connections" | "runs" | "events" | "delivered" | "ends"
>;

/** What was done and what came of it, counted. */
export function tally(people: People, logs: ReadonlyMap<string, readonly string[]>): Tally {
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
  return { clients: people.tabs.length, connections, runs, events, delivered, ends };
}

/**
 * From the last event of each attempt that was lost to the first one of the attempt that took over, ascending. Given
 * when faults began, in their order, from the first of them after that event: until then the run had nothing to write.
 */
export function takeovers(
  logs: ReadonlyMap<string, readonly string[]>,
  faultsAt: readonly number[] = [],
): readonly number[] {
  const found: number[] = [];
  for (const log of logs.values()) {
    const lastByRun = new Map<string, Event>();
    for (const json of log) {
      const event = JSON.parse(json) as Event;
      if (event.runId === undefined) continue;
      const before = lastByRun.get(event.runId);
      lastByRun.set(event.runId, event);
      const lost = event.type === "agent_failed" && event.data.code === "node_lost";
      if (!before || (!lost && event.type !== "agent_resumed")) continue;
      const brokenAt = faultsAt.find((at) => at >= before.at && at <= event.at) ?? before.at;
      found.push(event.at - brokenAt);
    }
  }
  return found.sort((a, b) => a - b);
}
