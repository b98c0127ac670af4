/**
 * `npm run cluster -- [--nodes N] [--port P] [--no-nats] [--json]`: Postgres, NATS, N nodes and a balancer on this
 * machine, in temporary folders and on free ports. Ctrl-C stops all of it and leaves nothing.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, environment, requireNode, root, run } from "./workspace.mjs";

await run(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const cluster = spawn(requireNode(), [join(root, "tests/cluster/run.ts"), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: environment(),
  });
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => cluster.kill(signal));
  // npm passes a signal to the shell between it and us, which dies and tells nobody.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && cluster.kill("SIGTERM"), 500);
  cluster.on("exit", () => clearInterval(watch));
  process.exitCode = await new Promise((resolve, reject) => {
    cluster.on("error", reject);
    cluster.on("exit", (code) => resolve(code ?? 1));
  });
});
