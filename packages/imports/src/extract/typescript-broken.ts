/**
 * A file that the parser gave up on still shows the imports and exports that stand before the error.
 * They are used; its doors are unknown, so that nothing is called missing because of it.
 */

import type { FactsBuilder, NameRequest } from "./typescript-facts.ts";
import { type Dialect, parseSurface } from "./typescript-parser.ts";
import { emptySurface, type Surface } from "./typescript-statements.ts";

export function readSurfaceOfBroken(text: string, dialect: Dialect, facts: FactsBuilder): Surface {
  const surface = emptySurface();
  const module = parseSurface(text, dialect);
  surface.isModule = module.hasModuleSyntax;
  for (const one of module.staticImports) {
    const request = one.moduleRequest;
    // The parser recovers by making up what is not there.
    if (request.value === "") continue;
    const names: NameRequest[] = one.entries.map((entry) => ({
      name:
        entry.importName.kind === "Name"
          ? (entry.importName.name ?? "")
          : entry.importName.kind === "Default"
            ? "default"
            : "",
      local: entry.localName.value,
      typeOnly: entry.isType,
      at: {
        start: entry.importName.start ?? entry.localName.start,
        end: entry.localName.end,
      },
    }));
    const isType = names.length > 0 && names.every((entry) => entry.typeOnly);
    const importIndex = facts.request({
      kind: "static",
      specifier: request.value,
      statement: one,
      at: { start: request.start + 1, end: request.end - 1 },
      names,
      guard: isType ? "types" : "none",
    });
    names.forEach((entry, nameIndex) => {
      facts.declare({
        name: entry.local,
        kind: "import",
        range: entry.at,
        at: entry.at,
        presence: entry.typeOnly ? "types" : "always",
        importIndex,
        nameIndex,
      });
    });
  }
  for (const statement of module.staticExports) {
    for (const one of statement.entries) {
      const name = one.exportName.kind === "Default" ? "default" : (one.exportName.name ?? "*");
      const local = one.localName.name ?? "";
      if (one.moduleRequest !== null) readPassed(one, name, statement, facts);
      else {
        const at = { start: one.exportName.start ?? one.start, end: one.exportName.end ?? one.end };
        if (!facts.bindings.some((binding) => binding.name === (local || name))) {
          facts.declare({ name: local || name, kind: "variable", range: one, at });
        }
        facts.offer(name, local || name, at, one.isType);
      }
    }
  }
  return surface;
}

type Entry = ReturnType<typeof parseSurface>["staticExports"][number]["entries"][number];

function readPassed(
  one: Entry,
  name: string,
  statement: { readonly start: number; readonly end: number },
  facts: FactsBuilder,
): void {
  const request = one.moduleRequest;
  if (
    request === null ||
    request.value === "" ||
    facts.source.text.slice(statement.start, statement.start + 6) !== "export"
  )
    return;
  const imported =
    one.importName.kind === "Name"
      ? (one.importName.name ?? "")
      : one.importName.kind === "AllButDefault"
        ? "*"
        : "";
  const importIndex = facts.request({
    kind: "re-export",
    specifier: request.value,
    statement,
    at: { start: request.start + 1, end: request.end - 1 },
    names: [{ name: imported, local: "", typeOnly: one.isType, at: one }],
    guard: one.isType ? "types" : "none",
  });
  facts.pass(name, importIndex, imported, one, one.isType);
}
