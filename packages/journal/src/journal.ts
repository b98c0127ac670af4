/**
 * The journal: the store of all logs, threads, messages, runs and attachments. This file is its contract;
 * `contract.ts` is the suite that every engine passes.
 *
 *  J1 dense: offsets of a user's log are 1, 2, 3 … and are assigned at commit.
 *  J2 durable before visible: a promise of `commit` settles after the engine made the write durable.
 *  J3 once: a command id that was seen returns its first result; an event id that was seen is not appended.
 *  J4 fenced: a commit for a run by an attempt older than the run's own is refused, in the same transaction.
 *     A lease only says which runs nobody looks after any more; what may be written is decided by the attempt,
 *     never by time.
 *  J5 one end: a run takes exactly one terminal event; every commit for it afterwards is refused. `seq` is
 *     dense within a run: a commit whose run events do not continue it is refused.
 *  J6 bounded: logs are trimmed from the front; `read` below the floor says so and never skips.
 *  D4 own log only: every method takes the user's id first and sees nothing of anybody else's.
 */
import type { Event, Json, Message, NewEvent, Thread } from "@goldenpath/protocol";

/** A log's generation and its ends: events `floor + 1 … head` can be read. */
export interface Extent {
  readonly epoch: string;
  readonly floor: number;
  readonly head: number;
}

/**
 * One user's writes, which commit together or not at all. The journal derives its projections from the
 * events, in the same transaction: `thread_created`, `thread_updated` and `thread_deleted` keep the
 * threads; `message_created` keeps a user's message and moves its thread up; `agent_started` opens a run; a
 * terminal event ends it.
 */
export interface Commit {
  readonly userId: string;
  /** At most `commitEventsMax`. */
  readonly events: readonly NewEvent[];
  /** J3: the client's id for this command, with the answer that every repetition of it gets. */
  readonly command?: { readonly id: string; readonly fingerprint: string; readonly result: Json };
  /** J4, J5: required for events that carry a `runId`, except the first `agent_started`. */
  readonly run?: { readonly runId: string; readonly attempt: number };
  /** The node that begins a run; required with an `agent_started` of `seq` 1. */
  readonly owner?: string;
  /** With a terminal event: the answer to keep in the thread. */
  readonly finalMessage?: Message;
  /** Refuse with `too_many_runs` when this many of the user's runs are active already. */
  readonly activeRunsMax?: number;
}

export type CommitRefusal =
  /** The thread does not exist, was deleted or is another user's. */
  | "not_found"
  /** The run has its terminal event, or never began. */
  | "run_ended"
  /** A newer attempt owns the run. */
  | "fenced"
  /** A run event's `seq` is not the run's next one: an earlier commit of it was refused. */
  | "out_of_sequence"
  /** The command id was used for a command with another fingerprint. */
  | "id_reused"
  | "too_many_runs"
  /** An event is over eventBytesMax, or the commit over its number of events. */
  | "too_large"
  /** The disk is full; nothing was written. */
  | "storage_full"
  /** The engine cannot write now (locked, read-only, closed, too many commits waiting); nothing was written. */
  | "unavailable";

export type CommitOutcome =
  | {
      readonly is: "committed";
      readonly epoch: string;
      readonly first: number;
      readonly head: number;
      readonly result: Json;
    }
  /** J3: this was committed before; nothing was written now. */
  | { readonly is: "repeated"; readonly result: Json }
  | { readonly is: "refused"; readonly why: CommitRefusal; readonly detail: string };

/** What other parts hear of a commit, after it is durable (J2). `events` are the bytes as they go on the wire. */
export interface Committed {
  readonly userId: string;
  readonly epoch: string;
  /** Offset of `events[0]`. */
  readonly first: number;
  readonly head: number;
  readonly events: readonly string[];
}

export type ReadOutcome =
  /** Events `after + 1 …` in order, as serialised JSON; empty at the head. */
  | { readonly is: "events"; readonly events: readonly string[]; readonly head: number }
  /** J6: `after` lies below the floor. */
  | { readonly is: "trimmed"; readonly floor: number; readonly head: number };

export type RunState = "active" | "completed" | "failed" | "cancelled";

export interface Run {
  readonly runId: string;
  readonly threadId: string;
  readonly agent: string;
  readonly messageId: string;
  readonly attempt: number;
  /** The node that has it. */
  readonly owner: string;
  readonly state: RunState;
  /** Offset of its `agent_started` and of its newest event. */
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** `seq` of its newest event. */
  readonly seq: number;
  readonly startedAt: number;
  readonly endedAt?: number;
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** An attachment without its bytes: all that has to be read to judge a message that names it. */
export interface AttachmentHead {
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
}

/** Who takes a run, and the attempt that it was found at. */
export interface Claim {
  readonly nodeId: string;
  readonly attempt: number;
}

export interface Page {
  /** At most this many; the engine caps it at 200. */
  readonly limit: number;
  /** Only what is older than this message or thread id. */
  readonly before?: string;
}

export interface TrimLimits {
  readonly ageMsMax: number;
  readonly eventsMax: number;
  readonly bytesMax: number;
}

export const commitEventsMax = 1_000;
/** All events of one commit, and its final message, as UTF-8; over that it is `too_large`. */
export const commitBytesMax = 64 * 1024 * 1024;
/** Users whose extents are asked for at once. */
export const extentsMax = 500;
/** Commits waiting for the engine; one more is refused with `unavailable`. */
export const commitsWaitingMax = 10_000;

export const defaultTrimLimits: TrimLimits = {
  ageMsMax: 30 * 24 * 3_600_000,
  eventsMax: 100_000,
  bytesMax: 64 * 1024 * 1024,
};

/**
 * A promise rejects with an `Error` when the store itself fails: its database cannot be read, or was closed.
 * `commit` and `putAttachment` answer that with `unavailable` or `storage_full` instead, as long as it is
 * certain that nothing was written.
 */
export interface Journal {
  /** Rejects with a `TypeError` for a commit that contradicts itself, which is a bug of its caller. */
  commit(commit: Commit): Promise<CommitOutcome>;
  /**
   * J2: called once for each commit that appended events, in the order of each user's log, after it is
   * durable and before the commit's promise settles.
   */
  subscribe(listener: (committed: Committed) => void): () => void;

  extent(userId: string): Promise<Extent>;
  /** The same for many users at once, of which a node asks for those it serves; `extentsMax` at most. */
  extents(userIds: readonly string[]): Promise<ReadonlyMap<string, Extent>>;
  /** At most `eventsMax` events and about `bytesMax` bytes, but one event at least. */
  read(userId: string, after: number, eventsMax: number, bytesMax: number): Promise<ReadOutcome>;

  /** Newest first. */
  threads(userId: string, page: Page): Promise<readonly Thread[]>;
  thread(userId: string, threadId: string): Promise<Thread | undefined>;
  /** The newest `limit` messages before `before`, oldest first. */
  messages(userId: string, threadId: string, page: Page): Promise<readonly Message[]>;
  run(userId: string, runId: string): Promise<Run | undefined>;
  activeRuns(userId: string): Promise<readonly Run[]>;
  /** The events of one run that are still in the log, in order. */
  runEvents(userId: string, runId: string): Promise<readonly Event[]>;

  /**
   * The node lives for `leaseMs` from now by the engine's clock; its runs are its own until then. A node's id
   * is fresh for each start of its process: what an earlier one left is nobody's.
   */
  renewLease(nodeId: string, leaseMs: number): Promise<void>;
  /** Gives the lease up now: the node's active runs are orphans at once. */
  endLease(nodeId: string): Promise<void>;
  /** Every user's active runs whose owner has no lease, or one that has run out: oldest first, at most `limit`. */
  orphanedRuns(limit: number): Promise<readonly { readonly userId: string; readonly run: Run }[]>;
  /**
   * J4: takes the run when it is active and still at `claim.attempt`, whoever has it: answers it with the next
   * attempt and its new owner. Undefined when it has ended or somebody else took it.
   */
  claimRun(userId: string, runId: string, claim: Claim): Promise<Run | undefined>;

  /**
   * Each user may keep `attachmentBytesTotalMax`; over that the answer is `too_large`. An attachment goes with the last
   * thread whose messages name it, and `trim` forgets those that none named before they were as old as events may be.
   */
  putAttachment(
    userId: string,
    attachment: Attachment,
  ): Promise<"stored" | "too_large" | "storage_full" | "unavailable">;
  attachment(userId: string, attachmentId: string): Promise<Attachment | undefined>;
  /** Costs the same however large the attachment is. */
  attachmentHead(userId: string, attachmentId: string): Promise<AttachmentHead | undefined>;

  /** J6: trims every log from the front; never an event of an active run. */
  trim(limits: TrimLimits): Promise<{ readonly users: number; readonly events: number }>;
  /** Commits what waits, then closes. */
  close(): Promise<void>;
}
