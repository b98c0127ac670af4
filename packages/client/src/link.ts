/**
 * One attempt at a connection: from its ticket to its close, whoever closes it.
 *
 *  L1  A link is fetching its ticket, opening, attached or over. Each phase owns its socket and timers;
 *      leaving it ends them. After `over` or `abandon` its owner hears nothing more.
 *  L2  `hello` is the first frame; nothing else is sent before `welcome`.
 *  L3  A link that is silent for longer than heartbeat and grace is over; any frame counts as life.
 *  L4  What the owner took in is acknowledged: after ackEventsMax events, or ackMs, whichever is first, but
 *      not more often than every ackMsMin.
 *  L5  A link ends once, and says how: retry, login or stop.
 */
import {
  type ClientFrame,
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
import type { WaitReason } from "./state.ts";

/** From the first step of an attempt to its `welcome`. */
const connectMsMax = 15_000;
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
  events(epoch: string, frame: EventsFrame, chars: number): Taken;
  caughtUp(link: Link, epoch: string, head: number): Taken;
  answered(frame: DoneFrame | ErrorFrame): void;
  goaway(afterMs: number): void;
  over(link: Link, ending: Ending): void;
}

interface Attached {
  readonly is: "attached";
  readonly socket: WebSocketLike;
  readonly epoch: string;
  readonly silenceMsMax: number;
  /** Of the server's silence. */
  deadline: Timer;
  /** By the clock that never jumps, and by the wall's, which also runs while the machine sleeps. */
  heard: { readonly elapsed: number; readonly now: number };
  readonly ack: { offset: number; events: number; sentAt: number; timer: Timer | undefined };
}

type Phase =
  | { readonly is: "ticketing"; readonly deadline: Timer }
  | { readonly is: "opening"; readonly socket: WebSocketLike; readonly deadline: Timer }
  | Attached
  | { readonly is: "over" };

export interface Link {
  /** Does nothing when there is nobody to send to yet, or any more. */
  send(frame: CommandFrame): void;
  /** Perhaps the machine slept, or the network changed: a line that has been silent too long is over now. */
  checkAlive(): void;
  /** L1: closes without a word to the owner. */
  abandon(code?: number): void;
}

/** Begins at once; the owner hears of it in a later turn. */
export function openLink(options: ResolvedOptions, owner: LinkOwner): Link {
  const { clock, fetchTicket } = options;
  const abort = new AbortController();
  const deadline = clock.timer(connectMsMax, () => retry("no_answer"));
  let phase: Phase = { is: "ticketing", deadline };
  const link: Link = {
    send(frame) {
      if (phase.is === "attached") say(phase.socket, frame);
    },
    checkAlive() {
      if (phase.is === "attached" && clock.now() - phase.heard.now >= phase.silenceMsMax) retry("silent");
    },
    abandon(code = 1000) {
      const left = phase;
      phase = { is: "over" };
      abort.abort();
      if (left.is === "over") return;
      left.deadline.cancel();
      if (left.is === "attached") left.ack.timer?.cancel();
      if (left.is !== "ticketing") left.socket.close(code);
    },
  };
  void begin();
  return link;

  /** L5. */
  function end(ending: Ending): void {
    if (phase.is === "over") return;
    link.abandon();
    owner.over(link, ending);
  }

  function retry(why: WaitReason): void {
    end({ is: "retry", why });
  }

  async function begin(): Promise<void> {
    let ticket: string | undefined;
    try {
      // Without a ticket to fetch this still leaves the caller's turn.
      ticket = await fetchTicket?.(abort.signal);
    } catch {
      retry("ticket_failed");
      return;
    }
    if (phase.is !== "ticketing") return;
    if (fetchTicket && ticket === undefined) {
      end({ is: "login", code: 0 });
      return;
    }
    let socket: WebSocketLike;
    try {
      socket = options.webSocket(options.socketUrl, subprotocol);
    } catch (error) {
      // A malformed address or a forbidden scheme: another attempt would throw the same.
      end({ is: "stop", code: 0, message: String(error) });
      return;
    }
    phase = { is: "opening", socket, deadline };
    socket.addEventListener("open", () => {
      // L2. JSON leaves out what is undefined.
      if (phase.is !== "opening") return;
      say(socket, { type: "hello", client: options.name, cursor: owner.cursor(), ticket });
    });
    socket.addEventListener("message", ({ data }) => receive(data));
    socket.addEventListener("close", ({ code = 1006, reason = "" }) => end(judgeClose(code, reason)));
    // What failed is not told to pages; `close` follows and ends the link.
    socket.addEventListener("error", () => undefined);
  }

  function receive(data: unknown): void {
    if (phase.is !== "opening" && phase.is !== "attached") return;
    const decoded = decodeServerFrame(data);
    if (decoded.is === "unknown") return;
    if (decoded.is === "garbled") retry("garbled");
    else if (phase.is === "attached") {
      phase.heard = heardNow();
      handle(phase, decoded.frame, String(data).length);
    } else if (decoded.frame.type === "welcome") attach(phase.socket, decoded.frame);
    // An error before welcome explains the close that follows it.
    else if (decoded.frame.type !== "error") retry("garbled");
  }

  function attach(socket: WebSocketLike, frame: WelcomeFrame): void {
    deadline.cancel();
    const silenceMsMax = frame.heartbeatMs + silenceGraceMs;
    phase = {
      is: "attached",
      socket,
      epoch: frame.epoch,
      silenceMsMax,
      deadline: clock.timer(silenceMsMax, listen),
      heard: heardNow(),
      ack: { offset: 0, events: 0, sentAt: Number.NEGATIVE_INFINITY, timer: undefined },
    };
    owner.welcomed(link, frame);
  }

  /** L3: one timer, set again for what is left of the time since the last frame. */
  function listen(): void {
    if (phase.is !== "attached") return;
    const leftMs = phase.heard.elapsed + phase.silenceMsMax - clock.elapsed();
    if (leftMs <= 0) retry("silent");
    else phase.deadline = clock.timer(leftMs, listen);
  }

  function heardNow(): Attached["heard"] {
    return { elapsed: clock.elapsed(), now: clock.now() };
  }

  function handle(attached: Attached, frame: ServerFrame, chars: number): void {
    switch (frame.type) {
      case "welcome":
        retry("garbled");
        return;
      case "snapshot":
        owner.snapshot(link, frame);
        return;
      case "events":
        if (owner.events(attached.epoch, frame, chars) === "gap") retry("gap");
        else took(attached, frame);
        return;
      case "caught_up":
        if (owner.caughtUp(link, attached.epoch, frame.head) === "gap") retry("gap");
        return;
      case "done":
      case "error":
        owner.answered(frame);
        return;
      case "expiring":
        void refresh(attached);
        return;
      case "goaway":
        owner.goaway(frame.afterMs);
        return;
      case "ping":
        say(attached.socket, { type: "pong" });
        return;
      default:
        frame satisfies never;
    }
  }

  /** L4. */
  function took({ ack, socket }: Attached, { events }: EventsFrame): void {
    const last = events.at(-1);
    if (!last || phase.is !== "attached") return;
    ack.offset = last.offset;
    ack.events += events.length;
    const acknowledge = () => {
      ack.timer?.cancel();
      ack.timer = undefined;
      ack.events = 0;
      ack.sentAt = clock.elapsed();
      say(socket, { type: "ack", offset: ack.offset });
    };
    if (ack.events >= ackEventsMax && clock.elapsed() - ack.sentAt >= ackMsMin) acknowledge();
    else ack.timer ??= clock.timer(ackMs, acknowledge);
  }

  async function refresh(attached: Attached): Promise<void> {
    let token: string | undefined;
    try {
      token = await fetchTicket?.(abort.signal);
    } catch {
      // The session runs out with a close code of the login range; the owner then asks for a ticket again.
      return;
    }
    if (token !== undefined && phase === attached) say(attached.socket, { type: "refresh", token });
  }
}

function say(socket: WebSocketLike, frame: ClientFrame): void {
  socket.send(JSON.stringify(frame));
}
