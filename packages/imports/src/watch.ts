import { watch } from "node:fs";
import type { CheckOptions, CheckResult } from "./check.ts";
import type { Report } from "./finding.ts";
import { StandingCheck } from "./standing-check.ts";

/** Changes that come within this time are one. */
const settleMs = 30;

/** Checks, and checks again whenever something below the root changes, until `signal` ends it. */
export async function watchTree(
  options: CheckOptions,
  signal: AbortSignal,
  show: (report: Report, before: Report | undefined) => void,
): Promise<void> {
  const check = await StandingCheck.of(options);
  let before: Report | undefined;
  const say = (result: CheckResult | undefined): void => {
    if (result?.ok !== true) return;
    show(result.report, before);
    before = result.report;
  };
  say(check.report());
  await new Promise<void>((resolve) => {
    const touched = new Set<string>();
    let timer: NodeJS.Timeout | undefined;
    const settle = (): void => {
      timer = undefined;
      const paths = [...touched];
      touched.clear();
      say(check.touched(paths));
    };
    const watcher = watch(options.root, { recursive: true }, (_, name) => {
      if (name === null) return;
      touched.add(name.replaceAll("\\", "/"));
      timer ??= setTimeout(settle, settleMs);
    });
    const stop = (): void => {
      watcher.close();
      if (timer !== undefined) clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
