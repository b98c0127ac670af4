import { type Columns, Numbers } from "../columns.ts";
import type { FileFacts } from "../model.ts";
import { Memo } from "./memo.ts";
import { hashOf } from "./name-hash.ts";
import type { Project } from "./project.ts";

/** Where a class or a function is defined at module level. */
export type Definition = { readonly file: number; readonly binding: number };

/** All definitions of a name that has several, in the order of files; replaced as a whole when one of their files changes. */
export type Namesakes = { readonly places: readonly Definition[]; readonly memo: Memo };

/** All classes and functions of the tree by their bare names. Made once, and kept up with changes. */
export class Definitions {
  /** Of those that were kept, what was looked at or replaced. */
  readonly #byName = new Map<string, readonly Definition[]>();
  /** Only names with several places. */
  readonly #namesakes = new Map<string, Namesakes>();
  readonly #kept: KeptDefinitions | undefined;

  private constructor(kept: KeptDefinitions | undefined) {
    this.#kept = kept;
  }

  static of(project: Project): Definitions {
    const definitions = new Definitions(undefined);
    const byName = new Map<string, Definition[]>();
    for (const [file, facts] of project.files.entries()) {
      for (const [name, binding] of definedIn(facts)) {
        const known = byName.get(name);
        if (known === undefined) byName.set(name, [{ file, binding }]);
        else known.push({ file, binding });
      }
    }
    for (const [name, places] of byName) {
      definitions.#byName.set(name, places);
      if (places.length > 1) definitions.#namesakes.set(name, { places, memo: new Memo() });
    }
    return definitions;
  }

  /**
   * Those of a former run. `project` is as it was then; `memos` are what had been made of names with several
   * places, and the others of these have nothing to tell.
   */
  static kept(project: Project, columns: Columns, memos: ReadonlyMap<string, Memo>): Definitions {
    const definitions = new Definitions(new KeptDefinitions(project, columns));
    for (const [name, memo] of memos) {
      const namesakes = {
        memo,
        get places() {
          return definitions.places(name);
        },
      };
      definitions.#namesakes.set(name, namesakes);
    }
    return definitions;
  }

  columns(): Readonly<Record<string, Int32Array>> {
    return definitionColumns(this.#byName);
  }

  /** One file has other contents now. */
  replace(file: number, before: FileFacts, now: FileFacts): void {
    const placesByName = new Map<string, Definition[]>();
    for (const [name] of [...definedIn(before), ...definedIn(now)]) {
      if (placesByName.has(name)) continue;
      placesByName.set(
        name,
        this.places(name).filter((place) => place.file !== file),
      );
    }
    for (const [name, binding] of definedIn(now)) placesByName.get(name)?.push({ file, binding });
    for (const [name, places] of placesByName) {
      places.sort((a, b) => a.file - b.file || a.binding - b.binding);
      this.#byName.set(name, places);
      if (places.length > 1) this.#namesakes.set(name, { places, memo: new Memo() });
      else this.#namesakes.delete(name);
    }
  }

  places(name: string): readonly Definition[] {
    let places = this.#byName.get(name);
    if (places === undefined) {
      places = this.#kept?.places(name) ?? nowhere;
      this.#byName.set(name, places);
    }
    return places;
  }

  /** Names that are defined in more than one place, of which there may be something to tell. */
  namesakes(): Iterable<readonly [name: string, namesakes: Namesakes]> {
    return this.#namesakes;
  }
}

const nowhere: readonly Definition[] = [];
const placeNumbers = 2;

/** Names in buckets by their hashes; of each name where its places begin, of each place its file and its binding. */
function definitionColumns(
  byName: ReadonlyMap<string, readonly Definition[]>,
): Readonly<Record<string, Int32Array>> {
  const count = bucketsFor(byName.size);
  const bucketOf = new Int32Array(byName.size);
  const buckets = new Int32Array(count + 1);
  let index = 0;
  for (const name of byName.keys()) {
    const bucket = hashOf(name) & (count - 1);
    bucketOf[index++] = bucket;
    buckets[bucket + 1] = (buckets[bucket + 1] as number) + 1;
  }
  for (let bucket = 0; bucket < count; bucket++)
    buckets[bucket + 1] = (buckets[bucket + 1] as number) + (buckets[bucket] as number);
  const ordered = new Array<readonly Definition[]>(byName.size);
  const next = buckets.slice();
  index = 0;
  for (const places of byName.values()) {
    const bucket = bucketOf[index++] as number;
    const at = next[bucket] as number;
    ordered[at] = places;
    next[bucket] = at + 1;
  }
  const starts = new Int32Array(ordered.length + 1);
  const rows = new Numbers();
  for (const [index, places] of ordered.entries()) {
    for (const { file, binding } of places) {
      rows.push(file);
      rows.push(binding);
    }
    starts[index + 1] = rows.length;
  }
  return { "definition buckets": buckets, "definitions at": starts, definitions: rows.written() };
}

/** A power of two with about one name to a bucket. */
function bucketsFor(names: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, names)));
}

class KeptDefinitions {
  readonly #project: Project;
  readonly #buckets: Int32Array;
  readonly #starts: Int32Array;
  readonly #rows: Int32Array;

  constructor(project: Project, columns: Columns) {
    this.#project = project;
    this.#buckets = columns.numbers("definition buckets");
    this.#starts = columns.numbers("definitions at");
    this.#rows = columns.numbers("definitions");
  }

  places(name: string): readonly Definition[] {
    const bucket = hashOf(name) & (this.#buckets.length - 2);
    for (
      let index = this.#buckets[bucket] as number;
      index < (this.#buckets[bucket + 1] as number);
      index++
    ) {
      const start = this.#starts[index] as number;
      const end = this.#starts[index + 1] as number;
      // A name that was asked for and is nowhere.
      if (start === end) continue;
      const file = this.#rows[start] as number;
      const binding = this.#rows[start + 1] as number;
      if (this.#project.facts(file).bindings[binding]?.name !== name) continue;
      const places: Definition[] = [];
      for (let at = start; at < end; at += placeNumbers)
        places.push({ file: this.#rows[at] as number, binding: this.#rows[at + 1] as number });
      return places;
    }
    return nowhere;
  }
}

/** Names with the indices of their bindings. */
export function* definedIn({ bindings }: FileFacts): Iterable<readonly [string, number]> {
  for (let index = 0; index < bindings.length; index++) {
    const fact = bindings[index];
    if (fact !== undefined && (fact.kind === "class" || fact.kind === "function")) yield [fact.name, index];
  }
}
