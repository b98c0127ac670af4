/**
 * `npm run bench`: lists the benchmarks, runs one, several or all of them, prints a stored report as tables,
 * compares quick ratios with the stored ones.
 *
 *   npm run bench                                   what there is
 *   npm run bench -- NAME… [--quick] [--json]       `all` for every one; --rounds N for more or fewer
 *   npm run bench -- imports --tree PATH            on a copy of that tree instead of a generated one
 *   npm run bench -- table FILE                     Markdown of what --json printed into FILE
 *   npm run bench -- regress                        runs the quick form of what bench/baseline.json names
 *   npm run bench -- regress --write FILE           stores the ratios of what --json printed into FILE
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Bench, Report } from "./bench.ts";
import { thisMachine } from "./machine.ts";
import { type Baseline, baselineOf, compare } from "./regress.ts";
import { figure, reportTable, reportText, statement } from "./report.ts";

/** Each file exports its `bench`; it is loaded only when it is asked for. */
const benchByName: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  delivery: () => import("./delivery.ts"),
  latency: () => import("./latency.ts"),
  fanout: () => import("./fanout.ts"),
  idle: () => import("./idle.ts"),
  slow: () => import("./slow.ts"),
  resume: () => import("./resume.ts"),
  growth: () => import("./growth.ts"),
  append: () => import("./append.ts"),
  postgres: () => import("./postgres.ts"),
  cluster: () => import("./cluster.ts"),
  notify: () => import("./notify.ts"),
  takeover: () => import("./takeover.ts"),
  imports: () => import("./imports.ts"),
  "first-token": () => import("./first-token.ts"),
  bundle: () => import("./bundle.ts"),
  start: () => import("./start.ts"),
};

const roundsFull = 5;
const roundsQuick = 3;
const baselineFile = fileURLToPath(new URL("baseline.json", import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    tree: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const [command, ...operands] = positionals;

if (command === undefined) await list();
else if (command === "table") table(operands[0]);
else if (command === "regress") await regress(operands[0]);
else await runAll(command === "all" ? Object.keys(benchByName) : positionals);

async function list(): Promise<void> {
  for (const name of Object.keys(benchByName)) console.log(`${statement(await load(name))}\n`);
  console.log("npm run bench -- NAME… [--quick] [--json], or all");
}

async function runAll(names: readonly string[]): Promise<void> {
  const reports: Report[] = [];
  for (const name of names) {
    const report = await runOne(await load(name), values.quick);
    reports.push(report);
    if (!values.json) console.log(`${reportText(report)}\n`);
  }
  if (values.json) console.log(JSON.stringify(reports.length === 1 ? reports[0] : reports, undefined, 2));
  // A goal that is missed is a finding; a bench that could not end is a failure.
  if (reports.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
}

async function runOne(bench: Bench, quick: boolean): Promise<Report> {
  const rounds = Number(values.rounds ?? (quick ? roundsQuick : (bench.rounds ?? roundsFull)));
  if (!Number.isSafeInteger(rounds) || rounds < 1) stop("--rounds takes a whole number from 1 on.");
  const machine = thisMachine();
  const folder = mkdtempSync(join(tmpdir(), `goldenpath-bench-${bench.name}-`));
  const began = performance.now();
  const note = (text: string) => {
    const seconds = Math.round((performance.now() - began) / 1_000);
    process.stderr.write(`${bench.name} ${String(seconds).padStart(3)} s: ${text}\n`);
  };
  try {
    const measured = await bench.run({
      rounds,
      quick,
      folder,
      note,
      ...(values.tree !== undefined && { tree: values.tree }),
    });
    return { bench: bench.name, machine, rounds, quick, ...measured };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    note(error instanceof Error ? (error.stack ?? failure) : failure);
    return { bench: bench.name, machine, rounds, quick, results: [], goals: [], failure };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function table(file: string | undefined): void {
  if (file === undefined) stop("table needs the file that --json was printed into.");
  console.log(reportsOf(file).map(reportTable).join("\n"));
}

function reportsOf(file: string): readonly Report[] {
  // What npm says before the script's own output is no part of the report.
  const text = readFileSync(file, "utf8");
  const reports = JSON.parse(text.slice(text.search(/^[[{]/m))) as Report | readonly Report[];
  return [reports].flat();
}

async function regress(file: string | undefined): Promise<void> {
  const stored = JSON.parse(readFileSync(baselineFile, "utf8")) as Baseline;
  if (values.write) {
    if (file === undefined) stop("regress --write needs the file that --json was printed into.");
    const written = { ...stored, ...baselineOf(reportsOf(file)) };
    writeFileSync(baselineFile, `${JSON.stringify(written, undefined, 2)}\n`);
    return;
  }
  const reports: Report[] = [];
  for (const name of Object.keys(stored)) reports.push(await runOne(await load(name), true));
  const changes = compare(stored, reports);
  for (const { bench, name, before, now, worse } of changes) {
    const after = now === undefined ? "not measured" : figure(now);
    console.log(`${worse ? "worse" : "ok   "}  ${bench}: ${name}: ${figure(before)} → ${after}`);
  }
  if (changes.some(({ worse }) => worse)) process.exitCode = 1;
}

async function load(name: string): Promise<Bench> {
  const found = Object.hasOwn(benchByName, name) ? benchByName[name] : undefined;
  if (!found) stop(`There is no bench ${name}; there are ${Object.keys(benchByName).join(", ")}.`);
  return (await found()).bench;
}

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}
