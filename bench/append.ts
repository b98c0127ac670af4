/**
 * Question: what does the SQLite journal cost per event, and how soon is an event durable, when groups hold
 * events of many users or of one?
 *
 * Workload: text deltas of about 320 bytes, each its own commit of an active run. Saturated: 256 commits under
 * way. Paced: 10 commits every millisecond that the timer gives. Whole process, worker thread included.
 * Baseline: the same journal's memory engine, which judges and serialises alike and writes nothing.
 * Does not measure: sockets, reading, other programs on the disk. One run each; run it thrice and compare.
 *
 * Usage: node bench/append.ts [events] [folder]   (defaults: 100000, a folder of its own in the system's temp)
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryJournal, type Journal, openSqliteJournal } from "@goldenpath/journal";
import { type NewEvent, randomId, systemClock } from "@goldenpath/protocol";

const events = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(process.argv[3] ?? tmpdir(), "goldenpath-append-"));
const usersOf = { "1,000 users": 1_000, "one user": 1 };
const words =
  "some words that a model said, about a hundred bytes of them, as many as come in thirty milliseconds";

interface Writer {
  readonly userId: string;
  readonly threadId: string;
  readonly runId: string;
  seq: number;
}

try {
  for (const synchronous of ["memory", "normal", "full"] as const) {
    for (const [label, users] of Object.entries(usersOf)) {
      const journal = await open(synchronous, `${synchronous}-${users}`);
      const writers = await begin(journal, users);
      const saturated = await saturate(journal, writers);
      const paced = synchronous === "memory" ? undefined : await pace(journal, writers);
      await journal.close();
      console.log(
        [
          `${synchronous.padEnd(6)} ${label.padEnd(11)}`,
          `${saturated.cpuUs.toFixed(1)} µs CPU/event, ${Math.round(saturated.perSecond).toLocaleString("en")} events/s`,
          paced
            ? `paced at ${Math.round(paced.perSecond).toLocaleString("en")}/s: durable after p50 ${paced.p50.toFixed(2)} ms, p99 ${paced.p99.toFixed(2)} ms, ${paced.cpuUs.toFixed(1)} µs CPU/event`
            : "",
        ].join("  "),
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function open(synchronous: "memory" | "full" | "normal", name: string): Promise<Journal> {
  const arguments_ = { clock: systemClock, makeId: randomId };
  if (synchronous === "memory") return createMemoryJournal(arguments_);
  const opened = await openSqliteJournal({ ...arguments_, path: join(folder, `${name}.db`), synchronous });
  if (opened.is === "failed") throw new Error(opened.message);
  return opened.journal;
}

/** A thread and an active run for every user. */
async function begin(journal: Journal, users: number): Promise<readonly Writer[]> {
  const writers = Array.from({ length: users }, () => {
    return { userId: randomId(), threadId: randomId(), runId: randomId(), seq: 1 };
  });
  await Promise.all(
    writers.map(({ userId, threadId, runId }) => {
      const at = systemClock.now();
      const thread = { id: threadId, title: "A question", createdAt: at, updatedAt: at };
      const started = { messageId: `${runId}.answer`, label: "bench", attempt: 1 };
      return journal.commit({
        userId,
        events: [
          { id: `${threadId}.1`, type: "thread_created", at, threadId, data: { thread } },
          { id: `${runId}.1`, type: "agent_started", at, threadId, runId, seq: 1, agent: "a", data: started },
        ],
      });
    }),
  );
  return writers;
}

async function append(journal: Journal, writer: Writer): Promise<void> {
  const { userId, threadId, runId } = writer;
  const seq = ++writer.seq;
  const data = { messageId: `${runId}.answer`, text: words };
  const at = systemClock.now();
  const event: NewEvent = {
    id: `${runId}.${seq}`,
    type: "text_delta",
    at,
    threadId,
    runId,
    seq,
    agent: "a",
    data,
  };
  const outcome = await journal.commit({ userId, events: [event], run: { runId, attempt: 1 } });
  if (outcome.is !== "committed") throw new Error(JSON.stringify(outcome));
}

async function saturate(journal: Journal, writers: readonly Writer[]) {
  const began = systemClock.elapsed();
  const cpu = process.cpuUsage();
  let next = 0;
  const lane = async () => {
    for (;;) {
      const writer = next < events ? writers[next++ % writers.length] : undefined;
      if (!writer) return;
      await append(journal, writer);
    }
  };
  await Promise.all(Array.from({ length: 256 }, lane));
  return { cpuUs: cpuUs(cpu) / events, perSecond: (events * 1_000) / (systemClock.elapsed() - began) };
}

async function pace(journal: Journal, writers: readonly Writer[]) {
  const waits: number[] = [];
  const count = Math.min(events, 20_000);
  const began = systemClock.elapsed();
  const cpu = process.cpuUsage();
  const pending: Promise<void>[] = [];
  while (pending.length < count) {
    for (let burst = 0; burst < 10; burst++) {
      const writer = writers[pending.length % writers.length];
      if (!writer) throw new Error("no writers");
      const handedIn = systemClock.elapsed();
      pending.push(append(journal, writer).then(() => void waits.push(systemClock.elapsed() - handedIn)));
    }
    await new Promise<void>((resolve) => systemClock.timer(1, resolve));
  }
  await Promise.all(pending);
  waits.sort((a, b) => a - b);
  const at = (share: number) => waits[Math.floor(waits.length * share)] ?? 0;
  const perSecond = (count * 1_000) / (systemClock.elapsed() - began);
  return { p50: at(0.5), p99: at(0.99), cpuUs: cpuUs(cpu) / count, perSecond };
}

function cpuUs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}
