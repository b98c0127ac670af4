/**
 * Where the time of a delivered event goes: `node bench/profile.ts [events at once] [rows]`. Runs the saturated
 * workload of the bench `delivery` against our own server alone, under V8's sampling profiler, and prints the
 * functions that took the most time themselves, for each of its threads.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "./child.ts";
import type { LoadCalls } from "./load/load.ts";
import { figure } from "./report.ts";
import { startServer } from "./stage.ts";

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const atOnce = Number(process.argv[2] ?? 1);
const rows = Number(process.argv[3] ?? 25);
const users = 1_000;
const eventsPerUser = 200;
const folder = mkdtempSync(join(tmpdir(), "goldenpath-profile-"));
const load = Child.start<LoadCalls>(new URL("load/load.ts", import.meta.url));
const server = startServer("goldenpath", folder, ["--cpu-prof", `--cpu-prof-dir=${folder}`]);
try {
  const port = await server.call("listen", { users, connectionsPerUser: 1, stamped: false });
  await load.call("join", { key: "a", port, dialect: "goldenpath", users, connectionsPerUser: 1 });
  await server.call("prepare");
  const { cpuUs } = await server.call("usage");
  const { delivered } = await server.call("emit", { eventsPerUser, atOnce });
  await load.call("receive", { key: "a", total: delivered });
  const after = await server.call("usage");
  const events = users * eventsPerUser;
  console.log(`${figure((after.cpuUs - cpuUs) / events)} µs of CPU an event, ${atOnce} at once\n`);
  await load.kill();
  await server.call("close");
  await server.end();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
    if (file.endsWith(".cpuprofile")) print(file, JSON.parse(readFileSync(join(folder, file), "utf8")));
  }
} finally {
  await load.kill();
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
}

function print(file: string, { nodes, samples, timeDeltas }: Profile): void {
  const nameById = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const place = url === "" ? "" : ` ${url.split("/").slice(-2).join("/")}:${lineNumber + 1}`;
      return [id, `${functionName || "(anonymous)"}${place}`];
    }),
  );
  const selfUs = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = nameById.get(id) ?? "?";
    selfUs.set(name, (selfUs.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const idle = new Set(["(idle)", "(program)", "(root)"]);
  const busy = [...selfUs].filter(([name]) => !idle.has(name));
  const totalUs = busy.reduce((sum, [, us]) => sum + us, 0);
  console.log(`${file}: ${figure(totalUs / 1_000)} ms at work`);
  for (const [name, us] of busy.toSorted((a, b) => b[1] - a[1]).slice(0, rows)) {
    console.log(`${((us * 100) / totalUs).toFixed(1).padStart(6)} %  ${name}`);
  }
  console.log();
}
