/**
 * Which names of a file may mean something else to those who ask for them, after its contents have changed. Where
 * less cannot be known it is all of them.
 */

import { withoutFacts } from "../extract/extract.ts";
import { pack } from "../facts-codec.ts";
import { fileRow, headerLength } from "../facts-layout.ts";
import type { BindingFact, FileFacts } from "../model.ts";

export type Names = "all" | ReadonlySet<string>;

export type ChangedNames = {
  /** They may be something else, or be there no more, or be there now. */
  readonly meaning: Names;
  /** They are the same and stand elsewhere in the file: only what is said of their place is another. */
  readonly place: ReadonlySet<string>;
  /** None of its names means something else, and what it imports is the same and stands where it stood. */
  readonly takesSame: boolean;
};

const none: ReadonlySet<string> = new Set();

export function changedNames(before: FileFacts, now: FileFacts): ChangedNames {
  if (isSame(before, now)) return { meaning: none, place: none, takesSame: true };
  // What an exported name is depends on more than its own statement.
  if (now.language !== "python" || ofWhole(before) !== ofWhole(now))
    return { meaning: "all", place: none, takesSame: false };
  const [was, is] = [bindingsByName(before), bindingsByName(now)];
  const meaning = new Set<string>();
  const place = new Set<string>();
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const [one, other] = [was.get(name), is.get(name)];
    if (one === undefined || other === undefined || one.meaning !== other.meaning) meaning.add(name);
    else if (one.place !== other.place) place.add(name);
  }
  addAliases(before, meaning);
  addAliases(now, meaning);
  const takesSame = meaning.size === 0 && isSame(onlyImports(before), onlyImports(now));
  return { meaning, place, takesSame };
}

function onlyImports({ path, imports }: FileFacts): FileFacts {
  const nothing = withoutFacts(path, { kind: "skipped", message: "", line: 1, column: 1 });
  return { ...nothing, imports };
}

/** Whether everything that was read of them is the same, save how long they are. */
function isSame(before: FileFacts, now: FileFacts): boolean {
  const [one, other] = [before, now].map((facts) => {
    const { numbers, strings } = pack([facts]);
    const row = headerLength;
    numbers[row + fileRow.byteLength] = 0;
    numbers[row + fileRow.lineCount] = 0;
    return { numbers: Buffer.from(numbers.buffer), strings };
  });
  return (
    one !== undefined &&
    other !== undefined &&
    one.strings === other.strings &&
    one.numbers.equals(other.numbers)
  );
}

/** What every name of a Python module depends on, and what is said of the module as a whole. */
function ofWhole({ imports, bindings, doors, publicNames, lazy, hasEffects, problems }: FileFacts): string {
  return JSON.stringify([
    doors,
    publicNames?.isKnown,
    publicNames?.names.map(({ name }) => name),
    lazy,
    hasEffects,
    problems.length > 0,
    bindings.some(({ isState, presence }) => isState && presence !== "types"),
    bindings.every(({ kind, name }) => kind === "import" || kind === "alias" || name.startsWith("__")),
    imports
      .filter(({ names }) => names[0]?.name === "*")
      .map(({ specifier, scope, statement }) => [specifier, scope, statement.line]),
  ]);
}

type Said = { meaning: string; place: string };

function bindingsByName(facts: FileFacts): ReadonlyMap<string, Said> {
  const byName = new Map<string, Said>();
  for (const [index, binding] of facts.bindings.entries()) {
    const said = byName.get(binding.name) ?? { meaning: "", place: "" };
    said.meaning += meaningOf(facts, binding);
    said.place += `${index} ${binding.line} ${binding.column};`;
    byName.set(binding.name, said);
  }
  return byName;
}

function meaningOf({ imports }: FileFacts, binding: BindingFact): string {
  const { kind, isAsync, presence, isState, target, importIndex, nameIndex } = binding;
  const statement = imports[importIndex];
  const asked = statement?.names[nameIndex];
  const from = asked &&
    statement && [statement.specifier, asked.name, asked.local, asked.end > statement.at.end];
  return JSON.stringify([kind, isAsync, presence, isState, target, from]);
}

/** Names that stand for one of these, over any number of steps. */
function addAliases({ bindings }: FileFacts, names: Set<string>): void {
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const binding of bindings) {
      if (binding.kind !== "alias") continue;
      if (names.has(binding.target.split(".", 1)[0] ?? "")) names.add(binding.name);
    }
  }
}
