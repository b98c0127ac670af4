import type { RunFailureCode } from "@goldenpath/protocol";
import { APICallError } from "ai";
import { RunFailure } from "./run-end.ts";

/** The model's server sent nothing for too long. */
export class ModelSilence extends Error {
  override readonly name = "ModelSilence";
  readonly silentMs: number;

  constructor(silentMs: number) {
    super(`nothing came for ${silentMs} ms`);
    this.silentMs = silentMs;
  }
}

/** The stream ended, or said something, that its protocol does not have. */
export class ModelGarble extends Error {
  override readonly name = "ModelGarble";
}

const retryMsFirst = 1_000;
/** A server that wants a longer pause than this is not waited for. */
export const retryMsMax = 30_000;
const detailCharsMax = 300;

/** What a failed model call means to the user. What the server said is the `cause`, for the log only. */
export function modelFailure(error: unknown, model: string): RunFailure {
  if (error instanceof RunFailure) return error;
  const said = new Error(detailOf(error));
  const fail = (code: RunFailureCode, message: string) => new RunFailure(code, message, { cause: said });
  if (error instanceof ModelSilence) {
    return fail("model_unreachable", `The server of ${model} sent nothing for ${seconds(error.silentMs)}.`);
  }
  if (APICallError.isInstance(error)) {
    const { statusCode } = error;
    if (statusCode === undefined) return fail("model_unreachable", `The server of ${model} did not answer.`);
    if (statusCode === 429) {
      const afterMs = askedPauseMs(error);
      const when = afterMs === undefined ? "later" : `in ${seconds(afterMs)}`;
      return fail("model_rate_limited", `The server of ${model} has too many requests; try again ${when}.`);
    }
    if (statusCode === 401 || statusCode === 403) {
      return fail("model_rejected", `The server of ${model} refused the key it was given (${statusCode}).`);
    }
    if (statusCode === 408 || statusCode >= 500) {
      return fail("model_unreachable", `The server of ${model} has a fault of its own (${statusCode}).`);
    }
    if (statusCode >= 300) {
      return fail("model_rejected", `The server of ${model} refused the request (${statusCode}).`);
    }
  }
  if (error instanceof Error && error.name === "AI_ToolChoiceViolationError") {
    return fail("too_many_steps", `${model} went on calling tools when it had to answer.`);
  }
  if (isBrokenLine(error) || brokeOff(error)) {
    return fail("model_unreachable", `The connection to the server of ${model} broke off.`);
  }
  return fail("model_garbled", `The server of ${model} sent something that is not its protocol.`);
}

/** How long to wait before the same request may pass; undefined when it will not, or not soon. */
export function retryAfterMs(error: unknown, attempt: number): number | undefined {
  if (!APICallError.isInstance(error)) {
    return isBrokenLine(error) ? retryMsFirst * 2 ** (attempt - 1) : undefined;
  }
  const { statusCode } = error;
  const passing =
    brokeOff(error) ||
    statusCode === undefined ||
    statusCode === 408 ||
    statusCode === 429 ||
    statusCode >= 500;
  if (!passing) return undefined;
  const afterMs = askedPauseMs(error) ?? retryMsFirst * 2 ** (attempt - 1);
  return afterMs <= retryMsMax ? afterMs : undefined;
}

/** `retry-after-ms`, or `retry-after` in seconds (RFC 9110, section 10.2.3; its date form is not used by models' servers). */
function askedPauseMs(error: APICallError): number | undefined {
  const { "retry-after-ms": ms, "retry-after": s } = error.responseHeaders ?? {};
  if (ms !== undefined && /^\d+(\.\d+)?$/.test(ms)) return Number(ms);
  return s !== undefined && /^\d+(\.\d+)?$/.test(s) ? Number(s) * 1000 : undefined;
}

/** What `fetch` throws when a socket is refused or cut: a TypeError, or an error with a system code. */
function isBrokenLine(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof TypeError && /terminated|fetch failed|network/i.test(error.message)) return true;
  return "code" in error && typeof error.code === "string" && /^(E[A-Z]+|UND_ERR_.*)$/.test(error.code);
}

/** A line that broke after a good status: the SDK wraps what `fetch` threw. */
function brokeOff(error: unknown): boolean {
  return APICallError.isInstance(error) && error.statusCode === 200 && isBrokenLine(error.cause);
}

/** For the server's log. Servers quote the key that they refuse; what looks like one is left out. */
function detailOf(error: unknown): string {
  const name = error instanceof Error ? error.name : "error";
  const text = APICallError.isInstance(error)
    ? `${error.statusCode ?? "no answer"}: ${error.responseBody ?? error.message}`
    : `${name}: ${error instanceof Error ? error.message : "no reason given"}`;
  return text
    .slice(0, detailCharsMax)
    .replace(/\b(?:sk|key|AIza|Bearer)[-_ ][\w-]{6,}|\bAIza[\w-]{6,}/g, "[redacted]");
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
