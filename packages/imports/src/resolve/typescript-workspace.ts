/**
 * The packages that a tree holds itself: which name leads to which folder, and which source file stands
 * behind an entry that is only there after a build.
 */

import { posix } from "node:path";
import { BundlerEntries } from "./bundler-entries.ts";
import { compileGlob } from "./glob.ts";
import { asObject, type JsonValue, readJsonWithComments } from "./json-with-comments.ts";
import type { TypeScriptConfigs } from "./typescript-config.ts";
import type { Disk } from "./typescript-disk.ts";
import type { Manifests, PackageManifest } from "./typescript-package.ts";

/** Folders that builds write to: an entry below one of them has its source elsewhere. */
const OUTPUT_FOLDERS =
  /^(?:dist|lib|build|built|out|output|esm|cjs|es|types|typings|declarations|modern|legacy|umd|es2015|module|commonjs|browser|node|_esm|_cjs|_types|\.output|(?:dist|lib|build)[-_.][\w-]+)$/;
const SOURCE_FOLDERS = ["src", ".", "source", "lib", "ts"];
const SOURCE_EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts"];
const CONFIG_NAMES = ["tsconfig.json", "tsconfig.build.json", "tsconfig.lib.json", "tsconfig.prod.json"];

/** A folder that declares members by globs. */
type WorkspaceRoot = { readonly directory: string; readonly includes: (directory: string) => boolean };

export class Workspace {
  readonly #disk: Disk;
  readonly #manifests: Manifests;
  readonly #configs: TypeScriptConfigs;
  readonly #byName = new Map<string, PackageManifest[]>();
  readonly #roots: WorkspaceRoot[] = [];
  readonly #entries: BundlerEntries;

  constructor(disk: Disk, manifests: Manifests, configs: TypeScriptConfigs, directories: Iterable<string>) {
    this.#disk = disk;
    this.#manifests = manifests;
    this.#configs = configs;
    this.#entries = new BundlerEntries(disk);
    for (const directory of directories) this.#look(directory);
  }

  #look(directory: string): void {
    const manifest = this.#manifests.at(directory);
    const globs = [...(manifest?.workspaces ?? []), ...this.#globsBeside(directory)];
    if (globs.length > 0) this.#roots.push({ directory, includes: membership(directory, globs) });
    if (manifest?.name === undefined) return;
    const same = this.#byName.get(manifest.name);
    if (same === undefined) this.#byName.set(manifest.name, [manifest]);
    else same.push(manifest);
  }

  #globsBeside(directory: string): readonly string[] {
    const pnpm = this.#disk.readText(posix.join(directory, "pnpm-workspace.yaml"));
    const globs = pnpm === undefined ? [] : [...packagesOfYaml(pnpm)];
    const lerna = this.#disk.readText(posix.join(directory, "lerna.json"));
    const reading = lerna === undefined ? undefined : readJsonWithComments(lerna);
    const listed = reading?.is === "read" ? asObject(reading.value)?.packages : undefined;
    if (Array.isArray(listed)) globs.push(...listed.filter((one): one is string => typeof one === "string"));
    return globs;
  }

  /**
   * The member of this name as seen from a folder: in the same workspace, or linked by its version, and
   * not when the version that is asked for can only be another one from the registry. A package that lies in
   * the tree without being a member installs its own copy.
   */
  member(name: string, from: string): PackageManifest | undefined {
    const candidates = this.#byName.get(name);
    if (candidates === undefined) return undefined;
    const declared = this.#declared(name, from);
    if (declared !== undefined) {
      const linked = /^(?:file|link|portal):(.*)$/.exec(declared.version);
      const target = linked === null ? undefined : posix.resolve(declared.directory, linked[1] ?? "");
      const found = candidates.find((one) => one.directory === target);
      if (found !== undefined) return found;
    }
    const own = this.#manifests.nearest(from)?.directory ?? from;
    return candidates.find((one) => {
      if (declared !== undefined && !mayLink(declared.version, one.version)) return false;
      return this.#roots.some(
        (root) =>
          isBelow(from, root.directory) &&
          isBelow(one.directory, root.directory) &&
          root.includes(own) &&
          root.includes(one.directory),
      );
    });
  }

  /** Whether some workspace has the package in this folder as its member. */
  isMember(directory: string): boolean {
    return this.#roots.some((root) => isBelow(directory, root.directory) && root.includes(directory));
  }

  /** Whether a workspace at or above `folder` does not have the package in `directory` as its member. */
  leavesOut(directory: string, folder: string): boolean {
    const roots = this.#roots.filter((root) => isBelow(folder, root.directory));
    return roots.length > 0 && !roots.some((root) => root.includes(directory));
  }

  #declared(name: string, from: string): { version: string; directory: string } | undefined {
    for (const manifest of this.#manifests.above(from)) {
      const version = manifest.dependencies.get(name);
      if (version === undefined) continue;
      const listed = version.startsWith("catalog:") ? this.#listedFor(name, manifest.directory) : undefined;
      return { version: listed ?? version, directory: manifest.directory };
    }
    return undefined;
  }

  /** The version that pnpm's catalog has for a package. */
  #listedFor(name: string, directory: string): string | undefined {
    const line = new RegExp(`^ +["']?${name.replace(/\W/g, "\\$&")}["']?: *["']?([^"'#\\s]+)`, "m");
    for (const root of this.#roots) {
      if (!isBelow(directory, root.directory)) continue;
      const text = this.#disk.readText(posix.join(root.directory, "pnpm-workspace.yaml")) ?? "";
      // Below the word: what stands in front of it are lists of packages.
      const found = line.exec(text.slice(Math.max(0, text.search(/^catalogs?:/m))));
      if (found !== null) return found[1];
    }
    return undefined;
  }

  /** Whether a bundler puts what is in this package into other files. */
  isBundled(directory: string): boolean {
    return this.#entries.hasConfig(directory);
  }

  /** The source that a build turns into `target` (absolute), or undefined when there is no telling. */
  sourceOf(
    manifest: PackageManifest,
    target: string,
    isKnown: (path: string) => boolean,
  ): string | undefined {
    const relative = posix.relative(manifest.directory, target);
    if (relative.startsWith("..")) return undefined;
    const stem = relative.replace(/(?:\.d)?\.[cm]?[jt]sx?$|\.json$/, "");
    const built = withoutOutputFolders(stem);
    const named = built === stem ? undefined : this.#entries.sourceOf(manifest.directory, built, isKnown);
    if (named !== undefined) return named;
    for (const path of this.#stemsOf(manifest, stem)) {
      const found = withExtension(path, isKnown);
      if (found !== undefined) return found;
    }
    if (manifest.source !== undefined && /(?:^|\/)index$/.test(stem)) {
      const source = posix.join(manifest.directory, manifest.source);
      if (isKnown(source)) return source;
    }
    return undefined;
  }

  *#stemsOf(manifest: PackageManifest, stem: string): Generator<string> {
    const target = posix.join(manifest.directory, stem);
    for (const name of CONFIG_NAMES) {
      const config = this.#configs.at(posix.join(manifest.directory, name));
      if (config === undefined) continue;
      for (const output of [config.outDir, config.declarationDir]) {
        if (output === undefined || !isBelow(target, output)) continue;
        const inner = posix.relative(output, target);
        if (config.rootDir !== undefined) yield posix.join(config.rootDir, inner);
      }
    }
    const parts = stem.split("/");
    let cut = 0;
    while (cut < parts.length - 1 && OUTPUT_FOLDERS.test(parts[cut] ?? "")) {
      cut++;
      const rest = parts.slice(cut).join("/");
      for (const folder of SOURCE_FOLDERS) yield posix.join(manifest.directory, folder, rest);
    }
    if (cut === 0) {
      yield target;
      yield posix.join(manifest.directory, "src", stem);
    }
  }
}

/** `dist/esm/types` was `types` before it was built. */
function withoutOutputFolders(stem: string): string {
  const parts = stem.split("/");
  const first = parts.findIndex((part, at) => at === parts.length - 1 || !OUTPUT_FOLDERS.test(part));
  return parts.slice(first).join("/");
}

function withExtension(path: string, isKnown: (path: string) => boolean): string | undefined {
  for (const extension of SOURCE_EXTENSIONS) if (isKnown(path + extension)) return path + extension;
  // `dist/links.js` may be built from `links/index.ts`, and `dist/links/index.js` from `links.ts`.
  const sibling = path.endsWith("/index") ? path.slice(0, -"/index".length) : `${path}/index`;
  for (const extension of SOURCE_EXTENSIONS) if (isKnown(sibling + extension)) return sibling + extension;
  return undefined;
}

export function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

function membership(directory: string, globs: readonly string[]): (member: string) => boolean {
  const join = (glob: string): string => posix.join(directory, glob.replace(/\/+$/, ""));
  const positive = globs.filter((one) => !one.startsWith("!")).map((one) => compileGlob(join(one)));
  const negative = globs.filter((one) => one.startsWith("!")).map((one) => compileGlob(join(one.slice(1))));
  return (member) =>
    member === directory || (positive.some((one) => one(member)) && !negative.some((one) => one(member)));
}

/** The list under `packages:`; nothing else of the file is needed. */
function* packagesOfYaml(text: string): Generator<string> {
  let inside = false;
  for (const line of text.split("\n")) {
    if (/^packages\s*:/.test(line)) inside = true;
    else if (/^\S/.test(line) && !line.startsWith("#") && !line.startsWith("-")) inside = false;
    const item = inside ? /^\s*-\s*(?:"([^"]*)"|'([^']*)'|([^#\s]+))/.exec(line) : null;
    const glob = item?.[1] ?? item?.[2] ?? item?.[3];
    if (glob !== undefined) yield glob;
  }
}

/** Whether a package manager would link the member for this range, as far as the first number tells. */
function mayLink(range: string, version: string): boolean {
  if (/^(?:workspace|file|link|portal|catalog):|^[*x]?$/i.test(range)) return true;
  if (/^npm:|^(?:git|https?|github)[:+]/.test(range)) return false;
  const asked = /(\d+)(?:\.(\d+))?/.exec(range);
  const own = /(\d+)(?:\.(\d+))?/.exec(version);
  if (asked === null || own === null) return asked === null && own === null;
  if (/^[<>]/.test(range)) return true;
  return asked[1] === own[1] && (asked[1] !== "0" || asked[2] === undefined || asked[2] === own[2]);
}

/** The first file that `typesVersions` offers for a subpath, for any version of the compiler. */
export function lookUpTypesVersions(value: JsonValue | undefined, subpath: string): string | undefined {
  for (const map of Object.values(asObject(value) ?? {})) {
    for (const [pattern, targets] of Object.entries(asObject(map) ?? {})) {
      const star = pattern.indexOf("*");
      const key = subpath.slice(2);
      const isMatch = star < 0 ? pattern === key : key.startsWith(pattern.slice(0, star));
      const target = Array.isArray(targets) ? targets[0] : undefined;
      if (isMatch && typeof target === "string") {
        return star < 0 ? target : target.replace("*", key.slice(star));
      }
    }
  }
  return undefined;
}
