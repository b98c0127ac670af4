/**
 * Reads `tsconfig.json` and `jsconfig.json` the way the compiler does: comments, `extends` (one or many,
 * relative or from a package), options relative to the file that states them, `files`, `include` and
 * `exclude`. What cannot be read is remembered as a fault and otherwise ignored, because a base
 * configuration that lives in a package which is not installed must not turn every import into a finding.
 */

import { posix } from "node:path";
import { compileGlob } from "./glob.ts";
import { asObject, type JsonValue, readJsonWithComments } from "./json-with-comments.ts";
import type { Disk } from "./typescript-disk.ts";

export interface PathMapping {
  /** The key of `paths`, with at most one star. */
  readonly pattern: string;
  /** Absolute, with at most one star each. */
  readonly targets: readonly string[];
}

export interface TypeScriptConfig {
  /** Absolute path of the file itself. */
  readonly path: string;
  readonly baseUrl: string | undefined;
  readonly paths: readonly PathMapping[];
  readonly rootDirs: readonly string[];
  readonly moduleSuffixes: readonly string[];
  readonly customConditions: readonly string[];
  /** True under `node16` and `nodenext`: relative imports in ES modules must carry their extension. */
  readonly strictExtensions: boolean;
  /** The compiler does not look at what declaration files ask for. */
  readonly skipsDeclarations: boolean;
  readonly outDir: string | undefined;
  readonly declarationDir: string | undefined;
  readonly rootDir: string | undefined;
  readonly references: readonly string[];
  /** An `extends` that could not be found: the options it would bring are unknown. */
  readonly incomplete: boolean;
  includes(path: string): boolean;
}

export interface ConfigFault {
  readonly path: string;
  readonly message: string;
}

/** The template that stands for the folder of the configuration that is in use, written as the compiler has it. */
const CONFIG_DIR = ["$", "{configDir}"].join("");
const EXTENDS_DEPTH_MAX = 20;

interface Raw {
  readonly options: Map<string, { readonly value: JsonValue; readonly from: string }>;
  files: readonly string[] | undefined;
  include: readonly string[] | undefined;
  exclude: readonly string[] | undefined;
  references: readonly string[];
  incomplete: boolean;
}

export class TypeScriptConfigs {
  readonly #disk: Disk;
  readonly #byPath = new Map<string, TypeScriptConfig | undefined>();
  readonly faults: ConfigFault[] = [];

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** The configuration at this path, or undefined when there is none that can be read. */
  at(path: string): TypeScriptConfig | undefined {
    if (this.#byPath.has(path)) return this.#byPath.get(path);
    this.#byPath.set(path, undefined);
    const raw = this.#raw(path, 0);
    const config = raw === undefined ? undefined : build(path, raw);
    this.#byPath.set(path, config);
    return config;
  }

  #raw(path: string, depth: number): Raw | undefined {
    const text = this.#disk.readText(path);
    if (text === undefined) return undefined;
    const reading = readJsonWithComments(text);
    if (reading.is === "broken") {
      this.faults.push({ path, message: `${reading.message} at character ${reading.offset + 1}` });
      return undefined;
    }
    const object = asObject(reading.value) ?? {};
    const raw: Raw = {
      options: new Map(),
      files: undefined,
      include: undefined,
      exclude: undefined,
      references: [],
      incomplete: false,
    };
    this.#inherit(path, object.extends, raw, depth);
    const directory = posix.dirname(path);
    for (const [name, value] of Object.entries(asObject(object.compilerOptions) ?? {})) {
      raw.options.set(name, { value, from: directory });
    }
    raw.files = absolute(strings(object.files), directory) ?? raw.files;
    raw.include = absolute(strings(object.include), directory) ?? raw.include;
    raw.exclude = absolute(strings(object.exclude), directory) ?? raw.exclude;
    raw.references = (Array.isArray(object.references) ? object.references : []).flatMap((one) => {
      const target = asObject(one as JsonValue)?.path;
      return typeof target === "string" ? [posix.resolve(directory, target)] : [];
    });
    return raw;
  }

  #inherit(path: string, value: JsonValue | undefined, raw: Raw, depth: number): void {
    if (value === undefined) return;
    for (const name of typeof value === "string" ? [value] : (strings(value) ?? [])) {
      const found = this.#locate(name, posix.dirname(path));
      const parent =
        found === undefined || depth >= EXTENDS_DEPTH_MAX ? undefined : this.#raw(found, depth + 1);
      if (parent === undefined) {
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

  #locate(name: string, directory: string): string | undefined {
    const tryAt = (path: string): string | undefined =>
      [path, `${path}.json`, `${path}/tsconfig.json`].find((one) => this.#disk.isFile(one));
    if (name.startsWith(".") || name.startsWith("/")) return tryAt(posix.resolve(directory, name));
    for (let at = directory; ; at = posix.dirname(at)) {
      const found = tryAt(`${at}/node_modules/${name}`);
      if (found !== undefined || at === posix.dirname(at)) return found;
    }
  }
}

function strings(value: JsonValue | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : undefined;
}

function absolute(globs: readonly string[] | undefined, directory: string): readonly string[] | undefined {
  return globs?.map((glob) => (glob.startsWith(CONFIG_DIR) ? glob : posix.resolve(directory, glob)));
}

function build(path: string, raw: Raw): TypeScriptConfig {
  const directory = posix.dirname(path);
  const here = (value: string, from: string): string =>
    value.startsWith(CONFIG_DIR)
      ? posix.join(directory, value.slice(CONFIG_DIR.length))
      : posix.resolve(from, value);
  const option = (name: string): JsonValue | undefined => raw.options.get(name)?.value;
  const directoryOf = (name: string): string | undefined => {
    const entry = raw.options.get(name);
    return typeof entry?.value === "string" ? here(entry.value, entry.from) : undefined;
  };
  const baseUrl = directoryOf("baseUrl");
  const outDir = directoryOf("outDir");
  const rootDirs = raw.options.get("rootDirs");
  const resolution = lower(option("moduleResolution")) ?? lower(option("module")) ?? "";
  return {
    path,
    baseUrl,
    paths: mappings(raw, here, baseUrl),
    rootDirs: (strings(rootDirs?.value) ?? []).map((one) => here(one, rootDirs?.from ?? directory)),
    moduleSuffixes: strings(option("moduleSuffixes")) ?? [""],
    customConditions: strings(option("customConditions")) ?? [],
    strictExtensions: /^node(16|18|20|next)$/.test(resolution),
    skipsDeclarations: option("skipLibCheck") === true,
    outDir,
    declarationDir: directoryOf("declarationDir"),
    rootDir: directoryOf("rootDir"),
    references: raw.references.map((one) => (one.endsWith(".json") ? one : `${one}/tsconfig.json`)),
    incomplete: raw.incomplete,
    includes: inclusion(raw, directory, outDir, takesJavaScript(path, option), (glob) =>
      here(glob, directory),
    ),
  };
}

function takesJavaScript(path: string, option: (name: string) => JsonValue | undefined): boolean {
  const allowed = option("allowJs");
  if (typeof allowed === "boolean") return allowed;
  return option("checkJs") === true || posix.basename(path) === "jsconfig.json";
}

function lower(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value.toLowerCase() : undefined;
}

function mappings(
  raw: Raw,
  here: (value: string, from: string) => string,
  baseUrl: string | undefined,
): readonly PathMapping[] {
  const entry = raw.options.get("paths");
  const object = asObject(entry?.value);
  if (entry === undefined || object === undefined) return [];
  return Object.entries(object)
    .filter(([pattern]) => pattern.indexOf("*") === pattern.lastIndexOf("*"))
    .map(([pattern, targets]) => ({
      pattern,
      targets: (strings(targets) ?? []).map((target) => here(target, baseUrl ?? entry.from)),
    }));
}

function inclusion(
  raw: Raw,
  directory: string,
  outDir: string | undefined,
  withJavaScript: boolean,
  here: (glob: string) => string,
): (path: string) => boolean {
  const files = new Set((raw.files ?? []).map(here));
  const include = (raw.include ?? (raw.files === undefined ? [directory] : [])).map(here);
  const exclude = raw.exclude?.map(here) ?? (outDir === undefined ? [] : [outDir]);
  const within = (globs: readonly string[]): ((path: string) => boolean) => {
    const matchers = globs.map((glob) =>
      compileGlob(isFileGlob(glob) ? glob : `${glob.replace(/\/+$/, "")}/**`),
    );
    const exact = globs.map((glob) => compileGlob(glob));
    return (path) => matchers.some((one) => one(path)) || exact.some((one) => one(path));
  };
  const included = within(include);
  const excluded = within(exclude);
  const isRead = (path: string): boolean => withJavaScript || !/\.[cm]?jsx?$/.test(path);
  return (path) => {
    if (files.has(path)) return true;
    return isRead(path) && !path.includes("/node_modules/") && included(path) && !excluded(path);
  };
}

/** `src` and `src/*` name folders when their last part has no star and no extension. */
function isFileGlob(glob: string): boolean {
  const last = glob.slice(glob.lastIndexOf("/") + 1);
  return last.includes("*") || /\.[cm]?[jt]sx?$|\.json$/.test(last);
}

/** What the star of a pattern stands for, "" for an exact match, undefined for none. */
export function starOf(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === specifier ? "" : undefined;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  const fits =
    specifier.length >= pattern.length - 1 && specifier.startsWith(head) && specifier.endsWith(tail);
  return fits ? specifier.slice(star, specifier.length - tail.length) : undefined;
}

/** The targets of the best pattern: an exact one, else that with the longest prefix. */
export function targetsOf(specifier: string, config: TypeScriptConfig): readonly string[] {
  let best: { readonly length: number; readonly targets: readonly string[] } | undefined;
  for (const mapping of config.paths) {
    const star = starOf(mapping.pattern, specifier);
    if (star === undefined) continue;
    const at = mapping.pattern.indexOf("*");
    const length = at < 0 ? Number.POSITIVE_INFINITY : at;
    if (best !== undefined && best.length >= length) continue;
    best = { length, targets: mapping.targets.map((one) => one.replace("*", star)) };
  }
  return best?.targets ?? [];
}
