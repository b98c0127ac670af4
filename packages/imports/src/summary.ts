/** What is asked of a check, and the report that its findings make. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compareBaseline, readBaseline } from "./baseline.ts";
import type { Config } from "./config.ts";
import { type LockedExport, parseLock } from "./contract.ts";
import type { Progress } from "./extract/pool.ts";
import type { Finding, Report, Severity } from "./finding.ts";
import { withEdits } from "./fix/fix.ts";
import type { Project } from "./graph/project.ts";
import type { Look } from "./look.ts";
import { allRules } from "./rules/all.ts";
import { fragmentsOf } from "./rules/canonical.ts";
import type { Rule, RuleContext } from "./rules/rule.ts";
import { contextOf, runRules } from "./rules/run.ts";
import { scoreOf } from "./score.ts";
import type { Tree } from "./walk.ts";

export type CheckOptions = {
  /** Absolute path of the tree. */
  readonly root: string;
  readonly config: Config;
  /** Files or folders to speak about, relative to the root; empty: all. Everything is still read. */
  readonly paths: readonly string[];
  /** Files to speak about, when git has chosen them; undefined: all. */
  readonly focus?: (project: Project) => ReadonlySet<number>;
  /** What stands in a file, when that is not what lies on the disk; bytes are valid until the next call. */
  readonly read?: (path: string) => Buffer | undefined;
  /** When somebody has just looked; otherwise the check does. */
  readonly look?: Look;
  /** What was kept, when somebody has begun to read it: a look at the tree takes as long as that. */
  readonly ahead?: {
    readonly facts: Promise<Buffer | undefined>;
    readonly answers: Promise<Buffer | undefined>;
  };
  readonly useBaseline: boolean;
  /** Keep what was read in `.goldenpath/` below the root, and read only what changed. */
  readonly useCache?: boolean;
  readonly rules?: readonly Rule[];
  /** The surface to compare with instead of the lock file's. */
  readonly lock?: readonly LockedExport[];
  /** Milliseconds, for `durationMs`. */
  readonly now: () => number;
  /** Milliseconds since 1970, by which what has just changed is told from what has not; otherwise the system's. */
  readonly clock?: () => number;
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
      /** The report in the JSON format, where that is kept: pieces of whole lines, each with its last newline. */
      readonly json?: Iterable<Uint8Array>;
    }
  | { readonly ok: false; readonly message: string };

const fragmentsMax = 1000;

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
  shown = withEdits(context, shown, false);
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

/** Files to speak about; undefined: all. */
export function focusOf(project: Project, options: CheckOptions): ReadonlySet<number> | undefined {
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
