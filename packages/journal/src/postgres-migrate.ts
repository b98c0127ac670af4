/**
 * Brings the tables to this version, by one node at a time, and says clearly when that cannot be.
 *
 *  M1  Nothing is written before the version is known to be ours or older.
 *  M2  All migrations are one transaction under an advisory lock: nodes that start at once wait for the first.
 */
import type pg from "pg";
import { migrations, schemaVersion, userTables } from "./postgres-schema.ts";

/** Advisory locks have numbers; ours begin with the letters "gp". */
const migrationLock = 0x6770_0001;
const serverVersionMin = 140_000;

export type Prepared =
  | { readonly is: "ready" }
  | { readonly is: "newer"; readonly words: string }
  | { readonly is: "unsuitable"; readonly words: string };

interface ServerFacts {
  /** As in `server_version_num`: 150018 is 15.18. */
  readonly number: number;
  readonly version: string;
  readonly encoding: string;
}

/** `grantTo`: the role of the nodes, where it is not the one that makes the tables. */
export async function prepareDatabase(client: pg.ClientBase, grantTo: string | undefined): Promise<Prepared> {
  const words = judgeServer(await serverFacts(client));
  if (words !== undefined) return { is: "unsuitable", words };
  // M1
  const stored = await storedVersion(client);
  if (stored > schemaVersion) return newer(stored);
  if (stored === schemaVersion && grantTo === undefined) return { is: "ready" };
  await client.query("BEGIN");
  // M2: the others wait longer for the first than for anything else.
  await client.query("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '60s'");
  await client.query("SELECT pg_advisory_xact_lock($1)", [migrationLock]);
  const version = await storedVersion(client);
  if (version <= schemaVersion) {
    if (version < schemaVersion) await migrate(client, version);
    if (grantTo !== undefined) await grant(client, grantTo);
  }
  await client.query("COMMIT");
  return version > schemaVersion ? newer(version) : { is: "ready" };
}

function newer(stored: number): Prepared {
  return { is: "newer", words: `format ${stored}; this one knows ${schemaVersion}` };
}

/** Why a server or its database cannot be used; undefined when it can. */
export function judgeServer({ number, version, encoding }: ServerFacts): string | undefined {
  if (number < serverVersionMin) return `its version is ${version}; 14 or newer is needed`;
  if (encoding !== "UTF8") return `its encoding is ${encoding}; make the database with --encoding UTF8`;
  return undefined;
}

async function serverFacts(client: pg.ClientBase): Promise<ServerFacts> {
  const { rows } = await client.query(
    "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version, current_setting('server_encoding') AS encoding",
  );
  const { number, version, encoding } = rows[0] ?? {};
  return { number: Number(number), version: String(version), encoding: String(encoding) };
}

/** 0 where there are no tables of ours. */
async function storedVersion(client: pg.ClientBase): Promise<number> {
  // Asked of the catalogue itself: a name that was looked up in vain stays unknown to its session for a while.
  const tables = await client.query(
    "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = 'goldenpath' AND tablename = 'meta'",
  );
  if (tables.rowCount === 0) return 0;
  const version = await client.query("SELECT value FROM goldenpath.meta WHERE key = 'version'");
  return Number(version.rows[0]?.value ?? 0);
}

async function migrate(client: pg.ClientBase, from: number): Promise<void> {
  if (from === 0) await client.query("CREATE SCHEMA IF NOT EXISTS goldenpath");
  for (const migration of migrations.slice(from)) await client.query(migration);
  await client.query(
    "INSERT INTO goldenpath.meta AS m (key, value) VALUES ('version', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    [String(schemaVersion)],
  );
}

/** The role may read its users' rows and call the functions, and nothing else. */
async function grant(client: pg.ClientBase, role: string): Promise<void> {
  const name = client.escapeIdentifier(role);
  const tables = [...userTables, "meta"].map((table) => `goldenpath.${table}`).join(", ");
  await client.query(`
    GRANT USAGE ON SCHEMA goldenpath TO ${name};
    GRANT SELECT ON ${tables} TO ${name};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA goldenpath TO ${name};
  `);
}
