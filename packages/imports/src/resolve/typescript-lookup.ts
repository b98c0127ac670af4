/**
 * What a name of a module is: through lists, stars, namespaces, `export =` and augmentations, with the chain
 * that leads there.
 *
 * Invariants
 * U1 A name is missing only when every place it could come from was read and does not have it.
 * U2 A cycle of stars ends: a module that is being asked already answers "not here" to the inner question.
 * U3 A broken link of a chain is missing where it is written, and only there: whoever imports through it
 *    is told nothing that the link's own finding does not say. The compiler does the same. A star names nothing:
 *    who asks for what only a missing module could have added is told so.
 * U4 Two stars conflict only over values. Of a type and something else the first one is taken.
 */

import type { BindingFact, ExportFact, FileFacts, Hop, ImportFact, Lookup, Resolution } from "../model.ts";

/** Chains longer than this are cycles of renames that no compiler accepts either. */
const CHAIN_MAX = 100;

export type LookupWorld = {
  readonly files: readonly FileFacts[];
  resolve(file: number, statement: ImportFact): Resolution;
  /** Whether others get the file only as CommonJS, whose whole export object is the default. */
  isBuiltAsCommonJs(file: number): boolean;
};

/** Names that other files add to a module by `declare module "it"`. */
type Added = { readonly file: number; readonly binding: number };

export class Names {
  readonly #world: LookupWorld;
  readonly #doorsByFile = new Map<number, ReadonlyMap<string, ExportFact>>();
  readonly #bindingsByFile = new Map<number, ReadonlyMap<string, number>>();
  /** Where a file's statements lead: through a barrel of a hundred modules each name is asked of all of them. */
  readonly #targetsByFile = new Map<number, (Resolution | undefined)[]>();
  /** Names that are offered by a file to which a star leads, if all of them are known. */
  readonly #offeredByFile = new Map<number, ReadonlySet<string> | "unknown">();
  readonly #answers = new Map<string, Lookup>();
  readonly #asking = new Set<string>();
  /** Since the outermost question was asked, some question has led back to itself. */
  #hasMetItself = false;
  #added: Map<number, Map<string, Added>> | undefined;
  #ambient: Map<string, Added> | undefined;

  constructor(world: LookupWorld) {
    this.#world = world;
  }

  lookup(file: number, name: string): Lookup {
    if (name.startsWith('"')) return this.#findAmbient(name);
    const key = `${file}\0${name}`;
    const before = this.#answers.get(key);
    if (before !== undefined) return before;
    if (this.#asking.has(key) || this.#asking.size > CHAIN_MAX) {
      this.#hasMetItself = true;
      return missing([], false);
    }
    this.#asking.add(key);
    const answer = this.#find(file, name);
    this.#asking.delete(key);
    const isOutermost = this.#asking.size === 0;
    // An answer inside of a cycle may lack what the module that was being asked would have added (U2): asked by
    // itself it is another, and so it must not stay.
    if (isOutermost || !this.#hasMetItself) this.#answers.set(key, answer);
    if (isOutermost) this.#hasMetItself = false;
    return answer;
  }

  offers(file: number): { readonly names: readonly string[]; readonly isComplete: boolean } {
    const names = new Set<string>();
    const isComplete = this.#collect(file, names, new Set());
    return { names: [...names].sort(), isComplete };
  }

  /** False: a look-up would find nothing. A barrel asks so many that most are better not asked. */
  #mayOffer(file: number, name: string): boolean {
    let offered = this.#offeredByFile.get(file);
    if (offered === undefined) {
      const names = new Set<string>();
      offered = this.#collect(file, names, new Set()) ? names : "unknown";
      this.#offeredByFile.set(file, offered);
    }
    return offered === "unknown" || offered.has(name);
  }

  #collect(file: number, names: Set<string>, seen: Set<number>): boolean {
    if (seen.has(file)) return true;
    seen.add(file);
    const facts = this.#world.files[file];
    if (facts === undefined) return false;
    let isComplete = facts.doors !== "unknown";
    const isInner = seen.size > 1;
    for (const name of this.#doors(file).keys()) if (!isInner || name !== "default") names.add(name);
    for (const name of this.#additions(file).keys()) names.add(name);
    for (const star of starsOf(facts)) {
      const target = this.#target(file, star.importIndex);
      if (target?.is !== "file") isComplete = false;
      else isComplete = this.#collect(target.file, names, seen) && isComplete;
    }
    return isComplete;
  }

  #find(file: number, name: string): Lookup {
    const facts = this.#world.files[file];
    if (facts === undefined) return unknown("the file is not part of this check", []);
    const door = this.#doors(file).get(name);
    if (door !== undefined) return this.#through(file, facts, door);
    const added = this.#additions(file).get(name);
    if (added !== undefined) return this.#foundAt(added.file, added.binding, [{ file, name, line: 1 }]);
    if (name === "default") {
      const whole = this.#doors(file).get("export=");
      if (whole !== undefined) return this.#through(file, facts, whole);
      // The compiler gives a default to what it knows by declarations only (`allowSyntheticDefaultImports`).
      if (/\.d\.[cm]?ts$/.test(facts.path) || this.#world.isBuiltAsCommonJs(file)) {
        return unknown("the whole of its exports may be its default", [here(file, name)]);
      }
      // A script is a CommonJS module that exports nothing or that defines itself: its default is the whole.
      if (facts.doors === "none" && /\.c?jsx?$/.test(facts.path))
        return unknown("the whole of module.exports", [here(file, name)]);
      if (facts.doors === "object")
        return { is: "outside", why: "the whole of module.exports", chain: [here(file, name)] };
    } else {
      const star = this.#throughStars(file, facts, name);
      if (star !== undefined) return star;
    }
    if (facts.doors === "unknown") return unknown("its exports are computed", [here(file, name)]);
    const isLocal = this.#bindings(file).has(name);
    return missing([here(file, name)], isLocal);
  }

  #through(file: number, facts: FileFacts, door: ExportFact): Lookup {
    const hop = { file, name: door.name, line: door.line };
    if (door.importIndex >= 0) return this.#follow(file, door.importIndex, door.imported, hop);
    const index = this.#unaliased(file, facts, this.#bindings(file).get(door.local));
    const binding = index === undefined ? undefined : facts.bindings[index];
    if (index === undefined || binding === undefined)
      return unknown("it is declared in an inner scope", [hop]);
    if (binding.kind !== "import") return this.#foundAt(file, index, [hop]);
    const imported = facts.imports[binding.importIndex]?.names[binding.nameIndex];
    if (imported === undefined) return unknown("its import could not be read", [hop]);
    return this.#follow(file, binding.importIndex, imported.name, hop);
  }

  /** `const A = B` is B itself, where B is a plain name of the same file. */
  #unaliased(file: number, facts: FileFacts, start: number | undefined): number | undefined {
    let index = start;
    for (let step = 0; step < aliasStepsMax && index !== undefined; step++) {
      const binding = facts.bindings[index];
      if (binding?.kind !== "alias") return index;
      const target = this.#bindings(file).get(binding.target);
      if (target === undefined || target === start) return index;
      index = target;
    }
    return index;
  }

  #follow(file: number, importIndex: number, name: string, hop: Hop, isStar = false): Lookup {
    const resolution = this.#target(file, importIndex);
    if (resolution === undefined) return unknown("its import could not be read", [hop]);
    if (name === "") return { is: "module", resolution, chain: [hop] };
    switch (resolution.is) {
      case "file": {
        const inner = this.lookup(resolution.file, name);
        const chain = [hop, ...inner.chain];
        // U3
        if (inner.is === "missing" && !isStar)
          return unknown("the module that passes it on does not find it", chain);
        return { ...inner, chain };
      }
      case "external":
        return { is: "outside", why: resolution.package, chain: [hop] };
      case "builtin":
        return { is: "outside", why: resolution.name, chain: [hop] };
      case "asset":
      case "namespace":
        return { is: "outside", why: resolution.path, chain: [hop] };
      case "missing":
        return unknown(`${this.#world.files[file]?.imports[importIndex]?.specifier} is missing`, [hop]);
      case "unknown":
        return unknown(resolution.why, [hop]);
    }
  }

  /** Undefined: no star has it. */
  #throughStars(file: number, facts: FileFacts, name: string): Lookup | undefined {
    const found: Lookup[] = [];
    let open: Lookup | undefined;
    for (const star of starsOf(facts)) {
      // As for the compiler, what is not there adds nothing.
      const target = this.#target(file, star.importIndex);
      if (target?.is === "missing" || (target?.is === "file" && !this.#mayOffer(target.file, name))) continue;
      const answer = this.#follow(file, star.importIndex, name, { file, name, line: star.line }, true);
      if (answer.is === "missing") continue;
      if (answer.is === "unknown" || answer.is === "outside") open ??= answer;
      else if (!found.some((one) => isSame(one, answer))) found.push(answer);
    }
    const [first, ...others] = found;
    if (first === undefined) return open;
    if (others.length === 0 || first.is === "conflict") return first;
    // What is spread into `module.exports` is written over by what comes later.
    if (facts.doors === "object") return found.at(-1);
    const values = found.filter((one) => one.is !== "found" || one.presence !== "types");
    if (values.length < 2) return values[0] ?? first; // U4
    return { is: "conflict", chain: first.chain, others: others.flatMap((one) => one.chain.slice(-1)) };
  }

  #target(file: number, importIndex: number): Resolution | undefined {
    let targets = this.#targetsByFile.get(file);
    if (targets === undefined) {
      targets = [];
      this.#targetsByFile.set(file, targets);
    }
    let target = targets[importIndex];
    if (target === undefined) {
      const statement = this.#world.files[file]?.imports[importIndex];
      target = statement && this.#world.resolve(file, statement);
      targets[importIndex] = target;
    }
    return target;
  }

  #foundAt(file: number, binding: number, chain: readonly Hop[]): Lookup {
    const fact = this.#world.files[file]?.bindings[binding];
    if (fact === undefined) return unknown("its declaration could not be read", chain);
    const last = { file, name: fact.name, line: fact.line };
    const before = chain.at(-1);
    const isSameStep = before?.file === file && before.line === last.line && before.name === last.name;
    return {
      is: "found",
      file,
      binding,
      presence: fact.presence,
      chain: isSameStep ? chain : [...chain, last],
    };
  }

  #doors(file: number): ReadonlyMap<string, ExportFact> {
    const before = this.#doorsByFile.get(file);
    if (before !== undefined) return before;
    const doors = new Map<string, ExportFact>();
    for (const one of this.#world.files[file]?.exports ?? []) if (one.name !== "*") doors.set(one.name, one);
    this.#doorsByFile.set(file, doors);
    return doors;
  }

  /** The binding that a name means: what lives at run time before what only types see. */
  #bindings(file: number): ReadonlyMap<string, number> {
    const before = this.#bindingsByFile.get(file);
    if (before !== undefined) return before;
    const facts = this.#world.files[file];
    const bindings = new Map<string, number>();
    facts?.bindings.forEach((one, index) => {
      const other = facts.bindings[bindings.get(one.name) ?? -1];
      if (other === undefined || weight(one) > weight(other)) bindings.set(one.name, index);
    });
    this.#bindingsByFile.set(file, bindings);
    return bindings;
  }

  /** `"module".name`, as ambient modules of all files together declare it. */
  #findAmbient(name: string): Lookup {
    this.#ambient ??= new Map(
      this.#world.files.flatMap((facts, file) =>
        facts.language !== "typescript"
          ? []
          : facts.bindings.flatMap((one, binding) =>
              one.name.startsWith('"') ? [[one.name, { file, binding }] as const] : [],
            ),
      ),
    );
    const found = this.#ambient.get(name);
    if (found !== undefined)
      return this.#foundAt(found.file, found.binding, [{ file: found.file, name, line: 1 }]);
    const module = name.slice(0, name.indexOf('"', 1) + 1);
    if (name.endsWith(".default") || this.#ambient.has(`${module}.*`))
      return unknown("the ambient module may offer anything", []);
    const place = this.#ambient.get(module);
    return missing(place === undefined ? [] : [{ file: place.file, name: module, line: 1 }], false);
  }

  #additions(file: number): ReadonlyMap<string, Added> {
    this.#added ??= this.#readAdditions();
    return this.#added.get(file) ?? new Map<string, Added>();
  }

  #readAdditions(): Map<number, Map<string, Added>> {
    const added = new Map<number, Map<string, Added>>();
    this.#world.files.forEach((facts, file) => {
      if (facts.language !== "typescript") return;
      for (const statement of facts.imports) {
        if (statement.kind !== "types" || statement.names.length === 0) continue;
        const quoted = `"${statement.specifier}".`;
        const own = facts.bindings.flatMap((one, binding) => (one.name.startsWith(quoted) ? [binding] : []));
        if (own.length === 0) continue;
        const target = this.#world.resolve(file, statement);
        if (target.is !== "file") continue;
        const names = added.get(target.file) ?? new Map<string, Added>();
        added.set(target.file, names);
        for (const binding of own) {
          names.set((facts.bindings[binding]?.name ?? "").slice(quoted.length), { file, binding });
        }
      }
    });
    return added;
  }
}

function starsOf(facts: FileFacts): readonly ExportFact[] {
  return facts.exports.filter((one) => one.name === "*");
}

/** `A = B`, `B = C` …: nobody writes more of them on purpose. */
const aliasStepsMax = 8;

const WEIGHTS: { readonly [kind: string]: number } = {
  namespace: 1,
  interface: 2,
  type: 2,
  import: 3,
  alias: 4,
};

function weight(binding: BindingFact): number {
  return WEIGHTS[binding.kind] ?? 5;
}

function here(file: number, name: string): Hop {
  return { file, name, line: 1 };
}

function missing(chain: readonly Hop[], isLocal: boolean): Lookup {
  return { is: "missing", isLocal, chain };
}

function unknown(why: string, chain: readonly Hop[]): Lookup {
  return { is: "unknown", why, chain };
}

function isSame(one: Lookup, other: Lookup): boolean {
  if (one.is === "found" && other.is === "found")
    return one.file === other.file && one.binding === other.binding;
  if (one.is === "module" && other.is === "module") {
    return JSON.stringify(one.resolution) === JSON.stringify(other.resolution);
  }
  return false;
}
