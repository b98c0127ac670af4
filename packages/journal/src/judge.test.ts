import type { NewEvent } from "@goldenpath/protocol";
import { describe, expect, test } from "vitest";
import {
  messageCreated,
  owner,
  RunFixture,
  startedAt,
  threadCreated,
  threadDeleted,
  threadOf,
  threadUpdated,
} from "./contract-fixture.ts";
import { draftCommit } from "./draft.ts";
import type { Commit, Run } from "./journal.ts";
import { continues, type Facts, judge, judgeClaim } from "./judge.ts";
import { judgeTrim } from "./trim.ts";

const run = new RunFixture("ann", "live", "run");
const inDeleted = new RunFixture("ann", "deleted", "orphan");
const active: Run = {
  runId: "run",
  threadId: "live",
  agent: "analyst",
  messageId: run.messageId,
  attempt: 2,
  owner,
  state: "active",
  firstOffset: 8,
  lastOffset: 10,
  seq: 3,
  startedAt,
};

/** A user whose log is at 10: a live and a deleted thread, a run at seq 3 of attempt 2, one command. */
const facts: Facts = {
  head: 10,
  command: (id) => (id === "seen" ? { fingerprint: "f", result: "first" } : undefined),
  thread: (threadId) => (threadId === "live" || threadId === "deleted" ? threadId : undefined),
  hasMessage: (threadId, messageId) => threadId === "live" && messageId === "question",
  run: (runId) => {
    if (runId === "run") return active;
    if (runId === "orphan") return { ...active, runId, threadId: "deleted", messageId: inDeleted.messageId };
    return runId === "ended" ? { ...active, runId, state: "completed" } : undefined;
  },
  activeRunCount: () => 2,
  eventId: (of, seq) => `${of.runId}.${seq}`,
};

function verdictOf(commit: Partial<Commit>) {
  const drafted = draftCommit({ userId: "ann", events: [], ...commit }, startedAt);
  if (drafted.is === "refused") return drafted;
  return judge(drafted.draft, facts);
}

function word(commit: Partial<Commit>): string {
  const verdict = verdictOf(commit);
  return verdict.is === "refused" ? verdict.why : verdict.is;
}

const own = { runId: "run", attempt: 2 };
const command = { id: "seen", fingerprint: "f", result: "second" };
const fresh = new RunFixture("ann", "live", "fresh");

describe("a commit is judged", () => {
  const table: [string, string, Partial<Commit>][] = [
    ["nothing at all", "append", {}],
    ["J3 the same command", "repeated", { command }],
    [
      "J3 the same command, though its run has ended since",
      "repeated",
      { command, run: { runId: "ended", attempt: 1 } },
    ],
    ["J3 the same id for another command", "id_reused", { command: { ...command, fingerprint: "g" } }],
    ["a new thread", "append", { events: [threadCreated("new")] }],
    ["a thread that exists", "id_reused", { events: [threadCreated("live")] }],
    ["a thread that was deleted", "not_found", { events: [threadCreated("deleted")] }],
    ["the same new thread twice", "id_reused", { events: [threadCreated("new"), threadCreated("new")] }],
    ["a change of a thread", "append", { events: [threadUpdated(threadOf("live"))] }],
    ["a change of no thread", "not_found", { events: [threadUpdated(threadOf("none"))] }],
    ["a thread deleted", "append", { events: [threadDeleted("live")] }],
    ["a thread deleted twice", "not_found", { events: [threadDeleted("live"), threadDeleted("live")] }],
    [
      "a message after its thread is deleted",
      "not_found",
      { events: [threadDeleted("live"), messageCreated("live", "m")] },
    ],
    ["a message", "append", { events: [messageCreated("live", "m")] }],
    ["a message that exists", "id_reused", { events: [messageCreated("live", "question")] }],
    [
      "a message in a new thread",
      "append",
      { events: [threadCreated("new"), messageCreated("new", "question")] },
    ],
    ["J5 the run's next event", "append", { events: [run.delta(4)], run: own }],
    ["J5 a gap", "out_of_sequence", { events: [run.delta(5)], run: own }],
    ["J3 an event that was seen", "repeated", { events: [run.delta(3)], run: own }],
    [
      "J3 another event in a taken place",
      "out_of_sequence",
      { events: [{ ...run.delta(3), id: "x" }], run: own },
    ],
    ["J3 a seen one and the next", "append", { events: [run.delta(3), run.delta(4)], run: own }],
    ["J4 an older attempt", "fenced", { events: [run.delta(4)], run: { ...own, attempt: 1 } }],
    [
      "J4 an attempt that was never claimed",
      "fenced",
      { events: [run.delta(4)], run: { ...own, attempt: 3 } },
    ],
    ["J4 an older attempt without events", "fenced", { run: { ...own, attempt: 1 } }],
    ["J5 a run that ended", "run_ended", { run: { runId: "ended", attempt: 2 } }],
    ["J5 a run that never began", "run_ended", { run: { runId: "none", attempt: 1 } }],
    ["J5 the end", "append", { events: [run.completed(4)], run: own, finalMessage: run.answer() }],
    ["J5 something after the end", "run_ended", { events: [run.completed(4), run.delta(5)], run: own }],
    ["J5 two ends", "run_ended", { events: [run.completed(4), run.failed(5)], run: own }],
    [
      "J5 the thread is deleted: words",
      "not_found",
      { events: [inDeleted.delta(4)], run: { ...own, runId: "orphan" } },
    ],
    [
      "J5 the thread is deleted: the end",
      "append",
      { events: [inDeleted.cancelled(4)], run: { ...own, runId: "orphan" } },
    ],
    [
      "an event of the run in another thread",
      "not_found",
      { events: [{ ...run.delta(4), threadId: "deleted" }], run: own },
    ],
    ["a new run", "append", { events: [fresh.started()], owner }],
    ["a new run with its first events", "append", { events: [fresh.started(), fresh.delta(2)], owner }],
    [
      "a new run in a deleted thread",
      "not_found",
      { events: [{ ...fresh.started(), threadId: "deleted" }], owner },
    ],
    ["J4 a beginning that comes again after a claim", "fenced", { events: [run.started()], owner }],
    ["a new run that does not begin at 1", "run_ended", { events: [{ ...fresh.started(), seq: 2 }] }],
    ["room for a run", "append", { activeRunsMax: 3 }],
    ["no room for a run", "too_many_runs", { activeRunsMax: 2 }],
    ["J3 before the room is counted", "repeated", { activeRunsMax: 2, command }],
  ];
  test.each(table)("%s: %s", (_, expected, commit) => {
    expect(word(commit)).toBe(expected);
  });

  test("with all that it changes", () => {
    const events = [
      messageCreated("live", "m"),
      run.delta(3),
      run.delta(4),
      run.completed(5),
      threadUpdated(threadOf("live")),
    ];
    const finalMessage = run.answer();
    expect(verdictOf({ events, run: own, finalMessage, command: { ...command, id: "new" } })).toEqual({
      is: "append",
      changes: {
        first: 11,
        head: 14,
        keep: [0, 2, 3, 4],
        threads: [
          { is: "touch", offset: 11, threadId: "live", at: startedAt },
          { is: "put", offset: 14, thread: threadOf("live") },
        ],
        messages: [
          expect.objectContaining({ id: "m", offset: 11 }),
          {
            id: run.messageId,
            threadId: "live",
            json: JSON.stringify(finalMessage),
            attachmentIds: [],
            offset: 8,
          },
        ],
        runs: [{ ...active, state: "completed", seq: 5, lastOffset: 13, endedAt: startedAt }],
        result: "second",
      },
    });
  });
});

test("J5: the end of a run whose thread is deleted keeps no answer", () => {
  const finalMessage = inDeleted.answer();
  const end = { events: [inDeleted.completed(4)], run: { ...own, runId: "orphan" }, finalMessage };
  expect(verdictOf(end)).toMatchObject({ is: "append", changes: { messages: [] } });
});

test("an answer that is not its run's is a bug of the caller, whichever id is wrong", () => {
  for (const wrong of [{ id: "another" }, { threadId: "another" }]) {
    const finalMessage = { ...run.answer(), ...wrong };
    expect(() => verdictOf({ events: [run.completed(4)], run: own, finalMessage })).toThrow(TypeError);
  }
});

describe("J4: a claim is judged", () => {
  test.each([
    ["a run that never began", undefined, 1, undefined],
    ["a run that ended", { ...active, state: "failed" as const }, 2, undefined],
    ["one that was taken since", active, 1, undefined],
    ["one that nobody has seen so far", active, 3, undefined],
    ["the run as it is", active, 2, { ...active, attempt: 3, owner: "node-b" }],
  ])("%s", (_, found, attempt, claimed) => {
    expect(judgeClaim(found, { nodeId: "node-b", attempt })).toEqual(claimed);
  });
});

describe("J6: trimming is judged", () => {
  const log = { floor: 10, head: 100, activeFrom: undefined, agedTo: 10, overBytesTo: 10 };
  test.each([
    ["nothing over any limit", log, 1_000, 10],
    ["too many", log, 30, 70],
    ["too old", { ...log, agedTo: 40 }, 1_000, 40],
    ["too large", { ...log, overBytesTo: 50 }, 1_000, 50],
    ["the strictest counts", { ...log, agedTo: 40, overBytesTo: 50 }, 20, 80],
    ["all of it", log, 0, 100],
    ["up to the active run", { ...log, activeFrom: 61 }, 0, 60],
    ["never below the floor", { ...log, activeFrom: 5, agedTo: 3 }, 1_000, 10],
  ])("%s", (_, facts, eventsMax, floor) => {
    expect(judgeTrim(facts, { eventsMax })).toBe(floor);
  });
});

describe("what continues a run", () => {
  const asked = [];
  for (const runId of ["run", "orphan", "ended", "unknown"]) {
    for (const threadId of ["live", "deleted", "another"]) {
      for (const attempt of [1, 2, 3])
        for (const seq of [3, 4, 5]) asked.push({ runId, threadId, attempt, seq });
    }
  }

  test.each(asked)("is what the judge appends without a word: %j", ({ runId, threadId, attempt, seq }) => {
    const data = { thoughtId: "t", text: "a thought" };
    const events = [seq, seq + 1].map((each): NewEvent => {
      const id = `${runId}.${each}`;
      return { id, type: "agent_thinking", at: 9, threadId, runId, seq: each, agent: "a", data };
    });
    const verdict = verdictOf({ events, run: { runId, attempt } });
    const appended = verdict.is === "append" && verdict.changes.keep === undefined;
    const known = facts.run(runId);
    expect(continues(known, { threadId, attempt, seq }, facts.thread(threadId))).toBe(appended);
    if (verdict.is !== "append" || !appended) return;
    expect(verdict.changes).toEqual({
      first: 11,
      head: 12,
      threads: [],
      messages: [],
      runs: [{ ...known, seq: seq + 1, lastOffset: 12 }],
      result: null,
    });
  });
});
