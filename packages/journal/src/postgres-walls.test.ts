import { randomId, systemClock } from "@goldenpath/protocol";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres, type TestDatabase } from "../../../tests/servers/postgres.ts";
import { begin, messageWith } from "./contract-fixture.ts";
import type { Journal } from "./journal.ts";
import { openPostgresJournal } from "./postgres.ts";
import { userTables } from "./postgres-schema.ts";

let server: PostgresServer;
let database: TestDatabase;
let journal: Journal;

beforeAll(async () => {
  server = await startPostgres({ fsync: false });
  database = await server.createDatabase();
  journal = await open(database.url, database.ownerUrl);
  await fill(journal);
});
afterAll(async () => {
  await journal.close();
  await server.close();
});

async function open(url: string, ownerUrl?: string): Promise<Journal> {
  const opened = await openPostgresJournal({
    url,
    ...(ownerUrl === undefined ? {} : { ownerUrl }),
    clock: systemClock,
    makeId: randomId,
  });
  if (opened.is === "failed") throw new Error(opened.message);
  expect(opened.rowSecurity).toBe(true);
  return opened.journal;
}

/** Something in every table, of two users. */
async function fill(journal: Journal): Promise<void> {
  for (const userId of ["ann", "bob"]) {
    const { threadId } = await begin(journal, userId, "same");
    await journal.commit({ userId, events: [messageWith(threadId, "m", ["a"])] });
    const command = { id: "c", fingerprint: "f", result: userId };
    await journal.commit({ userId, events: [], command });
    const bytes = new TextEncoder().encode(userId);
    await journal.putAttachment(userId, { id: "a", name: "a", mediaType: "text/plain", bytes, at: 1 });
  }
}

async function session<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Whose rows a session sees, table by table, without any condition in the query. */
async function seen(client: pg.Client): Promise<Record<string, readonly string[]>> {
  const byTable: Record<string, readonly string[]> = {};
  for (const table of userTables) {
    const { rows } = await client.query(`SELECT DISTINCT user_id FROM goldenpath.${table} ORDER BY 1`);
    byTable[table] = rows.map((row) => String(row.user_id));
  }
  return byTable;
}

function everywhere(users: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(userTables.map((table) => [table, users]));
}

test("D4: a query without the user's setting returns nothing; with it, that user's rows alone", async () => {
  await session(database.superUrl, async (client) =>
    expect(await seen(client)).toEqual(everywhere(["ann", "bob"])),
  );
  await session(database.url, async (client) => {
    expect(await seen(client)).toEqual(everywhere([]));
    for (const userId of ["ann", "bob", "eve"]) {
      await client.query("SELECT set_config('goldenpath.user_id', $1, false)", [userId]);
      expect(await seen(client)).toEqual(everywhere(userId === "eve" ? [] : [userId]));
    }
  });
});

test("D4: the nodes' role cannot open the wall for itself, nor write past the functions", async () => {
  await session(database.url, async (client) => {
    await client.query("SET goldenpath.node = 'on'");
    expect(await seen(client)).toEqual(everywhere([]));
    await client.query("SET goldenpath.user_id = 'ann'");
    for (const table of userTables) {
      const denied = { code: "42501" };
      await expect(client.query(`DELETE FROM goldenpath.${table}`)).rejects.toMatchObject(denied);
      await expect(client.query(`UPDATE goldenpath.${table} SET user_id = 'bob'`)).rejects.toMatchObject(
        denied,
      );
      await expect(
        client.query(`ALTER TABLE goldenpath.${table} DISABLE ROW LEVEL SECURITY`),
      ).rejects.toMatchObject(denied);
    }
  });
});

test("D4: a session of the pool keeps no user's setting", async () => {
  await journal.extent("ann");
  const users = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? "ann" : "nobody"));
  const threads = await Promise.all(users.map((userId) => journal.threads(userId, { limit: 10 })));
  expect(threads.map(({ length }) => length)).toEqual(users.map((userId) => (userId === "ann" ? 1 : 0)));
});

test("D4: one role that owns the tables stands behind the wall as well", async () => {
  const alone = await server.createDatabase();
  const own = await open(alone.ownerUrl);
  await fill(own);
  await session(alone.ownerUrl, async (client) => {
    expect(await seen(client)).toEqual(everywhere([]));
    await client.query("SET goldenpath.user_id = 'bob'");
    expect(await seen(client)).toEqual(everywhere(["bob"]));
    // It writes by the functions alone, not even for the user it reads as.
    for (const table of userTables) {
      expect((await client.query(`DELETE FROM goldenpath.${table}`)).rowCount).toBe(0);
      const copy = `INSERT INTO goldenpath.${table} SELECT * FROM goldenpath.${table}`;
      await expect(client.query(copy)).rejects.toMatchObject({ code: "42501" });
    }
    // What goes across users closes the wall behind itself, also in a transaction.
    await client.query("BEGIN");
    await client.query("SELECT goldenpath.orphans(10), goldenpath.extents('{ann}')");
    expect(await seen(client)).toEqual(everywhere(["bob"]));
    await client.query("ROLLBACK");
  });
  await own.close();
  await alone.drop();
});

test("a superuser stands behind no wall, and the caller is told", async () => {
  const { superUrl } = database;
  const opened = await openPostgresJournal({ url: superUrl, clock: systemClock, makeId: randomId });
  expect(opened).toMatchObject({ is: "open", rowSecurity: false });
  if (opened.is === "open") await opened.journal.close();
});
