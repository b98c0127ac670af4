/** A node dies after each commit of a reference run, and another goes on: nothing is done twice, nothing is missing. */
import { createMemoryJournal, type Journal } from "@goldenpath/journal";
import { type Event, foldRun, type Message, type Part, randomId } from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import { createTestUserContext } from "@goldenpath/websocket-core/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { AgentRun } from "./agent.ts";
import { defineAgent } from "./define-agent.ts";
import { type Dying, dying } from "./dying-journal.ts";
import { expectExact, TestNode, type TestNodeOptions } from "./test-node.ts";
import { defineTool } from "./tool.ts";

type Script = (run: AgentRun, tools: ReturnType<typeof countedTools>) => Promise<void>;

/** How often each call's tool worked, by its id. */
type Effects = Map<string, number>;

function countedTools(effects: Effects) {
  const tool = (name: string, fields: { readonly idempotent?: boolean; readonly needsApproval?: boolean }) =>
    defineTool({
      name,
      description: `Does ${name}.`,
      input: z.object({ n: z.number() }),
      ...fields,
      run({ n }, { callId }) {
        effects.set(callId, (effects.get(callId) ?? 0) + 1);
        return { doubled: 2 * n };
      },
    });
  return {
    safe: tool("safe", { idempotent: true }),
    unsafe: tool("unsafe", {}),
    approved: tool("approved", { needsApproval: true }),
    failing: defineTool({
      name: "failing",
      description: "Throws.",
      input: z.object({}),
      idempotent: true,
      run: () => {
        throw new Error("on purpose");
      },
    }),
  };
}

interface Outcome {
  readonly events: readonly Event[];
  readonly effects: Effects;
  readonly message: Message;
  readonly doubts: number;
  /** Of the node that lived. */
  readonly commits: number;
}

/** Nodes die one after the other, each after so many commits of the run; the last one lives. */
async function live(
  script: Script,
  deaths: readonly number[],
  options: TestNodeOptions = {},
): Promise<Outcome> {
  const clock = new TestClock();
  const journal = createMemoryJournal({ clock, makeId: randomId });
  const effects: Effects = new Map();
  const tools = countedTools(effects);
  const definitions = [defineAgent({ name: "scripted", run: (run) => script(run, tools) })];
  let runId = "";
  let written = 0;
  const user = createTestUserContext();
  const { userId } = user;
  for (const commits of [...deaths, undefined]) {
    const life = dying(journal, commits);
    const node = new TestNode(undefined, { ...options, user, journal: life.journal, clock, definitions });
    // A node may die before it has started.
    const started = node.supervisor.start();
    if (runId === "") await started;
    if (runId === "") runId = (await node.ask("do it")).runId;
    await work(node, life, journal, runId);
    await journal.endLease(node.supervisor.nodeId);
    life.isDead = true;
    written = life.commits;
  }
  const events = await journal.runEvents(userId, runId);
  const [first] = events;
  const page = await journal.messages(userId, first?.threadId ?? "", { limit: 10 });
  const message = page.find((one) => one.runId === runId);
  expect(message).toEqual(events.reduce<Message | undefined>(foldRun, undefined));
  if (!message) throw new Error("the run has no answer");
  expectExact(events);
  const asked = events.filter((event) => event.type === "approval_requested");
  const doubts = asked.filter(({ data }) => data.reason.includes("may have happened")).length;
  return { events, effects, message, doubts, commits: written };
}

/** Lets a node work until it dies or the run ends, saying yes to whatever it asks. */
async function work(node: TestNode, life: Dying, journal: Journal, runId: string): Promise<void> {
  const { userId } = node.user;
  const said = new Set<string>();
  for (let turn = 0; turn < 100; turn++) {
    await node.testClock.advance(31);
    const run = await journal.run(userId, runId);
    if (life.isDead || run?.state !== "active") return;
    for (const event of await journal.runEvents(userId, runId)) {
      if (event.type === "approval_resolved") said.add(event.data.approvalId);
      if (event.type !== "approval_requested" || said.has(event.data.approvalId)) continue;
      const { approvalId } = event.data;
      // A dying node may never answer.
      void node.supervisor.resolve(node.user, {
        type: "resolve",
        id: randomId(),
        approvalId,
        decision: "approve",
      });
    }
  }
  throw new Error("the run does not end");
}

/** What a person sees in the end, without what a restart may change: ids, times and questions about restarts. */
function view({ message }: Outcome): unknown {
  const plain = (part: Part): unknown => {
    switch (part.type) {
      case "tool": {
        const { tool, agent, input, state, output, error } = part;
        return { tool, agent, input, state, output, error };
      }
      case "thinking":
        return { thought: part.text, agent: part.agent };
      case "approval":
        return { asked: part.tool, decision: part.decision };
      default:
        return part;
    }
  };
  const parts = message.parts.filter(
    (part) => part.type !== "approval" || !part.reason.includes("may have happened"),
  );
  return { status: message.status, parts: parts.map(plain), failure: message.failure };
}

const scripts: Record<string, Script> = {
  async sequence(run, { safe, unsafe, failing }) {
    await run.think("first I look");
    await run.write("Let me see. ");
    const { ok } = await run.call(safe, { n: 1 });
    await run.write(`One: ${ok}. `);
    await run.call(unsafe, { n: 2 });
    await run.call(failing, {});
    await run.think("now I know", "same-thought");
    await run.think(" all of it", "same-thought");
    await run.write("Two. ");
    await run.write("Done.");
  },
  async "calls beside each other"(run, { safe }) {
    await Promise.all([run.call(safe, { n: 1 }), run.call(safe, { n: 2 }), run.call(safe, { n: 1 })]);
    await run.write("three. ");
    const pipeline = async (n: number) => {
      await run.call(safe, { n });
      await run.call(safe, { n: n + 10 });
      await run.call(safe, { n: n + 100 });
    };
    await Promise.all([pipeline(4), pipeline(5)]);
    await run.write("nine.");
  },
  async "sub-agents"(run, { safe, unsafe }) {
    const data = run.as("data");
    const writer = run.as("writer");
    await data.think("looking");
    await data.call(safe, { n: 1 });
    await writer.write("From the writer. ");
    await data.call(unsafe, { n: 2 });
    await data.usage({ model: "m", inputTokens: 1, outputTokens: 2 });
    await writer.write("More. ");
    await run.write("The end.");
  },
  async approvals(run, { approved, safe }) {
    await run.write("May I? ");
    const first = await run.call(approved, { n: 1 });
    await run.call(safe, { n: 2 });
    const second = await run.call(approved, { n: 3 });
    await run.write(`${first.ok} ${second.ok}`);
  },
};

describe("a run whose node dies", () => {
  it.each(Object.entries(scripts))("after any commit of: %s", async (_, script) => {
    const whole = await live(script, []);
    expect(whole.message.status).toBe("completed");
    expect(whole.commits).toBeGreaterThan(5);
    for (let death = 0; death < whole.commits; death++) {
      const cut = await live(script, [death]);
      expect(view(cut), `died after ${death} commits`).toEqual(view(whole));
      expect(cut.events.some(({ type }) => type === "agent_resumed")).toBe(true);
      const doubted = cut.events.flatMap((event) =>
        event.type === "approval_requested" && event.data.reason.includes("may have happened")
          ? [event.data.callId]
          : [],
      );
      for (const [callId, times] of cut.effects) {
        const tool = cut.events.find(
          (event) => event.type === "tool_executing" && event.data.callId === callId,
        );
        const isSafe = tool?.type === "tool_executing" && tool.data.tool === "safe";
        // Whatever happened twice was safe to repeat, or a person said yes to it.
        if (times > 1) expect(isSafe || doubted.includes(callId), `${callId} after ${death}`).toBe(true);
        expect(times).toBeLessThanOrEqual(2);
      }
    }
  });

  it.each(Object.entries(scripts))("again and again: %s", async (_, script) => {
    const whole = await live(script, []);
    for (const deaths of [
      [1, 1, 1],
      [2, 3, 2],
      [4, 0, 4],
      [6, 2, 5, 1],
      [3, 3, 3, 3],
    ]) {
      const cut = await live(script, deaths);
      expect(view(cut), deaths.join()).toEqual(view(whole));
    }
  });
});
