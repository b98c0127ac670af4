/** Agents that take simulated time, answer, throw, hang and ignore their end, as their message's first word says. */
import { type AgentDefinition, type AgentRun, defineAgent, defineTool, type Tool } from "@goldenpath/agents";
import type { Clock } from "@goldenpath/protocol";
import { messageText } from "@goldenpath/protocol";
import { z } from "zod";
import type { History } from "./history.ts";
import type { Random } from "./random.ts";

export const agentNames = ["talker", "caller", "asker", "thrower", "hanger", "deaf", "gusher"] as const;
export type AgentName = (typeof agentNames)[number];

export interface AgentWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly history: History;
  readonly wrapTool: (tool: Tool) => Tool;
  /** How often each call's effect happened, by call id. */
  readonly effects: Map<string, number>;
}

const timeoutMs = 20_000;
const input = z.object({ n: z.number() });
/** May be run again under the same call id. */
export const repeatableTools: readonly string[] = ["quick"];

type Scripts = Record<AgentName, (run: AgentRun, random: Random) => Promise<void>>;

export function scriptedAgents(world: AgentWorld): readonly AgentDefinition[] {
  const scripts = scriptsOf(world);
  return agentNames.map((name) =>
    defineAgent({ name, timeoutMs, run: (run) => scripts[name](run, world.random.fork(run.runId)) }),
  );
}

/** What an agent writes in a run to which nothing happens; undefined for those whose tools have a say in it. */
export async function writtenBy(agent: string, runId: string, random: Random): Promise<string | undefined> {
  if (agent !== "talker" && agent !== "gusher") return undefined;
  let text = "";
  const clock: Clock = {
    now: () => 0,
    elapsed: () => 0,
    timer: (_, call) => {
      queueMicrotask(call);
      return { cancel: () => undefined };
    },
  };
  const nothing = async () => undefined;
  const write = async (more: string) => {
    text += more;
  };
  const run = { runId, messages: [], think: nothing, usage: nothing, write } as unknown as AgentRun;
  const scripts = scriptsOf({ clock, random, effects: new Map(), wrapTool: (tool) => tool });
  await scripts[agent](run, random.fork(runId));
  return text;
}

function scriptsOf(world: Omit<AgentWorld, "history">): Scripts {
  const { clock } = world;
  const tools = scriptedTools(world);
  return {
    async talker(run, random) {
      await run.think(`thinking of ${questionOf(run)}`);
      await rest(clock, random, 300);
      for (let left = random.whole(1, 8); left > 0; left--) {
        await run.write(`${random.whole(0, 999)} `);
        await rest(clock, random, 60);
      }
      await run.usage({ model: "none", inputTokens: 3, outputTokens: 5 });
    },
    async caller(run, random) {
      for (let left = random.whole(1, 3); left > 0; left--) {
        const calls = Array.from({ length: random.whole(1, 3) }, () => {
          const tool = random.pick([tools.quick, tools.slow, tools.failing]) ?? tools.quick;
          return run.call(tool, { n: random.whole(0, 99) }, random.chance(0.5) ? "same-id" : undefined);
        });
        const outcomes = await Promise.all(calls);
        await run.as("helper").think(outcomes.map(({ ok }) => String(ok)).join());
      }
      await run.write("called.");
    },
    async asker(run, random) {
      const outcome = await run.call(tools.approved, { n: random.whole(0, 99) });
      await run.write(outcome.ok ? "approved." : `not approved: ${outcome.code}.`);
      if (random.chance(0.4))
        await Promise.all([run.call(tools.approved, { n: 1 }), run.call(tools.quick, { n: 2 })]);
    },
    async thrower(run, random) {
      if (random.chance(0.5)) await run.write("this far ");
      await rest(clock, random, 200);
      if (random.chance(0.3)) void run.call(tools.slow, { n: 0 });
      throw new Error("thrown on purpose");
    },
    async hanger(run) {
      await run.think("this takes for ever");
      await new Promise<never>(() => undefined);
    },
    async deaf(run, random) {
      for (let left = random.whole(5, 30); left > 0; left--) {
        run.write(`deaf ${left} `).catch(() => undefined);
        run.think("not listening").catch(() => undefined);
        await pause(clock, random.between(1, 400));
      }
    },
    async gusher(run, random) {
      for (let left = random.whole(10, 40); left > 0; left--) {
        await run.write(`${left}${"g".repeat(12_000)}`);
        if (random.chance(0.3)) await pause(clock, random.between(1, 60));
      }
    },
  };
}

function scriptedTools({ clock, random, effects, wrapTool }: Omit<AgentWorld, "history">) {
  const happened = (callId: string) => effects.set(callId, (effects.get(callId) ?? 0) + 1);
  const quick = defineTool({
    name: "quick",
    description: "Doubles.",
    input,
    idempotent: true,
    run({ n }, { runId, callId }) {
      happened(`${runId} ${callId}`);
      return { doubled: 2 * n };
    },
  });
  const slow = defineTool({
    name: "slow",
    description: "Doubles, sometimes too late.",
    input,
    timeoutMs: 3_000,
    async run({ n }, { runId, callId }) {
      await pause(clock, random.fork(`${runId} ${callId}`).between(10, 3_500));
      happened(`${runId} ${callId}`);
      return { doubled: 2 * n };
    },
  });
  const failing = defineTool({
    name: "failing",
    description: "Throws.",
    input,
    run({ n }, { runId, callId }) {
      happened(`${runId} ${callId}`);
      throw new Error(`failed with ${n}`);
    },
  });
  const approved = defineTool({
    name: "approved",
    description: "Needs a yes.",
    input,
    needsApproval: true,
    run({ n }, { runId, callId }) {
      happened(`${runId} ${callId}`);
      return { n };
    },
  });
  return {
    quick: wrapTool(quick),
    slow: wrapTool(slow),
    failing: wrapTool(failing),
    approved: wrapTool(approved),
  };
}

function questionOf(run: AgentRun): string {
  const last = run.messages.at(-1);
  return last ? messageText(last) : "nothing";
}

function rest(clock: Clock, random: Random, aboutMs: number): Promise<void> {
  return pause(clock, random.between(0, 2 * aboutMs));
}

function pause(clock: Clock, afterMs: number): Promise<void> {
  return new Promise((resolve) => void clock.timer(afterMs, resolve));
}
