import type { z } from "zod";
import { defineTool, type Tool, type ToolContext } from "../tool.ts";
import type { Datasets } from "./datasets.ts";
import { createPacer, type Pacer } from "./pacer.ts";
import { isProblem, type Problem } from "./problem.ts";
import { type Filter, select } from "./selection.ts";
import type { UsageData } from "./usage-data.ts";

/** A tool over usage records, with the type of what it answers. */
export interface UsageTool<Input, Output> extends Tool<Input> {
  /** Never set: it only carries the type. */
  readonly answers?: (output: Output | Problem) => void;
}

interface Asked {
  readonly dataset: string;
  readonly filter?: Filter | undefined;
}

export interface Scope {
  readonly data: UsageData;
  /** The rows that pass the filter, in time order; never empty. */
  readonly rows: Uint32Array;
  readonly pace: Pacer;
}

/** Opens the dataset, selects the rows, computes; what cannot be answered is a `Problem` as output. */
export function usageTool<Schema extends z.ZodType<Asked>, Output>(
  datasets: Datasets,
  options: {
    readonly name: string;
    readonly description: string;
    readonly input: Schema;
    readonly compute: (input: z.output<Schema>, scope: Scope) => Promise<Output | Problem> | Output | Problem;
  },
): UsageTool<z.output<Schema>, Output> {
  const run = async (input: z.output<Schema>, context: ToolContext): Promise<Output | Problem | object> => {
    const data = await datasets.open(input.dataset, context);
    if (isProblem(data)) return data;
    const pace = createPacer(context.signal);
    const rows = await select(data, input.filter, pace);
    if (isProblem(rows)) return rows;
    if (rows.length === 0) {
      const first = new Date(data.at[0] ?? 0).toISOString().slice(0, 10);
      const last = new Date(data.at[data.rows - 1] ?? 0).toISOString().slice(0, 10);
      return {
        problem: "No record passes this filter.",
        where: [],
        fix: `The data has ${data.rows.toLocaleString("en-US")} records from ${first} to ${last}; widen the filter.`,
      };
    }
    const output = await options.compute(input, { data, rows, pace });
    if (isProblem(output)) return output;
    return data.origin.generated
      ? { source: "generated sample, no real company", ...output }
      : { source: data.origin.title, ...output };
  };
  return defineTool({
    name: options.name,
    description: options.description,
    input: options.input,
    timeoutMs: 60_000,
    idempotent: true,
    run: (input, context) => run(input as z.output<Schema>, context),
  }) as UsageTool<z.output<Schema>, Output>;
}
