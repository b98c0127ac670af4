import { type Committed, createMemoryJournal, extentsMax } from "@goldenpath/journal";
import { randomId } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import { expect, test } from "vitest";
import type { Ears } from "./carrier.ts";
import { type BusFault, SharedBus } from "./shared-bus.ts";
import { threadCreated } from "./test-node.ts";

/** A node's bus on a store to which only others write, and a line on which the test speaks for them. */
function open() {
  const clock = new TestClock();
  const store = createMemoryJournal({ clock, makeId: randomId });
  /** How many users each question to the journal was about. */
  const asked: number[] = [];
  const faults: BusFault[] = [];
  const state = { answers: Promise.resolve(), fault: undefined as Error | undefined };
  const line: { ears?: Ears } = {};
  const bus = new SharedBus({
    journal: {
      subscribe: () => () => undefined,
      async extents(userIds) {
        asked.push(userIds.length);
        await state.answers;
        if (state.fault) throw state.fault;
        return store.extents(userIds);
      },
    },
    clock,
    random: () => 0.5,
    connect(ears) {
      line.ears = ears;
      return {
        kind: "nats",
        listen: (userId) => ears.listening([userId]),
        ignore: () => undefined,
        tell: () => true,
        signal: () => true,
        close: async () => undefined,
      };
    },
    onFault: (where) => faults.push(where),
  });
  const { ears } = line;
  if (!ears) throw new Error("the bus did not connect");
  const heard: Committed[] = [];
  const listen = async (...userIds: string[]) => {
    for (const userId of userIds) bus.subscribe(userId, (committed) => heard.push(committed));
    await settle();
  };
  const append = (userId: string) =>
    store.commit({ userId, events: [threadCreated(randomId(), "elsewhere")] });
  return { clock, store, bus, ears, asked, faults, state, heard, listen, append };
}

test("S2: another node's bytes are used only when they are of the epoch that the journal names", async () => {
  const { store, ears, heard, listen, append, asked } = open();
  await append("ann");
  const { epoch } = await store.extent("ann");
  const committed = { userId: "ann", epoch, first: 2, head: 2, events: ["bytes"] };
  await listen("ann");
  heard.length = 0;
  ears.committed(committed);
  expect(heard).toEqual([committed]);
  const questions = asked.length;
  ears.committed({ ...committed, epoch: "another", first: 3, head: 3 });
  ears.committed({ ...committed, userId: "bob" });
  await settle();
  expect(heard).toEqual([committed]);
  // The journal is asked instead, of those who are listened to.
  expect(asked.slice(questions)).toEqual([1]);
});

test("S3: what the line lost is found within ten seconds, within one while there is no line, and when it opens", async () => {
  const { clock, bus, ears, heard, listen, append } = open();
  await listen("ann");
  ears.opened();
  await settle();
  await append("ann");
  await clock.advance(9_000);
  expect(heard.at(-1)?.head).toBe(0);
  await clock.advance(1_500);
  expect(heard.at(-1)).toMatchObject({ first: 2, head: 1, events: [] });
  ears.failed(new Error("cut"));
  await append("ann");
  await clock.advance(1_500);
  expect(heard.at(-1)?.head).toBe(2);
  await append("ann");
  ears.opened();
  await settle();
  expect(heard.slice(-3).map(({ head, events }) => [head, events])).toEqual([
    [1, []],
    [2, []],
    [3, []],
  ]);
  // What is no news is told to nobody.
  const times = heard.length;
  await clock.advance(60_000);
  expect(heard).toHaveLength(times);
  expect(bus.stats()).toMatchObject({ connected: true, failures: 1, healed: 3 });
});

test("E1: one question at a time, about extentsMax users at most, however many listen", async () => {
  const { ears, asked, listen, state } = open();
  const { promise, resolve } = Promise.withResolvers<void>();
  state.answers = promise;
  const users = Array.from({ length: extentsMax + 2 }, (_, n) => `user ${n}`);
  await listen(...users);
  ears.opened();
  await settle();
  expect(asked).toEqual([extentsMax]);
  resolve();
  await settle();
  // Those who were asked about when the line opened are asked about again.
  expect(asked).toEqual([extentsMax, extentsMax, 2]);
});

test("E2: after a failure the journal is left alone until the next round", async () => {
  const { clock, ears, asked, faults, listen, state, append, heard } = open();
  ears.opened();
  state.fault = new Error("the database is away");
  await listen(...Array.from({ length: 2 * extentsMax }, (_, n) => `user ${n}`));
  expect([asked, faults]).toEqual([[extentsMax], ["check"]]);
  state.fault = undefined;
  await append("user 999");
  await clock.advance(10_500);
  expect(asked).toEqual([extentsMax, extentsMax, extentsMax]);
  expect(heard.find(({ userId }) => userId === "user 999")?.head).toBe(1);
});

test("nothing is told, and nothing of a question that fails, after the bus was closed", async () => {
  for (const fault of [undefined, new Error("closed")]) {
    const { bus, heard, faults, state, listen, clock } = open();
    const { promise, resolve } = Promise.withResolvers<void>();
    state.answers = promise;
    await listen("ann");
    await bus.close();
    state.fault = fault;
    resolve();
    await clock.advance(60_000);
    expect([heard, faults, clock.waiting]).toEqual([[], [], 0]);
  }
});
