/** Gathers one file's facts while its tree is read. Nothing here knows the grammar. */

import type {
  BindingFact,
  BindingKind,
  ExportFact,
  Guard,
  ImportedName,
  ImportFact,
  ImportKind,
  Place,
  Presence,
  Scope,
} from "../model.ts";
import type { SourceText } from "./source-text.ts";
import { literalOf, type Node } from "./typescript-parser.ts";

/** A range in code units, as the parser counts. */
export type Range = { readonly start: number; readonly end: number };

export type NameRequest = {
  readonly name: string;
  readonly local: string;
  readonly typeOnly?: boolean;
  readonly at: Range;
};

export type Request = {
  readonly kind: ImportKind;
  readonly specifier: string;
  readonly statement: Range;
  /** The specifier without its quotes. */
  readonly at: Range;
  readonly names: readonly NameRequest[];
  readonly scope?: Scope;
  readonly guard?: Guard;
  readonly tryBlock?: number;
};

export type Declaration = {
  readonly name: string;
  readonly kind: BindingKind;
  /** The whole definition. */
  readonly range: Range;
  /** The name in it. */
  readonly at: Range;
  readonly isAsync?: boolean;
  readonly presence?: Presence;
  readonly importIndex?: number;
  readonly nameIndex?: number;
  readonly target?: string;
  readonly isState?: boolean;
};

export class FactsBuilder {
  readonly source: SourceText;
  readonly imports: ImportFact[] = [];
  readonly bindings: BindingFact[] = [];
  readonly exports: ExportFact[] = [];
  readonly #exported = new Set<string>();

  constructor(source: SourceText) {
    this.source = source;
  }

  /** Adds an import and returns its index. */
  request(request: Request): number {
    this.imports.push({
      kind: request.kind,
      specifier: request.specifier,
      scope: request.scope ?? "module",
      guard: request.guard ?? "none",
      statement: this.#place(request.statement),
      at: this.#place(request.at),
      names: request.names.map((one) => this.#name(one)),
      tryBlock: request.tryBlock ?? 0,
    });
    return this.imports.length - 1;
  }

  declare(declaration: Declaration): void {
    const whole = this.#place(declaration.range);
    const name = this.#place(declaration.at);
    this.bindings.push({
      start: whole.start,
      end: whole.end,
      line: name.line,
      column: name.column,
      name: declaration.name,
      kind: declaration.kind,
      isAsync: declaration.isAsync ?? false,
      presence: declaration.presence ?? "always",
      importIndex: declaration.importIndex ?? -1,
      nameIndex: declaration.nameIndex ?? -1,
      target: declaration.target ?? "",
      isState: declaration.isState ?? false,
    });
  }

  /** A door onto a binding of this file. A second one of the same name is the same door (merging). */
  offer(name: string, local: string, at: Range, typeOnly = false): void {
    if (this.#exported.has(name)) return;
    this.#exported.add(name);
    this.exports.push({ ...this.#place(at), name, local, importIndex: -1, imported: "", typeOnly });
  }

  /** As `offer`, for a place that is already in bytes. */
  offerAt(name: string, local: string, at: Place, typeOnly: boolean): void {
    if (this.#exported.has(name)) return;
    this.#exported.add(name);
    const { start, end, line, column } = at;
    this.exports.push({ start, end, line, column, name, local, importIndex: -1, imported: "", typeOnly });
  }

  /** A door that passes on what another module offers. */
  pass(name: string, importIndex: number, imported: string, at: Range, typeOnly: boolean): void {
    if (name !== "*") {
      if (this.#exported.has(name)) return;
      this.#exported.add(name);
    }
    this.exports.push({ ...this.#place(at), name, local: "", importIndex, imported, typeOnly });
  }

  isOffered(name: string): boolean {
    return this.#exported.has(name);
  }

  #place(range: Range): Place {
    return this.source.place(range.start, range.end);
  }

  #name(request: NameRequest): ImportedName {
    return {
      ...this.#place(request.at),
      name: request.name,
      local: request.local,
      typeOnly: request.typeOnly ?? false,
    };
  }
}

/** The inside of a string literal or template: where its specifier stands. */
function insideQuotes(literal: Node): Range {
  return { start: literal.start + 1, end: Math.max(literal.start + 1, literal.end - 1) };
}

/** A specifier and where it stands, when it is a literal. */
export function specifierOf(
  node: Node | undefined,
): { readonly text: string; readonly at: Range } | undefined {
  const text = literalOf(node);
  return node === undefined || text === undefined || text === ""
    ? undefined
    : { text, at: insideQuotes(node) };
}
