import type { Guard, ImportedName, ImportFact, Place, Scope } from "../model.ts";
import { isNewline } from "./python-bytes.ts";
import type { PythonLexer } from "./python-lexer.ts";

type Around = { readonly scope: Scope; readonly guard: Guard; readonly tryBlock: number };

/**
 * Reads the import statement whose first word begins at `start`; the lexer stands behind that word, and
 * afterwards behind the statement. Yields one fact per module. A malformed statement becomes a problem, and
 * what was read of it before that is dropped, as Python would not run it either.
 */
export function readImport(
  lexer: PythonLexer,
  start: Place,
  word: "import" | "from",
  around: Around,
): ImportFact[] {
  const facts = word === "import" ? readPlain(lexer, start, around) : readFrom(lexer, start, around);
  lexer.skipSpace();
  const next = lexer.bytes[lexer.position];
  const isEnd = isNewline(next) || next === 0x3b || next === 0x23 || lexer.position >= lexer.end;
  if (facts === undefined || !isEnd) {
    lexer.problem("has an import statement that Python cannot read");
    return [];
  }
  return facts;
}

/** `import a.b as c, d` */
function readPlain(lexer: PythonLexer, start: Place, around: Around): ImportFact[] | undefined {
  const { scope, guard, tryBlock } = around;
  const facts: ImportFact[] = [];
  // All of them share the statement, whose end is known when the last one has been read.
  const statement = { start: start.start, end: start.end, line: start.line, column: start.column };
  for (;;) {
    lexer.skipSpace();
    const { position, line, lineStart } = lexer;
    const specifier = readDotted(lexer);
    if (specifier === undefined) return undefined;
    const at = lexer.place(position, lexer.position, line, lineStart);
    const alias = readAlias(lexer);
    if (alias === undefined) return undefined;
    const dot = specifier.indexOf(".");
    const name: ImportedName = {
      start: at.start,
      end: alias === "" ? at.end : lexer.position,
      line: at.line,
      column: at.column,
      name: "",
      local: alias === "" ? (dot < 0 ? specifier : specifier.slice(0, dot)) : alias,
      typeOnly: false,
    };
    facts.push({ kind: "static", specifier, scope, guard, statement, at, names: [name], tryBlock });
    statement.end = lexer.position;
    lexer.skipSpace();
    if (lexer.bytes[lexer.position] !== 0x2c) {
      lexer.position = statement.end;
      return facts;
    }
    lexer.position++;
  }
}

/** `from ..a import (b as c, d,)` */
function readFrom(lexer: PythonLexer, start: Place, around: Around): ImportFact[] | undefined {
  const { bytes } = lexer;
  lexer.skipSpace();
  const { position, line, lineStart } = lexer;
  let dots = 0;
  let specifierEnd = position;
  for (;;) {
    if (bytes[lexer.position] === 0x2e) {
      dots++;
      lexer.position++;
      specifierEnd = lexer.position;
    } else if (dots > 0 && isSpace(bytes[lexer.position])) lexer.skipSpace();
    else break;
  }
  let module = "";
  const afterDots = lexer.position;
  const wordEnd = lexer.wordEnd(afterDots);
  if (dots === 0 || !lexer.is("import", afterDots, wordEnd)) {
    const dotted = readDotted(lexer);
    if (dotted === undefined) return undefined;
    module = dotted;
    specifierEnd = lexer.position;
  }
  const at = lexer.place(position, specifierEnd, line, lineStart);
  lexer.skipSpace();
  const importEnd = lexer.wordEnd(lexer.position);
  if (!lexer.is("import", lexer.position, importEnd)) return undefined;
  lexer.position = importEnd;
  lexer.skipSpace();
  const names = readNames(lexer);
  if (names === undefined) return undefined;
  const { scope, guard, tryBlock } = around;
  const statement: Place = {
    start: start.start,
    end: lexer.position,
    line: start.line,
    column: start.column,
  };
  const specifier = dots === 0 ? module : ".".repeat(dots) + module;
  return [{ kind: "static", specifier, scope, guard, statement, at, names, tryBlock }];
}

function readNames(lexer: PythonLexer): ImportedName[] | undefined {
  const { bytes } = lexer;
  const names: ImportedName[] = [];
  if (bytes[lexer.position] === 0x2a) {
    const at = lexer.place(lexer.position, lexer.position + 1);
    lexer.position++;
    return [{ ...at, name: "*", local: "", typeOnly: false }];
  }
  const isBracketed = bytes[lexer.position] === 0x28;
  if (isBracketed) lexer.position++;
  let end = lexer.position;
  for (;;) {
    if (isBracketed) lexer.skipInBrackets();
    else lexer.skipSpace();
    if (isBracketed && bytes[lexer.position] === 0x29) {
      if (names.length === 0) return undefined;
      lexer.position++;
      return names;
    }
    const { position, line, lineStart } = lexer;
    const nameEnd = lexer.wordEnd(position);
    if (nameEnd === position) return undefined;
    const name = lexer.name(position, nameEnd);
    if (!isIdentifier(name)) return undefined;
    lexer.position = nameEnd;
    const alias = isBracketed ? readAlias(lexer, true) : readAlias(lexer);
    if (alias === undefined) return undefined;
    names.push({
      start: position,
      end: alias === "" ? nameEnd : lexer.position,
      line,
      column: lexer.column(position, lineStart),
      name,
      local: alias === "" ? name : alias,
      typeOnly: false,
    });
    end = lexer.position;
    if (isBracketed) lexer.skipInBrackets();
    else lexer.skipSpace();
    if (bytes[lexer.position] === 0x2c) {
      lexer.position++;
      continue;
    }
    if (isBracketed) {
      if (bytes[lexer.position] !== 0x29) return undefined;
      continue;
    }
    lexer.position = end;
    return names;
  }
}

/** `a.b.c`, where spaces may stand around the dots. Leaves the lexer directly behind the last part. */
function readDotted(lexer: PythonLexer): string | undefined {
  const { bytes, position: start } = lexer;
  let dotted = "";
  let isTight = true;
  for (;;) {
    const from = lexer.position;
    const end = lexer.wordEnd(from);
    if (end === from) return undefined;
    const name = lexer.name(from, end);
    if (!isIdentifier(name)) return undefined;
    lexer.position = end;
    const { line, lineStart } = lexer;
    if (isSpace(bytes[end])) lexer.skipSpace();
    const isLast = bytes[lexer.position] !== 0x2e;
    if (isLast) {
      lexer.position = end;
      lexer.line = line;
      lexer.lineStart = lineStart;
      if (from === start) return name;
      return isTight ? lexer.name(start, end) : dotted + name;
    }
    dotted += `${name}.`;
    lexer.position++;
    lexer.skipSpace();
    isTight &&= lexer.position === end + 1;
  }
}

/** `as x`: "x"; nothing: "", with the lexer where it was; `as` without a name: undefined. */
function readAlias(lexer: PythonLexer, inBrackets = false): string | undefined {
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
  if (aliasEnd === lexer.position) return undefined;
  const alias = lexer.name(lexer.position, aliasEnd);
  if (!isIdentifier(alias)) return undefined;
  lexer.position = aliasEnd;
  return alias;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x5c || byte === 0x0c;
}

const keywords = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  ),
);

function isIdentifier(name: string): boolean {
  const first = name.charCodeAt(0);
  return !(first >= 0x30 && first <= 0x39) && !keywords.has(name);
}
