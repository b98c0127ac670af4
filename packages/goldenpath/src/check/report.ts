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

/** One line for a round of many. */
export function reportLine(report: CheckReport, at: Date): string {
  const failed = report.checks.filter((check) => !check.ok);
  const percent = `${Math.round(report.score * 100)} %`;
  const what =
    failed.length === 0
      ? ""
      : `  FAIL ${failed.map(({ name, detail }) => `${name}: ${oneLine(detail)}`).join("; ")}`;
  const budget = report.checks.find(({ name, ok }) => name === "budget" && ok)?.detail ?? "";
  return `${at.toISOString()}  ${percent.padStart(5)}  ${what === "" ? budget : what.trim()}`;
}

/** JUnit's XML, as CI systems read it. */
export function reportJunit({ checks }: CheckReport, url: string): string {
  const failures = checks.filter((check) => !check.ok).length;
  const seconds = (ms: number) => (ms / 1_000).toFixed(3);
  const total = checks.reduce((sum, { ms }) => sum + ms, 0);
  const cases = checks.map(({ name, ok, ms, detail }) => {
    const head = `    <testcase classname="goldenpath check" name="${xml(name)}" time="${seconds(ms)}"`;
    return ok ? `${head}/>` : `${head}>\n      <failure message="${xml(oneLine(detail))}"/>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="goldenpath check ${xml(url)}" tests="${checks.length}" failures="${failures}" time="${seconds(total)}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function xml(text: string): string {
  const escaped = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  // XML 1.0 has no way to write most control characters.
  return text
    .replace(/[&<>"]/g, (char) => escaped[char as keyof typeof escaped])
    .replace(/[\p{Cc}\ud800-\udfff\ufffe\uffff]/gu, "\ufffd");
}
