/**
 * The events of all users, packed. A commit group is one row, users mixed; a row per event, or per user and
 * group, costs five times as much when the users of a group are many (`bench/append.ts` measures the engine).
 * What was gathered of one user is folded into that user's own chunks in time, so that reading and trimming
 * never touch anybody else's events.
 *
 *  L1  `hot` holds exactly the events that stand in gp_group and not yet in gp_chunk. It is read back from
 *      there at open, and again after a transaction failed: memory never holds what the disk lacks.
 *  L2  Users are folded in the order of their oldest hot group, each one wholly. So the groups before that of
 *      the first user in line are not needed any more.
 *  L3  `hot` is bounded by `hotEventsMax` and `hotCharsMax`.
 *  L4  Of what is read back, a group's events are read when somebody asks for one of them: a server that comes
 *      back has to know at once where logs end, and what they say only then.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Event } from "@goldenpath/protocol";
import type { TrimLimits } from "./journal.ts";
import { GroupBody, GroupReader, GroupRow, namesOf, type Segment } from "./sqlite-group.ts";
import { judgeTrim } from "./trim.ts";

/** Default of the option. At 350 bytes an event it is about 22 MiB, and read back in a fraction of a second. */
export const unfoldedEventsMax = 65_536;
const hotCharsMax = 32 * 1024 * 1024;
/** A chunk is closed at this size; a single larger event still stands alone. */
const chunkCharsTarget = 64 * 1024;
const extentsCachedMax = 20_000;

interface Hot {
  /** The group of its first event. */
  readonly group: number;
  /** Offset of its first event. */
  readonly first: number;
  /** L4: the group and the line of each of its first events, as far as they were found at open and not asked for. */
  groups: GroupBody[];
  lines: number[];
  /** The bytes of those that follow. */
  tails: string[];
  /** Of each event, when it was made. */
  readonly ats: number[];
  /** As L3 counts them: of an event that was read back, the bytes that its group's have on average. */
  chars: number;
}

/** A run's newest event: its number in the run and its place in the log. */
export interface RunPlace {
  readonly userId: string;
  readonly runId: string;
  readonly seq: number;
  readonly lastOffset: number;
}

interface LogExtent {
  floor: number;
  head: number;
}

interface RecoveredUser {
  readonly userId: string;
  readonly extent: LogExtent;
  hot: Hot | undefined;
}

/** As far as its events were read back. */
interface RecoveredRun {
  readonly user: RecoveredUser;
  readonly runId: string;
  seq: number;
  /** 0 while all of them are folded. */
  lastOffset: number;
}

export class SqliteLog {
  readonly #sql: ReturnType<typeof statements>;
  readonly #hotEventsMax: number;
  readonly #folded: (userId: string) => void;
  readonly #hot = new Map<string, Hot>();
  readonly #extents = new Map<string, LogExtent>();
  #hotEvents = 0;
  #hotChars = 0;
  #nextGroup = 1;
  #row = new GroupRow();

  /** `folded` is called inside the transaction that moves a user's events into chunks. */
  constructor(database: DatabaseSync, hotEventsMax: number, folded: (userId: string) => void) {
    this.#hotEventsMax = hotEventsMax;
    this.#sql = statements(database);
    this.#folded = folded;
  }

  /** L1: forgets everything and reads it back; calls `each` for every run that has hot events. */
  recover(each: (run: RunPlace) => void): void {
    this.#hot.clear();
    this.#extents.clear();
    this.#hotEvents = 0;
    this.#hotChars = 0;
    this.#nextGroup = 1;
    this.#row = new GroupRow();
    const users = new Map<string, RecoveredUser>();
    const runs = new Map<string, RecoveredRun>();
    for (const row of this.#sql.groups.iterate()) {
      const id = Number(row.id);
      this.#nextGroup = id + 1;
      const group = new GroupReader(row);
      // L2: the row stays for as long as somebody whose events it holds is hot.
      const body = new GroupBody(() => this.#sql.groupBody.get(id)?.body as string | undefined);
      const bytes = Number(row.bytes) / group.eventCount;
      while (group.next()) {
        let run = runs.get(group.names);
        if (!run) {
          const { userId, runId } = namesOf(group.names);
          const user = users.get(userId) ?? { userId, extent: this.extent(userId), hot: undefined };
          users.set(userId, user);
          run = { user, runId, seq: 0, lastOffset: 0 };
          runs.set(group.names, run);
        }
        const { user } = run;
        // What was folded since stands in its user's chunks.
        if (group.first <= user.extent.head) continue;
        user.hot ??= this.#heat(user.userId, user.extent, id);
        for (let index = 0; index < group.count; index++) {
          user.hot.groups.push(body);
          user.hot.lines.push(group.line + index);
          this.#count(user.hot, group.at(index), bytes);
        }
        user.extent.head += group.count;
        run.seq = group.seq + group.count - 1;
        run.lastOffset = user.extent.head;
      }
    }
    for (const { user, runId, seq, lastOffset } of runs.values()) {
      if (runId !== "" && lastOffset > 0) each({ userId: user.userId, runId, seq, lastOffset });
    }
  }

  extent(userId: string): LogExtent {
    const cached = this.#extents.get(userId);
    if (cached) return cached;
    const row = this.#sql.log.get(userId);
    const extent: LogExtent = { floor: Number(row?.floor ?? 0), head: Number(row?.head ?? 0) };
    if (this.#extents.size >= extentsCachedMax) this.#forgetCold();
    this.#extents.set(userId, extent);
    return extent;
  }

  /** Inside a transaction, which `writeGroup` has to end. Answers the offset of the first event. */
  append(segment: Segment): number {
    const extent = this.extent(segment.userId);
    if (extent.head === 0) this.#sql.begin.run(segment.userId);
    const first = extent.head + 1;
    this.#row.add(segment, first);
    const hot = this.#hot.get(segment.userId) ?? this.#heat(segment.userId, extent, this.#nextGroup);
    const { tails, ats } = segment;
    for (let index = 0; index < tails.length; index++) {
      const tail = tails[index] ?? "";
      hot.tails.push(tail);
      this.#count(hot, ats[index] ?? 0, tail.length);
    }
    extent.head += tails.length;
    return first;
  }

  /** The group's one row, and as much folding as L3 asks for. */
  writeGroup(): void {
    if (this.#row.isEmpty) return;
    const { names, marks, body } = this.#row;
    this.#row = new GroupRow();
    this.#sql.addGroup.run(this.#nextGroup++, names, marks, body);
    if (this.#hotEvents <= this.#hotEventsMax && this.#hotChars <= hotCharsMax) return;
    while (this.#hotEvents > this.#hotEventsMax || this.#hotChars > hotCharsMax) {
      const [oldest] = this.#hot.keys();
      if (oldest === undefined) break;
      this.#fold(oldest);
    }
    this.#dropFoldedGroups();
  }

  /** The events after `after`, in order, without their offsets; not below the floor. */
  *tails(userId: string, after: number): Generator<string> {
    const { floor } = this.extent(userId);
    let at = Math.max(after, floor);
    for (const row of this.#sql.chunksAfter.iterate(userId, at)) {
      const first = Number(row.first);
      const tails = String(row.body).split("\n");
      for (let index = at + 1 - first; index < tails.length; index++) yield tails[index] ?? "";
      at = first + tails.length - 1;
    }
    const hot = this.#hot.get(userId);
    if (!hot || at >= hot.first + hot.ats.length - 1) return;
    const tails = this.#tailsOf(hot);
    for (let index = at + 1 - hot.first; index < tails.length; index++) yield tails[index] ?? "";
  }

  /** The users after `after` in the order of their ids, at most `limit`. */
  users(after: string, limit: number): readonly string[] {
    return this.#sql.users.all(after, limit).map((row) => String(row.user_id));
  }

  /** J6, inside a transaction. Answers how many events fell away. */
  trim(userId: string, limits: TrimLimits, oldest: number, activeFrom: number | undefined): number {
    const { floor, head } = this.extent(userId);
    if (floor === head) return 0;
    const hot = this.#hot.get(userId);
    const sums = this.#sql.sums.get(userId);
    const hotBytes = hot ? this.#tailsOf(hot).reduce((sum, tail) => sum + Buffer.byteLength(tail), 0) : 0;
    const bytes = Number(sums?.bytes ?? 0) + hotBytes;
    const aged = Number(sums?.at_min ?? oldest) < oldest || (hot?.ats.some((at) => at < oldest) ?? false);
    if (!aged && head - floor <= limits.eventsMax && bytes <= limits.bytesMax) return 0;
    const agedTo = this.#agedTo(userId, floor, oldest);
    const overBytesTo = this.#overBytesTo(userId, floor, limits.bytesMax);
    const newFloor = judgeTrim({ floor, head, activeFrom, agedTo, overBytesTo }, limits);
    if (newFloor === floor) return 0;
    this.#sql.setFloor.run(newFloor, userId);
    // On a full disk this is what makes the space that folding needs.
    this.#sql.dropChunks.run(userId, newFloor);
    this.extent(userId).floor = newFloor;
    if (hot && hot.first <= newFloor) {
      this.#fold(userId, newFloor);
      this.#dropFoldedGroups();
    }
    return newFloor - floor;
  }

  #agedTo(userId: string, floor: number, oldest: number): number {
    let agedTo = floor;
    for (const row of this.#sql.places.iterate(userId, floor)) {
      if (Number(row.at_max) < oldest) {
        agedTo = Number(row.last);
        continue;
      }
      for (const tail of this.#chunk(Number(row.id)).slice(agedTo + 1 - Number(row.first))) {
        if ((JSON.parse(`{${tail}`) as Event).at >= oldest) return agedTo;
        agedTo++;
      }
    }
    const hot = this.#hot.get(userId);
    if (!hot) return agedTo;
    const young = hot.ats.findIndex((at, index) => hot.first + index > floor && at >= oldest);
    return young === -1 ? hot.first + hot.ats.length - 1 : Math.max(agedTo, hot.first + young - 1);
  }

  #overBytesTo(userId: string, floor: number, bytesMax: number): number {
    let bytes = 0;
    /** The offset of the newest of these events that does not fit any more. */
    const over = (first: number, tails: readonly string[]): number | undefined => {
      for (let index = tails.length - 1; index >= 0; index--) {
        bytes += Buffer.byteLength(tails[index] ?? "");
        if (bytes > bytesMax) return first + index;
      }
      return undefined;
    };
    const hot = this.#hot.get(userId);
    const overInHot = hot && over(hot.first, this.#tailsOf(hot));
    if (overInHot !== undefined) return overInHot;
    for (const row of this.#sql.placesNewestFirst.iterate(userId, floor)) {
      if (bytes + Number(row.bytes) <= bytesMax) bytes += Number(row.bytes);
      else return over(Number(row.first), this.#chunk(Number(row.id))) ?? floor;
    }
    return floor;
  }

  #chunk(id: number): readonly string[] {
    return String(this.#sql.chunk.get(id)?.body ?? "").split("\n");
  }

  /** `group` holds the user's first hot event. What is hot has its extent in memory, for that is not on the disk. */
  #heat(userId: string, extent: LogExtent, group: number): Hot {
    const hot: Hot = { group, first: extent.head + 1, groups: [], lines: [], tails: [], ats: [], chars: 0 };
    this.#hot.set(userId, hot);
    this.#extents.set(userId, extent);
    return hot;
  }

  /** L3. */
  #count(hot: Hot, at: number, chars: number): void {
    hot.ats.push(at);
    hot.chars += chars;
    this.#hotChars += chars;
    this.#hotEvents++;
  }

  /** L4. */
  #tailsOf(hot: Hot): readonly string[] {
    if (hot.groups.length === 0) return hot.tails;
    hot.tails = hot.groups.map((group, index) => group.tail(hot.lines[index] ?? 0)).concat(hot.tails);
    hot.groups = [];
    hot.lines = [];
    return hot.tails;
  }

  /** L2: the one place that moves events from groups to chunks; those up to `trimmedTo` are left behind. */
  #fold(userId: string, trimmedTo = 0): void {
    const hot = this.#hot.get(userId);
    if (!hot) return;
    const tails = this.#tailsOf(hot);
    for (let from = Math.max(0, trimmedTo + 1 - hot.first); from < tails.length; ) {
      let to = from;
      for (let chars = 0; to < tails.length; to++) {
        chars += tails[to]?.length ?? 0;
        if (to > from && chars > chunkCharsTarget) break;
      }
      const body = tails.slice(from, to).join("\n");
      const ats = hot.ats.slice(from, to);
      const bytes = Buffer.byteLength(body) - (to - from - 1);
      const first = hot.first + from;
      const last = hot.first + to - 1;
      this.#sql.addChunk.run(userId, first, last, bytes, Math.min(...ats), Math.max(...ats), body);
      from = to;
    }
    this.#sql.setHead.run(hot.first + tails.length - 1, userId);
    this.#hot.delete(userId);
    this.#hotEvents -= tails.length;
    this.#hotChars -= hot.chars;
    this.#folded(userId);
  }

  #dropFoldedGroups(): void {
    const [oldest] = this.#hot.values();
    this.#sql.dropGroups.run(oldest?.group ?? this.#nextGroup);
  }

  #forgetCold(): void {
    for (const userId of this.#extents.keys()) {
      if (!this.#hot.has(userId)) this.#extents.delete(userId);
      if (this.#extents.size < extentsCachedMax / 2) return;
    }
  }
}

function statements(database: DatabaseSync): { readonly [name in StatementName]: StatementSync } {
  const prepare = (sql: string) => database.prepare(sql);
  const place =
    "SELECT id, first, last, bytes, at_max FROM gp_chunk WHERE user_id = ? AND last > ? ORDER BY last";
  return {
    groups: prepare("SELECT id, names, marks, octet_length(body) AS bytes FROM gp_group ORDER BY id"),
    groupBody: prepare("SELECT body FROM gp_group WHERE id = ?"),
    addGroup: prepare("INSERT INTO gp_group (id, names, marks, body) VALUES (?, ?, ?, ?)"),
    dropGroups: prepare("DELETE FROM gp_group WHERE id < ?"),
    log: prepare("SELECT floor, head FROM gp_log WHERE user_id = ?"),
    begin: prepare("INSERT OR IGNORE INTO gp_log (user_id, floor, head) VALUES (?, 0, 0)"),
    setHead: prepare("UPDATE gp_log SET head = ? WHERE user_id = ?"),
    setFloor: prepare("UPDATE gp_log SET floor = ? WHERE user_id = ?"),
    users: prepare("SELECT user_id FROM gp_log WHERE user_id > ? ORDER BY user_id LIMIT ?"),
    addChunk: prepare(
      "INSERT INTO gp_chunk (user_id, first, last, bytes, at_min, at_max, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ),
    chunk: prepare("SELECT body FROM gp_chunk WHERE id = ?"),
    chunksAfter: prepare("SELECT first, body FROM gp_chunk WHERE user_id = ? AND last > ? ORDER BY last"),
    dropChunks: prepare("DELETE FROM gp_chunk WHERE user_id = ? AND last <= ?"),
    sums: prepare("SELECT sum(bytes) AS bytes, min(at_min) AS at_min FROM gp_chunk WHERE user_id = ?"),
    places: prepare(place),
    placesNewestFirst: prepare(`${place} DESC`),
  };
}

type StatementName =
  | "groups"
  | "groupBody"
  | "addGroup"
  | "dropGroups"
  | "log"
  | "begin"
  | "setHead"
  | "setFloor"
  | "users"
  | "addChunk"
  | "chunk"
  | "chunksAfter"
  | "dropChunks"
  | "sums"
  | "places"
  | "placesNewestFirst";
