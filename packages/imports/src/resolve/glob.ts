/**
 * The globs of configuration files: `*`, `?`, `**`, `{a,b}` and character classes, matched against
 * absolute paths with forward slashes. Compiled once, cached, and linear: `**` never nests.
 */

const GLOB_LENGTH_MAX = 2_000;
const compiled = new Map<string, (path: string) => boolean>();
const COMPILED_MAX = 5_000;

/** A test for this glob. A glob that is too long or malformed matches nothing but itself. */
export function compileGlob(glob: string): (path: string) => boolean {
  const before = compiled.get(glob);
  if (before !== undefined) return before;
  const test = compile(glob);
  if (compiled.size < COMPILED_MAX) compiled.set(glob, test);
  return test;
}

function compile(glob: string): (path: string) => boolean {
  if (glob.length > GLOB_LENGTH_MAX) return (path) => path === glob;
  if (!/[*?{[]/.test(glob)) return (path) => path === glob;
  try {
    const pattern = new RegExp(`^${source(glob)}$`, "u");
    return (path) => pattern.test(path);
  } catch {
    // An unbalanced brace or class: the text itself is the only thing it can mean.
    return (path) => path === glob;
  }
}

function source(glob: string): string {
  let out = "";
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] ?? "";
    if (char === "*" && glob[at + 1] === "*") {
      while (glob[at + 1] === "*") at++;
      if (glob[at + 1] === "/") {
        at++;
        out += "(?:[^/]+/)*";
      } else out += ".*";
    } else if (char === "*") out += "[^/]*";
    else if (char === "?") out += "[^/]";
    else if (char === "{") {
      depth++;
      out += "(?:";
    } else if (char === "}" && depth > 0) {
      depth--;
      out += ")";
    } else if (char === "," && depth > 0) out += "|";
    else if (char === "[") {
      const end = glob.indexOf("]", at + 1);
      if (end < 0) throw new Error("class without an end");
      out += `[${glob
        .slice(at + 1, end)
        .replace(/^!/, "^")
        .replace(/\\/g, "\\\\")}]`;
      at = end;
    } else out += char.replace(/[\\^$.|+()}\]]/g, "\\$&");
  }
  if (depth > 0) throw new Error("brace without an end");
  return out;
}
