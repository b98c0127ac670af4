import type { FileFacts } from "../model.ts";
import { Memo } from "./memo.ts";
import type { Project } from "./project.ts";

/** Where a class or a function is defined at module level. */
export type Definition = { readonly file: number; readonly binding: number };

/** All definitions of a name that has several, in the order of files; replaced as a whole when one of their files changes. */
export type Namesakes = { readonly places: readonly Definition[]; readonly memo: Memo };

/** All classes and functions of the tree by their bare names. Made once, and kept up with changes. */
export class Definitions {
  readonly #byName = new Map<string, Definition[]>();
  /** Only names with several places. */
  readonly #namesakes = new Map<string, Namesakes>();

  constructor(project: Project) {
    for (const [file, facts] of project.files.entries()) this.#add(file, facts);
    for (const [name, places] of this.#byName) {
      if (places.length > 1) this.#namesakes.set(name, { places, memo: new Memo() });
    }
  }

  #add(file: number, facts: FileFacts): void {
    for (const [name, binding] of definedIn(facts)) {
      const known = this.#byName.get(name);
      if (known === undefined) this.#byName.set(name, [{ file, binding }]);
      else known.push({ file, binding });
    }
  }

  /** One file has other contents now. */
  replace(file: number, before: FileFacts, now: FileFacts): void {
    const names = new Set([...definedIn(before), ...definedIn(now)].map(([name]) => name));
    for (const name of names) {
      const others = this.places(name).filter((place) => place.file !== file);
      this.#byName.set(name, others);
    }
    this.#add(file, now);
    for (const name of names) {
      const places = [...this.places(name)].sort((a, b) => a.file - b.file || a.binding - b.binding);
      if (places.length === 0) this.#byName.delete(name);
      else this.#byName.set(name, places);
      if (places.length > 1) this.#namesakes.set(name, { places, memo: new Memo() });
      else this.#namesakes.delete(name);
    }
  }

  places(name: string): readonly Definition[] {
    return this.#byName.get(name) ?? [];
  }

  /** Names that are defined in more than one place. */
  namesakes(): Iterable<Namesakes> {
    return this.#namesakes.values();
  }
}

/** Names with the indices of their bindings. */
export function* definedIn({ bindings }: FileFacts): Iterable<readonly [string, number]> {
  for (let index = 0; index < bindings.length; index++) {
    const fact = bindings[index];
    if (fact !== undefined && (fact.kind === "class" || fact.kind === "function")) yield [fact.name, index];
  }
}
