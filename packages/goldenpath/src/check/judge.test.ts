import type { Event } from "@goldenpath/protocol";
import { describe, expect, it } from "vitest";
import { judgeDense, judgeOrder, judgePaired, judgePresent } from "./judge.ts";
import { reportOf, reportTable } from "./report.ts";

const head = { at: 0, threadId: "t", runId: "r", agent: "a" };

function run(): Event[] {
  const types = [
    { type: "agent_started", data: { messageId: "m", label: "l", attempt: 1 } },
    { type: "agent_thinking", data: { thoughtId: "h", text: "…" } },
    { type: "tool_executing", data: { callId: "c", tool: "sum", input: {} } },
    { type: "tool_completed", data: { callId: "c", tool: "sum", output: 3, durationMs: 1 } },
    { type: "text_delta", data: { messageId: "m", text: "3" } },
    { type: "agent_completed", data: { messageId: "m", text: "3", durationMs: 2 } },
  ] as const;
  return types.map(
    (event, at) => ({ ...head, ...event, id: `e${at}`, offset: at + 5, seq: at + 1 }) as Event,
  );
}

const without = (type: Event["type"]) => run().filter((event) => event.type !== type);

describe("judges of a run's events", () => {
  it("all hold for a whole run", () => {
    for (const judge of [judgePresent, judgeOrder, judgePaired, judgeDense]) {
      expect(judge(run())).toMatchObject({ ok: true });
    }
  });

  it("see a missing event", () => {
    expect(judgePresent(without("agent_thinking"))).toEqual({ ok: false, detail: "missing: agent_thinking" });
    expect(judgeOrder(without("agent_thinking")).ok).toBe(false);
    expect(judgeDense(without("agent_thinking")).detail).toMatch(/^lost/);
  });

  it("see a repeated and a reordered one", () => {
    const events = run();
    expect(judgeDense([...events.slice(0, 3), ...events.slice(2)]).detail).toMatch(/^repeated/);
    expect(judgeOrder([...events.slice(0, 2), ...events.slice(2, 4).reverse(), ...events.slice(4)]).ok).toBe(
      false,
    );
  });

  it("see a run without an end, with two, and with a failure", () => {
    const events = run();
    expect(judgeOrder(events.slice(0, -1)).detail).toMatch(/0 terminal events/);
    const last = events.at(-1) as Event;
    expect(judgeOrder([...events, { ...last, seq: 7, offset: 11 }]).detail).toMatch(/2 terminal events/);
    const failed = {
      ...last,
      type: "agent_failed",
      data: { messageId: "m", code: "run_timeout", message: "too long", durationMs: 1 },
    } as Event;
    expect(judgeOrder([...events.slice(0, -1), failed]).detail).toMatch(
      /agent_failed \(run_timeout: too long\)/,
    );
  });

  it("see a tool call without its other half", () => {
    expect(judgePaired(without("tool_executing")).detail).toMatch(/ended without a beginning/);
    expect(judgePaired(without("tool_completed")).detail).toMatch(/never ended/);
    const events = run();
    expect(judgePaired([...events, ...events]).detail).toMatch(/began twice/);
  });

  it("hold nothing of an empty run", () => {
    for (const judge of [judgePresent, judgeOrder, judgePaired, judgeDense]) expect(judge([]).ok).toBe(false);
  });
});

describe("the report", () => {
  it("scores the share that holds, and shows every name", () => {
    const report = reportOf([
      { name: "page", ok: true, ms: 12, detail: "HTML" },
      { name: "sign-in", ok: false, ms: 3, detail: "status 500" },
    ]);
    expect(report.score).toBe(0.5);
    expect(reportTable(report)).toBe(
      "ok    page     12 ms  HTML\nFAIL  sign-in   3 ms  status 500\n\nHealth: 50 % (1 of 2 checks hold)",
    );
  });
});
