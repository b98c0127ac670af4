import { watch } from "node:fs";
import { type CheckOptions, projectOf, reportOf } from "./check.ts";
import { extractBatch } from "./extract/batch.ts";
import { extractAll } from "./extract/pool.ts";
import type { Report } from "./finding.ts";
import type { FileFacts } from "./model.ts";
import type { Rule } from "./rules/rule.ts";
import { walk } from "./walk.ts";

/** Changes that come within this time are one. */
const settleMs = 30;

/**
 * Checks, and checks again whenever something below the root changes, until `signal` ends it. Only changed
 * files are read again.
 */
export async function watchTree(
  options: CheckOptions,
  rules: readonly Rule[],
  signal: AbortSignal,
  show: (report: Report) => void,
): Promise<void> {
  const { root, config } = options;
  const facts = new Map<string, FileFacts>();
  let tree = walk(root, config.exclude);
  for (const each of await extractAll(root, tree.files, () => undefined)) facts.set(each.path, each);
  const report = (): void => {
    const start = options.now();
    const ordered = tree.files.flatMap((path) => facts.get(path) ?? []);
    const result = reportOf(projectOf(root, config, ordered, tree), tree, { ...options, rules }, start);
    if (result.ok) show(result.report);
  };
  report();
  await new Promise<void>((resolve) => {
    const touched = new Set<string>();
    let timer: NodeJS.Timeout | undefined;
    const settle = (): void => {
      timer = undefined;
      tree = walk(root, config.exclude);
      const present = new Set(tree.files);
      const changed = [...touched].filter((path) => present.has(path));
      const fresh = tree.files.filter((path) => !facts.has(path));
      const isGone = [...facts.keys()].filter((path) => !present.has(path));
      touched.clear();
      if (changed.length + fresh.length + isGone.length === 0) return;
      for (const path of isGone) facts.delete(path);
      for (const each of extractBatch(root, [...new Set([...changed, ...fresh])])) facts.set(each.path, each);
      report();
    };
    const watcher = watch(root, { recursive: true }, (_, name) => {
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
