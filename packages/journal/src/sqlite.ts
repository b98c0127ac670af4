import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Clock, MakeId } from "@goldenpath/protocol";
import { attachmentBytesTotalMax } from "./attachment-limit.ts";
import type { Journal } from "./journal.ts";
import { errorWords, failureCode, type OpenFailure, openFailure } from "./sqlite-failure.ts";
import { SqliteJournal } from "./sqlite-journal.ts";
import { unfoldedEventsMax } from "./sqlite-log.ts";
import { startThread } from "./sqlite-thread.ts";

export interface SqliteJournalOptions {
  /** The database file; its folder is made when missing. Files ending in `-wal`, `-shm`, `-lock` stand beside it. */
  readonly path: string;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /**
   * `"full"`, the default: an answered commit survives the loss of power. `"normal"`: it survives the death
   * of the process; the loss of power may take the newest commits away, always from the end.
   */
  readonly synchronous?: "full" | "normal";
  /** The file may grow to this many bytes; beyond that commits answer `storage_full`. Default: as the disk allows. */
  readonly databaseBytesMax?: number;
  /**
   * So many of the newest events stand in the order of their commits, and in the worker's memory, before they
   * are folded into their users' own chunks. More memory and a slower start against fewer writes. Default 65,536.
   */
  readonly unfoldedEventsMax?: number;
  /** Each user's attachments together. Default 1 GiB; each one counts 1 KiB beside its bytes. */
  readonly attachmentBytesTotalMax?: number;
}

export type SqliteOpened = { readonly is: "open"; readonly journal: Journal } | OpenFailure;

/** Opens or makes the database. What can be expected to go wrong comes back as `failed`, with what to do. */
export async function openSqliteJournal(options: SqliteJournalOptions): Promise<SqliteOpened> {
  const path = resolve(options.path);
  const refused = refusePath(path);
  if (refused) return refused;
  const started = await startThread({
    path,
    synchronous: options.synchronous ?? "full",
    databaseBytesMax: options.databaseBytesMax ?? Number.POSITIVE_INFINITY,
    unfoldedEventsMax: options.unfoldedEventsMax ?? unfoldedEventsMax,
    attachmentBytesTotalMax: options.attachmentBytesTotalMax ?? attachmentBytesTotalMax,
    freshEpoch: options.makeId(),
    freshStamp: options.makeId(),
  });
  if (started.is === "failed") return started;
  return { is: "open", journal: new SqliteJournal(started.thread, started.epoch, options.clock) };
}

/** What the file system says before SQLite is asked, because it says it more clearly. */
function refusePath(path: string): OpenFailure | undefined {
  try {
    let folder = dirname(path);
    while (!existsSync(folder)) folder = dirname(folder);
    if (!statSync(folder).isDirectory()) return openFailure("bad_path", path, `${folder} is not a folder`);
    accessSync(folder, constants.W_OK);
    mkdirSync(dirname(path), { recursive: true });
    for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}-lock`]) {
      const found = statSync(file, { throwIfNoEntry: false });
      if (found === undefined) continue;
      if (!found.isFile()) return openFailure("bad_path", path, `${file} is not a file`);
      accessSync(file, constants.R_OK | constants.W_OK);
    }
  } catch (error) {
    return openFailure(failureCode(error), path, errorWords(error));
  }
  return undefined;
}
