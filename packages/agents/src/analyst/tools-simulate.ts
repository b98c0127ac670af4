import { z } from "zod";
import type { Datasets } from "./datasets.ts";
import { percent, round, rounding, usd } from "./figures.ts";
import { costNanoOf, findPrice, type ModelPrice, priceList } from "./price-list.ts";
import { type Problem, problem } from "./problem.ts";
import { datasetSchema, filterSchema, missing } from "./selection.ts";
import { span } from "./tools-spend.ts";
import { dayMs, type UsageData } from "./usage-data.ts";
import { type Scope, usageTool } from "./usage-tool.ts";

/** What one change would have saved, had it been in force in the selected period. */
export interface Simulation {
  readonly option: "routing" | "caching" | "batching" | "trimming" | "growth";
  readonly firstDay: string;
  readonly lastDay: string;
  readonly days: number;
  /** Calls that the change touches, of all selected ones. */
  readonly calls: number;
  readonly callsTouched: number;
  readonly beforeUsd: number;
  readonly afterUsd: number;
  /** Negative where it costs more. */
  readonly savedUsd: number;
  readonly savedPercent: number;
  /** `savedUsd` carried to 30 days. */
  readonly savedUsdPer30Days: number;
  /** `observed`: follows from the records. `assumed`: rests on a number that the input or a default gave. */
  readonly basis: "observed" | "assumed";
  readonly assumptions: readonly string[];
  readonly rounding: string;
}

const share = z.number().gt(0).max(1);

export function simulateTools(datasets: Datasets) {
  const routing = usageTool(datasets, {
    name: "simulate_routing",
    description:
      "What would it cost to send a share of the selected calls to another model of the price list? Select the calls by filter (model, feature, inputTokensMax …). Says nothing about quality: test that on your own prompts.",
    input: z.strictObject({
      dataset: datasetSchema,
      to: z.string().max(200).describe("the model that takes over, from the price list"),
      share: share.default(1).describe("part of the selected calls, 0 to 1"),
      filter: filterSchema.optional(),
    }),
    compute({ to, share, filter }, scope): Simulation | Problem {
      const { data, rows } = scope;
      if (!data.fields.has("inputTokens") || !data.fields.has("outputTokens")) return missing(data, "tokens");
      const target = findPrice(to);
      if (!target) return unknownModel(to);
      let before = 0;
      let after = 0;
      let touched = 0;
      for (const row of rows) {
        const cost = data.costNano[row] ?? 0;
        before += cost;
        if (findPriceOfRow(data, row) === target) after += cost;
        else {
          touched++;
          const there = costNanoOf(target, data.inputTokens[row] ?? 0, data.outputTokens[row] ?? 0);
          after += cost + (there - cost) * share;
        }
      }
      return simulation("routing", scope, Math.round(touched * share), before, after, "observed", [
        `${round(share * 100, 1)} % of the selected calls${filter?.model ? ` of ${filter.model.join(", ")}` : ""} go to ${target.model}, drawn evenly.`,
        `${target.model} costs ${target.inputUsdPerMillion} USD in and ${target.outputUsdPerMillion} USD out per million tokens (list price of ${priceList.asOf}); token counts stay as they are.`,
        "Quality is not simulated: compare answers on a sample of your own calls first.",
      ]);
    },
  });

  const caching = usageTool(datasets, {
    name: "simulate_caching",
    description:
      "What would it save to answer repeated prompts from a cache? Where the data identifies prompts, repetitions are counted exactly (same feature, model and prompt, answered successfully within ttlHours); otherwise an assumed hit rate is needed and named as an assumption.",
    input: z.strictObject({
      dataset: datasetSchema,
      ttlHours: z.number().min(0.1).max(720).default(24).describe("how long an answer stays good"),
      assumedHitRate: share
        .optional()
        .describe("0 to 1, used only where the data has no prompt ids; default 0.15"),
      filter: filterSchema.optional(),
    }),
    async compute({ ttlHours, assumedHitRate }, scope): Promise<Simulation | Problem> {
      const { data, rows, pace } = scope;
      let before = 0;
      for (const row of rows) before += data.costNano[row] ?? 0;
      if (!data.fields.has("promptId")) {
        const hitRate = assumedHitRate ?? 0.15;
        return simulation(
          "caching",
          scope,
          Math.round(rows.length * hitRate),
          before,
          before * (1 - hitRate),
          "assumed",
          [
            `The data does not identify prompts, so a hit rate of ${round(hitRate * 100, 1)} % is assumed, not observed.`,
            "Hits cost nothing; misses cost as before.",
          ],
        );
      }
      const featureCount = data.column.feature.names.length;
      const modelCount = data.column.model.names.length;
      const answeredAt = new Map<number, number>();
      let saved = 0;
      let hits = 0;
      for (let i = 0; i < rows.length; i++) {
        if (i % 8192 === 0) await pace();
        const row = rows[i] ?? 0;
        const prompt = data.prompt[row] ?? 0;
        if (prompt === 0 || data.success[row] !== 1) continue;
        const key =
          (prompt * featureCount + (data.column.feature.codes[row] ?? 0)) * modelCount +
          (data.column.model.codes[row] ?? 0);
        const at = data.at[row] ?? 0;
        const known = answeredAt.get(key);
        if (known !== undefined && at - known <= ttlHours * 3_600_000) {
          hits++;
          saved += data.costNano[row] ?? 0;
        } else answeredAt.set(key, at);
      }
      return simulation("caching", scope, hits, before, before - saved, "observed", [
        `A call counts as a hit when the same prompt was answered successfully by the same model for the same feature at most ${ttlHours} h before; ${percent(hits, rows.length)} % of the selected calls were.`,
        "Hits cost nothing, an answer expires a fixed time after it was made, and users share the cache: check that answers hold nothing personal.",
        ...(assumedHitRate === undefined
          ? []
          : [
              `The records show which prompts repeat, so the ${round(assumedHitRate * 100, 1)} % asked for are not used.`,
            ]),
      ]);
    },
  });

  const batching = usageTool(datasets, {
    name: "simulate_batching",
    description:
      "What would it save to send a share of the selected calls through the providers' batch service (cheaper, answered within hours)? Select calls that nobody waits for, by feature.",
    input: z.strictObject({
      dataset: datasetSchema,
      share: share.default(1),
      filter: filterSchema.optional(),
    }),
    compute({ share }, scope): Simulation {
      const { data, rows } = scope;
      let before = 0;
      let after = 0;
      let touched = 0;
      const without = new Set<string>();
      for (const row of rows) {
        const cost = data.costNano[row] ?? 0;
        const discount = findPriceOfRow(data, row)?.batchDiscount ?? 0;
        before += cost;
        after += cost * (1 - discount * share);
        if (discount > 0) touched++;
        else without.add(modelOf(data, row));
      }
      return simulation("batching", scope, Math.round(touched * share), before, after, "assumed", [
        `${round(share * 100, 1)} % of the selected calls can wait for hours.`,
        `Batch discounts of the price list of ${priceList.asOf}.`,
        ...(without.size === 0
          ? []
          : [`No batch discount is known for ${[...without].slice(0, 10).join(", ")}.`]),
      ]);
    },
  });

  const trimming = usageTool(datasets, {
    name: "simulate_trimming",
    description:
      "What would shorter prompts save? Either cap the input at inputTokensMax, or cut every prompt by reduceInputBy (0 to 1).",
    input: z.strictObject({
      dataset: datasetSchema,
      inputTokensMax: z.int().min(1).max(10_000_000).optional(),
      reduceInputBy: z.number().gt(0).lt(1).optional(),
      filter: filterSchema.optional(),
    }),
    compute({ inputTokensMax, reduceInputBy }, scope): Simulation | Problem {
      const { data, rows } = scope;
      if ((inputTokensMax === undefined) === (reduceInputBy === undefined)) {
        return problem(
          "Give either inputTokensMax or reduceInputBy.",
          "For example reduceInputBy: 0.2 for prompts a fifth shorter.",
        );
      }
      if (!data.fields.has("inputTokens")) return missing(data, "inputTokens");
      let before = 0;
      let saved = 0;
      let touched = 0;
      let unpriced = 0;
      for (const row of rows) {
        const cost = data.costNano[row] ?? 0;
        const input = data.inputTokens[row] ?? 0;
        before += cost;
        const cut =
          inputTokensMax === undefined ? input * (reduceInputBy ?? 0) : Math.max(0, input - inputTokensMax);
        if (cut === 0) continue;
        const price = findPriceOfRow(data, row);
        if (!price) {
          unpriced++;
          continue;
        }
        touched++;
        // The record's own cost is split between input and output as the list price would; so discounts stay.
        const inputPart = input * price.inputUsdPerMillion;
        const whole = inputPart + (data.outputTokens[row] ?? 0) * price.outputUsdPerMillion;
        if (whole > 0) saved += cost * (inputPart / whole) * (cut / input);
      }
      return simulation("trimming", scope, touched, before, before - saved, "assumed", [
        inputTokensMax === undefined
          ? `Every selected prompt gets ${round((reduceInputBy ?? 0) * 100, 1)} % shorter.`
          : `No selected prompt is longer than ${inputTokensMax.toLocaleString("en-US")} tokens.`,
        "Outputs stay as long as they are; that answers stay as good has to be tested.",
        ...(unpriced === 0
          ? []
          : [`${unpriced} calls of models outside the price list are left as they are.`]),
      ]);
    },
  });

  const growth = usageTool(datasets, {
    name: "simulate_growth",
    description:
      "What would the selected usage cost in the coming months if it grew by a given percentage each month? The base is the last 30 days of the selection.",
    input: z.strictObject({
      dataset: datasetSchema,
      percentPerMonth: z.number().min(-90).max(1000),
      months: z.int().min(1).max(36).default(12),
      filter: filterSchema.optional(),
    }),
    compute({ percentPerMonth, months }, scope): GrowthAnswer {
      const { data, rows } = scope;
      const end = (Math.floor((data.at[rows[rows.length - 1] ?? 0] ?? 0) / dayMs) + 1) * dayMs;
      const begin = Math.floor((data.at[rows[0] ?? 0] ?? 0) / dayMs) * dayMs;
      const baseDays = Math.min(30, (end - begin) / dayMs);
      let base = 0;
      for (const row of rows)
        if ((data.at[row] ?? 0) >= end - baseDays * dayMs) base += data.costNano[row] ?? 0;
      const monthly = (base / baseDays) * 30;
      let sum = 0;
      const byMonth = Array.from({ length: months }, (_, month) => {
        const cost = monthly * (1 + percentPerMonth / 100) ** (month + 1);
        sum += cost;
        return { month: month + 1, costUsd: usd(cost), addedUsd: round(usd(cost) - usd(monthly), 2) };
      });
      return {
        option: "growth",
        ...span(scope),
        baseDays,
        baseUsdPer30Days: usd(monthly),
        percentPerMonth,
        months: byMonth,
        totalUsd: usd(sum),
        assumptions: [
          `A month has 30 days; the base is the last ${baseDays === 1 ? "day" : `${baseDays} days`} of the selection.`,
          "Mix of models, sizes and prices stay as they are.",
        ],
        rounding,
      };
    },
  });

  return { routing, caching, batching, trimming, growth };
}

export interface GrowthAnswer {
  readonly option: "growth";
  readonly firstDay: string;
  readonly lastDay: string;
  readonly baseDays: number;
  readonly baseUsdPer30Days: number;
  readonly percentPerMonth: number;
  readonly months: readonly { readonly month: number; readonly costUsd: number; readonly addedUsd: number }[];
  readonly totalUsd: number;
  readonly assumptions: readonly string[];
  readonly rounding: string;
}

function simulation(
  option: Simulation["option"],
  scope: Scope,
  callsTouched: number,
  before: number,
  after: number,
  basis: Simulation["basis"],
  assumptions: readonly string[],
): Simulation {
  const { firstDay, lastDay } = span(scope);
  const days = (Date.parse(lastDay) - Date.parse(firstDay)) / dayMs + 1;
  const beforeUsd = usd(before);
  const afterUsd = usd(after);
  return {
    option,
    firstDay,
    lastDay,
    days,
    calls: scope.rows.length,
    callsTouched,
    beforeUsd,
    afterUsd,
    // Of the rounded figures, so that what the reader subtracts agrees.
    savedUsd: round(beforeUsd - afterUsd, 2),
    savedPercent: percent(before - after, before),
    savedUsdPer30Days: usd(((before - after) / days) * 30),
    basis,
    assumptions,
    rounding,
  };
}

function modelOf(data: UsageData, row: number): string {
  return data.column.model.names[data.column.model.codes[row] ?? 0] ?? "";
}

const pricesByData = new WeakMap<UsageData, readonly (ModelPrice | undefined)[]>();

/** The list price of a row's model, looked up once for each name. */
function findPriceOfRow(data: UsageData, row: number): ModelPrice | undefined {
  let prices = pricesByData.get(data);
  if (!prices) {
    prices = data.column.model.names.map(findPrice);
    pricesByData.set(data, prices);
  }
  return prices[data.column.model.codes[row] ?? 0];
}

function unknownModel(name: string): Problem {
  return problem(
    `The price list of ${priceList.asOf} has no model "${name}".`,
    `Use one of: ${priceList.models.map((one) => one.model).join(", ")}.`,
  );
}
