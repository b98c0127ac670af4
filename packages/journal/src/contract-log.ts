import { type Event, limits, type NewEvent } from "@goldenpath/protocol";
import { countingIds, TestClock } from "@goldenpath/protocol/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  begin,
  messageCreated,
  type OpenedJournal,
  type OpenJournal,
  owner,
  RunFixture,
  readAll,
  threadCreated,
  threadOf,
  wordOf,
} from "./contract-fixture.ts";
import { type Committed, commitEventsMax, type Journal } from "./journal.ts";

/** J1, J2, J3, D4: offsets, what listeners hear, repetition, reading, sizes. */
export function logContract(open: OpenJournal): void {
  describe("the log", () => {
    let opened: OpenedJournal;
    let journal: Journal;
    beforeEach(async () => {
      opened = await open({ clock: new TestClock(), makeId: countingIds() });
      journal = opened.journal;
    });
    afterEach(() => opened.dispose());

    test("J1: offsets are 1, 2, 3 … in each user's log, whatever the others do", async () => {
      const runs = await Promise.all(["ann", "bob", "eve"].map((user) => begin(journal, user, `${user}-1`)));
      const commits = Array.from({ length: 90 }, (_, index) => {
        const run = runs[index % 3];
        if (!run) throw new Error("three runs");
        return journal.commit(run.commit([run.delta(2 + Math.floor(index / 3))]));
      });
      for (const outcome of await Promise.all(commits)) expect(outcome.is).toBe("committed");
      for (const run of runs) {
        const events = (await readAll(journal, run.userId)).map((json) => JSON.parse(json) as Event);
        expect(events.map((event) => event.offset)).toEqual(Array.from({ length: 33 }, (_, at) => at + 1));
        expect(events.slice(2).map((event) => event.seq)).toEqual(
          Array.from({ length: 31 }, (_, at) => at + 1),
        );
        expect(await journal.extent(run.userId)).toMatchObject({ floor: 0, head: 33 });
      }
    });

    test("J1: a commit answers where its events stand, and with the epoch of the log", async () => {
      const before = await journal.extent("ann");
      expect(before).toEqual({ epoch: expect.stringMatching(/./), floor: 0, head: 0 });
      const outcome = await journal.commit({
        userId: "ann",
        events: [threadCreated("t"), messageCreated("t", "m")],
        command: { id: "c", fingerprint: "f", result: { threadId: "t" } },
      });
      const { epoch } = before;
      expect(outcome).toEqual({ is: "committed", epoch, first: 1, head: 2, result: { threadId: "t" } });
      expect(await journal.extent("ann")).toEqual({ epoch, floor: 0, head: 2 });
    });

    test("J1: a commit without events takes no offset, and keeps its command", async () => {
      const command = { id: "c", fingerprint: "f", result: [1, "two", null] };
      const outcome = await journal.commit({ userId: "ann", events: [], command });
      expect(outcome).toMatchObject({ is: "committed", first: 1, head: 0, result: [1, "two", null] });
      const again = await journal.commit({ userId: "ann", events: [], command });
      expect(again).toEqual({ is: "repeated", result: [1, "two", null] });
    });

    test("J2: listeners hear each commit once, in the order of the log, with the bytes that are read", async () => {
      const heard: Committed[] = [];
      const stop = journal.subscribe((committed) => heard.push(committed));
      const runs = await Promise.all(["ann", "bob"].map((user) => begin(journal, user, user)));
      for (let seq = 2; seq < 30; seq++) {
        await Promise.all(
          runs.map((run) => journal.commit(run.commit([run.delta(seq, `${seq} é \u2028 \ud83d`)]))),
        );
      }
      for (const { userId } of runs) {
        const own = heard.filter((committed) => committed.userId === userId);
        const { epoch, head } = await journal.extent(userId);
        let next = 1;
        for (const committed of own) {
          expect(committed).toMatchObject({ epoch, first: next, head: next + committed.events.length - 1 });
          next = committed.head + 1;
        }
        expect(next).toBe(head + 1);
        expect(own.flatMap((committed) => committed.events)).toEqual(await readAll(journal, userId));
      }
      stop();
      const count = heard.length;
      await begin(journal, "ann", "later");
      expect(heard).toHaveLength(count);
    });

    test("J2: when a listener hears of a commit, it can be read; when the promise settles, it was heard", async () => {
      const run = await begin(journal, "ann", "ann");
      const reads: Promise<unknown>[] = [];
      let heard = 0;
      journal.subscribe(({ head }) => {
        heard = head;
        reads.push(journal.read("ann", head - 1, 1, 1).then((answer) => ({ answer, head })));
      });
      for (let seq = 2; seq < 8; seq++) {
        const outcome = await journal.commit(run.commit([run.delta(seq)]));
        expect(outcome).toMatchObject({ is: "committed", head: heard });
      }
      const answers = await Promise.all(reads);
      expect(answers).toHaveLength(6);
      for (const each of answers)
        expect(each).toMatchObject({ answer: { is: "events", events: [expect.any(String)] } });
    });

    test("J2: a listener may commit; everybody hears both in order", async () => {
      const run = await begin(journal, "ann", "ann");
      const heads: number[][] = [[], []];
      let nested: Promise<unknown> | undefined;
      journal.subscribe(({ head }) => {
        heads[0]?.push(head);
        nested ??= journal.commit(run.commit([run.delta(3)]));
      });
      journal.subscribe(({ head }) => heads[1]?.push(head));
      await journal.commit(run.commit([run.delta(2)]));
      await nested;
      expect(heads).toEqual([
        [4, 5],
        [4, 5],
      ]);
    });

    test("J3: a command that was seen gets its first result, also while the first is under way", async () => {
      const commit = (result: string) => ({
        userId: "ann",
        events: [messageCreated("t", `m-${result}`)],
        command: { id: "c", fingerprint: "send", result },
      });
      await journal.commit({ userId: "ann", events: [threadCreated("t")] });
      const [first, second] = await Promise.all([
        journal.commit(commit("one")),
        journal.commit(commit("two")),
      ]);
      expect(first).toMatchObject({ is: "committed", head: 2, result: "one" });
      expect(second).toEqual({ is: "repeated", result: "one" });
      expect(await journal.commit(commit("three"))).toEqual({ is: "repeated", result: "one" });
      expect(await readAll(journal, "ann")).toHaveLength(2);
    });

    test("J3: a command id with another fingerprint is refused; another user's is another command", async () => {
      const command = { id: "c", fingerprint: "one", result: 1 };
      await journal.commit({ userId: "ann", events: [threadCreated("t")], command });
      const other = { ...command, fingerprint: "two" };
      const reused = await journal.commit({
        userId: "ann",
        events: [messageCreated("t", "m")],
        command: other,
      });
      expect(wordOf(reused)).toBe("id_reused");
      expect(await journal.extent("ann")).toMatchObject({ head: 1 });
      const bobs = await journal.commit({ userId: "bob", events: [threadCreated("t")], command: other });
      expect(bobs.is).toBe("committed");
    });

    test("J3: a refused commit leaves no trace, not even its command", async () => {
      const command = { id: "c", fingerprint: "f", result: 1 };
      const events = [messageCreated("t", "m1"), messageCreated("elsewhere", "m2")];
      await journal.commit({ userId: "ann", events: [threadCreated("t")] });
      const heard: Committed[] = [];
      journal.subscribe((committed) => heard.push(committed));
      expect(wordOf(await journal.commit({ userId: "ann", events, command }))).toBe("not_found");
      expect(await journal.extent("ann")).toMatchObject({ head: 1 });
      expect(await journal.messages("ann", "t", { limit: 10 })).toEqual([]);
      expect(heard).toEqual([]);
      const again = await journal.commit({ userId: "ann", events: events.slice(0, 1), command });
      expect(again).toMatchObject({ is: "committed", head: 2 });
    });

    test("J3: an event that was seen is not appended again, and new ones beside it are", async () => {
      const run = await begin(journal, "ann", "ann");
      await journal.commit(run.commit([run.delta(2), run.delta(3)]));
      const again = await journal.commit(run.commit([run.delta(2), run.delta(3)]));
      expect(again).toEqual({ is: "repeated", result: null });
      const heard: Committed[] = [];
      journal.subscribe((committed) => heard.push(committed));
      const both = await journal.commit(run.commit([run.delta(3), run.delta(4), run.delta(5)]));
      expect(both).toMatchObject({ is: "committed", first: 6, head: 7 });
      expect(heard.map(({ first, events }) => [first, events.length])).toEqual([[6, 2]]);
      const stranger: NewEvent = { ...run.delta(4), id: "another-event" };
      expect(wordOf(await journal.commit(run.commit([stranger])))).toBe("out_of_sequence");
      expect(await journal.commit({ userId: "ann", events: [run.started()], owner })).toMatchObject({
        is: "repeated",
      });
      expect(await readAll(journal, "ann")).toHaveLength(7);
    });

    test("too_large: an event over eventBytesMax, and a commit of too many events", async () => {
      const run = await begin(journal, "ann", "ann");
      const huge = run.delta(2, "é".repeat(limits.eventBytesMax / 2));
      expect(wordOf(await journal.commit(run.commit([huge])))).toBe("too_large");
      const fits = run.delta(2, "x".repeat(limits.eventBytesMax - 300));
      expect(wordOf(await journal.commit(run.commit([fits])))).toBe("committed");
      const many = Array.from({ length: commitEventsMax + 1 }, (_, index) => run.delta(3 + index));
      expect(wordOf(await journal.commit(run.commit(many)))).toBe("too_large");
      expect(wordOf(await journal.commit(run.commit(many.slice(1))))).toBe("out_of_sequence");
      expect(wordOf(await journal.commit(run.commit(many.slice(0, -1))))).toBe("committed");
      const answer = await journal.read("ann", 3, 10, 1_000);
      expect(answer.is === "events" && answer.events.length).toBe(1);
    });

    test("the longest answer fits into its event, whatever its characters", async () => {
      for (const character of ["x", "\u4e2d", '"', "\u0001", "\ud800"]) {
        const run = await begin(journal, "ann", `run-${character.charCodeAt(0)}`);
        const text = character.repeat(limits.answerCharsMax);
        const data = { messageId: run.messageId, text, durationMs: 1 };
        const ending = run.commit([run.event(2, "agent_completed", data)]);
        expect(wordOf(await journal.commit({ ...ending, finalMessage: run.answer(text) }))).toBe("committed");
        expect((await journal.messages("ann", run.threadId, { limit: 1 }))[0]).toEqual(run.answer(text));
      }
    });

    test("a commit that contradicts itself is a bug of its caller: TypeError, and nothing is written", async () => {
      const run = await begin(journal, "ann", "ann");
      const other = new RunFixture("ann", run.threadId, "other");
      const wrong = [
        { userId: "ann", events: [run.delta(2)] },
        { userId: "ann", events: [other.delta(2)], run: { runId: run.runId, attempt: 1 } },
        { userId: "", events: [threadCreated("t")] },
        { userId: "ann", events: [other.started()] },
        { userId: "ann", events: [other.started()], owner: "" },
        { userId: "ann", events: [{ ...threadCreated("t"), threadId: "u" }] },
        { ...run.commit([run.delta(2)]), finalMessage: run.answer() },
        { ...run.commit([run.completed(2)]), finalMessage: other.answer() },
      ];
      for (const commit of wrong) await expect(journal.commit(commit)).rejects.toThrow(TypeError);
      expect(await journal.extent("ann")).toMatchObject({ head: 3 });
      expect((await journal.commit(run.commit([run.delta(2)]))).is).toBe("committed");
    });

    test("read: after an offset, bounded by number and bytes, one event at least, empty at the head", async () => {
      const run = await begin(journal, "ann", "ann");
      for (let seq = 2; seq <= 8; seq++)
        await journal.commit(run.commit([run.delta(seq, "x".repeat(1_000))]));
      const read = async (after: number, eventsMax: number, bytesMax: number) => {
        const answer = await journal.read("ann", after, eventsMax, bytesMax);
        if (answer.is !== "events") throw new Error(answer.is);
        return {
          head: answer.head,
          offsets: answer.events.map((json) => (JSON.parse(json) as Event).offset),
        };
      };
      expect(await read(0, 3, 1e6)).toEqual({ head: 10, offsets: [1, 2, 3] });
      expect(await read(4, 100, 1e6)).toEqual({ head: 10, offsets: [5, 6, 7, 8, 9, 10] });
      expect(await read(4, 100, 2_500)).toEqual({ head: 10, offsets: [5, 6] });
      expect(await read(4, 100, 1)).toEqual({ head: 10, offsets: [5] });
      expect(await read(10, 100, 1e6)).toEqual({ head: 10, offsets: [] });
      expect(await read(99, 100, 1e6)).toEqual({ head: 10, offsets: [] });
    });

    test("what was handed in and handed out is a copy", async () => {
      const thread = { ...threadOf("t") };
      const result = { list: [1] };
      const command = { id: "c", fingerprint: "f", result };
      const event: NewEvent = { ...threadCreated("t"), type: "thread_created", data: { thread } };
      const create = journal.commit({ userId: "ann", events: [event], command });
      Object.assign(thread, { title: "changed" });
      result.list.push(2);
      expect(await create).toMatchObject({ result: { list: [1] } });
      expect((await journal.thread("ann", "t"))?.title).toBe("About t");
      const again = await journal.commit({ userId: "ann", events: [], command });
      expect(again).toEqual({ is: "repeated", result: { list: [1] } });
    });

    test("close: what waits is committed; afterwards commits are refused", async () => {
      const run = await begin(journal, "ann", "ann");
      const waiting = [2, 3, 4].map((seq) => journal.commit(run.commit([run.delta(seq)])));
      const closed = journal.close();
      expect((await Promise.all(waiting)).map(wordOf)).toEqual(["committed", "committed", "committed"]);
      await closed;
      expect(wordOf(await journal.commit(run.commit([run.delta(5)])))).toBe("unavailable");
      await journal.close();
    });
  });
}
