/**
 * Facts as they are looked at: small objects that know where their row lies in a pack and read it when they
 * are asked. A tree of ten thousand files has half a million facts, of which most are asked for one property.
 *
 * C1 What `unpack(pack(facts))` shows equals `facts`. C2 A pack that is torn or from another version is refused
 * as a whole, not guessed: rows, strings and kinds are checked before anything is shown.
 * C3 A fact may be a view, whose properties a spread (`{...fact}`) would not copy: use `placeOf`, or name them.
 */
import { pack } from "./facts-codec.ts";
import {
  bindingBits,
  bindingKinds,
  bindingRow,
  doors,
  exportRow,
  fileBits,
  fileRow,
  guards,
  importBits,
  importRow,
  type KeptPack,
  kinds,
  type LocalPack,
  languages,
  nameRow,
  type Pack,
  presences,
  type Section,
  scopes,
  widths,
} from "./facts-layout.ts";
import { type Extras, noExtras, readExtras, Table } from "./facts-table.ts";
import type {
  BindingFact,
  BindingKind,
  Doors,
  ExportFact,
  FileFacts,
  Guard,
  Ignore,
  ImportedName,
  ImportFact,
  ImportKind,
  Language,
  Place,
  Presence,
  Problem,
  PublicNames,
  Scope,
} from "./model.ts";

/** The place of a fact, and nothing else of it. */
export function placeOf(fact: Place): Place {
  return { start: fact.start, end: fact.end, line: fact.line, column: fact.column };
}

/** Undefined when the pack cannot be read (C2). */
export function unpack(packed: Pack | KeptPack): FileFacts[] | undefined {
  const table = new Table(packed);
  return table.isSound() ? filesOf(table) : undefined;
}

/** The facts of a pack that was made here. */
export function filesIn(packed: LocalPack): FileFacts[] {
  return filesOf(new Table(packed));
}

function filesOf(table: Table): FileFacts[] {
  return Array.from({ length: table.fileCount }, (_, index) => new FileView(table, index));
}

/** A pack with the paths of its files, in its order. */
export type PackOfPaths = { readonly packed: Pack | KeptPack; readonly paths: readonly string[] };

/** Packs for these files: those they were unpacked from where they make one up, else packed anew. */
export function packsOf(files: readonly FileFacts[]): PackOfPaths[] {
  const filesByTable = new Map<Table | undefined, FileFacts[]>();
  for (const file of files) {
    const table = FileView.tableOf(file);
    const known = filesByTable.get(table);
    if (known === undefined) filesByTable.set(table, [file]);
    else known.push(file);
  }
  const packs: PackOfPaths[] = [];
  const others: FileFacts[] = [];
  for (const [table, own] of filesByTable) {
    // Small packs are put together, so that their number does not grow with every change.
    if (table === undefined || own.length < packFilesMin || own.length < table.fileCount) others.push(...own);
    else packs.push({ packed: table.packed, paths: table.paths() });
  }
  if (others.length > 0) packs.push({ packed: pack(others), paths: others.map(({ path }) => path) });
  return packs;
}

const packFilesMin = 20;

class FileView implements FileFacts {
  readonly #table: Table;
  readonly #at: number;
  #imports: readonly ImportFact[] | undefined;
  #bindings: readonly BindingFact[] | undefined;
  #exports: readonly ExportFact[] | undefined;
  #extras: Extras | undefined;

  constructor(table: Table, index: number) {
    this.#table = table;
    this.#at = table.at("files", index);
  }

  static tableOf(file: FileFacts): Table | undefined {
    return #table in file ? file.#table : undefined;
  }

  get path(): string {
    return this.#table.text(this.#at + fileRow.path);
  }

  get language(): Language {
    return languages[this.#flags & 1] as Language;
  }

  get byteLength(): number {
    return this.#table.int(this.#at + fileRow.byteLength);
  }

  get lineCount(): number {
    return this.#table.int(this.#at + fileRow.lineCount);
  }

  get imports(): readonly ImportFact[] {
    this.#imports ??= this.#views("imports", fileRow.importsAt, ImportView);
    return this.#imports;
  }

  get bindings(): readonly BindingFact[] {
    this.#bindings ??= this.#views("bindings", fileRow.bindingsAt, BindingView);
    return this.#bindings;
  }

  get exports(): readonly ExportFact[] {
    this.#exports ??= this.#views("exports", fileRow.exportsAt, ExportView);
    return this.#exports;
  }

  get doors(): Doors {
    return doors[(this.#flags >> fileBits.doors) & 7] as Doors;
  }

  get publicNames(): PublicNames | undefined {
    const state = (this.#flags >> fileBits.publicNames) & 3;
    return state === 0 ? undefined : { isKnown: state === 1, names: this.#more.publicNames };
  }

  get lazy(): FileFacts["lazy"] {
    const state = (this.#flags >> fileBits.lazy) & 3;
    if (state === 2) return { is: "names", names: this.#more.lazyNames };
    return { is: state === 0 ? "none" : "any" };
  }

  get hasEffects(): boolean {
    return ((this.#flags >> fileBits.hasEffects) & 1) === 1;
  }

  get problems(): readonly Problem[] {
    // Few have one, and every file is asked.
    return ((this.#flags >> fileBits.hasProblems) & 1) === 0 ? none : this.#more.problems;
  }

  get ignores(): readonly Ignore[] {
    return this.#more.ignores;
  }

  get #flags(): number {
    return this.#table.int(this.#at + fileRow.flags);
  }

  get #more(): Extras {
    if (this.#extras === undefined) {
      const at = this.#table.int(this.#at + fileRow.extrasAt);
      this.#extras = at === -1 ? noExtras : readExtras(this.#table, at);
    }
    return this.#extras;
  }

  #views<T>(section: Section, field: number, View: new (table: Table, at: number) => T): readonly T[] {
    return viewsOf(this.#table, section, this.#at + field, View);
  }
}

const none: readonly never[] = [];

/** The views of the rows that the two numbers at `field` speak of: the first, and how many. */
function viewsOf<T>(
  table: Table,
  section: Section,
  field: number,
  View: new (table: Table, at: number) => T,
): readonly T[] {
  const count = table.int(field + 1);
  if (count === 0) return none;
  const width = widths[section];
  let at = table.at(section, table.int(field));
  const views = new Array<T>(count);
  for (let index = 0; index < count; index++, at += width) views[index] = new View(table, at);
  return views;
}

class ImportView implements ImportFact {
  readonly #table: Table;
  readonly #at: number;
  #names: readonly ImportedName[] | undefined;

  constructor(table: Table, at: number) {
    this.#table = table;
    this.#at = at;
  }

  get kind(): ImportKind {
    return kinds[this.#table.int(this.#at) & 15] as ImportKind;
  }

  get scope(): Scope {
    return scopes[(this.#table.int(this.#at) >> importBits.scope) & 15] as Scope;
  }

  get guard(): Guard {
    return guards[this.#table.int(this.#at) >> importBits.guard] as Guard;
  }

  get specifier(): string {
    return this.#table.text(this.#at + importRow.specifier);
  }

  get tryBlock(): number {
    return this.#table.int(this.#at + importRow.tryBlock);
  }

  get statement(): Place {
    return readPlace(this.#table, this.#at + importRow.statement);
  }

  get at(): Place {
    return readPlace(this.#table, this.#at + importRow.at);
  }

  get names(): readonly ImportedName[] {
    this.#names ??= viewsOf(this.#table, "names", this.#at + importRow.namesAt, NameView);
    return this.#names;
  }
}

function readPlace({ numbers }: Table, at: number): Place {
  return {
    start: numbers[at] as number,
    end: numbers[at + 1] as number,
    line: numbers[at + 2] as number,
    column: numbers[at + 3] as number,
  };
}

class NameView implements ImportedName {
  readonly #table: Table;
  readonly #at: number;

  constructor(table: Table, at: number) {
    this.#table = table;
    this.#at = at;
  }

  get name(): string {
    return this.#table.text(this.#at + nameRow.name);
  }

  get local(): string {
    return this.#table.text(this.#at + nameRow.local);
  }

  get typeOnly(): boolean {
    return this.#table.int(this.#at + nameRow.typeOnly) === 1;
  }

  get start(): number {
    return this.#table.int(this.#at + nameRow.place);
  }

  get end(): number {
    return this.#table.int(this.#at + nameRow.place + 1);
  }

  get line(): number {
    return this.#table.int(this.#at + nameRow.place + 2);
  }

  get column(): number {
    return this.#table.int(this.#at + nameRow.place + 3);
  }
}

class BindingView implements BindingFact {
  readonly #table: Table;
  readonly #at: number;

  constructor(table: Table, at: number) {
    this.#table = table;
    this.#at = at;
  }

  get name(): string {
    return this.#table.text(this.#at + bindingRow.name);
  }

  get kind(): BindingKind {
    return bindingKinds[this.#flags & 15] as BindingKind;
  }

  get presence(): Presence {
    return presences[(this.#flags >> bindingBits.presence) & 15] as Presence;
  }

  get isAsync(): boolean {
    return ((this.#flags >> bindingBits.isAsync) & 1) === 1;
  }

  get isState(): boolean {
    return ((this.#flags >> bindingBits.isState) & 1) === 1;
  }

  get importIndex(): number {
    return this.#table.int(this.#at + bindingRow.importIndex);
  }

  get nameIndex(): number {
    return this.#table.int(this.#at + bindingRow.nameIndex);
  }

  get target(): string {
    return this.#table.text(this.#at + bindingRow.target);
  }

  get start(): number {
    return this.#table.int(this.#at + bindingRow.place);
  }

  get end(): number {
    return this.#table.int(this.#at + bindingRow.place + 1);
  }

  get line(): number {
    return this.#table.int(this.#at + bindingRow.place + 2);
  }

  get column(): number {
    return this.#table.int(this.#at + bindingRow.place + 3);
  }

  get #flags(): number {
    return this.#table.int(this.#at + bindingRow.flags);
  }
}

class ExportView implements ExportFact {
  readonly #table: Table;
  readonly #at: number;

  constructor(table: Table, at: number) {
    this.#table = table;
    this.#at = at;
  }

  get name(): string {
    return this.#table.text(this.#at + exportRow.name);
  }

  get local(): string {
    return this.#table.text(this.#at + exportRow.local);
  }

  get importIndex(): number {
    return this.#table.int(this.#at + exportRow.importIndex);
  }

  get imported(): string {
    return this.#table.text(this.#at + exportRow.imported);
  }

  get typeOnly(): boolean {
    return this.#table.int(this.#at + exportRow.typeOnly) === 1;
  }

  get start(): number {
    return this.#table.int(this.#at + exportRow.place);
  }

  get end(): number {
    return this.#table.int(this.#at + exportRow.place + 1);
  }

  get line(): number {
    return this.#table.int(this.#at + exportRow.place + 2);
  }

  get column(): number {
    return this.#table.int(this.#at + exportRow.place + 3);
  }
}
