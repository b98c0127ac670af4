/** What a server's data folder holds after it stopped: every log as it was written, and the journal itself. */
import { join } from "node:path";
import { type Journal, openSqliteJournal } from "@goldenpath/journal";
import { randomId, systemClock } from "@goldenpath/protocol";

export interface Store {
  readonly inner: Journal;
  readonly logs: ReadonlyMap<string, readonly string[]>;
}

/** Throws when the database cannot be opened. Close `inner` afterwards. */
export async function openStore(data: string, userIds: readonly string[]): Promise<Store> {
  const opened = await openSqliteJournal({
    path: join(data, "goldenpath.db"),
    clock: systemClock,
    makeId: randomId,
  });
  if (opened.is === "failed") throw new Error(opened.message);
  const logs = new Map<string, readonly string[]>();
  for (const userId of userIds) logs.set(userId, await readLog(opened.journal, userId));
  return { inner: opened.journal, logs };
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
