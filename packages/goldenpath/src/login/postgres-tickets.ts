import { limits } from "@goldenpath/protocol";
import type pg from "pg";
import {
  type IssuedTicket,
  perSessionMax,
  type Tickets,
  ticketHash,
  ticketsMaxDefault,
  ticketText,
} from "./tickets.ts";

/** Tickets of all nodes: whichever is asked first redeems one. Times are those of the database's clock. */
export class PostgresTickets implements Tickets {
  readonly #pool: pg.Pool;
  readonly #ticketsMax: number;

  constructor(pool: pg.Pool, ticketsMax = ticketsMaxDefault) {
    this.#pool = pool;
    this.#ticketsMax = ticketsMax;
  }

  async issue(sessionId: string): Promise<IssuedTicket | undefined> {
    const ticket = ticketText();
    const { rows } = await this.#pool.query(
      `WITH expired AS (DELETE FROM ticket WHERE expires_at <= clock_timestamp()),
       replaced AS (
         DELETE FROM ticket WHERE hash IN
           (SELECT hash FROM ticket WHERE session_id = $2 ORDER BY expires_at DESC OFFSET $3)
       )
       INSERT INTO ticket (hash, session_id, expires_at)
       SELECT $1, $2, clock_timestamp() + $4 * interval '1 millisecond'
       WHERE (SELECT count(*) FROM ticket WHERE expires_at > clock_timestamp()) < $5
       RETURNING (extract(epoch FROM expires_at) * 1000)::bigint AS expires_at`,
      [ticketHash(ticket), sessionId, perSessionMax - 1, limits.ticketMsMax, this.#ticketsMax],
    );
    return rows[0] && { ticket, expiresAt: Number(rows[0].expires_at) };
  }

  async redeem(ticket: string): Promise<string | undefined> {
    const { rows } = await this.#pool.query(
      "DELETE FROM ticket WHERE hash = $1 RETURNING session_id, expires_at > clock_timestamp() AS valid",
      [ticketHash(ticket)],
    );
    return rows[0]?.valid === true ? String(rows[0].session_id) : undefined;
  }
}
