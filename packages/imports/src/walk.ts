import { existsSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join, sep } from "node:path";
import { GitIgnores } from "./resolve/git-ignores.ts";
import { compileGlob } from "./resolve/glob.ts";
import { isBuildDescription } from "./resolve/python-built.ts";
import { systemDisk } from "./resolve/typescript-disk.ts";

/** What the guard reads, by extension. */
const sources = new Set([
  "py",
  "pyi",
  "ts",
  "tsx",
  "mts",
  "cts",
  "js",
  "jsx",
  "mjs",
  "cjs",
  "vue",
  "svelte",
  "astro",
]);
/** Compiled or generated modules: known to exist, not looked into. */
const compiled = new Set(["pyx", "so", "pyd", "pxd", "proto"]);
/** Never first-party code. */
const skippedDirectories = new Set([
  "node_modules",
  "__pycache__",
  "site-packages",
  ".git",
  ".hg",
  ".svn",
  ".tox",
  ".nox",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  ".venv",
  ".goldenpath",
]);
/** Where builds write. Skipped when git ignores them, too: somebody may call a package of theirs `build`. */
const outputDirectories = new Set([
  "dist",
  "build",
  "out",
  "coverage",
  "htmlcov",
  "storybook-static",
  ".next",
  ".nuxt",
  ".output",
  ".svelte-kit",
  ".docusaurus",
  ".turbo",
  ".vercel",
  ".cache",
]);
const depthMax = 100;
const filesMax = 1_000_000;

export type Tree = {
  /** Relative paths of source files, sorted. */
  readonly files: readonly string[];
  /** Relative paths of compiled modules. */
  readonly compiled: readonly string[];
  readonly manifests: readonly string[];
  /** Configuration of TypeScript, JavaScript and of this guard. */
  readonly settings: readonly string[];
  /** Every folder that was listed, and `node_modules`, which were not. */
  readonly folders: readonly string[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** What was to be read and could not be, by its path: a check that says nothing of it would be a lie. */
  readonly unread: readonly { readonly path: string; readonly message: string }[];
};

/** What lies in a folder, as far as it is looked at here. */
export type Listing = {
  /** Every name in it, folders with a slash, save folders that are never first-party code. */
  readonly names: string;
  /** What may belong to the tree: the sign of what it is, and its name. */
  readonly entries: readonly string[];
};

/** Signs of entries. Files have the sum of their roles. */
const folderSign = "/";
const linkSign = "@";
const sourceRole = 1;
const compiledRole = 2;
const manifestRole = 4;
const settingsRole = 8;

function rolesOf(name: string, directory: string): number {
  const dot = name.lastIndexOf(".");
  const extension = dot < 0 ? "" : name.slice(dot + 1);
  const code = sources.has(extension) ? sourceRole : compiled.has(extension) ? compiledRole : 0;
  return code + (isManifest(name, directory) ? manifestRole : isSettings(name) ? settingsRole : 0);
}

/** Throws as the file system does. `path` is the folder's in the tree. */
export function listFolder(absolute: string, path: string): Listing {
  const names: string[] = [];
  const entries: string[] = [];
  for (const entry of readdirSync(absolute, { withFileTypes: true })) {
    const { name } = entry;
    const isFile = entry.isFile();
    const isSkipped = !isFile && skippedDirectories.has(name);
    if (!isSkipped) names.push(isFile ? name : `${name}/`);
    if (isFile) {
      const roles = rolesOf(name, path);
      if (roles > 0) entries.push(roles.toString(16) + name);
    } else if (entry.isSymbolicLink()) entries.push(linkSign + name);
    else if (entry.isDirectory() && (!isSkipped || name === "node_modules")) entries.push(folderSign + name);
  }
  return { names: names.join("\n"), entries };
}

/**
 * Lists the tree below `root`. Symbolic links are followed once; loops and unreadable directories are said. `list` is
 * asked what lies in each folder.
 */
export function walk(root: string, exclude: readonly string[], list = listFolder): Tree {
  const files: string[] = [];
  const compiledFiles: string[] = [];
  const manifests: string[] = [];
  const settings: string[] = [];
  const folders: string[] = [];
  const skipped: { file: string; reason: string }[] = [];
  const unread: { path: string; message: string }[] = [];
  const isExcluded = exclude.map((glob) => compileGlob(glob));
  const seen = new Set<string>();
  const ignores = new GitIgnores(systemDisk(), root.split(sep).join("/"));

  function visit(path: string, depth: number, isLinked: boolean): void {
    const absolute = path === "" ? root : `${root}${sep}${path}`;
    if (depth > depthMax) {
      unread.push({ path, message: `lies more than ${depthMax} folders deep` });
      return;
    }
    if (isLinked) {
      // Only links can make a loop; what they lead into must lie outside of what is walked anyway.
      const real = realpathSync(absolute);
      if (
        seen.has(real) ||
        `${absolute}/`.startsWith(real === "/" ? real : `${real}/`) ||
        `${real}/`.startsWith(`${realpathSync(root)}/`)
      ) {
        skipped.push({ file: path, reason: "a link to a directory that is read elsewhere" });
        return;
      }
      seen.add(real);
    }
    let entries: readonly string[];
    try {
      entries = list(absolute, path).entries;
    } catch (error) {
      unread.push({
        path: path === "" ? "." : path,
        message: `cannot be listed: ${(error as NodeJS.ErrnoException).code ?? "unknown"}`,
      });
      return;
    }
    folders.push(path);
    for (const entry of entries) {
      const name = entry.slice(1);
      const below = path === "" ? name : `${path}/${name}`;
      const isLink = entry.startsWith(linkSign);
      let isDirectory = entry.startsWith(folderSign);
      let roles = isLink || isDirectory ? 0 : Number.parseInt(entry.charAt(0), 16);
      if (isLink) {
        const target = behindLink(join(root, below));
        if (target === undefined) {
          skipped.push({ file: below, reason: "a link that leads nowhere" });
          continue;
        }
        isDirectory = target.isDirectory();
        if (target.isFile()) roles = rolesOf(name, path);
      }
      if (isDirectory) {
        if (name === "node_modules") folders.push(below);
        if (skippedDirectories.has(name) || isExcluded.some((match) => match(below) || match(`${below}/`)))
          continue;
        // A virtual environment, save where somebody calls a package of theirs so.
        if (name === "venv" && !existsSync(join(root, below, "__init__.py"))) continue;
        if (outputDirectories.has(name) && ignores.ignores(`${join(root, below).split(sep).join("/")}/x`)) {
          skipped.push({ file: below, reason: "written by a build, and git ignores it" });
          continue;
        }
        visit(below, depth + 1, isLink);
      } else {
        if (roles & sourceRole) {
          if (isExcluded.length > 0 && isExcluded.some((match) => match(below))) continue;
          if (files.length < filesMax) files.push(below);
          else if (files.length === filesMax) {
            files.push(below);
            unread.push({ path: ".", message: `holds more than ${filesMax} files` });
          }
        } else if (roles & compiledRole) compiledFiles.push(below);
        if (roles & manifestRole) manifests.push(below);
        else if (roles & settingsRole) settings.push(below);
      }
    }
  }

  visit("", 0, false);
  files.sort();
  return {
    files,
    compiled: compiledFiles.sort(),
    manifests: manifests.sort(),
    settings: settings.sort(),
    folders,
    skipped,
    unread,
  };
}

/** Whether something at this path could belong to the tree: it lies in no folder that is never first-party code. */
export function isWalked(path: string): boolean {
  return !path.split("/").some((part) => skippedDirectories.has(part));
}

/** Undefined: nothing is there, or the link is one of a loop. */
function behindLink(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** What a file is to the guard, by its name; undefined: nothing. */
export function roleOf(
  name: string,
  directory: string,
): "source" | "compiled" | "manifest" | "settings" | undefined {
  const dot = name.lastIndexOf(".");
  const extension = dot < 0 ? "" : name.slice(dot + 1);
  if (isManifest(name, directory)) return "manifest";
  if (sources.has(extension)) return "source";
  if (compiled.has(extension)) return "compiled";
  return isSettings(name) ? "settings" : undefined;
}

function isManifest(name: string, directory: string): boolean {
  return (
    /^(pyproject\.toml|setup\.cfg|setup\.py|Pipfile|tox\.ini|noxfile\.py|environment[\w.-]*\.ya?ml)$/.test(
      name,
    ) ||
    isBuildDescription(name) ||
    (/\.(txt|in|ya?ml)$/.test(name) &&
      (/require|constraint|deps/.test(name) || /(^|\/)(requirements|reqs|deps)(\/|$)/.test(directory)))
  );
}

function isSettings(name: string): boolean {
  return /^(\.gitignore|package\.json|[tj]sconfig.*\.json|goldenpath\.imports\..+|pnpm-workspace\.yaml|(vite|webpack|babel|jest).*config.*)$/.test(
    name,
  );
}
