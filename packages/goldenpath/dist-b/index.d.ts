import { d as ToolErrorCode, f as Clock, n as Json, p as MakeId, r as Message } from "./index-D5HtsdUv.js";
import { z } from "zod";
import "@nats-io/transport-node";
import { Server as Server$1 } from "node:http";
import { LanguageModel } from "ai";
/** A language model that was found, with the name people see. */
interface ResolvedModel {
  /** `anthropic/…`, `openai/…`, `google/…`, or the model's own name at a compatible server. */
  readonly name: string;
  readonly model: LanguageModel;
}
/** The Standard Typed interface. This is a base type extended by other specs. */
interface StandardTypedV1<Input = unknown, Output = Input> {
  /** The Standard properties. */
  readonly "~standard": StandardTypedV1.Props<Input, Output>;
}
declare namespace StandardTypedV1 {
  /** The Standard Typed properties interface. */
  interface Props<Input = unknown, Output = Input> {
    /** The version number of the standard. */
    readonly version: 1;
    /** The vendor name of the schema library. */
    readonly vendor: string;
    /** Inferred types associated with the schema. */
    readonly types?: Types<Input, Output> | undefined;
  }
  /** The Standard Typed types interface. */
  interface Types<Input = unknown, Output = Input> {
    /** The input type of the schema. */
    readonly input: Input;
    /** The output type of the schema. */
    readonly output: Output;
  }
  /** Infers the input type of a Standard Typed. */
  type InferInput<Schema extends StandardTypedV1> = NonNullable<Schema["~standard"]["types"]>["input"];
  /** Infers the output type of a Standard Typed. */
  type InferOutput<Schema extends StandardTypedV1> = NonNullable<Schema["~standard"]["types"]>["output"];
}
/** The Standard Schema interface. */
interface StandardSchemaV1<Input = unknown, Output = Input> {
  /** The Standard Schema properties. */
  readonly "~standard": StandardSchemaV1.Props<Input, Output>;
}
declare namespace StandardSchemaV1 {
  /** The Standard Schema properties interface. */
  interface Props<Input = unknown, Output = Input> extends StandardTypedV1.Props<Input, Output> {
    /** Validates unknown input values. */
    readonly validate: (value: unknown, options?: StandardSchemaV1.Options | undefined) => Result<Output> | Promise<Result<Output>>;
  }
  /** The result interface of the validate function. */
  type Result<Output> = SuccessResult<Output> | FailureResult;
  /** The result interface if validation succeeds. */
  interface SuccessResult<Output> {
    /** The typed output value. */
    readonly value: Output;
    /** A falsy value for `issues` indicates success. */
    readonly issues?: undefined;
  }
  interface Options {
    /** Explicit support for additional vendor-specific parameters, if needed. */
    readonly libraryOptions?: Record<string, unknown> | undefined;
  }
  /** The result interface if validation fails. */
  interface FailureResult {
    /** The issues of failed validation. */
    readonly issues: ReadonlyArray<Issue>;
  }
  /** The issue interface of the failure output. */
  interface Issue {
    /** The error message of the issue. */
    readonly message: string;
    /** The path of the issue, if any. */
    readonly path?: ReadonlyArray<PropertyKey | PathSegment> | undefined;
  }
  /** The path segment interface of the issue. */
  interface PathSegment {
    /** The key representing a path segment. */
    readonly key: PropertyKey;
  }
  /** The Standard types interface. */
  interface Types<Input = unknown, Output = Input> extends StandardTypedV1.Types<Input, Output> {}
  /** Infers the input type of a Standard. */
  type InferInput<Schema extends StandardTypedV1> = StandardTypedV1.InferInput<Schema>;
  /** Infers the output type of a Standard. */
  type InferOutput<Schema extends StandardTypedV1> = StandardTypedV1.InferOutput<Schema>;
}
/** What a tool may know of the call it serves. */
interface ToolContext {
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
interface ToolAttachment {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}
/** A tool as agents hold it: its schema, its limits, and what to run. */
interface Tool<Input = unknown> {
  readonly name: string;
  readonly description: string;
  readonly input: StandardSchemaV1<unknown, Input>;
  readonly timeoutMs: number;
  /** Safe to repeat after a crash; otherwise a person is asked first. */
  readonly idempotent: boolean;
  /** A person is asked before each call; without a yes in time the call is rejected. */
  readonly needsApproval: boolean;
  /** Keys of the input whose values never reach the log; at any depth, in any case. */
  readonly secrets: readonly string[];
  run(input: Input, context: ToolContext): Promise<unknown> | unknown;
}
interface ToolOptions<Schema extends StandardSchemaV1> {
  /** 1-64 of `a-z A-Z 0-9 _ -`; models read it. */
  readonly name: string;
  readonly description: string;
  /** Any Standard Schema: zod, valibot, arktype … */
  readonly input: Schema;
  /** Default 60,000. */
  readonly timeoutMs?: number;
  readonly idempotent?: boolean;
  readonly needsApproval?: boolean;
  readonly secrets?: readonly string[];
  readonly run: (input: StandardSchemaV1.InferOutput<Schema>, context: ToolContext) => Promise<unknown> | unknown;
}
/** Defines a tool. Throws a `TypeError` that names the option when one is wrong. */
declare function defineTool<Schema extends StandardSchemaV1>(options: ToolOptions<Schema>): Tool<StandardSchemaV1.InferOutput<Schema>>;
/**
 * What `AgentRun.call` answers, which is what the log holds: an output above `toolOutputBytesMax` is a
 * `ToolOutputPreview`, and a tool's failure is a value that the agent reads, never a throw.
 */
type ToolOutcome = {
  readonly ok: true;
  readonly callId: string;
  readonly output: Json;
} | {
  readonly ok: false;
  readonly callId: string;
  readonly code: ToolErrorCode;
  readonly message: string;
};
/**
 * One execution as an agent sees it: what was asked, and the only ways to be heard. Every method resolves
 * when the journal took the event in; all reject with the run's abort reason (a `RunEnded`) after a cancel
 * or time-out, so an agent need not check the signal between calls. A promise that is not awaited does no
 * harm: the order of the calls is kept, and its rejection is not an unhandled one.
 */
interface AgentRun {
  readonly userId: string;
  readonly threadId: string;
  readonly runId: string;
  /** The path of this agent: its name, or `supervisor/data` for a sub-agent. */
  readonly agent: string;
  /** The thread up to and with the user's newest message, oldest first; bounded by the supervisor. */
  readonly messages: readonly Message[];
  readonly signal: AbortSignal;
  /** Says what the agent thinks. The same `thoughtId` continues a thought. */
  think(text: string, thoughtId?: string): Promise<void>;
  /** Writes the answer, piece by piece. */
  write(text: string): Promise<void>;
  /** Runs a tool: `tool_executing`, validation, time-out, `tool_completed`. Calls may run at once. */
  call(tool: Tool, input: unknown, callId?: string): Promise<ToolOutcome>;
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
interface Agent {
  run(run: AgentRun): Promise<void>;
}
/** What an agent is made with: the node's clock, and the configured model where it asked for one. */
interface AgentServices {
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly model: ResolvedModel | undefined;
}
interface AgentDefinition {
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
interface AgentOptions {
  readonly name: string;
  readonly description?: string;
  /** Default: the model's name where a model answers, else the agent's name. */
  readonly label?: string;
  readonly examples?: readonly string[];
  /** Default 600,000 (10 minutes). */
  readonly timeoutMs?: number;
  /** Tools that a model may use; with them `run` may be left out and the server's model answers. */
  readonly tools?: readonly Tool[];
  readonly instructions?: string;
  /** The agent's own logic. Without it the configured language model runs with `instructions` and `tools`. */
  readonly run?: (run: AgentRun) => Promise<void>;
}
/** For a language model, or an agent of your own. */
declare const analystTools: readonly Tool[];
declare const analystDefinition: AgentDefinition;
/**
 * Defines an agent: with its own `run`, or driven by the server's language model with `instructions` and
 * `tools`. Throws a `TypeError` that names the option when one is wrong.
 */
declare function defineAgent(options: AgentOptions): AgentDefinition;
type SignUp = "open" | "closed";
type LogLevel = "silent" | "error" | "warn" | "info" | "debug";
interface ServeOptions {
  /** What answers; the first is the default. Without it: the built-in analyst, and a model where one is found. */
  readonly agents?: readonly AgentDefinition[];
  /** `PORT`. Default 4000; 0 takes a free one. */
  readonly port?: number;
  /** `GOLDENPATH_HOST`. Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** `GOLDENPATH_DATA`: the folder that keeps everything. Default `.goldenpath`. */
  readonly data?: string;
  /** `GOLDENPATH_URL`: the address that people open, where it is not the one bound: behind a proxy, with TLS. */
  readonly url?: string;
  /** `GOLDENPATH_ORIGINS`, separated by commas: origins of other pages that may use this server. */
  readonly origins?: readonly string[];
  /** `GOLDENPATH_SIGN_UP`. Default `open` when bound to loopback, else `closed`: then an admin makes accounts. */
  readonly signUp?: SignUp;
  /** `GOLDENPATH_TRUST_PROXY=true`: one proxy stands in front, and its X-Forwarded-For names the caller. */
  readonly trustProxy?: boolean;
  /** `GOLDENPATH_SECRET`: signs the session cookies, 32 characters at least. Default: made once, kept in `data`. */
  readonly secret?: string;
  /** `GOLDENPATH_LOG`. Default `warn`. JSON lines on stderr. */
  readonly logLevel?: LogLevel;
  /** `GOLDENPATH_DURABILITY`. Default `power_loss`; `process_crash` commits faster and trusts the power. */
  readonly durability?: Durability;
  /** `GOLDENPATH_DRAIN_MS`: how long clients have to move away when the server stops. Default 2,000. */
  readonly drainMs?: number;
  /** Serve the page too. Default true for `serve`, false for `mount`. */
  readonly page?: boolean;
}
type Durability = "power_loss" | "process_crash";
type Environment = Readonly<Record<string, string | undefined>>;
interface Server {
  /** Where people open it. */
  readonly url: string;
  /** The agents served, the default first. */
  readonly agents: readonly {
    readonly name: string;
    readonly label: string;
  }[];
  /** The language model that was found, and where. */
  readonly model: {
    readonly name: string;
    readonly from: string;
  } | undefined;
  /** Where sign-up is closed and there is no account yet: the link that makes the admin's. Keep it secret. */
  readonly setupUrl: string | undefined;
  /** Moves clients away within `drainMs`, ends the runs, and closes everything. */
  close(): Promise<void>;
}
/**
 * Starts a server and resolves when it answers. Options not given come from the environment (see
 * `ServeOptions`). Throws a `StartError` whose message says what to do.
 */
declare function serve(given?: ServeOptions, environment?: Environment): Promise<Server>;
/**
 * The same on a Node HTTP server that exists already: Goldenpath answers its own addresses (`/api/me`,
 * `/api/threads`, `/ws` …) and leaves the others alone; with `page: true` it answers all. Give `url`, or
 * mount after the server listens. `close` leaves the HTTP server running.
 */
declare function mount(http: Server$1, given?: ServeOptions, environment?: Environment): Promise<Server>;
/** Why a server could not start. The message is one line that says what to do; the CLI prints it and exits with 1. */
type StartErrorCode = "option_invalid" | "port_in_use" | "port_refused" | "data_unusable" | "database_unusable";
declare class StartError extends Error {
  readonly code: StartErrorCode;
  constructor(code: StartErrorCode, message: string, cause?: unknown);
}
export { type Agent, type AgentDefinition, type AgentOptions, type AgentRun, type ServeOptions, type Server, StartError, type StartErrorCode, type Tool, type ToolContext, type ToolOptions, analystDefinition, analystTools, defineAgent, defineTool, mount, serve };