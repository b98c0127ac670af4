/**
 * Whether git ignores a path: a file that is imported, is not there, and would not be committed if it were,
 * is made by a build or a generator. It is not called missing.
 */

import { posix } from "node:path";
import { compileGlob } from "./glob.ts";
import type { Disk } from "./typescript-disk.ts";

type Pattern = { readonly negates: boolean; readonly test: (path: string) => boolean };

const PATTERNS_MAX = 2_000;

export class GitIgnores {
  readonly #disk: Disk;
  /** The folder of the repository: its ignores hold for a part of it that is checked alone, too. */
  readonly #top: string;
  readonly #byDirectory = new Map<string, readonly Pattern[]>();

  constructor(disk: Disk, root: string) {
    this.#disk = disk;
    this.#top = topOf(disk, root);
  }

  ignores(path: string): boolean {
    let ignored = false;
    const directories: string[] = [];
    for (let at = posix.dirname(path); at.startsWith(this.#top); at = posix.dirname(at)) {
      directories.unshift(at);
      if (at === posix.dirname(at)) break;
    }
    for (const directory of directories) {
      for (const pattern of this.#patterns(directory)) {
        if (pattern.test(path)) ignored = !pattern.negates;
      }
    }
    return ignored;
  }

  #patterns(directory: string): readonly Pattern[] {
    const before = this.#byDirectory.get(directory);
    if (before !== undefined) return before;
    const text = this.#disk.readText(posix.join(directory, ".gitignore")) ?? "";
    const lines = text.split(/\r?\n/, PATTERNS_MAX);
    const patterns = lines.flatMap((line) => patternOf(line, directory));
    this.#byDirectory.set(directory, patterns);
    return patterns;
  }
}

function topOf(disk: Disk, root: string): string {
  for (let at = root; ; at = posix.dirname(at)) {
    if (disk.isDirectory(`${at}/.git`) || disk.isFile(`${at}/.git`)) return at;
    if (at === posix.dirname(at)) return root;
  }
}

function patternOf(line: string, directory: string): readonly Pattern[] {
  const trimmed = line.replace(/(?<!\\)\s+$/, "");
  if (trimmed === "" || trimmed.startsWith("#")) return [];
  const negates = trimmed.startsWith("!");
  const glob = (negates ? trimmed.slice(1) : trimmed).replace(/\\(?=[#! ])/g, "");
  // `*.js` says where compilers write, not that this one file is generated.
  if (/^(?:\*\*\/)?\*\.\w+$/.test(glob)) return [];
  const body = glob.replace(/^\/|\/$/g, "");
  if (body === "" || body === "*") return [];
  const isAnchored = glob.startsWith("/") || body.includes("/");
  const base = posix.join(directory, isAnchored ? body : `**/${body}`);
  const itself = compileGlob(base);
  const below = compileGlob(`${base}/**`);
  const onlyDirectory = glob.endsWith("/");
  return [{ negates, test: (path) => (!onlyDirectory && itself(path)) || below(path) }];
}
