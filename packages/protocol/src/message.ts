import type { RunFailureCode, ToolErrorCode } from "./codes.ts";

/** Anything JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface TextPart {
  readonly type: "text";
  readonly text: string;
  /** Path of the sub-agent that wrote it, where it is not the run's own agent. */
  readonly agent?: string;
}

/** A file the user attached; its bytes are fetched by id, by its owner only. */
export interface AttachmentPart {
  readonly type: "attachment";
  readonly attachmentId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
}

export interface ThinkingPart {
  readonly type: "thinking";
  readonly thoughtId: string;
  readonly agent: string;
  readonly text: string;
}

export interface ToolError {
  readonly code: ToolErrorCode;
  readonly message: string;
}

/** One tool call: `running` until its `tool_completed` came. */
export interface ToolPart {
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
export interface ApprovalPart {
  readonly type: "approval";
  readonly approvalId: string;
  readonly callId: string;
  readonly tool: string;
  readonly input: Json;
  readonly reason: string;
  readonly decision?: Decision;
}

export type Decision = "approve" | "reject";

export type Part = TextPart | AttachmentPart | ThinkingPart | ToolPart | ApprovalPart;
/** What a client may put into `send`. */
export type UserPart = TextPart | AttachmentPart;

export interface Usage {
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export type MessageStatus = "streaming" | "completed" | "failed" | "cancelled";

/** One turn of a thread. A user's is complete at once; an agent's is the fold of its run's events. */
export interface Message {
  readonly id: string;
  readonly threadId: string;
  readonly role: "user" | "assistant";
  /** Milliseconds since 1970, for people; order comes from offsets. */
  readonly at: number;
  readonly parts: readonly Part[];
  readonly status: MessageStatus;
  readonly runId?: string;
  /** Of an answer: the message that asked. Its place is right behind that one. */
  readonly questionId?: string;
  readonly agent?: string;
  /** How the agent answers, for the label: "built-in analyst, no language model" or the model's name. */
  readonly label?: string;
  readonly failure?: { readonly code: RunFailureCode; readonly message: string };
  readonly usage?: readonly Usage[];
  readonly durationMs?: number;
  /** Which attempt wrote the end of it; absent where the first one did. */
  readonly attempt?: number;
}

export interface Thread {
  readonly id: string;
  readonly title: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The text of a message as its reader sees it: its text parts, joined. */
export function messageText(message: Message): string {
  let text = "";
  for (const part of message.parts) if (part.type === "text") text += part.text;
  return text;
}
