/**
 * What a case expects, and what it says, as data. A pattern is JSON; `$` keys are operators (see README.md).
 * `{{name.field}}` stands for what the case captured before.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Names = Map<string, unknown>;

/** Undefined when it fits; otherwise where and why not. Captures only when asked, and only what fits. */
export function mismatch(pattern: unknown, value: unknown, names: Names, at = ""): string | undefined {
  const here = at === "" ? "it" : at;
  if (isFields(pattern)) {
    for (const [key, expected] of Object.entries(pattern)) {
      const wrong = key.startsWith("$")
        ? operator(key, expected, value, names, at)
        : field(key, expected, value, names, at);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  if (Array.isArray(pattern)) {
    if (!Array.isArray(value)) return `${here} is ${shown(value)}, not a list`;
    if (value.length !== pattern.length) return `${here} has ${value.length} items, not ${pattern.length}`;
    for (const [index, expected] of pattern.entries()) {
      const wrong = mismatch(expected, value[index], names, `${at}[${index}]`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  const expected = typeof pattern === "string" ? filled(pattern, names) : pattern;
  return expected === value ? undefined : `${here} is ${shown(value)}, not ${shown(expected)}`;
}

/** The template with every `{{name}}` replaced and every maker (`$repeat`, `$times`, `$plus`) carried out. */
export function filled(template: unknown, names: Names): unknown {
  if (typeof template === "string") return filledText(template, names);
  if (Array.isArray(template)) return template.map((one) => filled(one, names));
  if (!isFields(template)) return template;
  const [key, ...more] = Object.keys(template);
  if (more.length === 0 && key !== undefined && Object.hasOwn(makers, key)) {
    return makers[key as keyof typeof makers](filled(template[key], names) as never);
  }
  return Object.fromEntries(Object.entries(template).map(([name, one]) => [name, filled(one, names)]));
}

export function isFields(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function shown(value: unknown): string {
  const text = value === undefined ? "absent" : (JSON.stringify(value) ?? String(value));
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

const makers = {
  $repeat: ([text, times]: [string, number]) => text.repeat(times),
  $times: ([value, times]: [unknown, number]) => Array.from({ length: times }, () => value),
  $plus: (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0),
};

function filledText(text: string, names: Names): unknown {
  const whole = /^\{\{([^{}]+)\}\}$/.exec(text)?.[1];
  if (whole !== undefined) return lookUp(whole, names);
  return text.replace(/\{\{([^{}]+)\}\}/g, (_all, path: string) => String(lookUp(path, names)));
}

function lookUp(path: string, names: Names): unknown {
  const [first = "", ...rest] = path.split(".");
  if (!names.has(first)) throw new Error(`the case has no name ${first}`);
  let value = names.get(first);
  for (const key of rest)
    value = isFields(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined;
  return value;
}

function field(key: string, expected: unknown, value: unknown, names: Names, at: string): string | undefined {
  if (!isFields(value)) return `${at === "" ? "it" : at} is ${shown(value)}, not an object`;
  const found = Object.hasOwn(value, key) ? value[key] : undefined;
  return mismatch(expected, found, names, at === "" ? key : `${at}.${key}`);
}

function operator(
  key: string,
  operand: unknown,
  value: unknown,
  names: Names,
  at: string,
): string | undefined {
  const here = at === "" ? "it" : at;
  const say = (holds: boolean, what: string) => (holds ? undefined : `${here} is ${shown(value)}, ${what}`);
  const inside = (one: unknown) => mismatch(operand, one, new Map(names)) === undefined;
  switch (key) {
    case "$capture":
      names.set(String(operand), value);
      return undefined;
    case "$type":
      return say(
        kindOf(value) === operand || (operand === "number" && kindOf(value) === "integer"),
        `not ${operand}`,
      );
    case "$min":
      return say(
        typeof value === "number" && value >= Number(filled(operand, names)),
        `below ${shown(operand)}`,
      );
    case "$max":
      return say(
        typeof value === "number" && value <= Number(filled(operand, names)),
        `above ${shown(operand)}`,
      );
    case "$matches":
      return say(typeof value === "string" && new RegExp(String(operand)).test(value), `not like ${operand}`);
    case "$in":
      return say(
        (operand as unknown[]).some((one) => mismatch(one, value, new Map(names)) === undefined),
        `not one of ${shown(operand)}`,
      );
    case "$not":
      return say(!inside(value), `and must not be`);
    case "$length":
      return mismatch(operand, (value as { length?: number } | undefined)?.length, names, `${here}'s length`);
    case "$has":
      return say(Array.isArray(value) && value.some(inside), `without ${shown(operand)}`);
    case "$lacks":
      return say(Array.isArray(value) && !value.some(inside), `with ${shown(operand)}`);
    case "$all":
      return say(Array.isArray(value) && value.every(inside), `not all of it ${shown(operand)}`);
    case "$only":
      return say(
        isFields(value) && Object.keys(value).every((one) => (operand as unknown[]).includes(one)),
        `with other fields than ${shown(operand)}`,
      );
    default:
      throw new Error(`there is no operator ${key}`);
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return "absent";
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
}
