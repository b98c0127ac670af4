import type { FileFacts, ImportedName, ImportFact, Lookup, Resolution, Resolver } from "../model.ts";
import type { PythonResolver, Target } from "../resolve/python.ts";
import type { TypeScriptTreeResolver } from "../resolve/typescript.ts";
import type { Borders } from "../resolve/typescript-borders.ts";
import { Memo } from "./memo.ts";

const unknownLookup: Lookup = { is: "unknown", why: "the module is not looked into", chain: [] };

export type Resolvers = {
  readonly python: PythonResolver;
  readonly typescript: TypeScriptTreeResolver;
  /** What stands beside the sources and could not be read: folders, configurations of compilers. */
  readonly faults: () => readonly Fault[];
};

/** `before` are the resolvers of the same paths, of which some have other contents now. */
export type ResolversFor = (files: readonly FileFacts[], before?: Resolvers) => Resolvers;

export type Fault = { readonly path: string; readonly message: string };

/** What a project knows that does not change with the contents of a file. */
type Kept = {
  readonly resolvers: Resolvers;
  readonly resolutions: (Resolution | undefined)[][];
  readonly targets: (Map<string, Target> | undefined)[];
  readonly moduleNames: (string | undefined)[];
  readonly importCounts: (number | undefined)[];
  readonly indexByPath: ReadonlyMap<string, number>;
};

/** All files' facts with the resolvers' answers, each asked once. Indices of files are positions in `files`. */
export class Project {
  readonly root: string;
  readonly files: readonly FileFacts[];
  readonly #resolvers: Resolvers;
  readonly #resolutions: (Resolution | undefined)[][];
  readonly #targets: (Map<string, Target> | undefined)[];
  readonly #moduleNames: (string | undefined)[];
  readonly #importCounts: (number | undefined)[];
  readonly #indexByPath: ReadonlyMap<string, number>;

  readonly #resolversFor: ResolversFor;
  readonly #memo = new Memo();

  /** `resolversFor` makes the resolvers for a set of files, now and later. */
  constructor(root: string, files: readonly FileFacts[], resolversFor: ResolversFor, kept?: Partial<Kept>) {
    this.root = root;
    this.#resolversFor = resolversFor;
    this.#resolvers = resolversFor(files, kept?.resolvers);
    this.files = files;
    this.#resolutions = kept?.resolutions ?? [];
    this.#targets = kept?.targets ?? [];
    this.#moduleNames = kept?.moduleNames ?? [];
    this.#importCounts = kept?.importCounts ?? [];
    this.#indexByPath = kept?.indexByPath ?? new Map(files.map(({ path }, index) => [path, index]));
  }

  /** Files that give names to Python modules from outside. */
  givers(): readonly number[] {
    return this.#resolvers.python.givers();
  }

  /** Grows while imports are resolved: configurations are read when a file asks for them. */
  faults(): readonly Fault[] {
    return this.#resolvers.faults();
  }

  /** What is worked out from the whole tree is worked out once; `key` says what it is. */
  once<T>(key: string, make: () => T): T {
    return this.#memo.once(key, make);
  }

  /** What `once` has made under this key; undefined: nothing yet. */
  made<T>(key: string): T | undefined {
    return this.#memo.made(key);
  }

  /** The same tree where some files have other facts, with which every other file's imports lead where they led. */
  withFacts(changed: ReadonlyMap<number, FileFacts>): Project {
    const files = this.files.slice();
    const resolutions = this.#resolutions.slice();
    const targets = this.#targets.slice();
    const importCounts = this.#importCounts.slice();
    for (const [file, facts] of changed) {
      files[file] = facts;
      for (const answers of [resolutions, targets, importCounts]) delete answers[file];
    }
    return new Project(this.root, files, this.#resolversFor, {
      resolvers: this.#resolvers,
      resolutions,
      targets,
      moduleNames: this.#moduleNames,
      importCounts,
      indexByPath: this.#indexByPath,
    });
  }

  fileAt(path: string): number | undefined {
    return this.#indexByPath.get(path);
  }

  /** The file that people mean by a module's name, its path, or its path without what every path ends with. */
  fileNamed(module: string): number | undefined {
    const fileByName = this.once("file by name", () => {
      const found = new Map<string, number>();
      const add = (name: string, file: number): void => {
        if (!found.has(name)) found.set(name, file);
      };
      for (let file = 0; file < this.files.length; file++) add(this.moduleName(file), file);
      for (const [file, { path }] of this.files.entries()) add(path, file);
      for (const [file, { path }] of this.files.entries()) add(path.replace(/(\.d)?\.\w+$/, ""), file);
      for (const [file, { path }] of this.files.entries())
        add(path.replace(/\/(index|__init__)\.\w+$/, ""), file);
      return found;
    });
    return fileByName.get(module.replace(/^\.\//, ""));
  }

  facts(file: number): FileFacts {
    const facts = this.files[file];
    if (facts === undefined) throw new RangeError(`no file ${file}`);
    return facts;
  }

  resolver(file: number): Resolver {
    return this.facts(file).language === "python" ? this.#resolvers.python : this.#resolvers.typescript;
  }

  /** Where `files[file].imports[index]` leads. */
  resolution(file: number, index: number): Resolution {
    let answers = this.#resolutions[file];
    if (answers === undefined) {
      answers = [];
      this.#resolutions[file] = answers;
    }
    let answer = answers[index];
    if (answer === undefined) {
      answer = this.resolver(file).resolve(file, this.facts(file).imports[index] as ImportFact);
      answers[index] = answer;
    }
    return answer;
  }

  /** What one name of an import turns out to be. `"*"` and `""` are modules, not names. */
  lookup(file: number, index: number, name: ImportedName): Lookup {
    const resolution = this.resolution(file, index);
    if (resolution.is === "file") {
      // A package may ask for its own submodule, which is not bound yet in its own file.
      return this.resolver(resolution.file).lookup(resolution.file, name.name);
    }
    if (resolution.is === "namespace" && this.facts(file).language === "python") {
      const specifier = this.facts(file).imports[index]?.specifier ?? "";
      const dotted = specifier.endsWith(".") ? specifier + name.name : `${specifier}.${name.name}`;
      const child = this.#resolvers.python.resolveSpecifier(file, dotted);
      if (child.is === "missing") return { is: "missing", isLocal: false, chain: [] };
      return { is: "module", resolution: child, chain: [] };
    }
    if (resolution.is === "builtin" && this.facts(file).language === "python") {
      const { specifier } = this.facts(file).imports[index] as ImportFact;
      return this.lookupStandard(file, specifier, name.name);
    }
    return unknownLookup;
  }

  /** A name of a module, whoever asks. */
  lookupIn(file: number, name: string): Lookup {
    return this.resolver(file).lookup(file, name);
  }

  /** Whether a manifest of Python asks for the package that is imported by this name. */
  isRequired(module: string): boolean {
    return this.#resolvers.python.isRequired(module);
  }

  /** A name of one of Python's own modules, asked for in `file`. */
  lookupStandard(file: number, module: string, name: string): Lookup {
    return this.#resolvers.python.lookupStandard(file, module, name);
  }

  moduleName(file: number): string {
    let name = this.#moduleNames[file];
    if (name === undefined) {
      name = this.resolver(file).moduleName(file);
      this.#moduleNames[file] = name;
    }
    return name;
  }

  /** Imported names in a file; a statement without names counts as one. */
  importCount(file: number): number {
    let count = this.#importCounts[file];
    if (count === undefined) {
      count = 0;
      for (const { kind, names } of this.facts(file).imports) {
        if (kind !== "member") count += Math.max(1, names.length);
      }
      this.#importCounts[file] = count;
    }
    return count;
  }

  /** What stands between the packages of TypeScript and JavaScript. */
  get borders(): Borders {
    return this.#resolvers.typescript.borders;
  }

  /** Where a dotted string leads (`patch("a.b.C")`). */
  target(file: number, dotted: string): Target {
    let answers = this.#targets[file];
    if (answers === undefined) {
      answers = new Map();
      this.#targets[file] = answers;
    }
    let answer = answers.get(dotted);
    if (answer === undefined) {
      answer = this.#resolvers.python.resolveTarget(file, dotted);
      answers.set(dotted, answer);
    }
    return answer;
  }
}
