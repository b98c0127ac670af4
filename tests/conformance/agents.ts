/** The agents that a server needs so that every case can run; README.md says the same in words. */
import { messageText } from "@goldenpath/protocol";
import { type AgentRun, defineAgent, defineTool } from "goldenpath";
import { z } from "zod";

/** What was asked. */
const question = ({ messages }: AgentRun): string => messages.slice(-1).map(messageText).join("");

const count = defineTool({
  name: "count",
  description: "Counts the characters.",
  input: z.object({ text: z.string() }),
  run: ({ text }) => ({ chars: text.length }),
});

const guarded = defineTool({
  name: "guarded",
  description: "Needs a person.",
  input: z.object({ about: z.string() }),
  needsApproval: true,
  run: () => "done",
});

/** Thinks, uses a tool, and repeats the question in pieces. */
const echo = defineAgent({
  name: "echo",
  run: async (run) => {
    const text = question(run);
    await run.think("I repeat it.");
    await run.call(count, { text });
    await run.write("You said: ");
    await run.write(text);
  },
});

/** Thinks, and waits until it is stopped. */
const wait = defineAgent({
  name: "wait",
  run: async (run) => {
    await run.think("I wait.");
    await new Promise<void>((resolve) =>
      run.signal.addEventListener("abort", () => resolve(), { once: true }),
    );
  },
});

/** Asks for leave, and says what was decided. */
const approve = defineAgent({
  name: "approve",
  run: async (run) => {
    const outcome = await run.call(guarded, { about: question(run) });
    await run.write(outcome.ok ? "approved" : outcome.code);
  },
});

/** Writes half an answer and fails. */
const fail = defineAgent({
  name: "fail",
  run: async (run) => {
    await run.write("Half an answer");
    throw new Error("out of order");
  },
});

/** Asked "N C", thinks N thoughts of C characters each, then answers. */
const many = defineAgent({
  name: "many",
  run: async (run) => {
    const [thoughts = 1, chars = 1] = question(run).split(" ").map(Number);
    const text = "x".repeat(chars);
    for (let at = 0; at < thoughts; at += 500) {
      const some = Array.from({ length: Math.min(500, thoughts - at) }, (_, of) =>
        run.think(text, `t${at + of}`),
      );
      await Promise.all(some);
    }
    await run.write("done");
  },
});

export const conformanceAgents = [echo, wait, approve, fail, many];
