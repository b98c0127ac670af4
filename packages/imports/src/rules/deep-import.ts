import type { Project } from "../graph/project.ts";
import { isSame } from "./replacements.ts";
import { focused, type Rule, ruleInfo } from "./rule.ts";

const info = ruleInfo(
  "deep-import",
  "warning",
  "What lies behind a package's door may change without notice; its importers then break.",
);

/** Imports from outside of a package that go past its door. Tests may: they look at the inside on purpose. */
export const deepImport: Rule = {
  infos: [info],
  covers: "file",
  check: (context, tell) => {
    const { project } = context;
    for (const file of focused(context)) {
      const { path, language, imports } = project.facts(file);
      if (language === "python" ? isPythonTest(path) : isOutsideOfPackage(path)) continue;
      for (const [index, { kind, specifier, at }] of imports.entries()) {
        if (kind === "mock" || kind === "member" || (kind === "types" && language === "typescript")) continue;
        const resolution = project.resolution(file, index);
        if (resolution.is !== "file" || project.facts(resolution.file).language !== language) continue;
        const module = project.moduleName(resolution.file);
        const owner =
          language === "python"
            ? privatePart(project.moduleName(file), module)
            : project.borders.passes(file, specifier, resolution.file);
        if (owner === undefined) continue;
        const message = `${module} lies behind the door of ${owner}`;
        const remark = { file, place: at, module, symbol: "", message };
        if (language === "python") {
          const why = `names that begin with an underscore are ${owner}'s own; import what ${owner} offers`;
          tell(info, { ...remark, why: [why], severity: "note" });
        } else tell(info, { ...remark, why: whyPast(project, resolution.file, owner, specifier) });
      }
    }
  },
};

/** The door of the package past which a file of TypeScript or JavaScript goes, if it offers the very same under that name. */
export function doorMissed(
  project: Project,
  file: number,
  specifier: string,
  target: number,
  name: string,
): number | undefined {
  if (isOutsideOfPackage(project.facts(file).path)) return undefined;
  const doors = project.borders.doorsPassed(file, specifier, target).map((path) => project.fileAt(path));
  return doors.find((door) => door !== undefined && isSame(project, { door, name }, { door: target, name }));
}

function whyPast(project: Project, target: number, owner: string, specifier: string): readonly string[] {
  const way = specifier.startsWith(".")
    ? "the path climbs out of its own package into another's files"
    : "a mapping of the compiler leads there, and the package itself does not";
  return [
    way,
    `the package.json of ${owner} offers no way to ${project.facts(target).path}; import what ${owner} offers, or let it offer this`,
  ];
}

/** Whether a Python file is a private part of a package to which the other one does not belong. */
export function isBehindDoor(project: Project, file: number, door: number): boolean {
  if (project.facts(door).language !== "python") return false;
  return privatePart(project.moduleName(file), project.moduleName(door)) !== undefined;
}

/** The package whose private part `module` is, when `here` lies outside of it. */
function privatePart(here: string, module: string): string | undefined {
  const parts = module.split(".");
  const index = parts.findIndex((part) => /^_[^_]/.test(part));
  if (index <= 0) return undefined;
  const owner = parts.slice(0, index).join(".");
  return here === owner || here.startsWith(`${owner}.`) ? undefined : owner;
}

function isPythonTest(path: string): boolean {
  return /(^|\/)(tests?|conftest\.py)(\/|$)|(^|\/)test_[^/]*$/.test(path);
}

/** Tests, stories, benchmarks and configurations of tools run in the checkout and never in the package. */
function isOutsideOfPackage(path: string): boolean {
  return (
    /(^|\/)(?:__)?(?:tests?|specs?|e2e|mocks?|fixtures?|bench(?:mark)?s?|stories|scripts)(?:__)?\//.test(
      path,
    ) || /[.-](?:test|spec|test-d|spec-d|bench|stories|story|config|setup)\.[cm]?[jt]sx?$/.test(path)
  );
}
