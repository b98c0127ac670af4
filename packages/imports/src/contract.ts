import type { Config } from "./config.ts";
import type { Project } from "./graph/project.ts";
import { symbolOf } from "./graph/uses.ts";
import type { Lookup } from "./model.ts";
import { compileGlob } from "./resolve/glob.ts";

export type LockedExport = {
  readonly module: string;
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly isAsync: boolean;
  /** `module:name` of the definition; exports with the same origin are one object. */
  readonly origin: string;
};

const header = "# goldenpath imports lock 1: every public name, its kind, and where it is defined";

/** The public surface of the tree: of the configured modules, else of every package's door. */
export function publicSurface(project: Project, config: Config): readonly LockedExport[] {
  const isChosen = config.contract.map((glob) => compileGlob(glob));
  const surface: LockedExport[] = [];
  for (const [file, facts] of project.files.entries()) {
    const module = project.moduleName(file);
    const isLocked =
      isChosen.length > 0
        ? isChosen.some((matches) => matches(module) || matches(facts.path))
        : isDoor(facts.path);
    if (!isLocked) continue;
    const declared = new Set(facts.publicNames?.names.map((each) => each.name) ?? []);
    for (const name of project.resolver(file).offers(file).names) {
      if (name.startsWith("_") && !declared.has(name)) continue;
      const entry = describe(
        project,
        project.lookupIn(file, name),
        declared.has(name) || facts.language === "typescript",
      );
      if (entry !== undefined) surface.push({ module, path: facts.path, name, ...entry });
    }
  }
  return surface.sort((a, b) => compare(a.module, b.module) || compare(a.name, b.name));
}

function isDoor(path: string): boolean {
  return /(^|\/)__init__\.py$/.test(path) || /(^|\/)(src\/)?index\.[cm]?tsx?$/.test(path);
}

/** Kind and origin of a name; undefined for what a module merely happens to have (`import os`). */
function describe(
  project: Project,
  lookup: Lookup,
  isDeclared: boolean,
): Pick<LockedExport, "kind" | "isAsync" | "origin"> | undefined {
  switch (lookup.is) {
    case "found": {
      const symbol = symbolOf(project, lookup);
      const binding = project.facts(lookup.file).bindings[lookup.binding];
      if (symbol === undefined || binding === undefined) {
        return { kind: "types", isAsync: false, origin: `${project.moduleName(lookup.file)}:?` };
      }
      const { kind, isAsync } = binding;
      return { kind, isAsync, origin: `${project.moduleName(symbol.file)}:${symbol.name}` };
    }
    case "module": {
      const { resolution } = lookup;
      if (resolution.is !== "file") return undefined;
      return { kind: "module", isAsync: false, origin: project.moduleName(resolution.file) };
    }
    case "outside":
    case "unknown":
      return isDeclared ? { kind: "outside", isAsync: false, origin: "-" } : undefined;
    default:
      return undefined;
  }
}

export function formatLock(surface: readonly LockedExport[]): string {
  const lines = [header];
  let module = "";
  for (const each of surface) {
    if (each.module !== module) {
      lines.push("", `${each.module} (${each.path})`);
      module = each.module;
    }
    lines.push(`  ${each.name} = ${each.isAsync ? "async " : ""}${each.kind} ${each.origin}`);
  }
  return `${lines.join("\n")}\n`;
}

export type LockReading =
  | { readonly ok: true; readonly surface: readonly LockedExport[] }
  | { readonly ok: false; readonly message: string };

/** Reads what `formatLock` wrote; a line that it would not write is refused with its number. */
export function parseLock(text: string, path: string): LockReading {
  const surface: LockedExport[] = [];
  let module = "";
  let file = "";
  for (const [index, line] of text.split(/\r\n|\n/).entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const head = /^(\S+) \((.+)\)$/.exec(line);
    if (head !== null) {
      module = head[1] ?? "";
      file = head[2] ?? "";
      continue;
    }
    const entry = /^ {2}(\S+) = (async )?(\S+) (.+)$/.exec(line);
    if (entry === null || module === "") {
      return {
        ok: false,
        message: `${path}:${index + 1} is not a lock line; write it anew with: goldenpath imports lock`,
      };
    }
    const [, name = "", isAsync, kind = "", origin = ""] = entry;
    surface.push({ module, path: file, name, kind, isAsync: isAsync !== undefined, origin });
  }
  return { ok: true, surface };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
