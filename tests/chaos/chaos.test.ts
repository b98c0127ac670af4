import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { playChapter } from "./chapter.ts";

test("fifty kills lose, repeat, reorder and leak nothing, and everything ends", {
  timeout: 900_000,
}, async () => {
  const seed = randomInt(1, 1_000_000_000);
  // Two servers at once: while one starts the other serves.
  const chapters = await Promise.all(
    [seed, seed + 1].map((one) =>
      playChapter({
        seed: one,
        users: 8,
        tabsPerUser: 8,
        actionMs: 3_000,
        lifeMs: 350,
        killsMax: 25,
        activeMsMax: 120_000,
      }),
    ),
  );
  for (const { seed: one, violations, folder, runs, events } of chapters) {
    expect(violations, `seed ${one}, data in ${folder}`).toEqual([]);
    expect(runs).toBeGreaterThan(0);
    expect(events).toBeGreaterThan(runs);
  }
  expect(chapters.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThanOrEqual(50);
});
