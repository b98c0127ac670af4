/** `npm start`: install if needed, build if needed, serve. Arguments go on: `npm start -- --port 5000`. */
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root, run, standIn } from "./workspace.mjs";

await run(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const cli = join(root, "packages/goldenpath/dist/cli.js");
  const data = process.env.GOLDENPATH_DATA ?? join(root, ".goldenpath");
  await standIn([cli, "serve", ...process.argv.slice(2)], { GOLDENPATH_DATA: data });
});
