/** `npm start`: install if needed, build if needed, serve. Arguments go on: `npm start -- --port 5000`. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, environment, requireNode, root, run } from "./workspace.mjs";

await run(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const cli = join(root, "packages/goldenpath/dist/cli.js");
  const server = spawn(requireNode(), [cli, "serve", ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...environment(), GOLDENPATH_DATA: process.env.GOLDENPATH_DATA ?? join(root, ".goldenpath") },
  });
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => server.kill(signal));
  // npm passes a signal to the shell between it and us, which dies and tells nobody.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && server.kill("SIGTERM"), 500);
  server.on("exit", () => clearInterval(watch));
  process.exitCode = await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.on("exit", (code) => resolve(code ?? 1));
  });
});
