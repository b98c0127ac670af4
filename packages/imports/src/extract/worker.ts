import { parentPort } from "node:worker_threads";
import { packBatch } from "./batch.ts";

/** A worker reads batches of files and answers each with one pack, moved and not copied. */
export type Batch = { readonly root: string; readonly paths: readonly string[] };

parentPort?.on("message", (batch: Batch) => {
  const packed = packBatch(batch.root, batch.paths).pack();
  parentPort?.postMessage(packed, [packed.numbers.buffer]);
});
