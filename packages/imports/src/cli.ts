import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { readBaseline, writeBaseline, writeWhole } from "./baseline.ts";
import { readCacheAhead } from "./cache.ts";
import { check } from "./check.ts";
import { type CliOptions, help, helpFor, readOptions, unknownCommand } from "./cli-options.ts";
import { type Config, configFile, defaultConfig, readConfig } from "./config.ts";
import { formatLock, type LockedExport, publicSurface } from "./contract.ts";
import { serveStdio } from "./editor/stdio.ts";
import { explainModule, explainSymbol } from "./explain.ts";
import type { Progress } from "./extract/pool.ts";
import type { ReportContext, Severity } from "./finding.ts";
import { planFixes, writeFixes } from "./fix/fix.ts";
import { changedFiles, projectAt } from "./git.ts";
import { moduleGraph } from "./graph/module-graph.ts";
import type { Project } from "./graph/project.ts";
import { proposeConfig } from "./init.ts";
import { readAnswersAhead } from "./kept-answers.ts";
import { lookAt } from "./look.ts";
import { reporterByFormat } from "./report/formats.ts";
import { graphDot, graphMermaid } from "./report/graph.ts";
import { graphHtml } from "./report/graph-html.ts";
import { reportHtmlWithTrend } from "./report/html.ts";
import { jsonPieces } from "./report/json.ts";
import { plural } from "./report/order.ts";
import { changesText } from "./report/text.ts";
import { allRuleInfos, unknownRule } from "./rules/all.ts";
import { contextOf } from "./rules/run.ts";
import type { CheckOptions, CheckResult } from "./summary.ts";
import { readProject } from "./tree-project.ts";
import { trendOf } from "./trend.ts";
import { watchTree } from "./watch.ts";

/** What the command line may touch of the process. `out` and `err` take whole lines. */
export type ImportsIo = {
  readonly out: (line: string) => void;
  /** Takes whole lines as they are to be written; otherwise they are made text for `out`. */
  readonly outBytes?: (lines: Uint8Array) => void;
  readonly err: (line: string) => void;
  readonly cwd?: string;
  /** Whether people read along: colours and progress. */
  readonly isTerminal?: boolean;
  readonly width?: number;
  /**
   * Told after each batch that a check has read how many files it reads in all: what reads them has been loaded by then.
   */
  readonly onRead?: (files: number) => void;
  /** Ends `watch`. */
  readonly signal?: AbortSignal;
};

const clean = 0;
const found = 1;
const failed = 2;
const widthDefault = 100;
const progressEvery = 500;

type Job = {
  readonly root: string;
  readonly config: Config;
  readonly options: CliOptions;
  readonly io: ImportsIo;
};

/** Carries out `goldenpath imports …`; resolves with the exit code: 0 clean, 1 findings, 2 could not run. */
export async function runImportsCli(argv: readonly string[], io: ImportsIo): Promise<number> {
  const read = readOptions(argv);
  if (!read.ok) {
    io.err(`goldenpath imports: ${read.message}`);
    return failed;
  }
  const { options } = read;
  if (options.isHelp || options.command === "help") {
    io.out(helpFor(options.command));
    return clean;
  }
  const command = Object.hasOwn(commands, options.command) ? commands[options.command] : undefined;
  if (command === undefined) {
    const known = Object.keys(commands);
    io.err(options.command === "" ? help : `goldenpath imports: ${unknownCommand(options.command, known)}`);
    return failed;
  }
  const root = resolve(io.cwd ?? process.cwd(), options.root ?? ".");
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    io.err(`goldenpath imports: ${root} is no folder`);
    return failed;
  }
  const config = readConfig(
    root,
    options.config === undefined ? undefined : resolve(io.cwd ?? process.cwd(), options.config),
  );
  if (!config.ok) {
    io.err(`goldenpath imports: ${config.message}`);
    return failed;
  }
  const unknown = unknownRule(config.config.rules);
  if (unknown !== undefined) {
    io.err(`goldenpath imports: ${config.source}: ${unknown}`);
    return failed;
  }
  return command({ root, config: config.config, options, io });
}

const commands: Readonly<Record<string, (job: Job) => Promise<number>>> = {
  check: runCheck,
  fix: runFix,
  lock: runLock,
  ratchet: runRatchet,
  why: (job) => runExplain(job, "why"),
  who: (job) => runExplain(job, "who"),
  graph: runGraph,
  report: runReport,
  init: runInit,
  watch: runWatch,
  lsp: () => serveStdio(process.stdin, process.stdout),
};

function fail(io: ImportsIo, message: string): number {
  io.err(`goldenpath imports: ${message}`);
  return failed;
}

/** Paths of the command line relative to the root; undefined when one lies outside or is not there. */
function pathsOf({ root, options, io }: Job): readonly string[] | undefined {
  const paths: string[] = [];
  for (const each of options.rest) {
    const path = relative(root, resolve(io.cwd ?? root, each))
      .split(sep)
      .join("/");
    if (path.startsWith("..") || !existsSync(join(root, path))) {
      fail(io, `${each} is not in ${root}`);
      return undefined;
    }
    paths.push(path);
  }
  return paths;
}

async function prepare(job: Job): Promise<CheckOptions | string> {
  const { root, config, options, io } = job;
  const paths = pathsOf(job);
  if (paths === undefined) return "";
  let focus: CheckOptions["focus"];
  let look: CheckOptions["look"];
  let ahead: CheckOptions["ahead"];
  if (options.since !== undefined || options.isStaged) {
    const asking = changedFiles(root, options.since);
    if (options.useCache) ahead = { facts: readCacheAhead(root), answers: readAnswersAhead(root) };
    // Meanwhile git looks, too.
    look = lookAt(root, config.exclude, Date.now(), options.useCache);
    const changed = await asking;
    if (!changed.ok) return changed.message;
    const touched = new Set(changed.value);
    focus = (project) => affected(project, touched);
  }
  const progress = progressOf(job);
  let lock: readonly LockedExport[] | undefined;
  if (options.base !== undefined) {
    const before = await projectAt(root, config, options.base);
    if (!before.ok) return before.message;
    lock = publicSurface(before.value, config);
  }
  return {
    root,
    config,
    paths,
    useBaseline: options.baseline,
    useCache: options.useCache,
    now: () => performance.now(),
    today: new Date().toISOString().slice(0, 10),
    progress: (done, total) => {
      io.onRead?.(total);
      progress(done, total);
    },
    ...(focus === undefined ? {} : { focus }),
    ...(look === undefined ? {} : { look }),
    ...(ahead === undefined ? {} : { ahead }),
    ...(lock === undefined ? {} : { lock }),
  };
}

/** Says now and then how far reading is, to people only. */
function progressOf({ io, options }: Job): Progress {
  let said = 0;
  return (done, total) => {
    if (io.isTerminal !== true || options.format !== "text" || done - said < progressEvery) return;
    said = done;
    io.err(`read ${done} of ${total} files`);
  };
}

/** What a change can break: the files themselves, and everyone who imports them or asked for one that is gone. */
function affected(project: Project, touched: ReadonlySet<string>): ReadonlySet<number> {
  const { edges } = contextOf(project, defaultConfig, undefined, undefined, "");
  const files = new Set<number>();
  const gone: string[] = [];
  for (const path of touched) {
    const file = project.fileAt(path);
    if (file !== undefined) files.add(file);
    // What is there and is no source breaks nobody who asks for it.
    else if (!existsSync(join(project.root, path))) gone.push(path.replace(/(\/__init__)?\.\w+$/, ""));
  }
  const focus = edges().importersOf(files);
  if (gone.length > 0) {
    const lastParts = new Set(gone.map((path) => path.slice(path.lastIndexOf("/") + 1)));
    const askers = new Set<number>();
    for (const [file, facts] of project.files.entries()) {
      if (facts.imports.some((each) => asksFor(each.specifier, each.names, lastParts))) askers.add(file);
    }
    // What they passed on is gone, too.
    for (const file of edges().importersOf(askers)) focus.add(file);
  }
  return focus;
}

function asksFor(
  specifier: string,
  names: readonly { readonly name: string }[],
  lastParts: ReadonlySet<string>,
): boolean {
  return (
    specifier.split(/[./]/).some((part) => lastParts.has(part)) ||
    names.some((each) => lastParts.has(each.name))
  );
}

async function runCheck(job: Job): Promise<number> {
  const options = await prepare(job);
  if (typeof options === "string") return options === "" ? failed : fail(job.io, options);
  const result = await check(options);
  if (!result.ok) return fail(job.io, result.message);
  const { format, output } = job.options;
  if (format === "json" && output === undefined) {
    if (result.json === undefined) for (const piece of jsonPieces(result.report)) job.io.out(piece);
    else for (const piece of result.json) showBytes(job.io, piece);
  } else show(job, reporterByFormat[format](result.report, reportContext(job)));
  return finish(job, result);
}

function showBytes({ out, outBytes }: ImportsIo, lines: Uint8Array): void {
  if (outBytes === undefined) out(Buffer.from(lines).toString("utf8").replace(/\n$/, ""));
  else outBytes(lines);
}

function show({ root, options, io }: Job, text: string): void {
  if (options.output === undefined) io.out(text.replace(/\n$/, ""));
  else writeWhole(resolve(io.cwd ?? root, options.output), text);
}

function finish({ options, io }: Job, result: CheckResult & { ok: true }): number {
  let code = exitCode(result.worst, options.isErrorsOnly);
  if (result.mended.length > 0) {
    const mended = plural(result.mended.length, "mended finding");
    io.err(`failed: ${mended} still in the baseline; run goldenpath imports ratchet to take them out`);
    for (const id of result.mended.slice(0, 10)) io.err(`  ${id}`);
    code = found;
  }
  return code;
}

function exitCode(worst: Severity | undefined, isErrorsOnly: boolean): number {
  return worst === "error" || (worst === "warning" && !isErrorsOnly) ? found : clean;
}

function reportContext({ root, io }: Job): ReportContext {
  return {
    readSource: (file) => {
      try {
        return readFileSync(join(root, file), "utf8");
      } catch {
        // Without the source there is no code frame; the finding stands.
        return undefined;
      }
    },
    rules: allRuleInfos,
    useColour: io.isTerminal === true,
    width: io.width ?? widthDefault,
  };
}

async function runLock(job: Job): Promise<number> {
  const { root, config, io } = job;
  const { project } = await readProject(root, config, progressOf(job));
  const surface = publicSurface(project, config);
  writeWhole(join(root, config.lock), formatLock(surface));
  io.out(
    `${config.lock}: ${surface.length} exports of ${new Set(surface.map((each) => each.module)).size} modules`,
  );
  return clean;
}

async function runRatchet(job: Job): Promise<number> {
  const { root, config, io } = job;
  const path = join(root, config.baseline);
  const before = readBaseline(path);
  if (!before.ok) return fail(io, before.message);
  const options = await prepare({ ...job, options: { ...job.options, rest: [], baseline: false } });
  if (typeof options === "string") return options === "" ? failed : fail(io, options);
  const result = await check(options);
  if (!result.ok) return fail(io, result.message);
  const ids = new Set(
    result.report.findings.filter((each) => each.severity !== "note").map((each) => each.id),
  );
  const known = before.baseline?.ids;
  const fresh = known === undefined ? [] : [...ids].filter((id) => !known.has(id));
  if (fresh.length > 0) {
    io.err(`goldenpath imports: ${fresh.length} findings are new, and a ratchet does not grow:`);
    for (const id of fresh.slice(0, 20)) io.err(`  ${id}`);
    return found;
  }
  writeBaseline(path, ids);
  const shrunk = known === undefined ? "" : `, ${known.size - ids.size} fewer than before`;
  io.out(`${config.baseline}: ${ids.size} known findings${shrunk}`);
  return clean;
}

async function runExplain(job: Job, what: "why" | "who"): Promise<number> {
  const { root, config, options, io } = job;
  const wanted = options.rest[0];
  if (wanted === undefined)
    return fail(io, what === "why" ? "why needs a symbol: module:name" : "who needs a module");
  const { project } = await readProject(root, config, progressOf(job), options.useCache);
  const context = contextOf(project, config, undefined, undefined, "");
  const text =
    what === "why"
      ? explainSymbol(project, context.uses(), wanted)
      : explainModule(project, context.edges(), context.uses(), wanted);
  if (text === undefined) {
    io.err(`goldenpath imports: nothing here is called ${wanted}`);
    return found;
  }
  io.out(text);
  return clean;
}

async function runGraph(job: Job): Promise<number> {
  const { root, config, options, io } = job;
  const { project } = await readProject(root, config, progressOf(job), options.useCache);
  const graph = moduleGraph(project, contextOf(project, config, undefined, undefined, "").edges());
  const draw = { dot: graphDot, mermaid: graphMermaid, html: graphHtml }[options.graphFormat];
  const text = draw(graph);
  if (options.output === undefined) io.out(text.replace(/\n$/, ""));
  else writeWhole(resolve(io.cwd ?? root, options.output), text);
  return clean;
}

async function runReport(job: Job): Promise<number> {
  const options = await prepare({ ...job, options: { ...job.options, baseline: false } });
  if (typeof options === "string") return options === "" ? failed : fail(job.io, options);
  const result = await check(options);
  if (!result.ok) return fail(job.io, result.message);
  const trend = await trendOf(job.root, job.config, job.options.trend);
  if (!trend.ok) return fail(job.io, trend.message);
  show(job, reportHtmlWithTrend(result.report, reportContext(job), trend.value));
  finish(job, result);
  return clean;
}

async function runInit(job: Job): Promise<number> {
  const { root, config, io } = job;
  const path = join(root, configFile);
  if (existsSync(path)) return fail(io, `${configFile} exists already; edit it, or remove it first`);
  const { project } = await readProject(root, config, progressOf(job));
  writeWhole(path, proposeConfig(project, contextOf(project, config, undefined, undefined, "")));
  io.out(`${configFile} written; next: goldenpath imports check`);
  return clean;
}

async function runFix(job: Job): Promise<number> {
  const { root, config, options, io } = job;
  const paths = pathsOf(job);
  if (paths === undefined) return failed;
  const { project } = await readProject(root, config, progressOf(job));
  const plan = planFixes(project, config, { paths, isDerived: options.isDerived });
  const more = options.isDerived || plan.rewritten > 0 ? "" : derivedHint(project, config, paths);
  for (const refusal of plan.refused) io.err(`left alone: ${refusal.file}:${refusal.line} ${refusal.reason}`);
  if (options.isDryRun) {
    for (const diff of plan.diffs) io.out(diff);
    io.out(
      `${counted(plan.changes.length, "file")} would change, ${counted(plan.rewritten, "import")} rewritten${more}`,
    );
    return clean;
  }
  const written = writeFixes(root, plan);
  if (!written.ok) return fail(io, written.message);
  io.out(
    `${counted(plan.changes.length, "file")} changed, ${counted(plan.rewritten, "import")} rewritten, ${plan.refused.length} left alone${more}`,
  );
  return clean;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What `--derived` would do, when nothing else is to be done. */
function derivedHint(project: Project, config: Config, paths: readonly string[]): string {
  const { changes, rewritten } = planFixes(project, config, { paths, isDerived: true });
  const declared =
    config.canonical.length === 0 ? "no canonical path is declared" : "the declared paths are kept";
  if (rewritten === 0) return `: ${declared}, and none that could be derived is strayed from`;
  return `: ${declared}; --derived would rewrite ${counted(rewritten, "import")} in ${counted(changes.length, "file")} to paths that the guard derives`;
}

async function runWatch(job: Job): Promise<number> {
  const options = await prepare(job);
  if (typeof options === "string") return options === "" ? failed : fail(job.io, options);
  const signal = job.io.signal ?? new AbortController().signal;
  const failure = await watchTree(options, signal, (report, before) => {
    const { format } = job.options;
    const context = reportContext(job);
    const isChange = format === "text" && before !== undefined;
    const text = isChange ? changesText(report, before, context) : reporterByFormat[format](report, context);
    job.io.out(text.replace(/\n$/, ""));
  });
  return failure === undefined ? clean : fail(job.io, failure);
}
