/** Which configuration speaks for a file: the nearest one, or the one it delegates the file to. */

import { posix } from "node:path";
import type { TypeScriptConfig, TypeScriptConfigs } from "./typescript-config.ts";
import type { Disk } from "./typescript-disk.ts";

const NAMES = ["tsconfig.json", "jsconfig.json"];
/** Editors do not look at these by themselves, but projects give them the files the main one leaves out. */
const SIBLINGS = [
  "tsconfig.app.json",
  "tsconfig.build.json",
  "tsconfig.lib.json",
  "tsconfig.spec.json",
  "tsconfig.test.json",
  "tsconfig.node.json",
  "tsconfig.eslint.json",
  "tsconfig.base.json",
];
const REFERENCES_MAX = 1_000;

export class ConfigChoice {
  readonly #configs: TypeScriptConfigs;
  readonly #disk: Disk;
  readonly #candidatesByDirectory = new Map<string, readonly TypeScriptConfig[]>();
  readonly #chosenByFile = new Map<string, TypeScriptConfig | undefined>();

  constructor(configs: TypeScriptConfigs, disk: Disk) {
    this.#configs = configs;
    this.#disk = disk;
  }

  for(path: string): TypeScriptConfig | undefined {
    if (this.#chosenByFile.has(path)) return this.#chosenByFile.get(path);
    const chosen = this.#choose(path);
    this.#chosenByFile.set(path, chosen);
    return chosen;
  }

  /** Whether the nearest configuration at or above a folder of this file's does not take it in. */
  leavesOut(path: string, folder: string): boolean {
    for (let at = folder; ; at = posix.dirname(at)) {
      // What a linter looks at need not compile.
      const candidates = this.#candidates(at).filter((one) => !one.path.endsWith("eslint.json"));
      if (candidates.length > 0) return !candidates.some((one) => one.includes(path));
      if (at === posix.dirname(at)) return false;
    }
  }

  /** Further configurations beside the chosen one that take the file in as well. */
  othersFor(path: string): readonly TypeScriptConfig[] {
    const chosen = this.for(path);
    if (chosen === undefined || !chosen.includes(path)) return [];
    return this.#candidates(posix.dirname(chosen.path)).filter((one) => one !== chosen && one.includes(path));
  }

  #choose(path: string): TypeScriptConfig | undefined {
    let fallback: TypeScriptConfig | undefined;
    for (let at = posix.dirname(path); ; at = posix.dirname(at)) {
      const candidates = this.#candidates(at);
      // What others extend is no project of its own.
      const found = candidates.find((one) => one.includes(path) && !one.path.endsWith("/tsconfig.base.json"));
      if (found !== undefined) return found;
      fallback ??=
        candidates.find((one) => one.paths.length > 0 || one.baseUrl !== undefined) ?? candidates[0];
      if (at === posix.dirname(at)) return fallback;
    }
  }

  /** The configuration in this folder, what it refers to, and its siblings. */
  #candidates(directory: string): readonly TypeScriptConfig[] {
    const before = this.#candidatesByDirectory.get(directory);
    if (before !== undefined) return before;
    const found: TypeScriptConfig[] = [];
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path) || seen.size > REFERENCES_MAX || !this.#disk.isFile(path)) return;
      seen.add(path);
      const config = this.#configs.at(path);
      if (config === undefined) return;
      found.push(config);
      config.references.forEach(visit);
    };
    for (const name of NAMES) visit(posix.join(directory, name));
    if (found.length > 0) for (const name of SIBLINGS) visit(posix.join(directory, name));
    this.#candidatesByDirectory.set(directory, found);
    return found;
  }
}
