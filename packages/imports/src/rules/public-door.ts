/**
 * Where a package's door and its own files are one path. In TypeScript and JavaScript a package is asked by its
 * name from outside (`@shop/core`), while its files ask each other (`./bill.ts`). Neither strays.
 */

import type { Project } from "../graph/project.ts";
import type { Definition, Use } from "../graph/uses.ts";

/**
 * By which way a use takes a symbol: its `own` file, a package's `public` door by its name, a `passing` on (which
 * is no use of its own), or some `other` way, which may stray.
 */
export type Way = "own" | "public" | "passing" | "other";

export function wayOf(project: Project, use: Use, symbol: Definition): Way {
  if (project.facts(use.door).language !== "typescript") return "other";
  if (use.statement.kind === "re-export") return "passing";
  if (use.name !== symbol.name && use.name !== "default") return "other";
  const { specifier } = use.statement;
  if (specifier.startsWith(".")) return use.door === symbol.file ? "own" : "other";
  if (use.door === symbol.file) return "own";
  const isPackage = /^(?:@[^/]+\/)?[^@/~#$][^/]*$/.test(specifier);
  return isPackage || project.moduleName(use.door) === specifier ? "public" : "other";
}

/** How many doors the uses go through: the own file and one public door together are one. */
export function doorsOf(project: Project, symbol: Definition, uses: readonly Use[]): ReadonlySet<string> {
  const open = new Set<string>();
  let hasOwn = false;
  let publics = 0;
  let last: Use | undefined;
  for (const use of uses) {
    const way = wayOf(project, use, symbol);
    if (way === "passing") continue;
    if (way === "own") hasOwn = true;
    // Most take it as the one before does.
    else if (use.door !== last?.door || use.name !== last.name) {
      last = use;
      const before = open.size;
      open.add(`${use.door}:${use.name}`);
      if (way === "public" && open.size > before) publics++;
    }
  }
  if (hasOwn && publics === 0) open.add(`${symbol.file}:${symbol.name}`);
  return open;
}
