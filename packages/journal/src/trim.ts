import type { TrimLimits } from "./journal.ts";

/** One log, as trimming sees it. */
export interface TrimFacts {
  readonly floor: number;
  readonly head: number;
  /** Offset of the first event of the oldest active run. */
  readonly activeFrom: number | undefined;
  /** The events up to here are all older than the age limit. */
  readonly agedTo: number;
  /** The events after this one have at most the bytes of the limit. */
  readonly overBytesTo: number;
}

/** J6: the new floor. Never below the old one, never an event of an active run. */
export function judgeTrim(log: TrimFacts, limits: Pick<TrimLimits, "eventsMax">): number {
  const wanted = Math.max(log.agedTo, log.overBytesTo, log.head - limits.eventsMax);
  const allowed = Math.min(log.head, (log.activeFrom ?? log.head + 1) - 1);
  return Math.max(log.floor, Math.min(wanted, allowed));
}
