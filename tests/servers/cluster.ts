/**
 * A whole cluster on this machine: Postgres, NATS, equal nodes as processes of their own, a balancer in front. For
 * tests and for `npm run cluster`. Each node has lines of its own to Postgres and to NATS, which can be cut.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Balancer } from "./balancer.ts";
import { NatsServer } from "./nats.ts";
import { type PostgresServer, startPostgres, type TestDatabase } from "./postgres.ts";
import { TcpProxy } from "./proxy.ts";
import { type Exit, freePort, goldenpathCli, ServerProcess } from "./server-process.ts";

export interface ClusterOptions {
  readonly nodes: number;
  /** Without it the nodes hear each other over Postgres alone. Default true. */
  readonly nats?: boolean;
  /** Of the balancer. Default: a free one. */
  readonly port?: number;
  /** The program of a node and its arguments. Default: `goldenpath serve`. */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** False trusts the power, and is faster. Default true, as in production. */
  readonly fsync?: boolean;
  /** A second PostgreSQL follows the first, and every commit waits for both. */
  readonly standby?: boolean;
}

export class Cluster {
  #postgres: PostgresServer;
  #standby: PostgresServer | undefined;
  readonly nats: NatsServer | undefined;
  readonly nodes: readonly ClusterNode[];
  readonly balancer: Balancer;
  readonly #database: TestDatabase;
  readonly #folder: string;

  private constructor(parts: {
    readonly postgres: PostgresServer;
    readonly standby: PostgresServer | undefined;
    readonly nats: NatsServer | undefined;
    readonly database: TestDatabase;
    readonly nodes: readonly ClusterNode[];
    readonly balancer: Balancer;
    readonly folder: string;
  }) {
    this.#postgres = parts.postgres;
    this.#standby = parts.standby;
    this.nats = parts.nats;
    this.#database = parts.database;
    this.nodes = parts.nodes;
    this.balancer = parts.balancer;
    this.#folder = parts.folder;
  }

  /** Resolves when every node serves; what was started is stopped again when one does not. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), "goldenpath-cluster-"));
    const undo: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
    const opened = <T extends { close(): Promise<unknown> }>(part: T): T => {
      undo.unshift(() => part.close());
      return part;
    };
    try {
      const postgres = opened(await startPostgres({ fsync: options.fsync ?? true }));
      const nats = options.nats === false ? undefined : opened(await NatsServer.start());
      const database = await postgres.createDatabase();
      const ports = await freePorts(options.nodes);
      const balancer = opened(await Balancer.open(ports, options.port));
      const nodes: ClusterNode[] = [];
      for (const [index, port] of ports.entries()) {
        const name = `node-${index + 1}`;
        const lines = {
          postgres: opened(await TcpProxy.open(postgres.port)),
          nats: nats && opened(await TcpProxy.open(nats.port)),
        };
        const environment = {
          PORT: String(port),
          GOLDENPATH_DATA: join(folder, name),
          GOLDENPATH_NODE: name,
          GOLDENPATH_URL: balancer.url,
          DATABASE_URL: withPort(database.url, lines.postgres.port),
          GOLDENPATH_DATABASE_OWNER_URL: withPort(database.ownerUrl, lines.postgres.port),
          ...(nats && lines.nats && { NATS_URL: withPort(nats.url, lines.nats.port) }),
          ...options.environment,
        };
        const command = options.command ?? [goldenpathCli, "serve"];
        nodes.push(opened(new ClusterNode({ name, port, command, environment, lines })));
      }
      // One makes the tables; the others find them.
      for (const node of nodes) node.start();
      await Promise.all(nodes.map((node) => node.ready));
      const standby = options.standby ? opened(await postgres.copy({ standby: true })) : undefined;
      const cluster = new Cluster({ postgres, standby, nats, database, nodes, balancer, folder });
      await cluster.healthy(nodes.length);
      return cluster;
    } catch (error) {
      for (const call of undo) await call();
      throw error;
    }
  }

  /** What people open. */
  get url(): string {
    return this.balancer.url;
  }

  /** The one that is written to. */
  get postgres(): PostgresServer {
    return this.#postgres;
  }

  get hasStandby(): boolean {
    return this.#standby !== undefined;
  }

  /** As whoever looks into it from outside reaches it now; nodes reach it through lines of their own. */
  get database(): TestDatabase {
    const now = (url: string) => withPort(url, this.#postgres.port);
    const { url, ownerUrl, superUrl } = this.#database;
    return { ...this.#database, url: now(url), ownerUrl: now(ownerUrl), superUrl: now(superUrl) };
  }

  /** The first PostgreSQL dies, its standby takes its place, and gets a standby of its own. */
  async failOver(): Promise<void> {
    const [lost, next] = [this.#postgres, this.#standby];
    if (!next) throw new Error("the cluster has no standby");
    await lost.stop("kill");
    await next.promote();
    this.#postgres = next;
    this.#standby = undefined;
    for (const node of this.nodes) node.followPostgres(next.port);
    await lost.close();
    this.#standby = await next.copy({ standby: true });
  }

  /** Resolves when so many nodes are healthy. */
  async healthy(count: number): Promise<void> {
    while (this.balancer.healthy < count) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
    await this.balancer.close();
    await this.nats?.close();
    await this.#standby?.close();
    await this.#postgres.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface NodeParts {
  readonly name: string;
  readonly port: number;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly lines: { readonly postgres: TcpProxy; readonly nats: TcpProxy | undefined };
}

export class ClusterNode {
  readonly name: string;
  readonly port: number;
  readonly #parts: NodeParts;
  #process: ServerProcess | undefined;

  constructor(parts: NodeParts) {
    this.name = parts.name;
    this.port = parts.port;
    this.#parts = parts;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#running.pid;
  }

  get ready(): Promise<string> {
    return this.#running.ready;
  }

  get output(): string {
    return this.#process?.output ?? "";
  }

  start(): void {
    const { command, environment } = this.#parts;
    this.#process = new ServerProcess({ command, environment });
  }

  signal(signal: NodeJS.Signals): boolean {
    return this.#running.signal(signal);
  }

  /** As an operator stops it; resolves when it has ended. */
  stop(): Promise<Exit> {
    const running = this.#running;
    running.signal("SIGTERM");
    return running.exited;
  }

  /** SIGKILL. */
  kill(): Promise<Exit> {
    return this.#running.kill();
  }

  /** Where the node's lines to Postgres lead from now on; those that it has are cut. */
  followPostgres(port: number): void {
    const { postgres } = this.#parts.lines;
    postgres.lead(port);
    for (const line of postgres.lines) line.cut();
  }

  /** Cuts the node off from Postgres and NATS, without a word to anybody: nothing answers any more. */
  partition(): void {
    for (const proxy of this.#proxies) {
      proxy.dark = true;
      for (const line of proxy.lines) line.hold();
    }
  }

  /** The network is back; what was under way before is lost. */
  mend(): void {
    for (const proxy of this.#proxies) {
      proxy.dark = false;
      for (const line of proxy.lines) line.cut();
    }
  }

  async close(): Promise<void> {
    await this.#process?.kill();
    for (const proxy of this.#proxies) await proxy.close();
  }

  get #running(): ServerProcess {
    if (!this.#process) throw new Error(`${this.name} was never started`);
    return this.#process;
  }

  get #proxies(): readonly TcpProxy[] {
    const { postgres, nats } = this.#parts.lines;
    return nats ? [postgres, nats] : [postgres];
  }
}

function withPort(url: string, port: number): string {
  const parsed = new URL(url);
  parsed.port = String(port);
  return parsed.href;
}

async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
