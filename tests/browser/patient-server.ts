/** The product as a process of its own, with an agent that waits in the middle of its answer for a file. */
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { defineAgent, defineTool, serve } from "goldenpath";
import { z } from "zod";

export interface PatientServerOptions {
  readonly port: number;
  readonly data: string;
  /** The agent goes on once this file is there. */
  readonly goFile: string;
}

const { goFile, ...where } = JSON.parse(process.argv[2] ?? "") as PatientServerOptions;
const lookUp = defineTool({
  name: "look_up",
  description: "Finds a number.",
  input: z.object({ what: z.string() }),
  run: () => ({ found: 42 }),
});
const patient = defineAgent({
  name: "patient",
  description: "Answers in two halves, for tests.",
  label: "test agent, no language model",
  run: async (run) => {
    await run.call(lookUp, { what: "the answer" }, "first");
    await run.write("The first half, ");
    while (!existsSync(goFile) && !run.signal.aborted) await pause(20);
    await run.write("and the second half.");
  },
});
const server = await serve({ ...where, agents: [patient], signUp: "open", drainMs: 0 }, {});
process.once("SIGTERM", () => {
  void server.close();
});
process.stdout.write(`Goldenpath is ready: ${server.url}\n`);
