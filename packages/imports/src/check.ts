import { type Cached, isCachedAs, type ReadStamp, readCache, writeCache } from "./cache.ts";
import { extractAll } from "./extract/pool.ts";
import type { Report } from "./finding.ts";
import { answersKeys, readAnswers } from "./kept-answers.ts";
import { type Look, lookAt } from "./look.ts";
import { readReport, reportKey, writeReport } from "./report-cache.ts";
import { sitePackages } from "./resolve/python-installed.ts";
import { followedMax, StandingCheck } from "./standing-check.ts";
import { type CheckOptions, type CheckResult, reportOf } from "./summary.ts";
import { factsOf, projectOf } from "./tree-project.ts";
import { walk } from "./walk.ts";

/** The whole pipeline: walk, extract, resolve, rules, ignores, baseline, score. */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const start = options.now();
  const { root, config, progress = () => undefined, clock = Date.now } = options;
  if (options.useCache !== true) {
    const tree = options.look?.tree ?? walk(root, config.exclude);
    const facts = await extractAll(root, tree.files, progress);
    return reportOf(projectOf(root, config, facts, tree), tree, options, start);
  }
  const { look = lookAt(root, config.exclude, clock(), true) } = options;
  // A focus, a surface or rules of the caller's own are not part of the key.
  const isPlain = options.focus === undefined && options.lock === undefined && options.rules === undefined;
  const key = isPlain ? reportKey(root, look, settingsOf(options), besideOf(options)) : undefined;
  const kept = key === undefined ? undefined : keptReport(options, key, start);
  if (kept !== undefined) return kept;
  const { result, reads } = await answer(options, look, start);
  if (!result.ok || key === undefined || reads === undefined) return result;
  return { ...result, json: writeReport(root, key, result, reads, look.lookedMs) };
}

/** What a report depends on beside the tree. */
function settingsOf({ config, paths, useBaseline, today }: CheckOptions) {
  return [JSON.stringify(config), [...paths], useBaseline, today];
}

function besideOf({ root, config }: CheckOptions): readonly string[] {
  return [config.lock, config.baseline, ...sitePackages(root)];
}

function keptReport({ root, now }: CheckOptions, key: string, start: number): CheckResult | undefined {
  const kept = readReport(root, key);
  if (kept === undefined) return undefined;
  const durationMs = Math.round(now() - start);
  const { mended, worst } = kept;
  let report: Report | undefined;
  return {
    ok: true,
    // Ten megabytes are read as JSON only where somebody looks into them.
    get report() {
      report ??= kept.parse(durationMs);
      return report;
    },
    mended,
    worst,
    json: kept.pieces(durationMs),
  };
}

/** `reads`: what was read beside the sources, where that is known. */
type Answer = { readonly result: CheckResult; readonly reads?: readonly ReadStamp[] };

async function answer(options: CheckOptions, look: Look, start: number): Promise<Answer> {
  // With a surface or rules of the caller's own other things are found.
  if (options.lock === undefined && options.rules === undefined) {
    const { check, result } = await standingCheck(options, look, start);
    return { result, reads: check.reads };
  }
  const { facts } = await readRest(options, look, await readKept(options, look));
  return {
    result: reportOf(projectOf(options.root, options.config, facts, look.tree), look.tree, options, start),
  };
}

/**
 * A check that can be asked again, and what it says now. Asks what changed files reach, where the rest is known;
 * otherwise everything, and keeps it.
 */
export async function standingCheck(
  options: CheckOptions,
  look: Look,
  start: number,
): Promise<{ readonly check: StandingCheck; readonly result: CheckResult }> {
  const { root, config } = options;
  const { files } = look.tree;
  const kept = await readKept(options, look);
  const { cached, changed } = kept;
  const keyOf = answersKeys(root, config, look, options.today);
  const isFew = changed.length <= followedMax;
  const known = isFew && cached.sum !== undefined ? keyOf(cached.sum) : undefined;
  if (known !== undefined) {
    const answers = readAnswers(root, known, await options.ahead?.answers);
    const facts = files.flatMap((path) => cached.byPath.get(path)?.facts ?? []);
    const check =
      answers && facts.length === files.length
        ? StandingCheck.kept(options, look.tree, facts, answers)
        : undefined;
    const result = check?.changed(changed, start);
    if (check !== undefined && result !== undefined) return { check, result };
  }
  const { facts, sum } = await readRest(options, look, kept);
  const check = StandingCheck.over(options, look.tree, facts);
  const result = check.report(start);
  const key = sum === undefined ? undefined : keyOf(sum);
  if (result.ok && key !== undefined) check.keep(key, look.lookedMs);
  return { check, result };
}

/** What was kept, and the files of which it is not true any more. */
type Kept = { readonly cached: Cached; readonly changed: readonly string[] };

async function readKept({ root, ahead }: CheckOptions, { tree, stamps }: Look): Promise<Kept> {
  const cached = readCache(root, await ahead?.facts);
  return { cached, changed: tree.files.filter((path) => !isCachedAs(cached, path, stamps.get(path))) };
}

/** Reads the files that changed, and keeps all; `sum` is that of what is kept. */
async function readRest(options: CheckOptions, look: Look, { cached, changed }: Kept) {
  const { root, progress = () => undefined } = options;
  const { files } = look.tree;
  const facts = await factsOf(root, files, cached, changed, progress);
  const isNew = changed.length > 0 || cached.byPath.size > files.length + followedMax;
  return { facts, sum: isNew ? writeCache(root, facts, look) : cached.sum };
}
