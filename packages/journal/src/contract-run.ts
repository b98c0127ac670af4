import type { Event } from "@goldenpath/protocol";
import { countingIds, TestClock } from "@goldenpath/protocol/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  begin,
  type OpenedJournal,
  type OpenJournal,
  owner,
  RunFixture,
  readAll,
  startedAt,
  threadCreated,
  threadDeleted,
  wordOf,
} from "./contract-fixture.ts";
import type { Journal } from "./journal.ts";

/** J4, J5: runs, their attempts and their one end. */
export function runContract(open: OpenJournal): void {
  describe("runs", () => {
    let opened: OpenedJournal;
    let journal: Journal;
    beforeEach(async () => {
      opened = await open({ clock: new TestClock(), makeId: countingIds() });
      journal = opened.journal;
    });
    afterEach(() => opened.dispose());

    test("a run is what its events say, at every moment", async () => {
      const run = await begin(journal, "ann", "one");
      const begun = {
        runId: run.runId,
        threadId: run.threadId,
        agent: "analyst",
        messageId: run.messageId,
        attempt: 1,
        owner,
        state: "active",
        firstOffset: 3,
        lastOffset: 3,
        seq: 1,
        startedAt,
      };
      expect(await journal.run("ann", run.runId)).toEqual(begun);
      await journal.commit(run.commit([run.delta(2), run.delta(3)]));
      expect(await journal.run("ann", run.runId)).toEqual({ ...begun, seq: 3, lastOffset: 5 });
      expect(await journal.activeRuns("ann")).toEqual([{ ...begun, seq: 3, lastOffset: 5 }]);
      await journal.commit(run.ending(4));
      const ended = { ...begun, seq: 4, lastOffset: 6, state: "completed", endedAt: startedAt };
      expect(await journal.run("ann", run.runId)).toEqual(ended);
      expect(await journal.activeRuns("ann")).toEqual([]);
    });

    test("a run begins, goes on and ends in one commit as well", async () => {
      const run = new RunFixture("ann", "t", "r");
      const events = [threadCreated("t"), run.started(), run.delta(2), run.completed(3)];
      const outcome = await journal.commit({ userId: "ann", events, owner, finalMessage: run.answer() });
      expect(outcome).toMatchObject({ is: "committed", head: 4 });
      expect(await journal.run("ann", "r")).toMatchObject({ state: "completed", seq: 3, firstOffset: 2 });
      expect(await journal.messages("ann", "t", { limit: 5 })).toEqual([run.answer()]);
    });

    test("J4: an older attempt is refused from the moment the run is claimed", async () => {
      const run = await begin(journal, "ann", "one");
      expect((await journal.commit(run.commit([run.delta(2)]))).is).toBe("committed");
      const claim = { nodeId: "node-b", attempt: 1 };
      const taken = { attempt: 2, owner: "node-b", seq: 2, state: "active" };
      expect(await journal.claimRun("ann", run.runId, claim)).toMatchObject(taken);
      expect(await journal.run("ann", run.runId)).toMatchObject(taken);
      expect(wordOf(await journal.commit(run.commit([run.delta(3)])))).toBe("fenced");
      expect(wordOf(await journal.commit(run.ending(3)))).toBe("fenced");
      expect(wordOf(await journal.commit(run.commit([])))).toBe("fenced");
      expect(wordOf(await journal.commit(run.commit([run.delta(3)], 3)))).toBe("fenced");
      expect((await journal.commit(run.commit([run.delta(3)], 2))).is).toBe("committed");
      expect((await journal.commit(run.ending(4, 2))).is).toBe("committed");
      expect(await journal.claimRun("ann", run.runId, { ...claim, attempt: 2 })).toBeUndefined();
      expect(await journal.claimRun("ann", "never-began", claim)).toBeUndefined();
    });

    test("J4: of two that claim a run at once, one owns it", async () => {
      const run = await begin(journal, "ann", "one");
      const nodeIds = ["node-b", "node-c", "node-d"];
      const claims = await Promise.all(
        nodeIds.map((nodeId) => journal.claimRun("ann", run.runId, { nodeId, attempt: 1 })),
      );
      const won = claims.filter((claim) => claim !== undefined);
      expect(won).toMatchObject([{ attempt: 2 }]);
      expect(nodeIds[claims.findIndex((claim) => claim !== undefined)]).toBe(won[0]?.owner);
      expect((await journal.run("ann", run.runId))?.owner).toBe(won[0]?.owner);
      // Whoever lost and asks again from what it saw is too late; who looks again may take it.
      expect(await journal.claimRun("ann", run.runId, { nodeId: "node-e", attempt: 1 })).toBeUndefined();
      expect(await journal.claimRun("ann", run.runId, { nodeId: "node-e", attempt: 2 })).toMatchObject({
        attempt: 3,
        owner: "node-e",
      });
    });

    test("J4: a claim and a commit of the older attempt at once: the commit is before it, or fenced", async () => {
      const run = await begin(journal, "ann", "one");
      const [claimed, ...outcomes] = await Promise.all([
        journal.claimRun("ann", run.runId, { nodeId: "node-b", attempt: 1 }),
        ...[2, 3, 4].map((seq) => journal.commit(run.commit([run.delta(seq)]))),
      ]);
      const taken = outcomes.map(wordOf).filter((word) => word === "committed").length;
      expect(outcomes.map(wordOf).slice(taken)).toEqual(Array(3 - taken).fill("fenced"));
      // What the claim answers is where the new owner goes on; nothing of the old one comes after it.
      expect(claimed).toMatchObject({ attempt: 2, seq: 1 + taken });
      expect(await journal.extent("ann")).toMatchObject({ head: 3 + taken });
    });

    test("J5: one terminal event; everything afterwards is refused, the same end as well", async () => {
      for (const end of ["completed", "failed", "cancelled"] as const) {
        const run = await begin(journal, "ann", end);
        const ending = { ...run.commit([run[end](2)]), finalMessage: run.answer() };
        expect((await journal.commit(ending)).is).toBe("committed");
        expect(await journal.run("ann", run.runId)).toMatchObject({ state: end, endedAt: startedAt });
        const after = [
          run.delta(3),
          run.completed(3),
          run.cancelled(3),
          run.failed(3),
          run[end](2),
          run.delta(2),
        ];
        for (const event of after)
          expect(wordOf(await journal.commit(run.commit([event])))).toBe("run_ended");
        expect(wordOf(await journal.commit({ userId: "ann", events: [run.started()], owner }))).toBe(
          "run_ended",
        );
        expect(wordOf(await journal.commit(run.commit([])))).toBe("run_ended");
      }
      expect(await journal.extent("ann")).toMatchObject({ head: 12 });
    });

    test("J5: of many ends at once, one is taken", async () => {
      const run = await begin(journal, "ann", "one");
      const ends = [run.cancelled(2), { ...run.failed(2), id: "x" }, { ...run.completed(2), id: "y" }];
      const outcomes = await Promise.all(ends.map((event) => journal.commit(run.commit([event]))));
      expect(outcomes.map(wordOf)).toEqual(["committed", "run_ended", "run_ended"]);
    });

    test("J5: within one commit too, nothing follows the terminal event", async () => {
      const run = await begin(journal, "ann", "one");
      expect(wordOf(await journal.commit(run.commit([run.cancelled(2), run.delta(3)])))).toBe("run_ended");
      expect(await journal.run("ann", run.runId)).toMatchObject({ state: "active", seq: 1 });
    });

    test("J5: seq is dense: a commit that does not continue it is refused as a whole", async () => {
      const run = await begin(journal, "ann", "one");
      expect(wordOf(await journal.commit(run.commit([run.delta(3)])))).toBe("out_of_sequence");
      expect(wordOf(await journal.commit(run.commit([run.delta(2), run.delta(4)])))).toBe("out_of_sequence");
      expect(await journal.extent("ann")).toMatchObject({ head: 3 });
      const words = await Promise.all(
        [run.delta(2), run.delta(4), run.delta(3)].map(async (event) =>
          wordOf(await journal.commit(run.commit([event]))),
        ),
      );
      expect(words).toEqual(["committed", "out_of_sequence", "committed"]);
    });

    test("J5: a run that never began takes nothing; one begins at seq 1 only", async () => {
      const run = new RunFixture("ann", "t", "r");
      await journal.commit({ userId: "ann", events: [threadCreated("t")] });
      expect(wordOf(await journal.commit(run.commit([run.delta(1)])))).toBe("run_ended");
      expect(wordOf(await journal.commit(run.commit([])))).toBe("run_ended");
      const late = { ...run.started(), seq: 2 };
      expect(wordOf(await journal.commit({ userId: "ann", events: [late] }))).toBe("run_ended");
      expect(await journal.run("ann", "r")).toBeUndefined();
    });

    test("a run belongs to its thread: none without one, none in another", async () => {
      const run = new RunFixture("ann", "nowhere", "r");
      expect(wordOf(await journal.commit({ userId: "ann", events: [run.started()], owner }))).toBe(
        "not_found",
      );
      const real = await begin(journal, "ann", "one");
      await journal.commit({ userId: "ann", events: [threadCreated("two")] });
      const elsewhere = { ...real.delta(2), threadId: "two" };
      expect(wordOf(await journal.commit(real.commit([elsewhere])))).toBe("not_found");
    });

    test("J5: a run whose thread is deleted gets its end and nothing else", async () => {
      const run = await begin(journal, "ann", "one");
      await journal.commit({ userId: "ann", events: [threadDeleted(run.threadId)] });
      expect(wordOf(await journal.commit(run.commit([run.delta(2)])))).toBe("not_found");
      expect(await journal.activeRuns("ann")).toHaveLength(1);
      const ending = { ...run.commit([run.cancelled(2)]), finalMessage: run.answer() };
      expect(wordOf(await journal.commit(ending))).toBe("committed");
      expect(await journal.activeRuns("ann")).toEqual([]);
      expect(await journal.messages("ann", run.threadId, { limit: 5 })).toEqual([]);
    });

    test("too_many_runs: counted over the user's active runs, in the same transaction", async () => {
      const start = async (userId: string, name: string) => {
        const run = new RunFixture(userId, `${name}.thread`, name);
        const events = [threadCreated(run.threadId), run.started()];
        return wordOf(await journal.commit({ userId, events, owner, activeRunsMax: 2 }));
      };
      const words = await Promise.all(["a", "b", "c"].map((name) => start("ann", name)));
      expect(words).toEqual(["committed", "committed", "too_many_runs"]);
      expect(await start("bob", "a")).toBe("committed");
      const first = new RunFixture("ann", "a.thread", "a");
      await journal.commit(first.commit([first.cancelled(2)]));
      expect(await start("ann", "c")).toBe("committed");
    });

    test("runEvents: the run's own events in order, others' between them left out", async () => {
      const one = await begin(journal, "ann", "one");
      const two = await begin(journal, "ann", "two");
      for (let seq = 2; seq < 20; seq++) {
        await journal.commit(one.commit([one.delta(seq, `says "runId":"${two.runId}"`)]));
        await journal.commit(two.commit([two.delta(seq)]));
      }
      const all = (await readAll(journal, "ann")).map((json) => JSON.parse(json) as Event);
      for (const run of [one, two]) {
        const events = await journal.runEvents("ann", run.runId);
        expect(events).toEqual(all.filter((event) => event.runId === run.runId));
        expect(events).toHaveLength(19);
      }
      expect(await journal.runEvents("ann", "never-began")).toEqual([]);
    });
  });
}
