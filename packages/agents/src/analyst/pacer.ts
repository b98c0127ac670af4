import { setImmediate } from "node:timers/promises";
import { type Clock, systemClock } from "@goldenpath/protocol";

/** How long a computation may hold the thread that also serves the sockets. */
const sliceMs = 8;

/**
 * Lets others have their turn: call it every few thousand rows. Resolves at once within a slice; after one
 * it waits for the next turn of the event loop. Rejects with the signal's reason once that is aborted.
 */
export type Pacer = () => Promise<void> | undefined;

export function createPacer(signal: AbortSignal, clock: Clock = systemClock): Pacer {
  let began = clock.elapsed();
  const rest = async () => {
    await setImmediate();
    signal.throwIfAborted();
    began = clock.elapsed();
  };
  return () => {
    signal.throwIfAborted();
    return clock.elapsed() - began < sliceMs ? undefined : rest();
  };
}
