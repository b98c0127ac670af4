/** Where everything is kept: an SQLite file of one node, or a PostgreSQL database that many nodes share. */
import { statSync } from "node:fs";
import { type Journal, openPostgresJournal, openSqliteJournal } from "@goldenpath/journal";
import { randomId, systemClock } from "@goldenpath/protocol";
import type { Logger } from "pino";
import { makeDataFolder, readOrMakeSecret } from "./data-folder.ts";
import type { LoginStore } from "./login/login-store.ts";
import { openPostgresLoginStore } from "./login/postgres-login-store.ts";
import { openSqliteLoginStore } from "./login/sqlite-login-store.ts";
import type { Options, SharedStore } from "./options.ts";
import { StartError } from "./start-error.ts";

export interface Store {
  readonly journal: Journal;
  readonly login: LoginStore;
  /** What signs the session cookies where no option says it. */
  readonly secret: () => Promise<string>;
  /** What the journal takes on this machine's disk; undefined where it is elsewhere. */
  readonly journalBytes: () => number | undefined;
}

/** Throws a `StartError`; nothing stays open then. */
export function openStore(options: Options, log: Logger): Promise<Store> {
  return options.shared ? openPostgres(options.shared, log) : openSqlite(options);
}

async function openSqlite({ data, durability }: Options): Promise<Store> {
  const { database } = makeDataFolder(data);
  const opened = await openSqliteJournal({
    path: database,
    clock: systemClock,
    makeId: randomId,
    synchronous: durability === "power_loss" ? "full" : "normal",
  });
  if (opened.is === "failed") throw new StartError("database_unusable", opened.message);
  const login = openSqliteLoginStore(database, systemClock);
  return {
    journal: opened.journal,
    login,
    secret: async () => readOrMakeSecret(data),
    journalBytes: () => bytesOf(database) + bytesOf(`${database}-wal`),
  };
}

/** 0 for a file that is not there: SQLite's log is removed when it is empty. */
function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

async function openPostgres({ databaseUrl, databaseOwnerUrl }: SharedStore, log: Logger): Promise<Store> {
  const opened = await openPostgresJournal({
    url: databaseUrl,
    ...(databaseOwnerUrl === undefined ? {} : { ownerUrl: databaseOwnerUrl }),
    clock: systemClock,
    makeId: randomId,
  });
  if (opened.is === "failed") throw new StartError("database_unusable", opened.message);
  if (!opened.rowSecurity) {
    log.warn(
      "the database's role is a superuser or has BYPASSRLS, so row-level security does not hold for it",
    );
  }
  const login = openPostgresLoginStore({ url: databaseUrl, ownerUrl: databaseOwnerUrl });
  return {
    journal: opened.journal,
    login,
    secret: () => login.secret(),
    journalBytes: () => undefined,
  };
}
