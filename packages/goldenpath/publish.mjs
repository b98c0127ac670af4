/**
 * Turns the manifest into the published one while `npm pack` or `npm publish` runs, and back afterwards: in
 * the repository the package is its source, for everybody else it is what the build left in dist.
 */
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const manifest = here("package.json");
const kept = here("package.source.json");
const beside = ["README.md", "LICENSE"];
const entries = ["index", "client", "react", "imports"];

/** What others get of the repository's manifest: the built entries, and nothing of the workspace. */
export function publishedManifest(source) {
  const { scripts: _scripts, devDependencies: _devDependencies, ...published } = source;
  const targets = entries.map((entry) => [
    entry === "index" ? "." : `./${entry}`,
    { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` },
  ]);
  return { ...published, exports: { ...Object.fromEntries(targets), "./package.json": "./package.json" } };
}

function prepare() {
  restore();
  const missing = [
    "cli.js",
    "page/index.html",
    ...entries.flatMap((entry) => [`${entry}.js`, `${entry}.d.ts`]),
  ].filter((file) => !existsSync(here(`dist/${file}`)));
  if (missing.length > 0) {
    console.error(`dist lacks ${missing.join(", ")}. Build first: npm run build`);
    process.exit(1);
  }
  const published = publishedManifest(JSON.parse(readFileSync(manifest, "utf8")));
  copyFileSync(manifest, kept);
  writeFileSync(manifest, `${JSON.stringify(published, null, 2)}\n`);
  for (const file of beside) {
    const source = here(`../../${file}`);
    if (existsSync(source)) copyFileSync(source, here(file));
  }
}

/** Also mends what a run that was cut short left behind. */
function restore() {
  if (existsSync(kept)) renameSync(kept, manifest);
  for (const file of beside) rmSync(here(file), { force: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === "prepare") prepare();
  else if (process.argv[2] === "restore") restore();
  else throw new Error("publish.mjs prepare | restore");
}
