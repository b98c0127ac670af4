import { setFlagsFromString } from "node:v8";
import { runImportsCli } from "@goldenpath/imports";
import type { Io } from "./io.ts";

/** The import guard's own command line. */
export async function importsCommand(argv: readonly string[], io: Io): Promise<number> {
  // What the guard makes is either gone at once or kept: room for young objects beyond the first megabyte buys
  // nothing, and takes a hundred megabytes on a tree of ten thousand files.
  setFlagsFromString("--semi-space-growth-factor=1");
  const { isTerminal, width } = io.terminal;
  const stop = new AbortController();
  // Every other command ends with its work, and with the process when a signal comes.
  if (argv[0] === "watch") void io.stopped().then(() => stop.abort());
  return runImportsCli(argv, {
    out: io.out,
    err: io.err,
    ...(io.outBytes !== undefined && { outBytes: io.outBytes }),
    isTerminal,
    signal: stop.signal,
    ...(width !== undefined && { width }),
  });
}
