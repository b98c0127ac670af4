/** The order in which findings are shown, and how they are counted. */

import type { Finding, Severity } from "../finding.ts";

const RANK: { readonly [severity in Severity]: number } = { error: 0, warning: 1, note: 2 };

/** By place: what a person reading a file meets first comes first. */
export function compareFindings(one: Finding, other: Finding): number {
  return (
    compareText(one.file, other.file) ||
    one.line - other.line ||
    one.column - other.column ||
    compareText(one.rule, other.rule)
  );
}

/** By weight, for formats that may have to leave some out. */
export function compareSeverity(one: Finding, other: Finding): number {
  return RANK[one.severity] - RANK[other.severity] || compareFindings(one, other);
}

/** The same on every machine, whatever its language. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

export function countsOf(findings: readonly Finding[]): { readonly [severity in Severity]: number } {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const one of findings) counts[one.severity]++;
  return counts;
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
