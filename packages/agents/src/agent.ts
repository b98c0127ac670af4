import type { Clock, MakeId, Message, Part } from "@goldenpath/protocol";
import type { ResolvedModel } from "./resolve-model.ts";
import type { Tool, ToolAttachment, ToolOutcome } from "./tool.ts";

/**
 * One execution as an agent sees it: what was asked, and the only ways to be heard. Every method resolves
 * when the journal took the event in; all reject with the run's abort reason (a `RunEnded`) after a cancel
 * or time-out, so an agent need not check the signal between calls. A promise that is not awaited does no
 * harm: the order of the calls is kept, and its rejection is not an unhandled one.
 */
export interface AgentRun {
  readonly userId: string;
  readonly threadId: string;
  readonly runId: string;
  /** The path of this agent: its name, or `supervisor/data` for a sub-agent. */
  readonly agent: string;
  /**
   * 1, or more when the process that ran it before is gone. Then this agent is a fresh one that begins from
   * the start: what it says and calls again is taken from the log, up to where the log ends.
   */
  readonly attempt: number;
  /**
   * What the log holds of this agent and it has not gone through yet: its text, thoughts and calls, in order.
   * An agent that is not the same twice, as a language model is not, goes on from here: it makes these calls
   * again (finished ones are answered from the log) instead of asking its model for them.
   */
  readonly parts: readonly Part[];
  /** The thread up to and with the user's newest message, oldest first; bounded by the supervisor. */
  readonly messages: readonly Message[];
  readonly signal: AbortSignal;
  /** Says what the agent thinks. The same `thoughtId` continues a thought. */
  think(text: string, thoughtId?: string): Promise<void>;
  /** Writes the answer, piece by piece. */
  write(text: string): Promise<void>;
  /** Runs a tool: `tool_executing`, validation, time-out, `tool_completed`. Calls may run at once. */
  call<Given>(tool: Tool<unknown, Given>, input: NoInfer<Given>, callId?: string): Promise<ToolOutcome>;
  /** Reports what a model call used. */
  usage(usage: {
    readonly model: string;
    readonly inputTokens: number;
    readonly outputTokens: number;
  }): Promise<void>;
  /** The same run as seen by a sub-agent: its events carry `${agent}/${name}`. */
  as(name: string): AgentRun;
  /** Reads an attachment of this run's user. */
  attachment(attachmentId: string): Promise<ToolAttachment | undefined>;
}

/** An agent: made fresh for each run, so that nothing of one user's run is there in another's. */
export interface Agent {
  run(run: AgentRun): Promise<void>;
}

/** What an agent is made with: the node's clock, and the configured model where it asked for one. */
export interface AgentServices {
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly model: ResolvedModel | undefined;
}

export interface AgentDefinition {
  /** 1-64 of `a-z A-Z 0-9 _ -`. */
  readonly name: string;
  /** One sentence for the person who chooses it. */
  readonly description: string;
  /** How it answers, shown beside every answer: "no language model", or the model's name. "" is the model's. */
  readonly label: string;
  /** Questions to offer on an empty page. */
  readonly examples: readonly string[];
  readonly timeoutMs: number;
  /** It is answered by the server's language model; a factory without one refuses it. */
  readonly needsModel: boolean;
  readonly create: (services: AgentServices) => Agent;
}

export interface AgentOptions {
  /** 1-64 of `a-z A-Z 0-9 _ -`. */
  readonly name: string;
  /** One sentence for the person who chooses it. */
  readonly description?: string;
  /** Default: the model's name where a model answers, else the agent's name. */
  readonly label?: string;
  /** Questions to offer on an empty page. */
  readonly examples?: readonly string[];
  /** Of a whole run; then it ends with `run_timeout`. Default 600,000 (10 minutes). */
  readonly timeoutMs?: number;
  /** Tools that a model may use; with them `run` may be left out and the server's model answers. */
  readonly tools?: readonly Tool[];
  /** What the model is told of its task; for agents without a `run`. */
  readonly instructions?: string;
  /** The agent's own logic. Without it the configured language model runs with `instructions` and `tools`. */
  readonly run?: (run: AgentRun) => Promise<void>;
}
