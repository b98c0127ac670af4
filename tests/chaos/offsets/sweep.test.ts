import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { startReferenceModel } from "./model.ts";
import { sweep } from "./sweep.ts";

const step = 3;

test("a run whose server is killed ends as if it had not been", { timeout: 300_000 }, async () => {
  // Every offset has its turn in some run of the tests; `npm run every-offset` takes them all.
  const first = randomInt(1, step + 1);
  const model = await startReferenceModel();
  try {
    const { offsets, wrong } = await sweep(model.url, first, step);
    expect(wrong, `again: npm run every-offset -- --first ${first} --step ${step}`).toEqual([]);
    expect(offsets).toBeGreaterThan(5);
  } finally {
    await model.close();
  }
});
