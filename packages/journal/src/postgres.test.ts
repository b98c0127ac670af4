import { afterAll, beforeAll } from "vitest";
import { type PostgresServer, startPostgres, type TestDatabase } from "../../../tests/servers/postgres.ts";
import { journalContract } from "./contract.ts";
import { openPostgresJournal } from "./postgres.ts";
import { userTables } from "./postgres-schema.ts";

let server: PostgresServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await startPostgres({ fsync: false });
  database = await server.createDatabase();
});
afterAll(() => server.close());

/** Between two tests everything is taken away but the tables, which takes less than making a database. */
const emptied = ["lease", ...userTables].map((table) => `DELETE FROM goldenpath.${table}`).join("; ");

// As operators are told to do it: the nodes' role owns nothing, so row-level security holds for all it does.
journalContract("PostgreSQL", async (options) => {
  const { url, ownerUrl, superUrl } = database;
  const opened = await openPostgresJournal({ ...options, url, ownerUrl });
  if (opened.is === "failed") throw new Error(opened.message);
  return {
    journal: opened.journal,
    // Leases are counted by the database's clock, which nobody can drive.
    elapse: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async dispose() {
      await opened.journal.close();
      await server.query(emptied, superUrl);
    },
  };
});
