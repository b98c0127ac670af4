import { i as Thread, r as Message } from "./index-D5HtsdUv.js";
import { a as OutgoingMessage, f as ConnectionState, h as Loaded, i as History, o as View, t as Client } from "./client-Du6dIwrw.js";
import { ReactNode } from "react";
/** Gives `client` to the hooks below it. The caller connects and closes it. */
declare function ClientProvider(props: {
  readonly client: Client;
  readonly children?: ReactNode;
}): ReactNode;
/** The client of the nearest provider; throws without one. */
declare function useClient(): Client;
/** The current view; renders on every change of it. */
declare function useView(): View;
/** The truth about the connection. */
declare function useConnection(): ConnectionState;
interface Threads {
  /** Newest activity first. */
  readonly threads: readonly Thread[];
  readonly history: History;
  readonly loadOlder: () => Promise<Loaded>;
}
declare function useThreads(): Threads;
interface OpenThread {
  /** Undefined while it is not known yet, or was deleted. */
  readonly thread: Thread | undefined;
  /** Oldest first, answers being written among them. */
  readonly messages: readonly Message[];
  /** Own messages that the log does not show yet; to be shown behind `messages`. */
  readonly outgoing: readonly OutgoingMessage[];
  readonly history: History;
  readonly loadOlder: () => Promise<Loaded>;
}
/**
 * A thread, opened and kept open while the component shows it. Undefined stands for a thread that does not
 * exist yet: `outgoing` then holds the messages that begin one.
 */
declare function useThread(threadId: string | undefined): OpenThread;
/** The answer of an active run; undefined before it began and after it ended. */
declare function useRun(runId: string | undefined): Message | undefined;
export { ClientProvider, OpenThread, Threads, useClient, useConnection, useRun, useThread, useThreads, useView };