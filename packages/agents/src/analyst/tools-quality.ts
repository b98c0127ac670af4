import { z } from "zod";
import { defineTool } from "../tool.ts";
import type { Datasets } from "./datasets.ts";
import { percent, round, rounding, usd } from "./figures.ts";
import { type ModelPrice, priceList } from "./price-list.ts";
import { type Problem, problem } from "./problem.ts";
import { datasetSchema, filterSchema, missing } from "./selection.ts";
import { pearson } from "./statistics.ts";
import { metricColumn, span } from "./tools-spend.ts";
import { usageTool } from "./usage-tool.ts";

/** A call counts as a repetition of a failed one within this time. */
const repeatedWithinMs = 120_000;
const correlated = ["inputTokens", "outputTokens", "latencyMs", "costUsd"] as const;

export interface RetriesAnswer {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly calls: number;
  readonly failed: number;
  readonly failedPercent: number;
  readonly failedUsd: number;
  readonly retries: number;
  readonly features: readonly {
    readonly name: string;
    readonly calls: number;
    readonly failed: number;
    readonly failedPercent: number;
    readonly failedUsd: number;
    readonly retries: number;
  }[];
  readonly method: string;
  readonly rounding: string;
}

export interface CorrelationAnswer {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly calls: number;
  readonly pairs: readonly {
    readonly a: (typeof correlated)[number];
    readonly b: (typeof correlated)[number];
    readonly r: number;
  }[];
  readonly method: string;
}

export function qualityTools(datasets: Datasets) {
  const retries = usageTool(datasets, {
    name: "retry_waste",
    description:
      "What failed calls cost and how often they are repeated: a repetition follows a failure of the same user, feature, model (and prompt, where known) within two minutes. By feature.",
    input: z.strictObject({ dataset: datasetSchema, filter: filterSchema.optional() }),
    async compute(_input, scope): Promise<RetriesAnswer | Problem> {
      const { data, rows, pace } = scope;
      if (!data.fields.has("success")) return missing(data, "success");
      const failedAt = new Map<string, number>();
      const byFeature = new Map<number, { calls: number; failed: number; nano: number; retries: number }>();
      for (let i = 0; i < rows.length; i++) {
        if (i % 8192 === 0) await pace();
        const row = rows[i] ?? 0;
        const feature = data.column.feature.codes[row] ?? 0;
        let sum = byFeature.get(feature);
        if (!sum) {
          sum = { calls: 0, failed: 0, nano: 0, retries: 0 };
          byFeature.set(feature, sum);
        }
        sum.calls++;
        const failed = data.success[row] !== 1;
        // Most rows never follow a failure; the key is only made where it can matter.
        if (!failed && failedAt.size === 0) continue;
        const key = `${data.column.user.codes[row]}|${feature}|${data.column.model.codes[row]}|${data.prompt[row]}`;
        const at = data.at[row] ?? 0;
        const before = failedAt.get(key);
        if (before !== undefined) {
          if (at - before <= repeatedWithinMs) sum.retries++;
          failedAt.delete(key);
        }
        if (failed) {
          sum.failed++;
          sum.nano += data.costNano[row] ?? 0;
          failedAt.set(key, at);
        }
      }
      const all = [...byFeature.values()];
      const total = (key: "failed" | "nano" | "retries") => all.reduce((sum, one) => sum + one[key], 0);
      return {
        ...span(scope),
        calls: rows.length,
        failed: total("failed"),
        failedPercent: round((total("failed") / rows.length) * 100, 2),
        failedUsd: usd(total("nano")),
        retries: total("retries"),
        features: [...byFeature]
          .sort(([, a], [, b]) => b.nano - a.nano)
          .slice(0, 30)
          .map(([code, one]) => ({
            name: data.column.feature.names[code] ?? "",
            calls: one.calls,
            failed: one.failed,
            failedPercent: percent(one.failed, one.calls),
            failedUsd: usd(one.nano),
            retries: one.retries,
          })),
        method: `A repetition follows a failed call of the same user, feature, model${data.fields.has("promptId") ? " and prompt" : ""} within ${repeatedWithinMs / 1000} s.`,
        rounding,
      };
    },
  });

  const correlation = usageTool(datasets, {
    name: "correlation",
    description:
      "Pearson correlation between input tokens, output tokens, latency and cost per call: what moves with what.",
    input: z.strictObject({ dataset: datasetSchema, filter: filterSchema.optional() }),
    async compute(_input, scope): Promise<CorrelationAnswer | Problem> {
      const { data, rows, pace } = scope;
      const readers = correlated.flatMap((name) => {
        const read = metricColumn(data, name);
        return read ? [{ name, read }] : [];
      });
      const columns = readers.map(({ name, read }) => ({
        name,
        read,
        values: new Float64Array(rows.length),
      }));
      let known = 0;
      next: for (let i = 0; i < rows.length; i++) {
        if (i % 16_384 === 0) await pace();
        // A call counts only where every metric is known; the place is overwritten otherwise.
        for (const { read, values } of columns) {
          const value = read(rows[i] ?? 0);
          if (Number.isNaN(value)) continue next;
          values[known] = value;
        }
        known++;
      }
      const pairs: CorrelationAnswer["pairs"][number][] = [];
      for (const [i, a] of columns.entries()) {
        for (const b of columns.slice(i + 1)) {
          await pace();
          const r = pearson(a.values.subarray(0, known), b.values.subarray(0, known));
          if (r !== undefined) pairs.push({ a: a.name, b: b.name, r: round(r, 3) });
        }
      }
      if (pairs.length === 0) return problem("No two metrics vary in this selection.", "Widen the filter.");
      pairs.sort((x, y) => Math.abs(y.r) - Math.abs(x.r));
      return {
        ...span(scope),
        calls: known,
        pairs,
        method: "Pearson's r over single calls; it shows what moves together, not what causes what.",
      };
    },
  });

  const prices = defineTool({
    name: "price_list",
    description:
      "The supply catalogue: models, providers, tiers and list prices in USD per million tokens, with the date of the prices.",
    input: z.strictObject({
      search: z.string().max(100).optional().describe("part of a model's or provider's name"),
    }),
    idempotent: true,
    run: ({ search = "" }): PricesAnswer => ({
      asOf: priceList.asOf,
      note: priceList.note,
      models: priceList.models.filter((one) =>
        `${one.provider} ${one.model} ${one.tier}`.includes(search.toLowerCase()),
      ),
    }),
  });
  return { retries, correlation, prices };
}

export interface PricesAnswer {
  readonly asOf: string;
  readonly note: string;
  readonly models: readonly ModelPrice[];
}
