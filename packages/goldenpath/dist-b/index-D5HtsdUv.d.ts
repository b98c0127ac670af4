import { z } from "zod";
/** Time as an argument: the real clock in a server and a page, a driven one in tests and simulation. */
interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds on a clock that never jumps; only differences mean something. */
  elapsed(): number;
  /** Calls once after `afterMs`; never before the current turn ends. */
  timer(afterMs: number, call: () => void): Timer;
}
interface Timer {
  /** Afterwards the call does not happen; cancelling twice is fine. */
  cancel(): void;
}
/** Randomness as an argument: fresh ids of 128 bits, in characters that `idSchema` takes. */
type MakeId = () => string;
/**
 * One table of every code that crosses the wire: what it means to the peer, and whether trying again
 * can help. Texts may be reworded; codes never change their meaning. `SPEC.md` holds the same table
 * and a test keeps them equal.
 */
/** `never`: the same request fails again. `later`: the same request may pass. `now`: repeat it at once. */
type Retry = "never" | "later" | "now";
/** Answers to one frame or one HTTP request; the connection goes on. */
declare const errorCodes: {
  readonly bad_frame: {
    readonly retry: "never";
    readonly meaning: "The frame is not JSON of the shape its type asks for.";
  };
  readonly unknown_type: {
    readonly retry: "never";
    readonly meaning: "No frame of this type exists.";
  };
  readonly frame_too_large: {
    readonly retry: "never";
    readonly meaning: "The frame is over frameBytesMax.";
  };
  readonly binary_frame: {
    readonly retry: "never";
    readonly meaning: "Frames are JSON text; binary frames are not read.";
  };
  readonly hello_required: {
    readonly retry: "never";
    readonly meaning: "The first frame has to be hello.";
  };
  readonly hello_repeated: {
    readonly retry: "never";
    readonly meaning: "hello is sent once, as the first frame.";
  };
  readonly not_found: {
    readonly retry: "never";
    readonly meaning: "There is no such thing, or it is not yours.";
  };
  readonly empty_message: {
    readonly retry: "never";
    readonly meaning: "A message needs text or an attachment.";
  };
  readonly message_too_large: {
    readonly retry: "never";
    readonly meaning: "The text is over messageCharsMax; attach it as a file.";
  };
  readonly attachment_invalid: {
    readonly retry: "never";
    readonly meaning: "The attachment is not what it claims to be.";
  };
  readonly attachment_too_large: {
    readonly retry: "never";
    readonly meaning: "The attachment is over attachmentBytesMax.";
  };
  readonly unknown_agent: {
    readonly retry: "never";
    readonly meaning: "No agent of this name is served here.";
  };
  readonly id_reused: {
    readonly retry: "never";
    readonly meaning: "This command id was used before for something else.";
  };
  readonly run_ended: {
    readonly retry: "never";
    readonly meaning: "The run has already ended.";
  };
  readonly approval_resolved: {
    readonly retry: "never";
    readonly meaning: "The approval has already been decided.";
  };
  readonly too_many_runs: {
    readonly retry: "later";
    readonly meaning: "runsPerUserMax runs are active; wait for one or cancel it.";
  };
  readonly rate_limited: {
    readonly retry: "later";
    readonly meaning: "Too many requests; wait afterMs.";
  };
  readonly unauthenticated: {
    readonly retry: "never";
    readonly meaning: "Sign in first.";
  };
  readonly forbidden: {
    readonly retry: "never";
    readonly meaning: "This account may not do that.";
  };
  readonly origin_refused: {
    readonly retry: "never";
    readonly meaning: "The page's origin is not on this server's allowlist.";
  };
  readonly storage_full: {
    readonly retry: "later";
    readonly meaning: "The server's disk is full; nothing was written.";
  };
  readonly unavailable: {
    readonly retry: "later";
    readonly meaning: "The server cannot do this just now; nothing was written.";
  };
  readonly internal: {
    readonly retry: "later";
    readonly meaning: "A fault of the server's own; its log names it.";
  };
};
type ErrorCode = keyof typeof errorCodes;
/** Why a run ended in `agent_failed`. */
declare const runFailureCodes: {
  readonly agent_error: {
    readonly retry: "later";
    readonly meaning: "The agent's code threw.";
  };
  readonly answer_too_large: {
    readonly retry: "never";
    readonly meaning: "The answer grew over answerCharsMax.";
  };
  readonly empty_answer: {
    readonly retry: "later";
    readonly meaning: "The agent ended without an answer.";
  };
  readonly run_timeout: {
    readonly retry: "later";
    readonly meaning: "The run took longer than it may.";
  };
  readonly node_lost: {
    readonly retry: "now";
    readonly meaning: "The server process that ran it ended; the run was not finished.";
  };
  readonly model_unreachable: {
    readonly retry: "later";
    readonly meaning: "The model's server did not answer.";
  };
  readonly model_rejected: {
    readonly retry: "never";
    readonly meaning: "The model's server refused the request.";
  };
  readonly model_rate_limited: {
    readonly retry: "later";
    readonly meaning: "The model's server said to slow down.";
  };
  readonly model_garbled: {
    readonly retry: "later";
    readonly meaning: "The model's server sent something that is not its protocol.";
  };
  readonly too_many_steps: {
    readonly retry: "never";
    readonly meaning: "The agent used up its steps without an answer.";
  };
  readonly storage_full: {
    readonly retry: "later";
    readonly meaning: "The server's disk is full.";
  };
  readonly unavailable: {
    readonly retry: "later";
    readonly meaning: "The journal could not be written.";
  };
};
type RunFailureCode = keyof typeof runFailureCodes;
/** Why a tool call ended in an error. */
declare const toolErrorCodes: {
  readonly tool_failed: {
    readonly retry: "later";
    readonly meaning: "The tool's code threw.";
  };
  readonly tool_timeout: {
    readonly retry: "later";
    readonly meaning: "The tool took longer than it may.";
  };
  readonly tool_input_invalid: {
    readonly retry: "never";
    readonly meaning: "The input does not fit the tool's schema.";
  };
  readonly tool_output_invalid: {
    readonly retry: "never";
    readonly meaning: "The output cannot be written as JSON.";
  };
  readonly tool_unknown: {
    readonly retry: "never";
    readonly meaning: "The agent has no tool of this name.";
  };
  readonly tool_rejected: {
    readonly retry: "never";
    readonly meaning: "A person rejected the call.";
  };
  readonly tool_cancelled: {
    readonly retry: "never";
    readonly meaning: "The run was cancelled while the tool worked.";
  };
};
type ToolErrorCode = keyof typeof toolErrorCodes;
/** 4000-4399 resume, 4400-4499 log in again, 4500 and up stop: the split that Centrifugo uses. */
declare const closeCodes: {
  readonly going_away: {
    readonly code: 4000;
    readonly meaning: "The server is restarting; reconnect after the time goaway named.";
  };
  readonly heartbeat_timeout: {
    readonly code: 4001;
    readonly meaning: "No answer to a ping in time.";
  };
  readonly slow_reader: {
    readonly code: 4002;
    readonly meaning: "The socket did not drain; reconnect and resume.";
  };
  readonly try_later: {
    readonly code: 4003;
    readonly meaning: "The server cannot serve the log just now.";
  };
  readonly fault: {
    readonly code: 4004;
    readonly meaning: "A fault of the server's own on this connection.";
  };
  readonly flooding: {
    readonly code: 4029;
    readonly meaning: "Far too many frames; reconnect slowly.";
  };
  readonly unauthenticated: {
    readonly code: 4400;
    readonly meaning: "No valid session and no valid ticket came with hello.";
  };
  readonly session_expired: {
    readonly code: 4401;
    readonly meaning: "The session ran out.";
  };
  readonly session_revoked: {
    readonly code: 4402;
    readonly meaning: "The session was ended: sign-out, password change or ban.";
  };
  readonly hello_timeout: {
    readonly code: 4500;
    readonly meaning: "No hello in time.";
  };
  readonly hello_required: {
    readonly code: 4501;
    readonly meaning: "A frame came before hello.";
  };
  readonly bad_hello: {
    readonly code: 4502;
    readonly meaning: "The first frame was not a valid hello.";
  };
  readonly too_many_connections: {
    readonly code: 4503;
    readonly meaning: "This user has connectionsPerUserMax connections.";
  };
  readonly client_closed: {
    readonly code: 4504;
    readonly meaning: "The client closed the connection and wants no other.";
  };
};
type CloseReason = keyof typeof closeCodes;
/** Anything JSON can hold. */
type Json = null | boolean | number | string | readonly Json[] | {
  readonly [key: string]: Json;
};
interface TextPart {
  readonly type: "text";
  readonly text: string;
  /** Path of the sub-agent that wrote it, where it is not the run's own agent. */
  readonly agent?: string;
}
/** A file the user attached; its bytes are fetched by id, by its owner only. */
interface AttachmentPart {
  readonly type: "attachment";
  readonly attachmentId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
}
interface ThinkingPart {
  readonly type: "thinking";
  readonly thoughtId: string;
  readonly agent: string;
  readonly text: string;
}
interface ToolError {
  readonly code: ToolErrorCode;
  readonly message: string;
}
/** One tool call: `running` until its `tool_completed` came. */
interface ToolPart {
  readonly type: "tool";
  readonly callId: string;
  readonly tool: string;
  readonly agent: string;
  readonly input: Json;
  readonly state: "running" | "completed" | "failed";
  readonly output?: Json;
  readonly error?: ToolError;
  readonly startedAt: number;
  readonly durationMs?: number;
}
/** A question only a person may answer before the run goes on. */
interface ApprovalPart {
  readonly type: "approval";
  readonly approvalId: string;
  readonly callId: string;
  readonly tool: string;
  readonly input: Json;
  readonly reason: string;
  readonly decision?: Decision;
}
type Decision = "approve" | "reject";
type Part = TextPart | AttachmentPart | ThinkingPart | ToolPart | ApprovalPart;
/** What a client may put into `send`. */
type UserPart = TextPart | AttachmentPart;
interface Usage {
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}
type MessageStatus = "streaming" | "completed" | "failed" | "cancelled";
/** One turn of a thread. A user's is complete at once; an agent's is the fold of its run's events. */
interface Message {
  readonly id: string;
  readonly threadId: string;
  readonly role: "user" | "assistant";
  /** Milliseconds since 1970, for people; order comes from offsets. */
  readonly at: number;
  readonly parts: readonly Part[];
  readonly status: MessageStatus;
  readonly runId?: string;
  readonly agent?: string;
  /** How the agent answers, for the label: "built-in analyst, no language model" or the model's name. */
  readonly label?: string;
  readonly failure?: {
    readonly code: RunFailureCode;
    readonly message: string;
  };
  readonly usage?: readonly Usage[];
  readonly durationMs?: number;
}
interface Thread {
  readonly id: string;
  readonly title: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}
export { ToolError as a, ErrorCode as c, ToolErrorCode as d, Clock as f, Thread as i, Retry as l, Json as n, UserPart as o, MakeId as p, Message as r, CloseReason as s, Decision as t, RunFailureCode as u };