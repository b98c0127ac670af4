/**
 * How deep a source nests. The parser recurses natively, and where its stack ends the whole process ends: at some
 * 2,000 to 4,000 levels in a worker. Such sources are refused before. The loop is `assembly/nesting.ts`.
 */

import { nestingWasm } from "./nesting-wasm.ts";

export const NESTING_MAX = 1_500;

type Exports = {
  readonly memory: { readonly buffer: ArrayBuffer };
  reserve(length: number): void;
  read(length: number, levelsMax: number): number;
};

/** The part of the language's own object that is used here; the types of Node leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
};

/** As in the assembly: where the source begins. */
const textAt = 131_072;

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(nestingWasm, "base64")));

/** The place where the source nests deeper than the limit, or undefined when it does not. */
export function tooDeepAt(text: string, max = NESTING_MAX): number | undefined {
  if (text.length <= max) return undefined;
  exports.reserve(Buffer.byteLength(text));
  const bytes = Buffer.from(exports.memory.buffer, textAt);
  const at = exports.read(bytes.write(text), max);
  return at < 0 ? undefined : bytes.toString("utf8", 0, at).length;
}
