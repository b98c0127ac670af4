import type { Hidden } from "../resolve/typescript-borders.ts";
import { focused, type Rule, type RuleContext, ruleInfo, type Tell } from "./rule.ts";

const info = ruleInfo(
  "shadowed-module",
  "warning",
  "A file that hides another module makes an import mean something else than it says.",
);

/** Files that hide something: a standard module, a dependency, or a module beside a package of the same name. */
export const shadowed: Rule = {
  infos: [info],
  covers: "file",
  check: (context, tell) => {
    for (const file of focused(context)) {
      if (context.project.facts(file).language === "python") hiddenByPlace(context, file, tell);
      else hiddenByMapping(context, file, tell);
    }
  },
};

/** Python: where the file lies is enough. */
function hiddenByPlace(context: RuleContext, file: number, tell: Tell): void {
  const { project } = context;
  const { path } = project.facts(file);
  const module = project.moduleName(file);
  const remark = { file, place: { start: 0, end: 1, line: 1, column: 1 }, module, symbol: "" };
  const stem = path.replace(/\.py$/, "");
  const twin = project.fileAt(`${stem}/__init__.py`);
  const isModule = path.endsWith(".py") && !path.endsWith("__init__.py");
  if (isModule && twin !== undefined && !isProgram(context, file)) {
    tell(info, {
      ...remark,
      message: `${path} can never be imported: the package ${stem}/ has the same name`,
      why: ["Python takes a package before a module; rename one or merge them"],
    });
  }
  // `__main__.py` is what `python .` runs.
  const isTop = !module.includes(".") && !path.includes("/") && module !== "__main__";
  if (isTop && context.isStandard(module)) {
    tell(info, {
      ...remark,
      message: `${path} hides Python's own module ${module}`,
      why: ["whoever runs from this folder gets this file instead, libraries included; rename it"],
    });
  } else if (isLoneModule(path, module) && project.isRequired(module)) {
    tell(info, {
      ...remark,
      message: `${path} hides the declared dependency ${module}`,
      why: ["whoever runs from its folder gets this file instead of the package; rename it"],
    });
  }
}

/** It is started by its path, which nothing hides. */
function isProgram({ readBytes }: RuleContext, file: number): boolean {
  return readBytes(file)?.toString("latin1", 0, 2) === "#!";
}

/**
 * A source at the top of a root; a package of that name is more likely the dependency itself, kept in the tree.
 * What tests are tried on is run by nobody.
 */
function isLoneModule(path: string, module: string): boolean {
  return (
    !/(^|\/)(tests?|fixtures?|testdata)\//.test(path) &&
    path.endsWith(".py") &&
    !path.endsWith("__init__.py") &&
    !module.includes(".")
  );
}

/** TypeScript and JavaScript: a bare name that `paths` or `baseUrl` lead to a file of the tree. */
function hiddenByMapping({ project }: RuleContext, file: number, tell: Tell): void {
  for (const [index, { kind, specifier, at }] of project.facts(file).imports.entries()) {
    if (kind === "mock" || kind === "member" || kind === "types") continue;
    const { is } = project.resolution(file, index);
    if (/^[./#]/.test(specifier) || specifier.startsWith("node:") || (is !== "builtin" && is !== "file"))
      continue;
    const hidden = project.borders.hidden(file, specifier);
    if (hidden === undefined) continue;
    tell(info, {
      file,
      place: at,
      module: specifier,
      symbol: "",
      message: `${hidden.path} hides ${whatIsHidden(hidden)}`,
      why: [
        `${hidden.config} leads "${specifier}" to this file; Node.js, and every tool that does not read it, takes the other one`,
        hidden.is === "builtin"
          ? `write node:${specifier} for Node's own module, or import the file by its path`
          : "import the file by its path, or remove the dependency",
      ],
    });
  }
}

function whatIsHidden({ is, name }: Hidden): string {
  return is === "builtin" ? `Node's own module ${name}` : `the declared dependency ${name}`;
}
