/** The other way round: by which specifier one file would import another, in the style of its neighbours. */

import { posix } from "node:path";
import { asObject } from "./json-with-comments.ts";
import type { Locator } from "./typescript-locate.ts";
import { lookUpExports, type PackageManifest } from "./typescript-package.ts";

export type SpecifierWorld = {
  readonly locator: Locator;
  /** Absolute path of a file of the project. */
  readonly pathOf: (file: number) => string | undefined;
  /** Whether this specifier in `from` leads to `to`: every proposal is checked against it. */
  readonly isAt: (from: number, specifier: string, to: number) => boolean;
};

export class SpecifierWriter {
  readonly #world: SpecifierWorld;

  constructor(world: SpecifierWorld) {
    this.#world = world;
  }

  specifierFor(from: number, to: number, like?: string): string | undefined {
    const source = this.#world.pathOf(from);
    const target = this.#world.pathOf(to);
    if (source === undefined || target === undefined) return undefined;
    for (const proposal of this.#proposals(source, target, like)) {
      if (this.#world.isAt(from, proposal, to)) return proposal;
    }
    return undefined;
  }

  /** `@scope/name` for what a package's door leads to, `@scope/name/sub` for its others, else the path. */
  moduleName(file: number): string {
    const path = this.#world.pathOf(file);
    if (path === undefined) return "";
    const manifest = this.#world.locator.manifests.nearest(posix.dirname(path));
    const door = manifest === undefined ? undefined : this.#doorsOf(manifest).get(path);
    return door ?? this.#world.locator.relativeToRoot(path);
  }

  /** A package's door whose package offers a CommonJS build of it and not the file itself. */
  isBuiltAsCommonJs(file: number): boolean {
    const path = this.#world.pathOf(file);
    const manifest =
      path === undefined ? undefined : this.#world.locator.manifests.nearest(posix.dirname(path));
    if (path === undefined || manifest === undefined || manifest.esModules) return false;
    if (!this.#doorsOf(manifest).has(path)) return false;
    const offered = JSON.stringify([manifest.exports ?? null, ...manifest.entries]);
    return !offered.includes(posix.relative(manifest.directory, path));
  }

  *#proposals(source: string, target: string, like: string | undefined): Generator<string> {
    const own = this.#world.locator.manifests.nearest(posix.dirname(source));
    const other = this.#world.locator.manifests.nearest(posix.dirname(target));
    if (other !== undefined && other !== own) {
      const door = this.#doorsOf(other).get(target);
      if (door !== undefined) yield door;
    }
    if (like !== undefined && !like.startsWith(".")) yield* this.#mapped(source, target);
    if (other === own || other === undefined) {
      const isByName = own?.name !== undefined && (like === own.name || like?.startsWith(`${own.name}/`));
      const itself = isByName ? this.#doorsOf(own).get(target) : undefined;
      if (itself !== undefined) yield itself;
      // Node finds a script's neighbours by their whole names, where it takes them for ES modules.
      const isExact = /\.mjs$/.test(source) || (own?.esModules === true && /\.js$/.test(source));
      yield* relative(source, target, like?.startsWith(".") !== true && isExact ? "./it.js" : like);
      yield* this.#mapped(source, target);
      if (own?.name !== undefined) {
        const door = this.#doorsOf(own).get(target);
        if (door !== undefined) yield door;
      }
    } else yield* this.#mapped(source, target);
  }

  /** By `paths` and `baseUrl`, shortest first. */
  #mapped(source: string, target: string): readonly string[] {
    const config = this.#world.locator.configFor(source);
    if (config === undefined) return [];
    const stem = target.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "");
    const stems = stem.endsWith("/index") ? [stem.slice(0, -"/index".length), stem] : [stem];
    const found: string[] = [];
    for (const one of stems) {
      for (const mapping of config.paths) {
        for (const to of mapping.targets) {
          const star = to.indexOf("*");
          const head = star < 0 ? to.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "") : to.slice(0, star);
          if (star < 0 && (head === one || to === target)) found.push(mapping.pattern);
          else if (star >= 0 && one.startsWith(head))
            found.push(mapping.pattern.replace("*", one.slice(head.length)));
        }
      }
      if (config.baseUrl !== undefined && one.startsWith(`${config.baseUrl}/`)) {
        found.push(one.slice(config.baseUrl.length + 1));
      }
    }
    return found.sort((a, b) => a.length - b.length);
  }

  readonly #doorsByDirectory = new Map<string, ReadonlyMap<string, string>>();

  /** The specifier of every file that a package's `exports` (or its entry) leads to. */
  #doorsOf(manifest: PackageManifest): ReadonlyMap<string, string> {
    const before = this.#doorsByDirectory.get(manifest.directory);
    if (before !== undefined) return before;
    const doors = new Map<string, string>();
    this.#doorsByDirectory.set(manifest.directory, doors);
    if (manifest.name === undefined) return doors;
    const map = asObject(manifest.exports);
    const keys = map === undefined ? ["."] : Object.keys(map).filter((one) => one.startsWith("."));
    for (const key of keys.length === 0 ? ["."] : keys) {
      if (key.includes("*")) continue;
      const path = this.#world.locator.pathInMember(manifest, key);
      if (path === undefined || doors.has(path)) continue;
      const isOpen =
        map === undefined ||
        lookUpExports(manifest.exports, key, new Set(["types", "import", "node"])).is !== "absent";
      if (isOpen) doors.set(path, key === "." ? manifest.name : manifest.name + key.slice(1));
    }
    return doors;
  }
}

function* relative(source: string, target: string, like: string | undefined): Generator<string> {
  const plain = posix.relative(posix.dirname(source), target);
  const full = plain.startsWith(".") ? plain : `./${plain}`;
  const written = like === undefined ? "" : (/\.[cm]?[jt]sx?$/.exec(like)?.[0] ?? "");
  const stem = full.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "");
  const output = full.replace(/(?:\.d)?\.([cm]?)tsx?$/, ".$1js").replace(/\.jsx$/, ".jsx");
  const folder = stem.endsWith("/index") ? stem.slice(0, -"/index".length) : undefined;
  const short = folder === undefined ? [stem] : [folder === "." ? "./index" : folder, stem];
  if (/^\.[cm]?js/.test(written)) yield* [output, full, ...short];
  else if (written !== "") yield* [full, output, ...short];
  else yield* [...short, output, full];
}
