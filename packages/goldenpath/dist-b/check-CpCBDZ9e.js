import { t as messageText } from "./message-NcV1HzYP.js";
import { o as isTerminal, r as criticalEventTypes } from "./frame-BkjjtUF8.js";
import { t as createClient } from "./src-dZ6NG-e5.js";
import { WebSocket } from "ws";
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
// src/check/judge.ts
/** What must hold of one run's events, judged from the events alone. */
/** All five that must always arrive are there. */
function judgePresent(events) {
	const counts = criticalEventTypes.map((type) => ({
		type,
		count: events.filter((event) => event.type === type).length
	}));
	const missing = counts.filter(({ count }) => count === 0).map(({ type }) => type);
	if (missing.length > 0) return {
		ok: false,
		detail: `missing: ${missing.join(", ")}`
	};
	return {
		ok: true,
		detail: counts.map(({ type, count }) => `${type} ${count}`).join(", ")
	};
}
/** `seq` is 1, 2, 3 …; offsets rise; the run begins with `agent_started` and ends once, at its end. */
function judgeOrder(events) {
	const first = events[0];
	const last = events.at(-1);
	if (!first || !last) return {
		ok: false,
		detail: "no events"
	};
	for (const [at, event] of events.entries()) {
		if (event.seq !== at + 1) return {
			ok: false,
			detail: `event ${at + 1} of the run has seq ${event.seq}`
		};
		const before = events[at - 1];
		if (before && before.offset >= event.offset) return {
			ok: false,
			detail: `offset ${event.offset} came after ${before.offset}`
		};
	}
	if (first.type !== "agent_started") return {
		ok: false,
		detail: `the run begins with ${first.type}`
	};
	const ends = events.filter((event) => isTerminal(event.type)).length;
	if (ends !== 1) return {
		ok: false,
		detail: `the run has ${ends} terminal events`
	};
	if (last.type !== "agent_completed") return {
		ok: false,
		detail: `the run ends with ${describeEnd(last)}`
	};
	return {
		ok: true,
		detail: `${events.length} events in order, one end`
	};
}
/** Each `tool_completed` has exactly one `tool_executing` before it, and the other way round. */
function judgePaired(events) {
	const running = /* @__PURE__ */ new Set();
	const finished = /* @__PURE__ */ new Set();
	for (const event of events) if (event.type === "tool_executing") {
		const { callId } = event.data;
		if (running.has(callId) || finished.has(callId)) return {
			ok: false,
			detail: `call ${callId} began twice`
		};
		running.add(callId);
	} else if (event.type === "tool_completed") {
		const { callId } = event.data;
		if (!running.delete(callId)) return {
			ok: false,
			detail: `call ${callId} ended without a beginning`
		};
		finished.add(callId);
	}
	if (running.size > 0) return {
		ok: false,
		detail: `${running.size} tool calls never ended`
	};
	return {
		ok: finished.size > 0,
		detail: `${finished.size} tool calls, each begun and ended once`
	};
}
/** Offsets without gap or repetition, from the first event to the last. */
function judgeDense(events) {
	for (const [at, event] of events.entries()) {
		const before = events[at - 1];
		if (!before || event.offset === before.offset + 1) continue;
		return {
			ok: false,
			detail: `${event.offset <= before.offset ? "repeated or reordered" : "lost"}: offset ${event.offset} after ${before.offset}`
		};
	}
	const first = events[0]?.offset ?? 0;
	return {
		ok: events.length > 0,
		detail: `offsets ${first} to ${first + events.length - 1}, each once`
	};
}
/** The answer as it was streamed: the deltas, joined. */
function streamedText(events) {
	let text = "";
	for (const event of events) if (event.type === "text_delta") text += event.data.text;
	return text;
}
function describeEnd(event) {
	return event.type === "agent_failed" ? `agent_failed (${event.data.code}: ${event.data.message})` : event.type;
}
// src/check/person.ts
/**
* One user of the server under check, who comes as a browser does: cookies from sign-in, an Origin header, a
* WebSocket with the cookie on its upgrade. Nothing here knows the server's inside.
*/
var Person = class {
	#url;
	#timeoutMs;
	#clients = /* @__PURE__ */ new Set();
	#cookie = "";
	constructor(url, timeoutMs) {
		this.#url = url;
		this.#timeoutMs = timeoutMs;
	}
	/** Rejects when the server does not answer in time. */
	async request(method, path, body) {
		const response = await fetch(new URL(path, this.#url), {
			method,
			redirect: "manual",
			signal: AbortSignal.timeout(this.#timeoutMs),
			headers: {
				origin: new URL(this.#url).origin,
				...this.#cookie && { cookie: this.#cookie },
				...body && { "content-type": "application/json" }
			},
			...body && { body: JSON.stringify(body) }
		});
		this.#keepCookies(response.headers.getSetCookie());
		const text = await response.text();
		const type = response.headers.get("content-type") ?? "";
		return {
			status: response.status,
			text,
			type,
			body: type.includes("json") ? parse$1(text) : void 0
		};
	}
	/** What is wrong with the sign-in; undefined when it worked. */
	async signIn({ email, password, temporary }) {
		const answer = temporary ? await this.request("POST", "/api/auth/sign-up/email", {
			name: "Goldenpath check",
			email,
			password
		}) : await this.request("POST", "/api/auth/sign-in/email", {
			email,
			password
		});
		if (answer.status !== 200) return `status ${answer.status}: ${answer.text.slice(0, 200)}`;
		const me = await this.request("GET", "/api/me");
		return me.status === 200 ? void 0 : `signed in, but /api/me answers ${me.status}`;
	}
	connect() {
		const line = new Line(this.#url, () => this.#cookie);
		this.#clients.add(line.client);
		return line;
	}
	closeLines() {
		for (const client of this.#clients) client.close();
	}
	#keepCookies(setCookies) {
		const jar = new Map(this.#cookie.split("; ").filter(Boolean).map(splitCookie));
		for (const one of setCookies) {
			const [name, value] = splitCookie(one.split(";", 1)[0] ?? "");
			if (value === "") jar.delete(name);
			else jar.set(name, value);
		}
		this.#cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
	}
};
/** One connection that keeps every event it was sent, and that can be cut like a cable. */
var Line = class {
	client;
	/** Every event that came over the wire, repetitions included. */
	received = [];
	#socket;
	#waiting;
	constructor(url, cookie) {
		this.client = createClient({
			url,
			name: "goldenpath-check",
			webSocket: (address, protocol) => {
				const socket = new WebSocket(address, protocol, {
					headers: { cookie: cookie() },
					origin: new URL(url).origin
				});
				this.#socket = socket;
				socket.on("message", (data) => this.#take(String(data)));
				return {
					send: (text) => socket.send(text),
					close: (code, reason) => socket.close(code, reason),
					addEventListener: (type, listener) => socket.addEventListener(type, (event) => listener(event))
				};
			},
			fetch: (address, init) => fetch(address, {
				signal: init.signal,
				headers: { cookie: cookie() }
			})
		});
		this.client.subscribe(() => this.#look());
	}
	/** Resolves when `holds`; rejects with `what` after the time. Looked at after each frame and each change. */
	until(what, timeoutMs, holds) {
		if (holds()) return Promise.resolve();
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				this.#waiting = void 0;
				reject(/* @__PURE__ */ new Error(`${what}: not within ${Math.round(timeoutMs / 1e3)} s`));
			}, timeoutMs);
			this.#waiting = {
				holds,
				resolve: () => {
					clearTimeout(timer);
					this.#waiting = void 0;
					resolve();
				}
			};
		});
	}
	/** Cuts the connection without a goodbye. */
	cut() {
		this.#socket?.terminate();
	}
	eventsOf(runId) {
		return this.received.filter((event) => event.runId === runId);
	}
	#take(text) {
		const frame = parse$1(text);
		if (isEventsFrame(frame)) this.received.push(...frame.events);
		this.#look();
	}
	#look() {
		if (this.#waiting?.holds()) this.#waiting.resolve();
	}
};
function isEventsFrame(frame) {
	return typeof frame === "object" && frame !== null && "events" in frame && Array.isArray(frame.events);
}
function splitCookie(pair) {
	const at = pair.indexOf("=");
	return [pair.slice(0, at), pair.slice(at + 1)];
}
function parse$1(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
// src/check/probe.ts
/**
* The probe of a running server, over its public interfaces only: does the path from login to an agent's
* answer work right now?
*
*  K1  The list of checks is fixed: what could not be tried because an earlier check failed counts as failed,
*      so scores of different runs can be compared.
*  K2  What the probe made (threads, its own accounts) it removes, whatever the outcome.
*/
const checkNames = [
	"page",
	"sign-in",
	"connect",
	"ask",
	"five events",
	"order",
	"pairs",
	"answer",
	"stored",
	"private",
	"resume",
	"clean-up"
];
async function probe(options) {
	const asker = new Person(options.url, options.timeoutMs);
	const other = new Person(options.url, options.timeoutMs);
	const found = { threadIds: /* @__PURE__ */ new Set() };
	const steps = {
		page: () => checkPage(asker),
		"sign-in": () => checkSignIn(asker, other, options),
		connect: () => checkConnect(asker, other, found, options),
		ask: () => checkAsk(asker, found, options),
		"five events": async () => judgePresent(runOf(found)),
		order: async () => judgeOrder(runOf(found)),
		pairs: async () => judgePaired(runOf(found)),
		answer: async () => judgeAnswer(runOf(found)),
		stored: () => checkStored(asker, found),
		private: () => checkPrivate(other, found),
		resume: () => checkResume(asker, found, options),
		"clean-up": () => cleanUp(asker, other, found, options)
	};
	const results = [];
	const signInFailed = () => results.some(({ name, ok }) => name === "sign-in" && !ok);
	try {
		for (const name of checkNames) {
			const startedAt = performance.now();
			const { ok, detail } = await (signInFailed() && name !== "clean-up" ? notTried : steps[name])().catch(failure);
			results.push({
				name,
				ok,
				ms: Math.round(performance.now() - startedAt),
				detail
			});
		}
	} finally {
		asker.closeLines();
		other.closeLines();
	}
	return results;
}
async function notTried() {
	return {
		ok: false,
		detail: "not tried: nobody could sign in"
	};
}
async function checkPage(person) {
	const page = await person.request("GET", "/");
	if (page.status !== 200 || !page.type.includes("text/html")) return {
		ok: false,
		detail: `GET / answers ${page.status} ${page.type}`
	};
	const scripts = [...page.text.matchAll(/<script[^>]*\bsrc="([^"]+)"/g)].map((match) => match[1] ?? "");
	if (scripts.length === 0) return {
		ok: false,
		detail: "the page loads no script"
	};
	for (const script of scripts) {
		const answer = await person.request("GET", script);
		if (answer.status !== 200 || !answer.type.includes("javascript")) return {
			ok: false,
			detail: `${script} answers ${answer.status} ${answer.type}`
		};
	}
	return {
		ok: true,
		detail: `HTML and ${scripts.length} scripts`
	};
}
async function checkSignIn(asker, other, options) {
	const stranger = await asker.request("GET", "/api/threads");
	if (stranger.status !== 401) return {
		ok: false,
		detail: `without a session /api/threads answers ${stranger.status}`
	};
	for (const [at, person] of [asker, other].entries()) {
		const wrong = await person.signIn(options.accounts[at === 0 ? 0 : 1]);
		if (wrong !== void 0) return {
			ok: false,
			detail: `user ${at + 1}: ${wrong}`
		};
	}
	return {
		ok: true,
		detail: options.accounts[0].temporary ? "two new users" : "two users"
	};
}
async function checkConnect(asker, other, found, { timeoutMs }) {
	found.line = asker.connect();
	found.otherLine = other.connect();
	for (const line of [found.line, found.otherLine]) {
		line.client.connect();
		await line.until("live", timeoutMs, () => line.client.state.is === "live");
	}
	return {
		ok: true,
		detail: "both live"
	};
}
async function checkAsk(asker, found, options) {
	const line = need(found.line, "no connection");
	const question = options.question ?? await exampleOf(asker, options.agent);
	const runId = await ask(line, question, found, options);
	found.runId = runId;
	await line.until("the run's end", options.timeoutMs, () => ended(line, runId));
	return {
		ok: true,
		detail: JSON.stringify(question)
	};
}
function judgeAnswer(events) {
	const streamed = streamedText(events);
	const last = events.at(-1);
	if (last?.type !== "agent_completed") return {
		ok: false,
		detail: "the run did not complete"
	};
	if (streamed.trim() === "") return {
		ok: false,
		detail: "the answer is empty"
	};
	if (last.data.text !== streamed) return {
		ok: false,
		detail: "the deltas are not the whole answer"
	};
	return {
		ok: true,
		detail: `${streamed.length} characters`
	};
}
async function checkStored(asker, found) {
	const events = runOf(found);
	const threadId = need(events[0]?.threadId, "no run");
	const answer = await asker.request("GET", `/api/threads/${threadId}/messages?limit=10`);
	const stored = messagesOf(answer).find((message) => message.runId === found.runId);
	if (!stored) return {
		ok: false,
		detail: `the thread does not hold the answer (status ${answer.status})`
	};
	const same = messageText(stored) === streamedText(events) && stored.status === "completed";
	return {
		ok: same,
		detail: same ? "the thread holds what was streamed" : "the thread holds something else"
	};
}
async function checkPrivate(other, found) {
	const threadId = need(runOf(found)[0]?.threadId, "no run");
	for (const path of [`/api/threads/${threadId}`, `/api/threads/${threadId}/messages`]) {
		const answer = await other.request("GET", path);
		if (answer.status !== 404) return {
			ok: false,
			detail: `another user's GET ${path} answers ${answer.status}`
		};
	}
	if ((await other.request("GET", "/api/threads")).text.includes(threadId)) return {
		ok: false,
		detail: "another user's list shows the thread"
	};
	const line = need(found.otherLine, "no connection");
	if ((await line.client.cancel(need(found.runId, "no run"))).ok) return {
		ok: false,
		detail: "another user could cancel the run"
	};
	if ((await line.client.send({
		threadId,
		parts: [{
			type: "text",
			text: "Whose thread is this?"
		}]
	})).ok) return {
		ok: false,
		detail: "another user could write into the thread"
	};
	const leaked = line.received.filter((event) => event.threadId === threadId).length;
	return {
		ok: leaked === 0,
		detail: leaked === 0 ? "another user sees none of it" : `${leaked} events leaked`
	};
}
/**
* Cuts the socket in the middle of an answer; a second line, never cut, is the measure. An answer that came
* too fast to be cut in its middle is asked for again, while the line is down.
*/
async function checkResume(asker, found, options) {
	const line = need(found.line, "no connection");
	const whole = asker.connect();
	whole.client.connect();
	await whole.until("live", options.timeoutMs, () => whole.client.state.is === "live");
	const from = whole.client.view.cursor?.offset ?? 0;
	const question = options.question ?? await exampleOf(asker, options.agent);
	const runId = await ask(line, question, found, options);
	await line.until("the first events", options.timeoutMs, () => line.eventsOf(runId).length >= 2);
	let cutAfter = line.eventsOf(runId).length;
	await cutAndResume(line, whole, options.timeoutMs, async () => runId);
	let total = line.eventsOf(runId).length;
	if (cutAfter === total) {
		const missed = await cutAndResume(line, whole, options.timeoutMs, () => ask(whole, question, found, options));
		cutAfter = 0;
		total = line.eventsOf(missed).length;
	}
	const resumed = line.received.filter((event) => event.offset > from);
	const measure = whole.received.filter((event) => event.offset > from);
	const dense = judgeDense(resumed);
	if (!dense.ok) return dense;
	const end = Math.min(resumed.length, measure.length);
	if (!(JSON.stringify(resumed.slice(0, end)) === JSON.stringify(measure.slice(0, end)))) return {
		ok: false,
		detail: "the resumed line differs from the uninterrupted one"
	};
	return {
		ok: true,
		detail: `cut after ${cutAfter} of ${total} events; nothing lost, nothing repeated`
	};
}
/** Cuts `line`, lets `meanwhile` name the run to wait for, and resolves when both lines have all of it. */
async function cutAndResume(line, whole, timeoutMs, meanwhile) {
	const before = line.client.counters.connections;
	line.cut();
	const runId = await meanwhile();
	const resumed = () => line.client.counters.connections > before && ended(line, runId);
	await line.until("resumed to the end", timeoutMs, resumed);
	await whole.until("the run's end", timeoutMs, () => ended(whole, runId));
	return runId;
}
/** K2 */
async function cleanUp(asker, other, found, options) {
	for (const threadId of found.threadIds) {
		const answer = await asker.request("DELETE", `/api/threads/${threadId}`);
		if (answer.status !== 200) return {
			ok: false,
			detail: `the thread could not be deleted: ${answer.status}`
		};
	}
	for (const [at, person] of [asker, other].entries()) {
		const { temporary, password } = options.accounts[at === 0 ? 0 : 1];
		if (!temporary) continue;
		const answer = await person.request("POST", "/api/auth/delete-user", { password });
		if (answer.status !== 200) return {
			ok: false,
			detail: `the check's user could not be deleted: ${answer.status}`
		};
	}
	return {
		ok: true,
		detail: `${found.threadIds.size} threads deleted`
	};
}
async function ask(line, question, found, options) {
	const sent = await line.client.send({
		parts: [{
			type: "text",
			text: question
		}],
		...options.agent !== void 0 && { agent: options.agent }
	});
	if (!sent.ok) throw new Error(`send was refused: ${sent.code}: ${sent.message}`);
	found.threadIds.add(sent.result.threadId);
	return sent.result.runId;
}
async function exampleOf(asker, name) {
	const answer = await asker.request("GET", "/api/agents");
	const body = answer.body;
	const agent = body?.agents?.find((one) => one.name === (name ?? body.default));
	if (!agent) throw new Error(`/api/agents does not name ${name ?? "a default agent"} (status ${answer.status})`);
	return agent.examples[0] ?? "What can you do? Use a tool if you have one.";
}
function runOf(found) {
	return need(found.line, "no connection").eventsOf(need(found.runId, "no run"));
}
function ended(line, runId) {
	return line.eventsOf(runId).some(({ type }) => type === "agent_completed" || type === "agent_failed" || type === "agent_cancelled");
}
function messagesOf(answer) {
	return answer.body?.messages ?? [];
}
/** K1 */
function need(value, missing) {
	if (value === void 0) throw new Error(`not tried: ${missing}`);
	return value;
}
function failure(error) {
	const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
	return {
		ok: false,
		detail: error instanceof Error ? `${error.message}${cause}` : String(error)
	};
}
// src/check/report.ts
function reportOf(checks) {
	const held = checks.filter((check) => check.ok).length;
	return {
		score: checks.length === 0 ? 0 : held / checks.length,
		checks
	};
}
function reportTable({ score, checks }) {
	const nameWidth = Math.max(...checks.map((check) => check.name.length));
	const msWidth = Math.max(...checks.map((check) => String(check.ms).length));
	const lines = checks.map(({ name, ok, ms, detail }) => `${ok ? "ok  " : "FAIL"}  ${name.padEnd(nameWidth)}  ${String(ms).padStart(msWidth)} ms  ${oneLine(detail)}`);
	const held = checks.filter((check) => check.ok).length;
	lines.push("", `Health: ${Math.round(score * 100)} % (${held} of ${checks.length} checks hold)`);
	return lines.join("\n");
}
function oneLine(text) {
	const line = text.replace(/\s+/g, " ");
	return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
// src/commands/check.ts
const checkHelp = `goldenpath check URL [--json] [--ask TEXT] [--agent NAME] [--timeout SECONDS]

Walks the path from the login to an agent's answer on a running server, over its public
interfaces: page, sign-in, connect, ask, the events and their order, the stored answer, that
another user sees none of it, and that a cut connection resumes with nothing lost or repeated.

  --json             print {"score", "checks": [{"name", "ok", "ms", "detail"}]}
  --ask TEXT         the question; default: the agent's first example
  --agent NAME       whom to ask; default: the server's default agent
  --timeout SECONDS  for each step, default 60

Where sign-up is open, it makes two accounts and removes them afterwards. Otherwise it signs in as
  GOLDENPATH_CHECK_EMAIL    GOLDENPATH_CHECK_PASSWORD
  GOLDENPATH_CHECK_EMAIL_2  GOLDENPATH_CHECK_PASSWORD_2

Exit code: 0 all checks hold, 1 something fails, 2 the check could not run.`;
/** 0 all hold, 1 something fails, 2 could not run. */
async function checkCommand(argv, io) {
	const parsed = parse(argv);
	if (typeof parsed === "string") {
		io.err(`goldenpath check: ${parsed}`);
		return 2;
	}
	if (parsed === void 0) {
		io.out(checkHelp);
		return 0;
	}
	const accounts = await accountsFor(parsed.url, parsed.timeoutMs, io.environment);
	if (typeof accounts === "string") {
		if (parsed.json) io.out(JSON.stringify({
			score: 0,
			checks: [],
			error: accounts
		}));
		else io.err(`goldenpath check: ${accounts}`);
		return 2;
	}
	const report = reportOf(await probe({
		...parsed,
		accounts
	}));
	io.out(parsed.json ? JSON.stringify(report) : reportTable(report));
	return report.score === 1 ? 0 : 1;
}
/** Undefined: help was asked for. A text: what is wrong with the arguments. */
function parse(argv) {
	try {
		const { values, positionals } = parseArgs({
			args: [...argv],
			allowPositionals: true,
			options: {
				json: {
					type: "boolean",
					default: false
				},
				ask: { type: "string" },
				agent: { type: "string" },
				timeout: {
					type: "string",
					default: "60"
				},
				help: {
					type: "boolean",
					short: "h",
					default: false
				}
			}
		});
		if (values.help) return void 0;
		const [url, ...more] = positionals;
		if (url === void 0 || more.length > 0) return "give one URL, for example http://127.0.0.1:4000";
		if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return `${JSON.stringify(url)} is not a URL; write it like http://127.0.0.1:4000`;
		const timeoutS = Number(values.timeout);
		if (!(timeoutS >= 1 && timeoutS <= 3600)) return "--timeout is in seconds, 1 to 3600";
		return {
			url: new URL(url).origin,
			json: values.json,
			question: values.ask,
			agent: values.agent,
			timeoutMs: timeoutS * 1e3
		};
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}
/** Whom to sign in; or a text that says why the check cannot run. */
async function accountsFor(url, timeoutMs, environment) {
	const given = [accountIn(environment, ""), accountIn(environment, "_2")];
	if (given[0] && given[1]) return [given[0], given[1]];
	const signUpOpen = await askSignUp(url, timeoutMs);
	if (typeof signUpOpen === "string") return signUpOpen;
	if (signUpOpen) return [temporaryAccount(), temporaryAccount()];
	return `sign-up is closed on this server, so the check needs two accounts: set ${["", "_2"].flatMap((suffix, at) => given[at] ? [] : [`GOLDENPATH_CHECK_EMAIL${suffix}`, `GOLDENPATH_CHECK_PASSWORD${suffix}`]).join(", ")}.`;
}
function accountIn(environment, suffix) {
	const email = environment[`GOLDENPATH_CHECK_EMAIL${suffix}`];
	const password = environment[`GOLDENPATH_CHECK_PASSWORD${suffix}`];
	return email && password ? {
		email,
		password,
		temporary: false
	} : void 0;
}
/** An address that cannot exist (RFC 2606): the server never makes it an admin's. */
function temporaryAccount() {
	return {
		email: `check-${randomBytes(8).toString("hex")}@goldenpath.invalid`,
		password: randomBytes(24).toString("base64url"),
		temporary: true
	};
}
async function askSignUp(url, timeoutMs) {
	try {
		const body = await (await fetch(new URL("/api/me", url), { signal: AbortSignal.timeout(timeoutMs) })).json();
		if (typeof body === "object" && body !== null && "signUpOpen" in body) return body.signUpOpen === true;
		return `${url} answers, but not as a Goldenpath server.`;
	} catch (error) {
		return `${url} does not answer as a Goldenpath server (${error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)}); is it started?`;
	}
}
export { checkCommand };
