import { type Commit, createMemoryJournal, type Journal, type Run } from "@goldenpath/journal";
import { randomId } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { AgentRun } from "./agent.ts";
import { DoubtfulRuns } from "./doubtful-runs.ts";
import { TestNode } from "./test-node.ts";
import { defineTool } from "./tool.ts";

type Loss = "written" | "not written";

/** A real journal; of a commit for which `loses` says so it never says whether it was written. */
interface Forgetful {
  readonly journal: Journal;
  loses: (commit: Commit) => Loss | undefined;
  isAway: boolean;
}

let clock: TestClock;
let forgetful: Forgetful;
beforeEach(() => {
  clock = new TestClock();
  const real = createMemoryJournal({ clock, makeId: randomId });
  const state = { loses: (_: Commit): Loss | undefined => undefined, isAway: false };
  const commit = async (asked: Commit) => {
    const loss = state.loses(asked);
    if (loss === undefined) return real.commit(asked);
    if (loss === "written") await real.commit(asked);
    throw new Error("the answer was lost");
  };
  const journal = new Proxy(real, {
    get(target, name: keyof Journal) {
      if (name === "commit") return commit;
      const member = target[name];
      if (name === "run" && state.isAway) return () => Promise.reject(new Error("away"));
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  forgetful = Object.assign(state, { journal });
});

/** Loses the answer to the first commit that has an event of this type. */
function loseOnce(type: string, loss: Loss): void {
  let isLost = false;
  forgetful.loses = ({ events }) => {
    if (isLost || !events.some((event) => event.type === type)) return undefined;
    isLost = true;
    return loss;
  };
}

const effects: number[] = [];
const tool = defineTool({
  name: "count",
  description: "",
  input: z.object({ n: z.number() }),
  idempotent: true,
  run: ({ n }) => effects.push(n),
});

async function work(run: AgentRun): Promise<void> {
  await run.think("What was asked?");
  for (const n of [1, 2]) await run.call(tool, { n });
  await run.write("done");
}

function node(run = work): TestNode {
  effects.length = 0;
  return new TestNode(run, { journal: forgetful.journal, clock });
}

describe("V11: a commit of which nobody knows whether it was written", () => {
  it.each(
    ["agent_thinking", "tool_executing", "tool_completed", "text_delta", "agent_completed"].flatMap(
      (type) => [
        { type, loss: "written" as const },
        { type, loss: "not written" as const },
      ],
    ),
  )(
    "$type, $loss: the run goes on as a newer attempt, and nothing is there twice",
    async ({ type, loss }) => {
      const here = node();
      await here.supervisor.start();
      loseOnce(type, loss);
      const { runId } = await here.ask();
      await settle();
      await clock.advance(1_000);
      const answer = await here.answer(runId);
      expect(answer).toMatchObject({ status: "completed" });
      expect(answer.parts.filter((part) => part.type === "tool")).toHaveLength(2);
      // A call that was finished, for all anybody knows, is not begun again; one that was under way may be: it is safe.
      expect(effects.length).toBeLessThanOrEqual(3);
      const attempt = type === "agent_completed" && loss === "written" ? 1 : 2;
      expect(await here.journal.run(here.user.userId, runId)).toMatchObject({ state: "completed", attempt });
      await here.supervisor.drain(0);
    },
  );

  it.each(["written", "not written"] as const)(
    "a question, %s: it is not answered; said again it has one run, which goes on",
    async (loss) => {
      const here = node();
      await here.supervisor.start();
      loseOnce("agent_started", loss);
      const frame = { type: "send", id: "c", parts: [{ type: "text", text: "hello" }] } as const;
      expect(await here.supervisor.send(here.user, frame)).toEqual({ is: "unknown" });
      const again = await here.supervisor.send(here.user, frame);
      if (again.is !== "done") throw new Error(again.is);
      const { runId } = again.result as { readonly runId: string };
      await settle();
      await clock.advance(1_000);
      expect((await here.answer(runId)).status).toBe("completed");
      expect(effects).toEqual([1, 2]);
      await here.supervisor.drain(0);
    },
  );

  it("a question that was written, and is never said again: its run goes on all the same", async () => {
    const here = node();
    await here.supervisor.start();
    loseOnce("agent_started", "written");
    await here.supervisor.send(here.user, { type: "send", id: "c", parts: [{ type: "text", text: "x" }] });
    await settle();
    expect(await here.journal.activeRuns(here.user.userId)).toEqual([]);
    expect(effects).toEqual([1, 2]);
    await here.supervisor.drain(0);
  });

  it.each(["written", "not written"] as const)("a stop, %s: the run is cancelled", async (loss) => {
    const here = node(() => new Promise<void>(() => undefined));
    await here.supervisor.start();
    const { runId } = await here.ask();
    loseOnce("agent_cancelled", loss);
    expect(await here.supervisor.cancel(here.user, { type: "cancel", id: "c", runId })).toEqual({
      is: "unknown",
    });
    await clock.advance(1_000);
    expect((await here.answer(runId)).status).toBe("cancelled");
    expect(await here.supervisor.cancel(here.user, { type: "cancel", id: "c", runId })).toMatchObject({
      is: "done",
    });
    await here.supervisor.drain(0);
  });

  it("is asked for until the journal can be read; a node that stops leaves it to others", async () => {
    const here = node();
    await here.supervisor.start();
    loseOnce("tool_executing", "written");
    forgetful.isAway = true;
    const { runId } = await here.ask();
    await settle();
    await clock.advance(30_000);
    expect(await here.types(runId)).toEqual(["agent_started", "agent_thinking", "tool_executing"]);
    forgetful.isAway = false;
    await clock.advance(10_000);
    expect((await here.answer(runId)).status).toBe("completed");

    loseOnce("tool_executing", "written");
    forgetful.isAway = true;
    const left = await here.ask();
    await settle();
    await clock.advance(1_000);
    await here.supervisor.drain(0);
    expect(clock.waiting).toBe(0);
    forgetful.isAway = false;
    const next = node();
    await next.supervisor.start();
    expect((await here.answer(left.runId)).status).toBe("completed");
    await next.supervisor.drain(0);
  });
});

describe("a doubtful run", () => {
  const run: Run = {
    runId: "r",
    threadId: "t",
    agent: "a",
    messageId: "m",
    attempt: 2,
    owner: "here",
    state: "active",
    firstOffset: 1,
    lastOffset: 2,
    seq: 2,
    startedAt: 1,
  };

  function open(found: Run | undefined, isExecuted = false) {
    const attempts: number[] = [];
    const doubtful = new DoubtfulRuns({
      journal: { run: async () => found },
      clock,
      nodeId: "here",
      stopped: new AbortController().signal,
      isExecuted: () => isExecuted,
      async claim(_userId, _runId, attempt) {
        attempts.push(attempt);
        return run;
      },
      onFault: (error) => {
        throw error;
      },
    });
    return { doubtful, attempts };
  }

  it.each([
    ["never began", undefined, false],
    ["has ended", { ...run, state: "completed" as const }, false],
    ["is another node's by now", { ...run, owner: "elsewhere" }, false],
    ["is executed here again", run, true],
  ])("is left alone when it %s (U2)", async (_, found, isExecuted) => {
    const { doubtful, attempts } = open(found, isExecuted);
    expect([await doubtful.claimed("u", "r"), attempts]).toEqual([undefined, []]);
  });

  it("is claimed once from the attempt it is at, however many ask; afterwards it may be asked for again (U2, U3)", async () => {
    const { doubtful, attempts } = open(run);
    const asked = await Promise.all(["u", "u", "another"].map((userId) => doubtful.claimed(userId, "r")));
    expect([asked, attempts]).toEqual([
      [run, undefined, run],
      [2, 2],
    ]);
    expect(await doubtful.claimed("u", "r")).toBe(run);
  });
});
