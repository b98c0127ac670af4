/**
 * Facts of one TypeScript or JavaScript file: modules, scripts, CommonJS, declaration files, JSX.
 * Single-file components are not taken apart: they are skipped, and said to be.
 */

import type { Doors, FileFacts, ImportFact, Problem } from "../model.ts";
import { isTestInput } from "../test-input.ts";
import { SourceText } from "./source-text.ts";
import { readAmbientModules, readImplicitExports, readNamespaceMembers } from "./typescript-ambient.ts";
import { readSurfaceOfBroken } from "./typescript-broken.ts";
import { readCommonJs } from "./typescript-commonjs.ts";
import { FactsBuilder } from "./typescript-facts.ts";
import { readIgnores } from "./typescript-ignores.ts";
import { readTypedefs } from "./typescript-jsdoc.ts";
import { NESTING_MAX, tooDeepAt } from "./typescript-nesting.ts";
import { canParseLazily, type Dialect, type Parsed, parseLazily, parseWhole } from "./typescript-parser.ts";
import { readReferences, readRequests } from "./typescript-requests.ts";
import { emptySurface, readStatements, type Surface } from "./typescript-statements.ts";
import { withSuppressions } from "./typescript-suppressions.ts";

/** Sources beyond this size are generated; the parser's memory is bounded by it. */
const SOURCE_BYTES_MAX = 32 * 1024 * 1024;
const PROBLEMS_MAX = 5;
/** Nobody writes a hundred thousand characters in lines of a thousand. */
const MINIFIED_LENGTH_MIN = 100_000;
const MINIFIED_LINE_MIN = 1_000;
const FIXTURE = /(?:^|\/)(?:(?:__)?(?:test[-_]?)?fixtures?(?:__)?|test_\w*data)\//;

/** Files that hold a module among other languages: named in the report, and not read. */
const COMPONENT_EXTENSIONS: readonly string[] = ["vue", "svelte", "astro"];

/** How the file is parsed: by force of its whole tree in tests and where the lazy tree is not to be had. */
export type ParseMode = "lazy" | "whole";

export function extractTypeScript(path: string, bytes: Uint8Array, mode?: ParseMode): FileFacts {
  const extension = path.slice(path.lastIndexOf(".") + 1);
  if (COMPONENT_EXTENSIONS.includes(extension)) {
    return withoutFacts(
      path,
      bytes,
      `a .${extension} component is not taken apart; its imports are not checked`,
    );
  }
  if (bytes.length > SOURCE_BYTES_MAX) {
    return withoutFacts(path, bytes, `larger than ${SOURCE_BYTES_MAX / 1024 / 1024} MiB`);
  }
  const source = new SourceText(bytes);
  const dialect = dialectOf(path, source.text);
  if (isMinified(source)) return withoutFacts(path, bytes, "minified: what a build wrote");
  const deep = tooDeepAt(source.text);
  if (deep !== undefined) {
    const { line, column } = source.place(deep, deep);
    return refused(path, bytes, `nests deeper than ${NESTING_MAX} levels`, line, column);
  }
  const first = mode ?? (canParseLazily() ? "lazy" : "whole");
  try {
    for (const each of [first, "whole"] as const) {
      const facts = read(path, bytes.length, source, dialect, each);
      if (facts !== undefined) return facts;
    }
  } catch (error) {
    // A chain such as `1+1+1…` is flat to the parser and deep to whoever walks its tree.
    if (!(error instanceof RangeError)) throw error;
  }
  return refused(path, bytes, "holds an expression that is too long to be looked into", 1, 1);
}

/** Undefined: the lazy tree does not show all that is needed. */
function read(
  path: string,
  byteLength: number,
  source: SourceText,
  dialect: Dialect,
  mode: ParseMode,
): FileFacts | undefined {
  const parsed = parse(source.text, dialect, mode);
  try {
    const facts = new FactsBuilder(source);
    const isBroken = parsed.errors.length > 0 && parsed.body.length === 0;
    const surface = isBroken
      ? readSurfaceOfBroken(source.text, dialect, facts)
      : readStatements(parsed.body, facts);
    const doors = isBroken ? "unknown" : readRest(path, parsed, facts, surface, dialect);
    if (surface.needsWholeTree && mode === "lazy") return undefined;
    return {
      path,
      language: "typescript",
      byteLength,
      lineCount: source.lineCount,
      imports: withSuppressions(inTypes(facts.imports, dialect), source, parsed.comments),
      bindings: facts.bindings,
      exports: facts.exports,
      doors,
      publicNames: undefined,
      lazy: { is: "none" },
      hasEffects: surface.hasEffects,
      problems: problemsOf(path, source, parsed, dialect),
      ignores: readIgnores(source, parsed.comments),
    };
  } finally {
    parsed.dispose();
  }
}

function readRest(
  path: string,
  parsed: Parsed,
  facts: FactsBuilder,
  surface: Surface,
  dialect: Dialect,
): Doors {
  readReferences(facts, parsed.comments);
  readRequests(parsed, facts, surface);
  readAmbientModules(parsed.body, facts, surface);
  if (surface.exportEquals !== undefined)
    readNamespaceMembers(parsed.body, surface.exportEquals, facts, surface);
  if (dialect.lang === "dts" && surface.isModule && !surface.hasExplicitExports) {
    readImplicitExports(facts);
  }
  const doors = doorsOf(path, parsed, facts, surface);
  // A script has no doors; what its comments declare is everybody's anyway.
  if (doors !== "none" && /\.[cm]?jsx?$/.test(path)) readTypedefs(facts, parsed.comments);
  return doors;
}

function doorsOf(path: string, parsed: Parsed, facts: FactsBuilder, surface: Surface): Doors {
  if (surface.isComputed) return "unknown";
  if (surface.exportEquals !== undefined) return surface.isNamespaceOnly ? "exports" : "unknown";
  const isScript = /\.[cm]?jsx?$/.test(path);
  if (surface.isModule && facts.exports.length > 0) return "exports";
  if (isScript || /\bmodule\.exports\s*=/.test(facts.source.text)) {
    // Bundlers take `import` and `module.exports` in one file, and the compiler passes it on.
    const doors = readCommonJs(parsed, facts);
    if (doors !== "none") return doors;
  }
  return surface.isModule || /\.m[jt]s$/.test(path) || parsed.body.length === 0 ? "exports" : "none";
}

/** What a declaration file asks for, it asks for its types. */
function inTypes(imports: readonly ImportFact[], dialect: Dialect): readonly ImportFact[] {
  if (dialect.lang !== "dts") return imports;
  return imports.map((one) => (one.guard === "none" ? { ...one, guard: "types" } : one));
}

/** A syntax that one reading refuses may be plain in another: a top-level `return`, type annotations. */
function parse(text: string, dialect: Dialect, mode: ParseMode): Parsed {
  const once = (one: Dialect): Parsed => (mode === "lazy" ? parseLazily(text, one) : parseWhole(text, one));
  const first = once(dialect);
  if (first.errors.length === 0 || dialect.lang === "dts" || dialect.lang === "ts") return first;
  const others: readonly Dialect[] =
    dialect.lang === "jsx"
      ? [
          { ...dialect, sourceType: "commonjs" },
          { lang: "tsx", sourceType: "unambiguous" },
        ]
      : [];
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

function dialectOf(path: string, text: string): Dialect {
  const sourceType = /\.m[jt]s$/.test(path) ? "module" : /\.c[jt]s$/.test(path) ? "commonjs" : "unambiguous";
  if (/\.d(?:\.[^./]+)?\.[cm]?ts$/.test(path)) return { lang: "dts", sourceType: "module" };
  // Under `commonjs` the parser refuses import statements, which TypeScript writes in `.cts` all the time.
  if (/\.[mc]?ts$/.test(path))
    return { lang: "ts", sourceType: sourceType === "commonjs" ? "unambiguous" : sourceType };
  if (path.endsWith(".tsx")) return { lang: "tsx", sourceType };
  return { lang: isFlow(path, text) ? "tsx" : "jsx", sourceType };
}

function problemsOf(path: string, source: SourceText, parsed: Parsed, dialect: Dialect): readonly Problem[] {
  const problems: Problem[] = [];
  if (source.encoding === "not-utf-8") {
    problems.push({
      kind: "encoding",
      message: "is not valid UTF-8: save it as UTF-8",
      line: 1,
      column: 1,
    });
  }
  // Declarations in odd places do no harm, and the compiler does not look at them either (`skipLibCheck`).
  if (dialect.lang === "dts" && parsed.body.length > 0) return problems;
  // Broken source among fixtures is there to be broken.
  if (parsed.errors.length > 0 && (FIXTURE.test(path) || isTestInput(path))) {
    problems.push({ kind: "skipped", message: "a fixture that is no valid source", line: 1, column: 1 });
    return problems;
  }
  const [first] = parsed.errors;
  if (first !== undefined && (isFlow(path, source.text) || declaresForFlow(path, source.text))) {
    problems.push({
      kind: "skipped",
      message: "written in a part of Flow that is not read",
      line: 1,
      column: 1,
    });
    return problems;
  }
  if (first !== undefined && isTemplateAt(source.text, first.start)) {
    problems.push({ kind: "skipped", message: "a template that is filled in later", line: 1, column: 1 });
    return problems;
  }
  for (const error of parsed.errors.slice(0, PROBLEMS_MAX)) {
    const at = source.place(error.start, error.start);
    const language = dialect.lang === "jsx" ? "JavaScript" : "TypeScript";
    const message = `is not valid ${language}: ${lowerFirst(error.message)}`;
    problems.push({ kind: "syntax", message, line: at.line, column: at.column });
  }
  return problems;
}

/** Flow's annotations are much like TypeScript's, and in places they are not. */
function isFlow(path: string, text: string): boolean {
  return (
    /\.[cm]?jsx?$/.test(path) &&
    (/@flow\b/.test(text.slice(0, 500)) || /(?:^|\/)flow-(?:typed|libs)\//.test(path))
  );
}

/** Declarations at the beginning of a line, as no JavaScript has them. */
function declaresForFlow(path: string, text: string): boolean {
  return /\.jsx?$/.test(path) && /^declare (?:module|export|type|var|class|function|opaque)\b/m.test(text);
}

const tagLengthMax = 200;

/** Whether what the parser stumbles over is a tag of a template language: `{% if %}`, `{{ name }}`, `<% %>`. */
function isTemplateAt(text: string, at: number): boolean {
  // Nothing of the language begins so.
  if (/^\s*(?:\{\{|\{%|<%)/.test(text)) return true;
  // The tag that begins before this on its line and is still open: what is wrong may lie inside of it.
  const start = Math.max(0, at - tagLengthMax, text.lastIndexOf("\n", at - 1));
  const tag = /(?:\{%|\{\{|<%)(?:(?!%\}|\}\}|%>).)*$/s.exec(text.slice(start, at + 2));
  if (tag === null) return false;
  return /^(?:\{%[^\n]*%\}|\{\{[^\n]*\}\}|<%[^\n]*%>)/.test(text.slice(start + tag.index, at + 1_000));
}

function isMinified(source: SourceText): boolean {
  const { length } = source.text;
  return length > MINIFIED_LENGTH_MIN && length / source.lineCount > MINIFIED_LINE_MIN;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function refused(path: string, bytes: Uint8Array, message: string, line: number, column: number): FileFacts {
  return { ...withoutFacts(path, bytes, ""), problems: [{ kind: "limit", message, line, column }] };
}

function withoutFacts(path: string, bytes: Uint8Array, message: string): FileFacts {
  return {
    path,
    language: "typescript",
    byteLength: bytes.length,
    lineCount: 0,
    imports: [],
    bindings: [],
    exports: [],
    doors: "unknown",
    publicNames: undefined,
    lazy: { is: "none" },
    hasEffects: emptySurface().hasEffects,
    problems: [{ kind: "skipped", message, line: 1, column: 1 }],
    ignores: [],
  };
}
