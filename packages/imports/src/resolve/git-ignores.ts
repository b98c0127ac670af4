/**
 * Whether git ignores a path: a file that is imported, is not there, and would not be committed if it were,
 * is made by a build or a generator. It is not called missing.
 */

import { posix } from "node:path";
import { compileGlob } from "./glob.ts";
import type { Disk } from "./typescript-disk.ts";

/** One line of an ignore file; of all that match a path, the last decides. */
type Pattern = { readonly place: number; readonly negates: boolean; readonly onlyDirectory: boolean };
type Matcher = Pattern & { readonly test: (text: string) => boolean };

/** Which line decides about a part of a path: one that leads to it, or one that it ends with. */
type Verdict = { readonly within: Pattern | undefined; readonly last: Pattern | undefined };

/** The ignore file of one directory, its last line first. */
type Patterns = {
  readonly directory: string;
  /** Lines without a slash: each part of a path is judged by itself, and only once. */
  readonly names: readonly Matcher[];
  readonly verdicts: Map<string, Verdict>;
  /** Lines that speak of a path below the directory. */
  readonly paths: readonly Matcher[];
};

const PATTERNS_MAX = 2_000;

export class GitIgnores {
  readonly #disk: Disk;
  /** The folder of the repository: its ignores hold for a part of it that is checked alone, too. */
  readonly #top: string;
  readonly #holdingByDirectory = new Map<string, readonly Patterns[]>();
  readonly #answers = new Map<string, boolean>();
  #submodules: readonly string[] | undefined;

  constructor(disk: Disk, root: string) {
    this.#disk = disk;
    this.#top = topOf(disk, root);
  }

  ignores(path: string): boolean {
    let answer = this.#answers.get(path);
    if (answer === undefined) {
      answer = this.#isInSubmodule(path) || this.#judge(path);
      this.#answers.set(path, answer);
    }
    return answer;
  }

  /** What another repository holds comes with it, and it need not be checked out. */
  #isInSubmodule(path: string): boolean {
    this.#submodules ??= submodulesOf(this.#disk, this.#top);
    return this.#submodules.some((one) => path.startsWith(`${one}/`));
  }

  /** The nearest directory that says anything about the path decides. */
  #judge(path: string): boolean {
    for (const patterns of this.#holdingIn(posix.dirname(path))) {
      const found = lastMatch(patterns, path);
      if (found !== undefined) return !found.negates;
    }
    return false;
  }

  /** The ignore files that hold in a directory, the nearest first. */
  #holdingIn(directory: string): readonly Patterns[] {
    let holding = this.#holdingByDirectory.get(directory);
    if (holding === undefined) {
      holding = directory.startsWith(this.#top) ? this.#read(directory) : [];
      this.#holdingByDirectory.set(directory, holding);
    }
    return holding;
  }

  #read(directory: string): readonly Patterns[] {
    const outer = posix.dirname(directory);
    const above = outer === directory ? [] : this.#holdingIn(outer);
    const text = this.#disk.readText(posix.join(directory, ".gitignore")) ?? "";
    return text === "" ? above : [readPatterns(text, directory), ...above];
  }
}

function lastMatch({ directory, names, verdicts, paths }: Patterns, path: string): Pattern | undefined {
  let last: Pattern | undefined;
  if (names.length > 0) {
    const parts = path.slice(directory === "/" ? 1 : directory.length + 1).split("/");
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index] as string;
      let verdict = verdicts.get(part);
      if (verdict === undefined) {
        const within = names.find((name) => name.test(part));
        const isLast = within?.onlyDirectory !== true;
        verdict = {
          within,
          last: isLast ? within : names.find((name) => !name.onlyDirectory && name.test(part)),
        };
        verdicts.set(part, verdict);
      }
      const found = index === parts.length - 1 ? verdict.last : verdict.within;
      if (found !== undefined && found.place > (last?.place ?? -1)) last = found;
    }
  }
  for (const each of paths) {
    if (each.place < (last?.place ?? -1)) break;
    if (each.test(path)) return each;
  }
  return last;
}

function submodulesOf(disk: Disk, top: string): readonly string[] {
  const text = disk.readText(posix.join(top, ".gitmodules")) ?? "";
  return [...text.matchAll(/^\s*path\s*=\s*(.+?)\s*$/gm)].map(([, path = ""]) => posix.join(top, path));
}

function topOf(disk: Disk, root: string): string {
  for (let at = root; ; at = posix.dirname(at)) {
    if (disk.isDirectory(`${at}/.git`) || disk.isFile(`${at}/.git`)) return at;
    if (at === posix.dirname(at)) return root;
  }
}

/** `src/**\/*.js`: what compilers write beside their sources, unless the folder is one of theirs. */
const besideSources =
  /^(?!.*\b(?:gen(?:erated)?|dist|build|out|lib|vendor)\b)[^*]*\/\*\*\/\*\.(?:[cm]?jsx?|d\.[cm]?ts)$/;

function readPatterns(text: string, directory: string): Patterns {
  const names: Matcher[] = [];
  const paths: Matcher[] = [];
  for (const [place, line] of text.split(/\r?\n/, PATTERNS_MAX).entries()) {
    const trimmed = line.replace(/(?<!\\)\s+$/, "");
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const negates = trimmed.startsWith("!");
    const glob = (negates ? trimmed.slice(1) : trimmed).replace(/\\(?=[#! ])/g, "");
    // `*.js`, `**/*.d.ts` say where compilers write, not that this one file is generated.
    if (/^\/?(?:\*\*\/)?\*\.(?:\w+|d\.[cm]?ts)$/.test(glob) || besideSources.test(glob)) continue;
    const body = glob.replace(/^\/|\/$/g, "");
    if (body === "" || body === "*") continue;
    const pattern: Pattern = { place, negates, onlyDirectory: glob.endsWith("/") };
    if (!glob.startsWith("/") && !body.includes("/")) names.unshift({ ...pattern, test: compileGlob(body) });
    else paths.unshift({ ...pattern, test: testOf(posix.join(directory, body), pattern.onlyDirectory) });
  }
  return { directory, names, verdicts: new Map(), paths };
}

function testOf(base: string, onlyDirectory: boolean): (path: string) => boolean {
  const isPlain = !/[*?{[]/.test(base);
  const itself = compileGlob(base);
  const inside = `${base}/`;
  const below = isPlain ? (path: string) => path.startsWith(inside) : compileGlob(`${inside}**`);
  return (path) => (!onlyDirectory && itself(path)) || below(path);
}
