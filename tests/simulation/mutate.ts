/**
 * `node tests/simulation/mutate.ts [--seeds N] [--json]`: how many seeds it takes to catch each deliberate bug,
 * and by which rule, as the table of docs/testing.md; a row is printed when it is known. Ends with 1 when one is not caught within N (default 10,000).
 */
import { parseArgs } from "node:util";
import type { Bug } from "./bug.ts";
import { bugs } from "./bugs.ts";
import { simulate } from "./simulate.ts";

export interface Caught {
  readonly bug: string;
  readonly story: string;
  /** How many seeds were needed; undefined when none sufficed. */
  readonly seeds: number | undefined;
  readonly rule: string;
}

/** Tries seeds `first`, `first + 1`, … until one catches the bug. */
export async function hunt(bug: Bug, first: number, seedsMax: number): Promise<Caught> {
  const { name, story } = bug;
  for (let tried = 1; tried <= seedsMax; tried++) {
    const { violations } = await simulate(first + tried - 1, { bug });
    if (!violations[0]) continue;
    // A seed that fails without the bug too says nothing of the bug.
    if ((await simulate(first + tried - 1)).violations.length === 0)
      return { bug: name, story, seeds: tried, rule: violations[0].rule };
  }
  return { bug: name, story, seeds: undefined, rule: "" };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seeds: { type: "string", default: "10000" }, json: { type: "boolean", default: false } },
  });
  const seedsMax = Number(values.seeds);
  const table: Caught[] = [];
  if (!values.json) console.log("| bug | what is broken | seeds | rule |\n| --- | --- | ---: | --- |");
  for (const bug of bugs) {
    const caught = await hunt(bug, 1, seedsMax);
    table.push(caught);
    const { story, seeds, rule } = caught;
    if (!values.json)
      console.log(`| ${bug.name} | ${story} | ${seeds ?? `more than ${seedsMax}`} | ${rule} |`);
  }
  if (values.json) console.log(JSON.stringify(table));
  process.exitCode = table.every(({ seeds }) => seeds !== undefined) ? 0 : 1;
}

if (import.meta.main) await main();
