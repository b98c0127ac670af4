/** What the tests of the tools stand on: random records, as the file that a user would attach, and calls of tools on it. */
import fc from "fast-check";
import type { ToolContext } from "../tool.ts";
import { createAnalystTools } from "./analyst-tools.ts";
import { Datasets } from "./datasets.ts";
import { dayMs, type UsageRecord } from "./usage-data.ts";
import type { UsageTool } from "./usage-tool.ts";

export const start = Date.UTC(2026, 5, 1);
const models = ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4.5"] as const;

export const record = fc.record({
  at: fc.integer({ min: start, max: start + 30 * dayMs - 1 }),
  user: fc.constantFrom("ann", "bob", "cy"),
  team: fc.constantFrom("red", "blue"),
  feature: fc.constantFrom("chat", "search", "mail"),
  model: fc.constantFrom(...models),
  inputTokens: fc.integer({ min: 0, max: 5000 }),
  outputTokens: fc.integer({ min: 0, max: 900 }),
  latencyMs: fc.integer({ min: 1, max: 9000 }),
  success: fc.boolean(),
  costUsd: fc.integer({ min: 0, max: 5_000_000 }).map((micro) => micro / 1e6),
  promptId: fc.constantFrom("p1", "p2", "p3", "p4"),
});
export const records = fc.array(record, { minLength: 1, maxLength: 120 });

/** The records travel as the file that a user would attach; so loading is judged as well. */
export function workbench(all: readonly UsageRecord[]) {
  const lines = all.map((one) =>
    JSON.stringify({
      ...one,
      at: new Date(one.at).toISOString(),
      latency_ms: one.latencyMs,
      latencyMs: undefined,
      prompt_id: one.promptId,
      promptId: undefined,
      cost_usd: one.costUsd,
      costUsd: undefined,
      input_tokens: one.inputTokens,
      output_tokens: one.outputTokens,
      inputTokens: undefined,
      outputTokens: undefined,
    }),
  );
  const bytes = new TextEncoder().encode(lines.join("\n"));
  const context: ToolContext = {
    signal: new AbortController().signal,
    userId: "u",
    threadId: "t",
    runId: "r",
    callId: "c",
    attachment: async (id) =>
      id === "a" ? { name: "usage.jsonl", mediaType: "application/jsonl", bytes } : undefined,
  };
  const tools = createAnalystTools(new Datasets());
  const call = async <Input, Output>(tool: UsageTool<Input, Output>, input: Record<string, unknown>) => {
    const parsed = await tool.input["~standard"].validate({ dataset: "a", ...input });
    if (parsed.issues) throw new Error(JSON.stringify(parsed.issues));
    return (await tool.run(parsed.value, context)) as Output & { readonly problem?: string };
  };
  return { tools, call };
}

export const cents = (usd: number) => Math.round(Number((usd * 100).toFixed(4))) / 100;
export const sumOf = (all: readonly UsageRecord[]) =>
  all.reduce((sum, one) => sum + Math.round(one.costUsd * 1e9), 0) / 1e9;
