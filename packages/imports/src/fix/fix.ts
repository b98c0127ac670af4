import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../baseline.ts";
import type { Config } from "../config.ts";
import { extract } from "../extract/extract.ts";
import type { Project } from "../graph/project.ts";
import type { Definition, Use } from "../graph/uses.ts";
import type { FileFacts, ImportFact } from "../model.ts";
import { type Canonical, canonicalPaths, isAstray } from "../rules/canonical.ts";
import { doorMissed } from "../rules/deep-import.ts";
import type { RuleContext } from "../rules/rule.ts";
import { contextOf, runRules } from "../rules/run.ts";
import { unresolved } from "../rules/unresolved.ts";
import { diffOf } from "./diff.ts";
import { applySplices, overlaps, type Splice } from "./splice.ts";
import { type Merge, type Move, rewriteStatement } from "./statement.ts";

export type Refusal = { readonly file: string; readonly line: number; readonly reason: string };
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

type Wanted = { readonly use: Use; readonly canonical: Canonical };

/** A statement with names for several targets takes one pass for each. */
const passesMax = 20;

/**
 * Works out every edit in memory and checks the result before anything is written: the changed files are read
 * again, and a file in which more is unresolved than before is left alone. Repeated until nothing changes, so
 * that a second run has nothing to do.
 */
export function planFixes(project: Project, config: Config, options: FixOptions): Plan {
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
    const sound = keepSound(context, planPass(context, options, read, refused), refused);
    if (sound.length === 0) break;
    const changed = new Map<number, FileFacts>();
    for (const { file, change, count } of sound) {
      if (!before.has(file)) before.set(file, change.before);
      after.set(file, change.after);
      changed.set(file, extract(change.file, change.after));
      rewritten += count;
    }
    current = current.withFacts(changed);
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

type Planned = { readonly file: number; readonly change: Change; readonly count: number };

function planPass(
  context: RuleContext,
  options: FixOptions,
  read: (file: number) => Buffer | undefined,
  refused: Refusal[],
): readonly Planned[] {
  const { project } = context;
  const byFile = new Map<number, Wanted[]>();
  const paths = canonicalPaths(context);
  for (const [key, { symbol, uses }] of context.uses().bySymbol) {
    const path = paths.get(key);
    for (const use of uses) {
      const canonical = wantedPath(context, use, symbol, path, options);
      if (canonical === undefined) continue;
      const known = byFile.get(use.file);
      if (known === undefined) byFile.set(use.file, [{ use, canonical }]);
      else known.push({ use, canonical });
    }
  }
  const planned: Planned[] = [];
  for (const [file, wanted] of [...byFile].sort(([a], [b]) => a - b)) {
    const bytes = read(file);
    if (bytes === undefined) continue;
    const { splices, count } = editsOf(context, file, bytes, wanted, refused);
    if (splices.length === 0) continue;
    const { path } = project.facts(file);
    if (overlaps(splices)) refused.push({ file: path, line: 1, reason: "its edits would overlap" });
    else
      planned.push({
        file,
        change: { file: path, before: bytes, after: applySplices(bytes, splices) },
        count,
      });
  }
  return planned;
}

/** The path that this use is to take instead of its own: the symbol's, or that of the door which it goes past. */
function wantedPath(
  context: RuleContext,
  use: Use,
  symbol: Definition,
  canonical: Canonical | undefined,
  { paths, isDerived }: FixOptions,
): Canonical | undefined {
  const { project } = context;
  const { path, language } = project.facts(use.file);
  const isChosen =
    paths.length === 0 || paths.some((each) => each === "" || path === each || path.startsWith(`${each}/`));
  if (!isChosen) return undefined;
  if (canonical !== undefined && (canonical.isDeclared || isDerived) && isAstray(context, use, canonical))
    return canonical;
  if (canonical?.isDeclared || !isDerived || language !== "typescript") return undefined;
  const door = doorMissed(project, use.file, use.statement.specifier, use.door, use.name);
  return door === undefined
    ? undefined
    : { symbol, door, name: use.name, isDeclared: false, allow: new Set<string>() };
}

/** Why this use must stay as it is, if it must. */
function objection(
  context: RuleContext,
  { use, canonical }: Wanted,
  reachable: (door: number) => ReadonlySet<number>,
): string | undefined {
  const { project } = context;
  const { guard, kind } = use.statement;
  const isType = use.lookup.is === "found" && use.lookup.presence === "types";
  const isForTypes = isType && project.facts(use.file).language === "typescript";
  if (use.lookup.is === "found" && use.lookup.presence !== "always" && !isForTypes)
    return "the name is only there under a condition";
  if (kind === "mock") return undefined;
  if (kind !== "static" && kind !== "re-export") return `a ${kind} import is not rewritten`;
  if (guard !== "none" && guard !== "conditional" && guard !== "types")
    return `it is guarded (${guard}): another path would change what the guard means`;
  if (use.name === "default" || canonical.name === "default")
    return "a default export would become a named one";
  if (use.door !== canonical.symbol.file && project.facts(use.door).hasEffects) {
    const isStillLoaded = project.facts(use.file).imports.some((each, index) => {
      if (each === use.statement || each.scope !== use.statement.scope) return false;
      const resolution = project.resolution(use.file, index);
      return resolution.is === "file" && resolution.file === use.door;
    });
    if (!isStillLoaded && use.statement.names.length === 1) {
      return `loading ${project.facts(use.door).path} does more than define, and would no longer happen here`;
    }
  }
  if (use.statement.scope !== "function" && guard !== "types" && reachable(canonical.door).has(use.file)) {
    return `${project.facts(canonical.door).path} leads back to this file: the import would close a circle`;
  }
  return undefined;
}

function editsOf(
  context: RuleContext,
  file: number,
  bytes: Buffer,
  wanted: readonly Wanted[],
  refused: Refusal[],
) {
  const { project } = context;
  const facts = project.facts(file);
  const splices: Splice[] = [];
  let count = 0;
  const reach = new Map<number, ReadonlySet<number>>();
  const reachable = (door: number): ReadonlySet<number> => {
    let found = reach.get(door);
    if (found === undefined) {
      found = context.edges().loadedBy(door);
      reach.set(door, found);
    }
    return found;
  };
  const byStatement = new Map<ImportFact, Map<number, Wanted[]>>();
  for (const each of wanted) {
    const { use, canonical } = each;
    const reason = objection(context, each, reachable);
    if (reason !== undefined) {
      refused.push({ file: facts.path, line: use.place.line, reason });
      continue;
    }
    if (use.statement.kind === "mock") {
      const { module, name } = project.target(file, use.statement.specifier);
      const rest = use.statement.specifier.slice(`${module}.${name}`.length);
      const text = `${project.moduleName(canonical.door)}.${canonical.name}${rest}`;
      splices.push({ start: use.place.start, end: use.place.end, text });
      count++;
      continue;
    }
    let byDoor = byStatement.get(use.statement);
    if (byDoor === undefined) {
      byDoor = new Map();
      byStatement.set(use.statement, byDoor);
    }
    const known = byDoor.get(canonical.door);
    if (known === undefined) byDoor.set(canonical.door, [each]);
    else known.push(each);
  }
  for (const [statement, byDoor] of byStatement) {
    // One target per run and statement: the edits of a second one would overlap. The next pass takes that.
    const [first] = byDoor;
    if (first === undefined) continue;
    const [door, group] = first;
    const specifier = project.resolver(file).specifierFor(file, door, statement.specifier);
    if (specifier === undefined) {
      refused.push({ file: facts.path, line: statement.statement.line, reason: "no specifier leads there" });
      continue;
    }
    const isDerived = group.some(({ canonical }) => !canonical.isDeclared);
    if (isDerived && specifier.startsWith(".") && !statement.specifier.startsWith(".")) {
      // Who asks for its own package by name sees it as those do who install it.
      const reason = "a name would become a relative path";
      refused.push({ file: facts.path, line: statement.statement.line, reason });
      continue;
    }
    const moves: Move[] = group.map(({ use, canonical }) => ({
      nameIndex: use.nameIndex,
      name: canonical.name,
      local: use.local,
    }));
    const rewrite = rewriteStatement(
      bytes,
      facts.language,
      statement,
      moves,
      specifier,
      mergeable(project, file, statement, door),
    );
    if (!rewrite.ok) {
      refused.push({ file: facts.path, line: statement.statement.line, reason: rewrite.reason });
      continue;
    }
    splices.push(...rewrite.splices);
    count += moves.length;
  }
  return { splices: withoutClashes(splices), count };
}

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

/**
 * An import of the target at module level that the names may join: an earlier one, because a later one would have them
 * loaded later. In TypeScript `import type` loads nothing, so it joins its like wherever that stands.
 */
function mergeable(project: Project, file: number, statement: ImportFact, door: number): Merge | undefined {
  const facts = project.facts(file);
  const { guard } = statement;
  const loadsNothing = guard === "types" && facts.language === "typescript";
  if (statement.scope !== "module" || (guard !== "none" && !loadsNothing)) return undefined;
  const isType = (each: ImportFact): boolean =>
    each.names.length > 0 && each.names.every((name) => name.typeOnly);
  for (const [index, each] of facts.imports.entries()) {
    const distance = each.statement.start - statement.statement.start;
    if (distance > 0 && !loadsNothing) return undefined;
    if (distance === 0) continue;
    if (each.kind !== statement.kind || each.scope !== "module" || each.guard !== guard) continue;
    if (
      each.names.length === 0 ||
      each.names.some((name) => name.name === "" || name.name === "*" || name.name === "default")
    )
      continue;
    // What is only for types may not be loaded at all: a value does not join it.
    if (isType(each) && !isType(statement)) continue;
    const resolution = project.resolution(file, index);
    if (resolution.is === "file" && resolution.file === door) return { statement: each, names: each.names };
  }
  return undefined;
}

/** Reads the changed files again, and drops those in which more is unresolved than before. */
function keepSound<T extends { readonly file: number; readonly change: Change }>(
  context: RuleContext,
  planned: readonly T[],
  refused: Refusal[],
): readonly T[] {
  if (planned.length === 0) return planned;
  const { project, config } = context;
  const changed = new Map(planned.map(({ file, change }) => [file, extract(change.file, change.after)]));
  const focus = new Set(planned.map((each) => each.file));
  const count = (each: Project): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const finding of runRules(contextOf(each, config, focus, undefined, ""), [unresolved])) {
      counts.set(finding.file, (counts.get(finding.file) ?? 0) + 1);
    }
    return counts;
  };
  const before = count(project);
  const after = count(project.withFacts(changed));
  return planned.filter(({ file, change }) => {
    const isReadable = (changed.get(file)?.problems.length ?? 0) <= project.facts(file).problems.length;
    if (isReadable && (after.get(change.file) ?? 0) <= (before.get(change.file) ?? 0)) return true;
    refused.push({ file: change.file, line: 1, reason: "the result would be less sound than what is there" });
    return false;
  });
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
