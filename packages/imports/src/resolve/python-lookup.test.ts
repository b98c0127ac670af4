import { expect, it } from "vitest";
import { extractPython } from "../extract/python.ts";
import type { Lookup } from "../model.ts";
import { createPythonResolver, type PythonResolver } from "./python.ts";

function resolverOf(sources: Readonly<Record<string, string>>): PythonResolver {
  const files = Object.entries(sources).map(([path, text]) => extractPython(path, Buffer.from(text)));
  return createPythonResolver({
    files,
    compiled: [],
    folders: [""],
    manifests: [],
    roots: [],
    external: [],
    isIgnored: () => false,
    installed: undefined,
  });
}

/** Where a name is defined in the end. */
function definedIn(answer: Lookup): number | string {
  return answer.is === "found" ? answer.file : answer.is;
}

const [a, b, c, d, e] = [0, 1, 2, 3, 4] as const;
/** Both take `x` from one another, and have it from elsewhere if the other does not. */
const circle = {
  "a.py": "from c import x\nfrom b import x\n",
  "b.py": "from d import x\nfrom a import x\n",
  "c.py": "x = 1\n",
  "d.py": "x = 2\n",
  "e.py": "from b import x\nfrom a import *\n",
};

it("answers within a circle of imports the same, whoever asked before", () => {
  const questions = [a, b, e];
  const alone = questions.map((file) => definedIn(resolverOf(circle).lookup(file, "x")));
  expect(alone).toEqual([d, c, c]);
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    const resolver = resolverOf(circle);
    const answers: (number | string)[] = [];
    for (const index of order) answers[index] = definedIn(resolver.lookup(questions[index] ?? a, "x"));
    expect(answers).toEqual(alone);
  }
});

it("answers the same about a chain without end", () => {
  const length = 150;
  const chain = Object.fromEntries(
    Array.from({ length }, (_, index) => [
      `m${String(index).padStart(3, "0")}.py`,
      index === length - 1 ? "x = 1\n" : `from m${String(index + 1).padStart(3, "0")} import x\n`,
    ]),
  );
  const alone = definedIn(resolverOf(chain).lookup(70, "x"));
  const resolver = resolverOf(chain);
  expect(resolver.lookup(0, "x").is).toBe("unknown");
  expect(definedIn(resolver.lookup(70, "x"))).toBe(alone);
  expect(alone).toBe(length - 1);
});
