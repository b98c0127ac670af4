import { readdirSync, readFileSync } from "node:fs";
import { isFields } from "./pattern.ts";

/** One verb with what it is done to, and its modifiers; README.md lists them. */
export type Step = { readonly [key: string]: unknown };

export interface Case {
  readonly name: string;
  /** The rule in the case's own words: what a failure means. */
  readonly says: string;
  /** Numbers of SPEC.md. */
  readonly proves: readonly string[];
  /** It waits this long by its nature; such cases begin first. */
  readonly seconds: number;
  readonly steps: readonly Step[];
}

/** Every case of a folder, ordered by file; a case with `each` is one case for each of its rows. */
export function loadCases(folder: URL): readonly Case[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
  const cases = files.flatMap((file) => {
    const list = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as unknown[];
    return list.flatMap((one) => expand(one, file.replace(/\.json$/, "")));
  });
  const names = new Set<string>();
  for (const { name } of cases) {
    if (names.has(name)) throw new Error(`two cases are named ${name}`);
    names.add(name);
  }
  return cases;
}

function expand(given: unknown, group: string): Case[] {
  if (!isFields(given) || typeof given.name !== "string") throw new Error(`${group}: a case needs a name`);
  const { name, says, proves, seconds = 0, steps, each = [{}], ...unknown } = given;
  const extra = Object.keys(unknown);
  if (extra.length > 0) throw new Error(`${group}/${name}: unknown field ${extra.join(", ")}`);
  if (typeof says !== "string" || !Array.isArray(proves) || !Array.isArray(steps) || !Array.isArray(each)) {
    throw new Error(`${group}/${name}: a case needs says, proves and steps`);
  }
  return each.map((row: { readonly [key: string]: unknown }) => {
    const names = new Map(Object.entries(row));
    const what = typeof row.what === "string" ? `: ${row.what}` : "";
    return {
      name: `${group}/${name}${what}`,
      says,
      proves: proves.map(String),
      seconds: Number(seconds),
      steps: steps.map((step) => withRow(step, names) as Step),
    };
  });
}

/** Replaces the row's own names only: the others are known when the case runs. */
function withRow(template: unknown, row: Map<string, unknown>): unknown {
  if (typeof template === "string") {
    const whole = /^\{\{(\w+)\}\}$/.exec(template)?.[1];
    if (whole !== undefined && row.has(whole)) return row.get(whole);
    return template.replace(/\{\{(\w+)\}\}/g, (all, name: string) =>
      row.has(name) ? String(row.get(name)) : all,
    );
  }
  if (Array.isArray(template)) return template.map((one) => withRow(one, row));
  if (!isFields(template)) return template;
  return Object.fromEntries(Object.entries(template).map(([key, one]) => [key, withRow(one, row)]));
}
