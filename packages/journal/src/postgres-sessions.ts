/**
 * The sessions with PostgreSQL: one pool for what is written, one for what is read, so that a flood of reads
 * never keeps a commit from the database.
 *
 *  P1  Everything is bounded: sessions, the wait for one, a statement, the wait for a lock, and the wait for an
 *      answer on a network that went silent.
 *  P2  A session on which anything failed is thrown away, never used again.
 *  P3  A user's query runs in a transaction that names the user first; the setting ends with it (D4). The four
 *      messages travel together.
 */
import type { Clock } from "@goldenpath/protocol";
import pg from "pg";
import { errorWords, NoSession } from "./postgres-failure.ts";

export interface SessionOptions {
  readonly url: string;
  /** Sessions for reading; three more write. Default 8. */
  readonly readersMax?: number;
}

export type Row = Readonly<Record<string, unknown>>;
/** A statement; with a name it is parsed once for each session. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** Runs a statement on a session that was taken for more than one. */
export type Query = (statement: Statement) => Promise<readonly Row[]>;

const connectMsMax = 5_000;
const statementMsMax = 15_000;
const lockMsMax = 5_000;
/** Longer than the server's own bound, which answers more clearly. */
const answerMsMax = statementMsMax + 5_000;
const writersMax = 3;
const idleMsMax = 60_000;

export class Sessions {
  readonly #writers: pg.Pool;
  readonly #readers: pg.Pool;

  /** `check` is asked of each fresh session; it throws when that must not be used. */
  constructor(options: SessionOptions, check: (client: pg.ClientBase) => Promise<void>) {
    const onConnect = (client: pg.ClientBase) => {
      // A session that ends while it is used says so twice; the statement under way is answered with the error.
      client.on("error", () => undefined);
      return check(client);
    };
    const pool = (max: number, pipeline: boolean) => {
      const made = new pg.Pool({ ...configOf(options.url), max, pipeline, onConnect });
      // An idle session that ends is no fault: the pool has dropped it, and the next query opens another.
      made.on("error", () => undefined);
      return made;
    };
    this.#writers = pool(writersMax, false);
    this.#readers = pool(options.readersMax ?? 8, true);
  }

  /** P3: as the user, and therefore of the user's rows alone. */
  async asUser(userId: string, statement: Statement): Promise<readonly Row[]> {
    const client = await taken(this.#readers);
    const answers = await Promise.allSettled([
      client.query(
        `BEGIN READ ONLY; SELECT set_config('goldenpath.user_id', ${client.escapeLiteral(userId)}, true)`,
      ),
      client.query(configured(statement)),
      client.query("COMMIT"),
    ]);
    const failed = answers.find((answer) => answer.status === "rejected");
    client.release(failed !== undefined);
    if (failed) throw asError(failed.reason);
    return answers[1].status === "fulfilled" ? answers[1].value.rows : [];
  }

  /** One statement across users that only reads. */
  async read(statement: Statement): Promise<readonly Row[]> {
    return (await this.#readers.query(configured(statement))).rows;
  }

  /** One statement that writes, which is a transaction of its own. */
  write(statement: Statement): Promise<readonly Row[]> {
    return this.#onWriter((query) => query(statement));
  }

  transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#onWriter(async (query) => {
      await query({ text: "BEGIN" });
      const value = await work(query);
      await query({ text: "COMMIT" });
      return value;
    });
  }

  /**
   * Does the work while nobody else, on any node, holds the lock of that name; answers undefined at once when
   * somebody does.
   */
  exclusively<T>(lock: number, work: (query: Query) => Promise<T>): Promise<T | undefined> {
    return this.#onWriter(async (query) => {
      const [row] = await query({ text: "SELECT pg_try_advisory_lock($1) AS held", values: [lock] });
      if (row?.held !== true) return undefined;
      const value = await work(query);
      await query({ text: "SELECT pg_advisory_unlock($1)", values: [lock] });
      return value;
    });
  }

  async #onWriter<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await taken(this.#writers);
    let broken = true;
    try {
      const value = await work(async (statement) => (await client.query(configured(statement))).rows);
      broken = false;
      return value;
    } finally {
      // P2: a lock or a transaction that is still held goes with the session.
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#writers.end(), this.#readers.end()]);
  }
}

async function taken(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new NoSession(error);
  }
}

export function configOf(url: string): pg.PoolConfig {
  return {
    connectionString: url,
    application_name: "goldenpath",
    connectionTimeoutMillis: connectMsMax,
    statement_timeout: statementMsMax,
    lock_timeout: lockMsMax,
    idle_in_transaction_session_timeout: statementMsMax,
    query_timeout: answerMsMax,
    idleTimeoutMillis: idleMsMax,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** Where it is, without the password: for messages. */
export function addressOf(url: string): string {
  if (!URL.canParse(url)) return "the given address";
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}

/** Waits on the clock of the journal. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.timer(ms, resolve));
}

function configured({ name, text, values }: Statement): pg.QueryConfig {
  return { ...(name === undefined ? {} : { name }), text, values: [...(values ?? [])] };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(errorWords(error));
}
