import { z } from "zod";
import type { Datasets } from "./datasets.ts";
import { isoDay, percent, rounding, usd } from "./figures.ts";
import { type Problem, problem } from "./problem.ts";
import { datasetSchema, daySchema, filterSchema, missing } from "./selection.ts";
import { addRow, emptySums, grouper, groupingSchema, lacks, type Sums, span } from "./tools-spend.ts";
import { dayMs } from "./usage-data.ts";
import { usageTool } from "./usage-tool.ts";

export function driversTool(datasets: Datasets) {
  return usageTool(datasets, {
    name: "cost_drivers",
    description:
      "Why did cost change between two periods? Splits the change exactly into volume (more calls), mix (other models or features), tokens per call and price per token, by segment. Default: the second half of the period against the first.",
    input: z.strictObject({
      dataset: datasetSchema,
      by: groupingSchema.extract(["model", "feature", "team", "user"]).default("model"),
      splitDay: daySchema.optional().describe("first day of the second period, UTC"),
      top: z.int().min(1).max(50).default(10),
      filter: filterSchema.optional(),
    }),
    compute({ by, splitDay, top }, scope): DriversAnswer | Problem {
      const { data, rows } = scope;
      if (lacks(data, by)) return missing(data, by);
      const { firstDay, lastDay } = span(scope);
      const days = (Date.parse(lastDay) - Date.parse(firstDay)) / dayMs + 1;
      const half = Math.floor(days / 2);
      const split = splitDay === undefined ? Date.parse(lastDay) - (half - 1) * dayMs : Date.parse(splitDay);
      // Periods of equal length, so that volume means activity and not days.
      const length = Math.min(
        (split - Date.parse(firstDay)) / dayMs,
        (Date.parse(lastDay) - split) / dayMs + 1,
      );
      if (length < 1)
        return problem(
          `Two periods of at least a day are compared; the records go from ${firstDay} to ${lastDay}.`,
          days < 2
            ? "Widen the period."
            : `Choose a splitDay after ${firstDay} and not after ${lastDay}, or widen the period.`,
        );
      const from = split - length * dayMs;
      const to = split + length * dayMs;
      const { codeOf, nameOf } = grouper(data, by);
      const pairs = new Map<number, readonly [Sums, Sums]>();
      for (const row of rows) {
        const at = data.at[row] ?? 0;
        if (at < from || at >= to) continue;
        const code = codeOf(row);
        let pair = pairs.get(code);
        if (!pair) {
          pair = [emptySums(), emptySums()];
          pairs.set(code, pair);
        }
        addRow(at < split ? pair[0] : pair[1], data, row);
      }
      const parts = decompose(
        [...pairs].map(([code, [before, after]]) => ({ name: nameOf(code), before, after })),
      );
      return {
        by,
        before: { firstDay: isoDay(from), lastDay: isoDay(split - dayMs), costUsd: usd(parts.before) },
        after: { firstDay: isoDay(split), lastDay: isoDay(to - dayMs), costUsd: usd(parts.after) },
        changeUsd: usd(parts.after - parts.before),
        changePercent: percent(parts.after - parts.before, parts.before),
        volumeUsd: usd(parts.volume),
        mixUsd: usd(parts.mix),
        tokensUsd: usd(parts.tokens),
        priceUsd: usd(parts.price),
        segments: parts.segments
          .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
          .slice(0, top)
          .map(({ name, before, after, change }) => ({
            name,
            beforeUsd: usd(before),
            afterUsd: usd(after),
            changeUsd: usd(change),
          })),
        method:
          "Cost = calls × share of the segment × tokens per call × price per token, changed one after the other in this order; the parts add up to the change before rounding to the cent.",
        rounding,
      };
    },
  });
}

export interface DriversAnswer {
  readonly by: string;
  readonly before: { readonly firstDay: string; readonly lastDay: string; readonly costUsd: number };
  readonly after: { readonly firstDay: string; readonly lastDay: string; readonly costUsd: number };
  readonly changeUsd: number;
  readonly changePercent: number;
  readonly volumeUsd: number;
  readonly mixUsd: number;
  readonly tokensUsd: number;
  readonly priceUsd: number;
  readonly segments: readonly {
    readonly name: string;
    readonly beforeUsd: number;
    readonly afterUsd: number;
    readonly changeUsd: number;
  }[];
  readonly method: string;
  readonly rounding: string;
}

interface Segment {
  readonly name: string;
  readonly before: Sums;
  readonly after: Sums;
}

/** See `method` of the answer; a segment that is new, or was without tokens, changes by mix or by price. */
function decompose(segments: readonly Segment[]) {
  const total = (key: "costNano" | "calls", period: "before" | "after") =>
    segments.reduce((sum, one) => sum + one[period][key], 0);
  const before = total("costNano", "before");
  const after = total("costNano", "after");
  const calls0 = total("calls", "before");
  const calls1 = total("calls", "after");
  let mix = 0;
  let tokens = 0;
  let price = 0;
  for (const { before: b, after: a } of segments) {
    const perCall1 = a.calls === 0 ? 0 : a.costNano / a.calls;
    const perCall0 = b.calls === 0 ? perCall1 : b.costNano / b.calls;
    mix +=
      calls1 * ((calls1 === 0 ? 0 : a.calls / calls1) - (calls0 === 0 ? 0 : b.calls / calls0)) * perCall0;
    const tokens0 = b.calls === 0 ? 0 : (b.inputTokens + b.outputTokens) / b.calls;
    const tokens1 = a.calls === 0 ? 0 : (a.inputTokens + a.outputTokens) / a.calls;
    const ofTokens =
      a.calls > 0 && b.calls > 0 && tokens0 > 0 ? a.calls * (tokens1 - tokens0) * (perCall0 / tokens0) : 0;
    tokens += ofTokens;
    price += a.calls * (perCall1 - perCall0) - ofTokens;
  }
  const volume = calls0 === 0 ? 0 : (calls1 - calls0) * (before / calls0);
  return {
    before,
    after,
    volume,
    mix,
    tokens,
    price,
    segments: segments.map(({ name, before: b, after: a }) => ({
      name,
      before: b.costNano,
      after: a.costNano,
      change: a.costNano - b.costNano,
    })),
  };
}
