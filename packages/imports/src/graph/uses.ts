import type { ImportFact, Lookup, Place } from "../model.ts";
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

/** All uses of first-party names, grouped by what they mean. Made once per run. */
export class Uses {
  readonly all: readonly Use[];
  /** By `file:name` of the definition. */
  readonly bySymbol = new Map<string, { readonly symbol: Definition; readonly uses: Use[] }>();
  readonly #byDoor = new Map<number, Use[]>();

  constructor(project: Project) {
    const all: Use[] = [];
    for (const [file, facts] of project.files.entries()) {
      for (const [importIndex, statement] of facts.imports.entries()) {
        if (statement.kind === "mock" && facts.language === "python") {
          const target = project.target(file, statement.specifier);
          if (target.resolution.is !== "file" || target.name === "") continue;
          const door = target.resolution.file;
          const { name } = target;
          const lookup = project.lookupIn(door, name);
          all.push({
            file,
            importIndex,
            nameIndex: -1,
            statement,
            place: statement.at,
            door,
            name,
            local: "",
            lookup,
          });
          continue;
        }
        const resolution = project.resolution(file, importIndex);
        if (resolution.is !== "file") continue;
        for (const [nameIndex, each] of statement.names.entries()) {
          if (each.name === "" || each.name === "*") continue;
          const lookup = project.lookup(file, importIndex, each);
          const { name, local } = each;
          all.push({
            file,
            importIndex,
            nameIndex,
            statement,
            place: each,
            door: resolution.file,
            name,
            local,
            lookup,
          });
        }
      }
    }
    this.all = all;
    for (const use of all) {
      const known = this.#byDoor.get(use.door);
      if (known === undefined) this.#byDoor.set(use.door, [use]);
      else known.push(use);
      const symbol = symbolOf(project, use.lookup);
      if (symbol === undefined) continue;
      const key = `${symbol.file}:${symbol.name}`;
      const group = this.bySymbol.get(key);
      if (group === undefined) this.bySymbol.set(key, { symbol, uses: [use] });
      else group.uses.push(use);
    }
  }

  /** Uses that ask this module. */
  through(door: number): readonly Use[] {
    return this.#byDoor.get(door) ?? [];
  }
}

/** The definition that an answer ends in, when it is a first-party one. */
export function symbolOf(project: Project, lookup: Lookup): Definition | undefined {
  if (lookup.is !== "found" || lookup.binding < 0) return undefined;
  const binding = project.facts(lookup.file).bindings[lookup.binding];
  return binding === undefined
    ? undefined
    : { file: lookup.file, name: binding.name, binding: lookup.binding };
}
