import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../baseline.ts";
import type { Config } from "../config.ts";
import { extract } from "../extract/extract.ts";
import type { Edit, Finding } from "../finding.ts";
import type { Project } from "../graph/project.ts";
import type { FileFacts } from "../model.ts";
import type { RuleContext } from "../rules/rule.ts";
import { contextOf } from "../rules/run.ts";
import { diffOf } from "./diff.ts";
import { type Refusal, type Rewriting, rewritingsIn } from "./rewriting.ts";
import { applySplices, overlaps, type Splice } from "./splice.ts";
import { Objections } from "./wanted.ts";

export type Change = { readonly file: string; readonly before: Buffer; readonly after: Buffer };
export type Plan = {
  readonly changes: readonly Change[];
  readonly diffs: readonly string[];
  /** Imported names that get another path. */
  readonly rewritten: number;
  readonly refused: readonly Refusal[];
};

export type FixOptions = {
  /** Files or folders to change; empty: all. */
  readonly paths: readonly string[];
  /** Also take derived paths, not only declared ones. */
  readonly isDerived: boolean;
};

/** A statement with names for several targets takes one pass for each. */
const passesMax = 20;

/**
 * Works out every edit in memory and checks the result before anything is written: the changed files are read
 * again, and a file in which more is unresolved than before is left alone. Repeated until nothing changes, so
 * that a second run has nothing to do.
 */
export function planFixes(project: Project, config: Config, { paths, isDerived }: FixOptions): Plan {
  const isChosen = (path: string): boolean =>
    paths.length === 0 || paths.some((each) => each === "" || path === each || path.startsWith(`${each}/`));
  const before = new Map<number, Buffer>();
  const after = new Map<number, Buffer>();
  let current = project;
  let rewritten = 0;
  let refused: Refusal[] = [];
  for (let pass = 0; pass < passesMax; pass++) {
    refused = [];
    const context = contextOf(current, config, undefined, undefined, "");
    const read = (file: number): Buffer | undefined => {
      const bytes = after.get(file) ?? context.readBytes(file);
      // Kept beyond the next reading.
      return bytes === undefined ? undefined : Buffer.from(bytes);
    };
    const planned = planPass(context, isChosen, isDerived, true, read, refused);
    const all = current.withFacts(factsOf(planned));
    const sound = keepSound(context, planned, () => all, refused);
    if (sound.length === 0) break;
    for (const { file, change, count } of sound) {
      if (!before.has(file)) before.set(file, change.before);
      after.set(file, change.after);
      rewritten += count;
    }
    current = current.withFacts(factsOf(sound));
  }
  const changes = [...after].map(([file, bytes]) => ({
    file: project.facts(file).path,
    before: before.get(file) ?? bytes,
    after: bytes,
  }));
  return {
    changes,
    diffs: changes.map((each) => diffOf(each.file, each.before, each.after)),
    rewritten,
    refused,
  };
}

type Planned = {
  readonly file: number;
  readonly change: Change;
  /** Of the file as it will be. */
  readonly facts: FileFacts;
  readonly rewritings: readonly Rewriting[];
  readonly count: number;
};

function factsOf(planned: readonly Planned[]): ReadonlyMap<number, FileFacts> {
  return new Map(planned.map(({ file, facts }) => [file, facts]));
}

/** `together`: all of it is to be done, so that what one file is to load counts for the next. */
function planPass(
  context: RuleContext,
  isChosen: (path: string) => boolean,
  isDerived: boolean,
  together: boolean,
  read: (file: number) => Buffer | undefined,
  refused: Refusal[],
): readonly Planned[] {
  const { project } = context;
  const objections = new Objections(context);
  const planned: Planned[] = [];
  for (const [file, { path }] of project.files.entries()) {
    if (!isChosen(path)) continue;
    const rewritings = [...rewritingsIn(objections, file, read, isDerived, (one) => refused.push(one))];
    const before = rewritings.length === 0 ? undefined : read(file);
    if (before === undefined) continue;
    // One way for each statement and pass: the edits of a second one would overlap. The next pass takes that.
    const firsts = new Map<number, Rewriting>();
    for (const each of rewritings) if (!firsts.has(each.importIndex)) firsts.set(each.importIndex, each);
    const splices = withoutClashes([...firsts.values()].flatMap((each) => each.splices));
    if (overlaps(splices)) {
      refused.push({ file: path, line: 1, reason: "its edits would overlap" });
      continue;
    }
    const after = applySplices(before, splices);
    for (const { importIndex, door } of together ? firsts.values() : []) {
      const statement = project.facts(file).imports[importIndex];
      if (statement !== undefined) objections.plan(file, statement, door);
    }
    const count = [...firsts.values()].reduce((sum, each) => sum + each.count, 0);
    const facts = extract(path, after);
    planned.push({ file, change: { file: path, before, after }, facts, rewritings, count });
  }
  return planned;
}

/**
 * The findings with the edits that settle them: those that `fix` would make, and with `isDerived` those of
 * `fix --derived` too. Where it would refuse, a finding has none.
 */
export function withEdits(
  context: RuleContext,
  findings: readonly Finding[],
  isDerived: boolean,
): readonly Finding[] {
  const { project, config } = context;
  if (!isDerived && config.canonical.length + config.deprecated.length === 0) return findings;
  const paths = new Set(findings.flatMap(({ rule, file }) => (settled.has(rule) ? [file] : [])));
  if (paths.size === 0) return findings;
  const read = (file: number): Buffer | undefined => {
    const bytes = context.readBytes(file);
    return bytes === undefined ? undefined : Buffer.from(bytes);
  };
  const rewritingByPlace = new Map<string, Rewriting>();
  const planned = planPass(context, (path) => paths.has(path), isDerived, false, read, []);
  // Each file by itself: which others are looked at changes nothing.
  for (const { file, rewritings } of keepSound(
    context,
    planned,
    (one) => project.withFacts(factsOf([one])),
    [],
  )) {
    for (const each of rewritings) {
      for (const { line, column } of each.places) {
        const key = `${project.facts(file).path}:${line}:${column}`;
        if (!rewritingByPlace.has(key)) rewritingByPlace.set(key, each);
      }
    }
  }
  return findings.map((finding) => {
    const { rule, file, line, column } = finding;
    const found = settled.has(rule) ? rewritingByPlace.get(`${file}:${line}:${column}`) : undefined;
    if (found === undefined) return finding;
    const edits: readonly Edit[] = found.splices.map((splice) => ({ file, ...splice }));
    return { ...finding, fix: { title: `import it from ${found.specifier}`, edits } };
  });
}

/** Rules whose findings another path may settle. */
const settled: ReadonlySet<string> = new Set(["canonical-path", "deprecated-path", "deep-import"]);

/** Two statements that add to the same import do so at the same place: their texts are joined. */
function withoutClashes(splices: readonly Splice[]): Splice[] {
  const insertions = new Map<number, Splice>();
  const others: Splice[] = [];
  for (const splice of splices) {
    if (splice.start !== splice.end) {
      others.push(splice);
      continue;
    }
    const known = insertions.get(splice.start);
    if (known === undefined) insertions.set(splice.start, splice);
    else if (!namesIn(splice.text).every((name) => namesIn(known.text).includes(name)))
      insertions.set(splice.start, { ...known, text: known.text + splice.text });
  }
  return [...others, ...insertions.values()];
}

function namesIn(text: string): readonly string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** Drops the files in which more would be missing than before, were `changed` all that is changed. */
function keepSound(
  { project }: RuleContext,
  planned: readonly Planned[],
  changed: (one: Planned) => Project,
  refused: Refusal[],
): readonly Planned[] {
  return planned.filter((one) => {
    const { file, facts, change } = one;
    const isReadable = facts.problems.length <= project.facts(file).problems.length;
    if (isReadable && missingIn(changed(one), file) <= missingIn(project, file)) return true;
    refused.push({ file: change.file, line: 1, reason: "the result would be less sound than what is there" });
    return false;
  });
}

/** How many modules and names that a file asks for are not there. */
function missingIn(project: Project, file: number): number {
  let count = 0;
  for (const [index, { kind, specifier, names }] of project.facts(file).imports.entries()) {
    const isMock = kind === "mock" && project.facts(file).language === "python";
    const { is } = isMock ? project.target(file, specifier).resolution : project.resolution(file, index);
    if (is === "missing") count++;
    if (is !== "file") continue;
    for (const name of names) {
      const isOne = name.name !== "" && name.name !== "*";
      if (isOne && project.lookup(file, index, name).is === "missing") count++;
    }
  }
  return count;
}

/** Writes every file beside itself and renames it; one that changed meanwhile stops the rest. */
export function writeFixes(
  root: string,
  plan: Plan,
): { readonly ok: true } | { readonly ok: false; readonly message: string } {
  for (const { file, before, after } of plan.changes) {
    const path = join(root, file);
    if (!readFileSync(path).equals(before))
      return { ok: false, message: `${file} has changed meanwhile; run fix again` };
    writeWhole(path, after, statSync(path).mode);
  }
  return { ok: true };
}
