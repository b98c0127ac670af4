import { C as scopes, S as problemKinds, T as widths, _ as importRow, a as identifierBytes, b as nameRow, c as bindingKinds, d as exportRow, f as fileBits, g as importBits, h as headerLength, i as withoutFacts, l as bindingRow, m as guards, n as extract, o as pack, p as fileRow, r as languageOf, s as bindingBits, t as extractBatch, u as doors, v as kinds$1, w as sections, x as presences, y as languages } from "./batch-Cp2jWlK-.js";
import { isBuiltin } from "node:module";
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, renameSync, statSync, watch, writeFileSync } from "node:fs";
import { isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import { Worker } from "node:worker_threads";
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { fileURLToPath, pathToFileURL } from "node:url";
import { availableParallelism } from "node:os";
import { ResolverFactory } from "oxc-resolver";
import { spawn, spawnSync } from "node:child_process";
// ../imports/src/resolve/json-with-comments.ts
/** Nesting beyond this is hostile, not configuration. */
const DEPTH_MAX = 200;
var Broken = class extends Error {
	offset;
	constructor(offset, message) {
		super(message);
		this.offset = offset;
	}
};
/** Parses JSON with comments, trailing commas and a byte order mark. */
function readJsonWithComments(text) {
	try {
		return {
			is: "read",
			value: JSON.parse(text)
		};
	} catch {}
	const reader = new Reader(text);
	try {
		return {
			is: "read",
			value: reader.document()
		};
	} catch (error) {
		if (error instanceof Broken) return {
			is: "broken",
			offset: error.offset,
			message: error.message
		};
		throw error;
	}
}
/** The value when it is an object, undefined otherwise: most callers want exactly that. */
function asObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? value : void 0;
}
var Reader = class {
	#text;
	#at;
	constructor(text) {
		this.#text = text;
		this.#at = text.charCodeAt(0) === 65279 ? 1 : 0;
	}
	document() {
		const value = this.#value(0);
		this.#skip();
		if (this.#at < this.#text.length) this.#fail("unexpected text after the value");
		return value;
	}
	#fail(message) {
		throw new Broken(this.#at, message);
	}
	#skip() {
		const text = this.#text;
		for (;;) {
			const code = text.charCodeAt(this.#at);
			if (code === 32 || code >= 9 && code <= 13 || code === 65279 || code === 160) this.#at++;
			else if (code === 47 && text[this.#at + 1] === "/") {
				const end = text.indexOf("\n", this.#at);
				this.#at = end < 0 ? text.length : end + 1;
			} else if (code === 47 && text[this.#at + 1] === "*") {
				const end = text.indexOf("*/", this.#at + 2);
				if (end < 0) this.#fail("comment without an end");
				this.#at = end + 2;
			} else return;
		}
	}
	#value(depth) {
		if (depth > DEPTH_MAX) this.#fail(`nested deeper than ${DEPTH_MAX}`);
		this.#skip();
		const first = this.#text[this.#at];
		if (first === "{") return this.#object(depth);
		if (first === "[") return this.#array(depth);
		if (first === "\"") return this.#string();
		return this.#word();
	}
	#object(depth) {
		const object = Object.create(null);
		this.#at++;
		for (;;) {
			this.#skip();
			if (this.#text[this.#at] === "}") break;
			if (this.#text[this.#at] !== "\"") this.#fail("expected a quoted key");
			const key = this.#string();
			this.#skip();
			if (this.#text[this.#at] !== ":") this.#fail("expected a colon");
			this.#at++;
			object[key] = this.#value(depth + 1);
			this.#skip();
			if (this.#text[this.#at] === ",") this.#at++;
			else if (this.#text[this.#at] !== "}") this.#fail("expected a comma or a closing brace");
		}
		this.#at++;
		return object;
	}
	#array(depth) {
		const items = [];
		this.#at++;
		for (;;) {
			this.#skip();
			if (this.#text[this.#at] === "]") break;
			items.push(this.#value(depth + 1));
			this.#skip();
			if (this.#text[this.#at] === ",") this.#at++;
			else if (this.#text[this.#at] !== "]") this.#fail("expected a comma or a closing bracket");
		}
		this.#at++;
		return items;
	}
	#string() {
		const start = this.#at;
		for (let at = start + 1; at < this.#text.length; at++) {
			const code = this.#text.charCodeAt(at);
			if (code === 92) at++;
			else if (code === 10) break;
			else if (code === 34) {
				this.#at = at + 1;
				try {
					return JSON.parse(this.#text.slice(start, at + 1));
				} catch {
					this.#at = start;
					this.#fail("string with a bad escape");
				}
			}
		}
		this.#fail("string without an end");
	}
	#word() {
		const match = /[-+.\w]+/y;
		match.lastIndex = this.#at;
		const word = match.exec(this.#text)?.[0] ?? "";
		this.#at += word.length;
		if (word === "true") return true;
		if (word === "false") return false;
		if (word === "null") return null;
		const number = Number(word);
		if (word === "" || Number.isNaN(number)) this.#fail("expected a value");
		return number;
	}
};
// ../imports/src/baseline.ts
function readBaseline(path) {
	if (!existsSync(path)) return {
		ok: true,
		baseline: void 0
	};
	const read = readJsonWithComments(readFileSync(path, "utf8"));
	if (read.is === "broken") return {
		ok: false,
		message: `${path} cannot be read as JSON: ${read.message}`
	};
	const ids = asObject(read.value)?.findings;
	if (!Array.isArray(ids) || ids.some((id) => typeof id !== "string")) return {
		ok: false,
		message: `${path} must be {"version": 1, "findings": ["…"]}; write it anew with ratchet`
	};
	return {
		ok: true,
		baseline: { ids: new Set(ids) }
	};
}
/** What of the baseline still holds, what is mended, and what is new. Notes fail nothing and are not kept. */
function compareBaseline(baseline, findings) {
	const now = /* @__PURE__ */ new Set();
	const fresh = [];
	for (const finding of findings) {
		if (finding.severity === "note") continue;
		now.add(finding.id);
		if (!baseline.ids.has(finding.id)) fresh.push(finding);
	}
	return {
		fresh,
		mended: [...baseline.ids].filter((id) => !now.has(id)),
		known: now.size - fresh.length
	};
}
function writeBaseline(path, ids) {
	writeWhole(path, `${JSON.stringify({
		version: 1,
		findings: [...ids].sort()
	}, void 0, 1)}\n`);
}
/** Writes beside and renames, so that nobody ever reads half a file. */
function writeWhole(path, content, mode) {
	const beside = `${path}.${process.pid}.partial`;
	writeFileSync(beside, content, mode === void 0 ? {} : { mode });
	renameSync(beside, path);
}
// ../imports/src/facts-view.ts
/**
* Facts as they are looked at: small objects that know where their row lies in a pack and read it when they
* are asked. A tree of ten thousand files has half a million facts, of which most are asked for one property.
*
* C1 What `unpack(pack(facts))` shows equals `facts`. C2 A pack that is torn or from another version is refused
* as a whole, not guessed: rows, strings and kinds are checked before anything is shown.
* C3 A fact may be a view, whose properties a spread (`{...fact}`) would not copy: use `placeOf`, or name them.
*/
/** The place of a fact, and nothing else of it. */
function placeOf(fact) {
	return {
		start: fact.start,
		end: fact.end,
		line: fact.line,
		column: fact.column
	};
}
/** Undefined when the pack cannot be read (C2). */
function unpack(packed) {
	const table = new Table(packed);
	return table.isSound() ? table.files() : void 0;
}
var Table = class {
	numbers;
	texts;
	#starts = {
		files: 0,
		imports: 0,
		names: 0,
		bindings: 0,
		exports: 0,
		extras: 0
	};
	#isWhole;
	constructor(packed) {
		this.numbers = packed.numbers;
		this.texts = packed.strings.split("\0");
		let at = headerLength;
		let isEven = true;
		for (const [index, section] of sections.entries()) {
			const length = this.numbers[1 + index] ?? -1;
			isEven &&= length >= 0 && length % widths[section] === 0;
			this.#starts[section] = at;
			at += length;
		}
		this.#isWhole = isEven && this.numbers[0] === 5 && at === this.numbers.length;
	}
	/** The offset of row `index` in its section. */
	at(section, index) {
		return this.#starts[section] + index * widths[section];
	}
	text(at) {
		return this.texts[this.numbers[at]];
	}
	int(at) {
		return this.numbers[at];
	}
	files() {
		return Array.from({ length: this.#rows("files") }, (_, index) => new FileView(this, index));
	}
	#rows(section) {
		return this.int(1 + sections.indexOf(section)) / widths[section];
	}
	isSound() {
		if (!this.#isWhole) return false;
		return this.#holds("files", [fileRow.path], (at) => {
			const flags = this.int(at + fileRow.flags);
			return flags >= 0 && (flags >> fileBits.doors & 7) < doors.length && this.#isRange("imports", at + fileRow.importsAt) && this.#isRange("bindings", at + fileRow.bindingsAt) && this.#isRange("exports", at + fileRow.exportsAt) && this.#areExtrasSound(this.int(at + fileRow.extrasAt));
		}) && this.#holds("imports", [importRow.specifier], (at) => {
			const flags = this.int(at + importRow.flags);
			return (flags & 15) < kinds$1.length && (flags >> importBits.scope & 15) < scopes.length && flags >> importBits.guard >= 0 && flags >> importBits.guard < guards.length && this.#isRange("names", at + importRow.namesAt);
		}) && this.#holds("names", [nameRow.name, nameRow.local], () => true) && this.#holds("bindings", [bindingRow.name, bindingRow.target], (at) => {
			const flags = this.int(at + bindingRow.flags);
			return (flags & 15) < bindingKinds.length && (flags >> bindingBits.presence & 15) < presences.length;
		}) && this.#holds("exports", [
			exportRow.name,
			exportRow.local,
			exportRow.imported
		], () => true);
	}
	#holds(section, textsAt, isSound) {
		const width = widths[section];
		const start = this.#starts[section];
		const end = start + this.#rows(section) * width;
		for (const textAt of textsAt) for (let at = start + textAt; at < end; at += width) if (this.numbers[at] >>> 0 >= this.texts.length) return false;
		for (let at = start; at < end; at += width) if (!isSound(at)) return false;
		return true;
	}
	#isRange(section, at) {
		const first = this.int(at);
		const count = this.int(at + 1);
		return first >= 0 && count >= 0 && first + count <= this.#rows(section);
	}
	#areExtrasSound(at) {
		if (at === -1) return true;
		if (at < 0 || at >= this.#rows("extras")) return false;
		try {
			readExtras(this, at);
			return true;
		} catch (error) {
			if (error instanceof RangeError) return false;
			throw error;
		}
	}
};
const noExtras = {
	publicNames: [],
	lazyNames: [],
	problems: [],
	ignores: []
};
/** Throws a RangeError where a list or a string lies outside of the pack. */
function readExtras(table, start) {
	const { numbers, texts } = table;
	let at = table.at("extras", start);
	const int = () => {
		const value = numbers[at++];
		if (value === void 0) throw new RangeError("the pack ends too early");
		return value;
	};
	const text = () => {
		const value = texts[int()];
		if (value === void 0) throw new RangeError("the pack names a string that it does not hold");
		return value;
	};
	const list = (each) => {
		const length = int();
		if (length < 0 || length > numbers.length - at) throw new RangeError("the pack is torn");
		return Array.from({ length }, each);
	};
	const problemKind = () => {
		const kind = problemKinds[int()];
		if (kind === void 0) throw new RangeError("the pack holds a kind that is not known");
		return kind;
	};
	return {
		publicNames: list(() => {
			const name = text();
			return {
				start: int(),
				end: int(),
				line: int(),
				column: int(),
				name
			};
		}),
		lazyNames: list(text),
		problems: list(() => ({
			kind: problemKind(),
			message: text(),
			line: int(),
			column: int()
		})),
		ignores: list(() => ({
			rules: list(text),
			reason: text(),
			line: int(),
			column: int(),
			appliesToLine: int()
		}))
	};
}
var FileView = class {
	#table;
	#at;
	#imports;
	#bindings;
	#exports;
	#extras;
	constructor(table, index) {
		this.#table = table;
		this.#at = table.at("files", index);
	}
	get path() {
		return this.#table.text(this.#at + fileRow.path);
	}
	get language() {
		return languages[this.#flags & 1];
	}
	get byteLength() {
		return this.#table.int(this.#at + fileRow.byteLength);
	}
	get lineCount() {
		return this.#table.int(this.#at + fileRow.lineCount);
	}
	get imports() {
		this.#imports ??= this.#views("imports", fileRow.importsAt, ImportView);
		return this.#imports;
	}
	get bindings() {
		this.#bindings ??= this.#views("bindings", fileRow.bindingsAt, BindingView);
		return this.#bindings;
	}
	get exports() {
		this.#exports ??= this.#views("exports", fileRow.exportsAt, ExportView);
		return this.#exports;
	}
	get doors() {
		return doors[this.#flags >> fileBits.doors & 7];
	}
	get publicNames() {
		const state = this.#flags >> fileBits.publicNames & 3;
		return state === 0 ? void 0 : {
			isKnown: state === 1,
			names: this.#more.publicNames
		};
	}
	get lazy() {
		const state = this.#flags >> fileBits.lazy & 3;
		if (state === 2) return {
			is: "names",
			names: this.#more.lazyNames
		};
		return { is: state === 0 ? "none" : "any" };
	}
	get hasEffects() {
		return (this.#flags >> fileBits.hasEffects & 1) === 1;
	}
	get problems() {
		return this.#more.problems;
	}
	get ignores() {
		return this.#more.ignores;
	}
	get #flags() {
		return this.#table.int(this.#at + fileRow.flags);
	}
	get #more() {
		if (this.#extras === void 0) {
			const at = this.#table.int(this.#at + fileRow.extrasAt);
			this.#extras = at === -1 ? noExtras : readExtras(this.#table, at);
		}
		return this.#extras;
	}
	#views(section, field, View) {
		return viewsOf(this.#table, section, this.#at + field, View);
	}
};
const none$1 = [];
/** The views of the rows that the two numbers at `field` speak of: the first, and how many. */
function viewsOf(table, section, field, View) {
	const count = table.int(field + 1);
	if (count === 0) return none$1;
	const width = widths[section];
	let at = table.at(section, table.int(field));
	const views = new Array(count);
	for (let index = 0; index < count; index++, at += width) views[index] = new View(table, at);
	return views;
}
var ImportView = class {
	#table;
	#at;
	#names;
	constructor(table, at) {
		this.#table = table;
		this.#at = at;
	}
	get kind() {
		return kinds$1[this.#table.int(this.#at) & 15];
	}
	get scope() {
		return scopes[this.#table.int(this.#at) >> importBits.scope & 15];
	}
	get guard() {
		return guards[this.#table.int(this.#at) >> importBits.guard];
	}
	get specifier() {
		return this.#table.text(this.#at + importRow.specifier);
	}
	get tryBlock() {
		return this.#table.int(this.#at + importRow.tryBlock);
	}
	get statement() {
		return readPlace(this.#table, this.#at + importRow.statement);
	}
	get at() {
		return readPlace(this.#table, this.#at + importRow.at);
	}
	get names() {
		this.#names ??= viewsOf(this.#table, "names", this.#at + importRow.namesAt, NameView);
		return this.#names;
	}
};
function readPlace({ numbers }, at) {
	return {
		start: numbers[at],
		end: numbers[at + 1],
		line: numbers[at + 2],
		column: numbers[at + 3]
	};
}
var NameView = class {
	#table;
	#at;
	constructor(table, at) {
		this.#table = table;
		this.#at = at;
	}
	get name() {
		return this.#table.text(this.#at + nameRow.name);
	}
	get local() {
		return this.#table.text(this.#at + nameRow.local);
	}
	get typeOnly() {
		return this.#table.int(this.#at + nameRow.typeOnly) === 1;
	}
	get start() {
		return this.#table.int(this.#at + nameRow.place);
	}
	get end() {
		return this.#table.int(this.#at + nameRow.place + 1);
	}
	get line() {
		return this.#table.int(this.#at + nameRow.place + 2);
	}
	get column() {
		return this.#table.int(this.#at + nameRow.place + 3);
	}
};
var BindingView = class {
	#table;
	#at;
	constructor(table, at) {
		this.#table = table;
		this.#at = at;
	}
	get name() {
		return this.#table.text(this.#at + bindingRow.name);
	}
	get kind() {
		return bindingKinds[this.#flags & 15];
	}
	get presence() {
		return presences[this.#flags >> bindingBits.presence & 15];
	}
	get isAsync() {
		return (this.#flags >> bindingBits.isAsync & 1) === 1;
	}
	get isState() {
		return (this.#flags >> bindingBits.isState & 1) === 1;
	}
	get importIndex() {
		return this.#table.int(this.#at + bindingRow.importIndex);
	}
	get nameIndex() {
		return this.#table.int(this.#at + bindingRow.nameIndex);
	}
	get target() {
		return this.#table.text(this.#at + bindingRow.target);
	}
	get start() {
		return this.#table.int(this.#at + bindingRow.place);
	}
	get end() {
		return this.#table.int(this.#at + bindingRow.place + 1);
	}
	get line() {
		return this.#table.int(this.#at + bindingRow.place + 2);
	}
	get column() {
		return this.#table.int(this.#at + bindingRow.place + 3);
	}
	get #flags() {
		return this.#table.int(this.#at + bindingRow.flags);
	}
};
var ExportView = class {
	#table;
	#at;
	constructor(table, at) {
		this.#table = table;
		this.#at = at;
	}
	get name() {
		return this.#table.text(this.#at + exportRow.name);
	}
	get local() {
		return this.#table.text(this.#at + exportRow.local);
	}
	get importIndex() {
		return this.#table.int(this.#at + exportRow.importIndex);
	}
	get imported() {
		return this.#table.text(this.#at + exportRow.imported);
	}
	get typeOnly() {
		return this.#table.int(this.#at + exportRow.typeOnly) === 1;
	}
	get start() {
		return this.#table.int(this.#at + exportRow.place);
	}
	get end() {
		return this.#table.int(this.#at + exportRow.place + 1);
	}
	get line() {
		return this.#table.int(this.#at + exportRow.place + 2);
	}
	get column() {
		return this.#table.int(this.#at + exportRow.place + 3);
	}
};
// ../imports/src/cache.ts
/**
* Facts of a former run, in one binary file. A file's facts are taken from it when size and time of change
* are the same as then.
*
* K1 A cache that is torn, of another version or of other extractors is ignored, never half used.
* K2 It is written beside and renamed; a reader sees the old one or the new one.
* K3 A file that changed within the last two seconds before it was read is not kept: its clock may be coarse.
*/
const cacheFolder = ".goldenpath";
const cacheName = "imports.cache";
const magic = 1196443971;
const headerNumbers = 4;
const freshMs$1 = 2e3;
function stampOf(root, path) {
	const stat = statSync(join(root, path), { throwIfNoEntry: false });
	return stat === void 0 ? void 0 : {
		size: stat.size,
		changedMs: Math.max(stat.mtimeMs, stat.ctimeMs)
	};
}
/** What can be used of the cache; empty when there is none. */
function readCache(root) {
	const path = join(root, cacheFolder, cacheName);
	const cached = /* @__PURE__ */ new Map();
	if (!existsSync(path)) return cached;
	const bytes = readFileSync(path);
	if (bytes.length < 16) return cached;
	const [found, version, files = 0, numbers = 0] = new Int32Array(bytes.buffer, bytes.byteOffset, headerNumbers);
	const stampsAt = 16;
	const numbersAt = stampsAt + files * 16;
	const textAt = numbersAt + numbers * 4;
	if (found !== magic || version !== 5 || files < 0 || numbers < 0 || textAt > bytes.length) return cached;
	const facts = unpack({
		numbers: new Int32Array(bytes.buffer.slice(bytes.byteOffset + numbersAt, bytes.byteOffset + textAt)),
		strings: bytes.toString("utf8", textAt)
	});
	if (facts === void 0 || facts.length !== files) return cached;
	for (const [index, each] of facts.entries()) {
		const at = stampsAt + index * 16;
		cached.set(each.path, {
			facts: each,
			stamp: {
				size: bytes.readDoubleLE(at),
				changedMs: bytes.readDoubleLE(at + 8)
			}
		});
	}
	return cached;
}
/** Keeps the facts for the next run. A tree that cannot be written to goes without: said by the answer. */
function writeCache(root, facts, stamps, nowMs) {
	const kept = facts.filter((each) => {
		const stamp = stamps.get(each.path);
		return stamp !== void 0 && nowMs - stamp.changedMs > freshMs$1;
	});
	const packed = pack(kept);
	const text = Buffer.from(packed.strings, "utf8");
	const numbers = Buffer.from(packed.numbers.buffer, packed.numbers.byteOffset, packed.numbers.byteLength);
	const head = Buffer.alloc(16 + kept.length * 16);
	head.writeInt32LE(magic, 0);
	head.writeInt32LE(5, 4);
	head.writeInt32LE(kept.length, 8);
	head.writeInt32LE(packed.numbers.length, 12);
	for (const [index, each] of kept.entries()) {
		const stamp = stamps.get(each.path);
		head.writeDoubleLE(stamp?.size ?? 0, 16 + index * 16);
		head.writeDoubleLE(stamp?.changedMs ?? 0, 16 + index * 16 + 8);
	}
	const folder = join(root, cacheFolder);
	try {
		mkdirSync(folder, { recursive: true });
		const ignore = join(folder, ".gitignore");
		if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
		writeWhole(join(folder, cacheName), Buffer.concat([
			head,
			numbers,
			text
		]));
		return true;
	} catch {
		return false;
	}
}
// ../imports/src/graph/uses.ts
/** All uses of first-party names, grouped by what they mean. Made once per run. */
var Uses = class {
	all;
	/** By `file:name` of the definition. */
	bySymbol = /* @__PURE__ */ new Map();
	#byDoor = /* @__PURE__ */ new Map();
	constructor(project) {
		const all = [];
		for (const [file, facts] of project.files.entries()) for (const [importIndex, statement] of facts.imports.entries()) {
			if (statement.kind === "mock" && facts.language === "python") {
				const target = project.target(file, statement.specifier);
				if (target.resolution.is !== "file" || target.name === "") continue;
				const door = target.resolution.file;
				const { name } = target;
				const lookup = project.lookupIn(door, name);
				all.push({
					file,
					importIndex,
					nameIndex: -1,
					statement,
					place: statement.at,
					door,
					name,
					local: "",
					lookup
				});
				continue;
			}
			const resolution = project.resolution(file, importIndex);
			if (resolution.is !== "file") continue;
			for (const [nameIndex, each] of statement.names.entries()) {
				if (each.name === "" || each.name === "*") continue;
				const lookup = project.lookup(file, importIndex, each);
				const { name, local } = each;
				all.push({
					file,
					importIndex,
					nameIndex,
					statement,
					place: each,
					door: resolution.file,
					name,
					local,
					lookup
				});
			}
		}
		this.all = all;
		for (const use of all) {
			const known = this.#byDoor.get(use.door);
			if (known === void 0) this.#byDoor.set(use.door, [use]);
			else known.push(use);
			const symbol = symbolOf(project, use.lookup);
			if (symbol === void 0) continue;
			const key = `${symbol.file}:${symbol.name}`;
			const group = this.bySymbol.get(key);
			if (group === void 0) this.bySymbol.set(key, {
				symbol,
				uses: [use]
			});
			else group.uses.push(use);
		}
	}
	/** Uses that ask this module. */
	through(door) {
		return this.#byDoor.get(door) ?? [];
	}
};
/** The definition that an answer ends in, when it is a first-party one. */
function symbolOf(project, lookup) {
	if (lookup.is !== "found" || lookup.binding < 0) return void 0;
	const binding = project.facts(lookup.file).bindings[lookup.binding];
	return binding === void 0 ? void 0 : {
		file: lookup.file,
		name: binding.name,
		binding: lookup.binding
	};
}
// ../imports/src/resolve/glob.ts
/**
* The globs of configuration files: `*`, `?`, `**`, `{a,b}` and character classes, matched against
* absolute paths with forward slashes. Compiled once, cached, and linear: `**` never nests.
*/
const GLOB_LENGTH_MAX = 2e3;
const compiled$1 = /* @__PURE__ */ new Map();
const COMPILED_MAX = 5e3;
/** A test for this glob. A glob that is too long or malformed matches nothing but itself. */
function compileGlob(glob) {
	const before = compiled$1.get(glob);
	if (before !== void 0) return before;
	const test = compile(glob);
	if (compiled$1.size < COMPILED_MAX) compiled$1.set(glob, test);
	return test;
}
function compile(glob) {
	if (glob.length > GLOB_LENGTH_MAX) return (path) => path === glob;
	if (!/[*?{[]/.test(glob)) return (path) => path === glob;
	try {
		const pattern = new RegExp(`^${source(glob)}$`, "u");
		return (path) => pattern.test(path);
	} catch {
		return (path) => path === glob;
	}
}
function source(glob) {
	let out = "";
	let depth = 0;
	for (let at = 0; at < glob.length; at++) {
		const char = glob[at] ?? "";
		if (char === "*" && glob[at + 1] === "*") {
			while (glob[at + 1] === "*") at++;
			if (glob[at + 1] === "/") {
				at++;
				out += "(?:[^/]+/)*";
			} else out += ".*";
		} else if (char === "*") out += "[^/]*";
		else if (char === "?") out += "[^/]";
		else if (char === "{") {
			depth++;
			out += "(?:";
		} else if (char === "}" && depth > 0) {
			depth--;
			out += ")";
		} else if (char === "," && depth > 0) out += "|";
		else if (char === "[") {
			const end = glob.indexOf("]", at + 1);
			if (end < 0) throw new Error("class without an end");
			out += `[${glob.slice(at + 1, end).replace(/^!/, "^").replace(/\\/g, "\\\\")}]`;
			at = end;
		} else out += char.replace(/[\\^$.|+()}\]]/g, "\\$&");
	}
	if (depth > 0) throw new Error("brace without an end");
	return out;
}
// ../imports/src/contract.ts
const header = "# goldenpath imports lock 1: every public name, its kind, and where it is defined";
/** The public surface of the tree: of the configured modules, else of every package's door. */
function publicSurface(project, config) {
	const isChosen = config.contract.map((glob) => compileGlob(glob));
	const surface = [];
	for (const [file, facts] of project.files.entries()) {
		const module = project.moduleName(file);
		if (!(isChosen.length > 0 ? isChosen.some((matches) => matches(module) || matches(facts.path)) : isDoor(facts.path))) continue;
		const declared = new Set(facts.publicNames?.names.map((each) => each.name) ?? []);
		for (const name of project.resolver(file).offers(file).names) {
			if (name.startsWith("_") && !declared.has(name)) continue;
			const entry = describe(project, project.lookupIn(file, name), declared.has(name) || facts.language === "typescript");
			if (entry !== void 0) surface.push({
				module,
				path: facts.path,
				name,
				...entry
			});
		}
	}
	return surface.sort((a, b) => compare(a.module, b.module) || compare(a.name, b.name));
}
function isDoor(path) {
	return /(^|\/)__init__\.py$/.test(path) || /(^|\/)(src\/)?index\.[cm]?tsx?$/.test(path);
}
/** Kind and origin of a name; undefined for what a module merely happens to have (`import os`). */
function describe(project, lookup, isDeclared) {
	switch (lookup.is) {
		case "found": {
			const symbol = symbolOf(project, lookup);
			const binding = project.facts(lookup.file).bindings[lookup.binding];
			if (symbol === void 0 || binding === void 0) return {
				kind: "types",
				isAsync: false,
				origin: `${project.moduleName(lookup.file)}:?`
			};
			const { kind, isAsync } = binding;
			return {
				kind,
				isAsync,
				origin: `${project.moduleName(symbol.file)}:${symbol.name}`
			};
		}
		case "module": {
			const { resolution } = lookup;
			if (resolution.is !== "file") return void 0;
			return {
				kind: "module",
				isAsync: false,
				origin: project.moduleName(resolution.file)
			};
		}
		case "outside":
		case "unknown": return isDeclared ? {
			kind: "outside",
			isAsync: false,
			origin: "-"
		} : void 0;
		default: return;
	}
}
function formatLock(surface) {
	const lines = [header];
	let module = "";
	for (const each of surface) {
		if (each.module !== module) {
			lines.push("", `${each.module} (${each.path})`);
			module = each.module;
		}
		lines.push(`  ${each.name} = ${each.isAsync ? "async " : ""}${each.kind} ${each.origin}`);
	}
	return `${lines.join("\n")}\n`;
}
/** Reads what `formatLock` wrote; a line that it would not write is refused with its number. */
function parseLock(text, path) {
	const surface = [];
	let module = "";
	let file = "";
	for (const [index, line] of text.split(/\r\n|\n/).entries()) {
		if (line === "" || line.startsWith("#")) continue;
		const head = /^(\S+) \((.+)\)$/.exec(line);
		if (head !== null) {
			module = head[1] ?? "";
			file = head[2] ?? "";
			continue;
		}
		const entry = /^ {2}(\S+) = (async )?(\S+) (.+)$/.exec(line);
		if (entry === null || module === "") return {
			ok: false,
			message: `${path}:${index + 1} is not a lock line; write it anew with: goldenpath imports lock`
		};
		const [, name = "", isAsync, kind = "", origin = ""] = entry;
		surface.push({
			module,
			path: file,
			name,
			kind,
			isAsync: isAsync !== void 0,
			origin
		});
	}
	return {
		ok: true,
		surface
	};
}
function compare(a, b) {
	return a < b ? -1 : a > b ? 1 : 0;
}
// ../imports/src/extract/pool.ts
/**
* How many files of a language are worth a thread of their own. A thread first has to compile the reader of
* its language for itself, which takes as long as reading some thousand Python files; a TypeScript file takes
* ten times as long as a Python file. So languages are given to different threads before one is shared out.
*/
const filesPerThread = {
	python: 8e3,
	typescript: 400
};
const batchFiles = {
	python: 150,
	typescript: 50
};
const workersMax = 8;
/**
* Extracts `paths` below `root`, in their order. Large trees are shared out: this thread works too, and each
* worker holds one batch at a time, so that no queue grows. Facts are kept as packs, whoever read them.
*/
async function extractAll(root, paths, progress) {
	const shares = {
		python: sharesOf(paths, "python"),
		typescript: sharesOf(paths, "typescript")
	};
	const facts = new Array(paths.length);
	let done = 0;
	const finish = (share, packed) => {
		const found = unpack(packed);
		if (found?.length !== share.paths.length) return false;
		for (const [index, place] of share.places.entries()) facts[place] = found[index];
		done += found.length;
		progress(done, paths.length);
		return true;
	};
	const workers = helpersFor(shares).map((language) => work(root, shares[language], finish));
	const hasWorkers = workers.length > 0;
	for (let share = nextShare(shares); share !== void 0; share = nextShare(shares)) {
		if (!finish(share, pack(extractBatch(root, share.paths)))) throw new Error("a pack cannot be read back");
		if (hasWorkers) await new Promise((resolve) => setImmediate(resolve));
	}
	await Promise.all(workers);
	return facts;
}
function sharesOf(paths, language) {
	const places = [];
	for (const [place, path] of paths.entries()) if (languageOf(path) === language) places.push(place);
	const shares = [];
	for (let start = 0; start < places.length; start += batchFiles[language]) {
		const own = places.slice(start, start + batchFiles[language]);
		shares.unshift({
			places: own,
			paths: own.map((place) => paths[place])
		});
	}
	return shares;
}
/** What this thread reads next: Python before TypeScript. */
function nextShare(shares) {
	return shares.python.pop() ?? shares.typescript.pop();
}
/** The languages of the workers to start. */
function helpersFor(shares) {
	const files = (language) => shares[language].reduce((sum, share) => sum + share.paths.length, 0);
	const threads = (language) => Math.floor(files(language) / filesPerThread[language]);
	const isMixed = shares.python.length > 0;
	return [...new Array(Math.max(0, threads("typescript") - (isMixed ? 0 : 1))).fill("typescript"), ...new Array(Math.max(0, threads("python") - 1)).fill("python")].slice(0, Math.min(workersMax, availableParallelism() - 1));
}
/** One worker reads shares until none is left. */
function work(root, shares, finish) {
	return new Promise((resolve, reject) => {
		const worker = new Worker(new URL("./imports-worker.js", import.meta.url));
		let current;
		const give = () => {
			current = shares.pop();
			if (current === void 0) {
				worker.terminate().then(() => resolve(), reject);
				return;
			}
			const batch = {
				root,
				paths: current.paths
			};
			worker.postMessage(batch);
		};
		worker.on("message", (packed) => {
			if (current === void 0 || !finish(current, packed)) reject(/* @__PURE__ */ new Error("a worker answered with a pack that cannot be read"));
			else give();
		});
		worker.on("error", reject);
		give();
	});
}
// ../imports/src/graph/definitions.ts
/** All classes and functions of the tree by their bare names, in the order of files. Made once per run. */
var Definitions = class {
	#places = /* @__PURE__ */ new Map();
	constructor(project) {
		for (const [file, { bindings }] of project.files.entries()) for (let binding = 0; binding < bindings.length; binding++) {
			const fact = bindings[binding];
			if (fact === void 0 || fact.kind !== "class" && fact.kind !== "function") continue;
			const known = this.#places.get(fact.name);
			if (known === void 0) this.#places.set(fact.name, [{
				file,
				binding
			}]);
			else known.push({
				file,
				binding
			});
		}
	}
	of(name) {
		return this.#places.get(name) ?? [];
	}
	all() {
		return this.#places;
	}
};
// ../imports/src/graph/edges.ts
const strength = {
	types: 0,
	call: 1,
	load: 2
};
/** Which module imports which, one edge per pair. Strings in mocks are no imports. */
var Edges = class {
	/** By importing file. */
	out;
	#in = [];
	constructor(project) {
		this.out = project.files.map((_, file) => edgesOf(project, file));
		for (const edges of this.out) for (const edge of edges) {
			const known = this.#in[edge.to];
			if (known === void 0) this.#in[edge.to] = [edge];
			else known.push(edge);
		}
	}
	into(file) {
		return this.#in[file] ?? [];
	}
	/** Everything that imports one of `files`, over any number of steps, and they themselves. */
	importersOf(files) {
		const found = new Set(files);
		const waiting = [...found];
		for (let file = waiting.pop(); file !== void 0; file = waiting.pop()) for (const edge of this.into(file)) {
			if (found.has(edge.from)) continue;
			found.add(edge.from);
			waiting.push(edge.from);
		}
		return found;
	}
	/** Everything that is loaded when `from` is. */
	loadedBy(from) {
		const seen = /* @__PURE__ */ new Set([from]);
		const waiting = [from];
		for (let file = waiting.pop(); file !== void 0; file = waiting.pop()) for (const edge of this.out[file] ?? []) {
			if (edge.kind !== "load" || seen.has(edge.to)) continue;
			seen.add(edge.to);
			waiting.push(edge.to);
		}
		return seen;
	}
};
function edgesOf(project, file) {
	const byTarget = /* @__PURE__ */ new Map();
	const add = (to, kind, importIndex) => {
		if (to === file) return;
		const known = byTarget.get(to);
		if (known !== void 0 && strength[known.kind] >= strength[kind]) return;
		byTarget.set(to, {
			from: file,
			to,
			kind,
			importIndex
		});
	};
	const facts = project.facts(file);
	for (const [index, statement] of facts.imports.entries()) {
		const kind = kindOf$1(statement);
		if (kind === void 0) continue;
		const resolution = project.resolution(file, index);
		if (resolution.is === "file" && facts.language === "typescript") add(resolution.file, kind, index);
		if (facts.language !== "python" || resolution.is !== "file" && resolution.is !== "namespace") continue;
		let isAsked = statement.names.length === 0;
		for (const name of statement.names) {
			if (name.name === "" || name.name === "*") {
				isAsked = true;
				continue;
			}
			const lookup = project.lookup(file, index, name);
			if (lookup.is === "module" && lookup.chain.length === 0 && lookup.resolution.is === "file") add(lookup.resolution.file, kind, index);
			else isAsked = true;
		}
		if (isAsked && resolution.is === "file") add(resolution.file, kind, index);
	}
	return [...byTarget.values()];
}
function kindOf$1(statement) {
	if (statement.kind === "mock" || statement.kind === "member") return void 0;
	if (statement.guard === "unreachable" || statement.guard === "expected") return void 0;
	if (statement.kind === "types" || statement.guard === "types") return "types";
	if (statement.names.length > 0 && statement.names.every((name) => name.typeOnly)) return "types";
	return statement.scope === "function" || statement.kind === "dynamic" && isPromise(statement) ? "call" : "load";
}
function isPromise(statement) {
	return /^[./@]|^node:/.test(statement.specifier);
}
// ../imports/src/graph/project.ts
const unknownLookup = {
	is: "unknown",
	why: "the module is not looked into",
	chain: []
};
/** All files' facts with the resolvers' answers, each asked once. Indices of files are positions in `files`. */
var Project = class Project {
	root;
	files;
	#python;
	#typescript;
	#resolutions = [];
	#moduleNames = [];
	#indexByPath = /* @__PURE__ */ new Map();
	#resolversFor;
	#made = /* @__PURE__ */ new Map();
	/** `resolversFor` makes the resolvers for a set of files, now and for `withFiles`. */
	constructor(root, files, resolversFor) {
		this.root = root;
		this.#resolversFor = resolversFor;
		const { python, typescript } = resolversFor(files);
		this.files = files;
		this.#python = python;
		this.#typescript = typescript;
		for (const [index, each] of files.entries()) this.#indexByPath.set(each.path, index);
	}
	/** What is worked out from the whole tree is worked out once; `key` says what it is. */
	once(key, make) {
		if (!this.#made.has(key)) this.#made.set(key, make());
		return this.#made.get(key);
	}
	/** The same tree with other facts, asked anew. */
	withFiles(files) {
		return new Project(this.root, files, this.#resolversFor);
	}
	fileAt(path) {
		return this.#indexByPath.get(path);
	}
	facts(file) {
		const facts = this.files[file];
		if (facts === void 0) throw new RangeError(`no file ${file}`);
		return facts;
	}
	resolver(file) {
		return this.facts(file).language === "python" ? this.#python : this.#typescript;
	}
	/** Where `files[file].imports[index]` leads. */
	resolution(file, index) {
		let answers = this.#resolutions[file];
		if (answers === void 0) {
			answers = [];
			this.#resolutions[file] = answers;
		}
		let answer = answers[index];
		if (answer === void 0) {
			answer = this.resolver(file).resolve(file, this.facts(file).imports[index]);
			answers[index] = answer;
		}
		return answer;
	}
	/** What one name of an import turns out to be. `"*"` and `""` are modules, not names. */
	lookup(file, index, name) {
		const resolution = this.resolution(file, index);
		if (resolution.is === "file") return this.resolver(resolution.file).lookup(resolution.file, name.name);
		if (resolution.is === "namespace" && this.facts(file).language === "python") {
			const specifier = this.facts(file).imports[index]?.specifier ?? "";
			const dotted = specifier.endsWith(".") ? specifier + name.name : `${specifier}.${name.name}`;
			const child = this.#python.resolveSpecifier(file, dotted);
			if (child.is === "missing") return {
				is: "missing",
				isLocal: false,
				chain: []
			};
			return {
				is: "module",
				resolution: child,
				chain: []
			};
		}
		return unknownLookup;
	}
	/** A name of a module, whoever asks. */
	lookupIn(file, name) {
		return this.resolver(file).lookup(file, name);
	}
	moduleName(file) {
		let name = this.#moduleNames[file];
		if (name === void 0) {
			name = this.resolver(file).moduleName(file);
			this.#moduleNames[file] = name;
		}
		return name;
	}
	/** Where a dotted string leads (`patch("a.b.C")`). */
	target(file, dotted) {
		return this.#python.resolveTarget(file, dotted);
	}
};
// ../imports/src/report-cache.ts
/**
* The last report, kept whole: when nothing has changed that could change it, it is the answer.
*
* R1 The key holds size and time of every source, of every manifest and TypeScript configuration, of every
*    folder (files that appear or go change it), and all settings; any difference means that the run is made.
* R2 As with facts: what changed within the last two seconds is not trusted to stay as it is.
*/
const reportName = "imports.report.json";
const freshMs = 2e3;
/** Undefined when the report may not be kept (R2). */
function reportKey(root, tree, stamps, settings, nowMs) {
	const hash = createHash("sha256");
	hash.update(JSON.stringify([
		5,
		process.version,
		settings
	]));
	let latest = 0;
	const add = (path, stamp) => {
		hash.update(`${path}\n${stamp?.size ?? -1} ${stamp?.changedMs ?? 0}\n`);
		latest = Math.max(latest, stamp?.changedMs ?? 0);
	};
	for (const path of tree.files) add(path, stamps.get(path));
	for (const path of [
		...tree.folders,
		...tree.manifests,
		...tree.settings
	]) add(path, stampOf(root, path));
	return nowMs - latest > freshMs ? hash.digest("hex") : void 0;
}
function readReport(root, key) {
	const path = join(root, cacheFolder, reportName);
	if (!existsSync(path)) return void 0;
	try {
		const value = asObject(JSON.parse(readFileSync(path, "utf8")));
		if (value?.key !== key || asObject(value.report)?.version !== 1 || !Array.isArray(value.mended)) return void 0;
		return {
			report: value.report,
			mended: value.mended
		};
	} catch {
		return;
	}
}
function writeReport(root, key, report, mended) {
	const folder = join(root, cacheFolder);
	try {
		mkdirSync(folder, { recursive: true });
		const ignore = join(folder, ".gitignore");
		if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
		writeWhole(join(folder, reportName), JSON.stringify({
			key,
			report,
			mended
		}));
	} catch {}
}
// ../imports/src/resolve/git-ignores.ts
/**
* Whether git ignores a path: a file that is imported, is not there, and would not be committed if it were,
* is made by a build or a generator. It is not called missing.
*/
const PATTERNS_MAX = 2e3;
var GitIgnores = class {
	#disk;
	/** The folder of the repository: its ignores hold for a part of it that is checked alone, too. */
	#top;
	#byDirectory = /* @__PURE__ */ new Map();
	constructor(disk, root) {
		this.#disk = disk;
		this.#top = topOf(disk, root);
	}
	ignores(path) {
		let ignored = false;
		const directories = [];
		for (let at = posix.dirname(path); at.startsWith(this.#top); at = posix.dirname(at)) {
			directories.unshift(at);
			if (at === posix.dirname(at)) break;
		}
		for (const directory of directories) for (const pattern of this.#patterns(directory)) if (pattern.test(path)) ignored = !pattern.negates;
		return ignored;
	}
	#patterns(directory) {
		const before = this.#byDirectory.get(directory);
		if (before !== void 0) return before;
		const patterns = (this.#disk.readText(posix.join(directory, ".gitignore")) ?? "").split(/\r?\n/, PATTERNS_MAX).flatMap((line) => patternOf(line, directory));
		this.#byDirectory.set(directory, patterns);
		return patterns;
	}
};
function topOf(disk, root) {
	for (let at = root;; at = posix.dirname(at)) {
		if (disk.isDirectory(`${at}/.git`) || disk.isFile(`${at}/.git`)) return at;
		if (at === posix.dirname(at)) return root;
	}
}
function patternOf(line, directory) {
	const trimmed = line.replace(/(?<!\\)\s+$/, "");
	if (trimmed === "" || trimmed.startsWith("#")) return [];
	const negates = trimmed.startsWith("!");
	const glob = (negates ? trimmed.slice(1) : trimmed).replace(/\\(?=[#! ])/g, "");
	if (/^(?:\*\*\/)?\*\.\w+$/.test(glob)) return [];
	const body = glob.replace(/^\/|\/$/g, "");
	if (body === "" || body === "*") return [];
	const isAnchored = glob.startsWith("/") || body.includes("/");
	const base = posix.join(directory, isAnchored ? body : `**/${body}`);
	const itself = compileGlob(base);
	const below = compileGlob(`${base}/**`);
	const onlyDirectory = glob.endsWith("/");
	return [{
		negates,
		test: (path) => !onlyDirectory && itself(path) || below(path)
	}];
}
// ../imports/src/resolve/python-names.ts
/** Top-level modules of Python's own library, of 3.8 to 3.14, private ones and those since removed too. */
const standardModules = new Set(`
  __future__ __main__ _abc _aix_support _android_support _ast _asyncio _bisect _blake2 _bootlocale
  _bootsubprocess _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw
  _collections _collections_abc _colorize _compat_pickle _compression _contextvars _crypt _csv _ctypes
  _curses _curses_panel _datetime _dbm _decimal _elementtree _frozen_importlib _frozen_importlib_external
  _functools _gdbm _hashlib _heapq _imp _interpchannels _interpqueues _interpreters _io _ios_support _json
  _locale _lsprof _lzma _markupbase _md5 _msi _multibytecodec _multiprocessing _opcode _opcode_metadata
  _operator _osx_support _overlapped _pickle _posixshmem _posixsubprocess _py_abc _pydatetime _pydecimal
  _pyio _pylong _pyrepl _queue _random _scproxy _sha1 _sha2 _sha256 _sha3 _sha512 _signal _sitebuiltins
  _socket _sqlite3 _sre _ssl _stat _statistics _string _strptime _struct _suggestions _symtable _sysconfig
  _thread _threading_local _tkinter _tokenize _tracemalloc _typeshed _typing _uuid _warnings _weakref
  _weakrefset _winapi _wmi _zoneinfo abc aifc annotationlib antigravity argparse array ast asynchat
  asyncio asyncore atexit audioop base64 bdb binascii binhex bisect builtins bz2 cProfile calendar cgi
  cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression concurrent
  configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm
  decimal difflib dis distutils doctest dummy_threading email encodings ensurepip enum errno faulthandler
  fcntl filecmp fileinput fnmatch formatter fractions ftplib functools gc genericpath getopt getpass
  gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect
  io ipaddress itertools json keyword lib2to3 linecache locale logging lzma macpath mailbox mailcap
  marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath
  nturl2path numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes
  pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc
  pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets
  select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3
  sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symbol
  symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test textwrap this threading
  time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types
  typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref
  xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
`.trim().split(/\s+/));
/** Distributions whose import name is not their own name in another spelling. */
const distributionByModule = {
	Crypto: "pycryptodome",
	Levenshtein: "python-levenshtein",
	MySQLdb: "mysqlclient",
	OpenSSL: "pyopenssl",
	PIL: "pillow",
	Xlib: "python-xlib",
	_pytest: "pytest",
	attr: "attrs",
	azure: "azure-core",
	bs4: "beautifulsoup4",
	clickhouse_connect: "clickhouse-connect",
	clickhouse_driver: "clickhouse-driver",
	consul: "python-consul",
	corsheaders: "django-cors-headers",
	cv2: "opencv-python",
	dateutil: "python-dateutil",
	discord: "discord.py",
	dns: "dnspython",
	docx: "python-docx",
	dotenv: "python-dotenv",
	engineio: "python-engineio",
	faiss: "faiss-cpu",
	fitz: "pymupdf",
	flask_cors: "flask-cors",
	gi: "pygobject",
	git: "gitpython",
	google: "protobuf",
	grpc: "grpcio",
	jose: "python-jose",
	jwt: "pyjwt",
	kafka: "kafka-python",
	ldap: "python-ldap",
	lxml: "lxml",
	magic: "python-magic",
	markdown: "markdown",
	material: "mkdocs-material",
	memcache: "python-memcached",
	mpl_toolkits: "matplotlib",
	multipart: "python-multipart",
	nacl: "pynacl",
	nmap: "python-nmap",
	objc: "pyobjc",
	opentelemetry: "opentelemetry-api",
	pexpect: "pexpect",
	pkg_resources: "setuptools",
	pptx: "python-pptx",
	psycopg2: "psycopg2-binary",
	py: "pytest",
	pydispatch: "pydispatcher",
	pylab: "matplotlib",
	pymysql: "pymysql",
	pythoncom: "pywin32",
	pythonjsonlogger: "python-json-logger",
	rest_framework: "djangorestframework",
	ruamel: "ruamel.yaml",
	sentence_transformers: "sentence-transformers",
	serial: "pyserial",
	skimage: "scikit-image",
	sklearn: "scikit-learn",
	slugify: "python-slugify",
	socketio: "python-socketio",
	telegram: "python-telegram-bot",
	tlz: "toolz",
	typing_extensions: "typing-extensions",
	umap: "umap-learn",
	usb: "pyusb",
	websocket: "websocket-client",
	win32api: "pywin32",
	win32com: "pywin32",
	win32con: "pywin32",
	wx: "wxpython",
	yaml: "pyyaml",
	zmq: "pyzmq",
	zope: "zope.interface"
};
// ../imports/src/resolve/python-dependencies.ts
const requirement = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?:[<>=!~;@ (]|$)/;
/** The dependencies that a script declares in a comment of its own (PEP 723). */
function readScriptDependencies(text) {
	const block = /^# \/\/\/ script[ \t]*\r?\n((?:#.*\r?\n)*?)# \/\/\/[ \t]*$/m.exec(text)?.[1];
	if (block === void 0) return readDependencies([]);
	return readDependencies([{
		path: "script.toml",
		text: block.replace(/^# ?/gm, "")
	}]);
}
/** Reads names of distributions wherever a manifest may hold them; more than it means is better than less. */
function readDependencies(manifests) {
	const declared = /* @__PURE__ */ new Set();
	const add = (text) => {
		const name = requirement.exec(text.trim())?.[1];
		if (name !== void 0) declared.add(normal(name));
	};
	for (const { path, text } of manifests) if (/\.(txt|in)$/.test(path)) for (const line of text.split(/\r\n|\r|\n/)) {
		const egg = /[#&]egg=([\w.-]+)/.exec(line)?.[1];
		if (egg !== void 0) add(egg);
		else if (!/^\s*(#|-|$)/.test(line)) add(line.replace(/\s+#.*$/, ""));
	}
	else if (path.endsWith("toml") || path.endsWith("Pipfile")) {
		for (const found of text.matchAll(/["']([^"'\n]+)["']/g)) add(found[1] ?? "");
		for (const found of text.matchAll(/^\s*["']?([A-Za-z0-9][\w.-]*)["']?\s*=\s*["'{]/gm)) add(found[1] ?? "");
	} else if (path.endsWith(".py")) for (const found of text.matchAll(/["']([^"'\n]+)["']/g)) add(found[1] ?? "");
	else for (const line of text.split(/\r\n|\r|\n/)) add(line.replace(/^[\s-]+/, "").replace(/^\w+\s*=\s*/, "").replace(/^[\w{},!.-]+:\s*/, ""));
	return {
		isKnown: manifests.length > 0,
		isDeclared: (module) => {
			const known = Object.hasOwn(distributionByModule, module) ? distributionByModule[module] : void 0;
			if (declared.has(normal(module)) || known !== void 0 && declared.has(normal(known))) return true;
			const plain = normal(module);
			for (const each of declared) {
				if (each.startsWith(`${plain}-`) || each === `python-${plain}` || each === `py${plain}`) return true;
				if (each === `django-${plain}` || each === `flask-${plain}` || `${each}s` === plain) return true;
				if (known !== void 0 && each.startsWith(normal(known).replace(/-\w+$/, ""))) return true;
			}
			return false;
		}
	};
}
function normal(name) {
	return name.toLowerCase().replace(/[-_.]+/g, "-");
}
// ../imports/src/resolve/python-tree.ts
const none = { is: "none" };
/** The first-party Python files as directories and modules. Paths are relative; the root is "". */
var PythonTree = class {
	files;
	/** By path without extension; source before stub. */
	#fileByStem = /* @__PURE__ */ new Map();
	#stubByStem = /* @__PURE__ */ new Map();
	#compiled = /* @__PURE__ */ new Set();
	/** Directories with Python files in them or below. */
	#directories = /* @__PURE__ */ new Set();
	#finds = /* @__PURE__ */ new Map();
	/** All folders, those without Python files too. */
	#folders;
	#isMade;
	/** `isMade`: whether a file that is not there is made by a build or a generator. */
	constructor(files, compiled, folders, isMade) {
		this.files = files;
		this.#isMade = isMade;
		this.#folders = new Set(folders);
		for (const [index, each] of files.entries()) {
			if (each.language !== "python") continue;
			const isStub = each.path.endsWith(".pyi");
			const stem = each.path.slice(0, isStub ? -4 : -3);
			(isStub ? this.#stubByStem : this.#fileByStem).set(stem, index);
			this.#addDirectories(each.path);
		}
		for (const path of compiled) {
			const slash = path.lastIndexOf("/") + 1;
			this.#compiled.add(path.slice(0, slash) + (path.slice(slash).split(".")[0] ?? ""));
			this.#addDirectories(path);
		}
	}
	#addDirectories(path) {
		let slash = path.lastIndexOf("/");
		while (slash >= 0) {
			const directory = path.slice(0, slash);
			if (this.#directories.has(directory)) return;
			this.#directories.add(directory);
			slash = path.lastIndexOf("/", slash - 1);
		}
		this.#directories.add("");
	}
	/** Whether the module or package at this path decides at run time what it holds. */
	isDynamic(path) {
		const file = this.fileAt(path.replace(/\.pyi?$/, "")) ?? this.fileAt(join$1(path, "__init__"));
		return file !== void 0 && this.files[file]?.doors === "unknown";
	}
	/** Whether the module that is not at this path is made before the code runs. */
	isMade(stem) {
		return [
			".py",
			".pyi",
			"/__init__.py"
		].some((end) => this.#isMade(stem + end));
	}
	isDirectory(path) {
		return this.#directories.has(path);
	}
	fileAt(stem) {
		return this.#fileByStem.get(stem) ?? this.#stubByStem.get(stem);
	}
	/** The stub that stands beside a source file. */
	stubOf(file) {
		const path = this.files[file]?.path ?? "";
		return path.endsWith(".py") ? this.#stubByStem.get(path.slice(0, -3)) : void 0;
	}
	isPackage(directory) {
		return this.fileAt(join$1(directory, "__init__")) !== void 0;
	}
	#isInPackage(directory) {
		for (let at = directory; at !== ""; at = directoryOf(at)) if (this.isPackage(at)) return true;
		return false;
	}
	/** Whether a compiled module stands where this stub does: it may hold more than the stub says. */
	isStubOfCompiled(file) {
		const path = this.files[file]?.path ?? "";
		return path.endsWith(".pyi") && this.#compiled.has(path.slice(0, -4));
	}
	/** The module `name` directly in `directory`: package before module before namespace, as Python looks. */
	child(directory, name) {
		const path = join$1(directory, name);
		const found = this.fileAt(`${path}/__init__`) ?? this.fileAt(path);
		if (found !== void 0) return {
			is: "file",
			file: found
		};
		if (this.#compiled.has(path) || this.#compiled.has(`${path}/__init__`)) return {
			is: "compiled",
			path
		};
		return this.#directories.has(path) || this.#folders.has(path) && this.#isInPackage(directory) ? {
			is: "namespace",
			path
		} : none;
	}
	/** Follows `dotted` from `directory`. */
	find(directory, dotted) {
		let byName = this.#finds.get(directory);
		if (byName === void 0) {
			byName = /* @__PURE__ */ new Map();
			this.#finds.set(directory, byName);
		}
		let found = byName.get(dotted);
		if (found === void 0) {
			found = this.#follow(directory, dotted);
			byName.set(dotted, found);
		}
		return found;
	}
	#follow(directory, dotted) {
		const parts = dotted.split(".");
		let at = directory;
		let isNamespace = true;
		for (const [count, part] of parts.entries()) {
			const next = this.child(at, part);
			if (next.is === "none" || next.is === "partial") return count === 0 ? none : {
				is: "partial",
				count,
				isNamespace,
				path: at
			};
			if (next.is !== "namespace") isNamespace = false;
			if (count === parts.length - 1 || next.is === "compiled") return next;
			if (next.is === "file" && !/(^|\/)__init__\.pyi?$/.test(this.files[next.file]?.path ?? "")) return {
				is: "partial",
				count: count + 1,
				isNamespace,
				path: this.files[next.file]?.path ?? ""
			};
			at = join$1(at, part);
		}
		return none;
	}
};
function join$1(directory, name) {
	return directory === "" ? name : `${directory}/${name}`;
}
function directoryOf(path) {
	const slash = path.lastIndexOf("/");
	return slash < 0 ? "" : path.slice(0, slash);
}
// ../imports/src/resolve/python-lookup.ts
/** Chains are followed so far; longer ones only come from cycles. */
const hopsMax = 100;
/** What every module has without binding it. */
const moduleAttributes = new Set("__name__ __doc__ __file__ __path__ __spec__ __loader__ __package__ __dict__ __builtins__ __cached__ __annotations__ __debug__".split(" "));
/** Stands for an answer that is being looked for. */
const asking = {
	is: "missing",
	isLocal: false,
	chain: []
};
/** What a name of a module is, through re-exports, aliases and star imports. */
var PythonNames = class {
	#files;
	#tree;
	#resolve;
	#bindingsByName = [];
	#stars = [];
	#answers = [];
	#givers;
	#depth = 0;
	/** Answers "missing" given while something above them was still being asked; dropped after each question. */
	#provisional = [];
	#hasMetItself = false;
	constructor(files, tree, resolve) {
		this.#files = files;
		this.#tree = tree;
		this.#resolve = resolve;
	}
	lookup(file, name) {
		let answers = this.#answers[file];
		if (answers === void 0) {
			answers = /* @__PURE__ */ new Map();
			this.#answers[file] = answers;
		}
		const known = answers.get(name);
		if (known !== void 0) {
			if (known === asking) this.#hasMetItself = true;
			return known;
		}
		if (this.#depth > hopsMax) return {
			is: "unknown",
			why: "a chain without end",
			chain: []
		};
		answers.set(name, asking);
		this.#depth++;
		const answer = this.#find(file, name);
		this.#depth--;
		answers.set(name, answer);
		if (this.#hasMetItself && answer.is === "missing") this.#provisional.push({
			file,
			name
		});
		if (this.#depth === 0 && this.#hasMetItself) {
			for (const each of this.#provisional) this.#answers[each.file]?.delete(each.name);
			this.#provisional.length = 0;
			this.#hasMetItself = false;
		}
		return answer;
	}
	offers(file) {
		const facts = this.#files[file];
		const names = /* @__PURE__ */ new Set();
		let isComplete = facts.lazy.is !== "any" && facts.doors !== "unknown";
		this.#collect(file, names, /* @__PURE__ */ new Set(), (complete) => {
			isComplete &&= complete;
		});
		if (facts.lazy.is === "names") for (const name of facts.lazy.names) names.add(name);
		return {
			names: [...names].sort(),
			isComplete
		};
	}
	#collect(file, names, seen, complete) {
		if (seen.has(file)) return;
		seen.add(file);
		for (const name of this.#byName(file).keys()) names.add(name);
		for (const star of this.#starsOf(file)) {
			const facts = this.#files[file];
			const resolution = this.#resolve(file, facts.imports[star]?.specifier ?? "");
			if (resolution.is !== "file") {
				complete(false);
				continue;
			}
			const inner = /* @__PURE__ */ new Set();
			this.#collect(resolution.file, inner, seen, complete);
			const target = this.#files[resolution.file];
			if (target.publicNames?.isKnown === true) for (const each of target.publicNames.names) names.add(each.name);
			else for (const name of inner) if (!name.startsWith("_")) names.add(name);
		}
	}
	#byName(file) {
		let byName = this.#bindingsByName[file];
		if (byName === void 0) {
			byName = /* @__PURE__ */ new Map();
			for (const [index, binding] of this.#files[file].bindings.entries()) {
				if (binding.name.includes(".")) continue;
				const known = byName.get(binding.name);
				if (known === void 0) byName.set(binding.name, [index]);
				else known.push(index);
			}
			this.#bindingsByName[file] = byName;
		}
		return byName;
	}
	#starsOf(file) {
		let stars = this.#stars[file];
		if (stars === void 0) {
			const found = [];
			for (const [index, each] of this.#files[file].imports.entries()) if (each.scope === "module" && each.names[0]?.name === "*") found.push(index);
			stars = found;
			this.#stars[file] = stars;
		}
		return stars;
	}
	#find(file, name) {
		const facts = this.#files[file];
		const here = {
			file,
			name,
			line: 1
		};
		const found = this.#findBound(file, name);
		const isTypes = found?.is === "found" && found.presence === "types";
		if (found !== void 0 && found.is !== "missing" && !isTypes) return found;
		const submodule = this.#submodule(file, name);
		if (submodule !== void 0) return submodule;
		const given = this.#givenFromOutside(file, name);
		if (given !== void 0) return given;
		const starred = this.#findStarred(file, name);
		if (starred !== void 0 && starred.is !== "missing") return starred;
		if (moduleAttributes.has(name)) return {
			is: "outside",
			why: "every module has it",
			chain: [here]
		};
		if (facts.lazy.is === "any") return {
			is: "outside",
			why: "the module has its own __getattr__",
			chain: [here]
		};
		if (facts.lazy.is === "names" && facts.lazy.names.includes(name)) return {
			is: "outside",
			why: "the module's __getattr__ answers for it",
			chain: [here]
		};
		if (facts.doors === "unknown") return {
			is: "unknown",
			why: "the module binds names at run time",
			chain: [here]
		};
		if (facts.problems.length > 0) return {
			is: "unknown",
			why: "the module cannot be read whole",
			chain: [here]
		};
		if (this.#tree.isStubOfCompiled(file)) return {
			is: "unknown",
			why: "the module is compiled",
			chain: [here]
		};
		const stub = this.#tree.stubOf(file);
		if (stub !== void 0) {
			const stubbed = this.lookup(stub, name);
			if (stubbed.is !== "missing") return stubbed;
		}
		const answer = found ?? starred;
		if (/(^|\/)__init__\.pyi?$/.test(facts.path)) {
			const stem = join$1(directoryOf(facts.path), name);
			if (this.#tree.isMade(stem)) return {
				is: "unknown",
				why: "a build makes it",
				chain: [here]
			};
		}
		return answer ?? {
			is: "missing",
			isLocal: false,
			chain: [here]
		};
	}
	/** `module.name = …` in another module. */
	#givenFromOutside(file, name) {
		for (const giver of this.#giversOf(name)) {
			const binding = this.#files[giver].bindings.findIndex((each) => each.name.endsWith(`.${name}`) && this.#isModule(giver, each.name.split(".", 1)[0] ?? "", file));
			const { line } = this.#files[giver].bindings[binding] ?? { line: 1 };
			if (binding >= 0) return {
				is: "found",
				file: giver,
				binding,
				presence: "always",
				chain: [{
					file: giver,
					name,
					line
				}]
			};
		}
	}
	/** Files that assign to this attribute of something they import. */
	#giversOf(name) {
		if (this.#givers === void 0) {
			this.#givers = /* @__PURE__ */ new Map();
			for (const [file, { bindings }] of this.#files.entries()) for (const binding of bindings) {
				const dot = binding.name.indexOf(".");
				if (dot < 0 || binding.name.startsWith("\"")) continue;
				const attribute = binding.name.slice(dot + 1);
				const known = this.#givers.get(attribute);
				if (known === void 0) this.#givers.set(attribute, [file]);
				else if (known.at(-1) !== file) known.push(file);
			}
		}
		return this.#givers.get(name) ?? [];
	}
	#isModule(file, name, wanted) {
		const bound = this.lookup(file, name);
		return bound.is === "module" && bound.resolution.is === "file" && bound.resolution.file === wanted;
	}
	#findBound(file, name) {
		const facts = this.#files[file];
		const indices = this.#byName(file).get(name);
		if (indices === void 0) return void 0;
		let missing;
		let typesOnly;
		for (let at = indices.length - 1; at >= 0; at--) {
			const index = indices[at];
			const binding = facts.bindings[index];
			const hop = {
				file,
				name,
				line: binding.line
			};
			if (binding.presence === "deleted") {
				if (missing === void 0 && typesOnly === void 0) return {
					is: "missing",
					isLocal: true,
					chain: [hop]
				};
				break;
			}
			const answer = this.#follow(file, index, binding, hop);
			if (answer.is === "missing") missing ??= answer;
			else if (binding.presence === "types") typesOnly ??= typed(answer);
			else return answer;
		}
		return typesOnly ?? missing;
	}
	#follow(file, index, binding, hop) {
		const { presence } = binding;
		if (binding.kind === "alias") {
			const aliased = this.#followAlias(file, binding, hop);
			if (aliased !== void 0) return aliased;
		}
		if (binding.kind !== "import") return {
			is: "found",
			file,
			binding: index,
			presence,
			chain: [hop]
		};
		const statement = this.#files[file].imports[binding.importIndex];
		const asked = statement?.names[binding.nameIndex];
		if (statement === void 0 || asked === void 0) return {
			is: "unknown",
			why: "no import",
			chain: [hop]
		};
		if (asked.name === "") {
			const specifier = asked.end > statement.at.end ? statement.specifier : asked.local;
			return {
				is: "module",
				resolution: this.#resolve(file, specifier),
				chain: [hop]
			};
		}
		return prefixed(hop, this.ask(file, statement.specifier, asked.name));
	}
	/** What `from specifier import name` yields in `file`. */
	ask(file, specifier, name) {
		const resolution = this.#resolve(file, specifier);
		switch (resolution.is) {
			case "file": return this.lookup(resolution.file, name);
			case "namespace": {
				const child = this.#tree.child(resolution.path, name);
				if (child.is === "file") return {
					is: "module",
					resolution: {
						is: "file",
						file: child.file
					},
					chain: []
				};
				if (child.is === "namespace") return {
					is: "module",
					resolution: child,
					chain: []
				};
				if (child.is === "compiled") return {
					is: "unknown",
					why: "compiled",
					chain: []
				};
				return {
					is: "missing",
					isLocal: false,
					chain: []
				};
			}
			case "builtin": return {
				is: "outside",
				why: `of Python's own ${resolution.name}`,
				chain: []
			};
			case "external": return {
				is: "outside",
				why: `of the package ${resolution.package}`,
				chain: []
			};
			case "missing": return {
				is: "unknown",
				why: `${specifier} does not exist`,
				chain: []
			};
			default: return {
				is: "unknown",
				why: "not looked into",
				chain: []
			};
		}
	}
	/** `A = B`: what B is, if it is something else than a value of this module. */
	#followAlias(file, binding, hop) {
		const parts = binding.target.split(".");
		const first = parts[0];
		if (parts.length > 2 || first === binding.name) return void 0;
		const target = this.#byName(file).get(first)?.at(-1);
		if (target === void 0) return void 0;
		const bound = this.#files[file].bindings[target];
		if (parts.length === 1) {
			if (bound.kind === "variable") return void 0;
			const answer = this.lookup(file, first);
			return answer.is === "found" && answer.presence !== "types" ? prefixed(hop, answer) : void 0;
		}
		if (bound.kind !== "import") return void 0;
		const module = this.lookup(file, first);
		if (module.is !== "module" || module.resolution.is !== "file") return void 0;
		const answer = this.lookup(module.resolution.file, parts[1]);
		return answer.is === "found" ? prefixed(hop, answer) : void 0;
	}
	#findStarred(file, name) {
		const facts = this.#files[file];
		let missing;
		const stars = this.#starsOf(file);
		for (let at = stars.length - 1; at >= 0; at--) {
			const statement = facts.imports[stars[at]];
			if (statement === void 0) continue;
			const hop = {
				file,
				name,
				line: statement.statement.line
			};
			const resolution = this.#resolve(file, statement.specifier);
			if (resolution.is === "missing") {
				if (!name.startsWith("_")) return {
					is: "unknown",
					why: `${statement.specifier} does not exist`,
					chain: [hop]
				};
				continue;
			}
			if (resolution.is !== "file") {
				if (resolution.is === "namespace") continue;
				return {
					is: "outside",
					why: `perhaps from ${statement.specifier}`,
					chain: [hop]
				};
			}
			const { publicNames } = this.#files[resolution.file];
			if (!(publicNames?.isKnown === true ? publicNames.names.some((each) => each.name === name) : publicNames !== void 0 || !name.startsWith("_"))) continue;
			const answer = this.lookup(resolution.file, name);
			if (answer.is === "module" && answer.chain.length === 0 && publicNames === void 0) continue;
			if (answer.is !== "missing") return prefixed(hop, answer);
			if (publicNames?.isKnown === true) missing ??= prefixed(hop, answer);
		}
		return missing;
	}
	#submodule(file, name) {
		const { path } = this.#files[file];
		if (!/(^|\/)__init__\.pyi?$/.test(path)) return void 0;
		const child = this.#tree.child(directoryOf(path), name);
		if (child.is === "file") return {
			is: "module",
			resolution: {
				is: "file",
				file: child.file
			},
			chain: []
		};
		if (child.is === "namespace") return {
			is: "module",
			resolution: child,
			chain: []
		};
		if (child.is === "compiled") return {
			is: "unknown",
			why: `${child.path} is compiled`,
			chain: []
		};
	}
};
function prefixed(hop, answer) {
	return {
		...answer,
		chain: [hop, ...answer.chain.slice(0, hopsMax)]
	};
}
/** The answer for a name that only type checkers see. */
function typed(answer) {
	if (answer.is === "found") return {
		...answer,
		presence: "types"
	};
	const [hop] = answer.chain;
	return hop === void 0 ? answer : {
		is: "found",
		file: hop.file,
		binding: -1,
		presence: "types",
		chain: answer.chain
	};
}
// ../imports/src/resolve/python.ts
/**
* Resolves as Python's own import system does on every root: a package before a module before a namespace
* directory. Roots that were not configured are guessed generously (the tree's root, `src` directories,
* directories of manifests, and at last the importer's own), since a wrong guess must not make findings.
*/
function createPythonResolver(options) {
	const written = writtenByBuilds(options.manifests);
	const isMade = (path) => written.has(path) || options.isIgnored(path);
	const tree = new PythonTree(options.files, options.compiled, options.folders, isMade);
	const dependencies = readDependencies(options.manifests);
	const external = new Set(options.external);
	const roots = options.roots.length > 0 ? options.roots : findRoots(tree, options.manifests);
	const folders = /* @__PURE__ */ new Map();
	function outside(top) {
		return {
			is: "external",
			package: top,
			isDeclared: !dependencies.isKnown || dependencies.isDeclared(top) || external.has(top),
			isInstalled: options.installed === void 0 ? void 0 : options.installed.has(top)
		};
	}
	function answerOf(found) {
		if (found.is === "file") return {
			is: "file",
			file: found.file
		};
		if (found.is === "partial" && tree.isDynamic(found.path)) return {
			is: "unknown",
			why: `${found.path} decides at run time which modules it holds`
		};
		if (found.is === "compiled") return {
			is: "unknown",
			why: `${found.path} is compiled`
		};
	}
	function folderOf(directory, isStub) {
		const key = isStub ? `${directory}/.pyi` : directory;
		let folder = folders.get(key);
		if (folder === void 0) {
			let outer = directory;
			while (outer !== "" && tree.isPackage(outer)) outer = directoryOf(outer);
			const near = roots.filter((root) => !isFixture.test(`${root}/`) || `${directory}/`.startsWith(`${root}/`));
			folder = {
				directory,
				outer,
				roots: isStub ? [outer, ...near] : near,
				answers: /* @__PURE__ */ new Map()
			};
			folders.set(key, folder);
		}
		return folder;
	}
	function absolute(folder, dotted) {
		let answer = folder.answers.get(dotted);
		if (answer === void 0) {
			answer = findAbsolute(folder, dotted);
			folder.answers.set(dotted, answer);
		}
		return answer;
	}
	function findAbsolute({ directory, outer, roots }, dotted) {
		const dot = dotted.indexOf(".");
		const top = dot < 0 ? dotted : dotted.slice(0, dot);
		if (external.has(top)) return outside(top);
		const tried = [];
		let namespace;
		let partial;
		const look = (root) => {
			const found = tree.find(root, dotted);
			if (found.is === "namespace") namespace ??= found.path;
			if (found.is === "partial" && (partial === void 0 || found.count > partial.count)) partial = found;
			tried.push(join$1(root, dotted.replaceAll(".", "/")));
			return answerOf(found);
		};
		for (const root of roots) {
			const answer = look(root);
			if (answer !== void 0) return answer;
		}
		if (standardModules.has(top) && (partial === void 0 || partial.isNamespace)) return {
			is: "builtin",
			name: top
		};
		if (dependencies.isKnown && dependencies.isDeclared(top) && (partial === void 0 || partial.isNamespace)) return outside(top);
		const answer = look(outer);
		if (answer !== void 0) return answer;
		if (namespace === void 0 && partial === void 0 && outer !== directory && tree.find(directory, top).is !== "none") return {
			is: "unknown",
			why: `${top} lies beside the file, which is on the path only when that is run itself`
		};
		if (namespace !== void 0) return {
			is: "namespace",
			path: namespace
		};
		if (partial !== void 0) {
			if (tried.some((stem) => tree.isMade(stem))) return made;
			return {
				is: "missing",
				tried,
				nearest: dotted.split(".").slice(0, partial.count).join(".")
			};
		}
		return outside(top);
	}
	/** The directory that `dots` dots mean in a file; undefined when they lead out of the tree. */
	function base(path, dots) {
		let directory = directoryOf(path);
		for (let count = 1; count < dots; count++) {
			if (directory === "") return void 0;
			directory = directoryOf(directory);
		}
		return directory;
	}
	function relative(path, dots, rest) {
		const directory = base(path, dots);
		if (directory === void 0) return {
			is: "missing",
			tried: ["above the tree"],
			nearest: ""
		};
		if (rest === "") {
			const file = tree.fileAt(join$1(directory, "__init__"));
			return file === void 0 ? {
				is: "namespace",
				path: directory
			} : {
				is: "file",
				file
			};
		}
		const found = tree.find(directory, rest);
		const answer = answerOf(found);
		if (answer !== void 0) return answer;
		if (found.is === "namespace") return {
			is: "namespace",
			path: found.path
		};
		if (tree.isMade(join$1(directory, rest.replaceAll(".", "/")))) return made;
		const nearest = found.is === "partial" ? rest.split(".").slice(0, found.count).join(".") : "";
		return {
			is: "missing",
			tried: [join$1(directory, rest.replaceAll(".", "/"))],
			nearest: ".".repeat(dots) + nearest
		};
	}
	function resolveSpecifier(file, specifier) {
		const path = options.files[file]?.path ?? "";
		if (specifier.startsWith(":")) {
			if (!/(^|\/)__init__\.pyi?$/.test(path)) return {
				is: "unknown",
				why: "relative to a module"
			};
			return resolveSpecifier(file, specifier.slice(1));
		}
		let dots = 0;
		while (specifier.charCodeAt(dots) === 46) dots++;
		if (dots > 0) return relative(path, dots, specifier.slice(dots));
		if (path.endsWith("setup.py") && /(^|\/)setup\.py$/.test(path) && /^(setuptools|pkg_resources|wheel)(\.|$)/.test(specifier)) return {
			is: "unknown",
			why: "installers bring it for setup.py"
		};
		return absolute(folderOf(directoryOf(path), path.endsWith(".pyi")), specifier);
	}
	function resolveTarget(file, dotted) {
		const parts = dotted.split(".");
		for (let count = parts.length; count > 0; count--) {
			const module = parts.slice(0, count).join(".");
			const resolution = resolveSpecifier(file, module);
			if (resolution.is === "missing") continue;
			return {
				resolution,
				module,
				name: parts[count] ?? ""
			};
		}
		return {
			resolution: {
				is: "missing",
				tried: [],
				nearest: ""
			},
			module: dotted,
			name: ""
		};
	}
	const names = new PythonNames(options.files, tree, (file, specifier) => resolveSpecifier(file, specifier));
	function moduleName(file) {
		const stem = (options.files[file]?.path ?? "").replace(/\.pyi?$/, "").replace(/(^|\/)__init__$/, "");
		let best;
		for (const root of roots) {
			if (root !== "" && !stem.startsWith(`${root}/`)) continue;
			const rest = root === "" ? stem : stem.slice(root.length + 1);
			if (best === void 0 || rest.length < best.length) best = rest;
		}
		const dotted = (best ?? stem).replaceAll("/", ".");
		return dotted === "" ? "__init__" : dotted;
	}
	return {
		language: "python",
		resolve: (file, statement) => statement.kind === "mock" ? resolveTarget(file, statement.specifier).resolution : resolveSpecifier(file, statement.specifier),
		resolveSpecifier,
		resolveTarget,
		lookup: (file, name) => names.lookup(file, name),
		offers: (file) => names.offers(file),
		moduleName,
		specifierFor: (from, to, like) => {
			const name = moduleName(to);
			if (like === void 0 || !like.startsWith(".")) return name;
			const here = moduleName(from).split(".");
			const around = /(^|\/)__init__\.pyi?$/.test(options.files[from]?.path ?? "") ? here : here.slice(0, -1);
			const parts = name.split(".");
			let shared = 0;
			while (shared < around.length && shared < parts.length && around[shared] === parts[shared]) shared++;
			if (shared === 0) return name;
			return ".".repeat(around.length - shared + 1) + parts.slice(shared).join(".");
		}
	};
}
const made = {
	is: "unknown",
	why: "git ignores it: a build or a generator makes it"
};
/** Projects that tests are tried on: their modules are nobody else's. */
const isFixture = /(^|\/)(fixtures?|testdata|test_data|test-data)\/|(^|\/)tests?\/(.*\/)?(samples?|data)\//;
/** The version files that `setuptools_scm`, `hatch-vcs` and their like write, as manifests name them. */
function writtenByBuilds(manifests) {
	const written = /* @__PURE__ */ new Set();
	for (const { path, text } of manifests) for (const found of text.matchAll(/\b(?:write_to|(?:version|build)[-_]file)\s*=\s*["']([^"'\n]+\.py)["']/g)) written.add(join$1(directoryOf(path), found[1] ?? ""));
	return written;
}
/** The tree itself, every directory with a manifest, and their `src`; `lib` and `python` where they hold packages. */
function findRoots(tree, manifests) {
	const roots = /* @__PURE__ */ new Set([""]);
	for (const { path } of manifests) {
		if (!/(pyproject\.toml|setup\.(py|cfg))$/.test(path)) continue;
		const directory = directoryOf(path);
		if (tree.isDirectory(directory) && !tree.isPackage(directory)) roots.add(directory);
	}
	for (const root of [...roots]) for (const name of [
		"src",
		"lib",
		"python"
	]) {
		const path = join$1(root, name);
		if (tree.isDirectory(path) && !tree.isPackage(path)) roots.add(path);
	}
	return [...roots];
}
// ../imports/src/resolve/python-installed.ts
/** Where tools put the virtual environment of a project. */
const environments = [
	".venv",
	"venv",
	"env"
];
/** The folders of installed modules in the tree's virtual environment, relative to the root; empty: none. */
function sitePackages(root) {
	for (const environment of environments) {
		const found = [];
		for (const lib of ["lib", "lib64"]) for (const version of list$1(join(root, environment, lib))) {
			const path = `${environment}/${lib}/${version}/site-packages`;
			if (version.startsWith("python") && list$1(join(root, path)).length > 0) found.push(path);
		}
		const onWindows = `${environment}/Lib/site-packages`;
		if (found.length === 0 && list$1(join(root, onWindows)).length > 0) found.push(onWindows);
		if (found.length > 0) return found;
	}
	return [];
}
/** Top-level modules that these folders hold: packages, modules and compiled ones. Undefined: no environment. */
function installedModules(root) {
	const folders = sitePackages(root);
	if (folders.length === 0) return void 0;
	const modules = /* @__PURE__ */ new Set();
	for (const folder of folders) for (const name of list$1(join(root, folder))) {
		if (/\.(dist-info|egg-info|pth|egg-link)$/.test(name) || name === "__pycache__") continue;
		modules.add(name.split(".", 1)[0] ?? "");
	}
	return modules;
}
function list$1(folder) {
	try {
		return readdirSync(folder);
	} catch (error) {
		if (error instanceof Error && "code" in error) return [];
		throw error;
	}
}
// ../imports/src/resolve/typescript-config.ts
/**
* Reads `tsconfig.json` and `jsconfig.json` the way the compiler does: comments, `extends` (one or many,
* relative or from a package), options relative to the file that states them, `files`, `include` and
* `exclude`. What cannot be read is remembered as a fault and otherwise ignored, because a base
* configuration that lives in a package which is not installed must not turn every import into a finding.
*/
/** The template that stands for the folder of the configuration that is in use, written as the compiler has it. */
const CONFIG_DIR = ["$", "{configDir}"].join("");
const EXTENDS_DEPTH_MAX = 20;
var TypeScriptConfigs = class {
	#disk;
	#byPath = /* @__PURE__ */ new Map();
	faults = [];
	constructor(disk) {
		this.#disk = disk;
	}
	/** The configuration at this path, or undefined when there is none that can be read. */
	at(path) {
		if (this.#byPath.has(path)) return this.#byPath.get(path);
		this.#byPath.set(path, void 0);
		const raw = this.#raw(path, 0);
		const config = raw === void 0 ? void 0 : build(path, raw);
		this.#byPath.set(path, config);
		return config;
	}
	#raw(path, depth) {
		const text = this.#disk.readText(path);
		if (text === void 0) return void 0;
		const reading = readJsonWithComments(text);
		if (reading.is === "broken") {
			this.faults.push({
				path,
				message: `${reading.message} at character ${reading.offset}`
			});
			return;
		}
		const object = asObject(reading.value) ?? {};
		const raw = {
			options: /* @__PURE__ */ new Map(),
			files: void 0,
			include: void 0,
			exclude: void 0,
			references: [],
			incomplete: false
		};
		this.#inherit(path, object.extends, raw, depth);
		const directory = posix.dirname(path);
		for (const [name, value] of Object.entries(asObject(object.compilerOptions) ?? {})) raw.options.set(name, {
			value,
			from: directory
		});
		raw.files = absolute(strings$1(object.files), directory) ?? raw.files;
		raw.include = absolute(strings$1(object.include), directory) ?? raw.include;
		raw.exclude = absolute(strings$1(object.exclude), directory) ?? raw.exclude;
		raw.references = (Array.isArray(object.references) ? object.references : []).flatMap((one) => {
			const target = asObject(one)?.path;
			return typeof target === "string" ? [posix.resolve(directory, target)] : [];
		});
		return raw;
	}
	#inherit(path, value, raw, depth) {
		if (value === void 0) return;
		for (const name of typeof value === "string" ? [value] : strings$1(value) ?? []) {
			const found = this.#locate(name, posix.dirname(path));
			const parent = found === void 0 || depth >= EXTENDS_DEPTH_MAX ? void 0 : this.#raw(found, depth + 1);
			if (parent === void 0) {
				raw.incomplete = true;
				continue;
			}
			for (const [option, entry] of parent.options) raw.options.set(option, entry);
			raw.files = parent.files ?? raw.files;
			raw.include = parent.include ?? raw.include;
			raw.exclude = parent.exclude ?? raw.exclude;
			raw.incomplete ||= parent.incomplete;
		}
	}
	#locate(name, directory) {
		const tryAt = (path) => [
			path,
			`${path}.json`,
			`${path}/tsconfig.json`
		].find((one) => this.#disk.isFile(one));
		if (name.startsWith(".") || name.startsWith("/")) return tryAt(posix.resolve(directory, name));
		for (let at = directory;; at = posix.dirname(at)) {
			const found = tryAt(`${at}/node_modules/${name}`);
			if (found !== void 0 || at === posix.dirname(at)) return found;
		}
	}
};
function strings$1(value) {
	return Array.isArray(value) ? value.filter((one) => typeof one === "string") : void 0;
}
function absolute(globs, directory) {
	return globs?.map((glob) => glob.startsWith(CONFIG_DIR) ? glob : posix.resolve(directory, glob));
}
function build(path, raw) {
	const directory = posix.dirname(path);
	const here = (value, from) => value.startsWith(CONFIG_DIR) ? posix.join(directory, value.slice(CONFIG_DIR.length)) : posix.resolve(from, value);
	const option = (name) => raw.options.get(name)?.value;
	const directoryOf = (name) => {
		const entry = raw.options.get(name);
		return typeof entry?.value === "string" ? here(entry.value, entry.from) : void 0;
	};
	const baseUrl = directoryOf("baseUrl");
	const outDir = directoryOf("outDir");
	const rootDirs = raw.options.get("rootDirs");
	const resolution = lower(option("moduleResolution")) ?? lower(option("module")) ?? "";
	return {
		path,
		baseUrl,
		paths: mappings(raw, here, baseUrl),
		rootDirs: (strings$1(rootDirs?.value) ?? []).map((one) => here(one, rootDirs?.from ?? directory)),
		moduleSuffixes: strings$1(option("moduleSuffixes")) ?? [""],
		customConditions: strings$1(option("customConditions")) ?? [],
		strictExtensions: /^node(16|18|20|next)$/.test(resolution),
		outDir,
		declarationDir: directoryOf("declarationDir"),
		rootDir: directoryOf("rootDir"),
		references: raw.references.map((one) => one.endsWith(".json") ? one : `${one}/tsconfig.json`),
		incomplete: raw.incomplete,
		includes: inclusion(raw, directory, outDir, takesJavaScript(path, option), (glob) => here(glob, directory))
	};
}
function takesJavaScript(path, option) {
	const allowed = option("allowJs");
	if (typeof allowed === "boolean") return allowed;
	return option("checkJs") === true || posix.basename(path) === "jsconfig.json";
}
function lower(value) {
	return typeof value === "string" ? value.toLowerCase() : void 0;
}
function mappings(raw, here, baseUrl) {
	const entry = raw.options.get("paths");
	const object = asObject(entry?.value);
	if (entry === void 0 || object === void 0) return [];
	return Object.entries(object).filter(([pattern]) => pattern.indexOf("*") === pattern.lastIndexOf("*")).map(([pattern, targets]) => ({
		pattern,
		targets: (strings$1(targets) ?? []).map((target) => here(target, baseUrl ?? entry.from))
	}));
}
function inclusion(raw, directory, outDir, withJavaScript, here) {
	const files = new Set((raw.files ?? []).map(here));
	const include = (raw.include ?? (raw.files === void 0 ? [directory] : [])).map(here);
	const exclude = raw.exclude?.map(here) ?? (outDir === void 0 ? [] : [outDir]);
	const within = (globs) => {
		const matchers = globs.map((glob) => compileGlob(isFileGlob(glob) ? glob : `${glob.replace(/\/+$/, "")}/**`));
		const exact = globs.map((glob) => compileGlob(glob));
		return (path) => matchers.some((one) => one(path)) || exact.some((one) => one(path));
	};
	const included = within(include);
	const excluded = within(exclude);
	const isRead = (path) => withJavaScript || !/\.[cm]?jsx?$/.test(path);
	return (path) => {
		if (files.has(path)) return true;
		return isRead(path) && !path.includes("/node_modules/") && included(path) && !excluded(path);
	};
}
/** `src` and `src/*` name folders when their last part has no star and no extension. */
function isFileGlob(glob) {
	const last = glob.slice(glob.lastIndexOf("/") + 1);
	return last.includes("*") || /\.[cm]?[jt]sx?$|\.json$/.test(last);
}
/** What the star of a pattern stands for, "" for an exact match, undefined for none. */
function starOf(pattern, specifier) {
	const star = pattern.indexOf("*");
	if (star < 0) return pattern === specifier ? "" : void 0;
	const head = pattern.slice(0, star);
	const tail = pattern.slice(star + 1);
	return specifier.length >= pattern.length - 1 && specifier.startsWith(head) && specifier.endsWith(tail) ? specifier.slice(star, specifier.length - tail.length) : void 0;
}
/** The targets of the best pattern: an exact one, else that with the longest prefix. */
function targetsOf(specifier, config) {
	let best;
	for (const mapping of config.paths) {
		const star = starOf(mapping.pattern, specifier);
		if (star === void 0) continue;
		const at = mapping.pattern.indexOf("*");
		const length = at < 0 ? Number.POSITIVE_INFINITY : at;
		if (best !== void 0 && best.length >= length) continue;
		best = {
			length,
			targets: mapping.targets.map((one) => one.replace("*", star))
		};
	}
	return best?.targets ?? [];
}
// ../imports/src/resolve/typescript-disk.ts
/**
* What the TypeScript resolver may ask of the disk. Paths are absolute with forward slashes.
* The first-party files are known from the walk, so most questions are answered without a system call;
* only what lies outside of it (installed packages, assets, build output) reaches `statSync`.
*/
/** Configuration files beyond this size are not configuration. */
const CONFIG_BYTES_MAX = 4194304;
/** The real disk, remembering every answer for as long as one check lasts. */
function systemDisk(known = []) {
	const entryByPath = /* @__PURE__ */ new Map();
	for (const path of known) entryByPath.set(path, "file");
	const look = (path) => {
		const before = entryByPath.get(path);
		if (before !== void 0) return before;
		const stat = statSync(path, { throwIfNoEntry: false });
		const entry = stat?.isFile() ? "file" : stat?.isDirectory() ? "directory" : "none";
		entryByPath.set(path, entry);
		return entry;
	};
	const ask = (path) => {
		try {
			return look(path);
		} catch {
			entryByPath.set(path, "none");
			return "none";
		}
	};
	return {
		isFile: (path) => ask(path) === "file",
		isDirectory: (path) => ask(path) === "directory",
		realPath(path) {
			try {
				return realpathSync.native(path);
			} catch {
				return path;
			}
		},
		readText(path) {
			if (ask(path) !== "file") return void 0;
			try {
				const bytes = readFileSync(path);
				return bytes.length > CONFIG_BYTES_MAX ? void 0 : bytes.toString("utf8");
			} catch {
				return;
			}
		}
	};
}
// ../imports/src/resolve/bundler-aliases.ts
/**
* Names that a bundler's, a test runner's or a framework's configuration gives to folders. Those files are
* programs, so they are not run: a quoted alias and the last path in its value are read from the text.
* An alias that is there but cannot be followed makes its imports unknown, never missing.
*/
const CONFIG_FILE = /(?:^|\/)(?:(?:vite|vitest|webpack|jest|babel|rollup|rsbuild|rspack|craco|metro|nuxt|astro|svelte|electron\.vite|quasar|vue|next|gatsby-node|remix)\.?(?:config)?(?:\.[\w-]+)*\.[cm]?[jt]s|webpack[\w./-]*\.[cm]?js)$/;
const JSON_FILES = [".babelrc", "jest.config.json"];
const DENO_FILES = ["deno.json", "deno.jsonc"];
/** What frameworks resolve by themselves, by the package that brings the framework. */
const FRAMEWORKS = [
	{
		package: "@sveltejs/kit",
		test: /^\$lib(?:\/|$)/,
		folder: "src/lib"
	},
	{
		package: "@sveltejs/kit",
		test: /^\$(?:app|env|service-worker)(?:\/|$)/
	},
	{
		package: "nuxt",
		test: /^(?:#|[~@]{1,2}\/)/
	},
	{
		package: "@docusaurus/core",
		test: /^@(?:site|theme|theme-original|theme-init|docusaurus|generated)\//
	},
	{
		package: "astro",
		test: /^astro:/
	},
	{
		package: "gatsby",
		test: /^(?:gatsby|@reach\/router)$/
	}
];
var BundlerAliases = class {
	#disk;
	#manifests;
	#filesByDirectory = /* @__PURE__ */ new Map();
	#importMapByDirectory = /* @__PURE__ */ new Map();
	#aliasesByDirectory = /* @__PURE__ */ new Map();
	constructor(disk, manifests, known) {
		this.#disk = disk;
		this.#manifests = manifests;
		for (const path of known) {
			if (!CONFIG_FILE.test(path)) continue;
			const directory = posix.dirname(path);
			const same = this.#filesByDirectory.get(directory);
			if (same === void 0) this.#filesByDirectory.set(directory, [path]);
			else same.push(path);
		}
	}
	locate(specifier, from, probe) {
		for (const manifest of this.#manifests.above(posix.dirname(from))) {
			for (const alias of this.#aliases(manifest.directory, manifest.aliases)) {
				const rest = restAfter(alias.key, specifier);
				if (rest === void 0) continue;
				const found = alias.target === void 0 ? void 0 : probe(posix.join(alias.target, rest));
				if (found !== void 0) return {
					is: "path",
					path: found
				};
				return {
					is: "unknown",
					why: `${posix.basename(alias.file)} gives ${alias.key} its own meaning`
				};
			}
			for (const framework of FRAMEWORKS) {
				if (!manifest.dependencies.has(framework.package) || !framework.test.test(specifier)) continue;
				const rest = specifier.slice(specifier.indexOf("/") + 1);
				const found = framework.folder === void 0 ? void 0 : probe(posix.join(manifest.directory, framework.folder, rest === specifier ? "" : rest));
				if (found !== void 0) return {
					is: "path",
					path: found
				};
				return {
					is: "unknown",
					why: `${framework.package} decides what this is`
				};
			}
		}
		return this.#inImportMap(specifier, posix.dirname(from), probe);
	}
	/** Deno's import map, of the nearest folder that has one; it needs no package.json. */
	#inImportMap(specifier, directory, probe) {
		for (const alias of this.#importMap(directory)) {
			const rest = restAfter(alias.key, specifier);
			if (rest === void 0) continue;
			const found = alias.target === void 0 ? void 0 : probe(posix.join(alias.target, rest));
			if (found !== void 0) return {
				is: "path",
				path: found
			};
			return {
				is: "unknown",
				why: `${posix.basename(alias.file)} gives ${alias.key} its own meaning`
			};
		}
	}
	#importMap(directory) {
		const before = this.#importMapByDirectory.get(directory);
		if (before !== void 0) return before;
		const parent = posix.dirname(directory);
		let aliases;
		for (const name of DENO_FILES) {
			const file = posix.join(directory, name);
			const reading = readJsonWithComments(this.#disk.readText(file) ?? "null");
			const imports = reading.is === "read" ? asObject(asObject(reading.value)?.imports) : void 0;
			if (imports === void 0) continue;
			aliases ??= Object.entries(imports).map(([key, target]) => ({
				key: key.replace(/\/$/, ""),
				target: typeof target === "string" && /^\.{0,2}\//.test(target) ? posix.join(directory, target) : void 0,
				file
			}));
		}
		aliases ??= parent === directory ? [] : this.#importMap(parent);
		this.#importMapByDirectory.set(directory, aliases);
		return aliases;
	}
	#aliases(directory, declared) {
		const before = this.#aliasesByDirectory.get(directory);
		if (before !== void 0) return before;
		const own = posix.join(directory, "package.json");
		const aliases = [...declared].map(([key, target]) => ({
			key,
			target: target.startsWith(".") ? posix.join(directory, target) : void 0,
			file: own
		}));
		const beside = JSON_FILES.map((name) => posix.join(directory, name)).filter((one) => this.#disk.isFile(one));
		for (const file of [
			...this.#filesByDirectory.get(directory) ?? [],
			...beside,
			own
		]) {
			const text = this.#disk.readText(file) ?? "";
			if (file !== own || text.includes("moduleNameMapper")) aliases.push(...aliasesIn(text, file, directory));
		}
		this.#aliasesByDirectory.set(directory, aliases);
		return aliases;
	}
};
const PAIR = /(?<quote>["'`])(?<key>\^?[@~#$][\w@~#$/.*()+^\\-]*)\k<quote>\s*:\s*(?=(?<value>[^\n]{0,300}(?:\n[^\n}]{0,200}){0,2}))/g;
const FIND = /find:\s*(?:["'`]|\/\^?)(?<key>[@~#$\w][\w@~#$/.*\\-]*)["'`/][^}]{0,40}replacement:\s*(?<value>[^\n]{0,300})/g;
const BARE = /(?:^|[{,\s])(?<key>[$@~\w-]+)\s*:\s*(?<value>(?:path\.|resolve\(|join\(|fileURLToPath\()[^\n]{0,300})/g;
function aliasesIn(text, file, directory) {
	const aliases = [];
	for (const pattern of [
		PAIR,
		FIND,
		BARE
	]) for (const match of text.matchAll(pattern)) {
		const key = (match.groups?.key ?? "").replace(/^\^|\(\.[*+]\)\$?$|\(\.\*\)|\$$|\/?\*+$|\\/g, "").replace(/\/+$/, "");
		if (key === "" || pattern === BARE && !/alias/.test(text)) continue;
		aliases.push({
			key,
			target: targetIn(match.groups?.value ?? "", directory),
			file
		});
	}
	return aliases;
}
/** The path in `path.resolve(__dirname, "./src")`, `new URL("./src", import.meta.url)`, `"<rootDir>/src/$1"`. */
function targetIn(value, directory) {
	const [line = ""] = value.split(/\n|,\s*["'`][^"'`]+["'`]\s*:/, 1);
	const joined = [...line.matchAll(/(["'`])([^"'`]*)\1/g)].map((match) => match[2] ?? "").map((one) => one.replace(/<rootDir>\/?/, "./").replace(/\/?\$1.*$|\/?\*+$/, ""));
	if (joined.length === 0) return void 0;
	return posix.join(directory, ...joined.map((one) => one.replace(/^\/+/, "")));
}
function restAfter(key, specifier) {
	if (specifier === key) return "";
	return specifier.startsWith(`${key}/`) ? specifier.slice(key.length + 1) : void 0;
}
// ../imports/src/resolve/typescript-files.ts
/**
* Which file a path without certainty means: `./a` may be `a.ts`, `a/index.tsx` or a component, and `./a.js`
* is `a.ts` to the compiler. First-party files are known from the walk and need no system call.
*/
/** What the compiler takes for an extension that only exists after it ran. */
const SOURCES_BY_OUTPUT = {
	".js": [
		".ts",
		".tsx",
		".d.ts",
		".js",
		".jsx"
	],
	".jsx": [
		".tsx",
		".ts",
		".d.ts",
		".jsx",
		".js"
	],
	".mjs": [
		".mts",
		".d.mts",
		".mjs"
	],
	".cjs": [
		".cts",
		".d.cts",
		".cjs"
	]
};
const ADDED = [
	".ts",
	".tsx",
	".d.ts",
	".js",
	".jsx"
];
/** What Node, bundlers and component frameworks add beyond the compiler. */
const ADDED_AT_RUN_TIME = [
	".json",
	".mjs",
	".cjs",
	".mts",
	".cts",
	".vue",
	".svelte",
	".node"
];
const NATIVE_SUFFIXES = [
	"",
	".native",
	".ios",
	".android",
	".web",
	".macos",
	".windows"
];
const LENIENT = {
	suffixes: [""],
	isExact: false
};
const NATIVE = {
	suffixes: NATIVE_SUFFIXES,
	isExact: false
};
var Files = class {
	#known;
	#disk;
	#directories = /* @__PURE__ */ new Set();
	constructor(known, disk) {
		this.#known = known;
		this.#disk = disk;
		for (const path of known) for (let at = posix.dirname(path); !this.#directories.has(at); at = posix.dirname(at)) this.#directories.add(at);
	}
	isKnown(path) {
		return this.#known.has(path);
	}
	get directories() {
		return this.#directories;
	}
	isDirectory(path) {
		return this.#directories.has(path) || this.#disk.isDirectory(path);
	}
	/** The file that this path means as a file. */
	file(path, probe) {
		const candidates = [...candidatesOf(path, probe)];
		if (probe.isScript === true) candidates.sort((one, other) => Number(/\.d\.[cm]?ts$/.test(one)) - Number(/\.d\.[cm]?ts$/.test(other)));
		return candidates.find((one) => this.#known.has(one)) ?? candidates.find((one) => this.#disk.isFile(one));
	}
	/** The file that a folder without a manifest stands for. */
	index(directory, probe) {
		return probe.isExact || !this.isDirectory(directory) ? void 0 : this.file(`${directory}/index`, probe);
	}
};
function* candidatesOf(path, probe) {
	const slash = path.lastIndexOf("/");
	const dot = path.lastIndexOf(".");
	const extension = dot > slash + 1 ? path.slice(dot) : "";
	const stem = extension === "" ? path : path.slice(0, dot);
	const outputs = SOURCES_BY_OUTPUT[extension];
	if (/^\.[cm]?tsx?$/.test(extension)) {
		yield path;
		if (/\.d\.[cm]?ts$/.test(path)) return;
	}
	if (outputs !== void 0) for (const suffix of probe.suffixes) for (const one of outputs) yield stem + suffix + one;
	if (extension !== "") {
		yield path;
		yield `${stem}.d${extension}.ts`;
	}
	if (probe.isExact) return;
	for (const suffix of probe.suffixes) for (const one of ADDED) yield path + suffix + one;
	for (const one of ADDED_AT_RUN_TIME) yield path + one;
	if (extension === "") yield path;
}
// ../imports/src/resolve/outside-packages.ts
/** Packages of others: who declares them, whether they are installed, and whether they have what is asked. */
var OutsidePackages = class {
	#disk;
	#manifests;
	#files;
	#installedByDirectory = /* @__PURE__ */ new Map();
	#runtime;
	constructor(disk, manifests, files) {
		this.#disk = disk;
		this.#manifests = manifests;
		this.#files = files;
	}
	/** Whether a manifest here or above names the package. */
	declares(directory, name) {
		return [...this.#manifests.above(directory)].some((one) => one.dependencies.has(name));
	}
	/** Declared is enough. Installed packages are asked whether they have the subpath. */
	locate(name, subpath, asking) {
		const directory = posix.dirname(asking.from);
		const installed = this.#installed(name, directory);
		const types = `@types/${name.replace(/^@/, "").replace("/", "__")}`;
		let isDeclared = false;
		for (const manifest of this.#manifests.above(directory)) if (manifest.name === name || manifest.dependencies.has(name) || manifest.dependencies.has(types)) isDeclared = true;
		const isInstalled = installed !== void 0 || this.#installed(types, directory) !== void 0;
		if (installed !== void 0 && subpath !== "." && !this.#hasSubpath(installed, subpath, asking)) return {
			is: "missing",
			tried: [posix.join(installed, subpath)],
			nearest: name
		};
		return {
			is: "external",
			package: name,
			isDeclared,
			isInstalled
		};
	}
	#installed(name, directory) {
		const key = `${directory}\0${name}`;
		if (this.#installedByDirectory.has(key)) return this.#installedByDirectory.get(key);
		const here = `${directory}/node_modules/${name}`;
		const parent = posix.dirname(directory);
		const found = this.#disk.isDirectory(here) ? here : parent === directory ? void 0 : this.#installed(name, parent);
		this.#installedByDirectory.set(key, found);
		return found;
	}
	#hasSubpath(installed, subpath, asking) {
		this.#runtime ??= new ResolverFactory({
			conditionNames: [
				"types",
				"import",
				"require",
				"node",
				"browser",
				"development",
				"default"
			],
			extensions: [
				".ts",
				".tsx",
				".d.ts",
				".js",
				".jsx",
				".mjs",
				".cjs",
				".json",
				".node"
			],
			mainFields: [
				"types",
				"typings",
				"module",
				"main"
			]
		});
		const directory = posix.dirname(asking.from);
		if (this.#runtime.sync(directory, asking.specifier).path !== void 0) return true;
		if (this.#runtime.resolveDtsSync(asking.from, asking.specifier).path !== void 0) return true;
		return this.#disk.isFile(posix.join(installed, subpath)) || this.#files.file(posix.join(installed, subpath), LENIENT) !== void 0;
	}
};
// ../imports/src/resolve/typescript-config-choice.ts
/** Which configuration speaks for a file: the nearest one, or the one it delegates the file to. */
const NAMES = ["tsconfig.json", "jsconfig.json"];
/** Editors do not look at these by themselves, but projects give them the files the main one leaves out. */
const SIBLINGS = [
	"tsconfig.app.json",
	"tsconfig.build.json",
	"tsconfig.lib.json",
	"tsconfig.spec.json",
	"tsconfig.test.json",
	"tsconfig.node.json",
	"tsconfig.eslint.json",
	"tsconfig.base.json"
];
const REFERENCES_MAX = 1e3;
var ConfigChoice = class {
	#configs;
	#disk;
	#candidatesByDirectory = /* @__PURE__ */ new Map();
	#chosenByFile = /* @__PURE__ */ new Map();
	constructor(configs, disk) {
		this.#configs = configs;
		this.#disk = disk;
	}
	for(path) {
		if (this.#chosenByFile.has(path)) return this.#chosenByFile.get(path);
		const chosen = this.#choose(path);
		this.#chosenByFile.set(path, chosen);
		return chosen;
	}
	/** Whether some configuration exists for this file and none of them takes it in. */
	leavesOut(path) {
		const chosen = this.for(path);
		return chosen !== void 0 && !chosen.includes(path);
	}
	/** Further configurations beside the chosen one that take the file in as well. */
	othersFor(path) {
		const chosen = this.for(path);
		if (chosen === void 0 || !chosen.includes(path)) return [];
		return this.#candidates(posix.dirname(chosen.path)).filter((one) => one !== chosen && one.includes(path));
	}
	#choose(path) {
		let fallback;
		for (let at = posix.dirname(path);; at = posix.dirname(at)) {
			const candidates = this.#candidates(at);
			const found = candidates.find((one) => one.includes(path));
			if (found !== void 0) return found;
			fallback ??= candidates.find((one) => one.paths.length > 0 || one.baseUrl !== void 0) ?? candidates[0];
			if (at === posix.dirname(at)) return fallback;
		}
	}
	/** The configuration in this folder, what it refers to, and its siblings. */
	#candidates(directory) {
		const before = this.#candidatesByDirectory.get(directory);
		if (before !== void 0) return before;
		const found = [];
		const seen = /* @__PURE__ */ new Set();
		const visit = (path) => {
			if (seen.has(path) || seen.size > REFERENCES_MAX || !this.#disk.isFile(path)) return;
			seen.add(path);
			const config = this.#configs.at(path);
			if (config === void 0) return;
			found.push(config);
			config.references.forEach(visit);
		};
		for (const name of NAMES) visit(posix.join(directory, name));
		if (found.length > 0) for (const name of SIBLINGS) visit(posix.join(directory, name));
		this.#candidatesByDirectory.set(directory, found);
		return found;
	}
};
// ../imports/src/resolve/typescript-package.ts
/**
* `package.json` files: what a package is called, what it declares, and what its `exports` and `imports`
* maps lead to. The map algorithm is Node's, with the conditions as an argument.
*/
const DEPENDENCY_FIELDS = [
	"dependencies",
	"devDependencies",
	"peerDependencies",
	"optionalDependencies"
];
var Manifests = class {
	#disk;
	#byDirectory = /* @__PURE__ */ new Map();
	#nearest = /* @__PURE__ */ new Map();
	constructor(disk) {
		this.#disk = disk;
	}
	/** The manifest in exactly this folder. */
	at(directory) {
		if (this.#byDirectory.has(directory)) return this.#byDirectory.get(directory);
		const text = this.#disk.readText(posix.join(directory, "package.json"));
		const manifest = text === void 0 ? void 0 : readManifest(directory, text);
		this.#byDirectory.set(directory, manifest);
		return manifest;
	}
	/** The manifest that governs files in this folder: here or in the nearest folder above. */
	nearest(directory) {
		if (this.#nearest.has(directory)) return this.#nearest.get(directory);
		const parent = posix.dirname(directory);
		const found = this.at(directory) ?? (parent === directory ? void 0 : this.nearest(parent));
		this.#nearest.set(directory, found);
		return found;
	}
	/** Every manifest from this folder upwards, nearest first. */
	*above(directory) {
		for (let one = this.nearest(directory); one !== void 0;) {
			yield one;
			const parent = posix.dirname(one.directory);
			if (parent === one.directory) return;
			one = this.nearest(parent);
		}
	}
};
function readManifest(directory, text) {
	const reading = readJsonWithComments(text);
	const object = reading.is === "read" ? asObject(reading.value) : void 0;
	if (object === void 0) return void 0;
	const dependencies = /* @__PURE__ */ new Map();
	for (const field of DEPENDENCY_FIELDS) for (const [name, version] of Object.entries(asObject(object[field]) ?? {})) dependencies.set(name, typeof version === "string" ? version : "");
	for (const name of [object.bundleDependencies, object.bundledDependencies].flatMap(list)) if (!dependencies.has(name)) dependencies.set(name, "");
	const aliases = /* @__PURE__ */ new Map();
	for (const field of [
		"_moduleAliases",
		"alias",
		"browser"
	]) for (const [name, target] of Object.entries(asObject(object[field]) ?? {})) if (typeof target === "string" && !name.startsWith(".")) aliases.set(name, target);
	return {
		directory,
		name: typeof object.name === "string" ? object.name : void 0,
		version: typeof object.version === "string" ? object.version : "",
		esModules: object.type === "module",
		exports: object.exports,
		typesVersions: object.typesVersions,
		imports: object.imports,
		entries: [
			object.types,
			object.typings,
			object.module,
			object.main
		].filter((one) => typeof one === "string"),
		source: typeof object.source === "string" ? object.source : void 0,
		dependencies,
		workspaces: [...list(object.workspaces), ...list(asObject(object.workspaces)?.packages)],
		aliases,
		replaced: new Set(Object.keys(asObject(object.browser) ?? {}).filter((one) => one.startsWith(".")))
	};
}
function list(value) {
	return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
/** Splits `@scope/name/deep/path` into the package and the subpath (`.` when there is none). */
function splitSpecifier(specifier) {
	const match = /^(@[^/]+\/[^/]+|[^@/.][^/]*)(?:\/(.*))?$/.exec(specifier);
	if (match === null) return void 0;
	return {
		name: match[1] ?? "",
		subpath: match[2] ? `./${match[2]}` : "."
	};
}
/** Whether npm could carry a package of this name: `@/x`, `~/x` and `#x` are somebody's alias instead. */
function isPackageName(name) {
	return /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~_-][a-z0-9._~-]*$/i.test(name) && !/^[~_-]$/.test(name);
}
/** Looks a subpath up in `exports`: Node's algorithm. `absent` when the package has no map. */
function lookUpExports(exports, subpath, conditions) {
	if (exports === void 0 || exports === null) return { is: "absent" };
	const object = asObject(exports);
	if (!(object !== void 0 && Object.keys(object).some((key) => key.startsWith(".")))) return subpath === "." ? answer(target(exports, "", conditions)) : { is: "closed" };
	return lookUpMap(object, subpath, conditions);
}
/** Looks a `#name` up in `imports`. `absent` when the package has no map at all. */
function lookUpImports(imports, name, conditions) {
	const object = asObject(imports);
	return object === void 0 ? { is: "absent" } : lookUpMap(object, name, conditions);
}
function lookUpMap(map, key, conditions) {
	const exact = map[key];
	if (exact !== void 0 && !key.includes("*")) return answer(target(exact, "", conditions));
	let best;
	for (const pattern of Object.keys(map)) {
		if (!matches(pattern, key)) continue;
		if (best === void 0 || rank(pattern) > rank(best)) best = pattern;
	}
	if (best === void 0) return { is: "closed" };
	const star = best.indexOf("*");
	const middle = star < 0 ? key.slice(best.length) : key.slice(star, key.length - (best.length - star - 1));
	return answer(target(map[best], middle, conditions));
}
function matches(pattern, key) {
	const star = pattern.indexOf("*");
	if (star < 0) return pattern.endsWith("/") && key.startsWith(pattern) && key.length > pattern.length;
	const tail = pattern.slice(star + 1);
	return key.startsWith(pattern.slice(0, star)) && key.endsWith(tail) && key.length >= pattern.length;
}
/** Longest prefix before the star wins, then the longest pattern. */
function rank(pattern) {
	const star = pattern.indexOf("*");
	return (star < 0 ? pattern.length : star + 1) * 1e5 + pattern.length;
}
function answer(found) {
	return typeof found === "string" ? {
		is: "target",
		target: found
	} : { is: "closed" };
}
/** Undefined: this branch does not apply. Null: closed on purpose. */
function target(value, middle, conditions) {
	if (typeof value === "string") {
		if (value.includes("*")) return value.split("*").join(middle);
		return value.endsWith("/") ? value + middle : value;
	}
	if (value === null) return null;
	if (Array.isArray(value)) {
		for (const one of value) {
			const found = target(one, middle, conditions);
			if (typeof found === "string") return found;
		}
		return;
	}
	for (const [condition, inner] of Object.entries(asObject(value) ?? {})) {
		if (condition !== "default" && !conditions.has(condition)) continue;
		const found = target(inner, middle, conditions);
		if (found !== void 0) return found;
	}
}
// ../imports/src/resolve/typescript-workspace.ts
/**
* The packages that a tree holds itself: which name leads to which folder, and which source file stands
* behind an entry that is only there after a build.
*/
/** Folders that builds write to: an entry below one of them has its source elsewhere. */
const OUTPUT_FOLDERS = /^(?:dist|lib|build|built|out|output|esm|cjs|es|types|typings|declarations|modern|legacy|umd|es2015|module|commonjs|browser|node|_esm|_cjs|_types|\.output|(?:dist|lib|build)[-_.][\w-]+)$/;
const SOURCE_FOLDERS = [
	"src",
	".",
	"source",
	"lib",
	"ts"
];
const SOURCE_EXTENSIONS = [
	".ts",
	".tsx",
	".mts",
	".cts",
	".js",
	".jsx",
	".mjs",
	".cjs",
	".d.ts"
];
const CONFIG_NAMES = [
	"tsconfig.json",
	"tsconfig.build.json",
	"tsconfig.lib.json",
	"tsconfig.prod.json"
];
var Workspace = class {
	#disk;
	#manifests;
	#configs;
	#byName = /* @__PURE__ */ new Map();
	#roots = [];
	constructor(disk, manifests, configs, directories) {
		this.#disk = disk;
		this.#manifests = manifests;
		this.#configs = configs;
		for (const directory of directories) this.#look(directory);
	}
	#look(directory) {
		const manifest = this.#manifests.at(directory);
		const globs = [...manifest?.workspaces ?? [], ...this.#globsBeside(directory)];
		if (globs.length > 0) this.#roots.push({
			directory,
			includes: membership(directory, globs)
		});
		if (manifest?.name === void 0) return;
		const same = this.#byName.get(manifest.name);
		if (same === void 0) this.#byName.set(manifest.name, [manifest]);
		else same.push(manifest);
	}
	#globsBeside(directory) {
		const pnpm = this.#disk.readText(posix.join(directory, "pnpm-workspace.yaml"));
		const globs = pnpm === void 0 ? [] : [...packagesOfYaml(pnpm)];
		const lerna = this.#disk.readText(posix.join(directory, "lerna.json"));
		const reading = lerna === void 0 ? void 0 : readJsonWithComments(lerna);
		const listed = reading?.is === "read" ? asObject(reading.value)?.packages : void 0;
		if (Array.isArray(listed)) globs.push(...listed.filter((one) => typeof one === "string"));
		return globs;
	}
	/**
	* The member of this name as seen from a folder: in the same workspace, or linked by its version, and
	* not when the version that is asked for can only be another one from the registry. A package that lies in
	* the tree without being a member installs its own copy.
	*/
	member(name, from) {
		const candidates = this.#byName.get(name);
		if (candidates === void 0) return void 0;
		const declared = this.#declared(name, from);
		if (declared !== void 0) {
			const linked = /^(?:file|link|portal):(.*)$/.exec(declared.version);
			const target = linked === null ? void 0 : posix.resolve(declared.directory, linked[1] ?? "");
			const found = candidates.find((one) => one.directory === target);
			if (found !== void 0) return found;
		}
		const own = this.#manifests.nearest(from)?.directory ?? from;
		return candidates.find((one) => {
			if (declared !== void 0 && !mayLink(declared.version, one.version)) return false;
			return this.#roots.some((root) => isBelow(from, root.directory) && isBelow(one.directory, root.directory) && root.includes(own) && root.includes(one.directory));
		});
	}
	#declared(name, from) {
		for (const manifest of this.#manifests.above(from)) {
			const version = manifest.dependencies.get(name);
			if (version !== void 0) return {
				version,
				directory: manifest.directory
			};
		}
	}
	/** The source that a build turns into `target` (absolute), or undefined when there is no telling. */
	sourceOf(manifest, target, isKnown) {
		const relative = posix.relative(manifest.directory, target);
		if (relative.startsWith("..")) return void 0;
		const stem = relative.replace(/(?:\.d)?\.[cm]?[jt]sx?$|\.json$/, "");
		for (const path of this.#stemsOf(manifest, stem)) {
			const found = withExtension(path, isKnown);
			if (found !== void 0) return found;
		}
		if (manifest.source !== void 0 && /(?:^|\/)index$/.test(stem)) {
			const source = posix.join(manifest.directory, manifest.source);
			if (isKnown(source)) return source;
		}
	}
	*#stemsOf(manifest, stem) {
		const target = posix.join(manifest.directory, stem);
		for (const name of CONFIG_NAMES) {
			const config = this.#configs.at(posix.join(manifest.directory, name));
			if (config === void 0) continue;
			for (const output of [config.outDir, config.declarationDir]) {
				if (output === void 0 || !isBelow(target, output)) continue;
				const inner = posix.relative(output, target);
				if (config.rootDir !== void 0) yield posix.join(config.rootDir, inner);
			}
		}
		const parts = stem.split("/");
		let cut = 0;
		while (cut < parts.length - 1 && OUTPUT_FOLDERS.test(parts[cut] ?? "")) {
			cut++;
			const rest = parts.slice(cut).join("/");
			for (const folder of SOURCE_FOLDERS) yield posix.join(manifest.directory, folder, rest);
		}
		if (cut === 0) {
			yield target;
			yield posix.join(manifest.directory, "src", stem);
		}
	}
};
function withExtension(path, isKnown) {
	for (const extension of SOURCE_EXTENSIONS) if (isKnown(path + extension)) return path + extension;
	const sibling = path.endsWith("/index") ? path.slice(0, -6) : `${path}/index`;
	for (const extension of SOURCE_EXTENSIONS) if (isKnown(sibling + extension)) return sibling + extension;
}
function isBelow(path, directory) {
	return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}
function membership(directory, globs) {
	const join = (glob) => posix.join(directory, glob.replace(/\/+$/, ""));
	const positive = globs.filter((one) => !one.startsWith("!")).map((one) => compileGlob(join(one)));
	const negative = globs.filter((one) => one.startsWith("!")).map((one) => compileGlob(join(one.slice(1))));
	return (member) => member === directory || positive.some((one) => one(member)) && !negative.some((one) => one(member));
}
/** The list under `packages:`; nothing else of the file is needed. */
function* packagesOfYaml(text) {
	let inside = false;
	for (const line of text.split("\n")) {
		if (/^packages\s*:/.test(line)) inside = true;
		else if (/^\S/.test(line) && !line.startsWith("#") && !line.startsWith("-")) inside = false;
		const item = inside ? /^\s*-\s*(?:"([^"]*)"|'([^']*)'|([^#\s]+))/.exec(line) : null;
		const glob = item?.[1] ?? item?.[2] ?? item?.[3];
		if (glob !== void 0) yield glob;
	}
}
/** Whether a package manager would link the member for this range, as far as the first number tells. */
function mayLink(range, version) {
	if (/^(?:workspace|file|link|portal|catalog):|^[*x]?$/i.test(range)) return true;
	if (/^npm:|^(?:git|https?|github)[:+]/.test(range)) return false;
	const asked = /(\d+)(?:\.(\d+))?/.exec(range);
	const own = /(\d+)(?:\.(\d+))?/.exec(version);
	if (asked === null || own === null) return asked === null && own === null;
	if (/^[<>]/.test(range)) return true;
	return asked[1] === own[1] && (asked[1] !== "0" || asked[2] === void 0 || asked[2] === own[2]);
}
/** The first file that `typesVersions` offers for a subpath, for any version of the compiler. */
function lookUpTypesVersions(value, subpath) {
	for (const map of Object.values(asObject(value) ?? {})) for (const [pattern, targets] of Object.entries(asObject(map) ?? {})) {
		const star = pattern.indexOf("*");
		const key = subpath.slice(2);
		const isMatch = star < 0 ? pattern === key : key.startsWith(pattern.slice(0, star));
		const target = Array.isArray(targets) ? targets[0] : void 0;
		if (isMatch && typeof target === "string") return star < 0 ? target : target.replace("*", key.slice(star));
	}
}
// ../imports/src/resolve/typescript-locate.ts
/**
* Where a specifier leads, as the compiler, Node and bundlers agree on it: relative paths, `paths` and
* `baseUrl`, `imports` and `exports` maps, members of the workspace, installed packages, ambient modules.
*
* Invariants
* L1 What may be made by a build, a generator or a plugin is unknown, not missing.
* L2 A package that some manifest declares is never missing, installed or not.
* L3 Fixtures may ask for anything: those below tests, and those that the compiler's own configuration
*    leaves out. So may templates that it leaves out, since they are copied to where their imports hold.
*/
const TEST_FIXTURE = /(?:^|\/)(?:__testfixtures__\/|(?:tests?|__tests__|specs?)\/(?:.*\/)?(?:__)?(?:fixtures?|samples)(?:__)?\/)/;
const NATIVE_PACKAGES = ["react-native", "expo"];
var Locator = class {
	manifests;
	workspace;
	files;
	#root;
	#configs;
	#ignores;
	#aliases;
	#ambient;
	#fixtures = /* @__PURE__ */ new Map();
	#packages;
	constructor(options) {
		this.#root = options.root;
		this.#ambient = options.ambient;
		this.files = new Files(options.known, options.disk);
		this.manifests = new Manifests(options.disk);
		this.workspace = new Workspace(options.disk, this.manifests, options.configs, this.files.directories);
		this.#packages = new OutsidePackages(options.disk, this.manifests, this.files);
		this.#configs = new ConfigChoice(options.configs, options.disk);
		this.#ignores = new GitIgnores(options.disk, options.root);
		this.#aliases = new BundlerAliases(options.disk, this.manifests, options.known);
	}
	locate(asking) {
		const found = this.#locate(asking);
		const location = found.is === "path" && asking.specifier.includes("?") ? {
			...found,
			asAsset: true
		} : found;
		if (location.is === "path" && asking.specifier.startsWith(".") || location.is === "builtin" || !this.#isFixture(asking.from)) return location;
		return {
			is: "unknown",
			why: "a fixture: input for a test and not code that runs"
		};
	}
	/** L3 */
	#isFixture(path) {
		const before = this.#fixtures.get(path);
		if (before !== void 0) return before;
		const isFixture = this.#looksLikeFixture(path);
		this.#fixtures.set(path, isFixture);
		return isFixture;
	}
	#looksLikeFixture(path) {
		const inner = this.relativeToRoot(path);
		if (TEST_FIXTURE.test(inner)) return true;
		return /(?:^|\/)(?:(?:__)?(?:test[-_]?)?fixtures?(?:__)?|templates?)\//.test(inner) && this.#configs.leavesOut(path);
	}
	/** A file may belong to several projects; what one of them finds is there. */
	#locate(asking) {
		const config = this.#configs.for(asking.from);
		const first = this.#locateBy(asking, config);
		if (first.is !== "missing") return first;
		for (const other of this.#configs.othersFor(asking.from)) {
			const found = this.#locateBy(asking, other);
			if (found.is !== "missing") return found;
		}
		return first;
	}
	#locateBy(asking, config) {
		const specifier = withoutQuery(asking.specifier);
		if (specifier === void 0) return {
			is: "unknown",
			why: "a loader decides what this is"
		};
		if (/^\.\.?(?:\/|$)/.test(specifier)) return this.#relative(asking, specifier, config);
		if (specifier.startsWith("/")) return this.#absolute(asking, specifier);
		const ambient = this.#declaredFor(asking.from, (name) => name === specifier);
		if (ambient !== void 0) return declared(ambient);
		return this.#named({
			...asking,
			specifier
		}, config);
	}
	/** The file that a subpath of a member leads to. */
	pathInMember(member, subpath) {
		const asking = {
			from: `${member.directory}/package.json`,
			specifier: member.name ?? "",
			isRequire: false
		};
		const found = this.#inMember(member, subpath, asking, void 0);
		if (found.is === "path") return found.path;
		return subpath === "." ? this.files.file(posix.join(member.directory, "src/index"), LENIENT) : void 0;
	}
	relativeToRoot(path) {
		return path.startsWith(`${this.#root}/`) ? path.slice(this.#root.length + 1) : path;
	}
	configFor(path) {
		return this.#configs.for(path);
	}
	#relative(asking, specifier, config) {
		const directory = posix.dirname(asking.from);
		const base = posix.resolve(directory, specifier);
		const probe = this.#probe(asking, config);
		const found = this.#at(base, specifier, probe) ?? this.#throughRootDirs(base, config, probe);
		if (found !== void 0) return {
			is: "path",
			path: found
		};
		const lenient = probe.isExact ? this.#at(base, specifier, LENIENT) : void 0;
		if (lenient !== void 0) {
			const full = posix.relative(directory, lenient).replace(/^(?!\.)/, "./");
			return {
				is: "missing",
				tried: [base],
				nearest: full.replace(/\.tsx?$/, ".js").replace(/\.([cm])ts$/, ".$1js")
			};
		}
		const pattern = this.#wildcard(asking);
		if (pattern !== void 0) return declared(pattern);
		if (/(?:^|\/)\$types(?:\.js)?$/.test(specifier) && this.#packages.declares(directory, "@sveltejs/kit")) return {
			is: "unknown",
			why: "@sveltejs/kit makes it"
		};
		if (this.#isReplaced(base, directory)) return {
			is: "unknown",
			why: "package.json replaces it for browsers"
		};
		if (this.#hasGeneratedRoot(config)) return {
			is: "unknown",
			why: "one of rootDirs is not there: a generator makes it"
		};
		if (this.#isMade(base)) return {
			is: "unknown",
			why: "git ignores it: a build or a generator makes it"
		};
		return {
			is: "missing",
			tried: [base],
			nearest: this.#nearestAbove(base)
		};
	}
	#at(base, specifier, probe) {
		return (/(?:^|\/)\.{0,2}\/?$/.test(specifier) ? void 0 : this.files.file(base, probe)) ?? this.#folder(base, probe);
	}
	/** A folder stands for the entry of its manifest, or for its index. */
	#folder(directory, probe) {
		if (probe.isExact || !this.files.isDirectory(directory)) return void 0;
		const manifest = this.manifests.at(directory);
		for (const entry of manifest?.entries ?? []) {
			const target = posix.join(directory, entry);
			const found = this.files.file(target, probe) ?? this.files.index(target, probe);
			if (found !== void 0) return found;
		}
		const index = this.files.index(directory, probe);
		if (index !== void 0 || manifest === void 0) return index;
		return this.#sourceOfEntries(manifest);
	}
	#sourceOfEntries(manifest) {
		for (const entry of manifest.entries) {
			const target = posix.join(manifest.directory, entry);
			const found = this.workspace.sourceOf(manifest, target, (path) => this.files.isKnown(path));
			if (found !== void 0) return found;
		}
	}
	#throughRootDirs(base, config, probe) {
		const roots = config?.rootDirs ?? [];
		const own = roots.find((one) => isBelow(base, one));
		if (own === void 0) return void 0;
		for (const root of roots) {
			const found = this.#at(posix.join(root, posix.relative(own, base)), "./x", probe);
			if (found !== void 0) return found;
		}
	}
	#probe(asking, config) {
		const manifest = this.manifests.nearest(posix.dirname(asking.from));
		const isExact = config?.strictExtensions === true && config.includes(asking.from) && !asking.isRequire && /\.[cm]?tsx?$/.test(asking.from) && !asking.from.endsWith(".cts") && (asking.from.endsWith(".mts") || manifest?.esModules === true);
		if (isExact) return {
			suffixes: config.moduleSuffixes,
			isExact
		};
		const isScript = /\.[cm]?jsx?$/.test(asking.from);
		const isNative = NATIVE_PACKAGES.some((one) => manifest?.dependencies.has(one) === true);
		const suffixes = config === void 0 || config.moduleSuffixes.length === 1 ? [""] : config.moduleSuffixes;
		return isNative ? {
			...NATIVE,
			isScript
		} : {
			...LENIENT,
			suffixes,
			isScript
		};
	}
	#absolute(asking, specifier) {
		const found = this.files.file(specifier, LENIENT);
		if (found !== void 0) return {
			is: "path",
			path: found
		};
		const manifest = this.manifests.nearest(posix.dirname(asking.from));
		const inPackage = manifest === void 0 ? void 0 : this.files.file(manifest.directory + specifier, LENIENT);
		if (inPackage !== void 0) return {
			is: "path",
			path: inPackage
		};
		return {
			is: "unknown",
			why: "an absolute path: what it means is up to the server"
		};
	}
	#named(asking, config) {
		const { specifier, from } = asking;
		if (isBuiltin(specifier)) return {
			is: "builtin",
			name: specifier
		};
		if (specifier.startsWith(".bin/")) return {
			is: "unknown",
			why: "a program of an installed package"
		};
		if (/^vite\/(?:modulepreload|dynamic-import)-polyfill$/.test(specifier)) return {
			is: "unknown",
			why: "vite makes it"
		};
		if (/^[a-z][a-z0-9+.-]+:/i.test(specifier)) return schemed(specifier);
		const mapped = this.#mapped(asking, config);
		if (mapped !== void 0) return mapped;
		if (specifier.startsWith("#")) {
			const internal = this.#internal(asking, config);
			if (internal !== void 0) return internal;
		}
		const split = splitSpecifier(specifier);
		const directory = posix.dirname(from);
		if (split !== void 0) {
			const member = this.#ownPackage(split.name, directory) ?? this.workspace.member(split.name, directory);
			if (member !== void 0) return this.#inMember(member, split.subpath, asking, config);
		}
		const aliased = this.#aliases.locate(specifier, from, (path) => this.#at(path, specifier, LENIENT));
		if (aliased?.is === "path") return aliased;
		const isName = split !== void 0 && isPackageName(split.name);
		const external = isName ? this.#packages.locate(split.name, split.subpath, asking) : void 0;
		if (external !== void 0 && (external.is !== "external" || external.isDeclared || external.isInstalled)) return external;
		if (aliased !== void 0) return aliased;
		const pattern = this.#wildcard(asking);
		if (pattern !== void 0) return declared(pattern);
		if (config?.incomplete === true && !isName) return {
			is: "unknown",
			why: `what ${posix.basename(config.path)} extends cannot be read`
		};
		if (this.#madeByMapping(specifier, config)) return {
			is: "unknown",
			why: "git ignores it: a build or a generator makes it"
		};
		if (external !== void 0 && !this.#isOurPath(specifier, config)) return external;
		return {
			is: "missing",
			tried: this.#triedFor(specifier, config),
			nearest: ""
		};
	}
	/** `paths`, then `baseUrl`. */
	#mapped(asking, config) {
		if (config === void 0) return void 0;
		for (const target of targetsOf(asking.specifier, config)) {
			const found = this.#at(target, asking.specifier, LENIENT) ?? this.#builtFrom(target);
			if (found !== void 0) return {
				is: "path",
				path: found
			};
		}
		if (config.baseUrl === void 0) return void 0;
		const found = this.#at(posix.join(config.baseUrl, asking.specifier), asking.specifier, LENIENT);
		return found === void 0 ? void 0 : {
			is: "path",
			path: found
		};
	}
	/** A mapping may lead into a member's build output. */
	#builtFrom(target) {
		const manifest = this.manifests.nearest(posix.dirname(target));
		if (manifest === void 0 || target.includes("/node_modules/")) return void 0;
		if (!this.#ignores.ignores(target) && !this.#ignores.ignores(`${target}.d.ts`)) return void 0;
		return this.workspace.sourceOf(manifest, target, (path) => this.files.isKnown(path));
	}
	/** `#name` by the `imports` map of the nearest package. */
	#internal(asking, config) {
		const manifest = this.manifests.nearest(posix.dirname(asking.from));
		if (manifest?.imports === void 0) return void 0;
		const found = this.#byConditions(asking, config, (conditions) => lookUpImports(manifest.imports, asking.specifier, conditions));
		if (found.is !== "targets") return void 0;
		return this.#targets(manifest, found.targets, asking, config);
	}
	/** A package may ask for itself by name when it has an `exports` map. */
	#ownPackage(name, directory) {
		const manifest = this.manifests.nearest(directory);
		return manifest?.name === name && manifest.exports !== void 0 ? manifest : void 0;
	}
	#inMember(member, subpath, asking, config) {
		if (member.exports === void 0) return this.#inMemberByPath(member, subpath);
		const found = this.#byConditions(asking, config, (conditions) => lookUpExports(member.exports, subpath, conditions));
		if (found.is === "targets") return this.#targets(member, found.targets, asking, config);
		if (subpath === "./package.json") return {
			is: "path",
			path: posix.join(member.directory, "package.json")
		};
		return {
			is: "missing",
			tried: [`the exports of ${member.directory}/package.json`],
			nearest: member.name ?? ""
		};
	}
	#inMemberByPath(member, subpath) {
		const unbuilt = {
			is: "unknown",
			why: "the package is not built"
		};
		if (subpath === ".") {
			const found = this.#folder(member.directory, LENIENT) ?? this.files.file(posix.join(member.directory, "src/index"), LENIENT);
			return found === void 0 ? unbuilt : {
				is: "path",
				path: found
			};
		}
		const versioned = lookUpTypesVersions(member.typesVersions, subpath);
		for (const path of versioned === void 0 ? [subpath] : [versioned, subpath]) {
			const target = posix.join(member.directory, path);
			const found = this.#at(target, path, LENIENT) ?? this.workspace.sourceOf(member, target, (one) => this.files.isKnown(one));
			if (found !== void 0) return {
				is: "path",
				path: found
			};
		}
		const target = posix.join(member.directory, subpath);
		if (this.#isMade(target)) return unbuilt;
		return {
			is: "missing",
			tried: [target],
			nearest: member.name ?? ""
		};
	}
	/** Every target that some set of conditions yields, the compiler's own first. */
	#byConditions(asking, config, ask) {
		const custom = config?.customConditions ?? [];
		const [first, second] = asking.isRequire ? ["require", "import"] : ["import", "require"];
		const targets = /* @__PURE__ */ new Set();
		for (const kind of [first, second]) for (const extra of [
			["types"],
			[],
			["source"],
			["development"],
			["browser"],
			["worker"],
			["react-server"]
		]) {
			const answer = ask(/* @__PURE__ */ new Set([
				...custom,
				...extra,
				kind ?? "import",
				"node",
				"module",
				"module-sync"
			]));
			if (answer.is === "target") targets.add(answer.target);
		}
		return targets.size === 0 ? { is: "closed" } : {
			is: "targets",
			targets: [...targets]
		};
	}
	#targets(manifest, targets, asking, config) {
		let isMissing = true;
		for (const target of targets) {
			if (!target.startsWith(".")) return this.#named({
				...asking,
				specifier: target
			}, config);
			const path = posix.join(manifest.directory, target);
			const ambient = this.#ambient.find((one) => one.path === path && one.name === asking.specifier);
			if (ambient !== void 0) return declared(ambient);
			const found = this.workspace.sourceOf(manifest, path, (one) => this.files.isKnown(one)) ?? this.files.file(path, LENIENT);
			if (found !== void 0) return {
				is: "path",
				path: found
			};
			isMissing &&= !this.#isMade(path) && !/^\.\/(?:dist|build|lib|out)\//.test(target);
		}
		if (!isMissing) return {
			is: "unknown",
			why: "the package is not built"
		};
		return {
			is: "missing",
			tried: targets.map((one) => posix.join(manifest.directory, one)),
			nearest: manifest.name ?? ""
		};
	}
	#wildcard(asking) {
		return this.#declaredFor(asking.from, (name) => name.includes("*") && starOf(name, asking.specifier) !== void 0);
	}
	/** A declaration speaks for the package that it lies in, and for the packages within. */
	#declaredFor(from, test) {
		for (const one of this.#ambient) {
			if (!test(one.name)) continue;
			const owner = this.manifests.nearest(posix.dirname(one.path));
			if (owner === void 0 || isBelow(from, owner.directory)) return one;
		}
	}
	/** L1 */
	#isMade(path) {
		const source = path.replace(/\.([cm]?)jsx?$/, ".$1ts");
		return [
			"",
			".ts",
			".tsx",
			".d.ts",
			"/index.ts"
		].some((one) => this.#ignores.ignores(path + one)) || source !== path && (this.#ignores.ignores(source) || this.#ignores.ignores(`${source}x`));
	}
	#madeByMapping(specifier, config) {
		return config !== void 0 && [...targetsOf(specifier, config)].some((one) => this.#isMade(one));
	}
	/** A name that only a mapping of ours could mean: `components/x` below `baseUrl`, `@app/x` in `paths`. */
	#isOurPath(specifier, config) {
		if (config === void 0) return false;
		if (config.paths.some((one) => one.pattern !== "*" && starOf(one.pattern, specifier) !== void 0)) return true;
		const head = specifier.split("/", 1)[0] ?? "";
		return config.baseUrl !== void 0 && specifier !== head && this.files.isDirectory(posix.join(config.baseUrl, head));
	}
	#triedFor(specifier, config) {
		const targets = config === void 0 ? [] : [...targetsOf(specifier, config)];
		if (targets.length > 0) return targets;
		return config?.baseUrl === void 0 ? [specifier] : [posix.join(config.baseUrl, specifier)];
	}
	/** Frameworks generate types into a folder that `rootDirs` lays over the source. */
	#hasGeneratedRoot(config) {
		return config?.rootDirs.some((one) => !this.files.isDirectory(one)) === true;
	}
	/** The `browser` field may give a file to a path where there is none. */
	#isReplaced(base, directory) {
		const manifest = this.manifests.nearest(directory);
		if (manifest === void 0) return false;
		const path = `./${posix.relative(manifest.directory, base)}`;
		return [
			path,
			`${path}.js`,
			`${path}/index.js`
		].some((one) => manifest.replaced.has(one));
	}
	#nearestAbove(path) {
		for (let at = posix.dirname(path); at !== posix.dirname(at); at = posix.dirname(at)) if (this.files.isDirectory(at)) return at;
		return "/";
	}
};
/** Undefined when a loader is named (`a!b`). A query (`?raw`) says how to load and not what. */
function withoutQuery(specifier) {
	if (specifier.includes("!")) return void 0;
	const query = specifier.indexOf("?");
	return query > 0 ? specifier.slice(0, query) : specifier;
}
function declared({ file, name }) {
	return {
		is: "unknown",
		why: `declared in ${file}`,
		ambient: name
	};
}
function schemed(specifier) {
	if (specifier.startsWith("node:")) return {
		is: "missing",
		tried: ["the modules of Node.js"],
		nearest: ""
	};
	return {
		is: "unknown",
		why: `${specifier.slice(0, specifier.indexOf(":") + 1)} is not a path`
	};
}
// ../imports/src/resolve/typescript-lookup.ts
/** Chains longer than this are cycles of renames that no compiler accepts either. */
const CHAIN_MAX = 100;
var Names = class {
	#world;
	#doorsByFile = /* @__PURE__ */ new Map();
	#bindingsByFile = /* @__PURE__ */ new Map();
	#answers = /* @__PURE__ */ new Map();
	#asking = /* @__PURE__ */ new Set();
	#added;
	#ambient;
	constructor(world) {
		this.#world = world;
	}
	lookup(file, name) {
		if (name.startsWith("\"")) return this.#findAmbient(name);
		const key = `${file}\0${name}`;
		const before = this.#answers.get(key);
		if (before !== void 0) return before;
		if (this.#asking.has(key) || this.#asking.size > CHAIN_MAX) return missing([], false);
		const isOutermost = this.#asking.size === 0;
		this.#asking.add(key);
		const answer = this.#find(file, name);
		this.#asking.delete(key);
		if (isOutermost || answer.is === "found") this.#answers.set(key, answer);
		return answer;
	}
	offers(file) {
		const names = /* @__PURE__ */ new Set();
		const isComplete = this.#collect(file, names, /* @__PURE__ */ new Set());
		return {
			names: [...names].sort(),
			isComplete
		};
	}
	#collect(file, names, seen) {
		if (seen.has(file)) return true;
		seen.add(file);
		const facts = this.#world.files[file];
		if (facts === void 0) return false;
		let isComplete = facts.doors !== "unknown";
		const isInner = seen.size > 1;
		for (const name of this.#doors(file).keys()) if (!isInner || name !== "default") names.add(name);
		for (const name of this.#additions(file).keys()) names.add(name);
		for (const star of starsOf(facts)) {
			const target = this.#target(file, star);
			if (target?.is !== "file") isComplete = false;
			else isComplete = this.#collect(target.file, names, seen) && isComplete;
		}
		return isComplete;
	}
	#find(file, name) {
		const facts = this.#world.files[file];
		if (facts === void 0) return unknown("the file is not part of this check", []);
		const door = this.#doors(file).get(name);
		if (door !== void 0) return this.#through(file, facts, door);
		const added = this.#additions(file).get(name);
		if (added !== void 0) return this.#foundAt(added.file, added.binding, [{
			file,
			name,
			line: 1
		}]);
		if (name === "default") {
			const whole = this.#doors(file).get("export=");
			if (whole !== void 0) return this.#through(file, facts, whole);
			if (/\.d\.[cm]?ts$/.test(facts.path) || this.#world.isBuiltAsCommonJs(file)) return unknown("the whole of its exports may be its default", [here(file, name)]);
			if (facts.doors === "object") return {
				is: "outside",
				why: "the whole of module.exports",
				chain: [here(file, name)]
			};
		} else {
			const star = this.#throughStars(file, facts, name);
			if (star !== void 0) return star;
		}
		if (facts.doors === "unknown") return unknown("its exports are computed", [here(file, name)]);
		const isLocal = this.#bindings(file).has(name);
		return missing([here(file, name)], isLocal);
	}
	#through(file, facts, door) {
		const hop = {
			file,
			name: door.name,
			line: door.line
		};
		if (door.importIndex >= 0) return this.#follow(file, door.importIndex, door.imported, hop);
		const index = this.#unaliased(file, facts, this.#bindings(file).get(door.local));
		const binding = index === void 0 ? void 0 : facts.bindings[index];
		if (index === void 0 || binding === void 0) return unknown("it is declared in an inner scope", [hop]);
		if (binding.kind !== "import") return this.#foundAt(file, index, [hop]);
		const imported = facts.imports[binding.importIndex]?.names[binding.nameIndex];
		if (imported === void 0) return unknown("its import could not be read", [hop]);
		return this.#follow(file, binding.importIndex, imported.name, hop);
	}
	/** `const A = B` is B itself, where B is a plain name of the same file. */
	#unaliased(file, facts, start) {
		let index = start;
		for (let step = 0; step < aliasStepsMax && index !== void 0; step++) {
			const binding = facts.bindings[index];
			if (binding?.kind !== "alias") return index;
			const target = this.#bindings(file).get(binding.target);
			if (target === void 0 || target === start) return index;
			index = target;
		}
		return index;
	}
	#follow(file, importIndex, name, hop, isStar = false) {
		const statement = this.#world.files[file]?.imports[importIndex];
		if (statement === void 0) return unknown("its import could not be read", [hop]);
		const resolution = this.#world.resolve(file, statement);
		if (name === "") return {
			is: "module",
			resolution,
			chain: [hop]
		};
		switch (resolution.is) {
			case "file": {
				const inner = this.lookup(resolution.file, name);
				const chain = [hop, ...inner.chain];
				if (inner.is === "missing" && !isStar) return unknown("the module that passes it on does not find it", chain);
				return {
					...inner,
					chain
				};
			}
			case "external": return {
				is: "outside",
				why: resolution.package,
				chain: [hop]
			};
			case "builtin": return {
				is: "outside",
				why: resolution.name,
				chain: [hop]
			};
			case "asset":
			case "namespace": return {
				is: "outside",
				why: resolution.path,
				chain: [hop]
			};
			case "missing": return unknown(`${statement.specifier} is missing`, [hop]);
			case "unknown": return unknown(resolution.why, [hop]);
		}
	}
	/** Undefined: no star has it. */
	#throughStars(file, facts, name) {
		const found = [];
		let open;
		for (const star of starsOf(facts)) {
			const answer = this.#follow(file, star.importIndex, name, {
				file,
				name,
				line: star.line
			}, true);
			if (answer.is === "missing") continue;
			if (answer.is === "unknown" || answer.is === "outside") open ??= answer;
			else if (!found.some((one) => isSame(one, answer))) found.push(answer);
		}
		const [first, ...others] = found;
		if (first === void 0) return open;
		if (others.length === 0 || first.is === "conflict") return first;
		const values = found.filter((one) => one.is !== "found" || one.presence !== "types");
		if (values.length < 2) return values[0] ?? first;
		return {
			is: "conflict",
			chain: first.chain,
			others: others.flatMap((one) => one.chain.slice(-1))
		};
	}
	#target(file, door) {
		const statement = this.#world.files[file]?.imports[door.importIndex];
		return statement === void 0 ? void 0 : this.#world.resolve(file, statement);
	}
	#foundAt(file, binding, chain) {
		const fact = this.#world.files[file]?.bindings[binding];
		if (fact === void 0) return unknown("its declaration could not be read", chain);
		const last = {
			file,
			name: fact.name,
			line: fact.line
		};
		const before = chain.at(-1);
		const isSameStep = before?.file === file && before.line === last.line && before.name === last.name;
		return {
			is: "found",
			file,
			binding,
			presence: fact.presence,
			chain: isSameStep ? chain : [...chain, last]
		};
	}
	#doors(file) {
		const before = this.#doorsByFile.get(file);
		if (before !== void 0) return before;
		const doors = /* @__PURE__ */ new Map();
		for (const one of this.#world.files[file]?.exports ?? []) if (one.name !== "*") doors.set(one.name, one);
		this.#doorsByFile.set(file, doors);
		return doors;
	}
	/** The binding that a name means: what lives at run time before what only types see. */
	#bindings(file) {
		const before = this.#bindingsByFile.get(file);
		if (before !== void 0) return before;
		const facts = this.#world.files[file];
		const bindings = /* @__PURE__ */ new Map();
		facts?.bindings.forEach((one, index) => {
			const other = facts.bindings[bindings.get(one.name) ?? -1];
			if (other === void 0 || weight$1(one) > weight$1(other)) bindings.set(one.name, index);
		});
		this.#bindingsByFile.set(file, bindings);
		return bindings;
	}
	/** `"module".name`, as ambient modules of all files together declare it. */
	#findAmbient(name) {
		this.#ambient ??= new Map(this.#world.files.flatMap((facts, file) => facts.bindings.flatMap((one, binding) => one.name.startsWith("\"") ? [[one.name, {
			file,
			binding
		}]] : [])));
		const found = this.#ambient.get(name);
		if (found !== void 0) return this.#foundAt(found.file, found.binding, [{
			file: found.file,
			name,
			line: 1
		}]);
		const module = name.slice(0, name.indexOf("\"", 1) + 1);
		if (name.endsWith(".default") || this.#ambient.has(`${module}.*`)) return unknown("the ambient module may offer anything", []);
		const place = this.#ambient.get(module);
		return missing(place === void 0 ? [] : [{
			file: place.file,
			name: module,
			line: 1
		}], false);
	}
	#additions(file) {
		this.#added ??= this.#readAdditions();
		return this.#added.get(file) ?? /* @__PURE__ */ new Map();
	}
	#readAdditions() {
		const added = /* @__PURE__ */ new Map();
		this.#world.files.forEach((facts, file) => {
			for (const statement of facts.imports) {
				if (statement.kind !== "types" || statement.names.length === 0) continue;
				const quoted = `"${statement.specifier}".`;
				const own = facts.bindings.flatMap((one, binding) => one.name.startsWith(quoted) ? [binding] : []);
				if (own.length === 0) continue;
				const target = this.#world.resolve(file, statement);
				if (target.is !== "file") continue;
				const names = added.get(target.file) ?? /* @__PURE__ */ new Map();
				added.set(target.file, names);
				for (const binding of own) names.set((facts.bindings[binding]?.name ?? "").slice(quoted.length), {
					file,
					binding
				});
			}
		});
		return added;
	}
};
function starsOf(facts) {
	return facts.exports.filter((one) => one.name === "*");
}
/** `A = B`, `B = C` …: nobody writes more of them on purpose. */
const aliasStepsMax = 8;
const WEIGHTS = {
	namespace: 1,
	interface: 2,
	type: 2,
	import: 3,
	alias: 4
};
function weight$1(binding) {
	return WEIGHTS[binding.kind] ?? 5;
}
function here(file, name) {
	return {
		file,
		name,
		line: 1
	};
}
function missing(chain, isLocal) {
	return {
		is: "missing",
		isLocal,
		chain
	};
}
function unknown(why, chain) {
	return {
		is: "unknown",
		why,
		chain
	};
}
function isSame(one, other) {
	if (one.is === "found" && other.is === "found") return one.file === other.file && one.binding === other.binding;
	if (one.is === "module" && other.is === "module") return JSON.stringify(one.resolution) === JSON.stringify(other.resolution);
	return false;
}
// ../imports/src/resolve/typescript-specifier.ts
/** The other way round: by which specifier one file would import another, in the style of its neighbours. */
var SpecifierWriter = class {
	#world;
	constructor(world) {
		this.#world = world;
	}
	specifierFor(from, to, like) {
		const source = this.#world.pathOf(from);
		const target = this.#world.pathOf(to);
		if (source === void 0 || target === void 0) return void 0;
		for (const proposal of this.#proposals(source, target, like)) if (this.#world.isAt(from, proposal, to)) return proposal;
	}
	/** `@scope/name` for what a package's door leads to, `@scope/name/sub` for its others, else the path. */
	moduleName(file) {
		const path = this.#world.pathOf(file);
		if (path === void 0) return "";
		const manifest = this.#world.locator.manifests.nearest(posix.dirname(path));
		return (manifest === void 0 ? void 0 : this.#doorsOf(manifest).get(path)) ?? this.#world.locator.relativeToRoot(path);
	}
	/** A package's door whose package offers a CommonJS build of it and not the file itself. */
	isBuiltAsCommonJs(file) {
		const path = this.#world.pathOf(file);
		const manifest = path === void 0 ? void 0 : this.#world.locator.manifests.nearest(posix.dirname(path));
		if (path === void 0 || manifest === void 0 || manifest.esModules) return false;
		if (!this.#doorsOf(manifest).has(path)) return false;
		return !JSON.stringify([manifest.exports ?? null, ...manifest.entries]).includes(posix.relative(manifest.directory, path));
	}
	*#proposals(source, target, like) {
		const own = this.#world.locator.manifests.nearest(posix.dirname(source));
		const other = this.#world.locator.manifests.nearest(posix.dirname(target));
		if (other !== void 0 && other !== own) {
			const door = this.#doorsOf(other).get(target);
			if (door !== void 0) yield door;
		}
		if (like !== void 0 && !like.startsWith(".")) yield* this.#mapped(source, target);
		if (other === own || other === void 0) {
			yield* relative$1(source, target, like);
			yield* this.#mapped(source, target);
			if (own?.name !== void 0) {
				const door = this.#doorsOf(own).get(target);
				if (door !== void 0) yield door;
			}
		} else yield* this.#mapped(source, target);
	}
	/** By `paths` and `baseUrl`, shortest first. */
	#mapped(source, target) {
		const config = this.#world.locator.configFor(source);
		if (config === void 0) return [];
		const stem = target.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "");
		const stems = stem.endsWith("/index") ? [stem.slice(0, -6), stem] : [stem];
		const found = [];
		for (const one of stems) {
			for (const mapping of config.paths) for (const to of mapping.targets) {
				const star = to.indexOf("*");
				const head = star < 0 ? to.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "") : to.slice(0, star);
				if (star < 0 && (head === one || to === target)) found.push(mapping.pattern);
				else if (star >= 0 && one.startsWith(head)) found.push(mapping.pattern.replace("*", one.slice(head.length)));
			}
			if (config.baseUrl !== void 0 && one.startsWith(`${config.baseUrl}/`)) found.push(one.slice(config.baseUrl.length + 1));
		}
		return found.sort((a, b) => a.length - b.length);
	}
	#doorsByDirectory = /* @__PURE__ */ new Map();
	/** The specifier of every file that a package's `exports` (or its entry) leads to. */
	#doorsOf(manifest) {
		const before = this.#doorsByDirectory.get(manifest.directory);
		if (before !== void 0) return before;
		const doors = /* @__PURE__ */ new Map();
		this.#doorsByDirectory.set(manifest.directory, doors);
		if (manifest.name === void 0) return doors;
		const map = asObject(manifest.exports);
		const keys = map === void 0 ? ["."] : Object.keys(map).filter((one) => one.startsWith("."));
		for (const key of keys.length === 0 ? ["."] : keys) {
			if (key.includes("*")) continue;
			const path = this.#world.locator.pathInMember(manifest, key);
			if (path === void 0 || doors.has(path)) continue;
			if (map === void 0 || lookUpExports(manifest.exports, key, /* @__PURE__ */ new Set([
				"types",
				"import",
				"node"
			])).is !== "absent") doors.set(path, key === "." ? manifest.name : manifest.name + key.slice(1));
		}
		return doors;
	}
};
function* relative$1(source, target, like) {
	const plain = posix.relative(posix.dirname(source), target);
	const full = plain.startsWith(".") ? plain : `./${plain}`;
	const written = like === void 0 ? "" : /\.[cm]?[jt]sx?$/.exec(like)?.[0] ?? "";
	const stem = full.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "");
	const output = full.replace(/(?:\.d)?\.([cm]?)tsx?$/, ".$1js").replace(/\.jsx$/, ".jsx");
	const folder = stem.endsWith("/index") ? stem.slice(0, -6) : void 0;
	const short = folder === void 0 ? [stem] : [folder === "." ? "./index" : folder, stem];
	if (/^\.[cm]?js/.test(written)) yield* [
		output,
		full,
		...short
	];
	else if (written !== "") yield* [
		full,
		output,
		...short
	];
	else yield* [
		...short,
		output,
		full
	];
}
// ../imports/src/resolve/typescript.ts
/** Answers the questions of `Resolver` for TypeScript and JavaScript. */
const SOURCE = /\.(?:[cm]?[jt]sx?)$/;
function createTypeScriptResolver(options) {
	const resolver = new TypeScriptResolver(options);
	return {
		language: "typescript",
		resolve: (file, statement) => resolver.resolve(file, statement),
		lookup: (file, name) => resolver.names.lookup(file, name),
		offers: (file) => resolver.names.offers(file),
		specifierFor: (from, to, like) => resolver.specifiers.specifierFor(from, to, like),
		moduleName: (file) => resolver.specifiers.moduleName(file)
	};
}
var TypeScriptResolver = class {
	names;
	specifiers;
	#files;
	#root;
	#indexByPath = /* @__PURE__ */ new Map();
	#disk;
	#locator;
	#answers = /* @__PURE__ */ new Map();
	constructor(options) {
		this.#files = options.files;
		this.#root = options.root.replace(/\/+$/, "");
		options.files.forEach((one, index) => {
			if (one.language === "typescript") this.#indexByPath.set(`${this.#root}/${one.path}`, index);
		});
		const known = new Set(this.#indexByPath.keys());
		const disk = options.disk ?? systemDisk(known);
		this.#disk = disk;
		this.#locator = new Locator({
			root: this.#root,
			known,
			disk,
			configs: new TypeScriptConfigs(disk),
			ambient: ambientModules(options.files, this.#root)
		});
		this.names = new Names({
			files: options.files,
			resolve: (file, one) => this.resolve(file, one),
			isBuiltAsCommonJs: (file) => this.specifiers.isBuiltAsCommonJs(file)
		});
		this.specifiers = new SpecifierWriter({
			locator: this.#locator,
			pathOf: (file) => this.#path(file),
			isAt: (from, specifier, to) => this.#isAt(from, specifier, to)
		});
	}
	resolve(file, statement) {
		const from = this.#path(file);
		if (from === void 0) return {
			is: "unknown",
			why: "the file is not part of this check"
		};
		const isRequire = statement.kind === "require" || statement.kind === "import-equals";
		const resolution = this.#resolve(from, statement.specifier, isRequire);
		if (statement.kind === "member" && resolution.is === "missing") return {
			is: "unknown",
			why: "the module is missing"
		};
		return resolution;
	}
	#path(file) {
		const path = this.#files[file]?.path;
		return path === void 0 ? void 0 : `${this.#root}/${path}`;
	}
	/** Files of one folder share their answers, save where a configuration tells them apart. */
	#resolve(from, specifier, isRequire) {
		const config = this.#locator.configFor(from)?.path ?? "";
		const extension = from.slice(from.lastIndexOf(".") + 1);
		const key = [
			posix.dirname(from),
			config,
			extension,
			isRequire ? "r" : "i",
			specifier
		].join("\0");
		const before = this.#answers.get(key);
		if (before !== void 0) return before;
		const answer = this.#classify(this.#locator.locate({
			from,
			specifier,
			isRequire
		}));
		this.#answers.set(key, answer);
		return answer;
	}
	#classify(location) {
		switch (location.is) {
			case "path": return location.asAsset === true ? {
				is: "asset",
				path: this.#relative(location.path)
			} : this.#classifyPath(location.path);
			case "missing": return {
				...location,
				tried: location.tried.map((one) => this.#relative(one)),
				nearest: this.#relative(location.nearest)
			};
			default: return location;
		}
	}
	#classifyPath(path) {
		const file = this.#indexByPath.get(path) ?? this.#behindLink(path);
		if (file !== void 0) return this.#files[file]?.problems.some((one) => one.kind === "skipped") === true ? {
			is: "asset",
			path: this.#relative(path)
		} : {
			is: "file",
			file
		};
		const vendored = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
		if (vendored !== null) return {
			is: "external",
			package: vendored[1] ?? "",
			isDeclared: true,
			isInstalled: true
		};
		if (SOURCE.test(path)) return {
			is: "unknown",
			why: `${this.#relative(path)} is not part of this check`
		};
		return {
			is: "asset",
			path: this.#relative(path)
		};
	}
	#behindLink(path) {
		return SOURCE.test(path) ? this.#indexByPath.get(this.#disk.realPath(path)) : void 0;
	}
	#relative(path) {
		return path.startsWith(`${this.#root}/`) ? path.slice(this.#root.length + 1) : path;
	}
	#isAt(from, specifier, to) {
		const path = this.#path(from);
		if (path === void 0) return false;
		const resolution = this.#resolve(path, specifier, false);
		return resolution.is === "file" && resolution.file === to;
	}
};
/** What scripts among the declaration files say exists: `declare module "a"`, `declare module "*.svg"`. */
function ambientModules(files, root) {
	return files.flatMap((facts) => {
		if (facts.language !== "typescript" || facts.doors !== "none") return [];
		return facts.bindings.filter((one) => one.name.startsWith("\"") && one.name.endsWith("\"")).map((one) => ({
			name: one.name.slice(1, -1),
			file: facts.path,
			path: `${root}/${facts.path}`
		}));
	});
}
// ../imports/src/rules/rule.ts
function ruleInfo(id, severity, reason) {
	return {
		id,
		severity,
		reason,
		page: `imports/rules/${id}`
	};
}
/** Files in focus, in order. */
function* focused(context) {
	for (let file = 0; file < context.project.files.length; file++) if (context.focus === void 0 || context.focus.has(file)) yield file;
}
/** Turns remarks into findings with identities that survive moved lines. */
var Findings = class {
	#countByKey = /* @__PURE__ */ new Map();
	found = [];
	#project;
	constructor(project) {
		this.#project = project;
	}
	add(info, severity, remark) {
		const file = remark.path ?? this.#project.facts(remark.file).path;
		const key = `${info.id}|${file}|${remark.module}|${remark.symbol}`;
		const count = (this.#countByKey.get(key) ?? 0) + 1;
		this.#countByKey.set(key, count);
		const { place } = remark;
		this.found.push({
			rule: info.id,
			severity,
			file,
			line: place.line,
			column: place.column,
			endColumn: place.column + Math.max(1, place.end - place.start),
			module: remark.module,
			symbol: remark.symbol,
			message: remark.message,
			why: remark.why,
			...remark.fix === void 0 ? {} : { fix: remark.fix },
			id: count === 1 ? key : `${key}|${count}`
		});
	}
};
// ../imports/src/rules/boundaries.ts
const layersInfo = ruleInfo("layers", "error", "A lower layer that reaches up cannot be used or tested without the upper one.");
const forbiddenInfo = ruleInfo("forbidden", "error", "Somebody decided that this reach is not allowed, and said why.");
const deprecatedInfo = ruleInfo("deprecated-path", "error", "A path that is to go away breaks its importers on that day.");
const deepInfo = ruleInfo("deep-import", "warning", "What lies behind a package's door may change without notice; its importers then break.");
const shadowedInfo = ruleInfo("shadowed-module", "warning", "A file that hides another module makes an import mean something else than it says.");
/** Matches a file by its path or by its module name. */
function matcher(globs) {
	const tests = globs.map((glob) => compileGlob(glob));
	return (path, module) => tests.some((test) => test(path) || test(module));
}
/** What may import what, as the configuration says it. */
const boundaries = {
	infos: [
		layersInfo,
		forbiddenInfo,
		deprecatedInfo,
		deepInfo
	],
	check: (context, tell) => {
		const { project, config } = context;
		const layers = config.layers.map(({ order, reason }) => ({
			reason,
			order,
			tests: order.map(matcher)
		}));
		const forbidden = config.forbidden.map((each) => ({
			...each,
			isFrom: matcher(each.from),
			isTo: matcher(each.to)
		}));
		for (const file of focused(context)) {
			const facts = project.facts(file);
			const here = project.moduleName(file);
			for (const [index, statement] of facts.imports.entries()) {
				if (statement.kind === "mock" || statement.kind === "member") continue;
				const deprecated = deprecatedBy(context, file, index, statement);
				for (const each of deprecated) tell(deprecatedInfo, each);
				const resolution = project.resolution(file, index);
				const target = resolution.is === "file" ? resolution.file : void 0;
				const path = target === void 0 ? outsidePath(resolution, statement) : project.facts(target).path;
				const module = target === void 0 ? statement.specifier : project.moduleName(target);
				const place = statement.at;
				for (const { reason, order, tests } of layers) {
					const from = tests.findIndex((test) => test(facts.path, here));
					const to = tests.findIndex((test) => test(path, module));
					if (from < 0 || to < 0 || to >= from) continue;
					tell(layersInfo, {
						file,
						place,
						module,
						symbol: "",
						message: `${here} (layer ${order[from]?.join(", ")}) may not import ${module} (layer ${order[to]?.join(", ")}), which lies above it`,
						why: [reason]
					});
				}
				for (const { reason, isFrom, isTo } of forbidden) {
					if (!isFrom(facts.path, here) || !isTo(path, module) || target === file) continue;
					tell(forbiddenInfo, {
						file,
						place,
						module,
						symbol: statement.names.map((name) => name.name).join(", "),
						message: `${here} may not import ${module}`,
						why: [reason]
					});
				}
				if (target !== void 0 && facts.language === "python") {
					const secret = privatePart(here, module);
					if (secret === void 0 || isTest(facts.path)) continue;
					tell(deepInfo, {
						file,
						place,
						module,
						symbol: "",
						message: `${module} lies behind the door of ${secret}`,
						why: [`names that begin with an underscore are ${secret}'s own; import what ${secret} offers`],
						severity: "note"
					});
				}
			}
		}
	}
};
function outsidePath(resolution, statement) {
	if (resolution.is === "external") return resolution.package;
	return resolution.is === "builtin" ? resolution.name : statement.specifier;
}
/** The package whose private part `module` is, when `here` lies outside of it. */
function privatePart(here, module) {
	const parts = module.split(".");
	const index = parts.findIndex((part) => /^_[^_]/.test(part));
	if (index <= 0) return void 0;
	const owner = parts.slice(0, index).join(".");
	return here === owner || here.startsWith(`${owner}.`) ? void 0 : owner;
}
function isTest(path) {
	return /(^|\/)(tests?|conftest\.py)(\/|$)|(^|\/)test_[^/]*$/.test(path);
}
function deprecatedBy(context, file, index, statement) {
	const { project, config, today } = context;
	if (config.deprecated.length === 0) return [];
	const resolution = project.resolution(file, index);
	const module = resolution.is === "file" ? project.moduleName(resolution.file) : statement.specifier;
	return config.deprecated.flatMap(({ path, use, after, reason }) => {
		const [old, name] = path.split(":");
		if (old === void 0 || !(compileGlob(old)(module) || compileGlob(old)(statement.specifier))) return [];
		const asked = name === void 0 ? void 0 : statement.names.find((each) => each.name === name);
		if (name !== void 0 && asked === void 0) return [];
		const isDue = after === "" || today >= after;
		return [{
			file,
			place: asked ?? statement.at,
			module,
			symbol: name ?? "",
			message: `${path} is deprecated: use ${use}`,
			why: [reason, isDue ? "the day has come" : `it goes away on ${after}`],
			severity: isDue ? "error" : "warning"
		}];
	});
}
/** Files that hide something: a standard module at a root, or a module beside a package of the same name. */
const shadowed = {
	infos: [shadowedInfo],
	check: (context, tell) => {
		const { project } = context;
		for (const file of focused(context)) {
			const { path, language } = project.facts(file);
			if (language !== "python") continue;
			const place = {
				start: 0,
				end: 1,
				line: 1,
				column: 1
			};
			const module = project.moduleName(file);
			const stem = path.replace(/\.py$/, "");
			const twin = project.fileAt(`${stem}/__init__.py`);
			if (path.endsWith(".py") && !path.endsWith("__init__.py") && twin !== void 0) tell(shadowedInfo, {
				file,
				place,
				module,
				symbol: "",
				message: `${path} can never be imported: the package ${stem}/ has the same name`,
				why: ["Python takes a package before a module; rename one or merge them"]
			});
			if (!module.includes(".") && !path.includes("/") && context.isStandard(module)) tell(shadowedInfo, {
				file,
				place,
				module,
				symbol: "",
				message: `${path} hides Python's own module ${module}`,
				why: ["whoever runs from this folder gets this file instead, libraries included; rename it"]
			});
		}
	}
};
// ../imports/src/rules/public-door.ts
function wayOf(project, use, symbol) {
	if (project.facts(use.door).language !== "typescript") return "other";
	if (use.statement.kind === "re-export") return "passing";
	if (use.name !== symbol.name && use.name !== "default") return "other";
	const { specifier } = use.statement;
	if (specifier.startsWith(".")) return use.door === symbol.file ? "own" : "other";
	if (use.door === symbol.file) return "own";
	return /^(?:@[^/]+\/)?[^@/~#$][^/]*$/.test(specifier) || project.moduleName(use.door) === specifier ? "public" : "other";
}
/** How many doors the uses go through: the own file and one public door together are one. */
function doorsOf(project, symbol, uses) {
	const open = /* @__PURE__ */ new Set();
	let hasOwn = false;
	let publics = 0;
	for (const use of uses) {
		const way = wayOf(project, use, symbol);
		if (way === "passing") continue;
		if (way === "own") hasOwn = true;
		else {
			const before = open.size;
			open.add(`${use.door}:${use.name}`);
			if (way === "public" && open.size > before) publics++;
		}
	}
	if (hasOwn && publics === 0) open.add(`${symbol.file}:${symbol.name}`);
	return open;
}
// ../imports/src/rules/canonical.ts
const canonicalInfo = ruleInfo("canonical-path", "error", "A symbol with one path can be moved, mocked and found; with five it becomes five things.");
const fragmentInfo = ruleInfo("fragmentation", "note", "Every further door to a symbol is one more that can be forgotten, and module state behind it may exist twice.");
const pathsMax = 20;
/** The one path of every symbol that is declared or has several in use, by `file:name` of its definition. */
function canonicalPaths(context) {
	const { project, config } = context;
	const found = /* @__PURE__ */ new Map();
	const fileByModule = /* @__PURE__ */ new Map();
	if (config.canonical.length > 0) for (let file = 0; file < project.files.length; file++) fileByModule.set(project.moduleName(file), file);
	for (const { symbol: path, allow } of config.canonical) {
		const colon = path.lastIndexOf(":");
		const door = fileByModule.get(path.slice(0, colon)) ?? project.fileAt(path.slice(0, colon));
		const name = path.slice(colon + 1);
		if (door === void 0) continue;
		const lookup = project.lookupIn(door, name);
		if (lookup.is !== "found" || lookup.binding < 0) continue;
		const binding = project.facts(lookup.file).bindings[lookup.binding];
		if (binding === void 0) continue;
		const symbol = {
			file: lookup.file,
			name: binding.name,
			binding: lookup.binding
		};
		found.set(`${symbol.file}:${symbol.name}`, {
			symbol,
			door,
			name,
			isDeclared: true,
			allow: new Set(allow)
		});
	}
	for (const [key, { symbol, uses }] of context.uses().bySymbol) {
		if (found.has(key) || !isFragmentable(context, symbol)) continue;
		if (doorsOf(project, symbol, uses.filter((use) => use.nameIndex >= 0)).size < 2) continue;
		const { door, name } = nearestDoor(context, symbol);
		found.set(key, {
			symbol,
			door,
			name,
			isDeclared: false,
			allow: /* @__PURE__ */ new Set()
		});
	}
	return found;
}
function isFragmentable({ project }, symbol) {
	const kind = project.facts(symbol.file).bindings[symbol.binding]?.kind;
	return kind === "class" || kind === "function";
}
/**
* The defining module, unless that is private or its package says with `__all__` that it offers the symbol:
* then the nearest such package.
*/
function nearestDoor({ project }, symbol) {
	const own = {
		door: symbol.file,
		name: symbol.name
	};
	const { path, language } = project.facts(symbol.file);
	if (language !== "python") return own;
	let isPrivate = /(^|\/)_[^_/][^/]*\.pyi?$/.test(path);
	let directory = path;
	while (directory.includes("/")) {
		directory = directory.slice(0, directory.lastIndexOf("/"));
		const door = project.fileAt(`${directory}/__init__.py`);
		if (door === void 0) break;
		if (door === symbol.file) return own;
		if (project.facts(door).publicNames?.names.some((each) => each.name === symbol.name) === true || isPrivate) {
			const lookup = project.lookupIn(door, symbol.name);
			if (lookup.is === "found" && lookup.file === symbol.file) return {
				door,
				name: symbol.name
			};
		}
		isPrivate ||= /(^|\/)_[^_/][^/]*$/.test(directory);
	}
	return own;
}
/** Whether this use goes another way than it should. */
function isAstray(context, use, canonical) {
	const { project } = context;
	if (use.door === canonical.door && use.name === canonical.name) return false;
	if (!canonical.isDeclared && wayOf(project, use, canonical.symbol) !== "other") return false;
	if (use.statement.kind === "mock" && !isShim(context, use.door)) return false;
	if (canonical.allow.has(`${project.moduleName(use.door)}:${use.name}`)) return false;
	const doorPath = project.facts(canonical.door).path;
	const importer = project.facts(use.file).path;
	if (use.file === canonical.door || use.file === canonical.symbol.file) return false;
	const isPackageDoor = /(^|\/)__init__\.pyi?$|(^|\/)index\.[cm]?[jt]sx?$/.test(doorPath);
	const inside = doorPath.slice(0, doorPath.lastIndexOf("/") + 1);
	if (isPackageDoor && importer.startsWith(inside) && use.door === canonical.symbol.file) return false;
	return true;
}
/** A module that only passes on what others define. */
function isShim({ project }, file) {
	const { bindings, hasEffects } = project.facts(file);
	return !hasEffects && bindings.every((each) => each.kind === "import" || each.kind === "alias" || each.name.startsWith("__"));
}
function pathOf(context, use) {
	return `${context.project.moduleName(use.door)}:${use.name}`;
}
/** Every use of a symbol by another than its one path. Declared paths are errors, derived ones notes. */
const canonical = {
	infos: [canonicalInfo, fragmentInfo],
	check: (context, tell) => {
		const { project, focus } = context;
		const paths = canonicalPaths(context);
		for (const [key, { uses }] of context.uses().bySymbol) {
			const wanted = paths.get(key);
			if (wanted === void 0) continue;
			for (const use of uses) {
				if (focus !== void 0 && !focus.has(use.file)) continue;
				if (isReExportOnly(context, use) && !wanted.isDeclared) continue;
				if (!isAstray(context, use, wanted)) continue;
				const to = `${project.moduleName(wanted.door)}:${wanted.name}`;
				const chain = use.lookup.chain.map((hop) => `${project.facts(hop.file).path}:${hop.line} ${hop.name}`);
				tell(canonicalInfo, {
					file: use.file,
					place: use.place,
					module: use.statement.specifier,
					symbol: use.name,
					message: `${pathOf(context, use)} is ${to}: import it from there`,
					why: [wanted.isDeclared ? "the configuration declares that path" : "the nearest public door, found by itself; declare it to make this an error", `reached by ${chain.join(" → ")}`],
					...wanted.isDeclared ? {} : { severity: "note" },
					fix: {
						title: `import it from ${project.moduleName(wanted.door)}`,
						edits: []
					}
				});
			}
		}
		tellFragments(context, tell);
	}
};
/** A door that passes it on is what the importers see, and is judged by them. */
function isReExportOnly(context, use) {
	return /(^|\/)__init__\.pyi?$/.test(context.project.facts(use.file).path);
}
/** Symbols with several doors in actual use, worst first. */
function fragmentsOf(context) {
	return context.project.once("fragments", () => findFragments(context));
}
function findFragments(context) {
	const { project } = context;
	const definitions = context.definitions();
	const fragments = [];
	for (const { symbol, uses } of context.uses().bySymbol.values()) {
		if (!isFragmentable(context, symbol)) continue;
		const counts = /* @__PURE__ */ new Map();
		let imports = 0;
		const taken = uses.filter((use) => use.nameIndex >= 0 && wayOf(project, use, symbol) !== "passing");
		if (doorsOf(project, symbol, taken).size < 2) continue;
		for (const use of taken) {
			imports++;
			const key = `${use.door}:${use.name}`;
			const known = counts.get(key);
			if (known === void 0) counts.set(key, {
				module: project.moduleName(use.door),
				name: use.name,
				imports: 1
			});
			else known.imports++;
		}
		if (counts.size < 2) continue;
		const isState = project.facts(symbol.file).bindings.some((binding) => binding.isState && binding.presence !== "types");
		const paths = [...counts.values()].sort((a, b) => b.imports - a.imports || (a.module < b.module ? -1 : 1));
		fragments.push({
			symbol: symbol.name,
			definedIn: project.moduleName(symbol.file),
			paths,
			imports,
			definitions: Math.max(1, definitions.of(symbol.name).length),
			isState,
			harm: counts.size * imports * (isState ? 2 : 1),
			at: symbol
		});
	}
	return fragments.sort((a, b) => b.harm - a.harm || (a.symbol < b.symbol ? -1 : 1));
}
function tellFragments(context, tell) {
	const { project, focus } = context;
	for (const each of fragmentsOf(context)) {
		if (focus !== void 0 && !focus.has(each.at.file)) continue;
		const binding = project.facts(each.at.file).bindings[each.at.binding];
		if (binding === void 0) continue;
		tell(fragmentInfo, {
			file: each.at.file,
			place: {
				...placeOf(binding),
				end: binding.start + each.symbol.length
			},
			module: each.definedIn,
			symbol: each.symbol,
			message: `${each.symbol}: ${each.paths.length} paths, ${each.imports} imports, ${each.definitions} definition${each.definitions === 1 ? "" : "s"}`,
			why: [...each.paths.slice(0, pathsMax).map((path) => `${path.imports} × ${path.module}:${path.name}`), ...each.isState ? ["its module holds state, which exists twice if the module is loaded under two names"] : []]
		});
	}
}
// ../imports/src/rules/contract.ts
const info$4 = ruleInfo("export-contract", "error", "A name that falls out of a module's exports breaks everyone who imports it, at once and elsewhere.");
/** So many consumers are listed; the number is always said. */
const consumersMax = 50;
/** Compares the locked surface with what the tree offers now. Additions are no break and are not reported. */
const contract = {
	infos: [info$4],
	check: (context, tell) => {
		const { project, config, lock } = context;
		identical(context, tell);
		if (lock === void 0) return;
		const now = new Map(publicSurface(project, config).map((each) => [`${each.module}:${each.name}`, each]));
		const originBefore = groupByOrigin(lock);
		for (const before of lock) {
			const after = now.get(`${before.module}:${before.name}`);
			const file = project.fileAt(before.path);
			const lookup = file === void 0 ? void 0 : project.lookupIn(file, before.name);
			const isThere = after !== void 0 || lookup !== void 0 && lookup.is !== "missing" && lookup.is !== "conflict";
			let message;
			const why = [];
			if (file === void 0) message = `${before.module} is gone, and with it ${before.name}`;
			else if (!isThere) message = `${before.name} fell out of ${before.module}`;
			else if (after === void 0) message = void 0;
			else if (kindOf(after) !== kindOf(before)) message = `${before.name} of ${before.module} was ${kindOf(before)} and is now ${kindOf(after)}`;
			else if (after.origin !== before.origin) {
				const parted = (originBefore.get(before.origin) ?? []).filter((each) => each !== before).filter((twin) => now.get(`${twin.module}:${twin.name}`)?.origin !== after.origin);
				message = parted.length > 0 ? `${before.name} of ${before.module} is no longer the same object as ${parted.map((twin) => `${twin.module}:${twin.name}`).join(", ")}` : `${before.name} of ${before.module} moved from ${before.origin} to ${after.origin}`;
			}
			if (message === void 0) continue;
			const consumers = consumersOf(context, before);
			why.push(`it was ${kindOf(before)} defined in ${before.origin}`);
			why.push(`${consumers.length} import${consumers.length === 1 ? "" : "s"} of it in the tree`);
			for (const use of consumers.slice(0, consumersMax)) why.push(`breaks ${project.facts(use.file).path}:${use.place.line}`);
			if (consumers.length > consumersMax) why.push(`and ${consumers.length - consumersMax} more`);
			why.push("restore it, or accept the change with: goldenpath imports lock");
			tell(info$4, {
				file: file ?? 0,
				...file === void 0 ? { path: before.path } : {},
				place: {
					start: 0,
					end: 1,
					line: 1,
					column: 1
				},
				module: before.module,
				symbol: before.name,
				message,
				why
			});
		}
	}
};
function kindOf(each) {
	return each.isAsync ? `async ${each.kind}` : each.kind;
}
function groupByOrigin(lock) {
	const groups = /* @__PURE__ */ new Map();
	for (const each of lock) {
		if (each.origin === "-") continue;
		const known = groups.get(each.origin);
		if (known === void 0) groups.set(each.origin, [each]);
		else known.push(each);
	}
	return groups;
}
function consumersOf(context, before) {
	const file = context.project.fileAt(before.path);
	if (file === void 0) return [];
	return context.uses().through(file).filter((use) => use.name === before.name);
}
/** Groups of `module:name` that the configuration says are one object. */
function identical({ project, config }, tell) {
	if (config.identical.length === 0) return;
	const fileByModule = /* @__PURE__ */ new Map();
	for (let file = 0; file < project.files.length; file++) fileByModule.set(project.moduleName(file), file);
	for (const group of config.identical) {
		let first;
		for (const path of group) {
			const colon = path.lastIndexOf(":");
			const module = path.slice(0, colon);
			const name = path.slice(colon + 1);
			const file = fileByModule.get(module);
			const lookup = file === void 0 ? void 0 : project.lookupIn(file, name);
			const found = lookup?.is === "found" ? lookup : void 0;
			const last = found === void 0 ? void 0 : project.facts(found.file).bindings[found.binding];
			const origin = found === void 0 ? "" : `${project.moduleName(found.file)}:${last?.name ?? ""}`;
			first ??= {
				path,
				origin
			};
			if (origin !== "" && origin === first.origin) continue;
			tell(info$4, {
				file: file ?? 0,
				...file === void 0 ? { path: module } : {},
				place: {
					start: 0,
					end: 1,
					line: 1,
					column: 1
				},
				module,
				symbol: name,
				message: origin === "" ? `${path} must be the same object as ${first.path}, but is not there` : `${path} is no longer the same object as ${first.path}`,
				why: [`${first.path} is ${first.origin || "not there"}`, `${path} is ${origin || "not there"}`]
			});
		}
	}
}
// ../imports/src/graph/components.ts
/** Strongly connected components with more than one member, largest first (Tarjan 1972, without recursion). */
function components(count, next) {
	const index = new Int32Array(count).fill(-1);
	const low = new Int32Array(count);
	const isOpen = new Uint8Array(count);
	const open = [];
	const found = [];
	let clock = 0;
	for (let root = 0; root < count; root++) {
		if (index[root] !== -1) continue;
		const path = [];
		const enter = (node) => {
			index[node] = clock;
			low[node] = clock++;
			open.push(node);
			isOpen[node] = 1;
			path.push({
				node,
				rest: next(node)[Symbol.iterator]()
			});
		};
		enter(root);
		for (let top = path.at(-1); top !== void 0; top = path.at(-1)) {
			const step = top.rest.next();
			if (!step.done) {
				const to = step.value;
				if (index[to] === -1) enter(to);
				else if (isOpen[to] === 1) low[top.node] = Math.min(low[top.node], index[to]);
				continue;
			}
			path.pop();
			const above = path.at(-1);
			if (above !== void 0) low[above.node] = Math.min(low[above.node], low[top.node]);
			if (low[top.node] !== index[top.node]) continue;
			const members = [];
			for (;;) {
				const node = open.pop();
				isOpen[node] = 0;
				members.push(node);
				if (node === top.node) break;
			}
			if (members.length > 1) found.push(members.sort((a, b) => a - b));
		}
	}
	return found.sort((a, b) => b.length - a.length || a[0] - b[0]);
}
/** Up to so many arcs all subsets are tried, so that the answer is the smallest. */
const exactArcsMax = 14;
/**
* A small set of arcs whose removal leaves no cycle among `members`: the smallest for small components, else
* by the order of Eades, Lin and Smyth (1993), from which arcs are put back as long as no cycle returns.
*/
function cut(members, arcs) {
	if (arcs.length <= exactArcsMax) for (let size = 1; size <= arcs.length; size++) {
		const found = cutOfSize(members, arcs, size, 0, []);
		if (found !== void 0) return found;
	}
	const place = new Map(greedyOrder(members, arcs).map((node, index) => [node, index]));
	const back = arcs.filter((arc) => place.get(arc.from) > place.get(arc.to));
	const kept = arcs.filter((arc) => !back.includes(arc));
	const removed = [];
	for (const arc of back) if (isAcyclic(members, [...kept, arc])) kept.push(arc);
	else removed.push(arc);
	return removed;
}
function cutOfSize(members, arcs, size, start, chosen) {
	if (chosen.length === size) return isAcyclic(members, arcs.filter((arc) => !chosen.includes(arc))) ? chosen : void 0;
	for (let index = start; index <= arcs.length - (size - chosen.length); index++) {
		const found = cutOfSize(members, arcs, size, index + 1, [...chosen, arcs[index]]);
		if (found !== void 0) return found;
	}
}
function isAcyclic(members, arcs) {
	const incoming = new Map(members.map((node) => [node, 0]));
	const out = /* @__PURE__ */ new Map();
	for (const { from, to } of arcs) {
		incoming.set(to, (incoming.get(to) ?? 0) + 1);
		const known = out.get(from);
		if (known === void 0) out.set(from, [to]);
		else known.push(to);
	}
	const free = members.filter((node) => incoming.get(node) === 0);
	let count = 0;
	for (let node = free.pop(); node !== void 0; node = free.pop()) {
		count++;
		for (const to of out.get(node) ?? []) {
			const left = incoming.get(to) - 1;
			incoming.set(to, left);
			if (left === 0) free.push(to);
		}
	}
	return count === members.length;
}
function greedyOrder(members, arcs) {
	const rest = new Set(members);
	const outgoing = new Map(members.map((node) => [node, /* @__PURE__ */ new Set()]));
	const incoming = new Map(members.map((node) => [node, /* @__PURE__ */ new Set()]));
	for (const { from, to } of arcs) {
		outgoing.get(from)?.add(to);
		incoming.get(to)?.add(from);
	}
	const first = [];
	const last = [];
	const take = (node) => {
		rest.delete(node);
		for (const to of outgoing.get(node) ?? []) incoming.get(to)?.delete(node);
		for (const from of incoming.get(node) ?? []) outgoing.get(from)?.delete(node);
	};
	while (rest.size > 0) {
		let best;
		let bestScore = Number.NEGATIVE_INFINITY;
		let hasMoved = false;
		for (const node of [...rest]) {
			const out = outgoing.get(node)?.size ?? 0;
			const into = incoming.get(node)?.size ?? 0;
			if (out === 0) {
				last.push(node);
				take(node);
				hasMoved = true;
			} else if (into === 0) {
				first.push(node);
				take(node);
				hasMoved = true;
			} else if (out - into > bestScore) {
				best = node;
				bestScore = out - into;
			}
		}
		if (hasMoved || best === void 0) continue;
		first.push(best);
		take(best);
	}
	return [...first, ...last.reverse()];
}
// ../imports/src/rules/cycle.ts
const info$3 = ruleInfo("cycle", "warning", "Modules that import each other in a circle work only as long as nobody changes who is imported first.");
const namedMax = 12;
const cutsMax = 20;
/** Circles among imports that run on load; those that exist only through functions or types are notes. */
const cycle = {
	infos: [info$3],
	check: (context, tell) => {
		const { out } = context.edges();
		const inLoad = /* @__PURE__ */ new Set();
		const ofKind = (isIncluded) => (file) => (out[file] ?? []).filter(isIncluded).map((edge) => edge.to);
		for (const members of components(out.length, ofKind((edge) => edge.kind === "load"))) {
			for (const member of members) inLoad.add(member);
			tellOf$1(context, tell, members, "load");
		}
		const runtime = /* @__PURE__ */ new Set();
		for (const members of components(out.length, ofKind((edge) => edge.kind !== "types"))) {
			if (!members.some((member) => inLoad.has(member))) tellOf$1(context, tell, members, "call");
			for (const member of members) runtime.add(member);
		}
		for (const members of components(out.length, ofKind(() => true))) if (!members.some((member) => runtime.has(member))) tellOf$1(context, tell, members, "types");
	}
};
function tellOf$1(context, tell, members, kind) {
	const { project, focus } = context;
	if (focus !== void 0 && !members.some((member) => focus.has(member))) return;
	const { out } = context.edges();
	const inside = new Set(members);
	const arcs = [];
	const edgeByArc = /* @__PURE__ */ new Map();
	for (const member of members) for (const edge of out[member] ?? []) {
		if (!inside.has(edge.to) || kind === "load" && edge.kind !== "load" || kind === "call" && edge.kind === "types") continue;
		const arc = {
			from: edge.from,
			to: edge.to
		};
		arcs.push(arc);
		edgeByArc.set(arc, edge);
	}
	const cuts = cut(members, arcs);
	const first = cuts[0] === void 0 ? void 0 : edgeByArc.get(cuts[0]);
	if (first === void 0) return;
	const where = (edge) => {
		const line = project.facts(edge.from).imports[edge.importIndex]?.statement.line ?? 1;
		return `${project.facts(edge.from).path}:${line} imports ${project.facts(edge.to).path}`;
	};
	const names = members.slice(0, namedMax).map((member) => project.moduleName(member));
	const more = members.length > namedMax ? ` and ${members.length - namedMax} more` : "";
	const only = kind === "call" ? ", only through imports inside functions" : kind === "types" ? ", only in types" : "";
	const place = project.facts(first.from).imports[first.importIndex]?.statement;
	if (place === void 0) return;
	const path = shortestCircle(arcs, first);
	const said = cuts.slice(0, cutsMax).flatMap((arc) => {
		const edge = edgeByArc.get(arc);
		return edge === void 0 ? [] : [`cut: ${where(edge)}`];
	});
	tell(info$3, {
		file: first.from,
		place: {
			...place,
			end: Math.min(place.end, place.start + 80)
		},
		module: project.moduleName(members[0]),
		symbol: "",
		message: `${members.length} modules import each other in a circle${only}: ${names.join(", ")}${more}`,
		why: [
			`one way round: ${path.map((file) => project.facts(file).path).join(" → ")}`,
			`${cuts.length} import${cuts.length === 1 ? "" : "s"} to cut:`,
			...said,
			...cuts.length > cutsMax ? [`and ${cuts.length - cutsMax} more`] : []
		],
		...kind === "load" ? {} : { severity: "note" }
	});
}
/** From the edge's end back to its start, breadth first. */
function shortestCircle(arcs, edge) {
	const out = /* @__PURE__ */ new Map();
	for (const arc of arcs) {
		const known = out.get(arc.from);
		if (known === void 0) out.set(arc.from, [arc.to]);
		else known.push(arc.to);
	}
	const before = /* @__PURE__ */ new Map([[edge.to, -1]]);
	let row = [edge.to];
	while (row.length > 0 && !before.has(edge.from)) {
		const next = [];
		for (const node of row) for (const to of out.get(node) ?? []) {
			if (before.has(to)) continue;
			before.set(to, node);
			next.push(to);
		}
		row = next;
	}
	const way = [];
	for (let node = edge.from; node !== -1 && node !== void 0; node = before.get(node) ?? -1) way.push(node);
	return [edge.from, ...way.reverse()];
}
// ../imports/src/rules/duplicates.ts
const info$2 = ruleInfo("duplicate-definition", "warning", "Two copies of a definition drift apart, and `isinstance` and mocks see only one of them.");
/** Definitions of a name beyond this many are an idiom (`setup`, `main`), not copies. */
const copiesMax = 40;
const bytesMin = 120;
const bytesMax = 2e5;
/** Share of equal shingles from which two bodies are near-same. */
const similarMin = .8;
const lengthsMin = .6;
/** Same name and near-same body, in different files. */
const duplicates = {
	infos: [info$2],
	check: (context, tell) => {
		const groups = alikeOf(context);
		readShingles(context, groups);
		for (const copies of groups) tellOf(context, tell, copies);
	}
};
/** Definitions of one kind, name and about the same length, which are copies if their bodies are. */
function alikeOf({ project, focus, definitions }) {
	const groups = [];
	for (const [, places] of definitions().all()) {
		if (places.length < 2) continue;
		const byKind = /* @__PURE__ */ new Map();
		for (const { file, binding } of places) {
			const { path, language, bindings } = project.facts(file);
			const fact = bindings[binding];
			if (fact === void 0 || path.endsWith(".pyi") || path.endsWith(".d.ts")) continue;
			const length = lengthOf(fact);
			if (length < bytesMin || length > bytesMax) continue;
			const key = `${language} ${fact.kind}`;
			const copy = {
				file,
				binding,
				fact,
				shingles: noShingles
			};
			const known = byKind.get(key);
			if (known === void 0) byKind.set(key, [copy]);
			else known.push(copy);
		}
		for (const candidates of byKind.values()) {
			if (candidates.length < 2 || candidates.length > copiesMax) continue;
			if (focus !== void 0 && !candidates.some((each) => focus.has(each.file))) continue;
			const alike = candidates.filter((one) => candidates.some((other) => other.file !== one.file && isAlike(lengthOf(one.fact), lengthOf(other.fact))));
			if (alike.length >= 2) groups.push(alike);
		}
	}
	return groups;
}
function lengthOf(fact) {
	return fact.end - fact.start;
}
/** Every file is read once and forgotten again: together they may be as large as the tree. */
function readShingles({ project, readBytes }, groups) {
	const copiesByFile = /* @__PURE__ */ new Map();
	for (const copy of groups.flat()) {
		const known = copiesByFile.get(copy.file);
		if (known === void 0) copiesByFile.set(copy.file, [copy]);
		else known.push(copy);
	}
	for (const [file, copies] of copiesByFile) {
		const bytes = readBytes(file);
		if (bytes === void 0) continue;
		const comment = project.facts(file).language === "python" ? 35 : 47;
		for (const copy of copies) copy.shingles = shinglesOf(bytes, copy.fact.start, copy.fact.end, comment);
	}
}
function tellOf({ project, focus }, tell, copies) {
	const taken = /* @__PURE__ */ new Set();
	for (const one of copies) {
		if (taken.has(one)) continue;
		const same = copies.filter((other) => other !== one && !taken.has(other) && other.file !== one.file && similarity(one.shingles, other.shingles) >= similarMin);
		if (same.length === 0) continue;
		for (const other of [one, ...same]) taken.add(other);
		for (const other of same) {
			if (focus !== void 0 && !focus.has(other.file)) continue;
			const { name } = other.fact;
			const share = Math.round(similarity(one.shingles, other.shingles) * 100);
			tell(info$2, {
				file: other.file,
				place: {
					...placeOf(other.fact),
					start: 0,
					end: name.length
				},
				module: project.moduleName(other.file),
				symbol: name,
				message: `${name} is defined a second time, ${share} % the same`,
				why: [`the other stands in ${project.facts(one.file).path}:${one.fact.line}`, "keep one and import it"]
			});
		}
	}
}
const noShingles = /* @__PURE__ */ new Uint32Array(0);
/**
* Hashes of runs of four tokens, of which one in four is kept (by its value, so that copies keep the same
* ones). White space and comments do not count.
*/
function shinglesOf(bytes, start, end, comment) {
	const found = [];
	let first = 0;
	let second = 0;
	let third = 0;
	let at = start;
	while (at < end) {
		const byte = bytes[at];
		if (byte <= 32) {
			at++;
			continue;
		}
		if (byte === comment && (comment === 35 || bytes[at + 1] === comment)) {
			while (at < end && bytes[at] !== 10) at++;
			continue;
		}
		let token = Math.imul(2166136261 ^ byte, 16777619);
		at++;
		if (identifierBytes[byte] === 1) while (at < end && identifierBytes[bytes[at]] === 1) token = Math.imul(token ^ bytes[at++], 16777619);
		const run = Math.imul(Math.imul(Math.imul(first, 31) + second, 31) + third, 31) + token;
		const mixed = Math.imul(run ^ run >>> 15, 739982445) >>> 0;
		if ((mixed & 3) === 0) found.push(mixed);
		first = second;
		second = third;
		third = token;
	}
	const sorted = Uint32Array.from(found).sort();
	let length = 0;
	for (const each of sorted) if (length === 0 || sorted[length - 1] !== each) sorted[length++] = each;
	return sorted.slice(0, length);
}
function similarity(a, b) {
	if (a.length === 0 || b.length === 0) return 0;
	if (Math.min(a.length, b.length) / Math.max(a.length, b.length) < similarMin) return 0;
	let shared = 0;
	for (let i = 0, j = 0; i < a.length && j < b.length;) {
		const left = a[i];
		const right = b[j];
		if (left === right) shared++;
		if (left <= right) i++;
		if (right <= left) j++;
	}
	return shared / (a.length + b.length - shared);
}
/** Near-same bodies are of similar length, comments granted. */
function isAlike(one, other) {
	return Math.min(one, other) / Math.max(one, other) >= lengthsMin;
}
// ../imports/src/rules/ignores.ts
const reasonInfo = ruleInfo("ignore-without-reason", "error", "An exception that nobody explained cannot be judged again.");
const unusedInfo = ruleInfo("unused-ignore", "warning", "An exception for nothing hides the next real finding.");
const ignoreInfos = [reasonInfo, unusedInfo];
/**
* Takes out the findings that a comment in the code excuses, and adds one for every such comment that gives no
* reason or excuses nothing. `ran` are the rules that looked: an ignore for others cannot be called unused.
*/
function applyIgnores(project, findings, focus, ran) {
	const byPlace = /* @__PURE__ */ new Map();
	const used = /* @__PURE__ */ new Set();
	for (const facts of project.files) for (const ignore of facts.ignores) {
		const key = `${facts.path}:${ignore.appliesToLine}`;
		const known = byPlace.get(key);
		if (known === void 0) byPlace.set(key, [ignore]);
		else known.push(ignore);
	}
	if (byPlace.size === 0) return findings.found;
	const kept = findings.found.filter((finding) => {
		const excuse = (byPlace.get(`${finding.file}:${finding.line}`) ?? []).find((each) => each.rules.includes(finding.rule));
		if (excuse === void 0) return true;
		used.add(excuse);
		return excuse.reason === "";
	});
	findings.found.length = 0;
	findings.found.push(...kept);
	for (const [file, facts] of project.files.entries()) {
		if (focus !== void 0 && !focus.has(file)) continue;
		for (const ignore of facts.ignores) {
			const place = {
				start: 0,
				end: 18,
				line: ignore.line,
				column: ignore.column
			};
			const symbol = ignore.rules.join(", ");
			if (ignore.reason === "") findings.add(reasonInfo, reasonInfo.severity, {
				file,
				place,
				module: "",
				symbol,
				message: "This ignore gives no reason",
				why: ["write it behind two dashes: goldenpath-ignore rule -- reason"]
			});
			else if (!used.has(ignore) && (ignore.rules.length === 0 || ignore.rules.some((rule) => ran.has(rule)))) findings.add(unusedInfo, unusedInfo.severity, {
				file,
				place,
				module: "",
				symbol,
				message: `This ignore excuses nothing${symbol === "" ? ": it names no rule" : ""}`,
				why: ["remove it"]
			});
		}
	}
	return findings.found;
}
// ../imports/src/rules/syntax.ts
const info$1 = ruleInfo("syntax-error", "error", "A file that the language cannot read fails for everyone who imports it.");
/** Files that are broken or could not be read: said with their place, so that silence never means "not looked". */
const syntax = {
	infos: [info$1],
	check: ({ project, focus }, tell) => {
		for (const [file, facts] of project.files.entries()) {
			if (focus !== void 0 && !focus.has(file)) continue;
			for (const problem of facts.problems) {
				if (problem.kind === "skipped") continue;
				const { line, column } = problem;
				tell(info$1, {
					file,
					place: {
						start: 0,
						end: 1,
						line,
						column
					},
					module: "",
					symbol: "",
					message: `This file ${problem.message}`,
					why: problem.kind === "syntax" ? ["what could be read of it is still used"] : []
				});
			}
		}
	}
};
// ../imports/src/rules/unresolved.ts
const moduleInfo = ruleInfo("unresolved-module", "error", "An import of a module that does not exist fails as soon as it runs.");
const symbolInfo = ruleInfo("unresolved-symbol", "error", "An import of a name that its module does not offer fails as soon as it runs.");
const dependencyInfo = ruleInfo("undeclared-dependency", "warning", "A package that no manifest names is there by luck, and on another machine it is not.");
/** What a guard makes of a broken import: undefined when it is meant to be, or can never run. */
function severityOf(guard) {
	switch (guard) {
		case "expected":
		case "unreachable":
		case "suppress": return;
		case "try": return "note";
		case "types": return "warning";
		default: return "error";
	}
}
/** Modules that a hint names. */
const elsewhereMax = 5;
const explained = {
	try: "guarded: a handler catches the import error and goes on, so the fallback always runs",
	"try-raise": "its handler raises again, so nothing is caught",
	handler: "it is itself the fallback of another import",
	conditional: "it runs only under a condition",
	types: "only type checkers see it"
};
function because(statement) {
	const why = [];
	const guard = explained[statement.guard];
	if (guard !== void 0) why.push(guard);
	if (statement.scope === "function" && statement.kind !== "mock") why.push("it runs when the function is called");
	if (statement.kind === "mock") why.push("the string is resolved when the mock is put in place");
	return why;
}
function speak(context, hop) {
	return `${context.project.facts(hop.file).path}:${hop.line} ${hop.name}`;
}
/** The closest name by edit distance, for the hint. */
function nearestName(wanted, names) {
	let best;
	let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
	for (const name of names) {
		if (name === wanted || Math.abs(name.length - wanted.length) >= bestDistance) continue;
		const distance = editDistance(wanted, name, bestDistance);
		if (distance < bestDistance) {
			best = name;
			bestDistance = distance;
		}
	}
	return best;
}
function editDistance(a, b, limit) {
	let row = new Uint16Array(b.length + 1).map((_, index) => index);
	let next = new Uint16Array(b.length + 1);
	for (let i = 1; i <= a.length; i++) {
		const code = a.charCodeAt(i - 1);
		next[0] = i;
		let least = i;
		for (let j = 1; j <= b.length; j++) {
			const changed = row[j - 1] + (code === b.charCodeAt(j - 1) ? 0 : 1);
			const value = Math.min(next[j - 1] + 1, row[j] + 1, changed);
			next[j] = value;
			if (value < least) least = value;
		}
		if (least >= limit) return limit;
		[row, next] = [next, row];
	}
	return row[b.length];
}
/** Modules that define a name, for the hint "it is defined in …". */
function modulesThatDefine({ project, definitions }, name) {
	const modules = [];
	for (const { file } of definitions().of(name)) {
		if (modules.length === elsewhereMax) break;
		const module = project.moduleName(file);
		if (!modules.includes(module)) modules.push(module);
	}
	return modules;
}
function check$1(context, report) {
	const { project } = context;
	const offersByFile = /* @__PURE__ */ new Map();
	const offersOf = (file) => {
		let names = offersByFile.get(file);
		if (names === void 0) {
			names = project.resolver(file).offers(file).names;
			offersByFile.set(file, names);
		}
		return names;
	};
	function missingModule(file, statement, resolution) {
		const severity = severityOf(statement.guard);
		if (severity === void 0) return;
		const why = because(statement);
		if (resolution.nearest !== "") why.push(`${resolution.nearest} exists, the rest does not`);
		const tried = [...new Set(resolution.tried)];
		if (tried.length > 0) why.push(`looked in ${tried.slice(0, 4).join(", ")}`);
		const symbol = statement.names.map((each) => each.name).filter((name) => name !== "" && name !== "*").join(", ");
		report(moduleInfo, {
			file,
			place: statement.at,
			module: statement.specifier,
			symbol,
			message: `There is no module ${statement.specifier}`,
			why,
			severity
		});
	}
	function missingName(broken) {
		const { file, statement, lookup } = broken;
		const severity = severityOf(statement.guard);
		if (severity === void 0) return;
		const why = because(statement);
		const { chain } = lookup;
		const last = chain.at(-1);
		if (chain.length > 1) why.push(`asked along ${chain.map((hop) => speak(context, hop)).join(" → ")}`);
		let message = `${broken.module} has no ${broken.name}`;
		if (lookup.is === "conflict") message = `${broken.module} gets ${broken.name} from several \`export *\`, so it offers none`;
		else if (lookup.is === "found") message = `${broken.module} has ${broken.name} only for type checkers, not at run time`;
		else if (lookup.is === "missing" && lookup.isLocal) message = `${broken.module} declares ${broken.name} but does not export it`;
		if (last !== void 0 && chain.length > 1 && lookup.is === "missing") why.push(`the chain breaks in ${project.facts(last.file).path}`);
		if (broken.target !== void 0 && lookup.is === "missing") {
			const near = nearestName(broken.name, offersOf(broken.target));
			if (near !== void 0) why.push(`did you mean ${near}?`);
		}
		const elsewhere = modulesThatDefine(context, broken.name);
		if (elsewhere.length > 0) why.push(`${broken.name} is defined in ${elsewhere.join(", ")}`);
		report(symbolInfo, {
			file,
			place: broken.place,
			module: broken.module,
			symbol: broken.name,
			message,
			why,
			severity
		});
	}
	function checkName(file, index, statement, name) {
		const resolution = project.resolution(file, index);
		const lookup = project.lookup(file, index, name);
		const isTypesOnly = lookup.is === "found" && lookup.presence === "types" && !isForTypes(project.facts(file), statement, name);
		if (lookup.is !== "missing" && lookup.is !== "conflict" && !isTypesOnly) return;
		const target = resolution.is === "file" ? resolution.file : void 0;
		missingName({
			file,
			statement,
			place: name,
			name: name.name,
			lookup,
			target,
			module: statement.specifier
		});
	}
	function checkMock(file, statement) {
		const { resolution, module, name } = project.target(file, statement.specifier);
		if (resolution.is === "missing") {
			missingModule(file, statement, resolution);
			return;
		}
		if (name === "") return;
		if (resolution.is === "namespace") {
			missingModule(file, statement, {
				is: "missing",
				tried: [],
				nearest: module
			});
			return;
		}
		if (resolution.is !== "file") return;
		if (project.facts(resolution.file).path.endsWith(".pyi")) return;
		const lookup = project.lookupIn(resolution.file, name);
		if (lookup.is !== "missing") return;
		missingName({
			file,
			statement,
			place: statement.at,
			name,
			lookup,
			target: resolution.file,
			module
		});
	}
	function checkDependency(file, statement, { package: name, isDeclared, isInstalled }) {
		if (statement.guard !== "none" || isDeclared && isInstalled !== false) return;
		const at = {
			file,
			place: statement.at,
			module: name,
			symbol: ""
		};
		if (isDeclared) {
			if (project.facts(file).language !== "python") return;
			const why = ["the virtual environment in this tree does not hold it: install it there"];
			report(dependencyInfo, {
				...at,
				message: `${name} is not installed`,
				severity: "note",
				why
			});
			return;
		}
		if (scriptDeclares(file, name)) return;
		report(dependencyInfo, {
			...at,
			message: `No manifest declares ${name}`,
			...statement.scope === "function" ? { severity: "note" } : {},
			why: [
				...because(statement),
				...isInstalled === true ? ["it is installed, because something else brought it"] : [],
				"declare it, or name it under `external` in the configuration"
			]
		});
	}
	function checkAmbient(file, statement, ambient) {
		for (const name of statement.names) {
			if (name.name === "*" || name.name === "") continue;
			const lookup = project.lookupIn(file, `"${ambient}".${name.name}`);
			const asked = {
				file,
				statement,
				place: name,
				name: name.name,
				target: void 0
			};
			if (lookup.is === "missing") missingName({
				...asked,
				lookup,
				module: statement.specifier
			});
		}
	}
	const scripts = /* @__PURE__ */ new Map();
	function scriptDeclares(file, name) {
		if (project.facts(file).language !== "python") return false;
		let declared = scripts.get(file);
		if (declared === void 0) {
			declared = readScriptDependencies(context.readBytes(file)?.toString("utf8") ?? "");
			scripts.set(file, declared);
		}
		return declared.isDeclared(name);
	}
	for (const file of focused(context)) {
		const facts = project.facts(file);
		for (const [index, statement] of facts.imports.entries()) {
			if (statement.kind === "mock" && facts.language === "python") {
				checkMock(file, statement);
				continue;
			}
			const resolution = project.resolution(file, index);
			if (resolution.is === "missing") {
				missingModule(file, statement, resolution);
				continue;
			}
			if (resolution.is === "external") {
				checkDependency(file, statement, resolution);
				continue;
			}
			if (resolution.is === "unknown" && resolution.ambient !== void 0) {
				checkAmbient(file, statement, resolution.ambient);
				continue;
			}
			if (resolution.is !== "file" && resolution.is !== "namespace") continue;
			for (const name of statement.names) if (name.name !== "*" && name.name !== "") checkName(file, index, statement, name);
		}
	}
}
function isForTypes(facts, statement, name) {
	return statement.guard === "types" || name.typeOnly || facts.language !== "python" || facts.path.endsWith(".pyi");
}
/** One walk over all imports tells all three. */
const unresolved = {
	infos: [
		moduleInfo,
		symbolInfo,
		dependencyInfo
	],
	check: check$1
};
// ../imports/src/rules/unused.ts
const info = ruleInfo("unused-export", "note", "What nobody imports is kept, tested and renamed for nobody.");
// ../imports/src/rules/all.ts
/** All rules in the order in which they run. */
const allRules = [
	syntax,
	unresolved,
	contract,
	canonical,
	cycle,
	boundaries,
	shadowed,
	duplicates,
	{
		infos: [info],
		check: (context, tell) => {
			const { project, config } = context;
			if (config.entries.length === 0) return;
			const isEntry = config.entries.map((glob) => compileGlob(glob));
			const whole = /* @__PURE__ */ new Set();
			for (const [file, facts] of project.files.entries()) for (const [index, statement] of facts.imports.entries()) {
				if (!(statement.names.length === 0 || statement.names.some((name) => name.name === "" || name.name === "*"))) continue;
				const resolution = project.resolution(file, index);
				if (resolution.is === "file") whole.add(resolution.file);
			}
			for (const file of focused(context)) {
				const facts = project.facts(file);
				const module = project.moduleName(file);
				if (whole.has(file) || isEntry.some((test) => test(facts.path) || test(module))) continue;
				const used = new Set(context.uses().through(file).map((use) => use.name));
				const offered = facts.language === "python" ? facts.publicNames?.isKnown === true ? facts.publicNames.names : [] : facts.exports.filter((each) => each.name !== "*");
				for (const each of offered) {
					if (used.has(each.name)) continue;
					tell(info, {
						file,
						place: each,
						module,
						symbol: each.name,
						message: `Nobody imports ${each.name} from ${module}`,
						why: ["remove it from the exports, or name the module under `entries`"]
					});
				}
			}
		}
	}
];
const allRuleInfos = [...allRules.flatMap((rule) => rule.infos), ...ignoreInfos];
// ../imports/src/score.ts
/**
* The share of imports that are sound, in percent. An import is one imported name (a statement without names
* counts as one); it is unsound when an error or a warning stands at its place. Everything can be counted
* again from the findings: distinct places of errors and warnings, by rule and by first folder.
*/
function scoreOf(project, findings) {
	const importsByFolder = /* @__PURE__ */ new Map();
	let imports = 0;
	for (const facts of project.files) {
		let count = 0;
		for (const statement of facts.imports) if (statement.kind !== "member") count += Math.max(1, statement.names.length);
		imports += count;
		const folder = folderOf(facts.path);
		importsByFolder.set(folder, (importsByFolder.get(folder) ?? 0) + count);
	}
	const places = /* @__PURE__ */ new Set();
	const placesByFolder = /* @__PURE__ */ new Map();
	const byRule = {};
	for (const finding of findings) {
		if (finding.severity === "note") continue;
		byRule[finding.rule] = (byRule[finding.rule] ?? 0) + 1;
		const place = `${finding.file}:${finding.line}:${finding.column}`;
		places.add(place);
		const folder = folderOf(finding.file);
		const known = placesByFolder.get(folder);
		if (known === void 0) placesByFolder.set(folder, /* @__PURE__ */ new Set([place]));
		else known.add(place);
	}
	const byFolder = {};
	for (const [folder, count] of [...importsByFolder].sort(([a], [b]) => a < b ? -1 : 1)) {
		const unsound = Math.min(count, placesByFolder.get(folder)?.size ?? 0);
		byFolder[folder] = {
			imports: count,
			unsound,
			value: share$1(count, unsound)
		};
	}
	const unsound = Math.min(imports, places.size);
	return {
		value: share$1(imports, unsound),
		imports,
		unsound,
		byRule,
		byFolder
	};
}
function share$1(imports, unsound) {
	if (imports === 0) return unsound === 0 ? 100 : 0;
	return Math.floor((1 - unsound / imports) * 1e3) / 10;
}
function folderOf(path) {
	const slash = path.indexOf("/");
	return slash < 0 ? "." : path.slice(0, slash);
}
// ../imports/src/walk.ts
/** What the guard reads, by extension. */
const sources = /* @__PURE__ */ new Set([
	"py",
	"pyi",
	"ts",
	"tsx",
	"mts",
	"cts",
	"js",
	"jsx",
	"mjs",
	"cjs",
	"vue",
	"svelte",
	"astro"
]);
/** Compiled or generated modules: known to exist, not looked into. */
const compiled = /* @__PURE__ */ new Set([
	"pyx",
	"so",
	"pyd",
	"pxd"
]);
/** Never first-party code. */
const skippedDirectories = /* @__PURE__ */ new Set([
	"node_modules",
	"__pycache__",
	"site-packages",
	".git",
	".hg",
	".svn",
	".tox",
	".nox",
	".mypy_cache",
	".pytest_cache",
	".ruff_cache",
	".venv",
	"venv",
	".goldenpath"
]);
/** Where builds write. Skipped when git ignores them, too: somebody may call a package of theirs `build`. */
const outputDirectories = /* @__PURE__ */ new Set([
	"dist",
	"build",
	"out",
	"coverage",
	"htmlcov",
	"storybook-static",
	".next",
	".nuxt",
	".output",
	".svelte-kit",
	".docusaurus",
	".turbo",
	".vercel",
	".cache"
]);
const depthMax = 100;
const filesMax = 1e6;
/** Lists the tree below `root`. Symbolic links are followed once; loops and unreadable directories are said. */
function walk(root, exclude) {
	const files = [];
	const compiledFiles = [];
	const manifests = [];
	const settings = [];
	const folders = [];
	const skipped = [];
	const isExcluded = exclude.map((glob) => compileGlob(glob));
	const seen = /* @__PURE__ */ new Set();
	const ignores = new GitIgnores(systemDisk(), root.split(sep).join("/"));
	function visit(path, depth, isLinked) {
		const absolute = join(root, path);
		if (depth > depthMax) {
			skipped.push({
				file: path,
				reason: `more than ${depthMax} directories deep`
			});
			return;
		}
		if (isLinked) {
			const real = realpathSync(absolute);
			if (seen.has(real) || `${absolute}/`.startsWith(`${real}/`) || `${real}/`.startsWith(`${realpathSync(root)}/`)) {
				skipped.push({
					file: path,
					reason: "a link to a directory that is read elsewhere"
				});
				return;
			}
			seen.add(real);
		}
		let entries;
		try {
			entries = readdirSync(absolute, { withFileTypes: true });
		} catch (error) {
			skipped.push({
				file: path,
				reason: `cannot be listed: ${error.code ?? "unknown"}`
			});
			return;
		}
		folders.push(path);
		for (const entry of entries) {
			const { name } = entry;
			const below = path === "" ? name : `${path}/${name}`;
			let isDirectory = entry.isDirectory();
			let isFile = entry.isFile();
			const isLink = entry.isSymbolicLink();
			if (isLink) {
				const target = statSync(join(root, below), { throwIfNoEntry: false });
				if (target === void 0) continue;
				isDirectory = target.isDirectory();
				isFile = target.isFile();
			}
			if (isDirectory) {
				if (name === "node_modules") folders.push(below);
				if (skippedDirectories.has(name) || isExcluded.some((match) => match(below) || match(`${below}/`))) continue;
				if (outputDirectories.has(name) && ignores.ignores(`${join(root, below).split(sep).join("/")}/x`)) {
					skipped.push({
						file: below,
						reason: "written by a build, and git ignores it"
					});
					continue;
				}
				visit(below, depth + 1, isLink);
			} else if (isFile) {
				const dot = name.lastIndexOf(".");
				const extension = dot < 0 ? "" : name.slice(dot + 1);
				if (sources.has(extension)) {
					if (isExcluded.length > 0 && isExcluded.some((match) => match(below))) continue;
					if (files.length < filesMax) files.push(below);
					else skipped.push({
						file: below,
						reason: `more than ${filesMax} files`
					});
				} else if (compiled.has(extension)) compiledFiles.push(below);
				if (isManifest(name, path)) manifests.push(below);
				else if (isSettings(name)) settings.push(below);
			}
		}
	}
	visit("", 0, false);
	files.sort();
	return {
		files,
		compiled: compiledFiles.sort(),
		manifests: manifests.sort(),
		settings: settings.sort(),
		folders,
		skipped
	};
}
function isManifest(name, directory) {
	return /^(pyproject\.toml|setup\.cfg|setup\.py|Pipfile|tox\.ini|noxfile\.py|environment[\w.-]*\.ya?ml)$/.test(name) || /\.(txt|in|ya?ml)$/.test(name) && (/require|constraint|deps/.test(name) || /(^|\/)(requirements|reqs|deps)(\/|$)/.test(directory));
}
function isSettings(name) {
	return /^(\.gitignore|package\.json|[tj]sconfig.*\.json|goldenpath\.imports\..+|pnpm-workspace\.yaml|(vite|webpack|babel|jest).*config.*)$/.test(name);
}
// ../imports/src/check.ts
const fragmentsMax = 1e3;
const manifestBytesMax = 2097152;
/** Reads the tree and answers all its imports. */
async function readProject(root, config, progress = () => void 0) {
	const tree = walk(root, config.exclude);
	return {
		project: projectOf(root, config, await extractAll(root, tree.files, progress), tree),
		tree
	};
}
async function readCached(root, files, stamps, progress) {
	const cached = readCache(root);
	const changed = [];
	for (const path of files) {
		const stamp = stamps.get(path);
		const known = cached.get(path);
		const isSame = known?.stamp.size === stamp?.size && known?.stamp.changedMs === stamp?.changedMs;
		if (known === void 0 || !isSame) changed.push(path);
	}
	const read = /* @__PURE__ */ new Map();
	for (const each of await extractAll(root, changed, progress)) read.set(each.path, each);
	const facts = files.flatMap((path) => read.get(path) ?? cached.get(path)?.facts ?? []);
	if (changed.length > 0 || cached.size !== files.length) writeCache(root, facts, stamps, Date.now());
	return facts;
}
function projectOf(root, config, facts, tree) {
	const manifests = [];
	for (const path of tree.manifests) try {
		const text = readFileSync(join(root, path), "utf8");
		if (text.length <= manifestBytesMax) manifests.push({
			path,
			text
		});
	} catch {}
	const { roots, external } = config;
	const ignores = new GitIgnores(systemDisk(), root);
	const installed = installedModules(root);
	return new Project(root, facts, (files) => ({
		python: createPythonResolver({
			files,
			compiled: [...tree.compiled, ...tree.skipped.map((each) => each.file)],
			folders: tree.folders,
			manifests,
			roots,
			external,
			isIgnored: (path) => ignores.ignores(posix.join(root, path)),
			installed
		}),
		typescript: createTypeScriptResolver({
			root,
			files
		})
	}));
}
/** The whole pipeline: walk, extract, resolve, rules, ignores, baseline, score. */
async function check(options) {
	const start = options.now();
	const { root, config, progress = () => void 0 } = options;
	const tree = walk(root, config.exclude);
	if (options.useCache !== true) return reportOf(projectOf(root, config, await extractAll(root, tree.files, progress), tree), tree, options, start);
	const stamps = stampsOf(root, tree.files);
	const isPlain = options.focus === void 0 && options.lock === void 0 && options.rules === void 0;
	const beside = [
		config.lock,
		config.baseline,
		...sitePackages(root)
	].map((path) => JSON.stringify(stampOf(root, path) ?? {}));
	const settings = [
		JSON.stringify(config),
		[...options.paths],
		options.useBaseline,
		options.today,
		...beside
	];
	const key = isPlain ? reportKey(root, tree, stamps, settings, Date.now()) : void 0;
	const kept = key === void 0 ? void 0 : readReport(root, key);
	if (kept !== void 0) return {
		ok: true,
		report: {
			...kept.report,
			durationMs: Math.round(options.now() - start)
		},
		mended: kept.mended
	};
	const result = reportOf(projectOf(root, config, await readCached(root, tree.files, stamps, progress), tree), tree, options, start);
	if (result.ok && key !== void 0) writeReport(root, key, result.report, result.mended);
	return result;
}
function stampsOf(root, files) {
	const stamps = /* @__PURE__ */ new Map();
	for (const path of files) {
		const stamp = stampOf(root, path);
		if (stamp !== void 0) stamps.set(path, stamp);
	}
	return stamps;
}
/** What follows once the files' facts are there. `start` is the time on `options.now` at which it all began. */
function reportOf(project, tree, options, start) {
	const { root, config } = options;
	if (project.files.length === 0) return {
		ok: false,
		message: `${root}: no Python, TypeScript or JavaScript file is there to check`
	};
	const focus = focusOf(project, options);
	let { lock } = options;
	if (lock === void 0 && existsSync(join(root, config.lock))) {
		const read = parseLock(readFileSync(join(root, config.lock), "utf8"), config.lock);
		if (!read.ok) return read;
		lock = read.surface;
	}
	const { findings, context } = runRules(project, config, focus, options.rules ?? allRules, options.today, lock);
	const score = scoreOf(project, findings);
	let shown = findings;
	let known = 0;
	let mended = [];
	if (options.useBaseline) {
		const read = readBaseline(join(root, config.baseline));
		if (!read.ok) return read;
		if (read.baseline !== void 0) {
			const compared = compareBaseline(read.baseline, findings);
			shown = compared.fresh;
			known = compared.known;
			if (focus === void 0) mended = compared.mended;
		}
	}
	const skipped = [...tree.skipped];
	for (const facts of project.files) for (const problem of facts.problems) if (problem.kind === "skipped") skipped.push({
		file: facts.path,
		reason: problem.message
	});
	const fragments = fragmentsOf(context).slice(0, fragmentsMax);
	return {
		ok: true,
		report: {
			version: 1,
			root,
			files: project.files.length,
			durationMs: Math.round(options.now() - start),
			score,
			findings: shown,
			known,
			skipped,
			fragments: fragments.map(({ at: _, ...fragment }) => fragment)
		},
		mended
	};
}
function focusOf(project, options) {
	const chosen = options.focus?.(project);
	if (options.paths.length === 0) return chosen;
	const focus = /* @__PURE__ */ new Set();
	for (const [file, facts] of project.files.entries()) {
		if (chosen !== void 0 && !chosen.has(file)) continue;
		if (options.paths.some((path) => path === "" || facts.path === path || facts.path.startsWith(`${path}/`))) focus.add(file);
	}
	return focus;
}
/** Findings in the order of files and lines. */
function runRules(project, config, focus, rules, today, lock) {
	const findings = new Findings(project);
	const ran = /* @__PURE__ */ new Set();
	const context = contextOf(project, config, focus, lock, today);
	for (const rule of rules) {
		if (rule.infos.every((info) => config.rules[info.id] === "off")) continue;
		for (const info of rule.infos) if (config.rules[info.id] !== "off") ran.add(info.id);
		rule.check(context, (info, remark) => {
			const chosen = config.rules[info.id];
			if (chosen === "off") return;
			findings.add(info, milder(chosen ?? info.severity, remark.severity), remark);
		});
	}
	return {
		findings: [...applyIgnores(project, findings, focus, ran)].sort((a, b) => a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1),
		context
	};
}
const weight = {
	note: 0,
	warning: 1,
	error: 2
};
/** A guard makes a finding milder, never harder than the configuration says. */
function milder(chosen, said) {
	return said !== void 0 && weight[said] < weight[chosen] ? said : chosen;
}
/** What rules may ask; uses and edges are made when first asked for. */
function contextOf(project, config, focus, lock, today) {
	const readBytes = (file) => {
		try {
			return readFileSync(join(project.root, project.facts(file).path));
		} catch {
			return;
		}
	};
	return {
		project,
		config,
		focus,
		readBytes,
		lock,
		uses: () => project.once("uses", () => new Uses(project)),
		edges: () => project.once("edges", () => new Edges(project)),
		definitions: () => project.once("definitions", () => new Definitions(project)),
		isStandard: (module) => standardModules.has(module),
		today
	};
}
// ../imports/src/cli-options.ts
const formats = [
	"text",
	"json",
	"sarif",
	"github",
	"junit",
	"html"
];
const graphFormats = [
	"dot",
	"mermaid",
	"html"
];
const trendMax = 50;
const help = `goldenpath imports COMMAND [OPTIONS]

  check [PATHS]     find broken, stray and forbidden imports        exit 0 clean, 1 findings, 2 could not run
  fix [PATHS]       rewrite imports to the declared paths           --dry-run shows the diff, --derived all paths
  lock              write the public surface to the lock file
  ratchet           write the baseline; known findings may only shrink
  why SYMBOL        what it is, by which chain, and by which paths it is imported
  who MODULE        who imports it
  graph             the import graph                                --format dot|mermaid|html
  report            one HTML page                                   --trend N revisions of the git history
  init              write a short goldenpath.imports.json
  watch [PATHS]     check again whenever a file changes
  lsp               a language server for editors, on standard input and output

  --root DIR        the tree; otherwise the current folder
  --config FILE     otherwise goldenpath.imports.json, package.json or pyproject.toml
  --format F        text, json, sarif, github, junit, html
  --output FILE     otherwise standard output
  --since REV       only what the changes since REV can break
  --staged          only what the staged changes can break
  --base REV        compare exports with REV instead of the lock file
  --baseline        leave out what the baseline knows (the default when there is one; --no-baseline shows all)
  --no-cache        read every file, and keep nothing in .goldenpath/
  --errors-only     warnings do not fail the check`;
/** Reads the command line; anything unknown is refused with what would be right. */
function readOptions(argv) {
	let parsed;
	try {
		parsed = parse$2(argv);
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
		return {
			ok: false,
			message: `${error.message}\n\n${help}`
		};
	}
	const { values, positionals } = parsed;
	const [command = "", ...rest] = positionals;
	const format = values.format ?? "text";
	const known = command === "graph" ? graphFormats : formats;
	if (values.format !== void 0 && !known.includes(format)) return {
		ok: false,
		message: `--format ${format} is not known; known are ${known.join(", ")}`
	};
	const trend = values.trend === void 0 ? 0 : Number(values.trend);
	if (!Number.isInteger(trend) || trend < 0 || trend > trendMax) return {
		ok: false,
		message: `--trend must be a number from 0 to ${trendMax}`
	};
	if (values.since !== void 0 && values.staged === true) return {
		ok: false,
		message: "--since and --staged exclude each other"
	};
	return {
		ok: true,
		options: {
			command,
			rest,
			root: values.root,
			config: values.config,
			format: formats.find((each) => each === format) ?? "text",
			graphFormat: graphFormats.find((each) => each === format) ?? "dot",
			output: values.output,
			since: values.since,
			base: values.base,
			isStaged: values.staged ?? false,
			baseline: values["no-baseline"] !== true,
			isDryRun: values["dry-run"] ?? false,
			isErrorsOnly: values["errors-only"] ?? false,
			isDerived: values.derived ?? false,
			useCache: values["no-cache"] !== true,
			isHelp: values.help ?? false,
			trend
		}
	};
}
function parse$2(argv) {
	return parseArgs({
		args: [...argv],
		allowPositionals: true,
		options: {
			root: { type: "string" },
			config: { type: "string" },
			format: {
				type: "string",
				short: "f"
			},
			output: {
				type: "string",
				short: "o"
			},
			since: { type: "string" },
			base: { type: "string" },
			trend: { type: "string" },
			staged: { type: "boolean" },
			baseline: { type: "boolean" },
			"no-baseline": { type: "boolean" },
			"dry-run": { type: "boolean" },
			"errors-only": { type: "boolean" },
			"no-cache": { type: "boolean" },
			derived: { type: "boolean" },
			help: {
				type: "boolean",
				short: "h"
			}
		}
	});
}
// ../imports/src/config.ts
const configFile = "goldenpath.imports.json";
/** What holds when nothing is configured. */
const defaultConfig = {
	roots: [],
	exclude: [],
	external: [],
	rules: {},
	canonical: [],
	identical: [],
	contract: [],
	layers: [],
	forbidden: [],
	deprecated: [],
	entries: [],
	lock: "goldenpath.imports.lock",
	baseline: "goldenpath.imports.baseline.json"
};
const configBytesMax = 4194304;
/** Reads `goldenpath.imports.json`, else `goldenpath.imports` in package.json, else `[tool.goldenpath.imports]`. */
function readConfig(root, path) {
	const file = path ?? join(root, "goldenpath.imports.json");
	if (existsSync(file)) return parse$1(readFileSync(file), file);
	if (path !== void 0) return {
		ok: false,
		message: `${path} does not exist`
	};
	const manifest = join(root, "package.json");
	if (existsSync(manifest)) {
		const read = readJsonWithComments(readFileSync(manifest, "utf8"));
		const keys = read.is === "read" ? asObject(asObject(read.value)?.goldenpath)?.imports : void 0;
		if (keys !== void 0) return resolveConfig(keys, `${manifest} (goldenpath.imports)`);
	}
	const pyproject = join(root, "pyproject.toml");
	if (existsSync(pyproject)) {
		const keys = readTomlTable(readFileSync(pyproject, "utf8"), "tool.goldenpath.imports");
		if (keys !== void 0) return resolveConfig(keys, `${pyproject} ([tool.goldenpath.imports])`);
	}
	return {
		ok: true,
		config: defaultConfig,
		source: "defaults"
	};
}
function parse$1(bytes, file) {
	if (bytes.length > configBytesMax) return {
		ok: false,
		message: `${file} is larger than ${configBytesMax} bytes`
	};
	const read = readJsonWithComments(bytes.toString("utf8"));
	if (read.is === "broken") return {
		ok: false,
		message: `${file} cannot be read as JSON: ${read.message}`
	};
	return resolveConfig(read.value, file);
}
var Refusal = class extends Error {};
/** Checks every key; an unknown one is refused, since a misspelt rule guards nothing. */
function resolveConfig(value, source) {
	const keys = asObject(value);
	if (keys === void 0) return {
		ok: false,
		message: `${source}: must be an object`
	};
	try {
		for (const key of Object.keys(keys)) if (!Object.hasOwn(defaultConfig, key) && key !== "$schema") throw new Refusal(`unknown key "${key}"; known are ${Object.keys(defaultConfig).join(", ")}`);
		const text = (key) => {
			const found = keys[key];
			if (found === void 0) return defaultConfig[key];
			if (typeof found !== "string" || found === "" || /(^|[\\/])\.\.([\\/]|$)|^[\\/]/.test(found)) throw new Refusal(`"${key}" must be a path inside the tree`);
			return found;
		};
		return {
			ok: true,
			config: {
				roots: strings(keys.roots, "roots").map((root) => root.replace(/^\.\/?/, "").replace(/\/+$/, "")),
				exclude: strings(keys.exclude, "exclude"),
				external: strings(keys.external, "external"),
				rules: severities(keys.rules),
				canonical: objects(keys.canonical, "canonical", ["symbol", "allow"]).map((each, index) => ({
					symbol: symbolPath(string(each.symbol, `canonical[${index}].symbol`)),
					allow: strings(each.allow, `canonical[${index}].allow`)
				})),
				identical: lists(keys.identical, "identical"),
				contract: strings(keys.contract, "contract"),
				layers: objects(keys.layers, "layers", ["order", "reason"]).map((each, index) => ({
					order: lists(each.order, `layers[${index}].order`),
					reason: string(each.reason, `layers[${index}].reason`)
				})),
				forbidden: objects(keys.forbidden, "forbidden", [
					"from",
					"to",
					"reason"
				]).map((each, index) => ({
					from: strings(each.from, `forbidden[${index}].from`),
					to: strings(each.to, `forbidden[${index}].to`),
					reason: string(each.reason, `forbidden[${index}].reason`)
				})),
				deprecated: objects(keys.deprecated, "deprecated", [
					"path",
					"use",
					"after",
					"reason"
				]).map((each, index) => ({
					path: string(each.path, `deprecated[${index}].path`),
					use: string(each.use, `deprecated[${index}].use`),
					after: each.after === void 0 ? "" : day(each.after, `deprecated[${index}].after`),
					reason: string(each.reason, `deprecated[${index}].reason`)
				})),
				entries: strings(keys.entries, "entries"),
				lock: text("lock"),
				baseline: text("baseline")
			},
			source
		};
	} catch (error) {
		if (error instanceof Refusal) return {
			ok: false,
			message: `${source}: ${error.message}`
		};
		throw error;
	}
}
function string(value, key) {
	if (typeof value === "string" && value.trim() !== "") return value;
	throw new Refusal(`"${key}" must be a non-empty string`);
}
function symbolPath(value) {
	if (/^[^:]+:[^:]+$/.test(value)) return value;
	throw new Refusal(`"${value}" must be written module:name`);
}
function day(value, key) {
	if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
	throw new Refusal(`"${key}" must be a day such as 2027-01-31`);
}
function strings(value, key) {
	if (value === void 0) return [];
	const list = typeof value === "string" ? [value] : value;
	if (!Array.isArray(list) || list.some((each) => typeof each !== "string" || each.length > 1e3)) throw new Refusal(`"${key}" must be a list of strings`);
	return list;
}
function lists(value, key) {
	if (value === void 0) return [];
	if (!Array.isArray(value)) throw new Refusal(`"${key}" must be a list`);
	return value.map((each, index) => strings(each, `${key}[${index}]`));
}
function objects(value, key, known) {
	if (value === void 0) return [];
	if (!Array.isArray(value)) throw new Refusal(`"${key}" must be a list of objects`);
	return value.map((each, index) => {
		const object = asObject(each);
		if (object === void 0) throw new Refusal(`"${key}[${index}]" must be an object`);
		for (const name of Object.keys(object)) if (!known.includes(name)) throw new Refusal(`unknown key "${key}[${index}].${name}"; known are ${known.join(", ")}`);
		return object;
	});
}
function severities(value) {
	const rules = {};
	if (value === void 0) return rules;
	const object = asObject(value);
	if (object === void 0) throw new Refusal(`"rules" must be an object`);
	for (const [rule, severity] of Object.entries(object)) {
		if (severity !== "error" && severity !== "warning" && severity !== "note" && severity !== "off") throw new Refusal(`"rules.${rule}" must be "error", "warning", "note" or "off"`);
		rules[rule] = severity;
	}
	return rules;
}
/**
* The keys of one TOML table, read as far as our keys need it: strings, booleans, numbers, arrays and inline
* tables, over several lines. Undefined when there is no such table.
*/
function readTomlTable(text, table) {
	const lines = text.split(/\r\n|\n/);
	const start = lines.findIndex((line) => line.trim() === `[${table}]`);
	if (start < 0) return void 0;
	const keys = {};
	let target = keys;
	let pending = "";
	for (const line of lines.slice(start + 1)) {
		const header = pending === "" ? /^\s*\[([^[\]]+)\]\s*(#.*)?$/.exec(line)?.[1]?.trim() : void 0;
		if (header !== void 0) {
			if (!header.startsWith(`${table}.`)) break;
			target = {};
			keys[header.slice(table.length + 1)] = target;
			continue;
		}
		pending += `${withoutComment(line)}\n`;
		const found = /^\s*["']?([\w-]+)["']?\s*=([\s\S]*)$/.exec(pending);
		if (found === null) {
			pending = "";
			continue;
		}
		const read = readJsonWithComments(toJson(found[2] ?? ""));
		if (read.is === "broken") continue;
		target[found[1] ?? ""] = read.value;
		pending = "";
	}
	return keys;
}
function withoutComment(line) {
	return line.replace(/^((?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*)#.*$/, "$1");
}
/** TOML values to JSON: other quotes, `=` in inline tables, bare keys. */
function toJson(value) {
	return value.replace(/'([^']*)'/g, (_, inner) => JSON.stringify(inner)).replace(/([{,]\s*)([\w-]+)\s*=/g, "$1\"$2\":");
}
// ../imports/src/editor/positions.ts
var Positions = class {
	#bytes;
	#lineStarts;
	constructor(bytes) {
		this.#bytes = bytes;
		const starts = [0];
		for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
		this.#lineStarts = starts;
	}
	/** The position of a byte; beyond the end it is the end. */
	at(byte) {
		const offset = Math.max(0, Math.min(byte, this.#bytes.length));
		let low = 0;
		let high = this.#lineStarts.length - 1;
		while (low < high) {
			const middle = low + high + 1 >> 1;
			if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
			else high = middle - 1;
		}
		return {
			line: low,
			character: this.#units(this.#lineStarts[low] ?? 0, offset)
		};
	}
	range(start, end) {
		return {
			start: this.at(start),
			end: this.at(end)
		};
	}
	/** The byte of a position; beyond the end of its line it is that end. */
	byteAt(position) {
		const start = this.#lineStarts[position.line];
		if (start === void 0) return this.#bytes.length;
		const end = this.#lineStarts[position.line + 1] ?? this.#bytes.length;
		const line = this.#bytes.toString("utf8", start, end);
		const mark = line.startsWith("﻿") ? 3 : 0;
		return start + mark + Buffer.byteLength(line.slice(mark === 0 ? 0 : 1).slice(0, position.character));
	}
	#units(start, end) {
		const text = this.#bytes.toString("utf8", start, end);
		return text.startsWith("﻿") ? text.length - 1 : text.length;
	}
};
// ../imports/src/editor/actions.ts
function codeActions(asked) {
	const here = asked.findings.filter((one) => one.line - 1 >= asked.range.start.line && one.line - 1 <= asked.range.end.line);
	const actions = [];
	for (const finding of here) {
		const diagnostics = [asked.diagnosticOf(finding)];
		const edit = finding.fix === void 0 ? void 0 : workspaceEdit(finding.fix.edits, asked);
		if (finding.fix !== void 0 && edit !== void 0) actions.push({
			title: finding.fix.title,
			kind: "quickfix",
			diagnostics,
			isPreferred: true,
			edit
		});
		const comment = ignoreEdit(finding, asked);
		if (comment !== void 0) actions.push({
			title: `Ignore ${finding.rule} here, with a reason`,
			kind: "quickfix",
			diagnostics,
			edit: comment
		});
	}
	const all = workspaceEdit(disjoint(asked.findings.flatMap((one) => one.fix?.edits ?? [])), asked);
	if (all !== void 0) actions.push({
		title: "Fix all imports",
		kind: "source.fixAll",
		edit: all
	});
	return actions;
}
/** Undefined when nothing is to be done or a file cannot be read. */
function workspaceEdit(edits, asked) {
	if (edits.length === 0) return void 0;
	const changes = {};
	const positionsByFile = /* @__PURE__ */ new Map();
	for (const edit of edits) {
		let positions = positionsByFile.get(edit.file);
		if (positions === void 0) {
			const bytes = asked.bytesOf(edit.file);
			if (bytes === void 0) return void 0;
			positions = new Positions(bytes);
			positionsByFile.set(edit.file, positions);
		}
		const uri = asked.uriOf(edit.file);
		const own = changes[uri] ?? [];
		changes[uri] = own;
		own.push({
			range: positions.range(edit.start, edit.end),
			newText: edit.text
		});
	}
	return { changes };
}
/** The first of edits that overlap: an editor refuses them together. */
function disjoint(edits) {
	const kept = [];
	for (const edit of [...edits].sort((a, b) => a.start - b.start)) if (kept.every((one) => one.file !== edit.file || one.end <= edit.start)) kept.push(edit);
	return kept;
}
function ignoreEdit(finding, asked) {
	const line = (asked.bytesOf(asked.path)?.toString("utf8").split("\n"))?.[finding.line - 1];
	if (line === void 0) return void 0;
	const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
	const mark = /\.pyi?$/.test(asked.path) ? "#" : "//";
	const start = {
		line: finding.line - 1,
		character: 0
	};
	const newText = `${indent}${mark} goldenpath-ignore ${finding.rule} -- say why\n`;
	return { changes: { [asked.uriOf(asked.path)]: [{
		range: {
			start,
			end: start
		},
		newText
	}] } };
}
// ../imports/src/editor/hover.ts
function hoverText(project, at) {
	const resolution = project.resolution(at.file, at.index);
	const lines = [`**${code(at.statement.specifier)}** ${ofResolution(project, resolution)}`];
	if (at.name === void 0) {
		if (resolution.is === "file") lines.push(...offered(project, resolution.file));
		return lines.join("\n\n");
	}
	lines.push(`**${code(at.name.name)}** ${ofLookup(project, project.lookup(at.file, at.index, at.name))}`);
	return lines.join("\n\n");
}
function ofResolution(project, resolution) {
	switch (resolution.is) {
		case "file": return `is ${code(project.facts(resolution.file).path)}`;
		case "namespace": return `is the folder ${code(resolution.path)}`;
		case "builtin": return "belongs to the platform";
		case "external": return `is the package ${code(resolution.package)}, ${resolution.isDeclared ? "declared" : "which no manifest declares"}`;
		case "asset": return `is ${code(resolution.path)}, which is no module`;
		case "missing": return `does not exist${resolution.nearest === "" ? "" : `; ${code(resolution.nearest)} does`}`;
		case "unknown": return `cannot be known: ${resolution.why}`;
	}
}
function ofLookup(project, lookup) {
	const steps = lookup.chain.map((hop, index) => {
		const path = project.facts(hop.file).path;
		return `${index + 1}. ${code(`${path}:${hop.line}`)} ${code(hop.name)}`;
	});
	const chain = steps.length > 1 ? `\n\n${steps.join("\n")}` : "";
	switch (lookup.is) {
		case "found": {
			const facts = project.facts(lookup.file);
			const binding = facts.bindings[lookup.binding];
			const kind = `${binding?.isAsync === true ? "async " : ""}${binding?.kind ?? "name"}`;
			return `is ${/^[aei]/.test(kind) ? "an" : "a"} ${kind} of ${code(`${facts.path}:${binding?.line ?? 1}`)}${chain}`;
		}
		case "module": return `is a module${chain}`;
		case "outside": return `comes from ${lookup.why}${chain}`;
		case "unknown": return `cannot be known: ${lookup.why}${chain}`;
		case "conflict": return `is offered by several \`export *\`, so that none of them counts${chain}`;
		case "missing": return lookup.isLocal ? `is declared there, but not exported${chain}` : `is not there${chain}`;
	}
}
const OFFERED_MAX = 30;
function offered(project, file) {
	const { names, isComplete } = project.resolver(file).offers(file);
	if (names.length === 0) return [];
	return [`offers ${names.slice(0, OFFERED_MAX).map(code).join(", ")}${names.length > OFFERED_MAX ? `, and ${names.length - OFFERED_MAX} more` : ""}${isComplete ? "" : ", and perhaps more"}`];
}
function code(text) {
	return `\`${text.replace(/`/g, "ˋ")}\``;
}
// ../imports/src/editor/json-rpc.ts
/**
* JSON-RPC as language servers speak it: a header with the length, then the body. Input comes from an
* editor, yet it is bounded and checked like any other: a frame that is too large or no JSON ends the stream,
* because what follows it cannot be told apart any more.
*/
const HEADER_BYTES_MAX = 4096;
const BODY_BYTES_MAX = 67108864;
/** Collects bytes until whole messages are there. */
var FrameReader = class {
	#pending = Buffer.alloc(0);
	read(chunk) {
		this.#pending = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
		const messages = [];
		for (;;) {
			const end = this.#pending.indexOf("\r\n\r\n");
			if (end < 0) {
				if (this.#pending.length > HEADER_BYTES_MAX) return {
					is: "broken",
					why: "a header without an end"
				};
				return {
					is: "messages",
					messages
				};
			}
			const length = Number(/content-length: *(\d+)/i.exec(this.#pending.toString("latin1", 0, end))?.[1]);
			if (!(length >= 0 && length <= BODY_BYTES_MAX)) return {
				is: "broken",
				why: "a length that is none"
			};
			const start = end + 4;
			if (this.#pending.length < start + length) return {
				is: "messages",
				messages
			};
			const message = parse(this.#pending.toString("utf8", start, start + length));
			this.#pending = this.#pending.subarray(start + length);
			if (message === void 0) return {
				is: "broken",
				why: "a body that is no JSON object"
			};
			messages.push(message);
		}
	}
};
function parse(text) {
	try {
		const value = JSON.parse(text);
		return typeof value === "object" && value !== null && !Array.isArray(value) ? value : void 0;
	} catch {
		return;
	}
}
function frame$1(message) {
	const body = JSON.stringify({
		jsonrpc: "2.0",
		...message
	});
	return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
// ../imports/src/editor/session.ts
/**
* What the language server knows of one tree: everybody's facts, read once, with the texts of open documents
* laid over the disk.
*
* Invariants
* S1 An open document speaks for its file; the disk does not, until it is closed.
* S2 A change re-reads one file. The resolvers are then made anew, because any name may lead elsewhere now.
* S3 A fix is offered only where the disk has the text of the editor: rules compute edits from the disk.
*/
/** Reads the tree below `root`. `today` is `YYYY-MM-DD`. */
async function openSession(root, today) {
	const reading = readConfig(root);
	if (!reading.ok) return {
		is: "failed",
		message: reading.message
	};
	const { project, tree } = await readProject(root, reading.config);
	return {
		is: "open",
		session: new Session(root, reading.config, project, tree, today)
	};
}
var Session = class {
	root;
	#config;
	#today;
	#tree;
	#facts;
	#project;
	#textByPath = /* @__PURE__ */ new Map();
	constructor(root, config, project, tree, today) {
		this.root = root;
		this.#config = config;
		this.#project = project;
		this.#facts = [...project.files];
		this.#tree = tree;
		this.#today = today;
	}
	get project() {
		this.#project ??= projectOf(this.root, this.#config, this.#facts, this.#tree);
		return this.#project;
	}
	/** S1: lays a text over a file; undefined lets the disk speak again. */
	lay(path, text) {
		if (text === void 0) this.#textByPath.delete(path);
		else this.#textByPath.set(path, text);
		this.reread(path);
	}
	/** Looks at one file again: it may have changed, come or gone. */
	reread(path) {
		const bytes = this.bytes(path);
		const index = this.#facts.findIndex((one) => one.path === path);
		const facts = bytes === void 0 ? withoutFacts(path, {
			kind: "unreadable",
			message: "cannot be read",
			line: 1,
			column: 1
		}) : extract(path, bytes);
		if (index >= 0) this.#facts[index] = facts;
		else if (bytes !== void 0) {
			this.#facts.push(facts);
			this.#tree = {
				...this.#tree,
				files: [...this.#tree.files, path].sort()
			};
		}
		this.#project = void 0;
	}
	bytes(path) {
		const text = this.#textByPath.get(path);
		return text === void 0 ? this.#onDisk(path) : Buffer.from(text);
	}
	#onDisk(path) {
		try {
			return readFileSync(join(this.root, path));
		} catch {
			return;
		}
	}
	/** What the rules say about these files, given everything else. */
	findings(paths) {
		const focus = /* @__PURE__ */ new Set();
		for (const path of paths) {
			const file = this.project.fileAt(path);
			if (file !== void 0) focus.add(file);
		}
		if (focus.size === 0) return [];
		const { findings } = runRules(this.project, this.#config, focus, allRules, this.#today(), void 0);
		const wanted = new Set([...focus].map((file) => this.project.facts(file).path));
		return findings.filter((one) => wanted.has(one.file)).map((one) => this.#withSafeFix(one));
	}
	/** S3 */
	#withSafeFix(finding) {
		if ((finding.fix?.edits ?? []).every((edit) => {
			const text = this.#textByPath.get(edit.file);
			return text === void 0 || text === this.#onDisk(edit.file)?.toString("utf8");
		})) return finding;
		const { fix: _, ...rest } = finding;
		return rest;
	}
	importAt(path, byte) {
		const file = this.project.fileAt(path);
		if (file === void 0) return void 0;
		const holds = (place) => byte >= place.start && byte <= place.end;
		const imports = this.project.facts(file).imports;
		for (const [index, statement] of imports.entries()) {
			const name = statement.names.find((one) => one.name !== "" && one.name !== "*" && holds(one));
			if (name !== void 0) return {
				file,
				index,
				statement,
				name
			};
		}
		const index = imports.findIndex((one) => holds(one.at));
		const statement = imports[index];
		return statement === void 0 ? void 0 : {
			file,
			index,
			statement,
			name: void 0
		};
	}
};
// ../imports/src/editor/server.ts
/**
* A language server over any pair of streams: diagnostics of open documents, fixes as code actions, and on
* hover where an import leads.
*
* Invariants
* E1 Every request is answered once, with a result or an error; notifications never are.
* E2 Diagnostics speak of the latest text: a change cancels the check that waits.
* E3 A failure of one check is told to the person, and the server goes on.
*/
const CHANGE_DELAY_MS = 250;
const DIAGNOSTICS_MAX = 1e3;
const SEVERITY = {
	error: 1,
	warning: 2,
	note: 3
};
const TAGS = {
	"unused-export": [1],
	"deprecated-path": [2]
};
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INTERNAL_ERROR = -32603;
const NOT_INITIALIZED = -32002;
var LanguageServer = class {
	#options;
	#reader = new FrameReader();
	/** Text of open documents by path relative to the root. */
	#open = /* @__PURE__ */ new Map();
	#findingsByPath = /* @__PURE__ */ new Map();
	#phase = { is: "new" };
	#root = "";
	#waiting;
	#reading = Promise.resolve();
	constructor(options) {
		this.#options = options;
	}
	/** Takes bytes from the editor. */
	receive(chunk) {
		const reading = this.#reader.read(chunk);
		if (reading.is === "broken") {
			this.#log(`the editor sent ${reading.why}`);
			this.#options.exit(1);
			return;
		}
		for (const message of reading.messages) this.#dispatch(message);
	}
	/** Resolves when the tree has been read. Until then hovers and actions are answered with nothing. */
	async ready() {
		await this.#reading;
	}
	#dispatch(message) {
		if (message.method === void 0) return;
		const params = asJson(message.params);
		if (message.id === void 0 || message.id === null) {
			this.#notification(message.method, params);
			return;
		}
		try {
			this.#request(message.id, message.method, params);
		} catch (error) {
			this.#refuse(message.id, INTERNAL_ERROR, String(error));
		}
	}
	#request(id, method, params) {
		if (method === "initialize") {
			this.#root = rootOf(params);
			this.#answer(id, {
				capabilities: CAPABILITIES,
				serverInfo: { name: "goldenpath-imports" }
			});
			return;
		}
		if (method === "shutdown") {
			this.#phase = { is: "closing" };
			this.#waiting?.cancel();
			this.#answer(id, null);
			return;
		}
		if (this.#phase.is === "new") {
			this.#refuse(id, NOT_INITIALIZED, "initialize first");
			return;
		}
		if (this.#phase.is === "closing") {
			this.#refuse(id, INVALID_REQUEST, "the server is shutting down");
			return;
		}
		const session = this.#phase.is === "live" ? this.#phase.session : void 0;
		switch (method) {
			case "textDocument/hover":
				this.#answer(id, session === void 0 ? null : this.#hover(session, params));
				return;
			case "textDocument/codeAction":
				this.#answer(id, session === void 0 ? [] : this.#actions(session, params));
				return;
			default: this.#refuse(id, METHOD_NOT_FOUND, `${method} is not supported`);
		}
	}
	#notification(method, params) {
		switch (method) {
			case "initialized":
				this.#phase = { is: "reading" };
				this.#reading = this.#readTree();
				return;
			case "textDocument/didOpen":
			case "textDocument/didChange":
			case "textDocument/didSave":
				this.#lay(params);
				return;
			case "textDocument/didClose":
				this.#close(params);
				return;
			case "workspace/didChangeWatchedFiles":
				this.#reread(params);
				return;
			case "exit": this.#options.exit(this.#phase.is === "closing" ? 0 : 1);
		}
	}
	async #readTree() {
		try {
			const reading = await openSession(this.#root, this.#options.today);
			if (this.#phase.is === "closing") return;
			if (reading.is === "failed") {
				this.#phase = {
					is: "failed",
					message: reading.message
				};
				this.#show(reading.message);
				return;
			}
			this.#phase = {
				is: "live",
				session: reading.session
			};
			for (const [path, document] of this.#open) reading.session.lay(path, document.text);
			this.#check();
		} catch (error) {
			this.#phase = {
				is: "failed",
				message: String(error)
			};
			this.#show(`the imports could not be read: ${String(error)}`);
		}
	}
	#lay(params) {
		const document = asJson(params.textDocument);
		const uri = String(document.uri ?? "");
		const path = this.#pathOf(uri);
		if (path === void 0) return;
		const text = textOf(params, document);
		if (text !== void 0) {
			this.#open.set(path, {
				uri,
				text
			});
			if (this.#phase.is === "live") this.#phase.session.lay(path, text);
		}
		this.#checkSoon();
	}
	#close(params) {
		const uri = String(asJson(params.textDocument).uri ?? "");
		const path = this.#pathOf(uri);
		if (path === void 0) return;
		this.#open.delete(path);
		this.#findingsByPath.delete(path);
		if (this.#phase.is === "live") this.#phase.session.lay(path, void 0);
		this.#notify("textDocument/publishDiagnostics", {
			uri,
			diagnostics: []
		});
	}
	#reread(params) {
		if (this.#phase.is !== "live" || !Array.isArray(params.changes)) return;
		for (const change of params.changes) {
			const path = this.#pathOf(String(asJson(change).uri ?? ""));
			if (path !== void 0 && !this.#open.has(path)) this.#phase.session.reread(path);
		}
		this.#checkSoon();
	}
	/** E2 */
	#checkSoon() {
		this.#waiting?.cancel();
		this.#waiting = this.#options.after(CHANGE_DELAY_MS, () => this.#check());
	}
	#check() {
		if (this.#phase.is !== "live") return;
		const { session } = this.#phase;
		try {
			const findings = session.findings(this.#open.keys());
			for (const [path, { uri }] of this.#open) {
				const own = findings.filter((one) => one.file === path).slice(0, DIAGNOSTICS_MAX);
				this.#findingsByPath.set(path, own);
				this.#notify("textDocument/publishDiagnostics", {
					uri,
					diagnostics: own.map(diagnosticOf)
				});
			}
		} catch (error) {
			this.#show(`the imports could not be checked: ${String(error)}`);
		}
	}
	#hover(session, params) {
		const path = this.#pathOf(String(asJson(params.textDocument).uri ?? ""));
		const bytes = path === void 0 ? void 0 : session.bytes(path);
		const position = asPosition(params.position);
		if (path === void 0 || bytes === void 0 || position === void 0) return null;
		const positions = new Positions(bytes);
		const at = session.importAt(path, positions.byteAt(position));
		if (at === void 0) return null;
		const place = at.name ?? at.statement.at;
		return {
			contents: {
				kind: "markdown",
				value: hoverText(session.project, at)
			},
			range: positions.range(place.start, place.end)
		};
	}
	#actions(session, params) {
		const uri = String(asJson(params.textDocument).uri ?? "");
		const path = this.#pathOf(uri);
		const range = asRange(params.range);
		if (path === void 0 || range === void 0) return [];
		return codeActions({
			findings: this.#findingsByPath.get(path) ?? [],
			range,
			path,
			uriOf: (file) => this.#open.get(file)?.uri ?? pathToFileURL(resolve(this.#root, file)).href,
			bytesOf: (file) => session.bytes(file),
			diagnosticOf
		});
	}
	/** Relative to the root, with `/`; undefined for what lies outside or is no file. */
	#pathOf(uri) {
		if (!uri.startsWith("file:")) return void 0;
		try {
			const path = relative(this.#root, fileURLToPath(uri));
			return path === "" || path.startsWith("..") || isAbsolute(path) ? void 0 : path.split(sep).join("/");
		} catch {
			return;
		}
	}
	#answer(id, result) {
		this.#options.write(frame$1({
			id,
			result
		}));
	}
	#refuse(id, code, message) {
		this.#options.write(frame$1({
			id,
			error: {
				code,
				message
			}
		}));
	}
	#notify(method, params) {
		this.#options.write(frame$1({
			method,
			params
		}));
	}
	#show(message) {
		this.#notify("window/showMessage", {
			type: 1,
			message: `goldenpath: ${message}`
		});
	}
	#log(message) {
		this.#notify("window/logMessage", {
			type: 1,
			message: `goldenpath: ${message}`
		});
	}
};
const CAPABILITIES = {
	positionEncoding: "utf-16",
	textDocumentSync: {
		openClose: true,
		change: 1,
		save: { includeText: false }
	},
	hoverProvider: true,
	codeActionProvider: { codeActionKinds: ["quickfix", "source.fixAll"] }
};
function diagnosticOf(finding) {
	const line = finding.line - 1;
	const start = {
		line,
		character: finding.column - 1
	};
	const end = {
		line,
		character: Math.max(finding.column, finding.endColumn - 1)
	};
	const tags = TAGS[finding.rule];
	return {
		range: {
			start,
			end
		},
		severity: SEVERITY[finding.severity],
		code: finding.rule,
		source: "goldenpath",
		message: [finding.message, ...finding.why].join("\n"),
		...tags === void 0 ? {} : { tags },
		data: finding.id
	};
}
function asJson(value) {
	return typeof value === "object" && value !== null ? value : {};
}
function asPosition(value) {
	const { line, character } = asJson(value);
	return typeof line === "number" && typeof character === "number" ? {
		line,
		character
	} : void 0;
}
function asRange(value) {
	const start = asPosition(asJson(value).start);
	const end = asPosition(asJson(value).end);
	return start === void 0 || end === void 0 ? void 0 : {
		start,
		end
	};
}
/** The whole text of an opened or changed document (`change: 1` promises whole texts). */
function textOf(params, document) {
	if (typeof document.text === "string") return document.text;
	const last = asJson((Array.isArray(params.contentChanges) ? params.contentChanges : []).at(-1)).text;
	return typeof last === "string" ? last : void 0;
}
function rootOf(params) {
	const uri = asJson((Array.isArray(params.workspaceFolders) ? params.workspaceFolders : [])[0]).uri ?? params.rootUri;
	if (typeof uri === "string" && uri.startsWith("file:")) return fileURLToPath(uri);
	return typeof params.rootPath === "string" ? resolve(params.rootPath) : process.cwd();
}
// ../imports/src/editor/stdio.ts
/** The language server on this process's standard streams: what `goldenpath imports lsp` runs. */
/** Serves until the editor leaves; resolves with the exit code. */
function serveStdio(input, output) {
	return new Promise((resolve) => {
		const end = (code) => {
			input.removeAllListeners("data");
			input.pause();
			if ("unref" in input && typeof input.unref === "function") input.unref();
			resolve(code);
		};
		const server = new LanguageServer({
			write: (text) => void output.write(text),
			after: (delayMs, task) => {
				const timer = setTimeout(task, delayMs);
				return { cancel: () => clearTimeout(timer) };
			},
			today: () => (/* @__PURE__ */ new Date()).toISOString().slice(0, 10),
			exit: end
		});
		input.on("data", (chunk) => server.receive(chunk));
		input.on("end", () => end(1));
		input.on("error", () => end(1));
	});
}
// ../imports/src/explain.ts
function hopsOf(project, lookup) {
	return lookup.chain.map((hop) => `  ${project.facts(hop.file).path}:${hop.line} ${hop.name}`);
}
/** Modules that go by `name`: exactly, or as the last parts of theirs. */
function findModules(project, name) {
	const exact = [];
	const ending = [];
	for (const [file, facts] of project.files.entries()) {
		const module = project.moduleName(file);
		if (module === name || facts.path === name) exact.push(file);
		else if (module.endsWith(`.${name}`) || module.endsWith(`/${name}`) || facts.path.endsWith(`/${name}`)) ending.push(file);
	}
	return exact.length > 0 ? exact : ending;
}
/**
* What a symbol is and how people reach it. `wanted` is `module:name`, `module.name` or a bare name.
* Undefined when nothing of that name is known.
*/
function explainSymbol(project, uses, wanted) {
	const lines = [];
	const cutAt = wanted.includes(":") ? wanted.lastIndexOf(":") : wanted.lastIndexOf(".");
	const name = wanted.slice(cutAt + 1);
	const modules = cutAt > 0 ? findModules(project, wanted.slice(0, cutAt)) : [];
	for (const file of modules) {
		const lookup = project.lookupIn(file, name);
		const module = project.moduleName(file);
		if (lookup.is === "found") {
			const binding = project.facts(lookup.file).bindings[lookup.binding];
			const at = `${project.facts(lookup.file).path}:${binding?.line ?? 1}`;
			lines.push(`${module}:${name} is ${binding?.isAsync ? "async " : ""}${binding?.kind ?? "a name for types"} ${project.moduleName(lookup.file)}:${binding?.name ?? name} (${at})`);
		} else if (lookup.is === "missing") lines.push(`${module} has no ${name}`);
		else if (lookup.is === "module") lines.push(`${module}:${name} is a module`);
		else if (lookup.is === "conflict") lines.push(`${module}:${name} is offered by several \`export *\`, so by none`);
		else lines.push(`${module}:${name} cannot be followed: ${lookup.why}`);
		if (lookup.chain.length > 0) lines.push("reached by", ...hopsOf(project, lookup));
	}
	const last = modules.length > 0 ? project.lookupIn(modules[0], name) : void 0;
	for (const [, { symbol, uses: group }] of uses.bySymbol) {
		if (!(last === void 0 ? cutAt < 0 && symbol.name === name : last.is === "found" && last.file === symbol.file && symbol.name === project.facts(last.file).bindings[last.binding]?.name)) continue;
		const line = project.facts(symbol.file).bindings[symbol.binding]?.line ?? 1;
		if (last === void 0) lines.push(`${project.moduleName(symbol.file)}:${symbol.name} (${project.facts(symbol.file).path}:${line})`);
		const doors = /* @__PURE__ */ new Map();
		for (const use of group) {
			const door = `${project.moduleName(use.door)}:${use.name}`;
			doors.set(door, (doors.get(door) ?? 0) + 1);
		}
		const sorted = [...doors].sort((a, b) => b[1] - a[1]);
		lines.push(`imported ${group.length} times by ${sorted.length} path${sorted.length === 1 ? "" : "s"}:`);
		for (const [door, count] of sorted) lines.push(`  ${count} × ${door}`);
	}
	return lines.length === 0 ? void 0 : lines.join("\n");
}
/** Who imports a module, directly and in the end. Undefined when there is no such module. */
function explainModule(project, edges, uses, wanted) {
	const modules = findModules(project, wanted);
	if (modules.length === 0) return void 0;
	const lines = [];
	for (const file of modules) {
		const direct = edges.into(file);
		lines.push(`${project.moduleName(file)} (${project.facts(file).path}): ${direct.length} direct importers, ${edges.importersOf([file]).size - 1} in all`);
		const names = /* @__PURE__ */ new Map();
		for (const use of uses.through(file)) {
			const known = names.get(use.file);
			if (known === void 0) names.set(use.file, /* @__PURE__ */ new Set([use.name]));
			else known.add(use.name);
		}
		for (const edge of direct) {
			const line = project.facts(edge.from).imports[edge.importIndex]?.statement.line ?? 1;
			const taken = [...names.get(edge.from) ?? []].join(", ");
			const when = edge.kind === "load" ? "" : edge.kind === "call" ? " (in a function)" : " (types only)";
			lines.push(`  ${project.facts(edge.from).path}:${line}${taken === "" ? "" : ` ${taken}`}${when}`);
		}
	}
	return lines.join("\n");
}
// ../imports/src/fix/diff.ts
const contextLines = 2;
/** Beyond so many changed lines a file is shown as replaced. */
const changesMax = 1e3;
/** A unified diff of one file. */
function diffOf(path, before, after) {
	const steps = compareLines(splitLines(before.toString("utf8")), splitLines(after.toString("utf8")));
	const lines = [`--- a/${path}`, `+++ b/${path}`];
	let old = 0;
	let fresh = 0;
	const places = steps.map((step) => {
		const place = {
			old,
			fresh
		};
		if (step.mark !== "+") old++;
		if (step.mark !== "-") fresh++;
		return place;
	});
	for (let at = 0; at < steps.length; at++) {
		if (steps[at]?.mark === " ") continue;
		const start = Math.max(0, at - contextLines);
		let end = at;
		for (let next = at; next < steps.length && next <= end + 4; next++) if (steps[next]?.mark !== " ") end = next;
		const stop = Math.min(steps.length, end + 1 + contextLines);
		const hunk = steps.slice(start, stop);
		const from = places[start] ?? {
			old: 0,
			fresh: 0
		};
		const olds = hunk.filter((step) => step.mark !== "+").length;
		const freshes = hunk.filter((step) => step.mark !== "-").length;
		lines.push(`@@ -${from.old + 1},${olds} +${from.fresh + 1},${freshes} @@`);
		for (const { mark, line } of hunk) lines.push(mark + line);
		at = stop - 1;
	}
	return lines.join("\n");
}
function splitLines(text) {
	if (text === "") return [];
	return text.replace(/\n$/, "").split("\n");
}
/** Myers (1986): the shortest way from one to the other, in time by the number of differences. */
function compareLines(old, fresh) {
	const trace = [];
	const offset = 1001;
	const reach = /* @__PURE__ */ new Int32Array(2003);
	for (let depth = 0; depth <= changesMax; depth++) {
		trace.push(reach.slice());
		for (let k = -depth; k <= depth; k += 2) {
			let x = k === -depth || k !== depth && at(reach, k - 1, offset) < at(reach, k + 1, offset) ? at(reach, k + 1, offset) : at(reach, k - 1, offset) + 1;
			let y = x - k;
			while (x < old.length && y < fresh.length && old[x] === fresh[y]) {
				x++;
				y++;
			}
			reach[k + offset] = x;
			if (x >= old.length && y >= fresh.length) return backtrack(trace, old, fresh, offset);
		}
	}
	return [...old.map((line) => ({
		mark: "-",
		line
	})), ...fresh.map((line) => ({
		mark: "+",
		line
	}))];
}
function at(reach, k, offset) {
	return reach[k + offset];
}
function backtrack(trace, old, fresh, offset) {
	const steps = [];
	let x = old.length;
	let y = fresh.length;
	for (let depth = trace.length - 1; depth > 0; depth--) {
		const reach = trace[depth];
		const k = x - y;
		const isDown = k === -depth || k !== depth && at(reach, k - 1, offset) < at(reach, k + 1, offset);
		const beforeK = isDown ? k + 1 : k - 1;
		const beforeX = at(reach, beforeK, offset);
		const beforeY = beforeX - beforeK;
		while (x > beforeX && y > beforeY) {
			steps.push({
				mark: " ",
				line: old[--x]
			});
			y--;
		}
		if (isDown) steps.push({
			mark: "+",
			line: fresh[--y]
		});
		else steps.push({
			mark: "-",
			line: old[--x]
		});
	}
	while (x > 0) steps.push({
		mark: " ",
		line: old[--x]
	});
	return steps.reverse();
}
// ../imports/src/fix/splice.ts
/** Sorted by place, each place once. */
function sorted(splices) {
	return [...splices].sort((a, b) => a.start - b.start || a.end - b.end);
}
function overlaps(splices) {
	const inOrder = sorted(splices);
	return inOrder.some((splice, index) => index > 0 && splice.start < inOrder[index - 1].end);
}
/** The bytes with all edits made; everything outside of them stays as it is. */
function applySplices(bytes, splices) {
	const parts = [];
	let at = 0;
	for (const { start, end, text } of sorted(splices)) {
		parts.push(bytes.subarray(at, start), Buffer.from(text, "utf8"));
		at = end;
	}
	parts.push(bytes.subarray(at));
	return Buffer.concat(parts);
}
// ../imports/src/fix/statement.ts
function spelled(name, local) {
	return name === local || local === "" ? name : `${name} as ${local}`;
}
const refuse = (reason) => ({
	ok: false,
	reason
});
/**
* The edits that take `moves` of a `from … import` or `import {…} from` statement to `specifier`. Nothing
* outside of the statement changes, save that a line may be added behind it, or names to the import `merge`.
*/
function rewriteStatement(bytes, language, statement, moves, specifier, merge) {
	const { names } = statement;
	const byIndex = new Map(moves.map((move) => [move.nameIndex, move]));
	if (moves.length === names.length && merge === void 0) {
		const splices = [{
			start: statement.at.start,
			end: statement.at.end,
			text: specifier
		}];
		for (const [index, name] of names.entries()) {
			const move = byIndex.get(index);
			if (move === void 0 || move.name === name.name) continue;
			const isType = language === "typescript" && /^type\s/.test(bytes.toString("utf8", name.start, name.end));
			splices.push({
				start: name.start,
				end: name.end,
				text: (isType ? "type " : "") + spelled(move.name, move.local)
			});
		}
		return {
			ok: true,
			splices
		};
	}
	const lineStart = bytes.lastIndexOf(10, statement.statement.start - 1) + 1;
	const indent = bytes.toString("utf8", lineStart, statement.statement.start);
	if (!/^[ \t\ufeff]*$/.test(indent)) return refuse("the statement shares its line with other code");
	let lineEnd = bytes.indexOf(10, statement.statement.end);
	if (lineEnd < 0) lineEnd = bytes.length;
	const isCarriage = bytes[lineEnd - 1] === 13;
	const textEnd = isCarriage ? lineEnd - 1 : lineEnd;
	const rest = bytes.toString("utf8", statement.statement.end, textEnd);
	if (!/^[ \t;]*(#.*|\/\/.*|\/\*.*\*\/[ \t]*)?$/.test(rest)) return refuse("the statement shares its line with other code");
	if (language === "python" && /^[ \t]*;/.test(rest)) return refuse("the statement shares its line with other code");
	const splices = [];
	if (moves.length === names.length) {
		const whole = bytes.toString("utf8", statement.statement.start, textEnd);
		if (/#|\/\/|\/\*/.test(whole)) return rewriteStatement(bytes, language, statement, moves, specifier, void 0);
		splices.push({
			start: lineStart,
			end: Math.min(bytes.length, lineEnd + 1),
			text: ""
		});
	} else {
		const removed = removeNames(bytes, statement, names, byIndex);
		if (removed === void 0) return refuse("its names could not be taken apart");
		splices.push(...removed);
	}
	const added = moves.map((move) => spelled(move.name, move.local));
	if (merge !== void 0) {
		const present = new Set(merge.names.map((name) => spelled(name.name, name.local)));
		const missing = added.filter((each) => !present.has(each));
		const last = merge.names.at(-1);
		if (last === void 0) return refuse("the import to merge with has no names");
		if (missing.length > 0) splices.push({
			start: last.end,
			end: last.end,
			text: `, ${missing.join(", ")}`
		});
		return {
			ok: true,
			splices
		};
	}
	const newline = isCarriage ? "\r\n" : "\n";
	const text = newStatement(bytes, language, statement, added, specifier);
	splices.push({
		start: textEnd,
		end: textEnd,
		text: `${newline}${indent.replace("﻿", "")}${text}`
	});
	return {
		ok: true,
		splices
	};
}
function newStatement(bytes, language, statement, names, specifier) {
	if (language === "python") return `from ${specifier} import ${names.join(", ")}`;
	const source = bytes.toString("utf8", statement.statement.start, statement.statement.end);
	const head = /^(import|export)(\s+type)?/.exec(source)?.[0] ?? "import";
	const mark = bytes.toString("utf8", statement.at.start - 1, statement.at.start);
	return `${head} { ${names.join(", ")} } from ${mark}${specifier}${mark}${source.endsWith(";") ? ";" : ""}`;
}
/** Takes names out of a list; comments beside them stay, and lines that are left empty go. */
function removeNames(bytes, statement, names, moved) {
	const first = names[0];
	const last = names.at(-1);
	if (first === void 0 || last === void 0) return void 0;
	const tail = bytes.toString("utf8", last.end, statement.statement.end);
	if (!/[)}]/.test(tail)) {
		const text = names.filter((_, index) => !moved.has(index)).map((name) => bytes.toString("utf8", name.start, name.end)).join(", ");
		return [{
			start: first.start,
			end: last.end,
			text
		}];
	}
	const splices = [];
	for (const [index, name] of names.entries()) {
		if (!moved.has(index)) continue;
		let end = name.end;
		while (bytes[end] === 32 || bytes[end] === 9) end++;
		if (bytes[end] === 44) end++;
		else end = name.end;
		let start = name.start;
		const lineStart = bytes.lastIndexOf(10, start - 1) + 1;
		const isFirst = /^[ \t]*$/.test(bytes.toString("utf8", lineStart, start));
		let after = end;
		while (bytes[after] === 32 || bytes[after] === 9 || bytes[after] === 13) after++;
		if (isFirst && bytes[after] === 10) {
			start = lineStart;
			end = after + 1;
		} else if (isFirst && bytes[after] === 35) end = after;
		else if (bytes[end] === 32 && bytes[end - 1] === 44 && bytes[after] !== 35) end = after;
		else if (end === name.end && index > 0 && !moved.has(index - 1)) while (bytes[start - 1] === 32) start--;
		splices.push({
			start,
			end,
			text: ""
		});
	}
	return splices;
}
// ../imports/src/fix/fix.ts
/** A statement with names for several targets takes one pass for each. */
const passesMax = 20;
/**
* Works out every edit in memory and checks the result before anything is written: the changed files are read
* again, and a file in which more is unresolved than before is left alone. Repeated until nothing changes, so
* that a second run has nothing to do.
*/
function planFixes(project, config, options) {
	const before = /* @__PURE__ */ new Map();
	const after = /* @__PURE__ */ new Map();
	let current = project;
	let rewritten = 0;
	let refused = [];
	for (let pass = 0; pass < passesMax; pass++) {
		refused = [];
		const context = contextOf(current, config, void 0, void 0, "");
		const read = (file) => after.get(file) ?? context.readBytes(file);
		const sound = keepSound(context, planPass(context, options, read, refused), refused);
		if (sound.length === 0) break;
		const files = [...current.files];
		for (const { file, change, count } of sound) {
			if (!before.has(file)) before.set(file, change.before);
			after.set(file, change.after);
			files[file] = extract(change.file, change.after);
			rewritten += count;
		}
		current = current.withFiles(files);
	}
	const changes = [...after].map(([file, bytes]) => ({
		file: project.facts(file).path,
		before: before.get(file) ?? bytes,
		after: bytes
	}));
	return {
		changes,
		diffs: changes.map((each) => diffOf(each.file, each.before, each.after)),
		rewritten,
		refused
	};
}
function planPass(context, options, read, refused) {
	const { project } = context;
	const byFile = /* @__PURE__ */ new Map();
	const paths = canonicalPaths(context);
	for (const [key, { uses }] of context.uses().bySymbol) {
		const canonical = paths.get(key);
		if (canonical === void 0 || !(canonical.isDeclared || options.isDerived)) continue;
		for (const use of uses) {
			const { path } = project.facts(use.file);
			if (!(options.paths.length === 0 || options.paths.some((each) => each === "" || path === each || path.startsWith(`${each}/`))) || !isAstray(context, use, canonical)) continue;
			const known = byFile.get(use.file);
			if (known === void 0) byFile.set(use.file, [{
				use,
				canonical
			}]);
			else known.push({
				use,
				canonical
			});
		}
	}
	const planned = [];
	for (const [file, wanted] of [...byFile].sort(([a], [b]) => a - b)) {
		const bytes = read(file);
		if (bytes === void 0) continue;
		const { splices, count } = editsOf(context, file, bytes, wanted, refused);
		if (splices.length === 0) continue;
		const { path } = project.facts(file);
		if (overlaps(splices)) refused.push({
			file: path,
			line: 1,
			reason: "its edits would overlap"
		});
		else planned.push({
			file,
			change: {
				file: path,
				before: bytes,
				after: applySplices(bytes, splices)
			},
			count
		});
	}
	return planned;
}
/** Why this use must stay as it is, if it must. */
function objection(context, { use, canonical }, reachable) {
	const { project } = context;
	const { guard, kind } = use.statement;
	if (use.lookup.is === "found" && use.lookup.presence !== "always") return "the name is only there under a condition";
	if (kind === "mock") return void 0;
	if (kind !== "static" && kind !== "re-export") return `a ${kind} import is not rewritten`;
	if (guard !== "none" && guard !== "conditional" && guard !== "types") return `it is guarded (${guard}): another path would change what the guard means`;
	if (use.name === "default" || canonical.name === "default") return "a default export would become a named one";
	if (use.door !== canonical.symbol.file && project.facts(use.door).hasEffects) {
		if (!project.facts(use.file).imports.some((each, index) => {
			if (each === use.statement || each.scope !== use.statement.scope) return false;
			const resolution = project.resolution(use.file, index);
			return resolution.is === "file" && resolution.file === use.door;
		}) && use.statement.names.length === 1) return `loading ${project.facts(use.door).path} does more than define, and would no longer happen here`;
	}
	if (use.statement.scope !== "function" && guard !== "types" && reachable(canonical.door).has(use.file)) return `${project.facts(canonical.door).path} leads back to this file: the import would close a circle`;
}
function editsOf(context, file, bytes, wanted, refused) {
	const { project } = context;
	const facts = project.facts(file);
	const splices = [];
	let count = 0;
	const reach = /* @__PURE__ */ new Map();
	const reachable = (door) => {
		let found = reach.get(door);
		if (found === void 0) {
			found = context.edges().loadedBy(door);
			reach.set(door, found);
		}
		return found;
	};
	const byStatement = /* @__PURE__ */ new Map();
	for (const each of wanted) {
		const { use, canonical } = each;
		const reason = objection(context, each, reachable);
		if (reason !== void 0) {
			refused.push({
				file: facts.path,
				line: use.place.line,
				reason
			});
			continue;
		}
		if (use.statement.kind === "mock") {
			const { module, name } = project.target(file, use.statement.specifier);
			const rest = use.statement.specifier.slice(`${module}.${name}`.length);
			const text = `${project.moduleName(canonical.door)}.${canonical.name}${rest}`;
			splices.push({
				start: use.place.start,
				end: use.place.end,
				text
			});
			count++;
			continue;
		}
		let byDoor = byStatement.get(use.statement);
		if (byDoor === void 0) {
			byDoor = /* @__PURE__ */ new Map();
			byStatement.set(use.statement, byDoor);
		}
		const known = byDoor.get(canonical.door);
		if (known === void 0) byDoor.set(canonical.door, [each]);
		else known.push(each);
	}
	for (const [statement, byDoor] of byStatement) {
		const [first] = byDoor;
		if (first === void 0) continue;
		const [door, group] = first;
		const specifier = project.resolver(file).specifierFor(file, door, statement.specifier);
		if (specifier === void 0) {
			refused.push({
				file: facts.path,
				line: statement.statement.line,
				reason: "no specifier leads there"
			});
			continue;
		}
		const moves = group.map(({ use, canonical }) => ({
			nameIndex: use.nameIndex,
			name: canonical.name,
			local: use.local
		}));
		const rewrite = rewriteStatement(bytes, facts.language, statement, moves, specifier, mergeable(project, file, statement, door));
		if (!rewrite.ok) {
			refused.push({
				file: facts.path,
				line: statement.statement.line,
				reason: rewrite.reason
			});
			continue;
		}
		splices.push(...rewrite.splices);
		count += moves.length;
	}
	return {
		splices: withoutClashes(splices),
		count
	};
}
/** Two statements that add to the same import do so at the same place: their texts are joined. */
function withoutClashes(splices) {
	const insertions = /* @__PURE__ */ new Map();
	const others = [];
	for (const splice of splices) {
		if (splice.start !== splice.end) {
			others.push(splice);
			continue;
		}
		const known = insertions.get(splice.start);
		if (known === void 0) insertions.set(splice.start, splice);
		else if (!known.text.includes(splice.text)) insertions.set(splice.start, {
			...known,
			text: known.text + splice.text
		});
	}
	return [...others, ...insertions.values()];
}
/** An earlier unguarded import of the target at module level. */
function mergeable(project, file, statement, door) {
	if (statement.scope !== "module" || statement.guard !== "none") return void 0;
	const facts = project.facts(file);
	const isType = (each) => each.names.length > 0 && each.names.every((name) => name.typeOnly);
	for (const [index, each] of facts.imports.entries()) {
		if (each.statement.start >= statement.statement.start) return void 0;
		if (each.kind !== statement.kind || each.scope !== "module" || each.guard !== "none") continue;
		if (each.names.length === 0 || each.names.some((name) => name.name === "" || name.name === "*" || name.name === "default")) continue;
		if (isType(each) !== isType(statement)) continue;
		const resolution = project.resolution(file, index);
		if (resolution.is === "file" && resolution.file === door) return {
			statement: each,
			names: each.names
		};
	}
}
/** Reads the changed files again, and drops those in which more is unresolved than before. */
function keepSound(context, planned, refused) {
	if (planned.length === 0) return planned;
	const { project, config } = context;
	const files = [...project.files];
	for (const { file, change } of planned) files[file] = extract(change.file, change.after);
	const focus = new Set(planned.map((each) => each.file));
	const count = (each) => {
		const counts = /* @__PURE__ */ new Map();
		for (const finding of runRules(each, config, focus, [unresolved], "", void 0).findings) counts.set(finding.file, (counts.get(finding.file) ?? 0) + 1);
		return counts;
	};
	const before = count(project);
	const after = count(project.withFiles(files));
	return planned.filter(({ file, change }) => {
		if ((files[file]?.problems.length ?? 0) <= project.facts(file).problems.length && (after.get(change.file) ?? 0) <= (before.get(change.file) ?? 0)) return true;
		refused.push({
			file: change.file,
			line: 1,
			reason: "the result would be less sound than what is there"
		});
		return false;
	});
}
/** Writes every file beside itself and renames it; one that changed meanwhile stops the rest. */
function writeFixes(root, plan) {
	for (const { file, before, after } of plan.changes) {
		const path = join(root, file);
		if (!readFileSync(path).equals(before)) return {
			ok: false,
			message: `${file} has changed meanwhile; run fix again`
		};
		writeWhole(path, after, statSync(path).mode);
	}
	return { ok: true };
}
// ../imports/src/git.ts
const outputBytesMax = 268435456;
function git(root, args) {
	const run = spawnSync("git", [
		"-C",
		root,
		...args
	], {
		encoding: "utf8",
		maxBuffer: outputBytesMax
	});
	if (run.error !== void 0) return {
		ok: false,
		message: `git cannot be run: ${run.error.message}`
	};
	if (run.status !== 0) return {
		ok: false,
		message: `git ${args[0]}: ${run.stderr.trim() || `exit ${run.status}`}`
	};
	return {
		ok: true,
		value: run.stdout
	};
}
/** A revision is given by the user; what begins with a dash would be an option. */
function isRevision(revision) {
	return /^[^-\s:][^\s:]*$/.test(revision);
}
/** Paths below `root` that differ from `revision` (or are staged), deleted ones and new ones included. */
function changedFiles(root, revision) {
	if (revision !== void 0 && !isRevision(revision)) return {
		ok: false,
		message: `${revision} is no revision`
	};
	const args = [
		"diff",
		"--name-only",
		"-z",
		"--relative",
		"--no-renames"
	];
	const changed = git(root, revision === void 0 ? [...args, "--cached"] : [
		...args,
		revision,
		"--"
	]);
	if (!changed.ok) return changed;
	const paths = changed.value.split("\0").filter((path) => path !== "");
	if (revision === void 0) return {
		ok: true,
		value: paths
	};
	const fresh = git(root, [
		"ls-files",
		"--others",
		"--exclude-standard",
		"-z"
	]);
	if (!fresh.ok) return fresh;
	return {
		ok: true,
		value: [...paths, ...fresh.value.split("\0").filter((path) => path !== "")]
	};
}
/** The tree as it stood at `revision`, read from git's own store: nothing is checked out. */
async function projectAt(root, config, revision) {
	if (!isRevision(revision)) return {
		ok: false,
		message: `${revision} is no revision`
	};
	const listed = git(root, [
		"ls-tree",
		"-r",
		"-z",
		`${revision}^{tree}`,
		"--",
		"."
	]);
	if (!listed.ok) return listed;
	const isExcluded = config.exclude.map((glob) => compileGlob(glob));
	const wanted = [];
	for (const line of listed.value.split("\0")) {
		const found = /^100\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(line);
		const hash = found?.[1];
		const path = found?.[2];
		if (hash === void 0 || path === void 0) continue;
		if (!/\.(pyi?|[cm]?[jt]sx?)$/.test(path) || /(^|\/)(node_modules|site-packages)\//.test(path)) continue;
		if (!isExcluded.some((matches) => matches(path))) wanted.push({
			hash,
			path
		});
	}
	const facts = [];
	const failed = await readBlobs(root, wanted, (path, bytes) => facts.push(extract(path, bytes)));
	if (failed !== void 0) return {
		ok: false,
		message: failed
	};
	facts.sort((a, b) => a.path < b.path ? -1 : 1);
	return {
		ok: true,
		value: projectOf(root, config, facts, {
			files: facts.map((each) => each.path),
			compiled: [],
			manifests: [],
			settings: [],
			folders: [],
			skipped: []
		})
	};
}
/** Streams blobs out of `git cat-file --batch`; answers with what went wrong, if anything did. */
function readBlobs(root, wanted, take) {
	return new Promise((resolve) => {
		const child = spawn("git", [
			"-C",
			root,
			"cat-file",
			"--batch"
		], { stdio: [
			"pipe",
			"pipe",
			"pipe"
		] });
		let pending = Buffer.alloc(0);
		let chunks = [];
		let waiting = 0;
		let next = 0;
		let missing = 0;
		const consume = () => {
			if (waiting > 0) return;
			pending = Buffer.concat([pending, ...chunks]);
			chunks = [];
			let at = 0;
			while (next < wanted.length) {
				const newline = pending.indexOf(10, at);
				if (newline < 0) break;
				const head = pending.toString("latin1", at, newline).split(" ");
				if (head[1] === "missing") {
					missing++;
					next++;
					at = newline + 1;
					continue;
				}
				const size = Number(head[2]);
				if (!Number.isSafeInteger(size)) break;
				const stop = newline + 1 + size;
				if (pending.length < stop + 1) {
					waiting = stop + 1 - pending.length;
					break;
				}
				take(wanted[next]?.path ?? "", pending.subarray(newline + 1, stop));
				next++;
				at = stop + 1;
			}
			pending = pending.subarray(at);
		};
		child.stdout.on("data", (chunk) => {
			chunks.push(chunk);
			waiting = Math.max(0, waiting - chunk.length);
			consume();
		});
		child.on("error", (error) => resolve(`git cannot be run: ${error.message}`));
		child.on("close", () => {
			resolve(next === wanted.length && missing === 0 ? void 0 : `git could not give ${missing + wanted.length - next} of ${wanted.length} files`);
		});
		child.stdin.on("error", () => child.kill());
		child.stdin.end(wanted.map((each) => `${each.hash}\n`).join(""));
	});
}
// ../imports/src/graph/module-graph.ts
const kinds = {
	load: "runtime",
	call: "late",
	types: "types"
};
/** The import graph in the form in which it is drawn. */
function moduleGraph(project, edges) {
	return {
		root: project.root,
		modules: project.files.map((facts) => facts.path),
		edges: edges.out.flat().map(({ from, to, kind }) => ({
			from,
			to,
			kind: kinds[kind]
		})),
		cycles: components(project.files.length, (file) => (edges.out[file] ?? []).filter((edge) => edge.kind === "load").map((edge) => edge.to))
	};
}
// ../imports/src/init.ts
/** Symbols whose path is proposed for declaration. */
const proposedMax = 20;
const pathsMin = 3;
/** A short configuration for a tree: where it is fragmented worst, the path that most importers take already. */
function proposeConfig(project, context) {
	const canonical = fragmentsOf(context).filter((each) => each.paths.length >= pathsMin).slice(0, proposedMax).map((each) => ({ symbol: `${each.definedIn}:${each.symbol}` }));
	const packages = /* @__PURE__ */ new Set();
	for (const facts of project.files) {
		const top = /^([^/]+)\/__init__\.py$/.exec(facts.path)?.[1];
		if (top !== void 0 && !/^tests?$/.test(top)) packages.add(top);
	}
	const config = {
		exclude: ["**/build/**", "**/dist/**"],
		...packages.size > 0 ? { contract: [...packages].sort() } : {},
		...canonical.length > 0 ? { canonical } : {}
	};
	return `${JSON.stringify(config, void 0, 2)}\n`;
}
// ../imports/src/report/order.ts
const RANK = {
	error: 0,
	warning: 1,
	note: 2
};
/** By place: what a person reading a file meets first comes first. */
function compareFindings(one, other) {
	return compareText(one.file, other.file) || one.line - other.line || one.column - other.column || compareText(one.rule, other.rule);
}
/** By weight, for formats that may have to leave some out. */
function compareSeverity(one, other) {
	return RANK[one.severity] - RANK[other.severity] || compareFindings(one, other);
}
/** The same on every machine, whatever its language. */
function compareText(one, other) {
	return one < other ? -1 : one > other ? 1 : 0;
}
function countsOf(findings) {
	const counts = {
		error: 0,
		warning: 0,
		note: 0
	};
	for (const one of findings) counts[one.severity]++;
	return counts;
}
function plural(count, word) {
	return `${count} ${word}${count === 1 ? "" : "s"}`;
}
// ../imports/src/report/github.ts
const LEVEL = {
	error: "error",
	warning: "warning",
	note: "notice"
};
function reportGithub(report, _context) {
	const lines = [...report.findings].sort(compareSeverity).map(annotation);
	const counts = countsOf(report.findings);
	const found = `${plural(counts.error, "error")}, ${plural(counts.warning, "warning")}, ${plural(counts.note, "note")}`;
	lines.push(`goldenpath imports: ${found}; score ${report.score.value.toFixed(1)}`);
	return `${lines.join("\n")}\n`;
}
function annotation(finding) {
	const properties = [
		`file=${property(finding.file)}`,
		`line=${finding.line}`,
		`endLine=${finding.line}`,
		`col=${finding.column}`,
		`endColumn=${finding.endColumn}`,
		`title=${property(finding.rule)}`
	];
	const fix = finding.fix === void 0 ? [] : [`fix: ${finding.fix.title}`];
	const message = [
		finding.message,
		...finding.why.map((one) => `- ${one}`),
		...fix
	].join("\n");
	return `::${LEVEL[finding.severity]} ${properties.join(",")}::${data(message)}`;
}
function data(text) {
	return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function property(text) {
	return data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
// ../imports/src/report/printable.ts
/**
* Source text and file names are a stranger's. Before they reach a terminal, a page or an XML document, what
* would act instead of being shown is replaced: control characters, and marks that turn the direction of text.
*/
function printable(text, kept = "	\n") {
	return text.toWellFormed().replace(/\p{Cc}/gu, (one) => kept.includes(one) ? one : "�").replace(/[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, "�");
}
// ../imports/src/report/markup.ts
/** What the HTML pages share: escaping, the shell of a page, and its look. */
/** Text as HTML content or as the value of a quoted attribute. */
function escapeHtml(text) {
	return printable(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&#39;");
}
/** A value as JSON that cannot end the script element it stands in. */
function escapeJson(value) {
	return JSON.stringify(value).replace(/</g, "\\u003c").replace(/\u2028/g, "\\u2028").replace(/\u2029/g, "\\u2029");
}
/** A page that asks nothing of the network: the policy in it forbids that, so a stranger's names are harmless. */
function htmlPage(title, style, body, script) {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${BASE_STYLE}${style}</style>
</head>
<body>
${body}
<script>${script}<\/script>
</body>
</html>
`;
}
const BASE_STYLE = `
:root{color-scheme:light dark;--bg:#fbfaf7;--panel:#fff;--ink:#1d1f21;--soft:#63676c;--line:#e3e0d8;--error:#b42318;--warning:#a15c00;--note:#175cd3;--good:#18794e;--accent:#8a5a00}
@media(prefers-color-scheme:dark){:root{--bg:#16181a;--panel:#1e2124;--ink:#e8e6e1;--soft:#9aa0a6;--line:#33373b;--error:#ff8a7a;--warning:#f3b45b;--note:#8ab4ff;--good:#63d19a;--accent:#e3b35c}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
code,pre,.mono{font:13px/1.5 ui-monospace,monospace}
h1{font-size:22px;margin:0}h2{font-size:17px;margin:0 0 12px}
a{color:inherit}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
`;
// ../imports/src/report/steps.ts
const STEPS_MAX = 6;
const WEIGHT = {
	error: 5,
	warning: 2,
	note: 0
};
function stepsFirst(report) {
	const candidates = [];
	const fixable = report.findings.filter((one) => (one.fix?.edits.length ?? 0) > 0);
	if (fixable.length > 0) candidates.push({
		title: `Let the guard rewrite ${plural(fixable.length, "import")}.`,
		reason: "It changes import statements only, and checks the result before it writes.",
		command: "goldenpath imports fix --dry-run\ngoldenpath imports fix",
		weight: 2 * weigh(fixable)
	});
	for (const [target, own] of groups(report.findings, missingTarget)) {
		if (own.length < 2) continue;
		candidates.push({
			title: `Restore or replace ${target}.`,
			reason: `${plural(own.length, "import")} in ${plural(new Set(own.map((one) => one.file)).size, "file")} fail because of it.`,
			command: "",
			weight: weigh(own)
		});
	}
	const [worst] = report.fragments;
	if (worst !== void 0) candidates.push({
		title: `Give ${worst.symbol} one canonical path.`,
		reason: `${plural(worst.imports, "import")} take it by ${plural(worst.paths.length, "path")}.`,
		command: `goldenpath imports why ${worst.definedIn}:${worst.symbol}`,
		weight: worst.harm
	});
	for (const [file, own] of groups(report.findings, (one) => one.file)) {
		if (own.length < 5) continue;
		const rules = [...new Set(own.map((one) => one.rule))].join(", ");
		candidates.push({
			title: `Clean up ${file}.`,
			reason: `${plural(own.length, "finding")}: ${rules}.`,
			command: "",
			weight: weigh(own) / 2
		});
	}
	candidates.sort((a, b) => b.weight - a.weight || (a.title < b.title ? -1 : 1));
	return candidates.slice(0, STEPS_MAX).map(({ title, reason, command }) => ({
		title,
		reason,
		command
	}));
}
function weigh(findings) {
	return findings.reduce((sum, one) => sum + WEIGHT[one.severity], 0);
}
function missingTarget(finding) {
	if (finding.rule === "unresolved-symbol") return `${finding.symbol} of ${finding.module}`;
	return finding.rule === "unresolved-module" ? finding.module : "";
}
function groups(findings, keyOf) {
	const byKey = /* @__PURE__ */ new Map();
	for (const one of findings) {
		const key = keyOf(one);
		if (key === "") continue;
		const same = byKey.get(key);
		if (same === void 0) byKey.set(key, [one]);
		else same.push(one);
	}
	return byKey;
}
// ../imports/src/report/html.ts
/** Rows shown of each table; the JSON format has all. */
const FINDINGS_MAX$1 = 5e3;
const ROWS_MAX = 50;
function reportHtml(report, context) {
	return reportHtmlWithTrend(report, context, []);
}
/** The same page with the score's way through the history, oldest first. */
function reportHtmlWithTrend(report, context, trend) {
	const name = report.root.split("/").filter(Boolean).at(-1) ?? report.root;
	const contract = report.findings.filter((one) => one.rule === "export-contract");
	const cycles = report.findings.filter((one) => one.rule === "cycle");
	const body = `<main>
<header><h1>Imports of ${escapeHtml(name)}</h1><p class="soft">${plural(report.files, "file")} checked in ${(report.durationMs / 1e3).toFixed(2)} s</p></header>
${scoreSection(report, trend)}
${section("What to do first", steps(stepsFirst(report)))}
${section("Worst fragments", fragments(report.fragments))}
${section("Cycles", table(cycles, "No modules import each other in a circle."))}
${section("Contract", table(contract, "Every locked export is where the lock says."))}
${section("Score by folder", folders(report))}
${section(`All findings (${report.findings.length})`, allFindings(report, context))}
</main>`;
	return htmlPage(`Imports of ${name}`, STYLE, body, SCRIPT);
}
function section(title, content) {
	return `<section><h2>${escapeHtml(title)}</h2>${content}</section>`;
}
function scoreSection(report, trend) {
	const { score } = report;
	const counts = countsOf(report.findings);
	const tone = score.value >= 99 ? "good" : score.value >= 90 ? "warning" : "error";
	const tile = (value, label, tone = "") => `<div class="tile"><b class="${tone}">${escapeHtml(value)}</b><span>${escapeHtml(label)}</span></div>`;
	const rules = Object.entries(score.byRule).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([rule, count]) => `<tr><td><code>${escapeHtml(rule)}</code></td><td class="num">${count}</td></tr>`).join("");
	return `<section class="score"><div class="tiles">
${tile(score.value.toFixed(1), `${score.imports - score.unsound} of ${score.imports} imports are sound`, tone)}
${tile(String(counts.error), "errors", counts.error > 0 ? "error" : "good")}
${tile(String(counts.warning), "warnings", counts.warning > 0 ? "warning" : "good")}
${tile(String(counts.note), "notes")}
${tile(String(report.known), "known in the baseline")}
</div>${trendLine(trend)}${rules === "" ? "" : `<details><summary>Errors and warnings by rule</summary><table>${rules}</table></details>`}</section>`;
}
function bar(value) {
	return `<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="${value.toFixed(1)} percent"><rect width="100" height="8" class="rail"/><rect width="${Math.max(0, Math.min(100, value)).toFixed(1)}" height="8" class="fill"/></svg>`;
}
function trendLine(trend) {
	if (trend.length < 2) return "";
	const values = trend.map((one) => one.score);
	const low = Math.min(...values);
	const span = Math.max(.1, Math.max(...values) - low);
	const points = values.map((value, index) => {
		return `${(index / (values.length - 1) * 600).toFixed(1)},${(60 - (value - low) / span * 54 - 3).toFixed(1)}`;
	});
	const first = trend[0];
	const last = trend.at(-1);
	const label = `from ${first?.score.toFixed(1)} at ${first?.revision} (${first?.at}) to ${last?.score.toFixed(1)} at ${last?.revision} (${last?.at})`;
	return `<figure><svg viewBox="0 0 600 60" class="trend" role="img" aria-label="${escapeHtml(label)}"><polyline points="${points.join(" ")}"/></svg><figcaption class="soft">${escapeHtml(label)}</figcaption></figure>`;
}
function steps(list) {
	if (list.length === 0) return `<p class="good">Nothing: the imports are clean.</p>`;
	return `<ol>${list.map((one) => `<li><b>${escapeHtml(one.title)}</b> <span class="soft">${escapeHtml(one.reason)}</span>${one.command === "" ? "" : `<pre>${escapeHtml(one.command)}</pre>`}</li>`).join("")}</ol>`;
}
function fragments(list) {
	if (list.length === 0) return "<p>Every symbol in use has one door.</p>";
	return list.slice(0, ROWS_MAX).map((one) => {
		const paths = one.paths.map((path) => `<li><code>${escapeHtml(path.module)}</code> as <code>${escapeHtml(path.name)}</code>: ${plural(path.imports, "import")}</li>`);
		const state = one.isState ? ` <span class="error">its module state can be created twice</span>` : "";
		return `<details><summary><code>${escapeHtml(one.symbol)}</code>: ${plural(one.paths.length, "path")}, ${plural(one.imports, "import")}, ${plural(one.definitions, "definition")}${state}</summary><p class="soft">defined in <code>${escapeHtml(one.definedIn)}</code></p><ul>${paths.join("")}</ul></details>`;
	}).join("") + more(list.length);
}
function more(length) {
	return length > ROWS_MAX ? `<p class="soft">… and ${length - ROWS_MAX} more</p>` : "";
}
function table(findings, empty) {
	if (findings.length === 0) return `<p>${escapeHtml(empty)}</p>`;
	return findings.slice(0, ROWS_MAX).map((one) => row(one)).join("") + more(findings.length);
}
function row(finding, code = "") {
	const why = finding.why.map((one) => `<li>${escapeHtml(one)}</li>`).join("");
	const fix = finding.fix === void 0 ? "" : `<p class="good">Fix: ${escapeHtml(finding.fix.title)}</p>`;
	return `<details class="finding" data-rule="${escapeHtml(finding.rule)}" data-severity="${finding.severity}" data-file="${escapeHtml(finding.file)}"><summary><span class="${finding.severity}">${finding.severity}</span> ${escapeHtml(finding.message)} <span class="soft mono">${escapeHtml(finding.file)}:${finding.line}:${finding.column}</span> <span class="tag">${escapeHtml(finding.rule)}</span></summary>${code}${why === "" ? "" : `<ul>${why}</ul>`}${fix}</details>`;
}
function folders(report) {
	const rows = Object.entries(report.score.byFolder).sort((a, b) => a[1].value - b[1].value || b[1].imports - a[1].imports).slice(0, ROWS_MAX).map(([folder, one]) => `<tr><td><code>${escapeHtml(folder)}</code></td><td>${bar(one.value)}</td><td class="num">${one.value.toFixed(1)}</td><td class="num soft">${one.unsound} of ${one.imports}</td></tr>`);
	if (rows.length === 0) return "<p>No imports.</p>";
	return `<table><tr><th>folder</th><th></th><th>score</th><th>unsound</th></tr>${rows.join("")}</table>`;
}
function allFindings(report, context) {
	const findings = [...report.findings].sort(compareSeverity);
	const options = [...new Set(findings.map((one) => one.rule))].sort().map((one) => `<option>${escapeHtml(one)}</option>`).join("");
	const levels = [
		"error",
		"warning",
		"note"
	].map((one) => `<option>${one}</option>`).join("");
	const shown = findings.slice(0, FINDINGS_MAX$1);
	const lines = linesOf(shown, context);
	const rows = shown.map((one) => row(one, lines.get(one) ?? ""));
	const left = findings.length - shown.length;
	return `<form class="filter" onsubmit="return false"><input id="search" type="search" placeholder="file, symbol or text" aria-label="Search the findings"><select id="rule" aria-label="Rule"><option value="">every rule</option>${options}</select><select id="severity" aria-label="Severity"><option value="">every severity</option>${levels}</select><output id="count"></output></form><div id="findings">${rows.join("")}</div>${left > 0 ? `<p class="soft">${plural(left, "finding")} more in the JSON format</p>` : ""}`;
}
/** The source line of each finding; each file is read once. */
function linesOf(findings, context) {
	const byFile = /* @__PURE__ */ new Map();
	for (const one of findings) byFile.set(one.file, [...byFile.get(one.file) ?? [], one]);
	const out = /* @__PURE__ */ new Map();
	for (const [file, own] of byFile) {
		const lines = context.readSource(file)?.split(/\r\n|\n|\r/);
		if (lines === void 0) continue;
		for (const one of own) {
			const line = (lines[one.line - 1] ?? "").slice(0, 400);
			const [before, it, after] = [
				line.slice(0, one.column - 1),
				line.slice(one.column - 1, one.endColumn - 1),
				line.slice(one.endColumn - 1)
			];
			out.set(one, `<pre>${escapeHtml(before)}<mark>${escapeHtml(it)}</mark>${escapeHtml(after)}</pre>`);
		}
	}
	return out;
}
const STYLE = `
main{max-width:1080px;margin:0 auto;padding:28px 20px 80px}
header{margin-bottom:20px}header p{margin:2px 0}
section{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin:0 0 16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:14px}
.tile b{display:block;font-size:30px;line-height:1.2;font-variant-numeric:tabular-nums}.tile span,.soft{color:var(--soft)}
.error{color:var(--error)}.warning{color:var(--warning)}.note{color:var(--note)}.good{color:var(--good)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:4px 10px 4px 0;vertical-align:middle}.num{text-align:right;font-variant-numeric:tabular-nums}
.bar{width:160px;height:8px;display:block;border-radius:4px}.rail{fill:var(--line)}.fill{fill:var(--good)}
.trend{width:100%;height:80px}.trend polyline{fill:none;stroke:var(--accent);stroke-width:2;vector-effect:non-scaling-stroke}figure{margin:16px 0 0}
details{border-top:1px solid var(--line);padding:7px 0}details:first-of-type{border-top:0}summary{cursor:pointer;overflow-wrap:anywhere}
.tag{border:1px solid var(--line);border-radius:6px;padding:0 6px;font-size:12px;color:var(--soft);white-space:nowrap}
pre{background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:8px 10px;overflow:auto;margin:8px 0}mark{background:color-mix(in srgb,var(--warning) 30%,transparent);color:inherit;border-radius:3px}
.filter{display:flex;flex-wrap:wrap;gap:8px;margin-bottom:10px;align-items:center}.filter input{flex:1 1 220px}
input,select{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:6px 8px}
ol{padding-left:22px;margin:0}li{margin:4px 0}[hidden]{display:none}
`;
const SCRIPT = `
const at=(id)=>document.getElementById(id);
const rows=[...document.querySelectorAll("#findings .finding")];
const words=rows.map((row)=>row.textContent.toLowerCase());
function filter(){
  const search=at("search").value.toLowerCase(),rule=at("rule").value,severity=at("severity").value;
  let shown=0;
  rows.forEach((row,index)=>{
    const fits=(!rule||row.dataset.rule===rule)&&(!severity||row.dataset.severity===severity)&&words[index].includes(search);
    row.hidden=!fits;
    if(fits)shown++;
  });
  at("count").textContent=shown+" shown";
}
for(const id of ["search","rule","severity"])at(id).addEventListener("input",filter);
filter();
`;
// ../imports/src/report/json.ts
function reportJson(report, _context) {
	return `${JSON.stringify(report, null, 2)}\n`;
}
const text = { type: "string" };
const count = {
	type: "integer",
	minimum: 0
};
const percent = {
	type: "number",
	minimum: 0,
	maximum: 100
};
function object(properties, optional = []) {
	return {
		type: "object",
		properties,
		required: Object.keys(properties).filter((one) => !optional.includes(one)),
		additionalProperties: false
	};
}
const edit = object({
	file: text,
	start: count,
	end: count,
	text
});
const finding = object({
	rule: text,
	severity: { enum: [
		"error",
		"warning",
		"note"
	] },
	file: {
		...text,
		description: "relative to the root, with /"
	},
	line: {
		type: "integer",
		minimum: 1
	},
	column: {
		type: "integer",
		minimum: 1,
		description: "in UTF-16 code units"
	},
	endColumn: {
		type: "integer",
		minimum: 1,
		description: "exclusive, on the same line"
	},
	module: text,
	symbol: text,
	message: text,
	why: {
		type: "array",
		items: text
	},
	fix: object({
		title: text,
		edits: {
			type: "array",
			items: edit
		}
	}),
	id: {
		...text,
		description: "stays the same when the finding moves to another line"
	}
}, ["fix"]);
const share = object({
	imports: count,
	unsound: count,
	value: percent
});
const fragment = object({
	symbol: text,
	definedIn: text,
	paths: {
		type: "array",
		items: object({
			module: text,
			name: text,
			imports: count
		})
	},
	imports: count,
	definitions: count,
	isState: { type: "boolean" },
	harm: { type: "number" }
});
({ ...object({
	version: { const: 1 },
	root: text,
	files: count,
	durationMs: {
		type: "number",
		minimum: 0
	},
	score: object({
		value: percent,
		imports: count,
		unsound: count,
		byRule: {
			type: "object",
			additionalProperties: count,
			description: "errors and warnings"
		},
		byFolder: {
			type: "object",
			additionalProperties: share
		}
	}),
	findings: {
		type: "array",
		items: finding
	},
	known: count,
	skipped: {
		type: "array",
		items: object({
			file: text,
			reason: text
		})
	},
	fragments: {
		type: "array",
		items: fragment
	}
}) });
// ../imports/src/report/junit.ts
function reportJunit(report, _context) {
	const byFile = /* @__PURE__ */ new Map();
	for (const one of [...report.findings].sort(compareFindings)) {
		const same = byFile.get(one.file);
		if (same === void 0) byFile.set(one.file, [one]);
		else same.push(one);
	}
	const seconds = (report.durationMs / 1e3).toFixed(3);
	const failures = report.findings.filter(isFailure).length;
	const lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", `<testsuites name="goldenpath imports" tests="${Math.max(1, report.findings.length)}" failures="${failures}" time="${seconds}">`];
	if (byFile.size === 0) lines.push("  <testsuite name=\"imports\" tests=\"1\" failures=\"0\">", `    <testcase classname="imports" name="${attribute(plural(report.files, "file"))} checked"/>`, "  </testsuite>");
	for (const [file, findings] of byFile) lines.push(...suite(file, findings));
	lines.push("</testsuites>");
	return `${lines.join("\n")}\n`;
}
/** Notes never fail a check. */
function isFailure(finding) {
	return finding.severity !== "note";
}
function suite(file, findings) {
	const failures = findings.filter(isFailure).length;
	const lines = [`  <testsuite name="${attribute(file)}" tests="${findings.length}" failures="${failures}">`];
	for (const one of findings) {
		const name = `${one.rule} ${one.line}:${one.column} ${one.message}`;
		const place = `file="${attribute(file)}" line="${one.line}"`;
		const body = content([
			`${file}:${one.line}:${one.column}`,
			...one.why,
			one.fix === void 0 ? "" : `fix: ${one.fix.title}`
		].filter((part) => part !== "").join("\n"));
		const head = `    <testcase classname="${attribute(one.rule)}" name="${attribute(name)}" ${place}>`;
		lines.push(head);
		if (isFailure(one)) lines.push(`      <failure type="${attribute(one.rule)}" message="${attribute(one.message)}">${body}</failure>`);
		else lines.push(`      <system-out>${body}</system-out>`);
		lines.push("    </testcase>");
	}
	lines.push("  </testsuite>");
	return lines;
}
/** XML 1.0 knows no other control characters, not even escaped, and no lone surrogates. */
function content(text) {
	return printable(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
function attribute(text) {
	return content(text).replace(/"/g, "&quot;").replace(/\n/g, "&#10;");
}
// ../imports/src/report/sarif.ts
/**
* SARIF 2.1.0, as code scanning services take it. They refuse a run with more than 25,000 results, so the
* heaviest are kept and the rest is counted in a notification. Fingerprints are the findings' ids, which do
* not move with the line.
*/
const SARIF_RESULTS_MAX = 25e3;
function reportSarif(report, context) {
	const findings = [...report.findings].sort(compareSeverity);
	const kept = findings.slice(0, SARIF_RESULTS_MAX);
	const rules = rulesOf(context.rules, kept);
	const indexById = new Map(rules.map((one, index) => [one.id, index]));
	const left = findings.length - kept.length;
	const notifications = left > 0 ? [{
		level: "warning",
		message: { text: `${plural(left, "finding")} of lower severity left out: a run may hold ${SARIF_RESULTS_MAX}` }
	}] : [];
	const log = {
		$schema: "https://json.schemastore.org/sarif-2.1.0.json",
		version: "2.1.0",
		runs: [{
			tool: { driver: {
				name: "goldenpath-imports",
				semanticVersion: "0.1.0",
				rules: rules.map(ruleOf)
			} },
			columnKind: "utf16CodeUnits",
			originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(report.root).href.replace(/\/$/, "")}/` } },
			invocations: [{
				executionSuccessful: true,
				toolExecutionNotifications: notifications
			}],
			results: kept.map((one) => resultOf(one, indexById.get(one.rule) ?? -1))
		}]
	};
	return `${JSON.stringify(log, null, 1)}\n`;
}
function rulesOf(known, findings) {
	const ids = new Set(known.map((one) => one.id));
	const others = /* @__PURE__ */ new Map();
	for (const one of findings) {
		if (ids.has(one.rule)) continue;
		others.set(one.rule, {
			id: one.rule,
			severity: one.severity,
			reason: one.message,
			page: ""
		});
	}
	return [...known, ...others.values()];
}
function ruleOf(rule) {
	return {
		id: rule.id,
		shortDescription: { text: rule.reason },
		help: { text: rule.page === "" ? rule.reason : `${rule.reason} See docs/${rule.page}.md` },
		defaultConfiguration: { level: rule.severity }
	};
}
function resultOf(finding, ruleIndex) {
	const why = finding.why.map((one) => `\n- ${one}`).join("");
	return {
		ruleId: finding.rule,
		...ruleIndex >= 0 ? { ruleIndex } : {},
		level: finding.severity,
		message: { text: finding.message + why },
		locations: [{ physicalLocation: {
			artifactLocation: locationOf(finding.file),
			region: {
				startLine: finding.line,
				startColumn: finding.column,
				endColumn: finding.endColumn
			}
		} }],
		partialFingerprints: { "goldenpathImports/v1": finding.id },
		...fixesOf(finding)
	};
}
function fixesOf(finding) {
	const edits = finding.fix?.edits ?? [];
	if (finding.fix === void 0 || edits.length === 0) return {};
	const artifactChanges = [...new Set(edits.map((one) => one.file))].map((file) => ({
		artifactLocation: locationOf(file),
		replacements: edits.filter((one) => one.file === file).map((one) => ({
			deletedRegion: {
				byteOffset: one.start,
				byteLength: one.end - one.start
			},
			insertedContent: { text: one.text }
		}))
	}));
	return { fixes: [{
		description: { text: finding.fix.title },
		artifactChanges
	}] };
}
function locationOf(file) {
	return {
		uri: file.split("/").map(encodeURIComponent).join("/"),
		uriBaseId: "SRCROOT"
	};
}
// ../imports/src/report/text.ts
const CONTEXT_LINES = 1;
const WHY_MAX = 8;
/** Findings printed in full; what is beyond is counted. The other formats carry all. */
const FINDINGS_MAX = 1e3;
/** Notes ask for nothing, so a tree full of them must not hide what fails. */
const NOTES_MAX = 20;
function reportText(report, context) {
	const paint = palette(context.useColour);
	const lines = [];
	const findings = [...report.findings].sort(compareFindings);
	let file = "";
	let notes = 0;
	const shown = findings.filter((one) => one.severity !== "note" || notes++ < NOTES_MAX).slice(0, FINDINGS_MAX);
	for (const finding of shown) {
		if (finding.file !== file) {
			file = finding.file;
			lines.push(paint.bold(clean$1(file)), "");
		}
		lines.push(...block(finding, context, paint), "");
	}
	if (shown.length < findings.length) {
		const printed = new Set(shown);
		const left = countsOf(findings.filter((one) => !printed.has(one)));
		const what = left.error + left.warning > 0 ? `${left.error + left.warning} errors and warnings and ` : "";
		lines.push(paint.dim(`… and ${what}${plural(left.note, "note")} more: --format json lists them all`), "");
	}
	lines.push(...skipped(report, paint));
	lines.push(...summary(report, paint));
	return `${lines.join("\n")}\n`;
}
/** One line per reason: a tree may hold hundreds of components. */
function skipped(report, paint) {
	const filesByReason = /* @__PURE__ */ new Map();
	for (const one of report.skipped) {
		const same = filesByReason.get(one.reason);
		if (same === void 0) filesByReason.set(one.reason, [one.file]);
		else same.push(one.file);
	}
	return [...filesByReason].map(([reason, files]) => {
		const names = files.slice(0, 2).map(clean$1).join(", ") + (files.length > 2 ? ", …" : "");
		return paint.dim(`skipped ${plural(files.length, "file")} (${names}): ${clean$1(reason)}`);
	});
}
function block(finding, context, paint) {
	const place = `${finding.line}:${finding.column}`;
	const severity = paint[finding.severity](finding.severity.padEnd(7));
	const lines = [`  ${place.padEnd(8)} ${severity} ${clean$1(finding.message)}  ${paint.dim(finding.rule)}`];
	lines.push(...frame(finding, context, paint));
	for (const why of finding.why.slice(0, WHY_MAX)) lines.push(`           ${paint.dim("because")} ${clean$1(why)}`);
	if (finding.why.length > WHY_MAX) lines.push(`           ${paint.dim(`… and ${finding.why.length - WHY_MAX} more reasons`)}`);
	if (finding.fix !== void 0) {
		const how = finding.fix.edits.length > 0 ? " (goldenpath imports fix)" : "";
		lines.push(`           ${paint.good("fix")}     ${clean$1(finding.fix.title)}${paint.dim(how)}`);
	}
	return lines;
}
/** The line of the finding between its neighbours, with the place underlined. */
function frame(finding, context, paint) {
	const source = context.readSource(finding.file);
	if (source === void 0) return [];
	const all = source.split(/\r\n|\n|\r/);
	const first = Math.max(1, finding.line - CONTEXT_LINES);
	const last = Math.min(all.length, finding.line + CONTEXT_LINES);
	const gutter = String(last).length;
	const room = Math.max(20, context.width - gutter - 16);
	const lines = [];
	for (let line = first; line <= last; line++) {
		const text = all[line - 1] ?? "";
		const isIt = line === finding.line;
		const from = isIt ? Math.max(0, finding.endColumn - room) : 0;
		const number = String(line).padStart(gutter);
		lines.push(`         ${isIt ? paint[finding.severity](">") : " "} ${paint.dim(`${number} |`)} ${show$1(text, from, room)}`);
		if (!isIt) continue;
		const start = widthOf(text.slice(from, finding.column - 1));
		const length = Math.max(1, widthOf(text.slice(finding.column - 1, finding.endColumn - 1)));
		const mark = " ".repeat(Math.min(start, room)) + "^".repeat(Math.min(length, Math.max(1, room - start)));
		lines.push(`           ${" ".repeat(gutter)} ${paint.dim("|")} ${paint[finding.severity](mark)}`);
	}
	return lines;
}
function show$1(text, from, room) {
	const part = clean$1(text.slice(from).replace(/\t/g, "  "));
	return part.length > room ? `${part.slice(0, room - 1)}…` : part;
}
/** Columns that the text takes on a terminal: tabs are shown as two, wide characters take two. */
function widthOf(text) {
	let width = 0;
	for (const char of text) {
		const code = char.codePointAt(0) ?? 0;
		width += char === "	" || code >= 4352 && code <= 4447 || code >= 11904 && code <= 65500 || code >= 127744 ? 2 : 1;
	}
	return width;
}
function summary(report, paint) {
	const counts = countsOf(report.findings);
	const { score } = report;
	const seconds = (report.durationMs / 1e3).toFixed(2);
	const scoreText = `score ${score.value.toFixed(1)} (${score.imports - score.unsound} of ${plural(score.imports, "import")} sound)`;
	const tail = `${plural(report.files, "file")} in ${seconds} s, ${scoreText}`;
	const known = report.known > 0 ? `, ${plural(report.known, "known finding")} in the baseline` : "";
	if (report.findings.length === 0) return [`${paint.good("clean")}: ${tail}${known}`];
	const parts = [
		counts.error > 0 ? paint.error(plural(counts.error, "error")) : "",
		counts.warning > 0 ? paint.warning(plural(counts.warning, "warning")) : "",
		counts.note > 0 ? paint.note(plural(counts.note, "note")) : ""
	].filter((one) => one !== "");
	const fixable = report.findings.filter((one) => (one.fix?.edits.length ?? 0) > 0).length;
	const lines = [`${parts.join(", ")}; ${tail}${known}`];
	if (fixable > 0) lines.push(paint.dim(`goldenpath imports fix settles ${fixable} of them`));
	return lines;
}
/** On one line, and nothing in it acts on the terminal. */
function clean$1(text) {
	return printable(text, "\n").replace(/\n/g, " ");
}
function palette(useColour) {
	const colour = (code) => useColour ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text;
	return {
		error: colour(31),
		warning: colour(33),
		note: colour(36),
		dim: colour(2),
		bold: colour(1),
		good: colour(32)
	};
}
// ../imports/src/report/formats.ts
const reporterByFormat = {
	text: reportText,
	json: reportJson,
	sarif: reportSarif,
	github: reportGithub,
	junit: reportJunit,
	html: reportHtml
};
// ../imports/src/report/graph.ts
/** Mermaid refuses to draw more; the graph is then folded into folders. */
const MERMAID_EDGES_MAX = 400;
const DOT_STYLE = {
	runtime: "",
	late: " [style=dashed]",
	types: " [style=dotted, color=\"#888888\"]"
};
function graphDot(graph) {
	const inCycle = new Set(graph.cycles.flat());
	const lines = [
		"digraph imports {",
		"  rankdir=LR;",
		"  node [shape=box, fontsize=10];"
	];
	const byFolder = /* @__PURE__ */ new Map();
	graph.modules.forEach((path, index) => {
		const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
		byFolder.set(folder, [...byFolder.get(folder) ?? [], index]);
	});
	let cluster = 0;
	for (const [folder, members] of byFolder) {
		lines.push(`  subgraph cluster_${cluster++} {`, `    label=${quote(folder)};`);
		for (const index of members) {
			const path = graph.modules[index] ?? "";
			const colour = inCycle.has(index) ? ", color=\"#b42318\"" : "";
			lines.push(`    m${index} [label=${quote(path.slice(path.lastIndexOf("/") + 1))}${colour}];`);
		}
		lines.push("  }");
	}
	for (const edge of graph.edges) lines.push(`  m${edge.from} -> m${edge.to}${DOT_STYLE[edge.kind]};`);
	lines.push("}");
	return `${lines.join("\n")}\n`;
}
function quote(text) {
	return `"${text.replace(/\\/g, "\\\\").replace(/"/g, "\\\"").replace(/\n/g, "\\n")}"`;
}
function graphMermaid(graph) {
	let depth = Math.max(1, ...graph.modules.map((one) => one.split("/").length));
	let folded = fold(graph, depth);
	while (folded.edges.length > MERMAID_EDGES_MAX && depth > 1) folded = fold(graph, --depth);
	const lines = ["flowchart LR"];
	folded.names.forEach((name, index) => {
		lines.push(`  m${index}["${name.replace(/["#&<>]/g, (one) => `#${one.charCodeAt(0)};`)}"]`);
	});
	for (const edge of folded.edges.slice(0, MERMAID_EDGES_MAX)) {
		const arrow = edge.kind === "runtime" ? "-->" : "-.->";
		const label = edge.count > 1 ? `|${edge.count}|` : "";
		lines.push(`  m${edge.from} ${arrow}${label} m${edge.to}`);
	}
	const left = folded.edges.length - MERMAID_EDGES_MAX;
	if (left > 0) lines.push(`  %% ${left} more edges: the HTML format shows them all`);
	return `${lines.join("\n")}\n`;
}
/** Folds modules into folders of at most `depth` parts. */
function fold(graph, depth) {
	const indexByName = /* @__PURE__ */ new Map();
	const groupOf = graph.modules.map((path) => {
		const name = path.split("/").slice(0, depth).join("/");
		const index = indexByName.get(name) ?? indexByName.size;
		indexByName.set(name, index);
		return index;
	});
	const edges = /* @__PURE__ */ new Map();
	for (const edge of graph.edges) {
		const from = groupOf[edge.from] ?? 0;
		const to = groupOf[edge.to] ?? 0;
		if (from === to) continue;
		const key = `${from} ${to}`;
		const before = edges.get(key);
		if (before === void 0) edges.set(key, {
			from,
			to,
			kind: edge.kind,
			count: 1
		});
		else {
			const kind = edge.kind === "runtime" ? "runtime" : before.kind;
			edges.set(key, {
				...before,
				kind,
				count: before.count + 1
			});
		}
	}
	const heaviest = [...edges.values()].sort((a, b) => b.count - a.count || a.from - b.from || a.to - b.to);
	return {
		names: [...indexByName.keys()],
		edges: heaviest
	};
}
// ../imports/src/report/graph-page.ts
/** The look and the behaviour of the graph page. It runs in a browser, without a build and without a library. */
const GRAPH_STYLE = `
html,body{height:100%}body{display:flex;flex-direction:column;overflow:hidden}
header{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;padding:10px 16px;border-bottom:1px solid var(--line);background:var(--panel)}
header h1{font-size:16px}nav{flex-basis:100%}
input[type=search]{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:5px 8px;width:min(420px,60vw)}
button.link{border:0;background:none;color:inherit;font:inherit;padding:0 2px;cursor:pointer;text-decoration:underline;text-decoration-color:var(--line);text-align:left;overflow-wrap:anywhere}
main{flex:1;display:flex;min-height:0}#stage{flex:1;overflow:auto}#side{width:360px;max-width:45vw;overflow:auto;border-left:1px solid var(--line);padding:14px;background:var(--panel)}
#side h2{overflow-wrap:anywhere}#side h3{font-size:13px;color:var(--soft);margin:14px 0 4px}#side ul{list-style:none;margin:0;padding:0}
.node rect{fill:var(--panel);stroke:var(--line)}.node text{fill:var(--ink);font:12px ui-monospace,monospace}.node{cursor:pointer}
.node.folder rect{stroke:var(--accent)}.node.cycle rect{stroke:var(--error);stroke-width:2}.node.on rect{fill:color-mix(in srgb,var(--accent) 25%,var(--panel))}
.edge{fill:none;stroke:var(--soft);opacity:.35}.edge.types{stroke-dasharray:2 3}.edge.late{stroke-dasharray:6 4}.edge.on{stroke:var(--accent);opacity:1}.edge.off{opacity:.06}
.soft{color:var(--soft)}
@media(max-width:700px){main{flex-direction:column}#side{width:auto;max-width:none;border-left:0;border-top:1px solid var(--line);max-height:45vh}}
`;
const GRAPH_SCRIPT = `
const data=JSON.parse(document.getElementById("data").textContent);
const SVG="http://www.w3.org/2000/svg",NODES_MAX=120,LIST_MAX=200;
const at=(id)=>document.getElementById(id);
const make=(name,attributes,parent)=>{const one=document.createElementNS(SVG,name);for(const key in attributes)one.setAttribute(key,attributes[key]);parent.append(one);return one;};
const inCycle=new Map();
data.cycles.forEach((members,index)=>members.forEach((one)=>inCycle.set(one,index)));
const out=data.modules.map(()=>[]),back=data.modules.map(()=>[]);
for(let i=0;i<data.edges.length;i+=3){out[data.edges[i]].push([data.edges[i+1],data.edges[i+2]]);back[data.edges[i+1]].push([data.edges[i],data.edges[i+2]]);}
let folder="",selected=null;
function childOf(path){
  if(folder!==""&&!path.startsWith(folder+"/"))return null;
  const rest=folder===""?path:path.slice(folder.length+1),cut=rest.indexOf("/");
  return cut<0?{name:rest,key:path,isFolder:false}:{name:rest.slice(0,cut)+"/",key:(folder===""?"":folder+"/")+rest.slice(0,cut),isFolder:true};
}
function view(){
  const nodes=new Map(),keyOf=new Array(data.modules.length).fill(null);
  data.modules.forEach((path,index)=>{
    const child=childOf(path);
    if(!child)return;
    let node=nodes.get(child.key);
    if(!node){node={...child,modules:0,index,isCycle:false,weight:0};nodes.set(child.key,node);}
    node.modules++;node.isCycle=node.isCycle||inCycle.has(index);keyOf[index]=child.key;
  });
  const withTypes=at("types").checked,edges=new Map();
  for(let i=0;i<data.edges.length;i+=3){
    const from=keyOf[data.edges[i]],to=keyOf[data.edges[i+1]],kind=data.edges[i+2];
    if(kind===2&&!withTypes)continue;
    if(from)nodes.get(from).weight++;
    if(to)nodes.get(to).weight++;
    if(!from||!to||from===to)continue;
    const key=from+"\\n"+to,edge=edges.get(key);
    if(edge){edge.count++;edge.kind=Math.min(edge.kind,kind);}else edges.set(key,{from,to,kind,count:1});
  }
  return{nodes,edges:[...edges.values()]};
}
function ranks(nodes,edges){
  const rank=new Map([...nodes.keys()].map((key)=>[key,0]));
  const next=new Map();
  for(const edge of edges){if(!next.has(edge.from))next.set(edge.from,[]);next.get(edge.from).push(edge.to);}
  const state=new Map();
  const visit=(start)=>{
    const stack=[[start,0]];
    state.set(start,1);
    while(stack.length){
      const top=stack[stack.length-1],targets=next.get(top[0])||[];
      if(top[1]<targets.length){
        const to=targets[top[1]++];
        if(!rank.has(to)||state.get(to)===1)continue;
        if(!state.has(to)){state.set(to,1);stack.push([to,0]);continue;}
        rank.set(top[0],Math.max(rank.get(top[0]),rank.get(to)+1));
      }else{
        state.set(top[0],2);stack.pop();
        const parent=stack[stack.length-1];
        if(parent)rank.set(parent[0],Math.max(rank.get(parent[0]),rank.get(top[0])+1));
      }
    }
  };
  for(const key of nodes.keys())if(!state.has(key))visit(key);
  return rank;
}
function draw(){
  const{nodes,edges}=view(),svg=at("drawing");
  const heavy=[...nodes.values()].sort((a,b)=>b.weight-a.weight||(a.key<b.key?-1:1)).slice(0,NODES_MAX);
  const shown=new Map(heavy.map((one)=>[one.key,one])),lines=edges.filter((one)=>shown.has(one.from)&&shown.has(one.to));
  const rank=ranks(shown,lines),columns=new Map();
  for(const node of heavy){const r=rank.get(node.key);if(!columns.has(r))columns.set(r,[]);columns.get(r).push(node);}
  const order=[...columns.keys()].sort((a,b)=>b-a),place=new Map(),W=230,H=34;
  let height=0,x=20;
  for(const r of order){
    const column=columns.get(r),per=Math.max(1,Math.ceil(column.length/Math.ceil(column.length/24)));
    column.sort((a,b)=>(a.key<b.key?-1:1)).forEach((node,i)=>{place.set(node.key,{x:x+Math.floor(i/per)*W,y:20+(i%per)*H});height=Math.max(height,20+(i%per)*H+H);});
    x+=Math.ceil(column.length/per)*W+40;
  }
  svg.replaceChildren();svg.setAttribute("width",x+20);svg.setAttribute("height",height+20);
  const kinds=["runtime","late","types"],paths=[];
  for(const edge of lines){
    const a=place.get(edge.from),b=place.get(edge.to),x1=a.x+200,y1=a.y+12,x2=b.x,y2=b.y+12,bend=Math.max(30,Math.abs(x2-x1)/2);
    const path=make("path",{d:"M"+x1+","+y1+" C"+(x1+bend)+","+y1+" "+(x2-bend)+","+y2+" "+x2+","+y2,class:"edge "+kinds[edge.kind],"stroke-width":Math.min(6,1+Math.log2(edge.count))},svg);
    make("title",{},path).textContent=edge.from+" imports "+edge.to+" ("+edge.count+")";
    paths.push([edge,path]);
  }
  for(const node of heavy){
    const p=place.get(node.key),group=make("g",{class:"node"+(node.isFolder?" folder":"")+(node.isCycle?" cycle":""),transform:"translate("+p.x+","+p.y+")",tabindex:0,role:"button"},svg);
    make("rect",{width:200,height:24,rx:5},group);
    const label=node.name+(node.isFolder?" "+node.modules:"");
    make("text",{x:8,y:16},group).textContent=label.length>26?label.slice(0,25)+"…":label;
    make("title",{},group).textContent=node.key;
    const light=(on)=>{for(const[edge,path]of paths){const its=edge.from===node.key||edge.to===node.key;path.classList.toggle("on",on&&its);path.classList.toggle("off",on&&!its);}};
    group.addEventListener("mouseenter",()=>light(true));group.addEventListener("mouseleave",()=>light(false));
    group.addEventListener("focus",()=>light(true));group.addEventListener("blur",()=>light(false));
    const open=()=>{if(node.isFolder)go(node.key);else select(node.index);};
    group.addEventListener("click",open);
    group.addEventListener("keydown",(event)=>{if(event.key==="Enter"||event.key===" "){event.preventDefault();open();}});
    if(!node.isFolder&&node.index===selected)group.classList.add("on");
  }
  crumbs();
  if(selected===null)summary(nodes,heavy.length);
}
function link(label,action){const one=document.createElement("button");one.className="link mono";one.type="button";one.textContent=label;one.addEventListener("click",action);return one;}
function crumbs(){
  const parts=folder===""?[]:folder.split("/"),nav=at("crumbs");
  nav.replaceChildren(link("all",()=>go("")));
  parts.forEach((part,index)=>{nav.append(" / ",link(part,()=>go(parts.slice(0,index+1).join("/"))));});
}
function go(next){folder=next;selected=null;location.hash=encodeURIComponent(next);draw();}
function list(title,items){
  const side=at("side"),head=document.createElement("h3"),ul=document.createElement("ul");
  head.textContent=title+" ("+items.length+")";
  for(const index of items.slice(0,LIST_MAX)){const li=document.createElement("li");li.append(link(data.modules[index],()=>select(index)));ul.append(li);}
  side.append(head,ul);
  if(items.length>LIST_MAX){const p=document.createElement("p");p.className="soft";p.textContent="and "+(items.length-LIST_MAX)+" more";side.append(p);}
}
function select(index){
  selected=index;
  const path=data.modules[index],side=at("side"),title=document.createElement("h2");
  folder=path.includes("/")?path.slice(0,path.lastIndexOf("/")):"";
  title.textContent=path;title.className="mono";side.replaceChildren(title);
  const unique=(edges)=>[...new Set(edges.map((one)=>one[0]))].sort((a,b)=>(data.modules[a]<data.modules[b]?-1:1));
  if(inCycle.has(index))list("In a circle with",data.cycles[inCycle.get(index)].filter((one)=>one!==index));
  list("Imported by",unique(back[index]));
  list("Imports",unique(out[index]));
  draw();
}
function summary(nodes,shown){
  const side=at("side"),title=document.createElement("h2"),p=document.createElement("p");
  let count=0;for(const node of nodes.values())count+=node.modules;
  title.textContent=folder===""?"All modules":folder;
  p.className="soft";
  p.textContent=count+" modules, "+data.edges.length/3+" imports and "+data.cycles.length+" circles in all."+(nodes.size>shown?" Drawn: the "+shown+" most connected of "+nodes.size+".":"")+" Arrows point from importer to imported, left to right.";
  side.replaceChildren(title,p);
  data.cycles.slice(0,20).forEach((members,index)=>list("Circle "+(index+1),members));
}
at("types").addEventListener("change",draw);
at("search").addEventListener("input",(event)=>{
  const text=event.target.value.toLowerCase(),found=[];
  const exact=data.modules.indexOf(event.target.value);
  if(exact>=0)return select(exact);
  for(const path of data.modules){if(found.length>=30)break;if(text!==""&&path.toLowerCase().includes(text))found.push(path);}
  at("found").replaceChildren(...found.map((path)=>{const option=document.createElement("option");option.value=path;return option;}));
});
at("search").addEventListener("keydown",(event)=>{
  if(event.key!=="Enter")return;
  const text=event.target.value.toLowerCase(),index=data.modules.findIndex((path)=>path.toLowerCase().includes(text));
  if(index>=0)select(index);
});
folder=decodeURIComponent(location.hash.slice(1));
draw();
`;
// ../imports/src/report/graph-html.ts
const KIND = {
	runtime: 0,
	late: 1,
	types: 2
};
function graphHtml(graph) {
	const name = graph.root.split("/").filter(Boolean).at(-1) ?? graph.root;
	const data = {
		modules: graph.modules,
		edges: graph.edges.flatMap((one) => [
			one.from,
			one.to,
			KIND[one.kind]
		]),
		cycles: graph.cycles
	};
	const body = `<header><h1>Imports of ${escapeHtml(name)}</h1>
<input id="search" type="search" placeholder="find a module" aria-label="Find a module" list="found" autocomplete="off"><datalist id="found"></datalist>
<label><input id="types" type="checkbox" checked> imports of types</label>
<nav id="crumbs" aria-label="Folder"></nav></header>
<main><div id="stage"><svg id="drawing" role="img" aria-label="The folder's modules and their imports"></svg></div><aside id="side" aria-live="polite"></aside></main>
<script type="application/json" id="data">${escapeJson(data)}<\/script>`;
	return htmlPage(`Imports of ${name}`, GRAPH_STYLE, body, GRAPH_SCRIPT);
}
// ../imports/src/trend.ts
/** The score of the last `count` revisions that touched the tree, oldest first, by the rules on broken imports. */
async function trendOf(root, config, count) {
	if (count === 0) return {
		ok: true,
		value: []
	};
	const log = spawnSync("git", [
		"-C",
		root,
		"log",
		`-${count}`,
		"--format=%H %cI",
		"--",
		"."
	], { encoding: "utf8" });
	if (log.status !== 0) return {
		ok: false,
		message: `git log: ${log.stderr.trim()}`
	};
	const points = [];
	for (const line of log.stdout.trim().split("\n").reverse()) {
		const [revision, at] = line.split(" ");
		if (revision === void 0 || at === void 0) continue;
		const project = await projectAt(root, config, revision);
		if (!project.ok) return project;
		const { findings } = runRules(project.value, config, void 0, [syntax, unresolved], "", void 0);
		points.push({
			revision,
			at,
			score: scoreOf(project.value, findings).value
		});
	}
	return {
		ok: true,
		value: points
	};
}
// ../imports/src/watch.ts
/** Changes that come within this time are one. */
const settleMs = 30;
/**
* Checks, and checks again whenever something below the root changes, until `signal` ends it. Only changed
* files are read again.
*/
async function watchTree(options, rules, signal, show) {
	const { root, config } = options;
	const facts = /* @__PURE__ */ new Map();
	let tree = walk(root, config.exclude);
	for (const each of await extractAll(root, tree.files, () => void 0)) facts.set(each.path, each);
	const report = () => {
		const start = options.now();
		const ordered = tree.files.flatMap((path) => facts.get(path) ?? []);
		const result = reportOf(projectOf(root, config, ordered, tree), tree, {
			...options,
			rules
		}, start);
		if (result.ok) show(result.report);
	};
	report();
	await new Promise((resolve) => {
		const touched = /* @__PURE__ */ new Set();
		let timer;
		const settle = () => {
			timer = void 0;
			tree = walk(root, config.exclude);
			const present = new Set(tree.files);
			const changed = [...touched].filter((path) => present.has(path));
			const fresh = tree.files.filter((path) => !facts.has(path));
			const isGone = [...facts.keys()].filter((path) => !present.has(path));
			touched.clear();
			if (changed.length + fresh.length + isGone.length === 0) return;
			for (const path of isGone) facts.delete(path);
			for (const each of extractBatch(root, [.../* @__PURE__ */ new Set([...changed, ...fresh])])) facts.set(each.path, each);
			report();
		};
		const watcher = watch(root, { recursive: true }, (_, name) => {
			if (name === null) return;
			touched.add(name.replaceAll("\\", "/"));
			timer ??= setTimeout(settle, settleMs);
		});
		const stop = () => {
			watcher.close();
			if (timer !== void 0) clearTimeout(timer);
			resolve();
		};
		if (signal.aborted) stop();
		else signal.addEventListener("abort", stop, { once: true });
	});
}
// ../imports/src/cli.ts
const clean = 0;
const found = 1;
const failed = 2;
const widthDefault = 100;
const progressEvery = 500;
/** Carries out `goldenpath imports …`; resolves with the exit code: 0 clean, 1 findings, 2 could not run. */
async function runImportsCli(argv, io) {
	const read = readOptions(argv);
	if (!read.ok) {
		io.err(`goldenpath imports: ${read.message}`);
		return failed;
	}
	const { options } = read;
	if (options.isHelp || options.command === "help") {
		io.out(help);
		return clean;
	}
	const command = commands[options.command];
	if (command === void 0) {
		io.err(options.command === "" ? help : `goldenpath imports: there is no command "${options.command}"\n\n${help}`);
		return failed;
	}
	const root = resolve(io.cwd ?? process.cwd(), options.root ?? ".");
	if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
		io.err(`goldenpath imports: ${root} is no folder`);
		return failed;
	}
	const config = readConfig(root, options.config === void 0 ? void 0 : resolve(io.cwd ?? process.cwd(), options.config));
	if (!config.ok) {
		io.err(`goldenpath imports: ${config.message}`);
		return failed;
	}
	return command({
		root,
		config: config.config,
		options,
		io
	});
}
const commands = {
	check: runCheck,
	fix: runFix,
	lock: runLock,
	ratchet: runRatchet,
	why: (job) => runExplain(job, "why"),
	who: (job) => runExplain(job, "who"),
	graph: runGraph,
	report: runReport,
	init: runInit,
	watch: runWatch,
	lsp: () => serveStdio(process.stdin, process.stdout)
};
function fail(io, message) {
	io.err(`goldenpath imports: ${message}`);
	return failed;
}
/** Paths of the command line relative to the root; undefined when one lies outside or is not there. */
function pathsOf({ root, options, io }) {
	const paths = [];
	for (const each of options.rest) {
		const path = relative(root, resolve(io.cwd ?? root, each)).split(sep).join("/");
		if (path.startsWith("..") || !existsSync(join(root, path))) {
			fail(io, `${each} is not in ${root}`);
			return;
		}
		paths.push(path);
	}
	return paths;
}
async function prepare(job) {
	const { root, config, options, io } = job;
	const paths = pathsOf(job);
	if (paths === void 0) return "";
	let focus;
	if (options.since !== void 0 || options.isStaged) {
		const changed = changedFiles(root, options.since);
		if (!changed.ok) return changed.message;
		const touched = new Set(changed.value);
		focus = (project) => affected(project, touched);
	}
	let lock;
	if (options.base !== void 0) {
		const before = await projectAt(root, config, options.base);
		if (!before.ok) return before.message;
		lock = publicSurface(before.value, config);
	}
	let said = 0;
	const progress = (done, total) => {
		if (io.isTerminal !== true || options.format !== "text" || done - said < progressEvery) return;
		said = done;
		io.err(`read ${done} of ${total} files`);
	};
	return {
		root,
		config,
		paths,
		useBaseline: options.baseline,
		useCache: options.useCache,
		now: () => performance.now(),
		today: (/* @__PURE__ */ new Date()).toISOString().slice(0, 10),
		progress,
		...focus === void 0 ? {} : { focus },
		...lock === void 0 ? {} : { lock }
	};
}
/** What a change can break: the files themselves, and everyone who imports them or asked for one that is gone. */
function affected(project, touched) {
	const { edges } = contextOf(project, defaultConfig, void 0, void 0, "");
	const files = /* @__PURE__ */ new Set();
	const gone = [];
	for (const path of touched) {
		const file = project.fileAt(path);
		if (file !== void 0) files.add(file);
		else gone.push(path.replace(/(\/__init__)?\.\w+$/, ""));
	}
	const focus = edges().importersOf(files);
	if (gone.length > 0) {
		const lastParts = new Set(gone.map((path) => path.slice(path.lastIndexOf("/") + 1)));
		for (const [file, facts] of project.files.entries()) if (facts.imports.some((each) => asksFor(each.specifier, each.names, lastParts))) focus.add(file);
	}
	return focus;
}
function asksFor(specifier, names, lastParts) {
	return specifier.split(/[./]/).some((part) => lastParts.has(part)) || names.some((each) => lastParts.has(each.name));
}
async function runCheck(job) {
	const options = await prepare(job);
	if (typeof options === "string") return options === "" ? failed : fail(job.io, options);
	const result = await check(options);
	if (!result.ok) return fail(job.io, result.message);
	return show(job, result, reporterByFormat[job.options.format](result.report, reportContext(job)));
}
function show(job, result, text) {
	const { options, io } = job;
	if (options.output === void 0) io.out(text.replace(/\n$/, ""));
	else writeWhole(resolve(io.cwd ?? job.root, options.output), text);
	let code = exitCode(result.report, options.isErrorsOnly);
	if (result.mended.length > 0) {
		io.err(`${result.mended.length} known findings are mended: run goldenpath imports ratchet to keep it so`);
		for (const id of result.mended.slice(0, 10)) io.err(`  ${id}`);
		code = found;
	}
	return code;
}
function exitCode(report, isErrorsOnly) {
	return report.findings.some((each) => each.severity === "error" || each.severity === "warning" && !isErrorsOnly) ? found : clean;
}
function reportContext({ root, io }) {
	return {
		readSource: (file) => {
			try {
				return readFileSync(join(root, file), "utf8");
			} catch {
				return;
			}
		},
		rules: allRuleInfos,
		useColour: io.isTerminal === true,
		width: io.width ?? widthDefault
	};
}
async function runLock({ root, config, io }) {
	const { project } = await readProject(root, config);
	const surface = publicSurface(project, config);
	writeWhole(join(root, config.lock), formatLock(surface));
	io.out(`${config.lock}: ${surface.length} exports of ${new Set(surface.map((each) => each.module)).size} modules`);
	return clean;
}
async function runRatchet(job) {
	const { root, config, io } = job;
	const path = join(root, config.baseline);
	const before = readBaseline(path);
	if (!before.ok) return fail(io, before.message);
	const options = await prepare({
		...job,
		options: {
			...job.options,
			rest: [],
			baseline: false
		}
	});
	if (typeof options === "string") return options === "" ? failed : fail(io, options);
	const result = await check(options);
	if (!result.ok) return fail(io, result.message);
	const ids = new Set(result.report.findings.filter((each) => each.severity !== "note").map((each) => each.id));
	const known = before.baseline?.ids;
	const fresh = known === void 0 ? [] : [...ids].filter((id) => !known.has(id));
	if (fresh.length > 0) {
		io.err(`goldenpath imports: ${fresh.length} findings are new, and a ratchet does not grow:`);
		for (const id of fresh.slice(0, 20)) io.err(`  ${id}`);
		return found;
	}
	writeBaseline(path, ids);
	const shrunk = known === void 0 ? "" : `, ${known.size - ids.size} fewer than before`;
	io.out(`${config.baseline}: ${ids.size} known findings${shrunk}`);
	return clean;
}
async function runExplain({ root, config, options, io }, what) {
	const wanted = options.rest[0];
	if (wanted === void 0) return fail(io, what === "why" ? "why needs a symbol: module:name" : "who needs a module");
	const { project } = await readProject(root, config);
	const context = contextOf(project, config, void 0, void 0, "");
	const text = what === "why" ? explainSymbol(project, context.uses(), wanted) : explainModule(project, context.edges(), context.uses(), wanted);
	if (text === void 0) {
		io.err(`goldenpath imports: nothing here is called ${wanted}`);
		return found;
	}
	io.out(text);
	return clean;
}
async function runGraph(job) {
	const { root, config, options, io } = job;
	const { project } = await readProject(root, config);
	const graph = moduleGraph(project, contextOf(project, config, void 0, void 0, "").edges());
	const draw = {
		dot: graphDot,
		mermaid: graphMermaid,
		html: graphHtml
	}[options.graphFormat];
	const text = draw(graph);
	if (options.output === void 0) io.out(text.replace(/\n$/, ""));
	else writeWhole(resolve(io.cwd ?? root, options.output), text);
	return clean;
}
async function runReport(job) {
	const options = await prepare({
		...job,
		options: {
			...job.options,
			baseline: false
		}
	});
	if (typeof options === "string") return options === "" ? failed : fail(job.io, options);
	const result = await check(options);
	if (!result.ok) return fail(job.io, result.message);
	const trend = await trendOf(job.root, job.config, job.options.trend);
	if (!trend.ok) return fail(job.io, trend.message);
	show(job, result, reportHtmlWithTrend(result.report, reportContext(job), trend.value));
	return clean;
}
async function runInit({ root, config, io }) {
	const path = join(root, configFile);
	if (existsSync(path)) return fail(io, `${configFile} exists already; edit it, or remove it first`);
	const { project } = await readProject(root, config);
	writeWhole(path, proposeConfig(project, contextOf(project, config, void 0, void 0, "")));
	io.out(`${configFile} written; next: goldenpath imports check`);
	return clean;
}
async function runFix(job) {
	const { root, config, options, io } = job;
	const paths = pathsOf(job);
	if (paths === void 0) return failed;
	const { project } = await readProject(root, config);
	const plan = planFixes(project, config, {
		paths,
		isDerived: options.isDerived
	});
	for (const refusal of plan.refused) io.err(`left alone: ${refusal.file}:${refusal.line} ${refusal.reason}`);
	if (options.isDryRun) {
		for (const diff of plan.diffs) io.out(diff);
		io.out(`${plan.changes.length} files would change, ${plan.rewritten} imports rewritten`);
		return clean;
	}
	const written = writeFixes(root, plan);
	if (!written.ok) return fail(io, written.message);
	io.out(`${plan.changes.length} files changed, ${plan.rewritten} imports rewritten, ${plan.refused.length} left alone`);
	return clean;
}
async function runWatch(job) {
	const options = await prepare(job);
	if (typeof options === "string") return options === "" ? failed : fail(job.io, options);
	const signal = job.io.signal ?? new AbortController().signal;
	await watchTree(options, allRules, signal, (report) => {
		job.io.out(reporterByFormat[job.options.format](report, reportContext(job)).replace(/\n$/, ""));
	});
	return clean;
}
export { explainModule as a, resolveConfig as c, allRuleInfos as d, allRules as f, publicSurface as h, writeFixes as i, check as l, parseLock as m, reporterByFormat as n, explainSymbol as o, formatLock as p, planFixes as r, readConfig as s, runImportsCli as t, readProject as u };
