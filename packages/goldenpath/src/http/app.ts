/**
 * The HTTP side: what every request passes, and in which order.
 *
 *  H1  A request that changes something comes from an allowed origin, or from no page at all.
 *  H2  Nothing below `/api` but the login and `/api/me` is reached without a session; the user's id comes
 *      from it and from nowhere else (D4).
 *  H3  Bodies are bounded before they are read; a fault answers with a code and is logged, without texts
 *      that users wrote.
 */
import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { authPath } from "../login/login.ts";
import { judgeOrigin } from "../login/origins.ts";
import { setupCookie } from "../login/setup-token.ts";
import { accountRoutes } from "./account.ts";
import { attachmentRoutes } from "./attachments.ts";
import { jsonBytesMax, readBody } from "./body.ts";
import { clientAddress } from "./client-address.ts";
import type { HttpEnv, LoginOutcome, Parts } from "./environment.ts";
import { servePage } from "./page.ts";
import { refuse } from "./respond.ts";
import { securityHeaders } from "./security-headers.ts";
import { threadRoutes } from "./threads.ts";

const apiRate = { max: 1_200, windowMs: 60_000 };

export function createApp(parts: Parts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.onError((error, context) => {
    parts.log.error({ err: error, method: context.req.method, path: context.req.path }, "request failed");
    return refuse(context, isBusy(error) ? "unavailable" : "internal");
  });
  app.use(securityHeaders(parts.origins));
  app.use("/api/*", noStore);
  app.use(
    "/api/*",
    cors({
      origin: (origin) => (parts.origins.listed.includes(origin) ? origin : null),
      credentials: true,
      allowMethods: ["GET", "POST", "PATCH", "DELETE"],
      allowHeaders: ["content-type", "x-file-name"],
      maxAge: 600,
    }),
  );
  app.use("/api/*", originGuard(parts));

  app.get("/healthz", (context) => healthz(parts, context.json.bind(context)));
  app.get("/setup", (context) => {
    const token = context.req.query("token");
    if (!parts.login.setup?.fits(token)) {
      const message = "This setup link is not valid: there is an account already, or it is another server's.";
      // The link is opened by a person, who may have used it before.
      if (context.req.header("accept")?.includes("text/html"))
        return context.text(`${message}\nSign in at ${new URL("/", context.req.url)}\n`, 404);
      return refuse(context, "not_found", { message });
    }
    const secure = parts.origins.own[0]?.startsWith("https:") ? "; Secure" : "";
    context.header(
      "set-cookie",
      `${setupCookie}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600${secure}`,
    );
    return context.redirect("/", 303);
  });
  app.on(["GET", "POST"], `${authPath}/*`, (context) => authenticate(parts, context));
  app.route("/", accountRoutes(parts, requireUser(parts)));
  app.route("/", threadRoutes(parts, requireUser(parts)));
  app.route("/", attachmentRoutes(parts, requireUser(parts)));
  app.all("/api/*", (context) => refuse(context, "not_found", { message: "There is no such address." }));
  app.get("/ws", (context) => {
    context.header("upgrade", "websocket");
    return context.text("This address speaks WebSocket.\n", 426);
  });
  if (parts.page !== undefined) app.get("*", servePage(parts.page));
  app.notFound((context) => refuse(context, "not_found", { message: "There is no such address." }));
  return app;
}

/** Hands a request to the login, as a Request of Node's own: the HTTP adapter's kind cannot be copied. */
async function authenticate(
  { login, trustProxy, onLogin }: Parts,
  context: Context<HttpEnv>,
): Promise<Response> {
  const { method, url, headers } = context.req.raw;
  const bodiless = method === "GET" || method === "HEAD";
  const body = bodiless ? undefined : await readBody(context.req.raw, jsonBytesMax);
  if (!bodiless && body === undefined) return refuse(context, "frame_too_large");
  const request = new Request(url, { method, headers, ...(body && { body }) });
  const answer = await login.handle(request, clientAddress(context.env.incoming, trustProxy));
  if (/^\/sign-(in|up)\//.test(new URL(url).pathname.slice(authPath.length)))
    onLogin(outcomeOf(answer.status));
  if (answer.status !== 429) return answer;
  // The login's own shape of this answer has neither a code nor a time in its body.
  const seconds = Number(answer.headers.get("x-retry-after"));
  return refuse(context, "rate_limited", { afterMs: (seconds > 0 ? seconds : 60) * 1_000 });
}

function outcomeOf(status: number): LoginOutcome {
  if (status < 400) return "ok";
  if (status === 429) return "limited";
  return status < 500 ? "refused" : "failed";
}

const noStore = createMiddleware(async (context, next) => {
  await next();
  if (!context.res.headers.has("cache-control")) context.res.headers.set("cache-control", "no-store");
});

/** H1 */
const originGuard = (parts: Parts) =>
  createMiddleware(async (context, next) => {
    const { method } = context.req;
    if (method === "GET" || method === "HEAD" || method === "OPTIONS") return next();
    const verdict = judgeOrigin(
      parts.origins,
      context.req.header("origin") ?? null,
      context.req.header("sec-fetch-site") ?? null,
    );
    if (verdict.is !== "refused") return next();
    return refuse(context, "origin_refused", {
      message: `Pages of ${verdict.origin} may not use this server. If that is its own address, start it with GOLDENPATH_URL=${verdict.origin}.`,
    });
  });

/** H2 */
const requireUser = (parts: Parts) =>
  createMiddleware<HttpEnv>(async (context, next) => {
    const signedIn = await parts.login.authenticate(context.req.raw.headers);
    if (!signedIn) return refuse(context, "unauthenticated");
    const verdict = parts.limiter.take(`api|${signedIn.user.userId}`, apiRate);
    if (verdict.is === "limited") return refuse(context, "rate_limited", { afterMs: verdict.afterMs });
    context.set("signedIn", signedIn);
    return next();
  });

async function healthz(parts: Parts, json: (body: object, status: 200 | 503) => Response): Promise<Response> {
  try {
    await parts.journal.extent("healthz");
    // Who is about to stop gets no new callers, though it still serves those it has.
    const health = parts.health();
    return json({ ok: !health.draining, ...health }, health.draining ? 503 : 200);
  } catch (error) {
    parts.log.error({ err: error }, "the journal cannot be read");
    return json({ ok: false, ...parts.health() }, 503);
  }
}

/** SQLITE_BUSY: somebody else held the database for longer than we wait. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === 5;
}
