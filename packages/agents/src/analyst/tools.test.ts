import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPacer } from "./pacer.ts";
import { findPrice } from "./price-list.ts";
import { sortInTurns } from "./statistics.ts";
import { dayMs, type UsageRecord } from "./usage-data.ts";
import { cents, record, records, start, sumOf, workbench } from "./usage-workbench.ts";

describe("the tools against naive computations", () => {
  it("spend_by: every group, the rest and the total", async () => {
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.constantFrom("user", "team", "feature", "model"),
        fc.integer({ min: 1, max: 3 }),
        async (all, by, top) => {
          const { tools, call } = workbench(all);
          const answer = await call(tools.spendBy, { by, top });
          expect(answer.total).toMatchObject({ costUsd: cents(sumOf(all)), calls: all.length });
          for (const row of answer.rows) {
            const own = all.filter((one) => one[by] === row.name);
            expect(row).toMatchObject({
              calls: own.length,
              costUsd: cents(sumOf(own)),
              inputTokens: own.reduce((sum, one) => sum + one.inputTokens, 0),
            });
          }
          const calls =
            answer.rows.reduce((sum: number, row: { calls: number }) => sum + row.calls, 0) +
            (answer.rest?.calls ?? 0);
          expect(calls).toBe(all.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("filters: days and names", async () => {
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.integer({ min: 0, max: 29 }),
        fc.integer({ min: 0, max: 29 }),
        async (all, a, b) => {
          const { tools, call } = workbench(all);
          const day = (index: number) => new Date(start + index * dayMs).toISOString().slice(0, 10);
          const [from, to] = [day(Math.min(a, b)), day(Math.max(a, b))];
          const own = all.filter(
            (one) =>
              one.team === "red" &&
              new Date(one.at).toISOString().slice(0, 10) >= from &&
              new Date(one.at).toISOString().slice(0, 10) <= to,
          );
          const answer = await call(tools.spendBy, { by: "model", filter: { from, to, team: ["red"] } });
          if (own.length === 0) expect(answer.problem).toMatch(/No record passes|There is no team/);
          else expect(answer.total).toMatchObject({ calls: own.length, costUsd: cents(sumOf(own)) });
        },
      ),
      { numRuns: 40 },
    );
  });

  it("percentiles: by sorting", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (all) => {
        const { tools, call } = workbench(all);
        const answer = await call(tools.percentiles, { metric: "latencyMs", by: "model" });
        for (const row of answer.rows) {
          const own = all
            .filter((one) => one.model === row.name)
            .map((one) => one.latencyMs)
            .sort((a, b) => a - b);
          const place = (own.length - 1) * 0.95;
          const low = own[Math.floor(place)] ?? 0;
          const high = own[Math.ceil(place)] ?? 0;
          expect(row.p95).toBeCloseTo(low + (high - low) * (place % 1), 0);
          expect(row.max).toBe(own.at(-1));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("simulate_routing: priced call by call", async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.constantFrom(0.25, 0.5, 1), async (all, share) => {
        const { tools, call } = workbench(all);
        const answer = await call(tools.routing, { to: "gpt-4o-mini", share });
        const target = findPrice("gpt-4o-mini");
        let after = 0;
        for (const one of all) {
          const there =
            (one.inputTokens * (target?.inputUsdPerMillion ?? 0) +
              one.outputTokens * (target?.outputUsdPerMillion ?? 0)) /
            1e6;
          after += one.model === "gpt-4o-mini" ? one.costUsd : one.costUsd * (1 - share) + there * share;
        }
        expect(Math.abs(answer.afterUsd - after)).toBeLessThan(0.0051);
        expect(answer.beforeUsd).toBe(cents(sumOf(all)));
      }),
      { numRuns: 40 },
    );
  });

  it("simulate_caching: repetitions found by looking back", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (all) => {
        const { tools, call } = workbench(all);
        const answer = await call(tools.caching, { ttlHours: 100 });
        const made: UsageRecord[] = [];
        let hits = 0;
        for (const one of [...all].sort((a, b) => a.at - b.at)) {
          if (!one.success) continue;
          const hit = made.some(
            (old) =>
              old.promptId === one.promptId &&
              old.feature === one.feature &&
              old.model === one.model &&
              one.at - old.at <= 100 * 3_600_000,
          );
          if (hit) hits++;
          else made.push(one);
        }
        expect(answer.callsTouched).toBe(hits);
      }),
      { numRuns: 40 },
    );
  });

  it("cost_drivers: the parts add up to the change", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (all) => {
        const { tools, call } = workbench(all);
        const answer = await call(tools.drivers, { by: "model" });
        if (answer.problem) return;
        const parts = answer.volumeUsd + answer.mixUsd + answer.tokensUsd + answer.priceUsd;
        expect(Math.abs(parts - answer.changeUsd)).toBeLessThan(0.031);
        expect(Math.abs(answer.after.costUsd - answer.before.costUsd - answer.changeUsd)).toBeLessThan(0.011);
      }),
      { numRuns: 40 },
    );
  });

  it("trend finds a line, and its forecast continues it", async () => {
    const all = Array.from({ length: 28 }, (_, day) => ({
      at: start + day * dayMs,
      user: "a",
      team: "t",
      feature: "f",
      model: "gpt-4o",
      inputTokens: 1,
      outputTokens: 1,
      latencyMs: 1,
      success: true,
      costUsd: 10 + day,
      promptId: "p",
    }));
    const { tools, call } = workbench(all);
    const answer = await call(tools.trend, { forecastDays: 2 });
    expect(answer.slopePerWeek).toBeCloseTo(7, 6);
    expect(answer.forecast?.sum).toBeCloseTo(38 + 39, 6);
  });

  it("anomalies finds the one day that differs", async () => {
    const all = Array.from({ length: 35 }, (_, day) => ({
      at: start + day * dayMs,
      user: "a",
      team: "t",
      feature: "f",
      model: "gpt-4o",
      inputTokens: 1,
      outputTokens: 1,
      latencyMs: 1,
      success: true,
      costUsd: (day === 20 ? 90 : 10) + (day % 3) / 10,
      promptId: "p",
    }));
    const { tools, call } = workbench(all);
    for (const method of ["robust_z", "iqr"]) {
      const answer = await call(tools.anomalies, { method });
      expect(answer.found.map((one: { day: string }) => one.day)).toEqual(["2026-06-21"]);
    }
  });

  it("a rate or a latency has no value on a day without calls, a sum has 0", async () => {
    const weekdays = Array.from({ length: 42 }, (_, day) => day).filter((day) => day % 7 < 5);
    const all = weekdays.map((day) => ({
      at: start + day * dayMs,
      user: "a",
      team: "t",
      feature: "f",
      model: "gpt-4o",
      inputTokens: 1,
      outputTokens: 1,
      latencyMs: 700,
      success: false,
      costUsd: 7,
      promptId: "p",
    }));
    const { tools, call } = workbench(all);
    for (const [metric, meanPerDay] of [
      ["latencyP95Ms", 700],
      ["failedPercent", 100],
    ]) {
      const answer = await call(tools.trend, { metric });
      expect(answer).toMatchObject({ days: 30, meanPerDay, growthPercentPerWeek: 0 });
      expect(new Set(answer.perDay.map((one) => one.value))).toEqual(new Set([meanPerDay]));
    }
    expect(await call(tools.trend, {})).toMatchObject({ days: 40, meanPerDay: 5.25 });
  });

  it("names a day that is in no calendar, and a metric without a value", async () => {
    const [one] = fc.sample(record, { numRuns: 1, seed: 4 });
    const { tools, call } = workbench(one ? [{ ...one, latencyMs: Number.NaN }, one] : []);
    await expect(call(tools.describe, { filter: { from: "2026-06-31" } })).rejects.toThrow();
    await expect(call(tools.spendBy, { by: "day", filter: { from: "2026-06-31" } })).rejects.toThrow(
      "is no day of the calendar",
    );
    const answer = await call(tools.percentiles, { metric: "latencyMs" });
    expect(answer.rows.map((row) => row.calls)).toEqual([1]);
  });

  it("sorts long columns in turns as one sort would", async () => {
    const pace = createPacer(new AbortController().signal);
    for (const length of [0, 1, 16_384, 16_385, 50_000]) {
      const values = Float64Array.from({ length }, (_, i) => (i * 7919) % 10_007);
      expect(await sortInTurns(values.slice(), pace)).toEqual(values.toSorted());
    }
  });

  it("correlation: exact for a line, and its opposite", async () => {
    const all = fc
      .sample(record, { numRuns: 20, seed: 2 })
      .map((one, i) => ({ ...one, inputTokens: i, outputTokens: 100 - i }));
    const { tools, call } = workbench(all);
    const answer = await call(tools.correlation, {});
    expect(answer.pairs).toContainEqual({ a: "inputTokens", b: "outputTokens", r: -1 });
  });

  it("keeps users' files apart, and names a file that is not there", async () => {
    const all = fc.sample(record, { numRuns: 3, seed: 1 });
    const { tools, call } = workbench(all);
    expect((await call(tools.describe, {})).records).toBe(3);
    const other = await tools.describe.run(
      { dataset: "a" },
      {
        signal: new AbortController().signal,
        userId: "other",
        threadId: "t",
        runId: "r",
        callId: "c",
        attachment: async () => undefined,
      },
    );
    expect(other).toMatchObject({ problem: expect.stringContaining("no attached file") });
  });
});
