/**
 * One live socket, from its upgrade to its close.
 *
 *  C1  No frame is handled before authentication is complete. Until then frames wait, within a bound.
 *  C2  A connection is greeting, joining, open or closed; a closed one has a code and does nothing more.
 *  C3  An open connection reads one log, that of the user it joined as (D4), through its `LogReader`.
 *  C4  A peer that takes nothing for `stalledMsMax` is closed with a code that says: reconnect and resume.
 *  C5  Commands of one connection are carried out in the order they came.
 *  C6  Frames are bounded for each connection, commands and their size for each user.
 *
 * The core's sweep looks at the phases' deadlines once a second; a connection has no timers of its own.
 */
import type { Journal } from "@goldenpath/journal";
import {
  type ClientFrame,
  type Clock,
  type CloseReason,
  type CommandFrame,
  clientLimits,
  closeCodes,
  type Decoded,
  decodeClientFrame,
  type ErrorFrame,
  encodeServerFrame,
  errorFrame,
  type HelloFrame,
  limits,
  type RefreshFrame,
  type ServerFrame,
} from "@goldenpath/protocol";
import type { CommandAllowance } from "./allowance.ts";
import { type Allowance, Budget } from "./budget.ts";
import type { CommandOutcome, Commands } from "./commands.ts";
import { type UserContext, WebSocketContext } from "./context.ts";
import { LogReader, type LogReaderOptions } from "./log-reader.ts";
import { judgeResume, takeSnapshot } from "./resume.ts";
import { Outgoing, type Transport, type TransportEvents } from "./transport.ts";
import type { UserLog } from "./user-log.ts";

export interface Fault {
  readonly where: "upgrade" | "join" | "command" | "read" | "sessions";
  readonly error: unknown;
  readonly connectionId?: string;
}

export type Admission =
  | { readonly is: "admitted"; readonly log: UserLog }
  | { readonly is: "refused"; readonly reason: CloseReason };

/** What a connection needs of its node. */
export interface ConnectionHost {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly commands: Commands;
  redeemTicket(ticket: string): Promise<UserContext | undefined>;
  admit(connection: WebSocketConnection, user: UserContext | undefined): Admission;
  /** Made when the user's first command asks for it: most connections never send one. */
  allowanceOf(userId: string): CommandAllowance;
  isRevoked(user: UserContext): boolean;
  dirty(connection: WebSocketConnection): void;
  /** The connection does nothing more. */
  left(connection: WebSocketConnection, code: number): void;
  /** The socket is gone too. */
  gone(connection: WebSocketConnection): void;
  failed(where: Fault["where"], error: unknown, connectionId: string): void;
}

type Phase =
  | { readonly is: "greeting"; readonly user: UserContext | undefined; readonly untilMs: number }
  | Joining
  | Open
  | { readonly is: "closed"; readonly code: number };

interface Joining {
  readonly is: "joining";
  readonly user: UserContext | undefined;
  /** Frames that came meanwhile (C1), and how long they are together. */
  readonly waiting: string[];
  waitingChars: number;
  readonly untilMs: number;
}

interface Open {
  readonly is: "open";
  readonly reader: LogReader;
  context: WebSocketContext;
  expiringSent: boolean;
}

/** How long before its session ends a connection is told. */
const expiringNoticeMs = 60_000;
const commandsWaitingMax = 64;
const frameAllowance: Allowance = { perSecond: limits.framesPerSecondMax, burst: limits.framesBurstMax };

export class WebSocketConnection {
  /** What its socket says to it: one small object, where a closure for each word would stay for as long as it lives. */
  static readonly #SocketEnd = class implements TransportEvents {
    readonly #connection: WebSocketConnection;

    constructor(connection: WebSocketConnection) {
      this.#connection = connection;
    }

    text(text: string): void {
      this.#connection.#receive(text);
    }

    binary(): void {
      this.#connection.#receiveBinary();
    }

    drained(): void {
      const phase = this.#connection.#phase;
      if (phase.is === "open") phase.reader.room();
    }

    closed(code: number): void {
      this.#connection.#closed(code);
    }
  };

  /** What the reader of its user's log asks of it and says to it. */
  static readonly #LogEnd = class implements LogReaderOptions {
    readonly log: UserLog;
    readonly offset: number;
    readonly #connection: WebSocketConnection;

    constructor(connection: WebSocketConnection, log: UserLog, offset: number) {
      this.#connection = connection;
      this.log = log;
      this.offset = offset;
    }

    get journal(): Journal {
      return this.#connection.#host.journal;
    }

    get clock(): Clock {
      return this.#connection.#host.clock;
    }

    bufferedBytes(): number {
      return this.#connection.#transport.bufferedBytes;
    }

    send(message: Outgoing): void {
      this.#connection.#outbox.push(message);
    }

    again(): void {
      this.#connection.#host.dirty(this.#connection);
    }

    failed(error: unknown): void {
      this.#connection.#host.failed("read", error, this.#connection.id);
      this.#connection.close("try_later");
    }
  };

  readonly id: string;
  readonly #host: ConnectionHost;
  readonly #transport: Transport;
  #phase: Phase;
  #outbox: Outgoing[] = [];
  /** Undefined until the first: most connections never send one. */
  #commands: Promise<void> | undefined;
  #commandsWaiting = 0;
  #heardMs: number;
  #pingSentMs = 0;
  readonly #frames: Budget;
  #ackedOffset = 0;

  /** `user` is who the upgrade's cookie named; without one, hello has to bring a ticket. */
  constructor(id: string, host: ConnectionHost, transport: Transport, user: UserContext | undefined) {
    this.id = id;
    this.#host = host;
    this.#transport = transport;
    const now = host.clock.elapsed();
    this.#heardMs = now;
    this.#frames = new Budget(host.clock, frameAllowance);
    this.#phase = { is: "greeting", user, untilMs: now + limits.helloMsMax };
    transport.open(new WebSocketConnection.#SocketEnd(this));
  }

  /** Who is connected; undefined before the join is complete. */
  get context(): WebSocketContext | undefined {
    return this.#phase.is === "open" ? this.#phase.context : undefined;
  }

  get state(): "greeting" | "joining" | "open" | "closed" {
    return this.#phase.is;
  }

  /** The offset sent last, and the one the client said it took in. */
  get progress(): { readonly sent: number; readonly acked: number } {
    return { sent: this.#phase.is === "open" ? this.#phase.reader.offset : 0, acked: this.#ackedOffset };
  }

  /** What waits in its socket. */
  get bufferedBytes(): number {
    return this.#transport.bufferedBytes;
  }

  /** Who is behind the connection as far as is known, in whatever phase. */
  get user(): UserContext | undefined {
    if (this.#phase.is === "open") return this.#phase.context;
    return this.#phase.is === "closed" ? undefined : this.#phase.user;
  }

  /** C2: closed from now on, whatever the peer does. */
  close(reason: CloseReason): void {
    if (this.#phase.is === "closed") return;
    const { code } = closeCodes[reason];
    this.#leave(code);
    this.#writeOutbox();
    this.#transport.close(code, reason);
  }

  goaway(afterMs: number): void {
    if (this.#phase.is === "open") this.#say({ type: "goaway", afterMs });
  }

  /** One pass: takes what the log has, then writes everything of this tick at once. */
  flush(): void {
    const reader = this.#phase.is === "open" ? this.#phase.reader : undefined;
    reader?.pump();
    this.#writeOutbox();
    reader?.room();
  }

  /** The deadlines of every phase; called about once a second. */
  sweep(): void {
    const phase = this.#phase;
    const now = this.#host.clock.elapsed();
    if (phase.is === "closed") return;
    if (phase.is !== "open") {
      if (now >= phase.untilMs) this.close(phase.is === "greeting" ? "hello_timeout" : "try_later");
      return;
    }
    if (phase.reader.stalledMs() >= limits.stalledMsMax) {
      this.close("slow_reader");
      return;
    }
    if (this.#pingSentMs > 0 && now - this.#pingSentMs >= limits.heartbeatGraceMs) {
      this.close("heartbeat_timeout");
      return;
    }
    if (this.#pingSentMs === 0 && now - this.#heardMs >= limits.heartbeatMs) {
      this.#pingSentMs = now;
      this.#say({ type: "ping" });
    }
    const leftMs = phase.context.expiresAt - this.#host.clock.now();
    if (leftMs <= 0) {
      this.close("session_expired");
    } else if (leftMs <= expiringNoticeMs && !phase.expiringSent) {
      phase.expiringSent = true;
      this.#say({ type: "expiring", atMs: phase.context.expiresAt });
    }
  }

  #receive(text: string): void {
    const phase = this.#phase;
    if (phase.is === "closed") return;
    this.#heard();
    if (!this.#admit()) return;
    if (phase.is === "joining") {
      this.#keep(text, phase);
      return;
    }
    const decoded = decodeClientFrame(text);
    if (phase.is === "greeting") {
      if (!decoded.ok) {
        this.#say(decoded.error);
        this.close("bad_hello");
      } else if (decoded.frame.type !== "hello") {
        this.#say(errorFrame("hello_required", undefined, idOf(decoded)));
        this.close("hello_required");
      } else this.#hello(decoded.frame, phase.user);
      return;
    }
    if (decoded.ok) this.#handle(decoded.frame, phase, text.length);
    else this.#say(decoded.error);
  }

  /** C1. */
  #keep(text: string, phase: Joining): void {
    if (phase.waitingChars + text.length > limits.frameBytesHardMax) {
      const id = idOf(decodeClientFrame(text));
      this.#say(errorFrame("rate_limited", "Wait for welcome, then send the rest.", id, 1_000));
    } else {
      phase.waitingChars += text.length;
      phase.waiting.push(text);
    }
  }

  #receiveBinary(): void {
    if (this.#phase.is === "closed") return;
    this.#heard();
    if (!this.#admit()) return;
    this.#say(errorFrame("binary_frame"));
    if (this.#phase.is === "greeting") this.close("bad_hello");
  }

  #heard(): void {
    this.#heardMs = this.#host.clock.elapsed();
    this.#pingSentMs = 0;
  }

  /** A token bucket over everything a client sends; a flood far over it ends the connection. */
  #admit(): boolean {
    const left = this.#frames.spend(1);
    if (left >= 0) return true;
    if (left < -limits.framesBurstMax) this.close("flooding");
    else {
      const message = `Send at most ${limits.framesPerSecondMax} frames a second.`;
      this.#say(errorFrame("rate_limited", message, undefined, this.#frames.afterMs(1)));
    }
    return false;
  }

  #hello(frame: HelloFrame, user: UserContext | undefined): void {
    const untilMs = this.#host.clock.elapsed() + limits.helloMsMax;
    this.#phase = { is: "joining", user, waiting: [], waitingChars: 0, untilMs };
    this.#join(frame, user).catch((error: unknown) => {
      this.#host.failed("join", error, this.id);
      this.close("try_later");
    });
  }

  async #join(frame: HelloFrame, cookieUser: UserContext | undefined): Promise<void> {
    const user = frame.ticket === undefined ? cookieUser : await this.#host.redeemTicket(frame.ticket);
    if (this.#phase.is !== "joining") return;
    const verdict = this.#host.admit(this, user);
    if (!user || verdict.is === "refused") {
      this.close(verdict.is === "refused" ? verdict.reason : "unauthenticated");
      return;
    }
    const { waiting } = this.#phase;
    this.#phase = { ...this.#phase, user };
    const context = new WebSocketContext({ ...user, requestId: this.id });
    const { log } = verdict;
    const extent = await this.#host.journal.extent(user.userId);
    log.learn(extent);
    if (this.#phase.is !== "joining") return;
    const resume = judgeResume(extent, frame.cursor, limits.replayEventsMax);
    this.#say({
      type: "welcome",
      userId: user.userId,
      connectionId: this.id,
      epoch: extent.epoch,
      head: extent.head,
      heartbeatMs: limits.heartbeatMs,
      limits: clientLimits,
    });
    let offset: number;
    if (resume.is === "replay") offset = resume.after;
    else {
      const snapshot = await takeSnapshot(this.#host.journal, user.userId, extent);
      this.#say(snapshot);
      offset = snapshot.asOf.offset;
    }
    // The session may have been revoked, or the socket closed, while this waited.
    if (this.#phase.is !== "joining") return;
    const reader = new LogReader(new WebSocketConnection.#LogEnd(this, log, offset));
    this.#phase = { is: "open", reader, context, expiringSent: false };
    for (const text of waiting) {
      const decoded = decodeClientFrame(text);
      if (this.#phase.is !== "open") return;
      if (decoded.ok) this.#handle(decoded.frame, this.#phase, text.length);
      else this.#say(decoded.error);
    }
    this.#host.dirty(this);
  }

  #handle(frame: ClientFrame, phase: Open, chars: number): void {
    switch (frame.type) {
      case "hello":
        this.#say(errorFrame("hello_repeated"));
        return;
      case "pong":
        return;
      case "ack":
        if (frame.offset <= phase.reader.offset)
          this.#ackedOffset = Math.max(this.#ackedOffset, frame.offset);
        else this.#say(errorFrame("bad_frame", "ack: this offset was not sent on this connection."));
        return;
      case "refresh":
        this.#enqueue(() => this.#refresh(frame, phase));
        return;
      case "send":
      case "cancel":
      case "resolve": {
        const refused = this.#judgeCommand(frame, this.#host.allowanceOf(phase.context.userId), chars);
        if (refused) this.#say(refused);
        else this.#enqueue(() => this.#carryOut(frame, phase.context));
        return;
      }
      default:
        frame satisfies never;
    }
  }

  /** C6: why a command may not even wait; what is refused costs nothing of the allowance. */
  #judgeCommand(
    frame: CommandFrame,
    { count, chars }: CommandAllowance,
    length: number,
  ): ErrorFrame | undefined {
    if (this.#commandsWaiting >= commandsWaitingMax) {
      return errorFrame("rate_limited", "Too many commands wait for their answer.", frame.id, 1_000);
    }
    const afterMs = Math.max(count.afterMs(1), chars.afterMs(length));
    if (afterMs > 0) {
      return errorFrame("rate_limited", "Too many commands of this user at once.", frame.id, afterMs);
    }
    count.spend(1);
    chars.spend(length);
    return undefined;
  }

  /** C5. */
  #enqueue(work: () => Promise<void>): void {
    this.#commandsWaiting++;
    this.#commands = (this.#commands ?? Promise.resolve()).then(work).then(
      () => {
        this.#commandsWaiting--;
      },
      (error: unknown) => {
        this.#commandsWaiting--;
        this.#host.failed("command", error, this.id);
      },
    );
  }

  async #carryOut(frame: CommandFrame, context: WebSocketContext): Promise<void> {
    // A command that came before the socket closed is carried out all the same (D6): only revocation stops it.
    if (this.#host.isRevoked(context)) return;
    let outcome: CommandOutcome;
    try {
      outcome = await this.#dispatch(frame, context);
    } catch (error) {
      this.#host.failed("command", error, this.id);
      outcome = { is: "refused", code: "internal" };
    }
    if (outcome.is === "done") this.#say({ type: "done", id: frame.id, result: outcome.result });
    // J3: whoever comes back says it again, with the id that counts once.
    else if (outcome.is === "unknown") this.close("try_later");
    else this.#say(refusal(outcome, frame.id));
  }

  #dispatch(frame: CommandFrame, context: WebSocketContext): Promise<CommandOutcome> {
    const { commands } = this.#host;
    if (frame.type === "send") return commands.send(context, frame);
    if (frame.type === "cancel") return commands.cancel(context, frame);
    return commands.resolve(context, frame);
  }

  async #refresh(frame: RefreshFrame, phase: Open): Promise<void> {
    const user = await this.#host.redeemTicket(frame.token);
    if (this.#phase !== phase) return;
    if (!user || user.userId !== phase.context.userId || this.#host.isRevoked(user)) {
      this.#say(errorFrame("unauthenticated", "refresh: the ticket is not valid for this user."));
      return;
    }
    phase.context = new WebSocketContext({ ...user, requestId: this.id });
    phase.expiringSent = false;
  }

  #say(frame: ServerFrame): void {
    if (this.#phase.is === "closed") return;
    this.#outbox.push(new Outgoing(encodeServerFrame(frame)));
    this.#host.dirty(this);
  }

  #writeOutbox(): void {
    if (this.#outbox.length === 0) return;
    const messages = this.#outbox;
    this.#outbox = [];
    this.#transport.write(messages);
  }

  #closed(code: number): void {
    if (this.#phase.is !== "closed") this.#leave(code);
    this.#host.gone(this);
  }

  #leave(code: number): void {
    if (this.#phase.is === "open") this.#phase.reader.stop();
    this.#phase = { is: "closed", code };
    this.#host.left(this, code);
  }
}

function idOf(decoded: Decoded): string | undefined {
  if (!decoded.ok) return decoded.error.id;
  return "id" in decoded.frame ? decoded.frame.id : undefined;
}

function refusal(outcome: Extract<CommandOutcome, { is: "refused" }>, id: string): ErrorFrame {
  return errorFrame(outcome.code, outcome.message, id, outcome.afterMs);
}
