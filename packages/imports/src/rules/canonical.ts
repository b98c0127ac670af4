import { configFile } from "../config.ts";
import { placeOf } from "../facts-view.ts";
import type { Fragment } from "../finding.ts";
import { compareUses, type Definition, type SymbolUses, type Use, type UsePlace } from "../graph/uses.ts";
import type { BindingFact } from "../model.ts";
import { isBehindDoor } from "./deep-import.ts";
import { doorsOf, wayOf } from "./public-door.ts";
import { type Remark, type Rule, type RuleContext, ruleInfo, type Tell } from "./rule.ts";

const canonicalInfo = ruleInfo(
  "canonical-path",
  "error",
  "A symbol with one path can be moved, mocked and found; with five it becomes five things.",
);
const fragmentInfo = ruleInfo(
  "fragmentation",
  "note",
  "Every further door to a symbol is one more that can be forgotten, and module state behind it may exist twice.",
);

const pathsMax = 20;

export type Canonical = {
  readonly symbol: Definition;
  /** The file and name by which it is to be imported. */
  readonly door: number;
  readonly name: string;
  readonly isDeclared: boolean;
  /** `module:name` that may stay. */
  readonly allow: ReadonlySet<string>;
};

/** `broken`: what is declared and leads to no definition in the tree. */
type Declared = { readonly found: ReadonlyMap<string, Canonical>; readonly broken: readonly Remark[] };

/** The paths that the configuration declares, by `file:name` of the symbol's definition. */
export function declaredPaths(context: RuleContext): Declared {
  return context.project.once("declared paths", () => readDeclared(context));
}

function readDeclared({ project, config }: RuleContext): Declared {
  const found = new Map<string, Canonical>();
  const broken: Remark[] = [];
  for (const { symbol: path, allow } of config.canonical) {
    const colon = path.lastIndexOf(":");
    const module = path.slice(0, colon);
    const name = path.slice(colon + 1);
    const door = project.fileNamed(module);
    const lookup = door === undefined ? undefined : project.lookupIn(door, name);
    const definition = lookup?.is === "found" ? lookup : undefined;
    const binding = definition && project.facts(definition.file).bindings[definition.binding];
    if (door === undefined || definition === undefined || binding === undefined) {
      const message =
        door === undefined ? `there is no module ${module}` : `${module} has no ${name} of its own`;
      broken.push({
        file: 0,
        path: configFile,
        place: { start: 0, end: 1, line: 1, column: 1 },
        module,
        symbol: name,
        message: `The path ${path} is declared, but ${message}`,
        why: ["as long as it leads nowhere, no other path is held against it"],
      });
      continue;
    }
    const symbol = { file: definition.file, name: binding.name, binding: definition.binding };
    found.set(`${symbol.file}:${symbol.name}`, {
      symbol,
      door,
      name,
      isDeclared: true,
      allow: new Set(allow),
    });
  }
  return { found, broken };
}

/** What the path of a symbol is when nobody has declared it; undefined: it has but one in use. */
export function derivedPath(context: RuleContext, { symbol, uses, memo }: SymbolUses): Canonical | undefined {
  return memo.once("derived path", () => {
    if (!isFragmentable(context, symbol)) return undefined;
    const taken = uses.filter((use) => use.nameIndex >= 0);
    if (doorsOf(context.project, symbol, taken).size < 2) return undefined;
    return { symbol, ...nearestDoor(context, symbol, taken), isDeclared: false, allow: nothingAllowed };
  });
}

const nothingAllowed: ReadonlySet<string> = new Set();

function isFragmentable({ project }: RuleContext, symbol: Definition): boolean {
  const kind = project.facts(symbol.file).bindings[symbol.binding]?.kind;
  return kind === "class" || kind === "function";
}

/**
 * The defining module, unless that is private, or a package above it offers the symbol and says so: by `__all__`, or
 * because most who ask from outside of it ask there. Then the nearest such package.
 */
function nearestDoor(
  { project }: RuleContext,
  symbol: Definition,
  uses: readonly Use[],
): { door: number; name: string } {
  const own = { door: symbol.file, name: publicName(symbol, uses) };
  const { path, language } = project.facts(symbol.file);
  if (language !== "python") return { door: symbol.file, name: symbol.name };
  let isPrivate = /(^|\/)_[^_/][^/]*\.pyi?$/.test(path);
  let directory = path;
  while (directory.includes("/")) {
    directory = directory.slice(0, directory.lastIndexOf("/"));
    const door = project.fileAt(`${directory}/__init__.py`);
    if (door === undefined) break;
    if (door === symbol.file) return own;
    const declares =
      project.facts(door).publicNames?.names.some((each) => each.name === symbol.name) === true;
    if (declares || isPrivate || isPreferred(project, symbol, uses, door, directory)) {
      const lookup = project.lookupIn(door, symbol.name);
      if (lookup.is === "found" && lookup.file === symbol.file) return { door, name: symbol.name };
    }
    isPrivate ||= /(^|\/)_[^_/][^/]*$/.test(directory);
  }
  return own;
}

/** Whether more imports from outside of the package take the symbol from its door than from where it is defined. */
function isPreferred(
  project: RuleContext["project"],
  symbol: Definition,
  uses: readonly Use[],
  door: number,
  directory: string,
): boolean {
  let atDoor = 0;
  let atDefinition = 0;
  for (const use of uses) {
    if (use.name !== symbol.name || project.facts(use.file).path.startsWith(`${directory}/`)) continue;
    if (use.door === door) atDoor++;
    else if (use.door === symbol.file) atDefinition++;
  }
  return atDoor > atDefinition;
}

/** The name under which the defining module offers it: for `_Impl`, the public alias that most ask for. */
function publicName(symbol: Definition, uses: readonly Use[]): string {
  if (!symbol.name.startsWith("_")) return symbol.name;
  const counts = new Map<string, number>();
  for (const { door, name } of uses) {
    if (door === symbol.file && !name.startsWith("_")) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [most] = [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
  return most?.[0] ?? symbol.name;
}

/** Whether this use goes another way than it should. */
export function isAstray(context: RuleContext, use: Use, canonical: Canonical): boolean {
  const { project } = context;
  if (use.door === canonical.door && use.name === canonical.name) return false;
  if (!canonical.isDeclared && wayOf(project, use, canonical.symbol) !== "other") return false;
  // Another name in the right module is no other path; which of its names to use is up to who wrote them.
  if (!canonical.isDeclared && use.door === canonical.door) return false;
  // A mock names the module that uses the symbol, which is right; only in a shim nobody uses it.
  if (use.statement.kind === "mock" && !isShim(context, use.door)) return false;
  if (canonical.allow.has(`${project.moduleName(use.door)}:${use.name}`)) return false;
  const doorPath = project.facts(canonical.door).path;
  const importer = project.facts(use.file).path;
  // The door itself has to get it from somewhere, and so have those that it is made of.
  if (use.file === canonical.door || use.file === canonical.symbol.file) return false;
  const isPackageDoor = /(^|\/)__init__\.pyi?$|(^|\/)index\.[cm]?[jt]sx?$/.test(doorPath);
  const inside = doorPath.slice(0, doorPath.lastIndexOf("/") + 1);
  const isWithin = isPackageDoor && importer.startsWith(inside);
  if (isWithin && use.door === canonical.symbol.file) return false;
  // What lies behind a door is nothing to send anybody to.
  if (!canonical.isDeclared && isBehindDoor(project, use.file, canonical.door)) return false;
  // A declared alias is a name of its own: whoever defines it under the canonical door may offer it.
  return true;
}

/** A module that only passes on what others define. */
export function isShim({ project }: RuleContext, file: number): boolean {
  const { bindings, hasEffects } = project.facts(file);
  return (
    !hasEffects &&
    bindings.every((each) => each.kind === "import" || each.kind === "alias" || each.name.startsWith("__"))
  );
}

/** What the importing file would write; a module's path from the root is no specifier in TypeScript. */
function specifierOf(project: RuleContext["project"], use: Use, door: number): string {
  const resolver = project.resolver(use.file);
  return resolver.specifierFor(use.file, door, use.statement.specifier) ?? project.moduleName(door);
}

function pathOf(context: RuleContext, use: Pick<Use, "door" | "name">): string {
  return `${context.project.moduleName(use.door)}:${use.name}`;
}

/** Every use of a symbol by another than its one path. Declared paths are errors, derived ones notes. */
export const canonical: Rule = {
  infos: [canonicalInfo, fragmentInfo],
  covers: "tree",
  check: (context, tell) => {
    const { focus } = context;
    const uses = context.uses();
    const { found: declared, broken } = declaredPaths(context);
    if (focus === undefined) for (const remark of broken) tell(canonicalInfo, remark);
    for (const [key, group] of uses.told()) {
      if (declared.has(key)) continue;
      for (const remark of straysOf(context, group)) {
        if (focus === undefined || focus.has(remark.file)) tell(canonicalInfo, remark);
      }
    }
    for (const each of declared.values()) {
      const group = uses.of(each.symbol);
      if (group === undefined) continue;
      for (const remark of findStrays(context, group, each)) tell(canonicalInfo, remark);
    }
    tellFragments(context, tell);
  },
};

/** What is made of the uses of one symbol, under these keys of their memo. */
export const straysKey = "strays";
export const fragmentKey = "fragment";

/** What is said of the uses of a symbol whose path nobody declares. Without a focus it depends on the symbol alone. */
function straysOf(context: RuleContext, group: SymbolUses): readonly Remark[] {
  const find = (): readonly Remark[] => {
    const derived = derivedPath(context, group);
    return derived === undefined ? [] : findStrays(context, group, derived);
  };
  if (context.focus === undefined) return group.memo.once(straysKey, find);
  return group.memo.made<readonly Remark[]>(straysKey) ?? find();
}

function findStrays(context: RuleContext, { uses }: SymbolUses, wanted: Canonical): readonly Remark[] {
  const { project, focus } = context;
  const remarks: Remark[] = [];
  for (const use of uses) {
    if (focus !== undefined && !focus.has(use.file)) continue;
    if (isReExportOnly(context, use) && !wanted.isDeclared) continue;
    if (!isAstray(context, use, wanted)) continue;
    const to = `${project.moduleName(wanted.door)}:${wanted.name}`;
    const chain = use.lookup.chain.map((hop) => `${project.facts(hop.file).path}:${hop.line} ${hop.name}`);
    remarks.push({
      file: use.file,
      place: use.place,
      module: use.statement.specifier,
      symbol: use.name,
      message: `${pathOf(context, use)} is ${to}: import it from there`,
      why: [
        wanted.isDeclared
          ? "the configuration declares that path"
          : "the nearest public door, found by itself; declare it to make this an error",
        `reached by ${chain.join(" → ")}`,
      ],
      ...(wanted.isDeclared ? {} : { severity: "note" as const }),
      fix: { title: `import it from ${specifierOf(project, use, wanted.door)}`, edits: [] },
    });
  }
  return remarks;
}

/** A door that passes it on is what the importers see, and is judged by them. */
function isReExportOnly(context: RuleContext, use: Use): boolean {
  return /(^|\/)__init__\.pyi?$/.test(context.project.facts(use.file).path);
}

export type FoundFragment = {
  readonly fragment: Fragment;
  readonly remark: Remark;
  readonly firstUse: UsePlace;
};

/** Symbols with several doors in actual use, worst first. */
export function fragmentsOf(context: RuleContext): readonly FoundFragment[] {
  return context.project.once("fragments", () => {
    const fragments: FoundFragment[] = [];
    for (const [, group] of context.uses().told()) {
      const fragment = group.memo.once(fragmentKey, () => fragmentOf(context, group));
      if (fragment !== undefined) fragments.push(fragment);
    }
    return fragments.sort(
      (a, b) =>
        b.fragment.harm - a.fragment.harm ||
        compare(a.fragment.symbol, b.fragment.symbol) ||
        compareUses(a.firstUse, b.firstUse),
    );
  });
}

function fragmentOf(context: RuleContext, { symbol, uses }: SymbolUses): FoundFragment | undefined {
  const { project } = context;
  const [firstUse] = uses;
  if (firstUse === undefined || !isFragmentable(context, symbol)) return undefined;
  const counts = new Map<string, { module: string; name: string; imports: number }>();
  const taken = uses.filter((use) => use.nameIndex >= 0 && wayOf(project, use, symbol) !== "passing");
  if (doorsOf(project, symbol, taken).size < 2) return undefined;
  for (const use of taken) {
    const key = `${use.door}:${use.name}`;
    const known = counts.get(key);
    if (known === undefined)
      counts.set(key, { module: project.moduleName(use.door), name: use.name, imports: 1 });
    else known.imports++;
  }
  if (counts.size < 2) return undefined;
  const facts = project.facts(symbol.file);
  const isState = facts.bindings.some((binding) => binding.isState && binding.presence !== "types");
  const paths = [...counts.values()].sort((a, b) => b.imports - a.imports || (a.module < b.module ? -1 : 1));
  const fragment: Fragment = {
    symbol: symbol.name,
    definedIn: project.moduleName(symbol.file),
    paths,
    imports: taken.length,
    definitions: Math.max(1, context.definitions().places(symbol.name).length),
    isState,
    harm: counts.size * taken.length * (isState ? 2 : 1),
  };
  const binding = facts.bindings[symbol.binding];
  return binding && { fragment, remark: remarkOf(symbol, binding, fragment), firstUse };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function remarkOf({ file, name }: Definition, binding: BindingFact, fragment: Fragment): Remark {
  const { paths, imports, definitions, definedIn, isState } = fragment;
  return {
    file,
    place: { ...placeOf(binding), end: binding.start + name.length },
    module: definedIn,
    symbol: name,
    message: `${name}: ${paths.length} paths, ${imports} imports, ${definitions} definition${definitions === 1 ? "" : "s"}`,
    why: [
      ...paths.slice(0, pathsMax).map((path) => `${path.imports} × ${path.module}:${path.name}`),
      ...(isState
        ? ["its module holds state, which exists twice if the module is loaded under two names"]
        : []),
    ],
  };
}

function tellFragments(context: RuleContext, tell: Tell): void {
  const { focus } = context;
  for (const { remark } of fragmentsOf(context)) {
    if (focus === undefined || focus.has(remark.file)) tell(fragmentInfo, remark);
  }
}
