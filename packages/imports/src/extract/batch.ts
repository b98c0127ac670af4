import { closeSync, openSync, readSync } from "node:fs";
import { PackWriter } from "../facts-codec.ts";
import { filesIn } from "../facts-view.ts";
import type { FileFacts } from "../model.ts";
import { extractInto, withoutFacts } from "./extract.ts";

/** Reused for every file: reading allocates nothing. */
let buffer = Buffer.allocUnsafe(1 << 20);

/** Reads a file into shared memory that is valid until the next call. Throws as the file system does. */
export function readWhole(path: string): Buffer {
  const descriptor = openSync(path, "r");
  try {
    let length = 0;
    for (;;) {
      const wanted = buffer.length - length;
      const count = readSync(descriptor, buffer, length, wanted, null);
      length += count;
      // A regular file gives less than it is asked for only at its end.
      if (count < wanted) return buffer.subarray(0, length);
      buffer = Buffer.concat([buffer], buffer.length * 2);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The facts of the files `paths` below `root`; one that cannot be read has a problem that says so. */
export function extractBatch(root: string, paths: readonly string[]): FileFacts[] {
  return filesIn(packBatch(root, paths).local());
}

/** The same, packed one file after the other, so that nobody has to hold the facts of all. */
export function packBatch(root: string, paths: readonly string[]): PackWriter {
  const pack = new PackWriter(Math.min(paths.length, filesUsualMax));
  for (const path of paths) readInto(pack, root, path);
  return pack;
}

/** There is room for so many files at first. */
const filesUsualMax = 150;

function readInto(pack: PackWriter, root: string, path: string): void {
  let bytes: Buffer;
  try {
    // Not `join`, which reads the whole path again.
    bytes = readWhole(`${root}/${path}`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    const message = `cannot be read (${code})`;
    pack.add(withoutFacts(path, { kind: "unreadable", message, line: 1, column: 1 }));
    return;
  }
  extractInto(pack, path, bytes);
}
