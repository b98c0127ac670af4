import type { Ignore } from "../model.ts";
import { identifierBytes, isNewline } from "./python-bytes.ts";
import type { PythonSource } from "./python-source.ts";

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

/** What a string names; `width` is that of its quotes. */
export type StringFact = {
  readonly kind: "dynamic" | "mock";
  readonly specifier: string;
  readonly width: number;
  readonly isOptional: boolean;
};

/** A literal between `start` (its quote) and `end`, the first argument of the call that opens at `paren`. */
export function readCall(
  source: PythonSource,
  start: number,
  end: number,
  paren: number,
): StringFact | undefined {
  const { bytes } = source;
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
  let specifier = source.text(start + width, end - width);
  const rest = bytes.toString("latin1", next, Math.min(source.end, next + 200));
  if (use === "mock") {
    if (!/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)+$/u.test(specifier)) return undefined;
  } else if (specifier.startsWith(".")) {
    // Relative to what the second argument says: a literal, or the file's own package.
    const beside =
      /^,\s*(?:package\s*=\s*)?(?:(["'])([\p{L}_][\p{L}\p{N}_.]*)\1|__package__|(__name__))\s*[,)]/u.exec(
        rest,
      );
    if (beside === null) return undefined;
    if (beside[2] !== undefined) {
      const absolute = absoluteName(beside[2], specifier);
      if (absolute === undefined) return undefined;
      specifier = absolute;
    } else if (beside[3] !== undefined) specifier = `:${specifier}`;
  } else if (!/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(specifier)) return undefined;
  const isOptional =
    use === "optional" ||
    (use === "mock" && /^,[^()]*\b(?:create\s*=\s*True|raising\s*=\s*False)/.test(rest));
  return {
    kind: use === "mock" ? "mock" : "dynamic",
    specifier,
    width,
    isOptional,
  };
}

/** The module that `.a` or `..a` is below a package; undefined: it lies above all packages, or is no name. */
function absoluteName(packageName: string, relative: string): string | undefined {
  const [, dots = "", rest = ""] = /^(\.+)(.*)$/.exec(relative) ?? [];
  const parts = packageName.split(".");
  if (dots.length > parts.length || !/^([\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*)?$/u.test(rest))
    return undefined;
  const around = parts.slice(0, parts.length - dots.length + 1).join(".");
  return rest === "" ? around : `${around}.${rest}`;
}

/** `goldenpath-ignore rule, rule -- reason` in the comment between `start` and `end`. */
export function readIgnore(
  source: PythonSource,
  start: number,
  end: number,
  line: number,
  lineStart: number,
): Ignore | undefined {
  const text = source.text(start, end);
  const found = /goldenpath-ignore\b(?:[ \t]+([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*))?[ \t]*(?:--[ \t]*(.*))?$/.exec(
    text,
  );
  if (found === null) return undefined;
  const { bytes } = source;
  let appliesToLine = line;
  if (source.text(lineStart, start).trim() === "") {
    appliesToLine++;
    // Past blank lines and further comments, to the next line with code.
    let at = end;
    for (;;) {
      if (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) at++;
      at++;
      while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
      if (at >= source.end || (!isNewline(bytes[at]) && bytes[at] !== 0x23)) break;
      while (at < source.end && !isNewline(bytes[at])) at++;
      appliesToLine++;
    }
  }
  const rules = (found[1] ?? "").split(",").map((rule) => rule.trim());
  return {
    rules: rules.filter((rule) => rule !== ""),
    reason: (found[2] ?? "").trim(),
    line,
    column: source.column(start, lineStart),
    appliesToLine,
  };
}
