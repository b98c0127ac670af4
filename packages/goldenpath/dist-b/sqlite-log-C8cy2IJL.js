import { dirname } from "node:path";
// ../journal/src/attachment-limit.ts
/** What a user may keep in attachments when nothing else is said. */
const attachmentBytesTotalMax = 1073741824;
/** Counted for each attachment beside its bytes, so that many empty ones are bounded as well. */
const overheadBytes = 1024;
function attachmentCost(bytes) {
	return bytes + overheadBytes;
}
/** `kept` is the cost of all the user's attachments so far. */
function attachmentFits(kept, bytes, totalMax) {
	return kept + attachmentCost(bytes) <= totalMax;
}
// ../journal/src/trim.ts
/** J6: the new floor. Never below the old one, never an event of an active run. */
function judgeTrim(log, limits) {
	const wanted = Math.max(log.agedTo, log.overBytesTo, log.head - limits.eventsMax);
	const allowed = Math.min(log.head, (log.activeFrom ?? log.head + 1) - 1);
	return Math.max(log.floor, Math.min(wanted, allowed));
}
// ../journal/src/sqlite-failure.ts
function openFailure(code, path, words = "") {
	return {
		is: "failed",
		code,
		message: openMessage(code, path, words)
	};
}
function openMessage(code, path, words) {
	switch (code) {
		case "locked": return `${path} is in use by another process. Stop that one, or start this one with a data folder of its own.`;
		case "newer_version": return `${path} was made by a newer version (${words}). Start that version again, or restore a backup from before it.`;
		case "corrupt": return `${path} is not a usable database (${words}). Move it away together with ${path}-wal and ${path}-shm, and restore a backup.`;
		case "read_only": return `${path} cannot be written (${words}). Give this user write access to ${dirname(path)} and the files in it, or choose another data folder.`;
		case "storage_full": return `There is no space left to open ${path} (${words}). Free some space on that disk and start again.`;
		case "bad_path": return `${path} cannot be a database file (${words}). Choose another data folder.`;
		case "unavailable": return `${path} could not be opened (${words}). Check the disk and the folder, and start again.`;
	}
}
/** What went wrong, by the code of an error of `node:sqlite` or `node:fs`; never by its text. */
function failureCode(error) {
	if (!(error instanceof Error)) return "unavailable";
	if (isDatabaseError(error)) switch (error.errcode & 255) {
		case 5:
		case 6: return "locked";
		case 3:
		case 8: return "read_only";
		case 11:
		case 26: return "corrupt";
		case 13: return "storage_full";
		default: return "unavailable";
	}
	switch ("code" in error ? error.code : void 0) {
		case "EACCES":
		case "EPERM":
		case "EROFS": return "read_only";
		case "ENOSPC":
		case "EDQUOT": return "storage_full";
		case "ENOTDIR":
		case "EEXIST":
		case "EISDIR":
		case "ENAMETOOLONG": return "bad_path";
		default: return "unavailable";
	}
}
/** An error of SQLite's own, as against a bug of ours. */
function isDatabaseError(error) {
	return error instanceof Error && "errcode" in error && typeof error.errcode === "number";
}
function errorWords(error) {
	return error instanceof Error ? error.message : String(error);
}
// ../journal/src/sqlite-log.ts
/** Default of the option. At 350 bytes an event it is about 6 MiB, and read back in a tenth of a second. */
const unfoldedEventsMax = 16384;
const hotCharsMax = 8388608;
/** A chunk is closed at this size; a single larger event still stands alone. */
const chunkCharsTarget = 65536;
const extentsCachedMax = 2e4;
var SqliteLog = class {
	#sql;
	#hotEventsMax;
	#folded;
	#hot = /* @__PURE__ */ new Map();
	#extents = /* @__PURE__ */ new Map();
	#hotEvents = 0;
	#hotChars = 0;
	#nextGroup = 1;
	#lines = [];
	/** `folded` is called inside the transaction that moves a user's events into chunks. */
	constructor(database, hotEventsMax, folded) {
		this.#hotEventsMax = hotEventsMax;
		this.#sql = statements(database);
		this.#folded = folded;
	}
	/** L1: forgets everything and reads it back; calls `each` for every hot event in the order of the logs. */
	recover(each) {
		this.#hot.clear();
		this.#extents.clear();
		this.#hotEvents = 0;
		this.#hotChars = 0;
		this.#nextGroup = 1;
		this.#lines = [];
		for (const row of this.#sql.groups.iterate()) {
			const group = Number(row.id);
			this.#nextGroup = group + 1;
			const lines = String(row.body).split("\n");
			for (let at = 0; at < lines.length;) {
				const [userId, first, count] = JSON.parse(lines[at] ?? "");
				const tails = lines.slice(at + 1, at + 1 + count);
				at += 1 + count;
				if (first <= this.extent(userId).head) continue;
				const events = tails.map((tail) => JSON.parse(`{${tail}`));
				this.#warm(userId, group, tails, events.map((event) => event.at));
				for (const [index, { runId, seq }] of events.entries()) each({
					userId,
					offset: first + index,
					...runId === void 0 ? {} : {
						runId,
						seq: seq ?? 0
					}
				});
			}
		}
	}
	extent(userId) {
		const cached = this.#extents.get(userId);
		if (cached) return cached;
		const row = this.#sql.log.get(userId);
		const extent = {
			floor: Number(row?.floor ?? 0),
			head: Number(row?.head ?? 0)
		};
		if (this.#extents.size >= extentsCachedMax) this.#forgetCold();
		this.#extents.set(userId, extent);
		return extent;
	}
	/** Inside a transaction, which `writeGroup` has to end. */
	append(userId, tails, ats) {
		if (tails.length === 0) return;
		const extent = this.extent(userId);
		if (extent.head === 0) this.#sql.begin.run(userId);
		this.#lines.push(JSON.stringify([
			userId,
			extent.head + 1,
			tails.length
		]), ...tails);
		this.#warm(userId, this.#nextGroup, tails, ats);
	}
	/** The group's one row, and as much folding as L3 asks for. */
	writeGroup() {
		if (this.#lines.length === 0) return;
		this.#sql.addGroup.run(this.#nextGroup++, this.#lines.join("\n"));
		this.#lines = [];
		if (this.#hotEvents <= this.#hotEventsMax && this.#hotChars <= hotCharsMax) return;
		while (this.#hotEvents > this.#hotEventsMax || this.#hotChars > hotCharsMax) {
			const [oldest] = this.#hot.keys();
			if (oldest === void 0) break;
			this.#fold(oldest);
		}
		this.#dropFoldedGroups();
	}
	/** The events after `after`, in order, without their offsets; not below the floor. */
	*tails(userId, after) {
		const { floor } = this.extent(userId);
		let at = Math.max(after, floor);
		for (const row of this.#sql.chunksAfter.iterate(userId, at)) {
			const first = Number(row.first);
			const tails = String(row.body).split("\n");
			for (let index = at + 1 - first; index < tails.length; index++) yield tails[index] ?? "";
			at = first + tails.length - 1;
		}
		const hot = this.#hot.get(userId);
		if (!hot) return;
		for (let index = at + 1 - hot.first; index < hot.tails.length; index++) yield hot.tails[index] ?? "";
	}
	/** The users after `after` in the order of their ids, at most `limit`. */
	users(after, limit) {
		return this.#sql.users.all(after, limit).map((row) => String(row.user_id));
	}
	/** J6, inside a transaction. Answers how many events fell away. */
	trim(userId, limits, oldest, activeFrom) {
		const { floor, head } = this.extent(userId);
		if (floor === head) return 0;
		const hot = this.#hot.get(userId);
		const sums = this.#sql.sums.get(userId);
		const bytes = Number(sums?.bytes ?? 0) + (hot?.chars ?? 0) * 3;
		if (!(Number(sums?.at_min ?? oldest) < oldest || (hot?.ats.some((at) => at < oldest) ?? false)) && head - floor <= limits.eventsMax && bytes <= limits.bytesMax) return 0;
		const newFloor = judgeTrim({
			floor,
			head,
			activeFrom,
			agedTo: this.#agedTo(userId, floor, oldest),
			overBytesTo: this.#overBytesTo(userId, floor, limits.bytesMax)
		}, limits);
		if (newFloor === floor) return 0;
		this.#sql.setFloor.run(newFloor, userId);
		this.#sql.dropChunks.run(userId, newFloor);
		this.extent(userId).floor = newFloor;
		if (hot && hot.first <= newFloor) {
			this.#fold(userId, newFloor);
			this.#dropFoldedGroups();
		}
		return newFloor - floor;
	}
	#agedTo(userId, floor, oldest) {
		let agedTo = floor;
		for (const row of this.#sql.places.iterate(userId, floor)) {
			if (Number(row.at_max) < oldest) {
				agedTo = Number(row.last);
				continue;
			}
			for (const tail of this.#chunk(Number(row.id)).slice(agedTo + 1 - Number(row.first))) {
				if (JSON.parse(`{${tail}`).at >= oldest) return agedTo;
				agedTo++;
			}
		}
		const hot = this.#hot.get(userId);
		if (!hot) return agedTo;
		const young = hot.ats.findIndex((at, index) => hot.first + index > floor && at >= oldest);
		return young === -1 ? hot.first + hot.ats.length - 1 : Math.max(agedTo, hot.first + young - 1);
	}
	#overBytesTo(userId, floor, bytesMax) {
		let bytes = 0;
		/** The offset of the newest of these events that does not fit any more. */
		const over = (first, tails) => {
			for (let index = tails.length - 1; index >= 0; index--) {
				bytes += Buffer.byteLength(tails[index] ?? "");
				if (bytes > bytesMax) return first + index;
			}
		};
		const hot = this.#hot.get(userId);
		const overInHot = hot && over(hot.first, hot.tails);
		if (overInHot !== void 0) return overInHot;
		for (const row of this.#sql.placesNewestFirst.iterate(userId, floor)) if (bytes + Number(row.bytes) <= bytesMax) bytes += Number(row.bytes);
		else return over(Number(row.first), this.#chunk(Number(row.id))) ?? floor;
		return floor;
	}
	#chunk(id) {
		return String(this.#sql.chunk.get(id)?.body ?? "").split("\n");
	}
	#warm(userId, group, tails, ats) {
		const extent = this.extent(userId);
		let hot = this.#hot.get(userId);
		if (!hot) {
			hot = {
				group,
				first: extent.head + 1,
				tails: [],
				ats: [],
				chars: 0
			};
			this.#hot.set(userId, hot);
		}
		for (const [index, tail] of tails.entries()) {
			hot.tails.push(tail);
			hot.ats.push(ats[index] ?? 0);
			hot.chars += tail.length;
			this.#hotChars += tail.length;
		}
		this.#hotEvents += tails.length;
		extent.head += tails.length;
	}
	/** L2: the one place that moves events from groups to chunks; those up to `trimmedTo` are left behind. */
	#fold(userId, trimmedTo = 0) {
		const hot = this.#hot.get(userId);
		if (!hot) return;
		for (let from = Math.max(0, trimmedTo + 1 - hot.first); from < hot.tails.length;) {
			let to = from;
			for (let chars = 0; to < hot.tails.length; to++) {
				chars += hot.tails[to]?.length ?? 0;
				if (to > from && chars > chunkCharsTarget) break;
			}
			const body = hot.tails.slice(from, to).join("\n");
			const ats = hot.ats.slice(from, to);
			const bytes = Buffer.byteLength(body) - (to - from - 1);
			const first = hot.first + from;
			const last = hot.first + to - 1;
			this.#sql.addChunk.run(userId, first, last, bytes, Math.min(...ats), Math.max(...ats), body);
			from = to;
		}
		this.#sql.setHead.run(hot.first + hot.tails.length - 1, userId);
		this.#hot.delete(userId);
		this.#hotEvents -= hot.tails.length;
		this.#hotChars -= hot.chars;
		this.#folded(userId);
	}
	#dropFoldedGroups() {
		const [oldest] = this.#hot.values();
		this.#sql.dropGroups.run(oldest?.group ?? this.#nextGroup);
	}
	#forgetCold() {
		for (const userId of this.#extents.keys()) {
			if (!this.#hot.has(userId)) this.#extents.delete(userId);
			if (this.#extents.size < extentsCachedMax / 2) return;
		}
	}
};
function statements(database) {
	const prepare = (sql) => database.prepare(sql);
	const place = "SELECT id, first, last, bytes, at_max FROM gp_chunk WHERE user_id = ? AND last > ? ORDER BY last";
	return {
		groups: prepare("SELECT id, body FROM gp_group ORDER BY id"),
		addGroup: prepare("INSERT INTO gp_group (id, body) VALUES (?, ?)"),
		dropGroups: prepare("DELETE FROM gp_group WHERE id < ?"),
		log: prepare("SELECT floor, head FROM gp_log WHERE user_id = ?"),
		begin: prepare("INSERT OR IGNORE INTO gp_log (user_id, floor, head) VALUES (?, 0, 0)"),
		setHead: prepare("UPDATE gp_log SET head = ? WHERE user_id = ?"),
		setFloor: prepare("UPDATE gp_log SET floor = ? WHERE user_id = ?"),
		users: prepare("SELECT user_id FROM gp_log WHERE user_id > ? ORDER BY user_id LIMIT ?"),
		addChunk: prepare("INSERT INTO gp_chunk (user_id, first, last, bytes, at_min, at_max, body) VALUES (?, ?, ?, ?, ?, ?, ?)"),
		chunk: prepare("SELECT body FROM gp_chunk WHERE id = ?"),
		chunksAfter: prepare("SELECT first, body FROM gp_chunk WHERE user_id = ? AND last > ? ORDER BY last"),
		dropChunks: prepare("DELETE FROM gp_chunk WHERE user_id = ? AND last <= ?"),
		sums: prepare("SELECT sum(bytes) AS bytes, min(at_min) AS at_min FROM gp_chunk WHERE user_id = ?"),
		places: prepare(place),
		placesNewestFirst: prepare(`${place} DESC`)
	};
}
export { isDatabaseError as a, attachmentCost as c, failureCode as i, attachmentFits as l, unfoldedEventsMax as n, openFailure as o, errorWords as r, attachmentBytesTotalMax as s, SqliteLog as t };
