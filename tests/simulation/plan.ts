/** What one seed does: how large its world is and which faults it knows. Every seed leaves most of them out. */
import type { Random } from "./random.ts";

export interface Plan {
  readonly users: number;
  readonly tabsPerUserMax: number;
  /** How long people act and faults happen; afterwards everything heals. */
  readonly activeMs: number;
  /** Mean pause between two actions of one tab. */
  readonly actionMs: number;
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** Mean time of a commit group on the disk. */
  readonly diskMs: number;
  /** Mean pause between two faults of a kind, in milliseconds; absent kinds never happen. */
  readonly faultEveryMs: Readonly<Partial<Record<FaultKind, number>>>;
  /** How many processes there are; several share the store and hear of each other over a line. */
  readonly nodes: number;
  /** Share of runs by agents that write far more than a socket buffers. */
  readonly gush: boolean;
  /** Sessions end by themselves after about this long; absent: they outlive the world. */
  readonly sessionMs?: number;
}

export const faultKinds = [
  "cut",
  "half_open",
  "stall",
  "offline",
  "crash",
  "power_loss",
  "zombie",
  "deploy",
  "disk_refuses",
  "disk_slow",
  "reads_fail",
  "clock_jump",
  "revoke",
  "trim",
] as const;

/** What can only happen where there are several nodes. */
const nodeFaultKinds = ["line_cut", "line_flaky", "partition", "answers_lost"] as const;

export type FaultKind = (typeof faultKinds)[number] | (typeof nodeFaultKinds)[number];

const meanMs: Readonly<Record<FaultKind, number>> = {
  cut: 3_000,
  half_open: 6_000,
  stall: 5_000,
  offline: 8_000,
  crash: 9_000,
  power_loss: 12_000,
  zombie: 12_000,
  deploy: 10_000,
  disk_refuses: 7_000,
  disk_slow: 6_000,
  reads_fail: 8_000,
  clock_jump: 6_000,
  revoke: 9_000,
  trim: 6_000,
  line_cut: 5_000,
  line_flaky: 6_000,
  partition: 9_000,
  answers_lost: 7_000,
};

export function planOf(random: Random): Plan {
  const faultEveryMs: Partial<Record<FaultKind, number>> = {};
  // A world with few kinds of faults reaches deeper into each than one in which everything fails at once.
  const share = random.between(0, 0.6);
  for (const kind of faultKinds) {
    if (random.chance(share)) faultEveryMs[kind] = meanMs[kind] * random.between(0.3, 2);
  }
  const plan = {
    users: random.whole(1, 3),
    tabsPerUserMax: random.whole(1, 3),
    activeMs: random.between(6_000, 25_000),
    actionMs: random.between(700, 3_500),
    latencyMs: random.between(0.2, 80),
    jitterMs: random.chance(0.3) ? random.between(50, 400) : random.between(0, 20),
    diskMs: random.chance(0.2) ? random.between(5, 60) : random.between(0.1, 3),
    faultEveryMs,
    gush: random.chance(0.15),
    ...(random.chance(0.15) ? { sessionMs: random.between(8_000, 90_000) } : {}),
  };
  const nodes = random.chance(0.4) ? random.whole(2, 3) : 1;
  for (const kind of nodeFaultKinds) {
    if (nodes > 1 && random.chance(0.5)) faultEveryMs[kind] = meanMs[kind] * random.between(0.3, 2);
  }
  return { ...plan, nodes };
}
