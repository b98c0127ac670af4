import type { Committed, Journal } from "@goldenpath/journal";

/** What tells this node that a user's log grew, wherever it was written. */
export interface Bus {
  /** Hears every commit of that user's log, in order, after it is durable (J2, D4). */
  subscribe(userId: string, listener: (committed: Committed) => void): () => void;
}

/** The bus of a node that is alone: its own journal's commits, sorted by user. */
export function createLocalBus(journal: Journal): Bus {
  const listenersByUser = new Map<string, Set<(committed: Committed) => void>>();
  journal.subscribe((committed) => {
    const listeners = listenersByUser.get(committed.userId);
    if (listeners) for (const listener of listeners) listener(committed);
  });
  return {
    subscribe(userId, listener) {
      const listeners = listenersByUser.get(userId) ?? new Set();
      listenersByUser.set(userId, listeners);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) listenersByUser.delete(userId);
      };
    },
  };
}
