import type { RuleInfo } from "../finding.ts";
import { boundaries } from "./boundaries.ts";
import { canonical } from "./canonical.ts";
import { contract } from "./contract.ts";
import { cycle } from "./cycle.ts";
import { deepImport } from "./deep-import.ts";
import { duplicates } from "./duplicates.ts";
import { ignoreInfos } from "./ignores.ts";
import type { Rule } from "./rule.ts";
import { shadowed } from "./shadowed.ts";
import { faults, syntax } from "./syntax.ts";
import { unresolved } from "./unresolved.ts";
import { unused } from "./unused.ts";

/** All rules in the order in which they run: broken configurations are known once imports were resolved. */
export const allRules: readonly Rule[] = [
  unresolved,
  faults,
  syntax,
  contract,
  canonical,
  cycle,
  boundaries,
  deepImport,
  shadowed,
  duplicates,
  unused,
];

export const allRuleInfos: readonly RuleInfo[] = [
  ...new Set(allRules.flatMap((rule) => rule.infos)),
  ...ignoreInfos,
];

/** What is wrong with the rules that a configuration names; undefined: nothing. */
export function unknownRule(rules: Readonly<Record<string, unknown>>): string | undefined {
  const ids = allRuleInfos.map((each) => each.id);
  const unknown = Object.keys(rules).find((each) => !ids.includes(each));
  return unknown === undefined
    ? undefined
    : `there is no rule "${unknown}" to set a severity for; there are ${ids.join(", ")}`;
}
