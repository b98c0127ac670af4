/**
 * Login: accounts, sessions and OAuth by Better Auth, in the same database as the journal.
 *
 *  G1  One authorisation path: `authenticate` answers for HTTP and for the WebSocket upgrade alike.
 *  G2  However a session ends (sign-out, password change, ban, expiry, an admin), `onSessionEnded` hears of
 *      it from the database hook, before the request that ended it is answered (D7).
 *  G3  Nobody gets in by default: no demo account, no default password. The first account is the admin's;
 *      where sign-up is closed, only the setup link that the server printed can make it.
 *  G4  The caller's address for rate limits is the socket's, or one proxy's word where that is trusted;
 *      a header that the caller wrote never counts.
 */
import { type Clock, limits } from "@goldenpath/protocol";
import type { UserContext } from "@goldenpath/websocket-core";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { APIError, createAuthMiddleware, isAPIError } from "better-auth/api";
import { getMigrations } from "better-auth/db/migration";
import { admin } from "better-auth/plugins/admin";
import type { Logger } from "pino";
import type { Providers, SignUp } from "../options.ts";
import type { LoginStore } from "./login-store.ts";
import type { Origins } from "./origins.ts";
import { type NamedProvider, namedProviders, oidcPlugins, socialProviders } from "./providers.ts";
import { RateLimiter } from "./rate-limit.ts";
import { SetupToken } from "./setup-token.ts";
import type { Tickets } from "./tickets.ts";

export const authPath = "/api/auth";
const sessionSecondsMax = 30 * 24 * 3_600;
/** G4: set by us on every request that Better Auth sees, never taken from the caller. */
const clientAddressHeader = "x-goldenpath-client-address";

export interface LoginOptions {
  /** Closed with the login, and when that cannot be made. */
  readonly store: LoginStore;
  /** Where it is known only when the store has its tables: a function. */
  readonly secret: string | (() => Promise<string>);
  readonly origins: Origins;
  readonly signUp: SignUp;
  readonly providers: Providers;
  readonly clock: Clock;
  readonly log: Logger;
  /** G2 */
  readonly onSessionEnded: (session: Pick<UserContext, "userId" | "sessionId">) => void;
  /** Called before an account is deleted; takes away what the user has elsewhere. */
  readonly onAccountLeaving: (userId: string) => Promise<void>;
}

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
}

/** A user with a session: the context for the socket, the account for the page. */
export interface SignedIn {
  readonly user: UserContext;
  readonly account: Account;
}

export interface Login {
  /** Answers a request below `authPath`. */
  handle(request: Request, clientAddress: string): Promise<Response>;
  /** G1: who the request's cookie names; undefined for nobody. */
  authenticate(headers: Headers): Promise<SignedIn | undefined>;
  /** As `authenticate`, and the Set-Cookie headers that keep a long session alive. */
  renew(
    headers: Headers,
  ): Promise<{ readonly signedIn: SignedIn | undefined; readonly cookies: readonly string[] }>;
  /** A session that is still valid, for tickets. */
  session(sessionId: string): Promise<UserContext | undefined>;
  /** Those of the sessions that have ended, whichever node ended them. */
  endedSessions(sessionIds: readonly string[]): Promise<readonly string[]>;
  /** Whether a browser with these cookies may make an account. */
  signUpOpen(cookieHeader: string | null | undefined): Promise<boolean>;
  /** Whether that account would be the first: nobody can sign in yet. */
  firstAccount(cookieHeader: string | null | undefined): Promise<boolean>;
  /** G3: undefined unless sign-up is closed and, as far as this node knows, there is no account yet. */
  readonly setup: SetupToken | undefined;
  readonly providers: readonly NamedProvider[];
  readonly tickets: Tickets;
  /** Deletes sessions and sign-in attempts that ran out. */
  forgetExpired(): Promise<void>;
  close(): Promise<void>;
}

export async function createLogin(options: LoginOptions): Promise<Login> {
  const { store } = options;
  try {
    // The tables do not depend on the secret, which may itself be kept in one of ours.
    const tables = authOptions(options, "", createGate(store, options.signUp, ""));
    await store.migrate(async (database) => {
      await (await getMigrations({ ...tables, database })).runMigrations();
    });
    const secret = typeof options.secret === "string" ? options.secret : await options.secret();
    const gate = createGate(store, options.signUp, secret);
    await gate.look();
    return assemble(options, gate, betterAuth(authOptions(options, secret, gate)));
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** What Better Auth's own signing out knows of a request that is about to end its session. */
interface LeavingRequest {
  readonly context: {
    readonly secret: string;
    readonly authCookies: { readonly sessionToken: { readonly name: string } };
    readonly internalAdapter: {
      findSession(token: string): Promise<{ readonly session: { readonly id: string } } | null>;
      deleteSession(token: string): Promise<void>;
    };
  };
  getSignedCookie(name: string, secret: string): Promise<string | null | false>;
}

/**
 * D7: Better Auth answers a sign-out with success also when the session could not be deleted, on a full disk for
 * one: it would go on, and nobody would know. Here it is deleted and looked for, before the cookie is taken away.
 */
async function endSession(request: LeavingRequest, { store, log }: LoginOptions): Promise<void> {
  const { secret, authCookies, internalAdapter } = request.context;
  const token = await request.getSignedCookie(authCookies.sessionToken.name, secret);
  if (!token) return;
  try {
    const found = await internalAdapter.findSession(token);
    if (!found) return;
    await internalAdapter.deleteSession(token);
    const left = await store.sessionsAmong([found.session.id]);
    if (left.length > 0) throw new Error("the session is there after it was deleted");
  } catch (error) {
    log.error({ part: "login", err: error }, "a session could not be ended");
    throw new APIError("SERVICE_UNAVAILABLE", {
      code: "UNAVAILABLE",
      message: "You are still signed in: the session could not be ended. Try again soon.",
    });
  }
}

/** Who may make an account, and who becomes the admin. */
function createGate(store: LoginStore, signUp: SignUp, secret: string) {
  const token = new SetupToken(secret);
  let anyPerson = false;
  const look = async () => {
    anyPerson = await store.anyPerson();
    return anyPerson;
  };
  const isOpen = async (cookieHeader: string | null | undefined) =>
    signUp === "open" || (token.fitsCookie(cookieHeader) && !(await look()));
  return {
    look,
    setup: () => (signUp === "closed" && !anyPerson ? token : undefined),
    isOpen,
    // Strangers at a closed server do not learn whether its first account is still to be had.
    isFirst: async (cookieHeader: string | null | undefined) =>
      (await isOpen(cookieHeader)) && !(await look()),
    async promoteFirst(userId: string): Promise<void> {
      await store.promoteFirst(userId);
      await look();
    },
  };
}

type Gate = ReturnType<typeof createGate>;

function authOptions(options: LoginOptions, secret: string, gate: Gate) {
  const { origins, log } = options;
  const limiter = new RateLimiter(options.clock);
  return {
    appName: "Goldenpath",
    baseURL: origins.own[0],
    basePath: authPath,
    secret,
    database: options.store.database,
    trustedOrigins: [...origins.own, ...origins.listed],
    telemetry: { enabled: false },
    // An admin manages accounts but never acts as somebody else (D4).
    disabledPaths: ["/admin/impersonate-user", "/admin/stop-impersonating"],
    emailAndPassword: {
      enabled: true,
      minPasswordLength: limits.passwordCharsMin,
      maxPasswordLength: 256,
      revokeSessionsOnPasswordReset: true,
    },
    user: {
      modelName: "auth_user",
      deleteUser: {
        enabled: true,
        // Before its sessions are ended: its pages hear how its runs end.
        beforeDelete: async (user) => options.onAccountLeaving(user.id),
      },
    },
    account: { modelName: "auth_account" },
    verification: { modelName: "auth_verification" },
    session: { modelName: "auth_session", expiresIn: sessionSecondsMax, updateAge: 24 * 3_600 },
    socialProviders: socialProviders(options.providers),
    plugins: [admin(), ...oidcPlugins(options.providers)],
    rateLimit: {
      enabled: true,
      window: 60,
      max: 300,
      customRules: {
        "/sign-in/*": { window: 60, max: 20 },
        "/sign-up/*": { window: 60, max: 20 },
        "/change-password": { window: 60, max: 10 },
        "/admin/*": { window: 60, max: 120 },
      },
      customStorage: {
        // Better Auth asks `consume` alone where it exists.
        get: async () => null,
        set: async () => undefined,
        consume: async (key: string, rule: { readonly window: number; readonly max: number }) => {
          const verdict = limiter.take(key, { max: rule.max, windowMs: rule.window * 1_000 });
          return verdict.is === "allowed"
            ? { allowed: true, retryAfter: null }
            : { allowed: false, retryAfter: Math.ceil(verdict.afterMs / 1_000) };
        },
      },
    },
    advanced: {
      cookiePrefix: "goldenpath",
      useSecureCookies: origins.own[0]?.startsWith("https:") === true,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    hooks: {
      before: createAuthMiddleware(async (context) => {
        if (context.path === "/sign-out") await endSession(context, options);
        // D7: a changed password ends every session of the old one, whatever the client asked for.
        if (context.path === "/change-password") {
          return { context: { body: { ...context.body, revokeOtherSessions: true } } };
        }
        return undefined;
      }),
      after: createAuthMiddleware(async (context) => {
        if (context.path !== "/admin/set-user-password" || context.context.returned instanceof Error) return;
        await context.context.internalAdapter.deleteUserSessions(String(context.body.userId));
      }),
    },
    databaseHooks: {
      user: {
        create: {
          before: async (_user, context) => {
            const byAdmin = context?.path === "/admin/create-user";
            if (!byAdmin && !(await gate.isOpen(context?.headers?.get("cookie")))) {
              throw new APIError("FORBIDDEN", {
                code: "SIGN_UP_CLOSED",
                message: "Sign-up is closed on this server; ask its admin for an account.",
              });
            }
          },
          after: async (user) => gate.promoteFirst(user.id),
        },
        // Also where an admin removes it, and what its person asked for while it was being deleted.
        delete: { before: async (user) => options.onAccountLeaving(user.id) },
      },
      session: {
        delete: {
          after: async ({ id, userId }) => options.onSessionEnded({ userId, sessionId: id }),
        },
      },
    },
    onAPIError: {
      onError: (error) => {
        // A refusal is the caller's matter; everything else is a fault of ours.
        if (isAPIError(error)) log.debug({ part: "login" }, error.message);
        else log.error({ part: "login", err: error }, "login failed");
      },
    },
    logger: {
      level: "warn",
      // Only the text: the arguments may hold what a user typed.
      log: (level, message) =>
        log[level === "error" ? "error" : level === "warn" ? "warn" : "debug"]({ part: "login" }, message),
    },
  } satisfies BetterAuthOptions;
}

function assemble(
  { store, clock, providers }: LoginOptions,
  gate: Gate,
  auth: ReturnType<typeof betterAuth<ReturnType<typeof authOptions>>>,
): Login {
  return {
    async handle(request, clientAddress) {
      const headers = new Headers(request.headers);
      headers.set(clientAddressHeader, clientAddress);
      return auth.handler(new Request(request, { headers }));
    },
    async authenticate(headers) {
      if (!headers.has("cookie")) return undefined;
      return signedIn(await auth.api.getSession({ headers, query: { disableRefresh: true } }));
    },
    async renew(headers) {
      if (!headers.has("cookie")) return { signedIn: undefined, cookies: [] };
      const answer = await auth.api.getSession({ headers, returnHeaders: true });
      return { signedIn: signedIn(answer.response), cookies: answer.headers.getSetCookie() };
    },
    async endedSessions(sessionIds) {
      const alive = new Set(await store.sessionsAmong(sessionIds));
      return sessionIds.filter((sessionId) => !alive.has(sessionId));
    },
    async session(sessionId) {
      const found = await store.session(sessionId);
      return found && found.expiresAt > clock.now() ? found : undefined;
    },
    signUpOpen: gate.isOpen,
    firstAccount: gate.isFirst,
    get setup() {
      return gate.setup();
    },
    providers: namedProviders(providers),
    tickets: store.tickets,
    forgetExpired: () => store.forgetExpired(clock.now()),
    close: () => store.close(),
  };
}

interface FoundSession {
  readonly session: { readonly id: string; readonly expiresAt: Date };
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly name: string;
    readonly role?: string | null | undefined;
  };
}

function signedIn(found: FoundSession | null): SignedIn | undefined {
  if (!found) return undefined;
  const { session, user } = found;
  return {
    user: { userId: user.id, sessionId: session.id, expiresAt: session.expiresAt.getTime() },
    account: { id: user.id, email: user.email, name: user.name, role: user.role ?? "user" },
  };
}
