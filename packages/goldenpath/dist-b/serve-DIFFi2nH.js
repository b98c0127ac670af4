import { a as eventTail, d as randomId, f as systemClock, i as eventJson, l as closeCodes, n as foldRun, o as isTerminal, s as runEventTypes, t as subprotocol, u as errorCodes } from "./frame-BkjjtUF8.js";
import { t as messageText } from "./message-NcV1HzYP.js";
import { n as RunEnded, r as RunFailure, t as pause } from "./pause-BRVqiq-y.js";
import { i as failureCode, o as openFailure, r as errorWords } from "./sqlite-log-C8cy2IJL.js";
import { t as version } from "./version-CqA_qoI8.js";
import { z } from "zod";
import { setImmediate as setImmediate$1 } from "node:timers/promises";
import { WebSocketServer } from "ws";
import "@nats-io/transport-node";
import "pg";
import { accessSync, chmodSync, closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { APIError, createAuthMiddleware, isAPIError } from "better-auth/api";
import { getMigrations } from "better-auth/db/migration";
import { admin } from "better-auth/plugins/admin";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { pino } from "pino";
import { fileURLToPath } from "node:url";
import { createServer } from "node:http";
import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
// ../protocol/src/limits.ts
/**
* Every bound of the wire. Units are in the names; the numbers are part of `SPEC.md` and a test holds
* the two equal. A server sends the ones a client needs in `welcome`.
*/
const limits = {
	/** A client frame above this is answered with `frame_too_large`; the connection stays. */
	frameBytesMax: 262144,
	/** A client frame above this is not read to its end: the socket closes with 1009. */
	frameBytesHardMax: 1048576,
	/** Objects and arrays inside each other in one client frame. */
	frameDepthMax: 32,
	/** Text of one user message, in UTF-16 units. Longer text travels as an attachment. */
	messageCharsMax: 1e5,
	messagePartsMax: 16,
	attachmentBytesMax: 33554432,
	attachmentNameCharsMax: 255,
	/** One event as it is stored and sent. An answer of answerCharsMax fits, whatever its characters: 6 bytes at most. */
	eventBytesMax: 4194304,
	/** A tool's output above this is stored as a preview that says so. */
	toolOutputBytesMax: 131072,
	/** An answer above this ends its run with `answer_too_large`; answers are never cut silently. */
	answerCharsMax: 524288,
	idCharsMax: 64,
	titleCharsMax: 200,
	/** Events gathered in one `events` frame while replaying. */
	eventsPerFrameMax: 256,
	/** A cursor that lags further than this gets a snapshot instead of a replay. */
	replayEventsMax: 5e3,
	/** Bytes waiting in one socket before the server stops reading that connection's log. */
	bufferedBytesMax: 131072,
	/** Time without progress at that mark before the socket closes with `slow_reader`. */
	stalledMsMax: 1e4,
	helloMsMax: 1e4,
	heartbeatMs: 25e3,
	/** Silence after a `ping` before the socket closes with `heartbeat_timeout`. */
	heartbeatGraceMs: 1e4,
	/** A ticket is good once, for this long. */
	ticketMsMax: 3e4,
	connectionsPerUserMax: 32,
	runsPerUserMax: 4,
	/** Client frames a connection may send in a second, averaged over `framesBurstMax`. */
	framesPerSecondMax: 20,
	framesBurstMax: 100,
	/** Commands all connections of a user may send in a second, averaged over `commandsBurstMax`. */
	commandsPerSecondMax: 10,
	commandsBurstMax: 60,
	/** UTF-16 units of those commands' frames in a second, averaged over `commandCharsBurstMax`. */
	commandCharsPerSecondMax: 131072,
	commandCharsBurstMax: 4194304,
	threadsPerSnapshotMax: 100,
	passwordCharsMin: 10
};
const clientLimits = {
	frameBytesMax: limits.frameBytesMax,
	messageCharsMax: limits.messageCharsMax,
	messagePartsMax: limits.messagePartsMax,
	attachmentBytesMax: limits.attachmentBytesMax
};
// ../protocol/src/schema.ts
/** A client-made or server-made id. */
const idSchema = z.string().min(1).max(limits.idCharsMax).regex(/^[A-Za-z0-9_.:-]+$/, "may hold letters, digits and _ . : - only");
const textPart = z.strictObject({
	type: z.literal("text"),
	text: z.string()
});
const attachmentPart = z.strictObject({
	type: z.literal("attachment"),
	attachmentId: idSchema,
	name: z.string().min(1).max(limits.attachmentNameCharsMax),
	mediaType: z.string().min(1).max(127),
	bytes: z.int().min(0).max(limits.attachmentBytesMax)
});
const userPartSchema = z.discriminatedUnion("type", [textPart, attachmentPart]);
const offset = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** One schema for each client frame; unknown fields are refused, so that a typing error is seen. */
const clientFrameSchemas = {
	hello: z.strictObject({
		type: z.literal("hello"),
		cursor: z.strictObject({
			epoch: idSchema,
			offset
		}).optional(),
		client: z.string().min(1).max(100),
		ticket: z.string().min(1).max(256).optional()
	}),
	send: z.strictObject({
		type: z.literal("send"),
		id: idSchema,
		threadId: idSchema.optional(),
		agent: idSchema.optional(),
		parts: z.array(userPartSchema).max(limits.messagePartsMax)
	}),
	cancel: z.strictObject({
		type: z.literal("cancel"),
		id: idSchema,
		runId: idSchema
	}),
	resolve: z.strictObject({
		type: z.literal("resolve"),
		id: idSchema,
		approvalId: idSchema,
		decision: z.enum(["approve", "reject"])
	}),
	refresh: z.strictObject({
		type: z.literal("refresh"),
		token: z.string().min(1).max(256)
	}),
	ack: z.strictObject({
		type: z.literal("ack"),
		offset
	}),
	pong: z.strictObject({ type: z.literal("pong") })
};
// ../protocol/src/codec.ts
/**
* Reads one client frame. Never throws, whatever the text holds: a bad frame is an answer with a code,
* a text that says where it is wrong, and the command's id where it could be read.
*/
function decodeClientFrame(text) {
	if (utf8BytesOver(text, limits.frameBytesMax)) return refuse$2("frame_too_large", `A frame may have ${limits.frameBytesMax} bytes.`);
	if (depthOver(text, limits.frameDepthMax)) return refuse$2("bad_frame", `A frame may nest ${limits.frameDepthMax} levels deep.`);
	let value;
	try {
		value = JSON.parse(text);
	} catch {
		return refuse$2("bad_frame", "The frame is not JSON.");
	}
	if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse$2("bad_frame", "A frame is a JSON object with a type.");
	const id = "id" in value && typeof value.id === "string" ? value.id.slice(0, limits.idCharsMax) : void 0;
	const type = "type" in value ? value.type : void 0;
	if (typeof type !== "string" || !isClientFrameType(type)) return refuse$2("unknown_type", `Unknown frame type; known are ${Object.keys(clientFrameSchemas).join(", ")}.`, id);
	const parsed = clientFrameSchemas[type].safeParse(value);
	if (parsed.success) return {
		ok: true,
		frame: parsed.data
	};
	const issue = parsed.error.issues[0];
	return refuse$2("bad_frame", `${issue && issue.path.length > 0 ? issue.path.join(".") : type}: ${issue?.message ?? "does not fit its schema"}`, id);
}
function encodeServerFrame(frame) {
	return JSON.stringify(frame);
}
/** An `events` frame around events that are already serialised. */
function eventsFrame(events) {
	return `{"type":"events","events":[${events.join(",")}]}`;
}
function errorFrame(code, message, id, afterMs) {
	const entry = errorCodes[code];
	return {
		type: "error",
		...id === void 0 ? {} : { id },
		code,
		message: message ?? entry.meaning,
		retry: entry.retry,
		...afterMs === void 0 ? {} : { afterMs }
	};
}
function refuse$2(code, message, id) {
	return {
		ok: false,
		error: errorFrame(code, message, id)
	};
}
function isClientFrameType(type) {
	return Object.hasOwn(clientFrameSchemas, type);
}
/** Counts only when the text could be over: a UTF-16 unit takes at most three bytes. */
function utf8BytesOver(text, max) {
	if (text.length > max) return true;
	if (text.length * 3 <= max) return false;
	let bytes = 0;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit < 128) bytes += 1;
		else if (unit < 2048) bytes += 2;
		else if (unit >= 55296 && unit < 56320) {
			bytes += 4;
			i++;
		} else bytes += 3;
	}
	return bytes > max;
}
/** Brackets outside strings; a bound on what JSON.parse is given to recurse into. */
function depthOver(text, max) {
	let depth = 0;
	let inString = false;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (inString) {
			if (unit === 92) i++;
			else if (unit === 34) inString = false;
		} else if (unit === 34) inString = true;
		else if (unit === 123 || unit === 91) {
			depth++;
			if (depth > max) return true;
		} else if (unit === 125 || unit === 93) depth--;
	}
	return false;
}
// ../agents/src/analyst/pacer.ts
/** How long a computation may hold the thread that also serves the sockets. */
const sliceMs = 8;
function createPacer(signal, clock = systemClock) {
	let began = clock.elapsed();
	const rest = async () => {
		await setImmediate$1();
		signal.throwIfAborted();
		began = clock.elapsed();
	};
	return () => {
		signal.throwIfAborted();
		return clock.elapsed() - began < sliceMs ? void 0 : rest();
	};
}
// ../agents/src/analyst/problem.ts
function problem(text, fix, where = []) {
	return {
		problem: text,
		where,
		fix
	};
}
function isProblem(value) {
	return typeof value === "object" && value !== null && "problem" in value;
}
// ../agents/src/analyst/price-list.ts
const priceList = {
	asOf: "2025-11-01",
	note: "An editable sample of public list prices, USD per million tokens. Check your contract before you decide.",
	models: [
		price("gpt-5", "openai", "large", 1.25, 10, .5),
		price("gpt-5-mini", "openai", "medium", .25, 2, .5),
		price("gpt-5-nano", "openai", "small", .05, .4, .5),
		price("gpt-4.1", "openai", "large", 2, 8, .5),
		price("gpt-4.1-mini", "openai", "medium", .4, 1.6, .5),
		price("gpt-4.1-nano", "openai", "small", .1, .4, .5),
		price("gpt-4o", "openai", "large", 2.5, 10, .5),
		price("gpt-4o-mini", "openai", "small", .15, .6, .5),
		price("gpt-4-turbo", "openai", "large", 10, 30, .5),
		price("gpt-4", "openai", "large", 30, 60, .5),
		price("gpt-3.5-turbo", "openai", "small", .5, 1.5, .5),
		price("o3", "openai", "large", 2, 8, .5),
		price("o4-mini", "openai", "medium", 1.1, 4.4, .5),
		price("o3-mini", "openai", "medium", 1.1, 4.4, .5),
		price("o1", "openai", "large", 15, 60, .5),
		price("claude-opus-4.1", "anthropic", "large", 15, 75, .5),
		price("claude-opus-4", "anthropic", "large", 15, 75, .5),
		price("claude-sonnet-4.5", "anthropic", "large", 3, 15, .5),
		price("claude-sonnet-4", "anthropic", "large", 3, 15, .5),
		price("claude-3.7-sonnet", "anthropic", "large", 3, 15, .5),
		price("claude-3.5-sonnet", "anthropic", "large", 3, 15, .5),
		price("claude-haiku-4.5", "anthropic", "medium", 1, 5, .5),
		price("claude-3.5-haiku", "anthropic", "small", .8, 4, .5),
		price("claude-3-haiku", "anthropic", "small", .25, 1.25, .5),
		price("claude-3-opus", "anthropic", "large", 15, 75, .5),
		price("gemini-2.5-pro", "google", "large", 1.25, 10, .5),
		price("gemini-2.5-flash", "google", "medium", .3, 2.5, .5),
		price("gemini-2.5-flash-lite", "google", "small", .1, .4, .5),
		price("gemini-2.0-flash", "google", "small", .1, .4, .5),
		price("gemini-1.5-pro", "google", "large", 1.25, 5, .5),
		price("gemini-1.5-flash", "google", "small", .075, .3, .5),
		price("mistral-large", "mistral", "large", 2, 6, .5),
		price("mistral-small", "mistral", "small", .1, .3, .5),
		price("deepseek-chat", "deepseek", "medium", .28, .42, 0),
		price("text-embedding-3-small", "openai", "embedding", .02, 0, .5),
		price("text-embedding-3-large", "openai", "embedding", .13, 0, .5)
	]
};
function price(model, provider, tier, inputUsdPerMillion, outputUsdPerMillion, batchDiscount) {
	return {
		model,
		provider,
		tier,
		inputUsdPerMillion,
		outputUsdPerMillion,
		batchDiscount
	};
}
const priceByName = new Map(priceList.models.map((one) => [canonical(one.model), one]));
/**
* The list price of a model as logs write it: `openai/gpt-4o-2024-08-06` and `GPT-4o` are `gpt-4o`,
* `claude-3-5-sonnet-latest` is `claude-3.5-sonnet`.
*/
function findPrice(name) {
	return priceByName.get(canonical(name));
}
function canonical(name) {
	return name.trim().toLowerCase().replace(/^.*\//, "").replace(/^(?:us\.|eu\.)?(?:anthropic|openai|google|mistral)\./, "").replace(/[-@:](?:20\d{2}-?\d{2}-?\d{2}|latest|preview|v\d+(?::\d+)?)(?=$|[-@:])/g, "").replace(/[\s_.]+/g, "-");
}
/** Cost of a call in whole nano-dollars: a price of 1 USD per million tokens is 1,000 nano-dollars a token. */
function costNanoOf(one, inputTokens, outputTokens) {
	return Math.round(inputTokens * one.inputUsdPerMillion * 1e3 + outputTokens * one.outputUsdPerMillion * 1e3);
}
// ../agents/src/analyst/usage-data.ts
const dimensions = [
	"user",
	"team",
	"feature",
	"model"
];
const nanoPerUsd = 1e9;
const dayMs = 864e5;
/** Gathers records into columns that double as they fill; `finish` orders them. Used once. */
var UsageBuilder = class {
	#rows = 0;
	#block = emptyBlock(4096);
	#codeByName = {
		user: /* @__PURE__ */ new Map(),
		team: /* @__PURE__ */ new Map(),
		feature: /* @__PURE__ */ new Map(),
		model: /* @__PURE__ */ new Map()
	};
	#codeByPrompt = /* @__PURE__ */ new Map();
	get rows() {
		return this.#rows;
	}
	add(record) {
		if (this.#rows === this.#block.at.length) this.#block = grown(this.#block);
		const block = this.#block;
		const row = this.#rows++;
		block.at[row] = record.at;
		for (const name of dimensions) block[name][row] = codeOf$2(this.#codeByName[name], record[name]);
		block.inputTokens[row] = record.inputTokens;
		block.outputTokens[row] = record.outputTokens;
		block.latencyMs[row] = record.latencyMs;
		block.success[row] = record.success ? 1 : 0;
		block.costNano[row] = Math.round(record.costUsd * nanoPerUsd);
		block.prompt[row] = record.promptId === "" ? 0 : codeOf$2(this.#codeByPrompt, record.promptId) + 1;
	}
	async finish(origin, fields, pace) {
		const rows = this.#rows;
		const order = await timeOrder(this.#block.at.subarray(0, rows), pace);
		const block = emptyBlock(rows);
		for (const key of Object.keys(block)) {
			const from = this.#block[key];
			const to = block[key];
			if (order === void 0) to.set(from.subarray(0, rows));
			else for (let row = 0; row < rows; row++) to[row] = from[order[row] ?? 0] ?? 0;
			await pace();
		}
		const named = (name) => ({
			codes: block[name],
			names: [...this.#codeByName[name].keys()]
		});
		return {
			origin,
			fields,
			rows,
			at: block.at,
			column: {
				user: named("user"),
				team: named("team"),
				feature: named("feature"),
				model: named("model")
			},
			inputTokens: block.inputTokens,
			outputTokens: block.outputTokens,
			latencyMs: block.latencyMs,
			success: block.success,
			costNano: block.costNano,
			prompt: block.prompt
		};
	}
};
/** Row indices by time; undefined when they are in order already. Buckets first, so that no sort is long. */
async function timeOrder(at, pace) {
	let ordered = true;
	let first = Infinity;
	let last = -Infinity;
	for (let row = 0; row < at.length; row++) {
		const time = at[row] ?? 0;
		if (time < last) ordered = false;
		if (time < first) first = time;
		if (time > last) last = time;
	}
	if (ordered) return void 0;
	const buckets = Math.min(65536, at.length);
	const bucketOf = (row) => Math.floor(((at[row] ?? 0) - first) / (last - first + 1) * buckets);
	const starts = new Uint32Array(buckets + 1);
	for (let row = 0; row < at.length; row++) {
		const next = bucketOf(row) + 1;
		starts[next] = (starts[next] ?? 0) + 1;
	}
	for (let bucket = 0; bucket < buckets; bucket++) starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
	const order = new Uint32Array(at.length);
	const fill = starts.slice();
	for (let row = 0; row < at.length; row++) {
		const bucket = bucketOf(row);
		const place = fill[bucket] ?? 0;
		order[place] = row;
		fill[bucket] = place + 1;
	}
	for (let bucket = 0; bucket < buckets; bucket++) {
		const from = starts[bucket] ?? 0;
		const to = starts[bucket + 1] ?? 0;
		if (to - from > 1) order.subarray(from, to).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b);
		if (bucket % 64 === 0) await pace();
	}
	return order;
}
/** A name is copied once: a slice of the file's text would keep the whole text alive. */
function codeOf$2(codeByName, name) {
	const known = codeByName.get(name);
	if (known !== void 0) return known;
	const code = codeByName.size;
	codeByName.set(Buffer.from(name).toString(), code);
	return code;
}
function emptyBlock(rows) {
	return {
		at: new Float64Array(rows),
		user: new Uint32Array(rows),
		team: new Uint32Array(rows),
		feature: new Uint32Array(rows),
		model: new Uint32Array(rows),
		inputTokens: new Float64Array(rows),
		outputTokens: new Float64Array(rows),
		latencyMs: new Float64Array(rows),
		success: new Uint8Array(rows),
		costNano: new Float64Array(rows),
		prompt: new Uint32Array(rows)
	};
}
function grown(block) {
	const larger = emptyBlock(block.at.length * 2);
	for (const key of Object.keys(block)) larger[key].set(block[key]);
	return larger;
}
// ../agents/src/analyst/sample.ts
const sampleOrigin = {
	title: "bundled sample",
	generated: true,
	notes: ["These records are generated by a program from a fixed seed. They describe no real company."]
};
const sampleSeed = 20260703;
const firstDay = Date.UTC(2026, 6, 3);
const days = 90;
const callsPerWeekday = 3980;
/** Monday to Sunday. */
const weekdayLoad = [
	1,
	1.04,
	1.06,
	1.02,
	.92,
	.34,
	.3
];
const officeHours = [
	.1,
	.06,
	.05,
	.05,
	.08,
	.2,
	.6,
	1.6,
	2.9,
	3.6,
	3.8,
	3.3,
	2.6,
	3.2,
	3.9,
	3.7,
	3.1,
	2.2,
	1.2,
	.8,
	.5,
	.35,
	.25,
	.15
];
const nightHours = [
	2,
	5,
	6,
	5,
	3,
	1,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	.5,
	1
];
const habits = [
	{
		feature: "ticket-triage",
		share: .3,
		teams: [["support", 9], ["sales", 1]],
		models: [["gpt-4o", 88], ["gpt-4o-mini", 12]],
		input: 420,
		output: 90,
		spread: .45,
		failure: .004,
		hours: officeHours,
		prompts: 0
	},
	{
		feature: "chat-assistant",
		share: .2,
		teams: [
			["support", 3],
			["engineering", 3],
			["marketing", 2],
			["data", 2]
		],
		models: [["gpt-4o", 70], ["claude-sonnet-4.5", 30]],
		input: 900,
		output: 330,
		spread: .7,
		failure: .006,
		hours: officeHours,
		prompts: 0
	},
	{
		feature: "search-answers",
		share: .18,
		teams: [["support", 6], ["sales", 4]],
		models: [["gpt-4o", 60], ["gemini-2.5-flash", 40]],
		input: 1500,
		output: 260,
		spread: .3,
		failure: .005,
		hours: officeHours,
		prompts: 700
	},
	{
		feature: "code-review",
		share: .09,
		teams: [["engineering", 1]],
		models: [["claude-sonnet-4.5", 85], ["gpt-4o", 15]],
		input: 4200,
		output: 800,
		spread: .6,
		failure: .01,
		hours: officeHours,
		prompts: 0
	},
	{
		feature: "data-extraction",
		share: .1,
		teams: [["data", 7], ["sales", 3]],
		models: [["claude-haiku-4.5", 100]],
		input: 2400,
		output: 420,
		spread: .5,
		failure: .11,
		hours: officeHours,
		prompts: 0
	},
	{
		feature: "contract-analysis",
		share: .025,
		teams: [["legal", 1]],
		models: [["claude-sonnet-4.5", 75], ["gpt-4o", 25]],
		input: 19e3,
		output: 900,
		spread: .5,
		failure: .012,
		hours: officeHours,
		prompts: 0
	},
	{
		feature: "document-summary",
		share: .065,
		teams: [["data", 6], ["marketing", 4]],
		models: [["gpt-4o", 80], ["gemini-2.5-flash", 20]],
		input: 5200,
		output: 480,
		spread: .4,
		failure: .008,
		hours: nightHours,
		prompts: 0
	},
	{
		feature: "email-drafts",
		share: .04,
		teams: [["marketing", 6], ["sales", 4]],
		models: [["gpt-4o-mini", 90], ["gpt-4o", 10]],
		input: 650,
		output: 380,
		spread: .5,
		failure: .004,
		hours: officeHours,
		prompts: 0
	}
];
const usersPerTeam = {
	support: 34,
	engineering: 28,
	sales: 20,
	marketing: 14,
	data: 12,
	legal: 9
};
/** First byte and pace of each model: milliseconds, and milliseconds for an output token. */
const speedByModel = {
	"gpt-4o": [520, 9.5],
	"gpt-4o-mini": [380, 6.2],
	"claude-sonnet-4.5": [780, 13],
	"claude-haiku-4.5": [410, 6.8],
	"gemini-2.5-flash": [340, 4.6]
};
/** From this day on one model answers more slowly. */
const slowSince = {
	model: "claude-sonnet-4.5",
	day: Date.UTC(2026, 8, 8),
	factor: 1.85
};
/** On this day one user's script ran in a circle for some hours. */
const runaway = {
	day: Date.UTC(2026, 7, 19),
	user: "marketing-07",
	calls: 5200,
	hour: 13
};
/** Every record of the sample, oldest first; the same sequence each time. */
function* sampleRecords() {
	const random = randomFrom(sampleSeed);
	const ids = { next: 1 };
	for (let day = 0; day < days; day++) {
		const start = firstDay + day * dayMs;
		const weekday = (new Date(start).getUTCDay() + 6) % 7;
		const load = (weekdayLoad[weekday] ?? 1) * 1.011 ** (day / 7) * (1 + .035 * normal(random));
		const calls = [];
		for (const habit of habits) {
			const weekdayOnly = habit.hours === nightHours ? 1 : load;
			const count = Math.round(callsPerWeekday * habit.share * weekdayOnly);
			for (let call = 0; call < count; call++) addCall(calls, habit, start, random, ids);
		}
		if (start === runaway.day) addRunaway(calls, random, ids);
		calls.sort((a, b) => a.at - b.at);
		yield* calls;
	}
}
async function loadSample(pace) {
	const builder = new UsageBuilder();
	let turn = 0;
	for (const record of sampleRecords()) {
		builder.add(record);
		if (++turn % 1024 === 0) await pace();
	}
	return builder.finish(sampleOrigin, /* @__PURE__ */ new Set([
		"at",
		"user",
		"team",
		"feature",
		"model",
		"inputTokens",
		"outputTokens",
		"latency",
		"success",
		"cost",
		"promptId"
	]), pace);
}
/** One call, and where it fails, its repetitions: the same prompt again after some seconds, three times at most. */
function addCall(calls, habit, start, random, ids) {
	const team = pick(habit.teams, random);
	const model = pick(habit.models, random);
	const user = `${team}-${String(1 + Math.floor(random() ** 1.6 * (usersPerTeam[team] ?? 1))).padStart(2, "0")}`;
	const hour = pickIndex(habit.hours, random);
	let at = start + Math.min(hour * 36e5 + Math.floor(random() * 36e5), 861e5);
	const prompt = habit.prompts > 0 ? Math.floor(random() ** 2.2 * habit.prompts) : -1;
	const size = prompt < 0 ? Math.exp(habit.spread * normal(random)) : .6 + prompt * 7919 % 800 / 1e3;
	const inputTokens = Math.max(8, Math.round(habit.input * size));
	const promptId = prompt < 0 ? `${habit.feature}:${ids.next++}` : `${habit.feature}/${prompt}`;
	for (let attempt = 0; attempt < 4; attempt++) {
		const success = random() >= habit.failure;
		const outputTokens = success ? Math.max(1, Math.round(habit.output * Math.exp(habit.spread * normal(random)))) : 0;
		calls.push(record({
			at,
			user,
			team,
			feature: habit.feature,
			model,
			inputTokens,
			outputTokens,
			success,
			promptId
		}, random));
		if (success || random() < .15) return;
		at += 2e3 + Math.floor(random() * 18e3);
	}
}
function addRunaway(calls, random, ids) {
	for (let call = 0; call < runaway.calls; call++) {
		const at = runaway.day + runaway.hour * 36e5 + Math.floor(random() * 3 * 36e5);
		calls.push(record({
			at,
			user: runaway.user,
			team: "marketing",
			feature: "email-drafts",
			model: "gpt-4o",
			inputTokens: Math.round(2600 * Math.exp(.2 * normal(random))),
			outputTokens: Math.round(700 * Math.exp(.2 * normal(random))),
			success: true,
			promptId: `email-drafts:${ids.next++}`
		}, random));
	}
}
function record(call, random) {
	const [firstMs, perTokenMs] = speedByModel[call.model] ?? [500, 8];
	const slow = call.model === slowSince.model && call.at >= slowSince.day ? slowSince.factor : 1;
	const busyMs = call.success ? firstMs + call.outputTokens * perTokenMs + call.inputTokens * .035 : firstMs * 4;
	const price = findPrice(call.model);
	if (!price) throw new Error(`the sample uses ${call.model}, which the price list does not hold`);
	return {
		...call,
		latencyMs: Math.round(busyMs * slow * Math.exp(.28 * normal(random))),
		costUsd: costNanoOf(price, call.inputTokens, call.outputTokens) / nanoPerUsd
	};
}
/** mulberry32 (Tommy Ettinger, public domain): small, fast, good enough to draw habits with. */
function randomFrom(seed) {
	let state = seed >>> 0;
	return () => {
		state = state + 1831565813 >>> 0;
		let mixed = state;
		mixed = Math.imul(mixed ^ mixed >>> 15, mixed | 1);
		mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
		return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296;
	};
}
/** Standard normal, by Box and Muller. */
function normal(random) {
	return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
function pick(choices, random) {
	let total = 0;
	for (const [, weight] of choices) total += weight;
	let left = random() * total;
	for (const [name, weight] of choices) {
		left -= weight;
		if (left < 0) return name;
	}
	return choices.at(-1)?.[0] ?? "";
}
function pickIndex(weights, random) {
	let total = 0;
	for (const weight of weights) total += weight;
	let left = random() * total;
	for (let index = 0; index < weights.length; index++) {
		left -= weights[index] ?? 0;
		if (left < 0) return index;
	}
	return weights.length - 1;
}
// ../agents/src/analyst/cell.ts
/** A number with its thousands separators, currency sign or blanks: "$1,234.50", "1.234,50 ", "1 234". */
function readNumber(text, mark) {
	const bare = text.replace(/^[\s$€£]+|[\s$€£]+$|(?:\s*(?:usd|tokens?|ms|s))$/gi, "").replace(/[\s\u00a0\u202f_']/g, "");
	const normal = mark === "," ? bare.replace(/\.(?=\d{3}(?:\D|$))/g, "").replace(",", ".") : bare.replace(/,(?=\d{3}(?:\D|$))/g, "");
	return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(normal) ? Number(normal) : void 0;
}
/** Which mark separates decimals in a column: the last one where both occur; a comma that cannot group thousands. */
function findDecimalMark(values, whole) {
	for (const value of values) {
		const comma = value.lastIndexOf(",");
		const dot = value.lastIndexOf(".");
		if (comma >= 0 && dot >= 0) return comma > dot ? "," : ".";
	}
	if (values.some((value) => /,\d+\s*$/.test(value) && !/^\D*\d{1,3}(,\d{3})+\s*$/.test(value))) return ",";
	const dotted = values.filter((value) => value.includes("."));
	if (whole && dotted.length > 0 && dotted.every((value) => /^\s*[1-9]\d{0,2}(\.\d{3})+\s*$/.test(value))) return ",";
	return ".";
}
/**
* Milliseconds since 1970: ISO 8601 (UTC where no zone is named), seconds, milliseconds, microseconds or
* nanoseconds since 1970, and days with slashes or dots in the given order. From 2000 to 2100 only.
*/
function readTime(text, order) {
	const value = text.trim();
	const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(value);
	if (iso) {
		const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = "", zone] = iso;
		return utc(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second), fraction, zone);
	}
	const local = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am|pm)?)?$/i.exec(value);
	if (local) {
		const [, first, second, year, hour = "0", minute = 0, seconds = 0, half] = local;
		const [day, month] = order === "day first" ? [first, second] : [second, first];
		const hours = half ? Number(hour) % 12 + (half.toLowerCase() === "pm" ? 12 : 0) : Number(hour);
		return utc(Number(year), Number(month), Number(day), hours, Number(minute), Number(seconds), "", void 0);
	}
	if (/^\d{9,10}(\.\d+)?$/.test(value)) return within(Math.round(Number(value) * 1e3));
	if (/^\d{12,13}(\.\d+)?$/.test(value)) return within(Math.round(Number(value)));
	if (/^\d{15,16}$/.test(value)) return within(Math.floor(Number(value) / 1e3));
	if (/^\d{18,19}$/.test(value)) return within(Math.floor(Number(value) / 1e6));
}
function utc(year, month, day, hour, minute, second, fraction, zone) {
	if (hour > 23 || minute > 59 || second > 60) return void 0;
	const start = Date.UTC(year, month - 1, day);
	const date = new Date(start);
	if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return void 0;
	const offset = zone && /^[+-]/.test(zone) ? (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) : 0;
	const ms = fraction === "" ? 0 : Math.floor(Number(`0.${fraction}`) * 1e3);
	return within(start + hour * 36e5 + (minute - offset) * 6e4 + second * 1e3 + ms);
}
function within(at) {
	return at >= 9466848e5 && at < 41024448e5 ? at : void 0;
}
/** Day first when a first part is over 12 or dots separate; `sure` is false when nothing decides. */
function findDayOrder(values) {
	let slashed = false;
	for (const value of values) {
		const found = /^\s*(\d{1,2})([./-])(\d{1,2})[./-]\d{4}/.exec(value);
		if (!found) continue;
		if (Number(found[1]) > 12 || found[2] === ".") return {
			order: "day first",
			sure: true
		};
		if (Number(found[3]) > 12) return {
			order: "month first",
			sure: true
		};
		slashed = true;
	}
	return {
		order: "month first",
		sure: !slashed
	};
}
const yes = /* @__PURE__ */ new Set([
	"true",
	"t",
	"yes",
	"y",
	"ok",
	"success",
	"succeeded",
	"successful",
	"completed",
	"complete",
	"stop",
	"length",
	"tool_calls",
	"end_turn",
	"done"
]);
const no = /* @__PURE__ */ new Set([
	"false",
	"f",
	"no",
	"n",
	"error",
	"failed",
	"fail",
	"failure",
	"timeout",
	"cancelled",
	"canceled",
	"rate_limited",
	"aborted"
]);
function readSuccess(text) {
	const value = text.trim().toLowerCase();
	if (value === "1" || yes.has(value)) return true;
	if (value === "0" || no.has(value)) return false;
	if (/^[1-5]\d\d$/.test(value)) return Number(value) < 400;
}
// ../agents/src/analyst/columns.ts
const aliases = [
	["at", /^(at|time|timestamp|ts|date|datetime|day|created|createdat|createdtime|starttime|startedat|requesttime|requesttimestamp|eventtime|occurredat|loggedat|usagedate|bucketstarttime)(utc|ms|iso)?$/],
	["user", /^(user|userid|username|useremail|email|enduser|member|actor|apikeyname|apikeyid|customer|customerid|account)$/],
	["team", /^(team|teamid|teamname|group|department|dept|org|organization|organisation|costcenter|costcentre|businessunit|workspace|workspaceid|workspacename)$/],
	["feature", /^(feature|featurename|app|application|service|product|usecase|project|projectid|projectname|endpoint|operation|task|workload|workloadname|tag)$/],
	["model", /^(model|modelid|modelname|modelversion|engine|deployment|llm|snapshotid)$/],
	["inputTokens", /^(input|inputtokens?|prompttokens?|tokensin|tokeninput|ninputtokens|inputtokencount|prompttokencount|ncontexttokenstotal|numinputtokens|requesttokens|uncachedinputtokens)$/],
	["outputTokens", /^(output|outputtokens?|completiontokens?|tokensout|generatedtokens?|outputtokencount|completiontokencount|ngeneratedtokenstotal|numoutputtokens|responsetokens|candidatestokencount)$/],
	["latency", /^(latency|duration|elapsed|responsetime|latencytime|totaltime|processingtime|took|requestduration|totalduration|runtime)(ms|msec|millis|milliseconds|s|sec|secs|seconds|us|micros)?$/],
	["success", /^(success|succeeded|successful|issuccess|ok|status|statuscode|httpstatus|httpstatuscode|responsecode|result|outcome|error|errors|errormessage|errorcode|errortype|iserror|failed)$/],
	["cost", /^(cost|price|amount|spend|charge|totalcost|costamount|requestcost|estimatedcost|totalprice|billedamount|spent)(usd|us|dollars?|cents?|usdcents|microusd|eur|euro|gbp|inr|jpy|chf|cad|aud)?$|^(usd|cents)$/],
	["promptId", /^(promptid|prompthash|prompthashid|cachekey|inputhash|requesthash|promptsha|promptfingerprint|promptdigest)$/]
];
const fixColumns = "Give the file a header line with a time, a model, input and output tokens, and the cost of each call if you have it; for example \"timestamp,team,model,input_tokens,output_tokens,cost_usd\".";
/** Finds the fields by the names of the columns, and time and model by their content; `sample` are rows of cells. */
function inferColumns(headers, sample) {
	const places = /* @__PURE__ */ new Map();
	const notes = [];
	const plain = headers.map((header) => header.toLowerCase().replace(/[^a-z0-9]/g, ""));
	const columnOf = (index) => sample.map((cells) => cells[index] ?? "").filter((cell) => cell.trim() !== "");
	for (const [field, alias] of aliases) {
		const index = plain.findIndex((name, at) => alias.test(name) && ![...places.values()].some((place) => place.index === at));
		if (index < 0) continue;
		const place = placeOf(field, index, headers[index] ?? "", plain[index] ?? "", columnOf(index), notes);
		if (isProblem(place)) return place;
		places.set(field, place);
	}
	byContent("at", (value) => readTime(value, "day first") !== void 0 || readTime(value, "month first") !== void 0);
	byContent("model", (value) => findPrice(value) !== void 0);
	if (!places.has("at")) return problem("No column with the time of the calls was found.", fixColumns, [`columns: ${headers.slice(0, 30).join(", ")}`]);
	const computable = places.has("model") && places.has("inputTokens");
	if (!places.has("cost") && !computable) return problem("There is no cost column, and without model and input tokens the cost cannot be computed.", fixColumns, [`columns: ${headers.slice(0, 30).join(", ")}`]);
	const { order, sure } = findDayOrder(columnOf(places.get("at")?.index ?? 0));
	if (!sure) notes.push("Dates like 03/04/2026 were read as month/day, because no date in the first rows decides it.");
	const success = places.get("success");
	return {
		places,
		dayOrder: order,
		errorColumn: success !== void 0 && /error|failed/.test(success.header.toLowerCase()),
		notes
	};
	function byContent(field, fits) {
		if (places.has(field)) return;
		for (const [index, header] of headers.entries()) {
			if ([...places.values()].some((place) => place.index === index)) continue;
			const values = columnOf(index);
			if (values.length === 0 || values.filter(fits).length < values.length * .9) continue;
			places.set(field, {
				index,
				header,
				factor: 1,
				mark: "."
			});
			notes.push(`Column "${header.slice(0, 60)}" was taken as ${field === "at" ? "the time" : "the model"} by its content.`);
			return;
		}
	}
}
function placeOf(field, index, header, name, values, notes) {
	const whole = field === "inputTokens" || field === "outputTokens";
	const mark = whole || field === "cost" || field === "latency" ? findDecimalMark(values, whole) : ".";
	let factor = 1;
	if (field === "cost") {
		if (/(eur|euro|gbp|inr|jpy|chf|cad|aud)$/.test(name) || values.some((value) => /[€£]/.test(value))) return problem(`Column "${header}" is not in USD.`, "Convert the cost to USD and name the column cost_usd.");
		if (/cents?$/.test(name)) factor = .01;
		else if (/microusd$/.test(name)) factor = 1e-6;
		if (factor !== 1) notes.push(`Column "${header}" was converted to USD.`);
	}
	if (field === "latency") {
		if (/(us|micros)$/.test(name)) factor = .001;
		else if (!/(ms|msec|millis|milliseconds)$/.test(name)) {
			const numbers = values.flatMap((value) => readNumber(value, mark) ?? []);
			const seconds = /(latency|duration|elapsed|time|took|runtime)(s|secs?|seconds)$/.test(name);
			const small = numbers.length > 0 && numbers.every((value) => value < 600) && numbers.some((value) => !Number.isInteger(value));
			if (seconds || small) {
				factor = 1e3;
				notes.push(`Column "${header}" was read as seconds${seconds ? "" : ", because its values are small and not whole"}.`);
			}
		}
	}
	return {
		index,
		header,
		factor,
		mark
	};
}
const cellCharsMax = 1e5;
/** Yields each row that is not empty. A quote that never closes is a fault of the row it began in. */
function* delimitedRows(text, delimiter) {
	let at = text.charCodeAt(0) === 65279 ? 1 : 0;
	let line = 1;
	while (at < text.length) {
		const began = line;
		const cells = [];
		let fault;
		let ended = false;
		while (!ended) {
			let cell;
			if (text[at] === "\"") {
				cell = "";
				let from = at + 1;
				for (;;) {
					const quote = text.indexOf("\"", from);
					if (quote < 0) {
						fault = "a quote is opened and never closed";
						cell += text.slice(from);
						at = text.length;
						break;
					}
					cell += text.slice(from, quote);
					if (text[quote + 1] !== "\"") {
						at = quote + 1;
						break;
					}
					cell += "\"";
					from = quote + 2;
				}
				for (let place = cell.indexOf("\n"); place >= 0; place = cell.indexOf("\n", place + 1)) line++;
			} else cell = "";
			const from = at;
			while (at < text.length && text[at] !== delimiter && text[at] !== "\n" && text[at] !== "\r") at++;
			cell += text.slice(from, at);
			if (cells.length >= 200) fault ??= `it has more than 200 columns`;
			else if (cell.length > 1e5) fault ??= `a field has more than ${cellCharsMax} characters`;
			else cells.push(cell);
			if (text[at] === delimiter && at < text.length) at++;
			else {
				if (text[at] === "\r") at++;
				if (text[at] === "\n") at++;
				line++;
				ended = true;
			}
		}
		if (cells.length === 1 && cells[0]?.trim() === "" && fault === void 0) continue;
		yield fault === void 0 ? {
			line: began,
			cells
		} : {
			line: began,
			cells,
			fault
		};
	}
}
/** The delimiter that splits the first lines most evenly; undefined when none splits them at all. */
function findDelimiter(text) {
	const head = text.slice(0, 64e3);
	let best;
	for (const delimiter of [
		",",
		";",
		"	",
		"|"
	]) {
		const widths = [];
		for (const row of delimitedRows(head, delimiter)) {
			widths.push(row.cells.length);
			if (widths.length === 20) break;
		}
		const width = widths[0] ?? 1;
		if (width < 2) continue;
		const score = widths.filter((one) => one === width).length / widths.length * 100 + Math.min(width, 50);
		if (!best || score > best.score) best = {
			delimiter,
			score
		};
	}
	return best?.delimiter;
}
// ../agents/src/analyst/json-lines.ts
/** Objects inside an object are read as `usage.input_tokens`; deeper ones and lists are left out. */
function* entriesOf(value) {
	for (const [key, one] of Object.entries(value)) if (typeof one === "object" && one !== null && !Array.isArray(one)) {
		for (const [inner, deep] of Object.entries(one)) if (typeof deep !== "object") yield [inner, String(deep)];
	} else if (one === null) yield [key, ""];
	else if (!Array.isArray(one)) yield [key, String(one)];
}
/** The keys of the first objects, in the order met. */
function jsonHeaders(text, objectsMax) {
	const headers = /* @__PURE__ */ new Set();
	let seen = 0;
	for (const { value } of lines(text)) {
		if (typeof value === "object" && value !== null) {
			for (const [key] of entriesOf(value)) if (headers.size < 200) headers.add(key);
		}
		if (++seen >= objectsMax) break;
	}
	return [...headers];
}
function* jsonRows(text, headers) {
	const indexByKey = new Map(headers.map((header, index) => [header, index]));
	for (const { line, value, fault } of lines(text)) {
		if (fault !== void 0 || typeof value !== "object" || value === null || Array.isArray(value)) {
			yield {
				line,
				cells: [],
				fault: fault ?? "it is not a JSON object"
			};
			continue;
		}
		const cells = headers.map(() => "");
		let long = false;
		for (const [key, cell] of entriesOf(value)) {
			const index = indexByKey.get(key);
			if (index === void 0) continue;
			if (cell.length > 1e5) long = true;
			else cells[index] = cell;
		}
		yield long ? {
			line,
			cells,
			fault: `a field has more than ${cellCharsMax} characters`
		} : {
			line,
			cells
		};
	}
}
/** One JSON object over many lines is a document, not JSON Lines. */
function unlikeJsonLines(name, text) {
	const [first] = lines(text);
	if (first?.fault === void 0) return void 0;
	return problem(`${name} begins like JSON, but its first line is not a whole JSON object.`, "JSON Lines has one object in each line; jq makes it: jq -c '.' usage.json > usage.jsonl (or '.data[]' where the records are in a list).", [`line ${first.line}: ${first.fault}`]);
}
function* lines(text) {
	let from = text.charCodeAt(0) === 65279 ? 1 : 0;
	for (let line = 1; from < text.length; line++) {
		const found = text.indexOf("\n", from);
		const end = found < 0 ? text.length : found;
		const one = text.slice(from, end).trim();
		from = end + 1;
		if (one === "") continue;
		try {
			yield {
				line,
				value: JSON.parse(one)
			};
		} catch (error) {
			yield {
				line,
				fault: `it is not JSON (${error instanceof SyntaxError ? error.message.slice(0, 100) : "unreadable"})`
			};
		}
	}
}
// ../agents/src/analyst/usage-file.ts
const rowsMax = 1e6;
const mistakesNamedMax = 20;
/** Above this part of faulty rows the file is refused. */
const faultyShareMax = .1;
const sampleRows = 200;
const nameCharsMax = 200;
async function loadUsageFile(file, pace) {
	const text = decode(file);
	if (typeof text !== "string") return text;
	await pace();
	const json = /^\ufeff?\s*\{/.test(text);
	const odd = unlikeUsage(file.name, text);
	if (odd) return odd;
	const delimiter = json ? void 0 : findDelimiter(text);
	if (!json && delimiter === void 0) return problem(`${file.name} is text, but neither a table nor JSON Lines.`, "Save it as CSV with a header line, columns separated by commas, semicolons or tabs.");
	if (json) {
		const unlike = unlikeJsonLines(file.name, text);
		if (unlike) return unlike;
		const headers = jsonHeaders(text, sampleRows);
		return readRows(file, headers, () => jsonRows(text, headers), 0, pace);
	}
	const first = delimitedRows(text, delimiter ?? ",").next();
	const headers = first.done ? [] : first.value.cells.map((cell) => cell.trim());
	if (headers.filter((header) => readNumber(header, ".") !== void 0 || readTime(header, "day first") !== void 0).length >= 2) return problem(`${file.name} has no header line: its first line holds values.`, "Add a first line with the names of the columns, for example \"timestamp,team,model,input_tokens,output_tokens,cost_usd\".", [`line 1: ${headers.slice(0, 8).join(", ").slice(0, 200)}`]);
	return readRows(file, headers, () => delimitedRows(text, delimiter ?? ","), 1, pace);
}
async function readRows(file, headers, open, skip, pace) {
	const head = [];
	let seen = 0;
	for (const row of open()) {
		if (seen++ >= skip) head.push([...row.cells]);
		if (head.length === sampleRows) break;
	}
	if (head.length === 0) return problem(`${file.name} has a header line but no records.`, "Export the calls as well, one in each line.");
	const layout = inferColumns(headers, head);
	if (isProblem(layout)) return layout;
	const reader = createReader(layout);
	const builder = new UsageBuilder();
	const mistakes = [];
	let faulty = 0;
	let read = 0;
	for (const row of open()) {
		if (read++ < skip) continue;
		if (read % 256 === 0) await pace();
		if (read - skip > rowsMax) return problem(`${file.name} has more than ${rowsMax.toLocaleString("en-US")} records.`, "Attach a shorter period, or sums by hour.");
		const width = headers.length;
		const wrong = row.fault ?? (row.cells.length > width ? `it has ${row.cells.length} columns, the header has ${width}` : reader.add(row, builder));
		if (wrong === void 0) continue;
		faulty++;
		if (mistakes.length < mistakesNamedMax) mistakes.push(`line ${row.line}: ${wrong}`);
	}
	const records = read - skip;
	if (faulty > records * faultyShareMax || builder.rows === 0) return problem(`${faulty.toLocaleString("en-US")} of ${records.toLocaleString("en-US")} records in ${file.name} cannot be read.`, "Correct the places named here (the first ones are listed) and attach the file again.", mistakes);
	const notes = [...layout.notes, ...reader.notes()];
	if (faulty > 0) notes.push(`${faulty.toLocaleString("en-US")} of ${records.toLocaleString("en-US")} records were left out: ${mistakes.slice(0, 5).join("; ")}.`);
	return builder.finish({
		title: file.name.slice(0, nameCharsMax),
		generated: false,
		notes
	}, reader.fields, pace);
}
/** Turns rows into records; `add` answers what is wrong with a row, and where. */
function createReader(layout) {
	const { places, dayOrder, errorColumn } = layout;
	const fields = /* @__PURE__ */ new Set([...places.keys(), "cost"]);
	const computedFrom = /* @__PURE__ */ new Set();
	let computed = 0;
	const cell = (row, field) => {
		const place = places.get(field);
		return place === void 0 ? "" : (row.cells[place.index] ?? "").trim();
	};
	const wrong = (field, value, what) => `column "${places.get(field)?.header ?? field}": ${JSON.stringify(value.slice(0, 60))} ${what}`;
	/** Undefined for an empty cell, a text for a mistake. */
	const number = (row, field, max) => {
		const place = places.get(field);
		const value = cell(row, field);
		if (!place || value === "" || /^(null|none|nan|n\/a|-)$/i.test(value)) return void 0;
		const parsed = readNumber(value, place.mark);
		if (parsed === void 0) return wrong(field, value, "is not a number");
		if (parsed < 0) return wrong(field, value, "is negative");
		return parsed * place.factor > max ? wrong(field, value, "is too large") : parsed * place.factor;
	};
	const named = (row, field) => cell(row, field).slice(0, nameCharsMax) || "(unknown)";
	const add = (row, builder) => {
		const time = cell(row, "at");
		const at = readTime(time, dayOrder);
		if (at === void 0) return time === "" ? wrong("at", time, "is empty, a time is needed") : wrong("at", time, "is not a time");
		const inputTokens = number(row, "inputTokens", 1e9);
		if (typeof inputTokens === "string") return inputTokens;
		const outputTokens = number(row, "outputTokens", 1e9);
		if (typeof outputTokens === "string") return outputTokens;
		const latencyMs = number(row, "latency", 1e9);
		if (typeof latencyMs === "string") return latencyMs;
		const given = number(row, "cost", 1e6);
		if (typeof given === "string") return given;
		const model = named(row, "model");
		let costUsd = given;
		if (costUsd === void 0) {
			const price = findPrice(model);
			if (!price) return places.has("cost") ? wrong("cost", "", `is empty, and the price list has no model ${JSON.stringify(model.slice(0, 60))}`) : wrong("model", model, `is not in the price list of ${priceList.asOf}, and there is no cost column`);
			costUsd = costNanoOf(price, inputTokens ?? 0, outputTokens ?? 0) / nanoPerUsd;
			computed++;
			computedFrom.add(price.model);
		}
		const outcome = cell(row, "success");
		let success = true;
		if (errorColumn) success = outcome === "" || /^(0|false|no|none|null|-)$/i.test(outcome);
		else if (outcome !== "") {
			const told = readSuccess(outcome);
			if (told === void 0) return wrong("success", outcome, "says neither success nor failure");
			success = told;
		}
		builder.add({
			at,
			user: named(row, "user"),
			team: named(row, "team"),
			feature: named(row, "feature"),
			model,
			inputTokens: inputTokens ?? 0,
			outputTokens: outputTokens ?? 0,
			latencyMs: latencyMs ?? NaN,
			success,
			costUsd,
			promptId: cell(row, "promptId").slice(0, nameCharsMax)
		});
	};
	const notes = () => computed === 0 ? [] : [`The cost of ${computed.toLocaleString("en-US")} records was computed from the price list of ${priceList.asOf} (${[...computedFrom].slice(0, 10).join(", ")}), because the file does not give it.`];
	return {
		add,
		notes,
		fields
	};
}
/** The text, or why the bytes are none. */
function decode({ name, bytes }) {
	const starts = (...mark) => mark.every((byte, at) => bytes[at] === byte);
	const asCsv = "In a spreadsheet choose \"Save as\" and \"CSV UTF-8\", then attach that file.";
	if (bytes.length === 0) return problem(`${name} is empty.`, "Attach a CSV or JSON Lines file with one record in each line.");
	if (starts(80, 75, 3, 4)) return problem(`${name} is a spreadsheet or a zip archive, not text.`, asCsv);
	if (starts(208, 207, 17, 224)) return problem(`${name} is an old Excel workbook, not text.`, asCsv);
	if (starts(31, 139)) return problem(`${name} is compressed with gzip.`, "Unpack it and attach the file inside.");
	if (starts(37, 80, 68, 70)) return problem(`${name} is a PDF.`, "Export the usage as CSV where the PDF came from.");
	if (starts(80, 65, 82, 49)) return problem(`${name} is a Parquet file.`, "Export it as CSV or JSON Lines.");
	const encoding = starts(255, 254) ? "utf-16le" : starts(254, 255) ? "utf-16be" : "utf-8";
	try {
		const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
		if (text.includes("\0")) return problem(`${name} is binary, not text.`, "Attach a CSV or JSON Lines file.");
		return text.trim() === "" ? problem(`${name} is empty.`, "Attach a CSV or JSON Lines file with one record in each line.") : text;
	} catch {
		return problem(`${name} is not UTF-8 text.`, asCsv);
	}
}
function unlikeUsage(name, text) {
	const start = text.slice(0, 1e3).replace(/^\ufeff/, "").trimStart();
	if (/^<(!doctype|html|head|body)/i.test(start)) return problem(`${name} is a web page, not a usage file.`, "Perhaps the download needed a login. Export the usage as CSV and attach that file.");
	if (start.startsWith("<")) return problem(`${name} is XML.`, "Export the usage as CSV or JSON Lines.");
	if (start.startsWith("[")) return problem(`${name} is one JSON array, not JSON Lines.`, "Write one object in each line; jq does it: jq -c '.[]' usage.json > usage.jsonl");
}
// ../agents/src/analyst/datasets.ts
/** Together about 250 MB at the worst. */
const rowsKeptMax = 3e6;
const datasetsKeptMax = 16;
/**
* Loads usage records and keeps the newest ones in memory.
*
*  C1  A file's records are kept under its user's id and its own: nobody else's call finds them.
*  C2  Kept records are bounded by number and rows; the longest unused go first.
*  C3  A load that was cancelled is not kept; who waits for it beside starts again.
*/
var Datasets = class {
	#loadedByKey = /* @__PURE__ */ new Map();
	#rowsByKey = /* @__PURE__ */ new Map();
	async open(handle, context) {
		const key = handle === "sample" ? "sample" : `${context.userId}\n${handle}`;
		for (;;) {
			context.signal.throwIfAborted();
			const known = this.#loadedByKey.get(key);
			if (known) {
				this.#loadedByKey.delete(key);
				this.#loadedByKey.set(key, known);
				try {
					return await known;
				} catch (error) {
					if (this.#loadedByKey.get(key) === known) this.#loadedByKey.delete(key);
					if (context.signal.aborted) throw error;
					continue;
				}
			}
			const loading = load(handle, context);
			this.#loadedByKey.set(key, loading);
			try {
				const loaded = await loading;
				if (this.#loadedByKey.get(key) === loading) {
					if (isProblem(loaded)) this.#loadedByKey.delete(key);
					else this.#keep(key, loaded.rows);
				}
				return loaded;
			} catch (error) {
				if (this.#loadedByKey.get(key) === loading) this.#loadedByKey.delete(key);
				throw error;
			}
		}
	}
	#keep(key, rows) {
		this.#rowsByKey.set(key, rows);
		let kept = 0;
		for (const known of this.#loadedByKey.keys()) kept += this.#rowsByKey.get(known) ?? 0;
		for (const oldest of [...this.#loadedByKey.keys()]) {
			if (kept <= rowsKeptMax && this.#loadedByKey.size <= datasetsKeptMax) return;
			if (oldest === key) continue;
			kept -= this.#rowsByKey.get(oldest) ?? 0;
			this.#loadedByKey.delete(oldest);
			this.#rowsByKey.delete(oldest);
		}
	}
};
async function load(handle, context) {
	const pace = createPacer(context.signal);
	if (handle === "sample") return loadSample(pace);
	const file = await context.attachment(handle);
	if (!file) return problem("There is no attached file of yours with this id.", "Attach the file again, or use the dataset \"sample\".");
	return loadUsageFile(file, pace);
}
// ../agents/src/analyst/figures.ts
const rounding = "USD sums are rounded to the cent, USD per call to 6 decimals; sums are exact before rounding.";
/** A sum of nano-dollars in USD, to the cent. */
function usd(nano) {
	return Math.round(nano / (nanoPerUsd / 100)) / 100;
}
function usdPerCall(nano, calls) {
	return calls === 0 ? 0 : round(nano / calls / nanoPerUsd, 6);
}
/** `part` of `whole` in percent, with one decimal. */
function percent(part, whole) {
	return whole === 0 ? 0 : round(part / whole * 100, 1);
}
function round(value, decimals) {
	const factor = 10 ** decimals;
	return Math.round(value * factor) / factor;
}
/** Whether a text like 2026-09-30 is a day of the calendar; `Date.parse` takes the 31st of September for one. */
function isDay(text) {
	const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
	return !Number.isNaN(at) && isoDay(at) === text;
}
/** A day in UTC: 2026-09-30. */
function isoDay(at) {
	return new Date(at).toISOString().slice(0, 10);
}
// ../agents/src/analyst/selection.ts
const daySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "must be a day like 2026-09-30").refine(isDay, "is no day of the calendar");
const names = z.array(z.string().max(200)).min(1).max(50);
const tokens = z.number().min(0).max(1e9);
const datasetSchema = z.string().min(1).max(64).describe("\"sample\" for the bundled generated sample, or the attachment id of a usage file of this user");
/** Which records count. Everything is optional; days are UTC and both ends are included. */
const filterSchema = z.strictObject({
	from: daySchema.optional().describe("first day, YYYY-MM-DD, UTC"),
	to: daySchema.optional().describe("last day, included"),
	user: names.optional(),
	team: names.optional(),
	feature: names.optional(),
	model: names.optional().describe("model names as they stand in the data"),
	inputTokensMin: tokens.optional(),
	inputTokensMax: tokens.optional().describe("only calls with at most so many input tokens"),
	success: z.boolean().optional().describe("true: only calls that succeeded; false: only failed ones")
}).describe("which records to count; leave out what does not matter");
/** Row numbers that pass, in time order; a name that the data does not know is a problem, not an empty answer. */
async function select(data, filter, pace) {
	const { from, to, inputTokensMin = 0, inputTokensMax = Infinity, success } = filter ?? {};
	const masks = [];
	for (const dimension of dimensions) {
		const wanted = maskOf(data, dimension, filter?.[dimension]);
		if (isProblem(wanted)) return wanted;
		if (wanted) masks.push({
			codes: data.column[dimension].codes,
			wanted
		});
	}
	const first = from === void 0 ? 0 : lowerBound(data.at, Date.parse(from));
	const end = to === void 0 ? data.rows : lowerBound(data.at, Date.parse(to) + dayMs);
	const rows = new Uint32Array(Math.max(0, end - first));
	let count = 0;
	next: for (let row = first; row < end; row++) {
		if (row % 65536 === 0) await pace();
		for (const { codes, wanted } of masks) if (wanted[codes[row] ?? 0] !== 1) continue next;
		const input = data.inputTokens[row] ?? 0;
		if (input < inputTokensMin || input > inputTokensMax) continue;
		if (success !== void 0 && data.success[row] === 1 !== success) continue;
		rows[count++] = row;
	}
	return rows.subarray(0, count);
}
function maskOf(data, dimension, wanted) {
	if (!wanted) return void 0;
	if (!data.fields.has(dimension)) return missing(data, dimension);
	const known = data.column[dimension].names;
	const mask = new Uint8Array(known.length);
	for (const name of wanted) {
		const lower = name.toLowerCase();
		const code = known.findIndex((one) => one.toLowerCase() === lower);
		if (code < 0) {
			const some = known.slice(0, 20).join(", ");
			return problem(`There is no ${dimension} "${name}" in the data.`, `Use one of: ${some}${known.length > 20 ? ", …" : ""}.`);
		}
		mask[code] = 1;
	}
	return mask;
}
function missing(data, field) {
	return problem(`${data.origin.title} has no column for ${field}.`, `Attach a file with that column, or ask without it. It has: ${[...data.fields].join(", ")}.`);
}
/** First index whose value is not below `bound`. */
function lowerBound(sorted, bound) {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = low + high >>> 1;
		if ((sorted[middle] ?? 0) < bound) low = middle + 1;
		else high = middle;
	}
	return low;
}
// ../agents/src/analyst/statistics.ts
/** The value below which `percent` of the sorted values lie, interpolated linearly (R's type 7). NaN when empty. */
function percentileOfSorted(sorted, percent) {
	if (sorted.length === 0) return NaN;
	const place = (sorted.length - 1) * percent / 100;
	const below = Math.floor(place);
	const low = sorted[below] ?? NaN;
	return low + ((sorted[Math.min(below + 1, sorted.length - 1)] ?? low) - low) * (place - below);
}
function median(values) {
	return percentileOfSorted(Float64Array.from(values).sort(), 50);
}
/** Pearson's coefficient; undefined where one side does not vary. */
function pearson(x, y) {
	const n = x.length;
	let meanX = 0;
	let meanY = 0;
	for (let i = 0; i < n; i++) {
		meanX += (x[i] ?? 0) / n;
		meanY += (y[i] ?? 0) / n;
	}
	let xx = 0;
	let yy = 0;
	let xy = 0;
	for (let i = 0; i < n; i++) {
		const dx = (x[i] ?? 0) - meanX;
		const dy = (y[i] ?? 0) - meanY;
		xx += dx * dx;
		yy += dy * dy;
		xy += dx * dy;
	}
	return n > 1 && xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : void 0;
}
/** Ordinary least squares by the normal equations; undefined where the columns do not determine a fit. */
function leastSquares(rows, y) {
	const width = rows[0]?.length ?? 0;
	if (rows.length <= width || width === 0) return void 0;
	const at = (matrix, i, j) => matrix[i]?.[j] ?? 0;
	const inverse = invert(Array.from({ length: width }, (_, i) => Array.from({ length: width }, (_, j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0))));
	if (!inverse) return void 0;
	const moments = Array.from({ length: width }, (_, i) => rows.reduce((sum, row, r) => sum + (row[i] ?? 0) * (y[r] ?? 0), 0));
	const coefficients = inverse.map((_, i) => moments.reduce((sum, moment, j) => sum + at(inverse, i, j) * moment, 0));
	let squares = 0;
	rows.forEach((row, r) => {
		const predicted = row.reduce((sum, value, i) => sum + value * (coefficients[i] ?? 0), 0);
		squares += ((y[r] ?? 0) - predicted) ** 2;
	});
	return {
		coefficients,
		inverse,
		sigma: Math.sqrt(squares / (rows.length - width))
	};
}
/** Gauss and Jordan with pivots. */
function invert(matrix) {
	const n = matrix.length;
	const work = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => i === j ? 1 : 0)]);
	for (let column = 0; column < n; column++) {
		let best = column;
		for (let row = column + 1; row < n; row++) if (Math.abs(work[row]?.[column] ?? 0) > Math.abs(work[best]?.[column] ?? 0)) best = row;
		const pivotRow = work[best];
		const pivot = pivotRow?.[column] ?? 0;
		if (!pivotRow || Math.abs(pivot) < 1e-9) return void 0;
		work[best] = work[column] ?? [];
		work[column] = pivotRow.map((value) => value / pivot);
		for (let row = 0; row < n; row++) {
			const factor = work[row]?.[column] ?? 0;
			if (row === column || factor === 0) continue;
			work[row] = (work[row] ?? []).map((value, j) => value - factor * (work[column]?.[j] ?? 0));
		}
	}
	return work.map((row) => row.slice(n));
}
const runLength = 16384;
/** Sorts in place, ascending, in short turns: runs first, then merges of neighbours. */
async function sortInTurns(values, pace) {
	for (let from = 0; from < values.length; from += runLength) {
		values.subarray(from, from + runLength).sort();
		await pace();
	}
	const merged = new Float64Array(values.length > runLength ? values.length : 0);
	for (let length = runLength; length < values.length; length *= 2) for (let from = 0; from + length < values.length; from += 2 * length) {
		const middle = from + length;
		const end = Math.min(middle + length, values.length);
		let left = from;
		let right = middle;
		for (let to = from; to < end; to++) {
			const a = values[left] ?? 0;
			const b = values[right] ?? 0;
			const takeLeft = left < middle && (right >= end || a <= b);
			merged[to] = takeLeft ? a : b;
			if (takeLeft) left++;
			else right++;
			if (to % 65536 === 0) await pace();
		}
		values.set(merged.subarray(from, end), from);
	}
	return values;
}
// ../agents/src/tool.ts
/** A schema that takes whatever comes. */
const anyInput = { "~standard": {
	version: 1,
	vendor: "goldenpath",
	validate: (value) => ({ value })
} };
/** Defines a tool. Throws a `TypeError` that names the option when one is wrong. */
function defineTool(options) {
	const { name, description, input, run, timeoutMs = 6e4 } = options;
	const { idempotent = false, needsApproval = false, secrets = [] } = options;
	if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) throw new TypeError(`defineTool: name must be 1 to 64 of a-z A-Z 0-9 _ -, not ${JSON.stringify(name)}`);
	if (typeof run !== "function") throw new TypeError(`defineTool ${name}: run must be a function`);
	if (input?.["~standard"]?.version !== 1) throw new TypeError(`defineTool ${name}: input must be a Standard Schema, for example z.object({ … })`);
	if (!(timeoutMs > 0 && timeoutMs <= 36e5)) throw new TypeError(`defineTool ${name}: timeoutMs must be between 1 and 3,600,000`);
	return {
		name,
		description,
		input,
		timeoutMs,
		idempotent,
		needsApproval,
		secrets,
		run
	};
}
// ../agents/src/analyst/usage-tool.ts
/** Opens the dataset, selects the rows, computes; what cannot be answered is a `Problem` as output. */
function usageTool(datasets, options) {
	const run = async (input, context) => {
		const data = await datasets.open(input.dataset, context);
		if (isProblem(data)) return data;
		const pace = createPacer(context.signal);
		const rows = await select(data, input.filter, pace);
		if (isProblem(rows)) return rows;
		if (rows.length === 0) {
			const first = new Date(data.at[0] ?? 0).toISOString().slice(0, 10);
			const last = new Date(data.at[data.rows - 1] ?? 0).toISOString().slice(0, 10);
			return {
				problem: "No record passes this filter.",
				where: [],
				fix: `The data has ${data.rows.toLocaleString("en-US")} records from ${first} to ${last}; widen the filter.`
			};
		}
		const output = await options.compute(input, {
			data,
			rows,
			pace
		});
		if (isProblem(output)) return output;
		return data.origin.generated ? {
			source: "generated sample, no real company",
			...output
		} : {
			source: data.origin.title,
			...output
		};
	};
	return defineTool({
		name: options.name,
		description: options.description,
		input: options.input,
		timeoutMs: 6e4,
		idempotent: true,
		run: (input, context) => run(input, context)
	});
}
// ../agents/src/analyst/tools-spend.ts
const groupings = [
	...dimensions,
	"day",
	"week",
	"month",
	"weekday",
	"hour"
];
const groupingSchema = z.enum(groupings);
const weekdays = [
	"Sunday",
	"Monday",
	"Tuesday",
	"Wednesday",
	"Thursday",
	"Friday",
	"Saturday"
];
/** Which group each row belongs to: names in a fixed order (time, or as met) and the code of a row. */
function grouper(data, by) {
	const at = data.at;
	switch (by) {
		case "user":
		case "team":
		case "feature":
		case "model": {
			const { codes, names } = data.column[by];
			return {
				codeOf: (row) => codes[row] ?? 0,
				nameOf: (code) => names[code] ?? ""
			};
		}
		case "day": return {
			codeOf: (row) => Math.floor((at[row] ?? 0) / dayMs),
			nameOf: (code) => isoDay(code * dayMs)
		};
		case "week": return {
			codeOf: (row) => Math.floor(((at[row] ?? 0) / dayMs - 4) / 7),
			nameOf: (code) => isoDay((code * 7 + 4) * dayMs)
		};
		case "month": return {
			codeOf: (row) => {
				const date = new Date(at[row] ?? 0);
				return date.getUTCFullYear() * 12 + date.getUTCMonth();
			},
			nameOf: (code) => `${Math.floor(code / 12)}-${String(code % 12 + 1).padStart(2, "0")}`
		};
		case "weekday": return {
			codeOf: (row) => (Math.floor((at[row] ?? 0) / dayMs) + 4) % 7,
			nameOf: (code) => weekdays[code] ?? ""
		};
		case "hour": return {
			codeOf: (row) => Math.floor((at[row] ?? 0) % dayMs / 36e5),
			nameOf: (code) => `${String(code).padStart(2, "0")}:00`
		};
	}
}
function emptySums() {
	return {
		calls: 0,
		failed: 0,
		costNano: 0,
		inputTokens: 0,
		outputTokens: 0
	};
}
async function sumBy(scope, by) {
	const { data, rows, pace } = scope;
	const { codeOf } = grouper(data, by);
	const sums = /* @__PURE__ */ new Map();
	for (let i = 0; i < rows.length; i++) {
		if (i % 16384 === 0) await pace();
		const row = rows[i] ?? 0;
		const code = codeOf(row);
		let sum = sums.get(code);
		if (!sum) {
			sum = emptySums();
			sums.set(code, sum);
		}
		addRow(sum, data, row);
	}
	return sums;
}
function addRow(sum, data, row) {
	sum.calls++;
	if (data.success[row] !== 1) sum.failed++;
	sum.costNano += data.costNano[row] ?? 0;
	sum.inputTokens += data.inputTokens[row] ?? 0;
	sum.outputTokens += data.outputTokens[row] ?? 0;
}
function spendRow(name, sum, totalNano) {
	return {
		name,
		costUsd: usd(sum.costNano),
		sharePercent: percent(sum.costNano, totalNano),
		calls: sum.calls,
		inputTokens: sum.inputTokens,
		outputTokens: sum.outputTokens,
		usdPerCall: usdPerCall(sum.costNano, sum.calls),
		failedPercent: round(sum.failed / Math.max(1, sum.calls) * 100, 2)
	};
}
function span({ data, rows }) {
	return {
		firstDay: isoDay(data.at[rows[0] ?? 0] ?? 0),
		lastDay: isoDay(data.at[rows[rows.length - 1] ?? 0] ?? 0)
	};
}
function lacks(data, by) {
	return by !== void 0 && dimensions.includes(by) && !data.fields.has(by);
}
function spendTools(datasets) {
	return {
		spendBy: usageTool(datasets, {
			name: "spend_by",
			description: "Sums cost, calls and tokens of AI usage by user, team, feature, model, day, week, month, weekday or hour (UTC). Use it for every question about who or what costs how much. Rows plus rest are the exact total.",
			input: z.strictObject({
				dataset: datasetSchema,
				by: groupingSchema,
				filter: filterSchema.optional(),
				orderBy: z.enum([
					"cost",
					"calls",
					"tokens",
					"name"
				]).default("cost").describe("times read best by name"),
				top: z.int().min(1).max(366).default(20).describe("how many groups to list; the others are summed as rest")
			}),
			async compute({ by, orderBy, top }, scope) {
				if (lacks(scope.data, by)) return missing(scope.data, by);
				const { nameOf } = grouper(scope.data, by);
				const sums = [...await sumBy(scope, by)];
				const measure = (sum) => orderBy === "calls" ? sum.calls : orderBy === "tokens" ? sum.inputTokens + sum.outputTokens : sum.costNano;
				if (orderBy === "name") {
					if (dimensions.includes(by)) sums.sort(([a], [b]) => nameOf(a).localeCompare(nameOf(b)));
					else sums.sort(([a], [b]) => a - b);
				} else sums.sort(([a, x], [b, y]) => measure(y) - measure(x) || a - b);
				const total = added(sums.map(([, sum]) => sum));
				const shown = sums.slice(0, top);
				const rest = sums.slice(top);
				return {
					by,
					...span(scope),
					total: spendRow("total", total, total.costNano),
					groups: sums.length,
					rows: shown.map(([code, sum]) => spendRow(nameOf(code), sum, total.costNano)),
					outcomesKnown: scope.data.fields.has("success"),
					...rest.length === 0 ? {} : { rest: spendRow(`${rest.length} others`, added(rest.map(([, sum]) => sum)), total.costNano) },
					rounding
				};
			}
		}),
		percentiles: usageTool(datasets, {
			name: "percentiles",
			description: "Percentiles (p50, p90, p95, p99), mean and maximum of latency, tokens or cost per call, over all calls or by user, team, feature, model or time. Failed calls are included unless filtered out.",
			input: z.strictObject({
				dataset: datasetSchema,
				metric: z.enum([
					"latencyMs",
					"inputTokens",
					"outputTokens",
					"totalTokens",
					"costUsd"
				]),
				by: groupingSchema.optional(),
				filter: filterSchema.optional(),
				top: z.int().min(1).max(100).default(20)
			}),
			async compute({ metric, by, top }, scope) {
				const { data, rows, pace } = scope;
				if (lacks(data, by)) return missing(data, by ?? "");
				const column = metricColumn(data, metric);
				if (!column) return missing(data, metric);
				const group = by === void 0 ? {
					codeOf: () => 0,
					nameOf: () => "all"
				} : grouper(data, by);
				const valuesByCode = /* @__PURE__ */ new Map();
				for (let i = 0; i < rows.length; i++) {
					if (i % 16384 === 0) await pace();
					const row = rows[i] ?? 0;
					const value = column(row);
					if (Number.isNaN(value)) continue;
					const code = group.codeOf(row);
					const values = valuesByCode.get(code);
					if (values) values.push(value);
					else valuesByCode.set(code, [value]);
				}
				const timed = by !== void 0 && !dimensions.includes(by);
				const all = [...valuesByCode].sort(([a, x], [b, y]) => timed ? b - a : y.length - x.length || a - b);
				const decimals = metric === "costUsd" ? 6 : 1;
				const found = [];
				for (const [code, values] of all.slice(0, top)) {
					await pace();
					const sorted = await sortInTurns(Float64Array.from(values), pace);
					const at = (percentile) => round(percentileOfSorted(sorted, percentile), decimals);
					let sum = 0;
					for (const value of sorted) sum += value;
					found.push({
						name: group.nameOf(code),
						calls: sorted.length,
						p50: at(50),
						p90: at(90),
						p95: at(95),
						p99: at(99),
						mean: round(sum / sorted.length, decimals),
						max: at(100)
					});
				}
				if (found.length === 0) return problem(`No selected record has a value for ${metric}.`, "Widen the filter, or attach a file with that column filled.");
				if (timed) found.reverse();
				return {
					metric,
					by: by ?? "all",
					...span(scope),
					groups: all.length,
					rows: found
				};
			}
		}),
		describe: usageTool(datasets, {
			name: "describe_dataset",
			description: "Says what a dataset holds: records, period, columns, names of models, teams and features, total cost, and what was assumed while loading. Call it first.",
			input: z.strictObject({ dataset: datasetSchema }),
			async compute(_input, scope) {
				const { data } = scope;
				const total = added([...(await sumBy(scope, "day")).values()]);
				const named = (dimension) => {
					const names = data.fields.has(dimension) ? data.column[dimension].names : [];
					return {
						count: names.length,
						names: names.slice(0, 200)
					};
				};
				return {
					title: data.origin.title,
					generated: data.origin.generated,
					records: data.rows,
					...span(scope),
					fields: [...data.fields],
					total: spendRow("total", total, total.costNano),
					models: named("model"),
					teams: named("team"),
					features: named("feature"),
					users: named("user"),
					notes: data.origin.notes,
					rounding
				};
			}
		})
	};
}
/** Reads a metric of a row; undefined when the data does not have it. */
function metricColumn(data, metric) {
	const { fields } = data;
	switch (metric) {
		case "latencyMs": return fields.has("latency") ? (row) => data.latencyMs[row] ?? 0 : void 0;
		case "inputTokens": return fields.has("inputTokens") ? (row) => data.inputTokens[row] ?? 0 : void 0;
		case "outputTokens": return fields.has("outputTokens") ? (row) => data.outputTokens[row] ?? 0 : void 0;
		case "totalTokens": return fields.has("inputTokens") || fields.has("outputTokens") ? (row) => (data.inputTokens[row] ?? 0) + (data.outputTokens[row] ?? 0) : void 0;
		case "costUsd": return (row) => (data.costNano[row] ?? 0) / 1e9;
	}
}
function added(sums) {
	const total = emptySums();
	for (const sum of sums) {
		total.calls += sum.calls;
		total.failed += sum.failed;
		total.costNano += sum.costNano;
		total.inputTokens += sum.inputTokens;
		total.outputTokens += sum.outputTokens;
	}
	return total;
}
// ../agents/src/analyst/tools-drivers.ts
function driversTool(datasets) {
	return usageTool(datasets, {
		name: "cost_drivers",
		description: "Why did cost change between two periods? Splits the change exactly into volume (more calls), mix (other models or features), tokens per call and price per token, by segment. Default: the second half of the period against the first.",
		input: z.strictObject({
			dataset: datasetSchema,
			by: groupingSchema.extract([
				"model",
				"feature",
				"team",
				"user"
			]).default("model"),
			splitDay: daySchema.optional().describe("first day of the second period, UTC"),
			top: z.int().min(1).max(50).default(10),
			filter: filterSchema.optional()
		}),
		compute({ by, splitDay, top }, scope) {
			const { data, rows } = scope;
			if (lacks(data, by)) return missing(data, by);
			const { firstDay, lastDay } = span(scope);
			const days = (Date.parse(lastDay) - Date.parse(firstDay)) / dayMs + 1;
			const half = Math.floor(days / 2);
			const split = splitDay === void 0 ? Date.parse(lastDay) - (half - 1) * dayMs : Date.parse(splitDay);
			const length = Math.min((split - Date.parse(firstDay)) / dayMs, (Date.parse(lastDay) - split) / dayMs + 1);
			if (length < 1) return problem(`Two periods of at least a day are compared; the records go from ${firstDay} to ${lastDay}.`, days < 2 ? "Widen the period." : `Choose a splitDay after ${firstDay} and not after ${lastDay}, or widen the period.`);
			const from = split - length * dayMs;
			const to = split + length * dayMs;
			const { codeOf, nameOf } = grouper(data, by);
			const pairs = /* @__PURE__ */ new Map();
			for (const row of rows) {
				const at = data.at[row] ?? 0;
				if (at < from || at >= to) continue;
				const code = codeOf(row);
				let pair = pairs.get(code);
				if (!pair) {
					pair = [emptySums(), emptySums()];
					pairs.set(code, pair);
				}
				addRow(at < split ? pair[0] : pair[1], data, row);
			}
			const parts = decompose([...pairs].map(([code, [before, after]]) => ({
				name: nameOf(code),
				before,
				after
			})));
			return {
				by,
				before: {
					firstDay: isoDay(from),
					lastDay: isoDay(split - dayMs),
					costUsd: usd(parts.before)
				},
				after: {
					firstDay: isoDay(split),
					lastDay: isoDay(to - dayMs),
					costUsd: usd(parts.after)
				},
				changeUsd: usd(parts.after - parts.before),
				changePercent: percent(parts.after - parts.before, parts.before),
				volumeUsd: usd(parts.volume),
				mixUsd: usd(parts.mix),
				tokensUsd: usd(parts.tokens),
				priceUsd: usd(parts.price),
				segments: parts.segments.sort((a, b) => Math.abs(b.change) - Math.abs(a.change)).slice(0, top).map(({ name, before, after, change }) => ({
					name,
					beforeUsd: usd(before),
					afterUsd: usd(after),
					changeUsd: usd(change)
				})),
				method: "Cost = calls × share of the segment × tokens per call × price per token, changed one after the other in this order; the parts add up to the change before rounding to the cent.",
				rounding
			};
		}
	});
}
/** See `method` of the answer; a segment that is new, or was without tokens, changes by mix or by price. */
function decompose(segments) {
	const total = (key, period) => segments.reduce((sum, one) => sum + one[period][key], 0);
	const before = total("costNano", "before");
	const after = total("costNano", "after");
	const calls0 = total("calls", "before");
	const calls1 = total("calls", "after");
	let mix = 0;
	let tokens = 0;
	let price = 0;
	for (const { before: b, after: a } of segments) {
		const perCall1 = a.calls === 0 ? 0 : a.costNano / a.calls;
		const perCall0 = b.calls === 0 ? perCall1 : b.costNano / b.calls;
		mix += calls1 * ((calls1 === 0 ? 0 : a.calls / calls1) - (calls0 === 0 ? 0 : b.calls / calls0)) * perCall0;
		const tokens0 = b.calls === 0 ? 0 : (b.inputTokens + b.outputTokens) / b.calls;
		const tokens1 = a.calls === 0 ? 0 : (a.inputTokens + a.outputTokens) / a.calls;
		const ofTokens = a.calls > 0 && b.calls > 0 && tokens0 > 0 ? a.calls * (tokens1 - tokens0) * (perCall0 / tokens0) : 0;
		tokens += ofTokens;
		price += a.calls * (perCall1 - perCall0) - ofTokens;
	}
	return {
		before,
		after,
		volume: calls0 === 0 ? 0 : (calls1 - calls0) * (before / calls0),
		mix,
		tokens,
		price,
		segments: segments.map(({ name, before: b, after: a }) => ({
			name,
			before: b.costNano,
			after: a.costNano,
			change: a.costNano - b.costNano
		}))
	};
}
// ../agents/src/analyst/tools-quality.ts
/** A call counts as a repetition of a failed one within this time. */
const repeatedWithinMs = 12e4;
const correlated = [
	"inputTokens",
	"outputTokens",
	"latencyMs",
	"costUsd"
];
function qualityTools(datasets) {
	return {
		retries: usageTool(datasets, {
			name: "retry_waste",
			description: "What failed calls cost and how often they are repeated: a repetition follows a failure of the same user, feature, model (and prompt, where known) within two minutes. By feature.",
			input: z.strictObject({
				dataset: datasetSchema,
				filter: filterSchema.optional()
			}),
			async compute(_input, scope) {
				const { data, rows, pace } = scope;
				if (!data.fields.has("success")) return missing(data, "success");
				const failedAt = /* @__PURE__ */ new Map();
				const byFeature = /* @__PURE__ */ new Map();
				for (let i = 0; i < rows.length; i++) {
					if (i % 8192 === 0) await pace();
					const row = rows[i] ?? 0;
					const feature = data.column.feature.codes[row] ?? 0;
					let sum = byFeature.get(feature);
					if (!sum) {
						sum = {
							calls: 0,
							failed: 0,
							nano: 0,
							retries: 0
						};
						byFeature.set(feature, sum);
					}
					sum.calls++;
					const failed = data.success[row] !== 1;
					if (!failed && failedAt.size === 0) continue;
					const key = `${data.column.user.codes[row]}|${feature}|${data.column.model.codes[row]}|${data.prompt[row]}`;
					const at = data.at[row] ?? 0;
					const before = failedAt.get(key);
					if (before !== void 0) {
						if (at - before <= repeatedWithinMs) sum.retries++;
						failedAt.delete(key);
					}
					if (failed) {
						sum.failed++;
						sum.nano += data.costNano[row] ?? 0;
						failedAt.set(key, at);
					}
				}
				const all = [...byFeature.values()];
				const total = (key) => all.reduce((sum, one) => sum + one[key], 0);
				return {
					...span(scope),
					calls: rows.length,
					failed: total("failed"),
					failedPercent: round(total("failed") / rows.length * 100, 2),
					failedUsd: usd(total("nano")),
					retries: total("retries"),
					features: [...byFeature].sort(([, a], [, b]) => b.nano - a.nano).slice(0, 30).map(([code, one]) => ({
						name: data.column.feature.names[code] ?? "",
						calls: one.calls,
						failed: one.failed,
						failedPercent: percent(one.failed, one.calls),
						failedUsd: usd(one.nano),
						retries: one.retries
					})),
					method: `A repetition follows a failed call of the same user, feature, model${data.fields.has("promptId") ? " and prompt" : ""} within ${repeatedWithinMs / 1e3} s.`,
					rounding
				};
			}
		}),
		correlation: usageTool(datasets, {
			name: "correlation",
			description: "Pearson correlation between input tokens, output tokens, latency and cost per call: what moves with what.",
			input: z.strictObject({
				dataset: datasetSchema,
				filter: filterSchema.optional()
			}),
			async compute(_input, scope) {
				const { data, rows, pace } = scope;
				const columns = correlated.flatMap((name) => {
					const read = metricColumn(data, name);
					return read ? [{
						name,
						read
					}] : [];
				}).map(({ name, read }) => ({
					name,
					read,
					values: new Float64Array(rows.length)
				}));
				let known = 0;
				next: for (let i = 0; i < rows.length; i++) {
					if (i % 16384 === 0) await pace();
					for (const { read, values } of columns) {
						const value = read(rows[i] ?? 0);
						if (Number.isNaN(value)) continue next;
						values[known] = value;
					}
					known++;
				}
				const pairs = [];
				for (const [i, a] of columns.entries()) for (const b of columns.slice(i + 1)) {
					await pace();
					const r = pearson(a.values.subarray(0, known), b.values.subarray(0, known));
					if (r !== void 0) pairs.push({
						a: a.name,
						b: b.name,
						r: round(r, 3)
					});
				}
				if (pairs.length === 0) return problem("No two metrics vary in this selection.", "Widen the filter.");
				pairs.sort((x, y) => Math.abs(y.r) - Math.abs(x.r));
				return {
					...span(scope),
					calls: known,
					pairs,
					method: "Pearson's r over single calls; it shows what moves together, not what causes what."
				};
			}
		}),
		prices: defineTool({
			name: "price_list",
			description: "The supply catalogue: models, providers, tiers and list prices in USD per million tokens, with the date of the prices.",
			input: z.strictObject({ search: z.string().max(100).optional().describe("part of a model's or provider's name") }),
			idempotent: true,
			run: ({ search = "" }) => ({
				asOf: priceList.asOf,
				note: priceList.note,
				models: priceList.models.filter((one) => `${one.provider} ${one.model} ${one.tier}`.includes(search.toLowerCase()))
			})
		})
	};
}
// ../agents/src/analyst/tools-simulate.ts
const share = z.number().gt(0).max(1);
function simulateTools(datasets) {
	return {
		routing: usageTool(datasets, {
			name: "simulate_routing",
			description: "What would it cost to send a share of the selected calls to another model of the price list? Select the calls by filter (model, feature, inputTokensMax …). Says nothing about quality: test that on your own prompts.",
			input: z.strictObject({
				dataset: datasetSchema,
				to: z.string().max(200).describe("the model that takes over, from the price list"),
				share: share.default(1).describe("part of the selected calls, 0 to 1"),
				filter: filterSchema.optional()
			}),
			compute({ to, share, filter }, scope) {
				const { data, rows } = scope;
				if (!data.fields.has("inputTokens") || !data.fields.has("outputTokens")) return missing(data, "tokens");
				const target = findPrice(to);
				if (!target) return unknownModel(to);
				let before = 0;
				let after = 0;
				let touched = 0;
				for (const row of rows) {
					const cost = data.costNano[row] ?? 0;
					before += cost;
					if (findPriceOfRow(data, row) === target) after += cost;
					else {
						touched++;
						const there = costNanoOf(target, data.inputTokens[row] ?? 0, data.outputTokens[row] ?? 0);
						after += cost + (there - cost) * share;
					}
				}
				return simulation("routing", scope, Math.round(touched * share), before, after, "observed", [
					`${round(share * 100, 1)} % of the selected calls${filter?.model ? ` of ${filter.model.join(", ")}` : ""} go to ${target.model}, drawn evenly.`,
					`${target.model} costs ${target.inputUsdPerMillion} USD in and ${target.outputUsdPerMillion} USD out per million tokens (list price of ${priceList.asOf}); token counts stay as they are.`,
					"Quality is not simulated: compare answers on a sample of your own calls first."
				]);
			}
		}),
		caching: usageTool(datasets, {
			name: "simulate_caching",
			description: "What would it save to answer repeated prompts from a cache? Where the data identifies prompts, repetitions are counted exactly (same feature, model and prompt, answered successfully within ttlHours); otherwise an assumed hit rate is needed and named as an assumption.",
			input: z.strictObject({
				dataset: datasetSchema,
				ttlHours: z.number().min(.1).max(720).default(24).describe("how long an answer stays good"),
				assumedHitRate: share.optional().describe("0 to 1, used only where the data has no prompt ids; default 0.15"),
				filter: filterSchema.optional()
			}),
			async compute({ ttlHours, assumedHitRate }, scope) {
				const { data, rows, pace } = scope;
				let before = 0;
				for (const row of rows) before += data.costNano[row] ?? 0;
				if (!data.fields.has("promptId")) {
					const hitRate = assumedHitRate ?? .15;
					return simulation("caching", scope, Math.round(rows.length * hitRate), before, before * (1 - hitRate), "assumed", [`The data does not identify prompts, so a hit rate of ${round(hitRate * 100, 1)} % is assumed, not observed.`, "Hits cost nothing; misses cost as before."]);
				}
				const featureCount = data.column.feature.names.length;
				const modelCount = data.column.model.names.length;
				const answeredAt = /* @__PURE__ */ new Map();
				let saved = 0;
				let hits = 0;
				for (let i = 0; i < rows.length; i++) {
					if (i % 8192 === 0) await pace();
					const row = rows[i] ?? 0;
					const prompt = data.prompt[row] ?? 0;
					if (prompt === 0 || data.success[row] !== 1) continue;
					const key = (prompt * featureCount + (data.column.feature.codes[row] ?? 0)) * modelCount + (data.column.model.codes[row] ?? 0);
					const at = data.at[row] ?? 0;
					const known = answeredAt.get(key);
					if (known !== void 0 && at - known <= ttlHours * 36e5) {
						hits++;
						saved += data.costNano[row] ?? 0;
					} else answeredAt.set(key, at);
				}
				return simulation("caching", scope, hits, before, before - saved, "observed", [
					`A call counts as a hit when the same prompt was answered successfully by the same model for the same feature at most ${ttlHours} h before; ${percent(hits, rows.length)} % of the selected calls were.`,
					"Hits cost nothing, an answer expires a fixed time after it was made, and users share the cache: check that answers hold nothing personal.",
					...assumedHitRate === void 0 ? [] : [`The records show which prompts repeat, so the ${round(assumedHitRate * 100, 1)} % asked for are not used.`]
				]);
			}
		}),
		batching: usageTool(datasets, {
			name: "simulate_batching",
			description: "What would it save to send a share of the selected calls through the providers' batch service (cheaper, answered within hours)? Select calls that nobody waits for, by feature.",
			input: z.strictObject({
				dataset: datasetSchema,
				share: share.default(1),
				filter: filterSchema.optional()
			}),
			compute({ share }, scope) {
				const { data, rows } = scope;
				let before = 0;
				let after = 0;
				let touched = 0;
				const without = /* @__PURE__ */ new Set();
				for (const row of rows) {
					const cost = data.costNano[row] ?? 0;
					const discount = findPriceOfRow(data, row)?.batchDiscount ?? 0;
					before += cost;
					after += cost * (1 - discount * share);
					if (discount > 0) touched++;
					else without.add(modelOf(data, row));
				}
				return simulation("batching", scope, Math.round(touched * share), before, after, "assumed", [
					`${round(share * 100, 1)} % of the selected calls can wait for hours.`,
					`Batch discounts of the price list of ${priceList.asOf}.`,
					...without.size === 0 ? [] : [`No batch discount is known for ${[...without].slice(0, 10).join(", ")}.`]
				]);
			}
		}),
		trimming: usageTool(datasets, {
			name: "simulate_trimming",
			description: "What would shorter prompts save? Either cap the input at inputTokensMax, or cut every prompt by reduceInputBy (0 to 1).",
			input: z.strictObject({
				dataset: datasetSchema,
				inputTokensMax: z.int().min(1).max(1e7).optional(),
				reduceInputBy: z.number().gt(0).lt(1).optional(),
				filter: filterSchema.optional()
			}),
			compute({ inputTokensMax, reduceInputBy }, scope) {
				const { data, rows } = scope;
				if (inputTokensMax === void 0 === (reduceInputBy === void 0)) return problem("Give either inputTokensMax or reduceInputBy.", "For example reduceInputBy: 0.2 for prompts a fifth shorter.");
				if (!data.fields.has("inputTokens")) return missing(data, "inputTokens");
				let before = 0;
				let saved = 0;
				let touched = 0;
				let unpriced = 0;
				for (const row of rows) {
					const cost = data.costNano[row] ?? 0;
					const input = data.inputTokens[row] ?? 0;
					before += cost;
					const cut = inputTokensMax === void 0 ? input * (reduceInputBy ?? 0) : Math.max(0, input - inputTokensMax);
					if (cut === 0) continue;
					const price = findPriceOfRow(data, row);
					if (!price) {
						unpriced++;
						continue;
					}
					touched++;
					const inputPart = input * price.inputUsdPerMillion;
					const whole = inputPart + (data.outputTokens[row] ?? 0) * price.outputUsdPerMillion;
					if (whole > 0) saved += cost * (inputPart / whole) * (cut / input);
				}
				return simulation("trimming", scope, touched, before, before - saved, "assumed", [
					inputTokensMax === void 0 ? `Every selected prompt gets ${round((reduceInputBy ?? 0) * 100, 1)} % shorter.` : `No selected prompt is longer than ${inputTokensMax.toLocaleString("en-US")} tokens.`,
					"Outputs stay as long as they are; that answers stay as good has to be tested.",
					...unpriced === 0 ? [] : [`${unpriced} calls of models outside the price list are left as they are.`]
				]);
			}
		}),
		growth: usageTool(datasets, {
			name: "simulate_growth",
			description: "What would the selected usage cost in the coming months if it grew by a given percentage each month? The base is the last 30 days of the selection.",
			input: z.strictObject({
				dataset: datasetSchema,
				percentPerMonth: z.number().min(-90).max(1e3),
				months: z.int().min(1).max(36).default(12),
				filter: filterSchema.optional()
			}),
			compute({ percentPerMonth, months }, scope) {
				const { data, rows } = scope;
				const end = (Math.floor((data.at[rows[rows.length - 1] ?? 0] ?? 0) / dayMs) + 1) * dayMs;
				const begin = Math.floor((data.at[rows[0] ?? 0] ?? 0) / dayMs) * dayMs;
				const baseDays = Math.min(30, (end - begin) / dayMs);
				let base = 0;
				for (const row of rows) if ((data.at[row] ?? 0) >= end - baseDays * 864e5) base += data.costNano[row] ?? 0;
				const monthly = base / baseDays * 30;
				let sum = 0;
				const byMonth = Array.from({ length: months }, (_, month) => {
					const cost = monthly * (1 + percentPerMonth / 100) ** (month + 1);
					sum += cost;
					return {
						month: month + 1,
						costUsd: usd(cost),
						addedUsd: round(usd(cost) - usd(monthly), 2)
					};
				});
				return {
					option: "growth",
					...span(scope),
					baseDays,
					baseUsdPer30Days: usd(monthly),
					percentPerMonth,
					months: byMonth,
					totalUsd: usd(sum),
					assumptions: [`A month has 30 days; the base is the last ${baseDays === 1 ? "day" : `${baseDays} days`} of the selection.`, "Mix of models, sizes and prices stay as they are."],
					rounding
				};
			}
		})
	};
}
function simulation(option, scope, callsTouched, before, after, basis, assumptions) {
	const { firstDay, lastDay } = span(scope);
	const days = (Date.parse(lastDay) - Date.parse(firstDay)) / dayMs + 1;
	const beforeUsd = usd(before);
	const afterUsd = usd(after);
	return {
		option,
		firstDay,
		lastDay,
		days,
		calls: scope.rows.length,
		callsTouched,
		beforeUsd,
		afterUsd,
		savedUsd: round(beforeUsd - afterUsd, 2),
		savedPercent: percent(before - after, before),
		savedUsdPer30Days: usd((before - after) / days * 30),
		basis,
		assumptions,
		rounding
	};
}
function modelOf(data, row) {
	return data.column.model.names[data.column.model.codes[row] ?? 0] ?? "";
}
const pricesByData = /* @__PURE__ */ new WeakMap();
/** The list price of a row's model, looked up once for each name. */
function findPriceOfRow(data, row) {
	let prices = pricesByData.get(data);
	if (!prices) {
		prices = data.column.model.names.map(findPrice);
		pricesByData.set(data, prices);
	}
	return prices[data.column.model.codes[row] ?? 0];
}
function unknownModel(name) {
	return problem(`The price list of ${priceList.asOf} has no model "${name}".`, `Use one of: ${priceList.models.map((one) => one.model).join(", ")}.`);
}
// ../agents/src/analyst/tools-time.ts
const dailyMetric = z.enum([
	"costUsd",
	"calls",
	"tokens",
	"failedPercent",
	"latencyP95Ms"
]).default("costUsd");
function timeTools(datasets) {
	return {
		trend: usageTool(datasets, {
			name: "trend",
			description: "How a metric develops day by day: slope, growth per week, and a forecast of its sum with a 95 % interval. Fits a line with weekday effects by least squares.",
			input: z.strictObject({
				dataset: datasetSchema,
				metric: dailyMetric,
				forecastDays: z.int().min(0).max(365).default(0),
				filter: filterSchema.optional()
			}),
			async compute({ metric, forecastDays }, scope) {
				if (metric === "latencyP95Ms" && !scope.data.fields.has("latency")) return missing(scope.data, "latency");
				const { days, values } = await dailySeries(scope, metric);
				if (values.length < 7) return problem(`A trend needs at least 7 days; the selection has ${values.length}.`, "Widen the period.");
				const first = days[0] ?? 0;
				const n = (days.at(-1) ?? first) - first + 1;
				const weekly = values.length >= 21;
				const weekdays = [...new Set(days.map((day) => day % 7))];
				const features = (day) => {
					const line = (day - (n - 1) / 2) / 7;
					if (!weekly) return [line, 1];
					return [line, ...weekdays.map((one) => one === (first + day) % 7 ? 1 : 0)];
				};
				const fit = leastSquares(days.map((day) => features(day - first)), values);
				if (!fit) return problem("The selection does not determine a trend.", "Widen the period.");
				const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
				const slope = fit.coefficients[0] ?? 0;
				const additive = metric === "costUsd" || metric === "calls" || metric === "tokens";
				return {
					metric,
					...span(scope),
					days: values.length,
					perDay: values.map((value, at) => ({
						day: isoDay((days[at] ?? 0) * dayMs),
						value: round(value, 2)
					})).slice(-120),
					meanPerDay: round(mean, 2),
					slopePerWeek: round(slope, 2),
					growthPercentPerWeek: percent(slope, mean),
					...forecastDays > 0 && additive ? { forecast: forecast(fit, features, first, n, forecastDays) } : {},
					method: `Least squares: a line${weekly ? " and weekday effects" : ""}; the interval is 1.96 standard errors of the predicted sum, with independent residuals. A one-off day is not left out.`,
					rounding
				};
			}
		}),
		anomalies: usageTool(datasets, {
			name: "anomalies",
			description: "Unusual days of a metric, overall or for each user, team, feature or model: robust z-score of the difference from the median of the same weekday, or IQR fences.",
			input: z.strictObject({
				dataset: datasetSchema,
				metric: dailyMetric,
				by: z.enum(dimensions).optional(),
				method: z.enum(["robust_z", "iqr"]).default("robust_z"),
				threshold: z.number().min(1).max(100).optional().describe("default 5 for robust_z, 3 for iqr"),
				top: z.int().min(1).max(100).default(10),
				filter: filterSchema.optional()
			}),
			async compute({ metric, by, method, threshold, top }, scope) {
				if (lacks(scope.data, by)) return missing(scope.data, by ?? "");
				if (metric === "latencyP95Ms" && !scope.data.fields.has("latency")) return missing(scope.data, "latency");
				const limit = threshold ?? (method === "iqr" ? 3 : 5);
				const found = [];
				let checked = 0;
				for (const [name, rows] of partition(scope, by)) {
					await scope.pace();
					const series = await dailySeries({
						...scope,
						rows
					}, metric);
					checked = Math.max(checked, series.values.length);
					if (series.values.length < 7) continue;
					for (const one of judgeDays(series, method)) {
						if (Math.abs(one.score) < limit) continue;
						found.push({
							day: isoDay(one.day * dayMs),
							name,
							value: round(one.value, 2),
							expected: round(one.expected, 2),
							score: round(one.score, 1)
						});
					}
				}
				if (checked < 7) return problem(`Unusual days need at least 7 days; the selection has ${checked}.`, "Widen the period.");
				found.sort((a, b) => Math.abs(b.score) - Math.abs(a.score) || a.day.localeCompare(b.day));
				return {
					metric,
					by: by ?? "all",
					...span(scope),
					daysChecked: checked,
					found: found.slice(0, top),
					method: method === "iqr" ? `More than ${limit} interquartile ranges outside the quartiles of the daily values.` : `Difference from the median of the same weekday, in robust standard deviations (1.4826 × MAD, at least 5 % of the median); ${limit} or more.`
				};
			}
		}),
		pattern: usageTool(datasets, {
			name: "usage_pattern",
			description: "When calls are made: by hour of the day and weekday (UTC), the peak hours, and each feature's share of calls at night (22:00 to 06:00), which hints at work that nobody waits for.",
			input: z.strictObject({
				dataset: datasetSchema,
				filter: filterSchema.optional()
			}),
			async compute(_input, scope) {
				const hours = await sumBy(scope, "hour");
				const weekday = await sumBy(scope, "weekday");
				const name = grouper(scope.data, "weekday").nameOf;
				const perHour = Array.from({ length: 24 }, (_, hour) => hourRow(hour, hours.get(hour) ?? emptySums()));
				const night = [];
				if (scope.data.fields.has("feature")) for (const [feature, rows] of partition(scope, "feature")) {
					await scope.pace();
					const sum = emptySums();
					let atNight = 0;
					for (const row of rows) {
						addRow(sum, scope.data, row);
						const hour = Math.floor((scope.data.at[row] ?? 0) % dayMs / 36e5);
						if (hour >= 22 || hour < 6) atNight++;
					}
					night.push({
						name: feature,
						calls: sum.calls,
						nightPercent: percent(atNight, sum.calls),
						costUsd: usd(sum.costNano)
					});
				}
				return {
					...span(scope),
					perHour,
					peakHours: perHour.filter((one) => one.calls > 0).sort((a, b) => b.calls - a.calls).slice(0, 3).map((one) => one.hour),
					perWeekday: [
						1,
						2,
						3,
						4,
						5,
						6,
						0
					].map((day) => {
						const sum = weekday.get(day) ?? emptySums();
						return {
							weekday: name(day),
							calls: sum.calls,
							costUsd: usd(sum.costNano)
						};
					}),
					features: night.sort((a, b) => b.costUsd - a.costUsd).slice(0, 50)
				};
			}
		})
	};
}
function hourRow(hour, sum) {
	return {
		hour: `${String(hour).padStart(2, "0")}:00`,
		calls: sum.calls,
		costUsd: usd(sum.costNano)
	};
}
/** The sum of the coming days, with its standard error: a'(XᵀX)⁻¹a for the fit, n for the days' own noise. */
function forecast(fit, features, first, n, days) {
	const sums = fit.coefficients.map(() => 0);
	for (let day = n; day < n + days; day++) features(day).forEach((value, i) => {
		sums[i] = (sums[i] ?? 0) + value;
	});
	const sum = sums.reduce((total, value, i) => total + value * (fit.coefficients[i] ?? 0), 0);
	let spread = days;
	for (const [i, a] of sums.entries()) for (const [j, b] of sums.entries()) spread += a * b * (fit.inverse[i]?.[j] ?? 0);
	const error = 1.96 * fit.sigma * Math.sqrt(Math.max(0, spread));
	return {
		fromDay: isoDay((first + n) * dayMs),
		toDay: isoDay((first + n + days - 1) * dayMs),
		days,
		sum: round(Math.max(0, sum), 2),
		low95: round(Math.max(0, sum - error), 2),
		high95: round(Math.max(0, sum + error), 2)
	};
}
/**
* Sums (cost, calls, tokens) have a value for every day from the first to the last selected record, 0 on a
* day without calls. A rate or a latency has none on such a day: no call is neither fast nor without fault.
*/
async function dailySeries(scope, metric) {
	const { data, rows } = scope;
	const dayOf = (row) => Math.floor((data.at[row ?? 0] ?? 0) / dayMs);
	const days = [];
	const values = [];
	if (metric === "latencyP95Ms") {
		for (let from = 0; from < rows.length;) {
			await scope.pace();
			const day = dayOf(rows[from]);
			let to = from;
			while (to < rows.length && dayOf(rows[to]) === day) to++;
			const latencies = Float64Array.from(rows.subarray(from, to), (row) => data.latencyMs[row] ?? 0).filter((ms) => !Number.isNaN(ms));
			if (latencies.length > 0) {
				days.push(day);
				values.push(percentileOfSorted(latencies.sort(), 95));
			}
			from = to;
		}
		return {
			days,
			values
		};
	}
	const sums = await sumBy(scope, "day");
	for (let day = dayOf(rows[0]); day <= dayOf(rows[rows.length - 1]); day++) {
		const sum = sums.get(day);
		if (metric === "failedPercent" && !sum) continue;
		days.push(day);
		values.push(metricOf(sum ?? emptySums(), metric));
	}
	return {
		days,
		values
	};
}
function metricOf(sum, metric) {
	switch (metric) {
		case "costUsd": return sum.costNano / nanoPerUsd;
		case "calls": return sum.calls;
		case "tokens": return sum.inputTokens + sum.outputTokens;
		case "failedPercent": return sum.failed / Math.max(1, sum.calls) * 100;
	}
}
/** The rows of each name of a dimension, largest groups first, 200 at most; or all rows as one. */
function partition(scope, by) {
	if (by === void 0) return [["all", scope.rows]];
	const { codes, names } = scope.data.column[by];
	const counts = new Uint32Array(names.length);
	for (const row of scope.rows) counts[codes[row] ?? 0] = (counts[codes[row] ?? 0] ?? 0) + 1;
	const largest = [...counts.keys()].filter((code) => (counts[code] ?? 0) > 0).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0)).slice(0, 200);
	const rowsByCode = new Map(largest.map((code) => [code, {
		rows: new Uint32Array(counts[code] ?? 0),
		next: 0
	}]));
	for (const row of scope.rows) {
		const group = rowsByCode.get(codes[row] ?? 0);
		if (group) group.rows[group.next++] = row;
	}
	return largest.map((code) => [names[code] ?? "", rowsByCode.get(code)?.rows ?? /* @__PURE__ */ new Uint32Array()]);
}
function judgeDays({ days, values }, method) {
	if (method === "iqr") {
		const sorted = Float64Array.from(values).sort();
		const low = percentileOfSorted(sorted, 25);
		const high = percentileOfSorted(sorted, 75);
		const range = Math.max(high - low, 1e-9, .01 * percentileOfSorted(sorted, 50));
		return values.map((value, at) => ({
			day: days[at] ?? 0,
			value,
			expected: percentileOfSorted(sorted, 50),
			score: value > high ? (value - high) / range : value < low ? (value - low) / range : 0
		}));
	}
	const weekly = values.length >= 21;
	const groupOf = (at) => weekly ? (days[at] ?? 0) % 7 : 0;
	const groups = Map.groupBy(values.keys(), groupOf);
	const medians = new Map([...groups].map(([group, members]) => [group, median(members.map((at) => values[at] ?? 0))]));
	const residuals = values.map((value, at) => value - (medians.get(groupOf(at)) ?? 0));
	const spread = 1.4826 * median(residuals.map(Math.abs));
	const scale = Math.max(spread, .05 * Math.abs(median(values)), 1e-9);
	return residuals.map((residual, at) => ({
		day: days[at] ?? 0,
		value: values[at] ?? 0,
		expected: medians.get(groupOf(at)) ?? 0,
		score: residual / scale
	}));
}
// ../agents/src/analyst/analyst-tools.ts
/** The analyst's tools over one store of loaded records. */
function createAnalystTools(datasets) {
	return {
		...spendTools(datasets),
		...timeTools(datasets),
		drivers: driversTool(datasets),
		...simulateTools(datasets),
		...qualityTools(datasets)
	};
}
/**
* The process's own: loaded records are immutable, bounded, and found only under their user's id, so runs
* share them.
*/
const sharedTools = createAnalystTools(new Datasets());
/** For a language model, or an agent of your own. */
const analystTools = Object.values(sharedTools);
// ../agents/src/analyst/chart.ts
/** The JSON in a fenced block of language `chart`; a page draws it, and a table beside it says the same. */
const chartSchema = z.strictObject({
	type: z.enum(["bar", "line"]),
	title: z.string().max(200),
	/** "USD", "ms", "%" or any word; "" for plain numbers. */
	unit: z.string().max(20),
	labels: z.array(z.string().max(200)).min(1).max(60),
	/** Each with one value for each label. */
	series: z.array(z.strictObject({
		name: z.string().max(200),
		values: z.array(z.number())
	})).min(1).max(8)
});
/** The fenced block; a backtick in a name cannot end it, because names are JSON strings on one line. */
function chartBlock(chart) {
	return `\`\`\`chart\n${JSON.stringify(chartSchema.parse(chart))}\n\`\`\`\n`;
}
// ../agents/src/analyst/markdown.ts
/** Figures and tables as the reader sees them: one format for money, counts and names. */
/** 1234.5 is $1,234.50; sums are already rounded to the cent. */
function money(value) {
	return `${value < 0 ? "-" : ""}$${Math.abs(value).toLocaleString("en-US", {
		minimumFractionDigits: 2,
		maximumFractionDigits: 2
	})}`;
}
function count(value) {
	return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}
/** "1 call", "3 calls". */
function counted(value, one) {
	return `${count(value)} ${one}${value === 1 ? "" : "s"}`;
}
/** "grows by 3 % a week". */
function changes(percentPerWeek) {
	if (percentPerWeek === 0) return "hardly changes from week to week";
	return `${percentPerWeek > 0 ? "grows" : "falls"} by ${Math.abs(percentPerWeek)} % a week`;
}
function table(head, rows) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	const rule = head.map((_, column) => column === 0 ? "---" : "---:");
	return `${[
		line(head.map(safe)),
		line(rule),
		...rows.map((row) => line(row.map(safe)))
	].join("\n")}\n`;
}
/** A name from a user's file cannot break the table or become markup. */
function safe(text) {
	return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|~!]/g, "\\$&").slice(0, 300);
}
function list$1(items) {
	return items.map((item) => `- ${item}\n`).join("");
}
// ../agents/src/analyst/options.ts
/** Small enough that a model of a lower tier is worth a trial. */
const smallInputTokens = 1e3;
const optionsMax = 8;
/** Simulates what the selected records suggest, and ranks it by what it would save; nothing below 0.5 % of the total. */
async function findOptions(desk, filter, total, found) {
	const options = [];
	const add = (option) => {
		if (option.simulation.savedUsd > .005 * total) options.push(option);
	};
	for (const model of (found.models?.rows ?? []).slice(0, 2)) {
		const target = cheaperThan(model.name);
		if (!target || model.sharePercent < 10) continue;
		const tried = await simulate(desk, desk.tools.routing, {
			to: target.model,
			share: .8,
			filter: {
				...filter,
				model: [model.name],
				inputTokensMax: smallInputTokens
			}
		});
		if (tried) add(routed(tried, model.name, target));
	}
	const cached = await simulate(desk, desk.tools.caching, {
		...desk.about.fields.includes("promptId") ? { ttlHours: 24 } : { assumedHitRate: .15 },
		filter
	});
	if (cached) add(withCache(cached));
	const night = (found.pattern?.features ?? []).filter((one) => one.nightPercent >= 60).map((one) => one.name);
	if (night.length > 0) {
		const batched = await simulate(desk, desk.tools.batching, {
			share: 1,
			filter: {
				...filter,
				feature: night
			}
		});
		if (batched) add(inBatches(batched, night));
	}
	const long = (found.prompts?.rows ?? []).filter((one) => one.p50 >= 8e3).map((one) => one.name);
	if (long.length > 0) {
		const trimmed = await simulate(desk, desk.tools.trimming, {
			reduceInputBy: .3,
			filter: {
				...filter,
				feature: long
			}
		});
		if (trimmed) add(withTrim(trimmed, long));
	}
	return options.sort((a, b) => b.simulation.savedUsd - a.simulation.savedUsd).slice(0, optionsMax);
}
async function simulate(desk, tool, input) {
	const { ref, output } = await desk.ledger.call(desk.run.as("optimization"), tool, {
		dataset: desk.dataset,
		...input
	});
	return isProblem(output) ? void 0 : {
		ref,
		simulation: output
	};
}
/** The model of the same provider, one tier down or more, that costs the least less: the smallest step that saves half. */
function cheaperThan(name) {
	const own = findPrice(name);
	if (!own) return void 0;
	const typical = (one) => costNanoOf(one, 1e3, 250);
	return priceList.models.filter((one) => one.provider === own.provider && one.tier !== own.tier && one.tier !== "embedding" && typical(one) <= typical(own) * .5).sort((a, b) => newestFirst(a, b, own.model) || typical(b) - typical(a))[0];
}
/** Prefers the sibling of the same family: gpt-4o-mini for gpt-4o, claude-haiku-4.5 for claude-sonnet-4.5. */
function newestFirst(a, b, own) {
	const version = /\d+(\.\d+)?o?/.exec(own)?.[0] ?? "";
	const kin = (one) => one.model.startsWith(`${own}-`) ? 0 : version !== "" && new RegExp(`(^|-)${version.replace(".", "\\.")}(-|$)`).test(one.model) ? 1 : 2;
	return kin(a) - kin(b);
}
function routed(tried, from, target) {
	return {
		...tried,
		title: `Send 80 % of ${from}'s calls with up to ${smallInputTokens.toLocaleString("en-US")} input tokens to ${target.model}`,
		effort: "medium",
		risk: "answers may get worse",
		steps: [
			`Take 200 real prompts of ${from} with up to ${smallInputTokens} input tokens, answer them with ${target.model}, and let the people who use them judge both blind.`,
			`Where it is as good, route by feature and input size behind a setting; begin with 5 % of the calls.`,
			"Watch failures, latency and complaints for a week, then raise the share step by step to 80 %."
		],
		rollback: `Set the share back to 0; ${from} stays available.`
	};
}
function withCache(tried) {
	return {
		...tried,
		title: "Answer repeated prompts from a cache for 24 hours",
		effort: "medium",
		risk: "stale or personal answers shared",
		steps: [
			"Make the key from the feature, the model, the whole prompt and the version of its template; leave out prompts that hold personal data.",
			"Store successful answers for 24 hours; count hits beside misses.",
			"Switch it on for the feature that repeats most, compare the hit rate with the simulated one, then for the others."
		],
		rollback: "Switch the look-up off; calls go to the model as before."
	};
}
function inBatches(tried, features) {
	return {
		...tried,
		title: `Send ${features.join(", ")} through the batch service`,
		effort: "low",
		risk: "results come within hours, not seconds",
		steps: [
			`Ask the owners of ${features.join(", ")} until when the results are needed; most calls are made at night.`,
			"Collect the calls of a run in one batch file and submit it; poll until it is done.",
			"Keep the direct way for what is still missing an hour before the deadline."
		],
		rollback: "Send the calls directly again; nothing else changes."
	};
}
function withTrim(tried, features) {
	return {
		...tried,
		title: `Shorten the prompts of ${features.join(", ")} by 30 %`,
		effort: "high",
		risk: "context that mattered may be missing",
		steps: [
			`List what fills the prompts of ${features.join(", ")}: instructions, examples, documents, history.`,
			"Drop boilerplate, send only the passages that a search finds relevant, and cut repeated history.",
			"Compare answers on 100 real cases before and after; release by feature."
		],
		rollback: "Keep the old template beside the new one and switch back."
	};
}
/** Failed calls are no simulation: what they cost is what not failing would have saved. */
function retryAdvice(retries) {
	const worst = retries.features[0];
	if (!worst || worst.failedPercent < 3) return void 0;
	return {
		feature: worst.name,
		steps: [`Group the failures of ${worst.name} by the provider's error code.`, "Repeat only what can pass (429, 5xx, time-outs), with growing pauses, twice at most; never repeat a refused request unchanged."]
	};
}
// ../agents/src/analyst/report.ts
/** The full answer: where the money goes, what stands out, what would save how much, and what to do first. */
async function writeReport(desk, filter) {
	const { about, dataset, ledger, run, tools } = desk;
	const data = run.as("data");
	const ask = {
		dataset,
		...Object.keys(filter).length > 0 ? { filter } : {}
	};
	const has = (field) => about.fields.includes(field);
	const optional = async (present, call) => {
		if (!present) return void 0;
		const { ref, output } = await call();
		return isProblem(output) ? void 0 : {
			ref,
			output
		};
	};
	const total = await ledger.call(data, tools.spendBy, {
		...ask,
		by: "week",
		orderBy: "name",
		top: 60
	});
	if (isProblem(total.output)) return writeProblem(desk, total.output);
	const models = await optional(has("model"), () => ledger.call(data, tools.spendBy, {
		...ask,
		by: "model",
		top: 10
	}));
	const features = await optional(has("feature"), () => ledger.call(data, tools.spendBy, {
		...ask,
		by: "feature",
		top: 10
	}));
	const teams = await optional(has("team"), () => ledger.call(data, tools.spendBy, {
		...ask,
		by: "team",
		top: 10
	}));
	const trend = await optional(true, () => ledger.call(data, tools.trend, {
		...ask,
		forecastDays: 30
	}));
	const unusual = await optional(true, () => ledger.call(data, tools.anomalies, ask));
	const slow = await optional(has("latency") && has("model"), () => ledger.call(data, tools.anomalies, {
		...ask,
		metric: "latencyP95Ms",
		by: "model",
		top: 20
	}));
	const retries = await optional(has("success"), () => ledger.call(data, tools.retries, ask));
	const pattern = await optional(has("feature"), () => ledger.call(data, tools.pattern, ask));
	const prompts = await optional(has("feature") && has("inputTokens"), () => ledger.call(data, tools.percentiles, {
		...ask,
		metric: "inputTokens",
		by: "feature"
	}));
	await run.as("optimization").think("I simulate routing, caching, batching and shorter prompts on these records, where the data speaks for them, and rank them by what they would have saved.");
	const options = await findOptions(desk, filter, total.output.total.costUsd, {
		...models ? { models: models.output } : {},
		...features ? { features: features.output } : {},
		...pattern ? { pattern: pattern.output } : {},
		...prompts ? { prompts: prompts.output } : {}
	});
	await run.as("actions").think(options.length === 0 ? "No option saves more than half a percent, so there are no steps to write down." : `I write down the steps for ${options.length} options: what to do, how to see that it works, how to go back.`);
	await run.as("reporting").think("I write the answer; each figure names the tool call it is from.");
	const spent = total.output.total;
	const write = (text) => run.write(text);
	await write(`## Where your AI spend goes\n\n${generatedNote(desk)}`);
	await write(`**${money(spent.costUsd)}** for ${counted(spent.calls, "call")} from ${total.output.firstDay} to ${total.output.lastDay} (UTC) ${cite(total.ref)}. ${headline(models?.output, features?.output)}\n\n`);
	if (options.length > 0) {
		const best = options[0];
		if (best) await write(`**The largest saving found:** ${safe(best.title)}: ${money(best.simulation.savedUsd)} (${best.simulation.savedPercent} % of ${money(best.simulation.beforeUsd)}) in the period ${cite(best.ref)}.\n\n`);
	}
	const groups = features ?? models;
	if (groups) {
		await write(chartBlock(spendChart(`Spend by ${groups.output.by}`, groups.output)));
		await write("\n");
	}
	for (const part of [
		features,
		models,
		teams
	]) if (part) await write(`${spendTable(part.output)}\n${cite(part.ref)}\n\n`);
	await write("## What stands out\n\n");
	const notes = [];
	if (trend) {
		const { growthPercentPerWeek, forecast } = trend.output;
		notes.push(`Spend per day ${changes(growthPercentPerWeek)}${forecast ? `; the next 30 days would cost ${money(forecast.sum)} (95 % interval ${money(forecast.low95)} to ${money(forecast.high95)})` : ""} ${cite(trend.ref)}.`);
	}
	for (const one of (unusual?.output.found ?? []).slice(0, 3)) notes.push(`${one.day} cost ${money(one.value)}, where ${money(one.expected)} is usual for that weekday ${cite(unusual?.ref ?? "")}.`);
	const slowModels = /* @__PURE__ */ new Map();
	for (const one of slow?.output.found ?? []) if (one.score > 0) slowModels.set(one.name, (slowModels.get(one.name) ?? 0) + 1);
	for (const [model, days] of slowModels) {
		const first = slow?.output.found.filter((one) => one.name === model).map((one) => one.day).sort()[0];
		notes.push(`${safe(model)} was unusually slow on ${days} ${days === 1 ? "day" : "days"}, first on ${first} ${cite(slow?.ref ?? "")}.`);
	}
	if (retries && retries.output.failed > 0) {
		const worst = retries.output.features[0];
		notes.push(`${counted(retries.output.failed, "call")} failed (${retries.output.failedPercent} %) and cost ${money(retries.output.failedUsd)}; ${counted(retries.output.retries, "call")} repeated a failed one${worst && has("feature") ? `. Most of the cost: ${safe(worst.name)}, where ${worst.failedPercent} % fail` : ""} ${cite(retries.ref)}.`);
	}
	await write(notes.length === 0 ? "Nothing unusual was found.\n\n" : `${list$1(notes)}\n`);
	await writeOptions(desk, options);
	const advice = retries && has("feature") ? retryAdvice(retries.output) : void 0;
	if (advice) await write(`**Also: fewer failures in ${safe(advice.feature)}**\n\n${numbered(advice.steps)}\n`);
	await write(sources(desk));
}
async function writeOptions(desk, options) {
	const { run } = desk;
	await run.write("## How to cut it\n\n");
	if (options.length === 0) {
		await run.write("No option that this data supports saves more than half a percent of the total.\n\n");
		return;
	}
	await run.write(`${table([
		"Option",
		"Saves",
		"Of what it touches",
		"Per 30 days",
		"Effort",
		"Basis",
		"From"
	], options.map(({ title, simulation, effort, ref }) => [
		title,
		money(simulation.savedUsd),
		`${simulation.savedPercent} %`,
		money(simulation.savedUsdPer30Days),
		effort,
		simulation.basis,
		ref
	]))}\nEach option is simulated by itself; they overlap, so their savings do not add up.\n\n## What to do, in this order\n\n`);
	for (const [index, option] of options.entries()) await run.write(`**${index + 1}. ${safe(option.title)}** (effort ${option.effort}; risk: ${option.risk})\n\n${numbered(option.steps)}\nGoing back: ${option.rollback}\n\nAssumed: ${option.simulation.assumptions.map(safe).join(" ")} ${cite(option.ref)}\n\n`);
}
async function writeProblem(desk, { problem, where, fix }) {
	await desk.run.write(`**I cannot answer that from this data.** ${safe(problem)}\n\n${where.length === 0 ? "" : `${list$1(where.map(safe))}\n`}**What you can do:** ${safe(fix)}\n`);
}
function generatedNote({ about }) {
	return about.generated ? "*These are generated sample records of no real company. Attach a CSV or JSON Lines file with your usage to see yours.*\n\n" : `*From ${safe(about.title)}, ${counted(about.records, "record")}.*${about.notes.length > 0 ? ` Note: ${about.notes.map(safe).join(" ")}` : ""}\n\n`;
}
/** A reference that the reader finds again in the timeline. */
function cite(ref) {
	return `[${ref}]`;
}
function sources({ ledger, about }) {
	return `---\n\nFigures are in USD, days in UTC, sums exact and rounded to the cent. A mark like [spend\\_by #1] names the tool call in the timeline that a figure is from: ${ledger.refs.map(safe).join(", ")}.${about.generated ? " The data is the generated sample." : ""}\n`;
}
function numbered(steps) {
	return steps.map((step, index) => `${index + 1}. ${safe(step)}\n`).join("");
}
function spendTable(answer) {
	const row = (one) => [
		one.name,
		money(one.costUsd),
		`${one.sharePercent} %`,
		count(one.calls),
		`$${one.usdPerCall.toFixed(6)}`,
		...answer.outcomesKnown ? [`${one.failedPercent} %`] : []
	];
	return table([
		answer.by[0]?.toUpperCase() + answer.by.slice(1),
		"Cost",
		"Share",
		"Calls",
		"Per call",
		...answer.outcomesKnown ? ["Failed"] : []
	], [
		...answer.rows.map(row),
		...answer.rest ? [row(answer.rest)] : [],
		row(answer.total)
	]);
}
function spendChart(title, answer) {
	const shown = answer.rows.slice(0, 60);
	return {
		type: answer.by === "day" || answer.by === "week" || answer.by === "month" ? "line" : "bar",
		title,
		unit: "USD",
		labels: shown.map((one) => one.name.slice(0, 200)),
		series: [{
			name: "Cost",
			values: shown.map((one) => one.costUsd)
		}]
	};
}
function headline(models, features) {
	const words = [];
	const feature = features?.rows[0];
	const model = models?.rows[0];
	if (feature && feature.costUsd > 0) words.push(`${safe(feature.name)} is the dearest feature (${feature.sharePercent} %)`);
	if (model && model.costUsd > 0) words.push(`${safe(model.name)} is the dearest model (${model.sharePercent} %)`);
	return words.length === 0 ? "" : `${words.join(", ")}.`;
}
// ../agents/src/analyst/direct-answer.ts
/** Short answers to single questions: the fitting tool, one table, a chart where it helps. */
const unitByMetric = {
	latencyMs: "ms",
	inputTokens: "tokens",
	outputTokens: "tokens",
	totalTokens: "tokens",
	costUsd: "USD",
	calls: "calls",
	tokens: "tokens",
	failedPercent: "%",
	latencyP95Ms: "ms"
};
const nameByMetric = {
	latencyMs: "Latency",
	inputTokens: "Input tokens",
	outputTokens: "Output tokens",
	totalTokens: "Tokens",
	costUsd: "Cost",
	calls: "Calls",
	tokens: "Tokens",
	failedPercent: "Failed calls",
	latencyP95Ms: "Latency p95"
};
async function writeDirectAnswer(desk, question) {
	const { run } = desk;
	const text = await directAnswer(desk, question);
	if (typeof text !== "string") return writeProblem(desk, text);
	await run.as("reporting").think("I write the short answer; each figure names the tool call it is from.");
	const ignored = question.strange.length === 0 ? "" : `I did not understand these words and left them out: ${question.strange.map(safe).join(", ")}.\n\n`;
	await run.write(`${text}\n\n${ignored}${generatedNote(desk)}`);
}
async function directAnswer(desk, question) {
	const { tools, dataset } = desk;
	const ask = {
		dataset,
		...Object.keys(question.filter).length > 0 ? { filter: question.filter } : {}
	};
	const call = async (tool, input, write, agent = "data") => {
		const { ref, output } = await desk.ledger.call(desk.run.as(agent), tool, input);
		return isProblem(output) ? output : write(output, ref);
	};
	const only = scopeOf(question);
	switch (question.intent) {
		case "spend": {
			const by = question.by ?? (desk.about.fields.includes("feature") ? "feature" : "model");
			const overTime = by === "day" || by === "week" || by === "month" || by === "hour" || by === "weekday";
			const order = overTime && question.top === void 0 && !question.orderBy ? "name" : question.orderBy ?? "cost";
			return call(tools.spendBy, {
				...ask,
				by,
				orderBy: order,
				top: question.top ?? (overTime ? 100 : 15)
			}, (output, ref) => {
				const { total } = output;
				return `**${money(total.costUsd)}** for ${counted(total.calls, "call")} and ${counted(total.inputTokens + total.outputTokens, "token")}${only}, ${output.firstDay} to ${output.lastDay} ${cite(ref)}.\n\n${chartBlock(spendChart(`Spend by ${by}`, output))}\n${spendTable(output)}`;
			});
		}
		case "percentiles": {
			const metric = question.metric ?? "latencyMs";
			const unit = unitByMetric[metric];
			return call(tools.percentiles, {
				...ask,
				metric,
				...question.by ? { by: question.by } : {},
				top: question.top ?? 20
			}, (output, ref) => {
				const rows = output.rows.map((one) => [
					one.name,
					...[
						one.p50,
						one.p90,
						one.p95,
						one.p99,
						one.mean
					].map(plain),
					count(one.calls)
				]);
				const shown = output.rows.slice(0, 60);
				const chart = shown.length < 2 ? "" : `${chartBlock({
					type: "bar",
					title: `${nameByMetric[metric]}: median and p95`,
					unit,
					labels: shown.map((one) => one.name),
					series: [{
						name: "p50",
						values: shown.map((one) => one.p50)
					}, {
						name: "p95",
						values: shown.map((one) => one.p95)
					}]
				})}\n`;
				return `**${nameByMetric[metric]} per call (${unit})**${only}, ${output.firstDay} to ${output.lastDay} ${cite(ref)}.\n\n${chart}${table([
					output.by,
					"p50",
					"p90",
					"p95",
					"p99",
					"Mean",
					"Calls"
				], rows)}`;
			});
		}
		case "anomalies": {
			const metric = question.dailyMetric ?? "costUsd";
			const by = question.by === "user" || question.by === "team" || question.by === "feature" || question.by === "model" ? question.by : void 0;
			return call(tools.anomalies, {
				...ask,
				metric,
				...by ? { by } : {}
			}, (output, ref) => {
				if (output.found.length === 0) return `**No unusual days** among ${output.daysChecked} ${cite(ref)}. ${output.method}`;
				const most = output.found[0];
				return `**${output.found.length} unusual ${output.found.length === 1 ? "day" : "days"}** of ${output.daysChecked}, by ${nameByMetric[metric].toLowerCase()}${only} ${cite(ref)}. The most unusual is ${most?.day}.\n\n${table([
					"Day",
					"Of",
					"Value",
					"Expected",
					"Score"
				], output.found.map((one) => [
					one.day,
					one.name,
					shown(one.value, metric),
					shown(one.expected, metric),
					String(one.score)
				]))}\n${output.method}`;
			});
		}
		case "trend":
		case "forecast": {
			const metric = question.dailyMetric ?? "costUsd";
			const days = question.intent === "forecast" ? question.forecastDays ?? (question.months ?? 1) * 30 : 0;
			return call(tools.trend, {
				...ask,
				metric,
				forecastDays: Math.min(365, days)
			}, (output, ref) => {
				const points = output.perDay.slice(-28);
				return `${output.forecast ? `**${shown(output.forecast.sum, metric)}** is the forecast for ${output.forecast.fromDay} to ${output.forecast.toDay} (${output.forecast.days} days), with a 95 % interval of ${shown(output.forecast.low95, metric)} to ${shown(output.forecast.high95, metric)} ${cite(ref)}.` : `**${nameByMetric[metric]} per day ${changes(output.growthPercentPerWeek)}** ${cite(ref)}.`}${question.intent === "forecast" && !output.forecast ? " A forecast is a sum over days, so there is one of cost, calls and tokens only." : ""} On average ${shown(output.meanPerDay, metric)} a day${only} from ${output.firstDay} to ${output.lastDay}, changing by ${shown(output.slopePerWeek, metric)} from week to week (${output.growthPercentPerWeek} %).\n\n${chartBlock({
					type: "line",
					title: `${nameByMetric[metric]} per day`,
					unit: unitByMetric[metric],
					labels: points.map((one) => one.day),
					series: [{
						name: nameByMetric[metric],
						values: points.map((one) => one.value)
					}]
				})}\n${table(["Day", nameByMetric[metric]], points.map((one) => [one.day, shown(one.value, metric)]))}\n(The last days; all are in the timeline.) ${output.method}`;
			});
		}
		case "drivers": {
			const by = question.by === "user" || question.by === "team" || question.by === "feature" || question.by === "model" ? question.by : "model";
			const { from, ...upTo } = question.filter;
			const narrowed = from !== void 0 && from > desk.about.firstDay ? {
				filter: upTo,
				splitDay: from
			} : ask;
			return call(tools.drivers, {
				dataset,
				...narrowed,
				by
			}, (output, ref) => {
				const { before, after } = output;
				return `**${output.changeUsd === 0 ? "No change" : `${output.changeUsd > 0 ? "Up" : "Down"} ${money(Math.abs(output.changeUsd))}`}${before.costUsd === 0 ? "" : ` (${output.changePercent} %)`}**${only}: from ${money(before.costUsd)} (${before.firstDay} to ${before.lastDay}) to ${money(after.costUsd)} (${after.firstDay} to ${after.lastDay}) ${cite(ref)}.\n\n${table(["Driver", "Change"], [
					["Volume: more or fewer calls", money(output.volumeUsd)],
					[`Mix: other ${by}s`, money(output.mixUsd)],
					["Tokens per call", money(output.tokensUsd)],
					["Price per token", money(output.priceUsd)]
				])}\n${table([
					by,
					"Before",
					"After",
					"Change"
				], output.segments.map((one) => [
					one.name,
					money(one.beforeUsd),
					money(one.afterUsd),
					money(one.changeUsd)
				]))}\n${output.method}`;
			});
		}
		case "retries": return call(tools.retries, ask, (output, ref) => `**${count(output.failed)} of ${counted(output.calls, "call")} failed (${output.failedPercent} %)** and cost ${money(output.failedUsd)}${only}, ${output.firstDay} to ${output.lastDay}; ${counted(output.retries, "call")} repeated a failed one ${cite(ref)}.\n\n${desk.about.fields.includes("feature") ? table([
			"Feature",
			"Calls",
			"Failed",
			"Failed %",
			"Cost of failures",
			"Repeated"
		], output.features.map((one) => [
			one.name,
			count(one.calls),
			count(one.failed),
			`${one.failedPercent} %`,
			money(one.failedUsd),
			count(one.retries)
		])) : ""}\n${output.method}`);
		case "correlation": return call(tools.correlation, ask, (output, ref) => `**What moves together**, over ${counted(output.calls, "call")}${only} ${cite(ref)}.\n\n${table(["Pair", "Pearson r"], output.pairs.map((one) => [`${nameByMetric[one.a]} and ${nameByMetric[one.b].toLowerCase()}`, one.r.toFixed(3)]))}\n${output.method}`);
		case "pattern": return call(tools.pattern, ask, (output, ref) => `**Most calls are made at ${output.peakHours.join(", ")} UTC**${only}, ${output.firstDay} to ${output.lastDay} ${cite(ref)}.\n\n${chartBlock({
			type: "bar",
			title: "Calls by hour (UTC)",
			unit: "calls",
			labels: output.perHour.map((one) => one.hour),
			series: [{
				name: "Calls",
				values: output.perHour.map((one) => one.calls)
			}]
		})}\n${table([
			"Hour (UTC)",
			"Calls",
			"Cost"
		], output.perHour.map((one) => [
			one.hour,
			count(one.calls),
			money(one.costUsd)
		]))}\n${table([
			"Weekday",
			"Calls",
			"Cost"
		], output.perWeekday.map((one) => [
			one.weekday,
			count(one.calls),
			money(one.costUsd)
		]))}`);
		case "prices": {
			const { ref, output } = await desk.ledger.call(desk.run.as("data"), tools.prices, {});
			if (isProblem(output)) return output;
			const wanted = question.filter.model;
			const models = output.models.filter((one) => wanted === void 0 || wanted.includes(one.model));
			return `**List prices of ${output.asOf}**, USD per million tokens ${cite(ref)}. ${output.note}\n\n${table([
				"Model",
				"Provider",
				"Tier",
				"Input",
				"Output"
			], models.map((one) => [
				one.model,
				one.provider,
				one.tier,
				String(one.inputUsdPerMillion),
				String(one.outputUsdPerMillion)
			]))}`;
		}
		case "describe": {
			const { about } = desk;
			const named = (what) => what.count === 0 ? "not in the data" : `${what.count}: ${what.names.slice(0, 15).map(safe).join(", ")}${what.count > 15 ? ", …" : ""}`;
			return `**${counted(about.records, "record")}** from ${about.firstDay} to ${about.lastDay}, ${money(about.total.costUsd)} ${cite("describe_dataset #1")}.\n\n${table(["What", "In the data"], [["Columns", about.fields.join(", ")]])}\n- Models: ${named(about.models)}\n- Teams: ${named(about.teams)}\n- Features: ${named(about.features)}\n- Users: ${named(about.users)}`;
		}
		case "routing": {
			const to = question.to ?? (question.filter.model?.[0] === void 0 ? void 0 : cheaperThan(question.filter.model[0])?.model);
			const from = question.filter.model;
			if (to === void 0) return {
				problem: "I need the model to move from, and for an unknown one the model to move to.",
				where: [],
				fix: `For example: what if we move 50 % of ${desk.about.models.names[0] ?? "gpt-4o"} traffic to ${priceList.models[1]?.model}?`
			};
			return call(tools.routing, {
				dataset,
				to,
				share: question.share ?? 1,
				...Object.keys(question.filter).length > 0 ? { filter: question.filter } : {}
			}, (output, ref) => simulated(`Moving ${Math.round((question.share ?? 1) * 1e3) / 10} % of ${from ? from.map(safe).join(", ") : "all calls"} to ${safe(to)}`, output, ref), "optimization");
		}
		case "caching": return call(tools.caching, {
			...ask,
			...question.share ? { assumedHitRate: question.share } : {}
		}, (output, ref) => simulated("Answering repeated prompts from a cache", output, ref), "optimization");
		case "batching": return call(tools.batching, {
			...ask,
			share: question.share ?? 1
		}, (output, ref) => simulated("Sending these calls through the batch service", output, ref), "optimization");
		case "trimming": return call(tools.trimming, {
			...ask,
			...question.inputTokensMax ? { inputTokensMax: question.inputTokensMax } : { reduceInputBy: question.share !== void 0 && question.share < 1 ? question.share : .2 }
		}, (output, ref) => simulated("Shortening prompts", output, ref), "optimization");
		case "growth": {
			const months = question.months ?? (question.monthly ? 12 : 1);
			return call(tools.growth, {
				...ask,
				percentPerMonth: Math.min(1e3, question.percent ?? 10),
				months
			}, (output, ref) => `**${money(output.months.at(-1)?.costUsd ?? 0)} ${months === 1 ? "in 30 days" : `in month ${months}`}**, where ${money(output.baseUsdPer30Days)} is spent in 30 days now${only}: growth of ${output.percentPerMonth} %${months === 1 ? ", once" : ` a month; ${money(output.totalUsd)} over the whole time`} ${cite(ref)}.\n\n${chartBlock({
				type: "line",
				title: "Cost per month",
				unit: "USD",
				labels: output.months.map((one) => `month ${one.month}`),
				series: [{
					name: "Cost",
					values: output.months.map((one) => one.costUsd)
				}]
			})}\n${table([
				"Month",
				"Cost",
				"Above today"
			], output.months.map((one) => [
				String(one.month),
				money(one.costUsd),
				money(one.addedUsd)
			]))}\n${output.assumptions.join(" ")}`, "optimization");
		}
		case "greeting":
		case "thanks":
		case "help":
		case "report":
		case "unknown": throw new Error(`${question.intent} has an answer of its own`);
	}
}
function simulated(what, output, ref) {
	return `**${what} ${output.savedUsd >= 0 ? "saves" : "costs"} ${money(Math.abs(output.savedUsd))}** (${Math.abs(output.savedPercent)} %) over ${output.days} days, about ${money(Math.abs(output.savedUsdPer30Days))} in 30 days ${cite(ref)}.\n\n${table(["", "USD"], [
		["Before", money(output.beforeUsd)],
		["After", money(output.afterUsd)],
		[output.savedUsd >= 0 ? "Saved" : "Added", money(Math.abs(output.savedUsd))]
	])}\n${count(output.callsTouched)} of ${count(output.calls)} selected calls are touched, ${output.firstDay} to ${output.lastDay}. Basis: ${output.basis}. ${output.assumptions.map(safe).join(" ")}`;
}
/** The filter in words, so that the reader sees what was counted. */
function scopeOf({ filter }) {
	const words = [];
	for (const key of [
		"model",
		"team",
		"feature",
		"user"
	]) {
		const names = filter[key];
		if (names) words.push(`${key} ${names.map(safe).join(", ")}`);
	}
	if (filter.inputTokensMax !== void 0) words.push(`at most ${count(filter.inputTokensMax)} input tokens`);
	if (filter.inputTokensMin !== void 0) words.push(`at least ${count(filter.inputTokensMin)} input tokens`);
	return words.length === 0 ? "" : ` (${words.join("; ")})`;
}
function plain(value) {
	return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}
function shown(value, metric) {
	return metric === "costUsd" ? money(value) : `${count(value)} ${unitByMetric[metric]}`;
}
// ../agents/src/analyst/ledger.ts
/** Every call of one run, so that every figure names the call it is from. */
var Ledger = class {
	#countByTool = /* @__PURE__ */ new Map();
	#refs = [];
	/** What was called so far, in order. */
	get refs() {
		return this.#refs;
	}
	async call(run, tool, input) {
		const number = (this.#countByTool.get(tool.name) ?? 0) + 1;
		this.#countByTool.set(tool.name, number);
		const ref = `${tool.name} #${number}`;
		this.#refs.push(ref);
		const outcome = await run.call(tool, input);
		if (!outcome.ok) return {
			ref,
			output: problem(`${ref} did not finish: ${outcome.message}`, "Ask again, or ask for less.")
		};
		if (isProblem(outcome.output)) return {
			ref,
			output: outcome.output
		};
		return {
			ref,
			output: outcome.output
		};
	}
};
// ../agents/src/analyst/periods.ts
const months = [
	"january",
	"february",
	"march",
	"april",
	"may",
	"june",
	"july",
	"august",
	"september",
	"october",
	"november",
	"december"
];
const monthNames = months.map((name) => `${name}|${name.slice(0, 3)}`).join("|");
const unitDays = {
	day: 1,
	week: 7,
	month: 30,
	quarter: 90,
	year: 365
};
const wordNumbers = {
	two: 2,
	three: 3,
	four: 4,
	five: 5,
	six: 6,
	seven: 7,
	ten: 10,
	couple: 2,
	few: 3
};
/**
* The period that a question names, in days of UTC. "Last" counts back from the newest record, because
* the data may be old: the last month is its last 30 days.
*/
function findPeriod(text, extent) {
	const last = Date.parse(extent.to);
	const lower = text.toLowerCase();
	const [one, two] = [...lower.matchAll(/\b(20\d{2}-\d{2}-\d{2})\b/g)].map(([, day = ""]) => day);
	if (one !== void 0 && two !== void 0) return one < two ? {
		from: one,
		to: two
	} : {
		from: two,
		to: one
	};
	if (one !== void 0) {
		const next = (days) => isDay(one) ? isoDay(Date.parse(one) + days * dayMs) : one;
		if (/\bafter\b/.test(lower)) return {
			from: next(1),
			to: extent.to
		};
		if (/\b(since|from|starting)\b/.test(lower)) return {
			from: one,
			to: extent.to
		};
		if (/\bbefore\b/.test(lower)) return {
			from: extent.from,
			to: next(-1)
		};
		if (/\b(until|till|up to)\b/.test(lower)) return {
			from: extent.from,
			to: one
		};
		return {
			from: one,
			to: one
		};
	}
	const back = /\b(?:last|past|previous|recent|latest)\s+(?:(\d{1,3}|two|three|four|five|six|seven|ten|couple of|few)\s+)?(day|week|month|quarter|year)s?\b/.exec(lower);
	if (back) {
		const word = back[1]?.split(" ")[0] ?? "1";
		const count = wordNumbers[word] ?? Number(word);
		return {
			from: isoDay(last - (Math.max(1, count) * (unitDays[back[2] ?? "day"] ?? 1) - 1) * dayMs),
			to: extent.to
		};
	}
	if (/\btoday\b/.test(lower)) return {
		from: extent.to,
		to: extent.to
	};
	if (/\byesterday\b/.test(lower)) return {
		from: isoDay(last - dayMs),
		to: isoDay(last - dayMs)
	};
	if (/\bthis week\b/.test(lower)) return {
		from: isoDay(last - (new Date(last).getUTCDay() + 6) % 7 * dayMs),
		to: extent.to
	};
	if (/\bthis month\b/.test(lower)) return {
		from: `${extent.to.slice(0, 7)}-01`,
		to: extent.to
	};
	const quarter = /\bq([1-4])(?:\s+(20\d{2}))?\b/.exec(lower);
	if (quarter) {
		const month = (Number(quarter[1]) - 1) * 3;
		const year = yearOf(quarter[2], month, extent);
		return {
			from: isoDay(Date.UTC(year, month, 1)),
			to: isoDay(Date.UTC(year, month + 3, 1) - dayMs)
		};
	}
	const named = new RegExp(`\\b(in|of|for|during|since|until|before)\\s+(${monthNames})\\b(?:\\s+(20\\d{2}))?`).exec(lower);
	if (named) {
		const month = months.findIndex((name) => name.startsWith(named[2] ?? "?"));
		const year = yearOf(named[3], month, extent);
		const first = Date.UTC(year, month, 1);
		const last = Date.UTC(year, month + 1, 1) - dayMs;
		if (named[1] === "since") return {
			from: isoDay(first),
			to: extent.to
		};
		if (named[1] === "until") return {
			from: extent.from,
			to: isoDay(last)
		};
		if (named[1] === "before") return {
			from: extent.from,
			to: isoDay(first - dayMs)
		};
		return {
			from: isoDay(first),
			to: isoDay(last)
		};
	}
	const whole = /\b(in|of|for|during|since|until|before)\s+(20\d{2})\b/.exec(lower);
	if (whole) {
		const [first, last] = [`${whole[2]}-01-01`, `${whole[2]}-12-31`];
		if (whole[1] === "since") return {
			from: first,
			to: extent.to
		};
		if (whole[1] === "until") return {
			from: extent.from,
			to: last
		};
		if (whole[1] === "before") return {
			from: extent.from,
			to: isoDay(Date.parse(first) - dayMs)
		};
		return {
			from: first,
			to: last
		};
	}
}
/** Without a year, the latest one in which the month had begun when the data ends. */
function yearOf(named, month, { to }) {
	if (named !== void 0) return Number(named);
	const year = Number(to.slice(0, 4));
	return Date.UTC(year, month, 1) > Date.parse(to) ? year - 1 : year;
}
/** "In October" asked of a forecast: the days that are left of that month when the data ends just before or in it. */
function findComingMonthDays(text, extent) {
	const named = new RegExp(`\\b(?:in|of|for|during)\\s+(${monthNames})\\b(?!\\s+20\\d{2})`).exec(text.toLowerCase());
	if (!named) return void 0;
	const month = months.findIndex((name) => name.startsWith(named[1] ?? "?"));
	const next = new Date(Date.parse(extent.to) + dayMs);
	if (next.getUTCMonth() !== month) return void 0;
	return (Date.UTC(next.getUTCFullYear(), month + 1, 1) - next.getTime()) / dayMs;
}
/** How far a forecast should look: "next month" is 30 days. */
function findHorizonDays(text) {
	const ahead = /\b(?:next|coming|following)\s+(?:(\d{1,3}|two|three|four|six)\s+)?(day|week|month|quarter|year)s?\b/.exec(text.toLowerCase());
	if (!ahead) return void 0;
	const count = wordNumbers[ahead[1] ?? ""] ?? Number(ahead[1] ?? 1);
	return Math.min(365, Math.max(1, count) * (unitDays[ahead[2] ?? "day"] ?? 1));
}
const knownWords = new Set(`
a about above across actually add after afternoon again ago ai all almost also alternative always am an analyse analysis analyst analyze and
anomaly anomalies abnormal another any anyone anything api app application are around as ask asked assume at attach attached audit
average avg back bad batch be because been before being below best better between biggest bill bit both
breakdown break bring budget build busiest but by cache caching call came can cap case cases catalog catalogue caching cause
change chart cheap cheaper cheapest check combined come coming common company compare comparison completion
concise context contribute correlate correlation cost could couple csv currently cut cuts daily data dataset date
day days dear decline decrease delay department depend describe detail develop did difference different distribution do does done
double down drive driver drivers drove drop due duplicate during each early easily effect efficient either else end
engine error errors especially estimate even ever every everyone everything evolve example exactly expect expected
expensive explain fail failed failure failures far fast fastest faster feature february january march april may june july august
september october november december jan feb mar apr jun jul aug sep oct nov dec few figure file fill find first
fit fix five follow following for forecast four from full further future general get getting give given go goes going
gone good grew group grow growing growth had half happen happened happens has have having help here high higher highest
hit hour hourly hours how however i idea identify if impact important improve in including increase increased
input inputs instead interesting into is it items its itself jump just keep kind know large larger largest last late
latency latencies latest lead least less let like likely line list little llm log long longer longest look looking looks lot low lower
lowest made main make makes many max maximum me mean measure median metric midnight migrate min might million minimum minute
model models moment money month monthly months more moving morning most mostly move moved moving ms much my name named need
never new next night no normal not now number numbers occur odd of off offpeak often ok on once one only or order
other ought optimize optimise optimization optimisation our out outlier output outputs over overall overview own p50 p90 p95 p99 paid part past pattern pay peak
people per percent percentage percentile percentiles performance period person pick please plot point possible potential
predict predicted previous price prices pricing project projection prompt prompts provider providers put quarter
quality quick question range rank rate ratio really reason recent recently recommend recommendation record records reduce
relate related relationship relative reliability reliable repeat repeated replace report request requests respond response result
retry retries retried review right rise rising roughly route routed routing row rows run running same sample save saved saving
savings say scale second seconds see seem send sent service seven shift short shorten shorter should show shows shrink
significant shrink simulate since single six size sizes slice slow slower slowest small smaller smallest so some something sort source speed spend
spending spends spent spike spiked spikes split start starting starts statistics still strange stuff success successful successes such
sudden suddenly suggest suggestion sum summarise summarize summary suppose suspicious swap switch switched table take takes team teams
tell ten than thank that the their them then there these they thing things think this those three through throughput time times to
today together token tokens too took top total totals track traffic trend trends trim trimmed trimming triple truncate try two
type typical under unit until unusual unusually up us usage usd use used useful user users using usually value values
versus very view volume vs want was waste wasted way ways we week weekday weekend weekly weeks weird well went were what whats when where
whether which while who whole whom whose why will with within without work working worst would year years yes
yesterday yet you your dollar dollars day's i'm don't we're what's it's isn't doesn't let's invoice
`.split(/\s+/).filter((word) => word !== ""));
// ../agents/src/analyst/question.ts
/**
* What a question asks for, by rules that a reader can follow: no model, no guess. A question whose words
* are not understood is `unknown` and names them.
*/
const rules = [
	["greeting", /^(hi|hello|hey|good (morning|afternoon|evening)|greetings|howdy)( there| analyst| everyone| all)?[\s!.,]*$/],
	["thanks", /^(thanks|thank you|thx|cheers|great|perfect|ok|okay|cool|nice)( a lot| very much| so much| thanks)?[\s!.,]*$/],
	["help", /^(help|\?+|help me)[\s!.?]*$|what can (you|i) (do|ask)|who are you|what are you\b|how (do|does) (you|this|it) work|which questions|(which|what) (columns|format|file)|how (do|can) i (attach|upload|use)|give me examples/],
	["routing", /\b(mov(e|ed|ing)|switch(ed|ing)?|rout(e|ed|ing)|migrat(e|ed|ing)|shift(ed|ing)?|send(ing)?|sent|replac(e|ed|ing)|swap(ped)?)\b.*\b(to|with|by|for|instead|model)\b|\b(use|used|using)\b.*\bfor (everything|all)\b|\binstead of\b|\brouting\b|\bcheaper model\b|\bsmaller model\b/],
	["caching", /\bcach(e|es|ed|ing|eable|able)\b|\brepeated prompts?\b|\bduplicate prompts?\b|\bsame prompts?\b/],
	["batching", /\bbatch(es|ed|ing)?\b/],
	["trimming", /\b(trim|trimmed|trimming|shorten|shorter|truncate|cap|capped|cut|reduce)\b.*\b(prompts?|inputs?|contexts?)\b|\b(long|longest|longer) prompts?\b|\bprompt trimming\b/],
	["growth", /\b(if|when|suppose|assume|simulate)\b.*\b(grow|grows|grew|growth|doubles?|doubled|triples?|tripled|increases?|scales?|rises?)\b|\bgrowth of \d/],
	["forecast", /\bforecast|\bpredict|\bproject(ion|ed|ions)\b|\bnext (\w+ )?(day|week|month|quarter|year)s?\b|\bwill (we|i|it|this)\b/],
	["anomalies", /\banomal|\bunusual|\boutliers?\b|\bspik(e|es|ed)\b|\bweird|\bstrange\b|\babnormal|\bodd days?\b|\bsuspicious|\bout of the ordinary\b/],
	["correlation", /\bcorrelat|\brelationship between\b|\bdepend(s|ent)? on\b|\brelated to\b/],
	["drivers", /\bwhy\b|\bdriv(er|ers|es|ing)\b|\bdrove\b|\bcaus(e|ed|es)\b|\bwhat changed\b|\bwent up\b|\bgone up\b|\bgo up\b|\bincreased?\b|\bcompared? (to|with)\b|\bversus (last|the)\b|\bvs\.? (last|the)\b/],
	["trend", /\btrends?\b|\bover time\b|\bdevelop(ed|s|ing)?\b|\bevolv|\bgrowing\b|\brising\b|\bgrowth rate\b|\bgrowth\b/],
	["retries", /\bretr(y|ies|ied|ying)\b|\bfail(s|ed|ure|ures|ing)?\b|\berrors?\b|\bsuccess rate\b|\bwasted?\b|\breliab/],
	["pattern", /\bpeak|\bbusiest\b|\btime of (the )?day\b|\busage patterns?\b|\bat night\b|\boff-?peak\b|\bwhen (do|are|is)\b|\bworking hours\b/],
	["percentiles", /\bp(50|90|95|99)\b|\bpercentiles?\b|\blatenc|\bslow|\bfast(est|er)?\b|\bresponse times?\b|\bmedian\b|\bhow long\b|\bspeed\b|\bdistribution\b|\btokens? per (call|request)\b|\bprompt (length|size)s?\b/],
	["prices", /\bpric(e|es|ing)\b|\bcatalog(ue)?\b|\bper million\b|\bcheapest model\b|\bwhich models (exist|are there|can i)\b/],
	["report", /\bwhere does\b.*\bgo\b|\b(cut|reduc|sav|lower|optimi[sz]|shrink)(e|es|ed|ing|ings|ation|ations)?\b|\brecommend|\bfull report\b|\banaly[sz]e\b|\banalysis\b|\baudit\b|\breport\b|\bcheaper\b|\bless expensive\b|\breview (this|my|our|the) (data|file|spend|usage)\b|\boverview\b/],
	["describe", /\b(what|which) (data|models|teams|features|users|period)\b.*\b(have|there|do|are|is|in|use|used|cover|loaded)\b|\bdescribe\b|\bhow many (records|rows|calls|requests|users|models|teams|features)\b|\bdata ?set\b|\bwhat do you (have|know)\b|\bsample data\b/],
	["spend", /\bspen[dt]|\bspending|\bspends?\b|\bcosts?\b|\bexpens|\bbills?\b|\bpay(s|ing)?\b|\bpaid\b|\busage\b|\bmoney\b|\bbudget\b|\btokens?\b|\bcalls?\b|\brequests?\b|\btop \d+\b|\bhow much\b|\bcompare\b|\bbreak ?down\b|\btotal\b|\bmost\b/]
];
function parseQuestion(text, names, before) {
	const lower = text.toLowerCase().replace(/[’‘]/g, "'").replace(/\s+/g, " ").trim();
	const found = rules.find(([, rule]) => rule.test(lower))?.[0];
	const entities = findEntities(lower, names, found);
	const opening = /^(and|what about|how about|also|same|now|only|just|but|then|or|for|by|per|in|with)\b/.test(lower);
	const something = entities.by !== void 0 || Object.keys(entities.filter).length > 0;
	const usable = before !== void 0 && ![
		"greeting",
		"thanks",
		"help",
		"unknown"
	].includes(before.intent);
	const strange = strangeWords(lower, names);
	if (usable && something && (opening ? found === void 0 || found === "spend" || found === before.intent : found === void 0) && strange.length === 0) {
		const intent = before.intent === "report" || before.intent === "describe" ? "spend" : before.intent;
		return {
			...before,
			...entities,
			intent,
			filter: {
				...before.filter,
				...entities.filter
			},
			continues: true
		};
	}
	const intent = found ?? (entities.by !== void 0 ? "spend" : void 0);
	const talk = intent === "greeting" || intent === "thanks" || intent === "help";
	if (intent === void 0 || !talk && strange.length > (intent === "spend" ? 0 : 2)) return {
		intent: "unknown",
		filter: {},
		strange,
		continues: false
	};
	return {
		...entities,
		intent,
		strange: talk ? [] : strange,
		continues: false
	};
}
function findEntities(lower, names, intent) {
	const filter = {};
	const coming = intent === "forecast" ? findComingMonthDays(lower, names.extent) : void 0;
	const period = coming === void 0 ? findPeriod(lower, names.extent) : void 0;
	if (period) {
		filter.from = period.from;
		filter.to = period.to;
	}
	const found = {};
	const models = findModels(lower, names);
	const target = intent === "routing" ? findTarget(lower) : void 0;
	if (target !== void 0) found.to = target;
	const inData = models.filter((name) => name !== target && names.names.model.includes(name));
	if (inData.length > 0) filter.model = inData;
	for (const dimension of [
		"user",
		"team",
		"feature"
	]) {
		const named = names.names[dimension].filter((name) => mentions(lower, name, dimension));
		if (named.length > 0) filter[dimension] = named;
	}
	const size = /\b(under|below|less than|shorter than|at most|max(?:imum)?(?: of)?|over|above|more than|longer than|at least|to|at)\s+(\d[\d,]*)(k)?\s*(?:input |prompt )?tokens\b/.exec(lower);
	if (size) {
		const value = Number(size[2]?.replaceAll(",", "")) * (size[3] ? 1e3 : 1);
		if (intent === "trimming") found.inputTokensMax = value;
		else if (/over|above|more|longer|least/.test(size[1] ?? "")) filter.inputTokensMin = value;
		else filter.inputTokensMax = value;
	}
	const by = findGrouping(lower);
	if (by !== void 0) found.by = by;
	else if (intent === "spend") {
		const compared = dimensions.find((dimension) => (filter[dimension]?.length ?? 0) > 1);
		if (compared !== void 0) found.by = compared;
	}
	const top = /\btop (\d{1,3})\b/.exec(lower);
	if (top) found.top = Math.max(1, Math.min(100, Number(top[1])));
	const percentage = /(\d+(?:\.\d+)?)\s*(?:%|percent)/.exec(lower);
	if (percentage) {
		found.percent = Number(percentage[1]);
		if (found.percent > 0 && found.percent <= 100) found.share = found.percent / 100;
	} else if (/\bhalf\b/.test(lower)) {
		found.percent = 50;
		found.share = .5;
	} else if (/\bdoubl/.test(lower)) found.percent = 100;
	else if (/\btripl/.test(lower)) found.percent = 200;
	if (/\b(a|per|each|every) month\b|\bmonthly\b|\bmonth (over|by|after|on) month\b/.test(lower)) found.monthly = true;
	const forMonths = /\b(?:for|over|in|within|next)\s+(?:the next\s+)?(\d{1,2}) months?\b/.exec(lower);
	if (forMonths) found.months = Math.max(1, Math.min(36, Number(forMonths[1])));
	const horizon = coming ?? findHorizonDays(lower);
	if (horizon !== void 0) found.forecastDays = horizon;
	const metric = findMetric(lower);
	if (metric !== void 0) found.metric = metric;
	const daily = findDailyMetric(lower);
	if (daily !== void 0) found.dailyMetric = daily;
	if (/\btokens?\b/.test(lower) && !/\bcost|\bspen/.test(lower)) found.orderBy = "tokens";
	else if (/\b(calls?|requests?)\b/.test(lower) && !/\bcost|\bspen/.test(lower)) found.orderBy = "calls";
	return {
		...found,
		filter,
		strange: []
	};
}
function findGrouping(lower) {
	const named = /\b(?:by|per|each|every|which|what|across|top(?: \d+)?|for each|expensive|busiest)\s+(?:the\s+|our\s+|my\s+|single\s+)?(user|person|team|department|feature|app|model|day|week|month|weekday|hour)s?\b/.exec(lower)?.[1];
	if (named === "person") return "user";
	if (named === "department") return "team";
	if (named === "app") return "feature";
	if (named !== void 0) return named;
	if (/\bwho\b/.test(lower)) return "user";
	if (/\bweekends?\b/.test(lower)) return "weekday";
	if (/\bdaily\b/.test(lower)) return "day";
	if (/\bweekly\b/.test(lower)) return "week";
	if (/\bmonthly\b/.test(lower)) return "month";
	if (/\bhourly\b/.test(lower)) return "hour";
	const plain = /\b(users|teams|features|models)\b/.exec(lower)?.[1];
	return plain === void 0 ? void 0 : plain.slice(0, -1);
}
function findMetric(lower) {
	if (/\blatenc|\bslow|\bfast|\bresponse time|\bhow long\b|\bspeed\b/.test(lower)) return "latencyMs";
	if (/\boutput tokens?\b|\bcompletion/.test(lower)) return "outputTokens";
	if (/\binput tokens?\b|\bprompts?\b/.test(lower)) return "inputTokens";
	if (/\btokens?\b/.test(lower)) return "totalTokens";
	return /\bcosts?\b|\bspen/.test(lower) ? "costUsd" : void 0;
}
function findDailyMetric(lower) {
	if (/\blatenc|\bslow/.test(lower)) return "latencyP95Ms";
	if (/\berror|\bfail|\bsuccess/.test(lower)) return "failedPercent";
	if (/\btokens?\b/.test(lower)) return "tokens";
	if (/\bcalls?\b|\brequests?\b|\btraffic\b|\bvolume\b/.test(lower)) return "calls";
	return /\bcosts?\b|\bspen/.test(lower) ? "costUsd" : void 0;
}
/** Models of the data and of the price list that the text names, longest names first so that none hides another. */
function findModels(lower, names) {
	const all = [.../* @__PURE__ */ new Set([...names.names.model, ...priceList.models.map((one) => one.model)])].sort((a, b) => b.length - a.length);
	let left = lower;
	const found = [];
	for (const name of all) {
		const place = wordAt(left, name);
		if (place < 0) continue;
		found.push(name);
		left = left.slice(0, place) + " ".repeat(name.length) + left.slice(place + name.length);
	}
	return found;
}
/** What follows "to", "with" or "use … instead": a name, whether the price list knows it or not. */
function findTarget(lower) {
	const name = "([a-z][a-z0-9.:/_-]*[a-z0-9])";
	const target = (new RegExp(`\\b(?:use|used|using|run|ran|had)\\s+${name}\\s+(?:instead|for\\b)`).exec(lower) ?? new RegExp(`\\binstead of\\s+\\S+\\s*,?\\s*(?:we )?(?:use|used|took)\\s+${name}`).exec(lower) ?? new RegExp(`\\b(?:to|with|by|onto)\\s+(?:the model\\s+)?${name}`).exec(lower))?.[1];
	return target === void 0 || /^(a|an|the|my|our|some|another|cheaper|smaller|something|less|it|them|that)$/.test(target) ? void 0 : target;
}
function mentions(lower, name, dimension) {
	const low = name.toLowerCase();
	if (knownWords.has(low) || low.length < 2) return wordAt(lower, `${dimension} ${low}`) >= 0 || wordAt(lower, `${low} ${dimension}`) >= 0;
	return wordAt(lower, low) >= 0 || low.includes("-") && wordAt(lower, low.replaceAll("-", " ")) >= 0;
}
function wordAt(text, name) {
	const low = name.toLowerCase();
	if (low.trim() === "") return -1;
	for (let at = text.indexOf(low); at >= 0; at = text.indexOf(low, at + 1)) {
		const beforeIt = text[at - 1] ?? " ";
		const behind = text.slice(at + low.length, at + low.length + 2);
		if (!/[a-z0-9]/.test(beforeIt) && !/^([a-z0-9]|[-._][a-z0-9])/.test(behind)) return at;
	}
	return -1;
}
/** The text without a name; words that only contain it stay whole. */
function without(text, name) {
	let left = text;
	for (let at = wordAt(left, name); at >= 0; at = wordAt(left, name)) left = left.slice(0, at) + " ".repeat(name.length) + left.slice(at + name.length);
	return left;
}
/** Words that neither the rules nor the data know. */
function strangeWords(lower, names) {
	let left = lower;
	for (const name of findModels(lower, names)) left = without(left, name);
	for (const dimension of dimensions) for (const name of names.names[dimension]) left = without(without(left, name), name.replaceAll("-", " "));
	const target = findTarget(lower);
	if (target !== void 0 && /\d|-/.test(target)) left = left.replaceAll(target, " ");
	const words = left.match(/[\p{L}][\p{L}'-]*/gu) ?? [];
	return [...new Set(words.map((word) => word.replace(/'s?$/, "")))].filter((word) => word.length > 1 && !isKnown(word)).slice(0, 8);
}
function isKnown(word) {
	if (knownWords.has(word)) return true;
	for (const ending of [
		"s",
		"es",
		"ed",
		"d",
		"ing",
		"ly",
		"ies"
	]) {
		if (!word.endsWith(ending)) continue;
		const stem = word.slice(0, -ending.length);
		if (knownWords.has(stem) || knownWords.has(`${stem}e`) || knownWords.has(`${stem}y`)) return true;
	}
	return word.includes("-") && word.split("-").every((part) => part === "" || isKnown(part));
}
// ../agents/src/analyst/analyst.ts
/**
* The built-in analyst: answers questions about AI spend by computing, without a language model. A
* supervisor whose sub-agents take turns: triage reads the question and says the plan, data calls tools,
* optimization simulates, actions and reporting write.
*
*  N1  Every figure of an answer is from a tool call of the same run, and names it.
*  N2  A question that is not understood gets what can be asked instead, never a guess.
*  N3  An attached file is used or its fault is named; the sample never silently takes its place.
*/
const examples = [
	"Where does my AI spend go and how do I cut it?",
	"Spend by team in the last month",
	"p95 latency by model in the last 2 weeks",
	"Which days were unusual?",
	"What if we move 50% of gpt-4o traffic to gpt-4o-mini?",
	"Forecast next month"
];
const analystDefinition = {
	name: "analyst",
	description: "Finds out where your AI spend goes and what would cut it, from your usage file or a generated sample.",
	label: "built-in analyst, no language model",
	examples,
	timeoutMs: 12e4,
	needsModel: false,
	create: () => createAnalyst()
};
function createAnalyst(tools = sharedTools) {
	return { run: (run) => answer(run, tools) };
}
async function answer(run, tools) {
	const asked = run.messages.filter((message) => message.role === "user").slice(-20);
	const newest = asked.at(-1);
	const text = newest ? messageText(newest).trim() : "";
	const triage = run.as("triage");
	const first = parseQuestion(text, {
		extent: {
			from: "1970-01-01",
			to: "1970-01-01"
		},
		names: {
			user: [],
			team: [],
			feature: [],
			model: []
		}
	}, void 0).intent;
	if (first === "greeting" || first === "thanks" || first === "help") {
		await triage.think("This asks for no figures, so I call no tool and say what I can do.");
		return run.write(first === "thanks" ? `You are welcome. ${followUps()}` : help(first === "greeting"));
	}
	const dataset = /\bsample\b/i.test(text) ? "sample" : newestAttachment(asked) ?? "sample";
	await triage.think(dataset === "sample" ? "No file is meant, so I use the bundled, generated sample. First I look at what it holds, to understand the names in the question." : "A file is attached, so I use its records. First I look at what it holds.");
	const ledger = new Ledger();
	const { output: about } = await ledger.call(run.as("data"), tools.describe, { dataset });
	if (isProblem(about)) {
		await triage.think("The records cannot be read, so there is nothing to compute; I say what is wrong and what to do.");
		await writeProblem({ run }, about);
		return run.write(dataset === "sample" ? "" : "\nTo try without a file, ask: *overview of the sample data*.\n");
	}
	const question = understand(asked, about);
	await triage.think(planOf(question, about));
	if (question.intent === "unknown") return run.write(unknown(question));
	const desk = {
		run,
		tools,
		ledger,
		dataset,
		about
	};
	return question.intent === "report" ? writeReport(desk, question.filter) : writeDirectAnswer(desk, question);
}
/** The newest question, read after the ones before it, so that "and by team?" knows what it continues. */
function understand(asked, about) {
	const names = {
		extent: {
			from: about.firstDay,
			to: about.lastDay
		},
		names: {
			user: about.users.names,
			team: about.teams.names,
			feature: about.features.names,
			model: about.models.names
		}
	};
	let question;
	for (const message of asked) {
		const text = messageText(message).trim();
		question = text === "" ? {
			intent: "report",
			filter: {},
			strange: [],
			continues: false
		} : parseQuestion(text, names, question);
	}
	return question ?? {
		intent: "unknown",
		filter: {},
		strange: [],
		continues: false
	};
}
function newestAttachment(asked) {
	for (const message of asked.toReversed()) {
		const part = message.parts.findLast((one) => one.type === "attachment");
		if (part?.type === "attachment") return part.attachmentId;
	}
}
function planOf(question, about) {
	const { intent, by, filter } = question;
	if (intent === "unknown") return "I do not understand this question well enough to compute an answer, so I say what I can answer.";
	const known = [
		`The question is about ${intent}`,
		by === void 0 ? "" : ` by ${by}`,
		...Object.entries(filter).map(([key, value]) => `, ${key} ${Array.isArray(value) ? value.join(" and ") : String(value)}`),
		question.to === void 0 ? "" : `, to ${question.to}`,
		question.continues ? " (it continues the question before)" : "",
		"."
	].join("");
	const enough = ` The data has ${about.fields.length} of 11 columns.`;
	const missing = [
		"team",
		"feature",
		"model",
		"latency",
		"success",
		"promptId"
	].filter((field) => !about.fields.includes(field));
	return `${known}${enough}${missing.length === 0 ? "" : ` It lacks ${missing.join(", ")}, so what needs them is left out.`}${intent === "report" ? " Plan: spend by time, feature, model and team; trend, unusual days, failures, usage pattern and prompt sizes; then simulate savings, rank them, write steps and the report." : " Plan: one fitting tool call, then a short answer."}`;
}
function help(greeting) {
	return `${greeting ? "Hello. " : ""}I am the built-in analyst: I compute answers about AI spend from usage records; I am not a language model.\n\n${abilities()}`;
}
function unknown({ strange }) {
	return `**I do not understand that question, so I do not guess.**${strange.length === 0 ? "" : ` These words mean nothing to me or to the data: ${strange.map(safe).join(", ")}.`}\n\n${abilities()}`;
}
function abilities() {
	return `I can answer:\n\n${list$1([
		"what is spent, by user, team, feature, model, day, week or month",
		"why the cost changed, how it develops, and a forecast",
		"latency, tokens and cost per call as percentiles",
		"unusual days, failures and repetitions, correlations, peak hours",
		"what if: another model, a cache, batches, shorter prompts, growth",
		"list prices of models"
	])}\nFor example:\n\n${list$1(examples)}\nAttach a CSV or JSON Lines file with a time, a model, tokens and, if you have it, the cost of each call (also user, team, feature, latency, success); without one I use a generated sample.\n`;
}
function followUps() {
	return `You can go on with, for example:\n\n${list$1(examples.slice(1, 4))}`;
}
// ../agents/src/approvals.ts
const reasonCharsMax = 500;
/** The questions of one run that only a person may answer. Each is answered once, in time, or rejected. */
var Approvals = class {
	#options;
	#approvals = /* @__PURE__ */ new Map();
	#timers = /* @__PURE__ */ new Set();
	constructor(options) {
		this.#options = options;
	}
	ask({ agent, reason, ...question }) {
		const { emitter, clock, runId, waitMs } = this.#options;
		const approvalId = approvalIdOf(runId, this.#approvals.size + 1);
		const asked = Promise.withResolvers();
		const timer = clock.timer(waitMs, () => {
			settle("reject", `Nobody decided within ${Math.round(waitMs / 1e3)} s.`);
		});
		const settle = (decision, why) => {
			timer.cancel();
			this.#timers.delete(timer);
			const resolved = emitter.approvalResolved(approvalId, decision, agent);
			this.#approvals.set(approvalId, {
				is: "decided",
				decision,
				resolved
			});
			asked.resolve({
				why,
				resolved
			});
			return resolved;
		};
		this.#timers.add(timer);
		this.#approvals.set(approvalId, {
			is: "open",
			settle
		});
		const data = {
			approvalId,
			...question,
			reason: reason.slice(0, reasonCharsMax)
		};
		return {
			requested: emitter.approvalRequested(data, agent),
			answer: asked.promise
		};
	}
	/** Undefined for an approval that is not of this run. */
	resolve(approvalId, decision) {
		const approval = this.#approvals.get(approvalId);
		if (!approval) return void 0;
		if (approval.is === "decided" && approval.decision !== decision) return Promise.resolve({ is: "decided" });
		return (approval.is === "decided" ? approval.resolved : approval.settle(decision, decision === "approve" ? "approved" : "A person rejected the call.")).then((emitted) => ({
			is: "resolved",
			emitted
		}));
	}
	/** The run has ended: nobody waits any more. */
	close() {
		for (const timer of this.#timers) timer.cancel();
		this.#timers.clear();
		this.#approvals.clear();
	}
};
/** The run's id is in it, so that a decision that comes after the run can be answered from the log. */
function approvalIdOf(runId, number) {
	return `${runId}.a${number}`;
}
function runIdOfApproval(approvalId) {
	return /^(.+)\.a\d+$/.exec(approvalId)?.[1];
}
// ../agents/src/end-run.ts
const retryMsMin = 250;
const retryMsMax = 1e4;
const failureCharsMax = 2e3;
const lost = {
	is: "refused",
	why: "run_ended",
	detail: "Another attempt ends the run."
};
/** J5: appends a run's one end, trying again with growing pauses while the journal cannot take it. */
function endRun(options) {
	const first = attempt$1(options.emitter, options.end);
	return {
		first,
		settled: first.then((emitted) => tryAgain(options, emitted))
	};
}
async function tryAgain(options, first) {
	let emitted = first;
	let end = options.end;
	let pauseMs = retryMsMin;
	while (emitted.is === "refused" && emitted.why !== "run_ended" && emitted.why !== "fenced") {
		end = endAfterRefusal(end, emitted.why);
		if (emitted.why === "storage_full" || emitted.why === "unavailable" || pauseMs > retryMsMin) {
			if (await paused(options, pauseMs)) return emitted;
		}
		pauseMs = Math.min(pauseMs * 2, retryMsMax);
		emitted = await attempt$1(options.emitter, end);
	}
	return emitted;
}
/** A completed answer that the journal refused is gone: its text deltas or its whole did not fit. */
function endAfterRefusal(end, why) {
	if (end.is !== "completed") return end;
	if (why === "too_large") return {
		is: "failed",
		code: "answer_too_large",
		message: "The answer is too large to be kept."
	};
	if (why === "not_found") return { is: "cancelled" };
	if (why === "storage_full") return {
		is: "failed",
		code: "storage_full",
		message: "The server's disk is full; the answer was not kept."
	};
	return {
		is: "failed",
		code: "unavailable",
		message: "The answer could not be written to the journal."
	};
}
async function attempt$1(emitter, end) {
	try {
		switch (end.is) {
			case "completed": return await emitter.completed();
			case "cancelled": return await emitter.cancelled();
			case "failed": return await emitter.failed(end.code, end.message.slice(0, failureCharsMax));
			case "lost": return lost;
		}
	} catch {
		return {
			is: "refused",
			why: "unavailable",
			detail: "The journal failed."
		};
	}
}
/** True when it was stopped meanwhile. */
function paused({ clock, stopped }, afterMs) {
	if (stopped.aborted) return Promise.resolve(true);
	return new Promise((resolve) => {
		const timer = clock.timer(afterMs, () => {
			stopped.removeEventListener("abort", stop);
			resolve(false);
		});
		function stop() {
			timer.cancel();
			resolve(true);
		}
		stopped.addEventListener("abort", stop, { once: true });
	});
}
// ../agents/src/loggable.ts
/**
* What of a tool call may stand in the log: JSON only, bounded, without secrets. This is the one place
* where inputs, outputs and error texts are cleaned.
*
*  L1  The value of a declared key never passes, at any depth; nor does that value inside another text.
*  L2  What JSON cannot say is written as people expect (a Date as ISO text, a bigint as its digits);
*      what has no honest form (a cycle, endless depth, a getter that throws) is invalid.
*  L3  Above `bytesMax` a preview stands for the value and says so; the work is bounded by the same number.
*/
const redacted = "[redacted]";
const depthMax = 64;
const previewCharsMax = 4e3;
const errorCharsMax = 2e3;
const secretValuesMax = 1e3;
/** Shorter secrets are not searched for inside longer texts: they would be found everywhere. */
const searchableCharsMin = 4;
/** The cleaning of one tool call: it learns the secrets from the input. */
var Redactor = class {
	#keys;
	#values = /* @__PURE__ */ new Set();
	constructor(secretKeys) {
		this.#keys = new Set(secretKeys.map((key) => key.toLowerCase()));
	}
	/** The input as it may be logged. Text where an object was due may hold anything, so it is hidden whole. */
	input(value) {
		if (this.#keys.size > 0 && (typeof value !== "object" || value === null)) {
			this.#learn(value, 0);
			return {
				is: "json",
				json: value === void 0 || value === null ? null : redacted
			};
		}
		const learned = convert(value, {
			keys: this.#keys,
			learn: (secret) => this.#learn(secret, 0)
		});
		if (learned.is === "invalid" || this.#values.size === 0) return learned;
		return convert(value, {
			keys: this.#keys,
			clean: (text) => this.#clean(text)
		});
	}
	output(value) {
		return convert(value, { clean: (text) => this.#clean(text) });
	}
	/** An error text, for the log and for the agent. */
	text(message) {
		if ([...this.#values].some((value) => value.length < searchableCharsMin && value !== "" && message.includes(value))) return "The text of this error held a secret and is not shown.";
		const clean = this.#clean(message);
		return clean.length > errorCharsMax ? `${clean.slice(0, errorCharsMax)} …` : clean;
	}
	#learn(secret, depth) {
		if (this.#values.size >= secretValuesMax || depth > depthMax) return;
		if (typeof secret === "string" || typeof secret === "number" || typeof secret === "bigint") {
			const text = String(secret);
			this.#values.add(text);
			this.#values.add(encodeURIComponent(text.toWellFormed()));
			this.#values.add(JSON.stringify(text).slice(1, -1));
		} else if (typeof secret === "object" && secret !== null) for (const value of Object.values(secret)) this.#learn(value, depth + 1);
	}
	#clean(text) {
		if (this.#values.has(text) && text !== "") return redacted;
		let clean = text;
		for (const value of [...this.#values].sort((a, b) => b.length - a.length)) if (value.length >= searchableCharsMin) clean = clean.replaceAll(value, redacted);
		return clean;
	}
};
function convert(value, cleaning) {
	const conversion = new Conversion(cleaning);
	try {
		const json = conversion.take(value, "$", 0) ?? null;
		const text = JSON.stringify(json);
		if (!conversion.overflown && Buffer.byteLength(text) <= limits.toolOutputBytesMax) return {
			is: "json",
			json
		};
		return {
			is: "json",
			json: { ...previewOf(text) }
		};
	} catch (error) {
		if (error instanceof NotJson) return {
			is: "invalid",
			detail: error.message
		};
		return {
			is: "invalid",
			detail: "Reading the value threw an error."
		};
	}
}
function previewOf(text) {
	const max = limits.toolOutputBytesMax.toLocaleString("en");
	const preview = text.slice(0, previewCharsMax);
	return {
		truncated: true,
		note: `More than ${max} bytes; these are the first ${preview.length.toLocaleString("en")} characters.`,
		preview
	};
}
var NotJson = class extends Error {
	name = "NotJson";
};
var Conversion = class {
	overflown = false;
	#cleaning;
	#above = /* @__PURE__ */ new Set();
	#chars = 0;
	constructor(cleaning) {
		this.#cleaning = cleaning;
	}
	/** Undefined for what JSON leaves out: undefined, functions, symbols. */
	take(value, path, depth) {
		this.#spend(2);
		if (this.overflown) return null;
		switch (typeof value) {
			case "string": return this.#text(value);
			case "number":
				if (!Number.isFinite(value)) return null;
				return this.#cleaning.clean?.(String(value)) === "[redacted]" ? redacted : value + 0;
			case "bigint": return this.#text(String(value));
			case "boolean": return value;
			case "object": return value === null ? null : this.#object(value, path, depth);
			default: return;
		}
	}
	#object(value, path, depth) {
		if (depth >= depthMax) throw new NotJson(`The value is nested more than ${depthMax} levels deep, at ${path}.`);
		if (this.#above.has(value)) throw new NotJson(`The value refers to itself, at ${path}.`);
		this.#above.add(value);
		try {
			return this.#entered(value, path, depth + 1);
		} finally {
			this.#above.delete(value);
		}
	}
	#entered(value, path, depth) {
		if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
		if ("toJSON" in value && typeof value.toJSON === "function") return this.take(value.toJSON(""), path, depth);
		if (value instanceof Error) return this.#fields({
			name: value.name,
			message: value.message
		}, path, depth);
		if (value instanceof Set) return this.#items(value, path, depth);
		if (value instanceof Map) return [...value.keys()].every((key) => typeof key === "string") ? this.#fields(Object.fromEntries(value), path, depth) : this.#items(value, path, depth);
		return Array.isArray(value) ? this.#items(value, path, depth) : this.#fields(value, path, depth);
	}
	#items(values, path, depth) {
		const items = [];
		for (const value of values) {
			items.push(this.take(value, `${path}[${items.length}]`, depth) ?? null);
			if (this.overflown) break;
		}
		return items;
	}
	#fields(value, path, depth) {
		const { keys, learn } = this.#cleaning;
		const fields = [];
		for (const [key, field] of Object.entries(value)) {
			if (keys?.has(key.toLowerCase())) {
				learn?.(field);
				fields.push([key, redacted]);
				continue;
			}
			const name = this.#text(key);
			const taken = this.take(field, `${path}.${name.slice(0, 64)}`, depth);
			if (taken !== void 0) fields.push([name, taken]);
			if (this.overflown) break;
		}
		return Object.fromEntries(fields);
	}
	#text(text) {
		const clean = this.#cleaning.clean?.(text) ?? text;
		const room = Math.max(0, limits.toolOutputBytesMax - this.#chars);
		this.#spend(clean.length);
		return clean.length > room ? clean.slice(0, room) : clean;
	}
	#spend(chars) {
		this.#chars += chars;
		if (this.#chars > limits.toolOutputBytesMax) this.overflown = true;
	}
};
// ../agents/src/run-tool.ts
/** Thrown by a tool of ours to end its call with a code of its own. */
var ToolFailure = class extends Error {
	name = "ToolFailure";
	code;
	constructor(code, message) {
		super(message);
		this.code = code;
	}
};
const issuesMax = 8;
/**
* Validates and runs a tool within its time. Always resolves, at the latest when the time is up or the run
* ends: a tool that ignores its signal is left behind, and what it answers later is not heard.
*/
function runTool(call) {
	const { tool, clock, runSignal } = call;
	const controller = new AbortController();
	return new Promise((resolve) => {
		const timer = clock.timer(tool.timeoutMs, () => finish(failure("tool_timeout", `The tool ${tool.name} did not answer within ${tool.timeoutMs} ms.`)));
		runSignal.addEventListener("abort", cancel, { once: true });
		if (runSignal.aborted) cancel();
		else validateAndRun(call, controller.signal).then(finish, (error) => finish(thrown(call, error)));
		function cancel() {
			finish(failure("tool_cancelled", "The run ended while the tool worked."));
		}
		function finish(result) {
			timer.cancel();
			runSignal.removeEventListener("abort", cancel);
			resolve(result);
			if ("error" in result) controller.abort(new DOMException(`The call of ${tool.name} is over.`, "AbortError"));
		}
	});
}
async function validateAndRun(call, signal) {
	const { tool, redactor } = call;
	const validated = await tool.input["~standard"].validate(call.input);
	if (validated.issues) return failure("tool_input_invalid", redactor.text(`${describe(validated.issues)}.`));
	if (signal.aborted) return failure("tool_cancelled", "The run ended before the tool began.");
	const output = await tool.run(validated.value, {
		...call.context,
		signal
	});
	const loggable = redactor.output(output);
	if (loggable.is === "json") return { output: loggable.json };
	return failure("tool_output_invalid", `The tool ${tool.name} answered what JSON cannot hold. ${redactor.text(loggable.detail)}`);
}
function describe(issues) {
	const told = issues.slice(0, issuesMax).map(({ path, message }) => {
		const at = (path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join(".");
		return at === "" ? message : `${at}: ${message}`;
	});
	const more = issues.length - told.length;
	return more > 0 ? `${told.join("; ")}; and ${more} more` : told.join("; ");
}
function thrown(call, error) {
	if (error instanceof ToolFailure) return failure(error.code, call.redactor.text(error.message));
	const text = error instanceof Error ? error.message : typeof error === "string" ? error : "";
	return failure("tool_failed", call.redactor.text(text) || `The tool ${call.tool.name} failed without a reason.`);
}
function failure(code, message) {
	return { error: {
		code,
		message
	} };
}
// ../agents/src/bridge.ts
/**
* The bridge: the only code that knows both what an agent does and the emitter. It gives the agent an
* `AgentRun` and keeps the run's log exact, whatever the agent does.
*
*  B1  Each call has one `tool_executing` and one `tool_completed`, in this order. The tool starts only after
*      its `tool_executing` is durable.
*  B2  What the agent gets of a call is what the log holds of it.
*  B3  Only cleaned inputs, outputs and error texts are logged (`loggable.ts`).
*  B4  The first end wins. After it nothing is appended, the signal is aborted, and every method rejects.
*  B5  A refusal of the journal ends the run.
*  B6  Thoughts, calls and their data are bounded for each run, so that its message can be kept.
*/
const approvalMsDefault = 3e5;
const thoughtCharsMax = 16384;
const eventsMax = 2e4;
const callsMax = 1e3;
const charsMax = 16777216;
const agentDepthMax = 8;
function createAgentBridge(options) {
	return new AgentBridge(options);
}
var AgentBridge = class {
	#options;
	#emitter;
	#runId;
	#threadId;
	#controller = new AbortController();
	#approvals;
	#callIds = /* @__PURE__ */ new Set();
	#ended = Promise.withResolvers();
	#ending;
	#answered = false;
	#events = 0;
	#chars = 0;
	/** Throws a `TypeError` when the emitter's context names no run. */
	constructor(options) {
		const { runId, threadId } = options.emitter.context;
		if (!runId || !threadId) throw new TypeError("AgentBridge: the emitter's context needs a thread and a run");
		this.#options = options;
		this.#emitter = options.emitter;
		this.#runId = runId;
		this.#threadId = threadId;
		const waitMs = options.approvalMsMax ?? approvalMsDefault;
		this.#approvals = new Approvals({
			emitter: this.#emitter,
			clock: options.clock,
			runId,
			waitMs
		});
		for (const part of this.#emitter.message.parts) if (part.type === "tool") this.#callIds.add(part.callId);
	}
	/** Aborts with a `RunEnded` when the run has its end. */
	get signal() {
		return this.#controller.signal;
	}
	/** When the end is in the log, or nobody here may write it. */
	get ended() {
		return this.#ended.promise;
	}
	/** The run as its agent sees it. */
	open(messages) {
		return this.#view(messages, this.#emitter.agent);
	}
	/** Ends the run (B4); answers what became of the first try to write it. An empty answer fails. */
	end(end) {
		if (this.#ending) return this.#ending.first;
		const { clock, stopped } = this.#options;
		const real = end.is === "completed" && !this.#answered ? {
			is: "failed",
			code: "empty_answer",
			message: "The agent ended without writing an answer."
		} : end;
		this.#ending = endRun({
			emitter: this.#emitter,
			end: real,
			clock,
			stopped
		});
		this.#ended.resolve(this.#ending.settled);
		this.#controller.abort(new RunEnded(real));
		this.#approvals.close();
		return this.#ending.first;
	}
	/** A person's answer to an approval of this run; undefined when it is not one of this run's. */
	resolve(approvalId, decision) {
		return this.#approvals.resolve(approvalId, decision);
	}
	#view(messages, agent) {
		const { attachment } = this.#options;
		return {
			userId: this.#emitter.context.userId,
			threadId: this.#threadId,
			runId: this.#runId,
			agent,
			messages,
			signal: this.signal,
			think: (text, thoughtId) => heard(this.#think(text, thoughtId ?? this.#options.makeId(), agent)),
			write: (text) => heard(this.#write(text, agent)),
			call: (tool, input, callId) => heard(this.#call(tool, input, callId, agent)),
			usage: (usage) => heard(this.#emitted(() => this.#emitter.usage(usage, agent), 100)),
			as: (name) => this.#view(messages, subAgent(agent, name)),
			attachment: (attachmentId) => heard(attachment(attachmentId))
		};
	}
	async #think(text, thoughtId, agent) {
		const written = [];
		for (let at = 0; at < text.length; at += thoughtCharsMax) {
			const piece = text.slice(at, at + thoughtCharsMax);
			written.push(this.#emitted(() => this.#emitter.thinking(thoughtId, piece, agent), piece.length));
		}
		await Promise.all(written);
	}
	async #write(text, agent) {
		if (/\S/.test(text)) this.#answered = true;
		await this.#emitted(() => this.#emitter.text(text, agent), 0);
	}
	async #call(tool, input, given, agent) {
		this.signal.throwIfAborted();
		const callId = this.#callId(given);
		const redactor = new Redactor(tool.secrets);
		const loggedInput = redactor.input(input);
		const shown = loggedInput.is === "json" ? loggedInput.json : {
			truncated: true,
			note: loggedInput.detail,
			preview: ""
		};
		const approval = tool.needsApproval ? await this.#approve(tool, callId, shown, agent) : "approved";
		const size = JSON.stringify(shown).length;
		const startedAt = this.#options.clock.elapsed();
		await this.#emitted(() => this.#emitter.toolExecuting(callId, tool.name, shown, agent), size);
		const result = approval === "approved" ? loggedInput.is === "json" ? await this.#run(tool, input, callId, redactor) : { error: {
			code: "tool_input_invalid",
			message: loggedInput.detail
		} } : { error: {
			code: "tool_rejected",
			message: approval
		} };
		const durationMs = Math.max(0, Math.round(this.#options.clock.elapsed() - startedAt));
		const outputSize = "output" in result ? JSON.stringify(result.output).length : 0;
		const completed = () => this.#emitter.toolCompleted(callId, tool.name, result, durationMs, agent);
		await this.#emitted(completed, outputSize);
		return "output" in result ? {
			ok: true,
			callId,
			output: result.output
		} : {
			ok: false,
			callId,
			...result.error
		};
	}
	#run(tool, input, callId, redactor) {
		const { clock, attachment } = this.#options;
		const { userId } = this.#emitter.context;
		return runTool({
			tool,
			input,
			context: {
				userId,
				threadId: this.#threadId,
				runId: this.#runId,
				callId,
				attachment
			},
			redactor,
			clock,
			runSignal: this.signal
		});
	}
	/** "approved", or why not. */
	async #approve(tool, callId, input, agent) {
		const asked = this.#approvals.ask({
			tool: tool.name,
			callId,
			input,
			reason: tool.description,
			agent
		});
		await this.#emitted(() => asked.requested, JSON.stringify(input).length);
		const answer = await Promise.race([asked.answer, rejection(this.signal)]);
		await this.#emitted(() => answer.resolved, 0);
		return answer.why;
	}
	/** A usable id that this run has not seen: models repeat theirs from step to step. */
	#callId(given) {
		const callId = given !== void 0 && idSchema.safeParse(given).success && !this.#callIds.has(given) ? given : this.#options.makeId();
		this.#callIds.add(callId);
		if (this.#callIds.size > callsMax) this.#overspent(`more than ${callsMax} tool calls`);
		return callId;
	}
	/** B4, B5, B6: appends, and resolves when it is durable; rejects when the run has ended. */
	async #emitted(emit, chars) {
		this.signal.throwIfAborted();
		this.#chars += chars;
		if (chars > 0 && ++this.#events > eventsMax) this.#overspent(`more than ${eventsMax} events`);
		if (this.#chars > charsMax) this.#overspent(`more than ${charsMax} characters of thoughts and tool data`);
		const emitted = await emit().catch(() => unavailable);
		if (emitted.is === "refused") this.end(endOf(emitted));
		this.signal.throwIfAborted();
	}
	#overspent(what) {
		this.end({
			is: "failed",
			code: "too_many_steps",
			message: `The agent used ${what} in one run.`
		});
		this.signal.throwIfAborted();
	}
};
const unavailable = {
	is: "refused",
	why: "unavailable",
	detail: "The journal failed."
};
/** B5: what a refusal of the journal makes of the run. */
function endOf({ why, detail }) {
	switch (why) {
		case "fenced":
		case "run_ended": return { is: "lost" };
		case "not_found": return { is: "cancelled" };
		case "answer_too_large": return {
			is: "failed",
			code: "answer_too_large",
			message: detail
		};
		case "storage_full": return {
			is: "failed",
			code: "storage_full",
			message: "The server's disk is full."
		};
		case "unavailable": return {
			is: "failed",
			code: "unavailable",
			message: "The journal could not be written."
		};
		default: return {
			is: "failed",
			code: "agent_error",
			message: "What the agent did could not be logged."
		};
	}
}
/** A promise whose rejection an agent may ignore: a call that is not awaited must not end the process. */
function heard(promise) {
	promise.catch(() => void 0);
	return promise;
}
/** Rejects with the signal's reason when it aborts. */
function rejection(signal) {
	return new Promise((_, reject) => {
		if (signal.aborted) reject(signal.reason);
		else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
	});
}
function subAgent(agent, name) {
	if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) throw new TypeError(`as: name must be 1 to 64 of a-z A-Z 0-9 _ -, not ${JSON.stringify(name)}`);
	if (agent.split("/").length >= agentDepthMax) throw new TypeError(`as: sub-agents may be ${agentDepthMax} deep; ${agent}/${name} is deeper`);
	return `${agent}/${name}`;
}
// ../agents/src/model-agent.ts
/**
* An agent that a language model drives: request, tools, request … until the model answers.
*
*  A1  Every tool call goes through the bridge, so its events are exact; calls of one step run at once.
*  A2  The model sees of a call what the log holds of it.
*  A3  At most `stepsMax` requests; in the last one the model may only answer.
*/
const stepsDefault = 24;
const patienceDefault = {
	firstMs: 12e4,
	idleMs: 6e4
};
/** A thought is logged in pieces of this time or length, so that a token is not an event. */
const thoughtMs = 80;
const thoughtChars = 1e3;
/** Text written and not yet committed, above which reading the model waits. */
const unwrittenCharsMax = 65536;
/** An agent that the services' model drives. Throws a `TypeError` without one; a factory sees to it. */
function modelDriven(driven, services) {
	if (!services.model) throw new TypeError("modelDriven: there is no language model");
	return new ModelAgent(driven, services.model, services.clock, services.makeId);
}
var ModelAgent = class {
	#driven;
	#model;
	#clock;
	#makeId;
	constructor(driven, model, clock, makeId) {
		this.#driven = driven;
		this.#model = model;
		this.#clock = clock;
		this.#makeId = makeId;
	}
	async run(run) {
		const [{ asSchema, jsonSchema, tool }, { modelStep }] = await Promise.all([import("ai"), import("./model-step-B5Jc8C7p.js")]);
		const tools = {};
		for (const one of this.#driven.tools) {
			const schema = await jsonSchemaOf(one, async () => asSchema(one.input).jsonSchema);
			tools[one.name] = tool({
				description: one.description,
				inputSchema: jsonSchema(schema)
			});
		}
		const messages = run.messages.flatMap(modelMessages);
		const voice = new Voice(run, this.#clock, this.#makeId);
		const stepsMax = this.#driven.stepsMax ?? stepsDefault;
		for (let step = 1; step <= stepsMax; step++) {
			const { calls, turn, usage } = await modelStep({
				model: this.#model,
				instructions: this.#driven.instructions,
				messages,
				tools,
				withoutTools: step === stepsMax && this.#driven.tools.length > 0 && step > 1,
				clock: this.#clock,
				signal: run.signal,
				patience: this.#driven.patience ?? patienceDefault,
				onText: (text) => voice.write(text),
				onThought: (blockId, text) => voice.think(blockId, text)
			});
			await voice.stepEnds();
			if (usage) await run.usage({
				model: this.#model.name,
				...usage
			});
			if (calls.length === 0) return;
			const outcomes = await Promise.all(calls.map((call) => this.#call(run, call)));
			messages.push(...turn, {
				role: "tool",
				content: calls.map((call, at) => toolResult(call, outcomes[at]))
			});
		}
		throw new RunFailure("too_many_steps", `The model used its ${stepsMax} steps without an answer.`);
	}
	#call(run, call) {
		const found = this.#driven.tools.find((tool) => tool.name === call.toolName);
		return run.call(found ?? this.#unknownTool(call.toolName), call.input, call.toolCallId);
	}
	/** A1: also a call of a tool that does not exist has its two events. */
	#unknownTool(name) {
		const names = this.#driven.tools.map((tool) => tool.name).join(", ") || "none";
		return {
			name: name.slice(0, 64),
			description: "",
			input: anyInput,
			timeoutMs: 1e3,
			idempotent: true,
			needsApproval: false,
			secrets: [],
			run: () => {
				throw new ToolFailure("tool_unknown", `There is no tool of this name. There are: ${names}.`);
			}
		};
	}
};
async function jsonSchemaOf(tool, convert) {
	try {
		return await convert();
	} catch (cause) {
		const message = `The input schema of the tool ${tool.name} has no JSON Schema that a model could read.`;
		throw new RunFailure("agent_error", message, { cause });
	}
}
/** A turn as the model sees it: its text. A turn without text is left out. */
function modelMessages(message) {
	if (message.role === "assistant") {
		const content = messageText(message);
		return content.trim() === "" ? [] : [{
			role: "assistant",
			content
		}];
	}
	return [{
		role: "user",
		content: message.parts.map((part) => {
			if (part.type === "text") return part.text;
			if (part.type !== "attachment") return "";
			const { name, mediaType, bytes, attachmentId } = part;
			return `[attached file: ${JSON.stringify({
				name,
				mediaType,
				bytes,
				attachmentId
			})}]`;
		}).filter((text) => text !== "").join("\n\n")
	}];
}
function toolResult(call, outcome) {
	const { toolCallId, toolName } = call;
	if (outcome?.ok) return {
		type: "tool-result",
		toolCallId,
		toolName,
		output: {
			type: "json",
			value: JSON.parse(JSON.stringify(outcome.output))
		}
	};
	return {
		type: "tool-result",
		toolCallId,
		toolName,
		output: {
			type: "error-text",
			value: outcome ? `${outcome.code}: ${outcome.message}` : "tool_failed"
		}
	};
}
/** What the model says, gathered so that a token is neither an event nor a wait. */
var Voice = class {
	#run;
	#clock;
	#makeId;
	#unwritten = 0;
	#last = "";
	#paragraphDue = false;
	#thought;
	constructor(run, clock, makeId) {
		this.#run = run;
		this.#clock = clock;
		this.#makeId = makeId;
	}
	async write(text) {
		if (text === "") return;
		await this.#endThought();
		const gap = this.#paragraphDue && !/^\s/.test(text) && !/\n$/.test(this.#last) ? "\n\n" : "";
		this.#paragraphDue = false;
		this.#last = text;
		this.#unwritten += text.length;
		const written = this.#run.write(gap + text).finally(() => {
			this.#unwritten -= text.length;
		});
		if (this.#unwritten > unwrittenCharsMax) await written;
		else written.catch(() => void 0);
	}
	async think(blockId, text) {
		if (this.#thought && this.#thought.blockId !== blockId) await this.#endThought();
		if (text === void 0) return this.#endThought();
		this.#thought ??= {
			blockId,
			id: this.#makeId(),
			text: "",
			since: Number.NEGATIVE_INFINITY
		};
		const thought = this.#thought;
		thought.text += text;
		const now = this.#clock.elapsed();
		if (now - thought.since >= thoughtMs || thought.text.length >= thoughtChars) {
			thought.since = now;
			await this.#sayThought();
		}
	}
	/** What a later step writes is a paragraph of its own. */
	async stepEnds() {
		await this.#endThought();
		this.#paragraphDue = this.#last !== "";
	}
	async #endThought() {
		await this.#sayThought();
		this.#thought = void 0;
	}
	async #sayThought() {
		const thought = this.#thought;
		if (!thought || thought.text === "") return;
		const { id, text } = thought;
		thought.text = "";
		await this.#run.think(text, id);
	}
};
// ../agents/src/define-agent.ts
const timeoutMsDefault = 6e5;
const timeoutMsMax = 864e5;
/**
* Defines an agent: with its own `run`, or driven by the server's language model with `instructions` and
* `tools`. Throws a `TypeError` that names the option when one is wrong.
*/
function defineAgent(options) {
	const { name, run, description = "", examples = [], tools = [], timeoutMs = timeoutMsDefault } = options;
	if (typeof name !== "string" || !/^[a-zA-Z0-9_-]{1,64}$/.test(name)) throw new TypeError(`defineAgent: name must be 1 to 64 of a-z A-Z 0-9 _ -, not ${JSON.stringify(name)}`);
	if (run !== void 0 && typeof run !== "function") throw new TypeError(`defineAgent ${name}: run must be a function`);
	if (!(timeoutMs > 0 && timeoutMs <= timeoutMsMax)) throw new TypeError(`defineAgent ${name}: timeoutMs must be between 1 and 86,400,000`);
	const toolNames = /* @__PURE__ */ new Set();
	for (const tool of tools) {
		if (typeof tool?.run !== "function" || !tool.name) throw new TypeError(`defineAgent ${name}: each of tools has to be made with defineTool({ … })`);
		if (toolNames.has(tool.name)) throw new TypeError(`defineAgent ${name}: two tools are named ${tool.name}; rename one`);
		toolNames.add(tool.name);
	}
	if (run) {
		const label = options.label ?? name;
		const create = () => ({ run: async (agentRun) => run(agentRun) });
		return {
			name,
			description,
			label,
			examples,
			timeoutMs,
			needsModel: false,
			create
		};
	}
	if (options.instructions === void 0 && tools.length === 0) throw new TypeError(`defineAgent ${name}: give run (the agent's own logic), or instructions and tools for the model`);
	const driven = {
		instructions: options.instructions ?? "",
		tools
	};
	const create = (services) => modelDriven(driven, services);
	return {
		name,
		description,
		label: options.label ?? "",
		examples,
		timeoutMs,
		needsModel: true,
		create
	};
}
/** Defines an agent that this model drives; its label is the model's name. Errors as of `defineAgent`. */
function createModelAgent(options) {
	const { model, stepsMax, patience, instructions = "", tools = [], ...rest } = options;
	const driven = {
		instructions,
		tools,
		...stepsMax === void 0 ? {} : { stepsMax },
		...patience === void 0 ? {} : { patience }
	};
	return {
		...defineAgent({
			...rest,
			instructions,
			tools,
			label: model.name
		}),
		needsModel: false,
		create: (services) => modelDriven(driven, {
			...services,
			model
		})
	};
}
// ../agents/src/factory.ts
/** Makes a fresh agent for each run, so that nothing of one user's run is there in another's. */
var AgentFactory = class {
	/** The default first. */
	cards;
	#definitions;
	#default;
	#services;
	/** Throws a `TypeError` that names the agent: none given, a name twice, an unknown default, no model for it. */
	constructor(options) {
		const { definitions, model } = options;
		const byName = /* @__PURE__ */ new Map();
		for (const definition of definitions) {
			const { name } = definition;
			if (byName.has(name)) throw new TypeError(`AgentFactory: two agents are named ${name}; rename one`);
			if (definition.needsModel && !model) throw new TypeError(`AgentFactory: the agent ${name} has no run of its own and there is no language model; set GOLDENPATH_MODEL, or give it a run`);
			byName.set(name, definition);
		}
		const fallback = options.default === void 0 ? definitions[0] : byName.get(options.default);
		if (!fallback) throw new TypeError(options.default === void 0 ? "AgentFactory: give at least one agent, made with defineAgent({ … })" : `AgentFactory: there is no agent named ${options.default} to be the default`);
		this.#definitions = byName;
		this.#default = fallback;
		this.#services = {
			clock: options.clock,
			makeId: options.makeId,
			model
		};
		const ordered = [fallback, ...definitions.filter((definition) => definition !== fallback)];
		this.cards = ordered.map((definition) => ({
			name: definition.name,
			description: definition.description,
			label: this.label(definition),
			examples: definition.examples
		}));
	}
	/** The definition of that name, or the default without one; undefined for a name that is not served. */
	definition(name) {
		return name === void 0 ? this.#default : this.#definitions.get(name);
	}
	/** How that agent answers, as every answer says. */
	label(definition) {
		return definition.label === "" ? this.#services.model?.name ?? definition.name : definition.label;
	}
	/** A fresh one. */
	create(definition) {
		return definition.create(this.#services);
	}
};
// ../agents/src/resolve-model.ts
/**
* Which language model answers: the one that the environment names, or one that answers on this machine.
* Provider packages are loaded only when they are named.
*/
const detectMsMax = 400;
const listBytesMax = 262144;
const localServers = [{
	name: "Ollama",
	url: "http://127.0.0.1:11434/v1"
}, {
	name: "llama.cpp",
	url: "http://127.0.0.1:8080/v1"
}];
const providers$1 = {
	anthropic: {
		keys: ["ANTHROPIC_API_KEY"],
		load: async (apiKey, fetch, model) => (await import("@ai-sdk/anthropic")).createAnthropic({
			apiKey,
			fetch
		})(model)
	},
	openai: {
		keys: ["OPENAI_API_KEY"],
		load: async (apiKey, fetch, model) => (await import("@ai-sdk/openai")).createOpenAI({
			apiKey,
			fetch
		})(model)
	},
	google: {
		keys: ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"],
		load: async (apiKey, fetch, model) => (await import("@ai-sdk/google")).createGoogleGenerativeAI({
			apiKey,
			fetch
		})(model)
	}
};
/**
* Reads `GOLDENPATH_MODEL` (`anthropic/…`, `openai/…`, `google/…`, a model's name beside
* `GOLDENPATH_MODEL_URL`, or `none`) and `GOLDENPATH_MODEL_KEY`. With neither a model nor a URL set, asks
* the ports of Ollama and llama.cpp on this machine, for at most 400 ms.
*/
async function resolveModel(environment, fetch, clock = systemClock) {
	const named = environment.GOLDENPATH_MODEL?.trim() ?? "";
	const url = environment.GOLDENPATH_MODEL_URL?.trim() ?? "";
	if (named === "none") return { is: "none" };
	if (url !== "") return compatible(named, url, environment.GOLDENPATH_MODEL_KEY, fetch);
	if (named === "") return detect(fetch, clock);
	return fromProvider(named, environment, fetch);
}
async function fromProvider(named, environment, fetch) {
	const slash = named.indexOf("/");
	const providerName = named.slice(0, Math.max(slash, 0));
	const model = named.slice(slash + 1);
	if (!isProvider(providerName) || model === "") return failed("model_setting_invalid", `GOLDENPATH_MODEL is ${JSON.stringify(named)}. Set it to anthropic/<model>, openai/<model> or google/<model>; for any other server that speaks OpenAI's protocol set GOLDENPATH_MODEL_URL too, for example http://127.0.0.1:11434/v1; set it to none for no language model.`);
	const provider = providers$1[providerName];
	const names = ["GOLDENPATH_MODEL_KEY", ...provider.keys];
	const key = names.map((name) => environment[name]?.trim()).find((value) => value);
	if (!key) return failed("model_key_missing", `GOLDENPATH_MODEL is ${JSON.stringify(named)}, which needs a key: set ${names.slice(1).join(" or ")} (or GOLDENPATH_MODEL_KEY).`);
	return {
		is: "found",
		model: {
			name: named,
			model: await provider.load(key, fetch, model)
		},
		from: "GOLDENPATH_MODEL"
	};
}
async function compatible(named, url, key, fetch) {
	const parsed = URL.canParse(url) ? new URL(url) : void 0;
	if (parsed?.protocol !== "http:" && parsed?.protocol !== "https:") return failed("model_url_invalid", "GOLDENPATH_MODEL_URL must be the base address of a server that speaks OpenAI's protocol, for example http://127.0.0.1:11434/v1.");
	const name = named.replace(/^openai-compatible\//, "");
	if (name === "" || name === "openai-compatible") return failed("model_name_missing", "GOLDENPATH_MODEL_URL is set; set GOLDENPATH_MODEL to the name of a model that this server has.");
	return {
		is: "found",
		model: await compatibleModel(name, url, key, fetch),
		from: "GOLDENPATH_MODEL_URL"
	};
}
async function compatibleModel(name, baseURL, apiKey, fetch) {
	const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
	const key = apiKey?.trim();
	return {
		name,
		model: createOpenAICompatible({
			name: "compatible",
			baseURL,
			fetch,
			includeUsage: true,
			...key ? { apiKey: key } : {}
		})(name)
	};
}
async function detect(fetch, clock) {
	const found = await Promise.all(localServers.map(async (server) => ({
		server,
		name: await firstModel(server.url, fetch, clock)
	})));
	for (const { server, name } of found) {
		if (name === void 0) continue;
		const { model } = await compatibleModel(name, server.url, void 0, fetch);
		return {
			is: "found",
			model: {
				name: shownName(name),
				model
			},
			from: `${server.name} on this machine`
		};
	}
	return { is: "none" };
}
/** The first model that a server lists and that is not for embeddings; undefined for anything unexpected. */
async function firstModel(url, fetch, clock) {
	const controller = new AbortController();
	const timer = clock.timer(detectMsMax, () => controller.abort());
	try {
		const response = await fetch(`${url}/models`, {
			signal: controller.signal,
			redirect: "error"
		});
		if (!response.ok) return void 0;
		const text = await response.text();
		return text.length > listBytesMax ? void 0 : firstName(JSON.parse(text));
	} catch {
		return;
	} finally {
		timer.cancel();
	}
}
function firstName(list) {
	if (typeof list !== "object" || list === null || !("data" in list) || !Array.isArray(list.data)) return void 0;
	for (const entry of list.data) {
		if (typeof entry !== "object" || entry === null || !("id" in entry)) continue;
		if (typeof entry.id === "string" && entry.id !== "" && !/embed/i.test(entry.id)) return entry.id;
	}
}
/** llama.cpp names a model by its file; where that lies on this machine is not for users to read. */
function shownName(id) {
	return /^(?:[A-Za-z]:)?[\\/]/.test(id) ? id.split(/[\\/]/).at(-1) ?? id : id;
}
function isProvider(name) {
	return Object.hasOwn(providers$1, name);
}
function failed(code, message) {
	return {
		is: "failed",
		code,
		message
	};
}
// ../agents/src/decide-elsewhere.ts
const signalsMax = 5;
const againMs = 1e3;
const readEventsMax = 256;
const readBytesMax$2 = 262144;
/**
* Tells the node that has the run what a person decided, and answers what the log says then: this decision, or
* one that came before it. Undefined when the log says nothing in `signalsMax` seconds.
*/
async function decideElsewhere(options) {
	const { clock, bus, userId, approvalId, decision } = options;
	let wake = () => void 0;
	const stop = bus.subscribe(userId, () => wake());
	try {
		let { after } = options;
		for (let signals = 0; signals < signalsMax; signals++) {
			bus.signal(userId, {
				is: "approval_decided",
				approvalId,
				decision
			});
			const untilMs = clock.elapsed() + againMs;
			for (let leftMs = againMs; leftMs > 0; leftMs = untilMs - clock.elapsed()) {
				const woken = new Promise((resolve) => {
					wake = resolve;
				});
				const read = await readOn(options, after);
				if (read.decision) return read.decision;
				after = read.after;
				const timer = clock.timer(leftMs, wake);
				await woken;
				timer.cancel();
			}
		}
		return;
	} finally {
		stop();
	}
}
async function readOn({ journal, userId, approvalId }, from) {
	for (let after = from;;) {
		const read = await journal.read(userId, after, readEventsMax, readBytesMax$2);
		if (read.is === "trimmed") after = read.floor;
		else if (read.events.length === 0) return { after };
		else {
			for (const json of read.events) {
				if (!json.includes("\"type\":\"approval_resolved\"")) continue;
				const event = JSON.parse(json);
				if (event.type !== "approval_resolved" || event.data.approvalId !== approvalId) continue;
				return {
					after,
					decision: event.data.decision
				};
			}
			after += read.events.length;
		}
	}
}
// ../websocket-core/src/context.ts
/** Immutable: who, and which thread, run and request. Code that acts for a user takes one of these. */
var WebSocketContext = class WebSocketContext {
	userId;
	sessionId;
	expiresAt;
	threadId;
	runId;
	requestId;
	/** Throws a `TypeError` for an empty user or session id: there is no anonymous context. */
	constructor(fields) {
		if (!fields.userId) throw new TypeError("WebSocketContext: userId is required");
		if (!fields.sessionId) throw new TypeError("WebSocketContext: sessionId is required");
		this.userId = fields.userId;
		this.sessionId = fields.sessionId;
		this.expiresAt = fields.expiresAt;
		if (fields.threadId !== void 0) this.threadId = fields.threadId;
		if (fields.runId !== void 0) this.runId = fields.runId;
		if (fields.requestId !== void 0) this.requestId = fields.requestId;
		Object.freeze(this);
	}
	/** The same user and session, for a thread, run or request. */
	for(which) {
		return new WebSocketContext({
			...this,
			...which
		});
	}
};
// ../websocket-core/src/emitter.ts
const committed = { is: "committed" };
/** A delta grows to at most this before it is committed without waiting for the window. */
const deltaCharsMax = 16384;
var WebSocketEmitter = class {
	context;
	agent;
	#journal;
	#clock;
	#attempt;
	#threadId;
	#runId;
	#coalesceMs;
	#seq = 0;
	#message;
	/** What the journal took: the fold and `seq` to go back to after a refusal. */
	#durable;
	#answerChars = 0;
	#startedAt;
	#pending;
	#window;
	#ended;
	#threadGone = false;
	#last = Promise.resolve(committed);
	/** Throws a `TypeError` when the context names no run, or `committed` does not begin with its `agent_started`. */
	constructor(options) {
		const { context, committed: events } = options;
		if (!context.threadId || !context.runId) throw new TypeError("WebSocketEmitter: the context needs a threadId and a runId");
		let message;
		for (const event of events) {
			if (event.runId !== context.runId) continue;
			message = foldRun(message, event);
			this.#seq = event.seq ?? this.#seq;
		}
		if (!message) throw new TypeError("WebSocketEmitter: the run's agent_started has to be committed first");
		this.context = context;
		this.agent = options.agent;
		this.#journal = options.journal;
		this.#clock = options.clock;
		this.#attempt = options.attempt;
		this.#threadId = context.threadId;
		this.#runId = context.runId;
		this.#coalesceMs = options.coalesceMs ?? 30;
		this.#message = message;
		this.#durable = {
			seq: this.#seq,
			message
		};
		this.#answerChars = messageText(message).length;
		this.#startedAt = message.at;
	}
	/** The answer so far, as its reader sees it. */
	get message() {
		return this.#message;
	}
	thinking(thoughtId, text, agent = this.agent) {
		return this.#emit("agent_thinking", {
			thoughtId,
			text
		}, agent);
	}
	toolExecuting(callId, tool, input, agent = this.agent) {
		return this.#emit("tool_executing", {
			callId,
			tool,
			input
		}, agent);
	}
	toolCompleted(callId, tool, result, durationMs, agent = this.agent) {
		return this.#emit("tool_completed", {
			callId,
			tool,
			...result,
			durationMs
		}, agent);
	}
	approvalRequested(data, agent = this.agent) {
		return this.#emit("approval_requested", data, agent);
	}
	approvalResolved(approvalId, decision, agent = this.agent) {
		return this.#emit("approval_resolved", {
			approvalId,
			decision
		}, agent);
	}
	usage(data, agent = this.agent) {
		return this.#emit("usage_reported", data, agent);
	}
	/** Adds to the answer. Resolves when the text is committed, which E2 may put off by `coalesceMs`. */
	text(text, agent = this.agent) {
		if (this.#ended) return Promise.resolve(this.#ended);
		if (text === "") return this.#last;
		this.#answerChars += text.length;
		if (this.#answerChars > limits.answerCharsMax) {
			const detail = `An answer may have ${limits.answerCharsMax} characters.`;
			return Promise.resolve({
				is: "refused",
				why: "answer_too_large",
				detail
			});
		}
		if (this.#pending && this.#pending.agent !== agent) this.#flush();
		if (this.#pending) this.#pending.text += text;
		else this.#pending = {
			agent,
			text
		};
		if (this.#window === void 0) {
			this.#flush();
			this.#openWindow();
			return this.#last;
		}
		if (this.#pending && this.#pending.text.length >= deltaCharsMax) this.#flush();
		return this.#pending ? this.flushed() : this.#last;
	}
	/** Resolves when everything emitted so far is committed or refused. */
	async flushed() {
		while (this.#pending) await new Promise((resolve) => this.#waiting.push(resolve));
		return this.#last;
	}
	completed() {
		this.#flush();
		this.#closeTools();
		const text = messageText(this.#message);
		return this.#emit("agent_completed", {
			messageId: this.#message.id,
			text,
			durationMs: this.#duration()
		});
	}
	failed(code, message) {
		this.#allowEndAfterRefusal();
		this.#closeTools();
		const data = {
			messageId: this.#message.id,
			code,
			message,
			durationMs: this.#duration()
		};
		return this.#emit("agent_failed", data);
	}
	cancelled() {
		this.#allowEndAfterRefusal();
		this.#closeTools();
		return this.#emit("agent_cancelled", {
			messageId: this.#message.id,
			durationMs: this.#duration()
		});
	}
	#waiting = [];
	#duration() {
		return Math.max(0, this.#clock.now() - this.#startedAt);
	}
	/** E3: goes back to what is durable, when the refusal was of the kind that can pass. */
	#allowEndAfterRefusal() {
		const ended = this.#ended;
		if (ended?.is !== "refused") return;
		if (ended.why === "run_ended" || ended.why === "fenced") return;
		this.#threadGone = ended.why === "not_found";
		this.#ended = void 0;
		this.#pending = void 0;
		this.#seq = this.#durable.seq;
		this.#message = this.#durable.message;
	}
	/** E5, unless the thread is gone: then nobody can read it, and the journal takes the end alone. */
	#closeTools() {
		if (this.#ended || this.#threadGone) return;
		this.#flush();
		const error = {
			code: "tool_cancelled",
			message: "The run ended while the tool worked."
		};
		for (const part of this.#message.parts) {
			if (part.type !== "tool" || part.state !== "running") continue;
			const { callId, tool, agent } = part;
			const durationMs = Math.max(0, this.#clock.now() - part.startedAt);
			this.#append("tool_completed", {
				callId,
				tool,
				error,
				durationMs
			}, agent);
		}
	}
	#openWindow() {
		this.#window = this.#clock.timer(this.#coalesceMs, () => {
			this.#window = void 0;
			if (!this.#pending) return;
			this.#flush();
			this.#openWindow();
		});
	}
	#flush() {
		const pending = this.#pending;
		this.#pending = void 0;
		if (pending) {
			const data = {
				messageId: this.#message.id,
				text: pending.text
			};
			this.#append("text_delta", data, pending.agent);
		}
		for (const wake of this.#waiting.splice(0)) wake();
	}
	#emit(type, data, agent = this.agent) {
		this.#flush();
		return this.#append(type, data, agent);
	}
	#append(type, data, agent) {
		if (this.#ended) return Promise.resolve(this.#ended);
		const seq = ++this.#seq;
		const event = {
			id: `${this.#runId}.${seq}`,
			type,
			at: this.#clock.now(),
			threadId: this.#threadId,
			runId: this.#runId,
			seq,
			agent,
			data
		};
		this.#message = foldRun(this.#message, event) ?? this.#message;
		const after = {
			seq,
			message: this.#message
		};
		const commit = {
			userId: this.context.userId,
			events: [event],
			run: {
				runId: this.#runId,
				attempt: this.#attempt
			},
			...isTerminal(type) ? { finalMessage: this.#message } : {}
		};
		if (isTerminal(type)) {
			this.#window?.cancel();
			this.#ended = {
				is: "refused",
				why: "run_ended",
				detail: "The run has its terminal event."
			};
		}
		this.#last = this.#journal.commit(commit).then((outcome) => this.#settle(outcome, after), (error) => this.#settle({
			is: "refused",
			why: "unavailable",
			detail: String(error)
		}, after));
		return this.#last;
	}
	#settle(outcome, after) {
		if (outcome.is !== "refused") {
			this.#durable = after;
			return committed;
		}
		const refused = {
			is: "refused",
			why: outcome.why,
			detail: outcome.detail
		};
		this.#window?.cancel();
		this.#window = void 0;
		this.#pending = void 0;
		for (const wake of this.#waiting.splice(0)) wake();
		if (this.#ended?.is !== "refused" || outcome.why !== "out_of_sequence") this.#ended = refused;
		return refused;
	}
};
// ../websocket-core/src/bus.ts
/** The bus of a node that is alone: its own journal's commits, sorted by user. */
function createLocalBus(journal) {
	const listeners = new UserListeners();
	const stop = journal.subscribe((committed) => listeners.tell(committed));
	return {
		subscribe: (userId, listener) => listeners.add(userId, listener),
		signal: () => void 0,
		onSignal: () => () => void 0,
		stats: () => ({
			kind: "local",
			connected: true,
			failures: 0,
			told: 0,
			dropped: 0,
			heard: 0,
			healed: 0
		}),
		async close() {
			stop();
		}
	};
}
/** Who listens to which user's log. */
var UserListeners = class {
	#listenersByUser = /* @__PURE__ */ new Map();
	add(userId, listener) {
		const listeners = this.#listenersByUser.get(userId) ?? /* @__PURE__ */ new Set();
		this.#listenersByUser.set(userId, listeners);
		listeners.add(listener);
		return () => {
			listeners.delete(listener);
			if (listeners.size === 0 && this.#listenersByUser.get(userId) === listeners) this.#listenersByUser.delete(userId);
		};
	}
	has(userId) {
		return this.#listenersByUser.has(userId);
	}
	users() {
		return this.#listenersByUser.keys();
	}
	tell(committed) {
		for (const listener of this.#listenersByUser.get(committed.userId) ?? []) listener(committed);
	}
};
// ../websocket-core/src/budget.ts
/** A token bucket: an allowance that refills with time. Its holder decides what going over it means. */
var Budget = class {
	#clock;
	#allowance;
	#level;
	#atMs;
	constructor(clock, allowance) {
		this.#clock = clock;
		this.#allowance = allowance;
		this.#level = allowance.burst;
		this.#atMs = clock.elapsed();
	}
	/** Milliseconds until `cost` can be afforded; 0 when it can be now. */
	afterMs(cost) {
		this.#refill();
		return Math.max(0, Math.ceil((cost - this.#level) * (1e3 / this.#allowance.perSecond)));
	}
	/** Takes the cost, into debt if need be, and answers what is left: below 0 it was too much. */
	spend(cost) {
		this.#refill();
		this.#level -= cost;
		return this.#level;
	}
	#refill() {
		const now = this.#clock.elapsed();
		const { perSecond, burst } = this.#allowance;
		this.#level = Math.min(burst, this.#level + (now - this.#atMs) / 1e3 * perSecond);
		this.#atMs = now;
	}
};
// ../websocket-core/src/resume.ts
function judgeResume(log, cursor, replayEventsMax) {
	if (!cursor) return {
		is: "snapshot",
		why: "first"
	};
	if (cursor.epoch !== log.epoch) return {
		is: "snapshot",
		why: "replaced"
	};
	if (cursor.offset < log.floor) return {
		is: "snapshot",
		why: "trimmed"
	};
	if (cursor.offset > log.head) return {
		is: "snapshot",
		why: "ahead"
	};
	if (log.head - cursor.offset > replayEventsMax) return {
		is: "snapshot",
		why: "far"
	};
	return {
		is: "replay",
		after: cursor.offset
	};
}
/**
* A snapshot that the events after `asOf` continue exactly, whichever node wrote them. `before` is the log's
* extent at an earlier moment: a run that is active at `asOf` was active soon after that moment, or its
* beginning stands between the two. So a run is missing from the answer only if all of its events come
* after `asOf`, and no event up to `asOf` is folded twice.
*/
async function takeSnapshot(journal, userId, before) {
	const active = await journal.activeRuns(userId);
	const { epoch, head } = await journal.extent(userId);
	const began = await runsBegun(journal, userId, before.head, head);
	const runIds = /* @__PURE__ */ new Set([...active.map((run) => run.runId), ...began]);
	const [threads, ...runs] = await Promise.all([journal.threads(userId, { limit: limits.threadsPerSnapshotMax }), ...[...runIds].map((runId) => journal.runEvents(userId, runId))]);
	const activeRuns = [];
	for (const events of runs) {
		let message;
		for (const event of events) if (event.offset <= head) message = foldRun(message, event);
		if (message?.status !== "streaming") continue;
		if (await journal.thread(userId, message.threadId)) activeRuns.push(message);
	}
	return {
		type: "snapshot",
		asOf: {
			epoch,
			offset: head
		},
		threads,
		activeRuns
	};
}
const readBytesMax$1 = 262144;
/** Ids of the runs that begin in `after + 1 … upTo`: a moment's worth of events, so hardly any. */
async function runsBegun(journal, userId, after, upTo) {
	const runIds = [];
	for (let at = after; at < upTo;) {
		const read = await journal.read(userId, at, limits.eventsPerFrameMax, readBytesMax$1);
		if (read.is === "trimmed" || read.events.length === 0) throw new Error(`The log changed below ${upTo} while a snapshot was taken of it.`);
		for (const json of read.events) {
			if (!json.includes("\"type\":\"agent_started\"")) continue;
			const event = JSON.parse(json);
			if (event.type === "agent_started" && event.runId !== void 0) runIds.push(event.runId);
		}
		at += read.events.length;
	}
	return runIds;
}
// ../websocket-core/src/transport.ts
/** A message to a peer; its bytes are made once, however many sockets it goes to. */
var Outgoing = class {
	text;
	#frame;
	constructor(text) {
		this.text = text;
	}
	/** The whole RFC 6455 text frame: FIN, unmasked, as a server sends it. */
	get frame() {
		this.#frame ??= textFrame(this.text);
		return this.#frame;
	}
};
function textFrame(text) {
	const bytes = Buffer.byteLength(text);
	const header = bytes < 126 ? 2 : bytes < 65536 ? 4 : 10;
	const frame = Buffer.allocUnsafe(header + bytes);
	frame[0] = 129;
	if (header === 2) frame[1] = bytes;
	else if (header === 4) {
		frame[1] = 126;
		frame.writeUInt16BE(bytes, 2);
	} else {
		frame[1] = 127;
		frame.writeBigUInt64BE(BigInt(bytes), 2);
	}
	frame.write(text, header, "utf8");
	return frame;
}
// ../websocket-core/src/user-log.ts
const tailBytesMax = 262144;
/** A frame of events is closed at this size; a single larger event still goes alone. */
const frameCharsTarget = 65536;
var UserLog = class {
	userId;
	#unsubscribe;
	#replaced;
	#epoch;
	#head;
	#tail = [];
	/** Offset of `#tail[0]`. */
	#first = 1;
	#tailChars = 0;
	#latest;
	constructor(userId, bus, heard) {
		const { grown, replaced } = heard;
		this.userId = userId;
		this.#replaced = replaced;
		this.#unsubscribe = bus.subscribe(userId, (committed) => {
			this.#take(committed);
			grown();
		});
	}
	/** The newest offset heard of; undefined until the first commit or `learn`. */
	get head() {
		return this.#head;
	}
	/** What the journal says; the bus may have said more since. */
	learn({ epoch, head }) {
		this.#epoch ??= epoch;
		if (epoch !== this.#epoch) this.#replaced();
		else if (this.#head === void 0 || this.#head < head) {
			this.#head = head;
			this.#empty(head + 1);
		}
	}
	/** The events after `after` as one frame, from memory; undefined when the journal has to be read. */
	batchAfter(after) {
		if (after < this.#first - 1 || after - this.#first + 1 >= this.#tail.length) return void 0;
		if (this.#latest?.after === after) return this.#latest.batch;
		const from = after - this.#first + 1;
		const count = frameCount(this.#tail, from);
		const batch = {
			last: after + count,
			message: new Outgoing(eventsFrame(this.#tail.slice(from, from + count)))
		};
		this.#latest = {
			after,
			batch
		};
		return batch;
	}
	close() {
		this.#unsubscribe();
	}
	#take({ epoch, first, head, events }) {
		this.#epoch ??= epoch;
		if (epoch !== this.#epoch) {
			this.#replaced();
			return;
		}
		if (this.#head !== void 0 && head <= this.#head) return;
		if (this.#head === void 0 || first !== this.#head + 1) this.#empty(first);
		this.#head = head;
		for (const event of events) {
			this.#tail.push(event);
			this.#tailChars += event.length;
		}
		let drop = 0;
		while (this.#tailChars > tailBytesMax && drop < this.#tail.length - 1) this.#tailChars -= this.#tail[drop++]?.length ?? 0;
		if (drop > 0) {
			this.#tail.splice(0, drop);
			this.#first += drop;
		}
		this.#latest = void 0;
	}
	#empty(first) {
		this.#tail = [];
		this.#tailChars = 0;
		this.#first = first;
		this.#latest = void 0;
	}
};
/** How many events from `from` on go into one frame: one at least. */
function frameCount(events, from) {
	let chars = 0;
	let count = 0;
	for (let at = from; at < events.length && count < limits.eventsPerFrameMax; at++) {
		chars += events[at]?.length ?? 0;
		if (count > 0 && chars > frameCharsTarget) break;
		count++;
	}
	return count;
}
// ../websocket-core/src/log-reader.ts
const readBytesMax = 262144;
var LogReader = class {
	#options;
	#offset;
	#caughtUp = false;
	#reading = false;
	#stopped = false;
	/** Bytes of a read that were handed out and that no pass has seen written yet. */
	#unwrittenBytes = 0;
	/** While the peer is behind: since when it has taken nothing, and what waited then. */
	#stalled;
	constructor(options) {
		this.#options = options;
		this.#offset = options.offset;
	}
	/** Everything up to here was handed to the socket. */
	get offset() {
		return this.#offset;
	}
	/** One pass; R1, R2. */
	pump() {
		const { log, bufferedBytes, send, clock } = this.#options;
		if (this.#reading || this.#stopped) return;
		let queuedBytes = this.#unwrittenBytes;
		this.#unwrittenBytes = 0;
		for (;;) {
			const waitingBytes = bufferedBytes() + queuedBytes;
			if (waitingBytes > limits.bufferedBytesMax) {
				this.#stalled ??= {
					sinceMs: clock.elapsed(),
					bytes: waitingBytes
				};
				return;
			}
			const head = log.head ?? this.#offset;
			if (this.#offset >= head) {
				const upTo = this.#offset;
				if (!this.#caughtUp) send(new Outgoing(encodeServerFrame({
					type: "caught_up",
					head: upTo
				})));
				this.#caughtUp = true;
				return;
			}
			const batch = log.batchAfter(this.#offset);
			if (!batch) {
				this.#reading = true;
				this.#read().catch((error) => {
					if (!this.#stopped) this.#options.failed(error);
				});
				return;
			}
			send(batch.message);
			queuedBytes += batch.message.frame.length;
			this.#offset = batch.last;
		}
	}
	/**
	* Call when bytes were written or taken: goes on if the socket has room again. A write that the kernel
	* takes at once is followed by no "drain", so this is asked after every write too.
	*/
	room() {
		if (!this.#stalled || this.#options.bufferedBytes() > limits.bufferedBytesMax) return;
		this.#stalled = void 0;
		this.#options.again();
	}
	/** How long the peer has taken nothing, in milliseconds; 0 while it is not behind. */
	stalledMs() {
		if (!this.#stalled) return 0;
		const now = this.#options.clock.elapsed();
		const bytes = this.#options.bufferedBytes();
		if (bytes < this.#stalled.bytes) this.#stalled = {
			sinceMs: now,
			bytes
		};
		return now - this.#stalled.sinceMs;
	}
	/** Nothing is handed out any more, not even by a read that is under way. */
	stop() {
		this.#stopped = true;
	}
	/** R3. */
	async #read() {
		const { journal, log, send } = this.#options;
		const read = await journal.read(log.userId, this.#offset, limits.eventsPerFrameMax, readBytesMax);
		if (this.#stopped) return;
		if (read.is === "trimmed") {
			const before = await journal.extent(log.userId);
			const snapshot = await takeSnapshot(journal, log.userId, before);
			if (this.#stopped) return;
			send(new Outgoing(encodeServerFrame(snapshot)));
			this.#offset = snapshot.asOf.offset;
		} else {
			if (read.events.length === 0) throw new Error(`The journal has nothing after ${this.#offset}, but its log was said to go on.`);
			for (let at = 0; at < read.events.length;) {
				const count = frameCount(read.events, at);
				const message = new Outgoing(eventsFrame(read.events.slice(at, at + count)));
				this.#unwrittenBytes += message.frame.length;
				send(message);
				at += count;
			}
			this.#offset += read.events.length;
		}
		this.#reading = false;
		this.#options.again();
	}
};
// ../websocket-core/src/connection.ts
/** How long before its session ends a connection is told. */
const expiringNoticeMs = 6e4;
const commandsWaitingMax = 64;
var WebSocketConnection = class {
	id;
	#host;
	#transport;
	#phase;
	#outbox = [];
	#commands = Promise.resolve();
	#commandsWaiting = 0;
	#heardMs;
	#pingSentMs = 0;
	#frames;
	#ackedOffset = 0;
	/** `user` is who the upgrade's cookie named; without one, hello has to bring a ticket. */
	constructor(id, host, transport, user) {
		this.id = id;
		this.#host = host;
		this.#transport = transport;
		const now = host.clock.elapsed();
		this.#heardMs = now;
		this.#frames = new Budget(host.clock, {
			perSecond: limits.framesPerSecondMax,
			burst: limits.framesBurstMax
		});
		this.#phase = {
			is: "greeting",
			user,
			untilMs: now + limits.helloMsMax
		};
		transport.open({
			text: (text) => this.#receive(text),
			binary: () => this.#receiveBinary(),
			drained: () => this.#drained(),
			closed: (code) => this.#closed(code)
		});
	}
	/** Who is connected; undefined before the join is complete. */
	get context() {
		return this.#phase.is === "open" ? this.#phase.context : void 0;
	}
	get state() {
		return this.#phase.is;
	}
	/** The offset sent last, and the one the client said it took in. */
	get progress() {
		return {
			sent: this.#phase.is === "open" ? this.#phase.reader.offset : 0,
			acked: this.#ackedOffset
		};
	}
	/** Who is behind the connection as far as is known, in whatever phase. */
	get user() {
		if (this.#phase.is === "open") return this.#phase.context;
		return this.#phase.is === "closed" ? void 0 : this.#phase.user;
	}
	/** C2: closed from now on, whatever the peer does. */
	close(reason) {
		if (this.#phase.is === "closed") return;
		const { code } = closeCodes[reason];
		this.#leave(code);
		this.#writeOutbox();
		this.#transport.close(code, reason);
	}
	goaway(afterMs) {
		if (this.#phase.is === "open") this.#say({
			type: "goaway",
			afterMs
		});
	}
	/** One pass: takes what the log has, then writes everything of this tick at once. */
	flush() {
		const reader = this.#phase.is === "open" ? this.#phase.reader : void 0;
		reader?.pump();
		this.#writeOutbox();
		reader?.room();
	}
	/** The deadlines of every phase; called about once a second. */
	sweep() {
		const phase = this.#phase;
		const now = this.#host.clock.elapsed();
		if (phase.is === "closed") return;
		if (phase.is !== "open") {
			if (now >= phase.untilMs) this.close(phase.is === "greeting" ? "hello_timeout" : "try_later");
			return;
		}
		if (phase.reader.stalledMs() >= limits.stalledMsMax) {
			this.close("slow_reader");
			return;
		}
		if (this.#pingSentMs > 0 && now - this.#pingSentMs >= limits.heartbeatGraceMs) {
			this.close("heartbeat_timeout");
			return;
		}
		if (this.#pingSentMs === 0 && now - this.#heardMs >= limits.heartbeatMs) {
			this.#pingSentMs = now;
			this.#say({ type: "ping" });
		}
		const leftMs = phase.context.expiresAt - this.#host.clock.now();
		if (leftMs <= 0) this.close("session_expired");
		else if (leftMs <= expiringNoticeMs && !phase.expiringSent) {
			phase.expiringSent = true;
			this.#say({
				type: "expiring",
				atMs: phase.context.expiresAt
			});
		}
	}
	#receive(text) {
		const phase = this.#phase;
		if (phase.is === "closed") return;
		this.#heard();
		if (!this.#admit()) return;
		if (phase.is === "joining") {
			phase.waiting.push(text);
			return;
		}
		const decoded = decodeClientFrame(text);
		if (phase.is === "greeting") {
			if (!decoded.ok) {
				this.#say(decoded.error);
				this.close("bad_hello");
			} else if (decoded.frame.type !== "hello") {
				this.#say(errorFrame("hello_required", void 0, "id" in decoded.frame ? decoded.frame.id : void 0));
				this.close("hello_required");
			} else this.#hello(decoded.frame, phase.user);
			return;
		}
		if (decoded.ok) this.#handle(decoded.frame, phase, text.length);
		else this.#say(decoded.error);
	}
	#receiveBinary() {
		if (this.#phase.is === "closed") return;
		this.#heard();
		if (!this.#admit()) return;
		this.#say(errorFrame("binary_frame"));
		if (this.#phase.is === "greeting") this.close("bad_hello");
	}
	#heard() {
		this.#heardMs = this.#host.clock.elapsed();
		this.#pingSentMs = 0;
	}
	/** A token bucket over everything a client sends; a flood far over it ends the connection. */
	#admit() {
		const left = this.#frames.spend(1);
		if (left >= 0) return true;
		if (left < -limits.framesBurstMax) this.close("flooding");
		else {
			const message = `Send at most ${limits.framesPerSecondMax} frames a second.`;
			this.#say(errorFrame("rate_limited", message, void 0, this.#frames.afterMs(1)));
		}
		return false;
	}
	#hello(frame, user) {
		const untilMs = this.#host.clock.elapsed() + limits.helloMsMax;
		this.#phase = {
			is: "joining",
			user,
			waiting: [],
			untilMs
		};
		this.#join(frame, user).catch((error) => {
			this.#host.failed("join", error, this.id);
			this.close("try_later");
		});
	}
	async #join(frame, cookieUser) {
		const user = frame.ticket === void 0 ? cookieUser : await this.#host.redeemTicket(frame.ticket);
		if (this.#phase.is !== "joining") return;
		const verdict = this.#host.admit(this, user);
		if (!user || verdict.is === "refused") {
			this.close(verdict.is === "refused" ? verdict.reason : "unauthenticated");
			return;
		}
		const { waiting } = this.#phase;
		this.#phase = {
			...this.#phase,
			user
		};
		const context = new WebSocketContext({
			...user,
			requestId: this.id
		});
		const { log, allowance } = verdict;
		const extent = await this.#host.journal.extent(user.userId);
		log.learn(extent);
		if (this.#phase.is !== "joining") return;
		const resume = judgeResume(extent, frame.cursor, limits.replayEventsMax);
		let offset = frame.cursor?.offset ?? 0;
		this.#say({
			type: "welcome",
			userId: user.userId,
			connectionId: this.id,
			epoch: extent.epoch,
			head: extent.head,
			heartbeatMs: limits.heartbeatMs,
			limits: clientLimits
		});
		if (resume.is === "snapshot") {
			const snapshot = await takeSnapshot(this.#host.journal, user.userId, extent);
			this.#say(snapshot);
			offset = snapshot.asOf.offset;
		}
		if (this.#phase.is !== "joining") return;
		const reader = new LogReader({
			journal: this.#host.journal,
			clock: this.#host.clock,
			log,
			offset,
			bufferedBytes: () => this.#transport.bufferedBytes,
			send: (message) => this.#outbox.push(message),
			again: () => this.#host.dirty(this),
			failed: (error) => {
				this.#host.failed("read", error, this.id);
				this.close("try_later");
			}
		});
		this.#phase = {
			is: "open",
			reader,
			allowance,
			context,
			expiringSent: false
		};
		for (const text of waiting) {
			const decoded = decodeClientFrame(text);
			if (this.#phase.is !== "open") return;
			if (decoded.ok) this.#handle(decoded.frame, this.#phase, text.length);
			else this.#say(decoded.error);
		}
		this.#host.dirty(this);
	}
	#handle(frame, phase, chars) {
		switch (frame.type) {
			case "hello":
				this.#say(errorFrame("hello_repeated"));
				return;
			case "pong": return;
			case "ack":
				if (frame.offset <= phase.reader.offset) this.#ackedOffset = Math.max(this.#ackedOffset, frame.offset);
				else this.#say(errorFrame("bad_frame", "ack: this offset was not sent on this connection."));
				return;
			case "refresh":
				this.#enqueue(() => this.#refresh(frame, phase));
				return;
			case "send":
			case "cancel":
			case "resolve": {
				const refused = this.#judgeCommand(frame, phase.allowance, chars);
				if (refused) this.#say(refused);
				else this.#enqueue(() => this.#carryOut(frame, phase.context));
				return;
			}
		}
	}
	/** C6: why a command may not even wait; what is refused costs nothing of the allowance. */
	#judgeCommand(frame, { count, chars }, length) {
		if (this.#commandsWaiting >= commandsWaitingMax) return errorFrame("rate_limited", "Too many commands wait for their answer.", frame.id, 1e3);
		const afterMs = Math.max(count.afterMs(1), chars.afterMs(length));
		if (afterMs > 0) return errorFrame("rate_limited", "Too many commands of this user at once.", frame.id, afterMs);
		count.spend(1);
		chars.spend(length);
	}
	/** C5. */
	#enqueue(work) {
		this.#commandsWaiting++;
		this.#commands = this.#commands.then(work).then(() => {
			this.#commandsWaiting--;
		}, (error) => {
			this.#commandsWaiting--;
			this.#host.failed("command", error, this.id);
		});
	}
	async #carryOut(frame, context) {
		if (this.#host.isRevoked(context)) return;
		let outcome;
		try {
			outcome = await this.#dispatch(frame, context);
		} catch (error) {
			this.#host.failed("command", error, this.id);
			outcome = {
				is: "refused",
				code: "internal"
			};
		}
		if (outcome.is === "done") this.#say({
			type: "done",
			id: frame.id,
			result: outcome.result
		});
		else this.#say(refusal(outcome, frame.id));
	}
	#dispatch(frame, context) {
		const { commands } = this.#host;
		if (frame.type === "send") return commands.send(context, frame);
		if (frame.type === "cancel") return commands.cancel(context, frame);
		return commands.resolve(context, frame);
	}
	async #refresh(frame, phase) {
		const user = await this.#host.redeemTicket(frame.token);
		if (this.#phase !== phase) return;
		if (!user || user.userId !== phase.context.userId || this.#host.isRevoked(user)) {
			this.#say(errorFrame("unauthenticated", "refresh: the ticket is not valid for this user."));
			return;
		}
		phase.context = new WebSocketContext({
			...user,
			requestId: this.id
		});
		phase.expiringSent = false;
	}
	#drained() {
		if (this.#phase.is === "open") this.#phase.reader.room();
	}
	#say(frame) {
		if (this.#phase.is === "closed") return;
		this.#outbox.push(new Outgoing(encodeServerFrame(frame)));
		this.#host.dirty(this);
	}
	#writeOutbox() {
		if (this.#outbox.length === 0) return;
		const messages = this.#outbox;
		this.#outbox = [];
		this.#transport.write(messages);
	}
	#closed(code) {
		if (this.#phase.is !== "closed") this.#leave(code);
		this.#host.gone(this);
	}
	#leave(code) {
		if (this.#phase.is === "open") this.#phase.reader.stop();
		this.#phase = {
			is: "closed",
			code
		};
		this.#host.left(this);
	}
};
function refusal(outcome, id) {
	return errorFrame(outcome.code, outcome.message, id, outcome.afterMs);
}
// ../websocket-core/src/allowance.ts
/** Every user's allowance; it outlives their connections until it is whole again, so coming back does not renew it. */
var CommandAllowances = class {
	#clock;
	#allowanceByUser = /* @__PURE__ */ new Map();
	constructor(clock) {
		this.#clock = clock;
	}
	of(userId) {
		const { commandsPerSecondMax, commandsBurstMax, commandCharsPerSecondMax, commandCharsBurstMax } = limits;
		const allowance = this.#allowanceByUser.get(userId) ?? {
			count: new Budget(this.#clock, {
				perSecond: commandsPerSecondMax,
				burst: commandsBurstMax
			}),
			chars: new Budget(this.#clock, {
				perSecond: commandCharsPerSecondMax,
				burst: commandCharsBurstMax
			})
		};
		this.#allowanceByUser.set(userId, allowance);
		return allowance;
	}
	/** Forgets what is whole and of nobody who is here. */
	sweep(isHere) {
		for (const [userId, { count, chars }] of this.#allowanceByUser) if (count.afterMs(limits.commandsBurstMax) === 0 && chars.afterMs(limits.commandCharsBurstMax) === 0 && !isHere(userId)) this.#allowanceByUser.delete(userId);
	}
};
// ../websocket-core/src/callers.ts
/** Who came without a session has `helloMsMax` to bring a ticket; this many may be at it at once. */
const strangersMax = 1e4;
/** One user's tabs that all reconnect at once are fewer. */
const silentPerUserMax = 4 * limits.connectionsPerUserMax;
/** Connections that have not joined a log, counted for each user and for all who came without a session. */
var Callers = class {
	#userByConnection = /* @__PURE__ */ new Map();
	#countByUser = /* @__PURE__ */ new Map();
	isFull(userId) {
		const max = userId === void 0 ? strangersMax : silentPerUserMax;
		return (this.#countByUser.get(userId) ?? 0) >= max;
	}
	add(connection, userId) {
		this.#userByConnection.set(connection, userId);
		this.#countByUser.set(userId, (this.#countByUser.get(userId) ?? 0) + 1);
	}
	remove(connection) {
		if (!this.#userByConnection.has(connection)) return;
		const userId = this.#userByConnection.get(connection);
		this.#userByConnection.delete(connection);
		const left = (this.#countByUser.get(userId) ?? 1) - 1;
		if (left > 0) this.#countByUser.set(userId, left);
		else this.#countByUser.delete(userId);
	}
};
// ../websocket-core/src/session-check.ts
const checkMs = 1e4;
const askedMax = 500;
/**
* D7 where the bus cannot be relied on: asks the login which of this node's sessions another node ended. That is
* every second while other nodes are not heard and when they are heard again, else every ten: a node that ended
* a session may have been cut off itself.
*/
var SessionCheck = class {
	#options;
	#askedMs;
	#asking = false;
	#wasConnected = true;
	constructor(options) {
		this.#options = options;
		this.#askedMs = options.clock.elapsed();
	}
	/** Called about once a second. */
	sweep() {
		const { clock, bus, failed } = this.#options;
		const { kind, connected } = bus.stats();
		if (kind === "local" || this.#asking) return;
		const certain = connected && this.#wasConnected;
		this.#wasConnected = connected;
		if (certain && clock.elapsed() - this.#askedMs < checkMs) return;
		this.#askedMs = clock.elapsed();
		this.#asking = true;
		this.#ask().catch(failed).finally(() => {
			this.#asking = false;
		});
	}
	async #ask() {
		const { sessionIds, endedSessions, ended } = this.#options;
		const all = [...new Set(sessionIds())];
		for (let at = 0; at < all.length; at += askedMax) for (const sessionId of await endedSessions(all.slice(at, at + askedMax))) ended(sessionId);
	}
};
// ../websocket-core/src/ws-transport.ts
/** Time for the peer to answer a close frame before the socket is cut. */
const closeMsMax = 2e3;
/**
* A WebSocket as a transport. `ws` reads frames and speaks the control frames; data frames are built by
* us and go to the TCP socket directly, all of a tick in one write: a socket write is what costs.
* That is sound because compression is off, so `ws` never holds a frame back.
*/
var WebSocketTransport = class {
	#websocket;
	#socket;
	#clock;
	#closing;
	constructor(websocket, socket, clock) {
		this.#websocket = websocket;
		this.#socket = socket;
		this.#clock = clock;
	}
	open(events) {
		this.#websocket.on("message", (data, isBinary) => {
			if (isBinary) events.binary();
			else events.text(data.toString());
		});
		this.#websocket.on("error", () => {
			this.#socket.resume();
			this.#closing ??= this.#clock.timer(closeMsMax, () => this.terminate());
		});
		this.#websocket.on("close", (code) => {
			this.#closing?.cancel();
			this.#socket.off("drain", events.drained);
			events.closed(code);
		});
		this.#socket.on("drain", events.drained);
	}
	write(messages) {
		if (this.#websocket.readyState !== this.#websocket.OPEN) return;
		const only = messages.length === 1 ? messages[0] : void 0;
		this.#socket.write(only ? only.frame : Buffer.concat(messages.map((message) => message.frame)));
	}
	get bufferedBytes() {
		return this.#socket.writableLength;
	}
	close(code, reason) {
		if (this.#closing) return;
		this.#closing = this.#clock.timer(closeMsMax, () => this.terminate());
		this.#websocket.close(code, reason);
	}
	terminate() {
		this.#websocket.terminate();
	}
};
// ../websocket-core/src/core.ts
const upgradesWaitingMax = 1e3;
const sweepMs = 1e3;
/** A join takes far less; a session revoked longer ago is unknown to the login itself. */
const revokedKeptMs = 6e4;
const revokedKeptMax = 1e4;
var WebSocketCore = class {
	#options;
	#bus;
	#stopHearing;
	#sessions;
	#server = new WebSocketServer({
		noServer: true,
		clientTracking: false,
		perMessageDeflate: false,
		maxPayload: limits.frameBytesHardMax,
		handleProtocols: () => subprotocol
	});
	#host;
	#connections = /* @__PURE__ */ new Set();
	#userById = /* @__PURE__ */ new Map();
	#userByConnection = /* @__PURE__ */ new Map();
	#allowances;
	/** W4: who has not joined yet, by the user's id or as a stranger. */
	#callers = new Callers();
	/** W3: session ids and when they were revoked, oldest first. */
	#revokedAt = /* @__PURE__ */ new Map();
	#dirty = /* @__PURE__ */ new Set();
	#flushing = false;
	#upgrades = 0;
	#accepting = true;
	#sweep;
	#drained;
	constructor(options) {
		this.#options = options;
		this.#bus = options.bus ?? createLocalBus(options.journal);
		this.#allowances = new CommandAllowances(options.clock);
		this.#stopHearing = this.#bus.onSignal((_userId, signal) => {
			if (signal.is === "session_ended") this.#endSession(signal.sessionId);
		});
		const { endedSessions } = options;
		this.#sessions = endedSessions && new SessionCheck({
			clock: options.clock,
			bus: this.#bus,
			sessionIds: () => this.#sessionIds(),
			endedSessions,
			ended: (sessionId) => this.#endSession(sessionId),
			failed: (error) => options.onFault?.({
				where: "sessions",
				error
			})
		});
		this.#sweep = options.clock.timer(sweepMs, () => this.#sweepAll());
		this.#host = {
			clock: options.clock,
			journal: options.journal,
			commands: options.commands,
			redeemTicket: options.redeemTicket,
			admit: (connection, user) => this.#admit(connection, user),
			isRevoked: (user) => this.#isRevoked(user),
			dirty: (connection) => this.#markDirty(connection),
			left: (connection) => this.#left(connection),
			gone: (connection) => this.#gone(connection),
			failed: (where, error, connectionId) => options.onFault?.({
				where,
				error,
				connectionId
			})
		};
	}
	/** Takes over an HTTP upgrade: the socket becomes a connection or gets an HTTP error, never nothing. */
	handleUpgrade(request, socket, head) {
		const dropped = () => socket.destroy();
		socket.on("error", dropped);
		if (!(request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim()).includes("goldenpath.v1")) refuseUpgrade$1(socket, 400, "bad_frame", `Offer the subprotocol ${subprotocol}.`);
		else if (!this.#accepting || this.#upgrades >= upgradesWaitingMax || this.#full()) refuseUpgrade$1(socket, 503, "unavailable", "The server takes no connections just now; try again soon.");
		else {
			this.#upgrades++;
			this.#authenticate(request).then((verdict) => {
				if (socket.destroyed) return;
				if (verdict.is === "refused") {
					refuseUpgrade$1(socket, 403, "origin_refused", "This page's origin is not on the server's allowlist.");
					return;
				}
				if (this.#callers.isFull(verdict.user?.userId)) {
					refuseUpgrade$1(socket, 503, "unavailable", "Too many connections wait to say hello; try again soon.");
					return;
				}
				this.#server.handleUpgrade(request, socket, head, (websocket) => {
					socket.off("error", dropped);
					this.connect(new WebSocketTransport(websocket, socket, this.#options.clock), verdict.user);
				});
			}).catch((error) => {
				this.#options.onFault?.({
					where: "upgrade",
					error
				});
				if (!socket.destroyed) refuseUpgrade$1(socket, 503, "unavailable", "The session could not be checked; try again soon.");
			}).finally(() => {
				this.#upgrades--;
			});
		}
	}
	/** A transport whose peer was authenticated as `user`, or has to bring a ticket. */
	connect(transport, user) {
		const connection = new WebSocketConnection(this.#options.makeId(), this.#host, transport, user);
		this.#connections.add(connection);
		this.#callers.add(connection, user?.userId);
		if (!this.#accepting) connection.close("going_away");
		return connection;
	}
	/** The open connections of one user. */
	connectionsOf(userId) {
		return [...this.#userById.get(userId)?.connections ?? []].filter((one) => one.state === "open");
	}
	get journal() {
		return this.#options.journal;
	}
	get clock() {
		return this.#options.clock;
	}
	/** D7: closes every connection of the session now, here and on every other node. */
	revokeSession({ userId, sessionId }) {
		this.#bus.signal(userId, {
			is: "session_ended",
			sessionId
		});
		this.#endSession(sessionId);
	}
	/**
	* Takes no more upgrades, tells every client to come back at a moment of its own within `windowMs`,
	* and resolves when all have left or the window is over; who is still there then is closed.
	*/
	async drain(windowMs) {
		this.#accepting = false;
		for (const connection of this.#connections) connection.goaway(windowMs);
		if (this.#connections.size > 0) await new Promise((resolve) => {
			const timer = this.#options.clock.timer(windowMs, resolve);
			this.#drained = () => {
				timer.cancel();
				resolve();
			};
		});
		await this.close();
	}
	/** Closes every connection with `going_away`, at once; resolves when their sockets are gone. */
	async close() {
		this.#accepting = false;
		this.#sweep.cancel();
		this.#stopHearing();
		for (const connection of this.#connections) connection.close("going_away");
		if (this.#connections.size > 0) await new Promise((resolve) => {
			this.#drained = resolve;
		});
		this.#server.close();
	}
	stats() {
		return {
			connections: this.#connections.size,
			users: this.#userById.size,
			upgrades: this.#upgrades
		};
	}
	async #authenticate(request) {
		const user = await this.#options.authenticate(request);
		const origin = request.headers.origin;
		if (user && origin !== void 0 && !this.#options.originAllowed(origin, request)) return { is: "refused" };
		return {
			is: "accepted",
			user
		};
	}
	#full() {
		return this.#connections.size >= (this.#options.connectionsMax ?? 1e5);
	}
	#admit(connection, user) {
		if (!user) return {
			is: "refused",
			reason: "unauthenticated"
		};
		if (this.#isRevoked(user)) return {
			is: "refused",
			reason: "session_revoked"
		};
		if (user.expiresAt <= this.#options.clock.now()) return {
			is: "refused",
			reason: "session_expired"
		};
		let entry = this.#userById.get(user.userId);
		if (entry && entry.connections.size >= limits.connectionsPerUserMax) return {
			is: "refused",
			reason: "too_many_connections"
		};
		if (!entry) {
			const connections = /* @__PURE__ */ new Set();
			entry = {
				log: new UserLog(user.userId, this.#bus, {
					grown: () => {
						for (const one of connections) this.#markDirty(one);
					},
					replaced: () => {
						for (const one of connections) one.close("try_later");
					}
				}),
				connections
			};
			this.#userById.set(user.userId, entry);
		}
		entry.connections.add(connection);
		this.#userByConnection.set(connection, entry);
		this.#callers.remove(connection);
		return {
			is: "admitted",
			log: entry.log,
			allowance: this.#allowances.of(user.userId)
		};
	}
	#left(connection) {
		this.#callers.remove(connection);
		const entry = this.#userByConnection.get(connection);
		if (!entry) return;
		this.#userByConnection.delete(connection);
		entry.connections.delete(connection);
		if (entry.connections.size > 0) return;
		entry.log.close();
		this.#userById.delete(entry.log.userId);
	}
	#gone(connection) {
		this.#connections.delete(connection);
		this.#dirty.delete(connection);
		if (this.#connections.size === 0) this.#drained?.();
	}
	#markDirty(connection) {
		this.#dirty.add(connection);
		if (this.#flushing) return;
		this.#flushing = true;
		(this.#options.defer ?? setImmediate)(() => this.#flush());
	}
	#flush() {
		this.#flushing = false;
		const dirty = [...this.#dirty];
		this.#dirty.clear();
		for (const connection of dirty) connection.flush();
	}
	#endSession(sessionId) {
		this.#remember(sessionId);
		for (const connection of this.#connections) if (connection.user?.sessionId === sessionId) connection.close("session_revoked");
	}
	*#sessionIds() {
		for (const { user } of this.#connections) if (user) yield user.sessionId;
	}
	#sweepAll() {
		for (const connection of this.#connections) connection.sweep();
		this.#allowances.sweep((userId) => this.#userById.has(userId));
		this.#sessions?.sweep();
		const oldest = this.#options.clock.elapsed() - revokedKeptMs;
		for (const [sessionId, at] of this.#revokedAt) {
			if (at >= oldest) break;
			this.#revokedAt.delete(sessionId);
		}
		this.#sweep = this.#options.clock.timer(sweepMs, () => this.#sweepAll());
	}
	#isRevoked(user) {
		return this.#revokedAt.has(user.sessionId);
	}
	#remember(sessionId) {
		this.#revokedAt.delete(sessionId);
		this.#revokedAt.set(sessionId, this.#options.clock.elapsed());
		if (this.#revokedAt.size <= revokedKeptMax) return;
		for (const oldest of this.#revokedAt.keys()) {
			this.#revokedAt.delete(oldest);
			return;
		}
	}
};
const statusTexts = {
	400: "Bad Request",
	403: "Forbidden",
	503: "Service Unavailable"
};
function refuseUpgrade$1(socket, status, code, message) {
	const body = JSON.stringify({ error: {
		code,
		message,
		retry: errorCodes[code].retry
	} });
	socket.end(`HTTP/1.1 ${status} ${statusTexts[status] ?? ""}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n${status === 503 ? "Retry-After: 1\r\n" : ""}\r\n${body}`);
}
// ../journal/src/journal.ts
const commitEventsMax = 1e3;
/** All events of one commit, and its final message, as UTF-8; over that it is `too_large`. */
const commitBytesMax = 67108864;
const defaultTrimLimits = {
	ageMsMax: 2592e6,
	eventsMax: 1e5,
	bytesMax: 67108864
};
// ../journal/src/draft.ts
/**
* A commit as the engines judge and store it: every event is serialised once, here, in the caller's
* thread; beside the bytes stands only what judging needs of it, so that a draft is cheap to hand on.
* A draft shares nothing with the commit: what the caller changes afterwards changes nothing here.
*/
const ofRun = new Set(runEventTypes);
const endState = {
	agent_completed: "completed",
	agent_failed: "failed",
	agent_cancelled: "cancelled"
};
/** `{"offset":` and `,` around an offset of up to 16 digits. */
const offsetBytesMax = 27;
/** Throws a `TypeError` for a commit that no caller may make: it contradicts itself. */
function draftCommit(commit, at) {
	const { events, finalMessage } = commit;
	if (!commit.userId) throw new TypeError("commit: userId is required");
	if (events.length > 1e3) return {
		is: "refused",
		why: "too_large",
		detail: `A commit may have ${commitEventsMax} events.`
	};
	const marks = [];
	const tails = [];
	let bytes = 0;
	for (const event of events) {
		const tail = eventTail(event);
		const tailBytes = Buffer.byteLength(tail);
		if (tailBytes + offsetBytesMax > limits.eventBytesMax) return {
			is: "refused",
			why: "too_large",
			detail: `The event ${event.id} (${event.type}) has ${tailBytes} bytes; ${limits.eventBytesMax} are allowed.`
		};
		bytes += tailBytes;
		marks.push(markOf(event, commit));
		tails.push(tail);
	}
	let kept;
	if (finalMessage) {
		if (!events.some((event) => isTerminal(event.type))) throw new TypeError("commit: a finalMessage comes with its run's terminal event");
		kept = {
			id: finalMessage.id,
			threadId: finalMessage.threadId,
			json: JSON.stringify(finalMessage)
		};
		bytes += Buffer.byteLength(kept.json);
	}
	if (bytes > 67108864) return {
		is: "refused",
		why: "too_large",
		detail: `The commit has ${bytes} bytes; ${commitBytesMax} are allowed.`
	};
	return {
		is: "draft",
		draft: {
			userId: commit.userId,
			at,
			marks,
			tails,
			bytes,
			...commit.command ? { command: structuredClone(commit.command) } : {},
			...commit.run ? { run: {
				runId: commit.run.runId,
				attempt: commit.run.attempt
			} } : {},
			...commit.owner === void 0 ? {} : { owner: commit.owner },
			...kept ? { finalMessage: kept } : {},
			...commit.activeRunsMax === void 0 ? {} : { activeRunsMax: commit.activeRunsMax }
		}
	};
}
function markOf(event, commit) {
	const { type, id, at, threadId, runId, seq } = event;
	if (!ofRun.has(type)) {
		if (runId !== void 0) throw new TypeError(`commit: ${type} ${id} belongs to no run`);
		return {
			type,
			id,
			at,
			threadId,
			...projected(event)
		};
	}
	if (!runId || seq === void 0) throw new TypeError(`commit: ${type} ${id} needs a runId and a seq`);
	if (event.type === "agent_started") {
		const { messageId, attempt } = event.data;
		if (seq === 1 && !commit.owner) throw new TypeError(`commit: run ${runId} begins without an owner`);
		return {
			type,
			id,
			at,
			threadId,
			runId,
			seq,
			started: {
				agent: event.agent ?? "",
				messageId,
				attempt
			}
		};
	}
	const begunHere = (other) => other.type === "agent_started" && other.runId === runId;
	if (commit.run ? commit.run.runId !== runId : !commit.events.some(begunHere)) throw new TypeError(`commit: ${type} ${id} is of run ${runId}, which the commit does not name`);
	const mark = {
		type,
		id,
		at,
		threadId,
		runId,
		seq
	};
	return isTerminal(type) ? {
		...mark,
		ends: endState[type]
	} : mark;
}
function projected(event) {
	if (event.type === "thread_created" || event.type === "thread_updated") {
		const { thread } = event.data;
		if (thread.id !== event.threadId) throw new TypeError(`commit: ${event.id} names two threads`);
		return { thread: structuredClone(thread) };
	}
	if (event.type === "message_created") {
		const { message } = event.data;
		if (message.threadId !== event.threadId) throw new TypeError(`commit: ${event.id} names two threads`);
		return { message: {
			id: message.id,
			threadId: message.threadId,
			json: JSON.stringify(message)
		} };
	}
	return {};
}
// ../journal/src/leases.ts
/**
* The leases of an engine that one process holds: they live in its memory, so every lease of an earlier
* process is void, and on its monotonic clock, so that a wall clock set back or forward voids none.
*/
var Leases = class {
	#clock;
	/** When each runs out, in the clock's elapsed time. */
	#untilByNode = /* @__PURE__ */ new Map();
	constructor(clock) {
		this.#clock = clock;
	}
	renew(nodeId, leaseMs) {
		if (!nodeId) throw new TypeError("renewLease: nodeId is required");
		this.#untilByNode.set(nodeId, this.#clock.elapsed() + leaseMs);
	}
	end(nodeId) {
		this.#untilByNode.delete(nodeId);
	}
	/** The nodes whose lease has not run out. */
	living() {
		const now = this.#clock.elapsed();
		for (const [nodeId, until] of this.#untilByNode) if (until <= now) this.#untilByNode.delete(nodeId);
		return [...this.#untilByNode.keys()];
	}
};
// ../journal/src/subscribers.ts
/** Those who hear of commits. A commit made by a listener is told after the one being told, to everybody. */
var Subscribers = class {
	#listeners = /* @__PURE__ */ new Set();
	#untold = [];
	#telling = false;
	subscribe(call) {
		const listener = { call };
		this.#listeners.add(listener);
		return () => {
			this.#listeners.delete(listener);
		};
	}
	tell(committed) {
		this.#untold.push(committed);
		if (this.#telling) return;
		this.#telling = true;
		for (let next = this.#untold.shift(); next; next = this.#untold.shift()) for (const listener of this.#listeners) this.#call(listener.call, next);
		this.#telling = false;
	}
	/** A listener that throws is a bug: it surfaces as an uncaught error, and the others still hear. */
	#call(listener, committed) {
		try {
			listener(committed);
		} catch (error) {
			queueMicrotask(() => {
				throw error;
			});
		}
	}
};
// ../journal/src/postgres-functions.ts
/**
* What goes across users, as functions of the role that owns the tables. Everybody else may only call them.
*
*  F1  Users are locked in the order of their ids, by their row in `log`, before anything of them is changed: two
*      nodes never wait for each other in a circle.
*  F2  A group is written whole or not at all, and only while every user's `version` is the one that the group
*      was judged by.
*  F3  Each function opens the second wall for itself and closes it again before it returns.
*/
/**
* Plans are made once for each session, often while the tables are empty, and looking one row up is all that these
* functions do: so the planner is told never to read a table from end to end.
*/
const settings = `SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off`;
function define(signature, returns, declare, body) {
	return `
CREATE FUNCTION goldenpath.${signature} RETURNS ${returns} LANGUAGE plpgsql ${settings} AS $goldenpath$
DECLARE ${declare} 
BEGIN
  PERFORM set_config('goldenpath.node', 'on', true); -- F3
${body}
END $goldenpath$;
REVOKE ALL ON FUNCTION goldenpath.${signature.replaceAll(/\b\w+ (text\[\]|text|json|bigint|bytea)\b/g, "$1")} FROM PUBLIC;
`;
}
const close = `PERFORM set_config('goldenpath.node', '', true);`;
const facts = define("facts(users text[], runs json, threads json, messages json, commands json)", "json", "answer json;", `
  SELECT json_build_object(
    'logs', (SELECT json_agg(json_build_array(l.user_id, l.version, l.head))
      FROM goldenpath.log l WHERE l.user_id = ANY (users)),
    'runs', (SELECT json_agg(to_json(r)) FROM goldenpath.run r WHERE r.user_id = ANY (users) AND r.state = 'active'),
    'others', (SELECT json_agg(to_json(r)) FROM json_to_recordset(runs) AS n (user_id text, run_id text)
      JOIN goldenpath.run r ON r.user_id = n.user_id AND r.run_id = n.run_id),
    'threads', (SELECT json_agg(json_build_array(t.user_id, t.thread_id, t.body IS NOT NULL))
      FROM json_to_recordset(threads) AS n (user_id text, thread_id text)
      JOIN goldenpath.thread t ON t.user_id = n.user_id AND t.thread_id = n.thread_id),
    'messages', (SELECT json_agg(json_build_array(m.user_id, m.thread_id, m.message_id))
      FROM json_to_recordset(messages) AS n (user_id text, thread_id text, message_id text)
      JOIN goldenpath.message m
        ON m.user_id = n.user_id AND m.thread_id = n.thread_id AND m.message_id = n.message_id),
    'commands', (SELECT json_agg(json_build_array(c.user_id, c.command_id, c.fingerprint, c.result))
      FROM json_to_recordset(commands) AS n (user_id text, command_id text)
      JOIN goldenpath.command c ON c.user_id = n.user_id AND c.command_id = n.command_id)
  ) INTO answer;
  ${close}
  RETURN answer;`);
/** F1, for a group that was overtaken once: it is judged again while nobody else can change these users. */
const lockUsers = define("lock_users(users text[])", "void", "", `
  INSERT INTO goldenpath.log (user_id, version, floor, head, bytes)
    SELECT u, 0, 0, 0, 0 FROM unnest(users) AS u ORDER BY u COLLATE "C" ON CONFLICT DO NOTHING;
  PERFORM 1 FROM goldenpath.log l WHERE l.user_id = ANY (users) ORDER BY l.user_id FOR UPDATE;
  ${close}`);
/** Answers the users whose version is another one by now; none: everything is written. */
const commitGroup = define("commit_group(users json, events json, threads json, messages json, runs json, commands json)", "text[]", "stale text[];", `
  INSERT INTO goldenpath.log (user_id, version, floor, head, bytes)
    SELECT u.user_id, 0, 0, 0, 0
    FROM json_to_recordset(users) AS u (user_id text, version bigint, changed boolean)
    WHERE u.changed AND u.version = 0 ORDER BY u.user_id COLLATE "C" ON CONFLICT DO NOTHING;
  WITH held AS MATERIALIZED (
    SELECT l.user_id, l.version FROM json_to_recordset(users) AS u (user_id text)
    JOIN goldenpath.log l ON l.user_id = u.user_id COLLATE "C"
    ORDER BY l.user_id FOR UPDATE OF l -- F1
  )
  SELECT array_agg(u.user_id) INTO stale
    FROM json_to_recordset(users) AS u (user_id text, version bigint)
    LEFT JOIN held h ON h.user_id = u.user_id COLLATE "C"
    WHERE coalesce(h.version, 0) <> u.version;
  IF stale IS NULL THEN -- F2
    UPDATE goldenpath.log l SET version = l.version + 1, head = u.head, bytes = l.bytes + u.bytes
      FROM json_to_recordset(users) AS u (user_id text, head bigint, bytes bigint, changed boolean)
      WHERE u.changed AND l.user_id = u.user_id COLLATE "C";
    IF events IS NOT NULL THEN
      INSERT INTO goldenpath.event (user_id, last, first, at_min, at_max, bytes, body)
        SELECT e.user_id, e.last, e.first, e.at_min, e.at_max, e.bytes, e.body
        FROM json_to_recordset(events) AS e
          (user_id text, last bigint, first bigint, at_min bigint, at_max bigint, bytes bigint, body text);
    END IF;
    IF threads IS NOT NULL THEN
      INSERT INTO goldenpath.thread AS t (user_id, thread_id, updated_at, "offset", body)
        SELECT n.user_id, n.thread_id, n.updated_at, n."offset", n.body
        FROM json_to_recordset(threads) AS n
          ("is" text, user_id text, thread_id text, updated_at bigint, "offset" bigint, body text)
        WHERE n."is" = 'put'
        ON CONFLICT (user_id, thread_id) DO UPDATE
          SET updated_at = excluded.updated_at, "offset" = excluded."offset", body = excluded.body;
      UPDATE goldenpath.thread t SET
          updated_at = CASE WHEN n."is" = 'delete' THEN t.updated_at ELSE greatest(t.updated_at, n.updated_at) END,
          "offset" = n."offset",
          body = CASE WHEN n."is" = 'delete' THEN NULL ELSE t.body END
        FROM json_to_recordset(threads) AS n
          ("is" text, user_id text, thread_id text, updated_at bigint, "offset" bigint)
        WHERE n."is" <> 'put' AND t.user_id = n.user_id COLLATE "C" AND t.thread_id = n.thread_id COLLATE "C";
      DELETE FROM goldenpath.message m
        USING json_to_recordset(threads) AS n ("is" text, user_id text, thread_id text)
        WHERE n."is" = 'delete' AND m.user_id = n.user_id COLLATE "C" AND m.thread_id = n.thread_id COLLATE "C";
    END IF;
    IF messages IS NOT NULL THEN
      INSERT INTO goldenpath.message (user_id, thread_id, message_id, "offset", body)
        SELECT n.user_id, n.thread_id, n.message_id, n."offset", n.body
        FROM json_to_recordset(messages) AS n
          (user_id text, thread_id text, message_id text, "offset" bigint, body text);
    END IF;
    IF runs IS NOT NULL THEN
      INSERT INTO goldenpath.run AS r (user_id, run_id, thread_id, agent, message_id, attempt, owner, state,
          first_offset, last_offset, seq, started_at, ended_at)
        SELECT n.user_id, n.run_id, n.thread_id, n.agent, n.message_id, n.attempt, n.owner, n.state,
          n.first_offset, n.last_offset, n.seq, n.started_at, n.ended_at
        FROM json_to_recordset(runs) AS n (user_id text, run_id text, thread_id text, agent text,
          message_id text, attempt bigint, owner text, state text, first_offset bigint, last_offset bigint,
          seq bigint, started_at bigint, ended_at bigint)
        ON CONFLICT (user_id, run_id) DO UPDATE SET state = excluded.state,
          last_offset = excluded.last_offset, seq = excluded.seq, ended_at = excluded.ended_at;
    END IF;
    IF commands IS NOT NULL THEN
      INSERT INTO goldenpath.command (user_id, command_id, fingerprint, result, at)
        SELECT n.user_id, n.command_id, n.fingerprint, n.result, n.at
        FROM json_to_recordset(commands) AS n
          (user_id text, command_id text, fingerprint text, result text, at bigint);
    END IF;
  END IF;
  ${close}
  RETURN coalesce(stale, '{}');`);
/**
* After a connection was lost: whether the group was written, by one event or command of it. When it was not, every
* user's version moves on, so that the lost session, should it still be alive, writes nothing either (F2).
*/
const settleGroup = define("settle_group(users text[], witness text, last_offset bigint, events text, command text, print text)", "boolean", "written boolean;", `
  INSERT INTO goldenpath.log (user_id, version, floor, head, bytes)
    SELECT u, 0, 0, 0, 0 FROM unnest(users) AS u ORDER BY u COLLATE "C" ON CONFLICT DO NOTHING;
  PERFORM 1 FROM goldenpath.log l WHERE l.user_id = ANY (users) ORDER BY l.user_id FOR UPDATE;
  IF last_offset IS NOT NULL THEN
    SELECT CASE WHEN e.body IS NOT NULL THEN e.body = events WHEN l.floor >= last_offset THEN NULL ELSE false END
      INTO written
      FROM goldenpath.log l LEFT JOIN goldenpath.event e ON e.user_id = l.user_id AND e.last = last_offset
      WHERE l.user_id = witness;
  ELSE
    SELECT EXISTS (SELECT 1 FROM goldenpath.command c
      WHERE c.user_id = witness AND c.command_id = command AND c.fingerprint = print) INTO written;
  END IF;
  IF NOT written THEN
    UPDATE goldenpath.log l SET version = l.version + 1 WHERE l.user_id = ANY (users);
  END IF;
  ${close}
  RETURN written;`);
const claimRun = define("claim_run(whose text, run text, node text, seen bigint)", "json", "claimed json;", `
  PERFORM 1 FROM goldenpath.log l WHERE l.user_id = whose FOR UPDATE;
  UPDATE goldenpath.run r SET attempt = r.attempt + 1, owner = node
    WHERE r.user_id = whose AND r.run_id = run AND r.state = 'active' AND r.attempt = seen
    RETURNING to_json(r) INTO claimed;
  IF claimed IS NOT NULL THEN
    UPDATE goldenpath.log l SET version = l.version + 1 WHERE l.user_id = whose;
  END IF;
  ${close}
  RETURN claimed;`);
const renewLease = define("renew_lease(node text, lease_ms bigint)", "void", "", `
  INSERT INTO goldenpath.lease AS l (node_id, until)
    VALUES (node, clock_timestamp() + lease_ms * interval '1 millisecond')
    ON CONFLICT (node_id) DO UPDATE SET until = excluded.until;
  -- Node ids are fresh for each start: what ran out long ago is of no use to anybody.
  DELETE FROM goldenpath.lease l WHERE l.until < clock_timestamp() - interval '1 day';
  ${close}`);
const endLease = define("end_lease(node text)", "void", "", `
  DELETE FROM goldenpath.lease l WHERE l.node_id = node;
  ${close}`);
const orphans = define("orphans(most bigint)", "json", "answer json;", `
  SELECT json_agg(to_json(o) ORDER BY o.started_at, o.user_id, o.first_offset) INTO answer FROM (
    SELECT r.* FROM goldenpath.run r
    WHERE r.state = 'active' AND NOT EXISTS
      (SELECT 1 FROM goldenpath.lease l WHERE l.node_id = r.owner AND l.until > clock_timestamp())
    ORDER BY r.started_at, r.user_id, r.first_offset LIMIT most
  ) o;
  ${close}
  RETURN answer;`);
const extents = define("extents(users text[])", "json", "answer json;", `
  SELECT json_agg(json_build_array(l.user_id, l.floor, l.head)) INTO answer
    FROM goldenpath.log l WHERE l.user_id = ANY (users);
  ${close}
  RETURN answer;`);
/** The bound of a user's attachments together; each of them costs \`overhead\` beside its bytes. */
const putAttachment = define("put_attachment(whose text, id text, title text, media text, made bigint, content bytea, overhead bigint, total_max bigint)", "boolean", "fits boolean;", `
  PERFORM pg_advisory_xact_lock(hashtextextended(whose, 7));
  SELECT coalesce(sum(a.size + overhead), 0) + length(content) + overhead <= total_max INTO fits
    FROM goldenpath.attachment a WHERE a.user_id = whose AND a.attachment_id <> id;
  IF fits THEN
    INSERT INTO goldenpath.attachment AS a (user_id, attachment_id, name, media_type, at, size, bytes)
      VALUES (whose, id, title, media, made, length(content), content)
      ON CONFLICT (user_id, attachment_id) DO UPDATE SET name = excluded.name,
        media_type = excluded.media_type, at = excluded.at, size = excluded.size, bytes = excluded.bytes;
  END IF;
  ${close}
  RETURN fits;`);
/**
* J6: the next \`most\` users after \`previous\`, and of each whose log may be over a bound what deciding needs: the
* first stored row that is not all older than \`oldest\`, and the newest one that no longer fits into \`bytes_max\`.
*/
const trimmable = define("trimmable(previous text, most bigint, oldest bigint, events_max bigint, bytes_max bigint)", "json", "answer json;", `
  WITH slice AS MATERIALIZED (
    SELECT l.* FROM goldenpath.log l WHERE l.user_id > previous ORDER BY l.user_id LIMIT most
  ), forgotten AS (
    DELETE FROM goldenpath.command c USING slice s WHERE c.user_id = s.user_id AND c.at < oldest
  ), over AS MATERIALIZED (
    SELECT s.* FROM slice s WHERE s.floor < s.head AND (
      s.head - s.floor > events_max OR s.bytes > bytes_max OR
      (SELECT e.at_min FROM goldenpath.event e WHERE e.user_id = s.user_id ORDER BY e.last LIMIT 1) < oldest)
  )
  SELECT json_build_object(
    'next', (SELECT max(s.user_id) FROM slice s HAVING count(*) = most),
    'logs', (SELECT json_agg(json_build_object('userId', o.user_id, 'floor', o.floor, 'head', o.head,
      'activeFrom', (SELECT min(r.first_offset) FROM goldenpath.run r
        WHERE r.user_id = o.user_id AND r.state = 'active'),
      'young', (SELECT json_build_object('first', e.first, 'body', e.body) FROM goldenpath.event e
        WHERE e.user_id = o.user_id AND e.last > o.floor AND e.at_max >= oldest ORDER BY e.last LIMIT 1),
      'wide', (SELECT json_build_object('first', w.first, 'body', w.body, 'newer', w.sum - w.bytes) FROM
        (SELECT e.first, e.last, e.body, e.bytes, sum(e.bytes) OVER (ORDER BY e.last DESC) FROM goldenpath.event e
          WHERE e.user_id = o.user_id AND e.last > o.floor) w
        WHERE w.sum > bytes_max ORDER BY w.last DESC LIMIT 1)
    )) FROM over o)
  ) INTO answer;
  ${close}
  RETURN answer;`);
/** Only moves a floor up; an event of an active run stays whatever was asked for. */
const trimUser = define("trim_user(whose text, wanted bigint)", "bigint", "before bigint; allowed bigint; gone bigint;", `
  SELECT l.floor INTO before FROM goldenpath.log l WHERE l.user_id = whose FOR UPDATE;
  SELECT least(wanted, min(r.first_offset) - 1) INTO allowed
    FROM goldenpath.run r WHERE r.user_id = whose AND r.state = 'active';
  IF allowed > before THEN
    WITH dropped AS (
      DELETE FROM goldenpath.event e WHERE e.user_id = whose AND e.last <= allowed RETURNING e.bytes
    ) SELECT coalesce(sum(d.bytes), 0) INTO gone FROM dropped d;
    UPDATE goldenpath.log l SET floor = allowed, bytes = l.bytes - gone WHERE l.user_id = whose;
  END IF;
  ${close}
  RETURN greatest(allowed - before, 0);`);
const functions = [
	define("current_epoch(fresh text)", "text", "this text; answer text;", `
  SELECT concat_ws('.', s.system_identifier, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), d.oid)
    INTO this FROM pg_control_system() s, pg_database d WHERE d.datname = current_database();
  IF NOT EXISTS (SELECT 1 FROM goldenpath.meta m WHERE m.key = 'identity' AND m.value = this) THEN
    -- Of several nodes that find this at once, the first makes the epoch.
    LOCK TABLE goldenpath.meta IN SHARE ROW EXCLUSIVE MODE;
    IF NOT EXISTS (SELECT 1 FROM goldenpath.meta m WHERE m.key = 'identity' AND m.value = this) THEN
      INSERT INTO goldenpath.meta AS m (key, value) VALUES ('identity', this), ('epoch', fresh)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value;
    END IF;
  END IF;
  SELECT m.value INTO answer FROM goldenpath.meta m WHERE m.key = 'epoch';
  ${close}
  RETURN answer;`),
	facts,
	lockUsers,
	commitGroup,
	settleGroup,
	claimRun,
	renewLease,
	endLease,
	orphans,
	extents,
	putAttachment,
	trimmable,
	trimUser
].join("");
[`
-- epoch belongs to identity: the cluster, its timeline, and the database in it. A restored copy and a standby that was
-- promoted have another identity and get another epoch, because their logs may lack what clients have seen.
CREATE TABLE goldenpath.meta (key text PRIMARY KEY, value text NOT NULL);

-- Which nodes live, by this database's clock. Holds nothing of users.
CREATE TABLE goldenpath.lease (node_id text PRIMARY KEY, until timestamptz NOT NULL);

-- version counts every change of the user's things. What a node knows of a user is true while version is the
-- same; a group is written only then. bytes counts the stored events.
CREATE TABLE goldenpath.log (
  user_id text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL, floor bigint NOT NULL, head bigint NOT NULL, bytes bigint NOT NULL
) WITH (fillfactor = 50);

-- Events first … last of one user, one per line, each without its offset: what one group had of that user.
CREATE TABLE goldenpath.event (
  user_id text COLLATE "C" NOT NULL, last bigint NOT NULL, first bigint NOT NULL,
  at_min bigint NOT NULL, at_max bigint NOT NULL, bytes bigint NOT NULL, body text NOT NULL,
  PRIMARY KEY (user_id, last)
);

-- body is null once the thread is deleted. updated_at is newer than what stands in body.
CREATE TABLE goldenpath.thread (
  user_id text COLLATE "C" NOT NULL, thread_id text COLLATE "C" NOT NULL,
  updated_at bigint NOT NULL, "offset" bigint NOT NULL, body text,
  PRIMARY KEY (user_id, thread_id)
);
CREATE INDEX thread_newest ON goldenpath.thread (user_id, updated_at, "offset");

CREATE TABLE goldenpath.message (
  user_id text COLLATE "C" NOT NULL, thread_id text COLLATE "C" NOT NULL, message_id text COLLATE "C" NOT NULL,
  "offset" bigint NOT NULL, body text NOT NULL,
  PRIMARY KEY (user_id, thread_id, message_id)
);
CREATE INDEX message_place ON goldenpath.message (user_id, thread_id, "offset");

-- Half of each page is left free: a run that advances is rewritten in place, without touching an index.
CREATE TABLE goldenpath.run (
  user_id text COLLATE "C" NOT NULL, run_id text COLLATE "C" NOT NULL, thread_id text NOT NULL,
  agent text NOT NULL, message_id text NOT NULL, attempt bigint NOT NULL, owner text NOT NULL,
  state text NOT NULL, first_offset bigint NOT NULL, last_offset bigint NOT NULL, seq bigint NOT NULL,
  started_at bigint NOT NULL, ended_at bigint,
  PRIMARY KEY (user_id, run_id)
) WITH (fillfactor = 50);
CREATE INDEX run_active ON goldenpath.run (user_id, first_offset) WHERE state = 'active';
CREATE INDEX run_oldest ON goldenpath.run (started_at, user_id, first_offset) WHERE state = 'active';

CREATE TABLE goldenpath.command (
  user_id text COLLATE "C" NOT NULL, command_id text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL, result text NOT NULL, at bigint NOT NULL,
  PRIMARY KEY (user_id, command_id)
);
CREATE INDEX command_age ON goldenpath.command (user_id, at);

CREATE TABLE goldenpath.attachment (
  user_id text COLLATE "C" NOT NULL, attachment_id text COLLATE "C" NOT NULL,
  name text NOT NULL, media_type text NOT NULL, at bigint NOT NULL, size bigint NOT NULL, bytes bytea NOT NULL,
  PRIMARY KEY (user_id, attachment_id)
);
-- Pictures and archives do not get smaller by another compression.
ALTER TABLE goldenpath.attachment ALTER COLUMN bytes SET STORAGE EXTERNAL;
` + [
	"log",
	"event",
	"thread",
	"message",
	"run",
	"command",
	"attachment"
].map((table) => `
ALTER TABLE goldenpath.${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON goldenpath.${table}
  USING (user_id = current_setting('goldenpath.user_id', true));
CREATE POLICY node ON goldenpath.${table} TO CURRENT_USER
  USING (current_setting('goldenpath.node', true) = 'on');
`).join("") + functions].length;
// ../journal/src/sqlite-journal.ts
/**
* The journal on disk, as its callers see it: gathers commits into groups for the thread that owns the
* database, and tells listeners of what became durable.
*
*  G1  One group is under way at a time. A commit that finds none goes at once, together with those of the
*      same turn; while one is under way the next gathers. So a commit waits for one transaction, groups grow
*      with the load, and no timer has to be tuned.
*  G2  Groups are taken in the order of the calls and answered in that order; so each user's are (J1). A group
*      is closed at groupEventsMax events or groupBytesMax bytes; a single larger commit goes alone.
*  G3  Listeners hear of a commit after it is durable and before its promise settles (J2).
*  G4  What waits is bounded in number and bytes; one commit more is refused with `unavailable`.
*  G5  The database is one process's at a time, so leases live in its memory: those of an earlier process are void.
*/
const groupEventsMax = 256;
const groupBytesMax = 1048576;
const waitingBytesMax = 268435456;
var SqliteJournal = class {
	#thread;
	#epoch;
	#clock;
	#leases;
	#subscribers = new Subscribers();
	#waiting = [];
	#waitingBytes = 0;
	#underWay = false;
	#idle = [];
	#closing;
	constructor(thread, epoch, clock) {
		this.#thread = thread;
		this.#epoch = epoch;
		this.#clock = clock;
		this.#leases = new Leases(clock);
	}
	async commit(commit) {
		if (this.#closing !== void 0) return {
			is: "refused",
			why: "unavailable",
			detail: "The journal is closed."
		};
		const drafted = draftCommit(commit, this.#clock.now());
		if (drafted.is === "refused") return drafted;
		const { draft } = drafted;
		if (this.#waiting.length >= 1e4 || this.#waitingBytes + draft.bytes > waitingBytesMax) return {
			is: "refused",
			why: "unavailable",
			detail: `${this.#waiting.length} commits wait for the disk already.`
		};
		return new Promise((settle, fail) => {
			this.#waiting.push({
				draft,
				settle,
				fail
			});
			this.#waitingBytes += draft.bytes;
			if (this.#underWay) return;
			this.#underWay = true;
			queueMicrotask(() => void this.#commitGroups());
		});
	}
	subscribe(listener) {
		return this.#subscribers.subscribe(listener);
	}
	extent(userId) {
		return this.#thread.call("extent", { userId });
	}
	async extents(userIds) {
		const extents = await Promise.all(userIds.map((userId) => this.extent(userId)));
		return new Map(extents.map((extent, at) => [userIds[at] ?? "", extent]));
	}
	async read(userId, after, eventsMax, bytesMax) {
		const answer = await this.#thread.call("read", {
			userId,
			after,
			eventsMax,
			bytesMax
		});
		if (answer.is === "trimmed") return answer;
		return {
			is: "events",
			events: (answer.count === 0 ? [] : answer.body.split("\n")).map((tail, index) => eventJson(after + 1 + index, tail)),
			head: answer.head
		};
	}
	async threads(userId, page) {
		return (await this.#thread.call("threads", {
			userId,
			page
		})).map((json) => JSON.parse(json));
	}
	async thread(userId, threadId) {
		const json = await this.#thread.call("thread", {
			userId,
			threadId
		});
		return json === void 0 ? void 0 : JSON.parse(json);
	}
	async messages(userId, threadId, page) {
		return (await this.#thread.call("messages", {
			userId,
			threadId,
			page
		})).map((json) => JSON.parse(json));
	}
	run(userId, runId) {
		return this.#thread.call("run", {
			userId,
			runId
		});
	}
	activeRuns(userId) {
		return this.#thread.call("activeRuns", { userId });
	}
	async runEvents(userId, runId) {
		return (await this.#thread.call("runEvents", {
			userId,
			runId
		})).map(({ offset, tail }) => JSON.parse(eventJson(offset, tail)));
	}
	async renewLease(nodeId, leaseMs) {
		this.#refuseClosed();
		this.#leases.renew(nodeId, leaseMs);
	}
	async endLease(nodeId) {
		this.#refuseClosed();
		this.#leases.end(nodeId);
	}
	orphanedRuns(limit) {
		return this.#thread.call("orphanedRuns", {
			living: this.#leases.living(),
			limit
		});
	}
	claimRun(userId, runId, claim) {
		return this.#thread.call("claimRun", {
			userId,
			runId,
			claim
		});
	}
	async putAttachment(userId, attachment) {
		if (this.#closing !== void 0) return "unavailable";
		if (attachment.bytes.byteLength > limits.attachmentBytesMax) return "too_large";
		return this.#thread.call("putAttachment", {
			userId,
			attachment: {
				...attachment,
				bytes: new Uint8Array(attachment.bytes)
			}
		});
	}
	attachment(userId, attachmentId) {
		return this.#thread.call("attachment", {
			userId,
			attachmentId
		});
	}
	attachmentHead(userId, attachmentId) {
		return this.#thread.call("attachmentHead", {
			userId,
			attachmentId
		});
	}
	async trim(trimLimits) {
		const now = this.#clock.now();
		let users = 0;
		let events = 0;
		for (let after = ""; after !== void 0;) {
			const slice = await this.#thread.call("trim", {
				after,
				now,
				limits: trimLimits
			});
			users += slice.users;
			events += slice.events;
			after = slice.next;
		}
		return {
			users,
			events
		};
	}
	close() {
		this.#closing ??= this.#close();
		return this.#closing;
	}
	#refuseClosed() {
		if (this.#closing !== void 0) throw new Error("journal: the journal is closed");
	}
	async #close() {
		if (this.#underWay) await new Promise((resolve) => this.#idle.push(resolve));
		await this.#thread.close();
	}
	/** G1: takes group after group until nothing waits. */
	async #commitGroups() {
		while (this.#waiting.length > 0) await this.#commitGroup(this.#takeGroup());
		this.#underWay = false;
		for (const idle of this.#idle.splice(0)) idle();
	}
	async #commitGroup(group) {
		let outcomes;
		try {
			outcomes = await this.#thread.call("group", { drafts: group.map(({ draft }) => packed(draft)) });
		} catch (error) {
			for (const waiting of group) waiting.fail(error instanceof Error ? error : new Error(String(error)));
			return;
		}
		for (const [index, waiting] of group.entries()) {
			const outcome = outcomes[index];
			if (outcome) this.#settle(waiting, outcome);
			else waiting.fail(/* @__PURE__ */ new RangeError("journal: a commit got no outcome"));
		}
	}
	/** G2. */
	#takeGroup() {
		let count = 0;
		let events = 0;
		let bytes = 0;
		for (const { draft } of this.#waiting) {
			events += draft.tails.length;
			bytes += draft.bytes;
			if (count > 0 && (events > groupEventsMax || bytes > groupBytesMax)) break;
			count++;
		}
		const group = this.#waiting.splice(0, count);
		for (const { draft } of group) this.#waitingBytes -= draft.bytes;
		return group;
	}
	#settle({ draft, settle, fail }, outcome) {
		if (outcome.is === "threw") {
			fail(new TypeError(outcome.message));
			return;
		}
		if (outcome.is !== "committed") {
			settle(outcome);
			return;
		}
		const { first, head, keep, result } = outcome;
		const tails = keep ? draft.tails.filter((_, index) => keep.includes(index)) : draft.tails;
		if (tails.length > 0) {
			const events = tails.map((tail, index) => eventJson(first + index, tail));
			this.#subscribers.tell({
				userId: draft.userId,
				epoch: this.#epoch,
				first,
				head,
				events
			});
		}
		settle({
			is: "committed",
			epoch: this.#epoch,
			first,
			head,
			result
		});
	}
};
function packed({ tails, ...rest }) {
	return {
		...rest,
		body: tails.join("\n")
	};
}
// ../journal/src/sqlite-thread.ts
/** The worker thread as its owner sees it: a call, an answer. */
/** Far above what a server's connections ask for at once; each has one read under way. */
const callsWaitingMax = 1e5;
/** Resolves when the database is open, or with why it is not. */
function startThread(options) {
	const file = new URL(`./sqlite-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
	const worker = new Worker(file, {
		workerData: options,
		execArgv: [],
		name: "journal"
	});
	return new Promise((resolve) => {
		const failed = (error) => resolve(openFailure("unavailable", options.path, error.message));
		worker.once("error", failed);
		worker.once("message", (reply) => {
			worker.off("error", failed);
			if (reply.is === "opened") resolve({
				is: "started",
				thread: new SqliteThread(worker),
				epoch: reply.epoch
			});
			else if (reply.is === "failed") worker.once("exit", () => resolve(reply));
		});
	});
}
var SqliteThread = class {
	#worker;
	#pending = /* @__PURE__ */ new Map();
	#phase = { is: "live" };
	#nextId = 1;
	constructor(worker) {
		this.#worker = worker;
		worker.on("message", (reply) => this.#take(reply));
		worker.on("error", (error) => this.#end(error.message));
		worker.on("exit", () => this.#end("the journal is closed"));
	}
	/**
	* Rejects when the database cannot be read, the thread has ended, callsWaitingMax calls wait, or for a bug.
	* Answers come in the order of the calls.
	*/
	call(call, request) {
		if (this.#phase.is === "ended") return Promise.reject(new Error(this.#phase.why));
		if (this.#pending.size >= callsWaitingMax) return Promise.reject(/* @__PURE__ */ new Error(`journal: ${callsWaitingMax} calls wait for the disk already`));
		return new Promise((resolve, reject) => {
			const id = this.#nextId++;
			this.#pending.set(id, {
				answer: resolve,
				fail: reject
			});
			this.#worker.postMessage({
				id,
				call,
				...request
			});
		});
	}
	/** Resolves when the database is closed and the thread has ended. */
	async close() {
		if (this.#phase.is === "ended") return;
		const exited = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
		await this.call("close", {});
		await exited;
	}
	#take(reply) {
		if (reply.is !== "answer" && reply.is !== "broken") return;
		const pending = this.#pending.get(reply.id);
		this.#pending.delete(reply.id);
		if (reply.is === "answer") pending?.answer(reply.answer);
		else pending?.fail(/* @__PURE__ */ new Error(`journal: ${reply.message}`));
	}
	#end(why) {
		if (this.#phase.is === "ended") return;
		this.#phase = {
			is: "ended",
			why: `journal: ${why}`
		};
		for (const pending of this.#pending.values()) pending.fail(new Error(this.#phase.why));
		this.#pending.clear();
	}
};
// ../journal/src/sqlite.ts
/** Opens or makes the database. What can be expected to go wrong comes back as `failed`, with what to do. */
async function openSqliteJournal(options) {
	const path = resolve(options.path);
	const refused = refusePath(path);
	if (refused) return refused;
	const started = await startThread({
		path,
		synchronous: options.synchronous ?? "full",
		databaseBytesMax: options.databaseBytesMax ?? Number.POSITIVE_INFINITY,
		unfoldedEventsMax: options.unfoldedEventsMax ?? 16384,
		attachmentBytesTotalMax: options.attachmentBytesTotalMax ?? 1073741824,
		freshEpoch: options.makeId(),
		freshStamp: options.makeId()
	});
	if (started.is === "failed") return started;
	return {
		is: "open",
		journal: new SqliteJournal(started.thread, started.epoch, options.clock)
	};
}
/** What the file system says before SQLite is asked, because it says it more clearly. */
function refusePath(path) {
	try {
		let folder = dirname(path);
		while (!existsSync(folder)) folder = dirname(folder);
		if (!statSync(folder).isDirectory()) return openFailure("bad_path", path, `${folder} is not a folder`);
		accessSync(folder, constants.W_OK);
		mkdirSync(dirname(path), { recursive: true });
		for (const file of [
			path,
			`${path}-wal`,
			`${path}-shm`,
			`${path}-lock`
		]) {
			const found = statSync(file, { throwIfNoEntry: false });
			if (found === void 0) continue;
			if (!found.isFile()) return openFailure("bad_path", path, `${file} is not a file`);
			accessSync(file, constants.R_OK | constants.W_OK);
		}
	} catch (error) {
		return openFailure(failureCode(error), path, errorWords(error));
	}
}
// ../agents/src/execution.ts
/** A thread is handed to an agent up to these; older messages are left out. */
const historyMessagesMax = 40;
const historyCharsMax = 4e5;
/** A bridge for a run that this process owns, from where its log stands. */
function bridgeOf(around, owned) {
	const { journal, clock, makeId, stopped, approvalMsMax } = around;
	return createAgentBridge({
		emitter: new WebSocketEmitter({
			journal,
			clock,
			...owned
		}),
		clock,
		makeId,
		stopped,
		attachment: (attachmentId) => readAttachment(journal, owned.context.userId, attachmentId),
		...approvalMsMax === void 0 ? {} : { approvalMsMax }
	});
}
/** What a node that takes a run over needs of it (J4). */
async function ownedRun(journal, userId, run) {
	const { runId, threadId, agent, attempt } = run;
	const committed = await journal.runEvents(userId, runId);
	return {
		context: runContext({
			userId,
			threadId,
			runId
		}),
		agent,
		attempt,
		committed
	};
}
/** A run acts for its user, not for the login that asked: it outlives the session (D6). */
function runContext(ids) {
	return new WebSocketContext({
		...ids,
		sessionId: `run:${ids.runId}`,
		expiresAt: Number.MAX_SAFE_INTEGER
	});
}
/** One run in this process, from its beginning to its one end (J5): a fresh agent, a bridge, a deadline. */
var Execution = class {
	userId;
	threadId;
	runId;
	attempt;
	#around;
	#definition;
	#bridge;
	constructor(around, definition, owned) {
		const { userId, threadId = "", runId = "" } = owned.context;
		this.userId = userId;
		this.threadId = threadId;
		this.runId = runId;
		this.attempt = owned.attempt;
		this.#around = around;
		this.#definition = definition;
		this.#bridge = bridgeOf(around, owned);
	}
	/** Resolves when the run's end is in the log, or nobody here may write it. Never rejects. */
	get ended() {
		return this.#bridge.ended;
	}
	/** Runs the agent; `messageId` is the message that asked. */
	start(messageId) {
		const { timeoutMs } = this.#definition;
		const message = `The run took longer than ${timeoutMs / 1e3} s.`;
		const deadline = this.#around.clock.timer(timeoutMs, () => {
			this.end({
				is: "failed",
				code: "run_timeout",
				message
			});
		});
		this.ended.then(() => deadline.cancel());
		this.#execute(messageId).then((end) => this.end(end));
	}
	/** The first end wins; answers what became of the first try to write it. */
	end(end) {
		return this.#bridge.end(end);
	}
	/** Undefined for an approval of another run. */
	resolve(approvalId, decision) {
		return this.#bridge.resolve(approvalId, decision);
	}
	async #execute(messageId) {
		const { userId, runId } = this;
		let messages;
		try {
			messages = await history(this.#around.journal, userId, this.threadId, messageId);
		} catch (error) {
			this.#around.onFault({
				where: "history",
				error,
				userId,
				runId
			});
			return {
				is: "failed",
				code: "unavailable",
				message: "The thread could not be read."
			};
		}
		if (this.#bridge.signal.aborted) return { is: "lost" };
		try {
			await this.#around.factory.create(this.#definition).run(this.#bridge.open(messages));
			return { is: "completed" };
		} catch (error) {
			if (error instanceof RunEnded || this.#bridge.signal.aborted) return { is: "lost" };
			if (error instanceof RunFailure) {
				if (error.cause !== void 0) this.#around.onFault({
					where: "agent",
					error,
					userId,
					runId
				});
				return {
					is: "failed",
					code: error.code,
					message: error.message
				};
			}
			this.#around.onFault({
				where: "agent",
				error,
				userId,
				runId
			});
			return {
				is: "failed",
				code: "agent_error",
				message: "The agent failed; the server's log says why."
			};
		}
	}
};
async function readAttachment(journal, userId, attachmentId) {
	const found = await journal.attachment(userId, attachmentId);
	return found && {
		name: found.name,
		mediaType: found.mediaType,
		bytes: found.bytes
	};
}
/** The thread up to and with the message that asked, oldest first, within the bounds. */
async function history(journal, userId, threadId, messageId) {
	const page = await journal.messages(userId, threadId, { limit: historyMessagesMax });
	const upTo = page.findIndex((message) => message.id === messageId);
	const messages = upTo === -1 ? page : page.slice(0, upTo + 1);
	let chars = 0;
	const from = messages.findLastIndex((message) => {
		chars += JSON.stringify(message.parts).length;
		return chars > historyCharsMax;
	});
	return messages.slice(Math.min(from + 1, messages.length - 1));
}
// ../agents/src/judge-send.ts
/** What is wrong with a message's parts, before anything is looked up. */
function judgeParts(parts) {
	if (parts.length > limits.messagePartsMax) return refuse$1("message_too_large", `A message may have ${limits.messagePartsMax} parts.`);
	let chars = 0;
	let something = false;
	for (const part of parts) if (part.type === "text") {
		chars += part.text.length;
		something ||= part.text.trim() !== "";
	} else something = true;
	if (chars > limits.messageCharsMax) return refuse$1("message_too_large", `A message may have ${limits.messageCharsMax.toLocaleString("en")} characters; attach longer text as a file.`);
	return something ? void 0 : refuse$1("empty_message", "Write something, or attach a file.");
}
/** Whether an attachment part is what it says. `found` is what the user (and nobody else) stored by that id. */
function judgeAttachment(part, found) {
	if (!found) return refuse$1("not_found", `There is no attachment ${part.attachmentId}; upload the file again.`);
	const wrong = [
		part.name === found.name ? "" : "name",
		part.mediaType === found.mediaType ? "" : "type",
		part.bytes === found.sizeBytes ? "" : "size"
	].filter((field) => field !== "");
	if (wrong.length === 0) return void 0;
	const fields = wrong.join(", ");
	return refuse$1("attachment_invalid", `The attachment ${part.attachmentId} has another ${fields} than the message says.`);
}
/** J3: two sends are the same command when these are equal. */
function fingerprintOf(frame) {
	const content = JSON.stringify([
		frame.threadId ?? null,
		frame.agent ?? null,
		frame.parts.map(contentOf)
	]);
	return createHash("sha256").update(content).digest("hex");
}
function contentOf(part) {
	if (part.type === "text") return ["text", part.text];
	return [
		"attachment",
		part.attachmentId,
		part.name,
		part.mediaType,
		part.bytes
	];
}
const titleCharsMax = 80;
/** A thread's title: the beginning of its first message, cut between words. */
function titleOf(parts) {
	const text = parts.map((part) => part.type === "text" ? part.text : "").join(" ").replace(/[\s\p{Cc}]+/gu, " ").trim();
	if (text === "") {
		const file = parts.find((part) => part.type === "attachment");
		return file?.type === "attachment" ? file.name.slice(0, limits.titleCharsMax) : "New thread";
	}
	if (text.length <= titleCharsMax) return text.toWellFormed();
	const cut = text.slice(0, titleCharsMax);
	const space = cut.lastIndexOf(" ");
	return `${(space > titleCharsMax / 2 ? cut.slice(0, space) : cut).toWellFormed()} …`;
}
function refuse$1(code, message) {
	return {
		is: "refused",
		code,
		message
	};
}
// ../agents/src/node-lease.ts
const leaseMs = 1e4;
const renewMs = 3e3;
const lookMs = 3e3;
/** Between two looks while there are more orphans than one look may take. */
const moreMs = 250;
const takesPerLook = 16;
var NodeLease = class {
	#options;
	#renewal;
	#renewing;
	#look;
	#phase = "new";
	constructor(options) {
		this.#options = options;
	}
	/** Takes the lease, then every orphan there is room for. Rejects when the journal cannot be reached. */
	async start() {
		const { journal, nodeId } = this.#options;
		await journal.renewLease(nodeId, leaseMs);
		this.#phase = "kept";
		this.#renewLater();
		while (await this.#takeSome() === "more");
		this.#lookAfter(this.#pauseMs());
	}
	stopLooking() {
		if (this.#phase === "ended") return;
		this.#phase = "not looking";
		this.#look?.cancel();
	}
	/** What is still active becomes anybody's. */
	async end() {
		const { journal, nodeId, onFault } = this.#options;
		this.stopLooking();
		this.#phase = "ended";
		this.#renewal?.cancel();
		try {
			await this.#renewing;
			await journal.endLease(nodeId);
		} catch (error) {
			onFault({
				where: "lease",
				error
			});
		}
	}
	/** N1. */
	#renewLater() {
		const { journal, clock, nodeId, onFault } = this.#options;
		this.#renewal = clock.timer(renewMs, () => {
			this.#renewing = journal.renewLease(nodeId, leaseMs).catch((error) => onFault({
				where: "lease",
				error
			}));
			this.#renewing.then(() => this.#phase !== "ended" && this.#renewLater());
		});
	}
	#lookAfter(ms) {
		if (this.#phase !== "kept") return;
		this.#look = this.#options.clock.timer(ms, () => {
			this.#takeSome().catch((error) => {
				this.#options.onFault({
					where: "orphans",
					error
				});
				return "all";
			}).then((found) => this.#lookAfter(found === "more" ? moreMs * this.#options.random() : this.#pauseMs()));
		});
	}
	/** N2: half of `lookMs` when idle, all of it when full, and up to a quarter by chance. */
	#pauseMs() {
		const { free, runsMax } = this.#options.room();
		const load = 1 - Math.max(0, free) / Math.max(1, runsMax);
		return lookMs * (.5 + load / 2 + this.#options.random() / 4);
	}
	async #takeSome() {
		const { journal, nodeId, room, take } = this.#options;
		const limit = Math.min(takesPerLook, room().free);
		if (limit <= 0 || this.#phase !== "kept") return "all";
		const orphans = (await journal.orphanedRuns(limit)).filter(({ run }) => run.owner !== nodeId);
		const taken = await Promise.all(orphans.map(({ userId, run }) => take(userId, run)));
		return orphans.length === limit && taken.includes(true) ? "more" : "all";
	}
};
// ../agents/src/supervisor.ts
const busyAfterMs = 2e3;
const runsMaxDefault = 1e3;
const claimTriesMax = 8;
const takeOverAgainMsMin = 250;
const takeOverAgainMsMax = 1e4;
const nodeLost = {
	is: "failed",
	code: "node_lost",
	message: "The server stopped before the answer was finished. Ask again."
};
var Supervisor = class {
	nodeId;
	#options;
	#around;
	#executions = /* @__PURE__ */ new Map();
	#starting = /* @__PURE__ */ new Set();
	#lease;
	#stopped = new AbortController();
	#stopHearing;
	#draining;
	constructor(options) {
		const { journal, clock, makeId, factory, approvalMsMax, onFault = () => void 0 } = options;
		this.#options = options;
		const stopped = this.#stopped.signal;
		this.#around = {
			journal,
			clock,
			makeId,
			factory,
			stopped,
			approvalMsMax,
			onFault
		};
		this.nodeId = options.nodeId ?? makeId();
		this.#stopHearing = options.bus?.onSignal((userId, signal) => this.#hear(userId, signal));
		this.#lease = new NodeLease({
			journal,
			clock,
			nodeId: this.nodeId,
			random: options.random ?? Math.random,
			room: () => ({
				free: this.#free(),
				runsMax: this.#runsMax
			}),
			take: (userId, run) => this.#takeOrphan(userId, run),
			onFault
		});
	}
	/** How many runs this node executes now. */
	get runs() {
		return this.#executions.size;
	}
	/**
	* Takes the node's lease, and the runs that nobody looks after (V5); both go on until `drain`. Resolves when
	* each run found was tried once; rejects when the journal cannot be reached.
	*/
	start() {
		return this.#lease.start();
	}
	/** Takes a message and starts its run (V1). `done` carries a `SendResult`; a repetition gets the first one. */
	async send(context, frame) {
		const starting = this.#begin(context, frame, this.#closedTo());
		this.#starting.add(starting);
		try {
			return await starting;
		} finally {
			this.#starting.delete(starting);
		}
	}
	/** Ends a run of this user, from any of their connections. `done` carries `{runId}`; twice is once. */
	async cancel(context, frame) {
		const { userId } = context;
		const { runId } = frame;
		const run = await this.#options.journal.run(userId, runId);
		if (!run) return {
			is: "refused",
			code: "not_found",
			message: "There is no such run."
		};
		const emitted = await this.#stop(userId, run, { is: "cancelled" });
		const result = { runId };
		if (emitted.is === "committed") return {
			is: "done",
			result
		};
		if (emitted.why === "run_ended" || emitted.why === "fenced") {
			const now = await this.#options.journal.run(userId, runId);
			if (now?.state === "cancelled") return {
				is: "done",
				result
			};
			return {
				is: "refused",
				code: "run_ended",
				message: `The run has ended: ${now?.state ?? "unknown"}.`
			};
		}
		return {
			is: "refused",
			code: codeOf$1(emitted.why),
			message: emitted.detail
		};
	}
	/** A person's answer to an approval, from any of their connections. `done` carries `{approvalId, decision}`. */
	async resolve(context, frame) {
		const { userId } = context;
		const { approvalId, decision } = frame;
		const done = {
			is: "done",
			result: {
				approvalId,
				decision
			}
		};
		const decided = {
			is: "refused",
			code: "approval_resolved"
		};
		const runId = runIdOfApproval(approvalId);
		const run = runId === void 0 ? void 0 : await this.#options.journal.run(userId, runId);
		if (!run) return {
			is: "refused",
			code: "not_found",
			message: "There is no such approval."
		};
		const resolved = await this.#executions.get(keyOf(userId, run.runId))?.resolve(approvalId, decision);
		if (resolved?.is === "decided") return decided;
		if (resolved?.emitted.is === "committed") return done;
		const { head } = await this.#options.journal.extent(userId);
		const events = await this.#options.journal.runEvents(userId, run.runId);
		for (const event of events) {
			if (event.type !== "approval_resolved" || event.data.approvalId !== approvalId) continue;
			return event.data.decision === decision ? done : decided;
		}
		if (!events.some((event) => event.type === "approval_requested" && event.data.approvalId === approvalId)) return {
			is: "refused",
			code: "not_found",
			message: "There is no such approval."
		};
		const now = await this.#options.journal.run(userId, run.runId);
		if (now?.state !== "active") return {
			is: "refused",
			code: "run_ended"
		};
		const { journal, clock, bus } = this.#options;
		if (bus && now.owner !== this.nodeId) {
			const heard = await decideElsewhere({
				journal,
				clock,
				bus,
				userId,
				approvalId,
				decision,
				after: head
			});
			if (heard) return heard === decision ? done : decided;
		}
		return {
			is: "refused",
			code: "unavailable",
			message: "The decision could not be written; try again.",
			afterMs: busyAfterMs
		};
	}
	/** Cancels the runs of a thread that is to be deleted; resolves when each end was tried once. */
	async cancelThread(userId, threadId) {
		const own = (await this.#options.journal.activeRuns(userId)).filter((run) => run.threadId === threadId);
		await Promise.all(own.map((run) => this.#stop(userId, run, { is: "cancelled" })));
	}
	/**
	* Takes no more messages, lets the runs go on for `deadlineMs`, then ends the rest with `node_lost`.
	* Resolves when every end was tried once; one that the journal refused is left to whoever takes the run over.
	*/
	async drain(deadlineMs) {
		const { clock } = this.#options;
		this.#draining ??= { untilMs: clock.elapsed() + deadlineMs };
		this.#lease.stopLooking();
		const deadline = Promise.withResolvers();
		const timer = clock.timer(deadlineMs, () => deadline.resolve());
		await Promise.race([deadline.promise, Promise.allSettled(this.#starting)]);
		await Promise.race([deadline.promise, this.#idle()]);
		timer.cancel();
		await Promise.allSettled(this.#starting);
		await Promise.all([...this.#executions.values()].map((execution) => execution.end(nodeLost)));
		this.#stopped.abort();
		this.#stopHearing?.();
		await this.#lease.end();
	}
	get #runsMax() {
		return this.#options.runsMax ?? runsMaxDefault;
	}
	#free() {
		return this.#runsMax - this.#executions.size - this.#starting.size;
	}
	/** V7: another node speaks of a run that may be this node's. */
	#hear(userId, signal) {
		if (signal.is === "session_ended") return;
		const runId = signal.is === "run_taken" ? signal.runId : runIdOfApproval(signal.approvalId);
		const execution = runId === void 0 ? void 0 : this.#executions.get(keyOf(userId, runId));
		if (!execution) return;
		if (signal.is === "approval_decided") execution.resolve(signal.approvalId, signal.decision);
		else if (signal.attempt > execution.attempt) execution.end({ is: "lost" });
	}
	async #idle() {
		await Promise.all([...this.#executions.values()].map((execution) => execution.ended));
	}
	/** What a new message is answered while none is taken. */
	#closedTo() {
		if (this.#draining) return {
			is: "refused",
			code: "unavailable",
			message: "The server is about to restart.",
			afterMs: Math.max(0, this.#draining.untilMs - this.#options.clock.elapsed())
		};
		if (this.#free() > 0) return void 0;
		return {
			is: "refused",
			code: "unavailable",
			message: "This server runs as many agents as it can.",
			afterMs: busyAfterMs
		};
	}
	async #begin(context, frame, closed) {
		const { journal, factory } = this.#options;
		const { userId } = context;
		const definition = factory.definition(frame.agent);
		if (!definition) return {
			is: "refused",
			code: "unknown_agent",
			message: `There is no agent ${frame.agent}. There are: ${factory.cards.map(({ name }) => name).join(", ")}.`
		};
		const refused = judgeParts(frame.parts);
		if (refused) return refused;
		for (const part of frame.parts) {
			if (part.type !== "attachment") continue;
			const wrong = judgeAttachment(part, await journal.attachmentHead(userId, part.attachmentId));
			if (wrong) return wrong;
		}
		const { events, result } = this.#beginning(definition, frame);
		const outcome = await journal.commit({
			userId,
			events,
			owner: this.nodeId,
			command: {
				id: frame.id,
				fingerprint: fingerprintOf(frame),
				result: { ...result }
			},
			activeRunsMax: closed ? 0 : this.#options.runsPerUserMax ?? limits.runsPerUserMax
		});
		if (closed && outcome.is === "refused" && outcome.why === "too_many_runs") return closed;
		if (outcome.is === "refused") return refusalOf$1(outcome.why, outcome.detail);
		if (outcome.is === "committed") this.#start(userId, definition, result, events);
		return {
			is: "done",
			result: outcome.result
		};
	}
	/** V1: what a message begins, as one commit's events. */
	#beginning(definition, frame) {
		const { clock, makeId, factory } = this.#options;
		const at = clock.now();
		const threadId = frame.threadId ?? makeId();
		const messageId = makeId();
		const runId = makeId();
		const events = [];
		if (frame.threadId === void 0) {
			const thread = {
				id: threadId,
				title: titleOf(frame.parts),
				createdAt: at,
				updatedAt: at
			};
			events.push({
				id: makeId(),
				type: "thread_created",
				at,
				threadId,
				data: { thread }
			});
		}
		const message = {
			id: messageId,
			threadId,
			role: "user",
			at,
			parts: frame.parts,
			status: "completed"
		};
		events.push({
			id: makeId(),
			type: "message_created",
			at,
			threadId,
			data: { message }
		}, {
			id: `${runId}.1`,
			type: "agent_started",
			at,
			threadId,
			runId,
			seq: 1,
			agent: definition.name,
			data: {
				messageId: makeId(),
				label: factory.label(definition),
				attempt: 1
			}
		});
		return {
			events,
			result: {
				threadId,
				messageId,
				runId
			}
		};
	}
	#start(userId, definition, { threadId, messageId, runId }, committed) {
		const owned = {
			context: runContext({
				userId,
				threadId,
				runId
			}),
			agent: definition.name,
			attempt: 1,
			committed
		};
		const execution = new Execution(this.#around, definition, owned);
		const key = keyOf(userId, runId);
		this.#executions.set(key, execution);
		execution.ended.then(() => this.#executions.delete(key));
		execution.start(messageId);
	}
	/** Ends a run wherever it is: here, or by taking it from the attempt that has it. */
	#stop(userId, run, end) {
		const execution = this.#executions.get(keyOf(userId, run.runId));
		return execution ? this.#endHere(execution, end) : this.#takeAndEnd(userId, run, end);
	}
	async #endHere(execution, end) {
		const emitted = await execution.end(end);
		if (emitted.is === "refused") return emitted;
		const run = await this.#options.journal.run(execution.userId, execution.runId);
		const wanted = end.is === "cancelled" ? "cancelled" : "failed";
		return run?.state === wanted ? emitted : alreadyEnded;
	}
	/** Takes the run from whoever has it; answers alreadyEnded when its end came first. */
	async #takeAndEnd(userId, run, end) {
		try {
			const claimed = await this.#claim(userId, run);
			return claimed ? await this.#endClaimed(userId, claimed, end) : alreadyEnded;
		} catch (error) {
			this.#around.onFault({
				where: "takeover",
				error,
				userId,
				runId: run.runId
			});
			return {
				is: "refused",
				why: "unavailable",
				detail: "The run could not be taken over."
			};
		}
	}
	/** V5: whoever claims an orphan first has it. */
	async #takeOrphan(userId, { runId, attempt }) {
		try {
			const claimed = await this.#claimAttempt(userId, runId, attempt);
			if (claimed) await this.#endClaimed(userId, claimed, nodeLost);
			return claimed !== void 0;
		} catch (error) {
			this.#around.onFault({
				where: "takeover",
				error,
				userId,
				runId
			});
			return false;
		}
	}
	/** The node that had the run hears of it at once; should it not, it finds itself fenced. */
	async #claimAttempt(userId, runId, attempt) {
		const { journal, bus } = this.#options;
		const claimed = await journal.claimRun(userId, runId, {
			nodeId: this.nodeId,
			attempt
		});
		if (claimed) bus?.signal(userId, {
			is: "run_taken",
			runId,
			attempt: claimed.attempt
		});
		return claimed;
	}
	/** Another node may take it in between; each time it is the next attempt that has to be taken. */
	async #claim(userId, found) {
		const { journal } = this.#options;
		let run = found;
		for (let tries = 0; tries < claimTriesMax; tries++) {
			if (run?.state !== "active") return void 0;
			const { runId, attempt } = run;
			const claimed = await this.#claimAttempt(userId, runId, attempt);
			if (claimed) return claimed;
			run = await journal.run(userId, runId);
		}
		throw new Error(`run ${found.runId} was taken ${claimTriesMax} times meanwhile`);
	}
	/** Ends a run that is this node's and is executed by nobody. */
	async #endClaimed(userId, claimed, end, againMs = takeOverAgainMsMin) {
		const { journal, clock } = this.#options;
		try {
			return await bridgeOf(this.#around, await ownedRun(journal, userId, claimed)).end(end);
		} catch (error) {
			this.#around.onFault({
				where: "takeover",
				error,
				userId,
				runId: claimed.runId
			});
			pause(clock, againMs, this.#stopped.signal).then(() => this.#endClaimed(userId, claimed, end, Math.min(againMs * 2, takeOverAgainMsMax)), () => void 0);
			return {
				is: "refused",
				why: "unavailable",
				detail: "The run could not be taken over."
			};
		}
	}
};
const alreadyEnded = {
	is: "refused",
	why: "run_ended",
	detail: "The run has already ended."
};
/** V3: the user is part of the key. An id holds no blank. */
function keyOf(userId, runId) {
	return `${userId} ${runId}`;
}
function refusalOf$1(why, detail) {
	const code = codeOf$1(why);
	if (code === "not_found") return {
		is: "refused",
		code,
		message: "There is no such thread."
	};
	if (code === "too_many_runs") return {
		is: "refused",
		code,
		message: detail,
		afterMs: busyAfterMs
	};
	return {
		is: "refused",
		code,
		message: detail
	};
}
function codeOf$1(why) {
	switch (why) {
		case "not_found":
		case "run_ended":
		case "id_reused":
		case "too_many_runs":
		case "storage_full":
		case "unavailable": return why;
		case "too_large": return "message_too_large";
		case "fenced":
		case "out_of_sequence":
		case "answer_too_large": return "internal";
	}
}
// src/attach.ts
/** The addresses that are Goldenpath's own on a server that has others too. */
const ownPaths = [
	"/api/auth",
	"/api/me",
	"/api/agents",
	"/api/threads",
	"/api/attachments",
	"/api/tickets",
	"/healthz",
	"/setup"
];
function pathOf(request) {
	return (request.url ?? "/").split("?", 1)[0] ?? "/";
}
function isOwnPath(path) {
	return path === "/ws" || ownPaths.some((own) => path === own || path.startsWith(`${own}/`));
}
/**
* Puts the listeners in front of the ones that `server` has: they get what is Goldenpath's own (with `all`,
* everything), the others get the rest. Returns how to take them away again.
*/
function attach(server, ours, all) {
	const before = server.listeners("request");
	const upgradesBefore = server.listeners("upgrade");
	const onRequest = (request, response) => {
		if (all || isOwnPath(pathOf(request))) return ours.request(request, response);
		for (const listener of before) listener.call(server, request, response);
	};
	const onUpgrade = (request, socket, head) => {
		if (pathOf(request) === "/ws") return ours.upgrade(request, socket, head);
		if (upgradesBefore.length === 0) refuseUpgrade(socket, "404 Not Found");
		for (const listener of upgradesBefore) listener.call(server, request, socket, head);
	};
	replace(server, "request", before, onRequest);
	replace(server, "upgrade", upgradesBefore, onUpgrade);
	return () => {
		replace(server, "request", [onRequest], ...before);
		replace(server, "upgrade", [onUpgrade], ...upgradesBefore);
	};
}
/** Node leaves an upgraded socket without a listener for errors; one that broke would end the process. */
function refuseUpgrade(socket, status) {
	socket.on("error", () => socket.destroy());
	socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
function replace(server, event, out, ...into) {
	for (const listener of out) server.off(event, listener);
	for (const listener of into) server.on(event, listener);
}
// src/start-error.ts
var StartError = class extends Error {
	code;
	constructor(code, message, cause) {
		super(message, cause === void 0 ? void 0 : { cause });
		this.name = "StartError";
		this.code = code;
	}
};
// src/agents.ts
/**
* The agents of a server: the given ones, or the built-in ones. A model is looked for only where an agent
* could use it. Throws a `StartError` for a wrong setting, and for an agent that needs a model when there is
* none.
*/
async function chooseAgents(given, environment) {
	const resolution = given === void 0 || given.some((agent) => agent.needsModel) ? await resolveModel(environment, fetch) : { is: "none" };
	if (resolution.is === "failed") throw new StartError("option_invalid", resolution.message);
	const found = resolution.is === "found" ? resolution : void 0;
	try {
		return {
			factory: new AgentFactory({
				definitions: given ?? builtIn(found?.model),
				...found && { model: found.model },
				clock: systemClock,
				makeId: randomId
			}),
			model: found && {
				name: found.model.name,
				from: found.from
			}
		};
	} catch (error) {
		if (error instanceof TypeError) throw new StartError("option_invalid", error.message, error);
		throw error;
	}
}
/** The analyst, which needs no model; and in front of it, where there is a model, one with the same tools. */
function builtIn(model) {
	if (!model) return [analystDefinition];
	return [createModelAgent({
		name: "assistant",
		description: "A language model with the analyst's tools.",
		model,
		instructions: assistantInstructions,
		tools: analystTools,
		examples: analystDefinition.examples
	}), analystDefinition];
}
const assistantInstructions = `You help people understand and reduce what they spend on AI.
Every figure you state comes from a tool call of this conversation; never estimate or remember one.
The tools' dataset is the id of an attachment that a message names, or "sample": generated records of no real
company. Say which one you used. If a question cannot be
answered with the tools, say so and list what you can answer. Answer in Markdown, with tables for figures. A
fenced code block of the language chart is drawn: {"type": "bar" or "line", "title", "unit", "labels": [],
"series": [{"name", "values": []}]}, with 60 points at most.`;
// src/data-folder.ts
/**
* The data folder and the secret in it. One server at a time uses a folder: the journal holds its lock, so
* the journal is opened before the secret is made.
*/
const secretCharsMin = 32;
/** The SQLite database of the journal and the login. Folder and file are made for their owner's eyes only. */
function makeDataFolder(path) {
	const database = join(path, "goldenpath.db");
	attempt(path, () => {
		mkdirSync(path, {
			recursive: true,
			mode: 448
		});
		closeSync(openSync(database, "a", 384));
	});
	return { database };
}
/** 64 hexadecimal characters, made at the first start; the file is readable by its owner only. */
function readOrMakeSecret(path) {
	return attempt(path, () => {
		const file = join(path, "secret");
		return readSecret(file) ?? makeSecret(file);
	});
}
function makeSecret(file) {
	const secret = randomBytes(32).toString("hex");
	const draft = `${file}.new`;
	rmSync(draft, { force: true });
	const handle = openSync(draft, "wx", 384);
	try {
		writeSync(handle, secret);
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
	renameSync(draft, file);
	return secret;
}
function readSecret(file) {
	try {
		const secret = readFileSync(file, "utf8").trim();
		if (secret.length < secretCharsMin) throw new StartError("data_unusable", `${file} is damaged: restore it, or delete it, and everyone has to sign in again.`);
		chmodSync(file, 384);
		return secret;
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return void 0;
		throw error;
	}
}
function attempt(path, call) {
	try {
		return call();
	} catch (error) {
		if (error instanceof StartError) throw error;
		throw new StartError("data_unusable", `The data folder ${path} cannot be used (${error instanceof Error ? error.message : String(error)}); make it writable, or choose another with --data or GOLDENPATH_DATA.`, error);
	}
}
// src/login/providers.ts
function namedProviders(providers) {
	return [
		...providers.google ? [{
			id: "google",
			name: "Google"
		}] : [],
		...providers.github ? [{
			id: "github",
			name: "GitHub"
		}] : [],
		...providers.oidc ? [{
			id: "oidc",
			name: providers.oidc.name
		}] : []
	];
}
function socialProviders(providers) {
	return {
		...providers.google && { google: { ...providers.google } },
		...providers.github && { github: { ...providers.github } }
	};
}
/** The OpenID provider is asked for its addresses when somebody signs in, not at start. */
function oidcPlugins(providers) {
	if (!providers.oidc) return [];
	const { issuer, clientId, clientSecret } = providers.oidc;
	return [genericOAuth({ config: [{
		providerId: "oidc",
		discoveryUrl: `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`,
		clientId,
		clientSecret,
		scopes: [
			"openid",
			"email",
			"profile"
		],
		pkce: true
	}] })];
}
// src/login/rate-limit.ts
var RateLimiter = class {
	#clock;
	#keysMax;
	/** In the order in which their windows began. */
	#windowByKey = /* @__PURE__ */ new Map();
	constructor(clock, keysMax = 5e4) {
		this.#clock = clock;
		this.#keysMax = keysMax;
	}
	take(key, rate) {
		const now = this.#clock.elapsed();
		const found = this.#windowByKey.get(key);
		if (found && found.endsAt > now) {
			if (found.count >= rate.max) return {
				is: "limited",
				afterMs: Math.ceil(found.endsAt - now)
			};
			found.count++;
			return { is: "allowed" };
		}
		this.#windowByKey.delete(key);
		if (this.#windowByKey.size >= this.#keysMax) this.#forgetOne();
		this.#windowByKey.set(key, {
			endsAt: now + rate.windowMs,
			count: 1
		});
		return { is: "allowed" };
	}
	get size() {
		return this.#windowByKey.size;
	}
	#forgetOne() {
		for (const key of this.#windowByKey.keys()) {
			this.#windowByKey.delete(key);
			return;
		}
	}
};
// src/login/setup-token.ts
/** The cookie that carries the token from the link to the sign-up form. */
const setupCookie = "goldenpath_setup";
/**
* The first account where sign-up is closed: whoever can read the server's output opens the link it printed
* and makes the admin's account. The token dies with the process and with the first account.
*/
var SetupToken = class {
	token = randomBytes(24).toString("base64url");
	fits(candidate) {
		return candidate !== void 0 && timingSafeEqual(digest(candidate), digest(this.token));
	}
	/** Reads the token from a Cookie header. */
	fitsCookie(header) {
		for (const pair of (header ?? "").split(";")) {
			const [name, value] = pair.trim().split("=", 2);
			if (name === "goldenpath_setup" && this.fits(value)) return true;
		}
		return false;
	}
};
function digest(text) {
	return createHash("sha256").update(text).digest();
}
// src/login/login.ts
/**
* Login: accounts, sessions and OAuth by Better Auth, in the same SQLite file as the journal.
*
*  G1  One authorisation path: `authenticate` answers for HTTP and for the WebSocket upgrade alike.
*  G2  However a session ends (sign-out, password change, ban, expiry, an admin), `onSessionEnded` hears of
*      it from the database hook, before the request that ended it is answered (D7).
*  G3  Nobody gets in by default: no demo account, no default password. The first account is the admin's;
*      where sign-up is closed, only the setup link that the server printed can make it.
*  G4  The caller's address for rate limits is the socket's, or one proxy's word where that is trusted;
*      a header that the caller wrote never counts.
*/
const authPath = "/api/auth";
const sessionSecondsMax = 2592e3;
/** G4: set by us on every request that Better Auth sees, never taken from the caller. */
const clientAddressHeader = "x-goldenpath-client-address";
async function createLogin(options) {
	const database = new DatabaseSync(options.database, {
		timeout: 5e3,
		enableForeignKeyConstraints: true
	});
	try {
		database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
		const gate = createGate(database, options.signUp);
		const auth = betterAuth(authOptions(options, database, gate));
		await (await getMigrations(auth.options)).runMigrations();
		return assemble(options, database, gate, auth);
	} catch (error) {
		database.close();
		throw error;
	}
}
/** Who may make an account, and who becomes the admin. */
function createGate(database, signUp) {
	const token = new SetupToken();
	const people = "SELECT id FROM auth_user WHERE email NOT LIKE '%.invalid' ORDER BY rowid LIMIT 1";
	const anyAccount = () => database.prepare(people).get() !== void 0;
	const isOpen = (cookieHeader) => signUp === "open" || token.fitsCookie(cookieHeader) && !anyAccount();
	return {
		setup: () => signUp === "closed" && !anyAccount() ? token : void 0,
		isOpen,
		isFirst: (cookieHeader) => isOpen(cookieHeader) && !anyAccount(),
		/** The oldest account is the admin: decided in one statement, so two first ones cannot both be. */
		promoteFirst(userId) {
			database.prepare(`UPDATE auth_user SET role = 'admin' WHERE id = ? AND id = (${people})`).run(userId);
		}
	};
}
function authOptions(options, database, gate) {
	const { origins, log } = options;
	const limiter = new RateLimiter(options.clock);
	return {
		appName: "Goldenpath",
		baseURL: origins.own[0],
		basePath: authPath,
		secret: options.secret,
		database,
		trustedOrigins: [...origins.own, ...origins.listed],
		telemetry: { enabled: false },
		disabledPaths: ["/admin/impersonate-user", "/admin/stop-impersonating"],
		emailAndPassword: {
			enabled: true,
			minPasswordLength: limits.passwordCharsMin,
			maxPasswordLength: 256,
			revokeSessionsOnPasswordReset: true
		},
		user: {
			modelName: "auth_user",
			deleteUser: { enabled: true }
		},
		account: { modelName: "auth_account" },
		verification: { modelName: "auth_verification" },
		session: {
			modelName: "auth_session",
			expiresIn: sessionSecondsMax,
			updateAge: 86400
		},
		socialProviders: socialProviders(options.providers),
		plugins: [admin(), ...oidcPlugins(options.providers)],
		rateLimit: {
			enabled: true,
			window: 60,
			max: 300,
			customRules: {
				"/sign-in/*": {
					window: 60,
					max: 20
				},
				"/sign-up/*": {
					window: 60,
					max: 20
				},
				"/change-password": {
					window: 60,
					max: 10
				},
				"/admin/*": {
					window: 60,
					max: 120
				}
			},
			customStorage: {
				get: async () => null,
				set: async () => void 0,
				consume: async (key, rule) => {
					const verdict = limiter.take(key, {
						max: rule.max,
						windowMs: rule.window * 1e3
					});
					return verdict.is === "allowed" ? {
						allowed: true,
						retryAfter: null
					} : {
						allowed: false,
						retryAfter: Math.ceil(verdict.afterMs / 1e3)
					};
				}
			}
		},
		advanced: {
			cookiePrefix: "goldenpath",
			useSecureCookies: origins.own[0]?.startsWith("https:") === true,
			defaultCookieAttributes: {
				httpOnly: true,
				sameSite: "lax"
			},
			disableOriginCheck: false,
			disableCSRFCheck: false,
			ipAddress: { ipAddressHeaders: [clientAddressHeader] }
		},
		hooks: {
			before: createAuthMiddleware(async (context) => {
				if (context.path === "/change-password") return { context: { body: {
					...context.body,
					revokeOtherSessions: true
				} } };
			}),
			after: createAuthMiddleware(async (context) => {
				if (context.path !== "/admin/set-user-password" || context.context.returned instanceof Error) return;
				await context.context.internalAdapter.deleteUserSessions(String(context.body.userId));
			})
		},
		databaseHooks: {
			user: {
				create: {
					before: async (_user, context) => {
						if (!(context?.path === "/admin/create-user") && !gate.isOpen(context?.headers?.get("cookie"))) throw new APIError("FORBIDDEN", {
							code: "SIGN_UP_CLOSED",
							message: "Sign-up is closed on this server; ask its admin for an account."
						});
					},
					after: async (user) => gate.promoteFirst(user.id)
				},
				delete: { before: async (user) => options.onAccountLeaving(user.id) }
			},
			session: { delete: { after: async ({ id, userId }) => options.onSessionEnded({
				userId,
				sessionId: id
			}) } }
		},
		onAPIError: { onError: (error) => {
			if (isAPIError(error)) log.debug({ part: "login" }, error.message);
			else log.error({
				part: "login",
				err: error
			}, "login failed");
		} },
		logger: {
			level: "warn",
			log: (level, message) => log[level === "error" ? "error" : level === "warn" ? "warn" : "debug"]({ part: "login" }, message)
		}
	};
}
function assemble(options, database, gate, auth) {
	const sessionById = database.prepare(`SELECT s.id, s.userId, s.expiresAt FROM auth_session s JOIN auth_user u ON u.id = s.userId
     WHERE s.id = ? AND coalesce(u.banned, 0) = 0`);
	return {
		async handle(request, clientAddress) {
			const headers = new Headers(request.headers);
			headers.set(clientAddressHeader, clientAddress);
			return auth.handler(new Request(request, { headers }));
		},
		async authenticate(headers) {
			if (!headers.has("cookie")) return void 0;
			return signedIn(await auth.api.getSession({
				headers,
				query: { disableRefresh: true }
			}));
		},
		async renew(headers) {
			if (!headers.has("cookie")) return {
				signedIn: void 0,
				cookies: []
			};
			const answer = await auth.api.getSession({
				headers,
				returnHeaders: true
			});
			return {
				signedIn: signedIn(answer.response),
				cookies: answer.headers.getSetCookie()
			};
		},
		session(sessionId) {
			const row = sessionById.get(sessionId);
			if (!row) return void 0;
			const expiresAt = new Date(String(row.expiresAt)).getTime();
			if (!(expiresAt > options.clock.now())) return void 0;
			return {
				userId: String(row.userId),
				sessionId: String(row.id),
				expiresAt
			};
		},
		signUpOpen: gate.isOpen,
		firstAccount: gate.isFirst,
		get setup() {
			return gate.setup();
		},
		providers: namedProviders(options.providers),
		forgetExpired() {
			const now = new Date(options.clock.now()).toISOString();
			database.prepare("DELETE FROM auth_session WHERE expiresAt < ?").run(now);
			database.prepare("DELETE FROM auth_verification WHERE expiresAt < ?").run(now);
		},
		close: () => database.close()
	};
}
function signedIn(found) {
	if (!found) return void 0;
	const { session, user } = found;
	return {
		user: {
			userId: user.id,
			sessionId: session.id,
			expiresAt: session.expiresAt.getTime()
		},
		account: {
			id: user.id,
			email: user.email,
			name: user.name,
			role: user.role ?? "user"
		}
	};
}
// src/login/origins.ts
function judgeOrigin(origins, origin, fetchSite) {
	if (origin !== null) {
		if (origins.own.includes(origin)) return { is: "own" };
		if (origins.listed.includes(origin)) return { is: "listed" };
		return {
			is: "refused",
			origin
		};
	}
	if (fetchSite === "cross-site" || fetchSite === "same-site") return {
		is: "refused",
		origin: fetchSite
	};
	return { is: "absent" };
}
// src/http/respond.ts
const statusByCode = {
	frame_too_large: 413,
	not_found: 404,
	message_too_large: 413,
	attachment_invalid: 422,
	attachment_too_large: 413,
	unknown_agent: 404,
	id_reused: 409,
	run_ended: 409,
	approval_resolved: 409,
	too_many_runs: 429,
	rate_limited: 429,
	unauthenticated: 401,
	forbidden: 403,
	origin_refused: 403,
	storage_full: 507,
	unavailable: 503,
	internal: 500
};
/** The one shape of an error: `{error: {code, message, retry, afterMs?}}` with the status of its code. */
function refuse(context, code, detail = {}) {
	const { meaning, retry } = errorCodes[code];
	if (detail.afterMs !== void 0) context.header("retry-after", String(Math.ceil(detail.afterMs / 1e3)));
	return context.json({
		error: {
			code,
			message: detail.message ?? meaning,
			retry,
			...detail.afterMs !== void 0 && { afterMs: detail.afterMs }
		},
		...detail.beside
	}, statusByCode[code] ?? 400);
}
// src/http/account.ts
const ticketRate = {
	max: 120,
	windowMs: 6e4
};
/** Who is signed in, what they may ask, and tickets for their sockets. */
function accountRoutes(parts, requireUser) {
	const { login, tickets, limiter, agents } = parts;
	const routes = new Hono();
	routes.get("/api/me", async (context) => {
		const beside = {
			signUpOpen: login.signUpOpen(context.req.header("cookie")),
			firstAccount: login.firstAccount(context.req.header("cookie")),
			providers: login.providers
		};
		const { signedIn, cookies } = await login.renew(context.req.raw.headers);
		for (const cookie of cookies) context.header("set-cookie", cookie, { append: true });
		if (!signedIn) return refuse(context, "unauthenticated", { beside });
		return context.json({
			user: signedIn.account,
			...beside
		});
	});
	routes.get("/api/agents", requireUser, (context) => context.json({
		agents,
		default: agents[0]?.name
	}));
	routes.post("/api/tickets", requireUser, (context) => {
		const { userId, sessionId } = context.get("signedIn").user;
		const verdict = limiter.take(`tickets|${userId}`, ticketRate);
		if (verdict.is === "limited") return refuse(context, "rate_limited", { afterMs: verdict.afterMs });
		const issued = tickets.issue(sessionId);
		return issued ? context.json(issued) : refuse(context, "unavailable", { afterMs: 5e3 });
	});
	return routes;
}
// src/http/body.ts
/** Bodies of everything but attachments; they are a few fields of JSON. */
const jsonBytesMax = 65536;
/** Reads at most `bytesMax`; undefined as soon as there is more, and the rest is not read. */
async function readBody(request, bytesMax) {
	if (Number(request.headers.get("content-length") ?? 0) > bytesMax) return void 0;
	if (!request.body) return /* @__PURE__ */ new Uint8Array();
	const chunks = [];
	let length = 0;
	const reader = request.body.getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return new Uint8Array(Buffer.concat(chunks, length));
		length += value.byteLength;
		if (length > bytesMax) {
			await reader.cancel();
			return;
		}
		chunks.push(value);
	}
}
// src/http/media-type.ts
/** What a file claims to be, and whether its bytes agree. */
/** Maps, because the keys are what a caller wrote: `x.constructor` names nothing here. */
const typeByExtension$1 = new Map(Object.entries({
	csv: "text/csv",
	tsv: "text/tab-separated-values",
	json: "application/json",
	jsonl: "application/jsonl",
	ndjson: "application/jsonl",
	txt: "text/plain",
	log: "text/plain",
	md: "text/markdown",
	pdf: "application/pdf",
	png: "image/png",
	jpg: "image/jpeg",
	jpeg: "image/jpeg",
	gif: "image/gif",
	webp: "image/webp"
}));
const signatures = new Map(Object.entries({
	"application/pdf": (bytes) => ascii(bytes, 0, 5) === "%PDF-",
	"image/png": (bytes) => bytes[0] === 137 && ascii(bytes, 1, 4) === "PNG",
	"image/jpeg": (bytes) => bytes[0] === 255 && bytes[1] === 216 && bytes[2] === 255,
	"image/gif": (bytes) => ascii(bytes, 0, 4) === "GIF8",
	"image/webp": (bytes) => ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP"
}));
const jsonLines = /* @__PURE__ */ new Set([
	"application/jsonl",
	"application/x-ndjson",
	"application/x-jsonlines"
]);
/** The type by the file's extension where that says more than the browser did; Excel claims every CSV. */
function mediaTypeOf(name, claimed) {
	const essence = (claimed ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
	const byName = typeByExtension$1.get(name.split(".").at(-1)?.toLowerCase() ?? "");
	if (byName !== void 0) return byName;
	if (jsonLines.has(essence)) return "application/jsonl";
	return /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(essence) && essence.length <= 127 ? essence : "application/octet-stream";
}
/** Judges by the bytes: text has to be UTF-8 without NUL, JSON has to parse, images and PDF have their marks. */
function judgeContent(mediaType, bytes) {
	if (bytes.byteLength === 0) return {
		is: "refused",
		message: "The file is empty."
	};
	const signature = signatures.get(mediaType);
	if (signature) return signature(bytes) ? { is: "fits" } : {
		is: "refused",
		message: `The file claims to be ${mediaType}, but its content is something else.`
	};
	if (mediaType === "application/json") return judgeJson(mediaType, bytes);
	if (mediaType.startsWith("text/") || jsonLines.has(mediaType)) return utf8(bytes) === void 0 ? notText(mediaType) : { is: "fits" };
	return { is: "fits" };
}
function judgeJson(mediaType, bytes) {
	const text = utf8(bytes);
	if (text === void 0) return notText(mediaType);
	try {
		JSON.parse(text);
		return { is: "fits" };
	} catch (error) {
		return {
			is: "refused",
			message: `The file claims to be JSON, but does not parse: ${error instanceof SyntaxError ? error.message.slice(0, 200) : "not JSON"}`
		};
	}
}
function notText(mediaType) {
	return {
		is: "refused",
		message: `The file claims to be ${mediaType}, but it is not UTF-8 text. A spreadsheet has to be saved as "CSV UTF-8" first.`
	};
}
/** Without its byte order mark; undefined when the bytes are not UTF-8 or hold a NUL, as binaries do. */
function utf8(bytes) {
	try {
		const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
		return text.includes("\0") ? void 0 : text;
	} catch {
		return;
	}
}
function ascii(bytes, from, to) {
	return String.fromCharCode(...bytes.subarray(from, to));
}
// src/http/attachments.ts
const attachmentRate = {
	max: 60,
	windowMs: 6e4
};
/** Files that users attach: kept by the journal, given back to their owner only (D4), never shown inline. */
function attachmentRoutes(parts, requireUser) {
	const { journal, limiter } = parts;
	const routes = new Hono();
	routes.post("/api/attachments", requireUser, async (context) => {
		const { userId } = context.get("signedIn").user;
		const verdict = limiter.take(`attachments|${userId}`, attachmentRate);
		if (verdict.is === "limited") return refuse(context, "rate_limited", { afterMs: verdict.afterMs });
		const name = fileName(context.req.header("x-file-name"));
		if (name === void 0) return refuse(context, "attachment_invalid", { message: `Name the file in the header x-file-name, URI-encoded, with 1 to ${limits.attachmentNameCharsMax} characters.` });
		const bytes = await readBody(context.req.raw, limits.attachmentBytesMax);
		if (bytes === void 0) return refuse(context, "attachment_too_large", { message: `A file may have ${limits.attachmentBytesMax / 1024 / 1024} MiB at most.` });
		const mediaType = mediaTypeOf(name, context.req.header("content-type"));
		const content = judgeContent(mediaType, bytes);
		if (content.is === "refused") return refuse(context, "attachment_invalid", { message: content.message });
		const attachmentId = parts.makeId();
		const stored = await journal.putAttachment(userId, {
			id: attachmentId,
			name,
			mediaType,
			bytes,
			at: parts.clock.now()
		});
		if (stored === "too_large") return refuse(context, "attachment_too_large", { message: "Your attachments together are over what this server keeps for one user." });
		if (stored !== "stored") return refuse(context, stored);
		return context.json({
			attachmentId,
			name,
			mediaType,
			bytes: bytes.byteLength
		});
	});
	routes.get("/api/attachments/:id", requireUser, async (context) => {
		const found = await journal.attachment(context.get("signedIn").user.userId, context.req.param("id"));
		if (!found) return refuse(context, "not_found");
		return context.body(new Uint8Array(found.bytes), 200, {
			"content-type": found.mediaType,
			"content-disposition": `attachment; filename*=UTF-8''${extendedValue(found.name)}`,
			"cache-control": "private, max-age=31536000, immutable",
			vary: "cookie, origin"
		});
	});
	return routes;
}
/**
* The file's own name: no folders, and no characters that cannot be seen or that turn the reading direction
* (`gpj.exe` would read as `exe.jpg`). Undefined when nothing is left, or it is too long.
*/
function fileName(header) {
	if (header === void 0) return void 0;
	try {
		const name = decodeURIComponent(header).replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "").replace(/^.*[/\\]/, "").trim();
		if (name === "." || name === "..") return void 0;
		return name !== "" && name.length <= limits.attachmentNameCharsMax ? name : void 0;
	} catch {
		return;
	}
}
/** RFC 8187: `'`, `(`, `)` and `*` have to be escaped as well. */
function extendedValue(text) {
	return encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
// src/http/client-address.ts
/**
* Whose request it is, for rate limits. Behind one trusted proxy it is the last entry of X-Forwarded-For,
* which that proxy wrote; what stands before it came from the caller and counts for nothing.
*/
function clientAddress(request, trustProxy) {
	const socketAddress = request.socket.remoteAddress ?? "0.0.0.0";
	if (!trustProxy) return socketAddress;
	const forwarded = request.headers["x-forwarded-for"];
	const last = (Array.isArray(forwarded) ? forwarded.join(",") : forwarded ?? "").split(",").at(-1)?.trim();
	return last ? last : socketAddress;
}
// src/http/page.ts
/**
* The built page: files of one folder, named by the browser's path.
*
*  P1  Nothing outside of the folder is reachable, and nothing whose name begins with a dot.
*  P2  Bounded: at most as many files are held as the folder has. A file that changed is read again.
*  P3  Only these files are compressed; answers that hold a user's data are not, so their size tells nothing.
*/
const typeByExtension = {
	".html": "text/html; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".json": "application/json",
	".webmanifest": "application/manifest+json",
	".svg": "image/svg+xml",
	".png": "image/png",
	".ico": "image/x-icon",
	".woff2": "font/woff2",
	".wasm": "application/wasm",
	".txt": "text/plain; charset=utf-8"
};
const compressible = /^(text\/|application\/(json|manifest|wasm)|image\/svg)/;
/** Vite puts a hash of the content into these names. */
const hashed = /^\/assets\/.+-[\w-]{8,}\.\w+$/;
const gzipAsync = promisify(gzip);
function servePage(folder) {
	const fileByPath = /* @__PURE__ */ new Map();
	async function load(path) {
		const file = join(folder, path);
		const changedAt = await changedAtOf(file);
		const found = fileByPath.get(path);
		if (changedAt === void 0) {
			fileByPath.delete(path);
			return;
		}
		if (found?.changedAt === changedAt) return found;
		const stored = await read(file, changedAt);
		fileByPath.set(path, stored);
		return stored;
	}
	return async (context) => {
		const path = safePath(context.req.path);
		if (path === void 0) return refuse(context, "not_found", { message: "There is no such address." });
		const found = await load(path === "/" ? "/index.html" : path);
		if (found) return send(context, found, hashed.test(path));
		if (extname(path) !== "") return refuse(context, "not_found", { message: "There is no such file." });
		const index = await load("/index.html");
		if (index) return send(context, index, false);
		return context.text("The page is not built. Run npm run build, then reload.\n", 503);
	};
}
/** P1 */
function safePath(path) {
	try {
		const decoded = decodeURIComponent(path);
		if (/[\\\0]/.test(decoded)) return void 0;
		return decoded.split("/").some((part) => part.startsWith(".")) ? void 0 : decoded;
	} catch {
		return;
	}
}
function send(context, file, immutable) {
	const zipped = file.zipped && /\bgzip\b/.test(context.req.header("accept-encoding") ?? "") ? file.zipped : void 0;
	const headers = {
		"content-type": file.type,
		"cache-control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
		etag: file.etag,
		...file.zipped && { vary: "accept-encoding" },
		...zipped && { "content-encoding": "gzip" }
	};
	if (context.req.header("if-none-match") === file.etag) return context.body(null, 304, headers);
	return context.body(zipped ?? file.plain, 200, headers);
}
async function changedAtOf(file) {
	const found = await stat(file).catch(() => void 0);
	return found?.isFile() ? found.mtimeMs : void 0;
}
async function read(file, changedAt) {
	const plain = new Uint8Array(await readFile(file));
	const type = typeByExtension[extname(file)] ?? "application/octet-stream";
	const zipped = compressible.test(type) && plain.byteLength > 1024 ? new Uint8Array(await gzipAsync(plain)) : void 0;
	return {
		changedAt,
		type,
		etag: `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`,
		plain,
		zipped
	};
}
// src/http/security-headers.ts
/** The page's scripts, styles and connections come from this server alone. */
const contentSecurityPolicy = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' data: blob:",
	"font-src 'self'",
	"connect-src 'self'",
	"manifest-src 'self'",
	"base-uri 'none'",
	"form-action 'self'",
	"frame-ancestors 'none'"
].join("; ");
function securityHeaders(origins) {
	const https = origins.own[0]?.startsWith("https:") === true;
	return createMiddleware(async (context, next) => {
		await next();
		const { headers } = context.res;
		headers.set("content-security-policy", contentSecurityPolicy);
		headers.set("x-content-type-options", "nosniff");
		headers.set("x-frame-options", "DENY");
		headers.set("referrer-policy", "same-origin");
		headers.set("cross-origin-opener-policy", "same-origin");
		headers.set("cross-origin-resource-policy", "same-origin");
		headers.set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
		if (https) headers.set("strict-transport-security", "max-age=31536000");
	});
}
// src/http/threads.ts
const pageSchema = z.object({
	limit: z.coerce.number().int().min(1).max(200).default(50),
	before: idSchema.optional()
});
const renameSchema = z.strictObject({ title: z.string().trim().min(1, "a title needs a character").max(limits.titleCharsMax, `a title has at most ${limits.titleCharsMax} characters`) });
/** Threads and their messages, of the signed-in user only (D4). */
function threadRoutes(parts, requireUser) {
	const { journal } = parts;
	const routes = new Hono();
	routes.use("/api/threads", requireUser);
	routes.use("/api/threads/*", requireUser);
	routes.get("/api/threads", async (context) => {
		const page = pageOf(context);
		if (!page.ok) return refuse(context, "bad_frame", { message: page.message });
		return context.json({ threads: await journal.threads(userOf(context), page.page) });
	});
	routes.get("/api/threads/:id", async (context) => {
		const thread = await journal.thread(userOf(context), context.req.param("id"));
		return thread ? context.json({ thread }) : refuse(context, "not_found");
	});
	routes.get("/api/threads/:id/messages", async (context) => {
		const page = pageOf(context);
		if (!page.ok) return refuse(context, "bad_frame", { message: page.message });
		const threadId = context.req.param("id");
		if (!await journal.thread(userOf(context), threadId)) return refuse(context, "not_found");
		return context.json({ messages: await journal.messages(userOf(context), threadId, page.page) });
	});
	routes.patch("/api/threads/:id", async (context) => {
		const rename = renameSchema.safeParse(await jsonOf(context));
		if (!rename.success) return refuse(context, "bad_frame", { message: `Send {"title": "…"}: ${issueText(rename.error)}.` });
		const found = await journal.thread(userOf(context), context.req.param("id"));
		if (!found) return refuse(context, "not_found");
		const thread = {
			...found,
			title: rename.data.title
		};
		return refusalOf(context, await journal.commit({
			userId: userOf(context),
			events: [{
				id: parts.makeId(),
				type: "thread_updated",
				at: parts.clock.now(),
				threadId: found.id,
				data: { thread }
			}]
		})) ?? context.json({ thread });
	});
	routes.delete("/api/threads/:id", async (context) => {
		const threadId = context.req.param("id");
		if (!await journal.thread(userOf(context), threadId)) return refuse(context, "not_found");
		return refusalOf(context, await parts.removal.deleteThread(userOf(context), threadId)) ?? context.json({});
	});
	return routes;
}
function userOf(context) {
	return context.get("signedIn").user.userId;
}
function pageOf(context) {
	const parsed = pageSchema.safeParse(context.req.query());
	if (!parsed.success) return {
		ok: false,
		message: `limit is 1 to 200, before is an id: ${issueText(parsed.error)}.`
	};
	const { limit, before } = parsed.data;
	return {
		ok: true,
		page: {
			limit,
			...before !== void 0 && { before }
		}
	};
}
/** Undefined for a body that is too long or not JSON: no schema takes it. */
async function jsonOf(context) {
	const body = await readBody(context.req.raw, jsonBytesMax);
	try {
		return body && JSON.parse(new TextDecoder().decode(body));
	} catch {
		return;
	}
}
function issueText(error) {
	return error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; ");
}
/** The answer to give when the journal refused a commit; undefined when it did not. */
function refusalOf(context, outcome) {
	if (outcome.is !== "refused") return void 0;
	return refuse(context, codeOf(outcome.why), { message: outcome.detail });
}
function codeOf(why) {
	if (why === "not_found" || why === "storage_full" || why === "run_ended") return why;
	return why === "unavailable" ? "unavailable" : "internal";
}
// src/http/app.ts
/**
* The HTTP side: what every request passes, and in which order.
*
*  H1  A request that changes something comes from an allowed origin, or from no page at all.
*  H2  Nothing below `/api` but the login and `/api/me` is reached without a session; the user's id comes
*      from it and from nowhere else (D4).
*  H3  Bodies are bounded before they are read; a fault answers with a code and is logged, without texts
*      that users wrote.
*/
const apiRate = {
	max: 1200,
	windowMs: 6e4
};
function createApp(parts) {
	const app = new Hono();
	app.onError((error, context) => {
		parts.log.error({
			err: error,
			method: context.req.method,
			path: context.req.path
		}, "request failed");
		return refuse(context, isBusy(error) ? "unavailable" : "internal");
	});
	app.use(securityHeaders(parts.origins));
	app.use("/api/*", noStore);
	app.use("/api/*", cors({
		origin: (origin) => parts.origins.listed.includes(origin) ? origin : null,
		credentials: true,
		allowMethods: [
			"GET",
			"POST",
			"PATCH",
			"DELETE"
		],
		allowHeaders: ["content-type", "x-file-name"],
		maxAge: 600
	}));
	app.use("/api/*", originGuard(parts));
	app.get("/healthz", (context) => healthz(parts, context.json.bind(context)));
	app.get("/setup", (context) => {
		const token = context.req.query("token");
		if (!parts.login.setup?.fits(token)) return refuse(context, "not_found", { message: "This setup link is not valid any more; the server prints a fresh one when it starts." });
		const secure = parts.origins.own[0]?.startsWith("https:") ? "; Secure" : "";
		context.header("set-cookie", `${setupCookie}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600${secure}`);
		return context.redirect("/", 303);
	});
	app.on(["GET", "POST"], `${authPath}/*`, (context) => authenticate(parts, context));
	app.route("/", accountRoutes(parts, requireUser(parts)));
	app.route("/", threadRoutes(parts, requireUser(parts)));
	app.route("/", attachmentRoutes(parts, requireUser(parts)));
	app.all("/api/*", (context) => refuse(context, "not_found", { message: "There is no such address." }));
	app.get("/ws", (context) => {
		context.header("upgrade", "websocket");
		return context.text("This address speaks WebSocket.\n", 426);
	});
	if (parts.page !== void 0) app.get("*", servePage(parts.page));
	app.notFound((context) => refuse(context, "not_found", { message: "There is no such address." }));
	return app;
}
/** Hands a request to the login, as a Request of Node's own: the HTTP adapter's kind cannot be copied. */
async function authenticate({ login, trustProxy }, context) {
	const { method, url, headers } = context.req.raw;
	const bodiless = method === "GET" || method === "HEAD";
	const body = bodiless ? void 0 : await readBody(context.req.raw, jsonBytesMax);
	if (!bodiless && body === void 0) return refuse(context, "frame_too_large");
	const request = new Request(url, {
		method,
		headers,
		...body && { body }
	});
	const answer = await login.handle(request, clientAddress(context.env.incoming, trustProxy));
	if (answer.status !== 429) return answer;
	const seconds = Number(answer.headers.get("x-retry-after"));
	return refuse(context, "rate_limited", { afterMs: (seconds > 0 ? seconds : 60) * 1e3 });
}
const noStore = createMiddleware(async (context, next) => {
	await next();
	if (!context.res.headers.has("cache-control")) context.res.headers.set("cache-control", "no-store");
});
/** H1 */
const originGuard = (parts) => createMiddleware(async (context, next) => {
	const { method } = context.req;
	if (method === "GET" || method === "HEAD" || method === "OPTIONS") return next();
	const verdict = judgeOrigin(parts.origins, context.req.header("origin") ?? null, context.req.header("sec-fetch-site") ?? null);
	if (verdict.is !== "refused") return next();
	return refuse(context, "origin_refused", { message: `Pages of ${verdict.origin} may not use this server. If that is its own address, start it with GOLDENPATH_URL=${verdict.origin}.` });
});
/** H2 */
const requireUser = (parts) => createMiddleware(async (context, next) => {
	const signedIn = await parts.login.authenticate(context.req.raw.headers);
	if (!signedIn) return refuse(context, "unauthenticated");
	const verdict = parts.limiter.take(`api|${signedIn.user.userId}`, apiRate);
	if (verdict.is === "limited") return refuse(context, "rate_limited", { afterMs: verdict.afterMs });
	context.set("signedIn", signedIn);
	return next();
});
async function healthz(parts, json) {
	try {
		await parts.journal.extent("healthz");
		return json({
			ok: true,
			...parts.health()
		}, 200);
	} catch (error) {
		parts.log.error({ err: error }, "the journal cannot be read");
		return json({
			ok: false,
			...parts.health()
		}, 503);
	}
}
/** SQLITE_BUSY: somebody else held the database for longer than we wait. */
function isBusy(error) {
	return error instanceof Error && "errcode" in error && error.errcode === 5;
}
// src/log.ts
/** JSON lines on stderr, so that stdout stays for people. Written at once: a crash loses none of them. */
function createLog(level) {
	return pino({
		level,
		base: null,
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: { level: (label) => ({ level: label }) },
		redact: {
			paths: [
				"*.cookie",
				"*.authorization",
				"*.password",
				"*.secret",
				"*.ticket",
				"*.token"
			],
			censor: "…"
		}
	}, pino.destination({
		dest: 2,
		sync: true
	}));
}
// src/login/tickets.ts
/**
* Single-use tickets: how a client without the session cookie (another origin, a native program) shows in
* `hello` who it is.
*
*  T1  A ticket opens one connection, within `limits.ticketMsMax`, and is forgotten by its first use.
*  T2  It is bound to its session: when that ends, it opens nothing. The redeemer checks that.
*  T3  Only a hash is kept. At most `perSessionMax` of a session (a new one replaces its oldest) and
*      `ticketsMax` of all; beyond that there is no ticket.
*/
const perSessionMax = 16;
const ticketsMaxDefault = 2e4;
var Tickets = class {
	#clock;
	#ticketsMax;
	/** By hash, oldest first. */
	#entryByHash = /* @__PURE__ */ new Map();
	constructor(clock, ticketsMax = ticketsMaxDefault) {
		this.#clock = clock;
		this.#ticketsMax = ticketsMax;
	}
	/** Undefined when too many tickets are waiting to be used. */
	issue(sessionId) {
		this.#forgetExpired();
		this.#makeRoom(sessionId);
		if (this.#entryByHash.size >= this.#ticketsMax) return void 0;
		const ticket = randomBytes(32).toString("base64url");
		this.#entryByHash.set(hash(ticket), {
			sessionId,
			endsAt: this.#clock.elapsed() + limits.ticketMsMax
		});
		return {
			ticket,
			expiresAt: this.#clock.now() + limits.ticketMsMax
		};
	}
	/** The session it was given to; afterwards the ticket is nothing. */
	redeem(ticket) {
		const key = hash(ticket);
		const entry = this.#entryByHash.get(key);
		if (!entry) return void 0;
		this.#entryByHash.delete(key);
		return entry.endsAt > this.#clock.elapsed() ? entry.sessionId : void 0;
	}
	#forgetExpired() {
		const now = this.#clock.elapsed();
		for (const [key, entry] of this.#entryByHash) {
			if (entry.endsAt > now) return;
			this.#entryByHash.delete(key);
		}
	}
	#makeRoom(sessionId) {
		const own = [];
		for (const [key, entry] of this.#entryByHash) if (entry.sessionId === sessionId) own.push(key);
		if (own.length >= perSessionMax) this.#entryByHash.delete(own[0] ?? "");
	}
};
function hash(ticket) {
	return createHash("sha256").update(ticket).digest("base64url");
}
// src/page-folder.ts
/** The built page: beside the published code, or where the repository builds it. */
function pageFolder() {
	const published = fileURLToPath(new URL("./page", import.meta.url));
	return existsSync(published) ? published : fileURLToPath(new URL("../../../apps/chat/dist", import.meta.url));
}
// src/thread-removal.ts
function createThreadRemoval(parts) {
	const { journal, clock, makeId, cancelThread } = parts;
	async function deleteThread(userId, threadId) {
		await cancelThread(userId, threadId);
		const outcome = await journal.commit({
			userId,
			events: [{
				id: makeId(),
				type: "thread_deleted",
				at: clock.now(),
				threadId,
				data: {}
			}]
		});
		if (outcome.is === "committed") await cancelThread(userId, threadId);
		return outcome;
	}
	return {
		deleteThread,
		async deleteThreads(userId) {
			for (;;) {
				const threads = await journal.threads(userId, { limit: 200 });
				if (threads.length === 0) return;
				for (const { id } of threads) {
					const outcome = await deleteThread(userId, id);
					if (outcome.is === "refused" && outcome.why !== "not_found") throw new Error(`A thread could not be deleted: ${outcome.why}: ${outcome.detail}`);
				}
			}
		}
	};
}
// src/compose.ts
/** Puts a node together from its parts, and takes it apart in reverse. */
const upkeepMs = 36e5;
/** Throws a `StartError` that says what to do; nothing stays open then. */
async function composeNode(options, origins, environment) {
	const log = createLog(options.logLevel);
	const { database } = makeDataFolder(options.data);
	const { factory, model } = await chooseAgents(options.agents, environment);
	const journal = await openJournal(database, options);
	try {
		const clock = systemClock;
		const supervisor = new Supervisor({
			journal,
			clock,
			makeId: randomId,
			factory,
			onFault: ({ error, ...where }) => log.error({
				err: error,
				...where
			}, "run fault")
		});
		const parts = {
			options,
			origins,
			log,
			factory,
			model,
			journal,
			supervisor,
			removal: createThreadRemoval({
				journal,
				clock,
				makeId: randomId,
				cancelThread: (userId, threadId) => supervisor.cancelThread(userId, threadId)
			})
		};
		const tie = {};
		const login = await openLogin(parts, database, (session) => tie.core?.revokeSession(session));
		const tickets = new Tickets(clock);
		const core = createCore(parts, login, tickets);
		tie.core = core;
		await supervisor.start();
		return createNode(parts, login, tickets, core);
	} catch (error) {
		await journal.close();
		throw error;
	}
}
async function openJournal(database, options) {
	const opened = await openSqliteJournal({
		path: database,
		clock: systemClock,
		makeId: randomId,
		synchronous: options.durability === "power_loss" ? "full" : "normal"
	});
	if (opened.is === "failed") throw new StartError("database_unusable", opened.message);
	return opened.journal;
}
function openLogin({ options, origins, log, removal }, database, onSessionEnded) {
	return createLogin({
		database,
		secret: options.secret ?? readOrMakeSecret(options.data),
		origins,
		signUp: options.signUp,
		providers: options.providers,
		clock: systemClock,
		log,
		onSessionEnded,
		onAccountLeaving: (userId) => removal.deleteThreads(userId)
	});
}
function createCore({ origins, log, journal, supervisor }, login, tickets) {
	return new WebSocketCore({
		journal,
		commands: supervisor,
		clock: systemClock,
		makeId: randomId,
		authenticate: async ({ headers: { cookie } }) => {
			return (await login.authenticate(new Headers(cookie === void 0 ? {} : { cookie })))?.user;
		},
		redeemTicket: async (ticket) => {
			const sessionId = tickets.redeem(ticket);
			return sessionId === void 0 ? void 0 : login.session(sessionId);
		},
		originAllowed: (origin) => judgeOrigin(origins, origin, null).is !== "refused",
		onFault: ({ where, error, connectionId }) => log.error({
			err: error,
			where,
			connectionId
		}, "socket fault")
	});
}
function createNode(parts, login, tickets, core) {
	const { options, origins, log, factory, journal, supervisor, removal } = parts;
	const startedAt = systemClock.elapsed();
	const app = createApp({
		journal,
		login,
		tickets,
		origins,
		limiter: new RateLimiter(systemClock),
		clock: systemClock,
		makeId: randomId,
		log,
		trustProxy: options.trustProxy,
		agents: factory.cards,
		removal,
		health: () => ({
			version,
			upMs: Math.round(systemClock.elapsed() - startedAt),
			connections: core.stats().connections
		}),
		page: options.page ? pageFolder() : void 0
	});
	const stopUpkeep = startUpkeep(journal, login, log);
	return {
		listeners: {
			request: getRequestListener(app.fetch, { overrideGlobalObjects: false }),
			upgrade: (request, socket, head) => core.handleUpgrade(request, socket, head)
		},
		agents: factory.cards,
		model: parts.model,
		setupToken: () => login.setup?.token,
		async close(closeFront) {
			stopUpkeep();
			await Promise.all([core.drain(options.drainMs), supervisor.drain(options.drainMs)]);
			await closeFront();
			login.close();
			await journal.close();
		}
	};
}
/** J6: trims the logs and forgets sessions that ran out, every hour. Returns how to stop. */
function startUpkeep(journal, login, log) {
	let timer = systemClock.timer(upkeepMs, run);
	function run() {
		journal.trim(defaultTrimLimits).then(() => login.forgetExpired()).catch((error) => log.error({ err: error }, "upkeep failed; it runs again in an hour"));
		timer = systemClock.timer(upkeepMs, run);
	}
	return () => timer.cancel();
}
// src/listen.ts
/** An HTTP server that is patient with slow networks and not with silent callers. */
function createHttpServer() {
	const server = createServer({
		headersTimeout: 15e3,
		requestTimeout: 3e5,
		keepAliveTimeout: 2e4,
		connectionsCheckingInterval: 5e3
	});
	server.on("clientError", (error, socket) => refuseUnread(error.code ?? "", socket));
	return server;
}
/** What could not be read as a request is answered with a code too, then the connection is closed. */
function refuseUnread(fault, socket) {
	if (fault === "ECONNRESET" || !socket.writable) {
		socket.destroy();
		return;
	}
	const { status, code, message } = unread(fault);
	const body = JSON.stringify({ error: {
		code,
		message,
		retry: errorCodes[code].retry
	} });
	socket.end(`HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}
function unread(fault) {
	switch (fault) {
		case "HPE_HEADER_OVERFLOW": return {
			status: "431 Request Header Fields Too Large",
			code: "frame_too_large",
			message: "The address and headers may have 16 KiB together; clear this site's cookies, then try again."
		};
		case "ERR_HTTP_REQUEST_TIMEOUT": return {
			status: "408 Request Timeout",
			code: "unavailable",
			message: "The request did not arrive in time; send it again."
		};
		default: return {
			status: "400 Bad Request",
			code: "bad_frame",
			message: "This is not an HTTP/1.1 request."
		};
	}
}
/** The port it got. Throws a `StartError` that says what to do when the address cannot be had. */
async function listen(server, host, port) {
	try {
		await new Promise((resolve, reject) => {
			server.once("error", reject);
			server.listen(port, host, () => {
				server.off("error", reject);
				resolve();
			});
		});
	} catch (error) {
		throw listenError(error, host, port);
	}
	return boundAddress(server).port;
}
/** Where a listening server is bound. Throws a `StartError` for a pipe. */
function boundAddress(server) {
	const address = server.address();
	if (address === null || typeof address === "string") throw new StartError("option_invalid", "The HTTP server has to listen on a TCP port.");
	return address;
}
function listenError(error, host, port) {
	const code = error instanceof Error && "code" in error ? error.code : void 0;
	switch (code) {
		case "EADDRINUSE": return new StartError("port_in_use", `Port ${port} is in use by another program; stop that one, or choose another port: PORT=${port + 1 > 65535 ? 0 : port + 1}.`, error);
		case "EACCES": return new StartError("port_refused", `This user may not open port ${port}; choose one above 1023: PORT=4000.`, error);
		default: return new StartError("port_refused", `Cannot listen on ${host}, port ${port} (${String(code ?? error)}); choose an address of this machine with --host.`, error);
	}
}
// src/options.ts
/**
* Every option of a server: its default, its environment variable, its unit, and the error that names it.
* An option given in code wins over the environment.
*/
const portDefault = 4e3;
/** Throws a `StartError` (`option_invalid`) that names the option or variable and what it may be. */
function resolveOptions(given, environment) {
	const host = given.host ?? environment.GOLDENPATH_HOST ?? "127.0.0.1";
	if (host === "") throw invalid("host (GOLDENPATH_HOST)", host, "an address, for example 127.0.0.1 or 0.0.0.0");
	const url = given.url ?? environment.GOLDENPATH_URL;
	return {
		agents: checkAgents(given.agents),
		port: integer("port (PORT)", given.port ?? environment.PORT, portDefault, 0, 65535),
		host,
		data: resolve(given.data ?? nonEmpty(environment.GOLDENPATH_DATA) ?? ".goldenpath"),
		url: url === void 0 ? void 0 : origin("url (GOLDENPATH_URL)", url),
		origins: (given.origins ?? list(environment.GOLDENPATH_ORIGINS)).map((one) => origin("origins (GOLDENPATH_ORIGINS)", one)),
		signUp: oneOf("signUp (GOLDENPATH_SIGN_UP)", given.signUp ?? environment.GOLDENPATH_SIGN_UP, isLoopback(host) ? "open" : "closed", ["open", "closed"]),
		trustProxy: given.trustProxy ?? oneOf("GOLDENPATH_TRUST_PROXY", environment.GOLDENPATH_TRUST_PROXY, "false", ["true", "false"]) === "true",
		secret: secret(given.secret ?? environment.GOLDENPATH_SECRET),
		logLevel: oneOf("logLevel (GOLDENPATH_LOG)", given.logLevel ?? environment.GOLDENPATH_LOG, "warn", [
			"silent",
			"error",
			"warn",
			"info",
			"debug"
		]),
		durability: oneOf("durability (GOLDENPATH_DURABILITY)", given.durability ?? environment.GOLDENPATH_DURABILITY, "power_loss", ["power_loss", "process_crash"]),
		drainMs: integer("drainMs (GOLDENPATH_DRAIN_MS)", given.drainMs ?? environment.GOLDENPATH_DRAIN_MS, 2e3, 0, 6e5),
		page: given.page ?? true,
		providers: providers(environment)
	};
}
/** True for addresses that only this machine can reach. */
function isLoopback(host) {
	return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
/**
* The origins under which a server bound to `host` is its own page: an exact list, never the request's Host
* header, which a rebound name could forge. A wildcard address counts as each of this machine's addresses.
*/
function ownOrigins(host, port, url) {
	if (url !== void 0) return [url];
	const hosts = /* @__PURE__ */ new Set([host]);
	if (isLoopback(host) || isWildcard(host)) for (const name of [
		"127.0.0.1",
		"localhost",
		"::1"
	]) hosts.add(name);
	if (isWildcard(host)) {
		hosts.delete(host);
		for (const addresses of Object.values(networkInterfaces())) for (const { address, scopeid } of addresses ?? []) if (!scopeid) hosts.add(address);
	}
	return [...hosts].map((name) => httpOrigin(name, port));
}
/** Where to open a server bound to `host`. */
function httpOrigin(host, port) {
	const name = isWildcard(host) ? "127.0.0.1" : host;
	return new URL(`http://${isIPv6(name) ? `[${name}]` : name}:${port}`).origin;
}
function isWildcard(host) {
	return host === "0.0.0.0" || host === "::";
}
function providers(environment) {
	const google = credentials("GOOGLE", environment);
	const github = credentials("GITHUB", environment);
	const oidc = credentials("OIDC", environment);
	const issuer = nonEmpty(environment.OIDC_ISSUER);
	if (issuer === void 0 !== (oidc === void 0)) throw new StartError("option_invalid", "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: set all three or none.");
	if (issuer !== void 0) absoluteUrl("OIDC_ISSUER", issuer);
	return {
		...google && { google },
		...github && { github },
		...oidc && issuer && { oidc: {
			...oidc,
			issuer,
			name: nonEmpty(environment.OIDC_NAME) ?? new URL(issuer).host
		} }
	};
}
function credentials(prefix, environment) {
	const clientId = nonEmpty(environment[`${prefix}_CLIENT_ID`]);
	const clientSecret = nonEmpty(environment[`${prefix}_CLIENT_SECRET`]);
	if (clientId === void 0 && clientSecret === void 0) return void 0;
	if (clientId === void 0 || clientSecret === void 0) throw new StartError("option_invalid", `${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET belong together: set both or none.`);
	return {
		clientId,
		clientSecret
	};
}
function checkAgents(agents) {
	if (agents === void 0) return void 0;
	if (!Array.isArray(agents) || agents.length === 0) throw new StartError("option_invalid", "agents: give at least one, made with defineAgent({ … }).");
	const names = /* @__PURE__ */ new Set();
	for (const agent of agents) {
		if (typeof agent?.create !== "function" || typeof agent.name !== "string") throw new StartError("option_invalid", "agents: each has to be made with defineAgent({ … }).");
		if (names.has(agent.name)) throw new StartError("option_invalid", `agents: two are named ${JSON.stringify(agent.name)}; rename one.`);
		names.add(agent.name);
	}
	return agents;
}
function integer(name, value, fallback, min, max) {
	if (value === void 0 || value === "") return fallback;
	const number = typeof value === "string" && !/^\d+$/.test(value) ? NaN : Number(value);
	if (!Number.isInteger(number) || number < min || number > max) throw invalid(name, value, `a whole number from ${min} to ${max}`);
	return number;
}
function oneOf(name, value, fallback, allowed) {
	if (value === void 0 || value === "") return fallback;
	const found = allowed.find((one) => one === value);
	if (found === void 0) throw invalid(name, value, allowed.join(" or "));
	return found;
}
function secret(value) {
	if (value === void 0 || value === "") return void 0;
	if (value.length < 32) throw new StartError("option_invalid", "secret (GOLDENPATH_SECRET) must have 32 characters at least, for example from: openssl rand -hex 32");
	return value;
}
function origin(name, value) {
	const url = absoluteUrl(name, value);
	if (url.pathname !== "/" || url.search !== "" || url.hash !== "") throw invalid(name, value, "an origin without a path, for example https://chat.example.com");
	return url.origin;
}
function absoluteUrl(name, value) {
	const url = URL.canParse(value) ? new URL(value) : void 0;
	if (url?.protocol !== "https:" && url?.protocol !== "http:") throw invalid(name, value, "an address that begins with https:// or http://");
	return url;
}
function list(value) {
	return (value ?? "").split(",").map((one) => one.trim()).filter((one) => one !== "");
}
function nonEmpty(value) {
	return value === "" ? void 0 : value;
}
function invalid(name, value, expected) {
	return new StartError("option_invalid", `${name} must be ${expected}, not ${JSON.stringify(value)}.`);
}
// src/serve.ts
/**
* Starts a server and resolves when it answers. Options not given come from the environment (see
* `ServeOptions`). Throws a `StartError` whose message says what to do.
*/
async function serve(given = {}, environment = process.env) {
	const options = resolveOptions(given, environment);
	const http = createHttpServer();
	http.on("request", (_request, response) => response.writeHead(503, { "retry-after": "1" }).end());
	http.on("upgrade", (_request, socket) => refuseUpgrade(socket, "503 Service Unavailable"));
	const port = await listen(http, options.host, options.port);
	try {
		const node = await composeFor(options, port, environment);
		http.removeAllListeners("request");
		http.removeAllListeners("upgrade");
		attach(http, node.listeners, true);
		return serverOf(options, node, httpOrigin(options.host, port), () => closeHttp(http));
	} catch (error) {
		await closeHttp(http);
		throw error;
	}
}
/**
* The same on a Node HTTP server that exists already: Goldenpath answers its own addresses (`/api/me`,
* `/api/threads`, `/ws` …) and leaves the others alone; with `page: true` it answers all. Give `url`, or
* mount after the server listens. `close` leaves the HTTP server running.
*/
async function mount(http, given = {}, environment = process.env) {
	const options = resolveOptions({
		page: false,
		host: http.listening ? boundAddress(http).address : "::",
		...given
	}, environment);
	if (options.url === void 0 && !http.listening) throw new StartError("option_invalid", "mount: give url (the address that people open), or mount after the server listens.");
	const port = http.listening ? boundAddress(http).port : options.port;
	const node = await composeFor(options, port, environment);
	const detach = attach(http, node.listeners, options.page);
	return serverOf(options, node, httpOrigin(options.host, port), async () => detach());
}
function composeFor(options, port, environment) {
	return composeNode(options, {
		own: ownOrigins(options.host, port, options.url),
		listed: options.origins
	}, environment);
}
function serverOf(options, node, bound, closeFront) {
	const url = options.url ?? bound;
	let closing;
	return {
		url,
		agents: node.agents,
		model: node.model,
		get setupUrl() {
			const token = node.setupToken();
			return token === void 0 ? void 0 : `${url}/setup?token=${token}`;
		},
		close() {
			closing ??= node.close(closeFront);
			return closing;
		}
	};
}
/** Takes no more requests, lets the ones under way end for two seconds, then cuts them. */
function closeHttp(http) {
	return new Promise((resolve) => {
		const cut = setTimeout(() => http.closeAllConnections(), 2e3);
		http.close(() => {
			clearTimeout(cut);
			resolve();
		});
		http.closeIdleConnections();
	});
}
export { analystDefinition as a, defineAgent as i, serve as n, analystTools as o, StartError as r, defineTool as s, mount as t };
