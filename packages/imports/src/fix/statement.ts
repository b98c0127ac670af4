import type { ImportedName, ImportFact, Language } from "../model.ts";
import type { Splice } from "./splice.ts";

/** A name of a statement that is to come from another module, under another name there. */
export type Move = { readonly nameIndex: number; readonly name: string; readonly local: string };

export type Rewrite =
  | { readonly ok: true; readonly splices: readonly Splice[] }
  | { readonly ok: false; readonly reason: string };

/** An import of the target that names may be added to. */
export type Merge = { readonly statement: ImportFact; readonly names: readonly ImportedName[] };

function spelled(name: string, local: string): string {
  return name === local || local === "" ? name : `${name} as ${local}`;
}

/** A name as it stands in a list, asked for as `move` says: still for types only, still under the same local or public name. */
function respelled(bytes: Buffer, language: Language, { kind, names }: ImportFact, move: Move): string {
  const name = names[move.nameIndex];
  if (name === undefined || language === "python") return spelled(move.name, move.local);
  const text = bytes.toString("utf8", name.start, name.end);
  const shown = kind === "re-export" ? (/\sas\s+(\S+)$/.exec(text)?.[1] ?? name.name) : move.local;
  return (/^type\s/.test(text) ? "type " : "") + spelled(move.name, shown);
}

/** A negative place would count from the end of the file. */
function lineStartOf(bytes: Buffer, at: number): number {
  return at === 0 ? 0 : bytes.lastIndexOf(0x0a, at - 1) + 1;
}

const refuse = (reason: string): Rewrite => ({ ok: false, reason });

/**
 * The edits that take `moves` of a `from … import` or `import {…} from` statement to `specifier`. Nothing
 * outside of the statement changes, save that a line may be added behind it, or names to the import `merge`.
 */
export function rewriteStatement(
  bytes: Buffer,
  language: Language,
  statement: ImportFact,
  moves: readonly Move[],
  specifier: string,
  merge: Merge | undefined,
): Rewrite {
  const { names } = statement;
  const byIndex = new Map(moves.map((move) => [move.nameIndex, move]));
  if (moves.length === names.length && merge === undefined) {
    const splices: Splice[] = [{ start: statement.at.start, end: statement.at.end, text: specifier }];
    for (const [index, name] of names.entries()) {
      const move = byIndex.get(index);
      if (move === undefined || move.name === name.name) continue;
      splices.push({
        start: name.start,
        end: name.end,
        text: respelled(bytes, language, statement, move),
      });
    }
    return { ok: true, splices };
  }
  const lineStart = lineStartOf(bytes, statement.statement.start);
  const indent = bytes.toString("utf8", lineStart, statement.statement.start);
  if (!/^[ \t\ufeff]*$/.test(indent)) return refuse("the statement shares its line with other code");
  let lineEnd = bytes.indexOf(0x0a, statement.statement.end);
  if (lineEnd < 0) lineEnd = bytes.length;
  const isCarriage = bytes[lineEnd - 1] === 0x0d;
  const textEnd = isCarriage ? lineEnd - 1 : lineEnd;
  const rest = bytes.toString("utf8", statement.statement.end, textEnd);
  if (!/^[ \t;]*(#.*|\/\/.*|\/\*.*\*\/[ \t]*)?$/.test(rest))
    return refuse("the statement shares its line with other code");
  if (language === "python" && /^[ \t]*;/.test(rest))
    return refuse("the statement shares its line with other code");
  const splices: Splice[] = [];
  if (moves.length === names.length) {
    // All of it moves into another import: the line goes, unless a comment stands on it or in it.
    const whole = bytes.toString("utf8", statement.statement.start, textEnd);
    if (/#|\/\/|\/\*/.test(whole)) {
      return rewriteStatement(bytes, language, statement, moves, specifier, undefined);
    }
    splices.push({ start: lineStart, end: Math.min(bytes.length, lineEnd + 1), text: "" });
  } else {
    const removed =
      language === "typescript" && names[0]?.name === "default"
        ? removeBraced(bytes, statement, byIndex)
        : removeNames(bytes, statement, names, byIndex);
    if (removed === undefined) return refuse("its names could not be taken apart");
    splices.push(...removed);
  }
  const added = moves.map((move) => respelled(bytes, language, statement, move));
  if (merge !== undefined) {
    const present = new Set(merge.names.map((name) => bytes.toString("utf8", name.start, name.end)));
    const missing = added.filter((each) => !present.has(each));
    const last = merge.names.at(-1);
    if (last === undefined) return refuse("the import to merge with has no names");
    if (missing.length > 0) splices.push(...addNames(bytes, last, missing));
    return { ok: true, splices };
  }
  const newline = isCarriage ? "\r\n" : "\n";
  const text = newStatement(bytes, language, statement, added, specifier);
  splices.push({ start: textEnd, end: textEnd, text: `${newline}${indent.replace("\ufeff", "")}${text}` });
  return { ok: true, splices };
}

/** Adds names behind the last of a list, in its own manner: on its line, or each on one of its own. */
function addNames(bytes: Buffer, last: ImportedName, names: readonly string[]): Splice[] {
  const at = (start: number, text: string): Splice => ({ start, end: start, text });
  const lineStart = lineStartOf(bytes, last.start);
  const indent = bytes.toString("utf8", lineStart, last.start);
  const lineEnd = bytes.indexOf(0x0a, last.end);
  const isCarriage = bytes[lineEnd - 1] === 0x0d;
  const textEnd = isCarriage ? lineEnd - 1 : lineEnd;
  const rest = /^[ \t]*(,?)[ \t]*((?:#|\/\/).*)?$/.exec(
    lineEnd < 0 ? ")" : bytes.toString("utf8", last.end, textEnd),
  );
  if (!/^[ \t]*$/.test(indent) || rest === null) return [at(last.end, `, ${names.join(", ")}`)];
  const lines = names.map((name) => `${isCarriage ? "\r\n" : "\n"}${indent}${name}`);
  if (rest[1] === "" && rest[2] === undefined) return [at(last.end, `,${lines.join(",")}`)];
  const added = at(textEnd, lines.map((line) => `${line},`).join(""));
  return rest[1] === "" ? [at(last.end, ","), added] : [added];
}

function newStatement(
  bytes: Buffer,
  language: Language,
  statement: ImportFact,
  names: readonly string[],
  specifier: string,
): string {
  if (language === "python") return `from ${specifier} import ${names.join(", ")}`;
  const source = bytes.toString("utf8", statement.statement.start, statement.statement.end);
  const head = /^(import|export)(\s+type)?/.exec(source)?.[0] ?? "import";
  const mark = bytes.toString("utf8", statement.at.start - 1, statement.at.start);
  return `${head} { ${names.join(", ")} } from ${mark}${specifier}${mark}${source.endsWith(";") ? ";" : ""}`;
}

/** Takes names out of the braces behind a default import, and the braces with the last of them. */
function removeBraced(
  bytes: Buffer,
  statement: ImportFact,
  moved: ReadonlyMap<number, Move>,
): Splice[] | undefined {
  const [first, ...braced] = statement.names;
  const last = braced.at(-1);
  if (first === undefined || last === undefined || moved.has(0)) return undefined;
  if (moved.size < braced.length) {
    const inBraces = new Map([...moved].map(([index, move]) => [index - 1, move]));
    return removeNames(bytes, statement, braced, inBraces);
  }
  const end = bytes.indexOf(0x7d, last.end) + 1;
  if (end === 0 || /\/[*/]/.test(bytes.toString("utf8", first.end, end))) return undefined;
  return [{ start: first.end, end, text: "" }];
}

/** Takes names out of a list; comments beside them stay, and lines that are left empty go. */
function removeNames(
  bytes: Buffer,
  statement: ImportFact,
  names: readonly ImportedName[],
  moved: ReadonlyMap<number, Move>,
): Splice[] | undefined {
  const first = names[0];
  const last = names.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const tail = bytes.toString("utf8", last.end, statement.statement.end);
  const isBracketed = /[)}]/.test(tail);
  if (!isBracketed || !/[\n#]|\/[*/]/.test(bytes.toString("utf8", first.start, last.end))) {
    const kept = names.filter((_, index) => !moved.has(index));
    const text = kept.map((name) => bytes.toString("utf8", name.start, name.end)).join(", ");
    return [{ start: first.start, end: last.end, text }];
  }
  const splices: Splice[] = [];
  for (const [index, name] of names.entries()) {
    if (!moved.has(index)) continue;
    let end = name.end;
    while (bytes[end] === 0x20 || bytes[end] === 0x09) end++;
    if (bytes[end] === 0x2c) end++;
    else end = name.end;
    let start = name.start;
    const lineStart = lineStartOf(bytes, start);
    const isFirst = /^[ \t]*$/.test(bytes.toString("utf8", lineStart, start));
    let after = end;
    while (bytes[after] === 0x20 || bytes[after] === 0x09 || bytes[after] === 0x0d) after++;
    if (isFirst && bytes[after] === 0x0a) {
      start = lineStart;
      end = after + 1;
    } else if (isFirst && bytes[after] === 0x23) end = after;
    else if (bytes[end] === 0x20 && bytes[end - 1] === 0x2c && bytes[after] !== 0x23) end = after;
    else if (end === name.end && index > 0 && !moved.has(index - 1)) {
      // The last of a list: the comma before it becomes a trailing one; the space before it goes.
      while (bytes[start - 1] === 0x20) start--;
    }
    splices.push({ start, end, text: "" });
  }
  return splices;
}
