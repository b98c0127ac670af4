/** What the configuration names in the place of a path that is to go away, as far as it stands in this tree. */

import type { Project } from "../graph/project.ts";
import type { RuleContext } from "./rule.ts";

/** The file and the name by which to take something. */
export type Door = { readonly door: number; readonly name: string };

/** Of one file that is to go away, or of which some names are. */
type Replaced = { whole: number | undefined; readonly byName: Map<string, Door> };

function replacedFiles({ project, config }: RuleContext): ReadonlyMap<number, Replaced> {
  return project.once("replaced files", () => {
    const found = new Map<number, Replaced>();
    for (const { path, use } of config.deprecated) {
      const [from, name] = partsOf(path);
      const [to, toName] = partsOf(use);
      const file = project.fileNamed(from);
      const door = project.fileNamed(to);
      // A whole module is replaced by a whole one.
      if (file === undefined || door === undefined || (name === "" && toName !== "")) continue;
      const replaced = found.get(file) ?? { whole: undefined, byName: new Map<string, Door>() };
      found.set(file, replaced);
      if (name === "") replaced.whole = door;
      else replaced.byName.set(name, { door, name: toName === "" ? name : toName });
    }
    return found;
  });
}

function partsOf(path: string): readonly [module: string, name: string] {
  const colon = path.lastIndexOf(":");
  return colon < 0 ? [path, ""] : [path.slice(0, colon), path.slice(colon + 1)];
}

/** By which path to take what `file` offers as `name`; undefined: by this one, or by none that offers the very same. */
export function replacementOf(context: RuleContext, file: number, name: string): Door | undefined {
  const { project } = context;
  const replaced = replacedFiles(context);
  const start: Door = { door: file, name };
  const passed = new Set<string>();
  let at = start;
  for (;;) {
    const entry = replaced.get(at.door);
    const next =
      entry?.byName.get(at.name) ?? (entry?.whole === undefined ? undefined : { ...at, door: entry.whole });
    if (next === undefined) break;
    // A replacement that is replaced by what it replaces leads nowhere.
    passed.add(`${at.door}:${at.name}`);
    if (passed.has(`${next.door}:${next.name}`)) return undefined;
    at = next;
  }
  return at !== start && isSame(project, start, at) ? at : undefined;
}

/** The module that takes the place of this one, when it offers the very same under all of its names. */
export function moduleReplacement(context: RuleContext, file: number): number | undefined {
  const { project } = context;
  const door = replacedFiles(context).get(file)?.whole;
  if (door === undefined || project.facts(file).hasEffects) return undefined;
  const { names, isComplete } = project.resolver(file).offers(file);
  const isOffered = names.every((name) => {
    if (/^__\w+__$/.test(name)) return true;
    const replacement = replacementOf(context, file, name);
    return replacement?.door === door && replacement.name === name;
  });
  return isComplete && isOffered ? door : undefined;
}

/** Whether both lead to one definition. */
export function isSame(project: Project, one: Door, other: Door): boolean {
  const [here, there] = [project.lookupIn(one.door, one.name), project.lookupIn(other.door, other.name)];
  return (
    here.is === "found" && there.is === "found" && here.file === there.file && here.binding === there.binding
  );
}
