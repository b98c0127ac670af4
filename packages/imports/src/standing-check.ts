/**
 * A check that stays in memory and is made again for what changed: only changed files are read, and only what
 * their change reaches is asked again.
 *
 * Invariants
 * W1 What it answers equals what a check of the tree from nothing would say.
 * W2 Where that cannot be known to hold (files come or go, settings change, an import may lead elsewhere)
 *    everything is asked again; only unchanged files are not read again.
 */

import { statSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { type ReadStamp, readStamp } from "./cache.ts";
import { type Columns, columnsOf } from "./columns.ts";
import type { LockedExport } from "./contract.ts";
import { extractBatch } from "./extract/batch.ts";
import { languageOf } from "./extract/extract.ts";
import { extractAll } from "./extract/pool.ts";
import type { Finding } from "./finding.ts";
import { type ChangedNames, changedNames } from "./graph/changed-names.ts";
import { type Definitions, definedIn } from "./graph/definitions.ts";
import type { Edges } from "./graph/edges.ts";
import { hashOf } from "./graph/name-hash.ts";
import type { Project } from "./graph/project.ts";
import { Askers, askColumns, mayLeadElsewhere, type Reach, reachOf } from "./graph/reach.ts";
import { type Stale, symbolOf, type Uses } from "./graph/uses.ts";
import { type Answers, answersFrom, type Rows, stampsIn, writeAnswers } from "./kept-answers.ts";
import type { FileFacts } from "./model.ts";
import { notedDisk, systemDisk } from "./resolve/typescript-disk.ts";
import { allRules } from "./rules/all.ts";
import type { Rule, RuleContext } from "./rules/rule.ts";
import { type Assemblies, chosenRules, contextOf, findingsOf, type Told, toldBy } from "./rules/run.ts";
import { type CheckOptions, type CheckResult, focusOf, lockOf, summaryOf } from "./summary.ts";
import { projectOf } from "./tree-project.ts";
import { isWalked, type Tree, walk } from "./walk.ts";

/** So many changed files are followed one by one; beyond that everything is asked again. */
export const followedMax = 20;

/** What a touched path means for the answers. */
type Change =
  | { readonly is: "nothing" }
  | { readonly is: "contents"; readonly file: number }
  | { readonly is: "tree" };

export class StandingCheck {
  readonly #options: CheckOptions;
  readonly #rules: readonly Rule[];
  #tree: Tree;
  #world: World;
  /** What was found of each file, for as long as the same is told of it. */
  readonly #assemblies: Assemblies = new Map();
  /** Undefined until the whole has been asked once, and where nothing less can be asked. */
  #kept: Answers | undefined;

  private constructor(options: CheckOptions, tree: Tree, world: World) {
    this.#options = options;
    this.#rules = chosenRules(options.rules ?? allRules, options.config);
    this.#tree = tree;
    this.#world = world;
  }

  static async of(options: CheckOptions): Promise<StandingCheck> {
    const tree = walk(options.root, options.config.exclude);
    return StandingCheck.over(options, tree, await extractAll(options.root, tree.files, () => undefined));
  }

  static over(options: CheckOptions, tree: Tree, facts: readonly FileFacts[]): StandingCheck {
    return new StandingCheck(options, tree, worldOf(options, tree, facts));
  }

  /** As it stood when these answers were kept; `facts` are those of then. */
  static kept(
    options: CheckOptions,
    tree: Tree,
    facts: readonly FileFacts[],
    answers: Columns,
  ): StandingCheck {
    const givers = [...answers.numbers("givers")];
    const importCounts = [...answers.numbers("import counts")];
    const project = projectOf(options.root, options.config, facts, tree, { givers, importCounts });
    const reads = new Map(stampsIn(answers).map((stamp) => [stamp[0], stamp]));
    const check = new StandingCheck(options, tree, { project, asked: new Set(), reads });
    check.#kept = answersFrom(answers, project, check.#rules);
    return check;
  }

  /** Asks everything. */
  report(start: number = this.#options.now()): CheckResult {
    const lock = lockOf(this.#options);
    if (!lock.ok) return lock;
    const { context, told } = this.#ask(lock.surface);
    const focus = focusOf(this.#world.project, this.#options);
    return focus === undefined ? this.#summary(context, start, told) : this.#answer(start);
  }

  /** Asks everything, and keeps what was said. */
  #ask(surface: Surface): Said {
    this.#kept = undefined;
    this.#assemblies.clear();
    const { project } = this.#world;
    const context = this.#contextOf(undefined, surface);
    const toldByRule = new Map<Rule, Rows>();
    const told: Told[] = [];
    for (const rule of this.#rules) {
      const own = toldBy(rule, context);
      if (rule.covers === "file") toldByRule.set(rule, byFile(own));
      for (const each of own) told.push(each);
    }
    this.#kept = { askers: new Askers(columnsOf(askColumns(project))), toldByRule };
    return { context, told };
  }

  /** What is found now in what is in focus, compared with this surface. */
  findings(surface: Surface): readonly Finding[] {
    if (this.#kept === undefined) this.#ask(surface);
    const { context, told } = this.#told(surface);
    return findingsOf(context, this.#rules, told, this.#assemblies);
  }

  #contextOf(focus: ReadonlySet<number> | undefined, surface: Surface): RuleContext {
    const { config, today, read } = this.#options;
    return contextOf(this.#world.project, config, focus, surface, today, read);
  }

  get project(): Project {
    return this.#world.project;
  }

  /** What was read beside the sources, so far. */
  get reads(): readonly ReadStamp[] {
    return [...this.#world.reads.values()];
  }

  /** Keeps what is known now under `key`; `lookedMs` is when the tree was looked at. */
  keep(key: string, lookedMs: number): void {
    if (this.#kept === undefined) return;
    const context = this.#contextOf(undefined, undefined);
    writeAnswers(key, context, this.#rules, this.#kept, this.#tree, this.reads, lookedMs);
  }

  /** What is found now that the contents of these files are others; undefined: everything has to be asked. */
  changed(paths: readonly string[], start: number): CheckResult | undefined {
    return this.follow(this.#read(paths)) ? this.#answer(start) : undefined;
  }

  /** Takes these files to have other facts; false: everything has to be asked, by another check. */
  follow(changed: Iterable<FileFacts>): boolean {
    const factsByFile = new Map<number, FileFacts>();
    for (const facts of changed) {
      const file = this.#world.project.fileAt(facts.path);
      if (file === undefined) return false;
      factsByFile.set(file, facts);
    }
    return this.#follow(factsByFile);
  }

  #read(paths: Iterable<string>): Iterable<FileFacts> {
    return Array.from(paths, (path) => extractBatch(this.#options.root, [path])).flatMap((batch) => [
      ...batch,
    ]);
  }

  /** What is found after something at these paths (relative) changed; undefined: nothing that matters did. */
  touched(paths: Iterable<string>): CheckResult | undefined {
    const start = this.#options.now();
    const files = new Set<number>();
    let isTree = false;
    for (const path of paths) {
      const change = this.#judge(path);
      if (change.is === "contents") files.add(change.file);
      isTree ||= change.is === "tree";
    }
    if (!isTree && files.size === 0) return undefined;
    const changed = Array.from(files, (file) => this.#world.project.facts(file).path);
    if (isTree || !this.follow(this.#read(changed))) return this.#again(files);
    return this.#answer(start);
  }

  /** What a path's change can mean; nothing is changed here. */
  #judge(path: string): Change {
    const { root, config } = this.#options;
    const absolute = posix.join(root.split(sep).join("/"), path);
    const file = this.#world.project.fileAt(path);
    const { manifests, settings } = this.#tree;
    if (this.#world.asked.has(absolute) || manifests.includes(path) || settings.includes(path))
      return { is: "tree" };
    if (file !== undefined) {
      const isThere = statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true;
      return isThere ? { is: "contents", file } : { is: "tree" };
    }
    if (path === config.lock || path === config.baseline) return { is: "tree" };
    // What is installed is known by the names in this folder.
    if (/(^|\/)site-packages\/[^/]+$/.test(path)) return { is: "tree" };
    if (!isWalked(path)) return { is: this.#isAskedBelow(absolute) ? "tree" : "nothing" };
    return isSameTree(this.#tree, walk(root, config.exclude)) ? { is: "nothing" } : { is: "tree" };
  }

  /** A folder of installed packages that comes at once is told of by its own name. */
  #isAskedBelow(path: string): boolean {
    if (!/\/node_modules(\/|$)/.test(path)) return false;
    for (const asked of this.#world.asked) if (asked.startsWith(`${path}/`)) return true;
    return false;
  }

  /** Walks the tree again, reads what is new in it and what was touched, and asks everything. */
  #again(changed: ReadonlySet<number>): CheckResult {
    const { root, config } = this.#options;
    const before = this.#world.project;
    this.#tree = walk(root, config.exclude);
    const known = (path: string): FileFacts | undefined => {
      const file = before.fileAt(path);
      return file === undefined || changed.has(file) ? undefined : before.facts(file);
    };
    const missing = this.#tree.files.filter((path) => known(path) === undefined);
    const read = new Map(Array.from(extractBatch(root, missing), (facts) => [facts.path, facts]));
    const facts = this.#tree.files.flatMap((path) => known(path) ?? read.get(path) ?? []);
    this.#world = worldOf(this.#options, this.#tree, facts);
    return this.report();
  }

  /** Follows each change to what it reaches; false: that cannot be known to be all (W2). */
  #follow(changed: ReadonlyMap<number, FileFacts>): boolean {
    const kept = this.#kept;
    if (kept === undefined || changed.size > followedMax) return false;
    const reached = new Set<number>();
    const all = [...kept.toldByRule.values()];
    const hasTold = (file: number): boolean => all.some((rows) => rows[file] !== undefined);
    for (const [file, facts] of changed) {
      const before = this.#world.project;
      if (mayLeadElsewhere(before.facts(file), facts)) return false;
      const names = changedNames(before.facts(file), facts);
      const reach = reachOf(before, kept.askers, file, names, hasTold);
      if (reach === undefined) return false;
      for (const each of reach.askers) reached.add(each);
      const renamed = renamedIn(before.facts(file), facts);
      for (const each of hintedAt(kept, renamed)) reached.add(each);
      this.#world = { ...this.#world, project: before.withFacts(new Map([[file, facts]])) };
      kept.askers.replace(before, this.#world.project, file, reach);
      carry(before, this.#world.project, file, reach, names, renamed);
    }
    const context = this.#contextOf(reached, undefined);
    for (const [rule, rows] of kept.toldByRule) {
      for (const file of reached) delete rows[file];
      for (const [file, told] of byFile(toldBy(rule, context)).entries())
        if (told !== undefined) rows[file] = told;
    }
    return true;
  }

  #answer(start: number): CheckResult {
    const lock = lockOf(this.#options);
    if (!lock.ok) return lock;
    const { context, told } = this.#told(lock.surface);
    return this.#summary(context, start, told);
  }

  /** What the rules say now of what is in focus: those that cover files have been asked where it is needed. */
  #told(surface: Surface): Said {
    const focus = focusOf(this.#world.project, this.#options);
    const context = this.#contextOf(focus, surface);
    const told: Told[] = [];
    for (const rule of this.#rules) {
      const rows = this.#kept?.toldByRule.get(rule);
      if (rows === undefined) for (const each of toldBy(rule, context)) told.push(each);
      else {
        for (const file of focus ?? rows.keys()) for (const each of rows[file] ?? []) told.push(each);
      }
    }
    return { context, told };
  }

  #summary(context: RuleContext, start: number, told: readonly Told[]): CheckResult {
    const findings = findingsOf(context, this.#rules, told, this.#assemblies);
    return summaryOf(context, this.#tree, this.#options, start, findings);
  }
}

type Surface = readonly LockedExport[] | undefined;

/** What rules have told of what this context speaks about. */
type Said = { readonly context: RuleContext; readonly told: readonly Told[] };

/** A project, and where beside the known sources its answers come from. */
type World = {
  readonly project: Project;
  /** Absolute paths for which the resolvers have looked. */
  readonly asked: ReadonlySet<string>;
  /** By path those of them whose text matters. */
  readonly reads: ReadonlyMap<string, ReadStamp>;
};

/** `noted`: of what it is noted that it was asked for. */
function worldOf(
  { root, config }: CheckOptions,
  tree: Tree,
  facts: readonly FileFacts[],
  noted: "everything" | "texts" = "everything",
): World {
  const top = root.split(sep).join("/");
  // Only of what is noted it matters that Python files are known.
  const files =
    noted === "everything" ? tree.files : tree.files.filter((path) => languageOf(path) === "typescript");
  const known = new Set(files.map((path) => posix.join(top, path)));
  const asked = new Set<string>();
  const reads = new Map<string, ReadStamp>();
  // A stamp from before the reading is never that of another text.
  const willRead = (path: string): void => {
    if (!reads.has(path)) reads.set(path, readStamp(path));
  };
  const disk = notedDisk(systemDisk(known), known, noted === "everything" ? asked : undefined, willRead);
  return { project: projectOf(root, config, facts, tree, { disk }), asked, reads };
}

function byFile(told: readonly Told[]): Rows {
  const rows: (Told[] | undefined)[] = [];
  for (const each of told) {
    const row = rows[each.remark.file];
    if (row === undefined) rows[each.remark.file] = [each];
    else row.push(each);
  }
  return rows;
}

/** Names of classes and functions that a file defines more or fewer times than before. */
function renamedIn(before: FileFacts, now: FileFacts): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const [name] of definedIn(before)) counts.set(name, (counts.get(name) ?? 0) - 1);
  for (const [name] of definedIn(now)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Set([...counts].flatMap(([name, count]) => (count === 0 ? [] : [name])));
}

/** Files of which something was told that may say where one of these names is defined. */
function* hintedAt({ toldByRule }: Answers, names: ReadonlySet<string>): Iterable<number> {
  if (names.size === 0) return;
  for (const rows of toldByRule.values()) {
    for (const row of rows) {
      for (const { remark } of row ?? []) if (names.has(remark.symbol)) yield remark.file;
    }
  }
}

/** Uses, edges and definitions, as far as they were made, with what the change made of them. */
function carry(
  before: Project,
  now: Project,
  file: number,
  { askers, namesByFile }: Reach,
  changed: ChangedNames,
  renamed: ReadonlySet<string>,
): void {
  const doors = [...namesByFile].flatMap(([door, names]) => {
    const { path } = now.facts(door);
    return /(^|\/)__init__\.pyi?$/.test(path) ? [{ below: path.replace(/__init__\.pyi?$/, ""), names }] : [];
  });
  const hashes = new Set([...renamed].map(hashOf));
  const open = doors.map(({ below, names }) => ({
    below,
    names,
    hashes: names === "all" ? ("all" as const) : new Set([...names].map(hashOf)),
  }));
  const isBelow = (symbol: number, below: string): boolean => now.facts(symbol).path.startsWith(below);
  const spoken = changed.meaning === "all" ? "all" : symbolsOf([before, now], file, changed);
  const stale: Stale = {
    mayBe: (at, hash) =>
      hashes.has(hash) ||
      (spoken === "all" ? at === file : spoken.files.has(at)) ||
      open.some((door) => (door.hashes === "all" || door.hashes.has(hash)) && isBelow(at, door.below)),
    is: (symbol) =>
      renamed.has(symbol.name) ||
      (spoken === "all" ? symbol.file === file : spoken.keys.has(`${symbol.file}:${symbol.name}`)) ||
      open.some(
        ({ names, below }) => (names === "all" || names.has(symbol.name)) && isBelow(symbol.file, below),
      ),
  };
  const uses = before.made<Uses>("uses");
  if (uses !== undefined) {
    const takers = new Set(askers);
    if (changed.takesSame) takers.delete(file);
    uses.replace(before, now, takers, stale);
    now.once("uses", () => uses);
  }
  const edges = before.made<Edges>("edges");
  if (edges !== undefined) now.once("edges", () => edges.withFiles(before, now, askers));
  const definitions = before.made<Definitions>("definitions");
  const [was, is] = [before.facts(file), now.facts(file)];
  if (definitions !== undefined) {
    definitions.replace(file, was, is);
    now.once("definitions", () => definitions);
  }
}

/** What the changed names of a file stand for: of these it may be said where they are, and by way of what. */
function symbolsOf(
  projects: readonly Project[],
  file: number,
  { meaning, place }: ChangedNames,
): { readonly files: ReadonlySet<number>; readonly keys: ReadonlySet<string> } {
  const files = new Set([file]);
  const keys = new Set<string>();
  for (const name of [...meaning, ...place]) {
    keys.add(`${file}:${name}`);
    for (const project of projects) {
      const symbol = symbolOf(project, project.lookupIn(file, name));
      if (symbol === undefined) continue;
      files.add(symbol.file);
      keys.add(`${symbol.file}:${symbol.name}`);
    }
  }
  return { files, keys };
}

function isSameTree(one: Tree, other: Tree): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
