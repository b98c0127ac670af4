import type { Extent, Journal } from "@goldenpath/journal";
import {
  type Cursor,
  type Event,
  foldRun,
  limits,
  type Message,
  type SnapshotFrame,
} from "@goldenpath/protocol";

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
 * A snapshot that the events after `asOf` continue exactly, whichever node wrote them. `before` is the log's
 * extent at an earlier moment: a run that is active at `asOf` was active soon after that moment, or its
 * beginning stands between the two. So a run is missing from the answer only if all of its events come
 * after `asOf`, and no event up to `asOf` is folded twice.
 */
export async function takeSnapshot(journal: Journal, userId: string, before: Extent): Promise<SnapshotFrame> {
  let earlier = before;
  for (let left = snapshotTriesMax; left > 0; left--) {
    const snapshot = await snapshotSince(journal, userId, earlier);
    if (snapshot) return snapshot;
    earlier = await journal.extent(userId);
  }
  throw new Error(`The log was trimmed ${snapshotTriesMax} times while a snapshot was taken of it.`);
}

/** A node may stand still between two questions for as long as it takes another one to trim the log. */
const snapshotTriesMax = 5;

/** Undefined when events that have to be looked through are gone by now. */
async function snapshotSince(
  journal: Journal,
  userId: string,
  before: Extent,
): Promise<SnapshotFrame | undefined> {
  const active = await journal.activeRuns(userId);
  const { epoch, head } = await journal.extent(userId);
  const began = await runsBegun(journal, userId, before.head, head);
  if (!began) return undefined;
  const runIds = new Set([...active.map((run) => run.runId), ...began]);
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

const readBytesMax = 256 * 1024;

/** Ids of the runs that begin in `after + 1 … upTo`: a moment's worth of events, so hardly any. Undefined: some are gone. */
async function runsBegun(
  journal: Journal,
  userId: string,
  after: number,
  upTo: number,
): Promise<readonly string[] | undefined> {
  const runIds: string[] = [];
  for (let at = after; at < upTo; ) {
    const read = await journal.read(userId, at, limits.eventsPerFrameMax, readBytesMax);
    if (read.is === "trimmed" || read.events.length === 0) return undefined;
    for (const json of read.events) {
      if (!json.includes('"type":"agent_started"')) continue;
      const event = JSON.parse(json) as Event;
      if (event.type === "agent_started" && event.runId !== undefined) runIds.push(event.runId);
    }
    at += read.events.length;
  }
  return runIds;
}
