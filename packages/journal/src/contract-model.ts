/**
 * Random interleavings of several users' commits, judged beside the engine by a model that was written
 * from the rules and shares no code with the engines.
 */
import type { Event, NewEvent } from "@goldenpath/protocol";
import { countingIds, TestClock } from "@goldenpath/protocol/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  messageCreated,
  messageOf,
  type OpenJournal,
  owner,
  RunFixture,
  readAll,
  threadCreated,
  threadDeleted,
  wordOf,
} from "./contract-fixture.ts";
import type { Commit, Committed, Journal } from "./journal.ts";

const users = ["ann", "bob", "eve"];
const names = ["a", "b"];

type Step =
  | { readonly do: "ask"; readonly user: number; readonly name: number; readonly twice: boolean }
  | {
      readonly do: "emit";
      readonly user: number;
      readonly name: number;
      readonly count: number;
      /** 0 is right; +1 leaves a gap; below 0 repeats events. */
      readonly skew: number;
      readonly older: boolean;
      readonly end: boolean;
    }
  | { readonly do: "delete"; readonly user: number; readonly name: number }
  | {
      readonly do: "claim";
      readonly user: number;
      readonly name: number;
      readonly node: number;
      /** From an attempt that is over. */
      readonly late: boolean;
    }
  | { readonly do: "renew"; readonly node: number }
  | { readonly do: "endLease"; readonly node: number }
  | { readonly do: "trim"; readonly eventsMax: number }
  /** Waits for everything handed in so far. */
  | { readonly do: "wait" };

const nodeIds = [owner, "node-b"];
const node = fc.nat(nodeIds.length - 1);
const who = { user: fc.nat(users.length - 1), name: fc.nat(names.length - 1) };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("ask" as const), ...who, twice: fc.boolean() }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("emit" as const),
      ...who,
      count: fc.integer({ min: 1, max: 4 }),
      skew: fc.constantFrom(0, 0, 0, 0, -1, -2, 1),
      older: fc.constantFrom(false, false, false, true),
      end: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), ...who }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("claim" as const), ...who, node, late: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("renew" as const), node }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("endLease" as const), node }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("trim" as const), eventsMax: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.constant({ do: "wait" as const }) },
);

interface ModelRun {
  readonly fixture: RunFixture;
  readonly first: number;
  attempt: number;
  owner: string;
  seq: number;
  active: boolean;
}

/** One user's things, as the rules say they are. */
class ModelUser {
  readonly userId: string;
  readonly ids: string[] = [];
  readonly runs = new Map<string, ModelRun>();
  readonly threads = new Map<string, "live" | "deleted">();
  readonly messages = new Map<string, { readonly id: string; readonly at: number }[]>();
  floor = 0;

  constructor(userId: string) {
    this.userId = userId;
  }

  /** A new thread, a question and a run, under one command id. */
  ask(name: string): { readonly commit: Commit; readonly word: string } {
    const fixture = new RunFixture(this.userId, `thread-${name}`, `run-${name}`);
    const { threadId } = fixture;
    const question = `question-${name}`;
    const events = [threadCreated(threadId), messageCreated(threadId, question), fixture.started()];
    const commit = {
      userId: this.userId,
      events,
      owner,
      command: { id: name, fingerprint: name, result: name },
    };
    if (this.runs.has(name)) return { commit, word: "repeated" };
    this.ids.push(...events.map((event) => event.id));
    this.threads.set(name, "live");
    this.messages.set(name, [{ id: question, at: this.ids.length - 1 }]);
    this.runs.set(name, { fixture, first: this.ids.length, attempt: 1, owner, seq: 1, active: true });
    return { commit, word: "committed" };
  }

  emit(
    name: string,
    { count, skew, older, end }: Extract<Step, { do: "emit" }>,
  ): { commit: Commit; word: string } {
    const run = this.runs.get(name);
    const fixture = run?.fixture ?? new RunFixture(this.userId, `thread-${name}`, `run-${name}`);
    const from = Math.max(2, (run?.seq ?? 1) + 1 + skew);
    const events: NewEvent[] = [];
    for (let seq = from; seq < from + count; seq++) {
      events.push(end && seq === from + count - 1 ? fixture.completed(seq) : fixture.delta(seq));
    }
    const attempt = (run?.attempt ?? 1) - (older ? 1 : 0);
    const plain = fixture.commit(events, attempt);
    const commit = end ? { ...plain, finalMessage: fixture.answer() } : plain;
    return { commit, word: this.#judgeEmit(name, run, events, attempt) };
  }

  #judgeEmit(name: string, run: ModelRun | undefined, events: readonly NewEvent[], attempt: number): string {
    if (!run?.active) return "run_ended";
    if (attempt < run.attempt) return "fenced";
    // An event is new when its place in the run is; a terminal event in a taken place is another event.
    const fresh = events.filter((event) => (event.seq ?? 0) > run.seq);
    const taken = events.filter((event) => (event.seq ?? 0) <= run.seq);
    if (taken.some((event) => !this.ids.includes(event.id))) return "out_of_sequence";
    if (fresh.length === 0) return "repeated";
    if (fresh[0]?.seq !== run.seq + 1) return "out_of_sequence";
    const ends = fresh.at(-1)?.type === "agent_completed";
    const live = this.threads.get(name) === "live";
    if (!live && !(ends && fresh.length === 1)) return "not_found";
    this.ids.push(...fresh.map((event) => event.id));
    run.seq += fresh.length;
    if (ends) {
      run.active = false;
      if (live) this.messages.get(name)?.push({ id: run.fixture.messageId, at: run.first });
    }
    return "committed";
  }

  delete(name: string): { readonly commit: Commit; readonly word: string } {
    const event = threadDeleted(`thread-${name}`);
    const commit = { userId: this.userId, events: [event] };
    if (this.threads.get(name) !== "live") return { commit, word: "not_found" };
    this.ids.push(event.id);
    this.threads.set(name, "deleted");
    this.messages.delete(name);
    return { commit, word: "committed" };
  }

  trim(eventsMax: number): void {
    const firsts = [...this.runs.values()].filter((run) => run.active).map((run) => run.first);
    const wanted = Math.min(this.ids.length - eventsMax, Math.min(...firsts, this.ids.length + 1) - 1);
    this.floor = Math.max(this.floor, wanted);
  }
}

export function modelContract(open: OpenJournal): void {
  test("any interleaving of users, runs, repetitions, claims and trims does what the rules say", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60, size: "max" }), async (steps) => {
        const { journal, dispose } = await open({ clock: new TestClock(), makeId: countingIds() });
        try {
          await walk(journal, steps);
        } finally {
          await dispose();
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
}

async function walk(journal: Journal, steps: readonly Step[]): Promise<void> {
  const models = users.map((userId) => new ModelUser(userId));
  const heard: Committed[] = [];
  journal.subscribe((committed) => heard.push(committed));
  const living = new Set<string>();
  let waiting: Promise<void>[] = [];
  const hand = (model: ModelUser, { commit, word }: { readonly commit: Commit; readonly word: string }) => {
    const head = model.ids.length;
    waiting.push(
      journal.commit(commit).then((outcome) => {
        expect(wordOf(outcome)).toBe(word);
        if (outcome.is === "committed") expect(outcome.head).toBe(head);
      }),
    );
  };
  for (const step of steps) {
    if (step.do === "wait" || step.do === "claim" || step.do === "trim") {
      await Promise.all(waiting);
      waiting = [];
    }
    if (step.do === "wait") continue;
    if (step.do === "trim") {
      const never = Number.MAX_SAFE_INTEGER;
      await journal.trim({ ageMsMax: never, bytesMax: never, eventsMax: step.eventsMax });
      for (const model of models) model.trim(step.eventsMax);
      continue;
    }
    if (step.do === "renew" || step.do === "endLease") {
      const nodeId = nodeIds[step.node] ?? owner;
      if (step.do === "renew") await journal.renewLease(nodeId, 600_000);
      else await journal.endLease(nodeId);
      if (step.do === "renew") living.add(nodeId);
      else living.delete(nodeId);
      continue;
    }
    const model = models[step.user];
    const name = names[step.name];
    if (!model || name === undefined) throw new Error("no such user or name");
    if (step.do === "ask") {
      hand(model, model.ask(name));
      if (step.twice) hand(model, model.ask(name));
    } else if (step.do === "emit") hand(model, model.emit(name, step));
    else if (step.do === "delete") hand(model, model.delete(name));
    else {
      const run = model.runs.get(name);
      const nodeId = nodeIds[step.node] ?? owner;
      const attempt = (run?.attempt ?? 1) - (step.late ? 1 : 0);
      const claimed = await journal.claimRun(model.userId, `run-${name}`, { nodeId, attempt });
      if (!run?.active || step.late) expect(claimed).toBeUndefined();
      else {
        run.attempt++;
        run.owner = nodeId;
        expect(claimed).toMatchObject({ attempt: run.attempt, owner: nodeId, seq: run.seq });
      }
    }
  }
  await Promise.all(waiting);
  for (const model of models) await compare(journal, model, heard);
  const orphaned = (await journal.orphanedRuns(100)).map(({ userId, run }) => `${userId} ${run.runId}`);
  const expected = models.flatMap((model) =>
    [...model.runs.values()]
      .filter((run) => run.active && !living.has(run.owner))
      .map((run) => `${model.userId} ${run.fixture.runId}`),
  );
  expect(orphaned.sort()).toEqual(expected.sort());
}

async function compare(journal: Journal, model: ModelUser, heard: readonly Committed[]): Promise<void> {
  const { userId, ids, floor } = model;
  expect(await journal.extent(userId)).toMatchObject({ floor, head: ids.length });
  const events = await readAll(journal, userId);
  const parsed = events.map((json) => JSON.parse(json) as Event);
  expect(parsed.map((event) => event.id)).toEqual(ids.slice(floor));
  expect(parsed.map((event) => event.offset)).toEqual(ids.slice(floor).map((_, index) => floor + index + 1));
  const own = heard
    .filter((committed) => committed.userId === userId)
    .flatMap((committed) => committed.events);
  expect(own).toHaveLength(ids.length);
  expect(own.slice(floor)).toEqual(events);
  for (const name of names) {
    const run = model.runs.get(name);
    const stored = await journal.run(userId, `run-${name}`);
    expect(stored && { attempt: stored.attempt, seq: stored.seq, active: stored.state === "active" }).toEqual(
      run && { attempt: run.attempt, seq: run.seq, active: run.active },
    );
    const live = model.threads.get(name) === "live";
    expect((await journal.thread(userId, `thread-${name}`)) !== undefined).toBe(live);
    const kept = [...(model.messages.get(name) ?? [])].sort((a, b) => a.at - b.at).map(({ id }) => id);
    const messages = await journal.messages(userId, `thread-${name}`, { limit: 10 });
    expect(messages.map(({ id }) => id)).toEqual(kept);
    if (live) expect(messages[0]).toEqual(messageOf(`thread-${name}`, `question-${name}`));
  }
}
