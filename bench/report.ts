/** How a report reads: in the terminal, and as the Markdown tables of docs/performance.md. */
import type { Bench, Goal, Report, Result } from "./bench.ts";

export function statement(bench: Bench): string {
  return [
    bench.name,
    `  Question      ${bench.question}`,
    `  Workload      ${bench.workload}`,
    `  Baseline      ${bench.baseline}`,
    `  Not measured  ${bench.notMeasured}`,
  ].join("\n");
}

export function reportText(report: Report): string {
  const { machine } = report;
  const lines = [
    `${report.bench}: ${report.rounds} rounds${report.quick ? ", quick" : ""}`,
    `  ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, load ${machine.load}`,
  ];
  if (report.failure !== undefined) return [...lines, `  FAILED: ${report.failure}`].join("\n");
  const width = Math.max(0, ...[...report.results, ...report.goals].map(({ name }) => name.length));
  for (const one of report.results) lines.push(`  ${one.name.padEnd(width)}  ${resultFigures(one)}`);
  for (const one of report.goals)
    lines.push(`  ${one.name.padEnd(width)}  ${figure(one.value)}, goal ${one.goal}: ${verdict(one)}`);
  return lines.join("\n");
}

export function reportTable(report: Report): string {
  const { machine } = report;
  const lines = [
    `### ${report.bench}`,
    "",
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${report.rounds} rounds.`,
    "",
  ];
  if (report.failure !== undefined) return [...lines, `Failed: ${report.failure}`, ""].join("\n");
  if (report.goals.length > 0) {
    lines.push("| Goal | Asked | Measured | |", "| --- | --- | --- | --- |");
    for (const goal of report.goals)
      lines.push(`| ${goal.name} | ${goal.goal} | ${figure(goal.value)} | ${verdict(goal)} |`);
    lines.push("");
  }
  lines.push("| Figure | Median | Spread |", "| --- | --- | --- |");
  for (const { name, unit, median, min, max } of report.results)
    lines.push(`| ${name} | ${figure(median)} ${unit} | ${figure(min)} – ${figure(max)} |`);
  return [...lines, ""].join("\n");
}

/** Three digits that mean something; a benchmark has no more. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Number(value.toPrecision(3)).toLocaleString("en");
}

function resultFigures({ unit, median, min, max }: Result): string {
  return `${figure(median)} ${unit}  (${figure(min)} – ${figure(max)})`;
}

function verdict({ ok }: Goal): string {
  return ok ? "reached" : "missed";
}
