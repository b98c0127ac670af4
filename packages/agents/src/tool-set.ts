import type { ToolSet } from "ai";
import { RunFailure } from "./run-end.ts";
import type { Tool } from "./tool.ts";

/** The same tools for every run, as the library that speaks to models wants them. */
export type SharedToolSet = () => Promise<ToolSet>;

/**
 * Converted when a model is first asked, and once: making a schema's JSON Schema takes longer than a request needs
 * in all. Rejects with a `RunFailure` when a tool's schema has none.
 */
export function sharedToolSet(tools: readonly Tool[]): SharedToolSet {
  let converted: Promise<ToolSet> | undefined;
  return () => {
    converted ??= convert(tools);
    return converted;
  };
}

async function convert(tools: readonly Tool[]): Promise<ToolSet> {
  // Loaded here: a server without a model starts without it.
  const { asSchema, jsonSchema, tool } = await import("ai");
  const set: ToolSet = {};
  for (const { name, description, input } of tools) {
    try {
      set[name] = tool({ description, inputSchema: jsonSchema(await asSchema(input).jsonSchema) });
    } catch (cause) {
      const message = `The input schema of the tool ${name} has no JSON Schema that a model could read.`;
      throw new RunFailure("agent_error", message, { cause });
    }
  }
  return set;
}
