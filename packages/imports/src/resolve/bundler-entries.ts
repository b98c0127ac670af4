/**
 * Which source a bundler builds an entry from, by the paths that its configuration names: `dist/types.mjs` may
 * come from `src/types.ts` or from `src/exports/types.ts`. Configurations are read as text, not run.
 */

import { posix } from "node:path";
import type { Disk } from "./typescript-disk.ts";

const NAMES = ["tsdown", "tsup", "vite", "rollup", "rolldown", "build", "esbuild"].flatMap((tool) =>
  [".ts", ".mts", ".js", ".mjs", ".cjs"].map((extension) => `${tool}.config${extension}`),
);
const PATH = /["'`](?:\.\/)?([\w@./*-]+\.[cm]?[jt]sx?)["'`]/g;
const PATHS_MAX = 500;

export class BundlerEntries {
  readonly #disk: Disk;
  readonly #byDirectory = new Map<string, readonly string[]>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  hasConfig(directory: string): boolean {
    return NAMES.some((name) => this.#disk.isFile(posix.join(directory, name)));
  }

  /** The one source below `directory` that is named and ends in `stem` (`types`, `adapters/pg`); else undefined. */
  sourceOf(directory: string, stem: string, isKnown: (path: string) => boolean): string | undefined {
    const found = new Set<string>();
    for (const entry of this.#entries(directory)) {
      const path = posix.join(directory, entry.replace(/(?:\*\*\/)?\*(?=\.\w+$)/, stem));
      if (path.replace(/\.[cm]?[jt]sx?$/, "").endsWith(`/${stem}`) && isKnown(path)) found.add(path);
    }
    const [only] = found;
    return found.size === 1 ? only : undefined;
  }

  #entries(directory: string): readonly string[] {
    let entries = this.#byDirectory.get(directory);
    if (entries === undefined) {
      entries = NAMES.flatMap((name) => {
        const text = this.#disk.readText(posix.join(directory, name)) ?? "";
        return [...text.matchAll(PATH)].map((match) => match[1] ?? "");
      }).slice(0, PATHS_MAX);
      this.#byDirectory.set(directory, entries);
    }
    return entries;
  }
}
