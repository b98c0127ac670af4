import type { AgentRun } from "../agent.ts";
import type { AnalystTools } from "./analyst-tools.ts";
import type { Ledger } from "./ledger.ts";
import type { DatasetAnswer } from "./tools-spend.ts";

/** What the sub-agents of one run work with. */
export interface Desk {
  readonly run: AgentRun;
  readonly tools: AnalystTools;
  readonly ledger: Ledger;
  readonly dataset: string;
  readonly about: DatasetAnswer;
}
