import type { RunFailureCode } from "./codes.ts";
import type { Decision, Json, Message, Thread, ToolError } from "./message.ts";

/** Every type of event and its data. The first five are the ones that must always arrive. */
export interface EventData {
  /** The run begins; `messageId` is the answer it will write, `questionId` the message that asked. */
  agent_started: {
    readonly messageId: string;
    readonly label: string;
    /** 1. */
    readonly attempt: number;
    readonly questionId?: string;
  };
  /** `text` continues the thought of that id. */
  agent_thinking: { readonly thoughtId: string; readonly text: string };
  tool_executing: { readonly callId: string; readonly tool: string; readonly input: Json };
  /** Exactly one of `output` and `error`; the `tool_executing` of that call came before. */
  tool_completed: {
    readonly callId: string;
    readonly tool: string;
    readonly output?: Json;
    readonly error?: ToolError;
    readonly durationMs: number;
  };
  /** `text` is the whole answer: the run's text deltas, joined. */
  agent_completed: { readonly messageId: string; readonly text: string; readonly durationMs: number };
  text_delta: { readonly messageId: string; readonly text: string };
  agent_failed: {
    readonly messageId: string;
    readonly code: RunFailureCode;
    readonly message: string;
    readonly durationMs: number;
  };
  agent_cancelled: { readonly messageId: string; readonly durationMs: number };
  /** Another attempt goes on after the last finished step; parts from `voidFrom` on (an index) are void. */
  agent_resumed: { readonly messageId: string; readonly attempt: number; readonly voidFrom: number };
  approval_requested: {
    readonly approvalId: string;
    readonly callId: string;
    readonly tool: string;
    readonly input: Json;
    readonly reason: string;
  };
  approval_resolved: { readonly approvalId: string; readonly decision: Decision };
  message_created: { readonly message: Message };
  thread_created: { readonly thread: Thread };
  thread_updated: { readonly thread: Thread };
  thread_deleted: Record<never, never>;
  usage_reported: { readonly model: string; readonly inputTokens: number; readonly outputTokens: number };
}

export type EventType = keyof EventData;

interface EventHead {
  /** Place in the user's log: 1, 2, 3 … without gaps (J1). */
  readonly offset: number;
  /** The same id is the same event (J3). */
  readonly id: string;
  readonly at: number;
  readonly threadId: string;
  readonly runId?: string;
  /** 1, 2, 3 … within the run, so any observer can prove that it has all of it. */
  readonly seq?: number;
  /** The agent's name; for a sub-agent its path, `supervisor/data`. */
  readonly agent?: string;
}

/** One thing that happened, as the user may see it. */
export type Event = {
  [T in EventType]: EventHead & { readonly type: T; readonly data: EventData[T] };
}[EventType];

/** An event before its commit gave it an offset. */
export type NewEvent = {
  [T in EventType]: Omit<EventHead, "offset"> & { readonly type: T; readonly data: EventData[T] };
}[EventType];

/** An event that belongs to a run: it has `runId`, `seq` and `agent`. */
export const runEventTypes = [
  "agent_started",
  "agent_thinking",
  "tool_executing",
  "tool_completed",
  "agent_completed",
  "text_delta",
  "agent_failed",
  "agent_cancelled",
  "agent_resumed",
  "approval_requested",
  "approval_resolved",
  "usage_reported",
] as const satisfies readonly EventType[];

export type RunEventType = (typeof runEventTypes)[number];

/** The five that must always arrive, in the order of a run. */
export const criticalEventTypes = [
  "agent_started",
  "agent_thinking",
  "tool_executing",
  "tool_completed",
  "agent_completed",
] as const satisfies readonly EventType[];

export const terminalEventTypes = ["agent_completed", "agent_failed", "agent_cancelled"] as const;
export type TerminalEventType = (typeof terminalEventTypes)[number];

export function isTerminal(type: EventType): type is TerminalEventType {
  return type === "agent_completed" || type === "agent_failed" || type === "agent_cancelled";
}

/**
 * The stored and sent form of an event: everything but the offset is serialised once, when the event is
 * made; the commit puts the offset in front. The same bytes go to the store and to every socket.
 */
export function eventTail(event: NewEvent): string {
  return JSON.stringify(event).slice(1);
}

export function eventJson(offset: number, tail: string): string {
  return `{"offset":${offset},${tail}`;
}
