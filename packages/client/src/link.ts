/**
 * One attempt at a connection: from its ticket to its close, whoever closes it.
 *
 *  L1  A link is fetching its ticket, opening, attached or over. Each phase owns its timer, socket and
 *      abort signal; leaving it ends them. After `over` or `abandon` its owner hears nothing more.
 *  L2  `hello` is the first frame; nothing else is sent before `welcome`.
 *  L3  A link that is silent for longer than heartbeat and grace is over; any frame counts as life.
 *  L4  What the owner took in is acknowledged: after ackEventsMax events, or ackMs, whichever is first, but
 *      not more often than every ackMsMin.
 *  L5  A link ends once, and says how: retry, login or stop.
 */
import {
  type ClientFrame,
  type Clock,
  type CommandFrame,
  type Cursor,
  type DoneFrame,
  type ErrorFrame,
  type EventsFrame,
  type ServerFrame,
  type SnapshotFrame,
  subprotocol,
  type Timer,
  type WelcomeFrame,
} from "@goldenpath/protocol";
import { type Ending, judgeClose } from "./backoff.ts";
import type { ResolvedOptions, WebSocketLike } from "./options.ts";
import { decodeServerFrame } from "./server-answer.ts";

/** From the first step of an attempt to its `welcome`. */
export const connectMsMax = 15_000;
/** How much longer than its heartbeat a server may be silent. */
const silenceGraceMs = 10_000;
const ackEventsMax = 64;
const ackMs = 250;
const ackMsMin = 100;

/** Whether what came continues the log; a gap ends the link. */
export type Taken = "taken" | "gap";

export interface LinkOwner {
  /** Said in `hello`; undefined asks for a snapshot. */
  cursor(): Cursor | undefined;
  welcomed(link: Link, frame: WelcomeFrame): void;
  snapshot(link: Link, frame: SnapshotFrame): void;
  /** `chars` is the frame's length. */
  events(link: Link, epoch: string, frame: EventsFrame, chars: number): Taken;
  caughtUp(link: Link, epoch: string, head: number): Taken;
  answered(frame: DoneFrame | ErrorFrame): void;
  goaway(link: Link, afterMs: number): void;
  unknownFrame(): void;
  over(link: Link, ending: Ending): void;
}

interface Attached {
  readonly is: "attached";
  readonly socket: WebSocketLike;
  readonly abort: AbortController;
  readonly epoch: string;
  readonly silenceMsMax: number;
  silence: Timer;
  /** By the clock that never jumps, and by the wall's, which also runs while the machine sleeps. */
  heard: { elapsed: number; now: number };
  ack: { offset: number; events: number; sentAt: number; timer: Timer | undefined };
}

type Phase =
  | { readonly is: "ticketing"; readonly abort: AbortController; readonly deadline: Timer }
  | {
      readonly is: "opening";
      readonly socket: WebSocketLike;
      readonly abort: AbortController;
      readonly deadline: Timer;
    }
  | Attached
  | { readonly is: "over" };

export class Link {
  readonly #options: ResolvedOptions;
  readonly #clock: Clock;
  readonly #owner: LinkOwner;
  #phase: Phase;

  /** Begins at once; the owner hears of it in a later turn. */
  constructor(options: ResolvedOptions, owner: LinkOwner) {
    this.#options = options;
    this.#clock = options.clock;
    this.#owner = owner;
    const abort = new AbortController();
    const deadline = this.#clock.timer(connectMsMax, () => this.#end({ is: "retry", why: "no_answer" }));
    this.#phase = { is: "ticketing", abort, deadline };
    void this.#begin(abort, deadline);
  }

  get attached(): boolean {
    return this.#phase.is === "attached";
  }

  /** False when there is nobody to send to yet, or any more. */
  send(frame: CommandFrame): boolean {
    if (this.#phase.is !== "attached") return false;
    this.#say(this.#phase.socket, frame);
    return true;
  }

  /** Perhaps the machine slept, or the network changed: a line that has been silent too long is over now. */
  checkAlive(): void {
    const phase = this.#phase;
    if (phase.is !== "attached") return;
    if (this.#clock.now() - phase.heard.now >= phase.silenceMsMax) {
      this.#end({ is: "retry", why: "silent" });
    }
  }

  /** L1: closes without a word to the owner. */
  abandon(code = 1000): void {
    const phase = this.#phase;
    this.#phase = { is: "over" };
    if (phase.is === "over") return;
    phase.abort.abort();
    if (phase.is === "attached") {
      phase.silence.cancel();
      phase.ack.timer?.cancel();
    } else phase.deadline.cancel();
    if (phase.is !== "ticketing") phase.socket.close(code);
  }

  #end(ending: Ending): void {
    if (this.#phase.is === "over") return;
    this.abandon();
    this.#owner.over(this, ending); // L5
  }

  async #begin(abort: AbortController, deadline: Timer): Promise<void> {
    const { fetchTicket } = this.#options;
    let ticket: string | undefined;
    try {
      // Without a ticket to fetch this still leaves the constructor's turn.
      ticket = await fetchTicket?.(abort.signal);
    } catch {
      this.#end({ is: "retry", why: "ticket_failed" });
      return;
    }
    if (this.#phase.is !== "ticketing") return;
    if (fetchTicket && ticket === undefined) {
      this.#end({ is: "login", code: 0 });
      return;
    }
    let socket: WebSocketLike;
    try {
      socket = this.#options.webSocket(this.#options.socketUrl, subprotocol);
    } catch (error) {
      // A malformed address or a forbidden scheme: another attempt would throw the same.
      this.#end({ is: "stop", code: 0, message: String(error) });
      return;
    }
    this.#phase = { is: "opening", socket, abort, deadline };
    socket.addEventListener("open", () => this.#greet(socket, ticket));
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("close", ({ code = 1006, reason = "" }) => this.#end(judgeClose(code, reason)));
    // What failed is not told to pages; `close` follows and ends the link.
    socket.addEventListener("error", () => undefined);
  }

  /** L2. */
  #greet(socket: WebSocketLike, ticket: string | undefined): void {
    if (this.#phase.is !== "opening") return;
    const cursor = this.#owner.cursor();
    this.#say(socket, {
      type: "hello",
      client: this.#options.name,
      ...(cursor ? { cursor } : {}),
      ...(ticket === undefined ? {} : { ticket }),
    });
  }

  #receive(data: unknown): void {
    if (this.#phase.is !== "opening" && this.#phase.is !== "attached") return;
    const decoded = decodeServerFrame(data);
    if (decoded.is === "garbled") this.#end({ is: "retry", why: "garbled" });
    else if (decoded.is === "unknown") this.#owner.unknownFrame();
    else if (this.#phase.is === "attached") {
      this.#phase.heard = { elapsed: this.#clock.elapsed(), now: this.#clock.now() };
      this.#handle(this.#phase, decoded.frame, typeof data === "string" ? data.length : 0);
    } else if (decoded.frame.type === "welcome") this.#attach(this.#phase, decoded.frame);
    else if (decoded.frame.type === "ping") this.#say(this.#phase.socket, { type: "pong" });
    // An error before welcome explains the close that follows it.
    else if (decoded.frame.type !== "error") this.#end({ is: "retry", why: "garbled" });
  }

  #attach(opening: Extract<Phase, { is: "opening" }>, frame: WelcomeFrame): void {
    opening.deadline.cancel();
    const { socket, abort } = opening;
    const silenceMsMax = frame.heartbeatMs + silenceGraceMs;
    this.#phase = {
      is: "attached",
      socket,
      abort,
      epoch: frame.epoch,
      silenceMsMax,
      silence: this.#clock.timer(silenceMsMax, () => this.#listen()),
      heard: { elapsed: this.#clock.elapsed(), now: this.#clock.now() },
      ack: { offset: 0, events: 0, sentAt: Number.NEGATIVE_INFINITY, timer: undefined },
    };
    this.#owner.welcomed(this, frame);
  }

  /** L3: one timer, set again for what is left of the time since the last frame. */
  #listen(): void {
    const phase = this.#phase;
    if (phase.is !== "attached") return;
    const leftMs = phase.heard.elapsed + phase.silenceMsMax - this.#clock.elapsed();
    if (leftMs <= 0) this.#end({ is: "retry", why: "silent" });
    else phase.silence = this.#clock.timer(leftMs, () => this.#listen());
  }

  #handle(phase: Attached, frame: ServerFrame, chars: number): void {
    switch (frame.type) {
      case "welcome":
        this.#end({ is: "retry", why: "garbled" });
        return;
      case "snapshot":
        this.#owner.snapshot(this, frame);
        return;
      case "events":
        if (this.#owner.events(this, phase.epoch, frame, chars) === "taken") this.#took(phase, frame);
        else this.#end({ is: "retry", why: "gap" });
        return;
      case "caught_up":
        if (this.#owner.caughtUp(this, phase.epoch, frame.head) === "gap") {
          this.#end({ is: "retry", why: "gap" });
        }
        return;
      case "done":
      case "error":
        this.#owner.answered(frame);
        return;
      case "expiring":
        void this.#refresh(phase);
        return;
      case "goaway":
        this.#owner.goaway(this, frame.afterMs);
        return;
      case "ping":
        this.#say(phase.socket, { type: "pong" });
        return;
      default:
        frame satisfies never;
    }
  }

  /** L4. */
  #took({ ack, socket }: Attached, { events }: EventsFrame): void {
    const last = events.at(-1);
    if (!last || this.#phase.is !== "attached") return;
    ack.offset = last.offset;
    ack.events += events.length;
    const sinceMs = this.#clock.elapsed() - ack.sentAt;
    const acknowledge = () => {
      ack.timer?.cancel();
      ack.timer = undefined;
      ack.events = 0;
      ack.sentAt = this.#clock.elapsed();
      this.#say(socket, { type: "ack", offset: ack.offset });
    };
    if (ack.events >= ackEventsMax && sinceMs >= ackMsMin) acknowledge();
    else ack.timer ??= this.#clock.timer(ackMs, acknowledge);
  }

  async #refresh(phase: Attached): Promise<void> {
    let token: string | undefined;
    try {
      token = await this.#options.fetchTicket?.(phase.abort.signal);
    } catch {
      // The session runs out with a close code of the login range; the owner then asks for a ticket again.
      return;
    }
    if (token !== undefined && this.#phase === phase) this.#say(phase.socket, { type: "refresh", token });
  }

  #say(socket: WebSocketLike, frame: ClientFrame): void {
    socket.send(JSON.stringify(frame));
  }
}
