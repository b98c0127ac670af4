import { Counter, Gauge, Registry } from "prom-client";
import type { CheckReport } from "./report.ts";

/** The rounds of a probe, for Prometheus. */
export function createCheckMetrics(): {
  readonly add: (report: CheckReport, at: Date) => void;
  readonly text: () => Promise<string>;
  readonly contentType: string;
} {
  const registry = new Registry();
  const registers = [registry];
  const prefix = "goldenpath_check_";
  const score = new Gauge({
    name: `${prefix}score`,
    help: "The share of checks that held, 0 to 1.",
    registers,
  });
  const ok = new Gauge({
    name: `${prefix}ok`,
    help: "1 for a check that held.",
    labelNames: ["check"],
    registers,
  });
  const seconds = new Gauge({
    name: `${prefix}seconds`,
    help: "How long a check took.",
    labelNames: ["check"],
    registers,
  });
  const last = new Gauge({
    name: `${prefix}last_round_seconds`,
    help: "When the last round ended.",
    registers,
  });
  const rounds = new Counter({
    name: `${prefix}rounds_total`,
    help: "Rounds: ok, failed, or unable to run.",
    labelNames: ["outcome"],
    registers,
  });
  return {
    add(report, at) {
      score.set(report.score);
      last.set(at.getTime() / 1_000);
      rounds.inc({ outcome: report.checks.length === 0 ? "unable" : report.score === 1 ? "ok" : "failed" });
      for (const check of report.checks) {
        ok.set({ check: check.name }, check.ok ? 1 : 0);
        seconds.set({ check: check.name }, check.ms / 1_000);
      }
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
