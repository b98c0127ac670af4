import type { Journal } from "@goldenpath/journal";
import type { Clock, Decision, Event } from "@goldenpath/protocol";
import type { Bus } from "@goldenpath/websocket-core";

export interface DecideElsewhereOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly userId: string;
  readonly approvalId: string;
  readonly decision: Decision;
  /** The approval was open when the log ended here. */
  readonly after: number;
}

const signalsMax = 5;
const againMs = 1_000;
const readEventsMax = 256;
const readBytesMax = 256 * 1024;

/**
 * Tells the node that has the run what a person decided, and answers what the log says then: this decision, or
 * one that came before it. Undefined when the log says nothing in `signalsMax` seconds.
 */
export async function decideElsewhere(options: DecideElsewhereOptions): Promise<Decision | undefined> {
  const { clock, bus, userId, approvalId, decision } = options;
  let wake: () => void = () => undefined;
  const stop = bus.subscribe(userId, () => wake());
  try {
    let { after } = options;
    for (let signals = 0; signals < signalsMax; signals++) {
      bus.signal(userId, { is: "approval_decided", approvalId, decision });
      const untilMs = clock.elapsed() + againMs;
      for (let leftMs = againMs; leftMs > 0; leftMs = untilMs - clock.elapsed()) {
        // Whatever is heard during the read wakes the wait after it.
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const read = await readOn(options, after);
        if (read.decision) return read.decision;
        after = read.after;
        const timer = clock.timer(leftMs, wake);
        await woken;
        timer.cancel();
      }
    }
    return undefined;
  } finally {
    stop();
  }
}

async function readOn(
  { journal, userId, approvalId }: DecideElsewhereOptions,
  from: number,
): Promise<{ readonly after: number; readonly decision?: Decision }> {
  for (let after = from; ; ) {
    const read = await journal.read(userId, after, readEventsMax, readBytesMax);
    if (read.is === "trimmed") after = read.floor;
    else if (read.events.length === 0) return { after };
    else {
      for (const json of read.events) {
        if (!json.includes('"type":"approval_resolved"')) continue;
        const event = JSON.parse(json) as Event;
        if (event.type !== "approval_resolved" || event.data.approvalId !== approvalId) continue;
        return { after, decision: event.data.decision };
      }
      after += read.events.length;
    }
  }
}
