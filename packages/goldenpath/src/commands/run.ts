import { version } from "../version.ts";
import { checkCommand } from "./check.ts";
import { importsCommand } from "./imports.ts";
import type { Io } from "./io.ts";
import { serveCommand } from "./serve.ts";

const help = `goldenpath ${version}: carries an AI agent's work to the person who asked for it.

  goldenpath serve      start the server
  goldenpath check URL  does the path from login to answer work right now?
  goldenpath imports    the import guard for TypeScript, JavaScript and Python

  goldenpath COMMAND --help, goldenpath --version`;

/** Carries out one command line; resolves with the exit code. */
export async function runCommand(argv: readonly string[], io: Io): Promise<number> {
  const [command, ...rest] = argv;
  switch (command) {
    case "serve":
      return serveCommand(rest, io);
    case "check":
      return checkCommand(rest, io);
    case "imports":
      return importsCommand(rest, io);
    case "--version":
    case "-v":
      io.out(version);
      return 0;
    case "--help":
    case "-h":
    case "help":
      io.out(help);
      return 0;
    case undefined:
      io.err(help);
      return 2;
    default:
      io.err(`goldenpath: there is no command ${JSON.stringify(command)}. Try: goldenpath --help`);
      return 2;
  }
}
