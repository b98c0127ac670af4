/** A user's log in PostgreSQL, read as that user (D4). */
import { type Event, eventJson } from "@goldenpath/protocol";
import type { ReadOutcome, Run } from "./journal.ts";
import type { Sessions } from "./postgres-sessions.ts";

const readEvents = `
  SELECT l.floor, l.head, e.first, e.body FROM goldenpath.log l LEFT JOIN LATERAL (
    SELECT w.first, w.body FROM (
      SELECT e.first, e.last, e.body, sum(e.bytes) OVER (ORDER BY e.last) - e.bytes AS before
      FROM goldenpath.event e WHERE e.user_id = $1 AND e.last > $2 ORDER BY e.last LIMIT $3
    ) w WHERE w.before < $4 ORDER BY w.last
  ) e ON l.floor <= $2 WHERE l.user_id = $1 ORDER BY e.first`;

const runEvents = `
  SELECT l.floor, e.first, e.body
  FROM goldenpath.log l JOIN goldenpath.event e ON e.user_id = l.user_id
  WHERE l.user_id = $1 AND e.last >= $2 AND e.first <= $3 ORDER BY e.last`;

export async function readLog(
  sessions: Sessions,
  userId: string,
  after: number,
  eventsMax: number,
  bytesMax: number,
): Promise<ReadOutcome> {
  // Bytes are counted by row, and the row in which `after` lies may begin with what is not asked for.
  const values = [userId, after, Math.max(1, eventsMax), Math.max(1, bytesMax)];
  const rows = await sessions.asUser(userId, { name: "read", text: readEvents, values });
  const floor = Number(rows[0]?.floor ?? 0);
  const head = Number(rows[0]?.head ?? 0);
  if (after < floor) return { is: "trimmed", floor, head };
  const events: string[] = [];
  let bytes = 0;
  for (const { first, body } of rows) {
    if (typeof body !== "string") continue;
    let offset = Number(first) - 1;
    for (const tail of body.split("\n")) {
      if (++offset <= after) continue;
      bytes += Buffer.byteLength(tail);
      if (events.length > 0 && (events.length >= eventsMax || bytes > bytesMax))
        return { is: "events", events, head };
      events.push(eventJson(offset, tail));
    }
  }
  return { is: "events", events, head };
}

/** The run's events that are still in the log, in order. */
export async function eventsOfRun(sessions: Sessions, userId: string, run: Run): Promise<readonly Event[]> {
  const values = [userId, run.firstOffset, run.lastOffset];
  const rows = await sessions.asUser(userId, { name: "run_events", text: runEvents, values });
  const named = `"runId":${JSON.stringify(run.runId)}`;
  const events: Event[] = [];
  for (const { floor, first, body } of rows) {
    let offset = Number(first) - 1;
    for (const tail of String(body).split("\n")) {
      // The text may stand in another event's data as well; only then is it parsed in vain.
      if (++offset <= Number(floor) || !tail.includes(named)) continue;
      const event = JSON.parse(eventJson(offset, tail)) as Event;
      if (event.runId === run.runId) events.push(event);
    }
  }
  return events;
}
