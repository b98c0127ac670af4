/**
 * The login of many nodes, in the schema `goldenpath_login` of their database. Any node redeems the ticket that
 * another issued, and all sign with the same secret.
 *
 *  L1  These tables are read by more than their owner's id (an e-mail address, a cookie), so row-level security
 *      would say nothing here. No query of the journal reaches them.
 *  L2  Tables are made by the role that owns them, by one node at a time.
 */
import { randomBytes } from "node:crypto";
import pg from "pg";
import type { LoginStore } from "./login-store.ts";
import { PostgresTickets } from "./postgres-tickets.ts";

export interface PostgresLoginOptions {
  readonly url: string;
  /** The same database as the role that owns the tables. Default: the role of `url`. */
  readonly ownerUrl: string | undefined;
}

export interface PostgresLoginStore extends LoginStore {
  /** Made by the first node that asks, and the same for all of them. Call after `migrate`. */
  secret(): Promise<string>;
}

/** Advisory locks have numbers; ours begin with the letters "gp". */
const migrationLock = 0x6770_0003;
const firstLock = 0x6770_0004;
const sessionsMax = 4;

const person = "email NOT LIKE '%.invalid'";

const tables = `
CREATE TABLE IF NOT EXISTS setting (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE IF NOT EXISTS ticket (
  hash text PRIMARY KEY, session_id text NOT NULL, expires_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS ticket_session ON ticket (session_id, expires_at);
`;

export function openPostgresLoginStore({ url, ownerUrl }: PostgresLoginOptions): PostgresLoginStore {
  const pool = openPool(url);
  const rows = async (text: string, values: readonly unknown[]) => (await pool.query(text, [...values])).rows;
  return {
    database: pool,
    tickets: new PostgresTickets(pool),
    migrate: (run) => migrate(pool, ownerUrl, run),
    async anyPerson() {
      return (await rows(`SELECT 1 FROM auth_user WHERE ${person} LIMIT 1`, [])).length > 0;
    },
    async promoteFirst(userId) {
      const client = await pool.connect();
      let broken = true;
      try {
        // Two nodes' clocks may disagree on who is the oldest; under the lock the second sees the first's admin.
        await client.query("BEGIN");
        await client.query("SELECT pg_advisory_xact_lock($1)", [firstLock]);
        await client.query(
          `UPDATE auth_user SET role = 'admin' WHERE id = $1
             AND id = (SELECT id FROM auth_user WHERE ${person} ORDER BY "createdAt", id LIMIT 1)
             AND NOT EXISTS (SELECT 1 FROM auth_user WHERE role = 'admin' AND ${person})`,
          [userId],
        );
        await client.query("COMMIT");
        broken = false;
      } finally {
        client.release(broken);
      }
    },
    async session(sessionId) {
      const [row] = await rows(
        `SELECT s."userId", s."expiresAt" FROM auth_session s JOIN auth_user u ON u.id = s."userId"
         WHERE s.id = $1 AND NOT coalesce(u.banned, false)`,
        [sessionId],
      );
      return row && { userId: String(row.userId), sessionId, expiresAt: new Date(row.expiresAt).getTime() };
    },
    async sessionsAmong(sessionIds) {
      const found = await rows(
        `SELECT s.id FROM auth_session s JOIN auth_user u ON u.id = s."userId"
         WHERE s.id = ANY($1) AND NOT coalesce(u.banned, false)`,
        [sessionIds],
      );
      return found.map(({ id }) => String(id));
    },
    async forgetExpired(now) {
      const date = new Date(now);
      await rows(`DELETE FROM auth_session WHERE "expiresAt" < $1`, [date]);
      await rows(`DELETE FROM auth_verification WHERE "expiresAt" < $1`, [date]);
    },
    async secret() {
      const fresh = randomBytes(32).toString("hex");
      await rows("INSERT INTO setting (key, value) VALUES ('secret', $1) ON CONFLICT DO NOTHING", [fresh]);
      const [row] = await rows("SELECT value FROM setting WHERE key = 'secret'", []);
      return String(row?.value);
    },
    close: async () => void (pool.ending || (await pool.end())),
  };
}

function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "goldenpath-login",
    options: "-c search_path=goldenpath_login",
    max: sessionsMax,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    lock_timeout: 5_000,
    query_timeout: 20_000,
    keepAlive: true,
  });
  // A session that ends is dropped from the pool, and what was under way on it is answered with the error.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** L2 */
async function migrate(
  pool: pg.Pool,
  ownerUrl: string | undefined,
  run: Parameters<LoginStore["migrate"]>[0],
): Promise<void> {
  const owning = ownerUrl === undefined ? pool : openPool(ownerUrl);
  try {
    const client = await owning.connect();
    try {
      // The others wait longer for the first than for anything else.
      await client.query("SET statement_timeout = '60s'; SET lock_timeout = '60s'");
      await client.query("SELECT pg_advisory_lock($1)", [migrationLock]);
      const made =
        "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = 'goldenpath_login' AND tablename = 'ticket'";
      if ((await client.query(made)).rowCount === 0) {
        await client.query(`CREATE SCHEMA IF NOT EXISTS goldenpath_login; ${tables}`);
      }
      await run(owning);
      if (ownerUrl !== undefined) {
        const role = await pool.query("SELECT current_user AS name");
        const name = client.escapeIdentifier(String(role.rows[0]?.name));
        await client.query(`
          GRANT USAGE ON SCHEMA goldenpath_login TO ${name};
          GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA goldenpath_login TO ${name};
        `);
      }
    } finally {
      // The lock goes with its session.
      client.release(true);
    }
  } finally {
    if (owning !== pool) await owning.end();
  }
}
