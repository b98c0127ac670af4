import type { ChartSpec } from "./chart-spec.ts";

export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

/** Round ticks that cover the values; bars and areas start at zero, so zero is always inside. */
export function scaleOf(spec: ChartSpec, ticksWanted = 5): Scale {
  let low = 0;
  let high = 0;
  for (const series of spec.series) {
    for (const value of series.values) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (high - low < 1e-9) high = low + 1; // Denormals would make the steps vanish.
  const step = roundStep((high - low) / Math.max(1, ticksWanted - 1));
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  const ticks: number[] = [];
  for (let at = first; at <= last; at++) ticks.push(Number((at * step).toPrecision(12)));
  return { min: ticks[0] ?? low, max: ticks.at(-1) ?? high, ticks };
}

/** The next of 1, 2, 2.5, 5 × 10ⁿ at or above `raw`. */
function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  for (const factor of [1, 2, 2.5, 5, 10]) if (factor * power >= raw * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

/** Share of the scale, 0 at its lower end and 1 at its upper. */
export function place(value: number, scale: Scale): number {
  return (value - scale.min) / (scale.max - scale.min);
}

const currencies: Readonly<Record<string, string>> = {
  usd: "$",
  $: "$",
  eur: "€",
  "€": "€",
  gbp: "£",
  "£": "£",
};

/** A value as the chart and its table say it; exact to two decimals, grouped. */
export function formatValue(value: number | null, unit: string): string {
  if (value === null) return "–";
  const cents = currencies[unit.toLowerCase()] !== undefined && !Number.isInteger(value);
  return withUnit(formatNumber(value, cents), value, unit);
}

/** A value as an axis says it: "$1.2k". */
export function formatTick(value: number, unit: string): string {
  const size = Math.abs(value);
  const short =
    size >= 1e9
      ? `${trim(value / 1e9)}B`
      : size >= 1e6
        ? `${trim(value / 1e6)}M`
        : size >= 1e4
          ? `${trim(value / 1e3)}k`
          : formatNumber(value);
  return unit.length <= 3 || currencies[unit.toLowerCase()] ? withUnit(short, value, unit) : short;
}

function withUnit(text: string, value: number, unit: string): string {
  const currency = currencies[unit.toLowerCase()];
  if (currency) return value < 0 ? `-${currency}${text.slice(1)}` : `${currency}${text}`;
  if (unit === "%") return `${text}%`;
  return unit === "" ? text : `${text} ${unit}`;
}

function formatNumber(value: number, cents = false): string {
  const size = Math.abs(value);
  const digits =
    size > 0 && size < 0.01
      ? { maximumSignificantDigits: 3 }
      : { minimumFractionDigits: cents ? 2 : 0, maximumFractionDigits: 2 };
  return value.toLocaleString("en-US", digits);
}

function trim(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

/** One sentence that says what the drawing shows: what a screen reader hears as its description. */
export function describeChart(spec: ChartSpec): string {
  const kind = spec.type === "bar" ? "Bar chart" : "Line chart";
  const sentences = spec.series.map((series) => {
    let low = -1;
    let high = -1;
    series.values.forEach((value, index) => {
      if (value === null) return;
      const lowest = series.values[low];
      const highest = series.values[high];
      if (low < 0 || (typeof lowest === "number" && value < lowest)) low = index;
      if (high < 0 || (typeof highest === "number" && value > highest)) high = index;
    });
    const name = series.name || "Values";
    if (low < 0) return `${name}: no values.`;
    const most = `${formatValue(series.values[high] ?? null, spec.unit)} (${spec.labels[high]})`;
    const least = `${formatValue(series.values[low] ?? null, spec.unit)} (${spec.labels[low]})`;
    return low === high ? `${name}: ${most}.` : `${name}: highest ${most}, lowest ${least}.`;
  });
  const range =
    spec.labels.length === 1
      ? `${spec.labels[0]}`
      : `${spec.labels.length} values, ${spec.labels[0]} to ${spec.labels.at(-1)}`;
  return `${kind} of ${range}. ${sentences.join(" ")}`;
}

/** Every how many labels one is written, so that they do not touch. */
export function labelStride(labels: readonly string[], widthPx: number, charPx = 6.6): number {
  const longest = Math.min(16, Math.max(1, ...labels.map((label) => label.length)));
  const room = Math.max(1, Math.floor(widthPx / (longest * charPx + 12)));
  return Math.max(1, Math.ceil(labels.length / room));
}
