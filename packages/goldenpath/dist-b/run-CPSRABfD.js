import { t as version } from "./version-CqA_qoI8.js";
// src/commands/run.ts
const help = `goldenpath ${version}: carries an AI agent's work to the person who asked for it.

  goldenpath serve      start the server
  goldenpath check URL  does the path from login to answer work right now?
  goldenpath imports    the import guard for TypeScript, JavaScript and Python

  goldenpath COMMAND --help, goldenpath --version`;
/**
* Carries out one command line; resolves with the exit code. Each command is loaded when it is asked for: the
* server's libraries take longer to load than the import guard takes to find that nothing has changed.
*/
async function runCommand(argv, io) {
	const [command, ...rest] = argv;
	switch (command) {
		case "serve": return (await import("./serve-DfrzbNmS.js")).serveCommand(rest, io);
		case "check": return (await import("./check-CpCBDZ9e.js")).checkCommand(rest, io);
		case "imports": return (await import("./imports-BlcSGEp1.js")).importsCommand(rest, io);
		case "--version":
		case "-v":
			io.out(version);
			return 0;
		case "--help":
		case "-h":
		case "help":
			io.out(help);
			return 0;
		case void 0:
			io.err(help);
			return 2;
		default:
			io.err(`goldenpath: there is no command ${JSON.stringify(command)}. Try: goldenpath --help`);
			return 2;
	}
}
export { runCommand };
