import type { AgentDefinition, AgentOptions } from "./agent.ts";
import { type ModelDriven, modelDriven } from "./model-agent.ts";
import type { ResolvedModel } from "./resolve-model.ts";
import { refuseUnknown } from "./tool.ts";

export interface ModelAgentOptions extends Partial<ModelDriven> {
  readonly name: string;
  readonly description?: string;
  readonly examples?: readonly string[];
  readonly timeoutMs?: number;
  readonly model: ResolvedModel;
}

const timeoutMsDefault = 600_000;
const timeoutMsMax = 24 * 3_600_000;

/**
 * Defines an agent: with its own `run`, or driven by the server's language model with `instructions` and
 * `tools`. Throws a `TypeError` that names the option when one is wrong.
 */
export function defineAgent(options: AgentOptions): AgentDefinition {
  const { name, run, description = "", examples = [], tools = [], ...more } = options;
  const { label: given, instructions, timeoutMs = timeoutMsDefault, ...unknown } = more;
  if (typeof name !== "string" || !/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new TypeError(`defineAgent: name must be 1 to 64 of a-z A-Z 0-9 _ -, not ${JSON.stringify(name)}`);
  }
  refuseUnknown(`defineAgent ${name}`, unknown);
  if (run !== undefined && typeof run !== "function") {
    throw new TypeError(`defineAgent ${name}: run must be a function`);
  }
  if (!(timeoutMs > 0 && timeoutMs <= timeoutMsMax)) {
    throw new TypeError(`defineAgent ${name}: timeoutMs must be between 1 and 86,400,000`);
  }
  const toolNames = new Set<string>();
  for (const tool of tools) {
    if (typeof tool?.run !== "function" || !tool.name || !tool.input?.["~standard"]) {
      throw new TypeError(`defineAgent ${name}: each of tools has to be made with defineTool({ … })`);
    }
    if (toolNames.has(tool.name)) {
      throw new TypeError(`defineAgent ${name}: two tools are named ${tool.name}; rename one`);
    }
    toolNames.add(tool.name);
  }
  if (run) {
    const label = given ?? name;
    // A new object for each run: what an agent keeps on itself is gone with its run.
    const create = () => ({ run: async (agentRun: Parameters<typeof run>[0]) => run(agentRun) });
    return { name, description, label, examples, timeoutMs, needsModel: false, create };
  }
  if (instructions === undefined && tools.length === 0) {
    throw new TypeError(
      `defineAgent ${name}: give run (the agent's own logic), or instructions and tools for the model`,
    );
  }
  const driven = { instructions: instructions ?? "", tools };
  const label = given ?? "";
  return { name, description, label, examples, timeoutMs, needsModel: true, create: modelDriven(driven) };
}

/** Defines an agent that this model drives; its label is the model's name. Errors as of `defineAgent`. */
export function createModelAgent(options: ModelAgentOptions): AgentDefinition {
  const { model, stepsMax, patience, instructions = "", tools = [], ...rest } = options;
  const driven: ModelDriven = {
    instructions,
    tools,
    ...(stepsMax === undefined ? {} : { stepsMax }),
    ...(patience === undefined ? {} : { patience }),
  };
  const definition = defineAgent({ ...rest, instructions, tools, label: model.name });
  const create = modelDriven(driven);
  return { ...definition, needsModel: false, create: (services) => create({ ...services, model }) };
}
