import type { EventData, NewEvent, RunEventType } from "@goldenpath/protocol";
import { describe, expect, it } from "vitest";
import type { AgentDefinition } from "./agent.ts";
import { analystDefinition } from "./analyst/analyst.ts";
import { judgeTakeover } from "./judge-takeover.ts";

let seq = 0;
function event<T extends RunEventType>(type: T, data: EventData[T]): NewEvent {
  seq++;
  return { id: `r.${seq}`, type, at: seq, threadId: "t", runId: "r", seq, agent: "a", data } as NewEvent;
}

const started = event("agent_started", { messageId: "m", label: "l", attempt: 1 });
const resumed = (attempt: number) => event("agent_resumed", { messageId: "m", attempt, voidFrom: 0 });
const finished = event("tool_completed", { callId: "c", tool: "t", output: 1, durationMs: 1 });
const decided = event("approval_resolved", { approvalId: "r.a1", decision: "approve" });
const said = event("text_delta", { messageId: "m", text: "words" });

describe("V5: a run whose node is gone", () => {
  it.each([
    ["goes on at the fifth attempt after the first", 6, [started, said], true],
    ["is given up at the sixth", 7, [started, said], false],
    ["gets five more from where a step was finished", 8, [started, resumed(2), resumed(3), finished], true],
    ["and not a sixth", 9, [started, resumed(2), resumed(3), finished, resumed(4)], false],
    ["counts a decision as a step", 8, [started, resumed(3), decided, resumed(4)], true],
    ["counts no attempt that came after the last step", 9, [started, resumed(3), decided, resumed(8)], false],
  ])("%s", (_, attempt, events, isTaken) => {
    const verdict = judgeTakeover({ agent: "analyst", attempt }, events, analystDefinition);
    const end = { is: "end", end: { is: "failed", code: "node_lost", message: expect.any(String) } };
    expect(verdict).toEqual(isTaken ? { is: "go on", definition: analystDefinition } : end);
  });

  it("ends when nobody here serves its agent", () => {
    const none: AgentDefinition | undefined = undefined;
    expect(judgeTakeover({ agent: "gone", attempt: 2 }, [started], none)).toMatchObject({
      end: { code: "node_lost", message: expect.stringContaining("gone") },
    });
  });
});
