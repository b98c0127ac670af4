import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Finding } from "../finding.ts";
import { edited, randomEdit, randomTree, textsOf } from "../testing/random-tree.ts";
import { checkTree, withTree, writeBelow } from "../testing/tree.ts";
import { openSession, type Session } from "./session.ts";

async function opened(root: string): Promise<Session> {
  const reading = await openSession(root, "2026-01-01");
  if (reading.is === "failed") throw new Error(reading.message);
  return reading.session;
}

/** Without what depends on whether it is saved. */
function told(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ fix: _, ...rest }) => JSON.stringify(rest)).sort();
}

it("says of open documents, saved or not, what a check of the same texts from nothing says", async () => {
  await fc.assert(
    fc.asyncProperty(
      randomTree,
      fc.array(randomEdit, { minLength: 1, maxLength: 5 }),
      fc.func(fc.boolean()),
      (files, edits, isOpen) =>
        withTree(textsOf(files), async (root) => {
          const session = await opened(root);
          let now = files;
          for (const edit of edits) {
            now = edited(now, edit);
            const texts = textsOf(now);
            const open = new Set([...Object.keys(texts).filter((path) => isOpen(path)), edit.path]);
            session.lay(edit.path, texts[edit.path]);
            const unsaved = told(session.findings(open));
            for (const [path, text] of Object.entries(texts)) writeBelow(root, path, text);
            const { findings } = await checkTree(root, {}, {});
            expect(unsaved).toEqual(told(findings.filter(({ file }) => open.has(file))));
            session.lay(edit.path, undefined);
            expect(told(session.findings(open))).toEqual(unsaved);
          }
        }),
    ),
    { numRuns: 15 },
  );
});

it("takes a new document in, and leaves out what has gone", async () => {
  await withTree({ "a.py": "from b import x\n" }, async (root) => {
    const session = await opened(root);
    const rules = () => session.findings(["a.py", "b.py"]).map(({ rule, file }) => `${file} ${rule}`);
    expect(rules()).toEqual([]);
    writeBelow(root, "b.py", "y = 1\n");
    session.reread("b.py");
    expect(rules()).toEqual(["a.py unresolved-symbol"]);
    session.lay("b.py", "x = 1\n");
    expect(rules()).toEqual([]);
    expect(session.importAt("a.py", 14)).toMatchObject({ name: { name: "x" } });
    session.lay("b.py", undefined);
    expect(rules()).toEqual(["a.py unresolved-symbol"]);
  });
});
