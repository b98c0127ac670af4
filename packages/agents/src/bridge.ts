/**
 * The bridge: the only code that knows both what an agent does and the emitter. It gives the agent an
 * `AgentRun` and keeps the run's log exact, whatever the agent does.
 *
 *  B1  Each call has one `tool_executing` and one `tool_completed`, in this order. The tool starts only after
 *      its `tool_executing` is durable.
 *  B2  What the agent gets of a call is what the log holds of it.
 *  B3  Only cleaned inputs, outputs and error texts are logged (`loggable.ts`).
 *  B4  The first end wins. After it nothing is appended, the signal is aborted, and every method rejects.
 *  B5  A refusal of the journal ends the run.
 *  B6  Thoughts, calls and their data are bounded for each run, so that its message can be kept.
 */
import {
  type Clock,
  type Decision,
  idSchema,
  type Json,
  type MakeId,
  type Message,
} from "@goldenpath/protocol";
import type { Emitted, WebSocketEmitter } from "@goldenpath/websocket-core";
import type { AgentRun } from "./agent.ts";
import { Approvals, type Resolved } from "./approvals.ts";
import { type Ending, endRun } from "./end-run.ts";
import { Redactor } from "./loggable.ts";
import { type RunEnd, RunEnded } from "./run-end.ts";
import { runTool, type ToolResult } from "./run-tool.ts";
import type { Tool, ToolAttachment, ToolOutcome } from "./tool.ts";

export interface AgentBridgeOptions {
  /** Of a run whose `agent_started` is committed. */
  readonly emitter: WebSocketEmitter;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** Reads an attachment of the run's user. */
  readonly attachment: (attachmentId: string) => Promise<ToolAttachment | undefined>;
  /** Aborts when the process gives up: an end that the journal still refuses is left to whoever takes the run over. */
  readonly stopped: AbortSignal;
  /** How long a person may think about an approval. Default 300,000 (5 minutes). */
  readonly approvalMsMax?: number;
}

const approvalMsDefault = 300_000;
const thoughtCharsMax = 16 * 1024;
const eventsMax = 20_000;
const callsMax = 1_000;
const charsMax = 16 * 1024 * 1024;
const agentDepthMax = 8;

export function createAgentBridge(options: AgentBridgeOptions): AgentBridge {
  return new AgentBridge(options);
}

export class AgentBridge {
  readonly #options: AgentBridgeOptions;
  readonly #emitter: WebSocketEmitter;
  readonly #runId: string;
  readonly #threadId: string;
  readonly #controller = new AbortController();
  readonly #approvals: Approvals;
  readonly #callIds = new Set<string>();
  readonly #ended = Promise.withResolvers<Emitted>();
  #ending: Ending | undefined;
  #answered = false;
  #events = 0;
  #chars = 0;

  /** Throws a `TypeError` when the emitter's context names no run. */
  constructor(options: AgentBridgeOptions) {
    const { runId, threadId } = options.emitter.context;
    if (!runId || !threadId)
      throw new TypeError("AgentBridge: the emitter's context needs a thread and a run");
    this.#options = options;
    this.#emitter = options.emitter;
    this.#runId = runId;
    this.#threadId = threadId;
    const waitMs = options.approvalMsMax ?? approvalMsDefault;
    this.#approvals = new Approvals({ emitter: this.#emitter, clock: options.clock, runId, waitMs });
    for (const part of this.#emitter.message.parts) if (part.type === "tool") this.#callIds.add(part.callId);
  }

  /** Aborts with a `RunEnded` when the run has its end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** When the end is in the log, or nobody here may write it. */
  get ended(): Promise<Emitted> {
    return this.#ended.promise;
  }

  /** The run as its agent sees it. */
  open(messages: readonly Message[]): AgentRun {
    return this.#view(messages, this.#emitter.agent);
  }

  /** Ends the run (B4); answers what became of the first try to write it. An empty answer fails. */
  end(end: RunEnd): Promise<Emitted> {
    if (this.#ending) return this.#ending.first;
    const { clock, stopped } = this.#options;
    const real: RunEnd =
      end.is === "completed" && !this.#answered
        ? { is: "failed", code: "empty_answer", message: "The agent ended without writing an answer." }
        : end;
    this.#ending = endRun({ emitter: this.#emitter, end: real, clock, stopped });
    this.#ended.resolve(this.#ending.settled);
    this.#controller.abort(new RunEnded(real));
    this.#approvals.close();
    return this.#ending.first;
  }

  /** A person's answer to an approval of this run; undefined when it is not one of this run's. */
  resolve(approvalId: string, decision: Decision): Promise<Resolved> | undefined {
    return this.#approvals.resolve(approvalId, decision);
  }

  #view(messages: readonly Message[], agent: string): AgentRun {
    const { attachment } = this.#options;
    return {
      userId: this.#emitter.context.userId,
      threadId: this.#threadId,
      runId: this.#runId,
      agent,
      messages,
      signal: this.signal,
      think: (text, thoughtId) => heard(this.#think(text, thoughtId ?? this.#options.makeId(), agent)),
      write: (text) => heard(this.#write(text, agent)),
      call: (tool, input, callId) => heard(this.#call(tool, input, callId, agent)),
      usage: (usage) => heard(this.#emitted(() => this.#emitter.usage(usage, agent), 100)),
      as: (name) => this.#view(messages, subAgent(agent, name)),
      attachment: (attachmentId) => heard(attachment(attachmentId)),
    };
  }

  async #think(text: string, thoughtId: string, agent: string): Promise<void> {
    const written: Promise<void>[] = [];
    for (let at = 0; at < text.length; at += thoughtCharsMax) {
      const piece = text.slice(at, at + thoughtCharsMax);
      written.push(this.#emitted(() => this.#emitter.thinking(thoughtId, piece, agent), piece.length));
    }
    await Promise.all(written);
  }

  async #write(text: string, agent: string): Promise<void> {
    if (/\S/.test(text)) this.#answered = true;
    // The emitter bounds the answer itself, and coalesces: no event is counted here.
    await this.#emitted(() => this.#emitter.text(text, agent), 0);
  }

  async #call(tool: Tool, input: unknown, given: string | undefined, agent: string): Promise<ToolOutcome> {
    this.signal.throwIfAborted();
    const callId = this.#callId(given);
    const redactor = new Redactor(tool.secrets);
    const loggedInput = redactor.input(input);
    const shown: Json =
      loggedInput.is === "json"
        ? loggedInput.json
        : { truncated: true, note: loggedInput.detail, preview: "" };
    const approval = tool.needsApproval ? await this.#approve(tool, callId, shown, agent) : "approved";
    const size = JSON.stringify(shown).length;
    const startedAt = this.#options.clock.elapsed();
    await this.#emitted(() => this.#emitter.toolExecuting(callId, tool.name, shown, agent), size);
    const result: ToolResult =
      approval === "approved"
        ? loggedInput.is === "json"
          ? await this.#run(tool, input, callId, redactor)
          : { error: { code: "tool_input_invalid", message: loggedInput.detail } }
        : { error: { code: "tool_rejected", message: approval } };
    const durationMs = Math.max(0, Math.round(this.#options.clock.elapsed() - startedAt));
    const outputSize = "output" in result ? JSON.stringify(result.output).length : 0;
    const completed = () => this.#emitter.toolCompleted(callId, tool.name, result, durationMs, agent);
    await this.#emitted(completed, outputSize);
    return "output" in result
      ? { ok: true, callId, output: result.output }
      : { ok: false, callId, ...result.error };
  }

  #run(tool: Tool, input: unknown, callId: string, redactor: Redactor): Promise<ToolResult> {
    const { clock, attachment } = this.#options;
    const { userId } = this.#emitter.context;
    const context = { userId, threadId: this.#threadId, runId: this.#runId, callId, attachment };
    return runTool({ tool, input, context, redactor, clock, runSignal: this.signal });
  }

  /** "approved", or why not. */
  async #approve(tool: Tool, callId: string, input: Json, agent: string): Promise<string> {
    const asked = this.#approvals.ask({ tool: tool.name, callId, input, reason: tool.description, agent });
    await this.#emitted(() => asked.requested, JSON.stringify(input).length);
    const answer = await Promise.race([asked.answer, rejection(this.signal)]);
    await this.#emitted(() => answer.resolved, 0);
    return answer.why;
  }

  /** A usable id that this run has not seen: models repeat theirs from step to step. */
  #callId(given: string | undefined): string {
    const usable = given !== undefined && idSchema.safeParse(given).success && !this.#callIds.has(given);
    const callId = usable ? given : this.#options.makeId();
    this.#callIds.add(callId);
    if (this.#callIds.size > callsMax) this.#overspent(`more than ${callsMax} tool calls`);
    return callId;
  }

  /** B4, B5, B6: appends, and resolves when it is durable; rejects when the run has ended. */
  async #emitted(emit: () => Promise<Emitted>, chars: number): Promise<void> {
    this.signal.throwIfAborted();
    this.#chars += chars;
    if (chars > 0 && ++this.#events > eventsMax) this.#overspent(`more than ${eventsMax} events`);
    if (this.#chars > charsMax) this.#overspent(`more than ${charsMax} characters of thoughts and tool data`);
    const emitted = await emit().catch(() => unavailable);
    if (emitted.is === "refused") void this.end(endOf(emitted));
    this.signal.throwIfAborted();
  }

  #overspent(what: string): void {
    void this.end({ is: "failed", code: "too_many_steps", message: `The agent used ${what} in one run.` });
    this.signal.throwIfAborted();
  }
}

const unavailable: Emitted = { is: "refused", why: "unavailable", detail: "The journal failed." };

/** B5: what a refusal of the journal makes of the run. */
function endOf({ why, detail }: Extract<Emitted, { is: "refused" }>): RunEnd {
  switch (why) {
    case "fenced":
    case "run_ended":
      return { is: "lost" };
    case "not_found":
      return { is: "cancelled" };
    case "answer_too_large":
      return { is: "failed", code: "answer_too_large", message: detail };
    case "storage_full":
      return { is: "failed", code: "storage_full", message: "The server's disk is full." };
    case "unavailable":
      return { is: "failed", code: "unavailable", message: "The journal could not be written." };
    default:
      return { is: "failed", code: "agent_error", message: "What the agent did could not be logged." };
  }
}

/** A promise whose rejection an agent may ignore: a call that is not awaited must not end the process. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Rejects with the signal's reason when it aborts. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function subAgent(agent: string, name: string): string {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new TypeError(`as: name must be 1 to 64 of a-z A-Z 0-9 _ -, not ${JSON.stringify(name)}`);
  }
  if (agent.split("/").length >= agentDepthMax) {
    throw new TypeError(`as: sub-agents may be ${agentDepthMax} deep; ${agent}/${name} is deeper`);
  }
  return `${agent}/${name}`;
}
