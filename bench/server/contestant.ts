/**
 * One way of carrying events to browsers. Every contestant gets the same events for the same users and is
 * driven by the same loop (`server.ts`), so what differs is how it carries them.
 */
import type { Server } from "node:http";
import { type NewEvent, randomId } from "@goldenpath/protocol";

export interface Contestant {
  /** Before each round, outside of what is measured. */
  prepare(): Promise<void>;
  /**
   * Gives the user `count` more events, all in this turn. Whoever returns a promise wants the next ones for
   * this user after it has settled. Each event's text is longer by `padChars`.
   */
  send(user: number, count: number, padChars?: number): Promise<unknown> | undefined;
  /** Deliveries so far: each user's events, once for each of the user's connections. */
  readonly delivered: number;
  /** Of one that has logs: the offset of each user's newest event. */
  heads?(): Promise<readonly number[]>;
  /** Bytes that wait in this process for slow readers. */
  bufferedBytes(): number;
  close(): Promise<void>;
}

export interface ContestantOptions {
  readonly server: Server;
  readonly users: number;
  readonly connectionsPerUser: number;
  readonly folder: string;
  /** Events carry the moment they were made, for whoever measures how long they were on their way. */
  readonly stamped: boolean;
}

/** 300 bytes on the wire, with everything else that an event has. */
const text =
  "Compares the spend of March with that of April, groups it by team and looks for what grew most.";

/** What an agent thinks: stamped, its first word is the time in microseconds on the machine's monotonic clock. */
export function thought(stamped: boolean): string {
  return stamped ? `@${process.hrtime.bigint() / 1_000n} ${text}` : text;
}

/** The events of one user for contestants that have no journal: the same objects, counted by hand. */
export class EventSource {
  readonly #runId = randomId();
  readonly #threadId = randomId();
  readonly #stamped: boolean;
  offset = 0;

  constructor(stamped: boolean) {
    this.#stamped = stamped;
  }

  next(): NewEvent & { readonly offset: number } {
    const offset = ++this.offset;
    return {
      offset,
      id: `${this.#runId}.${offset}`,
      type: "agent_thinking",
      at: Date.now(),
      threadId: this.#threadId,
      runId: this.#runId,
      seq: offset,
      agent: "bench",
      data: { thoughtId: "t", text: thought(this.#stamped) },
    };
  }
}

/** Which user a connection belongs to: its cookie says so, as a session's would. */
export function userOf(cookie: string | undefined): number {
  const found = /(?:^|; )user=(\d+)$/.exec(cookie ?? "")?.[1];
  if (found === undefined) throw new Error("bench: an upgrade came without its user");
  return Number(found);
}
