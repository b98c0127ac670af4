/**
 * One way to the HTTP API. A failure is a value with a code; nothing here throws or rejects, save for a
 * bug. The API answers errors as `{error: {code, message, retry, afterMs?}}`, the sign-in routes as
 * `{code, message}`; both become the same `Failure`.
 */
export interface Failure {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The server's code; `unreachable` when no answer came, `not_understood` when it was not of the API. */
  readonly code: string;
  readonly message: string;
  readonly afterMs?: number;
  /** The parsed body, for the few answers that carry more than an error. */
  readonly body?: unknown;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

/** Reads a body, or answers undefined when it is not what the route promises. */
export type Parse<T> = (body: unknown) => T | undefined;

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly signal?: AbortSignal;
}

const timeoutMs = 30_000;

export async function request<T>(
  path: string,
  parse: Parse<T>,
  options: RequestOptions = {},
): Promise<Result<T>> {
  const limit = AbortSignal.timeout(timeoutMs);
  const init: RequestInit = {
    method: options.method ?? "GET",
    credentials: "same-origin",
    headers: options.json === undefined ? {} : { "content-type": "application/json" },
    signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
  };
  if (options.json !== undefined) init.body = JSON.stringify(options.json);
  let status: number;
  let text: string;
  try {
    const response = await fetch(path, init);
    status = response.status;
    text = await response.text();
  } catch {
    return { ok: false, failure: unreachable };
  }
  return readAnswer(status, text, parse);
}

export const unreachable: Failure = {
  status: 0,
  code: "unreachable",
  message: "The server does not answer. Check your connection, then try again.",
};

/** Judges an HTTP answer; apart from `request`, because uploads do not go through `fetch`. */
export function readAnswer<T>(status: number, text: string, parse: Parse<T>): Result<T> {
  let body: unknown;
  try {
    body = text === "" ? {} : JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (status >= 200 && status < 300) {
    const value = body === undefined ? undefined : parse(body);
    if (value !== undefined) return { ok: true, value };
    return {
      ok: false,
      failure: {
        status,
        code: "not_understood",
        message: "The server's answer could not be read. Reload the page.",
      },
    };
  }
  return { ok: false, failure: readFailure(status, body) };
}

function readFailure(status: number, body: unknown): Failure {
  const error = isRecord(body) && isRecord(body.error) ? body.error : body;
  const code = isRecord(error) && typeof error.code === "string" ? error.code : codeOf(status);
  const message =
    isRecord(error) && typeof error.message === "string" && error.message !== ""
      ? error.message
      : `The server refused this (HTTP ${status}).`;
  const afterMs = isRecord(error) && typeof error.afterMs === "number" ? { afterMs: error.afterMs } : {};
  return { status, code, message, ...afterMs, body };
}

function codeOf(status: number): string {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404) return "not_found";
  if (status === 413) return "attachment_too_large";
  if (status === 429) return "rate_limited";
  return status >= 500 ? "unavailable" : "bad_frame";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** For routes whose answer says nothing beyond "done". */
export const parseNothing: Parse<true> = () => true;
