/** The contract once more, with some user's log folded every few events; after each test a reopened journal is the same. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { journalContract } from "./contract.ts";
import type { Journal } from "./journal.ts";
import { openSqliteJournal } from "./sqlite.ts";

journalContract("SQLite, folding often and reopened", async (options) => {
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-journal-"));
  const open = async () => {
    const path = join(folder, "journal.db");
    const opened = await openSqliteJournal({ ...options, path, unfoldedEventsMax: 3 });
    if (opened.is === "failed") throw new Error(opened.message);
    return opened.journal;
  };
  const journal = await open();
  return {
    journal,
    async dispose() {
      // One test closes its journal itself; then there is nothing to compare with.
      const closed = (await journal.commit({ userId: "ann", events: [] })).is === "refused";
      const before = closed ? undefined : await contentOf(journal);
      await journal.close();
      const reopened = await open();
      if (before) expect(await contentOf(reopened)).toEqual(before);
      await reopened.close();
      rmSync(folder, { recursive: true });
    },
  };
});

/** All that the contract's three users can see. */
function contentOf(journal: Journal): Promise<unknown> {
  return Promise.all(
    ["ann", "bob", "eve"].map(async (userId) => {
      const extent = await journal.extent(userId);
      const threads = await journal.threads(userId, { limit: 100 });
      return {
        extent,
        threads,
        events: await journal.read(userId, extent.floor, 10_000, 1e9),
        runs: await journal.activeRuns(userId),
        messages: await Promise.all(threads.map(({ id }) => journal.messages(userId, id, { limit: 100 }))),
      };
    }),
  );
}
