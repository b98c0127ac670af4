/**
 * SARIF 2.1.0, as code scanning services take it. They refuse a run with more than 25,000 results, so the
 * heaviest are kept and the rest is counted in a notification. Fingerprints are the findings' ids, which do
 * not move with the line.
 */

import { pathToFileURL } from "node:url";
import type { Finding, Report, ReportContext, RuleInfo } from "../finding.ts";
import { compareSeverity, plural } from "./order.ts";

export const SARIF_RESULTS_MAX = 25_000;

export function reportSarif(report: Report, context: ReportContext): string {
  const findings = [...report.findings].sort(compareSeverity);
  const kept = findings.slice(0, SARIF_RESULTS_MAX);
  const rules = rulesOf(context.rules, kept);
  const indexById = new Map(rules.map((one, index) => [one.id, index]));
  const left = findings.length - kept.length;
  const notifications =
    left > 0
      ? [
          {
            level: "warning",
            message: {
              text: `${plural(left, "finding")} of lower severity left out: a run may hold ${SARIF_RESULTS_MAX}`,
            },
          },
        ]
      : [];
  const run = {
    tool: { driver: { name: "goldenpath-imports", semanticVersion: "0.1.0", rules: rules.map(ruleOf) } },
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(report.root).href.replace(/\/$/, "")}/` } },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
    results: kept.map((one) => resultOf(one, indexById.get(one.rule) ?? -1)),
  };
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [run],
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

function rulesOf(known: readonly RuleInfo[], findings: readonly Finding[]): readonly RuleInfo[] {
  const ids = new Set(known.map((one) => one.id));
  const others = new Map<string, RuleInfo>();
  for (const one of findings) {
    if (ids.has(one.rule)) continue;
    others.set(one.rule, { id: one.rule, severity: one.severity, reason: one.message, page: "" });
  }
  return [...known, ...others.values()];
}

function ruleOf(rule: RuleInfo): object {
  return {
    id: rule.id,
    shortDescription: { text: rule.reason },
    help: { text: rule.page === "" ? rule.reason : `${rule.reason} See docs/${rule.page}.md` },
    defaultConfiguration: { level: rule.severity },
  };
}

function resultOf(finding: Finding, ruleIndex: number): object {
  const why = finding.why.map((one) => `\n- ${one}`).join("");
  return {
    ruleId: finding.rule,
    ...(ruleIndex >= 0 ? { ruleIndex } : {}),
    level: finding.severity,
    message: { text: finding.message + why },
    locations: [
      {
        physicalLocation: {
          artifactLocation: locationOf(finding.file),
          region: { startLine: finding.line, startColumn: finding.column, endColumn: finding.endColumn },
        },
      },
    ],
    partialFingerprints: { "goldenpathImports/v1": finding.id },
    ...fixesOf(finding),
  };
}

function fixesOf(finding: Finding): object {
  const edits = finding.fix?.edits ?? [];
  if (finding.fix === undefined || edits.length === 0) return {};
  const files = [...new Set(edits.map((one) => one.file))];
  const artifactChanges = files.map((file) => ({
    artifactLocation: locationOf(file),
    replacements: edits
      .filter((one) => one.file === file)
      .map((one) => ({
        deletedRegion: { byteOffset: one.start, byteLength: one.end - one.start },
        insertedContent: { text: one.text },
      })),
  }));
  return { fixes: [{ description: { text: finding.fix.title }, artifactChanges }] };
}

function locationOf(file: string): object {
  return { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: "SRCROOT" };
}
