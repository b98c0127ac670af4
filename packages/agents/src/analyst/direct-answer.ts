/** Short answers to single questions: the fitting tool, one table, a chart where it helps. */
import { chartBlock } from "./chart.ts";
import type { Desk } from "./desk.ts";
import type { Entry } from "./ledger.ts";
import { changes, count, counted, money, safe, table } from "./markdown.ts";
import { cheaperThan } from "./options.ts";
import { priceList } from "./price-list.ts";
import { isProblem, type Problem } from "./problem.ts";
import type { Question } from "./question.ts";
import { cite, generatedNote, spendChart, spendTable, writeProblem } from "./report.ts";
import type { Simulation } from "./tools-simulate.ts";
import type { Metric } from "./tools-spend.ts";
import type { DailyMetric } from "./tools-time.ts";
import type { UsageTool } from "./usage-tool.ts";

const unitByMetric: Readonly<Record<Metric | DailyMetric, string>> = {
  latencyMs: "ms",
  inputTokens: "tokens",
  outputTokens: "tokens",
  totalTokens: "tokens",
  costUsd: "USD",
  calls: "calls",
  tokens: "tokens",
  failedPercent: "%",
  latencyP95Ms: "ms",
};
const nameByMetric: Readonly<Record<Metric | DailyMetric, string>> = {
  latencyMs: "Latency",
  inputTokens: "Input tokens",
  outputTokens: "Output tokens",
  totalTokens: "Tokens",
  costUsd: "Cost",
  calls: "Calls",
  tokens: "Tokens",
  failedPercent: "Failed calls",
  latencyP95Ms: "Latency p95",
};

export async function writeDirectAnswer(desk: Desk, question: Question): Promise<void> {
  const { run } = desk;
  const text = await directAnswer(desk, question);
  if (typeof text !== "string") return writeProblem(desk, text);
  await run.as("reporting").think("I write the short answer; each figure names the tool call it is from.");
  const ignored =
    question.strange.length === 0
      ? ""
      : `I did not understand these words and left them out: ${question.strange.map(safe).join(", ")}.\n\n`;
  await run.write(`${text}\n\n${ignored}${generatedNote(desk)}`);
}

async function directAnswer(desk: Desk, question: Question): Promise<string | Problem> {
  const { tools, dataset } = desk;
  const ask = { dataset, ...(Object.keys(question.filter).length > 0 ? { filter: question.filter } : {}) };
  const call = async <Input, Output extends object>(
    tool: UsageTool<Input, Output>,
    input: Record<string, unknown>,
    write: (output: Output, ref: string) => string,
    agent: "data" | "optimization" = "data",
  ): Promise<string | Problem> => {
    const { ref, output }: Entry<Output | Problem> = await desk.ledger.call(desk.run.as(agent), tool, input);
    return isProblem(output) ? output : write(output, ref);
  };
  const only = scopeOf(question);
  switch (question.intent) {
    case "spend": {
      const by = question.by ?? (desk.about.fields.includes("feature") ? "feature" : "model");
      const overTime = by === "day" || by === "week" || by === "month" || by === "hour" || by === "weekday";
      const order =
        overTime && question.top === undefined && !question.orderBy ? "name" : (question.orderBy ?? "cost");
      return call(
        tools.spendBy,
        { ...ask, by, orderBy: order, top: question.top ?? (overTime ? 100 : 15) },
        (output, ref) => {
          const { total } = output;
          return `**${money(total.costUsd)}** for ${counted(total.calls, "call")} and ${counted(total.inputTokens + total.outputTokens, "token")}${only}, ${output.firstDay} to ${output.lastDay} ${cite(ref)}.\n\n${chartBlock(spendChart(`Spend by ${by}`, output))}\n${spendTable(output)}`;
        },
      );
    }
    case "percentiles": {
      const metric = question.metric ?? "latencyMs";
      const unit = unitByMetric[metric];
      return call(
        tools.percentiles,
        { ...ask, metric, ...(question.by ? { by: question.by } : {}), top: question.top ?? 20 },
        (output, ref) => {
          const rows = output.rows.map((one) => [
            one.name,
            ...[one.p50, one.p90, one.p95, one.p99, one.mean].map(plain),
            count(one.calls),
          ]);
          const shown = output.rows.slice(0, 60);
          const chart =
            shown.length < 2
              ? ""
              : `${chartBlock({
                  type: "bar",
                  title: `${nameByMetric[metric]}: median and p95`,
                  unit,
                  labels: shown.map((one) => one.name),
                  series: [
                    { name: "p50", values: shown.map((one) => one.p50) },
                    { name: "p95", values: shown.map((one) => one.p95) },
                  ],
                })}\n`;
          return `**${nameByMetric[metric]} per call (${unit})**${only}, ${output.firstDay} to ${output.lastDay} ${cite(ref)}.\n\n${chart}${table([output.by, "p50", "p90", "p95", "p99", "Mean", "Calls"], rows)}`;
        },
      );
    }
    case "anomalies": {
      const metric = question.dailyMetric ?? "costUsd";
      const by =
        question.by === "user" ||
        question.by === "team" ||
        question.by === "feature" ||
        question.by === "model"
          ? question.by
          : undefined;
      return call(tools.anomalies, { ...ask, metric, ...(by ? { by } : {}) }, (output, ref) => {
        if (output.found.length === 0)
          return `**No unusual days** among ${output.daysChecked} ${cite(ref)}. ${output.method}`;
        const most = output.found[0];
        return `**${output.found.length} unusual ${output.found.length === 1 ? "day" : "days"}** of ${output.daysChecked}, by ${nameByMetric[metric].toLowerCase()}${only} ${cite(ref)}. The most unusual is ${most?.day}.\n\n${table(
          ["Day", "Of", "Value", "Expected", "Score"],
          output.found.map((one) => [
            one.day,
            one.name,
            shown(one.value, metric),
            shown(one.expected, metric),
            String(one.score),
          ]),
        )}\n${output.method}`;
      });
    }
    case "trend":
    case "forecast": {
      const metric = question.dailyMetric ?? "costUsd";
      const days =
        question.intent === "forecast" ? (question.forecastDays ?? (question.months ?? 1) * 30) : 0;
      return call(tools.trend, { ...ask, metric, forecastDays: Math.min(365, days) }, (output, ref) => {
        const points = output.perDay.slice(-28);
        const first = output.forecast
          ? `**${shown(output.forecast.sum, metric)}** is the forecast for ${output.forecast.fromDay} to ${output.forecast.toDay} (${output.forecast.days} days), with a 95 % interval of ${shown(output.forecast.low95, metric)} to ${shown(output.forecast.high95, metric)} ${cite(ref)}.`
          : `**${nameByMetric[metric]} per day ${changes(output.growthPercentPerWeek)}** ${cite(ref)}.`;
        const sumless =
          question.intent === "forecast" && !output.forecast
            ? " A forecast is a sum over days, so there is one of cost, calls and tokens only."
            : "";
        return `${first}${sumless} On average ${shown(output.meanPerDay, metric)} a day${only} from ${output.firstDay} to ${output.lastDay}, changing by ${shown(output.slopePerWeek, metric)} from week to week (${output.growthPercentPerWeek} %).\n\n${chartBlock({ type: "line", title: `${nameByMetric[metric]} per day`, unit: unitByMetric[metric], labels: points.map((one) => one.day), series: [{ name: nameByMetric[metric], values: points.map((one) => one.value) }] })}\n${table(
          ["Day", nameByMetric[metric]],
          points.map((one) => [one.day, shown(one.value, metric)]),
        )}\n(The last days; all are in the timeline.) ${output.method}`;
      });
    }
    case "drivers": {
      const by =
        question.by === "user" ||
        question.by === "team" ||
        question.by === "feature" ||
        question.by === "model"
          ? question.by
          : "model";
      // Comparing "the last month" needs the month before it as well: its first day splits, its last one stays.
      const { from, ...upTo } = question.filter;
      const narrowed =
        from !== undefined && from > desk.about.firstDay ? { filter: upTo, splitDay: from } : ask;
      return call(tools.drivers, { dataset, ...narrowed, by }, (output, ref) => {
        const { before, after } = output;
        const change =
          output.changeUsd === 0
            ? "No change"
            : `${output.changeUsd > 0 ? "Up" : "Down"} ${money(Math.abs(output.changeUsd))}`;
        // From nothing there is no percentage.
        const percentage = before.costUsd === 0 ? "" : ` (${output.changePercent} %)`;
        return `**${change}${percentage}**${only}: from ${money(before.costUsd)} (${before.firstDay} to ${before.lastDay}) to ${money(after.costUsd)} (${after.firstDay} to ${after.lastDay}) ${cite(ref)}.\n\n${table(
          ["Driver", "Change"],
          [
            ["Volume: more or fewer calls", money(output.volumeUsd)],
            [`Mix: other ${by}s`, money(output.mixUsd)],
            ["Tokens per call", money(output.tokensUsd)],
            ["Price per token", money(output.priceUsd)],
          ],
        )}\n${table(
          [by, "Before", "After", "Change"],
          output.segments.map((one) => [
            one.name,
            money(one.beforeUsd),
            money(one.afterUsd),
            money(one.changeUsd),
          ]),
        )}\n${output.method}`;
      });
    }
    case "retries":
      return call(
        tools.retries,
        ask,
        (output, ref) =>
          `**${count(output.failed)} of ${counted(output.calls, "call")} failed (${output.failedPercent} %)** and cost ${money(output.failedUsd)}${only}, ${output.firstDay} to ${output.lastDay}; ${counted(output.retries, "call")} repeated a failed one ${cite(ref)}.\n\n${
            desk.about.fields.includes("feature")
              ? table(
                  ["Feature", "Calls", "Failed", "Failed %", "Cost of failures", "Repeated"],
                  output.features.map((one) => [
                    one.name,
                    count(one.calls),
                    count(one.failed),
                    `${one.failedPercent} %`,
                    money(one.failedUsd),
                    count(one.retries),
                  ]),
                )
              : ""
          }\n${output.method}`,
      );
    case "correlation":
      return call(
        tools.correlation,
        ask,
        (output, ref) =>
          `**What moves together**, over ${counted(output.calls, "call")}${only} ${cite(ref)}.\n\n${table(
            ["Pair", "Pearson r"],
            output.pairs.map((one) => [
              `${nameByMetric[one.a]} and ${nameByMetric[one.b].toLowerCase()}`,
              one.r.toFixed(3),
            ]),
          )}\n${output.method}`,
      );
    case "pattern":
      return call(
        tools.pattern,
        ask,
        (output, ref) =>
          `**Most calls are made at ${output.peakHours.join(", ")} UTC**${only}, ${output.firstDay} to ${output.lastDay} ${cite(ref)}.\n\n${chartBlock({ type: "bar", title: "Calls by hour (UTC)", unit: "calls", labels: output.perHour.map((one) => one.hour), series: [{ name: "Calls", values: output.perHour.map((one) => one.calls) }] })}\n${table(
            ["Hour (UTC)", "Calls", "Cost"],
            output.perHour.map((one) => [one.hour, count(one.calls), money(one.costUsd)]),
          )}\n${table(
            ["Weekday", "Calls", "Cost"],
            output.perWeekday.map((one) => [one.weekday, count(one.calls), money(one.costUsd)]),
          )}`,
      );
    case "prices": {
      const { ref, output } = await desk.ledger.call(
        desk.run.as("data"),
        tools.prices as UsageTool<
          unknown,
          {
            asOf: string;
            note: string;
            models: readonly {
              model: string;
              provider: string;
              tier: string;
              inputUsdPerMillion: number;
              outputUsdPerMillion: number;
            }[];
          }
        >,
        {},
      );
      if (isProblem(output)) return output;
      const wanted = question.filter.model;
      const models = output.models.filter((one) => wanted === undefined || wanted.includes(one.model));
      return `**List prices of ${output.asOf}**, USD per million tokens ${cite(ref)}. ${output.note}\n\n${table(
        ["Model", "Provider", "Tier", "Input", "Output"],
        models.map((one) => [
          one.model,
          one.provider,
          one.tier,
          String(one.inputUsdPerMillion),
          String(one.outputUsdPerMillion),
        ]),
      )}`;
    }
    case "describe": {
      const { about } = desk;
      const named = (what: { readonly count: number; readonly names: readonly string[] }) =>
        what.count === 0
          ? "not in the data"
          : `${what.count}: ${what.names.slice(0, 15).map(safe).join(", ")}${what.count > 15 ? ", …" : ""}`;
      return `**${counted(about.records, "record")}** from ${about.firstDay} to ${about.lastDay}, ${money(about.total.costUsd)} ${cite("describe_dataset #1")}.\n\n${table(["What", "In the data"], [["Columns", about.fields.join(", ")]])}\n- Models: ${named(about.models)}\n- Teams: ${named(about.teams)}\n- Features: ${named(about.features)}\n- Users: ${named(about.users)}`;
    }
    case "routing": {
      const to =
        question.to ??
        (question.filter.model?.[0] === undefined ? undefined : cheaperThan(question.filter.model[0])?.model);
      const from = question.filter.model;
      if (to === undefined) {
        return {
          problem: "I need the model to move from, and for an unknown one the model to move to.",
          where: [],
          fix: `For example: what if we move 50 % of ${desk.about.models.names[0] ?? "gpt-4o"} traffic to ${priceList.models[1]?.model}?`,
        };
      }
      return call(
        tools.routing,
        {
          dataset,
          to,
          share: question.share ?? 1,
          ...(Object.keys(question.filter).length > 0 ? { filter: question.filter } : {}),
        },
        (output, ref) =>
          simulated(
            `Moving ${Math.round((question.share ?? 1) * 1000) / 10} % of ${from ? from.map(safe).join(", ") : "all calls"} to ${safe(to)}`,
            output,
            ref,
          ),
        "optimization",
      );
    }
    case "caching":
      return call(
        tools.caching,
        { ...ask, ...(question.share ? { assumedHitRate: question.share } : {}) },
        (output, ref) => simulated("Answering repeated prompts from a cache", output, ref),
        "optimization",
      );
    case "batching":
      return call(
        tools.batching,
        { ...ask, share: question.share ?? 1 },
        (output, ref) => simulated("Sending these calls through the batch service", output, ref),
        "optimization",
      );
    case "trimming":
      return call(
        tools.trimming,
        {
          ...ask,
          ...(question.inputTokensMax
            ? { inputTokensMax: question.inputTokensMax }
            : { reduceInputBy: question.share !== undefined && question.share < 1 ? question.share : 0.2 }),
        },
        (output, ref) => simulated("Shortening prompts", output, ref),
        "optimization",
      );
    case "growth": {
      const months = question.months ?? (question.monthly ? 12 : 1);
      return call(
        tools.growth,
        {
          ...ask,
          percentPerMonth: Math.min(1000, question.percent ?? 10),
          months,
        },
        (output, ref) =>
          `**${money(output.months.at(-1)?.costUsd ?? 0)} ${months === 1 ? "in 30 days" : `in month ${months}`}**, where ${money(output.baseUsdPer30Days)} is spent in 30 days now${only}: growth of ${output.percentPerMonth} %${months === 1 ? ", once" : ` a month; ${money(output.totalUsd)} over the whole time`} ${cite(ref)}.\n\n${chartBlock({ type: "line", title: "Cost per month", unit: "USD", labels: output.months.map((one) => `month ${one.month}`), series: [{ name: "Cost", values: output.months.map((one) => one.costUsd) }] })}\n${table(
            ["Month", "Cost", "Above today"],
            output.months.map((one) => [String(one.month), money(one.costUsd), money(one.addedUsd)]),
          )}\n${output.assumptions.join(" ")}`,
        "optimization",
      );
    }
    case "greeting":
    case "thanks":
    case "help":
    case "report":
    case "unknown":
      throw new Error(`${question.intent} has an answer of its own`);
  }
}

function simulated(what: string, output: Simulation, ref: string): string {
  const word = output.savedUsd >= 0 ? "saves" : "costs";
  return `**${what} ${word} ${money(Math.abs(output.savedUsd))}** (${Math.abs(output.savedPercent)} %) over ${output.days} days, about ${money(Math.abs(output.savedUsdPer30Days))} in 30 days ${cite(ref)}.\n\n${table(
    ["", "USD"],
    [
      ["Before", money(output.beforeUsd)],
      ["After", money(output.afterUsd)],
      [output.savedUsd >= 0 ? "Saved" : "Added", money(Math.abs(output.savedUsd))],
    ],
  )}\n${count(output.callsTouched)} of ${count(output.calls)} selected calls are touched, ${output.firstDay} to ${output.lastDay}. Basis: ${output.basis}. ${output.assumptions.map(safe).join(" ")}`;
}

/** The filter in words, so that the reader sees what was counted. */
function scopeOf({ filter }: Question): string {
  const words: string[] = [];
  for (const key of ["model", "team", "feature", "user"] as const) {
    const names = filter[key];
    if (names) words.push(`${key} ${names.map(safe).join(", ")}`);
  }
  if (filter.inputTokensMax !== undefined) words.push(`at most ${count(filter.inputTokensMax)} input tokens`);
  if (filter.inputTokensMin !== undefined)
    words.push(`at least ${count(filter.inputTokensMin)} input tokens`);
  return words.length === 0 ? "" : ` (${words.join("; ")})`;
}

function plain(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

function shown(value: number, metric: Metric | DailyMetric): string {
  return metric === "costUsd" ? money(value) : `${count(value)} ${unitByMetric[metric]}`;
}
