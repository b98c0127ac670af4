import type { Tool } from "../tool.ts";
import { Datasets } from "./datasets.ts";
import { driversTool } from "./tools-drivers.ts";
import { qualityTools } from "./tools-quality.ts";
import { simulateTools } from "./tools-simulate.ts";
import { spendTools } from "./tools-spend.ts";
import { timeTools } from "./tools-time.ts";

/** The analyst's tools over one store of loaded records. */
export function createAnalystTools(datasets: Datasets) {
  return {
    ...spendTools(datasets),
    ...timeTools(datasets),
    drivers: driversTool(datasets),
    ...simulateTools(datasets),
    ...qualityTools(datasets),
  };
}
export type AnalystTools = ReturnType<typeof createAnalystTools>;

/**
 * The process's own: loaded records are immutable, bounded, and found only under their user's id, so runs
 * share them.
 */
export const sharedTools: AnalystTools = createAnalystTools(new Datasets());

/** For a language model, or an agent of your own. */
export const analystTools: readonly Tool[] = Object.values(sharedTools);
