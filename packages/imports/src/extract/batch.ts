import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { FileFacts } from "../model.ts";
import { extract, withoutFacts } from "./extract.ts";

/** Reused for every file: reading allocates nothing. */
let buffer = Buffer.allocUnsafe(1 << 20);

/** Reads a file into shared memory that is valid until the next call. Throws as the file system does. */
function readWhole(path: string): Buffer {
  const descriptor = openSync(path, "r");
  try {
    const size = fstatSync(descriptor).size;
    if (buffer.length < size + 1) buffer = Buffer.allocUnsafe(Math.ceil((size + 1) * 1.25));
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (count === 0) break;
      length += count;
      // It grew while being read.
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** The facts of the files `paths` below `root`; one that cannot be read has a problem that says so. */
export function extractBatch(root: string, paths: readonly string[]): FileFacts[] {
  return paths.map((path) => {
    let bytes: Buffer;
    try {
      bytes = readWhole(join(root, path));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "unknown";
      return withoutFacts(path, {
        kind: "unreadable",
        message: `cannot be read (${code})`,
        line: 1,
        column: 1,
      });
    }
    return extract(path, bytes);
  });
}
