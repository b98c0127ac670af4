import { Hono, type MiddlewareHandler } from "hono";
import type { HttpEnv, Parts } from "./environment.ts";
import { refuse } from "./respond.ts";

const ticketRate = { max: 120, windowMs: 60_000 };

/** Who is signed in, what they may ask, and tickets for their sockets. */
export function accountRoutes(parts: Parts, requireUser: MiddlewareHandler<HttpEnv>): Hono<HttpEnv> {
  const { login, limiter, agents } = parts;
  const routes = new Hono<HttpEnv>();

  routes.get("/api/me", async (context) => {
    const beside = {
      signUpOpen: await login.signUpOpen(context.req.header("cookie")),
      firstAccount: await login.firstAccount(context.req.header("cookie")),
      providers: login.providers,
    };
    const { signedIn, cookies } = await login.renew(context.req.raw.headers);
    for (const cookie of cookies) context.header("set-cookie", cookie, { append: true });
    if (!signedIn) return refuse(context, "unauthenticated", { beside });
    return context.json({ user: signedIn.account, ...beside });
  });

  routes.get("/api/agents", requireUser, (context) => context.json({ agents, default: agents[0]?.name }));

  routes.post("/api/tickets", requireUser, async (context) => {
    const { userId, sessionId } = context.get("signedIn").user;
    const verdict = limiter.take(`tickets|${userId}`, ticketRate);
    if (verdict.is === "limited") return refuse(context, "rate_limited", { afterMs: verdict.afterMs });
    const issued = await login.tickets.issue(sessionId);
    return issued ? context.json(issued) : refuse(context, "unavailable", { afterMs: 5_000 });
  });

  return routes;
}
