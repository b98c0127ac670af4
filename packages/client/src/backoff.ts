import { afterClose, type CloseReason } from "@goldenpath/protocol";
import type { WaitReason } from "./state.ts";

/** How a link ended, from the client's side. */
export type Ending =
  | { readonly is: "retry"; readonly why: WaitReason }
  | { readonly is: "login"; readonly code: number }
  | { readonly is: "stop"; readonly code: number; readonly message: string };

const backoffMsMin = 500;
const backoffMsMax = 20_000;

/**
 * Full jitter, as centrifuge-js does it: uniform over a span that doubles with each attempt, on top of half a
 * second, at most 20 s. `attempt` counts from 1. After `flooding` the whole span is used from the start.
 */
export function backoffMs(attempt: number, why: WaitReason, random: () => number): number {
  const doublings = why === "flooding" ? 6 : Math.min(attempt - 1, 6);
  const span = Math.min(backoffMsMax, backoffMsMin * 2 ** doublings);
  return Math.min(backoffMsMax, backoffMsMin + random() * span);
}

/** The close codes that the client itself names; a test holds them equal to the protocol's table. */
export const ownCloseCodes = { session_revoked: 4402, client_closed: 4504 } as const;

/**
 * What a close means for the client; every code has an answer. `reason` is the code's name in the protocol's
 * table, as servers send it; the table itself, with its texts, would be a tenth of this client.
 */
export function judgeClose(code: number, reason: string): Ending {
  const after = afterClose(code);
  if (after === "login") return { is: "login", code };
  return after === "resume"
    ? { is: "retry", why: code >= 4000 && reason ? (reason as CloseReason) : "connection_lost" }
    : { is: "stop", code, message: `Closed: ${reason || code}.` };
}
