/** Agents for servers that are killed: short runs of every kind, whose tool calls leave a mark outside the server. */
import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type AgentDefinition, type AgentRun, defineAgent, defineTool } from "goldenpath";
import { z } from "zod";
import { Random } from "../simulation/random.ts";

export const agentNames = ["talker", "caller", "asker", "thrower"] as const;
export type AgentName = (typeof agentNames)[number];

/** A run that takes longer has been forgotten by everybody. */
const timeoutMs = 60_000;

/** What a run does is drawn from its id, so that the same run does the same wherever it is executed. */
export function chaosAgents(seed: number, effectsFile: string): readonly AgentDefinition[] {
  const tools = chaosTools(seed, effectsFile);
  const scripts: Record<AgentName, (run: AgentRun, random: Random) => Promise<void>> = {
    async talker(run, random) {
      await run.think("What was asked?");
      for (let left = random.whole(3, 25); left > 0; left--) {
        await run.write(`${random.whole(0, 999)} `);
        await pause(random.between(1, 60));
      }
      await run.usage({ model: "none", inputTokens: 3, outputTokens: 5 });
    },
    async caller(run, random) {
      for (let step = random.whole(1, 3); step > 0; step--) {
        const calls = Array.from({ length: random.whole(1, 3) }, (_, call) => {
          const tool = random.pick([tools.quick, tools.slow, tools.failing]) ?? tools.quick;
          return run.call(tool, { n: random.whole(0, 99) }, `call-${step}-${call}`);
        });
        const outcomes = await Promise.all(calls);
        await run.as("helper").think(outcomes.map(({ ok }) => String(ok)).join());
        await run.write(`step ${step} `);
      }
    },
    async asker(run, random) {
      const outcome = await run.call(tools.approved, { n: random.whole(0, 99) }, "asked");
      await run.write(outcome.ok ? "approved." : `not approved: ${outcome.code}.`);
    },
    async thrower(run, random) {
      await run.write("this far ");
      await pause(random.between(1, 300));
      throw new Error("thrown on purpose");
    },
  };
  const random = new Random(seed);
  return agentNames.map((name) =>
    defineAgent({ name, timeoutMs, run: (run) => scripts[name](run, random.fork(run.runId)) }),
  );
}

function chaosTools(seed: number, effectsFile: string) {
  const input = z.object({ n: z.number() });
  // One small append is whole or not there, and outlives the process.
  const happened = (runId: string, callId: string) => appendFileSync(effectsFile, `${runId} ${callId}\n`);
  const random = new Random(seed);
  return {
    // Named as the tool that the checkers let be repeated.
    quick: defineTool({
      name: "quick",
      description: "Doubles, as often as it is asked.",
      input,
      idempotent: true,
      async run({ n }, { runId, callId }) {
        happened(runId, callId);
        await pause(random.fork(`${runId} ${callId}`).between(0, 150));
        return { doubled: 2 * n };
      },
    }),
    slow: defineTool({
      name: "slow",
      description: "Doubles after a while.",
      input,
      async run({ n }, { runId, callId }) {
        happened(runId, callId);
        await pause(random.fork(`${runId} ${callId}`).between(5, 400));
        return { doubled: 2 * n };
      },
    }),
    failing: defineTool({
      name: "failing",
      description: "Throws.",
      input,
      run({ n }, { runId, callId }) {
        happened(runId, callId);
        throw new Error(`failed with ${n}`);
      },
    }),
    approved: defineTool({
      name: "approved",
      description: "Needs a yes.",
      input,
      needsApproval: true,
      run({ n }, { runId, callId }) {
        happened(runId, callId);
        return { n };
      },
    }),
  };
}

/** How often each call happened, by `runId callId`. */
export function readEffects(effectsFile: string): ReadonlyMap<string, number> {
  const effects = new Map<string, number>();
  for (const call of readFileSync(effectsFile, "utf8").split("\n")) {
    if (call !== "") effects.set(call, (effects.get(call) ?? 0) + 1);
  }
  return effects;
}
