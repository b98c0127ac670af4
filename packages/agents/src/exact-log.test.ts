/**
 * Random agents under a driven clock: whatever they do, and whenever they are cancelled or the disk fills
 * up, each run's log is exact (J5, B1, V2) and what is stored is the fold of it (`TestNode.answer`).
 */
import { createMemoryJournal } from "@goldenpath/journal";
import { messageText, randomId } from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { AgentRun } from "./agent.ts";
import { faultJournal } from "./fault-journal.ts";
import { pause } from "./pause.ts";
import { TestNode } from "./test-node.ts";
import { defineTool } from "./tool.ts";

type Act =
  | { readonly do: "think" | "write"; readonly text: string; readonly awaited: boolean }
  | { readonly do: "call"; readonly how: How; readonly awaited: boolean }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "sub"; readonly acts: readonly Act[]; readonly awaited: boolean }
  | { readonly do: "throw" | "hang" };

type How = "answers" | "throws" | "hangs" | "cycles" | "dawdles" | "bulges" | "misfits" | "asks";

const how = fc.constantFrom<How>(
  "answers",
  "throws",
  "hangs",
  "cycles",
  "dawdles",
  "bulges",
  "misfits",
  "asks",
);
const awaited = fc.boolean();
const { acts } = fc.letrec<{ act: Act; acts: readonly Act[] }>((tie) => ({
  acts: fc.array(tie("act"), { maxLength: 8 }),
  act: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom("think" as const, "write" as const),
        text: fc.string(),
        awaited,
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("call" as const), how, awaited }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(400) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("throw" as const, "hang" as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("sub" as const), acts: tie("acts"), awaited }) },
  ),
}));

type Meddling =
  | { readonly is: "cancel" | "approve" | "reject"; readonly atMs: number }
  | { readonly is: "full"; readonly atMs: number; readonly forMs: number };

const atMs = fc.oneof(fc.nat(60), fc.nat(600), fc.nat(2_500));
const meddling = fc.oneof(
  fc.record({ is: fc.constantFrom("cancel" as const, "approve" as const, "reject" as const), atMs }),
  fc.record({ is: fc.constant("full" as const), atMs, forMs: fc.nat(3_000) }),
);

const cycle: Record<string, unknown> = {};
cycle.self = cycle;

function toolFor(clock: TestClock, one: How) {
  return defineTool({
    name: one,
    description: `A tool that ${one}.`,
    input: one === "misfits" ? z.never() : z.object({}),
    timeoutMs: 300,
    needsApproval: one === "asks",
    run: async (_, { signal }) => {
      if (one === "throws") throw new Error("no luck");
      if (one === "hangs") await new Promise(() => undefined);
      if (one === "dawdles") await pause(clock, 200, signal);
      if (one === "cycles") return cycle;
      return one === "bulges" ? "x".repeat(200_000) : { fine: true };
    },
  });
}

async function perform(run: AgentRun, clock: TestClock, all: readonly Act[]): Promise<void> {
  for (const act of all) {
    const done = start(run, clock, act);
    // A sub-agent that is not awaited may fail later; that is its own business.
    if ("awaited" in act && !act.awaited) done.catch(() => undefined);
    else await done;
  }
}

async function start(run: AgentRun, clock: TestClock, act: Act): Promise<unknown> {
  switch (act.do) {
    case "think":
      return run.think(act.text);
    case "write":
      return run.write(act.text);
    case "call":
      return run.call(toolFor(clock, act.how), {});
    case "wait":
      return pause(clock, act.ms, new AbortController().signal);
    case "sub":
      return perform(run.as("sub"), clock, act.acts);
    case "throw":
      throw new Error("the agent threw");
    case "hang":
      return new Promise(() => undefined);
  }
}

async function meddle(node: TestNode, runId: string, one: Meddling, fault: ReturnType<typeof faultJournal>) {
  if (one.is === "cancel") {
    await node.supervisor.cancel(node.user, { type: "cancel", id: randomId(), runId });
  } else if (one.is === "full") {
    fault.fault = "storage_full";
    node.testClock.timer(one.forMs, () => {
      fault.fault = undefined;
    });
  } else {
    for (const event of await node.events(runId)) {
      if (event.type !== "approval_requested") continue;
      const { approvalId } = event.data;
      await node.supervisor.resolve(node.user, {
        type: "resolve",
        id: randomId(),
        approvalId,
        decision: one.is,
      });
    }
  }
}

describe("a run's log", () => {
  it("is exact, whatever the agent does and whenever it is stopped (V2, B1, J5)", async () => {
    await fc.assert(
      fc.asyncProperty(acts, fc.array(meddling, { maxLength: 4 }), async (all, meddlings) => {
        const clock = new TestClock();
        const fault = faultJournal(createMemoryJournal({ clock, makeId: randomId }));
        const run = (agentRun: AgentRun) => perform(agentRun, clock, all);
        const node = new TestNode(run, { journal: fault.journal, clock, approvalMsMax: 700 });
        const { runId } = await node.ask();
        let now = 0;
        for (const one of [...meddlings].sort((a, b) => a.atMs - b.atMs)) {
          await clock.advance(one.atMs - now);
          now = one.atMs;
          const done = meddle(node, runId, one, fault);
          await clock.advance(0);
          await done;
        }
        // The run's own 10 minutes, and the longest pause before an end is tried again.
        await clock.advance(620_000);
        const answer = await node.answer(runId);
        expect(answer.status).not.toBe("streaming");
        const events = await node.events(runId);
        const last = events.at(-1);
        if (last?.type === "agent_completed") expect(last.data.text).toBe(messageText(answer));
        expect(node.supervisor.runs).toBe(0);
        expect(answer.parts.every((part) => part.type !== "tool" || part.state !== "running")).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
