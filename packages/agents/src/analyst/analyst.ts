/**
 * The built-in analyst: answers questions about AI spend by computing, without a language model. A
 * supervisor whose sub-agents take turns: triage reads the question and says the plan, data calls tools,
 * optimization simulates, actions and reporting write.
 *
 *  N1  Every figure of an answer is from a tool call of the same run, and names it.
 *  N2  A question that is not understood gets what can be asked instead, never a guess.
 *  N3  An attached file is used or its fault is named; the sample never silently takes its place.
 */
import { type Message, messageText } from "@goldenpath/protocol";
import type { Agent, AgentDefinition, AgentRun } from "../agent.ts";
import { type AnalystTools, sharedTools } from "./analyst-tools.ts";
import { writeDirectAnswer } from "./direct-answer.ts";
import { Ledger } from "./ledger.ts";
import { list, safe } from "./markdown.ts";
import { isProblem } from "./problem.ts";
import { type Names, parseQuestion, type Question } from "./question.ts";
import { writeProblem, writeReport } from "./report.ts";
import type { DatasetAnswer } from "./tools-spend.ts";

const examples = [
  "Where does my AI spend go and how do I cut it?",
  "Spend by team in the last month",
  "p95 latency by model in the last 2 weeks",
  "Which days were unusual?",
  "What if we move 50% of gpt-4o traffic to gpt-4o-mini?",
  "Forecast next month",
] as const;

/** Older questions than this are not looked at for what a follow-up leans on. */
const questionsRememberedMax = 20;

export const analystDefinition: AgentDefinition = {
  name: "analyst",
  description:
    "Finds out where your AI spend goes and what would cut it, from your usage file or a generated sample.",
  label: "built-in analyst, no language model",
  examples,
  timeoutMs: 120_000,
  needsModel: false,
  create: () => createAnalyst(),
};

export function createAnalyst(tools: AnalystTools = sharedTools): Agent {
  return { run: (run) => answer(run, tools) };
}

async function answer(run: AgentRun, tools: AnalystTools): Promise<void> {
  const asked = run.messages.filter((message) => message.role === "user").slice(-questionsRememberedMax);
  const newest = asked.at(-1);
  const text = newest ? messageText(newest).trim() : "";
  const triage = run.as("triage");
  const nothing: Names = {
    extent: { from: "1970-01-01", to: "1970-01-01" },
    names: { user: [], team: [], feature: [], model: [] },
  };
  const first = parseQuestion(text, nothing, undefined).intent;
  if (first === "greeting" || first === "thanks" || first === "help") {
    await triage.think("This asks for no figures, so I call no tool and say what I can do.");
    return run.write(first === "thanks" ? `You are welcome. ${followUps()}` : help(first === "greeting"));
  }
  const dataset = /\bsample\b/i.test(text) ? "sample" : (newestAttachment(asked) ?? "sample");
  await triage.think(
    dataset === "sample"
      ? "No file is meant, so I use the bundled, generated sample. First I look at what it holds, to understand the names in the question."
      : "A file is attached, so I use its records. First I look at what it holds.",
  );
  const ledger = new Ledger();
  const { output: about } = await ledger.call(run.as("data"), tools.describe, { dataset });
  if (isProblem(about)) {
    await triage.think(
      "The records cannot be read, so there is nothing to compute; I say what is wrong and what to do.",
    );
    await writeProblem({ run }, about);
    return run.write(
      dataset === "sample" ? "" : "\nTo try without a file, ask: *overview of the sample data*.\n",
    );
  }
  const question = understand(asked, about);
  await triage.think(planOf(question, about));
  if (question.intent === "unknown") return run.write(unknown(question));
  const desk = { run, tools, ledger, dataset, about };
  return question.intent === "report"
    ? writeReport(desk, question.filter)
    : writeDirectAnswer(desk, question);
}

/** The newest question, read after the ones before it, so that "and by team?" knows what it continues. */
function understand(asked: readonly Message[], about: DatasetAnswer): Question {
  const names: Names = {
    extent: { from: about.firstDay, to: about.lastDay },
    names: {
      user: about.users.names,
      team: about.teams.names,
      feature: about.features.names,
      model: about.models.names,
    },
  };
  let question: Question | undefined;
  for (const message of asked) {
    const text = messageText(message).trim();
    // A file without a word asks for the whole report.
    question =
      text === ""
        ? { intent: "report", filter: {}, strange: [], continues: false }
        : parseQuestion(text, names, question);
  }
  return question ?? { intent: "unknown", filter: {}, strange: [], continues: false };
}

function newestAttachment(asked: readonly Message[]): string | undefined {
  for (const message of asked.toReversed()) {
    const part = message.parts.findLast((one) => one.type === "attachment");
    if (part?.type === "attachment") return part.attachmentId;
  }
  return undefined;
}

function planOf(question: Question, about: DatasetAnswer): string {
  const { intent, by, filter } = question;
  if (intent === "unknown")
    return "I do not understand this question well enough to compute an answer, so I say what I can answer.";
  const known = [
    `The question is about ${intent}`,
    by === undefined ? "" : ` by ${by}`,
    ...Object.entries(filter).map(
      ([key, value]) => `, ${key} ${Array.isArray(value) ? value.join(" and ") : String(value)}`,
    ),
    question.to === undefined ? "" : `, to ${question.to}`,
    question.continues ? " (it continues the question before)" : "",
    ".",
  ].join("");
  const enough = ` The data has ${about.fields.length} of 11 columns.`;
  const missing = ["team", "feature", "model", "latency", "success", "promptId"].filter(
    (field) => !about.fields.includes(field),
  );
  const lacking =
    missing.length === 0 ? "" : ` It lacks ${missing.join(", ")}, so what needs them is left out.`;
  const plan =
    intent === "report"
      ? " Plan: spend by time, feature, model and team; trend, unusual days, failures, usage pattern and prompt sizes; then simulate savings, rank them, write steps and the report."
      : " Plan: one fitting tool call, then a short answer.";
  return `${known}${enough}${lacking}${plan}`;
}

function help(greeting: boolean): string {
  return `${greeting ? "Hello. " : ""}I am the built-in analyst: I compute answers about AI spend from usage records; I am not a language model.\n\n${abilities()}`;
}

function unknown({ strange }: Question): string {
  const words =
    strange.length === 0
      ? ""
      : ` These words mean nothing to me or to the data: ${strange.map(safe).join(", ")}.`;
  return `**I do not understand that question, so I do not guess.**${words}\n\n${abilities()}`;
}

function abilities(): string {
  return `I can answer:\n\n${list([
    "what is spent, by user, team, feature, model, day, week or month",
    "why the cost changed, how it develops, and a forecast",
    "latency, tokens and cost per call as percentiles",
    "unusual days, failures and repetitions, correlations, peak hours",
    "what if: another model, a cache, batches, shorter prompts, growth",
    "list prices of models",
  ])}\nFor example:\n\n${list(examples)}\nAttach a CSV or JSON Lines file with a time, a model, tokens and, if you have it, the cost of each call (also user, team, feature, latency, success); without one I use a generated sample.\n`;
}

function followUps(): string {
  return `You can go on with, for example:\n\n${list(examples.slice(1, 4))}`;
}
