import type { Extent, Journal } from "@goldenpath/journal";
import { type Cursor, foldRun, limits, type Message, type SnapshotFrame } from "@goldenpath/protocol";

/** How a connection begins: with what it missed, or with the state of now. */
export type Resume =
  | { readonly is: "replay"; readonly after: number }
  | { readonly is: "snapshot"; readonly why: "first" | "replaced" | "trimmed" | "ahead" | "far" };

export function judgeResume(log: Extent, cursor: Cursor | undefined, replayEventsMax: number): Resume {
  if (!cursor) return { is: "snapshot", why: "first" };
  if (cursor.epoch !== log.epoch) return { is: "snapshot", why: "replaced" };
  if (cursor.offset < log.floor) return { is: "snapshot", why: "trimmed" };
  if (cursor.offset > log.head) return { is: "snapshot", why: "ahead" };
  if (log.head - cursor.offset > replayEventsMax) return { is: "snapshot", why: "far" };
  return { is: "replay", after: cursor.offset };
}

/**
 * A snapshot that the events after `asOf` continue exactly. The caller hears every commit since before
 * this call; `startedSince` names the runs that began meanwhile. So a run is missing from the answer only
 * if all of its events come after `asOf`, and no event up to `asOf` is folded twice.
 */
export async function takeSnapshot(
  journal: Journal,
  userId: string,
  startedSince: () => readonly string[],
): Promise<SnapshotFrame> {
  const active = await journal.activeRuns(userId);
  const { epoch, head } = await journal.extent(userId);
  const runIds = new Set([...active.map((run) => run.runId), ...startedSince()]);
  const [threads, ...runs] = await Promise.all([
    journal.threads(userId, { limit: limits.threadsPerSnapshotMax }),
    ...[...runIds].map((runId) => journal.runEvents(userId, runId)),
  ]);
  const activeRuns: Message[] = [];
  for (const events of runs) {
    let message: Message | undefined;
    for (const event of events) if (event.offset <= head) message = foldRun(message, event);
    // One that ended by `asOf` is no answer being written [P21]: its thread holds it, or was deleted with it.
    if (message?.status !== "streaming") continue;
    // While its end cannot be written a run outlives its thread; nobody is shown it any more.
    if (await journal.thread(userId, message.threadId)) activeRuns.push(message);
  }
  return { type: "snapshot", asOf: { epoch, offset: head }, threads, activeRuns };
}
