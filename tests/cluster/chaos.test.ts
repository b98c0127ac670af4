import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { playClusterChapter } from "./chapter.ts";

test("a node killed, one cut off, NATS and PostgreSQL restarted, and a failover: nothing lost, repeated, reordered or leaked, and every run ends", {
  timeout: 900_000,
}, async () => {
  const seed = randomInt(1, 1_000_000_000);
  const { violations, faults, runs, events } = await playClusterChapter({
    seed,
    nodes: 3,
    nats: true,
    standby: true,
    users: 5,
    tabsPerUser: 3,
    actionMs: 1_500,
    quietMs: 200,
    activeMs: 120_000,
    faultsMax: 5,
  });
  expect(violations, `seed ${seed}`).toEqual([]);
  const kinds = [
    "node killed",
    "nats restarted",
    "node cut off",
    "postgres restarted",
    "postgres failed over",
  ];
  expect(Object.keys(faults)).toEqual(kinds);
  expect(runs).toBeGreaterThan(0);
  expect(events).toBeGreaterThan(runs);
});
