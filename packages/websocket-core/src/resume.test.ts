import { createMemoryJournal } from "@goldenpath/journal";
import {
  type Event,
  foldRun,
  limits,
  type Message,
  messageText,
  type NewEvent,
  randomId,
} from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebSocketEmitter } from "./emitter.ts";
import { judgeResume, takeSnapshot } from "./resume.ts";
import { threadCreated } from "./test-node.ts";
import { createTestUserContext } from "./testing.ts";

describe("judgeResume [P7]", () => {
  const log = { epoch: "e", floor: 10, head: 50 };
  it.each([
    [undefined, { is: "snapshot", why: "first" }],
    [
      { epoch: "other", offset: 20 },
      { is: "snapshot", why: "replaced" },
    ],
    [
      { epoch: "e", offset: 9 },
      { is: "snapshot", why: "trimmed" },
    ],
    [
      { epoch: "e", offset: 51 },
      { is: "snapshot", why: "ahead" },
    ],
    [
      { epoch: "e", offset: 10 },
      { is: "replay", after: 10 },
    ],
    [
      { epoch: "e", offset: 50 },
      { is: "replay", after: 50 },
    ],
  ])("%j", (cursor, verdict) => expect(judgeResume(log, cursor, 100)).toEqual(verdict));

  it("gives a snapshot to a cursor that lags too far", () => {
    expect(judgeResume(log, { epoch: "e", offset: 20 }, 29)).toEqual({ is: "snapshot", why: "far" });
    expect(judgeResume(log, { epoch: "e", offset: 20 }, 30)).toEqual({ is: "replay", after: 20 });
  });
});

describe("takeSnapshot", () => {
  it("is taken anew when the log is trimmed meanwhile, as where its node stood still", async () => {
    const journal = createMemoryJournal({ clock: new TestClock(), makeId: randomId });
    const before = await journal.extent("u");
    await journal.commit({ userId: "u", events: [threadCreated("t", "t")] });
    await journal.trim({ ageMsMax: Number.MAX_SAFE_INTEGER, eventsMax: 0, bytesMax: 0 });
    const snapshot = await takeSnapshot(journal, "u", before);
    expect(snapshot).toMatchObject({ asOf: { offset: 1 }, threads: [{ id: "t" }], activeRuns: [] });
  });

  it("leaves out a run that outlives its thread until its end can be written", async () => {
    const clock = new TestClock();
    const journal = createMemoryJournal({ clock, makeId: randomId });
    const user = createTestUserContext();
    const thread = { id: "t", title: "t", createdAt: 1, updatedAt: 1 };
    const begins = [
      { id: "e1", type: "thread_created", at: 1, threadId: "t", data: { thread } },
      {
        id: "r.1",
        type: "agent_started",
        at: 1,
        threadId: "t",
        runId: "r",
        seq: 1,
        agent: "a",
        data: { messageId: "m", label: "", attempt: 1 },
      },
    ] as const;
    await journal.commit({ userId: user.userId, events: begins, owner: "node-a" });
    expect(
      (await takeSnapshot(journal, user.userId, await journal.extent(user.userId))).activeRuns,
    ).toHaveLength(1);
    const gone = { id: "e2", type: "thread_deleted", at: 2, threadId: "t", data: {} } as const;
    await journal.commit({ userId: user.userId, events: [gone] });
    expect(await journal.activeRuns(user.userId)).toHaveLength(1);
    const { asOf, activeRuns } = await takeSnapshot(journal, user.userId, await journal.extent(user.userId));
    expect([asOf.offset, activeRuns]).toEqual([3, []]);
  });

  it("finds a run that began meanwhile, however much else did [P21]", async () => {
    const journal = createMemoryJournal({ clock: new TestClock(), makeId: randomId });
    const before = await journal.extent("u");
    const threads = Array.from({ length: 2 * limits.eventsPerFrameMax }, (_, n) =>
      threadCreated(`t${n}`, "t"),
    );
    const data = { messageId: "m", label: "", attempt: 1 };
    const started = {
      id: "r.1",
      type: "agent_started",
      at: 1,
      threadId: "t0",
      runId: "r",
      seq: 1,
      data,
    } as const;
    await journal.commit({ userId: "u", events: [...threads, { ...started, agent: "a" }], owner: "node-a" });
    // Asked before it began.
    journal.activeRuns = async () => [];
    expect((await takeSnapshot(journal, "u", before)).activeRuns).toMatchObject([{ id: "m" }]);
  });

  it("is continued exactly by the events after asOf, whatever runs begin and end meanwhile [P7, P21]", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 3 }), async (scheduler, runs) => {
        const clock = new TestClock();
        const plain = createMemoryJournal({ clock, makeId: randomId });
        const user = createTestUserContext();
        // Every read of the snapshot and every write of the runs is put in an order by the scheduler.
        const journal = {
          ...plain,
          activeRuns: (id: string) => scheduler.schedule(Promise.resolve()).then(() => plain.activeRuns(id)),
          extent: (id: string) => scheduler.schedule(Promise.resolve()).then(() => plain.extent(id)),
          runEvents: (id: string, run: string) =>
            scheduler.schedule(Promise.resolve()).then(() => plain.runEvents(id, run)),
          read: (...of: Parameters<typeof plain.read>) =>
            scheduler.schedule(Promise.resolve()).then(() => plain.read(...of)),
          threads: plain.threads.bind(plain),
          thread: plain.thread.bind(plain),
        } as unknown as typeof plain;
        const write = async (n: number) => {
          const runId = `r${n}`;
          const thread = { id: `t${n}`, title: "t", createdAt: 1, updatedAt: 1 };
          const committed: NewEvent[] = [
            { id: `e${n}`, type: "thread_created", at: 1, threadId: thread.id, data: { thread } },
            {
              id: `${runId}.1`,
              type: "agent_started",
              at: 1,
              threadId: thread.id,
              runId,
              seq: 1,
              agent: "a",
              data: { messageId: `m${n}`, label: "l", attempt: 1 },
            },
          ];
          await scheduler.schedule(Promise.resolve());
          await plain.commit({ userId: user.userId, events: committed, owner: "node-a" });
          const context = user.for({ threadId: thread.id, runId });
          const emitter = new WebSocketEmitter({
            journal: plain,
            clock,
            context,
            agent: "a",
            attempt: 1,
            committed,
          });
          for (const text of ["one ", "two ", "three"]) {
            await scheduler.schedule(Promise.resolve());
            void emitter.text(text);
            await emitter.thinking("x", ".");
          }
          await scheduler.schedule(Promise.resolve());
          await emitter.completed();
        };
        const writing = Promise.all(Array.from({ length: runs }, (_, n) => write(n)));
        const taking = journal
          .extent(user.userId)
          .then((before) => takeSnapshot(journal, user.userId, before));
        await scheduler.waitFor(Promise.all([writing, taking]));
        const snapshot = await taking;
        const read = await plain.read(user.userId, 0, 10_000, 1e9);
        const events: Event[] = read.is === "events" ? read.events.map((json) => JSON.parse(json)) : [];
        for (let n = 0; n < runs; n++) {
          let view: Message | undefined = snapshot.activeRuns.find((message) => message.runId === `r${n}`);
          const known = view !== undefined;
          for (const event of events) {
            if (event.offset > snapshot.asOf.offset && event.runId === `r${n}`) view = foldRun(view, event);
          }
          const started = events.find((event) => event.runId === `r${n}`);
          const ended = events.findLast((event) => event.runId === `r${n}`);
          if ((ended?.offset ?? 0) <= snapshot.asOf.offset) {
            // Ended by then: its thread holds it, and it is no answer being written.
            expect(known, `run ${n} ended`).toBe(false);
            continue;
          }
          if (known)
            expect(snapshot.activeRuns.every((message) => message.status === "streaming")).toBe(true);
          expect(known || (started?.offset ?? 0) > snapshot.asOf.offset, `run ${n}`).toBe(true);
          expect(view && messageText(view)).toBe("one two three");
        }
      }),
      { numRuns: 100 },
    );
  });
});
