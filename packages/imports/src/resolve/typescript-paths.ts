/** Which file a path means that is written without all of its name: extensions, folders, `rootDirs`. */

import { posix } from "node:path";
import type { TypeScriptConfig } from "./typescript-config.ts";
import { type Files, LENIENT, NATIVE, type Probe } from "./typescript-files.ts";
import type { Asking } from "./typescript-location.ts";
import type { Manifests, PackageManifest } from "./typescript-package.ts";
import { isBelow, type Workspace } from "./typescript-workspace.ts";

const NATIVE_PACKAGES = ["react-native", "expo"];

export class Paths {
  readonly #files: Files;
  readonly #manifests: Manifests;
  readonly #workspace: Workspace;

  constructor(files: Files, manifests: Manifests, workspace: Workspace) {
    this.#files = files;
    this.#manifests = manifests;
    this.#workspace = workspace;
  }

  /** The file that a path means, or the one that the folder of that name stands for. */
  at(base: string, specifier: string, probe: Probe): string | undefined {
    const isFolder = /(?:^|\/)\.{0,2}\/?$/.test(specifier);
    const file = isFolder ? undefined : this.#files.file(base, probe);
    return file ?? this.folder(base, probe);
  }

  /** A folder stands for the entry of its manifest, or for its index. */
  folder(directory: string, probe: Probe): string | undefined {
    if (probe.isExact || !this.#files.isDirectory(directory)) return undefined;
    const manifest = this.#manifests.at(directory);
    for (const entry of manifest?.entries ?? []) {
      const target = posix.join(directory, entry);
      const found = this.#files.file(target, probe) ?? this.#files.index(target, probe);
      if (found !== undefined) return found;
    }
    // What a build makes of the entry goes before an index, as it would if it were there.
    const source = manifest === undefined ? undefined : this.#sourceOfEntries(manifest);
    return source ?? this.#files.index(directory, probe);
  }

  #sourceOfEntries(manifest: PackageManifest): string | undefined {
    for (const entry of manifest.entries) {
      const target = posix.join(manifest.directory, entry);
      const found = this.#workspace.sourceOf(manifest, target, (path) => this.#files.isKnown(path));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** `rootDirs` lay several folders over one another. */
  throughRootDirs(base: string, config: TypeScriptConfig | undefined, probe: Probe): string | undefined {
    const roots = config?.rootDirs ?? [];
    const own = roots.find((one) => isBelow(base, one));
    if (own === undefined) return undefined;
    for (const root of roots) {
      const found = this.at(posix.join(root, posix.relative(own, base)), "./x", probe);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** How freely the file that asks may write paths. */
  probe(asking: Asking, config: TypeScriptConfig | undefined): Probe {
    const manifest = this.#manifests.nearest(posix.dirname(asking.from));
    const isExact =
      config?.strictExtensions === true &&
      config.includes(asking.from) &&
      !asking.isRequire &&
      /\.[cm]?tsx?$/.test(asking.from) &&
      !asking.from.endsWith(".cts") &&
      (asking.from.endsWith(".mts") || manifest?.esModules === true);
    if (isExact) return { suffixes: config.moduleSuffixes, isExact };
    const isScript = /\.[cm]?jsx?$/.test(asking.from);
    const isNative = NATIVE_PACKAGES.some((one) => manifest?.dependencies.has(one) === true);
    const suffixes =
      config === undefined || config.moduleSuffixes.length === 1 ? [""] : config.moduleSuffixes;
    return isNative ? { ...NATIVE, isScript } : { ...LENIENT, suffixes, isScript };
  }
}
