/** Who: a user and the login they came with. It comes from the session, never from a message (D4). */
export interface UserContext {
  readonly userId: string;
  readonly sessionId: string;
  /** When the session runs out, in milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface WebSocketContextFields extends UserContext {
  readonly threadId?: string;
  readonly runId?: string;
  readonly requestId?: string;
}

/** Immutable: who, and which thread, run and request. Code that acts for a user takes one of these. */
export class WebSocketContext implements WebSocketContextFields {
  readonly userId: string;
  readonly sessionId: string;
  readonly expiresAt: number;
  readonly threadId?: string;
  readonly runId?: string;
  readonly requestId?: string;

  /** Throws a `TypeError` for an empty user or session id: there is no anonymous context. */
  constructor(fields: WebSocketContextFields) {
    if (!fields.userId) throw new TypeError("WebSocketContext: userId is required");
    if (!fields.sessionId) throw new TypeError("WebSocketContext: sessionId is required");
    this.userId = fields.userId;
    this.sessionId = fields.sessionId;
    this.expiresAt = fields.expiresAt;
    if (fields.threadId !== undefined) this.threadId = fields.threadId;
    if (fields.runId !== undefined) this.runId = fields.runId;
    if (fields.requestId !== undefined) this.requestId = fields.requestId;
    Object.freeze(this);
  }

  /** The same user and session, for a thread, run or request. */
  for(which: Pick<WebSocketContextFields, "threadId" | "runId" | "requestId">): WebSocketContext {
    return new WebSocketContext({ ...this, ...which });
  }
}
