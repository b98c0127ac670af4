/**
 * Builds the published package: our packages in one bundle, third-party packages left as dependencies, types
 * bundled the same way, the built page beside them.
 */
import { cpSync, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const page = here("../../apps/chat/dist");

if (!existsSync(page)) throw new Error("Build the page first: npm run build");

await build({
  config: false,
  cwd: here("."),
  entry: {
    index: "src/index.ts",
    cli: "src/cli.ts",
    "sqlite-worker": "../journal/src/sqlite-worker.ts",
    client: "../client/src/index.ts",
    react: "../client/src/react.ts",
  },
  outDir: "dist",
  format: "esm",
  platform: "node",
  target: "node22.18",
  clean: true,
  dts: true,
  deps: { alwaysBundle: [/^@goldenpath\//] },
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
  hash: true,
  logLevel: "warn",
});

cpSync(page, here("dist/page"), { recursive: true });
