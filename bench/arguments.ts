/** What the command line asks of the benches. */
import { parseArgs } from "node:util";

export interface RunOptions {
  readonly quick: boolean;
  readonly json: boolean;
  /** Undefined: as many as the bench wants. */
  readonly rounds: number | undefined;
  readonly tree: string | undefined;
}

export type Asked =
  | { readonly is: "help" }
  | { readonly is: "list" }
  | { readonly is: "run"; readonly names: readonly string[]; readonly options: RunOptions }
  | { readonly is: "table"; readonly file: string }
  | { readonly is: "compare"; readonly options: RunOptions }
  | { readonly is: "store"; readonly file: string }
  | { readonly is: "wrong"; readonly why: string };

export const usage = `npm run bench                                   what there is
npm run bench -- NAME… [--quick] [--json]       runs these, or all of them for \`all\`
              [--rounds N]                      more rounds or fewer
npm run bench -- imports --tree PATH            on a copy of that tree instead of a generated one
npm run bench -- table FILE                     Markdown of what --json printed into FILE
npm run bench -- regress [--rounds N]           compares quick ratios with those of bench/baseline.json
npm run bench -- regress --write FILE           stores the ratios of what --json printed into FILE`;

/** `known` are the benches by name. */
export function judgeArguments(args: readonly string[], known: readonly string[]): Asked {
  const read = readArguments(args);
  if (typeof read === "string") return wrong(read);
  const { values, positionals } = read;
  const [command, ...operands] = positionals;
  if (values.help) return { is: "help" };
  if (command === undefined) return args.length === 0 ? { is: "list" } : wrong("Name a bench.");
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds >= 1))
    return wrong(`--rounds takes a whole number from 1 on, not ${values.rounds}.`);
  if (values.write && command !== "regress") return wrong("--write belongs to regress.");
  const { quick, json, tree } = values;
  const options = { quick, json, rounds, tree };
  const [file, more] = operands;
  if (command === "table") {
    if (file === undefined || more !== undefined)
      return wrong("table takes one file, that --json was printed into.");
    return { is: "table", file };
  }
  if (command === "regress") {
    if (!values.write)
      return file === undefined
        ? { is: "compare", options }
        : wrong(`regress takes no ${file} without --write.`);
    if (file === undefined || more !== undefined)
      return wrong("regress --write takes one file, that --json was printed into.");
    return { is: "store", file };
  }
  const names = command === "all" ? known : positionals;
  if (tree !== undefined && !names.includes("imports")) return wrong("--tree belongs to imports.");
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) return wrong(`There is no bench ${unknown}; there are ${known.join(", ")}.`);
  return { is: "run", names, options };
}

/** A text says what is wrong. */
function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h", default: false },
        json: { type: "boolean", default: false },
        quick: { type: "boolean", default: false },
        rounds: { type: "string" },
        tree: { type: "string" },
        write: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    // Its codes all begin so: an option that it does not know, or one without its value.
    if (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_"))
      return error.message;
    throw error;
  }
}

function wrong(why: string): Asked {
  return { is: "wrong", why };
}
