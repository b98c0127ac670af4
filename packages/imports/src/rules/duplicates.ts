import { type Rule, ruleInfo } from "./rule.ts";

const info = ruleInfo(
  "duplicate-definition",
  "warning",
  "Two copies of a definition drift apart, and `isinstance` and mocks see only one of them.",
);

/** Definitions of a name beyond this many are an idiom (`setup`, `main`), not copies. */
const copiesMax = 40;
const bytesMin = 120;
const bytesMax = 200_000;
/** Share of equal shingles from which two bodies are near-same. */
const similarMin = 0.8;
const shingleTokens = 4;

type Copy = { readonly file: number; readonly binding: number; readonly shingles: ReadonlySet<number> };

/** Same name and near-same body, in different files. */
export const duplicates: Rule = {
  infos: [info],
  check: ({ project, focus, readBytes }, tell) => {
    const byName = new Map<string, { file: number; binding: number }[]>();
    for (const [file, facts] of project.files.entries()) {
      if (facts.path.endsWith(".pyi") || facts.path.endsWith(".d.ts")) continue;
      for (const [index, binding] of facts.bindings.entries()) {
        if (binding.kind !== "class" && binding.kind !== "function") continue;
        const length = binding.end - binding.start;
        if (length < bytesMin || length > bytesMax) continue;
        const key = `${facts.language} ${binding.kind} ${binding.name}`;
        const known = byName.get(key);
        if (known === undefined) byName.set(key, [{ file, binding: index }]);
        else known.push({ file, binding: index });
      }
    }
    const cache = new Map<number, Buffer | undefined>();
    for (const candidates of byName.values()) {
      if (candidates.length < 2 || candidates.length > copiesMax) continue;
      if (focus !== undefined && !candidates.some((each) => focus.has(each.file))) continue;
      const copies: Copy[] = candidates.map(({ file, binding }) => {
        if (!cache.has(file)) cache.set(file, readBytes(file));
        const fact = project.facts(file).bindings[binding];
        const bytes = cache.get(file);
        const text =
          fact === undefined || bytes === undefined ? "" : bytes.toString("utf8", fact.start, fact.end);
        return { file, binding, shingles: shinglesOf(text) };
      });
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
        const first = project.facts(one.file).bindings[one.binding];
        for (const other of same) {
          const fact = project.facts(other.file).bindings[other.binding];
          if (fact === undefined || first === undefined || (focus !== undefined && !focus.has(other.file)))
            continue;
          const share = Math.round(similarity(one.shingles, other.shingles) * 100);
          tell(info, {
            file: other.file,
            place: { ...fact, start: 0, end: fact.name.length },
            module: project.moduleName(other.file),
            symbol: fact.name,
            message: `${fact.name} is defined a second time, ${share} % the same`,
            why: [
              `the other stands in ${project.facts(one.file).path}:${first.line}`,
              "keep one and import it",
            ],
          });
        }
      }
    }
  },
};

/** Hashes of every run of four tokens; comments and white space do not count. */
function shinglesOf(text: string): ReadonlySet<number> {
  const tokens = text.replace(/#[^\n]*|\/\/[^\n]*/g, "").match(/\w+|[^\s\w]/g) ?? [];
  const shingles = new Set<number>();
  for (let index = 0; index + shingleTokens <= tokens.length; index++) {
    let hash = 0x811c9dc5;
    for (let at = index; at < index + shingleTokens; at++) {
      const token = tokens[at] as string;
      for (let letter = 0; letter < token.length; letter++)
        hash = Math.imul(hash ^ token.charCodeAt(letter), 0x01000193);
      hash = Math.imul(hash ^ 0x20, 0x01000193);
    }
    shingles.add(hash);
  }
  return shingles;
}

function similarity(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  if (a.size === 0 || b.size === 0) return 0;
  if (Math.min(a.size, b.size) / Math.max(a.size, b.size) < similarMin) return 0;
  let shared = 0;
  for (const each of a) if (b.has(each)) shared++;
  return shared / (a.size + b.size - shared);
}
