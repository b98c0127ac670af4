import type { Clock } from "@goldenpath/protocol";
import type { Emitted, WebSocketEmitter } from "@goldenpath/websocket-core";
import { pause } from "./pause.ts";
import type { RunEnd } from "./run-end.ts";

export interface EndRunOptions {
  readonly emitter: WebSocketEmitter;
  readonly end: RunEnd;
  readonly clock: Clock;
  /** Stops trying: the process ends, and whoever takes the run over ends it. */
  readonly stopped: AbortSignal;
  /** Hears what the journal or the emitter threw instead of answering. */
  readonly failed: (error: unknown) => void;
}

export interface Ending {
  /** What became of the first try. */
  readonly first: Promise<Emitted>;
  /** When the end is in the log, or nobody here may write it. */
  readonly settled: Promise<Emitted>;
}

const retryMsMin = 250;
const retryMsMax = 10_000;
const failureCharsMax = 2_000;
const lost: Emitted = { is: "refused", why: "run_ended", detail: "Another attempt ends the run." };

/** J5: appends a run's one end, trying again with growing pauses while the journal cannot take it. */
export function endRun(options: EndRunOptions): Ending {
  const first = attempt(options, options.end);
  return { first, settled: first.then((emitted) => tryAgain(options, emitted)) };
}

async function tryAgain(options: EndRunOptions, first: Emitted): Promise<Emitted> {
  let emitted = first;
  let end = options.end;
  let pauseMs = retryMsMin;
  while (emitted.is === "refused" && !isOver(emitted.why)) {
    end = endAfterRefusal(end, emitted.why);
    // Only a passing lack needs time; the others are answered by another end, at once.
    if (emitted.why === "storage_full" || emitted.why === "unavailable" || pauseMs > retryMsMin) {
      const isStopped = await pause(options.clock, pauseMs, options.stopped).then(
        () => false,
        () => true,
      );
      if (isStopped) return emitted;
    }
    pauseMs = Math.min(pauseMs * 2, retryMsMax);
    emitted = await attempt(options, end);
  }
  return emitted;
}

/** The run has its end, or another attempt writes it. */
function isOver(why: string): boolean {
  return why === "run_ended" || why === "fenced" || why === "fate_unknown";
}

/** A completed answer that the journal refused is gone: its text deltas or its whole did not fit. */
function endAfterRefusal(end: RunEnd, why: string): RunEnd {
  if (end.is !== "completed") return end;
  if (why === "too_large") {
    return { is: "failed", code: "answer_too_large", message: "The answer is too large to be kept." };
  }
  if (why === "not_found") return { is: "cancelled" };
  if (why === "storage_full") {
    return {
      is: "failed",
      code: "storage_full",
      message: "The server's disk is full; the answer was not kept.",
    };
  }
  return { is: "failed", code: "unavailable", message: "The answer could not be written to the journal." };
}

async function attempt({ emitter, failed }: EndRunOptions, end: RunEnd): Promise<Emitted> {
  try {
    switch (end.is) {
      case "completed":
        return await emitter.completed();
      case "cancelled":
        return await emitter.cancelled();
      case "failed":
        return await emitter.failed(end.code, end.message.slice(0, failureCharsMax));
      case "lost":
        await emitter.leave();
        return lost;
    }
  } catch (error) {
    // A journal that rejects instead of answering is one that cannot write now.
    failed(error);
    return { is: "refused", why: "unavailable", detail: "The journal failed." };
  }
}
