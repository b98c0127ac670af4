import { join } from "node:path";
import type { Config } from "../config.ts";
import type { LockedExport } from "../contract.ts";
import { readWhole } from "../extract/batch.ts";
import type { Finding, RuleInfo, Severity } from "../finding.ts";
import { Definitions } from "../graph/definitions.ts";
import { Edges } from "../graph/edges.ts";
import type { Project } from "../graph/project.ts";
import { Uses } from "../graph/uses.ts";
import type { FileFacts } from "../model.ts";
import { standardModules } from "../resolve/python-names.ts";
import { allRuleInfos } from "./all.ts";
import { applyIgnores } from "./ignores.ts";
import { Findings, type Remark, type Rule, type RuleContext } from "./rule.ts";

/** What a rule has told, before severities and ignores. */
export type Told = { readonly info: RuleInfo; readonly remark: Remark };

/** What rules may ask; uses and edges are made when first asked for. */
export function contextOf(
  project: Project,
  config: Config,
  focus: ReadonlySet<number> | undefined,
  lock: readonly LockedExport[] | undefined,
  today: string,
  read: (path: string) => Buffer | undefined = (path) => onDisk(join(project.root, path)),
): RuleContext {
  const readBytes = (file: number): Buffer | undefined => read(project.facts(file).path);
  return {
    project,
    config,
    focus,
    readBytes,
    lock,
    uses: () => project.once("uses", () => Uses.of(project)),
    edges: () => project.once("edges", () => Edges.of(project)),
    definitions: () => project.once("definitions", () => Definitions.of(project)),
    isStandard: (module) => standardModules.has(module),
    today,
  };
}

function onDisk(path: string): Buffer | undefined {
  try {
    return readWhole(path);
  } catch {
    // It has gone since it was read; the next run sees that.
    return undefined;
  }
}

/** Findings in the order of files and lines. */
export function runRules(context: RuleContext, rules: readonly Rule[]): readonly Finding[] {
  const chosen = chosenRules(rules, context.config);
  return findingsOf(
    context,
    chosen,
    chosen.flatMap((rule) => toldBy(rule, context)),
  );
}

/** The rules that are not wholly switched off. */
export function chosenRules(rules: readonly Rule[], config: Config): readonly Rule[] {
  return rules.filter((rule) => rule.infos.some((info) => config.rules[info.id] !== "off"));
}

export function toldBy(rule: Rule, context: RuleContext): readonly Told[] {
  const told: Told[] = [];
  rule.check(context, (info, remark) => told.push({ info, remark }));
  return told;
}

/** What was told of one file, and the findings that it makes: as long as the one stays, so do the others. */
type Assembled = {
  readonly facts: FileFacts | undefined;
  readonly told: readonly Told[];
  readonly findings: readonly Finding[];
};

/** By path. What is handed on from run to run spares making the same findings again. */
export type Assemblies = Map<string, Assembled>;

/** What `rules` have told, in their order, as findings in the order of files and lines. */
export function findingsOf(
  context: RuleContext,
  rules: readonly Rule[],
  told: Iterable<Told>,
  assemblies: Assemblies = new Map(),
): readonly Finding[] {
  const { project, config, focus } = context;
  const ids = rules.flatMap((rule) => rule.infos.map(({ id }) => id));
  const ran = new Set(ids.filter((id) => config.rules[id] !== "off"));
  const toldByPath = new Map<string, Told[]>();
  for (const each of told) {
    const path = each.remark.path ?? project.facts(each.remark.file).path;
    const known = toldByPath.get(path);
    if (known === undefined) toldByPath.set(path, [each]);
    else known.push(each);
  }
  // Elsewhere ignores without anything to ignore are not spoken of.
  for (const file of focus ?? project.files.keys()) {
    const facts = project.facts(file);
    if (facts.ignores.length > 0 && !toldByPath.has(facts.path)) toldByPath.set(facts.path, []);
  }
  const findings: Finding[] = [];
  for (const path of [...toldByPath.keys()].sort()) {
    const own = toldByPath.get(path) as readonly Told[];
    const file = project.fileAt(path);
    const facts = file === undefined ? undefined : project.facts(file);
    let assembled = assemblies.get(path);
    if (assembled === undefined || assembled.facts !== facts || !isSame(assembled.told, own)) {
      const ignores = file !== undefined && (focus === undefined || focus.has(file)) ? "told" : "used";
      assembled = { facts, told: own, findings: assemble(config, path, facts, own, ran, ignores) };
      assemblies.set(path, assembled);
    }
    for (const each of assembled.findings) findings.push(each);
  }
  return findings;
}

function isSame(one: readonly Told[], other: readonly Told[]): boolean {
  return one.length === other.length && one.every(({ remark }, index) => remark === other[index]?.remark);
}

/** The findings of one file, in the order of lines. `ignores` says whether those are judged themselves. */
function assemble(
  config: Config,
  path: string,
  facts: FileFacts | undefined,
  told: readonly Told[],
  ran: ReadonlySet<string>,
  ignores: "told" | "used",
): readonly Finding[] {
  const findings = new Findings(path);
  for (const { info, remark } of told) {
    const chosen = config.rules[info.id];
    if (chosen !== "off") findings.add(info, milder(chosen ?? info.severity, remark.severity), remark);
  }
  const kept =
    facts === undefined || facts.ignores.length === 0
      ? findings.found
      : applyIgnores(facts.ignores, findings, ran, knownRules, ignores);
  return kept.sort((a, b) => a.line - b.line || a.column - b.column);
}

const knownRules: ReadonlySet<string> = new Set(allRuleInfos.map((each) => each.id));

const weight: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

/** A guard makes a finding milder, never harder than the configuration says. */
function milder(chosen: Severity, said: Severity | undefined): Severity {
  return said !== undefined && weight[said] < weight[chosen] ? said : chosen;
}
