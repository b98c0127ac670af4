import type { AgentCard } from "@goldenpath/agents";
import type { Journal } from "@goldenpath/journal";
import type { Clock, MakeId } from "@goldenpath/protocol";
import type { HttpBindings } from "@hono/node-server";
import type { Logger } from "pino";
import type { Login, SignedIn } from "../login/login.ts";
import type { Origins } from "../login/origins.ts";
import type { RateLimiter } from "../login/rate-limit.ts";
import type { ThreadRemoval } from "../thread-removal.ts";

/** Everything the HTTP routes use. */
export interface Parts {
  readonly journal: Journal;
  readonly login: Login;
  readonly origins: Origins;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly log: Logger;
  readonly trustProxy: boolean;
  /** The default first. */
  readonly agents: readonly AgentCard[];
  readonly removal: ThreadRemoval;
  /** Hears how each sign-in and sign-up ended. */
  readonly onLogin: (outcome: LoginOutcome) => void;
  /** What `GET /healthz` tells beside `ok`. */
  readonly health: () => { readonly draining: boolean } & Readonly<Record<string, unknown>>;
  /** The built page's folder; undefined when only the API is served. */
  readonly page: string | undefined;
}

export interface HttpEnv {
  Bindings: HttpBindings;
  Variables: { signedIn: SignedIn };
}

/** `refused`: wrong, closed or banned; `limited`: too often; `failed`: a fault of ours. */
export type LoginOutcome = "ok" | "refused" | "limited" | "failed";
