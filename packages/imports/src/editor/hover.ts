/** What an import leads to, as Markdown for a hover: the chain from the door to the definition. */

import type { Project } from "../graph/project.ts";
import type { Lookup, Resolution } from "../model.ts";
import type { ImportAt } from "./session.ts";

export function hoverText(project: Project, at: ImportAt): string {
  const resolution = project.resolution(at.file, at.index);
  const lines = [`**${code(at.statement.specifier)}** ${ofResolution(project, resolution)}`];
  if (at.name === undefined) {
    if (resolution.is === "file") lines.push(...offered(project, resolution.file));
    return lines.join("\n\n");
  }
  lines.push(`**${code(at.name.name)}** ${ofLookup(project, project.lookup(at.file, at.index, at.name))}`);
  return lines.join("\n\n");
}

function ofResolution(project: Project, resolution: Resolution): string {
  switch (resolution.is) {
    case "file":
      return `is ${code(project.facts(resolution.file).path)}`;
    case "namespace":
      return `is the folder ${code(resolution.path)}`;
    case "builtin":
      return "belongs to the platform";
    case "external":
      return `is the package ${code(resolution.package)}, ${resolution.isDeclared ? "declared" : "which no manifest declares"}`;
    case "asset":
      return `is ${code(resolution.path)}, which is no module`;
    case "missing":
      return `does not exist${resolution.nearest === "" ? "" : `; ${code(resolution.nearest)} does`}`;
    case "unknown":
      return `cannot be known: ${resolution.why}`;
  }
}

function ofLookup(project: Project, lookup: Lookup): string {
  const steps = lookup.chain.map((hop, index) => {
    const path = project.facts(hop.file).path;
    return `${index + 1}. ${code(`${path}:${hop.line}`)} ${code(hop.name)}`;
  });
  const chain = steps.length > 1 ? `\n\n${steps.join("\n")}` : "";
  switch (lookup.is) {
    case "found": {
      const facts = project.facts(lookup.file);
      const binding = facts.bindings[lookup.binding];
      const kind = `${binding?.isAsync === true ? "async " : ""}${binding?.kind ?? "name"}`;
      return `is ${/^[aei]/.test(kind) ? "an" : "a"} ${kind} of ${code(`${facts.path}:${binding?.line ?? 1}`)}${chain}`;
    }
    case "module":
      return `is a module${chain}`;
    case "outside":
      return `comes from ${lookup.why}${chain}`;
    case "unknown":
      return `cannot be known: ${lookup.why}${chain}`;
    case "conflict":
      return `is offered by several \`export *\`, so that none of them counts${chain}`;
    case "missing":
      return lookup.isLocal ? `is declared there, but not exported${chain}` : `is not there${chain}`;
  }
}

const OFFERED_MAX = 30;

function offered(project: Project, file: number): readonly string[] {
  const { names, isComplete } = project.resolver(file).offers(file);
  if (names.length === 0) return [];
  const shown = names.slice(0, OFFERED_MAX).map(code).join(", ");
  const rest = names.length > OFFERED_MAX ? `, and ${names.length - OFFERED_MAX} more` : "";
  return [`offers ${shown}${rest}${isComplete ? "" : ", and perhaps more"}`];
}

function code(text: string): string {
  return `\`${text.replace(/`/g, "ˋ")}\``;
}
