/** What to do first: what fails when it runs, then the few moves that settle most. */

import type { Finding, Report } from "../finding.ts";
import { plural } from "./order.ts";

export type Step = { readonly title: string; readonly reason: string; readonly command: string };

const STEPS_MAX = 6;
const WEIGHT = { error: 5, warning: 2, note: 0 } as const;

export function stepsFirst(report: Report): readonly Step[] {
  const candidates: (Step & { readonly weight: number; readonly isBroken?: boolean })[] = [];
  const fixable = report.findings.filter((one) => (one.fix?.edits.length ?? 0) > 0);
  if (fixable.length > 0) {
    candidates.push({
      title: `Let the guard rewrite ${plural(fixable.length, "import")}.`,
      reason: "It changes import statements only, and checks the result before it writes.",
      command: "goldenpath imports fix --dry-run\ngoldenpath imports fix",
      weight: 2 * weigh(fixable),
    });
  }
  const broken = report.findings.filter((one) => one.severity === "error" && missingTarget(one) !== "");
  const single: Finding[] = [];
  for (const [target, own] of groups(broken, missingTarget)) {
    if (own.length < 2) {
      single.push(...own);
      continue;
    }
    candidates.push({
      title: `Restore or replace ${target}.`,
      reason: `${plural(own.length, "import")} in ${plural(new Set(own.map((one) => one.file)).size, "file")} fail because of it.`,
      command: "",
      weight: weigh(own),
      isBroken: true,
    });
  }
  for (const [file, own] of groups(single, (one) => one.file)) {
    const [first] = own;
    candidates.push({
      title: `Mend ${file}.`,
      reason: `${first?.message}${own.length > 1 ? `; of its imports ${own.length - 1} more lead nowhere` : ""}.`,
      command: "",
      weight: weigh(own),
      isBroken: true,
    });
  }
  const [worst] = report.fragments;
  if (worst !== undefined) {
    candidates.push({
      title: `Give ${worst.symbol} one canonical path.`,
      reason: `${plural(worst.imports, "import")} take it by ${plural(worst.paths.length, "path")}.`,
      command: `goldenpath imports why ${worst.definedIn}:${worst.symbol}`,
      weight: worst.harm,
    });
  }
  for (const [file, own] of groups(report.findings, (one) => one.file)) {
    if (own.length < 5) continue;
    const rules = [...new Set(own.map((one) => one.rule))].join(", ");
    candidates.push({
      title: `Clean up ${file}.`,
      reason: `${plural(own.length, "finding")}: ${rules}.`,
      command: "",
      weight: weigh(own) / 2,
    });
  }
  const rank = (one: (typeof candidates)[number]) => (one.isBroken ? 0 : 1);
  candidates.sort((a, b) => rank(a) - rank(b) || b.weight - a.weight || (a.title < b.title ? -1 : 1));
  return candidates.slice(0, STEPS_MAX).map(({ title, reason, command }) => ({ title, reason, command }));
}

function weigh(findings: readonly Finding[]): number {
  return findings.reduce((sum, one) => sum + WEIGHT[one.severity], 0);
}

function missingTarget(finding: Finding): string {
  if (finding.rule === "unresolved-symbol") return `${finding.symbol} of ${finding.module}`;
  return finding.rule === "unresolved-module" ? finding.module : "";
}

function groups(
  findings: readonly Finding[],
  keyOf: (finding: Finding) => string,
): ReadonlyMap<string, readonly Finding[]> {
  const byKey = new Map<string, Finding[]>();
  for (const one of findings) {
    const key = keyOf(one);
    if (key === "") continue;
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [one]);
    else same.push(one);
  }
  return byKey;
}
