import { parentPort } from "node:worker_threads";
import { pack } from "../facts-codec.ts";
import { extractBatch } from "./batch.ts";

/** A worker reads batches of files and answers each with one pack, moved and not copied. */
export type Batch = { readonly root: string; readonly paths: readonly string[] };

parentPort?.on("message", (batch: Batch) => {
  const packed = pack(extractBatch(batch.root, batch.paths));
  parentPort?.postMessage(packed, [packed.numbers.buffer]);
});
