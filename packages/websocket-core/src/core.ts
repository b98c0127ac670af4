/**
 * The node's registry of connections: it admits them, joins each to its user's log, and writes to dirty
 * ones once per tick. There is one for each server, made by whoever composes it; no module state.
 *
 *  W1  An upgrade is authenticated before the handshake is answered, so a socket never exists half open.
 *  W2  A user's log is shared by that user's connections and by nobody else's (D4).
 *  W3  A revoked session or user is out at once (D7), and a join that was under way does not slip in.
 *  W4  Every count is bounded: upgrades under way, connections in all, of one user, and of peers that have not
 *      joined a log yet; so neither strangers nor one user's silent sockets can take everybody's place.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Journal } from "@goldenpath/journal";
import {
  type Clock,
  type ErrorCode,
  limits,
  type MakeId,
  subprotocol,
  type Timer,
} from "@goldenpath/protocol";
import { WebSocketServer } from "ws";
import { CommandAllowances } from "./allowance.ts";
import { type Bus, createLocalBus } from "./bus.ts";
import { Callers } from "./callers.ts";
import type { Commands } from "./commands.ts";
import { type Admission, type ConnectionHost, type Fault, WebSocketConnection } from "./connection.ts";
import type { UserContext } from "./context.ts";
import { SessionCheck } from "./session-check.ts";
import type { Transport } from "./transport.ts";
import { refuseUpgrade } from "./upgrade-refusal.ts";
import { UserLog, type UserLogEvents } from "./user-log.ts";
import { WebSocketTransport } from "./ws-transport.ts";

export interface WebSocketCoreOptions {
  readonly journal: Journal;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** Who the upgrade's cookie names. */
  readonly authenticate: (request: IncomingMessage) => Promise<UserContext | undefined>;
  /** Who a single-use ticket was given to; it is used up by this call. */
  readonly redeemTicket: (ticket: string) => Promise<UserContext | undefined>;
  /** Exact allowlist for the upgrade's Origin; a request without one is not from a browser. */
  readonly originAllowed: (origin: string, request: IncomingMessage) => boolean;
  /** Without it the node is alone and hears its own journal. Whoever made it closes it. */
  readonly bus?: Bus;
  /** Which of these sessions have ended; asked where other nodes may have ended some without a word. */
  readonly endedSessions?: (sessionIds: readonly string[]) => Promise<readonly string[]>;
  /** Default 100,000. */
  readonly connectionsMax?: number;
  /** Hears what went wrong and for which connection; nothing is swallowed. */
  readonly onFault?: (fault: Fault) => void;
  /** Hears why an upgrade was answered by HTTP instead. */
  readonly onRefuse?: (code: ErrorCode) => void;
  /** Hears the code with which each connection ended, from whichever side. */
  readonly onClose?: (code: number) => void;
  /** Runs once per tick; the default is `setImmediate`. */
  readonly defer?: (call: () => void) => void;
}

export interface CoreStats {
  readonly connections: number;
  readonly connectionsByState: Readonly<Record<WebSocketConnection["state"], number>>;
  /** What waits in all sockets together. */
  readonly bufferedBytes: number;
  /** How far the connection that is furthest behind lags: events committed and not yet written to its socket. */
  readonly lagEventsMax: number;
  readonly users: number;
  readonly upgrades: number;
}

/** A user who is here: their log, and the connections that joined it, oldest first. */
class UserEntry implements UserLogEvents {
  readonly log: UserLog;
  readonly #core: Pick<ConnectionHost, "dirty">;
  /** An array of just its size: a set is several times as large as what nearly everybody has in it, which is one. */
  connections: readonly WebSocketConnection[] = [];

  constructor(userId: string, bus: Bus, core: Pick<ConnectionHost, "dirty">) {
    this.#core = core;
    this.log = new UserLog(userId, bus, this);
  }

  grown(): void {
    for (const connection of this.connections) this.#core.dirty(connection);
  }

  replaced(): void {
    for (const connection of this.connections) connection.close("try_later");
  }
}

const upgradesWaitingMax = 1_000;
const sweepMs = 1_000;
/** A join takes far less; a session revoked longer ago is unknown to the login itself. */
const revokedKeptMs = 60_000;
const revokedKeptMax = 10_000;

export class WebSocketCore {
  readonly #options: WebSocketCoreOptions;
  readonly #bus: Bus;
  readonly #stopHearing: () => void;
  readonly #sessions: SessionCheck | undefined;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.frameBytesHardMax,
    handleProtocols: () => subprotocol,
  });
  readonly #host: ConnectionHost;
  readonly #connections = new Set<WebSocketConnection>();
  readonly #userById = new Map<string, UserEntry>();
  readonly #userByConnection = new Map<WebSocketConnection, UserEntry>();
  readonly #allowances: CommandAllowances;
  /** W4: who has not joined yet, by the user's id or as a stranger. */
  readonly #callers = new Callers();
  /** W3: session ids and when they were revoked, oldest first. */
  readonly #revokedAt = new Map<string, number>();
  readonly #dirty = new Set<WebSocketConnection>();
  #flushing = false;
  #upgrades = 0;
  #accepting = true;
  #sweep: Timer;
  #drained: (() => void) | undefined;

  constructor(options: WebSocketCoreOptions) {
    this.#options = options;
    this.#bus = options.bus ?? createLocalBus(options.journal);
    this.#allowances = new CommandAllowances(options.clock);
    this.#stopHearing = this.#bus.onSignal((_userId, signal) => {
      if (signal.is === "session_ended") this.#endSession(signal.sessionId);
    });
    const { endedSessions } = options;
    this.#sessions =
      endedSessions &&
      new SessionCheck({
        clock: options.clock,
        bus: this.#bus,
        sessionIds: () => this.#sessionIds(),
        endedSessions,
        ended: (sessionId) => this.#endSession(sessionId),
        failed: (error) => options.onFault?.({ where: "sessions", error }),
      });
    this.#sweep = options.clock.timer(sweepMs, () => this.#sweepAll());
    this.#host = {
      clock: options.clock,
      journal: options.journal,
      commands: options.commands,
      redeemTicket: options.redeemTicket,
      admit: (connection, user) => this.#admit(connection, user),
      allowanceOf: (userId) => this.#allowances.of(userId),
      isRevoked: (user) => this.#isRevoked(user),
      dirty: (connection) => this.#markDirty(connection),
      left: (connection, code) => {
        this.#left(connection);
        options.onClose?.(code);
      },
      gone: (connection) => this.#gone(connection),
      failed: (where, error, connectionId) => options.onFault?.({ where, error, connectionId }),
    };
  }

  /** Takes over an HTTP upgrade: the socket becomes a connection or gets an HTTP error, never nothing. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const dropped = () => socket.destroy();
    socket.on("error", dropped);
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    if (!offered.includes(subprotocol)) {
      this.#refuse(socket, 400, "bad_frame", `Offer the subprotocol ${subprotocol}.`);
    } else if (!this.#accepting || this.#upgrades >= upgradesWaitingMax || this.#full()) {
      this.#refuse(socket, 503, "unavailable", "The server takes no connections just now; try again soon.");
    } else {
      this.#upgrades++;
      this.#authenticate(request)
        .then((verdict) => {
          if (socket.destroyed) return;
          if (verdict.is === "refused") {
            this.#refuse(
              socket,
              403,
              "origin_refused",
              "This page's origin is not on the server's allowlist.",
            );
            return;
          }
          if (this.#callers.isFull(verdict.user?.userId)) {
            const message = "Too many connections wait to say hello; try again soon.";
            this.#refuse(socket, 503, "unavailable", message);
            return;
          }
          this.#server.handleUpgrade(request, socket, head, (websocket) => {
            socket.off("error", dropped);
            this.connect(new WebSocketTransport(websocket, socket, this.#options.clock), verdict.user);
          });
        })
        .catch((error: unknown) => {
          this.#options.onFault?.({ where: "upgrade", error });
          if (!socket.destroyed)
            this.#refuse(socket, 503, "unavailable", "The session could not be checked; try again soon.");
        })
        .finally(() => {
          this.#upgrades--;
        });
    }
  }

  /** A transport whose peer was authenticated as `user`, or has to bring a ticket. */
  connect(transport: Transport, user: UserContext | undefined): WebSocketConnection {
    const connection = new WebSocketConnection(this.#options.makeId(), this.#host, transport, user);
    this.#connections.add(connection);
    this.#callers.add(connection, user?.userId);
    if (!this.#accepting) connection.close("going_away");
    return connection;
  }

  /** The open connections of one user. */
  connectionsOf(userId: string): readonly WebSocketConnection[] {
    return this.#userById.get(userId)?.connections.filter((one) => one.state === "open") ?? [];
  }

  get journal(): Journal {
    return this.#options.journal;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** D7: closes every connection of the session now, here and on every other node. */
  revokeSession({ userId, sessionId }: Pick<UserContext, "userId" | "sessionId">): void {
    this.#bus.signal(userId, { is: "session_ended", sessionId });
    this.#endSession(sessionId);
  }

  /**
   * Takes no more upgrades, tells every client to come back at a moment of its own within `windowMs`,
   * and resolves when all have left or the window is over; who is still there then is closed.
   */
  async drain(windowMs: number): Promise<void> {
    this.#accepting = false;
    for (const connection of this.#connections) connection.goaway(windowMs);
    if (this.#connections.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = this.#options.clock.timer(windowMs, resolve);
        this.#drained = () => {
          timer.cancel();
          resolve();
        };
      });
    }
    await this.close();
  }

  /** Closes every connection with `going_away`, at once; resolves when their sockets are gone. */
  async close(): Promise<void> {
    this.#accepting = false;
    this.#sweep.cancel();
    this.#stopHearing();
    for (const connection of this.#connections) connection.close("going_away");
    if (this.#connections.size > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    this.#server.close();
  }

  stats(): CoreStats {
    const connectionsByState = { greeting: 0, joining: 0, open: 0, closed: 0 };
    let bufferedBytes = 0;
    let lagEventsMax = 0;
    for (const connection of this.#connections) {
      connectionsByState[connection.state]++;
      bufferedBytes += connection.bufferedBytes;
      const head = this.#userByConnection.get(connection)?.log.head ?? 0;
      if (connection.state === "open") lagEventsMax = Math.max(lagEventsMax, head - connection.progress.sent);
    }
    return {
      connections: this.#connections.size,
      connectionsByState,
      bufferedBytes,
      lagEventsMax,
      users: this.#userById.size,
      upgrades: this.#upgrades,
    };
  }

  #refuse(socket: Duplex, status: 400 | 403 | 503, code: ErrorCode, message: string): void {
    this.#options.onRefuse?.(code);
    refuseUpgrade(socket, status, code, message);
  }

  async #authenticate(
    request: IncomingMessage,
  ): Promise<
    { readonly is: "accepted"; readonly user: UserContext | undefined } | { readonly is: "refused" }
  > {
    const user = await this.#options.authenticate(request);
    const origin = request.headers.origin;
    // A foreign page may come with a ticket of its own, but not ride on the visitor's cookie.
    if (user && origin !== undefined && !this.#options.originAllowed(origin, request))
      return { is: "refused" };
    return { is: "accepted", user };
  }

  #full(): boolean {
    return this.#connections.size >= (this.#options.connectionsMax ?? 100_000);
  }

  #admit(connection: WebSocketConnection, user: UserContext | undefined): Admission {
    if (!user) return { is: "refused", reason: "unauthenticated" };
    if (this.#isRevoked(user)) return { is: "refused", reason: "session_revoked" };
    if (user.expiresAt <= this.#options.clock.now()) return { is: "refused", reason: "session_expired" };
    let entry = this.#userById.get(user.userId);
    if (entry && entry.connections.length >= limits.connectionsPerUserMax) {
      return { is: "refused", reason: "too_many_connections" };
    }
    if (!entry) {
      entry = new UserEntry(user.userId, this.#bus, this.#host);
      this.#userById.set(user.userId, entry);
    }
    entry.connections = entry.connections.concat(connection);
    this.#userByConnection.set(connection, entry);
    this.#callers.remove(connection);
    return { is: "admitted", log: entry.log };
  }

  #left(connection: WebSocketConnection): void {
    this.#callers.remove(connection);
    const entry = this.#userByConnection.get(connection);
    if (!entry) return;
    this.#userByConnection.delete(connection);
    entry.connections = entry.connections.filter((one) => one !== connection);
    if (entry.connections.length > 0) return;
    entry.log.close();
    this.#userById.delete(entry.log.userId);
  }

  #gone(connection: WebSocketConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#drained?.();
  }

  #markDirty(connection: WebSocketConnection): void {
    this.#dirty.add(connection);
    if (this.#flushing) return;
    this.#flushing = true;
    (this.#options.defer ?? setImmediate)(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const connection of dirty) connection.flush();
  }

  #endSession(sessionId: string): void {
    this.#remember(sessionId);
    for (const connection of this.#connections) {
      if (connection.user?.sessionId === sessionId) connection.close("session_revoked");
    }
  }

  *#sessionIds(): Iterable<string> {
    for (const { user } of this.#connections) if (user) yield user.sessionId;
  }

  #sweepAll(): void {
    for (const connection of this.#connections) connection.sweep();
    this.#allowances.sweep();
    this.#sessions?.sweep();
    const oldest = this.#options.clock.elapsed() - revokedKeptMs;
    for (const [sessionId, at] of this.#revokedAt) {
      if (at >= oldest) break;
      this.#revokedAt.delete(sessionId);
    }
    this.#sweep = this.#options.clock.timer(sweepMs, () => this.#sweepAll());
  }

  #isRevoked(user: UserContext): boolean {
    return this.#revokedAt.has(user.sessionId);
  }

  #remember(sessionId: string): void {
    this.#revokedAt.delete(sessionId);
    this.#revokedAt.set(sessionId, this.#options.clock.elapsed());
    if (this.#revokedAt.size <= revokedKeptMax) return;
    for (const oldest of this.#revokedAt.keys()) {
      this.#revokedAt.delete(oldest);
      return;
    }
  }
}
