import { type Event, foldRun, type Message } from "@goldenpath/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  activityText,
  answerTexts,
  buildTimeline,
  currentActivity,
  runTotals,
  usageByModel,
} from "./timeline.ts";

const base: Message = {
  id: "m1",
  threadId: "t1",
  role: "assistant",
  at: 0,
  parts: [],
  status: "streaming",
  runId: "r1",
  agent: "supervisor",
  label: "built-in analyst, no language model",
};

const tool = { type: "tool", tool: "spend", agent: "supervisor/data", input: {}, startedAt: 0 } as const;

describe("buildTimeline", () => {
  test("a completed run starts, works and ends, in that order", () => {
    const message: Message = {
      ...base,
      status: "completed",
      durationMs: 1_200,
      usage: [{ model: "m", inputTokens: 10, outputTokens: 2 }],
      parts: [
        { type: "thinking", thoughtId: "a", agent: "supervisor/triage", text: "Which question is it?" },
        { ...tool, callId: "c1", state: "completed", output: 1, durationMs: 3 },
        { type: "text", text: "It is 1." },
      ],
    };
    expect(buildTimeline(message).map((entry) => [entry.is, entry.agent])).toEqual([
      ["started", "supervisor"],
      ["thinking", "supervisor/triage"],
      ["tool", "supervisor/data"],
      ["text", "supervisor"],
      ["usage", "supervisor"],
      ["ended", "supervisor"],
    ]);
    expect(buildTimeline(message).at(-1)).toMatchObject({ event: "agent_completed", durationMs: 1_200 });
  });

  test("calls of one tool are counted, as answers name them", () => {
    const call = (callId: string, name: string) =>
      ({ ...tool, callId, tool: name, state: "completed" }) as const;
    const message: Message = {
      ...base,
      parts: [call("a", "spend_by"), call("b", "trend"), call("c", "spend_by")],
    };
    const calls = buildTimeline(message).flatMap((entry) =>
      entry.is === "tool" ? [[entry.part.callId, entry.call]] : [],
    );
    expect(calls).toEqual([
      ["a", 1],
      ["b", 1],
      ["c", 2],
    ]);
  });

  test("a failed run ends with its code, a running one does not end", () => {
    const failed: Message = { ...base, status: "failed", failure: { code: "run_timeout", message: "late" } };
    expect(buildTimeline(failed).at(-1)).toMatchObject({ event: "agent_failed", note: "run_timeout" });
    expect(buildTimeline(base).map((entry) => entry.is)).toEqual(["started"]);
  });

  test("keys stay while events arrive, so that no line is rebuilt", () => {
    const step = fc.oneof(
      fc.record({
        type: fc.constant("agent_thinking" as const),
        data: fc.record({ thoughtId: fc.constantFrom("a", "b"), text: fc.string() }),
      }),
      fc.record({
        type: fc.constant("text_delta" as const),
        data: fc.record({ messageId: fc.constant("m1"), text: fc.string({ minLength: 1 }) }),
      }),
      fc.record({
        type: fc.constant("tool_executing" as const),
        data: fc.record({ callId: fc.uuid(), tool: fc.constant("spend"), input: fc.constant(null) }),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let message: Message = base;
        let before = buildTimeline(message).map((entry) => entry.key);
        steps.forEach((one, index) => {
          const head = { offset: index + 1, id: `e${index}`, at: 0, threadId: "t1", runId: "r1" };
          message = foldRun(message, { ...head, ...one } as Event) ?? message;
          const after = buildTimeline(message).map((entry) => entry.key);
          expect(after.slice(0, before.length)).toEqual(before);
          expect(new Set(after).size).toBe(after.length);
          before = after;
        });
      }),
    );
  });
});

describe("currentActivity", () => {
  test.each([
    ["nothing yet", base, "Starting"],
    [
      "a thought",
      { ...base, parts: [{ type: "thinking", thoughtId: "a", agent: "supervisor", text: "hm" }] },
      "Thinking (supervisor)",
    ],
    ["a tool", { ...base, parts: [{ ...tool, callId: "c", state: "running" }] }, "Running spend"],
    [
      "two tools",
      {
        ...base,
        parts: [
          { ...tool, callId: "c", state: "running" },
          { ...tool, callId: "d", tool: "trend", state: "running" },
        ],
      },
      "Running 2 tools: spend, trend",
    ],
    ["text", { ...base, parts: [{ type: "text", text: "So" }] }, "Writing"],
    [
      "a question to a person",
      {
        ...base,
        parts: [
          { type: "approval", approvalId: "p", callId: "c", tool: "mail", input: null, reason: "sends" },
          { ...tool, callId: "c", state: "running" },
        ],
      },
      "Waiting for your decision on mail",
    ],
  ] satisfies readonly [string, Message, string][])("%s", (_name, message, text) => {
    const activity = currentActivity(message);
    expect(activity && activityText(activity)).toBe(text);
  });

  test("an ended run does nothing", () => {
    expect(currentActivity({ ...base, status: "cancelled" })).toBeUndefined();
  });
});

test("totals count agents by path, failed tools and tokens", () => {
  const message: Message = {
    ...base,
    usage: [
      { model: "a", inputTokens: 5, outputTokens: 1 },
      { model: "b", inputTokens: 7, outputTokens: 2 },
      { model: "a", inputTokens: 1, outputTokens: 1 },
    ],
    parts: [
      { ...tool, callId: "c", state: "failed", error: { code: "tool_failed", message: "no" } },
      { ...tool, callId: "d", state: "completed" },
    ],
  };
  expect(runTotals(message)).toEqual({ agents: 2, thoughts: 0, tools: 2, toolsFailed: 1, tokens: 17 });
  expect(usageByModel(message.usage ?? [])).toEqual([
    { model: "a", inputTokens: 6, outputTokens: 2 },
    { model: "b", inputTokens: 7, outputTokens: 2 },
  ]);
});

test("texts join when adjacent and part when a tool stood between", () => {
  const message: Message = {
    ...base,
    parts: [
      { type: "text", text: "One " },
      { type: "text", text: "line.", agent: "supervisor/reporting" },
      { ...tool, callId: "c", state: "completed" },
      { type: "text", text: "Another." },
    ],
  };
  expect(answerTexts(message).map((entry) => entry.text)).toEqual(["One line.", "Another."]);
});
