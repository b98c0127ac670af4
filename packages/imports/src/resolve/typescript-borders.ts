/**
 * What stands between the packages of one tree: their doors, which some imports go past, and names of other
 * modules that a compiler's configuration gives to files of ours.
 *
 * Only what is sure is answered: the package must be a member of a workspace and name a door, a package that
 * lies within another one is part of it, and a declaration file describes a module without hiding it.
 */

import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { asObject } from "./json-with-comments.ts";
import type { Locator } from "./typescript-locate.ts";
import { isPackageName, type PackageManifest, splitSpecifier } from "./typescript-package.ts";
import { isBelow } from "./typescript-workspace.ts";

/** A module that `path`, relative to the root, hides from whoever reads `config`. */
export type Hidden = {
  readonly is: "builtin" | "dependency";
  readonly name: string;
  readonly path: string;
  readonly config: string;
};

export class Borders {
  readonly #locator: Locator;
  readonly #pathOf: (file: number) => string | undefined;
  readonly #doorsByDirectory = new Map<string, ReadonlySet<string>>();

  constructor(locator: Locator, pathOf: (file: number) => string | undefined) {
    this.#locator = locator;
    this.#pathOf = pathOf;
  }

  /** The name of the package past whose doors `specifier` in `from` leads to `to`; undefined when it is none. */
  passes(from: number, specifier: string, to: number): string | undefined {
    return this.#passed(from, specifier, to)?.name;
  }

  /** The files behind the doors past which `specifier` in `from` leads to `to`, from the root, in the package's own order. */
  doorsPassed(from: number, specifier: string, to: number): readonly string[] {
    const passed = this.#passed(from, specifier, to);
    if (passed === undefined) return [];
    const paths = doorKeys(passed).flatMap((key) => this.#locator.pathsInMember(passed, key));
    return [...new Set(paths)].map((path) => this.#locator.relativeToRoot(path));
  }

  #passed(from: number, specifier: string, to: number): PackageManifest | undefined {
    const source = this.#pathOf(from);
    const target = this.#pathOf(to);
    if (source === undefined || target === undefined) return undefined;
    const own = this.#packageOf(source);
    const other = this.#packageOf(target);
    if (own === undefined || other === undefined) return undefined;
    if (isBelow(own.directory, other.directory) || isBelow(other.directory, own.directory)) return undefined;
    if (!this.#locator.workspace.isMember(other.directory)) return undefined;
    if (other.exports === undefined && other.entries.length === 0) return undefined;
    // Without a map every path below its name is a door.
    if (other.exports === undefined && !specifier.startsWith(".")) return undefined;
    if (isEntryPoint(other, specifier, target)) return undefined;
    const doors = this.#doorsOf(other);
    if (doors.size === 0 || doors.has(stemOf(target)) || this.#matchesPattern(other, target))
      return undefined;
    return other;
  }

  /**
   * Whether an ES module takes what is compiled to CommonJS, whose default is the whole of its exports. Bundlers see
   * the default that is written, or none.
   */
  takesWholeAsDefault(from: number, to: number): boolean {
    const source = this.#pathOf(from) ?? "";
    const target = this.#pathOf(to) ?? "";
    const isCommonJs =
      target.endsWith(".cts") || (/\.tsx?$/.test(target) && this.#isEsModule(target) === false);
    if (!isCommonJs) return false;
    if (source.endsWith(".mjs")) return true;
    const isModule =
      source.endsWith(".mts") || (/\.[jt]sx?$/.test(source) && this.#isEsModule(source) === true);
    return isModule && this.#locator.configFor(source)?.strictExtensions === true;
  }

  /** Whether the file holds declarations that the compiler is told not to check. */
  isUnchecked(file: number): boolean {
    const path = this.#pathOf(file) ?? "";
    return /\.d\.[cm]?ts$/.test(path) && this.#locator.configFor(path)?.skipsDeclarations === true;
  }

  /** What a bare name would mean if `paths` and `baseUrl` did not lead it to a file of ours. */
  hidden(from: number, specifier: string): Hidden | undefined {
    const source = this.#pathOf(from);
    const split = splitSpecifier(specifier);
    if (source === undefined || split === undefined || !isPackageName(split.name)) return undefined;
    const mapped = this.#locator.mappedBy(source, specifier);
    if (mapped === undefined || /\.d\.[cm]?ts$|\/node_modules\//.test(mapped.path)) return undefined;
    const above = [...this.#locator.manifests.above(posix.dirname(mapped.path))];
    const isOwn = above.some((one) => one.name === split.name);
    const directory = posix.dirname(source);
    const is = isBuiltin(specifier)
      ? "builtin"
      : this.#locator.declares(directory, split.name)
        ? "dependency"
        : undefined;
    if (is === undefined || isOwn || this.#isLinked(split.name, directory, mapped.path)) return undefined;
    const relative = (path: string): string => this.#locator.relativeToRoot(path);
    return { is, name: split.name, path: relative(mapped.path), config: relative(mapped.config) };
  }

  /** Whether the dependency of that name is the folder in which the file lies: `"ui": "../ui/src"`. */
  #isLinked(name: string, directory: string, path: string): boolean {
    for (const manifest of this.#locator.manifests.above(directory)) {
      const target = /^(?:file:|link:|portal:)?(\.{1,2}\/.*)$/.exec(
        manifest.dependencies.get(name) ?? "",
      )?.[1];
      if (target !== undefined && isBelow(path, posix.resolve(manifest.directory, target))) return true;
    }
    return false;
  }

  /** The nearest manifest says how a file is read whose extension does not, whether it has a name or not. */
  #isEsModule(path: string): boolean | undefined {
    return this.#locator.manifests.nearest(posix.dirname(path))?.esModules;
  }

  /** The nearest package with a name: manifests without one only say how their folder is read. */
  #packageOf(path: string): PackageManifest | undefined {
    for (const one of this.#locator.manifests.above(posix.dirname(path))) {
      if (one.name !== undefined) return one;
    }
    return undefined;
  }

  /** What the doors lead to, without extensions: `index.d.ts` beside `index.js` is the same door. */
  #doorsOf(manifest: PackageManifest): ReadonlySet<string> {
    const before = this.#doorsByDirectory.get(manifest.directory);
    if (before !== undefined) return before;
    const doors = new Set<string>();
    for (const key of doorKeys(manifest)) {
      for (const path of this.#locator.pathsInMember(manifest, key)) doors.add(stemOf(path));
    }
    this.#doorsByDirectory.set(manifest.directory, doors);
    return doors;
  }

  /** Whether a door with a star leads to the file, asked with every end of its path for the star. */
  #matchesPattern(manifest: PackageManifest, target: string): boolean {
    const patterns = Object.keys(asObject(manifest.exports) ?? {}).filter((one) => one.includes("*"));
    if (patterns.length === 0) return false;
    const parts = stemOf(posix.relative(manifest.directory, target)).split("/");
    const ends = parts.flatMap((_, cut) => {
      const end = parts.slice(cut).join("/");
      return ["", ".js", ".ts", posix.extname(target)].map((extension) => end + extension);
    });
    return patterns.some((pattern) =>
      ends.some((end) =>
        this.#locator
          .pathsInMember(manifest, pattern.replace("*", end))
          .some((path) => stemOf(path) === stemOf(target)),
      ),
    );
  }
}

function doorKeys(manifest: PackageManifest): readonly string[] {
  const keys = Object.keys(asObject(manifest.exports) ?? {}).filter((one) => one.startsWith("."));
  return keys.length === 0 ? ["."] : keys;
}

/** Angular's packager makes a door of every folder with an index, and writes `exports` itself. */
function isEntryPoint(manifest: PackageManifest, specifier: string, target: string): boolean {
  if (!manifest.dependencies.has("@angular/core") || !specifier.startsWith(`${manifest.name}/`)) return false;
  const folder = posix.join(manifest.directory, specifier.slice((manifest.name ?? "").length + 1));
  return stemOf(target) === `${folder}/index`;
}

function stemOf(path: string): string {
  return path.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "");
}
