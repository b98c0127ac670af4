/** One page of a person: the real client over a real socket, and a record of all it got and showed. */
import { type Client, type Counters, createClient, type View, type WebSocketLike } from "@goldenpath/client";
import type { Cursor, Event } from "@goldenpath/protocol";
import { WebSocket as NodeWebSocket } from "ws";
import type { Random } from "../simulation/random.ts";
import { type Account, fetchOf, fetchTicket } from "./account.ts";

/** One socket: what its page said in hello, and every text that came. */
export interface SocketRecord {
  readonly id: number;
  readonly account: Account;
  cursor: Cursor | undefined;
  readonly texts: string[];
}

export interface Look {
  readonly view: View;
  readonly counters: Counters;
}

export interface TabOptions {
  readonly name: string;
  readonly account: Account;
  readonly random: Random;
  readonly makeCommandId: (tab: Tab) => string;
  readonly nextSocketId: () => number;
}

const commandMsMax = 60_000;
/** Looks are as far apart as this, beside those at every change of the connection. */
const lookMsMin = 700;

export class Tab {
  readonly name: string;
  readonly account: Account;
  readonly client: Client;
  readonly sockets: SocketRecord[] = [];
  readonly looks: Look[] = [];
  /** What the client's stream of events yielded; a new list after each loss that it told. */
  readonly streams: Event[][] = [];
  readonly #wakes = new Set<() => void>();
  #lookedAt = 0;
  #state: Client["state"] | undefined;
  open = true;

  constructor({ name, account, random, makeCommandId, nextSocketId }: TabOptions) {
    this.name = name;
    this.account = account;
    const address = `10.1.${random.whole(0, 255)}.${random.whole(1, 254)}`;
    const hasTickets = random.chance(0.2);
    this.client = createClient({
      url: account.url,
      makeId: () => makeCommandId(this),
      random: () => random.next(),
      commandMsMax,
      fetch: fetchOf(account, address),
      webSocket: (url, protocol) => this.#dial(url, protocol, hasTickets, nextSocketId()),
      onWake: (wake) => {
        this.#wakes.add(wake);
        return () => void this.#wakes.delete(wake);
      },
      ...(hasTickets && { fetchTicket: (signal: AbortSignal) => fetchTicket(account, address, signal) }),
    });
    this.client.subscribe(() => this.#changed());
    if (random.chance(0.15)) void this.#listen();
  }

  /** A sign of life: the page was shown, the network is back. */
  wake(): void {
    for (const wake of this.#wakes) wake();
  }

  look(): void {
    this.#lookedAt = performance.now();
    const { view, counters } = this.client;
    this.looks.push({ view, counters });
  }

  close(): void {
    this.look();
    this.open = false;
    this.client.close();
  }

  #changed(): void {
    const { state } = this.client;
    if (state === this.#state && performance.now() - this.#lookedAt < lookMsMin) return;
    this.#state = state;
    this.look();
  }

  #dial(url: string, protocol: string, hasTickets: boolean, id: number): WebSocketLike {
    const { account } = this;
    const record: SocketRecord = { id, account, cursor: undefined, texts: [] };
    this.sockets.push(record);
    // A browser's cookie comes along by itself; a device with tickets has Node's own socket.
    const socket: WebSocketLike = hasTickets
      ? new WebSocket(url, protocol)
      : (new NodeWebSocket(url, protocol, { headers: { cookie: account.cookie } }) as WebSocketLike);
    socket.addEventListener("message", ({ data }) => record.texts.push(String(data)));
    return {
      send(text) {
        const frame = JSON.parse(text) as { readonly type: string; readonly cursor?: Cursor };
        if (frame.type === "hello") record.cursor = frame.cursor;
        socket.send(text);
      },
      close: (code, reason) => socket.close(code, reason),
      addEventListener: (type, listener) => socket.addEventListener(type, listener),
    };
  }

  async #listen(): Promise<void> {
    while (this.open) {
      const events: Event[] = [];
      this.streams.push(events);
      try {
        for await (const event of this.client.events()) events.push(event);
        return;
      } catch {
        // It told that it lost some; the next list begins after them.
      }
    }
  }
}
