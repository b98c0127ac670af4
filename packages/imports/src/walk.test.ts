import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { brief, checkTree, withTree } from "./testing/tree.ts";
import { walk } from "./walk.ts";

describe("walk", () => {
  it("lists sources and manifests, and passes over what is not first-party", async () => {
    const files = {
      "a.py": "",
      "b/c.ts": "",
      "b/notes.md": "",
      "node_modules/x/index.js": "",
      ".venv/lib/y.py": "",
      "venv/lib/y.py": "",
      "requirements/dev.txt": "",
      "old/d.py": "",
      "ext.cpython-311-x86_64-linux-gnu.so": "",
    };
    await withTree(files, (root) => {
      const tree = walk(root, ["old/**"]);
      expect(tree.files).toEqual(["a.py", "b/c.ts"]);
      expect(tree.manifests).toEqual(["requirements/dev.txt"]);
      expect(tree.compiled).toEqual(["ext.cpython-311-x86_64-linux-gnu.so"]);
    });
  });

  it("ends on links that lead in circles, and says that it passed them over", async () => {
    await withTree({ "a/b.py": "" }, (root) => {
      symlinkSync(root, join(root, "a", "loop"));
      symlinkSync("gone", join(root, "a", "dangling.py"));
      const tree = walk(root, []);
      expect(tree.files).toEqual(["a/b.py"]);
      expect(tree.skipped.map((each) => each.file)).toEqual(["a/dangling.py", "a/loop"]);
    });
  });

  it("reports a file that cannot be read, and checks the rest", async () => {
    await withTree(
      { "bad.py": "x = 1\n", "main.py": "from bad import y\nfrom gone.x import z\nimport gone\n" },
      async (root) => {
        mkdirSync(join(root, "gone"));
        writeFileSync(join(root, "gone", "other.py"), "");
        chmodSync(join(root, "bad.py"), 0);
        const findings = (await checkTree(root)).findings;
        // Whoever may read everything (root) reads it, and then finds the missing name.
        const isAllowed = findings.every((each) => each.rule !== "syntax-error");
        expect(brief(findings)).toEqual([
          ...(isAllowed ? ["error unresolved-symbol main.py:1 y"] : ["error syntax-error bad.py:1 "]),
          "error unresolved-module main.py:2 z",
        ]);
      },
    );
  });
});
