/** Agents and tools that do everything wrong, and one that does it right. */
import { messageText } from "@goldenpath/protocol";
import { type AgentRun, defineAgent, defineTool, type Tool } from "goldenpath";
import { z } from "zod";

const inAgent = "secret-in-an-agent's-error-1c9d";
const inToolInput = "secret-in-a-tool's-input-77aa";

/** What stands in errors and inputs on the server and must never reach anybody. */
export const neverTold: readonly string[] = [inAgent, inToolInput];

const lastText = (run: AgentRun): string => {
  const last = run.messages.at(-1);
  return last ? messageText(last) : "";
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

const note = defineTool({
  name: "note",
  description: "Counts the characters.",
  input: z.object({ text: z.string() }),
  run: ({ text }) => ({ chars: text.length }),
});

const echo = defineAgent({
  name: "echo",
  run: async (run) => {
    const text = lastText(run);
    await run.think("I repeat it.");
    await run.call(note, { text });
    await run.write(`You said: ${text}`);
  },
});

const waiter = defineAgent({
  name: "waiter",
  run: async (run) => {
    await run.think("I wait to be stopped.");
    await aborted(run.signal);
  },
});

const anyInput = z.looseObject({});
const hostile = (name: string, run: Tool["run"], more: Partial<Tool> = {}) =>
  defineTool({ name, description: `Does ${name}.`, input: anyInput, secrets: ["apiKey"], ...more, run });

const cycle: Record<string, unknown> = { name: "cycle" };
cycle.self = { inside: [cycle] };
const deep = Array.from({ length: 10_000 }).reduce<unknown>((inner) => [inner], "bottom");

export const hostileTools: readonly Tool[] = [
  hostile("throws", () => {
    throw new Error("the database is on fire");
  }),
  hostile("rejects-nothing", () => Promise.reject(undefined)),
  hostile("hangs", () => new Promise(() => undefined), { timeoutMs: 100 }),
  hostile("cycle", () => cycle),
  hostile("deep", () => deep),
  hostile("huge", () => "x".repeat(8 * 1024 * 1024)),
  hostile("huge-tree", () => Array.from({ length: 200_000 }, (_, at) => ({ at, text: "y".repeat(20) }))),
  hostile(
    "endless",
    () =>
      new Set(
        (function* () {
          for (let at = 0; at < 1_000_000; at++) yield at;
        })(),
      ),
  ),
  hostile("nothing", () => undefined),
  hostile("function", () => () => "called"),
  hostile("throwing-getter", () => ({
    get trap(): string {
      throw new Error("trap");
    },
  })),
  hostile("throwing-json", () => ({
    toJSON(): never {
      throw new Error("no JSON");
    },
  })),
  hostile("proto", () =>
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  ),
  hostile("secret", () => `the key is ${inToolInput}`),
];

/** Calls the tool that the question names. */
const caller = defineAgent({
  name: "caller",
  run: async (run) => {
    const tool = hostileTools.find(({ name }) => name === lastText(run));
    if (!tool) return run.write("no such tool");
    const outcome = await run.call(tool, { nested: { APIKEY: inToolInput } });
    return run.write(outcome.ok ? `ok: ${JSON.stringify(outcome.output).slice(0, 200)}` : outcome.code);
  },
});

const strict = defineTool({
  name: "strict",
  description: "Takes a number.",
  input: z.object({ count: z.number() }),
  run: ({ count }) => count,
});

const approved = defineTool({
  name: "approved",
  description: "Needs a person.",
  input: anyInput,
  needsApproval: true,
  run: () => "done",
});

const approver = defineAgent({
  name: "approver",
  run: async (run) => {
    const outcome = await run.call(approved, { about: lastText(run) });
    await run.write(outcome.ok ? "approved" : outcome.code);
  },
});

export const hostileAgents = [
  echo,
  waiter,
  caller,
  approver,
  defineAgent({
    name: "wrong-input",
    run: async (run) => {
      const outcome = await run.call(strict as Tool, { count: "many" });
      await run.write(outcome.ok ? "ok" : outcome.code);
    },
  }),
  defineAgent({
    name: "throws",
    run: async (run) => {
      await run.write("Half an answer");
      throw new Error(`at /src/agent.ts: ${inAgent}`);
    },
  }),
  // What a library may reject with: not an Error at all.
  defineAgent({ name: "rejects-nothing", run: () => Promise.reject(undefined) }),
  defineAgent({ name: "never-answers", timeoutMs: 300, run: () => new Promise(() => undefined) }),
  defineAgent({ name: "answers-nothing", run: async () => undefined }),
  defineAgent({ name: "answers-blank", run: async (run) => run.write(" \n\t ") }),
  defineAgent({
    name: "answers-too-much",
    run: async (run) => {
      for (let at = 0; at < 64; at++) await run.write("z".repeat(16 * 1024));
    },
  }),
  defineAgent({
    name: "floats",
    run: async (run) => {
      // Nothing is awaited, and the call is still under way when the agent has ended.
      void run.think("floating");
      void run.call(hostileTools[2] as Tool, {});
      void run.write("done early");
    },
  }),
];
