/**
 * `npm run cluster -- [--nodes N] [--port P] [--no-nats] [--json]`: Postgres, NATS, N nodes and a balancer on this
 * machine, in temporary folders and on free ports. Ctrl-C stops all of it and leaves nothing.
 */
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root, run, standIn } from "./workspace.mjs";

await run(async () => {
  await ensureInstalled();
  await ensureBuilt();
  await standIn([join(root, "tests/cluster/run.ts"), ...process.argv.slice(2)]);
});
