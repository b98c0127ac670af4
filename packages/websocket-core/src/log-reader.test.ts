import { type Committed, createMemoryJournal } from "@goldenpath/journal";
import { limits, type NewEvent, randomId } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import { expect, test } from "vitest";
import { LogReader } from "./log-reader.ts";
import { UserLog } from "./user-log.ts";

const unheard = { grown: () => undefined, replaced: () => undefined };

test("caught_up names what was sent, also when a snapshot was ahead of what the node has heard of", () => {
  const clock = new TestClock();
  const log = new UserLog("u", { subscribe: () => () => undefined }, unheard);
  log.learn({ epoch: "e", floor: 0, head: 76 });
  const sent: string[] = [];
  const reader = new LogReader({
    journal: createMemoryJournal({ clock, makeId: randomId }),
    clock,
    log,
    offset: 78,
    bufferedBytes: () => 0,
    send: ({ text }) => void sent.push(text),
    again: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  reader.pump();
  reader.pump();
  expect(sent).toEqual(['{"type":"caught_up","head":78}']);
});

test("what was handed out is no longer kept in memory", () => {
  const clock = new TestClock();
  let deliver: ((committed: Committed) => void) | undefined;
  const subscribe = (_userId: string, listener: (committed: Committed) => void) => {
    deliver = listener;
    return () => undefined;
  };
  const log = new UserLog("u", { subscribe }, unheard);
  log.learn({ epoch: "e", floor: 0, head: 7 });
  const sent: string[] = [];
  const reader = new LogReader({
    journal: createMemoryJournal({ clock, makeId: randomId }),
    clock,
    log,
    offset: 7,
    bufferedBytes: () => 0,
    send: ({ text }) => void sent.push(text),
    again: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  deliver?.({ userId: "u", epoch: "e", first: 8, head: 8, events: ['{"offset":8}'] });
  expect(log.batchAfter(7)?.last).toBe(8);
  reader.pump();
  expect(sent[0]).toContain('{"offset":8}');
  expect(log.batchAfter(7)).toBeUndefined();
});

test("what a read handed out counts before it is written, and its being taken is progress (R2, D5)", async () => {
  const clock = new TestClock();
  const journal = createMemoryJournal({ clock, makeId: randomId });
  const title = "x".repeat(50_000);
  const events = Array.from({ length: 20 }, (_, n): NewEvent => {
    const thread = { id: `t${n}`, title, createdAt: n, updatedAt: n };
    return { id: `e${n}`, type: "thread_created", at: n, threadId: thread.id, data: { thread } };
  });
  await journal.commit({ userId: "u", events });
  const log = new UserLog("u", { subscribe: () => () => undefined }, unheard);
  log.learn({ epoch: "e", floor: 0, head: events.length });
  let handed = 0;
  let buffered = 0;
  /** Passes asked for because of room in the socket. */
  let asked = 0;
  const reader = new LogReader({
    journal,
    clock,
    log,
    offset: 0,
    bufferedBytes: () => buffered,
    send: ({ frame }) => {
      handed += frame.length;
    },
    again: () => void asked++,
    failed: (error) => {
      throw error;
    },
  });
  /** What the connection does on a pass: the socket takes what was handed out, and keeps it. */
  const pass = async () => {
    reader.pump();
    buffered = handed;
    reader.room();
    await settle();
  };
  for (let passes = 0; passes < 5; passes++) await pass();
  const filled = handed;
  // Two of the events are past the low mark, and a third would be over the limit.
  expect(filled).toBeGreaterThan(limits.bufferedBytesMax / 2);
  expect(filled).toBeLessThanOrEqual(limits.bufferedBytesMax);
  asked = 0;
  // The peer takes a little, again and again, and stays over the mark.
  for (let seconds = 0; seconds < 15; seconds++) {
    await clock.advance(1_000);
    buffered -= 1_000;
    reader.room();
    expect(reader.stalledMs()).toBeLessThan(limits.stalledMsMax);
  }
  expect(handed).toBe(filled);
  buffered = 0;
  reader.room();
  expect(asked).toBe(1);
  reader.pump();
  await settle();
  expect(handed).toBeGreaterThan(filled);
});
