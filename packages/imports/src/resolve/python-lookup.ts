import type { BindingFact, FileFacts, Hop, ImportFact, Lookup, Resolution } from "../model.ts";
import { offersStandardName } from "./python-standard.ts";
import { directoryOf, join, type PythonTree } from "./python-tree.ts";

/** Chains are followed so far; longer ones only come from cycles. */
const hopsMax = 100;

/** What every module has without binding it. */
const moduleAttributes = new Set(
  "__name__ __doc__ __file__ __path__ __spec__ __loader__ __package__ __dict__ __builtins__ __cached__ __annotations__ __debug__".split(
    " ",
  ),
);

/** Stands for an answer that is being looked for. */
const asking: Lookup = { is: "missing", isLocal: false, chain: [] };

type Resolve = (file: number, specifier: string) => Resolution;

/** What a name of a module is, through re-exports, aliases and star imports. */
export class PythonNames {
  readonly #files: readonly FileFacts[];
  readonly #tree: PythonTree;
  readonly #resolve: Resolve;
  readonly #bindingsByName: (Map<string, number[]> | undefined)[] = [];
  readonly #stars: (readonly number[] | undefined)[] = [];
  readonly #answers: (Map<string, Lookup> | undefined)[] = [];
  readonly #givers: () => readonly number[];
  #giversByName: Map<string, number[]> | undefined;
  #depth = 0;
  /** Answers given while something above them was still being asked: they hold for this question alone. */
  readonly #provisional: { readonly file: number; readonly name: string }[] = [];
  /** Answers to whole questions that met themselves: inside of another question the answer may be another. */
  readonly #circular: (Map<string, Lookup> | undefined)[] = [];
  #hasMetItself = false;

  /** `givers`: which files give names to modules from outside; asked for when a name is nowhere else. */
  constructor(
    files: readonly FileFacts[],
    tree: PythonTree,
    resolve: Resolve,
    givers: () => readonly number[],
  ) {
    this.#files = files;
    this.#tree = tree;
    this.#resolve = resolve;
    this.#givers = givers;
  }

  /** Does not depend on what was asked before. */
  lookup(file: number, name: string): Lookup {
    let answers = this.#answers[file];
    if (answers === undefined) {
      answers = new Map();
      this.#answers[file] = answers;
    }
    const known = answers.get(name) ?? (this.#depth === 0 ? this.#circular[file]?.get(name) : undefined);
    if (known !== undefined) {
      if (known === asking) this.#hasMetItself = true;
      return known;
    }
    if (this.#depth > hopsMax) {
      this.#hasMetItself = true;
      return { is: "unknown", why: "a chain without end", chain: [] };
    }
    // What is asked again while it is being answered is not bound by way of itself.
    answers.set(name, asking);
    this.#depth++;
    const answer = this.#find(file, name);
    this.#depth--;
    answers.set(name, answer);
    if (this.#hasMetItself) this.#provisional.push({ file, name });
    if (this.#depth === 0 && this.#hasMetItself) this.#endCircle(file, name, answer);
    return answer;
  }

  #endCircle(file: number, name: string, answer: Lookup): void {
    for (const each of this.#provisional) this.#answers[each.file]?.delete(each.name);
    this.#provisional.length = 0;
    this.#hasMetItself = false;
    let answers = this.#circular[file];
    if (answers === undefined) {
      answers = new Map();
      this.#circular[file] = answers;
    }
    answers.set(name, answer);
  }

  offers(file: number): { readonly names: readonly string[]; readonly isComplete: boolean } {
    const facts = this.#files[file] as FileFacts;
    const names = new Set<string>();
    let isComplete = facts.lazy.is !== "any" && facts.doors !== "unknown";
    this.#collect(file, names, new Set(), (complete) => {
      isComplete &&= complete;
    });
    if (facts.lazy.is === "names") for (const name of facts.lazy.names) names.add(name);
    return { names: [...names].sort(), isComplete };
  }

  #collect(
    file: number,
    names: Set<string>,
    seen: Set<number>,
    complete: (isComplete: boolean) => void,
  ): void {
    if (seen.has(file)) return;
    seen.add(file);
    for (const name of this.#byName(file).keys()) names.add(name);
    for (const star of this.#starsOf(file)) {
      const facts = this.#files[file] as FileFacts;
      const resolution = this.#resolve(file, facts.imports[star]?.specifier ?? "");
      if (resolution.is !== "file") {
        complete(false);
        continue;
      }
      const inner = new Set<string>();
      this.#collect(resolution.file, inner, seen, complete);
      const target = this.#files[resolution.file] as FileFacts;
      if (target.publicNames?.isKnown === true)
        for (const each of target.publicNames.names) names.add(each.name);
      else for (const name of inner) if (!name.startsWith("_")) names.add(name);
    }
  }

  #byName(file: number): Map<string, number[]> {
    let byName = this.#bindingsByName[file];
    if (byName === undefined) {
      byName = new Map();
      const { bindings } = this.#files[file] as FileFacts;
      for (let index = 0; index < bindings.length; index++) {
        const { name } = bindings[index] as BindingFact;
        if (name.includes(".")) continue;
        const known = byName.get(name);
        if (known === undefined) byName.set(name, [index]);
        else known.push(index);
      }
      this.#bindingsByName[file] = byName;
    }
    return byName;
  }

  #starsOf(file: number): readonly number[] {
    let stars = this.#stars[file];
    if (stars === undefined) {
      const found: number[] = [];
      const { imports } = this.#files[file] as FileFacts;
      for (let index = 0; index < imports.length; index++) {
        const { scope, names } = imports[index] as ImportFact;
        if (scope === "module" && names[0]?.name === "*") found.push(index);
      }
      stars = found;
      this.#stars[file] = stars;
    }
    return stars;
  }

  #find(file: number, name: string): Lookup {
    const facts = this.#files[file] as FileFacts;
    const here: Hop = { file, name, line: 1 };
    const found = this.#findBound(file, name);
    // What only type checkers see may still be made on request.
    const isTypes = found?.is === "found" && found.presence === "types";
    if (found !== undefined && found.is !== "missing" && !isTypes) return found;
    const submodule = this.#submodule(file, name);
    if (submodule !== undefined) return submodule;
    const given = this.#givenFromOutside(file, name);
    if (given !== undefined) return given;
    const starred = this.#findStarred(file, name);
    if (starred !== undefined && starred.is !== "missing") return starred;
    if (moduleAttributes.has(name)) return { is: "outside", why: "every module has it", chain: [here] };
    const stub = this.#tree.stubOf(file);
    // What a public name is made on request of, only the stub beside it can tell.
    if (facts.lazy.is === "any" && (stub === undefined || name.startsWith("_")))
      return { is: "outside", why: "the module has its own __getattr__", chain: [here] };
    if (facts.lazy.is === "names" && facts.lazy.names.includes(name)) {
      // Such a function mostly imports what it is asked for: where the stub takes that from says whether it can.
      const typed = stub !== undefined && this.#byName(stub).has(name) ? this.lookup(stub, name) : undefined;
      if (typed?.is === "missing") return typed;
      return { is: "outside", why: "the module's __getattr__ answers for it", chain: [here] };
    }
    if (facts.doors === "unknown")
      return { is: "unknown", why: "the module binds names at run time", chain: [here] };
    if (facts.problems.length > 0)
      return { is: "unknown", why: "the module cannot be read whole", chain: [here] };
    if (this.#tree.isStubOfCompiled(file))
      return { is: "unknown", why: "the module is compiled", chain: [here] };
    if (stub !== undefined) {
      const stubbed = this.lookup(stub, name);
      if (stubbed.is !== "missing") return stubbed;
    }
    const answer = found ?? starred;
    if (/(^|\/)__init__\.pyi?$/.test(facts.path)) {
      const stem = join(directoryOf(facts.path), name);
      if (this.#tree.isMade(stem)) return { is: "unknown", why: "a build makes it", chain: [here] };
    }
    return answer ?? { is: "missing", isLocal: false, chain: [here] };
  }

  /** `module.name = …` in another module. */
  #givenFromOutside(file: number, name: string): Lookup | undefined {
    for (const giver of this.#giversOf(name)) {
      const binding = (this.#files[giver] as FileFacts).bindings.findIndex(
        (each) =>
          each.name.endsWith(`.${name}`) && this.#isModule(giver, each.name.split(".", 1)[0] ?? "", file),
      );
      const { line } = (this.#files[giver] as FileFacts).bindings[binding] ?? { line: 1 };
      if (binding >= 0) {
        const chain = [{ file: giver, name, line }];
        return { is: "found", file: giver, binding, presence: "always", chain };
      }
    }
    return undefined;
  }

  /** Files that assign to this attribute of something they import. */
  #giversOf(name: string): readonly number[] {
    if (this.#giversByName === undefined) {
      this.#giversByName = new Map();
      for (const file of this.#givers()) {
        for (const { name: given } of (this.#files[file] as FileFacts).bindings) {
          if (!isGiven(given)) continue;
          const attribute = given.slice(given.indexOf(".") + 1);
          const known = this.#giversByName.get(attribute);
          if (known === undefined) this.#giversByName.set(attribute, [file]);
          else if (known.at(-1) !== file) known.push(file);
        }
      }
    }
    return this.#giversByName.get(name) ?? [];
  }

  #isModule(file: number, name: string, wanted: number): boolean {
    const bound = this.lookup(file, name);
    return bound.is === "module" && bound.resolution.is === "file" && bound.resolution.file === wanted;
  }

  #findBound(file: number, name: string): Lookup | undefined {
    const facts = this.#files[file] as FileFacts;
    const indices = this.#byName(file).get(name);
    if (indices === undefined) return undefined;
    let missing: Lookup | undefined;
    let typesOnly: Lookup | undefined;
    for (let at = indices.length - 1; at >= 0; at--) {
      const index = indices[at] as number;
      const binding = facts.bindings[index] as BindingFact;
      const hop: Hop = { file, name, line: binding.line };
      if (binding.presence === "deleted") {
        // A later binding would have been met before.
        if (missing === undefined && typesOnly === undefined) {
          return { is: "missing", isLocal: true, chain: [hop] };
        }
        break;
      }
      const answer = this.#follow(file, index, binding, hop);
      if (answer.is === "missing") missing ??= answer;
      else if (binding.presence === "types") typesOnly ??= typed(answer);
      else return answer;
    }
    return typesOnly ?? missing;
  }

  #follow(file: number, index: number, binding: BindingFact, hop: Hop): Lookup {
    const { presence } = binding;
    if (binding.kind === "alias") {
      const aliased = this.#followAlias(file, binding, hop);
      if (aliased !== undefined) return aliased;
    }
    if (binding.kind !== "import") return { is: "found", file, binding: index, presence, chain: [hop] };
    const facts = this.#files[file] as FileFacts;
    const statement = facts.imports[binding.importIndex];
    const asked = statement?.names[binding.nameIndex];
    if (statement === undefined || asked === undefined)
      return { is: "unknown", why: "no import", chain: [hop] };
    if (asked.name === "") {
      const isAliased = asked.end > statement.at.end;
      const specifier = isAliased ? statement.specifier : asked.local;
      return { is: "module", resolution: this.#resolve(file, specifier), chain: [hop] };
    }
    const answer = this.ask(file, statement.specifier, asked.name);
    // Whoever goes on without the module may do so at the importers' side as well.
    if (
      answer.is === "missing" &&
      presence === "try" &&
      this.#resolve(file, statement.specifier).is === "missing"
    )
      return { is: "unknown", why: `${statement.specifier} may be missing`, chain: [hop] };
    return prefixed(hop, answer);
  }

  /** What `from specifier import name` yields in `file`. */
  ask(file: number, specifier: string, name: string): Lookup {
    const resolution = this.#resolve(file, specifier);
    switch (resolution.is) {
      case "file":
        return this.lookup(resolution.file, name);
      case "namespace": {
        const child = this.#tree.child(resolution.path, name);
        if (child.is === "file")
          return { is: "module", resolution: { is: "file", file: child.file }, chain: [] };
        if (child.is === "namespace") return { is: "module", resolution: child, chain: [] };
        if (child.is === "compiled") return { is: "unknown", why: "compiled", chain: [] };
        return { is: "missing", isLocal: false, chain: [] };
      }
      case "builtin":
        return this.askStandard(file, specifier, name);
      case "external":
        return { is: "outside", why: `of the package ${resolution.package}`, chain: [] };
      case "missing":
        return { is: "missing", isLocal: false, chain: [] };
      default:
        return { is: "unknown", why: "not looked into", chain: [] };
    }
  }

  /** What `from module import name` yields in `file`, where `module` is one of Python's own. */
  askStandard(file: number, module: string, name: string): Lookup {
    if (offersStandardName(module, name) || moduleAttributes.has(name))
      return { is: "outside", why: `of Python's own ${module}`, chain: [] };
    const { path } = this.#files[file] as FileFacts;
    const top = module.split(".", 1)[0] as string;
    const isOther = this.#tree.mayLieOnPath(directoryOf(path), top) || this.#giversOf(name).length > 0;
    if (isOther) return { is: "unknown", why: `perhaps of another ${top}`, chain: [] };
    return { is: "missing", isLocal: false, chain: [] };
  }

  /** `A = B`: what B is, if it is something else than a value of this module. */
  #followAlias(file: number, binding: BindingFact, hop: Hop): Lookup | undefined {
    const parts = binding.target.split(".");
    const first = parts[0] as string;
    if (parts.length > 2 || first === binding.name) return undefined;
    const target = this.#byName(file).get(first)?.at(-1);
    if (target === undefined) return undefined;
    const bound = (this.#files[file] as FileFacts).bindings[target] as BindingFact;
    if (parts.length === 1) {
      if (bound.kind === "variable") return undefined;
      const answer = this.lookup(file, first);
      return answer.is === "found" && answer.presence !== "types" ? prefixed(hop, answer) : undefined;
    }
    if (bound.kind !== "import") return undefined;
    const module = this.lookup(file, first);
    if (module.is !== "module" || module.resolution.is !== "file") return undefined;
    const answer = this.lookup(module.resolution.file, parts[1] as string);
    return answer.is === "found" ? prefixed(hop, answer) : undefined;
  }

  #findStarred(file: number, name: string): Lookup | undefined {
    const facts = this.#files[file] as FileFacts;
    let missing: Lookup | undefined;
    const stars = this.#starsOf(file);
    for (let at = stars.length - 1; at >= 0; at--) {
      const statement = facts.imports[stars[at] as number];
      if (statement === undefined) continue;
      const hop: Hop = { file, name, line: statement.statement.line };
      const resolution = this.#resolve(file, statement.specifier);
      if (resolution.is === "missing") {
        if (statement.guard !== "try" || name.startsWith("_")) continue;
        return { is: "unknown", why: `${statement.specifier} may be missing`, chain: [hop] };
      }
      if (resolution.is !== "file") {
        if (resolution.is === "namespace") continue;
        return { is: "outside", why: `perhaps from ${statement.specifier}`, chain: [hop] };
      }
      const target = this.#files[resolution.file] as FileFacts;
      const { publicNames } = target;
      const isPublic =
        publicNames?.isKnown === true
          ? publicNames.names.some((each) => each.name === name)
          : publicNames !== undefined || !name.startsWith("_");
      if (!isPublic) continue;
      const answer = this.lookup(resolution.file, name);
      // A star import binds what the module has bound, not what lies beside it on disk.
      if (answer.is === "module" && answer.chain.length === 0 && publicNames === undefined) continue;
      if (answer.is !== "missing") return prefixed(hop, answer);
      if (publicNames?.isKnown === true) missing ??= prefixed(hop, answer);
    }
    return missing;
  }

  #submodule(file: number, name: string): Lookup | undefined {
    const { path } = this.#files[file] as FileFacts;
    if (!/(^|\/)__init__\.pyi?$/.test(path)) return undefined;
    const child = this.#tree.child(directoryOf(path), name);
    if (child.is === "file") return { is: "module", resolution: { is: "file", file: child.file }, chain: [] };
    if (child.is === "namespace") return { is: "module", resolution: child, chain: [] };
    if (child.is === "compiled") return { is: "unknown", why: `${child.path} is compiled`, chain: [] };
    return undefined;
  }
}

/** `module.name`, and not what a declaration of TypeScript gives to a module in quotes. */
function isGiven(name: string): boolean {
  return name.includes(".") && !name.startsWith('"');
}

/** The files that give names to modules from outside. */
export function giversAmong(files: readonly FileFacts[]): readonly number[] {
  return [...files.keys()].filter((file) => files[file]?.bindings.some(({ name }) => isGiven(name)));
}

function prefixed(hop: Hop, answer: Lookup): Lookup {
  return { ...answer, chain: [hop, ...answer.chain.slice(0, hopsMax)] };
}

/** The answer for a name that only type checkers see. */
function typed(answer: Lookup): Lookup {
  if (answer.is === "found") return { ...answer, presence: "types" };
  const [hop] = answer.chain;
  return hop === undefined
    ? answer
    : { is: "found", file: hop.file, binding: -1, presence: "types", chain: answer.chain };
}
