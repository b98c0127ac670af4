import type { Severity } from "../finding.ts";
import type { FileFacts, Guard, Hop, ImportedName, ImportFact, Lookup, Place, Resolution } from "../model.ts";
import { type Dependencies, readScriptDependencies } from "../resolve/python-dependencies.ts";
import { builtinNames } from "../resolve/python-names.ts";
import { judgeStandardModule } from "../resolve/python-standard.ts";
import { focused, type Rule, type RuleContext, ruleInfo, type Tell } from "./rule.ts";

const moduleInfo = ruleInfo(
  "unresolved-module",
  "error",
  "An import of a module that does not exist fails as soon as it runs.",
);
const symbolInfo = ruleInfo(
  "unresolved-symbol",
  "error",
  "An import of a name that its module does not offer fails as soon as it runs.",
);
const dependencyInfo = ruleInfo(
  "undeclared-dependency",
  "warning",
  "A package that no manifest names is there by luck, and on another machine it is not.",
);

/** What a guard makes of a broken import: undefined when it is meant to be, or can never run. */
function severityOf(guard: Guard): Severity | undefined {
  switch (guard) {
    case "expected":
    case "unreachable":
    case "suppress":
      return undefined;
    case "try":
      return "note";
    case "types":
      return "warning";
    default:
      return "error";
  }
}

/**
 * The same for what Python's own library lacks: under a condition and in a handler stands what another
 * version has, which is not the one that the handler or the condition is for.
 */
function standardSeverityOf(guard: Guard): Severity | undefined {
  return guard === "conditional" || guard === "handler" ? "note" : severityOf(guard);
}

/** Modules that a hint names. */
const elsewhereMax = 5;

const explained: Partial<Record<Guard, string>> = {
  try: "guarded: a handler catches the import error and goes on, so the fallback always runs",
  "try-raise": "its handler raises again, so nothing is caught",
  handler: "it is itself the fallback of another import",
  conditional: "it runs only under a condition",
  types: "only type checkers see it",
};

function because(statement: ImportFact): string[] {
  const why: string[] = [];
  const guard = explained[statement.guard];
  if (guard !== undefined) why.push(guard);
  if (statement.scope === "function" && statement.kind !== "mock")
    why.push("it runs when the function is called");
  if (statement.kind === "mock") why.push("the string is resolved when the mock is put in place");
  return why;
}

function speak(context: RuleContext, hop: { file: number; line: number; name: string }): string {
  return `${context.project.facts(hop.file).path}:${hop.line} ${hop.name}`;
}

/** The closest name by edit distance, for the hint. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    if (name === wanted || Math.abs(name.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, name, bestDistance);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  const row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const code = a.charCodeAt(i - 1);
    let diagonal = i - 1;
    let left = i;
    let least = i;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] as number;
      let value = diagonal + (code === b.charCodeAt(j - 1) ? 0 : 1);
      if (above < value) value = above + 1;
      if (left < value) value = left + 1;
      if (value < least) least = value;
      row[j] = value;
      diagonal = above;
      left = value;
    }
    if (least >= limit) return limit;
  }
  return row[b.length] as number;
}

type Broken = {
  readonly file: number;
  readonly statement: ImportFact;
  readonly place: Place;
  readonly name: string;
  readonly lookup: Lookup;
  readonly target: number | undefined;
  readonly module: string;
  /** The module is of Python's own library. */
  readonly isStandard?: boolean;
  /** Why a name is asked that the statement does not say. */
  readonly why?: string;
};

/** Modules that define a name, for the hint "it is defined in …". */
function modulesThatDefine({ project, definitions }: RuleContext, name: string): readonly string[] {
  const modules: string[] = [];
  for (const { file } of definitions().places(name)) {
    if (modules.length === elsewhereMax) break;
    const module = project.moduleName(file);
    if (!modules.includes(module)) modules.push(module);
  }
  return modules;
}

function check(context: RuleContext, report: Tell): void {
  const { project } = context;
  const offersByFile = new Map<
    number,
    { readonly names: readonly string[]; readonly hints: Map<string, string | undefined> }
  >();
  /** What is not there is asked for again and again. */
  const hintOf = (file: number, name: string): string | undefined => {
    let offers = offersByFile.get(file);
    if (offers === undefined) {
      offers = { names: project.resolver(file).offers(file).names, hints: new Map() };
      offersByFile.set(file, offers);
    }
    if (!offers.hints.has(name)) offers.hints.set(name, nearestName(name, offers.names));
    return offers.hints.get(name);
  };

  function missingModule(
    file: number,
    statement: ImportFact,
    resolution: Resolution & { is: "missing" },
  ): void {
    const isStandard = resolution.tried.length === 0 && judgeStandardModule(resolution.nearest) === "there";
    const severity = isStandard ? standardSeverityOf(statement.guard) : severityOf(statement.guard);
    if (severity === undefined || isPutInPlace(file, statement)) return;
    const why = because(statement);
    const isWrapped = isInWrapper(file, statement);
    if (isWrapped) why.push("browsers and AMD loaders take it from elsewhere");
    const isUnchecked = project.borders.isUnchecked(file);
    if (isUnchecked) why.push("the compiler is told not to check declaration files (skipLibCheck)");
    if (isStandard) why.push(`${resolution.nearest} is Python's own`);
    if (resolution.nearest !== "") why.push(`${resolution.nearest} exists, the rest does not`);
    const tried = [...new Set(resolution.tried)];
    if (tried.length > 0) why.push(`looked in ${tried.slice(0, 4).join(", ")}`);
    const symbol = statement.names
      .map((each) => each.name)
      .filter((name) => name !== "" && name !== "*")
      .join(", ");
    report(moduleInfo, {
      file,
      place: statement.at,
      module: statement.specifier,
      symbol,
      message: `There is no module ${statement.specifier}`,
      why,
      severity: isWrapped || isUnchecked ? "note" : severity,
    });
  }

  /** Whether it is one of the ways in which a file that runs everywhere (UMD) asks for its dependencies. */
  function isInWrapper(file: number, { kind, guard }: ImportFact): boolean {
    if (kind !== "require" || guard !== "conditional") return false;
    return context.readBytes(file)?.includes("define.amd") === true;
  }

  /** Whether the file itself gives Python a module of that name: `sys.modules["a.b"] = …`, `patch.dict("sys.modules", …)`. */
  function isPutInPlace(file: number, { specifier, kind }: ImportFact): boolean {
    if (project.facts(file).language !== "python" || kind === "mock") return false;
    const text = textThatPuts(file);
    if (!/\bsys\.modules\b|\bmock\(\[/.test(text)) return false;
    const quoted = `["']${specifier.replace(/\W/g, "\\$&")}["']`;
    const puts = `\\[\\s*${quoted}\\s*\\]\\s*=[^=]|${quoted}\\s*:|setitem\\([^)\\n]*${quoted}|mock\\(\\[[^\\]]*${quoted}`;
    return new RegExp(puts).test(text);
  }

  let lastPuts = { file: -1, text: "" };
  /** The text of a file that may put modules in place, or nothing. */
  function textThatPuts(file: number): string {
    if (lastPuts.file !== file) {
      const bytes = context.readBytes(file);
      const mayPut = bytes?.includes("sys.modules") === true || bytes?.includes("mock([") === true;
      lastPuts = { file, text: mayPut ? bytes.toString("utf8") : "" };
    }
    return lastPuts.text;
  }

  function missingName(broken: Broken): void {
    const { file, statement, lookup } = broken;
    const severity = broken.isStandard ? standardSeverityOf(statement.guard) : severityOf(statement.guard);
    if (severity === undefined || project.resolver(file).isInput?.(file) === true) return;
    if (broken.target !== undefined && isHandedOut(broken.target, broken.name)) return;
    const why = because(statement);
    const isUnchecked = project.borders.isUnchecked(file);
    if (isUnchecked) why.push("the compiler is told not to check declaration files (skipLibCheck)");
    if (broken.isStandard) why.push(`no version of Python from 3.8 on has it`);
    if (broken.why !== undefined) why.push(broken.why);
    const { chain } = lookup;
    const last = chain.at(-1);
    if (chain.length > 1) why.push(`asked along ${chain.map((hop) => speak(context, hop)).join(" → ")}`);
    let message = `${broken.module} has no ${broken.name}`;
    if (lookup.is === "conflict")
      message = `${broken.module} gets ${broken.name} from several \`export *\`, so it offers none`;
    else if (lookup.is === "found") {
      message = `${broken.module} has ${broken.name} only for type checkers, not at run time`;
    } else if (lookup.is === "missing" && lookup.isLocal) {
      message = `${broken.module} declares ${broken.name} but does not export it`;
    }
    if (last !== undefined && chain.length > 1 && lookup.is === "missing") {
      why.push(`the chain breaks in ${project.facts(last.file).path}`);
    }
    const source = last === undefined ? undefined : passedOnFrom(last);
    if (source !== undefined) why.push(source);
    if (broken.target !== undefined && lookup.is === "missing") {
      const near = hintOf(broken.target, broken.name);
      if (near !== undefined) why.push(`did you mean ${near}?`);
    }
    const elsewhere = modulesThatDefine(context, broken.name);
    if (elsewhere.length > 0) why.push(`${broken.name} is defined in ${elsewhere.join(", ")}`);
    report(symbolInfo, {
      file,
      place: broken.place,
      module: broken.module,
      symbol: broken.name,
      message,
      why,
      severity: isUnchecked ? "note" : severity,
    });
  }

  /** Whether a Python module calls something for its effect that is told the name: `moved_attribute("Name", …)`. */
  function isHandedOut(file: number, name: string): boolean {
    const { language, hasEffects } = project.facts(file);
    if (language !== "python" || !hasEffects) return false;
    const bytes = context.readBytes(file);
    if (bytes === undefined || !(bytes.includes(`"${name}"`) || bytes.includes(`'${name}'`))) return false;
    const call = new RegExp(`^(?!__all__\\b)[A-Za-z_][\\w.]*\\(\\s*["']${name}["']`, "m");
    return call.test(bytes.toString("utf8"));
  }

  /** What a module takes a name from that is not there. */
  function passedOnFrom({ file, name }: Hop): string | undefined {
    const { path, imports } = project.facts(file);
    const index = imports.findIndex((each) => each.names.some((asked) => asked.local === name));
    if (index < 0 || project.resolution(file, index).is !== "missing") return undefined;
    return `${path}:${imports[index]?.statement.line} takes it from ${imports[index]?.specifier}, which is not there`;
  }

  function checkName(file: number, index: number, statement: ImportFact, name: ImportedName): void {
    const resolution = project.resolution(file, index);
    const lookup = project.lookup(file, index, name);
    const isTypesOnly =
      lookup.is === "found" &&
      lookup.presence === "types" &&
      !isForTypes(project.facts(file), statement, name);
    if (lookup.is !== "missing" && lookup.is !== "conflict" && !isTypesOnly) return;
    const target = resolution.is === "file" ? resolution.file : undefined;
    if (isScript(file) && target !== undefined && /\.d\.[cm]?ts$/.test(project.facts(target).path)) return;
    if (name.name === "default" && target !== undefined && project.borders.takesWholeAsDefault(file, target))
      return;
    // Node and bundlers know nothing of `baseUrl`: shadowed-module says that they may take the dependency.
    if (project.facts(file).language === "typescript" && isDependency(file, statement)) return;
    missingName({
      file,
      statement,
      place: name,
      name: name.name,
      lookup,
      target,
      module: statement.specifier,
      isStandard: resolution.is === "builtin",
    });
  }

  /** `import *` takes every name of a literal `__all__`, and fails at one that is not there. */
  function checkStar(file: number, statement: ImportFact, place: ImportedName, target: number): void {
    const { publicNames, path } = project.facts(target);
    if (publicNames?.isKnown !== true || path.endsWith(".pyi")) return;
    for (const { name } of publicNames.names) {
      const lookup = project.lookupIn(target, name);
      if (lookup.is !== "missing") continue;
      const why = "its __all__ names it, so that `import *` fails";
      missingName({ file, statement, place, name, lookup, target, module: statement.specifier, why });
    }
  }

  /** A script runs what lies behind declarations, which may hold more than type checkers are told. */
  function isScript(file: number): boolean {
    return /\.[cm]?jsx?$/.test(project.facts(file).path);
  }

  function isDependency(file: number, { specifier }: ImportFact): boolean {
    return project.borders.hidden(file, specifier)?.is === "dependency";
  }

  function checkMock(file: number, statement: ImportFact): void {
    const { resolution, module, name } = project.target(file, statement.specifier);
    if (resolution.is === "missing") {
      missingModule(file, statement, resolution);
      return;
    }
    if (name === "") return;
    if (resolution.is === "namespace") {
      missingModule(file, statement, { is: "missing", tried: [], nearest: module });
      return;
    }
    if (resolution.is === "builtin") {
      // Private names come and go with a version's last number.
      if (name.startsWith("_") || builtinNames.has(name)) return;
      const lookup = project.lookupStandard(file, module, name);
      if (lookup.is !== "missing") return;
      missingName({
        file,
        statement,
        place: statement.at,
        name,
        lookup,
        target: undefined,
        module,
        isStandard: true,
      });
      return;
    }
    if (resolution.is !== "file") return;
    // A stub alone stands for a compiled module, which may hold more than type checkers are told.
    if (project.facts(resolution.file).path.endsWith(".pyi")) return;
    const lookup = project.lookupIn(resolution.file, name);
    if (lookup.is !== "missing" || builtinNames.has(name)) return;
    missingName({ file, statement, place: statement.at, name, lookup, target: resolution.file, module });
  }

  function checkDependency(
    file: number,
    statement: ImportFact,
    { package: name, isDeclared, isInstalled }: Resolution & { is: "external" },
  ): void {
    // Under a condition and for type checkers alone a package may be left to whoever needs it.
    const isLoose = statement.guard === "conditional" || statement.guard === "types";
    if ((statement.guard !== "none" && !isLoose) || (isDeclared && isInstalled !== false)) return;
    const at = { file, place: statement.at, module: name, symbol: "" };
    if (isDeclared) {
      if (project.facts(file).language !== "python") return;
      const why = ["the virtual environment in this tree does not hold it: install it there"];
      report(dependencyInfo, { ...at, message: `${name} is not installed`, severity: "note", why });
      return;
    }
    if (scriptDeclares(file, name)) return;
    report(dependencyInfo, {
      ...at,
      message: `No manifest declares ${name}`,
      ...(statement.scope === "function" || isLoose ? { severity: "note" as const } : {}),
      why: [
        ...because(statement),
        ...(isInstalled === true ? ["it is installed, because something else brought it"] : []),
        "declare it, or name it under `external` in the configuration",
      ],
    });
  }

  function checkAmbient(file: number, statement: ImportFact, ambient: string): void {
    for (const name of statement.names) {
      if (name.name === "*" || name.name === "") continue;
      const lookup = project.lookupIn(file, `"${ambient}".${name.name}`);
      const asked = { file, statement, place: name, name: name.name, target: undefined };
      if (lookup.is === "missing") missingName({ ...asked, lookup, module: statement.specifier });
    }
  }

  const scripts = new Map<number, Dependencies>();
  function scriptDeclares(file: number, name: string): boolean {
    if (project.facts(file).language !== "python") return false;
    let declared = scripts.get(file);
    if (declared === undefined) {
      declared = readScriptDependencies(context.readBytes(file)?.toString("utf8") ?? "");
      scripts.set(file, declared);
    }
    return declared.isDeclared(name);
  }

  for (const file of focused(context)) {
    const facts = project.facts(file);
    const { imports, language } = facts;
    for (let index = 0; index < imports.length; index++) {
      const statement = imports[index] as ImportFact;
      if (language === "python" && statement.kind === "mock") {
        checkMock(file, statement);
        continue;
      }
      const resolution = project.resolution(file, index);
      if (resolution.is === "missing") {
        missingModule(file, statement, resolution);
        continue;
      }
      if (resolution.is === "external") {
        checkDependency(file, statement, resolution);
        continue;
      }
      if (resolution.is === "unknown" && resolution.ambient !== undefined) {
        if (!isScript(file)) checkAmbient(file, statement, resolution.ambient);
        continue;
      }
      if (resolution.is === "builtin" && language !== "python") continue;
      if (resolution.is !== "file" && resolution.is !== "namespace" && resolution.is !== "builtin") continue;
      for (const name of statement.names) {
        if (name.name !== "*" && name.name !== "") checkName(file, index, statement, name);
        else if (name.name === "*" && language === "python" && resolution.is === "file")
          checkStar(file, statement, name, resolution.file);
      }
    }
  }
}

function isForTypes(facts: FileFacts, statement: ImportFact, name: ImportedName): boolean {
  return (
    statement.guard === "types" || name.typeOnly || facts.language !== "python" || facts.path.endsWith(".pyi")
  );
}

/** One walk over all imports tells all three. */
export const unresolved: Rule = {
  infos: [moduleInfo, symbolInfo, dependencyInfo],
  covers: "file",
  check,
};
