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

/** Which module imports which, one edge per pair. Strings in mocks are no imports. */
export class Edges {
  /** By importing file. */
  readonly out: readonly (readonly Edge[])[];
  readonly memo = new Memo();
  #in: (Edge[] | undefined)[] | undefined;

  private constructor(out: readonly (readonly Edge[])[]) {
    this.out = out;
  }

  static of(project: Project): Edges {
    return new Edges(project.files.map((_, file) => edgesOf(project, file)));
  }

  /** The same after `files` were asked anew; itself, when no edge and no place of one is another now. */
  withFiles(before: Project, now: Project, files: Iterable<number>): Edges {
    const out = this.out.slice();
    let isSame = true;
    for (const file of files) {
      const edges = edgesOf(now, file);
      isSame &&= describe(before, this.out[file] ?? []) === describe(now, edges);
      out[file] = edges;
    }
    return isSame ? this : new Edges(out);
  }

  into(file: number): readonly Edge[] {
    this.#in ??= reversed(this.out);
    return this.#in[file] ?? [];
  }

  /** Everything that imports one of `files`, over any number of steps, and they themselves. */
  importersOf(files: Iterable<number>): Set<number> {
    const found = new Set(files);
    const waiting = [...found];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      for (const edge of this.into(file)) {
        if (found.has(edge.from)) continue;
        found.add(edge.from);
        waiting.push(edge.from);
      }
    }
    return found;
  }

  /** Everything that is loaded when `from` is. */
  loadedBy(from: number): ReadonlySet<number> {
    const seen = new Set([from]);
    const waiting = [from];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      for (const edge of this.out[file] ?? []) {
        if (edge.kind !== "load" || seen.has(edge.to)) continue;
        seen.add(edge.to);
        waiting.push(edge.to);
      }
    }
    return seen;
  }
}

function reversed(out: readonly (readonly Edge[])[]): (Edge[] | undefined)[] {
  const into: (Edge[] | undefined)[] = [];
  for (const edges of out) {
    for (const edge of edges) {
      const known = into[edge.to];
      if (known === undefined) into[edge.to] = [edge];
      else known.push(edge);
    }
  }
  return into;
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
  for (const [index, statement] of facts.imports.entries()) {
    const kind = kindOf(statement);
    if (kind === undefined) continue;
    const resolution = project.resolution(file, index);
    if (resolution.is === "file" && facts.language === "typescript") add(resolution.file, kind, index);
    if (facts.language !== "python" || (resolution.is !== "file" && resolution.is !== "namespace")) continue;
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
