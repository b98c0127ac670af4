import type { Committed } from "@goldenpath/journal";
import { limits } from "@goldenpath/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bus } from "./bus.ts";
import { UserLog } from "./user-log.ts";

/** A bus whose messages the test hands over itself, in any order and with holes. */
function openLog(replaced: () => void = () => undefined) {
  const listeners: ((committed: Committed) => void)[] = [];
  const bus: Pick<Bus, "subscribe"> = {
    subscribe(_userId, listener) {
      listeners.push(listener);
      return () => undefined;
    },
  };
  const log = new UserLog("u", bus, { grown: () => undefined, replaced });
  return { log, deliver: (committed: Committed) => listeners[0]?.(committed) };
}

const event = (offset: number, pad = 0) => JSON.stringify({ offset, pad: "x".repeat(pad) });

function commit(first: number, count: number, pad = 0): Committed {
  const events = Array.from({ length: count }, (_, n) => event(first + n, pad));
  return { userId: "u", epoch: "e", first, head: first + count - 1, events };
}

describe("UserLog", () => {
  it("hands out the tail after any offset it has, and nothing else (U2)", () => {
    const { log, deliver } = openLog();
    log.learn({ epoch: "e", floor: 0, head: 10 });
    expect(log.batchAfter(10)).toBeUndefined();
    deliver(commit(11, 3));
    expect(log.batchAfter(9)).toBeUndefined();
    expect(JSON.parse(log.batchAfter(11)?.message.text ?? "")).toEqual({
      type: "events",
      events: [
        { offset: 12, pad: "" },
        { offset: 13, pad: "" },
      ],
    });
    expect(log.batchAfter(13)).toBeUndefined();
    expect(log.head).toBe(13);
  });

  it("keeps what a reader has not taken, and lets go of what all have (U3)", () => {
    const { log, deliver } = openLog();
    const [fast, slow] = [{ offset: 10 }, { offset: 10 }];
    for (const reader of [fast, slow]) log.join(reader);
    log.learn({ epoch: "e", floor: 0, head: 10 });
    const take = (reader: { offset: number }, offset: number) => {
      reader.offset = offset;
      log.taken();
    };
    deliver(commit(11, 2));
    take(fast, 12);
    deliver(commit(13, 1));
    expect(log.batchAfter(10)?.last).toBe(13);
    take(fast, 13);
    expect(log.batchAfter(10)?.last).toBe(13);
    take(slow, 13);
    expect(log.batchAfter(10)).toBeUndefined();
    expect(log.batchAfter(12)).toBeUndefined();
    deliver(commit(14, 1));
    expect(log.batchAfter(12)).toBeUndefined();
    expect(log.batchAfter(13)?.last).toBe(14);
    log.leave(slow);
    take(fast, 14);
    expect(log.batchAfter(13)).toBeUndefined();
    deliver(commit(15, 2));
    expect(log.batchAfter(14)?.last).toBe(16);
  });

  it("knows the head without the bytes, and takes bytes again that continue it (U2)", () => {
    const { log, deliver } = openLog();
    log.learn({ epoch: "e", floor: 0, head: 10 });
    deliver({ userId: "u", epoch: "e", first: 15, head: 14, events: [] });
    expect(log.head).toBe(14);
    expect(log.batchAfter(10)).toBeUndefined();
    deliver(commit(11, 2));
    expect(log.batchAfter(10)).toBeUndefined();
    deliver(commit(15, 1));
    expect(log.batchAfter(13)).toBeUndefined();
    expect(log.batchAfter(14)?.last).toBe(15);
    // What the bus lost the journal says; what it says late is nothing new.
    log.learn({ epoch: "e", floor: 0, head: 20 });
    log.learn({ epoch: "e", floor: 0, head: 18 });
    expect([log.head, log.batchAfter(14)]).toEqual([20, undefined]);
  });

  it("mixes nothing of another epoch in, and says that the log was replaced (U4)", () => {
    let replaced = 0;
    const { log, deliver } = openLog(() => replaced++);
    log.learn({ epoch: "e", floor: 0, head: 10 });
    deliver({ ...commit(11, 1), epoch: "another" });
    expect([replaced, log.head, log.batchAfter(10)]).toEqual([1, 10, undefined]);
    log.learn({ epoch: "another", floor: 0, head: 20 });
    expect([replaced, log.head]).toEqual([2, 10]);
  });

  it("never offers a sequence with a hole, whatever was lost, repeated or late on the bus (U2)", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 5 }))),
        (commits) => {
          const { log, deliver } = openLog();
          for (const [at, count] of commits) {
            deliver(commit(at + 1, count));
            for (let after = 0; after <= 36; after++) {
              const batch = log.batchAfter(after);
              if (!batch) continue;
              const { events } = JSON.parse(batch.message.text);
              const offsets = events.map((one: { offset: number }) => one.offset);
              expect(offsets).toEqual(offsets.map((_: number, n: number) => after + 1 + n));
              expect(batch.last).toBe(offsets.at(-1));
              expect(batch.last).toBeLessThanOrEqual(log.head ?? 0);
            }
          }
        },
      ),
    );
  });

  it("is bounded (U3), and makes a frame once for all connections", () => {
    const { log, deliver } = openLog();
    for (let n = 0; n < 100; n++) deliver(commit(n * 10 + 1, 10, 1_000));
    expect(log.batchAfter(0)).toBeUndefined();
    expect(log.batchAfter(500)).toBeUndefined();
    expect(log.batchAfter(900)).toBe(log.batchAfter(900));
    deliver(commit(1_001, limits.eventsPerFrameMax + 1));
    expect(log.batchAfter(1_000)?.last).toBe(1_000 + limits.eventsPerFrameMax);
  });
});
