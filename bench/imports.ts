/** What the import guard costs on a large tree, beside tools that read the same files. */
import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  atLeast,
  atMost,
  type Bench,
  type BenchRun,
  type Goal,
  type Measured,
  type Result,
} from "./bench.ts";
import { hasCommand, runCommand, runNode, type Spent } from "./command.ts";
import { writeFrontEnd, writePython } from "./imports-tree.ts";
import { ensurePeers, peersFolder } from "./peers.ts";
import { ratio, result } from "./statistics.ts";

const guard = fileURLToPath(new URL("../packages/goldenpath/dist/cli.js", import.meta.url));
const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const guardArgs = (command: string, root: string, ...more: string[]): string[] => [
  guard,
  "imports",
  command,
  "--root",
  root,
  "--format",
  "json",
  ...more,
];

/** The tree for which the goals are set: netra-systems/zen at 202ceb34f. */
const reference = { pythonFiles: 9_861, pyrightCpuMs: 2_647_000 };
const mb = 1_000_000;
const generated = { pythonBytes: 184 * mb, frontEndFiles: 952 };
const curveMb = [2, 6, 20, 60, 200];
const curveQuickMb = [1, 4, 16];
/** What changed within the last two seconds is not trusted by the guard's cache. */
const settleMs = 2_200;
const watchMsMax = 120_000;

const parseAll = `
import ast, sys, warnings
warnings.simplefilter("ignore")
for path in sys.stdin.read().split("\\0"):
    try:
        ast.parse(open(path, "rb").read())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
`;

export const bench: Bench = {
  name: "imports",
  question: "What does it cost to check every import of a large product, first, again, and after one change?",
  workload:
    "A copy of --tree PATH (the goals are set for netra-systems/zen at 202ceb34f), or without it a generated tree of the same size: 184 MB of Python and a front end of 952 files. The built CLI, JSON to nowhere, a process each.",
  baseline:
    "ripgrep finding import lines, CPython's ast.parse, pyright as stored; for the front end dependency-cruiser, tsc 7 and oxlint's no-cycle.",
  notMeasured:
    "Reading from a cold disk. pyright is not run: 2,647 CPU-seconds and 13.5 GB were measured once, on a busy machine.",
  run,
};

type Rows = Map<string, Spent[]>;

async function run({ rounds, quick, folder, note, tree }: BenchRun): Promise<Measured> {
  if (!existsSync(guard)) throw new Error("The guard is not built. Run: npm run build");
  note("preparing the tree and the peers");
  ensurePeers();
  const root = join(folder, "tree");
  if (tree === undefined) {
    writePython(root, quick ? generated.pythonBytes / 10 : generated.pythonBytes);
    writeFrontEnd(join(root, "frontend"), generated.frontEndFiles);
  } else cpSync(tree, root, { recursive: true, filter: (path) => !/\/(\.git|\.goldenpath)$/.test(path) });
  const paths = pythonFiles(root, "");
  const touched = paths[paths.length >> 1];
  if (touched === undefined) throw new Error(`${tree ?? root} holds no Python file`);
  commitAll(root);
  const list = join(folder, "python-files");
  writeFileSync(list, paths.map((path) => join(root, path)).join("\0"));
  const parser = join(folder, "parse_all.py");
  writeFileSync(parser, parseAll);
  const frontEnd = join(root, "frontend");
  const hasFrontEnd = existsSync(frontEnd);
  if (hasFrontEnd) writeCompilerSettings(frontEnd);

  const rows: Rows = new Map();
  const put = (name: string, spent: Spent): void => {
    rows.set(name, [...(rows.get(name) ?? []), spent]);
  };
  for (let round = 0; round <= rounds; round++) {
    note(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
    const keep = round === 0 ? () => undefined : put;
    keep("cold", cold(root, folder));
    if (hasCommand("rg"))
      keep(
        "ripgrep",
        runCommand(["rg", "-c", "--no-ignore", "-g", "*.py", "^\\s*(from|import) ", "."], root),
      );
    // Twice the same would say little more, and it takes longer than everything else.
    if (hasCommand("python3") && (round === 1 || !quick) && round > 0)
      keep("ast.parse", runCommand(["sh", "-c", `python3 "${parser}" < "${list}"`], root));
    await sleep(settleMs);
    runNode(guardArgs("check", root), root, folder);
    keep("nothing changed", runNode(guardArgs("check", root), root, folder));
    appendFileSync(join(root, touched), `\n# round ${round}\n`);
    keep("--since", runNode(guardArgs("check", root, "--since", "HEAD"), root, folder));
    if (hasFrontEnd) {
      keep("front end", cold(frontEnd, folder));
      keep("dependency-cruiser", runCommand(cruiser(), frontEnd, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
      keep("tsc 7", runCommand([process.execPath, tsc, "--noEmit", "-p", "tsconfig.bench.json"], frontEnd));
      keep(
        "oxlint",
        runCommand([peer("oxlint"), "--import-plugin", "-A", "all", "-D", "import/no-cycle", "."], frontEnd),
      );
    }
  }
  note("watching");
  const watched = await watch(root, touched, rounds);
  const curve = measureCurve(folder, quick ? curveQuickMb : curveMb, quick ? 1 : Math.min(3, rounds), note);
  const { results, goals } = judge(rows, watched, curve, paths.length);
  // The goals speak of a tree of that size; on another one they would say nothing.
  const isComparable = paths.length > reference.pythonFiles / 2;
  return { results, goals: isComparable ? goals : [] };
}

/** A first run: nothing is kept from before. */
function cold(root: string, folder: string): Spent {
  rmSync(join(root, ".goldenpath"), { recursive: true, force: true });
  return runNode(guardArgs("check", root), root, folder);
}

function peer(name: string): string {
  return join(peersFolder, "node_modules", ".bin", name);
}

function cruiser(): string[] {
  const script = join(peersFolder, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const settings = ["--ts-config", "tsconfig.bench.json", "--ts-pre-compilation-deps"];
  return [
    process.execPath,
    script,
    "--no-config",
    ...settings,
    "--exclude",
    "node_modules",
    "-T",
    "null",
    ".",
  ];
}

/**
 * The tree's own settings without `baseUrl`, which this compiler refuses, and without `types`, which are not installed:
 * a compiler that misses one of these stops before it has checked anything.
 */
function writeCompilerSettings(frontEnd: string): void {
  const own = join(frontEnd, "tsconfig.json");
  const read = existsSync(own) ? (JSON.parse(readFileSync(own, "utf8")) as Record<string, unknown>) : {};
  const { baseUrl: _, ...options } = (read.compilerOptions ?? {}) as Record<string, unknown>;
  const compilerOptions = { ...options, types: [], noEmit: true, incremental: false };
  writeFileSync(join(frontEnd, "tsconfig.bench.json"), JSON.stringify({ ...read, compilerOptions }));
}

function pythonFiles(root: string, below: string): string[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === ".git" ? [] : pythonFiles(root, path);
    return entry.isFile() && entry.name.endsWith(".py") ? [path] : [];
  });
}

function commitAll(root: string): void {
  const author = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0"];
  for (const args of [
    ["init", "-q"],
    ["add", "-A"],
    [...author, "commit", "-qm", "tree"],
  ]) {
    const { status, stderr } = spawnSync("git", ["-C", root, ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
  }
}

/** Milliseconds from a change on disk until `watch` has told of the finding that it makes. */
async function watch(root: string, touched: string, rounds: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [guard, "imports", "watch", "--root", root], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const file = join(root, touched);
  const before = readFileSync(file);
  const took: number[] = [];
  try {
    let waiting: { readonly word: string; readonly seen: () => void } | undefined;
    let tail = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text: string) => {
      tail = tail.slice(-200) + text;
      if (waiting !== undefined && tail.includes(waiting.word)) waiting.seen();
    });
    const until = (word: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`watch never said ${word}`)), watchMsMax);
        tail = "";
        waiting = {
          word,
          seen: () => {
            clearTimeout(timer);
            waiting = undefined;
            resolve();
          },
        };
      });
    await until(" sound)");
    for (let round = 0; round <= rounds; round++) {
      await sleep(500);
      const name = `bench_module_${round}`;
      const told = until(name);
      const began = performance.now();
      writeFileSync(file, `${before}\nfrom .${name} import nothing\n`);
      await told;
      if (round > 0) took.push(performance.now() - began);
    }
    return took;
  } finally {
    child.kill("SIGKILL");
    writeFileSync(file, before);
  }
}

type Point = { readonly mb: number; readonly cpuMs: readonly number[] };

/** CPU over bytes, from trees of one shape. */
function measureCurve(
  folder: string,
  sizes: readonly number[],
  rounds: number,
  note: (text: string) => void,
): Point[] {
  return sizes.map((size) => {
    note(`curve: ${size} MB`);
    const root = join(folder, `curve-${size}`);
    mkdirSync(root);
    writePython(root, size * mb);
    const cpuMs = Array.from({ length: rounds }, () => cold(root, folder).cpuMs);
    rmSync(root, { recursive: true });
    return { mb: size, cpuMs };
  });
}

function judge(rows: Rows, watched: readonly number[], curve: readonly Point[], files: number): Measured {
  const cpu = (name: string): number[] => (rows.get(name) ?? []).map(({ cpuMs }) => cpuMs);
  const wall = (name: string): number[] => (rows.get(name) ?? []).map(({ wallMs }) => wallMs);
  const results: Result[] = [];
  const goals: Goal[] = [];
  const compare = (
    title: string,
    ours: readonly number[],
    theirs: readonly number[],
    goal: (name: string, value: number) => Goal,
  ): void => {
    if (theirs.length === 0) return;
    const found = ratio(title, theirs.length < ours.length ? ours.slice(0, theirs.length) : ours, theirs);
    results.push(found);
    goals.push(goal(title, found.median));
  };
  const times = (limit: number) => (name: string, value: number) => atMost(name, limit, "×", value);
  const under = (limit: number) => (name: string, value: number) => atLeast(name, limit, "×", value);
  compare("CPU: cold check ÷ ripgrep", cpu("cold"), cpu("ripgrep"), times(8));
  compare(
    "CPU: ast.parse ÷ cold check",
    cpu("ast.parse"),
    cpu("cold").slice(0, cpu("ast.parse").length),
    under(13),
  );
  if (files === reference.pythonFiles) {
    const stored = cpu("cold").map(() => reference.pyrightCpuMs);
    compare("CPU: pyright as stored ÷ cold check", stored, cpu("cold"), under(500));
  }
  compare("CPU: dependency-cruiser ÷ front end", cpu("dependency-cruiser"), cpu("front end"), under(12));
  compare("CPU: tsc 7 ÷ front end", cpu("tsc 7"), cpu("front end"), under(9));
  compare("wall: front end ÷ oxlint no-cycle", wall("front end"), wall("oxlint"), times(2));
  for (const [name, all] of rows) {
    results.push(
      result(
        `${name}: wall`,
        "ms",
        all.map(({ wallMs }) => wallMs),
      ),
    );
    results.push(
      result(
        `${name}: CPU`,
        "ms",
        all.map(({ cpuMs }) => cpuMs),
      ),
    );
    const memory = all.flatMap(({ rssMb }) => rssMb ?? []);
    if (memory.length > 0) results.push(result(`${name}: memory`, "MB", memory));
  }
  results.push(result("watch, one file changed", "ms", watched));
  for (const { mb: size, cpuMs } of curve) results.push(result(`${size} MB of Python: CPU`, "ms", cpuMs));
  const of = (name: string): number => results.find((each) => each.name === name)?.median ?? Number.NaN;
  goals.push(
    atMost("cold: wall", 3_000, "ms", of("cold: wall")),
    atMost("cold: CPU", 4_500, "ms", of("cold: CPU")),
    atMost("cold: memory", 300, "MB", of("cold: memory")),
    atMost("nothing changed: wall", 400, "ms", of("nothing changed: wall")),
    atMost("--since: wall", 500, "ms", of("--since: wall")),
    atMost("watch, one file changed", 150, "ms", of("watch, one file changed")),
  );
  if (rows.has("front end")) goals.push(atMost("front end: wall", 800, "ms", of("front end: wall")));
  const bend = bendOf(curve);
  results.push(bend);
  goals.push(atMost(bend.name, 1.25, "×", bend.median));
  return { results, goals };
}

/** How much dearer a byte is in the largest tree than in the middle: 1 is a straight line. */
function bendOf(curve: readonly Point[]): Result {
  const at = (index: number) => result("", "ms", curve[index]?.cpuMs ?? []).median;
  const slope = (from: number, to: number) =>
    (at(to) - at(from)) / ((curve[to]?.mb ?? 0) - (curve[from]?.mb ?? 0));
  const last = curve.length - 1;
  const middle = last >> 1;
  return result("CPU per byte: largest ÷ middle of the curve", "×", [slope(middle, last) / slope(0, middle)]);
}
