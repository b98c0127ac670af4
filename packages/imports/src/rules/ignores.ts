import type { Finding, RuleInfo } from "../finding.ts";
import type { Ignore } from "../model.ts";
import { type Findings, ruleInfo } from "./rule.ts";

const reasonInfo = ruleInfo(
  "ignore-without-reason",
  "error",
  "An exception that nobody explained cannot be judged again.",
);
const unusedInfo = ruleInfo(
  "unused-ignore",
  "warning",
  "An exception for nothing hides the next real finding.",
);

export const ignoreInfos: readonly RuleInfo[] = [reasonInfo, unusedInfo];

/**
 * Takes out the findings of one file that a comment in it excuses, and adds one for every such comment that gives
 * no reason or excuses nothing, unless comments are only used and not told of. `ran` are the rules that looked: an
 * ignore for others cannot be called unused, save for those that are not `known` at all.
 */
export function applyIgnores(
  ignores: readonly Ignore[],
  findings: Findings,
  ran: ReadonlySet<string>,
  known: ReadonlySet<string>,
  comments: "told" | "used",
): Finding[] {
  const used = new Map<Ignore, Set<string>>();
  const kept = findings.found.filter((finding) => {
    const excuse = ignores.find(
      (each) => each.appliesToLine === finding.line && each.rules.includes(finding.rule),
    );
    if (excuse === undefined) return true;
    const rules = used.get(excuse);
    if (rules === undefined) used.set(excuse, new Set([finding.rule]));
    else rules.add(finding.rule);
    return excuse.reason === "";
  });
  if (comments === "used") return kept;
  findings.found.length = 0;
  for (const ignore of ignores) {
    const place = { start: 0, end: 18, line: ignore.line, column: ignore.column };
    const symbol = ignore.rules.join(", ");
    const remark = { file: 0, place, module: "", symbol };
    if (ignore.reason === "") {
      findings.add(reasonInfo, reasonInfo.severity, {
        ...remark,
        message: "This ignore gives no reason",
        why: ["write it behind two dashes: goldenpath-ignore rule -- reason"],
      });
      continue;
    }
    const rules = used.get(ignore);
    const idle = ignore.rules.filter((rule) => !rules?.has(rule) && (ran.has(rule) || !known.has(rule)));
    if (idle.length === 0 && (rules !== undefined || ignore.rules.length > 0)) continue;
    const strange = idle.filter((rule) => !known.has(rule));
    const of = idle.length === ignore.rules.length ? "" : ` of ${idle.join(", ")}`;
    findings.add(unusedInfo, unusedInfo.severity, {
      ...remark,
      symbol: idle.join(", "),
      message: `This ignore excuses nothing${symbol === "" ? ": it names no rule" : of}`,
      why: [...strange.map((rule) => `there is no rule ${rule}`), "remove it"],
    });
  }
  return [...kept, ...findings.found];
}
