/** What is there to be checked: the tree, every name in it, and when its files changed. */
import { type Stamp, stampOf } from "./cache.ts";
import { type Tree, walk } from "./walk.ts";

export type Look = {
  /**
   * When it began, in milliseconds since 1970. All that was read for a check was read later: what changed well before
   * (`isFresh`) is still as it was read.
   */
  readonly lookedMs: number;
  readonly tree: Tree;
  /** Every name in every folder. */
  readonly names: readonly string[];
  readonly stamps: ReadonlyMap<string, Stamp>;
};

/** `lookedMs` is the time of day. */
export function lookAt(root: string, exclude: readonly string[], lookedMs: number): Look {
  const names: string[] = [];
  const tree = walk(root, exclude, (name) => names.push(name));
  const stamps = new Map<string, Stamp>();
  for (const path of tree.files) {
    const stamp = stampOf(root, path);
    if (stamp !== undefined) stamps.set(path, stamp);
  }
  return { lookedMs, tree, names, stamps };
}
