/** Programs of a bench's own, run to their end: wall time, CPU and the most memory that lay in RAM. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface Spent {
  readonly wallMs: number;
  /** User and system time of the program and of all that it started. */
  readonly cpuMs: number;
  /** Of a Node program; undefined for others. */
  readonly rssMb: number | undefined;
}

const outputBytesMax = 1 << 20;
const runMsMax = 600_000;

/** The shell's `times` counts what its children took; what they print goes nowhere. */
const timed = '"$@" >/dev/null 2>&1; code=$?; times; exit $code';
/** Loaded into a Node program, it leaves behind how much memory that took. */
const reporter = `data:text/javascript,${encodeURIComponent(
  'import {writeFileSync} from "node:fs"; process.on("exit", () => writeFileSync(process.env.BENCH_RSS_FILE, String(process.resourceUsage().maxRSS)));',
)}`;

/** Runs a program in `cwd`. Throws when it cannot be started or ends in another way than by `codes`. */
export function runCommand(
  command: readonly string[],
  cwd: string,
  codes: readonly number[] = [0, 1, 2],
): Spent {
  const began = performance.now();
  const ended = spawnSync("sh", ["-c", timed, "sh", ...command], {
    cwd,
    encoding: "utf8",
    maxBuffer: outputBytesMax,
    timeout: runMsMax,
  });
  const wallMs = performance.now() - began;
  if (ended.error !== undefined) throw ended.error;
  if (ended.status === null || !codes.includes(ended.status))
    throw new Error(`${command.slice(0, 3).join(" ")} ended with ${ended.status ?? ended.signal}`);
  return { wallMs, cpuMs: childrenMs(ended.stdout), rssMb: undefined };
}

/** As `runCommand`, for a Node program: also says how much memory it took. */
export function runNode(
  args: readonly string[],
  cwd: string,
  folder: string,
  codes?: readonly number[],
): Spent {
  const file = join(folder, "rss");
  rmSync(file, { force: true });
  const environment = ["env", `BENCH_RSS_FILE=${file}`];
  const spent = runCommand([...environment, process.execPath, "--import", reporter, ...args], cwd, codes);
  const rssMb = existsSync(file) ? Number(readFileSync(file, "utf8")) / 1024 : undefined;
  return { ...spent, rssMb };
}

export function hasCommand(name: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
}

/** The second line of `times`: `0m1.250s 0m0.120s`. */
function childrenMs(printed: string): number {
  const last = printed.trim().split("\n").at(-1) ?? "";
  const found = [...last.matchAll(/(\d+)m([\d.]+)s/g)];
  if (found.length !== 2) throw new Error(`the shell's times printed ${JSON.stringify(last)}`);
  return found.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000,
    0,
  );
}
