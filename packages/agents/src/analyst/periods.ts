import { isDay, isoDay } from "./figures.ts";
import { dayMs } from "./usage-data.ts";

export interface Period {
  readonly from: string;
  readonly to: string;
}

const months = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const monthNames = months.map((name) => `${name}|${name.slice(0, 3)}`).join("|");
const unitDays: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, quarter: 90, year: 365 };
const wordNumbers: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  ten: 10,
  couple: 2,
  few: 3,
};

/**
 * The period that a question names, in days of UTC. "Last" counts back from the newest record, because
 * the data may be old: the last month is its last 30 days.
 */
export function findPeriod(text: string, extent: Period): Period | undefined {
  const last = Date.parse(extent.to);
  const lower = text.toLowerCase();
  // A day that is in no calendar is kept: the tools name it, and nothing else is answered in its place.
  const [one, two] = [...lower.matchAll(/\b(20\d{2}-\d{2}-\d{2})\b/g)].map(([, day = ""]) => day);
  if (one !== undefined && two !== undefined)
    return one < two ? { from: one, to: two } : { from: two, to: one };
  if (one !== undefined) {
    const next = (days: number) => (isDay(one) ? isoDay(Date.parse(one) + days * dayMs) : one);
    if (/\bafter\b/.test(lower)) return { from: next(1), to: extent.to };
    if (/\b(since|from|starting)\b/.test(lower)) return { from: one, to: extent.to };
    if (/\bbefore\b/.test(lower)) return { from: extent.from, to: next(-1) };
    if (/\b(until|till|up to)\b/.test(lower)) return { from: extent.from, to: one };
    return { from: one, to: one };
  }
  const back =
    /\b(?:last|past|previous|recent|latest)\s+(?:(\d{1,3}|two|three|four|five|six|seven|ten|couple of|few)\s+)?(day|week|month|quarter|year)s?\b/.exec(
      lower,
    );
  if (back) {
    const word = back[1]?.split(" ")[0] ?? "1";
    const count = wordNumbers[word] ?? Number(word);
    const length = Math.max(1, count) * (unitDays[back[2] ?? "day"] ?? 1);
    return { from: isoDay(last - (length - 1) * dayMs), to: extent.to };
  }
  if (/\btoday\b/.test(lower)) return { from: extent.to, to: extent.to };
  if (/\byesterday\b/.test(lower)) return { from: isoDay(last - dayMs), to: isoDay(last - dayMs) };
  if (/\bthis week\b/.test(lower))
    return { from: isoDay(last - ((new Date(last).getUTCDay() + 6) % 7) * dayMs), to: extent.to };
  if (/\bthis month\b/.test(lower)) return { from: `${extent.to.slice(0, 7)}-01`, to: extent.to };
  const quarter = /\bq([1-4])(?:\s+(20\d{2}))?\b/.exec(lower);
  if (quarter) {
    const month = (Number(quarter[1]) - 1) * 3;
    const year = yearOf(quarter[2], month, extent);
    return { from: isoDay(Date.UTC(year, month, 1)), to: isoDay(Date.UTC(year, month + 3, 1) - dayMs) };
  }
  const named = new RegExp(
    `\\b(in|of|for|during|since|until|before)\\s+(${monthNames})\\b(?:\\s+(20\\d{2}))?`,
  ).exec(lower);
  if (named) {
    const month = months.findIndex((name) => name.startsWith(named[2] ?? "?"));
    const year = yearOf(named[3], month, extent);
    const first = Date.UTC(year, month, 1);
    const last = Date.UTC(year, month + 1, 1) - dayMs;
    if (named[1] === "since") return { from: isoDay(first), to: extent.to };
    if (named[1] === "until") return { from: extent.from, to: isoDay(last) };
    if (named[1] === "before") return { from: extent.from, to: isoDay(first - dayMs) };
    return { from: isoDay(first), to: isoDay(last) };
  }
  const whole = /\b(in|of|for|during|since|until|before)\s+(20\d{2})\b/.exec(lower);
  if (whole) {
    const [first, last] = [`${whole[2]}-01-01`, `${whole[2]}-12-31`];
    if (whole[1] === "since") return { from: first, to: extent.to };
    if (whole[1] === "until") return { from: extent.from, to: last };
    if (whole[1] === "before") return { from: extent.from, to: isoDay(Date.parse(first) - dayMs) };
    return { from: first, to: last };
  }
  return undefined;
}

/** Without a year, the latest one in which the month had begun when the data ends. */
function yearOf(named: string | undefined, month: number, { to }: Period): number {
  if (named !== undefined) return Number(named);
  const year = Number(to.slice(0, 4));
  return Date.UTC(year, month, 1) > Date.parse(to) ? year - 1 : year;
}

/** "In October" asked of a forecast: the days that are left of that month when the data ends just before or in it. */
export function findComingMonthDays(text: string, extent: Period): number | undefined {
  const named = new RegExp(`\\b(?:in|of|for|during)\\s+(${monthNames})\\b(?!\\s+20\\d{2})`).exec(
    text.toLowerCase(),
  );
  if (!named) return undefined;
  const month = months.findIndex((name) => name.startsWith(named[1] ?? "?"));
  const next = new Date(Date.parse(extent.to) + dayMs);
  if (next.getUTCMonth() !== month) return undefined;
  return (Date.UTC(next.getUTCFullYear(), month + 1, 1) - next.getTime()) / dayMs;
}

/** How far a forecast should look: "next month" is 30 days. */
export function findHorizonDays(text: string): number | undefined {
  const ahead =
    /\b(?:next|coming|following)\s+(?:(\d{1,3}|two|three|four|six)\s+)?(day|week|month|quarter|year)s?\b/.exec(
      text.toLowerCase(),
    );
  if (!ahead) return undefined;
  const count = wordNumbers[ahead[1] ?? ""] ?? Number(ahead[1] ?? 1);
  return Math.min(365, Math.max(1, count) * (unitDays[ahead[2] ?? "day"] ?? 1));
}
