import { dirname } from "node:path";

/** Why the journal could not be opened. Texts may be reworded; codes stay. */
export type OpenFailureCode =
  /** Another process has this journal open, or another program holds the database's lock. */
  | "locked"
  /** A newer version of this software made the database. */
  | "newer_version"
  /** The file is not a database, or is damaged. */
  | "corrupt"
  /** The folder or a file in it may not be written. */
  | "read_only"
  /** The disk is full, or the database is over `databaseBytesMax`. */
  | "storage_full"
  /** The path cannot be a file: it is a folder, or a file stands where a folder should be. */
  | "bad_path"
  /** Anything else; the message has the system's own words. */
  | "unavailable";

export interface OpenFailure {
  readonly is: "failed";
  readonly code: OpenFailureCode;
  /** One or two sentences: what is wrong, and what to do. */
  readonly message: string;
}

export function openFailure(code: OpenFailureCode, path: string, words = ""): OpenFailure {
  return { is: "failed", code, message: openMessage(code, path, words) };
}

function openMessage(code: OpenFailureCode, path: string, words: string): string {
  switch (code) {
    case "locked":
      return `${path} is in use by another process. Stop that one, or start this one with a data folder of its own.`;
    case "newer_version":
      return `${path} was made by a newer version (${words}). Start that version again, or restore a backup from before it.`;
    case "corrupt":
      return `${path} is not a usable database (${words}). Move it away together with ${path}-wal and ${path}-shm, and restore a backup.`;
    case "read_only":
      return `${path} cannot be written (${words}). Give this user write access to ${dirname(path)} and the files in it, or choose another data folder.`;
    case "storage_full":
      return `There is no space left to open ${path} (${words}). Free some space on that disk and start again.`;
    case "bad_path":
      return `${path} cannot be a database file (${words}). Choose another data folder.`;
    case "unavailable":
      return `${path} could not be opened (${words}). Check the disk and the folder, and start again.`;
  }
}

/** What went wrong, by the code of an error of `node:sqlite` or `node:fs`; never by its text. */
export function failureCode(error: unknown): OpenFailureCode {
  if (!(error instanceof Error)) return "unavailable";
  if (isDatabaseError(error)) {
    // The low byte is SQLite's primary result code.
    switch (error.errcode & 0xff) {
      case 5: // SQLITE_BUSY
      case 6: // SQLITE_LOCKED
        return "locked";
      case 3: // SQLITE_PERM
      case 8: // SQLITE_READONLY
        return "read_only";
      case 11: // SQLITE_CORRUPT
      case 26: // SQLITE_NOTADB
        return "corrupt";
      case 13: // SQLITE_FULL
        return "storage_full";
      default:
        return "unavailable";
    }
  }
  switch ("code" in error ? error.code : undefined) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "read_only";
    case "ENOSPC":
    case "EDQUOT":
      return "storage_full";
    case "ENOTDIR":
    case "EEXIST":
    case "EISDIR":
    case "ENAMETOOLONG":
      return "bad_path";
    default:
      return "unavailable";
  }
}

/** An error of SQLite's own, as against a bug of ours. */
export function isDatabaseError(error: unknown): error is Error & { readonly errcode: number } {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number";
}

export function errorWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
