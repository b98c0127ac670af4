import { build, ensureInstalled, run } from "./workspace.mjs";

await run(async () => {
  await ensureInstalled();
  await build();
});
