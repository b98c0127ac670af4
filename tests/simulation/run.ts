/**
 * `npm run simulate -- [--seeds N] [--seed S] [--json] [--lines]`: N worlds from seed S on (default: 1,000 from
 * one that the time picks). Ends with 1 when any of them broke a rule, and prints how to see it again.
 */
import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { simulate, type Verdict } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    json: { type: "boolean", default: false },
    lines: { type: "boolean", default: false },
  },
});
const first = values.seed === undefined ? randomInt(1, 1_000_000_000) : wholeNumber("seed", values.seed);
const count =
  values.seeds === undefined ? (values.seed === undefined ? 1_000 : 1) : wholeNumber("seeds", values.seeds);
const failuresMax = 10;

const startedAt = performance.now();
const failed: Verdict[] = [];
const totals = { steps: 0, simulatedMs: 0 };
const counts = new Map<string, number>();
let done = 0;
for (let seed = first; seed < first + count && failed.length < failuresMax; seed++) {
  const verdict = await simulate(seed, { keepLines: values.lines });
  done++;
  totals.steps += verdict.steps;
  totals.simulatedMs += verdict.simulatedMs;
  for (const [kind, times] of verdict.counts) counts.set(kind, (counts.get(kind) ?? 0) + times);
  if (values.lines && verdict.lines) console.log(verdict.lines.join("\n"));
  if (count === 1 && !values.json)
    console.log(`seed ${seed}: history ${verdict.hash}, ${verdict.steps} steps`);
  if (verdict.violations.length > 0) {
    failed.push(verdict);
    if (!values.json) tell(verdict);
  }
}
const seconds = (performance.now() - startedAt) / 1000;
const perMinute = Math.round((done / seconds) * 60);

if (values.json) {
  const failures = failed.map(({ seed, hash, violations }) => ({ seed, hash, violations }));
  const body = { firstSeed: first, seeds: done, failed: failed.length, commit: commit(), seconds, perMinute };
  console.log(JSON.stringify({ ...body, ...totals, counts: Object.fromEntries(counts), failures }));
} else {
  const hours = (totals.simulatedMs / 3_600_000).toFixed(1);
  console.log(
    `${done} worlds from seed ${first} on in ${seconds.toFixed(1)} s (${perMinute} a minute): ` +
      `${hours} simulated hours, ${totals.steps} steps, ${counts.get("committed") ?? 0} commits, ` +
      `${counts.get("fault") ?? 0} faults; ${failed.length} broke a rule.`,
  );
}
process.exitCode = failed.length > 0 ? 1 : 0;

function tell({ seed, hash, violations }: Verdict): void {
  console.log(`\nseed ${seed} at commit ${commit()} (history ${hash}):`);
  for (const { rule, detail, atMs } of violations) console.log(`  ${rule} at ${atMs} ms: ${detail}`);
  console.log(`  again: npm run simulate -- --seed ${seed}   (every step: --lines)`);
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`simulate: --${name} has to be a whole number above 0, not ${JSON.stringify(text)}`);
  process.exit(2);
}
