import type { ImportFact, Lookup, Place } from "../model.ts";
import { Memo } from "./memo.ts";
import type { Project } from "./project.ts";

/** One name taken from a first-party module: by whom, through which door, and what it is in the end. */
export type Use = {
  readonly file: number;
  readonly importIndex: number;
  /** -1 for mock strings. */
  readonly nameIndex: number;
  readonly statement: ImportFact;
  readonly place: Place;
  /** The module asked, and the name asked of it. */
  readonly door: number;
  readonly name: string;
  /** The name in the importing file; "" when it is bound to none. */
  readonly local: string;
  readonly lookup: Lookup;
};

/** Where a symbol is defined. */
export type Definition = { readonly file: number; readonly name: string; readonly binding: number };

/** A symbol with all its uses, in the order of files; replaced as a whole when anything about it changes. */
export type SymbolUses = { readonly symbol: Definition; readonly uses: readonly Use[]; readonly memo: Memo };

/** All uses of first-party names, grouped by what they mean. Made once, and kept up with changes. */
export class Uses {
  /** By importing file. */
  readonly #byFile: (readonly Use[])[];
  readonly #bySymbol: Map<string, SymbolUses>;
  #byDoor: Map<number, Use[]> | undefined;

  constructor(project: Project) {
    this.#byFile = project.files.map((_, file) => usesIn(project, file));
    const groups: Groups = new Map();
    for (const uses of this.#byFile) for (const use of uses) gather(project, groups, use);
    this.#bySymbol = new Map([...groups].map(([key, group]) => [key, { ...group, memo: new Memo() }]));
  }

  /** By `file:name` of the definition. */
  get bySymbol(): ReadonlyMap<string, SymbolUses> {
    return this.#bySymbol;
  }

  /**
   * `files` are asked anew. `isStale` says of symbols whose uses stay as they were whether something else about
   * them is another now.
   */
  replace(
    before: Project,
    now: Project,
    files: ReadonlySet<number>,
    isStale: (symbol: Definition) => boolean,
  ): void {
    const fresh: Groups = new Map();
    const stale = new Set<string>();
    for (const file of files) {
      for (const { lookup } of this.#byFile[file] ?? []) {
        const symbol = symbolOf(before, lookup);
        if (symbol !== undefined) stale.add(keyOf(symbol));
      }
      const uses = usesIn(now, file);
      this.#byFile[file] = uses;
      for (const use of uses) gather(now, fresh, use);
    }
    for (const [key, { symbol }] of this.#bySymbol) if (isStale(symbol)) stale.add(key);
    for (const key of new Set([...stale, ...fresh.keys()])) {
      const others = this.#bySymbol.get(key)?.uses.filter((use) => !files.has(use.file)) ?? [];
      const uses = [...others, ...(fresh.get(key)?.uses ?? [])].sort(compareUses);
      const symbol = uses[0] === undefined ? undefined : symbolOf(now, uses[0].lookup);
      if (symbol === undefined) this.#bySymbol.delete(key);
      else this.#bySymbol.set(key, { symbol, uses, memo: new Memo() });
    }
    this.#byDoor = undefined;
  }

  /** Uses that ask this module. */
  through(door: number): readonly Use[] {
    if (this.#byDoor === undefined) {
      this.#byDoor = new Map();
      for (const uses of this.#byFile) {
        for (const use of uses) {
          const known = this.#byDoor.get(use.door);
          if (known === undefined) this.#byDoor.set(use.door, [use]);
          else known.push(use);
        }
      }
    }
    return this.#byDoor.get(door) ?? [];
  }
}

/** In the order of files, and of what stands in them. */
export function compareUses(one: Use, other: Use): number {
  return one.file - other.file || one.importIndex - other.importIndex || one.nameIndex - other.nameIndex;
}

type Groups = Map<string, { readonly symbol: Definition; readonly uses: Use[] }>;

function gather(project: Project, groups: Groups, use: Use): void {
  const symbol = symbolOf(project, use.lookup);
  if (symbol === undefined) return;
  const key = keyOf(symbol);
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { symbol, uses: [use] });
  else group.uses.push(use);
}

function keyOf({ file, name }: Definition): string {
  return `${file}:${name}`;
}

const noUses: readonly Use[] = [];

function usesIn(project: Project, file: number): readonly Use[] {
  const facts = project.facts(file);
  const found: Use[] = [];
  for (const [importIndex, statement] of facts.imports.entries()) {
    if (statement.kind === "mock" && facts.language === "python") {
      const target = project.target(file, statement.specifier);
      if (target.resolution.is !== "file" || target.name === "") continue;
      const door = target.resolution.file;
      const { name } = target;
      found.push({
        file,
        importIndex,
        nameIndex: -1,
        statement,
        place: statement.at,
        door,
        name,
        local: "",
        lookup: project.lookupIn(door, name),
      });
      continue;
    }
    const resolution = project.resolution(file, importIndex);
    if (resolution.is !== "file") continue;
    for (const [nameIndex, each] of statement.names.entries()) {
      if (each.name === "" || each.name === "*") continue;
      found.push({
        file,
        importIndex,
        nameIndex,
        statement,
        place: each,
        door: resolution.file,
        name: each.name,
        local: each.local,
        lookup: project.lookup(file, importIndex, each),
      });
    }
  }
  return found.length === 0 ? noUses : found;
}

/** The definition that an answer ends in, when it is a first-party one. */
export function symbolOf(project: Project, lookup: Lookup): Definition | undefined {
  if (lookup.is !== "found" || lookup.binding < 0) return undefined;
  const binding = project.facts(lookup.file).bindings[lookup.binding];
  return binding === undefined
    ? undefined
    : { file: lookup.file, name: binding.name, binding: lookup.binding };
}
