/**
 * The suite that every bus passes. In a vitest file:
 *
 *     busContract("nats", { nodes: 2, open: async (journals) => ({ buses: …, cut, mend, dispose }) });
 *
 * The rules are those of `bus.ts` and `shared-bus.ts`; each test carries its rule's letter.
 */
import { type Committed, createMemoryJournal, type Journal } from "@goldenpath/journal";
import { limits, type NewEvent, randomId, systemClock } from "@goldenpath/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Bus, Signal } from "./bus.ts";
import { LogReader } from "./log-reader.ts";
import { UserLog } from "./user-log.ts";

/** A signal that was not heard for so long counts as lost: a line may lose one. */
const lostMs = 5_000;

export interface OpenedBuses {
  /** One for each journal. */
  readonly buses: readonly Bus[];
  /** Takes the line between the nodes away, and gives it back. */
  readonly cut: () => Promise<void>;
  readonly mend: () => Promise<void>;
  /** Closes the buses and what they ran on. */
  readonly dispose: () => Promise<void>;
}

export interface BusUnderTest {
  /** A bus of one node has nothing to lose; the rules about others are not asked of it. */
  readonly nodes: 1 | 2;
  readonly open: (journals: readonly Journal[]) => Promise<OpenedBuses>;
}

/** Registers the tests. `open` is called once for each, with journals that share one store. */
export function busContract(name: string, { nodes, open }: BusUnderTest): void {
  // Real lines on a machine that is busy with other tests.
  describe(`the bus contract: ${name}`, { timeout: 90_000 }, () => {
    let journals: readonly Journal[];
    let opened: OpenedBuses;
    let foreign: Journal;

    beforeEach(async () => {
      const store = createMemoryJournal({ clock: systemClock, makeId: randomId });
      foreign = createMemoryJournal({ clock: systemClock, makeId: randomId });
      journals = Array.from({ length: nodes }, () => nodeJournal(store));
      opened = await open(journals);
      await Promise.all(opened.buses.map((bus) => until(() => bus.stats().connected)));
    });
    afterEach(() => opened.dispose());

    const node = (at: number) => {
      const journal = journals[at];
      const bus = opened.buses[at];
      if (!journal || !bus) throw new RangeError(`The bus under test has no node ${at}.`);
      return { journal, bus };
    };

    test("B1: hears each commit of that user's log, in order, with its bytes, and of nobody else", async () => {
      const { journal, bus } = node(0);
      const heard: Committed[] = [];
      const stop = bus.subscribe("ann", (committed) => heard.push(committed));
      for (let n = 1; n <= 20; n++) {
        await append(journal, "bob");
        await append(journal, "ann");
      }
      const withBytes = heard.filter(({ events }) => events.length > 0);
      expect(withBytes.map(({ head }) => head)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
      expect(heard.every(({ userId }) => userId === "ann")).toBe(true);
      const read = await journal.read("ann", 0, 100, 1e6);
      expect(read).toMatchObject({ events: withBytes.flatMap(({ events }) => events) });
      stop();
      stop();
      const before = heard.length;
      await append(journal, "ann");
      expect(heard).toHaveLength(before);
    });

    test("B3: a signal is not heard by the node that gives it", async () => {
      const { bus } = node(0);
      const heard: Signal[] = [];
      bus.onSignal((_userId, signal) => heard.push(signal));
      bus.signal("ann", { is: "session_ended", sessionId: "s" });
      const other = opened.buses[1];
      if (other) await signalled(bus, other, "ann", { is: "session_ended", sessionId: "s" });
      expect(heard).toEqual([]);
    });

    if (nodes === 1) return;

    test("S2: another node's commits are read in order, without gap and once, whoever writes meanwhile", async () => {
      const reader = new Reader(node(1).journal, node(1).bus, "ann");
      for (let n = 0; n < 60; n++) {
        await Promise.all([append(node(0).journal, "ann"), append(node(0).journal, "ann")]);
        if (n % 3 === 0) await append(node(1).journal, "ann");
      }
      await until(() => reader.offsets.length >= 140);
      expect(reader.offsets).toEqual(Array.from({ length: 140 }, (_, n) => n + 1));
      reader.close();
    });

    test("S3: a commit made while the node only begins to listen is not missed", async () => {
      for (let n = 1; n <= 20; n++) {
        const user = `user ${n}`;
        let head = 0;
        const stop = node(1).bus.subscribe(user, (committed) => {
          head = Math.max(head, committed.head);
        });
        void append(node(0).journal, user);
        await until(() => head === 1);
        stop();
      }
    });

    test("B3: a signal reaches the other node with its user, whatever the user's id is", async () => {
      const signals: readonly Signal[] = [
        { is: "session_ended", sessionId: "s" },
        { is: "run_taken", runId: "r", attempt: 2 },
        { is: "run_left", runId: "r" },
        { is: "approval_decided", approvalId: "r.a1", decision: "reject" },
      ];
      for (const userId of ["ann", "user.*.>", "ünï ☃ \n=2e", "x".repeat(64)]) {
        for (const signal of signals) {
          await signalled(node(0).bus, node(1).bus, userId, signal);
        }
      }
    });

    test("B2, S3: without a line commits go on, and the other node hears of them all the same", async () => {
      const reader = new Reader(node(1).journal, node(1).bus, "ann");
      await append(node(0).journal, "ann");
      await until(() => reader.offsets.length === 1);
      await opened.cut();
      await until(() => opened.buses.every((bus) => !bus.stats().connected));
      for (let n = 0; n < 50; n++) await append(node(0).journal, "ann");
      await until(() => reader.offsets.length === 51);
      expect(node(0).bus.stats().dropped).toBeGreaterThanOrEqual(50);
      expect(node(1).bus.stats().healed).toBeGreaterThan(0);
      await opened.mend();
      await until(() => opened.buses.every((bus) => bus.stats().connected));
      const healed = node(1).bus.stats().healed;
      await append(node(0).journal, "ann");
      await until(() => reader.offsets.length === 52);
      expect(node(1).bus.stats()).toMatchObject({ connected: true, healed });
      expect(reader.offsets).toEqual(Array.from({ length: 52 }, (_, n) => n + 1));
      reader.close();
    });

    test("S3: what was told just before the line opened again is found when it opens", async () => {
      const reader = new Reader(node(1).journal, node(1).bus, "ann");
      await append(node(0).journal, "ann");
      await until(() => reader.offsets.length === 1);
      for (let n = 2; n <= 4; n++) {
        await opened.cut();
        await append(node(0).journal, "ann");
        await opened.mend();
        await until(() => reader.offsets.length === n);
      }
      reader.close();
    });

    test("a commit that is larger than the line carries is heard of without its bytes", async () => {
      const reader = new Reader(node(1).journal, node(1).bus, "ann");
      const title = "x".repeat(limits.eventBytesMax / 2);
      await Promise.all([append(node(0).journal, "ann", title), append(node(0).journal, "ann")]);
      await until(() => reader.offsets.length >= 2);
      expect(reader.offsets).toEqual([1, 2]);
      expect(reader.text).toContain(title);
      reader.close();
    });

    test("S2: the events of another database on the same line are not mixed in (D4)", async () => {
      const other = await open([foreign]);
      const reader = new Reader(node(1).journal, node(1).bus, "ann");
      await append(node(0).journal, "ann");
      await until(() => reader.offsets.length === 1);
      await until(() => other.buses.every((bus) => bus.stats().connected));
      for (let n = 0; n < 10; n++) await append(foreign, "ann", "of another database");
      await append(node(0).journal, "ann");
      await until(() => reader.offsets.length === 2);
      expect(reader.text).not.toContain("of another database");
      reader.close();
      await other.dispose();
    });
  });
}

/** A connection's view of a user's log on one node, as the core builds it. */
class Reader {
  readonly offsets: number[] = [];
  text = "";
  readonly #log: UserLog;
  readonly #reader: LogReader;

  constructor(journal: Journal, bus: Bus, userId: string) {
    const pump = () => {
      this.#reader.pump();
      // Everything is taken at once; a reader that was handed more than a socket holds waits to be told that.
      this.#reader.room();
    };
    this.#log = new UserLog(userId, bus, {
      grown: () => setImmediate(pump),
      replaced: () => {
        throw new Error("The log was replaced.");
      },
    });
    this.#reader = new LogReader({
      journal,
      clock: systemClock,
      log: this.#log,
      offset: 0,
      bufferedBytes: () => 0,
      send: ({ text }) => {
        this.text += text;
        const frame = JSON.parse(text) as { readonly events?: readonly { readonly offset: number }[] };
        this.offsets.push(...(frame.events ?? []).map(({ offset }) => offset));
      },
      again: () => setImmediate(pump),
      failed: (error) => {
        throw error;
      },
    });
  }

  close(): void {
    this.#reader.stop();
    this.#log.close();
  }
}

/** One node's journal on a store that others write to: it hears of its own commits only. */
function nodeJournal(store: Journal): Journal {
  const listeners = new Set<(committed: Committed) => void>();
  let told: Promise<unknown> = Promise.resolve();
  return new Proxy(store, {
    get(target, name: keyof Journal) {
      if (name === "subscribe") {
        return (listener: (committed: Committed) => void) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        };
      }
      if (name === "commit") {
        return (commit: Parameters<Journal["commit"]>[0]) => {
          const outcome = told.then(async () => {
            const made = await target.commit(commit);
            if (made.is !== "committed" || made.first > made.head) return made;
            const { epoch, first, head } = made;
            const read = await target.read(commit.userId, first - 1, head - first + 1, 1e9);
            if (read.is !== "events") throw new Error("The log was trimmed.");
            const { userId } = commit;
            for (const listener of listeners) listener({ userId, epoch, first, head, events: read.events });
            return made;
          });
          told = outcome;
          return outcome;
        };
      }
      const member = target[name];
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

async function append(journal: Journal, userId: string, title = "x"): Promise<void> {
  const id = randomId();
  const thread = { id, title, createdAt: 1, updatedAt: 1 };
  const event: NewEvent = { id: `e-${id}`, type: "thread_created", at: 1, threadId: id, data: { thread } };
  const outcome = await journal.commit({ userId, events: [event] });
  if (outcome.is !== "committed") throw new Error(JSON.stringify(outcome));
}

/** Resolves when `bus` has heard that signal of that user; it is given again when the line has lost it. */
async function signalled(from: Bus, bus: Bus, userId: string, signal: Signal): Promise<void> {
  const wanted = JSON.stringify([userId, signal]);
  let isHeard = false;
  const stop = bus.onSignal((...heard) => {
    isHeard ||= JSON.stringify(heard) === wanted;
  });
  while (!isHeard) {
    from.signal(userId, signal);
    const lostAtMs = systemClock.elapsed() + lostMs;
    await until(() => isHeard || systemClock.elapsed() > lostAtMs);
  }
  stop();
}

/** Real lines take real time; the test's own limit bounds it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => systemClock.timer(5, resolve));
}
