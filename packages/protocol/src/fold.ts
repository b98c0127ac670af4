import type { Event, NewEvent } from "./event.ts";
import type { Message, Part } from "./message.ts";

type RunEvent = Event | NewEvent;

/**
 * The answer that a run's events describe, one event at a time. Client, server and store use this one
 * function, so what was streamed, what a reload shows and what the thread keeps are equal by construction.
 * `message` is undefined before `agent_started`; an event that is not of this run leaves it as it is.
 */
export function foldRun(message: Message | undefined, event: RunEvent): Message | undefined {
  if (event.type === "agent_started") {
    if (message) return message;
    const { threadId, at, runId, agent, data } = event;
    const { messageId: id, label, questionId } = data;
    return {
      id,
      threadId,
      role: "assistant",
      at,
      parts: [],
      status: "streaming",
      label,
      ...(questionId && { questionId }),
      ...(runId && { runId }),
      ...(agent && { agent }),
    };
  }
  if (!message || event.runId !== message.runId) return message;
  switch (event.type) {
    case "text_delta":
      return { ...message, parts: withText(message, event.data.text, event.agent) };
    case "agent_thinking":
      return { ...message, parts: withThought(message.parts, event.data, event.agent ?? "") };
    case "tool_executing":
      return {
        ...message,
        parts: [
          ...message.parts,
          {
            type: "tool",
            callId: event.data.callId,
            tool: event.data.tool,
            agent: event.agent ?? "",
            input: event.data.input,
            state: "running",
            startedAt: event.at,
          },
        ],
      };
    case "tool_completed": {
      const { callId, output, error, durationMs } = event.data;
      return {
        ...message,
        parts: message.parts.map((part): Part => {
          if (part.type !== "tool" || part.callId !== callId) return part;
          const outcome = error ? { error } : output !== undefined && { output };
          return { ...part, state: error ? "failed" : "completed", durationMs, ...outcome };
        }),
      };
    }
    case "approval_requested":
      return { ...message, parts: [...message.parts, { type: "approval", ...event.data }] };
    case "approval_resolved": {
      const { approvalId, decision } = event.data;
      return {
        ...message,
        parts: message.parts.map((part) =>
          part.type === "approval" && part.approvalId === approvalId ? { ...part, decision } : part,
        ),
      };
    }
    case "usage_reported":
      return { ...message, usage: [...(message.usage ?? []), event.data] };
    case "agent_resumed":
      return {
        ...message,
        parts: message.parts.slice(0, event.data.voidFrom),
        attempt: event.data.attempt,
      };
    case "agent_completed":
      return { ...message, status: "completed", durationMs: event.data.durationMs };
    case "agent_cancelled":
      return { ...message, status: "cancelled", durationMs: event.data.durationMs };
    case "agent_failed": {
      const { code, message: text, durationMs } = event.data;
      return { ...message, status: "failed", failure: { code, message: text }, durationMs };
    }
    default:
      return message;
  }
}

function withText(message: Message, text: string, agent: string | undefined): readonly Part[] {
  const parts = message.parts;
  const last = parts.at(-1);
  const own = agent === message.agent ? undefined : agent;
  if (last?.type === "text" && last.agent === own) {
    return [...parts.slice(0, -1), { ...last, text: last.text + text }];
  }
  return [...parts, { type: "text", text, ...(own && { agent: own }) }];
}

function withThought(
  parts: readonly Part[],
  thought: { readonly thoughtId: string; readonly text: string },
  agent: string,
): readonly Part[] {
  const at = parts.findLastIndex((part) => part.type === "thinking" && part.thoughtId === thought.thoughtId);
  const found = parts[at];
  if (found?.type !== "thinking") return [...parts, { type: "thinking", agent, ...thought }];
  return parts.with(at, { ...found, text: found.text + thought.text });
}
