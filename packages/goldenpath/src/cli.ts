#!/usr/bin/env node
import module from "node:module";
import { join } from "node:path";

/** Before anything is loaded that an older Node does not have. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`goldenpath needs Node 22.18 or later; this is ${process.version}.\n`);
  process.exit(2);
}
keepCompiled(process.env);
const { runCommand } = await import("./commands/run.ts");

/**
 * What one start compiled the next need not compile again: a tenth of the time it takes. It is kept among the user's
 * own things and never in a folder of everybody's, because what is found there is run.
 */
function keepCompiled({ XDG_CACHE_HOME, LOCALAPPDATA, HOME }: NodeJS.ProcessEnv): void {
  const caches = XDG_CACHE_HOME || LOCALAPPDATA || (HOME && join(HOME, ".cache"));
  if (caches) module.enableCompileCache(join(caches, "goldenpath"));
}

/** A terminal and npm both pass the same Ctrl-C on: what follows within this time is that one again. */
const sameSignalMs = 1_000;
const orphanCheckMs = 500;

/** The first signal asks to stop; a later one means now. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = (signal: NodeJS.Signals) => {
      if (askedAt === undefined) {
        askedAt = performance.now();
        resolve();
      } else if (performance.now() - askedAt > sameSignalMs) {
        process.exit(signal === "SIGINT" ? 130 : 143);
      }
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
    if (process.env.npm_lifecycle_event !== undefined) whenOrphaned(() => stop("SIGTERM"));
  });
}

/** npm and npx signal the shell between us and them, which dies and tells nobody. */
function whenOrphaned(call: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    call();
  }, orphanCheckMs);
  timer.unref();
}

// Whoever reads along may have seen enough (`| head`): that is no fault of ours, and what was asked goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  outBytes: (lines) => process.stdout.write(lines),
  err: (line) => process.stderr.write(`${line}\n`),
  environment: process.env,
  terminal: { isTerminal: process.stdout.isTTY === true, width: process.stdout.columns },
  stopped,
});
