/** The import guard as a library: the same power as the command line. */

export { check } from "./check.ts";
export { type ImportsIo, runImportsCli } from "./cli.ts";
export { type Config, readConfig, resolveConfig } from "./config.ts";
export { formatLock, type LockedExport, parseLock, publicSurface } from "./contract.ts";
export { explainModule, explainSymbol } from "./explain.ts";
export { extract } from "./extract/extract.ts";
export type { Finding, Fragment, Report, ReportFormat, Score, Severity } from "./finding.ts";
export { type Plan, planFixes, writeFixes } from "./fix/fix.ts";
export type { FileFacts, ImportFact, Lookup, Resolution } from "./model.ts";
export { reporterByFormat } from "./report/formats.ts";
export { allRuleInfos, allRules } from "./rules/all.ts";
export type { CheckOptions, CheckResult } from "./summary.ts";
export { readProject } from "./tree-project.ts";
