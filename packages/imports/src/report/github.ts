/** Workflow commands of GitHub Actions: each finding becomes an annotation on its line. */

import type { Finding, Report, ReportContext } from "../finding.ts";
import { compareSeverity, countsOf, plural } from "./order.ts";

const LEVEL = { error: "error", warning: "warning", note: "notice" } as const;

export function reportGithub(report: Report, _context: ReportContext): string {
  const lines = [...report.findings].sort(compareSeverity).map(annotation);
  const counts = countsOf(report.findings);
  const found = `${plural(counts.error, "error")}, ${plural(counts.warning, "warning")}, ${plural(counts.note, "note")}`;
  lines.push(`goldenpath imports: ${found}; score ${report.score.value.toFixed(1)}`);
  return `${lines.join("\n")}\n`;
}

function annotation(finding: Finding): string {
  const properties = [
    `file=${property(finding.file)}`,
    `line=${finding.line}`,
    `endLine=${finding.line}`,
    `col=${finding.column}`,
    `endColumn=${finding.endColumn}`,
    `title=${property(finding.rule)}`,
  ];
  const fix = finding.fix === undefined ? [] : [`fix: ${finding.fix.title}`];
  const message = [finding.message, ...finding.why.map((one) => `- ${one}`), ...fix].join("\n");
  return `::${LEVEL[finding.severity]} ${properties.join(",")}::${data(message)}`;
}

function data(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function property(text: string): string {
  return data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
