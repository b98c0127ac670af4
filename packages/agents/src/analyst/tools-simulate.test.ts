import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findPrice } from "./price-list.ts";
import { dayMs, type UsageRecord } from "./usage-data.ts";
import { records, start, sumOf, workbench } from "./usage-workbench.ts";

/** Within the rounding of one figure to the cent. */
const near = (shown: number, exact: number) => expect(Math.abs(shown - exact)).toBeLessThan(0.0051);

describe("the simulations against naive computations", () => {
  it("simulate_batching: each call's discount, a model without a price named and left alone", async () => {
    const known = records.map((all) =>
      all.map((one, at): UsageRecord => (at % 3 === 0 ? { ...one, model: "house-model" } : one)),
    );
    await fc.assert(
      fc.asyncProperty(known, fc.constantFrom(0.25, 0.5, 1), async (all, share) => {
        const { tools, call } = workbench(all);
        const answer = await call(tools.batching, { share });
        let after = 0;
        let discounted = 0;
        for (const one of all) {
          const discount = findPrice(one.model)?.batchDiscount ?? 0;
          after += one.costUsd * (1 - discount * share);
          if (discount > 0) discounted++;
        }
        near(answer.afterUsd, after);
        near(answer.beforeUsd, sumOf(all));
        expect(answer.callsTouched).toBe(Math.round(discounted * share));
        expect(answer.assumptions.join(" ")).toContain("No batch discount is known for house-model.");
      }),
      { numRuns: 40 },
    );
  });

  it("simulate_trimming: the input's part of each call's own cost, by a cap or by a share", async () => {
    const how = fc.oneof(
      fc.integer({ min: 1, max: 6000 }).map((inputTokensMax) => ({ inputTokensMax })),
      fc.constantFrom(0.1, 0.3, 0.9).map((reduceInputBy) => ({ reduceInputBy })),
    );
    await fc.assert(
      fc.asyncProperty(records, how, async (all, cut) => {
        const { tools, call } = workbench(all);
        const answer = await call(tools.trimming, cut);
        let after = 0;
        for (const one of all) {
          const price = findPrice(one.model);
          const input = one.inputTokens * (price?.inputUsdPerMillion ?? 0);
          const output = one.outputTokens * (price?.outputUsdPerMillion ?? 0);
          const left =
            "reduceInputBy" in cut
              ? 1 - cut.reduceInputBy
              : Math.min(1, cut.inputTokensMax / Math.max(1, one.inputTokens));
          after += input === 0 ? one.costUsd : one.costUsd * ((input * left + output) / (input + output));
        }
        near(answer.afterUsd, after);
        expect(answer.savedUsd).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 40 },
    );
  });

  it("simulate_growth: 30 days' cost, month by month", async () => {
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.integer({ min: -90, max: 100 }),
        fc.integer({ min: 1, max: 6 }),
        async (all, percentPerMonth, months) => {
          const { tools, call } = workbench(all);
          const answer = await call(tools.growth, { percentPerMonth, months });
          const days = all.map((one) => Math.floor(one.at / dayMs));
          const baseDays = Math.min(30, Math.max(...days) - Math.min(...days) + 1);
          const base = (sumOf(all) / baseDays) * 30;
          let cost = base;
          let total = 0;
          expect(answer.months).toHaveLength(months);
          for (const month of answer.months) {
            cost *= 1 + percentPerMonth / 100;
            total += cost;
            near(month.costUsd, cost);
            near(month.addedUsd, month.costUsd - answer.baseUsdPer30Days);
          }
          near(answer.totalUsd, total);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("simulate_growth: the base is the last 30 days of a longer time", async () => {
    const one = { user: "a", team: "t", feature: "f", model: "gpt-4o", inputTokens: 1, outputTokens: 1 };
    const all = Array.from({ length: 45 }, (_, day) => ({
      ...one,
      at: start + day * dayMs,
      latencyMs: 1,
      success: true,
      costUsd: day < 15 ? 100 : 2,
      promptId: "p",
    }));
    const { tools, call } = workbench(all);
    const answer = await call(tools.growth, { percentPerMonth: 50, months: 1 });
    expect(answer).toMatchObject({ baseDays: 30, baseUsdPer30Days: 60, totalUsd: 90 });
  });
});

it("simulate_caching says when the records overrule the hit rate that was asked for", async () => {
  const [all = []] = fc.sample(records, { numRuns: 1, seed: 3 });
  const { tools, call } = workbench(all);
  const answer = await call(tools.caching, { assumedHitRate: 0.3 });
  expect(answer.basis).toBe("observed");
  expect(answer.assumptions.join(" ")).toContain("the 30 % asked for are not used");
});

describe("patterns and failures against naive computations", () => {
  it("usage_pattern: calls and cost of each hour and weekday, peaks, and each feature's nights", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (all) => {
        const { tools, call } = workbench(all);
        const answer = await call(tools.pattern, {});
        const hourOf = (one: UsageRecord) => new Date(one.at).getUTCHours();
        for (const [hour, row] of answer.perHour.entries()) {
          const own = all.filter((one) => hourOf(one) === hour);
          expect(row.calls).toBe(own.length);
          near(row.costUsd, sumOf(own));
        }
        for (const row of answer.perWeekday) {
          const named = (one: UsageRecord) =>
            new Date(one.at).toLocaleDateString("en-US", { weekday: "long", timeZone: "UTC" });
          expect(row.calls).toBe(all.filter((one) => named(one) === row.weekday).length);
        }
        const calls = (name: string) => answer.perHour.find((row) => row.hour === name)?.calls ?? 0;
        const busiest = answer.perHour.map((row) => row.calls).sort((a, b) => b - a);
        expect(answer.peakHours.map(calls)).toEqual(busiest.slice(0, 3).filter((one) => one > 0));
        for (const row of answer.features) {
          const own = all.filter((one) => one.feature === row.name);
          const atNight = own.filter((one) => hourOf(one) >= 22 || hourOf(one) < 6);
          expect(row.calls).toBe(own.length);
          expect(row.nightPercent).toBe(Math.round((atNight.length / own.length) * 1000) / 10);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("retry_waste: failures counted, and each repetition found by looking back", async () => {
    // Close together and alike, so that repetitions occur; no two at once, so that the order is known.
    const close = records.map((all) =>
      all.map(
        (one, at): UsageRecord => ({
          ...one,
          user: "ann",
          model: "gpt-4o",
          at: start + at * 25_000 + (one.at % 25_000),
        }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(close, async (all) => {
        const { tools, call } = workbench(all);
        const answer = await call(tools.retries, {});
        const alike = (a: UsageRecord, b: UsageRecord) =>
          a.feature === b.feature && a.promptId === b.promptId;
        const repeats = (feature?: string) =>
          all.filter((one, at) => {
            const before = all.slice(0, at).findLast((other) => alike(one, other));
            const follows = before !== undefined && !before.success && one.at - before.at <= 120_000;
            return follows && (feature === undefined || one.feature === feature);
          }).length;
        const failed = all.filter((one) => !one.success);
        expect(answer).toMatchObject({ calls: all.length, failed: failed.length, retries: repeats() });
        near(answer.failedUsd, sumOf(failed));
        for (const row of answer.features) {
          const own = failed.filter((one) => one.feature === row.name);
          expect(row).toMatchObject({ failed: own.length, retries: repeats(row.name) });
          near(row.failedUsd, sumOf(own));
        }
      }),
      { numRuns: 60 },
    );
  });
});
