import type { Project } from "./graph/project.ts";
import { derivedPath, fragmentsOf } from "./rules/canonical.ts";
import type { RuleContext } from "./rules/rule.ts";

/** Symbols whose path is proposed for declaration. */
const proposedMax = 20;
const pathsMin = 3;

/** A short configuration for a tree: where it is fragmented worst, the path that is derived where none is declared. */
export function proposeConfig(project: Project, context: RuleContext): string {
  const canonical: { readonly symbol: string }[] = [];
  for (const { fragment, remark } of fragmentsOf(context)) {
    if (fragment.paths.length < pathsMin) continue;
    if (canonical.length === proposedMax) break;
    const group = context.uses().of({ file: remark.file, name: fragment.symbol });
    const path = group && derivedPath(context, group);
    if (path !== undefined) canonical.push({ symbol: `${project.moduleName(path.door)}:${path.name}` });
  }
  const packages = new Set<string>();
  for (const facts of project.files) {
    const top = /^([^/]+)\/__init__\.py$/.exec(facts.path)?.[1];
    if (top !== undefined && !/^tests?$/.test(top)) packages.add(top);
  }
  const config = {
    exclude: ["**/build/**", "**/dist/**"],
    ...(packages.size > 0 ? { contract: [...packages].sort() } : {}),
    ...(canonical.length > 0 ? { canonical } : {}),
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
