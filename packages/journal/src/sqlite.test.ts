import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { journalContract } from "./contract.ts";
import type { OpenedJournal, OpenJournalOptions } from "./contract-fixture.ts";
import type { Journal } from "./journal.ts";
import { openSqliteJournal } from "./sqlite.ts";

journalContract("SQLite", (options) => openInFolder(options, {}));

// Every few events fold some user's log into chunks, and after each test the reopened journal equals the closed one.
journalContract("SQLite, folding often and reopened", (options) =>
  openInFolder(options, { unfoldedEventsMax: 3 }),
);

async function openInFolder(
  options: OpenJournalOptions,
  { unfoldedEventsMax }: { readonly unfoldedEventsMax?: number },
): Promise<OpenedJournal> {
  const folder = mkdtempSync(join(tmpdir(), "goldenpath-journal-"));
  const open = async () => {
    const path = join(folder, "data", "journal.db");
    const folding = unfoldedEventsMax === undefined ? {} : { unfoldedEventsMax };
    const opened = await openSqliteJournal({ ...options, path, ...folding });
    if (opened.is === "failed") throw new Error(opened.message);
    return opened.journal;
  };
  const journal = await open();
  return {
    journal,
    async dispose() {
      if (unfoldedEventsMax !== undefined) await compareReopened(journal, open);
      await journal.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function compareReopened(journal: Journal, open: () => Promise<Journal>): Promise<void> {
  const closed = (await journal.commit({ userId: "ann", events: [] })).is === "refused";
  const before = closed ? undefined : await contentOf(journal);
  await journal.close();
  const reopened = await open();
  if (before) expect(await contentOf(reopened)).toEqual(before);
  await reopened.close();
}

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
