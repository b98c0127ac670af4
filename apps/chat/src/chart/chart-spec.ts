/**
 * The chart an answer may hold: a fenced block of language `chart` with this JSON. Anything else, and
 * anything over the bounds, is not a chart, and the page shows the block as the code it is.
 */
export interface ChartSpec {
  readonly type: "bar" | "line";
  readonly title: string;
  /** "$", "USD", "%", "ms" or any word; "" for plain numbers. */
  readonly unit: string;
  readonly labels: readonly string[];
  /** Each has one value for each label; `null` is a gap. */
  readonly series: readonly ChartSeries[];
}

export interface ChartSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

const labelsMax = 400;
const seriesMax = 8;
const charsMax = 200;

export type ParsedChart =
  | { readonly ok: true; readonly spec: ChartSpec }
  | { readonly ok: false; readonly why: string };

/** Never throws; `why` names the first thing that is wrong. */
export function parseChart(text: string): ParsedChart {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong("it is not JSON");
  }
  if (!isObject(value)) return wrong("it is not an object");
  const { type, title = "", unit = "", labels, series } = value;
  if (type !== "bar" && type !== "line") return wrong('type must be "bar" or "line"');
  if (typeof title !== "string" || title.length > charsMax) return wrong("title must be a short text");
  if (typeof unit !== "string" || unit.length > charsMax) return wrong("unit must be a short text");
  if (!Array.isArray(labels) || labels.length === 0) return wrong("labels must be a list of texts");
  if (labels.length > labelsMax) return wrong(`labels may be ${labelsMax} at most`);
  const names: string[] = [];
  for (const label of labels) {
    if (typeof label !== "string" && typeof label !== "number") return wrong("a label must be a text");
    names.push(String(label).slice(0, charsMax));
  }
  if (!Array.isArray(series) || series.length === 0) return wrong("series must be a list");
  if (series.length > seriesMax) return wrong(`series may be ${seriesMax} at most`);
  const parsed: ChartSeries[] = [];
  for (const one of series) {
    if (!isObject(one) || !Array.isArray(one.values)) return wrong("a series needs values");
    const { name = "" } = one;
    if (typeof name !== "string") return wrong("a series' name must be a text");
    if (parsed.some((other) => other.name === name)) return wrong("series need different names");
    if (one.values.length !== names.length) return wrong("a series needs one value for each label");
    const values: (number | null)[] = [];
    for (const entry of one.values) {
      if (entry !== null && (typeof entry !== "number" || !Number.isFinite(entry))) {
        return wrong("a value must be a number or null");
      }
      values.push(entry);
    }
    parsed.push({ name: name.slice(0, charsMax), values });
  }
  return { ok: true, spec: { type, title, unit, labels: names, series: parsed } };
}

function wrong(why: string): ParsedChart {
  return { ok: false, why };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
