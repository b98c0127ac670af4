import type { Refusal } from "@goldenpath/client";
import type { ErrorCode, RunFailureCode, ToolErrorCode } from "@goldenpath/protocol";

/** What a person can do about a run that failed. The server's own message stands beside it. */
const runFailureTexts: Readonly<Record<RunFailureCode, string>> = {
  agent_error: "The agent hit a fault of its own. Trying again may work; if it does not, tell the operator.",
  answer_too_large: "The answer grew too long to keep. Ask for a part of it, or for a summary.",
  empty_answer: "The agent ended without writing anything. Try again, or ask in other words.",
  run_timeout: "The run took longer than it may. Ask for less at once, or try again.",
  node_lost:
    "The server stopped while it worked, and it could not be continued. What is above is kept; try again.",
  agent_diverged:
    "The server restarted while it worked, and the agent did not find its way back. What is above is kept; try again.",
  model_unreachable: "The language model's server did not answer. Try again in a moment.",
  model_rejected: "The language model refused the request. The operator should check its key and name.",
  model_rate_limited: "The language model asks to slow down. Wait a minute, then try again.",
  model_garbled: "The language model sent something unreadable. Try again.",
  too_many_steps: "The agent used up its steps before it had an answer. Ask something narrower.",
  storage_full: "The server's disk is full. The operator has to make room first.",
  unavailable: "The server could not keep the run. Try again in a moment.",
};

export function runFailureText(code: string): string {
  return Object.hasOwn(runFailureTexts, code)
    ? runFailureTexts[code as RunFailureCode]
    : "Something went wrong that this page does not know. Try again.";
}

const toolErrorTexts: Readonly<Record<ToolErrorCode, string>> = {
  tool_failed: "the tool failed",
  tool_timeout: "the tool took too long",
  tool_input_invalid: "the input did not fit",
  tool_output_invalid: "the output could not be written",
  tool_unknown: "there is no such tool",
  tool_rejected: "rejected by a person",
  tool_cancelled: "stopped with the run",
  tool_outcome_unknown: "cut off by a restart; it may have happened",
};

export function toolErrorText(code: ToolErrorCode): string {
  return toolErrorTexts[code] ?? "the tool failed";
}

const refusalTexts: Readonly<Partial<Record<ErrorCode | Refusal["code"], string>>> = {
  empty_message: "Write something, or attach a file.",
  message_too_large: "This text is too long for a message. Attach it as a file.",
  frame_too_large: "This message is too long. Attach the text as a file.",
  attachment_invalid: "An attachment is not what it claims to be. Remove it and try again.",
  attachment_too_large: "An attachment is too large.",
  unknown_agent: "That agent is not served here any more. Choose another.",
  too_many_runs: "Several answers are being written already. Wait for one, or stop one.",
  rate_limited: "Too many requests at once. Wait a moment, then send again.",
  not_found: "This thread does not exist any more.",
  unauthenticated: "You are not signed in any more.",
  storage_full: "The server's disk is full; the message was not kept.",
  unavailable: "The server cannot take messages just now. Try again.",
  internal: "The server had a fault. Try again.",
  queue_full: "Too many messages wait to be sent. Wait for the connection.",
  unanswered: "The server did not answer. Sending again is safe: it is carried out once.",
  unreachable: "The server does not answer.",
  client_closed: "The page was closed before this was sent.",
  user_changed: "Another account signed in before this was sent.",
};

export function refusalText(refusal: { readonly code: string; readonly message: string }): string {
  const known = refusalTexts[refusal.code as ErrorCode];
  return known ?? refusal.message;
}
