/** A core behind a real HTTP server on a loopback socket, and peers that speak the wire: for tests here. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createMemoryJournal, type Journal } from "@goldenpath/journal";
import { type Event, type NewEvent, randomId, type ServerFrame, subprotocol } from "@goldenpath/protocol";
import { TestClock } from "@goldenpath/protocol/testing";
import { WebSocket } from "ws";
import type { Commands } from "./commands.ts";
import type { Fault } from "./connection.ts";
import type { UserContext } from "./context.ts";
import { WebSocketCore, type WebSocketCoreOptions } from "./core.ts";
import { createTestUserContext } from "./testing.ts";

/** Frames are one union on the wire; a test looks fields up without narrowing first. */
export type Heard = ServerFrame & Record<string, unknown>;

export class TestNode implements AsyncDisposable {
  readonly clock = new TestClock();
  readonly journal: Journal = createMemoryJournal({ clock: this.clock, makeId: randomId });
  readonly faults: Fault[] = [];
  readonly userByCookie = new Map<string, UserContext>();
  readonly userByTicket = new Map<string, UserContext>();
  readonly peers: Peer[] = [];
  /** When set, an upgrade's authentication waits for it: to look into the handshake's races. */
  gate: Promise<void> | undefined;
  /** The same for a ticket. */
  ticketGate: Promise<void> | undefined;
  readonly core: WebSocketCore;
  /** TCP connections that the server has not let go of. */
  sockets = 0;
  readonly #server = createServer();

  constructor(options: Partial<WebSocketCoreOptions> = {}) {
    this.core = new WebSocketCore({
      journal: this.journal,
      commands: appendingCommands(this.journal, this.clock),
      clock: this.clock,
      makeId: randomId,
      authenticate: async (request: IncomingMessage) => {
        await this.gate;
        return this.userByCookie.get(request.headers.cookie ?? "");
      },
      redeemTicket: async (ticket) => {
        await this.ticketGate;
        const user = this.userByTicket.get(ticket);
        this.userByTicket.delete(ticket);
        return user;
      },
      originAllowed: (origin) => origin === "http://home.test",
      onFault: (fault) => this.faults.push(fault),
      ...options,
    });
    this.#server.on("connection", (socket) => {
      this.sockets++;
      socket.on("close", () => this.sockets--);
    });
    this.#server.on("upgrade", (request, socket, head) => this.core.handleUpgrade(request, socket, head));
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  /** A user with a cookie; the cookie's value is the session id. */
  signIn(fields: Partial<UserContext> = {}): UserContext {
    const user = createTestUserContext({ expiresAt: this.clock.now() + 3_600_000, ...fields });
    this.userByCookie.set(user.sessionId, user);
    return user;
  }

  get address(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ws`;
  }

  peer(user?: UserContext, headers: Record<string, string> = {}): Peer {
    const cookie = user ? { cookie: user.sessionId } : {};
    const peer = new Peer(new WebSocket(this.address, [subprotocol], { headers: { ...cookie, ...headers } }));
    this.peers.push(peer);
    return peer;
  }

  /** A peer that said hello and heard that it is caught up. */
  async join(user: UserContext, cursor?: { epoch: string; offset: number }): Promise<Peer> {
    const peer = this.peer(user);
    peer.say({ type: "hello", client: "test", ...(cursor ? { cursor } : {}) });
    await peer.until("caught_up");
    return peer;
  }

  /** Appends `count` small events of their own to a user's log, in one thread. */
  async append(user: UserContext, count: number, text = "x"): Promise<void> {
    for (let left = count; left > 0; left -= 100) {
      const events = Array.from({ length: Math.min(left, 100) }, () => threadCreated(randomId(), text));
      const outcome = await this.journal.commit({ userId: user.userId, events });
      if (outcome.is !== "committed") throw new Error(JSON.stringify(outcome));
    }
  }

  /** Waits for what the server does by itself shortly after a peer could see it. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.peers) peer.cut();
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await this.core.close();
    await closed;
    await this.journal.close();
  }
}

export function threadCreated(id: string, title: string): NewEvent {
  const thread = { id, title, createdAt: 1, updatedAt: 1 };
  return { id: `e-${id}`, type: "thread_created", at: 1, threadId: id, data: { thread } };
}

/** One client socket: what it heard, and a way to wait for what it has not heard yet. */
export class Peer {
  readonly socket: WebSocket;
  readonly heard: Heard[] = [];
  readonly closed: Promise<number>;
  /** Set when the upgrade was refused. */
  refused: { status: number; body: string } | undefined;
  readonly #unsent: (string | Buffer)[] = [];
  #wake: (() => void)[] = [];
  #ended = false;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("open", () => {
      for (const data of this.#unsent.splice(0)) socket.send(data);
    });
    socket.on("message", (data) => {
      this.heard.push(JSON.parse(data.toString()));
      this.#notify();
    });
    this.closed = new Promise((resolve) => {
      socket.on("close", (code) => {
        this.#ended = true;
        this.#notify();
        resolve(code);
      });
      socket.on("unexpected-response", (_request, response) => {
        let body = "";
        response.on("data", (chunk) => {
          body += chunk;
        });
        response.on("end", () => {
          this.refused = { status: response.statusCode ?? 0, body };
          this.#ended = true;
          this.#notify();
          resolve(0);
        });
      });
    });
    // A refused or cut socket also says so by "close".
    socket.on("error", () => this.#notify());
  }

  say(frame: unknown): void {
    this.raw(JSON.stringify(frame));
  }

  raw(data: string | Buffer): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(data);
    else this.#unsent.push(data);
  }

  /** The first frame of this type, heard or still to come. Rejects when the socket closes before. */
  async until(type: ServerFrame["type"], matches: (frame: Heard) => boolean = () => true): Promise<Heard> {
    return this.when(() => this.heard.find((frame) => frame.type === type && matches(frame)));
  }

  async when<T>(condition: () => T | undefined | false): Promise<T> {
    for (;;) {
      const met = condition();
      if (met) return met;
      if (this.#ended)
        throw new Error(`The socket closed first; heard ${JSON.stringify(this.heard.slice(-5))}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  get events(): Event[] {
    return this.heard.flatMap((frame) => (frame.type === "events" ? (frame.events as Event[]) : []));
  }

  get offsets(): number[] {
    return this.events.map((event) => event.offset);
  }

  cut(): void {
    this.socket.terminate();
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** Commands that append to the real journal: `send` creates a thread titled with the text. */
function appendingCommands(journal: Journal, clock: TestClock): Commands {
  return {
    async send(context, frame) {
      const text = frame.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
      if (text === "throw") throw new Error("the handler threw");
      const threadId = frame.threadId ?? `t-${frame.id}`;
      const outcome = await journal.commit({
        userId: context.userId,
        events: [{ ...threadCreated(threadId, text), at: clock.now() }],
        command: { id: frame.id, fingerprint: text, result: { threadId } },
      });
      if (outcome.is === "refused") return { is: "refused", code: "unavailable", message: outcome.detail };
      return { is: "done", result: outcome.result };
    },
    async cancel() {
      return { is: "refused", code: "not_found" };
    },
    async resolve() {
      return { is: "refused", code: "not_found" };
    },
  };
}
