import type { Extent } from "@goldenpath/journal";
import { type UserContext, WebSocketContext } from "./context.ts";
import type { WebSocketCore } from "./core.ts";
import { type EmitterOptions, WebSocketEmitter } from "./emitter.ts";

/**
 * One user's view of a node: that user's connections, log and emitters, and no way to anybody else's.
 * Views hold no state; two of them for one user see the same.
 */
export class WebSocketManager {
  readonly user: UserContext;
  readonly #core: WebSocketCore;

  constructor(core: WebSocketCore, user: UserContext) {
    this.#core = core;
    this.user = user;
  }

  /** This user's open connections on this node. */
  get connections(): readonly { readonly id: string; readonly sessionId: string }[] {
    return this.#core.connectionsOf(this.user.userId).flatMap((connection) => {
      const context = connection.context;
      return context ? [{ id: connection.id, sessionId: context.sessionId }] : [];
    });
  }

  extent(): Promise<Extent> {
    return this.#core.journal.extent(this.user.userId);
  }

  /** An emitter for a run of this user's. Throws a `TypeError` for another user's context. */
  emitter(options: Omit<EmitterOptions, "journal" | "clock">): WebSocketEmitter {
    if (options.context.userId !== this.user.userId) {
      throw new TypeError("WebSocketManager.emitter: the context belongs to another user");
    }
    return new WebSocketEmitter({ ...options, journal: this.#core.journal, clock: this.#core.clock });
  }

  /** Closes this session's connections on every node, as a sign-out does. */
  disconnect(): void {
    this.#core.revokeSession(this.user);
  }
}

/**
 * That user's view of the node. Refuses with a `TypeError` when no user context is given: there is no
 * shared or current user to fall back to.
 */
export function getWebSocketManager(core: WebSocketCore, userContext: UserContext): WebSocketManager {
  if (!userContext) throw new TypeError("getWebSocketManager: a user context is required");
  return new WebSocketManager(core, new WebSocketContext(userContext));
}
