/**
 * The facts that an extractor reads from one file, and the questions a resolver answers about them. Both
 * languages yield the same shapes, so rules never ask which language a file is written in.
 *
 * Facts are plain values: strings, numbers, booleans and arrays of such records, no classes and no cycles.
 * `facts-layout.ts` says how they lie in one Int32Array and one string, which is how they cross from workers,
 * how they are kept in memory and in the cache; an extractor never sees that form. What reads them may be
 * given views of it (`facts-view.ts`), which are not spread.
 *
 * Invariants
 * M1 Offsets are byte offsets into the file as it lies on disk (a byte order mark is counted), end exclusive.
 * M2 Lines start at 1; columns start at 1 and count UTF-16 code units, as editors and SARIF count.
 * M3 Paths are relative to the root, with `/`, and without `./`.
 * M4 An extractor never throws on content: what it cannot read becomes a problem with a position, and what
 *    it cannot know is said to be unknown, never guessed.
 */
type Language = "python" | "typescript";
/** A half-open range of bytes, with the place of its first byte. */
type Place = {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
};
/**
 * How an import is written.
 *
 * - `static`: `import a`, `from a import b`, `import {b} from "a"`
 * - `re-export`: `export {b} from "a"`, `export * from "a"` (TypeScript, JavaScript)
 * - `import-equals`: `import a = require("a")`
 * - `require`: `require("a")`, `require.resolve("a")`
 * - `dynamic`: `import("a")`, `importlib.import_module("a")`, `__import__("a")`
 * - `mock`: a string that names a module or a name in it: `patch("a.b.C")`, `jest.mock("a")`
 * - `types`: `import("a").T` in a type, `/// <reference path>`, `declare module "a"` that augments (its
 *   names are those it adds)
 * - `member`: the properties that a file uses of an `import * as ns`: `ns.a`, one fact per namespace import
 *   with one name per property. It stands beside the `static` fact, asks for names only, and is no statement:
 *   its resolver never answers `missing`, and `fix` leaves it alone.
 */
type ImportKind = "static" | "re-export" | "import-equals" | "require" | "dynamic" | "mock" | "types" | "member";
/** Where the import stands: `module` and `class` run when the module loads, `function` when it is called. */
type Scope = "module" | "class" | "function";
/**
 * What stands between the import and a crash.
 *
 * - `none`: nothing
 * - `conditional`: under an `if`, `for`, `while`, `match` or the like
 * - `try`: in a `try` whose handler catches an import error and goes on
 * - `try-raise`: in such a `try`, but the handler always raises again
 * - `handler`: in the handler of such a `try`: itself the fallback
 * - `suppress`: under `contextlib.suppress(ImportError)`
 * - `expected`: the test expects the import to fail (`pytest.raises(ImportError)`, `assertRaises`)
 * - `types`: seen by type checkers only (`TYPE_CHECKING`, `import type`)
 * - `unreachable`: after `return`, `raise` or the like, or under a condition that is always false
 */
type Guard = "none" | "conditional" | "try" | "try-raise" | "handler" | "suppress" | "expected" | "types" | "unreachable";
/**
 * One name of an import statement.
 *
 * `name` is the name asked of the module: `"*"` for everything (`from m import *`, `export * from "m"`),
 * `""` for the module itself (`import m`, `import * as ns`, `const m = require("m")`, a bare dynamic import),
 * `"default"` for a default import, else the name as written, in its normal form (NFKC in Python).
 * `local` is the name it is bound to in this file, or `""` when it is bound to none (a side-effect import,
 * a mock string, a re-export).
 */
type ImportedName = Place & {
  readonly name: string;
  readonly local: string;
  /** `import { type T }`: gone at run time, though the statement stays. */
  readonly typeOnly: boolean;
};
/** One module asked for by one statement. `import a, b` in Python is two of them with the same statement. */
type ImportFact = {
  readonly kind: ImportKind;
  /** As written, unescaped: `..a.b`, `./a.js`, `@scope/a`. For a mock string the whole string. */
  readonly specifier: string;
  readonly scope: Scope;
  readonly guard: Guard;
  /** The whole statement, without the newline. For strings: the literal with its quotes. */
  readonly statement: Place;
  /** The specifier only: without quotes in TypeScript and in strings, with leading dots in Python. */
  readonly at: Place;
  /** Empty for a side-effect import (`import "a"`). */
  readonly names: readonly ImportedName[];
  /**
   * Numbers the `try` statement whose handler catches import errors (1, 2, …), 0 outside of one: one name
   * that is missing there disables all others of the same number.
   */
  readonly tryBlock: number;
};
type BindingKind = "class" | "function" | "variable" | "type" | "interface" | "enum" | "namespace" | "import" | "alias";
/**
 * When a name is there: `always` after the module has loaded; `conditional` depends on a condition;
 * `try` on whether another import works; `types` for type checkers only; `late` only once some function ran
 * (`global` in Python); `deleted` was bound and taken away again at module level.
 */
type Presence = "always" | "conditional" | "try" | "types" | "late" | "deleted";
/**
 * A name bound at module level. One fact per name and place; the last one that is not conditional wins.
 * In TypeScript these are the module's local declarations, exported or not; see `ExportFact`. An expression
 * that is exported without a name is bound as `default` or `export=`; `declare module "a"` as `"a"` with its
 * quotes, and what it declares as `"a".name`. In Python `m.name = …` on something imported is bound as
 * `m.name`: it gives the module `m` a name from outside.
 */
type BindingFact = Place & {
  /** `start`/`end` cover the whole definition (decorators included), `line`/`column` the name. */
  readonly name: string;
  readonly kind: BindingKind;
  readonly isAsync: boolean;
  readonly presence: Presence;
  /** kind `import`: index into `imports`, else -1. */
  readonly importIndex: number;
  /** kind `import`: index into that import's `names`, else -1. */
  readonly nameIndex: number;
  /** kind `alias` (`A = B`, `A = m.B`): the dotted name on the right, else "". */
  readonly target: string;
  /** A value that is created when the module loads and can be changed later (`x = Foo()`, `x = {}`). */
  readonly isState: boolean;
};
/**
 * One door of a module whose exports are explicit (TypeScript, JavaScript). Python modules have none:
 * there every binding is a door, see `doors`.
 *
 * Either `local` names a binding of this file, or `importIndex` says which import it is passed on from and
 * `imported` under which name (`"*"` for `export * from`, `""` for `export * as ns from`).
 */
type ExportFact = Place & {
  /** `"*"` for `export * from`, `"default"`, `"export="`, else the public name. */
  readonly name: string;
  readonly local: string;
  readonly importIndex: number;
  readonly imported: string;
  readonly typeOnly: boolean;
};
/** What the module says is public. `isKnown` is false when it is computed: nothing may be concluded then. */
type PublicNames = {
  readonly isKnown: boolean;
  readonly names: readonly (Place & {
    readonly name: string;
  })[];
};
/**
 * Which doors the module has.
 *
 * - `bindings`: every name bound at module level (Python)
 * - `exports`: the export facts (ECMAScript modules)
 * - `object`: `module.exports`, as far as it could be read into export facts (CommonJS)
 * - `unknown`: computed (`module.exports = f()`, star import of something unreadable); never "missing"
 * - `none`: a script, or a file whose content is no module; importing a name from it is a finding
 */
type Doors = "bindings" | "exports" | "object" | "unknown" | "none";
/** `syntax`: at that place the file is no valid source. `skipped`: deliberately not read, and why. */
type Problem = {
  readonly kind: "syntax" | "encoding" | "unreadable" | "skipped" | "limit";
  readonly message: string;
  readonly line: number;
  readonly column: number;
};
/** `goldenpath-ignore rule[, rule] -- reason` in a comment. It speaks for `appliesToLine`. */
type Ignore = {
  readonly rules: readonly string[];
  /** Empty when it was left out, which is itself a finding. */
  readonly reason: string;
  readonly line: number;
  readonly column: number;
  /** The comment's own line when code stands before it, else the next line with code. */
  readonly appliesToLine: number;
};
/** Everything that is known of one file. */
type FileFacts = {
  readonly path: string;
  readonly language: Language;
  readonly byteLength: number;
  readonly lineCount: number;
  readonly imports: readonly ImportFact[];
  readonly bindings: readonly BindingFact[];
  readonly exports: readonly ExportFact[];
  readonly doors: Doors;
  /** Python's `__all__`; undefined when the module has none. */
  readonly publicNames: PublicNames | undefined;
  /**
   * Names that the module makes up on request (Python's module `__getattr__`): `none`; the literal `names`
   * it tests for; or `any`, when that cannot be read.
   */
  readonly lazy: {
    readonly is: "none";
  } | {
    readonly is: "names";
    readonly names: readonly string[];
  } | {
    readonly is: "any";
  };
  /** Loading it does more than define: calls, prints, patches. Moving an import of it may change order. */
  readonly hasEffects: boolean;
  readonly problems: readonly Problem[];
  readonly ignores: readonly Ignore[];
};
/** Where an import leads. */
type Resolution =
/** A first-party file; `file` is its index in the project. */
{
  readonly is: "file";
  readonly file: number;
} |
/** A first-party directory that is a package without a file of its own (Python's namespace packages). */
{
  readonly is: "namespace";
  readonly path: string;
} |
/** A part of the language's own library, or of the platform (`os`, `node:fs`). */
{
  readonly is: "builtin";
  readonly name: string;
} |
/**
 * Somebody else's package. `isDeclared`: a manifest names it; `isInstalled`: it was found on disk, or
 * undefined when there is nothing installed to look at.
 */
{
  readonly is: "external";
  readonly package: string;
  readonly isDeclared: boolean;
  readonly isInstalled: boolean | undefined;
} |
/** A first-party file that is no module: JSON, CSS, an image, a single-file component. */
{
  readonly is: "asset";
  readonly path: string;
} |
/** Nothing there. `tried` says where we looked; `nearest` is the longest part that does exist. */
{
  readonly is: "missing";
  readonly tried: readonly string[];
  readonly nearest: string;
} |
/**
 * Cannot be known statically; never a finding. `ambient`: a declaration file says that the module exists
 * (`declare module "it"`, perhaps with a star); its names are asked for as `"it".name`.
 */
{
  readonly is: "unknown";
  readonly why: string;
  readonly ambient?: string;
};
/** One step on the way from a door to a definition. */
type Hop = {
  readonly file: number;
  readonly name: string;
  readonly line: number;
};
/** What a name of a module turns out to be. `chain` starts at the module asked and ends where the answer lies. */
type Lookup =
/** Defined in `file` as `bindings[binding]`; the last hop is that place. */
{
  readonly is: "found";
  readonly file: number;
  readonly binding: number;
  readonly presence: Presence;
  readonly chain: readonly Hop[];
} |
/** The name is a module: a submodule, or `export * as ns`. */
{
  readonly is: "module";
  readonly resolution: Resolution;
  readonly chain: readonly Hop[];
} |
/** It comes from outside (`package`) or is made on request: present, but not looked into. */
{
  readonly is: "outside";
  readonly why: string;
  readonly chain: readonly Hop[];
} |
/** Cannot be known; never a finding. */
{
  readonly is: "unknown";
  readonly why: string;
  readonly chain: readonly Hop[];
} |
/** Two `export *` offer it, so that neither does. */
{
  readonly is: "conflict";
  readonly chain: readonly Hop[];
  readonly others: readonly Hop[];
} |
/** Not there. `isLocal`: it is declared in the file where the chain ends, but not exported. */
{
  readonly is: "missing";
  readonly isLocal: boolean;
  readonly chain: readonly Hop[];
};
/**
 * Answers for the files of one language. Made once per run with all files' facts; may read manifests and
 * directories while being made, and afterwards answers from memory.
 */
type Resolver = {
  readonly language: Language;
  /** Where the import as a whole leads. For a mock string: the longest prefix that is a module. */
  resolve(file: number, statement: ImportFact): Resolution;
  /** What `name` of that first-party file is. `"*"` and `""` are never asked. */
  lookup(file: number, name: string): Lookup;
  /**
   * All names that the file offers to others, sorted: for the lock, unused exports and suggestions.
   * `isComplete` is false when it may offer more than could be read.
   */
  offers(file: number): {
    readonly names: readonly string[];
    readonly isComplete: boolean;
  };
  /** The specifier by which `from` would import `to`, in the style of `like` if given; undefined: none. */
  specifierFor(from: number, to: number, like?: string): string | undefined;
  /** The name by which people speak of the module: `pkg.mod`, `@scope/pkg/sub`, or its path. */
  moduleName(file: number): string;
};
/** `error` fails the check; `warning` fails it too unless `--errors-only`; `note` never does. */
type Severity = "error" | "warning" | "note";
/** Replace the bytes `start`–`end` of `file` by `text`. */
type Edit = {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
};
/** What would settle a finding. `edits` is empty when a person has to decide; `title` says what to do. */
type Fix = {
  readonly title: string;
  readonly edits: readonly Edit[];
};
/** One thing that is wrong, at one place. This is the published JSON shape. */
type Finding = {
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
type Score = {
  readonly value: number;
  readonly imports: number;
  readonly unsound: number;
  readonly byRule: Readonly<Record<string, number>>;
  readonly byFolder: Readonly<Record<string, {
    readonly imports: number;
    readonly unsound: number;
    readonly value: number;
  }>>;
};
/** A symbol with several doors in use, as the `fragmentation` rule ranks them. */
type Fragment = {
  readonly symbol: string;
  readonly definedIn: string;
  readonly paths: readonly {
    readonly module: string;
    readonly name: string;
    readonly imports: number;
  }[];
  readonly imports: number;
  readonly definitions: number;
  /** Module state behind it can be created twice. */
  readonly isState: boolean;
  readonly harm: number;
};
/** What one run found. The JSON format is this value. */
type Report = {
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
  readonly skipped: readonly {
    readonly file: string;
    readonly reason: string;
  }[];
  readonly fragments: readonly Fragment[];
};
type ReportFormat = "text" | "json" | "sarif" | "github" | "junit" | "html";
type RuleInfo = {
  readonly id: string;
  readonly severity: Severity;
  /** One sentence: why anyone should care. */
  readonly reason: string;
  /** Path of its page below the documentation's root: `imports/rules/cycle`. */
  readonly page: string;
};
/** What a reporter may ask besides the report. */
type ReportContext = {
  /** A file's text for code frames, or undefined when it cannot be read. */
  readonly readSource: (file: string) => string | undefined;
  readonly rules: readonly RuleInfo[];
  readonly useColour: boolean;
  /** Characters per line of the terminal. */
  readonly width: number;
};
/** Turns a report into text. Pure; ends with a newline. */
type Reporter = (report: Report, context: ReportContext) => string;
/**
 * JSON as `tsconfig.json` has it: comments and trailing commas are allowed. Hand-written because the
 * files come from strangers: a wrong byte is an answer with a position, never an exception.
 */
type JsonValue = null | boolean | number | string | readonly JsonValue[] | {
  readonly [key: string]: JsonValue;
};
type CanonicalEntry = {
  /** `module:name`, the one path by which the symbol is imported. */
  readonly symbol: string;
  /** `module:name` that may stay for now. */
  readonly allow: readonly string[];
};
type Boundary = {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly reason: string;
};
type DeprecatedPath = {
  readonly path: string;
  readonly use: string;
  /** `YYYY-MM-DD`; before that day it is a warning. "" means now. */
  readonly after: string;
  readonly reason: string;
};
type Layers = {
  readonly order: readonly (readonly string[])[];
  readonly reason: string;
};
/** All settings, resolved: every key has a value. */
type Config = {
  readonly roots: readonly string[];
  readonly exclude: readonly string[];
  readonly external: readonly string[];
  readonly rules: Readonly<Record<string, Severity | "off">>;
  readonly canonical: readonly CanonicalEntry[];
  /** Groups of `module:name` that must be one object. */
  readonly identical: readonly (readonly string[])[];
  /** Modules (globs over their names) whose exports are locked; empty: every package's door. */
  readonly contract: readonly string[];
  readonly layers: readonly Layers[];
  readonly forbidden: readonly Boundary[];
  readonly deprecated: readonly DeprecatedPath[];
  readonly entries: readonly string[];
  readonly lock: string;
  readonly baseline: string;
};
type ConfigReading = {
  readonly ok: true;
  readonly config: Config;
  readonly source: string;
} | {
  readonly ok: false;
  readonly message: string;
};
/** Reads `goldenpath.imports.json`, else `goldenpath.imports` in package.json, else `[tool.goldenpath.imports]`. */
declare function readConfig(root: string, path?: string): ConfigReading;
/** Checks every key; an unknown one is refused, since a misspelt rule guards nothing. */
declare function resolveConfig(value: JsonValue, source: string): ConfigReading;
/** A mock string's answer: where its longest module prefix leads, and what is asked of it. */
type Target = {
  readonly resolution: Resolution;
  readonly module: string;
  readonly name: string;
};
type PythonResolver = Resolver & {
  /** Where a module as it is written leads. */
  readonly resolveSpecifier: (file: number, specifier: string) => Resolution;
  readonly resolveTarget: (file: number, dotted: string) => Target;
};
type ResolversFor = (files: readonly FileFacts[]) => {
  readonly python: PythonResolver;
  readonly typescript: Resolver;
};
/** All files' facts with the resolvers' answers, each asked once. Indices of files are positions in `files`. */
declare class Project {
  #private;
  readonly root: string;
  readonly files: readonly FileFacts[];
  /** `resolversFor` makes the resolvers for a set of files, now and for `withFiles`. */
  constructor(root: string, files: readonly FileFacts[], resolversFor: ResolversFor);
  /** What is worked out from the whole tree is worked out once; `key` says what it is. */
  once<T>(key: string, make: () => T): T;
  /** The same tree with other facts, asked anew. */
  withFiles(files: readonly FileFacts[]): Project;
  fileAt(path: string): number | undefined;
  facts(file: number): FileFacts;
  resolver(file: number): Resolver;
  /** Where `files[file].imports[index]` leads. */
  resolution(file: number, index: number): Resolution;
  /** What one name of an import turns out to be. `"*"` and `""` are modules, not names. */
  lookup(file: number, index: number, name: ImportedName): Lookup;
  /** A name of a module, whoever asks. */
  lookupIn(file: number, name: string): Lookup;
  moduleName(file: number): string;
  /** Where a dotted string leads (`patch("a.b.C")`). */
  target(file: number, dotted: string): ReturnType<PythonResolver["resolveTarget"]>;
}
type LockedExport = {
  readonly module: string;
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly isAsync: boolean;
  /** `module:name` of the definition; exports with the same origin are one object. */
  readonly origin: string;
};
/** The public surface of the tree: of the configured modules, else of every package's door. */
declare function publicSurface(project: Project, config: Config): readonly LockedExport[];
declare function formatLock(surface: readonly LockedExport[]): string;
type LockReading = {
  readonly ok: true;
  readonly surface: readonly LockedExport[];
} | {
  readonly ok: false;
  readonly message: string;
};
/** Reads what `formatLock` wrote; a line that it would not write is refused with its number. */
declare function parseLock(text: string, path: string): LockReading;
type Progress = (done: number, total: number) => void;
/** Where a class or a function is defined at module level. */
type Definition$1 = {
  readonly file: number;
  readonly binding: number;
};
/** All classes and functions of the tree by their bare names, in the order of files. Made once per run. */
declare class Definitions {
  #private;
  constructor(project: Project);
  of(name: string): readonly Definition$1[];
  all(): Iterable<readonly [string, readonly Definition$1[]]>;
}
/** `load`: runs when the module loads; `call`: inside a function; `types`: for type checkers only. */
type EdgeKind = "load" | "call" | "types";
type Edge = {
  readonly from: number;
  readonly to: number;
  readonly kind: EdgeKind;
  /** The first import of the strongest kind. */
  readonly importIndex: number;
};
/** Which module imports which, one edge per pair. Strings in mocks are no imports. */
declare class Edges {
  #private;
  /** By importing file. */
  readonly out: readonly (readonly Edge[])[];
  constructor(project: Project);
  into(file: number): readonly Edge[];
  /** Everything that imports one of `files`, over any number of steps, and they themselves. */
  importersOf(files: Iterable<number>): Set<number>;
  /** Everything that is loaded when `from` is. */
  loadedBy(from: number): ReadonlySet<number>;
}
/** One name taken from a first-party module: by whom, through which door, and what it is in the end. */
type Use = {
  readonly file: number;
  readonly importIndex: number;
  /** -1 for mock strings. */
  readonly nameIndex: number;
  readonly statement: ImportFact;
  readonly place: Place;
  /** The module asked, and the name asked of it. */
  readonly door: number;
  readonly name: string;
  /** The name in the importing file; "" when it is bound to none. */
  readonly local: string;
  readonly lookup: Lookup;
};
/** Where a symbol is defined. */
type Definition = {
  readonly file: number;
  readonly name: string;
  readonly binding: number;
};
/** All uses of first-party names, grouped by what they mean. Made once per run. */
declare class Uses {
  #private;
  readonly all: readonly Use[];
  /** By `file:name` of the definition. */
  readonly bySymbol: Map<string, {
    readonly symbol: Definition;
    readonly uses: Use[];
  }>;
  constructor(project: Project);
  /** Uses that ask this module. */
  through(door: number): readonly Use[];
}
/** What a rule says of one place; the rest of the finding follows from it. */
type Remark = {
  readonly file: number;
  readonly place: Place;
  readonly module: string;
  readonly symbol: string;
  readonly message: string;
  readonly why: readonly string[];
  /** When there is no such file in the tree any more. */
  readonly path?: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
  readonly fix?: Fix;
};
type RuleContext = {
  readonly project: Project;
  readonly config: Config;
  /** Files to speak about; others are only looked at. Undefined: all. */
  readonly focus: ReadonlySet<number> | undefined;
  /** The bytes of a file as it was read; undefined when it cannot be read any more. */
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
type Tell = (info: RuleInfo, remark: Remark) => void;
/** One rule, or several that share one walk over the imports. Pure, save for `readBytes`. */
type Rule = {
  readonly infos: readonly RuleInfo[];
  readonly check: (context: RuleContext, tell: Tell) => void;
};
type Tree = {
  /** Relative paths of source files, sorted. */
  readonly files: readonly string[];
  /** Relative paths of compiled modules. */
  readonly compiled: readonly string[];
  readonly manifests: readonly string[];
  /** Configuration of TypeScript, JavaScript and of this guard. */
  readonly settings: readonly string[];
  /** Every folder that was listed, and `node_modules`, which were not. */
  readonly folders: readonly string[];
  readonly skipped: readonly {
    readonly file: string;
    readonly reason: string;
  }[];
};
type CheckOptions = {
  /** Absolute path of the tree. */
  readonly root: string;
  readonly config: Config;
  /** Files or folders to speak about, relative to the root; empty: all. Everything is still read. */
  readonly paths: readonly string[];
  /** Files to speak about, when git has chosen them; undefined: all. */
  readonly focus?: (project: Project) => ReadonlySet<number>;
  readonly useBaseline: boolean;
  /** Keep what was read in `.goldenpath/` below the root, and read only what changed. */
  readonly useCache?: boolean;
  readonly rules?: readonly Rule[];
  /** The surface to compare with instead of the lock file's. */
  readonly lock?: readonly LockedExport[];
  /** Milliseconds, for `durationMs`. */
  readonly now: () => number;
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly progress?: Progress;
};
type CheckResult = {
  readonly ok: true;
  readonly report: Report;
  readonly mended: readonly string[];
} | {
  readonly ok: false;
  readonly message: string;
};
/** Reads the tree and answers all its imports. */
declare function readProject(root: string, config: Config, progress?: Progress): Promise<{
  project: Project;
  tree: Tree;
}>;
/** The whole pipeline: walk, extract, resolve, rules, ignores, baseline, score. */
declare function check(options: CheckOptions): Promise<CheckResult>;
/** What the command line may touch of the process. `out` and `err` take whole lines. */
type ImportsIo = {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly cwd?: string;
  /** Whether people read along: colours and progress. */
  readonly isTerminal?: boolean;
  readonly width?: number;
  /** Ends `watch`. */
  readonly signal?: AbortSignal;
};
/** Carries out `goldenpath imports …`; resolves with the exit code: 0 clean, 1 findings, 2 could not run. */
declare function runImportsCli(argv: readonly string[], io: ImportsIo): Promise<number>;
/**
 * What a symbol is and how people reach it. `wanted` is `module:name`, `module.name` or a bare name.
 * Undefined when nothing of that name is known.
 */
declare function explainSymbol(project: Project, uses: Uses, wanted: string): string | undefined;
/** Who imports a module, directly and in the end. Undefined when there is no such module. */
declare function explainModule(project: Project, edges: Edges, uses: Uses, wanted: string): string | undefined;
/** The facts of one file by its extension. */
declare function extract(path: string, bytes: Uint8Array): FileFacts;
type Refusal = {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
};
type Change = {
  readonly file: string;
  readonly before: Buffer;
  readonly after: Buffer;
};
type Plan = {
  readonly changes: readonly Change[];
  readonly diffs: readonly string[];
  /** Imported names that get another path. */
  readonly rewritten: number;
  readonly refused: readonly Refusal[];
};
type FixOptions = {
  /** Files or folders to change; empty: all. */
  readonly paths: readonly string[];
  /** Also take derived paths, not only declared ones. */
  readonly isDerived: boolean;
};
/**
 * Works out every edit in memory and checks the result before anything is written: the changed files are read
 * again, and a file in which more is unresolved than before is left alone. Repeated until nothing changes, so
 * that a second run has nothing to do.
 */
declare function planFixes(project: Project, config: Config, options: FixOptions): Plan;
/** Writes every file beside itself and renames it; one that changed meanwhile stops the rest. */
declare function writeFixes(root: string, plan: Plan): {
  readonly ok: true;
} | {
  readonly ok: false;
  readonly message: string;
};
declare const reporterByFormat: { readonly [format in ReportFormat]: Reporter; };
/** All rules in the order in which they run. */
declare const allRules: readonly Rule[];
declare const allRuleInfos: readonly RuleInfo[];
export { type CheckOptions, type CheckResult, type Config, type FileFacts, type Finding, type Fragment, type ImportFact, type ImportsIo, type LockedExport, type Lookup, type Plan, type Report, type ReportFormat, type Resolution, type Score, type Severity, allRuleInfos, allRules, check, explainModule, explainSymbol, extract, formatLock, parseLock, planFixes, publicSurface, readConfig, readProject, reporterByFormat, resolveConfig, runImportsCli, writeFixes };