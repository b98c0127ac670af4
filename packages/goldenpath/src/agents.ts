import {
  type AgentDefinition,
  AgentFactory,
  analystDefinition,
  analystTools,
  createModelAgent,
  type ModelResolution,
  resolveModel,
} from "@goldenpath/agents";
import { randomId, systemClock } from "@goldenpath/protocol";
import type { Environment } from "./options.ts";
import { StartError } from "./start-error.ts";

export interface ChosenAgents {
  readonly factory: AgentFactory;
  /** The language model that was found, and where; undefined when none answers here. */
  readonly model: { readonly name: string; readonly from: string } | undefined;
}

/**
 * The agents of a server: the given ones, or the built-in ones. A model is looked for only where an agent
 * could use it. Throws a `StartError` for a wrong setting, and for an agent that needs a model when there is
 * none.
 */
export async function chooseAgents(
  given: readonly AgentDefinition[] | undefined,
  environment: Environment,
): Promise<ChosenAgents> {
  const wanted = given === undefined || given.some((agent) => agent.needsModel);
  const resolution: ModelResolution = wanted ? await resolveModel(environment, fetch) : { is: "none" };
  if (resolution.is === "failed") throw new StartError("option_invalid", resolution.message);
  const found = resolution.is === "found" ? resolution : undefined;
  try {
    const factory = new AgentFactory({
      definitions: given ?? builtIn(found?.model),
      ...(found && { model: found.model }),
      clock: systemClock,
      makeId: randomId,
    });
    return { factory, model: found && { name: found.model.name, from: found.from } };
  } catch (error) {
    if (error instanceof TypeError) throw new StartError("option_invalid", error.message, error);
    throw error;
  }
}

type Model = Extract<ModelResolution, { is: "found" }>["model"];

/** The analyst, which needs no model; and in front of it, where there is a model, one with the same tools. */
function builtIn(model: Model | undefined): readonly AgentDefinition[] {
  if (!model) return [analystDefinition];
  const assistant = createModelAgent({
    name: "assistant",
    description: "A language model with the analyst's tools.",
    model,
    instructions: assistantInstructions,
    tools: analystTools,
    examples: analystDefinition.examples,
  });
  return [assistant, analystDefinition];
}

const assistantInstructions = `You help people understand and reduce what they spend on AI.
Every figure you state comes from a tool call of this conversation; never estimate or remember one.
The tools' dataset is the id of an attachment that a message names, or "sample": generated records of no real
company. Say which one you used. If a question cannot be
answered with the tools, say so and list what you can answer. Answer in Markdown, with tables for figures. A
fenced code block of the language chart is drawn: {"type": "bar" or "line", "title", "unit", "labels": [],
"series": [{"name", "values": []}]}, with 60 points at most.`;
