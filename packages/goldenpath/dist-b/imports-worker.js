import { o as pack, t as extractBatch } from "./batch-Cp2jWlK-.js";
import { parentPort } from "node:worker_threads";
// ../imports/src/extract/worker.ts
parentPort?.on("message", (batch) => {
	const packed = pack(extractBatch(batch.root, batch.paths));
	parentPort?.postMessage(packed, [packed.numbers.buffer]);
});
export {};
