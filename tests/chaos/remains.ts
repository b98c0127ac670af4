/** What a server's data folder holds after it stopped: every log as it was written, and the journal itself. */
import { join } from "node:path";
import { type Journal, openPostgresJournal, openSqliteJournal } from "@goldenpath/journal";
import { randomId, systemClock } from "@goldenpath/protocol";

export interface Store {
  readonly inner: Journal;
  readonly logs: ReadonlyMap<string, readonly string[]>;
}

/** The journal of a node that keeps everything in its folder. Throws when it cannot be opened. */
export async function openFolder(data: string): Promise<Journal> {
  const opened = await openSqliteJournal({
    path: join(data, "goldenpath.db"),
    clock: systemClock,
    makeId: randomId,
  });
  if (opened.is === "failed") throw new Error(opened.message);
  return opened.journal;
}

/** The journal that several nodes share. Throws when it cannot be opened. */
export async function openShared(url: string): Promise<Journal> {
  const opened = await openPostgresJournal({ url, clock: systemClock, makeId: randomId });
  if (opened.is === "failed") throw new Error(opened.message);
  return opened.journal;
}

/** Reads all of these users' logs. Close `inner` afterwards. */
export async function openStore(inner: Journal, userIds: readonly string[]): Promise<Store> {
  const logs = new Map<string, readonly string[]>();
  for (const userId of userIds) logs.set(userId, await readLog(inner, userId));
  return { inner, logs };
}

/** The whole log. Throws when it is not there from its beginning. */
export async function readLog(journal: Journal, userId: string): Promise<readonly string[]> {
  const log: string[] = [];
  for (;;) {
    const read = await journal.read(userId, log.length, 10_000, 16 * 1024 * 1024);
    if (read.is === "trimmed") throw new Error(`the log of ${userId} was trimmed`);
    if (read.events.length === 0) return log;
    log.push(...read.events);
  }
}
