import type { Event } from "@goldenpath/protocol";
import { countingIds, TestClock } from "@goldenpath/protocol/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  attachmentOf,
  begin,
  messageWith,
  type OpenedJournal,
  type OpenJournal,
  type RunFixture,
  readAll,
  startedAt,
  wordOf,
} from "./contract-fixture.ts";
import { defaultTrimLimits, type Journal } from "./journal.ts";

const unlimited = {
  ageMsMax: Number.MAX_SAFE_INTEGER,
  eventsMax: Number.MAX_SAFE_INTEGER,
  bytesMax: Number.MAX_SAFE_INTEGER,
};

/** J6: logs are trimmed from the front, and a reader below the floor is told. */
export function trimContract(open: OpenJournal): void {
  describe("trimming", () => {
    let opened: OpenedJournal;
    let journal: Journal;
    let clock: TestClock;
    beforeEach(async () => {
      clock = new TestClock(startedAt);
      opened = await open({ clock, makeId: countingIds() });
      journal = opened.journal;
    });
    afterEach(() => opened.dispose());

    /** A finished run of `events` events, each a millisecond after the one before, its thread before it. */
    async function finishedRun(
      userId: string,
      name: string,
      events: number,
      text = "word ",
    ): Promise<RunFixture> {
      const run = await begin(journal, userId, name);
      for (let seq = 2; seq < events; seq++)
        await journal.commit(run.commit([run.delta(seq, text, startedAt + seq)]));
      await journal.commit(run.ending(events));
      return run;
    }

    test("J6: by number: the newest stay, the floor moves, epoch and head do not", async () => {
      await finishedRun("ann", "one", 50);
      const before = await journal.extent("ann");
      const all = await readAll(journal, "ann");
      expect(await journal.trim({ ...unlimited, eventsMax: 20 })).toEqual({ users: 1, events: 32 });
      expect(await journal.extent("ann")).toEqual({ ...before, floor: 32, head: 52 });
      expect(await readAll(journal, "ann")).toEqual(all.slice(32));
      expect(await journal.read("ann", 31, 10, 1e6)).toEqual({ is: "trimmed", floor: 32, head: 52 });
      expect(await journal.read("ann", 32, 1, 1e6)).toEqual({ is: "events", events: [all[32]], head: 52 });
      expect(await journal.trim({ ...unlimited, eventsMax: 20 })).toEqual({ users: 0, events: 0 });
      expect(await journal.trim({ ...unlimited, eventsMax: 0 })).toEqual({ users: 1, events: 20 });
      expect(await journal.extent("ann")).toEqual({ ...before, floor: 52, head: 52 });
      expect(await readAll(journal, "ann")).toEqual([]);
      await begin(journal, "ann", "two");
      expect(await journal.extent("ann")).toEqual({ ...before, floor: 52, head: 55 });
      expect(await readAll(journal, "ann")).toHaveLength(3);
    });

    test("J6: by age: the longest beginning of which every event is older", async () => {
      await finishedRun("ann", "one", 50);
      // Offsets 1 to 3 and the end are of startedAt; offset n of startedAt + n - 2.
      await clock.advance(1_010);
      await journal.trim({ ...unlimited, ageMsMax: 1_000 });
      expect(await journal.extent("ann")).toMatchObject({ floor: 11, head: 52 });
      await clock.advance(10_000);
      await journal.trim({ ...unlimited, ageMsMax: 1_000 });
      expect(await journal.extent("ann")).toMatchObject({ floor: 52, head: 52 });
    });

    test("J6: attachments that no message names, once they are old", async () => {
      const { threadId } = await begin(journal, "ann", "one");
      for (const id of ["named", "unnamed", "young"]) {
        const at = id === "young" ? startedAt + 5_000 : startedAt;
        expect(await journal.putAttachment("ann", { ...attachmentOf(id, 10), at })).toBe("stored");
      }
      await journal.commit({ userId: "ann", events: [messageWith(threadId, "m", ["named"])] });
      const kept = async () => {
        const found: string[] = [];
        for (const id of ["named", "unnamed", "young"])
          if (await journal.attachment("ann", id)) found.push(id);
        return found;
      };
      await clock.advance(1_000);
      await journal.trim({ ...unlimited, ageMsMax: 1_000 });
      expect(await kept()).toEqual(["named", "unnamed", "young"]);
      await clock.advance(1);
      await journal.trim({ ...unlimited, ageMsMax: 1_000 });
      expect(await kept()).toEqual(["named", "young"]);
    });

    test("J6: by bytes: as many of the newest as fit", async () => {
      await finishedRun("ann", "one", 50, "é".repeat(500));
      const all = await readAll(journal, "ann");
      const bytesOf = (events: readonly string[]) =>
        events.reduce((sum, json) => sum + Buffer.byteLength(json.replace(/^\{"offset":\d+,/, "")), 0);
      const bytesMax = 15_000;
      await journal.trim({ ...unlimited, bytesMax });
      const { floor } = await journal.extent("ann");
      expect(await readAll(journal, "ann")).toEqual(all.slice(floor));
      expect(bytesOf(all.slice(floor))).toBeLessThanOrEqual(bytesMax);
      expect(bytesOf(all.slice(floor - 1))).toBeGreaterThan(bytesMax);
    });

    test("J6: never an event of an active run, nor what came after it", async () => {
      await finishedRun("ann", "one", 10);
      const active = await begin(journal, "ann", "two");
      await journal.commit(active.commit([active.delta(2)]));
      await finishedRun("ann", "three", 10);
      const { firstOffset } = (await journal.run("ann", active.runId)) ?? { firstOffset: 0 };
      expect(firstOffset).toBe(15);
      await clock.advance(100_000);
      await journal.trim({ ageMsMax: 0, eventsMax: 0, bytesMax: 0 });
      expect(await journal.extent("ann")).toMatchObject({ floor: firstOffset - 1 });
      const events = await journal.runEvents("ann", active.runId);
      expect(events.map((event) => event.seq)).toEqual([1, 2]);
      expect(wordOf(await journal.commit(active.commit([active.delta(3)])))).toBe("committed");
      expect(wordOf(await journal.commit(active.commit([active.delta(2)])))).toBe("repeated");
      await journal.commit(active.ending(4));
      await journal.trim({ ageMsMax: 0, eventsMax: 0, bytesMax: 0 });
      const { floor, head } = await journal.extent("ann");
      expect(floor).toBe(head);
    });

    test("J6: messages, threads and the state of runs stay when their events are gone", async () => {
      const run = await finishedRun("ann", "one", 10);
      await journal.trim({ ...unlimited, eventsMax: 0 });
      expect(await journal.messages("ann", run.threadId, { limit: 10 })).toHaveLength(2);
      expect(await journal.thread("ann", run.threadId)).toBeDefined();
      expect(await journal.run("ann", run.runId)).toMatchObject({ state: "completed", seq: 10 });
      expect(await journal.runEvents("ann", run.runId)).toEqual([]);
    });

    test("J6: every user's log by itself; the default limits leave a small log alone", async () => {
      const users = Array.from({ length: 150 }, (_, index) => `user-${index}`);
      await Promise.all(users.map((userId) => begin(journal, userId, "one")));
      const short = await journal.extent("user-3");
      await finishedRun("ann", "one", 30);
      expect(await journal.trim(defaultTrimLimits)).toEqual({ users: 0, events: 0 });
      expect(await journal.trim({ ...unlimited, eventsMax: 10 })).toEqual({ users: 1, events: 22 });
      expect(await journal.extent("user-3")).toEqual(short);
      const trimmed = await journal.trim({ ...unlimited, eventsMax: 0 });
      // Their runs are active: the two events before each one's beginning may go.
      expect(trimmed).toEqual({ users: 151, events: 150 * 2 + 10 });
      expect((await readAll(journal, "user-149")).map((json) => (JSON.parse(json) as Event).type)).toEqual([
        "agent_started",
      ]);
    });

    test("J3: a command is remembered for ageMsMax, however small the log is kept", async () => {
      const command = { id: "c", fingerprint: "f", result: 1 };
      await journal.commit({ userId: "ann", events: [], command });
      await finishedRun("ann", "one", 10);
      await clock.advance(1_000);
      await journal.trim({ ageMsMax: 1_000, eventsMax: 0, bytesMax: 0 });
      expect(wordOf(await journal.commit({ userId: "ann", events: [], command }))).toBe("repeated");
      await clock.advance(1);
      await journal.trim({ ageMsMax: 1_000, eventsMax: 0, bytesMax: 0 });
      expect(wordOf(await journal.commit({ userId: "ann", events: [], command }))).toBe("committed");
    });
  });
}
