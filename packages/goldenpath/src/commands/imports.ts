import { setFlagsFromString } from "node:v8";
import { runImportsCli } from "@goldenpath/imports";
import type { Io } from "./io.ts";

/** Before Node 24 there is no compiler between V8's first and its last, and code would stay slow. */
const hasMaglev = Number.parseInt(process.versions.node, 10) >= 24;
/** On 32,000 files the last compiler pays off again. */
const shortFilesMax = 15_000;

/**
 * V8 compiles what runs often with Maglev, and what runs on and on once more, with Turbofan. A check is over before that
 * has paid off: it is an eighth of its CPU time on ten thousand files. WebAssembly, which reads Python, is compiled as ever.
 */
function compileLess(files: number): void {
  if (hasMaglev && files <= shortFilesMax) setFlagsFromString("--no-turbofan");
}

/** The import guard's own command line. */
export async function importsCommand(argv: readonly string[], io: Io): Promise<number> {
  keepYoungSmall();
  const { isTerminal, width } = io.terminal;
  const stop = new AbortController();
  // Every other command ends with its work, and with the process when a signal comes.
  if (argv[0] === "watch") void io.stopped().then(() => stop.abort());
  return runImportsCli(argv, {
    out: io.out,
    err: io.err,
    ...(io.outBytes !== undefined && { outBytes: io.outBytes }),
    onRead: compileLess,
    isTerminal,
    signal: stop.signal,
    ...(width !== undefined && { width }),
  });
}

/**
 * What the guard makes is either gone at once or kept: room for young objects beyond the first megabyte buys
 * nothing, and takes a hundred megabytes on a tree of ten thousand files: forty where it is set after the first of them.
 */
function keepYoungSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
