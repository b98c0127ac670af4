/**
 * `npm run bench`: lists the benchmarks, runs one, several or all of them, prints a stored report as tables,
 * compares quick ratios with the stored ones. `arguments.ts` says how it is asked.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { judgeArguments, type RunOptions, usage } from "./arguments.ts";
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

const asked = judgeArguments(process.argv.slice(2), Object.keys(benchByName));
switch (asked.is) {
  case "help":
    console.log(usage);
    break;
  case "list":
    await list();
    break;
  case "run":
    await runAll(asked.names, asked.options);
    break;
  case "table":
    console.log(reportsOf(asked.file).map(reportTable).join("\n"));
    break;
  case "compare":
    await compareQuick(asked.options);
    break;
  case "store":
    store(asked.file);
    break;
  case "wrong":
    stop(`${asked.why}\n\n${usage}`);
}

async function list(): Promise<void> {
  for (const name of Object.keys(benchByName)) console.log(`${statement(await load(name))}\n`);
  console.log(usage);
}

async function runAll(names: readonly string[], options: RunOptions): Promise<void> {
  const reports: Report[] = [];
  for (const name of names) {
    const report = await runOne(await load(name), options);
    reports.push(report);
    if (!options.json) console.log(`${reportText(report)}\n`);
  }
  if (options.json) console.log(JSON.stringify(reports.length === 1 ? reports[0] : reports, undefined, 2));
  // A goal that is missed is a finding; a bench that could not end is a failure.
  if (reports.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
}

async function runOne(bench: Bench, { quick, rounds: asked, tree }: RunOptions): Promise<Report> {
  const rounds = asked ?? (quick ? roundsQuick : (bench.rounds ?? roundsFull));
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
      ...(tree !== undefined && { tree }),
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

function reportsOf(file: string): readonly Report[] {
  // What npm says before the script's own output is no part of the report.
  const text = readFileSync(file, "utf8");
  const reports = JSON.parse(text.slice(text.search(/^[[{]/m))) as Report | readonly Report[];
  return [reports].flat();
}

function stored(): Baseline {
  return JSON.parse(readFileSync(baselineFile, "utf8")) as Baseline;
}

function store(file: string): void {
  const written = { ...stored(), ...baselineOf(reportsOf(file)) };
  writeFileSync(baselineFile, `${JSON.stringify(written, undefined, 2)}\n`);
}

async function compareQuick(options: RunOptions): Promise<void> {
  const baseline = stored();
  const reports: Report[] = [];
  for (const name of Object.keys(baseline)) {
    reports.push(await runOne(await load(name), { ...options, quick: true }));
  }
  const changes = compare(baseline, reports);
  for (const { bench, name, before, now, worse } of changes) {
    const after = now === undefined ? "not measured" : figure(now);
    console.log(`${worse ? "worse" : "ok   "}  ${bench}: ${name}: ${figure(before)} → ${after}`);
  }
  if (changes.some(({ worse }) => worse)) process.exitCode = 1;
}

async function load(name: string): Promise<Bench> {
  const found = benchByName[name];
  if (!found) stop(`bench/baseline.json names ${name}, which is no bench.`);
  return (await found()).bench;
}

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}
