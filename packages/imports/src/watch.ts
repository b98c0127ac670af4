import { watch } from "node:fs";
import type { CheckOptions, CheckResult } from "./check.ts";
import type { Report } from "./finding.ts";
import { StandingCheck } from "./standing-check.ts";

/** Changes that come within this time are one. */
const settleMs = 30;

/**
 * Checks, and checks again whenever something below the root changes, until `signal` ends it; answers with what
 * went wrong when the system cannot go on telling of changes.
 */
export async function watchTree(
  options: CheckOptions,
  signal: AbortSignal,
  show: (report: Report, before: Report | undefined) => void,
): Promise<string | undefined> {
  const check = await StandingCheck.of(options);
  let before: Report | undefined;
  const say = (result: CheckResult | undefined): void => {
    if (result?.ok !== true) return;
    show(result.report, before);
    before = result.report;
  };
  say(check.report());
  return new Promise((resolve) => {
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
    const stop = (failure: string | undefined): void => {
      watcher.close();
      if (timer !== undefined) clearTimeout(timer);
      resolve(failure);
    };
    watcher.once("error", (error) => stop(`${options.root} cannot be watched any more: ${error.message}`));
    if (signal.aborted) stop(undefined);
    else signal.addEventListener("abort", () => stop(undefined), { once: true });
  });
}
