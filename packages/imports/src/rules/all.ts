import type { RuleInfo } from "../finding.ts";
import { ignoreInfos } from "./ignores.ts";
import type { Rule } from "./rule.ts";
import { syntax } from "./syntax.ts";
import { unresolved } from "./unresolved.ts";

/** All rules in the order in which they run. */
export const allRules: readonly Rule[] = [syntax, unresolved];

export const allRuleInfos: readonly RuleInfo[] = [...allRules.flatMap((rule) => rule.infos), ...ignoreInfos];
