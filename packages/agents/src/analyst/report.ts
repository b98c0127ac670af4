/** The full answer: where the money goes, what stands out, what would save how much, and what to do first. */
import { chartBlock } from "./chart.ts";
import type { Desk } from "./desk.ts";
import type { Entry } from "./ledger.ts";
import { changes, count, counted, list, money, safe, table } from "./markdown.ts";
import { findOptions, retryAdvice, type SavingOption } from "./options.ts";
import { isProblem, type Problem } from "./problem.ts";
import type { Filter } from "./selection.ts";
import type { SpendAnswer, SpendRow } from "./tools-spend.ts";

export async function writeReport(desk: Desk, filter: Filter): Promise<void> {
  const { about, dataset, ledger, run, tools } = desk;
  const data = run.as("data");
  const ask = { dataset, ...(Object.keys(filter).length > 0 ? { filter } : {}) };
  const has = (field: string) => about.fields.includes(field);
  const optional = async <T>(present: boolean, call: () => Promise<Entry<T | Problem>>) => {
    if (!present) return undefined;
    const { ref, output } = await call();
    return isProblem(output) ? undefined : { ref, output: output as T };
  };
  const total = await ledger.call(data, tools.spendBy, { ...ask, by: "week", orderBy: "name", top: 60 });
  if (isProblem(total.output)) return writeProblem(desk, total.output);
  const models = await optional(has("model"), () =>
    ledger.call(data, tools.spendBy, { ...ask, by: "model", top: 10 }),
  );
  const features = await optional(has("feature"), () =>
    ledger.call(data, tools.spendBy, { ...ask, by: "feature", top: 10 }),
  );
  const teams = await optional(has("team"), () =>
    ledger.call(data, tools.spendBy, { ...ask, by: "team", top: 10 }),
  );
  const trend = await optional(true, () => ledger.call(data, tools.trend, { ...ask, forecastDays: 30 }));
  const unusual = await optional(true, () => ledger.call(data, tools.anomalies, ask));
  const slow = await optional(has("latency") && has("model"), () =>
    ledger.call(data, tools.anomalies, { ...ask, metric: "latencyP95Ms", by: "model", top: 20 }),
  );
  const retries = await optional(has("success"), () => ledger.call(data, tools.retries, ask));
  const pattern = await optional(has("feature"), () => ledger.call(data, tools.pattern, ask));
  const prompts = await optional(has("feature") && has("inputTokens"), () =>
    ledger.call(data, tools.percentiles, { ...ask, metric: "inputTokens", by: "feature" }),
  );

  await run
    .as("optimization")
    .think(
      "I simulate routing, caching, batching and shorter prompts on these records, where the data speaks for them, and rank them by what they would have saved.",
    );
  const options = await findOptions(desk, filter, total.output.total.costUsd, {
    ...(models ? { models: models.output } : {}),
    ...(features ? { features: features.output } : {}),
    ...(pattern ? { pattern: pattern.output } : {}),
    ...(prompts ? { prompts: prompts.output } : {}),
  });
  await run
    .as("actions")
    .think(
      options.length === 0
        ? "No option saves more than half a percent, so there are no steps to write down."
        : `I write down the steps for ${options.length} options: what to do, how to see that it works, how to go back.`,
    );
  await run.as("reporting").think("I write the answer; each figure names the tool call it is from.");

  const spent = total.output.total;
  const write = (text: string) => run.write(text);
  await write(`## Where your AI spend goes\n\n${generatedNote(desk)}`);
  await write(
    `**${money(spent.costUsd)}** for ${counted(spent.calls, "call")} from ${total.output.firstDay} to ${total.output.lastDay} (UTC) ${cite(total.ref)}. ${headline(models?.output, features?.output)}\n\n`,
  );
  if (options.length > 0) {
    const best = options[0];
    if (best) {
      await write(
        `**The largest saving found:** ${safe(best.title)}: ${money(best.simulation.savedUsd)} (${best.simulation.savedPercent} % of ${money(best.simulation.beforeUsd)}) in the period ${cite(best.ref)}.\n\n`,
      );
    }
  }
  const groups = features ?? models;
  if (groups) {
    await write(chartBlock(spendChart(`Spend by ${groups.output.by}`, groups.output)));
    await write("\n");
  }
  for (const part of [features, models, teams]) {
    if (part) await write(`${spendTable(part.output)}\n${cite(part.ref)}\n\n`);
  }
  await write("## What stands out\n\n");
  const notes: string[] = [];
  if (trend) {
    const { growthPercentPerWeek, forecast } = trend.output;
    notes.push(
      `Spend per day ${changes(growthPercentPerWeek)}${forecast ? `; the next 30 days would cost ${money(forecast.sum)} (95 % interval ${money(forecast.low95)} to ${money(forecast.high95)})` : ""} ${cite(trend.ref)}.`,
    );
  }
  for (const one of (unusual?.output.found ?? []).slice(0, 3)) {
    notes.push(
      `${one.day} cost ${money(one.value)}, where ${money(one.expected)} is usual for that weekday ${cite(unusual?.ref ?? "")}.`,
    );
  }
  const slowModels = new Map<string, number>();
  for (const one of slow?.output.found ?? [])
    if (one.score > 0) slowModels.set(one.name, (slowModels.get(one.name) ?? 0) + 1);
  for (const [model, days] of slowModels) {
    const first = slow?.output.found
      .filter((one) => one.name === model)
      .map((one) => one.day)
      .sort()[0];
    notes.push(
      `${safe(model)} was unusually slow on ${days} ${days === 1 ? "day" : "days"}, first on ${first} ${cite(slow?.ref ?? "")}.`,
    );
  }
  if (retries && retries.output.failed > 0) {
    const worst = retries.output.features[0];
    notes.push(
      `${counted(retries.output.failed, "call")} failed (${retries.output.failedPercent} %) and cost ${money(retries.output.failedUsd)}; ${counted(retries.output.retries, "call")} repeated a failed one${worst && has("feature") ? `. Most of the cost: ${safe(worst.name)}, where ${worst.failedPercent} % fail` : ""} ${cite(retries.ref)}.`,
    );
  }
  await write(notes.length === 0 ? "Nothing unusual was found.\n\n" : `${list(notes)}\n`);
  await writeOptions(desk, options);
  const advice = retries && has("feature") ? retryAdvice(retries.output) : undefined;
  if (advice)
    await write(`**Also: fewer failures in ${safe(advice.feature)}**\n\n${numbered(advice.steps)}\n`);
  await write(sources(desk));
}

async function writeOptions(desk: Desk, options: readonly SavingOption[]): Promise<void> {
  const { run } = desk;
  await run.write("## How to cut it\n\n");
  if (options.length === 0) {
    await run.write("No option that this data supports saves more than half a percent of the total.\n\n");
    return;
  }
  await run.write(
    `${table(
      ["Option", "Saves", "Of what it touches", "Per 30 days", "Effort", "Basis", "From"],
      options.map(({ title, simulation, effort, ref }) => [
        title,
        money(simulation.savedUsd),
        `${simulation.savedPercent} %`,
        money(simulation.savedUsdPer30Days),
        effort,
        simulation.basis,
        ref,
      ]),
    )}\nEach option is simulated by itself; they overlap, so their savings do not add up.\n\n## What to do, in this order\n\n`,
  );
  for (const [index, option] of options.entries()) {
    await run.write(
      `**${index + 1}. ${safe(option.title)}** (effort ${option.effort}; risk: ${option.risk})\n\n${numbered(option.steps)}\nGoing back: ${option.rollback}\n\nAssumed: ${option.simulation.assumptions.map(safe).join(" ")} ${cite(option.ref)}\n\n`,
    );
  }
}

export async function writeProblem(desk: Pick<Desk, "run">, { problem, where, fix }: Problem): Promise<void> {
  await desk.run.write(
    `**I cannot answer that from this data.** ${safe(problem)}\n\n${where.length === 0 ? "" : `${list(where.map(safe))}\n`}**What you can do:** ${safe(fix)}\n`,
  );
}

export function generatedNote({ about }: Pick<Desk, "about">): string {
  return about.generated
    ? "*These are generated sample records of no real company. Attach a CSV or JSON Lines file with your usage to see yours.*\n\n"
    : `*From ${safe(about.title)}, ${counted(about.records, "record")}.*${about.notes.length > 0 ? ` Note: ${about.notes.map(safe).join(" ")}` : ""}\n\n`;
}

/** A reference that the reader finds again in the timeline. */
export function cite(ref: string): string {
  return `[${ref}]`;
}

export function sources({ ledger, about }: Desk): string {
  return `---\n\nFigures are in USD, days in UTC, sums exact and rounded to the cent. A mark like [spend\\_by #1] names the tool call in the timeline that a figure is from: ${ledger.refs.map(safe).join(", ")}.${about.generated ? " The data is the generated sample." : ""}\n`;
}

export function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `${index + 1}. ${safe(step)}\n`).join("");
}

export function spendTable(answer: SpendAnswer): string {
  const row = (one: SpendRow) => [
    one.name,
    money(one.costUsd),
    `${one.sharePercent} %`,
    count(one.calls),
    `$${one.usdPerCall.toFixed(6)}`,
    ...(answer.outcomesKnown ? [`${one.failedPercent} %`] : []),
  ];
  const label = answer.by[0]?.toUpperCase() + answer.by.slice(1);
  return table(
    [label, "Cost", "Share", "Calls", "Per call", ...(answer.outcomesKnown ? ["Failed"] : [])],
    [...answer.rows.map(row), ...(answer.rest ? [row(answer.rest)] : []), row(answer.total)],
  );
}

export function spendChart(title: string, answer: SpendAnswer) {
  const shown = answer.rows.slice(0, 60);
  const overTime = answer.by === "day" || answer.by === "week" || answer.by === "month";
  return {
    type: overTime ? ("line" as const) : ("bar" as const),
    title,
    unit: "USD",
    labels: shown.map((one) => one.name.slice(0, 200)),
    series: [{ name: "Cost", values: shown.map((one) => one.costUsd) }],
  };
}

function headline(models: SpendAnswer | undefined, features: SpendAnswer | undefined): string {
  const words: string[] = [];
  const feature = features?.rows[0];
  const model = models?.rows[0];
  if (feature && feature.costUsd > 0)
    words.push(`${safe(feature.name)} is the dearest feature (${feature.sharePercent} %)`);
  if (model && model.costUsd > 0)
    words.push(`${safe(model.name)} is the dearest model (${model.sharePercent} %)`);
  return words.length === 0 ? "" : `${words.join(", ")}.`;
}
