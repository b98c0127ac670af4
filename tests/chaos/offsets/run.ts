/**
 * `npm run every-offset -- [--first K] [--step N] [--json]`: kills the reference run's server at offset K
 * (default 1), K + N (default 1) … up to the log's end. Ends with 1 when any of these runs did not end as the
 * uninterrupted one.
 */
import { parseArgs } from "node:util";
import { startReferenceModel } from "./model.ts";
import { sweep } from "./sweep.ts";

const { values } = parseArgs({
  options: {
    first: { type: "string", default: "1" },
    step: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const first = Number(values.first);
const step = Number(values.step);
if (!(Number.isInteger(first) && first > 0 && Number.isInteger(step) && step > 0)) {
  console.error("every-offset: --first and --step have to be whole numbers above 0");
  process.exit(2);
}
const model = await startReferenceModel();
const { offsets, wrong } = await sweep(model.url, first, step);
await model.close();
if (values.json) console.log(JSON.stringify({ offsets, wrong }));
else {
  for (const one of wrong) console.log(`killed at ${one.killAt}: ${one.what.join("; ")}`);
  console.log(`${offsets} kills, ${wrong.length} of them did not end as the uninterrupted run.`);
}
process.exitCode = wrong.length > 0 ? 1 : 0;
