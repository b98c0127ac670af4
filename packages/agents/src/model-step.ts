/**
 * One request to the model: its stream as text, thoughts and tool calls.
 *
 *  T1  It is tried again only before anything of the answer came, at most `attemptsMax` times.
 *  T2  A server that is silent for too long is left: before the first token, and between two.
 *  T3  Tool calls are handed out only after the stream ended as it should.
 */
import type { Clock } from "@goldenpath/protocol";
import {
  type LanguageModel,
  type LanguageModelStreamPart,
  type ModelMessage,
  experimental_streamLanguageModelCall as streamLanguageModelCall,
  type ToolSet,
} from "ai";
import { ModelGarble, ModelSilence, modelFailure, retryAfterMs } from "./model-failure.ts";
import { ModelTurn } from "./model-turn.ts";
import { pause } from "./pause.ts";
import type { ResolvedModel } from "./resolve-model.ts";
import { RunFailure } from "./run-end.ts";

export interface ModelPatience {
  /** Until the first token: a local model may have to be loaded first. */
  readonly firstMs: number;
  /** Between two pieces of the stream. */
  readonly idleMs: number;
}

export interface StepRequest {
  readonly model: ResolvedModel;
  readonly instructions: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: ToolSet;
  /** The model has to answer now. */
  readonly withoutTools: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly patience: ModelPatience;
  readonly onText: (text: string) => Promise<void>;
  /** The pieces of one thought have one `blockId`; `undefined` text ends it. */
  readonly onThought: (blockId: string, text: string | undefined) => Promise<void>;
}

export interface ModelCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

export interface StepResult {
  readonly calls: readonly ModelCall[];
  /** The model's turn, as it wants to see it in the next request. */
  readonly turn: readonly ModelMessage[];
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | undefined;
}

const attemptsMax = 4;
const callsPerStepMax = 64;

/** Throws a `RunFailure`, or the signal's reason. */
export async function modelStep(request: StepRequest): Promise<StepResult> {
  const { signal, clock, model } = request;
  for (let attempt = 1; ; attempt++) {
    const began = { output: false };
    try {
      return await attemptStep(request, began);
    } catch (error) {
      signal.throwIfAborted();
      const afterMs = retryAfterMs(error, attempt);
      if (began.output || attempt === attemptsMax || afterMs === undefined)
        throw modelFailure(error, model.name);
      await pause(clock, afterMs, signal);
    }
  }
}

async function attemptStep(request: StepRequest, began: { output: boolean }): Promise<StepResult> {
  const { model, messages, tools, signal } = request;
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const watch = new Watch(request, controller);
  try {
    // The call alone, without the library's own loop of steps: each of its stages is one more stream for every token.
    const { stream } = await streamLanguageModelCall({
      model: model.model as LanguageModel,
      ...(request.instructions === "" ? {} : { instructions: request.instructions }),
      messages: [...messages],
      ...(Object.keys(tools).length === 0 ? {} : { tools }),
      ...(request.withoutTools ? { toolChoice: "none" as const } : {}),
      abortSignal: controller.signal,
    });
    return await readStream(request, stream, began, watch);
  } catch (error) {
    // The watch's own reason says more than the abort that it caused.
    throw watch.silence ?? error;
  } finally {
    watch.stop();
    signal.removeEventListener("abort", stop);
    // Whatever the reason: nothing of this request goes on.
    controller.abort();
  }
}

async function readStream(
  request: StepRequest,
  stream: AsyncIterable<LanguageModelStreamPart>,
  began: { output: boolean },
  watch: Watch,
): Promise<StepResult> {
  const calls: ModelCall[] = [];
  const turn = new ModelTurn();
  let finished: { readonly reason: string; readonly usage: StepResult["usage"] } | undefined;
  for await (const part of stream) {
    request.signal.throwIfAborted();
    turn.add(part);
    switch (part.type) {
      case "model-call-start":
        continue;
      case "text-delta":
        watch.heard();
        began.output = true;
        await request.onText(part.text);
        continue;
      case "reasoning-delta":
        watch.heard();
        began.output = true;
        await request.onThought(part.id, part.text);
        continue;
      case "reasoning-end":
        await request.onThought(part.id, undefined);
        continue;
      case "tool-call":
        watch.heard();
        began.output = true;
        if (
          calls.push({ toolCallId: part.toolCallId, toolName: part.toolName, input: part.input }) >
          callsPerStepMax
        ) {
          throw new ModelGarble(`more than ${callsPerStepMax} tool calls at once`);
        }
        continue;
      case "model-call-end":
        // An error that explains the reason may follow.
        finished = { reason: part.finishReason, usage: usageOf(part.usage) };
        continue;
      case "error":
        throw part.error instanceof Error ? part.error : new ModelGarble(textOf(part.error));
      default:
        watch.heard();
    }
  }
  if (!finished) throw new ModelGarble("the stream ended without a finish");
  judgeFinish(finished.reason, request.model.name);
  return { calls, turn: turn.messages, usage: finished.usage };
}

/** An answer that is not whole is a failure, never a shorter answer. */
function judgeFinish(reason: string, model: string): void {
  if (reason === "stop" || reason === "tool-calls") return;
  if (reason === "length") {
    throw new RunFailure(
      "answer_too_large",
      `${model} reached its output limit; the answer is not complete.`,
    );
  }
  if (reason === "content-filter") {
    throw new RunFailure("model_rejected", `The server of ${model} withheld the answer (content filter).`);
  }
  throw new ModelGarble(`the stream ended with the finish reason ${reason}`);
}

function usageOf(usage: {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}): StepResult["usage"] {
  const { inputTokens, outputTokens } = usage;
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}

function textOf(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return "an error without a text";
}

/** T2: aborts the request when nothing was heard for as long as the patience lasts. */
class Watch {
  silence: ModelSilence | undefined;
  readonly #request: StepRequest;
  readonly #controller: AbortController;
  #timer: { cancel(): void };

  constructor(request: StepRequest, controller: AbortController) {
    this.#request = request;
    this.#controller = controller;
    this.#timer = this.#wait(request.patience.firstMs);
  }

  heard(): void {
    this.#timer.cancel();
    this.#timer = this.#wait(this.#request.patience.idleMs);
  }

  stop(): void {
    this.#timer.cancel();
  }

  #wait(ms: number): { cancel(): void } {
    return this.#request.clock.timer(ms, () => {
      this.silence = new ModelSilence(ms);
      this.#controller.abort(this.silence);
    });
  }
}
