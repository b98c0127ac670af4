/** `npm run simulate`: worlds from a seed on. `help` below says how. */
import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { optionsOf, refuse } from "../command-line.ts";
import { simulate, type Verdict } from "./simulate.ts";

const help = `npm run simulate -- [options]

Plays the whole path in worlds whose clock, scheduler, network, disk and people a seed decides.

  --seeds N   so many worlds, default 1,000, or one where --seed is given
  --seed S    the first world's; default: one that the time picks
  --lines     print every step
  --json      print the result as JSON

Exit code: 0 no rule was broken, 1 one was (and how to see it again is printed), 2 it could not run.`;

const values = optionsOf(help, {
  seeds: { type: "string" },
  seed: { type: "string" },
  json: { type: "boolean", default: false },
  lines: { type: "boolean", default: false },
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
  return refuse(help, `simulate: --${name} has to be a whole number above 0, not ${JSON.stringify(text)}`);
}
