/**
 * Compares our import extraction with what `oracle.py` printed. Not part of the tests, which need no Python:
 * they hold generated programs with known imports instead. Exit 1 on any difference.
 */
import { readFileSync } from "node:fs";
import { extractPython } from "../extract/python.ts";

type Row = readonly [line: number, module: string, name: string, alias: string];

const shownMax = 20;

function rowsOf(path: string, source: Buffer): string[] {
  return extractPython(path, source)
    .imports.filter((each) => each.kind === "static")
    .flatMap((each) =>
      each.names.map((name): Row => {
        const isAliased =
          name.name === "" ? name.end > each.at.end : name.local !== name.name && name.name !== "*";
        return [name.line, each.specifier, name.name, isAliased ? name.local : ""];
      }),
    )
    .map((row) => JSON.stringify(row))
    .sort();
}

const [, , oracle] = process.argv;
if (oracle === undefined) throw new Error("name the file that oracle.py printed");
let files = 0;
let imports = 0;
let different = 0;
for (const line of readFileSync(oracle, "utf8").trim().split("\n")) {
  const [path, rows] = JSON.parse(line) as [string, readonly Row[] | null];
  if (rows === null) continue;
  files++;
  imports += rows.length;
  // `import a as a` is no alias to us: it binds what it would bind anyway.
  const theirs = rows.map(([at, module, name, alias]) =>
    JSON.stringify([at, module, name, alias === name ? "" : alias]),
  );
  const ours = rowsOf(path, readFileSync(path));
  if (JSON.stringify(theirs.sort()) === JSON.stringify(ours)) continue;
  different++;
  if (different <= shownMax)
    process.stdout.write(
      `${path}\n  CPython ${theirs.filter((each) => !ours.includes(each))}\n  ours    ${ours.filter((each) => !theirs.includes(each))}\n`,
    );
}
process.stdout.write(`${files} files, ${imports} imports, ${different} files differ\n`);
process.exitCode = different > 0 ? 1 : 0;
