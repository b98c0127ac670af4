import { countingIds, TestClock } from "@goldenpath/protocol/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { begin, type OpenedJournal, type OpenJournal, startedAt, wordOf } from "./contract-fixture.ts";
import type { Journal } from "./journal.ts";

/** Far longer than any engine needs for a test. */
const longMs = 600_000;
/** Short, because an engine with a clock of its own has to wait for it. */
const shortMs = 250;

/** Which runs nobody looks after any more. */
export function leaseContract(open: OpenJournal): void {
  describe("leases", () => {
    let opened: OpenedJournal;
    let journal: Journal;
    let clock: TestClock;
    beforeEach(async () => {
      clock = new TestClock();
      opened = await open({ clock, makeId: countingIds() });
      journal = opened.journal;
    });
    afterEach(() => opened.dispose());

    const elapse = (ms: number) => opened.elapse?.(ms) ?? clock.advance(ms);
    const orphans = async (limit = 100) =>
      (await journal.orphanedRuns(limit)).map(({ userId, run }) => `${userId} ${run.runId}`);

    test("an active run is an orphan unless its owner has a lease", async () => {
      await begin(journal, "ann", "one");
      const orphaned = await journal.orphanedRuns(10);
      expect(orphaned).toEqual([{ userId: "ann", run: await journal.run("ann", "one.run") }]);
      await journal.renewLease("node-b", longMs);
      expect(await orphans()).toEqual(["ann one.run"]);
      await journal.renewLease("node-a", longMs);
      expect(await orphans()).toEqual([]);
    });

    test("a lease runs out by the engine's clock; one that is renewed keeps its runs", async () => {
      await journal.renewLease("node-a", shortMs);
      await journal.renewLease("node-b", shortMs);
      await begin(journal, "ann", "one", { nodeId: "node-a" });
      await begin(journal, "bob", "two", { nodeId: "node-b" });
      await journal.renewLease("node-b", longMs);
      await elapse(shortMs);
      expect(await orphans()).toEqual(["ann one.run"]);
      // Late is not too late, as long as nobody took the run.
      await journal.renewLease("node-a", longMs);
      expect(await orphans()).toEqual([]);
      await journal.renewLease("node-b", shortMs);
      await elapse(shortMs);
      expect(await orphans()).toEqual(["bob two.run"]);
    });

    test("endLease: the node's active runs are orphans at once, nobody else's", async () => {
      await journal.renewLease("node-a", longMs);
      await journal.renewLease("node-b", longMs);
      const ended = await begin(journal, "ann", "ended", { nodeId: "node-a" });
      await journal.commit(ended.ending(2));
      await begin(journal, "ann", "mine", { nodeId: "node-a" });
      await begin(journal, "ann", "other", { nodeId: "node-b" });
      await journal.endLease("node-a");
      await journal.endLease("node-a");
      await journal.endLease("never-was");
      expect(await orphans()).toEqual(["ann mine.run"]);
    });

    test("orphanedRuns: of every user, oldest first, at most as many as asked for", async () => {
      const ages = [30, 10, 20, 40, 0];
      for (const [index, age] of ages.entries()) {
        const userId = ["ann", "bob"][index % 2] ?? "ann";
        await begin(journal, userId, `age${age}`, { at: startedAt - age });
      }
      const oldest = ["bob age40.run", "ann age30.run", "ann age20.run", "bob age10.run", "ann age0.run"];
      expect(await orphans()).toEqual(oldest);
      expect(await orphans(2)).toEqual(oldest.slice(0, 2));
    });

    test("a run that is claimed belongs to the claimer's lease from then on", async () => {
      await journal.renewLease("node-b", longMs);
      const run = await begin(journal, "ann", "one", { nodeId: "node-a" });
      await journal.commit(run.commit([run.delta(2)]));
      const claimed = await journal.claimRun("ann", run.runId, { nodeId: "node-b", attempt: 1 });
      expect(claimed).toMatchObject({ owner: "node-b", attempt: 2, seq: 2 });
      expect(await orphans()).toEqual([]);
      // The former owner comes back: its lease is good for nothing that was taken from it.
      await journal.renewLease("node-a", longMs);
      await journal.endLease("node-b");
      expect(await journal.orphanedRuns(10)).toMatchObject([
        { run: { owner: "node-b", attempt: 2, seq: 2 } },
      ]);
      expect(wordOf(await journal.commit(run.commit([run.delta(3)])))).toBe("fenced");
      expect(wordOf(await journal.commit(run.commit([run.delta(3)], 2)))).toBe("committed");
    });

    test("time fences nobody: without a lease a node still writes for its runs until they are claimed", async () => {
      await journal.renewLease("node-a", shortMs);
      const run = await begin(journal, "ann", "one");
      await elapse(shortMs);
      expect(wordOf(await journal.commit(run.commit([run.delta(2)])))).toBe("committed");
      expect(wordOf(await journal.commit(run.ending(3)))).toBe("committed");
      expect(await orphans()).toEqual([]);
    });
  });
}
