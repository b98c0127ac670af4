import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** The command in a shell, and the shell that the pre-commit hook and the GitHub Action hold, as their runners run it. */

const top = join(import.meta.dirname, "../..");
const cli = join(top, "packages/goldenpath/src/cli.ts");

let folder = "";
let root = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "goldenpath-hooks-"));
  root = join(folder, "repository");
  // `npx goldenpath@VERSION …` runs this checkout instead of what a registry has.
  put(
    "../bin/npx",
    `#!/bin/sh\n[ "$1" = --yes ] && shift\nshift\nexec "${process.execPath}" "${cli}" "$@"\n`,
    0o755,
  );
  put("pkg/__init__.py", "from .a import A\n");
  put("pkg/a.py", "class A: pass\n");
  put("main.py", "from pkg import A\n");
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "first");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string, mode = 0o644): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
}

function git(...argv: string[]): void {
  const done = spawnSync("git", ["-C", root, "-c", "user.name=t", "-c", "user.email=t@t", ...argv]);
  if (done.status !== 0) throw new Error(String(done.stderr));
}

function shell(flags: readonly string[], script: string, environment: Readonly<Record<string, string>> = {}) {
  const path = `${join(folder, "bin")}${delimiter}${process.env.PATH ?? ""}`;
  const env = { ...process.env, ...environment, PATH: path };
  const done = spawnSync("bash", [...flags, "-c", script], { cwd: root, env, encoding: "utf8" });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

it("says what it found to whoever still reads, and is not thrown by one who has gone", () => {
  put("main.py", "from pkg import Gone\n");
  const done = shell(["-o", "pipefail"], "npx goldenpath imports check --no-cache | true");
  expect(done).toEqual({ code: 1, out: "", err: "" });
});

describe("the pre-commit hook", () => {
  const entry =
    /^ {2}entry: (.+)$/m.exec(readFileSync(join(top, ".pre-commit-hooks.yaml"), "utf8"))?.[1] ?? "";

  it("lets a sound commit pass and stops one that breaks an importer", () => {
    put("more.py", "from pkg import A\n");
    git("add", ".");
    expect(shell([], entry)).toMatchObject({ code: 0 });
    put("pkg/a.py", "class B: pass\n");
    git("add", ".");
    const stopped = shell([], entry);
    expect(stopped.code).toBe(1);
    expect(stopped.out).toContain("main.py");
  });
});

describe("the GitHub Action", () => {
  const text = readFileSync(join(top, "action.yml"), "utf8");
  const run = text.slice(text.indexOf("run: |\n") + "run: |\n".length).replace(/^ {8}/gm, "");
  const inputs = [...text.matchAll(/^ {2}([\w-]+):\n {4}description: .*\n {4}default: "(.*)"$/gm)];

  /** As the runner does: every input in the environment, `bash -eo pipefail`. */
  function act(given: Readonly<Record<string, string>> = {}) {
    const environment: Record<string, string> = {};
    for (const [, name = "", initial = ""] of inputs)
      environment[`INPUT_${name.toUpperCase().replaceAll("-", "_")}`] = given[name] ?? initial;
    return shell(["--noprofile", "--norc", "-eo", "pipefail"], run, environment);
  }

  it("declares every input that its shell reads", () => {
    const read = new Set([...run.matchAll(/INPUT_\w+/g)].map(([name]) => name));
    const declared = inputs.map(([, name = ""]) => `INPUT_${name.toUpperCase().replaceAll("-", "_")}`);
    expect([...read].filter((name) => !declared.includes(name))).toEqual([]);
    for (const name of read) expect(text).toMatch(new RegExp(`${name}: \\$\\{\\{ inputs\\.`));
  });

  it("passes on a sound tree, and annotates a broken one though SARIF was asked for", () => {
    expect(act()).toMatchObject({ code: 0 });
    put("main.py", "from pkg import Gone\n");
    const found = act({ sarif: "imports.sarif" });
    expect(found.code).toBe(1);
    expect(found.out).toContain("::error file=main.py,line=1");
    expect(JSON.parse(readFileSync(join(root, "imports.sarif"), "utf8"))).toMatchObject({ version: "2.1.0" });
  });

  it("hands on paths, the revision, and what cannot run", () => {
    put("main.py", "from pkg import Gone\n");
    expect(act({ paths: "pkg" }).code).toBe(0);
    expect(act({ since: "HEAD" }).code).toBe(1);
    expect(act({ since: "nowhere", sarif: "imports.sarif" }).code).toBe(2);
    expect(existsSync(join(root, "imports.sarif"))).toBe(false);
    expect(act({ paths: "$(touch hacked) ; touch hacked" }).code).toBe(2);
    expect(existsSync(join(root, "hacked"))).toBe(false);
  });
});
