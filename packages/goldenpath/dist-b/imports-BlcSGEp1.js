import { t as runImportsCli } from "./src-Bbe814Q8.js";
// src/commands/imports.ts
/** The import guard's own command line. */
async function importsCommand(argv, io) {
	const { isTerminal, width } = io.terminal;
	const stop = new AbortController();
	if (argv[0] === "watch") io.stopped().then(() => stop.abort());
	return runImportsCli(argv, {
		out: io.out,
		err: io.err,
		isTerminal,
		signal: stop.signal,
		...width !== void 0 && { width }
	});
}
export { importsCommand };
