/**
 * Builds the published package into dist: our own packages bundled, third-party packages left as
 * dependencies, the types bundled the same way, the built page beside them.
 */
import { cpSync, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const page = here("../../apps/chat/dist");
const importsWorker = here("../imports/src/worker.ts");

if (!existsSync(`${page}/index.html`)) throw new Error("The page is not built. Run: npm run build");

await build({
  config: false,
  cwd: here("."),
  entry: {
    index: "src/index.ts",
    cli: "src/cli.ts",
    client: "../client/src/index.ts",
    react: "../client/src/react.ts",
    imports: "../imports/src/index.ts",
    // A worker is started by its file's name, beside the code that starts it.
    "sqlite-worker": "../journal/src/sqlite-worker.ts",
    ...(existsSync(importsWorker) && { worker: importsWorker }),
  },
  outDir: "dist",
  format: "esm",
  platform: "node",
  target: "node22.18",
  clean: true,
  dts: true,
  deps: {
    // The schema standard is types alone; they go into ours.
    alwaysBundle: [/^@goldenpath\//, "@standard-schema/spec"],
    onlyBundle: false,
    neverBundle: ["react"],
  },
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
  logLevel: "warn",
});

cpSync(page, here("dist/page"), { recursive: true });
