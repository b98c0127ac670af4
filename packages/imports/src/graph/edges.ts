import { type Columns, Numbers } from "../columns.ts";
import type { ImportFact } from "../model.ts";
import { Memo } from "./memo.ts";
import type { Project } from "./project.ts";

/** `load`: runs when the module loads; `call`: inside a function; `types`: for type checkers only. */
export type EdgeKind = "load" | "call" | "types";

export type Edge = {
  readonly from: number;
  readonly to: number;
  readonly kind: EdgeKind;
  /** The first import of the strongest kind. */
  readonly importIndex: number;
};

const strength: Readonly<Record<EdgeKind, number>> = { types: 0, call: 1, load: 2 };

/** Edges as they are kept: where those of each file begin, and in `rows` of each its end, its kind and its import. */
type Kept = { readonly starts: Int32Array; readonly rows: Int32Array };

const rowNumbers = 3;
const kinds: readonly EdgeKind[] = ["load", "call", "types"];

/** Which module imports which, one edge per pair. Strings in mocks are no imports. */
export class Edges {
  readonly count: number;
  readonly memo: Memo;
  /** By importing file; of those that were kept, what was looked at. */
  readonly #out: (readonly Edge[] | undefined)[];
  readonly #kept: Kept | undefined;
  #importers: (number[] | undefined)[] | undefined;

  private constructor(
    count: number,
    out: (readonly Edge[] | undefined)[],
    kept: Kept | undefined,
    memo = new Memo(),
  ) {
    this.count = count;
    this.#out = out;
    this.#kept = kept;
    this.memo = memo;
  }

  static of(project: Project): Edges {
    const out = project.files.map((_, file) => edgesOf(project, file));
    return new Edges(out.length, out, undefined);
  }

  /** Those of a former run, and what had been made of them. */
  static kept(columns: Columns, memo: Memo): Edges {
    const starts = columns.numbers("edges at");
    return new Edges(starts.length - 1, [], { starts, rows: columns.numbers("edges") }, memo);
  }

  columns(): Readonly<Record<string, Int32Array>> {
    const starts = new Int32Array(this.count + 1);
    const rows = new Numbers();
    for (let file = 0; file < this.count; file++) {
      for (const { to, kind, importIndex } of this.from(file)) {
        rows.push(to);
        rows.push(kinds.indexOf(kind));
        rows.push(importIndex);
      }
      starts[file + 1] = rows.length;
    }
    return { "edges at": starts, edges: rows.written() };
  }

  /** By their importing file. */
  from(file: number): readonly Edge[] {
    let edges = this.#out[file];
    if (edges === undefined) {
      edges = this.#kept === undefined ? [] : keptEdges(this.#kept, file);
      this.#out[file] = edges;
    }
    return edges;
  }

  /** The same after `files` were asked anew; itself, when no edge and no place of one is another now. */
  withFiles(before: Project, now: Project, files: Iterable<number>): Edges {
    const out = this.#out.slice();
    let isSame = true;
    for (const file of files) {
      const edges = edgesOf(now, file);
      isSame &&= describe(before, this.from(file)) === describe(now, edges);
      out[file] = edges;
    }
    return isSame ? this : new Edges(this.count, out, this.#kept);
  }

  into(file: number): readonly Edge[] {
    const edges: Edge[] = [];
    for (let from = 0; from < this.count; from++)
      for (const edge of this.from(from)) if (edge.to === file) edges.push(edge);
    return edges;
  }

  /** Everything that imports one of `files`, over any number of steps, and they themselves. */
  importersOf(files: Iterable<number>): Set<number> {
    this.#importers ??= this.#reversed();
    const found = new Set(files);
    const waiting = [...found];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      for (const from of this.#importers[file] ?? []) {
        if (found.has(from)) continue;
        found.add(from);
        waiting.push(from);
      }
    }
    return found;
  }

  /** Everything that is loaded when `from` is. `more`: what some files are to load beside that. */
  loadedBy(from: number, more: ReadonlyMap<number, readonly number[]>): ReadonlySet<number> {
    const seen = new Set([from]);
    const waiting = [from];
    const reach = (file: number): void => {
      if (seen.has(file)) return;
      seen.add(file);
      waiting.push(file);
    };
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      for (const edge of this.from(file)) if (edge.kind === "load") reach(edge.to);
      for (const to of more.get(file) ?? []) reach(to);
    }
    return seen;
  }

  #reversed(): (number[] | undefined)[] {
    const importers: (number[] | undefined)[] = [];
    for (let file = 0; file < this.count; file++) {
      for (const to of this.#targets(file)) {
        const known = importers[to];
        if (known === undefined) importers[to] = [file];
        else known.push(file);
      }
    }
    return importers;
  }

  /** Where the edges of a file lead: those that were kept need not become objects for that. */
  #targets(file: number): readonly number[] {
    const edges = this.#out[file];
    if (edges !== undefined || this.#kept === undefined) return edges?.map(({ to }) => to) ?? [];
    const { starts, rows } = this.#kept;
    const targets: number[] = [];
    for (let at = starts[file] as number; at < (starts[file + 1] as number); at += rowNumbers)
      targets.push(rows[at] as number);
    return targets;
  }
}

function keptEdges({ starts, rows }: Kept, file: number): readonly Edge[] {
  const edges: Edge[] = [];
  for (let at = starts[file] as number; at < (starts[file + 1] as number); at += rowNumbers) {
    edges.push({
      from: file,
      to: rows[at] as number,
      kind: kinds[rows[at + 1] as number] as EdgeKind,
      importIndex: rows[at + 2] as number,
    });
  }
  return edges;
}

/** Everything that is ever said of these edges. */
function describe(project: Project, edges: readonly Edge[]): string {
  return edges
    .map(({ from, to, kind, importIndex }) => {
      const at = project.facts(from).imports[importIndex]?.statement;
      return [to, kind, importIndex, at?.start, at?.end, at?.line, at?.column].join(" ");
    })
    .join();
}

function edgesOf(project: Project, file: number): readonly Edge[] {
  const byTarget = new Map<number, Edge>();
  const add = (to: number, kind: EdgeKind, importIndex: number): void => {
    if (to === file) return;
    const known = byTarget.get(to);
    if (known !== undefined && strength[known.kind] >= strength[kind]) return;
    byTarget.set(to, { from: file, to, kind, importIndex });
  };
  const facts = project.facts(file);
  const { imports, language } = facts;
  for (let index = 0; index < imports.length; index++) {
    const statement = imports[index] as ImportFact;
    const kind = kindOf(statement);
    if (kind === undefined) continue;
    const resolution = project.resolution(file, index);
    if (resolution.is === "file" && language === "typescript") add(resolution.file, kind, index);
    if (language !== "python" || (resolution.is !== "file" && resolution.is !== "namespace")) continue;
    let isAsked = statement.names.length === 0;
    for (const name of statement.names) {
      if (name.name === "" || name.name === "*") {
        isAsked = true;
        continue;
      }
      // `from package import submodule` loads the submodule; the package's own file it does not need.
      const lookup = project.lookup(file, index, name);
      if (lookup.is === "module" && lookup.chain.length === 0 && lookup.resolution.is === "file") {
        add(lookup.resolution.file, kind, index);
      } else isAsked = true;
    }
    if (isAsked && resolution.is === "file") add(resolution.file, kind, index);
  }
  return [...byTarget.values()];
}

function kindOf(statement: ImportFact): EdgeKind | undefined {
  if (statement.kind === "mock" || statement.kind === "member") return undefined;
  if (statement.guard === "unreachable" || statement.guard === "expected") return undefined;
  if (statement.kind === "types" || statement.guard === "types") return "types";
  if (statement.names.length > 0 && statement.names.every((name) => name.typeOnly)) return "types";
  // A promise is waited for later.
  return statement.scope === "function" || (statement.kind === "dynamic" && isPromise(statement))
    ? "call"
    : "load";
}

function isPromise(statement: ImportFact): boolean {
  return /^[./@]|^node:/.test(statement.specifier);
}
