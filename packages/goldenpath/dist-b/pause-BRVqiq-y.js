// ../agents/src/run-end.ts
/** The reason of a run's signal once it has ended, and what every later call of its agent rejects with. */
var RunEnded = class extends Error {
	name = "RunEnded";
	end;
	constructor(end) {
		super(end.is === "failed" ? `The run has failed: ${end.code}.` : `The run is ${end.is}.`);
		this.end = end;
	}
};
/**
* Thrown by an agent to end its run in `agent_failed` with a code and a text that the user reads. Of any
* other error the user reads that the agent failed, and the text goes to the server's log only.
*/
var RunFailure = class extends Error {
	name = "RunFailure";
	code;
	constructor(code, message, options) {
		super(message, options);
		this.code = code;
	}
};
// ../agents/src/pause.ts
/** Resolves after `afterMs`; rejects with the signal's reason when it aborts first. */
function pause(clock, afterMs, signal) {
	return new Promise((resolve, reject) => {
		if (signal.aborted) {
			reject(signal.reason);
			return;
		}
		const timer = clock.timer(afterMs, () => {
			signal.removeEventListener("abort", stop);
			resolve();
		});
		function stop() {
			timer.cancel();
			reject(signal.reason);
		}
		signal.addEventListener("abort", stop, { once: true });
	});
}
export { RunEnded as n, RunFailure as r, pause as t };
