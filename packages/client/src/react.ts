import type { Message, Thread } from "@goldenpath/protocol";
import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from "react";
import type { Client } from "./client.ts";
import type { ConnectionState, Loaded } from "./state.ts";
import { type History, type OutgoingMessage, outgoingIn, type View } from "./view.ts";

const ClientContext = createContext<Client | undefined>(undefined);

/** Gives `client` to the hooks below it. The caller connects and closes it. */
export function ClientProvider(props: { readonly client: Client; readonly children?: ReactNode }): ReactNode {
  return createElement(ClientContext.Provider, { value: props.client }, props.children);
}

/** The client of the nearest provider; throws without one. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error("Goldenpath's hooks need a ClientProvider with a client above them.");
  return client;
}

/** What `select` takes from the client; renders when that is another value by identity. */
function useSelected<T>(select: (client: Client) => T): T {
  const client = useClient();
  const subscribe = useCallback((listener: () => void) => client.subscribe(listener), [client]);
  const current = () => select(client);
  return useSyncExternalStore(subscribe, current, current);
}

/** The current view; renders on every change of it. */
export function useView(): View {
  return useSelected((client) => client.view);
}

/** The truth about the connection. */
export function useConnection(): ConnectionState {
  return useSelected((client) => client.state);
}

export interface Threads {
  /** Newest activity first. */
  readonly threads: readonly Thread[];
  readonly history: History;
  readonly loadOlder: () => Promise<Loaded>;
}

export function useThreads(): Threads {
  const client = useClient();
  const threads = useSelected(({ view }) => view.threads);
  const history = useSelected(({ view }) => view.threadsHistory);
  const loadOlder = useCallback(() => client.loadOlderThreads(), [client]);
  return { threads, history, loadOlder };
}

export interface OpenThread {
  /** Undefined while it is not known yet, or was deleted. */
  readonly thread: Thread | undefined;
  /** Oldest first, answers being written among them. */
  readonly messages: readonly Message[];
  /** Own messages that the log does not show yet; to be shown behind `messages`. */
  readonly outgoing: readonly OutgoingMessage[];
  readonly history: History;
  readonly loadOlder: () => Promise<Loaded>;
}

const none: readonly Message[] = [];
const unopened: History = { is: "unopened" };

/**
 * A thread, opened and kept open while the component shows it. Undefined stands for a thread that does not
 * exist yet: `outgoing` then holds the messages that begin one.
 */
export function useThread(threadId: string | undefined): OpenThread {
  const client = useClient();
  const id = threadId ?? "";
  const thread = useSelected(({ view }) => view.threadById.get(id));
  const messages = useSelected(({ view }) => view.messagesByThread.get(id) ?? none);
  const history = useSelected(({ view }) => view.historyByThread.get(id) ?? unopened);
  const outbox = useSelected(({ view }) => view.outbox);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the outbox and the messages are all that it reads.
  const outgoing = useMemo(() => outgoingIn(client.view, threadId), [outbox, messages, threadId]);
  useEffect(() => {
    // The view holds the outcome. Also after a snapshot or a full memory took the messages away.
    if (threadId !== undefined && history.is === "unopened") void client.openThread(threadId);
  }, [client, threadId, history.is]);
  const loadOlder = useCallback(() => client.loadOlder(id), [client, id]);
  return { thread, messages, outgoing, history, loadOlder };
}

/** The answer of an active run; undefined before it began and after it ended. */
export function useRun(runId: string | undefined): Message | undefined {
  return useSelected(({ view }) => (runId === undefined ? undefined : view.activeRuns.get(runId)));
}
