import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { randomId } from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { begin, readAll, wordOf } from "./contract-fixture.ts";
import { commitsWaitingMax, type Journal } from "./journal.ts";
import { openSqliteJournal } from "./sqlite.ts";

let folder: string;
let path: string;
let journal: Journal;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "goldenpath-journal-"));
  path = join(folder, "journal.db");
  const opened = await openSqliteJournal({ path, clock: new TestClock(), makeId: randomId });
  if (opened.is === "failed") throw new Error(opened.message);
  journal = opened.journal;
});

afterEach(async () => {
  await journal.close();
  rmSync(folder, { recursive: true });
});

test("G4: commits beyond commitsWaitingMax are refused with unavailable; those that wait are committed in order", async () => {
  const run = await begin(journal, "ann", "one");
  // All in one turn, so that none is taken by the thread before the last is handed in.
  const outcomes = Array.from({ length: commitsWaitingMax + 2 }, (_, at) =>
    journal.commit(run.commit([run.delta(at + 2)])),
  );
  const words = (await Promise.all(outcomes)).map(wordOf);
  expect(words.slice(0, commitsWaitingMax).every((word) => word === "committed")).toBe(true);
  expect(words.slice(commitsWaitingMax)).toEqual(["unavailable", "unavailable"]);
  expect(await journal.extent("ann")).toMatchObject({ head: commitsWaitingMax + 3 });
});

test("G1: commits that come while one is under way share a transaction, whoever they are of", async () => {
  const runs = await Promise.all(Array.from({ length: 100 }, (_, at) => begin(journal, `user-${at}`, "one")));
  const other = new DatabaseSync(path, { readOnly: true });
  const groups = () => Number(other.prepare("SELECT count(*) AS count FROM gp_group").get()?.count);
  const before = groups();
  await Promise.all(
    runs.flatMap((run) => [2, 3, 4, 5].map((seq) => journal.commit(run.commit([run.delta(seq)])))),
  );
  // 400 events, 256 in a group.
  expect(groups() - before).toBe(2);
  await Promise.all([journal.commit(runs[0]?.ending(6) ?? { userId: "nobody", events: [] })]);
  expect(groups() - before).toBe(3);
  other.close();
});

test("S3: a read is answered while many commits wait, after the one group that is under way", async () => {
  const run = await begin(journal, "ann", "one");
  const order: string[] = [];
  const commits = Array.from({ length: 2_000 }, (_, at) => journal.commit(run.commit([run.delta(at + 2)])));
  const last = Promise.all(commits).then(() => order.push("commits"));
  await Promise.resolve();
  const read = readAll(journal, "bob").then(() => order.push("read"));
  await Promise.all([last, read]);
  expect(order).toEqual(["read", "commits"]);
});

test("a database that was taken away behind its back: refused or rejected, never answered as committed", async () => {
  const run = await begin(journal, "ann", "one");
  const other = new DatabaseSync(path);
  other.exec("DROP TABLE gp_group");
  other.close();
  const outcome = await journal.commit(run.commit([run.delta(2)]));
  expect(outcome).toMatchObject({
    is: "refused",
    why: "unavailable",
    detail: expect.stringContaining("gp_group"),
  });
  await expect(journal.extent("ann")).rejects.toThrow("gp_group");
});
