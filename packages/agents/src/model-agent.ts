/**
 * An agent that a language model drives: request, tools, request … until the model answers.
 *
 *  A1  Every tool call goes through the bridge, so its events are exact; calls of one step run at once.
 *  A2  The model sees of a call what the log holds of it.
 *  A4  After a restart the conversation is rebuilt from the log: the model is asked only for the turn that had
 *      made no call yet.
 *  A3  At most `stepsMax` requests; in the last one the model may only answer.
 */
import { type Clock, type MakeId, type Message, messageText } from "@goldenpath/protocol";
import type { ModelMessage } from "ai";
import type { Agent, AgentRun, AgentServices } from "./agent.ts";
import type { ModelCall, ModelPatience } from "./model-step.ts";
import { assistantTurn, pastTurns } from "./past-turns.ts";
import type { ResolvedModel } from "./resolve-model.ts";
import { RunFailure } from "./run-end.ts";
import { ToolFailure } from "./run-tool.ts";
import { anyInput, type Tool, type ToolOutcome } from "./tool.ts";
import { type SharedToolSet, sharedToolSet } from "./tool-set.ts";

export interface ModelDriven {
  readonly instructions: string;
  readonly tools: readonly Tool[];
  /** Requests to the model in one run. Default 24. */
  readonly stepsMax?: number;
  /** Default: 120 s to the first token, 60 s between two pieces. */
  readonly patience?: ModelPatience;
}

const stepsDefault = 24;
const patienceDefault: ModelPatience = { firstMs: 120_000, idleMs: 60_000 };
/** A thought is logged in pieces of this time or length, so that a token is not an event. */
const thoughtMs = 80;
const thoughtChars = 1_000;
/** Text written and not yet committed, above which reading the model waits. */
const unwrittenCharsMax = 64 * 1024;

/** Makes agents that the services' model drives. Throws a `TypeError` without one; a factory sees to it. */
export function modelDriven(driven: ModelDriven): (services: AgentServices) => Agent {
  const toolSet = sharedToolSet(driven.tools);
  return ({ model, clock, makeId }) => {
    if (!model) throw new TypeError("modelDriven: there is no language model");
    return new ModelAgent(driven, toolSet, model, clock, makeId);
  };
}

class ModelAgent implements Agent {
  readonly #driven: ModelDriven;
  readonly #toolSet: SharedToolSet;
  readonly #model: ResolvedModel;
  readonly #clock: Clock;
  readonly #makeId: MakeId;

  constructor(
    driven: ModelDriven,
    toolSet: SharedToolSet,
    model: ResolvedModel,
    clock: Clock,
    makeId: MakeId,
  ) {
    this.#driven = driven;
    this.#toolSet = toolSet;
    this.#model = model;
    this.#clock = clock;
    this.#makeId = makeId;
  }

  async run(run: AgentRun): Promise<void> {
    // Loaded when a model is first asked: a server without one starts without it.
    const [tools, { modelStep }] = await Promise.all([this.#toolSet(), import("./model-step.ts")]);
    const messages = run.messages.flatMap(modelMessages);
    const voice = new Voice(run, this.#clock, this.#makeId);
    const stepsMax = this.#driven.stepsMax ?? stepsDefault;
    const past = pastTurns(run.parts);
    for (const { text, calls } of past) {
      voice.resumeAfter(text);
      messages.push(...(await this.#carryOut(run, [assistantTurn(text, calls)], calls)));
    }
    for (let step = past.length + 1; step <= stepsMax; step++) {
      const { calls, turn, usage } = await modelStep({
        model: this.#model,
        instructions: this.#driven.instructions,
        messages,
        tools,
        withoutTools: step === stepsMax && this.#driven.tools.length > 0 && step > 1,
        clock: this.#clock,
        signal: run.signal,
        patience: this.#driven.patience ?? patienceDefault,
        onText: (text) => voice.write(text),
        onThought: (blockId, text) => voice.think(blockId, text),
      });
      await voice.stepEnds();
      if (usage) await run.usage({ model: this.#model.name, ...usage });
      if (calls.length === 0) return;
      messages.push(...(await this.#carryOut(run, turn, calls)));
    }
    throw new RunFailure("too_many_steps", `The model used its ${stepsMax} steps without an answer.`);
  }

  /** The model's turn and what its calls answered, as it sees them in the next request. */
  async #carryOut(
    run: AgentRun,
    turn: readonly ModelMessage[],
    calls: readonly ModelCall[],
  ): Promise<readonly ModelMessage[]> {
    const outcomes = await Promise.all(calls.map((call) => this.#call(run, call)));
    const content = calls.map((call, at) => toolResult(call, outcomes[at]));
    return [...turn, { role: "tool", content }];
  }

  #call(run: AgentRun, call: ModelCall): Promise<ToolOutcome> {
    const found = this.#driven.tools.find((tool) => tool.name === call.toolName);
    return run.call(found ?? this.#unknownTool(call.toolName), call.input, call.toolCallId);
  }

  /** A1: also a call of a tool that does not exist has its two events. */
  #unknownTool(name: string): Tool {
    const names = this.#driven.tools.map((tool) => tool.name).join(", ") || "none";
    return {
      name: name.slice(0, 64),
      description: "",
      input: anyInput,
      timeoutMs: 1_000,
      idempotent: true,
      needsApproval: false,
      secrets: [],
      run: () => {
        throw new ToolFailure("tool_unknown", `There is no tool of this name. There are: ${names}.`);
      },
    };
  }
}

/** A turn as the model sees it: its text. A turn without text is left out. */
function modelMessages(message: Message): ModelMessage[] {
  if (message.role === "assistant") {
    const content = messageText(message);
    return content.trim() === "" ? [] : [{ role: "assistant", content }];
  }
  const content = message.parts
    .map((part) => {
      if (part.type === "text") return part.text;
      if (part.type !== "attachment") return "";
      const { name, mediaType, bytes, attachmentId } = part;
      return `[attached file: ${JSON.stringify({ name, mediaType, bytes, attachmentId })}]`;
    })
    .filter((text) => text !== "")
    .join("\n\n");
  return [{ role: "user", content }];
}

type ToolContent = Extract<ModelMessage, { role: "tool" }>["content"][number];

function toolResult(call: ModelCall, outcome: ToolOutcome | undefined): ToolContent {
  const { toolCallId, toolName } = call;
  if (outcome?.ok) {
    // A copy, because the SDK's JSON type is a mutable one.
    const value = JSON.parse(JSON.stringify(outcome.output));
    return { type: "tool-result", toolCallId, toolName, output: { type: "json", value } };
  }
  const value = outcome ? `${outcome.code}: ${outcome.message}` : "tool_failed";
  return { type: "tool-result", toolCallId, toolName, output: { type: "error-text", value } };
}

/** What the model says, gathered so that a token is neither an event nor a wait. */
class Voice {
  readonly #run: AgentRun;
  readonly #clock: Clock;
  readonly #makeId: MakeId;
  #unwritten = 0;
  #last = "";
  #paragraphDue = false;
  #thought: { readonly blockId: string; readonly id: string; text: string; since: number } | undefined;

  constructor(run: AgentRun, clock: Clock, makeId: MakeId) {
    this.#run = run;
    this.#clock = clock;
    this.#makeId = makeId;
  }

  /** A turn of an earlier attempt is written already. */
  resumeAfter(text: string): void {
    if (text === "") return;
    this.#last = text;
    this.#paragraphDue = true;
  }

  async write(text: string): Promise<void> {
    if (text === "") return;
    await this.#endThought();
    const gap = this.#paragraphDue && !/^\s/.test(text) && !/\n$/.test(this.#last) ? "\n\n" : "";
    this.#paragraphDue = false;
    this.#last = text;
    this.#unwritten += text.length;
    // Not awaited one by one, because a commit gathers many: a refusal aborts the run's signal.
    const written = this.#run.write(gap + text).finally(() => {
      this.#unwritten -= text.length;
    });
    if (this.#unwritten > unwrittenCharsMax) await written;
    else written.catch(() => undefined);
  }

  async think(blockId: string, text: string | undefined): Promise<void> {
    if (this.#thought && this.#thought.blockId !== blockId) await this.#endThought();
    if (text === undefined) return this.#endThought();
    this.#thought ??= { blockId, id: this.#makeId(), text: "", since: Number.NEGATIVE_INFINITY };
    const thought = this.#thought;
    thought.text += text;
    const now = this.#clock.elapsed();
    if (now - thought.since >= thoughtMs || thought.text.length >= thoughtChars) {
      thought.since = now;
      await this.#sayThought();
    }
  }

  /** What a later step writes is a paragraph of its own. */
  async stepEnds(): Promise<void> {
    await this.#endThought();
    this.#paragraphDue = this.#last !== "";
  }

  async #endThought(): Promise<void> {
    await this.#sayThought();
    this.#thought = undefined;
  }

  async #sayThought(): Promise<void> {
    const thought = this.#thought;
    if (!thought || thought.text === "") return;
    const { id, text } = thought;
    thought.text = "";
    await this.#run.think(text, id);
  }
}
