/**
 * What a benchmark is. Each states its question, workload, baseline and what it does not measure, runs its
 * contestants in turn on the same machine, and answers with medians and spread; ratios come first.
 */
export interface Bench {
  readonly name: string;
  readonly question: string;
  readonly workload: string;
  readonly baseline: string;
  readonly notMeasured: string;
  /** Where other than five are enough or needed. */
  readonly rounds?: number;
  run(run: BenchRun): Promise<Measured>;
}

export interface BenchRun {
  /** How often every contestant has its turn; a warm-up is not among them. */
  readonly rounds: number;
  /** Asks for less of everything, so that the bench ends within a minute. */
  readonly quick: boolean;
  /** An empty folder of the run's own on a real disk; it is removed afterwards. */
  readonly folder: string;
  /** The folder that the user named by `--tree`, for a bench that reads one. */
  readonly tree?: string;
  /** Says on stderr how far it is. */
  readonly note: (text: string) => void;
}

export interface Measured {
  /** Ratios first. */
  readonly results: readonly Result[];
  readonly goals: readonly Goal[];
}

/** One figure over all rounds. */
export interface Result {
  readonly name: string;
  /** `×` for a ratio. */
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Goal {
  readonly name: string;
  /** `≥ 2 ×`: the comparison, the figure and its unit. */
  readonly goal: string;
  readonly value: number;
  readonly ok: boolean;
}

export interface Report extends Measured {
  readonly bench: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly quick: boolean;
  /** Set when the bench could not end; results and goals are then empty. */
  readonly failure?: string;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Average number of runnable tasks in the minute before: a busy machine spoils every time. */
  readonly load: number;
}

export function atLeast(name: string, goal: number, unit: string, value: number): Goal {
  return { name, goal: `≥ ${goal} ${unit}`, value, ok: value >= goal };
}

export function atMost(name: string, goal: number, unit: string, value: number): Goal {
  return { name, goal: `≤ ${goal} ${unit}`, value, ok: value <= goal };
}
