import type { Guard } from "../model.ts";

/** The version by which conditions on `sys.version_info` are judged, as type checkers do. */
const pythonMajor = 3;
const pythonMinor = 13;

export type Condition = { readonly guard: Guard; readonly otherwise: Guard; readonly isDecided: boolean };

export const undecided: Condition = { guard: "conditional", otherwise: "conditional", isDecided: false };
const isTrue: Condition = { guard: "none", otherwise: "unreachable", isDecided: true };
const isFalse: Condition = { guard: "unreachable", otherwise: "none", isDecided: false };

/** What the condition of an `if` says about its branches. `text` is what stands between `if` and the colon. */
export function judgeCondition(text: string): Condition {
  const condition = text.trim().replace(/^\((.*)\)$/s, "$1");
  if (/^(\w+\.)?TYPE_CHECKING$/.test(condition))
    return { guard: "types", otherwise: "none", isDecided: false };
  if (/^not\s+(\w+\.)?TYPE_CHECKING$/.test(condition)) {
    return { guard: "none", otherwise: "types", isDecided: false };
  }
  if (/^(True|1)$/.test(condition)) return isTrue;
  if (/^(False|0|None)$/.test(condition)) return isFalse;
  const version = judgeVersion(condition);
  return version === undefined ? undecided : version ? isTrue : isFalse;
}

function judgeVersion(condition: string): boolean | undefined {
  const tuple = /^(?:\w+\.)?version_info\s*(>=|<=|<|>)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?(?:,[^)]*)?\)$/.exec(
    condition,
  );
  const major = /^(?:\w+\.)?version_info(?:\[0\]|\.major)\s*(>=|<=|==|!=|<|>)\s*(\d+)$/.exec(condition);
  const found = tuple ?? major;
  if (found === null) return undefined;
  const wanted = Number(found[2]) * 1000 + (tuple === null ? 0 : Number(found[3] ?? 0));
  const actual = pythonMajor * 1000 + (tuple === null ? 0 : pythonMinor);
  switch (found[1]) {
    case ">=":
      return actual >= wanted;
    case "<":
      return actual < wanted;
    // The real version is longer than the tuple it is compared to, hence never equal to it.
    case ">":
      return tuple === null ? actual > wanted : actual >= wanted;
    case "<=":
      return tuple === null ? actual <= wanted : actual < wanted;
    case "==":
      return actual === wanted;
    default:
      return actual !== wanted;
  }
}

/** Whether an `except` clause catches a failing import; `text` stands between `except` and the colon. */
export function catchesImportError(text: string): boolean {
  return /^\s*\*?\s*$|\b(ImportError|ModuleNotFoundError|Exception|BaseException)\b/.test(text);
}

/** What a `with` header does to imports in its body. */
export function judgeWith(text: string): Guard {
  if (!/raises|Raises|suppress/.test(text)) return "none";
  const names = "(?:\\w+\\.)?(ImportError|ModuleNotFoundError|AttributeError|Exception|BaseException)\\b";
  if (
    new RegExp(
      `\\b(raises|assertRaises(Regex)?)\\s*\\(\\s*(expected_exception\\s*=\\s*)?[([]?[^"')\\]]*?${names}`,
    ).test(text)
  ) {
    return "expected";
  }
  return new RegExp(`\\bsuppress\\s*\\([^"')]*?${names}`).test(text) ? "suppress" : "none";
}

/**
 * The names that a module's `__getattr__` answers for, from the source of its body. Only bodies that do
 * nothing but compare `name` with literals and raise otherwise can be read; all others answer for anything.
 * `__all__` among them stands for the names in it.
 */
export function readLazyNames(body: string, parameter: string): readonly string[] | undefined {
  const names: string[] = [];
  const lines = body.split(/\r\n|\r|\n/).filter((line) => /^\s*[^#\s]/.test(line));
  const indent = /^\s*/.exec(lines[0] ?? "")?.[0] ?? "";
  const test = new RegExp(
    `^(?:if|elif)\\s+${parameter}\\s*(?:==\\s*("[^"\\\\]*"|'[^'\\\\]*')|in\\s*[({[]([^)}\\]]*)[)}\\]]|in\\s+(__all__))\\s*:`,
  );
  let isEnded = false;
  for (const line of lines) {
    const isDirect = line.startsWith(indent) && !/^\s/.test(line.slice(indent.length));
    if (!isDirect) continue;
    const statement = line.trim();
    if (isEnded && !/^[)\]}"']/.test(statement)) return undefined;
    const found = test.exec(statement);
    if (found !== null) {
      const literals = (found[1] ?? found[2] ?? "").match(/"[^"]*"|'[^']*'/g) ?? [];
      const rest = (found[2] ?? "").replace(/"[^"]*"|'[^']*'|[\s,]/g, "");
      if (rest !== "") return undefined;
      names.push(...literals.map((literal) => literal.slice(1, -1)));
      if (found[3] !== undefined) names.push(found[3]);
    } else if (/^raise\b/.test(statement)) isEnded = true;
    else if (!/^(from|import|global)\b|^("""[^"]*"""|'''[^']*'''|"[^"]*"|'[^']*')$/.test(statement))
      return undefined;
  }
  return isEnded ? names : undefined;
}
