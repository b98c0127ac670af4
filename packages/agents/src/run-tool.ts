import type { Clock, Json, ToolError, ToolErrorCode } from "@goldenpath/protocol";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Redactor } from "./loggable.ts";
import type { Tool, ToolContext } from "./tool.ts";

export type ToolResult = { readonly output: Json } | { readonly error: ToolError };

export interface ToolCall {
  readonly tool: Tool;
  readonly input: unknown;
  readonly context: Omit<ToolContext, "signal">;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly runSignal: AbortSignal;
}

/** Thrown by a tool of ours to end its call with a code of its own. */
export class ToolFailure extends Error {
  override readonly name = "ToolFailure";
  readonly code: ToolErrorCode;

  constructor(code: ToolErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const issuesMax = 8;

/**
 * Validates and runs a tool within its time. Always resolves, at the latest when the time is up or the run
 * ends: a tool that ignores its signal is left behind, and what it answers later is not heard.
 */
export function runTool(call: ToolCall): Promise<ToolResult> {
  const { tool, clock, runSignal } = call;
  const controller = new AbortController();
  return new Promise((resolve) => {
    const timer = clock.timer(tool.timeoutMs, () =>
      finish(failure("tool_timeout", `The tool ${tool.name} did not answer within ${tool.timeoutMs} ms.`)),
    );
    runSignal.addEventListener("abort", cancel, { once: true });
    if (runSignal.aborted) cancel();
    else
      validateAndRun(call, controller.signal).then(finish, (error: unknown) => finish(thrown(call, error)));

    function cancel(): void {
      finish(failure("tool_cancelled", "The run ended while the tool worked."));
    }

    function finish(result: ToolResult): void {
      timer.cancel();
      runSignal.removeEventListener("abort", cancel);
      resolve(result);
      // After a failure, whatever the tool left running stops.
      if ("error" in result)
        controller.abort(new DOMException(`The call of ${tool.name} is over.`, "AbortError"));
    }
  });
}

async function validateAndRun(call: ToolCall, signal: AbortSignal): Promise<ToolResult> {
  const { tool, redactor } = call;
  const validated = await tool.input["~standard"].validate(call.input);
  if (validated.issues) {
    return failure("tool_input_invalid", redactor.text(`${describe(validated.issues)}.`));
  }
  if (signal.aborted) return failure("tool_cancelled", "The run ended before the tool began.");
  const output = await tool.run(validated.value, { ...call.context, signal });
  const loggable = redactor.output(output);
  if (loggable.is === "json") return { output: loggable.json };
  return failure(
    "tool_output_invalid",
    `The tool ${tool.name} answered what JSON cannot hold. ${redactor.text(loggable.detail)}`,
  );
}

function describe(issues: readonly StandardSchemaV1.Issue[]): string {
  const told = issues.slice(0, issuesMax).map(({ path, message }) => {
    const at = (path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join(".");
    return at === "" ? message : `${at}: ${message}`;
  });
  const more = issues.length - told.length;
  return more > 0 ? `${told.join("; ")}; and ${more} more` : told.join("; ");
}

function thrown(call: ToolCall, error: unknown): ToolResult {
  if (error instanceof ToolFailure) return failure(error.code, call.redactor.text(error.message));
  const text = error instanceof Error ? error.message : typeof error === "string" ? error : "";
  return failure(
    "tool_failed",
    call.redactor.text(text) || `The tool ${call.tool.name} failed without a reason.`,
  );
}

function failure(code: ToolError["code"], message: string): ToolResult {
  return { error: { code, message } };
}
