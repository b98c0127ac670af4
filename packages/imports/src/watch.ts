import { watch } from "node:fs";
import type { Report } from "./finding.ts";
import { StandingCheck } from "./standing-check.ts";
import type { CheckOptions, CheckResult } from "./summary.ts";

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
  const touched = new Set<string>();
  let check: StandingCheck | undefined;
  let timer: NodeJS.Timeout | undefined;
  let before: Report | undefined;
  let end: (failure: string | undefined) => void = () => undefined;
  const ended = new Promise<string | undefined>((resolve) => {
    end = resolve;
  });
  const say = (result: CheckResult | undefined): void => {
    if (result?.ok !== true) return;
    show(result.report, before);
    before = result.report;
  };
  const settle = (): void => {
    timer = undefined;
    const paths = [...touched];
    touched.clear();
    say(check?.touched(paths));
  };
  // It begins before the tree is read: what changes meanwhile is looked at again afterwards.
  const watcher = watch(options.root, { recursive: true }, (_, name) => {
    if (name === null) return;
    touched.add(name.replaceAll("\\", "/"));
    if (check !== undefined) timer ??= setTimeout(settle, settleMs);
  });
  try {
    watcher.once("error", (error) => end(`${options.root} cannot be watched any more: ${error.message}`));
    signal.addEventListener("abort", () => end(undefined), { once: true });
    check = await StandingCheck.of(options);
    say(check.report());
    if (touched.size > 0) timer ??= setTimeout(settle, settleMs);
    return signal.aborted ? undefined : await ended;
  } finally {
    watcher.close();
    clearTimeout(timer);
  }
}
