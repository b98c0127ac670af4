/** A data folder whose disk can be filled and emptied again. */
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

export interface SmallDisk {
  readonly data: string;
  /** How it is filled: `none` where this user may do neither. */
  readonly how: "small tmpfs" | "file-size limit" | "none";
  /** From now on the process of that id finds no room. */
  fill(pid: number): void;
  empty(pid: number): void;
  close(): void;
}

const diskBytes = 256 * 1024 * 1024;

/** As root a tmpfs that a ballast fills; elsewhere the limit of a file's size, set on the running process. */
export function makeSmallDisk(folder: string): SmallDisk {
  const data = join(folder, "data");
  mkdirSync(data);
  if (
    process.getuid?.() === 0 &&
    succeeds("mount", ["-t", "tmpfs", "-o", `size=${diskBytes}`, "tmpfs", data])
  ) {
    const ballast = join(data, "ballast");
    return {
      data,
      how: "small tmpfs",
      fill() {
        const { bavail, bsize } = statfsSync(data);
        succeeds("fallocate", ["--length", String(Math.floor(bavail * 0.9) * bsize), ballast]);
        fillRest(ballast);
      },
      empty: () => rmSync(ballast, { force: true }),
      close: () => void succeeds("umount", ["-l", data]),
    };
  }
  const limit = (pid: number, bytes: string) =>
    succeeds("prlimit", ["--pid", String(pid), `--fsize=${bytes}`]);
  if (!limit(process.pid, "unlimited:unlimited")) {
    return { data, how: "none", fill: () => undefined, empty: () => undefined, close: () => undefined };
  }
  return {
    data,
    how: "file-size limit",
    fill: (pid) => void limit(pid, "4096:unlimited"),
    empty: (pid) => void limit(pid, "unlimited:unlimited"),
    close: () => undefined,
  };
}

/** The server may write meanwhile, so the end is where the disk says so. */
function fillRest(file: string): void {
  const chunk = Buffer.alloc(64 * 1024);
  try {
    for (let left = diskBytes; left > 0; left -= chunk.length) appendFileSync(file, chunk);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
