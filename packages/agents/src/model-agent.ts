import type { Agent, AgentServices } from "./agent.ts";
import type { Tool } from "./tool.ts";

export interface ModelDriven {
  readonly instructions: string;
  readonly tools: readonly Tool[];
}

/** Throws a `TypeError` without a model. */
export function modelDriven(_driven: ModelDriven, services: AgentServices): Agent {
  if (!services.model) throw new TypeError("modelDriven: there is no language model");
  throw new TypeError("modelDriven: not wired");
}
