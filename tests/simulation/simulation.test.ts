import { randomInt } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bugs } from "./bugs.ts";
import { hunt } from "./mutate.ts";
import { toldSeeds } from "./seeds.ts";
import { simulate, type Verdict } from "./simulate.ts";

/** What to do is part of the failure. */
function told({ seed, violations }: Verdict): string {
  const lines = violations.map(({ rule, detail, atMs }) => `${rule} at ${atMs} ms: ${detail}`);
  return [...lines, `again: npm run simulate -- --seed ${seed}`].join("\n");
}

describe("simulation", () => {
  test("one seed is one history, down to the last byte", async () => {
    for (const seed of [11, 12, 13, 14, 15]) {
      const first = await simulate(seed);
      const second = await simulate(seed, { keepLines: true });
      expect(second.hash).toBe(first.hash);
      expect(second.steps).toBe(first.steps);
    }
  });

  test("different seeds are different histories, in which things go wrong", async () => {
    const kinds = new Map<string, number>();
    const hashes = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const { hash, counts } = await simulate(seed);
      hashes.add(hash);
      for (const [kind, times] of counts) kinds.set(kind, (kinds.get(kind) ?? 0) + times);
    }
    expect(hashes.size).toBe(40);
    for (const kind of [
      "committed",
      "fault",
      "kill",
      "revoke",
      "cancel",
      "thaw",
      "wire",
      "shown",
      "answer",
      "bus fault",
      "answer lost",
    ]) {
      expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(0);
    }
  });

  test.each(toldSeeds)("seed $seed: $story", async ({ seed, nodes = 1 }) => {
    const verdict = await simulate(seed, { plan: { nodes } });
    expect(verdict.violations, told(verdict)).toEqual([]);
  });

  test("a thousand fresh worlds keep every rule", { timeout: 900_000 }, async () => {
    const first = randomInt(1, 1_000_000_000);
    for (let seed = first; seed < first + 1_000; seed++) {
      const verdict = await simulate(seed);
      expect(verdict.violations, told(verdict)).toEqual([]);
    }
  });

  test.each([
    "repeats a frame",
    "no dedupe of commands",
    "forgets the end",
    "trusts ids",
    "never revokes",
    "trusts the line",
    "tells everybody",
  ])("catches the bug: %s", async (name) => {
    const bug = bugs.find((one) => one.name === name);
    if (!bug) throw new Error(`there is no bug named ${name}`);
    expect(await hunt(bug, 1, 60)).toMatchObject({ seeds: expect.any(Number) });
  });
});
