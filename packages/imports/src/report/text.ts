/** Findings for a person at a terminal: place, code frame, reasons, fix, and one line that sums up. */

import type { Finding, Report, ReportContext, Severity } from "../finding.ts";
import { compareFindings, countsOf, plural } from "./order.ts";
import { printable } from "./printable.ts";

const CONTEXT_LINES = 1;
const WHY_MAX = 8;
/** Findings printed in full; what is beyond is counted. The other formats carry all. */
const FINDINGS_MAX = 1_000;
/** Notes ask for nothing, so a tree full of them must not hide what fails. */
const NOTES_MAX = 20;

type Paint = (text: string) => string;
type Palette = { readonly [name in Severity | "dim" | "bold" | "good"]: Paint };

export function reportText(report: Report, context: ReportContext): string {
  const paint = palette(context.useColour);
  const lines = [
    ...blocks(report.findings, context, paint),
    ...skipped(report, paint),
    ...summary(report, paint),
  ];
  return `${lines.join("\n")}\n`;
}

/** What has come and gone since the report `before`; a finding that only moved has done neither. */
export function changesText(report: Report, before: Report, context: ReportContext): string {
  const paint = palette(context.useColour);
  const now = new Set(report.findings.map(({ id }) => id));
  const known = new Set(before.findings.map(({ id }) => id));
  const gone = before.findings.filter(({ id }) => !now.has(id));
  const lines = blocks(
    report.findings.filter(({ id }) => !known.has(id)),
    context,
    paint,
  );
  for (const { file, message, rule } of gone.slice(0, FINDINGS_MAX))
    lines.push(`${paint.good("mended")}  ${clean(file)}  ${clean(message)}  ${paint.dim(rule)}`);
  if (gone.length > FINDINGS_MAX) lines.push(paint.dim(`… and ${gone.length - FINDINGS_MAX} more mended`));
  return `${[...lines, ...summary(report, paint)].join("\n")}\n`;
}

function blocks(all: readonly Finding[], context: ReportContext, paint: Palette): string[] {
  const lines: string[] = [];
  const findings = [...all].sort(compareFindings);
  let file = "";
  let notes = 0;
  const shown = findings
    .filter((one) => one.severity !== "note" || notes++ < NOTES_MAX)
    .slice(0, FINDINGS_MAX);
  for (const finding of shown) {
    if (finding.file !== file) {
      file = finding.file;
      lines.push(paint.bold(clean(file)), "");
    }
    lines.push(...block(finding, context, paint), "");
  }
  if (shown.length < findings.length) {
    const printed = new Set(shown);
    const left = countsOf(findings.filter((one) => !printed.has(one)));
    const what = left.error + left.warning > 0 ? `${left.error + left.warning} errors and warnings and ` : "";
    lines.push(paint.dim(`… and ${what}${plural(left.note, "note")} more: --format json lists them all`), "");
  }
  return lines;
}

/** One line per reason: a tree may hold hundreds of components. */
function skipped(report: Report, paint: Palette): readonly string[] {
  const filesByReason = new Map<string, string[]>();
  for (const one of report.skipped) {
    const same = filesByReason.get(one.reason);
    if (same === undefined) filesByReason.set(one.reason, [one.file]);
    else same.push(one.file);
  }
  return [...filesByReason].map(([reason, files]) => {
    const names = files.slice(0, 2).map(clean).join(", ") + (files.length > 2 ? ", …" : "");
    return paint.dim(`skipped ${plural(files.length, "file")} (${names}): ${clean(reason)}`);
  });
}

function block(finding: Finding, context: ReportContext, paint: Palette): readonly string[] {
  const place = `${finding.line}:${finding.column}`;
  const severity = paint[finding.severity](finding.severity.padEnd(7));
  const lines = [`  ${place.padEnd(8)} ${severity} ${clean(finding.message)}  ${paint.dim(finding.rule)}`];
  lines.push(...frame(finding, context, paint));
  for (const why of finding.why.slice(0, WHY_MAX))
    lines.push(`           ${paint.dim("because")} ${clean(why)}`);
  if (finding.why.length > WHY_MAX) {
    lines.push(`           ${paint.dim(`… and ${finding.why.length - WHY_MAX} more reasons`)}`);
  }
  if (finding.fix !== undefined) {
    const how = finding.fix.edits.length > 0 ? " (goldenpath imports fix)" : "";
    lines.push(`           ${paint.good("fix")}     ${clean(finding.fix.title)}${paint.dim(how)}`);
  }
  return lines;
}

/** The line of the finding between its neighbours, with the place underlined. */
function frame(finding: Finding, context: ReportContext, paint: Palette): readonly string[] {
  const source = context.readSource(finding.file);
  if (source === undefined) return [];
  const all = source.split(/\r\n|\n|\r/);
  const first = Math.max(1, finding.line - CONTEXT_LINES);
  const last = Math.min(all.length, finding.line + CONTEXT_LINES);
  const gutter = String(last).length;
  const room = Math.max(20, context.width - gutter - 16);
  const lines: string[] = [];
  for (let line = first; line <= last; line++) {
    const text = all[line - 1] ?? "";
    const isIt = line === finding.line;
    const from = isIt ? Math.max(0, finding.endColumn - room) : 0;
    const number = String(line).padStart(gutter);
    lines.push(
      `         ${isIt ? paint[finding.severity](">") : " "} ${paint.dim(`${number} |`)} ${show(text, from, room)}`,
    );
    if (!isIt) continue;
    const start = widthOf(text.slice(from, finding.column - 1));
    const length = Math.max(1, widthOf(text.slice(finding.column - 1, finding.endColumn - 1)));
    const mark = " ".repeat(Math.min(start, room)) + "^".repeat(Math.min(length, Math.max(1, room - start)));
    lines.push(`           ${" ".repeat(gutter)} ${paint.dim("|")} ${paint[finding.severity](mark)}`);
  }
  return lines;
}

function show(text: string, from: number, room: number): string {
  const part = clean(text.slice(from).replace(/\t/g, "  "));
  return part.length > room ? `${part.slice(0, room - 1)}…` : part;
}

/** Columns that the text takes on a terminal: tabs are shown as two, wide characters take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const isWide =
      (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xffdc) || code >= 0x1f300;
    width += char === "\t" || isWide ? 2 : 1;
  }
  return width;
}

function summary(report: Report, paint: Palette): readonly string[] {
  const counts = countsOf(report.findings);
  const { score } = report;
  const seconds = (report.durationMs / 1000).toFixed(2);
  const scoreText = `score ${score.value.toFixed(1)} (${score.imports - score.unsound} of ${plural(score.imports, "import")} sound)`;
  const tail = `${plural(report.files, "file")} in ${seconds} s, ${scoreText}`;
  const known = report.known > 0 ? `, ${plural(report.known, "known finding")} in the baseline` : "";
  if (report.findings.length === 0) return [`${paint.good("clean")}: ${tail}${known}`];
  const parts = [
    counts.error > 0 ? paint.error(plural(counts.error, "error")) : "",
    counts.warning > 0 ? paint.warning(plural(counts.warning, "warning")) : "",
    counts.note > 0 ? paint.note(plural(counts.note, "note")) : "",
  ].filter((one) => one !== "");
  const fixable = report.findings.filter((one) => (one.fix?.edits.length ?? 0) > 0).length;
  const lines = [`${parts.join(", ")}; ${tail}${known}`];
  if (fixable > 0) lines.push(paint.dim(`goldenpath imports fix settles ${fixable} of them`));
  return lines;
}

/** On one line, and nothing in it acts on the terminal. */
function clean(text: string): string {
  return printable(text, "\n").replace(/\n/g, " ");
}

function palette(useColour: boolean): Palette {
  const colour = (code: number): Paint =>
    useColour ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text;
  return {
    error: colour(31),
    warning: colour(33),
    note: colour(36),
    dim: colour(2),
    bold: colour(1),
    good: colour(32),
  };
}
