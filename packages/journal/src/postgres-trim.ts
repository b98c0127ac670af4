/**
 * J6 in PostgreSQL: one node at a time goes through the users in slices. What has to be known of the events is
 * decided from the one or two stored rows in which a new floor may lie.
 */
import type { Event } from "@goldenpath/protocol";
import type { TrimLimits } from "./journal.ts";
import type { Query, Sessions } from "./postgres-sessions.ts";
import { judgeTrim } from "./trim.ts";

const usersPerSlice = 64;
/** Advisory locks have numbers; ours begin with the letters "gp". */
const trimLock = 0x6770_0002;

interface StoredRow {
  readonly first: number;
  readonly body: string;
}

interface Trimmable {
  readonly userId: string;
  readonly floor: number;
  readonly head: number;
  readonly activeFrom: number | null;
  /** The first row that is not all older than the age allowed. */
  readonly young: StoredRow | null;
  /** The newest row that does not fit any more, beside the bytes of those after it. */
  readonly wide: (StoredRow & { readonly newer: number }) | null;
}

export interface Trimmed {
  readonly users: number;
  readonly events: number;
}

/** Nothing is trimmed by us while another node does. */
export async function trimLogs(sessions: Sessions, limits: TrimLimits, oldest: number): Promise<Trimmed> {
  const trimmed = await sessions.exclusively(trimLock, (query) => trimAll(query, limits, oldest));
  return trimmed ?? { users: 0, events: 0 };
}

async function trimAll(query: Query, limits: TrimLimits, oldest: number): Promise<Trimmed> {
  let users = 0;
  let events = 0;
  for (let after: string | null = ""; after !== null; ) {
    const values: readonly unknown[] = [after, usersPerSlice, oldest, limits.eventsMax, limits.bytesMax];
    const [row] = await query({ text: "SELECT goldenpath.trimmable($1, $2, $3, $4, $5) AS slice", values });
    const slice = row?.slice as { readonly next: string | null; readonly logs: readonly Trimmable[] | null };
    for (const log of slice.logs ?? []) {
      const floor = newFloor(log, limits, oldest);
      if (floor === log.floor) continue;
      const [gone] = await query({
        text: "SELECT goldenpath.trim_user($1, $2) AS events",
        values: [log.userId, floor],
      });
      const removed = Number(gone?.events ?? 0);
      if (removed > 0) users++;
      events += removed;
    }
    after = slice.next;
  }
  return { users, events };
}

function newFloor(log: Trimmable, limits: TrimLimits, oldest: number): number {
  const { floor, head, activeFrom } = log;
  const agedTo = log.young ? agedUpTo(log.young, floor, oldest) : head;
  const overBytesTo = log.wide ? overUpTo(log.wide, floor, limits.bytesMax) : floor;
  return judgeTrim({ floor, head, activeFrom: activeFrom ?? undefined, agedTo, overBytesTo }, limits);
}

function agedUpTo({ first, body }: StoredRow, floor: number, oldest: number): number {
  let agedTo = Math.max(floor, first - 1);
  for (const tail of body.split("\n").slice(agedTo + 1 - first)) {
    if ((JSON.parse(`{${tail}`) as Event).at >= oldest) break;
    agedTo++;
  }
  return agedTo;
}

function overUpTo(
  { first, body, newer }: NonNullable<Trimmable["wide"]>,
  floor: number,
  bytesMax: number,
): number {
  const tails = body.split("\n");
  let bytes = newer;
  for (let index = tails.length - 1; index >= 0; index--) {
    bytes += Buffer.byteLength(tails[index] ?? "");
    if (bytes > bytesMax) return Math.max(floor, first + index);
  }
  return floor;
}
