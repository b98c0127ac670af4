import { randomId } from "@goldenpath/protocol";
import { type UserContext, WebSocketContext } from "./context.ts";

/** A user of a test's own: fresh ids, so that two of them never meet; the session lasts an hour. */
export function createTestUserContext(fields: Partial<UserContext> = {}): WebSocketContext {
  return new WebSocketContext({
    userId: `user-${randomId()}`,
    sessionId: `session-${randomId()}`,
    expiresAt: Date.now() + 3_600_000,
    ...fields,
  });
}
