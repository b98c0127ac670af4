import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type Pack, unpack } from "../facts-codec.ts";
import type { FileFacts } from "../model.ts";
import { extractBatch } from "./batch.ts";
import type { Batch } from "./worker.ts";

/** Below this a worker costs more than it brings. */
const filesPerWorkerMin = 400;
const batchFiles = 150;
const workersMax = 8;

export type Progress = (done: number, total: number) => void;

/**
 * Extracts `paths` below `root`, in their order. Large trees are shared out: this thread works too, and each
 * worker holds one batch at a time, so that no queue grows.
 */
export async function extractAll(
  root: string,
  paths: readonly string[],
  progress: Progress,
): Promise<FileFacts[]> {
  const batches: string[][] = [];
  for (let start = 0; start < paths.length; start += batchFiles)
    batches.push(paths.slice(start, start + batchFiles));
  const facts: (readonly FileFacts[])[] = [];
  let next = 0;
  let done = 0;
  const finish = (id: number, found: readonly FileFacts[]): void => {
    facts[id] = found;
    done += found.length;
    progress(done, paths.length);
  };
  const helpers = Math.min(
    workersMax,
    availableParallelism() - 1,
    Math.floor(paths.length / filesPerWorkerMin),
  );
  const workers: Promise<void>[] = [];
  for (let index = 0; index < helpers; index++) {
    workers.push(
      new Promise((resolve, reject) => {
        const worker = new Worker(new URL("./worker.ts", import.meta.url));
        const give = (): void => {
          const paths = batches[next];
          if (paths === undefined) {
            worker.terminate().then(() => resolve(), reject);
            return;
          }
          const batch: Batch = { id: next++, root, paths };
          worker.postMessage(batch);
        };
        worker.on("message", ({ id, packed }: { id: number; packed: Pack }) => {
          const found = unpack(packed);
          if (found === undefined) reject(new Error("a worker answered with a pack that cannot be read"));
          else finish(id, found);
          give();
        });
        worker.on("error", reject);
        give();
      }),
    );
  }
  while (next < batches.length) {
    const id = next++;
    finish(id, extractBatch(root, batches[id] ?? []));
    // Lets the workers' answers in, so that they are given their next batch.
    if (helpers > 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(workers);
  return facts.flat();
}
