import { existsSync, mkdirSync, type Stats, statSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { writeWhole } from "./baseline.ts";
import { type Column, packColumns, readAhead, readColumns } from "./columns.ts";
import { type KeptTexts, packVersion, separator } from "./facts-layout.ts";
import { packsOf, unpack } from "./facts-view.ts";
import type { Look } from "./look.ts";
import type { FileFacts } from "./model.ts";

/**
 * Facts of a former run, in one binary file. A file's facts are taken from it when size and time of change
 * are the same as then.
 *
 * K1 A cache that is torn, of another version or of other extractors is ignored, never half used.
 * K2 It is written beside and renamed; a reader sees the old one or the new one.
 * K3 A file that changed within two seconds before the tree was looked at, or later, is not kept: its clock may be
 *    coarse, and what was read of it need not be what its stamp speaks of.
 */
export const cacheFolder = ".goldenpath";
const cacheName = "imports.cache";
const cacheKey = `facts ${packVersion}`;
/** What changed within this time may change again without another time of change. */
const freshMs = 2000;

export type Stamp = { readonly size: number; readonly changedMs: number };

export function stampOf(root: string, path: string): Stamp | undefined {
  // Not `join`, which reads the whole path again: it is asked for every file of the tree.
  const stat = statSync(`${root}${sep}${path}`, { throwIfNoEntry: false });
  return stat && stampFrom(stat);
}

export function stampFrom({ size, mtimeMs, ctimeMs }: Stats): Stamp {
  return { size, changedMs: Math.max(mtimeMs, ctimeMs) };
}

/** As above, of an absolute path; undefined also where the system does not let us look. */
export function stampAt(path: string): Stamp | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat && stampFrom(stat);
  } catch {
    return undefined;
  }
}

/** A file beside the sources that was read for an answer, and what it was then; null: it was not there. */
export type ReadStamp = readonly [path: string, size: number | null, changedMs: number | null];

/** `path` is absolute. */
export function readStamp(path: string): ReadStamp {
  const stamp = stampAt(path);
  return [path, stamp?.size ?? null, stamp?.changedMs ?? null];
}

export function isAsRead([path, size, changedMs]: ReadStamp): boolean {
  const stamp = stampAt(path);
  return (stamp?.size ?? null) === size && (stamp?.changedMs ?? null) === changedMs;
}

/** Changed so lately before the look, or after it, that it may change again without a later time. */
export function isFresh(changedMs: number | null | undefined, lookedMs: number): boolean {
  return typeof changedMs === "number" && lookedMs - changedMs <= freshMs;
}

export type Cached = {
  /** Another content has another sum; undefined: nothing is there. */
  readonly sum: number | undefined;
  readonly byPath: ReadonlyMap<string, { readonly facts: FileFacts; readonly stamp: Stamp }>;
};

/** Makes the folder of what is kept, unless it is there; throws where nothing may be written. */
export function makeCacheFolder(root: string): "made" | "there" {
  const folder = join(root, cacheFolder);
  const ignore = join(folder, ".gitignore");
  if (existsSync(ignore)) return "there";
  mkdirSync(folder, { recursive: true });
  writeFileSync(ignore, "*\n");
  return "made";
}

export function readCacheAhead(root: string): Promise<Buffer | undefined> {
  return readAhead(join(root, cacheFolder, cacheName));
}

/** What can be used of the cache; empty when there is none. `bytes` is what was read of it ahead. */
export function readCache(root: string, bytes?: Buffer): Cached {
  const nothing: Cached = { sum: undefined, byPath: new Map() };
  const columns = readColumns(join(root, cacheFolder, cacheName), cacheKey, bytes);
  if (columns === undefined) return nothing;
  const byPath = new Map<string, { facts: FileFacts; stamp: Stamp }>();
  const stamps = new Float64Array(new Uint8Array(columns.bytes("stamps")).buffer);
  let at = 0;
  for (let pack = 0; columns.bytes(`numbers ${pack}`).length > 0; pack++) {
    const numbers = columns.numbers(`numbers ${pack}`);
    const texts = { bytes: columns.bytes(`texts ${pack}`), starts: columns.numbers(`starts ${pack}`) };
    const facts = unpack({ numbers, texts });
    if (facts === undefined) return nothing;
    for (const each of facts) {
      const stamp = { size: stamps[at++] as number, changedMs: stamps[at++] as number };
      byPath.set(each.path, { facts: each, stamp });
    }
  }
  return { sum: columns.sum, byPath };
}

/** Whether the cache holds the facts of this file as it is now. */
export function isCachedAs({ byPath }: Cached, path: string, stamp: Stamp | undefined): boolean {
  const known = byPath.get(path)?.stamp;
  return known !== undefined && known.size === stamp?.size && known.changedMs === stamp.changedMs;
}

/**
 * Keeps the facts for the next run, and answers with the sum of what is kept. A tree that cannot be written to
 * goes without, and there is no answer.
 */
export function writeCache(
  root: string,
  facts: readonly FileFacts[],
  { stamps, lookedMs }: Look,
): number | undefined {
  const columns: Record<string, Column> = {};
  const kept: number[] = [];
  const packs = packsOf(facts.filter((each) => stamps.has(each.path)));
  for (const [index, { packed, paths }] of packs.entries()) {
    const { bytes, starts } = "texts" in packed ? packed.texts : textsOf(packed.strings);
    columns[`numbers ${index}`] = packed.numbers;
    columns[`starts ${index}`] = starts;
    columns[`texts ${index}`] = bytes;
    for (const path of paths) {
      const stamp = stamps.get(path);
      // K3: a stamp that no file has keeps the facts from being used.
      const isKept = stamp !== undefined && !isFresh(stamp.changedMs, lookedMs);
      kept.push(isKept ? stamp.size : -1, isKept ? stamp.changedMs : -1);
    }
  }
  const { sum, parts } = packColumns(cacheKey, {
    stamps: new Uint8Array(Float64Array.from(kept).buffer),
    ...columns,
  });
  try {
    makeCacheFolder(root);
    writeWhole(join(root, cacheFolder, cacheName), parts);
    return sum;
  } catch {
    // A read-only tree is checked all the same, only not faster the next time.
    return undefined;
  }
}

function textsOf(strings: string): KeptTexts {
  const bytes = Buffer.from(strings, "utf8");
  const gap = separator.charCodeAt(0);
  const starts = [0];
  for (let at = bytes.indexOf(gap); at >= 0; at = bytes.indexOf(gap, at + 1)) starts.push(at + 1);
  return { bytes, starts: Int32Array.from(starts) };
}
