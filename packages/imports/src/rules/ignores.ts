import type { Finding, RuleInfo } from "../finding.ts";
import type { Project } from "../graph/project.ts";
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
 * Takes out the findings that a comment in the code excuses, and adds one for every such comment that gives no
 * reason or excuses nothing. `ran` are the rules that looked: an ignore for others cannot be called unused.
 */
export function applyIgnores(
  project: Project,
  findings: Findings,
  focus: ReadonlySet<number> | undefined,
  ran: ReadonlySet<string>,
): readonly Finding[] {
  const byPlace = new Map<string, Ignore[]>();
  const used = new Set<Ignore>();
  for (const facts of project.files) {
    for (const ignore of facts.ignores) {
      const key = `${facts.path}:${ignore.appliesToLine}`;
      const known = byPlace.get(key);
      if (known === undefined) byPlace.set(key, [ignore]);
      else known.push(ignore);
    }
  }
  if (byPlace.size === 0) return findings.found;
  const kept = findings.found.filter((finding) => {
    const ignores = byPlace.get(`${finding.file}:${finding.line}`) ?? [];
    const excuse = ignores.find((each) => each.rules.includes(finding.rule));
    if (excuse === undefined) return true;
    used.add(excuse);
    return excuse.reason === "";
  });
  findings.found.length = 0;
  findings.found.push(...kept);
  for (const [file, facts] of project.files.entries()) {
    if (focus !== undefined && !focus.has(file)) continue;
    for (const ignore of facts.ignores) {
      const place = { start: 0, end: 18, line: ignore.line, column: ignore.column };
      const symbol = ignore.rules.join(", ");
      if (ignore.reason === "") {
        findings.add(reasonInfo, reasonInfo.severity, {
          file,
          place,
          module: "",
          symbol,
          message: "This ignore gives no reason",
          why: ["write it behind two dashes: goldenpath-ignore rule -- reason"],
        });
      } else if (
        !used.has(ignore) &&
        (ignore.rules.length === 0 || ignore.rules.some((rule) => ran.has(rule)))
      ) {
        findings.add(unusedInfo, unusedInfo.severity, {
          file,
          place,
          module: "",
          symbol,
          message: `This ignore excuses nothing${symbol === "" ? ": it names no rule" : ""}`,
          why: ["remove it"],
        });
      }
    }
  }
  return findings.found;
}
