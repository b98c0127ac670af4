import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { compareBaseline, readBaseline } from "./baseline.ts";
import { readCache, type Stamp, stampOf, writeCache } from "./cache.ts";
import type { Config } from "./config.ts";
import { type LockedExport, parseLock } from "./contract.ts";
import { extractAll, type Progress } from "./extract/pool.ts";
import type { Finding, Report, Severity } from "./finding.ts";
import { Project } from "./graph/project.ts";
import type { FileFacts } from "./model.ts";
import { readReport, reportKey, writeReport } from "./report-cache.ts";
import { GitIgnores } from "./resolve/git-ignores.ts";
import { createPythonResolver } from "./resolve/python.ts";
import type { Manifest } from "./resolve/python-dependencies.ts";
import { installedModules, sitePackages } from "./resolve/python-installed.ts";
import { createTypeScriptResolver } from "./resolve/typescript.ts";
import { type Disk, systemDisk } from "./resolve/typescript-disk.ts";
import { allRules } from "./rules/all.ts";
import { fragmentsOf } from "./rules/canonical.ts";
import type { Rule, RuleContext } from "./rules/rule.ts";
import { contextOf, runRules } from "./rules/run.ts";
import { scoreOf } from "./score.ts";
import { type Tree, walk } from "./walk.ts";

export type CheckOptions = {
  /** Absolute path of the tree. */
  readonly root: string;
  readonly config: Config;
  /** Files or folders to speak about, relative to the root; empty: all. Everything is still read. */
  readonly paths: readonly string[];
  /** Files to speak about, when git has chosen them; undefined: all. */
  readonly focus?: (project: Project) => ReadonlySet<number>;
  readonly useBaseline: boolean;
  /** Keep what was read in `.goldenpath/` below the root, and read only what changed. */
  readonly useCache?: boolean;
  readonly rules?: readonly Rule[];
  /** The surface to compare with instead of the lock file's. */
  readonly lock?: readonly LockedExport[];
  /** Milliseconds, for `durationMs`. */
  readonly now: () => number;
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly progress?: Progress;
};

export type CheckResult =
  | {
      readonly ok: true;
      readonly report: Report;
      readonly mended: readonly string[];
      /** Of what the report shows. */
      readonly worst: Severity | undefined;
      /** The report in the JSON format, where that is kept: pieces of whole lines. */
      readonly json?: Iterable<string>;
    }
  | { readonly ok: false; readonly message: string };

const fragmentsMax = 1000;
/** So many changed files are sooner read again than the facts of ten thousand others written again. */
const unwrittenMax = 20;
const manifestBytesMax = 2 * 1024 * 1024;

/** Reads the tree and answers all its imports. */
export async function readProject(
  root: string,
  config: Config,
  progress: Progress = () => undefined,
): Promise<{ project: Project; tree: Tree }> {
  const tree = walk(root, config.exclude);
  const facts = await extractAll(root, tree.files, progress);
  return { project: projectOf(root, config, facts, tree), tree };
}

async function readCached(
  root: string,
  files: readonly string[],
  stamps: ReadonlyMap<string, Stamp>,
  progress: Progress,
): Promise<readonly FileFacts[]> {
  const cached = readCache(root);
  const changed: string[] = [];
  for (const path of files) {
    const stamp = stamps.get(path);
    const known = cached.get(path);
    const isSame = known?.stamp.size === stamp?.size && known?.stamp.changedMs === stamp?.changedMs;
    if (known === undefined || !isSame) changed.push(path);
  }
  const read = new Map<string, FileFacts>();
  for (const each of await extractAll(root, changed, progress)) read.set(each.path, each);
  const facts = files.flatMap((path) => read.get(path) ?? cached.get(path)?.facts ?? []);
  const isStale = changed.length > unwrittenMax || cached.size > files.length + unwrittenMax;
  if (cached.size === 0 || isStale) writeCache(root, facts, stamps, Date.now());
  return facts;
}

/** `disk` is where manifests and settings stand, when that is not the disk of today. */
export function projectOf(
  root: string,
  config: Config,
  facts: readonly FileFacts[],
  tree: Tree,
  disk?: Disk,
): Project {
  const manifests: Manifest[] = [];
  const texts = disk ?? systemDisk();
  for (const path of tree.manifests) {
    const text = texts.readText(posix.join(root, path));
    // A manifest that cannot be read declares nothing; what only it declared is reported as undeclared.
    if (text !== undefined && text.length <= manifestBytesMax) manifests.push({ path, text });
  }
  const { roots, external } = config;
  const ignores = new GitIgnores(texts, root);
  const installed = installedModules(root);
  return new Project(root, facts, (files, before) => {
    const typescript =
      before?.typescript.withContents(files) ??
      createTypeScriptResolver({ root, files, ...(disk === undefined ? {} : { disk }) });
    return {
      faults: () => [...tree.unread, ...typescript.faults()],
      python: createPythonResolver({
        files,
        // What was passed over may hold anything.
        compiled: [...tree.compiled, ...tree.skipped.map((each) => each.file)],
        folders: tree.folders,
        manifests,
        roots,
        external,
        isIgnored: (path) => ignores.ignores(posix.join(root, path)),
        installed,
      }),
      typescript,
    };
  });
}

/** The whole pipeline: walk, extract, resolve, rules, ignores, baseline, score. */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const start = options.now();
  const { root, config, progress = () => undefined } = options;
  const tree = walk(root, config.exclude);
  if (options.useCache !== true) {
    const facts = await extractAll(root, tree.files, progress);
    return reportOf(projectOf(root, config, facts, tree), tree, options, start);
  }
  const stamps = stampsOf(root, tree.files);
  // A focus, a surface or rules of the caller's own are not part of the key.
  const isPlain = options.focus === undefined && options.lock === undefined && options.rules === undefined;
  const beside = [config.lock, config.baseline, ...sitePackages(root)].map((path) =>
    JSON.stringify(stampOf(root, path) ?? {}),
  );
  const settings = [
    JSON.stringify(config),
    [...options.paths],
    options.useBaseline,
    options.today,
    ...beside,
  ];
  const key = isPlain ? reportKey(root, tree, stamps, settings, Date.now()) : undefined;
  const kept = key === undefined ? undefined : readReport(root, key);
  if (kept !== undefined) {
    const durationMs = Math.round(options.now() - start);
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
  const facts = await readCached(root, tree.files, stamps, progress);
  const result = reportOf(projectOf(root, config, facts, tree), tree, options, start);
  if (!result.ok || key === undefined) return result;
  return { ...result, json: writeReport(root, key, result.report, result) };
}

function stampsOf(root: string, files: readonly string[]): ReadonlyMap<string, Stamp> {
  const stamps = new Map<string, Stamp>();
  for (const path of files) {
    const stamp = stampOf(root, path);
    if (stamp !== undefined) stamps.set(path, stamp);
  }
  return stamps;
}

/** What follows once the files' facts are there. `start` is the time on `options.now` at which it all began. */
export function reportOf(project: Project, tree: Tree, options: CheckOptions, start: number): CheckResult {
  const lock = lockOf(options);
  if (!lock.ok) return lock;
  const focus = focusOf(project, options);
  const context = contextOf(project, options.config, focus, lock.surface, options.today);
  return summaryOf(context, tree, options, start, runRules(context, options.rules ?? allRules));
}

/** The surface to compare with. */
export function lockOf({
  root,
  config,
  lock,
}: CheckOptions):
  | { readonly ok: true; readonly surface: readonly LockedExport[] | undefined }
  | { readonly ok: false; readonly message: string } {
  const path = join(root, config.lock);
  if (lock !== undefined || !existsSync(path)) return { ok: true, surface: lock };
  return parseLock(readFileSync(path, "utf8"), config.lock);
}

/** The report that these findings make, after what is known of them has been taken out. */
export function summaryOf(
  context: RuleContext,
  tree: Tree,
  options: CheckOptions,
  start: number,
  findings: readonly Finding[],
): CheckResult {
  const { project, focus } = context;
  const { root, config } = options;
  if (project.files.length === 0) {
    return { ok: false, message: `${root}: no Python, TypeScript or JavaScript file is there to check` };
  }
  const score = scoreOf(project, findings);
  let shown = findings;
  let known = 0;
  let mended: readonly string[] = [];
  if (options.useBaseline) {
    const read = readBaseline(join(root, config.baseline));
    if (!read.ok) return read;
    if (read.baseline !== undefined) {
      const compared = compareBaseline(read.baseline, findings);
      shown = compared.fresh;
      known = compared.known;
      // Only a look at everything can tell that something is gone.
      if (focus === undefined) mended = compared.mended;
    }
  }
  const skipped = [...tree.skipped];
  for (const facts of project.files) {
    for (const problem of facts.problems) {
      if (problem.kind === "skipped") skipped.push({ file: facts.path, reason: problem.message });
    }
  }
  const fragments = fragmentsOf(context).slice(0, fragmentsMax);
  const report: Report = {
    version: 1,
    root,
    files: project.files.length,
    durationMs: Math.round(options.now() - start),
    score,
    findings: shown,
    known,
    skipped,
    fragments: fragments.map(({ fragment }) => fragment),
  };
  return { ok: true, report, mended, worst: worstOf(shown) };
}

function worstOf(findings: readonly Finding[]): Severity | undefined {
  const has = (severity: Severity): boolean => findings.some((each) => each.severity === severity);
  return (["error", "warning", "note"] as const).find(has);
}

function focusOf(project: Project, options: CheckOptions): ReadonlySet<number> | undefined {
  const chosen = options.focus?.(project);
  if (options.paths.length === 0) return chosen;
  const focus = new Set<number>();
  for (const [file, facts] of project.files.entries()) {
    if (chosen !== undefined && !chosen.has(file)) continue;
    if (
      options.paths.some((path) => path === "" || facts.path === path || facts.path.startsWith(`${path}/`))
    ) {
      focus.add(file);
    }
  }
  return focus;
}
