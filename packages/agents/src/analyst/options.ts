import type { Desk } from "./desk.ts";
import { costNanoOf, findPrice, type ModelPrice, priceList } from "./price-list.ts";
import { isProblem } from "./problem.ts";
import type { Filter } from "./selection.ts";
import type { RetriesAnswer } from "./tools-quality.ts";
import type { Simulation } from "./tools-simulate.ts";
import type { PercentilesAnswer, SpendAnswer } from "./tools-spend.ts";
import type { PatternAnswer } from "./tools-time.ts";

/** A way to spend less, simulated on the records. */
export interface SavingOption {
  readonly title: string;
  readonly ref: string;
  readonly simulation: Simulation;
  readonly effort: "low" | "medium" | "high";
  readonly risk: string;
  readonly steps: readonly string[];
  readonly rollback: string;
}

/** Small enough that a model of a lower tier is worth a trial. */
const smallInputTokens = 1000;
const optionsMax = 8;

/** Simulates what the selected records suggest, and ranks it by what it would save; nothing below 0.5 % of the total. */
export async function findOptions(
  desk: Desk,
  filter: Filter,
  total: number,
  found: {
    readonly models?: SpendAnswer;
    readonly features?: SpendAnswer;
    readonly pattern?: PatternAnswer;
    readonly prompts?: PercentilesAnswer;
  },
): Promise<readonly SavingOption[]> {
  const options: SavingOption[] = [];
  const add = (option: SavingOption) => {
    if (option.simulation.savedUsd > 0.005 * total) options.push(option);
  };
  for (const model of (found.models?.rows ?? []).slice(0, 2)) {
    const target = cheaperThan(model.name);
    if (!target || model.sharePercent < 10) continue;
    const tried = await simulate(desk, desk.tools.routing, {
      to: target.model,
      share: 0.8,
      filter: { ...filter, model: [model.name], inputTokensMax: smallInputTokens },
    });
    if (tried) add(routed(tried, model.name, target));
  }
  const cached = await simulate(desk, desk.tools.caching, {
    ...(desk.about.fields.includes("promptId") ? { ttlHours: 24 } : { assumedHitRate: 0.15 }),
    filter,
  });
  if (cached) add(withCache(cached));
  const night = (found.pattern?.features ?? [])
    .filter((one) => one.nightPercent >= 60)
    .map((one) => one.name);
  if (night.length > 0) {
    const batched = await simulate(desk, desk.tools.batching, {
      share: 1,
      filter: { ...filter, feature: night },
    });
    if (batched) add(inBatches(batched, night));
  }
  const long = (found.prompts?.rows ?? []).filter((one) => one.p50 >= 8000).map((one) => one.name);
  if (long.length > 0) {
    const trimmed = await simulate(desk, desk.tools.trimming, {
      reduceInputBy: 0.3,
      filter: { ...filter, feature: long },
    });
    if (trimmed) add(withTrim(trimmed, long));
  }
  return options.sort((a, b) => b.simulation.savedUsd - a.simulation.savedUsd).slice(0, optionsMax);
}

async function simulate(
  desk: Desk,
  tool:
    | Desk["tools"]["routing"]
    | Desk["tools"]["caching"]
    | Desk["tools"]["batching"]
    | Desk["tools"]["trimming"],
  input: { readonly filter?: Filter } & Record<string, unknown>,
) {
  const { ref, output } = await desk.ledger.call(
    desk.run.as("optimization"),
    tool as Desk["tools"]["routing"],
    { dataset: desk.dataset, ...input },
  );
  return isProblem(output) ? undefined : { ref, simulation: output };
}

/** The model of the same provider, one tier down or more, that costs the least less: the smallest step that saves half. */
export function cheaperThan(name: string): ModelPrice | undefined {
  const own = findPrice(name);
  if (!own) return undefined;
  const typical = (one: ModelPrice) => costNanoOf(one, 1000, 250);
  return priceList.models
    .filter(
      (one) =>
        one.provider === own.provider &&
        one.tier !== own.tier &&
        one.tier !== "embedding" &&
        typical(one) <= typical(own) * 0.5,
    )
    .sort((a, b) => newestFirst(a, b, own.model) || typical(b) - typical(a))[0];
}

/** Prefers the sibling of the same family: gpt-4o-mini for gpt-4o, claude-haiku-4.5 for claude-sonnet-4.5. */
function newestFirst(a: ModelPrice, b: ModelPrice, own: string): number {
  const version = /\d+(\.\d+)?o?/.exec(own)?.[0] ?? "";
  const kin = (one: ModelPrice) =>
    one.model.startsWith(`${own}-`)
      ? 0
      : version !== "" && new RegExp(`(^|-)${version.replace(".", "\\.")}(-|$)`).test(one.model)
        ? 1
        : 2;
  return kin(a) - kin(b);
}

interface Tried {
  readonly ref: string;
  readonly simulation: Simulation;
}

function routed(tried: Tried, from: string, target: ModelPrice): SavingOption {
  return {
    ...tried,
    title: `Send 80 % of ${from}'s calls with up to ${smallInputTokens.toLocaleString("en-US")} input tokens to ${target.model}`,
    effort: "medium",
    risk: "answers may get worse",
    steps: [
      `Take 200 real prompts of ${from} with up to ${smallInputTokens} input tokens, answer them with ${target.model}, and let the people who use them judge both blind.`,
      `Where it is as good, route by feature and input size behind a setting; begin with 5 % of the calls.`,
      "Watch failures, latency and complaints for a week, then raise the share step by step to 80 %.",
    ],
    rollback: `Set the share back to 0; ${from} stays available.`,
  };
}

function withCache(tried: Tried): SavingOption {
  return {
    ...tried,
    title: "Answer repeated prompts from a cache for 24 hours",
    effort: "medium",
    risk: "stale or personal answers shared",
    steps: [
      "Make the key from the feature, the model, the whole prompt and the version of its template; leave out prompts that hold personal data.",
      "Store successful answers for 24 hours; count hits beside misses.",
      "Switch it on for the feature that repeats most, compare the hit rate with the simulated one, then for the others.",
    ],
    rollback: "Switch the look-up off; calls go to the model as before.",
  };
}

function inBatches(tried: Tried, features: readonly string[]): SavingOption {
  return {
    ...tried,
    title: `Send ${features.join(", ")} through the batch service`,
    effort: "low",
    risk: "results come within hours, not seconds",
    steps: [
      `Ask the owners of ${features.join(", ")} until when the results are needed; most calls are made at night.`,
      "Collect the calls of a run in one batch file and submit it; poll until it is done.",
      "Keep the direct way for what is still missing an hour before the deadline.",
    ],
    rollback: "Send the calls directly again; nothing else changes.",
  };
}

function withTrim(tried: Tried, features: readonly string[]): SavingOption {
  return {
    ...tried,
    title: `Shorten the prompts of ${features.join(", ")} by 30 %`,
    effort: "high",
    risk: "context that mattered may be missing",
    steps: [
      `List what fills the prompts of ${features.join(", ")}: instructions, examples, documents, history.`,
      "Drop boilerplate, send only the passages that a search finds relevant, and cut repeated history.",
      "Compare answers on 100 real cases before and after; release by feature.",
    ],
    rollback: "Keep the old template beside the new one and switch back.",
  };
}

/** Failed calls are no simulation: what they cost is what not failing would have saved. */
export function retryAdvice(
  retries: RetriesAnswer,
): { readonly feature: string; readonly steps: readonly string[] } | undefined {
  const worst = retries.features[0];
  if (!worst || worst.failedPercent < 3) return undefined;
  return {
    feature: worst.name,
    steps: [
      `Group the failures of ${worst.name} by the provider's error code.`,
      "Repeat only what can pass (429, 5xx, time-outs), with growing pauses, twice at most; never repeat a refused request unchanged.",
    ],
  };
}
