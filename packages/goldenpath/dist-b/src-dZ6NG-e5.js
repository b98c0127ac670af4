import { c as afterClose, d as randomId, f as systemClock, n as foldRun, o as isTerminal, t as subprotocol } from "./frame-BkjjtUF8.js";
import { i as threadsInOrder, n as historyOf, t as emptyView } from "./view-CXcUV0sY.js";
// ../client/src/state.ts
function refusal(code, message, retry) {
	return {
		ok: false,
		code,
		message,
		retry
	};
}
/** Thrown by the async iterables when events passed that the reader will not get. */
var EventsLostError = class extends Error {
	/** `buffer_full`: the reader was too slow; `snapshot`: the client was away too long; `run_over`: ended before. */
	code;
	constructor(code, message) {
		super(message);
		this.name = "EventsLostError";
		this.code = code;
	}
};
// ../client/src/server-answer.ts
const text = (value) => typeof value === "string";
/** Not negative; NaN and Infinity are not of JSON. */
const count = (value) => typeof value === "number" && value >= 0;
const anything = (value) => value !== void 0;
function listOf(check) {
	return (value) => Array.isArray(value) && value.every(check);
}
function fields(checks) {
	const entries = Object.entries(checks);
	return (value) => isFields(value) && entries.every(([key, check]) => check(value[key]));
}
const thread = fields({
	id: text,
	title: text,
	updatedAt: count
});
const threads = listOf(thread);
const messages = listOf(fields({
	id: text,
	threadId: text,
	role: text,
	status: text,
	parts: listOf(isFields)
}));
const error = fields({
	code: text,
	message: text,
	retry: text
});
const ofThread = fields({ thread });
const eventFields = fields({
	offset: count,
	id: text,
	type: text,
	threadId: text,
	data: isFields
});
const event = (value) => {
	if (!eventFields(value)) return false;
	const { type, data } = value;
	if (type === "message_created") return messages([data.message]);
	return type === "thread_created" || type === "thread_updated" ? ofThread(data) : true;
};
const frameChecks = {
	welcome: fields({
		userId: text,
		epoch: text,
		heartbeatMs: count,
		limits: fields({ frameBytesMax: count })
	}),
	snapshot: fields({
		asOf: fields({
			epoch: text,
			offset: count
		}),
		threads,
		activeRuns: messages
	}),
	events: fields({ events: listOf(event) }),
	caught_up: fields({ head: count }),
	done: fields({
		id: text,
		result: anything
	}),
	error,
	expiring: fields({ atMs: count }),
	goaway: fields({ afterMs: count }),
	ping: isFields
};
function decodeServerFrame(data) {
	let value;
	try {
		value = typeof data === "string" ? JSON.parse(data) : void 0;
	} catch {
		return { is: "garbled" };
	}
	if (!isFields(value) || typeof value.type !== "string") return { is: "garbled" };
	if (!Object.hasOwn(frameChecks, value.type)) return { is: "unknown" };
	return isFrame(value) ? {
		is: "frame",
		frame: value
	} : { is: "garbled" };
}
/** A page of threads, a page of messages, or one thread; undefined for anything else. */
function readHistory(body) {
	if (!isFields(body)) return void 0;
	if (threads(body.threads)) return {
		threads: body.threads,
		messages: []
	};
	if (messages(body.messages)) return {
		threads: [],
		messages: body.messages
	};
	return ofThread(body) ? {
		threads: [body.thread],
		messages: []
	} : void 0;
}
/** The API's `{error}`, or what else the answer was. */
function readRefusal(body, status) {
	if (isFields(body) && error(body.error)) return refusalOf(body.error);
	return refusal("unreachable", `The server answered with status ${status}.`, "later");
}
function refusalOf({ code, message, retry, afterMs }) {
	return {
		...refusal(code, message, retry),
		afterMs
	};
}
function isFields(value) {
	return typeof value === "object" && value !== null;
}
function isFrame(value) {
	return frameChecks[value.type](value);
}
/** `transmit` sends and answers true when there is a link; what it refuses is settled with that. */
function createCommands(clock, commandMsMax, transmit) {
	const pendingById = /* @__PURE__ */ new Map();
	function settle(id, result) {
		const pending = pendingById.get(id);
		if (!pending) return;
		pendingById.delete(id);
		pending.deadline.cancel();
		pending.settle(result);
	}
	function send(pending) {
		const sent = transmit(pending.frame);
		if (sent === true) pending.repeats++;
		else if (sent) settle(pending.frame.id, sent);
	}
	return {
		submit(frame) {
			const { id } = frame;
			const waiting = pendingById.get(id);
			if (waiting) return JSON.stringify(waiting.frame) === JSON.stringify(frame) ? waiting.answer : refusal("id_reused", "This id is in use.", "never");
			if (pendingById.size >= 32) return refusal("queue_full", "Too many commands wait.", "later");
			const { promise: answer, resolve } = Promise.withResolvers();
			const pending = {
				frame,
				settle: resolve,
				answer,
				deadline: clock.timer(commandMsMax, () => {
					settle(id, refusal("unanswered", "No answer in time.", "now"));
				}),
				repeats: -1
			};
			pendingById.set(id, pending);
			send(pending);
			return answer;
		},
		resend() {
			for (const pending of pendingById.values()) send(pending);
		},
		answered(frame) {
			const { id = "" } = frame;
			if (frame.type === "done") settle(id, {
				ok: true,
				result: frame.result
			});
			else settle(id, refusalOf(frame.retry === "later" && pendingById.get(id)?.repeats ? {
				...frame,
				code: "unanswered"
			} : frame));
		},
		giveUp(why) {
			for (const id of pendingById.keys()) settle(id, why);
		}
	};
}
// ../client/src/backoff.ts
const backoffMsMin = 500;
const backoffMsMax = 2e4;
/**
* Full jitter, as centrifuge-js does it: uniform over a span that doubles with each attempt, on top of half a
* second, at most 20 s. `attempt` counts from 1. After `flooding` the whole span is used from the start.
*/
function backoffMs(attempt, why, random) {
	const doublings = why === "flooding" ? 6 : Math.min(attempt - 1, 6);
	const span = Math.min(backoffMsMax, backoffMsMin * 2 ** doublings);
	return Math.min(backoffMsMax, backoffMsMin + random() * span);
}
/** The close codes that the client itself names; a test holds them equal to the protocol's table. */
const ownCloseCodes = {
	session_revoked: 4402,
	client_closed: 4504
};
/**
* What a close means for the client; every code has an answer. `reason` is the code's name in the protocol's
* table, as servers send it; the table itself, with its texts, would be a tenth of this client.
*/
function judgeClose(code, reason) {
	const after = afterClose(code);
	if (after === "login") return {
		is: "login",
		code
	};
	return after === "resume" ? {
		is: "retry",
		why: code >= 4e3 && reason ? reason : "connection_lost"
	} : {
		is: "stop",
		code,
		message: `Closed by the server: ${reason || code}.`
	};
}
// ../client/src/link.ts
/**
* One attempt at a connection: from its ticket to its close, whoever closes it.
*
*  L1  A link is fetching its ticket, opening, attached or over. Each phase owns its socket and timers;
*      leaving it ends them. After `over` or `abandon` its owner hears nothing more.
*  L2  `hello` is the first frame; nothing else is sent before `welcome`.
*  L3  A link that is silent for longer than heartbeat and grace is over; any frame counts as life.
*  L4  What the owner took in is acknowledged: after ackEventsMax events, or ackMs, whichever is first, but
*      not more often than every ackMsMin.
*  L5  A link ends once, and says how: retry, login or stop.
*/
/** From the first step of an attempt to its `welcome`. */
const connectMsMax = 15e3;
/** How much longer than its heartbeat a server may be silent. */
const silenceGraceMs = 1e4;
const ackEventsMax = 64;
const ackMs = 250;
const ackMsMin = 100;
/** Begins at once; the owner hears of it in a later turn. */
function openLink(options, owner) {
	const { clock, fetchTicket } = options;
	const abort = new AbortController();
	const deadline = clock.timer(connectMsMax, () => retry("no_answer"));
	let phase = {
		is: "ticketing",
		deadline
	};
	const link = {
		send(frame) {
			if (phase.is === "attached") say(phase.socket, frame);
		},
		checkAlive() {
			if (phase.is === "attached" && clock.now() - phase.heard.now >= phase.silenceMsMax) retry("silent");
		},
		abandon(code = 1e3) {
			const left = phase;
			phase = { is: "over" };
			abort.abort();
			if (left.is === "over") return;
			left.deadline.cancel();
			if (left.is === "attached") left.ack.timer?.cancel();
			if (left.is !== "ticketing") left.socket.close(code);
		}
	};
	begin();
	return link;
	/** L5. */
	function end(ending) {
		if (phase.is === "over") return;
		link.abandon();
		owner.over(link, ending);
	}
	function retry(why) {
		end({
			is: "retry",
			why
		});
	}
	async function begin() {
		let ticket;
		try {
			ticket = await fetchTicket?.(abort.signal);
		} catch {
			retry("ticket_failed");
			return;
		}
		if (phase.is !== "ticketing") return;
		if (fetchTicket && ticket === void 0) {
			end({
				is: "login",
				code: 0
			});
			return;
		}
		let socket;
		try {
			socket = options.webSocket(options.socketUrl, subprotocol);
		} catch (error) {
			end({
				is: "stop",
				code: 0,
				message: String(error)
			});
			return;
		}
		phase = {
			is: "opening",
			socket,
			deadline
		};
		socket.addEventListener("open", () => {
			if (phase.is !== "opening") return;
			say(socket, {
				type: "hello",
				client: options.name,
				cursor: owner.cursor(),
				ticket
			});
		});
		socket.addEventListener("message", ({ data }) => receive(data));
		socket.addEventListener("close", ({ code = 1006, reason = "" }) => end(judgeClose(code, reason)));
		socket.addEventListener("error", () => void 0);
	}
	function receive(data) {
		if (phase.is !== "opening" && phase.is !== "attached") return;
		const decoded = decodeServerFrame(data);
		if (decoded.is === "unknown") return;
		if (decoded.is === "garbled") retry("garbled");
		else if (phase.is === "attached") {
			phase.heard = heardNow();
			handle(phase, decoded.frame, String(data).length);
		} else if (decoded.frame.type === "welcome") attach(phase.socket, decoded.frame);
		else if (decoded.frame.type !== "error") retry("garbled");
	}
	function attach(socket, frame) {
		deadline.cancel();
		const silenceMsMax = frame.heartbeatMs + silenceGraceMs;
		phase = {
			is: "attached",
			socket,
			epoch: frame.epoch,
			silenceMsMax,
			deadline: clock.timer(silenceMsMax, listen),
			heard: heardNow(),
			ack: {
				offset: 0,
				events: 0,
				sentAt: Number.NEGATIVE_INFINITY,
				timer: void 0
			}
		};
		owner.welcomed(link, frame);
	}
	/** L3: one timer, set again for what is left of the time since the last frame. */
	function listen() {
		if (phase.is !== "attached") return;
		const leftMs = phase.heard.elapsed + phase.silenceMsMax - clock.elapsed();
		if (leftMs <= 0) retry("silent");
		else phase.deadline = clock.timer(leftMs, listen);
	}
	function heardNow() {
		return {
			elapsed: clock.elapsed(),
			now: clock.now()
		};
	}
	function handle(attached, frame, chars) {
		switch (frame.type) {
			case "welcome":
				retry("garbled");
				return;
			case "snapshot":
				owner.snapshot(link, frame);
				return;
			case "events":
				if (owner.events(attached.epoch, frame, chars) === "gap") retry("gap");
				else took(attached, frame);
				return;
			case "caught_up":
				if (owner.caughtUp(link, attached.epoch, frame.head) === "gap") retry("gap");
				return;
			case "done":
			case "error":
				owner.answered(frame);
				return;
			case "expiring":
				refresh(attached);
				return;
			case "goaway":
				owner.goaway(link, frame.afterMs);
				return;
			case "ping":
				say(attached.socket, { type: "pong" });
				return;
		}
	}
	/** L4. */
	function took({ ack, socket }, { events }) {
		const last = events.at(-1);
		if (!last || phase.is !== "attached") return;
		ack.offset = last.offset;
		ack.events += events.length;
		const acknowledge = () => {
			ack.timer?.cancel();
			ack.timer = void 0;
			ack.events = 0;
			ack.sentAt = clock.elapsed();
			say(socket, {
				type: "ack",
				offset: ack.offset
			});
		};
		if (ack.events >= ackEventsMax && clock.elapsed() - ack.sentAt >= ackMsMin) acknowledge();
		else ack.timer ??= clock.timer(ackMs, acknowledge);
	}
	async function refresh(attached) {
		let token;
		try {
			token = await fetchTicket?.(abort.signal);
		} catch {
			return;
		}
		if (token !== void 0 && phase === attached) say(attached.socket, {
			type: "refresh",
			token
		});
	}
}
function say(socket, frame) {
	socket.send(JSON.stringify(frame));
}
// ../client/src/connection.ts
/** Signs of life (a tab shown, a network back) start an attempt at most this often. */
const wakeMsMin = 1e3;
/** The longest window of a `goaway` that is used. */
const goawayMsMax = 6e5;
function createConnection(options, owner) {
	const { clock, random, fetchTicket } = options;
	let phase = { is: "idle" };
	let state = { is: "idle" };
	let dialedAt = Number.NEGATIVE_INFINITY;
	/** A refused ticket is replaced once before the client believes that nobody is signed in. */
	let ticketReplaced = false;
	let stopWaking;
	const links = {
		...owner,
		welcomed(link, welcome) {
			if (phase.is === "dialing") {
				enter({
					is: "attached",
					link,
					attempt: phase.attempt
				}, { is: "catching_up" });
				owner.attached(welcome);
			} else if (phase.is === "attached") phase = {
				...phase,
				leaving: {
					is: "now",
					link,
					welcome
				}
			};
		},
		snapshot(link, frame) {
			promote(link);
			owner.snapshot(frame);
		},
		caughtUp(link, epoch, head) {
			if (owner.caughtUp(epoch, head) === "gap") return "gap";
			promote(link);
			ticketReplaced = false;
			if (phase.is === "attached") enter({
				...phase,
				attempt: 0
			}, { is: "live" });
			return "taken";
		},
		goaway(link, afterMs) {
			if (phase.is !== "attached" || phase.link !== link || phase.leaving) return;
			const timer = clock.timer(random() * Math.min(afterMs, goawayMsMax), () => {
				if (phase.is === "attached") phase = {
					...phase,
					leaving: {
						is: "now",
						link: openLink(options, links)
					}
				};
			});
			phase = {
				...phase,
				leaving: {
					is: "later",
					timer
				}
			};
		},
		over(link, ending) {
			if (phase.is !== "attached" && phase.is !== "dialing") return;
			const leaving = phase.is === "attached" && phase.leaving;
			const successor = leaving && leaving.is === "now" && leaving;
			if (phase.is === "attached" && link !== phase.link) phase = {
				...phase,
				leaving: void 0
			};
			else if (successor && ending.is === "retry") {
				if (successor.welcome) promote(successor.link);
				else enter({
					is: "dialing",
					attempt: 1,
					link: successor.link
				}, {
					is: "connecting",
					attempt: 1
				});
			} else settle(ending, phase.attempt);
		}
	};
	return {
		get state() {
			return state;
		},
		get link() {
			return phase.is === "attached" ? phase.link : void 0;
		},
		connect() {
			if (phase.is === "dialing" || phase.is === "attached") return;
			stopWaking ??= options.onWake(wake);
			dial(phase.is === "waiting" ? phase.attempt + 1 : 1);
		},
		close() {
			stopWaking?.();
			stopWaking = void 0;
			leave(ownCloseCodes.client_closed);
			enter({ is: "idle" }, { is: "idle" });
		}
	};
	function dial(attempt) {
		leave();
		dialedAt = clock.elapsed();
		enter({
			is: "dialing",
			attempt,
			link: openLink(options, links)
		}, {
			is: "connecting",
			attempt
		});
	}
	/** N1: ends what the phase owns. */
	function leave(code) {
		if (phase.is === "waiting") phase.timer.cancel();
		if (phase.is === "dialing" || phase.is === "attached") phase.link.abandon(code);
		const leaving = phase.is === "attached" ? phase.leaving : void 0;
		if (leaving?.is === "later") leaving.timer.cancel();
		if (leaving?.is === "now") leaving.link.abandon(code);
	}
	function enter(next, told) {
		phase = next;
		state = told;
		owner.changed(told);
	}
	/** N3: a link that is not the phase's own is the second one; it takes over. A welcome came before. */
	function promote(link) {
		if (phase.is !== "attached" || phase.link === link || phase.leaving?.is !== "now") return;
		const { welcome } = phase.leaving;
		if (!welcome) return;
		phase.link.abandon();
		enter({
			is: "attached",
			link,
			attempt: 1
		}, { is: "catching_up" });
		owner.attached(welcome);
	}
	function settle(ending, attempt) {
		leave();
		switch (ending.is) {
			case "retry":
				wait(attempt, ending.why);
				return;
			case "login": {
				const { code } = ending;
				if (code !== 0 && code !== ownCloseCodes.session_revoked && fetchTicket && !ticketReplaced) {
					ticketReplaced = true;
					wait(attempt, "unauthenticated");
				} else enter({ is: "given_up" }, {
					is: "signed_out",
					code
				});
				return;
			}
			case "stop":
				enter({ is: "given_up" }, {
					is: "stopped",
					code: ending.code,
					message: ending.message
				});
				return;
		}
	}
	function wait(attempt, why) {
		const waitMs = backoffMs(Math.max(1, attempt), why, random);
		const timer = clock.timer(waitMs, () => dial(attempt + 1));
		const retryAt = clock.now() + waitMs;
		enter({
			is: "waiting",
			attempt,
			why,
			timer
		}, {
			is: "waiting",
			retryAt,
			why,
			attempt
		});
	}
	function wake() {
		if (phase.is === "attached") phase.link.checkAlive();
		if (phase.is !== "waiting" || phase.why === "flooding") return;
		if (clock.elapsed() - dialedAt >= wakeMsMin) dial(phase.attempt + 1);
	}
}
const loadMsMax = 3e4;
const loadsMax = 32;
function createHistoryLoader(options, getView, dispatch) {
	const { clock, fetch, apiUrl } = options;
	/** By thread; undefined stands for the list of threads. */
	const loads = /* @__PURE__ */ new Map();
	let opened = [];
	let requests = 0;
	let stopping = new AbortController();
	const loader = {
		async openThread(threadId) {
			opened = [...opened.filter((other) => other !== threadId), threadId].slice(-8);
			return historyOf(getView(), threadId).is === "partial" ? { ok: true } : loader.loadOlder(threadId);
		},
		async loadOlder(threadId) {
			const loading = loads.get(threadId);
			if (loading !== void 0) return loading;
			if (historyOf(getView(), threadId).is === "complete") return { ok: true };
			if (loads.size >= loadsMax) return refusal("queue_full", "Too many loads wait.", "later");
			const load = loadPage(threadId, stopping.signal).finally(() => {
				if (loads.get(threadId) === load) loads.delete(threadId);
			});
			loads.set(threadId, load);
			return load;
		},
		replaced() {
			for (const threadId of opened) loader.openThread(threadId);
		},
		stop() {
			opened = [];
			loads.clear();
			stopping.abort();
			stopping = new AbortController();
		}
	};
	return loader;
	async function loadPage(threadId, stop) {
		const path = `/threads${threadId === void 0 ? "" : `/${encodeURIComponent(threadId)}`}`;
		for (;;) {
			const request = ++requests;
			const view = getView();
			const history = historyOf(view, threadId);
			const before = "before" in history ? history.before : void 0;
			const query = `?limit=50${before ? `&before=${encodeURIComponent(before)}` : ""}`;
			dispatch({
				is: "loading",
				threadId,
				request,
				before
			});
			const paths = threadId === void 0 ? [path + query] : [`${path}/messages${query}`];
			if (threadId !== void 0 && !view.threadById.has(threadId)) paths.push(path);
			const answers = await Promise.all(paths.map((part) => get(part, stop)));
			const closed = stop.aborted && refusal("client_closed", "The client was closed.", "never");
			if (!closed && historyOf(getView(), threadId).is !== "loading") continue;
			const failed = closed || answers.find((answer) => !answer.ok);
			if (failed) {
				dispatch({
					is: "load_failed",
					threadId,
					request,
					refusal: failed
				});
				return failed;
			}
			const bodies = answers.filter((answer) => answer.ok);
			const threads = bodies.flatMap((body) => body.threads);
			const messages = bodies.flatMap((body) => body.messages);
			dispatch({
				is: "page",
				threadId,
				request,
				threads,
				messages,
				complete: (threadId === void 0 ? threads : messages).length < 50
			});
			return { ok: true };
		}
	}
	async function get(path, stop) {
		const abort = new AbortController();
		const deadline = clock.timer(loadMsMax, () => abort.abort());
		try {
			const signal = AbortSignal.any([stop, abort.signal]);
			const response = await fetch(apiUrl + path, {
				credentials: "include",
				signal
			});
			const body = await response.json();
			const found = response.ok && readHistory(body);
			return found ? {
				ok: true,
				...found
			} : readRefusal(body, response.status);
		} catch (error) {
			return refusal("unreachable", String(error), "later");
		} finally {
			deadline.cancel();
		}
	}
}
// ../client/src/options.ts
/** Throws a `TypeError` that names the option when one cannot be used. */
function resolveOptions(options) {
	const name = options.name ?? "goldenpath-client";
	if (!/^.{1,100}$/.test(name)) throw new TypeError("createClient: name needs 1 to 100 characters");
	const commandMsMax = options.commandMsMax ?? 3e5;
	if (!(commandMsMax > 0 && commandMsMax < 2 ** 31)) throw new TypeError("createClient: commandMsMax has to lie between 0 and 2^31");
	return {
		...addresses(options.url),
		fetchTicket: options.fetchTicket,
		webSocket: options.webSocket ?? ((url, protocol) => new WebSocket(url, protocol)),
		fetch: options.fetch ?? ((url, init) => fetch(url, init)),
		clock: options.clock ?? systemClock,
		makeId: options.makeId ?? randomId,
		random: options.random ?? Math.random,
		name,
		commandMsMax,
		notify: options.notify ?? queueMicrotask,
		onWake: options.onWake ?? onBrowserWake
	};
}
function addresses(address) {
	const base = address.replace(/\/+$/, "");
	if (!/^https?:\/\/[^?#\s]+$/.test(base)) throw new TypeError(`createClient: url has to be an http or https address, not "${address}"`);
	return {
		socketUrl: `${base.replace("http", "ws")}/ws`,
		apiUrl: `${base}/api`
	};
}
/** `visibilitychange` bubbles from the document to the window. */
const wakeEvents = ["online", "visibilitychange"];
function onBrowserWake(wake) {
	const page = globalThis;
	const look = () => {
		if (page.document?.visibilityState !== "hidden") wake();
	};
	for (const type of wakeEvents) page.addEventListener?.(type, look);
	return () => {
		for (const type of wakeEvents) page.removeEventListener?.(type, look);
	};
}
// ../client/src/outbox.ts
/** A message is under way, for the first time or again. */
function withSending(view, message) {
	const others = view.outbox.filter((entry) => entry.commandId !== message.commandId);
	return {
		...view,
		outbox: [...others, message].slice(-100)
	};
}
/**
* A `send` was answered. What the server took is in the log by now, and leaves the outbox once the view shows
* it; what it refused stays, with the reason, until it is sent again or forgotten.
*/
function withSent(view, commandId, result) {
	const entry = view.outbox.find((other) => other.commandId === commandId);
	if (!entry) return view;
	let next;
	if (result?.ok) {
		const { threadId, messageId } = result.result;
		if (!view.messagesByThread.get(threadId)?.some((message) => message.id === messageId)) next = {
			...entry,
			threadId,
			state: {
				is: "taken",
				messageId
			}
		};
	} else if (result) next = {
		...entry,
		state: {
			...result,
			is: "refused"
		}
	};
	return {
		...view,
		outbox: view.outbox.flatMap((other) => other === entry ? next ?? [] : other)
	};
}
/**
* A message of the user's appeared in the log. By id it is an entry that `done` named; before its `done`
* came it is, in all likelihood, the first entry of the same thread and content, which is then hidden as
* taken. Should it have come from another device with the same words, `done` still puts that right.
*/
function withShown(outbox, message) {
	const named = outbox.find(({ state }) => state.is === "taken" && state.messageId === message.id);
	if (named) return outbox.filter((entry) => entry !== named);
	const like = outbox.find((entry) => entry.state.is === "sending" && (entry.threadId ?? message.threadId) === message.threadId && contentOf(entry) === contentOf(message));
	if (!like) return outbox;
	return outbox.map((entry) => entry === like ? {
		...entry,
		state: {
			is: "taken",
			messageId: message.id
		}
	} : entry);
}
/** Texts and attachments of a message, to compare. */
function contentOf({ parts }) {
	return parts.map((part) => "text" in part ? part.text : "attachmentId" in part ? part.attachmentId : "").join("");
}
/** R1: takes events that continue the view's cursor, one after the other. */
function withEvents(view, epoch, fresh) {
	const draft = draftOf(view);
	for (const event of fresh) {
		take(draft, event);
		draft.cursor = {
			epoch,
			offset: event.offset
		};
	}
	if (fresh.some(({ type }) => /^(thread|message)_/.test(type))) draft.threads = threadsInOrder(draft.threadById);
	return draft;
}
/** How much of its history a thread that the user turned to has; it is the last one to be dropped (R7). */
function withHistory(view, threadId, history) {
	if (threadId === void 0) return {
		...view,
		threadsHistory: history
	};
	const draft = draftOf(view);
	touch(draft, threadId);
	draft.historyByThread.set(threadId, history);
	return draft;
}
function draftOf(view) {
	return {
		...view,
		threadById: new Map(view.threadById),
		messagesByThread: new Map(view.messagesByThread),
		historyByThread: new Map(view.historyByThread),
		activeRuns: new Map(view.activeRuns)
	};
}
function take(draft, event) {
	switch (event.type) {
		case "thread_created":
		case "thread_updated":
			draft.threadById.set(event.threadId, event.data.thread);
			boundThreads(draft);
			if (event.type === "thread_updated") return;
			touch(draft, event.threadId);
			draft.historyByThread.set(event.threadId, { is: "complete" });
			return;
		case "thread_deleted": {
			draft.threadById.delete(event.threadId);
			draft.messagesByThread.delete(event.threadId);
			draft.historyByThread.delete(event.threadId);
			for (const [runId, message] of draft.activeRuns) if (message.threadId === event.threadId) draft.activeRuns.delete(runId);
			const { threadsHistory } = draft;
			if (threadsHistory.is === "loading") draft.threadsHistory = {
				...threadsHistory,
				is: "partial"
			};
			return;
		}
		case "message_created": {
			append(draft, event.data.message);
			const thread = draft.threadById.get(event.threadId);
			const updatedAt = Math.max(event.at, thread?.updatedAt ?? 0);
			if (thread) draft.threadById.set(event.threadId, {
				...thread,
				updatedAt
			});
			draft.outbox = withShown(draft.outbox, event.data.message);
			return;
		}
		default: takeRunEvent(draft, event);
	}
}
function takeRunEvent(draft, event) {
	if (event.runId === void 0) return;
	const before = draft.activeRuns.get(event.runId);
	if (!before && event.type !== "agent_started") return;
	const message = foldRun(before, event);
	if (!message || message === before) return;
	if (!before) {
		append(draft, message);
		if (!draft.messagesByThread.get(event.threadId)?.includes(message)) return;
	} else {
		const list = draft.messagesByThread.get(event.threadId) ?? [];
		const at = list.lastIndexOf(before);
		if (at >= 0) draft.messagesByThread.set(event.threadId, list.with(at, message));
	}
	if (isTerminal(event.type)) draft.activeRuns.delete(event.runId);
	else draft.activeRuns.set(event.runId, message);
}
/**
* R1: puts a message at its thread's end, which is its place in the log. A page that was ahead of the events
* may have brought it already: then that one, which may be further on, moves there (R6).
*/
function append(draft, message) {
	const list = touch(draft, message.threadId);
	const known = list.find((other) => other.id === message.id);
	const longer = [...list.filter((other) => other !== known), known ?? message];
	if (longer.length > 2e3) {
		longer.shift();
		draft.historyByThread.set(message.threadId, {
			is: "partial",
			before: longer[0]?.id
		});
	}
	draft.messagesByThread.set(message.threadId, longer);
}
/** Makes a thread the one with the newest message, and keeps R7's bound on threads. */
function touch(draft, threadId) {
	const list = draft.messagesByThread.get(threadId) ?? [];
	const messages = draft.messagesByThread;
	messages.delete(threadId);
	messages.set(threadId, list);
	if (!draft.historyByThread.has(threadId)) draft.historyByThread.set(threadId, { is: "unopened" });
	if (messages.size > 50) {
		const busy = [threadId, ...[...draft.activeRuns.values()].map((message) => message.threadId)];
		const oldest = [...messages.keys()].find((other) => !busy.includes(other)) ?? "";
		messages.delete(oldest);
		draft.historyByThread.delete(oldest);
	}
	return list;
}
function boundThreads(draft) {
	if (draft.threadById.size <= 5e3) return;
	const [before, oldest] = threadsInOrder(draft.threadById).slice(-2);
	draft.threadById.delete(oldest?.id ?? "");
	draft.threadsHistory = {
		is: "partial",
		before: before?.id
	};
}
// ../client/src/history-page.ts
/** R5: a page of history, merged by id. */
function withPage(view, { threadId, threads, messages, complete }) {
	const before = threadId === void 0 ? threads.at(-1)?.id : messages[0]?.id;
	const next = draftOf(withHistory(view, threadId, complete ? { is: "complete" } : {
		is: "partial",
		before
	}));
	for (const thread of threads) if (!next.threadById.has(thread.id)) next.threadById.set(thread.id, thread);
	next.threads = threadsInOrder(next.threadById);
	if (threadId === void 0) return next;
	const ended = messages.filter((message) => message.status !== "streaming");
	next.messagesByThread.set(threadId, merged(ended, view.messagesByThread.get(threadId) ?? []));
	for (const { runId } of ended) next.activeRuns.delete(runId ?? "");
	return next;
}
/**
* A page and what is known, in one order. The page's own order holds; a message that is only known stays
* behind those that it followed, and goes behind the page's messages that are not younger.
*/
function merged(page, known) {
	const rest = [...page];
	const result = [];
	for (const message of known) {
		const paged = page.some((other) => other.id === message.id);
		const next = rest.findIndex((other) => paged ? other.id === message.id : other.at > message.at);
		if (paged) result.push(...rest.splice(0, next + 1));
		else result.push(...rest.splice(0, next < 0 ? rest.length : next), message);
	}
	return [...result, ...rest];
}
/** Which of `events` continue the log after `cursor`. Without a cursor of that epoch nothing does. */
function judgeEvents(cursor, epoch, events) {
	if (cursor?.epoch !== epoch) return {
		fresh: [],
		duplicates: 0,
		gap: true
	};
	const fresh = [];
	let last = cursor.offset;
	let duplicates = 0;
	for (const event of events) if (event.offset <= last) duplicates++;
	else if (event.offset > last + 1) return {
		fresh,
		duplicates,
		gap: true
	};
	else {
		fresh.push(event);
		last = event.offset;
	}
	return {
		fresh,
		duplicates,
		gap: false
	};
}
/** The next view. The same view comes back, by identity, when the input changes nothing. */
function reduce(view, input) {
	switch (input.is) {
		case "welcome":
			if (view.userId === input.userId) return view;
			return {
				...view.userId === void 0 ? view : emptyView,
				userId: input.userId
			};
		case "snapshot": return fromSnapshot(view, input.frame);
		case "events": {
			const { fresh } = judgeEvents(view.cursor, input.epoch, input.events);
			return fresh.length === 0 ? view : withEvents(view, input.epoch, fresh);
		}
		case "loading": return withHistory(view, input.threadId, input);
		case "page": return loading(view, input) ? withPage(view, input) : view;
		case "load_failed": {
			const history = loading(view, input);
			if (!history) return view;
			return withHistory(view, input.threadId, {
				...input.refusal,
				is: "failed",
				before: history.before
			});
		}
		case "sending": return withSending(view, input.message);
		case "sent": return withSent(view, input.commandId, input.result);
		default: return input;
	}
}
/** R4. */
function fromSnapshot({ userId, outbox }, { asOf, threads, activeRuns }) {
	const draft = draftOf({
		...emptyView,
		userId,
		cursor: asOf
	});
	draft.outbox = outbox.filter((entry) => entry.state.is !== "taken");
	for (const thread of threads) draft.threadById.set(thread.id, thread);
	draft.threads = threadsInOrder(draft.threadById);
	draft.threadsHistory = threads.length < 100 ? { is: "complete" } : {
		is: "partial",
		before: threads.at(-1)?.id
	};
	for (const message of activeRuns) {
		append(draft, message);
		if (message.runId && message.status === "streaming") draft.activeRuns.set(message.runId, message);
	}
	return draft;
}
/** R5: the load that this input belongs to, unless a snapshot or a newer load made it void. */
function loading(view, { threadId, request }) {
	const history = historyOf(view, threadId);
	return history.is === "loading" && history.request === request ? history : void 0;
}
// ../client/src/streams.ts
/**
* Events as async iterables: every event once, in order, and an error where that cannot hold.
*
*  S1  A stream holds at most `bufferMax` events for its reader; over that it ends with `buffer_full`.
*  S2  When events passed that a stream will not get, it ends with an error, after what it holds.
*  S3  A stream ends once and is then forgotten: by its reader, its signal, its run's end or the client's.
*  S4  What came last is held for `ofRun`, up to recentCharsMax characters of frames.
*/
const recentCharsMax = 2097152;
const bufferMaxDefault = 1e4;
function createEventStreams() {
	const streams = /* @__PURE__ */ new Set();
	let recent = [];
	let recentChars = 0;
	return {
		all: (options) => open(options).read(),
		ofRun(runId, over, options) {
			const stream = open(options, runId);
			for (const { events } of recent) for (const event of events) stream.push(event);
			if (over) stream.end(new EventsLostError("run_over", "The run is over; the view has its answer."));
			return stream.read();
		},
		push(events, chars) {
			recent.push({
				events,
				chars
			});
			recentChars += chars;
			while (recentChars > recentCharsMax) recentChars -= recent.shift()?.chars ?? 0;
			for (const stream of streams) for (const event of events) stream.push(event);
		},
		lost(message) {
			recent = [];
			recentChars = 0;
			for (const stream of streams) stream.end(new EventsLostError("snapshot", message));
		},
		end() {
			for (const stream of streams) stream.end();
		}
	};
	function open({ signal, bufferMax = bufferMaxDefault } = {}, runId) {
		const buffer = [];
		let ended;
		let wake;
		const stream = {
			push(event) {
				if (ended || runId !== void 0 && event.runId !== runId) return;
				if (buffer.length >= bufferMax) {
					stream.end(new EventsLostError("buffer_full", "Too many events wait."));
					return;
				}
				buffer.push(event);
				if (runId !== void 0 && isTerminal(event.type)) stream.end();
				wake?.();
			},
			end(error) {
				ended ??= { error };
				streams.delete(stream);
				signal?.removeEventListener("abort", abort);
				wake?.();
			},
			async *read() {
				try {
					for (;;) {
						for (let event = buffer.shift(); event; event = buffer.shift()) yield event;
						if (ended) break;
						await new Promise((resolve) => {
							wake = resolve;
						});
					}
					if (ended.error) throw ended.error;
				} finally {
					stream.end();
				}
			}
		};
		const abort = () => {
			buffer.length = 0;
			stream.end();
		};
		streams.add(stream);
		signal?.addEventListener("abort", abort);
		if (signal?.aborted) abort();
		return stream;
	}
}
// ../client/src/client.ts
/**
* A client of one Goldenpath server; it does nothing before `connect()`. Throws a `TypeError` that names the
* option when one cannot be used.
*
* It joins connection, view, commands, streams and history; each keeps its own invariants, and these join them:
*
*  K1  The view changes by `reduce` only, and listeners hear of it later, once for many changes.
*  K2  Streams get exactly the events that the view took.
*  K3  After a gap the cursor is said as it is; after a second gap without progress none is said, and the
*      server's snapshot replaces the view.
*  K4  No command of one user is sent, and no page loaded, for another who signed in on the same client.
*/
function createClient(options) {
	const resolved = resolveOptions(options);
	const { clock, makeId, notify } = resolved;
	const listeners = /* @__PURE__ */ new Set();
	const streams = createEventStreams();
	const commands = createCommands(clock, resolved.commandMsMax, transmit);
	let view = emptyView;
	let counters = {
		duplicates: 0,
		gaps: 0,
		connections: 0
	};
	/** What the server said of its bound; before that a message waits, and is judged when it is sent. */
	let frameBytesMax = Number.POSITIVE_INFINITY;
	let gapsInRow = 0;
	let notifying = false;
	const count = (what, by = 1) => {
		counters = {
			...counters,
			[what]: counters[what] + by
		};
	};
	/** K1. */
	const changed = () => {
		if (notifying) return;
		notifying = true;
		notify(() => {
			notifying = false;
			for (const listener of [...listeners]) listener();
		});
	};
	const dispatch = (input) => {
		const next = reduce(view, input);
		if (next === view) return;
		view = next;
		changed();
	};
	const history = createHistoryLoader(resolved, () => view, dispatch);
	const gap = () => {
		gapsInRow++;
		count("gaps");
		return "gap";
	};
	const connection = createConnection(resolved, {
		cursor: () => gapsInRow >= 2 ? void 0 : view.cursor,
		attached(welcome) {
			const { userId } = welcome;
			count("connections");
			frameBytesMax = welcome.limits.frameBytesMax;
			if (view.userId !== void 0 && view.userId !== userId) {
				const message = "Another user signed in.";
				commands.giveUp(refusal("user_changed", message, "never"));
				history.stop();
				streams.lost(message);
			}
			dispatch({
				is: "welcome",
				userId
			});
			commands.resend();
		},
		snapshot(frame) {
			if (view.cursor) streams.lost("The client was away too long.");
			gapsInRow = 0;
			dispatch({
				is: "snapshot",
				frame
			});
			history.replaced();
		},
		events(epoch, frame, chars) {
			const { fresh, duplicates, gap: isGap } = judgeEvents(view.cursor, epoch, frame.events);
			count("duplicates", duplicates);
			if (fresh.length > 0) {
				gapsInRow = 0;
				dispatch({
					is: "events",
					epoch,
					events: fresh
				});
				streams.push(fresh, chars);
			}
			return isGap ? gap() : "taken";
		},
		caughtUp: (epoch, head) => view.cursor?.epoch === epoch && view.cursor.offset >= head ? "taken" : gap(),
		answered: commands.answered,
		changed(state) {
			const why = givenUp(state);
			if (why) commands.giveUp(why);
			changed();
		}
	});
	/**
	* A frame far over the server's bound would close the socket; every smaller mistake (no text, too much of
	* it, too many parts) the server answers with a code of its own.
	*/
	function transmit(frame) {
		if (new TextEncoder().encode(JSON.stringify(frame)).length > frameBytesMax) return refusal("frame_too_large", `Over ${frameBytesMax} bytes: attach the text as a file.`, "never");
		connection.link?.send(frame);
		return !!connection.link;
	}
	function submit(frame) {
		return givenUp(connection.state) ?? commands.submit(frame);
	}
	return {
		get state() {
			return connection.state;
		},
		get view() {
			return view;
		},
		get counters() {
			return counters;
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		connect: connection.connect,
		close() {
			connection.close();
			commands.giveUp(refusal("client_closed", "The client was closed.", "never"));
			history.stop();
			streams.end();
		},
		async send(message) {
			const { id: commandId = makeId(), threadId, agent, parts } = typeof message === "string" ? { parts: [{
				type: "text",
				text: message
			}] } : message;
			const answer = submit({
				type: "send",
				id: commandId,
				threadId,
				agent,
				parts
			});
			if ("ok" in answer) return answer;
			dispatch({
				is: "sending",
				message: {
					commandId,
					threadId,
					parts,
					at: clock.now(),
					state: { is: "sending" }
				}
			});
			const result = await answer;
			dispatch({
				is: "sent",
				commandId,
				result
			});
			return result;
		},
		cancel: async (runId) => submit({
			type: "cancel",
			id: makeId(),
			runId
		}),
		resolve: async (approvalId, decision) => submit({
			type: "resolve",
			id: makeId(),
			approvalId,
			decision
		}),
		forget: (commandId) => dispatch({
			is: "sent",
			commandId,
			result: void 0
		}),
		openThread: history.openThread,
		loadOlder: history.loadOlder,
		loadOlderThreads: () => history.loadOlder(void 0),
		events: streams.all,
		run(runId, options) {
			const over = [...view.messagesByThread.values()].flat().some((message) => message.runId === runId && message.status !== "streaming");
			return streams.ofRun(runId, over, options);
		}
	};
}
/** What a command is answered while the client will not connect by itself. */
function givenUp(state) {
	if (state.is === "signed_out") return refusal("unauthenticated", "Sign in first.", "never");
	return state.is === "stopped" ? refusal("stopped", state.message, "never") : void 0;
}
export { reduce as n, EventsLostError as r, createClient as t };
