/**
 * One engine of the benches `append` and `postgres`, in a process of its own: `append-engine.ts NAME PLACE [USERS]`.
 * The place is a folder or the address of a database; USERS tells the users of several such processes apart.
 */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  createMemoryJournal,
  type Journal,
  openPostgresJournal,
  openSqliteJournal,
} from "@goldenpath/journal";
import { type NewEvent, randomId, systemClock } from "@goldenpath/protocol";
import pg from "pg";
import { answerCalls, cpuUs } from "./child.ts";

export type EngineName =
  | "memory"
  | "SQLite"
  | "row per event"
  | "bare file"
  | "PostgreSQL"
  | "PostgreSQL, row per event"
  | "PostgreSQL, row per event, head and run";

export type EngineCalls = {
  readonly open: (options: { readonly unfoldedEventsMax: number } | undefined) => Promise<void>;
  /** Returns the engine's whole CPU time, threads included. */
  readonly append: (work: {
    readonly events: number;
    readonly underWay: number;
    /** They begin together, and the next ones when all have ended: then a group is just of that size. */
    readonly together?: boolean;
  }) => Promise<{ readonly cpuUs: number; readonly elapsedMs: number }>;
  /** From nothing to the first answer; `found` is what the journal still has of its writers' logs. */
  readonly reopen: (options: {
    readonly unfoldedEventsMax: number;
  }) => Promise<{ readonly elapsedMs: number; readonly found: number }>;
};

interface Writer {
  readonly userId: string;
  readonly threadId: string;
  readonly runId: string;
  seq: number;
}

interface Engine {
  begin(writers: readonly Writer[]): Promise<void>;
  append(userId: string, event: NewEvent): Promise<void>;
}

const [name, place, users = "user"] = process.argv.slice(2) as [EngineName, string, string?];
const usersCount = 1_000;
const thought =
  "some words that a model thought, about a hundred and fifty bytes of them, as many as may come in one piece ".repeat(
    2,
  );
let engine: Engine | undefined;
const writers: readonly Writer[] = Array.from({ length: usersCount }, (_, index) => {
  return { userId: `${users}-${index}`, threadId: randomId(), runId: randomId(), seq: 1 };
});
let nextWriter = 0;

answerCalls({
  async open(options) {
    engine = await openEngine(options?.unfoldedEventsMax);
    await engine.begin(writers);
  },
  async append({ events, underWay, together = false }) {
    const began = systemClock.elapsed();
    const cpu = cpuUs();
    let left = events;
    const lane = async () => {
      while (left-- > 0) await appendOne();
    };
    if (!together) await Promise.all(Array.from({ length: underWay }, lane));
    else {
      for (; left > 0; left -= underWay)
        await Promise.all(Array.from({ length: Math.min(left, underWay) }, appendOne));
    }
    return { cpuUs: cpuUs() - cpu, elapsedMs: systemClock.elapsed() - began };
  },
  async reopen({ unfoldedEventsMax }) {
    const began = systemClock.elapsed();
    const journal = await openSqlite(unfoldedEventsMax);
    await journal.extent("user-0");
    const elapsedMs = systemClock.elapsed() - began;
    let found = 0;
    for (const { userId } of writers) found += (await journal.extent(userId)).head;
    return { elapsedMs, found };
  },
} satisfies EngineCalls);

async function appendOne(): Promise<void> {
  const writer = writers[nextWriter++ % usersCount];
  if (!engine || !writer) throw new Error("open first");
  const { userId, threadId, runId } = writer;
  const seq = ++writer.seq;
  await engine.append(userId, {
    id: `${runId}.${seq}`,
    type: "agent_thinking",
    at: systemClock.now(),
    threadId,
    runId,
    seq,
    agent: "a",
    data: { thoughtId: "t", text: thought.slice(0, 150) },
  });
}

async function openEngine(unfoldedEventsMax?: number): Promise<Engine> {
  switch (name) {
    case "memory":
      return journalEngine(createMemoryJournal({ clock: systemClock, makeId: randomId }));
    case "SQLite":
      return journalEngine(await openSqlite(unfoldedEventsMax));
    case "row per event":
      return rowEngine();
    case "bare file":
      return await fileEngine();
    case "PostgreSQL":
      return journalEngine(await openPostgres());
    case "PostgreSQL, row per event":
      return await postgresRowEngine();
    case "PostgreSQL, row per event, head and run":
      return await postgresKeptEngine();
  }
}

async function openSqlite(unfoldedEventsMax?: number): Promise<Journal> {
  const opened = await openSqliteJournal({
    path: join(place, "journal.db"),
    clock: systemClock,
    makeId: randomId,
    ...(unfoldedEventsMax === undefined ? {} : { unfoldedEventsMax }),
  });
  if (opened.is === "failed") throw new Error(opened.message);
  return opened.journal;
}

function journalEngine(journal: Journal): Engine {
  return {
    async begin(all) {
      await Promise.all(
        all.map(async ({ userId, threadId, runId }) => {
          const at = systemClock.now();
          const thread = { id: threadId, title: "A question", createdAt: at, updatedAt: at };
          const started = { messageId: `${runId}.answer`, label: "bench", attempt: 1 };
          const outcome = await journal.commit({
            userId,
            owner: "bench",
            events: [
              { id: `${threadId}.1`, type: "thread_created", at, threadId, data: { thread } },
              {
                id: `${runId}.1`,
                type: "agent_started",
                at,
                threadId,
                runId,
                seq: 1,
                agent: "a",
                data: started,
              },
            ],
          });
          if (outcome.is !== "committed") throw new Error(JSON.stringify(outcome));
        }),
      );
    },
    async append(userId, event) {
      const run = { runId: event.runId ?? "", attempt: 1 };
      const outcome = await journal.commit({ userId, events: [event], run });
      if (outcome.is !== "committed") throw new Error(JSON.stringify(outcome));
    },
  };
}

/** As most would write it: a table of events with an index, one transaction for what came in one turn. */
function rowEngine(): Engine {
  const database = new DatabaseSync(join(place, "rows.db"));
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE event (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, offset INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE UNIQUE INDEX event_place ON event (user_id, offset);
  `);
  const insert = database.prepare("INSERT INTO event (user_id, offset, body) VALUES (?, ?, ?)");
  const heads = new Map<string, number>();
  return gathering(async (group) => {
    database.exec("BEGIN IMMEDIATE");
    for (const { userId, json } of group) {
      const offset = (heads.get(userId) ?? 0) + 1;
      heads.set(userId, offset);
      insert.run(userId, offset, json);
    }
    database.exec("COMMIT");
  });
}

async function openPostgres(): Promise<Journal> {
  const opened = await openPostgresJournal({ url: place, clock: systemClock, makeId: randomId });
  if (opened.is === "failed") throw new Error(opened.message);
  return opened.journal;
}

/** As most would write it: one statement for what came in one turn, offsets counted in memory. */
async function postgresRowEngine(): Promise<Engine> {
  const client = new pg.Client({ connectionString: place });
  await client.connect();
  await client.query(
    `CREATE TABLE IF NOT EXISTS public.row_per_event
       (user_id text, "offset" bigint, body text NOT NULL, PRIMARY KEY (user_id, "offset"))`,
  );
  const heads = new Map<string, number>();
  const text = "INSERT INTO public.row_per_event SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])";
  return gathering(async (group) => {
    const offsets = group.map(({ userId }) => {
      const offset = (heads.get(userId) ?? 0) + 1;
      heads.set(userId, offset);
      return offset;
    });
    const values = [group.map(({ userId }) => userId), offsets, group.map(({ json }) => json)];
    await client.query({ name: "append", text, values });
  });
}

/** The least that durability can cost: one write and one fdatasync for a group. */
async function fileEngine(): Promise<Engine> {
  const file = await open(join(place, "events.log"), "a");
  return gathering(async (group) => {
    await file.write(`${group.map(({ json }) => json).join("\n")}\n`);
    await file.datasync();
  });
}

/**
 * The same with what a log cannot do without: each user's head, by which the event's place is given, and each run's
 * state, by which an older attempt is fenced. Still one statement for what came in one turn, and no row-level security.
 */
async function postgresKeptEngine(): Promise<Engine> {
  // One plan for all groups, as in the journal: otherwise each of them is planned again.
  const options = "-c plan_cache_mode=force_generic_plan";
  const client = new pg.Client({ connectionString: place, options });
  await client.connect();
  await client.query(
    `CREATE TABLE IF NOT EXISTS public.kept_event
       (user_id text, "offset" bigint, body text NOT NULL, PRIMARY KEY (user_id, "offset"));
     CREATE TABLE IF NOT EXISTS public.kept_head (user_id text PRIMARY KEY, head bigint NOT NULL) WITH (fillfactor = 50);
     CREATE TABLE IF NOT EXISTS public.kept_run (run_id text PRIMARY KEY, user_id text NOT NULL, state text NOT NULL,
       attempt bigint NOT NULL, seq bigint NOT NULL) WITH (fillfactor = 50)`,
  );
  const text = `WITH line AS MATERIALIZED (
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) AS n (user_id, run_id, seq, body)
    ), head AS (
      UPDATE public.kept_head h SET head = h.head + n.count
        FROM (SELECT user_id, count(*) FROM line GROUP BY user_id ORDER BY user_id) n WHERE h.user_id = n.user_id
        RETURNING h.user_id, h.head - n.count AS before
    ), run AS (
      UPDATE public.kept_run r SET seq = n.seq FROM (SELECT run_id, max(seq) AS seq FROM line GROUP BY run_id) n
        WHERE r.run_id = n.run_id AND r.state = 'active' AND r.attempt = 1
    )
    INSERT INTO public.kept_event SELECT n.user_id, h.before + row_number() OVER (PARTITION BY n.user_id ORDER BY n.seq), n.body
      FROM line n JOIN head h ON h.user_id = n.user_id`;
  const engine = gathering(async (group) => {
    const values = [
      group.map(({ userId }) => userId),
      group.map(({ runId }) => runId),
      group.map(({ seq }) => seq),
      group.map(({ json }) => json),
    ];
    const { rowCount } = await client.query({ name: "append", text, values });
    if (rowCount !== group.length) throw new Error(`${rowCount} of ${group.length} events were written`);
  });
  return {
    ...engine,
    async begin(all) {
      const [users, runs] = [all.map(({ userId }) => userId), all.map(({ runId }) => runId)];
      await client.query("INSERT INTO public.kept_head SELECT u, 0 FROM unnest($1::text[]) u", [users]);
      await client.query(
        "INSERT INTO public.kept_run SELECT r, u, 'active', 1, 1 FROM unnest($1::text[], $2::text[]) AS n (u, r)",
        [users, runs],
      );
      await client.query("ANALYZE public.kept_head, public.kept_run");
    },
  };
}

interface Line {
  readonly userId: string;
  readonly runId: string;
  readonly seq: number;
  readonly json: string;
}

/** The same grouping as the journal's: while one group is under way, the next gathers. */
function gathering(write: (group: readonly Line[]) => Promise<void>): Engine {
  let lines: Line[] = [];
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const writeGroup = async () => {
    const group = lines;
    lines = [];
    underWay = next;
    next = undefined;
    await write(group);
    if (!next) underWay = undefined;
  };
  return {
    begin: () => Promise.resolve(),
    append(userId, event) {
      lines.push({ userId, runId: event.runId ?? "", seq: event.seq ?? 0, json: JSON.stringify(event) });
      next ??= (underWay ?? Promise.resolve()).then(writeGroup);
      return next;
    },
  };
}
