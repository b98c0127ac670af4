import type { ImportedName, ImportFact, Place, Resolution } from "../model.ts";
import { compileGlob } from "../resolve/glob.ts";
import { focused, type Rule, type RuleContext, ruleInfo } from "./rule.ts";

const layersInfo = ruleInfo(
  "layers",
  "error",
  "A lower layer that reaches up cannot be used or tested without the upper one.",
);
const forbiddenInfo = ruleInfo(
  "forbidden",
  "error",
  "Somebody decided that this reach is not allowed, and said why.",
);
const deprecatedInfo = ruleInfo(
  "deprecated-path",
  "error",
  "A path that is to go away breaks its importers on that day.",
);

/** Matches a file by its path or by its module name. */
function matcher(globs: readonly string[]): (path: string, module: string) => boolean {
  const tests = globs.map((glob) => compileGlob(glob));
  return (path, module) => tests.some((test) => test(path) || test(module));
}

/** What may import what, as the configuration says it. */
export const boundaries: Rule = {
  infos: [layersInfo, forbiddenInfo, deprecatedInfo],
  covers: "file",
  check: (context, tell) => {
    const { project, config } = context;
    if (config.layers.length + config.forbidden.length + config.deprecated.length === 0) return;
    const layers = config.layers.map(({ order, reason }) => ({ reason, order, tests: order.map(matcher) }));
    const forbidden = config.forbidden.map((each) => ({
      ...each,
      isFrom: matcher(each.from),
      isTo: matcher(each.to),
    }));
    for (const file of focused(context)) {
      const facts = project.facts(file);
      const here = project.moduleName(file);
      for (const [index, statement] of facts.imports.entries()) {
        const isMock = statement.kind === "mock";
        if (isMock && config.deprecated.length === 0) continue;
        const targets = isMock
          ? mockedBy(context, file, index, statement)
          : targetsOf(context, file, index, statement);
        for (const target of targets) {
          for (const each of deprecatedBy(context, file, target, statement)) tell(deprecatedInfo, each);
        }
        if (statement.kind === "member" || isMock) continue;
        for (const { path, module, place, names } of targets) {
          for (const { reason, order, tests } of layers) {
            const from = tests.findIndex((test) => test(facts.path, here));
            const to = tests.findIndex((test) => test(path, module));
            if (from < 0 || to < 0 || to >= from) continue;
            tell(layersInfo, {
              file,
              place,
              module,
              symbol: "",
              message: `${here} (layer ${order[from]?.join(", ")}) may not import ${module} (layer ${order[to]?.join(", ")}), which lies above it`,
              why: [reason],
            });
          }
          for (const { reason, isFrom, isTo } of forbidden) {
            if (!isFrom(facts.path, here) || !isTo(path, module) || path === facts.path) continue;
            tell(forbiddenInfo, {
              file,
              place,
              module,
              symbol: names.map((name) => name.name).join(", "),
              message: `${here} may not import ${module}`,
              why: [reason],
            });
          }
        }
      }
    }
  },
};

/** A module that a statement asks for. */
type Target = {
  readonly path: string;
  readonly module: string;
  readonly place: Place;
  readonly names: readonly ImportedName[];
};

/** The module that the statement names, and those among its names that are modules themselves. */
function targetsOf(
  { project }: RuleContext,
  file: number,
  index: number,
  statement: ImportFact,
): readonly Target[] {
  const { specifier, names, at } = statement;
  const resolution = project.resolution(file, index);
  const first = { ...pathsOf(project, resolution, specifier), place: at, names };
  if (project.facts(file).language !== "python") return [first];
  const targets: Target[] = [first];
  for (const name of names) {
    if (name.name === "" || name.name === "*") continue;
    const lookup = project.lookup(file, index, name);
    if (lookup.is !== "module" || lookup.chain.length > 0) continue;
    const dotted = `${specifier}${specifier.endsWith(".") ? "" : "."}${name.name}`;
    targets.push({ ...pathsOf(project, lookup.resolution, dotted), place: name, names: [] });
  }
  return targets;
}

/** The module that a mock is put into, or in the place of. */
function mockedBy(
  { project }: RuleContext,
  file: number,
  index: number,
  { specifier, at }: ImportFact,
): readonly Target[] {
  if (project.facts(file).language !== "python")
    return [{ ...pathsOf(project, project.resolution(file, index), specifier), place: at, names: [] }];
  const { resolution, module, name } = project.target(file, specifier);
  const names = name === "" ? [] : [{ ...at, name, local: "", typeOnly: false }];
  return [{ ...pathsOf(project, resolution, module), place: at, names }];
}

function pathsOf(
  project: RuleContext["project"],
  resolution: Resolution,
  specifier: string,
): Pick<Target, "path" | "module"> {
  switch (resolution.is) {
    case "file":
      return { path: project.facts(resolution.file).path, module: project.moduleName(resolution.file) };
    case "external":
      return { path: resolution.package, module: specifier };
    case "builtin":
      return { path: resolution.name, module: specifier };
    default:
      return { path: specifier, module: specifier };
  }
}

function deprecatedBy({ config, today }: RuleContext, file: number, target: Target, statement: ImportFact) {
  const { module, place, names } = target;
  return config.deprecated.flatMap(({ path, use, after, reason }) => {
    const colon = path.lastIndexOf(":");
    const old = colon < 0 ? path : path.slice(0, colon);
    const name = colon < 0 ? undefined : path.slice(colon + 1);
    const isMeant = compileGlob(old);
    if (![module, target.path, statement.specifier].some(isMeant)) return [];
    const asked = name === undefined ? undefined : names.find((each) => each.name === name);
    if (name === undefined ? statement.kind === "member" : asked === undefined) return [];
    const isDue = after === "" || today >= after;
    return [
      {
        file,
        place: asked ?? place,
        module,
        symbol: name ?? "",
        message: `${path} is deprecated: use ${use}`,
        why: [reason, isDue ? "the day has come" : `it goes away on ${after}`],
        severity: isDue ? ("error" as const) : ("warning" as const),
      },
    ];
  });
}
