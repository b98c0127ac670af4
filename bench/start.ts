/** From the command to the first answer. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { atMost, type Bench, type BenchRun } from "./bench.ts";
import { BuiltServer, ensureCommand } from "./built-server.ts";
import { result } from "./statistics.ts";

const readyMsMax = 30_000;

export const bench: Bench = {
  name: "start",
  question: "How long does `goldenpath serve` take until it serves?",
  workload:
    "The built command in a process of its own, from spawn to the first 200 of /healthz: with an empty data folder, and with one that it made before.",
  baseline: "Node itself, which starts and ends.",
  notMeasured:
    "Installing; a disk whose cache is cold; looking for a language model, which goes on in the background.",
  run,
};

async function run({ rounds, folder, note }: BenchRun) {
  ensureCommand();
  const empty: number[] = [];
  const again: number[] = [];
  const node: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    note(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
    const data = join(folder, String(round));
    const times = [await startOnce(data), await startOnce(data), await startNode()] as const;
    if (round === 0) continue;
    empty.push(times[0]);
    again.push(times[1]);
    node.push(times[2]);
  }
  const cold = result("from nothing to ready", "s", empty);
  return {
    results: [
      cold,
      result("with its data there", "s", again),
      result("Node alone, from start to end", "s", node),
    ],
    goals: [atMost(cold.name, 1, "s", cold.median)],
  };
}

async function startOnce(data: string): Promise<number> {
  const began = performance.now();
  await using server = await BuiltServer.start(data);
  for (;;) {
    const answer = await fetch(new URL("/healthz", server.url)).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return (performance.now() - began) / 1_000;
    if (performance.now() - began > readyMsMax) throw new Error("goldenpath serve did not become ready");
  }
}

async function startNode(): Promise<number> {
  const began = performance.now();
  const node = spawn(process.execPath, ["-e", "0"], { stdio: "ignore" });
  await new Promise((resolve) => node.once("exit", resolve));
  return (performance.now() - began) / 1_000;
}
