import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { isAscii, isUtf8 } from "node:buffer";
import * as oxc from "oxc-parser";
// ../imports/src/facts-layout.ts
const kinds = [
	"static",
	"re-export",
	"import-equals",
	"require",
	"dynamic",
	"mock",
	"types",
	"member"
];
const scopes = [
	"module",
	"class",
	"function"
];
const guards = [
	"none",
	"conditional",
	"try",
	"try-raise",
	"handler",
	"suppress",
	"expected",
	"types",
	"unreachable"
];
const bindingKinds = [
	"class",
	"function",
	"variable",
	"type",
	"interface",
	"enum",
	"namespace",
	"import",
	"alias"
];
const presences = [
	"always",
	"conditional",
	"try",
	"types",
	"late",
	"deleted"
];
const doors = [
	"bindings",
	"exports",
	"object",
	"unknown",
	"none"
];
const problemKinds = [
	"syntax",
	"encoding",
	"unreadable",
	"skipped",
	"limit"
];
const languages = ["python", "typescript"];
/** The sections, in their order behind the version and their lengths. A width of 1 is a section without rows. */
const sections = [
	"files",
	"imports",
	"names",
	"bindings",
	"exports",
	"extras"
];
const widths = {
	files: 11,
	imports: 13,
	names: 7,
	bindings: 9,
	exports: 9,
	extras: 1
};
const headerLength = 1 + sections.length;
/**
* Offsets within a row. Kinds and the like share one number by bits; a place takes four (start, end, line,
* column); `…At` is the index of the first row in another section, followed by how many there are. A file's
* extras (public names, lazy names, problems, ignores) are counted lists one after the other; -1: it has none.
*/
const fileRow = {
	path: 0,
	flags: 1,
	byteLength: 2,
	lineCount: 3,
	importsAt: 4,
	bindingsAt: 6,
	exportsAt: 8,
	extrasAt: 10
};
const fileBits = {
	doors: 1,
	hasEffects: 4,
	publicNames: 5,
	lazy: 7
};
const importRow = {
	flags: 0,
	specifier: 1,
	tryBlock: 2,
	statement: 3,
	at: 7,
	namesAt: 11
};
const importBits = {
	scope: 4,
	guard: 8
};
const nameRow = {
	name: 0,
	local: 1,
	typeOnly: 2,
	place: 3
};
const bindingRow = {
	name: 0,
	flags: 1,
	importIndex: 2,
	nameIndex: 3,
	target: 4,
	place: 5
};
const bindingBits = {
	presence: 4,
	isAsync: 8,
	isState: 9
};
const exportRow = {
	name: 0,
	local: 1,
	importIndex: 2,
	imported: 3,
	typeOnly: 4,
	place: 5
};
// ../imports/src/facts-codec.ts
/** One section while it is written. */
var Rows = class {
	#numbers;
	#length = 0;
	#width;
	constructor(width, rows) {
		this.#width = width;
		this.#numbers = new Int32Array(width * rows);
	}
	/** The index of the row that comes next. */
	get next() {
		return this.#length / this.#width;
	}
	int(value) {
		if (this.#length === this.#numbers.length) {
			const grown = new Int32Array(this.#numbers.length * 2);
			grown.set(this.#numbers);
			this.#numbers = grown;
		}
		this.#numbers[this.#length++] = value;
	}
	place(place) {
		this.int(place.start);
		this.int(place.end);
		this.int(place.line);
		this.int(place.column);
	}
	written() {
		return this.#numbers.subarray(0, this.#length);
	}
};
/** Every string once. */
var Texts = class {
	#indexByText = /* @__PURE__ */ new Map();
	#texts = [];
	index(value) {
		let index = this.#indexByText.get(value);
		if (index === void 0) {
			index = this.#texts.length;
			this.#indexByText.set(value, index);
			this.#texts.push(value.includes("\0") ? value.replaceAll("\0", "�") : value);
		}
		return index;
	}
	joined() {
		return this.#texts.join("\0");
	}
};
/** The facts in the form in which they travel and are kept. */
function pack(files) {
	const rowsOf = (section, perFile) => new Rows(widths[section], Math.max(1, files.length * perFile));
	const out = {
		files: rowsOf("files", 1),
		imports: rowsOf("imports", 12),
		names: rowsOf("names", 16),
		bindings: rowsOf("bindings", 24),
		exports: rowsOf("exports", 1),
		extras: rowsOf("extras", 8)
	};
	const texts = new Texts();
	for (const file of files) writeFile(file, out, texts);
	const parts = sections.map((section) => out[section].written());
	const numbers = new Int32Array(parts.reduce((sum, part) => sum + part.length, headerLength));
	numbers[0] = 5;
	let at = headerLength;
	for (const [index, part] of parts.entries()) {
		numbers[1 + index] = part.length;
		numbers.set(part, at);
		at += part.length;
	}
	return {
		numbers,
		strings: texts.joined()
	};
}
function writeFile(file, out, texts) {
	const { files } = out;
	const { publicNames, lazy } = file;
	const publicState = publicNames === void 0 ? 0 : publicNames.isKnown ? 1 : 2;
	const lazyState = lazy.is === "none" ? 0 : lazy.is === "any" ? 1 : 2;
	files.int(texts.index(file.path));
	files.int(languages.indexOf(file.language) | doors.indexOf(file.doors) << fileBits.doors | Number(file.hasEffects) << fileBits.hasEffects | publicState << fileBits.publicNames | lazyState << fileBits.lazy);
	files.int(file.byteLength);
	files.int(file.lineCount);
	files.int(out.imports.next);
	files.int(file.imports.length);
	files.int(out.bindings.next);
	files.int(file.bindings.length);
	files.int(out.exports.next);
	files.int(file.exports.length);
	files.int(writeExtras(file, out.extras, texts));
	writeImports(file, out, texts);
	writeBindings(file, out.bindings, texts);
	for (const each of file.exports) {
		const rows = out.exports;
		rows.int(texts.index(each.name));
		rows.int(texts.index(each.local));
		rows.int(each.importIndex);
		rows.int(texts.index(each.imported));
		rows.int(Number(each.typeOnly));
		rows.place(each);
	}
}
function writeImports(file, { imports, names }, texts) {
	for (const each of file.imports) {
		imports.int(kinds.indexOf(each.kind) | scopes.indexOf(each.scope) << importBits.scope | guards.indexOf(each.guard) << importBits.guard);
		imports.int(texts.index(each.specifier));
		imports.int(each.tryBlock);
		imports.place(each.statement);
		imports.place(each.at);
		imports.int(names.next);
		imports.int(each.names.length);
		for (const name of each.names) {
			names.int(texts.index(name.name));
			names.int(texts.index(name.local));
			names.int(Number(name.typeOnly));
			names.place(name);
		}
	}
}
function writeBindings(file, rows, texts) {
	for (const each of file.bindings) {
		rows.int(texts.index(each.name));
		rows.int(bindingKinds.indexOf(each.kind) | presences.indexOf(each.presence) << bindingBits.presence | Number(each.isAsync) << bindingBits.isAsync | Number(each.isState) << bindingBits.isState);
		rows.int(each.importIndex);
		rows.int(each.nameIndex);
		rows.int(texts.index(each.target));
		rows.place(each);
	}
}
/** Where the file's extras begin. */
function writeExtras(file, rows, texts) {
	const publicNames = file.publicNames?.names ?? [];
	const lazyNames = file.lazy.is === "names" ? file.lazy.names : [];
	const { problems, ignores } = file;
	if (publicNames.length + lazyNames.length + problems.length + ignores.length === 0) return -1;
	const at = rows.next;
	rows.int(publicNames.length);
	for (const each of publicNames) {
		rows.int(texts.index(each.name));
		rows.place(each);
	}
	rows.int(lazyNames.length);
	for (const each of lazyNames) rows.int(texts.index(each));
	rows.int(problems.length);
	for (const each of problems) {
		rows.int(problemKinds.indexOf(each.kind));
		rows.int(texts.index(each.message));
		rows.int(each.line);
		rows.int(each.column);
	}
	rows.int(ignores.length);
	for (const each of ignores) {
		rows.int(each.rules.length);
		for (const rule of each.rules) rows.int(texts.index(rule));
		rows.int(texts.index(each.reason));
		rows.int(each.line);
		rows.int(each.column);
		rows.int(each.appliesToLine);
	}
	return at;
}
// ../imports/src/extract/python-blocks.ts
/** All blocks are made here and have one shape, which is what keeps reading them fast. */
function block(kind, headerIndent, guard = "none") {
	return {
		kind,
		headerIndent,
		indent: -1,
		guard,
		attempt: void 0,
		isHandler: false,
		isEndless: false,
		hasBreak: false,
		isEnded: false,
		isRaising: false,
		isChainEnded: true,
		isChainDecided: false,
		otherwise: "conditional",
		lastChild: void 0,
		binding: -1
	};
}
/** Whether control never comes out behind the chain of which `last` is the last block. */
function endsChain(last) {
	switch (last.kind) {
		case "else": return last.isEnded && last.isChainEnded;
		case "except": return last.isEnded && last.isChainEnded;
		case "finally": return last.isEnded || last.isChainEnded;
		case "with": return last.isEnded && last.guard === "none";
		case "while": return last.isEndless && !last.hasBreak;
		default: return false;
	}
}
function scopeOf(blocks) {
	for (let index = blocks.length - 1; index > 0; index--) {
		const kind = blocks[index].kind;
		if (kind === "def") return "function";
		if (kind === "class") return scopeOf(blocks.slice(0, index)) === "function" ? "function" : "class";
	}
	return "module";
}
/** The strongest guard of an import in the innermost block. `try` may turn out to guard nothing: see `settle`. */
function guardOf(blocks) {
	let guard = "none";
	let attempt;
	let isOutside = false;
	for (let index = blocks.length - 1; index >= 0; index--) {
		const each = blocks[index];
		if (each.isEnded || each.guard === "unreachable") return {
			guard: "unreachable",
			attempt: void 0
		};
		if (each.guard === "types") guard = "types";
		if (guard === "types") continue;
		if (!isOutside) {
			if (each.kind === "try" && attempt === void 0) attempt = each.attempt;
			if (guard === "none" || guard === "conditional") {
				if (each.guard !== "none" && !(each.guard === "conditional" && attempt !== void 0)) guard = each.guard;
			}
		}
		if (each.kind === "def") isOutside = true;
	}
	if (guard === "types") return {
		guard,
		attempt: void 0
	};
	return {
		guard,
		attempt
	};
}
/** The guard once the handlers of the `try` around it are known. */
function settle(guard, attempt) {
	if (attempt === void 0 || !attempt.isCatching) return guard;
	if (guard !== "none" && guard !== "conditional") return guard;
	return attempt.isRaising ? "try-raise" : "try";
}
/** When a name bound in these blocks is there. Only asked at module level. */
function presenceOf(blocks) {
	let presence = "always";
	for (const each of blocks) {
		if (each.isEnded || each.guard === "unreachable" || each.guard === "types") return "types";
		if (each.kind === "try" || each.kind === "except") presence = "try";
		else if (each.kind !== "module" && each.kind !== "with" && presence === "always") presence = "conditional";
	}
	return presence;
}
function table(entries) {
	const classes = /* @__PURE__ */ new Uint8Array(256);
	for (const [characters, value] of Object.entries(entries)) for (const character of characters) classes[character.charCodeAt(0)] = value;
	return classes;
}
const ends = {
	"\n\r": 1,
	"#": 2,
	"\"'": 3,
	"([{": 4,
	")]}": 5,
	"\\": 6,
	";": 7,
	"\0": 9
};
/** For statements of which only the end matters. */
const endClasses = table(ends);
/** For headers, which end at a colon. */
const headerClasses = table({
	...ends,
	":": 8
});
/** For module-level statements, whose `=` and `:` matter. */
const bindingClasses = table({
	...ends,
	":": 8,
	"=": 10
});
/** 1 for bytes that may continue an identifier; every byte of a non-ASCII character counts. */
const identifierBytes = (() => {
	const classes = table({ abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789: 1 });
	classes.fill(1, 128);
	return classes;
})();
function isDigit(byte) {
	return byte >= 48 && byte <= 57;
}
/** The closing bracket of an opening one. */
function closingOf(byte) {
	return byte === 40 ? 41 : byte + 2;
}
/** Whether `byte` before `=` makes another operator of it. */
function isOperator$1(byte) {
	switch (byte) {
		case 33:
		case 37:
		case 38:
		case 42:
		case 43:
		case 45:
		case 47:
		case 60:
		case 62:
		case 64:
		case 94:
		case 124: return true;
		default: return false;
	}
}
function isNewline(byte) {
	return byte === 10 || byte === 13;
}
// ../imports/src/extract/python-conditions.ts
/** The version by which conditions on `sys.version_info` are judged, as type checkers do. */
const pythonMajor = 3;
const pythonMinor = 13;
const undecided = {
	guard: "conditional",
	otherwise: "conditional",
	isDecided: false
};
const isTrue = {
	guard: "none",
	otherwise: "unreachable",
	isDecided: true
};
const isFalse = {
	guard: "unreachable",
	otherwise: "none",
	isDecided: false
};
/** Longer conditions than this one are not judged. */
const conditionBytesMax = 80;
/** The longest plain constant, with a space and brackets around it. */
const constantBytesMax = 10;
/**
* Whether the condition between `start` and `end` can be one that `judgeCondition` decides: short enough for a
* constant, or with the `_C` of `TYPE_CHECKING` or the `_i` of `version_info` in it. Most are not, and making
* a string of each costs more than reading the file.
*/
function mayBeJudged(bytes, start, end) {
	const length = end - start;
	if (length >= conditionBytesMax) return false;
	if (length <= constantBytesMax) return length > 0;
	for (let at = start; at < end; at++) {
		if (bytes[at] !== 95) continue;
		const next = bytes[at + 1];
		if (next === 67 || next === 105) return true;
	}
	return false;
}
/** What the condition of an `if` says about its branches. `text` is what stands between `if` and the colon. */
function judgeCondition(text) {
	const condition = text.trim().replace(/^\((.*)\)$/s, "$1");
	if (/^(\w+\.)?TYPE_CHECKING$/.test(condition)) return {
		guard: "types",
		otherwise: "none",
		isDecided: false
	};
	if (/^not\s+(\w+\.)?TYPE_CHECKING$/.test(condition)) return {
		guard: "none",
		otherwise: "types",
		isDecided: false
	};
	if (/^(True|1)$/.test(condition)) return isTrue;
	if (/^(False|0|None)$/.test(condition)) return isFalse;
	const version = judgeVersion(condition);
	return version === void 0 ? undecided : version ? isTrue : isFalse;
}
function judgeVersion(condition) {
	const tuple = /^(?:\w+\.)?version_info\s*(>=|<=|<|>)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?(?:,[^)]*)?\)$/.exec(condition);
	const major = /^(?:\w+\.)?version_info(?:\[0\]|\.major)\s*(>=|<=|==|!=|<|>)\s*(\d+)$/.exec(condition);
	const found = tuple ?? major;
	if (found === null) return void 0;
	const wanted = Number(found[2]) * 1e3 + (tuple === null ? 0 : Number(found[3] ?? 0));
	const actual = pythonMajor * 1e3 + (tuple === null ? 0 : pythonMinor);
	switch (found[1]) {
		case ">=": return actual >= wanted;
		case "<": return actual < wanted;
		case ">": return tuple === null ? actual > wanted : actual >= wanted;
		case "<=": return tuple === null ? actual <= wanted : actual < wanted;
		case "==": return actual === wanted;
		default: return actual !== wanted;
	}
}
/** Whether an `except` clause catches a failing import; `text` stands between `except` and the colon. */
function catchesImportError(text) {
	return /^\s*\*?\s*$|\b(ImportError|ModuleNotFoundError|Exception|BaseException)\b/.test(text);
}
/** What a `with` header does to imports in its body. */
function judgeWith(text) {
	if (!/raises|Raises|suppress/.test(text)) return "none";
	const names = "(?:\\w+\\.)?(ImportError|ModuleNotFoundError|AttributeError|Exception|BaseException)\\b";
	if (new RegExp(`\\b(raises|assertRaises(Regex)?)\\s*\\(\\s*(expected_exception\\s*=\\s*)?[([]?[^"')\\]]*?${names}`).test(text)) return "expected";
	return new RegExp(`\\bsuppress\\s*\\([^"')]*?${names}`).test(text) ? "suppress" : "none";
}
/**
* The names that a module's `__getattr__` answers for, from the source of its body. Only bodies that do
* nothing but compare `name` with literals and raise otherwise can be read; all others answer for anything.
*/
function readLazyNames(body, parameter) {
	const names = [];
	const lines = body.split(/\r\n|\r|\n/).filter((line) => /^\s*[^#\s]/.test(line));
	const indent = /^\s*/.exec(lines[0] ?? "")?.[0] ?? "";
	const test = new RegExp(`^(?:if|elif)\\s+${parameter}\\s*(?:==\\s*("[^"\\\\]*"|'[^'\\\\]*')|in\\s*[({[]([^)}\\]]*)[)}\\]])\\s*:`);
	let isEnded = false;
	for (const line of lines) {
		if (!(line.startsWith(indent) && !/^\s/.test(line.slice(indent.length)))) continue;
		const statement = line.trim();
		if (isEnded && !/^[)\]}"']/.test(statement)) return void 0;
		const found = test.exec(statement);
		if (found !== null) {
			const literals = (found[1] ?? found[2] ?? "").match(/"[^"]*"|'[^']*'/g) ?? [];
			if ((found[2] ?? "").replace(/"[^"]*"|'[^']*'|[\s,]/g, "") !== "") return void 0;
			names.push(...literals.map((literal) => literal.slice(1, -1)));
		} else if (/^raise\b/.test(statement)) isEnded = true;
		else if (!/^(from|import|global)\b|^("""[^"]*"""|'''[^']*'''|"[^"]*"|'[^']*')$/.test(statement)) return void 0;
	}
	return isEnded ? names : void 0;
}
// ../imports/src/extract/python-import.ts
/**
* Reads the import statement whose first word begins at `start`; the lexer stands behind that word, and
* afterwards behind the statement. Yields one fact per module. A malformed statement becomes a problem, and
* what was read of it before that is dropped, as Python would not run it either.
*/
function readImport$1(lexer, start, word, around) {
	const facts = word === "import" ? readPlain(lexer, start, around) : readFrom(lexer, start, around);
	lexer.skipSpace();
	const next = lexer.bytes[lexer.position];
	const isEnd = isNewline(next) || next === 59 || next === 35 || lexer.position >= lexer.end;
	if (facts === void 0 || !isEnd) {
		lexer.problem("has an import statement that Python cannot read");
		return [];
	}
	return facts;
}
/** `import a.b as c, d` */
function readPlain(lexer, start, around) {
	const drafts = [];
	for (;;) {
		lexer.skipSpace();
		const { position, line, lineStart } = lexer;
		const specifier = readDotted(lexer);
		if (specifier === void 0) return void 0;
		const at = lexer.place(position, lexer.position, line, lineStart);
		const alias = readAlias(lexer);
		if (alias === void 0) return void 0;
		const end = alias === "" ? at.end : lexer.position;
		const dot = specifier.indexOf(".");
		const name = {
			...at,
			end,
			name: "",
			local: alias === "" ? dot < 0 ? specifier : specifier.slice(0, dot) : alias,
			typeOnly: false
		};
		drafts.push({
			kind: "static",
			specifier,
			...around,
			at,
			names: [name]
		});
		const end2 = lexer.position;
		lexer.skipSpace();
		if (lexer.bytes[lexer.position] === 44) {
			lexer.position++;
			continue;
		}
		lexer.position = end2;
		const statement = {
			...start,
			end: end2
		};
		return drafts.map((draft) => ({
			...draft,
			statement
		}));
	}
}
/** `from ..a import (b as c, d,)` */
function readFrom(lexer, start, around) {
	const { bytes } = lexer;
	lexer.skipSpace();
	const { position, line, lineStart } = lexer;
	let dots = 0;
	let specifierEnd = position;
	for (;;) if (bytes[lexer.position] === 46) {
		dots++;
		lexer.position++;
		specifierEnd = lexer.position;
	} else if (dots > 0 && isSpace(bytes[lexer.position])) lexer.skipSpace();
	else break;
	let module = "";
	const afterDots = lexer.position;
	const wordEnd = lexer.wordEnd(afterDots);
	if (dots === 0 || !lexer.is("import", afterDots, wordEnd)) {
		const dotted = readDotted(lexer);
		if (dotted === void 0) return void 0;
		module = dotted;
		specifierEnd = lexer.position;
	}
	const at = lexer.place(position, specifierEnd, line, lineStart);
	lexer.skipSpace();
	const importEnd = lexer.wordEnd(lexer.position);
	if (!lexer.is("import", lexer.position, importEnd)) return void 0;
	lexer.position = importEnd;
	lexer.skipSpace();
	const names = readNames(lexer);
	if (names === void 0) return void 0;
	const statement = {
		...start,
		end: lexer.position
	};
	return [{
		kind: "static",
		specifier: ".".repeat(dots) + module,
		...around,
		statement,
		at,
		names
	}];
}
function readNames(lexer) {
	const { bytes } = lexer;
	const names = [];
	if (bytes[lexer.position] === 42) {
		const at = lexer.place(lexer.position, lexer.position + 1);
		lexer.position++;
		return [{
			...at,
			name: "*",
			local: "",
			typeOnly: false
		}];
	}
	const isBracketed = bytes[lexer.position] === 40;
	if (isBracketed) lexer.position++;
	let end = lexer.position;
	for (;;) {
		if (isBracketed) lexer.skipInBrackets();
		else lexer.skipSpace();
		if (isBracketed && bytes[lexer.position] === 41) {
			if (names.length === 0) return void 0;
			lexer.position++;
			return names;
		}
		const { position, line, lineStart } = lexer;
		const nameEnd = lexer.wordEnd(position);
		if (nameEnd === position) return void 0;
		const name = lexer.name(position, nameEnd);
		if (!isIdentifier(name)) return void 0;
		lexer.position = nameEnd;
		const alias = isBracketed ? readAlias(lexer, true) : readAlias(lexer);
		if (alias === void 0) return void 0;
		const place = lexer.place(position, alias === "" ? nameEnd : lexer.position, line, lineStart);
		names.push({
			...place,
			name,
			local: alias === "" ? name : alias,
			typeOnly: false
		});
		end = lexer.position;
		if (isBracketed) lexer.skipInBrackets();
		else lexer.skipSpace();
		if (bytes[lexer.position] === 44) {
			lexer.position++;
			continue;
		}
		if (isBracketed) {
			if (bytes[lexer.position] !== 41) return void 0;
			continue;
		}
		lexer.position = end;
		return names;
	}
}
/** `a.b.c`, where spaces may stand around the dots. Leaves the lexer directly behind the last part. */
function readDotted(lexer) {
	let dotted = "";
	for (;;) {
		const end = lexer.wordEnd(lexer.position);
		if (end === lexer.position) return void 0;
		const name = lexer.name(lexer.position, end);
		if (!isIdentifier(name)) return void 0;
		dotted += name;
		lexer.position = end;
		const { line, lineStart } = lexer;
		if (isSpace(lexer.bytes[end])) lexer.skipSpace();
		if (lexer.bytes[lexer.position] !== 46) {
			lexer.position = end;
			lexer.line = line;
			lexer.lineStart = lineStart;
			return dotted;
		}
		dotted += ".";
		lexer.position++;
		lexer.skipSpace();
	}
}
/** `as x`: "x"; nothing: "", with the lexer where it was; `as` without a name: undefined. */
function readAlias(lexer, inBrackets = false) {
	const { position, line, lineStart } = lexer;
	if (inBrackets) lexer.skipInBrackets();
	else lexer.skipSpace();
	const end = lexer.wordEnd(lexer.position);
	if (!lexer.is("as", lexer.position, end)) {
		lexer.position = position;
		lexer.line = line;
		lexer.lineStart = lineStart;
		return "";
	}
	lexer.position = end;
	if (inBrackets) lexer.skipInBrackets();
	else lexer.skipSpace();
	const aliasEnd = lexer.wordEnd(lexer.position);
	if (aliasEnd === lexer.position) return void 0;
	const alias = lexer.name(lexer.position, aliasEnd);
	if (!isIdentifier(alias)) return void 0;
	lexer.position = aliasEnd;
	return alias;
}
function isSpace(byte) {
	return byte === 32 || byte === 9 || byte === 92 || byte === 12;
}
const keywords = new Set("False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(" "));
function isIdentifier(name) {
	const first = name.charCodeAt(0);
	return !(first >= 48 && first <= 57) && !keywords.has(name);
}
// ../imports/src/extract/python-encoding.ts
/** PEP 263: a comment in the first two lines. */
function declaresOtherEncoding(content) {
	const head = content.toString("latin1", 0, Math.min(content.length, 400)).split(/\r\n|\r|\n/, 2);
	for (const line of head) {
		const declared = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)?.[1];
		if (declared !== void 0) return !/^utf[-_]?8/i.test(declared);
		if (!/^[ \t\f]*(#.*)?$/.test(line)) return false;
	}
	return false;
}
/** The line in which the first bytes stand that are no UTF-8. */
function firstBadLine(content) {
	let line = 1;
	let start = 0;
	for (;;) {
		const end = content.indexOf(10, start);
		const stop = end < 0 ? content.length : end;
		if (end < 0 || !isUtf8(content.subarray(start, stop))) return { line };
		start = end + 1;
		line++;
	}
}
// ../imports/src/extract/python-literals.ts
/** Strings within fields of strings; CPython bounds them too. */
const nestingMax = 150;
/** Over the string literal whose quote is at `position`. */
function skipString(lexer) {
	const { bytes } = lexer;
	const start = lexer.position;
	if (isFormatted(lexer, start)) {
		skipFormatted(lexer, start, 0);
		return;
	}
	const mark = bytes[start];
	let at = start + 1;
	if (bytes[at] === mark && bytes[at + 1] === mark) {
		at += 2;
		const { line, lineStart } = lexer;
		for (;;) {
			const byte = bytes[at];
			if (byte === mark) {
				if (bytes[at + 1] === mark && bytes[at + 2] === mark) {
					lexer.position = at + 3;
					return;
				}
				at++;
			} else if (byte === 10) {
				at++;
				lexer.line++;
				lexer.lineStart = at;
			} else if (byte === 92) {
				at++;
				if (bytes[at] === mark || bytes[at] === 92) at++;
			} else if (byte === 13) {
				at++;
				if (bytes[at] !== 10) {
					lexer.line++;
					lexer.lineStart = at;
				}
			} else if (byte === 0 && at >= lexer.end) {
				lexer.problem("never ends this string", start, line, lineStart);
				lexer.position = lexer.end;
				return;
			} else at++;
		}
	}
	for (;;) {
		const byte = bytes[at];
		if (byte === mark) {
			lexer.position = at + 1;
			return;
		}
		if (byte === 92) {
			at++;
			if (isNewline(bytes[at])) {
				lexer.position = at;
				lexer.takeNewline();
				at = lexer.position;
			} else if (at < lexer.end) at++;
		} else if (byte === 10 || byte === 13 || byte === 0 && at >= lexer.end) {
			lexer.problem("does not end this string on its line", start);
			lexer.position = at;
			return;
		} else at++;
	}
}
function isFormatted(lexer, at) {
	const { bytes } = lexer;
	let before = at - 1;
	let found = false;
	for (let count = 0; count < 2 && before >= 0; count++, before--) {
		const byte = bytes[before] | 32;
		if (byte === 102 || byte === 116) found = true;
		else if (byte !== 114) break;
	}
	return found && (before < 0 || identifierBytes[bytes[before]] === 0);
}
/** An f-string or t-string, whose replacement fields may hold any expression, strings of the same quote too. */
function skipFormatted(lexer, start, depth) {
	const { bytes } = lexer;
	const mark = bytes[start];
	const isTriple = bytes[start + 1] === mark && bytes[start + 2] === mark;
	const { line, lineStart } = lexer;
	lexer.position = start + (isTriple ? 3 : 1);
	for (;;) {
		const byte = bytes[lexer.position];
		if (byte === mark && (!isTriple || isTripled(lexer, mark))) {
			lexer.position += isTriple ? 3 : 1;
			return;
		}
		if (byte === 123) {
			lexer.position++;
			if (bytes[lexer.position] === 123) lexer.position++;
			else if (!skipField(lexer, mark, isTriple, depth)) break;
		} else if (!skipFormattedText(lexer, byte, isTriple)) break;
	}
	lexer.problem("never ends this string", start, line, lineStart);
}
function isTripled(lexer, mark) {
	return lexer.bytes[lexer.position + 1] === mark && lexer.bytes[lexer.position + 2] === mark;
}
/** One step over text of an f-string; false where the string is broken off. */
function skipFormattedText(lexer, byte, isTriple) {
	if (byte === 92) {
		lexer.position++;
		const next = lexer.bytes[lexer.position];
		if (isNewline(next)) lexer.takeNewline();
		else if (next !== 123 && next !== 125 && lexer.position < lexer.end) lexer.position++;
		return true;
	}
	if (isNewline(byte)) {
		if (!isTriple) return false;
		lexer.takeNewline();
		return true;
	}
	if (byte === 0 && lexer.position >= lexer.end) return false;
	lexer.position++;
	return true;
}
/** From behind the `{` of a replacement field to behind its `}`; false where the string is broken off. */
function skipField(lexer, mark, isTriple, depth) {
	const { bytes } = lexer;
	if (depth >= nestingMax) return false;
	let brackets = 0;
	for (;;) {
		const byte = bytes[lexer.position];
		if (byte === 34 || byte === 39) {
			if (isFormatted(lexer, lexer.position)) skipFormatted(lexer, lexer.position, depth + 1);
			else skipString(lexer);
			continue;
		}
		if (byte === 125 && brackets === 0) {
			lexer.position++;
			return true;
		}
		if (byte === 58 && brackets === 0) {
			lexer.position++;
			return skipSpec(lexer, mark, isTriple, depth);
		}
		if (byte === 40 || byte === 91 || byte === 123) brackets++;
		else if (byte === 41 || byte === 93 || byte === 125) brackets = Math.max(0, brackets - 1);
		else if (byte === 35) {
			lexer.skipComment();
			continue;
		} else if (isNewline(byte)) {
			if (!isTriple && lexer.isRecovering) return false;
			lexer.takeNewline();
			continue;
		} else if (byte === 0 && lexer.position >= lexer.end) return false;
		lexer.position++;
	}
}
/** From behind the `:` of a replacement field to behind its `}`. */
function skipSpec(lexer, mark, isTriple, depth) {
	for (;;) {
		const byte = lexer.bytes[lexer.position];
		if (byte === 125) {
			lexer.position++;
			return true;
		}
		if (byte === mark && (!isTriple || isTripled(lexer, mark))) return false;
		if (byte === 123) {
			lexer.position++;
			if (!skipField(lexer, mark, isTriple, depth + 1)) return false;
		} else if (!skipFormattedText(lexer, byte, isTriple)) return false;
	}
}
// ../imports/src/extract/python-lexer.ts
/** CPython refuses deeper brackets too. */
const bracketsMax = 200;
const problemsMax = 100;
/**
* Walks over Python source byte by byte and knows only what is needed to find where statements begin and end:
* strings (with the nested quotes of newer f-strings), comments, brackets and joined lines.
*
* Invariants
* L1 `bytes[end]` is 0, so that loops need no bound check; a 0 before `end` is a problem, not an end.
* L2 `line` and `lineStart` always speak of `position`.
* L3 Every scan moves forward; work is linear in bytes, save one second pass after an unclosed bracket (L4).
* L4 When a bracket is never closed, the file is scanned once more in `isRecovering` mode, where a line that
*    begins with a statement's keyword ends the bracket.
*/
var PythonLexer = class {
	bytes;
	end;
	isAscii;
	isLatin;
	problems = [];
	position = 0;
	line = 1;
	lineStart = 0;
	isRecovering = false;
	/** Set when a bracket was still open at the end of the file. */
	hasUnclosed = false;
	/** Offsets of `=` and `:` outside of brackets, and of `:=` anywhere, from the last `scanBinding`. */
	equalsAt = [];
	walrusAt = [];
	colonAt = -1;
	#listener;
	#openAt = /* @__PURE__ */ new Int32Array(201);
	constructor(bytes, end, listener) {
		this.bytes = bytes;
		this.end = end;
		this.#listener = listener;
		const content = bytes.subarray(0, end);
		this.isAscii = isAscii(content);
		this.isLatin = !this.isAscii && declaresOtherEncoding(content);
		if (!this.isAscii && !this.isLatin && !isUtf8(content)) this.problems.push({
			kind: "encoding",
			message: "is neither UTF-8 nor declares another encoding",
			...firstBadLine(content),
			column: 1
		});
		if (end >= 3 && bytes[0] === 239 && bytes[1] === 187 && bytes[2] === 191) {
			this.position = 3;
			this.lineStart = 3;
		}
	}
	/** Back to the start, for the second pass (L4). Problems found so far are kept. */
	restart() {
		this.position = this.bytes[0] === 239 && this.bytes[1] === 187 ? 3 : 0;
		this.line = 1;
		this.lineStart = this.position;
		this.isRecovering = true;
		this.hasUnclosed = false;
	}
	column(offset, lineStart) {
		if (this.isAscii) return offset - lineStart + 1;
		return this.text(lineStart, offset).length + 1;
	}
	place(start, end, line = this.line, lineStart = this.lineStart) {
		return {
			start,
			end,
			line,
			column: this.column(start, lineStart)
		};
	}
	text(start, end) {
		return this.isAscii || this.isLatin ? this.bytes.toString("latin1", start, end) : this.bytes.toString("utf8", start, end);
	}
	/** An identifier in the form in which Python compares them. */
	name(start, end) {
		const text = this.text(start, end);
		return this.isAscii ? text : text.normalize("NFKC");
	}
	problem(message, offset = this.position, line = this.line, lineStart = this.lineStart) {
		if (this.problems.length >= problemsMax) return;
		const column = this.column(offset, Math.min(lineStart, offset));
		if (this.problems.some((known) => known.line === line && known.column === column)) return;
		this.problems.push({
			kind: "syntax",
			message,
			line,
			column
		});
	}
	/** Moves past the newline at `position`. */
	takeNewline() {
		let position = this.position;
		if (this.bytes[position] === 13 && this.bytes[position + 1] === 10) position++;
		this.position = position + 1;
		this.line++;
		this.lineStart = this.position;
	}
	/** End of the word at `offset`. */
	wordEnd(offset) {
		const { bytes } = this;
		let at = offset;
		while (identifierBytes[bytes[at]] === 1) at++;
		return at;
	}
	is(word, start, end) {
		if (end - start !== word.length) return false;
		for (let index = 0; index < word.length; index++) if (this.bytes[start + index] !== word.charCodeAt(index)) return false;
		return true;
	}
	/** Skips spaces, tabs, form feeds and joined lines. */
	skipSpace() {
		const { bytes } = this;
		for (;;) {
			const byte = bytes[this.position];
			if (byte === 32 || byte === 9 || byte === 12) this.position++;
			else if (byte === 92 && isNewline(bytes[this.position + 1])) {
				this.position++;
				this.takeNewline();
			} else return;
		}
	}
	/** Skips what may stand between tokens inside brackets: also newlines and comments. */
	skipInBrackets() {
		const { bytes } = this;
		for (;;) {
			this.skipSpace();
			const byte = bytes[this.position];
			if (byte === 35) this.skipComment();
			else if (isNewline(byte)) this.takeNewline();
			else return;
		}
	}
	/** From a `#` to the newline that ends it. */
	skipComment() {
		const { bytes } = this;
		const start = this.position;
		let at = start;
		for (;;) {
			const byte = bytes[at];
			if (byte === 10 || byte === 13 || byte === 0 && at >= this.end) break;
			if (byte === 45 && bytes[at - 1] === 104 && bytes[at + 1] === 105 && bytes[at - 2] === 116) {
				let stop = at;
				while (stop < this.end && !isNewline(bytes[stop])) stop++;
				this.#listener.onComment(start, stop, this.line, this.lineStart);
				at = stop;
				break;
			}
			at++;
		}
		this.position = at;
	}
	/** To the end of a simple statement: the newline or semicolon is not taken. */
	scanStatement() {
		return this.#scan(endClasses);
	}
	/** To the colon that ends a header, or to the newline if there is none. */
	scanHeader() {
		return this.#scan(headerClasses);
	}
	/** As `scanStatement`, and notes where names may be bound. */
	scanBinding() {
		this.equalsAt.length = 0;
		this.walrusAt.length = 0;
		this.colonAt = -1;
		return this.#scan(bindingClasses);
	}
	#scan(classes) {
		const { bytes } = this;
		const openAt = this.#openAt;
		let at = this.position;
		let depth = 0;
		let openLine = 0;
		let openLineStart = 0;
		for (;;) {
			let kind = classes[bytes[at]];
			while (kind === 0) kind = classes[bytes[++at]];
			switch (kind) {
				case 1:
					if (depth === 0) {
						this.position = at;
						return 1;
					}
					if (bytes[at] === 13 && bytes[at + 1] === 10) at++;
					at++;
					this.line++;
					this.lineStart = at;
					if (this.isRecovering && this.#beginsStatement(at)) {
						this.line--;
						this.position = at - 1;
						return 1;
					}
					break;
				case 2:
					this.position = at;
					this.skipComment();
					at = this.position;
					break;
				case 3: {
					this.position = at;
					const paren = this.#parenBefore(at);
					const { line, lineStart } = this;
					skipString(this);
					if (paren >= 0) this.#listener.onArgument(at, this.position, paren, line, lineStart);
					at = this.position;
					break;
				}
				case 4:
					if (depth === 0) {
						openLine = this.line;
						openLineStart = this.lineStart;
					}
					if (depth === bracketsMax) this.problem("has too many nested brackets", at);
					if (depth < bracketsMax) openAt[depth] = at;
					depth++;
					at++;
					break;
				case 5:
					if (depth === 0) this.problem(`has a '${String.fromCharCode(bytes[at])}' without its opening`, at);
					else {
						depth--;
						if (depth < bracketsMax) {
							const opening = bytes[openAt[depth]];
							if (closingOf(opening) !== bytes[at]) {
								const closer = String.fromCharCode(bytes[at]);
								this.problem(`has '${closer}' where '${String.fromCharCode(opening)}' should be closed`, at);
							}
						}
					}
					at++;
					break;
				case 6:
					at++;
					if (isNewline(bytes[at])) {
						this.position = at;
						this.takeNewline();
						at = this.position;
					} else this.problem("has something after a line-joining backslash", at);
					break;
				case 7:
					if (depth === 0) {
						this.position = at;
						return 7;
					}
					this.problem("has a semicolon inside brackets", at);
					at++;
					break;
				case 8:
					if (bytes[at + 1] === 61) {
						this.walrusAt.push(at);
						at += 2;
						break;
					}
					if (depth === 0) {
						if (classes === headerClasses) {
							this.position = at;
							return 8;
						}
						if (this.colonAt < 0 && this.equalsAt.length === 0) this.colonAt = at;
					}
					at++;
					break;
				case 10: {
					if (bytes[at + 1] === 61) {
						at += 2;
						break;
					}
					const before = bytes[at - 1];
					if (depth === 0 && !isOperator$1(before)) this.equalsAt.push(at);
					at++;
					break;
				}
				default:
					if (at < this.end) {
						this.problem("holds a zero byte", at);
						at++;
						break;
					}
					this.position = this.end;
					if (depth > 0) {
						const first = openAt[0];
						const opener = String.fromCharCode(bytes[first]);
						this.problem(`never closes this '${opener}'`, first, openLine, openLineStart);
						this.hasUnclosed = true;
					}
					return 1;
			}
		}
	}
	/** While recovering: whether the line at `offset` can only be a new statement. */
	#beginsStatement(offset) {
		const { bytes } = this;
		let at = offset;
		while (bytes[at] === 32 || bytes[at] === 9) at++;
		const end = this.wordEnd(at);
		switch (this.bytes.toString("latin1", at, end)) {
			case "import":
			case "def":
			case "class":
			case "return":
			case "raise":
			case "try":
			case "with":
			case "while":
			case "pass": return true;
			case "from": {
				let stop = end;
				while (stop < this.end && !isNewline(bytes[stop])) stop++;
				return this.bytes.toString("latin1", end, stop).includes(" import ");
			}
			default: return false;
		}
	}
	/** Offset of the `(` that directly precedes the literal, prefix letters and spaces aside; else -1. */
	#parenBefore(at) {
		const { bytes } = this;
		let before = at - 1;
		for (;;) {
			const byte = bytes[before];
			if (byte === 40) return before;
			if (byte === 32 || byte === 10 || byte === 13 || byte === 9) before--;
			else if ((byte === 114 || byte === 117 || byte === 82 || byte === 85) && before === at - 1) before--;
			else return -1;
		}
	}
};
// ../imports/src/extract/python-public-names.ts
/** Collects what a module says in and about `__all__`. What is computed makes the whole unknown. */
var PublicNamesReader = class {
	#isKnown = true;
	#isMentioned = false;
	#names = [];
	result() {
		return this.#isMentioned ? {
			isKnown: this.#isKnown,
			names: this.#names
		} : void 0;
	}
	/**
	* One statement that begins with `__all__`; `start` is behind that word and `end` behind the statement.
	* `line` and `lineStart` speak of `start`. Statements under a condition only add, and leave it unknown.
	*/
	read(lexer, start, end, line, lineStart, isAlways) {
		const { bytes } = lexer;
		const cursor = new Cursor(lexer, start, end, line, lineStart);
		cursor.skip();
		let action = "other";
		if (bytes[cursor.at] === 58) while (cursor.at < end && bytes[cursor.at] !== 61) cursor.step();
		if (bytes[cursor.at] === 61) {
			action = "set";
			cursor.step();
		} else if (bytes[cursor.at] === 43 && bytes[cursor.at + 1] === 61) {
			action = "add";
			cursor.step();
			cursor.step();
		} else if (bytes[cursor.at] === 46) {
			const paren = bytes.indexOf(40, cursor.at);
			const method = paren > 0 && paren < end ? lexer.text(cursor.at + 1, paren).trim() : "";
			if (method === "extend" || method === "append") action = "add";
			if (method === "remove") action = "remove";
			if (method === "sort" || method === "reverse" || method === "index" || method === "count") return;
			while (cursor.at < paren) cursor.step();
		} else if (cursor.at >= end) return;
		this.#isMentioned = true;
		const names = [];
		const isLiteral = action !== "other" && cursor.readNames(names);
		if (action === "set" && isAlways) {
			this.#names = names;
			this.#isKnown = isLiteral;
			return;
		}
		if (!isLiteral || !isAlways) this.#isKnown = false;
		if (action === "remove") {
			const removed = new Set(names.map((each) => each.name));
			this.#names = this.#names.filter((each) => !removed.has(each.name));
			return;
		}
		for (const each of names) this.#names.push(each);
	}
};
var Cursor = class {
	at;
	#lexer;
	#end;
	#line;
	#lineStart;
	constructor(lexer, start, end, line, lineStart) {
		this.#lexer = lexer;
		this.at = start;
		this.#end = end;
		this.#line = line;
		this.#lineStart = lineStart;
	}
	step() {
		const { bytes } = this.#lexer;
		if (bytes[this.at] === 10 || bytes[this.at] === 13 && bytes[this.at + 1] !== 10) {
			this.#line++;
			this.#lineStart = this.at + 1;
		}
		this.at++;
	}
	skip() {
		const { bytes } = this.#lexer;
		while (this.at < this.#end) {
			const byte = bytes[this.at];
			if (byte === 35) while (this.at < this.#end && bytes[this.at] !== 10 && bytes[this.at] !== 13) this.at++;
			else if (byte === 32 || byte === 9 || byte === 10 || byte === 13 || byte === 92 || byte === 12) this.step();
			else return;
		}
	}
	/** Takes brackets, commas, `+` and string literals; false as soon as there is anything else. */
	readNames(names) {
		const { bytes } = this.#lexer;
		let wasLiteral = false;
		for (;;) {
			this.skip();
			if (this.at >= this.#end) return true;
			const byte = bytes[this.at];
			if (byte === 34 || byte === 39) {
				const start = this.at;
				const line = this.#line;
				const lineStart = this.#lineStart;
				const isTriple = bytes[start + 1] === byte && bytes[start + 2] === byte;
				this.at += isTriple ? 3 : 1;
				const from = this.at;
				while (this.at < this.#end && bytes[this.at] !== byte) {
					if (bytes[this.at] === 92) return false;
					this.step();
				}
				const name = this.#lexer.name(from, this.at);
				this.at += isTriple ? 3 : 1;
				const place = this.#lexer.place(start, this.at, line, lineStart);
				const last = names.at(-1);
				if (wasLiteral && last !== void 0) names[names.length - 1] = {
					...last,
					end: this.at,
					name: last.name + name
				};
				else names.push({
					...place,
					name
				});
				wasLiteral = true;
				continue;
			}
			wasLiteral = false;
			if ((byte === 117 || byte === 114) && (bytes[this.at + 1] === 34 || bytes[this.at + 1] === 39)) {
				this.at++;
				continue;
			}
			if (byte === 91 || byte === 93 || byte === 40 || byte === 41 || byte === 44 || byte === 43) {
				this.step();
				continue;
			}
			return false;
		}
	}
};
// ../imports/src/extract/python-strings.ts
/** What is called with a string that names a module or a part of one. */
const callees = {
	import_module: "dynamic",
	__import__: "dynamic",
	importorskip: "optional",
	patch: "mock",
	setattr: "mock",
	dict: "mock",
	multiple: "mock"
};
/** A literal between `start` (its quote) and `end`, the first argument of the call that opens at `paren`. */
function readCall(lexer, start, end, paren, line, lineStart) {
	const { bytes } = lexer;
	let from = paren;
	while (from > 0 && identifierBytes[bytes[from - 1]] === 1) from--;
	if (paren - from > 13 || paren - from < 4) return void 0;
	const word = bytes.toString("latin1", from, paren);
	const use = Object.hasOwn(callees, word) ? callees[word] : void 0;
	if (use === void 0) return void 0;
	const before = bytes.toString("latin1", Math.max(0, from - 12), from);
	if ((word === "dict" || word === "multiple") && !before.endsWith("patch.")) return void 0;
	if (word === "setattr" && !/(monkeypatch|mp)\.$/.test(before)) return void 0;
	if (word === "patch" && /(client|session|requests|http|api|router|app)\.$/.test(before)) return void 0;
	let next = end;
	while (bytes[next] === 32 || isNewline(bytes[next])) next++;
	if (bytes[next] !== 44 && bytes[next] !== 41) return void 0;
	const mark = bytes[start];
	const width = bytes[start + 1] === mark && bytes[start + 2] === mark && end - start > 5 ? 3 : 1;
	let specifier = lexer.text(start + width, end - width);
	const rest = bytes.toString("latin1", next, Math.min(lexer.end, next + 200));
	if (use === "mock") {
		if (!/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)+$/u.test(specifier)) return void 0;
	} else if (specifier.startsWith(".")) {
		if (!/^,\s*(package\s*=\s*)?(__package__|__name__)\s*[,)]/.test(rest)) return void 0;
		if (/__name__/.test(rest.slice(0, 40))) specifier = `:${specifier}`;
	} else if (!/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(specifier)) return void 0;
	const isOptional = use === "optional" || use === "mock" && /^,[^()]*\bcreate\s*=\s*True/.test(rest);
	return {
		kind: use === "mock" ? "mock" : "dynamic",
		specifier,
		statement: lexer.place(start, end, line, lineStart),
		at: lexer.place(start + width, end - width, line, lineStart),
		names: [],
		isOptional
	};
}
/** `goldenpath-ignore rule, rule -- reason` in the comment between `start` and `end`. */
function readIgnore(lexer, start, end, line, lineStart) {
	const text = lexer.text(start, end);
	const found = /goldenpath-ignore\b(?:[ \t]+([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*))?[ \t]*(?:--[ \t]*(.*))?$/.exec(text);
	if (found === null) return void 0;
	const { bytes } = lexer;
	let appliesToLine = line;
	if (lexer.text(lineStart, start).trim() === "") {
		appliesToLine++;
		let at = end;
		for (;;) {
			if (bytes[at] === 13 && bytes[at + 1] === 10) at++;
			at++;
			while (bytes[at] === 32 || bytes[at] === 9) at++;
			if (at >= lexer.end || !isNewline(bytes[at]) && bytes[at] !== 35) break;
			while (at < lexer.end && !isNewline(bytes[at])) at++;
			appliesToLine++;
		}
	}
	return {
		rules: (found[1] ?? "").split(",").map((rule) => rule.trim()).filter((rule) => rule !== ""),
		reason: (found[2] ?? "").trim(),
		line,
		column: lexer.column(start, lineStart),
		appliesToLine
	};
}
const constants$1 = /^(None|True|False|not|lambda|await|yield)$/;
/** Calls whose value nobody changes. */
const pure = /^(\w+\.)*(TypeVar|ParamSpec|NewType|namedtuple|NamedTuple|TypedDict|getLogger|get_logger|compile|frozenset|tuple|int|str|float|bool|Path|getenv|get|join|dirname|abspath|Enum|MappingProxyType|cast|Literal|Decimal|timedelta)$/;
/** What is assigned between `start` and `end`: a plain dotted name, something with state, or anything else. */
function readTarget(bytes, start, end) {
	let from = start;
	while (from < end && (bytes[from] === 32 || bytes[from] === 9)) from++;
	let to = from;
	while (to < end && (identifierBytes[bytes[to]] === 1 || bytes[to] === 46)) to++;
	const next = bytes[to];
	const none = {
		start: from,
		end: to,
		alias: "",
		isState: false
	};
	if (to === from) {
		const first = bytes[from];
		return first === 123 || first === 91 ? {
			...none,
			isState: true
		} : none;
	}
	const name = bytes.toString("utf8", from, to);
	if (!/^[\p{L}_]/u.test(name)) return none;
	if (next === 40) return {
		...none,
		isState: !pure.test(name)
	};
	let rest = to;
	while (rest < end && (bytes[rest] === 32 || bytes[rest] === 9)) rest++;
	return (rest >= end || bytes[rest] === 35 || isNewline(bytes[rest])) && !constants$1.test(name) ? {
		...none,
		alias: name
	} : none;
}
// ../imports/src/extract/python-targets.ts
const words = new Set("lambda if else for in is not and or await yield None True False async from import".split(" "));
/** Skips spaces, newlines and joined lines. Comments inside targets are rare enough to end the reading. */
function skip(bytes, at, end) {
	let next = at;
	while (next < end) {
		const byte = bytes[next];
		if (byte === 32 || byte === 9 || byte === 10 || byte === 13 || byte === 92 || byte === 12) next++;
		else if (byte === 35) while (next < end && bytes[next] !== 10 && bytes[next] !== 13) next++;
		else break;
	}
	return next;
}
/** Behind the bracket that closes the one at `at`, strings seen through. */
function skipBracket(bytes, at, end) {
	let depth = 0;
	let next = at;
	while (next < end) {
		const byte = bytes[next];
		if (byte === 40 || byte === 91 || byte === 123) depth++;
		else if (byte === 41 || byte === 93 || byte === 125) {
			depth--;
			if (depth === 0) return next + 1;
		} else if (byte === 34 || byte === 39) {
			next++;
			while (next < end && bytes[next] !== byte) next += bytes[next] === 92 ? 2 : 1;
		}
		next++;
	}
	return end;
}
/**
* The plain names that an assignment binds whose left side lies between `start` and `end`: `a`, `(a, *b)`,
* `[a, b]`; not the objects of `a.b` or `a[0]`. Those of the form `a.b` are added to `members`, whole.
* Undefined when this is no target list but an expression.
*/
function readTargets(bytes, start, end, members) {
	const targets = [];
	let at = skip(bytes, start, end);
	while (at < end) {
		const byte = bytes[at];
		if (byte === 40 || byte === 91 || byte === 41 || byte === 93 || byte === 44 || byte === 42) {
			at = skip(bytes, at + 1, end);
			continue;
		}
		if (identifierBytes[byte] !== 1 || isDigit(byte)) return void 0;
		const from = at;
		while (at < end && identifierBytes[bytes[at]] === 1) at++;
		const to = at;
		if (to - from <= 6 && words.has(String.fromCharCode(...bytes.subarray(from, to)))) return void 0;
		at = skip(bytes, at, end);
		let isPlain = true;
		let parts = 1;
		let memberEnd = -1;
		for (;;) {
			const next = bytes[at];
			if (at >= end) break;
			if (next === 46) {
				isPlain = false;
				parts++;
				const isTight = at === to;
				at = skip(bytes, at + 1, end);
				while (at < end && identifierBytes[bytes[at]] === 1) at++;
				memberEnd = parts === 2 && isTight ? at : -1;
				at = skip(bytes, at, end);
			} else if (next === 40 || next === 91) {
				isPlain = false;
				memberEnd = -1;
				parts = 3;
				at = skip(bytes, skipBracket(bytes, at, end), end);
			} else break;
		}
		if (isPlain) targets.push({
			start: from,
			end: to
		});
		else if (memberEnd > 0) members?.push({
			start: from,
			end: memberEnd
		});
		const next = bytes[at];
		if (at < end && next !== 44 && next !== 41 && next !== 93) return void 0;
	}
	return targets;
}
/** Where the word `word` stands between `start` and `end` with something else on both sides; else -1. */
function findWord(bytes, word, start, end) {
	let at = start;
	while (at < end) {
		const byte = bytes[at];
		if (byte === 34 || byte === 39) {
			at++;
			while (at < end && bytes[at] !== byte) at += bytes[at] === 92 ? 2 : 1;
			at++;
		} else if (identifierBytes[byte] === 1) {
			const from = at;
			while (at < end && identifierBytes[bytes[at]] === 1) at++;
			if (at - from === word.length && bytes.toString("latin1", from, at) === word) return from;
		} else at++;
	}
	return -1;
}
/** The names behind every `as` of a `with` header. */
function readWithTargets(bytes, start, end) {
	const targets = [];
	let at = start;
	for (;;) {
		const found = findWord(bytes, "as", at, end);
		if (found < 0) return targets;
		const from = skip(bytes, found + 2, end);
		let to = from;
		if (bytes[from] === 40 || bytes[from] === 91) to = skipBracket(bytes, from, end);
		else while (to < end && identifierBytes[bytes[to]] === 1) to++;
		const follower = bytes[skip(bytes, to, end)];
		if (follower !== 46 && follower !== 91) targets.push(...readTargets(bytes, from, to) ?? []);
		at = Math.max(to, found + 2);
	}
}
// ../imports/src/extract/python-record.ts
/** What is known of a file so far: imports, names bound at module level, `__all__`. */
var PythonRecord = class {
	imports = [];
	bindings = [];
	publicNames = new PublicNamesReader();
	ignores = [];
	lazy = { is: "none" };
	hasEffects = false;
	/** Names are bound at run time in ways that cannot be read. */
	isDynamic = false;
	/** The `try` around each import, judged once all handlers are read. */
	#attempts = [];
	/** What imports have bound so far. */
	#importedNames = /* @__PURE__ */ new Set();
	#lexer;
	#bytes;
	/** The blocks around the statement that is being read, innermost last. */
	#blocks;
	constructor(lexer, blocks) {
		this.#lexer = lexer;
		this.#bytes = lexer.bytes;
		this.#blocks = blocks;
	}
	#isUnreachable() {
		return this.#blocks.at(-1)?.isEnded === true;
	}
	/** The facts, once the whole file has been read. */
	facts(path) {
		for (const [index, statement] of this.imports.entries()) statement.guard = settle(statement.guard, this.#attempts[index]);
		return {
			path,
			language: "python",
			byteLength: this.#lexer.end,
			lineCount: this.#lexer.line,
			imports: this.imports,
			bindings: this.bindings,
			exports: [],
			doors: this.isDynamic ? "unknown" : "bindings",
			publicNames: this.publicNames.result(),
			lazy: this.lazy,
			hasEffects: this.hasEffects,
			problems: this.#lexer.problems,
			ignores: this.ignores
		};
	}
	/** The definition `bindings[index]` has been read to its end. */
	endBinding(index, end) {
		const binding = this.bindings[index];
		if (binding !== void 0) binding.end = end;
	}
	addImport(fact, attempt, isBinding) {
		if (isBinding) this.#bindImport(fact, this.imports.length);
		this.imports.push(fact);
		this.#attempts.push(attempt);
	}
	/** `global name` in a function: it binds the name once it runs. */
	bindLate(target) {
		const name = this.#lexer.name(target.start, target.end);
		if (this.bindings.some((known) => known.name === name && known.kind !== "import")) return;
		this.bind(target, "variable", {
			presence: "late",
			isState: true
		});
	}
	#bindImport(fact, importIndex) {
		const presence = presenceOf(this.#blocks);
		for (const [nameIndex, each] of fact.names.entries()) {
			if (each.local === "" || this.#isUnreachable()) continue;
			const { start, end, line, column, local } = each;
			const name = {
				start,
				end,
				line,
				column,
				name: local
			};
			this.#importedNames.add(local);
			this.bindings.push({
				...name,
				kind: "import",
				isAsync: false,
				presence,
				importIndex,
				nameIndex,
				target: "",
				isState: false
			});
		}
	}
	/** A name bound here; its index. `start` is where its definition begins. */
	bind(target, kind, more = {}, start = target.start) {
		const lexer = this.#lexer;
		if (this.#isUnreachable()) return -1;
		const place = lexer.place(target.start, target.end);
		this.bindings.push({
			...place,
			start,
			name: lexer.name(target.start, target.end),
			kind,
			isAsync: false,
			presence: presenceOf(this.#blocks),
			importIndex: -1,
			nameIndex: -1,
			target: "",
			isState: false,
			...more
		});
		return this.bindings.length - 1;
	}
	bindTargets(start, stopAt, line, lineStart) {
		const lexer = this.#lexer;
		const bytes = this.#bytes;
		const { equalsAt, colonAt, walrusAt } = lexer;
		const after = {
			line: lexer.line,
			lineStart: lexer.lineStart
		};
		lexer.line = line;
		lexer.lineStart = lineStart;
		for (const at of walrusAt) {
			let to = at;
			while (bytes[to - 1] === 32) to--;
			let from = to;
			while (from > start && identifierBytes[bytes[from - 1]] === 1) from--;
			if (from < to) this.bind({
				start: from,
				end: to
			}, "variable");
		}
		if (equalsAt.at(-1) === void 0) {
			if (colonAt >= 0) for (const target of readTargets(bytes, start, colonAt) ?? []) this.bind(target, "variable", { presence: "late" });
			else if (bytes.indexOf(40, start) < stopAt && bytes.indexOf(40, start) >= 0 && !isQuote(bytes[start])) this.hasEffects = true;
		} else {
			let from = start;
			for (const [index, at] of equalsAt.entries()) {
				const to = index === 0 && colonAt >= 0 ? colonAt : at;
				const members = [];
				const targets = readTargets(bytes, from, to, members);
				if (targets === void 0) break;
				for (const member of members) this.#bindMember(member);
				const value = readTarget(bytes, at + 1, stopAt);
				for (const target of targets) {
					const isAlias = value.alias !== "" && targets.length === 1;
					const more = {
						target: isAlias ? lexer.name(value.start, value.end) : "",
						isState: value.isState
					};
					this.bind(target, isAlias ? "alias" : "variable", more);
				}
				from = at + 1;
			}
		}
		lexer.line = after.line;
		lexer.lineStart = after.lineStart;
	}
	/** `module.name = …` binds a name in another module. */
	#bindMember(target) {
		const name = this.#lexer.name(target.start, target.end);
		const object = name.slice(0, name.indexOf("."));
		if (this.#importedNames.has(object)) this.bind(target, "variable");
	}
	onArgument(start, end, paren, line, lineStart) {
		const byte = this.#bytes[paren - 1];
		if (byte !== 101 && byte !== 104 && byte !== 114 && byte !== 116 && byte !== 95) return;
		const found = readCall(this.#lexer, start, end, paren, line, lineStart);
		if (found === void 0) return;
		const { guard, attempt } = guardOf(this.#blocks);
		const scope = found.kind === "mock" ? "function" : scopeOf(this.#blocks);
		this.imports.push({
			...found,
			scope,
			guard: found.isOptional ? "suppress" : guard,
			tryBlock: attempt?.id ?? 0
		});
		this.#attempts.push(attempt);
	}
};
function isQuote(byte) {
	return byte === 34 || byte === 39;
}
// ../imports/src/extract/python-shapes.ts
/** Tabs go to the next multiple of eight, as in Python. */
function takeIndent(lexer) {
	const { bytes } = lexer;
	let column = 0;
	let at = lexer.position;
	for (;;) {
		const byte = bytes[at];
		if (byte === 32) column++;
		else if (byte === 9) column = (column & -8) + 8;
		else if (byte === 12) column = 0;
		else if (byte === 92 && isNewline(bytes[at + 1])) {
			lexer.position = at + 1;
			lexer.takeNewline();
			at = lexer.position;
			continue;
		} else break;
		at++;
	}
	lexer.position = at;
	return column;
}
/** Moves to the colon that ends a header; those of lambdas are not it. */
function toColon(lexer, start) {
	let from = start;
	let lambdas = 0;
	for (;;) {
		if (lexer.scanHeader() === 1 || lexer.bytes[lexer.position] !== 58) return false;
		while (mayHoldLambda(lexer.bytes, from, lexer.position)) {
			const found = findWord(lexer.bytes, "lambda", from, lexer.position);
			if (found < 0) break;
			if (isAtDepthZero(lexer.bytes, start, found)) lambdas++;
			from = found + 6;
		}
		from = lexer.position;
		if (lambdas === 0) return true;
		lambdas--;
		lexer.position++;
	}
}
/** Hardly any header holds a lambda, and reading it word by word to be sure would cost more than to scan it. */
function mayHoldLambda(bytes, start, end) {
	for (let at = start + 2; at < end; at++) if (bytes[at] === 109 && bytes[at + 1] === 98 && bytes[at - 1] === 97 && bytes[at - 2] === 108) return true;
	return false;
}
function isLineOver(lexer, offset) {
	let at = offset;
	while (lexer.bytes[at] === 32 || lexer.bytes[at] === 9) at++;
	return isNewline(lexer.bytes[at]) || lexer.bytes[at] === 35;
}
function refuseOldStatement(lexer, word, end) {
	const { bytes } = lexer;
	if (bytes[end] !== 32 && bytes[end] !== 9) return;
	let at = end;
	while (bytes[at] === 32 || bytes[at] === 9) at++;
	const next = bytes[at];
	const isOperand = next === 34 || next === 39;
	const stop = lexer.wordEnd(at);
	const isWord = stop > at && !/^(if|in|is|and|or|not|else|for|import)$/.test(lexer.bytes.toString("latin1", at, stop));
	if (isOperand || isWord) lexer.problem(`is Python 2: ${word} as a statement`);
}
/** Whether the statement is a call that never comes back. */
function neverReturns(lexer, start, end) {
	const { bytes } = lexer;
	const byte = bytes[start];
	if (byte !== 115 && byte !== 111 && byte !== 101 && byte !== 113 && byte !== 112) return false;
	if (bytes[end] === 46) {
		const next = bytes[end + 1];
		if (next !== 101 && next !== 102 && next !== 115 && next !== 120 && next !== 95) return false;
	} else if (bytes[end] !== 40) return false;
	if (end - start > 6) return false;
	const text = lexer.bytes.toString("latin1", start, Math.min(lexer.end, start + 16));
	return /^(sys\.exit|os\._exit|exit|quit|pytest\.(skip|fail|exit|xfail)|self\.(fail|skipTest))\(/.test(text);
}
function isAtDepthZero(bytes, start, end) {
	let depth = 0;
	for (let at = start; at < end; at++) {
		const byte = bytes[at];
		if (byte === 40 || byte === 91 || byte === 123) depth++;
		else if (byte === 41 || byte === 93 || byte === 125) depth--;
	}
	return depth === 0;
}
/** A module-level statement that writes into the module's own names, or puts something else in its place. */
function bindsAtRunTime(text) {
	return /\b(globals|locals|vars)\(\)|\bmodules\[|\bmeta_path\b|\b(recreate_module|LazyModule|_LazyModule|_convert_)\(|\bsetattr\(/.test(text);
}
// ../imports/src/extract/python.ts
/** Grows to the largest file read; the byte behind the content is 0 for the lexer. */
let scratch = Buffer.alloc(65536);
/** Reads the facts of a Python file or stub. Every byte is looked at once, and no tree is built. */
const extractPython = (path, bytes) => {
	if (scratch.length <= bytes.length) scratch = Buffer.alloc(Math.ceil((bytes.length + 1) * 1.25));
	scratch.set(bytes);
	scratch[bytes.length] = 0;
	return new PythonScanner(scratch, bytes.length).read(path);
};
var PythonScanner = class {
	#bytes;
	#lexer;
	#record;
	#blocks = [];
	/** Definitions we are inside of; 0 at module level. */
	#definitions = 0;
	#tries = 0;
	#decoratorAt = -1;
	#lastEnd = 0;
	#hasIndentProblem = false;
	#lazyBody;
	constructor(bytes, length) {
		this.#bytes = bytes;
		this.#lexer = new PythonLexer(bytes, length, {
			onArgument: (start, end, paren, line, lineStart) => this.#record.onArgument(start, end, paren, line, lineStart),
			onComment: (start, end, line, lineStart) => {
				const ignore = readIgnore(this.#lexer, start, end, line, lineStart);
				if (ignore !== void 0) this.#record.ignores.push(ignore);
			}
		});
		this.#record = new PythonRecord(this.#lexer, this.#blocks);
	}
	read(path) {
		const lexer = this.#lexer;
		this.#scan();
		if (lexer.hasUnclosed) {
			this.#record = new PythonRecord(lexer, this.#blocks);
			this.#definitions = 0;
			this.#tries = 0;
			this.#decoratorAt = -1;
			this.#lazyBody = void 0;
			lexer.restart();
			this.#scan();
		}
		return this.#record.facts(path);
	}
	#scan() {
		const lexer = this.#lexer;
		const bytes = this.#bytes;
		this.#blocks.length = 0;
		const module = block("module", -1);
		module.indent = 0;
		this.#blocks.push(module);
		while (lexer.position < lexer.end) {
			const indent = takeIndent(this.#lexer);
			const byte = bytes[lexer.position];
			if (isNewline(byte)) {
				lexer.takeNewline();
				continue;
			}
			if (byte === 35) {
				lexer.skipComment();
				continue;
			}
			if (lexer.position >= lexer.end) break;
			this.#enterLine(indent);
			const depth = this.#blocks.length;
			for (;;) {
				const stop = this.#statement();
				this.#lastEnd = lexer.position;
				if (stop !== 7) break;
				lexer.position++;
				lexer.skipSpace();
				if (isNewline(bytes[lexer.position]) || lexer.position >= lexer.end) break;
				if (bytes[lexer.position] === 35) {
					lexer.skipComment();
					break;
				}
			}
			while (this.#blocks.length > depth && this.#top().indent === inline) this.#pop();
			if (isNewline(bytes[lexer.position])) lexer.takeNewline();
		}
		if (this.#top().indent === -1) this.#problem("ends where an indented block should begin");
		while (this.#blocks.length > 1) this.#pop();
	}
	#top() {
		return this.#blocks[this.#blocks.length - 1];
	}
	#problem(message) {
		this.#lexer.problem(message);
	}
	#enterLine(indent) {
		const top = this.#top();
		if (top.indent === -1) {
			if (indent > top.headerIndent) {
				top.indent = indent;
				return;
			}
			this.#problem("lacks an indented block after the line above");
			this.#pop();
		}
		let hasPopped = false;
		while (indent < this.#top().indent) {
			this.#pop();
			hasPopped = true;
		}
		if (indent > this.#top().indent && !this.#hasIndentProblem) {
			this.#hasIndentProblem = true;
			this.#problem(hasPopped ? "is indented unlike any block around it" : "is indented without reason");
		}
	}
	#pop() {
		const child = this.#blocks.pop();
		const parent = this.#top();
		if (child.lastChild !== void 0 && endsChain(child.lastChild)) child.isEnded = true;
		parent.lastChild = child;
		if (child.kind === "def" || child.kind === "class") this.#definitions--;
		if (child.binding >= 0) this.#record.endBinding(child.binding, this.#lastEnd);
		if (child.isHandler && child.attempt !== void 0 && !child.attempt.isCatching) {
			child.attempt.isCatching = true;
			child.attempt.isRaising = child.isRaising;
		}
		if (this.#lazyBody?.block === child) {
			const { start, parameter } = this.#lazyBody;
			const names = readLazyNames(this.#lexer.text(start, this.#lastEnd), parameter);
			this.#record.lazy = names === void 0 ? { is: "any" } : {
				is: "names",
				names
			};
			this.#lazyBody = void 0;
		}
	}
	/** One statement or header; its rest of the line too when a body begins there. */
	#statement() {
		const lexer = this.#lexer;
		const bytes = this.#bytes;
		const start = lexer.position;
		const end = lexer.wordEnd(start);
		const top = this.#top();
		const length = end - start;
		if (top.lastChild !== void 0 && !this.#isContinuation(start, end)) {
			if (endsChain(top.lastChild)) top.isEnded = true;
			top.lastChild = void 0;
		}
		switch (bytes[start]) {
			case 64:
				if (this.#decoratorAt < 0) this.#decoratorAt = start;
				return lexer.scanStatement();
			case 97:
				if (length === 5 && lexer.is("async", start, end)) return this.#async(start, end);
				break;
			case 98:
				if (length === 5 && lexer.is("break", start, end)) {
					this.#break();
					return this.#ending();
				}
				break;
			case 99:
				if (length === 5 && lexer.is("class", start, end)) return this.#definition("class", start, end, false);
				if (length === 8 && lexer.is("continue", start, end)) return this.#ending();
				if (length === 4 && top.kind === "match" && lexer.is("case", start, end)) return this.#soft("case", end);
				break;
			case 100:
				if (length === 3 && lexer.is("def", start, end)) return this.#definition("def", start, end, false);
				if (length === 3 && lexer.is("del", start, end)) return this.#delete(end);
				break;
			case 101:
				if (length === 4 && lexer.is("else", start, end)) return this.#otherwise(end);
				if (length === 4 && lexer.is("elif", start, end)) return this.#condition(end, true);
				if (length === 6 && lexer.is("except", start, end)) return this.#except(end);
				if (length === 4 && lexer.is("exec", start, end)) refuseOldStatement(this.#lexer, "exec", end);
				break;
			case 102:
				if (length === 4 && lexer.is("from", start, end)) return this.#import("from", start, end);
				if (length === 3 && lexer.is("for", start, end)) return this.#for(end);
				if (length === 7 && lexer.is("finally", start, end)) return this.#finally(end);
				break;
			case 103:
				if (length === 6 && lexer.is("global", start, end)) return this.#global(end);
				break;
			case 105:
				if (length === 6 && lexer.is("import", start, end)) return this.#import("import", start, end);
				if (length === 2 && bytes[start + 1] === 102) return this.#condition(end, false);
				break;
			case 108:
				if (length === 4 && lexer.is("lazy", start, end)) {
					lexer.position = end;
					lexer.skipSpace();
					const next = lexer.wordEnd(lexer.position);
					const word = lexer.text(lexer.position, next);
					if (word === "import" || word === "from") return this.#import(word, start, next);
					lexer.position = start;
				}
				break;
			case 109:
				if (length === 5 && lexer.is("match", start, end)) return this.#soft("match", end);
				break;
			case 112:
				if (length === 5 && lexer.is("print", start, end)) refuseOldStatement(this.#lexer, "print", end);
				break;
			case 114:
				if (length === 6 && lexer.is("return", start, end)) return this.#ending();
				if (length === 5 && lexer.is("raise", start, end)) {
					top.isRaising = true;
					return this.#ending();
				}
				break;
			case 116:
				if (length === 3 && lexer.is("try", start, end)) return this.#try(end);
				if (length === 4 && this.#definitions === 0 && lexer.is("type", start, end)) this.#typeAlias(start, end);
				break;
			case 119:
				if (length === 4 && lexer.is("with", start, end)) return this.#with(end);
				if (length === 5 && lexer.is("while", start, end)) return this.#while(end);
		}
		return this.#ordinary(start, end);
	}
	#isContinuation(start, end) {
		const lexer = this.#lexer;
		switch (this.#bytes[start]) {
			case 101: return lexer.is("else", start, end) || lexer.is("elif", start, end) || lexer.is("except", start, end);
			case 102: return lexer.is("finally", start, end);
			default: return false;
		}
	}
	/** After `return`, `raise` and their like nothing in this block runs. */
	#ending() {
		const stop = this.#lexer.scanStatement();
		this.#top().isEnded = true;
		return stop;
	}
	#break() {
		for (let index = this.#blocks.length - 1; index > 0; index--) {
			const each = this.#blocks[index];
			if (each.kind === "for" || each.kind === "while") {
				each.hasBreak = true;
				return;
			}
			if (each.kind === "def" || each.kind === "class") return;
		}
	}
	#async(start, end) {
		const lexer = this.#lexer;
		lexer.position = end;
		lexer.skipSpace();
		const next = lexer.wordEnd(lexer.position);
		switch (lexer.text(lexer.position, next)) {
			case "def": return this.#definition("def", start, next, true);
			case "for": return this.#for(next);
			case "with": return this.#with(next);
			default:
				lexer.position = start;
				return this.#ordinary(start, end);
		}
	}
	#definition(kind, start, end, isAsync) {
		const lexer = this.#lexer;
		lexer.position = end;
		lexer.skipSpace();
		const from = lexer.position;
		const to = lexer.wordEnd(from);
		let binding = -1;
		let lazyParameter;
		if (this.#definitions === 0 && to > from) {
			const first = this.#decoratorAt < 0 ? start : this.#decoratorAt;
			binding = this.#record.bind({
				start: from,
				end: to
			}, kind === "def" ? "function" : "class", { isAsync }, first);
			if (kind === "def" && lexer.is("__getattr__", from, to)) lazyParameter = /^\s*\(\s*(\w+)/.exec(lexer.text(to, Math.min(lexer.end, to + 60)))?.[1] ?? "";
		}
		if (to === from) this.#problem(`has a ${kind} without a name`);
		if (this.#definitions > 0 && kind === "def" && (lexer.is("find_spec", from, to) || lexer.is("find_module", from, to))) this.#record.isDynamic = true;
		this.#decoratorAt = -1;
		lexer.position = to;
		const opened = block(kind, this.#lineIndent());
		opened.binding = binding;
		this.#definitions++;
		const stop = this.#open(opened);
		if (lazyParameter !== void 0) {
			this.#lazyBody = {
				block: opened,
				start: lexer.position,
				parameter: lazyParameter
			};
			this.#record.lazy = { is: "any" };
		}
		return stop;
	}
	#lineIndent() {
		return Math.max(0, this.#top().indent);
	}
	/** Scans to the header's colon and opens its block, with a body on the same line if there is one. */
	#open(opened, isAtColon = false) {
		const lexer = this.#lexer;
		if (!isAtColon && !toColon(this.#lexer, lexer.position)) {
			this.#problem("lacks a ':' at the end of this line");
			if (opened.kind === "def" || opened.kind === "class") this.#definitions--;
			return 1;
		}
		lexer.position++;
		lexer.skipSpace();
		const byte = this.#bytes[lexer.position];
		this.#blocks.push(opened);
		if (byte === 35) {
			lexer.skipComment();
			return 1;
		}
		if (isNewline(byte)) return 1;
		if (lexer.position >= lexer.end) return 1;
		opened.indent = inline;
		return this.#statement();
	}
	#headerText(start, limit = 400) {
		return this.#lexer.text(start, Math.min(this.#lexer.position, start + limit));
	}
	#condition(end, isElif) {
		const lexer = this.#lexer;
		lexer.position = end;
		const before = isElif ? this.#top().lastChild : void 0;
		const hasColon = toColon(this.#lexer, end);
		const judged = hasColon && mayBeJudged(this.#bytes, end, lexer.position) ? judgeCondition(lexer.text(end, lexer.position)) : undecided;
		const isDead = before?.isChainDecided === true;
		const opened = block("if", this.#lineIndent(), isDead ? "unreachable" : judged.guard);
		opened.otherwise = judged.otherwise;
		opened.isChainDecided = isDead || judged.isDecided;
		opened.isChainEnded = before === void 0 ? true : before.isChainEnded && before.isEnded;
		return this.#open(opened, hasColon);
	}
	#otherwise(end) {
		const before = this.#top().lastChild;
		this.#lexer.position = end;
		const isOfIf = before?.kind === "if";
		const otherwise = isOfIf ? before.otherwise : "conditional";
		const opened = block("else", this.#lineIndent(), isOfIf && before.isChainDecided ? "unreachable" : otherwise);
		opened.isChainEnded = isOfIf && before.isChainEnded && before.isEnded;
		return this.#open(opened);
	}
	#try(end) {
		this.#lexer.position = end;
		const opened = block("try", this.#lineIndent());
		opened.attempt = {
			id: ++this.#tries,
			isCatching: false,
			isRaising: false
		};
		return this.#open(opened);
	}
	#except(end) {
		const lexer = this.#lexer;
		lexer.position = end;
		const before = this.#top().lastChild;
		const hasColon = toColon(this.#lexer, end);
		const isHandler = hasColon && catchesImportError(this.#headerText(end));
		const opened = block("except", this.#lineIndent(), isHandler ? "handler" : "conditional");
		opened.attempt = before?.attempt;
		opened.isHandler = isHandler;
		opened.isChainEnded = before?.isChainEnded === true && before.isEnded;
		return this.#open(opened, hasColon);
	}
	#finally(end) {
		this.#lexer.position = end;
		const before = this.#top().lastChild;
		const opened = block("finally", this.#lineIndent());
		opened.isChainEnded = before?.isChainEnded === true && before.isEnded;
		return this.#open(opened);
	}
	#with(end) {
		const lexer = this.#lexer;
		lexer.position = end;
		const hasColon = toColon(this.#lexer, end);
		if (hasColon && this.#definitions === 0) for (const target of readWithTargets(this.#bytes, end, lexer.position)) this.#record.bind(target, "variable");
		const guard = hasColon ? judgeWith(this.#headerText(end)) : "none";
		return this.#open(block("with", this.#lineIndent(), guard), hasColon);
	}
	#for(end) {
		const lexer = this.#lexer;
		lexer.position = end;
		const hasColon = toColon(this.#lexer, end);
		if (hasColon && this.#definitions === 0) {
			const stop = findWord(this.#bytes, "in", end, lexer.position);
			if (stop > 0) for (const target of readTargets(this.#bytes, end, stop) ?? []) this.#record.bind(target, "variable", { presence: "conditional" });
		}
		return this.#open(block("for", this.#lineIndent(), "conditional"), hasColon);
	}
	#while(end) {
		const lexer = this.#lexer;
		lexer.position = end;
		const hasColon = toColon(this.#lexer, end);
		const isEndless = hasColon && /^\s*(True|1)\s*$/.test(this.#headerText(end, 12));
		const opened = block("while", this.#lineIndent(), isEndless ? "none" : "conditional");
		opened.isEndless = isEndless;
		return this.#open(opened, hasColon);
	}
	/** `match` and `case` are keywords only where a header follows. */
	#soft(kind, end) {
		const lexer = this.#lexer;
		const { position, line, lineStart } = lexer;
		const next = this.#bytes[end];
		if (next === 32 || next === 9 || next === 40 || next === 91 || next === 34 || next === 39) {
			lexer.position = end;
			if (toColon(this.#lexer, end) && (kind === "case" || isLineOver(this.#lexer, lexer.position + 1))) return this.#open(block(kind, this.#lineIndent(), "conditional"), true);
		}
		lexer.position = position;
		lexer.line = line;
		lexer.lineStart = lineStart;
		return this.#ordinary(position, end);
	}
	#import(word, start, end) {
		const lexer = this.#lexer;
		const place = lexer.place(start, end);
		lexer.position = end;
		const { guard, attempt } = guardOf(this.#blocks);
		const around = {
			scope: scopeOf(this.#blocks),
			guard,
			tryBlock: attempt?.id ?? 0
		};
		for (const fact of readImport$1(lexer, place, word, around)) this.#record.addImport(fact, attempt, this.#definitions === 0);
		return lexer.scanStatement();
	}
	#global(end) {
		const lexer = this.#lexer;
		lexer.position = end;
		const stop = lexer.scanStatement();
		if (this.#definitions === 0) return stop;
		for (const target of readTargets(this.#bytes, end, lexer.position) ?? []) this.#record.bindLate(target);
		return stop;
	}
	#delete(end) {
		const lexer = this.#lexer;
		lexer.position = end;
		const stop = lexer.scanStatement();
		if (this.#definitions === 0 && this.#blocks.length === 1) for (const target of readTargets(this.#bytes, end, lexer.position) ?? []) this.#record.bind(target, "variable", { presence: "deleted" });
		return stop;
	}
	#typeAlias(start, end) {
		const bytes = this.#bytes;
		let from = end;
		while (bytes[from] === 32) from++;
		const to = this.#lexer.wordEnd(from);
		if (from === end || to === from || isDigit(bytes[from])) return;
		let next = to;
		while (bytes[next] === 32) next++;
		if (bytes[next] === 61 && bytes[next + 1] !== 61 || bytes[next] === 91) this.#record.bind({
			start: from,
			end: to
		}, "type", {}, start);
	}
	/** An expression or an assignment. */
	#ordinary(start, end) {
		const lexer = this.#lexer;
		if (this.#definitions > 0) {
			const stop = lexer.scanStatement();
			if (neverReturns(lexer, start, end)) this.#top().isEnded = true;
			if (lexer.is("globals", start, end)) this.#record.isDynamic = true;
			return stop;
		}
		const { line, lineStart } = lexer;
		const stop = lexer.scanBinding();
		const stopAt = lexer.position;
		if (neverReturns(lexer, start, end)) this.#top().isEnded = true;
		if (bindsAtRunTime(lexer.text(start, Math.min(stopAt, start + 300)))) this.#record.isDynamic = true;
		if (lexer.is("__getattr__", start, end)) this.#record.lazy = { is: "any" };
		if (lexer.is("__all__", start, end)) this.#record.publicNames.read(lexer, end, stopAt, line, lineStart, this.#blocks.length === 1);
		this.#record.bindTargets(start, stopAt, line, lineStart);
		return stop;
	}
};
/** The indent of a body that stands on its header's line. */
const inline = Number.MAX_SAFE_INTEGER;
// ../imports/src/extract/source-text.ts
var SourceText = class {
	text;
	encoding;
	lineCount;
	#bomBytes;
	#isAscii;
	/** The code unit at which each line begins. */
	#lineStarts;
	/** The byte at which each line begins; filled only when a character takes more than one byte. */
	#lineBytes;
	constructor(bytes) {
		const [encoding, bomBytes, text] = decode(bytes);
		this.encoding = encoding;
		this.text = text;
		this.#bomBytes = bomBytes;
		this.#isAscii = encoding === "not-utf-8" || bytes.length - bomBytes === text.length;
		this.#lineStarts = lineStartsOf(text);
		this.lineCount = this.#lineStarts.length;
	}
	/** The place of the code units `start` (inclusive) to `end` (exclusive). */
	place(start, end) {
		const line = this.#lineOf(start);
		return {
			start: this.byteAt(start),
			end: this.byteAt(end),
			line: line + 1,
			column: start - (this.#lineStarts[line] ?? 0) + 1
		};
	}
	/** The line of a code unit, from 1. */
	lineAt(unit) {
		return this.#lineOf(unit) + 1;
	}
	/** The byte in the file at which this code unit begins. */
	byteAt(unit) {
		if (this.#isAscii) return this.#bomBytes + unit;
		if (this.encoding !== "utf-8") return this.#bomBytes + unit * 2;
		this.#lineBytes ??= lineBytesOf(this.text, this.#lineStarts);
		const line = this.#lineOf(unit);
		const start = this.#lineStarts[line] ?? 0;
		return this.#bomBytes + (this.#lineBytes[line] ?? 0) + utf8Length(this.text, start, unit);
	}
	#lineOf(unit) {
		let low = 0;
		let high = this.#lineStarts.length - 1;
		while (low < high) {
			const middle = low + high + 1 >> 1;
			if ((this.#lineStarts[middle] ?? 0) <= unit) low = middle;
			else high = middle - 1;
		}
		return low;
	}
};
function decode(bytes) {
	if (bytes[0] === 255 && bytes[1] === 254) return [
		"utf-16le",
		2,
		new TextDecoder("utf-16le").decode(bytes.subarray(2))
	];
	if (bytes[0] === 254 && bytes[1] === 255) return [
		"utf-16be",
		2,
		new TextDecoder("utf-16be").decode(bytes.subarray(2))
	];
	const bom = bytes[0] === 239 && bytes[1] === 187 && bytes[2] === 191 ? 3 : 0;
	try {
		return [
			"utf-8",
			bom,
			new TextDecoder("utf-8", {
				fatal: true,
				ignoreBOM: true
			}).decode(bytes.subarray(bom))
		];
	} catch {
		return [
			"not-utf-8",
			bom,
			Buffer.from(bytes.subarray(bom)).toString("latin1")
		];
	}
}
function lineStartsOf(text) {
	const starts = [0];
	const hasReturns = text.includes("\r");
	for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
	if (!hasReturns) return starts;
	let alone = false;
	for (let at = text.indexOf("\r"); at >= 0; at = text.indexOf("\r", at + 1)) {
		if (text.charCodeAt(at + 1) === 10) continue;
		starts.push(at + 1);
		alone = true;
	}
	return alone ? starts.sort((a, b) => a - b) : starts;
}
function lineBytesOf(text, starts) {
	const bytes = new Float64Array(starts.length);
	for (let line = 1; line < starts.length; line++) bytes[line] = (bytes[line - 1] ?? 0) + utf8Length(text, starts[line - 1] ?? 0, starts[line] ?? 0);
	return bytes;
}
function utf8Length(text, start, end) {
	let length = end - start;
	for (let at = start; at < end; at++) {
		const code = text.charCodeAt(at);
		if (code < 128) continue;
		length += code < 2048 || code >= 55296 && code <= 57343 ? 1 : 2;
	}
	return length;
}
// ../imports/src/extract/typescript-parser.ts
/**
* The parser's tree as one shape. `oxc-parser` can hand its tree over without building it (a node becomes
* an object when it is looked at), which makes reading a file's surface six times cheaper than a whole
* tree. That way needs a 64-bit little-endian machine; elsewhere, and for the few constructs that the lazy
* tree leaves out, the whole tree is built and translated to the same shape here. The extractor cannot
* tell the two apart, and a test holds them equal.
*/
const lazy = oxc;
let isLazySupported;
function canParseLazily() {
	isLazySupported ??= typeof lazy.experimentalGetLazyVisitor === "function" && oxc.rawTransferSupported();
	return isLazySupported;
}
function parseLazily(text, dialect) {
	const result = lazy.parseSync("source", text, {
		...dialect,
		experimentalLazy: true
	});
	return {
		body: children(result.program, "body"),
		comments: result.comments,
		errors: result.errors.map(simpleError),
		visit: (visitors) => result.visit(new (lazy.experimentalGetLazyVisitor())(visitors)),
		dispose: () => result.dispose()
	};
}
function parseWhole(text, dialect) {
	const result = oxc.parseSync("source", text, {
		...dialect,
		astType: "ts"
	});
	const program = translate(result.program, false);
	return {
		body: children(program, "body"),
		comments: result.comments,
		errors: result.errors.map(simpleError),
		visit: (visitors) => walk(program, visitors),
		dispose: () => void 0
	};
}
/** The imports and exports that the parser had seen before it gave up on a broken file. */
function parseSurface(text, dialect) {
	return oxc.parseSync("source", text, dialect).module;
}
function simpleError(error) {
	const help = error.helpMessage === null ? "" : `: ${error.helpMessage}`;
	return {
		message: error.message + help,
		start: error.labels[0]?.start ?? 0
	};
}
function isNode(value) {
	return typeof value === "object" && value !== null && typeof value.type === "string";
}
function child(node, property) {
	const value = node?.[property];
	return isNode(value) ? value : void 0;
}
function children(node, property) {
	const value = node?.[property];
	return Array.isArray(value) ? value : [];
}
/** A property that is text: a name, an operator, the value of a literal. */
function word(node, property) {
	const value = node?.[property];
	return typeof value === "string" ? value : void 0;
}
/** The name of an identifier, or the value of a string that stands in its place. */
function nameOf(node) {
	return word(node, "name") ?? word(node, "value") ?? "";
}
/** The text of a string literal or of a template without substitutions. */
function literalOf(node) {
	if (node === void 0) return void 0;
	if (node.type === "StringLiteral") return word(node, "value");
	if (node.type !== "TemplateLiteral" || children(node, "expressions").length > 0) return void 0;
	const value = children(node, "quasis")[0]?.value;
	const cooked = typeof value === "object" && value !== null ? value.cooked : void 0;
	return typeof cooked === "string" ? cooked : void 0;
}
/** Strips parentheses, `await`, `as T`, `satisfies T` and `!` from an expression. */
function bare(node) {
	let at = node;
	while (at !== void 0) if (at.type === "AwaitExpression") at = child(at, "argument");
	else if (/^(Parenthesized|TSAs|TSSatisfies|TSNonNull|TSTypeAssertion|Chain)/.test(at.type)) at = child(at, "expression");
	else return at;
}
/** Where an identifier gives a name instead of using one. */
const BINDING_PLACES = /^(?:VariableDeclarator\.id|.*Function.*\.(?:id|params)|Class.*\.id|TS.*Declaration\.id|CatchClause\.param|Import.*Specifier\.local)$/;
/** Where a pattern hands that role on. */
const PATTERN_PLACES = /^(?:ObjectPattern\.properties|Property\.value|ArrayPattern\.elements|AssignmentPattern\.left|RestElement\.argument|TSParameterProperty\.parameter)$/;
/** The whole tree's names for things, as the lazy tree has them. */
function translate(node, isBinding) {
	const out = {};
	for (const [key, value] of Object.entries(node)) {
		if (typeof value !== "object" || value === null) {
			out[key] = value;
			continue;
		}
		const place = `${node.type}.${key}`;
		const binds = BINDING_PLACES.test(place) || isBinding && PATTERN_PLACES.test(place);
		if (Array.isArray(value)) out[key] = value.map((one) => isNode(one) ? translate(one, binds) : one);
		else out[key] = isNode(value) ? translate(value, binds) : value;
		if ((key === "property" || key === "key") && node.computed !== true && isNode(value) && value.type === "Identifier") out[key] = {
			...value,
			type: "IdentifierName"
		};
	}
	out.type = translatedType(node, isBinding);
	if (node.type === "Identifier" && node.typeAnnotation) out.end = node.start + nameOf(node).length;
	return out;
}
function translatedType(node, isBinding) {
	switch (node.type) {
		case "Identifier": return isBinding ? "BindingIdentifier" : "IdentifierReference";
		case "Literal": return typeof node.value === "string" ? "StringLiteral" : "Literal";
		case "MemberExpression": return node.computed === true ? "ComputedMemberExpression" : "StaticMemberExpression";
		case "ExportNamedDeclaration":
			if (isNode(node.declaration)) return "ExportDeclaration";
			return isNode(node.source) ? "ExportFromDeclaration" : node.type;
		case "TSModuleDeclaration":
			if (node.kind === "global") return "TSGlobalDeclaration";
			return isNode(node.id) && node.id.type === "Literal" ? "TSExternalModuleDeclaration" : "TSNamespaceDeclaration";
		default: return node.type;
	}
}
const FUNCTIONS = /^(FunctionDeclaration|FunctionExpression|TSDeclareFunction|TSEmptyBodyFunctionExpression)$/;
/** Depth is bounded by the parser, which refuses sources that nest deeper than its own stack. */
function walk(node, visitors) {
	const type = FUNCTIONS.test(node.type) ? "Function" : node.type === "ClassDeclaration" || node.type === "ClassExpression" ? "Class" : node.type;
	visitors[type]?.(node);
	for (const value of Object.values(node)) if (Array.isArray(value)) {
		for (const one of value) if (isNode(one)) walk(one, visitors);
	} else if (isNode(value)) walk(value, visitors);
	visitors[`${type}:exit`]?.(node);
}
// ../imports/src/extract/typescript-facts.ts
var FactsBuilder = class {
	source;
	imports = [];
	bindings = [];
	exports = [];
	#exported = /* @__PURE__ */ new Set();
	constructor(source) {
		this.source = source;
	}
	/** Adds an import and returns its index. */
	request(request) {
		this.imports.push({
			kind: request.kind,
			specifier: request.specifier,
			scope: request.scope ?? "module",
			guard: request.guard ?? "none",
			statement: this.#place(request.statement),
			at: this.#place(request.at),
			names: request.names.map((one) => this.#name(one)),
			tryBlock: request.tryBlock ?? 0
		});
		return this.imports.length - 1;
	}
	declare(declaration) {
		const whole = this.#place(declaration.range);
		const name = this.#place(declaration.at);
		this.bindings.push({
			start: whole.start,
			end: whole.end,
			line: name.line,
			column: name.column,
			name: declaration.name,
			kind: declaration.kind,
			isAsync: declaration.isAsync ?? false,
			presence: declaration.presence ?? "always",
			importIndex: declaration.importIndex ?? -1,
			nameIndex: declaration.nameIndex ?? -1,
			target: declaration.target ?? "",
			isState: declaration.isState ?? false
		});
	}
	/** A door onto a binding of this file. A second one of the same name is the same door (merging). */
	offer(name, local, at, typeOnly = false) {
		if (this.#exported.has(name)) return;
		this.#exported.add(name);
		this.exports.push({
			...this.#place(at),
			name,
			local,
			importIndex: -1,
			imported: "",
			typeOnly
		});
	}
	/** As `offer`, for a place that is already in bytes. */
	offerAt(name, local, at, typeOnly) {
		if (this.#exported.has(name)) return;
		this.#exported.add(name);
		const { start, end, line, column } = at;
		this.exports.push({
			start,
			end,
			line,
			column,
			name,
			local,
			importIndex: -1,
			imported: "",
			typeOnly
		});
	}
	/** A door that passes on what another module offers. */
	pass(name, importIndex, imported, at, typeOnly) {
		if (name !== "*") {
			if (this.#exported.has(name)) return;
			this.#exported.add(name);
		}
		this.exports.push({
			...this.#place(at),
			name,
			local: "",
			importIndex,
			imported,
			typeOnly
		});
	}
	isOffered(name) {
		return this.#exported.has(name);
	}
	#place(range) {
		return this.source.place(range.start, range.end);
	}
	#name(request) {
		return {
			...this.#place(request.at),
			name: request.name,
			local: request.local,
			typeOnly: request.typeOnly ?? false
		};
	}
};
/** The inside of a string literal or template: where its specifier stands. */
function insideQuotes(literal) {
	return {
		start: literal.start + 1,
		end: Math.max(literal.start + 1, literal.end - 1)
	};
}
/** A specifier and where it stands, when it is a literal. */
function specifierOf(node) {
	const text = literalOf(node);
	return node === void 0 || text === void 0 || text === "" ? void 0 : {
		text,
		at: insideQuotes(node)
	};
}
// ../imports/src/extract/typescript-statements.ts
function emptySurface() {
	return {
		isModule: false,
		hasExplicitExports: false,
		exportEquals: void 0,
		isComputed: false,
		isNamespaceOnly: false,
		needsWholeTree: false,
		hasEffects: false,
		namespaces: /* @__PURE__ */ new Map()
	};
}
function readStatements(body, facts) {
	const surface = emptySurface();
	for (const statement of body) readStatement(statement, facts, surface);
	return surface;
}
function readStatement(node, facts, surface) {
	switch (node.type) {
		case "ImportDeclaration":
			surface.isModule = true;
			readImport(node, facts, surface);
			return;
		case "TSImportEqualsDeclaration":
			readImportEquals(node, facts, surface);
			return;
		case "ExportDeclaration":
			surface.isModule = true;
			readExportDeclaration(node, facts, surface);
			return;
		case "ExportNamedDeclaration":
			surface.isModule = true;
			surface.hasExplicitExports = true;
			readExportList(node, facts);
			return;
		case "ExportFromDeclaration":
			surface.isModule = true;
			surface.hasExplicitExports = true;
			readExportFrom(node, facts);
			return;
		case "ExportAllDeclaration":
			surface.isModule = true;
			surface.hasExplicitExports = true;
			readExportAll(node, facts);
			return;
		case "ExportDefaultDeclaration":
			surface.isModule = true;
			surface.hasExplicitExports = true;
			readExportDefault(node, facts, surface);
			return;
		case "TSExportAssignment":
			surface.isModule = true;
			surface.hasExplicitExports = true;
			readExportAssignment(node, facts, surface);
			return;
		case "TSNamespaceExportDeclaration":
			surface.isModule = true;
			return;
		case "TSExternalModuleDeclaration": return;
		case "ExpressionStatement":
			surface.hasEffects ||= !isQuiet(node);
			return;
		default: if (declare(node, node, facts, surface).length === 0) surface.hasEffects ||= !/^(TS|Empty)/.test(node.type);
	}
}
/** Directives and what CommonJS writes to export something are no effects. */
function isQuiet(node) {
	const expression = bare(child(node, "expression"));
	if (expression === void 0 || literalOf(expression) !== void 0) return true;
	if (expression.type !== "AssignmentExpression") return false;
	const root = rootOf(child(expression, "left"));
	return root === "exports" || root === "module";
}
function rootOf(node) {
	let at = node;
	while (at?.type === "StaticMemberExpression" || at?.type === "ComputedMemberExpression") at = child(at, "object");
	return at?.type === "IdentifierReference" ? nameOf(at) : "";
}
function readImport(node, facts, surface) {
	const specifier = specifierOf(child(node, "source"));
	if (specifier === void 0) return;
	const isType = word(node, "importKind") === "type";
	const names = [];
	const ranges = [];
	for (const one of children(node, "specifiers")) {
		const local = nameOf(child(one, "local"));
		const typeOnly = isType || word(one, "importKind") === "type";
		const name = one.type === "ImportSpecifier" ? nameOf(child(one, "imported")) : one.type === "ImportDefaultSpecifier" ? "default" : "";
		names.push({
			name,
			local,
			typeOnly,
			at: one
		});
		ranges.push(child(one, "local") ?? one);
		if (name === "") surface.namespaces.set(local, {
			specifier: specifier.text,
			at: specifier.at,
			isType: typeOnly
		});
	}
	const importIndex = facts.request({
		kind: "static",
		specifier: specifier.text,
		statement: node,
		at: specifier.at,
		names,
		guard: isType ? "types" : "none"
	});
	names.forEach((one, nameIndex) => {
		facts.declare({
			name: one.local,
			kind: "import",
			range: one.at,
			at: ranges[nameIndex] ?? one.at,
			presence: one.typeOnly ? "types" : "always",
			importIndex,
			nameIndex
		});
	});
}
/** Returns the bound name. */
function readImportEquals(node, facts, surface) {
	const id = child(node, "id");
	const name = nameOf(id);
	const reference = child(node, "moduleReference");
	const typeOnly = word(node, "importKind") === "type";
	if (reference?.type !== "TSExternalModuleReference") {
		facts.declare({
			name,
			kind: "alias",
			range: node,
			at: id ?? node,
			target: dotted(reference)
		});
		return name;
	}
	surface.isModule = true;
	const specifier = specifierOf(child(reference, "expression"));
	if (specifier === void 0) return name;
	const importIndex = facts.request({
		kind: "import-equals",
		specifier: specifier.text,
		statement: node,
		at: specifier.at,
		names: [{
			name: "",
			local: name,
			typeOnly,
			at: id ?? node
		}],
		guard: typeOnly ? "types" : "none"
	});
	facts.declare({
		name,
		kind: "import",
		range: node,
		at: id ?? node,
		importIndex,
		nameIndex: 0
	});
	return name;
}
function dotted(node) {
	if (node === void 0) return "";
	if (node.type !== "TSQualifiedName") return nameOf(node);
	return `${dotted(child(node, "left"))}.${nameOf(child(node, "right"))}`;
}
function readExportDeclaration(node, facts, surface) {
	const declaration = child(node, "declaration");
	if (declaration === void 0) return;
	if (declaration.type === "TSImportEqualsDeclaration") {
		const name = readImportEquals(declaration, facts, surface);
		facts.offer(name, name, child(declaration, "id") ?? node);
		return;
	}
	for (const one of declare(declaration, node, facts, surface)) facts.offer(one.name, one.name, one.at, one.isType);
}
function readExportList(node, facts) {
	const allTypes = word(node, "exportKind") === "type";
	for (const one of children(node, "specifiers")) {
		const local = nameOf(child(one, "local"));
		const name = nameOf(child(one, "exported"));
		facts.offer(name, local, one, allTypes || word(one, "exportKind") === "type");
	}
}
function readExportFrom(node, facts) {
	const specifier = specifierOf(child(node, "source"));
	if (specifier === void 0) return;
	const allTypes = word(node, "exportKind") === "type";
	const doors = children(node, "specifiers").map((one) => ({
		name: nameOf(child(one, "exported")),
		imported: nameOf(child(one, "local")),
		typeOnly: allTypes || word(one, "exportKind") === "type",
		at: one
	}));
	const importIndex = facts.request({
		kind: "re-export",
		specifier: specifier.text,
		statement: node,
		at: specifier.at,
		names: doors.map((one) => ({
			name: one.imported,
			local: "",
			typeOnly: one.typeOnly,
			at: one.at
		})),
		guard: allTypes ? "types" : "none"
	});
	for (const one of doors) facts.pass(one.name, importIndex, one.imported, one.at, one.typeOnly);
}
function readExportAll(node, facts) {
	const specifier = specifierOf(child(node, "source"));
	if (specifier === void 0) return;
	const typeOnly = word(node, "exportKind") === "type";
	const exported = child(node, "exported");
	const asked = exported === void 0 ? "*" : "";
	const importIndex = facts.request({
		kind: "re-export",
		specifier: specifier.text,
		statement: node,
		at: specifier.at,
		names: [{
			name: asked,
			local: "",
			typeOnly,
			at: exported ?? node
		}],
		guard: typeOnly ? "types" : "none"
	});
	facts.pass(exported === void 0 ? "*" : nameOf(exported), importIndex, asked, exported ?? node, typeOnly);
}
function readExportDefault(node, facts, surface) {
	const declaration = child(node, "declaration");
	const expression = bare(declaration);
	if (expression?.type === "IdentifierReference") {
		facts.offer("default", nameOf(expression), node);
		return;
	}
	const declared = declaration === void 0 ? [] : declare(declaration, node, facts, surface);
	const name = declared[0]?.name;
	if (name !== void 0) {
		facts.offer("default", name, node, declared[0]?.isType);
		return;
	}
	facts.declare({
		name: "default",
		...shapeOf(expression),
		range: node,
		at: node
	});
	facts.offer("default", "default", node);
}
function readExportAssignment(node, facts, surface) {
	const expression = bare(child(node, "expression"));
	if (expression?.type === "IdentifierReference") {
		surface.exportEquals = nameOf(expression);
		facts.offer("export=", nameOf(expression), node);
		return;
	}
	surface.isComputed = true;
	facts.declare({
		name: "export=",
		...shapeOf(expression),
		range: node,
		at: node
	});
	facts.offer("export=", "export=", node);
}
const KIND_BY_TYPE = {
	FunctionDeclaration: "function",
	TSDeclareFunction: "function",
	Function: "function",
	ClassDeclaration: "class",
	Class: "class",
	TSEnumDeclaration: "enum",
	TSInterfaceDeclaration: "interface",
	TSTypeAliasDeclaration: "type",
	TSNamespaceDeclaration: "namespace"
};
/** Declares what this statement declares, and says under which names. Empty when it declares nothing. */
function declare(node, whole, facts, surface, prefix = "") {
	if (node.type === "VariableDeclaration") return declareVariables(node, whole, facts, surface, prefix);
	const kind = KIND_BY_TYPE[node.type];
	const id = leftmost(child(node, "id"));
	if (kind === void 0 || id === void 0) return [];
	const isType = kind === "interface" || kind === "type";
	const name = prefix + nameOf(id);
	facts.declare({
		name,
		kind,
		range: whole,
		at: id,
		isAsync: node.async === true,
		presence: isType ? "types" : "always"
	});
	return [{
		name,
		at: id,
		isType
	}];
}
/** `namespace A.B` declares `A`. */
function leftmost(node) {
	let at = node;
	while (at?.type === "TSQualifiedName") at = child(at, "left");
	return at;
}
function declareVariables(node, whole, facts, surface, prefix) {
	const out = [];
	const declarators = children(node, "declarations");
	const isFixed = word(node, "kind") === "const";
	for (const one of declarators) {
		const id = child(one, "id");
		const init = bare(child(one, "init"));
		const range = declarators.length === 1 ? whole : one;
		if (id?.type === "BindingIdentifier") {
			const shape = shapeOf(init);
			const name = prefix + nameOf(id);
			facts.declare({
				name,
				...shape,
				range,
				at: id,
				isState: shape.isState || !isFixed && node.declare !== true
			});
			out.push({
				name,
				at: id,
				isType: false
			});
			continue;
		}
		for (const inner of patternNames(id, facts.source.text, surface)) {
			facts.declare({
				name: prefix + nameOf(inner),
				kind: "variable",
				range,
				at: inner
			});
			out.push({
				name: prefix + nameOf(inner),
				at: inner,
				isType: false
			});
		}
	}
	return out;
}
/** The names that a destructuring pattern binds. */
function patternNames(node, text, surface) {
	if (node === void 0) return [];
	if (surface !== void 0 && text.slice(node.start, node.end).includes("...")) surface.needsWholeTree = true;
	switch (node.type) {
		case "BindingIdentifier":
		case "IdentifierReference": return [node];
		case "ObjectPattern": return children(node, "properties").flatMap((one) => patternNames(child(one, "value") ?? child(one, "argument"), text));
		case "ArrayPattern": return children(node, "elements").flatMap((one) => one === null ? [] : patternNames(one, text));
		case "AssignmentPattern": return patternNames(child(node, "left"), text);
		default: return patternNames(child(node, "argument"), text);
	}
}
const MAKERS = /^(create|make|init|new|get|open|connect)(?=[A-Z_]|$)/;
/** What a value is: a function, a class, or a variable that may hold state. */
function shapeOf(value) {
	const variable = {
		kind: "variable",
		isAsync: false,
		isState: false,
		target: ""
	};
	switch (value?.type) {
		case "ArrowFunctionExpression":
		case "FunctionExpression":
		case "FunctionDeclaration":
		case "Function": return {
			...variable,
			kind: "function",
			isAsync: value.async === true
		};
		case "ClassExpression":
		case "ClassDeclaration":
		case "Class": return {
			...variable,
			kind: "class"
		};
		case "IdentifierReference": return nameOf(value) === "undefined" ? variable : {
			...variable,
			kind: "alias",
			target: nameOf(value)
		};
		case "NewExpression": return {
			...variable,
			isState: true
		};
		case "ArrayExpression": return {
			...variable,
			isState: children(value, "elements").length === 0
		};
		case "ObjectExpression": return {
			...variable,
			isState: children(value, "properties").length === 0
		};
		case "CallExpression": return {
			...variable,
			isState: MAKERS.test(nameOf(child(value, "callee")))
		};
		default: return variable;
	}
}
// ../imports/src/extract/typescript-ambient.ts
/**
* What declaration files say: `declare module "a"`, namespaces behind `export =`, and the rule that a
* declaration file without explicit exports exports everything it declares.
*/
/**
* A module file augments: its `declare module "a"` is a request for "a" whose names it adds. A script
* declares: the binding `"a"` says that such a module exists.
*/
function readAmbientModules(body, facts, surface) {
	for (const node of body) {
		if (node.type !== "TSExternalModuleDeclaration") continue;
		const id = child(node, "id");
		const specifier = specifierOf(id);
		if (id === void 0 || specifier === void 0) continue;
		const quoted = `"${specifier.text}"`;
		const content = statementsOf(node);
		const declared = readContent(content, facts, `${quoted}.`, true);
		readAmbientDoors(node, content, facts, quoted);
		facts.declare({
			name: quoted,
			kind: "namespace",
			range: node,
			at: id,
			presence: "types"
		});
		if (!surface.isModule) continue;
		facts.request({
			kind: "types",
			specifier: specifier.text,
			statement: node,
			at: specifier.at,
			names: declared.map((one) => ({
				name: one.name.slice(quoted.length + 1),
				local: "",
				typeOnly: true,
				at: one.at
			})),
			guard: "types"
		});
	}
}
/**
* What an ambient module offers beside its declarations: names that it passes on, `default`, and `*` for
* what cannot be listed: `export *`, `export =`, and the module without a body, which offers anything.
*/
function readAmbientDoors(module, content, facts, quoted) {
	const offer = (name, at) => facts.declare({
		name: `${quoted}.${name}`,
		kind: "type",
		range: at,
		at,
		presence: "types"
	});
	if (child(module, "body") === void 0) offer("*", module);
	for (const node of content) if (node.type === "ExportDefaultDeclaration") offer("default", node);
	else if (node.type === "ExportAllDeclaration" || node.type === "TSExportAssignment") offer("*", node);
	else if (node.type === "ExportNamedDeclaration" || node.type === "ExportFromDeclaration") for (const one of children(node, "specifiers")) {
		const exported = child(one, "exported") ?? child(one, "local");
		offer((exported === void 0 ? void 0 : nameOf(exported)) ?? "*", one);
	}
}
/** `export = name` offers the members of the namespaces called `name`. */
function readNamespaceMembers(body, name, facts, surface) {
	const own = facts.bindings.filter((one) => one.name === name);
	const namespaces = body.map((node) => node.type === "ExportDeclaration" ? child(node, "declaration") ?? node : node).filter((node) => node.type === "TSNamespaceDeclaration" && nameOf(child(node, "id")) === name);
	for (const node of namespaces) for (const one of readContent(statementsOf(node), facts, `${name}.`, node.declare === true)) facts.offer(one.name.slice(name.length + 1), one.name, one.at, one.isType);
	surface.isNamespaceOnly = namespaces.length > 0 && own.every((one) => /^(namespace|function|interface|type)$/.test(one.kind)) && !namespaces.some((node) => statementsOf(node).some((one) => one.type === "ExportNamedDeclaration"));
}
function readImplicitExports(facts) {
	for (const one of [...facts.bindings]) {
		if (one.kind === "import" || one.kind === "alias" || one.name.includes("\"")) continue;
		const isType = one.kind === "interface" || one.kind === "type";
		facts.offerAt(one.name, one.name, one, isType);
	}
}
function statementsOf(node) {
	const block = child(node, "body");
	if (block === void 0) return [];
	return block.type === "TSModuleBlock" || Array.isArray(block.body) ? children(block, "body") : [block];
}
/** Declares the exported content under a prefix, and asks for what it imports itself. */
function readContent(body, facts, prefix, isAmbient) {
	const declared = [];
	const scratch = emptySurface();
	for (const node of body) {
		if (/^(Import|ExportFrom|ExportAll)/.test(node.type)) {
			readNestedRequest(node, facts);
			continue;
		}
		const isExported = node.type === "ExportDeclaration";
		if (!isExported && !isAmbient) continue;
		const inner = isExported ? child(node, "declaration") : node;
		if (inner !== void 0) declared.push(...declare(inner, node, facts, scratch, prefix));
	}
	return declared;
}
function readNestedRequest(node, facts) {
	const specifier = specifierOf(child(node, "source"));
	if (specifier === void 0) return;
	const names = children(node, "specifiers").map((one) => {
		const asked = child(one, "imported") ?? (node.type === "ImportDeclaration" ? void 0 : child(one, "local"));
		return {
			name: asked !== void 0 ? nameOf(asked) : one.type === "ImportDefaultSpecifier" ? "default" : "",
			local: "",
			typeOnly: true,
			at: one
		};
	});
	facts.request({
		kind: "types",
		specifier: specifier.text,
		statement: node,
		at: specifier.at,
		names: node.type === "ExportAllDeclaration" ? [{
			name: "*",
			local: "",
			typeOnly: true,
			at: node
		}] : names,
		guard: "types"
	});
}
// ../imports/src/extract/typescript-broken.ts
function readSurfaceOfBroken(text, dialect, facts) {
	const surface = emptySurface();
	const module = parseSurface(text, dialect);
	surface.isModule = module.hasModuleSyntax;
	for (const one of module.staticImports) {
		const request = one.moduleRequest;
		if (request.value === "") continue;
		const names = one.entries.map((entry) => ({
			name: entry.importName.kind === "Name" ? entry.importName.name ?? "" : entry.importName.kind === "Default" ? "default" : "",
			local: entry.localName.value,
			typeOnly: entry.isType,
			at: {
				start: entry.importName.start ?? entry.localName.start,
				end: entry.localName.end
			}
		}));
		const isType = names.length > 0 && names.every((entry) => entry.typeOnly);
		const importIndex = facts.request({
			kind: "static",
			specifier: request.value,
			statement: one,
			at: {
				start: request.start + 1,
				end: request.end - 1
			},
			names,
			guard: isType ? "types" : "none"
		});
		names.forEach((entry, nameIndex) => {
			facts.declare({
				name: entry.local,
				kind: "import",
				range: entry.at,
				at: entry.at,
				presence: entry.typeOnly ? "types" : "always",
				importIndex,
				nameIndex
			});
		});
	}
	for (const statement of module.staticExports) for (const one of statement.entries) {
		const name = one.exportName.kind === "Default" ? "default" : one.exportName.name ?? "*";
		const local = one.localName.name ?? "";
		if (one.moduleRequest !== null) readPassed(one, name, statement, facts);
		else {
			const at = {
				start: one.exportName.start ?? one.start,
				end: one.exportName.end ?? one.end
			};
			if (!facts.bindings.some((binding) => binding.name === (local || name))) facts.declare({
				name: local || name,
				kind: "variable",
				range: one,
				at
			});
			facts.offer(name, local || name, at, one.isType);
		}
	}
	return surface;
}
function readPassed(one, name, statement, facts) {
	const request = one.moduleRequest;
	if (request === null || request.value === "" || facts.source.text.slice(statement.start, statement.start + 6) !== "export") return;
	const imported = one.importName.kind === "Name" ? one.importName.name ?? "" : one.importName.kind === "AllButDefault" ? "*" : "";
	const importIndex = facts.request({
		kind: "re-export",
		specifier: request.value,
		statement,
		at: {
			start: request.start + 1,
			end: request.end - 1
		},
		names: [{
			name: imported,
			local: "",
			typeOnly: one.isType,
			at: one
		}],
		guard: one.isType ? "types" : "none"
	});
	facts.pass(name, importIndex, imported, one, one.isType);
}
// ../imports/src/extract/typescript-commonjs.ts
const MENTIONS = /\bexports\b/;
function readCommonJs(parsed, facts) {
	if (!MENTIONS.test(facts.source.text)) return "none";
	const reader = new CommonJsReader(facts);
	parsed.visit(reader.visitors());
	return reader.doors();
}
var CommonJsReader = class {
	#facts;
	/** Starts of `exports` and `module` references whose meaning is known. */
	#understood = /* @__PURE__ */ new Set();
	#references = [];
	#isComputed = false;
	#writes = 0;
	constructor(facts) {
		this.#facts = facts;
	}
	doors() {
		if (this.#references.length === 0) return "none";
		const isUnderstood = this.#references.every((start) => this.#understood.has(start));
		if (this.#isComputed || !isUnderstood) return "unknown";
		return this.#writes > 0 ? "object" : "none";
	}
	visitors() {
		const visitors = {};
		visitors.AssignmentExpression = (node) => this.#assignment(node);
		visitors.CallExpression = (node) => this.#call(node);
		visitors.IdentifierReference = (node) => this.#reference(node);
		visitors.StaticMemberExpression = (node) => this.#member(node);
		return visitors;
	}
	#reference(node) {
		const name = nameOf(node);
		if (name === "exports" || name === "module") this.#references.push(node.start);
	}
	/** Reading `module.id`, `module.children` and the like says nothing about the doors. */
	#member(node) {
		const object = child(node, "object");
		if (object?.type !== "IdentifierReference" || nameOf(object) !== "module") return;
		if (nameOf(child(node, "property")) !== "exports") this.#understood.add(object.start);
	}
	#assignment(node) {
		if (word(node, "operator") !== "=") return;
		const left = child(node, "left");
		const right = bare(child(node, "right"));
		const object = this.#exportsObject(left);
		if (object !== void 0) {
			this.#understood.add(object.start);
			if (right?.type !== "AssignmentExpression") this.#assignWhole(right);
			return;
		}
		if (left?.type !== "StaticMemberExpression") return;
		const owner = this.#exportsObject(child(left, "object"));
		const property = child(left, "property");
		if (owner === void 0 || property === void 0) return;
		this.#understood.add(owner.start);
		this.#offer(nameOf(property), property);
	}
	#call(node) {
		const callee = child(node, "callee");
		const [target, name] = children(node, "arguments");
		if (callee?.type !== "StaticMemberExpression" || nameOf(child(callee, "property")) !== "defineProperty") return;
		const object = this.#exportsObject(target);
		const literal = literalOf(name);
		if (object === void 0 || name === void 0 || literal === void 0) return;
		this.#understood.add(object.start);
		this.#offer(literal, name);
	}
	/** The reference in `exports` or `module.exports`, when this is one of them. */
	#exportsObject(node) {
		if (node?.type === "IdentifierReference") return nameOf(node) === "exports" ? node : void 0;
		if (node?.type !== "StaticMemberExpression" || nameOf(child(node, "property")) !== "exports") return void 0;
		const object = child(node, "object");
		return object?.type === "IdentifierReference" && nameOf(object) === "module" ? object : void 0;
	}
	#assignWhole(value) {
		this.#writes++;
		if (value?.type !== "ObjectExpression") {
			this.#isComputed = true;
			return;
		}
		for (const one of children(value, "properties")) {
			const key = child(one, "key");
			if (key === void 0 || one.computed === true) this.#isComputed = true;
			else this.#offer(nameOf(key), key);
		}
	}
	#offer(name, at) {
		this.#writes++;
		if (name === "__esModule" || this.#facts.isOffered(name)) return;
		if (!this.#facts.bindings.some((one) => one.name === name)) this.#facts.declare({
			name,
			kind: "variable",
			range: at,
			at
		});
		this.#facts.offer(name, name, at);
	}
};
// ../imports/src/extract/typescript-ignores.ts
const MARK = "goldenpath-ignore";
const DIRECTIVE$1 = /^(?:\/\/+|\/\*+)[ \t]*(?<mark>goldenpath-ignore)(?![\w-])[ \t]*(?<rules>[\w*-]+(?:[ \t]*,[ \t]*[\w*-]+)*)?[ \t]*(?:--[ \t]*(?<reason>[^\n]*))?/;
function readIgnores(source, comments) {
	const text = source.text;
	if (!text.includes(MARK)) return [];
	const ignores = [];
	for (const comment of comments) {
		const body = text.slice(comment.start, comment.end);
		const match = DIRECTIVE$1.exec(body);
		if (match === null) continue;
		const at = source.place(comment.start + body.indexOf(MARK), comment.end);
		const reason = (match.groups?.reason ?? "").replace(/\*\/.*$/, "").trim();
		const rules = (match.groups?.rules ?? "").split(",").map((one) => one.trim().replace(/-+$/, ""));
		ignores.push({
			rules: rules.filter((one) => one !== ""),
			reason,
			line: at.line,
			column: at.column,
			appliesToLine: appliesTo(source, comment, comments)
		});
	}
	return ignores;
}
function appliesTo(source, comment, comments) {
	const text = source.text;
	const lineStart = text.lastIndexOf("\n", comment.start - 1) + 1;
	if (/[^\s{]/.test(text.slice(lineStart, comment.start))) return source.lineAt(comment.start);
	let at = comment.end;
	for (;;) {
		const next = /[^\s}]/g;
		next.lastIndex = at;
		const found = next.exec(text);
		if (found === null) return source.lineAt(comment.end);
		const inside = comments.find((one) => found.index >= one.start && found.index < one.end);
		if (inside === void 0) return source.lineAt(found.index);
		at = inside.end;
	}
}
// ../imports/src/extract/typescript-jsdoc.ts
const TAG = /@(?:typedef|callback)\b/g;
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
/** Spaces, and the stars with which lines of a comment begin. */
const FILLING = /(?:\s|\*(?!\/))*/y;
function readTypedefs(facts, comments) {
	const { text } = facts.source;
	if (!/@(?:typedef|callback)\b/.test(text)) return;
	for (const comment of comments) {
		if (!text.startsWith("/**", comment.start)) continue;
		const inner = text.slice(comment.start, comment.end);
		for (const tag of inner.matchAll(TAG)) {
			const at = nameAfter(inner, tag.index + tag[0].length);
			if (at === void 0) continue;
			const name = inner.slice(at.start, at.end);
			const range = {
				start: comment.start + at.start,
				end: comment.start + at.end
			};
			facts.declare({
				name,
				kind: "type",
				range,
				at: range,
				presence: "types"
			});
			facts.offer(name, name, range, true);
		}
	}
}
/** The name behind `{type}`, if there is a type. */
function nameAfter(text, from) {
	let at = skipped(text, from);
	if (text[at] === "{") {
		let depth = 0;
		do {
			if (text[at] === "{") depth++;
			else if (text[at] === "}") depth--;
			at++;
		} while (depth > 0 && at < text.length);
		at = skipped(text, at);
	}
	NAME.lastIndex = at;
	const end = NAME.test(text) ? NAME.lastIndex : at;
	return end > at ? {
		start: at,
		end
	} : void 0;
}
function skipped(text, from) {
	FILLING.lastIndex = from;
	return FILLING.test(text) ? FILLING.lastIndex : from;
}
// ../imports/src/extract/typescript-nesting.ts
/**
* How deep a source nests, by a look at its characters alone. The parser recurses natively, and where its stack
* ends the whole process ends: at some 2,000 to 4,000 levels in a worker. Such sources are refused before.
*
* Brackets nest, and so do prefixes (`!`, `a =>`, `if (a)`, `else`, `typeof`, `a ? b :`, `B<`), which last until
* their statement ends. Text in regular expressions and templates may be taken for brackets; what it opens is
* closed with the statement around it, so the count errs by a few.
*/
const NESTING_MAX = 1500;
const PREFIX_WORD = /^(?:if|else|for|while|with|do|new|typeof|void|delete|await|yield|keyof|import)$/;
/** Words that go on with the statement that a closing brace seems to end. */
const GOING_ON = /^(?:else|catch|finally|while|instanceof|in|of|as|satisfies|extends)$/;
const OPENERS = "([{";
const CLOSERS = ")]}";
/** The place where the source nests deeper than the limit, or undefined when it does not. */
function tooDeepAt(text, max = NESTING_MAX) {
	if (text.length <= max) return void 0;
	return new Nesting(text, max).run();
}
var Nesting = class {
	#text;
	#max;
	/** Open brackets, and the level at which each stands. */
	#open = [];
	#levels = [];
	#level = 0;
	constructor(text, max) {
		this.#text = text;
		this.#max = max;
	}
	run() {
		const text = this.#text;
		let previous = 10;
		for (let at = 0; at < text.length; at++) {
			const code = text.charCodeAt(at);
			if (code === 32 || code === 9 || code === 13) continue;
			if (isWord(code)) {
				const end = this.#wordEnd(at);
				this.#word(text, at, end, previous);
				at = end - 1;
			} else if (code === 34 || code === 39) at = this.#stringEnd(at, code);
			else if (code === 47) {
				const end = this.#slash(at);
				const isComment = end > at;
				at = end;
				if (isComment) continue;
			} else if (code === 10) {
				if (!isOperator(previous)) previous = 10;
				continue;
			} else this.#mark(code, previous);
			if (this.#level > this.#max) return at;
			previous = code;
		}
	}
	#word(text, start, end, previous) {
		if (end - start > 10) {
			if (previous === 10 || previous === 125) this.#endStatement();
			return;
		}
		const word = text.slice(start, end);
		if ((previous === 10 || previous === 125) && !GOING_ON.test(word)) this.#endStatement();
		if (PREFIX_WORD.test(word)) this.#level++;
	}
	#mark(code, previous) {
		const opener = code === 40 ? 0 : code === 91 ? 1 : code === 123 ? 2 : -1;
		if (opener >= 0) {
			this.#open.push(opener);
			this.#levels.push(this.#level);
			this.#level++;
			return;
		}
		const closer = code === 41 ? 0 : code === 93 ? 1 : code === 125 ? 2 : -1;
		if (closer >= 0) this.#close(closer);
		else if (code === 59) this.#semicolon();
		else if (code === 44) this.#endStatement();
		else if (code === 61 || code === 33 || code === 126 || code === 63 || code === 58 || code === 60) this.#level++;
		else if ((code === 43 || code === 45 || code === 42) && isOperator(previous)) this.#level++;
	}
	/** What stands open within is closed with it: it was text. */
	#close(kind) {
		const match = this.#open.lastIndexOf(kind);
		if (match < 0) return;
		this.#level = this.#levels[match] ?? 0;
		this.#open.length = match;
		this.#levels.length = match;
	}
	/** No parenthesis or bracket outlives a statement, save those of `for`, which need no memory. */
	#semicolon() {
		while (this.#open.length > 0 && this.#open.at(-1) !== 2) {
			this.#open.pop();
			this.#levels.pop();
		}
		this.#endStatement();
	}
	#endStatement() {
		const base = this.#levels.at(-1);
		this.#level = base === void 0 ? 0 : base + 1;
	}
	#wordEnd(start) {
		let at = start + 1;
		while (at < this.#text.length && isWord(this.#text.charCodeAt(at))) at++;
		return at;
	}
	#stringEnd(start, quote) {
		for (let at = start + 1; at < this.#text.length; at++) {
			const code = this.#text.charCodeAt(at);
			if (code === 92) at++;
			else if (code === quote || code === 10) return at;
		}
		return this.#text.length;
	}
	/** A comment is skipped, a closing tag ends what its tag began. */
	#slash(at) {
		const text = this.#text;
		const next = text.charCodeAt(at + 1);
		const end = next === 47 ? text.indexOf("\n", at) - 1 : next === 42 ? text.indexOf("*/", at + 2) + 1 : at;
		if (next === 62 || text.charCodeAt(at - 1) === 60) this.#level = Math.max(0, this.#level - 2);
		return end < at ? text.length : end;
	}
};
function isWord(code) {
	return code >= 97 && code <= 122 || code >= 65 && code <= 90 || code >= 48 && code <= 57 || code === 95 || code === 36 || code > 127;
}
/** Whether a line that ends with this character goes on in the next one. */
function isOperator(code) {
	if (code === 10 || code === 34 || code === 39 || code === 96 || isWord(code)) return false;
	return !CLOSERS.includes(String.fromCharCode(code)) || OPENERS.includes(String.fromCharCode(code));
}
// ../imports/src/extract/typescript-requests.ts
const WORTH_WALKING = /\brequire\s*[.(]|\bimport\s*\(|\b(?:mock|unmock|doMock|dontMock|doUnmock|deepUnmock|setMock|unstable_mockModule|mockModule|importActual|importMock)\b/;
const MOCKERS = /* @__PURE__ */ new Set([
	"jest",
	"vi",
	"vitest"
]);
const MOCK_CALLS = /* @__PURE__ */ new Set([
	"mock",
	"unmock",
	"doMock",
	"dontMock",
	"doUnmock",
	"deepUnmock",
	"setMock",
	"unstable_mockModule"
]);
const MODULE_CALLS = {
	requireActual: "require",
	requireMock: "require",
	createMockFromModule: "require",
	genMockFromModule: "require",
	importActual: "dynamic",
	importMock: "dynamic"
};
/** Members are not collected for these: they are never first-party, and React alone would fill the cache. */
const NEVER_OURS = /^(?:node:|react$|react\/|vitest$|zod)/;
function readRequests(parsed, facts, surface) {
	const text = facts.source.text;
	const namespaces = new Map([...surface.namespaces].filter(([, one]) => !NEVER_OURS.test(one.specifier)));
	const walksRequests = WORTH_WALKING.test(text);
	if (!walksRequests && namespaces.size === 0) return;
	const walk = new RequestWalk(facts, new Set(namespaces.keys()));
	parsed.visit({
		...walksRequests ? walk.requestVisitors() : {},
		...namespaces.size > 0 ? walk.memberVisitors() : {}
	});
	walk.finish(namespaces);
	surface.needsWholeTree ||= walk.missesSome(text, namespaces.keys());
}
const REFERENCE = /^\/\/\/[ \t]*<reference[ \t]+path[ \t]*=[ \t]*(["'])(?<path>[^"']+)\1/d;
/** `/// <reference path="a.d.ts" />` asks for a file beside this one. */
function readReferences(facts, comments) {
	const text = facts.source.text;
	if (!text.includes("<reference")) return;
	for (const comment of comments) {
		const match = REFERENCE.exec(text.slice(comment.start, comment.end));
		const path = match?.groups?.path;
		const where = match?.indices?.groups?.path;
		if (path === void 0 || where === void 0) continue;
		facts.request({
			kind: "types",
			specifier: /^[./]/.test(path) ? path : `./${path}`,
			statement: comment,
			at: {
				start: comment.start + where[0],
				end: comment.start + where[1]
			},
			names: [],
			guard: "types"
		});
	}
}
var RequestWalk = class {
	#facts;
	#namespaces;
	#namesByRequest = /* @__PURE__ */ new Map();
	#caught = /* @__PURE__ */ new Set();
	#regions = [];
	#scopes = [];
	#members = /* @__PURE__ */ new Map();
	#rebindings = /* @__PURE__ */ new Map();
	#found = [];
	#tryBlocks = 0;
	#isRequireForeign = false;
	constructor(facts, namespaces) {
		this.#facts = facts;
		this.#namespaces = namespaces;
	}
	requestVisitors() {
		const enter = (scope) => () => void this.#scopes.push(scope);
		const leave = () => void this.#scopes.pop();
		const branch = (node) => this.#enterRegion(node, "conditional");
		const out = () => void this.#regions.pop();
		const visitors = {
			Function: enter("function"),
			"Function:exit": leave,
			ArrowFunctionExpression: enter("function"),
			"ArrowFunctionExpression:exit": leave,
			StaticBlock: enter("class"),
			"StaticBlock:exit": leave,
			PropertyDefinition: enter("class"),
			"PropertyDefinition:exit": leave,
			TryStatement: (node) => this.#enterTry(node),
			"TryStatement:exit": out,
			VariableDeclarator: (node) => this.#declarator(node),
			CallExpression: (node) => this.#call(node),
			StaticMemberExpression: (node) => this.#memberOfRequest(node),
			ImportExpression: (node) => this.#importExpression(node),
			TSImportType: (node) => this.#importType(node),
			FormalParameters: (node) => this.#parameters(node)
		};
		for (const type of [
			"IfStatement",
			"ConditionalExpression",
			"LogicalExpression",
			"SwitchStatement"
		]) {
			visitors[type] = branch;
			visitors[`${type}:exit`] = out;
		}
		for (const type of [
			"ForStatement",
			"ForInStatement",
			"ForOfStatement",
			"WhileStatement"
		]) {
			visitors[type] = branch;
			visitors[`${type}:exit`] = out;
		}
		return visitors;
	}
	/** Goes with `requestVisitors`: its `StaticMemberExpression` covers both. */
	memberVisitors() {
		const ofMember = (node) => {
			this.#memberOfRequest(node);
			this.#member(child(node, "object"), child(node, "property"), false);
		};
		return {
			StaticMemberExpression: ofMember,
			TSQualifiedName: (node) => this.#member(child(node, "left"), child(node, "right"), true),
			JSXMemberExpression: (node) => this.#member(child(node, "object"), child(node, "property"), false),
			VariableDeclarator: (node) => {
				this.#declarator(node);
				this.#declaresNamespaceName(node);
			},
			BindingIdentifier: (node) => {
				if (this.#namespaces.has(nameOf(node))) this.#rebindings.set(node.start, nameOf(node));
			}
		};
	}
	finish(namespaces) {
		const mocked = new Set(this.#found.flatMap((one) => one.request.kind === "mock" ? [one.request.specifier] : []));
		for (const { request, isPlainRequire } of this.#found) {
			if (this.#isRequireForeign && isPlainRequire) continue;
			const isMocked = mocked.has(request.specifier) && request.kind !== "types";
			this.#facts.request(isMocked ? {
				...request,
				names: wholly(request.names)
			} : request);
		}
		const count = /* @__PURE__ */ new Map();
		for (const name of this.#rebindings.values()) count.set(name, (count.get(name) ?? 0) + 1);
		for (const [local, namespace] of namespaces) {
			const members = this.#members.get(local);
			if (members === void 0 || (count.get(local) ?? 0) > 1) continue;
			const names = [...members.values()];
			const first = names[0];
			if (first === void 0) continue;
			this.#facts.request({
				kind: "member",
				specifier: namespace.specifier,
				statement: first.at,
				at: namespace.at,
				names: namespace.isType ? names.map((one) => ({
					...one,
					typeOnly: true
				})) : names,
				guard: namespace.isType ? "types" : "none"
			});
		}
	}
	/**
	* The lazy tree leaves out the types of variables and rest elements. What the text shows and the walk did
	* not find may stand in one; it may also stand in a comment, which the whole tree then settles.
	*/
	missesSome(text, namespaces) {
		if ((text.match(/\bimport\s*\(\s*["'`]/g)?.length ?? 0) > this.#found.filter((one) => one.request.kind === "types" || one.isImportCall).length) return true;
		for (const local of namespaces) {
			if (!/^\w+$/.test(local)) continue;
			const members = this.#members.get(local);
			for (const match of text.matchAll(new RegExp(`\\b${local}\\.(\\w+)`, "g"))) if (members?.has(match[1] ?? "") !== true) return true;
		}
		return false;
	}
	#enterRegion(range, guard, tryBlock = 0) {
		this.#regions.push({
			guard,
			start: range.start,
			end: range.end,
			tryBlock
		});
	}
	#enterTry(node) {
		const block = child(node, "block") ?? node;
		const handler = child(node, "handler");
		if (handler === void 0) {
			this.#enterRegion({
				start: -1,
				end: -1
			}, "none");
			return;
		}
		const raises = children(child(handler, "body"), "body").at(-1)?.type === "ThrowStatement";
		this.#tryBlocks++;
		this.#enterRegion(block, raises ? "try-raise" : "try", this.#tryBlocks);
	}
	/** What stands between this place and a crash, innermost first. */
	#guardAt(start) {
		for (let at = this.#regions.length - 1; at >= 0; at--) {
			const region = this.#regions[at];
			if (region === void 0 || region.guard === "none") continue;
			const isInside = start >= region.start && start < region.end;
			if (region.guard === "conditional") {
				const outer = this.#regions.slice(0, at).find((one) => one.tryBlock > 0 && start < one.end);
				return outer === void 0 ? {
					guard: "conditional",
					tryBlock: 0
				} : {
					guard: outer.guard,
					tryBlock: outer.tryBlock
				};
			}
			return isInside ? {
				guard: region.guard,
				tryBlock: region.tryBlock
			} : {
				guard: "handler",
				tryBlock: region.tryBlock
			};
		}
		return {
			guard: "none",
			tryBlock: 0
		};
	}
	/** `const { a, b: c } = require("m")` or `= await import("m")`; `const m = require("m")`. */
	#declarator(node) {
		const id = child(node, "id");
		const value = bare(child(node, "init"));
		if (id?.type === "BindingIdentifier" && nameOf(id) === "require" && value !== void 0) this.#isRequireForeign ||= !isOwnLoader(value, this.#facts.source.text);
		const request = value?.type === "StaticMemberExpression" ? bare(child(value, "object")) : value;
		if (id === void 0 || request === void 0 || !isRequest(request)) return;
		if (value?.type === "StaticMemberExpression") {
			const property = child(value, "property");
			const local = id.type === "BindingIdentifier" ? nameOf(id) : "";
			this.#take(request, [{
				name: nameOf(property),
				local,
				at: property ?? value
			}]);
		} else if (id.type === "BindingIdentifier") this.#take(request, [{
			name: "",
			local: nameOf(id),
			at: id
		}]);
		else this.#take(request, takenBy(id, this.#facts.source.text));
	}
	#take(request, names) {
		if (!this.#namesByRequest.has(request.start)) this.#namesByRequest.set(request.start, names);
	}
	/** `(await import("m")).a`, `require("m").a`. */
	#memberOfRequest(node) {
		const request = bare(child(node, "object"));
		const property = child(node, "property");
		if (request === void 0 || property === void 0 || !isRequest(request)) return;
		if (child(node, "object") !== request || request.type === "CallExpression") this.#take(request, [{
			name: nameOf(property),
			local: "",
			at: property
		}]);
	}
	#call(node) {
		const callee = child(node, "callee");
		const specifier = specifierOf(children(node, "arguments")[0]);
		if (callee?.type === "StaticMemberExpression") {
			const object = bare(child(callee, "object"));
			const method = nameOf(child(callee, "property"));
			if (object?.type === "ImportExpression") {
				this.#settled(node, object, method);
				return;
			}
			if (specifier === void 0 || object?.type !== "IdentifierReference") return;
			this.#methodCall(node, nameOf(object), method, specifier);
			return;
		}
		if (callee?.type !== "IdentifierReference" || nameOf(callee) !== "require" || specifier === void 0) return;
		this.#report("require", node, specifier, true);
	}
	#methodCall(node, object, method, specifier) {
		if (object === "require" && method === "resolve") {
			this.#report("require", node, specifier, true);
			return;
		}
		if (!MOCKERS.has(object)) return;
		const literal = {
			start: specifier.at.start - 1,
			end: specifier.at.end + 1
		};
		if (MOCK_CALLS.has(method)) {
			if (isVirtual(node)) return;
			const scope = this.#scopes.at(-1) ?? "module";
			const mock = {
				kind: "mock",
				specifier: specifier.text,
				at: specifier.at
			};
			this.#found.push({
				request: {
					...mock,
					statement: literal,
					names: [],
					scope
				},
				isPlainRequire: false
			});
			return;
		}
		const kind = MODULE_CALLS[method];
		if (kind !== void 0) this.#report(kind, node, specifier);
	}
	/** `import("m").then(({ a }) => …)`, `import("m").then(m => m.a)`, `import("m").catch(…)`. */
	#settled(call, request, method) {
		const handlers = children(call, "arguments");
		if (method === "catch" || method === "then" && handlers.length > 1) this.#caught.add(request.start);
		if (method !== "then") return;
		const callback = handlers[0];
		const parameters = child(callback, "params");
		const first = parameters === void 0 ? children(callback, "params")[0] : children(parameters, "items")[0];
		const pattern = child(first, "pattern") ?? first;
		if (pattern?.type === "ObjectPattern") {
			this.#take(request, takenBy(pattern, this.#facts.source.text));
			return;
		}
		const body = bare(child(callback, "body"));
		const object = child(body, "object");
		if (body?.type !== "StaticMemberExpression" || object?.type !== "IdentifierReference") return;
		const property = child(body, "property");
		if (pattern !== void 0 && nameOf(object) === nameOf(pattern) && property !== void 0) this.#take(request, [{
			name: nameOf(property),
			local: "",
			at: property
		}]);
	}
	#importExpression(node) {
		const specifier = specifierOf(child(node, "source"));
		if (specifier !== void 0) this.#report("dynamic", node, specifier, false, true);
	}
	#importType(node) {
		const specifier = specifierOf(child(node, "source") ?? child(child(node, "argument"), "literal"));
		if (specifier === void 0) return;
		let first = child(node, "qualifier");
		while (first !== void 0 && child(first, "left") !== void 0) first = child(first, "left");
		const names = first === void 0 ? [] : [{
			name: nameOf(first),
			local: "",
			typeOnly: true,
			at: first
		}];
		const types = {
			kind: "types",
			specifier: specifier.text,
			at: specifier.at,
			guard: "types"
		};
		this.#found.push({
			request: {
				...types,
				statement: node,
				names
			},
			isPlainRequire: false
		});
	}
	#report(kind, node, specifier, isPlainRequire = false, isImportCall = false) {
		const guard = this.#guardAt(node.start);
		const isCaught = guard.guard !== "try" && this.#caught.has(node.start);
		const request = {
			kind,
			specifier: specifier.text,
			statement: node,
			at: specifier.at,
			names: this.#namesByRequest.get(node.start) ?? [],
			scope: this.#scopes.at(-1) ?? "module",
			guard: isCaught ? "try" : guard.guard,
			tryBlock: guard.tryBlock
		};
		this.#found.push({
			request,
			isPlainRequire,
			isImportCall
		});
	}
	/** R2: `function (require, module, exports)` of a bundle looks up its own table. */
	#parameters(node) {
		for (const one of children(node, "items")) if (nameOf(child(one, "pattern") ?? one) === "require") this.#isRequireForeign = true;
	}
	#member(object, property, typeOnly) {
		if (object === void 0 || property === void 0) return;
		if (object.type !== "IdentifierReference" && object.type !== "JSXIdentifier") return;
		const local = nameOf(object);
		if (!this.#namespaces.has(local)) return;
		const members = this.#members.get(local) ?? /* @__PURE__ */ new Map();
		this.#members.set(local, members);
		const name = nameOf(property);
		const before = members.get(name);
		if (before === void 0) members.set(name, {
			name,
			local: "",
			typeOnly,
			at: property
		});
		else if (before.typeOnly && !typeOnly) members.set(name, {
			...before,
			typeOnly
		});
	}
	/** `const { a } = ns` takes a property as well. */
	#declaresNamespaceName(node) {
		const id = child(node, "id");
		const object = bare(child(node, "init"));
		if (id?.type !== "ObjectPattern" || object?.type !== "IdentifierReference") return;
		for (const one of children(id, "properties")) if (one.computed !== true) this.#member(object, child(one, "key"), false);
	}
};
/** The same locals, but of the module as a whole. */
function wholly(names) {
	return names.map((one) => ({
		...one,
		name: ""
	}));
}
function isRequest(node) {
	if (node.type === "ImportExpression") return true;
	if (node.type !== "CallExpression") return false;
	const callee = child(node, "callee");
	if (callee?.type === "IdentifierReference") return nameOf(callee) === "require";
	if (callee?.type !== "StaticMemberExpression") return false;
	return MODULE_CALLS[nameOf(child(callee, "property"))] !== void 0;
}
/** The names that a pattern takes; everything when it has a rest. */
function takenBy(pattern, text) {
	if (pattern.type !== "ObjectPattern") return [{
		name: "",
		local: "",
		at: pattern
	}];
	const names = [];
	for (const one of children(pattern, "properties")) {
		const key = child(one, "key");
		if (key === void 0 || one.computed === true) continue;
		const locals = patternNames(child(one, "value"), text);
		const local = locals.length === 1 ? nameOf(locals[0]) : "";
		names.push({
			name: nameOf(key),
			local,
			at: one
		});
	}
	return names;
}
/** `createRequire(import.meta.url)` and `createRequire(__filename)` look where the file itself would. */
function isOwnLoader(value, text) {
	if (isRequest(value)) return true;
	if (value.type !== "CallExpression") return false;
	const argument = children(value, "arguments")[0];
	const written = argument === void 0 ? "" : text.slice(argument.start, argument.end);
	return /^(?:import\.meta\.(?:url|filename)|__filename)$/.test(written);
}
/** `jest.mock("m", factory, { virtual: true })` names a module that need not exist. */
function isVirtual(call) {
	return children(children(call, "arguments")[2], "properties").some((one) => nameOf(child(one, "key")) === "virtual");
}
// ../imports/src/extract/typescript-suppressions.ts
const DIRECTIVE = /^\/[/*]+\s*@ts-(?<what>nocheck|expect-error|ignore)\b/;
function withSuppressions(imports, source, comments) {
	const text = source.text;
	if (!/@ts-(?:nocheck|expect-error|ignore)/.test(text) || imports.length === 0) return imports;
	const lines = /* @__PURE__ */ new Set();
	for (const comment of comments) {
		const what = DIRECTIVE.exec(text.slice(comment.start, comment.end))?.groups?.what;
		if (what === "nocheck" && isAtTop(text, comment, comments)) return imports.map(expected);
		if (what === "expect-error" || what === "ignore") lines.add(nextCodeLine(source, comment, comments));
	}
	return imports.map((one) => {
		return [
			one.statement.line,
			one.at.line,
			...one.names.map((name) => name.line)
		].some((line) => lines.has(line)) ? expected(one) : one;
	});
}
function expected(fact) {
	return {
		...fact,
		guard: "expected"
	};
}
function isAtTop(text, comment, comments) {
	let at = 0;
	for (const one of comments) {
		if (one.start > comment.start) break;
		if (/\S/.test(text.slice(at, one.start).replace(/^#!.*/, ""))) return false;
		at = one.end;
	}
	return true;
}
/** The first line after the comment that holds more than comments. */
function nextCodeLine(source, comment, comments) {
	let at = comment.end;
	for (;;) {
		const next = /\S/g;
		next.lastIndex = at;
		const found = next.exec(source.text);
		if (found === null) return source.lineAt(comment.end);
		const inside = comments.find((one) => found.index >= one.start && found.index < one.end);
		if (inside === void 0) return source.lineAt(found.index);
		at = inside.end;
	}
}
// ../imports/src/extract/typescript.ts
/** Sources beyond this size are generated; the parser's memory is bounded by it. */
const SOURCE_BYTES_MAX = 33554432;
const PROBLEMS_MAX = 5;
/** Nobody writes a hundred thousand characters in lines of a thousand. */
const MINIFIED_LENGTH_MIN = 1e5;
const MINIFIED_LINE_MIN = 1e3;
const FIXTURE = /(?:^|\/)(?:__)?(?:test[-_]?)?fixtures?(?:__)?\//;
/** Files that hold a module among other languages: named in the report, and not read. */
const COMPONENT_EXTENSIONS = [
	"vue",
	"svelte",
	"astro"
];
function extractTypeScript(path, bytes, mode) {
	const extension = path.slice(path.lastIndexOf(".") + 1);
	if (COMPONENT_EXTENSIONS.includes(extension)) return withoutFacts$1(path, bytes, `a .${extension} component is not taken apart; its imports are not checked`);
	if (bytes.length > SOURCE_BYTES_MAX) return withoutFacts$1(path, bytes, `larger than ${SOURCE_BYTES_MAX / 1024 / 1024} MiB`);
	const source = new SourceText(bytes);
	const dialect = dialectOf(path, source.text);
	if (isMinified(source)) return withoutFacts$1(path, bytes, "minified: what a build wrote");
	const deep = tooDeepAt(source.text);
	if (deep !== void 0) {
		const { line, column } = source.place(deep, deep);
		return refused(path, bytes, `nests deeper than ${NESTING_MAX} levels`, line, column);
	}
	const first = mode ?? (canParseLazily() ? "lazy" : "whole");
	try {
		for (const each of [first, "whole"]) {
			const facts = read(path, bytes.length, source, dialect, each);
			if (facts !== void 0) return facts;
		}
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
	}
	return refused(path, bytes, "holds an expression that is too long to be looked into", 1, 1);
}
/** Undefined: the lazy tree does not show all that is needed. */
function read(path, byteLength, source, dialect, mode) {
	const parsed = parse(source.text, dialect, mode);
	try {
		const facts = new FactsBuilder(source);
		const isBroken = parsed.errors.length > 0 && parsed.body.length === 0;
		const surface = isBroken ? readSurfaceOfBroken(source.text, dialect, facts) : readStatements(parsed.body, facts);
		const doors = isBroken ? "unknown" : readRest(path, parsed, facts, surface, dialect);
		if (surface.needsWholeTree && mode === "lazy") return void 0;
		return {
			path,
			language: "typescript",
			byteLength,
			lineCount: source.lineCount,
			imports: withSuppressions(inTypes(facts.imports, dialect), source, parsed.comments),
			bindings: facts.bindings,
			exports: facts.exports,
			doors,
			publicNames: void 0,
			lazy: { is: "none" },
			hasEffects: surface.hasEffects,
			problems: problemsOf(path, source, parsed, dialect),
			ignores: readIgnores(source, parsed.comments)
		};
	} finally {
		parsed.dispose();
	}
}
function readRest(path, parsed, facts, surface, dialect) {
	readReferences(facts, parsed.comments);
	readRequests(parsed, facts, surface);
	readAmbientModules(parsed.body, facts, surface);
	if (surface.exportEquals !== void 0) readNamespaceMembers(parsed.body, surface.exportEquals, facts, surface);
	if (dialect.lang === "dts" && surface.isModule && !surface.hasExplicitExports) readImplicitExports(facts);
	const doors = doorsOf(path, parsed, facts, surface, dialect);
	if (doors !== "none" && /\.[cm]?jsx?$/.test(path)) readTypedefs(facts, parsed.comments);
	return doors;
}
function doorsOf(path, parsed, facts, surface, dialect) {
	if (surface.isComputed) return "unknown";
	if (surface.exportEquals !== void 0) return surface.isNamespaceOnly ? "exports" : "unknown";
	if (surface.isModule) return "exports";
	if (dialect.lang === "jsx") {
		const doors = readCommonJs(parsed, facts);
		if (doors !== "none") return doors;
	}
	return /\.m[jt]s$/.test(path) || parsed.body.length === 0 ? "exports" : "none";
}
/** What a declaration file asks for, it asks for its types. */
function inTypes(imports, dialect) {
	if (dialect.lang !== "dts") return imports;
	return imports.map((one) => one.guard === "none" ? {
		...one,
		guard: "types"
	} : one);
}
/** A syntax that one reading refuses may be plain in another: a top-level `return`, type annotations. */
function parse(text, dialect, mode) {
	const once = (one) => mode === "lazy" ? parseLazily(text, one) : parseWhole(text, one);
	const first = once(dialect);
	if (first.errors.length === 0 || dialect.lang === "dts" || dialect.lang === "ts") return first;
	const others = dialect.lang === "jsx" ? [{
		...dialect,
		sourceType: "commonjs"
	}, {
		lang: "tsx",
		sourceType: "unambiguous"
	}] : [];
	for (const other of others) {
		const next = once(other);
		if (next.errors.length === 0) {
			first.dispose();
			return next;
		}
		next.dispose();
	}
	return first;
}
function dialectOf(path, text) {
	const sourceType = /\.m[jt]s$/.test(path) ? "module" : /\.c[jt]s$/.test(path) ? "commonjs" : "unambiguous";
	if (/\.d(?:\.[^./]+)?\.[cm]?ts$/.test(path)) return {
		lang: "dts",
		sourceType: "module"
	};
	if (/\.[mc]?ts$/.test(path)) return {
		lang: "ts",
		sourceType: sourceType === "commonjs" ? "unambiguous" : sourceType
	};
	if (path.endsWith(".tsx")) return {
		lang: "tsx",
		sourceType
	};
	return {
		lang: /@flow\b/.test(text.slice(0, 500)) ? "tsx" : "jsx",
		sourceType
	};
}
function problemsOf(path, source, parsed, dialect) {
	const problems = [];
	if (source.encoding === "not-utf-8") problems.push({
		kind: "encoding",
		message: "is not valid UTF-8: save it as UTF-8",
		line: 1,
		column: 1
	});
	if (dialect.lang === "dts" && parsed.body.length > 0) return problems;
	if (parsed.errors.length > 0 && FIXTURE.test(path)) {
		problems.push({
			kind: "skipped",
			message: "a fixture that is no valid source",
			line: 1,
			column: 1
		});
		return problems;
	}
	const [first] = parsed.errors;
	if (first !== void 0 && isTemplateAt(source.text, first.start)) {
		problems.push({
			kind: "skipped",
			message: "a template that is filled in later",
			line: 1,
			column: 1
		});
		return problems;
	}
	for (const error of parsed.errors.slice(0, PROBLEMS_MAX)) {
		const at = source.place(error.start, error.start);
		const message = `is not valid ${dialect.lang === "jsx" ? "JavaScript" : "TypeScript"}: ${lowerFirst(error.message)}`;
		problems.push({
			kind: "syntax",
			message,
			line: at.line,
			column: at.column
		});
	}
	return problems;
}
/** Whether what the parser stumbles over is a tag of a template language: `{% if %}`, `{{ name }}`, `<% %>`. */
function isTemplateAt(text, at) {
	const around = text.slice(Math.max(0, at - 2), at + 2);
	return /\{%|\{\{|<%/.test(around) && /\{%[^\n]*%\}|\{\{[^\n]*\}\}|<%[^\n]*%>/.test(text.slice(Math.max(0, at - 2), at + 1e3));
}
function isMinified(source) {
	const { length } = source.text;
	return length > MINIFIED_LENGTH_MIN && length / source.lineCount > MINIFIED_LINE_MIN;
}
function lowerFirst(text) {
	return text.slice(0, 1).toLowerCase() + text.slice(1);
}
function refused(path, bytes, message, line, column) {
	return {
		...withoutFacts$1(path, bytes, ""),
		problems: [{
			kind: "limit",
			message,
			line,
			column
		}]
	};
}
function withoutFacts$1(path, bytes, message) {
	return {
		path,
		language: "typescript",
		byteLength: bytes.length,
		lineCount: 0,
		imports: [],
		bindings: [],
		exports: [],
		doors: "unknown",
		publicNames: void 0,
		lazy: { is: "none" },
		hasEffects: emptySurface().hasEffects,
		problems: [{
			kind: "skipped",
			message,
			line: 1,
			column: 1
		}],
		ignores: []
	};
}
// ../imports/src/extract/extract.ts
/** Generated data rather than code; Python's own compiler takes minutes for such a file. */
const bytesMax = 67108864;
function languageOf(path) {
	return path.endsWith(".py") || path.endsWith(".pyi") ? "python" : "typescript";
}
/** The facts of one file by its extension. */
function extract(path, bytes) {
	if (bytes.length > bytesMax) return withoutFacts(path, {
		kind: "limit",
		message: `is larger than ${bytesMax / 1024 / 1024} MiB`,
		line: 1,
		column: 1
	});
	return languageOf(path) === "python" ? extractPython(path, bytes) : extractTypeScript(path, bytes);
}
/** For a file that could not be read: known to exist, its doors unknown. */
function withoutFacts(path, problem) {
	return {
		path,
		language: languageOf(path),
		byteLength: 0,
		lineCount: 0,
		imports: [],
		bindings: [],
		exports: [],
		doors: "unknown",
		publicNames: void 0,
		lazy: { is: "any" },
		hasEffects: false,
		problems: [problem],
		ignores: []
	};
}
// ../imports/src/extract/batch.ts
/** Reused for every file: reading allocates nothing. */
let buffer = Buffer.allocUnsafe(1 << 20);
/** Reads a file into shared memory that is valid until the next call. Throws as the file system does. */
function readWhole(path) {
	const descriptor = openSync(path, "r");
	try {
		let length = 0;
		for (;;) {
			const wanted = buffer.length - length;
			const count = readSync(descriptor, buffer, length, wanted, null);
			length += count;
			if (count < wanted) return buffer.subarray(0, length);
			buffer = Buffer.concat([buffer], buffer.length * 2);
		}
	} finally {
		closeSync(descriptor);
	}
}
/** The facts of the files `paths` below `root`; one that cannot be read has a problem that says so. */
function extractBatch(root, paths) {
	return paths.map((path) => {
		let bytes;
		try {
			bytes = readWhole(join(root, path));
		} catch (error) {
			return withoutFacts(path, {
				kind: "unreadable",
				message: `cannot be read (${error.code ?? "unknown"})`,
				line: 1,
				column: 1
			});
		}
		return extract(path, bytes);
	});
}
export { scopes as C, problemKinds as S, widths as T, importRow as _, identifierBytes as a, nameRow as b, bindingKinds as c, exportRow as d, fileBits as f, importBits as g, headerLength as h, withoutFacts as i, bindingRow as l, guards as m, extract as n, pack as o, fileRow as p, languageOf as r, bindingBits as s, extractBatch as t, doors as u, kinds as v, sections as w, presences as x, languages as y };
