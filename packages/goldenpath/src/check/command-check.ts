import { randomId } from "@goldenpath/protocol";
import { judgeEnds, type Verdict } from "./judge.ts";
import type { Line, Person } from "./person.ts";
import { type Asking, ask, ended, questionOf } from "./question.ts";

/** A command that comes again, with its id, over another connection is the same command: one run. */
export async function checkRepeated(
  asker: Person,
  line: Line,
  other: Line,
  asking: Asking,
): Promise<Verdict> {
  const question = await questionOf(asker, asking);
  const id = randomId();
  const first = await ask(line, question, asking, id);
  const again = await ask(other, question, asking, id);
  return first === again
    ? { ok: true, detail: "the same id gave the same run" }
    : { ok: false, detail: "the same id gave two runs" };
}

/** The newest run is stopped from a connection that did not ask for it, and ends once. */
export async function checkStop(line: Line, other: Line, { timeoutMs }: Asking): Promise<Verdict> {
  const runId = line.received.findLast(({ type }) => type === "agent_started")?.runId;
  if (runId === undefined) return { ok: false, detail: "not tried: no run" };
  const stopped = await other.client.cancel(runId);
  await line.until("the run's end", timeoutMs, () => ended(line, runId));
  const ends = judgeEnds(line.eventsOf(runId));
  if (!ends.ok) return ends;
  const last = line.eventsOf(runId).at(-1)?.type;
  if (stopped.ok) {
    return {
      ok: last === "agent_cancelled",
      detail: `stopped from another connection; it ended with ${last}`,
    };
  }
  const wasFaster = stopped.code === "run_ended" && last === "agent_completed";
  return wasFaster
    ? { ok: true, detail: "the answer was complete before the stop came, and stayed so" }
    : { ok: false, detail: `stop was refused: ${stopped.code}: ${stopped.message}` };
}
