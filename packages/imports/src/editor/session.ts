/**
 * What the language server knows of one tree: everybody's facts, read once, with the texts of open documents
 * laid over the disk.
 *
 * Invariants
 * S1 An open document speaks for its file; the disk does not, until it is closed.
 * S2 A change re-reads one file, and asks again what that reaches. Where this cannot be known, or a file comes, everything is.
 * S3 A fix is offered only where the disk has the text of the editor: edits are computed from what lies there.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { standingCheck } from "../check.ts";
import { type Config, readConfig } from "../config.ts";
import { type LockedExport, parseLock } from "../contract.ts";
import { extract, withoutFacts } from "../extract/extract.ts";
import type { Finding } from "../finding.ts";
import { withEdits } from "../fix/fix.ts";
import type { Project } from "../graph/project.ts";
import { lookAt } from "../look.ts";
import type { FileFacts, ImportedName, ImportFact, Place } from "../model.ts";
import { unknownRule } from "../rules/all.ts";
import { contextOf } from "../rules/run.ts";
import { StandingCheck } from "../standing-check.ts";
import type { CheckOptions } from "../summary.ts";
import type { Tree } from "../walk.ts";

export type SessionReading =
  | { readonly is: "open"; readonly session: Session }
  | { readonly is: "failed"; readonly message: string };

/** Reads the tree below `root`, or takes what a check has kept of it. `today` is `YYYY-MM-DD`. */
export async function openSession(root: string, today: string): Promise<SessionReading> {
  const reading = readConfig(root);
  if (!reading.ok) return { is: "failed", message: reading.message };
  const { config } = reading;
  const unknown = unknownRule(config.rules);
  if (unknown !== undefined) return { is: "failed", message: `${reading.source}: ${unknown}` };
  const look = lookAt(root, config.exclude, Date.now(), true);
  const documents: Documents = { spoken: new Set(), textByPath: new Map() };
  const options = optionsOf(root, config, documents, today);
  const { check } = await standingCheck(options, look, 0);
  return { is: "open", session: new Session(options, documents, check, look.tree) };
}

type Documents = {
  /** Files to speak about. */
  readonly spoken: Set<string>;
  /** What the editor has laid over files. */
  readonly textByPath: Map<string, string>;
};

function optionsOf(root: string, config: Config, documents: Documents, today: string): CheckOptions {
  const { spoken, textByPath } = documents;
  const focus = (project: Project): ReadonlySet<number> =>
    new Set(Array.from(spoken, (path) => project.fileAt(path)).filter((file) => file !== undefined));
  const read = (path: string): Buffer | undefined => {
    const text = textByPath.get(path);
    return text === undefined ? onDisk(root, path) : Buffer.from(text);
  };
  return { root, config, paths: [], focus, read, useBaseline: false, now: () => 0, today };
}

function onDisk(root: string, path: string): Buffer | undefined {
  try {
    return readFileSync(join(root, path));
  } catch {
    // It is not there, or may not be read; the caller says so.
    return undefined;
  }
}

/** An import under the cursor: its statement, and the name when the cursor is on one. */
export type ImportAt = {
  readonly file: number;
  readonly index: number;
  readonly statement: ImportFact;
  readonly name: ImportedName | undefined;
};

export class Session {
  readonly #options: CheckOptions;
  readonly #documents: Documents;
  #tree: Tree;
  readonly #facts: FileFacts[];
  /** Undefined where everything has to be asked again. */
  #check: StandingCheck | undefined;
  /** By path, what the check has not been told yet. */
  readonly #changed = new Map<string, FileFacts>();

  constructor(options: CheckOptions, documents: Documents, check: StandingCheck, tree: Tree) {
    this.#options = options;
    this.#documents = documents;
    this.#check = check;
    this.#facts = [...check.project.files];
    this.#tree = tree;
  }

  get root(): string {
    return this.#options.root;
  }

  get project(): Project {
    return this.#standing().project;
  }

  /** The check as things stand now. */
  #standing(): StandingCheck {
    if (this.#changed.size > 0 && this.#check?.follow(this.#changed.values()) !== true)
      this.#check = undefined;
    this.#changed.clear();
    this.#check ??= StandingCheck.over(this.#options, this.#tree, [...this.#facts]);
    return this.#check;
  }

  /** S1: lays a text over a file; undefined lets the disk speak again. */
  lay(path: string, text: string | undefined): void {
    if (text === undefined) this.#documents.textByPath.delete(path);
    else this.#documents.textByPath.set(path, text);
    this.reread(path);
  }

  /** Looks at one file again: it may have changed, come or gone. */
  reread(path: string): void {
    const bytes = this.bytes(path);
    const index = this.#facts.findIndex((one) => one.path === path);
    const problem = { kind: "unreadable", message: "cannot be read", line: 1, column: 1 } as const;
    const facts = bytes === undefined ? withoutFacts(path, problem) : extract(path, bytes);
    if (index >= 0) {
      this.#facts[index] = facts;
      this.#changed.set(path, facts); // S2
    } else if (bytes !== undefined) {
      this.#facts.push(facts);
      this.#tree = { ...this.#tree, files: [...this.#tree.files, path].sort() };
      this.#check = undefined;
    }
  }

  bytes(path: string): Buffer | undefined {
    return this.#options.read?.(path);
  }

  /** What the rules say about these files, given everything else. */
  findings(paths: Iterable<string>): readonly Finding[] {
    const { spoken } = this.#documents;
    spoken.clear();
    for (const path of paths) spoken.add(path);
    const standing = this.#standing();
    const findings = standing.findings(this.#lock()).filter((one) => spoken.has(one.file));
    const isSaved = new Map(Array.from(spoken, (path) => [path, this.#isSaved(path)]));
    const saved = findings.filter((one) => isSaved.get(one.file) === true);
    const context = contextOf(standing.project, this.#options.config, undefined, undefined, "");
    return [...withEdits(context, saved, true), ...findings.filter((one) => isSaved.get(one.file) !== true)];
  }

  /** The locked surface as it lies on disk; a lock that cannot be read is told by `check`. */
  #lock(): readonly LockedExport[] | undefined {
    const { lock } = this.#options.config;
    const bytes = onDisk(this.root, lock);
    const read = bytes === undefined ? undefined : parseLock(bytes.toString("utf8"), lock);
    return read?.ok === true ? read.surface : undefined;
  }

  /** S3 */
  #isSaved(path: string): boolean {
    const text = this.#documents.textByPath.get(path);
    return text === undefined || text === onDisk(this.root, path)?.toString("utf8");
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
