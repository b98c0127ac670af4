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
  const {
    scripts: _scripts,
    devDependencies: _devDependencies,
    ...published
  } = JSON.parse(readFileSync(manifest, "utf8"));
  published.exports = {
    ...Object.fromEntries(
      entries.map((entry) => [
        entry === "index" ? "." : `./${entry}`,
        { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` },
      ]),
    ),
    "./package.json": "./package.json",
  };
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

if (process.argv[2] === "prepare") prepare();
else if (process.argv[2] === "restore") restore();
else throw new Error("publish.mjs prepare | restore");
