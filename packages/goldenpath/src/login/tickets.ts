/**
 * Single-use tickets: how a client without the session cookie (another origin, a native program) shows in
 * `hello` who it is.
 *
 *  T1  A ticket opens one connection, within `limits.ticketMsMax`, and is forgotten by its first use.
 *  T2  It is bound to its session: when that ends, it opens nothing. The redeemer checks that.
 *  T3  Only a hash is kept. At most `perSessionMax` of a session (a new one replaces its oldest) and
 *      `ticketsMax` of all; beyond that there is no ticket.
 */
import { createHash, randomBytes } from "node:crypto";
import { type Clock, limits } from "@goldenpath/protocol";

export const perSessionMax = 16;
export const ticketsMaxDefault = 20_000;

export interface IssuedTicket {
  readonly ticket: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface Tickets {
  /** Undefined when too many tickets are waiting to be used. */
  issue(sessionId: string): Promise<IssuedTicket | undefined>;
  /** The session it was given to; afterwards the ticket is nothing. */
  redeem(ticket: string): Promise<string | undefined>;
}

interface Entry {
  readonly sessionId: string;
  readonly endsAt: number;
}

/** Those of one node. */
export class MemoryTickets implements Tickets {
  readonly #clock: Clock;
  readonly #ticketsMax: number;
  /** By hash, oldest first. */
  readonly #entryByHash = new Map<string, Entry>();

  constructor(clock: Clock, ticketsMax = ticketsMaxDefault) {
    this.#clock = clock;
    this.#ticketsMax = ticketsMax;
  }

  async issue(sessionId: string): Promise<IssuedTicket | undefined> {
    this.#forgetExpired();
    this.#makeRoom(sessionId);
    if (this.#entryByHash.size >= this.#ticketsMax) return undefined;
    const ticket = ticketText();
    this.#entryByHash.set(ticketHash(ticket), {
      sessionId,
      endsAt: this.#clock.elapsed() + limits.ticketMsMax,
    });
    return { ticket, expiresAt: this.#clock.now() + limits.ticketMsMax };
  }

  async redeem(ticket: string): Promise<string | undefined> {
    const key = ticketHash(ticket);
    const entry = this.#entryByHash.get(key);
    if (!entry) return undefined;
    this.#entryByHash.delete(key);
    return entry.endsAt > this.#clock.elapsed() ? entry.sessionId : undefined;
  }

  #forgetExpired(): void {
    const now = this.#clock.elapsed();
    for (const [key, entry] of this.#entryByHash) {
      if (entry.endsAt > now) return;
      this.#entryByHash.delete(key);
    }
  }

  #makeRoom(sessionId: string): void {
    const own: string[] = [];
    for (const [key, entry] of this.#entryByHash) if (entry.sessionId === sessionId) own.push(key);
    if (own.length >= perSessionMax) this.#entryByHash.delete(own[0] ?? "");
  }
}

export function ticketText(): string {
  return randomBytes(32).toString("base64url");
}

/** T3 */
export function ticketHash(ticket: string): string {
  return createHash("sha256").update(ticket).digest("base64url");
}
