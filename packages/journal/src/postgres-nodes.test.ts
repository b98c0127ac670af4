/** Several nodes on one database: each has a journal of its own, and they write for the same users. */
import { type Event, randomId, systemClock } from "@goldenpath/protocol";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres, type TestDatabase } from "../../../tests/servers/postgres.ts";
import { TcpProxy } from "../../../tests/servers/proxy.ts";
import { begin, type RunFixture, readAll, threadCreated, wordOf } from "./contract-fixture.ts";
import type { Committed, Journal } from "./journal.ts";
import { openPostgresJournal } from "./postgres.ts";

let server: PostgresServer;
let database: TestDatabase;
const journals: Journal[] = [];
let users = 0;

beforeAll(async () => {
  server = await startPostgres({ fsync: false });
  database = await server.createDatabase();
  await node(database.ownerUrl);
});
afterEach(async () => {
  for (const journal of journals.splice(0)) await journal.close();
});
afterAll(() => server.close());

async function node(ownerUrl?: string, url = database.url): Promise<Journal> {
  const options = { url, ...(ownerUrl === undefined ? {} : { ownerUrl }) };
  const opened = await openPostgresJournal({ ...options, clock: systemClock, makeId: randomId });
  if (opened.is === "failed") throw new Error(opened.message);
  journals.push(opened.journal);
  return opened.journal;
}

/** Every test has users of its own. */
function someUsers(count: number): readonly string[] {
  return Array.from({ length: count }, () => `user-${++users}`);
}

async function superQuery(sql: string): Promise<readonly Record<string, unknown>[]> {
  return server.query(sql, database.superUrl);
}

/** A seeded generator (mulberry32), so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("two nodes that write for the same users at random: dense, once, fenced, and nobody waits in a circle", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const next = random(seed);
  const nodes = [await node(), await node(), await node()];
  const heard: Committed[][] = nodes.map(() => []);
  for (const [index, journal] of nodes.entries()) {
    journal.subscribe((committed) => heard[index]?.push(committed));
  }
  const userIds = someUsers(6);
  const runs = await Promise.all(userIds.map((userId) => begin(nodes[0] as Journal, userId, "one")));
  const words = new Map<string, number>();
  const lanes = nodes.flatMap((journal, index) =>
    Array.from({ length: 12 }, async (_, lane) => {
      for (let step = 0; step < 25; step++) {
        const run = runs[Math.floor(next() * runs.length)] as RunFixture;
        const current = await journal.run(run.userId, run.runId);
        if (!current) throw new Error("the run is gone");
        if (next() < 0.05) {
          const claim = { nodeId: `node-${index}`, attempt: current.attempt };
          const claimed = await journal.claimRun(run.userId, run.runId, claim);
          if (claimed)
            expect(claimed).toMatchObject({ attempt: current.attempt + 1, owner: `node-${index}` });
          continue;
        }
        // A thread of the user's own beside the run's event, so that a commit always has something of its own.
        const thread = threadCreated(`${index}-${lane}-${step}`);
        const delta = { ...run.delta(current.seq + 1), id: randomId() };
        const outcome = await journal.commit({ ...run.commit([thread, delta], current.attempt) });
        const word = wordOf(outcome);
        words.set(word, (words.get(word) ?? 0) + 1);
        expect(["committed", "out_of_sequence", "fenced"], `seed ${seed}`).toContain(word);
      }
    }),
  );
  await Promise.all(lanes);
  // Most of them were overtaken: that is what is tested.
  expect(words.get("committed"), `seed ${seed}`).toBeGreaterThan(20);
  expect(words.get("out_of_sequence"), `seed ${seed}`).toBeGreaterThan(20);
  for (const [index, userId] of userIds.entries()) {
    const reader = nodes[index % nodes.length] as Journal;
    const events = (await readAll(reader, userId)).map((json) => JSON.parse(json) as Event);
    const { head } = await reader.extent(userId);
    expect(events.map((event) => event.offset)).toEqual(Array.from({ length: head }, (_, at) => at + 1));
    const seqs = events.flatMap((event) => (event.runId === undefined ? [] : [event.seq]));
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, at) => at + 1));
    // J2: each commit was heard on one node, once, with the bytes that are read.
    const told = heard.flat().filter((committed) => committed.userId === userId);
    const bytes = told.sort((a, b) => a.first - b.first).flatMap((committed) => committed.events);
    expect(bytes).toEqual(await readAll(reader, userId));
  }
  expect(heard.every((committed) => committed.length > 0)).toBe(true);
  expect(
    await superQuery("SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()"),
  ).toEqual([{ deadlocks: 0 }]);
}, 60_000);

test("J3: a command that was seen by another node gets its first result, also at the same moment", async () => {
  const [first, second] = [await node(), await node()];
  for (const userId of someUsers(20)) {
    const commit = (result: string) => ({
      userId,
      events: [threadCreated(`thread-${result}`)],
      command: { id: "c", fingerprint: "f", result },
    });
    const outcomes = await Promise.all([first.commit(commit("one")), second.commit(commit("two"))]);
    const results = outcomes.map((outcome) => (outcome.is === "refused" ? outcome.why : outcome.result));
    expect(results[0]).toBe(results[1]);
    expect(outcomes.map(wordOf).sort()).toEqual(["committed", "repeated"]);
    expect(await first.extent(userId)).toMatchObject({ head: 1 });
  }
});

test("J4: what a node remembers of a run never lets it write after another node took it", async () => {
  const [first, second] = [await node(), await node()];
  const [userId = ""] = someUsers(1);
  const run = await begin(first, userId, "one");
  await first.commit(run.commit([run.delta(2)]));
  expect(await second.claimRun(userId, run.runId, { nodeId: "b", attempt: 1 })).toMatchObject({ attempt: 2 });
  expect(wordOf(await first.commit(run.commit([])))).toBe("fenced");
  expect(wordOf(await first.commit(run.commit([run.delta(3)])))).toBe("fenced");
  expect(wordOf(await second.commit(run.commit([run.delta(3)], 2)))).toBe("committed");
  expect(wordOf(await first.commit(run.commit([run.delta(4)], 2)))).toBe("committed");
});

test("J6: one node trims at a time; the others leave it to that one", async () => {
  const nodes = [await node(), await node()];
  const [userId = ""] = someUsers(1);
  const run = await begin(nodes[0] as Journal, userId, "one");
  await nodes[0]?.commit(run.ending(2));
  const limits = { ageMsMax: Number.MAX_SAFE_INTEGER, eventsMax: 0, bytesMax: Number.MAX_SAFE_INTEGER };
  const trimmed = await Promise.all(nodes.map((journal) => journal.trim(limits)));
  const again = await Promise.all(nodes.map((journal) => journal.trim(limits)));
  expect(trimmed.reduce((sum, { events }) => sum + events, 0)).toBeGreaterThanOrEqual(4);
  expect(again.map(({ events }) => events)).toEqual([0, 0]);
  expect(await nodes[1]?.extent(userId)).toMatchObject({ floor: 4, head: 4 });
});

test("C3: an answer that was lost after the group was written: answered as committed, once", async () => {
  const proxy = await TcpProxy.open(server.port);
  const url = database.url.replace(/:\d+\//, `:${proxy.port}/`);
  const [journal, other] = [await node(undefined, url), await node()];
  const heard: Committed[] = [];
  journal.subscribe((committed) => heard.push(committed));
  for (const userId of someUsers(3)) {
    const run = await begin(journal, userId, "one");
    const release = await holdLog(userId);
    const commit = journal.commit(run.commit([run.delta(2)]));
    await waitingForLog();
    // The statement has reached the database and waits there. Its answer reaches nobody.
    for (const line of proxy.lines) line.hold();
    await release();
    await until(async () => (await other.extent(userId)).head === 4);
    for (const line of proxy.lines) line.cut();
    expect(await commit).toMatchObject({ is: "committed", first: 4, head: 4 });
    expect(heard.filter((each) => each.userId === userId && each.head === 4)).toHaveLength(1);
    expect(wordOf(await journal.commit(run.commit([run.delta(3)])))).toBe("committed");
    expect(await readAll(other, userId)).toHaveLength(5);
  }
  await proxy.close();
});

test("C3: a session that was lost before it wrote: the group is written once, by whichever comes first", async () => {
  const proxy = await TcpProxy.open(server.port);
  const url = database.url.replace(/:\d+\//, `:${proxy.port}/`);
  const journal = await node(undefined, url);
  for (const userId of someUsers(3)) {
    const run = await begin(journal, userId, "one");
    const release = await holdLog(userId);
    const commit = journal.commit(run.commit([run.delta(2)]));
    await waitingForLog();
    // The session lives on in the database for now: nobody tells it that its client has gone.
    for (const line of proxy.lines) line.cut();
    await release();
    expect(await commit).toMatchObject({ is: "committed", first: 4, head: 4 });
    expect(await readAll(journal, userId)).toHaveLength(4);
  }
  await proxy.close();
});

test("C3: once a lost group was found not to be written, its session cannot write it any more", async () => {
  const journal = await node();
  const [userId = ""] = someUsers(1);
  await begin(journal, userId, "one");
  const version = Number(
    (await superQuery(`SELECT version FROM goldenpath.log WHERE user_id = '${userId}'`))[0]?.version,
  );
  const changed = `'{${userId}}', '{${version}}', '{4}', '{2}', '{4}', '{1}', '{1}', '{x}'`;
  const late = `SELECT goldenpath.commit_group(${changed}${", NULL".repeat(11)}) AS written`;
  const settle = `SELECT goldenpath.settle_group('{${userId}}', '${userId}', 4, 'x', NULL, NULL) AS written`;
  expect(await superQuery(settle)).toEqual([{ written: false }]);
  expect(await superQuery(late)).toEqual([{ written: false }]);
  expect(await journal.extent(userId)).toMatchObject({ head: 3 });
});

test("one commit that cannot be stored does not take the others of its group with it", async () => {
  const journal = await node();
  const [ann = "", bob = ""] = someUsers(2);
  const wrong = {
    userId: ann,
    events: [threadCreated("t")],
    command: { id: "c\u0000", fingerprint: "f", result: 1 },
  };
  const right = { userId: bob, events: [threadCreated("t")] };
  const outcomes = await Promise.all([journal.commit(wrong), journal.commit(right)]);
  expect(outcomes.map(wordOf)).toEqual(["unavailable", "committed"]);
  expect(await journal.extent(ann)).toMatchObject({ head: 0 });
});

/** Another session's lock on the user's row, under which the next group has to wait. Answers how to let go. */
async function holdLog(userId: string): Promise<() => Promise<void>> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: database.superUrl });
  await client.connect();
  await client.query("BEGIN");
  await client.query("SELECT 1 FROM goldenpath.log WHERE user_id = $1 FOR UPDATE", [userId]);
  return async () => {
    await client.query("COMMIT");
    await client.end();
  };
}

async function waitingForLog(): Promise<void> {
  await until(async () => {
    const rows = await superQuery(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    return rows.length > 0;
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries === 500) throw new Error("it never came to hold");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
