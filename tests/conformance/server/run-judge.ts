/** A run as its events tell it: P22, P23 and P24, judged from the events alone. */
import { isFields, shown } from "../pattern.ts";

type Event = { readonly [key: string]: unknown };

const ends = ["agent_completed", "agent_failed", "agent_cancelled"];

/** What is wrong with a run that has ended; undefined when nothing is. */
export function judgeRun(events: readonly Event[]): string | undefined {
  const types = events.map(({ type }) => String(type));
  for (const [at, { seq }] of events.entries()) {
    if (seq !== at + 1) return `P22: event ${at + 1} of the run has seq ${shown(seq)}`;
  }
  if (types[0] !== "agent_started") return `P22: the run begins with ${types[0]}`;
  if (types.filter((type) => ends.includes(type)).length !== 1) return "P22: the run has not one end";
  if (!ends.includes(types.at(-1) ?? "")) return `P22: ${types.at(-1)} came after the end`;
  return judgeCalls(events, types.at(-1) === "agent_completed") ?? judgeText(events);
}

function judgeCalls(events: readonly Event[], completed: boolean): string | undefined {
  const stateById = new Map<unknown, "running" | "ended">();
  for (const { type, data } of events) {
    if (!isFields(data)) continue;
    const state = stateById.get(data.callId);
    if (type === "tool_executing") {
      if (state) return `P23: call ${data.callId} began twice`;
      stateById.set(data.callId, "running");
    } else if (type === "tool_completed") {
      if (state !== "running") return `P23: call ${data.callId} ended without a beginning`;
      if ((data.output === undefined) === (data.error === undefined))
        return "P23: not one of output and error";
      stateById.set(data.callId, "ended");
    }
  }
  if (completed && [...stateById.values()].includes("running"))
    return "P23: a call of a completed run has no end";
  return undefined;
}

function judgeText(events: readonly Event[]): string | undefined {
  const last = events.at(-1);
  if (last?.type !== "agent_completed" || !isFields(last.data)) return undefined;
  const text = textOf(events);
  return last.data.text === text ? undefined : "P24: the text of agent_completed is not the deltas, joined";
}

/** What `agent_resumed` does not make void: each text, thought, call and approval is a part, by its first event. */
function withoutVoid(events: readonly Event[]): readonly Event[] {
  let parts: { readonly key: string; readonly events: Event[] }[] = [];
  const others: Event[] = [];
  for (const event of events) {
    const { type, agent, data } = event;
    if (type === "agent_resumed" && isFields(data)) parts = parts.slice(0, Number(data.voidFrom));
    const key = isFields(data) ? keyOf(type, agent, data) : undefined;
    if (key === undefined) {
      others.push(event);
      continue;
    }
    const part = type === "text_delta" ? parts.at(-1) : parts.findLast((one) => one.key === key);
    if (part?.key === key) part.events.push(event);
    else parts.push({ key, events: [event] });
  }
  return [...parts.flatMap((part) => part.events), ...others];
}

function keyOf(type: unknown, agent: unknown, data: Event): string | undefined {
  if (type === "text_delta") return `text ${agent}`;
  if (type === "agent_thinking") return `thought ${data.thoughtId}`;
  if (type === "tool_executing") return `call ${data.callId}`;
  return type === "approval_requested" ? `approval ${data.approvalId}` : undefined;
}

/** The run's text as it was streamed. */
function textOf(events: readonly Event[]): string {
  return withoutVoid(events)
    .flatMap(({ type, data }) => (type === "text_delta" && isFields(data) ? String(data.text) : []))
    .join("");
}

/** What a stored answer must hold of its run's events (P24): text, thoughts, calls with their results, status. */
export function judgeStored(events: readonly Event[], message: unknown): string | undefined {
  if (!isFields(message) || !Array.isArray(message.parts)) return `P24: no stored answer: ${shown(message)}`;
  const parts: unknown[] = message.parts;
  const ofType = (type: string) => parts.filter((part) => isFields(part) && part.type === type) as Event[];
  const text = ofType("text")
    .map((part) => part.text)
    .join("");
  if (text !== textOf(events))
    return `P24: the stored text is ${shown(text)}, the streamed one ${shown(textOf(events))}`;
  const thoughts = new Map<unknown, string>();
  for (const { type, data } of withoutVoid(events)) {
    if (type !== "agent_thinking" || !isFields(data)) continue;
    thoughts.set(data.thoughtId, `${thoughts.get(data.thoughtId) ?? ""}${data.text}`);
  }
  if (
    JSON.stringify(ofType("thinking").map((part) => part.text)) !== JSON.stringify([...thoughts.values()])
  ) {
    return "P24: the stored thoughts are not the streamed ones";
  }
  for (const { type, data } of events) {
    if (type !== "tool_completed" || !isFields(data)) continue;
    const part = ofType("tool").find((one) => one.callId === data.callId);
    if (JSON.stringify(part?.output) !== JSON.stringify(data.output))
      return `P24: call ${data.callId} is stored otherwise`;
  }
  const status = { agent_completed: "completed", agent_failed: "failed", agent_cancelled: "cancelled" }[
    String(events.at(-1)?.type)
  ];
  return message.status === status
    ? undefined
    : `P24: the stored status is ${shown(message.status)}, not ${status}`;
}
