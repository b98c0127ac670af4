import { spawnSync } from "node:child_process";
import type { Config } from "./config.ts";
import { type GitAnswer, projectAt } from "./git.ts";
import type { TrendPoint } from "./report/html.ts";
import { contextOf, runRules } from "./rules/run.ts";
import { faults, syntax } from "./rules/syntax.ts";
import { unresolved } from "./rules/unresolved.ts";
import { scoreOf } from "./score.ts";

/** The score of the last `count` revisions that touched the tree, oldest first, by the rules on broken imports. */
export async function trendOf(
  root: string,
  config: Config,
  count: number,
): Promise<GitAnswer<readonly TrendPoint[]>> {
  if (count === 0) return { ok: true, value: [] };
  const log = spawnSync("git", ["-C", root, "log", `-${count}`, "--format=%H %cI", "--", "."], {
    encoding: "utf8",
  });
  if (log.status !== 0) {
    const message = /not a git repository/i.test(log.stderr)
      ? `--trend: ${root} is not in a git repository`
      : `git log: ${log.stderr.trim()}`;
    return { ok: false, message };
  }
  const points: TrendPoint[] = [];
  for (const line of log.stdout.trim().split("\n").reverse()) {
    const [revision, at] = line.split(" ");
    if (revision === undefined || at === undefined) continue;
    const project = await projectAt(root, config, revision);
    if (!project.ok) return project;
    const context = contextOf(project.value, config, undefined, undefined, "");
    const findings = runRules(context, [unresolved, faults, syntax]);
    points.push({ revision, at, score: scoreOf(project.value, findings).value });
  }
  return { ok: true, value: points };
}
