/**
 * A small load balancer before equal servers: each new line goes to the next one that is healthy.
 *
 *  Z1  Who does not answer `GET /healthz` with 200 gets no new line; lines it has stay.
 *  Z2  A server that refuses a line is passed over for the next; a caller is refused when all do.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { Line } from "./proxy.ts";

const healthMs = 200;
const healthMsMax = 1_000;

interface Target {
  readonly port: number;
  healthy: boolean;
}

export class Balancer {
  readonly lines = new Set<Line>();
  readonly #server: Server;
  readonly #targets: readonly Target[];
  readonly #stopped = new AbortController();
  #next = 0;

  private constructor(server: Server, ports: readonly number[]) {
    this.#server = server;
    this.#targets = ports.map((port) => ({ port, healthy: false }));
    server.on("connection", (client) => this.#accept(client));
  }

  /** Of servers on loopback; `port` 0 takes a free one. */
  static async open(ports: readonly number[], port = 0): Promise<Balancer> {
    const server = createServer({ allowHalfOpen: true });
    const balancer = new Balancer(server, ports);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    for (const target of balancer.#targets) void balancer.#watch(target);
    return balancer;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the balancer does not listen");
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get healthy(): number {
    return this.#targets.filter(({ healthy }) => healthy).length;
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    for (const line of this.lines) line.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Z1. Never rejects. */
  async #watch(target: Target): Promise<void> {
    const stopped = this.#stopped.signal;
    while (!stopped.aborted) {
      target.healthy = await isHealthy(target.port);
      await new Promise<void>((resolve) => {
        setTimeout(resolve, healthMs).unref();
        stopped.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  #accept(client: Socket): void {
    client.on("error", () => client.destroy());
    client.pause();
    const healthy = this.#targets.filter((target) => target.healthy);
    const from = this.#next++ % Math.max(1, healthy.length);
    this.#connect(client, [...healthy.slice(from), ...healthy.slice(0, from)]);
  }

  /** Z2. */
  #connect(client: Socket, [target, ...others]: readonly Target[]): void {
    if (!target || client.destroyed) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: target.port, host: "127.0.0.1", allowHalfOpen: true });
    const refused = () => this.#connect(client, others);
    server.once("error", refused);
    server.once("connect", () => {
      server.off("error", refused);
      if (client.destroyed) {
        server.resetAndDestroy();
        return;
      }
      const line: Line = new Line(client, server, () => this.lines.delete(line));
      this.lines.add(line);
    });
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(healthMsMax);
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    // It is not there, or does not answer in time.
    return false;
  }
}
