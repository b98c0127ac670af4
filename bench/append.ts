/**
 * The cost of durability by itself: no sockets. The engines stand in `append-engine.ts`, each in a process of
 * its own that lives through all rounds, so that an engine's garbage is its own.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EngineCalls, EngineName } from "./append-engine.ts";
import { atLeast, atMost, type Bench, type BenchRun, type Result } from "./bench.ts";
import { Child } from "./child.ts";
import { ratio, result } from "./statistics.ts";

const engineFile = new URL("append-engine.ts", import.meta.url);
const engineNames = ["memory", "SQLite", "row per event", "bare file"] as const satisfies EngineName[];
const groupSizes = [16, 128] as const;
const diskDelayMs = 5;
/** Hardly fewer than a journal keeps unfolded at most, which is 32 MiB of them. */
const recoveredEvents = 90_000;

export const bench: Bench = {
  name: "append",
  question: "What does a durable event cost, and how fast does a killed journal come back?",
  workload:
    "Agents' thoughts of about 320 bytes, each a commit of its own, of 1,000 users' active runs; 16 or 128 begin together and the next ones when these have ended, so that groups have that size. Recovery: 90,000 of them that are not folded yet, the time that opening takes beyond that of an empty journal.",
  baseline:
    "The memory engine, which judges alike and writes nothing; one SQLite row per event; a bare file with fdatasync.",
  notMeasured: "Sockets, reading, other programs on the disk, the loss of power itself.",
  run,
};

async function run({ rounds, quick, folder, note }: BenchRun) {
  const events = quick ? 20_000 : 60_000;
  const costs = new Map<string, number[]>();
  const rates = new Map<string, number[]>();
  const put = (map: Map<string, number[]>, key: string, value: number) =>
    map.set(key, [...(map.get(key) ?? []), value]);

  const engines = engineNames.map((name) => {
    return { name, child: Child.start<EngineCalls>(engineFile, [name, folderOf(folder, name)]) };
  });
  try {
    for (const { child } of engines) await child.call("open", undefined);
    for (let round = 0; round <= rounds; round++) {
      note(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
      for (const group of groupSizes) {
        for (const { name, child } of engines) {
          const done = await child.call("append", { events, underWay: group, together: true });
          if (round === 0) continue;
          put(costs, `${name} ${group}`, done.cpuUs / events);
          put(rates, `${name} ${group}`, (events * 1_000) / done.elapsedMs);
        }
      }
    }
  } finally {
    for (const { child } of engines) await child.kill();
  }
  const cost = (key: string) => costs.get(key) ?? [];
  const inverse = (key: string) => cost(key).map((value) => 1 / value);
  const overRows = ratio(
    "CPU per event, groups of 128: SQLite ÷ row per event",
    cost("SQLite 128"),
    cost("row per event 128"),
  );
  const overFile = ratio(
    "events per CPU-second, groups of 128: SQLite ÷ bare file",
    inverse("SQLite 128"),
    inverse("bare file 128"),
  );
  const results: Result[] = [overRows, overFile];
  for (const [key, values] of costs) results.push(result(`${label(key)}: CPU per event`, "µs", values));
  for (const [key, values] of rates) results.push(result(`${label(key)}: rate`, "events/s", values));

  const recovered: number[] = [];
  const opened: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    note(`recovery ${round} of ${rounds}`);
    const emptyMs = (await reopen(join(folder, `empty-${round}`), 0)).elapsedMs;
    const { elapsedMs, found } = await reopen(join(folder, `recovery-${round}`), recoveredEvents);
    opened.push(emptyMs);
    recovered.push((found * 1_000) / (elapsedMs - emptyMs));
  }
  const recovery = result("recovery after SIGKILL, nothing folded yet", "events/s", recovered);
  results.push(recovery, result("opening a journal of nothing after SIGKILL", "ms", opened));

  note(`with ${diskDelayMs} ms added to every fdatasync`);
  results.push(...(await delayed(folder, rounds)));
  const sqlite = result("", "", cost("SQLite 128")).median;
  return {
    results,
    goals: [
      atMost("SQLite, groups of 128: CPU per event", 4, "µs", sqlite),
      atMost(overRows.name, 0.35, "×", overRows.median),
      atLeast(overFile.name, 0.5, "×", overFile.median),
      atLeast(recovery.name, 500_000, "events/s", recovery.median),
    ],
  };
}

/** From opening to the first answer, after so many events and SIGKILL. */
async function reopen(folder: string, events: number) {
  mkdirSync(folder);
  const first = Child.start<EngineCalls>(engineFile, ["SQLite", folder]);
  await first.call("open", { unfoldedEventsMax: events * 2 });
  await first.call("append", { events, underWay: 256 });
  await first.kill();
  const second = Child.start<EngineCalls>(engineFile, ["SQLite", folder]);
  try {
    const reopened = await second.call("reopen", { unfoldedEventsMax: events * 2 });
    if (reopened.found < events)
      throw new Error(`${events} events were answered as durable, ${reopened.found} were found`);
    return reopened;
  } finally {
    await second.kill();
  }
}

/** A slow disk: strace puts the delay into the system call. Where it is missing, the figure is too. */
async function delayed(folder: string, rounds: number): Promise<readonly Result[]> {
  if (spawnSync("strace", ["-V"]).status !== 0) return [];
  const inject = `inject=fdatasync,fsync:delay_enter=${diskDelayMs * 1_000}`;
  const child = Child.startUnder<EngineCalls>(
    ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e", inject],
    engineFile,
    ["SQLite", folderOf(folder, "SQLite-delayed")],
  );
  try {
    await child.call("open", undefined);
    const rates: number[] = [];
    const waits: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { elapsedMs } = await child.call("append", { events: 10_000, underWay: 128, together: true });
      rates.push(10_000_000 / elapsedMs);
      waits.push((elapsedMs * 128) / 10_000);
    }
    return [
      result(`SQLite, groups of 128, disk slower by ${diskDelayMs} ms: rate`, "events/s", rates),
      result(`SQLite, groups of 128, disk slower by ${diskDelayMs} ms: mean wait of a commit`, "ms", waits),
    ];
  } finally {
    await child.kill();
  }
}

function folderOf(folder: string, name: string): string {
  const own = join(folder, name.replaceAll(" ", "-"));
  mkdirSync(own);
  return own;
}

function label(key: string): string {
  const at = key.lastIndexOf(" ");
  return `${key.slice(0, at)}, groups of ${key.slice(at + 1)}`;
}
