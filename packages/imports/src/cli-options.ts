import { parseArgs } from "node:util";
import type { ReportFormat } from "./finding.ts";
import { nearestName } from "./rules/unresolved.ts";

export type CliOptions = {
  readonly command: string;
  readonly rest: readonly string[];
  readonly root: string | undefined;
  readonly config: string | undefined;
  readonly format: ReportFormat;
  readonly graphFormat: "dot" | "mermaid" | "html";
  readonly output: string | undefined;
  readonly since: string | undefined;
  readonly base: string | undefined;
  readonly isStaged: boolean;
  readonly baseline: boolean;
  readonly isDryRun: boolean;
  readonly isErrorsOnly: boolean;
  readonly isDerived: boolean;
  readonly useCache: boolean;
  readonly isHelp: boolean;
  readonly trend: number;
};

export type OptionsReading =
  | { readonly ok: true; readonly options: CliOptions }
  | { readonly ok: false; readonly message: string };

const formats = ["text", "json", "sarif", "github", "junit", "html"] as const;
const graphFormats = ["dot", "mermaid", "html"] as const;
const trendMax = 50;

export const help = `goldenpath imports COMMAND [OPTIONS]

  check [PATHS]     find broken, stray and forbidden imports        exit 0 clean, 1 findings, 2 could not run
  fix [PATHS]       rewrite imports to the declared paths           --dry-run shows the diff, --derived all paths
  lock              write the public surface to the lock file
  ratchet           write the baseline; known findings may only shrink
  why SYMBOL        what it is, by which chain, and by which paths it is imported
  who MODULE        who imports it
  graph             the import graph
  report            one HTML page                                   --trend N revisions of the git history
  init              write a short ${"goldenpath.imports.json"}
  watch [PATHS]     check again whenever a file changes
  lsp               a language server for editors, on standard input and output

  --root DIR        the tree; otherwise the current folder
  --config FILE     otherwise goldenpath.imports.json, package.json or pyproject.toml
  --format F        text, json, sarif, github, junit, html; of a graph: dot, mermaid, html
  --output FILE     otherwise standard output
  --since REV       only what the changes since REV can break
  --staged          only what the staged changes can break
  --base REV        compare exports with REV instead of the lock file
  --baseline        leave out what the baseline knows (the default when there is one; --no-baseline shows all)
  --no-cache        read every file, and keep nothing in .goldenpath/
  --errors-only     warnings do not fail the check`;

/** What there is, or what there is for one command. */
export function helpFor(command: string): string {
  const [, ...lines] = help.split("\n");
  const own = lines.filter((line) => {
    const [, name, option] = /^ {2}(?:--([\w-]+)|(\w+) )/.exec(line) ?? [];
    return option === undefined
      ? name === undefined || foreignOption(command, [name]) === undefined
      : option === command;
  });
  return own.some((line) => line.startsWith(`  ${command} `))
    ? [`goldenpath imports ${command} [OPTIONS]`, ...own].join("\n")
    : help;
}

/** Reads the command line; anything unknown is refused with what would be right. */
export function readOptions(argv: readonly string[]): OptionsReading {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { ok: false, message: explain(error.message) };
  }
  const { values, positionals } = parsed;
  const [command = "", ...rest] = positionals;
  const foreign = values.help === true ? undefined : foreignOption(command, Object.keys(values));
  if (foreign !== undefined) return { ok: false, message: foreign };
  const format = values.format ?? "text";
  const isGraph = command === "graph";
  const known: readonly string[] = isGraph ? graphFormats : formats;
  if (values.format !== undefined && !known.includes(format)) {
    return { ok: false, message: `--format ${format} is not known; known are ${known.join(", ")}` };
  }
  const trend = values.trend === undefined ? 0 : Number(values.trend);
  if (!Number.isInteger(trend) || trend < 0 || trend > trendMax) {
    return { ok: false, message: `--trend must be a number from 0 to ${trendMax}` };
  }
  if (values.since !== undefined && values.staged === true) {
    return { ok: false, message: "--since and --staged exclude each other" };
  }
  return {
    ok: true,
    options: {
      command,
      rest,
      root: values.root,
      config: values.config,
      format: formats.find((each) => each === format) ?? "text",
      graphFormat: graphFormats.find((each) => each === format) ?? "dot",
      output: values.output,
      since: values.since,
      base: values.base,
      isStaged: values.staged ?? false,
      baseline: values["no-baseline"] !== true,
      isDryRun: values["dry-run"] ?? false,
      isErrorsOnly: values["errors-only"] ?? false,
      isDerived: values.derived ?? false,
      useCache: values["no-cache"] !== true,
      isHelp: values.help ?? false,
      trend,
    },
  };
}

/** Which commands do what an option promises; the others refuse it. Those that are not here are for all. */
const commandsByOption: Readonly<Record<string, readonly string[]>> = {
  format: ["check", "graph", "watch"],
  output: ["check", "graph", "report"],
  since: ["check", "report", "watch"],
  staged: ["check", "report", "watch"],
  base: ["check", "report", "watch"],
  trend: ["report"],
  baseline: ["check", "watch"],
  "no-baseline": ["check", "watch"],
  "errors-only": ["check"],
  "dry-run": ["fix"],
  derived: ["fix"],
  "no-cache": ["check", "ratchet", "why", "who", "graph", "report", "watch"],
};

function foreignOption(command: string, given: readonly string[]): string | undefined {
  for (const option of given) {
    const takers = commandsByOption[option];
    if (command === "" || takers === undefined || takers.includes(command)) continue;
    return `--${option} is for ${inWords(takers)}, not for ${command}; ${more}`;
  }
  return undefined;
}

function inWords(commands: readonly string[]): string {
  const last = commands.at(-1);
  return commands.length === 1 ? `${last}` : `${commands.slice(0, -1).join(", ")} and ${last}`;
}

/** One line: what is wrong, what was probably meant, where to read on. */
function explain(message: string): string {
  const option = /Unknown option '(--?[^']+)'/.exec(message)?.[1];
  if (option === undefined) return `${message.split(/[.\n]/, 1)[0]}; ${more}`;
  const near = nearestName(option.replace(/^-+/, ""), Object.keys(options));
  return `there is no option ${option}${near === undefined ? "" : `, did you mean --${near}?`}; ${more}`;
}

/** The answer to a command that does not exist. */
export function unknownCommand(command: string, known: readonly string[]): string {
  const near = nearestName(command, known);
  return `there is no command ${command}${near === undefined ? "" : `, did you mean ${near}?`}; ${more}`;
}

const more = "goldenpath imports --help lists what there is";

const options = {
  root: { type: "string" },
  config: { type: "string" },
  format: { type: "string", short: "f" },
  output: { type: "string", short: "o" },
  since: { type: "string" },
  base: { type: "string" },
  trend: { type: "string" },
  staged: { type: "boolean" },
  baseline: { type: "boolean" },
  "no-baseline": { type: "boolean" },
  "dry-run": { type: "boolean" },
  "errors-only": { type: "boolean" },
  "no-cache": { type: "boolean" },
  derived: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], allowPositionals: true, options });
}
