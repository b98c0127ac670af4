import { r as outgoingIn } from "./view-CXcUV0sY.js";
import { createContext, createElement, useCallback, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
// ../client/src/react.ts
const ClientContext = createContext(void 0);
/** Gives `client` to the hooks below it. The caller connects and closes it. */
function ClientProvider(props) {
	return createElement(ClientContext.Provider, { value: props.client }, props.children);
}
/** The client of the nearest provider; throws without one. */
function useClient() {
	const client = useContext(ClientContext);
	if (!client) throw new Error("Goldenpath's hooks need a ClientProvider with a client above them.");
	return client;
}
/** What `select` takes from the client; renders when that is another value by identity. */
function useSelected(select) {
	const client = useClient();
	const subscribe = useCallback((listener) => client.subscribe(listener), [client]);
	const current = () => select(client);
	return useSyncExternalStore(subscribe, current, current);
}
/** The current view; renders on every change of it. */
function useView() {
	return useSelected((client) => client.view);
}
/** The truth about the connection. */
function useConnection() {
	return useSelected((client) => client.state);
}
function useThreads() {
	const client = useClient();
	return {
		threads: useSelected(({ view }) => view.threads),
		history: useSelected(({ view }) => view.threadsHistory),
		loadOlder: useCallback(() => client.loadOlderThreads(), [client])
	};
}
const none = [];
const unopened = { is: "unopened" };
/**
* A thread, opened and kept open while the component shows it. Undefined stands for a thread that does not
* exist yet: `outgoing` then holds the messages that begin one.
*/
function useThread(threadId) {
	const client = useClient();
	const id = threadId ?? "";
	const thread = useSelected(({ view }) => view.threadById.get(id));
	const messages = useSelected(({ view }) => view.messagesByThread.get(id) ?? none);
	const history = useSelected(({ view }) => view.historyByThread.get(id) ?? unopened);
	const outbox = useSelected(({ view }) => view.outbox);
	const outgoing = useMemo(() => outgoingIn(client.view, threadId), [
		outbox,
		messages,
		threadId
	]);
	useEffect(() => {
		if (threadId !== void 0 && history.is === "unopened") client.openThread(threadId);
	}, [
		client,
		threadId,
		history.is
	]);
	return {
		thread,
		messages,
		outgoing,
		history,
		loadOlder: useCallback(() => client.loadOlder(id), [client, id])
	};
}
/** The answer of an active run; undefined before it began and after it ended. */
function useRun(runId) {
	return useSelected(({ view }) => runId === void 0 ? void 0 : view.activeRuns.get(runId));
}
export { ClientProvider, useClient, useConnection, useRun, useThread, useThreads, useView };
