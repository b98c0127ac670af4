import type { BindingFact, BindingKind, FileFacts, Ignore, ImportedName, ImportFact } from "../model.ts";
import { type Block, guardOf, presenceOf, scopeOf, settle, type Try } from "./python-blocks.ts";
import { identifierBytes } from "./python-bytes.ts";
import type { PythonLexer } from "./python-lexer.ts";
import { PublicNamesReader } from "./python-public-names.ts";
import { readCall, readTarget } from "./python-strings.ts";
import { readTargets, type Target } from "./python-targets.ts";

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** What may be known of a binding beside its name and kind. */
type Details = Partial<Pick<BindingFact, "isAsync" | "isState" | "presence" | "target">>;

/** What is known of a file so far: imports, names bound at module level, `__all__`. */
export class PythonRecord {
  readonly imports: Draft<ImportFact>[] = [];
  readonly bindings: Draft<BindingFact>[] = [];
  readonly publicNames = new PublicNamesReader();
  readonly ignores: Ignore[] = [];
  lazy: FileFacts["lazy"] = { is: "none" };
  hasEffects = false;
  /** Names are bound at run time in ways that cannot be read. */
  isDynamic = false;
  /** The `try` around each import, judged once all handlers are read. */
  readonly #attempts: (Try | undefined)[] = [];
  /** What imports have bound so far. */
  readonly #importedNames = new Set<string>();
  readonly #lexer: PythonLexer;
  readonly #bytes: Buffer;
  /** The blocks around the statement that is being read, innermost last. */
  readonly #blocks: readonly Block[];

  constructor(lexer: PythonLexer, blocks: readonly Block[]) {
    this.#lexer = lexer;
    this.#bytes = lexer.bytes;
    this.#blocks = blocks;
  }

  #isUnreachable(): boolean {
    return this.#blocks.at(-1)?.isEnded === true;
  }

  /** The facts, once the whole file has been read. */
  facts(path: string): FileFacts {
    for (let index = 0; index < this.imports.length; index++) {
      const statement = this.imports[index] as Draft<ImportFact>;
      statement.guard = settle(statement.guard, this.#attempts[index]);
    }
    return {
      path,
      language: "python",
      byteLength: this.#lexer.end,
      lineCount: this.#lexer.line,
      imports: this.imports,
      bindings: this.bindings,
      exports: [],
      doors: this.isDynamic ? "unknown" : "bindings",
      publicNames: this.publicNames.result(),
      lazy: this.#lazyNames(),
      hasEffects: this.hasEffects,
      problems: this.#lexer.problems,
      ignores: this.ignores,
    };
  }

  #lazyNames(): FileFacts["lazy"] {
    if (this.lazy.is !== "names" || !this.lazy.names.includes("__all__")) return this.lazy;
    const shown = this.publicNames.result();
    if (shown?.isKnown !== true) return { is: "any" };
    return { is: "names", names: [...this.lazy.names, ...shown.names.map((each) => each.name)] };
  }

  /** The definition `bindings[index]` has been read to its end. */
  endBinding(index: number, end: number): void {
    const binding = this.bindings[index];
    if (binding !== undefined) binding.end = end;
  }

  addImport(fact: ImportFact, attempt: Try | undefined, isBinding: boolean): void {
    if (isBinding) this.#bindImport(fact, this.imports.length);
    this.imports.push(fact);
    this.#attempts.push(attempt);
  }

  /** `global name` in a function: it binds the name once it runs. */
  bindLate(target: Target): void {
    const name = this.#lexer.name(target.start, target.end);
    if (this.bindings.some((known) => known.name === name && known.kind !== "import")) return;
    this.bind(target, "variable", { presence: "late", isState: true });
  }

  #bindImport(fact: ImportFact, importIndex: number): void {
    if (this.#isUnreachable()) return;
    const presence = presenceOf(this.#blocks);
    const { names } = fact;
    for (let nameIndex = 0; nameIndex < names.length; nameIndex++) {
      const { start, end, line, column, local } = names[nameIndex] as ImportedName;
      if (local === "") continue;
      this.#importedNames.add(local);
      this.bindings.push({
        start,
        end,
        line,
        column,
        name: local,
        kind: "import",
        isAsync: false,
        presence,
        importIndex,
        nameIndex,
        target: "",
        isState: false,
      });
    }
  }

  /** A name bound here; its index. `start` is where its definition begins. */
  bind(target: Target, kind: BindingKind, more: Details = {}, start = target.start): number {
    const lexer = this.#lexer;
    if (this.#isUnreachable()) return -1;
    this.bindings.push({
      start,
      end: target.end,
      line: lexer.line,
      column: lexer.column(target.start, lexer.lineStart),
      name: lexer.name(target.start, target.end),
      kind,
      isAsync: more.isAsync ?? false,
      presence: more.presence ?? presenceOf(this.#blocks),
      importIndex: -1,
      nameIndex: -1,
      target: more.target ?? "",
      isState: more.isState ?? false,
    });
    return this.bindings.length - 1;
  }

  bindTargets(start: number, stopAt: number, line: number, lineStart: number): void {
    const lexer = this.#lexer;
    const bytes = this.#bytes;
    const { equalsAt, colonAt, walrusAt } = lexer;
    const after = { line: lexer.line, lineStart: lexer.lineStart };
    lexer.line = line;
    lexer.lineStart = lineStart;
    for (const at of walrusAt) {
      let to = at;
      while (bytes[to - 1] === 0x20) to--;
      let from = to;
      while (from > start && identifierBytes[bytes[from - 1] as number] === 1) from--;
      if (from < to) this.bind({ start: from, end: to }, "variable");
    }
    const lastEquals = equalsAt.at(-1);
    if (lastEquals === undefined) {
      if (colonAt >= 0) {
        // `name: type` declares; some function will bind it.
        for (const target of readTargets(bytes, start, colonAt) ?? [])
          this.bind(target, "variable", { presence: "late" });
      } else if (
        bytes.indexOf(0x28, start) < stopAt &&
        bytes.indexOf(0x28, start) >= 0 &&
        !isQuote(bytes[start])
      ) {
        this.hasEffects = true;
      }
    } else {
      let from = start;
      for (const [index, at] of equalsAt.entries()) {
        const to = index === 0 && colonAt >= 0 ? colonAt : at;
        const members: Target[] = [];
        const targets = readTargets(bytes, from, to, members);
        // What is no target list belongs to the value: `f = lambda x=1: x`.
        if (targets === undefined) break;
        for (const member of members) this.#bindMember(member);
        const value = readTarget(bytes, at + 1, stopAt);
        for (const target of targets) {
          const isAlias = value.alias !== "" && targets.length === 1;
          const more = { target: isAlias ? lexer.name(value.start, value.end) : "", isState: value.isState };
          this.bind(target, isAlias ? "alias" : "variable", more);
        }
        from = at + 1;
      }
    }
    lexer.line = after.line;
    lexer.lineStart = after.lineStart;
  }

  /** `module.name = …` binds a name in another module. */
  #bindMember(target: Target): void {
    const name = this.#lexer.name(target.start, target.end);
    const object = name.slice(0, name.indexOf("."));
    if (this.#importedNames.has(object)) this.bind(target, "variable");
  }

  onArgument(start: number, end: number, paren: number, line: number, lineStart: number): void {
    const byte = this.#bytes[paren - 1];
    // Ends of import_module, patch, setattr, dict, multiple, __import__.
    if (byte !== 0x65 && byte !== 0x68 && byte !== 0x72 && byte !== 0x74 && byte !== 0x5f) return;
    const found = readCall(this.#lexer, start, end, paren, line, lineStart);
    if (found === undefined) return;
    const { guard, attempt } = guardOf(this.#blocks);
    const scope = found.kind === "mock" ? "function" : scopeOf(this.#blocks);
    this.imports.push({
      ...found,
      scope,
      guard: found.isOptional ? "suppress" : guard,
      tryBlock: attempt?.id ?? 0,
    });
    this.#attempts.push(attempt);
  }
}

function isQuote(byte: number | undefined): boolean {
  return byte === 0x22 || byte === 0x27;
}
