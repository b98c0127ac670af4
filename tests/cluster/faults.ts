/** What goes wrong in a cluster: each kind in turn first, then at random from a seed, until it is told to end. */
import { setTimeout as pause } from "node:timers/promises";
import type { Cluster, ClusterNode } from "../servers/cluster.ts";
import type { Random } from "../simulation/random.ts";

const kinds = [
  "node killed",
  "nats restarted",
  "node cut off",
  "postgres restarted",
  "postgres failed over",
  "node frozen",
  "node stopped",
  "lines cut",
  "postgres crashed",
] as const;
export type ClusterFault = (typeof kinds)[number];

export interface ClusterFaultsOptions {
  readonly random: Random;
  readonly cluster: Cluster;
  /** No more than so many. Default: until they are told to end. */
  readonly faultsMax?: number;
  /** Mean time between the end of one fault and the next. */
  readonly quietMs: number;
  /** A node ended by itself, or with another code than it should. */
  readonly died: (detail: string) => void;
}

/** Longer than a lease. */
const frozenMs = { min: 11_000, max: 15_000 };

export class ClusterFaults {
  readonly counts = new Map<ClusterFault, number>();
  /** When each of them began, by the wall's clock. */
  readonly begunAt: number[] = [];
  readonly #options: ClusterFaultsOptions;
  readonly #random: Random;
  readonly #kinds: readonly ClusterFault[];
  readonly #loop: Promise<void>;
  #going = true;

  constructor(options: ClusterFaultsOptions) {
    this.#options = options;
    this.#random = options.random;
    this.#kinds = kinds.filter((kind) => options.cluster.hasStandby || kind !== "postgres failed over");
    this.#loop = this.#run();
  }

  /** Resolves when there will be no more. */
  get over(): Promise<void> {
    return this.#loop;
  }

  /** Nothing more goes wrong; resolves when the last fault is mended. */
  async end(): Promise<void> {
    this.#going = false;
    await this.#loop;
  }

  /** Rejects with what made a server not start again. */
  async #run(): Promise<void> {
    const { faultsMax = Number.POSITIVE_INFINITY } = this.#options;
    for (let turn = 0; this.#going && turn < faultsMax; turn++) {
      await pause(-Math.log(1 - this.#random.next()) * this.#options.quietMs);
      if (!this.#going) return;
      const kind = this.#kinds[turn] ?? this.#random.pick(this.#kinds) ?? "node killed";
      this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
      this.begunAt.push(Date.now());
      await this.#make(kind);
    }
  }

  async #make(kind: ClusterFault): Promise<void> {
    const { cluster } = this.#options;
    const node = this.#random.pick(cluster.nodes);
    if (!node) return;
    const random = this.#random;
    switch (kind) {
      case "node killed":
        await node.kill();
        await pause(random.between(0, 4_000));
        return this.#back(node);
      case "node stopped": {
        const exit = await node.stop();
        if (exit.code !== 0)
          this.#options.died(`SIGTERM ended ${node.name} with ${exit.signal ?? exit.code}: ${node.output}`);
        return this.#back(node);
      }
      case "node frozen":
        node.signal("SIGSTOP");
        await pause(random.between(frozenMs.min, frozenMs.max));
        node.signal("SIGCONT");
        return;
      case "node cut off":
        node.partition();
        await pause(random.between(500, 15_000));
        node.mend();
        return;
      case "nats restarted":
        await cluster.nats?.kill();
        await pause(random.between(0, 3_000));
        await cluster.nats?.start();
        return;
      case "postgres restarted":
        await cluster.postgres.stop("fast");
        await pause(random.between(0, 1_500));
        await cluster.postgres.start();
        return;
      case "postgres failed over":
        return cluster.failOver();
      case "postgres crashed":
        await cluster.postgres.restart("kill");
        return;
      case "lines cut":
        for (const line of cluster.balancer.lines) if (random.chance(0.5)) line.cut();
        return;
      default:
        kind satisfies never;
    }
  }

  async #back(node: ClusterNode): Promise<void> {
    node.start();
    await node.ready;
  }
}
