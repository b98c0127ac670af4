/** One simulated world: its parts, made from one seed, and what they know of each other. */
import type { Bug } from "./bug.ts";
import { Disk } from "./disk.ts";
import { History } from "./history.ts";
import { Line } from "./line.ts";
import { type Device, Login } from "./login.ts";
import { Network } from "./network.ts";
import { type Plan, planOf } from "./plan.ts";
import { Random } from "./random.ts";
import { Scheduler, Scope } from "./scheduler.ts";
import { Server } from "./server.ts";
import { WireCheck } from "./wire-check.ts";

/** One command as a person gave it, and every answer that came to any of its repetitions. */
export interface SentCommand {
  readonly id: string;
  readonly userId: string;
  readonly atMs: number;
  readonly answers: { readonly ok: boolean; readonly code: string; readonly result: unknown }[];
  pending: number;
}

export interface CancelGiven {
  readonly userId: string;
  readonly runId: string;
  /** Undefined while there is no answer. */
  code: string | undefined;
}

export interface WorldOptions {
  readonly seed: number;
  readonly bug?: Bug;
  readonly keepLines?: boolean;
  readonly plan?: Partial<Plan>;
}

export class World {
  readonly seed: number;
  readonly random: Random;
  readonly plan: Plan;
  readonly bug: Bug;
  readonly scheduler = new Scheduler();
  readonly history: History;
  readonly network: Network;
  readonly disk: Disk;
  readonly line: Line;
  readonly login: Login;
  readonly wire: WireCheck;
  /** Whatever belongs to no process and no page: faults, people, the operator. */
  readonly outside = new Scope("outside");
  readonly effects = new Map<string, number>();
  readonly sends = new Map<string, SentCommand>();
  readonly cancels: CancelGiven[] = [];
  /** Who decided what, as `decisionKey` writes it. */
  readonly decisions = new Set<string>();
  readonly deletions = new Set<string>();
  readonly offline = new Set<Device>();
  /** Steps of the wall clock, which a process that starts later sees too. */
  wallOffMs = 0;
  /** The processes that are there, each in its place. */
  readonly servers: (Server | undefined)[];
  readonly #balancer: Random;
  #servers = 0;
  #ids = 0;

  constructor({ seed, bug = { name: "none", story: "" }, keepLines = false, plan }: WorldOptions) {
    this.seed = seed;
    this.bug = bug;
    this.random = new Random(seed);
    this.plan = { ...planOf(this.random.fork("plan")), ...plan };
    const { scheduler, random } = this;
    this.history = new History(scheduler, keepLines);
    this.history.note("plan", JSON.stringify(this.plan));
    this.network = new Network({ scheduler, plan: this.plan, random: random.fork("network") });
    this.disk = new Disk({ scheduler, history: this.history, plan: this.plan, random: random.fork("disk") });
    this.line = new Line(scheduler, random.fork("line"));
    this.servers = Array.from({ length: this.plan.nodes });
    this.#balancer = random.fork("balancer");
    this.login = new Login(scheduler, () => this.servers.find(Boolean)?.clock.now() ?? 0);
    this.wire = new WireCheck(this.disk, this.history);
    // D7: within a second; what the line lost is found when the login is asked, every ten.
    if (this.plan.nodes > 1) this.wire.revokeMsMax = this.#isLineSafe() ? 1_000 : 16_000;
    this.wire.now = () => scheduler.nowMs;
  }

  makeId(): string {
    return `w${++this.#ids}`;
  }

  reachable(device: Device): boolean {
    return !this.offline.has(device);
  }

  /** Whom a balancer in front of the nodes picks. */
  get server(): Server | undefined {
    const up = this.servers.filter((server) => server?.listening);
    return up.length > 1 ? this.#balancer.pick(up) : (up[0] ?? this.servers.find(Boolean));
  }

  /** Starts a process in each place that has none, again until it listens, as whoever runs the product does. */
  startServers(): void {
    for (let place = 0; place < this.plan.nodes; place++) {
      if (this.servers[place]) continue;
      const server = new Server(this, ++this.#servers);
      this.servers[place] = server;
      this.history.note("start", server.scope.name);
      void server.start().then((started) => {
        if (!started && this.servers[place] === server) this.killServer(server, true, 500);
      });
    }
  }

  /** Its place is free, whatever the process does. */
  forget(server: Server): boolean {
    const place = this.servers.indexOf(server);
    if (place >= 0) this.servers[place] = undefined;
    return place >= 0;
  }

  /** The process dies; another starts after `restartMs`. */
  killServer(server: Server, heard: boolean, restartMs: number): void {
    this.history.note("kill", `${server.scope.name} ${heard ? "heard" : "unheard"}`);
    server.kill(heard);
    if (this.forget(server)) this.scheduler.after(this.outside, restartMs, () => this.startServers());
  }

  /** Signs a session out: the store forgets it, then the process closes its sockets. */
  revoke(sessionId: string): void {
    this.history.note("revoke", sessionId);
    this.login.revoke(sessionId);
    this.wire.revokedAtMs.set(sessionId, this.scheduler.nowMs);
    const userId = this.login.ownerOf(sessionId);
    if (!this.bug.neverRevokes && userId !== undefined)
      this.server?.core.revokeSession({ userId, sessionId });
  }

  #isLineSafe(): boolean {
    const { line_cut, line_flaky, partition, zombie, reads_fail } = this.plan.faultEveryMs;
    return [line_cut, line_flaky, partition, zombie, reads_fail].every((everyMs) => everyMs === undefined);
  }

  coreFault(where: string, error: unknown): void {
    const text = String(error);
    this.history.note("core fault", `${where} ${text}`);
    if (!text.includes("simulated disk"))
      this.history.violated("fault", `the core failed at ${where}: ${text}`);
  }
}
