import type { CheckResult } from "./probe.ts";

export interface CheckReport {
  /** The share of checks that hold, 0 to 1. */
  readonly score: number;
  readonly checks: readonly CheckResult[];
}

export function reportOf(checks: readonly CheckResult[]): CheckReport {
  const held = checks.filter((check) => check.ok).length;
  return { score: checks.length === 0 ? 0 : held / checks.length, checks };
}

export function reportTable({ score, checks }: CheckReport): string {
  const nameWidth = Math.max(...checks.map((check) => check.name.length));
  const msWidth = Math.max(...checks.map((check) => String(check.ms).length));
  const lines = checks.map(
    ({ name, ok, ms, detail }) =>
      `${ok ? "ok  " : "FAIL"}  ${name.padEnd(nameWidth)}  ${String(ms).padStart(msWidth)} ms  ${oneLine(detail)}`,
  );
  const held = checks.filter((check) => check.ok).length;
  lines.push("", `Health: ${Math.round(score * 100)} % (${held} of ${checks.length} checks hold)`);
  return lines.join("\n");
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
