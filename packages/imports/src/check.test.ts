import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Finding } from "./finding.ts";
import type { CheckOptions } from "./summary.ts";
import { edited, randomEdit, randomTree, textsOf } from "./testing/random-tree.ts";
import { checkTree, withTree, writeBelow } from "./testing/tree.ts";

const rounds = 25;

async function findingsIn(
  root: string,
  options: Pick<CheckOptions, "focus" | "useCache">,
): Promise<readonly Finding[]> {
  const config = { entries: ["app/one.py"], canonical: [{ symbol: "app:First", allow: [] }] };
  return (await checkTree(root, config, options)).findings;
}

it("says of the files in focus what a check of everything from nothing says of them", async () => {
  await fc.assert(
    fc.asyncProperty(
      randomTree,
      fc.array(randomEdit, { minLength: 1, maxLength: 4 }),
      fc.func(fc.boolean()),
      (files, edits, isChosen) =>
        withTree(textsOf(files), async (root) => {
          await findingsIn(root, { useCache: true });
          const now = edits.reduce(edited, files);
          for (const [path, text] of Object.entries(textsOf(now))) writeBelow(root, path, text);
          const chosen = new Set(now.map(({ path }) => path).filter((path) => isChosen(path)));
          const focus: CheckOptions["focus"] = (project) =>
            new Set([...project.files.keys()].filter((file) => chosen.has(project.facts(file).path)));
          const ofChosen = (all: readonly Finding[]) => all.filter(({ file }) => chosen.has(file));
          const focused = await findingsIn(root, { focus, useCache: true });
          expect(ofChosen(focused)).toEqual(ofChosen(await findingsIn(root, {})));
        }),
    ),
    { numRuns: rounds },
  );
});
