import { identifierBytes } from "../extract/python-bytes.ts";
import { placeOf } from "../facts-view.ts";
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
const lengthsMin = 0.6;

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
    const sizeOf = ({ file, binding }: { file: number; binding: number }): number => {
      const fact = project.facts(file).bindings[binding];
      return fact === undefined ? 0 : fact.end - fact.start;
    };
    for (const candidates of byName.values()) {
      if (candidates.length < 2 || candidates.length > copiesMax) continue;
      if (focus !== undefined && !candidates.some((each) => focus.has(each.file))) continue;
      const alike = candidates.filter((one) =>
        candidates.some((other) => other.file !== one.file && isAlike(sizeOf(one), sizeOf(other))),
      );
      if (alike.length < 2) continue;
      const copies: Copy[] = alike.map(({ file, binding }) => {
        if (!cache.has(file)) cache.set(file, readBytes(file));
        const fact = project.facts(file).bindings[binding];
        const bytes = cache.get(file);
        const comment = project.facts(file).language === "python" ? 0x23 : 0x2f;
        const isKnown = fact !== undefined && bytes !== undefined;
        const shingles = isKnown ? shinglesOf(bytes, fact.start, fact.end, comment) : new Set<number>();
        return { file, binding, shingles };
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
            place: { ...placeOf(fact), start: 0, end: fact.name.length },
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

/**
 * Hashes of runs of four tokens, of which one in four is kept (by its value, so that copies keep the same
 * ones). White space and comments do not count.
 */
function shinglesOf(bytes: Uint8Array, start: number, end: number, comment: number): ReadonlySet<number> {
  const shingles = new Set<number>();
  let first = 0;
  let second = 0;
  let third = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte <= 0x20) {
      at++;
      continue;
    }
    if (byte === comment && (comment === 0x23 || bytes[at + 1] === comment)) {
      while (at < end && bytes[at] !== 0x0a) at++;
      continue;
    }
    let token = Math.imul(0x811c9dc5 ^ byte, 0x01000193);
    at++;
    if (identifierBytes[byte] === 1) {
      while (at < end && identifierBytes[bytes[at] as number] === 1) {
        token = Math.imul(token ^ (bytes[at++] as number), 0x01000193);
      }
    }
    const run = Math.imul(Math.imul(Math.imul(first, 31) + second, 31) + third, 31) + token;
    const mixed = Math.imul(run ^ (run >>> 15), 0x2c1b3c6d) >>> 0;
    if ((mixed & 3) === 0) shingles.add(mixed);
    first = second;
    second = third;
    third = token;
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

/** Near-same bodies are of similar length, comments granted. */
function isAlike(one: number, other: number): boolean {
  return Math.min(one, other) / Math.max(one, other) >= lengthsMin;
}
