/**
 * A real PostgreSQL for tests and for a developer's cluster: its own data in a temporary folder, a free port on
 * loopback, a password that nobody knows. It can be stopped, killed and started again on the same port.
 *
 *  P1  Nothing outlives us: the server is killed when this process exits, and `close` removes its folder.
 *  P2  It runs as another user where we are root, because PostgreSQL refuses root.
 *  P3  Starting is bounded; what the server wrote to its log stands in the error.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { postgresPrograms } from "./postgres-program.ts";
import { childrenOf, commandOf, cpuUsOf, endedChildrenCpuUsOf, kill } from "./system-process.ts";

export interface PostgresOptions {
  /** As in production unless said otherwise: every commit is synced. `false` is faster and trusts the power. */
  readonly fsync?: boolean;
  /** An empty folder for it, which is removed with it. Default: a temporary one. */
  readonly folder?: string;
  /** More settings of `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export type StopMode =
  /** Ends the sessions and writes a checkpoint. */
  | "fast"
  /** As a crash of the program: no checkpoint, recovery at the next start. */
  | "immediate"
  /** SIGKILL to the postmaster and everything below it. */
  | "kill";

export interface CopyOptions {
  /** It follows this one, and every commit here waits for it, until this one stops or it is promoted. */
  readonly standby: boolean;
}

/** A database of its own, with the two roles that the docs recommend. */
export interface TestDatabase {
  readonly name: string;
  /** The role that the nodes use: it owns nothing. */
  readonly url: string;
  /** The role that owns the database and makes the tables. */
  readonly ownerUrl: string;
  /** The server's superuser, in this database. */
  readonly superUrl: string;
  drop(): Promise<void>;
}

const startMsMax = 60_000;
const stopMsMax = 30_000;
const pollMs = 25;

const execute = promisify(execFile);

export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const programs = postgresPrograms();
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "goldenpath-postgres-"));
  const account = accountFor(folder);
  try {
    const password = randomBytes(18).toString("base64url");
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (account) chownSync(passwordFile, account.uid, account.gid);
    const data = join(folder, "data");
    execFileSync(
      join(programs, "initdb"),
      ["-D", data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8"].concat([
        "--locale=C",
        "--no-sync",
      ]),
      { stdio: "pipe", cwd: folder, timeout: startMsMax, ...account },
    );
    const server = new PostgresServer({ programs, folder, data, password, account, options });
    await server.start();
    return server;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Place {
  readonly programs: string;
  readonly folder: string;
  readonly data: string;
  readonly password: string;
  readonly account: Account | undefined;
  readonly options: PostgresOptions;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

export class PostgresServer {
  readonly #place: Place;
  #port = 0;
  #process: ChildProcess | undefined;
  #databases = 0;

  constructor(place: Place) {
    this.#place = place;
    process.once("exit", this.#killNow);
  }

  get port(): number {
    return this.#port;
  }

  /** The superuser, in the database `postgres`. */
  get superUrl(): string {
    return this.#url("postgres", this.#place.password, "postgres");
  }

  /** On the port it had before, so that clients find it again. */
  async start(): Promise<void> {
    if (this.#process) throw new Error("PostgreSQL is running already");
    const { programs, folder, data, account } = this.#place;
    if (this.#port === 0) this.#port = await freePort();
    const deadline = performance.now() + startMsMax;
    // After a kill the old children may hold the shared memory for a moment longer: then the start is repeated.
    while (performance.now() < deadline) {
      const log = openSync(join(folder, "log"), "a", 0o600);
      const child = spawn(join(programs, "postgres"), ["-D", data, ...this.#settings()], {
        stdio: ["ignore", log, log],
        cwd: folder,
        ...account,
      });
      closeSync(log);
      this.#process = child;
      if (await this.#answers(child, deadline)) return;
      child.kill("SIGKILL");
      this.#process = undefined;
      await wait(100);
    }
    throw new Error(
      `PostgreSQL did not start within ${startMsMax} ms. Its log ends with:\n${this.#logEnd()}`,
    );
  }

  async stop(mode: StopMode = "fast"): Promise<void> {
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit", { signal: AbortSignal.timeout(stopMsMax) });
    if (mode === "kill") for (const pid of childrenOf(child.pid)) kill(pid);
    child.kill(mode === "fast" ? "SIGINT" : mode === "immediate" ? "SIGQUIT" : "SIGKILL");
    try {
      await exit;
    } catch (error) {
      child.kill("SIGKILL");
      throw new Error(`PostgreSQL did not stop. Its log ends with:\n${this.#logEnd()}`, { cause: error });
    }
  }

  async restart(mode: StopMode = "fast"): Promise<void> {
    await this.stop(mode);
    await this.start();
  }

  /** Kills one session's process, after which PostgreSQL ends all sessions and recovers by itself. */
  async killBackend(): Promise<void> {
    const pid = childrenOf(this.#process?.pid).find((one) =>
      / postgres: \S+ \S+ 127\.0\.0\.1/.test(` ${commandOf(one)}`),
    );
    if (pid !== undefined) kill(pid);
  }

  /** Processor time of the server's sessions and helpers so far, in microseconds. */
  cpuUs(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) return 0;
    return childrenOf(pid).reduce((sum, child) => sum + cpuUsOf(child), endedChildrenCpuUsOf(pid));
  }

  async createDatabase(name = `test_${process.pid}_${++this.#databases}`): Promise<TestDatabase> {
    const owner = `${name}_owner`;
    const password = randomBytes(12).toString("base64url");
    await this.query(`CREATE ROLE ${owner} LOGIN NOSUPERUSER PASSWORD '${password}'`);
    await this.query(`CREATE ROLE ${name} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '${password}'`);
    await this.query(`CREATE DATABASE ${name} OWNER ${owner}`);
    return {
      name,
      url: this.#url(name, password, name),
      ownerUrl: this.#url(owner, password, name),
      superUrl: this.#url("postgres", this.#place.password, name),
      drop: async () => {
        await this.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await this.query(`DROP ROLE IF EXISTS ${name}, ${owner}`);
      },
    };
  }

  /** As the superuser, on a connection of its own. */
  async query(sql: string, url = this.superUrl): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** For a shell in which PostgreSQL's own programs find themselves, and this server, as the superuser. */
  get environment(): Readonly<Record<string, string>> {
    const { programs, password } = this.#place;
    const PATH = `${programs}:${process.env.PATH ?? ""}`;
    return {
      PATH,
      PGHOST: "127.0.0.1",
      PGPORT: String(this.#port),
      PGUSER: "postgres",
      PGPASSWORD: password,
    };
  }

  /** One of PostgreSQL's own programs, as whoever runs this server; what it prints. */
  async program(name: string, args: readonly string[]): Promise<string> {
    const { programs, folder, account } = this.#place;
    const { stdout } = await execute(join(programs, name), [...args], {
      cwd: folder,
      timeout: startMsMax,
      maxBuffer: 64 * 1024 * 1024,
      ...account,
    });
    return stdout;
  }

  /** Another server on a copy of this one's data, taken by `pg_basebackup` while this one goes on. */
  async copy({ standby }: CopyOptions): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), "goldenpath-postgres-"));
    const account = accountFor(folder);
    const data = join(folder, "data");
    const copy = new PostgresServer({ ...this.#place, account, folder, data });
    try {
      const follows = standby ? ["--write-recovery-conf"] : [];
      const from = ["--pgdata", data, "--checkpoint", "fast", "--no-sync", "--dbname", this.superUrl];
      await this.program("pg_basebackup", [...from, ...follows]);
      await copy.start();
      if (standby) await this.#waitFor(copy);
      return copy;
    } catch (error) {
      await copy.close();
      throw error;
    }
  }

  /** A standby becomes the server that is written to. */
  async promote(): Promise<void> {
    const [row] = await this.query("SELECT pg_promote(true, 60) AS done");
    if (row?.done !== true)
      throw new Error(`PostgreSQL was not promoted. Its log ends with:\n${this.#logEnd()}`);
  }

  /** Commits wait for the standby from now on. */
  async #waitFor(standby: PostgresServer): Promise<void> {
    const streams = "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'";
    const deadline = performance.now() + startMsMax;
    while ((await this.query(streams)).length === 0) {
      if (performance.now() > deadline) throw new Error(`no standby follows:\n${standby.#logEnd()}`);
      await wait(pollMs);
    }
    // After the copy was taken, so that the standby waits for nobody once it is promoted.
    await this.query("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await this.query("SELECT pg_reload_conf()");
  }

  async close(): Promise<void> {
    await this.stop("immediate");
    process.off("exit", this.#killNow);
    rmSync(this.#place.folder, { recursive: true, force: true });
  }

  #settings(): readonly string[] {
    const { folder, options } = this.#place;
    const settings = {
      listen_addresses: "127.0.0.1",
      port: String(this.#port),
      unix_socket_directories: folder,
      max_connections: "200",
      ...(options.fsync === false
        ? { fsync: "off", full_page_writes: "off", synchronous_commit: "off" }
        : {}),
      ...options.settings,
    };
    return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  }

  /** False when the process ended before it answered. */
  async #answers(child: ChildProcess, deadline: number): Promise<boolean> {
    while (performance.now() < deadline) {
      if (child.exitCode !== null || child.signalCode !== null) return false;
      try {
        await this.query("SELECT 1");
        return true;
      } catch {
        // Not yet: it is starting, or recovers. The deadline bounds it.
        await wait(pollMs);
      }
    }
    return false;
  }

  #url(user: string, password: string, database: string): string {
    return `postgres://${user}:${password}@127.0.0.1:${this.#port}/${database}`;
  }

  #logEnd(): string {
    return readFileSync(join(this.#place.folder, "log"), "utf8").slice(-4_000);
  }

  /** P1 */
  readonly #killNow = (): void => {
    for (const pid of childrenOf(this.#process?.pid)) kill(pid);
    this.#process?.kill("SIGKILL");
    rmSync(this.#place.folder, { recursive: true, force: true });
  };
}

/** P2: the package's own user, or `nobody`; undefined where we are not root. */
function accountFor(folder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entries = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const entry = ["postgres", "nobody"].flatMap((name) => entries.filter(([user]) => user === name))[0];
  if (!entry) throw new Error("PostgreSQL refuses root, and there is neither a user postgres nor nobody.");
  const account = { uid: Number(entry[2]), gid: Number(entry[3]) };
  chownSync(folder, account.uid, account.gid);
  return account;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
