/**
 * `package.json` files: what a package is called, what it declares, and what its `exports` and `imports`
 * maps lead to. The map algorithm is Node's, with the conditions as an argument.
 */

import { posix } from "node:path";
import { asObject, type JsonValue, readJsonWithComments } from "./json-with-comments.ts";
import type { Disk } from "./typescript-disk.ts";

export interface PackageManifest {
  readonly directory: string;
  readonly name: string | undefined;
  readonly version: string;
  /** True when `.js` and `.ts` files in it are ES modules. */
  readonly esModules: boolean;
  readonly exports: JsonValue | undefined;
  readonly typesVersions: JsonValue | undefined;
  readonly imports: JsonValue | undefined;
  /** Entry fields in the order in which a resolver for types asks them. */
  readonly entries: readonly string[];
  /** `source`, where bundlers note the file that the entry is built from. */
  readonly source: string | undefined;
  readonly dependencies: ReadonlyMap<string, string>;
  readonly workspaces: readonly string[];
  /** `browser`, `alias` and `_moduleAliases`: names this package gives to its own files. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Relative paths that the `browser` field gives another file, or none. */
  readonly replaced: ReadonlySet<string>;
}

/** What a map says about one subpath: a target, nothing at all, or a door that is closed on purpose. */
export type MapAnswer =
  | { readonly is: "target"; readonly target: string }
  | { readonly is: "closed" }
  | { readonly is: "absent" };

const DEPENDENCY_FIELDS = [
  "dependencies",
  "devDependencies",
  "peerDependencies",
  "optionalDependencies",
] as const;

export class Manifests {
  readonly #disk: Disk;
  readonly #byDirectory = new Map<string, PackageManifest | undefined>();
  readonly #nearest = new Map<string, PackageManifest | undefined>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** The manifest in exactly this folder. */
  at(directory: string): PackageManifest | undefined {
    if (this.#byDirectory.has(directory)) return this.#byDirectory.get(directory);
    const text = this.#disk.readText(posix.join(directory, "package.json"));
    const manifest = text === undefined ? undefined : readManifest(directory, text);
    this.#byDirectory.set(directory, manifest);
    return manifest;
  }

  /** The manifest that governs files in this folder: here or in the nearest folder above. */
  nearest(directory: string): PackageManifest | undefined {
    if (this.#nearest.has(directory)) return this.#nearest.get(directory);
    const parent = posix.dirname(directory);
    const found = this.at(directory) ?? (parent === directory ? undefined : this.nearest(parent));
    this.#nearest.set(directory, found);
    return found;
  }

  /** Every manifest from this folder upwards, nearest first. */
  *above(directory: string): Generator<PackageManifest> {
    for (let one = this.nearest(directory); one !== undefined; ) {
      yield one;
      const parent = posix.dirname(one.directory);
      if (parent === one.directory) return;
      one = this.nearest(parent);
    }
  }
}

function readManifest(directory: string, text: string): PackageManifest | undefined {
  const reading = readJsonWithComments(text);
  const object = reading.is === "read" ? asObject(reading.value) : undefined;
  if (object === undefined) return undefined;
  const dependencies = new Map<string, string>();
  for (const field of DEPENDENCY_FIELDS) {
    for (const [name, version] of Object.entries(asObject(object[field]) ?? {})) {
      dependencies.set(name, typeof version === "string" ? version : "");
    }
  }
  for (const name of [object.bundleDependencies, object.bundledDependencies].flatMap(list)) {
    if (!dependencies.has(name)) dependencies.set(name, "");
  }
  const aliases = new Map<string, string>();
  for (const field of ["_moduleAliases", "alias", "browser"]) {
    for (const [name, target] of Object.entries(asObject(object[field]) ?? {})) {
      if (typeof target === "string" && !name.startsWith(".")) aliases.set(name, target);
    }
  }
  return {
    directory,
    name: typeof object.name === "string" ? object.name : undefined,
    version: typeof object.version === "string" ? object.version : "",
    esModules: object.type === "module",
    exports: object.exports,
    typesVersions: object.typesVersions,
    imports: object.imports,
    entries: [object.types, object.typings, object.module, object.main].filter(
      (one): one is string => typeof one === "string",
    ),
    source: typeof object.source === "string" ? object.source : undefined,
    dependencies,
    workspaces: [...list(object.workspaces), ...list(asObject(object.workspaces)?.packages)],
    aliases,
    replaced: new Set(Object.keys(asObject(object.browser) ?? {}).filter((one) => one.startsWith("."))),
  };
}

function list(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

/** Splits `@scope/name/deep/path` into the package and the subpath (`.` when there is none). */
export function splitSpecifier(
  specifier: string,
): { readonly name: string; readonly subpath: string } | undefined {
  const match = /^(@[^/]+\/[^/]+|[^@/.][^/]*)(?:\/(.*))?$/.exec(specifier);
  if (match === null) return undefined;
  const name = match[1] ?? "";
  return { name, subpath: match[2] ? `./${match[2]}` : "." };
}

/** Whether npm could carry a package of this name: `@/x`, `~/x` and `#x` are somebody's alias instead. */
export function isPackageName(name: string): boolean {
  return /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~_-][a-z0-9._~-]*$/i.test(name) && !/^[~_-]$/.test(name);
}

/** Looks a subpath up in `exports`: Node's algorithm. `absent` when the package has no map. */
export function lookUpExports(
  exports: JsonValue | undefined,
  subpath: string,
  conditions: ReadonlySet<string>,
): MapAnswer {
  if (exports === undefined || exports === null) return { is: "absent" };
  const object = asObject(exports);
  const keyed = object !== undefined && Object.keys(object).some((key) => key.startsWith("."));
  if (!keyed) return subpath === "." ? answer(target(exports, "", conditions)) : { is: "closed" };
  return lookUpMap(object, subpath, conditions);
}

/** Looks a `#name` up in `imports`. `absent` when the package has no map at all. */
export function lookUpImports(
  imports: JsonValue | undefined,
  name: string,
  conditions: ReadonlySet<string>,
): MapAnswer {
  const object = asObject(imports);
  return object === undefined ? { is: "absent" } : lookUpMap(object, name, conditions);
}

function lookUpMap(
  map: { readonly [key: string]: JsonValue },
  key: string,
  conditions: ReadonlySet<string>,
): MapAnswer {
  const exact = map[key];
  if (exact !== undefined && !key.includes("*")) return answer(target(exact, "", conditions));
  let best: string | undefined;
  for (const pattern of Object.keys(map)) {
    if (!matches(pattern, key)) continue;
    if (best === undefined || rank(pattern) > rank(best)) best = pattern;
  }
  if (best === undefined) return { is: "closed" };
  const star = best.indexOf("*");
  const middle = star < 0 ? key.slice(best.length) : key.slice(star, key.length - (best.length - star - 1));
  return answer(target(map[best], middle, conditions));
}

function matches(pattern: string, key: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern.endsWith("/") && key.startsWith(pattern) && key.length > pattern.length;
  const tail = pattern.slice(star + 1);
  return key.startsWith(pattern.slice(0, star)) && key.endsWith(tail) && key.length >= pattern.length;
}

/** Longest prefix before the star wins, then the longest pattern. */
function rank(pattern: string): number {
  const star = pattern.indexOf("*");
  return (star < 0 ? pattern.length : star + 1) * 100_000 + pattern.length;
}

function answer(found: string | null | undefined): MapAnswer {
  return typeof found === "string" ? { is: "target", target: found } : { is: "closed" };
}

/** Undefined: this branch does not apply. Null: closed on purpose. */
function target(
  value: JsonValue | undefined,
  middle: string,
  conditions: ReadonlySet<string>,
): string | null | undefined {
  if (typeof value === "string") {
    if (value.includes("*")) return value.split("*").join(middle);
    return value.endsWith("/") ? value + middle : value;
  }
  if (value === null) return null;
  if (Array.isArray(value)) {
    for (const one of value as readonly JsonValue[]) {
      const found = target(one, middle, conditions);
      if (typeof found === "string") return found;
    }
    return undefined;
  }
  for (const [condition, inner] of Object.entries(asObject(value) ?? {})) {
    if (condition !== "default" && !conditions.has(condition)) continue;
    const found = target(inner, middle, conditions);
    if (found !== undefined) return found;
  }
  return undefined;
}
