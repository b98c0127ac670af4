import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { writeWhole } from "./baseline.ts";
import { packVersion } from "./facts-layout.ts";
import { packsOf, unpack } from "./facts-view.ts";
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
const magic = 0x47504944;
/** Of the file: magic, version, packs. Of each pack: its files, its numbers, its bytes of text, 0. */
const headerBytes = 16;
const stampBytes = 16;
const freshMs = 2000;

export type Stamp = { readonly size: number; readonly changedMs: number };

export function stampOf(root: string, path: string): Stamp | undefined {
  // Not `join`, which reads the whole path again: it is asked for every file of the tree.
  const stat = statSync(`${root}${sep}${path}`, { throwIfNoEntry: false });
  return stat === undefined
    ? undefined
    : { size: stat.size, changedMs: Math.max(stat.mtimeMs, stat.ctimeMs) };
}

export type Cached = ReadonlyMap<string, { readonly facts: FileFacts; readonly stamp: Stamp }>;

/** Makes the folder of what is kept, unless it is there; throws where nothing may be written. */
export function makeCacheFolder(root: string): "made" | "there" {
  const folder = join(root, cacheFolder);
  const ignore = join(folder, ".gitignore");
  if (existsSync(ignore)) return "there";
  mkdirSync(folder, { recursive: true });
  writeFileSync(ignore, "*\n");
  return "made";
}

/** What can be used of the cache; empty when there is none. */
export function readCache(root: string): Cached {
  const path = join(root, cacheFolder, cacheName);
  const cached = new Map<string, { facts: FileFacts; stamp: Stamp }>();
  if (!existsSync(path)) return cached;
  const bytes = readFileSync(path);
  if (bytes.length < headerBytes || bytes.readInt32LE(0) !== magic || bytes.readInt32LE(4) !== packVersion)
    return cached;
  let at = headerBytes;
  for (let left = bytes.readInt32LE(8); left > 0; left--) {
    if (at + headerBytes > bytes.length) return new Map();
    const files = bytes.readInt32LE(at);
    const stampsAt = at + headerBytes;
    const numbersAt = stampsAt + files * stampBytes;
    const textAt = numbersAt + bytes.readInt32LE(at + 4) * 4;
    const end = textAt + bytes.readInt32LE(at + 8);
    if (!(stampsAt <= numbersAt && numbersAt <= textAt && textAt <= end && end <= bytes.length))
      return new Map();
    const numbers = bytes.buffer.slice(bytes.byteOffset + numbersAt, bytes.byteOffset + textAt);
    const facts = unpack({
      numbers: new Int32Array(numbers as ArrayBuffer),
      strings: bytes.toString("utf8", textAt, end),
    });
    if (facts?.length !== files) return new Map();
    for (const [index, each] of facts.entries()) {
      const stampAt = stampsAt + index * stampBytes;
      const stamp = { size: bytes.readDoubleLE(stampAt), changedMs: bytes.readDoubleLE(stampAt + 8) };
      cached.set(each.path, { facts: each, stamp });
    }
    at = end;
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
  const packs = packsOf(facts.filter((each) => stamps.has(each.path)));
  const head = Buffer.alloc(headerBytes);
  head.writeInt32LE(magic, 0);
  head.writeInt32LE(packVersion, 4);
  head.writeInt32LE(packs.length, 8);
  const parts: Buffer[] = [head];
  for (const packed of packs) {
    const files = unpack(packed) ?? [];
    const text = Buffer.from(packed.strings, "utf8");
    const own = Buffer.alloc(headerBytes + files.length * stampBytes);
    own.writeInt32LE(files.length, 0);
    own.writeInt32LE(packed.numbers.length, 4);
    own.writeInt32LE(text.length, 8);
    for (const [index, each] of files.entries()) {
      const stamp = stamps.get(each.path);
      // K3: a stamp that no file has keeps the facts from being used.
      const isKept = stamp !== undefined && nowMs - stamp.changedMs > freshMs;
      own.writeDoubleLE(isKept ? stamp.size : -1, headerBytes + index * stampBytes);
      own.writeDoubleLE(isKept ? stamp.changedMs : -1, headerBytes + index * stampBytes + 8);
    }
    const { buffer, byteOffset, byteLength } = packed.numbers;
    parts.push(own, Buffer.from(buffer, byteOffset, byteLength), text);
  }
  try {
    makeCacheFolder(root);
    writeWhole(join(root, cacheFolder, cacheName), parts);
    return true;
  } catch {
    // A read-only tree is checked all the same, only not faster the next time.
    return false;
  }
}
