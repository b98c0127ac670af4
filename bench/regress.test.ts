import { describe, expect, it } from "vitest";
import { atLeast, atMost, type Goal, type Report } from "./bench.ts";
import { baselineOf, compare } from "./regress.ts";

const machine = { cpu: "a", cores: 2, memoryGiB: 4, system: "b", node: "24.0.0", load: 0 };
const report = (bench: string, ...goals: readonly Goal[]): Report => {
  return { bench, machine, rounds: 3, quick: true, results: [], goals };
};

describe("the regression check", () => {
  it("stores ratios and nothing that depends on the machine", () => {
    const reports = [
      report("delivery", atLeast("÷ raw", 1, "×", 1.23456), atMost("wait", 5, "ms", 2)),
      report("start", atMost("ready", 1, "s", 0.5)),
    ];
    expect(baselineOf(reports)).toEqual({ delivery: { "÷ raw": 1.23 } });
  });

  it("knows which way a ratio gets worse, and lets a quick run stray by a quarter", () => {
    const stored = { delivery: { more: 2, less: 2 } };
    const judged = (more: number, less: number) =>
      compare(stored, [report("delivery", atLeast("more", 1, "×", more), atMost("less", 3, "×", less))]).map(
        ({ worse }) => worse,
      );
    expect(judged(1.6, 2.4)).toEqual([false, false]);
    expect(judged(1.4, 2.6)).toEqual([true, true]);
    expect(judged(4, 1)).toEqual([false, false]);
  });

  it("takes a ratio that is not measured any more for worse", () => {
    expect(compare({ delivery: { gone: 2 } }, [report("delivery")])).toEqual([
      { bench: "delivery", name: "gone", before: 2, now: undefined, worse: true },
    ]);
  });
});
