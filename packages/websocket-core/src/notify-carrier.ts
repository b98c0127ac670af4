/**
 * Postgres between the nodes, without another service: `NOTIFY` carries who has grown and how far, never bytes;
 * whoever hears it reads the journal. Every node hears of every user, and every notifying transaction takes one
 * lock of the whole server, so this is for few nodes (`docs/deploy`).
 *
 *  P1  One connection listens and notifies. It has to be a session of its own: a pool that shares sessions between
 *      transactions does not deliver.
 *  P2  One notification is under way at a time; what comes meanwhile is gathered, of each user only the newest
 *      head. What waits is bounded by `waitingMax`; over that it is dropped. What a line that fails took along
 *      is told as dropped, and what was taken before `close` is told first.
 *  P3  The connection is opened again and again, with pauses that grow; one that does not answer
 *      for `silentMsMax` counts as lost.
 */
import type { Committed } from "@goldenpath/journal";
import type { Clock, Timer } from "@goldenpath/protocol";
import { Client } from "pg";
import type { Signal } from "./bus.ts";
import { decodeNotices, encodeNotices, withoutEvents } from "./bus-message.ts";
import { type Carrier, type Connect, type Ears, pauseMs } from "./carrier.ts";

export interface NotifyCarrierOptions {
  /** `postgres://…` of the database that all nodes share. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** Fresh for every node: tells its own notifications from the others'. */
  readonly nodeId: string;
}

type Line =
  | { readonly is: "opening" }
  | { readonly is: "open"; readonly client: Client; readonly pulse: Timer }
  | { readonly is: "pausing"; readonly timer: Timer }
  | { readonly is: "closed" };

const channel = "goldenpath";
const openMsMax = 5_000;
const pulseMs = 2_000;
const silentMsMax = 4_000;
const waitingMax = 10_000;

export function notifyCarrier(options: NotifyCarrierOptions): Connect {
  return (ears) => new NotifyCarrier(options, ears);
}

class NotifyCarrier implements Carrier {
  readonly kind = "postgres";
  readonly #options: NotifyCarrierOptions;
  readonly #ears: Ears;
  #line: Line = { is: "opening" };
  #failures = 0;
  /** P2: what is to be told, by user; signals are told one by one. */
  #grown = new Map<string, Committed>();
  #signals: { readonly userId: string; readonly signal: Signal }[] = [];
  #telling: Promise<void> | undefined;

  constructor(options: NotifyCarrierOptions, ears: Ears) {
    this.#options = options;
    this.#ears = ears;
    void this.#open();
  }

  /** Every node hears of everybody. */
  listen(userId: string): void {
    if (this.#line.is === "open") this.#ears.listening([userId]);
  }

  ignore(): void {
    // There is nothing to leave.
  }

  tell(committed: Committed): boolean {
    if (!this.#grown.has(committed.userId) && this.#isFull()) return false;
    this.#grown.set(committed.userId, withoutEvents(committed));
    this.#tellSoon();
    return true;
  }

  signal(userId: string, signal: Signal): boolean {
    if (this.#isFull()) return false;
    this.#signals.push({ userId, signal });
    this.#tellSoon();
    return true;
  }

  async close(): Promise<void> {
    const line = this.#line;
    this.#line = { is: "closed" };
    if (line.is === "pausing") line.timer.cancel();
    if (line.is !== "open") return;
    line.pulse.cancel();
    await this.#telling;
    await ended(line.client);
  }

  #isFull(): boolean {
    return this.#line.is !== "open" || this.#grown.size + this.#signals.length >= waitingMax;
  }

  #tellSoon(): void {
    if (this.#telling || this.#line.is !== "open") return;
    const { client } = this.#line;
    // The commits of one group come in one turn.
    this.#telling = Promise.resolve().then(() => this.#tellAll(client));
  }

  /** P2. Never rejects. */
  async #tellAll(client: Client): Promise<void> {
    let underWay = 0;
    try {
      while (this.#grown.size + this.#signals.length > 0) {
        const payloads = encodeNotices(this.#options.nodeId, this.#signals, [...this.#grown.values()]);
        underWay = this.#forget();
        await client.query("SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload", [
          channel,
          payloads,
        ]);
      }
    } catch (error) {
      // The pulse finds a line that is broken; what was gathered is found in the journal.
      this.#ears.dropped(underWay + this.#forget(), error);
    }
    this.#telling = undefined;
  }

  /** Never rejects. */
  async #open(): Promise<void> {
    this.#line = { is: "opening" };
    const client = new Client({
      connectionString: this.#options.url,
      application_name: "goldenpath bus",
      connectionTimeoutMillis: openMsMax,
      query_timeout: silentMsMax,
      keepAlive: true,
    });
    const broken = Promise.withResolvers<Error>();
    client.on("error", broken.resolve);
    client.on("end", () => broken.resolve(new Error("Postgres closed the connection.")));
    client.on("notification", ({ payload = "" }) => this.#heard(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      if (!this.#isClosed()) {
        this.#failures = 0;
        this.#line = { is: "open", client, pulse: this.#pulse(client, broken.resolve) };
        this.#ears.opened();
        this.#lost(await broken.promise);
      }
    } catch (error) {
      this.#lost(error);
    }
    await ended(client);
  }

  /** P3 */
  #pulse(client: Client, broken: (error: Error) => void): Timer {
    return this.#options.clock.timer(pulseMs, () => {
      client.query("SELECT 1").then(() => {
        if (this.#line.is !== "open" || this.#line.client !== client) return;
        this.#line = { is: "open", client, pulse: this.#pulse(client, broken) };
      }, broken);
    });
  }

  #heard(payload: string): void {
    for (const notice of decodeNotices(this.#options.nodeId, payload)) {
      if (notice.is === "signal") this.#ears.signalled(notice.userId, notice.signal);
      else this.#ears.committed(notice.committed);
    }
  }

  #lost(error: unknown): void {
    if (this.#isClosed()) return;
    if (this.#line.is === "open") this.#line.pulse.cancel();
    const dropped = this.#forget();
    if (dropped > 0) this.#ears.dropped(dropped, error);
    const { clock, random } = this.#options;
    const timer = clock.timer(pauseMs(this.#failures++, random), () => void this.#open());
    this.#line = { is: "pausing", timer };
    this.#ears.failed(error);
  }

  /** How much that was. */
  #forget(): number {
    const count = this.#grown.size + this.#signals.length;
    this.#grown = new Map();
    this.#signals = [];
    return count;
  }

  #isClosed(): boolean {
    return this.#line.is === "closed";
  }
}

/** Says goodbye, and cuts a connection that does not answer. Never rejects. */
async function ended(client: Client): Promise<void> {
  const cut = setTimeout(() => client.connection.stream.destroy(), silentMsMax);
  await client.end().catch(() => undefined);
  clearTimeout(cut);
}
