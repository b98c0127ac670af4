/** Which uses are to take another path, and which of them must stay as they are. */

import type { Project } from "../graph/project.ts";
import { type Definition, symbolOf, type Use, usesIn } from "../graph/uses.ts";
import type { ImportFact } from "../model.ts";
import { type Canonical, declaredPaths, derivedPath, isAstray, isShim } from "../rules/canonical.ts";
import { doorMissed } from "../rules/deep-import.ts";
import { moduleReplacement, replacementOf } from "../rules/replacements.ts";
import type { RuleContext } from "../rules/rule.ts";

/** A use, and the path that it is to take instead of its own. */
export type Wanted = {
  readonly use: Use;
  readonly symbol: Definition;
  /** The file and name by which it is to be imported. */
  readonly door: number;
  readonly name: string;
  readonly isDeclared: boolean;
};

/** An import of a module as a whole, and the one that takes its place. */
export type WantedModule = {
  readonly importIndex: number;
  readonly statement: ImportFact;
  readonly door: number;
};

/** What a file uses by another path than it should. `isDerived`: also where nobody declared the right one. */
export function wantedIn(context: RuleContext, file: number, isDerived: boolean): readonly Wanted[] {
  const { project } = context;
  const wanted: Wanted[] = [];
  const { found: declared } = declaredPaths(context);
  // What a standing check keeps of a use may be older than what the name is now.
  for (const use of usesIn(project, file)) {
    const symbol = symbolOf(project, use.lookup);
    if (symbol === undefined) continue;
    const path = declared.get(`${symbol.file}:${symbol.name}`);
    const found =
      path === undefined ? otherPath(context, use, symbol, isDerived) : astray(context, use, path);
    if (found !== undefined) wanted.push({ use, symbol, ...found });
  }
  return wanted;
}

type Path = Pick<Wanted, "door" | "name" | "isDeclared">;

function astray(context: RuleContext, use: Use, path: Canonical): Path | undefined {
  const { door, name, isDeclared } = path;
  return isAstray(context, use, path) ? { door, name, isDeclared } : undefined;
}

/** The path of what nobody declared: that of a deprecated one's replacement, a derived one, or the door that it goes past. */
function otherPath(context: RuleContext, use: Use, symbol: Definition, isDerived: boolean): Path | undefined {
  const { project } = context;
  const replacement = replacementOf(context, use.door, use.name);
  const isRight = use.statement.kind !== "mock" || isShim(context, use.door);
  if (replacement !== undefined && replacement.door !== use.file && isRight)
    return { ...replacement, isDeclared: true };
  if (!isDerived) return undefined;
  const group = context.uses().of(symbol);
  const derived = group && derivedPath(context, group);
  const found = derived && astray(context, use, derived);
  if (found !== undefined || project.facts(use.file).language !== "typescript") return found;
  const door = doorMissed(project, use.file, use.statement.specifier, use.door, use.name);
  return door === undefined ? undefined : { door, name: use.name, isDeclared: false };
}

/** Imports of whole modules that are to go away, where what takes their place can stand there. */
export function wantedModules(context: RuleContext, file: number): readonly WantedModule[] {
  const { project, config } = context;
  if (config.deprecated.length === 0) return [];
  const wanted: WantedModule[] = [];
  for (const [importIndex, statement] of project.facts(file).imports.entries()) {
    if (!isWhole(statement)) continue;
    const resolution = project.resolution(file, importIndex);
    if (resolution.is !== "file") continue;
    const door = moduleReplacement(context, resolution.file);
    if (door !== undefined && door !== file) wanted.push({ importIndex, statement, door });
  }
  return wanted;
}

/** `import a.b as c`, `import * as c from "./b"`, `import_module("a.b")`: it may be any module with the same names. */
function isWhole({ kind, specifier, names }: ImportFact): boolean {
  if (kind === "dynamic" || kind === "require") return names.every((name) => name.name === "");
  const [first] = names;
  if (kind !== "static" || names.length !== 1 || first?.name !== "") return false;
  // `import a.b` binds `a`, by which everything below it is asked.
  return first.local !== specifier.split(".", 1)[0];
}

/** What the decision about one use needs of the whole tree; made when first asked for. */
export class Objections {
  readonly context: RuleContext;
  readonly #reach = new Map<number, ReadonlySet<number>>();
  readonly #planned = new Map<number, readonly number[]>();
  readonly #wholeImporters = new Map<number, string | undefined>();
  #mockedBy: ReadonlyMap<number, string> | undefined;

  constructor(context: RuleContext) {
    this.context = context;
  }

  /** Why this use must stay as it is, if it must. */
  to({ use, symbol, door, name }: Wanted): string | undefined {
    const { project } = this.context;
    const { statement, lookup } = use;
    const { guard, kind } = statement;
    const isType = lookup.is === "found" && lookup.presence === "types";
    const isForTypes = isType && project.facts(use.file).language === "typescript";
    if (lookup.is === "found" && lookup.presence !== "always" && !isForTypes)
      return "the name is only there under a condition";
    if (kind === "mock") {
      const importer = this.#wholeImporter(use.door);
      return (
        importer && `${importer} asks ${project.facts(use.door).path} itself, and would not see the mock`
      );
    }
    const isTaken = kind === "dynamic" || kind === "require";
    if (kind !== "static" && kind !== "re-export" && !isTaken) return `a ${kind} import is not rewritten`;
    if (isTaken && name !== use.name) return "what is taken apart would have another name";
    if (guard !== "none" && guard !== "conditional" && guard !== "types")
      return `it is guarded (${guard}): another path would change what the guard means`;
    if (use.name === "default" || name === "default") return "a default export would become a named one";
    const mocker = isForTypes || guard === "types" ? undefined : this.#mockers().get(use.door);
    if (mocker !== undefined)
      return `${mocker} mocks ${project.facts(use.door).path}, which would no longer be asked`;
    if (use.door !== symbol.file && project.facts(use.door).hasEffects) {
      const isStillLoaded = project.facts(use.file).imports.some((each, index) => {
        if (index === use.importIndex || each.scope !== statement.scope) return false;
        const resolution = project.resolution(use.file, index);
        return resolution.is === "file" && resolution.file === use.door;
      });
      if (!isStillLoaded && statement.names.length === 1) {
        return `loading ${project.facts(use.door).path} does more than define, and would no longer happen here`;
      }
    }
    return this.#circle(use.file, statement, door);
  }

  /** The same of a module as a whole. */
  toModule(file: number, { statement, door }: WantedModule): string | undefined {
    const { guard } = statement;
    if (guard !== "none" && guard !== "conditional")
      return `it is guarded (${guard}): another path would change what the guard means`;
    return this.#circle(file, statement, door);
  }

  /** From now on the file counts as one that loads that module: the next to be asked may not close a circle by it. */
  plan(file: number, statement: ImportFact, door: number): void {
    if (!isLoading(statement)) return;
    this.#planned.set(file, [...(this.#planned.get(file) ?? []), door]);
    for (const [from, reached] of this.#reach) if (reached.has(file)) this.#reach.delete(from);
  }

  #circle(file: number, statement: ImportFact, door: number): string | undefined {
    if (!isLoading(statement) || !this.#loadedBy(door).has(file)) return undefined;
    const { path } = this.context.project.facts(door);
    return `${path} leads back to this file: the import would close a circle`;
  }

  /** The path of a Python file that has this module by its own name, and so sees what is put into it. */
  #wholeImporter(door: number): string | undefined {
    if (!this.#wholeImporters.has(door))
      this.#wholeImporters.set(door, wholeImporterOf(this.context.project, door));
    return this.#wholeImporters.get(door);
  }

  #loadedBy(door: number): ReadonlySet<number> {
    const found = this.#reach.get(door) ?? this.context.edges().loadedBy(door, this.#planned);
    this.#reach.set(door, found);
    return found;
  }

  /** By module of TypeScript or JavaScript that tests put another in the place of: the path of such a test. */
  #mockers(): ReadonlyMap<number, string> {
    this.#mockedBy ??= mockersIn(this.context.project);
    return this.#mockedBy;
  }
}

function isLoading({ scope, guard, kind }: ImportFact): boolean {
  return scope !== "function" && guard !== "types" && kind !== "mock";
}

function mockersIn(project: Project): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const [file, { path, language, imports }] of project.files.entries()) {
    if (language !== "typescript") continue;
    for (const [index, { kind }] of imports.entries()) {
      if (kind !== "mock") continue;
      const resolution = project.resolution(file, index);
      if (resolution.is === "file" && !found.has(resolution.file)) found.set(resolution.file, path);
    }
  }
  return found;
}

function wholeImporterOf(project: Project, door: number): string | undefined {
  const own = project.moduleName(door).split(".").at(-1);
  for (const [file, { path, language, imports }] of project.files.entries()) {
    if (language !== "python") continue;
    for (const [index, { kind, names }] of imports.entries()) {
      if (kind === "mock") continue;
      const resolution = project.resolution(file, index);
      const isAsked = resolution.is === "file" && resolution.file === door;
      if (isAsked && names.every((name) => name.name === "")) return path;
      for (const name of names) {
        if (name.name !== own) continue;
        const lookup = project.lookup(file, index, name);
        const module = lookup.is === "module" ? lookup.resolution : undefined;
        if (module?.is === "file" && module.file === door) return path;
      }
    }
  }
  return undefined;
}
