/** Modules that declaration files say exist, and for whom: `declare module "a"`, `declare module "*.svg"`. */

import { posix } from "node:path";
import type { FileFacts } from "../model.ts";
import { starOf } from "./typescript-config.ts";
import type { Location } from "./typescript-location.ts";
import type { Manifests } from "./typescript-package.ts";
import { isBelow } from "./typescript-workspace.ts";

/** `name` may hold a star. */
type AmbientModule = {
  readonly name: string;
  readonly file: string;
  readonly path: string;
  /** It declares only types, as whoever adds to a module of somebody else does. */
  readonly isAddition: boolean;
};

export class AmbientModules {
  readonly #all: readonly AmbientModule[];
  readonly #manifests: Manifests;

  constructor(files: readonly FileFacts[], root: string, manifests: Manifests) {
    this.#all = files.flatMap((facts) => declaredBy(facts, root));
    this.#manifests = manifests;
  }

  /** The module that `from` means by this very name; `isAddition` when somebody else has to have it. */
  named(
    from: string,
    specifier: string,
  ): { readonly location: Location; readonly isAddition: boolean } | undefined {
    const found = this.#declaredFor(from, (name) => name === specifier);
    if (found === undefined) return undefined;
    const { file, isAddition } = found;
    // What is added to is somebody else's, who may offer more than that.
    return {
      location: isAddition ? { is: "unknown", why: `declared in ${file}` } : declared(found),
      isAddition,
    };
  }

  /** What a pattern says of the name. */
  fitting(from: string, specifier: string): Location | undefined {
    const found = this.#declaredFor(
      from,
      (name) => name.includes("*") && starOf(name, specifier) !== undefined,
    );
    return found && declared(found);
  }

  /** The module of that name, where the file that it leads to declares it and is no module itself. */
  within(path: string, specifier: string): Location | undefined {
    const found = this.#all.find((one) => one.path === path && one.name === specifier);
    return found && declared(found);
  }

  /** A declaration speaks for the package that it lies in, and for the packages within. */
  #declaredFor(from: string, fits: (name: string) => boolean): AmbientModule | undefined {
    for (const one of this.#all) {
      if (!fits(one.name)) continue;
      const owner = this.#manifests.nearest(posix.dirname(one.path));
      if (owner === undefined || isBelow(from, owner.directory)) return one;
    }
    return undefined;
  }
}

function declared({ file, name }: AmbientModule): Location {
  return { is: "unknown", why: `declared in ${file}`, ambient: name };
}

/** What a script among the declaration files says exists. */
function declaredBy(facts: FileFacts, root: string): readonly AmbientModule[] {
  if (facts.language !== "typescript" || facts.doors !== "none") return [];
  const quoted = facts.bindings.filter((one) => one.name.startsWith('"') && one.name.endsWith('"'));
  return quoted.map((one) => ({
    name: one.name.slice(1, -1),
    file: facts.path,
    path: `${root}/${facts.path}`,
    isAddition:
      !facts.bindings.some(
        (other) =>
          other.name.startsWith(`${one.name}.`) && other.kind !== "interface" && other.kind !== "type",
      ) &&
      !facts.bindings.some(
        (other) =>
          /^\.(?:\*|default)$/.test(other.name.slice(one.name.length)) && other.name.startsWith(one.name),
      ),
  }));
}
