import { z } from "zod";
import type { Datasets } from "./datasets.ts";
import { isoDay, percent, round, rounding, usd } from "./figures.ts";
import { type Problem, problem } from "./problem.ts";
import { datasetSchema, filterSchema, missing } from "./selection.ts";
import { leastSquares, median, percentileOfSorted } from "./statistics.ts";
import { addRow, emptySums, grouper, lacks, type Sums, span, sumBy } from "./tools-spend.ts";
import { dayMs, dimensions, nanoPerUsd } from "./usage-data.ts";
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
      const { days, values } = await dailySeries(scope, metric);
      if (values.length < 7)
        return problem(
          `A trend needs at least 7 days; the selection has ${values.length}.`,
          "Widen the period.",
        );
      const first = days[0] ?? 0;
      // Calendar days, of which those without a value are left out of the fit.
      const n = (days.at(-1) ?? first) - first + 1;
      const weekly = values.length >= 21;
      // A weekday without any value has no effect to be found; a forecast is of sums, which have all seven.
      const weekdays = [...new Set(days.map((day) => day % 7))];
      const features = (day: number) => {
        const line = (day - (n - 1) / 2) / 7;
        if (!weekly) return [line, 1];
        return [line, ...weekdays.map((one) => (one === (first + day) % 7 ? 1 : 0))];
      };
      const fit = leastSquares(
        days.map((day) => features(day - first)),
        values,
      );
      if (!fit) return problem("The selection does not determine a trend.", "Widen the period.");
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const slope = fit.coefficients[0] ?? 0;
      const additive = metric === "costUsd" || metric === "calls" || metric === "tokens";
      return {
        metric,
        ...span(scope),
        days: values.length,
        perDay: values
          .map((value, at) => ({ day: isoDay((days[at] ?? 0) * dayMs), value: round(value, 2) }))
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
      let checked = 0;
      for (const [name, rows] of partition(scope, by)) {
        await scope.pace();
        const series = await dailySeries({ ...scope, rows }, metric);
        checked = Math.max(checked, series.values.length);
        if (series.values.length < 7) continue;
        for (const one of judgeDays(series, method)) {
          if (Math.abs(one.score) < limit) continue;
          found.push({
            day: isoDay(one.day * dayMs),
            name,
            value: round(one.value, 2),
            expected: round(one.expected, 2),
            score: round(one.score, 1),
          });
        }
      }
      if (checked < 7)
        return problem(
          `Unusual days need at least 7 days; the selection has ${checked}.`,
          "Widen the period.",
        );
      found.sort((a, b) => Math.abs(b.score) - Math.abs(a.score) || a.day.localeCompare(b.day));
      return {
        metric,
        by: by ?? "all",
        ...span(scope),
        daysChecked: checked,
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
        // An hour without calls is no peak.
        peakHours: perHour
          .filter((one) => one.calls > 0)
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

interface DailySeries {
  /** Days since 1970, ascending. */
  readonly days: readonly number[];
  /** One for each of `days`. */
  readonly values: readonly number[];
}

/**
 * Sums (cost, calls, tokens) have a value for every day from the first to the last selected record, 0 on a
 * day without calls. A rate or a latency has none on such a day: no call is neither fast nor without fault.
 */
async function dailySeries(scope: Scope, metric: DailyMetric): Promise<DailySeries> {
  const { data, rows } = scope;
  const dayOf = (row: number | undefined) => Math.floor((data.at[row ?? 0] ?? 0) / dayMs);
  const days: number[] = [];
  const values: number[] = [];
  if (metric === "latencyP95Ms") {
    for (let from = 0; from < rows.length; ) {
      await scope.pace();
      const day = dayOf(rows[from]);
      let to = from;
      while (to < rows.length && dayOf(rows[to]) === day) to++;
      const latencies = Float64Array.from(rows.subarray(from, to), (row) => data.latencyMs[row] ?? 0).filter(
        (ms) => !Number.isNaN(ms),
      );
      if (latencies.length > 0) {
        days.push(day);
        values.push(percentileOfSorted(latencies.sort(), 95));
      }
      from = to;
    }
    return { days, values };
  }
  const sums = await sumBy(scope, "day");
  for (let day = dayOf(rows[0]); day <= dayOf(rows[rows.length - 1]); day++) {
    const sum = sums.get(day);
    if (metric === "failedPercent" && !sum) continue;
    days.push(day);
    values.push(metricOf(sum ?? emptySums(), metric));
  }
  return { days, values };
}

function metricOf(sum: Sums, metric: Exclude<DailyMetric, "latencyP95Ms">): number {
  switch (metric) {
    case "costUsd":
      return sum.costNano / nanoPerUsd;
    case "calls":
      return sum.calls;
    case "tokens":
      return sum.inputTokens + sum.outputTokens;
    case "failedPercent":
      return (sum.failed / Math.max(1, sum.calls)) * 100;
  }
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

interface JudgedDay {
  readonly day: number;
  readonly value: number;
  readonly expected: number;
  readonly score: number;
}

function judgeDays({ days, values }: DailySeries, method: "robust_z" | "iqr"): readonly JudgedDay[] {
  if (method === "iqr") {
    const sorted = Float64Array.from(values).sort();
    const low = percentileOfSorted(sorted, 25);
    const high = percentileOfSorted(sorted, 75);
    const range = Math.max(high - low, 1e-9, 0.01 * percentileOfSorted(sorted, 50));
    return values.map((value, at) => ({
      day: days[at] ?? 0,
      value,
      expected: percentileOfSorted(sorted, 50),
      score: value > high ? (value - high) / range : value < low ? (value - low) / range : 0,
    }));
  }
  const weekly = values.length >= 21;
  const groupOf = (at: number) => (weekly ? (days[at] ?? 0) % 7 : 0);
  const groups = Map.groupBy(values.keys(), groupOf);
  const medians = new Map(
    [...groups].map(([group, members]) => [group, median(members.map((at) => values[at] ?? 0))]),
  );
  const residuals = values.map((value, at) => value - (medians.get(groupOf(at)) ?? 0));
  const spread = 1.4826 * median(residuals.map(Math.abs));
  const scale = Math.max(spread, 0.05 * Math.abs(median(values)), 1e-9);
  return residuals.map((residual, at) => ({
    day: days[at] ?? 0,
    value: values[at] ?? 0,
    expected: medians.get(groupOf(at)) ?? 0,
    score: residual / scale,
  }));
}
