/** Hashes of runs of four tokens, by which near-same definitions are known. The loop is `assembly/shingles.ts`. */

import { shinglesWasm } from "./shingles-wasm.ts";

/** The part of the language's own object that is used here; the types of Node leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer };
      read(length: number, comment: number): number;
    };
  };
};

/** As in the assembly. */
const textAt = 1_024;
const hashesAt = 262_144;

/** Longer ones are not compared. */
export const definitionBytesMax = 200_000;

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(shinglesWasm, "base64")));
const memory = Buffer.from(exports.memory.buffer);

/**
 * Hashes of runs of four tokens, of which one in four is kept (by its value, so that copies keep the same
 * ones), ascending. White space and comments do not count. `comment`: the byte that begins one, a slash twice.
 */
export function shinglesOf(bytes: Uint8Array, start: number, end: number, comment: number): Uint32Array {
  const length = end - start;
  // A slash at the end may be the first of two.
  memory[textAt + length] = bytes[end] ?? 0;
  memory.set(bytes.subarray(start, end), textAt);
  const count = exports.read(length, comment);
  const sorted = new Uint32Array(exports.memory.buffer, hashesAt, count).sort();
  let kept = 0;
  for (let index = 0; index < count; index++) {
    const each = sorted[index] as number;
    if (kept === 0 || sorted[kept - 1] !== each) sorted[kept++] = each;
  }
  return sorted.slice(0, kept);
}
