import { limits, type Message, messageText } from "@goldenpath/protocol";
import { settle } from "@goldenpath/protocol/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { AgentRun } from "./agent.ts";
import { RunEnded, RunFailure } from "./run-end.ts";
import { TestNode } from "./test-node.ts";
import { defineTool, type Tool, type ToolContext, type ToolOptions, type ToolOutcome } from "./tool.ts";

const anything = z.record(z.string(), z.unknown());

function tool(
  run: (input: Record<string, unknown>, context: ToolContext) => unknown,
  more: Partial<ToolOptions<typeof anything>> = {},
): Tool {
  return defineTool({ name: "t", description: "A tool.", input: anything, run, ...more });
}

/** Runs one tool call in a run, and gives its outcome and the stored answer. */
async function called(
  one: Tool,
  input: unknown,
  whileItWorks?: (node: TestNode, runId: string) => Promise<void>,
) {
  const outcomes: ToolOutcome[] = [];
  const node = new TestNode(async (run) => {
    outcomes.push(await run.call(one, input));
    await run.write("done");
  });
  const { runId } = await node.ask();
  if (whileItWorks) await whileItWorks(node, runId);
  const answer = await node.answer(runId);
  const part = toolPart(answer);
  return { node, runId, answer, part, outcome: outcomes[0] };
}

function toolPart(answer: Message) {
  const part = answer.parts.find((one) => one.type === "tool");
  if (part?.type !== "tool") throw new Error("no tool part");
  return part;
}

describe("the bridge", () => {
  it("logs what the agent gets: one event before, one after (B1, B2)", async () => {
    const { outcome, part, node, runId } = await called(
      tool(({ n }) => ({ n })),
      { n: 1 },
    );
    expect(outcome).toEqual({ ok: true, callId: part.callId, output: { n: 1 } });
    expect(part).toMatchObject({ state: "completed", input: { n: 1 }, output: { n: 1 }, agent: "echo" });
    expect(await node.types(runId)).toEqual([
      "agent_started",
      "tool_executing",
      "tool_completed",
      "text_delta",
      "agent_completed",
    ]);
  });

  it("starts a tool only after its tool_executing is durable (B1)", async () => {
    const seen: string[] = [];
    const node: TestNode = new TestNode(async (run) => {
      await run.call(
        tool(async (_, { runId }) => seen.push(...(await node.types(runId)))),
        {},
      );
      await run.write("done");
    });
    await node.answer((await node.ask()).runId);
    expect(seen).toEqual(["agent_started", "tool_executing"]);
  });

  const cyclic: Record<string, unknown> = { name: "a" };
  cyclic.self = { again: cyclic };
  const failures: readonly (readonly [string, Tool, unknown, string, RegExp])[] = [
    ["throws", tool(() => Promise.reject(new Error("no luck"))), {}, "tool_failed", /^no luck$/],
    [
      "throws at once",
      tool(() => {
        throw new Error("no luck");
      }),
      {},
      "tool_failed",
      /^no luck$/,
    ],
    ["throws nothing", tool(() => Promise.reject(undefined)), {}, "tool_failed", /without a reason/],
    [
      "returns a cycle",
      tool(() => cyclic),
      {},
      "tool_output_invalid",
      /refers to itself, at \$\.self\.again/,
    ],
    [
      "returns a trap",
      tool(() => ({
        get a() {
          throw new Error("x");
        },
      })),
      {},
      "tool_output_invalid",
      /Reading/,
    ],
    ["gets a wrong input", tool(() => 1), "text", "tool_input_invalid", /record/],
    ["gets a cycle", tool(() => 1), cyclic, "tool_input_invalid", /refers to itself/],
  ];
  it.each(failures)("answers a tool that %s with a code (B1)", async (_, one, input, code, message) => {
    const { outcome, part, answer } = await called(one, input);
    expect(outcome).toMatchObject({ ok: false, code, message: expect.stringMatching(message) });
    expect(part).toMatchObject({ state: "failed", error: { code } });
    expect(answer.status).toBe("completed");
  });

  it("leaves a tool that hangs and ignores its signal, and does not hear it later (B1)", async () => {
    const late = Promise.withResolvers<unknown>();
    let signal: AbortSignal | undefined;
    const one = tool(
      (_, context) => {
        signal = context.signal;
        return late.promise;
      },
      { timeoutMs: 1_000 },
    );
    const { outcome, part, node, runId } = await called(one, {}, async ({ testClock }) => {
      await testClock.advance(1_000);
    });
    expect(outcome).toMatchObject({ ok: false, code: "tool_timeout" });
    expect(part.durationMs).toBe(1_000);
    expect(signal?.aborted).toBe(true);
    const before = await node.types(runId);
    late.resolve("late");
    await settle();
    expect(await node.types(runId)).toEqual(before);
  });

  it("counts a validation that hangs as the tool's time (B1)", async () => {
    const slow = z.unknown().refine(() => new Promise<boolean>(() => undefined));
    const one = defineTool({ name: "t", description: "", input: slow, timeoutMs: 500, run: () => 1 });
    const { outcome } = await called(one, {}, ({ testClock }) => testClock.advance(500));
    expect(outcome).toMatchObject({ ok: false, code: "tool_timeout" });
  });

  it("completes a call in the middle when the run is cancelled (B1, B4)", async () => {
    let ended: unknown;
    const node = new TestNode(async (run) => {
      const calls = [1, 2, 3].map((n) =>
        run.call(
          tool(() => new Promise(() => undefined)),
          { n },
        ),
      );
      ended = await Promise.allSettled(calls).then((settled) =>
        settled.map((one) => one.status === "rejected" && one.reason),
      );
      await run.write("too late");
    });
    const { runId } = await node.ask();
    await settle();
    await node.supervisor.cancel(node.user, { type: "cancel", id: "c", runId });
    const answer = await node.answer(runId);
    expect(answer.status).toBe("cancelled");
    const codes = answer.parts.map((part) => part.type === "tool" && part.error?.code);
    expect(codes).toEqual(["tool_cancelled", "tool_cancelled", "tool_cancelled"]);
    await settle();
    expect(ended).toEqual([expect.any(RunEnded), expect.any(RunEnded), expect.any(RunEnded)]);
    expect(node.faults).toEqual([]);
  });

  it("runs calls at once, and gives a call whose id is unusable a fresh one (B1)", async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    const one = tool(async () => {
      if (++running === 3) gate.resolve();
      await gate.promise;
      return 1;
    });
    const node = new TestNode(async (run) => {
      await Promise.all([
        run.call(one, {}, "same"),
        run.call(one, {}, "same"),
        run.call(one, {}, "not an id!"),
      ]);
      await run.write("done");
    });
    const answer = await node.answer((await node.ask()).runId);
    const ids = answer.parts.flatMap((part) => (part.type === "tool" ? [part.callId] : []));
    expect(ids[0]).toBe("same");
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain("not an id!");
  });

  it("never logs the value of a secret key, nor that value elsewhere (B3)", async () => {
    const secret = "hunter2-hunter2";
    const leaks: Tool[] = [
      tool(() => ({ echoed: `Bearer ${secret}`, [secret]: 1, list: [secret] }), { secrets: ["apiKey"] }),
      tool(() => Promise.reject(new Error(`GET /?key=${secret} failed`)), { secrets: ["apiKey"] }),
      defineTool({
        name: "t",
        description: "",
        input: z.object({}).refine(() => false, `${secret} is no key`),
        secrets: ["apiKey"],
        run: () => 1,
      }),
    ];
    for (const one of leaks) {
      const input = { copy: secret, deep: [{ APIKEY: secret }], apikey: { nested: secret } };
      const { node, runId, part } = await called(one, input);
      expect(JSON.stringify(await node.events(runId))).not.toContain("hunter2");
      expect(part.input).toMatchObject({ copy: "[redacted]", deep: [{ APIKEY: "[redacted]" }] });
    }
    const { part } = await called(leaks[0] as Tool, `{"apiKey":"${secret}"`);
    expect(part.input).toBe("[redacted]");
  });

  it("logs a preview of an output that is too large, and gives the agent the same (B2)", async () => {
    const { outcome, part } = await called(
      tool(() => ["x".repeat(limits.toolOutputBytesMax)]),
      {},
    );
    expect(part.output).toMatchObject({ truncated: true, note: expect.stringContaining("131,072 bytes") });
    expect(outcome).toMatchObject({ ok: true, output: part.output });
    expect(JSON.stringify(part.output).length).toBeLessThan(10_000);
  });

  it("does not mind promises that nobody awaits (B4)", async () => {
    const node = new TestNode(async (run) => {
      void run.write("one ");
      void run.call(
        tool(() => new Promise(() => undefined)),
        {},
      );
      void run.write("two");
    });
    const answer = await node.answer((await node.ask()).runId);
    expect(messageText(answer)).toBe("one two");
    expect(toolPart(answer).error?.code).toBe("tool_cancelled");
  });

  it("refuses an agent that goes on after the end (B4)", async () => {
    let kept: AgentRun | undefined;
    const node = new TestNode(async (run) => {
      kept = run;
      await run.write("done");
    });
    const { runId } = await node.ask();
    const before = (await node.ended(runId)).length;
    await settle();
    await expect(kept?.write("more")).rejects.toThrow(RunEnded);
    await expect(kept?.think("more")).rejects.toThrow("The run is completed.");
    await expect(
      kept?.call(
        tool(() => 1),
        {},
      ),
    ).rejects.toThrow(RunEnded);
    expect(kept?.signal.aborted).toBe(true);
    expect(await node.types(runId)).toHaveLength(before);
  });

  it("names sub-agents by their path, and refuses names that are none", async () => {
    const node = new TestNode(async (run) => {
      const data = run.as("data");
      await data.think("Looking.", "a");
      await data.as("sums").call(
        tool(() => 1),
        {},
      );
      await data.write("done");
      expect(() => run.as("a/b")).toThrow(TypeError);
      expect(() => "abcdefgh".split("").reduce((at, name) => at.as(name), run)).toThrow(/8 deep/);
    });
    const { runId } = await node.ask();
    expect((await node.answer(runId)).status).toBe("completed");
    const agents = (await node.events(runId)).map((event) => event.agent);
    expect(agents).toEqual(["echo", "echo/data", "echo/data/sums", "echo/data/sums", "echo/data", "echo"]);
  });

  it("bounds calls, thoughts and the answer (B6)", async () => {
    const greedy: readonly (readonly [(run: AgentRun) => Promise<void>, string])[] = [
      [
        async (run) => {
          for (;;)
            await run.call(
              tool(() => 1),
              {},
            );
        },
        "too_many_steps",
      ],
      [
        async (run) => {
          for (;;) await run.think("x".repeat(1_000_000));
        },
        "too_many_steps",
      ],
      [
        async (run) => {
          while (!run.signal.aborted) {
            void run.write("x".repeat(100_000));
            await settle();
          }
        },
        "answer_too_large",
      ],
    ];
    for (const [run, code] of greedy) {
      const node = new TestNode(run);
      const { runId } = await node.ask();
      const over = { is: false };
      const answer = node.answer(runId).finally(() => {
        over.is = true;
      });
      while (!over.is) await node.testClock.advance(30);
      expect((await answer).failure?.code).toBe(code);
    }
  });

  it("ends the run with the code that an agent throws on purpose", async () => {
    const node = new TestNode(() => Promise.reject(new RunFailure("too_many_steps", "Enough.")));
    const answer = await node.answer((await node.ask()).runId);
    expect(answer.failure).toEqual({ code: "too_many_steps", message: "Enough." });
    expect(node.faults).toEqual([]);
  });
});
