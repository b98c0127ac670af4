/**
 * Which files a change of one file's contents reaches: those that ask a name whose meaning may be another now.
 *
 * The paths of all files stay as they are, so only names have to be followed: from the changed file to those that
 * import them, and on through every name that these pass on by an import, an alias or a star. What is followed is
 * wider than what the resolvers do, never narrower. Names that only stand elsewhere now are followed in the same
 * way, to those of which something is told: it may say where.
 */

import { type Columns, Numbers } from "../columns.ts";
import type { FileFacts, ImportFact } from "../model.ts";
import type { ChangedNames, Names } from "./changed-names.ts";
import { Lists } from "./lists.ts";
import type { Project } from "./project.ts";

export type Reach = {
  /** The changed file, and all of which something else may be told: as a rule those that ask one of the names below. */
  readonly askers: ReadonlySet<number>;
  /** Names that may mean something else. */
  readonly namesByFile: ReadonlyMap<number, Names>;
};

/** Who asks whom: by the file that is asked, for contents that change one by one. */
export class Askers {
  /** As they were at first, in columns: where the files begin that a file asks, and pairs of files for aliases. */
  readonly #asks: Columns;
  #askers: Lists | undefined;
  /** What was looked at or changed. */
  readonly #importers = new Map<number, Set<number>>();
  /** Files with an alias of an attribute (`A = module.B`), by the module. */
  readonly #aliasers = new Map<number, Set<number>>();

  /** Of a project, or of a former run in which they were the same. */
  constructor(asks: Columns) {
    this.#asks = asks;
    const aliases = asks.numbers("aliases");
    for (let at = 0; at < aliases.length; at += 2)
      put(this.#aliasers, aliases[at] as number, aliases[at + 1] as number);
  }

  /** After `file` has changed, and the names of others with it. */
  replace(before: Project, now: Project, file: number, reach: Reach): void {
    for (const each of new Set([file, ...reach.namesByFile.keys()])) {
      for (const to of askedBy(before, each)) this.#importersOf(to).delete(each);
      for (const { module } of aliasesIn(before, each)) this.#aliasers.get(module)?.delete(each);
      for (const to of askedBy(now, each)) this.#importersOf(to).add(each);
      for (const { module } of aliasesIn(now, each)) put(this.#aliasers, module, each);
    }
  }

  /** As they were at first. */
  columns(): Readonly<Record<string, Int32Array>> {
    const names = ["asks at", "asks", "aliases"];
    return Object.fromEntries(names.map((name) => [name, this.#asks.numbers(name)]));
  }

  of(file: number): ReadonlySet<number> {
    return new Set([...this.#importersOf(file), ...(this.#aliasers.get(file) ?? [])]);
  }

  #importersOf(file: number): Set<number> {
    let importers = this.#importers.get(file);
    if (importers === undefined) {
      const starts = this.#asks.numbers("asks at");
      const asked = this.#asks.numbers("asks");
      this.#askers ??= new Lists(starts.length - 1, asked.length, (entry) => asked[entry] as number);
      importers = new Set();
      let asker = 0;
      for (const entry of this.#askers.of(file)) {
        while ((starts[asker + 1] as number) <= entry) asker++;
        importers.add(asker);
      }
      this.#importers.set(file, importers);
    }
    return importers;
  }
}

/** Who asks whom in a project, as `Askers` takes it and as it is kept. */
export function askColumns(project: Project): Readonly<Record<"asks at" | "asks" | "aliases", Int32Array>> {
  const starts = new Int32Array(project.files.length + 1);
  const asked = new Numbers();
  const aliases = new Numbers();
  for (let file = 0; file < project.files.length; file++) {
    let last = -1;
    for (const to of askedBy(project, file)) {
      if (to !== last) asked.push(to);
      last = to;
    }
    starts[file + 1] = asked.length;
    for (const { module } of aliasesIn(project, file)) {
      aliases.push(module);
      aliases.push(file);
    }
  }
  return { "asks at": starts, asks: asked.written(), aliases: aliases.written() };
}

function put(sets: Map<number, Set<number>>, key: number, value: number): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}

function* askedBy(project: Project, file: number): Iterable<number> {
  const { imports } = project.facts(file);
  for (let index = 0; index < imports.length; index++) {
    const resolution = project.resolution(file, index);
    if (resolution.is === "file") yield resolution.file;
  }
}

/** `A = m.B` where `m` is a module of the tree. */
function* aliasesIn(
  project: Project,
  file: number,
): Iterable<{ readonly name: string; readonly module: number; readonly attribute: string }> {
  const { language, bindings } = project.facts(file);
  if (language !== "python") return;
  for (const binding of bindings) {
    // Names and targets are read only of the few that are aliases.
    if (binding.kind !== "alias") continue;
    const { name, target } = binding;
    const dot = target.indexOf(".");
    if (dot < 0) continue;
    const bound = project.lookupIn(file, target.slice(0, dot));
    if (bound.is !== "module" || bound.resolution.is !== "file") continue;
    yield { name, module: bound.resolution.file, attribute: target.slice(dot + 1) };
  }
}

/**
 * Whether other contents of a file may lead an import of another file elsewhere, or give names to modules that do
 * not import it. Then nothing less than everything has to be asked again.
 */
export function mayLeadElsewhere(before: FileFacts, now: FileFacts): boolean {
  if (before.doors !== now.doors || isSkipped(before) !== isSkipped(now)) return true;
  // A module that makes up any name may hold modules, too.
  if ((before.lazy.is === "any") !== (now.lazy.is === "any")) return true;
  return givesAway(before) || givesAway(now);
}

function isSkipped({ problems }: FileFacts): boolean {
  return problems.some(({ kind }) => kind === "skipped");
}

/** `module.name = …` in Python, `declare module "a"` in TypeScript. */
function givesAway({ language, bindings }: FileFacts): boolean {
  return bindings.some(({ name }) => (language === "python" ? name.includes(".") : name.startsWith('"')));
}

/** Whether what one of these names is decides to which module a file gives names (`name.attribute = …`). */
function givesThrough({ language, bindings }: FileFacts, names: Names | undefined): boolean {
  if (language !== "python") return false;
  return bindings.some(({ name }) => name.includes(".") && has(names, name.split(".", 1)[0] ?? ""));
}

/** `hasTold`: whether something is told of a file. Undefined: everything may have changed. */
export function reachOf(
  project: Project,
  askers: Askers,
  changed: number,
  { meaning, place }: ChangedNames,
  hasTold: (file: number) => boolean,
): Reach | undefined {
  const followed = follow(project, askers, changed, meaning, hasTold);
  if (followed === undefined) return undefined;
  const { found, passers, namesByFile } = followed;
  for (const file of passers) found.add(file);
  const placed = follow(project, askers, changed, place, hasTold);
  if (placed === undefined) return undefined;
  for (const file of [...placed.found, ...placed.passers]) if (hasTold(file)) found.add(file);
  found.add(changed);
  return { askers: found, namesByFile };
}

type Followed = {
  /** Those that ask one of the names, or of which something is told that may name another one nearby. */
  readonly found: Set<number>;
  /** Those that pass one of them on. */
  readonly passers: ReadonlySet<number>;
  readonly namesByFile: ReadonlyMap<number, Names>;
};

function follow(
  project: Project,
  askers: Askers,
  changed: number,
  names: Names,
  hasTold: (file: number) => boolean,
): Followed | undefined {
  const namesByFile = new Map<number, Names>();
  const found = new Set<number>();
  const passers = new Set<number>();
  const waiting = widen(namesByFile, changed, names) ? [changed] : [];
  /** All names in `namesByFile`. */
  let known: Names = names === "all" ? "all" : new Set(names);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const names = namesByFile.get(file) as Names;
    // A stub speaks for the names that its source does not have.
    const { path } = project.facts(file);
    const source = path.endsWith(".pyi") ? project.fileAt(path.slice(0, -1)) : undefined;
    if (source !== undefined && widen(namesByFile, source, names)) {
      passers.add(source);
      waiting.push(source);
    }
    for (const asker of askers.of(file)) {
      if (hasTold(asker) || asks(project, asker, file, names)) found.add(asker);
      const passed = passedOn(project, asker, namesByFile, known);
      if (passed !== "all" && passed.size === 0) continue;
      if (!widen(namesByFile, asker, passed)) continue;
      known = known === "all" || passed === "all" ? "all" : new Set([...known, ...passed]);
      if (givesThrough(project.facts(asker), namesByFile.get(asker))) return undefined;
      passers.add(asker);
      waiting.push(asker);
    }
  }
  return { found, passers, namesByFile };
}

/** Whether that makes more of the file's names uncertain than were before. */
function widen(namesByFile: Map<number, Names>, file: number, more: Names): boolean {
  const known = namesByFile.get(file);
  if (known === "all") return false;
  if (more === "all") {
    namesByFile.set(file, "all");
    return true;
  }
  const names = new Set([...(known ?? []), ...more]);
  if (names.size > 0) namesByFile.set(file, names);
  return names.size > (known?.size ?? 0);
}

function has(names: Names | undefined, name: string): boolean {
  return names !== undefined && (names === "all" || names.has(name));
}

/** Whether `asker` takes one of these names from `file`. */
function asks(project: Project, asker: number, file: number, names: Names): boolean {
  const { imports } = project.facts(asker);
  return imports.some((statement, index) => {
    const isMock = statement.kind === "mock";
    // First what is cheaper to know than where an import leads.
    if (!isMock && !statement.names.some(({ name }) => name === "*" || has(names, name))) return false;
    const resolution = project.resolution(asker, index);
    if (resolution.is !== "file" || resolution.file !== file) return false;
    if (!isMock) return true;
    const { name } = project.target(asker, statement.specifier);
    return name !== "" && has(names, name);
  });
}

/** The names of `file` that come from uncertain names of others; `known` are all of these. */
function passedOn(
  project: Project,
  file: number,
  namesByFile: ReadonlyMap<number, Names>,
  known: Names,
): Names {
  const { imports, bindings, exports } = project.facts(file);
  const names = new Set<string>();
  const uncertainOf = (index: number): Names | undefined => {
    const resolution = project.resolution(file, index);
    return resolution.is === "file" ? namesByFile.get(resolution.file) : undefined;
  };
  for (const [index, statement] of imports.entries()) {
    // First what is cheaper to know than where an import leads.
    const isOne = statement.names.some(({ name }) => name === "*" || has(known, name));
    if (statement.kind === "mock" || !isOne) continue;
    const uncertain = uncertainOf(index);
    if (uncertain === undefined) continue;
    if (!addLocals(names, statement, uncertain)) return "all";
  }
  for (const { name, importIndex, imported } of exports) {
    if (importIndex >= 0 && has(uncertainOf(importIndex), imported)) names.add(name);
  }
  for (const { name, module, attribute } of aliasesIn(project, file)) {
    if (has(namesByFile.get(module), attribute)) names.add(name);
  }
  // Aliases of aliases, until there are no more.
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const binding of bindings) {
      if (binding.kind !== "alias") continue;
      if (names.has(binding.target.split(".", 1)[0] ?? "")) names.add(binding.name);
    }
  }
  for (const { name, local } of exports) if (names.has(local)) names.add(name);
  if (names.has("export=")) names.add("default");
  return names;
}

/** False: a star passes on names that are not known. */
function addLocals(names: Set<string>, statement: ImportFact, uncertain: Names): boolean {
  for (const { name, local } of statement.names) {
    if (name === "*") {
      if (uncertain === "all") return false;
      for (const each of uncertain) names.add(each);
    } else if (name !== "" && has(uncertain, name)) names.add(local);
  }
  return true;
}
