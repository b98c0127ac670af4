/** A server for tests that says what the test tells it to, over real sockets and real HTTP on loopback. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ClientFrame, ServerFrame, WelcomeFrame } from "@goldenpath/protocol";
import { clientLimits, closeCodes, subprotocol } from "@goldenpath/protocol";
import { type WebSocket, WebSocketServer } from "ws";

type FrameOf<T extends ClientFrame["type"]> = Extract<ClientFrame, { type: T }>;

/** Items that come when they come, and readers that wait for them. */
class Mailbox<T> {
  #items: T[] = [];
  #wake: (() => void)[] = [];

  put(item: T): void {
    this.#items.push(item);
    for (const wake of this.#wake.splice(0)) wake();
  }

  async take<U extends T>(fits: (item: T) => item is U): Promise<U> {
    for (;;) {
      const at = this.#items.findIndex(fits);
      const item = this.#items[at];
      if (item !== undefined && fits(item)) {
        this.#items.splice(at, 1);
        return item;
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  get waiting(): readonly T[] {
    return this.#items;
  }
}

/** The server's end of one socket. */
export class PeerLine {
  readonly #socket: WebSocket;
  readonly #frames = new Mailbox<ClientFrame>();
  readonly #closes = new Mailbox<number>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#frames.put(JSON.parse(String(data)) as ClientFrame));
    socket.on("close", (code) => this.#closes.put(code));
  }

  /** The next frame of that type that no one has taken; other types wait. */
  next<T extends ClientFrame["type"]>(type: T): Promise<FrameOf<T>> {
    return this.#frames.take((frame): frame is FrameOf<T> => frame.type === type);
  }

  /** What came and was not taken. */
  get untaken(): readonly ClientFrame[] {
    return this.#frames.waiting;
  }

  /** The code the line was closed with. */
  get closed(): Promise<number> {
    return this.#closes.take((code): code is number => code > 0);
  }

  say(...frames: readonly ServerFrame[]): void {
    for (const frame of frames) this.sayText(JSON.stringify(frame));
  }

  sayText(text: string): void {
    this.#socket.send(text);
  }

  sayBinary(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  /** Closes with a code of the protocol's table, as servers do: its name is the reason. */
  close(reason: keyof typeof closeCodes): void {
    this.#socket.close(closeCodes[reason].code, reason);
  }

  /** Drops the line without a word. */
  cut(): void {
    this.#socket.terminate();
  }
}

export class ScriptedPeer {
  readonly #http: Server;
  readonly #lines = new Mailbox<PeerLine>();
  readonly #sockets: WebSocketServer;
  /** Answers `/api/…`: status and body by path with query. */
  api: (path: string, request: IncomingMessage) => Promise<readonly [status: number, body: unknown]> = async (
    path,
  ) => [404, { error: { code: "not_found", message: path, retry: "never" } }];

  static async start(): Promise<ScriptedPeer> {
    const peer = new ScriptedPeer();
    peer.#http.listen(0, "127.0.0.1");
    await once(peer.#http, "listening");
    return peer;
  }

  private constructor() {
    this.#http = createServer((request, response) => {
      this.api(request.url ?? "", request).then(
        ([status, body]) => {
          response.writeHead(status, { "content-type": "application/json" });
          response.end(typeof body === "string" ? body : JSON.stringify(body));
        },
        () => response.destroy(),
      );
    });
    this.#sockets = new WebSocketServer({
      server: this.#http,
      path: "/ws",
      handleProtocols: () => subprotocol,
    });
    this.#sockets.on("connection", (socket) => this.#lines.put(new PeerLine(socket)));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** The next line that a client opened. */
  line(): Promise<PeerLine> {
    return this.#lines.take((line): line is PeerLine => line instanceof PeerLine);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, "close");
  }
}

export function welcome(fields: Partial<WelcomeFrame> = {}): WelcomeFrame {
  return {
    type: "welcome",
    userId: "ann",
    connectionId: "c",
    epoch: "e",
    head: 0,
    heartbeatMs: 25_000,
    limits: clientLimits,
    ...fields,
  };
}
