import type { AgentRun } from "../agent.ts";
import { isProblem, type Problem, problem } from "./problem.ts";
import type { UsageTool } from "./usage-tool.ts";

/** A tool's answer, and how the text refers to it: `spend_by #2` is the second call of that tool in the timeline. */
export interface Entry<Output> {
  readonly ref: string;
  readonly output: Output;
}

/** Every call of one run, so that every figure names the call it is from. */
export class Ledger {
  readonly #countByTool = new Map<string, number>();
  readonly #refs: string[] = [];

  /** What was called so far, in order. */
  get refs(): readonly string[] {
    return this.#refs;
  }

  async call<Input, Output extends object>(
    run: AgentRun,
    tool: UsageTool<Input, Output>,
    input: unknown,
  ): Promise<Entry<Output | Problem>> {
    const number = (this.#countByTool.get(tool.name) ?? 0) + 1;
    this.#countByTool.set(tool.name, number);
    const ref = `${tool.name} #${number}`;
    this.#refs.push(ref);
    const outcome = await run.call(tool, input);
    if (!outcome.ok)
      return {
        ref,
        output: problem(`${ref} did not finish: ${outcome.message}`, "Ask again, or ask for less."),
      };
    if (isProblem(outcome.output)) return { ref, output: outcome.output };
    // Our tools answer plain JSON, well under the size above which a preview would take its place.
    return { ref, output: outcome.output as unknown as Output };
  }
}
