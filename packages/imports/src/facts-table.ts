/** The rows of a pack by section and index, and whether all of them can be believed. */
import {
  bindingBits,
  bindingKinds,
  bindingRow,
  doors,
  exportRow,
  fileBits,
  fileRow,
  guards,
  headerLength,
  importBits,
  importRow,
  type KeptPack,
  type KeptTexts,
  kinds,
  type LocalPack,
  nameRow,
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
import type { Ignore, Problem, PublicNames } from "./model.ts";

/** A pack that can be read in place, once it was found sound. */
export class Table {
  readonly #source: Pack | KeptPack | LocalPack;
  readonly numbers: Int32Array;
  /** Of a kept pack those that were asked for. */
  readonly #texts: (string | undefined)[];
  readonly #kept: KeptTexts | undefined;
  readonly #starts: Record<Section, number> = {
    files: 0,
    imports: 0,
    names: 0,
    bindings: 0,
    exports: 0,
    extras: 0,
  };
  readonly #isWhole: boolean;

  constructor(source: Pack | KeptPack | LocalPack) {
    this.#source = source;
    this.numbers = source.numbers;
    this.#kept = "texts" in source ? source.texts : undefined;
    if ("texts" in source) this.#texts = new Array(source.texts.starts.length);
    else this.#texts = "made" in source ? source.made : source.strings.split(separator);
    let at = headerLength;
    let isEven = true;
    for (const [index, section] of sections.entries()) {
      const length = this.numbers[1 + index] ?? -1;
      isEven &&= length >= 0 && length % widths[section] === 0;
      this.#starts[section] = at;
      at += length;
    }
    this.#isWhole = isEven && this.numbers[0] === packVersion && at === this.numbers.length;
  }

  /** In a form that can be kept. */
  get packed(): Pack | KeptPack {
    const source = this.#source;
    return "made" in source ? { numbers: source.numbers, strings: source.made.join(separator) } : source;
  }

  /** The paths of its files, in its order. */
  paths(): string[] {
    return Array.from({ length: this.fileCount }, (_, index) =>
      this.text(this.at("files", index) + fileRow.path),
    );
  }

  /** The offset of row `index` in its section. */
  at(section: Section, index: number): number {
    return this.#starts[section] + index * widths[section];
  }

  text(at: number): string {
    const index = this.numbers[at] as number;
    return this.#texts[index] ?? this.#decoded(index);
  }

  /** The string of this number; undefined: the pack holds none. */
  textOf(index: number): string | undefined {
    return (
      this.#texts[index] ?? (index >= 0 && index < this.#texts.length ? this.#decoded(index) : undefined)
    );
  }

  #decoded(index: number): string {
    const { bytes, starts } = this.#kept as KeptTexts;
    const end = (starts[index + 1] ?? bytes.length + 1) - 1;
    const text = bytes.toString("utf8", starts[index] as number, end);
    this.#texts[index] = text;
    return text;
  }

  int(at: number): number {
    return this.numbers[at] as number;
  }

  get fileCount(): number {
    return this.#rows("files");
  }

  #rows(section: Section): number {
    return this.int(1 + sections.indexOf(section)) / widths[section];
  }

  /** Whether everything in it can be believed. What is kept was so when it was written, and has a sum of its own. */
  isSound(): boolean {
    if (!this.#isWhole || this.#kept !== undefined) return this.#isWhole;
    return (
      this.#holds("files", [fileRow.path], (at) => {
        const flags = this.int(at + fileRow.flags);
        return (
          flags >= 0 &&
          ((flags >> fileBits.doors) & 7) < doors.length &&
          this.#isRange("imports", at + fileRow.importsAt) &&
          this.#isRange("bindings", at + fileRow.bindingsAt) &&
          this.#isRange("exports", at + fileRow.exportsAt) &&
          this.#areExtrasSound(this.int(at + fileRow.extrasAt))
        );
      }) &&
      this.#holds("imports", [importRow.specifier], (at) => {
        const flags = this.int(at + importRow.flags);
        return (
          (flags & 15) < kinds.length &&
          ((flags >> importBits.scope) & 15) < scopes.length &&
          flags >> importBits.guard >= 0 &&
          flags >> importBits.guard < guards.length &&
          this.#isRange("names", at + importRow.namesAt)
        );
      }) &&
      this.#holds("names", [nameRow.name, nameRow.local], () => true) &&
      this.#holds("bindings", [bindingRow.name, bindingRow.target], (at) => {
        const flags = this.int(at + bindingRow.flags);
        return (
          (flags & 15) < bindingKinds.length && ((flags >> bindingBits.presence) & 15) < presences.length
        );
      }) &&
      this.#holds("exports", [exportRow.name, exportRow.local, exportRow.imported], () => true)
    );
  }

  #holds(section: Section, textsAt: readonly number[], isSound: (at: number) => boolean): boolean {
    const width = widths[section];
    const start = this.#starts[section];
    const end = start + this.#rows(section) * width;
    for (const textAt of textsAt) {
      for (let at = start + textAt; at < end; at += width) {
        if ((this.numbers[at] as number) >>> 0 >= this.#texts.length) return false;
      }
    }
    for (let at = start; at < end; at += width) if (!isSound(at)) return false;
    return true;
  }

  #isRange(section: Section, at: number): boolean {
    const first = this.int(at);
    const count = this.int(at + 1);
    return first >= 0 && count >= 0 && first + count <= this.#rows(section);
  }

  #areExtrasSound(at: number): boolean {
    if (at === -1) return true;
    if (at < 0 || at >= this.#rows("extras")) return false;
    try {
      readExtras(this, at);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
}

export type Extras = {
  readonly publicNames: PublicNames["names"];
  readonly lazyNames: readonly string[];
  readonly problems: readonly Problem[];
  readonly ignores: readonly Ignore[];
};

export const noExtras: Extras = { publicNames: [], lazyNames: [], problems: [], ignores: [] };

/** Throws a RangeError where a list or a string lies outside of the pack. */
export function readExtras(table: Table, start: number): Extras {
  const { numbers } = table;
  let at = table.at("extras", start);
  const int = (): number => {
    const value = numbers[at++];
    if (value === undefined) throw new RangeError("the pack ends too early");
    return value;
  };
  const text = (): string => {
    const value = table.textOf(int());
    if (value === undefined) throw new RangeError("the pack names a string that it does not hold");
    return value;
  };
  const list = <T>(each: () => T): T[] => {
    const length = int();
    // Every entry takes at least one number, which bounds what a torn pack can ask for.
    if (length < 0 || length > numbers.length - at) throw new RangeError("the pack is torn");
    return Array.from({ length }, each);
  };
  const problemKind = (): Problem["kind"] => {
    const kind = problemKinds[int()];
    if (kind === undefined) throw new RangeError("the pack holds a kind that is not known");
    return kind;
  };
  return {
    publicNames: list(() => {
      const name = text();
      return { start: int(), end: int(), line: int(), column: int(), name };
    }),
    lazyNames: list(text),
    problems: list(() => ({ kind: problemKind(), message: text(), line: int(), column: int() })),
    ignores: list(() => ({
      rules: list(text),
      reason: text(),
      line: int(),
      column: int(),
      appliesToLine: int(),
    })),
  };
}
