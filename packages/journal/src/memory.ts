/**
 * The journal in memory: for tests, for simulation, and for a server that may forget everything when it
 * stops. It judges with the same functions as the engine on disk and keeps the same bytes.
 *
 *  M1  A commit is judged and applied in one synchronous step: nothing is ever half-written.
 *  M2  What goes in and what comes out are copies: events, messages and results are kept as JSON.
 *  M3  Listeners hear of a commit before its promise settles, and in the order of the log (J2).
 */
import type { Clock, Event, Json, MakeId, Message, Thread } from "@goldenpath/protocol";
import { eventJson, limits } from "@goldenpath/protocol";
import { attachmentBytesTotalMax, attachmentCost, attachmentFits } from "./attachment-limit.ts";
import { type Draft, draftCommit } from "./draft.ts";
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
import { type Changes, type Facts, judge, judgeClaim, type KeptMessage } from "./judge.ts";
import { Leases } from "./leases.ts";
import { pageLimit } from "./page.ts";
import { Subscribers } from "./subscribers.ts";
import { judgeTrim } from "./trim.ts";

export interface MemoryJournalOptions {
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** Default 1 GiB; each attachment counts 1 KiB beside its bytes. */
  readonly attachmentBytesTotalMax?: number;
}

interface StoredEvent {
  readonly id: string;
  readonly at: number;
  readonly bytes: number;
  readonly tail: string;
}

interface StoredThread {
  /** Undefined once it is deleted. */
  readonly thread: Thread | undefined;
  /** Its last change, in milliseconds since 1970 and as an offset. */
  readonly updatedAt: number;
  readonly offset: number;
}

interface Log {
  readonly epoch: string;
  floor: number;
  head: number;
  /** The events `floor + 1 … head`. */
  events: StoredEvent[];
  readonly threads: Map<string, StoredThread>;
  /** By thread, in order of their offsets. */
  readonly messages: Map<string, KeptMessage[]>;
  readonly runs: Map<string, Run>;
  readonly commands: Map<
    string,
    { readonly fingerprint: string; readonly result: string; readonly at: number }
  >;
  readonly attachments: Map<string, Attachment>;
  /** Of attachments that messages name: the threads of these messages. */
  readonly attachmentThreads: Map<string, Set<string>>;
}

export function createMemoryJournal(options: MemoryJournalOptions): Journal {
  return new MemoryJournal(options);
}

class MemoryJournal implements Journal {
  readonly #clock: Clock;
  readonly #makeId: MakeId;
  readonly #attachmentBytesTotalMax: number;
  readonly #logs = new Map<string, Log>();
  readonly #leases: Leases;
  readonly #subscribers = new Subscribers();
  #closed = false;

  constructor(options: MemoryJournalOptions) {
    this.#clock = options.clock;
    this.#makeId = options.makeId;
    this.#leases = new Leases(options.clock);
    this.#attachmentBytesTotalMax = options.attachmentBytesTotalMax ?? attachmentBytesTotalMax;
  }

  async commit(commit: Commit): Promise<CommitOutcome> {
    if (this.#closed) return { is: "refused", why: "unavailable", detail: "The journal is closed." };
    const drafted = draftCommit(commit, this.#clock.now());
    if (drafted.is === "refused") return drafted;
    const { draft } = drafted;
    const log = this.#log(draft.userId);
    const verdict = judge(draft, factsOf(log));
    if (verdict.is !== "append") return verdict;
    const { first, head, result } = verdict.changes;
    const events = apply(log, draft, verdict.changes);
    // M3: the caller goes on before anybody hears; microtasks keep the order of the commits.
    await Promise.resolve();
    if (events.length > 0) {
      this.#subscribers.tell({ userId: draft.userId, epoch: log.epoch, first, head, events });
    }
    return { is: "committed", epoch: log.epoch, first, head, result: copy(result) };
  }

  subscribe(listener: (committed: Committed) => void): () => void {
    return this.#subscribers.subscribe(listener);
  }

  async extents(userIds: readonly string[]): Promise<ReadonlyMap<string, Extent>> {
    const extents = new Map<string, Extent>();
    for (const userId of userIds) extents.set(userId, await this.extent(userId));
    return extents;
  }

  async extent(userId: string): Promise<Extent> {
    const { epoch, floor, head } = this.#log(userId);
    return { epoch, floor, head };
  }

  async read(userId: string, after: number, eventsMax: number, bytesMax: number): Promise<ReadOutcome> {
    const { floor, head, events: stored } = this.#log(userId);
    if (after < floor) return { is: "trimmed", floor, head };
    const events: string[] = [];
    let bytes = 0;
    for (let offset = after + 1; offset <= head; offset++) {
      const event = stored[offset - floor - 1];
      bytes += event?.bytes ?? 0;
      if (!event || (events.length > 0 && (events.length >= eventsMax || bytes > bytesMax))) break;
      events.push(eventJson(offset, event.tail));
    }
    return { is: "events", events, head };
  }

  async threads(userId: string, page: Page): Promise<readonly Thread[]> {
    const { threads } = this.#log(userId);
    const before = page.before === undefined ? undefined : threads.get(page.before);
    if (page.before !== undefined && !before) return [];
    return [...threads.values()]
      .filter((entry) => entry.thread && (!before || newestFirst(entry, before) > 0))
      .sort(newestFirst)
      .slice(0, pageLimit(page))
      .flatMap(({ thread }) => (thread ? [copy(thread)] : []));
  }

  async thread(userId: string, threadId: string): Promise<Thread | undefined> {
    const thread = this.#log(userId).threads.get(threadId)?.thread;
    return thread && copy(thread);
  }

  async messages(userId: string, threadId: string, page: Page): Promise<readonly Message[]> {
    const kept = this.#log(userId).messages.get(threadId) ?? [];
    const end = page.before === undefined ? kept.length : kept.findIndex(({ id }) => id === page.before);
    if (end <= 0) return [];
    return kept.slice(Math.max(0, end - pageLimit(page)), end).map(({ json }) => JSON.parse(json) as Message);
  }

  async run(userId: string, runId: string): Promise<Run | undefined> {
    return this.#log(userId).runs.get(runId);
  }

  async activeRuns(userId: string): Promise<readonly Run[]> {
    return activeRuns(this.#log(userId));
  }

  async runEvents(userId: string, runId: string): Promise<readonly Event[]> {
    const { events, floor } = this.#log(userId);
    return events
      .map(({ tail }, index) => JSON.parse(eventJson(floor + 1 + index, tail)) as Event)
      .filter((event) => event.runId === runId);
  }

  async renewLease(nodeId: string, leaseMs: number): Promise<void> {
    this.#refuseClosed();
    this.#leases.renew(nodeId, leaseMs);
  }

  async endLease(nodeId: string): Promise<void> {
    this.#refuseClosed();
    this.#leases.end(nodeId);
  }

  async orphanedRuns(limit: number): Promise<readonly { readonly userId: string; readonly run: Run }[]> {
    const living = this.#leases.living();
    return [...this.#logs]
      .flatMap(([userId, log]) => activeRuns(log).map((run) => ({ userId, run })))
      .filter(({ run }) => !living.includes(run.owner))
      .sort((a, b) => a.run.startedAt - b.run.startedAt)
      .slice(0, limit);
  }

  async claimRun(userId: string, runId: string, claim: Claim): Promise<Run | undefined> {
    this.#refuseClosed();
    const { runs } = this.#log(userId);
    const claimed = judgeClaim(runs.get(runId), claim);
    if (claimed) runs.set(runId, claimed);
    return claimed;
  }

  async putAttachment(
    userId: string,
    attachment: Attachment,
  ): Promise<"stored" | "too_large" | "storage_full" | "unavailable"> {
    if (this.#closed) return "unavailable";
    if (attachment.bytes.byteLength > limits.attachmentBytesMax) return "too_large";
    const { attachments } = this.#log(userId);
    let kept = 0;
    for (const other of attachments.values()) {
      if (other.id !== attachment.id) kept += attachmentCost(other.bytes.byteLength);
    }
    if (!attachmentFits(kept, attachment.bytes.byteLength, this.#attachmentBytesTotalMax)) return "too_large";
    attachments.set(attachment.id, { ...attachment, bytes: new Uint8Array(attachment.bytes) });
    return "stored";
  }

  async attachmentHead(userId: string, attachmentId: string): Promise<AttachmentHead | undefined> {
    const found = this.#log(userId).attachments.get(attachmentId);
    return found && { name: found.name, mediaType: found.mediaType, sizeBytes: found.bytes.byteLength };
  }

  async attachment(userId: string, attachmentId: string): Promise<Attachment | undefined> {
    const found = this.#log(userId).attachments.get(attachmentId);
    return found && { ...found, bytes: new Uint8Array(found.bytes) };
  }

  async trim(trimLimits: TrimLimits): Promise<{ readonly users: number; readonly events: number }> {
    const oldest = this.#clock.now() - trimLimits.ageMsMax;
    let users = 0;
    let events = 0;
    for (const log of this.#logs.values()) {
      for (const [id, command] of log.commands) if (command.at < oldest) log.commands.delete(id);
      for (const [id, { at }] of log.attachments)
        if (at < oldest && !log.attachmentThreads.has(id)) log.attachments.delete(id);
      const removed = trimLog(log, oldest, trimLimits);
      if (removed > 0) users++;
      events += removed;
    }
    return { users, events };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new Error("journal: the journal is closed");
  }

  #log(userId: string): Log {
    const found = this.#logs.get(userId);
    if (found) return found;
    const log: Log = {
      epoch: this.#makeId(),
      floor: 0,
      head: 0,
      events: [],
      threads: new Map(),
      messages: new Map(),
      runs: new Map(),
      commands: new Map(),
      attachments: new Map(),
      attachmentThreads: new Map(),
    };
    this.#logs.set(userId, log);
    return log;
  }
}

function factsOf(log: Log): Facts {
  return {
    head: log.head,
    command(id) {
      const found = log.commands.get(id);
      return found && { fingerprint: found.fingerprint, result: JSON.parse(found.result) as Json };
    },
    thread(threadId) {
      const found = log.threads.get(threadId);
      return found && (found.thread ? "live" : "deleted");
    },
    hasMessage: (threadId, messageId) =>
      log.messages.get(threadId)?.some(({ id }) => id === messageId) ?? false,
    run: (runId) => log.runs.get(runId),
    activeRunCount: () => activeRuns(log).length,
    eventId(run, seq) {
      for (let offset = Math.max(run.firstOffset, log.floor + 1); offset <= run.lastOffset; offset++) {
        const stored = log.events[offset - log.floor - 1];
        const event = stored && (JSON.parse(eventJson(offset, stored.tail)) as Event);
        if (event?.runId === run.runId && event.seq === seq) return event.id;
      }
      return undefined;
    },
  };
}

/** M1: the one place that changes a log by a commit. Answers the events' bytes as they go on the wire. */
function apply(log: Log, draft: Draft, changes: Changes): readonly string[] {
  const wire: string[] = [];
  for (const index of changes.keep ?? draft.tails.keys()) {
    const tail = draft.tails[index];
    const mark = draft.marks[index];
    if (tail === undefined || !mark)
      throw new RangeError(`the verdict keeps event ${index} of ${draft.tails.length}`);
    log.events.push({ id: mark.id, at: mark.at, bytes: Buffer.byteLength(tail), tail });
    wire.push(eventJson(++log.head, tail));
  }
  for (const change of changes.threads) {
    if (change.is === "put") {
      const { offset, thread } = change;
      log.threads.set(thread.id, { thread: copy(thread), updatedAt: thread.updatedAt, offset });
    } else if (change.is === "touch") {
      const { thread } = log.threads.get(change.threadId) ?? {};
      if (!thread) continue;
      const updatedAt = Math.max(thread.updatedAt, change.at);
      log.threads.set(thread.id, { thread: { ...thread, updatedAt }, updatedAt, offset: change.offset });
    } else {
      const updatedAt = log.threads.get(change.threadId)?.updatedAt ?? 0;
      log.threads.set(change.threadId, { thread: undefined, updatedAt, offset: change.offset });
      log.messages.delete(change.threadId);
      dropAttachments(log, change.threadId);
    }
  }
  for (const message of changes.messages) {
    if (!log.threads.get(message.threadId)?.thread) continue;
    const kept = log.messages.get(message.threadId) ?? [];
    log.messages.set(message.threadId, kept);
    const after = kept.findLastIndex((other) => other.offset < message.offset);
    kept.splice(after + 1, 0, message);
    for (const id of message.attachmentIds) {
      const threads = log.attachmentThreads.get(id) ?? new Set();
      log.attachmentThreads.set(id, threads.add(message.threadId));
    }
  }
  for (const run of changes.runs) log.runs.set(run.runId, run);
  if (draft.command) {
    const { id, fingerprint, result } = draft.command;
    log.commands.set(id, { fingerprint, result: JSON.stringify(result), at: draft.at });
  }
  return wire;
}

/** Those that no other thread's messages name go with the thread. */
function dropAttachments({ attachments, attachmentThreads }: Log, threadId: string): void {
  for (const [id, threads] of attachmentThreads) {
    if (!threads.delete(threadId) || threads.size > 0) continue;
    attachmentThreads.delete(id);
    attachments.delete(id);
  }
}

function trimLog(log: Log, oldest: number, trimLimits: TrimLimits): number {
  const { floor, head, events } = log;
  let bytes = 0;
  let keptFrom = events.length;
  while (keptFrom > 0) {
    bytes += events[keptFrom - 1]?.bytes ?? 0;
    if (bytes > trimLimits.bytesMax) break;
    keptFrom--;
  }
  const young = events.findIndex((event) => event.at >= oldest);
  const agedTo = young === -1 ? head : floor + young;
  const active = activeRuns(log).map((run) => run.firstOffset);
  const activeFrom = active.length === 0 ? undefined : Math.min(...active);
  log.floor = judgeTrim({ floor, head, activeFrom, agedTo, overBytesTo: floor + keptFrom }, trimLimits);
  log.events = events.slice(log.floor - floor);
  return log.floor - floor;
}

function activeRuns(log: Log): readonly Run[] {
  return [...log.runs.values()].filter((run) => run.state === "active");
}

/** By the time of the last change; where that is equal, by its offset. */
function newestFirst(a: StoredThread, b: StoredThread): number {
  return b.updatedAt - a.updatedAt || b.offset - a.offset;
}

function copy<T>(value: T): T {
  return structuredClone(value);
}
