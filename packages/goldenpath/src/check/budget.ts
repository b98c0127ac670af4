import type { Verdict } from "./judge.ts";

/** How long the path may take, in milliseconds. */
export interface Budget {
  /** From the first attempt to a live connection. */
  readonly connectMs: number;
  /** From the question to its run's first event. */
  readonly firstEventMs: number;
  /** From the question to its run's end. */
  readonly runMs: number;
}

export const budgetDefault: Budget = { connectMs: 2_000, firstEventMs: 5_000, runMs: 60_000 };

/** What was measured; undefined for what did not happen. */
export type Measured = { -readonly [part in keyof Budget]: number | undefined };

const names: { readonly [part in keyof Budget]: string } = {
  connectMs: "connect",
  firstEventMs: "first event",
  runMs: "run",
};

export function judgeBudget(measured: Measured, budget: Budget): Verdict {
  const parts = (Object.keys(names) as (keyof Budget)[]).map((part) => {
    const ms = measured[part];
    const name = names[part];
    if (ms === undefined) return { ok: false, detail: `${name} did not happen` };
    return { ok: ms <= budget[part], detail: `${name} ${Math.round(ms)} of ${budget[part]} ms` };
  });
  return { ok: parts.every(({ ok }) => ok), detail: parts.map(({ detail }) => detail).join(", ") };
}

/** Reads `connect=2,first=5,run=60`, in seconds; what is left out keeps its default. A text: what is wrong. */
export function readBudget(text: string): Budget | string {
  const keyByName = { connect: "connectMs", first: "firstEventMs", run: "runMs" } as const;
  const budget = { ...budgetDefault };
  for (const pair of text.split(",")) {
    const [name = "", value = ""] = pair.trim().split("=");
    const seconds = Number(value);
    if (!Object.hasOwn(keyByName, name) || !(seconds > 0 && seconds <= 3_600)) {
      return "--budget is in seconds, for example connect=2,first=5,run=60";
    }
    budget[keyByName[name as keyof typeof keyByName]] = seconds * 1_000;
  }
  return budget;
}
