import type { Finding, Score } from "./finding.ts";
import type { Project } from "./graph/project.ts";

/**
 * The share of imports that are sound, in percent. An import is one imported name (a statement without names
 * counts as one); it is unsound when an error or a warning stands at its place. Everything can be counted
 * again from the findings: distinct places of errors and warnings, by rule and by first folder.
 */
export function scoreOf(project: Project, findings: readonly Finding[]): Score {
  const importsByFolder = new Map<string, number>();
  let imports = 0;
  for (let file = 0; file < project.files.length; file++) {
    const count = project.importCount(file);
    imports += count;
    const folder = folderOf(project.facts(file).path);
    importsByFolder.set(folder, (importsByFolder.get(folder) ?? 0) + count);
  }
  const places = new Set<string>();
  const placesByFolder = new Map<string, Set<string>>();
  const byRule: Record<string, number> = {};
  for (const finding of findings) {
    if (finding.severity === "note") continue;
    byRule[finding.rule] = (byRule[finding.rule] ?? 0) + 1;
    const place = `${finding.file}:${finding.line}:${finding.column}`;
    places.add(place);
    const folder = folderOf(finding.file);
    const known = placesByFolder.get(folder);
    if (known === undefined) placesByFolder.set(folder, new Set([place]));
    else known.add(place);
  }
  const byFolder: Record<string, Score["byFolder"][string]> = {};
  for (const [folder, count] of [...importsByFolder].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const unsound = Math.min(count, placesByFolder.get(folder)?.size ?? 0);
    byFolder[folder] = { imports: count, unsound, value: share(count, unsound) };
  }
  const unsound = Math.min(imports, places.size);
  return { value: share(imports, unsound), imports, unsound, byRule, byFolder };
}

function share(imports: number, unsound: number): number {
  if (imports === 0) return unsound === 0 ? 100 : 0;
  // Rounded down: 100 means that nothing is wrong.
  return Math.floor((1 - unsound / imports) * 1000) / 10;
}

function folderOf(path: string): string {
  const slash = path.indexOf("/");
  return slash < 0 ? "." : path.slice(0, slash);
}
