/**
 * The runnable snippets of the documentation. A fence says in its info string what is done with it:
 *
 *   ```ts run          run as a program; it has to end with 0
 *   ```ts run=serve    run until it prints its URL; the server has to pass `goldenpath check`, then it is stopped
 *   ```ts run=types    type-checked only (the other two are as well)
 *   ```tsx run=types   the same, with JSX
 *   ```sh run          run by `sh -e`; it has to end with 0
 *
 * A program finds the built package `goldenpath` as others install it; a shell finds `goldenpath` in its PATH and an empty folder
 * around it. Both find a server at http://127.0.0.1:4000: the address is replaced by the one of a real server
 * that the test started. A fence without `run` is only read.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export interface Snippet {
  /** The file and line of its fence, `README.md:12`. */
  readonly at: string;
  readonly language: "ts" | "tsx" | "sh";
  readonly run: "end" | "serve" | "types";
  readonly text: string;
}

const modes = { run: "end", "run=serve": "serve", "run=types": "types" } as const;

/** Throws for a mark that means nothing, so that a typing error does not hide a snippet. */
export function snippetsOf(text: string, file: string): readonly Snippet[] {
  const snippets: Snippet[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, indent, language, rest] = /^(\s*)```(\w+)[ \t]*(.*)$/.exec(lines[at] ?? "") ?? [];
    if (indent === undefined || language === undefined) continue;
    const opened = at;
    const body: string[] = [];
    while (++at < lines.length && !/^\s*```\s*$/.test(lines[at] ?? ""))
      body.push((lines[at] ?? "").slice(indent.length));
    const mark = rest?.split(/\s+/).find((word) => word === "run" || word.startsWith("run="));
    if (mark === undefined) continue;
    const where = `${file}:${opened + 1}`;
    if (!(mark in modes)) throw new Error(`${where}: ${mark} is none of ${Object.keys(modes).join(", ")}`);
    const run = modes[mark as keyof typeof modes];
    const fits =
      language === "ts" || (language === "sh" && run === "end") || (language === "tsx" && run === "types");
    if (!fits) throw new Error(`${where}: a ${language} snippet cannot be marked ${mark}`);
    snippets.push({ at: where, language, run, text: `${body.join("\n")}\n` });
  }
  return snippets;
}

/** The snippets of the README and of all that lies below docs. */
export function allSnippets(root: string): readonly Snippet[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
    .map((name) => join(root, "docs", name))
    .sort();
  return [join(root, "README.md"), ...docs].flatMap((file) =>
    snippetsOf(readFileSync(file, "utf8"), relative(root, file)),
  );
}
