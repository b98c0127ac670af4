/** One page of a person: the real client on a simulated device, and the check of everything it shows. */
import { type Client, createClient, type WebSocketLike } from "@goldenpath/client";
import type { Timer } from "@goldenpath/protocol";
import { createFetch } from "./http.ts";
import type { Device } from "./login.ts";
import { Scope, ScopeClock } from "./scheduler.ts";
import { ViewCheck } from "./view-check.ts";
import type { World } from "./world.ts";

export interface TabOptions {
  readonly name: string;
  readonly device: Device;
  /** Comes with tickets instead of the cookie. */
  readonly tickets: boolean;
}

/** Shorter than the product's, so that a world need not live as long. */
const commandMsMax = 60_000;

export class Tab {
  readonly name: string;
  readonly device: Device;
  readonly page: Scope;
  readonly clock: ScopeClock;
  readonly client: Client;
  readonly check: ViewCheck;
  readonly #world: World;
  readonly #wakes = new Set<() => void>();
  #nextId = 1;
  acting: Timer | undefined;
  open = true;

  constructor(world: World, { name, device, tickets }: TabOptions) {
    const { scheduler, random } = world;
    this.#world = world;
    this.name = name;
    this.device = device;
    this.page = new Scope(name);
    this.clock = new ScopeClock(scheduler, this.page, random.fork(`${name} clock`));
    const jitter = random.fork(`${name} jitter`);
    this.client = createClient({
      url: "http://world",
      userId: device.userId,
      clock: this.clock,
      makeId: () => this.makeCommandId(),
      random: () => jitter.next(),
      notify: (flush) => void scheduler.after(this.page, jitter.between(0, 16), flush),
      webSocket: () => this.#dial(),
      fetch: createFetch(world, this.page, device),
      commandMsMax,
      onWake: (wake) => {
        this.#wakes.add(wake);
        return () => void this.#wakes.delete(wake);
      },
      ...(tickets ? { fetchTicket: (signal) => this.#fetchTicket(signal) } : {}),
    });
    this.check = new ViewCheck({ name, stored: world.disk, history: world.history });
    this.client.subscribe(() => this.check.look(this.client.view, this.client.counters));
    void this.#listen();
  }

  /** Whose page it is, as it believes itself: a command that is given in it is that user's. */
  get userId(): string {
    return this.client.view.userId ?? this.device.userId;
  }

  makeCommandId(): string {
    const id = `${this.name}.${this.#nextId++}`;
    this.#world.wire.commandUsers.set(id, this.userId);
    return id;
  }

  wake(): void {
    for (const wake of this.#wakes) wake();
  }

  /** The page is closed; what its system still sends out is sent. */
  close(): void {
    this.open = false;
    this.acting?.cancel();
    this.client.close();
  }

  #dial(): WebSocketLike {
    const { network, wire, login, bug } = this.#world;
    const socket = network.open(this.page);
    const cookie = this.device.sessionId;
    const owner = (sessionId: string | undefined) => {
      const userId = sessionId === undefined ? undefined : login.ownerOf(sessionId);
      if (userId !== undefined && sessionId !== undefined)
        wire.owners.set(socket.id, { userId, sessionId, cursor: undefined });
    };
    owner(cookie);
    socket.dial(() => {
      const { server } = this.#world;
      return server?.listening
        ? {
            scope: server.scope,
            upgrade: (asked) => server.upgrade(asked, this.#hasTickets ? undefined : cookie),
          }
        : undefined;
    }, this.#world.reachable(this.device));
    const inner = bug.socket?.(socket, this.#world.disk) ?? socket;
    return {
      send: (text) => {
        const frame = JSON.parse(text) as { type: string; ticket?: string; token?: string; cursor?: never };
        if (frame.type === "hello") {
          if (frame.ticket !== undefined) owner(this.#sessionByTicket.get(frame.ticket));
          const known = wire.owners.get(socket.id);
          if (known) known.cursor = frame.cursor;
        } else if (frame.type === "refresh") {
          // From now on it lives as long as the new session, if that one is the same person's.
          const sessionId = this.#sessionByTicket.get(frame.token ?? "");
          const known = wire.owners.get(socket.id);
          if (known && sessionId !== undefined && login.user(sessionId)?.userId === known.userId)
            wire.owners.set(socket.id, { ...known, sessionId });
        }
        this.#world.history.note("said", `${this.name} ${socket.id} ${text}`);
        inner.send(text);
      },
      close: (code, reason) => inner.close(code, reason),
      addEventListener: (type, listener) => inner.addEventListener(type, listener),
    };
  }

  readonly #sessionByTicket = new Map<string, string>();
  #hasTickets = false;

  /** POST /api/tickets. */
  async #fetchTicket(signal: AbortSignal): Promise<string | undefined> {
    this.#hasTickets = true;
    const { scheduler, network, login } = this.#world;
    const sessionId = this.device.sessionId;
    await scheduler.pause(this.page, network.delayMs() * 2);
    if (signal.aborted || !this.#world.reachable(this.device) || !this.#world.server?.listening) {
      throw new TypeError("fetch failed");
    }
    if (sessionId === undefined || !login.user(sessionId)) return undefined;
    const ticket = login.issueTicket(sessionId);
    this.#sessionByTicket.set(ticket, sessionId);
    return ticket;
  }

  async #listen(): Promise<void> {
    while (this.open) {
      this.check.streamBegins();
      try {
        for await (const event of this.client.events()) this.check.streamed(this.client.view.userId, event);
        return;
      } catch (error) {
        this.#world.history.note("lost", `${this.name} ${String(error)}`);
      }
    }
  }
}
