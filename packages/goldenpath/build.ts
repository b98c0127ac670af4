/**
 * Builds the published package into dist: our own packages bundled, third-party packages left as
 * dependencies, the types bundled the same way, the built page beside them.
 */
import { cpSync, existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const page = here("../../apps/chat/dist");

/** Files that run as a worker thread, and the name each has in dist, beside whatever starts it. */
const workers: Readonly<Record<string, string>> = {
  "sqlite-worker": here("../journal/src/sqlite-worker.ts"),
  "imports-worker": here("../imports/src/extract/worker.ts"),
};

/** Lets `new URL("./worker.ts", import.meta.url)` mean the built worker. */
const namesWorkers = {
  name: "names-workers",
  transform(code: string, id: string): string | undefined {
    if (!code.includes("new Worker(")) return undefined;
    return code.replace(/new URL\("(\.\/[\w-]+\.ts)", import\.meta\.url\)/g, (found, path: string) => {
      const file = join(dirname(id), path);
      const name = Object.keys(workers).find((one) => workers[one] === file);
      if (name === undefined) throw new Error(`${id} starts a worker that build.ts does not know: ${path}`);
      return found.replace(path, `./${name}.js`);
    });
  },
};

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
    ...workers,
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
  plugins: [namesWorkers],
  // How long a plugin took is no warning.
  checks: { pluginTimings: false },
  // The types come out right all the same: a test checks a program against them. Any other warning fails.
  suppressWarnings: "does not yet have a stable API",
  failOnWarn: true,
  logLevel: "warn",
});

// What is left of an import none of whose types is in ours: it would have every program check that package too.
for (const file of globSync(here("dist/*.d.ts"))) {
  writeFileSync(file, readFileSync(file, "utf8").replace(/^import "[^"]+";\n/gm, ""));
}

// Editors complete the guard's configuration from it.
const schema = "goldenpath.imports.schema.json";
cpSync(here(`../imports/${schema}`), here(`dist/${schema}`));
cpSync(page, here("dist/page"), { recursive: true });
