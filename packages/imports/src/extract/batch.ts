import { closeSync, openSync, readSync } from "node:fs";
import type { FileFacts } from "../model.ts";
import { extract, withoutFacts } from "./extract.ts";

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

/**
 * The facts of the files `paths` below `root`, one file after the other, so that nobody has to hold those of all;
 * one that cannot be read has a problem that says so.
 */
export function* extractBatch(root: string, paths: readonly string[]): Generator<FileFacts, void> {
  for (const path of paths) yield extractFile(root, path);
}

function extractFile(root: string, path: string): FileFacts {
  let bytes: Buffer;
  try {
    // Not `join`, which reads the whole path again.
    bytes = readWhole(`${root}/${path}`);
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
}
