import { judgeDense, type Verdict } from "./judge.ts";
import type { Line, Person } from "./person.ts";
import { type Asking, ask, ended, questionOf } from "./question.ts";

/**
 * Cuts the socket in the middle of an answer; a second line, never cut, is the measure. An answer that came
 * too fast to be cut in its middle is asked for again, while the line is down.
 */
export async function checkResume(asker: Person, line: Line, asking: Asking): Promise<Verdict> {
  const whole = asker.connect();
  whole.client.connect();
  await whole.until("live", asking.timeoutMs, () => whole.client.state.is === "live");
  const from = whole.client.view.cursor?.offset ?? 0;
  const question = await questionOf(asker, asking);
  const runId = await ask(line, question, asking);
  await line.until("the first events", asking.timeoutMs, () => line.eventsOf(runId).length >= 2);
  let cutAfter = line.eventsOf(runId).length;
  await cutAndResume(line, whole, asking.timeoutMs, async () => runId);
  let total = line.eventsOf(runId).length;
  if (cutAfter === total) {
    const missed = await cutAndResume(line, whole, asking.timeoutMs, () => ask(whole, question, asking));
    cutAfter = 0;
    total = line.eventsOf(missed).length;
  }
  const resumed = line.received.filter((event) => event.offset > from);
  const measure = whole.received.filter((event) => event.offset > from);
  const dense = judgeDense(resumed);
  if (!dense.ok) return dense;
  const end = Math.min(resumed.length, measure.length);
  const same = JSON.stringify(resumed.slice(0, end)) === JSON.stringify(measure.slice(0, end));
  if (!same) return { ok: false, detail: "the resumed line differs from the uninterrupted one" };
  return { ok: true, detail: `cut after ${cutAfter} of ${total} events; nothing lost, nothing repeated` };
}

/** Cuts `line`, lets `meanwhile` name the run to wait for, and resolves when both lines have all of it. */
async function cutAndResume(
  line: Line,
  whole: Line,
  timeoutMs: number,
  meanwhile: () => Promise<string>,
): Promise<string> {
  const before = line.client.counters.connections;
  line.cut();
  const runId = await meanwhile();
  const resumed = () => line.client.counters.connections > before && ended(line, runId);
  await line.until("resumed to the end", timeoutMs, resumed);
  await whole.until("the run's end", timeoutMs, () => ended(whole, runId));
  return runId;
}
