/** The server that the suite plays for a client: it says what the case says, over real sockets and real HTTP. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { Broken, Inbox } from "../inbox.ts";
import { mismatch, type Names, shown } from "../pattern.ts";
import type { Spec } from "../spec.ts";
import { ClientJudge } from "./client-judge.ts";

/** The server's end of one socket. */
export class PeerLine {
  readonly #socket: WebSocket;
  readonly #judge: ClientJudge;
  readonly #inbox = new Inbox();
  readonly #frames: unknown[] = [];
  readonly openedMs = performance.now();
  #read = 0;
  #closed: number | undefined;

  constructor(socket: WebSocket, judge: ClientJudge) {
    this.#socket = socket;
    this.#judge = judge;
    socket.on("message", (data, isBinary) => {
      if (isBinary) judge.binary();
      else this.#frames.push(judge.text(String(data)));
      this.#inbox.wake();
    });
    socket.on("close", (code) => {
      this.#closed = code;
      this.#inbox.wake();
    });
    socket.on("error", () => socket.terminate());
  }

  get fault(): string | undefined {
    return this.#judge.fault;
  }

  say(frame: unknown): void {
    this.#judge.said(frame);
    this.#socket.send(JSON.stringify(frame));
  }

  text(text: string): void {
    this.#socket.send(text);
  }

  binary(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  cut(): void {
    this.#socket.terminate();
  }

  async expect(pattern: unknown, names: Names, withinMs: number, next: boolean): Promise<unknown> {
    let last = "nothing came";
    const found = await this.#inbox.until(
      () => {
        for (; this.#read < this.#frames.length; this.#read++) {
          const frame = this.#frames[this.#read];
          const tried = new Map(names);
          const wrong = mismatch(pattern, frame, tried);
          if (wrong === undefined) {
            this.#read++;
            for (const [name, value] of tried) names.set(name, value);
            return { frame };
          }
          last = `${wrong} in ${shown(frame)}`;
          if (next) throw new Broken(`the client's next frame: ${last}`);
        }
        if (this.#closed !== undefined) throw new Broken(`the client closed with ${this.#closed}; ${last}`);
        return undefined;
      },
      withinMs,
      () => `${shown(pattern)} from the client; ${last}`,
    );
    return found.frame;
  }

  async never(pattern: unknown, names: Names, forMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, forMs));
    const found = this.#frames.find((one) => mismatch(pattern, one, new Map(names)) === undefined);
    if (found !== undefined) throw new Broken(`the client must never say ${shown(found)}`);
  }

  closed(withinMs: number): Promise<number> {
    return this.#inbox.until(
      () => this.#closed,
      withinMs,
      () => "the client to close the line",
    );
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }
}

export class Peer {
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #inbox = new Inbox();
  readonly #lines: PeerLine[] = [];
  #taken = 0;
  #tickets = 0;
  /** What a request for a ticket is answered; undefined: with a ticket. */
  ticketStatus: number | undefined;
  /** Upgrades are refused with 503 while this is true. */
  refuses = false;
  refused = 0;

  static async start(spec: Spec): Promise<Peer> {
    const peer = new Peer(spec);
    peer.#http.listen(0, "127.0.0.1");
    await once(peer.#http, "listening");
    return peer;
  }

  private constructor(spec: Spec) {
    this.#http = createServer((request, response) => {
      const isTicket = request.method === "POST" && request.url === "/api/tickets";
      const status = isTicket ? (this.ticketStatus ?? 200) : 404;
      const code = status === 401 ? "unauthenticated" : status === 503 ? "unavailable" : "not_found";
      const error = { error: { code, message: code, retry: spec.retryByCode.get(code) } };
      const ticket = { ticket: `ticket-${++this.#tickets}`, expiresAt: Date.now() + 30_000 };
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(status === 200 ? ticket : error));
    });
    this.#sockets = new WebSocketServer({
      noServer: true,
      handleProtocols: () => "goldenpath.v1",
      perMessageDeflate: false,
    });
    this.#http.on("upgrade", (request, socket, head) => {
      if (this.refuses) {
        this.refused++;
        socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        this.#inbox.wake();
        return;
      }
      const judge = new ClientJudge(spec);
      judge.upgrade(request.url ?? "", request.headers["sec-websocket-protocol"]);
      this.#sockets.handleUpgrade(request, socket, head, (websocket) => {
        this.#lines.push(new PeerLine(websocket, judge));
        this.#inbox.wake();
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get lines(): readonly PeerLine[] {
    return this.#lines;
  }

  /** The next line that the client opens. */
  async accept(withinMs: number): Promise<PeerLine> {
    const at = this.#taken++;
    return this.#inbox.until(
      () => this.#lines[at],
      withinMs,
      () => "the client to connect",
    );
  }

  /** The client tries again and again. */
  untilRefused(times: number, withinMs: number): Promise<true> {
    return this.#inbox.until(
      () => this.refused >= times || undefined,
      withinMs,
      () => "another attempt",
    );
  }

  /** The client opens none beyond those that were accepted. */
  async neverAnother(forMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, forMs));
    if (this.#lines.length > this.#taken) throw new Broken("the client connected, which it must not");
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, "close");
  }
}
