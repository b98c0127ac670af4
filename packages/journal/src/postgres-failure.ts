/** What goes wrong with PostgreSQL, by SQLSTATE and by the system's own code; never by a message's text. */

/** Why the journal could not be opened. Texts may be reworded; codes stay. */
export type PostgresFailureCode =
  /** The address is not one of PostgreSQL's. */
  | "bad_address"
  /** Nobody answers there, or it is starting, stopping or a standby. */
  | "unreachable"
  /** The role or its password is refused. */
  | "access_denied"
  /** The database does not exist. */
  | "no_database"
  /** The role may not do what is needed: make the tables, or use them. */
  | "no_rights"
  /** A newer version of this software made the tables. */
  | "newer_version"
  /** The server is older than what we need, or its database is not UTF-8. */
  | "unsuitable"
  | "storage_full"
  /** Anything else; the message has the server's own words. */
  | "unavailable";

export interface PostgresFailure {
  readonly is: "failed";
  readonly code: PostgresFailureCode;
  /** One or two sentences: what is wrong, and what to do. Never holds the password. */
  readonly message: string;
}

/** What is known after a statement failed. */
export type Fate =
  /** Nothing was written, and trying again may work. */
  | { readonly is: "again"; readonly detail: string }
  /** Nothing was written, and the statement itself is at fault. */
  | { readonly is: "refused"; readonly detail: string }
  | { readonly is: "storage_full"; readonly detail: string }
  /** The answer was lost: it may have been written. */
  | { readonly is: "unknown"; readonly detail: string };

/** No session could be had, so that no statement was sent. */
export class NoSession extends Error {
  constructor(cause: unknown) {
    super(errorWords(cause), { cause });
    this.name = "NoSession";
  }
}

/** `sent`: whether a statement that writes was on its way when it failed. Rethrows what is no failure of the database. */
export function fateOf(error: unknown, sent: boolean): Fate {
  // A bug of ours is no fault of the database's.
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) throw error;
  const detail = errorWords(error);
  if (error instanceof NoSession) return { is: "again", detail };
  const state = sqlState(error);
  if (state === undefined || /^(08|57P0)/.test(state)) {
    // The connection is gone; a session that is told to end says so also after it has committed.
    return sent ? { is: "unknown", detail } : { is: "again", detail };
  }
  if (state === "53100") return { is: "storage_full", detail };
  // Serialisation, deadlocks, time-outs of ours, too many connections, out of memory, a standby.
  if (/^(40|53|55|57)/.test(state) || state === "25006") return { is: "again", detail };
  return { is: "refused", detail };
}

/** Five characters of PostgreSQL's own; undefined for what the connection or the system says. */
function sqlState(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && isServerError(error) ? code : undefined;
}

function isServerError(error: unknown): boolean {
  return error instanceof Error && "severity" in error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function errorWords(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(errorWords).join("; ");
  return error instanceof Error ? error.message : String(error);
}

export function openFailure(code: PostgresFailureCode, address: string, words: string): PostgresFailure {
  return { is: "failed", code, message: openMessage(code, address, words) };
}

export function openFailureOf(error: unknown, address: string): PostgresFailure {
  return openFailure(openCode(error), address, errorWords(error));
}

function openCode(error: unknown): PostgresFailureCode {
  const state = sqlState(error);
  if (state === undefined) return codeOf(error) === "ERR_INVALID_URL" ? "bad_address" : "unreachable";
  if (state.startsWith("28")) return "access_denied";
  if (state === "3D000") return "no_database";
  if (state === "42501") return "no_rights";
  if (state === "53100") return "storage_full";
  if (/^(08|53|57P)/.test(state) || state === "25006") return "unreachable";
  return "unavailable";
}

function openMessage(code: PostgresFailureCode, address: string, words: string): string {
  switch (code) {
    case "bad_address":
      return `${address} is not the address of a PostgreSQL database (${words}). It has the form postgres://user:password@host:5432/database.`;
    case "unreachable":
      return `PostgreSQL at ${address} cannot be used (${words}). Check that it runs, that it is the primary, and that this machine reaches it.`;
    case "access_denied":
      return `PostgreSQL at ${address} refuses the role or its password (${words}). Check both, and the server's pg_hba.conf.`;
    case "no_database":
      return `PostgreSQL at ${address} has no such database (${words}). Make it with: createdb --encoding UTF8 NAME.`;
    case "no_rights":
      return `The role of ${address} may not do what is needed (${words}). Give it the right to create in the database, or give a role that has it once, for the tables.`;
    case "newer_version":
      return `The tables at ${address} were made by a newer version (${words}). Start that version again, or restore a backup from before it.`;
    case "unsuitable":
      return `PostgreSQL at ${address} cannot be used (${words}).`;
    case "storage_full":
      return `PostgreSQL at ${address} has no space left (${words}). Free some and start again.`;
    case "unavailable":
      return `PostgreSQL at ${address} failed (${words}).`;
  }
}
