/** JUnit XML: a suite per file with findings, a case per finding; one passing case when all is clean. */

import type { Finding, Report, ReportContext } from "../finding.ts";
import { compareFindings, plural } from "./order.ts";
import { printable } from "./printable.ts";

export function reportJunit(report: Report, _context: ReportContext): string {
  const byFile = new Map<string, Finding[]>();
  for (const one of [...report.findings].sort(compareFindings)) {
    const same = byFile.get(one.file);
    if (same === undefined) byFile.set(one.file, [one]);
    else same.push(one);
  }
  const seconds = (report.durationMs / 1000).toFixed(3);
  const failures = report.findings.filter(isFailure).length;
  const total = Math.max(1, report.findings.length);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="goldenpath imports" tests="${total}" failures="${failures}" time="${seconds}">`,
  ];
  if (byFile.size === 0) {
    lines.push(
      '  <testsuite name="imports" tests="1" failures="0">',
      `    <testcase classname="imports" name="${attribute(plural(report.files, "file"))} checked"/>`,
      "  </testsuite>",
    );
  }
  for (const [file, findings] of byFile) lines.push(...suite(file, findings));
  lines.push("</testsuites>");
  return `${lines.join("\n")}\n`;
}

/** Notes never fail a check. */
function isFailure(finding: Finding): boolean {
  return finding.severity !== "note";
}

function suite(file: string, findings: readonly Finding[]): readonly string[] {
  const failures = findings.filter(isFailure).length;
  const lines = [`  <testsuite name="${attribute(file)}" tests="${findings.length}" failures="${failures}">`];
  for (const one of findings) {
    const name = `${one.rule} ${one.line}:${one.column} ${one.message}`;
    const place = `file="${attribute(file)}" line="${one.line}"`;
    const details = [
      `${file}:${one.line}:${one.column}`,
      ...one.why,
      one.fix === undefined ? "" : `fix: ${one.fix.title}`,
    ];
    const body = content(details.filter((part) => part !== "").join("\n"));
    const head = `    <testcase classname="${attribute(one.rule)}" name="${attribute(name)}" ${place}>`;
    lines.push(head);
    if (isFailure(one)) {
      lines.push(
        `      <failure type="${attribute(one.rule)}" message="${attribute(one.message)}">${body}</failure>`,
      );
    } else lines.push(`      <system-out>${body}</system-out>`);
    lines.push("    </testcase>");
  }
  lines.push("  </testsuite>");
  return lines;
}

/** XML 1.0 knows no other control characters, not even escaped, and no lone surrogates. */
function content(text: string): string {
  return printable(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function attribute(text: string): string {
  return content(text).replace(/"/g, "&quot;").replace(/\n/g, "&#10;");
}
