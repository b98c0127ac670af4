import type {
  BindingFact,
  ExportFact,
  FileFacts,
  Ignore,
  ImportedName,
  ImportFact,
  Place,
  Problem,
  PublicNames,
} from "./model.ts";

/**
 * Facts as one row of numbers and one table of strings: what crosses from workers without being copied
 * object by object, and what lies in the cache. Strings are interned within one pack.
 *
 * C1 `unpack(pack(facts))` equals `facts`. C2 A pack that is torn or from another version is refused, not guessed.
 */
export type Pack = { readonly numbers: Int32Array<ArrayBuffer>; readonly strings: string };

/** Changes whenever the layout below, the model or an extractor's meaning changes. */
export const packVersion = 4;

const separator = "\u0000";
const kinds = [
  "static",
  "re-export",
  "import-equals",
  "require",
  "dynamic",
  "mock",
  "types",
  "member",
] as const;
const scopes = ["module", "class", "function"] as const;
const guards = [
  "none",
  "conditional",
  "try",
  "try-raise",
  "handler",
  "suppress",
  "expected",
  "types",
  "unreachable",
] as const;
const bindingKinds = [
  "class",
  "function",
  "variable",
  "type",
  "interface",
  "enum",
  "namespace",
  "import",
  "alias",
] as const;
const presences = ["always", "conditional", "try", "types", "late", "deleted"] as const;
const doors = ["bindings", "exports", "object", "unknown", "none"] as const;
const problemKinds = ["syntax", "encoding", "unreadable", "skipped", "limit"] as const;
const languages = ["python", "typescript"] as const;

class Writer {
  #numbers = new Int32Array(1 << 14);
  #length = 0;
  readonly #indexByText = new Map<string, number>();
  readonly #texts: string[] = [];

  int(value: number): void {
    if (this.#length === this.#numbers.length) {
      const grown = new Int32Array(this.#numbers.length * 2);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[this.#length++] = value;
  }

  bool(value: boolean): void {
    this.int(value ? 1 : 0);
  }

  text(value: string): void {
    let index = this.#indexByText.get(value);
    if (index === undefined) {
      index = this.#texts.length;
      this.#indexByText.set(value, index);
      // The separator cannot stand in a name; in a specifier it would be one that resolves to nothing.
      this.#texts.push(value.includes(separator) ? value.replaceAll(separator, "\ufffd") : value);
    }
    this.int(index);
  }

  list<T>(values: readonly T[], each: (value: T) => void): void {
    this.int(values.length);
    for (const value of values) each(value);
  }

  place(place: Place): void {
    this.int(place.start);
    this.int(place.end);
    this.int(place.line);
    this.int(place.column);
  }

  pack(): Pack {
    return { numbers: this.#numbers.slice(0, this.#length), strings: this.#texts.join(separator) };
  }
}

export function pack(files: readonly FileFacts[]): Pack {
  const out = new Writer();
  out.int(packVersion);
  out.list(files, (file) => {
    out.text(file.path);
    out.int(languages.indexOf(file.language));
    out.int(file.byteLength);
    out.int(file.lineCount);
    out.int(doors.indexOf(file.doors));
    out.bool(file.hasEffects);
    out.list(file.imports, (each) => {
      out.int(kinds.indexOf(each.kind));
      out.text(each.specifier);
      out.int(scopes.indexOf(each.scope));
      out.int(guards.indexOf(each.guard));
      out.int(each.tryBlock);
      out.place(each.statement);
      out.place(each.at);
      out.list(each.names, (name) => {
        out.text(name.name);
        out.text(name.local);
        out.bool(name.typeOnly);
        out.place(name);
      });
    });
    out.list(file.bindings, (each) => {
      out.text(each.name);
      out.int(bindingKinds.indexOf(each.kind));
      out.int((each.isAsync ? 1 : 0) | (each.isState ? 2 : 0));
      out.int(presences.indexOf(each.presence));
      out.int(each.importIndex);
      out.int(each.nameIndex);
      out.text(each.target);
      out.place(each);
    });
    out.list(file.exports, (each) => {
      out.text(each.name);
      out.text(each.local);
      out.int(each.importIndex);
      out.text(each.imported);
      out.bool(each.typeOnly);
      out.place(each);
    });
    out.int(file.publicNames === undefined ? 0 : file.publicNames.isKnown ? 1 : 2);
    out.list(file.publicNames?.names ?? [], (each) => {
      out.text(each.name);
      out.place(each);
    });
    out.int(file.lazy.is === "none" ? 0 : file.lazy.is === "any" ? 1 : 2);
    out.list(file.lazy.is === "names" ? file.lazy.names : [], (name) => out.text(name));
    out.list(file.problems, (each) => {
      out.int(problemKinds.indexOf(each.kind));
      out.text(each.message);
      out.int(each.line);
      out.int(each.column);
    });
    out.list(file.ignores, (each) => {
      out.list(each.rules, (rule) => out.text(rule));
      out.text(each.reason);
      out.int(each.line);
      out.int(each.column);
      out.int(each.appliesToLine);
    });
  });
  return out.pack();
}

class Reader {
  readonly #numbers: Int32Array;
  readonly #texts: readonly string[];
  #at = 0;

  constructor(packed: Pack) {
    this.#numbers = packed.numbers;
    this.#texts = packed.strings.split(separator);
  }

  int(): number {
    const value = this.#numbers[this.#at++];
    if (value === undefined) throw new RangeError("the pack ends too early");
    return value;
  }

  bool(): boolean {
    return this.int() !== 0;
  }

  text(): string {
    const value = this.#texts[this.int()];
    if (value === undefined) throw new RangeError("the pack names a string that it does not hold");
    return value;
  }

  one<T>(values: readonly T[]): T {
    const value = values[this.int()];
    if (value === undefined) throw new RangeError("the pack holds a kind that is not known");
    return value;
  }

  list<T>(each: () => T): T[] {
    const length = this.int();
    // Every entry takes at least one number, which bounds what a torn pack can ask for.
    if (length < 0 || length > this.#numbers.length - this.#at) throw new RangeError("the pack is torn");
    const values: T[] = [];
    for (let index = 0; index < length; index++) values.push(each());
    return values;
  }
}

/** Undefined when the pack cannot be read (C2). */
export function unpack(packed: Pack): FileFacts[] | undefined {
  const input = new Reader(packed);
  try {
    if (input.int() !== packVersion) return undefined;
    return input.list(() => readFile(input));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readFile(input: Reader): FileFacts {
  const path = input.text();
  const language = input.one(languages);
  const byteLength = input.int();
  const lineCount = input.int();
  const door = input.one(doors);
  const hasEffects = input.bool();
  const imports = input.list(() => readImport(input));
  const bindings = input.list(() => readBinding(input));
  const exports = input.list(() => readExport(input));
  const publicState = input.int();
  const publicList = input.list(() => {
    const name = input.text();
    return { start: input.int(), end: input.int(), line: input.int(), column: input.int(), name };
  });
  const publicNames: PublicNames | undefined =
    publicState === 0 ? undefined : { isKnown: publicState === 1, names: publicList };
  const lazyState = input.int();
  const lazyNames = input.list(() => input.text());
  const lazy: FileFacts["lazy"] =
    lazyState === 0 ? { is: "none" } : lazyState === 1 ? { is: "any" } : { is: "names", names: lazyNames };
  const problems: Problem[] = input.list(() => ({
    kind: input.one(problemKinds),
    message: input.text(),
    line: input.int(),
    column: input.int(),
  }));
  const ignores: Ignore[] = input.list(() => ({
    rules: input.list(() => input.text()),
    reason: input.text(),
    line: input.int(),
    column: input.int(),
    appliesToLine: input.int(),
  }));
  return {
    path,
    language,
    byteLength,
    lineCount,
    imports,
    bindings,
    exports,
    doors: door,
    publicNames,
    lazy,
    hasEffects,
    problems,
    ignores,
  };
}

function readPlace(input: Reader): Place {
  return { start: input.int(), end: input.int(), line: input.int(), column: input.int() };
}

function readImport(input: Reader): ImportFact {
  return {
    kind: input.one(kinds),
    specifier: input.text(),
    scope: input.one(scopes),
    guard: input.one(guards),
    tryBlock: input.int(),
    statement: readPlace(input),
    at: readPlace(input),
    names: input.list(
      (): ImportedName => ({
        name: input.text(),
        local: input.text(),
        typeOnly: input.bool(),
        start: input.int(),
        end: input.int(),
        line: input.int(),
        column: input.int(),
      }),
    ),
  };
}

function readBinding(input: Reader): BindingFact {
  const name = input.text();
  const kind = input.one(bindingKinds);
  const flags = input.int();
  return {
    name,
    kind,
    isAsync: (flags & 1) !== 0,
    isState: (flags & 2) !== 0,
    presence: input.one(presences),
    importIndex: input.int(),
    nameIndex: input.int(),
    target: input.text(),
    start: input.int(),
    end: input.int(),
    line: input.int(),
    column: input.int(),
  };
}

function readExport(input: Reader): ExportFact {
  return {
    name: input.text(),
    local: input.text(),
    importIndex: input.int(),
    imported: input.text(),
    typeOnly: input.bool(),
    start: input.int(),
    end: input.int(),
    line: input.int(),
    column: input.int(),
  };
}
