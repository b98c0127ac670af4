/**
 * What is not there because nothing has been built yet: files that git ignores, that a rule of the build names,
 * and what lies in a package's output folder. It is unknown, not missing.
 */

import { posix } from "node:path";
import type { GitIgnores } from "./git-ignores.ts";
import type { TypeScriptConfig } from "./typescript-config.ts";
import type { Files } from "./typescript-files.ts";
import type { Asking, Location } from "./typescript-location.ts";
import type { Manifests } from "./typescript-package.ts";
import type { Workspace } from "./typescript-workspace.ts";

const ENDS = ["", ".ts", ".tsx", ".d.ts", ".js", ".cjs", ".mjs", ".json", "/index.ts", "/index.js"];
const OUTPUT_FOLDER = /^(?:dist|build|out)$/;
/** Files in which Bazel's rules name what they write. */
const RULES = ["BUILD", "BUILD.bazel"];

export class MadeFiles {
  readonly #files: Files;
  readonly #manifests: Manifests;
  readonly #workspace: Workspace;
  readonly #ignores: GitIgnores;

  constructor(files: Files, manifests: Manifests, workspace: Workspace, ignores: GitIgnores) {
    this.#files = files;
    this.#manifests = manifests;
    this.#workspace = workspace;
    this.#ignores = ignores;
  }

  /** Whether git ignores what would be at this path. */
  isMade(path: string): boolean {
    // Nearly every project ignores folders of these names, and no modules come out of them.
    if (/\/(?:logs|coverage)$/.test(path)) return false;
    const source = path.replace(/\.([cm]?)jsx?$/, ".$1ts");
    return (
      ENDS.some((one) => this.#ignores.ignores(path + one)) ||
      (source !== path && (this.#ignores.ignores(source) || this.#ignores.ignores(`${source}x`)))
    );
  }

  /** Where a relative path leads once the package is built; undefined when no build is known to make it. */
  output(path: string, asking: Asking, config: TypeScriptConfig | undefined): Location | undefined {
    const manifest = this.#manifests.nearest(posix.dirname(path));
    const [first = ""] = manifest === undefined ? [] : posix.relative(manifest.directory, path).split("/");
    const isUnbuilt =
      manifest !== undefined &&
      OUTPUT_FOLDER.test(first) &&
      !this.#files.isDirectory(posix.join(manifest.directory, first));
    const entry = this.#manifests.at(path);
    if (isUnbuilt || (entry !== undefined && (entry.entries.length > 0 || entry.exports !== undefined)))
      return { is: "unknown", why: "the package is not built" };
    // `../package.json` holds from where the file is put, which may be a folder higher or deeper.
    if (path.endsWith("/package.json") && (config?.outDir !== undefined || this.#isBundled(asking)))
      return { is: "unknown", why: "it is looked for from where the build puts this file" };
    if (this.#isNamedByRule(path)) return { is: "unknown", why: "a rule of Bazel makes it" };
    return undefined;
  }

  #isBundled(asking: Asking): boolean {
    const directory = this.#manifests.nearest(posix.dirname(asking.from))?.directory;
    return directory !== undefined && this.#workspace.isBundled(directory);
  }

  #isNamedByRule(path: string): boolean {
    const name = posix.basename(path).replace(/\.js$/, "");
    const quoted = ["", ".js", ".ts", ".d.ts", ".json"].map((end) => `"${name}${end}"`);
    return RULES.some((rules) => {
      const text = this.#files.textOf(posix.join(posix.dirname(path), rules)) ?? "";
      return quoted.some((one) => text.includes(one));
    });
  }
}
