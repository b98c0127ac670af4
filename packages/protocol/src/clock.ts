/** Time as an argument: the real clock in a server and a page, a driven one in tests and simulation. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds on a clock that never jumps; only differences mean something. */
  elapsed(): number;
  /** Calls once after `afterMs`; never before the current turn ends. */
  timer(afterMs: number, call: () => void): Timer;
}

export interface Timer {
  /** Afterwards the call does not happen; cancelling twice is fine. */
  cancel(): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  timer(afterMs, call) {
    const handle = setTimeout(call, afterMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Randomness as an argument: fresh ids of 128 bits, in characters that `idSchema` takes. */
export type MakeId = () => string;

export const randomId: MakeId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let id = "";
  for (const byte of bytes) id += byte.toString(16).padStart(2, "0");
  return id;
};
