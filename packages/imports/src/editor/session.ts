/**
 * What the language server knows of one tree: everybody's facts, read once, with the texts of open documents
 * laid over the disk.
 *
 * Invariants
 * S1 An open document speaks for its file; the disk does not, until it is closed.
 * S2 A change re-reads one file. The resolvers are then made anew, because any name may lead elsewhere now.
 * S3 A fix is offered only where the disk has the text of the editor: edits are computed from what lies there.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, readConfig } from "../config.ts";
import { type LockedExport, parseLock } from "../contract.ts";
import { extract, withoutFacts } from "../extract/extract.ts";
import type { Finding } from "../finding.ts";
import { withEdits } from "../fix/fix.ts";
import type { Project } from "../graph/project.ts";
import type { FileFacts, ImportedName, ImportFact, Place } from "../model.ts";
import { allRules, unknownRule } from "../rules/all.ts";
import { contextOf, runRules } from "../rules/run.ts";
import { projectOf, readProject } from "../tree-project.ts";
import type { Tree } from "../walk.ts";

export type SessionReading =
  | { readonly is: "open"; readonly session: Session }
  | { readonly is: "failed"; readonly message: string };

/** Reads the tree below `root`. `today` is `YYYY-MM-DD`. */
export async function openSession(root: string, today: () => string): Promise<SessionReading> {
  const reading = readConfig(root);
  if (!reading.ok) return { is: "failed", message: reading.message };
  const unknown = unknownRule(reading.config.rules);
  if (unknown !== undefined) return { is: "failed", message: `${reading.source}: ${unknown}` };
  const { project, tree } = await readProject(root, reading.config, undefined, true);
  return { is: "open", session: new Session(root, reading.config, project, tree, today) };
}

/** An import under the cursor: its statement, and the name when the cursor is on one. */
export type ImportAt = {
  readonly file: number;
  readonly index: number;
  readonly statement: ImportFact;
  readonly name: ImportedName | undefined;
};

export class Session {
  readonly root: string;
  readonly #config: Config;
  readonly #today: () => string;
  #tree: Tree;
  #facts: FileFacts[];
  #project: Project | undefined;
  readonly #textByPath = new Map<string, string>();

  constructor(root: string, config: Config, project: Project, tree: Tree, today: () => string) {
    this.root = root;
    this.#config = config;
    this.#project = project;
    this.#facts = [...project.files];
    this.#tree = tree;
    this.#today = today;
  }

  get project(): Project {
    this.#project ??= projectOf(this.root, this.#config, this.#facts, this.#tree);
    return this.#project;
  }

  /** S1: lays a text over a file; undefined lets the disk speak again. */
  lay(path: string, text: string | undefined): void {
    if (text === undefined) this.#textByPath.delete(path);
    else this.#textByPath.set(path, text);
    this.reread(path);
  }

  /** Looks at one file again: it may have changed, come or gone. */
  reread(path: string): void {
    const bytes = this.bytes(path);
    const index = this.#facts.findIndex((one) => one.path === path);
    const problem = { kind: "unreadable", message: "cannot be read", line: 1, column: 1 } as const;
    const facts = bytes === undefined ? withoutFacts(path, problem) : extract(path, bytes);
    if (index >= 0) this.#facts[index] = facts;
    else if (bytes !== undefined) {
      this.#facts.push(facts);
      this.#tree = { ...this.#tree, files: [...this.#tree.files, path].sort() };
    }
    this.#project = undefined; // S2
  }

  bytes(path: string): Buffer | undefined {
    const text = this.#textByPath.get(path);
    return text === undefined ? this.#onDisk(path) : Buffer.from(text);
  }

  #onDisk(path: string): Buffer | undefined {
    try {
      return readFileSync(join(this.root, path));
    } catch {
      // It is not there, or may not be read; the caller says so.
      return undefined;
    }
  }

  /** What the rules say about these files, given everything else. */
  findings(paths: Iterable<string>): readonly Finding[] {
    const focus = new Set<number>();
    for (const path of paths) {
      const file = this.project.fileAt(path);
      if (file !== undefined) focus.add(file);
    }
    if (focus.size === 0) return [];
    const context = contextOf(this.project, this.#config, focus, this.#lock(), this.#today());
    const wanted = new Set([...focus].map((file) => this.project.facts(file).path));
    const own = runRules(context, allRules).filter((one) => wanted.has(one.file));
    const isSaved = new Map(Array.from(wanted, (path) => [path, this.#isSaved(path)]));
    const fixable = withEdits(
      context,
      own.filter((one) => isSaved.get(one.file)),
      true,
    );
    return [...fixable, ...own.filter((one) => !isSaved.get(one.file))];
  }

  /** The locked surface as it lies on disk; a lock that cannot be read is told by `check`. */
  #lock(): readonly LockedExport[] | undefined {
    const bytes = this.#onDisk(this.#config.lock);
    const read = bytes === undefined ? undefined : parseLock(bytes.toString("utf8"), this.#config.lock);
    return read?.ok === true ? read.surface : undefined;
  }

  /** S3 */
  #isSaved(path: string): boolean {
    const text = this.#textByPath.get(path);
    return text === undefined || text === this.#onDisk(path)?.toString("utf8");
  }

  importAt(path: string, byte: number): ImportAt | undefined {
    const file = this.project.fileAt(path);
    if (file === undefined) return undefined;
    const holds = (place: Place): boolean => byte >= place.start && byte <= place.end;
    const imports = this.project.facts(file).imports;
    for (const [index, statement] of imports.entries()) {
      const name = statement.names.find((one) => one.name !== "" && one.name !== "*" && holds(one));
      if (name !== undefined) return { file, index, statement, name };
    }
    const index = imports.findIndex((one) => holds(one.at));
    const statement = imports[index];
    return statement === undefined ? undefined : { file, index, statement, name: undefined };
  }
}
