import { describe, expect, it } from "vitest";
import { GitIgnores } from "./git-ignores.ts";
import { memoryDisk } from "./typescript-disk.ts";

const top = [
  "# what builds write",
  "build/",
  "generated",
  "!keep/generated",
  "/only_here.py",
  "logs/*.py",
  "version_?.py",
  "*.py",
  "**/*.d.ts",
  "*.gen.ts",
  "/src/**/*.js",
  "/src/generated/**/*.js",
  "made.py",
  "!made.py",
  "",
].join("\n");
const ignores = new GitIgnores(
  memoryDisk(
    new Map([
      ["/r/.git/HEAD", ""],
      ["/r/.gitignore", top],
      ["/r/a/.gitignore", "!build\nown.py\n"],
    ]),
  ),
  "/r/a",
);

describe("git ignores", () => {
  it.each([
    ["/r/build/x.py", true],
    ["/r/b/build/c/x.py", true],
    ["/r/b/build", false],
    ["/r/generated", true],
    ["/r/c/generated/x.py", true],
    ["/r/keep/generated/x.py", false],
    ["/r/only_here.py", true],
    ["/r/c/only_here.py", false],
    ["/r/logs/x.py", true],
    ["/r/logs/deep/x.py", false],
    ["/r/c/version_1.py", true],
    ["/r/plain.py", false],
    ["/r/plain.d.ts", false],
    ["/r/a/routes.gen.ts", true],
    ["/r/src/plain.js", false],
    ["/r/src/generated/a/x.js", true],
    ["/r/made.py", false],
    ["/r/a/build/x.py", false],
    ["/r/a/own.py", true],
    ["/r/own.py", false],
    ["/elsewhere/build/x.py", false],
  ])("%s: %s", (path, isIgnored) => {
    expect(ignores.ignores(path)).toBe(isIgnored);
    expect(ignores.ignores(path)).toBe(isIgnored);
  });
});
