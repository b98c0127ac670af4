/**
 * The facts that an extractor reads from one file, and the questions a resolver answers about them. Both
 * languages yield the same shapes, so rules never ask which language a file is written in.
 *
 * Facts are plain values: strings, numbers, booleans and arrays of such records, no classes and no cycles.
 * `facts-layout.ts` says how they lie in one Int32Array and one string, which is how they cross from workers,
 * how they are kept in memory and in the cache; what reads Python writes that form itself. What reads facts
 * may be given views of it (`facts-view.ts`), which are not spread.
 *
 * Invariants
 * M1 Offsets are byte offsets into the file as it lies on disk (a byte order mark is counted), end exclusive.
 * M2 Lines start at 1; columns start at 1 and count UTF-16 code units, as editors and SARIF count.
 * M3 Paths are relative to the root, with `/`, and without `./`.
 * M4 An extractor never throws on content: what it cannot read becomes a problem with a position, and what
 *    it cannot know is said to be unknown, never guessed.
 */

export type Language = "python" | "typescript";

/** A half-open range of bytes, with the place of its first byte. */
export type Place = {
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
export type ImportKind =
  | "static"
  | "re-export"
  | "import-equals"
  | "require"
  | "dynamic"
  | "mock"
  | "types"
  | "member";

/** Where the import stands: `module` and `class` run when the module loads, `function` when it is called. */
export type Scope = "module" | "class" | "function";

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
export type Guard =
  | "none"
  | "conditional"
  | "try"
  | "try-raise"
  | "handler"
  | "suppress"
  | "expected"
  | "types"
  | "unreachable";

/**
 * One name of an import statement.
 *
 * `name` is the name asked of the module: `"*"` for everything (`from m import *`, `export * from "m"`),
 * `""` for the module itself (`import m`, `import * as ns`, `const m = require("m")`, a bare dynamic import),
 * `"default"` for a default import, else the name as written, in its normal form (NFKC in Python).
 * `local` is the name it is bound to in this file, or `""` when it is bound to none (a side-effect import,
 * a mock string, a re-export).
 */
export type ImportedName = Place & {
  readonly name: string;
  readonly local: string;
  /** `import { type T }`: gone at run time, though the statement stays. */
  readonly typeOnly: boolean;
};

/** One module asked for by one statement. `import a, b` in Python is two of them with the same statement. */
export type ImportFact = {
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
   * Tells apart the `try` statements whose handler catches import errors; 0 outside of one: one name
   * that is missing there disables all others of the same number.
   */
  readonly tryBlock: number;
};

export type BindingKind =
  | "class"
  | "function"
  | "variable"
  | "type"
  | "interface"
  | "enum"
  | "namespace"
  | "import"
  | "alias";

/**
 * When a name is there: `always` after the module has loaded; `conditional` depends on a condition;
 * `try` on whether another import works; `types` for type checkers only; `late` only once some function ran
 * (`global` in Python); `deleted` was bound and taken away again at module level.
 */
export type Presence = "always" | "conditional" | "try" | "types" | "late" | "deleted";

/**
 * A name bound at module level. One fact per name and place; the last one that is not conditional wins.
 * In TypeScript these are the module's local declarations, exported or not; see `ExportFact`. An expression
 * that is exported without a name is bound as `default` or `export=`; `declare module "a"` as `"a"` with its
 * quotes, and what it declares as `"a".name`. In Python `m.name = …` on something imported is bound as
 * `m.name`: it gives the module `m` a name from outside.
 */
export type BindingFact = Place & {
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
export type ExportFact = Place & {
  /** `"*"` for `export * from`, `"default"`, `"export="`, else the public name. */
  readonly name: string;
  readonly local: string;
  readonly importIndex: number;
  readonly imported: string;
  readonly typeOnly: boolean;
};

/** What the module says is public. `isKnown` is false when it is computed: nothing may be concluded then. */
export type PublicNames = {
  readonly isKnown: boolean;
  readonly names: readonly (Place & { readonly name: string })[];
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
export type Doors = "bindings" | "exports" | "object" | "unknown" | "none";

/** `syntax`: at that place the file is no valid source. `skipped`: deliberately not read, and why. */
export type Problem = {
  readonly kind: "syntax" | "encoding" | "unreadable" | "skipped" | "limit";
  readonly message: string;
  readonly line: number;
  readonly column: number;
};

/** `goldenpath-ignore rule[, rule] -- reason` in a comment. It speaks for `appliesToLine`. */
export type Ignore = {
  readonly rules: readonly string[];
  /** Empty when it was left out, which is itself a finding. */
  readonly reason: string;
  readonly line: number;
  readonly column: number;
  /** The comment's own line when code stands before it, else the next line with code. */
  readonly appliesToLine: number;
};

/** Everything that is known of one file. */
export type FileFacts = {
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
  readonly lazy:
    | { readonly is: "none" }
    | { readonly is: "names"; readonly names: readonly string[] }
    | { readonly is: "any" };
  /** Loading it does more than define: calls, prints, patches. Moving an import of it may change order. */
  readonly hasEffects: boolean;
  readonly problems: readonly Problem[];
  readonly ignores: readonly Ignore[];
};

/**
 * Reads one file's bytes. Pure: no disk, no clock. `path` chooses the dialect (`.tsx`, `.cts`, `.pyi`).
 * Bytes after a syntax problem are still used where sound (M4).
 */
export type Extractor = (path: string, bytes: Uint8Array) => FileFacts;

/** Where an import leads. */
export type Resolution =
  /** A first-party file; `file` is its index in the project. */
  | { readonly is: "file"; readonly file: number }
  /** A first-party directory that is a package without a file of its own (Python's namespace packages). */
  | { readonly is: "namespace"; readonly path: string }
  /** A part of the language's own library, or of the platform (`os`, `node:fs`). */
  | { readonly is: "builtin"; readonly name: string }
  /**
   * Somebody else's package. `isDeclared`: a manifest names it; `isInstalled`: it was found on disk, or
   * undefined when there is nothing installed to look at.
   */
  | {
      readonly is: "external";
      readonly package: string;
      readonly isDeclared: boolean;
      readonly isInstalled: boolean | undefined;
    }
  /** A first-party file that is no module: JSON, CSS, an image, a single-file component. */
  | { readonly is: "asset"; readonly path: string }
  /** Nothing there. `tried` says where we looked; `nearest` is the longest part that does exist. */
  | { readonly is: "missing"; readonly tried: readonly string[]; readonly nearest: string }
  /**
   * Cannot be known statically; never a finding. `ambient`: a declaration file says that the module exists
   * (`declare module "it"`, perhaps with a star); its names are asked for as `"it".name`.
   */
  | { readonly is: "unknown"; readonly why: string; readonly ambient?: string };

/** One step on the way from a door to a definition. */
export type Hop = { readonly file: number; readonly name: string; readonly line: number };

/** What a name of a module turns out to be. `chain` starts at the module asked and ends where the answer lies. */
export type Lookup =
  /** Defined in `file` as `bindings[binding]`; the last hop is that place. */
  | {
      readonly is: "found";
      readonly file: number;
      readonly binding: number;
      readonly presence: Presence;
      readonly chain: readonly Hop[];
    }
  /** The name is a module: a submodule, or `export * as ns`. */
  | { readonly is: "module"; readonly resolution: Resolution; readonly chain: readonly Hop[] }
  /** It comes from outside (`package`) or is made on request: present, but not looked into. */
  | { readonly is: "outside"; readonly why: string; readonly chain: readonly Hop[] }
  /** Cannot be known; never a finding. */
  | { readonly is: "unknown"; readonly why: string; readonly chain: readonly Hop[] }
  /** Two `export *` offer it, so that neither does. */
  | { readonly is: "conflict"; readonly chain: readonly Hop[]; readonly others: readonly Hop[] }
  /** Not there. `isLocal`: it is declared in the file where the chain ends, but not exported. */
  | { readonly is: "missing"; readonly isLocal: boolean; readonly chain: readonly Hop[] };

/**
 * Answers for the files of one language. Made once per run with all files' facts; may read manifests and
 * directories while being made, and afterwards answers from memory.
 */
export type Resolver = {
  readonly language: Language;
  /** Where the import as a whole leads. For a mock string: the longest prefix that is a module. */
  resolve(file: number, statement: ImportFact): Resolution;
  /** What `name` of that first-party file is. `"*"` and `""` are never asked. */
  lookup(file: number, name: string): Lookup;
  /**
   * All names that the file offers to others, sorted: for the lock, unused exports and suggestions.
   * `isComplete` is false when it may offer more than could be read.
   */
  offers(file: number): { readonly names: readonly string[]; readonly isComplete: boolean };
  /** Whether the file is what a test is tried on: what it asks for may be missing on purpose. */
  readonly isInput?: (file: number) => boolean;
  /** The specifier by which `from` would import `to`, in the style of `like` if given; undefined: none. */
  specifierFor(from: number, to: number, like?: string): string | undefined;
  /** The name by which people speak of the module: `pkg.mod`, `@scope/pkg/sub`, or its path. */
  moduleName(file: number): string;
};
