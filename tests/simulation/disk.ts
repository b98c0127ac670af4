/**
 * The store of a simulated world: one real journal in memory, which every process reaches through a handle
 * of its own. The handle adds what a disk adds: time, groups, refusals, and the crash in between.
 *
 *  S1  A commit waits, is applied with its group in the order of the calls, and is told and answered later.
 *      A process that dies in between leaves it written and nobody told.
 *  S2  A process that has the store to itself hears all its commits in their order, its own before their promise
 *      settles; one of several nodes hears only its own.
 *  S3  A refusal means that nothing was written.
 *  S4  The answer to a group may be lost, of which then nobody knows whether it was written. Mostly the process finds
 *      out, after a while, and writes it if it was not; else its commits reject, and it is told of none of them.
 */
import {
  type Claim,
  type Commit,
  type CommitOutcome,
  type Committed,
  createMemoryJournal,
  type Journal,
  type ReadOutcome,
  type Run,
} from "@goldenpath/journal";
import type { History } from "./history.ts";
import type { Plan } from "./plan.ts";
import type { Random } from "./random.ts";
import { type Scheduler, Scope, ScopeClock } from "./scheduler.ts";

/** A commit as it was applied: what the checkers judge by. */
export interface Applied {
  readonly process: string;
  readonly commit: Commit;
  readonly outcome: CommitOutcome;
}

export interface DiskOptions {
  readonly scheduler: Scheduler;
  readonly history: History;
  readonly plan: Plan;
  readonly random: Random;
}

type Weather = "fair" | "storage_full" | "unavailable" | "flaky";

export class Disk {
  readonly inner: Journal;
  readonly options: DiskOptions;
  readonly applied: Applied[] = [];
  readonly committed: Committed[] = [];
  /** Which process wrote each of `committed`. */
  readonly writers: string[] = [];
  /** Which one writes in this step. */
  writing = "";
  /** The log of each user, as the wire has it: `events[0]` is offset 1. */
  readonly logs = new Map<string, string[]>();
  /** Which process took which run over, after how many commits of the store. */
  readonly claims: { readonly process: string; readonly run: Run; readonly afterCommits: number }[] = [];
  readonly handles = new Set<JournalHandle>();
  /** Every node that ever had a lease. */
  readonly nodeIds = new Set<string>();
  readonly #runs = new Map<string, string[]>();
  weather: Weather = "fair";
  slow = false;
  readsFail = false;
  /** S4: of some groups, while it is so. */
  losesAnswers = false;

  constructor(options: DiskOptions) {
    this.options = options;
    const { scheduler, random } = options;
    const clock = new ScopeClock(scheduler, new Scope("store"), random.fork("store"));
    // One for all logs, as in a database: offsets of two users are alike in everything but the user.
    this.inner = createMemoryJournal({ clock, makeId: () => "epoch" });
    this.inner.subscribe((committed) => {
      const log = this.logs.get(committed.userId) ?? [];
      this.logs.set(committed.userId, log);
      if (committed.first !== log.length + 1) {
        options.history.violated("J1", `${committed.userId}: ${committed.first} after ${log.length}`);
      }
      log.push(...committed.events);
      for (const json of committed.events) {
        const runId = /"type":"agent_started".*?"runId":"([^"]+)"/.exec(json)?.[1];
        if (runId !== undefined) this.#runs.set(committed.userId, [...this.runsOf(committed.userId), runId]);
      }
      this.committed.push(committed);
      this.writers.push(this.writing);
      options.history.note("committed", `${committed.userId} ${committed.events.join("")}`);
    });
  }

  /** A process opens the store as a file that is one process's at a time: the leases of others are void. */
  async voidLeases(): Promise<void> {
    for (const nodeId of this.nodeIds) await this.inner.endLease(nodeId);
  }

  /** Ids of that user's runs. */
  runsOf(userId: string): readonly string[] {
    return this.#runs.get(userId) ?? [];
  }

  commitMs(): number {
    const { plan, random } = this.options;
    return (this.slow ? random.between(200, 2_500) : 0) + plan.diskMs * random.between(0.2, 3);
  }

  readMs(): number {
    return (this.slow ? this.options.random.between(20, 800) : 0) + this.options.random.between(0, 2);
  }

  /** S3. */
  refusal(): Extract<CommitOutcome, { is: "refused" }> | undefined {
    const { weather } = this;
    if (weather === "fair" || (weather === "flaky" && this.options.random.chance(0.7))) return undefined;
    const why = weather === "flaky" ? "unavailable" : weather;
    return { is: "refused", why, detail: `the simulated disk says ${why}` };
  }
}

interface Waiting {
  readonly commit: Commit;
  readonly settle: (outcome: CommitOutcome) => void;
  readonly fail: (error: unknown) => void;
}

/** One process's way to the store. */
export class JournalHandle implements Journal {
  readonly #disk: Disk;
  readonly #scope: Scope;
  readonly #listeners = new Set<(committed: Committed) => void>();
  /** S4: places in the store's commits. */
  readonly #neverTold = new Set<number>();
  #waiting: Waiting[] = [];
  #underWay = false;
  #told: number;
  #closed = false;
  /** The store is out of this process's reach. */
  isCutOff = false;

  constructor(disk: Disk, scope: Scope) {
    this.#disk = disk;
    this.#scope = scope;
    this.#told = disk.committed.length;
    disk.handles.add(this);
  }

  commit(commit: Commit): Promise<CommitOutcome> {
    if (this.#closed) {
      return Promise.resolve({ is: "refused", why: "unavailable", detail: "The journal is closed." });
    }
    return new Promise((settle, fail) => {
      this.#waiting.push({ commit, settle, fail });
      this.#flushLater();
    });
  }

  subscribe(listener: (committed: Committed) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  extent(userId: string) {
    return this.#read(() => this.#disk.inner.extent(userId));
  }

  extents(userIds: readonly string[]) {
    return this.#read(() => this.#disk.inner.extents(userIds));
  }

  read(userId: string, after: number, eventsMax: number, bytesMax: number): Promise<ReadOutcome> {
    return this.#read(() => this.#disk.inner.read(userId, after, eventsMax, bytesMax));
  }

  threads(...of: Parameters<Journal["threads"]>) {
    return this.#read(() => this.#disk.inner.threads(...of));
  }

  thread(...of: Parameters<Journal["thread"]>) {
    return this.#read(() => this.#disk.inner.thread(...of));
  }

  messages(...of: Parameters<Journal["messages"]>) {
    return this.#read(() => this.#disk.inner.messages(...of));
  }

  run(...of: Parameters<Journal["run"]>) {
    return this.#read(() => this.#disk.inner.run(...of));
  }

  activeRuns(userId: string) {
    return this.#read(() => this.#disk.inner.activeRuns(userId));
  }

  runEvents(...of: Parameters<Journal["runEvents"]>) {
    return this.#read(() => this.#disk.inner.runEvents(...of));
  }

  renewLease(nodeId: string, leaseMs: number) {
    return this.#read(() => {
      this.#disk.nodeIds.add(nodeId);
      return this.#disk.inner.renewLease(nodeId, leaseMs);
    });
  }

  endLease(nodeId: string) {
    return this.#read(() => this.#disk.inner.endLease(nodeId));
  }

  orphanedRuns(limit: number) {
    return this.#read(() => this.#disk.inner.orphanedRuns(limit));
  }

  claimRun(userId: string, runId: string, claim: Claim) {
    return this.#read(async () => {
      const run = await this.#disk.inner.claimRun(userId, runId, claim);
      if (run)
        this.#disk.claims.push({ process: this.#scope.name, run, afterCommits: this.#disk.applied.length });
      return run;
    });
  }

  putAttachment(...of: Parameters<Journal["putAttachment"]>) {
    return this.#read(() => this.#disk.inner.putAttachment(...of));
  }

  attachment(...of: Parameters<Journal["attachment"]>) {
    return this.#read(() => this.#disk.inner.attachment(...of));
  }

  attachmentHead(...of: Parameters<Journal["attachmentHead"]>) {
    return this.#read(() => this.#disk.inner.attachmentHead(...of));
  }

  trim(...of: Parameters<Journal["trim"]>) {
    return this.#read(() => this.#disk.inner.trim(...of));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#disk.handles.delete(this);
  }

  /** S2: hears what other processes committed, up to `count` commits of the store. */
  tellUpTo(count: number): void {
    while (this.#told < count) {
      const { committed: all, writers, options } = this.#disk;
      const committed = all[this.#told];
      const isOthers = options.plan.nodes > 1 && writers[this.#told] !== this.#scope.name;
      const isUntold = isOthers || this.#neverTold.delete(this.#told);
      this.#told++;
      if (committed && !isUntold) for (const listener of this.#listeners) listener(committed);
    }
  }

  /** Answers come in the order of the requests, as from one worker. */
  #answerAt = 0;

  async #read<T>(read: () => Promise<T>): Promise<T> {
    const { scheduler } = this.#disk.options;
    await scheduler.pause(this.#scope, this.#disk.readMs());
    if (this.isCutOff) throw new Error("the simulated disk cannot be reached");
    if (this.#disk.readsFail && this.#disk.options.random.chance(0.4)) {
      throw new Error("the simulated disk cannot be read");
    }
    const answer = await read();
    this.#answerAt = Math.max(this.#answerAt, scheduler.nowMs + this.#disk.options.random.between(0, 1));
    await scheduler.pause(this.#scope, this.#answerAt - scheduler.nowMs);
    return answer;
  }

  #flushLater(): void {
    if (this.#underWay) return;
    this.#underWay = true;
    const { scheduler } = this.#disk.options;
    scheduler.after(this.#scope, this.#disk.commitMs() / 2, () => void this.#flush());
  }

  /** S1. */
  async #flush(): Promise<void> {
    const { scheduler, random } = this.#disk.options;
    const group = this.#waiting.splice(0, random.whole(1, 64));
    const answers =
      this.#disk.losesAnswers && random.chance(0.3)
        ? await this.#applyUnseen(group)
        : await this.#applyAll(group);
    const count = this.#disk.committed.length;
    this.#answerAt = Math.max(this.#answerAt, scheduler.nowMs + this.#disk.commitMs() / 2);
    scheduler.after(this.#scope, this.#answerAt - scheduler.nowMs, () => {
      this.tellUpTo(count);
      for (const answer of answers) answer();
      this.#underWay = false;
      if (this.#waiting.length > 0) this.#flushLater();
    });
    for (const handle of this.#disk.options.plan.nodes > 1 ? [] : this.#disk.handles) {
      if (handle === this || handle.#scope.state === "dead") continue;
      scheduler.after(handle.#scope, random.between(0, 20), () => handle.tellUpTo(count));
    }
  }

  #applyAll(group: readonly Waiting[]): Promise<readonly (() => void)[]> {
    this.#disk.writing = this.#scope.name;
    return Promise.all(group.map((waiting) => this.#apply(waiting)));
  }

  /** S4. */
  async #applyUnseen(group: readonly Waiting[]): Promise<readonly (() => void)[]> {
    const { scheduler, random, history } = this.#disk.options;
    const [isWritten, isFound] = [random.chance(0.5), random.chance(0.6)];
    history.note("answer lost", `${isWritten} ${isFound}`);
    const from = this.#disk.committed.length;
    const written = isWritten ? await this.#applyAll(group) : undefined;
    for (let at = from; at < this.#disk.committed.length && !isFound; at++) {
      if (this.#disk.writers[at] === this.#scope.name) this.#neverTold.add(at);
    }
    await scheduler.pause(this.#scope, random.between(50, isFound ? 4_000 : 20_000));
    if (isFound) return written ?? this.#applyAll(group);
    const error = new Error("the simulated disk does not say whether it was written");
    return group.map(
      ({ fail }) =>
        () =>
          fail(error),
    );
  }

  #refusal(): ReturnType<Disk["refusal"]> {
    if (!this.isCutOff) return this.#disk.refusal();
    return { is: "refused", why: "unavailable", detail: "the simulated disk cannot be reached" };
  }

  async #apply({ commit, settle, fail }: Waiting): Promise<() => void> {
    const { applied, inner } = this.#disk;
    try {
      const outcome = this.#refusal() ?? (await inner.commit(commit));
      applied.push({ process: this.#scope.name, commit, outcome });
      return () => settle(outcome);
    } catch (error) {
      return () => fail(error);
    }
  }
}
