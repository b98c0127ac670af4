import { randomId, systemClock } from "@goldenpath/protocol";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { AgentOptions } from "./agent.ts";
import { createModelAgent, defineAgent } from "./define-agent.ts";
import { AgentFactory } from "./factory.ts";
import { type ResolvedModel, resolveModel } from "./resolve-model.ts";
import { defineTool, type Tool, type ToolOptions } from "./tool.ts";

const run = () => Promise.resolve();
const made = { clock: systemClock, makeId: randomId };

async function someModel(): Promise<ResolvedModel> {
  const resolved = await resolveModel(
    { GOLDENPATH_MODEL: "m", GOLDENPATH_MODEL_URL: "http://127.0.0.1:1" },
    fetch,
  );
  if (resolved.is !== "found") throw new Error(resolved.is);
  return resolved.model;
}

describe("a factory", () => {
  it("holds the agents, the default first, and knows no others (F1)", () => {
    const definitions = [defineAgent({ name: "a", run }), defineAgent({ name: "b", label: "by hand", run })];
    const factory = new AgentFactory({ ...made, definitions, default: "b" });
    expect(factory.cards.map(({ name, label }) => [name, label])).toEqual([
      ["b", "by hand"],
      ["a", "a"],
    ]);
    expect(factory.definition()?.name).toBe("b");
    expect(factory.definition("a")?.name).toBe("a");
    expect(factory.definition("toString")).toBeUndefined();
  });

  it("makes a fresh agent each time (F1)", () => {
    const definition = defineAgent({ name: "a", run });
    const factory = new AgentFactory({ ...made, definitions: [definition] });
    expect(factory.create(definition)).not.toBe(factory.create(definition));
  });

  it("gives a model-driven agent the model's name as its label (F2)", async () => {
    const model = await someModel();
    const definitions = [
      defineAgent({ name: "a", instructions: "Help." }),
      createModelAgent({ name: "b", model }),
    ];
    const factory = new AgentFactory({ ...made, definitions, model });
    expect(factory.cards.map((card) => card.label)).toEqual(["m", "m"]);
    expect(() => new AgentFactory({ ...made, definitions })).toThrow(/^agents: a .* set GOLDENPATH_MODEL/);
    expect(new AgentFactory({ ...made, definitions: definitions.slice(1) }).cards).toHaveLength(1);
  });

  it("refuses no agents, a name twice and an unknown default (F1)", () => {
    const a = defineAgent({ name: "a", run });
    expect(() => new AgentFactory({ ...made, definitions: [] })).toThrow(/at least one/);
    expect(() => new AgentFactory({ ...made, definitions: [a, a] })).toThrow(/two are named a/);
    expect(() => new AgentFactory({ ...made, definitions: [a], default: "b" })).toThrow(/none is named b/);
  });
});

describe("a definition", () => {
  const tool = defineTool({ name: "t", description: "", input: z.object({}), run: () => 1 });
  const agents: readonly (readonly [AgentOptions, RegExp])[] = [
    [{ name: "no blanks", run }, /name must be 1 to 64/],
    [{ name: "a" }, /a: give run/],
    [{ name: "a", run, timeoutMs: 0 }, /timeoutMs must be between/],
    [{ name: "a", run, timeoutMs: Number.NaN }, /timeoutMs must be between/],
    [{ name: "a", tools: [tool, tool] }, /two tools are named t/],
    [{ name: "a", tools: [{ ...tool, name: "" }] }, /made with defineTool/],
    [{ name: "a", tools: [{ name: "t", run } as unknown as Tool] }, /made with defineTool/],
    [{ name: "a", run, ...{ timeout: 5 } }, /^defineAgent a: there is no option timeout$/],
  ];
  it.each(agents)("names what is wrong with an agent: %j (F3)", (options, message) => {
    expect(() => defineAgent(options)).toThrow(TypeError);
    expect(() => defineAgent(options)).toThrow(message);
  });

  const good = { name: "t", description: "", input: z.object({}), run: () => 1 };
  const tools: readonly (readonly [Partial<ToolOptions<z.ZodObject>>, RegExp])[] = [
    [{ name: "no blanks" }, /name must be 1 to 64/],
    [{ timeoutMs: -1 }, /t: timeoutMs must be between/],
    [{ timeoutMs: Number.POSITIVE_INFINITY }, /t: timeoutMs must be between/],
    [{ description: undefined as unknown as string }, /t: description must be a text/],
    [{ ...({ needsAproval: true } as object) }, /^defineTool t: there is no option needsAproval$/],
  ];
  it.each(tools)("names what is wrong with a tool: %j (F3)", (options, message) => {
    expect(() => defineTool({ ...good, ...options })).toThrow(message);
  });
});
