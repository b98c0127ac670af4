/**
 * What a statement at module level does to its own module while it runs, beyond binding names as they read:
 * `names` binds some that cannot be read, `modules` also decides which modules lie below it.
 */
export type RunTimeBinding = "none" | "names" | "modules";

/** Puts another object in the module's place, or finds modules by itself: its importer is named by a method alone. */
const replaces =
  /^find_(?:spec|module)$|\bmodules\[(?!\s*__name__\s*\])|\bmodules\.get\(|\bmeta_path\b|\b(?:recreate_module|LazyModule|_LazyModule|find_current_module|getmodule)\(|\b(?:import_module|__import__)\(\s*__name__\b/;
/** `passthrough_module(__name__, ".extractors")`: a call for its effect that is told which module it has an effect on. */
const handsItselfOver = /^(?!\w*(?:log|warn|print))\w*module\w*\(\s*__name__\b/i;
/** Speaks of itself by its own entry: what it puts there may have other names, while modules below it are found as before. */
const speaksOfItself = /\bmodules\[\s*__name__\s*\]/;
/** `setattr` on what a call returns; on a name it is that name's attribute, and the name has been seen. */
const setsOnAnswer = /\b_convert_\(|\bsetattr\(\s*[\w.]+\(/;

const table = String.raw`\b(?:globals|locals|vars)\(\)`;
/** Places in which the module's own table of names is only read. */
const readsTable = new RegExp(
  [
    String.raw`\bin\s+${table}`,
    String.raw`\b(?:len|sorted|list|set|dict|tuple|iter)\(\s*${table}`,
    String.raw`\beval\([^()]*${table}`,
    String.raw`${table}\s*\.(?:get|items|keys|values|copy)\b`,
    String.raw`(?<!\bdel\s+)${table}\s*\[[^\]\n]*\](?!\s*(?:[-+|*/]?=(?!=)|\[))`,
  ].join("|"),
  "g",
);
const anyTable = new RegExp(table);
const named = new RegExp(String.raw`^(\w+)\s*=\s*${table}\s*$`);

export function runTimeBinding(text: string): RunTimeBinding {
  if (replaces.test(text) || handsItselfOver.test(text)) return "modules";
  if (speaksOfItself.test(text) || setsOnAnswer.test(text)) return "names";
  if (anyTable.test(text) && !named.test(text) && anyTable.test(text.replace(readsTable, ""))) return "names";
  return "none";
}

/** The name in `here = globals()`. */
export function tableName(text: string): string | undefined {
  return named.exec(text)?.[1];
}

/** Whether a file binds names by way of such a name. */
export function writesTable(name: string, source: string): boolean {
  const writes = String.raw`\s*(?:\[[^\]\n]*\]\s*[-+|*/]?=(?!=)|\|=|\.(?:update|setdefault|__setitem__|pop|clear)\b)`;
  return new RegExp(String.raw`\b${name}(?:${writes}|\s*[,)])|\bdel\s+${name}\b`).test(source);
}
