/** What the system says of processes that are not ours to ask. */
import { readFileSync } from "node:fs";

/** Processor time so far, in microseconds; 0 for one that has ended. */
export function cpuUsOf(pid: number): number {
  return timesOf(pid, 11);
}

/** The same of all its children that have ended. */
export function endedChildrenCpuUsOf(pid: number): number {
  return timesOf(pid, 13);
}

/** Behind the name in brackets stand, in 1/100 s, the time in the program and in the system, then the ended children's. */
function timesOf(pid: number, at: number): number {
  const fields = fileOf(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[at] ?? 0) + Number(fields[at + 1] ?? 0)) * 10_000;
}

export function childrenOf(pid: number | undefined): readonly number[] {
  if (pid === undefined) return [];
  return fileOf(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
}

export function commandOf(pid: number): string {
  return fileOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
}

/** Empty when the process has ended meanwhile. */
function fileOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH"))
      return "";
    throw error;
  }
}

/** SIGKILL; nothing where it is gone already. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
