/**
 * The data folder and the secret in it. One server at a time uses a folder: the journal holds its lock, so
 * the journal is opened before the secret is made.
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
import { StartError } from "./start-error.ts";

const secretCharsMin = 32;

/** The SQLite database of the journal and the login. Folder and file are made for their owner's eyes only. */
export function makeDataFolder(path: string): { readonly database: string } {
  const database = join(path, "goldenpath.db");
  attempt(path, () => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    // SQLite gives the files beside it the mode of the database; an empty file is an empty database.
    closeSync(openSync(database, "a", 0o600));
  });
  return { database };
}

/** 64 hexadecimal characters, made at the first start; the file is readable by its owner only. */
export function readOrMakeSecret(path: string): string {
  return attempt(path, () => {
    const file = join(path, "secret");
    return readSecret(file) ?? makeSecret(file);
  });
}

function makeSecret(file: string): string {
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
  // A renamed file appears whole: a crash leaves no half of a secret.
  renameSync(draft, file);
  return secret;
}

function readSecret(file: string): string | undefined {
  try {
    const secret = readFileSync(file, "utf8").trim();
    if (secret.length < secretCharsMin) {
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
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      "data_unusable",
      `The data folder ${path} cannot be used (${reason}); make it writable, or choose another with --data or GOLDENPATH_DATA.`,
      error,
    );
  }
}
