import { placeOf } from "../facts-view.ts";
import type { Definition } from "../graph/definitions.ts";
import type { BindingFact } from "../model.ts";
import { type Remark, type Rule, type RuleContext, ruleInfo } from "./rule.ts";
import { definitionBytesMax, shinglesOf } from "./shingles.ts";

const info = ruleInfo(
  "duplicate-definition",
  "warning",
  "Two copies of a definition drift apart, and `isinstance` and mocks see only one of them.",
);

/** Definitions of a name beyond this many are an idiom (`setup`, `main`), not copies. */
const copiesMax = 40;
const bytesMin = 120;
/** Share of equal shingles from which two bodies are near-same. */
const similarMin = 0.8;
const lengthsMin = 0.6;

type Copy = Definition & {
  readonly fact: BindingFact;
  /** Ascending; empty until the file has been read, and when it cannot be. */
  shingles: Uint32Array;
};

/** Same name and near-same body, in different files. */
export const duplicates: Rule = {
  infos: [info],
  covers: "tree",
  check: (context, tell) => {
    const { focus } = context;
    const all = [...context.definitions().namesakes()].map(([, each]) => each);
    // What is said of a name depends on the files that define it, and is kept as long as they are the same.
    const open = all.filter(({ memo }) => memo.made(copiesKey) === undefined);
    const groups = new Map(open.map((each) => [each, alikeOf(context, each.places)]));
    if (open.length > 0) readShingles(context, [...groups.values()].flat(2));
    for (const each of all) {
      const make = (): readonly Remark[] =>
        (groups.get(each) ?? []).flatMap((copies) => remarksOf(context, copies));
      const remarks =
        focus === undefined
          ? each.memo.once(copiesKey, make)
          : (each.memo.made<readonly Remark[]>(copiesKey) ?? make());
      for (const remark of remarks) if (focus === undefined || focus.has(remark.file)) tell(info, remark);
    }
  },
};

/** What is made of the places of one name, under this key of their memo. */
export const copiesKey = "copies";

/** Definitions of one kind and about the same length, which are copies if their bodies are. */
function alikeOf({ project, focus }: RuleContext, places: readonly Definition[]): Copy[][] {
  const byKind = new Map<string, Copy[]>();
  for (const { file, binding } of places) {
    const { path, language, bindings } = project.facts(file);
    const fact = bindings[binding];
    if (fact === undefined || path.endsWith(".pyi") || path.endsWith(".d.ts")) continue;
    const length = lengthOf(fact);
    if (length < bytesMin || length > definitionBytesMax) continue;
    const key = `${language} ${fact.kind}`;
    const copy: Copy = { file, binding, fact, shingles: noShingles };
    const known = byKind.get(key);
    if (known === undefined) byKind.set(key, [copy]);
    else known.push(copy);
  }
  const groups: Copy[][] = [];
  for (const candidates of byKind.values()) {
    if (candidates.length < 2 || candidates.length > copiesMax) continue;
    if (focus !== undefined && !candidates.some((each) => focus.has(each.file))) continue;
    const alike = candidates.filter((one) =>
      candidates.some(
        (other) => other.file !== one.file && isAlike(lengthOf(one.fact), lengthOf(other.fact)),
      ),
    );
    if (alike.length >= 2) groups.push(alike);
  }
  return groups;
}

function lengthOf(fact: BindingFact): number {
  return fact.end - fact.start;
}

/** Every file is read once and forgotten again: together they may be as large as the tree. */
function readShingles({ project, readBytes }: RuleContext, copies: readonly Copy[]): void {
  const copiesByFile = new Map<number, Copy[]>();
  for (const copy of copies) {
    const known = copiesByFile.get(copy.file);
    if (known === undefined) copiesByFile.set(copy.file, [copy]);
    else known.push(copy);
  }
  for (const [file, own] of copiesByFile) {
    const bytes = readBytes(file);
    if (bytes === undefined) continue;
    const comment = project.facts(file).language === "python" ? 0x23 : 0x2f;
    for (const copy of own) copy.shingles = shinglesOf(bytes, copy.fact.start, copy.fact.end, comment);
  }
}

function remarksOf({ project, focus }: RuleContext, copies: readonly Copy[]): readonly Remark[] {
  const remarks: Remark[] = [];
  const taken = new Set<Copy>();
  for (const one of copies) {
    if (taken.has(one)) continue;
    const same = copies.filter(
      (other) =>
        other !== one &&
        !taken.has(other) &&
        other.file !== one.file &&
        similarity(one.shingles, other.shingles) >= similarMin,
    );
    if (same.length === 0) continue;
    for (const other of [one, ...same]) taken.add(other);
    for (const other of same) {
      if (focus !== undefined && !focus.has(other.file)) continue;
      const { name } = other.fact;
      const share = Math.round(similarity(one.shingles, other.shingles) * 100);
      remarks.push({
        file: other.file,
        place: { ...placeOf(other.fact), start: 0, end: name.length },
        module: project.moduleName(other.file),
        symbol: name,
        message: `${name} is defined a second time, ${share} % the same`,
        why: [
          `the other stands in ${project.facts(one.file).path}:${one.fact.line}`,
          "keep one and import it",
        ],
      });
    }
  }
  return remarks;
}

const noShingles = new Uint32Array(0);

function similarity(a: Uint32Array, b: Uint32Array): number {
  if (a.length === 0 || b.length === 0) return 0;
  if (Math.min(a.length, b.length) / Math.max(a.length, b.length) < similarMin) return 0;
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left = a[i] as number;
    const right = b[j] as number;
    if (left === right) shared++;
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return shared / (a.length + b.length - shared);
}

/** Near-same bodies are of similar length, comments granted. */
function isAlike(one: number, other: number): boolean {
  return Math.min(one, other) / Math.max(one, other) >= lengthsMin;
}
