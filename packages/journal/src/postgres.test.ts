import { randomId, systemClock } from "@goldenpath/protocol";
import pg from "pg";
import { afterAll, beforeAll } from "vitest";
import { type PostgresServer, startPostgres, type TestDatabase } from "../../../tests/servers/postgres.ts";
import { journalContract } from "./contract.ts";
import { openPostgresJournal, type PostgresJournalOptions } from "./postgres.ts";
import { userTables } from "./postgres-schema.ts";

let server: PostgresServer;
let database: TestDatabase;
let superuser: pg.Client;

// As operators are told to do it: the nodes' role owns nothing, so row-level security holds for all it does.
beforeAll(async () => {
  server = await startPostgres({ fsync: false });
  database = await server.createDatabase();
  const { url, ownerUrl } = database;
  await (await open({ url, ownerUrl, clock: systemClock, makeId: randomId })).close();
  superuser = new pg.Client({ connectionString: database.superUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await server.close();
});

/** Between two tests everything is taken away but the tables, which takes less than making a database. */
const emptied = ["lease", ...userTables].map((table) => `DELETE FROM goldenpath.${table}`).join("; ");

async function open(options: PostgresJournalOptions) {
  const opened = await openPostgresJournal(options);
  if (opened.is === "failed") throw new Error(opened.message);
  return opened.journal;
}

journalContract("PostgreSQL", async (options) => {
  const journal = await open({ ...options, url: database.url });
  return {
    journal,
    // Leases are counted by the database's clock, which nobody can drive.
    elapse: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async dispose() {
      await journal.close();
      await superuser.query(emptied);
    },
  };
});
