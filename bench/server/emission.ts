/** How a contestant's events are made: as fast as it goes, or at a pace. */
import type { Contestant } from "./contestant.ts";

export interface Emission {
  /** Each user's events. */
  readonly eventsPerUser: number;
  /** Of one user in one turn. */
  readonly atOnce: number;
  /** Events of all users in a second; absent: as fast as it goes. */
  readonly perSecond?: number;
  /** Only these users, from 0 on. */
  readonly users?: number;
  /** Makes every event so much larger. */
  readonly padChars?: number;
}

/** On a machine that cannot keep the pace the turns wait, rather than pile up. */
const turnsUnderWayMax = 2_000;

/** Resolves when the last event was handed to its contestant, and taken where it says so. */
export async function emit(contestant: Contestant, users: number, emission: Emission): Promise<void> {
  if (emission.perSecond === undefined) await emitAll(contestant, users, emission);
  else await emitPaced(contestant, users, emission, emission.perSecond);
}

/** Every user gets `atOnce` events, then the next turn comes; no user is ahead of another. */
async function emitAll(
  contestant: Contestant,
  users: number,
  { eventsPerUser, atOnce, users: some = users, padChars }: Emission,
): Promise<void> {
  for (let sent = 0; sent < eventsPerUser; sent += atOnce) {
    const pending: unknown[] = [];
    for (let user = 0; user < some; user++) {
      pending.push(contestant.send(user, atOnce, padChars));
    }
    await Promise.all(pending);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What is due is sent every millisecond or two, to one user after the other. */
async function emitPaced(
  contestant: Contestant,
  users: number,
  emission: Emission,
  perSecond: number,
): Promise<void> {
  const { eventsPerUser, atOnce, users: some = users } = emission;
  const turns = (eventsPerUser * some) / atOnce;
  const began = performance.now();
  const failures: unknown[] = [];
  let underWay = 0;
  for (let turn = 0; turn < turns || underWay > 0; ) {
    const due = Math.min(turns, (((performance.now() - began) / 1_000) * perSecond) / atOnce);
    for (; turn < due && underWay < turnsUnderWayMax; turn++) {
      underWay++;
      Promise.resolve(contestant.send(turn % some, atOnce))
        .catch((error: unknown) => failures.push(error))
        .finally(() => underWay--);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (failures.length > 0) throw failures[0];
}
