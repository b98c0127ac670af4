import type { Json, ToolErrorCode } from "@goldenpath/protocol";
import type { StandardSchemaV1 } from "@standard-schema/spec";

/** What a tool may know of the call it serves. */
export interface ToolContext {
  /** Aborts when the run is cancelled or the tool's time is up. */
  readonly signal: AbortSignal;
  readonly userId: string;
  readonly threadId: string;
  readonly runId: string;
  /** The same for a repetition of this call: an idempotent tool uses it as its key. */
  readonly callId: string;
  /** Reads an attachment of this run's user by id. */
  readonly attachment: (attachmentId: string) => Promise<ToolAttachment | undefined>;
}

export interface ToolAttachment {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/**
 * A tool as agents hold it: its schema, its limits, and what to run. `Input` is what `run` gets, `Given` what a
 * call may give: the schema's input, where a default may be left out.
 */
export interface Tool<Input = unknown, Given = unknown> {
  readonly name: string;
  readonly description: string;
  readonly input: StandardSchemaV1<Given, Input>;
  readonly timeoutMs: number;
  /** Safe to repeat after a crash; otherwise a person is asked first. */
  readonly idempotent: boolean;
  /** A person is asked before each call; without a yes in time the call is rejected. */
  readonly needsApproval: boolean;
  /** Keys of the input whose values never reach the log; at any depth, in any case. */
  readonly secrets: readonly string[];
  run(input: Input, context: ToolContext): Promise<unknown> | unknown;
}

export interface ToolOptions<Schema extends StandardSchemaV1> {
  /** 1-64 of `a-z A-Z 0-9 _ -`; models read it. */
  readonly name: string;
  /** What it does and when to use it; models read it, and people who are asked to approve a call. */
  readonly description: string;
  /** Any Standard Schema: zod, valibot, arktype … */
  readonly input: Schema;
  /** Then the call ends with `tool_timeout` and the agent goes on. Default 60,000. */
  readonly timeoutMs?: number;
  /** Safe to repeat after a crash with the same `callId`; otherwise a person is asked first. Default false. */
  readonly idempotent?: boolean;
  /** A person is asked before each call; without a yes in time the call is rejected. Default false. */
  readonly needsApproval?: boolean;
  /** Keys of the input whose values never reach the log; at any depth, in any case. */
  readonly secrets?: readonly string[];
  /** Answers what JSON can hold, or throws: then the call ends with `tool_failed` and the error's message. */
  readonly run: (
    input: StandardSchemaV1.InferOutput<Schema>,
    context: ToolContext,
  ) => Promise<unknown> | unknown;
}

/** A schema that takes whatever comes. */
export const anyInput: StandardSchemaV1<unknown, unknown> = {
  "~standard": { version: 1, vendor: "goldenpath", validate: (value) => ({ value }) },
};

/** Defines a tool. Throws a `TypeError` that names the option when one is wrong. */
export function defineTool<Schema extends StandardSchemaV1>(
  options: ToolOptions<Schema>,
): Tool<StandardSchemaV1.InferOutput<Schema>, StandardSchemaV1.InferInput<Schema>> {
  const { name, description, input, run, timeoutMs = 60_000, ...more } = options;
  const { idempotent = false, needsApproval = false, secrets = [], ...unknown } = more;
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new TypeError(`defineTool: name must be 1 to 64 of a-z A-Z 0-9 _ -, not ${JSON.stringify(name)}`);
  }
  refuseUnknown(`defineTool ${name}`, unknown);
  if (typeof description !== "string") throw new TypeError(`defineTool ${name}: description must be a text`);
  if (typeof run !== "function") throw new TypeError(`defineTool ${name}: run must be a function`);
  if (input?.["~standard"]?.version !== 1) {
    throw new TypeError(`defineTool ${name}: input must be a Standard Schema, for example z.object({ … })`);
  }
  if (!(timeoutMs > 0 && timeoutMs <= 3_600_000)) {
    throw new TypeError(`defineTool ${name}: timeoutMs must be between 1 and 3,600,000`);
  }
  return {
    name,
    description,
    input: input as StandardSchemaV1<
      StandardSchemaV1.InferInput<Schema>,
      StandardSchemaV1.InferOutput<Schema>
    >,
    timeoutMs,
    idempotent,
    needsApproval,
    secrets,
    run,
  };
}

/**
 * A misspelt option would be passed over in silence: a tool would run without the approval that it needs. The
 * compiler sees it only where the options are written out, and not in JavaScript.
 */
export function refuseUnknown(of: string, rest: object): void {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new TypeError(`${of}: there is no option ${unknown}`);
}

/**
 * What `AgentRun.call` answers, which is what the log holds: an output above `toolOutputBytesMax` is a
 * `ToolOutputPreview`, and a tool's failure is a value that the agent reads, never a throw.
 */
export type ToolOutcome =
  | { readonly ok: true; readonly callId: string; readonly output: Json }
  | {
      readonly ok: false;
      readonly callId: string;
      readonly code: ToolErrorCode;
      readonly message: string;
    };
