import type { Project } from "./graph/project.ts";
import { fragmentsOf } from "./rules/canonical.ts";
import type { RuleContext } from "./rules/rule.ts";

/** Symbols whose path is proposed for declaration. */
const proposedMax = 20;
const pathsMin = 3;

/** A short configuration for a tree: where it is fragmented worst, the path that most importers take already. */
export function proposeConfig(project: Project, context: RuleContext): string {
  const canonical = fragmentsOf(context)
    .map(({ fragment }) => fragment)
    .filter((each) => each.paths.length >= pathsMin)
    .slice(0, proposedMax)
    .map((each) => ({ symbol: `${each.definedIn}:${each.symbol}` }));
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
