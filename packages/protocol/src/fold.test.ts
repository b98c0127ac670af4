import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type EventData,
  eventJson,
  eventTail,
  foldRun,
  type Message,
  messageText,
  type NewEvent,
  type RunEventType,
} from "./index.ts";

let seq = 0;
function event<T extends RunEventType>(type: T, data: EventData[T], agent = "analyst"): NewEvent {
  seq++;
  return { id: `r.${seq}`, type, at: 1_000 + seq, threadId: "t", runId: "r", seq, agent, data } as NewEvent;
}

function fold(events: readonly NewEvent[]): Message | undefined {
  return events.reduce<Message | undefined>(foldRun, undefined);
}

const started = event("agent_started", { messageId: "m", label: "l", attempt: 1 });

describe("foldRun [P24]", () => {
  it("builds the answer with its thoughts and tool calls, in the order they came", () => {
    const message = fold([
      started,
      event("agent_thinking", { thoughtId: "a", text: "I look " }, "analyst/triage"),
      event("agent_thinking", { thoughtId: "a", text: "first." }, "analyst/triage"),
      event("tool_executing", { callId: "c1", tool: "sum", input: { n: 1 } }, "analyst/data"),
      event("tool_executing", { callId: "c2", tool: "sum", input: { n: 2 } }, "analyst/data"),
      event("tool_completed", {
        callId: "c2",
        tool: "sum",
        error: { code: "tool_failed", message: "no" },
        durationMs: 2,
      }),
      event("tool_completed", { callId: "c1", tool: "sum", output: 3, durationMs: 5 }),
      event("text_delta", { messageId: "m", text: "It is " }),
      event("text_delta", { messageId: "m", text: "3." }),
      event("agent_completed", { messageId: "m", text: "It is 3.", durationMs: 9 }),
    ]);
    expect(message).toMatchObject({
      id: "m",
      runId: "r",
      status: "completed",
      durationMs: 9,
      parts: [
        { type: "thinking", text: "I look first.", agent: "analyst/triage" },
        { type: "tool", callId: "c1", state: "completed", output: 3 },
        { type: "tool", callId: "c2", state: "failed", error: { code: "tool_failed" } },
        { type: "text", text: "It is 3." },
      ],
    });
  });

  it("keeps apart what several agents write and think, and names those that are not the run's own", () => {
    const think = (thoughtId: string, text: string) => event("agent_thinking", { thoughtId, text });
    const write = (text: string, agent?: string) => event("text_delta", { messageId: "m", text }, agent);
    const message = fold([
      started,
      think("a", "one "),
      think("b", "two "),
      think("a", "more"),
      write("own "),
      write("words"),
      write("theirs", "analyst/data"),
      write("own again"),
    ]);
    expect(message?.parts).toEqual([
      { type: "thinking", agent: "analyst", thoughtId: "a", text: "one more" },
      { type: "thinking", agent: "analyst", thoughtId: "b", text: "two " },
      { type: "text", text: "own words" },
      { type: "text", text: "theirs", agent: "analyst/data" },
      { type: "text", text: "own again" },
    ]);
  });

  it("shows of each approval what was decided about that one", () => {
    const question = { callId: "c", tool: "t", input: null, reason: "why" };
    const message = fold([
      started,
      event("approval_requested", { approvalId: "r.a1", ...question }),
      event("approval_requested", { approvalId: "r.a2", ...question }),
      event("approval_resolved", { approvalId: "r.a2", decision: "reject" }),
    ]);
    expect(message?.parts).toEqual([
      { type: "approval", approvalId: "r.a1", ...question },
      { type: "approval", approvalId: "r.a2", ...question, decision: "reject" },
    ]);
  });

  it("takes nothing of an answer back when its beginning comes again", () => {
    const begun = fold([started, event("text_delta", { messageId: "m", text: "said" })]);
    expect(foldRun(begun, started)).toBe(begun);
  });

  it("voids what a crashed attempt left unfinished", () => {
    const message = fold([
      started,
      event("text_delta", { messageId: "m", text: "kept" }),
      event("tool_executing", { callId: "c", tool: "t", input: null }),
      event("text_delta", { messageId: "m", text: "void" }),
      event("agent_resumed", { messageId: "m", attempt: 2, voidFrom: 1 }),
      event("text_delta", { messageId: "m", text: ", and on" }),
    ]);
    expect(message && messageText(message)).toBe("kept, and on");
    expect(message?.attempt).toBe(2);
  });

  it("is the joined text deltas, however they are cut, and leaves its input alone", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), (pieces) => {
        const events = pieces.map((text) => event("text_delta", { messageId: "m", text }));
        const before = structuredClone(events);
        const message = fold([started, ...events]);
        expect(message && messageText(message)).toBe(pieces.join(""));
        expect(events).toEqual(before);
      }),
    );
  });

  it("ignores events of other runs and of no run", () => {
    const other = {
      ...event("text_delta", { messageId: "x", text: "not mine" }),
      runId: "other",
    } as NewEvent;
    expect(fold([other])).toBeUndefined();
    expect(fold([started, other])?.parts).toEqual([]);
  });
});

describe("eventJson", () => {
  it("puts the offset in front of bytes that are made once", () => {
    expect(JSON.parse(eventJson(7, eventTail(started)))).toEqual({ offset: 7, ...started });
  });
});
