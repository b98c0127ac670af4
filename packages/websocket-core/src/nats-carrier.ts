/**
 * NATS between the nodes: commits go with their bytes to `user.<id>`, signals to `signal.<id>`. A node subscribes
 * to the users it serves, and to every signal.
 *
 *  N1  The line is opened again and again, with pauses that grow. Every connection is made
 *      afresh, so nothing waits in a library for one that is gone.
 *  N2  What the server has not taken is bounded by `waitingBytesMax`; over that it is dropped. A commit above the
 *      server's `max_payload` goes without its bytes.
 *  N3  A user counts as heard when the server has answered a PING that was sent after the subscription.
 */
import type { Committed } from "@goldenpath/journal";
import type { Clock, Timer } from "@goldenpath/protocol";
import {
  type ConnectionOptions,
  connect,
  type NatsConnection,
  type Subscription,
} from "@nats-io/transport-node";
import type { Signal } from "./bus.ts";
import {
  decodeCommitted,
  decodeSignal,
  encodeCommitted,
  subjectToken,
  userOfToken,
  withoutEvents,
} from "./bus-message.ts";
import { type Carrier, type Connect, type Ears, pauseMs } from "./carrier.ts";

export interface NatsCarrierOptions {
  /** `nats://host:4222`, with `user:password@` or `token@` where the server wants it, `tls://` for TLS; several with commas. */
  readonly url: string;
  /** Shown in the server's own lists of connections. */
  readonly name: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly waitingBytesMax?: number;
}

type Line =
  | { readonly is: "opening" }
  | {
      readonly is: "open";
      readonly connection: NatsConnection;
      readonly subscriptions: Map<string, Subscription>;
    }
  | { readonly is: "pausing"; readonly timer: Timer }
  | { readonly is: "closed" };

const openMsMax = 5_000;
/** A server that is silent for two of these counts as gone. */
const pingMs = 2_000;
const waitingBytesMaxDefault = 8 * 1024 * 1024;
/** When so much was written since the last answer, the server is asked whether it has taken it. */
const askedBytes = 256 * 1024;

/** Throws a `TypeError` for an address that cannot be one. */
export function natsCarrier(options: NatsCarrierOptions): Connect {
  const server = parseNatsUrl(options.url);
  return (ears) => new NatsCarrier(options, server, ears);
}

class NatsCarrier implements Carrier {
  readonly kind = "nats";
  readonly #options: NatsCarrierOptions;
  readonly #server: ConnectionOptions;
  readonly #ears: Ears;
  readonly #users = new Set<string>();
  #line: Line = { is: "opening" };
  #failures = 0;
  /** N3 */
  #unheard = new Set<string>();
  #confirming = false;
  /** N2: written, and perhaps not taken yet. */
  #waitingBytes = 0;
  #asking = false;

  constructor(options: NatsCarrierOptions, server: ConnectionOptions, ears: Ears) {
    this.#options = options;
    this.#server = server;
    this.#ears = ears;
    void this.#open();
  }

  listen(userId: string): void {
    this.#users.add(userId);
    if (this.#line.is !== "open") return;
    this.#subscribe(this.#line, userId);
    this.#unheard.add(userId);
    if (!this.#confirming) void this.#confirm(this.#line.connection);
  }

  ignore(userId: string): void {
    this.#users.delete(userId);
    this.#unheard.delete(userId);
    if (this.#line.is !== "open") return;
    this.#line.subscriptions.get(userId)?.unsubscribe();
    this.#line.subscriptions.delete(userId);
  }

  tell(committed: Committed): boolean {
    if (this.#line.is !== "open") return false;
    const subject = `user.${subjectToken(committed.userId)}`;
    const bytes = Buffer.from(encodeCommitted(committed));
    const fits = bytes.length <= (this.#line.connection.info?.max_payload ?? 0);
    return this.#publish(
      this.#line.connection,
      subject,
      fits ? bytes : Buffer.from(encodeCommitted(withoutEvents(committed))),
    );
  }

  signal(userId: string, signal: Signal): boolean {
    if (this.#line.is !== "open") return false;
    const subject = `signal.${subjectToken(userId)}`;
    return this.#publish(this.#line.connection, subject, Buffer.from(JSON.stringify(signal)));
  }

  async close(): Promise<void> {
    const line = this.#line;
    this.#line = { is: "closed" };
    if (line.is === "pausing") line.timer.cancel();
    if (line.is === "open") await line.connection.close();
  }

  /** Never rejects. */
  async #open(): Promise<void> {
    this.#line = { is: "opening" };
    let connection: NatsConnection | undefined;
    try {
      connection = await connect({
        ...this.#server,
        name: this.#options.name,
        // N1
        reconnect: false,
        noEcho: true,
        timeout: openMsMax,
        pingInterval: pingMs,
        maxPingOut: 2,
      });
      if (this.#isClosed()) {
        await connection.close();
        return;
      }
      void cutWhenSilent(connection);
      await this.#begin(connection);
      const error = await connection.closed();
      this.#lost(error ?? new Error("The NATS server closed the connection."));
    } catch (error) {
      // One that was opened, and failed before it was ready.
      await connection?.close().catch(() => undefined);
      this.#lost(error);
    }
  }

  async #begin(connection: NatsConnection): Promise<void> {
    const line = { is: "open", connection, subscriptions: new Map<string, Subscription>() } as const;
    this.#waitingBytes = 0;
    this.#unheard.clear();
    connection.subscribe("signal.*", {
      callback: (error, { subject, data }) => {
        if (error) return this.#ears.failed(error);
        const signal = decodeSignal(Buffer.from(data).toString("utf8"));
        if (signal) this.#ears.signalled(userOfToken(subject.slice("signal.".length)), signal);
      },
    });
    for (const userId of this.#users) this.#subscribe(line, userId);
    this.#line = line;
    await flushed(connection);
    this.#failures = 0;
    this.#ears.opened();
  }

  #subscribe({ connection, subscriptions }: Extract<Line, { is: "open" }>, userId: string): void {
    const callback = (error: Error | null, { data }: { readonly data: Uint8Array }) => {
      if (error) return this.#ears.failed(error);
      const committed = decodeCommitted(userId, Buffer.from(data).toString("utf8"));
      if (committed) this.#ears.committed(committed);
    };
    subscriptions.set(userId, connection.subscribe(`user.${subjectToken(userId)}`, { callback }));
  }

  /** N3. Never rejects. */
  async #confirm(connection: NatsConnection): Promise<void> {
    this.#confirming = true;
    try {
      while (this.#unheard.size > 0) {
        const userIds = [...this.#unheard];
        this.#unheard.clear();
        await flushed(connection);
        this.#ears.listening(userIds);
      }
    } catch {
      // The line broke; when it opens again everybody is asked for.
    }
    this.#confirming = false;
  }

  #publish(connection: NatsConnection, subject: string, payload: Buffer): boolean {
    if (connection.isClosed()) return false;
    const { waitingBytesMax = waitingBytesMaxDefault } = this.#options;
    if (this.#waitingBytes + payload.length > waitingBytesMax) return false;
    this.#waitingBytes += payload.length;
    connection.publish(subject, payload);
    if (this.#waitingBytes > askedBytes && !this.#asking) void this.#ask(connection);
    return true;
  }

  /** N2. Never rejects. */
  async #ask(connection: NatsConnection): Promise<void> {
    this.#asking = true;
    const bytes = this.#waitingBytes;
    try {
      await flushed(connection);
      if (this.#line.is === "open" && this.#line.connection === connection) this.#waitingBytes -= bytes;
    } catch {
      // The line broke; the next one begins with nothing that waits.
    }
    this.#asking = false;
  }

  #lost(error: unknown): void {
    if (this.#isClosed()) return;
    const { clock, random } = this.#options;
    const timer = clock.timer(pauseMs(this.#failures++, random), () => void this.#open());
    this.#line = { is: "pausing", timer };
    this.#ears.failed(error);
  }

  #isClosed(): boolean {
    return this.#line.is === "closed";
  }
}

/**
 * Of a server that is silent the library takes leave, and waits until that is written: on a line that is full, for
 * ever. Never rejects.
 */
async function cutWhenSilent(connection: NatsConnection): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === "staleConnection") await connection.close();
  }
}

/** Resolves when the server has taken all that was sent; a connection that closes meanwhile never answers that. */
async function flushed(connection: NatsConnection): Promise<void> {
  const lost = connection.closed().then(() => {
    throw new Error("The connection to NATS closed.");
  });
  await Promise.race([connection.flush(), lost]);
}

export function parseNatsUrl(text: string): ConnectionOptions {
  const urls = text.split(",").map((one) => (URL.canParse(one.trim()) ? new URL(one.trim()) : undefined));
  const [first] = urls;
  const servers = urls.map((url) => {
    if (!url || !["nats:", "tls:"].includes(url.protocol) || url.hostname === "") {
      throw new TypeError("an address such as nats://host:4222, or several with commas");
    }
    return `${url.hostname}:${url.port || 4222}`;
  });
  const user = decodeURIComponent(first?.username ?? "");
  const pass = decodeURIComponent(first?.password ?? "");
  const credentials = pass !== "" ? { user, pass } : user !== "" ? { token: user } : {};
  return { servers, ...credentials, ...(urls.some((url) => url?.protocol === "tls:") && { tls: {} }) };
}
