/**
 * The client's connection over all its links: when to dial, when to wait, when to give up.
 *
 *  N1  The phase is one union that owns links and timers. What belongs to a phase is abandoned when the
 *      phase is left, so words of an earlier link or timer cannot arrive.
 *  N2  Attempts count up until a link is caught up, so a server that accepts and drops is dialled ever
 *      more slowly.
 *  N3  `goaway`: at a moment of its own within the first half of the window a second link is made, and takes
 *      over once it is caught up: a crowd that comes late in the window would be cut off while it still joins.
 *      Meanwhile both bring events; the cursor drops what comes twice. One that fails (it met the node that is
 *      leaving) is tried again within half of what is left of the window.
 *  N4  Signed out and stopped are left only by `connect()` and `close()`.
 *  N5  What hello said is a cursor of one user's log. Where welcome names another user, the link is left at once
 *      and the next one says none: what would come is no continuation of anything (D3, D4).
 */
import type { SnapshotFrame, Timer, WelcomeFrame } from "@goldenpath/protocol";
import { backoffMs, type Ending, ownCloseCodes } from "./backoff.ts";
import { type Link, type LinkOwner, openLink, type Taken } from "./link.ts";
import type { ResolvedOptions } from "./options.ts";
import type { ConnectionState, WaitReason } from "./state.ts";

/** Signs of life (a tab shown, a network back) start an attempt at most this often. */
const wakeMsMin = 1_000;
/** The longest window of a `goaway` that is used. */
const goawayMsMax = 600_000;
/** A rest of the window that is not worth another second link: the end of the first one decides. */
const leavingMsMin = 50;

/** What the connection feeds. */
export interface ConnectionOwner extends Pick<LinkOwner, "cursor" | "events" | "answered"> {
  /** N5: true when the cursor was another user's; then there is none any more. */
  replaced(frame: WelcomeFrame): boolean;
  /** A link is now the one to send over; whatever has no answer yet is to be sent again. */
  attached(frame: WelcomeFrame): void;
  snapshot(frame: SnapshotFrame): void;
  caughtUp(epoch: string, head: number): Taken;
  /** `connection.state` is another one. */
  changed(state: ConnectionState): void;
}

interface Attached {
  readonly is: "attached";
  readonly link: Link;
  /** 0 once it was caught up (N2). */
  readonly attempt: number;
  readonly leaving?: Leaving;
}

/** N3. */
type Leaving =
  | { readonly is: "later"; readonly timer: Timer }
  | {
      readonly is: "now";
      readonly link: Link;
      /** The window's end, by the clock that never jumps. */
      readonly untilMs: number;
      readonly welcome?: WelcomeFrame;
    };

type Phase =
  | { readonly is: "idle" }
  | { readonly is: "dialing"; readonly attempt: number; readonly link: Link }
  | Attached
  | { readonly is: "waiting"; readonly attempt: number; readonly why: WaitReason; readonly timer: Timer }
  /** Signed out or stopped (N4). */
  | { readonly is: "given_up" };

export interface Connection {
  readonly state: ConnectionState;
  /** Undefined while there is nothing to send over. */
  readonly link: Link | undefined;
  connect(): void;
  close(): void;
}

export function createConnection(options: ResolvedOptions, owner: ConnectionOwner): Connection {
  const { clock, random, fetchTicket } = options;
  let phase: Phase = { is: "idle" };
  let state: ConnectionState = { is: "idle" };
  let dialedAt = Number.NEGATIVE_INFINITY;
  /** A refused ticket is replaced once before the client believes that nobody is signed in. */
  let ticketReplaced = false;
  let stopWaking: (() => void) | undefined;

  const links: LinkOwner = {
    ...owner,
    welcomed(link, welcome) {
      if (owner.replaced(welcome)) dial(1);
      else if (phase.is === "dialing") {
        enter({ is: "attached", link, attempt: phase.attempt }, { is: "catching_up" });
        owner.attached(welcome);
      } else if (phase.is === "attached" && phase.leaving?.is === "now") {
        phase = { ...phase, leaving: { ...phase.leaving, welcome } };
      }
    },
    snapshot(link, frame) {
      promote(link);
      owner.snapshot(frame);
    },
    caughtUp(link, epoch, head) {
      if (owner.caughtUp(epoch, head) === "gap") return "gap";
      promote(link);
      ticketReplaced = false;
      if (phase.is === "attached") enter({ ...phase, attempt: 0 }, { is: "live" });
      return "taken";
    },
    goaway(afterMs) {
      // One leaving at a time.
      if (phase.is !== "attached" || phase.leaving) return;
      phase = { ...phase, leaving: leaveBy(clock.elapsed() + Math.min(afterMs, goawayMsMax)) };
    },
    over(link, ending) {
      if (phase.is !== "attached" && phase.is !== "dialing") return;
      const successor = phase.is === "attached" && phase.leaving?.is === "now" ? phase.leaving : undefined;
      if (phase.is === "attached" && link !== phase.link) {
        // The first link still works; when it goes, its own close code says what to do.
        phase = { ...phase, leaving: successor && leaveBy(successor.untilMs) };
      } else if (successor && ending.is === "retry") {
        if (successor.welcome) promote(successor.link);
        else enter({ is: "dialing", attempt: 1, link: successor.link }, { is: "connecting", attempt: 1 });
      } else settle(ending, phase.attempt);
    },
  };

  return {
    get state() {
      return state;
    },
    get link() {
      return phase.is === "attached" ? phase.link : undefined;
    },
    connect() {
      if (phase.is === "dialing" || phase.is === "attached") return;
      stopWaking ??= options.onWake(wake);
      dial(phase.is === "waiting" ? phase.attempt + 1 : 1);
    },
    close() {
      stopWaking?.();
      stopWaking = undefined;
      leave(ownCloseCodes.client_closed);
      enter({ is: "idle" }, { is: "idle" });
    },
  };

  function dial(attempt: number): void {
    leave();
    dialedAt = clock.elapsed();
    enter({ is: "dialing", attempt, link: openLink(options, links) }, { is: "connecting", attempt });
  }

  /** N3. */
  function leaveBy(untilMs: number): Leaving | undefined {
    const leftMs = untilMs - clock.elapsed();
    if (leftMs < leavingMsMin) return;
    const timer = clock.timer((random() * leftMs) / 2, () => {
      if (phase.is === "attached")
        phase = { ...phase, leaving: { is: "now", link: openLink(options, links), untilMs } };
    });
    return { is: "later", timer };
  }

  /** N1: ends what the phase owns. */
  function leave(code?: number): void {
    if (phase.is === "waiting") phase.timer.cancel();
    if (phase.is === "dialing" || phase.is === "attached") phase.link.abandon(code);
    if (phase.is !== "attached") return;
    if (phase.leaving?.is === "later") phase.leaving.timer.cancel();
    else phase.leaving?.link.abandon(code);
  }

  function enter(next: Phase, told: ConnectionState): void {
    phase = next;
    state = told;
    owner.changed(told);
  }

  /** N3: a link that is not the phase's own is the second one; it takes over. A welcome came before. */
  function promote(link: Link): void {
    if (phase.is !== "attached" || phase.link === link || phase.leaving?.is !== "now") return;
    const { welcome } = phase.leaving;
    if (!welcome) return;
    phase.link.abandon();
    enter({ is: "attached", link, attempt: 1 }, { is: "catching_up" });
    owner.attached(welcome);
  }

  function settle(ending: Ending, attempt: number): void {
    leave();
    switch (ending.is) {
      case "retry":
        wait(attempt, ending.why);
        return;
      case "login": {
        const { code } = ending;
        // 0: `fetchTicket` itself said that nobody is signed in.
        const replaceable = code !== 0 && code !== ownCloseCodes.session_revoked;
        if (replaceable && fetchTicket && !ticketReplaced) {
          ticketReplaced = true;
          wait(attempt, "unauthenticated");
        } else enter({ is: "given_up" }, { is: "signed_out", code });
        return;
      }
      case "stop":
        enter({ is: "given_up" }, { is: "stopped", code: ending.code, message: ending.message });
        return;
      default:
        ending satisfies never;
    }
  }

  function wait(attempt: number, why: WaitReason): void {
    const waitMs = backoffMs(Math.max(1, attempt), why, random);
    const timer = clock.timer(waitMs, () => dial(attempt + 1));
    const retryAt = clock.now() + waitMs;
    enter({ is: "waiting", attempt, why, timer }, { is: "waiting", retryAt, why, attempt });
  }

  function wake(): void {
    if (phase.is === "attached") phase.link.checkAlive();
    if (phase.is !== "waiting" || phase.why === "flooding") return;
    if (clock.elapsed() - dialedAt >= wakeMsMin) dial(phase.attempt + 1);
  }
}
