import type { Config } from "../config.ts";
import type { LockedExport } from "../contract.ts";
import type { Finding, Fix, RuleInfo, Severity } from "../finding.ts";
import type { Definitions } from "../graph/definitions.ts";
import type { Edges } from "../graph/edges.ts";
import type { Project } from "../graph/project.ts";
import type { Uses } from "../graph/uses.ts";
import type { Place } from "../model.ts";

/** What a rule says of one place; the rest of the finding follows from it. */
export type Remark = {
  readonly file: number;
  readonly place: Place;
  readonly module: string;
  readonly symbol: string;
  readonly message: string;
  readonly why: readonly string[];
  /** When there is no such file in the tree any more. */
  readonly path?: string | undefined;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity | undefined;
  readonly fix?: Fix | undefined;
};

export type RuleContext = {
  readonly project: Project;
  readonly config: Config;
  /** Files to speak about; others are only looked at. Undefined: all. */
  readonly focus: ReadonlySet<number> | undefined;
  /** The bytes of a file, valid until the next call; undefined when it cannot be read any more. */
  readonly readBytes: (file: number) => Buffer | undefined;
  /** The locked surface, if there is one. */
  readonly lock: readonly LockedExport[] | undefined;
  /** All uses, all edges and all definitions; made when first asked for. */
  readonly uses: () => Uses;
  readonly edges: () => Edges;
  readonly definitions: () => Definitions;
  /** Whether a top-level Python module is the language's own. */
  readonly isStandard: (module: string) => boolean;
  /** `YYYY-MM-DD`, for rules with a date. */
  readonly today: string;
};

export type Tell = (info: RuleInfo, remark: Remark) => void;

/** One rule, or several that share one walk over the imports. Pure, save for `readBytes`. */
export type Rule = {
  readonly infos: readonly RuleInfo[];
  /**
   * `file`: what it says, it says of a file in focus, from that file's facts and from what its imports and names
   * are; so it need not be asked again about a file for which these are the same. `tree`: anything else.
   */
  readonly covers: "file" | "tree";
  readonly check: (context: RuleContext, tell: Tell) => void;
};

export function ruleInfo(id: string, severity: Severity, reason: string): RuleInfo {
  return { id, severity, reason, page: `imports/rules/${id}` };
}

/** Files in focus, in order. */
export function* focused(context: RuleContext): Iterable<number> {
  for (let file = 0; file < context.project.files.length; file++) {
    if (context.focus === undefined || context.focus.has(file)) yield file;
  }
}

/** Turns remarks on one file into findings with identities that survive moved lines. */
export class Findings {
  readonly #countByKey = new Map<string, number>();
  readonly found: Finding[] = [];
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  add(info: RuleInfo, severity: Severity, remark: Remark): void {
    const file = this.#path;
    const module = bounded(remark.module);
    const symbol = bounded(remark.symbol);
    const key = `${info.id}|${file}|${module}|${symbol}`;
    const count = (this.#countByKey.get(key) ?? 0) + 1;
    this.#countByKey.set(key, count);
    const { place } = remark;
    this.found.push({
      rule: info.id,
      severity,
      file,
      line: place.line,
      column: place.column,
      endColumn: place.column + Math.max(1, widthOf(place, module, symbol)),
      module,
      symbol,
      message: bounded(remark.message),
      why: remark.why.map(bounded),
      ...(remark.fix === undefined ? {} : { fix: remark.fix }),
      id: count === 1 ? key : `${key}|${count}`,
    });
  }
}

/** What is said of one thing in characters; what is imported may have a name of any length. */
const textMax = 2_000;

function bounded(text: string): string {
  return text.length <= textMax ? text : `${text.slice(0, textMax)}…`;
}

/** UTF-16 units of a place, which is kept in bytes: the module or the symbol stands there, perhaps with its other name. */
function widthOf({ start, end }: Place, module: string, symbol: string): number {
  const isModule = end - start === Buffer.byteLength(module);
  const text = isModule ? module : symbol;
  return end - start - (Buffer.byteLength(text) - text.length);
}
