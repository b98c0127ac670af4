import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { type Event, randomId } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  attachmentOf,
  begin,
  messageWith,
  readAll,
  startedAt,
  threadCreated,
  threadDeleted,
  wordOf,
} from "./contract-fixture.ts";
import { defaultTrimLimits, type Journal } from "./journal.ts";
import { openSqliteJournal, type SqliteJournalOptions } from "./sqlite.ts";
import { errorWords, failureCode } from "./sqlite-failure.ts";
import { schemaVersion } from "./sqlite-schema.ts";

let folder: string;
let path: string;
const toClose: Journal[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "goldenpath-open-"));
  path = join(folder, "journal.db");
});

afterEach(async () => {
  for (const journal of toClose.splice(0)) await journal.close();
  rmSync(folder, { recursive: true });
});

function attempt(options: Partial<SqliteJournalOptions> = {}) {
  return openSqliteJournal({ path, clock: new TestClock(), makeId: randomId, ...options });
}

async function open(options: Partial<SqliteJournalOptions> = {}): Promise<Journal> {
  const opened = await attempt(options);
  if (opened.is === "failed") throw new Error(opened.message);
  toClose.push(opened.journal);
  return opened.journal;
}

async function failure(options: Partial<SqliteJournalOptions> = {}) {
  const opened = await attempt(options);
  if (opened.is === "failed") return opened;
  await opened.journal.close();
  throw new Error("it opened");
}

describe("opening", () => {
  test("makes the folder, and keeps what was committed with every setting of synchronous", async () => {
    path = join(folder, "a", "b", "journal.db");
    for (const synchronous of ["full", "normal"] as const) {
      const journal = await open({ synchronous });
      await begin(journal, "ann", synchronous);
      await journal.close();
    }
    expect(await (await open()).extent("ann")).toMatchObject({ head: 6 });
  });

  test("locked: by a journal of the same process, until that is closed", async () => {
    const journal = await open();
    expect(await failure()).toMatchObject({ code: "locked", message: expect.stringContaining(path) });
    expect(wordOf(await journal.commit({ userId: "ann", events: [threadCreated("t")] }))).toBe("committed");
    await journal.close();
    expect(await (await open()).extent("ann")).toMatchObject({ head: 1 });
  });

  test("locked: by another process, until that is killed", async () => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL("./sqlite-crash.child.ts", import.meta.url)), path],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    await once(createInterface({ input: child.stdout }), "line");
    child.stdout.resume();
    expect(await failure()).toMatchObject({
      code: "locked",
      message: expect.stringContaining("Stop that one"),
    });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect((await (await open()).extent("ann")).head).toBeGreaterThan(0);
  });

  test("tables of before attachments were counted by threads: those that messages name are known", async () => {
    const journal = await open();
    const events = [threadCreated("t"), messageWith("t", "m", ["named"])];
    expect(wordOf(await journal.commit({ userId: "ann", events }))).toBe("committed");
    for (const id of ["named", "unnamed"]) await journal.putAttachment("ann", attachmentOf(id, 10));
    await journal.close();
    const database = new DatabaseSync(path);
    database.exec("DROP TABLE gp_attachment_use; UPDATE gp_meta SET value = '3' WHERE key = 'version'");
    database.close();
    const again = await open();
    await again.trim({ ...defaultTrimLimits, ageMsMax: -2 * startedAt });
    expect(await again.attachmentHead("ann", "unnamed")).toBeUndefined();
    expect(await again.attachmentHead("ann", "named")).toBeDefined();
    await again.commit({ userId: "ann", events: [threadDeleted("t")] });
    expect(await again.attachmentHead("ann", "named")).toBeUndefined();
  });

  test("newer_version: says so and writes nothing", async () => {
    await (await open()).close();
    const database = new DatabaseSync(path);
    database.exec("UPDATE gp_meta SET value = '999' WHERE key = 'version'; PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    const before = readFileSync(path);
    expect(await failure()).toMatchObject({
      code: "newer_version",
      message: expect.stringContaining("format 999"),
    });
    expect(readFileSync(path).equals(before)).toBe(true);
    // And it is not left locked.
    const again = new DatabaseSync(path);
    again.exec(`UPDATE gp_meta SET value = '${schemaVersion}' WHERE key = 'version'`);
    again.close();
    await open();
  });

  test("corrupt: not a database, or one whose pages are gone", async () => {
    writeFileSync(
      path,
      "this is a text file, long enough to be taken for a database's header, but it is none. ".repeat(20),
    );
    expect(await failure()).toMatchObject({
      code: "corrupt",
      message: expect.stringContaining("restore a backup"),
    });
    rmSync(path);
    await (await open()).close();
    truncateSync(path, 8_192);
    expect(await failure()).toMatchObject({ code: "corrupt" });
  });

  test("corrupt: a lock file that is not one", async () => {
    writeFileSync(`${path}-lock`, "x".repeat(4_096));
    expect(await failure()).toMatchObject({ code: "corrupt" });
  });

  test("bad_path: a folder where the file should be, a file where a folder should be", async () => {
    mkdirSync(path);
    expect(await failure()).toMatchObject({ code: "bad_path" });
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const inFile of [join(file, "journal.db"), join(file, "deeper", "journal.db")]) {
      expect(await failure({ path: inFile })).toMatchObject({
        code: "bad_path",
        message: expect.stringContaining(inFile),
      });
    }
  });

  test("read_only: a folder or a file that may not be written, without a trace of the attempt", async () => {
    await (await open()).close();
    // Root may write everything, so as root the attempt is made as somebody else.
    const asOther = async (): Promise<unknown> => {
      if (process.geteuid?.() !== 0) return failure();
      process.seteuid?.(65_534);
      try {
        return await failure();
      } finally {
        process.seteuid?.(0);
      }
    };
    const files = readdirSync(folder);
    chmodSync(folder, 0o555);
    expect(await asOther()).toMatchObject({
      code: "read_only",
      message: expect.stringContaining("write access"),
    });
    expect(readdirSync(folder)).toEqual(files);
    chmodSync(folder, 0o777);
    for (const file of files) chmodSync(join(folder, file), 0o666);
    chmodSync(path, 0o444);
    expect(await asOther()).toMatchObject({ code: "read_only" });
    chmodSync(path, 0o666);
    await open();
  });

  test("storage_full: no space for the tables", async () => {
    expect(await failure({ databaseBytesMax: 8_192 })).toMatchObject({ code: "storage_full" });
    expect(wordOf(await (await open()).commit({ userId: "ann", events: [threadCreated("t")] }))).toBe(
      "committed",
    );
  });

  test.each([
    [{ code: "EROFS" }, "read_only"],
    [{ code: "EPERM" }, "read_only"],
    [{ code: "ENOSPC" }, "storage_full"],
    [{ code: "ENOTDIR" }, "bad_path"],
    [{ code: "EIO" }, "unavailable"],
    [{ errcode: 5 }, "locked"],
    [{ errcode: 8 | (5 << 8) }, "read_only"],
    [{ errcode: 11 }, "corrupt"],
    [{ errcode: 13 }, "storage_full"],
    [{ errcode: 10 | (3 << 8) }, "unavailable"],
  ])("%o means %s", (fields, code) => {
    expect(failureCode(Object.assign(new Error("words"), fields))).toBe(code);
    expect(errorWords(new Error("words"))).toBe("words");
  });
});

describe("the file", () => {
  test("is shared with another connection's tables, which may hold the write lock for a moment", async () => {
    const journal = await open();
    const other = new DatabaseSync(path, { timeout: 5_000 });
    other.exec("CREATE TABLE user (id TEXT PRIMARY KEY, name TEXT); PRAGMA user_version = 7");
    other.exec("BEGIN IMMEDIATE; INSERT INTO user VALUES ('ann', 'Ann')");
    let settled = false;
    const committing = begin(journal, "ann", "one").then(() => {
      settled = true;
    });
    await settle();
    expect(settled).toBe(false);
    other.exec("COMMIT");
    await committing;
    expect(other.prepare("SELECT count(*) AS count FROM user").get()).toEqual({ count: 1 });
    await journal.close();
    const reopened = await open();
    expect(await reopened.extent("ann")).toMatchObject({ head: 3 });
    expect(other.prepare("PRAGMA user_version").get()).toEqual({ user_version: 7 });
    other.close();
  });

  test("J2: when a listener hears of an event, another connection reads it from the file", async () => {
    const journal = await open();
    const other = new DatabaseSync(path, { readOnly: true });
    const find = other.prepare("SELECT count(*) AS found FROM gp_group WHERE instr(body, ?) > 0");
    const found: unknown[] = [];
    journal.subscribe(({ events }) => {
      for (const json of events) found.push(find.get((JSON.parse(json) as Event).id));
    });
    const run = await begin(journal, "ann", "one");
    for (let seq = 2; seq <= 60; seq++) await journal.commit(run.commit([run.delta(seq)]));
    expect(found).toEqual(Array.from({ length: 62 }, () => ({ found: 1 })));
    other.close();
  });

  test("a database that was restored or replaced has another epoch; one that was only reopened has not", async () => {
    const epochs: string[] = [];
    const visit = async () => {
      const journal = await open();
      const { epoch } = await journal.extent("ann");
      epochs.push(epoch);
      await begin(journal, "ann", randomId());
      expect((await journal.extent("ann")).epoch).toBe(epoch);
      await journal.close();
    };
    const backup = join(folder, "backup");
    await visit();
    copyFileSync(path, backup);
    await visit();
    expect(epochs[1]).toBe(epochs[0]);
    // Restored in place, over the newer one.
    copyFileSync(backup, path);
    await visit();
    // Restored together with its lock file, into a new file.
    copyFileSync(`${path}-lock`, `${backup}-lock`);
    copyFileSync(path, backup);
    rmSync(path);
    copyFileSync(backup, path);
    await visit();
    // Restored without the lock file.
    rmSync(`${path}-lock`);
    await visit();
    rmSync(path);
    await visit();
    expect(new Set(epochs.slice(1)).size).toBe(epochs.length - 1);
  });
});

describe("a full disk", () => {
  test("refuses with storage_full, writes nothing of it, and takes commits again when there is space", async () => {
    const databaseBytesMax = 400 * 1024;
    const journal = await open({ databaseBytesMax, unfoldedEventsMax: 20 });
    const heard: string[] = [];
    journal.subscribe((committed) => heard.push(...committed.events));
    const run = await begin(journal, "ann", "one");
    const acknowledged = await fill(journal, run);
    const { head } = await journal.extent("ann");
    expect(head).toBe(acknowledged);
    expect(await readAll(journal, "ann")).toEqual(heard);
    expect(heard).toHaveLength(head);
    expect(await journal.run("ann", run.runId)).toMatchObject({ seq: head - 2, state: "active" });
    // Everybody's writes are refused alike, and reads go on.
    expect(
      wordOf(await journal.commit({ userId: "bob", events: [threadCreated("t"), ...bigEvents(40)] })),
    ).toBe("storage_full");
    expect(await journal.extent("bob")).toMatchObject({ head: 0 });
    const bytes = new Uint8Array(300 * 1024);
    const attachment = { id: "a", name: "a", mediaType: "text/plain", at: 0, bytes };
    expect(await journal.putAttachment("ann", attachment)).toBe("storage_full");
    expect(await journal.attachment("ann", "a")).toBeUndefined();

    // Space returns: the database may grow again.
    await journal.close();
    const grown = await open({ databaseBytesMax: databaseBytesMax * 4, unfoldedEventsMax: 20 });
    expect(await readAll(grown, "ann")).toEqual(heard);
    expect(wordOf(await grown.commit(run.ending(head - 1)))).toBe("committed");
    expect(await fill(grown, await begin(grown, "ann", "two"))).toBeGreaterThan(head * 2);
  });

  test("trimming makes space in place", async () => {
    const journal = await open({ databaseBytesMax: 400 * 1024, unfoldedEventsMax: 20 });
    const one = await begin(journal, "ann", "one");
    for (let seq = 2; seq < 40; seq++) await journal.commit(one.commit([one.delta(seq, "x".repeat(4_000))]));
    expect(wordOf(await journal.commit(one.ending(40)))).toBe("committed");
    const two = await begin(journal, "ann", "two");
    const head = await fill(journal, two);
    const never = Number.MAX_SAFE_INTEGER;
    expect(await journal.trim({ ageMsMax: never, bytesMax: never, eventsMax: 0 })).toEqual({
      users: 1,
      events: 44,
    });
    expect(await fill(journal, two)).toBeGreaterThan(head + 20);
  });

  async function fill(journal: Journal, run: Awaited<ReturnType<typeof begin>>): Promise<number> {
    let { head } = await journal.extent(run.userId);
    for (let seq = ((await journal.run(run.userId, run.runId))?.seq ?? 0) + 1; ; seq++) {
      const outcome = await journal.commit(run.commit([run.delta(seq, "x".repeat(4_000))]));
      if (outcome.is === "committed") {
        head = outcome.head;
        continue;
      }
      expect(wordOf(outcome)).toBe("storage_full");
      expect(seq).toBeLessThan(2_000);
      return head;
    }
  }

  function bigEvents(count: number) {
    return Array.from({ length: count }, (_, index) => {
      const event = threadCreated(`big-${index}`);
      return { ...event, id: `${event.id}-${"x".repeat(10_000)}` };
    });
  }
});

test("files beside the database: -wal and -shm go when it is closed", async () => {
  const journal = await open();
  await begin(journal, "ann", "one");
  expect(existsSync(`${path}-wal`)).toBe(true);
  await journal.close();
  expect(readdirSync(folder).sort()).toEqual(["journal.db", "journal.db-lock"]);
});
