import { standardModules } from "./python-names.ts";
import { standardNamesTable } from "./python-standard-names.ts";

/** Names by module, as one line until they are asked for. */
let lines: Map<string, string> | undefined;
const namesByModule = new Map<string, ReadonlySet<string> | undefined>();

function linesNow(): Map<string, string> {
  if (lines === undefined) {
    lines = new Map();
    for (const line of standardNamesTable.split("\n")) {
      const space = line.indexOf(" ");
      if (space > 0) lines.set(line.slice(0, space), line.slice(space + 1));
      else if (line !== "") lines.set(line, "");
    }
  }
  return lines;
}

/** Whether Python's own library holds the module; `unknown` where it differs by platform or build. */
export function judgeStandardModule(dotted: string): "there" | "missing" | "unknown" {
  const dot = dotted.indexOf(".");
  const top = dot < 0 ? dotted : dotted.slice(0, dot);
  if (!standardModules.has(top)) return "missing";
  if (dot < 0) return "there";
  const modules = linesNow();
  if (!modules.has(top)) return "unknown";
  return modules.has(dotted) ? "there" : "missing";
}

/** The longest part of a missing module that is there. */
export function nearestStandardModule(dotted: string): string {
  let nearest = dotted;
  while (nearest.includes(".") && judgeStandardModule(nearest) === "missing")
    nearest = nearest.slice(0, nearest.lastIndexOf("."));
  return nearest;
}

/** Whether a module of Python's own library offers the name in any version, on any platform. */
export function offersStandardName(module: string, name: string): boolean {
  let names = namesByModule.get(module);
  if (names === undefined && !namesByModule.has(module)) {
    const line = linesNow().get(module);
    names = line === undefined || line === "*" ? undefined : new Set(line.split(" "));
    namesByModule.set(module, names);
  }
  return names === undefined || names.has(name) || linesNow().has(`${module}.${name}`);
}
