import type { Clock, MakeId } from "@goldenpath/protocol";
import pg from "pg";
import { attachmentBytesTotalMax } from "./attachment-limit.ts";
import type { Journal } from "./journal.ts";
import { openFailure, openFailureOf, type PostgresFailure } from "./postgres-failure.ts";
import { PostgresJournal } from "./postgres-journal.ts";
import { prepareDatabase } from "./postgres-migrate.ts";
import { addressOf, configOf, Sessions } from "./postgres-sessions.ts";

export interface PostgresJournalOptions {
  /** `postgres://user:password@host:port/database`, with libpq's parameters (`?sslmode=require`). */
  readonly url: string;
  /**
   * The same database as the role that owns the tables, when the nodes' own role is not to: it is used at open,
   * to make or migrate the tables, and lets the role of `url` use them. Default: the role of `url` owns them.
   */
  readonly ownerUrl?: string;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** Sessions for reading; three more write. Default 8. */
  readonly readersMax?: number;
  /** Each user's attachments together. Default 1 GiB; each one counts 1 KiB beside its bytes. */
  readonly attachmentBytesTotalMax?: number;
}

export type PostgresOpened =
  | {
      readonly is: "open";
      readonly journal: Journal;
      /** False when the role is a superuser or has BYPASSRLS: then row-level security does not hold for it. */
      readonly rowSecurity: boolean;
    }
  | PostgresFailure;

/** Opens the journal, and makes or migrates its tables. What can be expected to go wrong comes back as `failed`. */
export async function openPostgresJournal(options: PostgresJournalOptions): Promise<PostgresOpened> {
  for (const url of [options.url, options.ownerUrl ?? options.url]) {
    if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
      return openFailure("bad_address", addressOf(url), "it cannot be read");
  }
  const prepared = await prepare(options);
  if (prepared.is === "failed") return prepared;
  let epoch = prepared.epoch;
  const sessions = new Sessions(options, async (client) => {
    epoch = await epochOf(client, options.makeId());
  });
  const journal = new PostgresJournal({
    sessions,
    clock: options.clock,
    epoch: () => epoch,
    attachmentBytesTotalMax: options.attachmentBytesTotalMax ?? attachmentBytesTotalMax,
  });
  return { is: "open", journal, rowSecurity: prepared.rowSecurity };
}

type Ready = { readonly is: "ready"; readonly epoch: string; readonly rowSecurity: boolean };

async function prepare({ url, ownerUrl, makeId }: PostgresJournalOptions): Promise<Ready | PostgresFailure> {
  return connected(url, async (client) => {
    const { rows } = await client.query(
      "SELECT rolname, rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = current_user",
    );
    const failure =
      ownerUrl === undefined
        ? await makeTables(client, url)
        : await connected(ownerUrl, (owner) => makeTables(owner, ownerUrl, String(rows[0]?.rolname)));
    if (failure) return failure;
    return { is: "ready", epoch: await epochOf(client, makeId()), rowSecurity: rows[0]?.bypasses !== true };
  });
}

async function makeTables(
  client: pg.Client,
  url: string,
  grantTo?: string,
): Promise<PostgresFailure | undefined> {
  const prepared = await prepareDatabase(client, grantTo);
  if (prepared.is === "ready") return undefined;
  const code = prepared.is === "newer" ? "newer_version" : "unsuitable";
  return openFailure(code, addressOf(url), prepared.words);
}

/** Work on a session of its own; what the database refuses becomes an answer. */
async function connected<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T | PostgresFailure> {
  const client = new pg.Client(configOf(url));
  // What ends the session rejects the statement under way as well.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    return openFailureOf(error, addressOf(url));
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Of this very database: see `meta` in `postgres-schema.ts`. */
async function epochOf(client: pg.ClientBase, fresh: string): Promise<string> {
  const { rows } = await client.query("SELECT goldenpath.current_epoch($1) AS epoch", [fresh]);
  return String(rows[0]?.epoch);
}
