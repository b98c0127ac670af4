import { z } from "zod";

/** The JSON in a fenced block of language `chart`; a page draws it, and a table beside it says the same. */
export const chartSchema = z.strictObject({
  type: z.enum(["bar", "line"]),
  title: z.string().max(200),
  /** "USD", "ms", "%" or any word; "" for plain numbers. */
  unit: z.string().max(20),
  labels: z.array(z.string().max(200)).min(1).max(60),
  /** Each with one value for each label. */
  series: z
    .array(z.strictObject({ name: z.string().max(200), values: z.array(z.number()) }))
    .min(1)
    .max(8),
});
export type Chart = z.infer<typeof chartSchema>;

/** The fenced block; a backtick in a name cannot end it, because names are JSON strings on one line. */
export function chartBlock(chart: Chart): string {
  return `\`\`\`chart\n${JSON.stringify(chartSchema.parse(chart))}\n\`\`\`\n`;
}
