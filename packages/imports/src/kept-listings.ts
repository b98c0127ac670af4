/**
 * What lay in each folder, kept so that a folder that has not changed is not listed again.
 *
 * D1 A listing is believed while its folder is the same one and has the time of change that it had before it was
 *    listed. What comes, goes or gets another name changes that time; contents of files do not, and are not spoken of.
 * D2 A folder that changed within two seconds before the look, or later, is listed again the next time.
 * D3 Where the file system does not tell by a folder's time that something in it was replaced, nothing is kept.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "./baseline.ts";
import { cacheFolder, isFresh, stampAt } from "./cache.ts";
import { packColumns, readColumns } from "./columns.ts";
import { codeOf } from "./report-cache.ts";
import type { Listing } from "./walk.ts";

const listingsName = "imports.listings";

/** With what the folder was before it was listed (D1). */
export type KeptListing = Listing & { readonly changedMs: number; readonly ino: number };

export function readListings(root: string): ReadonlyMap<string, KeptListing> {
  const columns = readColumns(join(root, cacheFolder, listingsName), keyOf(root));
  if (columns === undefined) return new Map();
  return new Map(JSON.parse(columns.bytes("folders").toString("latin1")) as [string, KeptListing][]);
}

export function writeListings(
  root: string,
  listings: ReadonlyMap<string, KeptListing>,
  lookedMs: number,
): void {
  const folder = join(root, cacheFolder);
  const path = join(folder, listingsName);
  // D2
  const old = [...listings].filter(([, { changedMs }]) => !isFresh(changedMs, lookedMs));
  // One letter beyond ASCII would make all of it take twice the room and time when it is read.
  const text = JSON.stringify(old).replace(
    /[^\0-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const { parts } = packColumns(keyOf(root), { folders: Buffer.from(text) });
  try {
    const before = stampAt(folder)?.changedMs;
    writeWhole(path, parts);
    // D3
    if (stampAt(folder)?.changedMs === before) rmSync(path);
  } catch {
    // A read-only tree is checked all the same, only not faster the next time.
  }
}

function keyOf(root: string): string {
  return JSON.stringify(["listings", ...codeOf(), root]);
}
