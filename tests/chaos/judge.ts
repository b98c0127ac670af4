/** Judges what real processes left behind with the checkers of the simulation, and counts it by what it means. */
import { outgoingIn, type View } from "@goldenpath/client";
import type { Event, EventsFrame, Message } from "@goldenpath/protocol";
import type { Violation, Witness } from "../simulation/history.ts";
import { checkLogs } from "../simulation/log-check.ts";
import { eventsOf, type LogModel, LogModels } from "../simulation/log-model.ts";
import { checkCuts } from "../simulation/resume-check.ts";
import { ViewCheck } from "../simulation/view-check.ts";
import { WireCheck } from "../simulation/wire-check.ts";
import type { People } from "./people.ts";
import type { Store } from "./remains.ts";
import type { Look, Tab } from "./tab.ts";

export const harms = ["lost", "repeated", "reordered", "leaked", "unfinished"] as const;
export type Harm = (typeof harms)[number];

/** What the break of each rule means for a person. */
const harmByRule: Readonly<Record<string, Harm>> = {
  J1: "reordered",
  J2: "lost",
  J3: "repeated",
  J4: "repeated",
  J5: "unfinished",
  D1: "reordered",
  D2: "repeated",
  D3: "lost",
  D4: "leaked",
  D5: "leaked",
  D6: "lost",
  D7: "leaked",
  tool: "repeated",
  R1: "repeated",
  journal: "lost",
  converge: "lost",
  liveness: "unfinished",
  drain: "unfinished",
  crash: "unfinished",
};

export function harmOf({ rule }: Violation): Harm {
  return harmByRule[rule] ?? "unfinished";
}

const violationsKept = 1_000;

/** Keeps what is wrong; what merely happened is not kept. */
export class Findings implements Witness {
  readonly violations: Violation[] = [];
  readonly #startedAt = performance.now();

  note(): void {
    // A real world has no hash.
  }

  violated(rule: string, detail: string): void {
    if (this.violations.length >= violationsKept) return;
    this.violations.push({ rule, detail, atMs: Math.round(performance.now() - this.#startedAt) });
  }
}

export interface Case {
  readonly findings: Findings;
  readonly store: Store;
  readonly people: People;
  readonly effects: ReadonlyMap<string, number>;
  /** When each server process was started, by the wall's clock: where runs change hands at no other time. */
  readonly startedAt?: readonly number[];
  /** How long a server may not know that a session has ended. Default 1,000. */
  readonly revokeMsMax?: number;
}

/** A run goes on in the next process; only one that so many processes took over in vain is given up. */
const takeoversInVainMax = 5;

export async function judge({
  findings,
  store,
  people,
  effects,
  startedAt,
  revokeMsMax = 1_000,
}: Case): Promise<void> {
  judgeWire(findings, store, people);
  judgeSignedOut(findings, people, revokeMsMax);
  if (startedAt) for (const [userId, log] of store.logs) judgeGivenUp(findings, userId, log, startedAt);
  const models = new LogModels(store);
  judgeViews(findings, store, people, models);
  for (const tab of people.openTabs) judgeLastView(findings, models, store, tab);
  await checkLogs({
    history: findings,
    disk: store,
    effects,
    sends: people.sends,
    cancels: people.cancels,
    decisions: people.decisions,
    deletions: people.deletions,
  });
  for (const [userId, log] of store.logs)
    checkCuts(userId, eventsOf(log), (rule, detail) => findings.violated(rule, detail));
}

/** Every text of every socket, as if it were written now: the store holds all that it held then. */
function judgeWire(findings: Findings, store: Store, people: People): void {
  const wire = new WireCheck(store, findings);
  for (const [id, userId] of people.commandUsers) wire.commandUsers.set(id, userId);
  const side = { isCut: false, bufferedBytes: 0 };
  for (const tab of people.tabs) {
    for (const { id, account, cursor, texts } of tab.sockets) {
      const { userId, sessionId } = account;
      wire.owners.set(id, { userId, sessionId, cursor });
      const take = wire.watch({ id });
      for (const text of texts) take(text, side);
    }
  }
}

/** D7: what happened only after a session had ended never reaches one of its sockets, however late it comes. */
function judgeSignedOut(findings: Findings, { tabs, signedOutAt }: People, revokeMsMax: number): void {
  for (const { name, sockets } of tabs) {
    for (const { account, texts } of sockets) {
      const endedAt = signedOutAt.get(account.sessionId);
      if (endedAt === undefined) continue;
      for (const text of texts) {
        if (!text.startsWith('{"type":"events"')) continue;
        const late = (JSON.parse(text) as EventsFrame).events.find(({ at }) => at > endedAt + revokeMsMax);
        if (late)
          findings.violated("D7", `${name} got ${late.id} ${late.at - endedAt} ms after it was signed out`);
      }
    }
  }
}

/** No run ends because its server did. */
function judgeGivenUp(
  findings: Findings,
  userId: string,
  log: readonly string[],
  startedAt: readonly number[],
): void {
  const begunAt = new Map<string, number>();
  for (const json of log) {
    const { type, runId = "", at, data } = JSON.parse(json) as Event;
    if (type === "agent_started") begunAt.set(runId, at);
    if (type !== "agent_failed") continue;
    const from = begunAt.get(runId) ?? at;
    const takeovers = startedAt.filter((start) => start >= from && start <= at).length;
    const isGivenUp = data.code === "node_lost" && takeovers <= takeoversInVainMax;
    if (!isGivenUp && data.code !== "agent_diverged") continue;
    findings.violated("J5", `${userId} ${runId}: ${data.code} after ${takeovers} takeovers`);
  }
}

/** In the order of their cursors, so that the models of the logs only go forward. */
function judgeViews(findings: Findings, store: Store, people: People, models: LogModels): void {
  const looks: (Look & { readonly check: ViewCheck })[] = [];
  for (const tab of people.tabs) {
    const { name, account } = tab;
    const check = new ViewCheck({ name, stored: store, history: findings, models });
    for (const look of tab.looks) looks.push({ ...look, check });
    for (const events of tab.streams) {
      check.streamBegins();
      for (const event of events) check.streamed(account.userId, event);
    }
  }
  looks.sort((a, b) => (a.view.cursor?.offset ?? 0) - (b.view.cursor?.offset ?? 0));
  for (const { check, view, counters } of looks) check.look(view, counters);
}

/** In the end a page shows its whole log: nothing is missing, nothing is under way. */
function judgeLastView(findings: Findings, models: LogModels, store: Store, tab: Tab): void {
  const { userId } = tab.account;
  const { view } = tab.client;
  const head = store.logs.get(userId)?.length ?? 0;
  const missing = (detail: string) => findings.violated("converge", `${tab.name} of ${userId}: ${detail}`);
  if (view.cursor?.offset !== head) missing(`ends at ${view.cursor?.offset} of ${head}`);
  if (view.activeRuns.size > 0) missing(`still shows ${view.activeRuns.size} runs`);
  const unsent = [undefined, ...view.threadById.keys()]
    .flatMap((threadId) => outgoingIn(view, threadId))
    .filter(({ state }) => state.is !== "refused");
  if (unsent.length > 0) missing(`still sends ${JSON.stringify(unsent)}`);
  const model = models.at(userId, head);
  for (const [threadId, messages] of model.messages) {
    // A thread that was never opened shows only what came live.
    const history = view.historyByThread.get(threadId)?.is;
    if (history !== "partial" && history !== "complete") continue;
    const lacking = lackingOf(view, threadId, messages);
    if (lacking.length > 0) missing(`lacks ${lacking.join()} in ${threadId}`);
  }
  judgeThreads(view, model, missing);
}

/** What a page holds of a thread begins somewhere; from there on it has everything. */
function lackingOf(view: View, threadId: string, messages: readonly Message[]): readonly string[] {
  const shown = new Set((view.messagesByThread.get(threadId) ?? []).map(({ id }) => id));
  const from = messages.findIndex(({ id }) => shown.has(id));
  return from === -1
    ? []
    : messages
        .slice(from)
        .filter(({ id }) => !shown.has(id))
        .map(({ id }) => id);
}

/** A snapshot brings the newest threads; those are there. */
function judgeThreads(view: View, model: LogModel, missing: (detail: string) => void): void {
  const newest = [...model.threads.values()].sort((a, b) => b.updatedAt - a.updatedAt).slice(0, 50);
  for (const { id } of newest) if (!view.threadById.has(id)) missing(`lacks the thread ${id}`);
}
