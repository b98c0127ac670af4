import { z } from "zod";
import type { Datasets } from "./datasets.ts";
import { isoDay, percent, round, rounding, usd } from "./figures.ts";
import { type Problem, problem } from "./problem.ts";
import { datasetSchema, filterSchema, missing } from "./selection.ts";
import { leastSquares, median, percentileOfSorted } from "./statistics.ts";
import { addRow, emptySums, grouper, lacks, type Sums, span, sumBy } from "./tools-spend.ts";
import { dayMs, dimensions } from "./usage-data.ts";
import { type Scope, usageTool } from "./usage-tool.ts";

const dailyMetrics = ["costUsd", "calls", "tokens", "failedPercent", "latencyP95Ms"] as const;
export type DailyMetric = (typeof dailyMetrics)[number];
const dailyMetric = z.enum(dailyMetrics).default("costUsd");

export interface TrendAnswer {
  readonly metric: DailyMetric;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly days: number;
  readonly perDay: readonly { readonly day: string; readonly value: number }[];
  readonly meanPerDay: number;
  readonly slopePerWeek: number;
  /** Slope for a week in percent of the mean. */
  readonly growthPercentPerWeek: number;
  readonly forecast?: {
    readonly fromDay: string;
    readonly toDay: string;
    readonly days: number;
    readonly sum: number;
    readonly low95: number;
    readonly high95: number;
  };
  readonly method: string;
  readonly rounding: string;
}

export interface Anomaly {
  readonly day: string;
  readonly name: string;
  readonly value: number;
  readonly expected: number;
  readonly score: number;
}

export interface AnomaliesAnswer {
  readonly metric: DailyMetric;
  readonly by: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly daysChecked: number;
  readonly found: readonly Anomaly[];
  readonly method: string;
}

export function timeTools(datasets: Datasets) {
  const trend = usageTool(datasets, {
    name: "trend",
    description:
      "How a metric develops day by day: slope, growth per week, and a forecast of its sum with a 95 % interval. Fits a line with weekday effects by least squares.",
    input: z.strictObject({
      dataset: datasetSchema,
      metric: dailyMetric,
      forecastDays: z.int().min(0).max(365).default(0),
      filter: filterSchema.optional(),
    }),
    async compute({ metric, forecastDays }, scope): Promise<TrendAnswer | Problem> {
      if (metric === "latencyP95Ms" && !scope.data.fields.has("latency"))
        return missing(scope.data, "latency");
      const series = await dailySeries(scope, metric);
      const { first, values } = series;
      const n = values.length;
      if (n < 7)
        return problem(`A trend needs at least 7 days; the selection has ${n}.`, "Widen the period.");
      const weekly = n >= 21;
      const features = (day: number) => {
        const line = (day - (n - 1) / 2) / 7;
        if (!weekly) return [line, 1];
        const weekday = (first + day + 4) % 7;
        return [line, ...Array.from({ length: 7 }, (_, one) => (one === weekday ? 1 : 0))];
      };
      const fit = leastSquares(
        values.map((_, day) => features(day)),
        values,
      );
      if (!fit) return problem("The selection does not determine a trend.", "Widen the period.");
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      const slope = fit.coefficients[0] ?? 0;
      const additive = metric === "costUsd" || metric === "calls" || metric === "tokens";
      return {
        metric,
        ...span(scope),
        days: n,
        perDay: values
          .map((value, day) => ({ day: isoDay((first + day) * dayMs), value: round(value, 2) }))
          .slice(-120),
        meanPerDay: round(mean, 2),
        slopePerWeek: round(slope, 2),
        growthPercentPerWeek: percent(slope, mean),
        ...(forecastDays > 0 && additive
          ? { forecast: forecast(fit, features, first, n, forecastDays) }
          : {}),
        method: `Least squares: a line${weekly ? " and weekday effects" : ""}; the interval is 1.96 standard errors of the predicted sum, with independent residuals. A one-off day is not left out.`,
        rounding,
      };
    },
  });

  const anomalies = usageTool(datasets, {
    name: "anomalies",
    description:
      "Unusual days of a metric, overall or for each user, team, feature or model: robust z-score of the difference from the median of the same weekday, or IQR fences.",
    input: z.strictObject({
      dataset: datasetSchema,
      metric: dailyMetric,
      by: z.enum(dimensions).optional(),
      method: z.enum(["robust_z", "iqr"]).default("robust_z"),
      threshold: z.number().min(1).max(100).optional().describe("default 5 for robust_z, 3 for iqr"),
      top: z.int().min(1).max(100).default(10),
      filter: filterSchema.optional(),
    }),
    async compute({ metric, by, method, threshold, top }, scope): Promise<AnomaliesAnswer | Problem> {
      if (lacks(scope.data, by)) return missing(scope.data, by ?? "");
      if (metric === "latencyP95Ms" && !scope.data.fields.has("latency"))
        return missing(scope.data, "latency");
      const limit = threshold ?? (method === "iqr" ? 3 : 5);
      const found: Anomaly[] = [];
      let days = 0;
      for (const [name, rows] of partition(scope, by)) {
        await scope.pace();
        const { first, values } = await dailySeries({ ...scope, rows }, metric);
        days = Math.max(days, values.length);
        if (values.length < 7) continue;
        for (const one of judgeDays(values, first, method)) {
          if (Math.abs(one.score) < limit) continue;
          found.push({
            day: isoDay((first + one.day) * dayMs),
            name,
            value: round(values[one.day] ?? 0, 2),
            expected: round(one.expected, 2),
            score: round(one.score, 1),
          });
        }
      }
      if (days < 7)
        return problem(`Unusual days need at least 7 days; the selection has ${days}.`, "Widen the period.");
      found.sort((a, b) => Math.abs(b.score) - Math.abs(a.score) || a.day.localeCompare(b.day));
      return {
        metric,
        by: by ?? "all",
        ...span(scope),
        daysChecked: days,
        found: found.slice(0, top),
        method:
          method === "iqr"
            ? `More than ${limit} interquartile ranges outside the quartiles of the daily values.`
            : `Difference from the median of the same weekday, in robust standard deviations (1.4826 × MAD, at least 5 % of the median); ${limit} or more.`,
      };
    },
  });

  const pattern = usageTool(datasets, {
    name: "usage_pattern",
    description:
      "When calls are made: by hour of the day and weekday (UTC), the peak hours, and each feature's share of calls at night (22:00 to 06:00), which hints at work that nobody waits for.",
    input: z.strictObject({ dataset: datasetSchema, filter: filterSchema.optional() }),
    async compute(_input, scope): Promise<PatternAnswer> {
      const hours = await sumBy(scope, "hour");
      const weekday = await sumBy(scope, "weekday");
      const name = grouper(scope.data, "weekday").nameOf;
      const perHour = Array.from({ length: 24 }, (_, hour) => hourRow(hour, hours.get(hour) ?? emptySums()));
      const night: { name: string; calls: number; nightPercent: number; costUsd: number }[] = [];
      if (scope.data.fields.has("feature")) {
        for (const [feature, rows] of partition(scope, "feature")) {
          await scope.pace();
          const sum = emptySums();
          let atNight = 0;
          for (const row of rows) {
            addRow(sum, scope.data, row);
            const hour = Math.floor(((scope.data.at[row] ?? 0) % dayMs) / 3_600_000);
            if (hour >= 22 || hour < 6) atNight++;
          }
          night.push({
            name: feature,
            calls: sum.calls,
            nightPercent: percent(atNight, sum.calls),
            costUsd: usd(sum.costNano),
          });
        }
      }
      return {
        ...span(scope),
        perHour,
        peakHours: [...perHour]
          .sort((a, b) => b.calls - a.calls)
          .slice(0, 3)
          .map((one) => one.hour),
        perWeekday: [1, 2, 3, 4, 5, 6, 0].map((day) => {
          const sum = weekday.get(day) ?? emptySums();
          return { weekday: name(day), calls: sum.calls, costUsd: usd(sum.costNano) };
        }),
        features: night.sort((a, b) => b.costUsd - a.costUsd).slice(0, 50),
      };
    },
  });

  return { trend, anomalies, pattern };
}

export interface PatternAnswer {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly perHour: readonly { readonly hour: string; readonly calls: number; readonly costUsd: number }[];
  readonly peakHours: readonly string[];
  readonly perWeekday: readonly {
    readonly weekday: string;
    readonly calls: number;
    readonly costUsd: number;
  }[];
  readonly features: readonly {
    readonly name: string;
    readonly calls: number;
    readonly nightPercent: number;
    readonly costUsd: number;
  }[];
}

function hourRow(hour: number, sum: Sums) {
  return { hour: `${String(hour).padStart(2, "0")}:00`, calls: sum.calls, costUsd: usd(sum.costNano) };
}

/** The sum of the coming days, with its standard error: a'(XᵀX)⁻¹a for the fit, n for the days' own noise. */
function forecast(
  fit: {
    readonly coefficients: readonly number[];
    readonly inverse: readonly (readonly number[])[];
    readonly sigma: number;
  },
  features: (day: number) => readonly number[],
  first: number,
  n: number,
  days: number,
): NonNullable<TrendAnswer["forecast"]> {
  const sums: number[] = fit.coefficients.map(() => 0);
  for (let day = n; day < n + days; day++)
    features(day).forEach((value, i) => {
      sums[i] = (sums[i] ?? 0) + value;
    });
  const sum = sums.reduce((total, value, i) => total + value * (fit.coefficients[i] ?? 0), 0);
  let spread = days;
  for (const [i, a] of sums.entries()) {
    for (const [j, b] of sums.entries()) spread += a * b * (fit.inverse[i]?.[j] ?? 0);
  }
  const error = 1.96 * fit.sigma * Math.sqrt(Math.max(0, spread));
  return {
    fromDay: isoDay((first + n) * dayMs),
    toDay: isoDay((first + n + days - 1) * dayMs),
    days,
    sum: round(Math.max(0, sum), 2),
    low95: round(Math.max(0, sum - error), 2),
    high95: round(Math.max(0, sum + error), 2),
  };
}

/** One value for each day from the first to the last selected record; days without calls count as 0. */
async function dailySeries(
  scope: Scope,
  metric: DailyMetric,
): Promise<{ readonly first: number; readonly values: readonly number[] }> {
  const { data, rows } = scope;
  const dayOf = (row: number | undefined) => Math.floor((data.at[row ?? 0] ?? 0) / dayMs);
  const first = dayOf(rows[0]);
  const values: number[] = Array.from(
    { length: Math.min(4000, dayOf(rows[rows.length - 1]) - first + 1) },
    () => 0,
  );
  if (metric === "latencyP95Ms") {
    for (let from = 0; from < rows.length; ) {
      await scope.pace();
      const day = dayOf(rows[from]);
      let to = from;
      while (to < rows.length && dayOf(rows[to]) === day) to++;
      const latencies = Float64Array.from(rows.subarray(from, to), (row) => data.latencyMs[row] ?? 0).filter(
        (ms) => !Number.isNaN(ms),
      );
      if (latencies.length > 0) values[day - first] = percentileOfSorted(latencies.sort(), 95);
      from = to;
    }
    return { first, values };
  }
  const sums = await sumBy(scope, "day");
  for (let day = 0; day < values.length; day++) {
    const sum = sums.get(first + day) ?? emptySums();
    values[day] =
      metric === "costUsd"
        ? sum.costNano / 1e9
        : metric === "calls"
          ? sum.calls
          : metric === "tokens"
            ? sum.inputTokens + sum.outputTokens
            : (sum.failed / Math.max(1, sum.calls)) * 100;
  }
  return { first, values };
}

/** The rows of each name of a dimension, largest groups first, 200 at most; or all rows as one. */
function partition(
  scope: Scope,
  by: (typeof dimensions)[number] | undefined,
): readonly (readonly [string, Uint32Array])[] {
  if (by === undefined) return [["all", scope.rows]];
  const { codes, names } = scope.data.column[by];
  const counts = new Uint32Array(names.length);
  for (const row of scope.rows) counts[codes[row] ?? 0] = (counts[codes[row] ?? 0] ?? 0) + 1;
  const largest = [...counts.keys()]
    .filter((code) => (counts[code] ?? 0) > 0)
    .sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0))
    .slice(0, 200);
  const rowsByCode = new Map(
    largest.map((code) => [code, { rows: new Uint32Array(counts[code] ?? 0), next: 0 }]),
  );
  for (const row of scope.rows) {
    const group = rowsByCode.get(codes[row] ?? 0);
    if (group) group.rows[group.next++] = row;
  }
  return largest.map((code) => [names[code] ?? "", rowsByCode.get(code)?.rows ?? new Uint32Array()]);
}

function judgeDays(
  values: readonly number[],
  first: number,
  method: "robust_z" | "iqr",
): readonly { readonly day: number; readonly expected: number; readonly score: number }[] {
  if (method === "iqr") {
    const sorted = Float64Array.from(values).sort();
    const low = percentileOfSorted(sorted, 25);
    const high = percentileOfSorted(sorted, 75);
    const range = Math.max(high - low, 1e-9, 0.01 * percentileOfSorted(sorted, 50));
    return values.map((value, day) => ({
      day,
      expected: percentileOfSorted(sorted, 50),
      score: value > high ? (value - high) / range : value < low ? (value - low) / range : 0,
    }));
  }
  const weekly = values.length >= 21;
  const groupOf = (day: number) => (weekly ? (first + day) % 7 : 0);
  const groups = new Map<number, number[]>();
  values.forEach((value, day) => {
    const group = groups.get(groupOf(day));
    if (group) group.push(value);
    else groups.set(groupOf(day), [value]);
  });
  const medians = new Map([...groups].map(([group, members]) => [group, median(members)]));
  const residuals = values.map((value, day) => value - (medians.get(groupOf(day)) ?? 0));
  const spread = 1.4826 * median(residuals.map(Math.abs));
  const scale = Math.max(spread, 0.05 * Math.abs(median(values)), 1e-9);
  return residuals.map((residual, day) => ({
    day,
    expected: medians.get(groupOf(day)) ?? 0,
    score: residual / scale,
  }));
}
