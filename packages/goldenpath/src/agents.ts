import { type AgentDefinition, AgentFactory, defineAgent, defineTool } from "@goldenpath/agents";
import { messageText, randomId, systemClock } from "@goldenpath/protocol";
import { z } from "zod";
import type { Environment } from "./options.ts";
import { StartError } from "./start-error.ts";

/** The agents of a server: the given ones, or the built-in ones. */
export async function chooseAgents(
  given: readonly AgentDefinition[] | undefined,
  _environment: Environment,
): Promise<AgentFactory> {
  try {
    return new AgentFactory({ definitions: given ?? [counter], clock: systemClock, makeId: randomId });
  } catch (error) {
    if (error instanceof TypeError) throw new StartError("option_invalid", error.message, error);
    throw error;
  }
}

const countWords = defineTool({
  name: "count_words",
  description: "Counts the words of a text.",
  input: z.object({ text: z.string() }),
  run: ({ text }) => ({ words: text.split(/\s+/).filter(Boolean).length }),
});

const counter = defineAgent({
  name: "counter",
  description: "Counts the words of a message.",
  label: "no language model",
  examples: ["How many words are in this sentence?"],
  tools: [countWords],
  run: async (run) => {
    const last = run.messages.at(-1);
    const text = last ? messageText(last) : "";
    await run.think("I count the words of the message.");
    const counted = await run.call(countWords, { text });
    for (const piece of ["The tool answered ", `**${JSON.stringify(counted)}**`, "."]) await run.write(piece);
  },
});
