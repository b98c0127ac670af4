import { type Committed, createMemoryJournal, type Journal } from "@goldenpath/journal";
import { type Event, limits, type NewEvent, randomId } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import { expect, test } from "vitest";
import { LogReader } from "./log-reader.ts";
import { UserLog } from "./user-log.ts";

/** Events of the user's log in the journal, each with so many characters. */
async function append(journal: Journal, sizes: readonly number[]): Promise<void> {
  const events = sizes.map((size): NewEvent => {
    const thread = { id: randomId(), title: "x".repeat(size), createdAt: 1, updatedAt: 1 };
    return { id: randomId(), type: "thread_created", at: 1, threadId: thread.id, data: { thread } };
  });
  await journal.commit({ userId: "u", events });
}

/** A reader of a log of which the node has heard up to `head`, and a socket that takes what the test lets it. */
function open({ offset, head }: { readonly offset: number; readonly head: number }) {
  const clock = new TestClock();
  const journal = createMemoryJournal({ clock, makeId: randomId });
  let deliver: (committed: Committed) => void = () => undefined;
  const subscribe = (_userId: string, listener: (committed: Committed) => void) => {
    deliver = listener;
    return () => undefined;
  };
  const log = new UserLog("u", { subscribe }, { grown: () => undefined, replaced: () => undefined });
  log.learn({ epoch: "e", floor: 0, head });
  const socket = { buffered: 0 };
  const sent: string[] = [];
  const failed: unknown[] = [];
  /** How often another pass was asked for, and how many bytes were handed out. */
  const count = { again: 0, handed: 0 };
  const reader = new LogReader({
    journal,
    clock,
    log,
    offset,
    bufferedBytes: () => socket.buffered,
    send({ text, frame }) {
      sent.push(text);
      count.handed += frame.length;
    },
    again: () => void count.again++,
    failed: (error) => void failed.push(error),
  });
  const offsets = () =>
    sent.flatMap((text) => {
      const frame = JSON.parse(text) as { readonly events?: readonly Event[] };
      return (frame.events ?? []).map((event) => event.offset);
    });
  /** Passes until the reader has nothing more to do by itself. */
  const pumpAll = async () => {
    for (let before = -1; before !== count.again; ) {
      before = count.again;
      reader.pump();
      await settle();
    }
  };
  const hear = (committed: Committed) => deliver(committed);
  return { clock, journal, log, reader, socket, sent, failed, count, offsets, pumpAll, hear };
}

const committed: Committed = { userId: "u", epoch: "e", first: 8, head: 8, events: ['{"offset":8}'] };

test("caught_up names what was sent, also when a snapshot was ahead of what the node has heard of", () => {
  const { reader, sent } = open({ offset: 78, head: 76 });
  reader.pump();
  reader.pump();
  expect(sent).toEqual(['{"type":"caught_up","head":78}']);
});

test("what was handed out is no longer kept in memory, nor for a reader that has stopped (U3)", () => {
  const { log, reader, sent, hear } = open({ offset: 7, head: 7 });
  hear(committed);
  expect(log.batchAfter(7)?.last).toBe(8);
  reader.pump();
  expect(sent[0]).toContain('{"offset":8}');
  expect(log.batchAfter(7)).toBeUndefined();
  reader.stop();
  const { length } = sent;
  hear({ ...committed, first: 9, head: 9 });
  reader.pump();
  expect(sent).toHaveLength(length);
  log.taken();
  expect(log.batchAfter(8)).toBeUndefined();
});

test("an event that is larger than all that may wait goes out alone (D5)", () => {
  const { reader, socket, offsets, count, hear } = open({ offset: 7, head: 7 });
  const large = JSON.stringify({ offset: 8, pad: "x".repeat(2 * limits.bufferedBytesMax) });
  hear({ ...committed, events: [large] });
  reader.pump();
  expect(offsets()).toEqual([8]);
  socket.buffered = count.handed;
  hear({ ...committed, first: 9, head: 9, events: ['{"offset":9}'] });
  reader.pump();
  expect(offsets()).toEqual([8]);
  socket.buffered = 0;
  reader.room();
  reader.pump();
  expect(offsets()).toEqual([8, 9]);
});

test("a peer that takes nothing is behind though its log does not grow: answers wait in its socket too (C4)", async () => {
  const { clock, reader, socket } = open({ offset: 7, head: 7 });
  socket.buffered = limits.bufferedBytesMax + 1;
  reader.pump();
  await clock.advance(limits.stalledMsMax);
  expect(reader.stalledMs()).toBe(limits.stalledMsMax);
});

test("one read of the journal is under way, however often the log is looked at (R3)", async () => {
  const { journal, reader, offsets } = open({ offset: 0, head: 2 });
  await append(journal, [1, 1]);
  reader.pump();
  reader.pump();
  await settle();
  expect(offsets()).toEqual([1, 2]);
});

test("nothing is handed out after the stop, not even by a read that is under way", async () => {
  const { journal, reader, sent, failed, hear } = open({ offset: 0, head: 2 });
  await append(journal, [1, 1]);
  reader.pump();
  reader.stop();
  await settle();
  hear({ ...committed, first: 3, head: 3 });
  reader.pump();
  expect([sent, failed]).toEqual([[], []]);
});

test("no snapshot is handed out after the stop either, and no failure is told", async () => {
  for (const isBroken of [false, true]) {
    const { journal, reader, sent, failed } = open({ offset: 0, head: 2 });
    await append(journal, [1, 1]);
    await journal.trim({ ageMsMax: 0, eventsMax: 0, bytesMax: 0 });
    if (isBroken) journal.extent = () => Promise.reject(new Error("the disk is gone"));
    reader.pump();
    await Promise.resolve();
    reader.stop();
    await settle();
    expect([sent, failed]).toEqual([[], []]);
  }
});

test("a journal that lacks what its log was said to have is a failure, not a wait for ever", async () => {
  const { journal, offsets, failed, pumpAll } = open({ offset: 0, head: 3 });
  await append(journal, [1]);
  await pumpAll();
  expect(offsets()).toEqual([1]);
  expect(failed).toMatchObject([{ message: expect.stringContaining("nothing after 1") }]);
});

test("what a read handed out counts before it is written, and its being taken is progress (R2, D5)", async () => {
  const { clock, journal, reader, socket, count } = open({ offset: 0, head: 20 });
  await append(journal, Array(20).fill(50_000));
  /** What the connection does on a pass: the socket takes what was handed out, and keeps it. */
  const pass = async () => {
    reader.pump();
    socket.buffered = count.handed;
    reader.room();
    await settle();
  };
  for (let passes = 0; passes < 5; passes++) await pass();
  const filled = count.handed;
  // Two of the events are past the low mark, and a third would be over the limit.
  expect(filled).toBeGreaterThan(limits.bufferedBytesMax / 2);
  expect(filled).toBeLessThanOrEqual(limits.bufferedBytesMax);
  count.again = 0;
  // The peer takes a little, again and again, and stays over the mark.
  for (let seconds = 0; seconds < 15; seconds++) {
    await clock.advance(1_000);
    socket.buffered -= 1_000;
    reader.room();
    expect(reader.stalledMs()).toBeLessThan(limits.stalledMsMax);
  }
  expect(count.handed).toBe(filled);
  socket.buffered = 0;
  reader.room();
  expect(count.again).toBe(1);
  reader.pump();
  await settle();
  expect(count.handed).toBeGreaterThan(filled);
});
