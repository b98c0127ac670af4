#!/usr/bin/env node
import { setFlagsFromString as __f } from "node:v8"; __f("--semi-space-growth-factor=1");
// src/cli.ts
/** Before anything is loaded that an older Node does not have. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || major === 22 && minor < 18) {
	process.stderr.write(`goldenpath needs Node 22.18 or later; this is ${process.version}.\n`);
	process.exit(2);
}
const { runCommand } = await import("./run-CPSRABfD.js");
/** A terminal and npm both pass the same Ctrl-C on: what follows within this time is that one again. */
const sameSignalMs = 1e3;
const orphanCheckMs = 500;
/** The first signal asks to stop; a later one means now. */
function stopped() {
	return new Promise((resolve) => {
		let askedAt;
		const stop = (signal) => {
			if (askedAt === void 0) {
				askedAt = performance.now();
				resolve();
			} else if (performance.now() - askedAt > sameSignalMs) process.exit(signal === "SIGINT" ? 130 : 143);
		};
		process.on("SIGTERM", stop);
		process.on("SIGINT", stop);
		if (process.env.npm_lifecycle_event !== void 0) whenOrphaned(() => stop("SIGTERM"));
	});
}
/** npm and npx signal the shell between us and them, which dies and tells nobody. */
function whenOrphaned(call) {
	const parent = process.ppid;
	const timer = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(timer);
		call();
	}, orphanCheckMs);
	timer.unref();
}
process.exitCode = await runCommand(process.argv.slice(2), {
	out: (line) => process.stdout.write(`${line}\n`),
	err: (line) => process.stderr.write(`${line}\n`),
	environment: process.env,
	terminal: {
		isTerminal: process.stdout.isTTY === true,
		width: process.stdout.columns
	},
	stopped
});
export {};
