/**
 * What the TypeScript resolver may ask of the disk. Paths are absolute with forward slashes.
 * The first-party files are known from the walk, so most questions are answered without a system call;
 * only what lies outside of it (installed packages, assets, build output) reaches `statSync`.
 */

import { readFileSync, realpathSync, statSync } from "node:fs";

export interface Disk {
  isFile(path: string): boolean;
  isDirectory(path: string): boolean;
  /** Where a link leads in the end; the path itself when it is none. */
  realPath(path: string): string;
  /** The text of a small configuration file, or undefined when it is not there or cannot be read. */
  readText(path: string): string | undefined;
}

/** Configuration files beyond this size are not configuration. */
const CONFIG_BYTES_MAX = 4 * 1024 * 1024;

type Entry = "file" | "directory" | "none";

/** The real disk, remembering every answer for as long as one check lasts. */
export function systemDisk(known: Iterable<string> = []): Disk {
  const entryByPath = new Map<string, Entry>();
  for (const path of known) entryByPath.set(path, "file");
  const look = (path: string): Entry => {
    const before = entryByPath.get(path);
    if (before !== undefined) return before;
    const stat = statSync(path, { throwIfNoEntry: false });
    const entry: Entry = stat?.isFile() ? "file" : stat?.isDirectory() ? "directory" : "none";
    entryByPath.set(path, entry);
    return entry;
  };
  const ask = (path: string): Entry => {
    try {
      return look(path);
    } catch {
      // A loop of links, a name that is too long, a folder we may not enter: for us, nothing is there.
      entryByPath.set(path, "none");
      return "none";
    }
  };
  return {
    isFile: (path) => ask(path) === "file",
    isDirectory: (path) => ask(path) === "directory",
    realPath(path) {
      try {
        return realpathSync.native(path);
      } catch {
        // A link that leads nowhere stays what it is.
        return path;
      }
    },
    readText(path) {
      if (ask(path) !== "file") return undefined;
      try {
        const bytes = readFileSync(path);
        return bytes.length > CONFIG_BYTES_MAX ? undefined : bytes.toString("utf8");
      } catch {
        return undefined;
      }
    },
  };
}

/**
 * A disk that notes in `asked` what was looked for beside the files that are known: only there can a change matter.
 * `willRead` is told of those of which the text is asked for, before it is read.
 */
export function notedDisk(
  disk: Disk,
  known: ReadonlySet<string>,
  asked: Set<string> | undefined,
  willRead: (path: string) => void,
): Disk {
  const note = (path: string): void => {
    if (!known.has(path)) asked?.add(path);
  };
  return {
    isFile: (path) => {
      note(path);
      return disk.isFile(path);
    },
    isDirectory: (path) => {
      note(path);
      return disk.isDirectory(path);
    },
    realPath: (path) => {
      note(path);
      return disk.realPath(path);
    },
    readText: (path) => {
      asked?.add(path);
      willRead(path);
      return disk.readText(path);
    },
  };
}

/**
 * The disk as it stood at another time: below `root` there is what `paths` and `textByPath` say (relative
 * paths), elsewhere and among installed packages what is there today.
 */
export function diskAt(root: string, paths: Iterable<string>, textByPath: ReadonlyMap<string, string>): Disk {
  const today = systemDisk();
  const files = new Set<string>();
  const directories = new Set<string>([root]);
  for (const path of paths) {
    const full = `${root}/${path}`;
    files.add(full);
    for (let cut = full.lastIndexOf("/"); cut > root.length; cut = full.lastIndexOf("/", cut - 1)) {
      directories.add(full.slice(0, cut));
    }
  }
  const isPast = (path: string): boolean =>
    (path === root || path.startsWith(`${root}/`)) && !/\/(?:node_modules|\.git)(?:\/|$)/.test(path);
  return {
    isFile: (path) => (isPast(path) ? files.has(path) : today.isFile(path)),
    isDirectory: (path) => (isPast(path) ? directories.has(path) : today.isDirectory(path)),
    realPath: (path) => (isPast(path) ? path : today.realPath(path)),
    readText: (path) => (isPast(path) ? textByPath.get(path.slice(root.length + 1)) : today.readText(path)),
  };
}

/** A disk that exists only in memory: what tests and dry runs use. */
export function memoryDisk(textByPath: ReadonlyMap<string, string>): Disk {
  const directories = new Set<string>();
  for (const path of textByPath.keys()) {
    for (let cut = path.lastIndexOf("/"); cut > 0; cut = path.lastIndexOf("/", cut - 1)) {
      directories.add(path.slice(0, cut));
    }
  }
  return {
    isFile: (path) => textByPath.has(path),
    isDirectory: (path) => directories.has(path),
    realPath: (path) => path,
    readText: (path) => textByPath.get(path),
  };
}
