import { limits } from "@goldenpath/protocol";
import { parseNothing, type Result, request } from "../request.ts";

/** What was changed comes back over the log, to every tab; the answers here only say whether it worked. */
export function renameThread(threadId: string, title: string): Promise<Result<true>> {
  return request(`/api/threads/${encodeURIComponent(threadId)}`, parseNothing, {
    method: "PATCH",
    json: { title: title.trim().slice(0, limits.titleCharsMax) },
  });
}

export function deleteThread(threadId: string): Promise<Result<true>> {
  return request(`/api/threads/${encodeURIComponent(threadId)}`, parseNothing, { method: "DELETE" });
}
