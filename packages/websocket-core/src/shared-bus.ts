/**
 * The bus of a node whose journal other nodes write to as well. A carrier brings the word; the journal has the
 * truth.
 *
 *  S1  What the node commits itself is heard at once, with its bytes, whether or not the line works.
 *  S2  What another node committed is heard from the carrier; its bytes are used only when they are of the
 *      epoch that the journal names for this log, so that two databases on one line never mix.
 *  S3  What the line lost is found: the journal is asked for a log's extent when the node begins to listen,
 *      when the line opens, and every `checkMs` (every `aloneMs` while there is no line).
 */
import type { Committed, Extent, Journal } from "@goldenpath/journal";
import type { Clock } from "@goldenpath/protocol";
import { type Bus, type BusStats, type Signal, UserListeners } from "./bus.ts";
import type { Carrier, Connect } from "./carrier.ts";
import { ExtentCheck } from "./extent-check.ts";

export type BusFault = "line" | "check" | "tell";

export interface SharedBusOptions {
  readonly journal: Pick<Journal, "subscribe" | "extents">;
  readonly clock: Clock;
  /** 0 up to 1, for the jitter of the checks. */
  readonly random: () => number;
  readonly connect: Connect;
  /** For the server's log: the line was lost, the journal could not be asked, or what was to be told is lost. */
  readonly onFault: (where: BusFault, error: unknown) => void;
  /** The line works again. */
  readonly onOpen?: () => void;
}

/** How long a word that the line lost goes unnoticed, at most; a fifth more with the jitter. */
const checkMs = 10_000;
const aloneMs = 1_000;

interface Known {
  readonly epoch: string;
  /** The newest offset that listeners were told of. */
  head: number;
}

export class SharedBus implements Bus {
  readonly #listeners = new UserListeners();
  readonly #signalListeners = new Set<(userId: string, signal: Signal) => void>();
  /** What the journal said of the logs that this node listens to. */
  readonly #knownByUser = new Map<string, Known>();
  readonly #check: ExtentCheck;
  readonly #carrier: Carrier;
  readonly #unsubscribe: () => void;
  #connected = false;
  #failures = 0;
  #told = 0;
  #dropped = 0;
  #heard = 0;
  #healed = 0;

  constructor(options: SharedBusOptions) {
    const { journal, clock, random, connect, onFault } = options;
    this.#check = new ExtentCheck({
      journal,
      clock,
      random,
      everyMs: () => (this.#connected ? checkMs : aloneMs),
      users: () => this.#listeners.users(),
      found: (userId, extent) => this.#found(userId, extent),
      failed: (error) => onFault("check", error),
    });
    this.#carrier = connect({
      opened: () => {
        this.#connected = true;
        this.#check.soon(this.#listeners.users());
        options.onOpen?.();
      },
      failed: (error) => {
        this.#connected = false;
        this.#failures++;
        onFault("line", error);
      },
      dropped: (count, error) => {
        this.#dropped += count;
        onFault("tell", error);
      },
      listening: (userIds) => this.#check.soon(userIds),
      committed: (committed) => this.#heardOf(committed),
      signalled: (userId, signal) => {
        this.#heard++;
        for (const listener of this.#signalListeners) listener(userId, signal);
      },
    });
    this.#unsubscribe = journal.subscribe((committed) => {
      this.#deliver(committed);
      this.#count(this.#carrier.tell(committed));
    });
  }

  subscribe(userId: string, listener: (committed: Committed) => void): () => void {
    const isFirst = !this.#listeners.has(userId);
    const remove = this.#listeners.add(userId, listener);
    if (isFirst) this.#carrier.listen(userId);
    return () => {
      if (!this.#listeners.has(userId)) return;
      remove();
      if (this.#listeners.has(userId)) return;
      this.#carrier.ignore(userId);
      this.#knownByUser.delete(userId);
    };
  }

  signal(userId: string, signal: Signal): void {
    this.#count(this.#carrier.signal(userId, signal));
  }

  onSignal(listener: (userId: string, signal: Signal) => void): () => void {
    const own = (userId: string, signal: Signal) => listener(userId, signal);
    this.#signalListeners.add(own);
    return () => void this.#signalListeners.delete(own);
  }

  stats(): BusStats {
    return {
      kind: this.#carrier.kind,
      connected: this.#connected,
      failures: this.#failures,
      told: this.#told,
      dropped: this.#dropped,
      heard: this.#heard,
      healed: this.#healed,
    };
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#check.close();
    this.#connected = false;
    await this.#carrier.close();
  }

  /** S2. */
  #heardOf(committed: Committed): void {
    this.#heard++;
    const { userId, epoch } = committed;
    if (!this.#listeners.has(userId)) return;
    if (this.#knownByUser.get(userId)?.epoch === epoch) this.#deliver(committed);
    else this.#check.soon([userId]);
  }

  /** S3: what the journal says, whether or not anybody said it before. */
  #found(userId: string, { epoch, head }: Extent): void {
    if (!this.#listeners.has(userId)) return;
    const known = this.#knownByUser.get(userId);
    if (known?.epoch === epoch && head <= known.head) return;
    if (known) this.#healed++;
    this.#knownByUser.set(userId, { epoch, head });
    this.#listeners.tell({ userId, epoch, first: head + 1, head, events: [] });
  }

  #deliver(committed: Committed): void {
    const known = this.#knownByUser.get(committed.userId);
    if (known && committed.head > known.head) known.head = committed.head;
    this.#listeners.tell(committed);
  }

  #count(told: boolean): void {
    if (told) this.#told++;
    else this.#dropped++;
  }
}
