import type { Part } from "@goldenpath/protocol";
import type { ModelMessage } from "ai";
import type { ModelCall } from "./model-step.ts";

/** A model's turn that made calls: its text, and the calls. */
export interface PastTurn {
  readonly text: string;
  readonly calls: readonly ModelCall[];
}

/**
 * The turns that the log holds. Where one ends and the next begins is not logged: what follows when all calls
 * so far were over is another turn. A text without a call behind it is of a turn that has to be asked for
 * again. Thoughts are not handed back: no open protocol takes them from somebody else than its own server.
 */
export function pastTurns(parts: readonly Part[]): readonly PastTurn[] {
  const turns: PastTurn[] = [];
  const known = new Set<string>();
  let text = "";
  let calls: ModelCall[] = [];
  let overAt: number | undefined;
  const end = () => {
    if (calls.length > 0) turns.push({ text, calls });
    if (calls.length > 0) text = "";
    calls = [];
    overAt = undefined;
  };
  for (const part of parts) {
    if (part.type === "text") {
      if (calls.length > 0) end();
      text += part.text;
    } else if (part.type === "thinking") {
      if (calls.length > 0) end();
    } else if (part.type === "tool" || part.type === "approval") {
      if (!known.has(part.callId)) {
        if (part.type === "tool" && overAt !== undefined && part.startedAt >= overAt) end();
        known.add(part.callId);
        calls.push({ toolCallId: part.callId, toolName: part.tool, input: part.input });
      }
      if (part.type === "tool") {
        // A call that is not over keeps its turn open.
        const over =
          part.state === "running" ? Number.POSITIVE_INFINITY : part.startedAt + (part.durationMs ?? 0);
        overAt = Math.max(overAt ?? 0, over);
      }
    }
  }
  end();
  return turns;
}

export function assistantTurn(text: string, calls: readonly ModelCall[]): ModelMessage {
  return {
    role: "assistant",
    content: [
      ...(text === "" ? [] : [{ type: "text" as const, text }]),
      ...calls.map((call) => ({ type: "tool-call" as const, ...call })),
    ],
  };
}
