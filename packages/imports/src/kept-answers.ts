/**
 * What a check of the whole tree has found out, kept beside the facts: with it the next check asks only what
 * changed files reach.
 *
 * A1 It is used only for the same facts, the same code and configuration, the same names in every folder, and the
 *    same manifests and settings: all of that is its key, or stands in it with size and time of change.
 * A2 It is refused as a whole when it is torn or damaged, and then everything is asked again.
 * A3 As with facts: where a manifest or a setting changed within two seconds before the look, or later, nothing is
 *    kept. What is read has the stamp that it had before it was read.
 */
import { createHash } from "node:crypto";
import { join, posix, sep } from "node:path";
import { writeWhole } from "./baseline.ts";
import { cacheFolder, isAsRead, isFresh, makeCacheFolder, type ReadStamp, stampOf } from "./cache.ts";
import { type Column, type Columns, Numbers, packColumns, readAhead, readColumns } from "./columns.ts";
import type { Config } from "./config.ts";
import type { RuleInfo } from "./finding.ts";
import { Definitions } from "./graph/definitions.ts";
import { Edges } from "./graph/edges.ts";
import { Memo } from "./graph/memo.ts";
import type { Project } from "./graph/project.ts";
import { Askers } from "./graph/reach.ts";
import { Uses } from "./graph/uses.ts";
import type { Look } from "./look.ts";
import { codeOf } from "./report-cache.ts";
import { sitePackages } from "./resolve/python-installed.ts";
import { type FoundFragment, fragmentKey, straysKey } from "./rules/canonical.ts";
import { type Circle, circlesKey } from "./rules/cycle.ts";
import { copiesKey } from "./rules/duplicates.ts";
import type { Remark, Rule, RuleContext } from "./rules/rule.ts";
import type { Told } from "./rules/run.ts";
import type { Tree } from "./walk.ts";

const answersName = "imports.answers";

/** What was told of each file by the rules that cover files. */
export type Answers = { readonly askers: Askers; readonly toldByRule: ReadonlyMap<Rule, Rows> };

/** By file. */
export type Rows = (readonly Told[] | undefined)[];

/**
 * Under what the answers for a tree are kept (A1) that come from facts of a sum; undefined: nothing is (A3). The disk
 * is looked at in the call itself, before anything is read.
 */
export function answersKeys(
  root: string,
  config: Config,
  { tree, names, lookedMs }: Look,
  today: string,
): (factsSum: number) => string | undefined {
  const { manifests, settings, skipped, unread } = tree;
  const installed = tree.folders.filter((path) => !isListed(path));
  const stamps = [...manifests, ...settings, ...installed, ...sitePackages(root)].map(
    (path) => stampOf(root, path) ?? null,
  );
  // A3
  if (stamps.some((stamp) => isFresh(stamp?.changedMs, lookedMs))) return () => undefined;
  // The day matters only to what has one.
  const day = config.deprecated.length > 0 ? today : "";
  const hash = createHash("sha256");
  hash.update(JSON.stringify([...codeOf(), root, config, day, stamps, skipped, unread]));
  hash.update(names.join("\n"));
  return (factsSum) => hash.copy().update(`\n${factsSum}`).digest("hex");
}

/** Folders of which every name is known. */
function listedIn({ folders }: Tree): readonly string[] {
  return folders.filter(isListed);
}

function isListed(folder: string): boolean {
  return !/(^|\/)node_modules$/.test(folder);
}

/** Keeps what was found; `reads` are the texts that were read for it. */
export function writeAnswers(
  key: string,
  context: RuleContext,
  rules: readonly Rule[],
  { askers, toldByRule }: Answers,
  tree: Tree,
  reads: readonly ReadStamp[],
  lookedMs: number,
): void {
  const { project } = context;
  // What is wrong with a configuration is known only to those who read it, and they would not be asked again.
  if (project.faults().length > 0) return;
  const top = project.root.split(sep).join("/");
  const listed = new Set(listedIn(tree).map((path) => posix.join(top, path)));
  // That nothing of a name has come is known by the names in its folder.
  const isTold = ([path, size]: ReadStamp): boolean => size === null && listed.has(posix.dirname(path));
  const stamps = reads.filter((stamp) => !isTold(stamp));
  // A3
  if (stamps.some(([, , changedMs]) => isFresh(changedMs, lookedMs))) return;
  const { parts } = packColumns(key, {
    reads: Buffer.from(JSON.stringify(stamps)),
    givers: Int32Array.from(project.givers()),
    "import counts": Int32Array.from(project.files, (_, file) => project.importCount(file)),
    ...context.edges().columns(),
    ...context.definitions().columns(),
    ...askers.columns(),
    ...toldColumns(context, rules, toldByRule),
  });
  try {
    makeCacheFolder(project.root);
    writeWhole(join(project.root, cacheFolder, answersName), parts);
  } catch {
    // A read-only tree is checked all the same, only not faster the next time.
  }
}

export function readAnswersAhead(root: string): Promise<Buffer | undefined> {
  return readAhead(join(root, cacheFolder, answersName));
}

/**
 * What was kept under this key, if nothing that was read for it has changed (A1, A2). `bytes` is what was read of it
 * ahead.
 */
export function readAnswers(root: string, key: string, bytes?: Buffer): Columns | undefined {
  const columns = readColumns(join(root, cacheFolder, answersName), key, bytes);
  if (columns === undefined) return undefined;
  return stampsIn(columns).every(isAsRead) ? columns : undefined;
}

/** What was read for the answers, beside the sources. */
export function stampsIn(columns: Columns): readonly ReadStamp[] {
  return JSON.parse(columns.bytes("reads").toString("utf8")) as readonly ReadStamp[];
}

/** Puts what was kept into a project with the facts of then. */
export function answersFrom(columns: Columns, project: Project, rules: readonly Rule[]): Answers {
  const told = new KeptTold(columns, rules);
  const { circles, fragments, names } = JSON.parse(columns.bytes("details").toString("utf8")) as Details;
  const symbolMemos = new Map<number, Memo>();
  const remarksBySymbol = told.units("strays");
  const fragmentBySymbol = new Map(fragments.map((each) => [each[0], each]));
  const fragmentRemarks = told.units("fragment");
  for (const symbol of new Set([...remarksBySymbol.keys(), ...fragmentRemarks.keys()])) {
    const [, fragment, firstUse] = fragmentBySymbol.get(symbol) ?? [];
    const [said] = fragmentRemarks.get(symbol) ?? [];
    const found = fragment && firstUse && said && { fragment, firstUse, remark: said.remark };
    const strays = (remarksBySymbol.get(symbol) ?? []).map(({ remark }) => remark);
    symbolMemos.set(
      symbol,
      new Memo([
        [straysKey, strays],
        [fragmentKey, found],
      ]),
    );
  }
  const nameMemos = new Map<string, Memo>();
  for (const [name, copies] of told.units("copies"))
    nameMemos.set(names[name] ?? "", new Memo([[copiesKey, copies.map(({ remark }) => remark)]]));
  const said = told.units("circle");
  const around = circles.map((members, index) => ({ members, remark: said.get(index)?.[0]?.remark }));
  const edgesMemo = new Memo([[circlesKey, around.filter((each) => each.remark !== undefined)]]);
  project.once("uses", () => Uses.kept(project, columns, symbolMemos));
  project.once("edges", () => Edges.kept(columns, edgesMemo));
  project.once("definitions", () => Definitions.kept(project, columns, nameMemos));
  const toldByRule = new Map<Rule, Rows>();
  for (const [index, rule] of rules.entries()) {
    if (rule.covers !== "file") continue;
    const rows: Rows = [];
    for (const [file, row] of told.units(index)) rows[file] = row;
    toldByRule.set(rule, rows);
  }
  return { askers: new Askers(columns), toldByRule };
}

/** What is no remark: members of each circle, fragments by the numbers of their symbols, names with copies. */
type Details = {
  readonly circles: readonly (readonly number[])[];
  readonly fragments: readonly (readonly [
    symbol: number,
    fragment: FoundFragment["fragment"],
    firstUse: FoundFragment["firstUse"],
  ])[];
  readonly names: readonly string[];
};

/** What remarks stand together for: a file's of one rule (by the rule's place), or what a memo holds. */
type UnitKind = number | "strays" | "fragment" | "copies" | "circle";
const memoKinds = ["strays", "fragment", "copies", "circle"] as const;
const unitNumbers = 3;
const remarkNumbers = 3;

function numberOf(kind: UnitKind): number {
  return typeof kind === "number" ? kind : -1 - memoKinds.indexOf(kind);
}

/** All remarks, one JSON line each, which is read when somebody looks into it. */
class KeptTold {
  readonly #infos: readonly RuleInfo[];
  readonly #units = new Map<number, Map<number, readonly Told[]>>();
  /** File, rule and first byte of each remark. */
  readonly #remarks: Int32Array;
  readonly #lines: Buffer;

  constructor(columns: Columns, rules: readonly Rule[]) {
    this.#infos = rules.flatMap(({ infos }) => infos);
    this.#remarks = columns.numbers("told remarks");
    this.#lines = columns.bytes("told lines");
    /** Kind, key and number of remarks of each. */
    const units = columns.numbers("told units");
    let next = 0;
    for (let at = 0; at < units.length; at += unitNumbers) {
      const kind = units[at] as number;
      const told = Array.from({ length: units[at + 2] as number }, () => this.#told(next++));
      const known = this.#units.get(kind);
      if (known === undefined) this.#units.set(kind, new Map([[units[at + 1] as number, told]]));
      else known.set(units[at + 1] as number, told);
    }
  }

  /** By file, by number of symbol, of name or of circle. */
  units(kind: UnitKind): ReadonlyMap<number, readonly Told[]> {
    return this.#units.get(numberOf(kind)) ?? new Map();
  }

  #told(index: number): Told {
    const at = index * remarkNumbers;
    const start = this.#remarks[at + 2] as number;
    const end = this.#remarks[at + 2 + remarkNumbers] ?? this.#lines.length;
    const remark = new KeptRemark(this.#remarks[at] as number, this.#lines, start, end);
    return { info: this.#infos[this.#remarks[at + 1] as number] as RuleInfo, remark };
  }
}

type Line = Omit<Remark, "file">;

class KeptRemark implements Remark {
  readonly file: number;
  readonly #lines: Buffer;
  readonly #start: number;
  readonly #end: number;
  #line: Line | undefined;

  constructor(file: number, lines: Buffer, start: number, end: number) {
    this.file = file;
    this.#lines = lines;
    this.#start = start;
    this.#end = end;
  }

  get #said(): Line {
    this.#line ??= JSON.parse(this.#lines.toString("utf8", this.#start, this.#end)) as Line;
    return this.#line;
  }

  get place(): Remark["place"] {
    return this.#said.place;
  }

  get module(): string {
    return this.#said.module;
  }

  get symbol(): string {
    return this.#said.symbol;
  }

  get message(): string {
    return this.#said.message;
  }

  get why(): readonly string[] {
    return this.#said.why;
  }

  get path(): Remark["path"] {
    return this.#said.path;
  }

  get severity(): Remark["severity"] {
    return this.#said.severity;
  }

  get fix(): Remark["fix"] {
    return this.#said.fix;
  }
}

function lineOf({ place, module, symbol, message, why, path, severity, fix }: Remark): string {
  const { start, end, line, column } = place;
  const said: Line = {
    place: { start, end, line, column },
    module,
    symbol,
    message,
    why,
    path,
    severity,
    fix,
  };
  return JSON.stringify(said);
}

function toldColumns(
  context: RuleContext,
  rules: readonly Rule[],
  toldByRule: ReadonlyMap<Rule, Rows>,
): Readonly<Record<string, Column>> {
  const units = new Numbers();
  const remarks = new Numbers();
  const lines = new Lines();
  const infos = rules.flatMap((rule) => rule.infos);
  const put = (kind: UnitKind, key: number, told: readonly (Told | Remark)[]): void => {
    units.push(numberOf(kind));
    units.push(key);
    units.push(told.length);
    for (const each of told) {
      const remark = "remark" in each ? each.remark : each;
      remarks.push(remark.file);
      remarks.push("remark" in each ? infos.indexOf(each.info) : 0);
      remarks.push(lines.length);
      lines.add(lineOf(remark));
    }
  };
  for (const [rule, rows] of toldByRule) {
    const index = rules.indexOf(rule);
    for (const [file, row] of rows.entries()) if (row !== undefined) put(index, file, row);
  }
  const { columns, numbers } = context.uses().columns();
  const fragments: Details["fragments"][number][] = [];
  for (const [key, { memo }] of context.uses().told()) {
    const symbol = numbers.get(key) as number;
    const strays = memo.made<readonly Remark[]>(straysKey) ?? [];
    const found = memo.made<FoundFragment>(fragmentKey);
    if (strays.length > 0) put("strays", symbol, strays);
    if (found === undefined) continue;
    const { file, importIndex, nameIndex } = found.firstUse;
    fragments.push([symbol, found.fragment, { file, importIndex, nameIndex }]);
    put("fragment", symbol, [found.remark]);
  }
  const names: string[] = [];
  for (const [name, { memo }] of context.definitions().namesakes()) {
    const copies = memo.made<readonly Remark[]>(copiesKey) ?? [];
    if (copies.length > 0) put("copies", names.push(name) - 1, copies);
  }
  const circles = context.edges().memo.made<readonly Circle[]>(circlesKey) ?? [];
  for (const [index, { remark }] of circles.entries()) put("circle", index, [remark]);
  const details: Details = { fragments, names, circles: circles.map(({ members }) => members) };
  return {
    ...columns,
    details: Buffer.from(JSON.stringify(details)),
    "told units": units.written(),
    "told remarks": remarks.written(),
    "told lines": lines.written(),
  };
}

/** Text while it is written: as bytes, since ten thousand strings that live as long would take as much again. */
class Lines {
  readonly #full: Buffer[] = [];
  #chunk = Buffer.allocUnsafe(chunkBytes);
  #used = 0;
  length = 0;

  add(text: string): void {
    const bytesMax = text.length * 3;
    if (this.#used + bytesMax > this.#chunk.length) {
      this.#full.push(this.#chunk.subarray(0, this.#used));
      this.#chunk = Buffer.allocUnsafe(Math.max(chunkBytes, bytesMax));
      this.#used = 0;
    }
    const bytes = this.#chunk.write(text, this.#used);
    this.#used += bytes;
    this.length += bytes;
  }

  written(): readonly Buffer[] {
    return [...this.#full, this.#chunk.subarray(0, this.#used)];
  }
}

const chunkBytes = 1 << 20;
