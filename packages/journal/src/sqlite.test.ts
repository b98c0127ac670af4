import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { journalContract } from "./contract.ts";
import { openSqliteJournal } from "./sqlite.ts";

journalContract("SQLite", async (options) => {
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-journal-"));
  const opened = await openSqliteJournal({ ...options, path: join(folder, "journal.db") });
  if (opened.is === "failed") throw new Error(opened.message);
  return {
    journal: opened.journal,
    async dispose() {
      await opened.journal.close();
      rmSync(folder, { recursive: true });
    },
  };
});
