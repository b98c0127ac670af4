import { nanoPerUsd } from "./usage-data.ts";

export const rounding =
  "USD sums are rounded to the cent, USD per call to 6 decimals; sums are exact before rounding.";

/** A sum of nano-dollars in USD, to the cent. */
export function usd(nano: number): number {
  return Math.round(nano / (nanoPerUsd / 100)) / 100;
}

export function usdPerCall(nano: number, calls: number): number {
  return calls === 0 ? 0 : round(nano / calls / nanoPerUsd, 6);
}

/** `part` of `whole` in percent, with one decimal. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : round((part / whole) * 100, 1);
}

export function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

/** Whether a text like 2026-09-30 is a day of the calendar; `Date.parse` takes the 31st of September for one. */
export function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && isoDay(at) === text;
}

/** A day in UTC: 2026-09-30. */
export function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
