/** What agents and tools may do wrong: each run ends once, with a code, and nobody else notices. */
import { type Event, isTerminal, limits, type Message, type ToolErrorCode } from "@goldenpath/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hostileTools } from "./hostile-agents.ts";
import type { Line } from "./line.ts";
import { openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
let person: Person;
let line: Line;

beforeAll(async () => {
  stage = await openStage();
  person = await stage.person();
});
afterAll(() => stage.close());
afterEach(async () => {
  person.hangUp();
  await stage.proveUnharmed();
});

/** The run's events, its end the last, and the message that the thread keeps. */
async function run(
  agent: string,
  text = "go",
): Promise<{ events: readonly Event[]; end: Event; message: Message }> {
  line = await person.line();
  const { runId, threadId } = await line.ask(text, agent);
  const end = await line.end(runId);
  const { messages } = (await person.get(`/api/threads/${threadId}/messages`)).body as {
    messages: Message[];
  };
  const message = messages.find((one) => one.runId === runId);
  if (!message) throw new Error("the thread keeps no answer");
  // Nothing comes after the end: the next run's beginning would stand behind it.
  const next = await line.ask("still there?", "echo");
  expect((await line.end(next.runId)).type).toBe("agent_completed");
  const events = line.of(runId);
  expect(events[0]?.type).toBe("agent_started");
  expect(events.filter((event) => isTerminal(event.type))).toEqual([end]);
  expect(events.at(-1)).toEqual(end);
  expect(events.map((event) => event.seq)).toEqual(events.map((_event, at) => at + 1));
  return { events, end, message };
}

describe("a tool that", () => {
  it.each<[string, ToolErrorCode, RegExp]>([
    ["throws", "tool_failed", /on fire/],
    ["rejects-nothing", "tool_failed", /failed/],
    ["hangs", "tool_timeout", /100 ms/],
    ["cycle", "tool_output_invalid", /refers to itself/],
    ["deep", "tool_output_invalid", /nested/],
    ["throwing-getter", "tool_output_invalid", /./],
    ["throwing-json", "tool_output_invalid", /./],
  ])("does %s fails with a code, and the agent goes on", async (name, code, message) => {
    const { events, end } = await run("caller", name);
    const executing = events.filter((event) => event.type === "tool_executing");
    const completed = events.filter((event) => event.type === "tool_completed");
    expect([executing.length, completed.length]).toEqual([1, 1]);
    expect(completed[0]?.data.error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(completed[0]?.data.output).toBeUndefined();
    expect(end).toMatchObject({ type: "agent_completed", data: { text: code } });
  });

  it.each(["huge", "huge-tree", "endless", "nothing", "function", "proto", "secret"])(
    "answers %s is heard within the bounds",
    async (name) => {
      const { events, end } = await run("caller", name);
      const completed = events.find((event) => event.type === "tool_completed");
      expect(completed?.data.error).toBeUndefined();
      expect(JSON.stringify(completed).length).toBeLessThan(2 * limits.toolOutputBytesMax);
      expect(end.type).toBe("agent_completed");
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );

  it("is given what its schema does not take says so", async () => {
    const { events, end } = await run("wrong-input");
    const completed = events.find((event) => event.type === "tool_completed");
    expect(completed?.data.error).toMatchObject({
      code: "tool_input_invalid",
      message: expect.stringMatching(/count/),
    });
    expect(end).toMatchObject({ type: "agent_completed", data: { text: "tool_input_invalid" } });
  });

  it("is on the list above", () => {
    expect(hostileTools).toHaveLength(14);
  });
});

describe("an agent that", () => {
  it.each([
    ["throws", "agent_error"],
    ["rejects-nothing", "agent_error"],
    ["never-answers", "run_timeout"],
    ["answers-nothing", "empty_answer"],
    ["answers-blank", "empty_answer"],
    ["answers-too-much", "answer_too_large"],
  ])("%s gets its end with a code and a text", async (agent, code) => {
    const { end, message } = await run(agent);
    expect(end).toMatchObject({ type: "agent_failed", data: { code } });
    if (end.type === "agent_failed") expect(end.data.message.length).toBeGreaterThan(10);
    expect(message).toMatchObject({ status: "failed", failure: { code } });
  });

  it("awaits nothing still gets an exact log", async () => {
    const { events, end, message } = await run("floats");
    expect(end).toMatchObject({ type: "agent_completed", data: { text: "done early" } });
    const open = new Set<string>();
    for (const event of events) {
      if (event.type === "tool_executing") open.add(event.data.callId);
      if (event.type === "tool_completed") expect(open.delete(event.data.callId)).toBe(true);
    }
    expect([...open]).toEqual([]);
    expect(message.status).toBe("completed");
  });
});

describe("many at once", () => {
  it("failing runs of one user do not touch each other", async () => {
    line = await person.line();
    const agents = ["throws", "never-answers", "answers-nothing", "answers-too-much"];
    const asked = await Promise.all(agents.map((agent) => line.ask("go", agent)));
    const ends = await Promise.all(asked.map(({ runId }) => line.end(runId)));
    expect(ends.map((end) => end.type)).toEqual(agents.map(() => "agent_failed"));
    expect(line.events.map((event) => event.offset)).toEqual(
      line.events.map((_event, at) => (line.events[0]?.offset ?? 0) + at),
    );
  });
});
