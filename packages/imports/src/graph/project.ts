import type { FileFacts, ImportedName, ImportFact, Lookup, Resolution, Resolver } from "../model.ts";
import type { PythonResolver } from "../resolve/python.ts";
import type { TypeScriptTreeResolver } from "../resolve/typescript.ts";
import type { Borders } from "../resolve/typescript-borders.ts";

const unknownLookup: Lookup = { is: "unknown", why: "the module is not looked into", chain: [] };

export type ResolversFor = (files: readonly FileFacts[]) => {
  readonly python: PythonResolver;
  readonly typescript: TypeScriptTreeResolver;
  /** What stands beside the sources and could not be read: folders, configurations of compilers. */
  readonly faults: () => readonly Fault[];
};

export type Fault = { readonly path: string; readonly message: string };

/** All files' facts with the resolvers' answers, each asked once. Indices of files are positions in `files`. */
export class Project {
  readonly root: string;
  readonly files: readonly FileFacts[];
  /** Grows while imports are resolved: configurations are read when a file asks for them. */
  readonly faults: () => readonly Fault[];
  readonly #python: PythonResolver;
  readonly #typescript: TypeScriptTreeResolver;
  readonly #resolutions: (Resolution | undefined)[][] = [];
  readonly #moduleNames: (string | undefined)[] = [];
  readonly #indexByPath = new Map<string, number>();

  readonly #resolversFor: ResolversFor;
  readonly #made = new Map<string, unknown>();

  /** `resolversFor` makes the resolvers for a set of files, now and for `withFiles`. */
  constructor(root: string, files: readonly FileFacts[], resolversFor: ResolversFor) {
    this.root = root;
    this.#resolversFor = resolversFor;
    const { python, typescript, faults } = resolversFor(files);
    this.faults = faults;
    this.files = files;
    this.#python = python;
    this.#typescript = typescript;
    for (const [index, each] of files.entries()) this.#indexByPath.set(each.path, index);
  }

  /** What is worked out from the whole tree is worked out once; `key` says what it is. */
  once<T>(key: string, make: () => T): T {
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key) as T;
  }

  /** The same tree with other facts, asked anew. */
  withFiles(files: readonly FileFacts[]): Project {
    return new Project(this.root, files, this.#resolversFor);
  }

  fileAt(path: string): number | undefined {
    return this.#indexByPath.get(path);
  }

  facts(file: number): FileFacts {
    const facts = this.files[file];
    if (facts === undefined) throw new RangeError(`no file ${file}`);
    return facts;
  }

  resolver(file: number): Resolver {
    return this.facts(file).language === "python" ? this.#python : this.#typescript;
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
      const child = this.#python.resolveSpecifier(file, dotted);
      if (child.is === "missing") return { is: "missing", isLocal: false, chain: [] };
      return { is: "module", resolution: child, chain: [] };
    }
    return unknownLookup;
  }

  /** A name of a module, whoever asks. */
  lookupIn(file: number, name: string): Lookup {
    return this.resolver(file).lookup(file, name);
  }

  moduleName(file: number): string {
    let name = this.#moduleNames[file];
    if (name === undefined) {
      name = this.resolver(file).moduleName(file);
      this.#moduleNames[file] = name;
    }
    return name;
  }

  /** What stands between the packages of TypeScript and JavaScript. */
  get borders(): Borders {
    return this.#typescript.borders;
  }

  /** Where a dotted string leads (`patch("a.b.C")`). */
  target(file: number, dotted: string): ReturnType<PythonResolver["resolveTarget"]> {
    return this.#python.resolveTarget(file, dotted);
  }
}
