/**
 * The data folder: one server at a time, readable by its owner only.
 *
 *  F1  The lock is the operating system's, on a file that SQLite holds: it ends with the process, however
 *      the process ends, and a left-over file locks nothing.
 *  F2  The secret is written once, whole or not at all, and readable by its owner only.
 */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartError } from "./start-error.ts";

export interface DataFolder {
  readonly path: string;
  /** The SQLite database of the journal and the login. */
  readonly database: string;
  /** 64 hexadecimal characters, made at the first start. */
  secret(): string;
  release(): void;
}

/** Throws a `StartError` that says what to do when the folder cannot be made, written or locked. */
export function openDataFolder(path: string): DataFolder {
  attempt(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
  const lock = lockFolder(path);
  return {
    path,
    database: join(path, "goldenpath.db"),
    secret: () => attempt(path, () => readOrMakeSecret(join(path, "secret"))),
    release: () => lock.close(),
  };
}

function lockFolder(path: string): DatabaseSync {
  const file = join(path, "lock");
  const lock = attempt(path, () => new DatabaseSync(file, { timeout: 0 }));
  try {
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    if (isBusy(error)) {
      throw new StartError(
        "data_in_use",
        `Another Goldenpath is using ${path}; stop it, or choose another folder with --data.`,
        error,
      );
    }
    throw unusable(path, error);
  }
}

function readOrMakeSecret(file: string): string {
  const found = readSecret(file);
  if (found !== undefined) return found;
  const secret = randomBytes(32).toString("hex");
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeSync(handle, secret);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  // F2: a renamed file appears whole; F1 keeps any other server out meanwhile.
  renameSync(draft, file);
  return secret;
}

function readSecret(file: string): string | undefined {
  try {
    const secret = readFileSync(file, "utf8").trim();
    if (secret.length < 32) {
      throw new StartError(
        "data_unusable",
        `${file} is damaged: restore it, or delete it, and everyone has to sign in again.`,
      );
    }
    chmodSync(file, 0o600);
    return secret;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function attempt<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw error instanceof StartError ? error : unusable(path, error);
  }
}

function unusable(path: string, error: unknown): StartError {
  const reason = error instanceof Error ? error.message : String(error);
  return new StartError(
    "data_unusable",
    `The data folder ${path} cannot be written (${reason}); make it writable, or choose another with --data.`,
    error,
  );
}

/** SQLITE_BUSY or SQLITE_LOCKED. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (error.errcode === 5 || error.errcode === 6);
}
