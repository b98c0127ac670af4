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
 *  B7  A run that goes on after a restart never begins a call again (`replay.ts`): a finished one is answered from
 *      the log; one that was under way is run again under its id when its tool is idempotent or a person says so.
 *  B6  Thoughts, calls and their data are bounded for each run, so that its message can be kept.
 */
import { isDeepStrictEqual } from "node:util";
import {
  type Clock,
  type Decision,
  idSchema,
  type Json,
  type MakeId,
  type Message,
  type ToolError,
} from "@goldenpath/protocol";
import type { Emitted, WebSocketEmitter } from "@goldenpath/websocket-core";
import type { AgentRun } from "./agent.ts";
import { Approvals, numberOfApproval, type Resolved } from "./approvals.ts";
import { type Ending, endRun } from "./end-run.ts";
import { isHidden, Redactor } from "./loggable.ts";
import type { PastApproval, PastCall, Replay } from "./replay.ts";
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
  /** What earlier attempts left, where there were any. */
  readonly replay?: Replay;
  /** Aborts when the process gives up: an end that the journal still refuses is left to whoever takes the run over. */
  readonly stopped: AbortSignal;
  /** Hears what the journal or the emitter threw where it should have answered; the run fails with `unavailable`. */
  readonly failed: (error: unknown) => void;
  /** How long a person may think about an approval. Default 300,000 (5 minutes). */
  readonly approvalMsMax?: number;
}

const approvalMsDefault = 300_000;
const thoughtCharsMax = 16 * 1024;
const eventsMax = 20_000;
const callsMax = 1_000;
const charsMax = 16 * 1024 * 1024;
const agentDepthMax = 8;
/** How long a call that the log does not hold waits for those that it does. */
const catchUpMsMax = 5_000;
const doubt = "The server stopped while this call was under way, so it may have happened. Repeat it?";

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
  readonly #replay: Replay | undefined;
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
    const { emitter, clock, replay } = options;
    this.#replay = replay;
    const past = replay && pastApprovals(replay);
    this.#approvals = new Approvals({ emitter, clock, runId, waitMs, ...(past ? { past } : {}) });
    const { parts } = emitter.message;
    for (const part of parts) if ("callId" in part) this.#callIds.add(part.callId);
    // What is kept counts towards the bounds (B6) and is part of the answer.
    const kept = parts.slice(0, replay?.voidFrom);
    this.#events = kept.length;
    this.#chars = kept.reduce(
      (sum, part) => sum + (part.type === "text" ? 0 : JSON.stringify(part).length),
      0,
    );
    this.#answered = kept.some((part) => part.type === "text" && /\S/.test(part.text));
  }

  /** J4: says that this attempt goes on, before its agent does. Only of a bridge with a replay. */
  resumed(): Promise<Emitted> {
    return this.#emitter.resumed(this.#replay?.voidFrom ?? 0);
  }

  /** Aborts with a `RunEnded` when the run has its end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** When the end is in the log, or nobody here may write it. */
  get ended(): Promise<Emitted> {
    return this.#ended.promise;
  }

  /** Whether the log has what was written last is not known: a newer attempt has to find out. */
  get isDoubtful(): boolean {
    return this.#emitter.isDoubtful;
  }

  /** The run as its agent sees it. */
  open(messages: readonly Message[]): AgentRun {
    return this.#view(messages, this.#emitter.agent);
  }

  /** Ends the run (B4); answers what became of the first try to write it. An empty answer fails. */
  end(end: RunEnd): Promise<Emitted> {
    if (this.#ending) return this.#ending.first;
    const { clock, stopped, failed } = this.#options;
    const real = this.#realEnd(end);
    this.#ending = endRun({ emitter: this.#emitter, end: real, clock, stopped, failed });
    this.#ended.resolve(this.#ending.settled);
    this.#controller.abort(new RunEnded(real));
    this.#approvals.close();
    return this.#ending.first;
  }

  #realEnd(end: RunEnd): RunEnd {
    if (end.is !== "completed") return end;
    if (this.#replay?.isOver === false) return diverged("The agent ended before it had done it all again.");
    if (this.#answered) return end;
    return { is: "failed", code: "empty_answer", message: "The agent ended without writing an answer." };
  }

  /** A person's answer to an approval of this run; undefined when it is not one of this run's. */
  resolve(approvalId: string, decision: Decision): Promise<Resolved> | undefined {
    return this.#approvals.resolve(approvalId, decision);
  }

  #view(messages: readonly Message[], agent: string): AgentRun {
    const { attachment } = this.#options;
    const replay = this.#replay;
    return {
      attempt: this.#emitter.attempt,
      get parts() {
        return replay?.parts(agent) ?? [];
      },
      userId: this.#emitter.context.userId,
      threadId: this.#threadId,
      runId: this.#runId,
      agent,
      messages,
      signal: this.signal,
      think: (text, thoughtId) => heard(this.#think(text, thoughtId, agent)),
      write: (text) => heard(this.#write(text, agent)),
      call: (tool, input, callId) => heard(this.#call(tool, input, callId, agent)),
      usage: (usage) => heard(this.#usage(usage, agent)),
      as: (name) => this.#view(messages, subAgent(agent, name)),
      attachment: (attachmentId) => heard(attachment(attachmentId)),
    };
  }

  async #think(thought: string, given: string | undefined, agent: string): Promise<void> {
    this.signal.throwIfAborted();
    const text = this.#replay ? this.#replay.unthought(agent, thought, given) : thought;
    const thoughtId = given ?? this.#options.makeId();
    const written: Promise<void>[] = [];
    for (let at = 0; at < text.length; at += thoughtCharsMax) {
      const piece = text.slice(at, at + thoughtCharsMax);
      written.push(this.#emitted(() => this.#emitter.thinking(thoughtId, piece, agent), piece.length));
    }
    await Promise.all(written);
  }

  async #usage(usage: Parameters<AgentRun["usage"]>[0], agent: string): Promise<void> {
    this.signal.throwIfAborted();
    if (this.#replay?.isReported(agent)) return;
    await this.#emitted(() => this.#emitter.usage(usage, agent), 100);
  }

  async #write(written: string, agent: string): Promise<void> {
    this.signal.throwIfAborted();
    if (/\S/.test(written)) this.#answered = true;
    const text = this.#replay ? this.#replay.unwritten(agent, written) : written;
    if (text === "" && written !== "") return;
    // The emitter bounds the answer itself, and coalesces: no event is counted here.
    await this.#emitted(() => this.#emitter.text(text, agent), 0);
  }

  async #call(tool: Tool, input: unknown, given: string | undefined, agent: string): Promise<ToolOutcome> {
    this.signal.throwIfAborted();
    const redactor = new Redactor(tool.secrets);
    const logged = redactor.input(input);
    const shown: Json =
      logged.is === "json" ? logged.json : { truncated: true, note: logged.detail, preview: "" };
    const past = this.#replay && (await this.#pastCall(this.#replay, agent, tool.name, shown));
    if (past?.outcome) return past.outcome;
    const call: Call = {
      tool,
      input,
      callId: past?.callId ?? this.#callId(given),
      redactor,
      agent,
      shown,
      ...(past ? { past } : {}),
      ...(logged.is === "json" ? {} : { invalid: logged.detail }),
    };
    const begun = await this.#begin(call);
    const result: ToolResult = begun.refused ? { error: begun.refused } : await this.#run(call);
    const { callId } = call;
    const durationMs = Math.max(0, Math.round(this.#options.clock.elapsed() - begun.elapsed));
    const outputSize = "output" in result ? JSON.stringify(result.output).length : 0;
    const completed = () => this.#emitter.toolCompleted(callId, tool.name, result, durationMs, agent);
    await this.#emitted(completed, outputSize);
    return "output" in result
      ? { ok: true, callId, output: result.output }
      : { ok: false, callId, ...result.error };
  }

  /** The call of the log that this one is; the run ends when there should have been another one. */
  async #pastCall(replay: Replay, agent: string, tool: string, shown: Json): Promise<PastCall | undefined> {
    const taken = replay.take(agent, tool, shown);
    if (!(taken instanceof Promise)) return taken;
    const late = this.#options.clock.timer(catchUpMsMax, () => {
      void this.end(diverged(`The agent called ${tool} where its log has another call.`));
    });
    try {
      return await Promise.race([taken, rejection(this.signal)]);
    } finally {
      late.cancel();
    }
  }

  /** B1, B7: sees to it that the call's `tool_executing` is durable, once; answers when, or why the tool may not run. */
  async #begin(call: Call): Promise<{ readonly elapsed: number; readonly refused?: ToolError | undefined }> {
    const { clock } = this.#options;
    const { tool, callId, shown, agent, past } = call;
    if (past?.begunAt !== undefined) {
      const refused = await this.#judgeRepetition(call, past);
      return { elapsed: clock.elapsed(), refused };
    }
    const why =
      tool.needsApproval || past?.asked
        ? await this.#approve(call, tool.description, past?.asked)
        : "approved";
    const size = JSON.stringify(shown).length;
    const elapsed = clock.elapsed();
    await this.#emitted(() => this.#emitter.toolExecuting(callId, tool.name, shown, agent), size);
    if (why !== "approved") return { elapsed, refused: { code: "tool_rejected", message: why } };
    const invalid = call.invalid ?? (isLost(call) ? "Its input was not kept over the restart." : undefined);
    return invalid === undefined
      ? { elapsed }
      : { elapsed, refused: { code: "tool_input_invalid", message: invalid } };
  }

  async #judgeRepetition(call: Call, past: PastCall): Promise<ToolError | undefined> {
    if (isLost(call))
      return unknownOutcome("It cannot be repeated: its input was not kept over the restart.");
    if (call.tool.idempotent) return undefined;
    const why = await this.#doubt(call, past);
    return why === "approved" ? undefined : unknownOutcome(`It is not repeated. ${why}`);
  }

  /** A yes is good for one repetition; a no is good for ever. */
  #doubt(call: Call, { doubted }: PastCall): Promise<string> {
    return this.#approve(call, doubt, doubted?.decision === "approve" ? undefined : doubted);
  }

  #run({ tool, input, callId, redactor }: Call): Promise<ToolResult> {
    const { clock, attachment } = this.#options;
    const { userId } = this.#emitter.context;
    const context = { userId, threadId: this.#threadId, runId: this.#runId, callId, attachment };
    return runTool({ tool, input, context, redactor, clock, runSignal: this.signal });
  }

  /** "approved", or why not. What an earlier attempt asked is not asked again. */
  async #approve(call: Call, reason: string, past: PastApproval | undefined): Promise<string> {
    if (past?.decision) return past.decision === "approve" ? "approved" : "A person rejected the call.";
    const { tool, callId, shown: input, agent } = call;
    let pending = past && this.#approvals.answerTo(past.approvalId);
    if (!pending) {
      const asked = this.#approvals.ask({ tool: tool.name, callId, input, reason, agent });
      await this.#emitted(() => asked.requested, JSON.stringify(input).length);
      pending = asked.answer;
    }
    const answer = await Promise.race([pending, rejection(this.signal)]);
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
    const emitted = await emit().catch((error: unknown) => {
      this.#options.failed(error);
      return unavailable;
    });
    if (emitted.is === "refused") void this.end(endOf(emitted));
    this.signal.throwIfAborted();
  }

  #overspent(what: string): void {
    void this.end({ is: "failed", code: "too_many_steps", message: `The agent used ${what} in one run.` });
    this.signal.throwIfAborted();
  }
}

/** One call on its way, as its agent made it and as the log shows it. */
interface Call {
  readonly tool: Tool;
  readonly input: unknown;
  readonly callId: string;
  readonly redactor: Redactor;
  readonly agent: string;
  readonly shown: Json;
  /** The same call of an earlier attempt, which did not finish it. */
  readonly past?: PastCall;
  /** Why the input cannot be logged. */
  readonly invalid?: string;
}

const unavailable: Emitted = { is: "refused", why: "unavailable", detail: "The journal failed." };

function diverged(message: string): RunEnd {
  return { is: "failed", code: "agent_diverged", message };
}

/** What the log hides of an input is known to nobody after a restart, unless the agent says it again. */
function isLost({ past, input, shown }: Call): boolean {
  return past !== undefined && isHidden(shown) && isDeepStrictEqual(input, shown);
}

function unknownOutcome(why: string): ToolError {
  return { code: "tool_outcome_unknown", message: `This call may have happened. ${why}` };
}

function pastApprovals({ calls }: Replay): {
  readonly count: number;
  readonly open: readonly PastApproval[];
} {
  const approvals = calls.flatMap(({ asked, doubted }) =>
    [asked, doubted].filter((one) => one !== undefined),
  );
  const open = approvals.filter(({ decision }) => decision === undefined);
  const numbers = approvals.map(({ approvalId }) => numberOfApproval(approvalId));
  return { count: Math.max(0, ...numbers), open };
}

/** B5: what a refusal of the journal makes of the run. */
function endOf({ why, detail }: Extract<Emitted, { is: "refused" }>): RunEnd {
  switch (why) {
    case "fenced":
    case "run_ended":
    case "fate_unknown":
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
