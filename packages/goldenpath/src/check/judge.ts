/** What must hold of one run's events, judged from the events alone. */
import {
  criticalEventTypes,
  type Event,
  foldRun,
  isTerminal,
  type Message,
  messageText,
} from "@goldenpath/protocol";

export interface Verdict {
  readonly ok: boolean;
  readonly detail: string;
}

/** All five that must always arrive are there. */
export function judgePresent(events: readonly Event[]): Verdict {
  const counts = criticalEventTypes.map((type) => ({
    type,
    count: events.filter((event) => event.type === type).length,
  }));
  const missing = counts.filter(({ count }) => count === 0).map(({ type }) => type);
  if (missing.length > 0) return { ok: false, detail: `missing: ${missing.join(", ")}` };
  return { ok: true, detail: counts.map(({ type, count }) => `${type} ${count}`).join(", ") };
}

/** `seq` is 1, 2, 3 …; offsets rise; the run begins with `agent_started` and ends once, at its end. */
export function judgeOrder(events: readonly Event[]): Verdict {
  const first = events[0];
  const last = events.at(-1);
  if (!first || !last) return { ok: false, detail: "no events" };
  for (const [at, event] of events.entries()) {
    if (event.seq !== at + 1) return { ok: false, detail: `event ${at + 1} of the run has seq ${event.seq}` };
    const before = events[at - 1];
    if (before && before.offset >= event.offset) {
      return { ok: false, detail: `offset ${event.offset} came after ${before.offset}` };
    }
  }
  if (first.type !== "agent_started") return { ok: false, detail: `the run begins with ${first.type}` };
  const ends = events.filter((event) => isTerminal(event.type)).length;
  if (ends !== 1) return { ok: false, detail: `the run has ${ends} terminal events` };
  if (last.type !== "agent_completed") return { ok: false, detail: `the run ends with ${describeEnd(last)}` };
  return { ok: true, detail: `${events.length} events in order, one end` };
}

/** The run ended, once, and nothing of it came afterwards. */
export function judgeEnds(events: readonly Event[]): Verdict {
  const last = events.at(-1);
  const ends = events.filter((event) => isTerminal(event.type)).length;
  if (ends !== 1) return { ok: false, detail: `the run has ${ends} terminal events` };
  const isLast = last !== undefined && isTerminal(last.type);
  return { ok: isLast, detail: isLast ? "one end" : `${last?.type} came after the run's end` };
}

/** Each `tool_completed` has exactly one `tool_executing` before it, and the other way round. */
export function judgePaired(events: readonly Event[]): Verdict {
  const running = new Set<string>();
  const finished = new Set<string>();
  for (const event of events) {
    if (event.type === "tool_executing") {
      const { callId } = event.data;
      if (running.has(callId) || finished.has(callId))
        return { ok: false, detail: `call ${callId} began twice` };
      running.add(callId);
    } else if (event.type === "tool_completed") {
      const { callId } = event.data;
      if (!running.delete(callId)) return { ok: false, detail: `call ${callId} ended without a beginning` };
      finished.add(callId);
    }
  }
  if (running.size > 0) return { ok: false, detail: `${running.size} tool calls never ended` };
  return { ok: finished.size > 0, detail: `${finished.size} tool calls, each begun and ended once` };
}

/** Offsets without gap or repetition, from the first event to the last. */
export function judgeDense(events: readonly Event[]): Verdict {
  for (const [at, event] of events.entries()) {
    const before = events[at - 1];
    if (!before || event.offset === before.offset + 1) continue;
    const what = event.offset <= before.offset ? "repeated or reordered" : "lost";
    return { ok: false, detail: `${what}: offset ${event.offset} after ${before.offset}` };
  }
  const first = events[0]?.offset ?? 0;
  return { ok: events.length > 0, detail: `offsets ${first} to ${first + events.length - 1}, each once` };
}

/** The answer as it was streamed: the deltas, joined, without what a restart made void. */
export function streamedText(events: readonly Event[]): string {
  const message = events.reduce<Message | undefined>(foldRun, undefined);
  return message ? messageText(message) : "";
}

function describeEnd(event: Event): string {
  return event.type === "agent_failed"
    ? `agent_failed (${event.data.code}: ${event.data.message})`
    : event.type;
}
