import type { Clock } from "@goldenpath/protocol";

/** Resolves after `afterMs`; rejects with the signal's reason when it aborts first. */
export function pause(clock: Clock, afterMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = clock.timer(afterMs, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    function stop(): void {
      timer.cancel();
      reject(signal.reason);
    }
    signal.addEventListener("abort", stop, { once: true });
  });
}
