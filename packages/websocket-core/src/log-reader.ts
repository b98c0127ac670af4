/**
 * Reads one user's log for one connection. It holds an offset, not messages (D5): each pass takes what
 * follows the offset, from the user's shared tail or from the journal.
 *
 *  R1  What it hands out is the log's continuation of the offset: in order, each event once, no gap (D1-D3).
 *  R2  While the peer does not take its bytes, the log is not read; any byte taken is progress.
 *  R3  One read of the journal at a time.
 */
import type { Journal } from "@goldenpath/journal";
import { type Clock, encodeServerFrame, eventsFrame, limits } from "@goldenpath/protocol";
import { takeSnapshot } from "./resume.ts";
import { Outgoing } from "./transport.ts";
import { frameCount, type UserLog } from "./user-log.ts";

export interface LogReaderOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: UserLog;
  readonly offset: number;
  /** What waits in the socket. */
  bufferedBytes(): number;
  send(message: Outgoing): void;
  /** More can be taken on a next pass. */
  again(): void;
  /** The journal could not be read. */
  failed(error: unknown): void;
}

/** D5: under this mark what comes next is handed out; it is at most as much again, unless one event is larger. */
const lowBytes = limits.bufferedBytesMax / 2;

export class LogReader {
  readonly #options: LogReaderOptions;
  #offset: number;
  #caughtUp = false;
  #reading = false;
  #stopped = false;
  /** Bytes of a read that were handed out and that no pass has seen written yet. */
  #unwrittenBytes = 0;
  /** While the peer is behind: since when it has taken nothing, and what waited then. */
  #stalled: { readonly sinceMs: number; readonly bytes: number } | undefined;

  constructor(options: LogReaderOptions) {
    this.#options = options;
    this.#offset = options.offset;
    options.log.join(this);
  }

  /** Everything up to here was handed to the socket. */
  get offset(): number {
    return this.#offset;
  }

  /** One pass; R1, R2. */
  pump(): void {
    const { log } = this.#options;
    if (this.#reading || this.#stopped) return;
    // What a read handed out is written together with what this pass adds.
    let waitingBytes = this.#options.bufferedBytes() + this.#unwrittenBytes;
    this.#unwrittenBytes = 0;
    for (;;) {
      if (waitingBytes > limits.bufferedBytesMax) {
        this.#stall(waitingBytes);
        return;
      }
      const head = log.head ?? this.#offset;
      if (this.#offset >= head) {
        // A snapshot may be ahead of what this node has heard of the log: everything up to there was sent.
        const upTo = this.#offset;
        if (!this.#caughtUp)
          this.#options.send(new Outgoing(encodeServerFrame({ type: "caught_up", head: upTo })));
        this.#caughtUp = true;
        log.taken();
        return;
      }
      const batch = log.batchAfter(this.#offset);
      const bytes = batch?.message.frame.length ?? lowBytes;
      if (waitingBytes > lowBytes && waitingBytes + bytes > limits.bufferedBytesMax) {
        this.#stall(waitingBytes);
        return;
      }
      if (!batch) {
        this.#reading = true;
        this.#read().catch((error: unknown) => {
          if (!this.#stopped) this.#options.failed(error);
        });
        return;
      }
      this.#options.send(batch.message);
      waitingBytes += bytes;
      this.#offset = batch.last;
    }
  }

  /**
   * Call when bytes were written or taken: goes on if the socket has room again. A write that the kernel
   * takes at once is followed by no "drain", so this is asked after every write too.
   */
  room(): void {
    if (!this.#stalled || this.#options.bufferedBytes() > lowBytes) return;
    this.#stalled = undefined;
    this.#options.again();
  }

  /** How long the peer has taken nothing, in milliseconds; 0 while it is not behind. */
  stalledMs(): number {
    if (!this.#stalled) return 0;
    const now = this.#options.clock.elapsed();
    const bytes = this.#options.bufferedBytes();
    if (bytes < this.#stalled.bytes) this.#stalled = { sinceMs: now, bytes };
    return now - this.#stalled.sinceMs;
  }

  /** Nothing is handed out any more, not even by a read that is under way. */
  stop(): void {
    this.#stopped = true;
    this.#options.log.leave(this);
  }

  #stall(waitingBytes: number): void {
    this.#stalled ??= { sinceMs: this.#options.clock.elapsed(), bytes: waitingBytes };
  }

  /** R3. */
  async #read(): Promise<void> {
    const { journal, log } = this.#options;
    const read = await journal.read(log.userId, this.#offset, limits.eventsPerFrameMax, lowBytes);
    if (this.#stopped) return;
    if (read.is === "trimmed") {
      // The log was trimmed past a reader that is far behind: it gets the state instead, never a hole.
      const before = await journal.extent(log.userId);
      const snapshot = await takeSnapshot(journal, log.userId, before);
      if (this.#stopped) return;
      this.#options.send(new Outgoing(encodeServerFrame(snapshot)));
      this.#offset = snapshot.asOf.offset;
    } else {
      if (read.events.length === 0) {
        throw new Error(`The journal has nothing after ${this.#offset}, but its log was said to go on.`);
      }
      for (let at = 0; at < read.events.length; ) {
        const count = frameCount(read.events, at);
        const message = new Outgoing(eventsFrame(read.events.slice(at, at + count)));
        this.#unwrittenBytes += message.frame.length;
        this.#options.send(message);
        at += count;
      }
      this.#offset += read.events.length;
    }
    this.#reading = false;
    this.#options.again();
  }
}
