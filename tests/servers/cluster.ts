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
}

export class Cluster {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer | undefined;
  readonly database: TestDatabase;
  readonly nodes: readonly ClusterNode[];
  readonly balancer: Balancer;
  readonly #folder: string;

  private constructor(parts: {
    readonly postgres: PostgresServer;
    readonly nats: NatsServer | undefined;
    readonly database: TestDatabase;
    readonly nodes: readonly ClusterNode[];
    readonly balancer: Balancer;
    readonly folder: string;
  }) {
    this.postgres = parts.postgres;
    this.nats = parts.nats;
    this.database = parts.database;
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
          DATABASE_URL: through(database.url, lines.postgres),
          GOLDENPATH_DATABASE_OWNER_URL: through(database.ownerUrl, lines.postgres),
          ...(nats && lines.nats && { NATS_URL: through(nats.url, lines.nats) }),
          ...options.environment,
        };
        const command = options.command ?? [goldenpathCli, "serve"];
        nodes.push(opened(new ClusterNode({ name, port, command, environment, lines })));
      }
      // One makes the tables; the others find them.
      for (const node of nodes) node.start();
      await Promise.all(nodes.map((node) => node.ready));
      const cluster = new Cluster({ postgres, nats, database, nodes, balancer, folder });
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

  /** Resolves when so many nodes are healthy. */
  async healthy(count: number): Promise<void> {
    while (this.balancer.healthy < count) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
    await this.balancer.close();
    await this.nats?.close();
    await this.postgres.close();
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

function through(url: string, { port }: TcpProxy): string {
  const parsed = new URL(url);
  parsed.port = String(port);
  return parsed.href;
}

async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
