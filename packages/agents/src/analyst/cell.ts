/** Single values of a usage file. Each reader answers undefined for what it cannot read; it never guesses. */

export type DecimalMark = "." | ",";

/** A number with its thousands separators, currency sign or blanks: "$1,234.50", "1.234,50 ", "1 234". */
export function readNumber(text: string, mark: DecimalMark): number | undefined {
  const bare = text
    .replace(/^[\s$€£]+|[\s$€£]+$|(?:\s*(?:usd|tokens?|ms|s))$/gi, "")
    .replace(/[\s\u00a0\u202f_']/g, "");
  const normal =
    mark === ","
      ? bare.replace(/\.(?=\d{3}(?:\D|$))/g, "").replace(",", ".")
      : bare.replace(/,(?=\d{3}(?:\D|$))/g, "");
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(normal) ? Number(normal) : undefined;
}

/** Which mark separates decimals in a column: the last one where both occur; a comma that cannot group thousands. */
export function findDecimalMark(values: readonly string[], whole: boolean): DecimalMark {
  for (const value of values) {
    const comma = value.lastIndexOf(",");
    const dot = value.lastIndexOf(".");
    if (comma >= 0 && dot >= 0) return comma > dot ? "," : ".";
  }
  if (values.some((value) => /,\d+\s*$/.test(value) && !/^\D*\d{1,3}(,\d{3})+\s*$/.test(value))) return ",";
  // Whole numbers like 1.234 can only be grouped; 0.250 and 12.5 are decimals.
  const dotted = values.filter((value) => value.includes("."));
  if (whole && dotted.length > 0 && dotted.every((value) => /^\s*[1-9]\d{0,2}(\.\d{3})+\s*$/.test(value)))
    return ",";
  return ".";
}

export type DayOrder = "day first" | "month first";

/**
 * Milliseconds since 1970: ISO 8601 (UTC where no zone is named), seconds, milliseconds, microseconds or
 * nanoseconds since 1970, and days with slashes or dots in the given order. From 2000 to 2100 only.
 */
export function readTime(text: string, order: DayOrder): number | undefined {
  const value = text.trim();
  const iso =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(
      value,
    );
  if (iso) {
    const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = "", zone] = iso;
    return utc(
      Number(year),
      Number(month),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
      fraction,
      zone,
    );
  }
  const local =
    /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am|pm)?)?$/i.exec(value);
  if (local) {
    const [, first, second, year, hour = "0", minute = 0, seconds = 0, half] = local;
    const [day, month] = order === "day first" ? [first, second] : [second, first];
    const hours = half ? (Number(hour) % 12) + (half.toLowerCase() === "pm" ? 12 : 0) : Number(hour);
    return utc(
      Number(year),
      Number(month),
      Number(day),
      hours,
      Number(minute),
      Number(seconds),
      "",
      undefined,
    );
  }
  if (/^\d{9,10}(\.\d+)?$/.test(value)) return within(Math.round(Number(value) * 1000));
  if (/^\d{12,13}(\.\d+)?$/.test(value)) return within(Math.round(Number(value)));
  if (/^\d{15,16}$/.test(value)) return within(Math.floor(Number(value) / 1e3));
  if (/^\d{18,19}$/.test(value)) return within(Math.floor(Number(value) / 1e6));
  return undefined;
}

function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  fraction: string,
  zone: string | undefined,
): number | undefined {
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const start = Date.UTC(year, month - 1, day);
  const date = new Date(start);
  // 2026-02-30 is no day; Date would make it a March one.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offset =
    zone && /^[+-]/.test(zone)
      ? (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)))
      : 0;
  const ms = fraction === "" ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  return within(start + hour * 3_600_000 + (minute - offset) * 60_000 + second * 1000 + ms);
}

function within(at: number): number | undefined {
  return at >= 946_684_800_000 && at < 4_102_444_800_000 ? at : undefined;
}

/** Day first when a first part is over 12 or dots separate; `sure` is false when nothing decides. */
export function findDayOrder(values: readonly string[]): {
  readonly order: DayOrder;
  readonly sure: boolean;
} {
  let slashed = false;
  for (const value of values) {
    const found = /^\s*(\d{1,2})([./-])(\d{1,2})[./-]\d{4}/.exec(value);
    if (!found) continue;
    if (Number(found[1]) > 12 || found[2] === ".") return { order: "day first", sure: true };
    if (Number(found[3]) > 12) return { order: "month first", sure: true };
    slashed = true;
  }
  return { order: "month first", sure: !slashed };
}

const yes = new Set([
  "true",
  "t",
  "yes",
  "y",
  "ok",
  "success",
  "succeeded",
  "successful",
  "completed",
  "complete",
  "stop",
  "length",
  "tool_calls",
  "end_turn",
  "done",
]);
const no = new Set([
  "false",
  "f",
  "no",
  "n",
  "error",
  "failed",
  "fail",
  "failure",
  "timeout",
  "cancelled",
  "canceled",
  "rate_limited",
  "aborted",
]);

export function readSuccess(text: string): boolean | undefined {
  const value = text.trim().toLowerCase();
  if (value === "1" || yes.has(value)) return true;
  if (value === "0" || no.has(value)) return false;
  if (/^[1-5]\d\d$/.test(value)) return Number(value) < 400;
  return undefined;
}
