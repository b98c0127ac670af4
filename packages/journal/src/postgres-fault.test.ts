import { type Clock, randomId, systemClock } from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type PostgresServer, startPostgres, type TestDatabase } from "../../../tests/servers/postgres.ts";
import { begin, readAll, threadCreated, wordOf } from "./contract-fixture.ts";
import type { Journal } from "./journal.ts";
import { openPostgresJournal } from "./postgres.ts";

let server: PostgresServer;
let database: TestDatabase;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await startPostgres({ fsync: false });
});
beforeEach(async () => {
  database = await server.createDatabase();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await database.drop();
});
afterAll(() => server.close());

async function open(clock: Clock = systemClock): Promise<Journal> {
  const { url, ownerUrl } = database;
  const opened = await openPostgresJournal({ url, ownerUrl, clock, makeId: randomId });
  if (opened.is === "failed") throw new Error(opened.message);
  closers.push(() => opened.journal.close());
  return opened.journal;
}

/** The database itself fails in this way, the first `times` times that events of bob are written. */
async function failWith(state: string, times: number): Promise<void> {
  await server.query(
    `CREATE SEQUENCE public.failures;
     GRANT ALL ON SEQUENCE public.failures TO PUBLIC;
     CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       -- A sequence counts what is rolled back as well.
       IF NEW.user_id = 'bob' AND nextval('public.failures') <= ${times} THEN
         RAISE EXCEPTION 'failed on purpose' USING ERRCODE = '${state}';
       END IF;
       RETURN NEW;
     END $$;
     CREATE TRIGGER fail BEFORE INSERT ON goldenpath.event FOR EACH ROW EXECUTE FUNCTION public.fail();`,
    database.superUrl,
  );
}

/** Lets the clock go on until the promise settles. */
async function running<T>(clock: TestClock, promise: Promise<T>): Promise<T> {
  let settled = false;
  const mark = () => {
    settled = true;
  };
  promise.then(mark, mark);
  while (!settled) {
    await clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return promise;
}

describe("what the database refuses", () => {
  test("a full disk: storage_full, nothing is written, reads go on, and commits work again afterwards", async () => {
    const journal = await open();
    const [ann, bob] = [await begin(journal, "ann", "one"), await begin(journal, "bob", "one")];
    await failWith("53100", 1);
    const words = await Promise.all(
      [ann, bob].map(async (run) => wordOf(await journal.commit(run.commit([run.delta(2)])))),
    );
    expect(words).toEqual(["storage_full", "storage_full"]);
    for (const userId of ["ann", "bob"]) expect(await readAll(journal, userId)).toHaveLength(3);
    for (const run of [ann, bob])
      expect(wordOf(await journal.commit(run.commit([run.delta(2)])))).toBe("committed");
  });

  test.each(["40001", "40P01", "55P03", "53300"])(
    "%s: the whole group is judged and written again",
    async (state) => {
      const journal = await open();
      const [ann, bob] = [await begin(journal, "ann", "one"), await begin(journal, "bob", "one")];
      await failWith(state, 3);
      const outcomes = await Promise.all([ann, bob].map((run) => journal.commit(run.commit([run.delta(2)]))));
      for (const outcome of outcomes) expect(outcome).toMatchObject({ is: "committed", first: 4, head: 4 });
      for (const userId of ["ann", "bob"]) expect(await readAll(journal, userId)).toHaveLength(4);
    },
  );

  test("what cannot be stored is refused by itself; the others of its group are written", async () => {
    const journal = await open();
    const [ann, bob] = [await begin(journal, "ann", "one"), await begin(journal, "bob", "one")];
    await failWith("22P05", 1_000);
    const outcomes = await Promise.all([ann, bob].map((run) => journal.commit(run.commit([run.delta(2)]))));
    expect(outcomes.map(wordOf)).toEqual(["committed", "unavailable"]);
  });
});

describe("a database that is away", () => {
  test("C4: commits wait for it for a while, and then are refused with what waits behind them", async () => {
    const clock = new TestClock();
    const journal = await open(clock);
    const run = await begin(journal, "ann", "one");
    await server.stop("fast");
    const first = journal.commit(run.commit([run.delta(2)]));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const behind = journal.commit({ userId: "bob", events: [threadCreated("t")] });
    const words = (await running(clock, Promise.all([first, behind]))).map(wordOf);
    expect(words).toEqual(["unavailable", "unavailable"]);
    await expect(journal.extent("ann")).rejects.toThrow();
    await server.start();
    const again = await running(clock, journal.commit(run.commit([run.delta(2)])));
    expect(wordOf(again)).toBe("committed");
    expect(await readAll(journal, "ann")).toHaveLength(4);
  });

  test("leases, claims and attachments are tried again, and taken once", async () => {
    const journal = await open();
    const run = await begin(journal, "ann", "one");
    await server.stop("fast");
    const attachment = {
      id: "a",
      name: "a",
      mediaType: "text/plain",
      bytes: new Uint8Array(10),
      at: 1,
    };
    const waiting = Promise.all([
      journal.renewLease("b", 60_000),
      journal.claimRun("ann", run.runId, { nodeId: "b", attempt: 1 }),
      journal.putAttachment("ann", attachment),
    ]);
    await server.start();
    expect(await waiting).toEqual([undefined, expect.objectContaining({ attempt: 2, owner: "b" }), "stored"]);
    expect(await journal.orphanedRuns(10)).toEqual([]);
  });
});
