/** The probe of the product through the balancer while every node is stopped and started in turn. */
import { expect, test } from "vitest";
import { Cluster } from "../servers/cluster.ts";
import { goldenpathCli, ServerProcess } from "../servers/server-process.ts";

test("goldenpath check passes while a rolling restart goes on", { timeout: 240_000 }, async () => {
  const cluster = await Cluster.start({ nodes: 2, fsync: false });
  try {
    let rolling = true;
    const restarts = (async () => {
      const codes: (number | null)[] = [];
      for (const node of cluster.nodes) {
        codes.push((await node.stop()).code);
        node.start();
        await node.ready;
        await cluster.healthy(2);
      }
      return codes;
    })().finally(() => {
      rolling = false;
    });
    const checks: { readonly code: number | null; readonly output: string }[] = [];
    while (rolling) {
      const check = new ServerProcess({ command: [goldenpathCli, "check", cluster.url] });
      const { code } = await check.exited;
      checks.push({ code, output: code === 0 ? "" : check.output });
    }
    expect(await restarts).toEqual([0, 0]);
    expect(checks.length).toBeGreaterThan(0);
    for (const check of checks) expect(check).toEqual({ code: 0, output: "" });
  } finally {
    await cluster.close();
  }
});
