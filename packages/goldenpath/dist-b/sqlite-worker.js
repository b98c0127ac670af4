import { a as isDatabaseError, c as attachmentCost, i as failureCode, l as attachmentFits, o as openFailure, r as errorWords, t as SqliteLog } from "./sqlite-log-C8cy2IJL.js";
import { statSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { DatabaseSync } from "node:sqlite";
// ../journal/src/judge.ts
function judge(draft, facts) {
	const result = draft.command?.result ?? null;
	if (draft.command) {
		const seen = facts.command(draft.command.id);
		if (seen) {
			if (seen.fingerprint === draft.command.fingerprint) return {
				is: "repeated",
				result: seen.result
			};
			return refuse("id_reused", `The command id ${draft.command.id} was used for another command.`);
		}
	}
	if (draft.activeRunsMax !== void 0 && facts.activeRunCount() >= draft.activeRunsMax) return refuse("too_many_runs", `${draft.activeRunsMax} runs are active.`);
	const judging = new Judging(draft, facts);
	for (const [index, mark] of draft.marks.entries()) {
		const refusal = judging.take(mark, index);
		if (refusal) return refusal;
	}
	const stale = judging.runRefusal();
	if (stale) return stale;
	if (draft.marks.length > 0 && judging.keep.length === 0) return {
		is: "repeated",
		result
	};
	return {
		is: "append",
		changes: judging.changes(result)
	};
}
/** The state of one judgement: what the events so far would change, laid over the facts. */
var Judging = class {
	keep = [];
	#draft;
	#facts;
	#threads = [];
	#messages = [];
	#runs = /* @__PURE__ */ new Map();
	#head;
	constructor(draft, facts) {
		this.#draft = draft;
		this.#facts = facts;
		this.#head = facts.head;
	}
	take(mark, index) {
		const verdict = mark.runId === void 0 ? this.#takeOwn(mark) : this.#takeOfRun(mark, mark.runId);
		if (verdict === "seen") return void 0;
		if (verdict) return verdict;
		this.keep.push(index);
		this.#head++;
	}
	/** A commit that names a run is refused when that run is not this attempt's, even without events. */
	runRefusal() {
		const named = this.#draft.run;
		if (!named || this.#runs.has(named.runId)) return void 0;
		return refuseRun(this.#facts.run(named.runId), named.runId, named.attempt);
	}
	changes(result) {
		return {
			first: this.#facts.head + 1,
			head: this.#head,
			...this.keep.length === this.#draft.marks.length ? {} : { keep: this.keep },
			threads: this.#threads,
			messages: this.#messages,
			runs: [...this.#runs.values()],
			result
		};
	}
	/** Events of the user's own doing: threads and messages. */
	#takeOwn(mark) {
		const { threadId, thread, message } = mark;
		const offset = this.#head + 1;
		const state = this.#thread(threadId);
		if (mark.type === "thread_created") {
			if (state === "live") return refuse("id_reused", `The thread ${threadId} exists already.`);
			if (state === "deleted") return noThread(threadId);
		} else if (state !== "live") return noThread(threadId);
		if (thread) this.#threads.push({
			is: "put",
			offset,
			thread
		});
		else if (mark.type === "thread_deleted") this.#threads.push({
			is: "delete",
			offset,
			threadId
		});
		else if (message) {
			if (this.#messages.some((other) => other.threadId === threadId && other.id === message.id) || this.#facts.hasMessage(threadId, message.id)) return refuse("id_reused", `The message ${message.id} exists already.`);
			this.#messages.push({
				...message,
				offset
			});
			this.#threads.push({
				is: "touch",
				offset,
				threadId,
				at: mark.at
			});
		}
	}
	#takeOfRun(mark, runId) {
		const { seq = 0, started, threadId } = mark;
		const run = this.#runs.get(runId) ?? this.#facts.run(runId);
		if (!run && started && seq === 1) return this.#begin(mark, runId, started);
		const refusal = refuseRun(run, runId, (this.#draft.run?.runId === runId ? this.#draft.run.attempt : started?.attempt) ?? run?.attempt ?? 0);
		if (refusal || !run) return refusal;
		if (threadId !== run.threadId) return noThread(threadId);
		if (seq <= run.seq) {
			if (this.#facts.eventId(run, seq) === mark.id) return "seen";
			return refuse("out_of_sequence", `Run ${runId} has another event with seq ${seq}.`);
		}
		if (seq !== run.seq + 1) return refuse("out_of_sequence", `Run ${runId} is at seq ${run.seq}; ${seq} does not continue it.`);
		const live = this.#thread(threadId) === "live";
		if (!live && !mark.ends) return noThread(threadId);
		const offset = this.#head + 1;
		const next = {
			...run,
			seq,
			lastOffset: offset
		};
		this.#runs.set(runId, mark.ends ? {
			...next,
			state: mark.ends,
			endedAt: mark.at
		} : next);
		const { finalMessage } = this.#draft;
		if (mark.ends && live && finalMessage) {
			if (finalMessage.threadId !== run.threadId || finalMessage.id !== run.messageId) throw new TypeError(`commit: the finalMessage ${finalMessage.id} is not the answer of run ${runId}`);
			this.#messages.push({
				...finalMessage,
				offset: run.firstOffset
			});
		}
	}
	#begin(mark, runId, started) {
		if (this.#thread(mark.threadId) !== "live") return noThread(mark.threadId);
		const offset = this.#head + 1;
		this.#runs.set(runId, {
			runId,
			threadId: mark.threadId,
			...started,
			owner: this.#draft.owner ?? "",
			state: "active",
			firstOffset: offset,
			lastOffset: offset,
			seq: 1,
			startedAt: mark.at
		});
	}
	#thread(threadId) {
		for (let at = this.#threads.length - 1; at >= 0; at--) {
			const change = this.#threads[at];
			if (change?.is === "put" && change.thread.id === threadId) return "live";
			if (change?.is === "delete" && change.threadId === threadId) return "deleted";
		}
		return this.#facts.thread(threadId);
	}
};
/** J4: the run as the claim makes it; undefined when it is not there to be taken. */
function judgeClaim(run, { nodeId, attempt }) {
	if (!nodeId) throw new TypeError("claimRun: nodeId is required");
	if (run?.state !== "active" || run.attempt !== attempt) return void 0;
	return {
		...run,
		attempt: attempt + 1,
		owner: nodeId
	};
}
/** J4 and J5: why a commit of this attempt may not touch the run. */
function refuseRun(run, runId, attempt) {
	if (!run) return refuse("run_ended", `The run ${runId} never began.`);
	if (run.state !== "active") return refuse("run_ended", `The run ${runId} is ${run.state}.`);
	if (attempt === run.attempt) return void 0;
	return refuse("fenced", `Attempt ${run.attempt} owns the run ${runId}; this is attempt ${attempt}.`);
}
function noThread(threadId) {
	return refuse("not_found", `There is no thread ${threadId}.`);
}
function refuse(why, detail) {
	return {
		is: "refused",
		why,
		detail
	};
}
// ../journal/src/page.ts
const pageItemsMax = 200;
/** How many items a page gets: 1 to 200. */
function pageLimit(page) {
	return Math.max(1, Math.min(pageItemsMax, Math.trunc(page.limit) || pageItemsMax));
}
// ../journal/src/run-row.ts
/** A run from its row; PostgreSQL answers 64-bit numbers as text. */
function runOf(row) {
	return {
		runId: String(row.run_id),
		threadId: String(row.thread_id),
		agent: String(row.agent),
		messageId: String(row.message_id),
		attempt: Number(row.attempt),
		owner: String(row.owner),
		state: String(row.state),
		firstOffset: Number(row.first_offset),
		lastOffset: Number(row.last_offset),
		seq: Number(row.seq),
		startedAt: Number(row.started_at),
		...row.ended_at === null ? {} : { endedAt: Number(row.ended_at) }
	};
}
// ../journal/src/sqlite-schema.ts
const migrations = [`
  -- The newest commits as they came, users mixed: one row for each transaction. They are folded into
  -- gp_chunk in time, so this table stays small; at open it is read into memory.
  CREATE TABLE gp_group (id INTEGER PRIMARY KEY, body TEXT NOT NULL);

  -- Events floor + 1 … head of a user stand in gp_chunk; what lies after head stands in gp_group.
  CREATE TABLE gp_log (
    user_id TEXT PRIMARY KEY, floor INTEGER NOT NULL, head INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- Events first … last of one user, one per line, each without its offset.
  CREATE TABLE gp_chunk (
    id INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    bytes INTEGER NOT NULL, at_min INTEGER NOT NULL, at_max INTEGER NOT NULL,
    body TEXT NOT NULL
  );
  CREATE INDEX gp_chunk_place ON gp_chunk (user_id, last, first, bytes, at_min, at_max);

  -- body is null once the thread is deleted.
  CREATE TABLE gp_thread (
    user_id TEXT NOT NULL, thread_id TEXT NOT NULL,
    updated_at INTEGER NOT NULL, offset INTEGER NOT NULL, body TEXT,
    PRIMARY KEY (user_id, thread_id)
  ) WITHOUT ROWID;
  CREATE INDEX gp_thread_newest ON gp_thread (user_id, updated_at, offset);

  CREATE TABLE gp_message (
    id INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL, thread_id TEXT NOT NULL, message_id TEXT NOT NULL,
    offset INTEGER NOT NULL, body TEXT NOT NULL
  );
  CREATE UNIQUE INDEX gp_message_id ON gp_message (user_id, thread_id, message_id);
  CREATE INDEX gp_message_place ON gp_message (user_id, thread_id, offset);

  -- last_offset and seq of an active run may lag behind gp_group; the rest is exact.
  CREATE TABLE gp_run (
    user_id TEXT NOT NULL, run_id TEXT NOT NULL, thread_id TEXT NOT NULL,
    agent TEXT NOT NULL, message_id TEXT NOT NULL, attempt INTEGER NOT NULL, state TEXT NOT NULL,
    first_offset INTEGER NOT NULL, last_offset INTEGER NOT NULL, seq INTEGER NOT NULL,
    started_at INTEGER NOT NULL, ended_at INTEGER,
    PRIMARY KEY (user_id, run_id)
  ) WITHOUT ROWID;
  CREATE INDEX gp_run_active ON gp_run (user_id) WHERE state = 'active';

  CREATE TABLE gp_command (
    user_id TEXT NOT NULL, command_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL, result TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (user_id, command_id)
  ) WITHOUT ROWID;

  CREATE TABLE gp_attachment (
    id INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL, attachment_id TEXT NOT NULL,
    name TEXT NOT NULL, media_type TEXT NOT NULL, at INTEGER NOT NULL,
    size INTEGER NOT NULL, bytes BLOB NOT NULL
  );
  CREATE UNIQUE INDEX gp_attachment_id ON gp_attachment (user_id, attachment_id, size);
  `, `
  -- The node that has the run. Of a run that began before there were leases nobody is the owner.
  ALTER TABLE gp_run ADD COLUMN owner TEXT NOT NULL DEFAULT '';
  `];
const schemaVersion = migrations.length;
/** 0 for a file without our tables. Reads only. */
function storedVersion(database) {
	if (!database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'gp_meta'").get()) return 0;
	return Number(metaOf(database, "version") ?? 0);
}
/** Brings the tables from `from` to `schemaVersion`, inside the caller's transaction. */
function migrate(database, from) {
	if (from === schemaVersion) return;
	database.exec("CREATE TABLE IF NOT EXISTS gp_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
	for (const migration of migrations.slice(from)) database.exec(migration);
	setMeta(database, "version", String(schemaVersion));
}
function metaOf(database, key) {
	const row = database.prepare("SELECT value FROM gp_meta WHERE key = ?").get(key);
	return row === void 0 ? void 0 : String(row.value);
}
function setMeta(database, key, value) {
	database.prepare("INSERT OR REPLACE INTO gp_meta (key, value) VALUES (?, ?)").run(key, value);
}
// ../journal/src/sqlite-open.ts
/**
* Opens the database and makes sure that it is ours alone, of our version, and still the one it was.
*
*  O1  One server per journal: a small database beside it (`…-lock`) is held in exclusive mode for as long
*      as we live. The operating system releases it when the process dies, however it dies.
*  O2  Nothing is written before the version is known to be ours.
*  O3  A database that was restored or replaced behind our back gets a new epoch: each open leaves a fresh
*      stamp both in the database and in its lock file, and notes the file's own number and birth. Where these do not
*      agree, offsets that clients remember may mean other events than now.
*/
/** The login's own connection may hold the write lock for a moment. */
const busyMsMax = 5e3;
const pageBytes = 4096;
const walBytesKept = 67108864;
function openDatabase(request) {
	const { path } = request;
	let lock;
	let database;
	try {
		lock = new DatabaseSync(`${path}-lock`, { timeout: 0 });
		lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
		database = new DatabaseSync(path, { timeout: busyMsMax });
		const version = storedVersion(database);
		if (version > schemaVersion) {
			closeAll(database, lock);
			return openFailure("newer_version", path, `format ${version}; this one knows ${schemaVersion}`);
		}
		configure(database, request);
		const epoch = prepare(database, lock, version, request);
		const opened = {
			database,
			lock
		};
		return {
			is: "open",
			database,
			epoch,
			close: () => closeAll(opened.database, opened.lock)
		};
	} catch (error) {
		closeAll(database, lock);
		return openFailure(failureCode(error), path, errorWords(error));
	}
}
function configure(database, { synchronous, databaseBytesMax }) {
	database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${synchronous === "full" ? "FULL" : "NORMAL"};
    PRAGMA fullfsync = ${synchronous === "full" ? "ON" : "OFF"};
    PRAGMA checkpoint_fullfsync = ${synchronous === "full" ? "ON" : "OFF"};
    PRAGMA journal_size_limit = ${walBytesKept};
    PRAGMA cache_size = -16384;
    PRAGMA temp_store = MEMORY;
  `);
	if (Number.isFinite(databaseBytesMax)) database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(databaseBytesMax / pageBytes))}`);
}
/** Migrates, and answers the epoch (O3). */
function prepare(database, lock, version, request) {
	lock.exec("CREATE TABLE IF NOT EXISTS stamp (only INTEGER PRIMARY KEY CHECK (only = 1), value TEXT NOT NULL)");
	const lockStamp = lock.prepare("SELECT value FROM stamp").get()?.value;
	const { ino, birthtimeNs } = statSync(request.path, { bigint: true });
	const file = `${ino}.${birthtimeNs}`;
	database.exec("BEGIN IMMEDIATE");
	migrate(database, version);
	const kept = metaOf(database, "epoch");
	const same = metaOf(database, "stamp") === lockStamp && metaOf(database, "file") === file;
	const epoch = kept !== void 0 && same ? kept : request.freshEpoch;
	if (epoch !== kept) setMeta(database, "epoch", epoch);
	setMeta(database, "file", file);
	setMeta(database, "stamp", request.freshStamp);
	database.exec("COMMIT");
	lock.prepare("INSERT OR REPLACE INTO stamp (only, value) VALUES (1, ?)").run(request.freshStamp);
	lock.exec("COMMIT");
	return epoch;
}
/** The lock goes last. An open transaction is rolled back by closing. */
function closeAll(database, lock) {
	if (database?.isOpen) database.close();
	if (lock?.isOpen) lock.close();
}
// ../journal/src/sqlite-runs.ts
var SqliteRuns = class {
	#find;
	#put;
	#active;
	#orphaned;
	#advanced = /* @__PURE__ */ new Map();
	constructor(database) {
		this.#find = database.prepare("SELECT * FROM gp_run WHERE user_id = ? AND run_id = ?");
		this.#put = database.prepare("INSERT OR REPLACE INTO gp_run (user_id, run_id, thread_id, agent, message_id, attempt, owner, state, first_offset, last_offset, seq, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
		this.#active = database.prepare("SELECT * FROM gp_run WHERE user_id = ? AND state = 'active' ORDER BY first_offset");
		this.#orphaned = database.prepare(`SELECT * FROM gp_run WHERE state = 'active' AND owner NOT IN (SELECT value FROM json_each(?))
       ORDER BY started_at, user_id, first_offset LIMIT ?`);
	}
	find(userId, runId) {
		const advanced = this.#advanced.get(userId)?.get(runId);
		if (advanced) return advanced;
		const row = this.#find.get(userId, runId);
		return row && runOf(row);
	}
	active(userId) {
		const advanced = this.#advanced.get(userId);
		return this.#active.all(userId).map((row) => advanced?.get(String(row.run_id)) ?? runOf(row));
	}
	/** Active runs whose owner is none of `living`, oldest first. */
	orphaned(living, limit) {
		return this.#orphaned.all(JSON.stringify(living), limit).map((row) => {
			const userId = String(row.user_id);
			return {
				userId,
				run: this.#advanced.get(userId)?.get(String(row.run_id)) ?? runOf(row)
			};
		});
	}
	/** R1: `run` is what became of `before`; undefined when it begins. */
	change(userId, run, before) {
		if (before && before.state === run.state && before.attempt === run.attempt) {
			const advanced = this.#advanced.get(userId) ?? /* @__PURE__ */ new Map();
			this.#advanced.set(userId, advanced);
			advanced.set(run.runId, run);
			return;
		}
		this.#write(userId, run);
		this.#advanced.get(userId)?.delete(run.runId);
	}
	/** While memory is rebuilt: an event of the run stands in a group. */
	recover(userId, runId, seq, offset) {
		const run = this.find(userId, runId);
		if (run && seq > run.seq) this.change(userId, {
			...run,
			seq,
			lastOffset: offset
		}, run);
	}
	/** R1: the user's events are being folded. */
	folded(userId) {
		for (const run of this.#advanced.get(userId)?.values() ?? []) this.#write(userId, run);
		this.#advanced.delete(userId);
	}
	forget() {
		this.#advanced.clear();
	}
	#write(userId, run) {
		this.#put.run(userId, run.runId, run.threadId, run.agent, run.messageId, run.attempt, run.owner, run.state, run.firstOffset, run.lastOffset, run.seq, run.startedAt, run.endedAt ?? null);
	}
};
// ../journal/src/sqlite-tables.ts
const threadStatesCachedMax = 2e4;
var SqliteTables = class {
	#sql;
	/** By user and thread; asked for with every event of a run. */
	#threadStates = /* @__PURE__ */ new Map();
	constructor(database) {
		this.#sql = statements(database);
	}
	/** Forgets what memory knew of a transaction that failed. */
	forget() {
		this.#threadStates.clear();
	}
	threadState(userId, threadId) {
		const key = JSON.stringify([userId, threadId]);
		const cached = this.#threadStates.get(key);
		if (cached) return cached;
		const row = this.#sql.thread.get(userId, threadId);
		if (!row) return void 0;
		const state = row.body === null ? "deleted" : "live";
		this.#remember(key, state);
		return state;
	}
	changeThread(userId, change) {
		if (change.is === "put") {
			const { thread, offset } = change;
			this.#sql.putThread.run(userId, thread.id, thread.updatedAt, offset, JSON.stringify(thread));
			this.#remember(JSON.stringify([userId, thread.id]), "live");
			return;
		}
		if (change.is === "touch") {
			this.#sql.touchThread.run(change.at, change.at, change.offset, userId, change.threadId);
			return;
		}
		this.#sql.deleteThread.run(change.offset, userId, change.threadId);
		this.#sql.deleteMessages.run(userId, change.threadId);
		this.#remember(JSON.stringify([userId, change.threadId]), "deleted");
	}
	thread(userId, threadId) {
		return bodyOf(this.#sql.thread.get(userId, threadId));
	}
	threads(userId, page) {
		if (page.before === void 0) return bodies(this.#sql.threads.all(userId, pageLimit(page)));
		const before = this.#sql.thread.get(userId, page.before);
		if (!before) return [];
		const { updated_at: updatedAt = 0, offset = 0 } = before;
		return bodies(this.#sql.threadsBefore.all(userId, updatedAt, offset, pageLimit(page)));
	}
	keepMessage(userId, { threadId, id, offset, json }) {
		if (this.threadState(userId, threadId) === "live") this.#sql.putMessage.run(userId, threadId, id, offset, json);
	}
	hasMessage(userId, threadId, messageId) {
		return this.#sql.message.get(userId, threadId, messageId) !== void 0;
	}
	messages(userId, threadId, page) {
		let before = Number.MAX_SAFE_INTEGER;
		if (page.before !== void 0) {
			const row = this.#sql.message.get(userId, threadId, page.before);
			if (!row) return [];
			before = Number(row.offset);
		}
		return bodies(this.#sql.messages.all(userId, threadId, before, pageLimit(page))).reverse();
	}
	command(userId, id) {
		const row = this.#sql.command.get(userId, id);
		return row && {
			fingerprint: String(row.fingerprint),
			result: JSON.parse(String(row.result))
		};
	}
	putCommand(userId, id, fingerprint, result, at) {
		this.#sql.putCommand.run(userId, id, fingerprint, JSON.stringify(result), at);
	}
	forgetCommands(userId, oldest) {
		this.#sql.forgetCommands.run(userId, oldest);
	}
	putAttachment(userId, attachment, totalMax) {
		const { id, name, mediaType, at, bytes } = attachment;
		const others = this.#sql.attachmentSizes.get(userId, id);
		const kept = Number(others?.bytes ?? 0) + attachmentCost(0) * Number(others?.count ?? 0);
		if (!attachmentFits(kept, bytes.byteLength, totalMax)) return "too_large";
		this.#sql.dropAttachment.run(userId, id);
		this.#sql.putAttachment.run(userId, id, name, mediaType, at, bytes.byteLength, bytes);
		return "stored";
	}
	attachmentHead(userId, attachmentId) {
		const row = this.#sql.attachmentHead.get(userId, attachmentId);
		if (!row) return void 0;
		return {
			name: String(row.name),
			mediaType: String(row.media_type),
			sizeBytes: Number(row.size)
		};
	}
	attachment(userId, attachmentId) {
		const row = this.#sql.attachment.get(userId, attachmentId);
		if (!row || !(row.bytes instanceof Uint8Array)) return void 0;
		const { name, media_type: mediaType, at, bytes } = row;
		return {
			id: attachmentId,
			name: String(name),
			mediaType: String(mediaType),
			at: Number(at),
			bytes
		};
	}
	#remember(key, state) {
		if (this.#threadStates.size >= threadStatesCachedMax) this.#threadStates.clear();
		this.#threadStates.set(key, state);
	}
};
function bodyOf(row) {
	return typeof row?.body === "string" ? row.body : void 0;
}
function bodies(rows) {
	return rows.flatMap((row) => typeof row.body === "string" ? [row.body] : []);
}
function statements(database) {
	const prepare = (sql) => database.prepare(sql);
	const newest = "ORDER BY updated_at DESC, offset DESC LIMIT ?";
	return {
		thread: prepare("SELECT updated_at, offset, body FROM gp_thread WHERE user_id = ? AND thread_id = ?"),
		threads: prepare(`SELECT body FROM gp_thread WHERE user_id = ? AND body IS NOT NULL ${newest}`),
		threadsBefore: prepare(`SELECT body FROM gp_thread WHERE user_id = ? AND (updated_at, offset) < (?, ?) AND body IS NOT NULL ${newest}`),
		putThread: prepare("INSERT OR REPLACE INTO gp_thread (user_id, thread_id, updated_at, offset, body) VALUES (?, ?, ?, ?, ?)"),
		touchThread: prepare(`UPDATE gp_thread SET body = json_set(body, '$.updatedAt', max(updated_at, ?)),
         updated_at = max(updated_at, ?), offset = ?
       WHERE user_id = ? AND thread_id = ? AND body IS NOT NULL`),
		deleteThread: prepare("UPDATE gp_thread SET body = NULL, offset = ? WHERE user_id = ? AND thread_id = ?"),
		deleteMessages: prepare("DELETE FROM gp_message WHERE user_id = ? AND thread_id = ?"),
		message: prepare("SELECT offset FROM gp_message WHERE user_id = ? AND thread_id = ? AND message_id = ?"),
		messages: prepare("SELECT body FROM gp_message WHERE user_id = ? AND thread_id = ? AND offset < ? ORDER BY offset DESC LIMIT ?"),
		putMessage: prepare("INSERT INTO gp_message (user_id, thread_id, message_id, offset, body) VALUES (?, ?, ?, ?, ?)"),
		command: prepare("SELECT fingerprint, result FROM gp_command WHERE user_id = ? AND command_id = ?"),
		putCommand: prepare("INSERT INTO gp_command (user_id, command_id, fingerprint, result, at) VALUES (?, ?, ?, ?, ?)"),
		forgetCommands: prepare("DELETE FROM gp_command WHERE user_id = ? AND at < ?"),
		attachment: prepare("SELECT name, media_type, at, bytes FROM gp_attachment WHERE user_id = ? AND attachment_id = ?"),
		attachmentHead: prepare("SELECT name, media_type, size FROM gp_attachment WHERE user_id = ? AND attachment_id = ?"),
		attachmentSizes: prepare("SELECT sum(size) AS bytes, count(*) AS count FROM gp_attachment WHERE user_id = ? AND attachment_id <> ?"),
		putAttachment: prepare("INSERT INTO gp_attachment (user_id, attachment_id, name, media_type, at, size, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)"),
		dropAttachment: prepare("DELETE FROM gp_attachment WHERE user_id = ? AND attachment_id = ?")
	};
}
// ../journal/src/sqlite-store.ts
const usersPerTrim = 64;
var SqliteStore = class {
	#database;
	#epoch;
	#attachmentBytesTotalMax;
	#log;
	#runs;
	#tables;
	#begin;
	#commit;
	/** Set when memory could not be rebuilt after a failure: nothing is trusted until that has worked. */
	#stale = false;
	constructor({ database, epoch }, options) {
		this.#database = database;
		this.#epoch = epoch;
		this.#attachmentBytesTotalMax = options.attachmentBytesTotalMax;
		this.#runs = new SqliteRuns(database);
		this.#tables = new SqliteTables(database);
		this.#log = new SqliteLog(database, options.unfoldedEventsMax, (userId) => this.#runs.folded(userId));
		this.#begin = database.prepare("BEGIN IMMEDIATE");
		this.#commit = database.prepare("COMMIT");
		this.#recover();
	}
	group({ drafts }) {
		const done = this.#transaction(() => drafts.map((draft) => this.#take(draft)));
		if (done.is === "done") return done.value;
		const { why, detail } = done;
		return drafts.map(() => ({
			is: "refused",
			why,
			detail
		}));
	}
	extent({ userId }) {
		this.#fresh();
		const { floor, head } = this.#log.extent(userId);
		return {
			epoch: this.#epoch,
			floor,
			head
		};
	}
	read({ userId, after, eventsMax, bytesMax }) {
		this.#fresh();
		const { floor, head } = this.#log.extent(userId);
		if (after < floor) return {
			is: "trimmed",
			floor,
			head
		};
		const tails = [];
		let bytes = 0;
		for (const tail of this.#log.tails(userId, after)) {
			bytes += Buffer.byteLength(tail);
			if (tails.length > 0 && (tails.length >= eventsMax || bytes > bytesMax)) break;
			tails.push(tail);
		}
		return {
			is: "events",
			count: tails.length,
			body: tails.join("\n"),
			head
		};
	}
	threads({ userId, page }) {
		return this.#tables.threads(userId, page);
	}
	thread({ userId, threadId }) {
		return this.#tables.thread(userId, threadId);
	}
	messages({ userId, threadId, page }) {
		return this.#tables.messages(userId, threadId, page);
	}
	run({ userId, runId }) {
		this.#fresh();
		return this.#runs.find(userId, runId);
	}
	activeRuns({ userId }) {
		this.#fresh();
		return this.#runs.active(userId);
	}
	runEvents({ userId, runId }) {
		this.#fresh();
		const run = this.#runs.find(userId, runId);
		return run ? [...this.#eventsOf(userId, run)] : [];
	}
	orphanedRuns({ living, limit }) {
		this.#fresh();
		return this.#runs.orphaned(living, limit);
	}
	claimRun({ userId, runId, claim }) {
		const done = this.#transaction(() => {
			const run = this.#runs.find(userId, runId);
			const claimed = judgeClaim(run, claim);
			if (claimed) this.#runs.change(userId, claimed, run);
			return claimed;
		});
		if (done.is === "failed") throw new Error(done.detail);
		return done.value;
	}
	putAttachment(request) {
		const { userId, attachment } = request;
		const done = this.#transaction(() => this.#tables.putAttachment(userId, attachment, this.#attachmentBytesTotalMax));
		return done.is === "done" ? done.value : done.why;
	}
	attachment({ userId, attachmentId }) {
		return this.#tables.attachment(userId, attachmentId);
	}
	attachmentHead(request) {
		return this.#tables.attachmentHead(request.userId, request.attachmentId);
	}
	trim({ after, now, limits }) {
		const oldest = now - limits.ageMsMax;
		const userIds = this.#log.users(after, usersPerTrim);
		const done = this.#transaction(() => {
			let users = 0;
			let events = 0;
			for (const userId of userIds) {
				this.#tables.forgetCommands(userId, oldest);
				const removed = this.#log.trim(userId, limits, oldest, this.#runs.active(userId)[0]?.firstOffset);
				if (removed > 0) users++;
				events += removed;
			}
			return {
				users,
				events
			};
		});
		if (done.is === "failed") throw new Error(done.detail);
		const next = userIds.length < usersPerTrim ? void 0 : userIds.at(-1);
		return {
			...done.value,
			...next === void 0 ? {} : { next }
		};
	}
	#take(draft) {
		let verdict;
		try {
			verdict = judge(draft, this.#factsOf(draft.userId));
		} catch (error) {
			if (error instanceof TypeError) return {
				is: "threw",
				message: error.message
			};
			throw error;
		}
		if (verdict.is !== "append") return verdict;
		this.#apply(draft, verdict.changes);
		const { first, head, keep, result } = verdict.changes;
		return {
			is: "committed",
			first,
			head,
			result,
			...keep ? { keep } : {}
		};
	}
	/** The one place that changes a user's log by a commit. */
	#apply(draft, { keep, threads, messages, runs }) {
		const { userId, body, marks, command } = draft;
		const tails = marks.length === 0 ? [] : body.split("\n");
		const ats = marks.map((mark) => mark.at);
		const kept = (all) => keep ? all.filter((_, index) => keep.includes(index)) : all;
		this.#log.append(userId, kept(tails), kept(ats));
		for (const change of threads) this.#tables.changeThread(userId, change);
		for (const message of messages) this.#tables.keepMessage(userId, message);
		for (const run of runs) this.#runs.change(userId, run, this.#runs.find(userId, run.runId));
		if (command) this.#tables.putCommand(userId, command.id, command.fingerprint, command.result, draft.at);
	}
	#factsOf(userId) {
		return {
			head: this.#log.extent(userId).head,
			command: (id) => this.#tables.command(userId, id),
			thread: (threadId) => this.#tables.threadState(userId, threadId),
			hasMessage: (threadId, messageId) => this.#tables.hasMessage(userId, threadId, messageId),
			run: (runId) => this.#runs.find(userId, runId),
			activeRunCount: () => this.#runs.active(userId).length,
			eventId: (run, seq) => {
				for (const { tail } of this.#eventsOf(userId, run)) {
					const event = JSON.parse(`{${tail}`);
					if (event.seq === seq) return event.id;
				}
			}
		};
	}
	*#eventsOf(userId, run) {
		let offset = Math.max(run.firstOffset - 1, this.#log.extent(userId).floor);
		const named = `"runId":${JSON.stringify(run.runId)}`;
		for (const tail of this.#log.tails(userId, offset)) {
			if (++offset > run.lastOffset) return;
			if (!tail.includes(named)) continue;
			if (JSON.parse(`{${tail}`).runId === run.runId) yield {
				offset,
				tail
			};
		}
	}
	#transaction(work) {
		try {
			this.#fresh();
			this.#begin.run();
			const value = work();
			this.#log.writeGroup();
			this.#commit.run();
			return {
				is: "done",
				value
			};
		} catch (error) {
			this.#undo();
			if (!isDatabaseError(error)) throw error;
			const code = failureCode(error);
			const detail = code === "storage_full" ? "The disk is full, or the database has reached databaseBytesMax. Nothing was written." : `The database could not be written (${errorWords(error)}). Nothing was written.`;
			return {
				is: "failed",
				why: code === "storage_full" ? "storage_full" : "unavailable",
				detail
			};
		}
	}
	/** S2: SQLite may have rolled back by itself, on a full disk for one. */
	#undo() {
		this.#stale = true;
		try {
			if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
			this.#fresh();
		} catch {
			this.#stale = true;
		}
	}
	#fresh() {
		if (!this.#stale) return;
		if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
		this.#recover();
		this.#stale = false;
	}
	#recover() {
		this.#runs.forget();
		this.#tables.forget();
		this.#log.recover(({ userId, offset, runId, seq }) => {
			if (runId !== void 0 && seq !== void 0) this.#runs.recover(userId, runId, seq, offset);
		});
	}
};
// ../journal/src/sqlite-worker.ts
/** The thread that owns the database: opens it, answers one request after the other, closes it. */
const port = parentPort;
if (!port) throw new Error("sqlite-worker runs in a worker thread, started by openSqliteJournal");
const say = (reply) => port.postMessage(reply);
const options = workerData;
const opened = openStore();
if (opened.is === "failed") {
	say(opened);
	port.close();
} else {
	const { store } = opened;
	port.on("message", (request) => {
		if (request.call === "close") {
			opened.close();
			say({
				is: "answer",
				id: request.id,
				answer: void 0
			});
			port.close();
			return;
		}
		try {
			say({
				is: "answer",
				id: request.id,
				answer: answerOf(store, request)
			});
		} catch (error) {
			say({
				is: "broken",
				id: request.id,
				message: errorWords(error)
			});
		}
	});
	say({
		is: "opened",
		epoch: opened.epoch
	});
}
function openStore() {
	const open = openDatabase(options);
	if (open.is === "failed") return open;
	try {
		return {
			...open,
			store: new SqliteStore(open, options)
		};
	} catch (error) {
		open.close();
		return openFailure(failureCode(error), options.path, errorWords(error));
	}
}
function answerOf(store, request) {
	switch (request.call) {
		case "group": return store.group(request);
		case "extent": return store.extent(request);
		case "read": return store.read(request);
		case "threads": return store.threads(request);
		case "thread": return store.thread(request);
		case "messages": return store.messages(request);
		case "run": return store.run(request);
		case "activeRuns": return store.activeRuns(request);
		case "runEvents": return store.runEvents(request);
		case "orphanedRuns": return store.orphanedRuns(request);
		case "claimRun": return store.claimRun(request);
		case "putAttachment": return store.putAttachment(request);
		case "attachment": return store.attachment(request);
		case "attachmentHead": return store.attachmentHead(request);
		case "trim": return store.trim(request);
	}
}
export {};
