/**
 * Sockets without a network: each is two pipes with delays of their own. Within a pipe everything keeps its
 * order, as TCP does; between sockets nothing does.
 *
 *  X1  What was delivered was sent before, once, in that order; what a cut loses is always a pipe's end.
 *  X2  A peer behind a dead line hears nothing of it: half open, until its own patience ends.
 *  X3  Bytes that a peer does not take wait in its kernel's window first, then in the sender.
 */
import type { WebSocketLike } from "@goldenpath/client";
import type { Timer } from "@goldenpath/protocol";
import type { Outgoing, Transport, TransportEvents } from "@goldenpath/websocket-core";
import type { Plan } from "./plan.ts";
import type { Random } from "./random.ts";
import type { Scheduler, Scope } from "./scheduler.ts";

type Listener = Parameters<WebSocketLike["addEventListener"]>[1];

/** What a side of a socket takes in before the other has to wait. */
const windowBytes = 32 * 1024;
/** Node's mark: over it a write is told to wait for "drain". */
const highWaterBytes = 64 * 1024;
const closeMsMax = 2_000;

export interface NetworkOptions {
  readonly scheduler: Scheduler;
  readonly plan: Plan;
  readonly random: Random;
}

export class Network {
  readonly sockets = new Set<Socket>();
  readonly options: NetworkOptions;
  #next = 1;
  /** Faults are over: lines are quick and whole. */
  healed = false;

  constructor(options: NetworkOptions) {
    this.options = options;
  }

  open(page: Scope): Socket {
    const socket = new Socket(this, this.#next++, page);
    this.sockets.add(socket);
    return socket;
  }

  delayMs(): number {
    const { plan, random } = this.options;
    if (this.healed) return random.between(0.2, 2);
    return plan.latencyMs * random.between(0.5, 1.5) + plan.jitterMs * random.next();
  }
}

/** One direction of a socket. */
class Pipe {
  /** Nothing is delivered before. */
  stalledUntilMs = 0;
  lost = false;
  bytes = 0;
  readonly #network: Network;
  readonly #to: Scope;
  readonly #queue: { readonly at: number; readonly bytes: number; readonly deliver: () => void }[] = [];
  #lastAt = 0;
  #pumping: Timer | undefined;

  constructor(network: Network, to: Scope) {
    this.#network = network;
    this.#to = to;
  }

  send(bytes: number, deliver: () => void): void {
    if (this.lost) return;
    const { scheduler } = this.#network.options;
    this.bytes += bytes;
    this.#lastAt = Math.max(this.#lastAt, scheduler.nowMs + this.#network.delayMs());
    this.#queue.push({ at: this.#lastAt, bytes, deliver });
    if (!this.#pumping) this.#pump();
  }

  /** Everything under way is gone, and whatever comes later too. */
  lose(): void {
    this.lost = true;
    this.#queue.length = 0;
    this.#pumping?.cancel();
    this.#pumping = undefined;
  }

  stall(untilMs: number): void {
    this.stalledUntilMs = untilMs;
    this.#pumping?.cancel();
    this.#pump();
  }

  #pump(): void {
    const head = this.#queue[0];
    this.#pumping = undefined;
    if (!head || this.stalledUntilMs === Number.POSITIVE_INFINITY) return;
    const { scheduler } = this.#network.options;
    const at = Math.max(head.at, this.stalledUntilMs);
    this.#pumping = scheduler.after(this.#to, at - scheduler.nowMs, () => {
      this.#pumping = undefined;
      this.#queue.shift();
      this.bytes -= head.bytes;
      head.deliver();
      if (!this.#pumping) this.#pump();
    });
  }
}

/** What the server's side does with a socket that asks to be let in. */
export interface Acceptor {
  readonly scope: Scope;
  upgrade(socket: Socket): void;
}

export class Socket implements WebSocketLike {
  readonly id: number;
  readonly page: Scope;
  /** Hears of every text that reaches the page, before the page does. */
  onDelivered: (text: string) => void = () => undefined;
  readonly #network: Network;
  readonly #listeners = new Map<string, Listener[]>();
  #client: "opening" | "open" | "closing" | "closed" = "opening";
  #up: Pipe | undefined;
  #down: Pipe | undefined;
  #server: ServerSide | undefined;

  constructor(network: Network, id: number, page: Scope) {
    this.id = id;
    this.#network = network;
    this.page = page;
  }

  /** The page dials; `find` answers who listens when the request arrives, if anybody does. */
  dial(find: () => Acceptor | undefined, reachable: boolean): void {
    const { scheduler, random } = this.#network.options;
    if (!reachable) {
      // Without a network some attempts fail at once and some never answer.
      if (random.chance(0.7)) scheduler.after(this.page, random.between(1, 50), () => this.heardClose(1006));
      return;
    }
    scheduler.after(this.page, this.#network.delayMs() * 2, () => {
      if (this.#client !== "opening") return this.#forget();
      const acceptor = find();
      if (acceptor) acceptor.upgrade(this);
      else this.refuse();
    });
  }

  refuse(): void {
    const { scheduler } = this.#network.options;
    scheduler.after(this.page, this.#network.delayMs(), () => this.heardClose(1006));
  }

  /** The handshake is answered: from here on both sides can speak. */
  accept(server: Scope, written: (text: string, side: ServerSide) => void): Transport {
    const up = new Pipe(this.#network, server);
    const down = new Pipe(this.#network, this.page);
    const side = new ServerSide(this, this.#network, server, up, down, written);
    this.#up = up;
    this.#down = down;
    this.#server = side;
    down.send(0, () => {
      if (this.#client !== "opening") return;
      this.#client = "open";
      this.#tell("open", {});
    });
    return side;
  }

  get server(): ServerSide | undefined {
    return this.#server;
  }

  get isOver(): boolean {
    return this.#client === "closed" && (!this.#server || this.#server.isOver);
  }

  addEventListener(type: "open" | "message" | "close" | "error", listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? [];
    listeners.push(listener);
    this.#listeners.set(type, listeners);
  }

  send(text: string): void {
    if (this.#client === "opening") throw new Error("InvalidStateError: the socket is still connecting");
    if (this.#client === "open") this.#up?.send(text.length, () => this.#server?.heard(text));
  }

  close(code = 1005): void {
    if (this.#client === "closing" || this.#client === "closed") return;
    const wasOpening = this.#client === "opening";
    this.#client = "closing";
    const up = this.#up;
    if (!up) {
      this.heardClose(1006);
      return;
    }
    // A handshake that is given up reaches the server as a broken line.
    up.send(0, () => this.#server?.heardClose(wasOpening ? 1006 : code));
    this.#network.options.scheduler.after(this.page, closeMsMax, () => this.heardClose(1006));
  }

  /** The line breaks; each side hears of it or does not (X2). */
  cut(heard: { readonly client: boolean; readonly server: boolean }): void {
    const { scheduler, random } = this.#network.options;
    this.#up?.lose();
    this.#down?.lose();
    if (heard.client) scheduler.after(this.page, random.between(0, 80), () => this.heardClose(1006));
    const side = this.#server;
    if (heard.server && side) scheduler.after(side.scope, random.between(0, 80), () => side.heardClose(1006));
  }

  /** The page takes nothing in for a while. */
  stall(untilMs: number): void {
    this.#down?.stall(untilMs);
  }

  delivered(text: string): void {
    if (this.#client !== "open") return;
    this.onDelivered(text);
    this.#tell("message", { data: text });
  }

  heardClose(code: number, reason = ""): void {
    if (this.#client === "closed") return;
    const wasOpen = this.#client !== "opening";
    this.#client = "closed";
    this.#down?.lose();
    if (!wasOpen) this.#tell("error", {});
    this.#tell("close", { code, reason });
    this.#forget();
  }

  #tell(type: "open" | "message" | "close" | "error", event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ type, ...event });
  }

  #forget(): void {
    if (this.isOver || !this.#server) this.#network.sockets.delete(this);
  }
}

/** The socket as the server's process holds it. */
export class ServerSide implements Transport {
  readonly socket: Socket;
  readonly scope: Scope;
  bufferedBytesMax = 0;
  #events: TransportEvents | undefined;
  #state: "open" | "closing" | "closed" = "open";
  #needsDrain = false;
  #closing: Timer | undefined;
  readonly #network: Network;
  readonly #up: Pipe;
  readonly #down: Pipe;
  readonly #written: (text: string, side: ServerSide) => void;

  constructor(
    socket: Socket,
    network: Network,
    scope: Scope,
    up: Pipe,
    down: Pipe,
    written: (text: string, side: ServerSide) => void,
  ) {
    this.socket = socket;
    this.#network = network;
    this.scope = scope;
    this.#up = up;
    this.#down = down;
    this.#written = written;
  }

  get isOver(): boolean {
    return this.#state === "closed" || this.scope.state === "dead";
  }

  /** Whatever is written from now on reaches nobody. */
  get isCut(): boolean {
    return this.#down.lost;
  }

  open(events: TransportEvents): void {
    this.#events = events;
  }

  write(messages: readonly Outgoing[]): void {
    if (this.#state !== "open") return;
    for (const { text } of messages) {
      this.#written(text, this);
      this.#down.send(text.length, () => {
        this.socket.delivered(text);
        this.#took();
      });
    }
    if (this.#down.lost) this.#lostBytes += messages.reduce((sum, { text }) => sum + text.length, 0);
    this.bufferedBytesMax = Math.max(this.bufferedBytesMax, this.bufferedBytes);
    if (this.bufferedBytes > highWaterBytes) this.#needsDrain = true;
  }

  /** Bytes written into a dead line: nobody will ever take them. */
  #lostBytes = 0;

  get bufferedBytes(): number {
    return Math.max(0, this.#down.bytes + this.#lostBytes - windowBytes);
  }

  close(code: number, reason: string): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#down.send(0, () => {
      this.socket.heardClose(code, reason);
      this.#up.send(0, () => this.heardClose(code));
    });
    this.#closing = this.#network.options.scheduler.after(this.scope, closeMsMax, () => this.terminate());
  }

  terminate(): void {
    const { scheduler } = this.#network.options;
    scheduler.after(this.socket.page, this.#network.delayMs(), () => this.socket.heardClose(1006));
    this.heardClose(1006);
  }

  heard(text: string): void {
    if (this.#state === "open" || this.#state === "closing") this.#events?.text(text);
  }

  heardClose(code: number): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#closing?.cancel();
    this.#up.lose();
    // The page hears the end of what was under way, and then the answer to its own close.
    this.#down.send(0, () => this.socket.heardClose(code));
    this.#events?.closed(code);
  }

  /** Runs in the page's scope; what the server hears of it takes a step of its own. */
  #took(): void {
    if (!this.#needsDrain || this.bufferedBytes > 0 || this.#state === "closed") return;
    this.#needsDrain = false;
    this.#network.options.scheduler.after(this.scope, 0, () => {
      if (this.#state !== "closed") this.#events?.drained();
    });
  }
}
