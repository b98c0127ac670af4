/**
 * The report as one self-contained page: the score and how it comes about, what to do first, the worst
 * fragments, cycles, the contract, and every finding behind a filter.
 */

import type { Finding, Fragment, Report, ReportContext, Severity } from "../finding.ts";
import { htmlPage, escapeHtml as text } from "./markup.ts";
import { compareSeverity, countsOf, plural } from "./order.ts";
import { type Step, stepsFirst } from "./steps.ts";

/** Rows shown of each table; the JSON format has all. */
const FINDINGS_MAX = 5_000;
const ROWS_MAX = 50;

/** A point of the trend: the score of a revision. */
export type TrendPoint = { readonly revision: string; readonly at: string; readonly score: number };

export function reportHtml(report: Report, context: ReportContext): string {
  return reportHtmlWithTrend(report, context, []);
}

/** The same page with the score's way through the history, oldest first. */
export function reportHtmlWithTrend(
  report: Report,
  context: ReportContext,
  trend: readonly TrendPoint[],
): string {
  const name = report.root.split("/").filter(Boolean).at(-1) ?? report.root;
  const contract = report.findings.filter((one) => one.rule === "export-contract");
  const cycles = report.findings.filter((one) => one.rule === "cycle");
  const body = `<main>
<header><h1>Imports of ${text(name)}</h1><p class="soft">${plural(report.files, "file")} checked in ${(report.durationMs / 1000).toFixed(2)} s</p></header>
${scoreSection(report, trend)}
${section("What to do first", steps(stepsFirst(report)))}
${section("Worst fragments", fragments(report.fragments))}
${section("Cycles", table(cycles, "No modules import each other in a circle."))}
${section("Contract", table(contract, "Every locked export is where the lock says."))}
${section("Score by folder", folders(report))}
${section(`All findings (${report.findings.length})`, allFindings(report, context))}
</main>`;
  return htmlPage(`Imports of ${name}`, STYLE, body, SCRIPT);
}

function section(title: string, content: string): string {
  return `<section><h2>${text(title)}</h2>${content}</section>`;
}

function scoreSection(report: Report, trend: readonly TrendPoint[]): string {
  const { score } = report;
  const counts = countsOf(report.findings);
  const tone = score.value >= 99 ? "good" : score.value >= 90 ? "warning" : "error";
  const tile = (value: string, label: string, tone = ""): string =>
    `<div class="tile"><b class="${tone}">${text(value)}</b><span>${text(label)}</span></div>`;
  const rules = Object.entries(score.byRule)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([rule, count]) => `<tr><td><code>${text(rule)}</code></td><td class="num">${count}</td></tr>`)
    .join("");
  return `<section class="score"><div class="tiles">
${tile(score.value.toFixed(1), `${score.imports - score.unsound} of ${score.imports} imports are sound`, tone)}
${tile(String(counts.error), "errors", counts.error > 0 ? "error" : "good")}
${tile(String(counts.warning), "warnings", counts.warning > 0 ? "warning" : "good")}
${tile(String(counts.note), "notes")}
${tile(String(report.known), "known in the baseline")}
</div>${trendLine(trend)}${rules === "" ? "" : `<details><summary>Errors and warnings by rule</summary><table>${rules}</table></details>`}</section>`;
}

function bar(value: number): string {
  return `<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="${value.toFixed(1)} percent"><rect width="100" height="8" class="rail"/><rect width="${Math.max(0, Math.min(100, value)).toFixed(1)}" height="8" class="fill"/></svg>`;
}

function trendLine(trend: readonly TrendPoint[]): string {
  if (trend.length < 2) return "";
  const values = trend.map((one) => one.score);
  const low = Math.min(...values);
  const span = Math.max(0.1, Math.max(...values) - low);
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * 600;
    return `${x.toFixed(1)},${(60 - ((value - low) / span) * 54 - 3).toFixed(1)}`;
  });
  const first = trend[0];
  const last = trend.at(-1);
  const label = `from ${first?.score.toFixed(1)} at ${first?.revision} (${first?.at}) to ${last?.score.toFixed(1)} at ${last?.revision} (${last?.at})`;
  return `<figure><svg viewBox="0 0 600 60" class="trend" role="img" aria-label="${text(label)}"><polyline points="${points.join(" ")}"/></svg><figcaption class="soft">${text(label)}</figcaption></figure>`;
}

function steps(list: readonly Step[]): string {
  if (list.length === 0) return `<p class="good">Nothing: the imports are clean.</p>`;
  const items = list.map(
    (one) =>
      `<li><b>${text(one.title)}</b> <span class="soft">${text(one.reason)}</span>${one.command === "" ? "" : `<pre>${text(one.command)}</pre>`}</li>`,
  );
  return `<ol>${items.join("")}</ol>`;
}

function fragments(list: readonly Fragment[]): string {
  if (list.length === 0) return "<p>Every symbol in use has one door.</p>";
  const rows = list.slice(0, ROWS_MAX).map((one) => {
    const paths = one.paths.map(
      (path) =>
        `<li><code>${text(path.module)}</code> as <code>${text(path.name)}</code>: ${plural(path.imports, "import")}</li>`,
    );
    const state = one.isState ? ` <span class="error">its module state can be created twice</span>` : "";
    return `<details><summary><code>${text(one.symbol)}</code>: ${plural(one.paths.length, "path")}, ${plural(one.imports, "import")}, ${plural(one.definitions, "definition")}${state}</summary><p class="soft">defined in <code>${text(one.definedIn)}</code></p><ul>${paths.join("")}</ul></details>`;
  });
  return rows.join("") + more(list.length);
}

function more(length: number): string {
  return length > ROWS_MAX ? `<p class="soft">… and ${length - ROWS_MAX} more</p>` : "";
}

function table(findings: readonly Finding[], empty: string): string {
  if (findings.length === 0) return `<p>${text(empty)}</p>`;
  return (
    findings
      .slice(0, ROWS_MAX)
      .map((one) => row(one))
      .join("") + more(findings.length)
  );
}

function row(finding: Finding, code = ""): string {
  const why = finding.why.map((one) => `<li>${text(one)}</li>`).join("");
  const fix = finding.fix === undefined ? "" : `<p class="good">Fix: ${text(finding.fix.title)}</p>`;
  return `<details class="finding" data-rule="${text(finding.rule)}" data-severity="${finding.severity}" data-file="${text(finding.file)}"><summary><span class="${finding.severity}">${finding.severity}</span> ${text(finding.message)} <span class="soft mono">${text(finding.file)}:${finding.line}:${finding.column}</span> <span class="tag">${text(finding.rule)}</span></summary>${code}${why === "" ? "" : `<ul>${why}</ul>`}${fix}</details>`;
}

function folders(report: Report): string {
  const rows = Object.entries(report.score.byFolder)
    .filter(([, one]) => one.imports > 0)
    .sort((a, b) => a[1].value - b[1].value || b[1].imports - a[1].imports)
    .slice(0, ROWS_MAX)
    .map(
      ([folder, one]) =>
        `<tr><td><code>${text(folder)}</code></td><td>${bar(one.value)}</td><td class="num">${one.value.toFixed(1)}</td><td class="num soft">${one.unsound} of ${one.imports}</td></tr>`,
    );
  if (rows.length === 0) return "<p>No imports.</p>";
  return `<table><tr><th>folder</th><th colspan="2">score</th><th>unsound</th></tr>${rows.join("")}</table>`;
}

function allFindings(report: Report, context: ReportContext): string {
  const findings = [...report.findings].sort(compareSeverity);
  const rules = [...new Set(findings.map((one) => one.rule))].sort();
  const options = rules.map((one) => `<option>${text(one)}</option>`).join("");
  const severities: readonly Severity[] = ["error", "warning", "note"];
  const levels = severities.map((one) => `<option>${one}</option>`).join("");
  const shown = findings.slice(0, FINDINGS_MAX);
  const lines = linesOf(shown, context);
  const rows = shown.map((one) => row(one, lines.get(one) ?? ""));
  const left = findings.length - shown.length;
  return `<form class="filter" onsubmit="return false"><input id="search" type="search" placeholder="file, symbol or text" aria-label="Search the findings"><select id="rule" aria-label="Rule"><option value="">every rule</option>${options}</select><select id="severity" aria-label="Severity"><option value="">every severity</option>${levels}</select><output id="count"></output></form><div id="findings">${rows.join("")}</div>${left > 0 ? `<p class="soft">${plural(left, "finding")} more in the JSON format</p>` : ""}`;
}

/** The source line of each finding; each file is read once. */
function linesOf(findings: readonly Finding[], context: ReportContext): ReadonlyMap<Finding, string> {
  const byFile = new Map<string, Finding[]>();
  for (const one of findings) byFile.set(one.file, [...(byFile.get(one.file) ?? []), one]);
  const out = new Map<Finding, string>();
  for (const [file, own] of byFile) {
    const lines = context.readSource(file)?.split(/\r\n|\n|\r/);
    if (lines === undefined) continue;
    for (const one of own) {
      const line = (lines[one.line - 1] ?? "").slice(0, 400);
      const [before, it, after] = [
        line.slice(0, one.column - 1),
        line.slice(one.column - 1, one.endColumn - 1),
        line.slice(one.endColumn - 1),
      ];
      out.set(one, `<pre>${text(before)}<mark>${text(it)}</mark>${text(after)}</pre>`);
    }
  }
  return out;
}

const STYLE = `
main{max-width:1080px;margin:0 auto;padding:28px 20px 80px}
header{margin-bottom:20px}header p{margin:2px 0}
section{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin:0 0 16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:14px}
.tile b{display:block;font-size:30px;line-height:1.2;font-variant-numeric:tabular-nums}.tile span,.soft{color:var(--soft)}
.error{color:var(--error)}.warning{color:var(--warning)}.note{color:var(--note)}.good{color:var(--good)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:4px 10px 4px 0;vertical-align:middle}.num{text-align:right;font-variant-numeric:tabular-nums}
.bar{width:160px;height:8px;display:block;border-radius:4px}.rail{fill:var(--line)}.fill{fill:var(--good)}
.trend{width:100%;height:80px}.trend polyline{fill:none;stroke:var(--accent);stroke-width:2;vector-effect:non-scaling-stroke}figure{margin:16px 0 0}
details{border-top:1px solid var(--line);padding:7px 0}details:first-of-type{border-top:0}summary{cursor:pointer;overflow-wrap:anywhere}
.finding{content-visibility:auto;contain-intrinsic-size:auto 40px}
.tag{border:1px solid var(--line);border-radius:6px;padding:0 6px;font-size:12px;color:var(--soft);white-space:nowrap}
pre{background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:8px 10px;overflow:auto;margin:8px 0}mark{background:color-mix(in srgb,var(--warning) 30%,transparent);color:inherit;border-radius:3px}
.filter{display:flex;flex-wrap:wrap;gap:8px;margin-bottom:10px;align-items:center}.filter input{flex:1 1 220px}
input,select{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:6px 8px}
ol{padding-left:22px;margin:0}li{margin:4px 0}[hidden]{display:none}
`;

const SCRIPT = `
const at=(id)=>document.getElementById(id);
const rows=[...document.querySelectorAll("#findings .finding")];
const words=rows.map((row)=>row.textContent.toLowerCase());
function filter(){
  const search=at("search").value.toLowerCase(),rule=at("rule").value,severity=at("severity").value;
  let shown=0;
  rows.forEach((row,index)=>{
    const fits=(!rule||row.dataset.rule===rule)&&(!severity||row.dataset.severity===severity)&&words[index].includes(search);
    row.hidden=!fits;
    if(fits)shown++;
  });
  at("count").textContent=shown+" shown";
}
for(const id of ["search","rule","severity"])at(id).addEventListener("input",filter);
filter();
`;
