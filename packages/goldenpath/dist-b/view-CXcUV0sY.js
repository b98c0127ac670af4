// ../client/src/view.ts
const emptyView = {
	userId: void 0,
	cursor: void 0,
	threads: [],
	threadById: /* @__PURE__ */ new Map(),
	threadsHistory: { is: "unopened" },
	messagesByThread: /* @__PURE__ */ new Map(),
	historyByThread: /* @__PURE__ */ new Map(),
	activeRuns: /* @__PURE__ */ new Map(),
	outbox: []
};
/** Newest activity first; ids break ties, so that the order is the same however the threads came. */
function threadsInOrder(threadById) {
	return [...threadById.values()].sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1));
}
const unopened = { is: "unopened" };
/** How much of a thread is here; with undefined: of the list of threads. */
function historyOf(view, threadId) {
	if (threadId === void 0) return view.threadsHistory;
	return view.historyByThread.get(threadId) ?? unopened;
}
/**
* Own messages to show behind a thread's messages: those that the thread does not contain yet. With
* undefined: those that begin a thread whose id is not known yet.
*/
function outgoingIn(view, threadId) {
	const messages = (threadId === void 0 ? void 0 : view.messagesByThread.get(threadId)) ?? [];
	return view.outbox.filter(({ threadId: of, state }) => {
		if (of !== threadId) return false;
		return state.is !== "taken" || !messages.some((message) => message.id === state.messageId);
	});
}
export { threadsInOrder as i, historyOf as n, outgoingIn as r, emptyView as t };
