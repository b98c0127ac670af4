import { randomId, systemClock } from "@goldenpath/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PostgresServer, startPostgres, type TestDatabase } from "../../../tests/servers/postgres.ts";
import {
  attachmentOf,
  begin,
  messageWith,
  threadCreated,
  threadDeleted,
  wordOf,
} from "./contract-fixture.ts";
import { defaultTrimLimits, type Journal } from "./journal.ts";
import { openPostgresJournal, type PostgresOpened } from "./postgres.ts";
import type { PostgresFailureCode } from "./postgres-failure.ts";
import { judgeServer } from "./postgres-migrate.ts";

let server: PostgresServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await startPostgres({ fsync: false });
  database = await server.createDatabase();
});
afterAll(() => server.close());

function open(url: string, ownerUrl?: string): Promise<PostgresOpened> {
  const rest = { clock: systemClock, makeId: randomId };
  return openPostgresJournal({ url, ...(ownerUrl === undefined ? {} : { ownerUrl }), ...rest });
}

async function opened(url: string, ownerUrl?: string): Promise<Journal> {
  const answer = await open(url, ownerUrl);
  if (answer.is === "failed") throw new Error(answer.message);
  return answer.journal;
}

/** Opens, asks, closes. */
async function epochOf(url: string, ownerUrl?: string): Promise<string> {
  const journal = await opened(url, ownerUrl);
  const { epoch } = await journal.extent("ann");
  await journal.close();
  return epoch;
}

describe("opening", () => {
  test("many nodes at once: one makes the tables, all have the same epoch", async () => {
    const fresh = await server.createDatabase();
    const epochs = await Promise.all(Array.from({ length: 6 }, () => epochOf(fresh.url, fresh.ownerUrl)));
    expect(new Set(epochs).size).toBe(1);
    expect(await epochOf(fresh.url)).toBe(epochs[0]);
    await fresh.drop();
  });

  test("a copy of the database has another epoch, and keeps it", async () => {
    const epoch = await epochOf(database.url, database.ownerUrl);
    const copy = `${database.name}_copy`;
    await server.query(`CREATE DATABASE ${copy} TEMPLATE ${database.name}`);
    const url = database.url.replace(/[^/]+$/, copy);
    const other = await epochOf(url);
    expect(other).not.toBe(epoch);
    expect(await epochOf(url)).toBe(other);
    expect(await epochOf(database.url)).toBe(epoch);
    await server.query(`DROP DATABASE ${copy}`);
  });

  test("a journal that finds itself on another database after an outage has another epoch", async () => {
    const fresh = await server.createDatabase();
    const opened = await open(fresh.url, fresh.ownerUrl);
    if (opened.is === "failed") throw new Error(opened.message);
    const { epoch } = await opened.journal.extent("ann");
    // As a standby that was promoted would be found: same address, another timeline.
    await server.query("UPDATE goldenpath.meta SET value = 'another' WHERE key = 'identity'", fresh.superUrl);
    expect(await opened.journal.extent("ann")).toMatchObject({ epoch });
    await server.restart("fast");
    await expect
      .poll(async () => (await opened.journal.extent("ann")).epoch, { timeout: 20_000 })
      .not.toBe(epoch);
    await begin(opened.journal, "ann", "one");
    await opened.journal.close();
    await fresh.drop();
  });

  test("tables of before attachments were counted by threads: those that messages name are known", async () => {
    const fresh = await server.createDatabase();
    const journal = await opened(fresh.url, fresh.ownerUrl);
    const events = [threadCreated("t"), messageWith("t", "m", ["named"])];
    expect(wordOf(await journal.commit({ userId: "ann", events }))).toBe("committed");
    for (const id of ["named", "unnamed"]) await journal.putAttachment("ann", attachmentOf(id, 10));
    await journal.close();
    await server.query(
      "DROP TABLE goldenpath.attachment_use; UPDATE goldenpath.meta SET value = '1' WHERE key = 'version'",
      fresh.superUrl,
    );
    const again = await opened(fresh.url, fresh.ownerUrl);
    await again.trim(defaultTrimLimits);
    expect(await again.attachmentHead("ann", "unnamed")).toBeUndefined();
    expect(await again.attachmentHead("ann", "named")).toBeDefined();
    await again.commit({ userId: "ann", events: [threadDeleted("t")] });
    expect(await again.attachmentHead("ann", "named")).toBeUndefined();
    await again.close();
    await fresh.drop();
  });

  test("a newer version's tables are refused and not touched", async () => {
    const fresh = await server.createDatabase();
    await epochOf(fresh.url, fresh.ownerUrl);
    await server.query("UPDATE goldenpath.meta SET value = '99' WHERE key = 'version'", fresh.superUrl);
    for (const ownerUrl of [undefined, fresh.ownerUrl]) {
      const opened = await open(fresh.url, ownerUrl);
      expect(opened).toMatchObject({
        is: "failed",
        code: "newer_version",
        message: expect.stringContaining("99"),
      });
    }
    await fresh.drop();
  });

  const refused: readonly (readonly [PostgresFailureCode, () => string])[] = [
    ["bad_address", () => "mysql://ann:sesame@localhost/db"],
    ["bad_address", () => "postgres://ann:sesame@:not-a-port/db"],
    ["unreachable", () => "postgres://ann:sesame@127.0.0.1:1/db"],
    ["access_denied", () => database.url.replace(/:[^:@]+@/, ":sesame@")],
    ["access_denied", () => database.url.replace(/\/\/[^@]+@/, "//nobody:sesame@")],
    ["no_database", () => database.url.replace(/[^/]+$/, "nowhere")],
  ];
  test.each(refused)("%s: says what to do, and never the password", async (code, url) => {
    const opened = await open(url());
    expect(opened).toMatchObject({ is: "failed", code });
    if (opened.is === "open") throw new Error("opened");
    expect(opened.message).not.toContain("sesame");
    expect(opened.message).not.toContain(new URL(database.url).password);
  });

  test("no_rights: a role that may neither make the tables nor use them", async () => {
    const fresh = await server.createDatabase();
    expect(await open(fresh.url)).toMatchObject({ is: "failed", code: "no_rights" });
    await epochOf(fresh.ownerUrl);
    expect(await open(fresh.url)).toMatchObject({ is: "failed", code: "no_rights" });
    expect(await open(fresh.url, fresh.ownerUrl)).toMatchObject({ is: "open" });
    await fresh.drop();
  });

  test("unsuitable: a database that is not UTF-8", async () => {
    await server.query("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    const opened = await open(server.superUrl.replace(/[^/]+$/, "latin"));
    expect(opened).toMatchObject({ code: "unsuitable", message: expect.stringContaining("LATIN1") });
  });

  test.each([
    [150_018, "UTF8", undefined],
    [140_000, "UTF8", undefined],
    [130_014, "UTF8", "14 or newer"],
    [160_001, "SQL_ASCII", "encoding"],
  ])("a server of number %i and encoding %s", (number, encoding, words) => {
    const judged = judgeServer({ number, version: "13.14", encoding });
    if (words === undefined) expect(judged).toBeUndefined();
    else expect(judged).toContain(words);
  });

  test("a second journal sees what the first one wrote", async () => {
    const [first, second] = [await open(database.url, database.ownerUrl), await open(database.url)];
    if (first.is === "failed" || second.is === "failed") throw new Error("did not open");
    await begin(first.journal, "ann", "one");
    expect(await second.journal.extent("ann")).toEqual(await first.journal.extent("ann"));
    await Promise.all([first.journal.close(), second.journal.close()]);
  });
});
