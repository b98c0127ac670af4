import { z } from "zod";
import type { Datasets } from "./datasets.ts";
import { isoDay, percent, round, rounding, usd, usdPerCall } from "./figures.ts";
import { type Problem, problem } from "./problem.ts";
import { datasetSchema, filterSchema, missing } from "./selection.ts";
import { percentileOfSorted, sortInTurns } from "./statistics.ts";
import { type Dimension, dayMs, dimensions, type UsageData } from "./usage-data.ts";
import { type Scope, usageTool } from "./usage-tool.ts";

const groupings = [...dimensions, "day", "week", "month", "weekday", "hour"] as const;
export type Grouping = (typeof groupings)[number];
export const groupingSchema = z.enum(groupings);
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Which group each row belongs to: names in a fixed order (time, or as met) and the code of a row. */
export function grouper(
  data: UsageData,
  by: Grouping,
): { readonly codeOf: (row: number) => number; readonly nameOf: (code: number) => string } {
  const at = data.at;
  switch (by) {
    case "user":
    case "team":
    case "feature":
    case "model": {
      const { codes, names } = data.column[by];
      return { codeOf: (row) => codes[row] ?? 0, nameOf: (code) => names[code] ?? "" };
    }
    case "day":
      return { codeOf: (row) => Math.floor((at[row] ?? 0) / dayMs), nameOf: (code) => isoDay(code * dayMs) };
    case "week":
      // Weeks begin on Monday; 1970-01-05 was one.
      return {
        codeOf: (row) => Math.floor(((at[row] ?? 0) / dayMs - 4) / 7),
        nameOf: (code) => isoDay((code * 7 + 4) * dayMs),
      };
    case "month":
      return {
        codeOf: (row) => {
          const date = new Date(at[row] ?? 0);
          return date.getUTCFullYear() * 12 + date.getUTCMonth();
        },
        nameOf: (code) => `${Math.floor(code / 12)}-${String((code % 12) + 1).padStart(2, "0")}`,
      };
    case "weekday":
      return {
        codeOf: (row) => (Math.floor((at[row] ?? 0) / dayMs) + 4) % 7,
        nameOf: (code) => weekdays[code] ?? "",
      };
    case "hour":
      return {
        codeOf: (row) => Math.floor(((at[row] ?? 0) % dayMs) / 3_600_000),
        nameOf: (code) => `${String(code).padStart(2, "0")}:00`,
      };
  }
}

export interface Sums {
  calls: number;
  failed: number;
  costNano: number;
  inputTokens: number;
  outputTokens: number;
}

export function emptySums(): Sums {
  return { calls: 0, failed: 0, costNano: 0, inputTokens: 0, outputTokens: 0 };
}

export async function sumBy(scope: Scope, by: Grouping): Promise<ReadonlyMap<number, Sums>> {
  const { data, rows, pace } = scope;
  const { codeOf } = grouper(data, by);
  const sums = new Map<number, Sums>();
  for (let i = 0; i < rows.length; i++) {
    if (i % 16_384 === 0) await pace();
    const row = rows[i] ?? 0;
    const code = codeOf(row);
    let sum = sums.get(code);
    if (!sum) {
      sum = emptySums();
      sums.set(code, sum);
    }
    addRow(sum, data, row);
  }
  return sums;
}

export function addRow(sum: Sums, data: UsageData, row: number): void {
  sum.calls++;
  if (data.success[row] !== 1) sum.failed++;
  sum.costNano += data.costNano[row] ?? 0;
  sum.inputTokens += data.inputTokens[row] ?? 0;
  sum.outputTokens += data.outputTokens[row] ?? 0;
}

export interface SpendRow {
  readonly name: string;
  readonly costUsd: number;
  readonly sharePercent: number;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usdPerCall: number;
  readonly failedPercent: number;
}

export interface SpendAnswer {
  readonly by: Grouping;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly total: SpendRow;
  readonly groups: number;
  readonly rows: readonly SpendRow[];
  /** Whether the data say which calls failed; without that `failedPercent` means nothing. */
  readonly outcomesKnown: boolean;
  /** What the rows leave out, so that rows and rest are the total. */
  readonly rest?: SpendRow;
  readonly rounding: string;
}

function spendRow(name: string, sum: Sums, totalNano: number): SpendRow {
  return {
    name,
    costUsd: usd(sum.costNano),
    sharePercent: percent(sum.costNano, totalNano),
    calls: sum.calls,
    inputTokens: sum.inputTokens,
    outputTokens: sum.outputTokens,
    usdPerCall: usdPerCall(sum.costNano, sum.calls),
    failedPercent: round((sum.failed / Math.max(1, sum.calls)) * 100, 2),
  };
}

export function span({ data, rows }: Pick<Scope, "data" | "rows">): {
  readonly firstDay: string;
  readonly lastDay: string;
} {
  return {
    firstDay: isoDay(data.at[rows[0] ?? 0] ?? 0),
    lastDay: isoDay(data.at[rows[rows.length - 1] ?? 0] ?? 0),
  };
}

export function lacks(data: UsageData, by: Grouping | undefined): boolean {
  return by !== undefined && dimensions.includes(by as Dimension) && !data.fields.has(by as Dimension);
}

export function spendTools(datasets: Datasets) {
  const spendBy = usageTool(datasets, {
    name: "spend_by",
    description:
      "Sums cost, calls and tokens of AI usage by user, team, feature, model, day, week, month, weekday or hour (UTC). Use it for every question about who or what costs how much. Rows plus rest are the exact total.",
    input: z.strictObject({
      dataset: datasetSchema,
      by: groupingSchema,
      filter: filterSchema.optional(),
      orderBy: z
        .enum(["cost", "calls", "tokens", "name"])
        .default("cost")
        .describe("times read best by name"),
      top: z
        .int()
        .min(1)
        .max(366)
        .default(20)
        .describe("how many groups to list; the others are summed as rest"),
    }),
    async compute({ by, orderBy, top }, scope): Promise<SpendAnswer | Problem> {
      if (lacks(scope.data, by)) return missing(scope.data, by);
      const { nameOf } = grouper(scope.data, by);
      const sums = [...(await sumBy(scope, by))];
      const measure = (sum: Sums) =>
        orderBy === "calls"
          ? sum.calls
          : orderBy === "tokens"
            ? sum.inputTokens + sum.outputTokens
            : sum.costNano;
      if (orderBy === "name") {
        if ((dimensions as readonly string[]).includes(by))
          sums.sort(([a], [b]) => nameOf(a).localeCompare(nameOf(b)));
        else sums.sort(([a], [b]) => a - b);
      } else sums.sort(([a, x], [b, y]) => measure(y) - measure(x) || a - b);
      const total = added(sums.map(([, sum]) => sum));
      const shown = sums.slice(0, top);
      const rest = sums.slice(top);
      return {
        by,
        ...span(scope),
        total: spendRow("total", total, total.costNano),
        groups: sums.length,
        rows: shown.map(([code, sum]) => spendRow(nameOf(code), sum, total.costNano)),
        outcomesKnown: scope.data.fields.has("success"),
        ...(rest.length === 0
          ? {}
          : { rest: spendRow(`${rest.length} others`, added(rest.map(([, sum]) => sum)), total.costNano) }),
        rounding,
      };
    },
  });

  const percentiles = usageTool(datasets, {
    name: "percentiles",
    description:
      "Percentiles (p50, p90, p95, p99), mean and maximum of latency, tokens or cost per call, over all calls or by user, team, feature, model or time. Failed calls are included unless filtered out.",
    input: z.strictObject({
      dataset: datasetSchema,
      metric: z.enum(["latencyMs", "inputTokens", "outputTokens", "totalTokens", "costUsd"]),
      by: groupingSchema.optional(),
      filter: filterSchema.optional(),
      top: z.int().min(1).max(100).default(20),
    }),
    async compute({ metric, by, top }, scope): Promise<PercentilesAnswer | Problem> {
      const { data, rows, pace } = scope;
      if (lacks(data, by)) return missing(data, by ?? "");
      const column = metricColumn(data, metric);
      if (!column) return missing(data, metric);
      const group = by === undefined ? { codeOf: () => 0, nameOf: () => "all" } : grouper(data, by);
      const valuesByCode = new Map<number, number[]>();
      for (let i = 0; i < rows.length; i++) {
        if (i % 16_384 === 0) await pace();
        const row = rows[i] ?? 0;
        const value = column(row);
        if (Number.isNaN(value)) continue;
        const code = group.codeOf(row);
        const values = valuesByCode.get(code);
        if (values) values.push(value);
        else valuesByCode.set(code, [value]);
      }
      // Times in their order, the newest `top`; names by their number of calls.
      const timed = by !== undefined && !(dimensions as readonly string[]).includes(by);
      const all = [...valuesByCode].sort(([a, x], [b, y]) => (timed ? b - a : y.length - x.length || a - b));
      const decimals = metric === "costUsd" ? 6 : 1;
      const found: PercentileRow[] = [];
      for (const [code, values] of all.slice(0, top)) {
        await pace();
        const sorted = await sortInTurns(Float64Array.from(values), pace);
        const at = (percentile: number) => round(percentileOfSorted(sorted, percentile), decimals);
        let sum = 0;
        for (const value of sorted) sum += value;
        found.push({
          name: group.nameOf(code),
          calls: sorted.length,
          p50: at(50),
          p90: at(90),
          p95: at(95),
          p99: at(99),
          mean: round(sum / sorted.length, decimals),
          max: at(100),
        });
      }
      if (found.length === 0)
        return problem(
          `No selected record has a value for ${metric}.`,
          "Widen the filter, or attach a file with that column filled.",
        );
      if (timed) found.reverse();
      return { metric, by: by ?? "all", ...span(scope), groups: all.length, rows: found };
    },
  });

  const describe = usageTool(datasets, {
    name: "describe_dataset",
    description:
      "Says what a dataset holds: records, period, columns, names of models, teams and features, total cost, and what was assumed while loading. Call it first.",
    input: z.strictObject({ dataset: datasetSchema }),
    async compute(_input, scope): Promise<DatasetAnswer> {
      const { data } = scope;
      const total = added([...(await sumBy(scope, "day")).values()]);
      const named = (dimension: Dimension) => {
        const names = data.fields.has(dimension) ? data.column[dimension].names : [];
        return { count: names.length, names: names.slice(0, 200) };
      };
      return {
        title: data.origin.title,
        generated: data.origin.generated,
        records: data.rows,
        ...span(scope),
        fields: [...data.fields],
        total: spendRow("total", total, total.costNano),
        models: named("model"),
        teams: named("team"),
        features: named("feature"),
        users: named("user"),
        notes: data.origin.notes,
        rounding,
      };
    },
  });
  return { spendBy, percentiles, describe };
}

export interface PercentileRow {
  readonly name: string;
  readonly calls: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly mean: number;
  readonly max: number;
}

export interface PercentilesAnswer {
  readonly metric: Metric;
  readonly by: Grouping | "all";
  readonly firstDay: string;
  readonly lastDay: string;
  readonly groups: number;
  readonly rows: readonly PercentileRow[];
}

export interface DatasetAnswer {
  readonly title: string;
  readonly generated: boolean;
  readonly records: number;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly fields: readonly string[];
  readonly total: SpendRow;
  readonly models: NameList;
  readonly teams: NameList;
  readonly features: NameList;
  readonly users: NameList;
  readonly notes: readonly string[];
  readonly rounding: string;
}

interface NameList {
  readonly count: number;
  readonly names: readonly string[];
}

export type Metric = "latencyMs" | "inputTokens" | "outputTokens" | "totalTokens" | "costUsd";

/** Reads a metric of a row; undefined when the data does not have it. */
export function metricColumn(data: UsageData, metric: Metric): ((row: number) => number) | undefined {
  const { fields } = data;
  switch (metric) {
    case "latencyMs":
      return fields.has("latency") ? (row) => data.latencyMs[row] ?? 0 : undefined;
    case "inputTokens":
      return fields.has("inputTokens") ? (row) => data.inputTokens[row] ?? 0 : undefined;
    case "outputTokens":
      return fields.has("outputTokens") ? (row) => data.outputTokens[row] ?? 0 : undefined;
    case "totalTokens":
      return fields.has("inputTokens") || fields.has("outputTokens")
        ? (row) => (data.inputTokens[row] ?? 0) + (data.outputTokens[row] ?? 0)
        : undefined;
    case "costUsd":
      return (row) => (data.costNano[row] ?? 0) / 1e9;
  }
}

export function added(sums: readonly Sums[]): Sums {
  const total = emptySums();
  for (const sum of sums) {
    total.calls += sum.calls;
    total.failed += sum.failed;
    total.costNano += sum.costNano;
    total.inputTokens += sum.inputTokens;
    total.outputTokens += sum.outputTokens;
  }
  return total;
}
