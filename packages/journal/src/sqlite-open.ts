/**
 * Opens the database and makes sure that it is ours alone, of our version, and still the one it was.
 *
 *  O1  One server per journal: a small database beside it (`…-lock`) is held in exclusive mode for as long
 *      as we live. The operating system releases it when the process dies, however it dies.
 *  O2  Nothing is written before the version is known to be ours.
 *  O3  A database that was restored or replaced behind our back gets a new epoch: each open leaves a fresh
 *      stamp both in the database and in its lock file, and notes the file's own number and birth. Where these do not
 *      agree, offsets that clients remember may mean other events than now.
 */
import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { errorWords, failureCode, type OpenFailure, openFailure } from "./sqlite-failure.ts";
import { metaOf, migrate, schemaVersion, setMeta, storedVersion } from "./sqlite-schema.ts";

export interface OpenRequest {
  readonly path: string;
  readonly synchronous: "full" | "normal";
  readonly databaseBytesMax: number;
  /** Ids for a new epoch, should it need one, and for the stamp of this open. */
  readonly freshEpoch: string;
  readonly freshStamp: string;
}

export interface OpenDatabase {
  readonly is: "open";
  readonly database: DatabaseSync;
  readonly epoch: string;
  close(): void;
}

/** The login's own connection may hold the write lock for a moment. */
const busyMsMax = 5_000;
const pageBytes = 4_096;
const walBytesKept = 64 * 1024 * 1024;

export function openDatabase(request: OpenRequest): OpenDatabase | OpenFailure {
  const { path } = request;
  let lock: DatabaseSync | undefined;
  let database: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${path}-lock`, { timeout: 0 });
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    database = new DatabaseSync(path, { timeout: busyMsMax });
    const version = storedVersion(database);
    if (version > schemaVersion) {
      closeAll(database, lock);
      return openFailure("newer_version", path, `format ${version}; this one knows ${schemaVersion}`);
    }
    configure(database, request);
    const epoch = prepare(database, lock, version, request);
    const opened = { database, lock };
    return { is: "open", database, epoch, close: () => closeAll(opened.database, opened.lock) };
  } catch (error) {
    closeAll(database, lock);
    return openFailure(failureCode(error), path, errorWords(error));
  }
}

function configure(database: DatabaseSync, { synchronous, databaseBytesMax }: OpenRequest): void {
  // Full: each commit is on the medium before it is answered. fullfsync is what that takes on macOS.
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${synchronous === "full" ? "FULL" : "NORMAL"};
    PRAGMA fullfsync = ${synchronous === "full" ? "ON" : "OFF"};
    PRAGMA checkpoint_fullfsync = ${synchronous === "full" ? "ON" : "OFF"};
    PRAGMA journal_size_limit = ${walBytesKept};
    PRAGMA cache_size = -16384;
    PRAGMA temp_store = MEMORY;
  `);
  if (Number.isFinite(databaseBytesMax)) {
    database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(databaseBytesMax / pageBytes))}`);
  }
}

/** Migrates, and answers the epoch (O3). */
function prepare(database: DatabaseSync, lock: DatabaseSync, version: number, request: OpenRequest): string {
  lock.exec(
    "CREATE TABLE IF NOT EXISTS stamp (only INTEGER PRIMARY KEY CHECK (only = 1), value TEXT NOT NULL)",
  );
  const lockStamp = lock.prepare("SELECT value FROM stamp").get()?.value;
  const { ino, birthtimeNs } = statSync(request.path, { bigint: true });
  const file = `${ino}.${birthtimeNs}`;
  database.exec("BEGIN IMMEDIATE");
  migrate(database, version);
  const kept = metaOf(database, "epoch");
  const same = metaOf(database, "stamp") === lockStamp && metaOf(database, "file") === file;
  const epoch = kept !== undefined && same ? kept : request.freshEpoch;
  if (epoch !== kept) setMeta(database, "epoch", epoch);
  setMeta(database, "file", file);
  setMeta(database, "stamp", request.freshStamp);
  database.exec("COMMIT");
  lock.prepare("INSERT OR REPLACE INTO stamp (only, value) VALUES (1, ?)").run(request.freshStamp);
  // O1: in exclusive mode the lock outlives the transaction.
  lock.exec("COMMIT");
  return epoch;
}

/** The lock goes last. An open transaction is rolled back by closing. */
function closeAll(database: DatabaseSync | undefined, lock: DatabaseSync | undefined): void {
  if (database?.isOpen) database.close();
  if (lock?.isOpen) lock.close();
}
