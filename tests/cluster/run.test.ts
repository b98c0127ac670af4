/** `npm run cluster`, but for the build that comes before it: what it starts works, and nothing of it stays. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { goldenpathCli, root, ServerProcess } from "../servers/server-process.ts";

interface Started {
  readonly url: string;
  readonly setupUrl?: string;
  readonly nats: string;
  readonly nodes: readonly { readonly url: string; readonly pid: number }[];
}

/** All that descends from a process, as the system knows it now. */
function descendants(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    const file = `/proc/${name}/stat`;
    if (existsSync(file))
      parents.set(Number(name), Number(readFileSync(file, "utf8").split(") ")[1]?.split(" ")[1]));
  }
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found.slice(1);
}

test("a developer's cluster: two nodes behind one address, and nothing left after Ctrl-C", {
  timeout: 120_000,
}, async () => {
  const cluster = new ServerProcess({
    command: [join(root, "tests/cluster/run.ts"), "--nodes", "2", "--json"],
  });
  try {
    await expect.poll(() => cluster.output, { timeout: 60_000 }).toContain('"nodes"');
    const started = JSON.parse(cluster.output.slice(cluster.output.indexOf("{"))) as Started;
    expect(started.nodes).toHaveLength(2);
    const check = new ServerProcess({ command: [goldenpathCli, "check", started.url] });
    expect((await check.exited).code, check.output).toBe(0);
    const below = descendants(cluster.pid);
    for (const { pid } of started.nodes) expect(below).toContain(pid);
    // Two nodes, NATS, PostgreSQL and its own processes.
    expect(below.length).toBeGreaterThan(6);
    cluster.signal("SIGINT");
    expect(await cluster.exited).toEqual({ code: 0, signal: null });
    await expect.poll(() => below.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  } finally {
    // Killed, it would leave behind what it started.
    cluster.signal("SIGTERM");
    await cluster.exited;
  }
});
