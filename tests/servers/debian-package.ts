/** Packages of Debian's that tests and a developer's cluster need: installed when they are missing and we may. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/local/bin"];
const installMsMax = 300_000;

/** The path of a program, undefined where there is none. */
export function findProgram(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** As root, with apt-get there, and throws when that fails; elsewhere nothing happens, and whoever looks for the program says what to do. */
export function installPackage(name: string): void {
  if (process.getuid?.() !== 0 || !findProgram("apt-get")) return;
  const options = {
    stdio: "pipe",
    timeout: installMsMax,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  } as const;
  // What stands in settings that are there is kept; without it the question would wait for an answer. Another
  // apt-get, of a test beside this one perhaps, is waited for.
  const settings = ["-o", "Dpkg::Options::=--force-confold", "-o", "DPkg::Lock::Timeout=120"];
  const install = [...settings, ...installArguments(name)];
  try {
    execFileSync("apt-get", install, options);
  } catch {
    // The list of packages may be missing or old: that is what most often stands in the way.
    try {
      execFileSync("apt-get", [...settings, "update"], options);
      execFileSync("apt-get", install, options);
    } catch (cause) {
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${words}\nInstall it with: ${installCommand(name)}`, { cause });
    }
  }
}

/** What a person runs. */
export function installCommand(name: string): string {
  return ["sudo apt-get", ...installArguments(name)].join(" ");
}

function installArguments(name: string): readonly string[] {
  return ["install", "-y", "--no-install-recommends", name];
}
