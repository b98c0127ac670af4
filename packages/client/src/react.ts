import type { Message, Thread } from "@goldenpath/protocol";
import { createContext, createElement, type ReactNode, useContext } from "react";
import type { Client } from "./client.ts";
import type { ConnectionState, Loaded } from "./state.ts";
import type { History, OutgoingMessage, View } from "./view.ts";

const ClientContext = createContext<Client | undefined>(undefined);

/** Gives `client` to the hooks below it. The caller connects and closes it. */
export function ClientProvider(props: { readonly client: Client; readonly children?: ReactNode }): ReactNode {
  return createElement(ClientContext.Provider, { value: props.client }, props.children);
}

/** The client of the nearest provider; throws without one. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error("Goldenpath hooks need a <ClientProvider client={…}> above them.");
  return client;
}

/** The current view; renders on every change of it. */
export function useView(): View {
  return useClient().view;
}

/** The truth about the connection. */
export function useConnection(): ConnectionState {
  return useClient().state;
}

export interface Threads {
  /** Newest activity first. */
  readonly threads: readonly Thread[];
  readonly history: History;
  readonly loadOlder: () => Promise<Loaded>;
}

export declare function useThreads(): Threads;

export interface OpenThread {
  /** Undefined while it is not known yet, or was deleted. */
  readonly thread: Thread | undefined;
  /** Oldest first, answers being written among them. */
  readonly messages: readonly Message[];
  /** Own messages that the log does not show yet; to be shown after `messages`. */
  readonly outgoing: readonly OutgoingMessage[];
  readonly history: History;
  readonly loadOlder: () => Promise<Loaded>;
}

/** A thread, kept open while the component shows it; undefined for a thread that does not exist yet. */
export declare function useThread(threadId: string | undefined): OpenThread;

/** The answer of an active run; undefined before it began and after it ended. */
export declare function useRun(runId: string | undefined): Message | undefined;
