import { type Clock, limits } from "@goldenpath/protocol";
import { type Allowance, Budget } from "./budget.ts";

/** What all connections of one user may ask for together, whichever of them asks. */
export interface CommandAllowance {
  readonly count: Budget;
  /** UTF-16 units of the frames. */
  readonly chars: Budget;
}

const countAllowance: Allowance = { perSecond: limits.commandsPerSecondMax, burst: limits.commandsBurstMax };
const charsAllowance: Allowance = {
  perSecond: limits.commandCharsPerSecondMax,
  burst: limits.commandCharsBurstMax,
};

/** Every user's allowance; it outlives their connections until it is whole again, so coming back does not renew it. */
export class CommandAllowances {
  readonly #clock: Clock;
  readonly #allowanceByUser = new Map<string, CommandAllowance>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(userId: string): CommandAllowance {
    const allowance = this.#allowanceByUser.get(userId) ?? {
      count: new Budget(this.#clock, countAllowance),
      chars: new Budget(this.#clock, charsAllowance),
    };
    this.#allowanceByUser.set(userId, allowance);
    return allowance;
  }

  /** Forgets what is whole: it would be made anew just so. */
  sweep(): void {
    for (const [userId, { count, chars }] of this.#allowanceByUser) {
      const whole =
        count.afterMs(limits.commandsBurstMax) === 0 && chars.afterMs(limits.commandCharsBurstMax) === 0;
      if (whole) this.#allowanceByUser.delete(userId);
    }
  }
}
