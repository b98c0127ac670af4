import { limits } from "@goldenpath/protocol";
import { Hono, type MiddlewareHandler } from "hono";
import { readBody } from "./body.ts";
import type { HttpEnv, Parts } from "./environment.ts";
import { judgeContent, mediaTypeOf } from "./media-type.ts";
import { requireId } from "./require-id.ts";
import { refuse } from "./respond.ts";

const attachmentRate = { max: 60, windowMs: 60_000 };

/** Files that users attach: kept by the journal, given back to their owner only (D4), never shown inline. */
export function attachmentRoutes(parts: Parts, requireUser: MiddlewareHandler<HttpEnv>): Hono<HttpEnv> {
  const { journal, limiter } = parts;
  const routes = new Hono<HttpEnv>();

  routes.post("/api/attachments", requireUser, async (context) => {
    const { userId } = context.get("signedIn").user;
    const verdict = limiter.take(`attachments|${userId}`, attachmentRate);
    if (verdict.is === "limited") return refuse(context, "rate_limited", { afterMs: verdict.afterMs });
    const name = fileName(context.req.header("x-file-name"));
    if (name === undefined) {
      return refuse(context, "attachment_invalid", {
        message: `Name the file in the header x-file-name, URI-encoded, with 1 to ${limits.attachmentNameCharsMax} characters.`,
      });
    }
    const bytes = await readBody(context.req.raw, limits.attachmentBytesMax);
    if (bytes === undefined) {
      return refuse(context, "attachment_too_large", {
        message: `A file may have ${limits.attachmentBytesMax / 1024 / 1024} MiB at most.`,
      });
    }
    const mediaType = mediaTypeOf(name, context.req.header("content-type"));
    const content = judgeContent(mediaType, bytes);
    if (content.is === "refused") return refuse(context, "attachment_invalid", { message: content.message });
    const attachmentId = parts.makeId();
    const stored = await journal.putAttachment(userId, {
      id: attachmentId,
      name,
      mediaType,
      bytes,
      at: parts.clock.now(),
    });
    if (stored === "too_large") {
      return refuse(context, "attachment_too_large", {
        message:
          "Your attachments together are over what this server keeps for one user. Delete threads that you no longer need.",
      });
    }
    if (stored !== "stored") return refuse(context, stored);
    return context.json({ attachmentId, name, mediaType, bytes: bytes.byteLength });
  });

  routes.get("/api/attachments/:id", requireUser, requireId, async (context) => {
    const found = await journal.attachment(context.get("signedIn").user.userId, context.req.param("id"));
    if (!found) return refuse(context, "not_found");
    return context.body(new Uint8Array(found.bytes), 200, {
      "content-type": found.mediaType,
      "content-disposition": `attachment; filename*=UTF-8''${extendedValue(found.name)}`,
      // D4: the next person at this browser does not get it from the cache: another session, another cookie.
      "cache-control": "private, max-age=31536000, immutable",
      vary: "cookie, origin",
    });
  });

  return routes;
}

/**
 * The file's own name: no folders, and no characters that cannot be seen or that turn the reading direction
 * (`gpj.exe` would read as `exe.jpg`). Undefined when nothing is left, or it is too long.
 */
function fileName(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  try {
    const name = decodeURIComponent(header)
      .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "")
      .replace(/^.*[/\\]/, "")
      .trim();
    if (name === "." || name === "..") return undefined;
    return name !== "" && name.length <= limits.attachmentNameCharsMax ? name : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 8187: `'`, `(`, `)` and `*` have to be escaped as well. */
function extendedValue(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
