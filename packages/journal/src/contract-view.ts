import { limits } from "@goldenpath/protocol";
import { countingIds, TestClock } from "@goldenpath/protocol/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  attachmentOf,
  begin,
  messageCreated,
  messageOf,
  messageWith,
  type OpenedJournal,
  type OpenJournal,
  owner,
  startedAt,
  threadCreated,
  threadDeleted,
  threadOf,
  threadUpdated,
  wordOf,
} from "./contract-fixture.ts";
import type { Journal } from "./journal.ts";

const attachmentBytesTotalMax = 100 * 1024;

/** Threads, messages, attachments, and D4 in every method. */
export function viewContract(open: OpenJournal): void {
  describe("views", () => {
    let opened: OpenedJournal;
    let journal: Journal;
    beforeEach(async () => {
      opened = await open({ clock: new TestClock(), makeId: countingIds(), attachmentBytesTotalMax });
      journal = opened.journal;
    });
    afterEach(() => opened.dispose());

    describe("threads and messages", () => {
      test("threads: newest first by their last change, page by page", async () => {
        for (let index = 0; index < 7; index++) {
          // Two of each time: the later commit counts as newer.
          const thread = threadCreated(`t${index}`, startedAt + Math.floor(index / 2));
          await journal.commit({ userId: "ann", events: [thread] });
        }
        const ids = async (limit: number, before?: string) => {
          const page = before === undefined ? { limit } : { limit, before };
          return (await journal.threads("ann", page)).map((thread) => thread.id);
        };
        expect(await ids(10)).toEqual(["t6", "t5", "t4", "t3", "t2", "t1", "t0"]);
        expect(await ids(3)).toEqual(["t6", "t5", "t4"]);
        expect(await ids(3, "t4")).toEqual(["t3", "t2", "t1"]);
        expect(await ids(3, "t1")).toEqual(["t0"]);
        expect(await ids(3, "t0")).toEqual([]);
        expect(await ids(3, "never-was")).toEqual([]);
        const renamed = { ...threadOf("t2", startedAt + 100), title: "Renamed" };
        await journal.commit({ userId: "ann", events: [threadUpdated(renamed)] });
        expect(await ids(2)).toEqual(["t2", "t6"]);
        expect(await journal.thread("ann", "t2")).toEqual(renamed);
      });

      test("threads: a message moves its thread up, and never back", async () => {
        const events = ["t0", "t1", "t2"].map((id, index) => threadCreated(id, startedAt + index));
        await journal.commit({ userId: "ann", events });
        const newest = async () => (await journal.threads("ann", { limit: 9 })).map((thread) => thread.id);
        await journal.commit({
          userId: "ann",
          events: [{ ...messageCreated("t0", "m1"), at: startedAt + 9 }],
        });
        expect(await newest()).toEqual(["t0", "t2", "t1"]);
        expect(await journal.thread("ann", "t0")).toEqual({ ...threadOf("t0"), updatedAt: startedAt + 9 });
        await journal.commit({ userId: "ann", events: [{ ...messageCreated("t0", "m2"), at: startedAt }] });
        expect(await journal.thread("ann", "t0")).toEqual({ ...threadOf("t0"), updatedAt: startedAt + 9 });
      });

      test("threads: a page has 200 at most", async () => {
        const events = Array.from({ length: 205 }, (_, index) =>
          threadCreated(`t${index}`, startedAt + index),
        );
        await journal.commit({ userId: "ann", events });
        expect(await journal.threads("ann", { limit: 1_000_000 })).toHaveLength(200);
      });

      test("a deleted thread is gone with its messages, and stays gone", async () => {
        const run = await begin(journal, "ann", "one");
        await journal.commit(run.ending(2));
        await journal.commit({ userId: "ann", events: [threadCreated("other")] });
        expect(await journal.messages("ann", run.threadId, { limit: 10 })).toHaveLength(2);
        await journal.commit({ userId: "ann", events: [threadDeleted(run.threadId)] });
        expect(await journal.thread("ann", run.threadId)).toBeUndefined();
        expect((await journal.threads("ann", { limit: 10 })).map(({ id }) => id)).toEqual(["other"]);
        expect(await journal.messages("ann", run.threadId, { limit: 10 })).toEqual([]);
        const afterwards = [
          threadCreated(run.threadId),
          threadUpdated(threadOf(run.threadId)),
          threadDeleted(run.threadId),
          messageCreated(run.threadId, "m"),
        ];
        for (const event of afterwards) {
          expect(wordOf(await journal.commit({ userId: "ann", events: [event] }))).toBe("not_found");
        }
      });

      test("a thread and a message are made once; what comes twice is refused", async () => {
        const events = [threadCreated("t"), messageCreated("t", "m")];
        await journal.commit({ userId: "ann", events });
        for (const event of events) {
          expect(wordOf(await journal.commit({ userId: "ann", events: [event] }))).toBe("id_reused");
        }
        const twice = [messageCreated("t", "n"), messageCreated("t", "n")];
        expect(wordOf(await journal.commit({ userId: "ann", events: twice }))).toBe("id_reused");
        expect(wordOf(await journal.commit({ userId: "ann", events: [messageCreated("none", "m")] }))).toBe(
          "not_found",
        );
        expect(await journal.messages("ann", "t", { limit: 10 })).toEqual([messageOf("t", "m")]);
      });

      test("messages: oldest first, an answer stands where its run began, page by page from the newest", async () => {
        const run = await begin(journal, "ann", "one");
        const { threadId } = run;
        for (const id of ["m1", "m2", "m3"]) {
          await journal.commit({ userId: "ann", events: [messageCreated(threadId, id)] });
        }
        await journal.commit(run.ending(2));
        const ids = async (limit: number, before?: string) => {
          const page = before === undefined ? { limit } : { limit, before };
          return (await journal.messages("ann", threadId, page)).map((message) => message.id);
        };
        expect(await ids(10)).toEqual(["one.question", "one.run.answer", "m1", "m2", "m3"]);
        expect(await ids(2)).toEqual(["m2", "m3"]);
        expect(await ids(2, "m2")).toEqual(["one.run.answer", "m1"]);
        expect(await ids(9, "one.question")).toEqual([]);
        expect(await ids(9, "never-was")).toEqual([]);
        expect((await journal.messages("ann", threadId, { limit: 10 }))[1]).toEqual(run.answer());
      });
    });

    describe("attachments", () => {
      test("come back as they were; an attachment is a copy", async () => {
        const attachment = attachmentOf("a", 10_000);
        expect(await journal.putAttachment("ann", attachment)).toBe("stored");
        const kept = { ...attachment, bytes: attachment.bytes.slice() };
        attachment.bytes.fill(0);
        expect(await journal.attachment("ann", "a")).toEqual(kept);
        const { name, mediaType } = kept;
        expect(await journal.attachmentHead("ann", "a")).toEqual({ name, mediaType, sizeBytes: 10_000 });
        expect(await journal.attachmentHead("ann", "b")).toBeUndefined();
        expect(await journal.attachment("ann", "b")).toBeUndefined();
        const empty = attachmentOf("empty", 0);
        expect(await journal.putAttachment("ann", empty)).toBe("stored");
        expect(await journal.attachment("ann", "empty")).toEqual(empty);
      });

      test("go with the last thread whose messages name them, and make room", async () => {
        const put = (id: string) => journal.putAttachment("ann", attachmentOf(id, 40 * 1024));
        for (const id of ["shared", "own"]) expect(await put(id)).toBe("stored");
        await journal.putAttachment("bob", attachmentOf("own", 10));
        const begun = [
          threadCreated("one"),
          threadCreated("two"),
          messageWith("one", "m1", ["shared", "own", "own", "never-was"]),
          messageWith("two", "m2", ["shared"]),
        ];
        expect(wordOf(await journal.commit({ userId: "ann", events: begun }))).toBe("committed");
        const bobs = [threadCreated("one"), messageWith("one", "m1", ["own"])];
        expect(wordOf(await journal.commit({ userId: "bob", events: bobs }))).toBe("committed");
        expect(await put("more")).toBe("too_large");
        await journal.commit({ userId: "ann", events: [threadDeleted("one")] });
        expect(await journal.attachment("ann", "own")).toBeUndefined();
        expect(await journal.attachmentHead("ann", "shared")).toBeDefined();
        expect(await journal.attachmentHead("bob", "own")).toBeDefined();
        expect(await put("more")).toBe("stored");
        await journal.commit({ userId: "ann", events: [threadDeleted("two")] });
        expect(await journal.attachment("ann", "shared")).toBeUndefined();
        expect(await journal.attachmentHead("ann", "more")).toBeDefined();
      });

      test("are bounded for each user together, and one by one", async () => {
        const put = (userId: string, id: string, bytes: number) =>
          journal.putAttachment(userId, attachmentOf(id, bytes));
        expect(await put("ann", "a", 60 * 1024)).toBe("stored");
        expect(await put("ann", "b", 60 * 1024)).toBe("too_large");
        expect(await put("bob", "b", 60 * 1024)).toBe("stored");
        expect(await put("ann", "a", 61 * 1024)).toBe("stored");
        expect((await journal.attachment("ann", "a"))?.bytes).toHaveLength(61 * 1024);
        expect(await put("ann", "c", limits.attachmentBytesMax + 1)).toBe("too_large");
        const words: string[] = [];
        for (let index = 0; index < 50; index++) words.push(await put("ann", `empty-${index}`, 0));
        expect(words.filter((word) => word === "stored")).toHaveLength(38);
        expect(words.at(-1)).toBe("too_large");
      });
    });

    test("extents answers each user's own extent, also of one who has no log yet", async () => {
      const ann = await begin(journal, "ann", "same");
      await journal.commit(ann.commit([ann.delta(2)]));
      await begin(journal, "bob", "same");
      const users = ["bob", "nobody", "ann"];
      const extents = await journal.extents(users);
      expect([...extents.keys()].sort()).toEqual([...users].sort());
      for (const userId of users) expect(extents.get(userId)).toEqual(await journal.extent(userId));
      expect((await journal.extents([])).size).toBe(0);
    });

    test("D4: every method sees the user's own and nothing of anybody else's, though all ids are equal", async () => {
      // bob and ann use the same ids for everything; eve owns nothing and knows all of them.
      const ann = await begin(journal, "ann", "same");
      const bob = await begin(journal, "bob", "same");
      await journal.commit(ann.commit([ann.delta(2, "ann's words")]));
      await journal.commit(bob.commit([bob.delta(2, "bob's words")]));
      await journal.putAttachment("ann", attachmentOf("file", 10, 1));
      await journal.putAttachment("bob", attachmentOf("file", 10, 2));
      const { threadId, runId } = ann;

      const eves = [
        ann.commit([ann.delta(3)]),
        ann.ending(3),
        ann.commit([]),
        { events: [messageCreated(threadId, "m")] },
        { events: [threadUpdated(threadOf(threadId))] },
        { events: [threadDeleted(threadId)] },
        { events: [{ ...ann.started(), runId: "eves" }], owner },
      ];
      for (const commit of eves) {
        const word = wordOf(await journal.commit({ ...commit, userId: "eve" }));
        expect(["not_found", "run_ended"]).toContain(word);
      }
      expect(await journal.extent("eve")).toMatchObject({ floor: 0, head: 0 });
      expect(await journal.read("eve", 0, 100, 1e6)).toEqual({ is: "events", events: [], head: 0 });
      expect(await journal.threads("eve", { limit: 10 })).toEqual([]);
      expect(await journal.threads("eve", { limit: 10, before: threadId })).toEqual([]);
      expect(await journal.thread("eve", threadId)).toBeUndefined();
      expect(await journal.messages("eve", threadId, { limit: 10 })).toEqual([]);
      expect(await journal.run("eve", runId)).toBeUndefined();
      expect(await journal.activeRuns("eve")).toEqual([]);
      expect(await journal.runEvents("eve", runId)).toEqual([]);
      expect(await journal.claimRun("eve", runId, { nodeId: "node-b", attempt: 1 })).toBeUndefined();
      expect(await journal.attachment("eve", "file")).toBeUndefined();
      expect(await journal.attachmentHead("eve", "file")).toBeUndefined();

      await journal.commit(bob.ending(3));
      await journal.commit({ userId: "bob", events: [threadDeleted(threadId)] });
      expect(await journal.run("ann", runId)).toMatchObject({ state: "active", seq: 2, attempt: 1 });
      expect(await journal.thread("ann", threadId)).toEqual(threadOf(threadId));
      expect(await journal.messages("ann", threadId, { limit: 10 })).toHaveLength(1);
      expect((await journal.attachment("ann", "file"))?.bytes[0]).toBe(1);
      expect((await journal.attachment("bob", "file"))?.bytes[0]).toBe(2);
      const text = JSON.stringify([
        await journal.read("ann", 0, 100, 1e6),
        await journal.runEvents("ann", runId),
      ]);
      expect(text).toContain("ann's words");
      expect(text).not.toContain("bob's words");
      expect((await journal.orphanedRuns(10)).map(({ userId }) => userId)).toEqual(["ann"]);
    });
  });
}
