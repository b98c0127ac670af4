import type { Result } from "./bench.ts";

/** The figure in the middle; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError("median: there are no values");
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** The smallest value that at least this share of all values does not exceed; `share` lies in 0 … 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new RangeError("quantile: there are no values");
  return value;
}

export function result(name: string, unit: string, values: readonly number[]): Result {
  return { name, unit, median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Round by round, so that what slowed the machine in one round slows both sides of its ratio. */
export function ratio(name: string, ours: readonly number[], theirs: readonly number[]): Result {
  if (ours.length !== theirs.length) throw new RangeError(`ratio ${name}: the rounds do not pair up`);
  return result(
    name,
    "×",
    ours.map((value, round) => value / (theirs[round] ?? Number.NaN)),
  );
}

function ascending(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}
