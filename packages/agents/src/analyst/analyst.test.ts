import { messageText, systemClock } from "@goldenpath/protocol";
import { describe, expect, it } from "vitest";
import { TestNode } from "../test-node.ts";
import { analystDefinition, createAnalyst } from "./analyst.ts";
import { chartSchema } from "./chart.ts";
import { recordRun } from "./run-recorder.ts";
import { sampleRecords } from "./sample.ts";

async function ask(...texts: string[]) {
  const { run, recording } = recordRun({ texts });
  await createAnalyst().run(run);
  return recording;
}

const money = (usd: number) =>
  (Math.round(usd * 100) / 100).toLocaleString("en-US", { style: "currency", currency: "USD" });

describe("the analyst", () => {
  it("reports a total that equals the sum of the raw records, and every mark names a call that was made", async () => {
    const { text, calls, thoughts } = await ask("Where does my AI spend go and how do I cut it?");
    let exact = 0;
    for (const record of sampleRecords()) exact += record.costUsd;
    expect(text).toContain(money(exact));
    expect(text).toMatch(/generated/);
    const made = new Map<string, number>();
    for (const { tool } of calls) made.set(tool, (made.get(tool) ?? 0) + 1);
    const marks = [...text.matchAll(/\[([a-z_]+) #(\d+)\]/g)];
    expect(marks.length).toBeGreaterThan(10);
    for (const [, tool = "", number] of marks)
      expect(made.get(tool) ?? 0).toBeGreaterThanOrEqual(Number(number));
    for (const { outcome, tool } of calls)
      expect(outcome, tool).not.toMatchObject({ output: { problem: expect.anything() } });
    const agents = new Set([...calls, ...thoughts].map((one) => one.agent));
    for (const name of ["triage", "data", "optimization", "actions", "reporting"])
      expect(agents).toContain(`analyst/${name}`);
    const chart = /```chart\n(.*)\n```/.exec(text)?.[1];
    expect(chartSchema.safeParse(JSON.parse(chart ?? "null")).success).toBe(true);
  });

  it("finds what the sample hides", async () => {
    const { text } = await ask("Where does my AI spend go and how do I cut it?");
    expect(text).toContain("2026-08-19");
    expect(text).toMatch(/claude-sonnet-4.5 was unusually slow on \d+ days, first on 2026-09-08/);
    expect(text).toMatch(/gpt-4o's calls .* to gpt-4o-mini/);
    expect(text).toContain("Send document-summary through the batch service");
    expect(text).toContain("Shorten the prompts of contract-analysis");
    expect(text).toContain("Answer repeated prompts from a cache");
    expect(text).toContain("fewer failures in data-extraction");
  });

  it.each([
    ["p95 latency by model last 2 weeks", "percentiles"],
    ["spend by team in the last month", "spend_by"],
    ["which days were unusual?", "anomalies"],
    ["what if we move 50% of gpt-4o traffic to gpt-4o-mini?", "simulate_routing"],
    ["forecast next month", "trend"],
    ["why did cost go up?", "cost_drivers"],
    ["how many calls fail?", "retry_waste"],
    ["when are the peak hours?", "usage_pattern"],
    ["correlation of tokens and latency", "correlation"],
    ["what would caching save?", "simulate_caching"],
    ["could we batch document-summary?", "simulate_batching"],
    ["cap contract-analysis prompts at 8k tokens", "simulate_trimming"],
    ["what if usage grows 10% a month for 6 months?", "simulate_growth"],
    ["list prices of models", "price_list"],
    ["cost trend", "trend"],
  ])("%s is answered by %s alone", async (question, tool) => {
    const { calls, text } = await ask(question);
    expect(calls.map((one) => one.tool)).toEqual(["describe_dataset", tool]);
    expect(text).toContain(`[${tool} #1]`);
    expect(text).not.toContain("cannot answer");
    for (const [, chart = ""] of text.matchAll(/```chart\n(.*)\n```/g)) chartSchema.parse(JSON.parse(chart));
  });

  it("a follow-up continues the question before", async () => {
    const { calls } = await ask("spend by model in the last month", "and by team?");
    expect(calls.at(-1)?.input).toMatchObject({ by: "team", filter: { from: "2026-09-01" } });
  });

  it("a report on a part simulates on that part", async () => {
    const { calls } = await ask("how can the legal team save money?");
    const simulations = calls.filter((one) => one.tool.startsWith("simulate_"));
    expect(simulations.length).toBeGreaterThan(0);
    for (const one of simulations) expect(one.input).toMatchObject({ filter: { team: ["legal"] } });
  });

  it("says so when it does not understand, and lists what it can", async () => {
    const { text } = await ask("what's the capital of France?");
    expect(text).toContain("do not understand");
    expect(text).toContain("france");
    expect(text).toContain("p95 latency by model");
    expect(text).not.toMatch(/\$\d/);
  });

  it("greets without a tool", async () => expect((await ask("hello")).calls).toEqual([]));

  it("names a model that the price list does not hold", async () => {
    expect((await ask("move half of gpt-4o to gpt-9-zeta")).text).toContain("no model");
  });

  it("uses the attached file, and never the sample when that is broken", async () => {
    const file = (content: string) =>
      new Map([
        ["a1", { name: "mine.csv", mediaType: "text/csv", bytes: new TextEncoder().encode(content) }],
      ]);
    const good = recordRun({
      texts: ["total spend by model"],
      files: file("time,model,cost\n2026-09-01,a,1.25\n2026-09-02,b,2.50\n"),
    });
    await createAnalyst().run(good.run);
    expect(good.recording.text).toContain("$3.75");
    expect(good.recording.text).not.toMatch(/generated/);
    // The file does not say which calls failed, so no share of them is shown.
    expect(good.recording.text).not.toContain("Failed");
    const report = recordRun({
      texts: [""],
      files: file("time,model,cost\n2026-09-01,a,1.25\n2026-09-02,b,2.50\n"),
    });
    await createAnalyst().run({ ...report.run, userId: "u2" });
    expect(report.recording.text).toContain("$3.75");
    const bad = recordRun({
      texts: ["spend by model"],
      files: new Map([
        ["a2", { name: "x.csv", mediaType: "text/csv", bytes: new TextEncoder().encode("<html></html>") }],
      ]),
    });
    await createAnalyst().run(bad.run);
    expect(bad.recording.text).toContain("web page");
    expect(bad.recording.text).not.toMatch(/\$\d/);
  });

  it("reads well on odd files: one record, no cost, a named month, no features", async () => {
    let id = 0;
    const about = async (lines: readonly string[], text: string) => {
      const bytes = new TextEncoder().encode(["time,model,latency_ms,success,cost", ...lines].join("\n"));
      const files = new Map([[`f${id++}`, { name: "odd.csv", mediaType: "text/csv", bytes }]]);
      const { run, recording } = recordRun({ texts: [text], files });
      await createAnalyst().run({ ...run, userId: "odd" });
      return recording.text;
    };
    const days = (count: number, cost: (day: number) => number) =>
      Array.from({ length: count }, (_, day) => {
        const date = new Date(Date.UTC(2026, 5, 1 + day)).toISOString();
        return `${date},gpt-4o,${500 + day},${day % 2 === 0},${cost(day)}`;
      });
    const one = days(1, () => 1.5);
    expect(await about(one, "total spend")).toContain("**$1.50** for 1 call and 0 tokens");
    expect(await about(one, "why did cost go up?")).toMatch(/2026-06-01 to 2026-06-01.*Widen the period/s);
    expect(await about(one, "when are the peak hours?")).toContain("made at 00:00 UTC**");
    expect(await about(one, "what if usage grows by 20%?")).toContain("**$54.00 in 30 days**");
    const grown = days(60, (day) => (day < 30 ? 0 : 2));
    const fromNothing = await about(grown, "why did cost go up?");
    expect(fromNothing).toContain("**Up $60.00**: from $0.00");
    // Compared with as many days of June; without its last day the question would reach into August.
    const named = await about(
      days(92, () => 1),
      "why did cost change in July?",
    );
    expect(named).toContain("**No change (0 %)**");
    expect(named).toContain("2026-07-01 to 2026-07-30");
    expect(await about(grown, "how many calls failed?")).not.toContain("unknown");
    expect(await about(grown, "full report")).not.toContain("unknown");
    expect(await about(grown, "forecast latency next month")).toContain("cost, calls and tokens only");
    expect(
      await about(
        days(30, () => 0),
        "full report",
      ),
    ).not.toContain("dearest");
    expect(await about(grown, "spend on 2026-06-31")).toContain("is no day of the calendar");
  });

  it("answers the same through the real supervisor", async () => {
    const node = new TestNode(undefined, { definitions: [analystDefinition], clock: systemClock });
    const { runId } = await node.ask("Where does my AI spend go and how do I cut it?");
    const answer = await node.answer(runId);
    expect(answer.status).toBe("completed");
    expect(messageText(answer)).toBe((await ask("Where does my AI spend go and how do I cut it?")).text);
    expect(answer.parts.filter((part) => part.type === "tool" && part.state !== "completed")).toEqual([]);
  });

  it("stops when the run is cancelled", async () => {
    const stop = new AbortController();
    stop.abort(new Error("cancelled"));
    const { run, recording } = recordRun({ texts: ["full report"], signal: stop.signal });
    await expect(createAnalyst().run(run)).rejects.toThrow("cancelled");
    expect(recording.text).toBe("");
  });
});
