import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Asked, judgeArguments, usage } from "./arguments.ts";

const known = ["delivery", "imports"];
const options = { quick: false, json: false, rounds: undefined, tree: undefined };

const verdicts: readonly (readonly [string, Asked])[] = [
  ["", { is: "list" }],
  ["--help", { is: "help" }],
  ["regress --help", { is: "help" }],
  ["delivery -h", { is: "help" }],
  ["all", { is: "run", names: known, options }],
  [
    "delivery imports --quick --json --rounds 2",
    {
      is: "run",
      names: known,
      options: { ...options, quick: true, json: true, rounds: 2 },
    },
  ],
  ["imports --tree x", { is: "run", names: ["imports"], options: { ...options, tree: "x" } }],
  ["table x.json", { is: "table", file: "x.json" }],
  ["regress", { is: "compare", options }],
  ["regress --write x.json", { is: "store", file: "x.json" }],
];

const refusals: readonly (readonly [string, RegExp])[] = [
  ["--quick", /Name a bench/],
  ["nonsense", /no bench nonsense; there are delivery, imports/],
  ["delivery nonsense", /no bench nonsense/],
  ["delivery --fast", /--fast/],
  ["delivery --rounds", /--rounds/],
  ["delivery --rounds none", /--rounds takes a whole number/],
  ["delivery --rounds 0", /--rounds takes a whole number/],
  ["delivery --write", /--write belongs to regress/],
  ["delivery --tree x", /--tree belongs to imports/],
  ["table", /table takes one file/],
  ["table a b", /table takes one file/],
  ["regress x.json", /without --write/],
  ["regress --write", /--write takes one file/],
];

describe("the arguments of npm run bench", () => {
  it.each(verdicts)("means by %j what it says", (line, asked) => {
    expect(judgeArguments(split(line), known)).toEqual(asked);
  });

  it.each(refusals)("says what is wrong with %j", (line, why) => {
    expect(judgeArguments(split(line), known)).toEqual({ is: "wrong", why: expect.stringMatching(why) });
  });

  it("ends with what there is, and without a stack", () => {
    const file = fileURLToPath(new URL("run.ts", import.meta.url));
    const wrong = spawnSync(process.execPath, [file, "regress", "--nonsense"], { encoding: "utf8" });
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain("--nonsense");
    expect(wrong.stderr).toContain(usage);
    expect(wrong.stderr).not.toMatch(/^\s+at /m);
  });
});

function split(line: string): readonly string[] {
  return line === "" ? [] : line.split(" ");
}
