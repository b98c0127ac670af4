import type { FileFacts } from "../model.ts";

/** Where a dotted name leads from one directory. `count` is how many of its parts were found. */
export type Find =
  | { readonly is: "file"; readonly file: number }
  | { readonly is: "compiled"; readonly path: string }
  | { readonly is: "namespace"; readonly path: string }
  | { readonly is: "partial"; readonly count: number; readonly isNamespace: boolean; readonly path: string }
  | { readonly is: "none" };

const none: Find = { is: "none" };

/** Folders that nearly every Python project ignores, at any depth and having them or not: none is a package that is made. */
const outputFolder =
  /(?:^|\/)(?:build|develop-eggs|dist|downloads|eggs|env|ENV|instance|lib|lib64|parts|sdist|site|target|var|venv|wheels)$/;

/** The first-party Python files as directories and modules. Paths are relative; the root is "". */
export class PythonTree {
  readonly files: readonly FileFacts[];
  /** By path without extension; source before stub. */
  readonly #fileByStem = new Map<string, number>();
  readonly #stubByStem = new Map<string, number>();
  readonly #compiled = new Set<string>();
  /** Directories with Python files in them or below. */
  readonly #directories = new Set<string>();
  readonly #finds = new Map<string, Map<string, Find>>();

  /** Where modules of a name lie. */
  #foldersByModule: Map<string, string[]> | undefined;

  /** Folders with Python's sources directly in them. */
  #foldersOfModules: ReadonlySet<string> | undefined;

  /** All folders, those without Python files too. */
  readonly #folders: ReadonlySet<string>;

  readonly #isMade: (path: string) => boolean;

  /** `isMade`: whether a file that is not there is made by a build or a generator. */
  constructor(
    files: readonly FileFacts[],
    compiled: readonly string[],
    folders: readonly string[],
    isMade: (path: string) => boolean,
  ) {
    this.files = files;
    this.#isMade = isMade;
    this.#folders = new Set(folders);
    for (const [index, each] of files.entries()) {
      if (each.language !== "python") continue;
      const isStub = each.path.endsWith(".pyi");
      const stem = each.path.slice(0, isStub ? -4 : -3);
      (isStub ? this.#stubByStem : this.#fileByStem).set(stem, index);
      this.#addDirectories(each.path);
    }
    for (const path of compiled) {
      if (path.endsWith(".proto")) {
        // What `protoc` makes of it, beside it; a folder without Python becomes no package by that.
        for (const end of ["_pb2", "_pb2_grpc"]) this.#compiled.add(path.slice(0, -".proto".length) + end);
        continue;
      }
      // `name.cpython-311-x86_64-linux-gnu.so`
      const slash = path.lastIndexOf("/") + 1;
      this.#compiled.add(path.slice(0, slash) + (path.slice(slash).split(".")[0] ?? ""));
      this.#addDirectories(path);
    }
  }

  #addDirectories(path: string): void {
    let slash = path.lastIndexOf("/");
    while (slash >= 0) {
      const directory = path.slice(0, slash);
      if (this.#directories.has(directory)) return;
      this.#directories.add(directory);
      slash = path.lastIndexOf("/", slash - 1);
    }
    this.#directories.add("");
  }

  /** Whether the module or package at this path decides at run time which modules lie below it. */
  isDynamic(path: string): boolean {
    const module = this.fileAt(path.replace(/\.pyi?$/, ""));
    const facts = this.files[module ?? this.fileAt(join(path, "__init__")) ?? -1];
    if (facts === undefined) return false;
    // A module whose `__getattr__` hands out another package's `__path__` holds that one's modules.
    return facts.lazy.is === "any" && (module !== undefined || facts.doors === "unknown");
  }

  /** Whether the module that is not at this path is made before the code runs. */
  isMade(stem: string): boolean {
    const ends = outputFolder.test(stem) ? [".py", ".pyi"] : [".py", ".pyi", "/__init__.py"];
    return ends.some((end) => this.#isMade(stem + end));
  }

  isDirectory(path: string): boolean {
    return this.#directories.has(path);
  }

  fileAt(stem: string): number | undefined {
    return this.#fileByStem.get(stem) ?? this.#stubByStem.get(stem);
  }

  /** The stub that stands beside a source file. */
  stubOf(file: number): number | undefined {
    const path = this.files[file]?.path ?? "";
    return path.endsWith(".py") ? this.#stubByStem.get(path.slice(0, -3)) : undefined;
  }

  /**
   * Whether a top-level module of that name lies beside the file, or in a folder that is no package: such a
   * folder may be put on the path while the file runs, and hides what else goes by the name.
   */
  mayLieOnPath(directory: string, top: string): boolean {
    if (this.#foldersByModule === undefined) {
      this.#foldersByModule = new Map();
      for (const { path, language } of this.files) {
        if (language !== "python") continue;
        const stem = path.replace(/(\/__init__)?\.pyi?$/, "");
        const name = stem.slice(stem.lastIndexOf("/") + 1);
        const known = this.#foldersByModule.get(name);
        if (known === undefined) this.#foldersByModule.set(name, [directoryOf(stem)]);
        else known.push(directoryOf(stem));
      }
    }
    const folders = this.#foldersByModule.get(top) ?? [];
    return folders.some((folder) => folder === directory || !this.isPackage(folder));
  }

  /** Whether a module of that name, or a folder of modules, lies in a folder above that is no package. */
  liesAbove(directory: string, top: string): boolean {
    for (let at = directory; at !== ""; ) {
      at = directoryOf(at);
      if (this.isPackage(at)) continue;
      if (this.child(at, top).is === "file" || this.holdsModules(join(at, top))) return true;
    }
    return false;
  }

  /** Whether Python's sources lie directly in a folder. */
  holdsModules(directory: string): boolean {
    this.#foldersOfModules ??= new Set([...this.#fileByStem.keys()].map(directoryOf));
    return this.#foldersOfModules.has(directory);
  }

  /** Whether a package holds stubs alone. */
  isStubsOnly(directory: string): boolean {
    return this.#stubByStem.has(`${directory}/__init__`) && !this.holdsModules(directory);
  }

  isPackage(directory: string): boolean {
    return this.fileAt(join(directory, "__init__")) !== undefined;
  }

  #isInPackage(directory: string): boolean {
    for (let at = directory; at !== ""; at = directoryOf(at)) if (this.isPackage(at)) return true;
    return false;
  }

  /** Whether a compiled module stands, or will stand, where this stub does: it may hold more than that says. */
  isStubOfCompiled(file: number): boolean {
    const path = this.files[file]?.path ?? "";
    return path.endsWith(".pyi") && (this.#compiled.has(path.slice(0, -4)) || this.isMade(path.slice(0, -4)));
  }

  /** The module `name` directly in `directory`: package before module before namespace, as Python looks. */
  child(directory: string, name: string): Find {
    const path = join(directory, name);
    const found = this.fileAt(`${path}/__init__`) ?? this.fileAt(path);
    if (found !== undefined) return { is: "file", file: found };
    if (this.#compiled.has(path) || this.#compiled.has(`${path}/__init__`)) return { is: "compiled", path };
    // Inside a package any folder is a namespace; beside the roots it is just a folder.
    const isNamespace =
      this.#directories.has(path) || (this.#folders.has(path) && this.#isInPackage(directory));
    return isNamespace ? { is: "namespace", path } : none;
  }

  /** Follows `dotted` from `directory`. */
  find(directory: string, dotted: string): Find {
    let byName = this.#finds.get(directory);
    if (byName === undefined) {
      byName = new Map();
      this.#finds.set(directory, byName);
    }
    let found = byName.get(dotted);
    if (found === undefined) {
      found = this.#follow(directory, dotted);
      byName.set(dotted, found);
    }
    return found;
  }

  #follow(directory: string, dotted: string): Find {
    const parts = dotted.split(".");
    let at = directory;
    let isNamespace = true;
    for (let count = 0; count < parts.length; count++) {
      const part = parts[count] as string;
      const next = this.child(at, part);
      if (next.is === "none" || next.is === "partial") {
        return count === 0 ? none : { is: "partial", count, isNamespace, path: at };
      }
      if (next.is !== "namespace") isNamespace = false;
      if (count === parts.length - 1 || next.is === "compiled") return next;
      if (next.is === "file" && !/(^|\/)__init__\.pyi?$/.test(this.files[next.file]?.path ?? "")) {
        return { is: "partial", count: count + 1, isNamespace, path: this.files[next.file]?.path ?? "" };
      }
      at = join(at, part);
    }
    return none;
  }
}

export function join(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

export function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** Whether it is that folder, or lies in it. */
export function isBelow(directory: string, root: string): boolean {
  return root === "" || directory === root || directory.startsWith(`${root}/`);
}
