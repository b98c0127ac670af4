import type {
  ApprovalPart,
  EventType,
  Message,
  Part,
  ThinkingPart,
  ToolPart,
  Usage,
} from "@goldenpath/protocol";

/** One line of a run's timeline, in the order in which it happened. Keys are stable while a run streams. */
export type TimelineEntry =
  | { readonly is: "started"; readonly key: string; readonly agent: string; readonly label: string }
  | { readonly is: "thinking"; readonly key: string; readonly agent: string; readonly part: ThinkingPart }
  /** `call` counts the calls of one tool in the run: answers name them so, as "spend_by #2". */
  | {
      readonly is: "tool";
      readonly key: string;
      readonly agent: string;
      readonly part: ToolPart;
      readonly call: number;
    }
  | { readonly is: "approval"; readonly key: string; readonly agent: string; readonly part: ApprovalPart }
  | { readonly is: "text"; readonly key: string; readonly agent: string; readonly chars: number }
  | { readonly is: "usage"; readonly key: string; readonly agent: string; readonly usage: readonly Usage[] }
  | {
      readonly is: "ended";
      readonly key: string;
      readonly agent: string;
      readonly event: Extract<EventType, "agent_completed" | "agent_failed" | "agent_cancelled">;
      readonly durationMs: number | undefined;
      readonly note: string;
    };

const endings = {
  completed: "agent_completed",
  failed: "agent_failed",
  cancelled: "agent_cancelled",
} as const;

/** What happened in a run, from the folded answer alone. */
export function buildTimeline(message: Message): readonly TimelineEntry[] {
  const own = message.agent ?? "agent";
  const entries: TimelineEntry[] = [
    { is: "started", key: "started", agent: own, label: message.label ?? "" },
  ];
  const callsByTool = new Map<string, number>();
  message.parts.forEach((part, index) => {
    const call = part.type === "tool" ? (callsByTool.get(part.tool) ?? 0) + 1 : 0;
    if (part.type === "tool") callsByTool.set(part.tool, call);
    const entry = entryOf(part, index, own, call);
    if (entry) entries.push(entry);
  });
  if (message.usage && message.usage.length > 0) {
    entries.push({ is: "usage", key: "usage", agent: own, usage: usageByModel(message.usage) });
  }
  if (message.status !== "streaming") {
    entries.push({
      is: "ended",
      key: "ended",
      agent: own,
      event: endings[message.status],
      durationMs: message.durationMs,
      note: message.failure ? message.failure.code : "",
    });
  }
  return entries;
}

function entryOf(part: Part, index: number, own: string, call: number): TimelineEntry | undefined {
  switch (part.type) {
    case "thinking":
      return { is: "thinking", key: `thought-${index}`, agent: part.agent || own, part };
    case "tool":
      return { is: "tool", key: `tool-${index}`, agent: part.agent || own, part, call };
    case "approval":
      return { is: "approval", key: `approval-${index}`, agent: own, part };
    case "text":
      return { is: "text", key: `text-${index}`, agent: part.agent ?? own, chars: part.text.length };
    case "attachment":
      return undefined;
  }
}

/** One sum for each model, in the order in which the models were first used. */
export function usageByModel(usage: readonly Usage[]): readonly Usage[] {
  const sums = new Map<string, Usage>();
  for (const one of usage) {
    const sum = sums.get(one.model);
    sums.set(one.model, {
      model: one.model,
      inputTokens: (sum?.inputTokens ?? 0) + one.inputTokens,
      outputTokens: (sum?.outputTokens ?? 0) + one.outputTokens,
    });
  }
  return [...sums.values()];
}

export interface RunTotals {
  readonly agents: number;
  readonly thoughts: number;
  readonly tools: number;
  readonly toolsFailed: number;
  readonly tokens: number;
}

/** What the timeline's closed line counts. */
export function runTotals(message: Message): RunTotals {
  const agents = new Set<string>([message.agent ?? ""]);
  let thoughts = 0;
  let tools = 0;
  let toolsFailed = 0;
  for (const part of message.parts) {
    if (part.type === "thinking") thoughts++;
    if (part.type === "tool") {
      tools++;
      if (part.state === "failed") toolsFailed++;
    }
    if ((part.type === "thinking" || part.type === "tool" || part.type === "text") && part.agent) {
      agents.add(part.agent);
    }
  }
  let tokens = 0;
  for (const one of message.usage ?? []) tokens += one.inputTokens + one.outputTokens;
  return { agents: agents.size, thoughts, tools, toolsFailed, tokens };
}

/** What a running answer is doing this moment. */
export type Activity =
  | { readonly is: "starting" }
  | { readonly is: "thinking"; readonly agent: string }
  | { readonly is: "tools"; readonly names: readonly string[]; readonly agent: string }
  | { readonly is: "approval"; readonly tool: string }
  | { readonly is: "writing" };

/** Undefined when the run has ended. */
export function currentActivity(message: Message): Activity | undefined {
  if (message.status !== "streaming") return undefined;
  const pending = message.parts.findLast((part) => part.type === "approval" && part.decision === undefined);
  if (pending?.type === "approval") return { is: "approval", tool: pending.tool };
  const running = message.parts.filter((part) => part.type === "tool" && part.state === "running");
  const last = running.at(-1);
  if (last?.type === "tool") {
    const names = running.flatMap((part) => (part.type === "tool" ? [part.tool] : []));
    return { is: "tools", names, agent: last.agent };
  }
  const newest = message.parts.at(-1);
  if (newest?.type === "text") return { is: "writing" };
  if (newest?.type === "thinking" || newest?.type === "tool") return { is: "thinking", agent: newest.agent };
  return { is: "starting" };
}

export function activityText(activity: Activity): string {
  switch (activity.is) {
    case "starting":
      return "Starting";
    case "thinking":
      return activity.agent ? `Thinking (${activity.agent})` : "Thinking";
    case "tools":
      return activity.names.length === 1
        ? `Running ${activity.names[0]}`
        : `Running ${activity.names.length} tools: ${[...new Set(activity.names)].join(", ")}`;
    case "approval":
      return `Waiting for your decision on ${activity.tool}`;
    case "writing":
      return "Writing";
  }
}

/** The answer's texts. A tool call between two of them starts a new paragraph, not a run-on line. */
export function answerTexts(message: Message): readonly { readonly key: string; readonly text: string }[] {
  const texts: { key: string; text: string }[] = [];
  let adjacent = false;
  message.parts.forEach((part, index) => {
    if (part.type !== "text") {
      adjacent = false;
      return;
    }
    const last = texts.at(-1);
    if (adjacent && last) last.text += part.text;
    else texts.push({ key: `text-${index}`, text: part.text });
    adjacent = true;
  });
  return texts;
}
