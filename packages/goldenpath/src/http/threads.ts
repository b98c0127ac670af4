import type { CommitOutcome, CommitRefusal, Page } from "@goldenpath/journal";
import { type ErrorCode, idSchema, limits } from "@goldenpath/protocol";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { z } from "zod";
import { jsonBytesMax, readBody } from "./body.ts";
import type { HttpEnv, Parts } from "./environment.ts";
import { requireId } from "./require-id.ts";
import { refuse } from "./respond.ts";

const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: idSchema.optional(),
});

const renameSchema = z.strictObject({
  title: z
    .string()
    .trim()
    .min(1, "a title needs a character")
    .max(limits.titleCharsMax, `a title has at most ${limits.titleCharsMax} characters`),
});

/** Threads and their messages, of the signed-in user only (D4). */
export function threadRoutes(parts: Parts, requireUser: MiddlewareHandler<HttpEnv>): Hono<HttpEnv> {
  const { journal } = parts;
  const routes = new Hono<HttpEnv>();
  routes.use("/api/threads", requireUser);
  routes.use("/api/threads/*", requireUser);
  routes.use("/api/threads/:id/*", requireId);

  routes.get("/api/threads", async (context) => {
    const page = pageOf(context);
    if (!page.ok) return refuse(context, "bad_frame", { message: page.message });
    return context.json({ threads: await journal.threads(userOf(context), page.page) });
  });

  routes.get("/api/threads/:id", async (context) => {
    const thread = await journal.thread(userOf(context), context.req.param("id"));
    return thread ? context.json({ thread }) : refuse(context, "not_found");
  });

  routes.get("/api/threads/:id/messages", async (context) => {
    const page = pageOf(context);
    if (!page.ok) return refuse(context, "bad_frame", { message: page.message });
    const threadId = context.req.param("id");
    if (!(await journal.thread(userOf(context), threadId))) return refuse(context, "not_found");
    return context.json({ messages: await journal.messages(userOf(context), threadId, page.page) });
  });

  routes.patch("/api/threads/:id", async (context) => {
    const rename = renameSchema.safeParse(await jsonOf(context));
    if (!rename.success) {
      return refuse(context, "bad_frame", { message: `Send {"title": "…"}: ${issueText(rename.error)}.` });
    }
    const found = await journal.thread(userOf(context), context.req.param("id"));
    if (!found) return refuse(context, "not_found");
    const thread = { ...found, title: rename.data.title };
    const outcome = await journal.commit({
      userId: userOf(context),
      events: [
        {
          id: parts.makeId(),
          type: "thread_updated",
          at: parts.clock.now(),
          threadId: found.id,
          data: { thread },
        },
      ],
    });
    const refused = refusalOf(context, outcome);
    return refused ?? context.json({ thread });
  });

  routes.delete("/api/threads/:id", async (context) => {
    const threadId = context.req.param("id");
    if (!(await journal.thread(userOf(context), threadId))) return refuse(context, "not_found");
    const refused = refusalOf(context, await parts.removal.deleteThread(userOf(context), threadId));
    return refused ?? context.json({});
  });

  return routes;
}

function userOf(context: Context<HttpEnv>): string {
  return context.get("signedIn").user.userId;
}

function pageOf(
  context: Context<HttpEnv>,
): { readonly ok: true; readonly page: Page } | { readonly ok: false; readonly message: string } {
  const parsed = pageSchema.safeParse(context.req.query());
  if (!parsed.success)
    return { ok: false, message: `limit is 1 to 200, before is an id: ${issueText(parsed.error)}.` };
  const { limit, before } = parsed.data;
  return { ok: true, page: { limit, ...(before !== undefined && { before }) } };
}

/** Undefined for a body that is too long or not JSON: no schema takes it. */
async function jsonOf(context: Context<HttpEnv>): Promise<unknown> {
  const body = await readBody(context.req.raw, jsonBytesMax);
  try {
    return body && JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

function issueText(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; ");
}

/** The answer to give when the journal refused a commit; undefined when it did not. */
function refusalOf(context: Context<HttpEnv>, outcome: CommitOutcome): Response | undefined {
  if (outcome.is !== "refused") return undefined;
  return refuse(context, codeOf(outcome.why), { message: outcome.detail });
}

function codeOf(why: CommitRefusal): ErrorCode {
  if (why === "not_found" || why === "storage_full" || why === "run_ended") return why;
  return why === "unavailable" ? "unavailable" : "internal";
}
