import {
  bindingBits,
  bindingKinds,
  doors,
  fileBits,
  guards,
  headerLength,
  importBits,
  kinds,
  type LocalPack,
  languages,
  type Pack,
  packVersion,
  presences,
  problemKinds,
  type Section,
  scopes,
  sections,
  separator,
  widths,
} from "./facts-layout.ts";
import type { FileFacts, Place } from "./model.ts";

/** One section while it is written. */
class Rows {
  #numbers: Int32Array<ArrayBuffer>;
  #length = 0;
  readonly #width: number;

  constructor(width: number, rows: number) {
    this.#width = width;
    this.#numbers = new Int32Array(width * rows);
  }

  /** The index of the row that comes next. */
  get next(): number {
    return this.#length / this.#width;
  }

  int(value: number): void {
    if (this.#length === this.#numbers.length) this.#grow(1);
    this.#numbers[this.#length++] = value;
  }

  /** Rows that lie as they are to lie. */
  rows(numbers: Int32Array): void {
    if (this.#length + numbers.length > this.#numbers.length) this.#grow(numbers.length);
    this.#numbers.set(numbers, this.#length);
    this.#length += numbers.length;
  }

  #grow(more: number): void {
    const grown = new Int32Array(Math.max(this.#numbers.length * 2, this.#length + more));
    grown.set(this.#numbers);
    this.#numbers = grown;
  }

  place(place: Place): void {
    this.int(place.start);
    this.int(place.end);
    this.int(place.line);
    this.int(place.column);
  }

  written(): Int32Array {
    return this.#numbers.subarray(0, this.#length);
  }
}

/** Every string once; the first is the empty one. */
class Texts {
  readonly #indexByText = new Map<string, number>();
  readonly made: string[] = [""];

  index(value: string): number {
    if (value === "") return 0;
    let index = this.#indexByText.get(value);
    if (index === undefined) {
      index = this.made.length;
      this.#indexByText.set(value, index);
      this.made.push(value.includes(separator) ? value.replaceAll(separator, "\ufffd") : value);
    }
    return index;
  }
}

type Sections = Readonly<Record<Section, Rows>>;

/** What a file says of itself. */
export type FileHead = Omit<FileFacts, "imports" | "bindings" | "exports">;
/** A file's sections, in rows that lie as in the pack. */
export type FileRows = Readonly<Record<"imports" | "names" | "bindings", Int32Array>>;

/** The facts in the form in which they travel and are kept. */
export function pack(files: Iterable<FileFacts>): Pack {
  const writer = new PackWriter(filesUsual);
  for (const file of files) writer.add(file);
  return writer.pack();
}

/** For so many files there is room at first. */
const filesUsual = 20;

let packsMade = 0;

/** A pack while it is written, file by file. */
export class PackWriter {
  /** Tells it apart from those before. */
  readonly number = ++packsMade;
  readonly #out: Sections;
  readonly #texts = new Texts();

  /** With room for about `files`. */
  constructor(files: number) {
    const rowsOf = (section: Section, perFile: number): Rows => new Rows(widths[section], files * perFile);
    this.#out = {
      files: rowsOf("files", 1),
      imports: rowsOf("imports", 12),
      names: rowsOf("names", 16),
      bindings: rowsOf("bindings", 24),
      exports: rowsOf("exports", 1),
      extras: rowsOf("extras", 8),
    };
  }

  add(file: FileFacts): void {
    const out = this.#out;
    writeHead(file, file.imports.length, file.bindings.length, file.exports.length, out, this.#texts);
    writeImports(file, out, this.#texts);
    writeBindings(file, out.bindings, this.#texts);
    for (const each of file.exports) {
      const rows = out.exports;
      rows.int(this.text(each.name));
      rows.int(this.text(each.local));
      rows.int(each.importIndex);
      rows.int(this.text(each.imported));
      rows.int(Number(each.typeOnly));
      rows.place(each);
    }
  }

  /** A file whose rows speak of texts by their numbers and of names by their rows: the first is `nextName`. */
  addRows(head: FileHead, { imports, names, bindings }: FileRows): void {
    const out = this.#out;
    writeHead(head, imports.length / widths.imports, bindings.length / widths.bindings, 0, out, this.#texts);
    out.imports.rows(imports);
    out.names.rows(names);
    out.bindings.rows(bindings);
  }

  get nextName(): number {
    return this.#out.names.next;
  }

  /** The number of a text. */
  text(value: string): number {
    return this.#texts.index(value);
  }

  pack(): Pack {
    const { numbers, made } = this.local();
    return { numbers, strings: made.join(separator) };
  }

  /** The pack in the form in which it is looked at by the thread that has made it. */
  local(): LocalPack {
    const parts = sections.map((section) => this.#out[section].written());
    const numbers = new Int32Array(parts.reduce((sum, part) => sum + part.length, headerLength));
    numbers[0] = packVersion;
    let at = headerLength;
    for (const [index, part] of parts.entries()) {
      numbers[1 + index] = part.length;
      numbers.set(part, at);
      at += part.length;
    }
    return { numbers, made: this.#texts.made };
  }
}

function writeHead(
  file: FileHead,
  imports: number,
  bindings: number,
  exports: number,
  out: Sections,
  texts: Texts,
): void {
  const { files } = out;
  const { publicNames, lazy } = file;
  const publicState = publicNames === undefined ? 0 : publicNames.isKnown ? 1 : 2;
  const lazyState = lazy.is === "none" ? 0 : lazy.is === "any" ? 1 : 2;
  files.int(texts.index(file.path));
  files.int(
    languages.indexOf(file.language) |
      (doors.indexOf(file.doors) << fileBits.doors) |
      (Number(file.hasEffects) << fileBits.hasEffects) |
      (publicState << fileBits.publicNames) |
      (lazyState << fileBits.lazy) |
      (Number(file.problems.length > 0) << fileBits.hasProblems),
  );
  files.int(file.byteLength);
  files.int(file.lineCount);
  files.int(out.imports.next);
  files.int(imports);
  files.int(out.bindings.next);
  files.int(bindings);
  files.int(out.exports.next);
  files.int(exports);
  files.int(writeExtras(file, out.extras, texts));
}

function writeImports(file: FileFacts, { imports, names }: Sections, texts: Texts): void {
  for (const each of file.imports) {
    imports.int(
      kinds.indexOf(each.kind) |
        (scopes.indexOf(each.scope) << importBits.scope) |
        (guards.indexOf(each.guard) << importBits.guard),
    );
    imports.int(texts.index(each.specifier));
    imports.int(each.tryBlock);
    imports.place(each.statement);
    imports.place(each.at);
    imports.int(names.next);
    imports.int(each.names.length);
    for (const name of each.names) {
      const index = texts.index(name.name);
      names.int(index);
      names.int(name.local === name.name ? index : texts.index(name.local));
      names.int(Number(name.typeOnly));
      names.place(name);
    }
  }
}

function writeBindings(file: FileFacts, rows: Rows, texts: Texts): void {
  for (const each of file.bindings) {
    rows.int(texts.index(each.name));
    rows.int(
      bindingKinds.indexOf(each.kind) |
        (presences.indexOf(each.presence) << bindingBits.presence) |
        (Number(each.isAsync) << bindingBits.isAsync) |
        (Number(each.isState) << bindingBits.isState),
    );
    rows.int(each.importIndex);
    rows.int(each.nameIndex);
    rows.int(texts.index(each.target));
    rows.place(each);
  }
}

/** Where the file's extras begin. */
function writeExtras(file: FileHead, rows: Rows, texts: Texts): number {
  const publicNames = file.publicNames?.names ?? [];
  const lazyNames = file.lazy.is === "names" ? file.lazy.names : [];
  const { problems, ignores } = file;
  if (publicNames.length + lazyNames.length + problems.length + ignores.length === 0) return -1;
  const at = rows.next;
  rows.int(publicNames.length);
  for (const each of publicNames) {
    rows.int(texts.index(each.name));
    rows.place(each);
  }
  rows.int(lazyNames.length);
  for (const each of lazyNames) rows.int(texts.index(each));
  rows.int(problems.length);
  for (const each of problems) {
    rows.int(problemKinds.indexOf(each.kind));
    rows.int(texts.index(each.message));
    rows.int(each.line);
    rows.int(each.column);
  }
  rows.int(ignores.length);
  for (const each of ignores) {
    rows.int(each.rules.length);
    for (const rule of each.rules) rows.int(texts.index(rule));
    rows.int(texts.index(each.reason));
    rows.int(each.line);
    rows.int(each.column);
    rows.int(each.appliesToLine);
  }
  return at;
}
