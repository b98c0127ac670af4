import { type Columns, Numbers } from "../columns.ts";
import type { ImportFact, Lookup, Place } from "../model.ts";
import { Lists } from "./lists.ts";
import { Memo } from "./memo.ts";
import { hashOf } from "./name-hash.ts";
import type { Project } from "./project.ts";

/** Which name of which import of which file. */
export type UsePlace = {
  readonly file: number;
  readonly importIndex: number;
  /** -1 for mock strings. */
  readonly nameIndex: number;
};

/** One name taken from a first-party module: by whom, through which door, and what it is in the end. */
export type Use = UsePlace & {
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

/** Symbols whose uses stay as they were, but of which something else may be another now. */
export type Stale = {
  /** Whether a symbol of this file may be one of them, by the hash of its name. */
  readonly mayBe: (file: number, nameHash: number) => boolean;
  readonly is: (symbol: Definition) => boolean;
};

/** All uses of first-party names, grouped by what they mean. Made once, and kept up with changes. */
export class Uses {
  #project: Project;
  /** By importing file; of a former run's, those that were asked anew. */
  readonly #byFile: (readonly Use[] | undefined)[];
  /** Of a former run's, those that were looked at or replaced; undefined: nobody uses it any more. */
  readonly #bySymbol: Map<string, SymbolUses | undefined>;
  readonly #kept: KeptUses | undefined;
  /** Symbols of a former run's that are another now. */
  readonly #replaced = new Set<string>();
  #byDoor: Map<number, Use[]> | undefined;

  private constructor(
    project: Project,
    byFile: (readonly Use[] | undefined)[],
    bySymbol: Map<string, SymbolUses | undefined>,
    kept: KeptUses | undefined,
  ) {
    this.#project = project;
    this.#byFile = byFile;
    this.#bySymbol = bySymbol;
    this.#kept = kept;
  }

  static of(project: Project): Uses {
    const byFile = project.files.map((_, file) => usesIn(project, file));
    const groups: Groups = new Map();
    for (const uses of byFile) for (const use of uses) gather(project, groups, use);
    const bySymbol = new Map([...groups].map(([key, group]) => [key, { ...group, memo: new Memo() }]));
    return new Uses(project, byFile, bySymbol, undefined);
  }

  /**
   * Those of a former run. `project` is as it was then; `memos` are what had been made of symbols by their
   * numbers, and the others have nothing to tell.
   */
  static kept(project: Project, columns: Columns, memos: ReadonlyMap<number, Memo>): Uses {
    const kept = new KeptUses(project, columns);
    const uses = new Uses(project, [], new Map(), kept);
    for (const [index, memo] of memos) uses.#put(index, memo);
    return uses;
  }

  /** Of what was made anew. `numbers` are those of the symbols, by their keys. */
  columns(): {
    readonly columns: Readonly<Record<string, Int32Array>>;
    readonly numbers: ReadonlyMap<string, number>;
  } {
    const numbers = new Map<string, number>();
    const symbols = new Numbers();
    const starts = new Int32Array(this.#byFile.length + 1);
    for (const [key, { symbol, uses }] of this.told()) {
      numbers.set(key, numbers.size);
      symbols.push(symbol.file);
      symbols.push(symbol.binding);
      symbols.push(hashOf(symbol.name));
      for (const { file } of uses) starts[file + 1] = (starts[file + 1] as number) + useNumbers;
    }
    for (let file = 0; file < this.#byFile.length; file++)
      starts[file + 1] = (starts[file + 1] as number) + (starts[file] as number);
    const rows = new Int32Array(starts.at(-1) ?? 0);
    const next = starts.slice();
    let index = 0;
    for (const [, { uses }] of this.told()) {
      for (const { file, importIndex, nameIndex } of uses) {
        const at = next[file] as number;
        next[file] = at + useNumbers;
        rows[at] = index;
        rows[at + 1] = importIndex;
        rows[at + 2] = nameIndex;
      }
      index++;
    }
    const columns = { symbols: symbols.written(), "uses at": starts, uses: rows };
    return { columns, numbers };
  }

  /** By `file:name` of the definition; of all symbols. */
  get bySymbol(): ReadonlyMap<string, SymbolUses> {
    for (let index = 0; index < (this.#kept?.count ?? 0); index++) this.#put(index, new Memo());
    return new Map(this.told());
  }

  /** Symbols of which there may be something to tell, by `file:name`. */
  *told(): Iterable<readonly [key: string, uses: SymbolUses]> {
    for (const [key, group] of this.#bySymbol) if (group !== undefined) yield [key, group];
  }

  /** A symbol with its uses; undefined: nobody uses it. */
  of(symbol: Pick<Definition, "file" | "name">): SymbolUses | undefined {
    const key = keyOf(symbol);
    const index = this.#bySymbol.has(key) ? undefined : this.#kept?.find(symbol);
    if (index !== undefined) this.#put(index, new Memo());
    return this.#bySymbol.get(key);
  }

  /** One symbol of a former run's, unless it is there or was replaced. */
  #put(index: number, memo: Memo): void {
    const kept = this.#kept as KeptUses;
    const symbol = kept.symbol(index);
    const key = keyOf(symbol);
    if (this.#bySymbol.has(key)) return;
    const usesNow = (): readonly Use[] => kept.usesOf(this.#project, index, noFiles);
    let uses: readonly Use[] | undefined;
    this.#bySymbol.set(key, {
      symbol,
      memo,
      get uses() {
        uses ??= usesNow();
        return uses;
      },
    });
  }

  /** `files` are asked anew, and of what is `stale` everything is made anew. */
  replace(before: Project, now: Project, files: ReadonlySet<number>, stale: Stale): void {
    const fresh: Groups = new Map();
    const symbols = new Map<string, Definition>();
    for (const file of files) {
      for (const symbol of this.#symbolsIn(before, file)) symbols.set(keyOf(symbol), symbol);
      const uses = usesIn(now, file);
      this.#byFile[file] = uses;
      for (const use of uses) gather(now, fresh, use);
    }
    for (const [key, { symbol }] of this.told()) if (stale.is(symbol)) symbols.set(key, symbol);
    for (const symbol of this.#kept?.stale(stale) ?? []) symbols.set(keyOf(symbol), symbol);
    for (const [key, { symbol }] of fresh) symbols.set(key, symbol);
    this.#project = now;
    for (const [key, symbol] of symbols) {
      const uses = [...this.#others(symbol, files), ...(fresh.get(key)?.uses ?? [])].sort(compareUses);
      const own = uses[0] === undefined ? undefined : symbolOf(now, uses[0].lookup);
      this.#replaced.add(key);
      this.#bySymbol.set(key, own && { symbol: own, uses, memo: new Memo() });
    }
    this.#byDoor = undefined;
  }

  /** What a file uses. It is looked up again, since what was found may have changed its place since then. */
  #symbolsIn(project: Project, file: number): readonly Definition[] {
    if (this.#byFile[file] === undefined) return this.#kept?.symbolsIn(file) ?? [];
    return usesIn(project, file).flatMap(({ lookup }) => symbolOf(project, lookup) ?? []);
  }

  /** The uses of a symbol outside of `files`. What was not replaced is used by none that was asked anew before. */
  #others(symbol: Definition, files: ReadonlySet<number>): readonly Use[] {
    const key = keyOf(symbol);
    const index = this.#replaced.has(key) ? undefined : this.#kept?.find(symbol);
    if (this.#kept !== undefined && index !== undefined)
      return this.#kept.usesOf(this.#project, index, files);
    const known = this.#bySymbol.get(key)?.uses.filter((use) => !files.has(use.file)) ?? [];
    return known.flatMap((use) => readUse(this.#project, use.file, use.importIndex, use.nameIndex) ?? []);
  }

  /** Uses that ask this module. */
  through(door: number): readonly Use[] {
    if (this.#byDoor === undefined) {
      this.#byDoor = new Map();
      for (let file = 0; file < this.#project.files.length; file++) {
        const uses = this.#byFile[file] ?? usesIn(this.#project, file);
        this.#byFile[file] = uses;
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

const noFiles: ReadonlySet<number> = new Set();
const symbolNumbers = 3;
const useNumbers = 3;

/** Who used what in a former run: symbols by number, and for each file which of them it takes by which import. */
class KeptUses {
  readonly count: number;
  /** As it was then. */
  readonly #project: Project;
  /** File, binding and hash of the name of each symbol. */
  readonly #symbols: Int32Array;
  readonly #starts: Int32Array;
  /** Symbol, import and name of each use. */
  readonly #rows: Int32Array;
  #symbolsByFile: Lists | undefined;
  #rowsBySymbol: Lists | undefined;

  constructor(project: Project, columns: Columns) {
    this.#project = project;
    this.#symbols = columns.numbers("symbols");
    this.#starts = columns.numbers("uses at");
    this.#rows = columns.numbers("uses");
    this.count = this.#symbols.length / symbolNumbers;
  }

  symbol(index: number): Definition {
    const file = this.#symbols[index * symbolNumbers] as number;
    const binding = this.#symbols[index * symbolNumbers + 1] as number;
    return { file, binding, name: this.#project.facts(file).bindings[binding]?.name ?? "" };
  }

  /** The number of a symbol; undefined: nobody used it. */
  find({ file, name }: Pick<Definition, "file" | "name">): number | undefined {
    this.#symbolsByFile ??= new Lists(
      this.#project.files.length,
      this.count,
      (index) => this.#symbols[index * symbolNumbers] as number,
    );
    const hash = hashOf(name);
    for (const index of this.#symbolsByFile.of(file)) {
      if (this.#symbols[index * symbolNumbers + 2] === hash && this.symbol(index).name === name) return index;
    }
    return undefined;
  }

  *stale({ mayBe, is }: Stale): Iterable<Definition> {
    for (let index = 0, at = 0; index < this.count; index++, at += symbolNumbers) {
      if (!mayBe(this.#symbols[at] as number, this.#symbols[at + 2] as number)) continue;
      const symbol = this.symbol(index);
      if (is(symbol)) yield symbol;
    }
  }

  symbolsIn(file: number): readonly Definition[] {
    const indices = new Set<number>();
    for (let at = this.#starts[file] as number; at < (this.#starts[file + 1] as number); at += useNumbers)
      indices.add(this.#rows[at] as number);
    return [...indices].map((index) => this.symbol(index));
  }

  /** As they are in `project`, without those in `files`. */
  usesOf(project: Project, symbol: number, files: ReadonlySet<number>): readonly Use[] {
    this.#rowsBySymbol ??= new Lists(
      this.count,
      this.#rows.length / useNumbers,
      (row) => this.#rows[row * useNumbers] as number,
    );
    const uses: Use[] = [];
    let file = 0;
    for (const row of this.#rowsBySymbol.of(symbol)) {
      const at = row * useNumbers;
      while ((this.#starts[file + 1] as number) <= at) file++;
      if (files.has(file)) continue;
      const use = readUse(project, file, this.#rows[at + 1] as number, this.#rows[at + 2] as number);
      if (use !== undefined) uses.push(use);
    }
    return uses;
  }
}

/** In the order of files, and of what stands in them. */
export function compareUses(one: UsePlace, other: UsePlace): number {
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

function keyOf({ file, name }: Pick<Definition, "file" | "name">): string {
  return `${file}:${name}`;
}

const noUses: readonly Use[] = [];

/** What a file uses, looked up now. */
export function usesIn(project: Project, file: number): readonly Use[] {
  const { imports, language } = project.facts(file);
  const found: Use[] = [];
  for (let importIndex = 0; importIndex < imports.length; importIndex++) {
    const { kind, names } = imports[importIndex] as ImportFact;
    const isMock = kind === "mock" && language === "python";
    for (let nameIndex = isMock ? -1 : 0; nameIndex < (isMock ? 0 : names.length); nameIndex++) {
      const use = readUse(project, file, importIndex, nameIndex);
      if (use !== undefined) found.push(use);
    }
  }
  return found.length === 0 ? noUses : found;
}

/** Undefined when no first-party name is asked there. `nameIndex`: -1 for mock strings. */
function readUse(project: Project, file: number, importIndex: number, nameIndex: number): Use | undefined {
  const statement = project.facts(file).imports[importIndex];
  if (statement === undefined) return undefined;
  if (nameIndex < 0) {
    const { resolution, name } = project.target(file, statement.specifier);
    if (resolution.is !== "file" || name === "") return undefined;
    const door = resolution.file;
    const lookup = project.lookupIn(door, name);
    return { file, importIndex, nameIndex, statement, place: statement.at, door, name, local: "", lookup };
  }
  const resolution = project.resolution(file, importIndex);
  const asked = statement.names[nameIndex];
  if (resolution.is !== "file" || asked === undefined || asked.name === "" || asked.name === "*")
    return undefined;
  return {
    file,
    importIndex,
    nameIndex,
    statement,
    place: asked,
    door: resolution.file,
    name: asked.name,
    local: asked.local,
    lookup: project.lookup(file, importIndex, asked),
  };
}

/** The definition that an answer ends in, when it is a first-party one. */
export function symbolOf(project: Project, lookup: Lookup): Definition | undefined {
  if (lookup.is !== "found" || lookup.binding < 0) return undefined;
  const binding = project.facts(lookup.file).bindings[lookup.binding];
  return binding === undefined
    ? undefined
    : { file: lookup.file, name: binding.name, binding: lookup.binding };
}
