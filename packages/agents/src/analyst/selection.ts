import { z } from "zod";
import { isDay } from "./figures.ts";
import type { Pacer } from "./pacer.ts";
import { isProblem, type Problem, problem } from "./problem.ts";
import { type Dimension, dayMs, dimensions, type UsageData } from "./usage-data.ts";

export const daySchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "must be a day like 2026-09-30")
  .refine(isDay, "is no day of the calendar");
const names = z.array(z.string().max(200)).min(1).max(50);
const tokens = z.number().min(0).max(1e9);

export const datasetSchema = z
  .string()
  .min(1)
  .max(64)
  .describe('"sample" for the bundled generated sample, or the attachment id of a usage file of this user');

/** Which records count. Everything is optional; days are UTC and both ends are included. */
export const filterSchema = z
  .strictObject({
    from: daySchema.optional().describe("first day, YYYY-MM-DD, UTC"),
    to: daySchema.optional().describe("last day, included"),
    user: names.optional(),
    team: names.optional(),
    feature: names.optional(),
    model: names.optional().describe("model names as they stand in the data"),
    inputTokensMin: tokens.optional(),
    inputTokensMax: tokens.optional().describe("only calls with at most so many input tokens"),
    success: z.boolean().optional().describe("true: only calls that succeeded; false: only failed ones"),
  })
  .describe("which records to count; leave out what does not matter");
export type Filter = z.infer<typeof filterSchema>;

/** Row numbers that pass, in time order; a name that the data does not know is a problem, not an empty answer. */
export async function select(
  data: UsageData,
  filter: Filter | undefined,
  pace: Pacer,
): Promise<Uint32Array | Problem> {
  const { from, to, inputTokensMin = 0, inputTokensMax = Infinity, success } = filter ?? {};
  const masks: { codes: Uint32Array; wanted: Uint8Array }[] = [];
  for (const dimension of dimensions) {
    const wanted = maskOf(data, dimension, filter?.[dimension]);
    if (isProblem(wanted)) return wanted;
    if (wanted) masks.push({ codes: data.column[dimension].codes, wanted });
  }
  const first = from === undefined ? 0 : lowerBound(data.at, Date.parse(from));
  const end = to === undefined ? data.rows : lowerBound(data.at, Date.parse(to) + dayMs);
  const rows = new Uint32Array(Math.max(0, end - first));
  let count = 0;
  next: for (let row = first; row < end; row++) {
    if (row % 65_536 === 0) await pace();
    for (const { codes, wanted } of masks) if (wanted[codes[row] ?? 0] !== 1) continue next;
    const input = data.inputTokens[row] ?? 0;
    if (input < inputTokensMin || input > inputTokensMax) continue;
    if (success !== undefined && (data.success[row] === 1) !== success) continue;
    rows[count++] = row;
  }
  return rows.subarray(0, count);
}

function maskOf(
  data: UsageData,
  dimension: Dimension,
  wanted: readonly string[] | undefined,
): Uint8Array | Problem | undefined {
  if (!wanted) return undefined;
  if (!data.fields.has(dimension)) return missing(data, dimension);
  const known = data.column[dimension].names;
  const mask = new Uint8Array(known.length);
  for (const name of wanted) {
    const lower = name.toLowerCase();
    const code = known.findIndex((one) => one.toLowerCase() === lower);
    if (code < 0) {
      const some = known.slice(0, 20).join(", ");
      return problem(
        `There is no ${dimension} "${name}" in the data.`,
        `Use one of: ${some}${known.length > 20 ? ", …" : ""}.`,
      );
    }
    mask[code] = 1;
  }
  return mask;
}

export function missing(data: UsageData, field: string): Problem {
  return problem(
    `${data.origin.title} has no column for ${field}.`,
    `Attach a file with that column, or ask without it. It has: ${[...data.fields].join(", ")}.`,
  );
}

/** First index whose value is not below `bound`. */
function lowerBound(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
