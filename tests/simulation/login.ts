/** The login of a simulated world: sessions and tickets, as the store keeps them over every restart. */
import { limits } from "@goldenpath/protocol";
import type { UserContext } from "@goldenpath/websocket-core";
import type { Scheduler } from "./scheduler.ts";

interface Session extends UserContext {
  revoked: boolean;
}

/** A browser's cookie jar: all pages of the device share it. */
export interface Device {
  readonly name: string;
  /** Who signed in on it last. */
  userId: string;
  sessionId: string | undefined;
}

export class Login {
  readonly #sessions = new Map<string, Session>();
  readonly #tickets = new Map<string, { readonly sessionId: string; readonly untilMs: number }>();
  readonly #scheduler: Scheduler;
  /** Milliseconds since 1970, as the server's process sees them. */
  readonly #now: () => number;
  #next = 1;

  constructor(scheduler: Scheduler, now: () => number) {
    this.#scheduler = scheduler;
    this.#now = now;
  }

  signIn(userId: string, sessionMs: number): string {
    const sessionId = `session${this.#next++}`;
    this.#sessions.set(sessionId, { userId, sessionId, expiresAt: this.#now() + sessionMs, revoked: false });
    return sessionId;
  }

  /** Who that session is, now; undefined once it was ended or ran out. */
  user(sessionId: string | undefined): UserContext | undefined {
    const session = sessionId === undefined ? undefined : this.#sessions.get(sessionId);
    if (!session || session.revoked || session.expiresAt <= this.#now()) return undefined;
    const { userId, expiresAt } = session;
    return { userId, sessionId: session.sessionId, expiresAt };
  }

  /** Whose session it is or was. */
  ownerOf(sessionId: string): string | undefined {
    return this.#sessions.get(sessionId)?.userId;
  }

  revoke(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    if (session) session.revoked = true;
  }

  isRevoked(sessionId: string): boolean {
    return this.#sessions.get(sessionId)?.revoked ?? false;
  }

  issueTicket(sessionId: string): string {
    const ticket = `ticket${this.#next++}`;
    this.#tickets.set(ticket, { sessionId, untilMs: this.#scheduler.nowMs + limits.ticketMsMax });
    return ticket;
  }

  redeemTicket(ticket: string): UserContext | undefined {
    const entry = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return entry && entry.untilMs > this.#scheduler.nowMs ? this.user(entry.sessionId) : undefined;
  }
}
