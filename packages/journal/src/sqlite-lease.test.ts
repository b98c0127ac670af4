import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { randomId } from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { begin, readAll, wordOf } from "./contract-fixture.ts";
import type { Journal } from "./journal.ts";
import { openSqliteJournal } from "./sqlite.ts";
import { GroupBody, GroupReader, namesOf } from "./sqlite-group.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "goldenpath-lease-"));
  path = join(folder, "journal.db");
});

afterEach(() => rmSync(folder, { recursive: true }));

async function open(): Promise<Journal> {
  const opened = await openSqliteJournal({ path, clock: new TestClock(), makeId: randomId });
  if (opened.is === "failed") throw new Error(opened.message);
  return opened.journal;
}

test("G5: whatever an earlier process leased is void, and its runs are where it left them", async () => {
  const before = await open();
  await before.renewLease("node-a", 600_000);
  const run = await begin(before, "ann", "one");
  await before.commit(run.commit([run.delta(2)]));
  const claimed = await before.claimRun("ann", run.runId, { nodeId: "node-b", attempt: 1 });
  await before.renewLease("node-b", 600_000);
  expect(await before.orphanedRuns(10)).toEqual([]);
  await before.close();
  const after = await open();
  expect(await after.orphanedRuns(10)).toEqual([{ userId: "ann", run: claimed }]);
  await after.close();
});

test("a database from before there were leases: its runs are nobody's, and can be taken and ended", async () => {
  const before = await open();
  const active = await begin(before, "ann", "active");
  const ended = await begin(before, "bob", "ended");
  await before.commit(ended.ending(2));
  const events = await readAll(before, "ann");
  await before.close();
  // The first format of the tables.
  const database = new DatabaseSync(path);
  const bodies = database.prepare("SELECT id, names, marks, body FROM gp_group").all().map(firstFormat);
  database.exec(`
    ALTER TABLE gp_run DROP COLUMN owner; UPDATE gp_meta SET value = '1' WHERE key = 'version';
    DROP TABLE gp_attachment_use; DROP TABLE gp_group; CREATE TABLE gp_group (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
  `);
  for (const body of bodies) database.prepare("INSERT INTO gp_group (body) VALUES (?)").run(body);
  database.close();
  const after = await open();
  expect(await readAll(after, "ann")).toEqual(events);
  expect(await after.run("bob", ended.runId)).toMatchObject({ state: "completed", owner: "" });
  await after.renewLease("node-a", 600_000);
  expect(await after.orphanedRuns(10)).toMatchObject([{ userId: "ann", run: { attempt: 1, owner: "" } }]);
  const claim = { nodeId: "node-a", attempt: 1 };
  expect(await after.claimRun("ann", active.runId, claim)).toMatchObject({ attempt: 2, owner: "node-a" });
  expect(await after.orphanedRuns(10)).toEqual([]);
  expect(wordOf(await after.commit(active.ending(2, 2)))).toBe("committed");
  await after.close();
});

/** A group as it was written then: before the events of each user a line that says whose they are. */
function firstFormat(row: Readonly<Record<string, unknown>>): string {
  const lines: string[] = [];
  const group = new GroupReader(row);
  const body = new GroupBody(() => String(row.body));
  while (group.next()) {
    lines.push(JSON.stringify([namesOf(group.names).userId, group.first, group.count]));
    for (let index = 0; index < group.count; index++) lines.push(body.tail(group.line + index));
  }
  return lines.join("\n");
}
