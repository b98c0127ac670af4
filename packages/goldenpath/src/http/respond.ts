import { type ErrorCode, errorCodes } from "@goldenpath/protocol";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

const statusByCode: { readonly [code in ErrorCode]?: ContentfulStatusCode } = {
  frame_too_large: 413,
  not_found: 404,
  message_too_large: 413,
  attachment_invalid: 422,
  attachment_too_large: 413,
  unknown_agent: 404,
  id_reused: 409,
  run_ended: 409,
  approval_resolved: 409,
  too_many_runs: 429,
  rate_limited: 429,
  unauthenticated: 401,
  forbidden: 403,
  origin_refused: 403,
  storage_full: 507,
  unavailable: 503,
  internal: 500,
};

export interface RefusalDetail {
  /** What to do; default: the code's meaning. */
  readonly message?: string;
  readonly afterMs?: number;
  /** Fields beside `error`. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

/** The one shape of an error: `{error: {code, message, retry, afterMs?}}` with the status of its code. */
export function refuse(context: Context, code: ErrorCode, detail: RefusalDetail = {}): Response {
  const { meaning, retry } = errorCodes[code];
  if (detail.afterMs !== undefined) context.header("retry-after", String(Math.ceil(detail.afterMs / 1_000)));
  return context.json(
    {
      error: {
        code,
        message: detail.message ?? meaning,
        retry,
        ...(detail.afterMs !== undefined && { afterMs: detail.afterMs }),
      },
      ...detail.beside,
    },
    statusByCode[code] ?? 400,
  );
}
