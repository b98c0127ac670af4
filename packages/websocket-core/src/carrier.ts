import type { Committed } from "@goldenpath/journal";
import type { BusStats, Signal } from "./bus.ts";

/**
 * A line between nodes, as `SharedBus` uses it. It may lose, repeat and reorder what it carries; it must not
 * invent anything, and it says when it may have lost something. It opens again by itself, for ever.
 */
export interface Carrier {
  readonly kind: BusStats["kind"];
  /** From now on this node wants to hear of that user. */
  listen(userId: string): void;
  ignore(userId: string): void;
  /** False: dropped, because there is no line or too much waits for it. Never blocks, never throws. */
  tell(committed: Committed): boolean;
  signal(userId: string, signal: Signal): boolean;
  close(): Promise<void>;
}

/** What a carrier tells the bus that made it. */
export interface Ears {
  /** The line is open; whatever was told before this moment may be missing. */
  opened(): void;
  /** The line is lost, or did not open. */
  failed(error: unknown): void;
  /** So many things that `tell` and `signal` took are lost: the line failed before they were carried. */
  dropped(count: number, error: unknown): void;
  /** From now on this user is heard; whatever was told before this moment may be missing. */
  listening(userIds: readonly string[]): void;
  /** Another node's commit; without events when the line does not carry them. */
  committed(committed: Committed): void;
  signalled(userId: string, signal: Signal): void;
}

export type Connect = (ears: Ears) => Carrier;

const pauseMsMin = 250;
const pauseMsMax = 5_000;

/** How long a carrier waits before it tries again after so many failures in a row; half of it is chance. */
export function pauseMs(failures: number, random: () => number): number {
  const whole = Math.min(pauseMsMax, pauseMsMin * 2 ** Math.min(failures, 10));
  return whole * (0.5 + random() / 2);
}
