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
    if (this.#length === this.#numbers.length) {
      const grown = new Int32Array(this.#numbers.length * 2);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[this.#length++] = value;
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

/** For so many files there is room at first. */
const filesUsual = 20;

/** The facts in the form in which they travel and are kept. */
export function pack(files: Iterable<FileFacts>): Pack {
  const { numbers, made } = packLocally(files);
  return { numbers, strings: made.join(separator) };
}

/** The facts in the form in which they are looked at by the thread that has read them. */
export function packLocally(files: Iterable<FileFacts>): LocalPack {
  const rowsOf = (section: Section, perFile: number): Rows => new Rows(widths[section], filesUsual * perFile);
  const out: Sections = {
    files: rowsOf("files", 1),
    imports: rowsOf("imports", 12),
    names: rowsOf("names", 16),
    bindings: rowsOf("bindings", 24),
    exports: rowsOf("exports", 1),
    extras: rowsOf("extras", 8),
  };
  const texts = new Texts();
  for (const file of files) writeFile(file, out, texts);
  const parts = sections.map((section) => out[section].written());
  const numbers = new Int32Array(parts.reduce((sum, part) => sum + part.length, headerLength));
  numbers[0] = packVersion;
  let at = headerLength;
  for (const [index, part] of parts.entries()) {
    numbers[1 + index] = part.length;
    numbers.set(part, at);
    at += part.length;
  }
  return { numbers, made: texts.made };
}

function writeFile(file: FileFacts, out: Sections, texts: Texts): void {
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
      (lazyState << fileBits.lazy),
  );
  files.int(file.byteLength);
  files.int(file.lineCount);
  files.int(out.imports.next);
  files.int(file.imports.length);
  files.int(out.bindings.next);
  files.int(file.bindings.length);
  files.int(out.exports.next);
  files.int(file.exports.length);
  files.int(writeExtras(file, out.extras, texts));
  writeImports(file, out, texts);
  writeBindings(file, out.bindings, texts);
  for (const each of file.exports) {
    const rows = out.exports;
    rows.int(texts.index(each.name));
    rows.int(texts.index(each.local));
    rows.int(each.importIndex);
    rows.int(texts.index(each.imported));
    rows.int(Number(each.typeOnly));
    rows.place(each);
  }
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
function writeExtras(file: FileFacts, rows: Rows, texts: Texts): number {
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
