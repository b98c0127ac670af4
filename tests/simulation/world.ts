/** One simulated world: its parts, made from one seed, and what they know of each other. */
import type { Bug } from "./bug.ts";
import { Disk } from "./disk.ts";
import { History } from "./history.ts";
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
  readonly login: Login;
  readonly wire: WireCheck;
  /** Whatever belongs to no process and no page: faults, people, the operator. */
  readonly outside = new Scope("outside");
  readonly effects = new Map<string, number>();
  readonly sends = new Map<string, SentCommand>();
  readonly cancels: CancelGiven[] = [];
  readonly deletions = new Set<string>();
  readonly offline = new Set<Device>();
  /** Steps of the wall clock, which a process that starts later sees too. */
  wallOffMs = 0;
  server: Server | undefined;
  #servers = 0;
  #ids = 0;
  #starting = false;

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
    this.login = new Login(scheduler, () => this.server?.clock.now() ?? 0);
    this.wire = new WireCheck(this.disk, this.history);
    this.wire.now = () => scheduler.nowMs;
  }

  makeId(): string {
    return `w${++this.#ids}`;
  }

  reachable(device: Device): boolean {
    return !this.offline.has(device);
  }

  /** Starts processes until one listens, as whoever runs the product does. */
  startServer(): void {
    if (this.#starting) return;
    this.#starting = true;
    const server = new Server(this, ++this.#servers);
    this.server = server;
    this.history.note("start", server.scope.name);
    void server.start().then((started) => {
      this.#starting = false;
      if (!started && this.server === server) this.killServer(server, true, 500);
    });
  }

  /** The process dies; another starts after `restartMs`. */
  killServer(server: Server, heard: boolean, restartMs: number): void {
    this.history.note("kill", `${server.scope.name} ${heard ? "heard" : "unheard"}`);
    server.kill(heard);
    if (this.server !== server) return;
    this.server = undefined;
    this.#starting = false;
    this.scheduler.after(this.outside, restartMs, () => {
      if (!this.server) this.startServer();
    });
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

  coreFault(where: string, error: unknown): void {
    const text = String(error);
    this.history.note("core fault", `${where} ${text}`);
    if (!text.includes("simulated disk"))
      this.history.violated("fault", `the core failed at ${where}: ${text}`);
  }
}
