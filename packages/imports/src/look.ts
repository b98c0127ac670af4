/** What is there to be checked: the tree, every name in it, and when its files changed. */
import { statSync } from "node:fs";
import { makeCacheFolder, type Stamp, stampFrom, stampOf } from "./cache.ts";
import { type KeptListing, readListings, writeListings } from "./kept-listings.ts";
import { listFolder, type Tree, walk } from "./walk.ts";

export type Look = {
  /**
   * When it began, in milliseconds since 1970. All that was read for a check was read later: what changed well before
   * (`isFresh`) is still as it was read.
   */
  readonly lookedMs: number;
  readonly tree: Tree;
  /** Every folder that was listed, and every name in it. */
  readonly names: readonly string[];
  /** Of sources, and of folders as they were before they were listed. */
  readonly stamps: ReadonlyMap<string, Stamp>;
  /** The look itself has changed the root, by making the folder of what is kept. */
  readonly hasMadeFolder: boolean;
};

/** `lookedMs` is the time of day; with `keeps` folders that have not changed are not listed again. */
export function lookAt(root: string, exclude: readonly string[], lookedMs: number, keeps: boolean): Look {
  // Made afterwards, it would change the root that has been looked at.
  const hasMadeFolder = keeps && isFolderMade(root);
  const before = keeps ? readListings(root) : new Map<string, KeptListing>();
  const listings = new Map<string, KeptListing>();
  const names: string[] = [];
  const stamps = new Map<string, Stamp>();
  let isOther = false;
  const list = (absolute: string, path: string): KeptListing => {
    const stat = statSync(absolute);
    const { ino } = stat;
    const stamp = stampFrom(stat);
    const known = before.get(path);
    const isKnown = known?.changedMs === stamp.changedMs && known.ino === ino;
    const listing = isKnown ? known : { ...listFolder(absolute, path), changedMs: stamp.changedMs, ino };
    isOther ||= !isKnown;
    listings.set(path, listing);
    stamps.set(path, stamp);
    names.push(path, listing.names);
    return listing;
  };
  const tree = walk(root, exclude, list);
  if (keeps && isOther) writeListings(root, listings, lookedMs);
  for (const path of tree.files) {
    const stamp = stampOf(root, path);
    if (stamp !== undefined) stamps.set(path, stamp);
  }
  return { lookedMs, tree, names, stamps, hasMadeFolder };
}

function isFolderMade(root: string): boolean {
  try {
    return makeCacheFolder(root) === "made";
  } catch {
    // A read-only tree keeps nothing.
    return false;
  }
}
