import type { Run } from "@goldenpath/journal";
import type { Event, NewEvent } from "@goldenpath/protocol";
import type { AgentDefinition } from "./agent.ts";
import type { RunEnd } from "./run-end.ts";

/** A run that got no further in so many attempts after the first is not tried again: it may be what ends them. */
const fruitlessTakeoversMax = 5;

export type Takeover =
  | { readonly is: "go on"; readonly definition: AgentDefinition }
  | { readonly is: "end"; readonly end: RunEnd };

/** What becomes of a run whose node is gone, and which this node has claimed. */
export function judgeTakeover(
  run: Pick<Run, "agent" | "attempt">,
  events: readonly (Event | NewEvent)[],
  definition: AgentDefinition | undefined,
): Takeover {
  if (!definition) return lost(`The server stopped, and no agent ${run.agent} is served any more.`);
  const fruitless = run.attempt - lastFruitfulAttempt(events);
  if (fruitless <= fruitlessTakeoversMax) return { is: "go on", definition };
  return lost(
    `The server stopped ${fruitless} times before the agent got any further; it is not tried again.`,
  );
}

/** The attempt that finished the newest finished step. */
function lastFruitfulAttempt(events: readonly (Event | NewEvent)[]): number {
  const step = events.findLastIndex(({ type }) => type === "tool_completed" || type === "approval_resolved");
  const resumed = events.slice(0, step + 1).findLast((event) => event.type === "agent_resumed");
  return resumed?.type === "agent_resumed" ? resumed.data.attempt : 1;
}

function lost(message: string): Takeover {
  return { is: "end", end: { is: "failed", code: "node_lost", message } };
}
