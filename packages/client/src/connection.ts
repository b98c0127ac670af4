/**
 * The client's connection over all its links: when to dial, when to wait, when to give up.
 *
 *  N1  The phase is one union that owns links and timers. What belongs to a phase is abandoned when the
 *      phase is left, so words of an earlier link or timer cannot arrive.
 *  N2  Attempts count up until a link is caught up, so a server that accepts and drops is dialled ever
 *      more slowly.
 *  N3  `goaway`: at a moment of its own within the window a second link is made, and takes over once it is
 *      caught up. Meanwhile both bring events; the cursor drops what comes twice.
 *  N4  Signed out and stopped are left only by `connect()` and `close()`.
 */
import type { Cursor, EventsFrame, SnapshotFrame, Timer, WelcomeFrame } from "@goldenpath/protocol";
import { backoffMs, type Ending, ownCloseCodes } from "./backoff.ts";
import { Link, type LinkOwner, type Taken } from "./link.ts";
import type { ResolvedOptions } from "./options.ts";
import type { ConnectionState, WaitReason } from "./state.ts";

/** Signs of life (a tab shown, a network back) start an attempt at most this often. */
const wakeMsMin = 1_000;
/** The longest window of a `goaway` that is used. */
const goawayMsMax = 600_000;

/** What the connection feeds. */
export interface ConnectionOwner extends Pick<LinkOwner, "answered" | "unknownFrame"> {
  /** Said in `hello`; undefined asks for a snapshot. */
  cursor(): Cursor | undefined;
  /** A link is now the one to send over; whatever has no answer yet is to be sent again. */
  attached(frame: WelcomeFrame): void;
  snapshot(frame: SnapshotFrame): void;
  events(epoch: string, frame: EventsFrame, chars: number): Taken;
  caughtUp(epoch: string, head: number): Taken;
  /** `connection.state` is another one. */
  changed(state: ConnectionState): void;
}

interface Attached {
  readonly is: "attached";
  readonly link: Link;
  readonly welcome: WelcomeFrame;
  /** 0 once it was caught up (N2). */
  readonly attempt: number;
  readonly leaving?: Leaving;
}

/** N3. */
type Leaving =
  | { readonly is: "later"; readonly timer: Timer }
  | { readonly is: "now"; readonly link: Link; readonly welcome?: WelcomeFrame };

type Phase =
  | { readonly is: "idle" }
  | { readonly is: "dialing"; readonly attempt: number; readonly link: Link }
  | Attached
  | { readonly is: "waiting"; readonly attempt: number; readonly why: WaitReason; readonly timer: Timer }
  /** Signed out or stopped (N4). */
  | { readonly is: "given_up" };

export class Connection {
  readonly #options: ResolvedOptions;
  readonly #owner: ConnectionOwner;
  readonly #links: LinkOwner;
  #phase: Phase = { is: "idle" };
  #state: ConnectionState = { is: "idle" };
  #dialedAt = Number.NEGATIVE_INFINITY;
  /** A refused ticket is replaced once before the client believes that nobody is signed in. */
  #ticketReplaced = false;
  #stopWaking: (() => void) | undefined;

  constructor(options: ResolvedOptions, owner: ConnectionOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#links = {
      cursor: () => owner.cursor(),
      welcomed: (link, frame) => this.#welcomed(link, frame),
      snapshot: (link, frame) => {
        this.#promote(link);
        owner.snapshot(frame);
      },
      events: (_link, epoch, frame, chars) => owner.events(epoch, frame, chars),
      caughtUp: (link, epoch, head) => this.#caughtUp(link, epoch, head),
      answered: (frame) => owner.answered(frame),
      goaway: (link, afterMs) => this.#goaway(link, afterMs),
      unknownFrame: () => owner.unknownFrame(),
      over: (link, ending) => this.#over(link, ending),
    };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Undefined while there is nothing to send over. */
  get link(): Link | undefined {
    return this.#phase.is === "attached" ? this.#phase.link : undefined;
  }

  connect(): void {
    if (this.#phase.is === "dialing" || this.#phase.is === "attached") return;
    this.#stopWaking ??= this.#options.onWake(() => this.#wake());
    this.#dial(this.#phase.is === "waiting" ? this.#phase.attempt + 1 : 1);
  }

  close(): void {
    this.#stopWaking?.();
    this.#stopWaking = undefined;
    this.#leave(ownCloseCodes.client_closed);
    this.#enter({ is: "idle" }, { is: "idle" });
  }

  #dial(attempt: number): void {
    this.#leave();
    this.#dialedAt = this.#options.clock.elapsed();
    const link = new Link(this.#options, this.#links);
    this.#enter({ is: "dialing", attempt, link }, { is: "connecting", attempt });
  }

  /** N1: ends what the phase owns. */
  #leave(code?: number): void {
    const phase = this.#phase;
    if (phase.is === "waiting") phase.timer.cancel();
    if (phase.is === "dialing" || phase.is === "attached") phase.link.abandon(code);
    if (phase.is !== "attached") return;
    if (phase.leaving?.is === "later") phase.leaving.timer.cancel();
    if (phase.leaving?.is === "now") phase.leaving.link.abandon(code);
  }

  #enter(phase: Phase, state: ConnectionState): void {
    this.#phase = phase;
    if (state.is === this.#state.is && (state.is === "live" || state.is === "catching_up")) return;
    this.#state = state;
    this.#owner.changed(state);
  }

  #welcomed(link: Link, welcome: WelcomeFrame): void {
    const phase = this.#phase;
    if (phase.is === "dialing") {
      this.#enter({ is: "attached", link, welcome, attempt: phase.attempt }, { is: "catching_up" });
      this.#owner.attached(welcome);
    } else if (phase.is === "attached" && phase.leaving?.is === "now" && phase.leaving.link === link) {
      this.#phase = { ...phase, leaving: { is: "now", link, welcome } };
      const same = welcome.userId === phase.welcome.userId && welcome.epoch === phase.welcome.epoch;
      if (!same) this.#promote(link);
    }
  }

  #caughtUp(link: Link, epoch: string, head: number): Taken {
    if (this.#owner.caughtUp(epoch, head) === "gap") return "gap";
    this.#promote(link);
    if (this.#phase.is === "attached") {
      this.#ticketReplaced = false;
      this.#enter({ ...this.#phase, attempt: 0 }, { is: "live" });
    }
    return "taken";
  }

  /** N3: the second link takes over, when it is the second one and was welcomed. */
  #promote(link: Link): void {
    const phase = this.#phase;
    if (phase.is !== "attached" || phase.leaving?.is !== "now" || phase.leaving.link !== link) return;
    const { welcome } = phase.leaving;
    if (!welcome) return;
    phase.link.abandon();
    this.#enter({ is: "attached", link, welcome, attempt: 1 }, { is: "catching_up" });
    this.#owner.attached(welcome);
  }

  #goaway(link: Link, afterMs: number): void {
    const phase = this.#phase;
    if (phase.is !== "attached" || phase.link !== link || phase.leaving) return;
    const timer = this.#options.clock.timer(this.#options.random() * Math.min(afterMs, goawayMsMax), () => {
      if (this.#phase.is !== "attached") return;
      const successor = new Link(this.#options, this.#links);
      this.#phase = { ...this.#phase, leaving: { is: "now", link: successor } };
    });
    this.#phase = { ...phase, leaving: { is: "later", timer } };
  }

  #over(link: Link, ending: Ending): void {
    const phase = this.#phase;
    if (phase.is === "attached") {
      const { leaving } = phase;
      if (leaving?.is === "now" && leaving.link === link) {
        // The first link still works; when it goes, its own close code says what to do.
        this.#phase = { ...phase, leaving: undefined };
      } else if (leaving?.is === "now" && ending.is === "retry") {
        if (leaving.welcome) this.#promote(leaving.link);
        else this.#enter({ is: "dialing", attempt: 1, link: leaving.link }, { is: "connecting", attempt: 1 });
      } else this.#settle(ending, phase.attempt);
    } else if (phase.is === "dialing") this.#settle(ending, phase.attempt);
  }

  #settle(ending: Ending, attempt: number): void {
    this.#leave();
    switch (ending.is) {
      case "retry":
        this.#wait(attempt, ending.why);
        return;
      case "login": {
        const { unauthenticated, session_expired } = ownCloseCodes;
        const why =
          ending.code === unauthenticated
            ? "unauthenticated"
            : ending.code === session_expired
              ? "session_expired"
              : undefined;
        if (why && this.#options.fetchTicket && !this.#ticketReplaced) {
          this.#ticketReplaced = true;
          this.#wait(attempt, why);
        } else this.#enter({ is: "given_up" }, { is: "signed_out", code: ending.code });
        return;
      }
      case "stop": {
        const { code, message } = ending;
        this.#enter({ is: "given_up" }, { is: "stopped", code, message });
        return;
      }
      default:
        ending satisfies never;
    }
  }

  #wait(attempt: number, why: WaitReason): void {
    const { clock, random } = this.#options;
    const waitMs = backoffMs(Math.max(1, attempt), why, random);
    const timer = clock.timer(waitMs, () => this.#dial(attempt + 1));
    const retryAt = clock.now() + waitMs;
    this.#enter({ is: "waiting", attempt, why, timer }, { is: "waiting", retryAt, why, attempt });
  }

  #wake(): void {
    const phase = this.#phase;
    if (phase.is === "attached") phase.link.checkAlive();
    if (phase.is !== "waiting" || phase.why === "flooding") return;
    if (this.#options.clock.elapsed() - this.#dialedAt >= wakeMsMin) this.#dial(phase.attempt + 1);
  }
}
