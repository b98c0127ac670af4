import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { type RunPlace, SqliteLog } from "./sqlite-log.ts";
import { migrate } from "./sqlite-schema.ts";

function emptyDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  migrate(database, 0);
  return database;
}

function say(log: SqliteLog, userId: string, text: string, { runId = "", seq = 0 } = {}): number {
  return log.append({ userId, runId, seq, ats: [seq], tails: [`"text":"${text}"}`] });
}

const never = () => undefined;

test("L1: an event that is read back counts also where very many others have been looked at before it", () => {
  const database = emptyDatabase();
  // More than the extents that are kept of those of whom nothing is hot.
  const others = Array.from({ length: 20_050 }, (_, index) => `other-${index}`);
  const log = new SqliteLog(database, others.length + 2, never);
  // One group has ann's first event, bob's and everybody's; it stays for as long as one of them is not folded.
  say(log, "ann", "first");
  say(log, "bob", "first");
  for (const userId of others) say(log, userId, "first");
  log.writeGroup();
  // Folds all but the last, from ann on; so that group is still there, though hardly anything of it is hot.
  const folding = new SqliteLog(database, 3, never);
  folding.recover(never);
  for (const userId of [others.at(-1) ?? "", "ann"]) {
    say(folding, userId, "second");
    folding.writeGroup();
  }
  expect(database.prepare("SELECT count(*) AS count FROM gp_group").get()).toEqual({ count: 3 });
  const after = new SqliteLog(database, 1_000_000, never);
  after.recover(never);
  expect(after.extent("ann")).toEqual({ floor: 0, head: 2 });
  expect(say(after, "ann", "third")).toBe(3);
  expect([...after.tails("ann", 0)]).toEqual(['"text":"first"}', '"text":"second"}', '"text":"third"}']);
});

test("what is read back of a run is its newest event, whatever its names look like", () => {
  const database = emptyDatabase();
  const log = new SqliteLog(database, 1_000, never);
  const names = ['"ann', "a\nb", "", "ann"];
  for (const [index, runId] of names.entries()) {
    say(log, "ann", `${index}`, { runId, seq: 1 });
    say(log, 'b"\no', `${index}`, { runId, seq: 5 });
    log.writeGroup();
    say(log, "ann", `${index}, once more`, { runId, seq: 2 });
    log.writeGroup();
  }
  const places: RunPlace[] = [];
  const after = new SqliteLog(database, 1_000, never);
  after.recover((place) => places.push(place));
  expect(places).toEqual([
    { userId: "ann", runId: '"ann', seq: 2, lastOffset: 2 },
    { userId: 'b"\no', runId: '"ann', seq: 5, lastOffset: 1 },
    { userId: "ann", runId: "a\nb", seq: 2, lastOffset: 4 },
    { userId: 'b"\no', runId: "a\nb", seq: 5, lastOffset: 2 },
    { userId: "ann", runId: "ann", seq: 2, lastOffset: 8 },
    { userId: 'b"\no', runId: "ann", seq: 5, lastOffset: 4 },
  ]);
  expect([...after.tails("ann", 6)]).toEqual(['"text":"3"}', '"text":"3, once more"}']);
});

test("L4: what was read back and what came since are one log, read, trimmed or folded", () => {
  const database = emptyDatabase();
  const before = new SqliteLog(database, 1_000, never);
  for (const text of ["one", "two", "three"]) {
    for (const userId of ["ann", "bob"]) say(before, userId, text);
    before.writeGroup();
  }
  const all = ["one", "two", "three", "four"].map((text) => `"text":"${text}"}`);
  const reopen = (hotEventsMax: number) => {
    const log = new SqliteLog(database, hotEventsMax, never);
    log.recover(never);
    return log;
  };
  const reading = reopen(1_000);
  expect(say(reading, "ann", "four")).toBe(4);
  reading.writeGroup();
  expect([...reading.tails("ann", 0)]).toEqual(all);
  expect([...reading.tails("ann", 2)]).toEqual(all.slice(2));

  const trimming = reopen(1_000);
  const bytesMax = Buffer.byteLength(all.slice(2).join(""));
  expect(trimming.trim("ann", { ageMsMax: 0, eventsMax: 100, bytesMax }, 0, undefined)).toBe(2);
  expect([...trimming.tails("ann", 0)]).toEqual(all.slice(2));

  // Ann's were folded by the trim; bob's are by his next event, out of groups that were only read back.
  const folding = reopen(0);
  say(folding, "bob", "four");
  folding.writeGroup();
  expect(database.prepare("SELECT count(*) AS count FROM gp_group").get()).toEqual({ count: 0 });
  expect([...reopen(1_000).tails("bob", 0)]).toEqual(all);
});

test("L4: an event whose group is gone is an error, never an empty line", () => {
  const database = emptyDatabase();
  const log = new SqliteLog(database, 1_000, never);
  say(log, "ann", "one");
  log.writeGroup();
  const after = new SqliteLog(database, 1_000, never);
  after.recover(never);
  database.exec("DELETE FROM gp_group");
  expect(() => [...after.tails("ann", 0)]).toThrow("not in its group");
});
