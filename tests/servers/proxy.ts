/**
 * A TCP proxy between real clients and real servers, which does to lines what networks do.
 *
 *  Y1  What passes is passed in order and whole; back pressure of one side reaches the other.
 *  Y2  A line that is held passes nothing and tells neither side anything, not even that the other is gone.
 *  Y3  A cut is a reset on both sides; what was under way is lost.
 */
import { connect, createServer, type Server, type Socket } from "node:net";

export class Line {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #gone: () => void;
  #held = false;
  /** A side ended while the line was held. */
  #endsLater = false;

  constructor(client: Socket, server: Socket, gone: () => void) {
    this.#client = client;
    this.#server = server;
    this.#gone = gone;
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("error", () => this.#ended());
      socket.on("close", () => this.#ended());
      socket.on("end", () => {
        if (!this.#held) this.#other(socket).end();
        else this.#endsLater = true;
      });
    }
    this.#flow();
  }

  get isHeld(): boolean {
    return this.#held;
  }

  /** Y3. */
  cut(): void {
    reset(this.#client);
    reset(this.#server);
    this.#gone();
  }

  /** Y2: until `release` or `cut`. */
  hold(): void {
    if (this.#held) return;
    this.#held = true;
    for (const socket of [this.#client, this.#server]) {
      socket.unpipe();
      socket.pause();
    }
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    if (this.#endsLater) this.cut();
    else this.#flow();
  }

  #flow(): void {
    this.#client.pipe(this.#server, { end: false });
    this.#server.pipe(this.#client, { end: false });
  }

  #ended(): void {
    if (this.#held) this.#endsLater = true;
    else this.cut();
  }

  #other(socket: Socket): Socket {
    return socket === this.#client ? this.#server : this.#client;
  }
}

/**
 * A socket that is saying goodbye cannot be reset: its handle would stay for ever, and with it the process at its very
 * end, after `exit`.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}

export class TcpProxy {
  readonly lines = new Set<Line>();
  readonly #server: Server;
  #target: { readonly port: number; readonly host: string };
  /** While nothing answers: lines that came and reach nobody. */
  readonly #unanswered = new Set<Socket>();
  #dark = false;

  private constructor(server: Server, target: { readonly port: number; readonly host: string }) {
    this.#server = server;
    this.#target = target;
    server.on("connection", (client) => this.#accept(client));
  }

  static async open(targetPort: number, targetHost = "127.0.0.1"): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    const proxy = new TcpProxy(server, { port: targetPort, host: targetHost });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy does not listen");
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Lines that begin from now on lead there; the others stay where they are. */
  lead(port: number, host = "127.0.0.1"): void {
    this.#target = { port, host };
  }

  /** While dark, who dials gets a connection and never an answer. */
  set dark(dark: boolean) {
    this.#dark = dark;
    if (dark) return;
    for (const socket of this.#unanswered) socket.resetAndDestroy();
    this.#unanswered.clear();
  }

  async close(): Promise<void> {
    this.dark = false;
    for (const line of this.lines) line.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    client.on("error", () => client.destroy());
    if (this.#dark) {
      this.#unanswered.add(client);
      client.on("close", () => this.#unanswered.delete(client));
      return;
    }
    client.pause();
    const server = connect({ ...this.#target, allowHalfOpen: true });
    const refused = () => client.resetAndDestroy();
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
