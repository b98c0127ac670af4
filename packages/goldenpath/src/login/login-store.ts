import type { BetterAuthOptions } from "better-auth";
import type { Tickets } from "./tickets.ts";

export type AuthDatabase = NonNullable<BetterAuthOptions["database"]>;

export interface StoredSession {
  readonly userId: string;
  readonly sessionId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Where accounts, sessions and tickets are kept, and what we ask there beside Better Auth. */
export interface LoginStore {
  /** As Better Auth takes it. */
  readonly database: AuthDatabase;
  readonly tickets: Tickets;
  /** Lets `run` make Better Auth's tables in the database it is handed; of several nodes, one at a time. */
  migrate(run: (database: AuthDatabase) => Promise<void>): Promise<void>;
  /** Whether a person has an account. Those below `.invalid`, which exist nowhere (RFC 2606), are a probe's. */
  anyPerson(): Promise<boolean>;
  /** Makes the first person's account the admin's: of two that come at once, one's. */
  promoteFirst(userId: string): Promise<void>;
  /** Undefined for a session that is gone, or whose user is banned. */
  session(sessionId: string): Promise<StoredSession | undefined>;
  /** Those of the sessions that `session` would answer. */
  sessionsAmong(sessionIds: readonly string[]): Promise<readonly string[]>;
  /** Deletes sessions and sign-in attempts that ran out before `now`. */
  forgetExpired(now: number): Promise<void>;
  /** Closing twice is fine. */
  close(): Promise<void>;
}
