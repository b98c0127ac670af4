import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "./baseline.ts";
import { pack } from "./facts-codec.ts";
import { type Pack, packVersion } from "./facts-layout.ts";
import { unpack } from "./facts-view.ts";
import type { FileFacts } from "./model.ts";

/**
 * Facts of a former run, in one binary file. A file's facts are taken from it when size and time of change
 * are the same as then.
 *
 * K1 A cache that is torn, of another version or of other extractors is ignored, never half used.
 * K2 It is written beside and renamed; a reader sees the old one or the new one.
 * K3 A file that changed within the last two seconds before it was read is not kept: its clock may be coarse.
 */
export const cacheFolder = ".goldenpath";
const cacheName = "imports.cache";
const magic = 0x47504943;
const headerNumbers = 4;
const freshMs = 2000;

export type Stamp = { readonly size: number; readonly changedMs: number };

export function stampOf(root: string, path: string): Stamp | undefined {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  return stat === undefined
    ? undefined
    : { size: stat.size, changedMs: Math.max(stat.mtimeMs, stat.ctimeMs) };
}

export type Cached = ReadonlyMap<string, { readonly facts: FileFacts; readonly stamp: Stamp }>;

/** What can be used of the cache; empty when there is none. */
export function readCache(root: string): Cached {
  const path = join(root, cacheFolder, cacheName);
  const cached = new Map<string, { facts: FileFacts; stamp: Stamp }>();
  if (!existsSync(path)) return cached;
  const bytes = readFileSync(path);
  if (bytes.length < headerNumbers * 4) return cached;
  const [found, version, files = 0, numbers = 0] = new Int32Array(
    bytes.buffer,
    bytes.byteOffset,
    headerNumbers,
  );
  const stampsAt = headerNumbers * 4;
  const numbersAt = stampsAt + files * 16;
  const textAt = numbersAt + numbers * 4;
  if (found !== magic || version !== packVersion || files < 0 || numbers < 0 || textAt > bytes.length)
    return cached;
  const packed: Pack = {
    numbers: new Int32Array(
      bytes.buffer.slice(bytes.byteOffset + numbersAt, bytes.byteOffset + textAt) as ArrayBuffer,
    ),
    strings: bytes.toString("utf8", textAt),
  };
  const facts = unpack(packed);
  if (facts === undefined || facts.length !== files) return cached;
  for (const [index, each] of facts.entries()) {
    const at = stampsAt + index * 16;
    cached.set(each.path, {
      facts: each,
      stamp: { size: bytes.readDoubleLE(at), changedMs: bytes.readDoubleLE(at + 8) },
    });
  }
  return cached;
}

/** Keeps the facts for the next run. A tree that cannot be written to goes without: said by the answer. */
export function writeCache(
  root: string,
  facts: readonly FileFacts[],
  stamps: ReadonlyMap<string, Stamp>,
  nowMs: number,
): boolean {
  const kept = facts.filter((each) => {
    const stamp = stamps.get(each.path);
    return stamp !== undefined && nowMs - stamp.changedMs > freshMs;
  });
  const packed = pack(kept);
  const text = Buffer.from(packed.strings, "utf8");
  const numbers = Buffer.from(packed.numbers.buffer, packed.numbers.byteOffset, packed.numbers.byteLength);
  const head = Buffer.alloc(headerNumbers * 4 + kept.length * 16);
  head.writeInt32LE(magic, 0);
  head.writeInt32LE(packVersion, 4);
  head.writeInt32LE(kept.length, 8);
  head.writeInt32LE(packed.numbers.length, 12);
  for (const [index, each] of kept.entries()) {
    const stamp = stamps.get(each.path);
    head.writeDoubleLE(stamp?.size ?? 0, headerNumbers * 4 + index * 16);
    head.writeDoubleLE(stamp?.changedMs ?? 0, headerNumbers * 4 + index * 16 + 8);
  }
  const folder = join(root, cacheFolder);
  try {
    mkdirSync(folder, { recursive: true });
    const ignore = join(folder, ".gitignore");
    if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
    writeWhole(join(folder, cacheName), Buffer.concat([head, numbers, text]));
    return true;
  } catch {
    // A read-only tree is checked all the same, only not faster the next time.
    return false;
  }
}
