import type { RuleInfo } from "../finding.ts";
import { boundaries, shadowed } from "./boundaries.ts";
import { canonical } from "./canonical.ts";
import { contract } from "./contract.ts";
import { cycle } from "./cycle.ts";
import { duplicates } from "./duplicates.ts";
import { ignoreInfos } from "./ignores.ts";
import type { Rule } from "./rule.ts";
import { syntax } from "./syntax.ts";
import { unresolved } from "./unresolved.ts";
import { unused } from "./unused.ts";

/** All rules in the order in which they run. */
export const allRules: readonly Rule[] = [
  syntax,
  unresolved,
  contract,
  canonical,
  cycle,
  boundaries,
  shadowed,
  duplicates,
  unused,
];

export const allRuleInfos: readonly RuleInfo[] = [...allRules.flatMap((rule) => rule.infos), ...ignoreInfos];
