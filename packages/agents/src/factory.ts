import type { Clock, MakeId } from "@goldenpath/protocol";
import type { Agent, AgentDefinition, AgentServices } from "./agent.ts";
import type { ResolvedModel } from "./resolve-model.ts";

export interface AgentFactoryOptions {
  /** At least one, with different names. */
  readonly definitions: readonly AgentDefinition[];
  /** Name of the one that answers when a message names none. Default: the first. */
  readonly default?: string;
  /** Required when a definition has neither `run` nor a model of its own. */
  readonly model?: ResolvedModel;
  readonly clock: Clock;
  readonly makeId: MakeId;
}

/** An agent as people choose it. */
export interface AgentCard {
  readonly name: string;
  readonly description: string;
  readonly label: string;
  readonly examples: readonly string[];
}

/** Makes a fresh agent for each run, so that nothing of one user's run is there in another's. */
export class AgentFactory {
  /** The default first. */
  readonly cards: readonly AgentCard[];
  readonly #definitions: ReadonlyMap<string, AgentDefinition>;
  readonly #default: AgentDefinition;
  readonly #services: AgentServices;

  /** Throws a `TypeError` that names the agent: none given, a name twice, an unknown default, no model for it. */
  constructor(options: AgentFactoryOptions) {
    const { definitions, model } = options;
    const byName = new Map<string, AgentDefinition>();
    for (const definition of definitions) {
      const { name } = definition;
      if (byName.has(name)) throw new TypeError(`agents: two are named ${name}; rename one`);
      if (definition.needsModel && !model) {
        throw new TypeError(
          `agents: ${name} has no run of its own, and there is no language model; ` +
            "set GOLDENPATH_MODEL, or give it a run",
        );
      }
      byName.set(name, definition);
    }
    const fallback = options.default === undefined ? definitions[0] : byName.get(options.default);
    if (!fallback) {
      throw new TypeError(
        options.default === undefined
          ? "agents: give at least one, made with defineAgent({ … })"
          : `agents: none is named ${options.default}, which is to be the default`,
      );
    }
    this.#definitions = byName;
    this.#default = fallback;
    this.#services = { clock: options.clock, makeId: options.makeId, model };
    const ordered = [fallback, ...definitions.filter((definition) => definition !== fallback)];
    this.cards = ordered.map((definition) => ({
      name: definition.name,
      description: definition.description,
      label: this.label(definition),
      examples: definition.examples,
    }));
  }

  /** The definition of that name, or the default without one; undefined for a name that is not served. */
  definition(name?: string): AgentDefinition | undefined {
    return name === undefined ? this.#default : this.#definitions.get(name);
  }

  /** How that agent answers, as every answer says. */
  label(definition: AgentDefinition): string {
    return definition.label === "" ? (this.#services.model?.name ?? definition.name) : definition.label;
  }

  /** A fresh one. */
  create(definition: AgentDefinition): Agent {
    return definition.create(this.#services);
  }
}
