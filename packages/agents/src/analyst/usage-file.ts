import type { ToolAttachment } from "../tool.ts";
import type { Pacer } from "./pacer.ts";
import { type Problem, problem } from "./problem.ts";
import type { UsageData } from "./usage-data.ts";

export async function loadUsageFile(file: ToolAttachment, _pace: Pacer): Promise<UsageData | Problem> {
  return problem(`${file.name} cannot be read yet.`, "Use the sample.");
}
