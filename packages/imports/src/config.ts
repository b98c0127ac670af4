import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Severity } from "./finding.ts";
import { asObject, type JsonValue, readJsonWithComments } from "./resolve/json-with-comments.ts";

export type CanonicalEntry = {
  /** `module:name`, the one path by which the symbol is imported. */
  readonly symbol: string;
  /** `module:name` that may stay for now. */
  readonly allow: readonly string[];
};

export type Boundary = {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly reason: string;
};

export type DeprecatedPath = {
  readonly path: string;
  readonly use: string;
  /** `YYYY-MM-DD`; before that day it is a warning. "" means now. */
  readonly after: string;
  readonly reason: string;
};

export type Layers = { readonly order: readonly (readonly string[])[]; readonly reason: string };

/** All settings, resolved: every key has a value. */
export type Config = {
  readonly roots: readonly string[];
  readonly exclude: readonly string[];
  readonly external: readonly string[];
  readonly rules: Readonly<Record<string, Severity | "off">>;
  readonly canonical: readonly CanonicalEntry[];
  /** Groups of `module:name` that must be one object. */
  readonly identical: readonly (readonly string[])[];
  /** Modules (globs over their names) whose exports are locked; empty: every package's door. */
  readonly contract: readonly string[];
  readonly layers: readonly Layers[];
  readonly forbidden: readonly Boundary[];
  readonly deprecated: readonly DeprecatedPath[];
  readonly entries: readonly string[];
  readonly lock: string;
  readonly baseline: string;
};

export type ConfigReading =
  | { readonly ok: true; readonly config: Config; readonly source: string }
  | { readonly ok: false; readonly message: string };

export const configFile = "goldenpath.imports.json";

/** What holds when nothing is configured. */
export const defaultConfig: Config = {
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
  baseline: "goldenpath.imports.baseline.json",
};

const configBytesMax = 4 * 1024 * 1024;

/** Reads `goldenpath.imports.json`, else `goldenpath.imports` in package.json, else `[tool.goldenpath.imports]`. */
export function readConfig(root: string, path?: string): ConfigReading {
  const file = path ?? join(root, configFile);
  const manifest = join(root, "package.json");
  const pyproject = join(root, "pyproject.toml");
  try {
    if (existsSync(file)) return parse(readFileSync(file), file);
    if (path !== undefined) return { ok: false, message: `${path} does not exist` };
    return (
      inManifest(manifest) ??
      inPyproject(pyproject) ?? { ok: true, config: defaultConfig, source: "defaults" }
    );
  } catch (error) {
    // A folder of that name, or a file that may not be read: its settings would silently not hold.
    if (!(error instanceof Error && "code" in error)) throw error;
    return { ok: false, message: `a configuration cannot be read: ${error.message}` };
  }
}

function inManifest(manifest: string): ConfigReading | undefined {
  if (!existsSync(manifest)) return undefined;
  const read = readJsonWithComments(readFileSync(manifest, "utf8"));
  if (read.is === "broken")
    return { ok: false, message: `${manifest} cannot be read as JSON: ${read.message}` };
  const keys = asObject(asObject(read.value)?.goldenpath)?.imports;
  return keys === undefined ? undefined : resolveConfig(keys, `${manifest} (goldenpath.imports)`);
}

function inPyproject(pyproject: string): ConfigReading | undefined {
  if (!existsSync(pyproject)) return undefined;
  const text = readFileSync(pyproject, "utf8");
  const source = `${pyproject} ([tool.goldenpath.imports])`;
  const inline = readTomlTable(text, "tool.goldenpath");
  const read = readTomlTable(text, "tool.goldenpath.imports");
  for (const each of [inline, read])
    if (each.is === "broken") return { ok: false, message: `${source}: ${each.message}` };
  const nested = inline.is === "read" ? asObject(inline.value)?.imports : undefined;
  if (nested !== undefined) return resolveConfig(nested, source);
  if (read.is === "read") return resolveConfig(read.value, source);
  const line = text.split(/\r\n|\n/).findIndex((each) => mentioned.test(each));
  if (line < 0) return undefined;
  return {
    ok: false,
    message: `${source}: line ${line + 1} needs a table [tool.goldenpath.imports] above it`,
  };
}

/** Settings of ours in another of TOML's forms, which would not hold. */
const mentioned = /^\s*\[{0,2}\s*(["']?tool["']?\s*\.\s*)?["']?goldenpath["']?\s*\.\s*["']?imports\b/;

function parse(bytes: Buffer, file: string): ConfigReading {
  if (bytes.length > configBytesMax)
    return { ok: false, message: `${file} is larger than ${configBytesMax} bytes` };
  const read = readJsonWithComments(bytes.toString("utf8"));
  if (read.is === "broken") return { ok: false, message: `${file} cannot be read as JSON: ${read.message}` };
  return resolveConfig(read.value, file);
}

class Refusal extends Error {}

/** Checks every key; an unknown one is refused, since a misspelt rule guards nothing. */
export function resolveConfig(value: JsonValue, source: string): ConfigReading {
  const keys = asObject(value);
  if (keys === undefined) return { ok: false, message: `${source}: must be an object` };
  try {
    for (const key of Object.keys(keys)) {
      if (!Object.hasOwn(defaultConfig, key) && key !== "$schema") {
        throw new Refusal(`unknown key "${key}"; known are ${Object.keys(defaultConfig).join(", ")}`);
      }
    }
    const text = (key: "lock" | "baseline"): string => {
      const found = keys[key];
      if (found === undefined) return defaultConfig[key];
      if (typeof found !== "string" || found === "" || /(^|[\\/])\.\.([\\/]|$)|^[\\/]/.test(found)) {
        throw new Refusal(`"${key}" must be a path inside the tree`);
      }
      return found;
    };
    const config: Config = {
      roots: strings(keys.roots, "roots").map((root) => root.replace(/^\.\/?/, "").replace(/\/+$/, "")),
      exclude: strings(keys.exclude, "exclude"),
      external: strings(keys.external, "external"),
      rules: severities(keys.rules),
      canonical: objects(keys.canonical, "canonical", ["symbol", "allow"]).map((each, index) => ({
        symbol: symbolPath(string(each.symbol, `canonical[${index}].symbol`)),
        allow: strings(each.allow, `canonical[${index}].allow`),
      })),
      identical: lists(keys.identical, "identical"),
      contract: strings(keys.contract, "contract"),
      layers: objects(keys.layers, "layers", ["order", "reason"]).map((each, index) => ({
        order: lists(each.order, `layers[${index}].order`),
        reason: string(each.reason, `layers[${index}].reason`),
      })),
      forbidden: objects(keys.forbidden, "forbidden", ["from", "to", "reason"]).map((each, index) => ({
        from: strings(each.from, `forbidden[${index}].from`),
        to: strings(each.to, `forbidden[${index}].to`),
        reason: string(each.reason, `forbidden[${index}].reason`),
      })),
      deprecated: objects(keys.deprecated, "deprecated", ["path", "use", "after", "reason"]).map(
        (each, index) => ({
          path: string(each.path, `deprecated[${index}].path`),
          use: string(each.use, `deprecated[${index}].use`),
          after: each.after === undefined ? "" : day(each.after, `deprecated[${index}].after`),
          reason: string(each.reason, `deprecated[${index}].reason`),
        }),
      ),
      entries: strings(keys.entries, "entries"),
      lock: text("lock"),
      baseline: text("baseline"),
    };
    return { ok: true, config, source };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, message: `${source}: ${error.message}` };
    throw error;
  }
}

function string(value: JsonValue | undefined, key: string): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new Refusal(`"${key}" must be a non-empty string`);
}

function symbolPath(value: string): string {
  if (/^[^:]+:[^:]+$/.test(value)) return value;
  throw new Refusal(`"${value}" must be written module:name`);
}

function day(value: JsonValue, key: string): string {
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  throw new Refusal(`"${key}" must be a day such as 2027-01-31`);
}

function strings(value: JsonValue | undefined, key: string): string[] {
  if (value === undefined) return [];
  const list = typeof value === "string" ? [value] : value;
  if (!Array.isArray(list) || list.some((each) => typeof each !== "string" || each.length > 1000)) {
    throw new Refusal(`"${key}" must be a list of strings`);
  }
  return list as string[];
}

function lists(value: JsonValue | undefined, key: string): string[][] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Refusal(`"${key}" must be a list`);
  return value.map((each, index) => strings(each, `${key}[${index}]`));
}

function objects(value: JsonValue | undefined, key: string, known: readonly string[]) {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Refusal(`"${key}" must be a list of objects`);
  return value.map((each, index) => {
    const object = asObject(each);
    if (object === undefined) throw new Refusal(`"${key}[${index}]" must be an object`);
    for (const name of Object.keys(object)) {
      if (!known.includes(name))
        throw new Refusal(`unknown key "${key}[${index}].${name}"; known are ${known.join(", ")}`);
    }
    return object;
  });
}

function severities(value: JsonValue | undefined): Record<string, Severity | "off"> {
  if (value === undefined) return {};
  const rules = new Map<string, Severity | "off">();
  const object = asObject(value);
  if (object === undefined) throw new Refusal(`"rules" must be an object`);
  for (const [rule, severity] of Object.entries(object)) {
    if (severity !== "error" && severity !== "warning" && severity !== "note" && severity !== "off") {
      throw new Refusal(`"rules.${rule}" must be "error", "warning", "note" or "off"`);
    }
    rules.set(rule, severity);
  }
  return Object.fromEntries(rules);
}

export type TomlReading =
  | { readonly is: "read"; readonly value: JsonValue }
  | { readonly is: "absent" }
  | { readonly is: "broken"; readonly message: string };

/** Further lines that one value may take. */
const valueLinesMax = 10_000;

/**
 * The keys of one TOML table, read as far as our keys need it: strings, booleans, numbers, arrays and inline
 * tables, over several lines. What cannot be read is said, because a setting that is passed over holds nothing.
 */
export function readTomlTable(text: string, table: string): TomlReading {
  const lines = text.split(/\r\n|\n/);
  const start = lines.findIndex((line) => headerOf(line) === table);
  if (start < 0) return { is: "absent" };
  const keys: Record<string, JsonValue> = {};
  let target = keys;
  let pending = "";
  let pendingLines = 0;
  for (const [index, line] of lines.slice(start + 1).entries()) {
    const header = headerOf(line);
    if (header !== undefined && (pending === "" || /^[\w.-]+$/.test(header))) {
      if (pending !== "") break;
      if (!header.startsWith(`${table}.`)) break;
      target = {};
      keys[header.slice(table.length + 1)] = target;
      continue;
    }
    pending += `${withoutComment(line)}\n`;
    if (pending.trim() === "") {
      pending = "";
      continue;
    }
    const found = /^\s*["']?([\w-]+)["']?\s*=([\s\S]*)$/.exec(pending);
    const read = found === null ? undefined : readJsonWithComments(toJson(found[2] ?? ""));
    if (read?.is === "read") {
      target[found?.[1] ?? ""] = read.value;
      pending = "";
      pendingLines = 0;
    } else if (found === null || ++pendingLines > valueLinesMax || !/^\s*[[{]/.test(found[2] ?? "")) {
      return {
        is: "broken",
        message: `line ${start + index + 2} cannot be read: ${line.trim().slice(0, 60)}`,
      };
    }
  }
  if (pending !== "") return { is: "broken", message: `a value has no end: ${pending.trim().slice(0, 60)}` };
  return { is: "read", value: keys };
}

/** The name in `[a . "b"]`; undefined when the line is no header of a table. */
function headerOf(line: string): string | undefined {
  const inner = /^\s*\[([^[\]]+)\]\s*(?:#.*)?$/.exec(line)?.[1];
  return inner
    ?.split(".")
    .map((part) => part.trim().replace(/^["']|["']$/g, ""))
    .join(".");
}

function withoutComment(line: string): string {
  return line.replace(/^((?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*)#.*$/, "$1");
}

/** TOML values to JSON: other quotes, `=` in inline tables, bare keys. */
function toJson(value: string): string {
  return value
    .replace(/'([^']*)'/g, (_, inner: string) => JSON.stringify(inner))
    .replace(/([{,]\s*)([\w-]+)\s*=/g, '$1"$2":');
}
