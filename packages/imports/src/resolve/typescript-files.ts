/**
 * Which file a path without certainty means: `./a` may be `a.ts`, `a/index.tsx` or a component, and `./a.js`
 * is `a.ts` to the compiler. First-party files are known from the walk and need no system call.
 */

import { posix } from "node:path";
import type { Disk } from "./typescript-disk.ts";

/** What the compiler takes for an extension that only exists after it ran. */
const SOURCES_BY_OUTPUT: { readonly [extension: string]: readonly string[] } = {
  ".js": [".ts", ".tsx", ".d.ts", ".js", ".jsx"],
  ".jsx": [".tsx", ".ts", ".d.ts", ".jsx", ".js"],
  ".mjs": [".mts", ".d.mts", ".mjs"],
  ".cjs": [".cts", ".d.cts", ".cjs"],
};
const ADDED = [".ts", ".tsx", ".d.ts", ".js", ".jsx"];
/** What Node, bundlers and component frameworks add beyond the compiler. */
const ADDED_AT_RUN_TIME = [".json", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".node"];
const NATIVE_SUFFIXES = ["", ".native", ".ios", ".android", ".web", ".macos", ".windows"];

export type Probe = {
  /** `moduleSuffixes` of the configuration; React Native's when that is in use. */
  readonly suffixes: readonly string[];
  /** The importer must write the whole name (ES modules under `node16` and `nodenext`). */
  readonly isExact: boolean;
  /** JavaScript asks: what runs is meant, and not the declarations that lie beside it. */
  readonly isScript?: boolean;
};

export const LENIENT: Probe = { suffixes: [""], isExact: false };
export const NATIVE: Probe = { suffixes: NATIVE_SUFFIXES, isExact: false };

export class Files {
  readonly #known: ReadonlySet<string>;
  readonly #disk: Disk;
  readonly #directories = new Set<string>();
  /** What paths mean to the lenient. A mapping leads the same few to the same place from everywhere. */
  readonly #lenient = new Map<string, string | undefined>();

  constructor(known: ReadonlySet<string>, disk: Disk) {
    this.#known = known;
    this.#disk = disk;
    for (const path of known) {
      for (let at = posix.dirname(path); !this.#directories.has(at); at = posix.dirname(at)) {
        this.#directories.add(at);
      }
    }
  }

  isKnown(path: string): boolean {
    return this.#known.has(path);
  }

  get directories(): ReadonlySet<string> {
    return this.#directories;
  }

  isFile(path: string): boolean {
    return this.#known.has(path) || this.#disk.isFile(path);
  }

  /** The text of a small file that says what is built. */
  textOf(path: string): string | undefined {
    return this.#disk.readText(path);
  }

  isDirectory(path: string): boolean {
    return this.#directories.has(path) || this.#disk.isDirectory(path);
  }

  /** The file that this path means as a file. */
  file(path: string, probe: Probe): string | undefined {
    if (probe !== LENIENT) return this.#look(path, probe);
    if (this.#lenient.has(path)) return this.#lenient.get(path);
    const found = this.#look(path, probe);
    this.#lenient.set(path, found);
    return found;
  }

  #look(path: string, probe: Probe): string | undefined {
    const candidates = [...candidatesOf(path, probe)];
    if (probe.isScript === true) {
      candidates.sort(
        (one, other) => Number(/\.d\.[cm]?ts$/.test(one)) - Number(/\.d\.[cm]?ts$/.test(other)),
      );
    }
    return candidates.find((one) => this.#known.has(one)) ?? candidates.find((one) => this.#disk.isFile(one));
  }

  /** The file that a folder without a manifest stands for. */
  index(directory: string, probe: Probe): string | undefined {
    return probe.isExact || !this.isDirectory(directory) ? undefined : this.file(`${directory}/index`, probe);
  }
}

function* candidatesOf(path: string, probe: Probe): Generator<string> {
  const slash = path.lastIndexOf("/");
  const dot = path.lastIndexOf(".");
  const extension = dot > slash + 1 ? path.slice(dot) : "";
  const stem = extension === "" ? path : path.slice(0, dot);
  const outputs = SOURCES_BY_OUTPUT[extension];
  if (/^\.[cm]?tsx?$/.test(extension)) {
    yield path;
    if (/\.d\.[cm]?ts$/.test(path)) return;
    yield `${stem}.d${extension.replace("x", "")}`;
  }
  if (outputs !== undefined) {
    for (const suffix of probe.suffixes) for (const one of outputs) yield stem + suffix + one;
  }
  if (extension !== "") {
    yield path;
    yield `${stem}.d${extension}.ts`;
  }
  if (probe.isExact) return;
  for (const suffix of probe.suffixes) for (const one of ADDED) yield path + suffix + one;
  for (const one of ADDED_AT_RUN_TIME) yield path + one;
  if (extension === "") yield path;
}
