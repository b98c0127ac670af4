import { createMemoryJournal, type Journal, type Run } from "@goldenpath/journal";
import { randomId } from "@goldenpath/protocol";
import { settle, TestClock } from "@goldenpath/protocol/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { NodeLease } from "./node-lease.ts";
import { TestNode } from "./test-node.ts";

let clock: TestClock;
let journal: Journal;
beforeEach(() => {
  clock = new TestClock();
  journal = createMemoryJournal({ clock, makeId: randomId });
});

/** Works until it is stopped. */
const endless = () => new Promise<void>(() => undefined);

interface Kept {
  readonly lease: NodeLease;
  readonly taken: string[];
  readonly faults: string[];
  free: number;
}

/** A node that claims what it finds and does nothing with it. */
function keep(nodeId: string, free = 100, through = journal): Kept {
  const taken: string[] = [];
  const faults: string[] = [];
  const take = async (userId: string, { runId, attempt }: Run) => {
    const claimed = await through.claimRun(userId, runId, { nodeId, attempt });
    if (!claimed) return false;
    taken.push(runId);
    kept.free--;
    return true;
  };
  const options = { journal: through, clock, nodeId, random: () => 0.5, take };
  const lease = new NodeLease({
    ...options,
    room: () => ({ free: kept.free, runsMax: 100 }),
    onFault: ({ where }) => void faults.push(where),
  });
  const kept: Kept = { lease, taken, faults, free };
  return kept;
}

/** Runs of a node that never takes a lease. */
async function leaveRuns(count: number): Promise<void> {
  const gone = new TestNode(endless, { journal, clock, runsPerUserMax: count });
  for (let at = 0; at < count; at++) await gone.ask();
}

describe("a node's lease", () => {
  it("is renewed for as long as the node lives, and given up at once at its end (N1, N3)", async () => {
    const node = new TestNode(endless, { journal, clock });
    await node.supervisor.start();
    await node.ask();
    for (let passed = 0; passed < 60_000; passed += 5_000) {
      await clock.advance(5_000);
      expect(await journal.orphanedRuns(10)).toEqual([]);
    }
    const kept = keep("node-b");
    await kept.lease.start();
    await kept.lease.end();
    expect(clock.waiting).toBe(keptTimers);
    await clock.advance(60_000);
    expect(kept.taken).toEqual([]);
  });

  it("takes what an ended or silent node left within a lease and a look (V5)", async () => {
    const silent = keep("silent");
    await silent.lease.start();
    const kept = keep("node-b");
    await kept.lease.start();
    const dying = new TestNode(endless, { journal: cutOff("renewLease"), clock });
    await journal.renewLease(dying.supervisor.nodeId, 10_000);
    const { runId } = await dying.ask();
    await clock.advance(9_000);
    expect(kept.taken).toEqual([]);
    await clock.advance(4_500);
    expect([...kept.taken, ...silent.taken]).toEqual([runId]);
    await kept.lease.end();
    await silent.lease.end();
  });

  it("keeps trying while the journal does not answer, and has its runs still when nobody took them (N1)", async () => {
    const cut = cutOff("renewLease");
    const node = new TestNode(endless, { journal: cut, clock });
    await node.supervisor.start();
    const { runId } = await node.ask();
    cut.isCut = true;
    await clock.advance(30_000);
    expect(node.faults.length).toBeGreaterThanOrEqual(9);
    expect(node.faults.every(({ where }) => where === "lease")).toBe(true);
    expect(await journal.orphanedRuns(10)).toMatchObject([{ run: { runId } }]);
    // Its own runs it does not take from itself.
    expect(await journal.run(node.user.userId, runId)).toMatchObject({ attempt: 1 });
    cut.isCut = false;
    await clock.advance(3_000);
    expect(await journal.orphanedRuns(10)).toEqual([]);
    expect(node.supervisor.runs).toBe(1);
  });

  it("finds its runs fenced when another node took them meanwhile (J4)", async () => {
    const go = Promise.withResolvers<void>();
    const cut = cutOff("renewLease");
    const slow = new TestNode(
      async (run) => {
        await go.promise;
        await run.write("from the past");
      },
      { journal: cut, clock },
    );
    await slow.supervisor.start();
    const { runId } = await slow.ask();
    cut.isCut = true;
    await clock.advance(10_000);
    const kept = keep("node-b");
    await kept.lease.start();
    expect(kept.taken).toEqual([runId]);
    const before = await journal.extent(slow.user.userId);
    go.resolve();
    await settle();
    expect(slow.supervisor.runs).toBe(0);
    expect(await journal.extent(slow.user.userId)).toEqual(before);
    expect(await journal.run(slow.user.userId, runId)).toMatchObject({ state: "active", owner: "node-b" });
  });

  it("refuses to start without a journal", async () => {
    const cut = cutOff("renewLease");
    cut.isCut = true;
    await expect(keep("node-a", 100, cut).lease.start()).rejects.toThrow("cut off");
    expect(clock.waiting).toBe(0);
  });
});

describe("orphans", () => {
  it("are all taken at start, a few at a time, as far as there is room (N2)", async () => {
    await leaveRuns(50);
    const small = keep("small", 20);
    await small.lease.start();
    expect(small.taken).toHaveLength(20);
    small.free = 5;
    await clock.advance(4_000);
    expect(small.taken).toHaveLength(25);
    const large = keep("large");
    await large.lease.start();
    expect(large.taken).toHaveLength(25);
    await small.lease.end();
    await large.lease.end();
  });

  it("are shared by nodes that look at once: each run is one node's (N2, J4)", async () => {
    const kept = [keep("a"), keep("b"), keep("c")];
    await Promise.all(kept.map(({ lease }) => lease.start()));
    await leaveRuns(60);
    await clock.advance(10_000);
    const all = kept.flatMap(({ taken }) => taken);
    expect(all).toHaveLength(60);
    expect(new Set(all).size).toBe(60);
    await Promise.all(kept.map(({ lease }) => lease.end()));
  });

  it("are looked for at once when they were left, also during a look, and by one look at a time (N2)", async () => {
    const held = { go: Promise.resolve(), looks: 0 };
    const slow = journalWith({
      async orphanedRuns(limit) {
        held.looks++;
        const found = await journal.orphanedRuns(limit);
        await held.go;
        return found;
      },
    });
    const kept = keep("node-a", 100, slow);
    await kept.lease.start();
    await leaveRuns(1);
    for (let times = 0; times < 5; times++) kept.lease.lookSoon();
    await clock.advance(100);
    expect(kept.taken).toHaveLength(1);
    expect(held.looks).toBe(2);
    const gate = Promise.withResolvers<void>();
    held.go = gate.promise;
    kept.lease.lookSoon();
    await clock.advance(100);
    await leaveRuns(1);
    kept.lease.lookSoon();
    await clock.advance(10_000);
    expect(held.looks).toBe(3);
    gate.resolve();
    await clock.advance(100);
    expect(kept.taken).toHaveLength(2);
    await kept.lease.end();
  });

  it("are none for a node that has more runs than it may (N2)", async () => {
    await leaveRuns(3);
    const full = keep("full", -1);
    await full.lease.start();
    await clock.advance(10_000);
    expect(full.taken).toEqual([]);
    await full.lease.end();
  });

  it("are not looked for in a circle when others are always faster", async () => {
    await leaveRuns(20);
    const late = keep("late", 100, journalWith({ claimRun: async () => undefined }));
    await late.lease.start();
    expect(late.taken).toEqual([]);
    await late.lease.end();
  });

  it("are left alone by a node that stopped looking in the middle of its start (N3)", async () => {
    await leaveRuns(40);
    const kept = keep(
      "node-a",
      100,
      journalWith({
        claimRun(...claim) {
          kept.lease.stopLooking();
          return journal.claimRun(...claim);
        },
      }),
    );
    await kept.lease.start();
    await clock.advance(10_000);
    expect(kept.taken).toHaveLength(16);
    await kept.lease.end();
  });

  it("are left alone by a node that stopped looking (N3)", async () => {
    const kept = keep("node-a");
    await kept.lease.start();
    kept.lease.stopLooking();
    await leaveRuns(1);
    kept.lease.lookSoon();
    await clock.advance(60_000);
    expect(kept.taken).toEqual([]);
    await kept.lease.end();
  });

  it("are looked for again after a look that failed", async () => {
    const cut = cutOff("orphanedRuns");
    const kept = keep("node-a", 100, cut);
    await kept.lease.start();
    await leaveRuns(1);
    cut.isCut = true;
    await clock.advance(8_000);
    expect(kept.faults).toContain("orphans");
    cut.isCut = false;
    await clock.advance(4_000);
    expect(kept.taken).toHaveLength(1);
    await kept.lease.end();
  });
});

/** A renewal and a look of the one node that is not stopped, and its run's deadline. */
const keptTimers = 3;

/** The journal, but for these methods. */
function journalWith(methods: Partial<Journal>): Journal {
  return new Proxy(journal, {
    get(target, name: keyof Journal) {
      const member = methods[name] ?? target[name];
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

/** The journal, whose `method` rejects while `isCut`. */
function cutOff(method: keyof Journal): Journal & { isCut: boolean } {
  const state = { isCut: false };
  return new Proxy(journal, {
    get(target, name) {
      if (name === "isCut") return state.isCut;
      if (name === method && state.isCut) return () => Promise.reject(new Error("cut off"));
      const member = target[name as keyof Journal];
      return typeof member === "function" ? member.bind(target) : member;
    },
    set(_, name, value: boolean) {
      if (name === "isCut") state.isCut = value;
      return name === "isCut";
    },
  }) as Journal & { isCut: boolean };
}
