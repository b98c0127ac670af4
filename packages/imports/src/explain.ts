import type { Edges } from "./graph/edges.ts";
import type { Project } from "./graph/project.ts";
import type { Uses } from "./graph/uses.ts";
import type { Lookup } from "./model.ts";
import { plural } from "./report/order.ts";

function hopsOf(project: Project, lookup: Lookup): string[] {
  return lookup.chain.map((hop) => `  ${project.facts(hop.file).path}:${hop.line} ${hop.name}`);
}

/** Modules that go by `name`: exactly, or as the last parts of theirs. */
function findModules(project: Project, name: string): readonly number[] {
  const exact: number[] = [];
  const ending: number[] = [];
  for (const [file, facts] of project.files.entries()) {
    const module = project.moduleName(file);
    if (module === name || facts.path === name) exact.push(file);
    else if (module.endsWith(`.${name}`) || module.endsWith(`/${name}`) || facts.path.endsWith(`/${name}`))
      ending.push(file);
  }
  if (exact.length > 0) return exact;
  const named = project.fileNamed(name);
  return named === undefined ? ending : [named];
}

/**
 * What a symbol is and how people reach it. `wanted` is `module:name`, `module.name` or a bare name.
 * Undefined when nothing of that name is known.
 */
export function explainSymbol(project: Project, uses: Uses, wanted: string): string | undefined {
  const lines: string[] = [];
  const cutAt = wanted.includes(":") ? wanted.lastIndexOf(":") : wanted.lastIndexOf(".");
  const name = wanted.slice(cutAt + 1);
  const modules = cutAt > 0 ? findModules(project, wanted.slice(0, cutAt)) : [];
  for (const file of modules) {
    const lookup = project.lookupIn(file, name);
    const module = project.moduleName(file);
    if (lookup.is === "found") {
      const binding = project.facts(lookup.file).bindings[lookup.binding];
      const at = `${project.facts(lookup.file).path}:${binding?.line ?? 1}`;
      lines.push(
        `${module}:${name} is ${binding?.isAsync ? "async " : ""}${binding?.kind ?? "a name for types"} ${project.moduleName(lookup.file)}:${binding?.name ?? name} (${at})`,
      );
    } else if (lookup.is === "missing") lines.push(`${module} has no ${name}`);
    else if (lookup.is === "module") lines.push(`${module}:${name} is a module`);
    else if (lookup.is === "conflict")
      lines.push(`${module}:${name} is offered by several \`export *\`, so by none`);
    else lines.push(`${module}:${name} cannot be followed: ${lookup.why}`);
    if (lookup.chain.length > 0) lines.push("reached by", ...hopsOf(project, lookup));
  }
  const last = modules.length > 0 ? project.lookupIn(modules[0] as number, name) : undefined;
  for (const [, { symbol, uses: group }] of uses.bySymbol) {
    const isMeant =
      last === undefined
        ? cutAt < 0 && symbol.name === name
        : last.is === "found" &&
          last.file === symbol.file &&
          symbol.name === project.facts(last.file).bindings[last.binding]?.name;
    if (!isMeant) continue;
    const line = project.facts(symbol.file).bindings[symbol.binding]?.line ?? 1;
    if (last === undefined)
      lines.push(
        `${project.moduleName(symbol.file)}:${symbol.name} (${project.facts(symbol.file).path}:${line})`,
      );
    const doors = new Map<string, number>();
    for (const use of group) {
      const door = `${project.moduleName(use.door)}:${use.name}`;
      doors.set(door, (doors.get(door) ?? 0) + 1);
    }
    const sorted = [...doors].sort((a, b) => b[1] - a[1]);
    lines.push(`imported ${plural(group.length, "time")} by ${plural(sorted.length, "path")}:`);
    for (const [door, count] of sorted) lines.push(`  ${count} × ${door}`);
  }
  return lines.length === 0 ? undefined : lines.join("\n");
}

/** Who imports a module, directly and in the end. Undefined when there is no such module. */
export function explainModule(
  project: Project,
  edges: Edges,
  uses: Uses,
  wanted: string,
): string | undefined {
  const modules = findModules(project, wanted);
  if (modules.length === 0) return undefined;
  const lines: string[] = [];
  for (const file of modules) {
    const direct = edges.into(file);
    lines.push(
      `${project.moduleName(file)} (${project.facts(file).path}): ${plural(direct.length, "direct importer")}, ${edges.importersOf([file]).size - 1} in all`,
    );
    const names = new Map<number, Set<string>>();
    for (const use of uses.through(file)) {
      const known = names.get(use.file);
      if (known === undefined) names.set(use.file, new Set([use.name]));
      else known.add(use.name);
    }
    for (const edge of direct) {
      const line = project.facts(edge.from).imports[edge.importIndex]?.statement.line ?? 1;
      const taken = [...(names.get(edge.from) ?? [])].join(", ");
      const when = edge.kind === "load" ? "" : edge.kind === "call" ? " (in a function)" : " (types only)";
      lines.push(`  ${project.facts(edge.from).path}:${line}${taken === "" ? "" : ` ${taken}`}${when}`);
    }
  }
  return lines.join("\n");
}
