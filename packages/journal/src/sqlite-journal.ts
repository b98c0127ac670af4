/**
 * The journal on disk, as its callers see it: hands groups of commits to the thread that owns the database, and
 * tells listeners of what became durable. G1, G2 and G4 are those of `commit-queue.ts`.
 *
 *  G3  Listeners hear of a commit after it is durable and before its promise settles (J2).
 *  G5  The database is one process's at a time, so leases live in its memory: those of an earlier process are void.
 */
import { type Clock, type Event, eventJson, limits, type Message, type Thread } from "@goldenpath/protocol";
import { CommitQueue, type WaitingCommit } from "./commit-queue.ts";
import { draftCommit } from "./draft.ts";
import type {
  Attachment,
  AttachmentHead,
  Claim,
  Commit,
  CommitOutcome,
  Committed,
  Extent,
  Journal,
  Page,
  ReadOutcome,
  Run,
  TrimLimits,
} from "./journal.ts";
import { Leases } from "./leases.ts";
import { type DraftOutcome, type PackedOutcome, packDrafts, unpackOutcome } from "./sqlite-pack.ts";
import type { SqliteThread } from "./sqlite-thread.ts";
import { Subscribers } from "./subscribers.ts";

export class SqliteJournal implements Journal {
  readonly #thread: SqliteThread;
  readonly #epoch: string;
  readonly #clock: Clock;
  readonly #leases: Leases;
  readonly #subscribers = new Subscribers();
  readonly #queue = new CommitQueue((group) => this.#commitGroup(group));
  #closing: Promise<void> | undefined;

  constructor(thread: SqliteThread, epoch: string, clock: Clock) {
    this.#thread = thread;
    this.#epoch = epoch;
    this.#clock = clock;
    this.#leases = new Leases(clock);
  }

  /** Not an async function: its promise would be a second one for every commit. */
  commit(commit: Commit): Promise<CommitOutcome> {
    if (this.#closing !== undefined) {
      return Promise.resolve({ is: "refused", why: "unavailable", detail: "The journal is closed." });
    }
    try {
      const drafted = draftCommit(commit, this.#clock.now());
      return drafted.is === "refused" ? Promise.resolve(drafted) : this.#queue.add(drafted.draft);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  subscribe(listener: (committed: Committed) => void): () => void {
    return this.#subscribers.subscribe(listener);
  }

  extent(userId: string): Promise<Extent> {
    return this.#thread.call("extent", { userId });
  }

  async extents(userIds: readonly string[]): Promise<ReadonlyMap<string, Extent>> {
    const extents = await Promise.all(userIds.map((userId) => this.extent(userId)));
    return new Map(extents.map((extent, at) => [userIds[at] ?? "", extent]));
  }

  async read(userId: string, after: number, eventsMax: number, bytesMax: number): Promise<ReadOutcome> {
    const answer = await this.#thread.call("read", { userId, after, eventsMax, bytesMax });
    if (answer.is === "trimmed") return answer;
    const tails = answer.count === 0 ? [] : answer.body.split("\n");
    const events = tails.map((tail, index) => eventJson(after + 1 + index, tail));
    return { is: "events", events, head: answer.head };
  }

  async threads(userId: string, page: Page): Promise<readonly Thread[]> {
    const bodies = await this.#thread.call("threads", { userId, page });
    return bodies.map((json) => JSON.parse(json) as Thread);
  }

  async thread(userId: string, threadId: string): Promise<Thread | undefined> {
    const json = await this.#thread.call("thread", { userId, threadId });
    return json === undefined ? undefined : (JSON.parse(json) as Thread);
  }

  async messages(userId: string, threadId: string, page: Page): Promise<readonly Message[]> {
    const bodies = await this.#thread.call("messages", { userId, threadId, page });
    return bodies.map((json) => JSON.parse(json) as Message);
  }

  run(userId: string, runId: string): Promise<Run | undefined> {
    return this.#thread.call("run", { userId, runId });
  }

  activeRuns(userId: string): Promise<readonly Run[]> {
    return this.#thread.call("activeRuns", { userId });
  }

  async runEvents(userId: string, runId: string): Promise<readonly Event[]> {
    const events = await this.#thread.call("runEvents", { userId, runId });
    return events.map(({ offset, tail }) => JSON.parse(eventJson(offset, tail)) as Event);
  }

  async renewLease(nodeId: string, leaseMs: number): Promise<void> {
    this.#refuseClosed();
    this.#leases.renew(nodeId, leaseMs);
  }

  async endLease(nodeId: string): Promise<void> {
    this.#refuseClosed();
    this.#leases.end(nodeId);
  }

  orphanedRuns(limit: number): Promise<readonly { readonly userId: string; readonly run: Run }[]> {
    return this.#thread.call("orphanedRuns", { living: this.#leases.living(), limit });
  }

  claimRun(userId: string, runId: string, claim: Claim): Promise<Run | undefined> {
    return this.#thread.call("claimRun", { userId, runId, claim });
  }

  async putAttachment(
    userId: string,
    attachment: Attachment,
  ): Promise<"stored" | "too_large" | "storage_full" | "unavailable"> {
    if (this.#closing !== undefined) return "unavailable";
    if (attachment.bytes.byteLength > limits.attachmentBytesMax) return "too_large";
    return this.#thread.call("putAttachment", {
      userId,
      // A copy of its own: a view of a pooled buffer would travel with the whole pool.
      attachment: { ...attachment, bytes: new Uint8Array(attachment.bytes) },
    });
  }

  attachment(userId: string, attachmentId: string): Promise<Attachment | undefined> {
    return this.#thread.call("attachment", { userId, attachmentId });
  }

  attachmentHead(userId: string, attachmentId: string): Promise<AttachmentHead | undefined> {
    return this.#thread.call("attachmentHead", { userId, attachmentId });
  }

  async trim(trimLimits: TrimLimits): Promise<{ readonly users: number; readonly events: number }> {
    const now = this.#clock.now();
    let users = 0;
    let events = 0;
    // In slices, between which commits get their turn.
    for (let after: string | undefined = ""; after !== undefined; ) {
      const slice: { users: number; events: number; next?: string } = await this.#thread.call("trim", {
        after,
        now,
        limits: trimLimits,
      });
      users += slice.users;
      events += slice.events;
      after = slice.next;
    }
    return { users, events };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw new Error("journal: the journal is closed");
  }

  async #close(): Promise<void> {
    await this.#queue.idle();
    await this.#thread.close();
  }

  async #commitGroup(group: readonly WaitingCommit[]): Promise<void> {
    let outcomes: readonly PackedOutcome[];
    try {
      outcomes = await this.#thread.call("group", packDrafts(group.map(({ draft }) => draft)));
    } catch (error) {
      // The thread is gone or has a bug: whether the group was written is not known, so nobody is told it was not.
      for (const waiting of group) waiting.fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    for (const [index, waiting] of group.entries()) {
      const outcome = outcomes[index];
      if (outcome !== undefined) this.#settle(waiting, unpackOutcome(outcome, waiting.draft.tails.length));
      else waiting.fail(new RangeError("journal: a commit got no outcome"));
    }
  }

  #settle({ draft, settle, fail }: WaitingCommit, outcome: DraftOutcome): void {
    if (outcome.is === "threw") {
      fail(new TypeError(outcome.message));
      return;
    }
    if (outcome.is !== "committed") {
      settle(outcome);
      return;
    }
    const { first, head, keep, result } = outcome;
    const tails = keep ? draft.tails.filter((_, index) => keep.includes(index)) : draft.tails;
    if (tails.length > 0) {
      const events = tails.map((tail, index) => eventJson(first + index, tail));
      this.#subscribers.tell({ userId: draft.userId, epoch: this.#epoch, first, head, events });
    }
    settle({ is: "committed", epoch: this.#epoch, first, head, result });
  }
}
