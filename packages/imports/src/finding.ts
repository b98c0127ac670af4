/** `error` fails the check; `warning` fails it too unless `--errors-only`; `note` never does. */
export type Severity = "error" | "warning" | "note";

/** Replace the bytes `start`–`end` of `file` by `text`. */
export type Edit = {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
};

/** What would settle a finding. `edits` is empty when a person has to decide; `title` says what to do. */
export type Fix = { readonly title: string; readonly edits: readonly Edit[] };

/** One thing that is wrong, at one place. This is the published JSON shape. */
export type Finding = {
  readonly rule: string;
  readonly severity: Severity;
  /** Relative to the root, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** Of the last character, exclusive; the same line. */
  readonly endColumn: number;
  /** The module concerned, as it is written or spoken of; "" when none. */
  readonly module: string;
  /** The symbol concerned; "" when none. */
  readonly symbol: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** The reasons, one step each: the chain of re-exports, where we looked, what it breaks. */
  readonly why: readonly string[];
  readonly fix?: Fix;
  /**
   * Who it is, whatever line it stands in: (rule, file, module, symbol) and a number for repetitions.
   * Baselines and SARIF fingerprints use it.
   */
  readonly id: string;
};

/** Soundness by rule and folder: the share of imports without a finding, in percent with one decimal. */
export type Score = {
  readonly value: number;
  readonly imports: number;
  readonly unsound: number;
  readonly byRule: Readonly<Record<string, number>>;
  readonly byFolder: Readonly<
    Record<string, { readonly imports: number; readonly unsound: number; readonly value: number }>
  >;
};

/** A symbol with several doors in use, as the `fragmentation` rule ranks them. */
export type Fragment = {
  readonly symbol: string;
  readonly definedIn: string;
  readonly paths: readonly { readonly module: string; readonly name: string; readonly imports: number }[];
  readonly imports: number;
  readonly definitions: number;
  /** Module state behind it can be created twice. */
  readonly isState: boolean;
  readonly harm: number;
};

/** What one run found. The JSON format is this value. */
export type Report = {
  readonly version: 1;
  /** Absolute path of the tree. */
  readonly root: string;
  readonly files: number;
  readonly durationMs: number;
  readonly score: Score;
  readonly findings: readonly Finding[];
  /** Findings that the baseline knows and that were therefore left out. */
  readonly known: number;
  /** Files that were left out on purpose or could not be read, with the reason. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  readonly fragments: readonly Fragment[];
};

export type ReportFormat = "text" | "json" | "sarif" | "github" | "junit" | "html";

export type RuleInfo = {
  readonly id: string;
  readonly severity: Severity;
  /** One sentence: why anyone should care. */
  readonly reason: string;
  /** Path of its page below the documentation's root: `imports/rules/cycle`. */
  readonly page: string;
};

/** What a reporter may ask besides the report. */
export type ReportContext = {
  /** A file's text for code frames, or undefined when it cannot be read. */
  readonly readSource: (file: string) => string | undefined;
  readonly rules: readonly RuleInfo[];
  readonly useColour: boolean;
  /** Characters per line of the terminal. */
  readonly width: number;
};

/** Turns a report into text. Pure; ends with a newline. */
export type Reporter = (report: Report, context: ReportContext) => string;
