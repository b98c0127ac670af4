import type { RunFailureCode } from "@goldenpath/protocol";

/** How a run ends. `lost`: its log already holds an end, or another attempt writes it; nothing is appended. */
export type RunEnd =
  | { readonly is: "completed" }
  | { readonly is: "cancelled" }
  | { readonly is: "failed"; readonly code: RunFailureCode; readonly message: string }
  | { readonly is: "lost" };

/** The reason of a run's signal once it has ended, and what every later call of its agent rejects with. */
export class RunEnded extends Error {
  override readonly name = "RunEnded";
  readonly end: RunEnd;

  constructor(end: RunEnd) {
    super(end.is === "failed" ? `The run has failed: ${end.code}.` : `The run is ${end.is}.`);
    this.end = end;
  }
}

/**
 * Thrown by an agent to end its run in `agent_failed` with a code and a text that the user reads. Of any
 * other error the user reads that the agent failed, and the text goes to the server's log only.
 */
export class RunFailure extends Error {
  override readonly name = "RunFailure";
  readonly code: RunFailureCode;

  constructor(code: RunFailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
