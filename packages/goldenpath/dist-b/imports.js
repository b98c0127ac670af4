import { a as explainModule, c as resolveConfig, d as allRuleInfos, f as allRules, h as publicSurface, i as writeFixes, l as check, m as parseLock, n as reporterByFormat, o as explainSymbol, p as formatLock, r as planFixes, s as readConfig, t as runImportsCli, u as readProject } from "./src-Bbe814Q8.js";
import { n as extract } from "./batch-Cp2jWlK-.js";
export { allRuleInfos, allRules, check, explainModule, explainSymbol, extract, formatLock, parseLock, planFixes, publicSurface, readConfig, readProject, reporterByFormat, resolveConfig, runImportsCli, writeFixes };
