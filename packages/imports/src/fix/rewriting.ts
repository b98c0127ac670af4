/** What becomes of the statements of one file. */

import type { Project } from "../graph/project.ts";
import type { ImportFact, Place } from "../model.ts";
import type { Splice } from "./splice.ts";
import { type Merge, type Move, rewriteStatement } from "./statement.ts";
import { type Objections, type Wanted, type WantedModule, wantedIn, wantedModules } from "./wanted.ts";

/** One statement's names that take one other path, or its whole module. */
export type Rewriting = {
  readonly importIndex: number;
  /** Where what is rewritten stands. */
  readonly places: readonly Place[];
  /** What is asked afterwards, and by which specifier. */
  readonly door: number;
  readonly specifier: string;
  readonly splices: readonly Splice[];
  /** Names, or 1 for a module. */
  readonly count: number;
};

export type Refusal = { readonly file: string; readonly line: number; readonly reason: string };

/**
 * What is to be rewritten in one file. Statements whose names go several ways have a rewriting for each way, of which
 * one can be made at a time. What must stay as it is, is told to `refuse`.
 */
export function* rewritingsIn(
  objections: Objections,
  file: number,
  read: (file: number) => Buffer | undefined,
  isDerived: boolean,
  refuse: (refusal: Refusal) => void,
): Iterable<Rewriting> {
  const { context } = objections;
  const { project } = context;
  const uses = wantedIn(context, file, isDerived);
  const modules = wantedModules(context, file);
  if (uses.length + modules.length === 0) return;
  const bytes = read(file);
  if (bytes === undefined) return;
  const { path } = project.facts(file);
  const byImport = new Map<number, Map<number, Group>>();
  for (const wanted of uses) {
    const { use, door } = wanted;
    const reason = objections.to(wanted);
    if (reason !== undefined) {
      refuse({ file: path, line: use.place.line, reason });
      continue;
    }
    if (use.statement.kind === "mock") {
      yield mockRewriting(project, wanted);
      continue;
    }
    const byDoor = byImport.get(use.importIndex) ?? new Map<number, Group>();
    byImport.set(use.importIndex, byDoor);
    const known = byDoor.get(door);
    if (known === undefined) byDoor.set(door, [wanted]);
    else known.push(wanted);
  }
  for (const byDoor of byImport.values()) {
    for (const [door, group] of byDoor) {
      const rewriting = namesRewriting(project, file, bytes, door, group);
      if (typeof rewriting !== "string") yield rewriting;
      else refuse({ file: path, line: group[0].use.statement.statement.line, reason: rewriting });
    }
  }
  for (const wanted of modules) {
    const rewriting = objections.toModule(file, wanted) ?? moduleRewriting(project, file, bytes, wanted);
    if (typeof rewriting !== "string") yield rewriting;
    else refuse({ file: path, line: wanted.statement.statement.line, reason: rewriting });
  }
}

function mockRewriting(project: Project, { use, door, name }: Wanted): Rewriting {
  const { importIndex, statement, place, file } = use;
  const target = project.target(file, statement.specifier);
  const rest = statement.specifier.slice(`${target.module}.${target.name}`.length);
  const specifier = project.moduleName(door);
  const text = `${specifier}.${name}${rest}`;
  return {
    importIndex,
    places: [place],
    door,
    specifier,
    splices: [{ start: place.start, end: place.end, text }],
    count: 1,
  };
}

/** Names of one statement that take one path. */
type Group = [Wanted, ...Wanted[]];

/** The rewriting, or why there can be none. */
function namesRewriting(
  project: Project,
  file: number,
  bytes: Buffer,
  door: number,
  group: Group,
): Rewriting | string {
  const { importIndex, statement } = group[0].use;
  const specifier = project.resolver(file).specifierFor(file, door, statement.specifier);
  if (specifier === undefined) return noSpecifier;
  const isDerived = group.some((wanted) => !wanted.isDeclared);
  // Who asks for its own package by name sees it as those do who install it.
  if (isDerived && specifier.startsWith(".") && !statement.specifier.startsWith("."))
    return "a name would become a relative path";
  const moves: Move[] = group.map(({ use, name }) => ({ nameIndex: use.nameIndex, name, local: use.local }));
  const isCall = statement.kind === "dynamic" || statement.kind === "require";
  if (isCall && moves.length < statement.names.length) return "not all that it takes leads there";
  const merge = isCall ? undefined : mergeable(project, file, statement, door);
  const { language } = project.facts(file);
  const rewrite = rewriteStatement(bytes, language, statement, moves, specifier, merge);
  if (!rewrite.ok) return rewrite.reason;
  const places = [statement.at, ...group.map(({ use }) => use.place)];
  return { importIndex, places, door, specifier, splices: rewrite.splices, count: moves.length };
}

function moduleRewriting(
  project: Project,
  file: number,
  bytes: Buffer,
  { importIndex, statement, door }: WantedModule,
): Rewriting | string {
  const { at } = statement;
  const specifier = project.resolver(file).specifierFor(file, door, statement.specifier);
  if (specifier === undefined) return noSpecifier;
  // What is relative to a package that an argument names is written another way than it is kept.
  if (bytes.toString("utf8", at.start, at.end) !== statement.specifier)
    return "it is written relative to a package named beside it";
  const splices = [{ start: at.start, end: at.end, text: specifier }];
  return { importIndex, places: [at], door, specifier, splices, count: 1 };
}

const noSpecifier = "no specifier leads there";

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
