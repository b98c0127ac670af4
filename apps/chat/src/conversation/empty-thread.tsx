import type { ReactNode } from "react";
import type { AgentInfo, AgentsState } from "../shell/agents.ts";

export interface EmptyThreadProps {
  readonly agents: { readonly state: AgentsState; readonly reload: () => void };
  readonly agent: AgentInfo | undefined;
  readonly onAsk: (question: string) => void;
}

/** Where a thread begins: who answers here, and what one could ask. */
export function EmptyThread({ agents, agent, onAsk }: EmptyThreadProps): ReactNode {
  const { state, reload } = agents;
  return (
    <div className="empty">
      <h2 className="empty-title">What do you want to know?</h2>
      {agent ? (
        <p className="empty-lead">
          <strong>{agent.name}</strong> answers here{agent.label ? ` (${agent.label})` : ""}.{" "}
          {agent.description}
        </p>
      ) : null}
      {state.is === "loading" ? <p className="muted">Asking who answers here …</p> : null}
      {state.is === "failed" ? (
        <div className="notice notice-danger" role="alert">
          <p>The list of agents did not load. {state.failure.message}</p>
          <div className="notice-actions">
            <button type="button" className="button" onClick={reload}>
              Try again
            </button>
          </div>
        </div>
      ) : null}
      {agent && agent.examples.length > 0 ? (
        <section aria-label="Example questions">
          <ul className="examples">
            {agent.examples.slice(0, 6).map((example) => (
              <li key={example}>
                <button type="button" className="example" onClick={() => onAsk(example)}>
                  {example}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}
