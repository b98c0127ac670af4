/**
 * One table of every code that crosses the wire: what it means to the peer, and whether trying again
 * can help. Texts may be reworded; codes never change their meaning. `SPEC.md` holds the same table
 * and a test keeps them equal.
 */

/** `never`: the same request fails again. `later`: the same request may pass. `now`: repeat it at once. */
export type Retry = "never" | "later" | "now";

interface ErrorEntry {
  readonly retry: Retry;
  readonly meaning: string;
}

/** Answers to one frame or one HTTP request; the connection goes on. */
export const errorCodes = {
  bad_frame: { retry: "never", meaning: "The frame is not JSON of the shape its type asks for." },
  unknown_type: { retry: "never", meaning: "No frame of this type exists." },
  frame_too_large: { retry: "never", meaning: "The frame is over frameBytesMax." },
  binary_frame: { retry: "never", meaning: "Frames are JSON text; binary frames are not read." },
  hello_required: { retry: "never", meaning: "The first frame has to be hello." },
  hello_repeated: { retry: "never", meaning: "hello is sent once, as the first frame." },
  not_found: { retry: "never", meaning: "There is no such thing, or it is not yours." },
  empty_message: { retry: "never", meaning: "A message needs text or an attachment." },
  message_too_large: { retry: "never", meaning: "The text is over messageCharsMax; attach it as a file." },
  attachment_invalid: { retry: "never", meaning: "The attachment is not what it claims to be." },
  attachment_too_large: { retry: "never", meaning: "The attachment is over attachmentBytesMax." },
  unknown_agent: { retry: "never", meaning: "No agent of this name is served here." },
  id_reused: { retry: "never", meaning: "This command id was used before for something else." },
  run_ended: { retry: "never", meaning: "The run has already ended." },
  approval_resolved: { retry: "never", meaning: "The approval has already been decided." },
  too_many_runs: { retry: "later", meaning: "runsPerUserMax runs are active; wait for one or cancel it." },
  rate_limited: { retry: "later", meaning: "Too many requests; wait afterMs." },
  unauthenticated: { retry: "never", meaning: "Sign in first." },
  forbidden: { retry: "never", meaning: "This account may not do that." },
  origin_refused: { retry: "never", meaning: "The page's origin is not on this server's allowlist." },
  storage_full: { retry: "later", meaning: "The server's disk is full; nothing was written." },
  unavailable: { retry: "later", meaning: "The server cannot do this just now; nothing was written." },
  internal: { retry: "later", meaning: "A fault of the server's own; its log names it." },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCodes;

/** Why a run ended in `agent_failed`. */
export const runFailureCodes = {
  agent_error: { retry: "later", meaning: "The agent's code threw." },
  answer_too_large: { retry: "never", meaning: "The answer grew over answerCharsMax." },
  empty_answer: { retry: "later", meaning: "The agent ended without an answer." },
  run_timeout: { retry: "later", meaning: "The run took longer than it may." },
  node_lost: { retry: "now", meaning: "The server process that ran it ended, and no other could go on." },
  agent_diverged: { retry: "now", meaning: "The agent did not do again what it had done before a restart." },
  model_unreachable: { retry: "later", meaning: "The model's server did not answer." },
  model_rejected: { retry: "never", meaning: "The model's server refused the request." },
  model_rate_limited: { retry: "later", meaning: "The model's server said to slow down." },
  model_garbled: { retry: "later", meaning: "The model's server sent something that is not its protocol." },
  too_many_steps: { retry: "never", meaning: "The agent used up its steps without an answer." },
  storage_full: { retry: "later", meaning: "The server's disk is full." },
  unavailable: { retry: "later", meaning: "The journal could not be written." },
} as const satisfies Record<string, ErrorEntry>;

export type RunFailureCode = keyof typeof runFailureCodes;

/** Why a tool call ended in an error. */
export const toolErrorCodes = {
  tool_failed: { retry: "later", meaning: "The tool's code threw." },
  tool_timeout: { retry: "later", meaning: "The tool took longer than it may." },
  tool_input_invalid: { retry: "never", meaning: "The input does not fit the tool's schema." },
  tool_output_invalid: { retry: "never", meaning: "The output cannot be written as JSON." },
  tool_unknown: { retry: "never", meaning: "The agent has no tool of this name." },
  tool_rejected: { retry: "never", meaning: "A person rejected the call." },
  tool_cancelled: { retry: "never", meaning: "The run was cancelled while the tool worked." },
  tool_outcome_unknown: { retry: "never", meaning: "A restart cut the call off; it may have happened." },
} as const satisfies Record<string, ErrorEntry>;

export type ToolErrorCode = keyof typeof toolErrorCodes;

/** `resume`: reconnect with the cursor. `login`: sign in again, then resume. `stop`: do not reconnect by itself. */
export type AfterClose = "resume" | "login" | "stop";

interface CloseEntry {
  readonly code: number;
  readonly meaning: string;
}

/** 4000-4399 resume, 4400-4499 log in again, 4500 and up stop: the split that Centrifugo uses. */
export const closeCodes = {
  going_away: { code: 4000, meaning: "The server is restarting; reconnect after the time goaway named." },
  heartbeat_timeout: { code: 4001, meaning: "No answer to a ping in time." },
  slow_reader: { code: 4002, meaning: "The socket did not drain; reconnect and resume." },
  try_later: { code: 4003, meaning: "The server cannot serve the log just now." },
  flooding: { code: 4029, meaning: "Far too many frames; reconnect slowly." },
  unauthenticated: { code: 4400, meaning: "No valid session and no valid ticket came with hello." },
  session_expired: { code: 4401, meaning: "The session ran out." },
  session_revoked: { code: 4402, meaning: "The session was ended: sign-out, password change or ban." },
  hello_timeout: { code: 4500, meaning: "No hello in time." },
  hello_required: { code: 4501, meaning: "A frame came before hello." },
  bad_hello: { code: 4502, meaning: "The first frame was not a valid hello." },
  too_many_connections: { code: 4503, meaning: "This user has connectionsPerUserMax connections." },
  client_closed: { code: 4504, meaning: "The client closed the connection and wants no other." },
} as const satisfies Record<string, CloseEntry>;

export type CloseReason = keyof typeof closeCodes;

/**
 * What a client does after a close code. RFC 6455's own codes count as a broken line (`resume`), except
 * 1007 (bad UTF-8), 1008 (policy) and 1009 (frame over frameBytesHardMax), which the client itself caused.
 */
export function afterClose(code: number): AfterClose {
  if (code >= 4500) return "stop";
  if (code >= 4400) return "login";
  return code >= 1007 && code <= 1009 ? "stop" : "resume";
}
