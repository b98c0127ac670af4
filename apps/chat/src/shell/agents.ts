import { useCallback, useEffect, useState } from "react";
import { type Failure, isRecord, type Parse, request } from "../request.ts";

export interface AgentInfo {
  readonly name: string;
  readonly description: string;
  readonly label: string;
  readonly examples: readonly string[];
}

export interface Agents {
  readonly agents: readonly AgentInfo[];
  /** Who answers unless the person chooses. */
  readonly default: string;
}

export type AgentsState =
  | { readonly is: "loading" }
  | { readonly is: "loaded"; readonly agents: Agents }
  | { readonly is: "failed"; readonly failure: Failure };

const parseAgents: Parse<Agents> = (body) => {
  if (!isRecord(body) || !Array.isArray(body.agents)) return undefined;
  const agents = body.agents.flatMap((one: unknown): readonly AgentInfo[] => {
    if (!isRecord(one) || typeof one.name !== "string") return [];
    return [
      {
        name: one.name,
        description: textOf(one.description),
        label: textOf(one.label),
        examples: Array.isArray(one.examples)
          ? one.examples.filter((entry) => typeof entry === "string")
          : [],
      },
    ];
  });
  const chosen = agents.find((agent) => agent.name === body.default) ?? agents[0];
  return chosen ? { agents, default: chosen.name } : undefined;
};

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Who answers here; asked once, and again by `reload`. */
export function useAgents(): { readonly state: AgentsState; readonly reload: () => void } {
  const [state, setState] = useState<AgentsState>({ is: "loading" });
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` asks again
  useEffect(() => {
    const stop = new AbortController();
    void request("/api/agents", parseAgents, { signal: stop.signal }).then((result) => {
      if (stop.signal.aborted) return;
      setState(
        result.ok ? { is: "loaded", agents: result.value } : { is: "failed", failure: result.failure },
      );
    });
    return () => stop.abort();
  }, [asked]);
  const reload = useCallback(() => setAsked((times) => times + 1), []);
  return { state, reload };
}
