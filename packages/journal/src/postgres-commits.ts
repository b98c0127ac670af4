/**
 * Makes groups of commits durable in PostgreSQL.
 *
 * A group costs one round trip when everything it is judged by is known: `commit_group` writes it only while each
 * user's version is still the one that was judged by. A node that alone serves a user always knows; judging under
 * row locks instead would cost a round trip for locking and reading and one for committing with every group.
 *
 *  C1  J2: a group is answered after the function returned, and with it its transaction.
 *  C2  A group that was overtaken by another node is judged again under its users' locks, where nobody can overtake
 *      it twice.
 *  C3  When the answer was lost, what became of the group is found out before anything else is done: it is never
 *      written twice, and `unavailable` is answered only when it is certain that nothing was written. If it cannot
 *      be found out, the promise rejects.
 *  C4  Trying again is bounded by `tryMsMax`; so is what waits behind.
 */
import { type Clock, eventJson } from "@goldenpath/protocol";
import { CommitQueue, type WaitingCommit } from "./commit-queue.ts";
import type { Draft } from "./draft.ts";
import type { CommitOutcome, Committed } from "./journal.ts";
import { type FactsAnswer, KnownUsers } from "./postgres-facts.ts";
import { errorWords, type Fate, fateOf } from "./postgres-failure.ts";
import { type Judged, PostgresGroup, type Witness } from "./postgres-group.ts";
import { eventsOfRun } from "./postgres-log.ts";
import { pause, type Query, type Sessions } from "./postgres-sessions.ts";

/** A failover takes about this long; after it nobody waits any more, and callers hear `unavailable`. */
const tryMsMax = 30_000;
/** How long what became of a lost group is looked for. */
const lookMsMax = 60_000;
const pauseMsMin = 20;
const pauseMsMax = 1_000;

const facts = "SELECT goldenpath.facts($1, $2, $3, $4, $5) AS facts";
const commitGroup = `SELECT goldenpath.commit_group(${places(19)}) AS written`;
const settleGroup = "SELECT goldenpath.settle_group($1, $2, $3, $4, $5, $6) AS written";

type Attempt =
  | { readonly is: "written"; readonly judged: readonly Judged[] }
  | { readonly is: "overtaken" }
  | Fate;

export class PostgresCommits {
  readonly #sessions: Sessions;
  readonly #clock: Clock;
  readonly #epoch: () => string;
  readonly #tell: (committed: Committed) => void;
  readonly #known = new KnownUsers();
  readonly #queue = new CommitQueue((group) => this.#commitGroup(group));

  constructor(sessions: Sessions, clock: Clock, epoch: () => string, tell: (committed: Committed) => void) {
    this.#sessions = sessions;
    this.#clock = clock;
    this.#epoch = epoch;
    this.#tell = tell;
  }

  add(draft: Draft): Promise<CommitOutcome> {
    return this.#queue.add(draft);
  }

  /** Somebody changed the user's things beside this queue. */
  forget(userId: string): void {
    this.#known.forget([userId]);
  }

  idle(): Promise<void> {
    return this.#queue.idle();
  }

  async #commitGroup(group: readonly WaitingCommit[]): Promise<void> {
    try {
      await this.#commitUntil(group, this.#clock.elapsed() + tryMsMax);
    } catch (error) {
      // A bug of ours: whether the group was written is not known, so nobody is told that it was not.
      this.#known.forget(group.map(({ draft }) => draft.userId));
      for (const { fail } of group) fail(error instanceof Error ? error : new Error(errorWords(error)));
    }
  }

  async #commitUntil(group: readonly WaitingCommit[], deadline: number): Promise<void> {
    const drafts = group.map(({ draft }) => draft);
    let pauseMs = pauseMsMin;
    let locked = false;
    for (;;) {
      const attempt = await this.#attempt(drafts, locked);
      if (attempt.is === "written") {
        for (const [index, waiting] of group.entries()) this.#settle(waiting, attempt.judged[index]);
        return;
      }
      // K1: what was judged stands nowhere.
      this.#known.forget(drafts.map(({ userId }) => userId));
      if (attempt.is === "overtaken") locked = true;
      else if (attempt.is === "again" && this.#clock.elapsed() + pauseMs < deadline) {
        await pause(this.#clock, pauseMs);
        pauseMs = Math.min(pauseMsMax, pauseMs * 2);
      } else if (attempt.is === "refused" && group.length > 1) {
        // One of them cannot be stored; the others are not to suffer for it.
        for (const waiting of group) await this.#commitUntil([waiting], deadline);
        return;
      } else {
        this.#refuse(group, attempt);
        return;
      }
    }
  }

  #refuse(
    group: readonly WaitingCommit[],
    fate: Exclude<Attempt, { readonly is: "written" | "overtaken" }>,
  ): void {
    if (fate.is === "unknown") {
      const words = `The database was lost while it wrote (${fate.detail}); whether it did is not known.`;
      for (const waiting of group) waiting.fail(new Error(`journal: ${words}`));
      return;
    }
    const why = fate.is === "storage_full" ? "storage_full" : "unavailable";
    const detail =
      why === "storage_full"
        ? "The database has no space left. Nothing was written."
        : `The database could not be written (${fate.detail}). Nothing was written.`;
    for (const { settle } of group) settle({ is: "refused", why, detail });
    // C4: those behind have waited as long.
    if (fate.is === "again") this.#queue.refuseWaiting(detail);
  }

  async #attempt(drafts: readonly Draft[], locked: boolean): Promise<Attempt> {
    let group: PostgresGroup | undefined;
    let judged: readonly Judged[] = [];
    const attempt = async (query: Query): Promise<Attempt> => {
      await this.#learn(drafts, query);
      const gathered = new PostgresGroup();
      judged = await this.#judge(drafts, gathered);
      group = gathered;
      const [row] = await query({ name: "commit_group", text: commitGroup, values: gathered.rows() });
      if (typeof row?.written !== "boolean") throw new TypeError("journal: commit_group answered nothing");
      if (!row.written) return { is: "overtaken" };
      this.#known.written(gathered.userIds, gathered.changedUsers);
      return { is: "written", judged };
    };
    try {
      if (!locked) return await attempt((statement) => this.#sessions.write(statement));
      const userIds = [...new Set(drafts.map(({ userId }) => userId))];
      return await this.#sessions.transaction(async (query) => {
        await query({ text: "SELECT goldenpath.lock_users($1)", values: [userIds] });
        return attempt(query);
      });
    } catch (error) {
      const witness = group?.witness;
      const fate = fateOf(error, witness !== undefined);
      if (fate.is !== "unknown" || !group || !witness) return fate;
      return this.#settleUnknown(group.userIds, witness, judged);
    }
  }

  async #judge(drafts: readonly Draft[], group: PostgresGroup): Promise<readonly Judged[]> {
    const judged: Judged[] = [];
    for (const draft of drafts) {
      const user = this.#known.of(draft.userId);
      for (const run of user.repeated(draft)) {
        const events = await eventsOfRun(this.#sessions, user.userId, run);
        user.setEventIds(run.runId, new Map(events.map(({ seq, id }) => [seq ?? 0, id])));
      }
      judged.push(group.take(draft, user));
    }
    return judged;
  }

  /** C3: looks until it is known, or the time is over. */
  async #settleUnknown(
    users: readonly string[],
    { userId, events, command }: Witness,
    judged: readonly Judged[],
  ): Promise<Attempt> {
    const deadline = this.#clock.elapsed() + lookMsMax;
    const values = [users, userId, events?.last, events?.body, command?.id, command?.fingerprint];
    for (;;) {
      try {
        const [row] = await this.#sessions.write({ text: settleGroup, values });
        if (row?.written === true) return { is: "written", judged };
        if (row?.written === false) return { is: "again", detail: "the connection was lost" };
        return { is: "unknown", detail: "what it wrote was trimmed meanwhile" };
      } catch (error) {
        // Looking changes nothing that is lasting, so it may be repeated whatever became of it.
        const { is, detail } = fateOf(error, false);
        if (is !== "again" || this.#clock.elapsed() > deadline) return { is: "unknown", detail };
        await pause(this.#clock, pauseMsMax);
      }
    }
  }

  async #learn(drafts: readonly Draft[], query: Query): Promise<void> {
    const lacking = this.#known.lacking(drafts);
    if (!lacking) return;
    const { users, runs, threads, messages, commands } = lacking;
    const values = [users, ...[runs, threads, messages, commands].map((list) => JSON.stringify(list))];
    const [row] = await query({ name: "facts", text: facts, values });
    this.#known.learn(lacking, row?.facts as FactsAnswer);
  }

  #settle({ draft, settle, fail }: WaitingCommit, judged: Judged | undefined): void {
    if (judged?.is === "answered") settle(judged.outcome);
    else if (judged?.is === "appended") {
      const { first, head, tails, outcome } = judged;
      const epoch = this.#epoch();
      if (tails.length > 0) {
        const events = tails.map((tail, index) => eventJson(first + index, tail));
        this.#tell({ userId: draft.userId, epoch, first, head, events });
      }
      settle({ ...outcome, epoch });
    } else fail(judged?.error ?? new RangeError("journal: a commit got no outcome"));
  }
}

/** `$1, $2, …` */
function places(count: number): string {
  return Array.from({ length: count }, (_, index) => `$${index + 1}`).join(", ");
}
