/**
 * The globs of configuration files: `*`, `?`, `**`, `{a,b}` and character classes, matched against
 * absolute paths with forward slashes. Compiled once, cached; no glob takes more time than its length times
 * that of the path, because hostile ones are not left to expressions that backtrack.
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
  if ((glob.match(/\*+|\{/g)?.length ?? 0) > wildcardsMax) return (path) => path === glob;
  try {
    const pattern = new RegExp(`^${source(glob)}$`, "u");
    if (isTame(glob)) return (path) => pattern.test(path);
    const program = programOf(glob);
    return (path) => run(program, path);
  } catch {
    // An unbalanced brace or class: the text itself is the only thing it can mean.
    return (path) => path === glob;
  }
}

/** Whether an expression that backtracks stays quick: what people write has few stars and few braces. */
function isTame(glob: string): boolean {
  const stars = glob.match(/\*+/g)?.length ?? 0;
  const braces = glob.match(/\{/g)?.length ?? 0;
  return stars <= starsMax && braces <= (stars === 0 ? starsMax : 1);
}

const starsMax = 3;
/** Nobody means something by more than this many stars and braces. */
const wildcardsMax = 64;

/**
 * One step of the machine that hostile globs are run on: it follows all ways at once, so its time is bounded
 * by the length of the glob times that of the path.
 */
type Step =
  | { readonly is: "take"; readonly test: (char: string) => boolean }
  | { readonly is: "fork"; readonly to: number; readonly or: number }
  | { readonly is: "go"; readonly to: number };

function programOf(glob: string): readonly Step[] {
  const steps: Step[] = [];
  const chars = [...glob];
  const take = (test: (char: string) => boolean): number => steps.push({ is: "take", test });
  /** Repeats what `body` adds any number of times. */
  const repeat = (body: () => void): void => {
    const start = steps.push({ is: "go", to: 0 }) - 1;
    body();
    steps.push({ is: "go", to: start });
    steps[start] = { is: "fork", to: start + 1, or: steps.length };
  };
  const isInSegment = (char: string): boolean => char !== "/";
  let at = 0;
  /** Reads up to the end, or to the `,` or `}` that ends an alternative. */
  const sequence = (depth: number): void => {
    while (at < chars.length) {
      const char = chars[at] as string;
      if (depth > 0 && (char === "," || char === "}")) return;
      at++;
      if (char === "*" && chars[at] === "*") {
        while (chars[at] === "*") at++;
        if (chars[at] === "/") {
          at++;
          repeat(() => {
            take(isInSegment);
            repeat(() => take(isInSegment));
            take((each) => each === "/");
          });
        } else repeat(() => take(() => true));
      } else if (char === "*") repeat(() => take(isInSegment));
      else if (char === "?") take(isInSegment);
      else if (char === "{") alternatives(depth + 1);
      else if (char === "[") {
        const end = chars.indexOf("]", at);
        const inner = chars.slice(at, end).join("").replace(/^!/, "^").replace(/\\/g, "\\\\");
        const set = new RegExp(`^[${inner}]$`, "u");
        take((each) => set.test(each));
        at = end + 1;
      } else take((each) => each === char);
    }
  };
  const alternatives = (depth: number): void => {
    const exits: number[] = [];
    for (;;) {
      const fork = steps.push({ is: "go", to: 0 }) - 1;
      sequence(depth);
      exits.push(steps.push({ is: "go", to: 0 }) - 1);
      const isLast = chars[at] !== ",";
      at++;
      steps[fork] = { is: "fork", to: fork + 1, or: isLast ? fork + 1 : steps.length };
      if (isLast) break;
    }
    for (const exit of exits) steps[exit] = { is: "go", to: steps.length };
  };
  sequence(0);
  return steps;
}

function run(program: readonly Step[], path: string): boolean {
  // The steps at which the machine stands, and the round in which each was last entered.
  let current: number[] = [];
  const entered = new Int32Array(program.length + 1);
  let round = 1;
  const enter = (into: number[], start: number): void => {
    const waiting = [start];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (entered[at] === round) continue;
      entered[at] = round;
      const step = program[at];
      if (step?.is === "go") waiting.push(step.to);
      else if (step?.is === "fork") waiting.push(step.to, step.or);
      else into.push(at);
    }
  };
  enter(current, 0);
  for (const char of path) {
    round++;
    const next: number[] = [];
    for (const at of current) {
      const step = program[at];
      if (step?.is === "take" && step.test(char)) enter(next, at + 1);
    }
    if (next.length === 0) return false;
    current = next;
  }
  return current.includes(program.length);
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
