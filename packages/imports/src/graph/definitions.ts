import type { Project } from "./project.ts";

/** Where a class or a function is defined at module level. */
export type Definition = { readonly file: number; readonly binding: number };

/** All classes and functions of the tree by their bare names, in the order of files. Made once per run. */
export class Definitions {
  readonly #places = new Map<string, Definition[]>();

  constructor(project: Project) {
    for (const [file, { bindings }] of project.files.entries()) {
      for (let binding = 0; binding < bindings.length; binding++) {
        const fact = bindings[binding];
        if (fact === undefined || (fact.kind !== "class" && fact.kind !== "function")) continue;
        const known = this.#places.get(fact.name);
        if (known === undefined) this.#places.set(fact.name, [{ file, binding }]);
        else known.push({ file, binding });
      }
    }
  }

  of(name: string): readonly Definition[] {
    return this.#places.get(name) ?? [];
  }

  all(): Iterable<readonly [string, readonly Definition[]]> {
    return this.#places;
  }
}
