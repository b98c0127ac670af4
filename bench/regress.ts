/** Compares a run's ratios with those that were stored: what depends on the machine cancels out in them. */
import type { Goal, Report } from "./bench.ts";

/** Ratio by the name of its goal, by bench. */
export type Baseline = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface Change {
  readonly bench: string;
  readonly name: string;
  readonly before: number;
  /** Undefined when the bench does not say it any more. */
  readonly now: number | undefined;
  readonly worse: boolean;
}

/** A quick run strays by so much without a cause. */
const strayShareMax = 0.25;

export function baselineOf(reports: readonly Report[]): Baseline {
  return Object.fromEntries(
    reports
      .map(({ bench, goals }) => [bench, Object.fromEntries(goals.filter(isRatio).map(pair))] as const)
      .filter(([, ratios]) => Object.keys(ratios).length > 0),
  );
}

export function compare(baseline: Baseline, reports: readonly Report[]): readonly Change[] {
  return Object.entries(baseline).flatMap(([bench, ratios]) => {
    const goals = reports.find((report) => report.bench === bench)?.goals ?? [];
    return Object.entries(ratios).map(([name, before]) => {
      const goal = goals.find((one) => one.name === name);
      return { bench, name, before, now: goal?.value, worse: !goal || isWorse(goal, before) };
    });
  });
}

function isWorse({ goal, value }: Goal, before: number): boolean {
  return goal.startsWith("≤") ? value > before * (1 + strayShareMax) : value < before * (1 - strayShareMax);
}

function isRatio({ goal }: Goal): boolean {
  return goal.endsWith("×");
}

function pair({ name, value }: Goal): readonly [string, number] {
  return [name, Number(value.toPrecision(3))];
}
