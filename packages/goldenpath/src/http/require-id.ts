import { idSchema } from "@goldenpath/protocol";
import { createMiddleware } from "hono/factory";
import { refuse } from "./respond.ts";

/** An address whose `:id` can be no id names nothing (H9); a database may not even take it: PostgreSQL has no NUL. */
export const requireId = createMiddleware(async (context, next) =>
  idSchema.safeParse(context.req.param("id")).success ? next() : refuse(context, "not_found"),
);
