import type { ImportFact, Place } from "../model.ts";
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
        if (statement.kind === "mock" || statement.kind === "member") continue;
        const deprecated = deprecatedBy(context, file, index, statement);
        for (const each of deprecated) tell(deprecatedInfo, each);
        const resolution = project.resolution(file, index);
        const target = resolution.is === "file" ? resolution.file : undefined;
        const path = target === undefined ? outsidePath(resolution, statement) : project.facts(target).path;
        const module = target === undefined ? statement.specifier : project.moduleName(target);
        const place: Place = statement.at;
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
          if (!isFrom(facts.path, here) || !isTo(path, module) || target === file) continue;
          tell(forbiddenInfo, {
            file,
            place,
            module,
            symbol: statement.names.map((name) => name.name).join(", "),
            message: `${here} may not import ${module}`,
            why: [reason],
          });
        }
      }
    }
  },
};

function outsidePath(
  resolution: ReturnType<RuleContext["project"]["resolution"]>,
  statement: ImportFact,
): string {
  if (resolution.is === "external") return resolution.package;
  return resolution.is === "builtin" ? resolution.name : statement.specifier;
}

function deprecatedBy(context: RuleContext, file: number, index: number, statement: ImportFact) {
  const { project, config, today } = context;
  if (config.deprecated.length === 0) return [];
  const resolution = project.resolution(file, index);
  const module = resolution.is === "file" ? project.moduleName(resolution.file) : statement.specifier;
  return config.deprecated.flatMap(({ path, use, after, reason }) => {
    const [old, name] = path.split(":");
    if (old === undefined || !(compileGlob(old)(module) || compileGlob(old)(statement.specifier))) return [];
    const asked = name === undefined ? undefined : statement.names.find((each) => each.name === name);
    if (name !== undefined && asked === undefined) return [];
    const isDue = after === "" || today >= after;
    return [
      {
        file,
        place: asked ?? statement.at,
        module,
        symbol: name ?? "",
        message: `${path} is deprecated: use ${use}`,
        why: [reason, isDue ? "the day has come" : `it goes away on ${after}`],
        severity: isDue ? ("error" as const) : ("warning" as const),
      },
    ];
  });
}
