import type { Ignore, ImportFact } from "../model.ts";
import { identifierBytes, isNewline } from "./python-bytes.ts";
import type { PythonLexer } from "./python-lexer.ts";

/** What is called with a string that names a module or a part of one. */
const callees: Readonly<Record<string, "dynamic" | "mock" | "optional">> = {
  import_module: "dynamic",
  __import__: "dynamic",
  importorskip: "optional",
  patch: "mock",
  setattr: "mock",
  dict: "mock",
  multiple: "mock",
};

export type StringFact = Omit<ImportFact, "scope" | "guard" | "tryBlock"> & { readonly isOptional: boolean };

/** A literal between `start` (its quote) and `end`, the first argument of the call that opens at `paren`. */
export function readCall(
  lexer: PythonLexer,
  start: number,
  end: number,
  paren: number,
  line: number,
  lineStart: number,
): StringFact | undefined {
  const { bytes } = lexer;
  let from = paren;
  while (from > 0 && identifierBytes[bytes[from - 1] as number] === 1) from--;
  if (paren - from > 13 || paren - from < 4) return undefined;
  const word = bytes.toString("latin1", from, paren);
  const use = Object.hasOwn(callees, word) ? callees[word] : undefined;
  if (use === undefined) return undefined;
  const before = bytes.toString("latin1", Math.max(0, from - 12), from);
  if ((word === "dict" || word === "multiple") && !before.endsWith("patch.")) return undefined;
  if (word === "setattr" && !/(monkeypatch|mp)\.$/.test(before)) return undefined;
  if (word === "patch" && /(client|session|requests|http|api|router|app)\.$/.test(before)) return undefined;
  // Literals side by side, formats and concatenations are computed.
  let next = end;
  while (bytes[next] === 0x20 || isNewline(bytes[next])) next++;
  if (bytes[next] !== 0x2c && bytes[next] !== 0x29) return undefined;
  const mark = bytes[start];
  const width = bytes[start + 1] === mark && bytes[start + 2] === mark && end - start > 5 ? 3 : 1;
  let specifier = lexer.text(start + width, end - width);
  const rest = bytes.toString("latin1", next, Math.min(lexer.end, next + 200));
  if (use === "mock") {
    if (!/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)+$/u.test(specifier)) return undefined;
  } else if (specifier.startsWith(".")) {
    // Relative to what the second argument says; only the file's own package can be known.
    if (!/^,\s*(package\s*=\s*)?(__package__|__name__)\s*[,)]/.test(rest)) return undefined;
    if (/__name__/.test(rest.slice(0, 40))) specifier = `:${specifier}`;
  } else if (!/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(specifier)) return undefined;
  const isOptional = use === "optional" || (use === "mock" && /^,[^()]*\bcreate\s*=\s*True/.test(rest));
  return {
    kind: use === "mock" ? "mock" : "dynamic",
    specifier,
    statement: lexer.place(start, end, line, lineStart),
    at: lexer.place(start + width, end - width, line, lineStart),
    names: [],
    isOptional,
  };
}

/** `goldenpath-ignore rule, rule -- reason` in the comment between `start` and `end`. */
export function readIgnore(
  lexer: PythonLexer,
  start: number,
  end: number,
  line: number,
  lineStart: number,
): Ignore | undefined {
  const text = lexer.text(start, end);
  const found = /goldenpath-ignore\b(?:[ \t]+([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*))?[ \t]*(?:--[ \t]*(.*))?$/.exec(
    text,
  );
  if (found === null) return undefined;
  const { bytes } = lexer;
  let appliesToLine = line;
  if (lexer.text(lineStart, start).trim() === "") {
    appliesToLine++;
    // Past blank lines and further comments, to the next line with code.
    let at = end;
    for (;;) {
      if (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) at++;
      at++;
      while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
      if (at >= lexer.end || (!isNewline(bytes[at]) && bytes[at] !== 0x23)) break;
      while (at < lexer.end && !isNewline(bytes[at])) at++;
      appliesToLine++;
    }
  }
  const rules = (found[1] ?? "").split(",").map((rule) => rule.trim());
  return {
    rules: rules.filter((rule) => rule !== ""),
    reason: (found[2] ?? "").trim(),
    line,
    column: lexer.column(start, lineStart),
    appliesToLine,
  };
}

export type Value = {
  readonly start: number;
  readonly end: number;
  /** The dotted name that the value is, else "". */
  readonly alias: string;
  readonly isState: boolean;
};

const constants = /^(None|True|False|not|lambda|await|yield)$/;
/** Calls whose value nobody changes. */
const pure =
  /^(\w+\.)*(TypeVar|ParamSpec|NewType|namedtuple|NamedTuple|TypedDict|getLogger|get_logger|compile|frozenset|tuple|int|str|float|bool|Path|getenv|get|join|dirname|abspath|Enum|MappingProxyType|cast|Literal|Decimal|timedelta)$/;

/** What is assigned between `start` and `end`: a plain dotted name, something with state, or anything else. */
export function readTarget(bytes: Buffer, start: number, end: number): Value {
  let from = start;
  while (from < end && (bytes[from] === 0x20 || bytes[from] === 0x09)) from++;
  let to = from;
  while (to < end && (identifierBytes[bytes[to] as number] === 1 || bytes[to] === 0x2e)) to++;
  const next = bytes[to] as number;
  const none: Value = { start: from, end: to, alias: "", isState: false };
  if (to === from) {
    const first = bytes[from];
    return first === 0x7b || first === 0x5b ? { ...none, isState: true } : none;
  }
  const name = bytes.toString("utf8", from, to);
  if (!/^[\p{L}_]/u.test(name)) return none;
  if (next === 0x28) return { ...none, isState: !pure.test(name) };
  let rest = to;
  while (rest < end && (bytes[rest] === 0x20 || bytes[rest] === 0x09)) rest++;
  const isOver = rest >= end || bytes[rest] === 0x23 || isNewline(bytes[rest]);
  return isOver && !constants.test(name) ? { ...none, alias: name } : none;
}
